/* The submitted version of an intent, in and out.
 *
 * Work: a plan of 1 to 100 KiB, with up to seven alternatives. Representation: one
 * table; plans are read by json/plan.h into the request's arena. */
#include "wire/intent.h"

#include "base/assert.h"
#include "json/plan.h"

SL_STATIC_ASSERT(sizeof(sl_class) == sizeof(int) && sizeof(sl_intent_state) == sizeof(int), "WORD writes an int");

#define START_TOLERANCE_MAX_NS SL_NS_PER_H
#define START_TOLERANCE_DEFAULT_NS (5 * SL_NS_PER_MIN)
#define TIME_TOLERANCE_MAX_NS (10 * SL_NS_PER_MIN)
#define FREE_TIME_MAX_NS (24 * SL_NS_PER_H)
#define FREE_ASIDE_MAX_MM (100 * SL_MM_PER_NM)

static const sl_json_word state_words[] = {{"Accepted", SL_INTENT_ACCEPTED},
                                           {"Activated", SL_INTENT_ACTIVATED},
                                           {"Nonconforming", SL_INTENT_NONCONFORMING},
                                           {"Contingent", SL_INTENT_CONTINGENT},
                                           {NULL, 0}};
static const sl_json_word class_words[] = {{"crewed", SL_CLASS_CREWED},
                                           {"drone", SL_CLASS_DRONE},
                                           {"reservation", SL_CLASS_RESERVATION},
                                           {"hazard", SL_CLASS_HAZARD},
                                           {NULL, 0}};
static const sl_json_word conflict_words[] = {{"stand", 0}, {"pending", 1}, {NULL, 0}};
static const sl_json_word priority_words[] = {{"others", 0}, {"site", 1}, {"medical", 2}, {"contingency", 3}, {NULL, 0}};

static const char *word_of(const sl_json_word *words, int value) {
  while (words->name != NULL && words->value != value) words++;
  SL_ASSERT(words->name != NULL);
  return words->name;
}

/* A draft and what its words read as. */
typedef struct body {
  sl_draft draft;
  int if_conflict, priority;
} body;

static sl_err read_plan(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return sl_plan_read(reader, target, at, SL_PLAN_NATIVE);
}

static sl_err read_alternatives(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_draft *draft = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &draft->alternative_count, at, 1, SL_ALTERNATIVES_MAX, sizeof(sl_plan),
                            read_plan);
  if (err != SL_OK) return err;
  memcpy(draft->alternative, items, draft->alternative_count * sizeof(sl_plan));
  return SL_OK;
}

static sl_err read_freedom(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "earlier_s", .kind = SL_JSON_DECIMAL, .offset = offsetof(sl_freedom, earlier.ns),
       .max = FREE_TIME_MAX_NS, .scale = 9, .round = SL_ROUND_DOWN},
      {.name = "later_s", .kind = SL_JSON_DECIMAL, .offset = offsetof(sl_freedom, later.ns), .max = FREE_TIME_MAX_NS,
       .scale = 9, .round = SL_ROUND_DOWN},
      {.name = "up_m", .kind = SL_JSON_DECIMAL, .offset = offsetof(sl_freedom, up_w84.mm), .max = SL_ALT_W84_MAX_MM,
       .scale = 3, .round = SL_ROUND_DOWN},
      {.name = "down_m", .kind = SL_JSON_DECIMAL, .offset = offsetof(sl_freedom, down_w84.mm),
       .max = SL_ALT_W84_MAX_MM, .scale = 3, .round = SL_ROUND_DOWN},
      {.name = "up_ft", .kind = SL_JSON_I32, .offset = offsetof(sl_freedom, up_ft), .max = SL_ALT_BARO_MAX_FT},
      {.name = "down_ft", .kind = SL_JSON_I32, .offset = offsetof(sl_freedom, down_ft), .max = SL_ALT_BARO_MAX_FT},
      {.name = "aside_m", .kind = SL_JSON_DECIMAL, .offset = offsetof(sl_freedom, aside.mm), .max = FREE_ASIDE_MAX_MM,
       .scale = 3, .round = SL_ROUND_DOWN}};
  sl_draft *draft = target;
  draft->free = true;
  return sl_json_object(reader, &draft->freedom, at, table, SL_JSON_COUNT(table), NULL);
}

static const sl_json_member draft_table[] = {
    {.name = "version", .kind = SL_JSON_U32, .required = true, .offset = offsetof(body, draft.version), .min = 1,
     .max = UINT32_MAX},
    {.name = "state", .kind = SL_JSON_WORD, .required = true, .offset = offsetof(body, draft.state),
     .words = state_words},
    {.name = "class", .kind = SL_JSON_WORD, .offset = offsetof(body, draft.declared), .words = class_words},
    {.name = "exercise", .kind = SL_JSON_BOOL, .offset = offsetof(body, draft.exercise)},
    {.name = "if_conflict", .kind = SL_JSON_WORD, .offset = offsetof(body, if_conflict), .words = conflict_words},
    {.name = "priority", .kind = SL_JSON_WORD, .offset = offsetof(body, priority), .words = priority_words},
    {.name = "start_tolerance_s", .kind = SL_JSON_DECIMAL, .offset = offsetof(body, draft.start_tolerance.ns),
     .max = START_TOLERANCE_MAX_NS, .scale = 9, .round = SL_ROUND_DOWN},
    {.name = "time_tolerance_s", .kind = SL_JSON_DECIMAL, .offset = offsetof(body, draft.time_tolerance.ns),
     .max = TIME_TOLERANCE_MAX_NS, .scale = 9, .round = SL_ROUND_UP},
    {.name = "plan", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(body, draft.plan), .read = read_plan},
    {.name = "alternatives", .kind = SL_JSON_CALL, .offset = offsetof(body, draft), .read = read_alternatives},
    {.name = "freedom", .kind = SL_JSON_CALL, .offset = offsetof(body, draft), .read = read_freedom}};

static sl_window object_window(const sl_object *object) {
  if (object->kind == SL_OBJECT_VOLUME) return object->as.volume.window;
  const sl_trajectory *trajectory = &object->as.trajectory;
  SL_ASSERT(trajectory->count > 0);
  return (sl_window){{trajectory->fix[0].time.ns - trajectory->along.ns},
                     {trajectory->fix[trajectory->count - 1].time.ns + trajectory->along.ns}};
}

sl_window sl_plan_window(const sl_plan *plan) {
  SL_ASSERT(plan->count > 0);
  sl_window hull = object_window(&plan->object[0]);
  for (uint32_t i = 1; i < plan->count; i++) {
    sl_window window = object_window(&plan->object[i]);
    if (window.start.ns < hull.start.ns) hull.start = window.start;
    if (window.end.ns > hull.end.ns) hull.end = window.end;
  }
  return hull;
}

/* What the table cannot say: how members fit each other, and the clock. */
static sl_err check_draft(const sl_json_reader *reader, const sl_draft *draft, const sl_json_at *root, sl_time now) {
  if (draft->free && draft->alternative_count > 0) {
    sl_json_at place = sl_json_find(root, "freedom");
    return sl_json_fail(reader, &place, SL_ERR_UNSUPPORTED, "give alternatives or freedom, not both");
  }
  if (now.ns == 0) return SL_OK;
  sl_json_at place = sl_json_find(root, "plan");
  if (sl_plan_window(&draft->plan).end.ns <= now.ns) {
    return sl_json_fail(reader, &place, SL_ERR_EXPIRED, "the plan has ended already");
  }
  sl_json_at list = sl_json_find(root, "alternatives");
  for (uint32_t i = 0; i < draft->alternative_count; i++) {
    place = sl_json_element(&list, i);
    if (sl_plan_window(&draft->alternative[i]).end.ns <= now.ns) {
      return sl_json_fail(reader, &place, SL_ERR_EXPIRED, "this alternative has ended already");
    }
  }
  return SL_OK;
}

sl_err sl_draft_read(sl_draft *out, sl_arena *arena, sl_span body_bytes, sl_time now, sl_fault *fault) {
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = SL_DRAFT_BODY_MAX;
  caps.string = 256;
  sl_json *json = NULL;
  sl_err err = sl_json_parse(&json, body_bytes, &caps, fault);
  if (err != SL_OK) return err;
  body in;
  memset(&in, 0, sizeof in);
  in.draft.start_tolerance.ns = START_TOLERANCE_DEFAULT_NS;
  sl_json_reader reader = {.arena = arena, .fault = fault};
  sl_json_at root = sl_json_root(json);
  err = sl_json_object(&reader, &in, &root, draft_table, SL_JSON_COUNT(draft_table), NULL);
  if (err == SL_OK) err = check_draft(&reader, &in.draft, &root, now);
  sl_json_free(json);
  if (err != SL_OK) return err;
  in.draft.pending_if_refused = in.if_conflict == 1;
  in.draft.priority = (uint8_t)in.priority;
  *out = in.draft;
  return SL_OK;
}

static void freedom_add(sl_json_out *json, const sl_freedom *freedom) {
  sl_json_open(json, "freedom", '{');
  sl_json_add_decimal(json, "earlier_s", freedom->earlier.ns, 9);
  sl_json_add_decimal(json, "later_s", freedom->later.ns, 9);
  sl_json_add_decimal(json, "up_m", freedom->up_w84.mm, 3);
  sl_json_add_decimal(json, "down_m", freedom->down_w84.mm, 3);
  sl_json_add_int(json, "up_ft", freedom->up_ft);
  sl_json_add_int(json, "down_ft", freedom->down_ft);
  sl_json_add_decimal(json, "aside_m", freedom->aside.mm, 3);
  sl_json_close(json, '}');
}

void sl_draft_add(sl_buf *out, const sl_draft *draft) {
  SL_ASSERT(draft->alternative_count <= SL_ALTERNATIVES_MAX);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_int(&json, "version", draft->version);
  sl_json_add_text(&json, "state", word_of(state_words, (int)draft->state));
  if (draft->declared != SL_CLASS_UNDECLARED) {
    sl_json_add_text(&json, "class", word_of(class_words, (int)draft->declared));
  }
  sl_json_add_bool(&json, "exercise", draft->exercise);
  sl_json_add_text(&json, "if_conflict", word_of(conflict_words, draft->pending_if_refused));
  sl_json_add_text(&json, "priority", word_of(priority_words, draft->priority));
  sl_json_add_decimal(&json, "start_tolerance_s", draft->start_tolerance.ns, 9);
  sl_json_add_decimal(&json, "time_tolerance_s", draft->time_tolerance.ns, 9);
  sl_plan_json_add(&json, "plan", &draft->plan);
  if (draft->free) freedom_add(&json, &draft->freedom);
  if (draft->alternative_count > 0) {
    sl_json_open(&json, "alternatives", '[');
    for (uint32_t i = 0; i < draft->alternative_count; i++) sl_plan_json_add(&json, NULL, &draft->alternative[i]);
    sl_json_close(&json, ']');
  }
  sl_json_close(&json, '}');
}
