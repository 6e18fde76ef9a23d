/* Writes logs as files for tools/verify.py to verify: log_writer DIRECTORY SIZE...
 * For every size DIRECTORY/SIZE/ gets vkey, checkpoint, tile/..., entries (every
 * seventh erased), older/N (checkpoints on the way) and receipts/N.json. Beside them
 * fork/ is a log of 257 under the same key with other entries, and party/ and rollup/
 * are a log and the roll-up of 40 ticks, with its slots/N.json. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "ledger/rollup.h"
#include "seal/seal.h"

#define ORIGIN "line.example/blue/ops"
#define ROLLUP_ORIGIN "line.example/rollup"
#define K 4u
#define TICK_NS (60 * SL_NS_PER_S)

typedef struct log_files {
  char folder[512];
  const char *origin;
  sl_key key;
  sl_tree *tree;
  FILE *entries;
} log_files;

static void must(bool held, const char *what) {
  if (!held) {
    fprintf(stderr, "log_writer: %s failed: %s\n", what, strerror(errno));
    exit(1);
  }
}

/* Write a file under the log's folder, and the folders it needs. */
static void write_file(const log_files *log, const char *name, const sl_buf *content) {
  char path[1024];
  must(content->error == SL_OK, "building");
  const int length = snprintf(path, sizeof path, "%s/%s", log->folder, name);
  must(length > 0 && (size_t)length < sizeof path, "naming");
  for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = '\0';
    must(mkdir(path, 0777) == 0 || errno == EEXIST, "mkdir");
    *slash = '/';
  }
  FILE *file = fopen(path, "wb");
  must(file != NULL, "fopen");
  must(fwrite(content->data, 1, content->size, file) == content->size, "fwrite");
  must(fclose(file) == 0, "fclose");
}

static void make_checkpoint(sl_checkpoint *out, sl_buf *note, const log_files *log) {
  const sl_signer signer = sl_key_signer(&log->key);
  snprintf(out->origin, sizeof out->origin, "%s", log->origin);
  out->size = sl_tree_size(log->tree);
  must(sl_tree_root(log->tree, &out->root, out->size) == SL_OK, "root");
  must(sl_checkpoint_sign(note, out, sl_sha256, &signer) == SL_OK, "sign");
}

static void open_log(log_files *log, const char *folder, const char *name, const char *origin, uint8_t seed_byte,
                     uint64_t cap) {
  const uint8_t seed[32] = {seed_byte};
  char path[1024];
  sl_buf vkey;
  snprintf(log->folder, sizeof log->folder, "%s/%s", folder, name);
  log->origin = origin;
  sl_key_from_seed(&log->key, seed);
  must(sl_tree_new(&log->tree, sl_sha256, cap + 1) == SL_OK, "tree");
  sl_buf_init(&vkey, 1024);
  sl_note_vkey_add(&vkey, origin, sl_sha256, log->key.public_key);
  write_file(log, "vkey", &vkey);
  sl_buf_fini(&vkey);
  snprintf(path, sizeof path, "%s/entries", log->folder);
  log->entries = fopen(path, "wb");
  must(log->entries != NULL, "entries");
}

static void write_checkpoint(const log_files *log, const char *name) {
  sl_checkpoint checkpoint;
  sl_buf note;
  sl_buf_init(&note, SL_NOTE_MAX);
  make_checkpoint(&checkpoint, &note, log);
  write_file(log, name, &note);
  sl_buf_fini(&note);
}

/* The last checkpoint and all tiles. */
static void close_log(log_files *log) {
  const uint64_t size = sl_tree_size(log->tree);
  sl_tile tile;
  write_checkpoint(log, "checkpoint");
  for (uint64_t n = 0; sl_tile_nth(&tile, size, n) == SL_OK; n++) {
    sl_buf path;
    sl_buf content;
    sl_buf_init(&path, 256);
    sl_buf_init(&content, 8192);
    sl_tile_path_add(&path, &tile);
    sl_buf_add_u8(&path, 0);
    must(path.error == SL_OK, "path");
    must(sl_tile_add(&content, log->tree, &tile, size) == SL_OK, "tile");
    write_file(log, (const char *)path.data, &content);
    sl_buf_fini(&path);
    sl_buf_fini(&content);
  }
  must(fclose(log->entries) == 0, "entries");
  sl_tree_free(log->tree);
}

static void add_proof(sl_buf *out, const log_files *log, uint64_t index) {
  sl_checkpoint checkpoint;
  sl_proof proof;
  sl_buf note;
  sl_buf text;
  sl_buf_init(&note, SL_NOTE_MAX);
  sl_buf_init(&text, SL_TLOG_PROOF_MAX);
  make_checkpoint(&checkpoint, &note, log);
  must(sl_tree_inclusion(log->tree, &proof, index, checkpoint.size) == SL_OK, "proof");
  must(sl_tlog_proof_add(&text, index, &proof, sl_buf_str(&note)) == SL_OK, "receipt");
  sl_json_escape_add(out, sl_buf_str(&text));
  sl_buf_fini(&note);
  sl_buf_fini(&text);
}

/* The salt and the bytes of entry i: of every length from 0 up. */
static size_t opening_of(uint64_t i, uint8_t salt[static 32], uint8_t entry[static 128]) {
  const uint8_t key[32] = {23};
  uint8_t counter[8];
  for (unsigned k = 0; k < 8; k++) {
    counter[k] = (uint8_t)(i >> (56 - 8 * k));
  }
  const sl_span part = {counter, 8};
  sl_prf(salt, 32, key, "log-writer-salt", &part, 1);
  sl_prf(entry, 64, key, "log-writer-low", &part, 1);
  sl_prf(entry + 64, 64, key, "log-writer-high", &part, 1);
  return (size_t)(i % 129);
}

static void add_opening(sl_buf *out, uint64_t i) {
  uint8_t salt[32];
  uint8_t entry[128];
  char hex[65];
  const size_t size = opening_of(i, salt, entry);
  sl_hex(hex, (sl_span){salt, 32});
  sl_buf_add_format(out, "{\"index\":%llu,\"entry\":\"", (unsigned long long)i);
  sl_base64_add(out, (sl_span){entry, size});
  sl_buf_add_format(out, "\",\"salt\":\"%s\"", hex);
}

static void write_entry(const log_files *log, uint64_t i) {
  uint8_t salt[32];
  uint8_t entry[128];
  sl_hash hash;
  const sl_span bytes = {entry, opening_of(i, salt, entry)};
  sl_entry_leaf(sl_sha256, &hash, salt, bytes);
  must(sl_tree_append(log->tree, &hash) == SL_OK, "append");
  if (i % 7 == 6) {
    char hex[65];
    sl_entry_commit(sl_sha256, &hash, salt, bytes);
    sl_hex(hex, (sl_span){hash.bytes, 32});
    fprintf(log->entries, "{\"index\":%llu,\"commitment\":\"%s\"}\n", (unsigned long long)i, hex);
    return;
  }
  sl_buf line;
  sl_buf_init(&line, 1024);
  add_opening(&line, i);
  fprintf(log->entries, "%.*s}\n", (int)line.size, (const char *)line.data);
  sl_buf_fini(&line);
}

static void write_receipt(const log_files *log, uint64_t i) {
  char name[64];
  sl_buf json;
  sl_buf_init(&json, 65536);
  add_opening(&json, i);
  sl_buf_add_text(&json, ",\"proof\":\"");
  add_proof(&json, log, i);
  sl_buf_add_text(&json, "\"}\n");
  snprintf(name, sizeof name, "receipts/%llu.json", (unsigned long long)i);
  write_file(log, name, &json);
  sl_buf_fini(&json);
}

/* A party's log of `size` entries, with all that goes with it. */
static void write_party_log(const char *folder, uint64_t size) {
  log_files log;
  char name[64];
  snprintf(name, sizeof name, "%llu", (unsigned long long)size);
  open_log(&log, folder, name, ORIGIN, 1, size);
  for (uint64_t i = 0; i < size; i++) {
    if (i < 9 || i == size / 2 || i + 1 == size) {
      snprintf(name, sizeof name, "older/%llu", (unsigned long long)i);
      write_checkpoint(&log, name);
    }
    write_entry(&log, i);
  }
  for (uint64_t i = 0; i < size; i += size / 5 + 1) {
    write_receipt(&log, i);
  }
  close_log(&log);
}

/* The same log as another might have been told it: same key, other entries. */
static void write_fork(const char *folder, uint64_t size) {
  log_files log;
  open_log(&log, folder, "fork", ORIGIN, 1, size);
  for (uint64_t i = 0; i < size; i++) {
    if (i == size / 2) {
      write_checkpoint(&log, "older/half");
    }
    write_entry(&log, i + 1000);
  }
  close_log(&log);
}

typedef struct tick {
  sl_hash slot[1u << K];
  uint8_t salt[32];
  uint32_t mine;
  sl_hash head;
  uint64_t size;
  sl_rollup_entry entry;
  uint8_t bytes[SL_ROLLUP_ENTRY_SIZE];
} tick;

static tick make_tick(uint64_t number, const sl_checkpoint *party) {
  tick t = {.mine = (uint32_t)(number * 5 % (1u << K)),
            .size = party->size,
            .entry = {{(int64_t)(number + 1) * TICK_NS}, K, {{0}}}};
  const sl_random random = sl_random_system();
  random.fill(random.context, (uint8_t *)t.slot, sizeof t.slot);
  random.fill(random.context, t.salt, sizeof t.salt);
  must(sl_rollup_head(sl_sha256, &t.head, party) == SL_OK, "head");
  sl_rollup_slot(sl_sha256, &t.slot[t.mine], t.salt, &t.head);
  sl_rollup_root(&t.entry.root, sl_sha256, t.slot, K);
  sl_rollup_entry_write(t.bytes, &t.entry);
  return t;
}

static void write_slot(const log_files *log, uint64_t number, const tick *t) {
  char name[64];
  char hex[65];
  sl_proof path;
  sl_buf json;
  sl_buf_init(&json, 65536);
  sl_hex(hex, (sl_span){t->salt, 32});
  must(sl_rollup_opening(&path, sl_sha256, t->slot, K, t->mine) == SL_OK, "opening");
  sl_buf_add_format(&json, "{\"tick\":%llu,\"slot\":%u,\"salt\":\"%s\"", (unsigned long long)number, t->mine, hex);
  sl_hex(hex, (sl_span){t->head.bytes, 32});
  sl_buf_add_format(&json, ",\"head\":\"%s\",\"size\":%llu,\"path\":[", hex, (unsigned long long)t->size);
  for (uint32_t i = 0; i < path.count; i++) {
    sl_hex(hex, (sl_span){path.hash[i].bytes, 32});
    sl_buf_add_format(&json, "%s\"%s\"", i == 0 ? "" : ",", hex);
  }
  sl_buf_add_text(&json, "]}\n");
  snprintf(name, sizeof name, "slots/%llu.json", (unsigned long long)number);
  write_file(log, name, &json);
  sl_buf_fini(&json);
}

/* A roll-up in which one party's log grows by an entry a tick. */
static void write_rollup(const char *folder, uint64_t ticks) {
  log_files rollup;
  log_files party;
  open_log(&party, folder, "party", ORIGIN, 1, ticks);
  open_log(&rollup, folder, "rollup", ROLLUP_ORIGIN, 2, ticks);
  for (uint64_t i = 0; i < ticks; i++) {
    sl_checkpoint checkpoint;
    sl_hash leaf;
    sl_buf note;
    sl_buf line;
    write_entry(&party, i);
    sl_buf_init(&note, SL_NOTE_MAX);
    sl_buf_init(&line, 1024);
    make_checkpoint(&checkpoint, &note, &party);
    const tick t = make_tick(i, &checkpoint);
    sl_leaf_hash(sl_sha256, &leaf, (sl_span){t.bytes, sizeof t.bytes});
    must(sl_tree_append(rollup.tree, &leaf) == SL_OK, "append");
    sl_base64_add(&line, (sl_span){t.bytes, sizeof t.bytes});
    fprintf(rollup.entries, "{\"index\":%llu,\"entry\":\"%.*s\"}\n", (unsigned long long)i, (int)line.size,
            (const char *)line.data);
    write_slot(&rollup, i, &t);
    sl_buf_fini(&note);
    sl_buf_fini(&line);
  }
  close_log(&party);
  close_log(&rollup);
}

int main(int argc, char **argv) {
  must(argc >= 3 && sl_seal_init() == SL_OK, "starting: log_writer DIRECTORY SIZE...");
  for (int i = 2; i < argc; i++) {
    int64_t size = -1;
    must(sl_int_read(&size, sl_str_from(argv[i])) == SL_OK && size >= 0 && size <= 1000000, "a size");
    write_party_log(argv[1], (uint64_t)size);
  }
  write_fork(argv[1], 257);
  write_rollup(argv[1], 40);
  return 0;
}
