/* What the pure floors need from outside, injected: time, randomness, hashing and
 * signatures. The real ones are made in seal/ and daemon/, deterministic ones in
 * the tests. */
#ifndef SL_BASE_PORT_H
#define SL_BASE_PORT_H

#include "base/span.h"
#include "sideline/quantity.h"

/* Wall clock and monotonic clock. Durations are taken from `monotonic` only; wall
 * time may jump, also backward. */
typedef struct sl_clock {
  void *context;
  sl_time (*wall)(void *context);
  int64_t (*monotonic_ns)(void *context);
} sl_clock;

/* Fill data with size unpredictable bytes (deterministic ones in tests). */
typedef struct sl_random {
  void *context;
  void (*fill)(void *context, uint8_t *data, size_t size);
} sl_random;

/* SHA-256 over the concatenation of `count` parts. */
typedef void sl_sha256_fn(uint8_t out[static 32], const sl_span *parts, size_t count);

/* Ed25519 over message. Returns SL_OK or SL_ERR_CRYPTO. */
typedef struct sl_signer {
  void *context;
  uint8_t public_key[32];
  sl_err (*sign)(void *context, uint8_t out[static 64], sl_span message);
} sl_signer;

/* Ed25519; true iff it verifies. */
typedef bool sl_verify_fn(const uint8_t public_key[static 32], const uint8_t signature[static 64], sl_span message);

static inline sl_time sl_clock_wall(const sl_clock *clock) { return clock->wall(clock->context); }
static inline int64_t sl_clock_monotonic(const sl_clock *clock) { return clock->monotonic_ns(clock->context); }

#endif
