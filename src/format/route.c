/* Purpose: see the header. Work expected: some thousand plans of some dozen words.
 * Representation: one pass over the words; an airway waits for the point that ends it. */
#include "format/route.h"

#include <math.h>

#include "base/assert.h"
#include "format/arc.h"
#include "format/coordinate.h"
#include "format/measure.h"

#define WORD_MAX 64
#define MM_PER_KM INT64_C(1000000)
#define SPEED_MIN_MM_S INT64_C(5000)
#define PLUS_TENTHS (60000 * SL_TENTHS_PER_FT)   /* "or above": up to FL600 */
#define VARIATION_SINE 0.52                      /* chord of 30 degrees: variations are less where people live */

static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t count_letters(sl_str word, size_t from) {
  size_t n = 0;
  while (from + n < word.size && is_letter(word.data[from + n])) n++;
  return n;
}

static size_t count_digits(sl_str word, size_t from) {
  size_t n = 0;
  while (from + n < word.size && is_digit(word.data[from + n])) n++;
  return n;
}

static int64_t number(sl_str word, size_t from, size_t digits) {
  SL_ASSERT(from + digits <= word.size && digits <= 9);
  int64_t value = 0;
  for (size_t i = 0; i < digits; i++) value = value * 10 + (word.data[from + i] - '0');
  return value;
}

/* A word of a plan as a fault may repeat it: capitals and digits, the rest as '?'. */
static const char *shown(char out[static 20], sl_str word) {
  size_t size = word.size < 16 ? word.size : 16;
  for (size_t i = 0; i < size; i++) out[i] = is_letter(word.data[i]) || is_digit(word.data[i]) ? word.data[i] : '?';
  out[size] = 0;
  return out;
}

static sl_err refuse_name(sl_str word, sl_fault *fault) {
  char text[20];
  size_t letters = count_letters(word, 0), digits = count_digits(word, letters), behind = word.size - letters - digits;
  (void)shown(text, word);
  if (sl_str_is(word, "SID") || sl_str_is(word, "STAR") || (letters >= 2 && letters <= 5 && digits == 1 && behind == 1 && is_letter(word.data[word.size - 1])))
    return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "%s: the path of a procedure is not known; give its points", text);
  if (letters >= 1 && letters <= 3 && digits >= 1 && digits <= 4 && behind <= 1)
    return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "airway %s: its points are not known; --points can give them", text);
  return sl_fault_set(fault, SL_ERR_UNKNOWN, "point %s: where it is is not known; --points can say it", text);
}

static sl_err find(const sl_point **out, const sl_points *points, sl_str name, sl_fault *fault) {
  char text[20];
  sl_err error = sl_points_get(out, points, name);
  if (error == SL_ERR_DUPLICATE) return sl_fault_set(fault, error, "point %s stands for several places in the points file", shown(text, name));
  return error ? refuse_name(name, fault) : SL_OK;
}

/* The place `bearing` degrees magnetic and so many NM from the reference. */
static sl_err offset(sl_pos *out, sl_len *doubt, sl_reading *reading, sl_pos from, const sl_point *reference, int64_t bearing, int64_t miles, sl_fault *fault) {
  if (bearing > 360) return sl_fault_set(fault, SL_ERR_RANGE, "a bearing of more than 360 degrees");
  double angle = (double)bearing;
  if (reference && reference->varied) {
    angle += (double)reference->variation * 1e-6;
  } else {
    int64_t reach = (int64_t)ceil(VARIATION_SINE * (double)miles * (double)SL_MM_PER_NM);
    if (reach > doubt->mm) doubt->mm = reach;
    sl_reading_note(reading, SL_NOTE_WIDENED, "a magnetic bearing without a variation: taken as true, the track widened by what 30 degrees make");
  }
  *out = sl_pos_at(from, angle, (double)miles * 1852.0);
  return SL_OK;
}

sl_err sl_route_point_read(sl_pos *out, sl_len *doubt, sl_reading *reading, const sl_points *points, sl_str word, sl_fault *fault) {
  SL_ASSERT(out && doubt && points);
  const sl_point *point = NULL;
  bool tail = word.size > 6 && count_digits(word, word.size - 6) == 6;
  if (is_digit(word.size ? word.data[0] : 0)) {
    sl_str place = {word.data, word.size - (tail ? 6 : 0)};
    sl_pos from;
    sl_err error = sl_position_compact(&from, place, fault);
    if (error || !tail) {
      if (!error) *out = from;
      return error;
    }
    return offset(out, doubt, reading, from, NULL, number(word, place.size, 3), number(word, place.size + 3, 3), fault);
  }
  if (sl_points_get(&point, points, word) == SL_ERR_UNKNOWN && tail && count_letters(word, 0) == word.size - 6) {
    sl_str name = {word.data, word.size - 6};
    sl_err error = find(&point, points, name, fault);
    if (!error && point->airway.size) error = refuse_name(name, fault);
    return error ? error : offset(out, doubt, reading, point->pos, point, number(word, name.size, 3), number(word, name.size + 3, 3), fault);
  }
  sl_err error = find(&point, points, word, fault);
  if (!error && point->airway.size) error = sl_fault_set(fault, SL_ERR_SYNTAX, "an airway where a point is due");
  if (!error) *out = point->pos;
  return error;
}

/* "F350", "A045", "S1130", "M0840". */
static sl_err take_level(sl_level *out, sl_str *rest, sl_fault *fault) {
  char kind = rest->size ? rest->data[0] : 0;
  size_t wanted = kind == 'F' || kind == 'A' ? 3 : kind == 'S' || kind == 'M' ? 4 : 0;
  if (sl_str_is(*rest, "VFR")) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "VFR: a level that is not said");
  if (!wanted || count_digits(*rest, 1) < wanted) return sl_fault_set(fault, SL_ERR_SYNTAX, "a level is F350, A045, S1130 or M0840");
  int64_t value = number(*rest, 1, wanted);
  int64_t tenths = wanted == 3 ? value * 100 * SL_TENTHS_PER_FT : value * 10 * SL_TENTHS_PER_M;
  *out = (sl_level){kind == 'F' || kind == 'S' ? SL_DATUM_PRESSURE : SL_DATUM_MSL, tenths, tenths};
  rest->data += 1 + wanted;
  rest->size -= 1 + wanted;
  return SL_OK;
}

/* True airspeed of a Mach number (hundredths) at a level of the standard atmosphere. */
static int64_t mach(int64_t hundredths, const sl_level *level) {
  double metres = (double)level->low / (double)SL_TENTHS_PER_M;
  double kelvin = fmax(216.65, 288.15 - 0.0065 * metres);
  return (int64_t)((double)hundredths * 0.01 * 20.0468 * sqrt(kelvin) * 1000);
}

/* "N0450F350"; climbing: a second level or PLUS behind it. */
static sl_err take_change(int64_t *speed, sl_level *level, sl_str word, bool climbing, sl_fault *fault) {
  char kind = word.size ? word.data[0] : 0;
  size_t wanted = kind == 'N' || kind == 'K' ? 4 : kind == 'M' ? 3 : 0;
  if (!wanted || count_digits(word, 1) < wanted) return sl_fault_set(fault, SL_ERR_SYNTAX, "a speed is N0450, K0830 or M082, and a level is behind it");
  int64_t value = number(word, 1, wanted);
  sl_str rest = {word.data + 1 + wanted, word.size - 1 - wanted};
  sl_level first, second;
  sl_err error = take_level(&first, &rest, fault);
  if (error) return error;
  second = first;
  if (climbing && sl_str_is(rest, "PLUS")) {
    second.high = first.low > PLUS_TENTHS ? first.low : PLUS_TENTHS;
    rest.size = 0;
  } else if (climbing && (error = take_level(&second, &rest, fault))) {
    return error;
  }
  if (rest.size) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a level");
  if (second.datum != first.datum || second.high < first.low) return sl_fault_set(fault, SL_ERR_ORDER, "a cruise climb that does not climb");
  first.high = second.high;
  int64_t mm = kind == 'M' ? mach(value, &first) : value * (kind == 'N' ? SL_MM_PER_NM : MM_PER_KM) / 3600;
  if (mm < SPEED_MIN_MM_S) return sl_fault_set(fault, SL_ERR_RANGE, "a speed of less than 10 knots");
  *speed = mm;
  *level = first;
  return SL_OK;
}

/* The walk. */
typedef struct walk {
  sl_route *route;
  sl_reading *reading;
  const sl_points *points;
  sl_str last;               /* name of the last point; empty for coordinates */
  const sl_point *airway;    /* waiting for its end */
  sl_fault *fault;
} walk;

static sl_err add(walk *w, sl_pos pos) {
  sl_route *route = w->route;
  if (route->count >= SL_ROUTE_POINTS_MAX) return sl_fault_set(w->fault, SL_ERR_CAP, "more than %u points in a route", SL_ROUTE_POINTS_MAX);
  if (route->count == route->room) {
    uint32_t room = route->room ? route->room * 2 : 16;
    sl_route_point *grown = SL_ARENA_TAKE(&w->reading->arena, room, sl_route_point);
    if (!grown) return sl_fault_set(w->fault, SL_ERR_NOMEM, "out of memory for one record");
    if (route->count) memcpy(grown, route->point, route->count * sizeof *grown);
    route->point = grown;
    route->room = room;
  }
  route->point[route->count++] = (sl_route_point){.pos = pos};
  return SL_OK;
}

static sl_str take_name(sl_str *rest) {
  while (rest->size && !is_letter(*rest->data) && !is_digit(*rest->data)) rest->data++, rest->size--;
  sl_str word = {rest->data, 0};
  while (word.size < rest->size && (is_letter(word.data[word.size]) || is_digit(word.data[word.size]))) word.size++;
  rest->data += word.size;
  rest->size -= word.size;
  return word;
}

/* The points of the airway between the last point and the one named, in either direction. */
static sl_err follow(walk *w, sl_str to) {
  char text[20];
  sl_str name[SL_AIRWAY_POINTS_MAX], rest = w->airway->airway, word;
  uint32_t count = 0, from = UINT32_MAX, end = UINT32_MAX;
  while ((word = take_name(&rest)).size) {
    if (count == SL_AIRWAY_POINTS_MAX) return sl_fault_set(w->fault, SL_ERR_CAP, "more than %u points in an airway", SL_AIRWAY_POINTS_MAX);
    if (w->last.size && sl_str_equal(word, w->last)) from = count;
    if (sl_str_equal(word, to)) end = count;
    name[count++] = word;
  }
  if (from == UINT32_MAX || end == UINT32_MAX)
    return sl_fault_set(w->fault, SL_ERR_UNKNOWN, "airway %s does not hold the points it is joined and left at", shown(text, w->airway->name));
  for (uint32_t i = from; i != end;) {
    i = from < end ? i + 1 : i - 1;
    if (i == end) break;
    const sl_point *point;
    sl_err error = find(&point, w->points, name[i], w->fault);
    if (!error && point->airway.size) error = refuse_name(name[i], w->fault);
    if (!error) error = add(w, point->pos);
    if (error) return error;
  }
  w->airway = NULL;
  return SL_OK;
}

static sl_err take_point(walk *w, sl_str word) {
  const sl_point *known = NULL;
  if (!is_digit(word.size ? word.data[0] : 0) && sl_points_get(&known, w->points, word) == SL_OK && known->airway.size) {
    if (w->airway) return sl_fault_set(w->fault, SL_ERR_UNSUPPORTED, "two airways without a point between them");
    w->airway = known;
    return SL_OK;
  }
  sl_pos pos;
  sl_err error = sl_route_point_read(&pos, &w->route->doubt, w->reading, w->points, word, w->fault);
  if (!error && w->airway) error = follow(w, word);
  if (!error) error = add(w, pos);
  w->last = known ? word : (sl_str){NULL, 0};
  return error;
}

/* POINT/N0450F350, or C/POINT/M082F290F350. */
static sl_err take_changing(walk *w, sl_str word, const char *slash) {
  bool climbing = slash == word.data + 1 && word.data[0] == 'C';
  sl_str point = {word.data, (size_t)(slash - word.data)}, change = {slash + 1, (size_t)(word.data + word.size - slash - 1)};
  if (climbing) {
    slash = change.size ? memchr(change.data, '/', change.size) : NULL;
    if (!slash) return sl_fault_set(w->fault, SL_ERR_SYNTAX, "a cruise climb is C/POINT/SPEED LEVEL LEVEL");
    point = (sl_str){change.data, (size_t)(slash - change.data)};
    change = (sl_str){slash + 1, (size_t)(change.data + change.size - slash - 1)};
  }
  if (sl_str_is(change, "VFR")) return sl_fault_set(w->fault, SL_ERR_UNSUPPORTED, "VFR: a level that is not said");
  sl_err error = take_point(w, point);
  if (!error && w->airway) error = sl_fault_set(w->fault, SL_ERR_SYNTAX, "a change of speed or level that is not at a point");
  if (error) return error;
  sl_route_point *last = &w->route->point[w->route->count - 1];
  last->changes = true;
  return take_change(&last->speed, &last->level, change, climbing, w->fault);
}

/* Visual rules from the last point on: at the level that is said there, or at none. */
static sl_err take_visual(walk *w) {
  if (w->route->count == 0 || !w->route->point[w->route->count - 1].changes) return sl_fault_set(w->fault, SL_ERR_UNSUPPORTED, "VFR: a level that is not said");
  sl_reading_note(w->reading, SL_NOTE_ASSUMED, "visual rules: flown at the level that is said where they begin");
  return SL_OK;
}

static sl_err take_word(walk *w, sl_str word) {
  if (word.size > WORD_MAX) return sl_fault_set(w->fault, SL_ERR_SYNTAX, "a word of more than %d characters in a route", WORD_MAX);
  if (sl_str_is(word, "DCT")) return w->airway ? sl_fault_set(w->fault, SL_ERR_SYNTAX, "DCT behind an airway") : SL_OK;
  if (sl_str_is(word, "IFR")) return SL_OK;
  if (sl_str_is(word, "VFR")) return take_visual(w);
  if (sl_str_is(word, "T")) return sl_fault_set(w->fault, SL_ERR_UNSUPPORTED, "T: the route was cut off");
  if (word.size >= 4 && memcmp(word.data, "STAY", 4) == 0 && (word.size == 4 || !is_letter(word.data[4])))
    return sl_fault_set(w->fault, SL_ERR_UNSUPPORTED, "STAY: an activity whose place is not said");
  if (sl_str_is(word, "OAT") || sl_str_is(word, "GAT")) {
    sl_reading_note(w->reading, SL_NOTE_LEFT_OUT, "a change between general and operational air traffic");
    return SL_OK;
  }
  const char *slash = memchr(word.data, '/', word.size);
  return slash ? take_changing(w, word, slash) : take_point(w, word);
}

static bool next_word(sl_str *out, sl_str *rest) {
  while (rest->size && (*rest->data == ' ' || *rest->data == '\t')) rest->data++, rest->size--;
  *out = (sl_str){rest->data, 0};
  while (out->size < rest->size && out->data[out->size] != ' ' && out->data[out->size] != '\t') out->size++;
  rest->data += out->size;
  rest->size -= out->size;
  return out->size > 0;
}

sl_err sl_route_read(sl_route *out, sl_reading *reading, const sl_points *points, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && reading && points && fault);
  sl_route route = {0};
  walk w = {.route = &route, .reading = reading, .points = points, .fault = fault};
  sl_str word, rest = text;
  if (!next_word(&word, &rest)) return sl_fault_set(fault, SL_ERR_MISSING, "field 15 is empty");
  sl_err error = take_change(&route.speed, &route.level, word, false, fault);
  while (!error && next_word(&word, &rest)) error = take_word(&w, word);
  if (!error && w.airway) error = sl_fault_set(fault, SL_ERR_SYNTAX, "a route that ends on an airway");
  if (!error) *out = route;
  return error;
}
