/* Readers of values that several payloads share: names, classes, the form's version.
 * Each is an sl_json_read_fn (json/decode.h). */
#ifndef SL_WIRE_WORD_H
#define SL_WIRE_WORD_H

#include "case/agreement.h"
#include "json/decode.h"

/* A name of a side, party or line into char[SL_NAME_MAX + 1]. Errors: SL_ERR_TYPE,
 * SL_ERR_SYNTAX. */
sl_err sl_word_read_name(const sl_json_reader *reader, void *target, const sl_json_at *at);

/* The word of a class, "undeclared" too, into sl_class. Errors: SL_ERR_TYPE,
 * SL_ERR_UNKNOWN. */
sl_err sl_word_read_class(const sl_json_reader *reader, void *target, const sl_json_at *at);

/* The version of a payload's form, which is 1, into int. Errors: SL_ERR_TYPE,
 * SL_ERR_UNSUPPORTED. */
sl_err sl_word_read_form(const sl_json_reader *reader, void *target, const sl_json_at *at);

#endif
