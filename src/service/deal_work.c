/* Deals over time: the worker's thread that solves them, and the rows of what was
 * proposed, so that an answer that was acknowledged outlives a restart. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/deal_part.h"
#include "service/persist.h"

#define FORM 1u

void sl_deal_persist(sl_service *service, const sl_deal *deal) {
  uint8_t key[8];
  for (int i = 0; i < 8; i++) key[i] = (uint8_t)(deal->id >> (56 - 8 * i));
  sl_buf out;
  sl_buf_init(&out, 65536);
  sl_buf_add_u8(&out, FORM);
  sl_buf_add_u8(&out, deal->line);
  sl_buf_add_i64(&out, deal->expires.ns);
  sl_buf_add_u8(&out, (uint8_t)deal->count);
  for (uint32_t i = 0; i < deal->count; i++) {
    const sl_deal_member *member = &deal->member[i];
    sl_intent_key_bytes id = {{0}};
    if (member->intent) id = sl_intent_key(member->intent->owner->side, &member->intent->id);
    sl_buf_add(&out, id.bytes, sizeof id.bytes);
    sl_buf_add_u32(&out, member->intent ? member->version : 0);
    sl_buf_add_u8(&out, member->choice);
    sl_buf_add_u8(&out, (uint8_t)((member->asked ? 1 : 0) | (member->accepted ? 2 : 0) | (member->declined ? 4 : 0) |
                                  (deal->voided ? 8 : 0)));
  }
  sl_group_fail(service, out.error);
  if (!service->group_error) {
    sl_group_fail(service, sl_store_put(service->store, SL_TABLE_DEALT, (sl_span){key, 8}, sl_buf_span(&out)));
  }
  sl_buf_fini(&out);
}

void sl_deal_persist_gone(sl_service *service, const sl_deal *deal) {
  if (service->group_error || deal->stage != SL_DEAL_PROPOSED) return;
  uint8_t key[8];
  for (int i = 0; i < 8; i++) key[i] = (uint8_t)(deal->id >> (56 - 8 * i));
  sl_err err = sl_store_del(service->store, SL_TABLE_DEALT, (sl_span){key, 8});
  if (err != SL_ERR_NOT_FOUND) sl_group_fail(service, err);
}

static sl_err member_read(sl_service *service, sl_deal *deal, sl_reader *in) {
  sl_span key = sl_read_bytes(in, 18);
  sl_deal_member member = {.version = sl_read_u32(in)};
  member.choice = sl_read_u8(in);
  uint8_t flags = sl_read_u8(in);
  if (in->error || member.choice >= SL_SETTLE_ALTERNATIVES) return SL_ERR_CORRUPT;
  member.asked = flags & 1;
  member.accepted = flags & 2;
  member.declined = flags & 4;
  deal->voided |= (flags & 8) != 0;
  deal->broken |= deal->voided;
  sl_uuid id;
  memcpy(id.bytes, key.data + 2, 16);
  if (member.version > 0) member.intent = sl_state_intent(service, (unsigned)(key.data[0] << 8 | key.data[1]), &id);
  deal->broken |= !member.intent || !member.intent->live || member.intent->own.version != member.version;
  sl_err err = SL_OK;
  if (member.intent) {
    err = sl_deal_fill(service, deal, &member);
    member.intent->inner.deal = deal->id;
  }
  deal->member[deal->count++] = member;
  return err;
}

sl_err sl_deal_load(sl_service *service, sl_span key, sl_span value) {
  sl_deal *deal = calloc(1, sizeof *deal);
  if (!deal) return SL_ERR_NOMEM;
  sl_reader in = sl_reader_of(value);
  sl_err err = key.size == 8 && sl_read_u8(&in) == FORM ? SL_OK : SL_ERR_CORRUPT;
  for (size_t i = 0; i < 8 && !err; i++) deal->id = deal->id << 8 | key.data[i];
  deal->line = sl_read_u8(&in);
  deal->expires.ns = sl_read_i64(&in);
  uint8_t count = sl_read_u8(&in);
  if (deal->line >= service->line_count || count > SL_DEAL_MEMBERS_MAX) err = SL_ERR_CORRUPT;
  if (!err) {
    deal->agreement = service->line[deal->line].effective;
    memcpy(deal->burden, service->line[deal->line].burden, sizeof deal->burden);
    deal->found = true;
    deal->stage = SL_DEAL_PROPOSED;
  }
  for (uint8_t i = 0; i < count && !err; i++) err = member_read(service, deal, &in);
  if (!err) err = sl_reader_done(&in);
  if (err) {
    sl_deal_free(deal);
    return err;
  }
  if (deal->id > service->next_deal) service->next_deal = deal->id;
  sl_deal_hand(service, deal);
  return SL_OK;
}

static void *worker(void *context) {
  sl_service *service = context;
  pthread_mutex_lock(&service->deal_lock);
  while (!service->deal_stop) {
    sl_deal *deal = service->deals;
    while (deal && deal->stage != SL_DEAL_SOLVING) deal = deal->next;
    if (!deal) {
      pthread_cond_wait(&service->deal_wake, &service->deal_lock);
      continue;
    }
    /* A solving deal is never freed: rounds pass it by until it is solved. */
    pthread_mutex_unlock(&service->deal_lock);
    sl_deal_solve(deal, &service->options.clock);
    pthread_mutex_lock(&service->deal_lock);
    deal->stage = SL_DEAL_SOLVED;
    pthread_cond_broadcast(&service->deal_done);
  }
  pthread_mutex_unlock(&service->deal_lock);
  return NULL;
}

void sl_deal_hand(sl_service *service, sl_deal *deal) {
  if (service->options.solve_inline && deal->stage == SL_DEAL_SOLVING) {
    sl_deal_solve(deal, &service->options.clock);
    deal->stage = SL_DEAL_SOLVED;
  }
  pthread_mutex_lock(&service->deal_lock);
  deal->next = service->deals;
  service->deals = deal;
  pthread_cond_signal(&service->deal_wake);
  pthread_mutex_unlock(&service->deal_lock);
}

sl_err sl_deal_open(sl_service *service) {
  if (pthread_mutex_init(&service->deal_lock, NULL)) return SL_ERR_NOMEM;
  if (pthread_cond_init(&service->deal_wake, NULL)) return SL_ERR_NOMEM;
  if (pthread_cond_init(&service->deal_done, NULL)) return SL_ERR_NOMEM;
  if (service->options.solve_inline) return SL_OK;
  if (pthread_create(&service->deal_thread, NULL, worker, service)) return SL_ERR_BUSY;
  service->deal_running = true;
  return SL_OK;
}

void sl_deal_close(sl_service *service) {
  if (service->deal_running) {
    pthread_mutex_lock(&service->deal_lock);
    service->deal_stop = true;
    pthread_cond_signal(&service->deal_wake);
    pthread_mutex_unlock(&service->deal_lock);
    pthread_join(service->deal_thread, NULL);
    service->deal_running = false;
  }
  sl_deal_forget(service);
  pthread_cond_destroy(&service->deal_wake);
  pthread_cond_destroy(&service->deal_done);
  pthread_mutex_destroy(&service->deal_lock);
}

void sl_deal_forget(sl_service *service) {
  if (service->deal_running) {
    pthread_mutex_lock(&service->deal_lock);
    for (bool solving = true; solving;) {
      solving = false;
      for (const sl_deal *deal = service->deals; deal; deal = deal->next) solving |= deal->stage == SL_DEAL_SOLVING;
      if (solving) pthread_cond_wait(&service->deal_done, &service->deal_lock);
    }
    pthread_mutex_unlock(&service->deal_lock);
  }
  while (service->deals) {
    sl_deal *deal = service->deals;
    service->deals = deal->next;
    sl_deal_free(deal);
  }
}
