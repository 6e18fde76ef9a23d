/* Names, classes and form versions. Work: a few per record. */
#include "wire/word.h"

#include "base/assert.h"

sl_err sl_word_read_name(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member rule = {.kind = SL_JSON_TEXT, .max = 4096};
  sl_str text = {NULL, 0};
  sl_err err = sl_json_value(reader, &text, at, &rule);
  if (err != SL_OK) return err;
  if (!sl_name_good(text)) {
    return sl_json_fail(reader, at, SL_ERR_SYNTAX, "a name is 1 to %u of a-z, 0-9 and '-', first a letter, last not '-'",
                        SL_NAME_MAX);
  }
  SL_ASSERT(text.size <= SL_NAME_MAX);
  memcpy(target, text.data, text.size);
  ((char *)target)[text.size] = '\0';
  return SL_OK;
}

sl_err sl_word_read_class(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_word words[] = {{"undeclared", SL_CLASS_UNDECLARED}, {"crewed", SL_CLASS_CREWED},
                                       {"drone", SL_CLASS_DRONE},           {"reservation", SL_CLASS_RESERVATION},
                                       {"hazard", SL_CLASS_HAZARD},         {NULL, 0}};
  static const sl_json_member rule = {.kind = SL_JSON_WORD, .words = words};
  return sl_json_value(reader, target, at, &rule);
}

sl_err sl_word_read_form(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member rule = {.kind = SL_JSON_I64, .min = INT64_MIN, .max = INT64_MAX};
  int64_t form = 0;
  sl_err err = sl_json_value(reader, &form, at, &rule);
  if (err != SL_OK) return err;
  if (form != 1) return sl_json_fail(reader, at, SL_ERR_UNSUPPORTED, "only version 1 of this form is known");
  *(int *)target = 1;
  return SL_OK;
}
