/* Single values by the rule of a table row: type, range, and the form of texts.
 *
 * Representation: the target is the field's address; structs that wrap one integer
 * (sl_time, sl_len, ...) are written as that integer. Doubles appear only between
 * jansson and the fixed-point result; decode.h has the error bound. */
#include <jansson.h>
#include <math.h>

#include "base/assert.h"
#include "json/decode.h"

SL_STATIC_ASSERT(sizeof(sl_time) == sizeof(int64_t) && sizeof(sl_len) == sizeof(int64_t), "wrapped integers");

static const int64_t power_of_ten[10] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

typedef sl_err read_fn(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule);

static const json_t *value_of(const sl_json_at *at) { return at->value; }

/* The text of a string value, or SL_ERR_TYPE. */
static sl_err text_of(const sl_json_reader *reader, sl_str *out, const sl_json_at *at) {
  const json_t *value = value_of(at);
  if (!json_is_string(value)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be a string");
  *out = (sl_str){json_string_value(value), json_string_length(value)};
  return SL_OK;
}

static sl_err integer_of(const sl_json_reader *reader, int64_t *out, const sl_json_at *at, const sl_json_member *rule) {
  const json_t *value = value_of(at);
  if (!json_is_integer(value)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be a whole number");
  int64_t number = json_integer_value(value);
  if (number < rule->min || number > rule->max) {
    return sl_json_fail(reader, at, SL_ERR_RANGE, "this must be from %lld to %lld", (long long)rule->min,
                        (long long)rule->max);
  }
  *out = number;
  return SL_OK;
}

static sl_err read_bool(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  (void)rule;
  if (!json_is_boolean(value_of(at))) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be true or false");
  *(bool *)target = json_is_true(value_of(at));
  return SL_OK;
}

static sl_err read_u8(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->min >= 0 && rule->max <= UINT8_MAX);
  int64_t number = 0;
  sl_err err = integer_of(reader, &number, at, rule);
  if (err == SL_OK) *(uint8_t *)target = (uint8_t)number;
  return err;
}

static sl_err read_u32(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->min >= 0 && rule->max <= UINT32_MAX);
  int64_t number = 0;
  sl_err err = integer_of(reader, &number, at, rule);
  if (err == SL_OK) *(uint32_t *)target = (uint32_t)number;
  return err;
}

static sl_err read_i32(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->min >= INT32_MIN && rule->max <= INT32_MAX);
  int64_t number = 0;
  sl_err err = integer_of(reader, &number, at, rule);
  if (err == SL_OK) *(int32_t *)target = (int32_t)number;
  return err;
}

static sl_err read_i64(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  return integer_of(reader, target, at, rule);
}

/* value x 10^scale as an integer, false when it is out of range. A product within the
 * error of the double of a whole number is that number, whichever way is rounded. */
static bool scale_real(int64_t *out, double value, int64_t power, sl_round round_to) {
  double scaled = value * (double)power;
  if (!(fabs(scaled) <= (double)SL_JSON_DECIMAL_MAX)) return false;
  double nearest = round(scaled);
  double error = fabs(scaled) * 0x1p-51;
  if (round_to == SL_ROUND_DOWN && nearest > scaled + error) nearest -= 1;
  if (round_to == SL_ROUND_UP && nearest < scaled - error) nearest += 1;
  *out = (int64_t)nearest;
  return true;
}

/* `number` / 10^scale, for a message. */
static double shown(int64_t number, int64_t power) { return (double)number / (double)power; }

static sl_err read_decimal(const sl_json_reader *reader, void *target, const sl_json_at *at,
                           const sl_json_member *rule) {
  SL_ASSERT(rule->scale < 10);
  SL_ASSERT(rule->min >= -SL_JSON_DECIMAL_MAX && rule->max <= SL_JSON_DECIMAL_MAX);
  const json_t *value = value_of(at);
  int64_t power = power_of_ten[rule->scale];
  int64_t number = 0;
  bool good = false;
  if (json_is_integer(value)) {
    good = !__builtin_mul_overflow((int64_t)json_integer_value(value), power, &number);
  } else if (json_is_real(value)) {
    good = scale_real(&number, json_real_value(value), power, rule->round);
  } else {
    return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be a number");
  }
  if (!good || number < rule->min || number > rule->max) {
    return sl_json_fail(reader, at, SL_ERR_RANGE, "this must be from %.10g to %.10g", shown(rule->min, power),
                        shown(rule->max, power));
  }
  *(int64_t *)target = number;
  return SL_OK;
}

static sl_err read_time(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  (void)rule;
  sl_str text = {NULL, 0};
  sl_err err = text_of(reader, &text, at);
  if (err != SL_OK) return err;
  err = sl_time_read(target, text, false);
  if (err == SL_ERR_RANGE) return sl_json_fail(reader, at, err, "this time is outside of 1970 to 2199, or no time");
  if (err != SL_OK) return sl_json_fail(reader, at, err, "this must be an RFC 3339 time in UTC, ending in Z");
  return SL_OK;
}

static sl_err read_text(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  sl_str text = {NULL, 0};
  sl_err err = text_of(reader, &text, at);
  if (err != SL_OK) return err;
  SL_ASSERT(rule->min >= 0 && rule->max >= rule->min);
  if (text.size > (uint64_t)rule->max) {
    return sl_json_fail(reader, at, SL_ERR_CAP, "this text may have at most %lld bytes", (long long)rule->max);
  }
  if (text.size < (uint64_t)rule->min) {
    return sl_json_fail(reader, at, SL_ERR_RANGE, "this text needs %lld or more bytes", (long long)rule->min);
  }
  char *copy = sl_arena_text(reader->arena, text);
  if (copy == NULL) return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
  *(sl_str *)target = (sl_str){copy, text.size};
  return SL_OK;
}

static sl_err read_uuid(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  (void)rule;
  sl_str text = {NULL, 0};
  sl_err err = text_of(reader, &text, at);
  if (err != SL_OK) return err;
  err = sl_uuid_read(target, text, 4);
  return err == SL_OK ? SL_OK : sl_json_fail(reader, at, err, "this must be a UUID of version 4");
}

static sl_err read_hex(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->max > 0);
  sl_str text = {NULL, 0};
  sl_err err = text_of(reader, &text, at);
  if (err != SL_OK) return err;
  bool good = text.size == 2 * (size_t)rule->max;
  for (size_t i = 0; good && i < text.size; i++) good = text.data[i] < 'A' || text.data[i] > 'F';
  if (!good || sl_unhex(target, (size_t)rule->max, text) != SL_OK) {
    return sl_json_fail(reader, at, SL_ERR_SYNTAX, "this must be %lld lower-case hexadecimal digits",
                        2 * (long long)rule->max);
  }
  return SL_OK;
}

static sl_err read_base64(const sl_json_reader *reader, void *target, const sl_json_at *at,
                          const sl_json_member *rule) {
  SL_ASSERT(rule->min >= 0 && rule->max >= rule->min);
  sl_str text = {NULL, 0};
  sl_err err = text_of(reader, &text, at);
  if (err != SL_OK) return err;
  size_t size = text.size / 4 * 3;
  if (size > (uint64_t)rule->max + 2) {
    return sl_json_fail(reader, at, SL_ERR_CAP, "this may hold at most %lld bytes", (long long)rule->max);
  }
  uint8_t *data = sl_arena_take(reader->arena, size, 1);
  if (data == NULL) return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
  if (sl_base64_read(data, &size, text) != SL_OK) {
    return sl_json_fail(reader, at, SL_ERR_SYNTAX, "this must be base64 with padding (RFC 4648 section 4)");
  }
  if (size > (uint64_t)rule->max || size < (uint64_t)rule->min) {
    return sl_json_fail(reader, at, size > (uint64_t)rule->max ? SL_ERR_CAP : SL_ERR_RANGE,
                        "this must hold from %lld to %lld bytes", (long long)rule->min, (long long)rule->max);
  }
  *(sl_span *)target = (sl_span){data, size};
  return SL_OK;
}

static sl_err read_word(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->words != NULL);
  sl_str text = {NULL, 0};
  sl_err err = text_of(reader, &text, at);
  if (err != SL_OK) return err;
  for (const sl_json_word *word = rule->words; word->name != NULL; word++) {
    if (!sl_str_is(text, word->name)) continue;
    memcpy(target, &word->value, sizeof word->value);
    return SL_OK;
  }
  if (rule->kind == SL_JSON_UNIT) {
    return sl_json_fail(reader, at, SL_ERR_UNIT, "this unit or reference is not accepted here");
  }
  return sl_json_fail(reader, at, SL_ERR_UNKNOWN, "this word is not of the list that is accepted here");
}

static sl_err read_call(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->read != NULL);
  return rule->read(reader, target, at);
}

static sl_err read_any(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  (void)reader, (void)target, (void)at, (void)rule;
  return SL_OK;
}

static read_fn *const readers[] = {
    [SL_JSON_BOOL] = read_bool, [SL_JSON_U8] = read_u8,           [SL_JSON_U32] = read_u32,
    [SL_JSON_I32] = read_i32,   [SL_JSON_I64] = read_i64,         [SL_JSON_DECIMAL] = read_decimal,
    [SL_JSON_TIME] = read_time, [SL_JSON_TEXT] = read_text,       [SL_JSON_UUID] = read_uuid,
    [SL_JSON_HEX] = read_hex,   [SL_JSON_BASE64] = read_base64,   [SL_JSON_WORD] = read_word,
    [SL_JSON_UNIT] = read_word, [SL_JSON_CALL] = read_call,       [SL_JSON_ANY] = read_any};

sl_err sl_json_value(const sl_json_reader *reader, void *target, const sl_json_at *at, const sl_json_member *rule) {
  SL_ASSERT(rule->kind >= SL_JSON_BOOL && rule->kind <= SL_JSON_ANY);
  if (at->value == NULL) return sl_json_fail(reader, at, SL_ERR_MISSING, "this is missing");
  return readers[rule->kind](reader, target, at, rule);
}
