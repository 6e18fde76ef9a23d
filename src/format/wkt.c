/* Purpose: see the header. Work expected: a cell a row, up to ten thousand vertices.
 * Representation: one walk over the text, rings added as they close. */
#include "format/wkt.h"

#include "base/assert.h"
#include "base/text.h"
#include "format/measure.h"

#define HEIGHT_MAX INT64_C(100000000000)

typedef struct walk {
  sl_reading *reading;
  sl_fault *fault;
  sl_str rest;
} walk;

static void blanks(walk *w) {
  while (w->rest.size && strchr(" \t\r\n", *w->rest.data) && *w->rest.data) w->rest.data++, w->rest.size--;
}

static bool take(walk *w, char c) {
  blanks(w);
  if (!w->rest.size || *w->rest.data != c) return false;
  w->rest.data++, w->rest.size--;
  return true;
}

static sl_str word(walk *w) {
  blanks(w);
  sl_str text = {w->rest.data, 0};
  while (text.size < w->rest.size && ((w->rest.data[text.size] | 0x20) >= 'a' && (w->rest.data[text.size] | 0x20) <= 'z')) text.size++;
  w->rest.data += text.size, w->rest.size -= text.size;
  return text;
}

static sl_str number(walk *w) {
  blanks(w);
  sl_str text = {w->rest.data, 0};
  while (text.size < w->rest.size && w->rest.data[text.size] && strchr("+-.eE0123456789", w->rest.data[text.size])) text.size++;
  w->rest.data += text.size, w->rest.size -= text.size;
  return text;
}

static sl_err broken(walk *w) { return sl_fault_set(w->fault, SL_ERR_SYNTAX, "geometry that is not well-known text: POLYGON((lon lat, lon lat, ...))"); }

/* Up to four numbers. */
static sl_err take_position(sl_track_fix *out, bool *has_z, walk *w, bool lat_first) {
  sl_str a = number(w), b = number(w), c = number(w);
  (void)number(w);
  sl_track_fix fix = {0};
  if (sl_decimal_read(lat_first ? &fix.pos.lat_nd : &fix.pos.lon_nd, a, 9) || sl_decimal_read(lat_first ? &fix.pos.lon_nd : &fix.pos.lat_nd, b, 9)) return broken(w);
  *has_z = c.size > 0;
  if (*has_z && (sl_decimal_read(&fix.tenths, c, 4) || fix.tenths > HEIGHT_MAX || fix.tenths < -HEIGHT_MAX)) return sl_fault_set(w->fault, SL_ERR_RANGE, "a third coordinate out of range");
  *out = fix;
  return SL_OK;
}

/* Positions up to the closing bracket, or to the end of the text where there is none. */
static sl_err take_line(sl_wkt *out, sl_outline *line, walk *w, char separator, bool lat_first) {
  uint32_t room = 0;
  bool bracket = separator == ',';
  if (bracket && !take(w, '(')) return broken(w);
  out->fix = NULL;
  out->all_z = true;
  for (;;) {
    sl_track_fix fix;
    bool has_z;
    sl_err error = take_position(&fix, &has_z, w, lat_first);
    if (!error) error = sl_outline_add(line, w->reading, fix.pos, w->fault);
    if (error) return error;
    if (line->count > room) {
      room = room ? room * 2 : 32;
      sl_track_fix *grown = SL_ARENA_TAKE(&w->reading->arena, room, sl_track_fix);
      if (!grown) return sl_fault_set(w->fault, SL_ERR_NOMEM, "out of memory for one record");
      if (line->count > 1) memcpy(grown, out->fix, (line->count - 1) * sizeof *grown);
      out->fix = grown;
    }
    out->fix[line->count - 1] = fix;
    out->all_z = out->all_z && has_z;
    bool more = take(w, separator);
    blanks(w);
    if (!bracket && w->rest.size == 0) return SL_OK;
    if (!more) return bracket && take(w, ')') ? SL_OK : broken(w);
  }
}

static sl_err add_ring(sl_wkt *out, walk *w, sl_outline *line, bool hole) {
  bool spikes = false;
  if (!sl_outline_clean(line, true, &spikes)) sl_reading_note(w->reading, SL_NOTE_ASSUMED, "a ring that is not closed: closed from its last vertex to its first");
  if (spikes) sl_reading_note(w->reading, SL_NOTE_LEFT_OUT, "spikes of no width in the outline");
  return sl_rings_add(&out->rings, w->reading, line, hole, w->fault);
}

static sl_err take_polygon(sl_wkt *out, walk *w) {
  if (!take(w, '(')) return broken(w);
  bool hole = false;
  do {
    sl_outline line = {0};
    sl_err error = take_line(out, &line, w, ',', false);
    if (!error) error = add_ring(out, w, &line, hole);
    if (error) return error;
    hole = true;
  } while (take(w, ','));
  return take(w, ')') ? SL_OK : broken(w);
}

static sl_err take_polygons(sl_wkt *out, walk *w) {
  if (!take(w, '(')) return broken(w);
  do {
    sl_err error = take_polygon(out, w);
    if (error) return error;
  } while (take(w, ','));
  return take(w, ')') ? SL_OK : broken(w);
}

/* "36.3 43.1 0 0;36.4 43.2 0 0": a line, or a polygon when it comes back. */
static sl_err take_trace(sl_wkt *out, walk *w) {
  sl_err error = take_line(out, &out->line, w, ';', true);
  if (error) return error;
  const sl_pos *v = out->line.vertex;
  uint32_t last = out->line.count - 1;
  out->kind = SL_WKT_LINE;
  if (last < 3 || v[0].lat_nd != v[last].lat_nd || v[0].lon_nd != v[last].lon_nd) return SL_OK;
  out->kind = SL_WKT_POLYGON;
  return add_ring(out, w, &out->line, false);
}

sl_err sl_wkt_read(sl_wkt *out, sl_reading *reading, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && reading && (text.data || text.size == 0));
  walk w = {reading, fault, text};
  sl_wkt found = {0};
  blanks(&w);
  sl_err error;
  if (w.rest.size && ((*w.rest.data >= '0' && *w.rest.data <= '9') || *w.rest.data == '-')) {
    error = take_trace(&found, &w);
  } else {
    sl_str kind = word(&w);
    if (sl_str_is_nocase(kind, "SRID")) {
      bool wgs84 = take(&w, '=') && sl_str_is(number(&w), "4326") && take(&w, ';');
      if (!wgs84) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "a reference system other than EPSG:4326");
      kind = word(&w);
    }
    sl_str dimension = word(&w);   /* Z, ZM */
    if (sl_str_is_nocase(dimension, "EMPTY")) return sl_fault_set(fault, SL_ERR_MISSING, "an empty geometry");
    if (sl_str_is_nocase(dimension, "M")) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "well-known text with measures is not accepted");
    if (sl_str_is_nocase(kind, "POLYGON")) found.kind = SL_WKT_POLYGON, error = take_polygon(&found, &w);
    else if (sl_str_is_nocase(kind, "MULTIPOLYGON")) found.kind = SL_WKT_POLYGON, error = take_polygons(&found, &w);
    else if (sl_str_is_nocase(kind, "LINESTRING")) found.kind = SL_WKT_LINE, error = take_line(&found, &found.line, &w, ',', false);
    else if (sl_str_is_nocase(kind, "POINT")) found.kind = SL_WKT_POINT, error = take_line(&found, &found.line, &w, ',', false);
    else return kind.size ? sl_fault_set(fault, SL_ERR_UNSUPPORTED, "a geometry other than POINT, LINESTRING, POLYGON and MULTIPOLYGON") : broken(&w);
  }
  if (error) return error;
  blanks(&w);
  if (w.rest.size || (found.kind == SL_WKT_POINT && found.line.count != 1)) return broken(&w);
  *out = found;
  return SL_OK;
}
