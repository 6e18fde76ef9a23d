/* Random objects of every kind and size, anywhere on Earth, for the tests of the
 * index, the joint judgement and the granules. */
#ifndef SL_TESTS_ORACLE_DRAW_H
#define SL_TESTS_ORACLE_DRAW_H

#include <math.h>

#include "test.h"

#include "geo/ellipsoid.h"
#include "sideline/judge.h"

#define DRAW_POINTS 48
#define DRAW_EPOCH INT64_C(1700000000000000000)

/* Where objects are drawn. */
typedef enum draw_place {
  DRAW_CLUSTER,       /* 20 km around one point, so that many conflict */
  DRAW_POLE,
  DRAW_SOUTH_POLE,
  DRAW_ANTIMERIDIAN,
  DRAW_ANYWHERE,
  DRAW_PLACES
} draw_place;

/* An object with the memory its shape points into. */
typedef struct drawn {
  sl_object object;
  sl_pos point[DRAW_POINTS];
  sl_fix fix[DRAW_POINTS];
  sl_ring ring;
  bool hole;
} drawn;

/* From `pos` along an azimuth, on a sphere: near enough to draw with. */
static inline sl_pos draw_ahead(sl_pos pos, double azimuth, double metres) {
  double f = (double)pos.lat_nd * SL_PI / 180e9, d = metres / 6371000;
  double sine = sin(f) * cos(d) + cos(f) * sin(d) * cos(azimuth);
  double lat = asin(sine > 1 ? 1 : sine < -1 ? -1 : sine);
  double lon = (double)pos.lon_nd * SL_PI / 180e9 + atan2(sin(azimuth) * sin(d) * cos(f), cos(d) - sin(f) * sine);
  int64_t nd = llround(remainder(lon, 2 * SL_PI) * 180e9 / SL_PI);
  return (sl_pos){llround(lat * 180e9 / SL_PI), nd < -180 * SL_ND_PER_DEG ? nd + 360 * SL_ND_PER_DEG
                                                : nd >= 180 * SL_ND_PER_DEG ? nd - 360 * SL_ND_PER_DEG : nd};
}

static inline sl_pos draw_position(sl_rng *rng, draw_place place) {
  sl_pos at = {0, 0};
  double far = 20000 * sl_rng_unit(rng);
  switch (place) {
    case DRAW_CLUSTER: at = (sl_pos){47 * SL_ND_PER_DEG, 8 * SL_ND_PER_DEG}; break;
    case DRAW_POLE: at = (sl_pos){90 * SL_ND_PER_DEG, 0}; break;
    case DRAW_SOUTH_POLE: at = (sl_pos){-90 * SL_ND_PER_DEG, 0}; break;
    case DRAW_ANTIMERIDIAN: at = (sl_pos){-17 * SL_ND_PER_DEG, -180 * SL_ND_PER_DEG}; break;
    default: far = 20000000 * sl_rng_unit(rng); break;
  }
  return draw_ahead(at, 2 * SL_PI * sl_rng_unit(rng), far);
}

static inline void draw_outline(drawn *out, sl_rng *rng, sl_pos centre, double size) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 3, 9);
  for (uint32_t i = 0; i < count; i++) {
    double azimuth = 2 * SL_PI * (i + 0.4 * sl_rng_unit(rng)) / count;
    out->point[i] = draw_ahead(centre, azimuth, size * (0.5 + 0.5 * sl_rng_unit(rng)));
  }
  out->ring = (sl_ring){out->point, count};
  out->hole = false;
  out->object.as.volume.shape.kind = SL_SHAPE_POLYGON;
  out->object.as.volume.shape.as.polygon = (sl_polygon){&out->ring, &out->hole, 1, SL_EDGE_GEODESIC};
}

static inline uint32_t draw_line(drawn *out, sl_rng *rng, sl_pos centre, double size, uint32_t most) {
  uint32_t count = (uint32_t)sl_rng_between(rng, 2, most);
  double azimuth = 2 * SL_PI * sl_rng_unit(rng);
  sl_pos at = centre;
  for (uint32_t i = 0; i < count; i++) {
    out->point[i] = at;
    azimuth += sl_rng_unit(rng) - 0.5;
    at = draw_ahead(at, azimuth, 0.01 + size / count * sl_rng_unit(rng));
  }
  return count;
}

static inline sl_band draw_band(sl_rng *rng) {
  sl_band band = {.ref = (sl_alt_ref)(1 + sl_rng_next(rng) % 3)};
  if (band.ref == SL_ALT_W84) {
    band.as.w84.lower.mm = sl_rng_between(rng, -100000, 3000000);
    band.as.w84.upper.mm = band.as.w84.lower.mm + sl_rng_between(rng, 0, 300000);
  } else if (band.ref == SL_ALT_BARO) {
    band.as.baro.lower.ft = (int32_t)sl_rng_between(rng, -500, 12000);
    band.as.baro.upper.ft = band.as.baro.lower.ft + (int32_t)sl_rng_between(rng, 0, 2000);
  }
  return band;
}

static inline void draw_volume(drawn *out, sl_rng *rng, sl_pos centre, double size, double seconds) {
  sl_volume *v = &out->object.as.volume;
  out->object.kind = SL_OBJECT_VOLUME;
  int64_t start = DRAW_EPOCH + sl_rng_between(rng, 0, 3600) * SL_NS_PER_S;
  v->window = (sl_window){{start}, {start + 1 + (int64_t)(seconds * 1e9)}};
  v->band = draw_band(rng);
  switch (sl_rng_next(rng) % 3) {
    case 0: draw_outline(out, rng, centre, size); break;
    case 1:
      v->shape.kind = SL_SHAPE_CIRCLE;
      v->shape.as.circle = (sl_circle){centre, {1 + (int64_t)(size * 1000)}};
      break;
    default: {
      uint32_t count = draw_line(out, rng, centre, size, 6);
      v->shape.kind = SL_SHAPE_CORRIDOR;
      v->shape.as.corridor = (sl_corridor){out->point, count, {1 + (int64_t)(size * 100)}, SL_EDGE_GEODESIC};
    }
  }
}

static inline void draw_trajectory(drawn *out, sl_rng *rng, sl_pos centre, double size) {
  sl_trajectory *t = &out->object.as.trajectory;
  out->object.kind = SL_OBJECT_TRAJECTORY;
  uint32_t count = draw_line(out, rng, centre, size * 2, DRAW_POINTS);
  int64_t time = DRAW_EPOCH + sl_rng_between(rng, 0, 3600) * SL_NS_PER_S;
  *t = (sl_trajectory){.fix = out->fix, .count = count, .ref = (sl_alt_ref)(1 + sl_rng_next(rng) % 2)};
  t->lateral.mm = sl_rng_between(rng, 0, 100000);
  t->along.ns = sl_rng_between(rng, 1, 60) * SL_NS_PER_S;
  int64_t altitude = sl_rng_between(rng, 0, 10000);
  for (uint32_t i = 0; i < count; i++) {
    out->fix[i].pos = out->point[i];
    out->fix[i].time.ns = time;
    time += SL_NS_PER_S + (int64_t)(size / count / 100 * sl_rng_unit(rng) * 2e9);
    altitude += sl_rng_between(rng, -300, 300);
    if (t->ref == SL_ALT_BARO) {
      out->fix[i].alt.baro.ft = (int32_t)(altitude < -1000 ? -1000 : altitude);
    } else {
      out->fix[i].alt.w84.mm = altitude * 305;
    }
  }
  if (t->ref == SL_ALT_BARO) {
    t->vertical.baro_ft = (int32_t)sl_rng_between(rng, 0, 200);
  } else {
    t->vertical.w84.mm = sl_rng_between(rng, 0, 60000);
  }
}

/* Draw and prepare an object of up to `metres`; one that has no meaning is drawn
 * again. Released with sl_prepared_free(). */
static inline sl_prepared *draw_prepared(drawn *out, sl_rng *rng, draw_place place, double metres) {
  for (int i = 0; i < 1000; i++) {
    memset(out, 0, sizeof *out);
    double size = pow(metres, sl_rng_unit(rng));
    sl_pos centre = draw_position(rng, place);
    if (sl_rng_next(rng) % 4 == 0) {
      draw_trajectory(out, rng, centre, size);
    } else {
      draw_volume(out, rng, centre, size, pow(10.0, 7.5 * sl_rng_unit(rng)));
    }
    sl_prepared *prepared;
    sl_fault fault = sl_fault_none();
    sl_err err = sl_prepare(&prepared, &out->object, &fault);
    if (err == SL_OK) {
      return prepared;
    }
    assert_true(err == SL_ERR_GEOMETRY || err == SL_ERR_RANGE || err == SL_ERR_ORDER);
  }
  fail_msg("a thousand drawings in a row have no meaning");
  return NULL;
}

/* Minima that often make a difference. */
static inline sl_minima draw_minima(sl_rng *rng) {
  sl_minima out = {.lateral = {0}};
  if (sl_rng_next(rng) & 1) {
    out.lateral.mm = (int64_t)pow(10.0, 2 + 5 * sl_rng_unit(rng));
    out.vertical_w84.mm = sl_rng_between(rng, 0, 600000);
    out.vertical_ft = (int32_t)sl_rng_between(rng, 0, 2000);
    out.grow.ns = sl_rng_between(rng, 0, 600) * SL_NS_PER_S;
  }
  if (sl_rng_next(rng) & 1) {
    out.baro_bounded = true;
    out.baro_low.mm = -50000;
    out.baro_high.mm = 300000;
  }
  return out;
}

#endif
