/* Waiters, kept in a list of their party. A party has few; a look-through is cheap.
 * They are answered after the commit of the group that made the event. */
#include "service/wait.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/instant.h"
#include "service/persist.h"
#include "service/retention.h"
#include "wire/answer.h"

void sl_wait_note(sl_service *service, sl_member *member) {
  (void)service;
  member->touched = true;
}

/* The event's JSON: from memory, or from the store when it is older. */
static sl_err body_add(sl_service *service, sl_member *member, uint64_t sequence, sl_buf *out) {
  const sl_event_row *kept = &member->kept[sequence % SL_EVENTS_KEPT];
  if (kept->sequence == sequence) {
    sl_buf_add_str(out, kept->body);
    return out->error;
  }
  return sl_persist_event_get(service, member, sequence, out);
}

/* The word after "type":" of an event's JSON, for the stream's event line. */
static sl_str kind_of(sl_str body) {
  static const char mark[] = "\"type\":\"";
  for (size_t i = 0; i + sizeof mark < body.size; i++) {
    if (memcmp(body.data + i, mark, sizeof mark - 1) != 0) continue;
    size_t start = i + sizeof mark - 1, end = start;
    while (end < body.size && body.data[end] != '"') end++;
    return (sl_str){body.data + start, end - start};
  }
  return SL_STR("event");
}

static sl_err page(sl_service *service, sl_member *member, uint64_t after, uint64_t until, bool stream, sl_buf *out) {
  sl_buf body;
  sl_buf_init(&body, 1u << 20);
  sl_err err = SL_OK;
  if (!stream) sl_buf_add_text(out, "{\"events\":[");
  for (uint64_t n = after + 1; n <= until && !err; n++) {
    sl_buf_clear(&body);
    err = body_add(service, member, n, &body);
    if (err) break;
    if (stream) {
      sl_str kind = kind_of(sl_buf_str(&body));
      sl_buf_add_format(out, "id: %llu\nevent: %.*s\ndata: ", (unsigned long long)n, (int)kind.size, kind.data);
      sl_buf_add_str(out, sl_buf_str(&body));
      sl_buf_add_text(out, "\n\n");
    } else {
      if (n != after + 1) sl_buf_add_text(out, ",");
      sl_buf_add_str(out, sl_buf_str(&body));
    }
  }
  if (!stream) sl_buf_add_format(out, "],\"next\":%llu}", (unsigned long long)until);
  sl_buf_fini(&body);
  return err ? err : out->error;
}

static uint64_t last_of_page(const sl_member *member, uint64_t after) {
  uint64_t last = member->events;
  return last > after + SL_EVENTS_PAGE ? after + SL_EVENTS_PAGE : last;
}

#define STREAM_CHUNK (1u << 20)   /* bytes; the rest of a long backlog comes with the next turns */

static void answer_poll(sl_service *service, sl_op *op, uint64_t after) {
  op->status = 200;
  op->content_type = "application/json";
  uint64_t last = last_of_page(op->member, after);
  if (last < after) last = after;
  sl_err err = page(service, op->member, after, last, false, &op->out);
  if (err) sl_op_fail(op, SL_STAGE_ACT, err, NULL);
  sl_op_finish(service, op);
}

/* One chunk of a stream; the operation lives on. */
static void stream_chunk(sl_service *service, sl_waiter *waiter) {
  sl_op *op = waiter->op;
  sl_buf_clear(&op->out);
  while (waiter->after < op->member->events && op->out.size < STREAM_CHUNK) {
    uint64_t last = last_of_page(op->member, waiter->after);
    size_t whole = op->out.size;
    if (page(service, op->member, waiter->after, last, true, &op->out)) {
      /* No part of an event may leave: its rest would read as another's. */
      op->out.size = whole;
      op->out.error = SL_OK;
      break;
    }
    waiter->after = last;
  }
  if (op->out.size == 0) sl_sse_idle(&op->out);
  sl_reply reply = {.status = 200, .content_type = "text/event-stream", .body = sl_buf_str(&op->out), .stream = true,
                    .release = sl_op_release(service, op)};
  op->reply(op->context, &reply);
  waiter->until.ns = service->now.ns + SL_STREAM_IDLE_S * SL_NS_PER_S;
}

static void stream_end(sl_waiter *waiter) {
  sl_reply reply = {.status = 0, .stream = true};
  waiter->op->reply(waiter->op->context, &reply);
  sl_op_free(waiter->op);
  free(waiter);
}

/* Where the reading begins: who gives no cursor has what is kept; a cursor before it has
 * missed what nobody can tell any more. */
static sl_err begin(sl_service *service, sl_op *op) {
  uint64_t floor = 0;
  sl_err err = sl_retention_floor(service, op->member, sl_instant_sure(&op->at), &floor);
  if (err) return err;
  if (op->from > 0 && op->from < floor) return SL_ERR_GONE;
  if (op->from < floor) op->from = floor;
  if (op->from > op->member->events) op->from = op->member->events;
  return SL_OK;
}

void sl_wait_add(sl_service *service, sl_op *op) {
  sl_member *member = op->member;
  SL_ASSERT(member != NULL);
  if (op->cancelled) {
    sl_reply gone = {.status = 0, .stream = true};
    op->reply(op->context, &gone);
    sl_op_free(op);
    return;
  }
  sl_err err = begin(service, op);
  if (err) {
    sl_op_fail(op, SL_STAGE_ACT, err, NULL);
    sl_op_finish(service, op);
    return;
  }
  bool ready = member->events > op->from || op->wait_s == 0;
  if (!op->stream && ready) {
    answer_poll(service, op, op->from);
    return;
  }
  sl_waiter *waiter = member->waiters < SL_WAITERS_MAX ? calloc(1, sizeof *waiter) : NULL;
  if (!waiter) {
    sl_op_fail(op, SL_STAGE_ACT, SL_ERR_CAP, NULL);
    sl_op_finish(service, op);
    return;
  }
  *waiter = (sl_waiter){member->waiter, op, op->from,
                        {service->now.ns + (int64_t)op->wait_s * SL_NS_PER_S}, op->stream};
  op->waited = true;
  member->waiter = waiter;
  member->waiters++;
  if (op->stream) stream_chunk(service, waiter);
}

void sl_wait_serve(sl_service *service, sl_time now) {
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    for (sl_waiter **at = &member->waiter; *at;) {
      sl_waiter *waiter = *at;
      bool news = member->events > waiter->after, due = waiter->until.ns <= now.ns;
      if (waiter->stream) {
        if (news || due) stream_chunk(service, waiter);
        at = &waiter->next;
      } else if (news || due) {
        *at = waiter->next;
        member->waiters--;
        answer_poll(service, waiter->op, waiter->after);
        free(waiter);
      } else {
        at = &waiter->next;
      }
    }
  }
}

sl_time sl_wait_due(const sl_service *service) {
  sl_time due = {INT64_MAX};
  for (size_t i = 0; i < service->member_count; i++) {
    for (const sl_waiter *waiter = service->member[i]->waiter; waiter; waiter = waiter->next) {
      if (waiter->until.ns < due.ns) due = waiter->until;
    }
  }
  return due;
}

bool sl_wait_cancel(sl_service *service, uint64_t number) {
  for (size_t i = 0; i < service->member_count; i++) {
    for (sl_waiter **at = &service->member[i]->waiter; *at; at = &(*at)->next) {
      sl_waiter *waiter = *at;
      if (waiter->op->number != number) continue;
      *at = waiter->next;
      service->member[i]->waiters--;
      stream_end(waiter);
      return true;
    }
  }
  return false;
}

void sl_wait_end(sl_service *service, bool good) {
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    while (member->waiter) {
      sl_waiter *waiter = member->waiter;
      member->waiter = waiter->next;
      if (waiter->stream) {
        stream_end(waiter);
        continue;
      }
      if (good) {
        answer_poll(service, waiter->op, waiter->after);
      } else {
        sl_op_fail(waiter->op, SL_STAGE_ACT, SL_ERR_BUSY, NULL);
        sl_op_finish(service, waiter->op);
      }
      free(waiter);
    }
    member->waiters = 0;
  }
}

sl_waiter *sl_wait_keep(sl_service *service) {
  sl_waiter *all = NULL;
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    for (sl_waiter *waiter; (waiter = member->waiter); all = waiter) {
      member->waiter = waiter->next;
      waiter->next = all;
    }
    member->waiters = 0;
  }
  return all;
}

void sl_wait_again(sl_service *service, sl_waiter *waiters) {
  for (sl_waiter *waiter = waiters, *next; waiter; waiter = next) {
    next = waiter->next;
    /* Who was enrolled by a group that was committed is there still. */
    SL_ASSERT(waiter->op->member_number < service->member_count);
    sl_member *member = service->member[waiter->op->member_number];
    waiter->op->member = member;
    waiter->next = member->waiter;
    member->waiter = waiter;
    member->waiters++;
  }
}

void sl_wait_drop(sl_service *service, sl_waiter *waiters) {
  for (sl_waiter *waiter = waiters, *next; waiter; waiter = next) {
    next = waiter->next;
    if (waiter->stream) {
      stream_end(waiter);
      continue;
    }
    waiter->op->member = NULL;
    sl_op_fail(waiter->op, SL_STAGE_ACT, SL_ERR_BUSY, NULL);
    sl_op_finish(service, waiter->op);
    free(waiter);
  }
}

void sl_service_cancel(sl_service *service, uint64_t number) {
  pthread_mutex_lock(&service->queue_lock);
  if (service->cancelled_count < SL_CANCELLED_MAX) service->cancelled[service->cancelled_count++] = number;
  service->woken = true;
  pthread_cond_signal(&service->queue_wake);
  pthread_mutex_unlock(&service->queue_lock);
}

void sl_wait_cancelled(sl_service *service) {
  uint64_t number[SL_CANCELLED_MAX];
  pthread_mutex_lock(&service->queue_lock);
  size_t count = service->cancelled_count;
  memcpy(number, service->cancelled, count * sizeof *number);
  service->cancelled_count = 0;
  /* One that still stands in a queue would begin to wait only afterwards, for nobody. */
  for (size_t i = 0; i <= service->side_count && count > 0; i++) {
    for (sl_op *op = service->side[i].queue_first; op; op = op->next) {
      for (size_t k = 0; k < count; k++) op->cancelled |= op->number == number[k];
    }
  }
  pthread_mutex_unlock(&service->queue_lock);
  for (size_t i = 0; i < count; i++) sl_wait_cancel(service, number[i]);
}
