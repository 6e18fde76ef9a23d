/* The inside of utm*.c: what the face holds in memory, its rows, and the questions that
 * its requests ask of it. All on the writer's thread. */
#ifndef SL_SERVICE_UTM_STATE_H
#define SL_SERVICE_UTM_STATE_H

#include "service/utm.h"

/* ---- life (utm_state.c) ---- */

/* With the service: keys, cache. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_open(sl_service *service);
void sl_utm_close(sl_service *service);
/* Make every structure, empty; release what was made. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_begin(sl_service *service);
void sl_utm_end(sl_service *service);
/* From the rows, after intents and pairs were read back. Errors: those of the store, SL_ERR_CORRUPT, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_load(sl_service *service, sl_fault *fault);
/* The one copy of a manager's name; NULL when memory is short. */
const char *sl_utm_intern(sl_service *service, sl_str name);
/* The manager of what a party filed natively: its first listed subject, else its name. */
const char *sl_utm_manager_of(const sl_service *service, const sl_member *member);
/* A terminated copy; NULL when memory is short. */
char *sl_utm_text(sl_str text);
/* The hash of a key in the maps of a side. */
uint64_t sl_utm_hash(const sl_service *service, const char *what, sl_span key);
/* 44 URL-safe characters that no one was given before: a PRF of the party, the id and the
 * place that its log's next entry will have (L13); and 24 of them. */
void sl_utm_ovn(const sl_service *service, const sl_member *member, const sl_uuid *id, char out[static 45]);
/* As above. */
void sl_utm_version(const sl_service *service, const sl_member *member, const sl_uuid *id,
                    char out[static SL_UTM_VERSION_SIZE + 1]);
/* A UUID of version 4 from a PRF's bytes. */
sl_uuid sl_utm_uuid(const uint8_t bytes[static 16]);

/* The face's part of an intent: made empty, released. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_part_new(sl_service *service, sl_intent *intent);
void sl_utm_part_free(sl_service *service, sl_intent *intent);
/* As above, when all of the face goes with it. */
void sl_utm_part_drop(sl_intent *intent);
/* Whether own-side parties see it on this face: filed natively and standing, or here and
 * neither pending nor deleted. */
bool sl_utm_visible(const sl_intent *intent);
/* Its id reads as free, or as another's, on this face, and it is kept for no reader. */
bool sl_utm_hidden(const sl_intent *intent);
/* The intent is forgotten by the native side: subscriptions and shadows let go of it, its row goes. */
void sl_utm_forget(sl_service *service, sl_intent *intent);

/* ---- constraints and subscriptions (utm_entity.c) ---- */

/* By (side, id), or NULL. */
sl_utm_zone *sl_utm_zone_find(const sl_service *service, unsigned side, const sl_uuid *id);
sl_utm_sub *sl_utm_sub_find(const sl_service *service, unsigned side, const sl_uuid *id);
/* A new one of the party, without extents. Errors: SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_zone_new(sl_service *service, const sl_member *member, const sl_uuid *id, sl_utm_zone **out);
SL_MUST_USE sl_err sl_utm_sub_new(sl_service *service, const sl_member *member, const sl_uuid *id, sl_utm_sub **out);
/* Other extents; takes the region on success. Errors: SL_ERR_CAP, SL_ERR_NOMEM; then as before. */
SL_MUST_USE sl_err sl_utm_zone_place(sl_service *service, sl_utm_zone *zone, sl_utm_region *take_region);
SL_MUST_USE sl_err sl_utm_sub_place(sl_service *service, sl_utm_sub *sub, sl_utm_region *take_region);
/* Gone from memory; rows are the caller's. A subscription has no dependents. */
void sl_utm_zone_free(sl_service *service, sl_utm_zone *zone);
void sl_utm_sub_free(sl_service *service, sl_utm_sub *sub);
/* The intent depends on the subscription, or no more. An implicit one that nothing uses
 * goes, rows and all; else its extents follow its dependents (sl_utm_sub_follow). */
SL_MUST_USE sl_err sl_utm_sub_attach(sl_service *service, sl_utm_sub *sub, sl_intent *intent);
void sl_utm_sub_detach(sl_service *service, sl_intent *intent);
SL_MUST_USE sl_err sl_utm_sub_follow(sl_service *service, sl_utm_sub *sub);
/* Whether one volume and window would cover the extents of an intent. Errors: those of the store. */
SL_MUST_USE sl_err sl_utm_sub_covers(sl_service *service, const sl_volume *outer, sl_window window,
                                     const sl_intent *intent, bool *out);
/* Whether it is past its end at `at`: then it reads as absent. */
bool sl_utm_sub_over(const sl_utm_sub *sub, sl_time at);
/* One more notification: counted in memory, written with its page at the group's end. */
void sl_utm_sub_count(sl_service *service, sl_utm_sub *sub);

/* ---- time (utm_timer.c) ---- */

/* Wake at `at`, also anew; never. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_timer_set(sl_service *service, sl_utm_timer *timer, sl_time at);
void sl_utm_timer_clear(sl_service *service, sl_utm_timer *timer);
/* What a timer belongs to is over: it goes, rows and all. */
void sl_utm_over(sl_service *service, sl_utm_timer *timer);
/* Take away what is over, SL_UTM_SWEEP_MAX at most (a small step of every turn). Returns whether any was. */
bool sl_utm_sweep(sl_service *service);
/* When the next is over. */
sl_time sl_utm_due(const sl_service *service);

/* ---- what is relevant (utm_find.c) ---- */

/* Bounds of one object. Returns whether it is small: within about 5 km, a place where its
 * bounds say enough of whom to notify (the standard asks for no less than the overlap). */
bool sl_utm_bounds(const sl_prepared *object, sl_granule *out);
/* What was found, sorted by id, each once. */
typedef struct sl_utm_found {
  void **item;
  uint32_t count, room;
} sl_utm_found;

/* The intent's window is over, or it was ended: it is found by queries as long as it is
 * there; it is found no more. Failures stick to the group. */
void sl_utm_past_enter(sl_service *service, sl_intent *intent);
void sl_utm_past_leave(sl_service *service, sl_intent *intent);

/* Whatever has a point in common with some object, of the side: operational intents that
 * are visible (any reference); with `own`, for a query, also those that only pend and are
 * its, and those whose time is over (NULL: neither, what is over is in nobody's way); constraints, subscriptions with the flag that have not
 * ended at `at`. Adds to *out (zeroed before the first). Errors: SL_ERR_NOMEM, SL_ERR_CAP. */
SL_MUST_USE sl_err sl_utm_find_intents(sl_service *service, unsigned side, const sl_member *own,
                                       sl_prepared *const *object, uint32_t count, sl_utm_found *out);
SL_MUST_USE sl_err sl_utm_find_zones(sl_service *service, unsigned side, sl_prepared *const *object, uint32_t count,
                                     sl_utm_found *out);
typedef enum sl_utm_flag { SL_UTM_FOR_ANY, SL_UTM_FOR_INTENTS, SL_UTM_FOR_ZONES } sl_utm_flag;
SL_MUST_USE sl_err sl_utm_find_subs(sl_service *service, unsigned side, sl_utm_flag flag, sl_time at,
                                    sl_prepared *const *object, uint32_t count, sl_utm_found *out);
/* Sort, unmark and keep each once; release. */
void sl_utm_found_intents(sl_utm_found *found);
/* As above, of the others. */
void sl_utm_found_zones(sl_utm_found *found);
/* As above. */
void sl_utm_found_subs(sl_utm_found *found);
/* Unmark subscriptions only: for sl_utm_notify(), which has an order of its own. */
void sl_utm_found_unmark(sl_utm_found *found);
void sl_utm_found_fini(sl_utm_found *found);

/* ---- how they are told (utm_view.c) ---- */

/* What was said of a USS, or NULL; the availability of a manager on the side. */
sl_utm_uss *sl_utm_uss_find(const sl_service *service, unsigned side, sl_str name);
/* As above. */
sl_utm_availability sl_utm_availability_of(const sl_service *service, unsigned side, const char *manager);
/* A reference as `viewer` sees it: the OVN is its manager's alone. The text lives in the arena. */
SL_MUST_USE sl_err sl_utm_intent_view(sl_service *service, const sl_intent *intent, const char *viewer, sl_arena *arena,
                                      sl_utm_intent_ref *out);
/* As above. */
void sl_utm_zone_view(sl_service *service, const sl_utm_zone *zone, const char *viewer, sl_utm_constraint_ref *out);
/* As above. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_sub_view(const sl_utm_sub *sub, sl_arena *arena, sl_utm_subscription *out);
/* The OVN of a visible intent. */
void sl_utm_intent_ovn(const sl_service *service, const sl_intent *intent, char out[static SL_UTM_OVN_OWN_MAX + 1]);
/* Of all that was found, in the arena. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_zone_views(sl_service *service, const sl_utm_found *found, const char *viewer,
                                     sl_arena *arena, sl_utm_constraint_ref **out);
/* As above, to the operation's party: what it may see of each, and the line references of
 * its own that are not CLEAR, each judged afresh. *count may be up to twice found->count.
 * op->utm->line: one of them is a line reference. Errors also: those of judging. */
SL_MUST_USE sl_err sl_utm_intent_views(sl_service *service, sl_op *op, const sl_utm_found *found,
                                       sl_utm_intent_ref **out, uint32_t *count);
/* Count one notification for each and group them by base URL, in the arena. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_notify(sl_service *service, sl_utm_found *subs, sl_arena *arena, sl_utm_subscriber **out,
                                 uint32_t *count);

/* ---- across the line (utm_line.c) ---- */

/* The line reference of an own intent as it is shown at `at`, if it is shown one: a pure
 * function of the party's own requests and outcomes. `version`: on this face, of the
 * extents that it is about. */
typedef struct sl_utm_line {
  sl_uuid id;
  char ovn[45];
  bool all;                      /* of all own granules */
  sl_utm_intent_ref reference;   /* its texts point here, and at the options */
} sl_utm_line;
/* Fills *out. False: none is shown. */
bool sl_utm_line_of(sl_service *service, const sl_intent *intent, sl_time at, sl_utm_line *out);
/* Whether the key of a PUT shows that its party knows the line reference. */
bool sl_utm_line_known(sl_service *service, const sl_intent *intent, const sl_utm_line *line,
                       const sl_utm_put_intent *body);
/* The reference was told: its id finds the intent; the id finds nothing any more. */
void sl_utm_line_keep(sl_service *service, sl_intent *intent, const sl_utm_line *line);
void sl_utm_line_forget(sl_service *service, sl_intent *intent);
/* After a start: what may have been told of it finds it. */
void sl_utm_line_note(sl_service *service, sl_intent *intent);
/* The own intent that a line reference id stands for at `at`, told to its own party only; NULL. */
sl_intent *sl_utm_line_find(sl_service *service, const sl_member *member, const sl_uuid *id, sl_time at,
                            sl_utm_line *out);
/* The details of a line reference as JSON: own volumes that lie in told granules. Errors:
 * those of the store, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_utm_line_details(sl_service *service, sl_intent *intent, const sl_utm_line *line, sl_buf *out);
/* A refusal of the intent's id, counted (three in 15 min widen the next reference). */
void sl_utm_line_refused(sl_utm_part *part, sl_time at);
/* Whether three stand in the last 15 min. */
bool sl_utm_line_wide(const sl_utm_part *part, sl_time at);

/* ---- what its party's server is told unasked (utm_push.c) ---- */

/* The party hears how an own intent stands: pushed to its base URL, and what it was told
 * before and is another now is taken back. */
void sl_utm_line_push(sl_service *service, sl_intent *intent);
/* The same where it would say something new. Returns whether it did. */
bool sl_utm_line_turn(sl_service *service, sl_intent *intent);
/* An answer told the reference (NULL: told that there is none): what was told before and
 * is another is taken back. Returns whether the intent's row is to be written. */
bool sl_utm_line_told(sl_service *service, sl_intent *intent, const sl_utm_line *line);
/* A version was accepted, and its rows are written: what was told of the one before, and of
 * its shadow (NULL: none), is taken back. unknown: its key did not show that its party
 * knows the reference, which is pushed then. */
void sl_utm_line_settle(sl_service *service, sl_intent *intent, sl_utm_part *shadow, bool unknown);
/* Whether the party has a server that it can be told at. */
bool sl_utm_line_remote(const sl_service *service, const sl_intent *intent);

/* ---- a change of the line's state (utm_turned.c) ---- */

/* The state of a line of the party's changed: in small steps of the turns to come its
 * intents are looked at in its own order, and its server is told of those that now read
 * otherwise (L12: a function of the state and of its own intents). */
void sl_utm_turned(sl_service *service, sl_member *member);
/* The same for all: memory was made anew while some were being looked at. */
void sl_utm_turned_again(sl_service *service);
/* One step: the same share for each side. Returns whether anything was done. */
bool sl_utm_turned_step(sl_service *service);
/* When the next is due. */
sl_time sl_utm_turned_due(const sl_service *service);
/* It goes: the look begins with the one after it. */
void sl_utm_turned_forget(sl_service *service, const sl_intent *intent);

/* ---- rows (utm_persist.c) ---- */

/* Each writes one thing's row, or takes it away. Failures stick to the group. */
void sl_utm_persist_intent(sl_service *service, const sl_intent *intent);
/* As above. */
void sl_utm_persist_intent_gone(sl_service *service, const sl_intent *intent);
/* As above. */
void sl_utm_persist_zone(sl_service *service, const sl_utm_zone *zone, bool gone);
/* As above; an index is not in it (sl_utm_persist_touched). */
void sl_utm_persist_sub(sl_service *service, const sl_utm_sub *sub, bool gone);
/* As above. */
void sl_utm_persist_uss(sl_service *service, unsigned side, const sl_utm_uss *uss);
/* As above. */
void sl_utm_persist_posted(sl_service *service, unsigned side, const sl_utm_posted *posted, bool gone);
/* As above. */
void sl_utm_persist_done(sl_service *service, const sl_utm_done *done, bool gone);
/* The pages of indices that this group changed, and the sides' counters. */
void sl_utm_persist_touched(sl_service *service);

/* A done DELETE is remembered; the entry that answers it again, or false. */
void sl_utm_done_add(sl_service *service, const sl_op *op, uint64_t leaf);
bool sl_utm_done_find(const sl_service *service, const sl_op *op, uint64_t *leaf);
void sl_utm_done_free(sl_service *service, sl_utm_done *done);
/* Details posted for an entity of the side, or NULL; drop them. */
sl_utm_posted *sl_utm_posted_find(const sl_service *service, unsigned side, const sl_uuid *id, bool constraint);
void sl_utm_posted_drop(sl_service *service, unsigned side, const sl_uuid *id, bool constraint);

#endif
