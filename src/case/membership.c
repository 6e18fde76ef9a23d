/* What may change a roster (L2): each kind of record has one check and one effect.
 * Nothing is ever taken out; ends are set, so that the past stays verifiable. */
#include "case/membership.h"

#include "base/assert.h"

static const sl_time NEVER = {SL_TIME_NEVER_NS};

static sl_time earlier(sl_time a, sl_time b) { return a.ns < b.ns ? a : b; }
static sl_time later(sl_time a, sl_time b) { return a.ns > b.ns ? a : b; }
static sl_str text(const char *name) { return sl_str_from(name); }

static bool terminated(const char name[static SL_NAME_MAX + 1]) { return memchr(name, 0, SL_NAME_MAX + 1) != NULL; }

static bool side_known(const sl_roster *roster, const char *side) {
  for (uint32_t i = 0; i < roster->party_count; i++) {
    if (sl_str_is(text(side), roster->party[i].side)) return true;
  }
  return false;
}

static const sl_party *party_of(const sl_roster *roster, const sl_membership *record) {
  return sl_roster_party(roster, text(record->side), text(record->party));
}

/* Signed by a focal point of `side` whose membership and key are valid at `now`. */
static bool signed_by(const sl_roster *roster, const char *side, sl_time now, const sl_record_signer *signer,
                      size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!terminated(signer[i].side) || !terminated(signer[i].party)) continue;
    if (!sl_str_is(text(side), signer[i].side)) continue;
    const sl_party *party = sl_roster_party(roster, text(signer[i].side), text(signer[i].party));
    const sl_member_key *key = sl_roster_key(roster, text(signer[i].side), text(signer[i].party), signer[i].number);
    if (!party || !key || !(party->roles & SL_ROLE_FOCAL)) continue;
    if (sl_party_member(party, now) && sl_member_key_valid(key, now)) return true;
  }
  return false;
}

/* The record that founds a side is signed by the key it brings. */
static bool signed_by_itself(const sl_membership *record, const sl_record_signer *signer, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!terminated(signer[i].side) || !terminated(signer[i].party)) continue;
    bool itself = sl_str_is(text(record->side), signer[i].side) && sl_str_is(text(record->party), signer[i].party);
    if (itself && signer[i].number == record->number) return true;
  }
  return false;
}

/* On the side itself: whether another has the key is not this side's to learn. */
static bool key_stands(const sl_roster *roster, const char *side, const uint8_t public_key[static 32]) {
  for (uint32_t i = 0; i < roster->key_count; i++) {
    if (!sl_str_is(text(side), roster->key[i].side)) continue;
    if (memcmp(roster->key[i].public_key, public_key, 32) == 0) return true;
  }
  return false;
}

static sl_err check_new_key(const sl_roster *roster, const sl_membership *record, sl_fault *fault) {
  static const uint8_t zero[32] = {0};
  if (memcmp(record->public_key, zero, sizeof zero) == 0) return sl_fault_set(fault, SL_ERR_RANGE, "the key is all zero");
  if (key_stands(roster, record->side, record->public_key)) return sl_fault_set(fault, SL_ERR_DUPLICATE, "this key is enrolled already");
  if (roster->key_count >= roster->key_room) return sl_fault_set(fault, SL_ERR_CAP, "the roster has no room for a key");
  return SL_OK;
}

/* Parties of the side that stay focal points for good: no end set, nor to their key.
 * `but` and `number` leave one party (number 0) or one of its keys out of it. */
static bool focal_point_left(const sl_roster *roster, const char *side, const sl_party *but, uint32_t number) {
  for (uint32_t i = 0; i < roster->key_count; i++) {
    const sl_member_key *key = &roster->key[i];
    if (key->until.ns != NEVER.ns || !sl_str_is(text(side), key->side)) continue;
    const sl_party *party = sl_roster_party(roster, text(key->side), text(key->party));
    if (!party || party->until.ns != NEVER.ns || !(party->roles & SL_ROLE_FOCAL)) continue;
    if (party != but || (number != 0 && key->number != number)) return true;
  }
  return false;
}

static uint32_t last_number(const sl_roster *roster, const sl_membership *record, sl_time *ret_from) {
  uint32_t last = 0;
  for (uint32_t i = 0; i < roster->key_count; i++) {
    const sl_member_key *key = &roster->key[i];
    if (!sl_str_is(text(record->side), key->side) || !sl_str_is(text(record->party), key->party)) continue;
    if (key->number <= last) continue;
    last = key->number;
    *ret_from = key->from;
  }
  return last;
}

static sl_err check_enrol(const sl_roster *roster, const sl_membership *record, sl_fault *fault) {
  if (record->number != 1) return sl_fault_set(fault, SL_ERR_RANGE, "the first key has number 1");
  if ((unsigned)record->class_of >= SL_CLASS_COUNT || (record->roles & ~SL_ROLES_ALL)) {
    return sl_fault_set(fault, SL_ERR_RANGE, "an unknown class or role");
  }
  if (party_of(roster, record)) return sl_fault_set(fault, SL_ERR_EXISTS, "a party of this name is or was enrolled");
  if (!side_known(roster, record->side) && !(record->roles & SL_ROLE_FOCAL)) {
    return sl_fault_set(fault, SL_ERR_DENIED, "a side is founded by enrolling a focal point");
  }
  if (roster->party_count >= roster->party_room) return sl_fault_set(fault, SL_ERR_CAP, "the roster has no room for a party");
  return check_new_key(roster, record, fault);
}

static sl_err check_rotate(const sl_roster *roster, const sl_membership *record, sl_fault *fault) {
  const sl_party *party = party_of(roster, record);
  if (!party) return sl_fault_set(fault, SL_ERR_NOT_FOUND, "no such party on this side");
  if (!sl_party_member(party, record->effective)) return sl_fault_set(fault, SL_ERR_STATE, "the party is no member then");
  sl_time from = {0};
  if (record->number != last_number(roster, record, &from) + 1) {
    return sl_fault_set(fault, SL_ERR_RANGE, "keys are numbered without gaps");
  }
  if (record->effective.ns <= from.ns) return sl_fault_set(fault, SL_ERR_STATE, "the key before it begins later");
  return check_new_key(roster, record, fault);
}

static sl_err check_revoke(const sl_roster *roster, const sl_membership *record, sl_time now, sl_fault *fault) {
  const sl_member_key *key = sl_roster_key(roster, text(record->side), text(record->party), record->number);
  if (!key) return sl_fault_set(fault, SL_ERR_NOT_FOUND, "no such key");
  if (record->effective.ns < key->from.ns) return sl_fault_set(fault, SL_ERR_EXPIRED, "before the key begins");
  if (key->until.ns <= later(record->effective, now).ns) return sl_fault_set(fault, SL_ERR_STATE, "the key has ended by then");
  const sl_party *party = party_of(roster, record);
  SL_ASSERT(party != NULL);
  if (key->until.ns == NEVER.ns && (party->roles & SL_ROLE_FOCAL) && party->until.ns == NEVER.ns &&
      !focal_point_left(roster, record->side, party, record->number)) {
    return sl_fault_set(fault, SL_ERR_STATE, "the side's last focal point: rotate its key first");
  }
  return SL_OK;
}

static sl_err check_leave(const sl_roster *roster, const sl_membership *record, sl_fault *fault) {
  const sl_party *party = party_of(roster, record);
  if (!party) return sl_fault_set(fault, SL_ERR_NOT_FOUND, "no such party on this side");
  if (!sl_party_member(party, record->effective)) return sl_fault_set(fault, SL_ERR_STATE, "the party is no member then");
  if ((party->roles & SL_ROLE_FOCAL) && !focal_point_left(roster, record->side, party, 0)) {
    return sl_fault_set(fault, SL_ERR_STATE, "the side's last focal point does not leave");
  }
  return SL_OK;
}

static bool absorbed(const sl_roster *roster, const char *side) {
  for (uint32_t i = 0; i < roster->merge_count; i++) {
    if (sl_str_is(text(side), roster->merge[i].absorbed)) return true;
  }
  return false;
}

/* A side is absorbed once, by one that is not itself absorbed: no chains that turn. */
static sl_err check_merge(const sl_roster *roster, const sl_membership *record, sl_fault *fault) {
  if (!sl_name_good(text(record->other)) || sl_str_is(text(record->side), record->other)) {
    return sl_fault_set(fault, SL_ERR_RANGE, "a merge names two sides");
  }
  if (!side_known(roster, record->side) || !side_known(roster, record->other)) {
    return sl_fault_set(fault, SL_ERR_NOT_FOUND, "no such side");
  }
  if (absorbed(roster, record->side) || absorbed(roster, record->other)) {
    return sl_fault_set(fault, SL_ERR_STATE, "one of the sides is part of another already");
  }
  return roster->merge_count < SL_MERGES_MAX ? SL_OK : sl_fault_set(fault, SL_ERR_CAP, "too many merges");
}

static sl_err check_kind(const sl_roster *roster, const sl_membership *record, sl_time now, sl_fault *fault) {
  switch (record->change) {
    case SL_CHANGE_ENROL: return check_enrol(roster, record, fault);
    case SL_CHANGE_ROTATE: return check_rotate(roster, record, fault);
    case SL_CHANGE_REVOKE: return check_revoke(roster, record, now, fault);
    case SL_CHANGE_LEAVE: return check_leave(roster, record, fault);
    case SL_CHANGE_MERGE: return check_merge(roster, record, fault);
  }
  return sl_fault_set(fault, SL_ERR_RANGE, "an unknown change");
}

static bool names_good(const sl_membership *record) {
  if (!terminated(record->side) || !terminated(record->other) || !terminated(record->party)) return false;
  if (!sl_name_good(text(record->side))) return false;
  return record->change == SL_CHANGE_MERGE || sl_name_good(text(record->party));
}

static sl_err check_signers(const sl_roster *roster, const sl_membership *record, sl_time now,
                            const sl_record_signer *signer, size_t count, sl_fault *fault) {
  bool founds = record->change == SL_CHANGE_ENROL && !side_known(roster, record->side);
  bool good = founds ? signed_by_itself(record, signer, count) : signed_by(roster, record->side, now, signer, count);
  if (record->change == SL_CHANGE_MERGE) good = good && signed_by(roster, record->other, now, signer, count);
  return good ? SL_OK : sl_fault_set(fault, SL_ERR_DENIED, "not signed by a focal point of the side (of both for a merge)");
}

sl_err sl_membership_check(const sl_roster *roster, const sl_membership *record, sl_time now,
                           const sl_record_signer *signer, size_t signer_count, sl_fault *fault) {
  SL_ASSERT(roster != NULL && record != NULL && (signer != NULL || signer_count == 0));
  if (!names_good(record)) return sl_fault_set(fault, SL_ERR_RANGE, "a name is 1 to 24 of a-z, 0-9 and -, a letter first");
  sl_err err = check_signers(roster, record, now, signer, signer_count, fault);
  if (err != SL_OK) return err;
  int64_t at = record->effective.ns;
  bool future = at > now.ns && now.ns <= SL_TIME_MAX_NS && at - SL_MEMBERSHIP_AHEAD_NS <= now.ns;
  bool revoked = record->change == SL_CHANGE_REVOKE && at >= 0 && at - SL_MEMBERSHIP_AHEAD_NS <= now.ns;
  if (at < 0 || at > SL_TIME_MAX_NS || (!future && !revoked)) {
    return sl_fault_set(fault, SL_ERR_EXPIRED, "a membership record takes effect in the future, within a year");
  }
  return check_kind(roster, record, now, fault);
}

static void add_key(sl_roster *roster, const sl_membership *record) {
  SL_ASSERT(roster->key_count < roster->key_room);
  sl_member_key *key = &roster->key[roster->key_count++];
  *key = (sl_member_key){.number = record->number, .from = record->effective, .until = NEVER};
  memcpy(key->side, record->side, sizeof key->side);
  memcpy(key->party, record->party, sizeof key->party);
  memcpy(key->public_key, record->public_key, sizeof key->public_key);
  sl_roster_note_key(roster);
}

/* End keys of the party at `at`; number 0 is all of them. A key that begins later
 * gets an empty interval. */
static void end_keys(sl_roster *roster, const sl_membership *record, uint32_t number, sl_time at) {
  for (uint32_t i = 0; i < roster->key_count; i++) {
    sl_member_key *key = &roster->key[i];
    if (!sl_str_is(text(record->side), key->side) || !sl_str_is(text(record->party), key->party)) continue;
    if (number == 0 || key->number == number) key->until = earlier(key->until, later(at, key->from));
  }
}

static void enrol(sl_roster *roster, const sl_membership *record) {
  SL_ASSERT(roster->party_count < roster->party_room);
  sl_party *party = &roster->party[roster->party_count++];
  *party = (sl_party){.class_of = record->class_of, .roles = record->roles, .from = record->effective, .until = NEVER};
  memcpy(party->side, record->side, sizeof party->side);
  memcpy(party->name, record->party, sizeof party->name);
  sl_roster_note_party(roster);
  add_key(roster, record);
}

static void leave(sl_roster *roster, const sl_membership *record) {
  for (uint32_t i = 0; i < roster->party_count; i++) {
    sl_party *party = &roster->party[i];
    bool meant = sl_str_is(text(record->side), party->side) && sl_str_is(text(record->party), party->name);
    if (meant) party->until = earlier(party->until, record->effective);
  }
  end_keys(roster, record, 0, record->effective);
}

static void merge(sl_roster *roster, const sl_membership *record) {
  SL_ASSERT(roster->merge_count < SL_MERGES_MAX);
  sl_merge *made = &roster->merge[roster->merge_count++];
  *made = (sl_merge){.at = record->effective};
  memcpy(made->side, record->side, sizeof made->side);
  memcpy(made->absorbed, record->other, sizeof made->absorbed);
}

sl_err sl_membership_apply(sl_roster *roster, const sl_membership *record, sl_time now,
                           const sl_record_signer *signer, size_t signer_count, sl_fault *fault) {
  sl_err err = sl_membership_check(roster, record, now, signer, signer_count, fault);
  if (err != SL_OK) return err;
  switch (record->change) {
    case SL_CHANGE_ENROL: enrol(roster, record); break;
    case SL_CHANGE_ROTATE:
      end_keys(roster, record, 0, record->effective);
      add_key(roster, record);
      break;
    case SL_CHANGE_REVOKE: end_keys(roster, record, record->number, later(record->effective, now)); break;
    case SL_CHANGE_LEAVE: leave(roster, record); break;
    case SL_CHANGE_MERGE: merge(roster, record); break;
  }
  return SL_OK;
}
