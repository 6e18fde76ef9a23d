/* Every error has a status and a body, and none tells more than it may. */
#include "test.h"

#include "wire/problem.h"

static void text_of(char out[static 1024], sl_stage stage, sl_err err, const sl_fault *fault) {
  sl_buf buf;
  sl_buf_init(&buf, 1023);
  sl_problem_add(&buf, stage, err, fault);
  assert_int_equal(buf.error, SL_OK);
  memcpy(out, buf.data, buf.size);
  out[buf.size] = '\0';
  sl_buf_fini(&buf);
}

static void golden(void **state) {
  (void)state;
  char text[1024];
  sl_fault fault = sl_fault_none();
  sl_fault_set(&fault, SL_ERR_UNKNOWN, "this member is not known here");
  snprintf(fault.pointer, sizeof fault.pointer, "/plan/x");
  text_of(text, SL_STAGE_BODY, SL_ERR_UNKNOWN, &fault);
  char expected[1024];
  snprintf(expected, sizeof expected,
           "{\"type\":\"urn:sideline:problem:%s\",\"title\":\"Not known here\",\"status\":400,"
           "\"detail\":\"this member is not known here\",\"pointer\":\"/plan/x\"}", sl_err_name(SL_ERR_UNKNOWN));
  assert_string_equal(text, expected);
}

static void statuses(void **state) {
  (void)state;
  static const struct { sl_stage stage; sl_err err; unsigned status; } cases[] = {
      {SL_STAGE_HEAD, SL_ERR_MISSING, 401},   {SL_STAGE_BODY, SL_ERR_MISSING, 400},
      {SL_STAGE_HEAD, SL_ERR_SYNTAX, 400},    {SL_STAGE_HEAD, SL_ERR_SIGNATURE, 401},
      {SL_STAGE_HEAD, SL_ERR_EXPIRED, 401},   {SL_STAGE_BODY, SL_ERR_EXPIRED, 400},
      {SL_STAGE_ACT, SL_ERR_EXPIRED, 409},    {SL_STAGE_HEAD, SL_ERR_REPLAY, 401},
      {SL_STAGE_HEAD, SL_ERR_NOT_FOUND, 401}, {SL_STAGE_ACT, SL_ERR_NOT_FOUND, 404},
      {SL_STAGE_HEAD, SL_ERR_DENIED, 401},    {SL_STAGE_ACT, SL_ERR_DENIED, 403},
      {SL_STAGE_BODY, SL_ERR_CAP, 413},       {SL_STAGE_ACT, SL_ERR_CAP, 429},
      {SL_STAGE_ACT, SL_ERR_STALE, 409},      {SL_STAGE_ACT, SL_ERR_STATE, 409},
      {SL_STAGE_ACT, SL_ERR_EXISTS, 409},     {SL_STAGE_BODY, SL_ERR_UNSUPPORTED, 422},
      {SL_STAGE_ACT, SL_ERR_BUSY, 503},       {SL_STAGE_ACT, SL_ERR_FULL, 503},
      {SL_STAGE_ACT, SL_ERR_IO, 503},         {SL_STAGE_BODY, SL_ERR_GEOMETRY, 400},
      {SL_STAGE_ACT, SL_ERR_METHOD, 405},     {SL_STAGE_ACT, SL_ERR_CRYPTO, 500},     {SL_STAGE_ACT, (sl_err)999, 500},
      {SL_STAGE_ACT, SL_ERR_GONE, 410}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(sl_problem_status(cases[i].stage, cases[i].err), cases[i].status);
  }
  assert_true(sl_problem_retry(429) && sl_problem_retry(503));
  assert_false(sl_problem_retry(409) || sl_problem_retry(500));
}

/* A secret that a careless service put into a fault reaches nobody, for every error
 * whose text depends on what is stored. */
static void stored_things_do_not_show(void **state) {
  (void)state;
  for (int stage = SL_STAGE_HEAD; stage <= SL_STAGE_ACT; stage++) {
    for (int err = SL_ERR_NOMEM; err <= SL_ERR_GONE; err++) {
      char with[1024], without[1024];
      sl_fault fault = sl_fault_none();
      sl_fault_set(&fault, (sl_err)err, "belongs to red");
      snprintf(fault.pointer, sizeof fault.pointer, "/red");
      text_of(with, (sl_stage)stage, (sl_err)err, &fault);
      text_of(without, (sl_stage)stage, (sl_err)err, NULL);
      bool own = err <= SL_ERR_UNSUPPORTED && err != SL_ERR_NOMEM && !(err == SL_ERR_CAP && stage == SL_STAGE_ACT);
      own = own || err == SL_ERR_DATUM || (err == SL_ERR_EXPIRED && stage != SL_STAGE_ACT);
      if (!own) assert_string_equal(with, without);
      if (own) assert_non_null(strstr(with, "belongs to red"));
      assert_null(strstr(without, "pointer"));
    }
  }
}

static void unknown_signers_read_as_bad_signatures(void **state) {
  (void)state;
  char a[1024], b[1024], c[1024];
  text_of(a, SL_STAGE_HEAD, SL_ERR_SIGNATURE, NULL);
  text_of(b, SL_STAGE_HEAD, SL_ERR_NOT_FOUND, NULL);
  text_of(c, SL_STAGE_HEAD, SL_ERR_DENIED, NULL);
  assert_string_equal(a, b);
  assert_string_equal(a, c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(golden), cmocka_unit_test(statuses),
                                     cmocka_unit_test(stored_things_do_not_show),
                                     cmocka_unit_test(unknown_signers_read_as_bad_signatures)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
