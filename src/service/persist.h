/* What the service writes: every row's key and value, big-endian, a version byte
 * first. All go into the open transaction; the first failure sticks to the group
 * (sl_group_fail), which then fails as a whole. */
#ifndef SL_SERVICE_PERSIST_H
#define SL_SERVICE_PERSIST_H

#include "service/state.h"
#include "wire/body.h"
#include "wire/intent.h"

/* Let the open group fail with err, unless it failed already; SL_OK does nothing. */
void sl_group_fail(sl_service *service, sl_err err);

/* The standing version as filed: plan, freedom, alternatives. */
void sl_persist_intent(sl_service *service, const sl_intent *intent, const sl_draft *draft);
/* What the party was shown of it, its case, its state. */
void sl_persist_standing(sl_service *service, sl_intent *intent);
/* Both rows go. */
void sl_persist_forget(sl_service *service, const sl_intent *intent);
/* That the party is due to be told of presence (L14), or was told. */
void sl_persist_owed(sl_service *service, const sl_intent *intent, bool owed);
/* The pair and what was found, at link->window; NULL: it is no more. */
void sl_persist_pair(sl_service *service, const sl_intent *a, const sl_intent *b, const sl_link *link);
void sl_persist_member(sl_service *service, const sl_member *member);
/* Write the rows of members and lines that this group touched, and the clock. */
void sl_persist_touched(sl_service *service);
/* Up to when everything was carried out, and nonces may be forgotten; and what the service said it was. */
void sl_persist_clock(sl_service *service, sl_time said);
void sl_persist_line(sl_service *service, const sl_line_record *line);
/* Into the rows that this group writes one of (persist_batch.c): a nonce, kept until it
 * expires; what was asked, kept for SL_ASKED_KEPT_S; a leaf. */
void sl_persist_nonce(sl_service *service, const sl_nonce *nonce);
void sl_persist_asked(sl_service *service, const sl_member *member, const sl_asked *asked);
void sl_persist_batch_leaf(sl_service *service, uint16_t log, uint64_t index, const sl_hash *leaf);
/* Write those rows, and take away some of those whose time has passed. */
void sl_persist_batches(sl_service *service);
/* Nothing was gathered, no row was seen. */
void sl_persist_batches_forget(sl_service *service);
/* A row of such a table at a start: *out stands before its first item; read items until
 * out->rest is empty. Errors: SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_persist_batch_read(sl_service *service, sl_batch_kind kind, sl_span key, sl_span value,
                                         sl_reader *out);
/* The next item of such a row. Errors: SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_persist_asked_read(sl_reader *in, uint16_t *member, sl_asked *out);
/* A granule in a row, and back. */
void sl_granule_row_add(sl_buf *out, const sl_granule *granule);
sl_granule sl_granule_row_read(sl_reader *in);
void sl_persist_event(sl_service *service, const sl_member *member, const sl_event_row *event);
/* It is erased. */
void sl_persist_event_gone(sl_service *service, const sl_member *member, uint64_t sequence);
/* The key of its row. */
void sl_event_key(uint8_t out[static 10], const sl_member *member, uint64_t sequence);
/* The next row of openings is this entry's, the log's next. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_persist_leaf_place(sl_service *service, uint16_t log, uint64_t index);
/* A leaf, and its opening in a row of its own: a start reads leaves only, and erasing
 * an opening leaves the log whole (L23). `period`: of its salt (salts.h). */
void sl_persist_leaf(sl_service *service, uint16_t log, uint64_t index, const sl_hash *leaf, uint32_t period,
                     sl_span entry, sl_span attachment);
/* Of the opening only its commitment is left. */
void sl_persist_leaf_erase(sl_service *service, uint16_t log, uint64_t index, const sl_hash *commitment);
/* The n-th signed record, as the envelope's JSON, and when it was taken. */
void sl_persist_record(sl_service *service, uint32_t number, sl_time at, sl_span envelope);
/* Its envelope's JSON back, appended. Errors: SL_ERR_NOT_FOUND, SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_persist_record_get(sl_service *service, uint32_t number, sl_buf *out);
/* A notification not yet delivered (push.h); that it is no more. */
void sl_persist_push(sl_service *service, uint64_t number, uint16_t member, sl_time made, sl_str url, sl_str body);
void sl_persist_push_gone(sl_service *service, uint64_t number);
void sl_persist_meta(sl_service *service, const char *name, sl_span value);

#define SL_LOG_ROLLUP 0xffffu   /* the roll-up's number among logs */

/* The opening of an entry, as views of *value. Errors: SL_ERR_NOT_FOUND (none, erased, or its
 * retention is over), SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_persist_leaf_get(sl_service *service, uint16_t log, uint64_t index, sl_buf *value,
                                       uint8_t salt[static 32], sl_span *entry);
/* What is left of one that is erased, or is to be. Errors: SL_ERR_NOT_FOUND (it is not), SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_persist_leaf_erased(sl_service *service, uint16_t log, uint64_t index, sl_hash *commitment);
/* Of which week its salt is. Errors: as above. */
SL_MUST_USE sl_err sl_persist_leaf_period(sl_service *service, uint16_t log, uint64_t index, uint32_t *period);
/* The version as filed, back. Errors: SL_ERR_NOT_FOUND, SL_ERR_CORRUPT, SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_persist_draft_get(sl_service *service, const sl_intent *intent, sl_arena *arena, sl_draft *out);
SL_MUST_USE sl_err sl_persist_draft_read(sl_span value, sl_arena *arena, sl_draft *out);
/* The event's body, appended. Errors: SL_ERR_NOT_FOUND. */
SL_MUST_USE sl_err sl_persist_event_get(sl_service *service, const sl_member *member, uint64_t sequence, sl_buf *out);
/* The parts of the rows that load.c reads back. Errors: SL_ERR_CORRUPT. */
SL_MUST_USE sl_err sl_persist_standing_read(sl_intent *intent, sl_span value);
SL_MUST_USE sl_err sl_persist_member_read(sl_member *member, sl_span value);
/* The next agreement is the one in force. */
void sl_line_enforce(sl_line_record *line);
/* As above, of a line. */
SL_MUST_USE sl_err sl_persist_line_read(sl_line_record *line, sl_span value);

/* (side, id), the key of everything about an intent. */
typedef struct sl_intent_key_bytes { uint8_t bytes[18]; } sl_intent_key_bytes;
sl_intent_key_bytes sl_intent_key(unsigned side, const sl_uuid *id);

#endif
