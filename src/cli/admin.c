/* Purpose: `sideline admin init|enrol|rotate|revoke`: the records by which a side says
 * who its parties are (L2), signed by its focal point and posted. The liaison cannot
 * make one. Work expected: a few a year. Representation: case/membership.h's record. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/record.h"
#include "cli/verbs.h"
#include "wire/record.h"

#define EFFECTIVE_DEFAULT (2 * SL_NS_PER_S)

/* A name of an option into its array. */
static sl_exit take_name(char out[static SL_NAME_MAX + 1], sl_cli *cli, const sl_args *args, const char *option) {
  const char *text = sl_args_get(args, option);
  if (!text) return sl_cli_fail(cli, SL_EXIT_USAGE, "--%s is missing; see %s %s --help", option, cli->program, cli->verb->name);
  if (!sl_name_good(sl_str_from(text))) return sl_cli_fail(cli, SL_EXIT_USAGE, "--%s: a name is 1 to 24 of a-z, 0-9 and -, a letter first", option);
  memcpy(out, text, strlen(text) + 1);
  return SL_EXIT_DONE;
}

static sl_exit take_effective(sl_membership *record, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "effective");
  sl_fault fault = sl_fault_none();
  record->effective.ns = sl_wall_now().ns + EFFECTIVE_DEFAULT;
  if (text && sl_instant_take(&record->effective, text, &fault)) return sl_cli_fail(cli, SL_EXIT_USAGE, "--effective: %s", fault.reason);
  return SL_EXIT_DONE;
}

static sl_exit take_class(sl_membership *record, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "class");
  if (text && sl_class_read(&record->class_of, sl_str_from(text)))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--class is undeclared, crewed, drone, reservation or hazard");
  return SL_EXIT_DONE;
}

static sl_exit take_roles(sl_membership *record, sl_cli *cli, const sl_args *args) {
  static const struct { const char *word; uint8_t bit; } roles[] = {{"focal", SL_ROLE_FOCAL}, {"duty", SL_ROLE_DUTY}, {"auditor", SL_ROLE_AUDITOR}};
  const char *word;
  for (uint32_t i = 0; (word = sl_args_nth(args, "role", i)); i++) {
    uint8_t bit = 0;
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
      if (strcmp(word, roles[k].word) == 0) bit = roles[k].bit;
    if (!bit) return sl_cli_fail(cli, SL_EXIT_USAGE, "--role is focal, duty or auditor");
    record->roles |= bit;
  }
  return SL_EXIT_DONE;
}

static sl_exit take_public_key(sl_membership *record, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "public-key");
  if (!text) return sl_cli_fail(cli, SL_EXIT_USAGE, "--public-key is missing; the party prints it with %s keygen", cli->program);
  if (sl_public_key_take(record->public_key, text)) return sl_cli_fail(cli, SL_EXIT_USAGE, "--public-key is what %s keygen printed, or a file that holds it", cli->program);
  return SL_EXIT_DONE;
}

static sl_exit take_number(sl_membership *record, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "number");
  int64_t number;
  if (!text) return sl_cli_fail(cli, SL_EXIT_USAGE, "--number is missing: of the key, the last part of its keyid");
  if (sl_int_read(&number, sl_str_from(text)) || number < 1 || number > UINT32_MAX) return sl_cli_fail(cli, SL_EXIT_USAGE, "--number is a whole number from 1");
  record->number = (uint32_t)number;
  return SL_EXIT_DONE;
}

/* Sign and post; --out FILE writes the envelope instead, for another signer or courier. */
static sl_exit send_record(sl_net *net, const sl_args *args, const sl_membership *record) {
  sl_buf payload, envelope;
  sl_buf_init(&payload, SL_PAYLOAD_MAX);
  sl_buf_init(&envelope, SL_ENVELOPE_BODY_MAX);
  sl_membership_add(&payload, record);
  sl_exit exit = payload.error ? sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "the record cannot be written") : SL_EXIT_DONE;
  if (!exit) exit = sl_record_sign(&envelope, net, SL_MEMBERSHIP_TYPE, sl_buf_span(&payload));
  const char *out = sl_args_get(args, "out");
  sl_fault fault = sl_fault_none();
  if (!exit && out && sl_file_write(net->cli, out, sl_buf_span(&envelope), &fault)) exit = sl_cli_fault(net->cli, out, &fault);
  else if (!exit && !out) exit = sl_record_post(net, sl_buf_span(&envelope));
  sl_buf_fini(&payload);
  sl_buf_fini(&envelope);
  return exit;
}

/* The side is the signer's own. */
static sl_exit start(sl_membership *record, sl_record_signer *who, sl_net *net, sl_cli *cli, const sl_args *args) {
  *record = (sl_membership){0};
  sl_exit exit = sl_net_open(net, cli, args, true);
  if (!exit && sl_keyid_read(who, sl_str_from(net->profile.keyid))) exit = SL_EXIT_CONFIG;
  if (!exit) memcpy(record->side, who->side, sizeof record->side);
  return exit ? exit : take_effective(record, cli, args);
}

static sl_exit run_init(sl_cli *cli, const sl_args *args) {
  sl_membership record;
  sl_record_signer who;
  sl_net net;
  sl_exit exit = start(&record, &who, &net, cli, args);
  if (!exit && who.number != 1) exit = sl_cli_fail(cli, SL_EXIT_CONFIG, "%s: a side is founded by key number 1: keyid = %s/%s/1", net.profile.path, who.side, who.party);
  record.change = SL_CHANGE_ENROL;
  if (!exit) {
    memcpy(record.party, who.party, sizeof record.party);
    memcpy(record.public_key, net.key.public_key, 32);
    record.number = 1;
    record.roles = SL_ROLE_FOCAL;
    exit = take_class(&record, cli, args);
  }
  if (!exit) exit = take_roles(&record, cli, args);
  if (!exit) exit = send_record(&net, args, &record);
  sl_net_close(&net);
  return exit;
}

/* What a change of a party takes beside its name. */
enum { TAKES_CLASS = 1, TAKES_NUMBER = 2, TAKES_KEY = 4 };

static sl_exit run_change(sl_cli *cli, const sl_args *args, sl_change change, unsigned takes) {
  sl_membership record;
  sl_record_signer who;
  sl_net net;
  sl_exit exit = start(&record, &who, &net, cli, args);
  record.change = change;
  record.number = 1;
  if (!exit) exit = take_name(record.party, cli, args, "party");
  if (!exit && (takes & TAKES_CLASS)) exit = take_class(&record, cli, args);
  if (!exit && (takes & TAKES_CLASS)) exit = take_roles(&record, cli, args);
  if (!exit && (takes & TAKES_NUMBER)) exit = take_number(&record, cli, args);
  if (!exit && (takes & TAKES_KEY)) exit = take_public_key(&record, cli, args);
  if (!exit) exit = send_record(&net, args, &record);
  sl_net_close(&net);
  return exit;
}

static sl_exit run_enrol(sl_cli *cli, const sl_args *args) { return run_change(cli, args, SL_CHANGE_ENROL, TAKES_CLASS | TAKES_KEY); }
static sl_exit run_rotate(sl_cli *cli, const sl_args *args) { return run_change(cli, args, SL_CHANGE_ROTATE, TAKES_NUMBER | TAKES_KEY); }
static sl_exit run_revoke(sl_cli *cli, const sl_args *args) { return run_change(cli, args, SL_CHANGE_REVOKE, TAKES_NUMBER); }

#define EFFECTIVE_OPTION {"effective", 0, "TIME", "when it takes effect: RFC 3339, or +DURATION; default +2s", false}
#define OUT_OPTION {"out", 'o', "FILE", "write the signed record to a file instead of posting it", false}
#define CLASS_OPTION {"class", 'c', "CLASS", "what it files: crewed, drone, reservation, hazard; default undeclared", false}
#define ROLE_OPTION {"role", 'r', "ROLE", "focal, duty or auditor", true}
#define PARTY_OPTION {"party", 0, "NAME", "the party's name on this side", false}
#define KEY_OPTION {"public-key", 'k', "KEY|FILE", "its public key, as keygen printed it", false}
#define END_OPTION {NULL, 0, NULL, NULL, false}

static const sl_option init_options[] = {CLASS_OPTION, ROLE_OPTION, EFFECTIVE_OPTION, OUT_OPTION, SL_NET_OPTIONS, END_OPTION};
static const sl_option enrol_options[] = {PARTY_OPTION, KEY_OPTION, CLASS_OPTION, ROLE_OPTION, EFFECTIVE_OPTION, OUT_OPTION, SL_NET_OPTIONS, END_OPTION};
static const sl_option rotate_options[] = {PARTY_OPTION, {"number", 0, "N", "of the new key: the next one", false}, KEY_OPTION, EFFECTIVE_OPTION, OUT_OPTION,
                                           SL_NET_OPTIONS, END_OPTION};
static const sl_option revoke_options[] = {PARTY_OPTION, {"number", 0, "N", "of the key that ends", false}, EFFECTIVE_OPTION, OUT_OPTION, SL_NET_OPTIONS, END_OPTION};

const sl_verb sl_verb_admin_init = {
    .name = "admin init",
    .summary = "found the side of the profile: enrol its focal point, by its own key",
    .operands = "",
    .example = "sideline admin init --profile blue-focal.profile --role duty",
    .details = "The liaison's configuration holds the focal point's public key: compare the\n"
               "fingerprints by another way first (sideline admin fingerprint).\n",
    .option = init_options,
    .run = run_init,
};
const sl_verb sl_verb_admin_enrol = {
    .name = "admin enrol",
    .summary = "enrol a party of one's own side",
    .operands = "",
    .example = "sideline admin enrol --profile blue-focal.profile --party ops --class crewed --role duty --public-key ops.pub",
    .option = enrol_options,
    .run = run_enrol,
};
const sl_verb sl_verb_admin_rotate = {
    .name = "admin rotate",
    .summary = "give a party its next key; the ones before end when it takes effect",
    .operands = "",
    .example = "sideline admin rotate --profile blue-focal.profile --party ops --number 2 --public-key ops-2.pub",
    .option = rotate_options,
    .run = run_rotate,
};
const sl_verb sl_verb_admin_revoke = {
    .name = "admin revoke",
    .summary = "end a key of a party; what it signed before still verifies",
    .operands = "",
    .example = "sideline admin revoke --profile blue-focal.profile --party ops --number 1",
    .option = revoke_options,
    .run = run_revoke,
};
