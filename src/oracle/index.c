/* The space-time index of live objects: a hash grid in memory (grid.h), one table
 * for each level and altitude reference in use.
 *
 * Work expected: a million drone volumes of a few hundred metres and minutes, among
 * them sites that stand for years, reservations over a province and flights across
 * countries; a query for each submission, an insertion and a removal for each
 * change. A query visits only tables that hold something, in each the few cells
 * that can matter, or the whole table where those would be more than it has. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "oracle/cells.h"
#include "oracle/pieces.h"
#include "oracle/seen.h"

#define WORDS ((SL_GRID_TABLES + 63u) / 64u)

struct sl_index {
  size_t cap, count;
  sl_pool pool;
  uint64_t holding[WORDS];        /* a bit for each table that holds something */
  sl_table table[SL_GRID_TABLES];
};

static void set_holding(sl_index *index, uint32_t table) {
  uint64_t bit = UINT64_C(1) << table % 64;
  if (index->table[table].slots) {
    index->holding[table / 64] |= bit;
  } else {
    index->holding[table / 64] &= ~bit;
  }
}

sl_err sl_index_new(sl_index **out, size_t cap) {
  sl_index *index = calloc(1, sizeof *index);
  if (!index) {
    return SL_ERR_NOMEM;
  }
  index->cap = cap;
  *out = index;
  return SL_OK;
}

void sl_index_free(sl_index *index) {
  if (!index) {
    return;
  }
  for (unsigned i = 0; i < SL_GRID_TABLES; i++) {
    sl_table_fini(&index->table[i]);
  }
  sl_pool_fini(&index->pool);
  free(index);
}

size_t sl_index_count(const sl_index *index) { return index->count; }

size_t sl_index_bytes(const sl_index *index) {
  size_t bytes = sizeof *index + index->pool.room * sizeof(sl_slot);
  for (unsigned i = 0; i < SL_GRID_TABLES; i++) {
    bytes += index->table[i].room * sizeof(sl_group);
  }
  return bytes;
}

static bool locate_and_drop(sl_index *index, const sl_bounds *piece, sl_entry entry) {
  sl_filing filing = sl_grid_file(piece);
  uint32_t number = sl_grid_table(filing.level), position;
  sl_table *table = &index->table[number];
  sl_group *group = sl_table_locate(&position, table, &index->pool, &filing, entry.id, entry.prepared);
  if (!group) {
    return false;
  }
  sl_table_drop(table, &index->pool, group, &filing, position);
  set_holding(index, number);
  return true;
}

static bool holds(const sl_index *index, const sl_filing *filing, sl_entry entry) {
  uint32_t position;
  const sl_table *table = &index->table[sl_grid_table(filing->level)];
  return sl_table_locate(&position, table, &index->pool, filing, entry.id, entry.prepared) != NULL;
}

sl_err sl_index_insert(sl_index *index, sl_entry entry) {
  SL_ASSERT(entry.prepared);
  sl_bounds piece[SL_PIECES_MAX];
  uint32_t pieces = sl_pieces_of(piece, entry.prepared);
  for (uint32_t i = 0; i < pieces; i++) {
    sl_filing filing = sl_grid_file(&piece[i]);
    sl_err err = SL_OK;
    if (i == 0) { /* an entry that is present has its first piece there */
      err = holds(index, &filing, entry) ? SL_ERR_EXISTS : index->count >= index->cap ? SL_ERR_CAP : SL_OK;
    }
    if (err == SL_OK) {
      sl_slot slot = {filing.box, entry.id, entry.prepared};
      uint32_t number = sl_grid_table(filing.level);
      err = sl_table_add(&index->table[number], &index->pool, &filing, slot);
      set_holding(index, number);
    }
    if (err != SL_OK) {
      while (i > 0) {
        bool dropped = locate_and_drop(index, &piece[--i], entry);
        SL_ASSERT(dropped);
      }
      return err;
    }
  }
  index->count++;
  return SL_OK;
}

sl_err sl_index_remove(sl_index *index, sl_entry entry) {
  SL_ASSERT(entry.prepared);
  sl_bounds piece[SL_PIECES_MAX];
  uint32_t pieces = sl_pieces_of(piece, entry.prepared);
  for (uint32_t i = 0; i < pieces; i++) {
    if (!locate_and_drop(index, &piece[i], entry)) {
      SL_ASSERT(i == 0); /* all pieces are there, or none */
      return SL_ERR_NOT_FOUND;
    }
  }
  SL_ASSERT(index->count > 0);
  index->count--;
  return SL_OK;
}

#define WAITING 16u

/* One query in one table after the other. */
typedef struct walk {
  const sl_index *index;
  const sl_table *table;
  sl_grid_level level;
  sl_grid_probe probe;
  sl_seen seen;          /* objects of several pieces that were reported */
  sl_entry waiting[WAITING];   /* what met, while its object comes from memory */
  unsigned waits;
  sl_candidate_fn *found;
  void *context;
  sl_err err;
  bool stopped;
} walk;

static void report(walk *w, sl_entry entry) {
  if (w->seen.every || sl_bounds_legs(entry.prepared) > 1) {
    bool fresh = false;
    w->err = sl_seen_add(&fresh, &w->seen, entry);
    w->stopped = w->err != SL_OK;
    if (!fresh || w->stopped) {
      return;
    }
  }
  w->stopped = !w->found(w->context, &entry);
}

static void report_waiting(walk *w) {
  for (unsigned i = 0; i < w->waits && !w->stopped; i++) {
    report(w, w->waiting[i]);
  }
  w->waits = 0;
}

/* Whoever asks will read the object: its first lines are fetched meanwhile. */
static void report_soon(walk *w, const sl_slot *slot) {
  const char *object = (const char *)slot->prepared;
  __builtin_prefetch(object);
  __builtin_prefetch(object + 64);
  __builtin_prefetch(object + 128);
  w->waiting[w->waits++] = (sl_entry){slot->id, slot->prepared};
  if (w->waits == WAITING) {
    report_waiting(w);
  }
}

/* Report what in the cell meets the probe. */
static void visit_cell(walk *w, const sl_cell *cell, sl_box probe) {
  const sl_slot *slot = &w->index->pool.slot[cell->run];
  for (uint32_t i = 0; i < cell->count && !w->stopped; i++) {
    if (!sl_box_apart(slot[i].box, probe)) {
      report_soon(w, &slot[i]);
    }
  }
}

/* The cells of a group that the range reaches: from `first` to before `end`. */
typedef struct members { int64_t base; unsigned first, end; } members;

static members members_of(const sl_group *group, const sl_grid_range *range) {
  members out = {sl_grid_unkey(group->key).time, 0, SL_GRID_GROUP};
  if (range->time_first > out.base) {
    out.first = (unsigned)(range->time_first - out.base);
  }
  if (range->time_last < out.base + (int64_t)SL_GRID_GROUP - 1) {
    out.end = (unsigned)(range->time_last - out.base + 1);
  }
  return out;
}

static void visit_group(walk *w, const sl_group *group, const sl_grid_range *range, sl_box place) {
  members m = members_of(group, range);
  for (unsigned i = m.first; i < m.end && !w->stopped; i++) {
    if (group->cell[i].count) {
      visit_cell(w, &group->cell[i], sl_grid_probe_then(place, &w->probe, w->level, m.base + i));
    }
  }
}

/* Every group of the table, where the range has more keys than the table. */
static void scan_table(walk *w, const sl_grid_range *range) {
  for (uint32_t i = 0; i < w->table->room && !w->stopped; i++) {
    const sl_group *group = &w->table->group[i];
    if (!group->key) {
      continue;
    }
    sl_grid_cell at = sl_grid_unkey(group->key);
    if (at.time <= range->time_last && at.time + (int64_t)SL_GRID_GROUP > range->time_first) {
      unsigned widening = sl_grid_widening(w->level.lateral, at.row);
      visit_group(w, group, range, sl_grid_probe_place(&w->probe, w->level, at.row, widening, at.column));
    }
  }
}

#define BATCH 32u

/* Keys whose groups have been asked for from memory and not yet looked at, and the
 * probe as a box of each. */
typedef struct batch {
  uint64_t key[BATCH];
  sl_box place[BATCH];
  unsigned count;
} batch;

/* The cells of the group that the range reaches. */
static void prefetch_group(const walk *w, const sl_group *group, const sl_grid_range *range) {
  members m = members_of(group, range);
  for (unsigned i = m.first; i < m.end; i++) {
    const sl_cell *cell = &group->cell[i];
    if (cell->count) {
      const sl_slot *slot = &w->index->pool.slot[cell->run];
      __builtin_prefetch(slot);
      __builtin_prefetch(slot + (cell->count - 1) / 2);
      __builtin_prefetch(slot + cell->count - 1);
    }
  }
}

static void batch_visit(walk *w, batch *b, const sl_grid_range *range) {
  const sl_group *group[BATCH];
  for (unsigned i = 0; i < b->count; i++) {
    group[i] = sl_table_find(w->table, b->key[i]);
    if (group[i]) {
      prefetch_group(w, group[i], range);
    }
  }
  for (unsigned i = 0; i < b->count && !w->stopped; i++) {
    if (group[i]) {
      visit_group(w, group[i], range, b->place[i]);
    }
  }
  b->count = 0;
}

static void batch_add(walk *w, batch *b, const sl_grid_range *range, uint64_t key, sl_box place) {
  __builtin_prefetch(&w->table->group[sl_table_home(w->table, key)]);
  b->key[b->count] = key;
  b->place[b->count++] = place;
  if (b->count == BATCH) {
    batch_visit(w, b, range);
  }
}

#define ROWS_KEPT 4u   /* enough for what is small against its cells */

/* The rows of a range, the first of them made once. */
typedef struct rows {
  const sl_grid_range *range;
  sl_grid_row kept[ROWS_KEPT];
} rows;

static sl_grid_row row_at(const walk *w, const rows *all, int64_t row) {
  int64_t at = row - all->range->row_first;
  return at < (int64_t)ROWS_KEPT ? all->kept[at] : sl_grid_row_of(&w->probe, w->level, &w->table->reach, row);
}

/* Make the rows to be kept, and count the keys of the range no further than `most`. */
static uint64_t rows_make(rows *out, const walk *w, const sl_grid_range *range, uint64_t most) {
  uint64_t groups = (uint64_t)(sl_grid_group(range->time_last) - sl_grid_group(range->time_first) + 1);
  uint64_t keys = 0;
  out->range = range;
  for (int64_t row = range->row_first; row <= range->row_last && keys <= most; row++) {
    sl_grid_row at = sl_grid_row_of(&w->probe, w->level, &w->table->reach, row);
    if (row - range->row_first < (int64_t)ROWS_KEPT) {
      out->kept[row - range->row_first] = at;
    }
    for (unsigned r = 0; r < at.runs; r++) {
      keys += (uint64_t)(at.run[r].last - at.run[r].first + 1) * groups;
    }
  }
  return keys;
}

static void walk_row(walk *w, batch *b, const sl_grid_range *range, const sl_grid_row *at) {
  int64_t first = sl_grid_group(range->time_first), last = sl_grid_group(range->time_last);
  for (unsigned r = 0; r < at->runs && !w->stopped; r++) {
    for (int64_t column = at->run[r].first; column <= at->run[r].last && !w->stopped; column++) {
      sl_box place = sl_grid_probe_place(&w->probe, w->level, at->row, at->widening, column);
      for (int64_t group = first; group <= last && !w->stopped; group++) {
        batch_add(w, b, range, sl_grid_key(at->row, column, group), place);
      }
    }
  }
}

static void walk_range(walk *w, const rows *all) {
  batch b;   /* not cleared: most of it is never used */
  b.count = 0;
  for (int64_t row = all->range->row_first; row <= all->range->row_last && !w->stopped; row++) {
    sl_grid_row at = row_at(w, all, row);
    walk_row(w, &b, all->range, &at);
  }
  batch_visit(w, &b, all->range);
}

static void visit_table(walk *w, uint32_t number) {
  w->table = &w->index->table[number];
  w->level = sl_grid_level_of(number);
  sl_grid_range range = sl_grid_range_of(&w->probe, w->level, &w->table->reach);
  uint64_t most = w->table->used < 16 ? 16 : w->table->used;
  rows all;
  if (rows_make(&all, w, &range, most) > most) {
    scan_table(w, &range);
  } else {
    walk_range(w, &all);
  }
}

/* What one piece of the probe meets. */
static void walk_piece(walk *w, const sl_bounds *piece, const sl_minima *reach) {
  sl_alt_ref ready = 0;   /* the reference that the probe is made for; references come in order */
  for (unsigned word = 0; word < WORDS; word++) {
    for (uint64_t left = w->index->holding[word]; left && !w->stopped; left &= left - 1) {
      uint32_t number = word * 64 + (uint32_t)__builtin_ctzll(left);
      sl_alt_ref ref = sl_grid_level_of(number).ref;
      if (ref != ready) {
        w->probe = sl_grid_probe_of(piece, ref, reach);
        ready = ref;
      }
      visit_table(w, number);
    }
  }
}

sl_err sl_index_query(const sl_index *index, const sl_prepared *probe, const sl_minima *reach, sl_candidate_fn *found,
                      void *context) {
  if (!sl_minima_valid(reach)) {
    return SL_ERR_RANGE;
  }
  walk w;   /* not cleared as a whole: `seen` is a kilobyte */
  w.index = index;
  w.found = found;
  w.context = context;
  w.err = SL_OK;
  w.stopped = false;
  w.waits = 0;
  sl_bounds piece[SL_PIECES_MAX];
  uint32_t pieces = sl_pieces_of(piece, probe);
  sl_seen_init(&w.seen, pieces > 1);
  for (uint32_t i = 0; i < pieces && !w.stopped; i++) {
    walk_piece(&w, &piece[i], reach);
  }
  report_waiting(&w);
  sl_seen_fini(&w.seen);
  return w.err;
}
