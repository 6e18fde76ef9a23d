/* Readers of words and references that bodies of the F3548 face share. Each is an
 * sl_json_read_fn (json/decode.h). Inside wire/ only. */
#ifndef SL_WIRE_UTM_WORD_H
#define SL_WIRE_UTM_WORD_H

#include "wire/utm.h"

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
