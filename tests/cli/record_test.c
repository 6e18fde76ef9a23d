/* Signed records: the envelope verifies under the key that made it, what became of a record is
 * told, keys and instants are taken in each form and in no other. */
#include "cli/record.h"

#include "base/text.h"
#include "call.h"
#include "ledger/note.h"
#include "seal/dsse.h"
#include "stub.h"

static sl_exit nothing(sl_cli *cli, const sl_args *args) {
  (void)cli;
  (void)args;
  return SL_EXIT_DONE;
}

static const sl_option options[] = {{NULL, 0, NULL, NULL, false}};
static const sl_verb verb = {.name = "try", .summary = "s", .operands = "", .example = "e", .option = options, .run = nothing};

static void net_begin(sl_net *net, call *c, const char *words) {
  call_begin(c, &verb, words);
  c->cli.json = sl_args_has(&c->args, "json");
  *net = (sl_net){.cli = &c->cli, .has_key = true};
  sl_key_from_seed(&net->key, (const uint8_t[32]){7});
  net->signer = sl_key_signer(&net->key);
  (void)snprintf(net->profile.keyid, sizeof net->profile.keyid, "blue/focal/1");
  sl_arena_init(&net->arena, 1u << 20);
}

static void an_envelope_verifies_under_its_key(void **state) {
  (void)state;
  sl_net net;
  call c;
  sl_buf text;
  sl_envelope envelope;
  static const uint8_t payload[] = "{\"version\":1}";
  net_begin(&net, &c, "");
  sl_buf_init(&text, 4096);
  assert_int_equal(sl_record_sign(&text, &net, "application/x", (sl_span){payload, sizeof payload - 1}), SL_EXIT_DONE);
  assert_int_equal(sl_envelope_read(&envelope, &net.arena, sl_buf_span(&text), NULL), SL_OK);
  assert_true(sl_str_is(envelope.payload_type, "application/x") && sl_str_is(envelope.signature[0].keyid, "blue/focal/1"));
  assert_int_equal(envelope.count, 1);
  assert_int_equal(sl_dsse_check(net.key.public_key, envelope.signature[0].sig, envelope.payload_type, envelope.payload), SL_OK);
  assert_int_not_equal(sl_dsse_check(net.key.public_key, envelope.signature[0].sig, SL_STR("application/y"), envelope.payload), SL_OK);
  sl_buf_fini(&text);
  sl_buf_init(&text, 16);
  assert_int_equal(sl_record_sign(&text, &net, "application/x", (sl_span){payload, sizeof payload - 1}), SL_EXIT_DATA);
  sl_buf_fini(&text);
  sl_arena_fini(&net.arena);
  assert_non_null(strstr(call_end(&c), "too long"));
}

static void what_became_of_a_record_is_told(void **state) {
  (void)state;
#define ANSWER(status, type, body) "HTTP/1.1 " status " X\r\nConnection: close\r\nContent-Type: " type "\r\n\r\n" body
  const struct { const char *words; stub stub; sl_exit exit; const char *says; } rows[] = {
      {"", {.text = ANSWER("200", "application/json", "{\"digest\":\"0123456789abcdef01234567\",\"status\":\"taken\"}")}, SL_EXIT_DONE, "record 0123456789abcdef: taken\n"},
      {"--json", {.text = ANSWER("200", "application/json", "{\"status\":\"taken\"}")}, SL_EXIT_DONE, "{\"status\":\"taken\"}\n"},
      {"", {.text = ANSWER("403", "application/problem+json", "{\"detail\":\"D\"}")}, SL_EXIT_NOPERM, "refused: D (403"},
      {"", {.text = ANSWER("409", "text/plain", "")}, SL_EXIT_DATA, "409"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    static stub s;
    sl_net net;
    call c;
    net_begin(&net, &c, rows[i].words);
    s = rows[i].stub;
    stub_start(&s);
    (void)snprintf(net.profile.server, sizeof net.profile.server, "http://127.0.0.1:%u", s.port);
    sl_http_options http = {.server = net.profile.server, .timeout = {2 * SL_NS_PER_S}, .keyid = net.profile.keyid, .signer = &net.signer};
    assert_int_equal(sl_http_open(&net.http, &http, NULL), SL_OK);
    sl_exit exit = sl_record_post(&net, (sl_span){(const uint8_t *)"{}", 2});
    sl_http_close(net.http);
    sl_arena_fini(&net.arena);
    stub_end(&s);
    const char *said = call_end(&c);
    if (exit != rows[i].exit || !strstr(said, rows[i].says)) fail_msg("row %zu: exit %d: %s", i, (int)exit, said);
    assert_non_null(strstr(s.asked, "POST /v1/records HTTP/1.1"));
  }
}

static void a_public_key_in_each_form(void **state) {
  (void)state;
  char folder[64];
  sl_key key;
  sl_buf base64, vkey;
  uint8_t taken[32] = {0};
  call_folder(folder);
  sl_key_from_seed(&key, (const uint8_t[32]){9});
  sl_buf_init(&base64, 64);
  sl_base64_add(&base64, (sl_span){key.public_key, 32});
  sl_buf_add_u8(&base64, 0);
  sl_buf_init(&vkey, 256);
  sl_note_vkey_add(&vkey, "line.example/rollup", sl_sha256, key.public_key);
  sl_buf_add_u8(&vkey, 0);
  const char *text = (const char *)base64.data, *note = (const char *)vkey.data;
  char lines[256], crlf[256];
  (void)snprintf(lines, sizeof lines, "%s\na second line\n", text);
  (void)snprintf(crlf, sizeof crlf, "%s\r\n", text);
  call_write("key.pub", lines);
  call_write("crlf.pub", crlf);
  call_write("line.vkey", note);
  const char *const good[] = {text, note, "key.pub", "crlf.pub", "line.vkey"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    memset(taken, 0, sizeof taken);
    if (sl_public_key_take(taken, good[i])) fail_msg("%s was not taken", good[i]);
    assert_memory_equal(taken, key.public_key, 32);
  }
  call_write("empty.pub", "");
  call_write("short.pub", "AAAA\n");
  call_write("long.pub", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
  const char *const bad[] = {"", "AAAA", "empty.pub", "short.pub", "long.pub", "none.pub", ".", "line.example/rollup+00000000+AAAA"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    uint8_t before[32];
    memcpy(before, taken, 32);
    if (sl_public_key_take(taken, bad[i]) == SL_OK) fail_msg("%s was taken", bad[i]);
    assert_memory_equal(taken, before, 32);
  }
  sl_buf_fini(&base64);
  sl_buf_fini(&vkey);
  call_folder_drop(folder);
}

static void an_instant_in_each_form(void **state) {
  (void)state;
  sl_time before = sl_wall_now(), now, later, stated;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_instant_take(&now, "now", NULL), SL_OK);
  assert_int_equal(sl_instant_take(&later, "+90s", NULL), SL_OK);
  assert_int_equal(sl_instant_take(&stated, "2031-05-01T12:00:00+02:00", NULL), SL_OK);
  assert_true(now.ns >= before.ns && later.ns >= now.ns + 90 * SL_NS_PER_S && later.ns < now.ns + 120 * SL_NS_PER_S);
  assert_int_equal(stated.ns, INT64_C(1935396000) * SL_NS_PER_S);
  const char *const bad[] = {"", "+", "+90", "+1001h", "-90s", "noon", "2031-02-30T00:00:00Z", "99999-01-01T00:00:00Z"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fault = sl_fault_none();
    if (sl_instant_take(&stated, bad[i], &fault) == SL_OK) fail_msg("%s was taken", bad[i]);
    assert_true(fault.code != SL_OK && fault.reason[0]);
    assert_int_equal(stated.ns, INT64_C(1935396000) * SL_NS_PER_S);
  }
}

static int begin(void **state) {
  (void)state;
  return sl_seal_init() ? -1 : 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(an_envelope_verifies_under_its_key), cmocka_unit_test(what_became_of_a_record_is_told),
                                     cmocka_unit_test(a_public_key_in_each_form), cmocka_unit_test(an_instant_in_each_form)};
  return cmocka_run_group_tests_name("record", tests, begin, NULL);
}
