/* Plans of the stories, as bodies of submissions. */
#include "sim.h"

#define ND INT64_C(1000000000)

typedef struct room {
  sl_pos vertex[2][5];
  sl_ring ring[2];
  bool hole[1];
  sl_fix fix[3];
  sl_object object[2];
} room;

static sl_pos place(const sl_sim_plan *plan, double north, double east) {
  return (sl_pos){(int64_t)(plan->lat * 1e9) + (int64_t)(north * 9000.0),
                  (int64_t)(plan->lon * 1e9) + (int64_t)(east * 13000.0)};
}

static void box(const sl_sim_plan *plan, room *r, unsigned which, double east, sl_shape *out) {
  double h = plan->half;
  sl_pos corner[4] = {place(plan, -h, east - h), place(plan, -h, east + h), place(plan, h, east + h),
                      place(plan, h, east - h)};
  memcpy(r->vertex[which], corner, sizeof corner);
  r->ring[which] = (sl_ring){r->vertex[which], 4};
  *out = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {&r->ring[which], r->hole, 1, SL_EDGE_GEODESIC}};
}

static void band(const sl_sim_plan *plan, sl_band *out) {
  *out = (sl_band){.ref = plan->pressure ? SL_ALT_BARO : SL_ALT_W84};
  if (plan->pressure) {
    out->as.baro.lower.ft = (int32_t)plan->lower;
    out->as.baro.upper.ft = (int32_t)plan->upper;
  } else {
    out->as.w84.lower.mm = plan->lower * 1000;
    out->as.w84.upper.mm = plan->upper * 1000;
  }
}

static void track(const sl_sim_plan *plan, room *r) {
  int64_t step = (plan->to_s - plan->from_s) * SL_NS_PER_S / 2;
  for (int i = 0; i < 3; i++) {
    r->fix[i] = (sl_fix){.pos = place(plan, (i - 1) * plan->half, (i - 1) * plan->half),
                         .time = {plan->from_s * SL_NS_PER_S + i * step}};
    if (plan->pressure) r->fix[i].alt.baro.ft = (int32_t)((plan->lower + plan->upper) / 2);
    else r->fix[i].alt.w84.mm = (plan->lower + plan->upper) * 500;
  }
  r->object[0] = (sl_object){.kind = SL_OBJECT_TRAJECTORY};
  sl_trajectory *t = &r->object[0].as.trajectory;
  *t = (sl_trajectory){.fix = r->fix, .count = 3, .ref = plan->pressure ? SL_ALT_BARO : SL_ALT_W84,
                       .lateral = {50000}, .along = {2 * SL_NS_PER_S}};
  if (plan->pressure) t->vertical.baro_ft = 100;
  else t->vertical.w84.mm = 20000;
}

static sl_plan build(const sl_sim_plan *plan, room *r) {
  r->hole[0] = false;
  if (plan->shape == 3) {
    track(plan, r);
    return (sl_plan){r->object, 1};
  }
  unsigned count = plan->shape == 4 ? 2 : 1;
  for (unsigned i = 0; i < count; i++) {
    r->object[i] = (sl_object){.kind = SL_OBJECT_VOLUME};
    sl_volume *volume = &r->object[i].as.volume;
    band(plan, &volume->band);
    volume->window = (sl_window){{plan->from_s * SL_NS_PER_S}, {plan->to_s * SL_NS_PER_S}};
    box(plan, r, i, i * 1.5 * plan->half, &volume->shape);
  }
  sl_shape *shape = &r->object[0].as.volume.shape;
  if (plan->shape == 1) {
    *shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {place(plan, 0, 0), {(int64_t)(plan->half * 1000)}}};
  } else if (plan->shape == 2) {
    r->vertex[0][0] = place(plan, 0, -plan->half);
    r->vertex[0][1] = place(plan, 0, plan->half);
    *shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {r->vertex[0], 2, {100000}, SL_EDGE_GEODESIC}};
  }
  return (sl_plan){r->object, count};
}

char *sl_sim_body(const sl_sim_plan *plan, const sl_sim_options *options) {
  static room rooms[3];
  sl_draft draft = {.version = options->version, .state = options->state, .exercise = options->exercise,
                    .pending_if_refused = options->pending, .start_tolerance = {300 * SL_NS_PER_S},
                    .time_tolerance = {options->tolerance_s * SL_NS_PER_S}, .free = options->free};
  draft.plan = build(plan, &rooms[0]);
  if (options->free) {
    draft.freedom.later.ns = 1800 * SL_NS_PER_S;
    if (plan->pressure) draft.freedom.up_ft = 2000;
    else draft.freedom.up_w84.mm = 200000;
  }
  for (unsigned i = 0; i < options->alternatives && i < 2 && !options->free; i++) {
    sl_sim_plan moved = *plan;
    if (i == 0) moved.from_s += 900, moved.to_s += 900;
    else moved.lat += 0.1;
    draft.alternative[draft.alternative_count++] = build(&moved, &rooms[1 + i]);
  }
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_draft_add(&body, &draft);
  sl_buf_add_u8(&body, 0);
  if (body.error) fail_msg("a draft that cannot be written");
  char *text = strdup((const char *)body.data);
  sl_buf_fini(&body);
  return text;
}
