/* A world (world.h) with the F3548 face: an issuer of tokens, and subjects that speak for
 * parties of both sides: "uss1" for alpha and "uss2" for bravo on blue, "uss9" for romeo
 * and "uss8" for sierra on red. "stranger" is listed for a party that nobody enrolled. */
#ifndef SL_TEST_UTM_WORLD_H
#define SL_TEST_UTM_WORLD_H

#include "../wire/issuer.h"
#include "world.h"

#define SC "utm.strategic_coordination"
#define CM "utm.constraint_management"
#define CP "utm.constraint_processing"
#define CMSA "utm.conformance_monitoring_sa"
#define AA "utm.availability_arbitration"

#define INTENTS "/dss/v1/operational_intent_references/"
#define ZONES "/dss/v1/constraint_references/"
#define SUBS "/dss/v1/subscriptions/"
#define SERVER_URL "https://line.example/utm"

typedef struct sl_utm_world {
  sl_world base;
  issuer *issuer;
  sl_utm_options options;
  sl_utm_subject subject[5];
  sl_str audience[1];
  sl_client alpha, bravo, romeo, sierra;      /* the same parties' native keys */
  char *token[64];                    /* made before, by what follows */
  char token_for[64][160];
  unsigned tokens;
} sl_utm_world;

/* Everything up to an OPEN line and enrolled parties. The store may be NULL: in memory. */
void sl_utm_world_open(sl_utm_world *world, sl_store *store);
/* The same in two steps, for what is to be set in between. */
void sl_utm_world_init(sl_utm_world *world);
void sl_utm_world_start(sl_utm_world *world, sl_store *store);
/* The keys again, after the service was opened anew. */
void sl_utm_world_keys(sl_utm_world *world);
void sl_utm_world_restart(sl_utm_world *world);
void sl_utm_world_fini(sl_utm_world *world);

/* A bearer token of a subject, good for some time; owned by the world. */
const char *sl_utm_world_token(sl_utm_world *world, const char *subject, const char *scopes);
/* Send and turn until it is answered; the body must be dropped. scopes NULL: without a token. */
sl_answered sl_utm_ask(sl_utm_world *world, const char *subject, const char *scopes, const char *method,
                       const char *target, const char *body);
/* Without turning. */
void sl_utm_send(sl_utm_world *world, const char *subject, const char *scopes, const char *method, const char *target,
                 const char *body, sl_answered *answer);
/* The same with a reply function of the test's own. */
void sl_utm_send_to(sl_utm_world *world, const char *token, const char *method, const char *target, sl_str body,
                    sl_reply_fn *reply, void *context);
/* The status alone. */
int sl_utm_status_of(sl_utm_world *world, const char *subject, const char *scopes, const char *method,
                     const char *target, const char *body);

/* A Volume4D around a place: a square of half a side in metres, altitudes in m, seconds from now. */
typedef struct sl_utm_box { double lat, lon, half, lower, upper; int64_t from_s, to_s; } sl_utm_box;
char *sl_utm_volume_text(const sl_utm_world *world, const sl_utm_box *box);
/* Bodies, malloc'ed. `more`: members after those, each with its comma before it; or "". */
char *sl_utm_intent_body(const sl_utm_world *world, const sl_utm_box *box, const char *state, const char *key,
                         const char *more);
char *sl_utm_sub_body(const sl_utm_world *world, const sl_utm_box *box, bool intents, bool constraints);
char *sl_utm_zone_body(const sl_utm_world *world, const sl_utm_box *box);
char *sl_utm_area_body(const sl_utm_world *world, const sl_utm_box *box);

/* PUT an intent: create (ovn NULL) or update. key: OVNs as JSON strings with commas, or "". */
sl_answered sl_utm_put(sl_utm_world *world, const char *subject, const char *id, const char *ovn, const sl_utm_box *box,
                       const char *state, const char *key, const char *more);
/* The OVN in an answer, into a buffer of 128. */
const char *sl_utm_ovn_of(const char *body, char out[static 128]);
/* How often a text stands in another. */
unsigned sl_utm_times(const char *body, const char *text);

#endif
