/* The lattices of L19 as data, and which of their moves a declared freedom allows. In
 * order of preference: small before large, time before altitude before aside, so that
 * the seven that are kept differ in kind. */
#include "settle/lattice.h"

#include "base/assert.h"

#define DELAY(minutes) {.delay = {(minutes) * SL_NS_PER_MIN}}
#define UP_FT(feet) {.up_w84 = {(feet) * SL_FT_TO_MM_NUM / SL_FT_TO_MM_DEN}, .up_ft = (feet)}
/* Metres, and the feet that a drone's plan in pressure altitude moves instead. */
#define UP_M(metres, feet) {.up_w84 = {(metres) * INT64_C(1000)}, .up_ft = (feet)}
#define ASIDE_NM(miles) {.aside = {(miles) * SL_MM_PER_NM}}
#define ASIDE_M(metres) {.aside = {(metres) * INT64_C(1000)}}

static const sl_lattice CREWED = {
  14,
  {DELAY(5), UP_FT(1000), UP_FT(-1000), DELAY(-5), DELAY(10), ASIDE_NM(5), ASIDE_NM(-5), UP_FT(2000), UP_FT(-2000),
   DELAY(-10), DELAY(20), ASIDE_NM(10), ASIDE_NM(-10), DELAY(40)},
};

static const sl_lattice DRONE = {
  14,
  {DELAY(2), UP_M(30, 100), UP_M(-30, -100), DELAY(-2), DELAY(5), ASIDE_M(200), ASIDE_M(-200), UP_M(60, 200),
   UP_M(-60, -200), DELAY(-5), DELAY(10), ASIDE_M(500), ASIDE_M(-500), DELAY(20)},
};

const sl_lattice *sl_lattice_crewed(void) { return &CREWED; }
const sl_lattice *sl_lattice_drone(void) { return &DRONE; }

/* -down <= by <= up; a freedom below zero allows nothing. */
static bool within(int64_t by, int64_t down, int64_t up) {
  if (by == 0) return true;
  return by > 0 ? by <= up : down > 0 && by >= -down;
}

/* The move as it is for plans of this reference; false when it is none. */
static bool of_reference(sl_move *move, sl_alt_ref ref) {
  if (ref != SL_ALT_W84) move->up_w84.mm = 0;
  if (ref != SL_ALT_BARO) move->up_ft = 0;
  return move->delay.ns != 0 || move->up_w84.mm != 0 || move->up_ft != 0 || move->aside.mm != 0;
}

uint32_t sl_lattice_moves(sl_move out[static SL_SETTLE_ALTERNATIVES - 1], const sl_lattice *lattice,
                          const sl_freedom *freedom, sl_alt_ref ref) {
  SL_ASSERT(lattice != NULL && freedom != NULL);
  SL_ASSERT(lattice->count <= sizeof lattice->move / sizeof lattice->move[0]);
  uint32_t count = 0;
  for (uint32_t i = 0; i < lattice->count && count < SL_SETTLE_ALTERNATIVES - 1; i++) {
    sl_move move = lattice->move[i];
    if (!of_reference(&move, ref)) continue;
    if (!within(move.delay.ns, freedom->earlier.ns, freedom->later.ns)) continue;
    if (!within(move.up_w84.mm, freedom->down_w84.mm, freedom->up_w84.mm)) continue;
    if (!within(move.up_ft, freedom->down_ft, freedom->up_ft)) continue;
    if (!within(move.aside.mm, freedom->aside.mm, freedom->aside.mm)) continue;
    out[count++] = move;
  }
  return count;
}
