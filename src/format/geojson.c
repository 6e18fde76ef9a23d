/* Purpose: GeoJSON (RFC 7946) features with altitude and time properties:
 *   Polygon, MultiPolygon   areas, with holes
 *   Point, MultiPoint       circles: a radius property is needed
 *   LineString, Multi...    corridors: a half width (property or option) is needed; with
 *                           a list of times, one per position, a track
 * Which properties these are: the mapping, else the first of the names below that a
 * feature has. Work expected: files of any length, one feature at a time; features of
 * up to ten thousand vertices. Representation: jtext.h's tree of one feature. */
#include "base/assert.h"
#include "base/text.h"
#include "format/geometry.h"
#include "format/height.h"
#include "format/measure.h"
#include "format/zones.h"

typedef enum field { F_NAME, F_KIND, F_LOWER, F_UPPER, F_UNIT, F_REFERENCE, F_START, F_END, F_RADIUS, F_HALF_WIDTH, F_TIMES, F_COUNT } field;

static const char *const fields[] = {"name", "kind", "lower", "upper", "unit", "reference",
                                     "start", "end", "radius", "half_width", "times", NULL};

#define NAMES_MAX 8
static const char *const guesses[F_COUNT][NAMES_MAX] = {
    [F_NAME] = {"name", "callsign", "title", "identifier", "designator", "id"},
    [F_KIND] = {"kind", "type", "class", "category"},
    [F_LOWER] = {"lower", "altitude_lower", "lowerLimit", "lower_limit", "floor", "min_altitude", "lower_val"},
    [F_UPPER] = {"upper", "altitude_upper", "upperLimit", "upper_limit", "ceiling", "max_altitude", "upper_val"},
    [F_UNIT] = {"unit", "units", "uom", "altitude_unit", "altitude_units"},
    [F_REFERENCE] = {"reference", "altitude_reference", "vertical_datum", "datum"},
    [F_START] = {"start", "time_start", "startDateTime", "start_time", "valid_from", "begin"},
    [F_END] = {"end", "time_end", "endDateTime", "end_time", "valid_until", "valid_to"},
    [F_RADIUS] = {"radius", "radius_m"},
    [F_HALF_WIDTH] = {"half_width", "half_width_m"},
    [F_TIMES] = {"times", "coordTimes", "timestamps"}};

/* A feature in hand. */
typedef struct feature {
  sl_reading *reading;
  const sl_jtree *tree;
  const sl_jnode *self, *properties, *geometry;
  bool capitals;             /* some property has them in its name */
  sl_record record;
  sl_fault *fault;
} feature;

static const sl_jnode *property(const feature *f, field which) {
  sl_str column;
  if (sl_mapping_get(&column, f->reading->options->mapping, fields[which])) {
    if (!f->properties || f->properties->kind != SL_JOBJECT) return NULL;
    for (const sl_jnode *at = sl_jtree_first(f->tree, f->properties); at; at = sl_jtree_next(f->tree, f->properties, at))
      if (sl_str_equal(at->key, column)) return at->kind == SL_JNULL ? NULL : at;
    return NULL;
  }
  for (size_t i = 0; i < NAMES_MAX && guesses[which][i]; i++) {
    const sl_jnode *found = sl_jtree_some(f->tree, f->properties, guesses[which][i]);
    if (found) return found;
  }
  for (size_t i = 0; f->capitals && i < NAMES_MAX && guesses[which][i]; i++) {
    const sl_jnode *found = sl_jtree_loose(f->tree, f->properties, guesses[which][i]);
    if (found) return found;
  }
  return NULL;
}

/* The unit or reference of one limit among the properties: "UPPER_UOM", "upper_reference";
 * else that of both. */
static const sl_jnode *property_of_limit(const feature *f, field limit, field which) {
  static const char *const names[2][2][4] = {{{"lower_uom", "lower_unit", "lower_units", NULL}, {"lower_code", "lower_reference", "lower_datum", NULL}},
                                             {{"upper_uom", "upper_unit", "upper_units", NULL}, {"upper_code", "upper_reference", "upper_datum", NULL}}};
  sl_str unused;
  const bool mapped = sl_mapping_get(&unused, f->reading->options->mapping, fields[which]);
  for (const char *const *name = names[limit == F_UPPER][which == F_REFERENCE]; *name && !mapped; name++) {
    const sl_jnode *found = f->capitals ? sl_jtree_loose(f->tree, f->properties, *name) : sl_jtree_some(f->tree, f->properties, *name);
    if (found) return found;
  }
  return property(f, which);
}

/* -9998 and -9999 stand for nothing in the data of geographic information systems. */
static bool is_no_value(sl_str text) {
  int64_t whole;
  return !sl_decimal_read(&whole, text, 0) && whole <= -9998;
}

static sl_str text_of(const sl_jnode *node) {
  return node && (node->kind == SL_JSTRING || node->kind == SL_JNUMBER) ? sl_str_trim(node->text) : (sl_str){NULL, 0};
}

/* openAIP's limits have codes: {"value", "unit": 0 | 1 | 6, "referenceDatum": 0 | 1 | 2}. */
static const sl_jnode *limit_part(const feature *f, const sl_jnode *limit, const char *const *names) {
  const sl_jnode *found = NULL;
  for (; !found && *names; names++) found = sl_jtree_some(f->tree, limit, *names);
  return found;
}

static sl_str word_of_code(const sl_jnode *node, const char *zero, const char *one, const char *two, const char *six) {
  if (!node || node->kind != SL_JNUMBER) return text_of(node);
  const char *word = sl_str_is(node->text, "0") ? zero : sl_str_is(node->text, "1") ? one : sl_str_is(node->text, "2") ? two : sl_str_is(node->text, "6") ? six : NULL;
  return word ? sl_str_from(word) : node->text;
}

/* One limit: a number, a text as people write it, or {"value","reference","units"}. */
static sl_err read_limit(sl_height *out, const feature *f, field which) {
  const sl_jnode *node = property(f, which);
  if (!node || is_no_value(text_of(node))) {
    *out = (sl_height){SL_DATUM_UNLIMITED, 0};
    sl_reading_note(f->reading, SL_NOTE_ASSUMED, which == F_LOWER ? "no lower limit given: taken as none" : "no upper limit given: taken as none");
    return SL_OK;
  }
  bool object = node->kind == SL_JOBJECT;
  static const char *const units[] = {"units", "unit", "uom", NULL}, *const references[] = {"reference", "referenceDatum", "datum", NULL};
  sl_str unit_word = object ? word_of_code(limit_part(f, node, units), "m", "ft", NULL, "FL") : text_of(property_of_limit(f, which, F_UNIT));
  sl_str datum_word = object ? word_of_code(limit_part(f, node, references), "GND", "MSL", "STD", NULL) : text_of(property_of_limit(f, which, F_REFERENCE));
  sl_str text = text_of(object ? sl_jtree_some(f->tree, node, "value") : node);
  if (!text.size) return sl_fault_set(f->fault, SL_ERR_TYPE, "an altitude limit that is neither a number nor a text");
  sl_height_unit unit = SL_HEIGHT_M;
  if (unit_word.size && !sl_height_unit_by_word(&unit, unit_word))
    return sl_fault_set(f->fault, SL_ERR_UNIT, "a unit of altitude that is not known");
  sl_height height;
  sl_err error = SL_OK;
  if (node->kind == SL_JSTRING) {
    error = sl_height_read(&height, text, unit, f->fault);
  } else {
    height.datum = unit == SL_HEIGHT_FL ? SL_DATUM_PRESSURE : SL_DATUM_UNSTATED;
    error = sl_height_scale(&height.tenths, text, unit, f->fault);
    if (!unit_word.size) sl_reading_note(f->reading, SL_NOTE_ASSUMED, "altitudes without a unit: taken as metres");
  }
  if (error) return error;
  if (datum_word.size && height.datum == SL_DATUM_UNSTATED && !sl_datum_by_word(&height.datum, datum_word))
    return sl_fault_set(f->fault, SL_ERR_DATUM, "an altitude reference that is not known");
  *out = height;
  return SL_OK;
}

static sl_err read_window(feature *f) {
  const sl_jnode *start = property(f, F_START), *end = property(f, F_END);
  if (!start && !end) return SL_OK;
  sl_window *window = SL_ARENA_TAKE(&f->reading->arena, 1, sl_window);
  if (!window) return sl_fault_set(f->fault, SL_ERR_NOMEM, "out of memory for one record");
  *window = (sl_window){{0}, {SL_TIME_OPEN_NS}};
  bool assumed = false;
  sl_err error = SL_OK;
  if (start) error = sl_moment_read(&window->start, &assumed, text_of(start), false, f->fault);
  if (!error && end) error = sl_moment_read(&window->end, &assumed, text_of(end), true, f->fault);
  if (error) return error;
  if (!start || !end) sl_reading_note(f->reading, SL_NOTE_ASSUMED, start ? "no end given: taken as for ever" : "no start given: taken as since ever");
  if (assumed) sl_reading_note(f->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  f->record.window = window;
  f->record.window_count = 1;
  return SL_OK;
}

static sl_err read_distance(sl_len *out, const feature *f, field which, sl_len otherwise) {
  const sl_jnode *node = property(f, which);
  if (!node) {
    if (otherwise.mm <= 0)
      return sl_fault_set(f->fault, SL_ERR_MISSING, which == F_RADIUS ? "a point without a radius property" : "a line without a half width property");
    *out = otherwise;
    sl_reading_note(f->reading, SL_NOTE_ASSUMED, "the half width of the line is the one given on the command line");
    return SL_OK;
  }
  sl_len length;
  if (node->kind == SL_JNUMBER) sl_reading_note(f->reading, SL_NOTE_ASSUMED, "a distance without a unit: taken as metres");
  sl_err error = sl_distance_read(&length, text_of(node), SL_DISTANCE_M, f->fault);
  if (error) return error;
  if (length.mm <= 0) return sl_fault_set(f->fault, SL_ERR_RANGE, "a radius or half width that is not above 0");
  *out = length;
  return SL_OK;
}

static sl_err read_circle(feature *f, const sl_jnode *position) {
  sl_circle circle;
  const sl_jnode *z = NULL;
  sl_err error = sl_json_position(&circle.centre, &z, f->tree, position, f->fault);
  if (!error) error = read_distance(&circle.radius, f, F_RADIUS, (sl_len){0});
  if (error) return error;
  f->record.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE};
  f->record.shape.as.circle = circle;
  return SL_OK;
}

/* A line whose positions have a time each. */
static sl_err read_track(feature *f, const sl_jnode *line, const sl_jnode *times) {
  if (line->kind != SL_JARRAY || times->kind != SL_JARRAY || line->count != times->count || line->count == 0 || line->count > SL_FIXES_MAX)
    return sl_fault_set(f->fault, SL_ERR_TYPE, "the list of times is not as long as the line");
  sl_height_unit unit = SL_HEIGHT_M;
  sl_datum datum = SL_DATUM_UNSTATED;
  sl_str unit_word = text_of(property(f, F_UNIT)), datum_word = text_of(property(f, F_REFERENCE));
  if (unit_word.size && !sl_height_unit_by_word(&unit, unit_word)) return sl_fault_set(f->fault, SL_ERR_UNIT, "a unit of altitude that is not known");
  if (datum_word.size && !sl_datum_by_word(&datum, datum_word)) return sl_fault_set(f->fault, SL_ERR_DATUM, "an altitude reference that is not known");
  sl_track_fix *fix = SL_ARENA_TAKE(&f->reading->arena, line->count, sl_track_fix);
  if (!fix) return sl_fault_set(f->fault, SL_ERR_NOMEM, "out of memory for one record");
  const sl_jnode *at = sl_jtree_first(f->tree, line), *when = sl_jtree_first(f->tree, times);
  for (uint32_t i = 0; i < line->count; i++) {
    const sl_jnode *z = NULL;
    bool assumed = false;
    sl_err error = sl_json_position(&fix[i].pos, &z, f->tree, at, f->fault);
    if (!error && !z) error = sl_fault_set(f->fault, SL_ERR_MISSING, "a track position without an altitude");
    if (!error) error = sl_height_scale(&fix[i].tenths, z->text, unit, f->fault);
    if (!error) error = sl_moment_read(&fix[i].time, &assumed, text_of(when), false, f->fault);
    if (error) return error;
    if (assumed) sl_reading_note(f->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
    at = sl_jtree_next(f->tree, line, at);
    when = sl_jtree_next(f->tree, times, when);
  }
  f->record.form = SL_RECORD_TRACK;
  f->record.fix = fix;
  f->record.fix_count = line->count;
  f->record.fix_datum = unit == SL_HEIGHT_FL ? SL_DATUM_PRESSURE : datum;
  if (line->count == 1) f->record.along.ns = SL_NS_PER_S;
  return SL_OK;
}

static sl_err read_line(feature *f, const sl_jnode *line, const sl_jnode *times) {
  if (!line || line->kind != SL_JARRAY) return sl_fault_set(f->fault, SL_ERR_TYPE, "a line without coordinates");
  if (times) return read_track(f, line, times);
  sl_outline outline = {0};
  bool any_z = false;
  sl_len half_width;
  sl_err error = sl_json_outline(&outline, &any_z, f->reading, f->tree, line, f->fault);
  if (!error) error = read_distance(&half_width, f, F_HALF_WIDTH, f->reading->options->half_width);
  if (error) return error;
  sl_outline_clean(&outline, false, NULL);
  if (any_z) sl_reading_note(f->reading, SL_NOTE_LEFT_OUT, "the third coordinate of the vertices is not used");
  return sl_corridor_shape(&f->record.shape, &outline, half_width, f->fault);
}

typedef sl_err part_fn(feature *f, const sl_jnode *part, const sl_jnode *times);

static sl_err read_point_part(feature *f, const sl_jnode *part, const sl_jnode *times) {
  (void)times;
  return read_circle(f, part);
}

/* Each part of a MultiPoint or MultiLineString is a record with the feature's name. */
static sl_err read_parts(feature *f, const sl_jnode *parts, part_fn *read) {
  if (!parts || parts->kind != SL_JARRAY || parts->count == 0) return sl_fault_set(f->fault, SL_ERR_TYPE, "a geometry without parts");
  const sl_jnode *times = property(f, F_TIMES);
  const sl_jnode *when = times ? sl_jtree_first(f->tree, times) : NULL;
  uint32_t refused = f->reading->summary->refused;
  for (const sl_jnode *at = sl_jtree_first(f->tree, parts); at; at = sl_jtree_next(f->tree, parts, at)) {
    sl_err error = read(f, at, when);
    if (error) return error;
    if ((error = sl_reading_hand_over_part(f->reading, &f->record))) return error;
    if (f->reading->summary->refused != refused) return SL_END_OF_PARTS;  /* the arena is empty now */
    if (when) when = sl_jtree_next(f->tree, times, when);
  }
  sl_reading_clear(f->reading);
  return SL_END_OF_PARTS;
}

static sl_err read_geometry(feature *f) {
  const sl_jnode *type = sl_jtree_get(f->tree, f->geometry, "type");
  const sl_jnode *coordinates = sl_jtree_get(f->tree, f->geometry, "coordinates");
  if (!f->geometry || f->geometry->kind != SL_JOBJECT || !type) return sl_fault_set(f->fault, SL_ERR_MISSING, "a feature without a geometry");
  if (sl_str_is(type->text, "Polygon") || sl_str_is(type->text, "MultiPolygon"))
    return sl_json_polygons(&f->record.shape, f->reading, f->tree, f->geometry, f->fault);
  if (sl_str_is(type->text, "Point")) return read_circle(f, coordinates);
  if (sl_str_is(type->text, "LineString")) return read_line(f, coordinates, property(f, F_TIMES));
  if (sl_str_is(type->text, "MultiPoint")) return read_parts(f, coordinates, read_point_part);
  if (sl_str_is(type->text, "MultiLineString")) return read_parts(f, coordinates, read_line);
  if (sl_str_is(type->text, "GeometryCollection"))
    return sl_fault_set(f->fault, SL_ERR_UNSUPPORTED, "a GeometryCollection is not accepted: give each geometry its own feature");
  return sl_fault_set(f->fault, SL_ERR_UNKNOWN, "a type of geometry that GeoJSON does not have");
}

static sl_err read_properties(feature *f) {
  const sl_jnode *id = sl_jtree_some(f->tree, f->self, "id");
  f->record.name = text_of(property(f, F_NAME));
  if (!f->record.name.size) f->record.name = text_of(id);
  f->record.kind = text_of(property(f, F_KIND));
  sl_err error = read_window(f);
  if (error) return error;
  const sl_jnode *type = sl_jtree_get(f->tree, f->geometry, "type");
  bool line = type && (sl_str_is(type->text, "LineString") || sl_str_is(type->text, "MultiLineString"));
  if (line && property(f, F_TIMES)) return SL_OK;
  if ((error = read_limit(&f->record.lower, f, F_LOWER))) return error;
  return read_limit(&f->record.upper, f, F_UPPER);
}

static bool has_capitals(const sl_jtree *tree, const sl_jnode *properties) {
  if (!properties || properties->kind != SL_JOBJECT) return false;
  for (const sl_jnode *at = sl_jtree_first(tree, properties); at; at = sl_jtree_next(tree, properties, at))
    for (size_t i = 0; i < at->key.size; i++)
      if (at->key.data[i] >= 'A' && at->key.data[i] <= 'Z') return true;
  return false;
}

static sl_err read_feature(feature *f) {
  const sl_jnode *type = sl_jtree_get(f->tree, f->self, "type");
  if (f->self->kind != SL_JOBJECT || !type) return sl_fault_set(f->fault, SL_ERR_TYPE, "not a GeoJSON feature");
  if (sl_str_is(type->text, "Feature")) {
    f->properties = sl_jtree_some(f->tree, f->self, "properties");
    f->geometry = sl_jtree_some(f->tree, f->self, "geometry");
  } else {
    f->geometry = f->self;
  }
  f->capitals = has_capitals(f->tree, f->properties);
  sl_err error = read_properties(f);
  return error ? error : read_geometry(f);
}

sl_err sl_geojson_feature(sl_reading *reading, const sl_jtree *tree, const sl_jnode *self) {
  sl_fault fault = sl_fault_none();
  feature f = {.reading = reading, .tree = tree, .self = self, .fault = &fault};
  f.record = (sl_record){.format = SL_FORMAT_GEOJSON, .line = self->line, .form = SL_RECORD_AREA};
  sl_err error = read_feature(&f);
  if (error == SL_END_OF_PARTS && fault.code == SL_OK) return SL_OK;
  if (error && fault.code == SL_OK) return error;
  if (error) return sl_reading_refuse(reading, &fault, self->line);
  return sl_reading_hand_over(reading, &f.record);
}

sl_err sl_read_geojson(sl_reading *reading) {
  sl_err error = sl_mapping_check(reading->options->mapping, fields, reading->fault);
  return error ? error : sl_read_features(reading, "features", sl_geojson_feature);
}
