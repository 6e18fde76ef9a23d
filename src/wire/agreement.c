/* Line agreements as JSON; sl_agreement_check() names places as they are here.
 *
 *   {"version":1,"line":name,"number":n,"sides":[name,name],"valid_from":time,
 *    "level":"plain"|"blind"|"relay",
 *    "minima":[{"a":class,"b":class,"lateral_m","vertical_m","vertical_ft",
 *               "pressure":{"low_m","high_m"}?}...],
 *    "coverage":[[box...],[box...]]  of the sides in their order, box =
 *      {"south","west","north","east","lower_m","upper_m","lower_ft","upper_ft",
 *       "hours":{"open","shut"}? in minutes from Monday 00:00 UTC,"classes":[class...]},
 *    "granules":[{"lateral_m","vertical_m","vertical_ft","time_s"}...]  of the classes
 *      undeclared, crewed, drone, reservation, hazard in this order,
 *    "lattices":["crewed"|"drone"...]  likewise,
 *    and the constants: "grow_s" ... "budget_differs" (constant_table below)}
 *
 * Work: once a year and line. Minima are rounded up, coverage inward. */
#include "wire/record.h"

#include "base/assert.h"
#include "json/decode.h"
#include "json/encode.h"
#include "wire/word.h"

SL_STATIC_ASSERT(sizeof(sl_level) == sizeof(int) && sizeof(sl_lattice_kind) == sizeof(int), "WORD writes an int");

static const sl_json_word level_words[] = {
    {"plain", SL_LEVEL_PLAIN}, {"blind", SL_LEVEL_BLIND}, {"relay", SL_LEVEL_RELAY}, {NULL, 0}};
static const sl_json_word lattice_words[] = {{"crewed", SL_LATTICE_CREWED}, {"drone", SL_LATTICE_DRONE}, {NULL, 0}};

#define LENGTH(type, name_, field, low, round_) \
  {.name = name_, .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(type, field.mm), .min = (low), \
   .max = SL_LEN_MAX_MM, .scale = 3, .round = (round_)}
#define FEET(type, name_, field, low) \
  {.name = name_, .kind = SL_JSON_I32, .required = true, .offset = offsetof(type, field), .min = (low), \
   .max = SL_ALT_BARO_MAX_FT}
#define DEGREES(name_, field, limit, round_) \
  {.name = name_, .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(sl_cover_box, field), \
   .min = -(limit) * SL_ND_PER_DEG, .max = (limit) * SL_ND_PER_DEG, .scale = 9, .round = (round_)}

static sl_err read_pressure(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      LENGTH(sl_minima, "low_m", baro_low, -SL_LEN_MAX_MM, SL_ROUND_DOWN),
      LENGTH(sl_minima, "high_m", baro_high, -SL_LEN_MAX_MM, SL_ROUND_UP)};
  sl_minima *minima = target;
  minima->baro_bounded = true;
  return sl_json_object(reader, minima, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_pair(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "a", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_pair_minima, a),
       .read = sl_word_read_class},
      {.name = "b", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_pair_minima, b),
       .read = sl_word_read_class},
      LENGTH(sl_pair_minima, "lateral_m", minima.lateral, 0, SL_ROUND_UP),
      LENGTH(sl_pair_minima, "vertical_m", minima.vertical_w84, 0, SL_ROUND_UP),
      FEET(sl_pair_minima, "vertical_ft", minima.vertical_ft, 0),
      {.name = "pressure", .kind = SL_JSON_CALL, .offset = offsetof(sl_pair_minima, minima), .read = read_pressure}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_minima(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_agreement *agreement = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &agreement->pair_count, at, 0, SL_PAIR_MINIMA_COUNT,
                            sizeof(sl_pair_minima), read_pair);
  if (err == SL_OK) memcpy(agreement->pair, items, agreement->pair_count * sizeof(sl_pair_minima));
  return err;
}

static sl_err read_hours(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  typedef struct hours { uint32_t open, shut; } hours;
  static const sl_json_member table[] = {
      {.name = "open", .kind = SL_JSON_U32, .required = true, .offset = offsetof(hours, open),
       .max = SL_WEEK_MINUTES - 1},
      {.name = "shut", .kind = SL_JSON_U32, .required = true, .offset = offsetof(hours, shut),
       .max = SL_WEEK_MINUTES}};
  hours in = {0, 0};
  sl_err err = sl_json_object(reader, &in, at, table, SL_JSON_COUNT(table), NULL);
  if (err != SL_OK) return err;
  sl_cover_box *box = target;
  box->hours = true;
  box->open = (uint16_t)in.open;
  box->shut = (uint16_t)in.shut;
  return SL_OK;
}

static sl_err read_classes(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  void *items = NULL;
  uint32_t count = 0;
  sl_err err = sl_json_list(reader, &items, &count, at, 1, SL_CLASS_COUNT, sizeof(sl_class), sl_word_read_class);
  if (err != SL_OK) return err;
  unsigned classes = 0;
  for (uint32_t i = 0; i < count; i++) {
    unsigned bit = 1u << ((const sl_class *)items)[i];
    sl_json_at place = sl_json_element(at, i);
    if ((classes & bit) != 0) return sl_json_fail(reader, &place, SL_ERR_DUPLICATE, "this class stands twice");
    classes |= bit;
  }
  *(uint8_t *)target = (uint8_t)classes;
  return SL_OK;
}

static sl_err read_box(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      DEGREES("south", south_west.lat_nd, 90, SL_ROUND_UP),
      DEGREES("west", south_west.lon_nd, 180, SL_ROUND_UP),
      DEGREES("north", north_east.lat_nd, 90, SL_ROUND_DOWN),
      DEGREES("east", north_east.lon_nd, 180, SL_ROUND_DOWN),
      LENGTH(sl_cover_box, "lower_m", lower, SL_ALT_W84_MIN_MM, SL_ROUND_UP),
      LENGTH(sl_cover_box, "upper_m", upper, SL_ALT_W84_MIN_MM, SL_ROUND_DOWN),
      FEET(sl_cover_box, "lower_ft", lower_baro.ft, SL_ALT_BARO_MIN_FT),
      FEET(sl_cover_box, "upper_ft", upper_baro.ft, SL_ALT_BARO_MIN_FT),
      {.name = "hours", .kind = SL_JSON_CALL, .offset = 0, .read = read_hours},
      {.name = "classes", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_cover_box, classes),
       .read = read_classes}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_coverage(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_coverage *coverage = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &coverage->count, at, 0, SL_COVER_BOXES_MAX, sizeof(sl_cover_box), read_box);
  if (err == SL_OK) memcpy(coverage->box, items, coverage->count * sizeof(sl_cover_box));
  return err;
}

static sl_err read_granule(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      LENGTH(sl_granule_size, "lateral_m", lateral, 1, SL_ROUND_UP),
      LENGTH(sl_granule_size, "vertical_m", vertical_w84, 1, SL_ROUND_UP),
      FEET(sl_granule_size, "vertical_ft", vertical_ft, 1),
      {.name = "time_s", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(sl_granule_size, time.ns),
       .min = 1, .max = 24 * SL_NS_PER_H, .scale = 9, .round = SL_ROUND_UP}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_lattice(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member rule = {.kind = SL_JSON_WORD, .words = lattice_words};
  return sl_json_value(reader, target, at, &rule);
}

/* An array of exactly `count` elements into the target. */
static sl_err read_exactly(const sl_json_reader *reader, void *target, const sl_json_at *at, size_t count, size_t size,
                           sl_json_read_fn *read) {
  void *items = NULL;
  uint32_t found = 0;
  sl_err err = sl_json_list(reader, &items, &found, at, count, count, size, read);
  if (err == SL_OK) memcpy(target, items, count * size);
  return err;
}

static sl_err read_sides(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_exactly(reader, target, at, 2, SL_NAME_MAX + 1, sl_word_read_name);
}

static sl_err read_coverages(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_exactly(reader, target, at, 2, sizeof(sl_coverage), read_coverage);
}

static sl_err read_granules(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_exactly(reader, target, at, SL_CLASS_COUNT, sizeof(sl_granule_size), read_granule);
}

static sl_err read_lattices(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_exactly(reader, target, at, SL_CLASS_COUNT, sizeof(sl_lattice_kind), read_lattice);
}

typedef struct body {
  int form;
  sl_agreement agreement;
} body;

#define SECONDS(name_, field) \
  {.name = name_, .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(body, agreement.field.ns), \
   .max = 24 * SL_NS_PER_H, .scale = 9}
#define CALL(name_, field, read_) \
  {.name = name_, .kind = SL_JSON_CALL, .required = true, .offset = offsetof(body, field), .read = (read_)}
#define CONSTANT_FIRST 10u

/* The rows from CONSTANT_FIRST on are the constants, written as they are read. */
static const sl_json_member table[] = {
    CALL("version", form, sl_word_read_form),
    CALL("line", agreement.line, sl_word_read_name),
    {.name = "number", .kind = SL_JSON_U32, .required = true, .offset = offsetof(body, agreement.number),
     .max = UINT32_MAX},
    CALL("sides", agreement.side, read_sides),
    {.name = "valid_from", .kind = SL_JSON_TIME, .required = true, .offset = offsetof(body, agreement.valid_from)},
    {.name = "level", .kind = SL_JSON_WORD, .required = true, .offset = offsetof(body, agreement.level),
     .words = level_words},
    CALL("minima", agreement, read_minima),
    CALL("coverage", agreement.coverage, read_coverages),
    CALL("granules", agreement.granule, read_granules),
    CALL("lattices", agreement.lattice, read_lattices),
    SECONDS("grow_s", grow),
    SECONDS("clock_warn_s", clock_warn),
    SECONDS("clock_limit_s", clock_limit),
    {.name = "quantum_ms", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(body, agreement.quantum.ns),
     .max = SL_NS_PER_H, .scale = 6},
    SECONDS("round_s", round),
    SECONDS("tick_s", tick),
    SECONDS("heartbeat_s", heartbeat),
    SECONDS("lease_activated_s", lease_activated),
    SECONDS("lease_planned_s", lease_planned),
    SECONDS("after_end_s", after_end),
    SECONDS("pending_s", pending),
    SECONDS("pace_s", pace),
    SECONDS("urgent_lead_s", urgent_lead),
    SECONDS("answer_s", answer),
    SECONDS("acknowledge_s", acknowledge),
    {.name = "budget_declared", .kind = SL_JSON_I64, .required = true,
     .offset = offsetof(body, agreement.budget_declared), .max = SL_BUDGET_DECLARED_MAX},
    {.name = "budget_differs", .kind = SL_JSON_I64, .required = true,
     .offset = offsetof(body, agreement.budget_differs), .max = SL_BUDGET_DECLARED_MAX}};

sl_err sl_agreement_read(sl_agreement *out, sl_arena *arena, sl_span payload, sl_fault *fault) {
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = SL_PAYLOAD_MAX;
  sl_json *json = NULL;
  sl_err err = sl_json_parse(&json, payload, &caps, fault);
  if (err != SL_OK) return err;
  body *in = SL_ARENA_TAKE(arena, 1, body);
  if (in == NULL) {
    sl_json_free(json);
    return sl_fault_set(fault, SL_ERR_NOMEM, "the memory of this request is used up");
  }
  sl_json_reader reader = {.arena = arena, .fault = fault};
  sl_json_at root = sl_json_root(json);
  err = sl_json_object(&reader, in, &root, table, SL_JSON_COUNT(table), NULL);
  sl_json_free(json);
  if (err == SL_OK) err = sl_agreement_check(&in->agreement, fault);
  if (err == SL_OK) *out = in->agreement;
  return err;
}

static void pair_add(sl_json_out *json, const sl_pair_minima *pair) {
  sl_json_open(json, NULL, '{');
  sl_json_add_text(json, "a", sl_class_name(pair->a));
  sl_json_add_text(json, "b", sl_class_name(pair->b));
  sl_json_add_decimal(json, "lateral_m", pair->minima.lateral.mm, 3);
  sl_json_add_decimal(json, "vertical_m", pair->minima.vertical_w84.mm, 3);
  sl_json_add_int(json, "vertical_ft", pair->minima.vertical_ft);
  if (pair->minima.baro_bounded) {
    sl_json_open(json, "pressure", '{');
    sl_json_add_decimal(json, "low_m", pair->minima.baro_low.mm, 3);
    sl_json_add_decimal(json, "high_m", pair->minima.baro_high.mm, 3);
    sl_json_close(json, '}');
  }
  sl_json_close(json, '}');
}

static void box_add(sl_json_out *json, const sl_cover_box *box) {
  sl_json_open(json, NULL, '{');
  sl_json_add_decimal(json, "south", box->south_west.lat_nd, 9);
  sl_json_add_decimal(json, "west", box->south_west.lon_nd, 9);
  sl_json_add_decimal(json, "north", box->north_east.lat_nd, 9);
  sl_json_add_decimal(json, "east", box->north_east.lon_nd, 9);
  sl_json_add_decimal(json, "lower_m", box->lower.mm, 3);
  sl_json_add_decimal(json, "upper_m", box->upper.mm, 3);
  sl_json_add_int(json, "lower_ft", box->lower_baro.ft);
  sl_json_add_int(json, "upper_ft", box->upper_baro.ft);
  if (box->hours) {
    sl_json_open(json, "hours", '{');
    sl_json_add_int(json, "open", box->open);
    sl_json_add_int(json, "shut", box->shut);
    sl_json_close(json, '}');
  }
  sl_json_open(json, "classes", '[');
  for (int c = 0; c < SL_CLASS_COUNT; c++) {
    if ((box->classes >> c & 1) != 0) sl_json_add_text(json, NULL, sl_class_name((sl_class)c));
  }
  sl_json_close(json, ']');
  sl_json_close(json, '}');
}

/* The constants: integers at the offsets of the table. */
static void constants_add(sl_json_out *json, const body *in) {
  SL_ASSERT(strcmp(table[CONSTANT_FIRST].name, "grow_s") == 0);
  for (size_t i = CONSTANT_FIRST; i < SL_JSON_COUNT(table); i++) {
    int64_t value = 0;
    memcpy(&value, (const char *)in + table[i].offset, sizeof value);
    sl_json_add_decimal(json, table[i].name, value, table[i].scale);
  }
}

static void lists_add(sl_json_out *json, const sl_agreement *agreement) {
  sl_json_open(json, "minima", '[');
  for (uint32_t i = 0; i < agreement->pair_count; i++) pair_add(json, &agreement->pair[i]);
  sl_json_close(json, ']');
  sl_json_open(json, "coverage", '[');
  for (int side = 0; side < 2; side++) {
    sl_json_open(json, NULL, '[');
    for (uint32_t i = 0; i < agreement->coverage[side].count; i++) box_add(json, &agreement->coverage[side].box[i]);
    sl_json_close(json, ']');
  }
  sl_json_close(json, ']');
  sl_json_open(json, "granules", '[');
  for (int c = 0; c < SL_CLASS_COUNT; c++) {
    sl_json_open(json, NULL, '{');
    sl_json_add_decimal(json, "lateral_m", agreement->granule[c].lateral.mm, 3);
    sl_json_add_decimal(json, "vertical_m", agreement->granule[c].vertical_w84.mm, 3);
    sl_json_add_int(json, "vertical_ft", agreement->granule[c].vertical_ft);
    sl_json_add_decimal(json, "time_s", agreement->granule[c].time.ns, 9);
    sl_json_close(json, '}');
  }
  sl_json_close(json, ']');
  sl_json_open(json, "lattices", '[');
  for (int c = 0; c < SL_CLASS_COUNT; c++) sl_json_add_text(json, NULL, sl_lattice_kind_name(agreement->lattice[c]));
  sl_json_close(json, ']');
}

void sl_agreement_add(sl_buf *out, const sl_agreement *agreement) {
  SL_ASSERT(agreement->pair_count <= SL_PAIR_MINIMA_COUNT);
  body in = {.form = 1, .agreement = *agreement};
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_int(&json, "version", 1);
  sl_json_add_text(&json, "line", agreement->line);
  sl_json_add_int(&json, "number", agreement->number);
  sl_json_open(&json, "sides", '[');
  sl_json_add_text(&json, NULL, agreement->side[0]);
  sl_json_add_text(&json, NULL, agreement->side[1]);
  sl_json_close(&json, ']');
  sl_json_add_time(&json, "valid_from", agreement->valid_from);
  sl_json_add_text(&json, "level", sl_level_name(agreement->level));
  lists_add(&json, agreement);
  constants_add(&json, &in);
  sl_json_close(&json, '}');
}
