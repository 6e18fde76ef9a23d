/* Looking things up in a roster (L2): parties, keys by number and by time, and the
 * side that a side has become. Linear walks: some thousands of entries, a few look-ups
 * a request; the service keeps its own table of keys when that is too many. */
#include "base/assert.h"
#include "base/text.h"
#include "case/membership.h"

sl_err sl_roster_init(sl_roster *out, sl_arena *arena, uint32_t parties, uint32_t keys) {
  SL_ASSERT(out != NULL && arena != NULL);
  if (parties > SL_PARTIES_MAX || keys > SL_KEYS_MAX) return SL_ERR_RANGE;
  sl_party *party = SL_ARENA_TAKE(arena, parties, sl_party);
  sl_member_key *key = SL_ARENA_TAKE(arena, keys, sl_member_key);
  if (!party || !key) return SL_ERR_NOMEM;
  *out = (sl_roster){.party = party, .key = key, .party_room = parties, .key_room = keys};
  return SL_OK;
}

const sl_party *sl_roster_party(const sl_roster *roster, sl_str side, sl_str party) {
  SL_ASSERT(roster != NULL && roster->party_count <= roster->party_room);
  for (uint32_t i = 0; i < roster->party_count; i++) {
    const sl_party *found = &roster->party[i];
    if (sl_str_is(side, found->side) && sl_str_is(party, found->name)) return found;
  }
  return NULL;
}

bool sl_party_member(const sl_party *party, sl_time at) {
  SL_ASSERT(party != NULL);
  return party->from.ns <= at.ns && at.ns < party->until.ns;
}

const sl_member_key *sl_roster_key(const sl_roster *roster, sl_str side, sl_str party, uint32_t number) {
  SL_ASSERT(roster != NULL && roster->key_count <= roster->key_room);
  for (uint32_t i = 0; i < roster->key_count; i++) {
    const sl_member_key *found = &roster->key[i];
    if (found->number == number && sl_str_is(side, found->side) && sl_str_is(party, found->party)) return found;
  }
  return NULL;
}

bool sl_member_key_valid(const sl_member_key *key, sl_time at) {
  SL_ASSERT(key != NULL);
  return key->from.ns <= at.ns && at.ns < key->until.ns;
}

const sl_member_key *sl_roster_key_at(const sl_roster *roster, sl_str keyid, sl_time now) {
  sl_record_signer parts;
  if (sl_keyid_read(&parts, keyid) != SL_OK) return NULL;
  sl_str side = sl_str_from(parts.side);
  sl_str name = sl_str_from(parts.party);
  const sl_party *party = sl_roster_party(roster, side, name);
  const sl_member_key *key = sl_roster_key(roster, side, name, parts.number);
  if (!party || !key || !sl_party_member(party, now)) return NULL;
  return sl_member_key_valid(key, now) ? key : NULL;
}

/* Up to the next slash or the end; the slash is dropped from *rest. */
static sl_str part(sl_str *rest) {
  size_t size = 0;
  while (size < rest->size && rest->data[size] != '/') size++;
  sl_str taken = {rest->data, size};
  size_t skip = size < rest->size ? size + 1 : size;
  *rest = (sl_str){rest->data + skip, rest->size - skip};
  return taken;
}

sl_err sl_keyid_read(sl_record_signer *out, sl_str keyid) {
  SL_ASSERT(out != NULL);
  if (keyid.size == 0 || keyid.size > 2 * SL_NAME_MAX + 12) return SL_ERR_SYNTAX;
  sl_str rest = keyid;
  sl_str side = part(&rest);
  sl_str party = part(&rest);
  int64_t number = 0;
  if (!sl_name_good(side) || !sl_name_good(party)) return SL_ERR_SYNTAX;
  if (sl_int_read(&number, rest) != SL_OK || number < 1 || number > UINT32_MAX) return SL_ERR_SYNTAX;
  *out = (sl_record_signer){.number = (uint32_t)number};
  memcpy(out->side, side.data, side.size);
  memcpy(out->party, party.data, party.size);
  return SL_OK;
}

sl_str sl_roster_side(const sl_roster *roster, sl_str side, sl_time at) {
  SL_ASSERT(roster != NULL && roster->merge_count <= SL_MERGES_MAX);
  sl_str now = side;
  for (uint32_t hops = 0; hops < roster->merge_count; hops++) {
    const sl_merge *next = NULL;
    for (uint32_t i = 0; i < roster->merge_count && !next; i++) {
      const sl_merge *merge = &roster->merge[i];
      if (merge->at.ns <= at.ns && sl_str_is(now, merge->absorbed)) next = merge;
    }
    if (!next) return now;
    now = sl_str_from(next->side);
  }
  return now;
}
