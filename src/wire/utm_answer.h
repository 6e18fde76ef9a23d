/* Answers of /dss/v1 and /aux/v1 as JSON. Errors in out->error. Threads: any. Cost: O(what
 * is written). */
#ifndef SL_WIRE_UTM_ANSWER_H
#define SL_WIRE_UTM_ANSWER_H

#include "wire/utm.h"

/* SubscriberToNotify: subscriptions of one base URL, each with its index after counting. */
typedef struct sl_utm_subscriber {
  sl_str base_url;
  const sl_utm_subscription_state *state;
  uint32_t count;                   /* 1 or more */
} sl_utm_subscriber;

/* Subscription. */
typedef struct sl_utm_subscription {
  sl_uuid id;
  sl_str version;
  int32_t index;
  sl_time start, end;
  sl_str base_url;
  bool for_intents, for_constraints, implicit;
  const sl_uuid *dependent;         /* operational intents that need it */
  uint32_t dependent_count;
} sl_utm_subscription;

/* {"operational_intent_reference":...}, {"constraint_reference":...}. */
void sl_utm_get_intent_add(sl_buf *out, const sl_utm_intent_ref *reference);
void sl_utm_get_constraint_add(sl_buf *out, const sl_utm_constraint_ref *reference);

/* ChangeOperationalIntentReferenceResponse, ChangeConstraintReferenceResponse. */
void sl_utm_change_intent_add(sl_buf *out, const sl_utm_intent_ref *reference, const sl_utm_subscriber *subscriber,
                              uint32_t count);
void sl_utm_change_constraint_add(sl_buf *out, const sl_utm_constraint_ref *reference,
                                  const sl_utm_subscriber *subscriber, uint32_t count);

/* The two query responses. */
void sl_utm_intents_add(sl_buf *out, const sl_utm_intent_ref *reference, uint32_t count);
void sl_utm_constraints_add(sl_buf *out, const sl_utm_constraint_ref *reference, uint32_t count);

/* AirspaceConflictResponse. Callers clear the ovn of what is not the asker's. Both arrays
 * are written, also when empty. */
void sl_utm_conflict_add(sl_buf *out, const char *message, const sl_utm_intent_ref *intent, uint32_t intents,
                         const sl_utm_constraint_ref *constraint, uint32_t constraints);

/* {"subscription":...} of GET and DELETE; {"subscriptions":[...]}. */
void sl_utm_get_subscription_add(sl_buf *out, const sl_utm_subscription *subscription);
void sl_utm_subscriptions_add(sl_buf *out, const sl_utm_subscription *subscription, uint32_t count);

/* PutSubscriptionResponse. A NULL array leaves its member out (the flag was not asked). For
 * an asked flag with nothing in it give any non-NULL pointer and 0. */
void sl_utm_put_subscription_add(sl_buf *out, const sl_utm_subscription *subscription,
                                 const sl_utm_intent_ref *intent, uint32_t intents,
                                 const sl_utm_constraint_ref *constraint, uint32_t constraints);

/* UssAvailabilityStatusResponse. */
void sl_utm_availability_add(sl_buf *out, sl_str uss, sl_utm_availability availability, sl_str version);

/* {"version":...} of /aux/v1/version, and {} of validate_oauth. */
void sl_utm_version_add(sl_buf *out, sl_str version);
void sl_utm_empty_add(sl_buf *out);

#endif
