/* Purpose: see the header. Work expected: some thousand objects, all pairs through the
 * oracle's index. Representation: objects are prepared in the order of records, windows
 * and views; findings of views are gathered by (record, window) pairs and combined:
 * CLEAR if any pair of views is; else, where each view is the whole record, what views of
 * one reference say; else CONFLICT only if all are. An outer record has no conflicts. */
#include "cli/judged.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/assert.h"

#define HITS_MAX 8000000u

/* Where a prepared object comes from. */
typedef struct origin { uint32_t record, window; uint8_t view; } origin;

typedef struct work {
  const sl_load *load;
  sl_prepared **prepared;
  origin *origin;
  uint32_t *group;
  size_t count;
  sl_hit *hit;
  size_t hits, room;
  sl_err error;
} work;

static bool on_pair(void *context, size_t a, size_t b, const sl_finding *finding) {
  work *w = context;
  const sl_loaded_record *records = w->load->record;
  if (records[w->origin[a].record].name == records[w->origin[b].record].name) return true;
  if (w->hits == w->room) {
    size_t room = w->room ? w->room * 2 : 256;
    sl_hit *grown = room <= HITS_MAX ? realloc(w->hit, room * sizeof *grown) : NULL;
    if (!grown) {
      w->error = room > HITS_MAX ? SL_ERR_CAP : SL_ERR_NOMEM;
      return false;
    }
    w->hit = grown;
    w->room = room;
  }
  SL_ASSERT(a < w->count && b < w->count);
  origin x = w->origin[a], y = w->origin[b];
  if (x.record > y.record || (x.record == y.record && x.window > y.window)) {
    origin swap = x;
    x = y;
    y = swap;
  }
  w->hit[w->hits++] = (sl_hit){x.record, y.record, x.window, y.window, x.view, y.view, finding->verdict, finding->doubt, *finding};
  return true;
}

static int order(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

static int by_origin(const void *p, const void *q) {
  const sl_hit *x = p, *y = q;
  int result = order(x->a, y->a);
  if (!result) result = order(x->b, y->b);
  if (!result) result = order(x->window_a, y->window_a);
  if (!result) result = order(x->window_b, y->window_b);
  return result ? result : order(x->verdict, y->verdict);
}

/* Conflicts before doubts; then in time. */
static int by_time(const void *p, const void *q) {
  const sl_hit *x = p, *y = q;
  if (x->verdict != y->verdict) return x->verdict > y->verdict ? -1 : 1;
  if (x->verdict == SL_CONFLICT && x->finding.window.start.ns != y->finding.window.start.ns)
    return x->finding.window.start.ns < y->finding.window.start.ns ? -1 : 1;
  return by_origin(p, q);
}

static sl_alt_ref ref_of(const sl_resolved *resolved, uint32_t view) {
  const sl_object *object = &resolved->object[view];
  return object->kind == SL_OBJECT_TRAJECTORY ? object->as.trajectory.ref : object->as.volume.band.ref;
}

/* The least of the hits, UNDECIDED before CONFLICT; among those of like references where
 * each view is all of its record and there are such. */
static const sl_hit *least_of(const sl_hit *hit, size_t count, const sl_resolved *a, const sl_resolved *b) {
  const sl_hit *least = hit, *like = NULL;
  for (size_t i = 0; i < count; i++) {
    if (hit[i].verdict < least->verdict) least = &hit[i];
    bool same = a->whole && b->whole && ref_of(a, hit[i].view_a) == ref_of(b, hit[i].view_b);
    if (same && (!like || hit[i].verdict < like->verdict)) like = &hit[i];
  }
  return like ? like : least;
}

/* One verdict for all views of a pair of windows. */
static void combine(work *w) {
  size_t kept = 0;
  for (size_t begin = 0; begin < w->hits;) {
    size_t end = begin + 1;
    sl_hit *first = &w->hit[begin];
    while (end < w->hits && w->hit[end].a == first->a && w->hit[end].b == first->b && w->hit[end].window_a == first->window_a &&
           w->hit[end].window_b == first->window_b)
      end++;
    const sl_resolved *a = &w->load->record[first->a].resolved, *b = &w->load->record[first->b].resolved;
    SL_ASSERT(end - begin <= (size_t)a->views * b->views);
    if (end - begin == (size_t)a->views * b->views) {
      sl_hit result = *least_of(first, end - begin, a, b);
      if (result.verdict == SL_CONFLICT && (a->outer || b->outer)) {
        result.verdict = SL_UNDECIDED;
        result.doubt = SL_DOUBT_DATUM;
      }
      w->hit[kept++] = result;
    }
    begin = end;
  }
  w->hits = kept;
}

static sl_exit prepare(work *w) {
  size_t at = 0;
  for (uint32_t r = 0; r < w->load->record_count; r++) {
    const sl_loaded_record *record = &w->load->record[r];
    for (uint32_t i = 0; i < record->resolved.count * record->resolved.views; i++, at++) {
      sl_fault fault = sl_fault_none();
      sl_err error = sl_prepare(&w->prepared[at], &record->resolved.object[i], &fault);
      w->origin[at] = (origin){r, i / record->resolved.views, (uint8_t)(i % record->resolved.views)};
      if (!error) continue;
      fault.line = record->line;
      if (fault.code == SL_OK) sl_fault_set(&fault, error, "out of memory");
      return sl_cli_fault(w->load->cli, w->load->file[record->file].path, &fault);
    }
    sl_cli_progress(w->load->cli, "preparing", r, w->load->record_count);
  }
  SL_ASSERT(at == w->count);
  return SL_EXIT_DONE;
}

/* How many pairs of different groups there are. */
static int by_number(const void *p, const void *q) { return order(*(const uint32_t *)p, *(const uint32_t *)q); }

static uint64_t pairs_of(const uint32_t *group, size_t count) {
  uint64_t all = (uint64_t)count * (count ? count - 1 : 0) / 2, same = 0;
  uint32_t *sorted = malloc(count ? count * sizeof *sorted : 1);
  if (!sorted) return all;
  if (count) memcpy(sorted, group, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_number);
  for (size_t begin = 0; begin < count;) {
    size_t end = begin;
    while (end < count && sorted[end] == sorted[begin]) end++;
    same += (uint64_t)(end - begin) * (end - begin - 1) / 2;
    begin = end;
  }
  free(sorted);
  return all - same;
}

/* Distinct pairs of names among the hits [from, to), left out where `other` has them. */
typedef struct name_pair { uint32_t low, high; } name_pair;

static int by_names(const void *p, const void *q) {
  const name_pair *x = p, *y = q;
  int result = order(x->low, y->low);
  return result ? result : order(x->high, y->high);
}

static uint32_t gather_pairs(name_pair *out, const work *w, size_t from, size_t to) {
  size_t count = 0;
  for (size_t i = from; i < to; i++) {
    uint32_t x = w->load->record[w->hit[i].a].name, y = w->load->record[w->hit[i].b].name;
    out[count++] = (name_pair){x < y ? x : y, x < y ? y : x};
  }
  qsort(out, count, sizeof *out, by_names);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || by_names(&out[kept - 1], &out[i]) != 0) out[kept++] = out[i];
  return (uint32_t)kept;
}

static sl_exit count_pairs(sl_judged *out, const work *w) {
  name_pair *conflict = malloc((w->hits + 1) * sizeof *conflict), *doubt = malloc((w->hits + 1) * sizeof *doubt);
  if (conflict && doubt) {
    while (out->conflicts < w->hits && w->hit[out->conflicts].verdict == SL_CONFLICT) out->conflicts++;
    out->conflict_pairs = gather_pairs(conflict, w, 0, out->conflicts);
    uint32_t doubts = gather_pairs(doubt, w, out->conflicts, w->hits);
    for (uint32_t i = 0; i < doubts; i++)
      out->undecided_pairs += bsearch(&doubt[i], conflict, out->conflict_pairs, sizeof *conflict, by_names) == NULL;
  }
  bool good = conflict && doubt;
  free(conflict);
  free(doubt);
  return good ? SL_EXIT_DONE : sl_cli_fail(w->load->cli, SL_EXIT_OSERR, "out of memory");
}

static sl_exit judge(sl_judged *out, work *w, const uint32_t *side, const sl_minima *minima) {
  sl_exit exit = prepare(w);
  if (exit) return exit;
  for (size_t i = 0; i < w->count; i++) w->group[i] = side ? side[w->origin[i].record] : w->load->record[w->origin[i].record].name;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned threads = online < 1 ? 1 : online > 64 ? 64 : (unsigned)online;
  sl_cli_progress(w->load->cli, "judging", w->count, 0);
  sl_err error = sl_judge_all((const sl_prepared *const *)w->prepared, w->group, w->count, minima, true, threads, on_pair, w);
  sl_cli_progress_end(w->load->cli);
  if (!error) error = w->error;
  if (error == SL_ERR_CAP) return sl_cli_fail(w->load->cli, SL_EXIT_DATA, "more than %u conflicts", HITS_MAX);
  if (error) return sl_cli_fail(w->load->cli, sl_exit_of(error), "the judgement failed (%s)", sl_err_name(error));
  if (w->hits) qsort(w->hit, w->hits, sizeof *w->hit, by_origin);
  combine(w);
  if (w->hits) qsort(w->hit, w->hits, sizeof *w->hit, by_time);
  exit = count_pairs(out, w);
  out->objects = w->count;
  out->pairs = pairs_of(w->group, w->count);
  return exit;
}

sl_exit sl_judged_make(sl_judged *out, const sl_load *load, const uint32_t *side, const sl_minima *minima) {
  SL_ASSERT(out && load && minima);
  work w = {.load = load};
  for (uint32_t i = 0; i < load->record_count; i++) w.count += (size_t)load->record[i].resolved.count * load->record[i].resolved.views;
  w.prepared = calloc(w.count + 1, sizeof(sl_prepared *));
  w.origin = calloc(w.count + 1, sizeof *w.origin);
  w.group = calloc(w.count + 1, sizeof *w.group);
  sl_judged judged = {0};
  sl_exit exit = w.prepared && w.origin && w.group ? judge(&judged, &w, side, minima) : sl_cli_fail(load->cli, SL_EXIT_OSERR, "out of memory");
  for (size_t i = 0; w.prepared && i < w.count; i++) sl_prepared_free(w.prepared[i]);
  free(w.prepared);
  free(w.origin);
  free(w.group);
  if (exit) {
    free(w.hit);
    return exit;
  }
  judged.hit = w.hit;
  judged.hit_count = (uint32_t)w.hits;
  *out = judged;
  return SL_EXIT_DONE;
}

void sl_judged_free(sl_judged *judged) {
  if (!judged) return;
  free(judged->hit);
  *judged = (sl_judged){0};
}
