/* The few things pictures are made of: panels that map quantities to pixels and clip
 * what leaves them, and text that is escaped. Colours and sizes are the caller's. */
#ifndef SL_CLI_SVG_H
#define SL_CLI_SVG_H

#include "base/buf.h"
#include "format/extent.h"
#include "sideline/shape.h"

/* A rectangle of the page and what it shows: u from left to right, v upward. */
typedef struct sl_panel {
  double x, y, width, height;   /* pixels */
  double u0, u1, v0, v1;        /* u0 < u1, v0 < v1 */
} sl_panel;

/* Open and close a page and a clipped panel. */
void sl_svg_open(sl_buf *out, double width, double height);
void sl_svg_close(sl_buf *out);
void sl_svg_panel_open(sl_buf *out, const sl_panel *panel, const char *background);
void sl_svg_panel_close(sl_buf *out, const sl_panel *panel);

/* Pixels within the panel. */
double sl_panel_x(const sl_panel *panel, double u);
double sl_panel_y(const sl_panel *panel, double v);

/* Text; anchor "start", "middle" or "end". weight 400 or 700. */
void sl_svg_text(sl_buf *out, double x, double y, double size, int weight, const char *colour, const char *anchor, sl_str text);
void sl_svg_text_format(sl_buf *out, double x, double y, double size, int weight, const char *colour, const char *anchor,
                        const char *format, ...) SL_PRINTF(8, 9);
/* A path that the caller fills with "M x y L x y" through sl_svg_to(). */
void sl_svg_path_open(sl_buf *out);
void sl_svg_to(sl_buf *out, bool first, double x, double y);
void sl_svg_path_close(sl_buf *out, bool ring, const char *style);

/* A map panel for a box, widened by `margin` of its size, keeping the proportions of
 * the ground. A map's u and v are degrees, longitudes unwrapped from the west. */
sl_panel sl_map_panel(double x, double y, double width, double height, sl_box box, double margin);
/* Longitude as the panel has it. */
double sl_map_u(const sl_panel *map, double lon);
/* Lines of a round number of degrees, with their names at the edge. */
void sl_map_grid(sl_buf *out, const sl_panel *map, const char *colour);
/* A shape, holes cut out; a line through the fixes of a track between two instants. */
void sl_map_shape(sl_buf *out, const sl_panel *map, const sl_shape *shape, const char *style);
void sl_map_track(sl_buf *out, const sl_panel *map, const sl_trajectory *track, sl_time from, sl_time to, const char *style);

#endif
