/* Bodies of requests to /dss/v1: JSON to values in the request's arena. Errors of all:
 * those of json/decode.h with pointer, of utm_volume.h, SL_ERR_EXPIRED (ended before now),
 * SL_ERR_UNSUPPORTED (state Ended, http), SL_ERR_DUPLICATE (two that exclude each other);
 * *fault names the pointer and what to do. Threads: any. Cost: O(n log n) in the body; the
 * arena holds at most ten times the body. Scopes, states and ownership are the service's. */
#ifndef SL_WIRE_UTM_REQUEST_H
#define SL_WIRE_UTM_REQUEST_H

#include "wire/utm.h"

/* PutOperationalIntentReferenceParameters. Extents give both times and both altitudes, and
 * the last of them ends after now. */
typedef struct sl_utm_put_intent {
  sl_utm_extents extents;
  sl_intent_state state;            /* not ENDED */
  sl_str base_url;
  const sl_str *key;                /* OVNs, in no order */
  uint32_t key_count;
  bool has_subscription;            /* subscription_id; not together with new_subscription */
  sl_uuid subscription;
  bool new_subscription;
  sl_str new_base_url;              /* of the implicit subscription */
  bool new_for_constraints;
  bool has_suffix;                  /* requested_ovn_suffix: UUID version 7 within 5 min of now */
  sl_uuid suffix;
} sl_utm_put_intent;

/* PutConstraintReferenceParameters. Extents give both times and the last ends after now. */
typedef struct sl_utm_put_constraint {
  sl_utm_extents extents;
  sl_str base_url;
} sl_utm_put_constraint;

/* PutSubscriptionParameters: one extent, of which everything but the outline may be
 * absent. Times against the clock and defaults are the service's (they depend on what is
 * there): sl_utm_extents_limit(). At least one flag. */
typedef struct sl_utm_put_subscription {
  sl_utm_extents extents;           /* one volume; extents.given says what was there */
  sl_str base_url;
  bool for_intents, for_constraints;
} sl_utm_put_subscription;

/* SetUssAvailabilityStatusParameters. */
typedef struct sl_utm_set_availability {
  sl_str old_version;               /* may be empty */
  sl_utm_availability availability;
} sl_utm_set_availability;

/* The bodies of the four PUTs; errors and costs are at the top. */
SL_MUST_USE sl_err sl_utm_put_intent_read(sl_utm_put_intent *out, sl_arena *arena, sl_span body,
                                          const sl_utm_rules *rules, sl_fault *fault);
SL_MUST_USE sl_err sl_utm_put_constraint_read(sl_utm_put_constraint *out, sl_arena *arena, sl_span body,
                                              const sl_utm_rules *rules, sl_fault *fault);
SL_MUST_USE sl_err sl_utm_put_subscription_read(sl_utm_put_subscription *out, sl_arena *arena, sl_span body,
                                                const sl_utm_rules *rules, sl_fault *fault);
/* {"area_of_interest":Volume4D} of the three queries, in which it is required. */
SL_MUST_USE sl_err sl_utm_query_read(sl_utm_extents *out, sl_arena *arena, sl_span body, sl_fault *fault);
SL_MUST_USE sl_err sl_utm_set_availability_read(sl_utm_set_availability *out, sl_arena *arena, sl_span body,
                                                sl_fault *fault);

/* When a UUID of version 7 was made, to the millisecond. */
sl_time sl_utm_suffix_time(const sl_uuid *suffix);

#endif
