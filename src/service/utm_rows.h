/* Keys of the F3548 face's rows, and what only rebuilding needs. */
#ifndef SL_SERVICE_UTM_ROWS_H
#define SL_SERVICE_UTM_ROWS_H

#include "service/utm_state.h"

#define SL_UTM_FORM 1u
#define SL_UTM_FORM_INTENT 2u   /* of an intent's row; 1: without the time of its newest suffix, or with it */

/* The first byte of a key. Append only: the letters are in the files. */
#define SL_UTM_ROW_SUB 'S'
#define SL_UTM_ROW_PAGE 'P'
#define SL_UTM_ROW_ZONE 'C'
#define SL_UTM_ROW_INTENT 'I'
#define SL_UTM_ROW_USS 'A'
#define SL_UTM_ROW_POSTED 'D'
#define SL_UTM_ROW_DONE 'X'
#define SL_UTM_ROW_PUSHES 'V'

typedef struct sl_utm_key_bytes { uint8_t bytes[48]; } sl_utm_key_bytes;

/* kind, side, id: the key, as a view of *key. */
sl_span sl_utm_key(sl_utm_key_bytes *key, char kind, unsigned side, sl_span id);

/* Keep a row's value in memory. Errors: SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_done_keep(sl_service *service, const sl_utm_done *given);
/* As above; takes `details` (malloc'ed) on success. */
SL_MUST_USE sl_err sl_utm_posted_keep(sl_service *service, unsigned side, const sl_utm_posted *given);
/* As above: what was said of a USS, old or new. */
SL_MUST_USE sl_err sl_utm_uss_keep(sl_service *service, unsigned side, sl_str name, sl_utm_availability availability,
                                   const char *version, sl_utm_uss **out);

/* As above: the index of a party's virtual line subscription; and its row. */
SL_MUST_USE sl_err sl_utm_pushes_keep(sl_service *service, uint16_t member, uint32_t index);
void sl_utm_persist_push_index(sl_service *service, const sl_member *member, uint32_t index);
/* A subscription without its place among the pages; room for more places. Errors: SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_sub_new_at(sl_service *service, const sl_member *member, const sl_uuid *id, sl_utm_sub **out);
SL_MUST_USE sl_err sl_utm_slots_grow(sl_utm_side *side);

#endif
