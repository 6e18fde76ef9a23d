/* A whole intermediary in one process under a clock that the test holds: two sides,
 * "blue" and "red", under a line agreement, with as many parties as a test enrols; and a
 * third, "green", where a test sets options.side_count to 3. */
#ifndef SL_TEST_WORLD_H
#define SL_TEST_WORLD_H

#include "case/agreement.h"
#include "seal/seal.h"
#include "service/service.h"
#include "wire/intent.h"

typedef struct sl_client {
  char keyid[80];
  char side[SL_NAME_MAX + 1], party[SL_NAME_MAX + 1];
  sl_key key;
  sl_signer signer;
  uint64_t nonces;
  bool streams;        /* asks for an event stream */
  int64_t off_s;       /* its clock goes so far ahead of the service's */
} sl_client;

typedef struct sl_answered {
  bool done;
  int status;
  char type[64];
  char *body;          /* terminated; released by sl_world_drop() */
  size_t size;
  sl_time release;
  unsigned chunks;     /* of a stream */
} sl_answered;

typedef struct sl_world {
  sl_store *store;
  sl_service *service;
  sl_service_options options;
  sl_side_anchor side[3];
  sl_key key, focal[3];
  sl_client focal_client[3];
  sl_agreement agreement;
  int64_t wall, monotonic;
  uint64_t ids;
  bool beating;        /* both sides' focal points send heartbeats as the clock moves */
} sl_world;

#define SL_WORLD_START INT64_C(1800000000)  /* seconds: 2027-01-15T08:00:00Z */

/* Set everything up but the service: clock, keys, options, an agreement "north" with
 * rounds of 300 s and q = 20 ms. Change world->options or ->agreement before opening. */
void sl_world_init(sl_world *world);
/* Open the service on the store (a fresh one in memory when NULL) . */
void sl_world_open(sl_world *world, sl_store *store);
/* Close the service, keep the store; open again on it. */
void sl_world_restart(sl_world *world);
void sl_world_fini(sl_world *world);
/* Found both sides and put the agreement in force; the clock moves on 10 s. */
void sl_world_found(sl_world *world);
/* The same with an agreement that begins then, and without waiting for it. */
void sl_world_found_at(sl_world *world, sl_time valid_from);
/* Put a further line in force between two sides, by *agreement with other names; the
 * clock moves on 4 s. */
void sl_world_line(sl_world *world, const char *line, unsigned side_a, unsigned side_b, const sl_agreement *agreement);
/* Enrol a party; valid after the clock moved on a second, which it does. */
void sl_world_enrol(sl_world *world, unsigned side, const char *party, sl_class class_of, uint8_t roles,
                    sl_client *out);
/* A signed record's envelope as JSON. */
void sl_world_envelope(sl_buf *out, const char *type, sl_span payload, const sl_client *const *signer,
                       size_t signers);
/* Send a signed record. Returns the status. */
int sl_world_record(sl_world *world, const char *type, sl_span payload, const sl_client *const *signer,
                    size_t signers);

/* The body of a heartbeat: the time, and the newest checkpoint of the roll-up, as a side that
 * keeps it sends it (L8). Static. */
const char *sl_world_beat_body(sl_world *world);
/* Move the clock, letting the service do what becomes due and both sides' focal points
 * send their heartbeats (unless `beating` is taken back); move: without heartbeats. */
void sl_world_advance(sl_world *world, int64_t ns);
void sl_world_move(sl_world *world, int64_t ns);
/* Send a signed request and turn until it is answered. The answer's body must be dropped. */
sl_answered sl_world_ask(sl_world *world, sl_client *client, const char *method, const char *target, const char *body);
/* Send without turning; *answer is filled when it is answered. */
void sl_world_send(sl_world *world, sl_client *client, const char *method, const char *target, const char *body,
                   sl_answered *answer);
/* The same with a reply function of the test's own. */
void sl_world_send_to(sl_world *world, sl_client *client, const char *method, const char *target, sl_span body,
                      sl_reply_fn *reply, void *context);
void sl_world_drop(sl_answered *answer);

/* A box around a place, as a draft with one volume; times in seconds from now. The
 * draft points into static memory: one at a time, and per thread. */
sl_draft sl_world_box(const sl_world *world, double lat, double lon, double half_metres, double lower, double upper,
                      int64_t from_s, int64_t to_s);
/* PUT the draft under the id. */
sl_answered sl_world_put(sl_world *world, sl_client *client, const char *id, const sl_draft *draft);
/* A fresh UUID of version 4; into a buffer of 37. */
void sl_world_uuid(sl_world *world, char out[static 37]);

/* The value of a member in a JSON text, by its first occurrence: "CLEAR" for
 * "verdict":"CLEAR"; empty when absent. Into a buffer of 128. */
const char *sl_world_member(const char *body, const char *name, char out[static 128]);
/* The answer to the first proposal in a list of cases: where it goes and its body; false when none is. */
bool sl_world_answer_of(const char *cases, const char *word, char target[static 160], char body[static 700]);

#endif
