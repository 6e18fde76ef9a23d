/* JSON text to domain values, by tables that name every member a shape may have.
 *
 * The text goes through two passes: scan.c bounds it (size, depth, digits, string
 * length, number of values) and refuses NUL and invalid UTF-8 before anything is
 * allocated; then jansson reads it (duplicate members refused). The table-driven
 * decoder refuses unknown members, wrong types and missing members, and names the
 * place by RFC 6901 pointer. For documents that others may extend (F3548, JWKS, claims) a
 * reader can be open: it passes over what it does not know. No message repeats what was read; a pointer holds a
 * foreign member name only when it is short and plain (scan.h).
 *
 * Numbers. jansson gives doubles for anything with a fraction or an exponent. A
 * decimal text t read as the nearest double d, times 10^scale, differs from the exact
 * product by less than |t| 10^scale 2^-52: for degrees in nanodegrees (|x| <= 180)
 * less than 4.1e-5 of a unit, for lengths to 20,100 km in millimetres less than
 * 4.5e-6, for seconds in nanoseconds to 3,600 s less than 8.1e-4. A decimal with no
 * more digits than the scale is therefore read exactly (47.430866 degrees is
 * 47430866000 nd), and any other to the unit its exact value rounds to but for ties
 * within that error. SL_JSON_DECIMAL_MAX bounds the scaled value so that this holds.
 * Altitudes and radii can be rounded outward (never inward) with sl_round. */
#ifndef SL_JSON_DECODE_H
#define SL_JSON_DECODE_H

#include "base/arena.h"
#include "base/text.h"

/* Caps on one document; every one is reported as SL_ERR_CAP. */
typedef struct sl_json_caps {
  size_t size;        /* bytes of the text */
  uint32_t depth;     /* arrays and objects inside each other, at most SL_JSON_DEPTH_MAX */
  uint32_t digits;    /* characters of one number */
  uint32_t string;    /* bytes of one string or member name, as written */
  uint32_t values;    /* values of every kind in all */
} sl_json_caps;

#define SL_JSON_DEPTH_MAX 64u
#define SL_JSON_CAPS_DEFAULT \
  ((sl_json_caps){.size = 4u << 20, .depth = 32, .digits = 40, .string = 16384, .values = 1000000})

/* Largest scaled magnitude of a DECIMAL: 2^53. */
#define SL_JSON_DECIMAL_MAX (INT64_C(1) << 53)

/* A parsed document: released with sl_json_free(). */
typedef struct sl_json sl_json;

/* A place in a document: a value and the way to it. Lives on the stack of the
 * function that walks there; parent outlives child. */
typedef struct sl_json_at {
  const void *value;                /* only decode.c looks inside */
  const struct sl_json_at *parent;  /* NULL at the root */
  const char *name;                 /* of the member; NULL for the root and elements */
  size_t index;                     /* of the element */
} sl_json_at;

/* What every reader is given: where values go and where a fault is told. */
typedef struct sl_json_reader {
  sl_arena *arena;
  sl_fault *fault;                  /* may be NULL */
  unsigned flags;                   /* for callbacks; means what their header says */
  bool open;                        /* unknown members, and null in place of optional ones, are passed over */
} sl_json_reader;

/* Reads the value at `at` into *target. Follows the rules of sl_json_object(). */
typedef sl_err sl_json_read_fn(const sl_json_reader *reader, void *target, const sl_json_at *at);

typedef enum sl_json_kind {
  SL_JSON_BOOL = 1,   /* bool */
  SL_JSON_U8,         /* uint8_t in [min, max] */
  SL_JSON_U32,        /* uint32_t in [min, max] */
  SL_JSON_I32,        /* int32_t in [min, max] */
  SL_JSON_I64,        /* int64_t in [min, max] */
  SL_JSON_DECIMAL,    /* int64_t: value x 10^scale, rounded as `round`, in [min, max] */
  SL_JSON_TIME,       /* sl_time: RFC 3339 with Z */
  SL_JSON_TEXT,       /* sl_str in the arena, min to max bytes */
  SL_JSON_UUID,       /* sl_uuid, version 4 */
  SL_JSON_HEX,        /* uint8_t[max]: exactly 2 max lower-case digits */
  SL_JSON_BASE64,     /* sl_span in the arena, min to max bytes decoded */
  SL_JSON_WORD,       /* int (an enumeration): one of `words` */
  SL_JSON_UNIT,       /* as WORD, for units and references: others are SL_ERR_UNIT */
  SL_JSON_CALL,       /* whatever `read` makes of it */
  SL_JSON_ANY         /* nothing is read: the caller looks at it with sl_json_find() */
} sl_json_kind;

typedef enum sl_round { SL_ROUND_NEAREST = 0, SL_ROUND_DOWN = 1, SL_ROUND_UP = 2 } sl_round;

/* A word of a closed list and the number it stands for; the list ends with NULL. */
typedef struct sl_json_word { const char *name; int value; } sl_json_word;

/* One member that an object may have. */
typedef struct sl_json_member {
  const char *name;
  sl_json_kind kind;
  bool required;
  size_t offset;                 /* of the field in the target */
  int64_t min, max;              /* as the kind says */
  uint8_t scale;                 /* DECIMAL: 0 to 9 */
  sl_round round;                /* DECIMAL */
  const sl_json_word *words;     /* WORD, UNIT */
  sl_json_read_fn *read;         /* CALL */
} sl_json_member;

#define SL_JSON_MEMBERS_MAX 64u
#define SL_JSON_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Read a document. *fault (may be NULL) gets offset, line, column and pointer of a
 * failure. Ownership: release *out with sl_json_free(). Errors: SL_ERR_CAP,
 * SL_ERR_SYNTAX (with bad UTF-8 and NUL), SL_ERR_DUPLICATE, SL_ERR_RANGE (a number no
 * double or 64-bit integer holds), SL_ERR_NOMEM. Threads: any, after sl_json_start().
 * Cost: O(size). */
SL_MUST_USE sl_err sl_json_parse(sl_json **out, sl_span text, const sl_json_caps *caps, sl_fault *fault);
/* Release; NULL is allowed. */
void sl_json_free(sl_json *json);
/* Seed the library's hashing from the system, once, before threads are started or a
 * sandbox closes, and before anything is parsed; from then on the process stops where the
 * library gets no memory (it would go on with what is left of a text). Every program that
 * serves calls it. */
void sl_json_start(void);

/* The root, and steps from it. An element beyond the count or an absent member is
 * a place whose value is NULL. */
sl_json_at sl_json_root(const sl_json *json);
sl_json_at sl_json_element(const sl_json_at *array, size_t index);
sl_json_at sl_json_find(const sl_json_at *object, const char *name);
bool sl_json_is_object(const sl_json_at *at);
bool sl_json_is_array(const sl_json_at *at);
/* Whether there is a value and it is not null. */
bool sl_json_is_given(const sl_json_at *at);
/* Elements of an array, members of an object, else 0. */
size_t sl_json_size(const sl_json_at *at);

/* Fill *target from the object at `at` by the table. `present` (may be NULL) gets bit
 * i for row i that was there. Absent optional members leave their field as it is: set
 * defaults before. On failure the target may be partly written. Errors: SL_ERR_TYPE,
 * SL_ERR_UNKNOWN, SL_ERR_UNIT, SL_ERR_MISSING, SL_ERR_RANGE, SL_ERR_SYNTAX (times, ids, digits),
 * SL_ERR_CAP (texts), SL_ERR_NOMEM (the arena), or what a callback returned. */
SL_MUST_USE sl_err sl_json_object(const sl_json_reader *reader, void *target, const sl_json_at *at,
                                  const sl_json_member *table, size_t count, uint64_t *present);

/* One value by the rule of one row (name, required and offset are not looked at). */
SL_MUST_USE sl_err sl_json_value(const sl_json_reader *reader, void *target, const sl_json_at *at,
                                 const sl_json_member *rule);

/* An array of min to max elements of `size` bytes each into the arena, each read by
 * `read`. Errors: SL_ERR_TYPE, SL_ERR_RANGE (too few), SL_ERR_CAP (too many),
 * SL_ERR_NOMEM, or those of `read`. */
SL_MUST_USE sl_err sl_json_list(const sl_json_reader *reader, void **ret_items, uint32_t *ret_count,
                                const sl_json_at *at, size_t min, size_t max, size_t size, sl_json_read_fn *read);

/* The value at `at` as JSON text in the arena, without white space, members in the order
 * they came, at most `max` bytes. Numbers keep their value, not their digits. Errors:
 * SL_ERR_CAP, SL_ERR_NOMEM. Cost: O(size). */
SL_MUST_USE sl_err sl_json_copy(const sl_json_reader *reader, sl_str *out, const sl_json_at *at, size_t max);

/* Fill the reader's fault with code, reason and the pointer of `at`; returns code. */
sl_err sl_json_fail(const sl_json_reader *reader, const sl_json_at *at, sl_err code, const char *format, ...)
    SL_PRINTF(4, 5);
/* Take over a fault that a checker filled, and add the pointer of `at`. */
sl_err sl_json_fail_with(const sl_json_reader *reader, const sl_json_at *at, const sl_fault *fault);

#endif
