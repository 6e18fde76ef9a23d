/* Bodies of /uss/v1, both ways, and error reports. Errors and costs of the readers as in
 * utm_request.h. */
#ifndef SL_WIRE_UTM_DETAILS_H
#define SL_WIRE_UTM_DETAILS_H

#include "wire/utm.h"

#define SL_UTM_GEOZONE_MAX (64u << 10)
#define SL_UTM_HEADERS_MAX 200u

/* OperationalIntentDetails. Either array may be absent; volumes that are there give both
 * times and both altitudes. The two together have at most SL_OBJECTS_MAX. */
typedef struct sl_utm_intent_details {
  sl_plan volumes, off_nominal;     /* count 0 when there are none */
  int64_t priority;                 /* 0 when absent */
} sl_utm_intent_details;

/* PutOperationalIntentDetailsParameters. */
typedef struct sl_utm_put_intent_details {
  sl_uuid id;
  bool has_intent;                  /* absent: it was deleted */
  sl_utm_intent_ref reference;      /* its id is `id`, else SL_ERR_RANGE */
  sl_utm_intent_details details;
  const sl_utm_subscription_state *subscription;
  uint32_t subscription_count;      /* 1 or more */
} sl_utm_put_intent_details;

/* ConstraintDetails. */
typedef struct sl_utm_constraint_details {
  sl_plan volumes;                  /* both times */
  sl_str type;                      /* empty when absent */
  sl_str geozone;                   /* JSON text of an object, empty when absent; not looked into */
} sl_utm_constraint_details;

typedef struct sl_utm_put_constraint_details {
  sl_uuid id;
  bool has_constraint;
  sl_utm_constraint_ref reference;
  sl_utm_constraint_details details;
  const sl_utm_subscription_state *subscription;
  uint32_t subscription_count;
} sl_utm_put_constraint_details;

/* ErrorReport; the answer is the same with a report_id. */
typedef struct sl_utm_report {
  sl_str report_id;                 /* of the answer; what a request gave is passed over */
  sl_str url, method;
  const sl_str *header;
  uint32_t header_count;
  bool server;                      /* recorder_role: Server, else Client */
  sl_time request_time;
  sl_str request_body, response_body, problem;   /* empty when absent */
  bool has_response_time;
  sl_time response_time;
  int32_t response_code;            /* 0 when absent */
  sl_str exchange;                  /* the whole of it as JSON text, for the answer */
} sl_utm_report;

/* The bodies of the three POSTs. */
SL_MUST_USE sl_err sl_utm_put_intent_details_read(sl_utm_put_intent_details *out, sl_arena *arena, sl_span body,
                                                  const sl_utm_rules *rules, sl_fault *fault);
SL_MUST_USE sl_err sl_utm_put_constraint_details_read(sl_utm_put_constraint_details *out, sl_arena *arena,
                                                      sl_span body, const sl_utm_rules *rules, sl_fault *fault);
SL_MUST_USE sl_err sl_utm_report_read(sl_utm_report *out, sl_arena *arena, sl_span body, sl_fault *fault);

/* The details objects as JSON text, to be kept and given out again unchanged. `inclusive`
 * as sl_utm_volumes_add(). Errors in out->error. */
void sl_utm_intent_details_add(sl_buf *out, const sl_utm_intent_details *details, bool inclusive);
void sl_utm_constraint_details_add(sl_buf *out, const sl_utm_constraint_details *details, bool inclusive);

/* GetOperationalIntentDetailsResponse, GetConstraintDetailsResponse: a reference and the
 * text of its details as the above wrote it. */
void sl_utm_intent_response_add(sl_buf *out, const sl_utm_intent_ref *reference, sl_str details);
void sl_utm_constraint_response_add(sl_buf *out, const sl_utm_constraint_ref *reference, sl_str details);

/* The bodies that a USS sends to others: as the two readers above take. details empty and
 * reference NULL: it was deleted. */
void sl_utm_intent_notice_add(sl_buf *out, const sl_uuid *id, const sl_utm_intent_ref *reference, sl_str details,
                              const sl_utm_subscription_state *subscription, uint32_t count);
void sl_utm_constraint_notice_add(sl_buf *out, const sl_uuid *id, const sl_utm_constraint_ref *reference,
                                  sl_str details, const sl_utm_subscription_state *subscription, uint32_t count);

typedef struct sl_utm_telemetry {
  sl_uuid id;
  bool measured;
  sl_time time_measured;
  sl_pos position;
  sl_alt_w84 altitude;
  bool has_next;
  sl_time next;                     /* next_telemetry_opportunity */
} sl_utm_telemetry;
/* GetOperationalIntentTelemetryResponse. */
void sl_utm_telemetry_add(sl_buf *out, const sl_utm_telemetry *view);

/* ErrorReport of the 201: its id, and the exchange as it came. */
void sl_utm_report_add(sl_buf *out, const sl_utm_report *report);

#endif
