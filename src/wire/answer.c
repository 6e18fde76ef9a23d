/* Replies as JSON: one encoder per view.
 *
 * Work: one per request, a few hundred bytes to some KiB. Representation: none; every
 * function writes the members of its view in order and looks at nothing else. */
#include "wire/answer.h"

#include "base/assert.h"
#include "json/plan.h"
#include "wire/view.h"

static void granule_add(sl_json_out *json, const sl_granule *granule) {
  sl_json_open(json, NULL, '{');
  sl_json_add_decimal(json, "south", granule->south_west.lat_nd, 9);
  sl_json_add_decimal(json, "west", granule->south_west.lon_nd, 9);
  sl_json_add_decimal(json, "north", granule->north_east.lat_nd, 9);
  sl_json_add_decimal(json, "east", granule->north_east.lon_nd, 9);
  sl_band_json_add(json, &granule->band);
  sl_json_add_time(json, "time_start", granule->window.start);
  sl_json_add_time(json, "time_end", granule->window.end);
  sl_json_close(json, '}');
}

void sl_view_verdict_add(sl_json_out *json, const char *name, const sl_view_verdict *view) {
  const char *reason = sl_reason_name(view->shown.reason);
  sl_json_open(json, name, '{');
  sl_json_add_text(json, "verdict", sl_verdict_name(view->shown.verdict));
  sl_json_add_text(json, "text", sl_verdict_text(view->shown.verdict, view->shown.reason));
  if (reason != NULL) sl_json_add_text(json, "reason", reason);
  sl_json_add_int(json, "agreement", view->agreement);
  sl_json_add_time(json, "as_of", view->shown.as_of);
  sl_json_add_time(json, "valid_until", view->shown.valid_until);
  sl_json_add_bool(json, "all_granules", view->granules != NULL && view->granules->all);
  sl_json_open(json, "granules", '[');
  for (uint32_t i = 0; view->granules != NULL && i < view->granules->count; i++) {
    SL_ASSERT(i < SL_GRANULES_TOLD_MAX);
    granule_add(json, &view->granules->granule[i]);
  }
  sl_json_close(json, ']');
  sl_json_close(json, '}');
}

static void proposal_add(sl_json_out *json, const sl_view_proposal *view) {
  SL_ASSERT(view->alternative < 8);
  sl_json_open(json, "proposal", '{');
  sl_json_add_int(json, "alternative", view->alternative);
  sl_json_add_hex(json, "proposal_digest", (sl_span){view->proposal_digest, 32});
  sl_json_add_hex(json, "plan_digest", (sl_span){view->plan_digest, 32});
  sl_json_add_time(json, "expires", view->expires);
  if (view->plan != NULL) sl_plan_json_add(json, "plan", view->plan);
  sl_json_close(json, '}');
}

void sl_view_case_add(sl_json_out *json, const char *name, const sl_view_case *view) {
  sl_json_open(json, name, '{');
  sl_json_add_uuid(json, "id", &view->id);
  sl_json_add_uuid(json, "intent", &view->intent);
  sl_json_add_int(json, "version", view->version);
  sl_json_add_text(json, "state", sl_case_state_name(view->state));
  if (view->answer != SL_ANSWER_NONE) {
    sl_json_add_text(json, "answer", view->answer == SL_ANSWER_ACCEPT ? "accept" : "decline");
  }
  if (view->proposal != NULL) proposal_add(json, view->proposal);
  if (view->acknowledge_by.ns != 0) sl_json_add_time(json, "acknowledge_by", view->acknowledge_by);
  sl_json_close(json, '}');
}

static void receipt_add(sl_json_out *json, const char *name, const sl_view_receipt *view) {
  SL_ASSERT(view->index <= INT64_MAX);
  sl_json_open(json, name, '{');
  sl_json_add_int(json, "index", (int64_t)view->index);
  sl_json_add_base64(json, "entry", view->entry);
  sl_json_add_hex(json, "salt", (sl_span){view->salt, 32});
  sl_json_add_str(json, "proof", view->proof);
  sl_json_close(json, '}');
}

void sl_answer_intent(sl_buf *out, const sl_view_intent *view) {
  SL_ASSERT(view->charged <= INT64_MAX);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_uuid(&json, "id", &view->id);
  sl_json_add_int(&json, "version", view->version);
  sl_json_add_text(&json, "state", sl_intent_state_name(view->state));
  if (view->verdict != NULL) sl_view_verdict_add(&json, "verdict", view->verdict);
  if (view->incident != NULL) sl_view_case_add(&json, "case", view->incident);
  sl_json_add_int(&json, "charged", (int64_t)view->charged);
  if (view->receipt != NULL) receipt_add(&json, "receipt", view->receipt);
  sl_json_close(&json, '}');
}

void sl_answer_case(sl_buf *out, const sl_view_case *view) {
  sl_json_out json = sl_json_out_of(out);
  sl_view_case_add(&json, NULL, view);
}

void sl_answer_cases(sl_buf *out, const sl_view_case *view, size_t count, uint64_t next) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_open(&json, "cases", '[');
  for (size_t i = 0; i < count; i++) sl_view_case_add(&json, NULL, &view[i]);
  sl_json_close(&json, ']');
  if (next > 0) sl_json_add_int(&json, "next", (int64_t)next);
  sl_json_close(&json, '}');
}

static void agreement_add(sl_json_out *json, const sl_view_agreement *view) {
  sl_json_open(json, NULL, '{');
  sl_json_add_str(json, "line", view->line);
  sl_json_add_int(json, "number", view->number);
  sl_json_add_text(json, "status", sl_record_status_name(view->status));
  sl_json_add_time(json, "valid_from", view->valid_from);
  sl_json_add_hex(json, "digest", (sl_span){view->digest, 32});
  sl_envelope_json_add(json, "envelope", view->envelope);
  sl_json_close(json, '}');
}

void sl_answer_agreements(sl_buf *out, const sl_view_agreement *view, size_t count) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_open(&json, "agreements", '[');
  for (size_t i = 0; i < count; i++) agreement_add(&json, &view[i]);
  sl_json_close(&json, ']');
  sl_json_close(&json, '}');
}

void sl_view_line_add(sl_json_out *json, const sl_view_line *view) {
  sl_json_open(json, NULL, '{');
  sl_json_add_str(json, "line", view->line);
  sl_json_add_text(json, "state", sl_line_state_name(view->state));
  sl_json_close(json, '}');
}

static const char *clock_word(sl_clock_word word) {
  switch (word) {
    case SL_CLOCK_GOOD: return "good";
    case SL_CLOCK_WARN: return "warn";
    case SL_CLOCK_BAD: return "bad";
  }
  return "bad";
}

void sl_answer_heartbeat(sl_buf *out, const sl_view_heartbeat *view) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_time(&json, "received", view->received);
  sl_json_add_int(&json, "offset_ms", view->offset_ms);
  sl_json_add_text(&json, "clock", clock_word(view->clock));
  sl_json_open(&json, "lines", '[');
  for (uint32_t i = 0; i < view->line_count; i++) sl_view_line_add(&json, &view->line[i]);
  sl_json_close(&json, ']');
  sl_json_add_str(&json, "checkpoint", view->checkpoint);
  sl_json_add_int(&json, "unacknowledged", view->unacknowledged);
  sl_json_close(&json, '}');
}

void sl_answer_line(sl_buf *out, const sl_view_line *view) {
  sl_json_out json = sl_json_out_of(out);
  sl_view_line_add(&json, view);
}

void sl_answer_watch(sl_buf *out, const sl_view_watch *view) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_str(&json, "line", view->line);
  sl_json_add_text(&json, "state", sl_line_state_name(view->state));
  sl_json_add_int(&json, "unacknowledged", view->unacknowledged);
  sl_json_close(&json, '}');
}

void sl_answer_receipt(sl_buf *out, const sl_view_receipt *view) {
  sl_json_out json = sl_json_out_of(out);
  receipt_add(&json, NULL, view);
}

void sl_answer_record(sl_buf *out, const sl_view_record *view) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_hex(&json, "digest", (sl_span){view->digest, 32});
  sl_json_add_text(&json, "status", sl_record_status_name(view->status));
  if (view->receipt != NULL) receipt_add(&json, "receipt", view->receipt);
  sl_json_close(&json, '}');
}

void sl_answer_entries(sl_buf *out, const sl_view_entry *view, size_t count, uint64_t next) {
  SL_ASSERT(next <= INT64_MAX);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_open(&json, "entries", '[');
  for (size_t i = 0; i < count; i++) {
    sl_json_open(&json, NULL, '{');
    sl_json_add_int(&json, "index", (int64_t)view[i].index);
    if (view[i].erased) {
      sl_json_add_hex(&json, "commitment", (sl_span){view[i].commitment, 32});
    } else {
      sl_json_add_base64(&json, "entry", view[i].entry);
      sl_json_add_hex(&json, "salt", (sl_span){view[i].salt, 32});
    }
    sl_json_close(&json, '}');
  }
  sl_json_close(&json, ']');
  sl_json_add_int(&json, "next", (int64_t)next);
  sl_json_close(&json, '}');
}

void sl_answer_slot(sl_buf *out, const sl_view_slot *view) {
  SL_ASSERT(view->path_count <= 64 && view->size <= INT64_MAX);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_int(&json, "tick", (int64_t)view->tick);
  sl_json_add_int(&json, "slot", (int64_t)view->slot);
  sl_json_add_hex(&json, "salt", (sl_span){view->salt, 32});
  sl_json_add_hex(&json, "head", (sl_span){view->head, 32});
  sl_json_add_int(&json, "size", (int64_t)view->size);
  sl_json_open(&json, "path", '[');
  for (uint32_t i = 0; i < view->path_count; i++) sl_json_add_hex(&json, NULL, (sl_span){view->path[i], 32});
  sl_json_close(&json, ']');
  sl_json_close(&json, '}');
}

void sl_answer_ready(sl_buf *out, bool ready) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_bool(&json, "ready", ready);
  sl_json_close(&json, '}');
}
