/* Logs fetched and verified whole; that a log and a roll-up continue what was held; a slot under
 * its tick; and every lie about them told. */
#include "seal/seal.h"

#include "cli/log.h"

#include "call.h"
#include "log_server.h"

static sl_exit nothing(sl_cli *cli, const sl_args *args) {
  (void)cli;
  (void)args;
  return SL_EXIT_DONE;
}

static const sl_option options[] = {{NULL, 0, NULL, NULL, false}};
static const sl_verb verb = {.name = "log verify", .summary = "s", .operands = "", .example = "e", .option = options, .run = nothing};

#define OWN "line.example/blue/ops"
#define ROLLUP "line.example/rollup"

static char folder[64];

static int begin(void **state) {
  (void)state;
  call_folder(folder);
  return sl_seal_init() ? -1 : 0;
}

static int end(void **state) {
  (void)state;
  call_folder_drop(folder);
  return 0;
}

static void net_begin(sl_net *net, call *c, const log_server *s) {
  call_begin(c, &verb, "");
  *net = (sl_net){.cli = &c->cli};
  sl_arena_init(&net->arena, 16u << 20);
  sl_profile *profile = &net->profile;
  (void)snprintf(profile->keyid, sizeof profile->keyid, "blue/ops/1");
  (void)snprintf(profile->origin, sizeof profile->origin, "line.example");
  (void)snprintf(profile->state, sizeof profile->state, "state");
  (void)snprintf(profile->path, sizeof profile->path, "ops.profile");
  (void)snprintf(profile->server, sizeof profile->server, "http://127.0.0.1:%u", s->port);
  memcpy(profile->public_key, s->key.public_key, 32);
  profile->has_vkey = true;
  sl_http_options http = {.server = profile->server, .timeout = {5 * SL_NS_PER_S}};
  assert_int_equal(sl_http_open(&net->http, &http, NULL), SL_OK);
}

static const char *net_end(sl_net *net, call *c) {
  sl_http_close(net->http);
  sl_arena_fini(&net->arena);
  return call_end(c);
}

static void expect(log_server *s, sl_exit exit, const char *says) {
  sl_net net;
  sl_log log;
  call c;
  net_begin(&net, &c, s);
  sl_exit got = sl_log_fetch(&log, &net, s->public ? SL_LOG_PUBLIC : SL_LOG_OWN);
  uint64_t size = log.tree ? sl_tree_size(log.tree) : 0;
  sl_log_close(&log);
  const char *said = net_end(&net, &c);
  if (got != exit || !strstr(said, says) || (!exit && size != s->size)) fail_msg("expected %d and %s: exit %d: %s", (int)exit, says, (int)got, said);
}

static void a_log_is_verified_whole(void **state) {
  (void)state;
  const uint64_t sizes[] = {1, 2, 99, 100, 101, 256, 257, 600};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (int public = 0; public < 2; public++) {
      log_server s;
      log_server_start(&s, public ? ROLLUP : OWN, public, sizes[i]);
      if (!public && sizes[i] > 2) s.erased = 1;
      expect(&s, SL_EXIT_DONE, "");
      assert_int_equal(s.pages, (sizes[i] + 99) / 100);
      assert_int_equal(s.tiles, (sizes[i] + 255) / 256 + (sizes[i] >= 256));
      log_server_end(&s);
    }
  }
  log_server s;
  log_server_start(&s, OWN, false, 0);
  expect(&s, SL_EXIT_DONE, "");
  log_server_end(&s);
}

static bool once;
static void flip(sl_buf *body, const char *part, const char *where, size_t at) {
  if (strcmp(part, where) == 0 && body->size > at) body->data[at] ^= 1;
}
static void replace(sl_buf *body, const char *from, const char *to) {
  assert_int_equal(strlen(from), strlen(to));
  char *found = NULL;
  for (size_t i = 0; i + strlen(from) <= body->size && !found; i++)
    if (memcmp(body->data + i, from, strlen(from)) == 0) found = (char *)body->data + i;
  if (found) memcpy(found, to, strlen(to));
}
static void root_changed(sl_buf *body, const char *part) { flip(body, part, "checkpoint", 28); }
static void tile_changed(sl_buf *body, const char *part) { flip(body, part, "tile", 40); }
static void tile_short(sl_buf *body, const char *part) { if (strcmp(part, "tile") == 0) body->size -= 32; }
static void salt_changed(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) replace(body, "\"salt\":\"01", "\"salt\":\"02"); }
static void salt_short(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) replace(body, "\"salt\":\"0", "\"salt\":\"\""); }
static void entry_changed(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) replace(body, "\"entry\":\"ZW5", "\"entry\":\"ZW4"); }
static void index_changed(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) replace(body, "\"index\":1", "\"index\":2"); }
static void commitment_changed(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) replace(body, "\"commitment\":\"", "\"commitmenx\":\""); }
static void list_gone(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) replace(body, "entries", "entrees"); }
static void no_json(sl_buf *body, const char *part) { if (strcmp(part, "entries") == 0) body->data[0] = '['; }
static void no_note(sl_buf *body, const char *part) { if (strcmp(part, "checkpoint") == 0) body->size = 20; }
static void nothing_at_all(sl_buf *body, const char *part) { if (strcmp(part, "checkpoint") == 0) body->size = 0; }
static void second_page_empty(sl_buf *body, const char *part) {
  if (strcmp(part, "entries") != 0) return;
  if (once) { body->size = 0; sl_buf_add_text(body, "{\"entries\":[]}"); }
  once = true;
}

static void every_lie_about_a_log_is_told(void **state) {
  (void)state;
  const struct { log_server_lie *lie; const char *says; } rows[] = {
      {root_changed, "NOT verified"}, {tile_changed, "a tile is not what its entries make"}, {tile_short, "a tile is not what its entries make"},
      {salt_changed, "do not give the checkpoint's root"}, {salt_short, "is not JSON"}, {entry_changed, "do not give the checkpoint's root"},
      {index_changed, "malformed or out of its place"}, {commitment_changed, "malformed or out of its place"}, {list_gone, "fewer entries"},
      {no_json, "is not JSON"}, {no_note, "NOT verified"}, {nothing_at_all, "NOT verified"}, {second_page_empty, "fewer entries"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    log_server s;
    log_server_start(&s, OWN, false, 150);
    s.erased = 3;
    s.lie = rows[i].lie;
    once = false;
    expect(&s, SL_EXIT_PROTOCOL, rows[i].says);
    log_server_end(&s);
  }
  log_server s;
  log_server_start(&s, "line.example/red/ops", false, 5);   /* well signed, and of somebody else */
  expect(&s, SL_EXIT_PROTOCOL, "of another log");
  log_server_end(&s);
}

static void grown(log_server *s, sl_exit exit, const char *says, uint64_t before) {
  sl_net net;
  sl_log log;
  call c;
  uint64_t held = 999;
  net_begin(&net, &c, s);
  assert_int_equal(sl_log_fetch(&log, &net, SL_LOG_OWN), SL_EXIT_DONE);
  sl_exit got = sl_log_grown(&held, &net, &log, "log.checkpoint");
  sl_log_close(&log);
  const char *said = net_end(&net, &c);
  if (got != exit || !strstr(said, says) || held != before) fail_msg("expected %s: exit %d, held %llu: %s", says, (int)got, (unsigned long long)held, said);
}

static void a_log_only_grows(void **state) {
  (void)state;
  log_server s;
  sl_buf note;
  log_server_start(&s, OWN, false, 300);
  s.size = 10;
  grown(&s, SL_EXIT_DONE, "", 0);
  s.size = 270;
  grown(&s, SL_EXIT_DONE, "", 10);
  grown(&s, SL_EXIT_DONE, "", 270);
  s.size = 269;
  grown(&s, SL_EXIT_PROTOCOL, "shorter", 0);
  s.size = 300;
  grown(&s, SL_EXIT_DONE, "", 270);   /* what failed was not kept */
  sl_checkpoint other;
  log_server_checkpoint(&s, &other, 250);
  other.root.bytes[0] ^= 1;
  sl_buf_init(&note, SL_NOTE_MAX);
  log_server_note(&s, &note, &other);
  sl_buf_add_u8(&note, 0);
  call_write("state/log.checkpoint", (const char *)note.data);
  grown(&s, SL_EXIT_PROTOCOL, "rewritten", 0);
  call_write("state/log.checkpoint", "");
  grown(&s, SL_EXIT_PROTOCOL, "kept from last time does not verify", 0);
  sl_buf_fini(&note);
  log_server_end(&s);
}

/* A consistency proof of tiles for every pair of sizes that ends at a different edge. */
static void a_rollup_continues_the_one_held(void **state) {
  (void)state;
  const uint64_t sizes[] = {1, 2, 3, 5, 8, 100, 255, 256, 257, 300, 511, 512, 513, 700};
  const size_t count = sizeof sizes / sizeof *sizes;
  log_server s;
  log_server_start(&s, ROLLUP, true, 700);
  for (size_t a = 0; a < count; a++) {
    for (size_t b = a; b < count; b++) {
      for (int wrong = 0; wrong < 2; wrong++) {
        sl_net net;
        call c;
        sl_checkpoint held, now;
        s.size = sizes[b];
        log_server_checkpoint(&s, &held, sizes[a]);
        log_server_checkpoint(&s, &now, sizes[b]);
        held.root.bytes[31] ^= (uint8_t)wrong;
        net_begin(&net, &c, &s);
        sl_exit exit = sl_log_follows(&net, &held, &now);
        const char *said = net_end(&net, &c);
        if (exit != (wrong ? SL_EXIT_PROTOCOL : SL_EXIT_DONE) || (wrong && !strstr(said, "does not continue")))
          fail_msg("%llu to %llu, %d: exit %d: %s", (unsigned long long)sizes[a], (unsigned long long)sizes[b], wrong, (int)exit, said);
      }
    }
  }
  assert_true(s.tiles < 6 * count * count);
  sl_net net;
  call c;
  sl_checkpoint held, now;
  log_server_checkpoint(&s, &held, 300);
  log_server_checkpoint(&s, &now, 700);
  s.lie = tile_short;
  net_begin(&net, &c, &s);
  assert_int_equal(sl_log_follows(&net, &held, &now), SL_EXIT_PROTOCOL);
  assert_non_null(strstr(net_end(&net, &c), "not as long"));
  s.lie = tile_changed;
  net_begin(&net, &c, &s);
  assert_int_equal(sl_log_follows(&net, &held, &now), SL_EXIT_PROTOCOL);
  assert_non_null(strstr(net_end(&net, &c), "does not continue"));
  log_server_end(&s);
}

/* The own log under its tick: the slot's opening, and each part of it changed. */
static void a_slot_stands_under_its_tick(void **state) {
  (void)state;
  log_server s;
  sl_net net;
  call c;
  log_server_start(&s, OWN, false, 20);
  net_begin(&net, &c, &s);
  sl_hash slots[8];
  sl_checkpoint then;
  sl_slot good = {.tick = 1, .slot = 5, .size = 12, .salt = {3}};
  for (int i = 0; i < 8; i++) memset(slots[i].bytes, i, 32);
  log_server_checkpoint(&s, &then, 12);
  assert_int_equal(sl_rollup_head(sl_sha256, &good.head, &then), SL_OK);
  sl_rollup_slot(sl_sha256, &slots[5], good.salt, &good.head);
  sl_rollup_entry tick[2] = {{.k = 3}, {.k = 3}};
  sl_rollup_root(&tick[1].root, sl_sha256, slots, 3);
  assert_int_equal(sl_rollup_opening(&good.path, sl_sha256, slots, 3, 5), SL_OK);
  sl_log own = {.tree = s.tree}, rollup = {.tick = tick, .checkpoint = {.size = 2}};
  log_server_checkpoint(&s, &own.checkpoint, 20);
  assert_int_equal(sl_slot_check(&net, &good, &own, &rollup), SL_EXIT_DONE);
  for (int row = 0; row < 7; row++) {
    sl_slot bad = good;
    if (row == 0) bad.tick = 2;
    if (row == 1) bad.size = 21;
    if (row == 2) bad.size = 11;
    if (row == 3) bad.head.bytes[0] ^= 1;
    if (row == 4) bad.slot = 4;
    if (row == 5) bad.salt[0] ^= 1;
    if (row == 6) bad.tick = 0;
    if (sl_slot_check(&net, &bad, &own, &rollup) != SL_EXIT_PROTOCOL) fail_msg("row %d was taken", row);
  }
  (void)net_end(&net, &c);
  log_server_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_log_is_verified_whole), cmocka_unit_test(every_lie_about_a_log_is_told), cmocka_unit_test(a_log_only_grows),
                                     cmocka_unit_test(a_rollup_continues_the_one_held), cmocka_unit_test(a_slot_stands_under_its_tick)};
  return cmocka_run_group_tests_name("log_fetch", tests, begin, end);
}
