#include "format/datum.h"

#include <math.h>

#include "base/text.h"
#include "reader.h"

static sl_geoid *geoid;

static int open_geoid(void **state) {
  (void)state;
  sl_fault fault = sl_fault_none();
  return sl_geoid_open(&geoid, NULL, &fault) == SL_OK ? 0 : -1;
}

static int close_geoid(void **state) {
  (void)state;
  sl_geoid_close(geoid);
  return 0;
}

#define FT(n) ((n) * SL_TENTHS_PER_FT)

static sl_record disc(sl_height lower, sl_height upper) {
  sl_record record = {.format = SL_FORMAT_OPENAIR, .line = 1, .name = SL_STR("X"), .form = SL_RECORD_AREA, .lower = lower, .upper = upper};
  record.shape.kind = SL_SHAPE_CIRCLE;
  record.shape.as.circle = (sl_circle){{47430866000, 9383099000}, {1000}};
  return record;
}

static sl_err resolve(sl_resolved *out, sl_arena *arena, sl_record record, const sl_datum_policy *policy) {
  sl_fault fault = sl_fault_none();
  sl_datum_policy standard = sl_datum_policy_default();
  standard.geoid = geoid;
  sl_err error = sl_resolve(out, arena, &record, policy ? policy : &standard, &fault);
  assert_int_equal(error, fault.code);
  return error;
}

static bool noted(const sl_resolved *resolved, const char *part) {
  for (uint32_t i = 0; i < resolved->note_count; i++)
    if (strstr(resolved->note[i].text, part)) return true;
  return false;
}

static const sl_height surface = {SL_DATUM_GROUND, 0}, unlimited = {SL_DATUM_UNLIMITED, 0};

static void sea_level_goes_outward(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  assert_int_equal(resolve(&r, &arena, disc((sl_height){SL_DATUM_MSL, 0}, (sl_height){SL_DATUM_MSL, 10000000}), NULL), SL_OK);
  const sl_band *band = &r.object[0].as.volume.band;
  assert_int_equal(band->ref, SL_ALT_W84);
  /* 46.42 m here; the nodes about it bound it, within what the geoid does in 30 km. */
  assert_in_range(46420 - band->as.w84.lower.mm, 0, 4000);
  assert_in_range(band->as.w84.upper.mm - 1046420, 0, 4000);
  assert_int_equal(r.count * r.views, 1);
  assert_false(r.outer);
  assert_true(noted(&r, "EGM96") && noted(&r, "permanent"));
  assert_int_equal(r.object[0].as.volume.window.end.ns, SL_TIME_OPEN_NS);
  sl_arena_fini(&arena);
}

static void surface_and_unlimited_meet_everything(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  assert_int_equal(resolve(&r, &arena, disc(surface, unlimited), NULL), SL_OK);
  assert_int_equal(r.object[0].as.volume.band.ref, SL_ALT_COLUMN);
  /* Nothing flies below the ground: the surface is no limit beside a flight level. */
  assert_int_equal(resolve(&r, &arena, disc(surface, (sl_height){SL_DATUM_PRESSURE, FT(9500)}), NULL), SL_OK);
  assert_int_equal(r.views, 1);
  assert_int_equal(r.object[0].as.volume.band.ref, SL_ALT_BARO);
  assert_int_equal(r.object[0].as.volume.band.as.baro.lower.ft, SL_ALT_BARO_MIN_FT);
  assert_int_equal(r.object[0].as.volume.band.as.baro.upper.ft, 9500);
  sl_arena_fini(&arena);
}

static void mixed_bands_have_two_views(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_record record = disc((sl_height){SL_DATUM_MSL, FT(2500)}, (sl_height){SL_DATUM_PRESSURE, FT(9500)});
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  assert_int_equal(r.views, 2);
  assert_int_equal(r.object[0].as.volume.band.ref, SL_ALT_W84);
  assert_int_equal(r.object[0].as.volume.band.as.w84.upper.mm, SL_ALT_W84_MAX_MM);
  assert_int_equal(r.object[1].as.volume.band.ref, SL_ALT_BARO);
  assert_int_equal(r.object[1].as.volume.band.as.baro.upper.ft, 9500);
  /* With a pressure bound it is one band, widened by it. */
  sl_datum_policy policy = {.geoid = geoid, .pressure_given = true, .pressure_low = {-100000}, .pressure_high = {250000}};
  assert_int_equal(resolve(&r, &arena, record, &policy), SL_OK);
  assert_int_equal(r.views, 1);
  assert_int_equal(r.object[0].as.volume.band.as.w84.upper.mm, 2895600 + 250000);
  assert_true(noted(&r, "pressure bound"));
  sl_arena_fini(&arena);
}

/* Each view is the whole record: the levels as they are, and where the day's air puts them. */
static void the_air_makes_levels_heights(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_datum_policy policy = {.geoid = geoid, .air = {true, 101325, 102325, 0, 0}};
  sl_record record = disc((sl_height){SL_DATUM_PRESSURE, FT(10000)}, (sl_height){SL_DATUM_PRESSURE, FT(10000)});
  assert_int_equal(resolve(&r, &arena, record, &policy), SL_OK);
  assert_int_equal(r.views, 2);
  assert_true(r.whole && noted(&r, "QNH 1013 to 1024 hPa"));
  assert_int_equal(r.object[0].as.volume.band.as.baro.lower.ft, 10000);
  const sl_band *band = &r.object[1].as.volume.band;
  assert_int_equal(band->ref, SL_ALT_W84);
  assert_in_range(band->as.w84.lower.mm, 3048000 + 43000, 3048000 + 46420);
  assert_in_range(band->as.w84.upper.mm, 3048000 + 46420 + 83000, 3048000 + 50000 + 86000);
  /* Beside another reference there is one band; a column stays one. */
  assert_int_equal(resolve(&r, &arena, disc((sl_height){SL_DATUM_MSL, FT(2500)}, (sl_height){SL_DATUM_PRESSURE, FT(9500)}), &policy), SL_OK);
  assert_int_equal(r.views, 1);
  assert_int_equal(r.object[0].as.volume.band.ref, SL_ALT_W84);
  assert_int_equal(resolve(&r, &arena, disc(surface, unlimited), &policy), SL_OK);
  assert_int_equal(r.views, 1);
  /* A track: both, and the tolerance holds the whole bound. */
  const sl_track_fix fix[2] = {{{47430866000, 9383099000}, FT(10000), {0}}, {{47440866000, 9383099000}, FT(10000), {60 * SL_NS_PER_S}}};
  sl_record track = {.form = SL_RECORD_TRACK, .name = SL_STR("T"), .fix = fix, .fix_count = 2, .fix_datum = SL_DATUM_PRESSURE};
  assert_int_equal(resolve(&r, &arena, track, &policy), SL_OK);
  assert_int_equal(r.views, 2);
  assert_int_equal(r.object[0].as.trajectory.ref, SL_ALT_BARO);
  const sl_trajectory *high = &r.object[1].as.trajectory;
  const int64_t middle = high->fix[0].alt.w84.mm, by = high->vertical.w84.mm;
  assert_true(middle - by <= 3048000 + 46420 && middle + by >= 3048000 + 46420 + 83000 && by < 45000);
  sl_arena_fini(&arena);
}

/* Elevation data where there is some, the bound that was given elsewhere. */
static void ground_takes_elevation_data(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_terrain *terrain;
  sl_fault fault = sl_fault_none();
  static uint8_t tile[1201 * 1201 * 2];
  for (size_t i = 0; i < sizeof tile; i += 2) tile[i] = 2, tile[i + 1] = 0x8a;   /* 650 m */
  assert_int_equal(sl_terrain_new(&terrain), SL_OK);
  assert_int_equal(sl_terrain_add(terrain, SL_STR("N47E009.hgt"), (sl_span){tile, sizeof tile}, &fault), SL_OK);
  sl_datum_policy policy = {.geoid = geoid, .terrain = terrain, .terrain_given = true, .terrain_low = {0}, .terrain_high = {4810000}};
  sl_record record = disc((sl_height){SL_DATUM_GROUND, FT(500)}, (sl_height){SL_DATUM_GROUND, FT(1000)});
  assert_int_equal(resolve(&r, &arena, record, &policy), SL_OK);
  assert_true(noted(&r, "elevation of the terrain about it, and 100 m"));
  assert_in_range(r.object[0].as.volume.band.as.w84.lower.mm, 550000 + 152400 + 42000, 550000 + 152400 + 46420);
  assert_in_range(r.object[0].as.volume.band.as.w84.upper.mm, 750000 + 304800 + 46420, 750000 + 304800 + 51000);
  record.shape.as.circle.centre.lon_nd = 11000000000;
  assert_int_equal(resolve(&r, &arena, record, &policy), SL_OK);
  assert_true(noted(&r, "has nothing here") && noted(&r, "as given"));
  assert_true(r.object[0].as.volume.band.as.w84.upper.mm > 4810000);
  const sl_track_fix fix[2] = {{{47430866000, 9383099000}, FT(400), {0}}, {{47440866000, 9383099000}, FT(400), {60 * SL_NS_PER_S}}};
  sl_record track = {.form = SL_RECORD_TRACK, .name = SL_STR("T"), .fix = fix, .fix_count = 2, .fix_datum = SL_DATUM_GROUND};
  assert_int_equal(resolve(&r, &arena, track, &policy), SL_OK);
  assert_true(noted(&r, "elevation of the terrain"));
  assert_in_range(r.object[0].as.trajectory.vertical.w84.mm, 100000, 102000);
  sl_terrain_free(terrain);
  sl_arena_fini(&arena);
}

static void ground_takes_the_terrain(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_record record = disc((sl_height){SL_DATUM_GROUND, FT(500)}, (sl_height){SL_DATUM_GROUND, FT(1000)});
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  assert_true(noted(&r, "all land on Earth"));
  assert_in_range(r.object[0].as.volume.band.as.w84.upper.mm, 8850000 + 304800 + 40000, 8850000 + 304800 + 55000);
  sl_datum_policy policy = {.geoid = geoid, .terrain_given = true, .terrain_low = {400000}, .terrain_high = {900000}};
  assert_int_equal(resolve(&r, &arena, record, &policy), SL_OK);
  assert_true(noted(&r, "as given"));
  assert_in_range(r.object[0].as.volume.band.as.w84.lower.mm, 400000 + 152400 + 40000, 400000 + 152400 + 47000);
  assert_in_range(r.object[0].as.volume.band.as.w84.upper.mm, 900000 + 304800 + 46000, 900000 + 304800 + 53000);
  sl_arena_fini(&arena);
}

static void unstated_is_unstated(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_record record = disc((sl_height){SL_DATUM_UNSTATED, 0}, (sl_height){SL_DATUM_UNSTATED, FT(1000)});
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  assert_true(r.outer && noted(&r, "none chosen"));
  assert_int_equal(r.object[0].as.volume.band.ref, SL_ALT_COLUMN);
  sl_datum_policy policy = {.geoid = geoid, .unstated = SL_DATUM_ELLIPSOID};
  assert_int_equal(resolve(&r, &arena, record, &policy), SL_OK);
  assert_false(r.outer);
  assert_true(noted(&r, "as chosen"));
  assert_int_equal(r.object[0].as.volume.band.as.w84.upper.mm, 304800);
  sl_arena_fini(&arena);
}

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_datum_policy none = sl_datum_policy_default();
  assert_int_equal(resolve(&r, &arena, disc(surface, (sl_height){SL_DATUM_MSL, 1}), &none), SL_ERR_DATUM);
  assert_int_equal(resolve(&r, &arena, disc((sl_height){SL_DATUM_MSL, 2}, (sl_height){SL_DATUM_MSL, 1}), NULL), SL_ERR_ORDER);
  assert_int_equal(resolve(&r, &arena, disc((sl_height){SL_DATUM_PRESSURE, FT(200)}, (sl_height){SL_DATUM_PRESSURE, FT(100)}), NULL), SL_ERR_ORDER);
  assert_int_equal(resolve(&r, &arena, disc(surface, (sl_height){SL_DATUM_PRESSURE, FT(400000)}), NULL), SL_ERR_RANGE);
  sl_record record = disc((sl_height){SL_DATUM_MSL, 0}, (sl_height){SL_DATUM_MSL, 100000});
  sl_arena tiny;
  sl_arena_init(&tiny, 16);
  assert_int_equal(resolve(&r, &tiny, record, NULL), SL_ERR_NOMEM);
  sl_arena_fini(&tiny);
  sl_arena_fini(&arena);
}

static void windows_become_objects(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  static const sl_window windows[2] = {{{1000}, {2000}}, {{2000}, {3000}}};
  sl_record record = disc((sl_height){SL_DATUM_MSL, 0}, (sl_height){SL_DATUM_PRESSURE, FT(100)});
  record.window = windows;
  record.window_count = 2;
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  assert_int_equal(r.count, 2);
  assert_int_equal(r.views, 2);
  assert_int_equal(r.object[1].as.volume.window.start.ns, 1000);
  assert_int_equal(r.object[2].as.volume.window.start.ns, 2000);
  sl_arena_fini(&arena);
}

static void tracks_keep_their_reference(void **state) {
  (void)state;
  sl_arena arena;
  sl_arena_init(&arena, 1 << 20);
  sl_resolved r;
  sl_track_fix fixes[2] = {{{47430866000, 9383099000}, FT(1000), {0}}, {{47530866000, 9383099000}, FT(1000) + 1, {SL_NS_PER_MIN}}};
  sl_record record = {.name = SL_STR("T"), .form = SL_RECORD_TRACK, .fix = fixes, .fix_count = 2, .fix_datum = SL_DATUM_PRESSURE};
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  const sl_trajectory *track = &r.object[0].as.trajectory;
  assert_int_equal(track->ref, SL_ALT_BARO);
  assert_int_equal(track->fix[1].alt.baro.ft, 1000);
  assert_int_equal(track->vertical.baro_ft, 1);
  record.fix_datum = SL_DATUM_MSL;
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  track = &r.object[0].as.trajectory;
  assert_int_equal(track->ref, SL_ALT_W84);
  assert_in_range(track->fix[0].alt.w84.mm, 304800 + 46419, 304800 + 46421);
  /* Between the fixes the geoid is within the tolerance of the straight line. */
  for (int i = 0; i <= 20; i++) {
    sl_len here;
    assert_int_equal(sl_geoid_at(&here, geoid, (sl_pos){47430866000 + i * 5000000, 9383099000}), SL_OK);
    double line = (double)track->fix[0].alt.w84.mm + (double)(track->fix[1].alt.w84.mm - track->fix[0].alt.w84.mm) * i / 20;
    assert_true(fabs((double)here.mm + 304800 - line) <= (double)track->vertical.w84.mm);
  }
  record.fix_datum = SL_DATUM_UNSTATED;
  assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
  assert_true(r.outer);
  sl_arena_fini(&arena);
}

/* "2359" and "1959" mean the minute that begins then too. */
static void ends_at_the_last_minute(void **state) {
  (void)state;
  static const struct { const char *end, *becomes; sl_format format; } rows[] = {
      {"2026-08-05T23:59:00Z", "2026-08-06T00:00:00Z", SL_FORMAT_USMTF_ACO}, {"2026-08-05T19:59:59Z", "2026-08-05T20:00:00Z", SL_FORMAT_ED269},
      {"2026-08-05T19:59:59.999Z", "2026-08-05T20:00:00Z", SL_FORMAT_CSV},  {"2026-08-05T19:58:59Z", "2026-08-05T19:58:59Z", SL_FORMAT_ED269},
      {"2026-08-05T19:59:30Z", "2026-08-05T19:59:30Z", SL_FORMAT_ED269},    {"2026-08-05T23:59:00Z", "2026-08-05T23:59:00Z", SL_FORMAT_F3548},
      {"2026-08-05T20:00:00Z", "2026-08-05T20:00:00Z", SL_FORMAT_ED269}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_arena arena;
    sl_arena_init(&arena, 1 << 20);
    sl_resolved r;
    sl_record record = disc(surface, unlimited);
    sl_window window;
    sl_time becomes;
    assert_int_equal(sl_time_read(&window.start, SL_STR("2026-08-05T08:00:00Z"), false), SL_OK);
    assert_int_equal(sl_time_read(&window.end, sl_str_from(rows[i].end), false), SL_OK);
    assert_int_equal(sl_time_read(&becomes, sl_str_from(rows[i].becomes), false), SL_OK);
    record.format = rows[i].format;
    record.window = &window;
    record.window_count = 1;
    assert_int_equal(resolve(&r, &arena, record, NULL), SL_OK);
    assert_int_equal(r.object[0].as.volume.window.end.ns, becomes.ns);
    assert_int_equal(noted(&r, "last minute"), becomes.ns != window.end.ns);
    sl_arena_fini(&arena);
  }
}

/* Unlike references cannot be compared, but 50,000 ft above the ground is above level 100. */
static void limits_the_wrong_way_round(void **state) {
  (void)state;
  static const struct { sl_height lower, upper; sl_err error; } rows[] = {
      {{SL_DATUM_GROUND, FT(50000)}, {SL_DATUM_PRESSURE, FT(10000)}, SL_ERR_ORDER}, {{SL_DATUM_MSL, FT(20000)}, {SL_DATUM_PRESSURE, FT(10000)}, SL_ERR_ORDER},
      {{SL_DATUM_MSL, FT(11000)}, {SL_DATUM_PRESSURE, FT(10000)}, SL_OK},           {{SL_DATUM_MSL, FT(20000)}, {SL_DATUM_GROUND, FT(1000)}, SL_OK},
      {{SL_DATUM_PRESSURE, FT(45000)}, {SL_DATUM_GROUND, FT(1000)}, SL_ERR_ORDER},  {{SL_DATUM_PRESSURE, FT(10000)}, {SL_DATUM_PRESSURE, FT(9999)}, SL_ERR_ORDER},
      {{SL_DATUM_PRESSURE, FT(10000)}, {SL_DATUM_UNLIMITED, 0}, SL_OK}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_arena arena;
    sl_arena_init(&arena, 1 << 20);
    sl_resolved r;
    assert_int_equal(resolve(&r, &arena, disc(rows[i].lower, rows[i].upper), NULL), rows[i].error);
    sl_arena_fini(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ends_at_the_last_minute), cmocka_unit_test(limits_the_wrong_way_round), cmocka_unit_test(sea_level_goes_outward), cmocka_unit_test(surface_and_unlimited_meet_everything),
                                     cmocka_unit_test(mixed_bands_have_two_views), cmocka_unit_test(ground_takes_the_terrain), cmocka_unit_test(the_air_makes_levels_heights), cmocka_unit_test(ground_takes_elevation_data),
                                     cmocka_unit_test(unstated_is_unstated), cmocka_unit_test(what_cannot_be_is_refused),
                                     cmocka_unit_test(windows_become_objects), cmocka_unit_test(tracks_keep_their_reference)};
  return cmocka_run_group_tests(tests, open_geoid, close_geoid);
}
