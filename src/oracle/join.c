/* The join, cell by cell. The records of a cell are in order of their start; two cells
 * are joined by walking both in that order and letting whichever starts first look
 * ahead through the other until its end: what does not share time is never looked at,
 * however long some records last.
 *
 * A cell is joined with itself, with the next cell of its row and with the cells of
 * the next row that can hold what it meets. That is every neighbour once, because
 * each is the follower of exactly one of the two. Only records that reach beyond the
 * cell's edge, one in five, are walked against the neighbour there.
 *
 * Work expected: three comparisons for each record, one in three a pair. */
#include "oracle/join.h"

#include <stdlib.h>

#include "base/assert.h"
#include "oracle/memory.h"

/* A run: the records of one cell, of the level itself or finer. */
typedef struct run {
  const sl_rec *rec, *end;
} run;

#define STRETCH 32

/* One cell and what is being joined with it. */
typedef struct walk {
  const sl_filed *filed;
  sl_meeting_fn *meeting;
  void *context;
  bool whole;              /* one of the rows is one cell: any turn may meet */
  sl_lanes turn_a, turn_b; /* added to the lanes of the two runs */
  sl_rec *reaching;        /* records of the cell that reach beyond it */
  size_t room, kept;
  const sl_rec *met[STRETCH];
} walk;

typedef int64_t two __attribute__((vector_size(16)));

/* What lanes must not exceed to meet those of `a`: the complements of its north and
 * east stand against south and west, and the other way round. */
static inline sl_lanes facing(sl_lanes a) { return ~(sl_lanes){a[2], a[3], a[0], a[1]}; }

static inline bool lanes_meet(sl_lanes faced, sl_lanes b) {
  two over = (two)(b > faced);
  return (over[0] | over[1]) == 0;
}

#define TURN_BACK ((sl_lanes){0, -SL_LANE_TURN, 0, SL_LANE_TURN})

/* 1 or 0 without a branch: whether two bounds meet is as good as drawn by lot. */
static inline uint32_t bounds_meet(sl_lanes faced, sl_lanes turn_b, const sl_rec *a, const sl_rec *b) {
  two over = (two)(b->lanes + turn_b > faced);
  uint32_t apart = (uint32_t)((over[0] | over[1]) != 0);
  uint32_t across = (uint32_t)((a->lower ^ b->lower) < 0);
  return ~apart & (across | ((uint32_t)(a->lower <= b->upper) & (uint32_t)(b->lower <= a->upper))) & 1;
}

static inline bool altitudes_meet(const sl_rec *a, const sl_rec *b) {
  return (a->lower ^ b->lower) < 0 || (a->lower <= b->upper && b->lower <= a->upper);
}

/* Whether records meet where one of the rows is one cell. */
static bool meet_whole(const sl_rec *a, const sl_rec *b) {
  return (lanes_meet(facing(a->lanes), b->lanes) || lanes_meet(facing(a->lanes + TURN_BACK), b->lanes) ||
          lanes_meet(facing(a->lanes), b->lanes + TURN_BACK)) &&
         altitudes_meet(a, b);
}

/* a against the records from b on that start before it ends, a stretch at a time: what
 * meets is noted and handed on afterwards. turn_a and turn_b are added to their lanes. */
static inline __attribute__((always_inline)) bool look_ahead(walk *w, const sl_rec *a, run r, sl_lanes turn_a, sl_lanes turn_b) {
  sl_lanes faced = facing(a->lanes + turn_a);
  uint32_t end = a->end;
  const sl_rec *b = r.rec;
  while (b < r.end && b->start <= end) {
    const sl_rec *stop = r.end - b < STRETCH ? r.end : b + STRETCH;
    uint32_t met = 0;
    if (w->whole) {
      for (; b < stop && b->start <= end; b++) {
        w->met[met] = b;
        met += meet_whole(a, b);
      }
    } else {
      for (; b < stop && b->start <= end; b++) {
        w->met[met] = b;
        met += bounds_meet(faced, turn_b, a, b);
      }
    }
    for (uint32_t i = 0; i < met; i++) {
      if (!w->meeting(w->context, a, w->met[i])) {
        return false;
      }
    }
  }
  return true;
}

static bool join_self(walk *w, run r) {
  const sl_lanes none = {0};
  for (const sl_rec *a = r.rec; a < r.end; a++) {
    if (!look_ahead(w, a, (run){a + 1, r.end}, none, none)) {
      return false;
    }
  }
  return true;
}

/* x is the shorter as a rule, so that most of y ends before any of x starts. */
static bool join_runs(walk *w, run x, run y) {
  const sl_lanes turn_a = w->turn_a, turn_b = w->turn_b;
  for (; x.rec < x.end; x.rec++) {
    uint32_t start = x.rec->start;
    for (; y.rec < y.end && y.rec->start < start; y.rec++) {
      if (y.rec->end >= start && !look_ahead(w, y.rec, x, turn_b, turn_a)) {
        return false;
      }
    }
    if (y.rec == y.end) {
      return true;
    }
    if (!look_ahead(w, x.rec, y, turn_a, turn_b)) {
      return false;
    }
  }
  return true;
}

/* Row and column of a record as one number that orders as the records do. */
static int64_t cell_of(const sl_filed *filed, const sl_rec *rec) {
  int64_t row = sl_rec_row(rec, filed->level);
  return row * 65536 + sl_rec_column(rec, filed->level, sl_grid_widening(filed->level, row));
}

/* The first record of the part that is not before the cell. */
static const sl_rec *seek(const sl_filed *filed, run part, int64_t cell) {
  while (part.rec < part.end) {
    const sl_rec *middle = part.rec + (part.end - part.rec) / 2;
    if (cell_of(filed, middle) < cell) {
      part.rec = middle + 1;
    } else {
      part.end = middle;
    }
  }
  return part.rec;
}

/* The records of one cell in a part; usually the whole part. */
static run run_of(const sl_filed *filed, run part, int64_t cell) {
  if (part.rec == part.end ||
      (cell_of(filed, part.rec) == cell && cell_of(filed, part.end - 1) == cell)) {
    return part;
  }
  run out = {seek(filed, part, cell), part.end};
  out.end = seek(filed, (run){out.rec, part.end}, cell + 1);
  return out;
}

static run part_of(const sl_filed *filed, uint32_t bucket, unsigned part) {
  const uint32_t *first = filed->first + 2 * (size_t)bucket + part;
  return (run){filed->rec + first[0], filed->rec + first[1]};
}

/* A cell with its records of the level itself and finer. */
typedef struct cell {
  int64_t row, column, columns;
  unsigned widening;
  run own, finer;
} cell;

static void cell_find(cell *out, const sl_filed *filed) {
  uint32_t bucket = sl_filed_bucket(filed, out->row, out->column);
  int64_t number = out->row * 65536 + out->column;
  out->own = run_of(filed, part_of(filed, bucket, 0), number);
  out->finer = run_of(filed, part_of(filed, bucket, 1), number);
}

/* Those records of a run whose north or east (`lane` 2 or 3) reaches `limit`, copied
 * to the walk's room; the whole run where there is no memory for them. */
static run reaching(walk *w, run from, unsigned lane, int64_t limit) {
  size_t count = (size_t)(from.end - from.rec);
  if (w->room - w->kept < count) {
    return from;
  }
  sl_rec *out = w->reaching + w->kept;
  size_t kept = 0;
  for (const sl_rec *r = from.rec; r < from.end; r++) {
    out[kept] = *r;
    kept += ~r->lanes[lane] >= limit;
  }
  w->kept += kept;
  return (run){out, out + kept};
}

/* The cell with only what reaches beyond its east (lane 3) or north (2) edge. */
static cell beyond(walk *w, const cell *x, unsigned lane) {
  unsigned shift = sl_grid_lat_shift(w->filed->level) - SL_LANE_SHIFT;
  cell out = *x;
  int64_t limit = lane == 2 ? (x->row + 1) * (INT64_C(1) << shift)
                            : ((x->column + 1) << (shift + x->widening)) - SL_LANE_TURN / 2;
  if (lane == 3 && limit > SL_LANE_TURN / 2) {
    limit = SL_LANE_TURN / 2; /* the last column ends at the antimeridian */
  }
  out.own = reaching(w, x->own, lane, limit);
  out.finer = reaching(w, x->finer, lane, limit);
  return out;
}

/* Room for what two edges of the cell can leave over, when there is memory. */
static void reserve(walk *w, const cell *x) {
  size_t need = 2 * (size_t)((x->own.end - x->own.rec) + (x->finer.end - x->finer.rec));
  w->kept = 0;
  if (need > w->room) {
    free(w->reaching);
    w->reaching = sl_memory_take(2 * need, sizeof *w->reaching);
    w->room = w->reaching ? 2 * need : 0;
  }
}

/* x with the cell `column` of its row or the next, which may be a turn away. */
static bool join_follower(walk *w, const cell *x, int64_t row, int64_t column, unsigned widening, int64_t columns) {
  int64_t wrapped = column < 0 ? column + columns : column >= columns ? column - columns : column;
  SL_ASSERT(wrapped >= 0 && wrapped < columns);
  cell y = {.row = row, .column = wrapped, .columns = columns, .widening = widening};
  cell_find(&y, w->filed);
  w->whole = x->widening == SL_GRID_WHOLE_ROW || widening == SL_GRID_WHOLE_ROW;
  w->turn_a = column >= columns ? TURN_BACK : (sl_lanes){0};
  w->turn_b = column < 0 ? TURN_BACK : (sl_lanes){0};
  return join_runs(w, x->own, y.own) && join_runs(w, x->own, y.finer) && join_runs(w, x->finer, y.own);
}

/* The column of a longitude in nanodegrees from the antimeridian, counted on beyond a
 * turn and back before it: the last column may be narrower than the others. */
static int64_t column_at(int64_t lon, unsigned shift, int64_t columns) {
  if (lon < 0) {
    return ((lon + SL_ND_360) >> shift) - columns;
  }
  return lon >= SL_ND_360 ? ((lon - SL_ND_360) >> shift) + columns : lon >> shift;
}

/* The cells of the next row that can hold what x meets: those that begin less than a
 * cell of theirs west of x, up to the furthest that x reaches. */
static bool join_next_row(walk *w, const cell *x) {
  unsigned level = w->filed->level, shift = sl_grid_lat_shift(level);
  int64_t row = x->row + 1;
  if (row * (INT64_C(1) << shift) > SL_ND_90) {
    return true;
  }
  unsigned widening = sl_grid_widening(level, row);
  int64_t columns = sl_grid_columns(level, row), first = 0, last = columns - 1;
  if (x->widening != SL_GRID_WHOLE_ROW && widening != SL_GRID_WHOLE_ROW) {
    int64_t west = x->column << (shift + x->widening), wide = INT64_C(1) << (shift + x->widening);
    first = column_at(west - (INT64_C(1) << (shift + widening)) + 1, shift + widening, columns);
    last = column_at(west + 2 * wide - 1, shift + widening, columns);
    if (last - first + 1 >= columns) {
      first = 0;
      last = columns - 1;
    }
  }
  for (int64_t column = first; column <= last; column++) {
    if (!join_follower(w, x, row, column, widening, columns)) {
      return false;
    }
  }
  return true;
}

static bool join_cell(walk *w, const cell *x) {
  w->whole = x->widening == SL_GRID_WHOLE_ROW;
  w->turn_a = w->turn_b = (sl_lanes){0};
  reserve(w, x);
  if (!join_self(w, x->own) || !join_runs(w, x->own, x->finer)) {
    return false;
  }
  if (x->widening != SL_GRID_WHOLE_ROW) {
    /* The last column is narrower: the cell before it reaches over it. */
    int64_t last = x->column + 1 + (x->column + 2 == x->columns);
    cell eastward = beyond(w, x, 3);
    for (int64_t column = x->column + 1; column <= last; column++) {
      if (!join_follower(w, &eastward, x->row, column, x->widening, x->columns)) {
        return false;
      }
    }
  }
  cell northward = beyond(w, x, 2);
  return join_next_row(w, &northward);
}

/* Every cell of one part of a bucket; of finer records only those in cells that have
 * none of the level itself, which were joined already. */
static bool join_part(walk *w, uint32_t bucket, unsigned part) {
  run all = part_of(w->filed, bucket, part);
  while (all.rec < all.end) {
    cell x = {.row = sl_rec_row(all.rec, w->filed->level)};
    x.widening = sl_grid_widening(w->filed->level, x.row);
    x.columns = sl_grid_columns(w->filed->level, x.row);
    x.column = sl_rec_column(all.rec, w->filed->level, x.widening);
    cell_find(&x, w->filed);
    all.rec = part == 0 ? x.own.end : x.finer.end;
    if ((part == 0 || x.own.rec == x.own.end) && !join_cell(w, &x)) {
      return false;
    }
  }
  return true;
}

bool sl_join(const sl_filed *filed, uint32_t from, uint32_t to, sl_meeting_fn *meeting, void *context) {
  walk w = {.filed = filed, .meeting = meeting, .context = context};
  bool whole = true;
  for (uint32_t bucket = from; bucket < to && whole; bucket++) {
    whole = join_part(&w, bucket, 0) && join_part(&w, bucket, 1);
  }
  free(w.reaching);
  return whole;
}
