/* The writer: what is due by the clock, then the queues, as one group; one commit;
 * then the replies. Sides get fixed shares of a group, so that the load of one does
 * not delay another. A group that fails is undone by rebuilding everything from the
 * store: slow, rare, and right whatever the group had done. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/band.h"
#include "service/clock.h"
#include "service/deal.h"
#include "service/full.h"
#include "service/instant.h"
#include "service/lines.h"
#include "service/load.h"
#include "service/logbook.h"
#include "service/nonce.h"
#include "service/op.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/push.h"
#include "service/retention.h"
#include "service/salts.h"
#include "service/script.h"
#include "service/utm_state.h"
#include "service/wait.h"

#define GROUP_TIME_MAX_NS (20 * SL_NS_PER_MS)   /* of one group where no quantum says less */
#define RETRY_NS SL_NS_PER_S
#define TICKS_A_TURN 1000   /* after a long stop the roll-up catches up in steps */

void sl_op_act(sl_service *service, sl_op *op) {
  if (op->member) op->member = service->member[op->member_number];
  sl_err err = op->utm ? SL_OK : sl_nonce_take(service, op);   /* a bearer token has no nonce */
  if (err) {
    sl_op_fail(op, SL_STAGE_HEAD, err, NULL);
    return;
  }
  if (!service->full) sl_clock_hear(service, op);
  switch (op->kind) {
    case SL_OP_PUT_INTENT: sl_act_put(service, op); break;
    case SL_OP_END_INTENT: sl_act_end(service, op); break;
    case SL_OP_AFFIRM_INTENT: sl_act_affirm(service, op); break;
    case SL_OP_GET_INTENT: sl_act_get(service, op); break;
    case SL_OP_CASES: sl_act_cases(service, op); break;
    case SL_OP_CASE: sl_act_case(service, op); break;
    case SL_OP_ACKNOWLEDGE: sl_act_acknowledge(service, op); break;
    case SL_OP_LINE_HANDOVER: sl_act_handover(service, op); break;
    case SL_OP_ANSWER: sl_act_answer(service, op); break;
    case SL_OP_EVENTS: op->waits = true; break;
    case SL_OP_HEARTBEAT: sl_act_heartbeat(service, op); break;
    case SL_OP_LINE_SUSPEND: case SL_OP_LINE_RESUME: case SL_OP_LINE_ANSWER: sl_act_line(service, op); break;
    case SL_OP_LOG_CHECKPOINT: case SL_OP_LOG_TILE: case SL_OP_LOG_ENTRIES: case SL_OP_RECEIPT:
      sl_act_log(service, op);
      break;
    case SL_OP_ROLLUP_CHECKPOINT: case SL_OP_ROLLUP_TILE: case SL_OP_ROLLUP_SLOT: case SL_OP_ROLLUP_ENTRIES:
      sl_act_rollup(service, op);
      break;
    case SL_OP_RECORD: sl_act_record(service, op); break;
    case SL_OP_AGREEMENTS: sl_act_agreements(service, op); break;
    case SL_OP_UTM: sl_utm_act(service, op); break;
    case SL_OP_READY: break;
  }
}

/* What is due at `to`, in the order of time. All alarms of all parties: an operation that
 * came later must not be carried out before an own alarm because others have many. */
static bool clockwork(sl_service *service, sl_time to) {
  bool any = false;
  int ticks = 0;
  for (;;) {
    sl_time tick = service->rollup_next, lines = sl_lines_due(service);
    sl_time alarm = {service->alarm_count > 0 ? service->alarms[0]->alarm.ns : INT64_MAX};
    sl_time next = tick.ns < lines.ns ? tick : lines;
    if (alarm.ns < next.ns) next = alarm;
    if (service->band_next.ns < next.ns) next = service->band_next;
    if (service->clock_next.ns < next.ns) next = service->clock_next;
    if (next.ns > to.ns || ticks >= TICKS_A_TURN || service->group_error) break;
    any = true;
    if (next.ns > service->now.ns) service->now = next;
    if (next.ns == tick.ns) {
      sl_rollup_tick(service, tick);
      service->rollup_next.ns = (tick.ns / sl_rollup_length(service) + 1) * sl_rollup_length(service);
      ticks++;
    } else if (next.ns == service->band_next.ns) {
      sl_band_tell(service);
      sl_script_step(service);
    } else if (next.ns == service->clock_next.ns) {
      sl_clock_turn(service);
    } else if (next.ns == alarm.ns) {
      sl_intent_alarm(service, sl_alarm_pop(service, alarm));
    } else {
      sl_lines_clock(service);
      for (unsigned i = 0; i < service->line_count; i++) {
        sl_line_record *line = &service->line[i];
        if (!line->in_force) continue;
        if (line->next_round.ns <= service->now.ns) {
          sl_lines_round(service, i);
        } else if (!line->round_prepared && sl_lines_due(service).ns <= service->now.ns) {
          line->round_prepared = true;
          sl_deal_prepare(service, i);
        }
      }
      sl_script_step(service);
    }
    sl_own_release(service);
  }
  if (to.ns > service->now.ns && ticks < TICKS_A_TURN) service->now = to;
  return any;
}

/* In the order in which they came, so that the clock runs for nobody ahead of an earlier
 * operation because one of another side stood in the same group. Stable. */
static sl_op *in_order(sl_op *group) {
  sl_op *sorted = NULL, **last = &sorted;
  int64_t newest = INT64_MIN;
  for (sl_op *op = group, *next; op; op = next) {
    next = op->next;
    sl_op **at = op->received.ns >= newest ? last : &sorted;
    while (*at && (*at)->received.ns <= op->received.ns) at = &(*at)->next;
    op->next = *at;
    *at = op;
    if (!op->next) {
      last = &op->next;
      newest = op->received.ns;
    }
  }
  return sorted;
}

/* How many operations of each side this group takes: no more than can be carried out in
 * a quarter of the shortest quantum, by what one cost lately, so that a side that floods
 * its queue does not push another's reply past its tick (L15). */
static size_t share_of(const sl_service *service) {
  int64_t budget = GROUP_TIME_MAX_NS;
  for (size_t i = 0; i < service->line_count; i++) {
    int64_t quarter = service->line[i].effective.quantum.ns / 4;
    if (service->line[i].in_force && quarter > 0 && quarter < budget) budget = quarter;
  }
  size_t share = service->options.group_max / (service->side_count + 1);
  if (service->operation_ns > 0) {
    size_t in_time = (size_t)(budget / service->operation_ns) / (service->side_count + 1);
    if (in_time < share) share = in_time;
  }
  return share > 0 ? share : 1;
}

/* What an operation costs, as a running mean. */
static void learn_cost(sl_service *service, int64_t elapsed, size_t count) {
  if (count == 0 || elapsed <= 0) return;
  int64_t each = elapsed / (int64_t)count;
  service->operation_ns += (each - service->operation_ns) / 8;
}

static sl_op *dequeue_group(sl_service *service) {
  sl_op *first = NULL, **end = &first;
  size_t share = share_of(service);
  pthread_mutex_lock(&service->queue_lock);
  for (size_t i = 0; i <= service->side_count; i++) {
    sl_side_record *side = &service->side[i];
    for (size_t n = 0; n < share && side->queue_first; n++) {
      sl_op *op = side->queue_first;
      side->queue_first = op->next;
      if (!side->queue_first) side->queue_last = NULL;
      side->queued--;
      op->next = NULL;
      *end = op;
      end = &op->next;
    }
  }
  pthread_mutex_unlock(&service->queue_lock);
  return in_order(first);
}

static void refuse_all(sl_service *service, sl_op *group, sl_err err) {
  for (sl_op *op = group, *next; op; op = next) {
    next = op->next;
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    sl_op_finish(service, op);
  }
}

/* Nothing of the group stands: everyone in it is told to come again, and memory is
 * made what the store says (the index with it). On a full disk what only reads is answered then. */
static void undo(sl_service *service, sl_op *group, sl_err err) {
  service->counts.commits_failed++;
  bool turning = service->utm && service->utm->turning, full = err == SL_ERR_FULL;
  sl_waiter *waiters = NULL;
  sl_store_rollback(service->store);
  if (full) {
    group = sl_full_keep(service, group);
    waiters = sl_wait_keep(service);
  } else {
    refuse_all(service, group, err == SL_ERR_NOMEM ? SL_ERR_NOMEM : SL_ERR_BUSY);
    group = NULL;
  }
  service->group_error = SL_OK;
  service->steps = 0;   /* heeded once more, if there were any */
  sl_wait_end(service, false);
  service->retry.ns = sl_service_now(service).ns + RETRY_NS;
  if (sl_store_fatal(service->store) || sl_load_all(service, false, NULL)) {
    __atomic_store_n(&service->failed, true, __ATOMIC_RELEASE);
    refuse_all(service, group, SL_ERR_BUSY);
    sl_wait_drop(service, waiters);
    return;
  }
  if (turning) sl_utm_turned_again(service);
  sl_nonces_again(service);
  if (!full) return;
  service->full = true;
  sl_wait_again(service, waiters);
  sl_full_answer(service, group, sl_service_now(service));
}

static void reply_all(sl_service *service, sl_op *group) {
  sl_push_release(service);
  for (sl_op *op = group, *next; op; op = next) {
    next = op->next;
    service->counts.operations++;
    if (op->waits && op->status == 0) sl_wait_add(service, op);
    else sl_op_finish(service, op);
  }
  sl_wait_serve(service, service->now);
}

/* Whether a group can be begun. Nothing has changed yet, so nothing needs undoing. */
static bool begin(sl_service *service, const sl_op *group, sl_time now) {
  if (service->failed || (!group && now.ns < service->retry.ns)) return false;
  service->group_error = sl_store_begin(service->store);
  if (!service->group_error) return true;
  service->full = service->group_error == SL_ERR_FULL;
  service->group_error = SL_OK;
  service->counts.commits_failed++;
  service->retry.ns = now.ns + RETRY_NS;
  if (sl_store_fatal(service->store)) {
    sl_wait_end(service, false);
    __atomic_store_n(&service->failed, true, __ATOMIC_RELEASE);
  }
  return false;
}

/* A step of the wall clock: what was measured by it before says nothing any more (L6). */
static bool heed_steps(sl_service *service, const sl_instant *at) {
  if (at->steps == service->steps) return false;
  service->steps = at->steps;
  sl_clock_unmeasure(service);
  return true;
}

/* The group's operations, each at its time. Returns whether the clock made anything due. */
static bool carry_out(sl_service *service, sl_op *group) {
  int64_t began = sl_clock_monotonic(&service->options.clock);
  size_t carried = 0;
  bool any = false;
  for (sl_op *op = group; op && !service->group_error; op = op->next) {
    carried++;
    sl_instant_take(service, &op->at);
    any |= clockwork(service, op->received);
    sl_op_act(service, op);
    sl_own_release(service);
  }
  learn_cost(service, sl_clock_monotonic(&service->options.clock) - began, carried);
  return any;
}

bool sl_service_turn(sl_service *service) {
  sl_wait_cancelled(service);
  sl_op *group = dequeue_group(service);
  sl_instant at = sl_instant_now(service);
  bool reading = service->full && !service->failed && !sl_full_over(service, group, at.now);
  if (!reading && !begin(service, group, at.now)) {
    reading = service->full && !service->failed;
    if (!reading) refuse_all(service, group, SL_ERR_BUSY);
    if (!reading) return group != NULL;
  }
  if (reading) {
    sl_instant_take(service, &at);
    sl_full_answer(service, group, at.now);
    sl_service_publish(service);
    return group != NULL;
  }
  bool any = false;
  if (!service->group_error) {
    sl_instant_take(service, &at);
    any |= heed_steps(service, &at);
    any |= carry_out(service, group);
    sl_instant_take(service, &at);
    any |= clockwork(service, at.now);
    if (!group && sl_script_step(service)) {
      /* What others' alarms gave at this instant comes before whoever waits is served. */
      any = true;
      sl_own_release(service);
    }
    if (service->listed_count > 0) {
      any = true;
      sl_deal_start(service);
    }
    any |= sl_salts_step(service);
    any |= sl_retention_step(service);
    if (sl_clock_step(service)) {
      any = true;
      sl_own_release(service);
    }
    sl_nonces_expire(service);
    any |= sl_push_settle(service);
    any |= sl_utm_sweep(service);
    any |= sl_utm_turned_step(service);
    if (any || group) {
      sl_utm_persist_touched(service);
      sl_persist_touched(service);
      sl_load_identity_owed(service);
    }
  }
  if (!service->group_error && (any || group) && !SL_PLANTED(SL_PLANT_REPLY_EARLY)) sl_store_commit_ahead(service->store);
  /* Beside the commit, before anything leaves. */
  for (sl_op *op = group; op && !service->group_error; op = op->next) sl_op_receipt(service, op);
  if (SL_PLANTED(SL_PLANT_REPLY_EARLY)) {
    any |= group != NULL;
    reply_all(service, group);
    group = NULL;
  }
  if (!service->group_error) {
    if (any || group) sl_group_fail(service, sl_store_commit(service->store));
    else sl_store_rollback(service->store);
  }
  service->counts.groups += group != NULL;
  if (service->group_error) undo(service, group, service->group_error);
  else reply_all(service, group);
  if (!service->full && (any || group)) sl_nonces_written(service);
  sl_service_publish(service);
  return any || group;
}

sl_time sl_service_due(const sl_service *service) {
  sl_time due = sl_lines_due(service), waiter = sl_wait_due(service), utm = sl_utm_due(service);
  sl_time turned = sl_utm_turned_due(service);
  if (utm.ns < due.ns) due = utm;
  if (turned.ns < due.ns) due = turned;
  if (service->rollup_next.ns < due.ns) due = service->rollup_next;
  if (service->alarm_count > 0 && service->alarms[0]->alarm.ns < due.ns) due = service->alarms[0]->alarm;
  if (waiter.ns < due.ns) due = waiter;
  if (service->band_next.ns < due.ns) due = service->band_next;
  if (sl_clock_due(service).ns < due.ns) due = sl_clock_due(service);
  if (sl_salts_due(service).ns < due.ns) due = sl_salts_due(service);
  if (sl_retention_due(service).ns < due.ns) due = sl_retention_due(service);
  if (service->listed_count > 0) due = service->now;
  return service->retry.ns > due.ns && service->retry.ns > service->now.ns ? service->retry : due;
}

void sl_service_wait(sl_service *service, sl_time until) {
  pthread_mutex_lock(&service->queue_lock);
  bool queued = service->woken;
  for (size_t i = 0; i <= service->side_count && !queued; i++) queued = service->side[i].queue_first != NULL;
  int64_t left = until.ns - sl_service_now(service).ns;
  if (!queued && left > 0) {
    if (left > SL_NS_PER_S) left = SL_NS_PER_S;
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t ns = at.tv_nsec + left;
    at.tv_sec += ns / SL_NS_PER_S;
    at.tv_nsec = ns % SL_NS_PER_S;
    pthread_cond_timedwait(&service->queue_wake, &service->queue_lock, &at);
  }
  service->woken = false;
  pthread_mutex_unlock(&service->queue_lock);
}

void sl_service_wake(sl_service *service) {
  pthread_mutex_lock(&service->queue_lock);
  service->woken = true;
  pthread_cond_signal(&service->queue_wake);
  pthread_mutex_unlock(&service->queue_lock);
}

void sl_service_drain(sl_service *service) {
  pthread_mutex_lock(&service->queue_lock);
  service->draining = true;
  service->woken = true;
  pthread_cond_signal(&service->queue_wake);
  pthread_mutex_unlock(&service->queue_lock);
}
