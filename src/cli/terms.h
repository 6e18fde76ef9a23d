/* The terms of a line agreement on the command line, and as a table. */
#ifndef SL_CLI_TERMS_H
#define SL_CLI_TERMS_H

#include "case/agreement.h"
#include "cli/cli.h"

/* Rows for the options of `agree make`. */
#define SL_TERMS_OPTIONS \
  {"line", 'l', "NAME", "the line's name", false}, \
  {"sides", 's', "SIDE,SIDE", "the two sides", false}, \
  {"number", 'n', "N", "of the agreement; counts on from the one in force; default 1", false}, \
  {"valid-from", 0, "TIME", "RFC 3339, \"now\" or +DURATION; default now", false}, \
  {"minima", 'm', "CLASS,CLASS=LATERAL,VERTICAL", "of a pair of classes; all= for every pair", true}, \
  {"round", 0, "DURATION", "case steps are told at its ends; default 5min", false}, \
  {"tick", 0, "DURATION", "of the roll-up; default 1min", false}, \
  {"answer", 0, "DURATION", "how long a proposal stands; default 10min", false}, \
  {"quantum", 0, "DURATION", "verdicts leave at its multiples; default 20ms", false}, \
  {"heartbeat", 0, "DURATION", "two missed ones degrade the line; default 1min", false}, \
  {"pace", 0, "DURATION", "one verdict on amendments of an intent in it; default 5min", false}, \
  {"pending", 0, "DURATION", "how long a refused plan protects; default 10min", false}, \
  {"urgent-lead", 0, "DURATION", "a conflict that starts sooner does not wait for a round; default 15min", false}, \
  {"budget", 0, "UNITS", "a week, of a party without declared activity; default 10000", false}

/* Defaults, changed by the options, checked. What is wrong has been said. */
SL_MUST_USE sl_exit sl_terms_take(sl_agreement *out, sl_cli *cli, const sl_args *args);

/* What an agreement says, for people. */
void sl_terms_print(FILE *out, const sl_agreement *agreement);

#endif
