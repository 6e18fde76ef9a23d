/* Records: who may sign is decided by the roster at the time of taking; the liaison's
 * own key signs nothing here. An enrolled party becomes a member with its own log,
 * budget and place in the roll-up. */
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "seal/dsse.h"
#include "service/lines.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/records.h"

#define PARTIES_MAX (1u << SL_ROLLUP_SLOTS_LOG2)
#define LOG_LEAVES_MAX (UINT64_C(1) << 32)

/* The anchor's key while the side has no party yet: only it may found the side. */
static bool founding_key(const sl_service *service, const sl_record_signer *signer, uint8_t key[static 32]) {
  unsigned side = 0;
  if (sl_state_side(service, sl_str_from(signer->side), &side)) return false;
  for (uint32_t i = 0; i < service->roster.party_count; i++) {
    if (strcmp(service->roster.party[i].side, signer->side) == 0) return false;
  }
  memcpy(key, service->side[side].focal_key, 32);
  return true;
}

/* The signers whose signatures verify; one that does not is refused with the whole. */
static sl_err signers_of(const sl_service *service, const sl_envelope *envelope, sl_time at,
                         sl_record_signer out[static SL_ENVELOPE_SIGNATURES_MAX], sl_fault *fault) {
  for (uint32_t i = 0; i < envelope->count; i++) {
    sl_err err = sl_keyid_read(&out[i], envelope->signature[i].keyid);
    if (err) return sl_fault_set(fault, err, "a keyid is not side/party/number");
    uint8_t key[32];
    const sl_member_key *held = sl_roster_key_at(&service->roster, envelope->signature[i].keyid, at);
    if (held) memcpy(key, held->public_key, 32);
    else if (!founding_key(service, &out[i], key)) {
      return sl_fault_set(fault, SL_ERR_SIGNATURE, "a signature is by no key that is valid now");
    }
    err = sl_dsse_check(key, envelope->signature[i].sig, envelope->payload_type, envelope->payload);
    if (err) return sl_fault_set(fault, SL_ERR_SIGNATURE, "a signature does not verify over this payload");
  }
  return SL_OK;
}

/* A slot of the roll-up: drawn by a PRF of the party's name, the next free one after it. */
static uint32_t slot_for(const sl_service *service, const sl_member *member) {
  uint8_t drawn[16];
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)),
                     sl_str_bytes(sl_str_from(member->name))};
  sl_prf(drawn, sizeof drawn, service->options.seed, "rollup-slot", parts, 2);
  uint32_t count = 1u << SL_ROLLUP_SLOTS_LOG2;
  uint32_t slot = ((uint32_t)drawn[0] << 8 | drawn[1]) % count;
  for (bool taken = true; taken;) {
    taken = false;
    for (size_t i = 0; i < service->member_count; i++) taken |= service->member[i]->slot == slot;
    if (taken) slot = (slot + 1) % count;
  }
  return slot;
}

static sl_err member_new(sl_service *service, const sl_party *party, unsigned side, sl_time at) {
  SL_ASSERT(service->member_count < PARTIES_MAX);
  if (service->member_count == service->member_room) {
    size_t room = service->member_room ? service->member_room * 2 : 16;
    sl_member **grown = realloc(service->member, room * sizeof(sl_member *));
    if (!grown) return SL_ERR_NOMEM;
    service->member = grown;
    service->member_room = room;
  }
  sl_member *member = calloc(1, sizeof *member);
  if (!member) return SL_ERR_NOMEM;
  sl_err err = sl_tree_new(&member->log, sl_sha256, LOG_LEAVES_MAX);
  if (err) {
    free(member);
    return err;
  }
  member->side = (uint16_t)side;
  member->number = (uint16_t)service->member_count;
  memcpy(member->name, party->name, sizeof member->name);
  member->class_of = party->class_of;
  member->roles = party->roles;
  int written = snprintf(member->origin, sizeof member->origin, "%s/%s/%s", service->options.origin, party->side,
                         party->name);
  SL_ASSERT(written > 0 && (size_t)written < sizeof member->origin);
  member->slot = slot_for(service, member);
  const sl_agreement *agreement = sl_state_agreement(service, side);
  sl_agreement defaults;
  sl_agreement_defaults(&defaults);
  sl_budget_start(&member->budget, agreement ? agreement->budget_declared : defaults.budget_declared, at);
  member->touched = true;
  service->member[service->member_count++] = member;
  return SL_OK;
}

/* The side's parties are told of a record, each in its own log (L2). */
static void announce(sl_service *service, const sl_envelope *envelope, const sl_view_event *event, const char *side) {
  (void)envelope;
  unsigned number = 0;
  if (sl_state_side(service, sl_str_from(side), &number)) return;
  for (size_t i = 0; i < service->member_count; i++) {
    sl_view_event copy = *event;
    if (service->member[i]->side == number) sl_own_event(service, service->member[i], &copy);
  }
}

static size_t parties_of(const sl_service *service, unsigned side) {
  size_t count = 0;
  for (size_t i = 0; i < service->member_count; i++) count += service->member[i]->side == side;
  return count;
}

static size_t keys_of(const sl_service *service, const char *side) {
  size_t count = 0;
  for (uint32_t i = 0; i < service->roster.key_count; i++) count += strcmp(service->roster.key[i].side, side) == 0;
  return count;
}

/* Each side has its share of parties and keys (L15). */
static sl_err check_share(const sl_service *service, const sl_membership *record, unsigned side, sl_fault *fault) {
  size_t parties = PARTIES_MAX / service->side_count, keys = service->roster.key_room / service->side_count;
  bool enrols = record->change == SL_CHANGE_ENROL;
  if (enrols && parties_of(service, side) >= parties) {
    return sl_fault_set(fault, SL_ERR_CAP, "the side has its share of parties, which is %u", (unsigned)parties);
  }
  if ((enrols || record->change == SL_CHANGE_ROTATE) && keys_of(service, record->side) >= keys) {
    return sl_fault_set(fault, SL_ERR_CAP, "the side has its share of keys, which is %u", (unsigned)keys);
  }
  return SL_OK;
}

static sl_err take_membership(sl_service *service, const sl_envelope *envelope, const sl_record_signer *signer,
                              sl_time at, bool restarting, sl_fault *fault) {
  sl_arena arena;
  sl_arena_init(&arena, 1u << 20);
  sl_membership record;
  sl_err err = sl_membership_read(&record, &arena, envelope->payload, fault);
  unsigned side = 0;
  if (!err && sl_state_side(service, sl_str_from(record.side), &side)) {
    err = sl_fault_set(fault, SL_ERR_NOT_FOUND, "the side is not one of this intermediary's");
  }
  if (!err && record.change == SL_CHANGE_MERGE) {
    err = sl_fault_set(fault, SL_ERR_UNSUPPORTED, "a merge of sides is agreed with the liaison, not taken here");
  }
  /* Only who may change the side learns how full it is. */
  if (!err) err = sl_membership_check(&service->roster, &record, at, signer, envelope->count, fault);
  if (!err) err = check_share(service, &record, side, fault);
  if (!restarting) pthread_rwlock_wrlock(&service->directory_lock);
  if (!err) err = sl_membership_apply(&service->roster, &record, at, signer, envelope->count, fault);
  if (!err && record.change == SL_CHANGE_ENROL) {
    const sl_party *party = sl_roster_party(&service->roster, sl_str_from(record.side), sl_str_from(record.party));
    SL_ASSERT(party != NULL);
    err = member_new(service, party, side, at);
    /* The roster holds what the directory could not take: the group fails and all is rebuilt. */
    if (err) sl_group_fail(service, err);
  }
  if (!restarting) pthread_rwlock_unlock(&service->directory_lock);
  if (!err && !restarting) {
    sl_view_event event = {.kind = SL_EVENT_MEMBERSHIP};
    sl_span parts[] = {envelope->payload};
    sl_sha256(event.as.membership.digest, parts, 1);
    event.as.membership.status = SL_RECORD_TAKEN;
    announce(service, envelope, &event, record.side);
  }
  sl_arena_fini(&arena);
  return err;
}

/* Both sides' focal points, each by a key that is valid now. */
static bool both_signed(const sl_service *service, const sl_agreement *agreement, const sl_record_signer *signer,
                        uint32_t count, sl_time at) {
  for (int k = 0; k < 2; k++) {
    bool found = false;
    for (uint32_t i = 0; i < count && !found; i++) {
      const sl_party *party =
          sl_roster_party(&service->roster, sl_str_from(signer[i].side), sl_str_from(signer[i].party));
      found = strcmp(signer[i].side, agreement->side[k]) == 0 && party && (party->roles & SL_ROLE_FOCAL) &&
              sl_party_member(party, at);
    }
    if (!found) return false;
  }
  return true;
}

static sl_err take_agreement(sl_service *service, const sl_envelope *envelope, const sl_record_signer *signer,
                             sl_time at, bool restarting, sl_fault *fault) {
  sl_arena arena;
  sl_arena_init(&arena, 1u << 20);
  sl_agreement agreement;
  sl_err err = sl_agreement_read(&agreement, &arena, envelope->payload, fault);
  if (!err && !both_signed(service, &agreement, signer, envelope->count, at)) {
    err = sl_fault_set(fault, SL_ERR_DENIED, "an agreement needs a focal point of both sides");
  }
  if (!err && agreement.level != SL_LEVEL_PLAIN) {
    err = sl_fault_set(fault, SL_ERR_UNSUPPORTED, "only the plain level is served");
  }
  if (!err) err = sl_lines_agree(service, &agreement, restarting);
  if (!err && !restarting) {
    sl_view_event event = {.kind = SL_EVENT_AGREEMENT};
    sl_span parts[] = {envelope->payload};
    event.as.agreement.line = sl_str_from(agreement.line);
    event.as.agreement.number = agreement.number;
    sl_sha256(event.as.agreement.digest, parts, 1);
    event.as.agreement.status = SL_RECORD_TAKEN;
    for (int k = 0; k < 2; k++) announce(service, envelope, &event, agreement.side[k]);
  }
  sl_arena_fini(&arena);
  return err;
}

sl_err sl_records_take(sl_service *service, const sl_envelope *envelope, sl_time at, bool restarting,
                       sl_fault *fault) {
  sl_record_signer signer[SL_ENVELOPE_SIGNATURES_MAX];
  sl_err err = signers_of(service, envelope, at, signer, fault);
  if (err) return err;
  if (sl_str_is(envelope->payload_type, SL_MEMBERSHIP_TYPE)) {
    return take_membership(service, envelope, signer, at, restarting, fault);
  }
  if (sl_str_is(envelope->payload_type, SL_AGREEMENT_TYPE)) {
    return take_agreement(service, envelope, signer, at, restarting, fault);
  }
  return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "no record has this payload type");
}

void sl_act_record(sl_service *service, sl_op *op) {
  sl_fault fault = sl_fault_none();
  sl_err err = sl_records_take(service, &op->envelope, op->received, false, &fault);
  if (err) {
    sl_op_fail(op, SL_STAGE_BODY, err, &fault);
    return;
  }
  sl_persist_record(service, ++service->records, op->received, op->body);
  sl_view_record view = {.status = SL_RECORD_TAKEN};
  sl_span parts[] = {op->envelope.payload};
  sl_sha256(view.digest, parts, 1);
  sl_answer_record(&op->out, &view);
  op->status = 200;
  op->content_type = "application/json";
}

/* One agreement as its parties signed it, from its record. */
static sl_err agreement_view(sl_service *service, sl_op *op, const sl_agreement *agreement, uint32_t record,
                             bool in_force, sl_view_agreement *out) {
  sl_buf body;
  sl_buf_init(&body, SL_ENVELOPE_BODY_MAX);
  sl_err err = sl_persist_record_get(service, record, &body);
  sl_span kept = err ? (sl_span){0} : sl_arena_copy(&op->arena, sl_buf_span(&body));
  sl_envelope *envelope = SL_ARENA_TAKE(&op->arena, 1, sl_envelope);
  sl_buf_fini(&body);
  if (!err && (!kept.data || !envelope)) err = SL_ERR_NOMEM;
  if (!err) err = sl_envelope_read(envelope, &op->arena, kept, NULL);
  if (err) return err;
  *out = (sl_view_agreement){.line = sl_str_from(agreement->line), .number = agreement->number,
                             .status = in_force ? SL_RECORD_EFFECTIVE : SL_RECORD_TAKEN,
                             .valid_from = agreement->valid_from, .envelope = envelope};
  sl_span parts[] = {envelope->payload};
  sl_sha256(out->digest, parts, 1);
  return SL_OK;
}

void sl_act_agreements(sl_service *service, sl_op *op) {
  sl_view_agreement view[2 * SL_LINES_MAX];
  size_t count = 0;
  sl_err err = SL_OK;
  for (size_t i = 0; i < service->line_count && !err; i++) {
    const sl_line_record *line = &service->line[i];
    if (line->side[0] != op->side && line->side[1] != op->side) continue;
    if (line->in_force) err = agreement_view(service, op, &line->now, line->now_record, true, &view[count++]);
    if (line->has_next && !err) err = agreement_view(service, op, &line->next, line->next_record, false, &view[count++]);
  }
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  sl_answer_agreements(&op->out, view, count);
  op->status = 200;
  op->content_type = "application/json";
}
