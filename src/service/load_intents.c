/* Intents at a start: their standings, then their plans, from two tables in one order of
 * keys. Reading rows and filling the index go one after the other on the caller's thread;
 * making the geometry of a plan needs nothing else, and goes on beside it, in portions.
 * They enter the index in the order of their rows, whoever was done first.
 *
 * Work: some 10^5 plans of ten volumes, in less than a second on two processors. */
#include <pthread.h>
#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/deal.h"
#include "service/load.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"

#define PORTION 64u
#define AHEAD 24u   /* portions read and not entered */

typedef struct portion {
  struct portion *next;
  sl_intent *intent[PORTION];
  size_t end[PORTION];         /* of its row */
  size_t count;
  sl_buf rows;
  bool done;
  sl_err err;
} portion;

typedef struct filling {
  sl_service *service;
  size_t read;                 /* intents whose plan's row was read */
  sl_err err;
  portion *filled;             /* being read */
  portion *first, *last;       /* to be entered, in order */
  size_t ahead;
  pthread_mutex_t lock;        /* of what follows, `next` and `done` */
  pthread_cond_t more, less;
  portion *open;               /* the first that nobody works at */
  bool closed;
  pthread_t helper;
  bool helped;
} filling;

static bool fail(filling *f, sl_err err) {
  if (err && !f->err) f->err = err;
  return !f->err;
}

/* L7: what landed past its window is judged so long after its signed end, as before the stop. */
static void hold(const sl_service *service, sl_intent *intent) {
  const sl_agreement *agreement = sl_state_agreement(service, intent->owner->side);
  bool landed = intent->live && intent->own.state == SL_INTENT_ENDED && intent->own.out_at.ns != 0;
  if (landed) intent->own.overdue.ns = agreement ? agreement->after_end.ns : SL_AFTER_END_NS;
}

static bool standing_row(void *context, sl_span key, sl_span value) {
  filling *f = context;
  sl_service *service = f->service;
  if (key.size != 18 || value.size < 3) return fail(f, SL_ERR_CORRUPT);
  unsigned side = (unsigned)(key.data[0] << 8 | key.data[1]), owner = (unsigned)(value.data[1] << 8 | value.data[2]);
  if (owner >= service->member_count || service->member[owner]->side != side) return fail(f, SL_ERR_CORRUPT);
  sl_uuid id;
  memcpy(id.bytes, key.data + 2, 16);
  uint64_t own_count = service->member[owner]->intents;
  sl_intent *intent = NULL;
  sl_err err = sl_state_intent_new(service, service->member[owner], &id, &intent);
  if (err) return fail(f, err);
  service->member[owner]->intents = own_count;
  err = sl_persist_standing_read(intent, value);
  if (!err) sl_state_case_count(service, intent);
  if (!err && intent->own.has_case) err = sl_state_case_list(service, intent);
  if (intent->inner.agreement > service->next_agreement) service->next_agreement = intent->inner.agreement;
  if (!err) sl_own_standing_load(service, intent);
  if (!err) hold(service, intent);
  if (!err && intent->inner.agreed) sl_deal_join(service, intent, intent->inner.agreement);
  return fail(f, err);
}

/* The geometry of an intent, from its filed version. Touches nothing but the intent. */
static sl_err restore(sl_intent *intent, sl_arena *arena, sl_span value) {
  sl_draft draft;
  sl_err err = sl_persist_draft_read(value, arena, &draft);
  if (err) return err;
  intent->own.exercise = draft.exercise;
  intent->own.priority = draft.priority;
  intent->own.start_tolerance = draft.start_tolerance;
  intent->own.time_tolerance = draft.time_tolerance;
  intent->own.window = sl_plan_window(&draft.plan);
  if (intent->own.overdue.ns > 0) {
    int64_t past = intent->own.out_at.ns + intent->own.overdue.ns - intent->own.window.end.ns;
    intent->own.overdue.ns = past > 0 ? past : 0;
  }
  sl_dur tolerance = {draft.time_tolerance.ns + intent->own.overdue.ns};
  err = sl_plan_prepare(&intent->object, &draft.plan, tolerance, NULL);
  if (!err) intent->object_count = draft.plan.count;
  return err;
}

static void work_at(portion *p) {
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  size_t at = 0;
  for (size_t i = 0; i < p->count && !p->err; i++) {
    p->err = restore(p->intent[i], &arena, (sl_span){p->rows.data + at, p->end[i] - at});
    at = p->end[i];
    sl_arena_clear(&arena);
  }
  sl_arena_fini(&arena);
}

/* Take the next open portion and make it; under the lock, which is let go meanwhile. */
static void work_once(filling *f) {
  portion *p = f->open;
  f->open = p->next;
  pthread_mutex_unlock(&f->lock);
  work_at(p);
  pthread_mutex_lock(&f->lock);
  p->done = true;
  pthread_cond_signal(&f->less);
}

static void *help(void *context) {
  filling *f = context;
  pthread_mutex_lock(&f->lock);
  while (f->open || !f->closed) {
    if (f->open) work_once(f);
    else pthread_cond_wait(&f->more, &f->lock);
  }
  pthread_mutex_unlock(&f->lock);
  return NULL;
}

static sl_err enter(sl_service *service, sl_intent *intent) {
  bool live = intent->live;
  intent->live = false;
  sl_err err = live ? sl_across_enter(service, intent) : SL_OK;
  for (unsigned i = 0; i < SL_LINES_MAX && !err; i++) {
    if (!(intent->inner.unaffirmed >> i & 1)) continue;
    if (!live || i >= service->line_count) return SL_ERR_CORRUPT;
    service->line[i].unaffirmed++;
  }
  if (!err) sl_intent_alarm_next(service, intent);
  return err;
}

/* Enter what is done, until no more than `left` portions are ahead. */
static void collect(filling *f, size_t left) {
  pthread_mutex_lock(&f->lock);
  while (f->first && (f->first->done || f->ahead > left)) {
    portion *p = f->first;
    if (!p->done) {
      if (f->open) work_once(f);
      else pthread_cond_wait(&f->less, &f->lock);
      continue;
    }
    f->first = p->next;
    if (!f->first) f->last = NULL;
    f->ahead--;
    pthread_mutex_unlock(&f->lock);
    fail(f, p->err);
    for (size_t i = 0; i < p->count && !f->err; i++) fail(f, enter(f->service, p->intent[i]));
    sl_buf_fini(&p->rows);
    free(p);
    pthread_mutex_lock(&f->lock);
  }
  pthread_mutex_unlock(&f->lock);
}

static void hand_over(filling *f) {
  portion *p = f->filled;
  f->filled = NULL;
  if (!p) return;
  pthread_mutex_lock(&f->lock);
  if (f->last) f->last->next = p;
  else f->first = p;
  f->last = p;
  if (!f->open) f->open = p;
  f->ahead++;
  pthread_cond_signal(&f->more);
  pthread_mutex_unlock(&f->lock);
}

/* Both tables have the same keys: the n-th plan is the n-th standing's. */
static bool plan_row(void *context, sl_span key, sl_span value) {
  filling *f = context;
  if (key.size != 18 || f->read == f->service->slot_count) return fail(f, SL_ERR_CORRUPT);
  sl_intent *intent = f->service->slot[f->read++];
  sl_intent_key_bytes own = sl_intent_key(intent->owner->side, &intent->id);
  if (memcmp(own.bytes, key.data, sizeof own.bytes) != 0) return fail(f, SL_ERR_CORRUPT);
  if (!f->filled) {
    f->filled = calloc(1, sizeof *f->filled);
    if (!f->filled) return fail(f, SL_ERR_NOMEM);
    sl_buf_init(&f->filled->rows, PORTION * (size_t)SL_STORE_VALUE_MAX);
  }
  portion *p = f->filled;
  sl_buf_add(&p->rows, value.data, value.size);
  if (p->rows.error) return fail(f, p->rows.error);
  p->intent[p->count] = intent;
  p->end[p->count++] = p->rows.size;
  if (p->count == PORTION || p->rows.size > SL_STORE_VALUE_MAX) {
    hand_over(f);
    collect(f, AHEAD);
  }
  return !f->err;
}

static sl_err fill(filling *f) {
  sl_service *service = f->service;
  if (pthread_mutex_init(&f->lock, NULL)) return SL_ERR_NOMEM;
  int failed = pthread_cond_init(&f->more, NULL);
  if (!failed) failed = pthread_cond_init(&f->less, NULL);
  if (failed) return SL_ERR_NOMEM;
  /* Without a helper the caller does all of it. */
  f->helped = service->slot_count > PORTION && pthread_create(&f->helper, NULL, help, f) == 0;
  sl_err err = sl_store_scan(service->store, SL_TABLE_INTENT, (sl_span){0}, (sl_span){0}, plan_row, f);
  hand_over(f);
  pthread_mutex_lock(&f->lock);
  f->closed = true;
  pthread_cond_signal(&f->more);
  pthread_mutex_unlock(&f->lock);
  collect(f, 0);
  if (f->helped) pthread_join(f->helper, NULL);
  SL_ASSERT(f->ahead == 0 && f->first == NULL && f->filled == NULL);
  pthread_cond_destroy(&f->more);
  pthread_cond_destroy(&f->less);
  pthread_mutex_destroy(&f->lock);
  return err;
}

/* The owner's list is in the order of its own count again. */
static int by_number(const void *a, const void *b) {
  const sl_intent *x = *(sl_intent *const *)a, *y = *(sl_intent *const *)b;
  return (x->own.number > y->own.number) - (x->own.number < y->own.number);
}

static sl_err order_lists(sl_service *service) {
  sl_intent **all = malloc((service->slot_count + 1) * sizeof(sl_intent *));
  if (!all) return SL_ERR_NOMEM;
  for (size_t m = 0; m < service->member_count; m++) {
    sl_member *member = service->member[m];
    size_t count = 0;
    for (sl_intent *intent = member->first; intent; intent = intent->next) all[count++] = intent;
    qsort(all, count, sizeof(sl_intent *), by_number);
    member->first = member->last = NULL;
    for (size_t i = 0; i < count; i++) {
      all[i]->previous = member->last;
      all[i]->next = NULL;
      if (member->last) member->last->next = all[i];
      else member->first = all[i];
      member->last = all[i];
    }
  }
  free(all);
  return SL_OK;
}

sl_err sl_load_intents(sl_service *service) {
  SL_ASSERT(service->slot_count == 0);
  filling f = {.service = service};
  sl_err err = sl_store_scan(service->store, SL_TABLE_CASE, (sl_span){0}, (sl_span){0}, standing_row, &f);
  if (!err) err = f.err;
  if (!err) err = fill(&f);
  if (!err) err = f.err;
  if (!err && f.read != service->slot_count) err = SL_ERR_CORRUPT;
  return err ? err : order_lists(service);
}
