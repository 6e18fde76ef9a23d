#include "format/charset.h"

#include "test.h"

static void utf8_and_what_is_not(void **state) {
  (void)state;
  static const struct { const char *text; bool utf8; const char *is; } rows[] = {
      {"", true, ""}, {" plain ", true, "plain"}, {"H\xc3\xb4pital", true, "H\xc3\xb4pital"}, {"\xe2\x80\x99", true, "\xe2\x80\x99"}, {"\xf0\x9f\x8f\xa5", true, "\xf0\x9f\x8f\xa5"},
      {"H\xf4pital", false, "H\xc3\xb4pital"}, {"20\x92 06\x94", false, "20\xe2\x80\x99 06\xe2\x80\x9d"}, {"\x80 5", false, "\xe2\x82\xac 5"}, {"\x81", false, "?"}, {"\xc3", false, "\xc3\x83"},
      {"\xed\xa0\x80", false, "\xc3\xad\xc2\xa0\xe2\x82\xac"}, {"\xc0\xaf", false, "\xc3\x80\xc2\xaf"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_reading reading = {.note_count = 0};
    sl_arena_init(&reading.arena, 1 << 16);
    assert_int_equal(sl_utf8_is(sl_str_from(rows[i].text)), rows[i].utf8);
    sl_str copy = sl_utf8_copy(&reading, sl_str_from(rows[i].text));
    if (!sl_str_is(copy, rows[i].is)) printf("%zu: %.*s\n", i, (int)copy.size, copy.data);
    assert_true(sl_str_is(copy, rows[i].is));
    assert_true(sl_utf8_is(copy));
    assert_int_equal(reading.note_count, !rows[i].utf8);
    sl_arena_fini(&reading.arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(utf8_and_what_is_not)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
