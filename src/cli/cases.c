/* Purpose: `sideline cases` and `sideline answer`: what stands open, what is proposed
 * in words of the own plan, and the party's yes or no. Work expected: some tens of
 * cases. Representation: the draft that submit kept says what an alternative is; it is
 * believed only when its digest is the one that the proposal names. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/agreements.h"
#include "cli/case_pages.h"
#include "cli/receipt.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "geo/canon.h"
#include "wire/body.h"
#include "wire/intent.h"

#define MOVED_MAX 256

/* Which lattice serves a class on every line of the side; 0: they differ. */
static sl_lattice_kind lattice_of(const sl_agreements *agreements, sl_class class_of) {
  sl_lattice_kind kind = (sl_lattice_kind)0;
  for (uint32_t i = 0; i < agreements->count; i++) {
    sl_lattice_kind one = agreements->agreement[i].lattice[class_of];
    if (i > 0 && one != kind) return (sl_lattice_kind)0;
    kind = one;
  }
  return kind;
}

static bool same_plan(const sl_plan *plan, const uint8_t digest[static 32]) {
  sl_buf canon;
  uint8_t own[32];
  sl_buf_init(&canon, SL_DRAFT_BODY_MAX);
  sl_canon_add(&canon, plan);
  sl_span parts[] = {sl_buf_span(&canon)};
  sl_sha256(own, parts, 1);
  bool same = !canon.error && memcmp(own, digest, 32) == 0;
  sl_buf_fini(&canon);
  return same;
}

static const char *words_of_move(sl_net *net, const sl_move *move, sl_alt_ref ref) {
  char text[MOVED_MAX] = "";
  size_t used = 0;
  if (move->delay.ns) used += (size_t)snprintf(text + used, sizeof text - used, "%lld min %s", (long long)((move->delay.ns < 0 ? -move->delay.ns : move->delay.ns) / SL_NS_PER_MIN), move->delay.ns > 0 ? "later" : "earlier");
  if (ref == SL_ALT_BARO && move->up_ft) used += (size_t)snprintf(text + used, sizeof text - used, "%s%d ft %s", used ? ", " : "", move->up_ft < 0 ? -move->up_ft : move->up_ft, move->up_ft > 0 ? "higher" : "lower");
  if (ref == SL_ALT_W84 && move->up_w84.mm) {
    int64_t cm = (move->up_w84.mm < 0 ? -move->up_w84.mm : move->up_w84.mm) / 10;
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%lld.%02lld m %s", used ? ", " : "", (long long)(cm / 100), (long long)(cm % 100), move->up_w84.mm > 0 ? "higher" : "lower");
  }
  if (move->aside.mm) {
    int64_t metres = (move->aside.mm < 0 ? -move->aside.mm : move->aside.mm) / 1000;
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%lld m %s of its course", used ? ", " : "", (long long)metres, move->aside.mm > 0 ? "right" : "left");
  }
  SL_ASSERT(used < sizeof text);
  const char *copy = sl_net_format(net, "%s", text);
  return copy ? copy : "";
}

static const char *words_of_plan(sl_net *net, const sl_plan *plan) {
  sl_window window = sl_plan_window(plan);
  sl_buf text;
  sl_buf_init(&text, 256);
  sl_buf_add_text(&text, "own alternative, ");
  sl_time_add(&text, window.start);
  sl_buf_add_text(&text, " to ");
  sl_time_add(&text, window.end);
  const char *copy = text.error ? "" : sl_arena_text(&net->arena, sl_buf_str(&text));
  sl_buf_fini(&text);
  return copy ? copy : "";
}

/* The proposal in words of the own plan; "" where it cannot be told for certain. */
static const char *words_of(sl_net *net, const sl_agreements *agreements, const sl_json_at *incident) {
  sl_json_at proposal = sl_json_find(incident, "proposal");
  uint8_t digest[32];
  if (!sl_json_is_object(&proposal) || !sl_pick_hex32(net, digest, &proposal, "plan_digest")) return "";
  int64_t number = sl_pick_int(net, &proposal, "alternative");
  char name[64];
  sl_buf text;
  sl_draft draft;
  (void)snprintf(name, sizeof name, "intents/%.36s.json", sl_pick_text(net, incident, "intent"));
  bool read = sl_state_read(net, &text, name, SL_DRAFT_BODY_MAX) && sl_draft_read(&draft, &net->arena, sl_buf_span(&text), (sl_time){0}, NULL) == SL_OK;
  sl_buf_fini(&text);
  if (!read || number < 0 || !same_plan(&draft.plan, digest)) return "";
  if (number == 0) return "as filed";
  if (!draft.free) return number <= (int64_t)draft.alternative_count ? words_of_plan(net, &draft.alternative[number - 1]) : "";
  sl_lattice_kind kind = draft.declared ? lattice_of(agreements, draft.declared) : (sl_lattice_kind)0;
  if (!kind) return "";
  const sl_object *first = &draft.plan.object[0];
  sl_alt_ref ref = first->kind == SL_OBJECT_VOLUME ? first->as.volume.band.ref : first->as.trajectory.ref;
  sl_move moves[SL_SETTLE_ALTERNATIVES - 1];
  uint32_t count = sl_lattice_moves(moves, kind == SL_LATTICE_DRONE ? sl_lattice_drone() : sl_lattice_crewed(), &draft.freedom, ref);
  return number <= (int64_t)count ? words_of_move(net, &moves[number - 1], ref) : "";
}

static void show_page(sl_net *net, const sl_net_answer *page, const sl_agreements *agreements, const char *only) {
  if (net->cli->json) {
    sl_net_print(net, page);
    return;
  }
  sl_json_at list = sl_case_page_list(page);
  for (size_t i = 0; i < sl_json_size(&list); i++) {
    sl_json_at incident = sl_json_element(&list, i);
    if (only && strcmp(only, sl_pick_text(net, &incident, "state")) != 0) continue;
    sl_show_case(net, sl_names_of(net, sl_pick_text(net, &incident, "intent")), &incident, words_of(net, agreements, &incident));
  }
}

static const char *const states[] = {"open", "proposed", "answered", "resolved", "unresolved"};

static sl_exit run_cases(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_case_pages all = {0};
  sl_agreements agreements;
  const char *only = sl_args_get(args, "state");
  bool known = !only;
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) known |= only && strcmp(only, states[i]) == 0;
  if (!known) return sl_cli_fail(cli, SL_EXIT_USAGE, "--state is open, proposed, answered, resolved or unresolved");
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_case_pages_get(&all, &net);
  if (!exit) exit = sl_agreements_get(&agreements, &net);
  if (!exit && !cli->json) sl_show_case_heading(cli);
  for (size_t i = 0; !exit && i < all.count; i++) show_page(&net, &all.page[i], &agreements, only);
  sl_case_pages_drop(&all);
  sl_net_close(&net);
  return exit;
}

/* Answer the proposal of one case, naming all that it must (L21). */
static sl_exit answer_one(sl_net *net, const sl_json_at *incident, bool accept) {
  sl_json_at proposal = sl_json_find(incident, "proposal");
  const char *id = sl_pick_text(net, incident, "id"), *name = sl_names_of(net, sl_pick_text(net, incident, "intent"));
  sl_answer_body body = {.answer = accept ? SL_ANSWER_ACCEPT : SL_ANSWER_DECLINE, .version = (uint32_t)sl_pick_int(net, incident, "version")};
  bool good = sl_json_is_object(&proposal) && sl_pick_hex32(net, body.plan_digest, &proposal, "plan_digest") &&
              sl_pick_hex32(net, body.proposal_digest, &proposal, "proposal_digest") && sl_pick_time(net, &body.expires, &proposal, "expires");
  if (!good || strlen(id) != 36) return sl_cli_fail(net->cli, SL_EXIT_DATA, "%s: no proposal stands in this case (it is %s)", name, sl_pick_text(net, incident, "state"));
  sl_buf text;
  sl_net_answer answer;
  char target[64];
  sl_buf_init(&text, SL_SMALL_BODY_MAX);
  sl_answer_body_add(&text, &body);
  (void)snprintf(target, sizeof target, "/v1/cases/%s/answer", id);
  sl_exit exit = sl_net_call(net, &answer, "POST", target, sl_buf_span(&text), (sl_dur){0});
  if (!exit) exit = sl_receipt_keep(net, &answer);
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    if (net->cli->json) sl_net_print(net, &answer);
    else fprintf(net->cli->out, "%s: %s alternative %lld; the case is %s\n", name, accept ? "accepted" : "declined", (long long)sl_pick_int(net, &proposal, "alternative"), sl_pick_text(net, &root, "state"));
  }
  sl_net_drop(&answer);
  sl_buf_fini(&text);
  return exit;
}

static sl_exit answer_named(sl_net *net, const sl_case_pages *all, const char *operand, bool accept) {
  sl_json_at incident;
  sl_exit exit = sl_case_pages_find(&incident, net, all, operand);
  return exit ? exit : answer_one(net, &incident, accept);
}

static sl_exit answer_page(sl_net *net, const sl_net_answer *page, bool accept) {
  sl_exit exit = SL_EXIT_DONE;
  sl_json_at list = sl_case_page_list(page);
  for (size_t i = 0; i < sl_json_size(&list) && !exit; i++) {
    sl_json_at incident = sl_json_element(&list, i);
    if (strcmp(sl_pick_text(net, &incident, "state"), "proposed") == 0) exit = answer_one(net, &incident, accept);
  }
  return exit;
}

static sl_exit run_answer(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_case_pages cases = {0};
  const char *word = args->operand[0];
  bool accept = strcmp(word, "accept") == 0, all = sl_args_has(args, "all");
  if (!accept && strcmp(word, "decline") != 0) return sl_cli_fail(cli, SL_EXIT_USAGE, "say accept or decline first");
  if (all == (args->operand_count > 1)) return sl_cli_fail(cli, SL_EXIT_USAGE, "name the cases to answer, or --all");
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_case_pages_get(&cases, &net);
  for (size_t i = 0; all && i < cases.count && !exit; i++) exit = answer_page(&net, &cases.page[i], accept);
  for (size_t i = 1; i < args->operand_count && !exit; i++) exit = answer_named(&net, &cases, args->operand[i], accept);
  sl_case_pages_drop(&cases);
  sl_net_close(&net);
  return exit;
}

static const sl_option cases_options[] = {
    {"state", 's', "STATE", "only open, proposed, answered, resolved or unresolved ones", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_option answer_options[] = {{"all", 'a', NULL, "every proposal that stands", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

const sl_verb sl_verb_cases = {
    .name = "cases",
    .summary = "own cases, and what is proposed",
    .operands = "",
    .example = "sideline cases --profile blue-ops.profile --state proposed",
    .details = "What an alternative means is told from the plan that submit kept, when it is the one\n"
               "that the proposal names and its class was stated. --json prints the pages of the\n"
               "answer as they come, each on a line; there are 256 cases to a page.\n",
    .option = cases_options,
    .run = run_cases,
};
const sl_verb sl_verb_answer = {
    .name = "answer",
    .summary = "accept or decline the proposals that stand",
    .operands = "accept|decline CASE|INTENT|NAME...",
    .example = "sideline answer --profile blue-ops.profile accept relief-1",
    .details = "An acceptance names the own version, the proposal and its expiry; a new plan stands\n"
               "once all asked have accepted and everything was judged again. A decline costs one\n"
               "submission.\n",
    .option = answer_options,
    .operands_min = 1,
    .operands_max = 10000,
    .run = run_answer,
};
