/* Judgement: what two plans mean to each other.
 *
 * An object (shape.h) is prepared once into a compact, immutable form and judged
 * any number of times. Argument order: outputs, then a, then b, then the minima.
 * All verdicts are symmetric in a and b. */
#ifndef SIDELINE_JUDGE_H
#define SIDELINE_JUDGE_H

#include "sideline/shape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Worst is largest (L4). 0 is no verdict at all, so that cleared memory never
 * reads as CLEAR. */
typedef enum sl_verdict { SL_VERDICT_NONE = 0, SL_CLEAR = 1, SL_UNDECIDED = 2, SL_CONFLICT = 3 } sl_verdict;

/* Why a pair could not be decided. */
typedef enum sl_doubt {
  SL_DOUBT_NONE = 0,
  SL_DOUBT_DATUM = 1,   /* references that only a bound could compare, and there is none */
  SL_DOUBT_EXTENT = 2   /* beyond what the error bound covers */
} sl_doubt;

/* Separation minima between two objects. A conflict needs all of lateral,
 * vertical and time to be infringed (L6):
 *   lateral   s - e < lateral,  or s - e <= 0 when lateral is 0
 *   vertical  s - e < vertical, or s - e <= 0 when the vertical minimum is 0;
 *             pressure altitudes compare exactly, in integer feet: 1,000 ft apart
 *             is not under 1,000 ft
 *   time      half-open windows, each grown on both sides by `grow`, share an instant
 * vertical_ft applies between two pressure altitudes, vertical_w84 otherwise. */
typedef struct sl_minima {
  sl_len lateral;          /* >= 0 */
  sl_len vertical_w84;     /* >= 0 */
  int32_t vertical_ft;     /* >= 0 */
  sl_dur grow;             /* >= 0: added at both ends of the pair's shared time, as a whole */
  bool baro_bounded;       /* a pressure setting bounds W84 against pressure: */
  sl_len baro_low;         /*   W84 = pressure altitude + [baro_low, baro_high], mm */
  sl_len baro_high;
} sl_minima;

/* Exactly what was found. Everything but `verdict` stays inside the judging
 * party: it never crosses a line (L10). */
typedef struct sl_finding {
  sl_verdict verdict;
  sl_doubt doubt;          /* why, when UNDECIDED */
  sl_window window;        /* of the conflict, outward to 1 ms; valid when CONFLICT */
  sl_time closest_at;      /* an instant in `window` of least lateral separation */
  sl_len lateral;          /* the separation then, after tolerances, >= 0, rounded down */
  sl_len vertical;         /* likewise, mm (converted from feet where it is pressure) */
  sl_len error;            /* the proven bound e that was used, rounded up */
} sl_finding;

/* A prepared object. Immutable; one allocation; may be shared between threads. */
typedef struct sl_prepared sl_prepared;

/* Check (sl_object_check) and prepare *object. *out is released with
 * sl_prepared_free(). Errors: those of sl_object_check(), SL_ERR_NOMEM. Threads:
 * any. Cost: O(n log n); memory O(n). */
SL_MUST_USE sl_err sl_prepare(sl_prepared **out, const sl_object *object, sl_fault *fault);

/* Release; NULL is allowed. Errors: none. Threads: the last user. */
void sl_prepared_free(sl_prepared *prepared);

/* Bytes the prepared object holds, its header included. Errors: none. */
size_t sl_prepared_size(const sl_prepared *prepared);

/* The window in which the object exists, and its reference. Errors: none. */
sl_window sl_prepared_window(const sl_prepared *prepared);
sl_alt_ref sl_prepared_reference(const sl_prepared *prepared);

/* Judge one pair. `detail` false: only verdict and doubt are filled, at least cost.
 * Errors: SL_ERR_RANGE for minima out of range. Threads: any. Cost: see
 * docs/judgement.md. Source: LINE.md L6 as restated there. */
SL_MUST_USE sl_err sl_judge(sl_finding *out, const sl_prepared *a, const sl_prepared *b,
                            const sl_minima *minima, bool detail);

/* The space-time index of live objects: candidates without a miss. */
typedef struct sl_index sl_index;

/* One entry: the caller's number and prepared object, which must outlive it. */
typedef struct sl_entry {
  uint64_t id;
  const sl_prepared *prepared;
} sl_entry;

/* Returns false to stop the walk. */
typedef bool sl_candidate_fn(void *context, const sl_entry *entry);

/* An empty index that takes at most `cap` entries. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_index_new(sl_index **out, size_t cap);
void sl_index_free(sl_index *index);

/* Insert; the pair (id, prepared) may be present once. Errors: SL_ERR_CAP,
 * SL_ERR_NOMEM, SL_ERR_EXISTS. Threads: one writer, no readers meanwhile. */
SL_MUST_USE sl_err sl_index_insert(sl_index *index, sl_entry entry);

/* Remove the entry. Errors: SL_ERR_NOT_FOUND. Threads: as insert. */
SL_MUST_USE sl_err sl_index_remove(sl_index *index, sl_entry entry);

/* Every entry whose object could infringe `reach` against *probe, each exactly
 * once, in an order that is unspecified: at least every entry that sl_judge()
 * under minima no larger than `reach` would not call CLEAR. Errors: SL_ERR_NOMEM,
 * SL_ERR_RANGE (minima out of range).
 * Threads: any number of readers. */
SL_MUST_USE sl_err sl_index_query(const sl_index *index, const sl_prepared *probe, const sl_minima *reach,
                                  sl_candidate_fn *found, void *context);

/* How many entries it holds, and the bytes beside the prepared objects. */
size_t sl_index_count(const sl_index *index);
size_t sl_index_bytes(const sl_index *index);

/* All pairs of entries with groups that differ (or all pairs, when group is NULL)
 * which are not CLEAR, each exactly once, with a < b as positions in `entries`.
 * `threads` 1 to 64. `found` is called from one thread at a time, in an order that
 * does not depend on `threads`; it returns false to stop. Errors: SL_ERR_NOMEM,
 * SL_ERR_CAP (more than 2^31 entries), SL_ERR_RANGE. */
typedef bool sl_pair_fn(void *context, size_t a, size_t b, const sl_finding *finding);
SL_MUST_USE sl_err sl_judge_all(const sl_prepared *const *entries, const uint32_t *group, size_t count,
                                const sl_minima *minima, bool detail, unsigned threads,
                                sl_pair_fn *found, void *context);

#ifdef __cplusplus
}
#endif
#endif
