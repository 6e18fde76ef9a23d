/* The peer of the judgement's benchmarks: Boost.Geometry's R-tree over the bounds of
 * the same objects, followed by the same exact test. */
#ifndef SL_BENCH_PEER_BOOST_H
#define SL_BENCH_PEER_BOOST_H

#include <stddef.h>

#include "sideline/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bounds as the R-tree takes them: longitude, latitude, altitude, time. */
typedef struct peer_box {
  float low[4], high[4];
} peer_box;

/* How many pairs conflict: bulk load, then one query for each object, on `threads`
 * threads. */
size_t peer_boost_all(const peer_box *box, const sl_prepared *const *object, size_t count, const sl_minima *minima,
                      unsigned threads);

/* The boxes of objects, outward. */
void peer_boxes(peer_box *out, const sl_prepared *const *object, size_t count);

/* Trees that live, of every kind there is (peer_live.cc); each call is one operation. */
size_t peer_live_kinds(void);
const char *peer_live_name(size_t kind);
typedef struct peer_live peer_live;
peer_live *peer_live_new(size_t kind, const peer_box *box, size_t count);
void peer_live_free(peer_live *tree);
void peer_live_insert(peer_live *tree, const peer_box *box, size_t number);
void peer_live_remove(peer_live *tree, const peer_box *box, size_t number);
/* How many boxes meet that of object `number`, its own among them. */
size_t peer_live_meet(const peer_live *tree, const peer_box *box, size_t number);
/* How many other objects conflict with object `number`. */
size_t peer_live_query(const peer_live *tree, const peer_box *box, const sl_prepared *const *object, size_t number,
                       const sl_minima *minima);

#ifdef __cplusplus
}
#endif
#endif
