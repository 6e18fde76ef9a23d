/* Verifies a token at the present time: token_read PEM|JWKS AUDIENCE, the token on
 * standard input. Prints issuer, subject and scopes, or the refusal. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "wire/token.h"

static sl_err load(sl_token_keys *keys, const char *path, sl_time now, sl_fault *fault) {
  static char text[65536];
  FILE *file = fopen(path, "rb");
  if (file == NULL) return SL_ERR_IO;
  size_t size = fread(text, 1, sizeof text, file);
  (void)fclose(file);
  if (size > 0 && text[0] == '{') {
    return sl_token_keys_add_jwks(keys, (sl_span){(const uint8_t *)text, size}, now, fault);
  }
  return sl_token_keys_add_pem(keys, (sl_str){text, size}, fault);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  char text[SL_TOKEN_MAX];
  size_t size = fread(text, 1, sizeof text, stdin);
  while (size > 0 && text[size - 1] == '\n') size--;
  const sl_time now = {(int64_t)time(NULL) * SL_NS_PER_S};
  const sl_str audience = sl_str_from(argv[2]);
  const sl_token_rules rules = {&audience, 1};
  sl_token_keys *keys = NULL;
  sl_fault fault = sl_fault_none();
  sl_token token;
  if (sl_token_keys_new(&keys) || load(keys, argv[1], now, &fault)) {
    printf("keys: %s\n", fault.reason);
    return 1;
  }
  sl_token_refusal refusal = sl_token_verify(&token, keys, &rules, (sl_str){text, size}, now);
  if (refusal != SL_TOKEN_GOOD) printf("%s\n", sl_token_refusal_name(refusal));
  else printf("%s %s %u %lld\n", token.issuer, token.subject, token.scopes, (long long)((token.expires.ns - now.ns) / SL_NS_PER_S));
  sl_token_keys_free(keys);
  return refusal != SL_TOKEN_GOOD;
}
