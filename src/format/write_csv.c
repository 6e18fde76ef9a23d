/* Purpose: records as CSV: geometry as well-known text, longitude first, which GIS programs
 * read; a record with several windows is as many rows. Work expected: thousands of rows.
 * Representation: text. A name that a spreadsheet would run as a formula gets an apostrophe. */
#include "base/assert.h"
#include "base/text.h"
#include "format/write.h"

void sl_write_csv_head(sl_writer *writer) {
  SL_ASSERT(writer && writer->out);
  sl_buf_add_text(writer->out, "name,kind,geometry,radius,half_width,lower,upper,start,end,times,altitude_datum\r\n");
}

/* A cell of text, quoted. */
static void add_text(sl_buf *out, sl_str text) {
  if (text.size == 0) return;
  sl_buf_add_u8(out, '"');
  bool formula = strchr("=+-@", text.data[0]) || (text.data[0] == '\'' && text.size > 1 && strchr("=+-@'", text.data[1]));
  if (formula) sl_buf_add_u8(out, '\'');
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == '"') sl_buf_add_u8(out, '"');
    sl_buf_add_u8(out, (uint8_t)text.data[i]);
  }
  sl_buf_add_u8(out, '"');
}

static void add_position(sl_buf *out, sl_pos pos) {
  sl_decimal_add(out, pos.lon_nd, 9);
  sl_buf_add_u8(out, ' ');
  sl_decimal_add(out, pos.lat_nd, 9);
}

static void add_line(sl_buf *out, const sl_pos *pos, uint32_t count, bool ring) {
  sl_buf_add_u8(out, '(');
  for (uint32_t i = 0; i < count + ring; i++) {
    if (i) sl_buf_add_u8(out, ',');
    add_position(out, pos[i < count ? i : 0]);
  }
  sl_buf_add_u8(out, ')');
}

static void add_polygon(sl_buf *out, const sl_polygon *polygon) {
  uint32_t outers = 0;
  for (uint32_t i = 0; i < polygon->count; i++) outers += !polygon->hole[i];
  sl_buf_add_text(out, outers > 1 ? "MULTIPOLYGON((" : "POLYGON(");
  for (uint32_t i = 0; i < polygon->count; i++) {
    if (i) sl_buf_add_text(out, polygon->hole[i] ? "," : "),(");
    add_line(out, polygon->ring[i].vertex, polygon->ring[i].count, true);
  }
  sl_buf_add_text(out, outers > 1 ? "))" : ")");
}

static void add_fixes(sl_buf *out, const sl_record *record) {
  sl_buf_add_text(out, record->fix_count > 1 ? "LINESTRING Z(" : "POINT Z(");
  for (uint32_t i = 0; i < record->fix_count; i++) {
    if (i) sl_buf_add_u8(out, ',');
    add_position(out, record->fix[i].pos);
    sl_buf_add_u8(out, ' ');
    sl_decimal_add(out, record->fix[i].tenths, 4);
  }
  sl_buf_add_u8(out, ')');
}

static void add_geometry(sl_buf *out, const sl_record *record) {
  sl_buf_add_u8(out, '"');
  if (record->form == SL_RECORD_TRACK) {
    add_fixes(out, record);
  } else if (record->shape.kind == SL_SHAPE_CIRCLE) {
    sl_buf_add_text(out, "POINT(");
    add_position(out, record->shape.as.circle.centre);
    sl_buf_add_u8(out, ')');
  } else if (record->shape.kind == SL_SHAPE_CORRIDOR) {
    sl_buf_add_text(out, "LINESTRING");
    add_line(out, record->shape.as.corridor.point, record->shape.as.corridor.count, false);
  } else {
    add_polygon(out, &record->shape.as.polygon);
  }
  sl_buf_add_u8(out, '"');
}

static void add_area(sl_buf *out, const sl_record *record, const sl_window *window) {
  if (record->shape.kind == SL_SHAPE_CIRCLE) sl_length_add(out, record->shape.as.circle.radius);
  sl_buf_add_u8(out, ',');
  if (record->shape.kind == SL_SHAPE_CORRIDOR) sl_length_add(out, record->shape.as.corridor.half_width);
  sl_buf_add_u8(out, ',');
  if (record->lower.datum != SL_DATUM_UNLIMITED) sl_height_add(out, &record->lower);
  sl_buf_add_u8(out, ',');
  if (record->upper.datum != SL_DATUM_UNLIMITED) sl_height_add(out, &record->upper);
  sl_buf_add_u8(out, ',');
  if (window) sl_time_add(out, window->start);
  sl_buf_add_u8(out, ',');
  if (window && window->end.ns < SL_TIME_OPEN_NS) sl_time_add(out, window->end);
  sl_buf_add_text(out, ",,\r\n");
}

static void add_track(sl_buf *out, const sl_record *record) {
  static const char *const words[] = {"", "W84", "MSL", "AGL", "STD", ""};
  sl_buf_add_text(out, ",,,,,,");
  for (uint32_t i = 0; i < record->fix_count; i++) {
    if (i) sl_buf_add_u8(out, ' ');
    sl_time_add(out, record->fix[i].time);
  }
  sl_buf_add_u8(out, ',');
  sl_buf_add_text(out, words[record->fix_datum]);
  sl_buf_add_text(out, "\r\n");
}

void sl_write_csv(sl_writer *writer, const sl_record *record, const sl_window *window) {
  SL_ASSERT(writer && writer->format == SL_FORMAT_CSV && record);
  sl_buf *out = writer->out;
  add_text(out, record->name);
  sl_buf_add_u8(out, ',');
  add_text(out, record->kind);
  sl_buf_add_u8(out, ',');
  add_geometry(out, record);
  sl_buf_add_u8(out, ',');
  if (record->form == SL_RECORD_TRACK) add_track(out, record);
  else add_area(out, record, window);
}
