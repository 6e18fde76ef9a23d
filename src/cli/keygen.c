/* Purpose: `sideline keygen`: an Ed25519 key in a file that only its owner reads. Work
 * expected: one key. Representation: PKCS#8 PEM (seal/pem.h). */
#include "base/assert.h"
#include "base/text.h"
#include "cli/verbs.h"
#include "ledger/note.h"
#include "seal/seal.h"

static const sl_option options[] = {
    {"name", 'n', "NAME", "the name in the verifier key; default \"sideline\"", false},
    {"print", 0, NULL, "make nothing: print the public half of the key in FILE", false},
    {NULL, 0, NULL, NULL, false},
};

static sl_exit print_public(sl_cli *cli, const char *path, const char *name, const uint8_t public_key[static 32]) {
  sl_buf base64, vkey;
  sl_buf_init(&base64, 128);
  sl_buf_init(&vkey, 512);
  sl_base64_add(&base64, (sl_span){public_key, 32});
  sl_note_vkey_add(&vkey, name, sl_sha256, public_key);
  sl_exit exit = base64.error || vkey.error ? sl_cli_fail(cli, SL_EXIT_SOFTWARE, "the public key cannot be written") : SL_EXIT_DONE;
  if (!exit && cli->json)
    fprintf(cli->out, "{\"public_key\":\"%.*s\",\"vkey\":\"%.*s\"}\n", (int)base64.size, (const char *)base64.data, (int)vkey.size, (const char *)vkey.data);
  else if (!exit)
    fprintf(cli->out, "key file    %s (keep it; nobody else needs it)\npublic key  %.*s\nvkey        %.*s\n", path, (int)base64.size,
            (const char *)base64.data, (int)vkey.size, (const char *)vkey.data);
  sl_buf_fini(&base64);
  sl_buf_fini(&vkey);
  return exit;
}

static sl_exit make(uint8_t public_key[static 32], sl_cli *cli, const char *path) {
  uint8_t seed[32];
  sl_random random = sl_random_system();
  random.fill(random.context, seed, sizeof seed);
  sl_key key;
  sl_key_from_seed(&key, seed);
  sl_wipe(seed, sizeof seed);
  sl_fault fault = sl_fault_none();
  sl_err err = sl_key_save(path, &key, &fault);
  memcpy(public_key, key.public_key, 32);
  sl_key_wipe(&key);
  if (err == SL_ERR_EXISTS) return sl_cli_fail(cli, SL_EXIT_CANTCREAT, "%s: it is there already; a key is never overwritten: name a new file", path);
  if (!err) return SL_EXIT_DONE;
  if (fault.code == SL_OK) sl_fault_set(&fault, err, "the key file cannot be written");
  (void)sl_cli_fault(cli, path, &fault);
  return SL_EXIT_CANTCREAT;
}

static sl_exit load(uint8_t public_key[static 32], sl_cli *cli, const char *path) {
  sl_key key;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_key_load(&key, path, &fault);
  if (err) {
    if (fault.code == SL_OK) sl_fault_set(&fault, err, "the key file cannot be read");
    return sl_cli_fault(cli, path, &fault);
  }
  memcpy(public_key, key.public_key, 32);
  sl_key_wipe(&key);
  return SL_EXIT_DONE;
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  const char *name = sl_args_get(args, "name"), *path = args->operand[0];
  if (!name) name = "sideline";
  if (!sl_origin_valid(sl_str_from(name))) return sl_cli_fail(cli, SL_EXIT_USAGE, "--name: 1 to 128 printable characters without blanks and plus signs");
  if (sl_seal_init()) return sl_cli_fail(cli, SL_EXIT_SOFTWARE, "the cryptographic library does not start");
  uint8_t public_key[32];
  sl_exit exit = sl_args_has(args, "print") ? load(public_key, cli, path) : make(public_key, cli, path);
  if (exit) return exit;
  return print_public(cli, path, name, public_key);
}

const sl_verb sl_verb_keygen = {
    .name = "keygen",
    .summary = "make an Ed25519 key in a new file, 0600, and print its public half",
    .operands = "FILE",
    .example = "sideline keygen blue-ops.key",
    .details = "The public key goes to the focal point, who enrols it (sideline admin enrol).\n"
               "Compare its fingerprint with them by another way (sideline admin fingerprint).\n",
    .option = options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
