/* Purpose: that the roll-up grew from the checkpoint held before, at the price of a few tiles.
 * Work expected: one a heartbeat. Representation: the nodes of the consistency proof, read from
 * tiles as served; what tiles say is believed only because the proof holds against both signed roots. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/log.h"

#define TILE_BYTES ((size_t)32 * SL_TILE_WIDTH)
#define TILES_KEPT 8u   /* one for each level, at each of both edges at most */

typedef struct tile_kept { bool used; sl_tile tile; uint8_t bytes[TILE_BYTES]; } tile_kept;

typedef struct reader {
  sl_net *net;
  uint64_t size;             /* of the log that is read */
  tile_kept kept[TILES_KEPT];
  unsigned next;
  sl_exit exit;
} reader;

static sl_exit tile_fetch(reader *r, tile_kept *into) {
  sl_buf target;
  sl_net_answer answer = {0};
  sl_buf_init(&target, 256);
  sl_buf_add_text(&target, "/rollup/");
  sl_tile_path_add(&target, &into->tile);
  sl_buf_add_u8(&target, 0);
  sl_exit exit = target.error ? SL_EXIT_SOFTWARE : sl_net_call(r->net, &answer, "GET", (const char *)target.data, (sl_span){0}, (sl_dur){0});
  sl_str text = exit ? (sl_str){0} : sl_net_text(&answer);
  if (!exit && text.size != (size_t)32 * into->tile.width) exit = sl_cli_fail(r->net->cli, SL_EXIT_PROTOCOL, "a tile of the roll-up is not as long as it should be");
  if (!exit) memcpy(into->bytes, text.data, text.size);
  into->used = !exit;
  sl_net_drop(&answer);
  sl_buf_fini(&target);
  return exit;
}

/* Hash number `at` of the tree's level 8 * level. */
static const sl_hash *hash_at(reader *r, unsigned level, uint64_t at) {
  sl_tile tile = {.level = level, .index = at / SL_TILE_WIDTH};
  uint64_t there = (r->size >> (8 * level)) - tile.index * SL_TILE_WIDTH;
  SL_ASSERT(at % SL_TILE_WIDTH < there);
  tile.width = there < SL_TILE_WIDTH ? (unsigned)there : SL_TILE_WIDTH;
  tile_kept *found = NULL;
  for (unsigned i = 0; i < TILES_KEPT && !found; i++)
    if (r->kept[i].used && r->kept[i].tile.level == level && r->kept[i].tile.index == tile.index) found = &r->kept[i];
  if (!found) {
    found = &r->kept[r->next++ % TILES_KEPT];
    found->tile = tile;
    r->exit = tile_fetch(r, found);
  }
  return (const sl_hash *)(const void *)(found->bytes + 32 * (at % SL_TILE_WIDTH));
}

/* The root over the leaves from start on; recursion ends after at most 2 * 48 steps down each side. */
static sl_hash root_of(reader *r, uint64_t start, uint64_t count) {
  sl_hash left = {{0}}, right;
  if (r->exit) return left;
  unsigned level = 0;
  while ((count >> level) > 1) level++;
  bool whole = count == UINT64_C(1) << level;
  if (whole && level % 8 == 0) return *hash_at(r, level / 8, start >> level);
  uint64_t half = UINT64_C(1) << (whole ? level - 1 : level);
  left = root_of(r, start, half);
  right = root_of(r, start + half, count - half);
  sl_node_hash(sl_sha256, &left, &left, &right);
  return left;
}

static void subtree_root(void *context, sl_hash *out, uint64_t start, uint64_t count) {
  *out = root_of(context, start, count);
}

sl_exit sl_log_follows(sl_net *net, const sl_checkpoint *held, const sl_checkpoint *now) {
  SL_ASSERT(net && held && now && held->size <= now->size && now->size <= SL_TREE_CAP_MAX);
  if (held->size == 0) return SL_EXIT_DONE;
  reader *r = SL_ARENA_TAKE(&net->arena, 1, reader);
  sl_proof *proof = SL_ARENA_TAKE(&net->arena, 1, sl_proof);
  if (!r || !proof) return sl_cli_fail(net->cli, SL_EXIT_OSERR, "out of memory");
  *r = (reader){.net = net, .size = now->size};
  sl_consistency_find(proof, held->size, now->size, subtree_root, r);
  if (r->exit) return r->exit;
  if (sl_consistency_check(sl_sha256, held->size, &held->root, now->size, &now->root, proof) == SL_OK) return SL_EXIT_DONE;
  return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL,
                     "the roll-up of %llu ticks does not continue that of %llu: the store was restored, or history rewritten; the one held is kept and was told (--restored, once both sides know)",
                     (unsigned long long)now->size, (unsigned long long)held->size);
}
