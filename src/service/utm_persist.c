/* Rows of the F3548 face in one table, by kind, side and id: version byte first, big
 * endian. Notification indices stand in pages of their own, so that a change that two
 * hundred subscriptions hear of writes a page or two and rewrites none of them. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"
#include "service/utm_rows.h"

static sl_buf *row_of(sl_service *service, uint8_t form) {
  sl_buf_clear(&service->row);
  service->row.error = SL_OK;
  sl_buf_add_u8(&service->row, form);
  return &service->row;
}

static sl_buf *row(sl_service *service) { return row_of(service, SL_UTM_FORM); }

sl_span sl_utm_key(sl_utm_key_bytes *key, char kind, unsigned side, sl_span id) {
  SL_ASSERT(id.size <= sizeof key->bytes - 3);
  key->bytes[0] = (uint8_t)kind;
  key->bytes[1] = (uint8_t)(side >> 8);
  key->bytes[2] = (uint8_t)side;
  if (id.size > 0) memcpy(key->bytes + 3, id.data, id.size);
  return (sl_span){key->bytes, 3 + id.size};
}

static void put(sl_service *service, char kind, unsigned side, sl_span id) {
  sl_utm_key_bytes key;
  if (service->row.error) sl_group_fail(service, service->row.error);
  if (service->group_error) return;
  sl_group_fail(service, sl_store_put(service->store, SL_TABLE_UTM, sl_utm_key(&key, kind, side, id),
                                      sl_buf_span(&service->row)));
}

static void gone(sl_service *service, char kind, unsigned side, sl_span id) {
  sl_utm_key_bytes key;
  if (service->group_error) return;
  sl_err err = sl_store_del(service->store, SL_TABLE_UTM, sl_utm_key(&key, kind, side, id));
  if (err != SL_ERR_NOT_FOUND) sl_group_fail(service, err);
}

static void text_add(sl_buf *out, const char *text) { sl_buf_add_block(out, sl_str_bytes(sl_str_from(text))); }

void sl_utm_persist_intent(sl_service *service, const sl_intent *intent) {
  const sl_utm_part *part = intent->utm;
  sl_buf *out = row_of(service, SL_UTM_FORM_INTENT);
  text_add(out, part->manager);
  text_add(out, part->base_url);
  text_add(out, part->ovn);
  sl_buf_add_u32(out, (uint32_t)part->version);
  sl_buf_add_u8(out, (uint8_t)part->state);
  sl_buf_add_i64(out, part->window.start.ns);
  sl_buf_add_i64(out, part->window.end.ns);
  sl_buf_add(out, part->request.digest, 32);
  sl_buf_add_u64(out, part->leaf);
  sl_buf_add_u8(out, (uint8_t)((part->gone ? 1 : 0) | (part->wide ? 2 : 0) | (part->pushed ? 4 : 0) |
                               (part->subscription ? 8 : 0) | (part->main ? 16 : 0)));
  sl_buf_add(out, part->pushed_id.bytes, 16);
  if (part->subscription) sl_buf_add(out, part->subscription->id.bytes, 16);
  if (part->main) sl_buf_add(out, part->main->id.bytes, 16);
  sl_buf_add_u8(out, part->refusals);
  for (unsigned i = 0; i < part->refusals; i++) sl_buf_add_i64(out, part->refused[i].ns);
  sl_buf_add_i64(out, part->suffix_at.ns);
  put(service, SL_UTM_ROW_INTENT, intent->owner->side, (sl_span){intent->id.bytes, 16});
}

void sl_utm_persist_intent_gone(sl_service *service, const sl_intent *intent) {
  gone(service, SL_UTM_ROW_INTENT, intent->owner->side, (sl_span){intent->id.bytes, 16});
}

void sl_utm_persist_zone(sl_service *service, const sl_utm_zone *zone, bool is_gone) {
  sl_span id = {zone->id.bytes, 16};
  if (is_gone) {
    gone(service, SL_UTM_ROW_ZONE, zone->timer.side, id);
    return;
  }
  sl_buf *out = row(service);
  sl_buf_add_u16(out, zone->member);
  text_add(out, zone->manager);
  text_add(out, zone->base_url);
  text_add(out, zone->ovn);
  sl_buf_add_u32(out, (uint32_t)zone->version);
  sl_buf_add_i64(out, zone->window.start.ns);
  sl_buf_add_i64(out, zone->window.end.ns);
  sl_buf_add(out, zone->request.digest, 32);
  sl_buf_add_u64(out, zone->leaf);
  sl_buf_add_block(out, zone->plan);
  put(service, SL_UTM_ROW_ZONE, zone->timer.side, id);
}

void sl_utm_persist_sub(sl_service *service, const sl_utm_sub *sub, bool is_gone) {
  sl_span id = {sub->id.bytes, 16};
  if (is_gone) {
    gone(service, SL_UTM_ROW_SUB, sub->timer.side, id);
    return;
  }
  sl_buf *out = row(service);
  sl_buf_add_u16(out, sub->member);
  sl_buf_add_u32(out, sub->slot);
  text_add(out, sub->manager);
  text_add(out, sub->base_url);
  text_add(out, sub->version);
  sl_buf_add_u8(out, (uint8_t)((sub->for_intents ? 1 : 0) | (sub->for_constraints ? 2 : 0) | (sub->implicit ? 4 : 0)));
  sl_buf_add_i64(out, sub->window.start.ns);
  sl_buf_add_i64(out, sub->window.end.ns);
  sl_buf_add(out, sub->request.digest, 32);
  sl_buf_add_u64(out, sub->leaf);
  sl_buf_add_block(out, sub->plan);
  put(service, SL_UTM_ROW_SUB, sub->timer.side, id);
}

void sl_utm_persist_uss(sl_service *service, unsigned side, const sl_utm_uss *uss) {
  uint8_t digest[32];
  sl_span name = {(const uint8_t *)uss->name, uss->size};
  sl_sha256(digest, &name, 1);   /* a name may be longer than a key */
  sl_buf *out = row(service);
  sl_buf_add_u8(out, (uint8_t)uss->availability);
  text_add(out, uss->version);
  sl_buf_add_block(out, name);
  put(service, SL_UTM_ROW_USS, side, (sl_span){digest, 32});
}

static sl_span posted_key(uint8_t key[static 17], const sl_utm_posted *posted) {
  key[0] = posted->constraint;
  memcpy(key + 1, posted->id.bytes, 16);
  return (sl_span){key, 17};
}

void sl_utm_persist_posted(sl_service *service, unsigned side, const sl_utm_posted *posted, bool is_gone) {
  uint8_t key[17];
  sl_span id = posted_key(key, posted);
  if (is_gone) {
    gone(service, SL_UTM_ROW_POSTED, side, id);
    return;
  }
  sl_buf *out = row(service);
  sl_buf_add_u32(out, (uint32_t)posted->version);
  sl_buf_add(out, posted->digest, 32);
  text_add(out, posted->ovn);
  sl_buf_add_block(out, sl_str_bytes(posted->details));
  put(service, SL_UTM_ROW_POSTED, side, id);
}

void sl_utm_persist_done(sl_service *service, const sl_utm_done *done, bool is_gone) {
  sl_span id = {done->request.digest, 32};
  if (is_gone) {
    gone(service, SL_UTM_ROW_DONE, done->timer.side, id);
    return;
  }
  sl_buf *out = row(service);
  sl_buf_add_i64(out, done->timer.at.ns);
  sl_buf_add_u16(out, done->member);
  sl_buf_add_u64(out, done->leaf);
  put(service, SL_UTM_ROW_DONE, done->timer.side, id);
}

void sl_utm_persist_push_index(sl_service *service, const sl_member *member, uint32_t index) {
  uint8_t key[2] = {(uint8_t)(member->number >> 8), (uint8_t)member->number};
  sl_buf_add_u32(row(service), index);
  put(service, SL_UTM_ROW_PUSHES, member->side, (sl_span){key, 2});
}

static void page(sl_service *service, unsigned number, size_t at) {
  const sl_utm_side *side = &service->utm->side[number];
  sl_buf *out = row(service);
  for (size_t i = at * SL_UTM_PAGE; i < (at + 1) * SL_UTM_PAGE; i++) {
    const sl_utm_sub *sub = i < side->slots ? side->slot[i] : NULL;
    sl_buf_add_u32(out, sub ? (uint32_t)sub->index : 0);
  }
  uint8_t key[4] = {(uint8_t)(at >> 24), (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at};
  put(service, SL_UTM_ROW_PAGE, number, (sl_span){key, 4});
}

void sl_utm_persist_touched(sl_service *service) {
  if (!service->utm) return;
  for (unsigned number = 0; number < service->side_count; number++) {
    sl_utm_side *side = &service->utm->side[number];
    for (size_t at = 0; at < side->page_room; at++) {
      if (!side->page_dirty[at]) continue;
      side->page_dirty[at] = false;
      page(service, number, at);
    }
  }
}

/* ---- what was done ---- */

static bool done_equal(const void *value, const void *key) {
  return memcmp(((const sl_utm_done *)value)->request.digest, key, 32) == 0;
}

static uint64_t done_hash(const sl_service *service, const sl_utm_request *request) {
  return sl_utm_hash(service, "utm-done-map", (sl_span){request->digest, 32});
}

sl_err sl_utm_done_keep(sl_service *service, const sl_utm_done *given) {
  sl_utm_side *side = &service->utm->side[given->timer.side];
  sl_utm_done *done = malloc(sizeof *done);
  if (!done) return SL_ERR_NOMEM;
  *done = *given;
  done->timer.place = 0;
  sl_err err = sl_hashmap_add(&side->done, done_hash(service, &done->request), done);
  if (err) {
    free(done);
    return err;
  }
  return sl_utm_timer_set(service, &done->timer, given->timer.at);
}

void sl_utm_done_add(sl_service *service, const sl_op *op, uint64_t leaf) {
  sl_utm_done done = {.timer = {.at = {op->received.ns + SL_UTM_DONE_NS}, .kind = SL_UTM_TIMED_DONE,
                                .side = (uint8_t)op->side},
                      .request = op->utm->request, .member = op->member_number, .leaf = leaf};
  sl_err err = sl_utm_done_keep(service, &done);
  if (err == SL_ERR_CAP) return;   /* it is only not known again */
  sl_group_fail(service, err);
  if (!err) sl_utm_persist_done(service, &done, false);
}

bool sl_utm_done_find(const sl_service *service, const sl_op *op, uint64_t *leaf) {
  const sl_utm_side *side = &service->utm->side[op->side];
  const sl_utm_done *done =
      sl_hashmap_find(&side->done, done_hash(service, &op->utm->request), done_equal, op->utm->request.digest);
  if (!done || done->member != op->member_number || done->timer.at.ns <= op->received.ns) return false;
  *leaf = done->leaf;
  return true;
}

void sl_utm_done_free(sl_service *service, sl_utm_done *done) {
  sl_utm_timer_clear(service, &done->timer);
  sl_hashmap_remove(&service->utm->side[done->timer.side].done, done_hash(service, &done->request), done_equal,
                    done->request.digest);
  free(done);
}
