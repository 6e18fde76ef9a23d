/* Looking things up in a roster (L2): parties, keys by number and by time, and the
 * side that a side has become. Work: two look-ups a request among some thousands of
 * entries: two open tables of 16-bit numbers, at most half full. Names come from records
 * that focal points signed, of which a side has its share, so the hash has no secret. */
#include "base/assert.h"
#include "base/text.h"
#include "case/membership.h"

SL_STATIC_ASSERT(SL_KEYS_MAX < UINT16_MAX && SL_PARTIES_MAX < UINT16_MAX, "numbers + 1 fit");

/* Of a table at most half full. */
static uint32_t slots_for(uint32_t entries) {
  uint32_t slots = 2;
  while (slots < 2 * (entries + 1)) slots *= 2;
  return slots;
}

/* FNV-1a of "side/party/number". */
static uint32_t hash_of(sl_str side, sl_str party, uint32_t number) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < side.size; i++) hash = (hash ^ (uint8_t)side.data[i]) * 16777619u;
  hash = (hash ^ '/') * 16777619u;
  for (size_t i = 0; i < party.size; i++) hash = (hash ^ (uint8_t)party.data[i]) * 16777619u;
  for (int i = 0; i < 4; i++) hash = (hash ^ (uint8_t)(number >> (8 * i))) * 16777619u;
  return hash;
}

sl_err sl_roster_init(sl_roster *out, sl_arena *arena, uint32_t parties, uint32_t keys) {
  SL_ASSERT(out != NULL && arena != NULL);
  if (parties > SL_PARTIES_MAX || keys > SL_KEYS_MAX) return SL_ERR_RANGE;
  sl_party *party = SL_ARENA_TAKE(arena, parties, sl_party);
  sl_member_key *key = SL_ARENA_TAKE(arena, keys, sl_member_key);
  uint32_t party_slots = slots_for(parties), key_slots = slots_for(keys);
  uint16_t *slot = SL_ARENA_TAKE(arena, party_slots + key_slots, uint16_t);
  if (!party || !key || !slot) return SL_ERR_NOMEM;
  memset(slot, 0, (party_slots + key_slots) * sizeof *slot);
  *out = (sl_roster){.party = party, .key = key, .party_room = parties, .key_room = keys,
                     .slot = slot, .party_slots = party_slots, .key_slots = key_slots};
  return SL_OK;
}

void sl_roster_note_party(sl_roster *roster) {
  SL_ASSERT(roster->party_count > 0);
  if (!roster->slot) return;
  const sl_party *party = &roster->party[roster->party_count - 1];
  uint32_t at = hash_of(sl_str_from(party->side), sl_str_from(party->name), 0);
  while (roster->slot[at & (roster->party_slots - 1)]) at++;
  roster->slot[at & (roster->party_slots - 1)] = (uint16_t)roster->party_count;
}

void sl_roster_note_key(sl_roster *roster) {
  SL_ASSERT(roster->key_count > 0);
  if (!roster->slot) return;
  const sl_member_key *key = &roster->key[roster->key_count - 1];
  uint32_t at = hash_of(sl_str_from(key->side), sl_str_from(key->party), key->number);
  uint16_t *slot = roster->slot + roster->party_slots;
  while (slot[at & (roster->key_slots - 1)]) at++;
  slot[at & (roster->key_slots - 1)] = (uint16_t)roster->key_count;
}

const sl_party *sl_roster_party(const sl_roster *roster, sl_str side, sl_str party) {
  SL_ASSERT(roster != NULL && roster->party_count <= roster->party_room);
  for (uint32_t at = roster->slot ? hash_of(side, party, 0) : 0; roster->slot; at++) {
    uint16_t number = roster->slot[at & (roster->party_slots - 1)];
    if (number == 0) return NULL;
    if (number > roster->party_count) continue;   /* of a copy that went on */
    const sl_party *found = &roster->party[number - 1];
    if (sl_str_is(side, found->side) && sl_str_is(party, found->name)) return found;
  }
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
  for (uint32_t at = roster->slot ? hash_of(side, party, number) : 0; roster->slot; at++) {
    uint16_t found = roster->slot[roster->party_slots + (at & (roster->key_slots - 1))];
    if (found == 0) return NULL;
    if (found > roster->key_count) continue;
    const sl_member_key *key = &roster->key[found - 1];
    if (key->number == number && sl_str_is(side, key->side) && sl_str_is(party, key->party)) return key;
  }
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
