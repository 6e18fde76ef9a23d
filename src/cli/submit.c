/* Purpose: `sideline submit`: file plans, each as one intent, and show what each is
 * told. Work expected: some hundred a call, one after the other. Representation:
 * filing.h's drafts. */
#include "base/assert.h"
#include "base/text.h"
#include "case/membership.h"
#include "cli/filing.h"
#include "cli/receipt.h"
#include "cli/show.h"
#include "cli/verbs.h"

typedef struct tally { uint32_t clear, conflict, undecided; } tally;

/* The number of the version to file: 1, or with --amend the one after what stands. */
static sl_exit version_of(sl_net *net, uint32_t *out, const sl_filing *item, bool amend) {
  *out = 1;
  if (!amend) return SL_EXIT_DONE;
  sl_net_answer answer;
  bool found;
  char target[64];
  (void)snprintf(target, sizeof target, "/v1/intents/%s", item->id);
  sl_exit exit = sl_net_find(net, &answer, &found, target);
  if (!exit && found && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    *out = (uint32_t)sl_pick_int(net, &root, "version") + 1;
  }
  sl_net_drop(&answer);
  return exit;
}

static sl_exit keep_draft(sl_net *net, const sl_filing *item, const sl_buf *body) {
  char name[64];
  (void)snprintf(name, sizeof name, "intents/%s.json", item->id);
  sl_exit exit = sl_state_write(net, name, sl_buf_span(body));
  const char *known = sl_names_of(net, item->id);
  if (!exit && strcmp(known, item->name) != 0) exit = sl_names_note(net, item->id, item->name);
  return exit;
}

static void print_json(sl_net *net, const sl_filing *item, const sl_net_answer *answer, bool first) {
  sl_buf name;
  sl_buf_init(&name, 65536);
  sl_json_escape_add(&name, sl_str_from(item->name));
  sl_str text = sl_net_text(answer);
  fprintf(net->cli->out, "%s{\"name\":\"%.*s\",\"answer\":%.*s}", first ? "" : ",\n", (int)name.size, name.size ? (const char *)name.data : "", (int)text.size, text.data);
  sl_buf_fini(&name);
}

static void count(tally *t, sl_exit verdict) {
  if (verdict == SL_EXIT_DONE) t->clear++;
  else if (verdict == SL_EXIT_CONFLICT) t->conflict++;
  else t->undecided++;
}

/* One plan; *verdict is what it was told. */
static sl_exit submit_one(sl_net *net, const sl_args *args, sl_filing *item, tally *t, bool first) {
  sl_buf body;
  sl_net_answer answer = {0};
  char target[64];
  (void)snprintf(target, sizeof target, "/v1/intents/%s", item->id);
  sl_exit exit = version_of(net, &item->draft.version, item, sl_args_has(args, "amend"));
  sl_buf_init(&body, SL_DRAFT_BODY_MAX);
  if (!exit) {
    sl_draft_add(&body, &item->draft);
    if (body.error) exit = sl_cli_fail(net->cli, SL_EXIT_DATA, "%s: the plan is longer than %u bytes; file it in parts", item->name, SL_DRAFT_BODY_MAX);
  }
  if (!exit) exit = keep_draft(net, item, &body);
  if (!exit) exit = sl_net_call(net, &answer, "PUT", target, sl_buf_span(&body), (sl_dur){0});
  if (!exit && !answer.json) exit = sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "%s: the answer is not JSON", item->name);
  if (!exit) exit = sl_receipt_keep(net, &answer);
  if (!exit) {
    sl_json_at root = sl_json_root(answer.json), verdict = sl_json_find(&root, "verdict");
    if (net->cli->json) print_json(net, item, &answer, first);
    else (void)sl_show_intent(net, item->name, &root, !sl_args_has(args, "no-granules"));
    exit = sl_exit_of_verdict(sl_pick_text(net, &verdict, "verdict"));
    count(t, exit);
  }
  sl_net_drop(&answer);
  sl_buf_fini(&body);
  return exit;
}

static sl_exit submit_all(sl_net *net, const sl_args *args, sl_filings *filings) {
  sl_cli *cli = net->cli;
  tally t = {0};
  sl_exit worst = SL_EXIT_DONE;
  if (cli->json) fprintf(cli->out, "[");
  else sl_show_intent_heading(cli);
  for (uint32_t i = 0; i < filings->count && worst < SL_EXIT_USAGE; i++) {
    sl_cli_progress(cli, "submitting", i, filings->count);
    worst = sl_exit_worse(worst, submit_one(net, args, &filings->item[i], &t, i == 0));
  }
  sl_cli_progress_end(cli);
  if (cli->json) fprintf(cli->out, "]\n");
  else fprintf(cli->out, "\n%u submitted: %u clear, %u in conflict, %u undecided\n", t.clear + t.conflict + t.undecided, t.clear, t.conflict, t.undecided);
  return worst;
}

/* What the readers had to assume, once a kind and file. */
static void print_notes(sl_cli *cli, const sl_load *load) {
  for (uint32_t i = 0; i < load->file_count; i++) {
    const sl_loaded_file *file = &load->file[i];
    for (uint32_t k = 0; k < file->tally_count; k++) fprintf(cli->err, "%s: %u x note: %s\n", file->path, file->tally[k].count, file->tally[k].text);
  }
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_filings filings = {0};
  sl_record_signer who;
  char name_space[2 * SL_NAME_MAX + 2] = "";
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit && sl_keyid_read(&who, sl_str_from(net.profile.keyid)) == SL_OK) (void)snprintf(name_space, sizeof name_space, "%s/%s", who.side, who.party);
  if (!exit) exit = sl_filings_make(&filings, cli, args, name_space);
  for (uint32_t i = 0; !exit && !cli->quiet && i < filings.loads; i++) print_notes(cli, &filings.load[i]);
  if (!exit) exit = submit_all(&net, args, &filings);
  sl_filings_close(&filings);
  sl_net_close(&net);
  return exit;
}

static const sl_option options[] = {
    SL_FILING_OPTIONS,
    {"amend", 0, NULL, "file the next version of what stands", false},
    {"no-granules", 0, NULL, "verdicts only", false},
    SL_LOAD_OPTIONS,
    SL_NET_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

const sl_verb sl_verb_submit = {
    .name = "submit",
    .summary = "file plans with the intermediary and show what each is told",
    .operands = "FILE...",
    .example = "sideline submit --profile blue-ops.profile --freedom 10min,2000ft flights.geojson",
    .details =
        "FILE is of any format that check reads, or a native intent (JSON with \"state\" and\n"
        "\"plan\", named by its file). Records of one name in one file are one intent, and its id follows\n"
        "from --namespace and the name: submitting the same again is the same intent.\n"
        "CLEAR says that no conflict is known among the plans filed on this line, until the\n"
        "time shown; CONFLICT shows in which pieces of the own plan.\n",
    .option = options,
    .operands_min = 1,
    .operands_max = SL_LOAD_FILES_MAX,
    .run = run,
};
