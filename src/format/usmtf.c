/* Purpose: USMTF airspace control orders. A measure begins with ACMID; its shape is
 * POLYGON, CORRIDOR, CIRCLE or GEOLINE (the others are refused by name), EFFLEVEL its
 * levels, APERIOD its periods, GEODATUM its datum. Sets that name targets refuse the
 * whole message. Work expected: some hundred measures, at a hundred megabytes a second.
 * Representation: the measure in hand, in the record's arena. */
#include "base/assert.h"
#include "format/charset.h"
#include "format/coordinate.h"
#include "format/geometry.h"
#include "format/measure.h"
#include "format/usmtf.h"

/* The measure in hand, and what the message says for all of them. */
typedef struct measure {
  sl_reading *reading;
  sl_window period;          /* of the message; end 0: none */
  bool message_foreign;      /* the message's GEODATUM is not WGS84 */
  bool open, foreign;
  sl_record record;
  sl_outline outline;        /* of POLYGON, CORRIDOR, GEOLINE */
  sl_len width;
  sl_circle circle;
  bool polygon, corridor, has_circle, has_level;
  uint32_t window_room;
  sl_window *window;
  sl_fault fault;
} measure;

static sl_err shape_of(measure *m) {
  sl_err error = SL_OK;
  if (m->has_circle) {
    m->record.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE};
    m->record.shape.as.circle = m->circle;
  } else if (m->corridor) {
    sl_outline_clean(&m->outline, false, NULL);
    sl_reading_note(m->reading, SL_NOTE_ASSUMED, "the width of a corridor or line: taken as the whole width, half to each side");
    error = sl_corridor_shape(&m->record.shape, &m->outline, (sl_len){(m->width.mm + 1) / 2}, &m->fault);
  } else if (m->polygon) {
    sl_rings rings = {0};
    bool spikes = false;
    sl_outline_clean(&m->outline, true, &spikes);
    if (spikes) sl_reading_note(m->reading, SL_NOTE_LEFT_OUT, "spikes of no width in the outline");
    error = sl_rings_add(&rings, m->reading, &m->outline, false, &m->fault);
    if (!error) m->record.shape = sl_rings_shape(&rings, SL_EDGE_GEODESIC);
  } else {
    error = sl_fault_set(&m->fault, SL_ERR_MISSING, "a measure without a shape");
  }
  return error;
}

static sl_err finish(measure *m) {
  if (!m->open) return SL_OK;
  m->open = false;
  sl_reading *reading = m->reading;
  if (m->fault.code == SL_OK && (m->foreign || m->message_foreign))
    sl_fault_set(&m->fault, SL_ERR_DATUM, "a geodetic datum other than WGS84 is not accepted");
  if (m->fault.code == SL_OK) (void)shape_of(m);
  if (m->fault.code != SL_OK) return sl_reading_refuse(reading, &m->fault, m->record.line);
  if (!m->has_level) {
    m->record.lower.datum = m->record.upper.datum = SL_DATUM_UNLIMITED;
    sl_reading_note(reading, SL_NOTE_ASSUMED, "no EFFLEVEL given: taken as every altitude");
  }
  if (m->record.window_count == 0 && m->period.end.ns) {
    m->record.window = &m->period;
    m->record.window_count = 1;
    sl_reading_note(reading, SL_NOTE_ASSUMED, "no APERIOD given: taken as the period of the order");
  } else {
    m->record.window = m->window;
  }
  return sl_reading_hand_over(reading, &m->record);
}

/* ACMID/ACM:type/NAME:name/shape/USE:use */
static void start(measure *m, sl_str fields, uint32_t line) {
  measure fresh = {.reading = m->reading, .period = m->period, .message_foreign = m->message_foreign, .open = true, .fault = sl_fault_none()};
  *m = fresh;
  m->record = (sl_record){.format = SL_FORMAT_USMTF_ACO, .line = line, .form = SL_RECORD_AREA};
  sl_str field, label, value, type = {NULL, 0}, use = {NULL, 0};
  while (sl_usmtf_field(&field, &fields)) {
    sl_usmtf_label(&label, &value, field);
    if (sl_str_is(label, "ACM")) type = value;
    if (sl_str_is(label, "USE") && !use.size) use = value;
    if (sl_str_is(label, "NAME")) m->record.name = sl_utf8_copy(m->reading, value);
    if (sl_str_is(label, "LATS") || sl_str_is(label, "LATM"))
      sl_fault_set(&m->fault, SL_ERR_SYNTAX, "positions in the identification (ACMID): the set that says which shape is missing");
  }
  char *kind = sl_arena_take(&m->reading->arena, type.size + use.size + 1, 1);
  if (!kind) return;
  if (type.size) memcpy(kind, type.data, type.size);
  kind[type.size] = ' ';
  if (use.size) memcpy(kind + type.size + 1, use.data, use.size);
  m->record.kind = sl_str_trim((sl_str){kind, type.size + 1 + use.size});
}

/* A field without its label. */
static sl_str value_of(sl_str field) {
  sl_str label, value;
  sl_usmtf_label(&label, &value, field);
  return value;
}

/* A hyphen stands for nothing. */
static bool is_empty(sl_str field) { return field.size == 0 || sl_str_is(field, "-"); }

/* LATS:ddmmssNdddmmssW, LATM: to the minute, or a bare position. */
static sl_err take_position(sl_pos *out, sl_str field, measure *m) {
  sl_str label, value;
  sl_usmtf_label(&label, &value, field);
  if (label.size && !sl_str_is(label, "LATS") && !sl_str_is(label, "LATM") && !sl_str_is(label, "LATD"))
    return sl_fault_set(&m->fault, SL_ERR_UNSUPPORTED, "a position that is not a latitude and longitude (LATS, LATM)");
  /* Lines may wrap within a position. */
  if (!value.size || !memchr(value.data, ' ', value.size)) return sl_position_compact(out, value, &m->fault);
  char whole[40];
  size_t size = 0;
  for (size_t i = 0; i < value.size && size < sizeof whole; i++)
    if (value.data[i] != ' ') whole[size++] = value.data[i];
  return size == sizeof whole ? sl_fault_set(&m->fault, SL_ERR_SYNTAX, "a position of too many characters") : sl_position_compact(out, (sl_str){whole, size}, &m->fault);
}

static sl_err take_positions(measure *m, sl_str fields) {
  sl_str field;
  while (sl_usmtf_field(&field, &fields)) {
    sl_pos pos;
    if (is_empty(field)) continue;
    sl_err error = take_position(&pos, field, m);
    if (!error) error = sl_outline_add(&m->outline, m->reading, pos, &m->fault);
    if (error) return error;
  }
  return SL_OK;
}

static sl_err one_shape(measure *m) {
  if (m->polygon || m->corridor || m->has_circle) return sl_fault_set(&m->fault, SL_ERR_GEOMETRY, "more than one shape in one measure");
  return SL_OK;
}

static sl_err take_corridor(measure *m, sl_str fields) {
  sl_str field;
  sl_err error = one_shape(m);
  m->corridor = true;
  if (!error && !sl_usmtf_field(&field, &fields)) error = sl_fault_set(&m->fault, SL_ERR_MISSING, "a corridor without a width");
  sl_str label, value;
  sl_usmtf_label(&label, &value, error ? (sl_str){"", 0} : field);
  if (!error && (sl_str_is(label, "LATS") || sl_str_is(label, "LATM"))) error = sl_fault_set(&m->fault, SL_ERR_MISSING, "a corridor without a width");
  if (!error) error = sl_distance_read(&m->width, value, SL_DISTANCE_NONE, &m->fault);
  return error ? error : take_positions(m, fields);
}

static sl_err take_circle(measure *m, sl_str fields) {
  sl_str centre, radius;
  sl_err error = one_shape(m);
  m->has_circle = true;
  if (!error && (!sl_usmtf_field(&centre, &fields) || !sl_usmtf_field(&radius, &fields)))
    error = sl_fault_set(&m->fault, SL_ERR_MISSING, "a circle needs a centre and a radius");
  if (!error) error = take_position(&m->circle.centre, centre, m);
  if (!error) error = sl_distance_read(&m->circle.radius, value_of(radius), SL_DISTANCE_NONE, &m->fault);
  return error;
}

static sl_err take_level(measure *m, sl_str fields) {
  sl_str field, label, value;
  bool hundreds = false;
  if (m->has_level) return sl_fault_set(&m->fault, SL_ERR_DUPLICATE, "two EFFLEVELs in one measure");
  m->has_level = true;
  if (!sl_usmtf_field(&field, &fields)) return sl_fault_set(&m->fault, SL_ERR_MISSING, "an EFFLEVEL without levels");
  sl_usmtf_label(&label, &value, field);
  sl_err error = sl_usmtf_level(&m->record.lower, &m->record.upper, &hundreds, label, value, &m->fault);
  if (hundreds) sl_reading_note(m->reading, SL_NOTE_ASSUMED, "altitudes of three digits: taken as hundreds of feet");
  return error;
}

static sl_err add_window(measure *m, sl_window window) {
  uint32_t count = m->record.window_count;
  if (count == SL_RECORD_WINDOWS_MAX) return sl_fault_set(&m->fault, SL_ERR_CAP, "more than %u periods", SL_RECORD_WINDOWS_MAX);
  if (count == m->window_room) {
    uint32_t room = m->window_room ? m->window_room * 2 : 8;
    sl_window *grown = SL_ARENA_TAKE(&m->reading->arena, room, sl_window);
    if (!grown) return sl_fault_set(&m->fault, SL_ERR_NOMEM, "out of memory for one record");
    if (count) memcpy(grown, m->window, count * sizeof *grown);
    m->window = grown;
    m->window_room = room;
  }
  uint32_t at = count;
  for (; at > 0 && m->window[at - 1].start.ns > window.start.ns; at--) m->window[at] = m->window[at - 1];
  m->window[at] = window;
  m->record.window_count++;
  return SL_OK;
}

static sl_time about(const measure *m) {
  return m->period.start.ns ? m->period.start : m->reading->options->day;
}

static sl_err take_span(sl_window *out, sl_str *fields, measure *m) {
  sl_str from, to;
  bool assumed = false;
  if (!sl_usmtf_field(&from, fields) || !sl_usmtf_field(&to, fields)) return sl_fault_set(&m->fault, SL_ERR_MISSING, "a period needs a beginning and an end");
  from = value_of(from);
  to = value_of(to);
  sl_window window;
  sl_err error = sl_usmtf_time(&window.start, &assumed, from, about(m), &m->fault);
  if (error) return error;
  if (sl_str_is(to, "UFN")) {
    window.end.ns = SL_TIME_OPEN_NS;
    sl_reading_note(m->reading, SL_NOTE_ASSUMED, "until further notice: taken as for ever");
  } else if ((error = sl_usmtf_time(&window.end, &assumed, to, window.start, &m->fault))) {
    return error;
  }
  if (assumed) sl_reading_note(m->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  if (window.start.ns >= window.end.ns) return sl_fault_set(&m->fault, SL_ERR_ORDER, "a period that ends before or when it begins");
  *out = window;
  return SL_OK;
}

/* "7DAY", "4WK", "2MON" (30 days each); 0 where it is none of them. */
static int64_t lasting(sl_str text) {
  static const struct { const char *word; int64_t days; } units[] = {{"DAY", 1}, {"DAYS", 1}, {"WK", 7}, {"WKS", 7}, {"WEEK", 7}, {"WEEKS", 7}, {"MON", 30}, {"MO", 30}};
  int64_t count = 0;
  size_t at = 0;
  if (!text.size) return 0;
  while (at < text.size && at < 4 && text.data[at] >= '0' && text.data[at] <= '9') count = count * 10 + (text.data[at++] - '0');
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (sl_str_is_nocase((sl_str){text.data + at, text.size - at}, units[i].word)) return count * units[i].days;
  return 0;
}

/* One period or more, one behind the other. */
static sl_err take_spans(measure *m, sl_str fields) {
  sl_window window;
  sl_err error = take_span(&window, &fields, m);
  if (!error) error = add_window(m, window);
  while (!error && fields.data) {
    sl_str next, rest = fields;
    (void)sl_usmtf_field(&next, &rest);
    if (is_empty(next)) {
      fields = rest;
      continue;
    }
    if (!(error = take_span(&window, &fields, m))) error = add_window(m, window);
  }
  return error;
}

/* APERIOD/DISCRETE/from/to, APERIOD/INTERVAL/from/to/DAILY|WEEKLY/duration */
static sl_err take_period(measure *m, sl_str fields) {
  sl_str mode, frequency = {NULL, 0}, duration = {NULL, 0};
  sl_window window;
  if (!sl_usmtf_field(&mode, &fields)) return sl_fault_set(&m->fault, SL_ERR_MISSING, "an APERIOD without its mode");
  bool interval = sl_str_is(mode, "INTERVAL");
  if (!interval && !sl_str_is(mode, "DISCRETE")) return sl_fault_set(&m->fault, SL_ERR_UNKNOWN, "an APERIOD is DISCRETE or INTERVAL");
  if (!interval) return take_spans(m, fields);
  sl_err error = take_span(&window, &fields, m);
  if (error) return error;
  if (sl_usmtf_field(&frequency, &fields)) frequency = value_of(frequency);
  if (sl_usmtf_field(&duration, &fields)) duration = value_of(duration);
  int64_t every = sl_str_is(frequency, "DAILY") ? 1 : sl_str_is(frequency, "WEEKLY") ? 7 : 0, days = lasting(duration);
  if (!every) return sl_fault_set(&m->fault, SL_ERR_UNSUPPORTED, "an interval is DAILY or WEEKLY");
  if (days < every) return sl_fault_set(&m->fault, SL_ERR_SYNTAX, "an interval lasts so many DAY, WK or MON");
  int64_t step = every * 24 * SL_NS_PER_H;
  if (window.end.ns - window.start.ns > step) return sl_fault_set(&m->fault, SL_ERR_ORDER, "an interval that is longer than its own repetition");
  for (int64_t i = 0; i < days / every; i++) {
    sl_window next = {{window.start.ns + i * step}, {window.end.ns + i * step}};
    if (next.end.ns >= SL_TIME_MAX_NS) return sl_fault_set(&m->fault, SL_ERR_RANGE, "an interval that leaves the year 2199");
    if ((error = add_window(m, next))) return error;
  }
  return SL_OK;
}

static bool is_wgs84(sl_str name) {
  static const char *const names[] = {"W84", "WGE", "WGS84", "WGS-84", "WGS 84", "WGS 1984", "WGS1984"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (sl_str_is_nocase(name, names[i])) return true;
  return false;
}

static sl_err take_set(measure *m, sl_str name, sl_str fields) {
  static const char *const refused[] = {"AORBIT", "ORBIT", "RADARC", "POLYARC", "APOINT", "1POINT", "2POINT", "TRACK", "AIRTRACK", "ELLIPSE", "LINE", "POINT"};
  sl_err error;
  if (sl_str_is(name, "POLYGON")) {
    error = one_shape(m);
    m->polygon = true;
    return error ? error : take_positions(m, fields);
  }
  if (sl_str_is(name, "CORRIDOR") || sl_str_is(name, "GEOLINE")) return take_corridor(m, fields);
  if (sl_str_is(name, "CIRCLE")) return take_circle(m, fields);
  if (sl_str_is(name, "EFFLEVEL")) return take_level(m, fields);
  if (sl_str_is(name, "APERIOD")) return take_period(m, fields);
  if (sl_str_is(name, "GEODATUM")) {
    sl_str datum;
    m->foreign = !sl_usmtf_field(&datum, &fields) || !is_wgs84(datum);
    return SL_OK;
  }
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    if (sl_str_is(name, refused[i])) return sl_fault_set(&m->fault, SL_ERR_UNSUPPORTED, "shapes by %s are not accepted", refused[i]);
  return SL_OK;   /* AMPN, NARR, CNTRLPT and their like say nothing of place or time */
}

/* What the message says for all measures. */
static sl_err take_head(measure *m, sl_str name, sl_str fields, uint32_t line) {
  sl_str datum;
  if (sl_str_is(name, "GEODATUM")) m->message_foreign = !sl_usmtf_field(&datum, &fields) || !is_wgs84(datum);
  if (!sl_str_is(name, "PERIOD") && !sl_str_is(name, "TIMEFRAM")) return SL_OK;
  sl_window window;
  sl_err error = take_span(&window, &fields, m);
  if (error) {
    sl_fault fault = m->fault;
    m->fault = sl_fault_none();
    return sl_reading_refuse(m->reading, &fault, line);
  }
  sl_reading_clear(m->reading);
  m->period = window;
  return SL_OK;
}

/* Sets of tasking orders and target lists. */
static bool names_targets(sl_str name) {
  static const char *const targets[] = {"TGTLOC", "GTGTLOC", "TGTAREA", "TGTINFO", "DMPI", "TARGET", "TSKUNIT", "TASKUNIT", "AMSNDAT", "AMSNLOC", "MSNDAT", "MSNLOC", "7TARGET", "GNDTGT"};
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
    if (sl_str_is(name, targets[i])) return true;
  return false;
}

static sl_err read_sets(measure *m, sl_buf *buffer) {
  sl_reading *reading = m->reading;
  for (;;) {
    sl_usmtf_set set;
    sl_str name, label, value;
    sl_err error = sl_usmtf_next(&set, buffer, reading->source, reading->fault);
    if (error == SL_ERR_END) return finish(m);
    if (error) return error;
    sl_str fields = set.text, whole = set.text;
    if (!sl_usmtf_field(&name, &fields)) continue;
    if (names_targets(name)) {
      error = sl_fault_set(reading->fault, SL_ERR_UNSUPPORTED, "carries target data, not accepted");
      if (reading->fault && reading->fault->line == 0) reading->fault->line = set.line;
      return error;
    }
    if (sl_str_is(name, "ACMID")) {
      if ((error = finish(m))) return error;
      start(m, fields, set.line);
      continue;
    }
    sl_usmtf_label(&label, &value, name);
    bool broken = sl_str_is(label, "LATS") || sl_str_is(label, "LATM");
    if (!m->open) {
      if ((error = take_head(m, name, fields, set.line))) return error;
    } else if (m->fault.code == SL_OK && broken) {
      /* "POLYGON//LATS:...": a set that was closed before its positions. */
      sl_reading_note(reading, SL_NOTE_ASSUMED, "a set of positions on its own: belongs to the shape before it");
      if (take_positions(m, whole)) m->fault.line = set.line;
    } else if (m->fault.code == SL_OK && take_set(m, name, fields)) {
      m->fault.line = set.line;
    }
  }
}

sl_err sl_read_usmtf(sl_reading *reading) {
  SL_ASSERT(reading && reading->source);
  measure m = {.reading = reading, .fault = sl_fault_none()};
  sl_buf buffer;
  sl_buf_init(&buffer, SL_USMTF_SET_BYTES_MAX + 16);
  sl_err error = read_sets(&m, &buffer);
  sl_buf_fini(&buffer);
  return error;
}
