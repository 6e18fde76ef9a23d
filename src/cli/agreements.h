/* The agreements of a side's lines, as the intermediary tells them. */
#ifndef SL_CLI_AGREEMENTS_H
#define SL_CLI_AGREEMENTS_H

#include "cli/net.h"
#include "wire/record.h"

#define SL_AGREEMENTS_MAX 32u

typedef struct sl_agreements {
  uint32_t count;
  sl_agreement agreement[SL_AGREEMENTS_MAX];   /* those that have a meaning to us */
} sl_agreements;

/* From the answer to GET /v1/agreements, whose elements are payloads or hold envelopes
 * of payloads. What is wrong has been said. */
SL_MUST_USE sl_exit sl_agreements_read(sl_agreements *out, sl_net *net, const sl_net_answer *answer);

/* Fetch them. */
SL_MUST_USE sl_exit sl_agreements_get(sl_agreements *out, sl_net *net);

#endif
