/* Purpose: `sideline intents` and `sideline end`: poll own intents, which renews their
 * leases, and end one. Work expected: some hundred polls. Representation: none. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/receipt.h"
#include "cli/record.h"
#include "cli/show.h"
#include "cli/verbs.h"

/* One poll and its row. `several`: an intent that is not there any more is left out. */
static sl_exit poll_one(sl_net *net, const sl_args *args, const char *id, bool several, unsigned *shown) {
  sl_net_answer answer;
  char target[64];
  bool found;
  (void)snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_exit exit = sl_net_find(net, &answer, &found, target);
  if (!exit && !found && !several) exit = sl_cli_fail(net->cli, SL_EXIT_NOINPUT, "%s: the intermediary holds no such intent of this party", id);
  if (!exit && found && answer.json) {
    sl_json_at told = sl_json_root(answer.json);
    exit = sl_receipt_told(net, &told);
  }
  if (!exit && found && answer.json) {
    sl_json_at root = sl_json_root(answer.json), verdict = sl_json_find(&root, "verdict");
    if (net->cli->json) fprintf(net->cli->out, "%s%.*s", *shown ? ",\n" : "", (int)sl_net_text(&answer).size, sl_net_text(&answer).data);
    else (void)sl_show_intent(net, sl_names_of(net, id), &root, sl_args_has(args, "granules"));
    ++*shown;
    exit = sl_json_is_object(&verdict) ? sl_exit_of_verdict(sl_pick_text(net, &verdict, "verdict")) : SL_EXIT_DONE;
  }
  sl_net_drop(&answer);
  return exit;
}

static sl_exit run_intents(sl_cli *cli, const sl_args *args) {
  sl_net net;
  const char **id = NULL;
  size_t count = 0;
  sl_exit worst = sl_net_open(&net, cli, args, true);
  if (!worst) worst = sl_names_operands(&net, args, &id, &count);
  if (!worst && cli->json) fprintf(cli->out, "[");
  else if (!worst) sl_show_intent_heading(cli);
  bool listed = worst == SL_EXIT_DONE;
  unsigned shown = 0;
  for (size_t i = 0; i < count && worst < SL_EXIT_USAGE; i++) {
    sl_cli_progress(cli, "polling", i, count);
    worst = sl_exit_worse(worst, poll_one(&net, args, id[i], args->operand_count == 0, &shown));
  }
  sl_cli_progress_end(cli);
  if (listed && cli->json) fprintf(cli->out, "]\n");
  sl_net_close(&net);
  return worst;
}

static sl_exit end_one(sl_net *net, const sl_args *args, const char *id) {
  sl_net_answer answer;
  char target[64];
  sl_fault fault = sl_fault_none();
  const char *out_at = sl_args_get(args, "out-at");
  sl_end_body end = {.has_out_at = out_at != NULL};
  if (out_at && sl_instant_take(&end.out_at, out_at, &fault)) return sl_cli_fail(net->cli, SL_EXIT_USAGE, "--out-at: %s", fault.reason);
  (void)snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_exit exit = sl_net_call(net, &answer, "GET", target, (sl_span){0}, (sl_dur){0});
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    end.version = (uint32_t)sl_pick_int(net, &root, "version");
  }
  sl_net_drop(&answer);
  if (exit) return exit;
  sl_buf body;
  sl_buf_init(&body, SL_SMALL_BODY_MAX);
  sl_end_body_add(&body, &end);
  (void)snprintf(target, sizeof target, "/v1/intents/%s/end", id);
  exit = sl_net_call(net, &answer, "POST", target, sl_buf_span(&body), (sl_dur){0});
  if (!exit) exit = sl_receipt_keep(net, &answer);
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    if (net->cli->json) sl_net_print(net, &answer);
    else fprintf(net->cli->out, "%s: %s\n", sl_names_of(net, id), sl_pick_text(net, &root, "state"));
  }
  sl_net_drop(&answer);
  sl_buf_fini(&body);
  return exit;
}

static sl_exit run_end(sl_cli *cli, const sl_args *args) {
  sl_net net;
  const char **id = NULL;
  size_t count = 0;
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_names_operands(&net, args, &id, &count);
  for (size_t i = 0; i < count && !exit; i++) exit = end_one(&net, args, id[i]);
  sl_net_close(&net);
  return exit;
}

static const sl_option intents_options[] = {{"granules", 'g', NULL, "show where each is not clear", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_option end_options[] = {
    {"out-at", 0, "TIME", "of what flew: when it left the volume; RFC 3339 or \"now\"", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

const sl_verb sl_verb_intents = {
    .name = "intents",
    .summary = "poll own intents, which renews their leases",
    .operands = "[ID|NAME...]",
    .example = "sideline intents --profile blue-ops.profile --granules relief-1",
    .details = "Without operands: every intent submitted with this profile.\n",
    .option = intents_options,
    .operands_max = 100000,
    .run = run_intents,
};
const sl_verb sl_verb_end = {
    .name = "end",
    .summary = "end an intent: withdraw a plan, or say that it is out of its volume",
    .operands = "ID|NAME...",
    .example = "sideline end --profile blue-ops.profile --out-at now relief-1",
    .details = "What was activated ends with --out-at and stays judged for some minutes after it.\n",
    .option = end_options,
    .operands_min = 1,
    .operands_max = 100000,
    .run = run_end,
};
