/* The judgement of everything loaded against everything it is to be compared with. */
#ifndef SL_CLI_JUDGED_H
#define SL_CLI_JUDGED_H

#include "cli/load.h"
#include "sideline/judge.h"

/* Two windows of two records that are not clear of each other. */
typedef struct sl_hit {
  uint32_t a, b;             /* records of the load, a's name before b's in the file order */
  uint32_t window_a, window_b;
  uint8_t view_a, view_b;    /* in which they were compared */
  sl_verdict verdict;
  sl_doubt doubt;
  sl_finding finding;        /* valid when verdict is SL_CONFLICT */
} sl_hit;

typedef struct sl_judged {
  sl_hit *hit;               /* conflicts first, by start of window, then names */
  uint32_t hit_count;
  uint32_t conflicts;        /* of hit_count; the others are undecided */
  uint32_t conflict_pairs;   /* distinct pairs of names in conflict */
  uint32_t undecided_pairs;  /* distinct pairs of names undecided and not in conflict */
  uint64_t objects;          /* judged */
  uint64_t pairs;            /* of objects, judged or cleared by the broad phase */
} sl_judged;

/* Judge every pair of records of different names; with `side` (one number a record)
 * only pairs of different sides. Says what is wrong. */
SL_MUST_USE sl_exit sl_judged_make(sl_judged *out, const sl_load *load, const uint32_t *side, const sl_minima *minima);
void sl_judged_free(sl_judged *judged);

#endif
