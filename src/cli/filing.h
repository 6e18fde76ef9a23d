/* Files and options to drafts of intents, each with its name and id. */
#ifndef SL_CLI_FILING_H
#define SL_CLI_FILING_H

#include "cli/load.h"
#include "wire/intent.h"

#define SL_FILINGS_MAX 100000u

/* Rows for the options of `submit`. */
#define SL_FILING_OPTIONS \
  {"state", 's', "STATE", "Accepted (default), Activated, Nonconforming, Contingent", false}, \
  {"class", 'c', "CLASS", "must be the enrolled one; left out by default", false}, \
  {"freedom", 'f', "TIME,HEIGHT,ASIDE", "how far it may be moved: 10min,2000ft,5NM; + or - for one way", false}, \
  {"alternative", 'a', "FILE", "a ranked alternative for the records of the same names", true}, \
  {"if-conflict", 0, "stand|pending", "pending: withdrawn again unless it is clear in time", false}, \
  {"exercise", 0, NULL, "judged among exercises only", false}, \
  {"priority", 0, "WORD", "others, site, medical or contingency", false}, \
  {"start-tolerance", 0, "DURATION", "how late it may be activated; default 5min", false}, \
  {"time-tolerance", 0, "DURATION", "by which its times may be off; default 0s", false}, \
  {"only", 0, "PREFIX", "records whose names begin so", false}, \
  {"shift-days", 0, "N", "move all times by whole days", false}, \
  {"namespace", 'n', "TEXT", "ids follow from it and the names; default the keyid's side and party", false}

typedef struct sl_filing {
  const char *name;
  char id[37];
  bool native;               /* read from a native intent */
  sl_draft draft;
} sl_filing;

typedef struct sl_filings {
  sl_filing *item;
  uint32_t count, room;
  sl_arena arena;
  sl_load load[1 + SL_ALTERNATIVES_MAX];   /* the plans, and each file of alternatives */
  uint32_t loads;
} sl_filings;

/* Read the operands: native intents (JSON with "state" and "plan"; named by the file) and
 * every format that `check` knows: records of one name are one intent. Ids are UUIDs
 * drawn from namespace and name by SHA-256, the same every time. An alternative belongs to the
 * plan of its name; one of no plan is an error. What is wrong has been
 * said; *out can be closed in any case. */
SL_MUST_USE sl_exit sl_filings_make(sl_filings *out, sl_cli *cli, const sl_args *args, const char *name_space);
void sl_filings_close(sl_filings *filings);

#endif
