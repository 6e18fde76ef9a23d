/* What reading files costs, in MB/s of text: tracks, GeoJSON and F3548 beside jansson on
 * the same bytes in the same run, reading and releasing them, and reading alone; OpenAir and control orders, whose time goes into laying
 * arcs and checking outlines, beside the rate of stepping over their lines. The texts are
 * made here, some 8 MB each; files that are named are read instead. Processor time, the best of three rounds in turn, which a busy
 * machine changes least. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "format/format.h"
#include "measure.h"

#define TEXT_BYTES ((size_t)8 << 20)

static sl_err count_record(void *context, const sl_record *record) {
  *(uint64_t *)context += record->form;
  return SL_OK;
}

/* Real files have records that are refused. */
static bool go_on(void *context, const sl_fault *fault) {
  (void)context;
  return fault->code != SL_OK;
}

static double read_rate(const sl_buf *text, sl_format format) {
  sl_source *source;
  sl_summary summary;
  sl_fault fault = sl_fault_none();
  uint64_t seen = 0;
  sl_read_options options = sl_read_options_default();
  options.format = format;
  const sl_sink sink = {&seen, count_record, go_on};
  measure_must(sl_source_open_span(&source, sl_buf_span(text)) == SL_OK, "opening");
  const double start = measure_used();
  measure_must(sl_format_read(&summary, source, &options, &sink, &fault) == SL_OK && seen > 0, sl_format_name(format));
  const double rate = (double)text->size / 1e6 / (measure_used() - start);
  sl_source_close(source);
  return rate;
}

/* jansson alone: the document read, and released again; and what reading alone took. */
static double jansson_rate(const sl_buf *text, double *reading) {
  const double start = measure_used();
  json_t *parsed = json_loadb((const char *)text->data, text->size, JSON_REJECT_DUPLICATES, NULL);
  measure_must(parsed != NULL, "jansson");
  *reading = fmax(*reading, (double)text->size / 1e6 / (measure_used() - start));
  json_decref(parsed);
  return (double)text->size / 1e6 / (measure_used() - start);
}

static double line_rate(const sl_buf *text) {
  sl_source *source;
  sl_str line;
  sl_fault fault = sl_fault_none();
  measure_must(sl_source_open_span(&source, sl_buf_span(text)) == SL_OK, "opening");
  const double start = measure_used();
  while (sl_source_line(&line, source, 65536, &fault) == SL_OK) {
  }
  const double rate = (double)text->size / 1e6 / (measure_used() - start);
  sl_source_close(source);
  return rate;
}

static void make_tracks(sl_buf *out) {
  for (int i = 0; out->size < TEXT_BYTES; i++) {
    sl_buf_add_format(out, "%c{\"timestamp\":%lld,\"altitude\":%d.0,\"callsign\":\"ABC%d\",\"groundspeed\":443.4869334744,\"icao24\":\"3003ae\","
                      "\"latitude\":%d.%010d,\"longitude\":%d.%010d,\"track\":324.2670817753,\"vertical_rate\":960.0}", i ? ',' : '[',
                      1533101250000LL + i % 500 * 10000LL, 30000 + i % 200 * 25, i / 500, 45 + i % 3, i * 7919 % 1000000000, 8 + i % 2, i * 104729 % 1000000000);
  }
  sl_buf_add_text(out, "]");
}

static void make_geojson(sl_buf *out) {
  sl_buf_add_text(out, "{\"type\":\"FeatureCollection\",\"features\":[");
  for (int i = 0; out->size < TEXT_BYTES; i++) {
    sl_buf_add_format(out, "%s{\"type\":\"Feature\",\"properties\":{\"name\":\"Z%d\",\"lower\":\"SFC\",\"upper\":\"2500ft MSL\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
                      i ? "," : "", i);
    const int lat = 10 + i % 60, lon = i % 170;
    sl_buf_add_format(out, "[%d.10000123,%d.20000456],[%d.30000123,%d.20000456],[%d.30000123,%d.40000456],[%d.10000123,%d.40000456],[%d.10000123,%d.20000456]]]}}",
                      lon, lat, lon, lat, lon, lat, lon, lat, lon, lat);
  }
  sl_buf_add_text(out, "]}");
}

static void make_f3548(sl_buf *out) {
  sl_buf_add_text(out, "{\"operational_intents\":[");
  for (int i = 0; out->size < TEXT_BYTES; i++) {
    sl_buf_add_format(out, "%s{\"reference\":{\"id\":\"I%d\"},\"details\":{\"volumes\":[{\"volume\":{\"outline_circle\":{\"center\":{\"lng\":%d.1234567,\"lat\":%d.7654321},"
                      "\"radius\":{\"value\":300.5,\"units\":\"M\"}},\"altitude_lower\":{\"value\":10,\"reference\":\"W84\",\"units\":\"M\"},\"altitude_upper\":{\"value\":120,"
                      "\"reference\":\"W84\",\"units\":\"M\"}},\"time_start\":{\"value\":\"2026-01-01T00:00:00Z\",\"format\":\"RFC3339\"},\"time_end\":{\"value\":"
                      "\"2026-01-01T01:00:00Z\",\"format\":\"RFC3339\"}}],\"off_nominal_volumes\":[],\"priority\":0}}", i ? "," : "", i, i % 170, i % 80);
  }
  sl_buf_add_text(out, "]}");
}

static void make_openair(sl_buf *out) {
  for (int i = 0; out->size < TEXT_BYTES; i++) {
    const int lat = 10 + i % 60, lon = i % 170;
    sl_buf_add_format(out, "AC D\nAN ZONE %d\nAL 2500ft AMSL\nAH FL095\n", i);
    for (int v = 0; v < 24; v++) {
      const int far = v % 2 ? 30 : 20, q = v / 6, s = v % 6;   /* a square with a notch at every other vertex */
      const int up[4] = {30 - far + s, 24 + s, 30 + far - s, 36 - s}, along[4] = {24 + s, 30 + far - s, 36 - s, 30 - far + s};
      sl_buf_add_format(out, "DP %02d:%02d:%02d N %03d:%02d:%02d E\n", lat, up[q], v, lon, along[q], v);
    }
  }
}

/* As national files have them: a third circles, a third with arcs by ends, the rest of
 * plain vertices. */
static void make_openair_mixed(sl_buf *out) {
  for (int i = 0; out->size < TEXT_BYTES; i++) {
    const int lat = 40 + i % 20, lon = i % 170;
    sl_buf_add_format(out, "AC %c\nAN ZONE %d\nAL SFC\nAH 4500MSL\n", "CDR"[i % 3], i);
    if (i % 3 == 0) {
      sl_buf_add_format(out, "V X= %02d:%02d:00.0N %03d:10:00.0E\nDC 5\n", lat, i % 60, lon);
      continue;
    }
    if (i % 3 == 1) {   /* a quarter of 10 NM about a corner */
      sl_buf_add_format(out, "V D=+\nV X= %02d:00:00.0N %03d:00:00.0E\nDA 10,0,90\nDP %02d:00:00.0N %03d:00:00.0E\n", lat, lon, lat, lon);
      continue;
    }
    for (int v = 0; v < 12; v++) {
      const double turn = v * 6.283185307179586 / 12;
      sl_buf_add_format(out, "DP %02d:%02d:%02d.0N %03d:%02d:%02d.0E\n", lat, 30 + (int)(20 * cos(turn)), i % 60, lon, 30 + (int)(20 * sin(turn)), i % 60);
    }
  }
}

static void make_aco(sl_buf *out) {
  sl_buf_add_text(out, "MSGID/ACO/X//\nPERIOD/280001ZJUL2016/282359ZJUL2016//\n");
  for (int i = 0; out->size < TEXT_BYTES; i++) {
    const int lat = 10 + i % 60, lon = i % 170;
    sl_buf_add_format(out, "ACMID/ACM:ROZ/NAME:ZONE %d/POLYGON/USE:BDZ//\nGEODATUM/W84//\nPOLYGON/LATS:%02d3115N%03d4434W/LATS:%02d5330N%03d4204W/\nLATS:%02d5540N%03d0844W/LATS:%02d0930N%03d1304W//\n"
                      "EFFLEVEL/FLFL:FL001-FL060//\nAPERIOD/DISCRETE/280001ZJUL/280400ZJUL//\nAPERIOD/DISCRETE/281401ZJUL/282000ZJUL//\n", i, lat, lon, lat, lon, lat, lon, lat, lon);
  }
}

static void make_csv(sl_buf *out) {
  sl_buf_add_text(out, "Name,Type,Latitude,Longitude,Radius (m),Start date (UTC),End date (UTC)\n");
  for (int i = 0; out->size < TEXT_BYTES; i++)
    sl_buf_add_format(out, "Clinic %d,Hospital,%d.%06d,%d.%06d,500,2026-08-05,2026-09-05\n", i, 10 + i % 60, i * 7919 % 1000000, i % 170, i * 104729 % 1000000);
}

/* The files that are named, each read until 32 MB are behind: MB/s by the file's order. */
static int read_files(int count, char **path) {
  printf("{\n  \"bench\": \"format\",\n  \"unit\": \"MB/s\"");
  for (int i = 0; i < count; i++) {
    sl_buf text;
    double rate = 0, spent = 0;
    FILE *file = fopen(path[i], "rb");
    measure_must(file != NULL, path[i]);
    sl_buf_init(&text, (size_t)256 << 20);
    for (int c = getc(file); c != EOF; c = getc(file)) sl_buf_add_u8(&text, (uint8_t)c);
    (void)fclose(file);
    measure_must(text.error == SL_OK && text.size > 0, path[i]);
    for (double read = 0; read < 32e6; read += (double)text.size) {
      const double one = read_rate(&text, SL_FORMAT_UNKNOWN);
      rate = fmax(rate, one);
      spent += (double)text.size / 1e6 / one;
    }
    printf(",\n  \"file_%d\": %.0f,\n  \"file_%d_seconds\": %.2f", i + 1, rate, i + 1, spent);
    sl_buf_fini(&text);
  }
  printf("\n}\n");
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 1) return read_files(argc - 1, argv + 1);
  static const struct { const char *name; sl_format format; void (*make)(sl_buf *out); bool json; } rows[] = {
      {"tracks", SL_FORMAT_TRACKS, make_tracks, true}, {"geojson", SL_FORMAT_GEOJSON, make_geojson, true}, {"f3548", SL_FORMAT_F3548, make_f3548, true},
      {"openair", SL_FORMAT_OPENAIR, make_openair, false}, {"openair_mixed", SL_FORMAT_OPENAIR, make_openair_mixed, false}, {"aco", SL_FORMAT_USMTF_ACO, make_aco, false}, {"csv", SL_FORMAT_CSV, make_csv, false}};
  printf("{\n  \"bench\": \"format\",\n  \"unit\": \"MB/s\"");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_buf text;
    sl_buf_init(&text, TEXT_BYTES * 2);
    rows[i].make(&text);
    measure_must(text.error == SL_OK, "making the text");
    double rate = 0, beside = 0, reading = 0;
    for (int round = 0; round < 3; round++) {
      rate = fmax(rate, read_rate(&text, rows[i].format));
      beside = fmax(beside, rows[i].json ? jansson_rate(&text, &reading) : line_rate(&text));
    }
    printf(",\n  \"%s\": %.0f,\n  \"%s_%s\": %.0f", rows[i].name, rate, rows[i].name, rows[i].json ? "jansson" : "lines", beside);
    if (rows[i].json) printf(",\n  \"%s_jansson_reading\": %.0f", rows[i].name, reading);
    sl_buf_fini(&text);
  }
  printf("\n}\n");
  return 0;
}
