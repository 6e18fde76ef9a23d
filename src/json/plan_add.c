/* Writing plans: the inverse of volume.c and plan.c, in one form only.
 *
 * Work: as reading. Numbers are written in the shortest exact decimal form, so that
 * reading gives the same integers. */
#include "base/assert.h"
#include "json/plan.h"

static void add_point(sl_json_out *out, const sl_pos *pos) {
  sl_json_open(out, NULL, '{');
  sl_json_add_decimal(out, "lng", pos->lon_nd, 9);
  sl_json_add_decimal(out, "lat", pos->lat_nd, 9);
  sl_json_close(out, '}');
}

static void add_points(sl_json_out *out, const char *name, const sl_pos *pos, uint32_t count) {
  sl_json_open(out, name, '[');
  for (uint32_t i = 0; i < count; i++) add_point(out, &pos[i]);
  sl_json_close(out, ']');
}

static void add_length(sl_json_out *out, const char *name, sl_len length) {
  sl_json_open(out, name, '{');
  sl_json_add_decimal(out, "value", length.mm, 3);
  sl_json_add_text(out, "units", "M");
  sl_json_close(out, '}');
}

void sl_instant_json_add(sl_json_out *out, const char *name, sl_time time) {
  sl_json_open(out, name, '{');
  sl_json_add_time(out, "value", time);
  sl_json_add_text(out, "format", "RFC3339");
  sl_json_close(out, '}');
}

void sl_altitude_json_add(sl_json_out *out, const char *name, const sl_alt *alt) {
  SL_ASSERT(alt->ref == SL_ALT_W84 || alt->ref == SL_ALT_BARO);
  sl_json_open(out, name, '{');
  if (alt->ref == SL_ALT_BARO) {
    sl_json_add_int(out, "value", alt->as.baro.ft);
    sl_json_add_text(out, "reference", "STD");
    sl_json_add_text(out, "units", "FT");
  } else {
    sl_json_add_decimal(out, "value", alt->as.w84.mm, 3);
    sl_json_add_text(out, "reference", "W84");
    sl_json_add_text(out, "units", "M");
  }
  sl_json_close(out, '}');
}

void sl_band_json_add(sl_json_out *out, const sl_band *band) {
  if (band->ref == SL_ALT_COLUMN) return;
  sl_alt lower = {.ref = band->ref}, upper = {.ref = band->ref};
  if (band->ref == SL_ALT_BARO) {
    lower.as.baro = band->as.baro.lower;
    upper.as.baro = band->as.baro.upper;
  } else {
    lower.as.w84 = band->as.w84.lower;
    upper.as.w84 = band->as.w84.upper;
  }
  sl_altitude_json_add(out, "altitude_lower", &lower);
  sl_altitude_json_add(out, "altitude_upper", &upper);
}

static void add_edge(sl_json_out *out, sl_edge edge) {
  if (edge == SL_EDGE_PARALLEL) sl_json_add_text(out, "edge", "parallel");
}

/* The outer ring at `first` and its holes, up to `end`. */
static void add_polygon(sl_json_out *out, const sl_polygon *polygon, uint32_t first, uint32_t end) {
  SL_ASSERT(first < end && !polygon->hole[first]);
  sl_json_open(out, "outline_polygon", '{');
  add_points(out, "vertices", polygon->ring[first].vertex, polygon->ring[first].count);
  if (end > first + 1) {
    sl_json_open(out, "holes", '[');
    for (uint32_t i = first + 1; i < end; i++) {
      sl_json_open(out, NULL, '{');
      add_points(out, "vertices", polygon->ring[i].vertex, polygon->ring[i].count);
      sl_json_close(out, '}');
    }
    sl_json_close(out, ']');
  }
  add_edge(out, polygon->edge);
  sl_json_close(out, '}');
}

static void add_circle(sl_json_out *out, const sl_circle *circle) {
  sl_json_open(out, "outline_circle", '{');
  sl_json_open(out, "center", '{');
  sl_json_add_decimal(out, "lng", circle->centre.lon_nd, 9);
  sl_json_add_decimal(out, "lat", circle->centre.lat_nd, 9);
  sl_json_close(out, '}');
  add_length(out, "radius", circle->radius);
  sl_json_close(out, '}');
}

static void add_corridor(sl_json_out *out, const sl_corridor *corridor) {
  sl_json_open(out, "outline_corridor", '{');
  add_points(out, "points", corridor->point, corridor->count);
  add_length(out, "half_width", corridor->half_width);
  add_edge(out, corridor->edge);
  sl_json_close(out, '}');
}

/* One Volume4D; of a polygon the rings from first to end. */
static void add_part(sl_json_out *out, const char *name, const sl_volume *volume, uint32_t first, uint32_t end) {
  sl_json_open(out, name, '{');
  sl_json_open(out, "volume", '{');
  switch (volume->shape.kind) {
    case SL_SHAPE_POLYGON: add_polygon(out, &volume->shape.as.polygon, first, end); break;
    case SL_SHAPE_CIRCLE: add_circle(out, &volume->shape.as.circle); break;
    case SL_SHAPE_CORRIDOR: add_corridor(out, &volume->shape.as.corridor); break;
  }
  sl_band_json_add(out, &volume->band);
  sl_json_close(out, '}');
  sl_instant_json_add(out, "time_start", volume->window.start);
  sl_instant_json_add(out, "time_end", volume->window.end);
  sl_json_close(out, '}');
}

void sl_volume_json_add(sl_json_out *out, const char *name, const sl_volume *volume) {
  if (volume->shape.kind != SL_SHAPE_POLYGON) {
    add_part(out, name, volume, 0, 0);
    return;
  }
  const sl_polygon *polygon = &volume->shape.as.polygon;
  for (uint32_t first = 0; first < polygon->count;) {
    uint32_t end = first + 1;
    while (end < polygon->count && polygon->hole[end]) end++;
    SL_ASSERT(name == NULL || (first == 0 && end == polygon->count));
    add_part(out, name, volume, first, end);
    first = end;
  }
}

static void add_fix(sl_json_out *out, const sl_fix *fix, bool feet) {
  sl_json_open(out, NULL, '{');
  sl_json_add_decimal(out, "lat", fix->pos.lat_nd, 9);
  sl_json_add_decimal(out, "lng", fix->pos.lon_nd, 9);
  if (feet) {
    sl_json_add_int(out, "alt", fix->alt.baro.ft);
  } else {
    sl_json_add_decimal(out, "alt", fix->alt.w84.mm, 3);
  }
  sl_json_add_time(out, "time", fix->time);
  sl_json_close(out, '}');
}

static void add_trajectory(sl_json_out *out, const sl_trajectory *trajectory) {
  bool feet = trajectory->ref == SL_ALT_BARO;
  SL_ASSERT(feet || trajectory->ref == SL_ALT_W84);
  sl_json_open(out, NULL, '{');
  sl_json_add_text(out, "reference", feet ? "STD" : "W84");
  sl_json_add_decimal(out, "lateral_m", trajectory->lateral.mm, 3);
  if (feet) {
    sl_json_add_int(out, "vertical_ft", trajectory->vertical.baro_ft);
  } else {
    sl_json_add_decimal(out, "vertical_m", trajectory->vertical.w84.mm, 3);
  }
  sl_json_add_decimal(out, "along_s", trajectory->along.ns, 9);
  sl_json_open(out, "points", '[');
  for (uint32_t i = 0; i < trajectory->count; i++) add_fix(out, &trajectory->fix[i], feet);
  sl_json_close(out, ']');
  sl_json_close(out, '}');
}

static uint32_t count_kind(const sl_plan *plan, sl_object_kind kind) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < plan->count; i++) count += plan->object[i].kind == kind;
  return count;
}

void sl_plan_json_add(sl_json_out *out, const char *name, const sl_plan *plan) {
  sl_json_open(out, name, '{');
  if (count_kind(plan, SL_OBJECT_VOLUME) > 0) {
    sl_json_open(out, "volumes", '[');
    for (uint32_t i = 0; i < plan->count; i++) {
      if (plan->object[i].kind == SL_OBJECT_VOLUME) sl_volume_json_add(out, NULL, &plan->object[i].as.volume);
    }
    sl_json_close(out, ']');
  }
  if (count_kind(plan, SL_OBJECT_TRAJECTORY) > 0) {
    sl_json_open(out, "trajectories", '[');
    for (uint32_t i = 0; i < plan->count; i++) {
      if (plan->object[i].kind == SL_OBJECT_TRAJECTORY) add_trajectory(out, &plan->object[i].as.trajectory);
    }
    sl_json_close(out, ']');
  }
  sl_json_close(out, '}');
}
