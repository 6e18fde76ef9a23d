/* Purpose: KML Placemarks: polygons (extruded or not), paths as corridors (a half width is
 * needed: --half-width), gx:Track, altitudeMode, TimeSpan. Absolute altitudes are above
 * EGM96, relative ones above the ground; clamped geometry says no altitude. Each geometry of
 * a MultiGeometry is a record of the Placemark's name. What KML has no words for
 * write_kml.c puts into ExtendedData, and here it is understood again. Points have no
 * extent, models and linked files no place: refused by name; pictures are counted. Work
 * expected: files drawn by hand or exported. Representation: the geometry in hand, in the
 * record's arena; the window waits for the Placemark's end, so geometries are kept until then. */
#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/archive.h"
#include "format/charset.h"
#include "format/geometry.h"
#include "format/height.h"
#include "format/measure.h"
#include "format/xml.h"

#define GEOMETRIES_MAX 1024u
#define HEIGHT_MAX INT64_C(100000000000)

typedef enum drawn_kind { DRAWN_POLYGON, DRAWN_PATH, DRAWN_POINT, DRAWN_TRACK } drawn_kind;

/* One geometry of a Placemark. */
typedef struct drawn {
  drawn_kind kind;
  bool extruded, clamped, relative, sea_floor, any_height;
  int64_t low, high;         /* tenths */
  sl_rings rings;
  sl_outline path;           /* of a point: one vertex */
  sl_track_fix *fix;
  uint32_t whens, coords, room;
} drawn;

/* Members of ExtendedData that write_kml.c writes. */
typedef enum data_key { DATA_OTHER, DATA_KIND, DATA_LOWER, DATA_UPPER, DATA_RADIUS, DATA_HALF_WIDTH, DATA_REFERENCE } data_key;
static const char *const data_keys[] = {"", "sideline_kind", "sideline_lower", "sideline_upper", "sideline_radius", "sideline_half_width", "sideline_reference"};

/* The time span of a folder or document, its own or of the one about it. */
typedef struct span {
  sl_window window;
  bool has_begin, has_end, assumed, stamped;
} span;

/* Those that are open. */
typedef struct folders {
  span at[SL_XML_DEPTH_MAX];
  uint32_t depth;
  uint32_t link_line;        /* of the NetworkLink in hand */
  bool link_inside;          /* it leads to a part of the archive */
} folders;

typedef struct placemark {
  sl_reading *reading;
  folders *folders;
  bool open, inner;
  uint32_t line;
  sl_str name, kind;
  sl_window window;
  bool has_begin, has_end;
  data_key key;
  bool has_lower, has_upper, has_reference;
  sl_height lower, upper;
  sl_len radius, half_width;
  sl_datum reference;
  drawn many;                /* the altitude mode of the gx:MultiTrack in hand */
  drawn *geometry;
  uint32_t count;
  sl_fault fault;
} placemark;

static void wrong(placemark *p, const sl_xml *xml) {
  if (p->fault.code && p->fault.line == 0) p->fault.line = sl_xml_line(xml);
}

static drawn *current(placemark *p) { return p->count ? &p->geometry[p->count - 1] : NULL; }

static void add_geometry(placemark *p, drawn_kind kind) {
  if (p->count == GEOMETRIES_MAX) {
    sl_fault_set(&p->fault, SL_ERR_CAP, "more than %u geometries in one Placemark", GEOMETRIES_MAX);
    return;
  }
  p->geometry[p->count++] = (drawn){.kind = kind, .clamped = true};
}

static sl_err read_double(int64_t *out, sl_str text, int scale) {
  char plain[SL_XML_NUMBER_ROOM];
  return sl_decimal_read(out, sl_xml_number(plain, text), scale);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static sl_str without_blanks(sl_str text) {
  while (text.size && is_blank(text.data[0])) text.data++, text.size--;
  while (text.size && is_blank(text.data[text.size - 1])) text.size--;
  return text;
}

/* Longitude, latitude and perhaps altitude, between separators. */
static sl_err take_tuple(sl_pos *pos, int64_t *height, placemark *p, sl_str tuple, char separator) {
  sl_str part[3];
  int parts = 0;
  bool more = true;
  while (parts < 3 && more) {
    const char *end = tuple.size ? memchr(tuple.data, separator, tuple.size) : NULL;
    size_t size = end ? (size_t)(end - tuple.data) : tuple.size;
    part[parts++] = without_blanks((sl_str){tuple.data, size});
    more = end != NULL;
    if (end) tuple = (sl_str){end + 1, tuple.size - size - 1};
    if (separator == ' ') tuple = without_blanks(tuple);
  }
  *height = 0;
  if (parts < 2 || more || read_double(&pos->lon_nd, part[0], 9) || read_double(&pos->lat_nd, part[1], 9) || (parts == 3 && part[2].size && read_double(height, part[2], 4)) ||
      *height > HEIGHT_MAX || *height < -HEIGHT_MAX)
    return sl_fault_set(&p->fault, SL_ERR_SYNTAX, "coordinates are not lon,lat or lon,lat,altitude");
  /* Across the antimeridian some programs count on. */
  const int64_t half = 180 * SL_ND_PER_DEG;
  if (pos->lon_nd > half && pos->lon_nd <= 2 * half) pos->lon_nd -= 2 * half;
  if (pos->lon_nd < -half && pos->lon_nd >= -2 * half) pos->lon_nd += 2 * half;
  return SL_OK;
}

static sl_err take_vertex(placemark *p, drawn *d, sl_outline *outline, sl_str tuple) {
  sl_pos pos;
  int64_t height;
  sl_err error = take_tuple(&pos, &height, p, tuple, ',');
  if (error) return error;
  if (!d->any_height || height < d->low) d->low = height;
  if (!d->any_height || height > d->high) d->high = height;
  d->any_height = true;
  return sl_outline_add(outline, p->reading, pos, &p->fault);
}

/* Where the tuple ends that begins at `at`. Blanks beside a comma are within it: some
 * programs write "8, 47, 500". */
static size_t tuple_end(sl_str text, size_t at) {
  size_t end = at;
  for (;;) {
    while (end < text.size && !is_blank(text.data[end])) end++;
    size_t next = end;
    while (next < text.size && is_blank(text.data[next])) next++;
    const bool glued = next < text.size && ((end > at && text.data[end - 1] == ',') || text.data[next] == ',');
    if (!glued) return end;
    end = next;
  }
}

static sl_err take_coordinates(placemark *p, sl_str text) {
  drawn *d = current(p);
  sl_outline outline = {0};
  SL_ASSERT(d);
  for (size_t at = 0; at < text.size;) {
    while (at < text.size && is_blank(text.data[at])) at++;
    size_t end = tuple_end(text, at);
    sl_err error = end > at ? take_vertex(p, d, &outline, (sl_str){text.data + at, end - at}) : SL_OK;
    if (error) return error;
    at = end;
  }
  if (d->kind != DRAWN_POLYGON) {
    if (d->path.count) return sl_fault_set(&p->fault, SL_ERR_DUPLICATE, "coordinates twice in one geometry");
    sl_outline_clean(&outline, false, NULL);
    d->path = outline;
    return SL_OK;
  }
  if (p->inner && d->rings.count == 0) return sl_fault_set(&p->fault, SL_ERR_ORDER, "a hole before its outline");
  if (!sl_outline_clean(&outline, true, NULL)) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a ring that is not closed: closed from its last vertex to its first");
  return sl_rings_add(&d->rings, p->reading, &outline, p->inner, &p->fault);
}

/* A <when> or <gx:coord> of a gx:Track: they pair by their place. */
static sl_err take_track_part(placemark *p, drawn *d, sl_str text, bool when) {
  uint32_t *count = when ? &d->whens : &d->coords;
  if (*count == d->room) {
    if (d->room >= SL_FIXES_MAX) return sl_fault_set(&p->fault, SL_ERR_CAP, "more than %u fixes in one gx:Track", SL_FIXES_MAX);
    uint32_t room = d->room ? d->room * 2 : 64;
    sl_track_fix *grown = SL_ARENA_TAKE(&p->reading->arena, room, sl_track_fix);
    if (!grown) return sl_fault_set(&p->fault, SL_ERR_NOMEM, "out of memory for one record");
    if (d->room) memcpy(grown, d->fix, d->room * sizeof *grown);
    d->fix = grown;
    d->room = room;
  }
  sl_track_fix *fix = &d->fix[(*count)++];
  bool assumed = false;
  sl_err error = SL_OK;
  if (when) error = sl_moment_read(&fix->time, &assumed, text, false, &p->fault);
  else if (text.size) error = take_tuple(&fix->pos, &fix->tenths, p, text, ' ');
  else fix->pos.lat_nd = INT64_MAX;   /* a moment without a position */
  if (assumed) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  return error;
}

static sl_err track_of(sl_record *record, placemark *p, drawn *d) {
  if (d->whens != d->coords || d->whens == 0) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a gx:Track with more times than positions, or the other way round");
  uint32_t kept = 0;
  for (uint32_t i = 0; i < d->coords; i++)
    if (d->fix[i].pos.lat_nd != INT64_MAX) d->fix[kept++] = d->fix[i];
  if (kept == 0) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a gx:Track without a position");
  if (kept < d->coords) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "times without a position: the track runs straight from the one before to the one behind");
  record->form = SL_RECORD_TRACK;
  record->fix = d->fix;
  record->fix_count = kept;
  if (p->has_reference) record->fix_datum = p->reference;
  else if (d->clamped) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a gx:Track that is clamped to the ground has no altitude");
  else record->fix_datum = d->relative ? SL_DATUM_GROUND : SL_DATUM_MSL;
  if (d->sea_floor) return sl_fault_set(&p->fault, SL_ERR_UNSUPPORTED, "a gx:Track above the sea floor is not accepted");
  if (kept == 1) record->along.ns = SL_NS_PER_S;
  if (kept == 1) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a single fix: taken to stand one second before and after");
  return SL_OK;
}

static void band_of(sl_record *record, placemark *p, const drawn *d) {
  if (d->clamped) {
    record->lower.datum = record->upper.datum = SL_DATUM_UNLIMITED;
    if (!p->has_lower || !p->has_upper) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "clamped to the ground, no altitude given: taken as every altitude");
  } else {
    sl_datum datum = d->relative ? SL_DATUM_GROUND : SL_DATUM_MSL;
    bool ground = d->extruded || d->sea_floor;
    record->lower = ground ? (sl_height){SL_DATUM_GROUND, 0} : (sl_height){datum, d->low};
    record->upper = (sl_height){datum, d->high};
    if (!ground && d->low == d->high && !p->has_lower) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "not extruded: a surface at one altitude, nothing below it");
    if (d->sea_floor) sl_reading_note(p->reading, SL_NOTE_WIDENED, "altitudes above the sea floor: taken from the ground or water up");
  }
  if (p->has_lower) record->lower = p->lower;
  if (p->has_upper) record->upper = p->upper;
}

static sl_err corridor_of(sl_record *record, placemark *p, drawn *d) {
  sl_len width = p->half_width.mm > 0 ? p->half_width : p->reading->options->half_width;
  if (width.mm <= 0) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a path has no width: --half-width gives one");
  sl_err error = sl_corridor_shape(&record->shape, &d->path, width, &p->fault);
  if (!error && p->half_width.mm <= 0) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "the half width of the line is the one given on the command line");
  return error;
}

/* A Placemark without a time of its own has its folder's. */
static void take_folder_times(sl_record *record, const placemark *p) {
  const folders *all = p->folders;
  const span *about = all->depth ? &all->at[all->depth - 1] : NULL;
  if (about && about->stamped) sl_reading_note(p->reading, SL_NOTE_WIDENED, "a time stamp of a folder is not used: taken as always");
  if (!about || (!about->has_begin && !about->has_end)) return;
  record->window = &about->window;
  record->window_count = 1;
  sl_reading_note(p->reading, SL_NOTE_ASSUMED, "no time of its own: the time span of the folder about it");
  if (about->assumed) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
}

static sl_err record_of(sl_record *record, placemark *p, drawn *d) {
  *record = (sl_record){.format = p->reading->summary->format, .line = p->line, .name = p->name, .kind = p->kind, .form = SL_RECORD_AREA};
  if (d->kind == DRAWN_TRACK) return track_of(record, p, d);
  if (d->kind == DRAWN_POLYGON) {
    if (d->rings.count == 0) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a polygon without coordinates");
    record->shape = sl_rings_shape(&d->rings, SL_EDGE_GEODESIC);
  } else if (d->kind == DRAWN_POINT) {
    if (d->path.count != 1) return sl_fault_set(&p->fault, SL_ERR_MISSING, "a point without coordinates");
    record->shape = (sl_shape){.kind = SL_SHAPE_CIRCLE};
    record->shape.as.circle = (sl_circle){d->path.vertex[0], p->radius};
  } else if (corridor_of(record, p, d)) {
    return p->fault.code;
  }
  band_of(record, p, d);
  if (p->has_begin || p->has_end) {
    record->window = &p->window;
    record->window_count = 1;
  } else {
    take_folder_times(record, p);
  }
  return SL_OK;
}

/* Which geometries are records: of a circle the point alone; otherwise points are labels of
 * what stands beside them. */
static bool counts(placemark *p, const drawn *d, bool circle, bool others) {
  if (circle) {
    if (d->kind == DRAWN_POLYGON) sl_reading_note(p->reading, SL_NOTE_LEFT_OUT, "the polygon that draws a circle: the circle itself is taken");
    return d->kind == DRAWN_POINT;
  }
  if (d->kind != DRAWN_POINT) return true;
  if (others) sl_reading_note(p->reading, SL_NOTE_LEFT_OUT, "a point beside other geometry: taken as its label");
  else sl_fault_set(&p->fault, SL_ERR_UNSUPPORTED, "a point has no extent: polygons, paths and tracks are accepted");
  return false;
}

static sl_err end_placemark(placemark *p) {
  sl_reading *reading = p->reading;
  uint32_t refused = reading->summary->refused, points = 0;
  p->open = false;
  if (!p->count) sl_fault_set(&p->fault, SL_ERR_MISSING, "a Placemark without a polygon or path");
  for (uint32_t i = 0; i < p->count; i++) points += p->geometry[i].kind == DRAWN_POINT;
  uint32_t mark = sl_reading_mark(reading);
  bool circle = p->radius.mm > 0 && points == 1;
  for (uint32_t i = 0; i < p->count && !p->fault.code; i++) {
    sl_record record;
    if (!counts(p, &p->geometry[i], circle, points < p->count)) {
      mark = sl_reading_mark(reading);
      continue;
    }
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
  *p = (placemark){.reading = reading, .folders = p->folders, .open = true, .many = {.clamped = true}, .line = sl_xml_line(xml), .window = {{0}, {SL_TIME_OPEN_NS}}, .fault = sl_fault_none()};
  p->geometry = SL_ARENA_TAKE(&reading->arena, GEOMETRIES_MAX, drawn);
  return p->geometry ? SL_OK : sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory for one record");
}

static bool is_container(sl_str name) { return sl_str_is(name, "Folder") || sl_str_is(name, "Document"); }

static void start_outside(placemark *p, const sl_xml *xml, sl_str name) {
  sl_str about = sl_xml_parent(xml, 1);
  folders *all = p->folders;
  if (is_container(name) && all->depth < SL_XML_DEPTH_MAX) {
    all->at[all->depth] = all->depth ? all->at[all->depth - 1] : (span){.window = {{0}, {SL_TIME_OPEN_NS}}};
    all->depth++;
  }
  if (sl_str_is(name, "NetworkLink")) all->link_line = sl_xml_line(xml), all->link_inside = false;
  if (sl_str_is(name, "GroundOverlay") || sl_str_is(name, "ScreenOverlay") || sl_str_is(name, "PhotoOverlay") || sl_str_is(name, "Tour")) p->reading->summary->skipped++;
  if (all->depth && is_container(about) && (sl_str_is(name, "TimeSpan") || sl_str_is(name, "TimeStamp")))
    all->at[all->depth - 1] = (span){.window = {{0}, {SL_TIME_OPEN_NS}}, .stamped = sl_str_is(name, "TimeStamp")};
}

static sl_err on_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  placemark *p = context;
  if (sl_str_is(name, "Placemark")) return start_placemark(p, xml);
  if (!p->open) {
    start_outside(p, xml, name);
    return SL_OK;
  }
  sl_str about = sl_xml_parent(xml, 1);
  if (sl_str_is(name, "Polygon")) add_geometry(p, DRAWN_POLYGON);
  if (sl_str_is(name, "LineString")) add_geometry(p, DRAWN_PATH);
  if (sl_str_is(name, "LinearRing") && !sl_str_is(about, "outerBoundaryIs") && !sl_str_is(about, "innerBoundaryIs")) add_geometry(p, DRAWN_PATH);
  if (sl_str_is(name, "Point")) add_geometry(p, DRAWN_POINT);
  if (sl_str_is(name, "MultiTrack")) p->many = (drawn){.clamped = true};
  if (sl_str_is(name, "Track")) add_geometry(p, DRAWN_TRACK);
  drawn *d = current(p);
  if (sl_str_is(name, "Track") && sl_str_is(about, "MultiTrack") && d) d->clamped = p->many.clamped, d->relative = p->many.relative, d->sea_floor = p->many.sea_floor;
  if (sl_str_is(name, "outerBoundaryIs")) p->inner = false;
  if (sl_str_is(name, "innerBoundaryIs")) p->inner = true;
  if (sl_str_is(name, "Model") && !sl_str_is(about, "Track")) sl_fault_set(&p->fault, SL_ERR_UNSUPPORTED, "a model has no extent: polygons, paths and tracks are accepted");
  if (sl_str_is(name, "Data")) {
    sl_str key = sl_xml_attribute(attributes, "name");
    p->key = DATA_OTHER;
    for (int i = DATA_KIND; i <= DATA_REFERENCE; i++)
      if (key.data && sl_str_is(key, data_keys[i])) p->key = (data_key)i;
  }
  wrong(p, xml);
  return SL_OK;
}

/* The value of a member of ExtendedData. */
static void end_data(placemark *p, sl_str text) {
  switch (p->key) {
    case DATA_KIND: p->kind = sl_utf8_copy(p->reading, text); break;
    case DATA_LOWER: p->has_lower = sl_height_read(&p->lower, text, SL_HEIGHT_M, &p->fault) == SL_OK; break;
    case DATA_UPPER: p->has_upper = sl_height_read(&p->upper, text, SL_HEIGHT_M, &p->fault) == SL_OK; break;
    case DATA_RADIUS:
      if (sl_distance_read(&p->radius, text, SL_DISTANCE_NONE, &p->fault)) p->radius.mm = 0;
      break;
    case DATA_HALF_WIDTH:
      if (sl_distance_read(&p->half_width, text, SL_DISTANCE_NONE, &p->fault)) p->half_width.mm = 0;
      break;
    case DATA_REFERENCE:
      p->has_reference = text.size == 0 || sl_datum_by_word(&p->reference, text);
      if (!p->has_reference || p->reference == SL_DATUM_UNLIMITED) sl_fault_set(&p->fault, SL_ERR_DATUM, "an altitude reference that is not known");
      break;
    default: break;
  }
}

/* A moment of a TimeSpan; also a year or a month alone, as XML Schema has them. */
static sl_err read_moment(sl_time *out, bool *assumed, placemark *p, sl_str text, bool end) {
  char whole[16];
  if (text.size == 4 || text.size == 7) {
    int64_t year, month = 1;
    sl_str digits = {text.data + 5, 2};
    if (text.size == 7 && digits.data[0] == '0') digits.data++, digits.size--;
    if (sl_int_read(&year, (sl_str){text.data, 4}) || (text.size == 7 && (text.data[4] != '-' || sl_int_read(&month, digits) || month < 1 || month > 12)))
      return sl_fault_set(&p->fault, SL_ERR_SYNTAX, "a time that does not begin with a year and a month");
    if (end && (text.size == 4 || ++month > 12)) year++, month = 1;
    (void)snprintf(whole, sizeof whole, "%04d-%02d-01", (int)(year % 10000), (int)month);
    text = sl_str_from(whole);
    end = false;
  }
  return sl_moment_read(out, assumed, text, end, &p->fault);
}

static void end_time(placemark *p, const sl_xml *xml, sl_str name, sl_str text) {
  /* A view has times too: only those of the Placemark itself count. */
  if (!sl_str_is(sl_xml_parent(xml, 1), "Placemark") || text.size == 0) return;
  bool assumed = false;
  if (sl_str_is(name, "begin") && !read_moment(&p->window.start, &assumed, p, text, false)) p->has_begin = true;
  if (sl_str_is(name, "end") && !read_moment(&p->window.end, &assumed, p, text, true)) p->has_end = true;
  if (assumed) sl_reading_note(p->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  if (sl_str_is(name, "when")) sl_fault_set(&p->fault, SL_ERR_UNSUPPORTED, "a TimeStamp is an instant: a TimeSpan is needed");
}

/* What ends outside Placemarks: containers with their times, links. */
static sl_err end_outside(placemark *p, const sl_xml *xml, sl_str name, sl_str text) {
  folders *all = p->folders;
  sl_reading *reading = p->reading;
  sl_str about = sl_xml_parent(xml, 0), beyond = sl_xml_parent(xml, 1);
  if (is_container(name) && all->depth) all->depth--;
  if (sl_str_is(about, "TimeSpan") && is_container(beyond) && all->depth && text.size) {
    span *s = &all->at[all->depth - 1];
    if (sl_str_is(name, "begin")) s->has_begin = read_moment(&s->window.start, &s->assumed, p, text, false) == SL_OK;
    if (sl_str_is(name, "end")) s->has_end = read_moment(&s->window.end, &s->assumed, p, text, true) == SL_OK;
  }
  if (sl_str_is(name, "href") && sl_str_is(beyond, "NetworkLink") && reading->archive) {
    uint32_t part;
    if (text.size > 2 && memcmp(text.data, "./", 2) == 0) text.data += 2, text.size -= 2;
    all->link_inside = sl_archive_find(&part, reading->archive, text);
  }
  if (sl_str_is(name, "NetworkLink") && all->link_inside) reading->summary->skipped++;
  else if (sl_str_is(name, "NetworkLink")) return sl_reading_refuse_for(reading, all->link_line, SL_ERR_UNSUPPORTED, "a NetworkLink leads to another file: give that file itself");
  if (!p->fault.code) return SL_OK;
  const sl_fault fault = p->fault;
  p->fault = sl_fault_none();
  return sl_reading_refuse(reading, &fault, sl_xml_line(xml));
}

/* Words of altitudeMode, in any letter case. */
static void take_mode(drawn *d, placemark *p, sl_str text) {
  d->sea_floor = sl_str_is_nocase(text, "relativeToSeaFloor");
  d->relative = d->sea_floor || sl_str_is_nocase(text, "relativeToGround");
  d->clamped = !d->relative && !sl_str_is_nocase(text, "absolute");
  if (d->clamped && text.size && !sl_str_is_nocase(text, "clampToGround") && !sl_str_is_nocase(text, "clampToSeaFloor"))
    sl_fault_set(&p->fault, SL_ERR_UNKNOWN, "an altitudeMode that KML does not have");
}

static void end_detail(placemark *p, const sl_xml *xml, sl_str name, sl_str text) {
  drawn *d = current(p);
  sl_str about = sl_xml_parent(xml, 0);
  bool shape = d && (sl_str_is(about, "Polygon") || sl_str_is(about, "LineString") || sl_str_is(about, "LinearRing") || sl_str_is(about, "Point") || sl_str_is(about, "Track"));
  if (sl_str_is(name, "name") && sl_str_is(about, "Placemark")) p->name = sl_utf8_copy(p->reading, text);
  if (sl_str_is(name, "value") && sl_str_is(about, "Data")) end_data(p, text);
  if (shape && sl_str_is(name, "coordinates")) (void)take_coordinates(p, text);
  if (shape && sl_str_is(name, "extrude")) d->extruded = sl_str_is(text, "1") || sl_str_is(text, "true");
  if (shape && sl_str_is(name, "altitudeMode")) take_mode(d, p, text);
  if (sl_str_is(about, "MultiTrack") && sl_str_is(name, "altitudeMode")) take_mode(&p->many, p, text);
  if (d && d->kind == DRAWN_TRACK && sl_str_is(about, "Track") && (sl_str_is(name, "when") || sl_str_is(name, "coord"))) (void)take_track_part(p, d, text, name.size == 4);
  if (sl_str_is(about, "TimeSpan") || sl_str_is(about, "TimeStamp")) end_time(p, xml, name, text);
  if (sl_str_is(name, "interpolate") && sl_str_is(text, "1")) sl_reading_note(p->reading, SL_NOTE_LEFT_OUT, "between the parts of a gx:MultiTrack nothing is assumed");
}

static sl_err on_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  placemark *p = context;
  if (!p->open) return end_outside(p, xml, name, text);
  if (sl_str_is(name, "Placemark")) {
    sl_err error = end_placemark(p);
    p->fault = sl_fault_none();   /* it was its own */
    return error;
  }
  if (p->fault.code) return SL_OK;
  end_detail(p, xml, name, text);
  wrong(p, xml);
  return SL_OK;
}

sl_err sl_read_kml(sl_reading *reading) {
  folders all = {.depth = 0};
  placemark p = {.reading = reading, .folders = &all, .fault = sl_fault_none()};
  static const sl_xml_handler handler = {on_start, on_end};
  SL_ASSERT(reading->source && reading->summary);
  return sl_xml_read(reading, &handler, &p);
}
