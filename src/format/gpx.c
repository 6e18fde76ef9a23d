/* Purpose: GPX tracks: each segment of a track is a record with the track's name, split at
 * gaps over 120 s. Routes have no times and are refused by name, waypoints are counted. `ele` is an
 * altitude of which GPX does not say what it is above. Work expected: recorded flights.
 * Representation: the segment in hand, in the record's arena. */
#include "base/assert.h"
#include "base/text.h"
#include "format/height.h"
#include "format/measure.h"
#include "format/xml.h"

typedef struct gpx {
  sl_reading *reading;
  char name[4096];           /* of the track */
  sl_track_fix *fix;
  uint32_t count, room;
  uint32_t line;             /* of the segment */
  sl_track_fix point;        /* the one in hand */
  bool has_time, has_height;
  uint32_t waypoints, waypoint_line;
  sl_fault fault;            /* of the segment */
} gpx;

static void wrong(gpx *g, const sl_xml *xml, sl_err code, const char *reason) {
  (void)sl_fault_set(&g->fault, code, "%s", reason);
  if (g->fault.line == 0) g->fault.line = sl_xml_line(xml);
}

static sl_err read_angle(int64_t *out, sl_str text) {
  char plain[SL_XML_NUMBER_ROOM];
  return sl_decimal_read(out, sl_xml_number(plain, text), 9);
}

static void start_point(gpx *g, const sl_xml *xml, const char **attributes) {
  sl_str lat = sl_xml_attribute(attributes, "lat"), lon = sl_xml_attribute(attributes, "lon");
  g->point = (sl_track_fix){0};
  g->has_time = g->has_height = false;
  if (!lat.data || !lon.data || read_angle(&g->point.pos.lat_nd, lat) || read_angle(&g->point.pos.lon_nd, lon))
    wrong(g, xml, SL_ERR_SYNTAX, "a point without lat and lon");
}

static bool same_fix(const sl_track_fix *a, const sl_track_fix *b) {
  return a->time.ns == b->time.ns && a->tenths == b->tenths && a->pos.lat_nd == b->pos.lat_nd && a->pos.lon_nd == b->pos.lon_nd;
}

/* Whether a record ends before the fix: behind a gap, and where a second position stands at
 * one moment, so that each is kept. */
static bool parts_at(const gpx *g, uint32_t at) {
  const int64_t step = g->fix[at].time.ns - g->fix[at - 1].time.ns;
  return step == 0 || step > SL_TRACK_GAP_NS;
}

static sl_err end_point(gpx *g, const sl_xml *xml) {
  if (!g->has_time) wrong(g, xml, SL_ERR_MISSING, "a track point without a time");
  if (!g->has_height) wrong(g, xml, SL_ERR_MISSING, "a track point without an elevation");
  if (g->fault.code) return SL_OK;
  const sl_track_fix *last = g->count ? &g->fix[g->count - 1] : NULL;
  if (last && last->time.ns > g->point.time.ns) {
    wrong(g, xml, SL_ERR_ORDER, "a track point that is earlier than the one before it");
    return SL_OK;
  }
  if (last && same_fix(last, &g->point)) return SL_OK;
  if (g->count == g->room) {
    if (g->count >= SL_TRACK_POINTS_MAX) return sl_fault_set(g->reading->fault, SL_ERR_CAP, "more than %u fixes", SL_TRACK_POINTS_MAX);
    uint32_t room = g->room ? g->room * 2 : 256;
    sl_track_fix *grown = SL_ARENA_TAKE(&g->reading->arena, room, sl_track_fix);
    if (!grown) return sl_fault_set(g->reading->fault, SL_ERR_NOMEM, "out of memory for one track");
    if (g->count) memcpy(grown, g->fix, g->count * sizeof *grown);
    g->fix = grown;
    g->room = room;
  }
  g->fix[g->count++] = g->point;
  return SL_OK;
}

static sl_err end_segment(gpx *g) {
  sl_err error = SL_OK;
  uint32_t refused = g->reading->summary->refused;
  if (g->fault.code) error = sl_reading_refuse(g->reading, &g->fault, g->line);
  uint32_t count = g->fault.code ? 0 : g->count;
  for (uint32_t begin = 0; !error && begin < count;) {
    uint32_t end = begin + 1;
    while (end < count && end - begin < SL_FIXES_MAX && !parts_at(g, end)) end++;
    bool full = end - begin == SL_FIXES_MAX && end < count;
    sl_record record = {.format = SL_FORMAT_GPX, .line = g->line, .name = sl_str_from(g->name), .form = SL_RECORD_TRACK};
    record.fix = g->fix + begin;
    record.fix_count = end - begin;
    record.fix_datum = SL_DATUM_UNSTATED;
    if (record.fix_count == 1) record.along.ns = SL_NS_PER_S;
    if (record.fix_count == 1) sl_reading_note(g->reading, SL_NOTE_ASSUMED, "a single fix: taken to stand one second before and after");
    const bool twice = (begin > 0 && g->fix[begin].time.ns == g->fix[begin - 1].time.ns) || (end < count && g->fix[end].time.ns == g->fix[end - 1].time.ns);
    if (twice) sl_reading_note(g->reading, SL_NOTE_SPLIT, "two positions at one moment: each is kept, nothing is assumed between them");
    else if (begin > 0 || end < count) sl_reading_note(g->reading, SL_NOTE_SPLIT, "a gap of more than 120 s: nothing is assumed between the parts");
    error = sl_reading_hand_over_part(g->reading, &record);
    if (g->reading->summary->refused != refused) break;   /* the arena is empty now */
    begin = full ? end - 1 : end;
  }
  sl_reading_clear(g->reading);
  g->fix = NULL;
  g->count = g->room = 0;
  g->fault = sl_fault_none();
  return error;
}

/* Waypoints beside tracks are labels; a file of nothing else says no movement. */
static sl_err end_file(gpx *g) {
  sl_summary *summary = g->reading->summary;
  if (g->waypoints && summary->records == 0 && summary->refused == 0)
    return sl_reading_refuse_for(g->reading, g->waypoint_line, SL_ERR_UNSUPPORTED, "waypoints have no times: only tracks are read");
  summary->skipped += g->waypoints;
  return SL_OK;
}

static sl_err on_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  gpx *g = context;
  if (sl_str_is(name, "trk")) g->name[0] = 0;
  if (sl_str_is(name, "trkseg")) g->line = sl_xml_line(xml);
  if (sl_str_is(name, "trkpt")) start_point(g, xml, attributes);
  if (sl_str_is(name, "rte")) return sl_reading_refuse_for(g->reading, sl_xml_line(xml), SL_ERR_UNSUPPORTED, "a route has no times: only tracks are read");
  if (sl_str_is(name, "wpt") && g->waypoints++ == 0) g->waypoint_line = sl_xml_line(xml);
  return SL_OK;
}

static sl_err on_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  gpx *g = context;
  bool in_point = sl_str_is(sl_xml_parent(xml, 0), "trkpt"), assumed = false;
  if (sl_str_is(name, "name") && sl_str_is(sl_xml_parent(xml, 0), "trk") && text.size < sizeof g->name) {
    memcpy(g->name, text.data, text.size);
    g->name[text.size] = 0;
  }
  if (in_point && sl_str_is(name, "time")) {
    if (sl_moment_read(&g->point.time, &assumed, text, false, &g->fault)) wrong(g, xml, SL_ERR_SYNTAX, "a time that is not RFC 3339");
    g->has_time = true;
    if (assumed) sl_reading_note(g->reading, SL_NOTE_ASSUMED, "a time without a zone: taken as UTC");
  }
  if (in_point && sl_str_is(name, "ele")) {
    char plain[SL_XML_NUMBER_ROOM];
    if (sl_height_scale(&g->point.tenths, sl_xml_number(plain, text), SL_HEIGHT_M, &g->fault)) wrong(g, xml, SL_ERR_SYNTAX, "an elevation that is not a number");
    g->has_height = true;
  }
  if (g->fault.code && g->fault.line == 0) g->fault.line = sl_xml_line(xml);
  if (sl_str_is(name, "trkpt")) return end_point(g, xml);
  if (sl_str_is(name, "gpx")) return end_file(g);
  return sl_str_is(name, "trkseg") ? end_segment(g) : SL_OK;
}

sl_err sl_read_gpx(sl_reading *reading) {
  gpx g = {.reading = reading, .fault = sl_fault_none()};
  static const sl_xml_handler handler = {on_start, on_end};
  SL_ASSERT(reading->source);
  return sl_xml_read(reading, &handler, &g);
}
