/* The line on the F3548 face: whatever lies behind it appears as one operational intent
 * of the manager "sideline" per own intent, made of the party's own granules. Before the
 * wall of L12: everything here is a function of the party's own requests and of what it
 * was told. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/own.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/push.h"
#include "service/utm_rows.h"

#define SEARCH_MAX 4096u   /* own intents looked through for an id that is not kept */

static void granule_add(sl_buf *out, const sl_granule *granule) {
  sl_buf_add_i64(out, granule->south_west.lat_nd);
  sl_buf_add_i64(out, granule->south_west.lon_nd);
  sl_buf_add_i64(out, granule->north_east.lat_nd);
  sl_buf_add_i64(out, granule->north_east.lon_nd);
  sl_buf_add_u8(out, (uint8_t)granule->band.ref);
  bool w84 = granule->band.ref == SL_ALT_W84;
  sl_buf_add_i64(out, w84 ? granule->band.as.w84.lower.mm : 0);
  sl_buf_add_i64(out, w84 ? granule->band.as.w84.upper.mm : 0);
  sl_buf_add_i64(out, granule->window.start.ns);
  sl_buf_add_i64(out, granule->window.end.ns);
}

/* A PRF of party, own intent's id, own version and granule set. */
static void draw(const sl_service *service, const sl_intent *intent, int32_t version, const sl_granule_set *set,
                 sl_uuid *id, char ovn[static 45]) {
  const sl_member *member = intent->owner;
  const sl_intent *base = intent->utm->main ? intent->utm->main : intent;
  sl_buf bytes;
  sl_buf_init(&bytes, 8192);
  sl_buf_add_u32(&bytes, (uint32_t)version);
  sl_buf_add_u8(&bytes, set->all);
  for (uint32_t i = 0; i < set->count; i++) granule_add(&bytes, &set->granule[i]);
  if (SL_PLANTED(SL_PLANT_UTM_OVN_AMENDED)) sl_buf_add_u32(&bytes, intent->inner.link_count);
  if (SL_PLANTED(SL_PLANT_UTM_LINE_COUNTER)) sl_buf_add_u64(&bytes, service->slot_count);
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)), sl_str_bytes(sl_str_from(member->name)),
                     {base->id.bytes, 16}, sl_buf_span(&bytes)};
  uint8_t out[16], key[33];
  sl_prf(out, sizeof out, service->options.seed, "utm-line-id", parts, 4);
  sl_prf(key, sizeof key, service->options.seed, "utm-line-ovn", parts, 4);
  *id = sl_utm_uuid(out);
  sl_buf_clear(&bytes);
  sl_base64url_add(&bytes, (sl_span){key, sizeof key});
  SL_ASSERT(bytes.size <= 44);
  memcpy(ovn, bytes.data, bytes.size);
  ovn[bytes.size] = '\0';
  sl_buf_fini(&bytes);
}

static int32_t version_of(const sl_intent *intent) {
  const sl_utm_part *part = intent->utm;
  if (part->main) return part->main->utm->version + 1;
  return part->version == 0 ? 1 : part->version;
}

static void whole(const sl_intent *intent, sl_granule_set *out) {
  memset(out, 0, sizeof *out);
  sl_granules_all(out, (const sl_prepared *const *)intent->object, intent->object_count);
}

bool sl_utm_line_of(sl_service *service, const sl_intent *intent, sl_time at, sl_utm_line *out) {
  const sl_utm_part *part = intent->utm;
  if (!part || part->gone || !intent->live) return false;
  /* What is over asks for nothing, though a planned one that no one activated reads UNDECIDED (L5). */
  if (!intent->own.pending && part->window.end.ns <= at.ns) return false;
  sl_shown shown = sl_own_shown(service, intent, at);
  if (shown.verdict == SL_CLEAR) return false;
  sl_granule_set all;
  whole(intent, &all);
  const sl_granule_set *told = intent->own.granules;
  bool exact = shown.verdict == SL_CONFLICT && told && !told->all && !part->wide;
  out->all = !exact;
  draw(service, intent, version_of(intent), exact ? told : &all, &out->id, out->ovn);
  out->reference = (sl_utm_intent_ref){.id = out->id, .manager = SL_STR(SL_UTM_SERVER), .availability = SL_UTM_NORMAL,
                                       .version = version_of(intent), .state = SL_INTENT_ACCEPTED,
                                       .start = sl_utm_first(part->window), .end = sl_utm_last(part->window),
                                       .base_url = sl_str_from(service->utm->options->base_url),
                                       .subscription = sl_utm_no_subscription};
  return true;
}

bool sl_utm_line_known(sl_service *service, const sl_intent *intent, const sl_utm_line *line,
                       const sl_utm_put_intent *body) {
  if (sl_utm_key_has(body, line->ovn)) return true;
  const sl_utm_part *part = intent->utm;
  int32_t standing = part->main ? part->main->utm->version : part->version;
  const sl_granule_set *told = intent->own.granules;
  sl_granule_set all;
  whole(intent, &all);
  /* Known as of the standing version, or exactly where the reference was widened. */
  for (int n = 0; n < 4; n++) {
    bool exact = n & 1, before = n & 2;
    if (exact && (!line->all || !told || intent->own.told != SL_CONFLICT || !part->wide)) continue;
    if (before && standing == 0) continue;
    const sl_granule_set *set = exact || !line->all ? told : &all;
    sl_uuid id;
    char ovn[45];
    draw(service, intent, before ? standing : version_of(intent), set, &id, ovn);
    if (sl_utm_key_has(body, ovn)) return true;
  }
  return false;
}

static bool line_equal(const void *value, const void *key) {
  return memcmp(((const sl_intent *)value)->utm->line_id.bytes, key, 16) == 0;
}

static uint64_t line_hash(const sl_service *service, const sl_uuid *id) {
  return sl_utm_hash(service, "utm-line-map", (sl_span){id->bytes, 16});
}

static bool kept(const sl_utm_part *part) {
  static const sl_uuid none;
  return memcmp(part->line_id.bytes, none.bytes, 16) != 0;
}

void sl_utm_line_forget(sl_service *service, sl_intent *intent) {
  sl_utm_part *part = intent->utm;
  if (!part || !kept(part)) return;
  sl_utm_side *side = &service->utm->side[intent->owner->side];
  sl_hashmap_remove(&side->line, line_hash(service, &part->line_id), line_equal, part->line_id.bytes);
  part->line_id = (sl_uuid){{0}};
}

void sl_utm_line_keep(sl_service *service, sl_intent *intent, const sl_utm_line *line) {
  sl_utm_part *part = intent->utm;
  if (memcmp(part->line_id.bytes, line->id.bytes, 16) == 0) return;
  sl_utm_line_forget(service, intent);
  sl_utm_side *side = &service->utm->side[intent->owner->side];
  if (sl_hashmap_find(&side->line, line_hash(service, &line->id), line_equal, line->id.bytes)) return;
  part->line_id = line->id;
  /* Where there is no room it is looked for (sl_utm_line_find). */
  if (sl_hashmap_add(&side->line, line_hash(service, &line->id), intent)) part->line_id = (sl_uuid){{0}};
}

void sl_utm_line_note(sl_service *service, sl_intent *intent) {
  sl_utm_line line;
  bool told = intent->own.told != SL_CLEAR || intent->own.pending || intent->utm->pushed;
  if (told && sl_utm_line_of(service, intent, service->now, &line)) sl_utm_line_keep(service, intent, &line);
}

sl_intent *sl_utm_line_find(sl_service *service, const sl_member *member, const sl_uuid *id, sl_time at,
                            sl_utm_line *out) {
  sl_utm_side *side = &service->utm->side[member->side];
  sl_intent *found = sl_hashmap_find(&side->line, line_hash(service, id), line_equal, id->bytes);
  if (found && found->owner != member) return NULL;
  if (found && sl_utm_line_of(service, found, at, out) && memcmp(out->id.bytes, id->bytes, 16) == 0) return found;
  unsigned looked = 0;
  for (sl_intent *own = member->last; own && looked < SEARCH_MAX; own = own->previous, looked++) {
    if (!own->utm || (own->own.told == SL_CLEAR && !own->utm->pushed) || !sl_utm_line_of(service, own, at, out)) continue;
    if (memcmp(out->id.bytes, id->bytes, 16) == 0) return own;
  }
  return NULL;
}

/* A granule as a volume; false where it has no extent that could be asked about. */
static bool granule_prepared(const sl_granule *granule, sl_prepared **out) {
  sl_pos vertex[4] = {granule->south_west, {granule->south_west.lat_nd, granule->north_east.lon_nd},
                      granule->north_east, {granule->north_east.lat_nd, granule->south_west.lon_nd}};
  sl_ring ring = {vertex, 4};
  bool hole = false;
  sl_object object = {.kind = SL_OBJECT_VOLUME};
  object.as.volume.shape = (sl_shape){.kind = SL_SHAPE_POLYGON, .as.polygon = {&ring, &hole, 1, SL_EDGE_PARALLEL}};
  object.as.volume.band = granule->band;
  object.as.volume.window = granule->window;
  return sl_prepare(out, &object, NULL) == SL_OK;
}

/* Whether own volume i lies in a granule that was told; doubt says yes. */
static bool lies(const sl_prepared *volume, sl_prepared *const *granule, const bool *good, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    sl_finding finding;
    if (!good[i] || sl_judge(&finding, volume, granule[i], &sl_utm_reach, false)) return true;
    if (finding.verdict != SL_CLEAR) return true;
  }
  return false;
}

sl_err sl_utm_line_details(sl_service *service, sl_intent *intent, const sl_utm_line *line, sl_buf *out) {
  sl_arena arena;
  sl_arena_init(&arena, SL_OP_ARENA_MAX);
  sl_draft draft;
  sl_prepared *granule[SL_GRANULES_TOLD_MAX] = {NULL};
  bool good[SL_GRANULES_TOLD_MAX];
  uint32_t count = line->all || !intent->own.granules ? 0 : intent->own.granules->count;
  sl_err err = sl_persist_draft_get(service, intent, &arena, &draft);
  sl_object *own = err ? NULL : SL_ARENA_TAKE(&arena, draft.plan.count, sl_object);
  if (!err && !own) err = SL_ERR_NOMEM;
  for (uint32_t i = 0; i < count && !err; i++) good[i] = granule_prepared(&intent->own.granules->granule[i], &granule[i]);
  uint32_t kept_count = 0;
  for (uint32_t i = 0; !err && i < draft.plan.count; i++) {
    bool in = count == 0 || i >= intent->object_count || lies(intent->object[i], granule, good, count);
    if (in) own[kept_count++] = draft.plan.object[i];
  }
  if (!err) {
    sl_utm_intent_details details = {.volumes = {own, kept_count}, .priority = SL_UTM_LINE_PRIORITY};
    sl_utm_intent_details_add(out, &details, true);
    err = out->error;
  }
  for (uint32_t i = 0; i < count; i++) sl_prepared_free(granule[i]);
  sl_arena_fini(&arena);
  return err;
}

void sl_utm_line_refused(sl_utm_part *part, sl_time at) {
  if (part->refusals == SL_UTM_REFUSALS) {
    memmove(part->refused, part->refused + 1, (SL_UTM_REFUSALS - 1) * sizeof part->refused[0]);
    part->refusals--;
  }
  part->refused[part->refusals++] = at;
}

bool sl_utm_line_wide(const sl_utm_part *part, sl_time at) {
  return part->refusals == SL_UTM_REFUSALS && at.ns - part->refused[0].ns <= SL_UTM_REFUSALS_NS;
}
