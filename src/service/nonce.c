/* Nonces (RFC 9421) of requests that could still be sent again: a hash set, and a heap
 * by expiry; and up to when some may be forgotten, which is refused, so that no clock that
 * is set back makes a request good twice. Kept in the store with the group that took them, so that a restart
 * forgets none; their rows go when the last one of a row has expired. */
#include <stdlib.h>

#include "service/instant.h"
#include "service/nonce.h"
#include "service/persist.h"
#include "service/plant.h"

static bool nonce_equal(const void *value, const void *key) {
  return memcmp(((const sl_nonce *)value)->digest, key, 16) == 0;
}

static uint64_t nonce_hash(const uint8_t digest[static 16]) {
  uint64_t hash;
  memcpy(&hash, digest, sizeof hash);
  return hash;
}

static void nonce_down(sl_service *service, size_t at) {
  sl_nonce **heap = service->nonce_heap;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= service->nonce_count) return;
    if (child + 1 < service->nonce_count && heap[child + 1]->expires < heap[child]->expires) child++;
    if (heap[at]->expires <= heap[child]->expires) return;
    sl_nonce *swap = heap[at];
    heap[at] = heap[child];
    heap[child] = swap;
    at = child;
  }
}

/* Forget what has surely expired. Should the wall clock be set back before it, what expired
 * up to the newest that was forgotten is refused by its time. */
void sl_nonces_expire(sl_service *service) {
  int64_t now = sl_instant_past(service).ns / SL_NS_PER_S;
  for (int n = 0; n < 8192 && service->nonce_count > 0 && service->nonce_heap[0]->expires < now; n++) {
    sl_nonce *nonce = service->nonce_heap[0];
    if (nonce->expires > service->nonces_until) service->nonces_until = nonce->expires;
    service->side[nonce->side].nonces--;
    sl_hashmap_remove(&service->nonces, nonce_hash(nonce->digest), nonce_equal, nonce->digest);
    service->nonce_heap[0] = service->nonce_heap[--service->nonce_count];
    nonce_down(service, 0);
    free(nonce);
  }
}

sl_err sl_nonce_keep(sl_service *service, const sl_nonce *given) {
  if (sl_hashmap_find(&service->nonces, nonce_hash(given->digest), nonce_equal, given->digest)) return SL_ERR_REPLAY;
  size_t *used = &service->side[given->side].nonces;
  if (*used >= service->options.nonces_max / service->side_count) return SL_ERR_CAP;
  if (service->nonce_count == service->nonce_room) {
    size_t room = service->nonce_room ? service->nonce_room * 2 : 256;
    sl_nonce **grown = realloc(service->nonce_heap, room * sizeof(sl_nonce *));
    if (!grown) return SL_ERR_NOMEM;
    service->nonce_heap = grown;
    service->nonce_room = room;
  }
  sl_nonce *nonce = malloc(sizeof *nonce);
  if (!nonce) return SL_ERR_NOMEM;
  *nonce = *given;
  sl_err err = sl_hashmap_add(&service->nonces, nonce_hash(nonce->digest), nonce);
  if (err) {
    free(nonce);
    return err;
  }
  (*used)++;
  size_t at = service->nonce_count++;
  service->nonce_heap[at] = nonce;
  while (at > 0 && service->nonce_heap[(at - 1) / 2]->expires > nonce->expires) {
    service->nonce_heap[at] = service->nonce_heap[(at - 1) / 2];
    at = (at - 1) / 2;
    service->nonce_heap[at] = nonce;
  }
  return SL_OK;
}

/* Of an answer without a commit: the next group writes it, whatever becomes of memory before. */
static sl_err unwritten_add(sl_service *service, const sl_nonce *nonce) {
  if (service->unwritten_count == service->unwritten_room) {
    size_t room = service->unwritten_room ? service->unwritten_room * 2 : 64;
    sl_nonce *grown = realloc(service->unwritten, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    service->unwritten = grown;
    service->unwritten_room = room;
  }
  service->unwritten[service->unwritten_count++] = *nonce;
  return SL_OK;
}

void sl_nonces_again(sl_service *service) {
  size_t kept = 0;
  for (size_t i = 0; i < service->unwritten_count; i++) {
    sl_nonce nonce = service->unwritten[i];
    if (nonce.expires <= service->nonces_until || sl_nonce_keep(service, &nonce)) continue;
    sl_persist_nonce(service, &nonce);
    service->unwritten[kept++] = nonce;
  }
  service->unwritten_count = kept;
}

void sl_nonces_written(sl_service *service) {
  free(service->unwritten);
  service->unwritten = NULL;
  service->unwritten_count = service->unwritten_room = 0;
}

/* Each signed request once: its party and nonce are remembered until it expires. */
sl_err sl_nonce_take(sl_service *service, const sl_op *op) {
  if (!op->member) return SL_OK;
  if (op->head.expires <= service->nonces_until) return SL_ERR_EXPIRED;   /* it may be one of the forgotten */
  sl_nonce nonce = {.expires = op->head.expires, .side = (uint8_t)op->side};
  sl_span parts[] = {sl_str_bytes(sl_str_from(op->head.keyid)), sl_str_bytes(sl_str_from(op->head.nonce))};
  sl_prf(nonce.digest, sizeof nonce.digest, service->map_key, "nonce", parts, 2);
  sl_err err = sl_nonce_keep(service, &nonce);
  if (!err && !SL_PLANTED(SL_PLANT_NONCE_FORGOTTEN)) sl_persist_nonce(service, &nonce);
  if (!err && service->full) err = unwritten_add(service, &nonce);
  return err == SL_ERR_CAP ? SL_ERR_BUSY : err;
}
