/* Purpose: the one place that understands altitude texts. Work expected: a few
 * thousand short texts a file, OpenAir's at 100 MB/s. Representation: a scan that
 * collects at most one number, one unit and one datum, and refuses everything else. */
#include "format/height.h"

#include "base/assert.h"
#include "base/text.h"

#define TENTHS_MAX INT64_C(100000000000)

typedef struct word_datum { const char *word; sl_datum datum; } word_datum;
static const word_datum datums[] = {
    {"MSL", SL_DATUM_MSL},        {"AMSL", SL_DATUM_MSL},      {"ASL", SL_DATUM_MSL},        {"ALT", SL_DATUM_MSL},
    {"QNH", SL_DATUM_MSL},        {"EGM96", SL_DATUM_MSL},     {"AGL", SL_DATUM_GROUND},     {"GND", SL_DATUM_GROUND},
    {"AGND", SL_DATUM_GROUND},    {"SFC", SL_DATUM_GROUND},    {"ASFC", SL_DATUM_GROUND},    {"GROUND", SL_DATUM_GROUND},
    {"SURFACE", SL_DATUM_GROUND}, {"STD", SL_DATUM_PRESSURE},  {"FL", SL_DATUM_PRESSURE},    {"PRESSURE", SL_DATUM_PRESSURE},
    {"BARO", SL_DATUM_PRESSURE},  {"QNE", SL_DATUM_PRESSURE},  {"W84", SL_DATUM_ELLIPSOID},  {"WGS84", SL_DATUM_ELLIPSOID},
    {"HAE", SL_DATUM_ELLIPSOID},  {"ELLIPSOID", SL_DATUM_ELLIPSOID}, {"UNL", SL_DATUM_UNLIMITED},
    {"UNLIM", SL_DATUM_UNLIMITED}, {"UNLTD", SL_DATUM_UNLIMITED}, {"UNLIMITED", SL_DATUM_UNLIMITED}};

static bool same_word(sl_str a, const char *b) {
  for (size_t i = 0; i < a.size; i++) {
    char c = a.data[i] >= 'a' && a.data[i] <= 'z' ? (char)(a.data[i] - 32) : a.data[i];
    if (b[i] == 0 || c != b[i]) return false;
  }
  return b[a.size] == 0;
}

bool sl_datum_by_word(sl_datum *out, sl_str word) {
  for (size_t i = 0; i < sizeof datums / sizeof *datums; i++) {
    if (same_word(word, datums[i].word)) {
      *out = datums[i].datum;
      return true;
    }
  }
  return false;
}

bool sl_height_unit_by_word(sl_height_unit *out, sl_str word) {
  static const char *const feet[] = {"FT", "F", "FEET", "FOOT", "'"};
  static const char *const metres[] = {"M", "MT", "MTS", "METER", "METRE", "METERS", "METRES"};
  for (size_t i = 0; i < sizeof feet / sizeof *feet; i++)
    if (same_word(word, feet[i])) return *out = SL_HEIGHT_FT, true;
  for (size_t i = 0; i < sizeof metres / sizeof *metres; i++)
    if (same_word(word, metres[i])) return *out = SL_HEIGHT_M, true;
  if (same_word(word, "FL")) return *out = SL_HEIGHT_FL, true;
  return false;
}

const char *sl_datum_name(sl_datum datum) {
  static const char *const names[] = {"unstated", "ellipsoid", "MSL", "ground", "pressure", "unlimited"};
  SL_ASSERT((unsigned)datum < sizeof names / sizeof *names);
  return names[datum];
}

sl_err sl_height_scale(int64_t *out, sl_str number, sl_height_unit unit, sl_fault *fault) {
  int64_t micro;  /* of the unit */
  sl_err error = sl_decimal_read(&micro, number, 6);
  if (error == SL_ERR_CAP || error == SL_ERR_RANGE) return sl_fault_set(fault, SL_ERR_RANGE, "an altitude out of range");
  if (error) return sl_fault_set(fault, error, "an altitude that is not a number");
  int64_t each = unit == SL_HEIGHT_M ? SL_TENTHS_PER_M : unit == SL_HEIGHT_FT ? SL_TENTHS_PER_FT : 100 * SL_TENTHS_PER_FT;
  int64_t most = TENTHS_MAX * 1000000 / each;
  if (micro > most || micro < -most) return sl_fault_set(fault, SL_ERR_RANGE, "an altitude out of range");
  int64_t product = micro * each;
  int64_t tenths = (product + (product < 0 ? -500000 : 500000)) / 1000000;
  if (tenths > TENTHS_MAX || tenths < -TENTHS_MAX) return sl_fault_set(fault, SL_ERR_RANGE, "an altitude out of range");
  *out = tenths;
  return SL_OK;
}

/* What was collected from a text. */
typedef struct parts {
  sl_str number;
  bool has_unit, has_datum;
  sl_height_unit unit;
  sl_datum datum;
} parts;

static bool is_digit(char c) { return (c >= '0' && c <= '9') || c == '.'; }
static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '\''; }

/* One word is a unit, a datum, both ("FL"), or a unit and a datum run together ("ftMSL"). */
static sl_err take_word(parts *p, sl_str word, sl_fault *fault) {
  sl_datum datum;
  sl_height_unit unit;
  bool is_datum = sl_datum_by_word(&datum, word), is_unit = sl_height_unit_by_word(&unit, word);
  for (size_t cut = 1; !is_datum && !is_unit && cut < word.size; cut++) {
    is_unit = sl_height_unit_by_word(&unit, (sl_str){word.data, cut});
    is_datum = sl_datum_by_word(&datum, (sl_str){word.data + cut, word.size - cut});
    if (!is_unit || !is_datum) is_unit = is_datum = false;
  }
  if (!is_datum && !is_unit) return sl_fault_set(fault, SL_ERR_SYNTAX, "a word in an altitude that is not a unit or reference");
  if (is_unit) {
    if (p->has_unit && p->unit != unit) return sl_fault_set(fault, SL_ERR_UNIT, "two units in one altitude");
    p->has_unit = true;
    p->unit = unit;
  }
  if (is_datum) {
    if (p->has_datum && p->datum != datum) return sl_fault_set(fault, SL_ERR_DATUM, "two references in one altitude");
    p->has_datum = true;
    p->datum = datum;
  }
  return SL_OK;
}

static sl_err take_number(parts *p, sl_str number, sl_fault *fault) {
  if (p->number.size) return sl_fault_set(fault, SL_ERR_SYNTAX, "two numbers in one altitude");
  size_t zeros = 0;  /* FL065: leading zeros are not JSON's */
  size_t sign = number.data[0] == '-';
  while (!sign && zeros + 1 < number.size && number.data[zeros] == '0' && number.data[zeros + 1] != '.') zeros++;
  p->number = (sl_str){number.data + zeros, number.size - zeros};
  return SL_OK;
}

static sl_err collect(parts *p, sl_str text, sl_fault *fault) {
  for (size_t at = 0; at < text.size;) {
    size_t begin = at;
    char c = text.data[at];
    sl_err error = SL_OK;
    if (c == ' ' || c == '\t' || c == '(' || c == ')') {
      at++;
    } else if (is_digit(c) || (c == '-' && at + 1 < text.size && is_digit(text.data[at + 1]))) {
      do at++;
      while (at < text.size && is_digit(text.data[at]));
      error = take_number(p, (sl_str){text.data + begin, at - begin}, fault);
    } else if (is_letter(c)) {
      /* W84, WGS84 and EGM96 have digits in them. */
      do at++;
      while (at < text.size && is_letter(text.data[at]));
      sl_str word = {text.data + begin, at - begin};
      if (same_word(word, "W") || same_word(word, "WGS") || same_word(word, "EGM"))
        while (at < text.size && is_digit(text.data[at])) at++;
      word.size = at - begin;
      /* "F095" is flight level 95, "4500F" are feet. */
      error = take_word(p, same_word(word, "F") && !p->number.size ? SL_STR("FL") : word, fault);
    } else {
      error = sl_fault_set(fault, SL_ERR_SYNTAX, "a character that has no place in an altitude");
    }
    if (error) return error;
  }
  return SL_OK;
}

sl_err sl_height_read(sl_height *out, sl_str text, sl_height_unit unit, sl_fault *fault) {
  SL_ASSERT(out && (text.data || text.size == 0));
  parts p = {0};
  sl_err error = collect(&p, text, fault);
  if (error) return error;
  sl_datum datum = p.has_datum ? p.datum : SL_DATUM_UNSTATED;
  if (p.number.size == 0) {
    /* A bare word: the surface itself, or no limit at all. */
    bool alone = p.has_datum && !p.has_unit;
    if (!alone || (datum != SL_DATUM_GROUND && datum != SL_DATUM_UNLIMITED && datum != SL_DATUM_MSL))
      return sl_fault_set(fault, SL_ERR_SYNTAX, "an altitude without a number");
    *out = (sl_height){datum, 0};
    return SL_OK;
  }
  if (datum == SL_DATUM_UNLIMITED) return sl_fault_set(fault, SL_ERR_SYNTAX, "unlimited, and a number");
  if (!p.has_unit) p.unit = unit;
  if (p.unit == SL_HEIGHT_FL && !p.has_datum) datum = SL_DATUM_PRESSURE;
  int64_t tenths;
  if ((error = sl_height_scale(&tenths, p.number, p.unit, fault))) return error;
  *out = (sl_height){datum, tenths};
  return SL_OK;
}
