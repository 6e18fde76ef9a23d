/* The grids beside GeographicLib's GeoConvert, which shares nothing with them: random
 * positions and the corners of the rules (Norway, Svalbard, the caps), both directions. */
#include "format/grid.h"

#include <math.h>
#include <unistd.h>

#include "format/mgrs.h"
#include "test.h"

#define POINTS 120000
#define GEOCONVERT "/usr/bin/GeoConvert"

static sl_grid *grid;
static sl_pos point[POINTS];
static char reference[POINTS][32];

static int open_grid(void **state) {
  (void)state;
  return sl_grid_open(&grid) == SL_OK ? 0 : -1;
}

static int close_grid(void **state) {
  (void)state;
  sl_grid_close(grid);
  return 0;
}

static sl_pos draw(sl_rng *rng, int i) {
  const int64_t d = SL_ND_PER_DEG;
  int64_t south = -90, north = 90, west = -180, east = 180;
  switch (i % 6) {
    case 1: south = 55, north = 65, west = -1, east = 13; break;    /* Norway */
    case 2: south = 71, north = 85, west = -1, east = 43; break;    /* Svalbard */
    case 3: south = 80, north = 90; break;                          /* the caps */
    case 4: south = -90, north = -78; break;
    case 5: south = 30, north = 42, west = 30, east = 50; break;
    default: break;
  }
  return (sl_pos){sl_rng_between(rng, south * d, north * d), sl_rng_between(rng, west * d, east * d)};
}

static void degrees(FILE *file, sl_pos pos) {
  const char *lat = pos.lat_nd < 0 ? "-" : "", *lon = pos.lon_nd < 0 ? "-" : "";
  long long a = llabs(pos.lat_nd), o = llabs(pos.lon_nd);
  fprintf(file, "%s%lld.%09lld %s%lld.%09lld\n", lat, a / 1000000000, a % 1000000000, lon, o / 1000000000, o % 1000000000);
}

/* Run GeoConvert over the lines that `write` puts into a file; NULL when it is not there. */
static FILE *convert(const char *options, void (*write)(FILE *)) {
  char name[] = "/tmp/grid-test-XXXXXX", command[256];
  int fd = mkstemp(name);
  FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
  assert_non_null(file);
  write(file);
  assert_int_equal(fclose(file), 0);
  (void)snprintf(command, sizeof command, GEOCONVERT " %s --input-file %s", options, name);
  FILE *answer = popen(command, "r");
  assert_non_null(answer);
  char *text = malloc((size_t)POINTS * 64);
  assert_non_null(text);
  size_t size = fread(text, 1, (size_t)POINTS * 64, answer);
  (void)pclose(answer);
  (void)unlink(name);
  FILE *kept = tmpfile();
  assert_non_null(kept);
  assert_int_equal(fwrite(text, 1, size, kept), size);
  rewind(kept);
  free(text);
  return kept;
}

static void write_points(FILE *file) {
  for (int i = 0; i < POINTS; i++) degrees(file, point[i]);
}

static void write_references(FILE *file) {
  for (int i = 0; i < POINTS; i++) fprintf(file, "%s\n", reference[i]);
}

static bool line_of(char *out, size_t room, FILE *file) {
  if (!fgets(out, (int)room, file)) return false;
  out[strcspn(out, "\r\n")] = 0;
  return true;
}

static void references_agree_with_geographiclib(void **state) {
  (void)state;
  if (access(GEOCONVERT, X_OK)) SL_SKIP("format/grid/geographiclib", "GeoConvert is not installed");
  sl_rng rng = sl_rng_start("grid", 31);
  for (int i = 0; i < POINTS; i++) point[i] = draw(&rng, i);
  FILE *answer = convert("-m", write_points);
  char line[128];
  int other = 0;
  for (int i = 0; i < POINTS; i++) {
    char text[SL_MGRS_TEXT_MAX];
    assert_true(line_of(line, sizeof line, answer));
    assert_int_equal(sl_mgrs_text(text, grid, point[i], 5), SL_OK);
    if (strcmp(text, line) != 0 && other++ < 10) printf("%lld %lld: %s, GeoConvert %s\n", (long long)point[i].lat_nd, (long long)point[i].lon_nd, text, line);
    (void)snprintf(reference[i], sizeof reference[i], "%.31s", line);
  }
  (void)fclose(answer);
  /* A last digit may differ where a coordinate is whole metres to the nanometre. */
  assert_in_range(other, 0, 1);
  answer = convert("-g -p 4", write_references);
  for (int i = 0; i < POINTS; i++) {
    sl_pos pos;
    sl_len side;
    assert_true(line_of(line, sizeof line, answer));
    char *rest;
    double lat = strtod(line, &rest), lon = strtod(rest, NULL);
    assert_int_equal(sl_mgrs_read(&pos, &side, grid, sl_str_from(reference[i]), NULL), SL_OK);
    double off = fabs((double)pos.lon_nd * 1e-9 - lon);
    off = fmin(off, 360 - off) * cos(lat * 3.14159265358979323846 / 180);
    if (fabs((double)pos.lat_nd * 1e-9 - lat) > 3e-9 || off > 3e-9) printf("%s: %lld %lld, GeoConvert %s\n", reference[i], (long long)pos.lat_nd, (long long)pos.lon_nd, line);
    assert_true(fabs((double)pos.lat_nd * 1e-9 - lat) <= 3e-9 && off <= 3e-9);
  }
  (void)fclose(answer);
}

/* Random letters: what GeographicLib refuses is refused; what it takes is taken, but for
 * squares that lie wholly beyond 84 or -80 degrees, which it still takes as a zone's, and
 * those wholly outside the caps, which it still takes as UPS. */
static void squares_that_are_not_agree(void **state) {
  (void)state;
  if (access(GEOCONVERT, X_OK)) SL_SKIP("format/grid/geographiclib", "GeoConvert is not installed");
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  sl_rng rng = sl_rng_start("squares", 37);
  for (int i = 0; i < POINTS; i++) {
    char zone[4] = "";
    if (i % 8) (void)snprintf(zone, sizeof zone, "%d", (int)sl_rng_between(&rng, 1, 60));
    char band = zone[0] ? letters[sl_rng_between(&rng, 0, 25)] : "ABYZ"[sl_rng_between(&rng, 0, 3)];
    (void)snprintf(reference[i], sizeof reference[i], "%s%c%c%c%04d", zone, band, letters[sl_rng_between(&rng, 0, 25)], letters[sl_rng_between(&rng, 0, 25)],
                   (int)sl_rng_between(&rng, 0, 9999));
  }
  FILE *answer = convert("-g -p 4", write_references);
  char line[256];
  int taken = 0, other = 0;
  for (int i = 0; i < POINTS; i++) {
    sl_pos pos;
    sl_len side;
    assert_true(line_of(line, sizeof line, answer));
    bool theirs = strncmp(line, "ERROR", 5) != 0, ours = sl_mgrs_read(&pos, &side, grid, sl_str_from(reference[i]), NULL) == SL_OK;
    double lat = theirs ? strtod(line, NULL) : 0;
    bool zoned = reference[i][0] >= '0' && reference[i][0] <= '9', beyond = theirs && (zoned ? lat > 84 || lat < -80 : lat > -79 && lat < 83);
    if (theirs != ours && !beyond && other++ < 20) printf("%s: %d, GeoConvert %s\n", reference[i], ours, line);
    taken += ours;
    if (!theirs || !ours) continue;
    assert_true(fabs((double)pos.lat_nd * 1e-9 - lat) <= 3e-9);
  }
  (void)fclose(answer);
  printf("%d of %d random references name a square\n", taken, POINTS);
  assert_int_equal(other, 0);
  assert_true(taken > POINTS / 50);
}

static void grid_places_agree_with_geographiclib(void **state) {
  (void)state;
  if (access(GEOCONVERT, X_OK)) SL_SKIP("format/grid/geographiclib", "GeoConvert is not installed");
  sl_rng rng = sl_rng_start("utm", 41);
  for (int i = 0; i < POINTS; i++) point[i] = draw(&rng, i);
  FILE *answer = convert("-u -p 4", write_points);
  char line[128];
  for (int i = 0; i < POINTS; i++) {
    assert_true(line_of(line, sizeof line, answer));
    sl_grid_place place;
    sl_pos back;
    assert_int_equal(sl_grid_forward(&place, grid, point[i]), SL_OK);
    char *rest;
    long zone = strtol(line, &rest, 10);
    bool north = *rest == 'n';
    double east = strtod(rest + 1, &rest), northing = strtod(rest, NULL);
    assert_int_equal(place.zone, zone);
    assert_int_equal(place.north, north);
    if (!(fabs(place.easting - east) <= 2e-4 && fabs(place.northing - northing) <= 2e-4)) printf("%lld %lld: %.6f %.6f, GeoConvert %s\n", (long long)point[i].lat_nd, (long long)point[i].lon_nd, place.easting, place.northing, line);
    assert_true(fabs(place.easting - east) <= 2e-4 && fabs(place.northing - northing) <= 2e-4);
    assert_int_equal(sl_grid_inverse(&back, grid, &place), SL_OK);
    assert_true(llabs(back.lat_nd - point[i].lat_nd) <= 1);
    double off = fabs((double)(back.lon_nd - point[i].lon_nd));
    assert_true(fmin(off, 360e9 - off) * cos((double)point[i].lat_nd * 1.745329252e-11) <= 1.01);
  }
  (void)fclose(answer);
}

static void places_off_the_grid_are_refused(void **state) {
  (void)state;
  static const sl_grid_place rows[] = {{61, true, 5e5, 1e6}, {30, true, -1, 1e6}, {30, true, 1000001, 1e6}, {30, true, 5e5, -1}, {30, true, 5e5, 9.7e6},
                                       {30, false, 5e5, 1.00001e7}, {30, false, 5e5, 1e5}, {0, true, 3.5e6, 2e6}, {30, true, NAN, 1e6}, {30, true, 5e5, INFINITY}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_pos pos = {7, 7};
    assert_int_equal(sl_grid_inverse(&pos, grid, &rows[i]), SL_ERR_RANGE);
    assert_int_equal(pos.lat_nd, 7);
  }
  sl_grid_place place;
  assert_int_equal(sl_grid_forward(&place, grid, (sl_pos){0, 181 * SL_ND_PER_DEG}), SL_ERR_RANGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(references_agree_with_geographiclib), cmocka_unit_test(squares_that_are_not_agree),
                                     cmocka_unit_test(grid_places_agree_with_geographiclib), cmocka_unit_test(places_off_the_grid_are_refused)};
  return cmocka_run_group_tests(tests, open_grid, close_grid);
}
