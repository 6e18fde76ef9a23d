/* Keys, hashes, signatures, randomness and secrets: the only floor that includes
 * libsodium or OpenSSL. Misuse by the caller aborts; bad data from a peer never does. */
#ifndef SL_SEAL_SEAL_H
#define SL_SEAL_SEAL_H

#include "base/port.h"

/* Once, before anything else here. Errors: SL_ERR_CRYPTO. Threads: the first. */
SL_MUST_USE sl_err sl_seal_init(void);

/* sl_sha256_fn and sl_verify_fn of base/port.h. */
void sl_sha256(uint8_t out[static 32], const sl_span *parts, size_t count);
bool sl_ed25519_verify(const uint8_t public_key[static 32], const uint8_t signature[static 64], sl_span message);

/* An Ed25519 key pair; wipe with sl_key_wipe(). */
typedef struct sl_key {
  uint8_t public_key[32];
  uint8_t secret[64];
} sl_key;

/* From a 32-byte seed. */
void sl_key_from_seed(sl_key *out, const uint8_t seed[static 32]);
void sl_key_wipe(sl_key *key);
/* A signer that borrows *key for as long as it is used. */
sl_signer sl_key_signer(const sl_key *key);

/* Key files: PEM (PKCS#8 secret keys, RFC 8410), 0600, written to a new file only
 * and durable on return. Reading refuses symbolic links, what is not a regular file
 * of this user or root, files that others can reach, and files over 4 KiB. The
 * caller wipes *out. Errors: SL_ERR_IO, SL_ERR_EXISTS (saving), SL_ERR_DENIED,
 * SL_ERR_CRYPTO (saving); loading also SL_ERR_SYNTAX, SL_ERR_UNSUPPORTED (another
 * algorithm), SL_ERR_CAP. Threads: any. */
SL_MUST_USE sl_err sl_key_save(const char *path, const sl_key *key, sl_fault *fault);
SL_MUST_USE sl_err sl_key_load(sl_key *out, const char *path, sl_fault *fault);

/* Keyed BLAKE2b as a PRF over domain, a literal that no other use shares, and then
 * the parts; each, the domain too, with its length before it as 64 bits, big endian.
 * size 16 to 64 bytes, and outputs of two sizes have nothing in common. */
void sl_prf(uint8_t *out, size_t size, const uint8_t key[static 32], const char *domain, const sl_span *parts,
            size_t count);

/* The system's randomness. */
sl_random sl_random_system(void);

/* Overwrite with zeroes, which no optimizer removes. Threads: any. */
void sl_wipe(void *data, size_t size);
/* Whether size bytes are the same; time depends on size alone. Threads: any. */
bool sl_equal_secret(const void *a, const void *b, size_t size);

#endif
