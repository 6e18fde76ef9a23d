/* Purpose: lengths and durations on the command line. Work expected: a few texts.
 * Representation: none. */
#include "base/assert.h"
#include "base/text.h"
#include "cli/cli.h"
#include "format/measure.h"

sl_err sl_length_read(sl_len *out, int32_t *exact_ft, const char *text, sl_fault *fault) {
  SL_ASSERT(out && text);
  sl_len length;
  sl_str all = sl_str_trim(sl_str_from(text));
  bool negative = all.size && all.data[0] == '-';
  if (negative || (all.size && all.data[0] == '+')) all.data++, all.size--;
  sl_err error = sl_distance_read(&length, all, SL_DISTANCE_NONE, fault);
  if (error) return error;
  if (exact_ft) {
    size_t digits = 0;
    int64_t feet = -1;
    while (digits < all.size && all.data[digits] >= '0' && all.data[digits] <= '9') digits++;
    sl_str word = sl_str_trim((sl_str){all.data + digits, all.size - digits});
    bool whole = sl_distance_unit_by_word(word) == SL_DISTANCE_FT && !sl_int_read(&feet, (sl_str){all.data, digits}) && feet <= SL_ALT_BARO_MAX_FT;
    *exact_ft = whole && !negative ? (int32_t)feet : -1;
  }
  *out = (sl_len){negative ? -length.mm : length.mm};
  return SL_OK;
}

sl_err sl_duration_read(sl_dur *out, const char *text, sl_fault *fault) {
  SL_ASSERT(out && text);
  static const struct { const char *word; int64_t ns; } units[] = {
      {"ms", SL_NS_PER_MS}, {"s", SL_NS_PER_S}, {"min", SL_NS_PER_MIN}, {"m", SL_NS_PER_MIN}, {"h", SL_NS_PER_H}};
  sl_str all = sl_str_trim(sl_str_from(text));
  size_t digits = 0;
  while (digits < all.size && ((all.data[digits] >= '0' && all.data[digits] <= '9') || all.data[digits] == '.')) digits++;
  sl_str word = sl_str_trim((sl_str){all.data + digits, all.size - digits});
  int64_t micro;
  if (sl_decimal_read(&micro, (sl_str){all.data, digits}, 6)) return sl_fault_set(fault, SL_ERR_SYNTAX, "a duration is a number and a unit: 90s, 10min, 1h");
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (!sl_str_is(word, units[i].word)) continue;
    if (micro / 1000000 > 1000 * SL_NS_PER_H / units[i].ns) return sl_fault_set(fault, SL_ERR_RANGE, "a duration of more than 1,000 hours");
    *out = (sl_dur){micro / 1000000 * units[i].ns + (micro % 1000000) * (units[i].ns / 1000) / 1000};
    return SL_OK;
  }
  return sl_fault_set(fault, SL_ERR_UNIT, "a duration needs a unit: s, min or h");
}
