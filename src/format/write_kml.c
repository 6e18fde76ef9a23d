/* Purpose: records as KML. Work expected: thousands of airspaces. Representation: text. KML
 * draws from the ground to one surface, above EGM96 or the ground, and knows neither circles
 * nor widths: such a shape is drawn about the true one, and the true limits, radius and
 * width stand in ExtendedData, from where kml.c takes them again. What cannot be drawn in
 * a datum of KML's is clamped to the ground, which says no altitude at all. */
#include <math.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/arc.h"
#include "format/height.h"
#include "format/write.h"

#define CIRCLE_STEPS 72
#define EARTH_M 6371000.0
#define PI 3.14159265358979323846

/* The text of an element; XML has no place for two code points of UTF-8. */
static void add_text(sl_buf *out, sl_str text) {
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c == '&') sl_buf_add_text(out, "&amp;");
    else if (c == '<') sl_buf_add_text(out, "&lt;");
    else if (c == '>') sl_buf_add_text(out, "&gt;");
    else if ((uint8_t)c == 0xef && i + 2 < text.size && (uint8_t)text.data[i + 1] == 0xbf && (uint8_t)text.data[i + 2] >= 0xbe) sl_buf_add_u8(out, '?'), i += 2;
    else sl_buf_add_u8(out, (uint8_t)c < 0x20 ? ' ' : (uint8_t)c);
  }
}

static void open_data(sl_buf *out, const char *key) {
  sl_buf_add_text(out, "<Data name=\"sideline_");
  sl_buf_add_text(out, key);
  sl_buf_add_text(out, "\"><value>");
}

static void close_data(sl_buf *out) { sl_buf_add_text(out, "</value></Data>"); }

static void add_data(sl_buf *out, const sl_record *record) {
  static const char *const words[] = {"", "W84", "MSL", "AGL", "STD", ""};
  sl_buf_add_text(out, "<ExtendedData>");
  if (record->kind.size) {
    open_data(out, "kind");
    add_text(out, record->kind);
    close_data(out);
  }
  if (record->form == SL_RECORD_TRACK) {
    open_data(out, "reference");
    sl_buf_add_text(out, words[record->fix_datum]);
  } else {
    open_data(out, "lower");
    sl_height_add(out, &record->lower);
    close_data(out);
    open_data(out, "upper");
    sl_height_add(out, &record->upper);
  }
  close_data(out);
  bool circle = record->form == SL_RECORD_AREA && record->shape.kind == SL_SHAPE_CIRCLE, corridor = record->form == SL_RECORD_AREA && record->shape.kind == SL_SHAPE_CORRIDOR;
  if (circle || corridor) {
    open_data(out, circle ? "radius" : "half_width");
    sl_length_add(out, circle ? record->shape.as.circle.radius : record->shape.as.corridor.half_width);
    close_data(out);
  }
  sl_buf_add_text(out, "</ExtendedData>\n");
}

/* How the band is drawn: a surface at the upper limit, down to the ground. */
typedef struct surface { const char *mode; int64_t tenths; bool whole; } surface;

static surface surface_of(const sl_record *record) {
  const sl_height *lower = &record->lower, *upper = &record->upper;
  bool ground = (lower->datum == SL_DATUM_GROUND && lower->tenths == 0);
  if (upper->datum == SL_DATUM_MSL && upper->tenths >= 0 && lower->datum != SL_DATUM_ELLIPSOID) return (surface){"absolute", upper->tenths, ground};
  if (upper->datum == SL_DATUM_GROUND && upper->tenths >= 0) return (surface){"relativeToGround", upper->tenths, ground};
  return (surface){NULL, 0, upper->datum == SL_DATUM_UNLIMITED && lower->datum == SL_DATUM_UNLIMITED};
}

static void add_mode(sl_buf *out, const surface *at) {
  if (at->mode) sl_buf_add_format(out, "<extrude>1</extrude><altitudeMode>%s</altitudeMode>", at->mode);
}

static void add_vertex(sl_buf *out, sl_pos pos, const surface *at) {
  sl_decimal_add(out, pos.lon_nd, 9);
  sl_buf_add_u8(out, ',');
  sl_decimal_add(out, pos.lat_nd, 9);
  if (at->mode) {
    sl_buf_add_u8(out, ',');
    sl_decimal_add(out, at->tenths, 4);
  }
}

static void add_vertices(sl_buf *out, const sl_pos *pos, uint32_t count, const surface *at) {
  sl_buf_add_text(out, "<coordinates>");
  for (uint32_t i = 0; i < count; i++) {
    if (i) sl_buf_add_u8(out, i % 8 ? ' ' : '\n');
    add_vertex(out, pos[i], at);
  }
}

static void add_ring(sl_buf *out, const sl_ring *ring, bool hole, const surface *at) {
  sl_buf_add_text(out, hole ? "<innerBoundaryIs><LinearRing>" : "<outerBoundaryIs><LinearRing>");
  add_vertices(out, ring->vertex, ring->count, at);
  sl_buf_add_u8(out, ' ');
  add_vertex(out, ring->vertex[0], at);
  sl_buf_add_text(out, hole ? "</coordinates></LinearRing></innerBoundaryIs>" : "</coordinates></LinearRing></outerBoundaryIs>");
}

static void add_polygons(sl_buf *out, const sl_polygon *polygon, const surface *at) {
  uint32_t outers = 0;
  for (uint32_t i = 0; i < polygon->count; i++) outers += !polygon->hole[i];
  if (outers > 1) sl_buf_add_text(out, "<MultiGeometry>");
  for (uint32_t i = 0; i < polygon->count; i++) {
    if (!polygon->hole[i]) {
      sl_buf_add_text(out, i ? "</Polygon>\n<Polygon>" : "<Polygon>");
      add_mode(out, at);
    }
    add_ring(out, &polygon->ring[i], polygon->hole[i], at);
  }
  sl_buf_add_text(out, outers > 1 ? "</Polygon></MultiGeometry>\n" : "</Polygon>\n");
}

/* The centre, and a polygon that holds the circle: each side touches it from without. */
static void add_circle(sl_buf *out, const sl_circle *circle, const surface *at) {
  sl_pos vertex[CIRCLE_STEPS];
  double radius = (double)circle->radius.mm * 1e-3, angle = radius / EARTH_M;
  double far = angle < 1 ? atan(tan(angle) / cos(PI / CIRCLE_STEPS)) * EARTH_M : radius;
  for (int i = 0; i < CIRCLE_STEPS; i++) vertex[i] = sl_pos_at(circle->centre, 360.0 * i / CIRCLE_STEPS, far * 1.001);
  sl_buf_add_text(out, "<MultiGeometry><Point><coordinates>");
  add_vertex(out, circle->centre, &(surface){NULL, 0, false});
  sl_buf_add_text(out, "</coordinates></Point>\n<Polygon>");
  add_mode(out, at);
  add_ring(out, &(sl_ring){vertex, CIRCLE_STEPS}, false, at);
  sl_buf_add_text(out, "</Polygon></MultiGeometry>\n");
}

static void add_corridor(sl_buf *out, const sl_corridor *corridor, const surface *at) {
  sl_buf_add_text(out, at->mode ? "<LineString>" : "<LineString><tessellate>1</tessellate>");
  add_mode(out, at);
  add_vertices(out, corridor->point, corridor->count, at);
  sl_buf_add_text(out, "</coordinates></LineString>\n");
}

static void add_track(sl_buf *out, const sl_record *record) {
  bool sea = record->fix_datum == SL_DATUM_MSL, ground = record->fix_datum == SL_DATUM_GROUND;
  sl_buf_add_format(out, "<gx:Track><altitudeMode>%s</altitudeMode>\n", sea ? "absolute" : ground ? "relativeToGround" : "clampToGround");
  for (uint32_t i = 0; i < record->fix_count; i++) {
    sl_buf_add_text(out, "<when>");
    sl_time_add(out, record->fix[i].time);
    sl_buf_add_text(out, "</when>\n");
  }
  for (uint32_t i = 0; i < record->fix_count; i++) {
    sl_buf_add_text(out, "<gx:coord>");
    sl_decimal_add(out, record->fix[i].pos.lon_nd, 9);
    sl_buf_add_u8(out, ' ');
    sl_decimal_add(out, record->fix[i].pos.lat_nd, 9);
    sl_buf_add_u8(out, ' ');
    sl_decimal_add(out, record->fix[i].tenths, 4);
    sl_buf_add_text(out, "</gx:coord>\n");
  }
  sl_buf_add_text(out, "</gx:Track>\n");
}

static void add_window(sl_buf *out, const sl_window *window) {
  sl_buf_add_text(out, "<TimeSpan><begin>");
  sl_time_add(out, window->start);
  sl_buf_add_text(out, "</begin>");
  if (window->end.ns < SL_TIME_OPEN_NS) {
    sl_buf_add_text(out, "<end>");
    sl_time_add(out, window->end);
    sl_buf_add_text(out, "</end>");
  }
  sl_buf_add_text(out, "</TimeSpan>\n");
}

static void add_shape(sl_writer *writer, const sl_record *record, bool first) {
  surface at = surface_of(record);
  if (first && !at.whole) writer->lost[SL_LOSS_BAND]++;
  if (first && record->shape.kind != SL_SHAPE_POLYGON) writer->lost[SL_LOSS_WIDTH]++;
  if (record->shape.kind == SL_SHAPE_POLYGON) add_polygons(writer->out, &record->shape.as.polygon, &at);
  else if (record->shape.kind == SL_SHAPE_CIRCLE) add_circle(writer->out, &record->shape.as.circle, &at);
  else add_corridor(writer->out, &record->shape.as.corridor, &at);
}

void sl_write_kml(sl_writer *writer, const sl_record *record, const sl_window *window) {
  SL_ASSERT(writer && writer->format == SL_FORMAT_KML && record);
  sl_buf *out = writer->out;
  bool first = !window || window == record->window;   /* losses count once a record */
  sl_buf_add_text(out, "<Placemark><name>");
  add_text(out, record->name);
  sl_buf_add_text(out, "</name>\n");
  if (window) add_window(out, window);
  add_data(out, record);
  if (record->form == SL_RECORD_TRACK) {
    if (first && record->fix_datum != SL_DATUM_MSL && record->fix_datum != SL_DATUM_GROUND) writer->lost[SL_LOSS_BAND]++;
    add_track(out, record);
  } else {
    add_shape(writer, record, first);
  }
  sl_buf_add_text(out, "</Placemark>\n");
}
