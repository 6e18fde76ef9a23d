/* Purpose: UAS geographical zones: EUROCAE ED-269 (zones with a list of geometries, in
 * "features", "UASZoneList" or a bare array) and ED-318 (GeoJSON features whose geometry
 * has a layer). Work expected: national files of some thousand zones, one at a time.
 * Representation: jtext.h's tree of one zone; each geometry is a record of the zone's
 * name. When a zone applies:
 *   permanent, or nothing said        always
 *   start and end                     a window; an open end is for ever
 *   a weekly schedule                 with a day given its windows on that day, otherwise
 *                                     the whole period, widened; daylight events likewise */
#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/geometry.h"
#include "format/height.h"
#include "format/measure.h"
#include "format/zones.h"

#define DAY_NS (24 * SL_NS_PER_H)
#define NO_CEILING INT64_C(99999)

/* A zone in hand. */
typedef struct zone {
  sl_reading *reading;
  const sl_jtree *tree;
  const sl_jnode *self;
  sl_record record;
  sl_window *window;
  uint32_t window_room;
  bool silent;               /* it does not apply on the day that was given */
  sl_fault *fault;
} zone;

static sl_str text_of(const sl_jnode *node) {
  return node && (node->kind == SL_JSTRING || node->kind == SL_JNUMBER) ? sl_str_trim(node->text) : (sl_str){NULL, 0};
}

static const sl_jnode *some(const zone *z, const sl_jnode *object, const char *key) { return sl_jtree_loose(z->tree, object, key); }

/* The member by one name or the other. */
static const sl_jnode *either(const zone *z, const sl_jnode *object, const char *key, const char *other) {
  const sl_jnode *found = some(z, object, key);
  return found ? found : some(z, object, other);
}

static sl_err add_window(zone *z, sl_window window) {
  uint32_t count = z->record.window_count;
  if (window.start.ns >= window.end.ns) return sl_fault_set(z->fault, SL_ERR_ORDER, "an applicability that ends before or when it starts");
  if (count == SL_RECORD_WINDOWS_MAX) return sl_fault_set(z->fault, SL_ERR_CAP, "more than %u windows", SL_RECORD_WINDOWS_MAX);
  if (count == z->window_room) {
    uint32_t room = z->window_room ? z->window_room * 2 : 4;
    sl_window *grown = SL_ARENA_TAKE(&z->reading->arena, room, sl_window);
    if (!grown) return sl_fault_set(z->fault, SL_ERR_NOMEM, "out of memory for one record");
    if (count) memcpy(grown, z->window, count * sizeof *grown);
    z->window = grown;
    z->window_room = room;
  }
  uint32_t at = count;
  for (; at > 0 && z->window[at - 1].start.ns > window.start.ns; at--) z->window[at] = z->window[at - 1];
  z->window[at] = window;
  z->record.window = z->window;
  z->record.window_count++;
  return SL_OK;
}

/* A time of day with its zone, on a date. */
static sl_err time_on(sl_time *out, bool *assumed, sl_time midnight, sl_str text, zone *z) {
  char whole[64];
  int year, month, day;
  sl_time_date(&year, &month, &day, midnight);
  if (text.size > 40) return sl_fault_set(z->fault, SL_ERR_SYNTAX, "a time of day that is not hh:mm");
  int size = snprintf(whole, sizeof whole, "%04d-%02d-%02dT%.*s", year, month, day, (int)text.size, text.data);
  SL_ASSERT(size > 0 && (size_t)size < sizeof whole);
  return sl_moment_read(out, assumed, sl_str_from(whole), false, z->fault);
}

static bool day_is_named(const zone *z, const sl_jnode *days, sl_time midnight) {
  static const char *const names[] = {"THU", "FRI", "SAT", "SUN", "MON", "TUE", "WED"};  /* 1 Jan 1970 was a Thursday */
  const char *today = names[midnight.ns / DAY_NS % 7];
  if (!days) return true;
  if (days->kind != SL_JARRAY) return sl_str_is_nocase(text_of(days), "ANY") || sl_str_is_nocase(text_of(days), today);
  for (const sl_jnode *at = sl_jtree_first(z->tree, days); at; at = sl_jtree_next(z->tree, days, at))
    if (sl_str_is_nocase(text_of(at), "ANY") || sl_str_is_nocase(text_of(at), today)) return true;
  return false;
}

/* One line of a schedule on one date; overnight it reaches into the next. */
static sl_err add_daily(zone *z, const sl_jnode *line, sl_time midnight, sl_window period) {
  if (!day_is_named(z, some(z, line, "day"), midnight)) return SL_OK;
  const sl_jnode *from = some(z, line, "startTime"), *to = some(z, line, "endTime");
  sl_window window = {midnight, {midnight.ns + DAY_NS}};
  bool assumed = false;
  sl_err error = SL_OK;
  if (from) error = time_on(&window.start, &assumed, midnight, text_of(from), z);
  if (!error && to) error = time_on(&window.end, &assumed, midnight, text_of(to), z);
  if (error) return error;
  if (!from || !to) sl_reading_note(z->reading, SL_NOTE_WIDENED, "a schedule by daylight or without a time: taken to the ends of the day");
  if (assumed) sl_reading_note(z->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  if (window.end.ns <= window.start.ns) window.end.ns += DAY_NS;
  if (window.start.ns < period.start.ns) window.start = period.start;
  if (window.end.ns > period.end.ns) window.end = period.end;
  int64_t day = z->reading->options->day.ns;
  bool touches = window.start.ns < window.end.ns && window.start.ns < day + DAY_NS && window.end.ns > day;
  return touches ? add_window(z, window) : SL_OK;
}

static sl_err read_schedule(zone *z, const sl_jnode *schedule, sl_window period) {
  int64_t day = z->reading->options->day.ns;
  if (!day) {
    sl_reading_note(z->reading, SL_NOTE_WIDENED, "a weekly schedule, and no --day: taken as the whole period");
    return add_window(z, period);
  }
  if (schedule->kind != SL_JARRAY) return sl_fault_set(z->fault, SL_ERR_TYPE, "a schedule that is not a list");
  for (const sl_jnode *at = sl_jtree_first(z->tree, schedule); at; at = sl_jtree_next(z->tree, schedule, at)) {
    for (int64_t back = day >= DAY_NS ? 1 : 0; back >= 0; back--) {
      sl_err error = add_daily(z, at, (sl_time){day - back * DAY_NS}, period);
      if (error) return error;
    }
  }
  if (z->record.window_count == 0) z->silent = true;
  return SL_OK;
}

static sl_err read_period(zone *z, const sl_jnode *period) {
  const sl_jnode *start = some(z, period, "startDateTime"), *end = some(z, period, "endDateTime"), *schedule = some(z, period, "schedule");
  sl_window window = {{0}, {SL_TIME_OPEN_NS}};
  bool assumed = false;
  sl_err error = SL_OK;
  if (start) error = sl_moment_read(&window.start, &assumed, text_of(start), false, z->fault);
  if (!error && end) error = sl_moment_read(&window.end, &assumed, text_of(end), true, z->fault);
  if (error) return error;
  if (assumed) sl_reading_note(z->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  if (schedule && schedule->count) return read_schedule(z, schedule, window);
  return start || end ? add_window(z, window) : SL_OK;
}

static bool is_yes(const sl_jnode *node) { return node && (node->kind == SL_JTRUE || sl_str_is_nocase(text_of(node), "YES") || sl_str_is_nocase(text_of(node), "TRUE")); }

/* A list of periods; one that is permanent makes all others idle. */
static sl_err read_applicability(zone *z, const sl_jnode *periods) {
  if (!periods) return SL_OK;
  bool list = periods->kind == SL_JARRAY;
  if (!list && periods->kind != SL_JOBJECT) return sl_fault_set(z->fault, SL_ERR_TYPE, "an applicability that is neither an object nor a list");
  for (const sl_jnode *at = list ? sl_jtree_first(z->tree, periods) : periods; at; at = list ? sl_jtree_next(z->tree, periods, at) : NULL)
    if (is_yes(some(z, at, "permanent"))) return SL_OK;
  for (const sl_jnode *at = list ? sl_jtree_first(z->tree, periods) : periods; at; at = list ? sl_jtree_next(z->tree, periods, at) : NULL) {
    sl_err error = read_period(z, at);
    if (error) return error;
  }
  if (z->record.window_count) z->silent = false;
  return SL_OK;
}

/* A limit of a layer; absent or the sentinel: none. */
static sl_err read_limit(sl_height *out, zone *z, const sl_jnode *value, const sl_jnode *reference, sl_height_unit unit, bool upper) {
  int64_t whole;
  *out = (sl_height){SL_DATUM_UNLIMITED, 0};
  if (!value) {
    sl_reading_note(z->reading, SL_NOTE_ASSUMED, upper ? "no upper limit given: taken as none" : "no lower limit given: taken as none");
    return SL_OK;
  }
  const bool text = value->kind == SL_JSTRING;
  if (!text && value->kind != SL_JNUMBER) return sl_fault_set(z->fault, SL_ERR_TYPE, "a limit that is not a number");
  if (upper && !sl_decimal_read(&whole, text_of(value), 0) && whole >= NO_CEILING) {
    sl_reading_note(z->reading, SL_NOTE_ASSUMED, "an upper limit of 99,999 or more: taken as no ceiling");
    return SL_OK;
  }
  sl_height height = {SL_DATUM_UNSTATED, 0};
  sl_err error = text ? sl_height_read(&height, text_of(value), unit, z->fault) : sl_height_scale(&height.tenths, value->text, unit, z->fault);
  if (error) return error;
  if (text_of(reference).size && height.datum == SL_DATUM_UNSTATED && !sl_datum_by_word(&height.datum, text_of(reference)))
    return sl_fault_set(z->fault, SL_ERR_DATUM, "a vertical reference that is not known");
  *out = height;
  return SL_OK;
}

static sl_err read_unit(sl_height_unit *out, zone *z, const sl_jnode *unit) {
  *out = SL_HEIGHT_M;
  if (!text_of(unit).size) sl_reading_note(z->reading, SL_NOTE_ASSUMED, "altitudes without a unit: taken as metres");
  else if (!sl_height_unit_by_word(out, text_of(unit))) return sl_fault_set(z->fault, SL_ERR_UNIT, "a unit that is not known");
  return SL_OK;
}

static sl_err read_circle(zone *z, const sl_jnode *centre, const sl_jnode *radius, bool feet) {
  const sl_jnode *unused = NULL;
  sl_circle circle;
  sl_err error = sl_json_position(&circle.centre, &unused, z->tree, centre, z->fault);
  if (!error && !radius) error = sl_fault_set(z->fault, SL_ERR_MISSING, "a circle without a radius");
  if (!error) error = sl_distance_read(&circle.radius, text_of(radius), SL_DISTANCE_M, z->fault);
  if (error) return error;
  if (feet) sl_reading_note(z->reading, SL_NOTE_WIDENED, "the radius is taken in metres, whatever the unit of the limits");
  z->record.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE};
  z->record.shape.as.circle = circle;
  return SL_OK;
}

/* ED-269's geometry: limits and a horizontal projection. */
static sl_err read_volume269(zone *z, const sl_jnode *geometry) {
  sl_height_unit unit;
  const sl_jnode *plan = some(z, geometry, "horizontalProjection");
  const sl_jnode *type = some(z, plan, "type");
  sl_err error = read_unit(&unit, z, some(z, geometry, "uomDimensions"));
  if (!error) error = read_limit(&z->record.lower, z, some(z, geometry, "lowerLimit"), some(z, geometry, "lowerVerticalReference"), unit, false);
  if (!error) error = read_limit(&z->record.upper, z, some(z, geometry, "upperLimit"), some(z, geometry, "upperVerticalReference"), unit, true);
  if (error) return error;
  if (!plan || !type) return sl_fault_set(z->fault, SL_ERR_MISSING, "a geometry without a horizontal projection");
  if (sl_str_is_nocase(type->text, "Circle") || sl_str_is_nocase(type->text, "Point"))
    return read_circle(z, either(z, plan, "center", "coordinates"), some(z, plan, "radius"), unit == SL_HEIGHT_FT);
  if (sl_str_is_nocase(type->text, "Polygon") || sl_str_is_nocase(type->text, "MultiPolygon")) return sl_json_polygons(&z->record.shape, z->reading, z->tree, plan, z->fault);
  return sl_fault_set(z->fault, SL_ERR_UNSUPPORTED, "a projection that is neither a polygon nor a circle");
}

/* ED-318's geometry: GeoJSON with a layer, circles as points with an extent. Where it has
 * no layer, limits may stand among the properties, by ED-269's names. */
static sl_err read_volume318(zone *z, const sl_jnode *geometry) {
  sl_height_unit unit = SL_HEIGHT_M;
  const sl_jnode *layer = some(z, geometry, "layer"), *type = some(z, geometry, "type"), *extent = some(z, geometry, "extent");
  const sl_jnode *properties = some(z, z->self, "properties");
  if (!layer) layer = some(z, properties, "layer");
  if (!layer && (either(z, properties, "upperLimit", "lowerLimit") || either(z, properties, "upper", "lower"))) layer = properties;
  sl_err error = layer ? read_unit(&unit, z, either(z, layer, "uom", "uomDimensions")) : SL_OK;
  if (!error) error = read_limit(&z->record.lower, z, either(z, layer, "lower", "lowerLimit"), either(z, layer, "lowerReference", "lowerVerticalReference"), unit, false);
  if (!error) error = read_limit(&z->record.upper, z, either(z, layer, "upper", "upperLimit"), either(z, layer, "upperReference", "upperVerticalReference"), unit, true);
  if (error) return error;
  if (!type) return sl_fault_set(z->fault, SL_ERR_MISSING, "a geometry without a type");
  if (sl_str_is_nocase(type->text, "Point")) return read_circle(z, some(z, geometry, "coordinates"), some(z, extent ? extent : geometry, "radius"), unit == SL_HEIGHT_FT);
  if (sl_str_is_nocase(type->text, "Polygon") || sl_str_is_nocase(type->text, "MultiPolygon"))
    return sl_json_polygons(&z->record.shape, z->reading, z->tree, geometry, z->fault);
  return sl_fault_set(z->fault, SL_ERR_UNSUPPORTED, "a geometry that is neither a polygon nor a point with a radius");
}

typedef sl_err volume_fn(zone *z, const sl_jnode *geometry);

static sl_err read_volumes(zone *z, const sl_jnode *list, volume_fn *read) {
  bool many = list->kind == SL_JARRAY;
  if (many && list->count == 0) return sl_fault_set(z->fault, SL_ERR_MISSING, "a zone without a geometry");
  uint32_t refused = z->reading->summary->refused, mark = sl_reading_mark(z->reading);
  for (const sl_jnode *at = many ? sl_jtree_first(z->tree, list) : list; at; at = many ? sl_jtree_next(z->tree, list, at) : NULL) {
    z->reading->note_count = mark;
    sl_err error = read(z, at);
    if (!error) error = sl_reading_hand_over_part(z->reading, &z->record);
    if (error) return error;
    if (z->reading->summary->refused != refused) return SL_OK;   /* the arena is empty now */
  }
  sl_reading_clear(z->reading);
  return SL_OK;
}

/* A name: a text, or ED-318's list of texts by language. */
static sl_str name_of(const zone *z, const sl_jnode *node) {
  if (node && node->kind == SL_JARRAY) node = sl_jtree_some(z->tree, sl_jtree_first(z->tree, node), "text");
  return text_of(node);
}

static sl_err read_zone(zone *z, bool ed318) {
  if (z->self->kind != SL_JOBJECT) return sl_fault_set(z->fault, SL_ERR_TYPE, "a zone is not an object");
  /* ED-269's zones are also met as GeoJSON features, what they say among the properties. */
  const sl_jnode *properties = some(z, z->self, "properties"), *geometry = some(z, z->self, "geometry");
  if (!ed318 && (!properties || some(z, z->self, "identifier"))) properties = z->self;
  if (!geometry) geometry = some(z, properties, "geometry");
  if (!geometry) return sl_fault_set(z->fault, SL_ERR_MISSING, "a zone without a geometry");
  z->record.name = name_of(z, some(z, properties, "identifier"));
  if (!z->record.name.size) z->record.name = name_of(z, some(z, properties, "name"));
  z->record.kind = text_of(some(z, properties, "restriction"));
  if (!z->record.kind.size) z->record.kind = text_of(some(z, properties, "type"));
  sl_err error = read_applicability(z, either(z, properties, ed318 ? "limitedApplicability" : "applicability", ed318 ? "applicability" : "limitedApplicability"));
  if (error) return error;
  if (z->silent) {
    z->reading->summary->skipped++;
    sl_reading_clear(z->reading);
    return SL_OK;
  }
  if (!ed318) return read_volumes(z, geometry, read_volume269);
  const sl_jnode *parts = some(z, geometry, "geometries");
  return read_volumes(z, parts ? parts : geometry, read_volume318);
}

static sl_err zone_record(sl_reading *reading, const sl_jtree *tree, const sl_jnode *self, bool ed318) {
  sl_fault fault = sl_fault_none();
  zone z = {.reading = reading, .tree = tree, .self = self, .fault = &fault};
  z.record = (sl_record){.format = ed318 ? SL_FORMAT_ED318 : SL_FORMAT_ED269, .line = self->line, .form = SL_RECORD_AREA};
  sl_err error = read_zone(&z, ed318);
  if (!error || fault.code == SL_OK) return error;
  return sl_reading_refuse(reading, &fault, self->line);
}

static sl_err zone269(sl_reading *reading, const sl_jtree *tree, const sl_jnode *self) { return zone_record(reading, tree, self, false); }
static sl_err zone318(sl_reading *reading, const sl_jtree *tree, const sl_jnode *self) { return zone_record(reading, tree, self, true); }

sl_err sl_read_ed269(sl_reading *reading) {
  sl_ahead ahead;
  sl_err error = sl_source_ahead(&ahead, reading->source, 1u << 16, reading->fault);
  if (error) return error;
  return sl_read_features(reading, sl_json_announced((sl_str){(const char *)ahead.data, ahead.size}, "UASZoneList") ? "UASZoneList" : "features", zone269);
}

sl_err sl_read_ed318(sl_reading *reading) { return sl_read_features(reading, "features", zone318); }
