/* Purpose: see the header. Work expected: a few documents. Representation: the raw text
 * of each element is cut out of the answer, because an agreement has its own reader. */
#include "cli/agreements.h"

#include "base/assert.h"
#include "wire/body.h"

/* The next object {...} in an array's text; strings may hold braces. */
static bool next_object(sl_str *out, sl_str *rest) {
  size_t at = 0, depth = 0, start = 0;
  bool quoted = false;
  for (; at < rest->size; at++) {
    char c = rest->data[at];
    if (quoted) {
      if (c == '\\') at++;
      else if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' && depth++ == 0) start = at;
    if (c == '}' && depth > 0 && --depth == 0) {
      *out = (sl_str){rest->data + start, at + 1 - start};
      *rest = (sl_str){rest->data + at + 1, rest->size - at - 1};
      return true;
    }
  }
  return false;
}

sl_exit sl_agreements_read(sl_agreements *out, sl_net *net, const sl_net_answer *answer) {
  SL_ASSERT(out && net && answer);
  *out = (sl_agreements){0};
  sl_str text = sl_net_text(answer), one;
  const char *open = text.size ? memchr(text.data, '[', text.size) : NULL;
  if (!answer->json || !open) return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the answer has no list of agreements");
  sl_json_at root = sl_json_root(answer->json), list = sl_json_find(&root, "agreements");
  sl_str rest = {open + 1, text.size - (size_t)(open + 1 - text.data)};
  for (size_t i = 0; i < sl_json_size(&list) && next_object(&one, &rest); i++) {
    sl_json_at element = sl_json_element(&list, i), envelope = sl_json_find(&element, "envelope");
    sl_span payload = sl_str_bytes(one);
    if (sl_json_is_object(&envelope) && !sl_pick_base64(net, &payload, &envelope, "payload", SL_PAYLOAD_MAX)) continue;
    sl_fault fault = sl_fault_none();
    if (out->count < SL_AGREEMENTS_MAX && sl_agreement_read(&out->agreement[out->count], &net->arena, payload, &fault) == SL_OK) out->count++;
  }
  return SL_EXIT_DONE;
}

sl_exit sl_agreements_get(sl_agreements *out, sl_net *net) {
  sl_net_answer answer;
  sl_exit exit = sl_net_call(net, &answer, "GET", "/v1/agreements", (sl_span){0}, (sl_dur){0});
  if (!exit) exit = sl_agreements_read(out, net, &answer);
  sl_net_drop(&answer);
  return exit;
}
