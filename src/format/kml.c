/* Purpose: KML Placemarks: polygons (extruded or not), paths as corridors (a half width is
 * needed: --half-width), altitudeMode, TimeSpan. Absolute altitudes are above EGM96, relative
 * ones above the ground; clamped geometry says no altitude. Each geometry of a
 * MultiGeometry is a record of the Placemark's name. Points have no extent, models and
 * overlays no place: refused by name. Work expected: files drawn by hand. Representation:
 * the geometry in hand, in the record's arena; the window waits for the Placemark's end,
 * so geometries are kept until then. */
#include "base/assert.h"
#include "base/text.h"
#include "format/charset.h"
#include "format/geometry.h"
#include "format/measure.h"
#include "format/xml.h"

#define GEOMETRIES_MAX 1024u

/* One geometry of a Placemark. */
typedef struct drawn {
  sl_rings rings;
  sl_outline path;
  bool polygon, extruded, clamped, relative, any_height;
  int64_t low, high;         /* tenths */
} drawn;

typedef struct placemark {
  sl_reading *reading;
  bool open, inner;
  uint32_t line;
  sl_str name;
  sl_window window;
  bool has_begin, has_end;
  drawn *geometry;
  uint32_t count;
  sl_fault fault;
} placemark;

static void wrong(placemark *p, const sl_xml *xml) {
  if (p->fault.code && p->fault.line == 0) p->fault.line = sl_xml_line(xml);
}

static drawn *current(placemark *p) { return p->count ? &p->geometry[p->count - 1] : NULL; }

static void add_geometry(placemark *p, bool polygon) {
  if (p->count == GEOMETRIES_MAX) {
    sl_fault_set(&p->fault, SL_ERR_CAP, "more than %u geometries in one Placemark", GEOMETRIES_MAX);
    return;
  }
  p->geometry[p->count++] = (drawn){.polygon = polygon, .clamped = true};
}

/* "lon,lat,alt" separated by blanks. */
static sl_err take_tuple(placemark *p, drawn *d, sl_outline *outline, sl_str tuple) {
  sl_str part[3];
  int parts = 0;
  while (parts < 3) {
    const char *comma = tuple.size ? memchr(tuple.data, ',', tuple.size) : NULL;
    size_t size = comma ? (size_t)(comma - tuple.data) : tuple.size;
    part[parts++] = (sl_str){tuple.data, size};
    if (!comma) break;
    tuple = (sl_str){comma + 1, tuple.size - size - 1};
  }
  sl_pos pos;
  int64_t height = 0;
  if (parts < 2 || sl_decimal_read(&pos.lon_nd, part[0], 9) || sl_decimal_read(&pos.lat_nd, part[1], 9) ||
      (parts == 3 && sl_decimal_read(&height, part[2], 4)) || height > INT64_C(100000000000) || height < -INT64_C(100000000000))
    return sl_fault_set(&p->fault, SL_ERR_SYNTAX, "coordinates are not lon,lat or lon,lat,altitude");
  if (!d->any_height || height < d->low) d->low = height;
  if (!d->any_height || height > d->high) d->high = height;
  d->any_height = true;
  return sl_outline_add(outline, p->reading, pos, &p->fault);
}

static sl_err take_coordinates(placemark *p, sl_str text) {
  drawn *d = current(p);
  sl_outline outline = {0};
  SL_ASSERT(d);
  for (size_t at = 0; at < text.size;) {
    while (at < text.size && strchr(" \t\r\n", text.data[at])) at++;
    size_t end = at;
    while (end < text.size && !strchr(" \t\r\n", text.data[end])) end++;
    sl_err error = end > at ? take_tuple(p, d, &outline, (sl_str){text.data + at, end - at}) : SL_OK;
    if (error) return error;
    at = end;
  }
  if (!d->polygon) {
    sl_outline_clean(&outline, false, NULL);
    d->path = outline;
    return SL_OK;
  }
  if (p->inner && d->rings.count == 0) return sl_fault_set(&p->fault, SL_ERR_ORDER, "a hole before its outline");
  if (!sl_outline_clean(&outline, true, NULL)) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a ring that is not closed: closed from its last vertex to its first");
  return sl_rings_add(&d->rings, p->reading, &outline, p->inner, &p->fault);
}

static sl_err record_of(sl_record *record, placemark *p, drawn *d) {
  *record = (sl_record){.format = SL_FORMAT_KML, .line = p->line, .name = p->name, .form = SL_RECORD_AREA};
  if (d->polygon && d->rings.count == 0) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a polygon without coordinates");
  if (d->polygon) record->shape = sl_rings_shape(&d->rings, SL_EDGE_GEODESIC);
  else if (p->reading->options->half_width.mm <= 0) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a path has no width: --half-width gives one");
  else if (sl_corridor_shape(&record->shape, &d->path, p->reading->options->half_width, &p->fault)) return p->fault.code;
  if (!d->polygon) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "the half width of the line is the one given on the command line");
  if (d->clamped) {
    record->lower.datum = record->upper.datum = SL_DATUM_UNLIMITED;
    sl_reading_note(p->reading, SL_NOTE_ASSUMED, "clamped to the ground, no altitude given: taken as every altitude");
  } else {
    sl_datum datum = d->relative ? SL_DATUM_GROUND : SL_DATUM_MSL;
    record->lower = d->extruded ? (sl_height){SL_DATUM_GROUND, 0} : (sl_height){datum, d->low};
    record->upper = (sl_height){datum, d->high};
  }
  if (p->has_begin || p->has_end) {
    record->window = &p->window;
    record->window_count = 1;
  }
  return SL_OK;
}

static sl_err end_placemark(placemark *p) {
  sl_reading *reading = p->reading;
  uint32_t refused = reading->summary->refused;
  p->open = false;
  if (!p->count) sl_fault_set(&p->fault, SL_ERR_MISSING, "a Placemark without a polygon or path");
  uint32_t mark = sl_reading_mark(reading);
  for (uint32_t i = 0; i < p->count && !p->fault.code; i++) {
    sl_record record;
    reading->note_count = mark;
    if (record_of(&record, p, &p->geometry[i])) break;
    sl_err error = sl_reading_hand_over_part(reading, &record);
    if (error) return error;
    if (reading->summary->refused != refused) return SL_OK;   /* the arena is empty now */
  }
  if (p->fault.code) return sl_reading_refuse(reading, &p->fault, p->line);
  sl_reading_clear(reading);
  return SL_OK;
}

static sl_err start_placemark(placemark *p, const sl_xml *xml) {
  sl_reading *reading = p->reading;
  *p = (placemark){.reading = reading, .open = true, .line = sl_xml_line(xml), .window = {{0}, {SL_TIME_OPEN_NS}}, .fault = sl_fault_none()};
  p->geometry = SL_ARENA_TAKE(&reading->arena, GEOMETRIES_MAX, drawn);
  return p->geometry ? SL_OK : sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory for one record");
}

static sl_err on_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  placemark *p = context;
  (void)attributes;
  if (sl_str_is(name, "Placemark")) return start_placemark(p, xml);
  if (!p->open) return SL_OK;
  if (sl_str_is(name, "Polygon")) add_geometry(p, true);
  if (sl_str_is(name, "LineString")) add_geometry(p, false);
  if (sl_str_is(name, "outerBoundaryIs")) p->inner = false;
  if (sl_str_is(name, "innerBoundaryIs")) p->inner = true;
  if (sl_str_is(name, "Point") || sl_str_is(name, "Model") || sl_str_is(name, "Track") || sl_str_is(name, "MultiTrack"))
    sl_fault_set(&p->fault, SL_ERR_UNSUPPORTED, "points, models and gx:Track are not accepted: polygons and paths are");
  wrong(p, xml);
  return SL_OK;
}

static void end_detail(placemark *p, const sl_xml *xml, sl_str name, sl_str text) {
  drawn *d = current(p);
  bool assumed = false;
  if (sl_str_is(name, "name") && sl_str_is(sl_xml_parent(xml, 0), "Placemark")) p->name = sl_utf8_copy(p->reading, text);
  if (d && sl_str_is(name, "extrude")) d->extruded = sl_str_is(text, "1") || sl_str_is(text, "true");
  if (d && sl_str_is(name, "altitudeMode")) {
    d->relative = sl_str_is(text, "relativeToGround") || sl_str_is(text, "relativeToSeaFloor");
    d->clamped = !d->relative && !sl_str_is(text, "absolute");
  }
  if (sl_str_is(name, "begin") && !sl_moment_read(&p->window.start, &assumed, text, false, &p->fault)) p->has_begin = true;
  if (sl_str_is(name, "end") && !sl_moment_read(&p->window.end, &assumed, text, true, &p->fault)) p->has_end = true;
  if (sl_str_is(name, "when")) sl_fault_set(&p->fault, SL_ERR_UNSUPPORTED, "a TimeStamp is an instant: a TimeSpan is needed");
  if (assumed) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
}

static sl_err on_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  placemark *p = context;
  if (!p->open) return SL_OK;
  if (sl_str_is(name, "Placemark")) return end_placemark(p);
  if (p->fault.code) return SL_OK;
  if (sl_str_is(name, "coordinates") && current(p)) (void)take_coordinates(p, text);
  else end_detail(p, xml, name, text);
  wrong(p, xml);
  return SL_OK;
}

sl_err sl_read_kml(sl_reading *reading) {
  placemark p = {.reading = reading, .fault = sl_fault_none()};
  static const sl_xml_handler handler = {on_start, on_end};
  return sl_xml_read(reading, &handler, &p);
}
