/* The simulator of L12: random worlds of two sides, and the proof that a party's whole
 * view is a function of its own inputs, the server's seed and the closed outcomes O.
 *
 * A world is made from its number. The real run has both sides act; it records the
 * inputs of one party, "me" (method, target, body, time, nonce), everything that me is
 * sent (status, content type, release, body, chunks of streams, each with the time at
 * which it left), and the outcomes that pass the wall to me, each with its place: in
 * an own operation, at the clock, or by another's operation between two own ones.
 * The simulated run has a fresh service with the same seed and keys, and the signed
 * records of the line and of me's side: of the other side nobody but the focal point is
 * enrolled. Nobody but me files anything; me's inputs come again at the same times, and a
 * script gives the recorded outcomes at their places. Where the server stops and starts
 * both do. The two views must be equal byte for
 * byte.
 *
 * Excepted bytes, and no others: the root and the signature of the roll-up's checkpoint
 * (in answers to heartbeats and under /rollup/), the roots in roll-up entries, the
 * hashes of roll-up tiles, and the sibling hashes in the opening of the own slot. They
 * are hashes over salted slots of other parties and differ by design; the mask keeps
 * their number and length, and everything around them is compared. */
#ifndef SL_TEST_SIM_H
#define SL_TEST_SIM_H

#include "test.h"
#include "world.h"

#define SL_SIM_INPUTS_MAX 160u
#define SL_SIM_INTENTS_MAX 4u
#define SL_SIM_OTHERS_MAX 3u
#define SL_SIM_WORLDS 1000u

/* Something me sends; `method` NULL: only the clock is set. */
typedef struct sl_sim_input {
  int64_t monotonic;       /* when, by the clock that only goes forward */
  int64_t wall_step;       /* the wall clock is set by so much before it */
  bool restart;            /* the service is stopped before it, and started again from its store */
  const char *method;
  char target[160];
  char *body;              /* NULL: none */
  bool again;              /* with the nonce of the one before */
  bool stream;             /* for an event stream */
  bool held;               /* queued, carried out with the next one that is not */
  const char *keyid;       /* in place of me's own; it fits no key that me has */
} sl_sim_input;

/* Where an outcome passed. */
typedef enum sl_sim_place { SL_SIM_CLOCK, SL_SIM_OWN, SL_SIM_OTHER } sl_sim_place;

typedef struct sl_sim_pass {
  sl_outcome outcome;
  sl_sim_place place;
  size_t inputs;           /* how many inputs of me had been sent */
  uint64_t step;           /* of which operation of another */
  int64_t monotonic;
  sl_time at;              /* the service's time */
  bool taken;
} sl_sim_pass;

/* A plan as the stories draw it. */
typedef struct sl_sim_plan {
  unsigned shape;          /* 0 box, 1 circle, 2 corridor, 3 trajectory, 4 two boxes */
  double lat, lon, half;   /* degrees, m */
  int64_t lower, upper;    /* m above the ellipsoid, or feet */
  bool pressure;
  int64_t from_s, to_s;    /* seconds since 1970 */
} sl_sim_plan;

typedef struct sl_sim_intent {
  char id[37];
  uint32_t version;        /* 0: never filed */
  sl_intent_state state;
  bool on;                 /* placed where it conflicts with me */
  sl_sim_plan plan;
} sl_sim_intent;

typedef struct sl_sim_actor {
  sl_client *client;
  unsigned number;         /* among those of its side */
  sl_sim_intent intent[SL_SIM_INTENTS_MAX];
  unsigned intents;
} sl_sim_actor;

/* What L12 wants in the mix. */
typedef struct sl_sim_seen {
  bool conflict, proposal, decline, amendment, withdrawal, contingency, degraded, refused, idle, commit, doubt, band,
      erased, restart, probe;
} sl_sim_seen;

struct sl_sim_call;

typedef struct sl_sim {
  sl_world world;
  sl_rng rng;
  unsigned number;
  bool simulated;
  unsigned mine;                       /* the side of me */
  unsigned party;                      /* me's number in the service */
  sl_client me_client, mate_client, other_client[SL_SIM_OTHERS_MAX];
  sl_sim_actor me, mate, other[SL_SIM_OTHERS_MAX];
  unsigned others;
  bool setbacks;                       /* the wall clock steps back before every fourth act */
  bool idle, beating[2];
  int64_t next_beat[2];                /* monotonic */
  sl_sim_input input[SL_SIM_INPUTS_MAX];
  size_t inputs, sent;
  sl_sim_pass *tape;
  size_t passes, room;
  sl_sim_place place;
  uint64_t step;
  struct sl_sim_call *call;
  sl_buf view;
  int status;                          /* of the last answer to me, and its body */
  char *answer;
  sl_sim_seen seen;
  char fault[256];                     /* why the simulated run cannot be right */
  void (*watch)(void *context, const sl_sim_pass *pass);   /* sees what passes to whom, when set */
  void *watch_context;
  /* Another way for me's requests than in-process, when both are set: `carry` brings one
   * into the service's queue, `settle` comes after the service's turns, takes the answers
   * that are there and fills view, status and answer. */
  void (*carry)(void *context, const sl_sim_input *input, size_t number);
  void (*settle)(void *context);
  void *carry_context;
} sl_sim;

/* Set up a world up to its enrolments. The store may be NULL: a fresh one in memory. */
void sl_sim_open(sl_sim *sim, unsigned number, bool simulated, sl_store *store);
void sl_sim_close(sl_sim *sim);

/* sim_run.c: let time pass; others' heartbeats and outcomes of the script fall due in it. */
void sl_sim_move(sl_sim *sim, int64_t ns);
void sl_sim_move_to(sl_sim *sim, int64_t monotonic);
/* Me sends; the answer is in sim->status and sim->answer. */
void sl_sim_send(sl_sim *sim, const char *method, const char *target, const char *body);
void sl_sim_send_input(sl_sim *sim, const sl_sim_input *input);
/* Another sends; the body must be dropped. */
sl_answered sl_sim_other(sl_sim *sim, sl_client *client, const char *method, const char *target, const char *body);

/* sim_story.c: live through the world's story. */
void sl_sim_live(sl_sim *sim);
/* sim_plan.c: the draft of a plan, as a body; the caller frees it. */
typedef struct sl_sim_options {
  uint32_t version;
  sl_intent_state state;
  unsigned alternatives;               /* own, 0 to 2 */
  bool free, pending, exercise;
  unsigned tolerance_s;
} sl_sim_options;
char *sl_sim_body(const sl_sim_plan *plan, const sl_sim_options *options);
/* sim_mask.c: blank the excepted bytes of an answer in place. */
void sl_sim_mask(const char *target, char *body, size_t size);

/* sim_run.c: the simulated run of what `real` recorded; and where the two views part, as
 * static text, NULL when they are equal. */
void sl_sim_replay(sl_sim *sim, const sl_sim *real);
const char *sl_sim_compare(const sl_sim *real, const sl_sim *simulated);

/* Run world `number` and its simulation. Returns NULL when the views are equal, else
 * static text that says where they part. `seen` may be NULL. */
const char *sl_sim_world(unsigned number, sl_sim_seen *seen);

#endif
