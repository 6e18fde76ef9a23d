/* Purpose: `sideline receipt verify`, and the check of every receipt that comes with an
 * answer. Work expected: one proof a submission. Representation: none. */
#include "cli/receipt.h"

#include "base/assert.h"
#include "base/text.h"
#include "case/membership.h"
#include "cli/verbs.h"
#include "ledger/entry.h"

#define RECEIPT_FILE_MAX ((size_t)16 << 20)

static sl_err check_parts(sl_receipt *out, const uint8_t salt[static 32], int64_t index, const char *proof, const uint8_t public_key[static 32],
                          sl_fault *fault) {
  sl_hash leaf;
  sl_checkpoint checkpoint;
  sl_entry_leaf(sl_sha256, &leaf, salt, out->entry);
  sl_err err = sl_tlog_proof_open(&out->index, &checkpoint, sl_str_from(proof), &leaf, sl_sha256, sl_ed25519_verify, public_key, fault);
  if (err) return sl_fault_set(fault, err, "the receipt does not verify");
  if (out->index != (uint64_t)index) return sl_fault_set(fault, SL_ERR_SIGNATURE, "the receipt's index is not its proof's");
  out->size = checkpoint.size;
  memcpy(out->origin, checkpoint.origin, sizeof out->origin);
  return SL_OK;
}

sl_err sl_receipt_check(sl_receipt *out, sl_net *net, const sl_json_at *receipt, const uint8_t public_key[static 32], sl_fault *fault) {
  SL_ASSERT(out && net && receipt);
  sl_receipt found = {0};
  uint8_t salt[32];
  const char *proof = sl_pick_text(net, receipt, "proof");
  bool good = sl_pick_hex32(net, salt, receipt, "salt") && sl_pick_base64(net, &found.entry, receipt, "entry", RECEIPT_FILE_MAX) && proof[0];
  if (!good) return sl_fault_set(fault, SL_ERR_SYNTAX, "a receipt is {\"index\", \"entry\", \"salt\", \"proof\"}");
  sl_err err = check_parts(&found, salt, sl_pick_int(net, receipt, "index"), proof, public_key, fault);
  if (!err) *out = found;
  return err;
}

sl_err sl_log_origin(char out[static SL_ORIGIN_MAX + 1], const sl_profile *profile) {
  sl_record_signer who;
  if (sl_keyid_read(&who, sl_str_from(profile->keyid))) return SL_ERR_SYNTAX;
  int size = snprintf(out, SL_ORIGIN_MAX + 1, "%s/%s/%s", profile->origin, who.side, who.party);
  return size > 0 && size <= (int)SL_ORIGIN_MAX ? SL_OK : SL_ERR_CAP;
}

sl_exit sl_receipt_told(sl_net *net, const sl_json_at *root) {
  sl_json_at at = sl_json_find(root, "receipt");
  if (!sl_json_is_object(&at) || !net->profile.has_vkey) return SL_EXIT_DONE;
  sl_fault fault = sl_fault_none();
  sl_receipt receipt;
  char origin[SL_ORIGIN_MAX + 1];
  if (sl_receipt_check(&receipt, net, &at, net->profile.public_key, &fault)) return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the receipt that came with the answer is worthless: %s", fault.reason);
  if (sl_log_origin(origin, &net->profile) || strcmp(origin, receipt.origin) != 0) return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the receipt is of another log than %s", origin);
  return SL_EXIT_DONE;
}

sl_exit sl_receipt_keep(sl_net *net, const sl_net_answer *answer) {
  if (!answer->json) return SL_EXIT_DONE;
  sl_json_at root = sl_json_root(answer->json), at = sl_json_find(&root, "receipt");
  if (!sl_json_is_object(&at)) return SL_EXIT_DONE;
  sl_exit exit = sl_receipt_told(net, &root);
  if (exit) return exit;
  char name[64];
  long long index = (long long)sl_pick_int(net, &at, "index");
  sl_buf before;
  (void)snprintf(name, sizeof name, "receipts/%lld.json", index);
  sl_str whole = sl_net_text(answer);
  /* After a restore the same index comes again: what was receipted before stays. */
  bool other = sl_state_read(net, &before, name, RECEIPT_FILE_MAX) && !sl_str_equal(sl_buf_str(&before), whole);
  sl_buf_fini(&before);
  uint8_t salt[32] = {0};
  char hex[17];
  (void)sl_pick_hex32(net, salt, &at, "salt");
  sl_hex(hex, (sl_span){salt, 8});
  if (other) (void)snprintf(name, sizeof name, "receipts/%lld-%s.json", index, hex);
  return sl_state_write(net, name, sl_str_bytes(whole));
}

static sl_exit print(sl_cli *cli, const sl_args *args, const sl_receipt *receipt) {
  if (cli->json) {
    fprintf(cli->out, "{\"verified\":true,\"log\":\"%s\",\"index\":%llu,\"size\":%llu}\n", receipt->origin, (unsigned long long)receipt->index, (unsigned long long)receipt->size);
    return SL_EXIT_DONE;
  }
  fprintf(cli->out, "verified: entry %llu of %llu in the log %s\n", (unsigned long long)receipt->index, (unsigned long long)receipt->size, receipt->origin);
  if (!sl_args_has(args, "entry")) return SL_EXIT_DONE;
  for (size_t i = 0; i < receipt->entry.size; i++) {
    uint8_t c = receipt->entry.data[i];
    fputc(c >= 0x20 && c < 0x7f ? c : '.', cli->out);
  }
  fputc('\n', cli->out);
  return SL_EXIT_DONE;
}

static sl_exit take_key(uint8_t key[static 32], sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "vkey");
  char origin[SL_ORIGIN_MAX + 1];
  if (text) return sl_vkey_take(origin, key, text) ? sl_cli_fail(cli, SL_EXIT_USAGE, "--vkey is a verifier key (name+id+key) or a file that holds one") : SL_EXIT_DONE;
  sl_profile profile;
  sl_exit exit = sl_profile_open(&profile, cli, sl_args_get(args, "profile"));
  if (!exit && !profile.has_vkey) exit = sl_cli_fail(cli, SL_EXIT_CONFIG, "%s: there is no vkey in the profile; give --vkey", profile.path);
  if (!exit) memcpy(key, profile.public_key, 32);
  return exit;
}

static sl_exit verify(sl_net *net, const sl_args *args, const uint8_t key[static 32]) {
  const char *path = args->operand[0];
  sl_fault fault = sl_fault_none();
  sl_buf text;
  sl_json *json = NULL;
  sl_receipt receipt;
  if (sl_file_read(&text, path, RECEIPT_FILE_MAX, &fault)) return sl_cli_fault(net->cli, path, &fault);
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = caps.string = RECEIPT_FILE_MAX;
  sl_err err = sl_json_parse(&json, sl_buf_span(&text), &caps, &fault);
  sl_buf_fini(&text);
  if (!err) {
    sl_json_at root = sl_json_root(json), inside = sl_json_find(&root, "receipt");
    err = sl_receipt_check(&receipt, net, sl_json_is_object(&inside) ? &inside : &root, key, &fault);
  }
  sl_json_free(json);
  if (!err) return print(net->cli, args, &receipt);
  (void)sl_cli_fault(net->cli, path, &fault);
  return err == SL_ERR_SIGNATURE || err == SL_ERR_RANGE ? SL_EXIT_PROTOCOL : SL_EXIT_DATA;
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  uint8_t key[32];
  if (sl_seal_init()) return sl_cli_fail(cli, SL_EXIT_SOFTWARE, "the cryptographic library does not start");
  sl_exit exit = take_key(key, cli, args);
  if (exit) return exit;
  sl_net net = {.cli = cli};
  sl_arena_init(&net.arena, (size_t)64 << 20);
  exit = verify(&net, args, key);
  sl_arena_fini(&net.arena);
  return exit;
}

static const sl_option options[] = {
    {"vkey", 'k', "KEY|FILE", "verifier key of the intermediary; default: the profile's", false},
    {"entry", 'e', NULL, "print the entry as well", false},
    {"profile", 'p', "FILE", "whose vkey (or SIDELINE_PROFILE)", false},
    {NULL, 0, NULL, NULL, false},
};

const sl_verb sl_verb_receipt_verify = {
    .name = "receipt verify",
    .summary = "check, without the server, that a receipt proves what it says",
    .operands = "FILE",
    .example = "sideline receipt verify --vkey line.vkey blue-ops.profile.state/receipts/0.json",
    .details = "FILE is a receipt, or a whole answer that holds one (submit keeps each). It proves\n"
               "that the entry is in the party's log under the intermediary's key.\n",
    .option = options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
