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

/* A tree that lives; each call is one operation. */
typedef struct peer_tree peer_tree;
peer_tree *peer_boost_new(const peer_box *box, size_t count);
void peer_boost_free(peer_tree *tree);
void peer_boost_insert(peer_tree *tree, const peer_box *box, size_t number);
void peer_boost_remove(peer_tree *tree, const peer_box *box, size_t number);
/* How many other objects conflict with object `number`. */
size_t peer_boost_query(const peer_tree *tree, const peer_box *box, const sl_prepared *const *object, size_t number,
                        const sl_minima *minima);

#ifdef __cplusplus
}
#endif
#endif
