/* Behind the wall of L12: what intents of different sides mean to each other. */
#ifndef SL_SERVICE_ACROSS_H
#define SL_SERVICE_ACROSS_H

#include "service/state.h"

/* Put the intent's objects into the index: from here on it protects. Errors:
 * SL_ERR_CAP, SL_ERR_NOMEM; then nothing of it is in the index. */
SL_MUST_USE sl_err sl_across_enter(sl_service *service, sl_intent *intent);
/* Take it out and drop its links; the other ends become due to be told. */
void sl_across_leave(sl_service *service, sl_intent *intent);

/* Other objects for a live intent, its links kept for the judgement that follows.
 * Takes the objects and the array on success. Errors: as entering; then nothing changed. */
SL_MUST_USE sl_err sl_across_replace(sl_service *service, sl_intent *intent, sl_prepared **object, uint32_t count);

/* Judge it afresh against everything live on the side's lines, keep the links and
 * give the outcome that answers its party. `urgent`: the other ends are told at
 * once (L7). Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_across_judge(sl_service *service, sl_intent *intent, bool urgent, sl_outcome *out);
/* The same outcome for a poll, from the links that stand: what is told already
 * stays told until the round ends, and only worse shows at once. */
SL_MUST_USE sl_err sl_across_poll(sl_service *service, sl_intent *intent, sl_outcome *out);

/* Tell every intent of the line's sides whose standing changed (the end of a round). */
SL_MUST_USE sl_err sl_across_announce(sl_service *service, const sl_line_record *line);
/* Judge a live intent again; both ends are due to be told what changed. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_across_recheck(sl_service *service, sl_intent *intent);
/* Judge all live intents of a line's sides again (L1, L28). */
SL_MUST_USE sl_err sl_across_again(sl_service *service, const sl_line_record *line);

/* The intent is due to be told at the round's end how it stands; what was shown of it
 * to another is kept with this commit (L14). */
SL_MUST_USE sl_err sl_across_changed(sl_service *service, sl_intent *intent);

/* Walk the live objects that could infringe the minima of any line of `side` against
 * *probe, which is of class `own`: at least those, of all sides. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_across_query(sl_service *service, unsigned side, sl_class own, const sl_prepared *probe,
                                   sl_candidate_fn *found, void *context);

/* For rebuilding: keep a link at both ends; the worst over an intent's links, kept as
 * its judgement; put it on the list of those to be announced. */
SL_MUST_USE sl_err sl_across_link(sl_intent *a, sl_intent *b, const sl_link *link);
sl_verdict sl_across_standing(sl_intent *intent);
SL_MUST_USE sl_err sl_across_list(sl_service *service, sl_intent *intent);

/* Objects, index entries and links of two intents of one party change places, and with
 * them whether each is live. Rows of pairs follow; nobody is told anything. */
void sl_across_swap(sl_service *service, sl_intent *a, sl_intent *b);
/* The rows of its pairs and of what is owed for it, written or taken away: around another id. */
void sl_across_rows(sl_service *service, sl_intent *intent, bool stand);
/* What is owed for `from` (L14) is owed for `heir` from now on; `from` owes nothing. */
void sl_across_succeed(sl_service *service, sl_intent *heir, sl_intent *from);

/* Pass an outcome through the wall: recorded, then handed to the party's state. */
void sl_wall_pass(sl_service *service, sl_member *member, sl_intent *intent, const sl_outcome *outcome);

/* The minima that hold between two intents on their line, wider for clocks in doubt
 * (L6); false when no line joins their sides, it is not in force, or only one of them is
 * an exercise (L1). */
bool sl_across_minima(sl_service *service, const sl_intent *a, const sl_intent *b, sl_minima *out, unsigned *line);

#endif
