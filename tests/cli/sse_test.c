/* Event streams: cut anywhere they give the same events, and what is broken gives none. */
#include "cli/sse.h"

#include "test.h"

typedef struct heard { unsigned events, enough; char text[512]; size_t size; } heard;

static bool hear(void *context, uint64_t id, sl_str data) {
  heard *h = context;
  h->size += (size_t)snprintf(h->text + h->size, sizeof h->text - h->size, "[%llu %.*s]", (unsigned long long)id, (int)data.size, data.data);
  return ++h->events != h->enough;
}

/* All of a stream in pieces of `step`; the error of the last. */
static sl_err tell(heard *h, const char *text, size_t size, size_t step) {
  sl_sse sse;
  sl_err err = SL_OK;
  sl_sse_init(&sse, hear, h);
  for (size_t at = 0; at < size && !err; at += step) {
    err = sl_sse_take(&sse, (sl_span){(const uint8_t *)text + at, size - at < step ? size - at : step});
  }
  sl_sse_fini(&sse);
  return err;
}

static void events_are_whole_however_they_are_cut(void **state) {
  (void)state;
  static const char text[] = ":\n\nid: 1\nevent: line\ndata: {\"a\":1}\n\n: idle\n\r\nid:2\r\nevent: case\r\ndata:two\r\ndata: lines\r\n\r\n"
                             "retry: 5\nid: 3\n\ndata\nid: 4\n\nid: 9\ndata: cut off";
  for (size_t step = 1; step < sizeof text; step++) {
    heard h = {0};
    assert_int_equal(tell(&h, text, sizeof text - 1, step), SL_OK);
    assert_string_equal(h.text, "[1 {\"a\":1}][2 two\nlines][4 ]");
  }
}

static void what_has_no_number_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"data: x\n\n", "id: \ndata: x\n\n", "id: -1\ndata: x\n\n", "id: 1x\n", "id: 99999999999999999999\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    heard h = {0};
    assert_int_equal(tell(&h, bad[i], strlen(bad[i]), 7), SL_ERR_SYNTAX);
    assert_int_equal(h.events, 0);
  }
}

static void a_reader_that_has_enough_stops(void **state) {
  (void)state;
  static const char text[] = "id: 1\ndata: a\n\nid: 2\ndata: b\n\n";
  heard h = {.enough = 1};
  assert_int_equal(tell(&h, text, sizeof text - 1, 64), SL_ERR_END);
  assert_string_equal(h.text, "[1 a]");
}

static void lines_and_events_have_a_cap(void **state) {
  (void)state;
  size_t size = SL_SSE_LINE_MAX + 16;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, 'a', size);
  heard h = {0};
  assert_int_equal(tell(&h, text, size, 65536), SL_ERR_CAP);
  /* Many lines of one event. */
  sl_sse sse;
  sl_err err = SL_OK;
  sl_sse_init(&sse, hear, &h);
  memcpy(text, "data:", 5);
  text[65535] = '\n';
  for (unsigned i = 0; i < 100 && !err; i++) err = sl_sse_take(&sse, (sl_span){(const uint8_t *)text, 65536});
  assert_int_equal(err, SL_ERR_CAP);
  assert_int_equal(h.events, 0);
  sl_sse_fini(&sse);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(events_are_whole_however_they_are_cut), cmocka_unit_test(what_has_no_number_is_refused),
      cmocka_unit_test(a_reader_that_has_enough_stops), cmocka_unit_test(lines_and_events_have_a_cap)};
  return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
