/* Purpose: surveillance tracks as a JSON array of fixes, one object each:
 *   {"timestamp": ms or s since 1970 | RFC 3339, "latitude", "longitude" (degrees),
 *    "altitude" (feet of pressure altitude), "callsign", "icao24", ...}
 * Work expected: some 140,000 fixes of 1,200 aircraft in any order, up to
 * SL_TRACK_POINTS_MAX. Representation: aircraft are (call sign, address) pairs in a
 * hash table; fixes are 32 bytes each in one array, sorted by aircraft and time at
 * the end. An aircraft's name is its call sign, or its address where it has none.
 *
 * Nothing is dropped in silence: fixes without a position or altitude are counted in
 * a note (their time then falls into a gap or between neighbours), a gap over 120 s
 * splits, and a second position at the same instant becomes a record of its own. */
#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/height.h"
#include "format/jtext.h"
#include "format/measure.h"
#include "format/reading.h"

#define NAME_MAX_BYTES 64u
#define AIRCRAFT_MAX 1000000u
#define LONE_FIX_NS SL_NS_PER_S
#define SECONDS_BELOW_MS INT64_C(100000000000)

typedef struct fix {
  uint32_t aircraft;
  uint32_t line;
  int64_t lat, lon, ns;
  int64_t tenths;
} fix;

typedef struct aircraft {
  char name[NAME_MAX_BYTES];
  char address[16];
  uint32_t unplaced;        /* fixes without a position or altitude */
  uint32_t rank;            /* position in the order of names */
} aircraft;

typedef struct fleet {
  aircraft *of;
  uint32_t count, room;
  uint32_t *slot;           /* 1 + index into `of`, 0: empty; `slots` is a power of two */
  uint32_t slots;
  fix *fix;
  size_t fixes, fix_room;
  bool seconds, zoneless;   /* times that were */
} fleet;

static uint64_t hash_text(uint64_t hash, const char *text) {
  for (; *text; text++) hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
  return hash * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

static uint32_t probe(const fleet *f, const char *name, const char *address) {
  uint64_t hash = hash_text(hash_text(UINT64_C(0xcbf29ce484222325), name), address);
  uint32_t at = (uint32_t)(hash >> 32) & (f->slots - 1);
  while (f->slot[at]) {
    const aircraft *a = &f->of[f->slot[at] - 1];
    if (strcmp(a->name, name) == 0 && strcmp(a->address, address) == 0) break;
    at = (at + 1) & (f->slots - 1);
  }
  return at;
}

static sl_err grow_fleet(fleet *f) {
  uint32_t room = f->room ? f->room * 2 : 1024, slots = room * 2;
  aircraft *of = realloc(f->of, (size_t)room * sizeof *of);
  if (!of) return SL_ERR_NOMEM;
  f->of = of;
  uint32_t *slot = calloc(slots, sizeof *slot);
  if (!slot) return SL_ERR_NOMEM;
  free(f->slot);
  f->slot = slot;
  f->slots = slots;
  f->room = room;
  for (uint32_t i = 0; i < f->count; i++) f->slot[probe(f, of[i].name, of[i].address)] = i + 1;
  return SL_OK;
}

static sl_err find_aircraft(uint32_t *out, fleet *f, const char *name, const char *address) {
  if (f->count == f->room) {
    if (f->count >= AIRCRAFT_MAX) return SL_ERR_CAP;
    sl_err error = grow_fleet(f);
    if (error) return error;
  }
  uint32_t at = probe(f, name, address);
  if (!f->slot[at]) {
    aircraft *a = &f->of[f->count++];
    *a = (aircraft){0};
    memcpy(a->name, name, strlen(name) + 1);
    memcpy(a->address, address, strlen(address) + 1);
    f->slot[at] = f->count;
  }
  *out = f->slot[at] - 1;
  return SL_OK;
}

static sl_err add_fix(fleet *f, const fix *one) {
  if (f->fixes == f->fix_room) {
    if (f->fixes >= SL_TRACK_POINTS_MAX) return SL_ERR_CAP;
    size_t room = f->fix_room ? f->fix_room * 2 : 4096;
    fix *grown = realloc(f->fix, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    f->fix = grown;
    f->fix_room = room;
  }
  f->fix[f->fixes++] = *one;
  return SL_OK;
}

/* A short text member, blanks trimmed; empty when absent or null. */
static sl_err take_name(char *out, size_t room, const sl_jtree *tree, const char *key, sl_fault *fault) {
  const sl_jnode *node = sl_jtree_some(tree, tree->node, key);
  out[0] = 0;
  if (!node) return SL_OK;
  if (node->kind != SL_JSTRING) return sl_fault_set(fault, SL_ERR_TYPE, "\"%s\" is not a text", key);
  sl_str text = node->text;
  while (text.size && text.data[text.size - 1] == ' ') text.size--;
  while (text.size && text.data[0] == ' ') text.data++, text.size--;
  if (text.size >= room) return sl_fault_set(fault, SL_ERR_CAP, "\"%s\" is longer than %zu bytes", key, room - 1);
  if (text.size) memcpy(out, text.data, text.size);
  out[text.size] = 0;
  return SL_OK;
}

static sl_err take_degrees(int64_t *out, const sl_jnode *node, int64_t limit, sl_fault *fault) {
  if (node->kind != SL_JNUMBER) return sl_fault_set(fault, SL_ERR_TYPE, "a coordinate that is not a number");
  sl_err error = sl_decimal_read(out, node->text, 9);
  if (error || *out < -limit * SL_ND_PER_DEG || *out > limit * SL_ND_PER_DEG)
    return sl_fault_set(fault, SL_ERR_RANGE, "a coordinate beyond %lld degrees", (long long)limit);
  return SL_OK;
}

/* Numbers are milliseconds, and below SECONDS_BELOW_MS, where milliseconds would still be
 * of the years to 1973, seconds. */
static sl_err take_time(int64_t *out, fleet *f, const sl_jnode *node, sl_fault *fault) {
  sl_err error = SL_ERR_TYPE;
  sl_time time = {0};
  if (node && node->kind == SL_JNUMBER) {
    error = sl_decimal_read(&time.ns, node->text, 6);
    if (!error && time.ns > 0 && time.ns < SECONDS_BELOW_MS * SL_NS_PER_MS) {
      error = sl_decimal_read(&time.ns, node->text, 9);
      f->seconds = true;
    }
  }
  if (node && node->kind == SL_JSTRING) error = sl_moment_read(&time, &f->zoneless, node->text, false, NULL);
  if (error || time.ns < 0 || time.ns >= SL_TIME_MAX_NS)
    return sl_fault_set(fault, error ? error : SL_ERR_RANGE, "\"timestamp\" is neither milliseconds or seconds since 1970 nor a date and time");
  *out = time.ns;
  return SL_OK;
}

/* One fix of the file: SL_OK also where it only counts as unplaced. */
static sl_err take_fix(fleet *f, const sl_jtree *tree, uint32_t line, sl_fault *fault) {
  const sl_jnode *root = tree->node;
  if (root->kind != SL_JOBJECT) return sl_fault_set(fault, SL_ERR_TYPE, "a fix is not an object");
  char name[NAME_MAX_BYTES], address[16];
  fix one = {.line = line};
  sl_err error;
  if ((error = take_name(name, sizeof name, tree, "callsign", fault)) ||
      (error = take_name(address, sizeof address, tree, "icao24", fault)))
    return error;
  if (!name[0]) memcpy(name, address, sizeof address);
  if (!name[0]) return sl_fault_set(fault, SL_ERR_MISSING, "a fix with neither \"callsign\" nor \"icao24\"");
  if ((error = take_time(&one.ns, f, sl_jtree_some(tree, root, "timestamp"), fault))) return error;
  const sl_jnode *lat = sl_jtree_some(tree, root, "latitude"), *lon = sl_jtree_some(tree, root, "longitude");
  const sl_jnode *altitude = sl_jtree_some(tree, root, "altitude");
  bool placed = lat && lon && altitude;
  if (placed) {
    if ((error = take_degrees(&one.lat, lat, 90, fault)) || (error = take_degrees(&one.lon, lon, 180, fault))) return error;
    if (altitude->kind != SL_JNUMBER) return sl_fault_set(fault, SL_ERR_TYPE, "\"altitude\" is not a number");
    if ((error = sl_height_scale(&one.tenths, altitude->text, SL_HEIGHT_FT, fault))) return error;
    if (one.tenths < SL_ALT_BARO_MIN_FT * SL_TENTHS_PER_FT || one.tenths > SL_ALT_BARO_MAX_FT * SL_TENTHS_PER_FT)
      return sl_fault_set(fault, SL_ERR_RANGE, "an altitude beyond %d or %d ft", SL_ALT_BARO_MIN_FT, SL_ALT_BARO_MAX_FT);
  }
  if ((error = find_aircraft(&one.aircraft, f, name, address)))
    return sl_fault_set(fault, error, error == SL_ERR_CAP ? "more than %u aircraft" : "out of memory", AIRCRAFT_MAX);
  if (!placed) {
    f->of[one.aircraft].unplaced++;
    return SL_OK;
  }
  error = add_fix(f, &one);
  return error ? sl_fault_set(fault, error, error == SL_ERR_CAP ? "more than %u fixes" : "out of memory", SL_TRACK_POINTS_MAX) : SL_OK;
}

static sl_err read_fixes(fleet *f, sl_jtree *tree, sl_reading *reading) {
  sl_err error = sl_jwalk_enter(reading->source, '[', reading->fault);
  bool end = false;
  for (bool first = true; !error; first = false) {
    sl_ahead text;
    uint32_t line;
    if ((error = sl_jwalk_element(&end, first, reading->source, reading->fault)) || end) break;
    if ((error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault))) break;
    sl_fault fault = sl_fault_none();
    error = sl_jtree_parse(tree, text, line, &fault);
    if (!error) error = take_fix(f, tree, line, &fault);
    if (error && (error == SL_ERR_CAP || !sl_reading_is_record_error(error))) {
      if (reading->fault && reading->fault->code == SL_OK) *reading->fault = fault;
    } else if (error) {
      error = sl_reading_refuse(reading, &fault, line);
    }
  }
  return error ? error : sl_jwalk_done(reading->source, reading->fault);
}

/* Sorting. By name, then address; and fixes by aircraft, then time, then place in
 * the file, so that the result never depends on how qsort orders equals. */
static int by_name(const void *a, const void *b) {
  const aircraft *const *x = a, *const *y = b;
  int order = strcmp((*x)->name, (*y)->name);
  return order ? order : strcmp((*x)->address, (*y)->address);
}

static int by_time(const void *a, const void *b) {
  const fix *x = a, *y = b;
  if (x->aircraft != y->aircraft) return x->aircraft < y->aircraft ? -1 : 1;
  if (x->ns != y->ns) return x->ns < y->ns ? -1 : 1;
  if (x->lat != y->lat) return x->lat < y->lat ? -1 : 1;
  if (x->lon != y->lon) return x->lon < y->lon ? -1 : 1;
  return (x->tenths > y->tenths) - (x->tenths < y->tenths);
}

static sl_err rank_fleet(fleet *f) {
  if (f->count == 0) return SL_OK;
  const aircraft **order = calloc(f->count, sizeof(const aircraft *));
  aircraft *sorted = calloc(f->count, sizeof *sorted);
  if (!order || !sorted) {
    free(order);
    free(sorted);
    return SL_ERR_NOMEM;
  }
  for (uint32_t i = 0; i < f->count; i++) order[i] = &f->of[i];
  qsort(order, f->count, sizeof(const aircraft *), by_name);
  for (uint32_t i = 0; i < f->count; i++) {
    sorted[i] = *order[i];
    f->of[order[i] - f->of].rank = i;
  }
  for (size_t i = 0; i < f->fixes; i++) f->fix[i].aircraft = f->of[f->fix[i].aircraft].rank;
  free(order);
  free(f->of);
  f->of = sorted;
  f->room = f->count;
  if (f->fixes) qsort(f->fix, f->fixes, sizeof *f->fix, by_time);
  return SL_OK;
}

static sl_err hand_over(sl_reading *reading, const fleet *f, const aircraft *a, const fix *from, size_t count, bool twin) {
  sl_track_fix *fixes = SL_ARENA_TAKE(&reading->arena, count, sl_track_fix);
  if (!fixes) return sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory");
  bool whole = true;
  for (size_t i = 0; i < count; i++) {
    fixes[i] = (sl_track_fix){{from[i].lat, from[i].lon}, from[i].tenths, {from[i].ns}};
    whole = whole && from[i].tenths % SL_TENTHS_PER_FT == 0;
  }
  sl_record record = {.format = SL_FORMAT_TRACKS, .line = from->line, .name = sl_str_from(a->name), .form = SL_RECORD_TRACK};
  record.fix = fixes;
  record.fix_count = (uint32_t)count;
  record.fix_datum = SL_DATUM_PRESSURE;
  if (count == 1) {
    record.along.ns = LONE_FIX_NS;
    sl_reading_note(reading, SL_NOTE_ASSUMED, "a single fix: taken to stand one second before and after");
  }
  sl_reading_note(reading, SL_NOTE_ASSUMED, "altitudes of fixes: taken as feet of pressure altitude");
  if (f->seconds) sl_reading_note(reading, SL_NOTE_ASSUMED, "times too small for milliseconds: taken as seconds since 1970");
  if (f->zoneless) sl_reading_note(reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  if (!whole) sl_reading_note(reading, SL_NOTE_WIDENED, "altitudes with fractions of a foot: 1 ft wider");
  if (twin) sl_reading_note(reading, SL_NOTE_SPLIT, "a second position at the same instant is kept on its own");
  if (a->unplaced) sl_reading_note(reading, SL_NOTE_LEFT_OUT, "%u fixes without a position or altitude", a->unplaced);
  return sl_reading_hand_over(reading, &record);
}

/* One aircraft's fixes, ascending: segments without a gap, and twins on their own. */
static sl_err hand_over_aircraft(sl_reading *reading, const fleet *f, const aircraft *a, fix *from, size_t count) {
  size_t kept = 0, twins = 0;
  for (size_t i = 0; i < count; i++) {
    if (kept && from[kept - 1].ns == from[i].ns) {
      bool same = from[kept - 1].lat == from[i].lat && from[kept - 1].lon == from[i].lon && from[kept - 1].tenths == from[i].tenths;
      if (same) continue;
      twins++;
      sl_err error = hand_over(reading, f, a, &from[i], 1, true);
      if (error) return error;
      continue;
    }
    from[kept++] = from[i];
  }
  for (size_t begin = 0; begin < kept;) {
    size_t end = begin + 1;
    while (end < kept && end - begin < SL_FIXES_MAX && from[end].ns - from[end - 1].ns <= SL_TRACK_GAP_NS) end++;
    bool full = end - begin == SL_FIXES_MAX && end < kept;
    if (begin > 0 || end < kept) sl_reading_note(reading, SL_NOTE_SPLIT, "a gap of more than 120 s: nothing is assumed between the parts");
    sl_err error = hand_over(reading, f, a, from + begin, end - begin, false);
    if (error) return error;
    begin = full ? end - 1 : end;
  }
  return SL_OK;
}

sl_err sl_read_tracks(sl_reading *reading) {
  fleet f = {0};
  sl_jtree tree = {0};
  sl_err error = read_fixes(&f, &tree, reading);
  sl_jtree_fini(&tree);
  if (!error && rank_fleet(&f)) error = sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory");
  for (size_t begin = 0, i = 0; !error && i < f.count; i++) {
    size_t end = begin;
    while (end < f.fixes && f.fix[end].aircraft == i) end++;
    if (end > begin) error = hand_over_aircraft(reading, &f, &f.of[i], f.fix + begin, end - begin);
    else error = sl_reading_refuse_for(reading, 0, SL_ERR_MISSING, "an aircraft without any fix that has a position and an altitude");
    begin = end;
  }
  free(f.of);
  free(f.slot);
  free(f.fix);
  return error;
}
