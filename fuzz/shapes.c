/* Shapes as structures: bytes choose two objects and the minima. Whatever passes
 * the check is judged both ways round, with detail and without, and all agree; a
 * conflict stays one when the minimum grows. Byte streams that run out read as 0. */
#include <stdlib.h>

#include "base/span.h"
#include "sideline/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VERTICES 40u

typedef struct source { const uint8_t *data; size_t size; } source;

typedef struct drawn {
  sl_object object;
  sl_pos pos[VERTICES];
  sl_ring ring[4];
  bool hole[4];
  sl_fix fix[VERTICES];
} drawn;

static void must(bool held) {
  if (!held) abort();
}

static uint8_t byte(source *s) {
  if (s->size == 0) return 0;
  s->size--;
  return *s->data++;
}

static int64_t wide(source *s, unsigned bytes) {
  uint64_t value = 0;
  for (unsigned i = 0; i < bytes; i++) value = value << 8 | byte(s);
  return (int64_t)(value << (64 - 8 * bytes)) >> (64 - 8 * bytes);
}

/* Near one place, near another, or anywhere; at poles and the antimeridian. */
static sl_pos position(source *s) {
  static const sl_pos about[8] = {{47000000000, 8000000000}, {0, 180000000000}, {90000000000, 0}, {-89999999000, 5},
                                  {0, 0}, {60000000000, -179999999999}, {89000000000, 90000000000}, {-45000000000, -60000000000}};
  const uint8_t kind = byte(s);
  sl_pos pos = about[kind & 7];
  const unsigned bytes = 1u + (kind >> 3 & 3u) + (kind >> 5 & 1u) * 2u;
  pos.lat_nd += wide(s, bytes < 6 ? bytes : 5);
  pos.lon_nd += wide(s, bytes < 6 ? bytes : 5);
  return pos;
}

static int64_t length(source *s) {
  const uint8_t bytes = byte(s) % 6;
  return bytes ? wide(s, bytes) : 0;
}

static void draw_shape(drawn *d, source *s) {
  sl_shape *shape = &d->object.as.volume.shape;
  const uint8_t kind = byte(s);
  shape->kind = (sl_shape_kind)(kind % 4);
  uint32_t count = byte(s) % VERTICES;
  for (uint32_t i = 0; i < count; i++) d->pos[i] = position(s);
  const sl_edge edge = (sl_edge)(kind >> 2 & 1);
  if (shape->kind == SL_SHAPE_CIRCLE) {
    shape->as.circle = (sl_circle){d->pos[0], {length(s)}};
  } else if (shape->kind == SL_SHAPE_CORRIDOR) {
    shape->as.corridor = (sl_corridor){d->pos, count, {length(s)}, edge};
  } else {
    const uint32_t rings = 1 + byte(s) % 4;
    uint32_t first = 0;
    for (uint32_t i = 0; i < rings; i++) {
      uint32_t take = i + 1 == rings ? count - first : byte(s) % (count - first + 1);
      d->ring[i] = (sl_ring){d->pos + first, take};
      d->hole[i] = byte(s) & 1;
      first += take;
    }
    shape->as.polygon = (sl_polygon){d->ring, d->hole, rings, edge};
  }
}

static void draw_volume(drawn *d, source *s) {
  sl_volume *v = &d->object.as.volume;
  v->window.start.ns = length(s);
  v->window.end.ns = v->window.start.ns + length(s);
  v->band.ref = (sl_alt_ref)(byte(s) % 5);
  if (v->band.ref == SL_ALT_BARO) {
    v->band.as.baro.lower.ft = (int32_t)wide(s, 2);
    v->band.as.baro.upper.ft = v->band.as.baro.lower.ft + (int32_t)wide(s, 2);
  } else {
    v->band.as.w84.lower.mm = wide(s, 3);
    v->band.as.w84.upper.mm = v->band.as.w84.lower.mm + wide(s, 3);
  }
  draw_shape(d, s);
}

static void draw_trajectory(drawn *d, source *s) {
  sl_trajectory *t = &d->object.as.trajectory;
  *t = (sl_trajectory){.fix = d->fix, .count = byte(s) % VERTICES, .ref = (sl_alt_ref)(byte(s) % 3)};
  int64_t time = length(s);
  for (uint32_t i = 0; i < t->count; i++) {
    d->fix[i].pos = i > 0 && byte(s) % 8 == 0 ? d->fix[i - 1].pos : position(s);
    if (t->ref == SL_ALT_BARO) d->fix[i].alt.baro.ft = (int32_t)wide(s, 2);
    else d->fix[i].alt.w84.mm = wide(s, 3);
    d->fix[i].time.ns = time;
    time += length(s);
  }
  t->lateral.mm = length(s);
  if (t->ref == SL_ALT_BARO) t->vertical.baro_ft = (int32_t)wide(s, 2);
  else t->vertical.w84.mm = wide(s, 3);
  t->along.ns = length(s);
}

static sl_prepared *draw(drawn *d, source *s) {
  memset(d, 0, sizeof *d);
  d->object.kind = (sl_object_kind)(byte(s) % 2 + 1);
  if (d->object.kind == SL_OBJECT_VOLUME) draw_volume(d, s);
  else draw_trajectory(d, s);
  sl_prepared *prepared = NULL;
  sl_fault fault = sl_fault_none();
  const sl_err err = sl_prepare(&prepared, &d->object, &fault);
  must(err == fault.code || err == SL_ERR_NOMEM);
  must(sl_object_check(&d->object, NULL) == err);
  must((err == SL_OK) == (prepared != NULL));
  return prepared;
}

static void judge(const sl_prepared *a, const sl_prepared *b, source *s) {
  sl_minima m = {.lateral = {length(s)}, .vertical_w84 = {length(s)}, .vertical_ft = (int32_t)wide(s, 3), .grow = {length(s)}};
  m.baro_bounded = byte(s) & 1;
  m.baro_low.mm = wide(s, 3);
  m.baro_high.mm = m.baro_low.mm + wide(s, 3);
  sl_finding f[4];
  const sl_err err = sl_judge(&f[0], a, b, &m, false);
  must(err == SL_OK || err == SL_ERR_RANGE);
  if (err) return;
  must(sl_judge(&f[1], b, a, &m, false) == SL_OK && sl_judge(&f[2], a, b, &m, true) == SL_OK &&
       sl_judge(&f[3], b, a, &m, true) == SL_OK);
  for (int i = 0; i < 4; i++) must(f[i].verdict == f[0].verdict && f[i].doubt == f[0].doubt);
  if (f[2].verdict == SL_CONFLICT) {
    must(f[2].window.start.ns < f[2].window.end.ns && f[2].lateral.mm >= 0 && f[2].vertical.mm >= 0 && f[2].error.mm >= 0);
    must(f[2].closest_at.ns >= f[2].window.start.ns && f[2].closest_at.ns < f[2].window.end.ns);
  }
  m.lateral.mm += 1000;
  m.grow.ns += 1000;
  if (sl_judge(&f[1], a, b, &m, false) == SL_OK) must(f[1].verdict >= f[0].verdict);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  source s = {data, size};
  drawn *d = malloc(2 * sizeof *d);
  if (!d) return 0;
  sl_prepared *a = draw(&d[0], &s), *b = draw(&d[1], &s);
  if (a && b) judge(a, b, &s);
  sl_prepared_free(a);
  sl_prepared_free(b);
  free(d);
  return 0;
}
