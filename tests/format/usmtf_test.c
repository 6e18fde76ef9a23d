#include "reader.h"

#include "base/text.h"

#define HEAD "EXER/TEST/-//\nMSGID/ACO/X/1/-/INI/-//\nACOID/A/1//\nGEODATUM/W84//\nPERIOD/280001ZJUL2016/282359ZJUL2016//\n"
#define MEASURE(name, rest) "ACMID/ACM:ROZ/NAME:" name "/X/USE:BDZ//\n" rest
#define GOOD MEASURE("GOOD", "CIRCLE/LATS:372145N1151140W/5.55KM//\nEFFLEVEL/FLFL:FL000-FL300//\nAPERIOD/DISCRETE/280001ZJUL/280500ZJUL//\n")

static int64_t at(const char *text) {
  sl_time time;
  assert_int_equal(sl_time_read(&time, sl_str_from(text), false), SL_OK);
  return time.ns;
}

static void the_four_shapes(void **state) {
  (void)state;
  static const char text[] =
      HEAD MEASURE("BOX", "GEODATUM/W84//\nPOLYGON/LATS:391960N1172400W/LATM:3930N11724W/\nLATS:393000N1170000W/LATS:391960N\n1170000W//\n"
                          "EFFLEVEL/RAFL:070AMSL-FL280//\nAPERIOD/DISCRETE/281401ZJUL/282000ZJUL//\nAPERIOD/DISCRETE/280001ZJUL/280400ZJUL//\n")
          MEASURE("LANE", "CORRIDOR/15KM/LATS:380549N1181531W/LATS:352212N1145638W//\nEFFLEVEL/BRRA:GL-005AGL//\n") GOOD
              MEASURE("WALL", "GEOLINE/10KM/LATS:363112N1215614W/LATS:362719N1215247W//\nAPERIOD/DISCRETE/280001ZJUL/UFN//\nAMPN/NOTHING//\n");
  kept k;
  sl_err error = keep_text(&k, text, false);   /* a line ends within a position */
  if (error) printf("%u: %s\n", k.fault.line, k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_USMTF_ACO);
  assert_int_equal(k.count, 4);
  const sl_record *box = &k.record[0], *lane = &k.record[1], *disc = &k.record[2], *wall = &k.record[3];
  assert_true(sl_str_is(box->name, "BOX") && sl_str_is(box->kind, "ROZ BDZ"));
  assert_int_equal(box->line, 6);
  /* Seconds of 60 are the next minute. */
  assert_int_equal(box->shape.as.polygon.ring[0].vertex[0].lat_nd, 39333333333);
  assert_int_equal(box->shape.as.polygon.ring[0].count, 4);
  assert_int_equal(box->lower.tenths, 7000 * SL_TENTHS_PER_FT);
  assert_int_equal(box->lower.datum, SL_DATUM_MSL);
  assert_int_equal(box->upper.tenths, 28000 * SL_TENTHS_PER_FT);
  assert_int_equal(box->window_count, 2);
  assert_int_equal(box->window[0].start.ns, at("2016-07-28T00:01:00Z"));
  assert_int_equal(box->window[1].end.ns, at("2016-07-28T20:00:00Z"));
  assert_int_equal(lane->shape.as.corridor.half_width.mm, 7500000);
  assert_int_equal(lane->lower.datum, SL_DATUM_GROUND);
  assert_int_equal(lane->upper.tenths, 500 * SL_TENTHS_PER_FT);
  assert_true(has_note(lane, SL_NOTE_ASSUMED, "hundreds of feet") && has_note(lane, SL_NOTE_ASSUMED, "period of the order"));
  assert_int_equal(lane->window[0].end.ns, at("2016-07-28T23:59:00Z"));
  assert_int_equal(disc->shape.as.circle.radius.mm, 5550000);
  assert_int_equal(wall->window[0].end.ns, SL_TIME_OPEN_NS);
  assert_int_equal(wall->upper.datum, SL_DATUM_UNLIMITED);
  kept_free(&k);
}

static void intervals_repeat(void **state) {
  (void)state;
  static const char text[] = HEAD "ACMID/ACM:ROZ/NAME:D//\nCIRCLE/372145N1151140W/3NM//\nAPERIOD/INTERVAL/301200ZDEC/301400ZDEC/DAILY/3DAY//\n"
                                  "ACMID/ACM:ROZ/NAME:W//\nCIRCLE/372145N1151140W/3NM//\nAPERIOD/INTERVAL/131325ANOV2002/132359ANOV2002/WEEKLY/4WK//\n";
  kept k;
  assert_int_equal(keep_text(&k, text, false), SL_OK);
  assert_int_equal(k.record[0].window_count, 3);
  assert_int_equal(k.record[0].window[2].start.ns, at("2017-01-01T12:00:00Z"));
  assert_int_equal(k.record[1].window_count, 4);
  assert_int_equal(k.record[1].window[0].start.ns, at("2002-11-13T12:25:00Z"));
  assert_int_equal(k.record[1].window[3].start.ns, at("2002-12-04T12:25:00Z"));
  kept_free(&k);
}

static void years_come_from_the_period(void **state) {
  (void)state;
  kept k;
  static const char turn[] = "MSGID/ACO/X//\nPERIOD/311200ZDEC2025/021200ZJAN2026//\nACMID/NAME:X//\nCIRCLE/372145N1151140W/3NM//\nAPERIOD/DISCRETE/312300ZDEC/010100ZJAN//\n";
  assert_int_equal(keep_text(&k, turn, false), SL_OK);
  assert_int_equal(k.record[0].window[0].start.ns, at("2025-12-31T23:00:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, at("2026-01-01T01:00:00Z"));
  kept_free(&k);
  static const char none[] = "MSGID/ACO/X//\nACMID/NAME:X//\nCIRCLE/372145N1151140W/3NM//\nAPERIOD/DISCRETE/312300ZDEC/010100ZJAN//\n";
  assert_int_equal(keep_text(&k, none, false), SL_ERR_MISSING);
  kept_free(&k);
  sl_read_options options = sl_read_options_default();
  options.day.ns = at("2030-01-01T00:00:00Z");
  assert_int_equal(keep_bytes(&k, sl_str_bytes(SL_STR(none)), &options, false), SL_OK);
  assert_int_equal(k.record[0].window[0].start.ns, at("2029-12-31T23:00:00Z"));
  kept_free(&k);
}

/* Several periods in one set, labels before widths, radii and times, hyphens for nothing,
 * levels whose references stand in their label. */
static void other_hands(void **state) {
  (void)state;
  static const struct { const char *level; sl_datum lower, upper; int64_t low, high; } rows[] = {
      {"FLFL:100-200", SL_DATUM_PRESSURE, SL_DATUM_PRESSURE, 10000, 20000}, {"AMAM:5000-10000", SL_DATUM_MSL, SL_DATUM_MSL, 5000, 10000}, {"AMSL:5000FT-FL200", SL_DATUM_MSL, SL_DATUM_PRESSURE, 5000, 20000},
      {"RARA:500FT-010", SL_DATUM_GROUND, SL_DATUM_GROUND, 500, 1000}, {"RAFL:070AMSL-FL280", SL_DATUM_MSL, SL_DATUM_PRESSURE, 7000, 28000}, {"FLFL:100-20000", SL_DATUM_PRESSURE, SL_DATUM_UNSTATED, 10000, 20000},
      {"BRAM:GND-180", SL_DATUM_GROUND, SL_DATUM_MSL, 0, 18000}, {"5000-10000", SL_DATUM_UNSTATED, SL_DATUM_UNSTATED, 5000, 10000}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[1024];
    kept k;
    (void)snprintf(text, sizeof text, HEAD MEASURE("X", "CIRCLE/LATS:372145N1151140W/RAD:500YD//\nEFFLEVEL/%s//\nAPERIOD/DISCRETE/FROM:280500ZJUL/TO:280600ZJUL/280800ZJUL/280900ZJUL/-//\n"), rows[i].level);
    assert_int_equal(keep_text(&k, text, false), SL_OK);
    const sl_record *x = &k.record[0];
    assert_int_equal(x->lower.datum, rows[i].lower);
    assert_int_equal(x->upper.datum, rows[i].upper);
    assert_int_equal(x->lower.tenths, rows[i].low * SL_TENTHS_PER_FT);
    assert_int_equal(x->upper.tenths, rows[i].high * SL_TENTHS_PER_FT);
    assert_int_equal(x->shape.as.circle.radius.mm, 457200);
    assert_int_equal(x->window_count, 2);
    assert_int_equal(x->window[1].start.ns, at("2016-07-28T08:00:00Z"));
    kept_free(&k);
  }
  kept k;
  assert_int_equal(keep_text(&k, HEAD MEASURE("X", "CORRIDOR/WIDTH:4KM/LATS:383115N1214434W/LATS:382330N1214204W/-//\nAPERIOD/INTERVAL/280500ZJUL/280600ZJUL/FREQ:DAILY/DUR:3DAY//\n"), false), SL_OK);
  assert_int_equal(k.record[0].shape.as.corridor.count, 2);
  assert_int_equal(k.record[0].shape.as.corridor.half_width.mm, 2000000);
  assert_int_equal(k.record[0].window_count, 3);
  kept_free(&k);
  /* The second period of a set is half there. */
  assert_int_equal(keep_text(&k, HEAD MEASURE("X", "CIRCLE/LATS:372145N1151140W/5NM//\nAPERIOD/DISCRETE/280500ZJUL/280600ZJUL/280800ZJUL//\n"), false), SL_ERR_MISSING);
  kept_free(&k);
}

static void bad_measures_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *rest; sl_err error; } rows[] = {
      {"EFFLEVEL/FLFL:FL000-FL300//\n", SL_ERR_MISSING},
      {"AORBIT/LATS:251538N0342044E/LATS:305942N0343122E/40NM/C//\n", SL_ERR_UNSUPPORTED},
      {"RADARC/1500N05900E/300T/060T/0NM/50NM//\n", SL_ERR_UNSUPPORTED},
      {"POLYARC/X//\n", SL_ERR_UNSUPPORTED},
      {"CIRCLE/LATS:372145N1151140W/5.55//\n", SL_ERR_UNIT},
      {"CIRCLE/LATS:372145N1151140W//\n", SL_ERR_MISSING},
      {"CIRCLE/LATS:379945N1151140W/3NM//\n", SL_ERR_RANGE},
      {"CIRCLE/MGRS:33TWN12341234/3NM//\n", SL_ERR_UNSUPPORTED},
      {"POLYGON/LATS:372145N1151140W/LATS:372245N1151140W//\n", SL_ERR_GEOMETRY},
      {"POLYGON/LATS:370000N1150000W/LATS:380000N1140000W/LATS:380000N1150000W/LATS:370000N1140000W//\n", SL_ERR_GEOMETRY},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nCIRCLE/LATS:372145N1151140W/3NM//\n", SL_ERR_GEOMETRY},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nGEODATUM/NAD27//\n", SL_ERR_DATUM},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nEFFLEVEL/FLFL:FL300//\n", SL_ERR_SYNTAX},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nAPERIOD/DISCRETE/280500ZJUL/280001ZJUL//\n", SL_ERR_ORDER},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nAPERIOD/DISCRETE/330500ZJUL/280001ZJUL//\n", SL_ERR_RANGE},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nAPERIOD/SOMETIMES/280500ZJUL/280501ZJUL//\n", SL_ERR_UNKNOWN},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nAPERIOD/INTERVAL/280500ZJUL/280501ZJUL/HOURLY/4DAY//\n", SL_ERR_UNSUPPORTED},
      {"CIRCLE/LATS:372145N1151140W/3NM//\nAPERIOD/INTERVAL/280500ZJUL/280501ZJUL/DAILY/-//\n", SL_ERR_SYNTAX},
      {"CORRIDOR/LATS:372145N1151140W/LATS:382145N1151140W//\n", SL_ERR_MISSING},
      {"CORRIDOR/WIDE/LATS:372145N1151140W/LATS:382145N1151140W//\n", SL_ERR_SYNTAX}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[2048];
    kept k;
    (void)snprintf(text, sizeof text, HEAD "ACMID/ACM:ROZ/NAME:BAD/X/USE:BDZ//\n%s" GOOD, rows[i].rest);
    sl_err error = keep_text(&k, text, false);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_in_range(k.fault.line, 6, 8);
    kept_free(&k);
    assert_int_equal(keep_text(&k, text, true), SL_OK);
    assert_int_equal(k.count, 1);
    assert_true(sl_str_is(k.record[0].name, "GOOD"));
    kept_free(&k);
  }
}

/* An order that names targets is refused whole, wherever in it they stand. */
static void targets_never_enter(void **state) {
  (void)state;
  static const char *const texts[] = {
      "EXER/X//\nMSGID/ATO/X/1//\nTSKUNIT/1FW//\nAMSNDAT/1234/-/-/-/CAS//\n",
      "MSGID/ACO/X//\nTGTLOC/281200Z/281300Z/X/ID:Y/372145N1151140W//\n" GOOD,
      HEAD GOOD "TGTLOC/281200Z/281300Z/X/ID:Y/372145N1151140W//\n",
      HEAD GOOD "AMSNDAT/1//\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    kept k;
    assert_int_equal(keep_text(&k, texts[i], true), SL_ERR_UNSUPPORTED);
    assert_non_null(strstr(k.fault.reason, "carries target data, not accepted"));
    kept_free(&k);
  }
  /* Also where the user says that it is something else. */
  kept k;
  sl_read_options options = sl_read_options_default();
  options.format = SL_FORMAT_USMTF_ACO;
  assert_int_equal(keep_bytes(&k, sl_str_bytes(sl_str_from(texts[0])), &options, true), SL_ERR_UNSUPPORTED);
  kept_free(&k);
}

/* 126 measures: three are broken in the source (fields run together, positions in the
 * identification, an outline that crosses itself). */
static void the_exercise(void **state) {
  (void)state;
  size_t size = 0;
  uint8_t *data = shared_file("data/aco/ExMontereyStrikeACO.aco", &size);
  if (!data) SL_SKIP("format/usmtf/the_exercise", "../shared is not there");
  kept k;
  assert_int_equal(keep_bytes(&k, (sl_span){data, size}, NULL, true), SL_OK);
  assert_int_equal(k.summary.records, 123);
  assert_int_equal(k.summary.refused, 3);
  static const uint32_t lines[] = {332, 841, 909};
  for (uint32_t i = 0; i < 3; i++) assert_int_equal(k.refused[i].line, lines[i]);
  kept_free(&k);
  free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_four_shapes), cmocka_unit_test(intervals_repeat), cmocka_unit_test(years_come_from_the_period),
                                     cmocka_unit_test(other_hands), cmocka_unit_test(bad_measures_are_refused_alone), cmocka_unit_test(targets_never_enter), cmocka_unit_test(the_exercise)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
