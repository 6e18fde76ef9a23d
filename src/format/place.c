/* Purpose: see the header. Work expected: one position a row. Representation: the text is
 * put into plain ASCII, then into tokens; angles go on as "N 36:20:06" to coordinate.h,
 * which does the sums. */
#include "format/place_tokens.h"

#include <math.h>
#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/coordinate.h"
#include "format/mgrs.h"

#define ND_M 1.112e-4   /* metres of a nanodegree along a meridian, outward */

/* One angle on its way to coordinate.h. */
typedef struct angle {
  char text[3 * sizeof(((sl_token *)0)->text) + 8];
  uint32_t parts;
  sl_token last;
  char side;
  bool negative, latitude, longitude;
} angle;

static void add_part(angle *a, const sl_token *number) {
  size_t size = strlen(a->text);
  int more = snprintf(a->text + size, sizeof a->text - size, "%s%s", a->parts ? ":" : "", number->text);
  SL_ASSERT(more > 0 && size + (size_t)more < sizeof a->text);
  a->parts++;
  a->last = *number;
}

/* How the angle in hand stands before its next part. */
typedef struct joint {
  bool joined;               /* a mark, a colon or a dash since the last part */
  bool style;                /* whether the first joint was one */
  bool separated;            /* a comma or its like */
  bool marked;               /* a degree, minute or second sign behind the last part */
} joint;

/* Whether the number at `i` goes on the angle before it. A fraction ends an angle, a degree
 * sign behind a number begins one, and parts are joined in one way. */
static bool goes_on(const angle *a, const joint *j, const sl_tokens *t, uint32_t i, uint32_t share) {
  if (a->parts >= share || a->last.fraction || j->separated) return false;
  if (i + 1 < t->count && t->at[i + 1].kind == SL_TOKEN_DEGREE) return false;
  return a->parts == 1 || j->joined == j->style;
}

/* A sign of degrees, minutes or seconds belongs to the part that has that place. */
static sl_err take_mark(joint *j, const angle *a, sl_token_kind kind, sl_fault *fault) {
  static const sl_token_kind due[] = {SL_TOKEN_SEPARATOR, SL_TOKEN_DEGREE, SL_TOKEN_MINUTE, SL_TOKEN_SECOND};
  if (a->parts == 0 || j->marked || j->separated || kind != due[a->parts])
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the signs of degrees, minutes and seconds are not in their order");
  j->joined = j->marked = true;
  return SL_OK;
}

/* What is neither number nor mark. Sets *ends when it is not of this angle. */
static sl_err take_other(angle *a, joint *j, bool *ends, const sl_token *at, sl_fault *fault) {
  switch (at->kind) {
    case SL_TOKEN_LATITUDE: case SL_TOKEN_LONGITUDE:
      *ends = a->parts || a->latitude || a->longitude;
      if (!*ends) *(at->kind == SL_TOKEN_LATITUDE ? &a->latitude : &a->longitude) = true;
      return SL_OK;
    case SL_TOKEN_MINUS: case SL_TOKEN_PLUS:
      *ends = a->parts && (at->kind == SL_TOKEN_PLUS || at->blank_before || j->separated || a->last.fraction);
      if (*ends) return SL_OK;
      if (a->parts == 0 && (a->negative || a->side)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a sign where none can be");
      if (a->parts == 0) a->negative = at->kind == SL_TOKEN_MINUS;
      else j->joined = true;
      return SL_OK;
    case SL_TOKEN_SEPARATOR:
      j->separated = a->parts > 0;
      return SL_OK;
    case SL_TOKEN_COLON:
      j->joined = true;
      return SL_OK;
    default:
      return sl_fault_set(fault, SL_ERR_SYNTAX, "something in a position that is neither a number nor a hemisphere");
  }
}

/* One angle from *i on, of `share` parts at most. */
static sl_err take_angle(angle *out, const sl_tokens *t, uint32_t *i, uint32_t share, sl_fault *fault) {
  angle a = {.parts = 0};
  joint j = {0};
  bool ends = false;
  for (; *i < t->count && !ends; *i += !ends) {
    const sl_token *at = &t->at[*i];
    sl_err error = SL_OK;
    if (at->kind == SL_TOKEN_NUMBER) {
      ends = a.parts && !goes_on(&a, &j, t, *i, share);
      if (ends) break;
      if (a.parts == 1) j.style = j.joined;
      add_part(&a, at);
      j.joined = j.marked = false;
    } else if (at->kind == SL_TOKEN_HEMISPHERE) {
      if (a.side || (a.parts && j.separated)) break;
      a.side = at->side;
      ends = a.parts > 0;
      if (ends) {
        (*i)++;
        break;
      }
    } else if (at->kind == SL_TOKEN_DEGREE || at->kind == SL_TOKEN_MINUTE || at->kind == SL_TOKEN_SECOND) {
      error = take_mark(&j, &a, at->kind, fault);
    } else {
      error = take_other(&a, &j, &ends, at, fault);
    }
    if (error) return error;
  }
  if (a.parts == 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "a latitude or longitude without a number");
  if (a.negative && a.side) return sl_fault_set(fault, SL_ERR_SYNTAX, "a sign and a hemisphere");
  *out = a;
  return SL_OK;
}

/* "362006N": two digits each for minutes and seconds, the rest degrees. */
static bool unpack(angle *a) {
  uint32_t whole = a->last.whole, degrees = whole % 2 ? 3 : 2;
  if (a->parts != 1 || !a->side || whole < 4 || whole > 7) return false;
  if (whole == 4 && (a->side == 'E' || a->side == 'W')) return false;
  char text[sizeof a->text], number[sizeof a->last.text];
  memcpy(number, a->last.text, sizeof number);
  int size = snprintf(text, sizeof text, "%.*s:%.2s%s%s", (int)degrees, number, number + degrees, whole > degrees + 2 ? ":" : "", number + degrees + 2);
  SL_ASSERT(size > 0 && (size_t)size < sizeof text);
  memcpy(a->text, text, sizeof text);
  a->parts = (whole - degrees) / 2 + 1;
  return true;
}

static sl_err value_of(sl_angle *out, angle *a, bool latitude, sl_fault *fault) {
  char text[sizeof a->text + 4];
  if (a->side && (a->side == 'N' || a->side == 'S') != latitude)
    return sl_fault_set(fault, SL_ERR_ORDER, "latitude and longitude are swapped: the hemisphere is of the other");
  if (a->last.whole > 3 && !unpack(a)) return sl_fault_set(fault, SL_ERR_RANGE, "a latitude or longitude of more than 180 degrees");
  int size = snprintf(text, sizeof text, "%s%s", a->negative || a->side == 'S' || a->side == 'W' ? "-" : "", a->text);
  SL_ASSERT(size > 0 && (size_t)size < sizeof text);
  sl_str rest = {text, (size_t)size};
  sl_angle found = {0};
  char side;
  sl_err error = sl_angle_take(&found.nd, &side, &rest, fault);
  if (error) return error;
  if (rest.size) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a latitude or longitude");
  if (latitude && (found.nd > 90 * SL_ND_PER_DEG || found.nd < -90 * SL_ND_PER_DEG))
    return sl_fault_set(fault, SL_ERR_RANGE, "a latitude beyond 90 degrees: latitude and longitude may be swapped");
  static const int64_t unit[] = {0, SL_ND_PER_DEG, SL_ND_PER_DEG / 60, SL_ND_PER_DEG / 3600};
  found.coarse_nd = unit[a->parts] / 2;
  for (uint32_t i = 0; i < a->last.places; i++) found.coarse_nd /= 10;
  *out = found;
  return SL_OK;
}

static sl_err flat_tokens(sl_tokens *t, sl_str text, bool alone, sl_fault *fault) {
  char flat[SL_PLACE_TEXT_MAX];
  sl_err error = sl_place_flatten(flat, text, fault);
  return error ? error : sl_tokens_of(t, flat, alone, fault);
}

sl_err sl_angle_read(sl_angle *out, sl_str text, bool latitude, sl_fault *fault) {
  SL_ASSERT(out && (text.data || text.size == 0));
  sl_tokens t;
  angle a;
  uint32_t i = 0;
  sl_err error = flat_tokens(&t, text, true, fault);
  if (!error) error = take_angle(&a, &t, &i, 3, fault);
  if (error) return error;
  if (i < t.count) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a latitude or longitude");
  if ((latitude && a.longitude) || (!latitude && a.latitude)) return sl_fault_set(fault, SL_ERR_ORDER, "latitude and longitude are swapped: the label is of the other");
  sl_angle found;
  if ((error = value_of(&found, &a, latitude, fault))) return error;
  found.decimal_comma = t.decimal_comma;
  *out = found;
  return SL_OK;
}

/* "lat lon altitude" and "lat lon altitude accuracy", as survey tools export them: plain
 * numbers, the first two with fractions. */
static uint32_t survey_numbers(const sl_tokens *t) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < t->count; i++) {
    sl_token_kind kind = t->at[i].kind;
    if (kind != SL_TOKEN_NUMBER && kind != SL_TOKEN_MINUS && kind != SL_TOKEN_SEPARATOR) return 0;
    if (kind == SL_TOKEN_NUMBER && count++ < 2 && !t->at[i].fraction) return 0;
  }
  return count == 3 || count == 4 ? count : 0;
}

/* Keep the accuracy, leave altitude and accuracy out of the tokens. */
static sl_err take_survey(sl_place *place, sl_tokens *t, sl_fault *fault) {
  uint32_t numbers = survey_numbers(t);
  if (!numbers) return SL_OK;
  int64_t mm = 0;
  if (numbers == 4 && sl_decimal_read(&mm, sl_str_from(t->at[t->count - 1].text), 3)) return sl_fault_set(fault, SL_ERR_SYNTAX, "an accuracy that is not a number");
  if (mm > SL_LEN_MAX_MM) return sl_fault_set(fault, SL_ERR_RANGE, "an accuracy out of range");
  place->within.mm = mm;
  while (numbers > 2) numbers -= t->at[--t->count].kind == SL_TOKEN_NUMBER;
  while (t->at[t->count - 1].kind != SL_TOKEN_NUMBER) t->count--;
  return SL_OK;
}

/* How many parts an angle may have: where nothing but blanks stands between the numbers,
 * half of them. 0: no telling. */
static uint32_t share_of(const sl_tokens *t, sl_fault *fault) {
  uint32_t numbers = 0, sides = 0, others = 0;
  for (uint32_t i = 0; i < t->count; i++) {
    numbers += t->at[i].kind == SL_TOKEN_NUMBER;
    sides += t->at[i].kind == SL_TOKEN_HEMISPHERE;
    others += t->at[i].kind != SL_TOKEN_NUMBER && t->at[i].kind != SL_TOKEN_HEMISPHERE && t->at[i].kind != SL_TOKEN_MINUS && t->at[i].kind != SL_TOKEN_PLUS;
  }
  if (sides == 1) sl_fault_set(fault, SL_ERR_MISSING, "one of latitude and longitude has a hemisphere and the other not");
  else if (numbers < 2) sl_fault_set(fault, SL_ERR_MISSING, "a position with one of latitude and longitude only");
  else if (!sides && !others && (numbers % 2 || numbers > 6)) sl_fault_set(fault, SL_ERR_SYNTAX, "how many of the numbers are the latitude's cannot be told");
  else return !sides && !others ? numbers / 2 : 3;
  return 0;
}

static sl_err read_degrees(sl_place *out, sl_tokens *t, sl_fault *fault) {
  sl_fault own = sl_fault_none();
  if (!fault) fault = &own;
  sl_place place = {.notation = SL_NOTATION_DEGREES, .decimal_comma = t->decimal_comma};
  sl_err error = take_survey(&place, t, fault);
  if (error) return error;
  angle first, second;
  uint32_t i = 0, share = share_of(t, fault);
  if (!share) return fault->code;
  error = take_angle(&first, t, &i, share, fault);
  if (!error) error = take_angle(&second, t, &i, 3, fault);
  if (error) return error;
  if (i < t->count) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a position");
  bool swapped = first.longitude || second.latitude || first.side == 'E' || first.side == 'W' || second.side == 'N' || second.side == 'S';
  place.order_assumed = !swapped && !first.side && !second.side && !first.latitude && !second.longitude;
  sl_angle lat, lon;
  if ((error = value_of(&lat, swapped ? &second : &first, true, fault)) || (error = value_of(&lon, swapped ? &first : &second, false, fault))) return error;
  place.pos = (sl_pos){lat.nd, lon.nd};
  /* Both were written alike; spreadsheets drop zeros at the end of one. */
  int64_t coarse = lat.coarse_nd < lon.coarse_nd ? lat.coarse_nd : lon.coarse_nd;
  place.coarse.mm = (int64_t)ceil((double)coarse * ND_M * 1000);
  *out = place;
  return SL_OK;
}

/* The zone and hemisphere at *i; what follows are the numbers. */
static sl_err take_zone(sl_grid_place *out, bool *unsure, const sl_tokens *t, uint32_t *i, sl_fault *fault) {
  while (*i < t->count && ((t->at[*i].kind == SL_TOKEN_WORD && t->at[*i].side == 'U') || t->at[*i].kind == SL_TOKEN_COLON)) (*i)++;
  *out = (sl_grid_place){0};
  *unsure = false;
  if (*i < t->count && t->at[*i].kind == SL_TOKEN_NUMBER && !t->at[*i].fraction && t->at[*i].whole <= 2) {
    const char *digits = t->at[(*i)++].text;
    for (; *digits; digits++) out->zone = out->zone * 10 + (uint32_t)(*digits - '0');
    if (out->zone < 1 || out->zone > 60) return sl_fault_set(fault, SL_ERR_RANGE, "a zone that is not 1 to 60");
  }
  if (*i == t->count || (t->at[*i].kind != SL_TOKEN_WORD && t->at[*i].kind != SL_TOKEN_HEMISPHERE && t->at[*i].kind != SL_TOKEN_MINUTE && t->at[*i].kind != SL_TOKEN_DEGREE))
    return sl_fault_set(fault, SL_ERR_MISSING, "a zone needs its band letter, or north or south");
  const sl_token *letter = &t->at[(*i)++];
  char side = letter->kind == SL_TOKEN_MINUTE ? 'M' : letter->kind == SL_TOKEN_DEGREE ? 'D' : letter->side;
  if (!strchr(out->zone ? "CDEFGHJKLMNPQRSTUVWX" : "ABYZNS", side)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a zone's letter that is no band");
  out->north = side >= 'N';
  if (side == 'S' && (out->zone || letter->whole > 1)) out->north = false;
  *unsure = side == 'S' && out->zone && letter->whole == 1;
  return SL_OK;
}

static sl_err metres(double *out, const sl_token *number, sl_fault *fault) {
  int64_t micro;
  if (number->kind != SL_TOKEN_NUMBER || sl_decimal_read(&micro, sl_str_from(number->text), 6)) return sl_fault_set(fault, SL_ERR_SYNTAX, "an easting or northing that is not a number");
  *out = (double)micro * 1e-6;
  return SL_OK;
}

/* S is the band of 32 to 40 degrees north, and the southern hemisphere: only one may fit. */
static sl_err settle(const sl_grid_place *place, sl_fault *fault) {
  if (place->northing < 3539000 || place->northing > 4432000) return SL_OK;
  return sl_fault_set(fault, SL_ERR_SYNTAX, "a zone with S is a band in the north or the southern hemisphere: write north or south");
}

static sl_err place_on_grid(sl_place *out, sl_grid *grid, sl_grid_place *at, bool unsure, uint32_t places, sl_fault *fault) {
  sl_place place = {.notation = SL_NOTATION_UTM};
  sl_err error = unsure ? settle(at, fault) : SL_OK;
  if (error) return error;
  error = sl_grid_inverse(&place.pos, grid, at);
  if (error) return sl_fault_set(fault, error, error == SL_ERR_NOMEM ? "out of memory" : "an easting or northing that lies outside the zone");
  place.coarse.mm = places ? 50 : 500;
  *out = place;
  return SL_OK;
}

static bool looks_utm(const sl_tokens *t) {
  if (t->count < 3) return false;
  if (t->at[0].kind == SL_TOKEN_WORD) return true;
  bool zone = t->at[0].kind == SL_TOKEN_NUMBER && !t->at[0].fraction && t->at[0].whole <= 2;
  bool letter = t->at[1].kind == SL_TOKEN_WORD || t->at[1].kind == SL_TOKEN_HEMISPHERE || (t->at[1].kind == SL_TOKEN_MINUTE && t->count > 2) || t->at[1].kind == SL_TOKEN_DEGREE;
  return zone && letter && t->at[2].kind == SL_TOKEN_NUMBER && t->at[2].whole >= 5;
}

static sl_err read_utm(sl_place *out, sl_grid *grid, const sl_tokens *t, sl_fault *fault) {
  sl_grid_place at;
  bool unsure;
  uint32_t i = 0, found = 0, places = 0;
  double value[2] = {0, 0};
  sl_err error = take_zone(&at, &unsure, t, &i, fault);
  for (; !error && i < t->count; i++) {
    const sl_token *next = &t->at[i];
    /* "mE", "E", "m", commas and colons between the numbers say nothing that is not known;
     * an N before the E would be the other order. */
    bool east = (next->kind == SL_TOKEN_HEMISPHERE || next->kind == SL_TOKEN_WORD) && next->side == 'E', north = (next->kind == SL_TOKEN_HEMISPHERE || next->kind == SL_TOKEN_WORD) && next->side == 'N';
    if (next->kind == SL_TOKEN_NUMBER && found < 2) {
      error = metres(&value[found++], next, fault);
      places = next->places;
    } else if ((east && found != 1) || (north && found != 2)) {
      error = sl_fault_set(fault, SL_ERR_SYNTAX, "an easting comes before a northing");
    } else if (!east && !north && next->kind != SL_TOKEN_SEPARATOR && next->kind != SL_TOKEN_MINUTE && next->kind != SL_TOKEN_COLON) {
      error = sl_fault_set(fault, SL_ERR_SYNTAX, "something in a grid position that is neither a zone nor a number");
    }
  }
  if (!error && found < 2) error = sl_fault_set(fault, SL_ERR_MISSING, "a grid position without easting or northing");
  if (error) return error;
  at.easting = value[0], at.northing = value[1];
  return place_on_grid(out, grid, &at, unsure, places, fault);
}

sl_err sl_place_utm(sl_place *out, sl_grid *grid, sl_str zone, sl_str easting, sl_str northing, sl_fault *fault) {
  SL_ASSERT(out && grid);
  sl_tokens t;
  sl_grid_place at;
  bool unsure = false;
  uint32_t i = 0;
  sl_err error = flat_tokens(&t, zone, true, fault);
  if (!error) error = take_zone(&at, &unsure, &t, &i, fault);
  if (error) return error;
  if (i < t.count) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a zone");
  double *axis[2] = {&at.easting, &at.northing};
  sl_str text[2] = {easting, northing};
  uint32_t places = 0;
  for (int k = 0; k < 2; k++) {
    if ((error = flat_tokens(&t, text[k], true, fault))) return error;
    bool unit = t.count == 2 && (t.at[1].kind == SL_TOKEN_MINUTE || t.at[1].kind == SL_TOKEN_WORD || t.at[1].side == (k ? 'N' : 'E'));
    if (t.count != 1 && !unit) return sl_fault_set(fault, SL_ERR_SYNTAX, "an easting or northing that is not a number");
    if ((error = metres(axis[k], &t.at[0], fault))) return error;
    places = t.at[0].places;
  }
  return place_on_grid(out, grid, &at, unsure, places, fault);
}

sl_err sl_place_read(sl_place *out, sl_grid *grid, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && grid && (text.data || text.size == 0));
  char flat[SL_PLACE_TEXT_MAX];
  sl_tokens t;
  sl_err error = sl_place_flatten(flat, text, fault);
  if (error) return error;
  if (sl_mgrs_is(sl_str_from(flat))) {
    sl_place place = {.notation = SL_NOTATION_MGRS};
    sl_len side;
    if ((error = sl_mgrs_read(&place.pos, &side, grid, sl_str_from(flat), fault))) return error;
    place.within.mm = (int64_t)ceil((double)side.mm * 0.7072);
    *out = place;
    return SL_OK;
  }
  if ((error = sl_tokens_of(&t, flat, false, fault))) return error;
  return looks_utm(&t) ? read_utm(out, grid, &t, fault) : read_degrees(out, &t, fault);
}
