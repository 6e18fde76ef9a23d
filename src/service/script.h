/* The script of a simulation in the place of everything behind the wall (L12). */
#ifndef SL_SERVICE_SCRIPT_H
#define SL_SERVICE_SCRIPT_H

#include "service/state.h"

/* The outcome of an own submission or poll. Errors: none. */
SL_MUST_USE sl_err sl_script_judged(sl_service *service, const sl_intent *intent, sl_outcome *out);
/* Whatever the script passes at this step, to whichever party. Nothing without a script.
 * Returns whether it passed anything. */
bool sl_script_step(sl_service *service);
/* Whether the side may say this on its line, as far as its own words and the state it
 * was told decide; its own words are kept. Errors: SL_ERR_STATE. */
SL_MUST_USE sl_err sl_script_line(sl_service *service, sl_line_record *line, sl_line_event event, unsigned end,
                                  sl_time at);
/* After a start, of a line that was in that state. */
void sl_script_restart(sl_line_record *line, sl_line_state before);

#endif
