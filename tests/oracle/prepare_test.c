/* The vectors of shapes, and what the prepared form says of where an object is.
 *
 * A vector is a text of lines:
 *   # comment
 *   error NAME, reason TEXT        (invalid ones: the error, and part of the reason)
 *   volume W84|STD|COLUMN LOWER UPPER START END     mm or ft, seconds
 *   polygon|corridor geodesic|parallel [HALF WIDTH mm], circle LAT LON RADIUS mm
 *   ring, hole, LAT LON            degrees
 *   trajectory W84|STD|COLUMN LATERAL VERTICAL ALONG, fix LAT LON ALTITUDE SECONDS
 *   meets|clear LAT LON            what a point in the whole column gets at the minimum 0 */
#include <dirent.h>
#include <math.h>

#include "base/text.h"
#include "build.h"
#include "oracle/prepared.h"
#include "reference.h"

typedef struct vector {
  built object;
  char error[32], reason[128];
  struct { sl_pos pos; bool meets; } point[8];
  uint32_t points, rings, positions, fixes;
} vector;

static int64_t number(const char **text, int scale) {
  while (**text == ' ') ++*text;
  size_t size = strcspn(*text, " \n");
  int64_t value = 0;
  assert_int_equal(sl_decimal_read(&value, (sl_str){*text, size}, scale), SL_OK);
  *text += size;
  return value;
}

static bool word(const char **text, const char *expected) {
  while (**text == ' ') ++*text;
  size_t size = strcspn(*text, " \n");
  if (size != strlen(expected) || memcmp(*text, expected, size) != 0) return false;
  *text += size;
  return true;
}

static sl_pos position(const char **text) {
  int64_t latitude = number(text, 9);
  return (sl_pos){latitude, number(text, 9)};
}

static sl_alt_ref reference(const char **text) {
  if (word(text, "W84")) return SL_ALT_W84;
  if (word(text, "STD")) return SL_ALT_BARO;
  assert_true(word(text, "COLUMN"));
  return SL_ALT_COLUMN;
}

static void read_volume(vector *v, const char *t) {
  sl_volume *volume = &v->object.object.as.volume;
  v->object.object.kind = SL_OBJECT_VOLUME;
  volume->band.ref = reference(&t);
  int64_t lower = number(&t, 0), upper = number(&t, 0);
  if (volume->band.ref == SL_ALT_BARO) {
    volume->band.as.baro.lower.ft = (int32_t)lower;
    volume->band.as.baro.upper.ft = (int32_t)upper;
  } else {
    volume->band.as.w84.lower.mm = lower;
    volume->band.as.w84.upper.mm = upper;
  }
  volume->window.start.ns = number(&t, 9);
  volume->window.end.ns = number(&t, 9);
}

static void read_trajectory(vector *v, const char *t) {
  sl_trajectory *track = &v->object.object.as.trajectory;
  v->object.object.kind = SL_OBJECT_TRAJECTORY;
  track->ref = reference(&t);
  track->lateral.mm = number(&t, 0);
  int64_t vertical = number(&t, 0);
  if (track->ref == SL_ALT_BARO) track->vertical.baro_ft = (int32_t)vertical;
  else track->vertical.w84.mm = vertical;
  track->along.ns = number(&t, 9);
  track->fix = v->object.fix;
}

static void read_fix(vector *v, const char *t) {
  sl_trajectory *track = &v->object.object.as.trajectory;
  sl_fix *fix = v->object.fix + track->count++;
  fix->pos = position(&t);
  int64_t altitude = number(&t, 0);
  if (track->ref == SL_ALT_BARO) fix->alt.baro.ft = (int32_t)altitude;
  else fix->alt.w84.mm = altitude;
  fix->time.ns = number(&t, 9);
}

static sl_edge edge(const char **t) {
  if (word(t, "parallel")) return SL_EDGE_PARALLEL;
  assert_true(word(t, "geodesic"));
  return SL_EDGE_GEODESIC;
}

static void read_line(vector *v, const char *t) {
  built *b = &v->object;
  sl_shape *shape = &b->object.as.volume.shape;
  if (*t == '#' || *t == '\n') return;
  if (word(&t, "error")) sscanf(t, " %31s", v->error);
  else if (word(&t, "reason")) sscanf(t, " %127[^\n]", v->reason);
  else if (word(&t, "volume")) read_volume(v, t);
  else if (word(&t, "trajectory")) read_trajectory(v, t);
  else if (word(&t, "fix")) read_fix(v, t);
  else if (word(&t, "circle")) {
    sl_pos centre = position(&t);
    *shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {centre, {number(&t, 0)}}};
  } else if (word(&t, "polygon")) {
    *shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b->ring, b->hole, 0, edge(&t)}};
  } else if (word(&t, "corridor")) {
    sl_edge kind = edge(&t);
    *shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {b->pos, 0, {number(&t, 0)}, kind}};
  } else if (word(&t, "ring") || word(&t, "hole")) {
    b->hole[v->rings] = t[-1] == 'e';
    b->ring[v->rings++] = (sl_ring){b->pos + v->positions, 0};
    shape->as.polygon.count = v->rings;
  } else if (word(&t, "meets") || word(&t, "clear")) {
    v->point[v->points].meets = t[-1] == 's';
    v->point[v->points++].pos = position(&t);
  } else {
    b->pos[v->positions++] = position(&t);
    if (shape->kind == SL_SHAPE_POLYGON) b->ring[v->rings - 1].count++;
    else shape->as.corridor.count++;
  }
}

static void read_vector(vector *v, const char *path) {
  char line[256];
  memset(v, 0, sizeof *v);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) read_line(v, line);
  fclose(file);
}

/* Call `check` for every vector of a folder; how many there were. */
static long each(const char *folder, void (*check)(const char *name, vector *v)) {
  char path[512];
  DIR *dir = opendir(folder);
  assert_non_null(dir);
  long count = 0;
  vector *v = malloc(sizeof *v);
  for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    read_vector(v, path);
    check(entry->d_name, v);
    count++;
  }
  free(v);
  closedir(dir);
  return count;
}

static int wrong; /* vectors that were not as they say */

static void check_valid(const char *name, vector *v) {
  sl_fault fault = sl_fault_none();
  sl_err err = sl_object_check(&v->object.object, &fault);
  if (err) {
    print_error("%s: %s: %s\n", name, sl_err_name(err), fault.reason);
    wrong++;
    return;
  }
  for (uint32_t i = 0; i < v->points; i++) {
    built dot;
    build_volume(&dot);
    dot.object.as.volume.window = (sl_window){{0}, {SL_TIME_MAX_NS - 1}};
    dot.object.as.volume.band.ref = SL_ALT_COLUMN;
    dot.object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CIRCLE, .as.circle = {v->point[i].pos, {1}}};
    sl_minima touch = {.lateral = {0}};
    bool meets = build_judge(&v->object.object, &dot.object, &touch).verdict == SL_CONFLICT;
    if (meets == v->point[i].meets) continue;
    print_error("%s: point %u\n", name, i);
    wrong++;
  }
}

static void check_invalid(const char *name, vector *v) {
  sl_fault fault = sl_fault_none();
  sl_err err = sl_object_check(&v->object.object, &fault);
  bool right = err == fault.code && strcmp(sl_err_name(err), v->error) == 0 && strstr(fault.reason, v->reason);
  if (!right) {
    print_error("%s: %s: %s\n", name, sl_err_name(err), fault.reason);
    wrong++;
    return;
  }
  sl_prepared *p = NULL;
  assert_int_equal(sl_prepare(&p, &v->object.object, NULL), err);
  assert_null(p);
}

static void valid_vectors(void **state) {
  (void)state;
  wrong = 0;
  assert_true(each(SL_VECTORS "/valid/shapes", check_valid) >= 40);
  assert_int_equal(wrong, 0);
}

static void invalid_vectors(void **state) {
  (void)state;
  wrong = 0;
  assert_true(each(SL_VECTORS "/invalid/shapes", check_invalid) >= 40);
  assert_int_equal(wrong, 0);
}

static bool extent_holds(const sl_extent *e, sl_pos pos) {
  double latitude = (double)pos.lat_nd * 1e-2, longitude = (double)pos.lon_nd * 1e-2;
  if (latitude < e->south || latitude > e->north) return false;
  if (e->west <= e->east) return longitude >= e->west && longitude <= e->east;
  return longitude >= e->west || longitude <= e->east;
}

/* Every place of a shape lies in its extent, wherever on Earth. */
static void extents_hold_all(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("extents", 5);
  for (int i = 0; i < 20000; i++) {
    double la = i % 4 ? asin(2.0 * sl_rng_unit(&rng) - 1.0) * 57.29577951308232 : 90.0 - 20.0 * pow(sl_rng_unit(&rng), 4.0);
    sl_pos about = build_pos(la, i % 3 ? 360.0 * sl_rng_unit(&rng) - 180.0 : 180.0 - sl_rng_unit(&rng));
    double size = pow(10.0, 1.0 + 4.9 * sl_rng_unit(&rng));
    built b;
    build_volume(&b);
    uint32_t count = (uint32_t)sl_rng_between(&rng, 2, 6);
    for (uint32_t k = 0; k < count; k++)
      b.pos[k] = ref_direct(about, 360.0 * (k + 0.5 * sl_rng_unit(&rng)) / count, size * (0.3 + 0.7 * sl_rng_unit(&rng)));
    double half = size * 0.1 * sl_rng_unit(&rng) + 0.001;
    b.object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_CORRIDOR, .as.corridor = {b.pos, count, {(int64_t)(half * 1e3)}, SL_EDGE_GEODESIC}};
    sl_prepared *p = build_prepared(&b.object);
    sl_extent e;
    assert_int_equal(sl_prepared_parts(p), 1);
    sl_prepared_part(&e, p, 0);
    for (int k = 0; k < 20; k++) {
      uint32_t leg = (uint32_t)sl_rng_between(&rng, 0, count - 2);
      sl_fix fixes[2] = {{.pos = b.pos[leg], .time = {0}}, {.pos = b.pos[leg + 1], .time = {1000000}}};
      sl_trajectory line = {.fix = fixes, .count = 2, .ref = SL_ALT_W84};
      double lx, ox, z;
      ref_track_at(&lx, &ox, &z, &line, 1e6 * sl_rng_unit(&rng));
      sl_pos on = build_pos(lx, ox);
      assert_true(extent_holds(&e, ref_direct(on, 360.0 * sl_rng_unit(&rng), (half - 0.001) * sl_rng_unit(&rng))));
      assert_true(extent_holds(&e, ref_direct(on, 90.0 * k, half - 0.001)));
    }
    sl_prepared_free(p);
  }
}

/* The parts of a long flight hold all of it. */
static void parts_hold_all(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("parts", 6);
  for (int i = 0; i < 300; i++) {
    built b;
    double rows[4 * BUILD_VERTICES];
    double la = 170.0 * sl_rng_unit(&rng) - 85.0, lo = 360.0 * sl_rng_unit(&rng) - 180.0;
    for (int k = 0; k < BUILD_VERTICES; k++) {
      sl_pos next = ref_direct(build_pos(la, lo), 360.0 * sl_rng_unit(&rng), 100000.0 * sl_rng_unit(&rng));
      la = (double)next.lat_nd * 1e-9;
      lo = (double)next.lon_nd * 1e-9;
      rows[4 * k] = la;
      rows[4 * k + 1] = lo;
      rows[4 * k + 2] = (double)sl_rng_between(&rng, 0, 40000);
      rows[4 * k + 3] = 100.0 * k;
    }
    build_track(&b, SL_ALT_BARO, rows, BUILD_VERTICES);
    sl_trajectory *t = &b.object.as.trajectory;
    t->vertical.baro_ft = 100;
    t->lateral.mm = 1000;
    sl_prepared *p = build_prepared(&b.object);
    assert_int_equal(sl_prepared_parts(p), 4);
    for (int k = 0; k < 200; k++) {
      double ns = 6.3e12 * sl_rng_unit(&rng), lx, ox, z;
      ref_track_at(&lx, &ox, &z, t, ns);
      bool held = false;
      for (uint32_t part = 0; part < 4; part++) {
        sl_extent e;
        sl_prepared_part(&e, p, part);
        if (ns >= (double)e.start_ns && ns < (double)e.end_ns && z - 100.0 >= e.lower && z + 100.0 <= e.upper &&
            extent_holds(&e, build_pos(lx, ox)))
          held = true;
      }
      assert_true(held);
    }
    sl_prepared_free(p);
  }
}

/* Ten thousand vertices, and a zigzag as bad as it gets, are checked in a moment. */
static void large_shapes(void **state) {
  (void)state;
  static sl_pos pos[SL_RING_VERTICES_MAX];
  built b;
  build_volume(&b);
  for (int i = 0; i < (int)SL_RING_VERTICES_MAX; i++)
    pos[i] = ref_direct(build_pos(40.0, -100.0), 360.0 * i / SL_RING_VERTICES_MAX, 900000.0 + (i % 2) * 94000.0); /* neither surely within 2,000 km nor surely not */
  b.ring[0] = (sl_ring){pos, SL_RING_VERTICES_MAX};
  b.object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {b.ring, b.hole, 1, SL_EDGE_GEODESIC}};
  sl_prepared_free(build_prepared(&b.object));
  for (int i = 0; i < (int)SL_RING_VERTICES_MAX; i++) { /* a comb: teeth of 1,000 km, 100 m apart */
    int tooth = i / 2;
    bool up = (i % 4 == 1 || i % 4 == 2);
    pos[i] = (sl_pos){up ? 9000000000 : 0, (int64_t)tooth * 1000000};
  }
  pos[SL_RING_VERTICES_MAX - 1] = (sl_pos){-1000000000, 2500000000};
  pos[SL_RING_VERTICES_MAX - 2] = (sl_pos){-1000000000, 5001000000};
  sl_prepared *p = NULL;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_prepare(&p, &b.object, &fault);
  if (err) print_error("comb: %s %s\n", sl_err_name(err), fault.reason);
  assert_true(err == SL_OK || err == SL_ERR_GEOMETRY || err == SL_ERR_CAP);
  sl_prepared_free(p);
  b.ring[0].count = SL_RING_VERTICES_MAX + 1;
  assert_int_equal(sl_object_check(&b.object, NULL), SL_ERR_CAP);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(valid_vectors),  cmocka_unit_test(invalid_vectors), cmocka_unit_test(extents_hold_all),
      cmocka_unit_test(parts_hold_all), cmocka_unit_test(large_shapes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
