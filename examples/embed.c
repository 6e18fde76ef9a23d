/* libsideline in another program: two volumes, judged.
 *
 *   cc embed.c $(pkg-config --cflags --libs sideline) -o embed && ./embed
 *
 * A drone inspects a power line inside a polygon; a helicopter crosses at the same
 * hour inside a circle. Prints the verdict with the exact window, and exits like the
 * command line does: 0 clear, 1 conflict, 2 undecided, 70 when something failed. */
#include <stdio.h>

#include <sideline/judge.h>

#define MICRODEGREES(value) (INT64_C(value) * 1000)
#define METRES(value) ((int64_t)(value) * 1000)

/* 2026-06-01T00:00:00Z, and minutes after it. */
#define MIDNIGHT_NS (INT64_C(1780272000) * SL_NS_PER_S)

static sl_time minute(int64_t after_midnight) { return (sl_time){MIDNIGHT_NS + after_midnight * SL_NS_PER_MIN}; }

static sl_band metres_above_ellipsoid(int64_t lower, int64_t upper) {
  sl_band band = {.ref = SL_ALT_W84};
  band.as.w84.lower.mm = METRES(lower);
  band.as.w84.upper.mm = METRES(upper);
  return band;
}

/* 09:00 to 09:40, between 400 m and 520 m. */
static sl_err inspection(sl_prepared **out, sl_fault *fault) {
  const sl_pos vertices[] = {
    {MICRODEGREES(46950000), MICRODEGREES(7400000)}, {MICRODEGREES(46950000), MICRODEGREES(7460000)},
    {MICRODEGREES(46980000), MICRODEGREES(7460000)}, {MICRODEGREES(46980000), MICRODEGREES(7400000)},
  };
  const sl_ring ring = {vertices, 4};
  const bool hole = false;
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape.kind = SL_SHAPE_POLYGON;
  object.as.volume.shape.as.polygon = (sl_polygon){&ring, &hole, 1, SL_EDGE_GEODESIC};
  object.as.volume.band = metres_above_ellipsoid(400, 520);
  object.as.volume.window = (sl_window){minute(9 * 60), minute(9 * 60 + 40)};
  return sl_prepare(out, &object, fault);
}

/* 09:30 to 09:45, within 2 km of a point, between 500 m and 900 m. */
static sl_err crossing(sl_prepared **out, sl_fault *fault) {
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape.kind = SL_SHAPE_CIRCLE;
  object.as.volume.shape.as.circle = (sl_circle){{MICRODEGREES(46990000), MICRODEGREES(7430000)}, {METRES(2000)}};
  object.as.volume.band = metres_above_ellipsoid(500, 900);
  object.as.volume.window = (sl_window){minute(9 * 60 + 30), minute(9 * 60 + 45)};
  return sl_prepare(out, &object, fault);
}

static void print_minute(const char *what, sl_time time) {
  int64_t minutes = (time.ns - MIDNIGHT_NS) / SL_NS_PER_MIN;
  printf("%s %02d:%02d", what, (int)(minutes / 60), (int)(minutes % 60));
}

int main(void) {
  const sl_minima minima = {.lateral = {METRES(50)}, .vertical_w84 = {METRES(30)}, .vertical_ft = 100};
  sl_fault fault = sl_fault_none();
  sl_prepared *drone = NULL, *helicopter = NULL;
  sl_finding finding;
  sl_err err = inspection(&drone, &fault);
  if (err == SL_OK)
    err = crossing(&helicopter, &fault);
  if (err == SL_OK)
    err = sl_judge(&finding, drone, helicopter, &minima, true);
  sl_prepared_free(drone);
  sl_prepared_free(helicopter);
  if (err != SL_OK) {
    fprintf(stderr, "%s: %s\n", sl_err_name(err), fault.reason);
    return 70;
  }
  if (finding.verdict == SL_CONFLICT) {
    print_minute("CONFLICT from", finding.window.start);
    print_minute(" to", finding.window.end);
    printf(", %lld m apart laterally and %lld m vertically at the closest\n", (long long)(finding.lateral.mm / 1000),
           (long long)(finding.vertical.mm / 1000));
    return 1;
  }
  printf("%s\n", finding.verdict == SL_CLEAR ? "CLEAR" : "UNDECIDED");
  return finding.verdict == SL_CLEAR ? 0 : 2;
}
