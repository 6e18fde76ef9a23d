/* A coastline of two lines, on a map of one of them. */
#include "cli/coast.h"

#include "test.h"

static const uint8_t coast[] = {'S', 'L', 'C', 'O', 'A', 'S', 'T', '1',
                                0, 2, 0x02, 0xcd, 0x29, 0xc0, 0x00, 0x7a, 0x12, 0x00,    /* 47 N 8 E */
                                0x02, 0xdc, 0x6c, 0x00, 0x00, 0x89, 0x54, 0x40,          /* 48 N 9 E */
                                0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1};   /* at the equator */

static sl_panel map(void) { return sl_map_panel(0, 0, 100, 100, (sl_box){{46000000000, 7000000000}, {49000000000, 10000000000}}, 0); }

static void lines_of_the_map_are_drawn(void **state) {
  (void)state;
  const sl_panel panel = map();
  sl_buf out;
  sl_buf_init(&out, 4096);
  assert_true(sl_coast_draw(&out, &panel, (sl_span){coast, sizeof coast}, "fill=\"none\""));
  sl_buf_add_u8(&out, 0);
  const char *text = (const char *)out.data;
  assert_non_null(strstr(text, "<path d=\"M"));
  assert_ptr_equal(strchr(text, 'M'), strrchr(text, 'M'));
  assert_non_null(strchr(text, 'L'));
  sl_buf_fini(&out);
}

static void other_bytes_are_none(void **state) {
  (void)state;
  const sl_panel panel = map();
  sl_buf out;
  sl_buf_init(&out, 4096);
  for (size_t size = 0; size < sizeof coast; size++) {
    const bool whole = size == 8 || size == 26;
    sl_buf_clear(&out);
    assert_int_equal(sl_coast_draw(&out, &panel, (sl_span){coast, size}, "x"), whole);
    assert_true(whole || out.size == 0);
  }
  assert_false(sl_coast_draw(&out, &panel, (sl_span){(const uint8_t *)"SLCOAST2", 8}, "x"));
  sl_buf_fini(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lines_of_the_map_are_drawn), cmocka_unit_test(other_bytes_are_none)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
