/* What the F3548 face's bodies share: words, errors, references, URLs.
 *
 * Work: an answer holds up to thousands of references; each is written member by member
 * into the caller's buffer. */
#include "wire/utm.h"

#include "base/assert.h"

const sl_uuid sl_utm_no_subscription = {.bytes = {[6] = 0x40, [8] = 0x80}};

static const char *const state_names[] = {
    [SL_INTENT_ACCEPTED] = "Accepted", [SL_INTENT_ACTIVATED] = "Activated",
    [SL_INTENT_NONCONFORMING] = "Nonconforming", [SL_INTENT_CONTINGENT] = "Contingent"};
static const char *const availability_names[] = {
    [SL_UTM_UNKNOWN] = "Unknown", [SL_UTM_NORMAL] = "Normal", [SL_UTM_DOWN] = "Down"};

const char *sl_utm_state_name(sl_intent_state state) {
  SL_ASSERT(state >= SL_INTENT_ACCEPTED && state <= SL_INTENT_CONTINGENT);
  return state_names[state];
}

const char *sl_utm_availability_name(sl_utm_availability availability) {
  SL_ASSERT(availability >= SL_UTM_UNKNOWN && availability <= SL_UTM_DOWN);
  return availability_names[availability];
}

unsigned sl_utm_status(sl_err err, bool area_413) {
  if (err == SL_ERR_NOMEM) return 503;
  return err == SL_ERR_CAP && area_413 ? 413 : 400;
}

static void message_add(sl_buf *out, sl_str message) {
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_str(&json, "message", message);
  sl_json_close(&json, '}');
}

void sl_utm_message_add(sl_buf *out, const char *message) { message_add(out, sl_str_from(message)); }

void sl_utm_fault_add(sl_buf *out, const sl_fault *fault) {
  SL_ASSERT(fault->code != SL_OK);
  sl_buf text;
  sl_buf_init(&text, sizeof fault->pointer + sizeof fault->reason + 4);
  if (fault->pointer[0] != '\0') sl_buf_add_format(&text, "%s: ", fault->pointer);
  sl_buf_add_text(&text, fault->reason);
  message_add(out, sl_buf_str(&text));
  sl_buf_fini(&text);
}

void sl_utm_intent_ref_add(sl_json_out *out, const char *name, const sl_utm_intent_ref *view) {
  sl_json_open(out, name, '{');
  sl_json_add_uuid(out, "id", &view->id);
  sl_json_add_str(out, "manager", view->manager);
  sl_json_add_text(out, "uss_availability", sl_utm_availability_name(view->availability));
  sl_json_add_int(out, "version", view->version);
  sl_json_add_text(out, "state", sl_utm_state_name(view->state));
  if (view->ovn.size > 0) sl_json_add_str(out, "ovn", view->ovn);
  sl_instant_json_add(out, "time_start", view->start);
  sl_instant_json_add(out, "time_end", view->end);
  sl_json_add_str(out, "uss_base_url", view->base_url);
  sl_json_add_uuid(out, "subscription_id", &view->subscription);
  sl_json_close(out, '}');
}

void sl_utm_constraint_ref_add(sl_json_out *out, const char *name, const sl_utm_constraint_ref *view) {
  sl_json_open(out, name, '{');
  sl_json_add_uuid(out, "id", &view->id);
  sl_json_add_str(out, "manager", view->manager);
  sl_json_add_text(out, "uss_availability", sl_utm_availability_name(view->availability));
  sl_json_add_int(out, "version", view->version);
  if (view->ovn.size > 0) sl_json_add_str(out, "ovn", view->ovn);
  sl_instant_json_add(out, "time_start", view->start);
  sl_instant_json_add(out, "time_end", view->end);
  sl_json_add_str(out, "uss_base_url", view->base_url);
  sl_json_close(out, '}');
}

void sl_utm_subscription_state_add(sl_json_out *out, const char *name, const sl_utm_subscription_state *view) {
  SL_ASSERT(view->index >= 0);
  sl_json_open(out, name, '{');
  sl_json_add_uuid(out, "subscription_id", &view->id);
  sl_json_add_int(out, "notification_index", view->index);
  sl_json_close(out, '}');
}

sl_err sl_utm_id_read(sl_uuid *out, sl_str text, sl_fault *fault) {
  if (sl_uuid_read(out, text, 4) == SL_OK) return SL_OK;
  return sl_fault_set(fault, SL_ERR_SYNTAX, "the id in the path must be a UUID of version 4");
}

static bool starts(sl_str text, const char *prefix, sl_str *rest) {
  const size_t size = strlen(prefix);
  if (text.size < size || memcmp(text.data, prefix, size) != 0) return false;
  *rest = (sl_str){text.data + size, text.size - size};
  return true;
}

sl_err sl_utm_url_check(sl_str text, bool allow_http, sl_fault *fault) {
  sl_str rest = {NULL, 0};
  if (text.size > SL_UTM_URL_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "a base URL may have at most %u bytes", SL_UTM_URL_MAX);
  }
  if (!starts(text, "https://", &rest)) {
    if (!starts(text, "http://", &rest)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a base URL begins with https://");
    if (!allow_http) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "http is not accepted here; use https");
  }
  for (size_t i = 0; i < rest.size; i++) {
    const unsigned char c = (unsigned char)rest.data[i];
    if (c <= 0x20 || c >= 0x7f || strchr("@?#\\\"<>", c) != NULL) {
      return sl_fault_set(fault, SL_ERR_SYNTAX, "a base URL has no user, query, fragment, space or control character");
    }
  }
  if (rest.size == 0 || rest.data[0] == '/' || rest.data[0] == ':') {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a base URL needs a host");
  }
  return SL_OK;
}
