/* Purpose: `sideline admin status` and `sideline admin fingerprint`: what one side can
 * see of the intermediary, and a key in a form to be read aloud. Work expected: a few
 * requests. Representation: none. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/agreements.h"
#include "cli/record.h"
#include "cli/verbs.h"

static const sl_option status_options[] = {SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_option fingerprint_options[] = {SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

/* SHA-256 of the public key, in groups of four. */
static void fingerprint(char out[static 80], const uint8_t key[static 32]) {
  uint8_t digest[32];
  char hex[65];
  sl_span parts[] = {{key, 32}};
  sl_sha256(digest, parts, 1);
  sl_hex(hex, (sl_span){digest, 32});
  size_t at = 0;
  for (size_t i = 0; i < 64; i++) {
    if (i && i % 4 == 0) out[at++] = ' ';
    out[at++] = hex[i];
  }
  out[at] = '\0';
}

static sl_exit run_fingerprint(sl_cli *cli, const sl_args *args) {
  if (sl_seal_init()) return sl_cli_fail(cli, SL_EXIT_SOFTWARE, "the cryptographic library does not start");
  uint8_t key[32];
  char text[80];
  if (args->operand_count == 1) {
    if (sl_public_key_take(key, args->operand[0]))
      return sl_cli_fail(cli, SL_EXIT_DATA, "%s: not a public key, verifier key, or a file that holds one", args->operand[0]);
  } else {
    sl_net net;
    sl_exit exit = sl_net_open(&net, cli, args, true);
    if (!exit) memcpy(key, net.key.public_key, 32);
    sl_net_close(&net);
    if (exit) return exit;
  }
  fingerprint(text, key);
  if (cli->json) fprintf(cli->out, "{\"fingerprint\":\"%s\"}\n", text);
  else fprintf(cli->out, "%s\n", text);
  return SL_EXIT_DONE;
}

static void print_agreements(sl_net *net, const sl_agreements *agreements) {
  sl_buf time;
  sl_buf_init(&time, 64);
  for (uint32_t i = 0; i < agreements->count; i++) {
    const sl_agreement *a = &agreements->agreement[i];
    sl_buf_clear(&time);
    sl_time_add(&time, a->valid_from);
    fprintf(net->cli->out, "line        %s, agreement %u between %s and %s, valid from %.*s, rounds of %lld s\n", a->line, a->number, a->side[0], a->side[1],
            (int)time.size, (const char *)time.data, (long long)(a->round.ns / SL_NS_PER_S));
  }
  if (agreements->count == 0) fprintf(net->cli->out, "line        none agreed\n");
  sl_buf_fini(&time);
}

static sl_exit run_status(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_net_answer ready = {0}, agreed = {0}, head = {0};
  sl_agreements agreements = {0};
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_net_call(&net, &ready, "GET", "/readyz", (sl_span){0}, (sl_dur){0});
  if (!exit) exit = sl_net_call(&net, &agreed, "GET", "/v1/agreements", (sl_span){0}, (sl_dur){0});
  if (!exit) exit = sl_net_call(&net, &head, "GET", "/v1/log/checkpoint", (sl_span){0}, (sl_dur){0});
  if (!exit) exit = sl_agreements_read(&agreements, &net, &agreed);
  if (!exit && cli->json) {
    fprintf(cli->out, "{\"ready\":%.*s,\"agreements\":%.*s}\n", (int)sl_net_text(&ready).size, sl_net_text(&ready).data, (int)sl_net_text(&agreed).size,
            sl_net_text(&agreed).data);
  } else if (!exit) {
    char text[80];
    fingerprint(text, net.key.public_key);
    sl_json_at root = sl_json_root(ready.json);
    fprintf(cli->out, "server      %s, %s\nkey         %s\nfingerprint %s\n", net.profile.server, ready.json && sl_pick_bool(&net, &root, "ready") ? "ready" : "not ready",
            net.profile.keyid, text);
    print_agreements(&net, &agreements);
    sl_str note = sl_net_text(&head), rest = note;
    const char *first = note.size ? memchr(note.data, '\n', note.size) : NULL;
    if (first) rest = (sl_str){first + 1, note.size - (size_t)(first + 1 - note.data)};
    const char *second = rest.size ? memchr(rest.data, '\n', rest.size) : NULL;
    if (first && second) fprintf(cli->out, "log         %.*s, %.*s entries (sideline log verify checks it)\n", (int)(first - note.data), note.data, (int)(second - rest.data), rest.data);
  }
  sl_net_drop(&ready);
  sl_net_drop(&agreed);
  sl_net_drop(&head);
  sl_net_close(&net);
  return exit;
}

const sl_verb sl_verb_admin_status = {
    .name = "admin status",
    .summary = "what one's own side sees: server, key, lines, log",
    .operands = "",
    .example = "sideline admin status --profile blue-ops.profile",
    .option = status_options,
    .run = run_status,
};
const sl_verb sl_verb_admin_fingerprint = {
    .name = "admin fingerprint",
    .summary = "the SHA-256 of a public key in groups, to be compared by telephone",
    .operands = "[KEY|FILE]",
    .example = "sideline admin fingerprint ops.pub",
    .details = "Without an operand: of the profile's own key.\n",
    .option = fingerprint_options,
    .operands_max = 1,
    .run = run_fingerprint,
};
