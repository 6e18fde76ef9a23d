/* Joint judgement: every pair of a large set that is not CLEAR.
 *
 * Level by level (grid.h) the records of that level are joined with each other and
 * with the finer ones near them. Pairs of single records are judged where they are
 * found. Pairs with an object of several pieces can be found several times: they are
 * gathered, sorted, and judged once each at the end.
 *
 * Work is cut into chunks by the data alone, and what a chunk finds is reported in
 * order of chunks by whichever thread completes the next one due: the order does not
 * depend on the threads.
 *
 * Work expected: a million drone volumes of which each conflicts with one or two. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "oracle/flat.h"
#include "oracle/join.h"
#include "oracle/memory.h"
#include "oracle/report.h"
#include "oracle/team.h"

#define CHUNK_RECORDS 4096u
#define CHUNK_PAIRS 4096u
#define WAITING 16u
#define PIECES_SORT 65536u   /* gathered pairs of a chunk before repeats are dropped */

SL_STATIC_ASSERT(sizeof(sl_flat) <= SL_RECORDS_ROOM, "flat shapes take the place of records");

typedef struct all {
  const sl_prepared *const *entries;
  const uint32_t *group;
  const sl_minima *minima;
  unsigned threads;
  sl_flat *flat;            /* by position in `filed` */
  sl_flat_limits limits;
  sl_report report;
  /* while a level is joined: */
  const sl_filed *filed;
  uint32_t *chunk;          /* chunk i is the buckets chunk[i] to chunk[i + 1] */
  sl_pairs *gathered;       /* by chunk */
  /* while pairs are judged: */
  const sl_pairs *pairs;
  size_t first_chunk;       /* number of the first chunk in the report */
} all;

/* A chunk at work. */
typedef struct work {
  all *all;
  sl_found found;
  uint32_t wait[WAITING][2];   /* pairs whose shapes are on their way from memory */
  unsigned waiting;
  sl_pairs gathered;
  size_t sort_at;
  sl_err err;
} work;

static void swap(uint32_t *a, uint32_t *b) {
  uint32_t kept = *a;
  *a = *b;
  *b = kept;
}

static bool apart_by_group(const all *j, uint32_t a, uint32_t b) { return j->group && j->group[a] == j->group[b]; }

static sl_err judge_pair(work *w, uint32_t a, uint32_t b) {
  sl_finding finding;
  const all *j = w->all;
  sl_err err = sl_judge(&finding, j->entries[a], j->entries[b], j->minima, w->found.detail);
  if (err == SL_OK && finding.verdict != SL_CLEAR) {
    err = sl_found_add(&w->found, a, b, &finding);
  }
  return err;
}

/* In the plane where that decides: positions in `filed`. */
static sl_err judge_flat(work *w, uint32_t at_a, uint32_t at_b) {
  const all *j = w->all;
  sl_verdict verdict = sl_flat_judge(&j->flat[at_a], &j->flat[at_b], &j->limits);
  if (verdict == SL_CLEAR) {
    return SL_OK;
  }
  uint32_t a = j->filed->entry[at_a], b = j->filed->entry[at_b];
  if (a > b) {
    swap(&a, &b);
  }
  if (verdict == SL_CONFLICT && !w->found.detail) {
    const sl_finding brief = {.verdict = SL_CONFLICT};
    return sl_found_add(&w->found, a, b, &brief);
  }
  return judge_pair(w, a, b);
}

/* Judge the pairs that wait. */
static sl_err judge_waiting(work *w) {
  sl_err err = SL_OK;
  for (unsigned i = 0; i < w->waiting && err == SL_OK; i++) {
    err = judge_flat(w, w->wait[i][0], w->wait[i][1]);
  }
  w->waiting = 0;
  return err;
}

/* Let a pair wait while its shapes are fetched. */
static sl_err judge_soon(work *w, uint32_t a, uint32_t b) {
  __builtin_prefetch(&w->all->flat[a]);
  __builtin_prefetch(&w->all->flat[b]);
  w->wait[w->waiting][0] = a;
  w->wait[w->waiting][1] = b;
  return ++w->waiting == WAITING ? judge_waiting(w) : SL_OK;
}

/* A pair of which one is a piece: to be judged once, at the end. */
static sl_err gather_pair(work *w, uint32_t a, uint32_t b) {
  if (a == b) {
    return SL_OK;
  }
  sl_err err = a < b ? sl_pairs_add(&w->gathered, a, b) : sl_pairs_add(&w->gathered, b, a);
  if (err == SL_OK && w->gathered.count >= w->sort_at) {
    sl_pairs_sort(&w->gathered);
    w->sort_at = w->gathered.count * 2 < PIECES_SORT ? PIECES_SORT : w->gathered.count * 2;
  }
  return err;
}

static bool on_meeting(void *context, const sl_rec *x, const sl_rec *y) {
  work *w = context;
  const uint32_t *entry = w->all->filed->entry;
  uint32_t at_a = x->tag & ~SL_REC_PIECE, at_b = y->tag & ~SL_REC_PIECE;
  if (w->all->group && apart_by_group(w->all, entry[at_a], entry[at_b])) {
    return true;
  }
  if ((x->tag | y->tag) & SL_REC_PIECE) {
    w->err = gather_pair(w, entry[at_a], entry[at_b]);
  } else {
    w->err = judge_soon(w, at_a, at_b);
  }
  return w->err == SL_OK && !sl_report_stopped(&w->all->report);
}

static void join_chunk(void *context, size_t task) {
  all *j = context;
  work w = {.all = j, .sort_at = PIECES_SORT, .err = SL_OK};
  sl_found_init(&w.found, j->report.detail);
  if (!sl_report_stopped(&j->report) && sl_join(j->filed, j->chunk[task], j->chunk[task + 1], on_meeting, &w)) {
    w.err = judge_waiting(&w);
  }
  sl_pairs_sort(&w.gathered);
  j->gathered[task] = w.gathered;
  sl_report_take_chunk(&j->report, j->first_chunk + task, &w.found, w.err);
}

/* Cut the buckets into chunks of about CHUNK_RECORDS records. */
static sl_err cut(all *j, size_t *chunks) {
  const sl_filed *filed = j->filed;
  uint32_t buckets = sl_filed_buckets(filed);
  size_t most = filed->first[2 * (size_t)buckets] / CHUNK_RECORDS + 2;
  j->chunk = calloc(most + 1, sizeof *j->chunk);
  if (!j->chunk) {
    return SL_ERR_NOMEM;
  }
  size_t count = 0;
  uint32_t since = 0;
  for (uint32_t b = 0; b < buckets; b++) {
    uint32_t until = filed->first[2 * (size_t)b + 2];
    if (until - since >= CHUNK_RECORDS || b + 1 == buckets) {
      since = until;
      j->chunk[++count] = b + 1;
    }
  }
  SL_ASSERT(count <= most);
  *chunks = count;
  return SL_OK;
}

/* Add what the chunks of a level gathered to `pieces`. */
static sl_err gather(sl_pairs *pieces, sl_pairs *gathered, size_t chunks) {
  sl_err err = SL_OK;
  for (size_t i = 0; i < chunks; i++) {
    for (size_t k = 0; k < gathered[i].count && err == SL_OK; k++) {
      err = sl_pairs_add(pieces, (uint32_t)(gathered[i].pair[k] >> 32), (uint32_t)gathered[i].pair[k]);
    }
    sl_pairs_fini(&gathered[i]);
  }
  return err;
}

static sl_err join_level(all *j, sl_pairs *pieces, const sl_filed *filed) {
  j->filed = filed;
  size_t chunks;
  sl_err err = cut(j, &chunks);
  if (err != SL_OK) {
    return err;
  }
  j->gathered = calloc(chunks, sizeof *j->gathered);
  err = j->gathered ? sl_report_begin(&j->report, &j->first_chunk, chunks) : SL_ERR_NOMEM;
  if (err == SL_OK) {
    sl_team_run(j->threads, chunks, join_chunk, j);
    err = gather(pieces, j->gathered, chunks);
    err = err == SL_OK ? sl_report_err(&j->report) : err;
  }
  free(j->gathered);
  free(j->chunk);
  return err;
}

/* Level after level. Flat shapes lie in the order in which records are joined; those of
 * the last level in the block of the records, which no further level needs: fresh
 * memory costs its clearing. */
static sl_err join_levels(all *j, sl_pairs *pieces, sl_records *records, size_t count) {
  sl_rec *spare = NULL;
  sl_err err = SL_OK;
  size_t left = records->count;
  for (unsigned level = 0; level < SL_GRID_LATERALS && err == SL_OK && !sl_report_stopped(&j->report); level++) {
    if (records->per_level[level] == 0) {
      continue;
    }
    sl_filed filed;
    err = sl_filed_make(&filed, records, level, spare, j->threads);
    if (err != SL_OK) {
      break;
    }
    left -= records->per_level[level];
    if (left == 0) {
      free(j->flat);
      j->flat = sl_records_give(records);
    } else if (!j->flat) {
      j->flat = sl_memory_take(records->count, sizeof *j->flat);
    }
    err = j->flat ? SL_OK : SL_ERR_NOMEM;
    if (err == SL_OK) {
      sl_flat_lay(j->flat, j->entries, filed.position, count, j->threads);
      err = join_level(j, pieces, &filed);
    }
    spare = sl_filed_fini(&filed);
  }
  free(spare);
  free(j->flat);
  return err;
}

static void judge_chunk(void *context, size_t task) {
  all *j = context;
  work w = {.all = j, .err = SL_OK};
  sl_found_init(&w.found, j->report.detail);
  size_t end = (task + 1) * CHUNK_PAIRS < j->pairs->count ? (task + 1) * CHUNK_PAIRS : j->pairs->count;
  for (size_t i = task * CHUNK_PAIRS; i < end && w.err == SL_OK && !sl_report_stopped(&j->report); i++) {
    w.err = judge_pair(&w, (uint32_t)(j->pairs->pair[i] >> 32), (uint32_t)j->pairs->pair[i]);
  }
  sl_report_take_chunk(&j->report, j->first_chunk + task, &w.found, w.err);
}

/* Judge the pairs with objects of several pieces. */
static sl_err judge_pieces(all *j, sl_pairs *pieces) {
  sl_pairs_sort(pieces);
  j->pairs = pieces;
  size_t chunks = (pieces->count + CHUNK_PAIRS - 1) / CHUNK_PAIRS;
  sl_err err = sl_report_begin(&j->report, &j->first_chunk, chunks);
  if (err == SL_OK) {
    sl_team_run(j->threads, chunks, judge_chunk, j);
    err = sl_report_err(&j->report);
  }
  return err;
}

sl_err sl_judge_all(const sl_prepared *const *entries, const uint32_t *group, size_t count, const sl_minima *minima,
                    bool detail, unsigned threads, sl_pair_fn *found, void *context) {
  if (threads < 1 || threads > SL_TEAM_MAX || !sl_minima_valid(minima)) {
    return SL_ERR_RANGE;
  }
  if (count > UINT32_C(1) << 31) {
    return SL_ERR_CAP;
  }
  if (count < 2) {
    return SL_OK;
  }
  all j = {.entries = entries, .group = group, .minima = minima, .threads = threads};
  sl_records records;
  sl_err err = sl_records_make(&records, entries, count, minima, threads);
  if (err != SL_OK) {
    return err;
  }
  sl_pairs pieces = {0};
  j.limits = sl_flat_limits_of(minima);
  sl_report_init(&j.report, detail, found, context);
  err = join_levels(&j, &pieces, &records, count);
  sl_records_fini(&records);
  if (err == SL_OK && pieces.count && !sl_report_stopped(&j.report)) {
    err = judge_pieces(&j, &pieces);
  }
  sl_pairs_fini(&pieces);
  sl_report_fini(&j.report);
  return err;
}
