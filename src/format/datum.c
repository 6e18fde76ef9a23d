/* Purpose: see the header. Work expected: once per record that is judged. Representation:
 * each limit of a band becomes one of four things: no limit, mm on the ellipsoid, feet
 * of pressure altitude, or unknown; the band follows from the pair. */
#include "format/datum.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/assert.h"
#include "format/extent.h"
#include "format/height.h"

#define NOTES_MAX (SL_RECORD_NOTES_MAX + 16u)
#define ANY_ALTITUDE_MM INT64_C(100000000)
#define MARGIN_TRACK_MM 11  /* of one geoid height and one rounding */

typedef enum limit_kind { LIMIT_NONE, LIMIT_W84, LIMIT_BARO, LIMIT_UNKNOWN } limit_kind;
typedef struct limit { limit_kind kind; int64_t value; } limit;

/* A record being resolved. */
typedef struct resolving {
  sl_arena *arena;
  const sl_record *record;
  const sl_datum_policy *policy;
  sl_fault *fault;
  sl_note note[NOTES_MAX];
  uint32_t note_count;
  bool geoid_known;
  sl_len geoid_low, geoid_high;   /* over the shape */
} resolving;

sl_datum_policy sl_datum_policy_default(void) { return (sl_datum_policy){.unstated = SL_DATUM_UNSTATED}; }

static SL_PRINTF(3, 4) void note(resolving *r, sl_note_kind kind, const char *format, ...) {
  char text[160];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  SL_ASSERT(size >= 0 && r->note_count <= NOTES_MAX);
  for (uint32_t i = 0; i < r->note_count; i++)
    if (strcmp(r->note[i].text, text) == 0) return;
  const char *copy = r->note_count < NOTES_MAX ? sl_arena_text(r->arena, sl_str_from(text)) : NULL;
  if (copy) r->note[r->note_count++] = (sl_note){kind, copy};
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }
static int64_t ceil_div(int64_t a, int64_t b) { return -floor_div(-a, b); }

static sl_err out_of_memory(resolving *r) { return sl_fault_set(r->fault, SL_ERR_NOMEM, "out of memory for one record"); }

/* Bounds of the geoid over the record's shape, once. */
static sl_err need_geoid(resolving *r) {
  if (r->geoid_known) return SL_OK;
  if (!r->policy->geoid) return sl_fault_set(r->fault, SL_ERR_DATUM, "an altitude above mean sea level, and no geoid grid to convert it");
  sl_box box = sl_extent_of_shape(&r->record->shape);
  sl_err error = sl_geoid_over(&r->geoid_low, &r->geoid_high, r->policy->geoid, box.south_west, box.north_east);
  if (error) return sl_fault_set(r->fault, SL_ERR_DATUM, "the geoid grid has no value here");
  r->geoid_known = true;
  return SL_OK;
}

/* By classes, so that records with like widenings have the same note. */
static void note_sea_level(resolving *r, int64_t spread) {
  static const int64_t metres[] = {1, 2, 5, 10, 20, 50, 200};
  size_t i = 0;
  while (i + 1 < sizeof metres / sizeof *metres && spread > metres[i] * 1000) i++;
  note(r, SL_NOTE_WIDENED, "mean sea level taken as EGM96: up to %lld m wider", (long long)metres[i]);
}

/* Bounds of the terrain above mean sea level over a box. */
static void ground_over(int64_t *low, int64_t *high, resolving *r, const sl_box *box, const char *what) {
  const sl_datum_policy *policy = r->policy;
  sl_len least, most;
  *low = SL_TERRAIN_LOW_MM;
  *high = SL_TERRAIN_HIGH_MM;
  if (policy->terrain && sl_terrain_over(&least, &most, policy->terrain, box->south_west, box->north_east)) {
    *low = least.mm;
    *high = most.mm;
    note(r, SL_NOTE_WIDENED, "%s above the ground: between the least and the greatest elevation of the terrain about it, and %d m", what, SL_TERRAIN_MARGIN_M);
    return;
  }
  bool given = policy->terrain_given;
  if (given) *low = policy->terrain_low.mm, *high = policy->terrain_high.mm;
  if (policy->terrain) note(r, SL_NOTE_ASSUMED, "the elevation data has nothing here");
  note(r, SL_NOTE_WIDENED, "%s above the ground: terrain taken between %lld and %lld m %s", what, (long long)floor_div(*low, 1000), (long long)ceil_div(*high, 1000),
       given ? "as given" : "above mean sea level, all land on Earth");
}

static sl_err limit_of_ground(limit *out, resolving *r, int64_t tenths, bool upper) {
  if (!upper && tenths <= 0) {
    *out = (limit){LIMIT_NONE, 0};
    return SL_OK;
  }
  sl_err error = need_geoid(r);
  if (error) return error;
  int64_t low, high;
  sl_box box = sl_extent_of_shape(&r->record->shape);
  ground_over(&low, &high, r, &box, upper ? "upper limit" : "lower limit");
  int64_t value = upper ? high + ceil_div(tenths, 10) + r->geoid_high.mm : low + floor_div(tenths, 10) + r->geoid_low.mm;
  *out = (limit){LIMIT_W84, value};
  return SL_OK;
}

static void note_air(resolving *r) {
  const sl_air *air = &r->policy->air;
  note(r, SL_NOTE_WIDENED, "flight level made a height: QNH %lld to %lld hPa, air %lld to %lld degrees off the standard", (long long)floor_div(air->qnh_low, 100),
       (long long)ceil_div(air->qnh_high, 100), (long long)floor_div(air->cold, 1000), (long long)ceil_div(air->warm, 1000));
}

static sl_err limit_of(limit *out, resolving *r, const sl_height *height, bool upper) {
  sl_datum datum = height->datum;
  if (datum == SL_DATUM_UNSTATED) {
    datum = r->policy->unstated;
    if (datum != SL_DATUM_UNSTATED) note(r, SL_NOTE_ASSUMED, "altitude reference unstated: taken as %s, as chosen", sl_datum_name(datum));
  }
  sl_err error;
  switch (datum) {
    case SL_DATUM_UNLIMITED:
      *out = (limit){LIMIT_NONE, 0};
      return SL_OK;
    case SL_DATUM_ELLIPSOID:
      *out = (limit){LIMIT_W84, upper ? ceil_div(height->tenths, 10) : floor_div(height->tenths, 10)};
      return SL_OK;
    case SL_DATUM_MSL:
      if ((error = need_geoid(r))) return error;
      note_sea_level(r, r->geoid_high.mm - r->geoid_low.mm);
      *out = (limit){LIMIT_W84, upper ? ceil_div(height->tenths, 10) + r->geoid_high.mm : floor_div(height->tenths, 10) + r->geoid_low.mm};
      return SL_OK;
    case SL_DATUM_GROUND:
      return limit_of_ground(out, r, height->tenths, upper);
    case SL_DATUM_PRESSURE:
      if (height->tenths % SL_TENTHS_PER_FT) note(r, SL_NOTE_WIDENED, "pressure altitude widened to whole feet");
      *out = (limit){LIMIT_BARO, upper ? ceil_div(height->tenths, SL_TENTHS_PER_FT) : floor_div(height->tenths, SL_TENTHS_PER_FT)};
      return SL_OK;
    default:
      note(r, SL_NOTE_ASSUMED, "altitude reference unstated and none chosen: every altitude, and conflicts read UNDECIDED");
      *out = (limit){LIMIT_UNKNOWN, 0};
      return SL_OK;
  }
}

/* Feet of pressure altitude on the ellipsoid, by the day's air or the bound that was given. */
static sl_err bounded(limit *at, resolving *r, bool upper) {
  if (at->kind != LIMIT_BARO) return SL_OK;
  const sl_datum_policy *policy = r->policy;
  SL_ASSERT(policy->pressure_given || policy->air.given);
  int64_t tenths = at->value * SL_TENTHS_PER_FT, low, high;
  if (!policy->air.given) {
    note(r, SL_NOTE_WIDENED, "flight level made an altitude: pressure bound of %lld to %lld m as given", (long long)floor_div(policy->pressure_low.mm, 1000),
         (long long)ceil_div(policy->pressure_high.mm, 1000));
    *at = (limit){LIMIT_W84, upper ? ceil_div(tenths, 10) + policy->pressure_high.mm : floor_div(tenths, 10) + policy->pressure_low.mm};
    return SL_OK;
  }
  sl_err error = need_geoid(r);
  if (error) return error;
  note_air(r);
  sl_air_heights(&low, &high, &policy->air, upper ? ceil_div(tenths, 10) : floor_div(tenths, 10));
  *at = (limit){LIMIT_W84, upper ? high + r->geoid_high.mm : low + r->geoid_low.mm};
  return SL_OK;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) { return value < low ? low : value > high ? high : value; }

static sl_err band_w84(sl_band *out, resolving *r, limit lower, limit upper) {
  int64_t low = lower.kind == LIMIT_W84 ? lower.value : SL_ALT_W84_MIN_MM, high = upper.kind == LIMIT_W84 ? upper.value : SL_ALT_W84_MAX_MM;
  if (low > high) return sl_fault_set(r->fault, SL_ERR_ORDER, "the lower limit is above the upper one");
  if (high < SL_ALT_W84_MIN_MM || low > SL_ALT_W84_MAX_MM) return sl_fault_set(r->fault, SL_ERR_RANGE, "the altitudes lie outside -2 to 1,000 km");
  *out = (sl_band){.ref = SL_ALT_W84};
  out->as.w84.lower.mm = clamp(low, SL_ALT_W84_MIN_MM, SL_ALT_W84_MAX_MM);
  out->as.w84.upper.mm = clamp(high, SL_ALT_W84_MIN_MM, SL_ALT_W84_MAX_MM);
  return SL_OK;
}

static sl_err band_baro(sl_band *out, resolving *r, limit lower, limit upper) {
  int64_t low = lower.kind == LIMIT_BARO ? lower.value : SL_ALT_BARO_MIN_FT, high = upper.kind == LIMIT_BARO ? upper.value : SL_ALT_BARO_MAX_FT;
  if (low > high) return sl_fault_set(r->fault, SL_ERR_ORDER, "the lower limit is above the upper one");
  if (low < SL_ALT_BARO_MIN_FT || high > SL_ALT_BARO_MAX_FT) return sl_fault_set(r->fault, SL_ERR_RANGE, "a pressure altitude outside -2,000 to 328,000 ft");
  *out = (sl_band){.ref = SL_ALT_BARO};
  out->as.baro.lower.ft = (int32_t)low;
  out->as.baro.upper.ft = (int32_t)high;
  return SL_OK;
}

/* Limits of unlike references cannot be compared, but none of them is off from another by
 * more than this: what is beyond is a slip of a unit. The top of a layer above the ground
 * may stand on a mountain. */
#define UNLIKE_TENTHS (2500 * SL_TENTHS_PER_M)
#define UNLIKE_GROUND_TENTHS (9300 * SL_TENTHS_PER_M)

static bool is_inverted(const sl_height *from, const sl_height *to) {
  if (from->datum == SL_DATUM_UNLIMITED || to->datum == SL_DATUM_UNLIMITED) return false;
  if (from->datum == to->datum) return from->tenths > to->tenths;
  return from->tenths - to->tenths > (to->datum == SL_DATUM_GROUND || to->datum == SL_DATUM_UNSTATED ? UNLIKE_GROUND_TENTHS : UNLIKE_TENTHS);
}

/* The views of the band: one, or one per reference. */
static sl_err bands_of(sl_band band[static 2], sl_resolved *out, resolving *r) {
  const sl_height *from = &r->record->lower, *to = &r->record->upper;
  if (is_inverted(from, to)) return sl_fault_set(r->fault, SL_ERR_ORDER, "the lower limit is above the upper one");
  limit lower, upper;
  sl_err error = limit_of(&lower, r, from, false);
  if (!error) error = limit_of(&upper, r, to, true);
  if (error) return error;
  out->outer = lower.kind == LIMIT_UNKNOWN || upper.kind == LIMIT_UNKNOWN;
  bool w84 = lower.kind == LIMIT_W84 || upper.kind == LIMIT_W84, baro = lower.kind == LIMIT_BARO || upper.kind == LIMIT_BARO;
  out->views = 1;
  out->whole = true;
  if (w84 && baro && (r->policy->pressure_given || r->policy->air.given)) {
    error = bounded(&lower, r, false);
    if (!error) error = bounded(&upper, r, true);
    return error ? error : band_w84(&band[0], r, lower, upper);
  }
  if (w84 && baro) {
    note(r, SL_NOTE_WIDENED, "one limit is a flight level and the other is not: each is compared with its like only");
    out->views = 2;
    out->whole = false;
    error = band_w84(&band[0], r, lower, upper);
    return error ? error : band_baro(&band[1], r, lower, upper);
  }
  if (w84) return band_w84(&band[0], r, lower, upper);
  if (baro) {
    error = band_baro(&band[0], r, lower, upper);
    if (error || !r->policy->air.given) return error;
    out->views = 2;
    error = bounded(&lower, r, false);
    if (!error) error = bounded(&upper, r, true);
    return error ? error : band_w84(&band[1], r, lower, upper);
  }
  band[0] = (sl_band){.ref = SL_ALT_COLUMN};
  return SL_OK;
}

static sl_pos *copy_positions(sl_arena *arena, const sl_pos *from, uint32_t count) {
  sl_pos *copy = SL_ARENA_TAKE(arena, count, sl_pos);
  if (copy) memcpy(copy, from, count * sizeof *copy);
  return copy;
}

static sl_err copy_shape(sl_shape *out, resolving *r, const sl_shape *from) {
  *out = *from;
  if (from->kind == SL_SHAPE_CORRIDOR) {
    out->as.corridor.point = copy_positions(r->arena, from->as.corridor.point, from->as.corridor.count);
    return out->as.corridor.point ? SL_OK : out_of_memory(r);
  }
  if (from->kind != SL_SHAPE_POLYGON) return SL_OK;
  const sl_polygon *polygon = &from->as.polygon;
  sl_ring *ring = SL_ARENA_TAKE(r->arena, polygon->count, sl_ring);
  bool *hole = SL_ARENA_TAKE(r->arena, polygon->count, bool);
  if (!ring || !hole) return out_of_memory(r);
  for (uint32_t i = 0; i < polygon->count; i++) {
    hole[i] = polygon->hole[i];
    ring[i] = (sl_ring){copy_positions(r->arena, polygon->ring[i].vertex, polygon->ring[i].count), polygon->ring[i].count};
    if (!ring[i].vertex) return out_of_memory(r);
  }
  out->as.polygon.ring = ring;
  out->as.polygon.hole = hole;
  return SL_OK;
}

/* An end at the last minute of an hour, as "2359" is meant, includes that minute: to the
 * hour. F3548's times are exact. */
static sl_window whole_window(resolving *r, sl_window window) {
  const int64_t past = window.end.ns % SL_NS_PER_H, minute = SL_NS_PER_H - SL_NS_PER_MIN;
  const bool closed = past == minute || past >= SL_NS_PER_H - SL_NS_PER_S;
  if (!closed || r->record->format == SL_FORMAT_F3548 || window.end.ns >= SL_TIME_OPEN_NS - SL_NS_PER_H) return window;
  note(r, SL_NOTE_WIDENED, "an end at the last minute or second of an hour: to the hour");
  window.end.ns += SL_NS_PER_H - past;
  return window;
}

static sl_err resolve_area(sl_resolved *out, resolving *r) {
  const sl_record *record = r->record;
  sl_band band[2];
  sl_shape shape;
  sl_err error = bands_of(band, out, r);
  if (!error) error = copy_shape(&shape, r, &record->shape);
  if (error) return error;
  static const sl_window always = {{0}, {SL_TIME_OPEN_NS}};
  if (record->window_count == 0) note(r, SL_NOTE_ASSUMED, "no times given: taken as permanent");
  out->count = record->window_count ? record->window_count : 1;
  out->object = SL_ARENA_TAKE(r->arena, (size_t)out->count * out->views, sl_object);
  if (!out->object) return out_of_memory(r);
  for (uint32_t i = 0; i < out->count; i++) {
    const sl_window window = record->window_count ? whole_window(r, record->window[i]) : always;
    for (uint32_t view = 0; view < out->views; view++) {
      sl_object *object = &out->object[i * out->views + view];
      object->kind = SL_OBJECT_VOLUME;
      object->as.volume = (sl_volume){shape, band[view], window};
    }
  }
  return sl_object_check(&out->object[0], r->fault);
}

/* The altitude of one fix on the ellipsoid, and how far the geoid bends between it and
 * the next one. */
static sl_err msl_fix(int64_t *geoid_mm, int64_t *bend, resolving *r, uint32_t i) {
  const sl_track_fix *fix = &r->record->fix[i];
  sl_len here, low, high;
  if (!r->policy->geoid) return sl_fault_set(r->fault, SL_ERR_DATUM, "an altitude above mean sea level, and no geoid grid to convert it");
  sl_err error = sl_geoid_at(&here, r->policy->geoid, fix->pos);
  if (!error && i + 1 < r->record->fix_count) {
    sl_box box = sl_extent_of_leg(fix->pos, fix[1].pos);
    error = sl_geoid_over(&low, &high, r->policy->geoid, box.south_west, box.north_east);
    if (!error && high.mm - low.mm > *bend) *bend = high.mm - low.mm;
  }
  if (error) return sl_fault_set(r->fault, SL_ERR_DATUM, "the geoid grid has no value here");
  *geoid_mm = here.mm;
  return SL_OK;
}

/* The terrain under a track, in the middle of its bounds and half their width. */
static void terrain_of_track(int64_t *middle, int64_t *spread, resolving *r) {
  const sl_record *record = r->record;
  int64_t low = INT64_MAX, high = INT64_MIN;
  for (uint32_t i = 0; i < record->fix_count; i++) {
    int64_t least, most;
    sl_box box = sl_extent_of_leg(record->fix[i].pos, record->fix[i + 1 < record->fix_count ? i + 1 : i].pos);
    ground_over(&least, &most, r, &box, "track");
    low = least < low ? least : low;
    high = most > high ? most : high;
  }
  *middle = low + (high - low) / 2;
  *spread = ceil_div(high - low, 2) + 1;
}

/* The middle of where the pressure altitude of a fix may be above mean sea level; how far
 * it may be off, and what a straight line to the next fix leaves out. */
static int64_t height_of_pressure(int64_t *spread, resolving *r, uint32_t i) {
  const sl_track_fix *fix = &r->record->fix[i];
  int64_t low, high;
  sl_air_heights(&low, &high, &r->policy->air, floor_div(fix->tenths, 10));
  int64_t most = ceil_div(high - low, 2) + 2;
  if (i + 1 < r->record->fix_count) {
    double climb = (double)(fix[1].tenths - fix->tenths) * 1e-4;
    most += (int64_t)(climb * climb * 2e-3);   /* heights bend by under 1.1e-5 a metre: an eighth of it */
  }
  if (most > *spread) *spread = most;
  return low + (high - low) / 2;
}

static sl_err fill_w84(sl_trajectory *track, sl_fix *fix, resolving *r, sl_datum datum) {
  int64_t middle = 0, spread = 0, bend = 0;
  if (datum == SL_DATUM_GROUND) terrain_of_track(&middle, &spread, r);
  if (datum == SL_DATUM_PRESSURE) note_air(r);
  for (uint32_t i = 0; i < track->count; i++) {
    int64_t geoid = 0, height = floor_div(r->record->fix[i].tenths, 10);
    sl_err error = SL_OK;
    if (datum != SL_DATUM_ELLIPSOID) error = msl_fix(&geoid, &bend, r, i);
    if (error) return error;
    if (datum == SL_DATUM_PRESSURE) height = height_of_pressure(&spread, r, i);
    fix[i].alt.w84.mm = height + geoid + middle;
    if (fix[i].alt.w84.mm < SL_ALT_W84_MIN_MM || fix[i].alt.w84.mm > SL_ALT_W84_MAX_MM)
      return sl_fault_set(r->fault, SL_ERR_RANGE, "fix %u lies outside -2 to 1,000 km", i + 1);
  }
  if (datum == SL_DATUM_MSL) note_sea_level(r, bend + MARGIN_TRACK_MM);
  int64_t tolerance = ceil_div(r->record->vertical_tenths, 10);
  if (datum == SL_DATUM_PRESSURE) tolerance += tolerance / 3 + 1;   /* stretched too, by 60 of 217 degrees at most */
  track->ref = SL_ALT_W84;
  track->vertical.w84.mm = tolerance + spread + bend + (datum == SL_DATUM_ELLIPSOID ? 1 : MARGIN_TRACK_MM);
  return SL_OK;
}

static sl_err fill_baro(sl_trajectory *track, sl_fix *fix, resolving *r) {
  bool whole = true;
  for (uint32_t i = 0; i < track->count; i++) {
    int64_t tenths = r->record->fix[i].tenths;
    whole = whole && tenths % SL_TENTHS_PER_FT == 0;
    int64_t ft = floor_div(tenths + SL_TENTHS_PER_FT / 2, SL_TENTHS_PER_FT);
    if (ft < SL_ALT_BARO_MIN_FT || ft > SL_ALT_BARO_MAX_FT) return sl_fault_set(r->fault, SL_ERR_RANGE, "fix %u lies outside -2,000 to 328,000 ft", i + 1);
    fix[i].alt.baro.ft = (int32_t)ft;
  }
  track->ref = SL_ALT_BARO;
  track->vertical.baro_ft = (int32_t)ceil_div(r->record->vertical_tenths, SL_TENTHS_PER_FT) + (whole ? 0 : 1);
  return SL_OK;
}

static void fill_any(sl_trajectory *track, sl_fix *fix, resolving *r) {
  note(r, SL_NOTE_ASSUMED, "altitude reference unstated and none chosen: every altitude, and conflicts read UNDECIDED");
  for (uint32_t i = 0; i < track->count; i++) fix[i].alt.w84.mm = 0;
  track->ref = SL_ALT_W84;
  track->vertical.w84.mm = ANY_ALTITUDE_MM;
}

/* One view of a track; its fixes' places and times are there. */
static sl_err view_track(sl_object *object, resolving *r, sl_datum datum, bool above_ellipsoid) {
  const sl_record *record = r->record;
  sl_fix *fix = SL_ARENA_TAKE(r->arena, record->fix_count, sl_fix);
  if (!fix) return out_of_memory(r);
  for (uint32_t i = 0; i < record->fix_count; i++) fix[i] = (sl_fix){.pos = record->fix[i].pos, .time = record->fix[i].time};
  sl_trajectory *track = &object->as.trajectory;
  object->kind = SL_OBJECT_TRAJECTORY;
  track->fix = fix;
  track->count = record->fix_count;
  track->lateral = record->lateral;
  track->along = record->along;
  sl_err error = SL_OK;
  if (datum == SL_DATUM_UNSTATED || datum == SL_DATUM_UNLIMITED) fill_any(track, fix, r);
  else error = datum == SL_DATUM_PRESSURE && !above_ellipsoid ? fill_baro(track, fix, r) : fill_w84(track, fix, r, datum);
  return error ? error : sl_object_check(object, r->fault);
}

static sl_err resolve_track(sl_resolved *out, resolving *r) {
  sl_datum datum = r->record->fix_datum;
  SL_ASSERT(r->record->fix_count > 0);
  if (datum == SL_DATUM_UNSTATED && r->policy->unstated != SL_DATUM_UNSTATED) {
    datum = r->policy->unstated;
    note(r, SL_NOTE_ASSUMED, "altitude reference unstated: taken as %s, as chosen", sl_datum_name(datum));
  }
  out->outer = datum == SL_DATUM_UNSTATED || datum == SL_DATUM_UNLIMITED;
  out->count = 1;
  out->views = datum == SL_DATUM_PRESSURE && r->policy->air.given ? 2 : 1;
  out->whole = true;
  out->object = SL_ARENA_TAKE(r->arena, out->views, sl_object);
  if (!out->object) return out_of_memory(r);
  sl_err error = view_track(&out->object[0], r, datum, false);
  return !error && out->views == 2 ? view_track(&out->object[1], r, datum, true) : error;
}

sl_err sl_resolve(sl_resolved *out, sl_arena *arena, const sl_record *record, const sl_datum_policy *policy, sl_fault *fault) {
  SL_ASSERT(out && arena && record && policy);
  resolving r = {.arena = arena, .record = record, .policy = policy, .fault = fault};
  for (uint32_t i = 0; i < record->note_count; i++) note(&r, record->note[i].kind, "%s", record->note[i].text);
  sl_resolved resolved = {0};
  sl_err error = record->form == SL_RECORD_AREA ? resolve_area(&resolved, &r) : resolve_track(&resolved, &r);
  if (error) return error;
  sl_note *notes = SL_ARENA_TAKE(arena, r.note_count, sl_note);
  if (!notes) return out_of_memory(&r);
  if (r.note_count) memcpy(notes, r.note, r.note_count * sizeof *notes);
  resolved.note = notes;
  resolved.note_count = r.note_count;
  *out = resolved;
  return SL_OK;
}
