/* Purpose: `sideline acknowledge`: the duty officer has seen a conflict that stands (L28).
 * Work expected: some tens of cases. Representation: the cases as served; one that is to be
 * acknowledged has acknowledge_by. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/case_pages.h"
#include "cli/receipt.h"
#include "cli/show.h"
#include "cli/verbs.h"

static bool waits(sl_net *net, const sl_json_at *incident) { return sl_pick_text(net, incident, "acknowledge_by")[0] != '\0'; }

static sl_exit acknowledge_one(sl_net *net, const sl_json_at *incident) {
  const char *id = sl_pick_text(net, incident, "id"), *name = sl_names_of(net, sl_pick_text(net, incident, "intent"));
  if (!waits(net, incident) || strlen(id) != 36)
    return sl_cli_fail(net->cli, SL_EXIT_DATA, "%s: nothing waits to be acknowledged in this case (it is %s)", name, sl_pick_text(net, incident, "state"));
  sl_net_answer answer;
  char target[64];
  (void)snprintf(target, sizeof target, "/v1/cases/%s/acknowledge", id);
  sl_exit exit = sl_net_call(net, &answer, "POST", target, (sl_span){(const uint8_t *)"{}", 2}, (sl_dur){0});
  if (!exit) exit = sl_receipt_keep(net, &answer);
  if (!exit && net->cli->json && answer.json) sl_net_print(net, &answer);
  else if (!exit) fprintf(net->cli->out, "%s: acknowledged; the conflict stands\n", name);
  sl_net_drop(&answer);
  return exit;
}

static sl_exit acknowledge_all(sl_net *net, const sl_case_pages *cases) {
  sl_exit exit = SL_EXIT_DONE;
  size_t count = 0;
  for (size_t p = 0; p < cases->count; p++) {
    sl_json_at list = sl_case_page_list(&cases->page[p]);
    for (size_t i = 0; i < sl_json_size(&list) && !exit; i++) {
      sl_json_at incident = sl_json_element(&list, i);
      if (!waits(net, &incident)) continue;
      exit = acknowledge_one(net, &incident);
      count++;
    }
  }
  if (!exit && count == 0 && !net->cli->json) fprintf(net->cli->out, "nothing waits to be acknowledged\n");
  return exit;
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_case_pages cases = {0};
  bool all = sl_args_has(args, "all");
  if (all == (args->operand_count > 0)) return sl_cli_fail(cli, SL_EXIT_USAGE, "name the cases to acknowledge, or --all");
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_case_pages_get(&cases, &net);
  if (!exit && all) exit = acknowledge_all(&net, &cases);
  for (size_t i = 0; i < args->operand_count && !exit; i++) {
    sl_json_at incident;
    exit = sl_case_pages_find(&incident, &net, &cases, args->operand[i]);
    if (!exit) exit = acknowledge_one(&net, &incident);
  }
  sl_case_pages_drop(&cases);
  sl_net_close(&net);
  return exit;
}

static const sl_option options[] = {{"all", 'a', NULL, "every conflict that waits to be acknowledged", false}, SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

const sl_verb sl_verb_acknowledge = {
    .name = "acknowledge",
    .summary = "say that a conflict that stands was seen",
    .operands = "[CASE|INTENT|NAME...]",
    .example = "sideline acknowledge --profile blue-duty.profile relief-1",
    .details = "A case that is unresolved says by when. Acknowledging changes nothing in the air: the\n"
               "conflict stays a conflict until a plan changes or its window has passed. What nobody\n"
               "acknowledged in time is told once more, counted, and known to the liaison.\n",
    .option = options,
    .operands_max = 10000,
    .run = run,
};
