/* Bodies of requests to /dss/v1: what is read, and one refusal for each rule. */
#include "test.h"

#include "utm_bodies.h"
#include "wire/utm_request.h"

/* 2027-01-15T08:30:00Z, within the bodies' hour. */
static const sl_utm_rules rules = {.now = {1800001800 * SL_NS_PER_S}};
static sl_arena arena;

typedef enum which { PUT_INTENT, PUT_CONSTRAINT, PUT_SUBSCRIPTION, ASK, AVAILABILITY } which;

static sl_err read_which(which kind, sl_str text, const sl_utm_rules *under, sl_fault *fault) {
  sl_span body = sl_str_bytes(text);
  sl_utm_put_intent intent;
  sl_utm_put_constraint constraint;
  sl_utm_put_subscription subscription;
  sl_utm_extents extents;
  sl_utm_set_availability availability;
  switch (kind) {
    case PUT_INTENT: return sl_utm_put_intent_read(&intent, &arena, body, under, fault);
    case PUT_CONSTRAINT: return sl_utm_put_constraint_read(&constraint, &arena, body, under, fault);
    case PUT_SUBSCRIPTION: return sl_utm_put_subscription_read(&subscription, &arena, body, under, fault);
    case ASK: return sl_utm_query_read(&extents, &arena, body, fault);
    case AVAILABILITY: return sl_utm_set_availability_read(&availability, &arena, body, fault);
  }
  return SL_ERR_RANGE;
}

static void an_intent(void **state) {
  (void)state;
  static const char text[] =
      "{\"extents\":[" FULL "," CORNER "],\"key\":[\"" OVN "\",\"available.from.uss\"],\"state\":\"Activated\"," URL
      ",\"new_subscription\":{\"uss_base_url\":\"https://other.example\",\"notify_for_constraints\":true},"
      "\"subscription_id\":null,\"flight_type\":\"VLOS\",\"requested_ovn_suffix\":\"019bb9a0-2640-7000-8000-000000000000\"}";
  sl_utm_put_intent in;
  sl_utm_rules loose = {.now = {0}};
  assert_int_equal(sl_utm_put_intent_read(&in, &arena, sl_str_bytes(SL_STR(text)), &loose, NULL), SL_OK);
  assert_int_equal(in.extents.plan.count, 2);
  assert_int_equal(in.extents.given, SL_UTM_TIMES | SL_UTM_ALTITUDES);
  assert_int_equal(in.extents.window.start.ns, 1800000000 * SL_NS_PER_S);
  assert_int_equal(in.extents.window.end.ns, 1800003600 * SL_NS_PER_S + 1);
  assert_int_equal(sl_utm_last(in.extents.window).ns, 1800003600 * SL_NS_PER_S);
  const sl_volume *first = &in.extents.plan.object[0].as.volume;
  assert_int_equal(first->shape.kind, SL_SHAPE_CIRCLE);
  assert_int_equal(first->shape.as.circle.radius.mm, 150500);
  assert_int_equal(first->band.as.w84.upper.mm, 120250);
  assert_int_equal(in.extents.plan.object[1].as.volume.shape.kind, SL_SHAPE_POLYGON);
  assert_int_equal(in.state, SL_INTENT_ACTIVATED);
  assert_int_equal(in.key_count, 2);
  assert_true(sl_str_is(in.key[0], OVN));
  assert_true(sl_str_is(in.base_url, "https://uss.example/u"));
  assert_false(in.has_subscription);
  assert_true(in.new_subscription && in.new_for_constraints);
  assert_true(sl_str_is(in.new_base_url, "https://other.example"));
  assert_true(in.has_suffix);
  assert_int_equal(sl_utm_suffix_time(&in.suffix).ns, INT64_C(0x019bb9a02640) * SL_NS_PER_MS);
}

static void defaults(void **state) {
  (void)state;
  sl_utm_put_intent in;
  assert_int_equal(sl_utm_put_intent_read(&in, &arena, sl_str_bytes(SL_STR(INTENT(",\"key\":null"))), &rules, NULL), SL_OK);
  assert_int_equal(in.key_count, 0);
  assert_false(in.has_subscription || in.new_subscription || in.has_suffix);
  static const char with_id[] = INTENT(",\"subscription_id\":\"" ID2 "\"");
  assert_int_equal(sl_utm_put_intent_read(&in, &arena, sl_str_bytes(SL_STR(with_id)), &rules, NULL), SL_OK);
  assert_true(in.has_subscription);
  assert_int_equal(in.subscription.bytes[0], 0xaa);
}

static void a_subscription(void **state) {
  (void)state;
  static const char text[] = SUBSCRIPTION("{\"volume\":{" CIRCLE "}}", ",\"notify_for_constraints\":true");
  sl_utm_put_subscription in;
  assert_int_equal(sl_utm_put_subscription_read(&in, &arena, sl_str_bytes(SL_STR(text)), &rules, NULL), SL_OK);
  assert_true(in.for_constraints && !in.for_intents);
  assert_int_equal(in.extents.given, 0);
  assert_int_equal(in.extents.plan.count, 1);
  assert_int_equal(in.extents.object[0].as.volume.band.ref, SL_ALT_COLUMN);
  sl_utm_extents_limit(&in.extents, (sl_time){5}, (sl_time){5});
  assert_int_equal(in.extents.plan.object[0].as.volume.window.end.ns, 6);
  assert_int_equal(in.extents.window.start.ns, 5);
}

static void an_availability(void **state) {
  (void)state;
  sl_utm_set_availability in;
  sl_span body = sl_str_bytes(SL_STR("{\"old_version\":\"\",\"availability\":\"Down\"}"));
  assert_int_equal(sl_utm_set_availability_read(&in, &arena, body, NULL), SL_OK);
  assert_int_equal(in.availability, SL_UTM_DOWN);
  assert_int_equal(in.old_version.size, 0);
}

#define SOLID(outline) VOLUME(outline "," LOWER "," UPPER, START "," END)
#define CROSSED \
  "\"outline_polygon\":{\"vertices\":[{\"lng\":8,\"lat\":47},{\"lng\":8.01,\"lat\":47.01},{\"lng\":8.01,\"lat\":47}," \
  "{\"lng\":8,\"lat\":47.01}]}"
#define TWO "\"outline_polygon\":{\"vertices\":[{\"lng\":8,\"lat\":47},{\"lng\":8.01,\"lat\":47.01}]}"
#define DISC(radius) \
  "\"outline_circle\":{\"center\":{\"lng\":8.5,\"lat\":47.25},\"radius\":{\"value\":" radius ",\"units\":\"M\"}}"
#define BOX(side) \
  "\"outline_polygon\":{\"vertices\":[{\"lng\":8,\"lat\":0},{\"lng\":8." side ",\"lat\":0},{\"lng\":8." side \
  ",\"lat\":0." side "},{\"lng\":8,\"lat\":0." side "}]}"
#define BODY(volume) "{\"extents\":[" volume "],\"state\":\"Accepted\"," URL "}"

static const struct { which kind; const char *text; sl_err expected; const char *pointer; } cases[] = {
    /* exactly one of circle and polygon */
    {PUT_INTENT, BODY(SOLID(CIRCLE "," POLYGON)), SL_ERR_DUPLICATE, "/extents/0/volume"},
    {PUT_INTENT, BODY(VOLUME(LOWER "," UPPER, START "," END)), SL_ERR_MISSING, "/extents/0/volume"},
    {ASK, QUERY(VOLUME(POLYGON ",\"outline_circle\":null", START "," END)), SL_OK, ""},
    /* polygons */
    {PUT_INTENT, BODY(SOLID(TWO)), SL_ERR_RANGE, "/extents/0/volume/outline_polygon/vertices"},
    {PUT_INTENT, BODY(SOLID(CROSSED)), SL_ERR_GEOMETRY, "/extents/0/volume"},
    /* radius over 0 */
    {PUT_INTENT, BODY(SOLID(DISC("0"))), SL_ERR_RANGE, "/extents/0/volume/outline_circle/radius/value"},
    {PUT_INTENT, BODY(SOLID(DISC("-5"))), SL_ERR_RANGE, "/extents/0/volume/outline_circle/radius/value"},
    {PUT_INTENT, BODY(SOLID(DISC("0.0001"))), SL_OK, ""},
    {PUT_INTENT, BODY(SOLID("\"outline_circle\":{\"center\":{\"lng\":8.5,\"lat\":47.25},\"radius\":{\"value\":5,\"units\":\"FT\"}}")),
     SL_ERR_UNIT, "/extents/0/volume/outline_circle/radius/units"},
    {PUT_INTENT, BODY(SOLID("\"outline_circle\":{\"center\":{\"lng\":180.1,\"lat\":47},\"radius\":{\"value\":5,\"units\":\"M\"}}")),
     SL_ERR_RANGE, "/extents/0/volume/outline_circle/center/lng"},
    /* altitudes M and W84, lower <= upper */
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER ",\"altitude_upper\":{\"value\":1,\"reference\":\"SFC\",\"units\":\"M\"}", START "," END)),
     SL_ERR_UNIT, "/extents/0/volume/altitude_upper/reference"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER ",\"altitude_upper\":{\"value\":90,\"reference\":\"W84\",\"units\":\"FT\"}", START "," END)),
     SL_ERR_UNIT, "/extents/0/volume/altitude_upper/units"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," ALTITUDE("upper", "9.9"), START "," END)), SL_ERR_ORDER,
     "/extents/0/volume/altitude_upper"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," ALTITUDE("upper", "10"), START "," END)), SL_OK, ""},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," ALTITUDE("lower", "-8000") "," UPPER, START "," END)), SL_OK, ""},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," ALTITUDE("lower", "-8000.1") "," UPPER, START "," END)), SL_ERR_RANGE,
     "/extents/0/volume/altitude_lower/value"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," ALTITUDE("upper", "100000.1"), START "," END)), SL_ERR_RANGE,
     "/extents/0/volume/altitude_upper/value"},
    /* times: RFC 3339, Z, start <= end */
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, TIME("start", "2027-01-15T09:00:00+01:00") "," END)),
     SL_ERR_SYNTAX, "/extents/0/time_start/value"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, TIME("start", "2027-01-15 08:00:00Z") "," END)), SL_ERR_SYNTAX,
     "/extents/0/time_start/value"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, TIME("start", "2027-01-15T09:00:00.000000001Z") "," END)),
     SL_ERR_ORDER, "/extents/0/time_end"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, TIME("start", "2027-01-15T09:00:00Z") "," END)), SL_OK, ""},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, "\"time_start\":\"2027-01-15T09:00:00Z\"," END)), SL_ERR_TYPE,
     "/extents/0/time_start"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, "\"time_start\":{\"value\":\"2027-01-15T08:00:00Z\"}," END)),
     SL_ERR_MISSING, "/extents/0/time_start/format"},
    /* both times and both altitudes, an end in the future */
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, START)), SL_ERR_MISSING, "/extents/0/time_end"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, END)), SL_ERR_MISSING, "/extents/0/time_start"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER, START "," END)), SL_ERR_MISSING, "/extents/0/volume/altitude_upper"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," UPPER, START "," END)), SL_ERR_MISSING, "/extents/0/volume/altitude_lower"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER ",\"altitude_upper\":null", START "," END)), SL_ERR_MISSING,
     "/extents/0/volume/altitude_upper"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, START "," TIME("end", "2027-01-15T08:30:00Z"))), SL_ERR_EXPIRED, "/extents"},
    {PUT_INTENT, BODY(VOLUME(CIRCLE "," LOWER "," UPPER, START "," TIME("end", "2027-01-15T08:30:00.000000001Z"))), SL_OK, ""},
    /* areas over 2,500 km2, circles included */
    {PUT_INTENT, BODY(SOLID(DISC("28209"))), SL_OK, ""},
    {PUT_INTENT, BODY(SOLID(DISC("28210"))), SL_ERR_CAP, "/extents/0/volume"},
    {PUT_INTENT, BODY(SOLID(BOX("449"))), SL_OK, ""},
    {PUT_INTENT, BODY(SOLID(BOX("451"))), SL_ERR_CAP, "/extents/0/volume"},
    {PUT_CONSTRAINT, CONSTRAINT(SOLID(DISC("28210")), ""), SL_ERR_CAP, "/extents/0/volume"},
    {PUT_SUBSCRIPTION, SUBSCRIPTION(SOLID(DISC("28210")), ",\"notify_for_constraints\":true"), SL_ERR_CAP, "/extents/volume"},
    {ASK, QUERY(SOLID(DISC("28210"))), SL_ERR_CAP, "/area_of_interest/volume"},
    /* states */
    {PUT_INTENT, "{\"extents\":[" FULL "],\"state\":\"Ended\"," URL "}", SL_ERR_UNSUPPORTED, "/state"},
    {PUT_INTENT, "{\"extents\":[" FULL "],\"state\":\"accepted\"," URL "}", SL_ERR_UNKNOWN, "/state"},
    {PUT_INTENT, "{\"extents\":[" FULL "]," URL "}", SL_ERR_MISSING, "/state"},
    {PUT_INTENT, "{\"extents\":[],\"state\":\"Accepted\"," URL "}", SL_ERR_RANGE, "/extents"},
    {PUT_INTENT, "{\"extents\":" FULL ",\"state\":\"Accepted\"," URL "}", SL_ERR_TYPE, "/extents"},
    {PUT_INTENT, "{\"state\":\"Accepted\"," URL "}", SL_ERR_MISSING, "/extents"},
    /* base URLs */
    {PUT_INTENT, "{\"extents\":[" FULL "],\"state\":\"Accepted\"}", SL_ERR_MISSING, "/uss_base_url"},
    {PUT_INTENT, "{\"extents\":[" FULL "],\"state\":\"Accepted\",\"uss_base_url\":\"http://a.example\"}", SL_ERR_UNSUPPORTED, "/uss_base_url"},
    {PUT_INTENT, "{\"extents\":[" FULL "],\"state\":\"Accepted\",\"uss_base_url\":\"\"}", SL_ERR_SYNTAX, "/uss_base_url"},
    {PUT_INTENT, INTENT(",\"new_subscription\":{\"uss_base_url\":\"ftp://x\"}"), SL_ERR_SYNTAX, "/new_subscription/uss_base_url"},
    {PUT_INTENT, INTENT(",\"new_subscription\":{}"), SL_ERR_MISSING, "/new_subscription/uss_base_url"},
    /* subscription_id and new_subscription together; ids of version 4 */
    {PUT_INTENT, INTENT(",\"subscription_id\":\"" ID "\",\"new_subscription\":{\"uss_base_url\":\"https://x\"}"), SL_ERR_DUPLICATE,
     "/new_subscription"},
    {PUT_INTENT, INTENT(",\"subscription_id\":\"11111111-2222-1333-8444-555555555555\""), SL_ERR_SYNTAX, "/subscription_id"},
    {PUT_INTENT, INTENT(",\"subscription_id\":\"\""), SL_ERR_SYNTAX, "/subscription_id"},
    /* key */
    {PUT_INTENT, INTENT(",\"key\":[]"), SL_OK, ""},
    {PUT_INTENT, INTENT(",\"key\":[\"short\"]"), SL_ERR_RANGE, "/key/0"},
    {PUT_INTENT, INTENT(",\"key\":\"" OVN "\""), SL_ERR_TYPE, "/key"},
    /* the suffix: version 7, within 5 minutes */
    {PUT_INTENT, INTENT(",\"requested_ovn_suffix\":\"" ID "\""), SL_ERR_SYNTAX, "/requested_ovn_suffix"},
    {PUT_INTENT, INTENT(",\"requested_ovn_suffix\":\"01a31877-c740-7abc-8000-000000000000\""), SL_OK, ""},
    {PUT_INTENT, INTENT(",\"requested_ovn_suffix\":\"01a31873-3360-7abc-8000-000000000000\""), SL_OK, ""},
    {PUT_INTENT, INTENT(",\"requested_ovn_suffix\":\"01a31873-335f-7abc-8000-000000000000\""), SL_ERR_EXPIRED, "/requested_ovn_suffix"},
    {PUT_INTENT, INTENT(",\"requested_ovn_suffix\":\"01a3187c-5b21-7abc-8000-000000000000\""), SL_ERR_EXPIRED, "/requested_ovn_suffix"},
    /* a member twice, and what is not JSON */
    {PUT_INTENT, INTENT(",\"state\":\"Accepted\""), SL_ERR_DUPLICATE, NULL},
    {PUT_INTENT, "", SL_ERR_SYNTAX, ""},
    {PUT_INTENT, "[]", SL_ERR_TYPE, ""},
    /* constraints: times required, altitudes not */
    {PUT_CONSTRAINT, CONSTRAINT(VOLUME(CIRCLE, START "," END), ",\"more\":{}"), SL_OK, ""},
    {PUT_CONSTRAINT, CONSTRAINT(VOLUME(CIRCLE "," LOWER, START "," END), ""), SL_OK, ""},
    {PUT_CONSTRAINT, CONSTRAINT(VOLUME(CIRCLE, START), ""), SL_ERR_MISSING, "/extents/0/time_end"},
    {PUT_CONSTRAINT, CONSTRAINT(VOLUME(CIRCLE, START "," TIME("end", "2027-01-15T08:30:00Z")), ""), SL_ERR_EXPIRED, "/extents"},
    {PUT_CONSTRAINT, "{\"extents\":[" FULL "],\"uss_base_url\":\"http://a.example\"}", SL_ERR_UNSUPPORTED, "/uss_base_url"},
    /* subscriptions: at least one flag */
    {PUT_SUBSCRIPTION, SUBSCRIPTION(FULL, ""), SL_ERR_MISSING, "/notify_for_operational_intents"},
    {PUT_SUBSCRIPTION, SUBSCRIPTION(FULL, ",\"notify_for_operational_intents\":false,\"notify_for_constraints\":null"), SL_ERR_MISSING,
     "/notify_for_operational_intents"},
    {PUT_SUBSCRIPTION, SUBSCRIPTION(FULL, ",\"notify_for_operational_intents\":true"), SL_OK, ""},
    {PUT_SUBSCRIPTION, SUBSCRIPTION(FULL, ",\"notify_for_operational_intents\":1"), SL_ERR_TYPE, "/notify_for_operational_intents"},
    {PUT_SUBSCRIPTION, SUBSCRIPTION("[" FULL "]", ",\"notify_for_operational_intents\":true"), SL_ERR_TYPE, "/extents"},
    /* queries */
    {ASK, "{}", SL_ERR_MISSING, "/area_of_interest"},
    {ASK, "{\"area_of_interest\":null}", SL_ERR_TYPE, "/area_of_interest"},
    {ASK, QUERY("{}"), SL_ERR_MISSING, "/area_of_interest/volume"},
    {ASK, QUERY("{\"volume\":{" CIRCLE "}}"), SL_OK, ""},
    {ASK, QUERY(VOLUME(CIRCLE, END)), SL_OK, ""},
    /* availability */
    {AVAILABILITY, "{\"availability\":\"Normal\"}", SL_ERR_MISSING, "/old_version"},
    {AVAILABILITY, "{\"old_version\":\"\",\"availability\":\"Gone\"}", SL_ERR_UNKNOWN, "/availability"},
    {AVAILABILITY, "{\"old_version\":1,\"availability\":\"Down\"}", SL_ERR_TYPE, "/old_version"}};

static void one_for_each_rule(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sl_fault fault = sl_fault_none();
    sl_err err = read_which(cases[i].kind, sl_str_from(cases[i].text), &rules, &fault);
    bool placed = cases[i].pointer == NULL || strcmp(fault.pointer, cases[i].pointer) == 0;
    if (err != cases[i].expected || fault.code != err || !placed) {
      fail_msg("case %zu: %s at \"%s\": %s\n%s", i, sl_err_name(err), fault.pointer, fault.reason, cases[i].text);
    }
    sl_arena_fini(&arena);
  }
}

static void http_where_it_is_allowed(void **state) {
  (void)state;
  const sl_utm_rules open = {.now = rules.now, .allow_http = true};
  static const char text[] = "{\"extents\":[" FULL "],\"state\":\"Accepted\",\"uss_base_url\":\"http://a.example\"}";
  assert_int_equal(read_which(PUT_INTENT, SL_STR(text), &open, NULL), SL_OK);
}

static void a_body_over_the_cap(void **state) {
  (void)state;
  static char large[SL_UTM_BODY_MAX + 1];
  memset(large, ' ', sizeof large);
  assert_int_equal(read_which(ASK, (sl_str){large, sizeof large}, &rules, NULL), SL_ERR_CAP);
}

/* A body that wants more than the request may have. */
static void memory_is_capped(void **state) {
  (void)state;
  sl_arena small;
  sl_arena_init(&small, 100);
  sl_utm_put_intent in;
  assert_int_equal(sl_utm_put_intent_read(&in, &small, sl_str_bytes(SL_STR(INTENT(""))), &rules, NULL), SL_ERR_NOMEM);
  sl_arena_fini(&small);
}

int main(void) {
  sl_arena_init(&arena, 40u << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_intent),        cmocka_unit_test(defaults),           cmocka_unit_test(a_subscription),
      cmocka_unit_test(an_availability),  cmocka_unit_test(one_for_each_rule),  cmocka_unit_test(http_where_it_is_allowed),
      cmocka_unit_test(a_body_over_the_cap), cmocka_unit_test(memory_is_capped)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
