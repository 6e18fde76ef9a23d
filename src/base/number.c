/* Decimal numbers, read and written exactly: no double and no locale on the way.
 *
 * Work expected: every coordinate, altitude and length that enters, so thousands per
 * request. Representation: the significant digits of the text, and where the decimal
 * point falls among them after scaling. */
#include "base/assert.h"
#include "base/text.h"

#define DECIMAL_CHARACTERS_MAX 64u
#define SCALE_MAX 18
/* Beyond any shift that 64 characters and SCALE_MAX can bring back. */
#define EXPONENT_SATURATED 1000

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The signed value of magnitude, where int64 holds it. */
static sl_err with_sign(int64_t *out, uint64_t magnitude, bool negative) {
  const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1u : 0u);
  if (magnitude > limit)
    return SL_ERR_RANGE;
  if (!negative)
    *out = (int64_t)magnitude;
  else
    *out = magnitude == limit ? INT64_MIN : -(int64_t)magnitude;
  return SL_OK;
}

sl_err sl_int_read(int64_t *out, sl_str text) {
  SL_ASSERT(out != NULL);
  size_t at = 0;
  bool negative = text.size > 0 && text.data[0] == '-';
  if (negative)
    at = 1;
  size_t digits = text.size - at;
  if (digits == 0 || (digits > 1 && text.data[at] == '0'))
    return SL_ERR_SYNTAX;
  for (size_t i = at; i < text.size; i++)
    if (!is_digit(text.data[i]))
      return SL_ERR_SYNTAX;
  if (digits > 19)
    return SL_ERR_RANGE;
  uint64_t magnitude = 0;   /* 19 digits stay below 2^64 */
  for (size_t i = at; i < text.size; i++)
    magnitude = magnitude * 10 + (uint64_t)(text.data[i] - '0');
  return with_sign(out, magnitude, negative);
}

/* A number taken apart: digit[0..count) without leading zeros, and the value
 * 0.d1d2d3... times 10^point. */
typedef struct decimal {
  char digit[DECIMAL_CHARACTERS_MAX];
  int count;
  int point;
  bool negative;
} decimal;

/* Digits from *at on, appended without leading zeros; how many were there. */
static int take_digits(decimal *number, sl_str text, size_t *at) {
  int taken = 0;
  for (; *at < text.size && is_digit(text.data[*at]); ++*at, ++taken) {
    if (number->count == 0 && text.data[*at] == '0')
      continue;
    SL_ASSERT(number->count < (int)DECIMAL_CHARACTERS_MAX);
    number->digit[number->count++] = text.data[*at];
  }
  return taken;
}

/* The exponent part, when there is one at *at. */
static sl_err take_exponent(int *exponent, sl_str text, size_t *at) {
  *exponent = 0;
  if (*at == text.size || (text.data[*at] != 'e' && text.data[*at] != 'E'))
    return SL_OK;
  ++*at;
  bool negative = *at < text.size && text.data[*at] == '-';
  if (negative || (*at < text.size && text.data[*at] == '+'))
    ++*at;
  size_t first = *at;
  int value = 0;
  for (; *at < text.size && is_digit(text.data[*at]); ++*at)
    if (value < EXPONENT_SATURATED)
      value = value * 10 + (text.data[*at] - '0');
  if (*at == first)
    return SL_ERR_SYNTAX;
  *exponent = negative ? -value : value;
  return SL_OK;
}

/* The JSON grammar of a number, whole text. */
static sl_err take_apart(decimal *number, sl_str text) {
  *number = (decimal){.negative = text.size > 0 && text.data[0] == '-'};
  size_t at = number->negative ? 1 : 0;
  bool zero_first = at < text.size && text.data[at] == '0';
  int whole = take_digits(number, text, &at);
  if (whole == 0 || (zero_first && whole > 1))
    return SL_ERR_SYNTAX;
  int leading = number->count;
  int fraction = 0;
  if (at < text.size && text.data[at] == '.') {
    ++at;
    fraction = take_digits(number, text, &at);
    if (fraction == 0)
      return SL_ERR_SYNTAX;
  }
  int exponent;
  sl_err err = take_exponent(&exponent, text, &at);
  if (err != SL_OK || at != text.size)
    return SL_ERR_SYNTAX;
  SL_ASSERT(number->count >= leading);
  number->point = number->count - fraction + exponent;
  return SL_OK;
}

sl_err sl_decimal_read(int64_t *out, sl_str text, int scale) {
  SL_ASSERT(out != NULL);
  SL_ASSERT(scale >= -SCALE_MAX && scale <= SCALE_MAX);
  if (text.size > DECIMAL_CHARACTERS_MAX)
    return SL_ERR_CAP;
  decimal number;
  sl_err err = take_apart(&number, text);
  if (err != SL_OK)
    return err;
  int point = number.point + scale;
  if (number.count == 0 || point < 0)
    return with_sign(out, 0, false);
  if (point > 19)
    return SL_ERR_RANGE;
  uint64_t magnitude = 0;
  for (int i = 0; i < point; i++)
    magnitude = magnitude * 10 + (i < number.count ? (uint64_t)(number.digit[i] - '0') : 0);
  if (point < number.count && number.digit[point] >= '5')
    magnitude++;
  return with_sign(out, magnitude, number.negative);
}

void sl_decimal_add(sl_buf *out, int64_t value, int scale) {
  SL_ASSERT(out != NULL);
  SL_ASSERT(scale >= 0 && scale <= SCALE_MAX);
  uint64_t magnitude = value < 0 ? ~(uint64_t)value + 1 : (uint64_t)value;
  char text[32];   /* minus, at most 19 digits and a point */
  size_t at = sizeof text;
  bool significant = false;
  for (int i = 0; i < scale; i++, magnitude /= 10) {
    char digit = (char)('0' + magnitude % 10);
    significant = significant || digit != '0';
    if (significant)
      text[--at] = digit;
  }
  if (significant)
    text[--at] = '.';
  do
    text[--at] = (char)('0' + magnitude % 10);
  while ((magnitude /= 10) != 0);
  if (value < 0)
    text[--at] = '-';
  sl_buf_add(out, text + at, sizeof text - at);
}
