/* Entities as the standard's references, and whom a change is to be told. Views are
 * functions of one side's own things. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/utm_state.h"

static bool uss_equal(const void *value, const void *key) {
  const sl_utm_uss *uss = value;
  return sl_str_equal((sl_str){uss->name, uss->size}, *(const sl_str *)key);
}

sl_utm_uss *sl_utm_uss_find(const sl_service *service, unsigned side, sl_str name) {
  uint64_t hash = sl_utm_hash(service, "utm-uss-map", sl_str_bytes(name));
  return sl_hashmap_find(&service->utm->side[side].uss, hash, uss_equal, &name);
}

sl_utm_availability sl_utm_availability_of(const sl_service *service, unsigned side, const char *manager) {
  if (service->utm->side[side].uss.count == 0) return SL_UTM_UNKNOWN;
  const sl_utm_uss *uss = sl_utm_uss_find(service, side, sl_str_from(manager));
  return uss ? uss->availability : SL_UTM_UNKNOWN;
}

/* A native intent's OVN: of its party's own count of it and its version. */
static void native_ovn(const sl_service *service, const sl_intent *intent, char out[static 45]) {
  uint8_t bytes[33], numbers[12];
  for (int i = 0; i < 8; i++) numbers[i] = (uint8_t)(intent->own.number >> (56 - 8 * i));
  for (int i = 0; i < 4; i++) numbers[8 + i] = (uint8_t)(intent->own.version >> (24 - 8 * i));
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[intent->owner->side].name)),
                     sl_str_bytes(sl_str_from(intent->owner->name)), {intent->id.bytes, 16}, {numbers, 12}};
  sl_prf(bytes, sizeof bytes, service->options.seed, "utm-native-ovn", parts, 4);
  sl_buf text;
  sl_buf_init(&text, 44);
  sl_base64url_add(&text, (sl_span){bytes, sizeof bytes});
  size_t size = text.error ? 0 : text.size;
  memcpy(out, text.data, size);
  out[size] = '\0';
  sl_buf_fini(&text);
}

void sl_utm_intent_ovn(const sl_service *service, const sl_intent *intent, char out[static SL_UTM_OVN_OWN_MAX + 1]) {
  if (intent->utm) memcpy(out, intent->utm->ovn, strlen(intent->utm->ovn) + 1);
  else native_ovn(service, intent, out);
}

sl_err sl_utm_intent_view(sl_service *service, const sl_intent *intent, const char *viewer, sl_arena *arena,
                          sl_utm_intent_ref *out) {
  const sl_utm_part *part = intent->utm;
  unsigned side = intent->owner->side;
  const char *manager = part ? part->manager : sl_utm_manager_of(service, intent->owner);
  *out = (sl_utm_intent_ref){.id = intent->id, .manager = sl_str_from(manager), .subscription = sl_utm_no_subscription};
  out->availability = sl_utm_availability_of(service, side, manager);
  bool own = strcmp(manager, viewer) == 0;
  if (!part) {
    char ovn[SL_UTM_OVN_OWN_MAX + 1];
    sl_utm_intent_ovn(service, intent, ovn);
    out->version = (int32_t)intent->own.version;
    out->state = intent->own.state;
    out->start = intent->own.window.start;
    out->end = intent->own.window.end;
    out->base_url = sl_str_from(service->utm->options->base_url);
    if (!own) return SL_OK;
    const char *copy = sl_arena_text(arena, sl_str_from(ovn));
    if (copy) out->ovn = sl_str_from(copy);
    return copy ? SL_OK : SL_ERR_NOMEM;
  }
  out->version = part->version;
  out->state = part->state;
  out->start = sl_utm_first(part->window);
  out->end = sl_utm_last(part->window);
  out->base_url = sl_str_from(part->base_url);
  if (part->subscription) out->subscription = part->subscription->id;
  if (own) out->ovn = sl_str_from(part->ovn);
  return SL_OK;
}

void sl_utm_zone_view(sl_service *service, const sl_utm_zone *zone, const char *viewer, sl_utm_constraint_ref *out) {
  *out = (sl_utm_constraint_ref){.id = zone->id, .manager = sl_str_from(zone->manager), .version = zone->version,
                                 .start = sl_utm_first(zone->window), .end = sl_utm_last(zone->window),
                                 .base_url = sl_str_from(zone->base_url)};
  out->availability = sl_utm_availability_of(service, zone->timer.side, zone->manager);
  if (strcmp(zone->manager, viewer) == 0) out->ovn = sl_str_from(zone->ovn);
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, 16); }

sl_err sl_utm_sub_view(const sl_utm_sub *sub, sl_arena *arena, sl_utm_subscription *out) {
  sl_uuid *dependent = SL_ARENA_TAKE(arena, sub->dependents + 1, sl_uuid);
  if (!dependent) return SL_ERR_NOMEM;
  for (uint32_t i = 0; i < sub->dependents; i++) dependent[i] = sub->dependent[i]->id;
  qsort(dependent, sub->dependents, sizeof *dependent, by_bytes);
  *out = (sl_utm_subscription){.id = sub->id, .version = sl_str_from(sub->version), .index = sub->index,
                               .start = sl_utm_first(sub->window), .end = sl_utm_last(sub->window),
                               .base_url = sl_str_from(sub->base_url), .for_intents = sub->for_intents,
                               .for_constraints = sub->for_constraints, .implicit = sub->implicit,
                               .dependent = dependent, .dependent_count = sub->dependents};
  return SL_OK;
}

static int by_url(const void *a, const void *b) {
  const sl_utm_sub *x = *(sl_utm_sub *const *)a, *y = *(sl_utm_sub *const *)b;
  int order = strcmp(x->base_url, y->base_url);
  return order ? order : memcmp(x->id.bytes, y->id.bytes, 16);
}

sl_err sl_utm_notify(sl_service *service, sl_utm_found *subs, sl_arena *arena, sl_utm_subscriber **out,
                     uint32_t *count) {
  sl_utm_subscriber *subscriber = SL_ARENA_TAKE(arena, subs->count + 1, sl_utm_subscriber);
  sl_utm_subscription_state *state = SL_ARENA_TAKE(arena, subs->count + 1, sl_utm_subscription_state);
  if (!subscriber || !state) return SL_ERR_NOMEM;
  if (subs->count > 1) qsort(subs->item, subs->count, sizeof(void *), by_url);
  uint32_t groups = 0;
  const char *url = NULL;
  for (uint32_t i = 0; i < subs->count; i++) {
    sl_utm_sub *sub = subs->item[i];
    sl_utm_sub_count(service, sub);
    state[i] = (sl_utm_subscription_state){sub->id, sub->index};
    if (!url || strcmp(url, sub->base_url) != 0) {
      url = sub->base_url;
      subscriber[groups++] = (sl_utm_subscriber){sl_str_from(url), &state[i], 0};
    }
    subscriber[groups - 1].count++;
  }
  SL_ASSERT(groups <= subs->count);
  *out = subscriber;
  *count = groups;
  return SL_OK;
}
