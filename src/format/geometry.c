/* Purpose: see the header. Work expected: rings of four to ten thousand vertices.
 * Representation: arrays in the record's arena that double; what they outgrow stays
 * in the arena until the record is done. */
#include "format/geometry.h"

#include "base/assert.h"
#include "base/text.h"
#include "format/measure.h"

sl_err sl_outline_add(sl_outline *outline, sl_reading *reading, sl_pos pos, sl_fault *fault) {
  SL_ASSERT(outline->count <= outline->room);
  if (pos.lat_nd < -90 * SL_ND_PER_DEG || pos.lat_nd > 90 * SL_ND_PER_DEG)
    return sl_fault_set(fault, SL_ERR_RANGE, "vertex %u: a latitude beyond 90 degrees", outline->count + 1);
  if (pos.lon_nd < -180 * SL_ND_PER_DEG || pos.lon_nd > 180 * SL_ND_PER_DEG)
    return sl_fault_set(fault, SL_ERR_RANGE, "vertex %u: a longitude beyond 180 degrees", outline->count + 1);
  if (outline->count == outline->room) {
    if (outline->count > SL_RING_VERTICES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u vertices", SL_RING_VERTICES_MAX);
    uint32_t room = outline->room ? outline->room * 2 : 32;
    sl_pos *vertex = SL_ARENA_TAKE(&reading->arena, room, sl_pos);
    if (!vertex) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
    if (outline->count) memcpy(vertex, outline->vertex, outline->count * sizeof *vertex);
    outline->vertex = vertex;
    outline->room = room;
  }
  outline->vertex[outline->count++] = pos;
  return SL_OK;
}

static bool same_place(sl_pos a, sl_pos b) { return a.lat_nd == b.lat_nd && a.lon_nd == b.lon_nd; }

static uint32_t drop_repeats(sl_pos *vertex, uint32_t count, bool ring) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++)
    if (kept == 0 || !same_place(vertex[kept - 1], vertex[i])) vertex[kept++] = vertex[i];
  while (ring && kept > 1 && same_place(vertex[0], vertex[kept - 1])) kept--;
  return kept;
}

/* Drop B of A B A, also across the seam; one pass. */
static uint32_t drop_spikes(sl_pos *vertex, uint32_t count) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (kept > 1 && same_place(vertex[kept - 2], vertex[i])) kept--;
    else vertex[kept++] = vertex[i];
  }
  if (kept > 3 && same_place(vertex[kept - 2], vertex[0])) kept -= 1;
  if (kept > 3 && same_place(vertex[kept - 1], vertex[1])) {
    memmove(vertex, vertex + 1, (kept - 1) * sizeof *vertex);
    kept--;
  }
  return kept;
}

bool sl_outline_clean(sl_outline *outline, bool ring, bool *spikes) {
  bool closed = outline->count > 1 && same_place(outline->vertex[0], outline->vertex[outline->count - 1]);
  outline->count = drop_repeats(outline->vertex, outline->count, ring);
  for (uint32_t before = 0; ring && before != outline->count;) {
    before = outline->count;
    outline->count = drop_spikes(outline->vertex, outline->count);
    if (spikes && outline->count != before) *spikes = true;
    outline->count = drop_repeats(outline->vertex, outline->count, ring);
  }
  return closed;
}

sl_err sl_rings_add(sl_rings *rings, sl_reading *reading, const sl_outline *outline, bool hole, sl_fault *fault) {
  SL_ASSERT(rings->count > 0 || !hole);
  if (outline->count < 3) return sl_fault_set(fault, SL_ERR_GEOMETRY, "a ring of fewer than three different vertices");
  if (rings->vertices + outline->count > SL_RING_VERTICES_MAX)
    return sl_fault_set(fault, SL_ERR_CAP, "more than %u vertices", SL_RING_VERTICES_MAX);
  if (rings->count >= SL_RINGS_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u rings", SL_RINGS_MAX);
  if (rings->count == rings->room) {
    uint32_t room = rings->room ? rings->room * 2 : 4;
    sl_ring *ring = SL_ARENA_TAKE(&reading->arena, room, sl_ring);
    bool *flags = SL_ARENA_TAKE(&reading->arena, room, bool);
    if (!ring || !flags) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
    if (rings->count) {
      memcpy(ring, rings->ring, rings->count * sizeof *ring);
      memcpy(flags, rings->hole, rings->count * sizeof *flags);
    }
    rings->ring = ring;
    rings->hole = flags;
    rings->room = room;
  }
  rings->ring[rings->count] = (sl_ring){outline->vertex, outline->count};
  rings->hole[rings->count++] = hole;
  rings->vertices += outline->count;
  return SL_OK;
}

sl_shape sl_rings_shape(const sl_rings *rings, sl_edge edge) {
  SL_ASSERT(rings->count > 0);
  sl_shape shape = {.kind = SL_SHAPE_POLYGON};
  shape.as.polygon = (sl_polygon){rings->ring, rings->hole, rings->count, edge};
  return shape;
}

sl_err sl_corridor_shape(sl_shape *out, const sl_outline *line, sl_len half_width, sl_fault *fault) {
  if (line->count < 2) return sl_fault_set(fault, SL_ERR_GEOMETRY, "a line of fewer than two different points");
  if (half_width.mm <= 0 || half_width.mm > SL_LEN_MAX_MM) return sl_fault_set(fault, SL_ERR_RANGE, "a half width that is not above 0");
  *out = (sl_shape){.kind = SL_SHAPE_CORRIDOR};
  out->as.corridor = (sl_corridor){line->vertex, line->count, half_width, SL_EDGE_GEODESIC};
  return SL_OK;
}

sl_err sl_json_position(sl_pos *out, const sl_jnode **z, const sl_jtree *tree, const sl_jnode *node, sl_fault *fault) {
  if (!node || node->kind != SL_JARRAY || node->count < 2) return sl_fault_set(fault, SL_ERR_TYPE, "a position is not [longitude, latitude]");
  const sl_jnode *lon = sl_jtree_first(tree, node), *lat = sl_jtree_next(tree, node, lon);
  const sl_jnode *third = sl_jtree_next(tree, node, lat);
  sl_pos pos;
  if (lon->kind != SL_JNUMBER || lat->kind != SL_JNUMBER || (third && third->kind != SL_JNUMBER && third->kind != SL_JNULL))
    return sl_fault_set(fault, SL_ERR_TYPE, "a coordinate that is not a number");
  const int64_t half = 180 * SL_ND_PER_DEG;
  bool wrong = sl_decimal_read(&pos.lon_nd, lon->text, 9) || sl_decimal_read(&pos.lat_nd, lat->text, 9);
  /* Across the antimeridian some programs count on. */
  if (!wrong && pos.lon_nd > half && pos.lon_nd <= 2 * half) pos.lon_nd -= 2 * half;
  if (!wrong && pos.lon_nd < -half && pos.lon_nd >= -2 * half) pos.lon_nd += 2 * half;
  if (wrong || pos.lat_nd < -half / 2 || pos.lat_nd > half / 2 || pos.lon_nd < -half || pos.lon_nd > half) {
    sl_err error = sl_fault_set(fault, SL_ERR_RANGE, "a position beyond latitude 90 or longitude 180 (the longitude comes first)");
    if (fault && fault->line == 0) fault->line = lon->line;
    return error;
  }
  *out = pos;
  if (third && third->kind == SL_JNUMBER) *z = third;
  return SL_OK;
}

sl_err sl_json_outline(sl_outline *out, bool *any_z, sl_reading *reading, const sl_jtree *tree, const sl_jnode *node,
                       sl_fault *fault) {
  if (!node || node->kind != SL_JARRAY) return sl_fault_set(fault, SL_ERR_TYPE, "coordinates are not an array");
  sl_outline outline = {0};
  for (const sl_jnode *at = sl_jtree_first(tree, node); at; at = sl_jtree_next(tree, node, at)) {
    sl_pos pos;
    const sl_jnode *z = NULL;
    int64_t value = 0;
    sl_err error = sl_json_position(&pos, &z, tree, at, fault);
    if (!error) error = sl_outline_add(&outline, reading, pos, fault);
    if (error) return error;
    if (z && (sl_decimal_read(&value, z->text, 3) || value != 0)) *any_z = true;
  }
  *out = outline;
  return SL_OK;
}

sl_err sl_json_polygon(sl_rings *rings, sl_reading *reading, const sl_jtree *tree, const sl_jnode *node, sl_fault *fault) {
  if (!node || node->kind != SL_JARRAY || node->count == 0) return sl_fault_set(fault, SL_ERR_TYPE, "a polygon without rings");
  bool hole = false;
  for (const sl_jnode *at = sl_jtree_first(tree, node); at; at = sl_jtree_next(tree, node, at), hole = true) {
    sl_outline outline = {0};
    bool any_z = false;
    sl_err error = sl_json_outline(&outline, &any_z, reading, tree, at, fault);
    if (error) return error;
    bool spikes = false;
    if (!sl_outline_clean(&outline, true, &spikes)) sl_reading_note(reading, SL_NOTE_ASSUMED, "a ring that is not closed: closed from its last vertex to its first");
    if (spikes) sl_reading_note(reading, SL_NOTE_LEFT_OUT, "spikes of no width in the outline");
    if (any_z) sl_reading_note(reading, SL_NOTE_LEFT_OUT, "the third coordinate of the vertices is not used");
    if ((error = sl_rings_add(rings, reading, &outline, hole, fault))) return error;
  }
  return SL_OK;
}

sl_err sl_json_polygons(sl_shape *out, sl_reading *reading, const sl_jtree *tree, const sl_jnode *geometry, sl_fault *fault) {
  const sl_jnode *type = sl_jtree_loose(tree, geometry, "type"), *coordinates = sl_jtree_loose(tree, geometry, "coordinates");
  sl_rings rings = {0};
  if (type && sl_str_is_nocase(type->text, "Polygon")) {
    sl_err error = sl_json_polygon(&rings, reading, tree, coordinates, fault);
    if (error) return error;
  } else {
    if (!coordinates || coordinates->kind != SL_JARRAY || coordinates->count == 0)
      return sl_fault_set(fault, SL_ERR_TYPE, "a multipolygon without polygons");
    for (const sl_jnode *at = sl_jtree_first(tree, coordinates); at; at = sl_jtree_next(tree, coordinates, at)) {
      sl_err error = sl_json_polygon(&rings, reading, tree, at, fault);
      if (error) return error;
    }
  }
  *out = sl_rings_shape(&rings, SL_EDGE_GEODESIC);
  return SL_OK;
}
