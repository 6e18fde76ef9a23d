#include "reader.h"

#define VOLUME(lat) \
  "{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lng\":8,\"lat\":" #lat "},{\"lng\":8.1,\"lat\":" #lat "},{\"lng\":8.1,\"lat\":47.9}]}," \
  "\"altitude_lower\":{\"value\":10.5,\"reference\":\"W84\",\"units\":\"M\"},\"altitude_upper\":{\"value\":120,\"reference\":\"W84\",\"units\":\"M\"}}," \
  "\"time_start\":{\"value\":\"2026-01-01T00:00:00Z\",\"format\":\"RFC3339\"},\"time_end\":{\"value\":\"2026-01-01T01:00:00Z\",\"format\":\"RFC3339\"}}"
#define INTENT(id, volumes) "{\"reference\":{\"id\":\"" id "\",\"state\":\"Accepted\"},\"details\":{\"volumes\":[" volumes "],\"off_nominal_volumes\":[],\"priority\":0}}"

static void one_and_lists(void **state) {
  (void)state;
  static const struct { const char *text; uint32_t count; } rows[] = {
      {INTENT("i1", VOLUME(47)), 1},
      {"{\"operational_intent\":" INTENT("i1", VOLUME(47) "," VOLUME(47.5)) "}", 2},
      {"{\"constraint\":" INTENT("i1", VOLUME(47)) "}", 1},
      {"{\"operational_intents\":[" INTENT("i1", VOLUME(47)) ",\n" INTENT("i2", VOLUME(47)) "]}", 2},
      {"[" INTENT("i1", VOLUME(47)) "," INTENT("i2", VOLUME(47)) "]", 2},
      {"{\"volumes\":[" VOLUME(47) "]}", 1},
      {"{\"id\":\"i1\",\"plan\":{\"volumes\":[" VOLUME(47) "]}}", 1},
      {"{\"id\":\"i1\",\"plan\":{\"trajectories\":[{\"reference\":\"STD\",\"lateral_m\":50,\"vertical_ft\":100,\"along_s\":5,\"points\":["
       "{\"lat\":47,\"lng\":8,\"alt\":35000,\"time\":\"2026-01-01T00:00:00Z\"},{\"lat\":47.1,\"lng\":8,\"alt\":35000,\"time\":\"2026-01-01T00:01:00Z\"}]}]}}", 1}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_text(&k, rows[i].text, false);
    if (error) printf("%zu: %s %s\n", i, k.fault.reason, k.fault.pointer);
    assert_int_equal(error, SL_OK);
    assert_int_equal(k.summary.format, SL_FORMAT_F3548);
    assert_int_equal(k.count, rows[i].count);
    if (i != 5) assert_true(sl_str_is(k.record[0].name, "i1"));
    if (i < 7) {
      assert_int_equal(k.record[0].lower.tenths, 105000);
      assert_int_equal(k.record[0].lower.datum, SL_DATUM_ELLIPSOID);
      assert_int_equal(k.record[0].window[0].end.ns - k.record[0].window[0].start.ns, SL_NS_PER_H);
    } else {
      assert_int_equal(k.record[0].form, SL_RECORD_TRACK);
      assert_int_equal(k.record[0].vertical_tenths, 100 * SL_TENTHS_PER_FT);
    }
    kept_free(&k);
  }
}

/* What clients put, and volumes of details without an id: one thing, so one name. */
static void requests_and_bare_details(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "{\"extents\":[" VOLUME(47) "," VOLUME(48) "],\"key\":[],\"state\":\"Accepted\",\"uss_base_url\":\"https://a\"}", false), SL_OK);
  assert_int_equal(k.count, 2);
  assert_true(sl_str_equal(k.record[0].name, k.record[1].name));
  assert_true(has_note(&k.record[0], SL_NOTE_ASSUMED, "no name"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "[{\"volumes\":[" VOLUME(47) "," VOLUME(48) "]},{\"volumes\":[" VOLUME(47) "]}]", false), SL_OK);
  assert_int_equal(k.count, 3);
  assert_true(sl_str_equal(k.record[0].name, k.record[1].name) && !sl_str_equal(k.record[0].name, k.record[2].name));
  kept_free(&k);
  assert_int_equal(keep_text(&k, "{\"extents\":[],\"uss_base_url\":\"https://a\"}", false), SL_ERR_MISSING);
  kept_free(&k);
}

static void refusals_say_where(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "[" INTENT("i1", VOLUME(47)) ",\n{\"reference\":{\"id\":\"x\"},\"uss_base_url\":\"u\"}]", true), SL_OK);
  assert_int_equal(k.refused[0].code, SL_ERR_MISSING);
  assert_int_equal(k.refused[0].line, 2);
  assert_int_equal(k.count, 1);
  kept_free(&k);
  assert_int_equal(keep_text(&k, INTENT("i1", VOLUME(91)), false), SL_ERR_RANGE);
  assert_non_null(strstr(k.fault.pointer, "/details/volumes/0/volume/outline_polygon/vertices/0"));
  kept_free(&k);
  assert_int_equal(keep_text(&k, INTENT("i1", ""), false), SL_ERR_MISSING);
  kept_free(&k);
  assert_int_equal(keep_text(&k, "{\"volumes\":[],\"operational_intent\":7}", false), SL_ERR_UNKNOWN);
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_and_lists), cmocka_unit_test(requests_and_bare_details), cmocka_unit_test(refusals_say_where)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
