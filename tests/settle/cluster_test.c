/* Clusters against a flood fill, in any order of the pairs. */
#include "test.h"

#include "settle/cluster.h"

enum { N = 40 };

static void flood(const bool edge[N][N], int label[N], int node, int as) {
  label[node] = as;
  for (int j = 0; j < N; j++) {
    if (edge[node][j] && label[j] < 0) flood(edge, label, j, as);
  }
}

static void against_flood_fill(void **unused) {
  (void)unused;
  sl_rng rng = sl_rng_start("cluster/flood", 4);
  for (int n = 0; n < 2000; n++) {
    bool edge[N][N] = {{false}};
    sl_cluster_pair pair[80];
    size_t count = (size_t)sl_rng_between(&rng, 0, 80);
    for (size_t i = 0; i < count; i++) {
      pair[i] = (sl_cluster_pair){(uint32_t)sl_rng_between(&rng, 0, N - 1), (uint32_t)sl_rng_between(&rng, 0, N - 1)};
      edge[pair[i].a][pair[i].b] = edge[pair[i].b][pair[i].a] = true;
    }
    sl_arena arena;
    sl_arena_init(&arena, 1u << 16);
    sl_clusters of;
    assert_int_equal(sl_clusters_build(&of, &arena, N, pair, count), SL_OK);
    int label[N], components = 0;
    for (int i = 0; i < N; i++) label[i] = -1;
    for (int i = 0; i < N; i++) {
      if (label[i] < 0) flood((const bool(*)[N])edge, label, i, components++);
    }
    assert_int_equal(of.count, components);
    assert_int_equal(of.start[0], 0);
    assert_int_equal(of.start[of.count], N);
    for (uint32_t c = 0; c < of.count; c++) {
      assert_true(of.start[c] < of.start[c + 1]);
      for (uint32_t k = of.start[c]; k < of.start[c + 1]; k++) {
        assert_int_equal(label[of.member[k]], (int)c);
        if (k > of.start[c]) assert_true(of.member[k - 1] < of.member[k]);
      }
    }
    sl_arena_fini(&arena);
  }
}

static void caps_and_ranges(void **unused) {
  (void)unused;
  sl_arena arena;
  sl_arena_init(&arena, 1u << 12);
  sl_clusters of;
  sl_cluster_pair pair = {0, 3};
  assert_int_equal(sl_clusters_build(&of, &arena, 3, &pair, 1), SL_ERR_RANGE);
  assert_int_equal(sl_clusters_build(&of, &arena, SL_CLUSTER_NODES_MAX + 1, NULL, 0), SL_ERR_CAP);
  assert_int_equal(sl_clusters_build(&of, &arena, 3, &pair, SL_CLUSTER_PAIRS_MAX + 1u), SL_ERR_CAP);
  assert_int_equal(sl_clusters_build(&of, &arena, 100000, NULL, 0), SL_ERR_NOMEM);
  assert_int_equal(sl_clusters_build(&of, &arena, 0, NULL, 0), SL_OK);
  assert_int_equal(of.count, 0);
  sl_arena_fini(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(against_flood_fill),
    cmocka_unit_test(caps_and_ranges),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
