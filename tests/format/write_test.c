#include "format/write.h"

#include <math.h>

#include "format/arc.h"

#include "reader.h"

/* Random records: every shape, datum and kind of window. */
static sl_pos vertices[4][40];
static sl_ring rings[4];
static bool holes[4];
static sl_window windows[3];
static sl_track_fix fixes[20];

static int64_t jitter(sl_rng *rng, int64_t size) { return sl_rng_between(rng, -size, size); }

/* A star about a place: it never crosses itself. */
static void star(sl_rng *rng, uint32_t r, sl_pos at, double reach, bool hole) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 40);
  for (uint32_t i = 0; i < count; i++) {
    double turn = 6.283185307 * i / count, far = reach * (0.5 + 0.5 * sl_rng_unit(rng));
    vertices[r][i] = (sl_pos){at.lat_nd + (int64_t)(far * cos(turn) * 1e9), at.lon_nd + (int64_t)(far * sin(turn) * 1e9)};
  }
  rings[r] = (sl_ring){vertices[r], count};
  holes[r] = hole;
}

static sl_height some_height(sl_rng *rng, bool upper) {
  static const sl_datum datums[] = {SL_DATUM_UNSTATED, SL_DATUM_ELLIPSOID, SL_DATUM_MSL, SL_DATUM_GROUND, SL_DATUM_PRESSURE, SL_DATUM_UNLIMITED};
  sl_height height = {datums[sl_rng_between(rng, 0, 5)], 0};
  int64_t base = upper ? 20000 : 0;
  if (height.datum == SL_DATUM_UNLIMITED) return height;
  height.tenths = sl_rng_between(rng, 0, 1) ? (base + sl_rng_between(rng, 0, 9999)) * SL_TENTHS_PER_FT : (base * 3 + sl_rng_between(rng, 0, 3000)) * 1000 + 7;
  if (height.datum == SL_DATUM_PRESSURE) height.tenths = (base + sl_rng_between(rng, 0, 199) * 100) * SL_TENTHS_PER_FT;
  return height;
}

static sl_record some_record(sl_rng *rng) {
  sl_record record = {.format = SL_FORMAT_GEOJSON, .line = 1, .name = SL_STR("NAME \xc3\xa9 1"), .kind = SL_STR("D CTR"), .form = SL_RECORD_AREA};
  sl_pos at = {sl_rng_between(rng, -60, 60) * SL_ND_PER_DEG + jitter(rng, 400000000), sl_rng_between(rng, -170, 170) * SL_ND_PER_DEG + jitter(rng, 400000000)};
  record.lower = some_height(rng, false);
  record.upper = some_height(rng, true);
  record.window = windows;
  record.window_count = (uint32_t)sl_rng_between(rng, 0, 3);
  for (uint32_t i = 0; i < record.window_count; i++) {
    windows[i].start.ns = (20000 + i * 10) * 24 * SL_NS_PER_H + sl_rng_between(rng, 0, 86400000) * SL_NS_PER_MS;
    windows[i].end.ns = windows[i].start.ns + sl_rng_between(rng, 1, 86400000) * SL_NS_PER_MS;
  }
  switch (sl_rng_between(rng, 0, 3)) {
    case 0:
      record.shape.kind = SL_SHAPE_CIRCLE;
      record.shape.as.circle = (sl_circle){at, {sl_rng_between(rng, 1, 100000000)}};
      break;
    case 1:
      star(rng, 0, at, 0.5, false);
      record.shape.kind = SL_SHAPE_CORRIDOR;
      record.shape.as.corridor = (sl_corridor){vertices[0], rings[0].count, {sl_rng_between(rng, 1, 10000000)}, SL_EDGE_GEODESIC};
      break;
    case 2:
      star(rng, 0, at, 0.5, false);
      star(rng, 1, at, 0.08, true);
      record.shape.kind = SL_SHAPE_POLYGON;
      record.shape.as.polygon = (sl_polygon){rings, holes, (uint32_t)sl_rng_between(rng, 1, 2), SL_EDGE_GEODESIC};
      break;
    default:
      record.form = SL_RECORD_TRACK;
      record.fix = fixes;
      record.fix_count = (uint32_t)sl_rng_between(rng, 2, 20);
      record.fix_datum = sl_rng_between(rng, 0, 1) ? SL_DATUM_PRESSURE : SL_DATUM_MSL;
      for (uint32_t i = 0; i < record.fix_count; i++)
        fixes[i] = (sl_track_fix){{at.lat_nd + i * 10000000, at.lon_nd}, sl_rng_between(rng, 0, 40000) * SL_TENTHS_PER_FT, {(int64_t)(i + 1) * 10 * SL_NS_PER_S}};
  }
  return record;
}

static bool near(sl_pos a, sl_pos b) { return llabs(a.lat_nd - b.lat_nd) <= 50 && llabs(a.lon_nd - b.lon_nd) <= 50; }   /* 5.6 mm */

/* Part `i` of what was read is window `i` (or ring `i`) of what was written. */
static void same_record(const sl_record *want, const kept *k, bool with_holes) {
  uint32_t count = want->form == SL_RECORD_AREA && want->window_count > 1 && with_holes ? want->window_count : 1;
  assert_int_equal(k->count, count);
  for (uint32_t i = 0; i < count; i++) {
    const sl_record *got = &k->record[i];
    assert_true(sl_str_equal(got->name, want->name) && sl_str_equal(got->kind, want->kind));
    assert_int_equal(got->form, want->form);
    if (want->form == SL_RECORD_TRACK) {
      assert_int_equal(got->fix_count, want->fix_count);
      assert_int_equal(got->fix_datum, want->fix_datum);
      for (uint32_t f = 0; f < want->fix_count; f++) assert_memory_equal(&got->fix[f], &want->fix[f], sizeof(sl_track_fix));
      continue;
    }
    if (with_holes && want->window_count) assert_memory_equal(&got->window[0], &want->window[i], sizeof(sl_window));
    else assert_int_equal(got->window_count, want->window_count);
    assert_int_equal(got->upper.datum, want->upper.datum);
    assert_int_equal(got->upper.tenths, want->upper.tenths);
    if (want->lower.datum != SL_DATUM_UNLIMITED) assert_int_equal(got->lower.tenths, want->lower.tenths);
    assert_int_equal(got->shape.kind, want->shape.kind);
    if (want->shape.kind == SL_SHAPE_CIRCLE) {
      assert_true(near(got->shape.as.circle.centre, want->shape.as.circle.centre));
      assert_int_equal(got->shape.as.circle.radius.mm, want->shape.as.circle.radius.mm);
    } else if (want->shape.kind == SL_SHAPE_CORRIDOR) {
      assert_int_equal(got->shape.as.corridor.half_width.mm, want->shape.as.corridor.half_width.mm);
      assert_int_equal(got->shape.as.corridor.count, want->shape.as.corridor.count);
      for (uint32_t v = 0; v < want->shape.as.corridor.count; v++) assert_true(near(got->shape.as.corridor.point[v], want->shape.as.corridor.point[v]));
    } else {
      uint32_t parts = with_holes ? want->shape.as.polygon.count : 1;
      assert_int_equal(got->shape.as.polygon.count, parts);
      for (uint32_t r = 0; r < parts; r++) {
        const sl_ring *a = &got->shape.as.polygon.ring[r], *b = &want->shape.as.polygon.ring[r];
        assert_int_equal(a->count, b->count);
        for (uint32_t v = 0; v < a->count; v++) assert_true(near(a->vertex[v], b->vertex[v]));
      }
    }
  }
}

/* F3548: a volume for each window; holes are filled, and no window is always. */
static void same_volumes(const sl_record *want, const kept *k) {
  uint32_t count = want->window_count ? want->window_count : 1;
  assert_int_equal(k->count, count);
  for (uint32_t i = 0; i < count; i++) {
    const sl_record *got = &k->record[i];
    assert_true(sl_str_equal(got->name, want->name));
    sl_window always = {{0}, {SL_TIME_OPEN_NS}}, window = want->window_count ? want->window[i] : always;
    assert_int_equal(got->window_count, 1);
    assert_memory_equal(&got->window[0], &window, sizeof window);
    if (want->lower.datum == SL_DATUM_ELLIPSOID) assert_int_equal(got->lower.tenths / 10, want->lower.tenths / 10);
    if (want->upper.datum == SL_DATUM_ELLIPSOID) assert_int_equal(got->upper.tenths / 10, want->upper.tenths / 10);
    assert_int_equal(got->shape.kind, want->shape.kind);
    if (want->shape.kind == SL_SHAPE_CIRCLE) {
      assert_true(near(got->shape.as.circle.centre, want->shape.as.circle.centre));
      assert_int_equal(got->shape.as.circle.radius.mm, want->shape.as.circle.radius.mm);
      continue;
    }
    const sl_ring *a = &got->shape.as.polygon.ring[0], *b = &want->shape.as.polygon.ring[0];
    assert_int_equal(a->count, b->count);
    for (uint32_t v = 0; v < a->count; v++) assert_true(near(a->vertex[v], b->vertex[v]));
  }
}

static uint32_t losses(const sl_writer *writer) {
  uint32_t sum = 0;
  for (int i = 0; i < SL_LOSS_COUNT; i++) sum += writer->lost[i];
  return sum;
}

static void there_and_back(sl_format format, int rounds) {
  sl_rng rng = sl_rng_start(sl_format_name(format), 17);
  int written = 0;
  for (int i = 0; i < rounds; i++) {
    sl_record record = some_record(&rng);
    sl_buf out;
    sl_writer writer;
    sl_buf_init(&out, 1 << 24);
    sl_writer_begin(&writer, &out, format);
    sl_writer_add(&writer, &record);
    sl_writer_end(&writer);
    assert_int_equal(out.error, SL_OK);
    assert_true(writer.records == 1 || losses(&writer) > 0);
    if (writer.records) {
      kept k;
      sl_read_options options = sl_read_options_default();
      options.format = format;
      sl_err error = keep_bytes(&k, sl_buf_span(&out), &options, false);
      if (error) printf("%.*s\n%s\n", (int)out.size, (const char *)out.data, k.fault.reason);
      assert_int_equal(error, SL_OK);
      if (format == SL_FORMAT_F3548) {
        same_volumes(&record, &k);
      } else {
        same_record(&record, &k, format != SL_FORMAT_OPENAIR);
      }
      kept_free(&k);
      written++;
    }
    sl_buf_fini(&out);
  }
  assert_true(written > rounds / 30);
}

static void geojson_there_and_back(void **state) { (void)state; there_and_back(SL_FORMAT_GEOJSON, 3000); }
static void openair_there_and_back(void **state) { (void)state; there_and_back(SL_FORMAT_OPENAIR, 3000); }
static void kml_there_and_back(void **state) { (void)state; there_and_back(SL_FORMAT_KML, 3000); }
static void csv_there_and_back(void **state) { (void)state; there_and_back(SL_FORMAT_CSV, 3000); }
static void f3548_there_and_back(void **state) { (void)state; there_and_back(SL_FORMAT_F3548, 3000); }

/* Names that are markup, separators or formulas elsewhere come back as they were. */
static void names_that_bite(void **state) {
  (void)state;
  static const char *const names[] = {"=1+1", "'=x", "@x", "-x", "+x", "'quoted'", "a,b;c\"d\"", "<b>&amp;", "]]>", "\xef\xbf\xbd", "#lat", "O'Brien", "x\\y", "1,5", "2026-01-01", "sep=;"};
  static const sl_format formats[] = {SL_FORMAT_GEOJSON, SL_FORMAT_KML, SL_FORMAT_CSV};
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
      sl_record record = {.line = 1, .name = sl_str_from(names[i]), .kind = sl_str_from(names[i]), .form = SL_RECORD_AREA, .shape = {.kind = SL_SHAPE_CIRCLE}};
      record.shape.as.circle = (sl_circle){{47 * SL_ND_PER_DEG, 8 * SL_ND_PER_DEG}, {5000000}};
      record.lower.datum = record.upper.datum = SL_DATUM_UNLIMITED;
      sl_buf out;
      sl_writer writer;
      kept k;
      sl_buf_init(&out, 1 << 20);
      sl_writer_begin(&writer, &out, formats[f]);
      sl_writer_add(&writer, &record);
      sl_writer_end(&writer);
      assert_int_equal(keep_bytes(&k, sl_buf_span(&out), NULL, false), SL_OK);
      if (!sl_str_is(k.record[0].name, names[i])) printf("%s: %.*s\n", names[i], (int)k.record[0].name.size, k.record[0].name.data);
      assert_int_equal(k.summary.format, formats[f]);
      assert_true(sl_str_is(k.record[0].name, names[i]) && sl_str_is(k.record[0].kind, names[i]));
      kept_free(&k);
      sl_buf_fini(&out);
    }
  }
}

/* For programs that know KML alone: nothing of the shape lies outside what is drawn, and
 * nothing is drawn at an altitude of another datum. */
static void kml_draws_about_the_shape(void **state) {
  (void)state;
  static const struct { sl_height lower, upper; const char *mode; bool lost; } rows[] = {
      {{SL_DATUM_GROUND, 0}, {SL_DATUM_MSL, 1200 * SL_TENTHS_PER_M}, ",1200", false}, {{SL_DATUM_MSL, 600 * SL_TENTHS_PER_M}, {SL_DATUM_MSL, 1200 * SL_TENTHS_PER_M}, ",1200", true},
      {{SL_DATUM_GROUND, 0}, {SL_DATUM_GROUND, 120 * SL_TENTHS_PER_M}, "relativeToGround", false}, {{SL_DATUM_GROUND, 0}, {SL_DATUM_PRESSURE, 65 * 100 * SL_TENTHS_PER_FT}, NULL, true},
      {{SL_DATUM_ELLIPSOID, 0}, {SL_DATUM_ELLIPSOID, 120 * SL_TENTHS_PER_M}, NULL, true}, {{SL_DATUM_GROUND, 0}, {SL_DATUM_UNSTATED, 120 * SL_TENTHS_PER_M}, NULL, true}, {{SL_DATUM_UNLIMITED, 0}, {SL_DATUM_UNLIMITED, 0}, NULL, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_record record = {.line = 1, .name = SL_STR("C"), .form = SL_RECORD_AREA, .shape = {.kind = SL_SHAPE_CIRCLE}, .lower = rows[i].lower, .upper = rows[i].upper};
    sl_len radius = {(int64_t)(1 + i * 40) * 1000000};
    record.shape.as.circle = (sl_circle){{(int64_t)(i * 10) * SL_ND_PER_DEG, 8 * SL_ND_PER_DEG}, radius};
    sl_buf out;
    sl_writer writer;
    sl_buf_init(&out, 1 << 20);
    sl_writer_begin(&writer, &out, SL_FORMAT_KML);
    sl_writer_add(&writer, &record);
    sl_writer_end(&writer);
    sl_buf_add_u8(&out, 0);
    assert_int_equal(writer.lost[SL_LOSS_WIDTH], 1);
    assert_int_equal(writer.lost[SL_LOSS_BAND], rows[i].lost);
    assert_int_equal(strstr((char *)out.data, "altitudeMode") != NULL, rows[i].mode != NULL);
    if (rows[i].mode) assert_non_null(strstr((char *)out.data, rows[i].mode));
    /* Without ExtendedData what is left is the drawing: take the data's name away. */
    for (char *at = (char *)out.data; (at = strstr(at, "sideline_")); at += 4) memcpy(at, "somebody", 8);
    kept k;
    assert_int_equal(keep_bytes(&k, (sl_span){out.data, out.size - 1}, NULL, false), SL_OK);
    assert_int_equal(k.record[0].shape.kind, SL_SHAPE_POLYGON);
    const sl_ring *ring = &k.record[0].shape.as.polygon.ring[0];
    for (uint32_t v = 0; v < ring->count; v++) {
      /* The middle of each side is no nearer than the radius. */
      sl_pos a = ring->vertex[v], b = ring->vertex[(v + 1) % ring->count];
      sl_pos middle = {(a.lat_nd + b.lat_nd) / 2, (a.lon_nd + b.lon_nd) / 2};
      double far = sl_pos_distance(record.shape.as.circle.centre, middle);
      if (far * 1000 < (double)radius.mm) printf("%zu: %.1f of %lld\n", i, far, (long long)radius.mm);
      assert_true(far * 1000 >= (double)radius.mm && far * 1000 < (double)radius.mm * 1.003);
    }
    kept_free(&k);
    sl_buf_fini(&out);
  }
}

static void what_cannot_be_said_is_counted(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("losses", 5);
  sl_buf out;
  sl_writer writer;
  sl_buf_init(&out, 1 << 24);
  sl_writer_begin(&writer, &out, SL_FORMAT_OPENAIR);
  sl_record track = some_record(&rng);
  while (track.form != SL_RECORD_TRACK) track = some_record(&rng);
  sl_writer_add(&writer, &track);
  assert_int_equal(writer.lost[SL_LOSS_TRACK], 1);
  assert_int_equal(writer.records, 0);
  for (int i = 0; i < SL_LOSS_COUNT; i++) assert_true(strlen(sl_loss_text((sl_loss)i)) > 5);
  assert_false(sl_writer_knows(SL_FORMAT_USMTF_ACO));
  sl_buf_fini(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(geojson_there_and_back), cmocka_unit_test(openair_there_and_back),
                                     cmocka_unit_test(kml_there_and_back), cmocka_unit_test(csv_there_and_back), cmocka_unit_test(names_that_bite), cmocka_unit_test(kml_draws_about_the_shape),
                                     cmocka_unit_test(f3548_there_and_back), cmocka_unit_test(what_cannot_be_said_is_counted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
