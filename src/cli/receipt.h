/* Receipts: that an entry stands in a party's own log, checked without the server. */
#ifndef SL_CLI_RECEIPT_H
#define SL_CLI_RECEIPT_H

#include "cli/net.h"

typedef struct sl_receipt {
  uint64_t index, size;      /* of the entry, and of the log then */
  char origin[SL_ORIGIN_MAX + 1];
  sl_span entry;             /* in the arena */
} sl_receipt;

/* Check a receipt object {"index","entry","salt","proof"} against the log key. Errors:
 * SL_ERR_SYNTAX (no receipt), SL_ERR_SIGNATURE, SL_ERR_RANGE, SL_ERR_NOMEM. Threads: one. */
SL_MUST_USE sl_err sl_receipt_check(sl_receipt *out, sl_net *net, const sl_json_at *receipt, const uint8_t public_key[static 32],
                                    sl_fault *fault);

/* The receipt in an answer, when there is one and the profile has a vkey: checked against it and
 * the own log's name. What is wrong has been said. */
SL_MUST_USE sl_exit sl_receipt_told(sl_net *net, const sl_json_at *root);
/* The same, and keep it under receipts/ in the state folder. An answer without one is fine. */
SL_MUST_USE sl_exit sl_receipt_keep(sl_net *net, const sl_net_answer *answer);

/* The name of the party's own log: ORIGIN/SIDE/PARTY. */
SL_MUST_USE sl_err sl_log_origin(char out[static SL_ORIGIN_MAX + 1], const sl_profile *profile);

#endif
