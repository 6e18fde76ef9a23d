/* A small set: an array that is searched from the end while it is short (the pieces
 * of one object are found near each other), then a hash table with open addressing.
 *
 * Work expected: a few flights of several pieces in an answer; every entry of the
 * answer when the probe itself is in several pieces. */
#include "oracle/seen.h"

#include <stdlib.h>

#include "base/assert.h"

void sl_seen_init(sl_seen *seen, bool every) {
  seen->every = every;
  seen->count = 0;
  seen->room = 0;
  seen->entry = NULL;
}

void sl_seen_fini(sl_seen *seen) { free(seen->entry); }

static bool same(sl_entry a, sl_entry b) { return a.id == b.id && a.prepared == b.prepared; }

/* Where the entry is, or the vacant place for it. */
static sl_entry *place(sl_entry *table, uint32_t room, sl_entry entry) {
  uint64_t hash = ((uint64_t)(uintptr_t)entry.prepared ^ entry.id) * UINT64_C(0x9E3779B97F4A7C15);
  uint32_t at = (uint32_t)(hash >> 33) & (room - 1);
  while (table[at].prepared && !same(table[at], entry)) {
    at = (at + 1) & (room - 1);
  }
  return &table[at];
}

static sl_err grow(sl_seen *seen) {
  uint32_t room = seen->room ? seen->room * 2 : SL_SEEN_INLINE * 4;
  if (room == 0) {
    return SL_ERR_NOMEM;
  }
  sl_entry *table = calloc(room, sizeof *table);
  if (!table) {
    return SL_ERR_NOMEM;
  }
  const sl_entry *from = seen->entry ? seen->entry : seen->first;
  uint32_t places = seen->entry ? seen->room : seen->count;
  for (uint32_t i = 0; i < places; i++) {
    if (from[i].prepared) {
      *place(table, room, from[i]) = from[i];
    }
  }
  free(seen->entry);
  seen->entry = table;
  seen->room = room;
  return SL_OK;
}

static bool among_first(const sl_seen *seen, sl_entry entry) {
  for (uint32_t i = seen->count; i > 0; i--) {
    if (same(seen->first[i - 1], entry)) {
      return true;
    }
  }
  return false;
}

sl_err sl_seen_add(bool *fresh, sl_seen *seen, sl_entry entry) {
  SL_ASSERT(entry.prepared);
  if (!seen->entry) {
    if (among_first(seen, entry)) {
      *fresh = false;
      return SL_OK;
    }
    if (seen->count < SL_SEEN_INLINE) {
      seen->first[seen->count++] = entry;
      *fresh = true;
      return SL_OK;
    }
  }
  if ((uint64_t)seen->count * 2 >= seen->room) {
    sl_err err = grow(seen);
    if (err != SL_OK) {
      return err;
    }
  }
  sl_entry *at = place(seen->entry, seen->room, entry);
  *fresh = at->prepared == NULL;
  if (*fresh) {
    *at = entry;
    seen->count++;
  }
  return SL_OK;
}
