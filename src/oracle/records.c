/* Making records, in slices of the entries that threads take in turn.
 *
 * Work expected: a million volumes of one level; now and then trajectories, whose
 * further pieces are gathered by slice and put behind, so that the order does not
 * depend on who made them. */
#include "oracle/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "oracle/memory.h"
#include "oracle/pieces.h"
#include "oracle/team.h"

#define SLICE ((size_t)8192)

/* Further pieces of the trajectories of one slice. */
typedef struct more {
  sl_rec *rec;
  uint8_t *level;
  size_t count, room;
  sl_err err;
} more;

typedef struct making {
  const sl_prepared *const *entries;
  size_t count;
  int64_t grow_mm, grow_ns;
  int64_t half_mm;    /* half the vertical minimum */
  int32_t half_ft;
  sl_rec *rec;
  uint8_t *level;
  more *more;
} making;

static int16_t lane16(int64_t q, int64_t low, int64_t high) { return (int16_t)(q < low ? low : q > high ? high : q); }

/* Altitudes as lanes: 1 m to 16 km and 131 m above; 16 ft. */
static int16_t altitude_w84(int64_t mm) {
  const int64_t knee = INT64_C(16384000), floor = (knee - SL_ALT_W84_MIN_MM) >> 10;
  return lane16(mm < knee ? (mm - SL_ALT_W84_MIN_MM) >> 10 : floor + ((mm - knee) >> 17), 0, INT16_MAX);
}
static int16_t altitude_baro(int64_t ft) {
  return lane16(((ft - SL_ALT_BARO_MIN_FT) >> 4) + INT16_MIN, INT16_MIN, -1);
}

static uint32_t tick(int64_t ns) {
  int64_t q = ns >> SL_TICK_SHIFT;
  return q < 0 ? 0 : q > UINT32_MAX ? UINT32_MAX : (uint32_t)q;
}

static void set_altitudes(sl_rec *rec, const sl_bounds *b, const making *m) {
  if (b->ref == SL_ALT_W84) {
    rec->lower = altitude_w84(b->lower - m->half_mm);
    rec->upper = altitude_w84(b->upper + m->half_mm);
  } else if (b->ref == SL_ALT_BARO) {
    rec->lower = altitude_baro(b->lower - m->half_ft);
    rec->upper = altitude_baro(b->upper + m->half_ft);
  } else {
    rec->lower = INT16_MIN;
    rec->upper = INT16_MAX;
  }
}

/* The record of one piece and its level. */
static uint8_t make_record(sl_rec *rec, const sl_bounds *piece, uint32_t tag, const making *m) {
  sl_bounds b = sl_bounds_widen(piece, m->grow_mm, m->grow_ns);
  int64_t row;
  unsigned widening;
  unsigned level = sl_grid_lateral(&b, &row, &widening);
  int32_t west = (int32_t)(b.west >> SL_LANE_SHIFT), east = (int32_t)((b.west + b.width) >> SL_LANE_SHIFT);
  if (b.width > SL_ND_360 / 8) {
    SL_ASSERT(widening == SL_GRID_WHOLE_ROW);
    west = SL_LANE_WEST;
    east = SL_LANE_EAST;
  }
  rec->lanes = (sl_lanes){(int32_t)(b.south >> SL_LANE_SHIFT), west, ~(int32_t)(b.north >> SL_LANE_SHIFT), ~east};
  rec->start = tick(b.window.start.ns);
  rec->end = tick(b.window.end.ns);
  rec->tag = tag;
  set_altitudes(rec, &b, m);
  return (uint8_t)level;
}

static sl_rec *more_place(more *list) {
  if (list->count == list->room) {
    size_t room = list->room ? list->room * 2 : 64;
    sl_rec *rec = aligned_alloc(16, room * sizeof *rec);
    uint8_t *level = malloc(room);
    if (!rec || !level) {
      free(rec);
      free(level);
      return NULL;
    }
    if (list->count) {
      memcpy(rec, list->rec, list->count * sizeof *rec);
      memcpy(level, list->level, list->count);
    }
    free(list->rec);
    free(list->level);
    list->rec = rec;
    list->level = level;
    list->room = room;
  }
  return &list->rec[list->count];
}

static void make_slice(void *context, size_t task) {
  making *m = context;
  more *list = &m->more[task];
  size_t end = (task + 1) * SLICE < m->count ? (task + 1) * SLICE : m->count;
  sl_bounds piece[SL_PIECES_MAX];
  for (size_t i = task * SLICE; i < end; i++) {
    uint32_t pieces = sl_pieces_of(piece, m->entries[i]);
    uint32_t tag = (uint32_t)i | (pieces > 1 ? SL_REC_PIECE : 0);
    m->level[i] = make_record(&m->rec[i], &piece[0], tag, m);
    for (uint32_t k = 1; k < pieces; k++) {
      sl_rec *rec = more_place(list);
      if (!rec) {
        list->err = SL_ERR_NOMEM;
        return;
      }
      list->level[list->count] = make_record(rec, &piece[k], tag, m);
      list->count++;
    }
  }
}

/* Put the further pieces behind the first ones. */
static sl_err append(sl_records *out, const more *list, size_t slices) {
  size_t total = out->count;
  for (size_t i = 0; i < slices; i++) {
    if (list[i].err != SL_OK) {
      return list[i].err;
    }
    total += list[i].count;
  }
  if (total == out->count) {
    return SL_OK;
  }
  if (total > UINT32_MAX / 2) {
    return SL_ERR_CAP;
  }
  sl_rec *rec = sl_memory_take(total, SL_RECORDS_ROOM);
  uint8_t *level = sl_memory_take(total, 1);
  if (!rec || !level) {
    free(rec);
    free(level);
    return SL_ERR_NOMEM;
  }
  memcpy(rec, out->rec, out->count * sizeof *rec);
  memcpy(level, out->level, out->count);
  for (size_t i = 0; i < slices; i++) {
    if (list[i].count) {
      memcpy(rec + out->count, list[i].rec, list[i].count * sizeof *rec);
      memcpy(level + out->count, list[i].level, list[i].count);
      out->count += list[i].count;
    }
  }
  free(out->rec);
  free(out->level);
  out->rec = rec;
  out->level = level;
  return SL_OK;
}

static void count_levels(sl_records *records) {
  memset(records->per_level, 0, sizeof records->per_level);
  for (size_t i = 0; i < records->count; i++) {
    records->per_level[records->level[i]]++;
  }
}

sl_err sl_records_make(sl_records *out, const sl_prepared *const *entries, size_t count, const sl_minima *minima,
                       unsigned threads) {
  size_t slices = (count + SLICE - 1) / SLICE;
  sl_records made = {.rec = sl_memory_take(count, SL_RECORDS_ROOM), .level = sl_memory_take(count, 1), .count = count, .entries = count};
  more *list = calloc(slices ? slices : 1, sizeof *list);
  sl_err err = made.rec && made.level && list ? SL_OK : SL_ERR_NOMEM;
  if (err == SL_OK) {
    making m = {.entries = entries,
                .count = count,
                .grow_mm = (minima->lateral.mm + SL_BOUNDS_SLACK_MM + 1) / 2,
                .grow_ns = minima->grow.ns,
                .half_mm = (minima->vertical_w84.mm + SL_BOUNDS_SLACK_MM + 1) / 2,
                .half_ft = minima->vertical_ft / 2 + 1,
                .rec = made.rec,
                .level = made.level,
                .more = list};
    sl_team_run(threads, slices, make_slice, &m);
    err = append(&made, list, slices);
  }
  for (size_t i = 0; list && i < slices; i++) {
    free(list[i].rec);
    free(list[i].level);
  }
  free(list);
  if (err != SL_OK) {
    sl_records_fini(&made);
    return err;
  }
  count_levels(&made);
  *out = made;
  return SL_OK;
}

void *sl_records_give(sl_records *records) {
  void *block = records->rec;
  records->rec = NULL;
  sl_records_fini(records);
  return block;
}

void sl_records_fini(sl_records *records) {
  free(records->rec);
  free(records->level);
  records->rec = NULL;
  records->level = NULL;
}
