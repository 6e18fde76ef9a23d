/* Purpose: see the header. Work expected: tens of thousands of vertices a file, at a
 * hundred megabytes a second. Representation: integers throughout: an angle is summed
 * in units of 10^-9 degree / 3,600, so that nothing is rounded but the end. */
#include "format/coordinate.h"

#include "base/assert.h"

#define PARTS_MAX 3
#define FRACTION_MAX 9

/* One number of an angle: whole * 10^-digits. */
typedef struct part { int64_t value; int digits; } part;

static const int64_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

static void skip_blanks(sl_str *rest) {
  while (rest->size && (*rest->data == ' ' || *rest->data == '\t')) rest->data++, rest->size--;
}

static bool take_part(part *out, sl_str *rest) {
  size_t at = 0;
  int64_t value = 0;
  int digits = 0;
  while (at < rest->size && rest->data[at] >= '0' && rest->data[at] <= '9') {
    if (at >= 4) return false;
    value = value * 10 + (rest->data[at++] - '0');
  }
  if (at == 0) return false;
  if (at < rest->size && rest->data[at] == '.') {   /* "13." is 13 */
    for (at++; at < rest->size && rest->data[at] >= '0' && rest->data[at] <= '9'; at++) {
      if (digits == FRACTION_MAX) continue;   /* beyond 10^-9 of a second nothing is left */
      value = value * 10 + (rest->data[at] - '0');
      digits++;
    }
  }
  rest->data += at;
  rest->size -= at;
  *out = (part){value, digits};
  return true;
}

/* "470000" and "0080000": degrees, minutes, seconds without marks. */
static int take_run(part parts[static PARTS_MAX], sl_str *rest) {
  size_t digits = 0;
  while (digits < rest->size && rest->data[digits] >= '0' && rest->data[digits] <= '9') digits++;
  if (digits != 6 && digits != 7) return 0;
  sl_str seconds = {rest->data + digits - 2, rest->size - digits + 2};
  for (size_t i = 0, at = 0; i < 2; i++) {
    parts[i] = (part){0, 0};
    for (const size_t end = digits - 4 + 2 * i; at < end; at++) parts[i].value = parts[i].value * 10 + (rest->data[at] - '0');
  }
  if (!take_part(&parts[2], &seconds)) return 0;
  *rest = seconds;
  return PARTS_MAX;
}

/* Step over what separates degrees, minutes and seconds: blanks, a colon, or a sign,
 * in ASCII, Latin-1 or UTF-8 (degree C2 B0, prime E2 80 B2, double prime E2 80 B3, curved
 * quotes E2 80 98 to 9D). *only_blanks when it was nothing else. */
static void skip_marks(sl_str *rest, bool *only_blanks) {
  *only_blanks = true;
  for (;;) {
    size_t size = 0;
    const char *at = rest->data;
    if (rest->size == 0) return;
    if (*at == ' ' || *at == '\t') {
      rest->data++, rest->size--;
      continue;
    }
    if (*at == ':' || *at == '\'' || *at == '"' || *at == '\xb0' || *at == '\xba') size = 1;
    else if (rest->size >= 2 && (memcmp(at, "\xc2\xb0", 2) == 0 || memcmp(at, "\xc2\xba", 2) == 0)) size = 2;
    else if (rest->size >= 3 && memcmp(at, "\xe2\x80", 2) == 0) size = 3;
    if (size == 0) return;
    *only_blanks = false;
    rest->data += size;
    rest->size -= size;
  }
}

static char hemisphere_at(const sl_str *rest) {
  if (rest->size == 0) return 0;
  char c = *rest->data >= 'a' && *rest->data <= 'z' ? (char)(*rest->data - 32) : *rest->data;
  if (c != 'N' && c != 'S' && c != 'E' && c != 'W') return 0;
  /* A letter that begins a word is no hemisphere. */
  if (rest->size > 1) {
    char next = rest->data[1];
    if ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z')) return 0;
  }
  return c;
}

/* The parts as nanodegrees. Everything but the last part is whole. */
static sl_err sum(int64_t *out, const part *parts, int count, sl_fault *fault) {
  static const int64_t weight[] = {3600, 60, 1};
  int64_t whole = 0, fraction = 0;   /* seconds, and 10^-9 seconds */
  for (int i = 0; i < count; i++) {
    if (parts[i].digits && i + 1 < count) return sl_fault_set(fault, SL_ERR_SYNTAX, "a fraction before the last part of an angle");
    int64_t integer = parts[i].value / power[parts[i].digits], rest = parts[i].value % power[parts[i].digits];
    bool carry = i > 0 && integer == 60 && rest == 0 && i + 1 == count;
    if (i > 0 && integer >= 60 && !carry) return sl_fault_set(fault, SL_ERR_RANGE, "minutes or seconds of 60 and more");
    whole += integer * weight[i];
    fraction += rest * power[FRACTION_MAX - parts[i].digits] * weight[i];
  }
  if (whole > 180 * 3600 || (whole == 180 * 3600 && fraction > 0)) return sl_fault_set(fault, SL_ERR_RANGE, "an angle beyond 180 degrees");
  /* whole s = whole * 10^9 / 3600 nd; fraction * 10^-9 s = fraction / 3600 nd. */
  int64_t nano = whole * SL_ND_PER_DEG + fraction;
  *out = (nano + 1800) / 3600;
  return SL_OK;
}

static bool two_digits(int64_t *out, const char *at) {
  if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9') return false;
  *out = (at[0] - '0') * 10 + (at[1] - '0');
  return *out < 60;
}

/* What most files have: "48:00:17.25 N". Anything else, also what is out of range, is left
 * to the way that understands all. */
static bool take_plain(int64_t *out, char *hemisphere, sl_str *rest) {
  const char *at = rest->data, *const end = at + rest->size;
  int64_t degrees = 0, minutes, seconds, nano = 0;
  while (at < end && *at == ' ') at++;
  const char *const begin = at;
  while (at < end && at - begin < 4 && *at >= '0' && *at <= '9') degrees = degrees * 10 + (*at++ - '0');
  if (at == begin || degrees > 179 || end - at < 7 || at[0] != ':' || at[3] != ':' || !two_digits(&minutes, at + 1) || !two_digits(&seconds, at + 4)) return false;
  at += 6;
  if (*at == '.') {
    int64_t unit = power[FRACTION_MAX];
    for (at++; at < end && *at >= '0' && *at <= '9' && unit > 1; at++) nano += (*at - '0') * (unit /= 10);
  }
  while (at < end && *at == ' ') at++;
  if (at == end) return false;
  const char side = (char)(*at & ~0x20);
  const bool letter_behind = at + 1 < end && ((at[1] | 0x20) >= 'a' && (at[1] | 0x20) <= 'z');
  if ((side != 'N' && side != 'S' && side != 'E' && side != 'W') || letter_behind) return false;
  const int64_t value = (((degrees * 60 + minutes) * 60 + seconds) * SL_ND_PER_DEG + nano + 1800) / 3600;
  *out = side == 'S' || side == 'W' ? -value : value;
  *hemisphere = side;
  rest->size = (size_t)(end - at) - 1;
  rest->data = at + 1;
  return true;
}

sl_err sl_angle_take(int64_t *out, char *hemisphere, sl_str *rest, sl_fault *fault) {
  SL_ASSERT(out && hemisphere && rest);
  if (take_plain(out, hemisphere, rest)) return SL_OK;
  part parts[PARTS_MAX];
  int count = 0;
  sl_str at = *rest;
  skip_blanks(&at);
  char side = hemisphere_at(&at);
  bool before = side != 0;
  if (before) at.data++, at.size--;
  skip_blanks(&at);
  bool negative = at.size && *at.data == '-' && !before;
  if (negative || (at.size && *at.data == '+' && !before)) at.data++, at.size--;
  const bool run = (count = take_run(parts, &at)) > 0;
  while (count < PARTS_MAX && take_part(&parts[count], &at)) {
    count++;
    sl_str behind = at;
    bool only_blanks;
    skip_marks(&behind, &only_blanks);
    bool more = behind.size && *behind.data >= '0' && *behind.data <= '9';
    bool another = (parts[count - 1].digits > 0 && only_blanks) || behind.data == at.data;   /* a fraction ends an angle */
    if (!more || !another) at = behind;
    if (!more || another) break;
  }
  if (count == 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "an angle does not begin with a number");
  if (!before && (side = hemisphere_at(&at))) at.data++, at.size--;
  if (run && !side) return sl_fault_set(fault, SL_ERR_SYNTAX, "degrees, minutes and seconds run together, and no hemisphere");
  if (negative && side) return sl_fault_set(fault, SL_ERR_SYNTAX, "a sign and a hemisphere");
  int64_t value;
  sl_err error = sum(&value, parts, count, fault);
  if (error) return error;
  *out = negative || side == 'S' || side == 'W' ? -value : value;
  *hemisphere = side;
  *rest = at;
  return SL_OK;
}

sl_err sl_position_take(sl_pos *out, sl_str *rest, sl_fault *fault) {
  int64_t first, second;
  char one, two;
  sl_str at = *rest;
  sl_err error = sl_angle_take(&first, &one, &at, fault);
  if (error) return error;
  while (at.size && (*at.data == ',' || *at.data == ';' || *at.data == '/' || *at.data == ' ' || *at.data == '\t')) at.data++, at.size--;
  if ((error = sl_angle_take(&second, &two, &at, fault))) return error;
  bool swapped = one == 'E' || one == 'W';
  char lat = swapped ? two : one, lon = swapped ? one : two;
  if ((lat != 'N' && lat != 'S') || (lon != 'E' && lon != 'W'))
    return sl_fault_set(fault, SL_ERR_MISSING, "a position needs a latitude with N or S and a longitude with E or W");
  sl_pos pos = swapped ? (sl_pos){second, first} : (sl_pos){first, second};
  if (pos.lat_nd < -90 * SL_ND_PER_DEG || pos.lat_nd > 90 * SL_ND_PER_DEG) return sl_fault_set(fault, SL_ERR_RANGE, "a latitude beyond 90 degrees");
  *out = pos;
  *rest = at;
  return SL_OK;
}

/* dd, ddmm or ddmmss (longitudes one digit more), a fraction behind, a hemisphere. */
static sl_err take_compact(int64_t *out, sl_str *rest, size_t degrees, const char *sides, sl_fault *fault) {
  size_t digits = 0;
  while (digits < rest->size && rest->data[digits] >= '0' && rest->data[digits] <= '9') digits++;
  if (digits != degrees && digits != degrees + 2 && digits != degrees + 4)
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a coordinate has %zu, %zu or %zu digits before its hemisphere", degrees, degrees + 2, degrees + 4);
  part parts[PARTS_MAX];
  int count = 0;
  for (size_t at = 0; at < digits; count++) {
    size_t size = at == 0 ? degrees : 2;
    parts[count] = (part){0, 0};
    for (size_t end = at + size; at < end; at++) parts[count].value = parts[count].value * 10 + (rest->data[at] - '0');
  }
  rest->data += digits;
  rest->size -= digits;
  if (rest->size > 1 && *rest->data == '.') {
    part *last = &parts[count - 1];
    size_t at = 1;
    for (; at < rest->size && rest->data[at] >= '0' && rest->data[at] <= '9'; at++) {
      if (last->digits == FRACTION_MAX) continue;
      last->value = last->value * 10 + (rest->data[at] - '0');
      last->digits++;
    }
    rest->data += at;
    rest->size -= at;
  }
  if (rest->size == 0 || (*rest->data != sides[0] && *rest->data != sides[1]))
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a coordinate without %c or %c", sides[0], sides[1]);
  bool negative = *rest->data == sides[1];
  rest->data++, rest->size--;
  int64_t value;
  sl_err error = sum(&value, parts, count, fault);
  if (error) return error;
  *out = negative ? -value : value;
  return SL_OK;
}

sl_err sl_position_compact(sl_pos *out, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && (text.data || text.size == 0));
  sl_pos pos;
  sl_err error = take_compact(&pos.lat_nd, &text, 2, "NS", fault);
  if (!error) error = take_compact(&pos.lon_nd, &text, 3, "EW", fault);
  if (error) return error;
  if (text.size) return sl_fault_set(fault, SL_ERR_SYNTAX, "something behind a position");
  if (pos.lat_nd < -90 * SL_ND_PER_DEG || pos.lat_nd > 90 * SL_ND_PER_DEG) return sl_fault_set(fault, SL_ERR_RANGE, "a latitude beyond 90 degrees");
  *out = pos;
  return SL_OK;
}
