/* A team of threads over numbered tasks. */
#ifndef SL_ORACLE_TEAM_H
#define SL_ORACLE_TEAM_H

#include <stddef.h>

#define SL_TEAM_MAX 64u

typedef void sl_task_fn(void *context, size_t task);

/* Run tasks 0 to count - 1, each once, on up to `threads` threads with the caller
 * among them; returns when all are done. Tasks start in order of number. A thread
 * that cannot be started is done without. Errors: none. threads 1 to SL_TEAM_MAX. */
void sl_team_run(unsigned threads, size_t count, sl_task_fn *task, void *context);

#endif
