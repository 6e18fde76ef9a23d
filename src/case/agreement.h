/* The line agreement (L1): the numbered document, signed by both sides' focal
 * points, that holds every constant of a line. This is its domain value; wire/
 * reads and writes its JSON, the service checks its signatures. */
#ifndef SL_CASE_AGREEMENT_H
#define SL_CASE_AGREEMENT_H

#include "case/coverage.h"

#define SL_NAME_MAX 24u              /* of a side, party or line */

/* What a plan is flown by, or is. Fixed by enrolment (L1). */
typedef enum sl_class {
  SL_CLASS_UNDECLARED = 0, SL_CLASS_CREWED = 1, SL_CLASS_DRONE = 2, SL_CLASS_RESERVATION = 3, SL_CLASS_HAZARD = 4,
  SL_CLASS_COUNT = 5
} sl_class;

/* How much the intermediary sees. */
typedef enum sl_level { SL_LEVEL_PLAIN = 1, SL_LEVEL_BLIND = 2, SL_LEVEL_RELAY = 3 } sl_level;

/* Which lattice (settle/lattice.h) serves plans that declare freedom (L19). */
typedef enum sl_lattice_kind { SL_LATTICE_CREWED = 1, SL_LATTICE_DRONE = 2 } sl_lattice_kind;

/* The minima between two declared classes, either way round. `grow` is not given
 * per pair: it is 0 here. */
typedef struct sl_pair_minima {
  sl_class a, b;                     /* neither is undeclared */
  sl_minima minima;
} sl_pair_minima;

#define SL_PAIR_MINIMA_COUNT 10u     /* unordered pairs of the four declared classes */
#define SL_BUDGET_DECLARED_MAX INT64_C(1000000000)

typedef struct sl_agreement {
  char line[SL_NAME_MAX + 1];
  uint32_t number;                   /* from 1; a new agreement of a line counts on */
  char side[2][SL_NAME_MAX + 1];     /* two different names, in order of their bytes */
  sl_time valid_from;
  sl_level level;
  uint32_t pair_count;
  sl_pair_minima pair[SL_PAIR_MINIMA_COUNT];
  sl_coverage coverage[2];           /* what each side files completely (L3) */
  sl_granule_size granule[SL_CLASS_COUNT];      /* L10 */
  sl_lattice_kind lattice[SL_CLASS_COUNT];      /* L19 */
  sl_dur grow;                       /* L6: clock synchronisation, added to every window */
  sl_dur clock_warn, clock_limit;    /* L6: heartbeat offsets */
  sl_dur quantum;                    /* L15: q of clocked replies; 0 is none */
  sl_dur round;                      /* L15 */
  sl_dur tick;                       /* L24 */
  sl_dur heartbeat;                  /* L28: DEGRADED after two missed */
  sl_dur lease_activated;            /* L5 */
  sl_dur lease_planned;              /* L5 */
  sl_dur after_end;                  /* L7: judged so long after a signed end */
  sl_dur pending;                    /* L18 */
  sl_dur pace;                       /* L17: one verdict on amendments of an intent per pace */
  sl_dur urgent_lead;                /* a conflict that starts sooner does not wait for the round */
  sl_dur answer;                     /* L21: how long a proposal stands */
  sl_dur acknowledge;                /* L28: deadline of an acknowledgement */
  int64_t budget_declared;           /* L17: units a week of a party without a declared activity */
  int64_t budget_differs;            /* L17: more units when the verdict differs from an own one of 24 h */
} sl_agreement;

/* LINE.md's constants and FIELD.md's minima, covering everything, for sides and
 * line that are still empty names, number 1, valid from 0. Errors: none. */
void sl_agreement_defaults(sl_agreement *out);

/* A name: 1 to SL_NAME_MAX of a-z, 0-9 and '-', first a letter, last not '-'. */
bool sl_name_good(sl_str name);

/* Whether the agreement has a meaning: names, number, every pair of declared
 * classes exactly once, minima and constants in range. The fault (may be NULL) has
 * the JSON pointer of the member, as wire/ names it. Errors: SL_ERR_RANGE,
 * SL_ERR_MISSING (a class pair), SL_ERR_DUPLICATE (a class pair, the side names),
 * SL_ERR_ORDER. Threads: any. */
SL_MUST_USE sl_err sl_agreement_check(const sl_agreement *agreement, sl_fault *fault);

/* The minima between classes a and b, `grow` filled with the agreement's (the
 * caller adds both declared tolerances, L6). Undeclared, or anything that is no
 * class, takes the largest of the agreement in every member. The agreement was
 * checked. Symmetric in a and b. Errors: none. Threads: any. */
sl_minima sl_agreement_minima(const sl_agreement *agreement, sl_class a, sl_class b);

/* The largest in every member over all pairs, `grow` filled: the reach of a query
 * of the index (add the tolerances). */
sl_minima sl_agreement_reach(const sl_agreement *agreement);

/* The larger of two minima in every member. A pressure setting bounds the result
 * only when it bounds both, by the hull of both. */
sl_minima sl_minima_larger(const sl_minima *a, const sl_minima *b);

/* L1, between signature and start of `next`: `now` in force, with the larger of
 * both minima in every pair. Both were checked and are of one line. Errors:
 * SL_ERR_STATE (another line or other sides, or next->number is not larger). */
SL_MUST_USE sl_err sl_agreement_larger(sl_agreement *out, const sl_agreement *now, const sl_agreement *next);

/* L3: whether bounds of a plan of this class lie in what both sides file completely
 * even when grown by the largest minima, so that whatever could conflict with it
 * would have been filed. `tolerance` is added to `grow`. False in doubt. */
bool sl_agreement_covers(const sl_agreement *agreement, sl_class class_of, const sl_granule *bounds,
                         sl_dur tolerance);

/* 0 or 1; SL_ERR_NOT_FOUND when the side is not of this line. */
SL_MUST_USE sl_err sl_agreement_side(unsigned *out, const sl_agreement *agreement, sl_str side);

/* Words and values. Names are static; what is no value reads as the first one.
 * Errors of reading: SL_ERR_UNKNOWN. "undeclared", "crewed", "drone", "reservation",
 * "hazard"; "plain", "blind", "relay"; "crewed", "drone". */
const char *sl_class_name(sl_class class_of);
SL_MUST_USE sl_err sl_class_read(sl_class *out, sl_str name);
const char *sl_level_name(sl_level level);
SL_MUST_USE sl_err sl_level_read(sl_level *out, sl_str name);
const char *sl_lattice_kind_name(sl_lattice_kind kind);
/* As above, of lattices. */
SL_MUST_USE sl_err sl_lattice_kind_read(sl_lattice_kind *out, sl_str name);

#endif
