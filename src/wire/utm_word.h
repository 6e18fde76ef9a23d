/* What bodies of the F3548 face share: reading one whole, and readers of words and
 * references, each an sl_json_read_fn (json/decode.h). Inside wire/ only. */
#ifndef SL_WIRE_UTM_WORD_H
#define SL_WIRE_UTM_WORD_H

#include "wire/utm.h"

/* What the table alone cannot say of a body that it has read into *target. */
typedef sl_err sl_utm_check_fn(const sl_json_reader *reader, const sl_json_at *root, void *target,
                               const sl_utm_rules *rules);

/* A body: an object by its table, into a struct of `size` bytes that is zero before. */
typedef struct sl_utm_body {
  const sl_json_member *table;
  size_t members, size;
  uint32_t string;          /* bytes of its longest text; 0: the default of json/ */
  sl_utm_check_fn *check;   /* NULL: nothing more */
} sl_utm_body;

/* Read a body of at most SL_UTM_BODY_MAX bytes; members that the table lacks are passed
 * over. *out is written on success only. rules go to the check. Errors: those of
 * json/decode.h and of the check, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_body_read(void *out, const sl_utm_body *as, sl_arena *arena, sl_span body,
                                    const sl_utm_rules *rules, sl_fault *fault);

/* OperationalIntentState into sl_intent_state. Errors: SL_ERR_TYPE, SL_ERR_UNKNOWN;
 * SL_ERR_UNSUPPORTED for Ended, which is DELETE. */
sl_err sl_utm_read_state(const sl_json_reader *reader, void *target, const sl_json_at *at);

/* UssAvailabilityState into sl_utm_availability. Errors: SL_ERR_TYPE, SL_ERR_UNKNOWN. */
sl_err sl_utm_read_availability(const sl_json_reader *reader, void *target, const sl_json_at *at);

/* OperationalIntentReference, ConstraintReference. Errors: those of sl_json_object(),
 * SL_ERR_ORDER. The base URL is not looked at. */
sl_err sl_utm_read_intent_ref(const sl_json_reader *reader, void *target, const sl_json_at *at);
sl_err sl_utm_read_constraint_ref(const sl_json_reader *reader, void *target, const sl_json_at *at);

/* SubscriptionState into sl_utm_subscription_state. */
sl_err sl_utm_read_subscription_state(const sl_json_reader *reader, void *target, const sl_json_at *at);

#endif
