/* Purpose: see the header. Work expected: a hundred thousand points for each map.
 * Representation: the bytes as they are in the file; lines that stay outside of the map are
 * passed over, points that would not be seen apart are left out. */
#include "cli/coast.h"

#include <math.h>

#include "base/assert.h"
#include "cli/cli.h"

#define MAGIC "SLCOAST1"
#define MAGIC_SIZE 8u

static double degrees_at(const uint8_t *at) {
  return (double)(int32_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) * 1e-6;
}

/* Whether a point of the line is on the map. */
static bool is_seen(const sl_panel *map, const uint8_t *points, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const double lat = degrees_at(points + i * 8), u = sl_map_u(map, degrees_at(points + i * 8 + 4));
    if (lat >= map->v0 && lat <= map->v1 && u >= map->u0 && u <= map->u1) return true;
  }
  return false;
}

static void draw_line(sl_buf *out, const sl_panel *map, const uint8_t *points, uint32_t count) {
  double x = 0, y = 0, last = 0;
  bool apart = true;
  for (uint32_t i = 0; i < count; i++) {
    const double u = sl_map_u(map, degrees_at(points + i * 8 + 4)), nx = sl_panel_x(map, u), ny = sl_panel_y(map, degrees_at(points + i * 8));
    if (i > 0 && fabs(u - last) > 180) apart = true;   /* the other edge of the map */
    last = u;
    if (!apart && i + 1 < count && fabs(nx - x) + fabs(ny - y) < 0.5) continue;
    sl_svg_to(out, apart, nx, ny);
    x = nx;
    y = ny;
    apart = false;
  }
}

bool sl_coast_draw(sl_buf *out, const sl_panel *map, sl_span bytes, const char *style) {
  SL_ASSERT(out && map && style);
  if (bytes.size < MAGIC_SIZE || memcmp(bytes.data, MAGIC, MAGIC_SIZE) != 0) return false;
  /* Whole, or not at all. */
  for (size_t at = MAGIC_SIZE; at < bytes.size;) {
    if (bytes.size - at < 2) return false;
    const size_t count = (size_t)bytes.data[at] << 8 | bytes.data[at + 1];
    if (count < 2 || bytes.size - at - 2 < count * 8) return false;
    at += 2 + count * 8;
  }
  sl_svg_path_open(out);
  for (size_t at = MAGIC_SIZE; at < bytes.size;) {
    const uint32_t count = (uint32_t)bytes.data[at] << 8 | bytes.data[at + 1];
    if (is_seen(map, bytes.data + at + 2, count)) draw_line(out, map, bytes.data + at + 2, count);
    at += 2 + (size_t)count * 8;
  }
  sl_svg_path_close(out, false, style);
  return true;
}

void sl_coast_draw_built(sl_buf *out, const sl_panel *map, const char *style) {
#ifdef SL_COASTLINE_BUILT
  static const char *const paths[] = {SL_COASTLINE_INSTALLED, SL_COASTLINE_BUILT};
  for (size_t i = 0; i < 2; i++) {
    sl_buf bytes;
    sl_fault unused = sl_fault_none();
    sl_buf_init(&bytes, SL_COAST_BYTES_MAX);
    const bool drawn = sl_file_read(&bytes, paths[i], SL_COAST_BYTES_MAX, &unused) == SL_OK && sl_coast_draw(out, map, sl_buf_span(&bytes), style);
    sl_buf_fini(&bytes);
    if (drawn) return;
  }
#else
  (void)out, (void)map, (void)style;
#endif
}
