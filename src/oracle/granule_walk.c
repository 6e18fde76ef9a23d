/* The walk over the cells that a plan touches. A volume is a product: it is judged
 * once for each row and column near it and takes all cells of its altitudes and
 * times there, in integers. A trajectory is judged leg by leg against each cell that
 * one of the leg's pieces reaches. What is told must not depend on how a plan is sliced:
 * each test here is of a fixed cell against the part itself, never against its bounds.
 *
 * Work expected: one volume or ten, some ten cells. */
#include "oracle/granule_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "oracle/leg.h"
#include "oracle/prepared.h"

#define ASKED_MAX (UINT64_C(32) * SL_GRANULES_WALK_MAX)
#define STRIP_MIN 8   /* columns; fewer are judged one by one */
#define CELLS_MAX ((size_t)SL_GRANULES_WALK_MAX * 8)   /* before equal ones are merged */

void sl_granule_walk_init(sl_granule_walk *walk, const sl_granule_grid *grid) {
  memset(walk, 0, sizeof *walk);
  walk->grid = grid;
}

void sl_granule_walk_fini(sl_granule_walk *walk) {
  free(walk->cell);
  sl_prepared_free(walk->shape);
}

sl_err sl_granule_walk_shape(sl_prepared **out, sl_granule_walk *walk, int64_t row, int64_t column) {
  if (!walk->shape || walk->row != row || walk->column != column) {
    sl_prepared *shape;
    sl_err err = sl_granule_prepare(&shape, walk->grid, row, column);
    if (err != SL_OK) {
      return err;
    }
    sl_prepared_free(walk->shape);
    walk->shape = shape;
    walk->row = row;
    walk->column = column;
  }
  *out = walk->shape;
  return SL_OK;
}

static int order(int64_t a, int64_t b) { return (a > b) - (a < b); }

int sl_granule_key_compare(const sl_granule_key *a, const sl_granule_key *b) {
  int by = order(a->row, b->row);
  by = by ? by : order(a->column, b->column);
  by = by ? by : order((int64_t)a->ref, (int64_t)b->ref);
  by = by ? by : order(a->altitude, b->altitude);
  return by ? by : order(a->time, b->time);
}

static int compare_cells(const void *a, const void *b) {
  return sl_granule_key_compare(&((const sl_granule_cell *)a)->key, &((const sl_granule_cell *)b)->key);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) { return value < low ? low : value > high ? high : value; }

/* West and east of `part` within `cell`, as offsets from the cell's west. */
static void clip_longitudes(sl_granule_cell *out, const sl_bounds *cell, const sl_bounds *part) {
  int64_t offset = sl_lon_east(cell->west, part->west);
  bool behind = offset + part->width >= SL_ND_360;
  out->west = behind ? 0 : clamp(offset, 0, cell->width);
  out->east = cell->width;
  if (offset <= cell->width && !behind) {
    out->east = clamp(offset + part->width, 0, cell->width);
  } else if (offset > cell->width && behind) {
    out->east = clamp(offset + part->width - SL_ND_360, 0, cell->width);
  } else if (offset > cell->width) {
    /* Within the widening only: the nearer edge. */
    bool before = SL_ND_360 - offset - part->width < offset - cell->width;
    out->west = before ? 0 : cell->width;
    out->east = out->west;
  }
}

/* The touched cell of this key with the bounds of the part clipped to it. */
static sl_granule_cell clipped(const sl_granule_grid *grid, const sl_granule_key *key, const sl_bounds *part) {
  sl_bounds cell = sl_granule_bounds(grid, key);
  sl_granule_cell out = {.key = *key};
  clip_longitudes(&out, &cell, part);
  out.south = clamp(part->south, cell.south, cell.north) - cell.south;
  out.north = clamp(part->north, cell.south, cell.north) - cell.south;
  out.lower = clamp(part->lower, cell.lower, cell.upper);
  out.upper = clamp(part->upper, cell.lower, cell.upper);
  out.start_ns = clamp(part->window.start.ns, cell.window.start.ns, cell.window.end.ns);
  out.end_ns = clamp(part->window.end.ns, cell.window.start.ns, cell.window.end.ns);
  return out;
}

/* Sort, and join cells that several parts touch. */
static void merge(sl_granule_walk *walk) {
  if (walk->count == 0) {
    return;
  }
  qsort(walk->cell, walk->count, sizeof *walk->cell, compare_cells);
  size_t kept = 0;
  for (size_t i = 1; i < walk->count; i++) {
    sl_granule_cell *into = &walk->cell[kept];
    const sl_granule_cell *from = &walk->cell[i];
    if (sl_granule_key_compare(&into->key, &from->key) != 0) {
      walk->cell[++kept] = *from;
      continue;
    }
    into->south = into->south < from->south ? into->south : from->south;
    into->north = into->north > from->north ? into->north : from->north;
    into->west = into->west < from->west ? into->west : from->west;
    into->east = into->east > from->east ? into->east : from->east;
    into->lower = into->lower < from->lower ? into->lower : from->lower;
    into->upper = into->upper > from->upper ? into->upper : from->upper;
    into->start_ns = into->start_ns < from->start_ns ? into->start_ns : from->start_ns;
    into->end_ns = into->end_ns > from->end_ns ? into->end_ns : from->end_ns;
  }
  walk->count = kept + 1;
}

static sl_err add_cell(sl_granule_walk *walk, const sl_granule_key *key, const sl_bounds *part) {
  if (walk->count == CELLS_MAX) {
    merge(walk);
    if (walk->count > CELLS_MAX / 2) {
      return SL_ERR_CAP;
    }
  }
  if (walk->count == walk->room) {
    size_t room = walk->room ? walk->room * 2 : 64;
    if (room > CELLS_MAX) {
      return SL_ERR_CAP;
    }
    sl_granule_cell *cell = realloc(walk->cell, room * sizeof *cell);
    if (!cell) {
      return SL_ERR_NOMEM;
    }
    walk->cell = cell;
    walk->room = room;
  }
  walk->cell[walk->count++] = clipped(walk->grid, key, part);
  return SL_OK;
}

/* What of the plan is being walked: a volume, or a piece of a leg as an object of its
 * own. Cells are looked for where `reach` is; what touches one is the whole object. */
typedef struct part {
  const sl_prepared *object;
  sl_bounds bounds;
  sl_bounds reach;
  sl_granule_key first, last;   /* altitudes and times that `reach` reaches */
  bool product;                 /* a volume: judged by row and column alone */
} part;

static part part_of(const sl_granule_grid *grid, const sl_prepared *object, const sl_bounds *bounds, const sl_bounds *reach,
                    bool product) {
  part out = {.object = object, .bounds = *bounds, .reach = *reach, .product = product};
  out.first.ref = out.last.ref = bounds->ref;
  out.first.altitude = sl_granule_altitude(grid, bounds->ref, reach->lower);
  out.last.altitude = sl_granule_altitude(grid, bounds->ref, reach->upper);
  out.first.time = sl_granule_time(grid, reach->window.start.ns);
  out.last.time = sl_granule_time(grid, reach->window.end.ns - 1);
  if (out.last.time < out.first.time) { /* a leg without duration and tolerance */
    out.last.time = out.first.time;
  }
  return out;
}

/* Whether the cell's shape, with the span it has now, and the part have a point in
 * common. */
static sl_err touches(bool *out, const sl_prepared *shape, const part *p) {
  const sl_minima none = {.lateral = {0}};
  sl_finding finding;
  sl_err err = sl_judge(&finding, shape, p->object, &none, false);
  *out = err == SL_OK && finding.verdict != SL_CLEAR;
  return err;
}

/* All cells of one row and column for a volume: one judgement. */
static sl_err walk_product(sl_granule_walk *walk, const part *p, sl_granule_key *key) {
  uint64_t cells = (uint64_t)(p->last.altitude - p->first.altitude + 1);
  uint64_t times = (uint64_t)(p->last.time - p->first.time + 1);
  if (cells > ASKED_MAX || times > ASKED_MAX || (walk->asked += cells * times) > ASKED_MAX) {
    return SL_ERR_CAP;
  }
  sl_bounds column = sl_granule_bounds(walk->grid, key);
  bool inside = p->bounds.south >= column.south && p->bounds.north <= column.north &&
                sl_lon_east(column.west, p->bounds.west) + p->bounds.width <= column.width;
  if (!inside) {
    sl_prepared *shape;
    bool touched;
    sl_err err = sl_granule_walk_shape(&shape, walk, key->row, key->column);
    if (err == SL_OK) {
      sl_granule_set_span(shape, walk->grid, &p->first, &p->last);
      err = touches(&touched, shape, p);
    }
    if (err != SL_OK || !touched) {
      return err;
    }
  }
  sl_err err = SL_OK;
  for (key->altitude = p->first.altitude; key->altitude <= p->last.altitude && err == SL_OK; key->altitude++) {
    for (key->time = p->first.time; key->time <= p->last.time && err == SL_OK; key->time++) {
      err = add_cell(walk, key, &p->bounds);
    }
  }
  return err == SL_OK && walk->count - walk->volume > SL_GRANULES_WALK_MAX ? SL_ERR_CAP : err;
}

/* The cells of one row and column for a leg: first all at once, then each. */
static sl_err walk_leg_cells(sl_granule_walk *walk, const part *p, sl_granule_key *key) {
  sl_prepared *shape;
  sl_err err = sl_granule_walk_shape(&shape, walk, key->row, key->column);
  if (err != SL_OK) {
    return err;
  }
  bool touched;
  sl_granule_set_span(shape, walk->grid, &p->first, &p->last);
  err = touches(&touched, shape, p);
  if (err != SL_OK || !touched) {
    return err;
  }
  for (key->altitude = p->first.altitude; key->altitude <= p->last.altitude && err == SL_OK; key->altitude++) {
    for (key->time = p->first.time; key->time <= p->last.time && err == SL_OK; key->time++) {
      if (++walk->asked > ASKED_MAX) {
        return SL_ERR_CAP;
      }
      sl_granule_set_span(shape, walk->grid, key, key);
      err = touches(&touched, shape, p);
      if (err == SL_OK && touched) {
        err = add_cell(walk, key, &p->bounds);
      }
    }
  }
  return err;
}

/* Some columns of one row: many at once are judged at once, and halved while they
 * touch, so that a slanted line costs its cells and not the box around it. */
static sl_err walk_columns(sl_granule_walk *walk, const part *p, int64_t row, int64_t first, int64_t count) {
  if (++walk->asked > ASKED_MAX) {
    return SL_ERR_CAP;
  }
  sl_granule_key key = p->first;
  key.row = row;
  key.column = first;
  if (count == 1) {
    return p->product ? walk_product(walk, p, &key) : walk_leg_cells(walk, p, &key);
  }
  bool touched = true;
  if (count >= STRIP_MIN && count * sl_granule_bounds(walk->grid, &key).width <= SL_GRANULE_STRIP_ND) {
    sl_prepared *strip;
    sl_err err = sl_granule_prepare_strip(&strip, walk->grid, row, first, count);
    if (err != SL_OK) {
      return err;
    }
    sl_granule_set_span(strip, walk->grid, &p->first, &p->last);
    err = touches(&touched, strip, p);
    sl_prepared_free(strip);
    if (err != SL_OK || !touched) {
      return err;
    }
  }
  sl_err err = walk_columns(walk, p, row, first, count / 2);
  return err == SL_OK ? walk_columns(walk, p, row, first + count / 2, count - count / 2) : err;
}

/* The columns of one row that the reach, grown by a cell's widening, reaches. */
static sl_err walk_row(sl_granule_walk *walk, const part *p, const sl_bounds *near, int64_t row) {
  int64_t columns = sl_granule_columns(walk->grid, row);
  int64_t first = sl_granule_column(walk->grid, row, near->west);
  int64_t last = sl_granule_column(walk->grid, row, near->west + near->width);
  int64_t count = (last - first + columns) % columns + 1;
  if (near->width + SL_ND_360 / columns >= SL_ND_360) {
    first = 0;
    count = columns;
  }
  int64_t here = first + count <= columns ? count : columns - first; /* up to the antimeridian */
  sl_err err = walk_columns(walk, p, row, first, here);
  return err == SL_OK && here < count ? walk_columns(walk, p, row, 0, count - here) : err;
}

static sl_err walk_part(sl_granule_walk *walk, const part *p) {
  const sl_minima widening = {.lateral = {walk->grid->grow_mm}};
  sl_bounds near = sl_bounds_grow(&p->reach, &widening);
  int64_t last = sl_granule_row(walk->grid, near.north);
  sl_err err = SL_OK;
  for (int64_t row = sl_granule_row(walk->grid, near.south); row <= last && err == SL_OK; row++) {
    err = walk_row(walk, p, &near, row);
  }
  return err;
}

/* Where piece i of `count` of a lone leg is, when, and how high: outward. */
static sl_bounds reach_of(const sl_prepared *leg, const sl_bounds *bounds, uint32_t i, uint32_t count) {
  sl_bounds out = *bounds;
  if (count < 2) {
    return out;
  }
  const sl_knot *from = sl_prepared_knots(leg), *to = from + 1;
  sl_bounds place = sl_bounds_piece(leg, i);
  out.south = place.south;
  out.north = place.north;
  out.west = place.west;
  out.width = place.width;
  int64_t lasts = to->time_ns - from->time_ns, each = lasts / count + 1, rise = to->altitude - (int64_t)from->altitude;
  int64_t start = from->time_ns + (int64_t)((double)lasts * i / count) - 1000, end = start + each + 2000;
  int64_t a = from->altitude + rise * i / count, b = from->altitude + rise * (i + 1) / count;
  out.lower = (a < b ? a : b) - 1 - leg->vertical;
  out.upper = (a < b ? b : a) + 1 + leg->vertical;
  out.window = (sl_window){{start - leg->along_ns}, {end + leg->along_ns}};
  out.lower = out.lower > bounds->lower ? out.lower : bounds->lower;
  out.upper = out.upper < bounds->upper ? out.upper : bounds->upper;
  out.window.start.ns = out.window.start.ns > bounds->window.start.ns ? out.window.start.ns : bounds->window.start.ns;
  out.window.end.ns = out.window.end.ns < bounds->window.end.ns ? out.window.end.ns : bounds->window.end.ns;
  return out;
}

static sl_err walk_leg(sl_granule_walk *walk, const sl_prepared *leg, const sl_bounds *bounds) {
  uint32_t pieces = leg->knots > 1 && leg->points > 1 ? leg->points - 1 : 1;
  sl_err err = SL_OK;
  for (uint32_t i = 0; i < pieces && err == SL_OK; i++) {
    sl_bounds reach = reach_of(leg, bounds, i, pieces);
    part p = part_of(walk->grid, leg, bounds, &reach, false);
    err = walk_part(walk, &p);
  }
  return err;
}

static sl_err walk_trajectory(sl_granule_walk *walk, const sl_prepared *object, uint32_t legs) {
  sl_err err = SL_OK;
  for (uint32_t i = 0; i < legs && err == SL_OK; i++) {
    sl_prepared *leg;
    err = sl_leg_prepare(&leg, object, i);
    if (err == SL_OK) {
      sl_bounds bounds = sl_bounds_leg(object, i);
      err = walk_leg(walk, leg, &bounds);
      sl_prepared_free(leg);
    }
  }
  return err;
}

sl_err sl_granule_walk_plan(sl_granule_walk *walk, const sl_prepared *const *own, size_t own_count) {
  sl_err err = SL_OK;
  for (size_t i = 0; i < own_count && err == SL_OK; i++) {
    uint32_t legs = sl_bounds_legs(own[i]);
    if (legs == 0) {
      sl_bounds bounds = sl_bounds_of(own[i]);
      part p = part_of(walk->grid, own[i], &bounds, &bounds, true);
      walk->volume = walk->count;
      err = walk_part(walk, &p);
    } else {
      err = walk_trajectory(walk, own[i], legs);
    }
    if (walk->count > CELLS_MAX / 2) {
      merge(walk);
    }
  }
  merge(walk);
  return err == SL_OK && walk->count > SL_GRANULES_WALK_MAX ? SL_ERR_CAP : err;
}
