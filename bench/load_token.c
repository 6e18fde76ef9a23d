/* Tokens by OpenSSL: the server verifies what another library's user would send. */
#include "load_token.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

struct issuer { EVP_PKEY *key; };

issuer *issuer_make(void) {
  issuer *made = calloc(1, sizeof *made);
  must(made != NULL, "memory");
  made->key = EVP_RSA_gen(2048);
  must(made->key != NULL, "an RSA key");
  return made;
}

void issuer_drop(issuer *by) {
  EVP_PKEY_free(by->key);
  free(by);
}

void token_trust(line *l, const issuer *by) {
  sl_config *c = &l->config;
  snprintf(c->utm_audience, sizeof c->utm_audience, "bench.example");
  snprintf(c->utm_base_url, sizeof c->utm_base_url, "https://bench.example");
  snprintf(c->utm_keys, sizeof c->utm_keys, "%s/issuer.pem", l->folder);
  c->utm_jwks_refresh_s = 300;
  c->utm_jwks_age_s = 86400;
  for (unsigned i = 0; i < PARTIES; i++) {
    sl_subject *subject = &c->subject[c->subject_count++];
    snprintf(subject->subject, sizeof subject->subject, "uss%u", i);
    snprintf(subject->party, sizeof subject->party, "p%u", i);
    subject->side = (uint8_t)(i % 2);
  }
  FILE *file = fopen(c->utm_keys, "w");
  must(file && PEM_write_PUBKEY(file, by->key) == 1 && fclose(file) == 0, "the issuer's key");
}

void token_make(char out[static TOKEN_MAX], const issuer *by, const char *subject) {
  sl_buf text, claims;
  sl_buf_init(&text, TOKEN_MAX);
  sl_buf_init(&claims, TOKEN_MAX);
  sl_buf_add_format(&claims, "{\"iss\":\"bench\",\"sub\":\"%s\",\"aud\":\"bench.example\",\"exp\":%lld,\"scope\":\"utm.strategic_coordination "
                    "utm.conformance_monitoring_sa utm.constraint_management\"}", subject, (long long)time(NULL) + 3500);
  sl_base64url_add(&text, sl_str_bytes(SL_STR("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")));
  sl_buf_add_text(&text, ".");
  sl_base64url_add(&text, sl_buf_span(&claims));
  uint8_t signature[512];
  size_t size = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  must(context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, by->key) == 1 &&
           EVP_DigestSign(context, signature, &size, text.data, text.size) == 1, "a token's signature");
  EVP_MD_CTX_free(context);
  sl_buf_add_text(&text, ".");
  sl_base64url_add(&text, (sl_span){signature, size});
  must(!text.error && !claims.error && text.size < TOKEN_MAX, "a token");
  memcpy(out, text.data, text.size);
  out[text.size] = '\0';
  sl_buf_fini(&text);
  sl_buf_fini(&claims);
}
