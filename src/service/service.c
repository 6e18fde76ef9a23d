/* The service's life: made empty, filled from the store, released. What it lives
 * through is in turn.c. */
#include "service/service.h"

#include <stdlib.h>
#include <time.h>

#include "base/assert.h"
#include "service/deal.h"
#include "service/instant.h"
#include "service/load.h"
#include "service/op.h"
#include "service/persist.h"
#include "service/salts.h"
#include "service/push.h"
#include "service/state.h"
#include "service/utm_state.h"
#include "service/wait.h"

#define ROLLUP_MAX (UINT64_C(1) << 32)

sl_err sl_load_begin(sl_service *service) {
  const sl_service_options *options = &service->options;
  sl_hashmap_init(&service->intents, options->intents_max);
  sl_hashmap_init(&service->cases, options->intents_max);
  sl_hashmap_init(&service->nonces, options->nonces_max);
  sl_hashmap_init(&service->agreements, options->intents_max);
  sl_arena_init(&service->directory_arena, 64u << 20);
  service->now = (sl_time){0};
  sl_err err = sl_roster_init(&service->roster, &service->directory_arena, 1024, SL_KEYS_MAX);
  if (!err) err = sl_tree_new(&service->rollup, sl_sha256, ROLLUP_MAX);
  for (unsigned i = 0; i < SL_CLASS_COUNT && !err; i++) err = sl_index_new(&service->index[i], options->intents_max * SL_OBJECTS_AN_INTENT);
  if (!err) err = sl_utm_begin(service);
  return err;
}

static void free_members(sl_service *service) {
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    for (size_t k = 0; k < SL_EVENTS_KEPT; k++) free((char *)(uintptr_t)member->kept[k].body.data);
    sl_tree_free(member->log);
    free(member->places.at);
    sl_salts_free(member);
    free(member);
  }
  free(service->member);
  service->member = NULL;
  service->member_count = service->member_room = 0;
}

static void free_intents(sl_service *service) {
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    if (!intent) continue;
    for (uint32_t k = 0; k < intent->object_count; k++) sl_prepared_free(intent->object[k]);
    free(intent->object);
    free(intent->inner.link);
    free(intent->own.granules);
    sl_utm_part_drop(intent);
    free(intent);
  }
  free(service->slot);
  free(service->free_slot);
  free(service->alarms);
  service->slot = NULL;
  service->free_slot = NULL;
  service->alarms = NULL;
  service->slot_count = service->slot_room = service->free_count = 0;
  service->alarm_count = service->alarm_room = 0;
}

void sl_load_end(sl_service *service) {
  sl_deal_forget(service);
  sl_push_forget(service);
  for (unsigned i = 0; i < SL_CLASS_COUNT; i++) {
    sl_index_free(service->index[i]);
    service->index[i] = NULL;
  }
  sl_utm_end(service);
  free_intents(service);
  free_members(service);
  for (size_t i = 0; i < service->nonce_count; i++) free(service->nonce_heap[i]);
  free(service->nonce_heap);
  service->nonce_heap = NULL;
  service->nonce_count = service->nonce_room = 0;
  sl_persist_batches_forget(service);
  sl_hashmap_fini(&service->intents);
  sl_hashmap_fini(&service->cases);
  sl_hashmap_fini(&service->nonces);
  sl_hashmap_fini(&service->agreements);
  sl_tree_free(service->rollup);
  service->rollup = NULL;
  free(service->rollup_places.at);
  service->rollup_places = (sl_places){0};
  service->next_opening = 0;
  free(service->rollup_slots);
  service->rollup_slots = NULL;
  sl_arena_fini(&service->directory_arena);
  free(service->dirty);
  free(service->flagged);
  free(service->listed);
  service->dirty = service->flagged = NULL;
  service->listed = NULL;
  service->dirty_count = service->dirty_room = 0;
  service->flagged_count = service->flagged_room = 0;
  service->listed_count = service->listed_room = 0;
  service->line_count = 0;
  service->clock_doubts = service->clock_rechecks = 0;
  service->clock_next.ns = INT64_MAX;
  service->erase_next.ns = service->events_next.ns = INT64_MAX;
  service->records = 0;
  service->counts.intents_live = service->counts.cases_open = service->counts.unacknowledged = 0;
  for (size_t i = 0; i < service->side_count; i++) {
    service->side[i].intents = service->side[i].objects = service->side[i].nonces = 0;
  }
}

static sl_err make_locks(sl_service *service) {
  pthread_condattr_t monotonic;
  if (pthread_rwlock_init(&service->directory_lock, NULL)) return SL_ERR_NOMEM;
  if (pthread_mutex_init(&service->queue_lock, NULL)) return SL_ERR_NOMEM;
  if (pthread_mutex_init(&service->clock_lock, NULL)) return SL_ERR_NOMEM;
  if (pthread_condattr_init(&monotonic)) return SL_ERR_NOMEM;
  int failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  if (!failed) failed = pthread_cond_init(&service->queue_wake, &monotonic);
  pthread_condattr_destroy(&monotonic);
  return failed ? SL_ERR_NOMEM : SL_OK;
}

static void defaults(sl_service_options *options) {
  if (!options->random.fill) options->random = sl_random_system();
  if (options->queue_depth == 0) options->queue_depth = 1024;
  if (options->group_max == 0) options->group_max = 256;
  if (options->intents_max == 0) options->intents_max = 4000000;
  if (options->nonces_max == 0) options->nonces_max = 4000000;
}

sl_err sl_service_open(sl_service **out, const sl_service_options *options, sl_store *store, sl_fault *fault) {
  SL_ASSERT(options->side_count >= 2 && options->side_count <= SL_SIDES_MAX);
  sl_service *service = calloc(1, sizeof *service);
  if (!service) return SL_ERR_NOMEM;
  service->options = *options;
  defaults(&service->options);
  service->store = store;
  service->side_count = options->side_count;
  for (size_t i = 0; i < options->side_count; i++) {
    SL_ASSERT(sl_name_good(sl_str_from(options->side[i].name)));
    memcpy(service->side[i].name, options->side[i].name, sizeof service->side[i].name);
    memcpy(service->side[i].focal_key, options->side[i].focal_key, 32);
  }
  sl_instant_open(service);
  sl_prf(service->map_key, 32, options->seed, "map-key", NULL, 0);
  sl_buf_init(&service->row, SL_STORE_VALUE_MAX);
  sl_err err = make_locks(service);
  if (!err) err = sl_push_open(service);
  if (!err) err = sl_utm_open(service);
  if (!err) err = sl_deal_open(service);
  if (!err) err = sl_load_all(service, true, fault);
  if (err) {
    sl_service_close(service);
    return err;
  }
  service->whole = true;
  sl_service_publish(service);
  *out = service;
  return SL_OK;
}

/* The last commit of all says when this run ended: of a store that only knew when somebody
 * last did something, a start with a wall clock that was set back would tell that (L12). */
static void stamp(sl_service *service) {
  if (!service->whole || service->failed || sl_store_begin(service->store)) return;
  sl_persist_clock(service, sl_service_now(service));
  sl_err err = service->group_error ? service->group_error : sl_store_commit(service->store);
  if (err) sl_store_rollback(service->store);   /* then it is as after a crash */
}

void sl_service_close(sl_service *service) {
  if (!service) return;
  stamp(service);
  sl_wait_end(service, !service->failed);
  sl_deal_close(service);
  sl_load_end(service);
  sl_push_close(service);
  sl_utm_close(service);
  for (size_t i = 0; i <= service->side_count; i++) {
    while (service->side[i].queue_first) {
      sl_op *op = service->side[i].queue_first;
      service->side[i].queue_first = op->next;
      sl_op_free(op);
    }
  }
  sl_buf_fini(&service->row);
  free(service->unwritten);
  pthread_cond_destroy(&service->queue_wake);
  pthread_mutex_destroy(&service->queue_lock);
  pthread_mutex_destroy(&service->clock_lock);
  pthread_rwlock_destroy(&service->directory_lock);
  sl_wipe(&service->options.seed, sizeof service->options.seed);
  sl_wipe(service->map_key, sizeof service->map_key);
  free(service);
}

bool sl_service_ready(const sl_service *service) {
  return !__atomic_load_n(&service->failed, __ATOMIC_ACQUIRE) && !__atomic_load_n(&service->draining, __ATOMIC_RELAXED);
}

/* The writer's figures are its own; others see a copy, made each turn. The few that
 * receivers count are atomic. */
void sl_service_publish(sl_service *service) {
  SL_STATIC_ASSERT(sizeof(sl_service_counts) % sizeof(uint64_t) == 0, "figures are 64 bits each");
  service->counts.full = service->full;
  const uint64_t *from = (const uint64_t *)(const void *)&service->counts;
  uint64_t *to = (uint64_t *)(void *)&service->shown;
  pthread_mutex_lock(&service->queue_lock);
  for (size_t i = 0; i < sizeof service->counts / sizeof *from; i++) to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
  pthread_mutex_unlock(&service->queue_lock);
}

void sl_service_count(const sl_service *service, sl_service_counts *out) {
  pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&service->queue_lock;
  pthread_mutex_lock(lock);
  *out = service->shown;
  out->queue_high = service->counts.queue_high;
  pthread_mutex_unlock(lock);
  out->requests = __atomic_load_n(&service->counts.requests, __ATOMIC_RELAXED);
  out->refused = __atomic_load_n(&service->counts.refused, __ATOMIC_RELAXED);
  out->replies_late = __atomic_load_n(&service->counts.replies_late, __ATOMIC_RELAXED);
}
