/* Tokens and key sets. The first byte says what the rest is: a compact form, claims or a
 * header that are signed here (else nothing would get past the signature), a JWKS document,
 * a PEM file. */
#include <stdlib.h>

#include "../tests/wire/issuer.h"
#include "wire/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const sl_time now = {1800000000 * SL_NS_PER_S};
static issuer *signer;
static sl_token_keys *keys;

static void start(void) {
  sl_buf jwks;
  sl_buf_init(&jwks, 8192);
  signer = issuer_new(2048);
  sl_buf_add_text(&jwks, "{\"keys\":[");
  issuer_add_jwk(&jwks, signer, "a", "");
  sl_buf_add_text(&jwks, "]}");
  if (sl_token_keys_new(&keys) || sl_token_keys_add_jwks(keys, sl_buf_span(&jwks), now, NULL)) abort();
  sl_buf_fini(&jwks);
}

static void check(sl_str compact) {
  static const sl_str audience = {"a", 1};
  static const sl_token_rules rules = {&audience, 1};
  sl_token token;
  sl_token_refusal refusal = sl_token_verify(&token, keys, &rules, compact, now);
  if (refusal > SL_TOKEN_MEMORY) abort();
  if (refusal != SL_TOKEN_GOOD) return;
  if (token.issuer[0] == '\0' || token.subject[0] == '\0') abort();
  if (token.expires.ns <= now.ns || token.expires.ns > now.ns + SL_TOKEN_AHEAD_NS) abort();
}

static void signed_parts(const char *header, const char *claims) {
  sl_buf compact;
  sl_buf_init(&compact, 1u << 20);
  issuer_add_token(&compact, signer, header, claims);
  if (compact.error == SL_OK) check(sl_buf_str(&compact));
  sl_buf_fini(&compact);
}

/* A set takes a document whole or not at all. */
static void documents(const uint8_t *data, size_t size, bool pem) {
  sl_token_keys *set = NULL;
  sl_fault fault = sl_fault_none();
  if (sl_token_keys_new(&set)) return;
  sl_err err = pem ? sl_token_keys_add_pem(set, (sl_str){(const char *)data, size}, &fault)
                   : sl_token_keys_add_jwks(set, (sl_span){data, size}, now, &fault);
  if (fault.code != err || (err == SL_OK) != (sl_token_keys_count(set) > 0)) abort();
  sl_token_keys_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char claims[] = "{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"a\",\"exp\":1800000001}";
  if (signer == NULL) start();
  if (size == 0) return 0;
  const uint8_t kind = *data++;
  size--;
  char *text = malloc(size + 1);
  if (text == NULL) return 0;
  memcpy(text, data, size);
  text[size] = '\0';
  sl_str compact = {NULL, 0};
  switch (kind % 5) {
    case 0: check((sl_str){text, size}); break;
    case 1: signed_parts("{\"alg\":\"RS256\",\"kid\":\"a\"}", text); break;
    case 2: signed_parts(text, claims); break;
    case 3: documents(data, size, false); break;
    default:
      documents(data, size, true);
      if (sl_token_bearer(&compact, (sl_str){text, size}) && compact.size == 0) abort();
      break;
  }
  free(text);
  return 0;
}
