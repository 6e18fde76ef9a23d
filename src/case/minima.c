/* The minima of an agreement: looked up by class, the larger of two, and whether a
 * plan with all that could conflict with it lies in the coverage. Ten pairs are
 * walked; nothing is cached. */
#include "case/agreement.h"

#include "base/assert.h"

#define DECLARED_CLASSES ((uint8_t)(((1u << SL_CLASS_COUNT) - 1u) & ~1u))

static bool declared(sl_class class_of) {
  return class_of > SL_CLASS_UNDECLARED && class_of < SL_CLASS_COUNT;
}

static int64_t more(int64_t a, int64_t b) { return a > b ? a : b; }

sl_minima sl_minima_larger(const sl_minima *a, const sl_minima *b) {
  SL_ASSERT(a != NULL && b != NULL);
  sl_minima larger = {
    .lateral = {more(a->lateral.mm, b->lateral.mm)},
    .vertical_w84 = {more(a->vertical_w84.mm, b->vertical_w84.mm)},
    .vertical_ft = a->vertical_ft > b->vertical_ft ? a->vertical_ft : b->vertical_ft,
    .grow = {more(a->grow.ns, b->grow.ns)},
    .baro_bounded = a->baro_bounded && b->baro_bounded,
  };
  if (larger.baro_bounded) {
    larger.baro_low.mm = -more(-a->baro_low.mm, -b->baro_low.mm);
    larger.baro_high.mm = more(a->baro_high.mm, b->baro_high.mm);
  }
  return larger;
}

/* The entry of a pair of classes, either way round; NULL when there is none. */
static const sl_pair_minima *find_pair(const sl_agreement *agreement, sl_class a, sl_class b) {
  for (uint32_t i = 0; i < agreement->pair_count && i < SL_PAIR_MINIMA_COUNT; i++) {
    const sl_pair_minima *pair = &agreement->pair[i];
    if ((pair->a == a && pair->b == b) || (pair->a == b && pair->b == a)) return pair;
  }
  return NULL;
}

sl_minima sl_agreement_reach(const sl_agreement *agreement) {
  SL_ASSERT(agreement != NULL && agreement->pair_count > 0);
  sl_minima reach = agreement->pair[0].minima;
  for (uint32_t i = 1; i < agreement->pair_count && i < SL_PAIR_MINIMA_COUNT; i++) {
    reach = sl_minima_larger(&reach, &agreement->pair[i].minima);
  }
  reach.grow = agreement->grow;
  return reach;
}

sl_minima sl_agreement_minima(const sl_agreement *agreement, sl_class a, sl_class b) {
  SL_ASSERT(agreement != NULL);
  const sl_pair_minima *pair = declared(a) && declared(b) ? find_pair(agreement, a, b) : NULL;
  if (!pair) return sl_agreement_reach(agreement);
  sl_minima minima = pair->minima;
  minima.grow = agreement->grow;
  return minima;
}

sl_err sl_agreement_larger(sl_agreement *out, const sl_agreement *now, const sl_agreement *next) {
  SL_ASSERT(out != NULL && now != NULL && next != NULL);
  if (next->number <= now->number || !sl_str_is(sl_str_from(now->line), next->line)) return SL_ERR_STATE;
  for (unsigned i = 0; i < 2; i++) {
    if (!sl_str_is(sl_str_from(now->side[i]), next->side[i])) return SL_ERR_STATE;
  }
  sl_agreement larger = *now;
  larger.grow.ns = more(now->grow.ns, next->grow.ns);
  for (uint32_t i = 0; i < larger.pair_count; i++) {
    sl_pair_minima *pair = &larger.pair[i];
    sl_minima other = sl_agreement_minima(next, pair->a, pair->b);
    other.grow = (sl_dur){0};
    pair->minima = sl_minima_larger(&pair->minima, &other);
  }
  *out = larger;
  return SL_OK;
}

bool sl_agreement_covers(const sl_agreement *agreement, sl_class class_of, const sl_granule *bounds,
                         sl_dur tolerance) {
  SL_ASSERT(agreement != NULL && bounds != NULL);
  if (agreement->pair_count == 0 || tolerance.ns < 0) return false;
  uint8_t classes = DECLARED_CLASSES;
  if (declared(class_of)) classes = (uint8_t)(1u << class_of);
  sl_minima reach = sl_agreement_reach(agreement);
  sl_granule grown = sl_granule_grow(bounds, &reach, tolerance);
  return sl_coverage_holds(&agreement->coverage[0], &grown, classes) &&
         sl_coverage_holds(&agreement->coverage[1], &grown, classes);
}

sl_err sl_agreement_side(unsigned *out, const sl_agreement *agreement, sl_str side) {
  SL_ASSERT(out != NULL && agreement != NULL);
  for (unsigned i = 0; i < 2; i++) {
    if (side.size > 0 && sl_str_is(side, agreement->side[i])) {
      *out = i;
      return SL_OK;
    }
  }
  return SL_ERR_NOT_FOUND;
}
