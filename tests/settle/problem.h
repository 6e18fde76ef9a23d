/* Random settling problems for the tests and the bench. */
#ifndef SL_TESTS_SETTLE_PROBLEM_H
#define SL_TESTS_SETTLE_PROBLEM_H

#include "settle/settle.h"
#include "test.h"

typedef struct drawn {
  sl_settle_intent intent[SL_SETTLE_INTENTS_MAX];
  sl_settle_conflict *conflict;
  sl_settle_problem problem;
} drawn;

/* `neighbours` per mille of the pairs of intents have conflicts, and of their pairs of
 * alternatives `density` per mille. alternatives 0: 1 to 8 each. */
static inline void draw_problem(drawn *out, sl_rng *rng, uint32_t count, unsigned alternatives, int64_t neighbours,
                                int64_t density, int64_t barred) {
  memset(out, 0, sizeof *out);
  for (uint32_t i = 0; i < count; i++) {
    sl_settle_intent *of = &out->intent[i];
    of->count = (uint8_t)(alternatives ? alternatives : (unsigned)sl_rng_between(rng, 1, 8));
    of->side = (uint8_t)sl_rng_between(rng, 0, 1);
    of->priority = (uint8_t)(sl_rng_between(rng, 0, 2) ? 0 : sl_rng_between(rng, 0, 3));
    for (unsigned a = 0; a < of->count; a++) {
      if (sl_rng_between(rng, 1, 1000) <= barred) of->barred = (uint8_t)(of->barred | 1u << a);
    }
  }
  size_t room = (size_t)count * count * 32 + 1;
  out->conflict = calloc(room, sizeof *out->conflict);
  if (!out->conflict) abort();
  uint32_t n = 0;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = i + 1; j < count; j++) {
      if (sl_rng_between(rng, 1, 1000) > neighbours) continue;
      for (uint8_t a = 0; a < out->intent[i].count; a++) {
        for (uint8_t b = 0; b < out->intent[j].count; b++) {
          bool filed = a == 0 && b == 0;
          if (!filed && sl_rng_between(rng, 1, 1000) > density) continue;
          sl_settle_conflict one = {(uint16_t)i, a, (uint16_t)j, b}, other = {(uint16_t)j, b, (uint16_t)i, a};
          out->conflict[n++] = sl_rng_between(rng, 0, 1) ? one : other;
        }
      }
    }
  }
  out->problem = (sl_settle_problem){.intent = out->intent, .count = count, .conflict = out->conflict, .conflict_count = n};
  out->problem.burden[0] = sl_rng_between(rng, -2, 2) * 420;
  out->problem.burden[1] = sl_rng_between(rng, -2, 2) * 420;
}

/* Whether a choice is allowed and free of conflict, and what it costs. */
static inline bool choice_good(const sl_settle_problem *problem, const uint8_t *choice, uint64_t *ret_cost) {
  uint64_t cost = 0;
  for (uint32_t i = 0; i < problem->count; i++) {
    const sl_settle_intent *of = &problem->intent[i];
    if (choice[i] >= of->count || of->barred >> choice[i] & 1) return false;
    cost += of->count == 1 ? 0 : (uint64_t)choice[i] * 420 / (of->count - 1u);
  }
  for (uint32_t c = 0; c < problem->conflict_count; c++) {
    const sl_settle_conflict *of = &problem->conflict[c];
    if (choice[of->i] == of->a && choice[of->j] == of->b) return false;
  }
  *ret_cost = cost;
  return true;
}

#endif
