/* What tests of the line's rules say to a world in one line: file, poll, end, answer,
 * and read what came back. */
#ifndef SL_TEST_PLAY_H
#define SL_TEST_PLAY_H

#include "world.h"

#define SL_HOUR (3600 * SL_NS_PER_S)
#define SL_MINUTE (60 * SL_NS_PER_S)
#define SL_SECOND SL_NS_PER_S

/* An answer about an intent, taken apart. Members that it lacks are empty. */
typedef struct sl_read {
  int status;
  char verdict[128], reason[128], state[128], as_of[128], valid_until[128];
  char case_id[128], case_state[128], case_answer[128], plan_digest[128], proposal_digest[128], expires[128];
  long charged, agreement, version;
  bool all;
  char body[65536];
} sl_read;

/* Take an answer apart and release it. */
const sl_read *sl_play_read(sl_answered *answer);
/* File the draft; poll; end. The result is static: good until the next of these. */
const sl_read *sl_play_put(sl_world *world, sl_client *client, const char *id, const sl_draft *draft);
const sl_read *sl_play_get(sl_world *world, sl_client *client, const char *id);
const sl_read *sl_play_end(sl_world *world, sl_client *client, const char *id, int version, sl_time out_at);
/* The same as far as tests mostly ask: "CLEAR", "CONFLICT", "UNDECIDED/budget". Static. */
const char *sl_play_word(const sl_read *read);
/* Answer the proposal that the party's case of the intent has now. Returns the status. */
int sl_play_answer(sl_world *world, sl_client *client, const char *id, const char *word);
/* Any request; returns the status. */
int sl_play_do(sl_world *world, sl_client *client, const char *method, const char *target, const char *body);
/* The events after a sequence, as the body; *next becomes the newest. Static. */
const char *sl_play_events(sl_world *world, sl_client *client, uint64_t *next);
/* How often a word stands in a text. */
unsigned sl_play_count(const char *text, const char *word);
/* Sign the world's agreement by both focal points and send it. Returns the status. */
int sl_play_agree(sl_world *world);
/* Both focal points send a heartbeat. */
void sl_play_beat(sl_world *world);
/* An RFC 3339 text. Static. */
const char *sl_play_time(sl_time time);
/* A box that two sides file at the same place two hours from now. */
sl_draft sl_play_box(const sl_world *world);

/* A store in memory that fails when told: the next begin, put or commit gives the error
 * set here, once. */
typedef struct sl_play_faults { sl_err begin, put, commit; unsigned commits; } sl_play_faults;
sl_store *sl_play_store(sl_play_faults *faults);

#endif
