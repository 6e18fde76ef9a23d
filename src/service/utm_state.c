/* Life of the F3548 face's state: keys and cache of tokens with the service; names,
 * maps and the parts of intents with each rebuilding from the store. Expected: up to a
 * million intents, a hundred thousand subscriptions, some hundred subjects. */
#include "service/utm_state.h"

#include <stdlib.h>

#include "base/assert.h"

#define TOKENS 4096u
#define NAMES_MAX 65536u

sl_err sl_utm_open(sl_service *service) {
  const sl_utm_options *options = service->options.utm;
  if (!options) return SL_OK;
  SL_ASSERT(options->base_url != NULL && options->audiences > 0);
  struct sl_utm *utm = calloc(1, sizeof *utm);
  if (!utm) return SL_ERR_NOMEM;
  utm->options = options;
  sl_err err = sl_token_cache_new(&utm->cache, options->tokens_max ? options->tokens_max : TOKENS);
  if (!err && pthread_rwlock_init(&utm->keys_lock, NULL)) err = SL_ERR_NOMEM;
  if (!err && pthread_mutex_init(&utm->cache_lock, NULL)) err = SL_ERR_NOMEM;
  if (err) {
    sl_token_cache_free(utm->cache);
    free(utm);
    return err;
  }
  service->utm = utm;
  return SL_OK;
}

void sl_utm_close(sl_service *service) {
  struct sl_utm *utm = service->utm;
  if (!utm) return;
  sl_token_keys_free(utm->keys);
  sl_token_cache_free(utm->cache);
  pthread_rwlock_destroy(&utm->keys_lock);
  pthread_mutex_destroy(&utm->cache_lock);
  free(utm);
  service->utm = NULL;
}

sl_err sl_utm_begin(sl_service *service) {
  struct sl_utm *utm = service->utm;
  if (!utm) return SL_OK;
  sl_err err = SL_OK;
  for (size_t i = 0; i < service->side_count && !err; i++) {
    sl_utm_side *side = &utm->side[i];
    sl_hashmap_init(&side->zone, SL_UTM_ENTITIES_MAX);
    sl_hashmap_init(&side->sub, SL_UTM_ENTITIES_MAX);
    sl_hashmap_init(&side->uss, SL_UTM_USS_MAX);
    sl_hashmap_init(&side->posted, SL_UTM_ENTITIES_MAX);
    sl_hashmap_init(&side->done, SL_UTM_ENTITIES_MAX);
    sl_hashmap_init(&side->line, service->options.intents_max);
    err = sl_index_new(&side->zones, (size_t)SL_UTM_ENTITIES_MAX * 4);
    if (!err) err = sl_index_new(&side->past, SIZE_MAX);   /* their objects are there in any case */
    if (!err) err = sl_index_new(&side->subs, (size_t)SL_UTM_ENTITIES_MAX * 4);
  }
  return err;
}

static void free_all(sl_hashmap *map, void (*release)(void *value)) {
  for (size_t i = 0; i < map->room; i++) {
    if (map->slot[i].value) release(map->slot[i].value);
  }
  sl_hashmap_fini(map);
}

static void zone_release(void *value) {
  sl_utm_zone *zone = value;
  sl_utm_region_free(zone->region);
  free((uint8_t *)(uintptr_t)zone->plan.data);
  free(zone->base_url);
  free(zone);
}

static void sub_release(void *value) {
  sl_utm_sub *sub = value;
  sl_utm_region_free(sub->region);
  free((uint8_t *)(uintptr_t)sub->plan.data);
  free(sub->dependent);
  free(sub->base_url);
  free(sub);
}

static void posted_release(void *value) {
  sl_utm_posted *posted = value;
  free((char *)(uintptr_t)posted->details.data);
  free(posted);
}

void sl_utm_end(sl_service *service) {
  struct sl_utm *utm = service->utm;
  if (!utm) return;
  for (size_t i = 0; i < SL_SIDES_MAX; i++) {
    sl_utm_side *side = &utm->side[i];
    sl_index_free(side->zones);
    sl_index_free(side->subs);
    sl_index_free(side->past);
    free_all(&side->zone, zone_release);
    free_all(&side->sub, sub_release);
    free_all(&side->uss, free);
    free_all(&side->posted, posted_release);
    free_all(&side->done, free);
    sl_hashmap_fini(&side->line);
    free(side->slot);
    free(side->free_slot);
    free(side->page_dirty);
    *side = (sl_utm_side){0};
  }
  for (size_t i = 0; i < utm->names; i++) free(utm->name[i]);
  free(utm->name);
  free(utm->timer);
  free(utm->pushes);
  utm->pushes = NULL;
  utm->push_room = 0;
  utm->name = NULL;
  utm->timer = NULL;
  utm->turned = 0;
  utm->names = utm->name_room = utm->timers = utm->timer_room = 0;
}

const char *sl_utm_intern(sl_service *service, sl_str name) {
  struct sl_utm *utm = service->utm;
  for (size_t i = 0; i < utm->options->subjects; i++) {
    if (sl_str_is(name, utm->options->subject[i].subject)) return utm->options->subject[i].subject;
  }
  for (size_t i = 0; i < utm->names; i++) {
    if (sl_str_is(name, utm->name[i])) return utm->name[i];
  }
  if (utm->names == utm->name_room) {
    size_t room = utm->name_room ? utm->name_room * 2 : 16;
    char **grown = room <= NAMES_MAX ? realloc(utm->name, room * sizeof *grown) : NULL;
    if (!grown) return NULL;
    utm->name = grown;
    utm->name_room = room;
  }
  char *copy = sl_utm_text(name);
  if (copy) utm->name[utm->names++] = copy;
  return copy;
}

const char *sl_utm_manager_of(const sl_service *service, const sl_member *member) {
  const sl_utm_options *options = service->utm->options;
  for (size_t i = 0; i < options->subjects; i++) {
    const sl_utm_subject *subject = &options->subject[i];
    if (strcmp(subject->party, member->name) != 0) continue;
    if (strcmp(subject->side, service->side[member->side].name) == 0) return subject->subject;
  }
  return member->name;
}

char *sl_utm_text(sl_str text) {
  char *copy = malloc(text.size + 1);
  if (!copy) return NULL;
  if (text.size > 0) memcpy(copy, text.data, text.size);
  copy[text.size] = '\0';
  return copy;
}

uint64_t sl_utm_hash(const sl_service *service, const char *what, sl_span key) {
  uint8_t digest[16];
  sl_prf(digest, sizeof digest, service->map_key, what, &key, 1);
  uint64_t hash;
  memcpy(&hash, digest, sizeof hash);
  return hash;
}

static void draw(const sl_service *service, const char *domain, const sl_member *member, const sl_uuid *id, uint8_t *out,
                 size_t size) {
  uint8_t number[8];
  uint64_t next = sl_tree_size(member->log);
  for (int i = 0; i < 8; i++) number[i] = (uint8_t)(next >> (56 - 8 * i));
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)), sl_str_bytes(sl_str_from(member->name)),
                     {id->bytes, 16}, {number, 8}};
  sl_prf(out, size, service->options.seed, domain, parts, 4);
}

static void text_of(char *out, size_t room, const uint8_t *bytes, size_t size) {
  sl_buf text;
  sl_buf_init(&text, room);
  sl_base64url_add(&text, (sl_span){bytes, size});
  size_t used = text.error ? 0 : text.size;
  memcpy(out, text.data, used);
  out[used] = '\0';
  sl_buf_fini(&text);
}

void sl_utm_ovn(const sl_service *service, const sl_member *member, const sl_uuid *id, char out[static 45]) {
  uint8_t bytes[33];
  draw(service, "utm-ovn", member, id, bytes, sizeof bytes);
  text_of(out, 44, bytes, sizeof bytes);
}

void sl_utm_version(const sl_service *service, const sl_member *member, const sl_uuid *id,
                    char out[static SL_UTM_VERSION_SIZE + 1]) {
  uint8_t bytes[18];
  draw(service, "utm-version", member, id, bytes, sizeof bytes);
  text_of(out, SL_UTM_VERSION_SIZE, bytes, sizeof bytes);
}

sl_uuid sl_utm_uuid(const uint8_t bytes[static 16]) {
  sl_uuid id;
  memcpy(id.bytes, bytes, 16);
  id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

sl_err sl_utm_part_new(sl_service *service, sl_intent *intent) {
  SL_ASSERT(service->utm != NULL && intent->utm == NULL);
  intent->utm = calloc(1, sizeof *intent->utm);
  return intent->utm ? SL_OK : SL_ERR_NOMEM;
}

void sl_utm_part_drop(sl_intent *intent) {
  if (!intent->utm) return;
  free(intent->utm->base_url);
  free(intent->utm);
  intent->utm = NULL;
}

void sl_utm_part_free(sl_service *service, sl_intent *intent) {
  sl_utm_part *part = intent->utm;
  if (!part) return;
  sl_utm_line_forget(service, intent);
  if (part->main) part->main->utm->shadow = NULL;
  if (part->shadow) part->shadow->utm->main = NULL;
  sl_utm_part_drop(intent);
}

bool sl_utm_hidden(const sl_intent *intent) {
  const sl_utm_part *part = intent->utm;
  return part && (part->version == 0 || part->gone || part->main);
}

bool sl_utm_visible(const sl_intent *intent) {
  if (intent->utm) return !sl_utm_hidden(intent);
  return intent->live && !intent->own.pending && intent->own.state != SL_INTENT_ENDED;
}

void sl_utm_forget(sl_service *service, sl_intent *intent) {
  if (!intent->utm) return;
  sl_utm_past_leave(service, intent);
  sl_utm_sub_detach(service, intent);
  sl_utm_posted_drop(service, intent->owner->side, &intent->id, false);
  sl_utm_persist_intent_gone(service, intent);
}
