/* Purpose: see the header. Work expected: up to a country's named points. Representation:
 * an array sorted by name, names in the text itself. */
#include "format/points.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/coordinate.h"
#include "format/measure.h"

#define DEGREES(nd_limit) ((nd_limit) * SL_ND_PER_DEG)

static bool parts(char c) { return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\r'; }

static sl_str take_word(sl_str *rest) {
  while (rest->size && parts(*rest->data)) rest->data++, rest->size--;
  sl_str word = {rest->data, 0};
  while (word.size < rest->size && !parts(word.data[word.size])) word.size++;
  rest->data += word.size;
  rest->size -= word.size;
  return word;
}

/* Two plain numbers of degrees. */
static bool take_numbers(sl_pos *out, sl_str *rest) {
  sl_str at = *rest, lat = take_word(&at), lon = take_word(&at);
  sl_pos pos;
  if (!lat.size || !lon.size || sl_decimal_read(&pos.lat_nd, lat, 9) || sl_decimal_read(&pos.lon_nd, lon, 9)) return false;
  if (pos.lat_nd < -DEGREES(90) || pos.lat_nd > DEGREES(90) || pos.lon_nd < -DEGREES(180) || pos.lon_nd > DEGREES(180)) return false;
  *out = pos;
  *rest = at;
  return true;
}

static sl_err take_place(sl_pos *out, sl_str *rest, sl_fault *fault) {
  sl_str at = *rest, word = take_word(&at);
  sl_fault unused = sl_fault_none();
  if (word.size && sl_position_compact(out, word, &unused) == SL_OK) {
    *rest = at;
    return SL_OK;
  }
  if (take_numbers(out, rest)) return SL_OK;
  return sl_position_take(out, rest, fault);
}

/* "4W", "2.5E", "-4". */
static bool take_variation(sl_point *point, sl_str word) {
  char side = word.size ? word.data[word.size - 1] : 0;
  bool west = side == 'W' || side == 'w', named = west || side == 'E' || side == 'e';
  if (named) word.size--;
  if (sl_decimal_read(&point->variation, word, 6) || point->variation < -180000000 || point->variation > 180000000) return false;
  if (named && point->variation < 0) return false;
  if (west) point->variation = -point->variation;
  point->varied = true;
  return true;
}

static sl_err take_line(sl_point *out, bool *any, sl_str line, sl_fault *fault) {
  const char *hash = line.size ? memchr(line.data, '#', line.size) : NULL;
  if (hash) line.size = (size_t)(hash - line.data);
  sl_point point = {.name = take_word(&line)};
  *any = point.name.size > 0;
  if (!*any) return SL_OK;
  if (point.name.data[point.name.size - 1] == ':') {
    point.name.size--;
    point.airway = sl_str_trim(line);
    if (!point.name.size || !point.airway.size) return sl_fault_set(fault, SL_ERR_SYNTAX, "an airway is NAME: POINT POINT ...");
    *out = point;
    return SL_OK;
  }
  sl_err error = take_place(&point.pos, &line, fault);
  if (error) return error;
  sl_str word = take_word(&line);
  if (word.size && !take_variation(&point, word)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a point is NAME LATITUDE LONGITUDE [VARIATION]");
  if (take_word(&line).size) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a point");
  *out = point;
  return SL_OK;
}

static int compare(sl_str a, sl_str b) {
  size_t size = a.size < b.size ? a.size : b.size;
  int result = size ? memcmp(a.data, b.data, size) : 0;
  return result ? result : (a.size > b.size) - (a.size < b.size);
}

static int by_name(const void *p, const void *q) { return compare(((const sl_point *)p)->name, ((const sl_point *)q)->name); }

static sl_err keep(sl_points *points, const sl_point *point, sl_fault *fault) {
  if (points->count == SL_POINTS_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u points", SL_POINTS_MAX);
  if (points->count == points->room) {
    uint32_t room = points->room ? points->room * 2 : 64;
    sl_point *grown = realloc(points->point, room * sizeof *grown);
    if (!grown) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
    points->point = grown;
    points->room = room;
  }
  points->point[points->count++] = *point;
  return SL_OK;
}

sl_err sl_points_read(sl_points *out, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && (text.data || text.size == 0));
  *out = (sl_points){0};
  uint32_t line = 1;
  for (size_t at = 0; at < text.size; line++) {
    const char *newline = memchr(text.data + at, '\n', text.size - at);
    size_t size = newline ? (size_t)(newline - text.data) - at : text.size - at;
    sl_point point;
    bool any;
    sl_fault own = sl_fault_none();
    sl_err error = take_line(&point, &any, (sl_str){text.data + at, size}, &own);
    if (!error && any) error = keep(out, &point, &own);
    if (error) return sl_fault_set(fault, error, "points file, line %u: %s", line, own.reason);
    at += size + 1;
  }
  if (out->count) qsort(out->point, out->count, sizeof *out->point, by_name);
  return SL_OK;
}

void sl_points_fini(sl_points *points) {
  if (!points) return;
  free(points->point);
  *points = (sl_points){0};
}

sl_err sl_points_get(const sl_point **out, const sl_points *points, sl_str name) {
  SL_ASSERT(out && points);
  uint32_t low = 0, high = points->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (compare(points->point[middle].name, name) < 0) low = middle + 1;
    else high = middle;
  }
  if (low == points->count || !sl_str_equal(points->point[low].name, name)) return SL_ERR_UNKNOWN;
  const sl_point *found = &points->point[low];
  for (uint32_t i = low + 1; i < points->count && sl_str_equal(points->point[i].name, name); i++) {
    const sl_point *other = &points->point[i];
    bool same = !found->airway.size && !other->airway.size && other->pos.lat_nd == found->pos.lat_nd && other->pos.lon_nd == found->pos.lon_nd;
    if (!same) return SL_ERR_DUPLICATE;
  }
  *out = found;
  return SL_OK;
}
