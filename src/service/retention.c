/* Events whose retention is over. Their rows go from the oldest on, a few a turn, and
 * their copies in memory with them; nothing is told of it, and numbers are not used
 * again. An event's time stands in its JSON, so that nothing else is kept of it. Work:
 * nothing until the first has surely been kept long enough; then a row each; a reader that comes before the last
 * step finds its place by halving. */
#include "service/retention.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "service/instant.h"
#include "service/persist.h"

int64_t sl_retention_over(const sl_service *service, int64_t week) {
  SL_ASSERT(week >= 0 && week <= UINT32_MAX);
  int64_t kept = service->options.retention.ns;
  return kept > 0 ? (week + 1) * SL_RETENTION_WEEK_NS + kept : INT64_MAX;
}

static int64_t over_of(const sl_service *service, sl_time at) {
  return sl_retention_over(service, at.ns / SL_RETENTION_WEEK_NS);
}

/* The time of an event, from its JSON: the first member of that name is its own. */
static sl_err time_of(sl_str body, sl_time *out) {
  static const char mark[] = "\"at\":\"";
  for (size_t i = 0; i + sizeof mark < body.size; i++) {
    if (memcmp(body.data + i, mark, sizeof mark - 1) != 0) continue;
    const char *start = body.data + i + sizeof mark - 1;
    const char *end = memchr(start, '"', body.size - i - sizeof mark + 1);
    if (!end) break;
    sl_err err = sl_time_read(out, (sl_str){start, (size_t)(end - start)}, false);
    return err || out->ns < 0 || out->ns / SL_RETENTION_WEEK_NS > UINT32_MAX ? SL_ERR_CORRUPT : SL_OK;
  }
  return SL_ERR_CORRUPT;
}

static void set_due(sl_service *service, sl_member *member, int64_t over) {
  member->events_over.ns = over;
  if (over < service->events_next.ns) service->events_next.ns = over;
}

void sl_retention_note(sl_service *service, sl_member *member, sl_time at) {
  if (member->events == member->events_gone + 1) set_due(service, member, over_of(service, at));
}

static sl_err over_at(sl_service *service, const sl_member *member, uint64_t sequence, sl_time at, bool *out) {
  sl_buf body;
  sl_buf_init(&body, SL_STORE_VALUE_MAX);
  sl_time made;
  sl_err err = sl_persist_event_get(service, member, sequence, &body);
  if (!err) err = time_of(sl_buf_str(&body), &made);
  if (!err) *out = over_of(service, made) <= at.ns;
  sl_buf_fini(&body);
  return err == SL_ERR_NOT_FOUND ? SL_ERR_CORRUPT : err;
}

sl_err sl_retention_floor(sl_service *service, const sl_member *member, sl_time at, uint64_t *out) {
  uint64_t low = member->events_gone, high = member->events;
  if (member->events_over.ns > at.ns) high = low;
  while (low < high) {   /* low is over, what is above high is not */
    uint64_t middle = low + (high - low + 1) / 2;
    bool over = false;
    sl_err err = over_at(service, member, middle, at, &over);
    if (err) return err;
    if (over) low = middle;
    else high = middle - 1;
  }
  *out = low;
  return SL_OK;
}

/* The first rows of a member: how many are over at `now`, up to `room`, and when the next is. */
typedef struct looking {
  const sl_service *service;
  int64_t now;
  uint64_t gone;      /* the newest that is over */
  unsigned room;
  int64_t next;
  bool any;
  sl_err err;
} looking;

static bool look(void *context, sl_span key, sl_span value) {
  looking *l = context;
  uint64_t sequence = 0;
  if (key.size != 10 || value.size < 1) l->err = SL_ERR_CORRUPT;
  for (size_t i = 2; i < 10 && !l->err; i++) sequence = sequence << 8 | key.data[i];
  if (!l->err && l->gone > 0 && sequence != l->gone + 1) l->err = SL_ERR_CORRUPT;
  sl_time made;
  if (!l->err) l->err = time_of((sl_str){(const char *)value.data + 1, value.size - 1}, &made);
  if (l->err) return false;
  l->any = true;
  l->next = over_of(l->service, made);
  if (l->next > l->now || l->room == 0) {
    if (l->gone == 0) l->gone = sequence - 1;
    return false;
  }
  l->room--;
  l->gone = sequence;
  l->next = INT64_MAX;
  return true;
}

static sl_err look_at(sl_service *service, const sl_member *member, looking *l) {
  uint8_t first[10], end[10];
  sl_event_key(first, member, 0);
  sl_event_key(end, member, UINT64_MAX);
  sl_err err = sl_store_scan(service->store, SL_TABLE_EVENT, (sl_span){first, sizeof first}, (sl_span){end, sizeof end},
                             look, l);
  if (!err) err = l->err;
  if (!err && l->gone > member->events) err = SL_ERR_CORRUPT;
  return err;
}

/* Up to `left` of one member. Returns how many are left of the step. */
static unsigned erase_some(sl_service *service, sl_member *member, unsigned left) {
  looking l = {.service = service, .now = sl_instant_past(service).ns, .gone = member->events_gone, .room = left, .next = INT64_MAX};
  sl_group_fail(service, look_at(service, member, &l));
  while (member->events_gone < l.gone && !service->group_error) {
    uint64_t sequence = ++member->events_gone;
    sl_persist_event_gone(service, member, sequence);
    sl_event_row *kept = &member->kept[sequence % SL_EVENTS_KEPT];
    if (kept->sequence != sequence) continue;
    free((char *)(uintptr_t)kept->body.data);
    *kept = (sl_event_row){0};
  }
  SL_ASSERT(l.room <= left);
  set_due(service, member, l.next);
  return l.room;
}

bool sl_retention_step(sl_service *service) {
  int64_t past = sl_instant_past(service).ns;
  if (service->events_next.ns > past) return false;
  unsigned left = SL_RETENTION_STEP;
  service->events_next.ns = INT64_MAX;
  for (size_t i = 0; i < service->member_count && !service->group_error; i++) {
    sl_member *member = service->member[i];
    if (left > 0 && member->events_over.ns <= past) left = erase_some(service, member, left);
    else if (member->events_over.ns < service->events_next.ns) service->events_next = member->events_over;
  }
  return true;
}

sl_time sl_retention_due(const sl_service *service) {
  return sl_instant_when(service, service->events_next);
}

sl_err sl_retention_load(sl_service *service) {
  service->events_next.ns = INT64_MAX;
  for (size_t i = 0; i < service->member_count; i++) {
    sl_member *member = service->member[i];
    looking l = {.service = service, .now = INT64_MIN, .next = INT64_MAX};
    member->events_over.ns = INT64_MAX;
    if (member->events == 0) continue;
    sl_err err = look_at(service, member, &l);
    if (err) return err;
    member->events_gone = l.any ? l.gone : member->events;
    set_due(service, member, l.next);
  }
  return SL_OK;
}
