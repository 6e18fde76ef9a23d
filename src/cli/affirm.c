/* Purpose: `sideline affirm`: after the intermediary was restored from an older copy (L8), say
 * that the version it holds is the one filed. Work expected: each live intent once. Representation:
 * the drafts that submit kept; what is not in them is not affirmed without its version. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/receipt.h"
#include "cli/record.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "wire/body.h"
#include "wire/intent.h"

/* What was filed last under an id. */
typedef struct filed { bool known, over; int64_t version; } filed;

static filed filed_of(sl_net *net, const char *id) {
  filed out = {0};
  char name[64];
  sl_buf text;
  sl_draft draft;
  (void)snprintf(name, sizeof name, "intents/%.36s.json", id);
  if (sl_state_read(net, &text, name, SL_DRAFT_BODY_MAX) && sl_draft_read(&draft, &net->arena, sl_buf_span(&text), (sl_time){0}, NULL) == SL_OK)
    out = (filed){.known = true, .over = sl_plan_window(&draft.plan).end.ns <= sl_wall_now().ns, .version = draft.version};
  sl_buf_fini(&text);
  return out;
}

/* A row that says what to do about what cannot be affirmed. */
static sl_exit not_affirmed(sl_net *net, const char *name, const char *why) {
  fprintf(net->cli->json ? net->cli->err : net->cli->out, "%-24s not affirmed: %s\n", name, why);
  return SL_EXIT_UNDECIDED;
}

static sl_exit affirm_version(sl_net *net, const char *id, int64_t version, unsigned *shown) {
  sl_buf body;
  sl_net_answer answer;
  char target[64];
  sl_end_body end = {.version = (uint32_t)version};
  sl_buf_init(&body, SL_SMALL_BODY_MAX);
  sl_end_body_add(&body, &end);
  (void)snprintf(target, sizeof target, "/v1/intents/%s/affirm", id);
  sl_exit exit = sl_net_call(net, &answer, "POST", target, sl_buf_span(&body), (sl_dur){0});
  if (!exit) exit = sl_receipt_keep(net, &answer);
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json), verdict = sl_json_find(&root, "verdict");
    if (net->cli->json) fprintf(net->cli->out, "%s%.*s", *shown ? ",\n" : "", (int)sl_net_text(&answer).size, sl_net_text(&answer).data);
    else (void)sl_show_intent(net, sl_names_of(net, id), &root, false);
    ++*shown;
    exit = sl_exit_of_verdict(sl_pick_text(net, &verdict, "verdict"));
  }
  sl_net_drop(&answer);
  sl_buf_fini(&body);
  return exit;
}

/* One intent. `given`: the version that the caller says is filed; 0: what submit kept. */
static sl_exit affirm_one(sl_net *net, const char *id, int64_t given, bool named, unsigned *shown) {
  sl_net_answer answer;
  bool found, ended = false;
  char target[64];
  int64_t held = 0;
  filed kept = filed_of(net, id);
  const char *name = sl_names_of(net, id);
  (void)snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_exit exit = sl_net_find(net, &answer, &found, target);
  if (!exit && found && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    held = sl_pick_int(net, &root, "version");
    sl_json_at verdict = sl_json_find(&root, "verdict");
    ended = strcmp(sl_pick_text(net, &root, "state"), "Ended") == 0 && !sl_json_is_object(&verdict);   /* and judged no more */
  }
  sl_net_drop(&answer);
  if (exit) return exit;
  if (!named && (ended || (!found && kept.over))) return SL_EXIT_DONE;
  if (!found) return not_affirmed(net, name, "the intermediary does not hold it: submit it again");
  if (ended) return not_affirmed(net, name, "it has ended");
  int64_t version = given ? given : kept.version;
  if (!version) return not_affirmed(net, name, "its plan was not filed with this profile: affirm it there, or say --version N");
  if (version != held) {
    const char *why = held > version ? sl_net_format(net, "the intermediary holds version %lld, filed was %lld: if an accepted proposal made it, say --version %lld", (long long)held, (long long)version, (long long)held)
                                     : sl_net_format(net, "the intermediary holds version %lld, filed was %lld: file the plan with submit --amend", (long long)held, (long long)version);
    return not_affirmed(net, name, why ? why : "another version is held");
  }
  return affirm_version(net, id, version, shown);
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_net net;
  const char **id = NULL, *text = sl_args_get(args, "version");
  size_t count = 0;
  int64_t given = 0;
  unsigned shown = 0;
  if (text && (sl_int_read(&given, sl_str_from(text)) || given < 1 || given > INT32_MAX || args->operand_count != 1))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--version is the number of the version filed, of one intent that is named");
  sl_exit worst = sl_net_open(&net, cli, args, true);
  if (!worst) worst = sl_names_operands(&net, args, &id, &count);
  bool listed = worst == SL_EXIT_DONE;
  if (listed && cli->json) fprintf(cli->out, "[");
  else if (listed) sl_show_intent_heading(cli);
  for (size_t i = 0; i < count && worst < SL_EXIT_USAGE; i++) worst = sl_exit_worse(worst, affirm_one(&net, id[i], given, args->operand_count > 0, &shown));
  if (listed && cli->json) fprintf(cli->out, "]\n");
  sl_net_close(&net);
  return worst;
}

static const sl_option options[] = {{"version", 0, "N", "what was filed, of an intent that was not filed with this profile", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

const sl_verb sl_verb_affirm = {
    .name = "affirm",
    .summary = "after the intermediary was restored: what it holds is what was filed",
    .operands = "[ID|NAME...]",
    .example = "sideline affirm --profile blue-ops.profile",
    .details = "Without operands: every intent submitted with this profile whose time is not over. What is\n"
               "not held, or is held in another version than the one filed, is not affirmed and named.\n"
               "Until each live intent is affirmed, filed anew or ended, nothing on the line reads CLEAR.\n",
    .option = options,
    .operands_max = 100000,
    .run = run,
};
