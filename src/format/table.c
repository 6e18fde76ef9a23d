/* Purpose: see the header. Work expected: up to a million rows. Representation: the columns,
 * found once; one row at a time; beside it what was seen so far: the sites' positions for
 * duplicates, and their extent, which shows a latitude and longitude that were swapped. */
#include "format/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/hashmap.h"
#include "base/text.h"
#include "format/cells.h"
#include "format/charset.h"
#include "format/geometry.h"
#include "format/nearby.h"
#include "format/place.h"
#include "format/wkt.h"

#define ABOVE_MAX 64u                    /* cells of the row before the header that are kept */
#define ABOVE_BYTES 160u
#define COARSE_MM INT64_C(100000)        /* a place written less exactly is widened */
#define SWAP_ROWS_MIN 5u
#define SWAP_OUTSIDE_ND (5 * SL_ND_PER_DEG)

struct sl_table {
  sl_reading *reading;
  const char *left_out;
  sl_columns columns;
  sl_cells cells;
  bool found, tags_due;
  uint32_t rows, used;       /* rows before the header; columns with a header */
  uint32_t figures;          /* rows before the header that have coordinates, it seems */
  bool any;                  /* a row of data */
  sl_grid *grid;
  sl_nearby *nearby;
  sl_hashmap named;          /* hashes of the names of sites */
  uint32_t sites;
  sl_pos low, high;          /* extent of the sites */
  char above[ABOVE_MAX][ABOVE_BYTES];
  uint32_t above_count;
};

sl_err sl_table_open(sl_table **out, sl_reading *reading, bool from_1904, const char *left_out) {
  SL_ASSERT(out && reading);
  sl_err error = sl_columns_check(reading->options->mapping, reading->fault);
  if (error) return error;
  sl_table *table = calloc(1, sizeof *table);
  if (!table) return sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory");
  table->reading = reading;
  table->left_out = left_out;
  table->cells = (sl_cells){.reading = reading, .columns = &table->columns, .from_1904 = from_1904};
  sl_hashmap_init(&table->named, SL_RECORDS_MAX);
  if (sl_grid_open(&table->grid) || sl_nearby_open(&table->nearby)) {
    sl_table_close(table);
    return sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory");
  }
  *out = table;
  return SL_OK;
}

void sl_table_close(sl_table *table) {
  if (!table) return;
  sl_grid_close(table->grid);
  sl_nearby_close(table->nearby);
  sl_hashmap_fini(&table->named);
  free(table);
}

static void keep_above(sl_table *table, const sl_row *row) {
  table->above_count = row->count < ABOVE_MAX ? row->count : ABOVE_MAX;
  for (uint32_t i = 0; i < table->above_count; i++) {
    size_t size = row->cell[i].size < ABOVE_BYTES - 1 ? row->cell[i].size : ABOVE_BYTES - 1;
    if (size) memcpy(table->above[i], row->cell[i].data, size);
    table->above[i][size] = 0;
  }
}

/* "lat=Latitude; lon=Longitude": the guess as a mapping, for people and --columns. */
static void tell_columns(sl_table *table, const sl_row *row) {
  sl_buf text;
  sl_buf_init(&text, sizeof table->reading->summary->columns - 1);
  for (int i = 0; i < SL_FIELD_COUNT; i++) {
    int32_t at = table->columns.of[i].at;
    if (at < 0) continue;
    if (text.size) sl_buf_add_text(&text, "; ");
    sl_buf_add_text(&text, sl_field_name((sl_field)i));
    sl_buf_add_u8(&text, '=');
    sl_str name = (uint32_t)at < row->count ? sl_str_trim(row->cell[at]) : (sl_str){NULL, 0};
    bool plain = name.size > 0 && name.size < 60 && name.data[0] != '@' && !table->columns.headless && sl_utf8_is(name) && !memchr(name.data, ';', name.size);
    for (size_t k = 0; k < name.size; k++) plain = plain && (uint8_t)name.data[k] >= 0x20 && name.data[k] != 0x7f;
    if (plain) sl_buf_add_str(&text, name);
    else sl_buf_add_format(&text, "@%d", (int)at + 1);
  }
  memcpy(table->reading->summary->columns, text.data ? (const char *)text.data : "", text.size);
  table->reading->summary->columns[text.size] = 0;
  sl_buf_fini(&text);
}

/* A number with a fraction. */
static bool is_figure(sl_str text) {
  size_t digits = 0, signs = 0;
  text = sl_str_trim(text);
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c >= '0' && c <= '9') digits++;
    else if (c == '.' || c == ',') signs++;
    else if (c != '-' || i) return false;
  }
  return signs == 1 && digits > 2;
}

static bool has_figures(const sl_row *row) {
  uint32_t figures = 0;
  for (uint32_t i = 0; i < row->count; i++) figures += is_figure(row->cell[i]);
  return figures > 1;
}

static void take_header(sl_table *table, const sl_row *row) {
  table->found = true;
  table->used = 0;
  for (uint32_t i = 0; i < row->count; i++) table->used += sl_str_trim(row->cell[i]).size > 0;
  for (int i = 0; i < SL_FIELD_COUNT; i++) table->used -= table->columns.of[i].at >= 0 && table->used > 0;
  tell_columns(table, row);
  keep_above(table, row);
}

static bool find_header(sl_columns *out, const sl_table *table, const sl_row *row) {
  sl_str above[ABOVE_MAX];
  for (uint32_t i = 0; i < table->above_count; i++) above[i] = sl_str_from(table->above[i]);
  return sl_columns_find(out, table->reading->options->mapping, row->cell, row->count, above, table->above_count);
}

static bool has_angles(const sl_columns *columns) { return columns->of[SL_FIELD_LAT].at >= 0 && columns->of[SL_FIELD_LON].at >= 0; }

/* The row behind the header may be of it still: tags, or "Latitude" and "Longitude" under a
 * merged "Coordinates". */
static bool still_header(sl_table *table, const sl_row *row) {
  sl_columns below;
  bool more = sl_columns_tags(&table->columns, row->cell, row->count);
  if (!more && !has_angles(&table->columns) && find_header(&below, table, row) && has_angles(&below)) {
    more = true;
    table->columns = below;
    take_header(table, row);
  }
  if (more) table->reading->summary->skipped++;
  return more;
}

/* Before the header: a banner, or the header itself. */
static sl_err before_header(sl_table *table, const sl_row *row, bool *data) {
  *data = false;
  if (!find_header(&table->columns, table, row)) {
    keep_above(table, row);
    table->figures += has_figures(row);
    table->reading->summary->skipped++;
    if (++table->rows < SL_TABLE_BANNER_ROWS_MAX) return SL_OK;
    return sl_table_end(table);
  }
  /* Data that a word of its own turned into a header would leave the rows above it out. */
  if (table->figures > 0)
    return sl_fault_set(table->reading->fault, SL_ERR_SYNTAX, "rows of numbers stand above what looks like the header: --columns or --map says which column is what");
  if (table->columns.doubt) {
    sl_err error = sl_fault_set(table->reading->fault, table->columns.doubt_code, "%s", table->columns.doubt);
    if (table->reading->fault && table->reading->fault->line == 0) table->reading->fault->line = row->line;
    return error;
  }
  table->tags_due = !table->columns.headless;
  *data = table->columns.headless;
  take_header(table, row);
  return SL_OK;
}

sl_err sl_table_end(sl_table *table) {
  SL_ASSERT(table);
  if (table->found && table->any) return SL_OK;
  if (table->found) return sl_fault_set(table->reading->fault, SL_ERR_MISSING, "a header and no row below it");
  return sl_fault_set(table->reading->fault, SL_ERR_MISSING, "no row names the columns of a position: --columns or --map says which is what");
}

/* A name is one line; what a spreadsheet would take for a formula was given an apostrophe. */
static sl_err read_words(sl_record *record, const sl_cells *cells, sl_fault *fault) {
  sl_str name, id, kind;
  sl_err error = sl_cell_text(&name, cells, SL_FIELD_NAME, fault);
  if (!error) error = sl_cell_text(&id, cells, SL_FIELD_ID, fault);
  if (!error) error = sl_cell_text(&kind, cells, SL_FIELD_KIND, fault);
  if (error) return error;
  if (!name.size) name = id;
  sl_str *both[] = {&name, &kind};
  for (size_t i = 0; i < 2; i++) {
    if (both[i]->size > 1 && both[i]->data[0] == '\'' && strchr("=+-@'", both[i]->data[1])) both[i]->data++, both[i]->size--;
    *both[i] = both[i]->size ? sl_reading_copy(cells->reading, *both[i]) : *both[i];
    if (!both[i]->data) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
    char *text = both[i]->size ? sl_arena_text(&cells->reading->arena, *both[i]) : NULL;
    for (size_t k = 0; text && k < both[i]->size; k++)
      if ((uint8_t)text[k] < 0x20 || text[k] == 0x7f) text[k] = ' ';
    if (text) both[i]->data = text;
  }
  record->name = name;
  record->kind = kind;
  return SL_OK;
}

/* A cell of latitude or longitude. A spreadsheet's number has a point, and perhaps an exponent. */
static sl_err read_angle(sl_angle *out, const sl_cells *cells, sl_str text, sl_field field, sl_fault *fault) {
  bool latitude = field == SL_FIELD_LAT;
  sl_cell_kind kind = sl_cell_kind_of(cells, field);
  if (kind == SL_CELL_TEXT) {
    return sl_angle_read(out, text, latitude, fault) ? sl_cell_fault(cells, field, fault) : SL_OK;
  } else if (kind == SL_CELL_DATE) {
    sl_fault_set(fault, SL_ERR_TYPE, "a date: the spreadsheet has taken a coordinate for one");
  } else {
    const char *point = memchr(text.data, '.', text.size);
    sl_angle found = {.coarse_nd = SL_ND_PER_DEG / 2};
    for (size_t i = 1; point && point + i < text.data + text.size; i++) found.coarse_nd /= 10;
    if (memchr(text.data, 'E', text.size)) found.coarse_nd = 0;
    int64_t most = latitude ? 90 * SL_ND_PER_DEG : 180 * SL_ND_PER_DEG;
    if (sl_decimal_read(&found.nd, text, 9)) sl_fault_set(fault, SL_ERR_SYNTAX, "not a number");
    else if (found.nd > most || found.nd < -most) sl_fault_set(fault, SL_ERR_RANGE, latitude ? "a latitude beyond 90 degrees: latitude and longitude may be swapped" : "a longitude beyond 180 degrees");
    else *out = found;
  }
  return fault->code ? sl_cell_fault(cells, field, fault) : SL_OK;
}

/* The half of the Earth that the header or a column beside says, for an angle that says none
 * itself. Where both speak they must agree. */
static sl_err take_side(sl_angle *angle, const sl_cells *cells, sl_str text, sl_field field, sl_fault *fault) {
  const bool lat = field == SL_FIELD_LAT;
  const sl_column *column = &cells->columns->of[field];
  sl_str side;
  bool letters = false;
  for (size_t i = 0; i < text.size; i++) letters = letters || (text.data[i] && strchr(lat ? "NSns" : "EWew", text.data[i]));
  if (sl_cell_kind_of(cells, field) != SL_CELL_TEXT) letters = false;   /* 1.2E1 */
  sl_err error = sl_cell_text(&side, cells, lat ? SL_FIELD_LAT_SIDE : SL_FIELD_LON_SIDE, fault);
  if (error) return error;
  bool minus = lat ? column->south : column->west;
  if (side.size) {
    const char first = side.data[0] >= 'a' && side.data[0] <= 'z' ? (char)(side.data[0] - 32) : side.data[0];
    if (first != (lat ? 'N' : 'E') && first != (lat ? 'S' : 'W')) return sl_fault_set(fault, SL_ERR_SYNTAX, "a half of the Earth that is neither %s", lat ? "N nor S" : "E nor W");
    minus = first == 'S' || first == 'W';
  }
  if ((!minus && !side.size) || letters) return SL_OK;
  if (angle->nd < 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "a sign beside a half of the Earth (N, S, E, W)");
  if (minus) angle->nd = -angle->nd;
  return SL_OK;
}

/* Latitude and longitude in cells of their own. */
static sl_err read_angles(sl_place *out, const sl_cells *cells, sl_str lat, sl_str lon, sl_fault *fault) {
  sl_angle a, b;
  if (!lat.size || !lon.size) return sl_fault_set(fault, SL_ERR_MISSING, "a row with one of latitude and longitude only");
  sl_err error = read_angle(&a, cells, lat, SL_FIELD_LAT, fault);
  if (!error) error = read_angle(&b, cells, lon, SL_FIELD_LON, fault);
  if (!error) error = take_side(&a, cells, lat, SL_FIELD_LAT, fault);
  if (!error) error = take_side(&b, cells, lon, SL_FIELD_LON, fault);
  if (error) return error;
  int64_t coarse = a.coarse_nd < b.coarse_nd ? a.coarse_nd : b.coarse_nd;
  *out = (sl_place){.pos = {a.nd, b.nd}, .notation = SL_NOTATION_DEGREES, .order_assumed = true, .decimal_comma = a.decimal_comma || b.decimal_comma};
  out->coarse.mm = coarse / 9;   /* 0.1112 mm a nanodegree, outward */
  return SL_OK;
}

static sl_err read_place(sl_place *out, sl_table *table, sl_fault *fault) {
  static const sl_field fields[] = {SL_FIELD_POSITION, SL_FIELD_LAT, SL_FIELD_LON, SL_FIELD_EASTING, SL_FIELD_NORTHING, SL_FIELD_ZONE};
  sl_str text[6];
  const sl_cells *cells = &table->cells;
  for (size_t i = 0; i < 6; i++) {
    sl_err error = sl_cell_text(&text[i], cells, fields[i], fault);
    if (error) return error;
  }
  if (text[1].size || text[2].size) return read_angles(out, cells, text[1], text[2], fault);
  if (text[0].size) return sl_place_read(out, table->grid, text[0], fault) ? sl_cell_fault(cells, SL_FIELD_POSITION, fault) : SL_OK;
  if (text[3].size || text[4].size) {
    sl_err error = sl_cell_number(&text[3], cells, SL_FIELD_EASTING, fault);
    if (!error) error = sl_cell_number(&text[4], cells, SL_FIELD_NORTHING, fault);
    if (!error && sl_place_utm(out, table->grid, text[5], text[3], text[4], fault)) error = sl_cell_fault(cells, SL_FIELD_EASTING, fault);
    return error;
  }
  return sl_fault_set(fault, SL_ERR_MISSING, "a row without a position");
}

static bool same_hash(const void *value, const void *key) {
  (void)key;
  return value != NULL;
}

/* Rows of sites are different things, and a name is an identity: the second of a name gets
 * its line behind it. Two names of one hash do too, which costs nothing. */
static sl_err tell_apart(sl_record *record, sl_table *table, sl_fault *fault) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < record->name.size; i++) hash = (hash ^ (uint8_t)record->name.data[i]) * UINT64_C(0x100000001b3);
  hash *= UINT64_C(0x9E3779B97F4A7C15);
  if (record->name.size == 0) return SL_OK;
  if (!sl_hashmap_find(&table->named, hash, same_hash, record)) return sl_hashmap_add(&table->named, hash, table) ? sl_fault_set(fault, SL_ERR_NOMEM, "out of memory") : SL_OK;
  size_t room = record->name.size + 24;
  char *text = sl_arena_take(&table->reading->arena, room, 1);
  if (!text || record->name.size > INT32_MAX) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
  int size = snprintf(text, room, "%.*s (line %u)", (int)record->name.size, record->name.data, record->line);
  SL_ASSERT(size > 0 && (size_t)size < room);
  record->name = (sl_str){text, (size_t)size};
  sl_reading_note(table->reading, SL_NOTE_ASSUMED, "another row has this name: the line is put behind it");
  return SL_OK;
}

static bool within(sl_pos low, sl_pos high, sl_pos pos, int64_t margin) {
  return pos.lat_nd >= low.lat_nd - margin && pos.lat_nd <= high.lat_nd + margin && pos.lon_nd >= low.lon_nd - margin && pos.lon_nd <= high.lon_nd + margin;
}

static void see_site(sl_table *table, const sl_place *place) {
  sl_pos pos = place->pos, other = {pos.lon_nd, pos.lat_nd};
  bool odd = table->sites >= SWAP_ROWS_MIN && place->order_assumed && !within(table->low, table->high, pos, SWAP_OUTSIDE_ND) && within(table->low, table->high, other, SWAP_OUTSIDE_ND / 5);
  if (odd) {
    sl_reading_note(table->reading, SL_NOTE_ASSUMED, "line %u: latitude and longitude look swapped beside the rows before: taken as written", table->cells.row->line);
    return;
  }
  if (table->sites == 0) table->low = table->high = pos;
  if (pos.lat_nd < table->low.lat_nd) table->low.lat_nd = pos.lat_nd;
  if (pos.lon_nd < table->low.lon_nd) table->low.lon_nd = pos.lon_nd;
  if (pos.lat_nd > table->high.lat_nd) table->high.lat_nd = pos.lat_nd;
  if (pos.lon_nd > table->high.lon_nd) table->high.lon_nd = pos.lon_nd;
  table->sites++;
}

/* How sure the place is: what is not goes to the radius. */
static sl_err read_accuracy(int64_t *out, const sl_place *place, const sl_cells *cells, sl_fault *fault) {
  sl_len accuracy;
  sl_err error = sl_cell_length(&accuracy, cells, SL_FIELD_ACCURACY, fault);
  if (error) return error;
  int64_t wide = place->within.mm;
  if (accuracy.mm > wide) wide = accuracy.mm;
  if (wide > 0) sl_reading_note(cells->reading, SL_NOTE_WIDENED, "the radius is larger by the accuracy of the position");
  int64_t half = place->coarse.mm > COARSE_MM ? place->coarse.mm * 3 / 2 : 0;   /* to the corner */
  if (half > wide) {
    sl_reading_note(cells->reading, SL_NOTE_WIDENED, "a position written to few digits: the radius is larger by half of the last");
    wide = half;
  }
  *out = wide;
  return SL_OK;
}

static sl_err read_circle(sl_record *record, sl_table *table, sl_place *place, sl_fault *fault) {
  const sl_cells *cells = &table->cells;
  sl_len radius;
  int64_t wide = 0;
  uint32_t near = 0;
  sl_err error = sl_cell_length(&radius, cells, SL_FIELD_RADIUS, fault);
  if (!error) error = read_accuracy(&wide, place, cells, fault);
  if (error) return error;
  if (radius.mm == 0) return sl_fault_set(fault, SL_ERR_RANGE, "a radius that is not above 0");
  if (radius.mm < 0) {
    radius.mm = SL_TABLE_RADIUS_MM;
    sl_reading_note(cells->reading, SL_NOTE_ASSUMED, "no radius given: 500 m is taken");
  }
  if (place->pos.lat_nd == 0 && place->pos.lon_nd == 0) return sl_fault_set(fault, SL_ERR_RANGE, "a position of 0, 0 is an empty form");
  see_site(table, place);
  if (sl_nearby_add(&near, table->nearby, place->pos, cells->row->line)) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  if (near) sl_reading_note(cells->reading, SL_NOTE_DUPLICATE, "line %u lies within 100 m of line %u", cells->row->line, near);
  record->shape = (sl_shape){.kind = SL_SHAPE_CIRCLE};
  record->shape.as.circle = (sl_circle){place->pos, {radius.mm + wide}};
  return SL_OK;
}

/* Positions of a line, each with its moment. */
static sl_err read_track(sl_record *record, const sl_cells *cells, const sl_wkt *wkt, sl_str times, sl_fault *fault) {
  sl_str datum;
  sl_err error = sl_cell_text(&datum, cells, SL_FIELD_DATUM, fault);
  if (error) return error;
  if (!wkt->all_z) return sl_fault_set(fault, SL_ERR_MISSING, "a track whose positions have no altitude");
  if (wkt->line.count > SL_FIXES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "more than %u fixes", SL_FIXES_MAX);
  if (datum.size && (!sl_datum_by_word(&record->fix_datum, datum) || record->fix_datum == SL_DATUM_UNLIMITED)) return sl_fault_set(fault, SL_ERR_DATUM, "an altitude reference that is not known");
  uint32_t count = 0;
  for (size_t at = 0; at < times.size;) {
    while (at < times.size && times.data[at] == ' ') at++;
    size_t end = at;
    while (end < times.size && times.data[end] != ' ') end++;
    bool assumed = false;
    if (count == wkt->line.count) return sl_fault_set(fault, SL_ERR_TYPE, "the list of times is not as long as the line");
    if (sl_moment_read(&wkt->fix[count++].time, &assumed, (sl_str){times.data + at, end - at}, false, fault)) return fault->code;
    if (assumed) return sl_fault_set(fault, SL_ERR_SYNTAX, "a time of a track without a zone");
    at = end;
  }
  if (count != wkt->line.count) return sl_fault_set(fault, SL_ERR_TYPE, "the list of times is not as long as the line");
  record->form = SL_RECORD_TRACK;
  record->fix = wkt->fix;
  record->fix_count = count;
  if (count == 1) record->along.ns = SL_NS_PER_S;
  return SL_OK;
}

static sl_err read_corridor(sl_record *record, const sl_cells *cells, sl_wkt *wkt, sl_fault *fault) {
  sl_len half_width;
  sl_err error = sl_cell_length(&half_width, cells, SL_FIELD_HALF_WIDTH, fault);
  if (error) return error;
  if (half_width.mm < 0) {
    half_width = cells->reading->options->half_width;
    if (half_width.mm <= 0) return sl_fault_set(fault, SL_ERR_MISSING, "a line without a half width: --half-width gives one");
    sl_reading_note(cells->reading, SL_NOTE_ASSUMED, "the half width of the line is the one given on the command line");
  }
  sl_outline_clean(&wkt->line, false, NULL);
  return sl_corridor_shape(&record->shape, &wkt->line, half_width, fault);
}

/* A polygon or line has its extent from its geometry alone. */
static sl_err note_radius(const sl_cells *cells, sl_fault *fault) {
  sl_str radius, accuracy;
  sl_err error = sl_cell_text(&radius, cells, SL_FIELD_RADIUS, fault);
  if (!error) error = sl_cell_text(&accuracy, cells, SL_FIELD_ACCURACY, fault);
  if (!error && (radius.size || accuracy.size)) sl_reading_note(cells->reading, SL_NOTE_LEFT_OUT, "a radius or accuracy beside a polygon or line is not used");
  return error;
}

static sl_err read_shape(sl_record *record, sl_table *table, sl_fault *fault) {
  const sl_cells *cells = &table->cells;
  sl_str geometry, times;
  sl_wkt wkt;
  sl_place place;
  sl_err error = sl_cell_text(&geometry, cells, SL_FIELD_GEOMETRY, fault);
  if (!error) error = sl_cell_text(&times, cells, SL_FIELD_TIMES, fault);
  if (error) return error;
  if (geometry.size == 0) {
    if ((error = read_place(&place, table, fault))) return error;
    table->cells.comma = place.decimal_comma ? SL_COMMA_DECIMAL : place.notation == SL_NOTATION_DEGREES ? SL_COMMA_GROUPS : table->cells.comma;
    error = read_circle(record, table, &place, fault);
    return error ? error : tell_apart(record, table, fault);
  }
  if (sl_wkt_read(&wkt, cells->reading, geometry, fault)) return sl_cell_fault(cells, SL_FIELD_GEOMETRY, fault);
  if (wkt.kind != SL_WKT_POINT && (error = note_radius(cells, fault))) return error;
  if (wkt.kind == SL_WKT_POLYGON) {
    record->shape = sl_rings_shape(&wkt.rings, SL_EDGE_GEODESIC);
    return SL_OK;
  }
  if (wkt.kind == SL_WKT_LINE) return times.size ? read_track(record, cells, &wkt, times, fault) : read_corridor(record, cells, &wkt, fault);
  if (times.size) return read_track(record, cells, &wkt, times, fault);
  place = (sl_place){.pos = wkt.line.vertex[0], .notation = SL_NOTATION_DEGREES};
  table->cells.comma = SL_COMMA_GROUPS;
  return read_circle(record, table, &place, fault);
}

static sl_err read_limits(sl_record *record, const sl_cells *cells, sl_fault *fault) {
  sl_window *window = SL_ARENA_TAKE(&cells->reading->arena, 1, sl_window);
  if (!window) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
  *window = (sl_window){{0}, {SL_TIME_OPEN_NS}};
  bool start = false, end = false;
  sl_err error = sl_cell_height(&record->lower, cells, SL_FIELD_LOWER, fault);
  if (!error) error = sl_cell_height(&record->upper, cells, SL_FIELD_UPPER, fault);
  if (!error) error = sl_cell_time(&window->start, &start, cells, SL_FIELD_START, fault);
  if (!error) error = sl_cell_time(&window->end, &end, cells, SL_FIELD_END, fault);
  if (error || (!start && !end)) return error;
  if (!start || !end) sl_reading_note(cells->reading, SL_NOTE_ASSUMED, start ? "no end given: taken as for ever" : "no start given: taken as since ever");
  record->window = window;
  record->window_count = 1;
  return SL_OK;
}

static void note_columns(const sl_table *table) {
  sl_reading *reading = table->reading;
  if (table->columns.guessed) sl_reading_note(reading, SL_NOTE_ASSUMED, "which column is what was guessed from the header");
  if (table->columns.survey) sl_reading_note(reading, SL_NOTE_LEFT_OUT, "start and end of a survey are the interview's: not used");
  if (table->left_out) sl_reading_note(reading, SL_NOTE_LEFT_OUT, "%s", table->left_out);
  if (table->used > 0) sl_reading_note(reading, SL_NOTE_LEFT_OUT, "%u columns are not used", table->used);
}

static sl_err read_row(sl_table *table, const sl_row *row) {
  sl_reading *reading = table->reading;
  sl_fault fault = sl_fault_none();
  sl_record record = {.format = reading->summary->format, .line = row->line, .form = SL_RECORD_AREA};
  table->cells.row = row;
  table->any = true;
  note_columns(table);
  sl_err error = read_words(&record, &table->cells, &fault);
  if (!error) error = read_shape(&record, table, &fault);
  if (!error && record.form == SL_RECORD_AREA) error = read_limits(&record, &table->cells, &fault);
  if (error && !sl_reading_is_record_error(error)) return sl_fault_set(reading->fault, error, "out of memory");
  if (error) return sl_reading_refuse(reading, &fault, row->line);
  return sl_reading_hand_over(reading, &record);
}

sl_err sl_table_row(sl_table *table, const sl_row *row) {
  SL_ASSERT(table && row && row->line > 0 && (row->cell || row->count == 0));
  bool empty = true, data = true;
  for (uint32_t i = 0; i < row->count && empty; i++) empty = sl_str_trim(row->cell[i]).size == 0;
  if (empty) return SL_OK;
  if (!table->found) {
    sl_err error = before_header(table, row, &data);
    if (error || !data) return error;
  } else if (table->tags_due) {
    table->tags_due = false;
    if (still_header(table, row)) return SL_OK;
  }
  return read_row(table, row);
}
