/* What requests and answers of the F3548 face share: words, references, errors.
 *
 * Bodies of this face are open: members that are not known are passed over, and null
 * stands for an absent optional member, since deployed clients send both. A member twice is
 * refused. All texts are UTF-8; views point into the caller's memory. Encoders are pure
 * functions of their view; equal views are equal bytes. */
#ifndef SL_WIRE_UTM_H
#define SL_WIRE_UTM_H

#include "base/arena.h"
#include "base/text.h"
#include "case/verdict.h"
#include "json/encode.h"
#include "wire/utm_volume.h"

#define SL_UTM_BODY_MAX (4u << 20)
#define SL_UTM_OVN_MIN 16u
#define SL_UTM_OVN_MAX 128u
#define SL_UTM_URL_MAX 1024u
#define SL_UTM_NAME_MAX 255u           /* a manager, a USS */
#define SL_UTM_KEY_MAX 65536u          /* OVNs in a key */
#define SL_UTM_STATES_MAX 10000u       /* subscription states in one notification */

/* What subscription_id reads where there is none: 00000000-0000-4000-8000-000000000000. */
extern const sl_uuid sl_utm_no_subscription;

typedef enum sl_utm_availability { SL_UTM_UNKNOWN = 0, SL_UTM_NORMAL = 1, SL_UTM_DOWN = 2 } sl_utm_availability;

/* What decoders of requests are told. */
typedef struct sl_utm_rules {
  sl_time now;         /* 0: nothing is held against the clock */
  bool allow_http;     /* of uss_base_url */
} sl_utm_rules;

/* OperationalIntentReference, ConstraintReference. */
typedef struct sl_utm_intent_ref {
  sl_uuid id;
  sl_str manager;
  sl_utm_availability availability;
  int32_t version;
  sl_intent_state state;            /* not ENDED */
  sl_str ovn;                       /* empty: the member is left out */
  sl_time start, end;               /* as given, both included */
  sl_str base_url;
  sl_uuid subscription;             /* sl_utm_no_subscription where there is none */
} sl_utm_intent_ref;

typedef struct sl_utm_constraint_ref {
  sl_uuid id;
  sl_str manager;
  sl_utm_availability availability;
  int32_t version;
  sl_str ovn;
  sl_time start, end;
  sl_str base_url;
} sl_utm_constraint_ref;

/* SubscriptionState. */
typedef struct sl_utm_subscription_state {
  sl_uuid id;
  int32_t index;       /* 0 or more */
} sl_utm_subscription_state;

/* The HTTP status of a decoder's error: 503 for SL_ERR_NOMEM, SL_ERR_CAP of the area
 * where `area_413` (subscriptions/query has it so), else 400. A body over
 * SL_UTM_BODY_MAX is 413 before any decoder. */
unsigned sl_utm_status(sl_err err, bool area_413);

/* {"message":...}: a text of ours, or a fault as "<pointer>: <reason>". */
void sl_utm_message_add(sl_buf *out, const char *message);
void sl_utm_fault_add(sl_buf *out, const sl_fault *fault);

/* References and their members inside something larger; name as in encode.h. */
void sl_utm_intent_ref_add(sl_json_out *out, const char *name, const sl_utm_intent_ref *view);
void sl_utm_constraint_ref_add(sl_json_out *out, const char *name, const sl_utm_constraint_ref *view);
void sl_utm_subscription_state_add(sl_json_out *out, const char *name, const sl_utm_subscription_state *view);

/* "Accepted" and so on, "Unknown" and so on; static. */
const char *sl_utm_state_name(sl_intent_state state);
const char *sl_utm_availability_name(sl_utm_availability availability);

/* An entity id of a path. Errors: SL_ERR_SYNTAX (not a UUID of version 4). */
SL_MUST_USE sl_err sl_utm_id_read(sl_uuid *out, sl_str text, sl_fault *fault);

/* Whether text may be a uss_base_url: https (http where allowed), a host, no user, no
 * space, control character, query or fragment, at most SL_UTM_URL_MAX bytes. */
SL_MUST_USE sl_err sl_utm_url_check(sl_str text, bool allow_http, sl_fault *fault);

#endif
