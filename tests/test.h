/* What every test includes first: cmocka and the headers it asks for, a seeded
 * generator whose seed is printed and can be replayed, and the skip that the
 * check script counts. */
#ifndef SL_TEST_H
#define SL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Print the skip in the form that ./check counts, then skip. */
#define SL_SKIP(name, why) \
  do { \
    printf("SKIP: %s: %s\n", (name), (why)); \
    skip(); \
  } while (0)

/* SplitMix64: small, seedable, good enough to draw test cases. */
typedef struct sl_rng { uint64_t state; } sl_rng;

static inline uint64_t sl_rng_next(sl_rng *rng) {
  uint64_t z = (rng->state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* Uniform in [low, high]. */
static inline int64_t sl_rng_between(sl_rng *rng, int64_t low, int64_t high) {
  uint64_t width = (uint64_t)high - (uint64_t)low + 1;
  return (int64_t)((uint64_t)low + (width ? sl_rng_next(rng) % width : sl_rng_next(rng)));
}

/* Uniform in [0, 1). */
static inline double sl_rng_unit(sl_rng *rng) { return (double)(sl_rng_next(rng) >> 11) * 0x1.0p-53; }

/* The seed of this run: SL_SEED from the environment, else `fallback`; printed. */
static inline sl_rng sl_rng_start(const char *test, uint64_t fallback) {
  const char *text = getenv("SL_SEED");
  uint64_t seed = text ? strtoull(text, NULL, 0) : fallback;
  printf("seed: %s SL_SEED=%llu\n", test, (unsigned long long)seed);
  return (sl_rng){seed};
}

#endif
