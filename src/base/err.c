/* Error names and faults.
 *
 * Work expected: once per refused input. The names are a table in the order of the
 * enumeration, so a number added to the header without a name does not compile. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "sideline/err.h"

static const char *const names[] = {
  [SL_OK] = "ok",
  [SL_ERR_NOMEM] = "no-memory",
  [SL_ERR_CAP] = "cap-reached",
  [SL_ERR_RANGE] = "out-of-range",
  [SL_ERR_SYNTAX] = "syntax",
  [SL_ERR_TYPE] = "wrong-type",
  [SL_ERR_UNKNOWN] = "unknown-member",
  [SL_ERR_DUPLICATE] = "duplicate",
  [SL_ERR_MISSING] = "missing-member",
  [SL_ERR_UNIT] = "unit-or-reference",
  [SL_ERR_GEOMETRY] = "geometry",
  [SL_ERR_ORDER] = "order",
  [SL_ERR_UNSUPPORTED] = "unsupported",
  [SL_ERR_SIGNATURE] = "signature",
  [SL_ERR_EXPIRED] = "expired",
  [SL_ERR_REPLAY] = "replay",
  [SL_ERR_DENIED] = "denied",
  [SL_ERR_NOT_FOUND] = "not-found",
  [SL_ERR_EXISTS] = "exists",
  [SL_ERR_STATE] = "state",
  [SL_ERR_STALE] = "stale-version",
  [SL_ERR_BUSY] = "busy",
  [SL_ERR_IO] = "input-output",
  [SL_ERR_FULL] = "no-space",
  [SL_ERR_CORRUPT] = "corrupt",
  [SL_ERR_SCHEMA] = "schema-version",
  [SL_ERR_CRYPTO] = "cryptography",
  [SL_ERR_DATUM] = "datum",
  [SL_ERR_END] = "end",
  [SL_ERR_METHOD] = "method",
  [SL_ERR_GONE] = "gone",
};

#define NAME_COUNT (sizeof names / sizeof names[0])

SL_STATIC_ASSERT(NAME_COUNT == (size_t)SL_ERR_GONE + 1, "every error has a name");

sl_fault sl_fault_none(void) { return (sl_fault){.code = SL_OK}; }

sl_err sl_fault_set(sl_fault *fault, sl_err code, const char *format, ...) {
  SL_ASSERT(code != SL_OK);
  SL_ASSERT(format != NULL);
  if (fault == NULL || fault->code != SL_OK)
    return code;
  fault->code = code;
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(fault->reason, sizeof fault->reason, format, arguments);
  va_end(arguments);
  if (written < 0)
    fault->reason[0] = '\0';
  return code;
}

const char *sl_err_name(sl_err code) {
  unsigned number = (unsigned)code;
  if (number >= NAME_COUNT || names[number] == NULL)
    return "unlisted";
  return names[number];
}
