/* Replies: golden bytes, equal bytes for equal views, and what is left out. */
#include "test.h"

#include "samples.h"

static sl_buf buf;

static const char *text(void) {
  sl_buf_add_u8(&buf, 0);
  assert_int_equal(buf.error, SL_OK);
  return (const char *)buf.data;
}

static int clear(void **state) {
  (void)state;
  sl_buf_clear(&buf);
  return 0;
}

#define HEX2(a, b) a b "000000000000000000000000000000000000000000000000000000000000"
#define CASE_ID "00000000-0000-4000-8000-000000000009"
#define INTENT_ID "00000000-0000-4000-8000-000000000001"

static void intent_golden(void **state) {
  (void)state;
  sl_answer_intent(&buf, &sample_intent);
  char expected[4096];
  snprintf(expected, sizeof expected,
      "{\"id\":\"" INTENT_ID "\",\"version\":2,\"state\":\"Accepted\",\"verdict\":{\"verdict\":\"CONFLICT\","
      "\"text\":\"%s\",\"agreement\":3,\"as_of\":\"2026-01-02T03:04:05Z\",\"valid_until\":\"2026-01-02T03:04:05Z\","
      "\"all_granules\":false,\"granules\":["
      "{\"south\":47.430866,\"west\":9.383099,\"north\":47.440866,\"east\":9.393099,"
      "\"altitude_lower\":{\"value\":500,\"reference\":\"W84\",\"units\":\"M\"},"
      "\"altitude_upper\":{\"value\":620.5,\"reference\":\"W84\",\"units\":\"M\"},"
      "\"time_start\":\"2026-01-02T10:00:00Z\",\"time_end\":\"2026-01-02T10:05:00Z\"},"
      "{\"south\":-90,\"west\":179.5,\"north\":0,\"east\":-179.5,"
      "\"altitude_lower\":{\"value\":-200,\"reference\":\"STD\",\"units\":\"FT\"},"
      "\"altitude_upper\":{\"value\":35000,\"reference\":\"STD\",\"units\":\"FT\"},"
      "\"time_start\":\"2026-01-02T10:00:00Z\",\"time_end\":\"2026-01-02T10:05:00.5Z\"}]},"
      "\"case\":{\"id\":\"" CASE_ID "\",\"intent\":\"" INTENT_ID "\",\"version\":2,\"state\":\"proposed\","
      "\"proposal\":{\"alternative\":2,\"proposal_digest\":\"" HEX2("ab", "00") "\",\"plan_digest\":\"" HEX2("cd", "00")
      "\",\"expires\":\"2026-01-02T03:09:05Z\",\"plan\":{\"volumes\":[{\"volume\":{\"outline_circle\":"
      "{\"center\":{\"lng\":9,\"lat\":47},\"radius\":{\"value\":50,\"units\":\"M\"}},"
      "\"altitude_lower\":{\"value\":0,\"reference\":\"W84\",\"units\":\"M\"},"
      "\"altitude_upper\":{\"value\":100,\"reference\":\"W84\",\"units\":\"M\"}},"
      "\"time_start\":{\"value\":\"2026-01-02T10:00:00Z\",\"format\":\"RFC3339\"},"
      "\"time_end\":{\"value\":\"2026-01-02T10:05:00Z\",\"format\":\"RFC3339\"}}]}}},"
      "\"charged\":12,\"receipt\":{\"index\":41,\"entry\":\"ZW50cnk=\",\"salt\":\"" HEX2("01", "02") "\","
      "\"proof\":\"c2sp.org/tlog-proof@v1\\nindex 41\\n\"}}",
      sl_verdict_text(SL_CONFLICT, SL_REASON_NONE));
  assert_string_equal(text(), expected);
}

static void absent_members(void **state) {
  (void)state;
  sl_answer_intent(&buf, &sample_ended);
  assert_string_equal(text(), "{\"id\":\"" INTENT_ID "\",\"version\":2,\"state\":\"Ended\",\"charged\":0}");
  sl_buf_clear(&buf);
  sl_answer_case(&buf, &sample_answered);
  assert_string_equal(text(), "{\"id\":\"" CASE_ID "\",\"intent\":\"" INTENT_ID
                              "\",\"version\":2,\"state\":\"answered\",\"answer\":\"accept\"}");
  sl_buf_clear(&buf);
  sl_answer_cases(&buf, NULL, 0, 0);
  assert_string_equal(text(), "{\"cases\":[]}");
}

static void undecided_has_its_reason(void **state) {
  (void)state;
  const sl_view_intent view = {.id = SAMPLE_UUID(1), .version = 1, .state = SL_INTENT_CONTINGENT,
                               .verdict = &sample_undecided};
  sl_answer_intent(&buf, &view);
  char expected[2048];
  snprintf(expected, sizeof expected,
      "{\"id\":\"" INTENT_ID "\",\"version\":1,\"state\":\"Contingent\",\"verdict\":{\"verdict\":\"UNDECIDED\","
      "\"text\":\"%s\",\"reason\":\"budget\",\"agreement\":3,\"as_of\":\"2026-01-02T03:04:05Z\","
      "\"valid_until\":\"2026-01-02T03:04:05Z\",\"all_granules\":true,\"granules\":["
      "{\"south\":0,\"west\":0,\"north\":0,\"east\":0,\"time_start\":\"1970-01-01T00:00:00Z\","
      "\"time_end\":\"1970-01-01T00:00:00.000000001Z\"}]},\"charged\":0}",
      sl_verdict_text(SL_UNDECIDED, SL_REASON_BUDGET));
  assert_string_equal(text(), expected);
}

/* The bytes of a view do not depend on memory that the view does not name. */
static void equal_views_are_equal_bytes(void **state) {
  (void)state;
  sl_view_intent copy = sample_intent;
  sl_granule_set granules;
  memset(&granules, 0xA5, sizeof granules);
  granules.all = sample_granules.all;
  granules.count = sample_granules.count;
  for (uint32_t i = 0; i < granules.count; i++) granules.granule[i] = sample_granules.granule[i];
  sl_view_verdict verdict = sample_conflict;
  verdict.granules = &granules;
  copy.verdict = &verdict;
  sl_answer_intent(&buf, &sample_intent);
  sl_buf other;
  sl_buf_init(&other, 1u << 16);
  sl_answer_intent(&other, &copy);
  assert_true(sl_str_equal(sl_buf_str(&buf), sl_buf_str(&other)));
  sl_buf_fini(&other);
}

static void the_rest_golden(void **state) {
  (void)state;
  sl_answer_heartbeat(&buf, &sample_heartbeat);
  assert_string_equal(text(), "{\"received\":\"2026-01-02T03:04:05Z\",\"offset_ms\":-1200,\"clock\":\"warn\",\"lines\":"
                              "[{\"line\":\"blue-red\",\"state\":\"OPEN\"}],\"checkpoint\":\"rollup\\n5\\nAAAA\\n\",\"unacknowledged\":2}");
  sl_buf_clear(&buf);
  sl_answer_slot(&buf, &sample_slot);
  assert_string_equal(text(), "{\"tick\":29455384,\"slot\":5,\"salt\":\"" HEX2("03", "00") "\",\"head\":\"" HEX2("04", "00")
                              "\",\"size\":42,\"path\":[\"" HEX2("01", "00") "\",\"" HEX2("02", "00") "\"]}");
  sl_buf_clear(&buf);
  sl_answer_entries(&buf, &sample_entry, 1, 42);
  assert_string_equal(text(), "{\"entries\":[{\"index\":41,\"entry\":\"ZW50cnk=\",\"salt\":\"" HEX2("01", "02")
                              "\"}],\"next\":42}");
  sl_buf_clear(&buf);
  sl_answer_ready(&buf, false);
  assert_string_equal(text(), "{\"ready\":false}");
  sl_buf_clear(&buf);
  const sl_view_record record = {.digest = {9}, .status = SL_RECORD_AWAITING};
  sl_answer_record(&buf, &record);
  assert_string_equal(text(), "{\"digest\":\"" HEX2("09", "00") "\",\"status\":\"awaiting\"}");
}

/* What a text may not say. */
static void no_text_approves(void **state) {
  (void)state;
  for (int verdict = SL_CLEAR; verdict <= SL_CONFLICT; verdict++) {
    for (int reason = SL_REASON_NONE; reason <= SL_REASON_EXERCISE; reason++) {
      sl_view_verdict view = sample_clear;
      view.shown.verdict = (sl_verdict)verdict;
      view.shown.reason = (sl_reason)reason;
      sl_view_intent intent = sample_poll;
      intent.verdict = &view;
      sl_buf_clear(&buf);
      sl_answer_intent(&buf, &intent);
      const char *all = text();
      assert_null(strstr(all, "clearance"));
      assert_null(strstr(all, "permi"));
      assert_null(strstr(all, "approv"));
    }
  }
}

int main(void) {
  sl_buf_init(&buf, 1u << 16);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(intent_golden, clear), cmocka_unit_test_setup(absent_members, clear),
      cmocka_unit_test_setup(undecided_has_its_reason, clear),
      cmocka_unit_test_setup(equal_views_are_equal_bytes, clear), cmocka_unit_test_setup(the_rest_golden, clear),
      cmocka_unit_test_setup(no_text_approves, clear)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_buf_fini(&buf);
  return failed;
}
