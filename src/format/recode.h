/* Text that is not made of UTF-8 and line feeds: UTF-16 with a byte-order mark, and lines
 * that end with carriage returns alone. A source over it reads as UTF-8 with line feeds. */
#ifndef SL_FORMAT_RECODE_H
#define SL_FORMAT_RECODE_H

#include "format/source.h"

typedef enum sl_recode { SL_RECODE_NONE, SL_RECODE_UTF16_LE, SL_RECODE_UTF16_BE, SL_RECODE_CR } sl_recode;

/* What the first bytes need. Carriage returns count only where there is no line feed and
 * no NUL, and where the text does not begin as JSON, XML or an archive. Pure. */
sl_recode sl_recode_of(sl_ahead first);

/* State of one recoding; zero it first, it must outlive the source over it. */
typedef struct sl_recoding {
  sl_source *inner;
  sl_recode what;
  uint8_t pending[4];        /* bytes that had no room */
  uint8_t have, given;
  bool marked;               /* the byte-order mark is behind */
  sl_fault fault;            /* why it failed */
} sl_recoding;

/* A source over `inner`, which must outlive it. Half of a pair of surrogates becomes U+FFFD.
 * What fails in `inner`, and UTF-16 of an odd number of bytes (SL_ERR_SYNTAX), is in
 * state->fault and SL_ERR_IO of the source.
 * Errors: SL_ERR_NOMEM. Threads: any, one source each. Cost: O(bytes). */
SL_MUST_USE sl_err sl_recode_open(sl_source **out, sl_recoding *state, sl_source *inner, sl_recode what);

#endif
