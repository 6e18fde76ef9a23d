/* Purpose: ICAO flight plans as they are filed, (FPL-7-8-9-10-13-15-16-18): who, from where
 * and when (13), the route (15), to where and how long (16), on which day (18, DOF/). Other
 * messages are refused by name. Work expected: some thousand messages. Representation: one
 * message at a time, its line ends made blanks; what stands outside of brackets is the
 * head and tail of a telegram. */
#include "base/assert.h"
#include "base/buf.h"
#include "format/charset.h"
#include "format/flight.h"
#include "format/measure.h"

#define MESSAGE_MAX 65536u
#define LINE_MAX_BYTES 65536u
#define FIELDS_MAX 10

/* The fields of a plan, in the order they stand. */
typedef enum field { FIELD_3, FIELD_7, FIELD_8, FIELD_9, FIELD_10, FIELD_13, FIELD_15, FIELD_16, FIELD_18 } field;

typedef struct message {
  sl_reading *reading;
  const sl_points *points;
  sl_str field[FIELDS_MAX];
  int fields;
  sl_fault fault;
} message;

static bool digits_at(int64_t *out, sl_str text, size_t from, size_t count) {
  if (text.size < from + count) return false;
  int64_t value = 0;
  for (size_t i = from; i < from + count; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    value = value * 10 + (text.data[i] - '0');
  }
  *out = value;
  return true;
}

/* Hyphens begin fields; the last may hold some in its remarks. */
static void split(message *m, sl_str text) {
  m->fields = 0;
  for (;;) {
    const char *hyphen = text.size && m->fields < FIELD_18 ? memchr(text.data, '-', text.size) : NULL;
    size_t size = hyphen ? (size_t)(hyphen - text.data) : text.size;
    m->field[m->fields++] = sl_str_trim((sl_str){text.data, size});
    if (!hyphen) return;
    text.data += size + 1;
    text.size -= size + 1;
  }
}

/* What stands behind KEY/ in field 18, up to the next key; empty when it is not there. */
static sl_str other(const message *m, const char *key) {
  sl_str rest = m->fields > FIELD_18 ? m->field[FIELD_18] : (sl_str){NULL, 0};
  size_t size = strlen(key);
  bool fresh = true;
  for (; rest.size > size; rest.data++, rest.size--) {
    if (fresh && memcmp(rest.data, key, size) == 0 && rest.data[size] == '/') {
      sl_str value = {rest.data + size + 1, 0}, all = {value.data, rest.size - size - 1};
      const char *slash = all.size ? memchr(all.data, '/', all.size) : NULL;
      value.size = slash ? (size_t)(slash - all.data) : all.size;
      while (slash && value.size && value.data[value.size - 1] != ' ') value.size--;   /* the next key */
      return sl_str_trim(value);
    }
    fresh = *rest.data == ' ';
  }
  return (sl_str){NULL, 0};
}

static sl_str first_word(sl_str text) {
  const char *blank = text.size ? memchr(text.data, ' ', text.size) : NULL;
  return (sl_str){text.data, blank ? (size_t)(blank - text.data) : text.size};
}

/* Where an aerodrome is: its name among the points, or ZZZZ and what field 18 says. */
static sl_err take_place(sl_pos *out, sl_len *doubt, message *m, sl_str aerodrome, const char *key) {
  bool unnamed = sl_str_is(aerodrome, "ZZZZ");
  sl_str said = first_word(other(m, key));
  if (unnamed && !said.size) return sl_fault_set(&m->fault, SL_ERR_MISSING, "ZZZZ without %s/ in field 18", key);
  return sl_route_point_read(out, doubt, m->reading, m->points, unnamed ? said : aerodrome, &m->fault);
}

static sl_err take_start(sl_flight *flight, message *m, int64_t hour, int64_t minute) {
  sl_str date = first_word(other(m, "DOF"));
  int64_t year, month, day;
  if (hour > 23 || minute > 59) return sl_fault_set(&m->fault, SL_ERR_RANGE, "field 13: a time of day that does not exist");
  if (date.size) {
    if (date.size != 6 || !digits_at(&year, date, 0, 2) || !digits_at(&month, date, 2, 2) || !digits_at(&day, date, 4, 2) ||
        sl_date_time(&flight->start, 2000 + (int)year, (int)month, (int)day))
      return sl_fault_set(&m->fault, SL_ERR_SYNTAX, "field 18: DOF/ is not a date (YYMMDD)");
  } else {
    if (!m->reading->options->day.ns) return sl_fault_set(&m->fault, SL_ERR_MISSING, "no date: neither DOF/ in field 18 nor --day");
    flight->start = m->reading->options->day;
    sl_reading_note(m->reading, SL_NOTE_ASSUMED, "no date of flight (DOF/): the day that was given");
  }
  flight->start.ns += hour * SL_NS_PER_H + minute * SL_NS_PER_MIN;
  return SL_OK;
}

/* "EDDF0900", "AFIL1015" */
static sl_err take_departure(sl_flight *flight, message *m) {
  sl_str text = first_word(m->field[FIELD_13]);
  int64_t hour, minute;
  if (text.size < 8 || !digits_at(&hour, text, 4, 2) || !digits_at(&minute, text, 6, 2))
    return sl_fault_set(&m->fault, SL_ERR_SYNTAX, "field 13 is an aerodrome and a time (EDDF0900)");
  sl_err error = take_start(flight, m, hour, minute);
  if (error) return error;
  flight->airborne = memcmp(text.data, "AFIL", 4) == 0;
  if (!flight->airborne) return take_place(&flight->departure, &flight->route.doubt, m, (sl_str){text.data, 4}, "DEP");
  if (!flight->route.count) return sl_fault_set(&m->fault, SL_ERR_MISSING, "AFIL, and no point in the route");
  flight->departure = flight->route.point[0].pos;
  return SL_OK;
}

/* "EGLL0130 EGKK" */
static sl_err take_destination(sl_flight *flight, message *m) {
  sl_str text = first_word(m->field[FIELD_16]);
  int64_t hours, minutes;
  if (text.size != 8 || !digits_at(&hours, text, 4, 2) || !digits_at(&minutes, text, 6, 2) || minutes > 59 || hours + minutes == 0)
    return sl_fault_set(&m->fault, SL_ERR_SYNTAX, "field 16 is an aerodrome and the total elapsed time (EGLL0130)");
  flight->elapsed_s = hours * 3600 + minutes * 60;
  return take_place(&flight->destination, &flight->route.doubt, m, (sl_str){text.data, 4}, "DEST");
}

static sl_err take_plan(message *m, uint32_t line) {
  sl_flight flight = {.line = line};
  if (m->fields <= FIELD_16) return sl_fault_set(&m->fault, SL_ERR_MISSING, "a plan has the fields 3, 7, 8, 9, 10, 13, 15, 16 and 18");
  sl_str name = m->field[FIELD_7];
  const char *slash = name.size ? memchr(name.data, '/', name.size) : NULL;
  if (slash) name.size = (size_t)(slash - name.data);
  if (!name.size || name.size > 7) return sl_fault_set(&m->fault, SL_ERR_SYNTAX, "field 7 is an aircraft identification of up to 7 characters");
  flight.name = sl_utf8_copy(m->reading, name);
  sl_err error = sl_route_read(&flight.route, m->reading, m->points, m->field[FIELD_15], &m->fault);
  if (!error) error = take_departure(&flight, m);
  if (!error) error = take_destination(&flight, m);
  if (flight.route.doubt.mm > SL_LEN_MAX_MM / 100 && !error) error = sl_fault_set(&m->fault, SL_ERR_RANGE, "a bearing and distance that says nothing");
  return error ? error : sl_flight_hand_over(m->reading, &flight, &m->fault);
}

/* One message without its brackets. */
static sl_err take_message(sl_reading *reading, const sl_points *points, sl_str text, uint32_t line) {
  message m = {.reading = reading, .points = points, .fault = sl_fault_none()};
  split(&m, text);
  sl_str type = m.field[FIELD_3];
  sl_err error;
  if (type.size < 3 || memcmp(type.data, "FPL", 3) != 0) {
    char shown[4] = "?";
    for (size_t i = 0; i < 3 && i < type.size; i++) shown[i] = type.data[i] >= 'A' && type.data[i] <= 'Z' ? type.data[i] : '?';
    error = sl_fault_set(&m.fault, SL_ERR_UNSUPPORTED, "a message of type %s: only filed flight plans (FPL) are read", shown);
  } else {
    error = take_plan(&m, line);
  }
  if (error && m.fault.code == SL_OK) return error;
  if (error && !sl_reading_is_record_error(error)) return sl_fault_set(reading->fault, error, "%s", m.fault.reason);
  if (error) return sl_reading_refuse(reading, &m.fault, line);
  sl_reading_clear(reading);
  return SL_OK;
}

/* Lines from an opening bracket to the closing one. */
static sl_err read_messages(sl_reading *reading, const sl_points *points, sl_buf *text) {
  bool inside = false;
  uint32_t begin = 0;
  for (;;) {
    uint32_t number = sl_source_line_number(reading->source);
    sl_str line;
    sl_err error = sl_source_line(&line, reading->source, LINE_MAX_BYTES, reading->fault);
    if (error == SL_ERR_END) break;
    if (error) return error;
    while (line.size) {
      const char *bracket = memchr(line.data, inside ? ')' : '(', line.size);
      size_t size = bracket ? (size_t)(bracket - line.data) : line.size;
      if (inside) sl_buf_add(text, line.data, size);
      if (!bracket) break;
      if (text->error) break;
      if (inside && (error = take_message(reading, points, sl_buf_str(text), begin))) return error;
      inside = !inside;
      begin = number;
      sl_buf_clear(text);
      line.data += size + 1;
      line.size -= size + 1;
    }
    if (inside) sl_buf_add_u8(text, ' ');
    if (text->error) return sl_fault_set(reading->fault, SL_ERR_CAP, "line %u: a message of more than %u bytes", begin, MESSAGE_MAX);
  }
  return inside ? sl_reading_refuse_for(reading, begin, SL_ERR_SYNTAX, "a message without its closing bracket") : SL_OK;
}

sl_err sl_read_field15(sl_reading *reading) {
  SL_ASSERT(reading && reading->source);
  sl_points points;
  sl_buf text;
  const char *given = reading->options->points;
  sl_err error = sl_points_read(&points, given ? sl_str_from(given) : (sl_str){NULL, 0}, reading->fault);
  sl_buf_init(&text, MESSAGE_MAX);
  if (!error) error = read_messages(reading, &points, &text);
  sl_buf_fini(&text);
  sl_points_fini(&points);
  return error;
}
