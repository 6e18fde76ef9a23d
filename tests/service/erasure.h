/* Looking for what was erased. */
#ifndef SL_TEST_ERASURE_H
#define SL_TEST_ERASURE_H

#include "world.h"

/* The receipt in an answer: its index, salt and entry (into *size bytes, which becomes its size). */
bool sl_erasure_receipt(const char *body, uint64_t *index, uint8_t salt[static 32], uint8_t *entry, size_t *size);
/* Whether anything that is left opens an entry of blue's party "ops": bytes of the store
 * that are its salt, its text or a key of its salt; the seed. */
bool sl_erasure_found(sl_world *world, uint64_t index, const uint8_t salt[static 32], sl_span entry);

#endif
