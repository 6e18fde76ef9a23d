/* Lines in the service: their state machine, the agreements in force, rounds. */
#ifndef SL_SERVICE_LINES_H
#define SL_SERVICE_LINES_H

#include "service/state.h"

/* Step the line's machine by `side` (a side's number); tell its parties when the state
 * changed; judge again when it can be left (L28). Errors: SL_ERR_STATE. */
sl_err sl_lines_step(sl_service *service, unsigned line, sl_line_event event, unsigned side, sl_time at);
/* L8: the intent was affirmed, amended or is live no more. The last one, and both duty
 * officers' word that theirs are all here (SL_LINE_ANSWER), end a fork. */
void sl_lines_affirmed(sl_service *service, sl_intent *intent);

/* What is due by the clock at service->now: missed heartbeats, agreements that start. */
void sl_lines_clock(sl_service *service);
/* The end of a round of the line, at service->now. */
void sl_lines_round(sl_service *service, unsigned line);
/* When the next round, round preparation, agreement or heartbeat limit is due. */
sl_time sl_lines_due(const sl_service *service);
/* Put every line's next round where the clock has it, after a start. */
void sl_lines_align(sl_service *service);
/* Take a signed and checked agreement. Errors: SL_ERR_CAP, SL_ERR_STATE, SL_ERR_STALE,
 * SL_ERR_NOT_FOUND (a side). `restarting`: while rebuilding, nobody is told. */
SL_MUST_USE sl_err sl_lines_agree(sl_service *service, const sl_agreement *agreement, bool restarting);

#endif
