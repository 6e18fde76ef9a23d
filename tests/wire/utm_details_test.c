/* Bodies of /uss/v1 and reports: what is read is written again, and what is refused. */
#include "test.h"

#include "utm_bodies.h"
#include "wire/utm_details.h"

static const sl_utm_rules rules = {.now = {0}};
static sl_arena arena;

typedef enum which { INTENT_OF, CONSTRAINT_OF, REPORT } which;

static sl_err read_which(which kind, sl_str text, sl_fault *fault) {
  sl_span body = sl_str_bytes(text);
  sl_utm_put_intent_details intent;
  sl_utm_put_constraint_details constraint;
  sl_utm_report report;
  switch (kind) {
    case INTENT_OF: return sl_utm_put_intent_details_read(&intent, &arena, body, &rules, fault);
    case CONSTRAINT_OF: return sl_utm_put_constraint_details_read(&constraint, &arena, body, &rules, fault);
    case REPORT: return sl_utm_report_read(&report, &arena, body, fault);
  }
  return SL_ERR_RANGE;
}

/* Read, keep the details as text, send a notice from them: the same body. */
static void an_intent_goes_round(void **state) {
  (void)state;
  static const char text[] =
      "{\"operational_intent_id\":\"" ID "\",\"operational_intent\":{\"reference\":{\"id\":\"" ID "\",\"manager\":\"uss1\","
      "\"uss_availability\":\"Normal\",\"version\":3,\"state\":\"Activated\",\"ovn\":\"" OVN "\"," START "," END "," URL
      ",\"subscription_id\":\"" ID2 "\"},\"details\":{\"volumes\":[{\"volume\":{" CIRCLE "," LOWER "," UPPER "}," START "," END
      "},{\"volume\":{" POLYGON "," LOWER "," UPPER "}," START "," START2 "}],\"off_nominal_volumes\":[],\"priority\":-5}}," STATES "}";
  sl_utm_put_intent_details in;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_utm_put_intent_details_read(&in, &arena, sl_str_bytes(SL_STR(text)), &rules, &fault), SL_OK);
  assert_true(in.has_intent);
  assert_int_equal(in.reference.version, 3);
  assert_int_equal(in.details.volumes.count, 2);
  assert_int_equal(in.details.off_nominal.count, 0);
  assert_int_equal(in.details.priority, -5);
  assert_int_equal(in.subscription_count, 1);
  assert_int_equal(in.subscription[0].index, 7);
  sl_buf details, notice;
  sl_buf_init(&details, 1u << 20);
  sl_buf_init(&notice, 1u << 20);
  sl_utm_intent_details_add(&details, &in.details, true);
  sl_utm_intent_notice_add(&notice, &in.id, &in.reference, sl_buf_str(&details), in.subscription, in.subscription_count);
  assert_int_equal(notice.error, SL_OK);
  if (!sl_str_is(sl_buf_str(&notice), text)) fail_msg("%.*s", (int)notice.size, (const char *)notice.data);
  sl_buf_fini(&details);
  sl_buf_fini(&notice);
}

static void a_constraint_goes_round(void **state) {
  (void)state;
  static const char text[] =
      "{\"constraint_id\":\"" ID "\",\"constraint\":{\"reference\":{\"id\":\"" ID "\",\"manager\":\"uss1\","
      "\"uss_availability\":\"Normal\",\"version\":3,\"ovn\":\"" OVN "\"," START "," END "," URL
      "},\"details\":{\"volumes\":[{\"volume\":{" CIRCLE "}," START "," END "}],\"type\":\"com.example\",\"geozone\":"
      "{\"identifier\":\"a\",\"zone_authority\":[{}]}}}," STATES "}";
  sl_utm_put_constraint_details in;
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_utm_put_constraint_details_read(&in, &arena, sl_str_bytes(SL_STR(text)), &rules, &fault), SL_OK);
  sl_buf details, notice;
  sl_buf_init(&details, 1u << 20);
  sl_buf_init(&notice, 1u << 20);
  sl_utm_constraint_details_add(&details, &in.details, true);
  sl_utm_constraint_notice_add(&notice, &in.id, &in.reference, sl_buf_str(&details), in.subscription,
                               in.subscription_count);
  if (!sl_str_is(sl_buf_str(&notice), text)) fail_msg("%.*s", (int)notice.size, (const char *)notice.data);
  sl_buf_fini(&details);
  sl_buf_fini(&notice);
}

/* The native face's windows are written as they are. */
static void windows_are_told_as_they_were(void **state) {
  (void)state;
  sl_object object = {.kind = SL_OBJECT_VOLUME,
                      .as.volume = {.shape = {.kind = SL_SHAPE_CIRCLE, .as.circle = {{0, 0}, {1000}}},
                                    .band = {.ref = SL_ALT_COLUMN},
                                    .window = {{1800000000 * SL_NS_PER_S}, {1800000001 * SL_NS_PER_S}}}};
  const sl_plan plan = {&object, 1};
  for (int inclusive = 0; inclusive < 2; inclusive++) {
    sl_buf out;
    sl_buf_init(&out, 4096);
    sl_json_out json = sl_json_out_of(&out);
    sl_utm_volumes_add(&json, NULL, &plan, inclusive != 0);
    sl_buf_add_u8(&out, 0);
    const char *end = inclusive ? "2027-01-15T08:00:00.999999999Z" : "2027-01-15T08:00:01Z";
    assert_non_null(strstr((const char *)out.data, end));
    assert_null(strstr((const char *)out.data, "altitude"));
    sl_buf_fini(&out);
  }
}

/* Each outer ring is a volume; holes and open ends are left out. */
static void rings_become_volumes(void **state) {
  (void)state;
  static const sl_pos a[] = {{0, 0}, {0, 1000}, {1000, 0}}, b[] = {{5, 5}, {5, 6}, {6, 5}}, c[] = {{9000, 0}, {9000, 1}, {9001, 0}};
  static const sl_ring ring[] = {{a, 3}, {b, 3}, {c, 3}};
  static const bool hole[] = {false, true, false};
  sl_object object = {.kind = SL_OBJECT_VOLUME,
                      .as.volume = {.shape = {.kind = SL_SHAPE_POLYGON, .as.polygon = {ring, hole, 3, SL_EDGE_GEODESIC}},
                                    .band = {SL_ALT_W84, {.w84 = {{SL_ALT_W84_MIN_MM}, {1500}}}},
                                    .window = {{0}, {SL_TIME_MAX_NS - 1}}}};
  const sl_plan plan = {&object, 1};
  sl_buf out;
  sl_buf_init(&out, 4096);
  sl_json_out json = sl_json_out_of(&out);
  sl_utm_volumes_add(&json, NULL, &plan, true);
#define UP ",\"altitude_upper\":{\"value\":1.5,\"reference\":\"W84\",\"units\":\"M\"}"
  assert_true(sl_str_is(sl_buf_str(&out),
      "[{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lng\":0,\"lat\":0},{\"lng\":0.000001,\"lat\":0},{\"lng\":0,\"lat\":0.000001}]}" UP
      "}},{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lng\":0,\"lat\":0.000009},{\"lng\":0.000000001,\"lat\":0.000009},"
      "{\"lng\":0,\"lat\":0.000009001}]}" UP "}}]"));
  sl_buf_fini(&out);
}

static void a_report_comes_back(void **state) {
  (void)state;
  static const char text[] = "{\"report_id\":\"theirs\",\"exchange\":{" EXCHANGE ",\"headers\":[\"Authorization: x\"],"
                             "\"request_source\":\"here\",\"response_code\":500,\"response_time\":{\"value\":"
                             "\"2027-01-15T08:00:01Z\",\"format\":\"RFC3339\"},\"problem\":\"it failed\"}}";
  sl_utm_report in;
  assert_int_equal(sl_utm_report_read(&in, &arena, sl_str_bytes(SL_STR(text)), NULL), SL_OK);
  assert_true(sl_str_is(in.method, "PUT") && !in.server);
  assert_int_equal(in.response_code, 500);
  assert_int_equal(in.header_count, 1);
  assert_true(in.has_response_time);
  assert_int_equal(in.report_id.size, 0);
  in.report_id = SL_STR("ours");
  sl_buf out;
  sl_buf_init(&out, 1u << 20);
  sl_utm_report_add(&out, &in);
  sl_buf_add_u8(&out, 0);
  static const char expected[] = "{\"report_id\":\"ours\",\"exchange\":{" EXCHANGE ",\"headers\":[\"Authorization: x\"],";
  assert_memory_equal(out.data, expected, sizeof expected - 1);
  assert_non_null(strstr((const char *)out.data, "\"request_source\":\"here\""));
  sl_buf_fini(&out);
}

#define INTENT_IN(reference, details) ",\"operational_intent\":{\"reference\":" reference ",\"details\":" details "}"
#define CONSTRAINT_IN(reference, details) ",\"constraint\":{\"reference\":" reference ",\"details\":" details "}"

static void refusals(void **state) {
  (void)state;
  static const struct { which kind; const char *text; sl_err expected; const char *pointer; } cases[] = {
      {INTENT_OF, INTENT_DETAILS(""), SL_OK, ""},
      {INTENT_OF, INTENT_DETAILS(",\"operational_intent\":null"), SL_OK, ""},
      {INTENT_OF, INTENT_DETAILS(INTENT_IN(INTENT_REFERENCE, DETAILS)), SL_OK, ""},
      {INTENT_OF, INTENT_DETAILS(INTENT_IN(INTENT_REFERENCE, "{}")), SL_OK, ""},
      {INTENT_OF, "{" STATES "}", SL_ERR_MISSING, "/operational_intent_id"},
      {INTENT_OF, "{\"operational_intent_id\":\"" ID "\"}", SL_ERR_MISSING, "/subscriptions"},
      {INTENT_OF, "{\"operational_intent_id\":\"" ID "\",\"subscriptions\":[]}", SL_ERR_RANGE, "/subscriptions"},
      {INTENT_OF, "{\"operational_intent_id\":\"" ID "\",\"subscriptions\":[{\"subscription_id\":\"" ID
                  "\",\"notification_index\":-1}]}", SL_ERR_RANGE, "/subscriptions/0/notification_index"},
      {INTENT_OF, INTENT_DETAILS(",\"operational_intent\":{\"details\":" DETAILS "}"), SL_ERR_MISSING,
       "/operational_intent/reference"},
      {INTENT_OF, INTENT_DETAILS(",\"operational_intent\":{\"reference\":" INTENT_REFERENCE "}"), SL_ERR_MISSING,
       "/operational_intent/details"},
      {INTENT_OF, INTENT_DETAILS(INTENT_IN("{" REFERENCE_COMMON ",\"subscription_id\":\"" ID2 "\"}", "{}")),
       SL_ERR_MISSING, "/operational_intent/reference/state"},
      {INTENT_OF, INTENT_DETAILS(INTENT_IN(INTENT_REFERENCE, "{\"volumes\":[" VOLUME(CIRCLE "," LOWER "," UPPER, START) "]}")),
       SL_ERR_MISSING, "/operational_intent/details/volumes/0/time_end"},
      {INTENT_OF, INTENT_DETAILS(INTENT_IN(INTENT_REFERENCE, "{\"off_nominal_volumes\":[" VOLUME(CIRCLE "," LOWER, START "," END) "]}")),
       SL_ERR_MISSING, "/operational_intent/details/off_nominal_volumes/0/volume/altitude_upper"},
      {INTENT_OF, INTENT_DETAILS(INTENT_IN(INTENT_REFERENCE, "{\"priority\":\"high\"}")), SL_ERR_TYPE,
       "/operational_intent/details/priority"},
      {INTENT_OF, "{\"operational_intent_id\":\"" ID2 "\"," STATES INTENT_IN(INTENT_REFERENCE, DETAILS) "}", SL_ERR_RANGE,
       "/operational_intent/reference/id"},
      {INTENT_OF, INTENT_DETAILS(",\"operational_intent_id\":\"" ID "\""), SL_ERR_DUPLICATE, NULL},
      {CONSTRAINT_OF, CONSTRAINT_DETAILS(""), SL_OK, ""},
      {CONSTRAINT_OF, CONSTRAINT_DETAILS(CONSTRAINT_IN(CONSTRAINT_REFERENCE, DETAILS)), SL_OK, ""},
      {CONSTRAINT_OF, CONSTRAINT_DETAILS(CONSTRAINT_IN(CONSTRAINT_REFERENCE, "{}")), SL_ERR_MISSING,
       "/constraint/details/volumes"},
      {CONSTRAINT_OF, CONSTRAINT_DETAILS(CONSTRAINT_IN(CONSTRAINT_REFERENCE, "{\"volumes\":[]}")), SL_ERR_RANGE,
       "/constraint/details/volumes"},
      {CONSTRAINT_OF, CONSTRAINT_DETAILS(CONSTRAINT_IN(CONSTRAINT_REFERENCE, "{\"volumes\":[" FULL "],\"geozone\":[]}")),
       SL_ERR_TYPE, "/constraint/details/geozone"},
      {CONSTRAINT_OF, "{\"constraint_id\":\"" ID2 "\"," STATES CONSTRAINT_IN(CONSTRAINT_REFERENCE, DETAILS) "}", SL_ERR_RANGE,
       "/constraint/reference/id"},
      {REPORT, "{}", SL_ERR_MISSING, "/exchange"},
      {REPORT, "{\"exchange\":{" EXCHANGE "}}", SL_OK, ""},
      {REPORT, "{\"exchange\":{\"url\":\"x\"}}", SL_ERR_MISSING, "/exchange/method"},
      {REPORT, "{\"exchange\":{" EXCHANGE ",\"headers\":\"x\"}}", SL_ERR_TYPE, "/exchange/headers"},
      {REPORT, "{\"exchange\":{\"recorder_role\":\"Both\"}}", SL_ERR_UNKNOWN, "/exchange/recorder_role"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sl_fault fault = sl_fault_none();
    sl_err err = read_which(cases[i].kind, sl_str_from(cases[i].text), &fault);
    bool placed = cases[i].pointer == NULL || strcmp(fault.pointer, cases[i].pointer) == 0;
    if (err != cases[i].expected || !placed) {
      fail_msg("case %zu: %s at \"%s\": %s", i, sl_err_name(err), fault.pointer, fault.reason);
    }
  }
}

int main(void) {
  sl_arena_init(&arena, 40u << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_intent_goes_round), cmocka_unit_test(a_constraint_goes_round),
      cmocka_unit_test(windows_are_told_as_they_were), cmocka_unit_test(rings_become_volumes),
      cmocka_unit_test(a_report_comes_back), cmocka_unit_test(refusals)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
