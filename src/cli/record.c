/* Purpose: see the header. Work expected: a few records a year. Representation: the
 * wire's envelope. */
#include "cli/record.h"

#include "base/assert.h"
#include "base/text.h"
#include "format/measure.h"
#include "seal/dsse.h"

sl_exit sl_record_sign(sl_buf *out, sl_net *net, const char *type, sl_span payload) {
  SL_ASSERT(net->has_key);
  sl_envelope envelope = {.payload_type = sl_str_from(type), .payload = payload, .count = 1};
  envelope.signature[0].keyid = sl_str_from(net->profile.keyid);
  sl_err err = sl_dsse_sign(envelope.signature[0].sig, &net->signer, envelope.payload_type, payload);
  if (err) return sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "the record cannot be signed (%s)", sl_err_name(err));
  sl_envelope_add(out, &envelope);
  return out->error ? sl_cli_fail(net->cli, SL_EXIT_DATA, "the record is too long") : SL_EXIT_DONE;
}

sl_exit sl_record_post(sl_net *net, sl_span envelope) {
  sl_net_answer answer;
  sl_exit exit = sl_net_call(net, &answer, "POST", "/v1/records", envelope, (sl_dur){0});
  if (!exit && net->cli->json) {
    sl_net_print(net, &answer);
  } else if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    fprintf(net->cli->out, "record %.16s: %s\n", sl_pick_text(net, &root, "digest"), sl_pick_text(net, &root, "status"));
  }
  sl_net_drop(&answer);
  return exit;
}

sl_err sl_public_key_take(uint8_t out[static 32], const char *text) {
  uint8_t key[32];
  size_t size = sizeof key;
  sl_str line = sl_str_from(text);
  if (line.size == 44 && sl_base64_read(key, &size, line) == SL_OK && size == 32) {
    memcpy(out, key, 32);
    return SL_OK;
  }
  char origin[SL_ORIGIN_MAX + 1];
  if (sl_vkey_take(origin, key, text) == SL_OK) {
    memcpy(out, key, 32);
    return SL_OK;
  }
  sl_buf file;
  if (sl_file_read(&file, text, 4096, NULL)) return SL_ERR_SYNTAX;
  line = sl_buf_str(&file);
  const char *end = line.size ? memchr(line.data, '\n', line.size) : NULL;
  if (end) line.size = (size_t)(end - line.data);
  size = sizeof key;
  sl_err err = sl_base64_read(key, &size, sl_str_trim(line));
  sl_buf_fini(&file);
  if (err || size != 32) return SL_ERR_SYNTAX;
  memcpy(out, key, 32);
  return SL_OK;
}

sl_err sl_instant_take(sl_time *out, const char *text, sl_fault *fault) {
  SL_ASSERT(out && text);
  sl_time now = sl_wall_now();
  if (strcmp(text, "now") == 0) {
    *out = now;
    return SL_OK;
  }
  if (text[0] == '+') {
    sl_dur later;
    sl_err err = sl_duration_read(&later, text + 1, fault);
    if (!err) out->ns = now.ns + later.ns;
    return err;
  }
  bool assumed;
  return sl_moment_read(out, &assumed, sl_str_from(text), false, fault);
}
