/* The simulator of L12 for the F3548 face. What a side's parties see of each other is the
 * standard; so the own inputs are those of all of the side's parties here, and what is
 * compared is all that they are answered and all that is pushed to them. The real run has
 * both sides act; the simulated one has a fresh service with the same seed, nobody but the
 * own side, and a script that gives the recorded outcomes at their places (sim.h). */
#ifndef SL_TEST_SIM_UTM_H
#define SL_TEST_SIM_UTM_H

#include "test.h"
#include "utm_world.h"

#define SL_SIM_UTM_WORLDS 1000u
#define SL_SIM_UTM_INPUTS 200u
#define SL_SIM_UTM_INTENTS 4u

typedef struct sl_sim_utm_input {
  int64_t monotonic;
  unsigned who;               /* 0 me, 1 mate; 2, 3: the same, natively */
  char scopes[120], method[8], target[320];
  char *body;
  bool restart;               /* nothing is sent: the service stops, and starts again from its store */
} sl_sim_utm_input;

typedef enum sl_sim_utm_place { SL_SIM_UTM_CLOCK, SL_SIM_UTM_OWN, SL_SIM_UTM_OTHER } sl_sim_utm_place;

typedef struct sl_sim_utm_pass {
  sl_outcome outcome;
  unsigned party;
  sl_sim_utm_place place;
  size_t inputs;
  uint64_t step;
  int64_t monotonic;
  sl_time at;
  bool taken;
} sl_sim_utm_pass;

typedef struct sl_sim_utm_intent {
  char id[40], ovn[128];
  sl_utm_box box;             /* from_s and to_s since 1970 */
  bool stands, active, ended;
  uint32_t version;           /* of a native one */
} sl_sim_utm_intent;

typedef struct sl_sim_utm_seen {
  bool conflict, proposal, amendment, withdrawal, contingency, degraded, refused, aware, pushed, collision;
  bool decline;               /* by the other side */
  bool restart;
  bool turned, taken_back;    /* pushed because of the line's state; taken back because of an own request */
} sl_sim_utm_seen;

typedef struct sl_sim_utm {
  sl_utm_world world;
  sl_rng rng;
  unsigned number, mine;
  bool simulated;
  sl_sim_utm_input input[SL_SIM_UTM_INPUTS];
  size_t inputs, sent;
  sl_sim_utm_pass *tape;
  size_t passes, room;
  sl_sim_utm_place place;
  uint64_t step;
  bool beating;
  int64_t next_beat;
  sl_sim_utm_intent own[2][SL_SIM_UTM_INTENTS], other[SL_SIM_UTM_INTENTS * 2];
  unsigned own_count[2], other_count;
  char line_id[128], line_ovn[128];   /* last learned */
  sl_buf view, pushes[2];
  int status;
  char *answer;
  sl_sim_utm_seen seen;
  char fault[200];
} sl_sim_utm;

/* Run world `number` and its simulation. NULL when the views are equal, else static text
 * that says where they part. `seen` may be NULL. */
const char *sl_sim_utm_world(unsigned number, sl_sim_utm_seen *seen);

/* sim_utm_story.c: live through the world's story. */
void sl_sim_utm_live(sl_sim_utm *sim);
/* sim_utm.c: let time pass; an own party sends; another does (the body must be dropped). */
void sl_sim_utm_move(sl_sim_utm *sim, int64_t ns);
void sl_sim_utm_send(sl_sim_utm *sim, unsigned who, const char *scopes, const char *method, const char *target,
                     const char *body);
sl_answered sl_sim_utm_other(sl_sim_utm *sim, bool native, unsigned who, const char *scopes, const char *method,
                             const char *target, const char *body);
/* The service is restarted, in both runs. */
void sl_sim_utm_restart(sl_sim_utm *sim);
/* The subject of an own party, or of another's. */
const char *sl_sim_utm_subject(const sl_sim_utm *sim, bool own, unsigned who);

#endif
