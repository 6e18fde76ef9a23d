/* Events: golden bytes of each kind, and the framing of the stream. */
#include "test.h"

#include "samples.h"

static void each_kind(void **state) {
  (void)state;
  static const char *const starts[SAMPLE_EVENTS] = {
      "{\"seq\":1,\"type\":\"verdict\",\"at\":\"2026-01-02T03:04:05Z\",\"intent\":\"00000000-0000-4000-8000-000000000001\","
      "\"version\":2,\"state\":\"Accepted\",\"verdict\":{\"verdict\":\"UNDECIDED\",",
      "{\"seq\":2,\"type\":\"case\",\"at\":\"2026-01-02T03:04:06Z\",\"case\":{\"id\":"
      "\"00000000-0000-4000-8000-000000000009\",\"intent\":\"00000000-0000-4000-8000-000000000001\",\"version\":2,"
      "\"state\":\"open\"}}",
      "{\"seq\":3,\"type\":\"proposal\",\"at\":\"2026-01-02T03:04:07Z\",\"case\":{",
      "{\"seq\":4,\"type\":\"line\",\"at\":\"2026-01-02T03:04:08Z\",\"line\":\"blue-red\",\"state\":\"DEGRADED\"}",
      "{\"seq\":5,\"type\":\"membership\",\"at\":\"2026-01-02T03:04:09Z\",\"digest\":\"07",
      "{\"seq\":6,\"type\":\"agreement\",\"at\":\"2026-01-02T03:04:10Z\",\"line\":\"blue-red\",\"number\":3,\"digest\":\"08",
      "{\"seq\":7,\"type\":\"budget\",\"at\":\"2026-01-02T03:04:11Z\",\"band\":\"high\"}"};
  for (int i = 0; i < SAMPLE_EVENTS; i++) {
    sl_buf buf;
    sl_buf_init(&buf, 1u << 16);
    sl_answer_event(&buf, &sample_event[i]);
    assert_true(buf.size >= strlen(starts[i]));
    assert_memory_equal(buf.data, starts[i], strlen(starts[i]));
    sl_buf_fini(&buf);
  }
}

static void lists_and_names(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 1u << 16);
  sl_answer_events(&buf, NULL, 0, 12);
  assert_true(sl_str_is(sl_buf_str(&buf), "{\"events\":[],\"next\":12}"));
  sl_buf_clear(&buf);
  sl_answer_events(&buf, &sample_event[3], 1, 4);
  assert_true(sl_str_is(sl_buf_str(&buf), "{\"events\":[{\"seq\":4,\"type\":\"line\",\"at\":\"2026-01-02T03:04:08Z\","
                                          "\"line\":\"blue-red\",\"state\":\"DEGRADED\"}],\"next\":4}"));
  sl_buf_fini(&buf);
  assert_string_equal(sl_event_kind_name((sl_event_kind)99), "unlisted");
  assert_string_equal(sl_record_status_name((sl_record_status)99), "unlisted");
}

/* Whatever texts hold, an event is one data line. */
static void framing(void **state) {
  (void)state;
  sl_buf buf;
  sl_buf_init(&buf, 1u << 16);
  sl_sse_event(&buf, &sample_event[6]);
  assert_true(sl_str_is(sl_buf_str(&buf), "id: 7\nevent: budget\ndata: {\"seq\":7,\"type\":\"budget\",\"at\":"
                                          "\"2026-01-02T03:04:11Z\",\"band\":\"high\"}\n\n"));
  sl_buf_clear(&buf);
  sl_view_event odd = sample_event[3];
  odd.as.line.line = (sl_str){"a\nb\r\xE2\x80\xA8", 7};
  sl_sse_event(&buf, &odd);
  unsigned breaks = 0;
  for (size_t i = 0; i < buf.size; i++) breaks += buf.data[i] == '\n' || buf.data[i] == '\r';
  assert_int_equal(breaks, 4);
  sl_buf_clear(&buf);
  sl_sse_idle(&buf);
  assert_true(sl_str_is(sl_buf_str(&buf), ":\n\n"));
  sl_buf_fini(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_kind), cmocka_unit_test(lists_and_names),
                                     cmocka_unit_test(framing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
