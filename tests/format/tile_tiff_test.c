/* GeoTIFFs made here, byte by byte. */
#include "base/buf.h"
#include "format/terrain.h"
#include "test.h"

/* What varies from one to the next. */
typedef struct recipe {
  bool big_endian, is_float, point, turned, no_keys, cut;
  uint16_t model, datum, vertical, bits;
} recipe;

static void add16(sl_buf *out, const recipe *r, unsigned v) {
  sl_buf_add_u8(out, (uint8_t)(r->big_endian ? v >> 8 : v));
  sl_buf_add_u8(out, (uint8_t)(r->big_endian ? v : v >> 8));
}

static void add32(sl_buf *out, const recipe *r, uint32_t v) {
  add16(out, r, r->big_endian ? v >> 16 : v & 0xffff);
  add16(out, r, r->big_endian ? v & 0xffff : v >> 16);
}

static void add_double(sl_buf *out, const recipe *r, double d) {
  uint64_t v;
  memcpy(&v, &d, 8);
  add32(out, r, (uint32_t)(r->big_endian ? v >> 32 : v));
  add32(out, r, (uint32_t)(r->big_endian ? v : v >> 32));
}

static void add_tag(sl_buf *out, const recipe *r, unsigned tag, unsigned type, uint32_t count, uint32_t value) {
  add16(out, r, tag);
  add16(out, r, type);
  add32(out, r, count);
  if (type == 3 && count == 1) add16(out, r, value), add16(out, r, 0);
  else add32(out, r, value);
}

enum { SIDE = 20, AT_DATA = 8, TAGS = 14 };

/* 20 by 20 posts of 0.01 degrees from 47 N 8 E down: 500 m and a post of 812.4 m at (4, 6). */
static void make(sl_buf *out, const recipe *r) {
  const uint32_t bytes = r->is_float ? 4 : 2, data = SIDE * SIDE * bytes, place = AT_DATA + data, keys = place + 9 * 8, nodata = keys + 20 * 2, ifd = nodata + 8;
  sl_buf_add_text(out, r->big_endian ? "MM" : "II");
  add16(out, r, 42);
  add32(out, r, ifd);
  for (int i = 0; i < SIDE * SIDE; i++) {
    const bool peak = i == 4 * SIDE + 6, gone = i == 19 * SIDE;
    const float metres = peak ? 812.4f : gone ? -9999.0f : 500.0f;
    uint32_t raw;
    memcpy(&raw, &metres, 4);
    if (r->is_float) add32(out, r, raw);
    else add16(out, r, (uint16_t)(int16_t)metres);
  }
  const double scale[3] = {0.01, 0.01, 0}, tie[6] = {0, 0, 0, 8, 47, 0};
  for (int i = 0; i < 3; i++) add_double(out, r, scale[i]);
  for (int i = 0; i < 6; i++) add_double(out, r, tie[i]);
  const unsigned key[20] = {1, 1, 0, 4, 1024, 0, 1, r->model, 1025, 0, 1, r->point ? 2 : 1, 2048, 0, 1, r->datum, 4096, 0, 1, r->vertical};
  for (int i = 0; i < 20; i++) add16(out, r, key[i]);
  sl_buf_add(out, "-9999\0\0", 8);
  add16(out, r, r->no_keys ? TAGS - 1 : TAGS);
  add_tag(out, r, 256, 3, 1, SIDE);
  add_tag(out, r, 257, 3, 1, SIDE);
  add_tag(out, r, 258, 3, 1, r->bits ? r->bits : bytes * 8);
  add_tag(out, r, 259, 3, 1, 1);
  add_tag(out, r, 262, 3, 1, 1);
  add_tag(out, r, 273, 4, 1, AT_DATA);
  add_tag(out, r, 277, 3, 1, 1);
  add_tag(out, r, 278, 3, 1, SIDE);
  add_tag(out, r, 279, 4, 1, r->cut ? data * 2 : data);
  add_tag(out, r, 339, 3, 1, r->is_float ? 3 : 2);
  add_tag(out, r, r->turned ? 33551 : 33550, 12, 3, place);
  add_tag(out, r, 33922, 12, 6, place + 24);
  if (!r->no_keys) add_tag(out, r, 34735, 3, 20, keys);
  add_tag(out, r, 42113, 2, 6, nodata);
  add32(out, r, 0);
}

static sl_err read(sl_terrain *terrain, const recipe *r, sl_fault *fault) {
  sl_buf out;
  sl_buf_init(&out, 1 << 16);
  make(&out, r);
  assert_int_equal(out.error, SL_OK);
  if (r->cut) out.data[4] = r->big_endian ? 0xff : out.data[4];
  sl_err error = sl_terrain_add(terrain, SL_STR("x.tif"), sl_buf_span(&out), fault);
  sl_buf_fini(&out);
  return error;
}

static const recipe plain = {.model = 2, .datum = 4326};

static void grids_are_read_in_every_form(void **state) {
  (void)state;
  for (int form = 0; form < 8; form++) {
    sl_terrain *terrain;
    sl_fault fault = sl_fault_none();
    sl_len low, high;
    recipe r = plain;
    r.big_endian = form & 1;
    r.is_float = form & 2;
    r.point = form & 4;
    assert_int_equal(sl_terrain_new(&terrain), SL_OK);
    assert_int_equal(read(terrain, &r, &fault), SL_OK);
    /* A post of an area stands in its middle. */
    const int64_t half = r.point ? 0 : 5000000, lat = 47000000000 - 40000000 - half, lon = 8000000000 + 60000000 + half;
    assert_true(sl_terrain_over(&low, &high, terrain, (sl_pos){lat, lon}, (sl_pos){lat, lon}));
    assert_int_equal(low.mm, 400000);
    assert_int_equal(high.mm, r.is_float ? 913000 : 912000);
    assert_true(sl_terrain_over(&low, &high, terrain, (sl_pos){lat - 80000000, lon + 60000000}, (sl_pos){lat - 70000000, lon + 70000000}));
    assert_int_equal(high.mm, 600000);
    /* No data at the south-west corner, and nothing beyond. */
    assert_false(sl_terrain_over(&low, &high, terrain, (sl_pos){46810000000 - half, 8000000000 + half}, (sl_pos){46810000000 - half, 8000000000 + half}));
    assert_false(sl_terrain_over(&low, &high, terrain, (sl_pos){46500000000, 8100000000}, (sl_pos){46900000000, 8100000000}));
    sl_terrain_free(terrain);
  }
}

static void others_are_refused_by_name(void **state) {
  (void)state;
  const struct { recipe recipe; const char *part; } rows[] = {
      {{.model = 1, .datum = 4326}, "projection"}, {{.model = 2, .datum = 4267}, "datum"}, {{.model = 2, .datum = 4326, .vertical = 4979}, "ellipsoid"},
      {{.model = 2, .datum = 4326, .turned = true}, "scale"}, {{.model = 2, .datum = 4326, .no_keys = true}, "keys"}, {{.model = 2, .datum = 4326, .bits = 8}, "16 or 32 bit"},
      {{.model = 2, .datum = 4326, .big_endian = true, .cut = true}, "broken"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_terrain *terrain;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_terrain_new(&terrain), SL_OK);
    assert_int_not_equal(read(terrain, &rows[i].recipe, &fault), SL_OK);
    if (!strstr(fault.reason, rows[i].part)) printf("%zu: %s\n", i, fault.reason);
    assert_non_null(strstr(fault.reason, rows[i].part));
    sl_terrain_free(terrain);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(grids_are_read_in_every_form), cmocka_unit_test(others_are_refused_by_name)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
