/* The queue of notifications. Expected: a few a second at most, a handful waiting; after
 * a long outage of a party's server its own SL_PUSHES_A_PARTY.
 *
 * One list by party, in order of number. What an open group queued is marked fresh and
 * not given out; what was delivered waits on `ended` for the writer to take its row
 * away. The lock guards all of it; the writer alone adds and frees. */
#include "service/push.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"

#define FORM 1u
#define FIRST_WAIT_NS SL_NS_PER_S
#define LAST_WAIT_NS (5 * SL_NS_PER_MIN)

typedef struct push {
  struct push *next;
  uint64_t number;
  sl_time made, due;
  uint32_t tries;
  bool fresh, out, ended;        /* not on disk yet; with the sender; its row goes */
  size_t url_size, body_size;
  char text[];                   /* url, body */
} push;

typedef struct queue { push *first, *last; size_t count; } queue;

struct sl_pushes {
  pthread_mutex_t lock;
  queue *party;                  /* by number of the member */
  size_t room;
  uint64_t newest;
  uint64_t ended, fresh;         /* how many are marked so */
};

sl_err sl_push_open(sl_service *service) {
  struct sl_pushes *pushes = calloc(1, sizeof *pushes);
  if (!pushes) return SL_ERR_NOMEM;
  if (pthread_mutex_init(&pushes->lock, NULL)) {
    free(pushes);
    return SL_ERR_NOMEM;
  }
  service->pushes = pushes;
  return SL_OK;
}

void sl_push_forget(sl_service *service) {
  struct sl_pushes *pushes = service->pushes;
  if (!pushes) return;
  pthread_mutex_lock(&pushes->lock);
  for (size_t i = 0; i < pushes->room; i++) {
    for (push *p = pushes->party[i].first, *next; p; p = next) {
      next = p->next;
      free(p);
    }
  }
  free(pushes->party);
  pushes->party = NULL;
  pushes->room = 0;
  pushes->newest = pushes->ended = pushes->fresh = 0;
  pthread_mutex_unlock(&pushes->lock);
}

void sl_push_close(sl_service *service) {
  if (!service->pushes) return;
  sl_push_forget(service);
  pthread_mutex_destroy(&service->pushes->lock);
  free(service->pushes);
  service->pushes = NULL;
}

/* Under the lock. */
static queue *queue_of(struct sl_pushes *pushes, uint16_t member) {
  if (member >= pushes->room) {
    size_t room = (size_t)member + 16;
    queue *grown = realloc(pushes->party, room * sizeof *grown);
    if (!grown) return NULL;
    memset(grown + pushes->room, 0, (room - pushes->room) * sizeof *grown);
    pushes->party = grown;
    pushes->room = room;
  }
  return &pushes->party[member];
}

/* L15: what is told leaves at a multiple of the side's quantum, not when its commit was done. */
static sl_time moment_of(const sl_service *service, const sl_member *member) {
  const sl_agreement *agreement = sl_state_agreement(service, member->side);
  int64_t quantum = agreement ? agreement->quantum.ns : 0, now = service->now.ns;
  return quantum > 0 ? (sl_time){(now / quantum + 1) * quantum} : service->now;
}

static push *push_new(uint64_t number, sl_time made, sl_str url, sl_str body) {
  push *p = calloc(1, sizeof *p + url.size + body.size);
  if (!p) return NULL;
  p->number = number;
  p->made = p->due = made;
  p->url_size = url.size;
  p->body_size = body.size;
  memcpy(p->text, url.data, url.size);
  memcpy(p->text + url.size, body.data, body.size);
  return p;
}

/* Under the lock. */
static void append(queue *q, push *p) {
  if (q->last) q->last->next = p;
  else q->first = p;
  q->last = p;
  q->count++;
}

/* Under the lock: the oldest that nobody has makes room. It is out of count at once,
 * and its row goes with this commit. */
static void make_room(sl_service *service, queue *q) {
  struct sl_pushes *pushes = service->pushes;
  if (q->count < SL_PUSHES_A_PARTY) return;
  push *p = q->first;
  while (p && (p->out || p->ended)) p = p->next;
  if (!p) return;
  p->ended = true;
  pushes->ended++;
  q->count--;
  __atomic_fetch_add(&service->counts.pushes_dropped, 1, __ATOMIC_RELAXED);
}

void sl_push_add(sl_service *service, const sl_member *member, sl_str url, sl_str body) {
  SL_ASSERT(url.size > 0 && url.size <= SL_PUSH_URL_MAX && body.size <= SL_PUSH_BODY_MAX);
  if (service->group_error) return;
  struct sl_pushes *pushes = service->pushes;
  pthread_mutex_lock(&pushes->lock);
  queue *q = queue_of(pushes, member->number);
  push *p = q ? push_new(pushes->newest + 1, service->now, url, body) : NULL;
  if (p) {
    make_room(service, q);
    p->due = moment_of(service, member);
    p->fresh = true;
    pushes->newest++;
    pushes->fresh++;
    append(q, p);
    service->counts.pushes_queued++;
  }
  pthread_mutex_unlock(&pushes->lock);
  sl_group_fail(service, p ? SL_OK : SL_ERR_NOMEM);
  if (p) sl_persist_push(service, p->number, member->number, p->made, url, body);
}

size_t sl_push_count(const sl_service *service, const sl_member *member) {
  struct sl_pushes *pushes = service->pushes;
  pthread_mutex_lock(&pushes->lock);
  size_t count = member->number < pushes->room ? pushes->party[member->number].count : 0;
  pthread_mutex_unlock(&pushes->lock);
  return count;
}

/* Under the lock: take what has ended out of one queue. */
static void sweep(sl_service *service, queue *q) {
  push *kept = NULL;
  for (push *p = q->first, *next; p; p = next) {
    next = p->next;
    if (!p->ended || p->fresh || p->out) {
      kept = p;
      continue;
    }
    if (kept) kept->next = next;
    else q->first = next;
    if (q->last == p) q->last = kept;
    sl_persist_push_gone(service, p->number);
    service->pushes->ended--;
    free(p);
  }
}

bool sl_push_settle(sl_service *service) {
  struct sl_pushes *pushes = service->pushes;
  pthread_mutex_lock(&pushes->lock);
  uint64_t before = pushes->ended;
  for (size_t i = 0; i < pushes->room && pushes->ended > 0; i++) sweep(service, &pushes->party[i]);
  bool any = pushes->ended < before;
  pthread_mutex_unlock(&pushes->lock);
  return any;
}

void sl_push_release(sl_service *service) {
  struct sl_pushes *pushes = service->pushes;
  pthread_mutex_lock(&pushes->lock);
  bool any = pushes->fresh > 0;
  for (size_t i = 0; i < pushes->room && pushes->fresh > 0; i++) {
    for (push *p = pushes->party[i].first; p; p = p->next) {
      pushes->fresh -= p->fresh;
      p->fresh = false;
    }
  }
  pthread_mutex_unlock(&pushes->lock);
  if (any && service->options.push_wake) service->options.push_wake(service->options.push_context);
}

sl_err sl_push_load(sl_service *service, sl_span key, sl_span value) {
  struct sl_pushes *pushes = service->pushes;
  sl_reader in = sl_reader_of(value);
  bool form = sl_read_u8(&in) == FORM;
  uint16_t member = sl_read_u16(&in);
  sl_time made = {sl_read_i64(&in)};
  sl_str url = sl_span_text(sl_read_block(&in)), body = sl_span_text(sl_read_block(&in));
  bool good = form && !sl_reader_done(&in) && key.size == 8 && member < service->member_count;
  if (!good || url.size == 0 || url.size > SL_PUSH_URL_MAX || body.size > SL_PUSH_BODY_MAX) return SL_ERR_CORRUPT;
  uint64_t number = 0;
  for (int i = 0; i < 8; i++) number = number << 8 | key.data[i];
  pthread_mutex_lock(&pushes->lock);
  queue *q = queue_of(pushes, member);
  push *p = q ? push_new(number, made, url, body) : NULL;
  if (p) {
    append(q, p);
    if (number > pushes->newest) pushes->newest = number;
  }
  pthread_mutex_unlock(&pushes->lock);
  return p ? SL_OK : SL_ERR_NOMEM;
}

/* Under the lock: the party's next one, when it is due; NULL while one is out. */
static push *head_of(const queue *q, int64_t now, int64_t *next) {
  for (push *p = q->first; p; p = p->next) {
    if (p->out && !p->ended) return NULL;
    if (p->ended) continue;
    if (p->fresh) return NULL;
    if (p->due.ns <= now) return p;
    if (p->due.ns < *next) *next = p->due.ns;
    return NULL;
  }
  return NULL;
}

static char *copy_of(const char *data, size_t size) {
  char *text = malloc(size + 1);
  if (!text) return NULL;
  memcpy(text, data, size);
  text[size] = '\0';
  return text;
}

bool sl_service_push_take(sl_service *service, sl_push *out, sl_time *next) {
  struct sl_pushes *pushes = service->pushes;
  int64_t now = sl_service_now(service).ns;
  push *found = NULL;
  next->ns = INT64_MAX;
  pthread_mutex_lock(&pushes->lock);
  for (size_t i = 0; i < pushes->room && !found; i++) found = head_of(&pushes->party[i], now, &next->ns);
  if (found) {
    *out = (sl_push){found->number, copy_of(found->text, found->url_size),
                     copy_of(found->text + found->url_size, found->body_size), found->due};
    if (out->url && out->body) found->out = true;
    else sl_push_drop(out);
  }
  bool taken = found && found->out;
  pthread_mutex_unlock(&pushes->lock);
  if (found && !taken) next->ns = now + FIRST_WAIT_NS;
  return taken;
}

void sl_push_drop(sl_push *taken) {
  free(taken->url);
  free(taken->body);
  *taken = (sl_push){0};
}

/* Twice as long each time, less up to a half that a PRF of the party and of when the
 * notification was made says (L13): nothing of another's traffic is in it. */
static int64_t wait_of(const sl_service *service, uint16_t member, const push *p) {
  int64_t wait = FIRST_WAIT_NS;
  for (uint32_t i = 1; i < p->tries && wait < LAST_WAIT_NS; i++) wait *= 2;
  if (wait > LAST_WAIT_NS) wait = LAST_WAIT_NS;
  uint8_t which[14] = {(uint8_t)(member >> 8), (uint8_t)member};
  for (int i = 0; i < 8; i++) which[2 + i] = (uint8_t)((uint64_t)p->made.ns >> (56 - 8 * i));
  for (int i = 0; i < 4; i++) which[10 + i] = (uint8_t)(p->tries >> (24 - 8 * i));
  sl_span parts[] = {{which, sizeof which}};
  uint8_t share[16];
  sl_prf(share, sizeof share, service->options.seed, "push-wait", parts, 1);
  return wait - wait / 2 / 65536 * (share[0] << 8 | share[1]);
}

/* Under the lock: it, and whose. */
static push *find(struct sl_pushes *pushes, uint64_t number, uint16_t *member) {
  for (size_t i = 0; i < pushes->room; i++) {
    for (push *p = pushes->party[i].first; p; p = p->next) {
      if (p->number != number) continue;
      *member = (uint16_t)i;
      return p;
    }
  }
  return NULL;
}

/* Under the lock: what becomes of one that came back. Whether its row is to go. */
static bool returned(sl_service *service, push *p, uint16_t member, sl_push_end end, int64_t now) {
  p->out = false;
  p->tries++;
  if (p->ended) return true;
  if (end == SL_PUSH_AGAIN && now - p->made.ns < SL_PUSH_LIFE_NS) {
    p->due.ns = now + wait_of(service, member, p);
    __atomic_fetch_add(&service->counts.pushes_retried, 1, __ATOMIC_RELAXED);
    return false;
  }
  p->ended = true;
  service->pushes->ended++;
  service->pushes->party[member].count--;
  uint64_t *count = end == SL_PUSH_DELIVERED ? &service->counts.pushes_delivered : &service->counts.pushes_dropped;
  __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
  return true;
}

void sl_service_push_done(sl_service *service, uint64_t number, sl_push_end end) {
  struct sl_pushes *pushes = service->pushes;
  int64_t now = sl_service_now(service).ns;
  pthread_mutex_lock(&pushes->lock);
  uint16_t member = 0;
  push *p = find(pushes, number, &member);
  bool wake = p && p->out && returned(service, p, member, end, now);
  pthread_mutex_unlock(&pushes->lock);
  if (wake) sl_service_wake(service);
}
