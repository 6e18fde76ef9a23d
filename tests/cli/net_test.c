/* What verbs make of answers: tried again where that helps, an exit code for each status, the
 * reason in words that a terminal does not obey, members read leniently. */
#include "cli/net.h"

#include "stub.h"
#include "test.h"

#define HEAD(status) "HTTP/1.1 " status " X\r\nConnection: close\r\n"
#define BODY(type, size, body) "Content-Type: " type "\r\nContent-Length: " size "\r\n\r\n" body
#define GOOD HEAD("200") BODY("application/json", "12", "{\"ready\":1} ")

/* One GET against the stub; its exit, and what was said of it. */
static sl_exit call(stub *s, sl_net_answer *answer, char said[static 1024]) {
  sl_net net = {0};
  FILE *sink = tmpfile();
  assert_non_null(sink);
  sl_cli cli = {.out = sink, .err = sink, .program = "sideline"};
  net.cli = &cli;
  sl_arena_init(&net.arena, 1u << 20);
  stub_start(s);
  snprintf(net.profile.server, sizeof net.profile.server, "http://127.0.0.1:%u", s->port);
  sl_http_options options = {.server = net.profile.server, .timeout = {2 * SL_NS_PER_S}};
  assert_int_equal(sl_http_open(&net.http, &options, NULL), SL_OK);
  sl_exit exit = sl_net_call(&net, answer, "GET", "/readyz", (sl_span){0}, (sl_dur){0});
  rewind(sink);
  size_t size = fread(said, 1, 1023, sink);
  said[size] = '\0';
  fclose(sink);
  sl_http_close(net.http);
  sl_arena_fini(&net.arena);
  stub_end(s);
  return exit;
}

static void every_answer_has_its_exit_and_its_words(void **state) {
  (void)state;
  static char deep[3000], bomb[3200];
  memset(deep, '[', sizeof deep - 1);
  snprintf(bomb, sizeof bomb, "HTTP/1.1 200 X\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(deep), deep);
  const struct { stub stub; sl_exit exit; unsigned served; const char *says; } rows[] = {
      {{.text = GOOD}, SL_EXIT_DONE, 1, ""},
      {{.text = HEAD("503") BODY("text/plain", "0", ""), .next = {GOOD}}, SL_EXIT_DONE, 2, ""},
      {{.text = "", .next = {"HTTP/1.1 200 OK\r\nConte", GOOD}}, SL_EXIT_DONE, 3, ""},
      {{.text = HEAD("503") BODY("text/plain", "0", ""), .next = {HEAD("503") BODY("text/plain", "0", ""), HEAD("503") BODY("text/plain", "0", ""), GOOD}},
       SL_EXIT_TEMPFAIL, 3, "503; try again"},
      {{.text = HEAD("200") BODY("application/json", "2", "{]")}, SL_EXIT_PROTOCOL, 1, "not JSON"},
      {{.text = HEAD("200") BODY("application/json", "13", "{\"a\":1,\"a\":2}")}, SL_EXIT_PROTOCOL, 1, "not JSON"},
      {{.text = bomb}, SL_EXIT_PROTOCOL, 1, "not JSON"},
      {{.text = HEAD("200") BODY("text/html", "2", "hi")}, SL_EXIT_DONE, 1, ""},
      {{.text = HEAD("302") "Location: http://127.0.0.1:1/\r\n" BODY("text/plain", "0", "")}, SL_EXIT_PROTOCOL, 1, "302"},
      {{.text = HEAD("401") BODY("application/problem+json", "51", "{\"type\":\"urn:sideline:problem:replay\",\"detail\":\"D\"}")},
       SL_EXIT_NOPERM, 1, "refused: D (401 replay); check keyid"},
      {{.text = HEAD("400") BODY("application/problem+json", "51", "{\"detail\":\"a\\u001b[2Jb\",\"pointer\":\"/plan\",\"type\":7}")},
       SL_EXIT_DATA, 1, "refused: a?[2Jb at /plan"},
      {{.text = HEAD("404") BODY("text/plain", "0", "")}, SL_EXIT_NOINPUT, 1, "404"},
      {{.text = HEAD("409") BODY("text/plain", "0", "")}, SL_EXIT_DATA, 1, "read the present version"},
      {{.text = HEAD("429") BODY("text/plain", "0", "")}, SL_EXIT_TEMPFAIL, 1, "wait, then"},
      {{.text = HEAD("405") BODY("text/plain", "0", "")}, SL_EXIT_PROTOCOL, 1, "405"},
      {{.text = HEAD("599") BODY("text/plain", "0", "")}, SL_EXIT_PROTOCOL, 1, "599"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    static stub s;
    sl_net_answer answer = {0};
    char said[1024];
    s = rows[i].stub;
    sl_exit exit = call(&s, &answer, said);
    sl_net_drop(&answer);
    if (exit != rows[i].exit || s.served != rows[i].served || !strstr(said, rows[i].says)) {
      fail_msg("row %zu: exit %d after %u requests: %s", i, (int)exit, s.served, said);
    }
    assert_null(strchr(said, 0x1b));
  }
}

static void nobody_there_is_unavailable(void **state) {
  (void)state;
  static stub s = {.text = ""};
  stub_start(&s);
  uint16_t port = s.port;
  stub_end(&s);
  sl_net net = {0};
  FILE *sink = tmpfile();
  assert_non_null(sink);
  sl_cli cli = {.out = sink, .err = sink, .program = "sideline"};
  net.cli = &cli;
  snprintf(net.profile.server, sizeof net.profile.server, "http://127.0.0.1:%u", port);
  sl_http_options options = {.server = net.profile.server, .timeout = {SL_NS_PER_S}};
  assert_int_equal(sl_http_open(&net.http, &options, NULL), SL_OK);
  sl_net_answer answer = {0};
  bool found = true;
  assert_int_equal(sl_net_find(&net, &answer, &found, "/readyz"), SL_EXIT_UNAVAILABLE);
  assert_false(found);
  sl_net_drop(&answer);
  sl_http_close(net.http);
  fclose(sink);
}

static void members_are_read_leniently(void **state) {
  (void)state;
  static const char text[] = "{\"text\":\"a\\tb\\nc\",\"number\":-5,\"on\":true,\"time\":\"2027-01-15T08:00:00Z\","
                             "\"hex\":\"00\",\"bytes\":\"AAEC\",\"decimal\":1.25}";
  sl_net net = {0};
  sl_json *json = NULL;
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  sl_arena_init(&net.arena, 1u << 20);
  assert_int_equal(sl_json_parse(&json, (sl_span){(const uint8_t *)text, sizeof text - 1}, &caps, NULL), SL_OK);
  sl_json_at root = sl_json_root(json);
  uint8_t digest[32];
  sl_span bytes;
  sl_time time;
  assert_string_equal(sl_pick_text(&net, &root, "text"), "a?b\nc");
  assert_string_equal(sl_pick_text(&net, &root, "number"), "");
  assert_string_equal(sl_pick_text(&net, &root, "absent"), "");
  assert_int_equal(sl_pick_int(&net, &root, "number"), -5);
  assert_int_equal(sl_pick_int(&net, &root, "text"), 0);
  assert_int_equal(sl_pick_decimal(&net, &root, "decimal", 3), 1250);
  assert_true(sl_pick_bool(&net, &root, "on") && !sl_pick_bool(&net, &root, "number"));
  assert_true(sl_pick_time(&net, &time, &root, "time") && time.ns == INT64_C(1800000000) * SL_NS_PER_S);
  assert_false(sl_pick_time(&net, &time, &root, "text"));
  assert_false(sl_pick_hex32(&net, digest, &root, "hex"));
  assert_true(sl_pick_base64(&net, &bytes, &root, "bytes", 3) && bytes.size == 3);
  assert_false(sl_pick_base64(&net, &bytes, &root, "bytes", 2));
  sl_json_free(json);
  sl_arena_fini(&net.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_answer_has_its_exit_and_its_words),
                                     cmocka_unit_test(nobody_there_is_unavailable), cmocka_unit_test(members_are_read_leniently)};
  return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
