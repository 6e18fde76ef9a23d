/* Events as JSON and as server-sent events.
 *
 * Work: a few per case and round. Representation: seq, type and at in front, then the
 * members of the kind. */
#include "base/assert.h"
#include "wire/view.h"

const char *sl_event_kind_name(sl_event_kind kind) {
  switch (kind) {
    case SL_EVENT_VERDICT: return "verdict";
    case SL_EVENT_CASE: return "case";
    case SL_EVENT_PROPOSAL: return "proposal";
    case SL_EVENT_LINE: return "line";
    case SL_EVENT_MEMBERSHIP: return "membership";
    case SL_EVENT_AGREEMENT: return "agreement";
    case SL_EVENT_BUDGET: return "budget";
  }
  return "unlisted";
}

const char *sl_record_status_name(sl_record_status status) {
  switch (status) {
    case SL_RECORD_AWAITING: return "awaiting";
    case SL_RECORD_TAKEN: return "taken";
    case SL_RECORD_EFFECTIVE: return "effective";
  }
  return "unlisted";
}

static void kind_add(sl_json_out *json, const sl_view_event *view) {
  switch (view->kind) {
    case SL_EVENT_VERDICT:
      sl_json_add_uuid(json, "intent", &view->as.verdict.intent);
      sl_json_add_int(json, "version", view->as.verdict.version);
      sl_json_add_text(json, "state", sl_intent_state_name(view->as.verdict.state));
      sl_view_verdict_add(json, "verdict", &view->as.verdict.verdict);
      return;
    case SL_EVENT_CASE:
    case SL_EVENT_PROPOSAL:
      SL_ASSERT(view->kind == SL_EVENT_CASE || view->as.incident.proposal != NULL);
      sl_view_case_add(json, "case", &view->as.incident);
      return;
    case SL_EVENT_LINE:
      sl_json_add_str(json, "line", view->as.line.line);
      sl_json_add_text(json, "state", sl_line_state_name(view->as.line.state));
      return;
    case SL_EVENT_MEMBERSHIP:
      sl_json_add_hex(json, "digest", (sl_span){view->as.membership.digest, 32});
      sl_json_add_text(json, "status", sl_record_status_name(view->as.membership.status));
      return;
    case SL_EVENT_AGREEMENT:
      sl_json_add_str(json, "line", view->as.agreement.line);
      sl_json_add_int(json, "number", view->as.agreement.number);
      sl_json_add_hex(json, "digest", (sl_span){view->as.agreement.digest, 32});
      sl_json_add_text(json, "status", sl_record_status_name(view->as.agreement.status));
      return;
    case SL_EVENT_BUDGET:
      sl_json_add_str(json, "band", view->as.budget.band);
      return;
  }
}

static void event_add(sl_json_out *json, const sl_view_event *view) {
  SL_ASSERT(view->seq >= 1 && view->seq <= INT64_MAX);
  SL_ASSERT(view->kind >= SL_EVENT_VERDICT && view->kind <= SL_EVENT_BUDGET);
  sl_json_open(json, NULL, '{');
  sl_json_add_int(json, "seq", (int64_t)view->seq);
  sl_json_add_text(json, "type", sl_event_kind_name(view->kind));
  sl_json_add_time(json, "at", view->at);
  kind_add(json, view);
  sl_json_close(json, '}');
}

void sl_answer_event(sl_buf *out, const sl_view_event *view) {
  sl_json_out json = sl_json_out_of(out);
  event_add(&json, view);
}

void sl_answer_events(sl_buf *out, const sl_view_event *view, size_t count, uint64_t next) {
  SL_ASSERT(next <= INT64_MAX);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_open(&json, "events", '[');
  for (size_t i = 0; i < count; i++) event_add(&json, &view[i]);
  sl_json_close(&json, ']');
  sl_json_add_int(&json, "next", (int64_t)next);
  sl_json_close(&json, '}');
}

/* The JSON has no line break: encode.h writes none, and escapes those of texts. */
void sl_sse_event(sl_buf *out, const sl_view_event *view) {
  sl_buf_add_format(out, "id: %llu\nevent: %s\ndata: ", (unsigned long long)view->seq, sl_event_kind_name(view->kind));
  sl_answer_event(out, view);
  sl_buf_add_text(out, "\n\n");
}

void sl_sse_idle(sl_buf *out) { sl_buf_add_text(out, ":\n\n"); }
