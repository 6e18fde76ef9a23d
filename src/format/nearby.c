/* Purpose: see the header. Work expected: every row of a table of sites. Representation: an
 * open hash of cells of about 110 m, each a chain in one array. Rows of cells are counted
 * in latitude; how many cells a row has follows from its latitude, so that they stay wide
 * enough near the poles. */
#include "format/nearby.h"

#include <math.h>
#include <stdlib.h>

#include "base/assert.h"
#include "geo/ellipsoid.h"

#define CELL_ND INT64_C(1000000)    /* 111 m of latitude */
#define ROW_MAX INT64_C(90000)
#define LOOKED_AT_MAX 256u

typedef struct entry {
  sl_pos pos;
  uint32_t mark, next;       /* 1 + index; 0: the last */
  int64_t row, column;
} entry;

struct sl_nearby {
  entry *entry;
  uint32_t count, room;
  uint32_t *head;            /* 1 + index of the chain of a slot */
  uint32_t slots;            /* a power of two */
};

sl_err sl_nearby_open(sl_nearby **out) {
  SL_ASSERT(out);
  sl_nearby *nearby = calloc(1, sizeof *nearby);
  if (!nearby) return SL_ERR_NOMEM;
  *out = nearby;
  return SL_OK;
}

void sl_nearby_close(sl_nearby *nearby) {
  if (!nearby) return;
  free(nearby->entry);
  free(nearby->head);
  free(nearby);
}

/* Columns of a row: cells no narrower than 110 m at its edge that is nearer the pole. */
static int64_t columns_of(int64_t row) {
  int64_t edge = row < 0 ? -row : row + 1;
  double width = cos((double)edge * 1e-3 * SL_PI / 180);
  int64_t columns = (int64_t)(360000 * width);
  return columns < 1 ? 1 : columns;
}

static int64_t row_of(int64_t lat_nd) { return lat_nd >= 0 ? lat_nd / CELL_ND : -((-lat_nd + CELL_ND - 1) / CELL_ND); }

static int64_t column_of(int64_t lon_nd, int64_t columns) {
  double turn = ((double)lon_nd + 180e9) / 360e9;
  int64_t column = (int64_t)(turn * (double)columns);
  return column >= columns ? 0 : column;   /* 180 east is 180 west */
}

static uint32_t slot_of(const sl_nearby *nearby, int64_t row, int64_t column) {
  uint64_t mixed = (uint64_t)row * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)column * UINT64_C(0xBF58476D1CE4E5B9);
  return (uint32_t)((mixed * UINT64_C(0x94D049BB133111EB)) >> 32) & (nearby->slots - 1);
}

static sl_err grow(sl_nearby *nearby) {
  uint32_t room = nearby->room ? nearby->room * 2 : 256;
  entry *grown = realloc(nearby->entry, room * sizeof *grown);
  if (!grown) return SL_ERR_NOMEM;
  nearby->entry = grown;
  nearby->room = room;
  uint32_t *head = calloc((size_t)room * 2, sizeof *head);
  if (!head) return SL_ERR_NOMEM;
  free(nearby->head);
  nearby->head = head;
  nearby->slots = room * 2;
  for (uint32_t i = 0; i < nearby->count; i++) {
    uint32_t slot = slot_of(nearby, grown[i].row, grown[i].column);
    grown[i].next = head[slot];
    head[slot] = i + 1;
  }
  return SL_OK;
}

static bool close_by(sl_pos a, sl_pos b) {
  return sl_ellipsoid_distance(sl_ellipsoid_place(a), sl_ellipsoid_place(b)) <= SL_NEARBY_M;
}

/* The lowest mark near pos in one cell. */
static void look(uint32_t *near, const sl_nearby *nearby, sl_pos pos, int64_t row, int64_t column) {
  uint32_t looked = 0;
  for (uint32_t i = nearby->head[slot_of(nearby, row, column)]; i && looked < LOOKED_AT_MAX; i = nearby->entry[i - 1].next) {
    const entry *at = &nearby->entry[i - 1];
    if (at->row != row || at->column != column) continue;
    looked++;
    if ((*near == 0 || at->mark < *near) && close_by(at->pos, pos)) *near = at->mark;
  }
}

sl_err sl_nearby_add(uint32_t *near, sl_nearby *nearby, sl_pos pos, uint32_t mark) {
  SL_ASSERT(near && nearby && mark > 0);
  if (nearby->count == nearby->room && grow(nearby)) return SL_ERR_NOMEM;
  int64_t row = row_of(pos.lat_nd);
  uint32_t found = 0;
  for (int64_t r = row - 1; r <= row + 1; r++) {
    if (r < -ROW_MAX - 1 || r > ROW_MAX) continue;
    int64_t columns = columns_of(r), column = column_of(pos.lon_nd, columns);
    if (columns <= 3) {
      for (int64_t c = 0; c < columns; c++) look(&found, nearby, pos, r, c);
      continue;
    }
    for (int64_t c = column - 1; c <= column + 1; c++) look(&found, nearby, pos, r, (c + columns) % columns);
  }
  entry *kept = &nearby->entry[nearby->count++];
  *kept = (entry){.pos = pos, .mark = mark, .row = row, .column = column_of(pos.lon_nd, columns_of(row))};
  uint32_t slot = slot_of(nearby, kept->row, kept->column);
  kept->next = nearby->head[slot];
  nearby->head[slot] = nearby->count;
  *near = found;
  return SL_OK;
}
