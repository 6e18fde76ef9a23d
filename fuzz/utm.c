/* Bodies of requests of the F3548 face. The first byte says which. What is refused leaves
 * a fault; what is taken keeps the face's rules; details are written and taken again as the
 * same bytes. */
#include <stdlib.h>

#include "wire/utm_details.h"
#include "wire/utm_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const sl_utm_rules rules = {.now = {0}, .allow_http = true};

/* Volumes that were taken can be judged, and cover themselves. */
static void use(const sl_plan *plan, sl_arena *arena) {
  if (plan->count > 8) return;
  sl_plan outward = {NULL, 0};
  sl_utm_region *region = NULL;
  if (sl_utm_outward(&outward, arena, plan) != SL_OK || outward.object != plan->object) abort();
  sl_err err = sl_utm_region_new(&region, plan, NULL);
  if (err == SL_ERR_NOMEM) return;
  if (err != SL_OK || !sl_utm_region_meets(region, region)) abort();
  sl_utm_region_free(region);
  for (uint32_t i = 0; i < plan->count; i++) {
    const sl_plan one = {plan->object + i, 1};
    if (!sl_utm_covers(&plan->object[i].as.volume, &one)) abort();
  }
}

static void extents_use(sl_utm_extents *extents, unsigned required, sl_arena *arena) {
  if (extents->plan.count == 0 || (extents->given & required) != required) abort();
  if (extents->window.start.ns >= extents->window.end.ns) abort();
  use(&extents->plan, arena);
}

static sl_err intent_details(sl_arena *arena, sl_span body, sl_fault *fault) {
  sl_utm_put_intent_details in, back;
  sl_err err = sl_utm_put_intent_details_read(&in, arena, body, &rules, fault);
  if (err != SL_OK || !in.has_intent) return err;
  sl_buf details, notice, again;
  sl_buf_init(&details, 16u << 20);
  sl_buf_init(&notice, 16u << 20);
  sl_buf_init(&again, 16u << 20);
  sl_utm_intent_details_add(&details, &in.details, true);
  sl_utm_intent_notice_add(&notice, &in.id, &in.reference, sl_buf_str(&details), in.subscription, in.subscription_count);
  if (notice.error != SL_OK) abort();
  if (notice.size <= SL_UTM_BODY_MAX) {
    if (sl_utm_put_intent_details_read(&back, arena, sl_buf_span(&notice), &rules, NULL) != SL_OK) abort();
    sl_utm_intent_details_add(&again, &back.details, true);
    if (!sl_str_equal(sl_buf_str(&again), sl_buf_str(&details))) abort();
  }
  sl_buf_fini(&details);
  sl_buf_fini(&notice);
  sl_buf_fini(&again);
  return SL_OK;
}

static sl_err read_one(uint8_t kind, sl_arena *arena, sl_span body, sl_fault *fault) {
  sl_utm_put_intent intent;
  sl_utm_put_constraint constraint;
  sl_utm_put_subscription subscription;
  sl_utm_put_constraint_details details;
  sl_utm_extents extents;
  sl_utm_set_availability availability;
  sl_utm_report report;
  sl_err err = SL_OK;
  switch (kind % 8) {
    case 0:
      err = sl_utm_put_intent_read(&intent, arena, body, &rules, fault);
      if (err == SL_OK) extents_use(&intent.extents, SL_UTM_TIMES | SL_UTM_ALTITUDES, arena);
      return err;
    case 1:
      err = sl_utm_put_constraint_read(&constraint, arena, body, &rules, fault);
      if (err == SL_OK) extents_use(&constraint.extents, SL_UTM_TIMES, arena);
      return err;
    case 2:
      err = sl_utm_put_subscription_read(&subscription, arena, body, &rules, fault);
      if (err == SL_OK) extents_use(&subscription.extents, 0, arena);
      return err;
    case 3:
      err = sl_utm_query_read(&extents, arena, body, fault);
      if (err == SL_OK) extents_use(&extents, 0, arena);
      return err;
    case 4: return sl_utm_set_availability_read(&availability, arena, body, fault);
    case 5: return sl_utm_report_read(&report, arena, body, fault);
    case 6: return intent_details(arena, body, fault);
    default: return sl_utm_put_constraint_details_read(&details, arena, body, &rules, fault);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  sl_arena arena;
  sl_arena_init(&arena, 80u << 20);
  sl_fault fault = sl_fault_none();
  sl_err err = read_one(data[0], &arena, (sl_span){data + 1, size - 1}, &fault);
  if (fault.code != err || fault.offset > size) abort();
  sl_arena_fini(&arena);
  return 0;
}
