#include "format/source.h"

#include <zlib.h>

#include "test.h"

/* Hands out bytes in pieces of a given size. */
typedef struct drip { const uint8_t *data; size_t size, piece; bool fail; } drip;

static sl_err read_drip(void *context, uint8_t *data, size_t size, size_t *got) {
  drip *d = context;
  size_t take = d->piece < size ? d->piece : size;
  if (take > d->size) take = d->size;
  if (d->fail && d->size <= 3) return SL_ERR_IO;
  memcpy(data, d->data, take);
  d->data += take;
  d->size -= take;
  *got = take;
  return SL_OK;
}

static size_t pack(uint8_t *out, size_t room, const void *data, size_t size) {
  z_stream zip = {0};
  assert_int_equal(deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  zip.next_in = (Bytef *)(uintptr_t)data;
  zip.avail_in = (uInt)size;
  zip.next_out = out;
  zip.avail_out = (uInt)room;
  assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
  size_t packed = zip.total_out;
  deflateEnd(&zip);
  return packed;
}

static void lines_in_any_pieces(void **state) {
  (void)state;
  static const char text[] = "one\r\ntwo\n\nfour without end";
  for (size_t piece = 1; piece < 9; piece++) {
    drip d = {(const uint8_t *)text, sizeof text - 1, piece, false};
    sl_source *source;
    sl_str line;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_source_open(&source, read_drip, &d), SL_OK);
    static const char *const want[] = {"one", "two", "", "four without end"};
    for (uint32_t i = 0; i < 4; i++) {
      assert_int_equal(sl_source_line_number(source), i + 1);
      assert_int_equal(sl_source_line(&line, source, 100, &fault), SL_OK);
      assert_true(sl_str_is(line, want[i]));
    }
    assert_int_equal(sl_source_line(&line, source, 100, &fault), SL_ERR_END);
    assert_int_equal(sl_source_offset(source), sizeof text - 1);
    sl_source_close(source);
  }
}

static void long_lines_are_capped(void **state) {
  (void)state;
  static char text[200001];
  memset(text, 'x', 200000);
  sl_source *source;
  sl_str line;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_source_open_span(&source, (sl_span){(uint8_t *)text, 200000}), SL_OK);
  assert_int_equal(sl_source_line(&line, source, 199999, &fault), SL_ERR_CAP);
  sl_source_close(source);
  assert_int_equal(sl_source_open_span(&source, (sl_span){(uint8_t *)text, 200000}), SL_OK);
  assert_int_equal(sl_source_line(&line, source, 200000, &fault), SL_OK);
  assert_int_equal(line.size, 200000);
  sl_source_close(source);
}

static void gzip_is_found_and_inflated(void **state) {
  (void)state;
  static uint8_t plain[300000], packed[320000];
  sl_rng rng = sl_rng_start("gzip", 7);
  for (size_t i = 0; i < sizeof plain; i++) plain[i] = (uint8_t)sl_rng_next(&rng);
  /* Two members, one behind the other, are one stream. */
  size_t half = sizeof plain / 2, first = pack(packed, sizeof packed, plain, half);
  size_t size = first + pack(packed + first, sizeof packed - first, plain + half, half);
  for (size_t piece = 1; piece < 70000; piece = piece * 7 + 3) {
    drip d = {packed, size, piece, false};
    sl_source *source;
    sl_ahead all;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_source_open(&source, read_drip, &d), SL_OK);
    assert_int_equal(sl_source_rest(&all, source, sizeof plain, &fault), SL_OK);
    assert_int_equal(all.size, sizeof plain);
    assert_memory_equal(all.data, plain, sizeof plain);
    sl_source_close(source);
  }
}

static sl_err read_all(sl_span bytes, sl_fault *fault) {
  sl_source *source;
  sl_ahead all;
  *fault = sl_fault_none();
  assert_int_equal(sl_source_open_span(&source, bytes), SL_OK);
  sl_err error = sl_source_rest(&all, source, (size_t)1 << 28, fault);
  sl_source_close(source);
  return error;
}

static void broken_gzip_is_an_error(void **state) {
  (void)state;
  uint8_t packed[200];
  sl_fault fault;
  size_t size = pack(packed, sizeof packed, "hello hello hello", 17);
  assert_int_equal(read_all((sl_span){packed, size}, &fault), SL_OK);
  for (size_t cut = 4; cut < size; cut++) assert_int_equal(read_all((sl_span){packed, cut}, &fault), SL_ERR_SYNTAX);
  packed[size - 6] ^= 1;  /* the check sum */
  assert_int_equal(read_all((sl_span){packed, size}, &fault), SL_ERR_SYNTAX);
  assert_string_not_equal(fault.reason, "");
}

static void expansion_is_capped(void **state) {
  (void)state;
  size_t plain_size = (size_t)64 << 20;
  uint8_t *plain = calloc(1, plain_size), *packed = malloc(1 << 20);
  assert_true(plain && packed);
  size_t size = pack(packed, 1 << 20, plain, plain_size);
  sl_fault fault;
  assert_true(plain_size / size > SL_SOURCE_RATIO_MAX);
  assert_int_equal(read_all((sl_span){packed, size}, &fault), SL_ERR_CAP);
  free(plain);
  free(packed);
}

static void a_failing_read_is_an_error(void **state) {
  (void)state;
  drip d = {(const uint8_t *)"abcdef", 6, 3, true};
  sl_source *source;
  sl_ahead all;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_source_open(&source, read_drip, &d), SL_OK);
  assert_int_equal(sl_source_rest(&all, source, 100, &fault), SL_ERR_IO);
  sl_source_close(source);
  sl_source_close(NULL);
}

static void empty_input_ends_at_once(void **state) {
  (void)state;
  sl_source *source;
  sl_str line;
  sl_ahead all;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_source_open_span(&source, (sl_span){NULL, 0}), SL_OK);
  assert_int_equal(sl_source_line(&line, source, 10, &fault), SL_ERR_END);
  assert_int_equal(sl_source_rest(&all, source, 10, &fault), SL_OK);
  assert_int_equal(all.size, 0);
  sl_source_close(source);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_in_any_pieces),      cmocka_unit_test(long_lines_are_capped),
      cmocka_unit_test(gzip_is_found_and_inflated), cmocka_unit_test(broken_gzip_is_an_error),
      cmocka_unit_test(expansion_is_capped),      cmocka_unit_test(a_failing_read_is_an_error),
      cmocka_unit_test(empty_input_ends_at_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
