/* Errors of the whole project: one append-only enumeration, and the fault that
 * a parser fills so that a person can act on what went wrong.
 *
 * Convention: a function that can fail returns sl_err; its outputs are written
 * only on SL_OK and are left untouched otherwise. */
#ifndef SIDELINE_ERR_H
#define SIDELINE_ERR_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SL_MUST_USE __attribute__((warn_unused_result))
#define SL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define SL_MUST_USE
#define SL_PRINTF(fmt, args)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Append only: the numbers stand in logs and test vectors. */
typedef enum sl_err {
  SL_OK = 0,
  SL_ERR_NOMEM = 1,        /* the allocator said no */
  SL_ERR_CAP = 2,          /* a stated cap was reached */
  SL_ERR_RANGE = 3,        /* a value outside its documented range */
  SL_ERR_SYNTAX = 4,       /* not the grammar of the format */
  SL_ERR_TYPE = 5,         /* a value of the wrong type */
  SL_ERR_UNKNOWN = 6,      /* a member, key or code that is not in the closed schema */
  SL_ERR_DUPLICATE = 7,    /* the same member or entry twice */
  SL_ERR_MISSING = 8,      /* a required member is absent */
  SL_ERR_UNIT = 9,         /* a unit or reference that is not accepted here */
  SL_ERR_GEOMETRY = 10,    /* a shape that has no meaning; the reason names the vertex */
  SL_ERR_ORDER = 11,       /* lower above upper, end before start */
  SL_ERR_UNSUPPORTED = 12, /* known, and refused by name */
  SL_ERR_SIGNATURE = 13,   /* a signature or digest that does not verify */
  SL_ERR_EXPIRED = 14,     /* too old, too new, or past its validity */
  SL_ERR_REPLAY = 15,      /* seen before */
  SL_ERR_DENIED = 16,      /* known, and not allowed to */
  SL_ERR_NOT_FOUND = 17,
  SL_ERR_EXISTS = 18,
  SL_ERR_STATE = 19,       /* an illegal transition */
  SL_ERR_STALE = 20,       /* names a version that is not the current one */
  SL_ERR_BUSY = 21,        /* try again later */
  SL_ERR_IO = 22,          /* the operating system failed a read or write */
  SL_ERR_FULL = 23,        /* no space on the device */
  SL_ERR_CORRUPT = 24,     /* stored data fails its own checks */
  SL_ERR_SCHEMA = 25,      /* stored data of another schema version */
  SL_ERR_CRYPTO = 26,      /* a cryptographic primitive failed */
  SL_ERR_DATUM = 27,       /* references that cannot be compared without a bound */
  SL_ERR_END = 28,         /* no more: the end of a stream or scan */
  SL_ERR_METHOD = 29,      /* a known name, and not this verb on it */
  SL_ERR_GONE = 30         /* it was there, and was erased when its retention was over */
} sl_err;

/* What went wrong, where, and what to do next. The first fault wins: a filled
 * fault (code != SL_OK) is never overwritten. Start from sl_fault_none(). */
typedef struct sl_fault {
  sl_err code;
  size_t offset;       /* bytes from the start of the input */
  uint32_t line;       /* from 1; 0 where lines mean nothing */
  uint32_t column;     /* from 1; 0 where columns mean nothing */
  char pointer[128];   /* RFC 6901 JSON pointer; empty where it means nothing */
  char reason[192];    /* one sentence for a person; never a copy of foreign input */
} sl_fault;

/* An empty fault. Errors: none. Threads: any. Cost: constant. */
sl_fault sl_fault_none(void);

/* Fill *fault with code and a printf-formatted reason, unless it is filled
 * already. fault may be NULL. Returns code, so that a parser can write
 * `return sl_fault_set(...)`. Errors: none. Threads: any. Cost: constant. */
sl_err sl_fault_set(sl_fault *fault, sl_err code, const char *format, ...) SL_PRINTF(3, 4);

/* The short, stable name of an error ("unknown-member"), for programs and logs.
 * The text is static. Errors: an unlisted code gives "unlisted". Threads: any. */
const char *sl_err_name(sl_err code);

#ifdef __cplusplus
}
#endif
#endif
