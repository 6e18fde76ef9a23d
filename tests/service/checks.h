/* Named checks of the principles, each on worlds of its own. A check returns NULL when
 * all is as it must be, else what is not: so the same check can be seen red. */
#ifndef SL_TEST_CHECKS_H
#define SL_TEST_CHECKS_H

typedef struct sl_check {
  const char *name;
  const char *(*run)(void);
} sl_check;

/* By name; NULL when there is none. All of them, ended by a NULL name. */
const sl_check *sl_check_find(const char *name);
extern const sl_check sl_checks[];

/* checks_time.c: the ones about rounds, replies and restarts. */
const char *sl_check_round(void);
const char *sl_check_poll(void);
const char *sl_check_release(void);
const char *sl_check_urgent(void);
const char *sl_check_silence(void);
const char *sl_check_officer(void);
const char *sl_check_void(void);
const char *sl_check_tick(void);
const char *sl_check_restart(void);
const char *sl_check_replay(void);
const char *sl_check_durable(void);
const char *sl_check_log(void);
const char *sl_check_entries(void);
/* erasure.c */
const char *sl_check_erased(void);

#endif
