/* Hashes, signatures, the PRF and secrets, over libsodium and OpenSSL. Everything here is small
 * and hot: a submission costs one verification, one signature and some forty
 * hashes. No state beyond libsodium's own. */
#include "seal/seal.h"

#define OPENSSL_SUPPRESS_DEPRECATED   /* SHA256_Init and its like */
#include <openssl/sha.h>
#include <sodium.h>

#include "base/assert.h"

SL_STATIC_ASSERT(sizeof(((sl_key *)0)->secret) == crypto_sign_SECRETKEYBYTES, "Ed25519 secret keys are 64 bytes");
SL_STATIC_ASSERT(crypto_sign_SEEDBYTES == 32 && crypto_sign_BYTES == 64, "Ed25519 seeds and signatures");
SL_STATIC_ASSERT(crypto_generichash_BYTES_MIN == 16 && crypto_generichash_BYTES_MAX == 64, "BLAKE2b outputs");

sl_err sl_seal_init(void) { return sodium_init() < 0 ? SL_ERR_CRYPTO : SL_OK; }

/* OpenSSL's, because it uses the processor's own instructions: four times as fast at the
 * sizes that are hashed here. The plain calls, because EVP's cost more than a short hash. */
void sl_sha256(uint8_t out[static 32], const sl_span *parts, size_t count) {
  SL_ASSERT(parts != NULL || count == 0);
  SHA256_CTX state;
  int good = SHA256_Init(&state);
  for (size_t i = 0; i < count && good; i++) good = SHA256_Update(&state, parts[i].data, parts[i].size);
  if (good) good = SHA256_Final(out, &state);
  SL_ASSERT(good);
}

bool sl_ed25519_verify(const uint8_t public_key[static 32], const uint8_t signature[static 64], sl_span message) {
  return crypto_sign_verify_detached(signature, message.data, message.size, public_key) == 0;
}

void sl_key_from_seed(sl_key *out, const uint8_t seed[static 32]) {
  SL_ASSERT(out != NULL);
  const int failed = crypto_sign_seed_keypair(out->public_key, out->secret, seed);
  SL_ASSERT(!failed);
}

void sl_key_wipe(sl_key *key) {
  SL_ASSERT(key != NULL);
  sodium_memzero(key, sizeof *key);
}

static sl_err sign(void *context, uint8_t out[static 64], sl_span message) {
  const sl_key *key = context;
  SL_ASSERT(key != NULL);
  uint8_t signature[64];
  if (crypto_sign_detached(signature, NULL, message.data, message.size, key->secret) != 0) {
    return SL_ERR_CRYPTO;
  }
  memcpy(out, signature, sizeof signature);
  return SL_OK;
}

sl_signer sl_key_signer(const sl_key *key) {
  SL_ASSERT(key != NULL);
  /* The port's context is not const; sign() only reads it. */
  sl_signer signer = {.context = (void *)(uintptr_t)key, .sign = sign};
  memcpy(signer.public_key, key->public_key, sizeof signer.public_key);
  return signer;
}

static void absorb(crypto_generichash_state *state, sl_span bytes) {
  uint8_t length[8];
  for (unsigned i = 0; i < 8; i++) {
    length[i] = (uint8_t)((uint64_t)bytes.size >> (56 - 8 * i));
  }
  crypto_generichash_update(state, length, sizeof length);
  crypto_generichash_update(state, bytes.data, bytes.size);
}

void sl_prf(uint8_t *out, size_t size, const uint8_t key[static 32], const char *domain, const sl_span *parts,
            size_t count) {
  SL_ASSERT(out != NULL && domain != NULL && domain[0] != '\0');
  SL_ASSERT(size >= crypto_generichash_BYTES_MIN && size <= crypto_generichash_BYTES_MAX);
  SL_ASSERT(parts != NULL || count == 0);
  crypto_generichash_state state;
  const int failed = crypto_generichash_init(&state, key, 32, size);
  SL_ASSERT(!failed);
  absorb(&state, sl_str_bytes(sl_str_from(domain)));
  for (size_t i = 0; i < count; i++) {
    absorb(&state, parts[i]);
  }
  crypto_generichash_final(&state, out, size);
  /* The state has the key block in it. */
  sodium_memzero(&state, sizeof state);
}

static void fill_system(void *context, uint8_t *data, size_t size) {
  (void)context;
  SL_ASSERT(data != NULL || size == 0);
  randombytes_buf(data, size);
}

sl_random sl_random_system(void) { return (sl_random){.context = NULL, .fill = fill_system}; }

void sl_wipe(void *data, size_t size) {
  SL_ASSERT(data != NULL || size == 0);
  sodium_memzero(data, size);
}

bool sl_equal_secret(const void *a, const void *b, size_t size) {
  SL_ASSERT((a != NULL && b != NULL) || size == 0);
  return sodium_memcmp(a, b, size) == 0;
}
