/* Answers of the intermediary as tables for people. All are given a place in an answer
 * and print what is there; the words are the intermediary's own. */
#ifndef SL_CLI_SHOW_H
#define SL_CLI_SHOW_H

#include "cli/net.h"

/* The heading over rows of intents, and one row: its name, verdict, lease or reason,
 * case; then one line for each granule in which it is not clear. Returns the exit code
 * of the verdict. */
void sl_show_intent_heading(sl_cli *cli);
sl_exit sl_show_intent(sl_net *net, const char *name, const sl_json_at *intent, bool granules);

/* The heading over rows of cases, and one row. `what`: the proposal in words, or "". */
void sl_show_case_heading(sl_cli *cli);
void sl_show_case(sl_net *net, const char *name, const sl_json_at *incident, const char *what);

/* One event in one line. */
void sl_show_event(sl_net *net, const sl_json_at *event);

/* The exit code of a verdict's word: CLEAR 0, CONFLICT 1, else 2. */
sl_exit sl_exit_of_verdict(const char *verdict);
/* The worse of two exit codes: a failure over a conflict over undecided over done. */
sl_exit sl_exit_worse(sl_exit a, sl_exit b);

#endif
