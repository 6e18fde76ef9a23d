/* The verbs of the command line, one file each; main.c has the table. */
#ifndef SL_CLI_VERBS_H
#define SL_CLI_VERBS_H

#include "cli/cli.h"

extern const sl_verb sl_verb_check;
extern const sl_verb sl_verb_convert;
extern const sl_verb sl_verb_inspect;

#endif
