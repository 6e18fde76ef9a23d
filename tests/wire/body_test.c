/* The small bodies: round trips, and what is refused where. */
#include "test.h"

#include "wire/body.h"

static sl_arena arena;

typedef enum which { END, ANSWER, HEARTBEAT, EMPTY, ENVELOPE } which;

static sl_err read_which(which kind, sl_str text, sl_fault *fault) {
  sl_span body = sl_str_bytes(text);
  sl_end_body end;
  sl_answer_body answer;
  sl_heartbeat_body heartbeat;
  sl_envelope envelope;
  switch (kind) {
    case END: return sl_end_body_read(&end, &arena, body, fault);
    case ANSWER: return sl_answer_body_read(&answer, &arena, body, fault);
    case HEARTBEAT: return sl_heartbeat_body_read(&heartbeat, &arena, body, fault);
    case EMPTY: return sl_empty_body_read(body, fault);
    case ENVELOPE: return sl_envelope_read(&envelope, &arena, body, fault);
  }
  return SL_ERR_RANGE;
}

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SIG "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="

static void refusals(void **state) {
  (void)state;
  static const struct { which kind; const char *text; sl_err expected; const char *pointer; } cases[] = {
      {END, "{\"version\":1}", SL_OK, ""},
      {END, "{\"version\":0}", SL_ERR_RANGE, "/version"},
      {END, "{\"version\":1,\"out_at\":\"soon\"}", SL_ERR_SYNTAX, "/out_at"},
      {END, "{\"version\":1,\"why\":\"\"}", SL_ERR_UNKNOWN, "/why"},
      {END, "[[[[[[[[[]]]]]]]]]", SL_ERR_CAP, "/0/0/0/0/0/0/0/0"},
      {ANSWER, "{\"answer\":\"maybe\"}", SL_ERR_UNKNOWN, "/answer"},
      {ANSWER, "{\"answer\":\"accept\"}", SL_ERR_MISSING, "/version"},
      {ANSWER, "{\"answer\":\"accept\",\"version\":1,\"plan_digest\":\"00\"}", SL_ERR_SYNTAX, "/plan_digest"},
      {ANSWER, "{\"answer\":\"accept\",\"version\":1,\"plan_digest\":\"" HEX "\",\"proposal_digest\":\"" HEX "\"}",
       SL_ERR_MISSING, "/expires"},
      {HEARTBEAT, "{\"time\":\"2026-01-02T03:04:05Z\"}", SL_OK, ""},
      {HEARTBEAT, "{\"time\":1}", SL_ERR_TYPE, "/time"},
      {HEARTBEAT, "{\"time\":\"2026-01-02T03:04:05Z\",\"checkpoint\":\"\"}", SL_ERR_RANGE, "/checkpoint"},
      {EMPTY, "", SL_OK, ""},
      {EMPTY, "{}", SL_OK, ""},
      {EMPTY, "{\"a\":1}", SL_ERR_UNKNOWN, "/a"},
      {EMPTY, "[]", SL_ERR_TYPE, ""},
      {ENVELOPE, "{\"payloadType\":\"t\",\"payload\":\"AA==\",\"signatures\":[]}", SL_ERR_RANGE, "/signatures"},
      {ENVELOPE, "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}", SL_ERR_RANGE, "/payload"},
      {ENVELOPE, "{\"payloadType\":\"t\",\"payload\":\"A\",\"signatures\":[]}", SL_ERR_SYNTAX, "/payload"},
      {ENVELOPE, "{\"payloadType\":\"t\",\"payload\":\"AA==\",\"signatures\":[{\"keyid\":\"a\",\"sig\":\"AA==\"}]}",
       SL_ERR_RANGE, "/signatures/0/sig"},
      {ENVELOPE, "{\"payloadType\":\"t\",\"payload\":\"AA==\",\"signatures\":[{\"keyid\":\"a\",\"sig\":\"" SIG
                 "\"},{\"keyid\":\"a\",\"sig\":\"" SIG "\"}]}", SL_ERR_DUPLICATE, "/signatures/1"},
      {ENVELOPE, "{\"payloadType\":\"t\",\"payload\":\"AA==\",\"signatures\":[{\"keyid\":\"a\",\"sig\":\"" SIG "\"}]}",
       SL_OK, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_fault fault = sl_fault_none();
    sl_err err = read_which(cases[i].kind, sl_str_from(cases[i].text), &fault);
    if (err != cases[i].expected || strcmp(fault.pointer, cases[i].pointer) != 0) {
      fail_msg("%s: %s at \"%s\"", cases[i].text, sl_err_name(err), fault.pointer);
    }
  }
}

static void bodies_are_capped(void **state) {
  (void)state;
  size_t size = SL_ENVELOPE_BODY_MAX + 1;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, ' ', size);
  assert_int_equal(read_which(ENVELOPE, (sl_str){text, size}, NULL), SL_ERR_CAP);
  assert_int_equal(read_which(ENVELOPE, (sl_str){text, size - 1}, NULL), SL_ERR_SYNTAX);
  for (int kind = END; kind < ENVELOPE; kind++) {
    assert_int_equal(read_which((which)kind, (sl_str){text, SL_SMALL_BODY_MAX + 1}, NULL), SL_ERR_CAP);
    assert_int_equal(read_which((which)kind, (sl_str){text, SL_SMALL_BODY_MAX}, NULL), SL_ERR_SYNTAX);
  }
  free(text);
}

static void round_trips(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 1u << 16);
  sl_end_body end = {.version = 7, .has_out_at = true, .out_at = {1767323045678000000}}, end_back = {.version = 0};
  sl_end_body_add(&buf, &end);
  assert_true(sl_str_is(sl_buf_str(&buf), "{\"version\":7,\"out_at\":\"2026-01-02T03:04:05.678Z\"}"));
  assert_int_equal(sl_end_body_read(&end_back, &arena, sl_buf_span(&buf), NULL), SL_OK);
  assert_true(end_back.version == 7 && end_back.has_out_at && end_back.out_at.ns == end.out_at.ns);
  sl_buf_clear(&buf);
  sl_answer_body answer = {.answer = SL_ANSWER_DECLINE, .version = 3, .expires = {1767323045000000000}}, answer_back;
  memset(answer.plan_digest, 0xAB, 32);
  memset(answer.proposal_digest, 0xCD, 32);
  sl_answer_body_add(&buf, &answer);
  assert_int_equal(sl_answer_body_read(&answer_back, &arena, sl_buf_span(&buf), NULL), SL_OK);
  assert_int_equal(answer_back.answer, SL_ANSWER_DECLINE);
  assert_memory_equal(answer_back.plan_digest, answer.plan_digest, 32);
  assert_memory_equal(answer_back.proposal_digest, answer.proposal_digest, 32);
  assert_true(answer_back.expires.ns == answer.expires.ns);
  sl_buf_clear(&buf);
  sl_heartbeat_body heartbeat = {.time = {1}, .checkpoint = SL_STR("a/b\n5\nhash=\n\n\xE2\x80\x94 a sig\n")}, beat_back;
  sl_heartbeat_body_add(&buf, &heartbeat);
  assert_int_equal(sl_heartbeat_body_read(&beat_back, &arena, sl_buf_span(&buf), NULL), SL_OK);
  assert_true(sl_str_equal(beat_back.checkpoint, heartbeat.checkpoint));
  assert_int_equal(beat_back.time.ns, 1);
  sl_buf_clear(&buf);
  sl_envelope envelope = {.payload_type = SL_STR("application/x"), .payload = {(const uint8_t *)"{}", 2}, .count = 2};
  envelope.signature[0].keyid = SL_STR("blue/a/1");
  envelope.signature[1].keyid = SL_STR("red/b/2");
  memset(envelope.signature[1].sig, 0xFE, 64);
  sl_envelope back;
  sl_envelope_add(&buf, &envelope);
  assert_int_equal(sl_envelope_read(&back, &arena, sl_buf_span(&buf), NULL), SL_OK);
  assert_int_equal(back.count, 2);
  assert_true(sl_str_equal(back.payload_type, envelope.payload_type));
  assert_true(sl_str_is(sl_span_text(back.payload), "{}"));
  assert_true(sl_str_is(back.signature[1].keyid, "red/b/2"));
  assert_memory_equal(back.signature[1].sig, envelope.signature[1].sig, 64);
  sl_buf_fini(&buf);
}

int main(void) {
  sl_arena_init(&arena, 4u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(refusals), cmocka_unit_test(bodies_are_capped),
                                     cmocka_unit_test(round_trips)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
