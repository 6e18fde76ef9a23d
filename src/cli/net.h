/* What every verb that talks to the intermediary shares: the profile, the key, the
 * connection, answers read leniently, and the folder where state is kept. */
#ifndef SL_CLI_NET_H
#define SL_CLI_NET_H

#include "base/arena.h"
#include "cli/http.h"
#include "cli/profile.h"
#include "json/decode.h"
#include "seal/seal.h"

/* The options that every verb with a connection has: rows for its table. */
#define SL_NET_OPTIONS \
  {"profile", 'p', "FILE", "whose key, and which server (or SIDELINE_PROFILE)", false}, \
  {"timeout", 0, "DURATION", "of one answer; default 30s", false}

typedef struct sl_net {
  sl_cli *cli;
  sl_profile profile;
  sl_key key;
  bool has_key;
  sl_signer signer;
  sl_http *http;
  sl_arena arena;          /* of everything read from answers */
} sl_net;

/* An answer that was 2xx: its JSON, when it is JSON. */
typedef struct sl_net_answer {
  sl_http_answer http;
  sl_json *json;           /* NULL: no JSON */
} sl_net_answer;

/* Open the profile, load the key (when the profile names one; `needs_key`: it must)
 * and prepare the connection. What is wrong has been said; *net can be closed in any
 * case. */
SL_MUST_USE sl_exit sl_net_open(sl_net *net, sl_cli *cli, const sl_args *args, bool needs_key);
/* Wipe the key, close everything. */
void sl_net_close(sl_net *net);

/* One request and its answer; body.size 0: none. /v1 is signed, the rest is not. A
 * connection that breaks and a 503 are tried again twice (with a new nonce: every
 * request of ours may be repeated). Anything but 2xx is said, with the problem's
 * detail and pointer, and returned as an exit code; *out is for sl_net_drop() in any case. */
SL_MUST_USE sl_exit sl_net_call(sl_net *net, sl_net_answer *out, const char *method, const char *target, sl_span body,
                                sl_dur wait);
/* The same, but a 404 is no failure: *found says. */
SL_MUST_USE sl_exit sl_net_find(sl_net *net, sl_net_answer *out, bool *found, const char *target);
/* Follow an event stream after event `after`. `events` tells what comes; *streams is false
 * when the server answers with something else than a stream, which is dropped. Of two nothing
 * was said: SL_EXIT_UNAVAILABLE, the connection cannot be made or broke, and SL_EXIT_TEMPFAIL, 429
 * or 503. A stream that ends is SL_EXIT_DONE: follow again after the last event. */
SL_MUST_USE sl_exit sl_net_follow(sl_net *net, bool *streams, const char *target, uint64_t after, sl_sse_fn *events, void *context);
/* Release an answer. */
void sl_net_drop(sl_net_answer *answer);
/* The body of an answer as text. */
sl_str sl_net_text(const sl_net_answer *answer);
/* The same on a line of standard output, for --json. */
void sl_net_print(const sl_net *net, const sl_net_answer *answer);

/* Members of an answer, read leniently: what is absent or of another type reads as ""
 * or 0. Text is terminated, lives in the arena and has its control characters replaced. */
const char *sl_pick_text(sl_net *net, const sl_json_at *object, const char *name);
int64_t sl_pick_int(sl_net *net, const sl_json_at *object, const char *name);
int64_t sl_pick_decimal(sl_net *net, const sl_json_at *object, const char *name, uint8_t scale);
bool sl_pick_bool(sl_net *net, const sl_json_at *object, const char *name);
/* False: absent or malformed. */
bool sl_pick_time(sl_net *net, sl_time *out, const sl_json_at *object, const char *name);
bool sl_pick_hex32(sl_net *net, uint8_t out[static 32], const sl_json_at *object, const char *name);
bool sl_pick_base64(sl_net *net, sl_span *out, const sl_json_at *object, const char *name, size_t max);

/* The state folder, made when it is not there (0700). A file of it is whole or absent.
 * Names are plain; a slash makes one more folder. What is wrong has been said. */
SL_MUST_USE sl_exit sl_state_write(sl_net *net, const char *name, sl_span bytes);
/* Append one line. */
SL_MUST_USE sl_exit sl_state_append(sl_net *net, const char *name, sl_str line);
/* False: it is not there. The buffer is initialised here and holds a terminated text. */
bool sl_state_read(sl_net *net, sl_buf *out, const char *name, size_t max);

/* Names of own intents: submit notes "ID NAME", the others show them. A name is its id
 * where none is known. Both live in the arena. */
SL_MUST_USE sl_exit sl_names_note(sl_net *net, const char *id, const char *name);
const char *sl_names_of(sl_net *net, const char *id);
/* The id that an operand means: an id, or the name that submit noted. NULL: neither. */
const char *sl_names_find(sl_net *net, const char *operand);
/* Every id noted, each once, in order; *count of them. */
const char **sl_names_all(sl_net *net, size_t *count);
/* The ids that a call's operands mean; without operands every id noted. What is wrong has been said. */
SL_MUST_USE sl_exit sl_names_operands(sl_net *net, const sl_args *args, const char ***out, size_t *count);

/* Sort a message in printf form into the arena. NULL only without memory. */
char *sl_net_format(sl_net *net, const char *format, ...) SL_PRINTF(2, 3);

#endif
