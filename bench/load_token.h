/* An issuer of access tokens for the benchmark of the F3548 face: an RSA key, whose public
 * half the daemon trusts. */
#ifndef SL_BENCH_LOAD_TOKEN_H
#define SL_BENCH_LOAD_TOKEN_H

#include "load.h"

#define TOKEN_MAX 1024u

typedef struct issuer issuer;

issuer *issuer_make(void);
void issuer_drop(issuer *by);
/* The face on, with this issuer's key (a file in the line's folder) and a subject ussN for
 * each party pN. */
void token_trust(line *l, const issuer *by);
/* A token of the subject for all scopes, good for most of an hour. */
void token_make(char out[static TOKEN_MAX], const issuer *by, const char *subject);

#endif
