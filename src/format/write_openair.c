/* Purpose: records as OpenAir. Work expected: thousands of airspaces. Representation: text.
 * Seconds have four decimals (3 mm); a further outer ring is an airspace of the same name;
 * a hole is filled, which only adds. */
#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/write.h"

/* Degrees, minutes and seconds to 10^-4 s, rounded to nearest. */
static void add_angle(sl_buf *out, int64_t nd, const char *sides) {
  int64_t size = nd < 0 ? -nd : nd;
  int64_t units = (size * 9 + 125) / 250;   /* 10^-4 s: 36 per 1,000 nd */
  sl_buf_add_format(out, "%02lld:%02lld:%02lld.%04lld%c", (long long)(units / 36000000), (long long)(units / 600000 % 60), (long long)(units / 10000 % 60),
                    (long long)(units % 10000), sides[nd < 0]);
}

static void add_position(sl_buf *out, sl_pos pos) {
  add_angle(out, pos.lat_nd, "NS");
  sl_buf_add_u8(out, ' ');
  add_angle(out, pos.lon_nd, "EW");
}

/* Feet where they are whole, metres to the tenth of a millimetre elsewhere. */
static void add_height(sl_buf *out, const sl_height *height, bool upper) {
  static const char *const words[] = {"", "", " MSL", " AGL", " STD", ""};
  if (height->datum == SL_DATUM_UNLIMITED) {
    sl_buf_add_text(out, upper ? "UNL\n" : "SFC\n");
    return;
  }
  if (height->datum == SL_DATUM_GROUND && height->tenths == 0) {
    sl_buf_add_text(out, "SFC\n");
    return;
  }
  bool feet = height->tenths % SL_TENTHS_PER_FT == 0;
  int64_t hundreds = height->tenths / SL_TENTHS_PER_FT;
  if (height->datum == SL_DATUM_PRESSURE && feet && hundreds % 100 == 0 && hundreds >= 0) {
    sl_buf_add_format(out, "FL%03lld\n", (long long)(hundreds / 100));
    return;
  }
  if (feet) sl_buf_add_format(out, "%lldft", (long long)hundreds);
  else sl_decimal_add(out, height->tenths, 4);
  sl_buf_add_format(out, "%s%s\n", feet ? "" : "m", words[height->datum]);
}

/* A number of nautical miles, cut at 10^-9: reading rounds up to the same millimetre. */
static void add_miles(sl_buf *out, int64_t mm) {
  const int64_t one = 1000000000;
  int64_t rest = mm % SL_MM_PER_NM;
  int64_t nano = mm / SL_MM_PER_NM * one + rest * 250000 / 463;   /* 10^9 / 1,852,000 */
  sl_decimal_add(out, nano, 9);
  sl_buf_add_u8(out, '\n');
}

/* One line of text: what would end it, or be a comment, becomes a blank. */
static void add_text(sl_buf *out, sl_str text) {
  for (size_t i = 0; i < text.size; i++) sl_buf_add_u8(out, (uint8_t)text.data[i] < 0x20 ? ' ' : (uint8_t)text.data[i]);
  sl_buf_add_u8(out, '\n');
}

static void add_windows(sl_buf *out, const sl_record *record) {
  for (uint32_t i = 0; i < record->window_count; i++) {
    sl_buf_add_text(out, "AA ");
    sl_time_add(out, record->window[i].start);
    sl_buf_add_u8(out, '/');
    if (record->window[i].end.ns >= SL_TIME_OPEN_NS) sl_buf_add_text(out, "NONE");
    else sl_time_add(out, record->window[i].end);
    sl_buf_add_u8(out, '\n');
  }
}

static void add_head(sl_buf *out, const sl_record *record) {
  const char *blank = record->kind.size ? memchr(record->kind.data, ' ', record->kind.size) : NULL;
  size_t first = blank ? (size_t)(blank - record->kind.data) : record->kind.size;
  sl_buf_add_text(out, "AC ");
  add_text(out, first ? (sl_str){record->kind.data, first} : SL_STR("OTHER"));
  if (blank) {
    sl_buf_add_text(out, "AY ");
    add_text(out, (sl_str){blank + 1, record->kind.size - first - 1});
  }
  sl_buf_add_text(out, "AN ");
  add_text(out, record->name);
  add_windows(out, record);
  sl_buf_add_text(out, "AL ");
  add_height(out, &record->lower, false);
  sl_buf_add_text(out, "AH ");
  add_height(out, &record->upper, true);
}

static void add_vertices(sl_buf *out, const char *code, const sl_pos *pos, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    sl_buf_add_text(out, code);
    add_position(out, pos[i]);
    sl_buf_add_u8(out, '\n');
  }
}

static bool can_say(const sl_height *height) { return height->datum != SL_DATUM_ELLIPSOID; }

void sl_write_openair(sl_writer *writer, const sl_record *record) {
  SL_ASSERT(writer && writer->format == SL_FORMAT_OPENAIR);
  sl_buf *out = writer->out;
  if (record->form == SL_RECORD_TRACK || !can_say(&record->lower) || !can_say(&record->upper)) {
    writer->lost[record->form == SL_RECORD_TRACK ? SL_LOSS_TRACK : SL_LOSS_ALTITUDE]++;
    return;
  }
  writer->records++;
  if (record->shape.kind == SL_SHAPE_POLYGON) {
    const sl_polygon *polygon = &record->shape.as.polygon;
    bool holes = false;
    for (uint32_t i = 0; i < polygon->count; i++) {
      holes = holes || polygon->hole[i];
      if (polygon->hole[i]) continue;
      add_head(out, record);
      add_vertices(out, "DP ", polygon->ring[i].vertex, polygon->ring[i].count);
      sl_buf_add_u8(out, '\n');
    }
    if (holes) writer->lost[SL_LOSS_HOLES]++;
    return;
  }
  add_head(out, record);
  if (record->shape.kind == SL_SHAPE_CIRCLE) {
    sl_buf_add_text(out, "V X=");
    add_position(out, record->shape.as.circle.centre);
    sl_buf_add_text(out, "\nDC ");
    add_miles(out, record->shape.as.circle.radius.mm);
  } else {
    sl_buf_add_text(out, "V W=");
    add_miles(out, record->shape.as.corridor.half_width.mm * 2);
    add_vertices(out, "DY ", record->shape.as.corridor.point, record->shape.as.corridor.count);
  }
  sl_buf_add_u8(out, '\n');
}
