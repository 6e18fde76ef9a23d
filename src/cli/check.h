/* What `sideline check` found, and the ways to tell it. */
#ifndef SL_CLI_CHECK_H
#define SL_CLI_CHECK_H

#include "cli/judged.h"

/* Which pairs are judged: names of two prefixes, records of different files, or all. */
typedef struct sl_across { bool given, files; sl_str prefix[2]; } sl_across;

typedef struct sl_check {
  const sl_load *load;
  sl_minima minima;
  sl_across across;
  sl_judged judged;
} sl_check;

/* A table for people; JSON for programs. */
void sl_check_print(FILE *out, const sl_check *check);
void sl_check_print_json(FILE *out, const sl_check *check);
/* The parts in conflict as GeoJSON; a picture. Failures stick in the buffer. */
void sl_check_add_geojson(sl_buf *out, const sl_check *check);
void sl_check_add_svg(sl_buf *out, const sl_check *check);

/* Where a track is at an instant within its window, between its fixes; altitude in mm
 * above the ellipsoid or in feet, as the track has it. For pictures, not for judging. */
typedef struct sl_spot { double lat, lon, altitude; } sl_spot;
sl_spot sl_track_at(const sl_trajectory *track, sl_time time);

#endif
