/* A world of the simulator (tests/service/sim.h) whose party "me" speaks HTTP over TLS on
 * loopback with the listener, from a client in the same process. The test's thread is
 * the service's writer; the listener's threads receive.
 *
 * The view of a run is what arrived: for each request, in order, the time in the world at
 * which it was answered, how long the clocked reply was held (L15), the length of
 * each TLS record that carried it as its header on the wire has it, and the
 * decrypted bytes, head and body. Excepted are the bytes of sim.h's mask and, in the
 * answers that have such bytes, the Content-Digest made over them. The handshake and the
 * tickets after it are not application data and are left out. An event stream is as many
 * answers as there are moments at which something of it left: what leaves at one moment
 * is one piece, with its records.
 *
 * One connection is kept alive and used first; only requests that overlap, those of a
 * batch and those beside a long poll, take further ones, likewise kept. */
#ifndef SL_TEST_CARRIED_H
#define SL_TEST_CARRIED_H

#include "service/sim.h"

/* `longest`: that anything was held, in nanoseconds. */
typedef struct sl_carried_counts {
  unsigned worlds, answers, pieces, records, clocked, conflicts, proposals, setbacks;
  int64_t longest;
} sl_carried_counts;

/* Run world `number` for real and simulated, both over TLS. Returns NULL when the views are
 * equal, else static text. Adds to *counts, which may be NULL. */
const char *sl_carried_world(unsigned number, sl_carried_counts *counts);

#endif
