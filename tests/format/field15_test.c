/* Flight plans: where the flight may be and when, and what is refused by name. */
#include <geodesic.h>
#include <math.h>

#include "base/text.h"
#include "reader.h"

#define FT(n) ((n) * SL_TENTHS_PER_FT)
#define PLAN(route) "(FPL-SDL12-IS\n-A320/M-SDE2/LB1\n-AAAA0900\n-" route "\n-BBBB0200 CCCC\n-DOF/261123 RMK/X-Y)\n"
static const char points[] = "# home\nAAAA 50N 8E\nBBBB 50N 20E\nDUB 53.5 -6.25 4W\nVOR,52,10\nKONAN 51 2; 0\nKOK 5105N00239E\nMATUG 50:30:00N 4:00:00E\nUL607: KONAN KOK MATUG\n"
                             "TWICE 1 1\nTWICE 2 2\n";

static sl_err read_with(kept *k, const char *text, const char *given, bool keep_going) {
  sl_read_options options = sl_read_options_default();
  options.points = given;
  return keep_bytes(k, sl_str_bytes(sl_str_from(text)), &options, keep_going);
}

static int64_t at(const char *text) {
  sl_time time;
  assert_int_equal(sl_time_read(&time, sl_str_from(text), false), SL_OK);
  return time.ns;
}

static double distance(sl_pos a, sl_pos b) {
  struct geod_geodesic earth;
  double metres;
  geod_init(&earth, 6378137.0, 1 / 298.257223563);
  geod_inverse(&earth, (double)a.lat_nd * 1e-9, (double)a.lon_nd * 1e-9, (double)b.lat_nd * 1e-9, (double)b.lon_nd * 1e-9, &metres, NULL, NULL);
  return metres;
}

/* The records that hold an instant without tolerance, and their levels together. */
static bool levels_at(int64_t *low, int64_t *high, const kept *k, int64_t ns) {
  bool any = false;
  for (uint32_t i = 0; i < k->count; i++) {
    const sl_record *r = &k->record[i];
    if (ns < r->fix[0].time.ns || ns >= r->fix[r->fix_count - 1].time.ns) continue;
    const int64_t from = r->fix[0].tenths - r->vertical_tenths, to = r->fix[0].tenths + r->vertical_tenths;
    *low = any && *low < from ? *low : from;
    *high = any && *high > to ? *high : to;
    any = true;
  }
  return any;
}

/* 860 km eastward in two hours at 250 kt and a bit: the climb to FL100 takes 24 minutes at
 * most (from 2,000 ft below), then level until 24 minutes before the end. */
static void one_level(void **state) {
  (void)state;
  kept k;
  assert_int_equal(read_with(&k, PLAN("N0250F100 DCT 50N014E DCT"), points, false), SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_FIELD15);
  assert_int_equal(k.count, 3);
  int64_t low, high;
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T09:10:00Z")));
  assert_in_range(low, FT(-2000), FT(-1990));
  assert_int_equal(high, FT(10000));
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:00:00Z")));
  assert_int_equal(low, FT(10000));
  assert_int_equal(high, FT(10000));
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:50:00Z")));
  assert_int_equal(low, FT(-2000));
  const sl_record *level = &k.record[1];
  assert_int_equal(level->fix_datum, SL_DATUM_PRESSURE);
  assert_int_equal(level->fix[0].time.ns, at("2026-11-23T09:24:00Z"));
  assert_true(sl_str_is(level->name, "SDL12"));
  /* Half way at half time, along the geodesics. */
  const sl_track_fix *half = &level->fix[1];
  assert_int_equal(level->fix_count, 3);
  assert_true(llabs(half->time.ns - at("2026-11-23T10:00:00Z")) < SL_NS_PER_S);
  assert_true(distance(half->pos, (sl_pos){50000000000, 14000000000}) < 0.01);
  /* Tolerance: half an hour, and two hours less 859.1 km at 250 kt. */
  const double flown = 2 * distance((sl_pos){50000000000, 8000000000}, (sl_pos){50000000000, 14000000000}) / (250 * 1852.0 / 3600);
  assert_true(fabs((double)level->along.ns * 1e-9 - (1800 + fabs(7200 - flown))) < 1);
  assert_true(has_note(level, SL_NOTE_WIDENED, "500 ft/min") && has_note(level, SL_NOTE_ASSUMED, "still air") && has_note(level, SL_NOTE_SPLIT, "several"));
  kept_free(&k);
}

static void speeds_and_levels_change(void **state) {
  (void)state;
  kept k;
  int64_t low, high;
  /* F100 to F140 at the middle: 8 minutes of both, then the higher. */
  assert_int_equal(read_with(&k, PLAN("K0463F100 50N014E/K0463F140"), points, false), SL_OK);
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:04:00Z")));
  assert_int_equal(low, FT(10000));
  assert_int_equal(high, FT(14000));
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:10:00Z")));
  assert_int_equal(low, FT(14000));
  kept_free(&k);
  /* A slower second half: the middle is passed earlier. */
  assert_int_equal(read_with(&k, PLAN("N0300F050 50N014E/N0150F050"), points, false), SL_OK);
  assert_int_equal(k.record[1].fix_count, 3);
  assert_true(llabs(k.record[1].fix[1].time.ns - at("2026-11-23T09:40:00Z")) < SL_NS_PER_S);
  kept_free(&k);
  /* A cruise climb is everything between; altitudes are above sea level; metres. */
  assert_int_equal(read_with(&k, PLAN("M082F090 C/50N014E/M082F100F140"), points, false), SL_OK);
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:20:00Z")));
  assert_int_equal(low, FT(10000));
  assert_int_equal(high, FT(14000));
  kept_free(&k);
  assert_int_equal(read_with(&k, PLAN("M082F090 C/50N014E/M082F100PLUS"), points, false), SL_OK);
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:20:00Z")));
  assert_int_equal(high, FT(60000));
  kept_free(&k);
  assert_int_equal(read_with(&k, PLAN("N0100A045 50N014E"), points, false), SL_OK);
  assert_int_equal(k.record[1].fix_datum, SL_DATUM_MSL);
  assert_int_equal(k.record[1].fix[0].tenths, FT(4500));
  kept_free(&k);
  assert_int_equal(read_with(&k, PLAN("N0100S0300 50N014E"), points, false), SL_OK);
  assert_int_equal(k.record[1].fix_datum, SL_DATUM_PRESSURE);
  assert_int_equal(k.record[1].fix[0].tenths, 3000 * SL_TENTHS_PER_M);
  kept_free(&k);
  /* From an altitude to a level: in pressure altitude, from the ground up. */
  assert_int_equal(read_with(&k, PLAN("N0100M0100 50N014E/N0100F050"), points, false), SL_OK);
  assert_true(levels_at(&low, &high, &k, at("2026-11-23T10:05:00Z")));
  assert_in_range(high, FT(6000), FT(6600));
  kept_free(&k);
}

/* Minutes, compact seconds, bearings with and without a variation, airways both ways. */
static void points_of_every_kind(void **state) {
  (void)state;
  kept k;
  assert_int_equal(read_with(&k, PLAN("N0450F100 4620N00805E DCT 462015N0080530E DUB180040 VOR090010 KOK"), points, false), SL_OK);
  const sl_record *r = &k.record[k.count / 2];
  assert_true(has_note(r, SL_NOTE_WIDENED, "magnetic bearing"));
  assert_in_range(r->lateral.mm, 9630400, 9630401);   /* 0.52 of 10 NM */
  bool south = false, minutes = false;
  for (uint32_t i = 0; i < k.count; i++) {
    for (uint32_t f = 0; f < k.record[i].fix_count; f++) {
      const sl_pos pos = k.record[i].fix[f].pos;
      minutes = minutes || (pos.lat_nd == 46333333333 && pos.lon_nd == 8083333333);
      const double off = distance(pos, (sl_pos){53500000000, -6250000000});
      /* 180 degrees magnetic with 4 W is 176 true: 2.8 NM to the east. */
      if (fabs(off - 74080) < 0.1) south = pos.lon_nd > -6180000000 && pos.lon_nd < -6160000000;
    }
  }
  assert_true(south && minutes);
  kept_free(&k);
  assert_int_equal(read_with(&k, PLAN("N0450F100 KONAN UL607 MATUG DCT"), points, false), SL_OK);
  uint32_t fixes = 0;
  for (uint32_t i = 0; i < k.count; i++) fixes += k.record[i].fix_count;
  assert_int_equal(fixes, 4 + 2 * k.count);   /* the last leg is cut in two */
  kept_free(&k);
  assert_int_equal(read_with(&k, PLAN("N0450F100 MATUG/N0450F100 UL607 KONAN/N0400F120 IFR GAT"), points, false), SL_OK);
  kept_free(&k);
}

static void refused_by_name(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; const char *part; } rows[] = {
      {PLAN("N0450F350 DCT KOK UN857 MATUG"), SL_ERR_UNSUPPORTED, "airway UN857"},
      {PLAN("N0450F350 DCT L9 KOK"), SL_ERR_UNSUPPORTED, "airway L9"},
      {PLAN("N0450F350 ANEKI1F ANEKI"), SL_ERR_UNSUPPORTED, "ANEKI1F"},
      {PLAN("N0450F350 ANEKI"), SL_ERR_UNKNOWN, "point ANEKI"},
      {PLAN("N0450F350 TWICE"), SL_ERR_DUPLICATE, "TWICE"},
      {PLAN("N0450F350 KOK STAY1/0030 KONAN"), SL_ERR_UNSUPPORTED, "STAY"},
      {PLAN("N0450F350 KOK VFR"), SL_ERR_UNSUPPORTED, "VFR"},
      {PLAN("N0450F350 KOK/N0450VFR KONAN"), SL_ERR_UNSUPPORTED, "VFR"},
      {PLAN("N0450VFR KOK"), SL_ERR_UNSUPPORTED, "VFR"},
      {PLAN("N0450F350 KOK T"), SL_ERR_UNSUPPORTED, "cut off"},
      {PLAN("N0450F350 KOK UL607 DUB"), SL_ERR_UNKNOWN, "UL607 does not hold"},
      {PLAN("N0450F350 KOK UL607"), SL_ERR_SYNTAX, "ends on an airway"},
      {PLAN("N0450F350 KOK/N0450"), SL_ERR_SYNTAX, "level"},
      {PLAN("N0450F35 KOK"), SL_ERR_SYNTAX, "level"},
      {PLAN("F350 KOK"), SL_ERR_SYNTAX, "speed"},
      {PLAN("N0001F350 KOK"), SL_ERR_RANGE, "10 knots"},
      {PLAN("N0450F350 9920N00805E"), SL_ERR_RANGE, "latitude"},
      {PLAN("N0450F350 C/KOK/N0450F350F330"), SL_ERR_ORDER, "climb"},
      {PLAN("N0450F350 DUB400040"), SL_ERR_RANGE, "bearing"},
      {PLAN(""), SL_ERR_MISSING, "empty"},
      {"(DLA-SDL12-EDDF0930-EGLL-DOF/261123)\n", SL_ERR_UNSUPPORTED, "DLA"},
      {"(FPL-SDL12-IS-A320/M-S/C-EDDF0900-N0450F100 KOK-BBBB0200-DOF/261123)", SL_ERR_UNKNOWN, "point EDDF"},
      {"(FPL-SDL12-IS-A320/M-S/C-ZZZZ0900-N0450F100 KOK-BBBB0200-DOF/261123)", SL_ERR_MISSING, "DEP/"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA0900-N0450F100 KOK-BBBB0200)", SL_ERR_MISSING, "no date"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA2400-N0450F100 KOK-BBBB0200-DOF/261123)", SL_ERR_RANGE, "field 13"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA0900-N0450F100 KOK-BBBB0000-DOF/261123)", SL_ERR_SYNTAX, "field 16"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA0900-N0450F100 KOK-BBBB0200-DOF/261350)", SL_ERR_SYNTAX, "DOF"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA0900-N0450F100 KOK)", SL_ERR_MISSING, "fields"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA0900-N0450F100-AAAA0200-DOF/261123)", SL_ERR_GEOMETRY, "ends where it begins"},
      {"(FPL-SDL12-IS-A320/M-S/C-AAAA0900-N0450F100 KOK-BBBB0200-DOF/261123", SL_ERR_SYNTAX, "closing bracket"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = read_with(&k, rows[i].text, points, false);
    if (error != rows[i].error || !strstr(k.fault.reason, rows[i].part)) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_non_null(strstr(k.fault.reason, rows[i].part));
    kept_free(&k);
  }
  /* Each alone, and none without the points file. */
  kept k;
  assert_int_equal(read_with(&k, "ZCZC\nFF EDDFZPZX\n" PLAN("N0450F350 NOWHERE") PLAN("N0450F350 50N014E") "NNNN\n", points, true), SL_OK);
  assert_int_equal(k.refused_count, 1);
  assert_int_equal(k.refused[0].line, 3);
  assert_int_equal(k.record[0].line, 9);
  kept_free(&k);
  assert_int_equal(read_with(&k, PLAN("N0450F350 50N014E"), NULL, false), SL_ERR_UNKNOWN);
  kept_free(&k);
}

/* Without names altogether: ZZZZ and field 18, and a plan that is filed in the air. */
static void positions_alone(void **state) {
  (void)state;
  kept k;
  assert_int_equal(read_with(&k, "(FPL-GABCD-VG-C172/L-S/C-ZZZZ1000-N0100A025 5105N00100W-ZZZZ0100-DEP/5100N00200W FIELD DEST/5110N00000E DOF/260701)", NULL, false), SL_OK);
  assert_int_equal(k.record[0].fix[0].pos.lat_nd, 51000000000);
  assert_int_equal(k.record[0].fix[0].time.ns, at("2026-07-01T10:00:00Z"));
  kept_free(&k);
  assert_int_equal(read_with(&k, "(FPL-GABCD-IG-C172/L-S/C-AFIL1000-N0200F090 50N010W 50N008W-ZZZZ0100-DEST/50N006W DOF/260701)", NULL, false), SL_OK);
  /* No climb from the ground. */
  assert_int_equal(k.record[0].vertical_tenths, 0);
  assert_int_equal(k.record[0].fix[0].pos.lon_nd, -10000000000);
  kept_free(&k);
  /* An ocean: no leg is too long to be judged. */
  assert_int_equal(read_with(&k, "(FPL-X1-IG-B77W/H-S/C-ZZZZ1000-N0480F350 DCT-ZZZZ1100-DEP/50N000E DEST/40N120W DOF/260701)", NULL, false), SL_OK);
  for (uint32_t i = 0; i < k.count; i++)
    for (uint32_t f = 1; f < k.record[i].fix_count; f++) assert_true(distance(k.record[i].fix[f - 1].pos, k.record[i].fix[f].pos) <= 1000000.01);
  kept_free(&k);
}

static void points_files_are_read_whole(void **state) {
  (void)state;
  static const struct { const char *text; sl_err error; } rows[] = {{"A\n", SL_ERR_SYNTAX}, {"A 91 0\n", SL_ERR_SYNTAX}, {"A x 0\n", SL_ERR_SYNTAX}, {"A 1 1 1 1\n", SL_ERR_SYNTAX}, {"A 1 1 200W\n", SL_ERR_SYNTAX}, {"A:\n", SL_ERR_SYNTAX}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = read_with(&k, PLAN("N0450F350 50N014E"), rows[i].text, true);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_non_null(strstr(k.fault.reason, "points file, line 1"));
    kept_free(&k);
  }
}

/* Instrument rules, visual ones at a level that is said, and instrument ones again. */
static void visual_rules_at_a_level(void **state) {
  (void)state;
  kept k;
  assert_int_equal(read_with(&k, PLAN("N0250F100 DCT 50N010E/N0120A065 VFR DCT 50N014E/N0250F110 IFR DCT"), points, false), SL_OK);
  bool seen = false;
  for (uint32_t i = 0; i < k.count; i++) {
    assert_true(has_note(&k.record[i], SL_NOTE_ASSUMED, "visual rules"));
    seen = seen || (k.record[i].fix_datum == SL_DATUM_MSL && k.record[i].fix[0].tenths - k.record[i].vertical_tenths <= FT(6500) && k.record[i].fix[0].tenths + k.record[i].vertical_tenths >= FT(6500));
  }
  assert_true(seen);
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(visual_rules_at_a_level), cmocka_unit_test(one_level), cmocka_unit_test(speeds_and_levels_change), cmocka_unit_test(points_of_every_kind),
                                     cmocka_unit_test(refused_by_name), cmocka_unit_test(positions_alone), cmocka_unit_test(points_files_are_read_whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
