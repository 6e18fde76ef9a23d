/* A key for the tests that sign: the example signer of the signed-note texts,
 * "PeterNeumann", whose verifier key is known. */
#ifndef SL_TESTS_LEDGER_SIGNING_H
#define SL_TESTS_LEDGER_SIGNING_H

#include "base/text.h"
#include "ledger/note.h"
#include "seal/seal.h"

#define PETER_VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

static inline sl_key peter_key(void) {
  uint8_t typed[33];
  size_t size = sizeof typed;
  sl_key key;
  assert_int_equal(sl_base64_read(typed, &size, SL_STR("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")), SL_OK);
  assert_int_equal(size, 33);
  sl_key_from_seed(&key, typed + 1);
  return key;
}

static inline sl_key other_key(void) {
  const uint8_t seed[32] = {42};
  sl_key key;
  sl_key_from_seed(&key, seed);
  return key;
}

/* The text in buf as a terminated copy, for the tests to change. */
static inline size_t copy_text(char *out, size_t room, const sl_buf *buf) {
  assert_true(buf->error == SL_OK && buf->size < room);
  memcpy(out, buf->data, buf->size);
  out[buf->size] = '\0';
  return buf->size;
}

#endif
