/* Purpose: see the header. Work expected: some dozen tiles of a degree, asked once per
 * record. Representation: blocks of eight posts a side, each with its least and greatest; a
 * block holds the posts on its far edges too, so that what lies between posts is in it. */
#include "format/terrain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "format/tile.h"

#define PIECES_MAX 4096

struct sl_terrain {
  sl_tile tile[SL_TERRAIN_TILES_MAX];
  uint32_t count;
};

sl_err sl_tile_init(sl_tile *tile) {
  SL_ASSERT(tile->rows >= 2 && tile->columns >= 2 && tile->step_lat > 0 && tile->step_lon > 0);
  if (tile->rows > SL_TERRAIN_SIDE_MAX || tile->columns > SL_TERRAIN_SIDE_MAX) return SL_ERR_CAP;
  tile->block_rows = (tile->rows + SL_TILE_BLOCK - 2) / SL_TILE_BLOCK;
  tile->block_columns = (tile->columns + SL_TILE_BLOCK - 2) / SL_TILE_BLOCK;
  size_t count = (size_t)tile->block_rows * tile->block_columns;
  tile->least = malloc(count * sizeof *tile->least);
  tile->greatest = malloc(count * sizeof *tile->greatest);
  if (!tile->least || !tile->greatest) {
    sl_tile_fini(tile);
    return SL_ERR_NOMEM;
  }
  for (size_t i = 0; i < count; i++) {
    tile->least[i] = INT32_MAX;
    tile->greatest[i] = -INT32_MAX;
  }
  return SL_OK;
}

void sl_tile_fini(sl_tile *tile) {
  free(tile->least);
  free(tile->greatest);
  tile->least = tile->greatest = NULL;
}

/* A post on the edge between blocks belongs to both. */
static void block_range(uint32_t *first, uint32_t *last, uint32_t post, uint32_t blocks) {
  *last = post / SL_TILE_BLOCK;
  *first = post > 0 && post % SL_TILE_BLOCK == 0 ? *last - 1 : *last;
  if (*last >= blocks) *last = blocks - 1;
}

void sl_tile_put(sl_tile *tile, uint32_t row, uint32_t column, int32_t low, int32_t high) {
  SL_ASSERT(row < tile->rows && column < tile->columns && low <= high);
  uint32_t top, bottom, left, right;
  block_range(&top, &bottom, row, tile->block_rows);
  block_range(&left, &right, column, tile->block_columns);
  for (uint32_t r = top; r <= bottom; r++) {
    for (uint32_t c = left; c <= right; c++) {
      size_t at = (size_t)r * tile->block_columns + c;
      if (low < tile->least[at]) tile->least[at] = low;   /* SL_TILE_VOID is below all */
      if (high > tile->greatest[at]) tile->greatest[at] = high;
    }
  }
}

sl_err sl_terrain_new(sl_terrain **out) {
  SL_ASSERT(out);
  sl_terrain *terrain = calloc(1, sizeof *terrain);
  if (!terrain) return SL_ERR_NOMEM;
  *out = terrain;
  return SL_OK;
}

void sl_terrain_free(sl_terrain *terrain) {
  if (!terrain) return;
  for (uint32_t i = 0; i < terrain->count; i++) sl_tile_fini(&terrain->tile[i]);
  free(terrain);
}

/* "N47E008" at the start of a name. */
static bool corner_of(double *south, double *west, sl_str name) {
  if (name.size < 7) return false;
  const char *n = name.data;
  for (size_t i = 0; i < 7; i++)
    if (i != 0 && i != 3 && (n[i] < '0' || n[i] > '9')) return false;
  char lat = n[0] & 0x5f, lon = n[3] & 0x5f;
  if ((lat != 'N' && lat != 'S') || (lon != 'E' && lon != 'W')) return false;
  *south = (n[1] - '0') * 10 + (n[2] - '0');
  *west = (n[4] - '0') * 100 + (n[5] - '0') * 10 + (n[6] - '0');
  if (lat == 'S') *south = -*south;
  if (lon == 'W') *west = -*west;
  return *south >= -90 && *south <= 89 && *west >= -180 && *west <= 179;
}

static sl_err read_hgt(sl_tile *out, sl_str name, sl_span bytes, sl_fault *fault) {
  uint32_t side = bytes.size == 2u * 1201 * 1201 ? 1201 : bytes.size == 2u * 3601 * 3601 ? 3601 : 0;
  double south, west;
  if (!side) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "neither a GeoTIFF nor an HGT tile of 1,201 or 3,601 posts a side");
  if (!corner_of(&south, &west, name)) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "an HGT tile whose name does not begin with its corner (N47E008)");
  sl_tile tile = {.north = south + 1, .west = west, .step_lat = 1.0 / (side - 1), .step_lon = 1.0 / (side - 1), .rows = side, .columns = side};
  sl_err error = sl_tile_init(&tile);
  if (error) return sl_fault_set(fault, error, "out of memory");
  const uint8_t *at = bytes.data;
  for (uint32_t row = 0; row < side; row++) {
    for (uint32_t column = 0; column < side; column++, at += 2) {
      int32_t metres = (int16_t)(uint16_t)((unsigned)at[0] << 8 | at[1]);
      bool missing = metres == -32768 || metres < -500 || metres > 9000;
      sl_tile_put(&tile, row, column, missing ? SL_TILE_VOID : metres, missing ? SL_TILE_VOID : metres);
    }
  }
  *out = tile;
  return SL_OK;
}

sl_err sl_terrain_add(sl_terrain *terrain, sl_str name, sl_span bytes, sl_fault *fault) {
  SL_ASSERT(terrain && fault);
  if (terrain->count == SL_TERRAIN_TILES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u tiles of terrain", SL_TERRAIN_TILES_MAX);
  sl_tile tile;
  bool tiff = false;
  sl_err error = sl_tile_read_tiff(&tile, &tiff, bytes, fault);
  if (!tiff) error = read_hgt(&tile, name, bytes, fault);
  if (!error) terrain->tile[terrain->count++] = tile;
  return error;
}

/* A box in degrees, east of its west. */
typedef struct box { double south, west, north, east; } box;

typedef struct search {
  const sl_terrain *terrain;
  double low, high;
  unsigned pieces;
} search;

/* What a tile covers: half a step beyond its posts, where tiles of areas meet. */
static box cover(const sl_tile *t) {
  const double up = t->step_lat / 2, aside = t->step_lon / 2;
  return (box){t->north - t->step_lat * (t->rows - 1) - up, t->west - aside, t->north + up, t->west + t->step_lon * (t->columns - 1) + aside};
}

static uint32_t block_at(double posts, uint32_t blocks) {
  double block = floor(posts / SL_TILE_BLOCK);
  return block < 0 ? 0 : block >= blocks ? blocks - 1 : (uint32_t)block;
}

/* The blocks of a part that lies within the tile, and those beside it by a rounding. */
static bool look(search *s, const sl_tile *t, box part) {
  uint32_t top = block_at((t->north - part.north) / t->step_lat - 1e-6, t->block_rows), bottom = block_at((t->north - part.south) / t->step_lat + 1e-6, t->block_rows);
  uint32_t left = block_at((part.west - t->west) / t->step_lon - 1e-6, t->block_columns), right = block_at((part.east - t->west) / t->step_lon + 1e-6, t->block_columns);
  for (uint32_t r = top; r <= bottom; r++) {
    for (uint32_t c = left; c <= right; c++) {
      size_t at = (size_t)r * t->block_columns + c;
      if (t->least[at] == SL_TILE_VOID) return false;
      s->low = fmin(s->low, t->least[at]);
      s->high = fmax(s->high, t->greatest[at]);
    }
  }
  return true;
}

/* The part from tile `from` on: one tile takes what it covers, the rest is cut off around it. */
static bool find(search *s, box part, uint32_t from) {
  if (++s->pieces > PIECES_MAX) return false;
  for (uint32_t i = from; i < s->terrain->count; i++) {
    box all = cover(&s->terrain->tile[i]);
    const double slack = 1e-9;
    if (all.west > part.east || all.east < part.west || all.south > part.north || all.north < part.south) continue;
    box mine = {fmax(all.south, part.south), fmax(all.west, part.west), fmin(all.north, part.north), fmin(all.east, part.east)};
    if (!look(s, &s->terrain->tile[i], mine)) return false;
    return (mine.south <= part.south + slack || find(s, (box){part.south, part.west, mine.south, part.east}, i + 1)) &&
           (mine.north >= part.north - slack || find(s, (box){mine.north, part.west, part.north, part.east}, i + 1)) &&
           (mine.west <= part.west + slack || find(s, (box){mine.south, part.west, mine.north, mine.west}, i + 1)) &&
           (mine.east >= part.east - slack || find(s, (box){mine.south, mine.east, mine.north, part.east}, i + 1));
  }
  return false;
}

bool sl_terrain_over(sl_len *low, sl_len *high, const sl_terrain *terrain, sl_pos south_west, sl_pos north_east) {
  SL_ASSERT(low && high && terrain && south_west.lat_nd <= north_east.lat_nd);
  search s = {.terrain = terrain, .low = 1e9, .high = -1e9};
  box whole = {(double)south_west.lat_nd * 1e-9, (double)south_west.lon_nd * 1e-9, (double)north_east.lat_nd * 1e-9, (double)north_east.lon_nd * 1e-9};
  box west = whole, east = whole;
  bool two = whole.west > whole.east;
  if (two) west.east = 180, east.west = -180;
  if (!find(&s, west, 0) || (two && !find(&s, east, 0))) return false;
  *low = (sl_len){((int64_t)s.low - SL_TERRAIN_MARGIN_M) * 1000};
  *high = (sl_len){((int64_t)s.high + SL_TERRAIN_MARGIN_M) * 1000};
  return true;
}
