/* Regions: whatever shares an instant and a place meets, nothing else near does not. */
#include "test.h"

#include "utm_bodies.h"
#include "wire/utm_volume.h"

static sl_arena arena;

static sl_err read_extents(sl_utm_extents *out, const char *text) {
  const sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  sl_json *json = NULL;
  assert_int_equal(sl_json_parse(&json, sl_str_bytes(sl_str_from(text)), &caps, NULL), SL_OK);
  sl_json_reader reader = {.arena = &arena, .open = true};
  sl_json_at root = sl_json_root(json);
  sl_err err = sl_utm_extents_read(&reader, out, &root, 0);
  sl_json_free(json);
  return err;
}

static bool meets(const char *a, const char *b) {
  sl_utm_extents first, second;
  sl_utm_region *left = NULL, *right = NULL;
  assert_int_equal(read_extents(&first, a), SL_OK);
  assert_int_equal(read_extents(&second, b), SL_OK);
  assert_int_equal(sl_utm_region_new(&left, &first.plan, NULL), SL_OK);
  assert_int_equal(sl_utm_region_new(&right, &second.plan, NULL), SL_OK);
  bool one = sl_utm_region_meets(left, right);
  assert_int_equal(one, sl_utm_region_meets(right, left));
  sl_utm_region_free(left);
  sl_utm_region_free(right);
  return one;
}

#define SQUARE(west, east) \
  "\"outline_polygon\":{\"vertices\":[{\"lng\":" west ",\"lat\":47},{\"lng\":" east ",\"lat\":47},{\"lng\":" east \
  ",\"lat\":47.01},{\"lng\":" west ",\"lat\":47.01}]}"
#define BAND(low, high) ALTITUDE("lower", low) "," ALTITUDE("upper", high)
#define HOUR(from, to) TIME("start", "2027-01-15T" from "Z") "," TIME("end", "2027-01-15T" to "Z")

static void relevance(void **state) {
  (void)state;
  static const char base[] = "[" VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("08:00:00", "09:00:00")) "]";
  static const struct { const char *other; bool expected; } cases[] = {
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("08:00:00", "09:00:00")), true},
      /* time, inclusive at both ends, to the nanosecond */
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("09:00:00", "10:00:00")), true},
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("07:00:00", "08:00:00")), true},
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("09:00:00.000000001", "10:00:00")), false},
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("07:00:00", "07:59:59.999999999")), false},
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("09:00:00", "09:00:00")), true},
      {VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("08:30:00", "08:30:00")), true},
      /* altitude, inclusive */
      {VOLUME(SQUARE("8", "8.01") "," BAND("100", "150"), HOUR("08:00:00", "09:00:00")), true},
      {VOLUME(SQUARE("8", "8.01") "," BAND("0", "50"), HOUR("08:00:00", "09:00:00")), true},
      {VOLUME(SQUARE("8", "8.01") "," BAND("100.001", "150"), HOUR("08:00:00", "09:00:00")), false},
      {VOLUME(SQUARE("8", "8.01") "," BAND("0", "49.999"), HOUR("08:00:00", "09:00:00")), false},
      {VOLUME(SQUARE("8", "8.01") "," BAND("75", "75"), HOUR("08:00:00", "09:00:00")), true},
      /* what is absent is unbounded */
      {"{\"volume\":{" SQUARE("8", "8.01") "}}", true},
      {VOLUME(SQUARE("8", "8.01") "," ALTITUDE("lower", "101"), START), false},
      {VOLUME(SQUARE("8", "8.01") "," ALTITUDE("lower", "99"), START), true},
      {VOLUME(SQUARE("8", "8.01") "," ALTITUDE("upper", "49"), START), false},
      {VOLUME(SQUARE("8", "8.01"), TIME("start", "2027-01-15T09:00:01Z")), false},
      {VOLUME(SQUARE("8", "8.01"), TIME("end", "2027-01-15T07:59:59Z")), false},
      /* space: a shared edge meets, 1 m apart does not */
      {VOLUME(SQUARE("8.01", "8.02") "," BAND("50", "100"), HOUR("08:00:00", "09:00:00")), true},
      {VOLUME(SQUARE("8.01002", "8.02") "," BAND("50", "100"), HOUR("08:00:00", "09:00:00")), false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[2048];
    (void)snprintf(text, sizeof text, "[%s]", cases[i].other);
    if (meets(base, text) != cases[i].expected) fail_msg("case %zu: %s", i, cases[i].other);
  }
}

/* A ring that repeats its first vertex at the end is the ring. */
static void closed_rings(void **state) {
  (void)state;
  sl_utm_extents extents;
  static const char text[] =
      "[{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lng\":8,\"lat\":47},{\"lng\":8.01,\"lat\":47},{\"lng\":8.01,"
      "\"lat\":47.01},{\"lng\":8,\"lat\":47}]}}}]";
  assert_int_equal(read_extents(&extents, text), SL_OK);
  assert_int_equal(extents.object[0].as.volume.shape.as.polygon.ring[0].count, 3);
  assert_int_equal(extents.given, 0);
  assert_int_equal(extents.window.start.ns, 0);
  assert_int_equal(extents.window.end.ns, SL_TIME_MAX_NS - 1);
}

static void the_last_of_times(void **state) {
  (void)state;
  sl_utm_extents extents;
  static const char good[] = "[" VOLUME(CIRCLE, TIME("start", "2199-12-31T23:59:59Z") "," TIME("end", "2199-12-31T23:59:59.999999999Z")) "]";
  static const char bad[] = "[" VOLUME(CIRCLE, TIME("start", "2199-12-31T23:59:59.999999999Z")) "]";
  assert_int_equal(read_extents(&extents, good), SL_OK);
  assert_int_equal(read_extents(&extents, bad), SL_ERR_RANGE);
}

/* A subscription covers an intent: area to 1 m, times to the nanosecond, altitudes not. */
static void cover(void **state) {
  (void)state;
  static const char outer[] = "[" VOLUME(SQUARE("8", "8.01") "," BAND("50", "100"), HOUR("08:00:00", "09:00:00")) "]";
  static const struct { const char *inner; bool expected; } cases[] = {
      {VOLUME(SQUARE("8", "8.01") "," BAND("0", "500"), HOUR("08:00:00", "09:00:00")), true},
      {VOLUME(SQUARE("8.002", "8.008"), HOUR("08:10:00", "08:20:00")), true},
      {VOLUME(SQUARE("8", "8.00001"), HOUR("08:00:00", "09:00:00")) "," VOLUME(SQUARE("8", "8.011"), HOUR("08:00:00", "09:00:00")), false},
      {VOLUME(SQUARE("8", "8.01"), HOUR("08:00:00", "09:00:00.000000001")), false},
      {VOLUME(SQUARE("8", "8.01"), HOUR("07:59:59.999999999", "09:00:00")), false},
      {VOLUME(SQUARE("8", "8.01002"), HOUR("08:00:00", "09:00:00")), false},
      {"{\"volume\":{" SQUARE("8", "8.01") "}}", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[4096];
    sl_utm_extents around, within;
    (void)snprintf(text, sizeof text, "[%s]", cases[i].inner);
    assert_int_equal(read_extents(&around, outer), SL_OK);
    assert_int_equal(read_extents(&within, text), SL_OK);
    if (sl_utm_covers(&around.object[0].as.volume, &within.plan) != cases[i].expected) fail_msg("case %zu", i);
  }
}

int main(void) {
  sl_arena_init(&arena, 40u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(relevance), cmocka_unit_test(closed_rings), cmocka_unit_test(cover),
                                     cmocka_unit_test(the_last_of_times)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
