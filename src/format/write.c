/* Purpose: see the header. Work expected: as much as was read, streaming. Representation:
 * text in the caller's buffer. Several windows become several features or volumes of one
 * name, which is what a name means everywhere in this project. */
#include "format/write.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/height.h"
#include "json/plan.h"

static const sl_window always = {{0}, {SL_TIME_OPEN_NS}};

bool sl_writer_knows(sl_format format) {
  return format == SL_FORMAT_GEOJSON || format == SL_FORMAT_F3548 || format == SL_FORMAT_OPENAIR || format == SL_FORMAT_KML || format == SL_FORMAT_CSV;
}

const char *sl_loss_text(sl_loss loss) {
  static const char *const texts[SL_LOSS_COUNT] = {
      "tracks are not written", "altitudes in this datum are not written", "corridors are not written",
      "holes are filled: the area grows", "tolerances of tracks are left out", "the class or type is left out",
      "altitude limits that cannot be drawn stand beside the shape, as data", "circles and widths of corridors are drawn about; the true ones stand beside, as data"};
  SL_ASSERT((unsigned)loss < SL_LOSS_COUNT);
  return texts[loss];
}

static void separate(sl_writer *writer) {
  if (writer->any) sl_buf_add_text(writer->out, ",\n");
  writer->any = true;
}

static void add_position(sl_buf *out, sl_pos pos) {
  sl_buf_add_u8(out, '[');
  sl_decimal_add(out, pos.lon_nd, 9);
  sl_buf_add_u8(out, ',');
  sl_decimal_add(out, pos.lat_nd, 9);
  sl_buf_add_u8(out, ']');
}

static void add_line(sl_buf *out, const sl_pos *pos, uint32_t count, bool ring) {
  sl_buf_add_u8(out, '[');
  for (uint32_t i = 0; i < count; i++) {
    if (i) sl_buf_add_u8(out, ',');
    add_position(out, pos[i]);
  }
  if (ring) {
    sl_buf_add_u8(out, ',');
    add_position(out, pos[0]);
  }
  sl_buf_add_u8(out, ']');
}

static void add_polygon(sl_buf *out, const sl_polygon *polygon) {
  sl_buf_add_text(out, "{\"type\":\"MultiPolygon\",\"coordinates\":[[");
  for (uint32_t i = 0; i < polygon->count; i++) {
    if (i) sl_buf_add_text(out, polygon->hole[i] ? "," : "],[");
    add_line(out, polygon->ring[i].vertex, polygon->ring[i].count, true);
  }
  sl_buf_add_text(out, "]]}");
}

static void add_geometry(sl_buf *out, const sl_record *record) {
  if (record->form == SL_RECORD_TRACK) {
    sl_buf_add_text(out, "{\"type\":\"LineString\",\"coordinates\":[");
    for (uint32_t i = 0; i < record->fix_count; i++) {
      sl_buf_add_text(out, i ? ",[" : "[");
      sl_decimal_add(out, record->fix[i].pos.lon_nd, 9);
      sl_buf_add_u8(out, ',');
      sl_decimal_add(out, record->fix[i].pos.lat_nd, 9);
      sl_buf_add_u8(out, ',');
      sl_decimal_add(out, record->fix[i].tenths, 4);
      sl_buf_add_u8(out, ']');
    }
    sl_buf_add_text(out, "]}");
  } else if (record->shape.kind == SL_SHAPE_CIRCLE) {
    sl_buf_add_text(out, "{\"type\":\"Point\",\"coordinates\":");
    add_position(out, record->shape.as.circle.centre);
    sl_buf_add_u8(out, '}');
  } else if (record->shape.kind == SL_SHAPE_CORRIDOR) {
    sl_buf_add_text(out, "{\"type\":\"LineString\",\"coordinates\":");
    add_line(out, record->shape.as.corridor.point, record->shape.as.corridor.count, false);
    sl_buf_add_u8(out, '}');
  } else {
    add_polygon(out, &record->shape.as.polygon);
  }
}

/* The word that geojson.c reads for a datum; NULL: none is stated. */
static const char *datum_word(sl_datum datum) {
  static const char *const words[] = {NULL, "W84", "MSL", "AGL", "STD", "UNL"};
  return words[datum];
}

/* Feet stay feet and metres metres: no digit is lost. */
static void add_limit(sl_json_out *json, const char *name, const sl_height *height) {
  if (height->datum == SL_DATUM_UNLIMITED) return;
  bool feet = height->tenths % SL_TENTHS_PER_FT == 0;
  sl_json_open(json, name, '{');
  if (feet) sl_json_add_int(json, "value", height->tenths / SL_TENTHS_PER_FT);
  else sl_json_add_decimal(json, "value", height->tenths, 4);
  if (datum_word(height->datum)) sl_json_add_text(json, "reference", datum_word(height->datum));
  sl_json_add_text(json, "units", feet ? "FT" : "M");
  sl_json_close(json, '}');
}

void sl_height_add(sl_buf *out, const sl_height *height) {
  if (height->datum == SL_DATUM_UNLIMITED) {
    sl_buf_add_text(out, "UNL");
    return;
  }
  bool feet = height->tenths % SL_TENTHS_PER_FT == 0;
  sl_decimal_add(out, feet ? height->tenths / SL_TENTHS_PER_FT : height->tenths, feet ? 0 : 4);
  sl_buf_add_text(out, feet ? "ft" : "m");
  if (!datum_word(height->datum)) return;
  sl_buf_add_u8(out, ' ');
  sl_buf_add_text(out, datum_word(height->datum));
}

void sl_length_add(sl_buf *out, sl_len length) {
  sl_buf_add_format(out, "%lld.%03lld m", (long long)(length.mm / 1000), (long long)(length.mm % 1000));
}

static void add_distance(sl_json_out *json, const char *name, sl_len length) {
  char text[48];
  int size = snprintf(text, sizeof text, "%lld.%03lld m", (long long)(length.mm / 1000), (long long)(length.mm % 1000));
  SL_ASSERT(size > 0 && (size_t)size < sizeof text);
  sl_json_add_text(json, name, text);
}

static void add_track_properties(sl_json_out *json, const sl_record *record) {
  if (datum_word(record->fix_datum)) sl_json_add_text(json, "reference", datum_word(record->fix_datum));
  sl_json_add_text(json, "unit", "M");
  sl_json_open(json, "times", '[');
  for (uint32_t i = 0; i < record->fix_count; i++) sl_json_add_time(json, NULL, record->fix[i].time);
  sl_json_close(json, ']');
}

static void add_feature(sl_writer *writer, const sl_record *record, const sl_window *window) {
  sl_buf *out = writer->out;
  separate(writer);
  sl_buf_add_text(out, "{\"type\":\"Feature\",\"geometry\":");
  add_geometry(out, record);
  sl_buf_add_text(out, ",\"properties\":");
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_str(&json, "name", record->name);
  if (record->kind.size) sl_json_add_str(&json, "kind", record->kind);
  if (record->form == SL_RECORD_TRACK) {
    add_track_properties(&json, record);
  } else {
    add_limit(&json, "lower", &record->lower);
    add_limit(&json, "upper", &record->upper);
    if (record->shape.kind == SL_SHAPE_CIRCLE) add_distance(&json, "radius", record->shape.as.circle.radius);
    if (record->shape.kind == SL_SHAPE_CORRIDOR) add_distance(&json, "half_width", record->shape.as.corridor.half_width);
    if (window) sl_json_add_time(&json, "start", window->start);
    if (window && window->end.ns < SL_TIME_OPEN_NS) sl_json_add_time(&json, "end", window->end);
  }
  sl_json_close(&json, '}');
  sl_buf_add_u8(out, '}');
}

typedef void feature_fn(sl_writer *writer, const sl_record *record, const sl_window *window);

/* A record with several windows is as many of its name. */
static void write_features(sl_writer *writer, const sl_record *record, feature_fn *add) {
  if (record->form == SL_RECORD_TRACK && (record->lateral.mm || record->vertical_tenths || (record->along.ns && record->fix_count > 1)))
    writer->lost[SL_LOSS_TOLERANCE]++;
  uint32_t windows = record->form == SL_RECORD_AREA ? record->window_count : 0;
  if (windows == 0) add(writer, record, NULL);
  for (uint32_t i = 0; i < windows; i++) add(writer, record, &record->window[i]);
  writer->records++;
}

static bool ellipsoid_band(sl_band *out, const sl_record *record) {
  bool lower = record->lower.datum == SL_DATUM_ELLIPSOID, upper = record->upper.datum == SL_DATUM_ELLIPSOID;
  if ((!lower && record->lower.datum != SL_DATUM_UNLIMITED) || (!upper && record->upper.datum != SL_DATUM_UNLIMITED)) return false;
  *out = (sl_band){.ref = SL_ALT_W84};
  out->as.w84.lower.mm = lower ? record->lower.tenths / 10 : SL_ALT_W84_MIN_MM;
  out->as.w84.upper.mm = upper ? record->upper.tenths / 10 : SL_ALT_W84_MAX_MM;
  return true;
}

/* F3548 outlines have no holes: only the outer rings are written. */
static void write_f3548(sl_writer *writer, const sl_record *record) {
  sl_volume volume = {.shape = record->shape};
  bool track = record->form == SL_RECORD_TRACK, corridor = !track && record->shape.kind == SL_SHAPE_CORRIDOR;
  if (track || corridor || !ellipsoid_band(&volume.band, record)) {
    writer->lost[track ? SL_LOSS_TRACK : corridor ? SL_LOSS_CORRIDOR : SL_LOSS_ALTITUDE]++;
    return;
  }
  if (record->kind.size) writer->lost[SL_LOSS_KIND]++;
  separate(writer);
  sl_json_out json = sl_json_out_of(writer->out);
  sl_json_open(&json, NULL, '{');
  sl_json_open(&json, "reference", '{');
  sl_json_add_str(&json, "id", record->name);
  sl_json_close(&json, '}');
  sl_json_open(&json, "details", '{');
  sl_json_open(&json, "volumes", '[');
  bool holes = false;
  for (uint32_t w = 0; w == 0 || w < record->window_count; w++) {
    volume.window = record->window_count ? record->window[w] : always;
    bool polygon = record->shape.kind == SL_SHAPE_POLYGON;
    for (uint32_t r = 0; !polygon ? r == 0 : r < record->shape.as.polygon.count; r++) {
      if (polygon && record->shape.as.polygon.hole[r]) {
        holes = true;
        continue;
      }
      static const bool outer = false;
      if (polygon) volume.shape.as.polygon = (sl_polygon){&record->shape.as.polygon.ring[r], &outer, 1, SL_EDGE_GEODESIC};
      sl_volume_json_add(&json, NULL, &volume);
    }
  }
  sl_json_close(&json, ']');
  sl_json_open(&json, "off_nominal_volumes", '[');
  sl_json_close(&json, ']');
  sl_json_add_int(&json, "priority", 0);
  sl_json_close(&json, '}');
  sl_json_close(&json, '}');
  if (holes) writer->lost[SL_LOSS_HOLES]++;
  writer->records++;
}

void sl_writer_begin(sl_writer *writer, sl_buf *out, sl_format format) {
  SL_ASSERT(writer && out && sl_writer_knows(format));
  *writer = (sl_writer){.format = format, .out = out};
  if (format == SL_FORMAT_GEOJSON) sl_buf_add_text(out, "{\"type\":\"FeatureCollection\",\"features\":[\n");
  if (format == SL_FORMAT_F3548) sl_buf_add_text(out, "{\"operational_intents\":[\n");
  if (format == SL_FORMAT_KML) sl_buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:gx=\"http://www.google.com/kml/ext/2.2\">\n<Document>\n");
  if (format == SL_FORMAT_CSV) sl_write_csv_head(writer);
  if (format == SL_FORMAT_OPENAIR) sl_buf_add_text(out, "* Altitudes as their source gave them. Vertices on WGS84.\n");
}

void sl_writer_add(sl_writer *writer, const sl_record *record) {
  SL_ASSERT(writer && record && record->name.size > 0);
  switch (writer->format) {
    case SL_FORMAT_GEOJSON: write_features(writer, record, add_feature); break;
    case SL_FORMAT_KML: write_features(writer, record, sl_write_kml); break;
    case SL_FORMAT_CSV: write_features(writer, record, sl_write_csv); break;
    case SL_FORMAT_F3548: write_f3548(writer, record); break;
    default: sl_write_openair(writer, record); break;
  }
}

void sl_writer_end(sl_writer *writer) {
  if (writer->format == SL_FORMAT_GEOJSON || writer->format == SL_FORMAT_F3548) sl_buf_add_text(writer->out, "\n]}\n");
  if (writer->format == SL_FORMAT_KML) sl_buf_add_text(writer->out, "</Document>\n</kml>\n");
}
