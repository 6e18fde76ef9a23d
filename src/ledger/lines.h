/* Texts of lines, as signed notes and proofs are made of: taken one line at a time,
 * every line ended by a newline. Internal to the ledger. */
#ifndef SL_LEDGER_LINES_H
#define SL_LEDGER_LINES_H

#include "ledger/tree.h"

/* A text and how far it has been taken. */
typedef struct sl_lines {
  sl_str text;
  size_t at;
  uint32_t line;   /* the line last taken, from 1 */
} sl_lines;

static inline sl_lines sl_lines_of(sl_str text) { return (sl_lines){text, 0, 0}; }

/* The next line without its newline. Errors: SL_ERR_END (nothing left),
 * SL_ERR_SYNTAX (the last line has no newline). Threads: any. Cost: its length. */
SL_MUST_USE sl_err sl_lines_next(sl_lines *lines, sl_str *out);

/* Fill a fault at the line last taken; returns code. fault may be NULL. */
sl_err sl_lines_fault(const sl_lines *lines, sl_fault *fault, sl_err code, const char *reason);

/* Whether text is valid UTF-8 (RFC 3629) without ASCII control characters other
 * than newline, as signed-note asks. Threads: any. Cost: linear. */
bool sl_lines_clean(sl_str text);

/* Whether text begins with prefix; then *rest is what follows. */
bool sl_lines_after(sl_str *rest, sl_str text, const char *prefix);

/* A decimal number without leading zeroes that fits 64 bits. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_lines_number(uint64_t *out, sl_str text);

/* A hash in base64. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_lines_hash(sl_hash *out, sl_str text);

#endif
