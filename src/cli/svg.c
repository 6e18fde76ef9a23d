/* Purpose: see the header. Work expected: a picture of some hundred objects. Lines are
 * thinned to about a pixel. Representation: text in a buffer. */
#include "cli/svg.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/assert.h"
#include "cli/check.h"

#define PI 3.14159265358979323846
#define METRES_PER_DEGREE 111195.0
#define CIRCLE_STEPS 72

void sl_svg_open(sl_buf *out, double width, double height) {
  SL_ASSERT(width > 0 && height > 0);
  sl_buf_add_format(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
                    "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
                    width, height, width, height);
}

void sl_svg_close(sl_buf *out) { sl_buf_add_text(out, "</svg>\n"); }

void sl_svg_panel_open(sl_buf *out, const sl_panel *panel, const char *background) {
  SL_ASSERT(panel->u0 < panel->u1 && panel->v0 < panel->v1);
  sl_buf_add_format(out, "<svg x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"%s\"/>\n", panel->x,
                    panel->y, panel->width, panel->height, background);
}

void sl_svg_panel_close(sl_buf *out, const sl_panel *panel) {
  sl_buf_add_format(out, "</svg>\n<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"#b8c0c8\"/>\n", panel->x, panel->y,
                    panel->width, panel->height);
}

double sl_panel_x(const sl_panel *panel, double u) { return (u - panel->u0) / (panel->u1 - panel->u0) * panel->width; }
double sl_panel_y(const sl_panel *panel, double v) { return (panel->v1 - v) / (panel->v1 - panel->v0) * panel->height; }

void sl_svg_text(sl_buf *out, double x, double y, double size, int weight, const char *colour, const char *anchor, sl_str text) {
  sl_buf_add_format(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" font-weight=\"%d\" fill=\"%s\" text-anchor=\"%s\">", x, y, size, weight, colour,
                    anchor);
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c == '<') sl_buf_add_text(out, "&lt;");
    else if (c == '>') sl_buf_add_text(out, "&gt;");
    else if (c == '&') sl_buf_add_text(out, "&amp;");
    else if ((uint8_t)c >= 0x20) sl_buf_add_u8(out, (uint8_t)c);
  }
  sl_buf_add_text(out, "</text>\n");
}

void sl_svg_text_format(sl_buf *out, double x, double y, double size, int weight, const char *colour, const char *anchor, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  SL_ASSERT(length >= 0);
  sl_svg_text(out, x, y, size, weight, colour, anchor, sl_str_from(text));
}

void sl_svg_path_open(sl_buf *out) { sl_buf_add_text(out, "<path d=\""); }
void sl_svg_to(sl_buf *out, bool first, double x, double y) { sl_buf_add_format(out, "%c%.1f %.1f", first ? 'M' : 'L', x, y); }
void sl_svg_path_close(sl_buf *out, bool ring, const char *style) { sl_buf_add_format(out, "%s\" %s/>\n", ring ? "Z" : "", style); }

sl_panel sl_map_panel(double x, double y, double width, double height, sl_box box, double margin) {
  SL_ASSERT(width > 0 && height > 0 && margin >= 0);
  double west = (double)box.south_west.lon_nd * 1e-9, east = (double)box.north_east.lon_nd * 1e-9;
  double south = (double)box.south_west.lat_nd * 1e-9, north = (double)box.north_east.lat_nd * 1e-9;
  if (east < west) east += 360;
  double middle_lat = (south + north) / 2, middle_lon = (west + east) / 2;
  double squeeze = fmax(0.05, cos(middle_lat * PI / 180));
  double high = fmax((north - south) * (1 + 2 * margin), 0.01), wide = fmax((east - west) * (1 + 2 * margin), 0.01);
  double scale = fmax(high / height, wide * squeeze / width);   /* degrees of latitude per pixel */
  double half_v = scale * height / 2, half_u = scale * width / squeeze / 2;
  return (sl_panel){x, y, width, height, middle_lon - half_u, middle_lon + half_u, middle_lat - half_v, middle_lat + half_v};
}

double sl_map_u(const sl_panel *map, double lon) {
  while (lon < (map->u0 + map->u1) / 2 - 180) lon += 360;
  while (lon > (map->u0 + map->u1) / 2 + 180) lon -= 360;
  return lon;
}

/* The round step that gives about `wanted` lines over a span. */
static double round_step(double span, double wanted) {
  static const double steps[] = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45};
  size_t i = 0;
  while (i + 1 < sizeof steps / sizeof *steps && span / steps[i] > wanted) i++;
  return steps[i];
}

void sl_map_grid(sl_buf *out, const sl_panel *map, const char *colour) {
  double step_u = round_step(map->u1 - map->u0, map->width / 110), step_v = round_step(map->v1 - map->v0, map->height / 80);
  int places = step_v >= 1 && step_u >= 1 ? 0 : step_v >= 0.1 && step_u >= 0.1 ? 1 : step_v >= 0.01 && step_u >= 0.01 ? 2 : 3;
  for (double u = ceil(map->u0 / step_u) * step_u; u < map->u1; u += step_u) {
    double x = sl_panel_x(map, u), shown = u > 180 ? u - 360 : u < -180 ? u + 360 : u;
    sl_buf_add_format(out, "<line x1=\"%.1f\" y1=\"0\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"0.6\"/>\n", x, x, map->height, colour);
    sl_svg_text_format(out, x + 3, map->height - 4, 10, 400, "#7a8590", "start", "%.*f\xc2\xb0%s", places, fabs(shown), shown < 0 ? "W" : "E");
  }
  for (double v = ceil(fmax(map->v0, -90) / step_v) * step_v; v < map->v1 && v <= 90; v += step_v) {
    double y = sl_panel_y(map, v);
    sl_buf_add_format(out, "<line x1=\"0\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"0.6\"/>\n", y, map->width, y, colour);
    sl_svg_text_format(out, 3, y - 3, 10, 400, "#7a8590", "start", "%.*f\xc2\xb0%s", places, fabs(v), v < 0 ? "S" : "N");
  }
}

static void map_to(sl_buf *out, const sl_panel *map, bool first, double lat, double lon) {
  sl_svg_to(out, first, sl_panel_x(map, sl_map_u(map, lon)), sl_panel_y(map, lat));
}

static void map_circle(sl_buf *out, const sl_panel *map, const sl_circle *circle, const char *style) {
  double lat = (double)circle->centre.lat_nd * 1e-9, lon = (double)circle->centre.lon_nd * 1e-9;
  double reach = (double)circle->radius.mm / 1000 / METRES_PER_DEGREE, squeeze = fmax(0.01, cos(lat * PI / 180));
  sl_svg_path_open(out);
  for (int i = 0; i < CIRCLE_STEPS; i++) {
    double turn = 2 * PI * i / CIRCLE_STEPS;
    map_to(out, map, i == 0, lat + reach * cos(turn), lon + reach * sin(turn) / squeeze);
  }
  sl_svg_path_close(out, true, style);
}

/* Vertices that would not be seen apart are left out. */
static void map_ring(sl_buf *out, const sl_panel *map, const sl_ring *ring) {
  double x = 0, y = 0;
  for (uint32_t i = 0; i < ring->count; i++) {
    double nx = sl_panel_x(map, sl_map_u(map, (double)ring->vertex[i].lon_nd * 1e-9)), ny = sl_panel_y(map, (double)ring->vertex[i].lat_nd * 1e-9);
    if (i > 0 && fabs(nx - x) + fabs(ny - y) < 0.3) continue;
    sl_svg_to(out, i == 0, nx, ny);
    x = nx;
    y = ny;
  }
}

void sl_map_shape(sl_buf *out, const sl_panel *map, const sl_shape *shape, const char *style) {
  if (shape->kind == SL_SHAPE_CIRCLE) {
    map_circle(out, map, &shape->as.circle, style);
    return;
  }
  sl_svg_path_open(out);
  if (shape->kind == SL_SHAPE_POLYGON) {
    for (uint32_t r = 0; r < shape->as.polygon.count; r++) {
      const sl_ring *ring = &shape->as.polygon.ring[r];
      map_ring(out, map, ring);
      sl_buf_add_text(out, "Z");
    }
    sl_buf_add_format(out, "\" fill-rule=\"evenodd\" %s/>\n", style);
    return;
  }
  const sl_corridor *corridor = &shape->as.corridor;
  for (uint32_t i = 0; i < corridor->count; i++)
    map_to(out, map, i == 0, (double)corridor->point[i].lat_nd * 1e-9, (double)corridor->point[i].lon_nd * 1e-9);
  double pixels = (double)corridor->half_width.mm / 1000 / METRES_PER_DEGREE * 2 / (map->v1 - map->v0) * map->height;
  sl_buf_add_format(out, "\" %s style=\"fill:none;stroke-width:%.1f;stroke-opacity:0.4;stroke-linecap:round;stroke-linejoin:round\"/>\n", style,
                    fmax(pixels, 1.0));
}

void sl_map_track(sl_buf *out, const sl_panel *map, const sl_trajectory *track, sl_time from, sl_time to, const char *style) {
  SL_ASSERT(track->count > 0);
  int64_t first = track->fix[0].time.ns, last = track->fix[track->count - 1].time.ns;
  if (from.ns < first) from.ns = first;
  if (to.ns > last) to.ns = last;
  if (from.ns > to.ns) return;
  sl_spot spot = sl_track_at(track, from);
  sl_svg_path_open(out);
  map_to(out, map, true, spot.lat, spot.lon);
  double x = sl_panel_x(map, sl_map_u(map, spot.lon)), y = sl_panel_y(map, spot.lat);
  for (uint32_t i = 0; i < track->count; i++) {
    if (track->fix[i].time.ns <= from.ns || track->fix[i].time.ns >= to.ns) continue;
    double lat = (double)track->fix[i].pos.lat_nd * 1e-9, lon = (double)track->fix[i].pos.lon_nd * 1e-9;
    double nx = sl_panel_x(map, sl_map_u(map, lon)), ny = sl_panel_y(map, lat);
    if (fabs(nx - x) + fabs(ny - y) < 1.0) continue;
    sl_svg_to(out, false, nx, ny);
    x = nx;
    y = ny;
  }
  spot = sl_track_at(track, to);
  map_to(out, map, false, spot.lat, spot.lon);
  sl_svg_path_close(out, false, style);
}
