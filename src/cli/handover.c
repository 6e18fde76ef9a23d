/* Purpose: `sideline line handover`: another duty officer has the watch (L28), who has seen
 * nothing yet. Work expected: one a shift. Representation: one request. */
#include "base/assert.h"
#include "base/text.h"
#include "case/agreement.h"
#include "cli/receipt.h"
#include "cli/show.h"
#include "cli/verbs.h"

static sl_exit run(sl_cli *cli, const sl_args *args) {
  SL_ASSERT(args->operand_count == 1);
  sl_net net;
  sl_net_answer answer = {0};
  char target[64];
  const char *line = args->operand[0];
  if (!sl_name_good(sl_str_from(line))) return sl_cli_fail(cli, SL_EXIT_USAGE, "a line's name is 1 to 24 of a-z, 0-9 and -, a letter first");
  (void)snprintf(target, sizeof target, "/v1/line/%s/handover", line);
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_net_call(&net, &answer, "POST", target, (sl_span){(const uint8_t *)"{}", 2}, (sl_dur){0});
  if (!exit) exit = sl_receipt_keep(&net, &answer);
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    long long count = (long long)sl_pick_int(&net, &root, "unacknowledged");
    if (cli->json) sl_net_print(&net, &answer);
    else fprintf(cli->out, "%s %s, %lld to acknowledge%s\n", sl_pick_text(&net, &root, "line"), sl_pick_text(&net, &root, "state"), count, count ? ": sideline cases shows by when" : "");
  }
  sl_net_drop(&answer);
  sl_net_close(&net);
  return exit;
}

static const sl_option options[] = {SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};

const sl_verb sl_verb_line_handover = {
    .name = "line handover",
    .summary = "take over the watch: every conflict that stands is to be acknowledged again",
    .operands = "LINE",
    .example = "sideline line handover --profile blue-duty.profile north",
    .details = "For duty officers, at the change of a shift, by the one who comes. What the one before\n"
               "had seen counts as unseen until it is acknowledged again.\n",
    .option = options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
