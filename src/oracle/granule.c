/* Granules: told, counted, or the plan as a whole.
 *
 * Work expected: for each submission that conflicts, one plan of some ten cells
 * against one counterpart or a few. */
#include "oracle/granule.h"

#include <stdlib.h>

#include "base/assert.h"
#include "oracle/granule_walk.h"

static void granule_from(sl_granule *out, const sl_bounds *bounds) {
  int64_t east = bounds->west + bounds->width;
  out->south_west = (sl_pos){bounds->south, bounds->west};
  out->north_east = (sl_pos){bounds->north, east > SL_ND_180 ? east - SL_ND_360 : east};
  out->window = bounds->window;
  out->band = (sl_band){.ref = bounds->ref};
  if (bounds->ref == SL_ALT_W84) {
    out->band.as.w84.lower.mm = bounds->lower;
    out->band.as.w84.upper.mm = bounds->upper;
  } else if (bounds->ref == SL_ALT_BARO) {
    out->band.as.baro.lower.ft = (int32_t)bounds->lower;
    out->band.as.baro.upper.ft = (int32_t)bounds->upper;
  }
}

void sl_granules_all(sl_granule_set *out, const sl_prepared *const *own, size_t own_count) {
  SL_ASSERT(own_count > 0);
  sl_bounds whole = sl_bounds_of(own[0]);
  for (size_t i = 1; i < own_count; i++) {
    sl_bounds next = sl_bounds_of(own[i]);
    if (next.ref != whole.ref) { /* two references have no common band but every altitude */
      next.ref = whole.ref = SL_ALT_COLUMN;
    }
    whole = sl_bounds_join(&whole, &next);
  }
  out->all = true;
  out->count = 1;
  granule_from(&out->granule[0], &whole);
}

/* Counterparts with their bounds, grown by their minima. */
typedef struct field {
  const sl_counterpart *other;
  sl_bounds *grown;
  uint8_t *near;   /* for the row and column at hand */
  size_t count;
} field;

static void field_fini(field *f) {
  free(f->grown);
  free(f->near);
}

static sl_err field_init(field *f, const sl_counterpart *other, size_t count) {
  *f = (field){.other = other, .count = count};
  for (size_t i = 0; i < count; i++) {
    if (!sl_minima_valid(&other[i].minima)) {
      return SL_ERR_RANGE;
    }
  }
  f->grown = calloc(count, sizeof *f->grown);
  f->near = calloc(count, 1);
  if (!f->grown || !f->near) {
    field_fini(f);
    return SL_ERR_NOMEM;
  }
  for (size_t i = 0; i < count; i++) {
    sl_bounds bounds = sl_bounds_of(other[i].prepared);
    f->grown[i] = sl_bounds_grow(&bounds, &other[i].minima);
  }
  return SL_OK;
}

/* Bounds of the cells from first to last, grown by what cells are widened by. */
static sl_bounds near_bounds(const sl_granule_grid *grid, const sl_granule_key *first, const sl_granule_key *last) {
  sl_bounds low = sl_granule_bounds(grid, first), high = sl_granule_bounds(grid, last);
  const sl_minima widening = {.lateral = {grid->grow_mm}};
  sl_bounds out = sl_bounds_join(&low, &high);
  return sl_bounds_grow(&out, &widening);
}

/* Whether the shape, spanning first to last, is not CLEAR of counterpart i. */
static sl_err meets(bool *out, const field *f, size_t i, const sl_bounds *near, const sl_prepared *shape) {
  *out = false;
  if (!sl_bounds_meet(near, &f->grown[i])) {
    return SL_OK;
  }
  sl_finding finding;
  sl_err err = sl_judge(&finding, shape, f->other[i].prepared, &f->other[i].minima, false);
  *out = err == SL_OK && finding.verdict != SL_CLEAR;
  return err;
}

/* One row and column at once: which counterparts it is not CLEAR of, over the span
 * of all its cells. */
static sl_err ask_group(bool *any, field *f, const sl_granule_grid *grid, sl_prepared *shape,
                        const sl_granule_cell *cell, size_t count) {
  sl_granule_key first = cell[0].key, last = cell[0].key;
  for (size_t i = 1; i < count; i++) {
    const sl_granule_key *key = &cell[i].key;
    first.altitude = key->altitude < first.altitude ? key->altitude : first.altitude;
    first.time = key->time < first.time ? key->time : first.time;
    last.altitude = key->altitude > last.altitude ? key->altitude : last.altitude;
    last.time = key->time > last.time ? key->time : last.time;
  }
  sl_bounds near = near_bounds(grid, &first, &last);
  sl_granule_set_span(shape, grid, &first, &last);
  *any = false;
  for (size_t i = 0; i < f->count; i++) {
    bool met;
    sl_err err = meets(&met, f, i, &near, shape);
    if (err != SL_OK) {
      return err;
    }
    f->near[i] = met;
    *any |= met;
  }
  return SL_OK;
}

static sl_err ask_cell(bool *told, const field *f, const sl_granule_grid *grid, sl_prepared *shape,
                       const sl_granule_key *key) {
  sl_bounds near = near_bounds(grid, key, key);
  sl_granule_set_span(shape, grid, key, key);
  *told = false;
  for (size_t i = 0; i < f->count && !*told; i++) {
    if (f->near[i]) {
      sl_err err = meets(told, f, i, &near, shape);
      if (err != SL_OK) {
        return err;
      }
    }
  }
  return SL_OK;
}

static void tell(sl_granule_set *out, const sl_granule_grid *grid, const sl_granule_cell *cell) {
  sl_bounds bounds = sl_granule_bounds(grid, &cell->key);
  bounds.south += cell->south;
  bounds.north = bounds.south + cell->north - cell->south;
  bounds.west = sl_lon_wrap(bounds.west + cell->west);
  bounds.width = cell->east - cell->west;
  bounds.lower = cell->lower;
  bounds.upper = cell->upper;
  bounds.window = (sl_window){{cell->start_ns}, {cell->end_ns}};
  SL_ASSERT(out->count < SL_GRANULES_TOLD_MAX);
  granule_from(&out->granule[out->count++], &bounds);
}

/* The cells of one row, column and reference. *over: more than can be told apart. */
static sl_err tell_group(sl_granule_set *out, bool *over, field *f, sl_granule_walk *walk, const sl_granule_cell *cell,
                         size_t count) {
  sl_prepared *shape;
  bool any;
  sl_err err = sl_granule_walk_shape(&shape, walk, cell[0].key.row, cell[0].key.column);
  if (err == SL_OK) {
    err = ask_group(&any, f, walk->grid, shape, cell, count);
  }
  for (size_t i = 0; err == SL_OK && any && i < count; i++) {
    bool told = true;
    if (count > 1) {
      err = ask_cell(&told, f, walk->grid, shape, &cell[i].key);
    }
    if (err == SL_OK && told) {
      if (out->count == SL_GRANULES_TOLD_MAX) {
        *over = true;
        return SL_OK;
      }
      tell(out, walk->grid, &cell[i]);
    }
  }
  return err;
}

static bool same_group(const sl_granule_key *a, const sl_granule_key *b) {
  return a->row == b->row && a->column == b->column && a->ref == b->ref;
}

static sl_err tell_walk(sl_granule_set *out, bool *over, field *f, sl_granule_walk *walk) {
  size_t first = 0;
  while (first < walk->count && !*over) {
    size_t end = first + 1;
    while (end < walk->count && same_group(&walk->cell[first].key, &walk->cell[end].key)) {
      end++;
    }
    sl_err err = tell_group(out, over, f, walk, &walk->cell[first], end - first);
    if (err != SL_OK) {
      return err;
    }
    first = end;
  }
  return SL_OK;
}

static int order(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int64_t lower_of(const sl_band *band) {
  return band->ref == SL_ALT_W84 ? band->as.w84.lower.mm : band->ref == SL_ALT_BARO ? band->as.baro.lower.ft : 0;
}

static int compare_granules(const void *left, const void *right) {
  const sl_granule *a = left, *b = right;
  int by = order(a->window.start.ns, b->window.start.ns);
  by = by ? by : order(a->south_west.lat_nd, b->south_west.lat_nd);
  by = by ? by : order(a->south_west.lon_nd, b->south_west.lon_nd);
  by = by ? by : order((int64_t)a->band.ref, (int64_t)b->band.ref);
  return by ? by : order(lower_of(&a->band), lower_of(&b->band));
}

sl_err sl_granules_told(sl_granule_set *out, const sl_prepared *const *own, size_t own_count,
                        const sl_counterpart *other, size_t other_count, const sl_granule_size *size) {
  sl_granule_grid grid;
  sl_err err = sl_granule_grid_init(&grid, size);
  if (err != SL_OK || own_count == 0 || other_count == 0) {
    return SL_ERR_RANGE;
  }
  field f;
  err = field_init(&f, other, other_count);
  if (err != SL_OK) {
    return err;
  }
  sl_granule_walk walk;
  sl_granule_walk_init(&walk, &grid);
  sl_granule_set set = {.all = false, .count = 0};
  bool over = false;
  err = sl_granule_walk_plan(&walk, own, own_count);
  if (err == SL_OK) {
    err = tell_walk(&set, &over, &f, &walk);
  } else if (err == SL_ERR_CAP) {
    over = true;
    err = SL_OK;
  }
  if (err == SL_OK && (over || set.count == 0)) {
    /* None at all: the conflict is within the error of what cells are widened by. */
    sl_granules_all(&set, own, own_count);
  } else if (err == SL_OK) {
    qsort(set.granule, set.count, sizeof set.granule[0], compare_granules);
  }
  if (err == SL_OK) {
    *out = set;
  }
  sl_granule_walk_fini(&walk);
  field_fini(&f);
  return err;
}

/* Of `now`, how many cells are not in `before`; both sorted. */
static uint64_t count_new(const sl_granule_walk *now, const sl_granule_walk *before) {
  uint64_t fresh = 0;
  size_t at = 0;
  for (size_t i = 0; i < now->count; i++) {
    int by = -1;
    while (at < before->count && (by = sl_granule_key_compare(&before->cell[at].key, &now->cell[i].key)) < 0) {
      at++;
    }
    fresh += at == before->count || by != 0;
  }
  return fresh;
}

sl_err sl_granules_cost(uint64_t *out, const sl_prepared *const *now, size_t now_count,
                        const sl_prepared *const *before, size_t before_count, const sl_granule_size *size) {
  sl_granule_grid grid;
  if (sl_granule_grid_init(&grid, size) != SL_OK) {
    return SL_ERR_RANGE;
  }
  sl_granule_walk walk, old;
  sl_granule_walk_init(&walk, &grid);
  sl_granule_walk_init(&old, &grid);
  sl_err err = sl_granule_walk_plan(&walk, now, now_count);
  if (err == SL_OK) {
    err = sl_granule_walk_plan(&old, before, before_count);
  }
  if (err == SL_OK) {
    *out = count_new(&walk, &old);
  }
  sl_granule_walk_fini(&walk);
  sl_granule_walk_fini(&old);
  return err;
}
