/* Purpose: `sideline agree make|show|sign|post`: a line agreement (L1) from the
 * defaults, signed by one side's focal point, read and signed by the other's, posted
 * by either. The file goes from one side to the other by way of the liaison. Work
 * expected: one document. Representation: case/agreement.h's value in an envelope. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/record.h"
#include "cli/terms.h"
#include "cli/verbs.h"
#include "seal/dsse.h"
#include "wire/record.h"

/* The envelope of a file, read and its agreement checked. */
static sl_exit read_envelope(sl_envelope *envelope, sl_agreement *agreement, sl_cli *cli, sl_arena *arena, const char *path) {
  sl_fault fault = sl_fault_none();
  sl_buf text;
  if (sl_file_read(&text, path, SL_ENVELOPE_BODY_MAX, &fault)) return sl_cli_fault(cli, path, &fault);
  sl_err err = sl_envelope_read(envelope, arena, sl_buf_span(&text), &fault);
  sl_buf_fini(&text);
  if (!err && !sl_str_is(envelope->payload_type, SL_AGREEMENT_TYPE)) err = sl_fault_set(&fault, SL_ERR_UNSUPPORTED, "not a line agreement");
  if (!err) err = sl_agreement_read(agreement, arena, envelope->payload, &fault);
  if (!err) return SL_EXIT_DONE;
  if (fault.code == SL_OK) sl_fault_set(&fault, err, "not a signed agreement");
  return sl_cli_fault(cli, path, &fault);
}

static sl_exit write_envelope(sl_net *net, const sl_envelope *envelope, const char *path) {
  sl_buf text;
  sl_fault fault = sl_fault_none();
  sl_buf_init(&text, SL_ENVELOPE_BODY_MAX);
  sl_envelope_add(&text, envelope);
  sl_err err = text.error ? sl_fault_set(&fault, text.error, "the agreement is too long") : sl_file_write(net->cli, path, sl_buf_span(&text), &fault);
  sl_buf_fini(&text);
  return err ? sl_cli_fault(net->cli, path, &fault) : SL_EXIT_DONE;
}

/* A signature of neither side would spoil the file: nobody takes it then. */
static sl_exit own_side(const sl_net *net, const sl_agreement *agreement) {
  sl_record_signer who;
  if (sl_keyid_read(&who, sl_str_from(net->profile.keyid)) == SL_OK && (strcmp(who.side, agreement->side[0]) == 0 || strcmp(who.side, agreement->side[1]) == 0)) return SL_EXIT_DONE;
  return sl_cli_fail(net->cli, SL_EXIT_DATA, "the agreement is between %s and %s, and %s is of neither", agreement->side[0], agreement->side[1], net->profile.keyid);
}

static sl_exit add_signature(sl_net *net, sl_envelope *envelope) {
  for (uint32_t i = 0; i < envelope->count; i++)
    if (sl_str_is(envelope->signature[i].keyid, net->profile.keyid)) return sl_cli_fail(net->cli, SL_EXIT_DATA, "%s has signed it already", net->profile.keyid);
  if (envelope->count == SL_ENVELOPE_SIGNATURES_MAX) return sl_cli_fail(net->cli, SL_EXIT_DATA, "it has %u signatures already", SL_ENVELOPE_SIGNATURES_MAX);
  sl_envelope_signature *signature = &envelope->signature[envelope->count];
  signature->keyid = sl_str_from(net->profile.keyid);
  sl_err err = sl_dsse_sign(signature->sig, &net->signer, envelope->payload_type, envelope->payload);
  if (err) return sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "it cannot be signed (%s)", sl_err_name(err));
  envelope->count++;
  return SL_EXIT_DONE;
}

static sl_exit run_make(sl_cli *cli, const sl_args *args) {
  sl_agreement agreement;
  sl_net net;
  sl_buf payload;
  sl_buf_init(&payload, SL_PAYLOAD_MAX);
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_terms_take(&agreement, cli, args);
  if (!exit) exit = own_side(&net, &agreement);
  if (!exit) {
    sl_agreement_add(&payload, &agreement);
    if (payload.error) exit = sl_cli_fail(cli, SL_EXIT_DATA, "the agreement is too long");
  }
  sl_envelope envelope = {.payload_type = SL_STR(SL_AGREEMENT_TYPE), .payload = sl_buf_span(&payload)};
  if (!exit) exit = add_signature(&net, &envelope);
  if (!exit) exit = write_envelope(&net, &envelope, args->operand[0]);
  if (!exit && !cli->json && strcmp(args->operand[0], "-") != 0) sl_terms_print(cli->out, &agreement);
  sl_buf_fini(&payload);
  sl_net_close(&net);
  return exit;
}

static sl_exit run_show(sl_cli *cli, const sl_args *args) {
  sl_arena arena;
  sl_envelope envelope;
  sl_agreement agreement;
  sl_arena_init(&arena, 4u << 20);
  sl_exit exit = read_envelope(&envelope, &agreement, cli, &arena, args->operand[0]);
  if (!exit && cli->json) {
    fprintf(cli->out, "%.*s\n", (int)envelope.payload.size, (const char *)envelope.payload.data);
  } else if (!exit) {
    sl_terms_print(cli->out, &agreement);
    for (uint32_t i = 0; i < envelope.count; i++)
      fprintf(cli->out, "signed by   %.*s (not verified here: the intermediary does)\n", (int)envelope.signature[i].keyid.size, envelope.signature[i].keyid.data);
  }
  sl_arena_fini(&arena);
  return exit;
}

static sl_exit run_sign(sl_cli *cli, const sl_args *args) {
  sl_envelope envelope;
  sl_agreement agreement;
  sl_net net;
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = read_envelope(&envelope, &agreement, cli, &net.arena, args->operand[0]);
  if (!exit) exit = own_side(&net, &agreement);
  if (!exit) exit = add_signature(&net, &envelope);
  const char *out = sl_args_get(args, "out");
  if (!exit) exit = write_envelope(&net, &envelope, out ? out : args->operand[0]);
  if (!exit && !cli->json && !(out && strcmp(out, "-") == 0)) {
    sl_terms_print(cli->out, &agreement);
    fprintf(cli->out, "signed as   %s\n", net.profile.keyid);
  }
  sl_net_close(&net);
  return exit;
}

static sl_exit run_post(sl_cli *cli, const sl_args *args) {
  sl_envelope envelope;
  sl_agreement agreement;
  sl_net net;
  sl_buf text;
  sl_fault fault = sl_fault_none();
  sl_exit exit = sl_net_open(&net, cli, args, false);
  if (!exit) exit = read_envelope(&envelope, &agreement, cli, &net.arena, args->operand[0]);
  if (!exit && envelope.count < 2) exit = sl_cli_fail(cli, SL_EXIT_DATA, "%s: only one side has signed it; the other does with %s agree sign", args->operand[0], cli->program);
  if (!exit && sl_file_read(&text, args->operand[0], SL_ENVELOPE_BODY_MAX, &fault)) exit = sl_cli_fault(cli, args->operand[0], &fault);
  else if (!exit) {
    exit = sl_record_post(&net, sl_buf_span(&text));
    sl_buf_fini(&text);
  }
  sl_net_close(&net);
  return exit;
}

static const sl_option make_options[] = {SL_TERMS_OPTIONS, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_option show_options[] = {{NULL, 0, NULL, NULL, false}};
static const sl_option sign_options[] = {{"out", 'o', "FILE", "write there instead of over FILE", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_option post_options[] = {SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

const sl_verb sl_verb_agree_make = {
    .name = "agree make",
    .summary = "write a line agreement from the defaults and sign it for one's own side",
    .operands = "FILE",
    .example = "sideline agree make --profile blue-focal.profile --line north --sides blue,red --minima crewed,crewed=5NM,1000ft north.json",
    .details = "What no option changes is as the rules of the line have it. The other side's focal\n"
               "point reads the file (agree show) and signs it (agree sign); either posts it.\n",
    .option = make_options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run_make,
};
const sl_verb sl_verb_agree_show = {
    .name = "agree show",
    .summary = "what an agreement says and who signed it",
    .operands = "FILE",
    .example = "sideline agree show north.json",
    .option = show_options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run_show,
};
const sl_verb sl_verb_agree_sign = {
    .name = "agree sign",
    .summary = "sign an agreement that the other side signed first",
    .operands = "FILE",
    .example = "sideline agree sign --profile red-focal.profile north.json",
    .option = sign_options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run_sign,
};
const sl_verb sl_verb_agree_post = {
    .name = "agree post",
    .summary = "hand an agreement with both signatures to the intermediary",
    .operands = "FILE",
    .example = "sideline agree post --profile blue-focal.profile north.json",
    .option = post_options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run_post,
};
