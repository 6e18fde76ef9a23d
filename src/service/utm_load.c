/* The F3548 face from its rows, after the native intents: subscriptions before the
 * intents that name them, indices before both are used. */
#include <stdlib.h>

#include "base/assert.h"
#include "geo/canon.h"
#include "service/own.h"
#include "service/utm_rows.h"

typedef struct loading {
  sl_service *service;
  sl_err err;
} loading;

static bool fail(loading *l, sl_err err) {
  if (err && !l->err) l->err = err;
  return !l->err;
}

static unsigned side_of(sl_span key) { return (unsigned)(key.data[1] << 8 | key.data[2]); }

/* A block as terminated text of at most `max` bytes into out. */
static bool text_read(sl_reader *in, char *out, size_t max) {
  sl_span text = sl_read_block(in);
  if (in->error || text.size > max || memchr(text.data, 0, text.size)) return false;
  if (text.size > 0) memcpy(out, text.data, text.size);
  out[text.size] = '\0';
  return true;
}

static sl_err owned(sl_span *out, sl_span bytes) {
  *out = (sl_span){NULL, 0};
  if (bytes.size == 0) return SL_OK;
  uint8_t *copy = malloc(bytes.size);
  if (!copy) return SL_ERR_NOMEM;
  memcpy(copy, bytes.data, bytes.size);
  *out = (sl_span){copy, bytes.size};
  return SL_OK;
}

static sl_err region_of(sl_utm_region **out, sl_span plan_bytes) {
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_plan plan;
  sl_err err = sl_canon_read(&plan, &arena, plan_bytes);
  if (!err) err = sl_utm_region_new(out, &plan, NULL);
  sl_arena_fini(&arena);
  return err;
}

static bool good_member(const sl_service *service, uint16_t member, unsigned side) {
  return member < service->member_count && service->member[member]->side == side;
}

/* What subscriptions and constraints begin with after their numbers. */
static sl_err names_read(sl_service *service, sl_reader *in, const char **manager, char **base_url) {
  sl_span name = sl_read_block(in);
  sl_span url = sl_read_block(in);
  if (in->error) return SL_ERR_CORRUPT;
  *manager = sl_utm_intern(service, sl_span_text(name));
  *base_url = sl_utm_text(sl_span_text(url));
  return *manager && *base_url ? SL_OK : SL_ERR_NOMEM;
}

static sl_err zone_fill(sl_service *service, sl_utm_zone *zone, sl_reader *in) {
  sl_err err = names_read(service, in, &zone->manager, &zone->base_url);
  if (err) return err;
  if (!text_read(in, zone->ovn, SL_UTM_OVN_OWN_MAX)) return SL_ERR_CORRUPT;
  zone->version = (int32_t)sl_read_u32(in);
  zone->window.start.ns = sl_read_i64(in);
  zone->window.end.ns = sl_read_i64(in);
  sl_span request = sl_read_bytes(in, 32);
  zone->leaf = sl_read_u64(in);
  sl_span plan = sl_read_block(in);
  err = sl_reader_done(in);
  if (err) return err;
  memcpy(zone->request.digest, request.data, 32);
  err = owned(&zone->plan, plan);
  sl_utm_region *region = NULL;
  if (!err) err = region_of(&region, plan);
  return err ? err : sl_utm_zone_place(service, zone, region);
}

static bool zone_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  if (key.size != 19 || side_of(key) >= l->service->side_count || sl_read_u8(&in) != SL_UTM_FORM) {
    return fail(l, SL_ERR_CORRUPT);
  }
  uint16_t member = sl_read_u16(&in);
  if (!good_member(l->service, member, side_of(key))) return fail(l, SL_ERR_CORRUPT);
  sl_uuid id;
  memcpy(id.bytes, key.data + 3, 16);
  sl_utm_zone *zone = NULL;
  sl_err err = sl_utm_zone_new(l->service, l->service->member[member], &id, &zone);
  return fail(l, err ? err : zone_fill(l->service, zone, &in));
}

static sl_err sub_fill(sl_service *service, sl_utm_sub *sub, sl_reader *in) {
  sl_err err = names_read(service, in, &sub->manager, &sub->base_url);
  if (err) return err;
  if (!text_read(in, sub->version, SL_UTM_VERSION_SIZE)) return SL_ERR_CORRUPT;
  uint8_t flags = sl_read_u8(in);
  sub->for_intents = flags & 1;
  sub->for_constraints = flags & 2;
  sub->implicit = flags & 4;
  sub->window.start.ns = sl_read_i64(in);
  sub->window.end.ns = sl_read_i64(in);
  sl_span request = sl_read_bytes(in, 32);
  sub->leaf = sl_read_u64(in);
  sl_span plan = sl_read_block(in);
  err = sl_reader_done(in);
  if (err) return err;
  memcpy(sub->request.digest, request.data, 32);
  err = owned(&sub->plan, plan);
  sl_utm_region *region = NULL;
  if (!err && !sub->implicit) err = region_of(&region, plan);
  return err ? err : sl_utm_sub_place(service, sub, region);
}

/* Its place among the pages is the row's, not the next free one. */
static sl_err slot_move(sl_utm_side *side, sl_utm_sub *sub, uint32_t slot) {
  if (slot >= SL_UTM_ENTITIES_MAX * 2u) return SL_ERR_CORRUPT;
  while (side->slots <= slot) {
    if (side->slots == side->slot_room) {
      sl_err err = sl_utm_slots_grow(side);
      if (err) return err;
    }
    side->slot[side->slots++] = NULL;
  }
  if (side->slot[slot]) return SL_ERR_CORRUPT;
  side->slot[slot] = sub;
  sub->slot = slot;
  return SL_OK;
}

static bool sub_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  if (key.size != 19 || side_of(key) >= l->service->side_count || sl_read_u8(&in) != SL_UTM_FORM) {
    return fail(l, SL_ERR_CORRUPT);
  }
  uint16_t member = sl_read_u16(&in);
  uint32_t slot = sl_read_u32(&in);
  if (!good_member(l->service, member, side_of(key))) return fail(l, SL_ERR_CORRUPT);
  sl_uuid id;
  memcpy(id.bytes, key.data + 3, 16);
  sl_utm_sub *sub = NULL;
  sl_err err = sl_utm_sub_new_at(l->service, l->service->member[member], &id, &sub);
  if (!err) err = slot_move(&l->service->utm->side[side_of(key)], sub, slot);
  return fail(l, err ? err : sub_fill(l->service, sub, &in));
}

static bool page_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  if (key.size != 7 || side_of(key) >= l->service->side_count || sl_read_u8(&in) != SL_UTM_FORM) {
    return fail(l, SL_ERR_CORRUPT);
  }
  sl_utm_side *side = &l->service->utm->side[side_of(key)];
  size_t at = 0;
  for (int i = 3; i < 7; i++) at = at << 8 | key.data[i];
  for (size_t i = at * SL_UTM_PAGE; i < (at + 1) * SL_UTM_PAGE; i++) {
    uint32_t index = sl_read_u32(&in);
    if (i < side->slots && side->slot[i]) side->slot[i]->index = (int32_t)(index & INT32_MAX);
  }
  return fail(l, sl_reader_done(&in));
}

static sl_err part_fill(sl_service *service, sl_intent *intent, sl_reader *in, sl_uuid *sub, sl_uuid *main, uint8_t *flags) {
  uint8_t form = sl_read_u8(in);
  if (form != SL_UTM_FORM && form != SL_UTM_FORM_INTENT) return SL_ERR_CORRUPT;
  sl_err err = sl_utm_part_new(service, intent);
  if (err) return err;
  sl_utm_part *part = intent->utm;
  err = names_read(service, in, &part->manager, &part->base_url);
  if (err) return err;
  if (!text_read(in, part->ovn, SL_UTM_OVN_OWN_MAX)) return SL_ERR_CORRUPT;
  part->version = (int32_t)sl_read_u32(in);
  part->state = (sl_intent_state)sl_read_u8(in);
  part->window.start.ns = sl_read_i64(in);
  part->window.end.ns = sl_read_i64(in);
  sl_span request = sl_read_bytes(in, 32);
  part->leaf = sl_read_u64(in);
  *flags = sl_read_u8(in);
  sl_span pushed = sl_read_bytes(in, 16);
  sl_span sub_bytes = *flags & 8 ? sl_read_bytes(in, 16) : (sl_span){0};
  sl_span main_bytes = *flags & 16 ? sl_read_bytes(in, 16) : (sl_span){0};
  part->refusals = sl_read_u8(in);
  if (in->error || part->refusals > SL_UTM_REFUSALS) return SL_ERR_CORRUPT;
  for (unsigned i = 0; i < part->refusals; i++) part->refused[i].ns = sl_read_i64(in);
  if (form != SL_UTM_FORM || in->rest.size > 0) part->suffix_at.ns = sl_read_i64(in);
  err = sl_reader_done(in);
  if (err) return err;
  part->gone = *flags & 1;
  part->wide = *flags & 2;
  part->pushed = *flags & 4;
  memcpy(part->request.digest, request.data, 32);
  memcpy(part->pushed_id.bytes, pushed.data, 16);
  if (sub_bytes.data) memcpy(sub->bytes, sub_bytes.data, 16);
  if (main_bytes.data) memcpy(main->bytes, main_bytes.data, 16);
  return SL_OK;
}

static bool intent_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_service *service = l->service;
  sl_reader in = sl_reader_of(value);
  if (key.size != 19 || side_of(key) >= service->side_count) return fail(l, SL_ERR_CORRUPT);
  sl_uuid id, sub = {{0}}, main = {{0}};
  memcpy(id.bytes, key.data + 3, 16);
  uint8_t flags = 0;
  sl_intent *intent = sl_state_intent(service, side_of(key), &id);
  if (!intent) return true;   /* it was forgotten while the face was switched off */
  sl_err err = !intent->utm ? part_fill(service, intent, &in, &sub, &main, &flags) : SL_ERR_CORRUPT;
  if (!err && (flags & 8)) {
    sl_utm_sub *found = sl_utm_sub_find(service, side_of(key), &sub);
    err = found ? sl_utm_sub_attach(service, found, intent) : SL_ERR_CORRUPT;
  }
  if (!err && (flags & 16)) {
    intent->utm->main = sl_state_intent(service, side_of(key), &main);
    if (!intent->utm->main) err = SL_ERR_CORRUPT;
  }
  return fail(l, err);
}

static bool uss_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  char version[SL_UTM_VERSION_SIZE + 1];
  bool form = sl_read_u8(&in) == SL_UTM_FORM;
  uint8_t availability = sl_read_u8(&in);
  if (!form || side_of(key) >= l->service->side_count || !text_read(&in, version, SL_UTM_VERSION_SIZE)) {
    return fail(l, SL_ERR_CORRUPT);
  }
  sl_span name = sl_read_block(&in);
  if (sl_reader_done(&in)) return fail(l, SL_ERR_CORRUPT);
  sl_utm_uss *uss = NULL;
  return fail(l, sl_utm_uss_keep(l->service, side_of(key), sl_span_text(name), (sl_utm_availability)availability,
                                 version, &uss));
}

static bool posted_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  sl_utm_posted posted = {0};
  bool form = sl_read_u8(&in) == SL_UTM_FORM && key.size == 20 && side_of(key) < l->service->side_count;
  posted.version = (int32_t)sl_read_u32(&in);
  sl_span digest = sl_read_bytes(&in, 32);
  if (!form || !text_read(&in, posted.ovn, SL_UTM_OVN_MAX)) return fail(l, SL_ERR_CORRUPT);
  sl_span details = sl_read_block(&in);
  if (sl_reader_done(&in)) return fail(l, SL_ERR_CORRUPT);
  posted.constraint = key.data[3];
  memcpy(posted.id.bytes, key.data + 4, 16);
  memcpy(posted.digest, digest.data, 32);
  char *copy = sl_utm_text(sl_span_text(details));
  if (!copy) return fail(l, SL_ERR_NOMEM);
  posted.details = (sl_str){copy, details.size};
  sl_err err = sl_utm_posted_keep(l->service, side_of(key), &posted);
  if (err) free(copy);
  return fail(l, err);
}

static bool done_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  bool form = sl_read_u8(&in) == SL_UTM_FORM && key.size == 35 && side_of(key) < l->service->side_count;
  sl_utm_done done = {.timer = {.kind = SL_UTM_TIMED_DONE}};
  done.timer.at.ns = sl_read_i64(&in);
  done.member = sl_read_u16(&in);
  done.leaf = sl_read_u64(&in);
  if (!form || sl_reader_done(&in)) return fail(l, SL_ERR_CORRUPT);
  done.timer.side = (uint8_t)side_of(key);
  memcpy(done.request.digest, key.data + 3, 32);
  return fail(l, sl_utm_done_keep(l->service, &done));
}

static bool pushes_row(void *context, sl_span key, sl_span value) {
  loading *l = context;
  sl_reader in = sl_reader_of(value);
  bool form = sl_read_u8(&in) == SL_UTM_FORM && key.size == 5;
  uint32_t index = sl_read_u32(&in);
  uint16_t member = 0;
  if (form) member = (uint16_t)(key.data[3] << 8 | key.data[4]);
  if (!form || sl_reader_done(&in) || !good_member(l->service, member, side_of(key))) return fail(l, SL_ERR_CORRUPT);
  return fail(l, sl_utm_pushes_keep(l->service, member, index));
}

/* Free places, and the extents of implicit subscriptions. */
static sl_err settle(sl_service *service) {
  for (size_t n = 0; n < service->side_count; n++) {
    sl_utm_side *side = &service->utm->side[n];
    for (size_t i = side->slots; i-- > 0;) {
      sl_utm_sub *sub = side->slot[i];
      if (!sub) {
        side->free_slot[side->free_slots++] = (uint32_t)i;
        continue;
      }
      if (!sub->implicit || sub->dependents == 0) continue;
      sl_err err = sl_utm_sub_follow(service, sub);
      if (err) return err;
    }
  }
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    if (!intent || !intent->utm) continue;
    if (intent->utm->main) {
      if (!intent->utm->main->utm) return SL_ERR_CORRUPT;
      intent->utm->main->utm->shadow = intent;
    }
    sl_utm_line_note(service, intent);
    if (!intent->live) sl_utm_past_enter(service, intent);
    sl_intent_alarm_next(service, intent);
  }
  return SL_OK;
}

static sl_err scan(loading *l, char kind, sl_store_row_fn *row) {
  uint8_t first = (uint8_t)kind, end = (uint8_t)(kind + 1);
  sl_err err = sl_store_scan(l->service->store, SL_TABLE_UTM, (sl_span){&first, 1}, (sl_span){&end, 1}, row, l);
  return err ? err : l->err;
}

sl_err sl_utm_load(sl_service *service, sl_fault *fault) {
  if (!service->utm) return SL_OK;
  loading l = {.service = service};
  sl_err err = scan(&l, SL_UTM_ROW_USS, uss_row);
  if (!err) err = scan(&l, SL_UTM_ROW_SUB, sub_row);
  if (!err) err = scan(&l, SL_UTM_ROW_PAGE, page_row);
  if (!err) err = scan(&l, SL_UTM_ROW_ZONE, zone_row);
  if (!err) err = scan(&l, SL_UTM_ROW_INTENT, intent_row);
  if (!err) err = scan(&l, SL_UTM_ROW_POSTED, posted_row);
  if (!err) err = scan(&l, SL_UTM_ROW_DONE, done_row);
  if (!err) err = scan(&l, SL_UTM_ROW_PUSHES, pushes_row);
  if (!err) err = settle(service);
  if (err) sl_fault_set(fault, err, "the table of the F3548 face cannot be read; restore a backup or ask for help");
  return err;
}
