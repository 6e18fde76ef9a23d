/* Line agreements: the defaults of case/ survive a round trip, and what is wrong is
 * named where it stands. */
#include "test.h"

#include "wire/record.h"

static sl_arena arena;

static void sample(sl_agreement *out) {
  sl_agreement_defaults(out);
  memcpy(out->line, "blue-red", 9);
  memcpy(out->side[0], "blue", 5);
  memcpy(out->side[1], "red", 4);
}

static void text_of(sl_buf *out, const sl_agreement *agreement) {
  sl_buf_init(out, SL_PAYLOAD_MAX);
  sl_agreement_add(out, agreement);
  assert_int_equal(out->error, SL_OK);
}

static void defaults_round_trip(void **state) {
  (void)state;
  sl_agreement agreement, back;
  memset(&agreement, 0, sizeof agreement);
  sample(&agreement);
  agreement.pair[3].minima.baro_bounded = true;
  agreement.pair[3].minima.baro_low.mm = -25000;
  agreement.pair[3].minima.baro_high.mm = 130500;
  agreement.coverage[1].box[0].hours = true;
  agreement.coverage[1].box[0].open = 360;
  agreement.coverage[1].box[0].shut = 1200;
  agreement.coverage[1].box[0].classes = 1u << SL_CLASS_DRONE;
  sl_buf first, second;
  text_of(&first, &agreement);
  assert_int_equal(sl_agreement_read(&back, &arena, sl_buf_span(&first), NULL), SL_OK);
  text_of(&second, &back);
  assert_true(sl_str_equal(sl_buf_str(&first), sl_buf_str(&second)));
  assert_string_equal(back.line, "blue-red");
  assert_int_equal(back.pair_count, SL_PAIR_MINIMA_COUNT);
  assert_true(back.pair[3].minima.baro_bounded && back.pair[3].minima.baro_low.mm == -25000);
  assert_int_equal(back.coverage[1].box[0].shut, 1200);
  assert_int_equal(back.quantum.ns, agreement.quantum.ns);
  assert_int_equal(back.lattice[SL_CLASS_DRONE], agreement.lattice[SL_CLASS_DRONE]);
  assert_int_equal(back.granule[SL_CLASS_DRONE].time.ns, agreement.granule[SL_CLASS_DRONE].time.ns);
  sl_buf_fini(&first);
  sl_buf_fini(&second);
}

/* The text with `from` replaced by `to`, once. */
static sl_err read_replaced(const char *from, const char *to, sl_fault *fault) {
  sl_agreement agreement, back;
  sample(&agreement);
  sl_buf text, changed;
  text_of(&text, &agreement);
  sl_buf_add_u8(&text, 0);
  const char *at = strstr((const char *)text.data, from);
  assert_non_null(at);
  sl_buf_init(&changed, SL_PAYLOAD_MAX);
  sl_buf_add(&changed, text.data, (size_t)(at - (const char *)text.data));
  sl_buf_add_text(&changed, to);
  sl_buf_add_text(&changed, at + strlen(from));
  sl_err err = sl_agreement_read(&back, &arena, sl_buf_span(&changed), fault);
  sl_buf_fini(&text);
  sl_buf_fini(&changed);
  return err;
}

static void refusals(void **state) {
  (void)state;
  static const struct { const char *from, *to; sl_err expected; const char *pointer; } cases[] = {
      {"\"version\":1", "\"version\":2", SL_ERR_UNSUPPORTED, "/version"},
      {"\"level\":\"plain\"", "\"level\":\"open\"", SL_ERR_UNKNOWN, "/level"},
      {"\"level\":\"plain\"", "\"level\":\"plain\",\"extra\":1", SL_ERR_UNKNOWN, "/extra"},
      {"\"sides\":[\"blue\",\"red\"]", "\"sides\":[\"blue\"]", SL_ERR_RANGE, "/sides"},
      {"\"sides\":[\"blue\",\"red\"]", "\"sides\":[\"red\",\"blue\"]", SL_ERR_ORDER, "/sides"},
      {"\"sides\":[\"blue\",\"red\"]", "\"sides\":[\"blue\",\"blue\"]", SL_ERR_DUPLICATE, "/sides/1"},
      {"\"number\":1", "\"number\":0", SL_ERR_RANGE, "/number"},
      {"\"a\":\"crewed\"", "\"a\":\"undeclared\"", SL_ERR_RANGE, "/minima/0"},
      {"\"a\":\"crewed\"", "\"c\":\"crewed\"", SL_ERR_UNKNOWN, "/minima/0/c"},
      {"\"lateral_m\":", "\"lateral_m\":-1,\"lateral_m\":", SL_ERR_DUPLICATE, "/minima/0/lateral_m"},
      {"\"north\":90", "\"north\":90.1", SL_ERR_RANGE, "/coverage/0/0/north"},
      {"\"south\":-90", "\"south\":90", SL_OK, ""},
      {"\"lower_ft\":-2000,\"upper_ft\":328000", "\"lower_ft\":9,\"upper_ft\":8", SL_ERR_ORDER, "/coverage/0/0"},
      {"\"lattices\":[\"", "\"lattices\":[\"x", SL_ERR_UNKNOWN, "/lattices/0"},
      {"\"grow_s\":", "\"grow_s\":-", SL_ERR_RANGE, "/grow_s"},
      {"\"tick_s\":", "\"ticks\":", SL_ERR_UNKNOWN, "/ticks"},
      {"\"budget_differs\":4", "\"budget_differs\":4.5", SL_ERR_TYPE, "/budget_differs"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_fault fault = sl_fault_none();
    sl_err err = read_replaced(cases[i].from, cases[i].to, &fault);
    if (err != cases[i].expected || strcmp(fault.pointer, cases[i].pointer) != 0) {
      fail_msg("%s: %s at \"%s\"", cases[i].to, sl_err_name(err), fault.pointer);
    }
  }
}

int main(void) {
  sl_arena_init(&arena, 4u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(defaults_round_trip), cmocka_unit_test(refusals)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
