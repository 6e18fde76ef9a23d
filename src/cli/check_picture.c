/* Purpose: the picture of `check`: one map of everything in conflict, and for each
 * conflict a card with the plan view and altitude over time, readable at a glance.
 * Work expected: up to CARDS_MAX cards. Representation: svg.h's panels. Colours: a is
 * blue, b is orange, what infringes is red. */
#include <math.h>
#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/svg.h"

#define CARDS_MAX 60u
#define PAGE 1200.0
#define MARGIN 20.0
#define CARD_WIDTH 376.0
#define CARD_HEIGHT 262.0
#define GAP 16.0
#define BLUE "#1565a8"
#define ORANGE "#d9730d"
#define RED "#c1121f"
#define INK "#1f2933"
#define GREY "#5b6670"
#define ABOUT_NS (4 * SL_NS_PER_MIN)
#define ALWAYS_NS (48 * SL_NS_PER_H)

static const char *const colour[2] = {BLUE, ORANGE};

static const sl_object *object_of(const sl_check *check, const sl_hit *hit, int second) {
  const sl_loaded_record *record = &check->load->record[second ? hit->b : hit->a];
  return &record->resolved.object[(second ? hit->window_b : hit->window_a) * record->resolved.views + (second ? hit->view_b : hit->view_a)];
}

static sl_str name_of(const sl_check *check, const sl_hit *hit, int second) {
  return check->load->name[check->load->record[second ? hit->b : hit->a].name];
}

/* hh:mm:ss of the day. */
static void clock_text(char text[static 16], sl_time time) {
  int64_t s = time.ns / SL_NS_PER_S % 86400;
  (void)snprintf(text, 16, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static bool is_always(sl_window window) { return window.end.ns - window.start.ns > ALWAYS_NS; }

/* Boxes that grow. East is kept as west + width so that the antimeridian is no seam. */
typedef struct bounds { bool any; double south, north, west, east; } bounds;

static void include(bounds *b, double lat, double lon) {
  if (!b->any) *b = (bounds){true, lat, lat, lon, lon};
  while (lon < (b->west + b->east) / 2 - 180) lon += 360;
  while (lon > (b->west + b->east) / 2 + 180) lon -= 360;
  b->south = fmin(b->south, lat);
  b->north = fmax(b->north, lat);
  b->west = fmin(b->west, lon);
  b->east = fmax(b->east, lon);
}

static void include_box(bounds *b, sl_box box) {
  include(b, (double)box.south_west.lat_nd * 1e-9, (double)box.south_west.lon_nd * 1e-9);
  include(b, (double)box.north_east.lat_nd * 1e-9, (double)box.north_east.lon_nd * 1e-9);
}

static sl_box box_of(const bounds *b) {
  sl_box box = {{(int64_t)(b->south * 1e9), (int64_t)(b->west * 1e9)}, {(int64_t)(b->north * 1e9), (int64_t)(b->east * 1e9)}};
  return box;
}

static void include_object(bounds *b, const sl_object *object, sl_window window) {
  if (object->kind == SL_OBJECT_VOLUME) {
    include_box(b, sl_extent_of_shape(&object->as.volume.shape));
    return;
  }
  const sl_trajectory *track = &object->as.trajectory;
  for (uint32_t i = 0; i < track->count; i++) {
    int64_t ns = track->fix[i].time.ns;
    if (ns >= window.start.ns - ABOUT_NS && ns <= window.end.ns + ABOUT_NS)
      include(b, (double)track->fix[i].pos.lat_nd * 1e-9, (double)track->fix[i].pos.lon_nd * 1e-9);
  }
}

/* Where the conflict is: the track at the closest instant, or the middle of the area. */
static sl_spot place_of(const sl_check *check, const sl_hit *hit) {
  for (int i = 0; i < 2; i++) {
    const sl_object *object = object_of(check, hit, i);
    if (object->kind == SL_OBJECT_TRAJECTORY) return sl_track_at(&object->as.trajectory, hit->finding.closest_at);
  }
  bounds b = {0};
  include_box(&b, sl_extent_of_shape(&object_of(check, hit, 0)->as.volume.shape));
  return (sl_spot){(b.south + b.north) / 2, (b.west + b.east) / 2, 0};
}

static void draw_object(sl_buf *out, const sl_panel *map, const sl_object *object, sl_time from, sl_time to, const char *line, double width, bool fill) {
  char style[160];
  if (object->kind == SL_OBJECT_TRAJECTORY) {
    (void)snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linecap=\"round\" stroke-linejoin=\"round\"", line, width);
    sl_map_track(out, map, &object->as.trajectory, from, to, style);
  } else {
    (void)snprintf(style, sizeof style, "fill=\"%s\" fill-opacity=\"%s\" stroke=\"%s\" stroke-width=\"1.4\"", line, fill ? "0.16" : "0.05", line);
    sl_map_shape(out, map, &object->as.volume.shape, style);
  }
}

static void draw_marker(sl_buf *out, double x, double y, uint32_t number) {
  sl_buf_add_format(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"9\" fill=\"%s\" stroke=\"#ffffff\" stroke-width=\"1.5\"/>\n", x, y, RED);
  sl_svg_text_format(out, x, y + 3.5, number > 99 ? 8 : 10, 700, "#ffffff", "middle", "%u", number);
}

static const sl_time ever = {SL_TIME_OPEN_NS};

static void draw_map(sl_buf *out, const sl_check *check, double top, double height) {
  const sl_judged *judged = &check->judged;
  bounds b = {0};
  for (uint32_t i = 0; i < judged->conflicts; i++)
    for (int second = 0; second < 2; second++) include_object(&b, object_of(check, &judged->hit[i], second), judged->hit[i].finding.window);
  if (!b.any) return;
  sl_panel map = sl_map_panel(MARGIN, top, PAGE - 2 * MARGIN, height, box_of(&b), 0.05);
  sl_svg_panel_open(out, &map, "#f4f7f9");
  sl_map_grid(out, &map, "#dde4ea");
  for (uint32_t i = 0; i < judged->conflicts; i++)
    for (int second = 0; second < 2; second++)
      draw_object(out, &map, object_of(check, &judged->hit[i], second), (sl_time){0}, ever, colour[second], 0.8, false);
  for (uint32_t i = 0; i < judged->conflicts; i++) {
    sl_window window = judged->hit[i].finding.window;
    for (int second = 0; second < 2; second++) {
      const sl_object *object = object_of(check, &judged->hit[i], second);
      if (object->kind == SL_OBJECT_TRAJECTORY) draw_object(out, &map, object, window.start, window.end, RED, 3, false);
    }
  }
  for (uint32_t i = judged->conflicts; i-- > 0;) {
    sl_spot spot = place_of(check, &judged->hit[i]);
    draw_marker(out, sl_panel_x(&map, sl_map_u(&map, spot.lon)), sl_panel_y(&map, spot.lat) - 14, i + 1);
  }
  sl_svg_panel_close(out, &map);
}

static void draw_plan(sl_buf *out, const sl_check *check, const sl_hit *hit, double x, double y, double size) {
  sl_spot place = place_of(check, hit);
  double reach = fmax(3.2 * (double)check->minima.lateral.mm, 3.2 * (double)hit->finding.lateral.mm) / 111195000.0;
  bounds b = {0};
  bool areas = true;
  for (int i = 0; i < 2; i++) areas = areas && object_of(check, hit, i)->kind == SL_OBJECT_VOLUME;
  for (int i = 0; areas && i < 2; i++) include_object(&b, object_of(check, hit, i), hit->finding.window);
  if (!areas) {
    if (reach < 0.002) reach = 0.05;
    double wide = reach / fmax(0.05, cos(place.lat * 0.01745329252));
    include(&b, place.lat - reach, place.lon - wide);
    include(&b, place.lat + reach, place.lon + wide);
  }
  sl_panel map = sl_map_panel(x, y, size, size, box_of(&b), areas ? 0.1 : 0);
  sl_svg_panel_open(out, &map, "#f4f7f9");
  sl_window window = hit->finding.window;
  for (int i = 0; i < 2; i++) draw_object(out, &map, object_of(check, hit, i), (sl_time){0}, ever, colour[i], 1.6, true);
  double at[2][2] = {{0, 0}, {0, 0}};
  for (int i = 0; i < 2; i++) {
    const sl_object *object = object_of(check, hit, i);
    if (object->kind != SL_OBJECT_TRAJECTORY) continue;
    draw_object(out, &map, object, window.start, window.end, RED, 3.2, false);
    sl_spot spot = sl_track_at(&object->as.trajectory, hit->finding.closest_at);
    at[i][0] = sl_panel_x(&map, sl_map_u(&map, spot.lon));
    at[i][1] = sl_panel_y(&map, spot.lat);
    double radius = (double)check->minima.lateral.mm / 111195000.0 / (map.v1 - map.v0) * map.height;
    if (i == 0 && radius > 2)
      sl_buf_add_format(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" fill-opacity=\"0.07\" stroke=\"%s\" stroke-dasharray=\"4 3\"/>\n", at[i][0],
                        at[i][1], radius, BLUE, BLUE);
  }
  bool tracks = object_of(check, hit, 0)->kind == SL_OBJECT_TRAJECTORY && object_of(check, hit, 1)->kind == SL_OBJECT_TRAJECTORY;
  if (tracks) sl_buf_add_format(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", at[0][0], at[0][1], at[1][0], at[1][1], INK);
  for (int i = 0; i < 2; i++)
    if (object_of(check, hit, i)->kind == SL_OBJECT_TRAJECTORY)
      sl_buf_add_format(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\" stroke=\"#ffffff\"/>\n", at[i][0], at[i][1], colour[i]);
  sl_svg_panel_close(out, &map);
}

/* The altitudes of an object, in feet where `feet`, else metres; false: every altitude. */
static bool altitudes(double *low, double *high, const sl_object *object, sl_time from, sl_time to, bool feet) {
  double unit = feet ? 304.8 : 1000;
  if (object->kind == SL_OBJECT_VOLUME) {
    const sl_band *band = &object->as.volume.band;
    if (band->ref == SL_ALT_COLUMN) return false;
    bool baro = band->ref == SL_ALT_BARO;
    *low = baro ? band->as.baro.lower.ft : (double)band->as.w84.lower.mm / unit;
    *high = baro ? band->as.baro.upper.ft : (double)band->as.w84.upper.mm / unit;
    return true;
  }
  const sl_trajectory *track = &object->as.trajectory;
  double scale = track->ref == SL_ALT_BARO ? 1 : 1 / unit;
  *low = INFINITY;
  *high = -INFINITY;
  for (int i = 0; i <= 40; i++) {
    sl_time time = {from.ns + (to.ns - from.ns) / 40 * i};
    if (time.ns < track->fix[0].time.ns || time.ns > track->fix[track->count - 1].time.ns) continue;
    double altitude = sl_track_at(track, time).altitude * scale;
    *low = fmin(*low, altitude);
    *high = fmax(*high, altitude);
  }
  return *low <= *high;
}

static void draw_height_line(sl_buf *out, const sl_panel *panel, const sl_trajectory *track, double scale, sl_time from, sl_time to, const char *style) {
  int64_t first = track->fix[0].time.ns, last = track->fix[track->count - 1].time.ns;
  if (from.ns < first) from.ns = first;
  if (to.ns > last) to.ns = last;
  if (from.ns > to.ns) return;
  sl_svg_path_open(out);
  for (int i = 0; i <= 80; i++) {
    sl_time time = {from.ns + (to.ns - from.ns) / 80 * i};
    sl_svg_to(out, i == 0, sl_panel_x(panel, (double)time.ns), sl_panel_y(panel, sl_track_at(track, time).altitude * scale));
  }
  sl_svg_path_close(out, false, style);
}

static void draw_height(sl_buf *out, const sl_panel *panel, const sl_object *object, int which, sl_window window, double minimum, bool feet) {
  char style[160];
  double low = panel->v0, high = panel->v1, unit = feet ? 304.8 : 1000;
  if (object->kind == SL_OBJECT_VOLUME) {
    (void)altitudes(&low, &high, object, window.start, window.end, feet);
    double top = sl_panel_y(panel, fmin(high, panel->v1)), bottom = sl_panel_y(panel, fmax(low, panel->v0));
    double left = fmax(0, sl_panel_x(panel, (double)object->as.volume.window.start.ns));
    double right = fmin(panel->width, sl_panel_x(panel, (double)object->as.volume.window.end.ns));
    sl_buf_add_format(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" fill-opacity=\"0.2\" stroke=\"%s\"/>\n", left, top,
                      fmax(0, right - left), fmax(1, bottom - top), colour[which], colour[which]);
    return;
  }
  const sl_trajectory *track = &object->as.trajectory;
  double scale = track->ref == SL_ALT_BARO ? 1 : 1 / unit;
  double wide = 2 * minimum / (panel->v1 - panel->v0) * panel->height;
  sl_time from = {(int64_t)panel->u0}, to = {(int64_t)panel->u1};
  if (which == 0 && minimum > 0) {
    (void)snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-opacity=\"0.12\" stroke-width=\"%.1f\"", BLUE, wide);
    draw_height_line(out, panel, track, scale, from, to, style);
  }
  (void)snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"2\"", colour[which]);
  draw_height_line(out, panel, track, scale, from, to, style);
  (void)snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"3\"", RED);
  draw_height_line(out, panel, track, scale, window.start, window.end, style);
}

static void draw_scale(sl_buf *out, const sl_panel *panel, bool feet) {
  static const double steps[] = {10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 500000};
  size_t pick = 0;
  while (pick + 1 < sizeof steps / sizeof *steps && (panel->v1 - panel->v0) / steps[pick] > 5) pick++;
  double step = steps[pick];
  for (double v = ceil(panel->v0 / step) * step; v < panel->v1; v += step) {
    double y = sl_panel_y(panel, v);
    sl_buf_add_format(out, "<line x1=\"0\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dde4ea\" stroke-width=\"0.6\"/>\n", y, panel->width, y);
    sl_svg_text_format(out, 3, y - 2, 9, 400, "#7a8590", "start", "%.0f %s", v, feet ? "ft" : "m");
  }
}

static void draw_profile(sl_buf *out, const sl_check *check, const sl_hit *hit, double x, double y, double width, double height) {
  sl_window window = hit->finding.window;
  bool always = is_always(window), feet = false;
  sl_time from = {always ? 0 : window.start.ns - ABOUT_NS}, to = {always ? SL_TIME_OPEN_NS : window.end.ns + ABOUT_NS};
  for (int i = 0; i < 2; i++) {
    const sl_object *object = object_of(check, hit, i);
    sl_alt_ref ref = object->kind == SL_OBJECT_VOLUME ? object->as.volume.band.ref : object->as.trajectory.ref;
    feet = feet || ref == SL_ALT_BARO;
  }
  double minimum = feet ? check->minima.vertical_ft : (double)check->minima.vertical_w84.mm / 1000;
  double low = INFINITY, high = -INFINITY;
  for (int i = 0; i < 2; i++) {
    double bottom, top;
    if (!altitudes(&bottom, &top, object_of(check, hit, i), from, to, feet)) continue;
    low = fmin(low, bottom);
    high = fmax(high, top);
  }
  if (!(low <= high)) low = 0, high = feet ? 40000 : 12000;
  double margin = fmax(minimum * 1.3, (high - low) * 0.1 + 30);
  sl_panel panel = {x, y, width, height, (double)from.ns, (double)to.ns, low - margin, high + margin};
  sl_svg_panel_open(out, &panel, "#f4f7f9");
  draw_scale(out, &panel, feet);
  double left = sl_panel_x(&panel, (double)window.start.ns), right = sl_panel_x(&panel, (double)window.end.ns);
  sl_buf_add_format(out, "<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" fill-opacity=\"0.1\"/>\n", left, fmax(1, right - left), height, RED);
  for (int i = 0; i < 2; i++) draw_height(out, &panel, object_of(check, hit, i), i, window, minimum, feet);
  char text[16];
  clock_text(text, window.start);
  if (!always) sl_svg_text_format(out, left - 2, height - 4, 9, 400, RED, "end", "%s", text);
  clock_text(text, window.end);
  if (always) sl_svg_text_format(out, width / 2, height - 4, 9, 400, RED, "middle", "at all times");
  else sl_svg_text_format(out, right + 2, height - 4, 9, 400, RED, "start", "%s", text);
  sl_svg_panel_close(out, &panel);
}

static void draw_card(sl_buf *out, const sl_check *check, uint32_t number, double x, double y) {
  const sl_hit *hit = &check->judged.hit[number - 1];
  char from[16], to[16], at[16];
  clock_text(from, hit->finding.window.start);
  clock_text(to, hit->finding.window.end);
  clock_text(at, hit->finding.closest_at);
  draw_marker(out, x + 10, y + 10, number);
  sl_buf_add_format(out, "<svg x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"20\">\n", x + 26, y, CARD_WIDTH - 26);
  sl_svg_text(out, 0, 14.5, 14, 700, BLUE, "start", name_of(check, hit, 0));
  sl_svg_text(out, (CARD_WIDTH - 26) / 2, 14.5, 14, 700, ORANGE, "start", name_of(check, hit, 1));
  sl_buf_add_text(out, "</svg>\n");
  if (is_always(hit->finding.window)) sl_svg_text_format(out, x, y + 35, 11, 400, GREY, "start", "at all times");
  else sl_svg_text_format(out, x, y + 35, 11, 400, GREY, "start", "%s to %s UTC, closest at %s", from, to, at);
  bool feet = check->load->record[hit->a].form == SL_RECORD_TRACK && check->load->record[hit->b].form == SL_RECORD_TRACK;
  sl_svg_text_format(out, x, y + 50, 11, 400, INK, "start", "%.2f NM apart, %.0f %s in height", (double)hit->finding.lateral.mm / 1852000,
                     (double)hit->finding.vertical.mm / (feet ? 304.8 : 1000), feet ? "ft" : "m");
  draw_plan(out, check, hit, x, y + 58, 184);
  draw_profile(out, check, hit, x + 192, y + 58, CARD_WIDTH - 192, 184);
}

static void draw_head(sl_buf *out, const sl_check *check) {
  const sl_judged *judged = &check->judged;
  const char *word = judged->conflicts ? "CONFLICT" : judged->hit_count ? "UNDECIDED" : "no conflict among what was read";
  sl_svg_text_format(out, MARGIN, 36, 22, 700, judged->conflicts ? RED : INK, "start", "%s", word);
  sl_svg_text_format(out, MARGIN, 58, 13, 400, INK, "start", "%u pairs in conflict, %u times; %u pairs undecided; %llu objects, %llu pairs judged", judged->conflict_pairs,
                     judged->conflicts, judged->undecided_pairs, (unsigned long long)judged->objects, (unsigned long long)judged->pairs);
  sl_svg_text_format(out, PAGE - MARGIN, 36, 13, 400, GREY, "end", "minima %.2f NM, %d ft", (double)check->minima.lateral.mm / 1852000, check->minima.vertical_ft);
  sl_svg_text_format(out, PAGE - MARGIN, 58, 12, 400, GREY, "end", "red: both minima infringed; dashed circle and pale band: minima about the blue one");
}

void sl_check_add_svg(sl_buf *out, const sl_check *check) {
  SL_ASSERT(out && check->load);
  uint32_t cards = check->judged.conflicts < CARDS_MAX ? check->judged.conflicts : CARDS_MAX;
  double map_height = check->judged.conflicts ? 520 : 0, top = 72 + map_height + (map_height > 0 ? 24 : 0);
  double height = top + ((cards + 2) / 3) * (CARD_HEIGHT + GAP) + 24;
  sl_svg_open(out, PAGE, height);
  draw_head(out, check);
  if (check->judged.conflicts) draw_map(out, check, 72, map_height);
  for (uint32_t i = 0; i < cards; i++) draw_card(out, check, i + 1, MARGIN + (i % 3) * (CARD_WIDTH + GAP), top + (i / 3) * (CARD_HEIGHT + GAP));
  if (check->judged.conflicts > cards) sl_svg_text_format(out, MARGIN, height - 10, 12, 400, GREY, "start", "and %u more", check->judged.conflicts - cards);
  sl_svg_close(out);
}
