/* The canonical form of a plan. Expects plans of some ten volumes, written once for
 * each version and read at every start. Every field has one width and one place, so
 * a plan has one form; integers are big-endian, signed ones in two's complement.
 *
 *   plan        u8 1 (version), u32 objects, object...
 *   object      u8 1 volume | u8 2 trajectory
 *   volume      i64 start, i64 end, band, shape
 *   band        u8 reference; W84: i64 lower, i64 upper (mm); BARO: i32, i32 (feet)
 *   shape       u8 1, u8 edge, u32 rings, (u8 hole, u32 vertices, position...)...
 *               u8 2, position, i64 radius
 *               u8 3, u8 edge, u32 points, position..., i64 half width
 *   trajectory  u8 reference, i64 lateral, vertical, i64 along, u32 fixes,
 *               (position, altitude, i64 time)...; vertical and altitude i64 (W84)
 *               or i32 (BARO)
 *   position    i64 latitude, i64 longitude (nanodegrees) */
#include "geo/canon.h"

#include "base/assert.h"

#define VERSION 1
#define POSITION_SIZE 16u

static void add_i32(sl_buf *out, int32_t value) { sl_buf_add_u32(out, (uint32_t)value); }

static void add_position(sl_buf *out, sl_pos pos) {
  sl_buf_add_i64(out, pos.lat_nd);
  sl_buf_add_i64(out, pos.lon_nd);
}

static void add_positions(sl_buf *out, const sl_pos *pos, uint32_t count) {
  sl_buf_add_u32(out, count);
  for (uint32_t i = 0; i < count; i++) add_position(out, pos[i]);
}

static void add_band(sl_buf *out, const sl_band *band) {
  sl_buf_add_u8(out, (uint8_t)band->ref);
  if (band->ref == SL_ALT_W84) {
    sl_buf_add_i64(out, band->as.w84.lower.mm);
    sl_buf_add_i64(out, band->as.w84.upper.mm);
  } else if (band->ref == SL_ALT_BARO) {
    add_i32(out, band->as.baro.lower.ft);
    add_i32(out, band->as.baro.upper.ft);
  }
}

static void add_polygon(sl_buf *out, const sl_polygon *polygon) {
  sl_buf_add_u8(out, (uint8_t)polygon->edge);
  sl_buf_add_u32(out, polygon->count);
  for (uint32_t i = 0; i < polygon->count; i++) {
    sl_buf_add_u8(out, polygon->hole[i] ? 1 : 0);
    add_positions(out, polygon->ring[i].vertex, polygon->ring[i].count);
  }
}

static void add_shape(sl_buf *out, const sl_shape *shape) {
  sl_buf_add_u8(out, (uint8_t)shape->kind);
  if (shape->kind == SL_SHAPE_POLYGON) {
    add_polygon(out, &shape->as.polygon);
  } else if (shape->kind == SL_SHAPE_CIRCLE) {
    add_position(out, shape->as.circle.centre);
    sl_buf_add_i64(out, shape->as.circle.radius.mm);
  } else {
    SL_ASSERT(shape->kind == SL_SHAPE_CORRIDOR);
    sl_buf_add_u8(out, (uint8_t)shape->as.corridor.edge);
    add_positions(out, shape->as.corridor.point, shape->as.corridor.count);
    sl_buf_add_i64(out, shape->as.corridor.half_width.mm);
  }
}

static void add_trajectory(sl_buf *out, const sl_trajectory *t) {
  bool feet = t->ref == SL_ALT_BARO;
  sl_buf_add_u8(out, (uint8_t)t->ref);
  sl_buf_add_i64(out, t->lateral.mm);
  if (feet) add_i32(out, t->vertical.baro_ft);
  else sl_buf_add_i64(out, t->vertical.w84.mm);
  sl_buf_add_i64(out, t->along.ns);
  sl_buf_add_u32(out, t->count);
  for (uint32_t i = 0; i < t->count; i++) {
    add_position(out, t->fix[i].pos);
    if (feet) add_i32(out, t->fix[i].alt.baro.ft);
    else sl_buf_add_i64(out, t->fix[i].alt.w84.mm);
    sl_buf_add_i64(out, t->fix[i].time.ns);
  }
}

void sl_canon_add(sl_buf *out, const sl_plan *plan) {
  SL_ASSERT(plan->count >= 1 && plan->count <= SL_OBJECTS_MAX);
  sl_buf_add_u8(out, VERSION);
  sl_buf_add_u32(out, plan->count);
  for (uint32_t i = 0; i < plan->count; i++) {
    const sl_object *object = plan->object + i;
    sl_buf_add_u8(out, (uint8_t)object->kind);
    if (object->kind == SL_OBJECT_VOLUME) {
      sl_buf_add_i64(out, object->as.volume.window.start.ns);
      sl_buf_add_i64(out, object->as.volume.window.end.ns);
      add_band(out, &object->as.volume.band);
      add_shape(out, &object->as.volume.shape);
    } else {
      SL_ASSERT(object->kind == SL_OBJECT_TRAJECTORY);
      add_trajectory(out, &object->as.trajectory);
    }
  }
}

/* Reading: the first failure sticks, and everything after it reads as zero. */
typedef struct source {
  sl_reader in;
  sl_arena *arena;
  sl_err err;
} source;

static void fail(source *s, sl_err err) {
  if (!s->err) s->err = err;
}

static int32_t read_i32(source *s) { return (int32_t)sl_read_u32(&s->in); }

static sl_pos read_position(source *s) {
  sl_pos pos;
  pos.lat_nd = sl_read_i64(&s->in);
  pos.lon_nd = sl_read_i64(&s->in);
  return pos;
}

/* A count whose items of at least `size` bytes are still there; 0 on failure. */
static uint32_t read_count(source *s, uint32_t most, size_t size) {
  uint32_t count = sl_read_u32(&s->in);
  if (s->in.error) fail(s, SL_ERR_CORRUPT);
  else if (count > most) fail(s, SL_ERR_CAP);
  else if (s->in.rest.size / size < count) fail(s, SL_ERR_CORRUPT);
  return s->err ? 0 : count;
}

static unsigned read_choice(source *s, unsigned low, unsigned high) {
  unsigned choice = sl_read_u8(&s->in);
  if (choice >= low && choice <= high) return choice;
  fail(s, SL_ERR_CORRUPT);
  return low;
}

static void *take(source *s, uint32_t count, size_t size) {
  void *memory = s->err ? NULL : sl_arena_take(s->arena, count, size);
  if (!memory) fail(s, SL_ERR_NOMEM);
  return memory;
}

static const sl_pos *read_positions(source *s, uint32_t *count) {
  uint32_t n = read_count(s, SL_RING_VERTICES_MAX, POSITION_SIZE);
  sl_pos *pos = take(s, n, sizeof *pos);
  for (uint32_t i = 0; pos && i < n; i++) pos[i] = read_position(s);
  *count = pos ? n : 0;
  return pos;
}

static void read_polygon(source *s, sl_polygon *out) {
  out->edge = (sl_edge)read_choice(s, SL_EDGE_GEODESIC, SL_EDGE_PARALLEL);
  uint32_t count = read_count(s, SL_RINGS_MAX, 5);
  sl_ring *ring = take(s, count, sizeof *ring);
  bool *hole = take(s, count, sizeof *hole);
  for (uint32_t i = 0; !s->err && i < count; i++) {
    hole[i] = read_choice(s, 0, 1) == 1;
    ring[i].vertex = read_positions(s, &ring[i].count);
  }
  out->ring = ring;
  out->hole = hole;
  out->count = s->err ? 0 : count;
}

static void read_shape(source *s, sl_shape *out) {
  out->kind = (sl_shape_kind)read_choice(s, SL_SHAPE_POLYGON, SL_SHAPE_CORRIDOR);
  if (out->kind == SL_SHAPE_POLYGON) {
    read_polygon(s, &out->as.polygon);
  } else if (out->kind == SL_SHAPE_CIRCLE) {
    out->as.circle.centre = read_position(s);
    out->as.circle.radius.mm = sl_read_i64(&s->in);
  } else {
    out->as.corridor.edge = (sl_edge)read_choice(s, SL_EDGE_GEODESIC, SL_EDGE_PARALLEL);
    out->as.corridor.point = read_positions(s, &out->as.corridor.count);
    out->as.corridor.half_width.mm = sl_read_i64(&s->in);
  }
}

static void read_volume(source *s, sl_volume *out) {
  out->window.start.ns = sl_read_i64(&s->in);
  out->window.end.ns = sl_read_i64(&s->in);
  out->band.ref = (sl_alt_ref)read_choice(s, SL_ALT_W84, SL_ALT_COLUMN);
  if (out->band.ref == SL_ALT_W84) {
    out->band.as.w84.lower.mm = sl_read_i64(&s->in);
    out->band.as.w84.upper.mm = sl_read_i64(&s->in);
  } else if (out->band.ref == SL_ALT_BARO) {
    out->band.as.baro.lower.ft = read_i32(s);
    out->band.as.baro.upper.ft = read_i32(s);
  }
  read_shape(s, &out->shape);
}

static void read_trajectory(source *s, sl_trajectory *out) {
  out->ref = (sl_alt_ref)read_choice(s, SL_ALT_W84, SL_ALT_BARO);
  bool feet = out->ref == SL_ALT_BARO;
  out->lateral.mm = sl_read_i64(&s->in);
  if (feet) out->vertical.baro_ft = read_i32(s);
  else out->vertical.w84.mm = sl_read_i64(&s->in);
  out->along.ns = sl_read_i64(&s->in);
  uint32_t count = read_count(s, SL_FIXES_MAX, POSITION_SIZE + 12);
  sl_fix *fix = take(s, count, sizeof *fix);
  for (uint32_t i = 0; fix && i < count; i++) {
    fix[i].pos = read_position(s);
    if (feet) fix[i].alt.baro.ft = read_i32(s);
    else fix[i].alt.w84.mm = sl_read_i64(&s->in);
    fix[i].time.ns = sl_read_i64(&s->in);
  }
  out->fix = fix;
  out->count = fix ? count : 0;
}

sl_err sl_canon_read(sl_plan *out, sl_arena *arena, sl_span bytes) {
  source s = {sl_reader_of(bytes), arena, SL_OK};
  (void)read_choice(&s, VERSION, VERSION);
  uint32_t count = read_count(&s, SL_OBJECTS_MAX, 2);
  if (!s.err && count == 0) fail(&s, SL_ERR_CORRUPT);
  sl_object *object = take(&s, count, sizeof *object);
  for (uint32_t i = 0; !s.err && !s.in.error && i < count; i++) {
    object[i].kind = (sl_object_kind)read_choice(&s, SL_OBJECT_VOLUME, SL_OBJECT_TRAJECTORY);
    if (object[i].kind == SL_OBJECT_VOLUME) read_volume(&s, &object[i].as.volume);
    else read_trajectory(&s, &object[i].as.trajectory);
  }
  if (s.err) return s.err;
  if (sl_reader_done(&s.in)) return SL_ERR_CORRUPT;
  *out = (sl_plan){object, count};
  return SL_OK;
}
