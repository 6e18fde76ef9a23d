/* Purpose: what `check` found, for any map: a point at each closest approach, and the
 * objects in conflict, once each. Work expected: some hundred features. Representation:
 * none. Tracks are cut to the conflict and five minutes about it. */
#include <math.h>

#include "base/assert.h"
#include "cli/check.h"
#include "json/encode.h"

#define ABOUT_NS (5 * SL_NS_PER_MIN)

static void add_position(sl_json_out *json, double lat, double lon) {
  sl_json_open(json, NULL, '[');
  sl_json_add_decimal(json, NULL, (int64_t)llround(lon * 1e9), 9);
  sl_json_add_decimal(json, NULL, (int64_t)llround(lat * 1e9), 9);
  sl_json_close(json, ']');
}

static void add_pos(sl_json_out *json, sl_pos pos) {
  sl_json_open(json, NULL, '[');
  sl_json_add_decimal(json, NULL, pos.lon_nd, 9);
  sl_json_add_decimal(json, NULL, pos.lat_nd, 9);
  sl_json_close(json, ']');
}

static void add_polygon(sl_json_out *json, const sl_polygon *polygon) {
  sl_json_add_text(json, "type", "MultiPolygon");
  sl_json_open(json, "coordinates", '[');
  for (uint32_t i = 0; i < polygon->count; i++) {
    if (!polygon->hole[i]) {
      if (i) sl_json_close(json, ']');
      sl_json_open(json, NULL, '[');
    }
    sl_json_open(json, NULL, '[');
    for (uint32_t v = 0; v < polygon->ring[i].count; v++) add_pos(json, polygon->ring[i].vertex[v]);
    add_pos(json, polygon->ring[i].vertex[0]);
    sl_json_close(json, ']');
  }
  sl_json_close(json, ']');
  sl_json_close(json, ']');
}

static void add_line(sl_json_out *json, const sl_trajectory *track, sl_window window) {
  int64_t from = window.start.ns - ABOUT_NS, to = window.end.ns + ABOUT_NS;
  int64_t first = track->fix[0].time.ns, last = track->fix[track->count - 1].time.ns;
  if (from < first) from = first;
  if (to > last) to = last;
  if (from > last || to < first || from >= to) {
    sl_json_add_text(json, "type", "Point");
    sl_json_open(json, "coordinates", '[');
    sl_json_add_decimal(json, NULL, track->fix[0].pos.lon_nd, 9);
    sl_json_add_decimal(json, NULL, track->fix[0].pos.lat_nd, 9);
    sl_json_close(json, ']');
    return;
  }
  sl_spot begin = sl_track_at(track, (sl_time){from}), end = sl_track_at(track, (sl_time){to});
  sl_json_add_text(json, "type", "LineString");
  sl_json_open(json, "coordinates", '[');
  add_position(json, begin.lat, begin.lon);
  for (uint32_t i = 0; i < track->count; i++)
    if (track->fix[i].time.ns > from && track->fix[i].time.ns < to) add_pos(json, track->fix[i].pos);
  add_position(json, end.lat, end.lon);
  sl_json_close(json, ']');
}

static const char *add_geometry(sl_json_out *json, const sl_object *object, sl_window window) {
  const char *radius = NULL;
  sl_json_open(json, "geometry", '{');
  if (object->kind == SL_OBJECT_TRAJECTORY) {
    add_line(json, &object->as.trajectory, window);
  } else if (object->as.volume.shape.kind == SL_SHAPE_POLYGON) {
    add_polygon(json, &object->as.volume.shape.as.polygon);
  } else if (object->as.volume.shape.kind == SL_SHAPE_CIRCLE) {
    sl_pos centre = object->as.volume.shape.as.circle.centre;
    sl_json_add_text(json, "type", "Point");
    sl_json_open(json, "coordinates", '[');
    sl_json_add_decimal(json, NULL, centre.lon_nd, 9);
    sl_json_add_decimal(json, NULL, centre.lat_nd, 9);
    sl_json_close(json, ']');
    radius = "radius";
  } else {
    const sl_corridor *corridor = &object->as.volume.shape.as.corridor;
    sl_json_add_text(json, "type", "LineString");
    sl_json_open(json, "coordinates", '[');
    for (uint32_t i = 0; i < corridor->count; i++) add_pos(json, corridor->point[i]);
    sl_json_close(json, ']');
    radius = "half_width";
  }
  sl_json_close(json, '}');
  return radius;
}

static void add_object(sl_json_out *json, const sl_check *check, const sl_hit *hit, uint32_t number, bool second) {
  const sl_loaded_record *record = &check->load->record[second ? hit->b : hit->a];
  const sl_loaded_record *other = &check->load->record[second ? hit->a : hit->b];
  const sl_object *object = &record->resolved.object[(second ? hit->window_b : hit->window_a) * record->resolved.views + (second ? hit->view_b : hit->view_a)];
  sl_json_open(json, NULL, '{');
  sl_json_add_text(json, "type", "Feature");
  const char *distance = add_geometry(json, object, hit->finding.window);
  sl_json_open(json, "properties", '{');
  sl_json_add_int(json, "conflict", number);
  sl_json_add_text(json, "role", second ? "b" : "a");
  sl_json_add_str(json, "name", check->load->name[record->name]);
  sl_json_add_str(json, "with", check->load->name[other->name]);
  sl_json_add_time(json, "start", hit->finding.window.start);
  sl_json_add_time(json, "end", hit->finding.window.end);
  if (distance) {
    const sl_shape *shape = &object->as.volume.shape;
    sl_json_add_decimal(json, distance, shape->kind == SL_SHAPE_CIRCLE ? shape->as.circle.radius.mm : shape->as.corridor.half_width.mm, 3);
  }
  sl_json_close(json, '}');
  sl_json_close(json, '}');
}

/* The closest approach, where a track says where that is. */
static void add_closest(sl_json_out *json, const sl_check *check, const sl_hit *hit, uint32_t number) {
  const sl_loaded_record *a = &check->load->record[hit->a], *b = &check->load->record[hit->b];
  const sl_loaded_record *track = a->form == SL_RECORD_TRACK ? a : b;
  if (track->form != SL_RECORD_TRACK) return;
  sl_spot spot = sl_track_at(&track->resolved.object->as.trajectory, hit->finding.closest_at);
  sl_json_open(json, NULL, '{');
  sl_json_add_text(json, "type", "Feature");
  sl_json_open(json, "geometry", '{');
  sl_json_add_text(json, "type", "Point");
  sl_json_open(json, "coordinates", '[');
  sl_json_add_decimal(json, NULL, (int64_t)llround(spot.lon * 1e9), 9);
  sl_json_add_decimal(json, NULL, (int64_t)llround(spot.lat * 1e9), 9);
  sl_json_close(json, ']');
  sl_json_close(json, '}');
  sl_json_open(json, "properties", '{');
  sl_json_add_int(json, "conflict", number);
  sl_json_add_text(json, "role", "closest");
  sl_json_add_time(json, "time", hit->finding.closest_at);
  sl_json_add_decimal(json, "lateral_m", hit->finding.lateral.mm, 3);
  sl_json_add_decimal(json, "vertical_m", hit->finding.vertical.mm, 3);
  sl_json_close(json, '}');
  sl_json_close(json, '}');
}

void sl_check_add_geojson(sl_buf *out, const sl_check *check) {
  SL_ASSERT(out && check->load);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_text(&json, "type", "FeatureCollection");
  sl_json_open(&json, "features", '[');
  for (uint32_t i = 0; i < check->judged.conflicts; i++) {
    add_object(&json, check, &check->judged.hit[i], i + 1, false);
    add_object(&json, check, &check->judged.hit[i], i + 1, true);
    add_closest(&json, check, &check->judged.hit[i], i + 1);
  }
  sl_json_close(&json, ']');
  sl_json_close(&json, '}');
  sl_buf_add_u8(out, '\n');
}
