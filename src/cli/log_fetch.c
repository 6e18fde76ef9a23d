/* Purpose: see log.h. Work expected: a day's log, some thousand entries. Representation:
 * a tree of our own, grown from the entries, whose root and tiles must be those served. */
#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/log.h"
#include "cli/receipt.h"

#define LINES_MAX ((size_t)2 << 30)

typedef struct paths { const char *checkpoint, *tile, *entries; } paths;

static paths paths_of(sl_log_kind kind) {
  if (kind == SL_LOG_OWN) return (paths){"/v1/log/checkpoint", "/v1/log/", "/v1/log/entries"};
  return (paths){"/rollup/checkpoint", "/rollup/", "/rollup/entries"};
}

static sl_exit untrue(sl_net *net, const char *what) { return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "NOT verified: %s", what); }

/* The checkpoint: signed by the vkey, and of the log it should be of. */
static sl_exit fetch_checkpoint(sl_log *log, sl_net *net, sl_log_kind kind) {
  char origin[SL_ORIGIN_MAX + 1];
  sl_fault fault = sl_fault_none();
  sl_net_answer answer;
  int size = snprintf(origin, sizeof origin, "%s/rollup", net->profile.origin);
  SL_ASSERT(size > 0);
  if (kind == SL_LOG_OWN && sl_log_origin(origin, &net->profile)) return sl_cli_fail(net->cli, SL_EXIT_CONFIG, "%s: keyid is needed to know which log is one's own", net->profile.path);
  sl_exit exit = sl_net_call(net, &answer, "GET", paths_of(kind).checkpoint, (sl_span){0}, (sl_dur){0});
  if (!exit) {
    sl_buf_add_str(&log->note, sl_net_text(&answer));
    if (log->note.error || sl_checkpoint_open(&log->checkpoint, sl_buf_str(&log->note), sl_sha256, sl_ed25519_verify, net->profile.public_key, &fault))
      exit = untrue(net, fault.code ? fault.reason : "the checkpoint is too long");
    else if (strcmp(log->checkpoint.origin, origin) != 0) exit = untrue(net, "the checkpoint is of another log");
    else if (log->checkpoint.size > SL_LOG_ENTRIES_MAX) exit = untrue(net, "the log is longer than this program takes");
  }
  sl_net_drop(&answer);
  return exit;
}

/* Of an erased entry only its commitment is left (L23): the leaf follows from it. */
static sl_err leaf_of_erased(sl_log *log, sl_net *net, const sl_json_at *entry, uint64_t index) {
  sl_hash commitment, leaf;
  char hex[65];
  if (!sl_pick_hex32(net, commitment.bytes, entry, "commitment")) return SL_ERR_SYNTAX;
  if ((uint64_t)sl_pick_int(net, entry, "index") != index) return SL_ERR_ORDER;
  sl_leaf_hash(sl_sha256, &leaf, (sl_span){commitment.bytes, sizeof commitment.bytes});
  sl_hex(hex, (sl_span){commitment.bytes, sizeof commitment.bytes});
  sl_buf_add_format(&log->lines, "{\"index\":%llu,\"commitment\":\"%s\"}\n", (unsigned long long)index, hex);
  sl_err err = sl_tree_append(log->tree, &leaf);
  return err ? err : log->lines.error;
}

static sl_err leaf_of(sl_log *log, sl_net *net, const sl_json_at *entry, uint64_t index, sl_log_kind kind) {
  uint8_t salt[32];
  sl_span bytes;
  sl_hash leaf;
  sl_json_at erased = sl_json_find(entry, "commitment");
  if (kind != SL_LOG_PUBLIC && sl_json_is_given(&erased)) return leaf_of_erased(log, net, entry, index);
  if (!sl_pick_base64(net, &bytes, entry, "entry", SL_HTTP_ANSWER_MAX)) return SL_ERR_SYNTAX;
  if ((uint64_t)sl_pick_int(net, entry, "index") != index) return SL_ERR_ORDER;
  sl_buf_add_format(&log->lines, "{\"index\":%llu,\"entry\":\"", (unsigned long long)index);
  sl_base64_add(&log->lines, bytes);
  if (kind == SL_LOG_PUBLIC) {
    sl_leaf_hash(sl_sha256, &leaf, bytes);
    sl_err err = sl_rollup_entry_read(&log->tick[index], bytes);
    if (err) return err;
    if (index > 0 && log->tick[index].tick.ns <= log->tick[index - 1].tick.ns) return SL_ERR_ORDER;
    sl_buf_add_text(&log->lines, "\"}\n");
  } else {
    char hex[65];
    if (!sl_pick_hex32(net, salt, entry, "salt")) return SL_ERR_SYNTAX;
    sl_entry_leaf(sl_sha256, &leaf, salt, bytes);
    sl_hex(hex, (sl_span){salt, 32});
    sl_buf_add_format(&log->lines, "\",\"salt\":\"%s\"}\n", hex);
  }
  sl_err err = sl_tree_append(log->tree, &leaf);
  return err ? err : log->lines.error;
}

/* One page of openings from the tree's size on. */
static sl_exit fetch_page(sl_log *log, sl_net *net, sl_log_kind kind) {
  sl_net_answer answer;
  char target[96];
  uint64_t from = sl_tree_size(log->tree), at = from;
  (void)snprintf(target, sizeof target, "%s?from=%llu", paths_of(kind).entries, (unsigned long long)from);
  sl_exit exit = sl_net_call(net, &answer, "GET", target, (sl_span){0}, (sl_dur){0});
  sl_arena keep = net->arena;
  sl_arena_init(&net->arena, keep.max);
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json), list = sl_json_find(&root, "entries");
    for (size_t i = 0; i < sl_json_size(&list) && at < log->checkpoint.size && !exit; i++, at++) {
      sl_json_at entry = sl_json_element(&list, i);
      if (leaf_of(log, net, &entry, at, kind)) exit = untrue(net, "an entry is malformed or out of its place");
    }
  }
  sl_arena_fini(&net->arena);
  net->arena = keep;
  sl_net_drop(&answer);
  if (!exit && at == from) exit = untrue(net, "the log has fewer entries than its checkpoint says");
  return exit;
}

/* Every tile that the checkpoint needs, byte for byte as our own tree has it. */
static sl_exit check_tiles(sl_log *log, sl_net *net, sl_log_kind kind) {
  sl_tile tile;
  sl_exit exit = SL_EXIT_DONE;
  for (uint64_t n = 0; !exit && sl_tile_nth(&tile, log->checkpoint.size, n) == SL_OK; n++) {
    sl_buf target, own;
    sl_net_answer answer = {0};
    sl_buf_init(&target, 256);
    sl_buf_init(&own, 32 * SL_TILE_WIDTH);
    sl_buf_add_text(&target, paths_of(kind).tile);
    sl_tile_path_add(&target, &tile);
    sl_buf_add_u8(&target, 0);
    sl_err err = sl_tile_add(&own, log->tree, &tile, log->checkpoint.size);
    if (target.error || err) exit = sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "a tile cannot be made");
    if (!exit) exit = sl_net_call(net, &answer, "GET", (const char *)target.data, (sl_span){0}, (sl_dur){0});
    if (!exit && !sl_str_equal(sl_net_text(&answer), sl_buf_str(&own))) exit = untrue(net, "a tile is not what its entries make");
    log->tiles++;
    sl_net_drop(&answer);
    sl_buf_fini(&own);
    sl_buf_fini(&target);
  }
  return exit;
}

sl_exit sl_log_fetch(sl_log *log, sl_net *net, sl_log_kind kind) {
  SL_ASSERT(log && net);
  *log = (sl_log){0};
  sl_buf_init(&log->note, SL_NOTE_MAX);
  sl_buf_init(&log->lines, LINES_MAX);
  if (!net->profile.has_vkey) return sl_cli_fail(net->cli, SL_EXIT_CONFIG, "%s: there is no vkey in the profile: the liaison prints it", net->profile.path);
  sl_exit exit = fetch_checkpoint(log, net, kind);
  if (exit) return exit;
  uint64_t size = log->checkpoint.size;
  if (kind == SL_LOG_PUBLIC) log->tick = calloc((size_t)size + 1, sizeof *log->tick);
  if (sl_tree_new(&log->tree, sl_sha256, size + 1) || (kind == SL_LOG_PUBLIC && !log->tick)) return sl_cli_fail(net->cli, SL_EXIT_OSERR, "out of memory");
  while (!exit && sl_tree_size(log->tree) < size) {
    sl_cli_progress(net->cli, "reading the log", sl_tree_size(log->tree), size);
    exit = fetch_page(log, net, kind);
  }
  sl_cli_progress_end(net->cli);
  sl_hash root;
  if (!exit && sl_tree_root(log->tree, &root, size)) exit = sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "the root cannot be computed");
  if (!exit && !sl_hash_equal(&root, &log->checkpoint.root)) exit = untrue(net, "the entries do not give the checkpoint's root");
  return exit ? exit : check_tiles(log, net, kind);
}

void sl_log_close(sl_log *log) {
  if (!log) return;
  sl_buf_fini(&log->note);
  sl_buf_fini(&log->lines);
  sl_tree_free(log->tree);
  free(log->tick);
  *log = (sl_log){0};
}

sl_exit sl_log_grown(uint64_t *before, sl_net *net, const sl_log *log, const char *name) {
  sl_buf note;
  sl_checkpoint held = {0};
  sl_hash root;
  sl_exit exit = SL_EXIT_DONE;
  *before = 0;
  if (sl_state_read(net, &note, name, SL_NOTE_MAX)) {
    if (sl_checkpoint_open(&held, sl_buf_str(&note), sl_sha256, sl_ed25519_verify, net->profile.public_key, NULL)) exit = untrue(net, "the checkpoint kept from last time does not verify under this vkey");
    else if (strcmp(held.origin, log->checkpoint.origin) != 0) exit = untrue(net, "the checkpoint kept from last time is of another log");
    else if (held.size > log->checkpoint.size) exit = untrue(net, "the log is shorter than it was last time");
    else if (sl_tree_root(log->tree, &root, held.size) || !sl_hash_equal(&root, &held.root)) exit = untrue(net, "the log was rewritten since last time");
  }
  sl_buf_fini(&note);
  if (exit) return exit;
  *before = held.size;
  return sl_state_write(net, name, sl_buf_span(&log->note));
}
