/* What a party of the F3548 face is told unasked: its line references are posted to its
 * own server as a USS would, under one permanent virtual subscription with a counter of
 * its own. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/push.h"
#include "service/utm_rows.h"

static sl_uuid virtual_id(const sl_service *service, const sl_member *member) {
  uint8_t bytes[16];
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)), sl_str_bytes(sl_str_from(member->name))};
  sl_prf(bytes, sizeof bytes, service->options.seed, "utm-line-subscription", parts, 2);
  return sl_utm_uuid(bytes);
}

sl_err sl_utm_pushes_keep(sl_service *service, uint16_t member, uint32_t index) {
  struct sl_utm *utm = service->utm;
  if (member >= utm->push_room) {
    size_t room = (size_t)member + 64;
    uint32_t *grown = realloc(utm->pushes, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    memset(grown + utm->push_room, 0, (room - utm->push_room) * sizeof *grown);
    utm->pushes = grown;
    utm->push_room = room;
  }
  utm->pushes[member] = index;
  return SL_OK;
}

/* The state of the virtual subscription after one more. */
static sl_err next_state(sl_service *service, const sl_member *member, sl_utm_subscription_state *out) {
  struct sl_utm *utm = service->utm;
  uint32_t index = member->number < utm->push_room ? utm->pushes[member->number] : 0;
  if (index < INT32_MAX) index++;
  sl_err err = sl_utm_pushes_keep(service, member->number, index);
  if (err) return err;
  sl_utm_persist_push_index(service, member, index);
  *out = (sl_utm_subscription_state){virtual_id(service, member), (int32_t)index};
  return SL_OK;
}

/* One notice: the reference with its details, or that the id is no more. */
static sl_err post(sl_service *service, sl_intent *intent, const sl_uuid *id, sl_utm_line *line) {
  sl_utm_subscription_state state;
  sl_buf details, body, url;
  sl_buf_init(&details, SL_PUSH_BODY_MAX);
  sl_buf_init(&body, SL_PUSH_BODY_MAX);
  sl_buf_init(&url, SL_PUSH_URL_MAX);
  sl_err err = next_state(service, intent->owner, &state);
  if (!err && line) err = sl_utm_line_details(service, intent, line, &details);
  if (line) line->reference.ovn = sl_str_from(line->ovn);
  if (!err) sl_utm_intent_notice_add(&body, id, line ? &line->reference : NULL, sl_buf_str(&details), &state, 1);
  sl_str base = sl_str_from(intent->utm->base_url);
  while (base.size > 0 && base.data[base.size - 1] == '/') base.size--;   /* the standard wants none */
  sl_buf_add_str(&url, base);
  sl_buf_add_text(&url, "/uss/v1/operational_intents");
  /* What does not fit is not sent: the party is told by the answers to its own requests. */
  if (!err && !body.error && !url.error) sl_push_add(service, intent->owner, sl_buf_str(&url), sl_buf_str(&body));
  sl_buf_fini(&details);
  sl_buf_fini(&body);
  sl_buf_fini(&url);
  return err == SL_ERR_CAP ? SL_OK : err;
}

bool sl_utm_line_remote(const sl_service *service, const sl_intent *intent) {
  const char *url = intent->utm->base_url;
  return url && strcmp(url, service->utm->options->base_url) != 0;
}

static void tell(sl_service *service, sl_intent *intent, const sl_uuid *id, sl_utm_line *line) {
  if (sl_utm_line_remote(service, intent)) sl_group_fail(service, post(service, intent, id, line));
}

bool sl_utm_line_told(sl_service *service, sl_intent *intent, const sl_utm_line *line) {
  sl_utm_part *part = intent->utm;
  SL_ASSERT(part != NULL);
  if (line) sl_utm_line_keep(service, intent, line);
  if (line && part->pushed && memcmp(part->pushed_id.bytes, line->id.bytes, 16) == 0) return false;
  if (!line && !part->pushed) return false;
  if (part->pushed) tell(service, intent, &part->pushed_id, NULL);
  part->pushed = line != NULL;
  if (line) part->pushed_id = line->id;
  return true;
}

/* again: also when it says what was said before. */
static bool push(sl_service *service, sl_intent *intent, bool again) {
  sl_utm_part *part = intent->utm;
  if (!part || part->gone || !service->utm) return false;
  sl_utm_line line;
  bool shown = sl_utm_line_of(service, intent, service->now, &line);
  bool changed = sl_utm_line_told(service, intent, shown ? &line : NULL);
  if (shown && (again || changed)) tell(service, intent, &line.id, &line);
  if (changed && !intent->own.trial) sl_utm_persist_intent(service, intent);
  return changed;
}

void sl_utm_line_push(sl_service *service, sl_intent *intent) { push(service, intent, true); }

bool sl_utm_line_turn(sl_service *service, sl_intent *intent) { return push(service, intent, false); }

void sl_utm_line_settle(sl_service *service, sl_intent *intent, sl_utm_part *shadow, bool unknown) {
  SL_ASSERT(intent->utm != NULL && intent->utm->version > 0);
  sl_utm_line line;
  bool shown = sl_utm_line_of(service, intent, service->now, &line);
  bool same = shadow && shadow->pushed && shown && memcmp(shadow->pushed_id.bytes, line.id.bytes, 16) == 0;
  if (shadow && shadow->pushed && !same) tell(service, intent, &shadow->pushed_id, NULL);
  if (SL_PLANTED(SL_PLANT_UTM_GONE_TWICE) && intent->inner.link_count > 0) tell(service, intent, &intent->utm->pushed_id, NULL);
  bool changed = sl_utm_line_told(service, intent, shown ? &line : NULL);
  if (shown && unknown && changed) tell(service, intent, &line.id, &line);
  if (changed) sl_utm_persist_intent(service, intent);
}
