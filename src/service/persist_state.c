/* Rows of what changes: standings, members, lines. Each is small and rewritten
 * whole; load.c reads them back at a start. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"

#define FORM 1u

static void pos_add(sl_buf *out, sl_pos pos) {
  sl_buf_add_i64(out, pos.lat_nd);
  sl_buf_add_i64(out, pos.lon_nd);
}

static sl_pos pos_read(sl_reader *in) {
  sl_pos pos;
  pos.lat_nd = sl_read_i64(in);
  pos.lon_nd = sl_read_i64(in);
  return pos;
}

void sl_granule_row_add(sl_buf *out, const sl_granule *granule) {
  pos_add(out, granule->south_west);
  pos_add(out, granule->north_east);
  sl_buf_add_u8(out, (uint8_t)granule->band.ref);
  bool baro = granule->band.ref == SL_ALT_BARO;
  sl_buf_add_i64(out, baro ? granule->band.as.baro.lower.ft : granule->band.as.w84.lower.mm);
  sl_buf_add_i64(out, baro ? granule->band.as.baro.upper.ft : granule->band.as.w84.upper.mm);
  sl_buf_add_i64(out, granule->window.start.ns);
  sl_buf_add_i64(out, granule->window.end.ns);
}

sl_granule sl_granule_row_read(sl_reader *in) {
  sl_granule granule = {0};
  granule.south_west = pos_read(in);
  granule.north_east = pos_read(in);
  granule.band.ref = (sl_alt_ref)sl_read_u8(in);
  int64_t lower = sl_read_i64(in);
  int64_t upper = sl_read_i64(in);
  if (granule.band.ref == SL_ALT_BARO) {
    granule.band.as.baro.lower.ft = (int32_t)lower;
    granule.band.as.baro.upper.ft = (int32_t)upper;
  } else {
    granule.band.as.w84.lower.mm = lower;
    granule.band.as.w84.upper.mm = upper;
  }
  granule.window.start.ns = sl_read_i64(in);
  granule.window.end.ns = sl_read_i64(in);
  return granule;
}

static void granules_add(sl_buf *out, const sl_granule_set *set) {
  sl_buf_add_u8(out, set ? (uint8_t)set->count : 0);
  if (!set) return;
  sl_buf_add_u8(out, set->all);
  for (uint32_t i = 0; i < set->count; i++) sl_granule_row_add(out, &set->granule[i]);
}

static sl_err granules_read(sl_reader *in, sl_granule_set **out) {
  uint8_t count = sl_read_u8(in);
  if (count == 0) return SL_OK;
  if (count > SL_GRANULES_TOLD_MAX) return SL_ERR_CORRUPT;
  sl_granule_set *set = calloc(1, sizeof *set);
  if (!set) return SL_ERR_NOMEM;
  set->count = count;
  set->all = sl_read_u8(in);
  for (uint8_t i = 0; i < count; i++) set->granule[i] = sl_granule_row_read(in);
  *out = set;
  return SL_OK;
}

static void put(sl_service *service, sl_table table, sl_span key) {
  if (service->row.error) sl_group_fail(service, service->row.error);
  if (service->group_error) return;
  sl_group_fail(service, sl_store_put(service->store, table, key, sl_buf_span(&service->row)));
}

static sl_buf *row(sl_service *service) {
  sl_buf_clear(&service->row);
  service->row.error = SL_OK;
  sl_buf_add_u8(&service->row, FORM);
  return &service->row;
}

/* What answers a retry: the entry that does, and the digest of the request it answered. */
static void done_add(sl_buf *out, uint64_t leaf, const uint8_t digest[static 32]) {
  sl_buf_add_u64(out, leaf);
  sl_buf_add(out, digest, 32);
}

static void done_read(sl_reader *in, uint64_t *leaf, uint8_t digest[static 32]) {
  *leaf = sl_read_u64(in);
  sl_span bytes = sl_read_bytes(in, 32);
  if (!in->error) memcpy(digest, bytes.data, 32);
}

void sl_persist_standing(sl_service *service, sl_intent *intent) {
  sl_state_case_count(service, intent);
  sl_intent_key_bytes key = sl_intent_key(intent->owner->side, &intent->id);
  const sl_shown_part *own = &intent->own;
  sl_buf *out = row(service);
  sl_buf_add_u16(out, intent->owner->number);
  sl_buf_add_u8(out, intent->live);
  sl_buf_add_u32(out, own->version);
  sl_buf_add_u8(out, (uint8_t)own->state);
  sl_buf_add_u8(out, own->alternative_count);
  sl_buf_add_u8(out, (uint8_t)((own->pending ? 1 : 0) | (own->paid ? 2 : 0) | (own->paced ? 4 : 0) |
                               (own->has_case ? 8 : 0) | (intent->inner.agreed ? 16 : 0) | (own->ended ? 32 : 0) |
                               (intent->inner.voided ? 64 : 0) | (intent->inner.reopened ? 128 : 0)));
  sl_buf_add_i64(out, own->pending_until.ns);
  sl_buf_add_i64(out, own->out_at.ns);
  sl_buf_add_i64(out, own->last_verdict.ns);
  sl_buf_add_i64(out, own->units);
  sl_buf_add_u64(out, own->number);
  sl_buf_add_u64(out, own->leaf);
  sl_buf_add(out, own->body_digest, 32);
  sl_buf_add(out, own->plan_digest, 32);
  sl_buf_add_u8(out, (uint8_t)own->told);
  sl_buf_add_u8(out, own->notices);
  sl_buf_add_u8(out, (uint8_t)own->casework.state);
  sl_buf_add_u8(out, own->casework.proposals);
  sl_buf_add_u8(out, (uint8_t)own->casework.answer);
  sl_buf_add_u8(out, own->casework.alternative);
  sl_buf_add_i64(out, own->casework.expires.ns);
  sl_buf_add(out, own->proposal_digest, 32);
  sl_buf_add_u32(out, intent->inner.unaffirmed);
  sl_buf_add_u8(out, intent->inner.declined);
  sl_buf_add_u64(out, intent->inner.agreement);
  granules_add(out, own->granules);
  sl_buf_add_i64(out, own->acknowledge_by.ns);
  sl_buf_add_u8(out, (uint8_t)((own->standing ? 1 : 0) | (own->reminded ? 2 : 0) | (own->answered ? 4 : 0)));
  if (own->ended) done_add(out, own->end_leaf, own->end_digest);
  if (own->answered) done_add(out, own->answer_leaf, own->answer_digest);
  put(service, SL_TABLE_CASE, (sl_span){key.bytes, sizeof key.bytes});
}

sl_err sl_persist_standing_read(sl_intent *intent, sl_span value) {
  sl_reader in = sl_reader_of(value);
  sl_shown_part *own = &intent->own;
  if (sl_read_u8(&in) != FORM) return SL_ERR_CORRUPT;
  sl_read_u16(&in);
  intent->live = sl_read_u8(&in) != 0;
  own->version = sl_read_u32(&in);
  own->state = (sl_intent_state)sl_read_u8(&in);
  own->alternative_count = sl_read_u8(&in);
  uint8_t flags = sl_read_u8(&in);
  own->pending = flags & 1;
  own->paid = flags & 2;
  own->paced = flags & 4;
  own->has_case = flags & 8;
  intent->inner.agreed = flags & 16;
  own->ended = flags & 32;
  intent->inner.voided = flags & 64;
  intent->inner.reopened = flags & 128;
  own->pending_until.ns = sl_read_i64(&in);
  own->out_at.ns = sl_read_i64(&in);
  own->last_verdict.ns = sl_read_i64(&in);
  own->units = sl_read_i64(&in);
  own->number = sl_read_u64(&in);
  own->leaf = sl_read_u64(&in);
  sl_span body = sl_read_bytes(&in, 32);
  sl_span plan = sl_read_bytes(&in, 32);
  own->told = (sl_verdict)sl_read_u8(&in);
  own->notices = sl_read_u8(&in);
  own->casework.state = (sl_case_state)sl_read_u8(&in);
  own->casework.proposals = sl_read_u8(&in);
  own->casework.answer = (sl_case_answer)sl_read_u8(&in);
  own->casework.alternative = sl_read_u8(&in);
  own->casework.expires.ns = sl_read_i64(&in);
  sl_span proposal = sl_read_bytes(&in, 32);
  intent->inner.unaffirmed = sl_read_u32(&in);
  intent->inner.declined = sl_read_u8(&in);
  intent->inner.agreement = sl_read_u64(&in);
  sl_err err = granules_read(&in, &own->granules);
  own->acknowledge_by.ns = sl_read_i64(&in);
  uint8_t watch = sl_read_u8(&in);
  own->standing = watch & 1;
  own->reminded = watch & 2;
  if (err) return err;
  own->answered = watch & 4;
  if (own->ended) done_read(&in, &own->end_leaf, own->end_digest);
  if (own->answered) done_read(&in, &own->answer_leaf, own->answer_digest);
  err = sl_reader_done(&in);
  if (err) return err;
  memcpy(own->body_digest, body.data, 32);
  memcpy(own->plan_digest, plan.data, 32);
  memcpy(own->proposal_digest, proposal.data, 32);
  return SL_OK;
}

void sl_persist_member(sl_service *service, const sl_member *member) {
  uint8_t key[2] = {(uint8_t)(member->number >> 8), (uint8_t)member->number};
  sl_buf *out = row(service);
  sl_buf_add_u64(out, member->intents);
  sl_buf_add_u64(out, member->events);
  sl_buf_add_i64(out, member->budget.room);
  sl_buf_add_i64(out, member->budget.declared);
  sl_buf_add_i64(out, member->budget.share);
  sl_buf_add_i64(out, member->budget.reserved);
  sl_buf_add_i64(out, member->budget.activated);
  sl_buf_add_i64(out, member->budget.period_start.ns);
  sl_buf_add_i64(out, member->budget.refilled.ns);
  sl_buf_add_i64(out, member->clock_offset_ns);
  sl_buf_add_i64(out, member->clock_at.ns);
  sl_buf_add_u8(out, (uint8_t)((member->clock_doubt ? 1 : 0) | (member->recheck ? 2 : 0) | (member->clock_beat ? 4 : 0)));
  put(service, SL_TABLE_PARTY, (sl_span){key, sizeof key});
}

sl_err sl_persist_member_read(sl_member *member, sl_span value) {
  sl_reader in = sl_reader_of(value);
  if (sl_read_u8(&in) != FORM) return SL_ERR_CORRUPT;
  member->intents = sl_read_u64(&in);
  member->events = sl_read_u64(&in);
  member->budget.room = sl_read_i64(&in);
  member->budget.declared = sl_read_i64(&in);
  member->budget.share = sl_read_i64(&in);
  member->budget.reserved = sl_read_i64(&in);
  member->budget.activated = sl_read_i64(&in);
  member->budget.period_start.ns = sl_read_i64(&in);
  member->budget.refilled.ns = sl_read_i64(&in);
  member->clock_offset_ns = sl_read_i64(&in);
  member->clock_at.ns = sl_read_i64(&in);
  uint8_t flags = sl_read_u8(&in);
  member->clock_doubt = flags & 1;
  member->clock_pending = flags & 2;
  member->clock_beat = flags & 4;
  return sl_reader_done(&in);
}

void sl_line_enforce(sl_line_record *line) {
  line->now = line->effective = line->next;
  line->now_record = line->next_record;
  line->has_next = false;
  line->in_force = true;
}

void sl_persist_line(sl_service *service, const sl_line_record *line) {
  sl_buf *out = row(service);
  sl_buf_add_u32(out, line->now.number);
  sl_buf_add_u8(out, (uint8_t)line->machine.state);
  sl_buf_add_u8(out, (uint8_t)((line->machine.judged_again ? 1 : 0) | (line->machine.forked ? 2 : 0) |
                               (line->complete[0] ? 4 : 0) | (line->complete[1] ? 8 : 0)));
  for (int i = 0; i < 2; i++) {
    const sl_line_side *side = &line->machine.side[i];
    sl_buf_add_i64(out, side->last_heartbeat.ns);
    sl_buf_add_u8(out, (uint8_t)((side->reported ? 1 : 0) | (side->answered ? 2 : 0) | (side->suspended ? 4 : 0)));
    sl_buf_add_i64(out, line->burden[i]);
  }
  put(service, SL_TABLE_LINE, (sl_span){(const uint8_t *)line->now.line, strlen(line->now.line)});
}

sl_err sl_persist_line_read(sl_line_record *line, sl_span value) {
  sl_reader in = sl_reader_of(value);
  if (sl_read_u8(&in) != FORM) return SL_ERR_CORRUPT;
  uint32_t number = sl_read_u32(&in);
  sl_line machine = {.state = (sl_line_state)sl_read_u8(&in)};
  uint8_t flags = sl_read_u8(&in);
  machine.judged_again = flags & 1;
  machine.forked = flags & 2;
  int64_t burden[2];
  for (int i = 0; i < 2; i++) {
    machine.side[i].last_heartbeat.ns = sl_read_i64(&in);
    uint8_t bits = sl_read_u8(&in);
    machine.side[i].reported = bits & 1;
    machine.side[i].answered = bits & 2;
    machine.side[i].suspended = bits & 4;
    burden[i] = sl_read_i64(&in);
  }
  sl_err err = sl_reader_done(&in);
  if (err) return err;
  /* What was signed and had begun; what should have begun since begins by the clock, in a commit. */
  if (line->has_next && line->next.number <= number) sl_line_enforce(line);
  if (!line->in_force || line->now.number != number) return SL_ERR_CORRUPT;
  line->machine = machine;
  line->complete[0] = flags & 4;
  line->complete[1] = flags & 8;
  memcpy(line->burden, burden, sizeof burden);
  return SL_OK;
}

void sl_persist_clock(sl_service *service, sl_time said) {
  uint8_t clock[24];
  int64_t number[] = {service->now.ns, service->nonces_until, said.ns};
  for (size_t i = 0; i < sizeof clock; i++) clock[i] = (uint8_t)((uint64_t)number[i / 8] >> (56 - 8 * (i % 8)));
  sl_persist_meta(service, "clock", (sl_span){clock, sizeof clock});
}

void sl_persist_touched(sl_service *service) {
  for (size_t i = 0; i < service->member_count; i++) {
    if (!service->member[i]->touched) continue;
    sl_persist_member(service, service->member[i]);
    service->member[i]->touched = false;
  }
  for (size_t i = 0; i < service->line_count; i++) {
    if (!service->line[i].touched) continue;
    sl_persist_line(service, &service->line[i]);
    service->line[i].touched = false;
  }
  sl_persist_batches(service);
  sl_persist_clock(service, service->now);
}
