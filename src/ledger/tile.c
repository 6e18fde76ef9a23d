/* Tiles: how a log is served as files that never change. A tile at level L holds
 * 256 hashes of the tree's level 8 * L, or fewer at the right edge. */
#include "base/assert.h"
#include "base/buf.h"
#include "ledger/lines.h"
#include "ledger/note.h"

#define GROUPS_MAX 7u   /* three digits each: 2^64 has 20 digits */

static bool tile_valid(const sl_tile *tile) {
  return tile->level <= SL_TILE_LEVEL_MAX && tile->width >= 1 && tile->width <= SL_TILE_WIDTH;
}

void sl_tile_path_add(sl_buf *out, const sl_tile *tile) {
  SL_ASSERT(out != NULL && tile != NULL);
  SL_ASSERT(tile_valid(tile));
  unsigned group[GROUPS_MAX];
  unsigned count = 0;
  uint64_t rest = tile->index;
  do {
    group[count++] = (unsigned)(rest % 1000);
    rest /= 1000;
  } while (rest != 0);
  SL_ASSERT(count <= GROUPS_MAX);
  sl_buf_add_format(out, "tile/%u", tile->level);
  for (unsigned i = count; i-- > 1;) {
    sl_buf_add_format(out, "/x%03u", group[i]);
  }
  sl_buf_add_format(out, "/%03u", group[0]);
  if (tile->width < SL_TILE_WIDTH) {
    sl_buf_add_format(out, ".p/%u", tile->width);
  }
}

/* Three digits in front of *rest. */
static bool take_digits(unsigned *out, sl_str *rest) {
  if (rest->size < 3) {
    return false;
  }
  unsigned value = 0;
  for (size_t i = 0; i < 3; i++) {
    if (rest->data[i] < '0' || rest->data[i] > '9') {
      return false;
    }
    value = value * 10 + (unsigned)(rest->data[i] - '0');
  }
  *out = value;
  *rest = (sl_str){rest->data + 3, rest->size - 3};
  return true;
}

/* The groups of an index: x001/x234/067, no leading group of zeroes. */
static bool take_index(uint64_t *out, sl_str *rest) {
  uint64_t index = 0;
  unsigned digits = 0;
  for (unsigned i = 0; i < GROUPS_MAX; i++) {
    const bool more = sl_lines_after(rest, *rest, "x");
    if (!take_digits(&digits, rest) || (i == 0 && more && digits == 0) || index > (UINT64_MAX - digits) / 1000) {
      return false;
    }
    index = index * 1000 + digits;
    if (!more) {
      *out = index;
      return true;
    }
    if (!sl_lines_after(rest, *rest, "/")) {
      return false;
    }
  }
  return false;
}

sl_err sl_tile_path_read(sl_tile *out, sl_str path) {
  SL_ASSERT(out != NULL);
  sl_tile tile = {0, 0, SL_TILE_WIDTH};
  sl_str rest;
  if (!sl_lines_after(&rest, path, "tile/") || rest.size < 2) {
    return SL_ERR_SYNTAX;
  }
  /* One digit is all the levels there are. */
  if (rest.data[0] < '0' || rest.data[0] > '0' + (int)SL_TILE_LEVEL_MAX || rest.data[1] != '/') {
    return SL_ERR_SYNTAX;
  }
  tile.level = (unsigned)(rest.data[0] - '0');
  rest = (sl_str){rest.data + 2, rest.size - 2};
  if (!take_index(&tile.index, &rest)) {
    return SL_ERR_SYNTAX;
  }
  if (sl_lines_after(&rest, rest, ".p/")) {
    uint64_t width;
    if (sl_lines_number(&width, rest) != SL_OK || width < 1 || width >= SL_TILE_WIDTH) {
      return SL_ERR_SYNTAX;
    }
    tile.width = (unsigned)width;
    rest.size = 0;
  }
  if (rest.size != 0) {
    return SL_ERR_SYNTAX;
  }
  *out = tile;
  return SL_OK;
}

sl_err sl_tile_add(sl_buf *out, const sl_tree *tree, const sl_tile *tile, uint64_t size) {
  SL_ASSERT(out != NULL && tree != NULL && tile != NULL);
  SL_ASSERT(tile_valid(tile));
  const unsigned level = 8 * tile->level;
  const uint64_t hashes = size >> level;
  if (size > sl_tree_size(tree) || tile->index > hashes / SL_TILE_WIDTH ||
      hashes - tile->index * SL_TILE_WIDTH < tile->width) {
    return SL_ERR_RANGE;
  }
  uint8_t bytes[SL_TILE_WIDTH * 32];
  for (unsigned i = 0; i < tile->width; i++) {
    sl_hash hash;
    const sl_err err = sl_tree_node(tree, &hash, level, tile->index * SL_TILE_WIDTH + i);
    SL_ASSERT(err == SL_OK);
    memcpy(bytes + (size_t)32 * i, hash.bytes, 32);
  }
  sl_buf_add(out, bytes, (size_t)32 * tile->width);
  return out->error;
}

sl_err sl_tile_nth(sl_tile *out, uint64_t size, uint64_t n) {
  SL_ASSERT(out != NULL);
  for (unsigned level = 0; level <= SL_TILE_LEVEL_MAX; level++) {
    const uint64_t hashes = size >> (8 * level);
    const uint64_t full = hashes / SL_TILE_WIDTH;
    const unsigned edge = (unsigned)(hashes % SL_TILE_WIDTH);
    if (n < full) {
      *out = (sl_tile){level, n, SL_TILE_WIDTH};
      return SL_OK;
    }
    if (n == full && edge != 0) {
      *out = (sl_tile){level, n, edge};
      return SL_OK;
    }
    n -= full + (edge != 0);
  }
  return SL_ERR_END;
}
