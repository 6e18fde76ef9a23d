/* Reading volumes: Volume4D as F3548 has it, and our extensions.
 *
 * Work: one to a few hundred volumes of 4 to 100 vertices a plan. Representation: the
 * arrays of a shape go straight into the reader's arena; reader->flags carries what is
 * accepted down to the callbacks. */
#include "json/plan.h"

#include "base/assert.h"

SL_STATIC_ASSERT(sizeof(sl_edge) == sizeof(int) && sizeof(sl_alt_ref) == sizeof(int), "WORD writes an int");

static const sl_json_word edge_words[] = {{"geodesic", SL_EDGE_GEODESIC}, {"parallel", SL_EDGE_PARALLEL}, {NULL, 0}};
static const sl_json_word format_words[] = {{"RFC3339", 1}, {NULL, 0}};
static const sl_json_word metre_words[] = {{"M", 1}, {NULL, 0}};
static const sl_json_word unit_words[] = {{"M", SL_ALT_W84}, {"FT", SL_ALT_BARO}, {NULL, 0}};
static const sl_json_word strict_reference_words[] = {{"W84", SL_ALT_W84}, {NULL, 0}};
static const sl_json_word reference_words[] = {{"W84", SL_ALT_W84}, {"STD", SL_ALT_BARO}, {NULL, 0}};

/* The standard's range of altitudes. Its lower end is below ours, and ours below all
 * that flies. */
#define OPEN_MIN_MM INT64_C(-8000000)
#define OPEN_MAX_MM INT64_C(100000000)

#define LATITUDE(type, name_, field) \
  {.name = name_, .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(type, field.lat_nd), \
   .min = -90 * SL_ND_PER_DEG, .max = 90 * SL_ND_PER_DEG, .scale = 9}
#define LONGITUDE(type, name_, field) \
  {.name = name_, .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(type, field.lon_nd), \
   .min = -180 * SL_ND_PER_DEG, .max = 180 * SL_ND_PER_DEG, .scale = 9}

typedef struct point { sl_pos pos; } point;

static sl_err read_point(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {LONGITUDE(point, "lng", pos), LATITUDE(point, "lat", pos)};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

sl_err sl_point_read(const sl_json_reader *reader, sl_pos *out, const sl_json_at *at) {
  point in = {.pos = {0, 0}};
  sl_err err = read_point(reader, &in, at);
  if (err == SL_OK) *out = in.pos;
  return err;
}

/* {"value","units":"M"}: a length over 0, rounded up. */
static sl_err read_length(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  typedef struct length { sl_len value; int units; } length;
  static const sl_json_member table[] = {
      {.name = "value", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(length, value.mm), .min = 1,
       .max = SL_LEN_MAX_MM, .scale = 3, .round = SL_ROUND_UP},
      {.name = "units", .kind = SL_JSON_UNIT, .required = true, .offset = offsetof(length, units),
       .words = metre_words}};
  length in = {.units = 0};
  sl_err err = sl_json_object(reader, &in, at, table, SL_JSON_COUNT(table), NULL);
  if (err == SL_OK) *(sl_len *)target = in.value;
  return err;
}

sl_err sl_instant_read(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  typedef struct instant { sl_time value; int format; } instant;
  static const sl_json_member table[] = {
      {.name = "value", .kind = SL_JSON_TIME, .required = true, .offset = offsetof(instant, value)},
      {.name = "format", .kind = SL_JSON_UNIT, .required = true, .offset = offsetof(instant, format),
       .words = format_words}};
  instant in = {.format = 0};
  sl_err err = sl_json_object(reader, &in, at, table, SL_JSON_COUNT(table), NULL);
  if (err == SL_OK) *(sl_time *)target = in.value;
  return err;
}

/* {"value","reference","units"}, W84 rounded as told. */
static sl_err read_altitude(const sl_json_reader *reader, sl_alt *out, const sl_json_at *at, sl_round round_to) {
  typedef struct altitude { int reference, units; } altitude;
  bool strict = (reader->flags & SL_PLAN_STRICT_F3548) != 0;
  const sl_json_member table[] = {
      {.name = "value", .kind = SL_JSON_ANY, .required = true},
      {.name = "reference", .kind = SL_JSON_UNIT, .required = true, .offset = offsetof(altitude, reference),
       .words = strict ? strict_reference_words : reference_words},
      {.name = "units", .kind = SL_JSON_UNIT, .required = true, .offset = offsetof(altitude, units),
       .words = strict ? metre_words : unit_words}};
  altitude in = {.reference = 0};
  sl_err err = sl_json_object(reader, &in, at, table, SL_JSON_COUNT(table), NULL);
  if (err != SL_OK) return err;
  if (in.reference != in.units) {
    sl_json_at units = sl_json_find(at, "units");
    return sl_json_fail(reader, &units, SL_ERR_UNIT, "W84 altitudes are in M, STD altitudes in FT");
  }
  static const sl_json_member feet = {.kind = SL_JSON_I32, .min = SL_ALT_BARO_MIN_FT, .max = SL_ALT_BARO_MAX_FT};
  const sl_json_member metres = {.kind = SL_JSON_DECIMAL, .min = reader->open ? OPEN_MIN_MM : SL_ALT_W84_MIN_MM,
                                 .max = reader->open ? OPEN_MAX_MM : SL_ALT_W84_MAX_MM, .scale = 3,
                                 .round = round_to};
  sl_json_at value = sl_json_find(at, "value");
  sl_alt result = {.ref = (sl_alt_ref)in.reference};
  err = result.ref == SL_ALT_BARO ? sl_json_value(reader, &result.as.baro.ft, &value, &feet)
                                  : sl_json_value(reader, &result.as.w84.mm, &value, &metres);
  if (err != SL_OK) return err;
  if (result.ref == SL_ALT_W84 && result.as.w84.mm < SL_ALT_W84_MIN_MM) result.as.w84.mm = SL_ALT_W84_MIN_MM;
  *out = result;
  return SL_OK;
}

static sl_err read_lower(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_altitude(reader, target, at, SL_ROUND_DOWN);
}

static sl_err read_upper(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  return read_altitude(reader, target, at, SL_ROUND_UP);
}

static sl_err read_circle(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "center", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_circle, centre),
       .read = read_point},
      {.name = "radius", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_circle, radius),
       .read = read_length}};
  sl_shape *shape = target;
  shape->kind = SL_SHAPE_CIRCLE;
  return sl_json_object(reader, &shape->as.circle, at, table, SL_JSON_COUNT(table), NULL);
}

static sl_err read_vertices(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_ring *ring = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &ring->count, at, 3, SL_RING_VERTICES_MAX, sizeof(sl_pos), read_point);
  if (err != SL_OK) return err;
  ring->vertex = items;
  const sl_pos *first = ring->vertex, *last = ring->vertex + ring->count - 1;
  bool closed = first->lat_nd == last->lat_nd && first->lon_nd == last->lon_nd;
  if (reader->open && closed && ring->count > 3) ring->count--;
  return SL_OK;
}

static sl_err read_hole(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "vertices", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_vertices}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

typedef struct outline {
  sl_ring outer;
  sl_ring *hole;
  uint32_t hole_count;
  int edge;
} outline;

static sl_err read_holes(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  outline *in = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &in->hole_count, at, 0, SL_RINGS_MAX - 1, sizeof(sl_ring), read_hole);
  if (err == SL_OK) in->hole = items;
  return err;
}

static sl_err read_polygon(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "vertices", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(outline, outer),
       .read = read_vertices},
      {.name = "holes", .kind = SL_JSON_CALL, .offset = 0, .read = read_holes},
      {.name = "edge", .kind = SL_JSON_WORD, .offset = offsetof(outline, edge), .words = edge_words}};
  bool strict = (reader->flags & SL_PLAN_STRICT_F3548) != 0;
  outline in = {.edge = SL_EDGE_GEODESIC};
  sl_err err = sl_json_object(reader, &in, at, table, strict ? 1 : SL_JSON_COUNT(table), NULL);
  if (err != SL_OK) return err;
  uint32_t count = in.hole_count + 1;
  sl_ring *ring = SL_ARENA_TAKE(reader->arena, count, sl_ring);
  bool *hole = SL_ARENA_TAKE(reader->arena, count, bool);
  if (ring == NULL || hole == NULL) {
    return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
  }
  ring[0] = in.outer;
  for (uint32_t i = 1; i < count; i++) {
    ring[i] = in.hole[i - 1];
    hole[i] = true;
  }
  sl_shape *shape = target;
  *shape = (sl_shape){.kind = SL_SHAPE_POLYGON,
                      .as.polygon = {.ring = ring, .hole = hole, .count = count, .edge = (sl_edge)in.edge}};
  return SL_OK;
}

static sl_err read_points(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  sl_corridor *corridor = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &corridor->count, at, 2, SL_RING_VERTICES_MAX, sizeof(sl_pos), read_point);
  if (err == SL_OK) corridor->point = items;
  return err;
}

static sl_err read_corridor(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "points", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_points},
      {.name = "half_width", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_corridor, half_width),
       .read = read_length},
      {.name = "edge", .kind = SL_JSON_WORD, .offset = offsetof(sl_corridor, edge), .words = edge_words}};
  sl_shape *shape = target;
  *shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {.edge = SL_EDGE_GEODESIC}};
  return sl_json_object(reader, &shape->as.corridor, at, table, SL_JSON_COUNT(table), NULL);
}

/* A Volume3D before it is a shape and a band. */
typedef struct solid {
  sl_shape shape;
  sl_alt lower, upper;
} solid;

enum { BIT_LOWER = 1u << 0, BIT_UPPER = 1u << 1, BIT_CIRCLE = 1u << 2, BIT_POLYGON = 1u << 3, BIT_CORRIDOR = 1u << 4 };

/* The end of the accepted range that an absent altitude stands for. */
static sl_alt open_end(sl_alt_ref ref, bool upper) {
  sl_alt end = {.ref = ref};
  if (ref == SL_ALT_BARO) {
    end.as.baro.ft = upper ? SL_ALT_BARO_MAX_FT : SL_ALT_BARO_MIN_FT;
  } else {
    end.as.w84.mm = upper ? SL_ALT_W84_MAX_MM : SL_ALT_W84_MIN_MM;
  }
  return end;
}

static sl_err read_band(const sl_json_reader *reader, sl_band *out, const sl_json_at *at, solid *in, uint64_t present) {
  bool lower = (present & BIT_LOWER) != 0, upper = (present & BIT_UPPER) != 0;
  if (!lower || !upper) {
    sl_json_at missing = sl_json_find(at, lower ? "altitude_upper" : "altitude_lower");
    if ((reader->flags & SL_PLAN_OPEN_ALTITUDE) == 0) {
      return sl_json_fail(reader, &missing, SL_ERR_MISSING, "both altitudes are needed");
    }
    if (!lower && !upper) {
      *out = (sl_band){.ref = SL_ALT_COLUMN};
      return SL_OK;
    }
    if (!lower) in->lower = open_end(in->upper.ref, false);
    if (!upper) in->upper = open_end(in->lower.ref, true);
  }
  sl_json_at place = sl_json_find(at, "altitude_upper");
  if (in->lower.ref != in->upper.ref) {
    return sl_json_fail(reader, &place, SL_ERR_UNIT, "both altitudes need the same reference");
  }
  sl_band band = {.ref = in->lower.ref};
  bool ordered = false;
  if (band.ref == SL_ALT_BARO) {
    band.as.baro.lower = in->lower.as.baro;
    band.as.baro.upper = in->upper.as.baro;
    ordered = in->lower.as.baro.ft <= in->upper.as.baro.ft;
  } else {
    band.as.w84.lower = in->lower.as.w84;
    band.as.w84.upper = in->upper.as.w84;
    ordered = in->lower.as.w84.mm <= in->upper.as.w84.mm;
  }
  if (!ordered) return sl_json_fail(reader, &place, SL_ERR_ORDER, "the lower altitude is above the upper one");
  *out = band;
  return SL_OK;
}

static sl_err read_volume_3d(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "altitude_lower", .kind = SL_JSON_CALL, .offset = offsetof(solid, lower), .read = read_lower},
      {.name = "altitude_upper", .kind = SL_JSON_CALL, .offset = offsetof(solid, upper), .read = read_upper},
      {.name = "outline_circle", .kind = SL_JSON_CALL, .offset = offsetof(solid, shape), .read = read_circle},
      {.name = "outline_polygon", .kind = SL_JSON_CALL, .offset = offsetof(solid, shape), .read = read_polygon},
      {.name = "outline_corridor", .kind = SL_JSON_CALL, .offset = offsetof(solid, shape), .read = read_corridor}};
  bool strict = (reader->flags & SL_PLAN_STRICT_F3548) != 0;
  solid in;
  memset(&in, 0, sizeof in);
  uint64_t present = 0;
  sl_err err = sl_json_object(reader, &in, at, table, strict ? 4 : 5, &present);
  if (err != SL_OK) return err;
  uint64_t outlines = present & (BIT_CIRCLE | BIT_POLYGON | BIT_CORRIDOR);
  if (outlines == 0) return sl_json_fail(reader, at, SL_ERR_MISSING, "an outline is missing");
  if ((outlines & (outlines - 1)) != 0) return sl_json_fail(reader, at, SL_ERR_DUPLICATE, "only one outline is accepted");
  sl_volume *volume = target;
  err = read_band(reader, &volume->band, at, &in, present);
  if (err == SL_OK) volume->shape = in.shape;
  return err;
}

sl_err sl_volume_3d_read(const sl_json_reader *reader, sl_volume *out, const sl_json_at *at, unsigned flags) {
  sl_json_reader inner = *reader;
  inner.flags = flags;
  return read_volume_3d(&inner, out, at);
}

sl_err sl_volume_read(const sl_json_reader *reader, sl_volume *out, const sl_json_at *at, unsigned flags) {
  static const sl_json_member table[] = {
      {.name = "volume", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_volume_3d},
      {.name = "time_start", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_volume, window.start),
       .read = sl_instant_read},
      {.name = "time_end", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(sl_volume, window.end),
       .read = sl_instant_read}};
  sl_json_reader inner = *reader;
  inner.flags = flags;
  sl_object object;
  memset(&object, 0, sizeof object);
  object.kind = SL_OBJECT_VOLUME;
  sl_err err = sl_json_object(&inner, &object.as.volume, at, table, SL_JSON_COUNT(table), NULL);
  if (err != SL_OK) return err;
  if (object.as.volume.window.start.ns >= object.as.volume.window.end.ns) {
    sl_json_at end = sl_json_find(at, "time_end");
    return sl_json_fail(reader, &end, SL_ERR_ORDER, "the end must be after the start");
  }
  sl_fault fault = sl_fault_none();
  err = sl_object_check(&object, &fault);
  if (err != SL_OK) {
    sl_fault_set(&fault, err, "this volume has no meaning");
    return sl_json_fail_with(reader, at, &fault);
  }
  *out = object.as.volume;
  return SL_OK;
}
