/* Text in UTF-16 and with carriage returns alone, through the readers that people use it with. */
#include "format/recode.h"

#include "reader.h"

/* UTF-16 of code points. */
static size_t wide(uint8_t *out, const uint32_t *code, size_t count, bool big) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t units[2] = {code[i], 0};
    size_t of = 1;
    if (code[i] > 0xffff) {
      units[0] = 0xd800 + ((code[i] - 0x10000) >> 10);
      units[1] = 0xdc00 + ((code[i] - 0x10000) & 0x3ff);
      of = 2;
    }
    for (size_t u = 0; u < of; u++) {
      out[size++] = (uint8_t)(big ? units[u] >> 8 : units[u] & 0xff);
      out[size++] = (uint8_t)(big ? units[u] & 0xff : units[u] >> 8);
    }
  }
  return size;
}

static size_t wide_text(uint8_t *out, const char *text, bool big) {
  static uint32_t code[1 << 16];
  size_t count = 0;
  code[count++] = 0xfeff;
  for (; *text; text++) code[count++] = (uint8_t)*text;   /* Latin-1's code points are Unicode's */
  return wide(out, code, count, big);
}

/* Every kind of character, in pieces of every size from beneath. */
typedef struct drip { const uint8_t *data; size_t size, piece; } drip;

static sl_err read_drip(void *context, uint8_t *data, size_t size, size_t *got) {
  drip *d = context;
  *got = d->piece < size ? d->piece : size;
  if (*got > d->size) *got = d->size;
  memcpy(data, d->data, *got);
  d->data += *got;
  d->size -= *got;
  return SL_OK;
}

static void every_character(void **state) {
  (void)state;
  static const uint32_t code[] = {0xfeff, 'a', 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x20ac, 0xfffd, 0xffff, 0x10000, 0x1f681, 0x10ffff, '\n', 'z'};
  static const char utf8[] = "a\x7f\xc2\x80\xc3\xa9\xdf\xbf\xe0\xa0\x80\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbf\xf0\x90\x80\x80\xf0\x9f\x9a\x81\xf4\x8f\xbf\xbf\nz";
  uint8_t text[64];
  for (int big = 0; big < 2; big++) {
    const size_t size = wide(text, code, sizeof code / sizeof *code, big);
    for (size_t piece = 1; piece < 9; piece++) {
      drip d = {text, size, piece};
      sl_source *inner, *source;
      sl_recoding recoding;
      sl_ahead all;
      sl_fault fault = sl_fault_none();
      assert_int_equal(sl_source_open(&inner, read_drip, &d), SL_OK);
      assert_int_equal(sl_source_ahead(&all, inner, 4, &fault), SL_OK);
      assert_int_equal(sl_recode_of(all), big ? SL_RECODE_UTF16_BE : SL_RECODE_UTF16_LE);
      assert_int_equal(sl_recode_open(&source, &recoding, inner, sl_recode_of(all)), SL_OK);
      assert_int_equal(sl_source_rest(&all, source, 1000, &fault), SL_OK);
      assert_int_equal(all.size, sizeof utf8 - 1);
      assert_memory_equal(all.data, utf8, all.size);
      sl_source_close(source);
      sl_source_close(inner);
    }
  }
}

static void halves_of_pairs_and_odd_ends(void **state) {
  (void)state;
  static const uint8_t lonely[] = {0xff, 0xfe, 'a', 0, 0x00, 0xd8, 'b', 0, 0x00, 0xdc, 0x00, 0xd8};
  for (size_t size = 2; size <= sizeof lonely; size++) {
    sl_source *inner, *source;
    sl_recoding recoding;
    sl_ahead all;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_source_open_span(&inner, (sl_span){lonely, size}), SL_OK);
    assert_int_equal(sl_recode_open(&source, &recoding, inner, SL_RECODE_UTF16_LE), SL_OK);
    const sl_err error = sl_source_rest(&all, source, 1000, &fault);
    assert_int_equal(error, size % 2 ? SL_ERR_IO : SL_OK);
    assert_int_equal(recoding.fault.code, size % 2 ? SL_ERR_SYNTAX : SL_OK);
    if (size == sizeof lonely) assert_memory_equal(all.data, "a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd", 11);
    sl_source_close(source);
    sl_source_close(inner);
  }
}

/* A spreadsheet's "Unicode text", an airspace file, zones: the same records as in UTF-8,
 * with the same lines. */
static void files_in_utf16(void **state) {
  (void)state;
  static const struct { const char *text; sl_format format; } rows[] = {
      {"Name\tLatitude\tLongitude\r\nZ\xfcrich\t47.51234\t8.25678\r\n\r\nBern\tx\t8\r\n", SL_FORMAT_CSV},
      {"* made by hand\nAC D\nAN Z\xfcrich\nAL GND\nAH FL 95\nV X=47:00:00N 8:00:00E\nDC 5\nAC D\nAN B\nDC x\n", SL_FORMAT_OPENAIR},
      {"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\"Z\xfcrich\",\"radius\":5},\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}},\n{\"type\":\"Feature\"}]}", SL_FORMAT_GEOJSON},
      {"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<kml><Placemark><name>Z\xfcrich</name><Polygon><outerBoundaryIs><LinearRing><coordinates>8,47 8.1,47 8.1,47.1 8,47</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n<Placemark><Point/></Placemark></kml>", SL_FORMAT_KML}};
  static uint8_t text[1 << 16];
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (int big = 0; big < 2; big++) {
      kept k;
      const size_t size = wide_text(text, rows[i].text, big);
      assert_int_equal(keep_bytes(&k, (sl_span){text, size}, NULL, true), SL_OK);
      assert_int_equal(k.summary.format, rows[i].format);
      assert_int_equal(k.count, 1);
      assert_true(sl_str_is(k.record[0].name, "Z\xc3\xbcrich"));
      assert_int_equal(k.refused_count, 1);
      assert_true(k.refused[0].line > 1);
      kept_free(&k);
      assert_int_equal(keep_bytes(&k, (sl_span){text, size - 1}, NULL, true), SL_ERR_SYNTAX);
      assert_non_null(strstr(k.fault.reason, "within a character"));
      kept_free(&k);
    }
}

static void carriage_returns_alone(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "AC D\rAN A\rAL GND\rAH FL 95\rV X=47:00:00N 8:00:00E\rDC 5\rAC D\rAN B\rAL GND\rAH x\r", true), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_OPENAIR);
  assert_int_equal(k.count, 1);
  assert_int_equal(k.refused[0].line, 10);
  kept_free(&k);
  sl_ahead first = {(uint8_t *)(char[]){"{\r}"}, 3};
  assert_int_equal(sl_recode_of(first), SL_RECODE_NONE);
  first = (sl_ahead){(uint8_t *)(char[]){"a\r\n"}, 3};
  assert_int_equal(sl_recode_of(first), SL_RECODE_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_character), cmocka_unit_test(halves_of_pairs_and_odd_ends), cmocka_unit_test(files_in_utf16),
                                     cmocka_unit_test(carriage_returns_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
