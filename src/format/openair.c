/* Purpose: OpenAir, both dialects: the classic one of flight computers and the extended
 * one with types, ids and activation times. Lines are a two-letter code and a value:
 *   AC class   AN name   AL AH limits   AY type   AA activation   (others say no place)
 *   DP vertex   DC circle   DA arc by radius and bearings   DB arc by ends   DY airway
 *   V X= centre   V D=+- direction of arcs   V W= width of an airway
 * An airspace begins with AC, or where that is missing with its name; a class without a
 * shape is a drawing style. Comments begin with * or #, as lines also with ;. Work expected: a hundred megabytes a second. Representation: the airspace in
 * hand, in the record's arena; its first fault refuses it, and reading goes on at the
 * next AC. */
#include <math.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/arc.h"
#include "format/charset.h"
#include "format/coordinate.h"
#include "format/height.h"
#include "format/measure.h"
#include "format/reading.h"

#define LINE_MAX_BYTES 65536u
#define NM_M 1852.0
#define RADIUS_MAX_NM 1000

/* The airspace in hand. */
typedef struct airspace {
  sl_reading *reading;
  bool open;                 /* an AC was read, or the name of an airspace without one */
  bool unclassed, drawn;     /* no AC yet; lines of geometry were met */
  sl_record record;
  sl_str class_text, type_text;
  bool has_lower, has_upper;
  sl_pieces ring;
  sl_outline airway;
  bool has_circle, has_centre;
  sl_circle circle;
  sl_pos centre;
  bool clockwise;
  sl_len width;
  sl_fault fault;
} airspace;

static void start(airspace *a, uint32_t line, sl_str class_text) {
  sl_reading *reading = a->reading;
  *a = (airspace){.reading = reading, .open = true, .clockwise = true, .fault = sl_fault_none()};
  a->record = (sl_record){.format = SL_FORMAT_OPENAIR, .line = line, .form = SL_RECORD_AREA};
  a->class_text = sl_utf8_copy(reading, class_text);
}

/* Longer edges with ends on one parallel: whether they follow it is not said. */
static void note_parallels(airspace *a, const sl_outline *outline) {
  for (uint32_t i = 0; i < outline->count; i++) {
    sl_pos p = outline->vertex[i], q = outline->vertex[(i + 1) % outline->count];
    int64_t turn = p.lon_nd > q.lon_nd ? p.lon_nd - q.lon_nd : q.lon_nd - p.lon_nd;
    if (p.lat_nd == q.lat_nd && turn > SL_ND_PER_DEG / 2) {
      sl_reading_note(a->reading, SL_NOTE_ASSUMED, "long edges between equal latitudes: taken as geodesics");
      return;
    }
  }
}

static sl_err shape_of(airspace *a) {
  int shapes = (a->ring.count > 0) + (a->airway.count > 0) + a->has_circle;
  if (shapes > 1) return sl_fault_set(&a->fault, SL_ERR_GEOMETRY, "more than one shape in one airspace");
  if (a->has_circle) {
    a->record.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE};
    a->record.shape.as.circle = a->circle;
    return SL_OK;
  }
  if (a->airway.count) {
    if (a->width.mm <= 0) return sl_fault_set(&a->fault, SL_ERR_MISSING, "an airway without a width (V W=)");
    sl_outline_clean(&a->airway, false, NULL);
    return sl_corridor_shape(&a->record.shape, &a->airway, (sl_len){(a->width.mm + 1) / 2}, &a->fault);
  }
  sl_outline outline;
  sl_err error = sl_pieces_outline(&outline, &a->ring, a->reading, &a->fault);
  if (error) return error;
  sl_rings rings = {0};
  bool spikes = false;
  sl_outline_clean(&outline, true, &spikes);
  if (spikes) sl_reading_note(a->reading, SL_NOTE_LEFT_OUT, "spikes of no width in the outline");
  note_parallels(a, &outline);
  if (a->ring.uneven) sl_reading_note(a->reading, SL_NOTE_ASSUMED, "an arc whose ends differ in radius: it runs from one to the other");
  if ((error = sl_rings_add(&rings, a->reading, &outline, false, &a->fault))) return error;
  a->record.shape = sl_rings_shape(&rings, SL_EDGE_GEODESIC);
  return SL_OK;
}

static void kind_of(airspace *a) {
  a->record.kind = a->class_text;
  if (!a->type_text.size || sl_str_equal(a->type_text, a->class_text)) return;
  char *both = sl_arena_take(&a->reading->arena, a->class_text.size + a->type_text.size + 1, 1);
  if (!both) return;
  if (a->class_text.size) memcpy(both, a->class_text.data, a->class_text.size);
  both[a->class_text.size] = ' ';
  memcpy(both + a->class_text.size + 1, a->type_text.data, a->type_text.size);
  a->record.kind = (sl_str){both, a->class_text.size + a->type_text.size + 1};
}

/* The airspace is over: hand it over, refuse it, or count a drawing style. */
static sl_err finish(airspace *a) {
  if (!a->open) return SL_OK;
  a->open = false;
  sl_reading *reading = a->reading;
  bool shaped = a->ring.count || a->airway.count || a->has_circle;
  if (a->fault.code == SL_OK && !shaped && !a->record.name.size && !a->has_lower && !a->has_upper) {
    reading->summary->skipped++;
    sl_reading_clear(reading);
    return SL_OK;
  }
  if (a->fault.code == SL_OK && !shaped) sl_fault_set(&a->fault, SL_ERR_MISSING, "an airspace without a shape");
  if (a->fault.code == SL_OK) (void)shape_of(a);
  if (a->fault.code != SL_OK) return sl_reading_refuse(reading, &a->fault, a->record.line);
  if (!a->has_lower) {
    a->record.lower.datum = SL_DATUM_UNLIMITED;
    sl_reading_note(reading, SL_NOTE_ASSUMED, "no lower limit given: taken as none");
  }
  if (!a->has_upper) {
    a->record.upper.datum = SL_DATUM_UNLIMITED;
    sl_reading_note(reading, SL_NOTE_ASSUMED, "no upper limit given: taken as none");
  }
  if (a->unclassed) sl_reading_note(reading, SL_NOTE_ASSUMED, "no class (AC) given: the airspace begins with its name");
  kind_of(a);
  return sl_reading_hand_over(reading, &a->record);
}

/* A value ends where a comment begins. */
static sl_str without_comment(sl_str value) {
  static const char marks[] = "*#";
  for (const char *mark = marks; *mark; mark++) {
    const char *found = value.size ? memchr(value.data, *mark, value.size) : NULL;
    if (found) value.size = (size_t)(found - value.data);
  }
  return sl_str_trim(value);
}

static sl_err take_position(sl_pos *out, sl_str *rest, airspace *a) {
  sl_err error = sl_position_take(out, rest, &a->fault);
  return error;
}

static sl_err nothing_behind(sl_str rest, airspace *a) {
  return sl_str_trim(rest).size ? sl_fault_set(&a->fault, SL_ERR_SYNTAX, "something behind the value") : SL_OK;
}

/* A number of nautical miles, in metres; other units may stand behind it. */
static sl_err take_miles(sl_len *out, sl_str text, airspace *a) {
  if (text.size && memchr(text.data, ',', text.size)) return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "a comma within a distance: a decimal point is needed");
  sl_err error = sl_distance_read(out, text, SL_DISTANCE_NM, &a->fault);
  if (error) return error;
  if (out->mm <= 0 || out->mm > RADIUS_MAX_NM * SL_MM_PER_NM) return sl_fault_set(&a->fault, SL_ERR_RANGE, "a radius or width that is not between 0 and 1,000 NM");
  return SL_OK;
}

static sl_err need_centre(airspace *a) {
  return a->has_centre ? SL_OK : sl_fault_set(&a->fault, SL_ERR_MISSING, "a circle or arc without a centre (V X=)");
}

static sl_err take_vertex(airspace *a, sl_str value) {
  sl_pos pos;
  sl_err error = take_position(&pos, &value, a);
  if (!error) error = nothing_behind(value, a);
  return error ? error : sl_pieces_add(&a->ring, a->reading, pos, &a->fault);
}

static sl_err take_circle(airspace *a, sl_str value) {
  sl_len radius;
  sl_err error = need_centre(a);
  if (!error && a->has_circle) error = sl_fault_set(&a->fault, SL_ERR_GEOMETRY, "more than one circle in one airspace");
  if (!error) error = take_miles(&radius, value, a);
  if (error) return error;
  a->circle = (sl_circle){a->centre, radius};
  a->has_circle = true;
  return SL_OK;
}

/* DB position, position: the arc from one to the other. */
static sl_err take_arc_by_ends(airspace *a, sl_str value) {
  sl_pos from, to;
  sl_err error = need_centre(a);
  if (!error) error = take_position(&from, &value, a);
  while (value.size && (*value.data == ',' || *value.data == ' ')) value.data++, value.size--;
  if (!error) error = take_position(&to, &value, a);
  if (!error) error = nothing_behind(value, a);
  return error ? error : sl_pieces_add_arc(&a->ring, a->reading, a->centre, from, to, a->clockwise, &a->fault);
}

/* Three values between commas, or where there are none between blanks. */
static bool cut_three(sl_str part[static 3], sl_str value) {
  const bool commas = value.size && memchr(value.data, ',', value.size);
  for (int i = 0; i < 3; i++) {
    value = sl_str_trim(value);
    size_t size = 0;
    while (size < value.size && value.data[size] != ',' && (commas || (value.data[size] != ' ' && value.data[size] != '\t'))) size++;
    const bool more = size < value.size;
    if ((i < 2) != more) return false;
    part[i] = sl_str_trim((sl_str){value.data, size});
    value.data += size + more;
    value.size -= size + more;
  }
  return true;
}

/* DA radius, bearing, bearing: the arc between the bearings. */
static sl_err take_arc_by_bearings(airspace *a, sl_str value) {
  sl_str part[3];
  if (!cut_three(part, value)) return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "an arc is radius, bearing, bearing");
  sl_len radius;
  int64_t bearing[2];
  sl_err error = need_centre(a);
  if (!error) error = take_miles(&radius, part[0], a);
  if (error) return error;
  for (int i = 0; i < 2; i++)
    if (sl_decimal_read(&bearing[i], part[i + 1], 6) || bearing[i] < -360000000 || bearing[i] > 720000000)
      return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "a bearing that is not a number of degrees");
  double metres = (double)radius.mm / 1000;
  sl_pos from = sl_pos_at(a->centre, (double)bearing[0] * 1e-6, metres);
  sl_pos to = (bearing[1] - bearing[0]) % 360000000 == 0 ? from : sl_pos_at(a->centre, (double)bearing[1] * 1e-6, metres);
  return sl_pieces_add_arc(&a->ring, a->reading, a->centre, from, to, a->clockwise, &a->fault);
}

static sl_err take_airway(airspace *a, sl_str value) {
  sl_pos pos;
  sl_err error = take_position(&pos, &value, a);
  if (!error) error = nothing_behind(value, a);
  return error ? error : sl_outline_add(&a->airway, a->reading, pos, &a->fault);
}

static sl_err take_variable(airspace *a, sl_str value) {
  const char *equal = value.size ? memchr(value.data, '=', value.size) : NULL;
  if (!equal) return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "a variable is V name=value");
  sl_str name = sl_str_trim((sl_str){value.data, (size_t)(equal - value.data)});
  sl_str text = sl_str_trim((sl_str){equal + 1, (size_t)(value.data + value.size - equal - 1)});
  if (sl_str_is_nocase(name, "X")) {
    sl_err error = take_position(&a->centre, &text, a);
    if (!error) error = nothing_behind(text, a);
    if (!error) a->has_centre = true;
    return error;
  }
  if (sl_str_is_nocase(name, "D")) {
    if (!sl_str_is(text, "+") && !sl_str_is(text, "-")) return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "a direction is + or -");
    a->clockwise = text.data[0] == '+';
    return SL_OK;
  }
  if (sl_str_is_nocase(name, "W")) return take_miles(&a->width, text, a);
  if (sl_str_is_nocase(name, "Z") || sl_str_is_nocase(name, "T")) return SL_OK;  /* zoom, and its like */
  return sl_fault_set(&a->fault, SL_ERR_UNKNOWN, "a variable that is not known");
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* How many digits stand at `at`. */
static size_t digits_at(sl_str text, size_t at) {
  size_t size = 0;
  while (at + size < text.size && is_digit(text.data[at + size])) size++;
  return size;
}

/* "1,500 ft": commas between thousands are left out. "1.500 ft" is 1,500 to some and one
 * and a half to others: refused. */
static sl_err plain_number(sl_str *value, char plain[static 64], airspace *a) {
  size_t size = 0, group = 0;   /* digits since the last sign */
  bool commas = false;
  if (value->size >= 64) return SL_OK;   /* no altitude */
  for (size_t at = 0; at < value->size; at++) {
    const char c = value->data[at];
    const bool thousands = group > 0 && group <= 3 && digits_at(*value, at + 1) == 3;
    if (c == '.' && thousands && value->data[at - group] != '0') return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "a point before three digits of an altitude may part thousands: not accepted");
    group = is_digit(c) ? group + 1 : 0;
    if (c == ',' && thousands) commas = true;
    else plain[size++] = c;
  }
  if (!commas) return SL_OK;
  sl_reading_note(a->reading, SL_NOTE_ASSUMED, "a comma within an altitude: taken as one between thousands");
  *value = (sl_str){plain, size};
  return SL_OK;
}

static sl_err take_limit(airspace *a, sl_str value, bool upper) {
  bool *has = upper ? &a->has_upper : &a->has_lower;
  char plain[64];
  if (*has) return sl_fault_set(&a->fault, SL_ERR_DUPLICATE, "a limit given twice");
  *has = true;
  sl_err error = plain_number(&value, plain, a);
  if (error) return error;
  return sl_height_read(upper ? &a->record.upper : &a->record.lower, value, SL_HEIGHT_FT, &a->fault);
}

/* AA start/end, either of them NONE. */
static sl_err take_activation(airspace *a, sl_str value) {
  if (sl_str_is_nocase(value, "NONE")) return SL_OK;
  const char *slash = value.size ? memchr(value.data, '/', value.size) : NULL;
  if (!slash) return sl_fault_set(&a->fault, SL_ERR_SYNTAX, "an activation is start/end");
  sl_str from = sl_str_trim((sl_str){value.data, (size_t)(slash - value.data)});
  sl_str to = sl_str_trim((sl_str){slash + 1, (size_t)(value.data + value.size - slash - 1)});
  if (a->record.window_count == SL_RECORD_WINDOWS_MAX) return sl_fault_set(&a->fault, SL_ERR_CAP, "more than %u activations", SL_RECORD_WINDOWS_MAX);
  sl_window *grown = SL_ARENA_TAKE(&a->reading->arena, a->record.window_count + 1, sl_window);
  if (!grown) return sl_fault_set(&a->fault, SL_ERR_NOMEM, "out of memory for one record");
  if (a->record.window_count) memcpy(grown, a->record.window, a->record.window_count * sizeof *grown);
  sl_window window = {{0}, {SL_TIME_OPEN_NS}};
  bool assumed = false;
  sl_err error = SL_OK;
  if (!sl_str_is_nocase(from, "NONE")) error = sl_moment_read(&window.start, &assumed, from, false, &a->fault);
  if (!error && !sl_str_is_nocase(to, "NONE")) error = sl_moment_read(&window.end, &assumed, to, true, &a->fault);
  if (error) return error;
  if (assumed) sl_reading_note(a->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  uint32_t at = a->record.window_count;
  for (; at > 0 && grown[at - 1].start.ns > window.start.ns; at--) grown[at] = grown[at - 1];
  grown[at] = window;
  a->record.window = grown;
  a->record.window_count++;
  return SL_OK;
}

static sl_err take_name(airspace *a, sl_str value) {
  if (a->record.name.size) return sl_fault_set(&a->fault, SL_ERR_DUPLICATE, "two names in one airspace");
  a->record.name = sl_utf8_copy(a->reading, value);
  return a->record.name.data ? SL_OK : sl_fault_set(&a->fault, SL_ERR_NOMEM, "out of memory for one record");
}

/* One line within an airspace. */
static sl_err take_line(airspace *a, char one, char two, sl_str value) {
  sl_str bare = without_comment(value);
  if (one == 'D') {
    switch (two) {
      case 'P': return take_vertex(a, bare);
      case 'C': return take_circle(a, bare);
      case 'A': return take_arc_by_bearings(a, bare);
      case 'B': return take_arc_by_ends(a, bare);
      case 'Y': return take_airway(a, bare);
      default: return sl_fault_set(&a->fault, SL_ERR_UNSUPPORTED, "a kind of geometry that is not known");
    }
  }
  if (one == 'V' && two == ' ') return take_variable(a, bare);
  if (one == 'A') {
    switch (two) {
      case 'N': return take_name(a, value);
      case 'L': return take_limit(a, bare, false);
      case 'H': return take_limit(a, bare, true);
      case 'A': return take_activation(a, bare);
      case 'Y':
        a->type_text = sl_utf8_copy(a->reading, bare);
        return SL_OK;
      case 'F': case 'G': case 'I': case 'T': case 'X': case 'R':
        return SL_OK;   /* frequency, station, id, label, transponder: nothing of the place */
      default: break;
    }
  } else if ((one == 'S' && (two == 'P' || two == 'B')) || (one == 'T' && (two == 'O' || two == 'C' || two == ' '))) {
    return SL_OK;       /* pens, brushes, terrain */
  }
  sl_reading_note(a->reading, SL_NOTE_LEFT_OUT, "a line of a kind that is not known");
  return SL_OK;
}

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

/* The code and the value of a line; false for blank lines and comments. */
static bool split(sl_str line, char *one, char *two, sl_str *value) {
  line = sl_str_trim(line);
  if (line.size == 0 || line.data[0] == '*' || line.data[0] == '#' || line.data[0] == ';') return false;
  *one = upper(line.data[0]);
  *two = line.size > 1 ? upper(line.data[1]) : ' ';
  bool run_together = *one == 'V' && line.size > 2 && line.data[2] == '=';   /* "VX=..." */
  size_t code = *two == ' ' || *two == '\t' || run_together ? 1 : 2;
  if (code == 1) *two = ' ';
  *value = sl_str_trim((sl_str){line.data + code, line.size - code});
  return true;
}

/* What begins an airspace: its class; or its name where a class is missing or follows it.
 * *done when the line is used up. */
static sl_err begin(airspace *a, bool *done, char one, char two, sl_str value, uint32_t number) {
  const bool class = one == 'A' && two == 'C';
  const bool name = one == 'A' && two == 'N' && (!a->open || (a->drawn && (a->record.name.size || a->fault.code)));
  *done = class;
  if (class && a->open && a->unclassed && !a->drawn) {
    a->unclassed = false;
    a->class_text = sl_utf8_copy(a->reading, without_comment(value));
    return SL_OK;
  }
  if (!class && !name) return SL_OK;
  sl_err error = finish(a);
  if (error) return error;
  start(a, number, class ? without_comment(value) : (sl_str){NULL, 0});
  a->unclassed = name;
  return SL_OK;
}

sl_err sl_read_openair(sl_reading *reading) {
  SL_ASSERT(reading && reading->source);
  airspace a = {.reading = reading, .fault = sl_fault_none()};
  for (;;) {
    uint32_t number = sl_source_line_number(reading->source);
    sl_str line, value;
    char one, two;
    sl_err error = sl_source_line(&line, reading->source, LINE_MAX_BYTES, reading->fault);
    if (error == SL_ERR_END) return finish(&a);
    if (error) return error;
    if (!split(line, &one, &two, &value)) continue;
    bool done;
    if ((error = begin(&a, &done, one, two, value, number))) return error;
    if (done) continue;
    if (!a.open) {
      bool drawing = (one == 'S' && (two == 'P' || two == 'B')) || one == 'V' || one == 'T';
      if (!drawing && (error = sl_reading_refuse_for(reading, number, SL_ERR_SYNTAX, "a line before the first airspace class (AC)"))) return error;
      continue;
    }
    a.drawn = a.drawn || one == 'D';
    if (a.fault.code == SL_OK && take_line(&a, one, two, value)) a.fault.line = number;
  }
}
