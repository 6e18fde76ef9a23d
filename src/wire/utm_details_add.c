/* Writing what utm_details.c reads, and telemetry.
 *
 * Work: as reading. Details are written once, when they come, and spliced into answers as
 * text. */
#include "base/assert.h"
#include "json/plan.h"
#include "wire/utm_details.h"

void sl_utm_intent_details_add(sl_buf *out, const sl_utm_intent_details *details, bool inclusive) {
  SL_ASSERT(details != NULL);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_utm_volumes_add(&json, "volumes", &details->volumes, inclusive);
  sl_utm_volumes_add(&json, "off_nominal_volumes", &details->off_nominal, inclusive);
  sl_json_add_int(&json, "priority", details->priority);
  sl_json_close(&json, '}');
}

void sl_utm_constraint_details_add(sl_buf *out, const sl_utm_constraint_details *details, bool inclusive) {
  SL_ASSERT(details != NULL);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_utm_volumes_add(&json, "volumes", &details->volumes, inclusive);
  if (details->type.size > 0) sl_json_add_str(&json, "type", details->type);
  if (details->geozone.size > 0) sl_json_add_raw(&json, "geozone", details->geozone);
  sl_json_close(&json, '}');
}

static void intent(sl_json_out *json, const sl_utm_intent_ref *reference, sl_str details) {
  sl_json_open(json, "operational_intent", '{');
  sl_utm_intent_ref_add(json, "reference", reference);
  sl_json_add_raw(json, "details", details);
  sl_json_close(json, '}');
}

static void constraint(sl_json_out *json, const sl_utm_constraint_ref *reference, sl_str details) {
  sl_json_open(json, "constraint", '{');
  sl_utm_constraint_ref_add(json, "reference", reference);
  sl_json_add_raw(json, "details", details);
  sl_json_close(json, '}');
}

void sl_utm_intent_response_add(sl_buf *out, const sl_utm_intent_ref *reference, sl_str details) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  intent(&json, reference, details);
  sl_json_close(&json, '}');
}

void sl_utm_constraint_response_add(sl_buf *out, const sl_utm_constraint_ref *reference, sl_str details) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  constraint(&json, reference, details);
  sl_json_close(&json, '}');
}

static void states(sl_json_out *json, const sl_utm_subscription_state *subscription, uint32_t count) {
  SL_ASSERT(count > 0);
  sl_json_open(json, "subscriptions", '[');
  for (uint32_t i = 0; i < count; i++) sl_utm_subscription_state_add(json, NULL, subscription + i);
  sl_json_close(json, ']');
}

void sl_utm_intent_notice_add(sl_buf *out, const sl_uuid *id, const sl_utm_intent_ref *reference, sl_str details,
                              const sl_utm_subscription_state *subscription, uint32_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_uuid(&json, "operational_intent_id", id);
  if (reference != NULL) intent(&json, reference, details);
  states(&json, subscription, count);
  sl_json_close(&json, '}');
}

void sl_utm_constraint_notice_add(sl_buf *out, const sl_uuid *id, const sl_utm_constraint_ref *reference,
                                  sl_str details, const sl_utm_subscription_state *subscription, uint32_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_uuid(&json, "constraint_id", id);
  if (reference != NULL) constraint(&json, reference, details);
  states(&json, subscription, count);
  sl_json_close(&json, '}');
}

void sl_utm_telemetry_add(sl_buf *out, const sl_utm_telemetry *view) {
  SL_ASSERT(view != NULL);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_uuid(&json, "operational_intent_id", &view->id);
  if (view->measured) {
    const sl_alt altitude = {SL_ALT_W84, {.w84 = view->altitude}};
    sl_json_open(&json, "telemetry", '{');
    sl_instant_json_add(&json, "time_measured", view->time_measured);
    sl_json_open(&json, "position", '{');
    sl_json_add_decimal(&json, "longitude", view->position.lon_nd, 9);
    sl_json_add_decimal(&json, "latitude", view->position.lat_nd, 9);
    sl_altitude_json_add(&json, "altitude", &altitude);
    sl_json_close(&json, '}');
    sl_json_close(&json, '}');
  }
  if (view->has_next) sl_instant_json_add(&json, "next_telemetry_opportunity", view->next);
  sl_json_close(&json, '}');
}

void sl_utm_report_add(sl_buf *out, const sl_utm_report *report) {
  SL_ASSERT(report != NULL);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  if (report->report_id.size > 0) sl_json_add_str(&json, "report_id", report->report_id);
  sl_json_add_raw(&json, "exchange", report->exchange);
  sl_json_close(&json, '}');
}
