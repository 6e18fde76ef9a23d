/* Tiles: the paths of the text's examples, one path a tile, and the hashes in them. */
#include "test.h"

#include "reference.h"
#include "signing.h"

static const struct {
  const char *path;
  sl_tile tile;
} examples[] = {
    {"tile/0/000", {0, 0, 256}},
    {"tile/3/x001/x234/067", {3, 1234067, 256}},
    {"tile/0/x001/x234/067.p/8", {0, 1234067, 8}},
    {"tile/1/001.p/255", {1, 1, 255}},
    {"tile/0/999", {0, 999, 256}},
    {"tile/0/x001/000", {0, 1000, 256}},
    {"tile/0/x001/x000/000.p/1", {0, 1000000, 1}},
    {"tile/7/x018/x446/x744/x073/x709/x551/615", {7, UINT64_MAX, 256}},
};

static void writes_and_reads_the_examples(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
    sl_buf out;
    sl_tile tile;
    sl_buf_init(&out, 256);
    sl_tile_path_add(&out, &examples[i].tile);
    assert_true(sl_str_is(sl_buf_str(&out), examples[i].path));
    assert_int_equal(sl_tile_path_read(&tile, sl_str_from(examples[i].path)), SL_OK);
    assert_int_equal(tile.level, examples[i].tile.level);
    assert_true(tile.index == examples[i].tile.index);
    assert_int_equal(tile.width, examples[i].tile.width);
    sl_buf_fini(&out);
  }
}

static void refuses_every_other_path(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "tile",
                                    "tile/",
                                    "tile/0",
                                    "tile/0/",
                                    "/tile/0/000",
                                    "tile/00/000",
                                    "tile/8/000",
                                    "tile/-1/000",
                                    "tile/0/0",
                                    "tile/0/00",
                                    "tile/0/0000",
                                    "tile/0/x000",
                                    "tile/0/x000/001",
                                    "tile/0/001/001",
                                    "tile/0/x001/x001",
                                    "tile/0/x001/",
                                    "tile/0/X001/000",
                                    "tile/0/000/",
                                    "tile/0/000.p",
                                    "tile/0/000.p/",
                                    "tile/0/000.p/0",
                                    "tile/0/000.p/01",
                                    "tile/0/000.p/256",
                                    "tile/0/000.p/1/",
                                    "tile/0/000.p/1 ",
                                    "tile/0/000/../000",
                                    "tile/entries/000",
                                    "tile/0/x018/x446/x744/x073/x709/x551/616",
                                    "tile/0/x999/x446/x744/x073/x709/x551/615",
                                    "tile/0/x001/x018/x446/x744/x073/x709/x551/615"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    sl_tile tile = {9, 9, 9};
    assert_int_equal(sl_tile_path_read(&tile, sl_str_from(bad[i])), SL_ERR_SYNTAX);
    assert_int_equal(tile.level, 9);
  }
}

static void counts_the_tiles_of_the_text(void **state) {
  (void)state;
  /* "A tree of size 70,000 will be represented by 273 full level 0 tiles, one
   * partial level 0 tile of width 112, one full level 1 tile, one partial level 1
   * tile of width 17, and one partial level 2 tile of width 1." */
  sl_tile tile;
  uint64_t n = 0;
  unsigned full[3] = {0};
  unsigned edge[3] = {0};
  for (; sl_tile_nth(&tile, 70000, n) == SL_OK; n++) {
    assert_true(tile.level < 3);
    full[tile.level] += tile.width == 256;
    edge[tile.level] += tile.width == 256 ? 0 : tile.width;
  }
  assert_int_equal(n, 277);
  assert_int_equal(full[0], 273);
  assert_int_equal(edge[0], 112);
  assert_int_equal(full[1], 1);
  assert_int_equal(edge[1], 17);
  assert_int_equal(full[2], 0);
  assert_int_equal(edge[2], 1);
  /* 256: one full tile, and its root alone in a tile above. */
  assert_int_equal(sl_tile_nth(&tile, 256, 0), SL_OK);
  assert_true(tile.level == 0 && tile.width == 256);
  assert_int_equal(sl_tile_nth(&tile, 256, 1), SL_OK);
  assert_true(tile.level == 1 && tile.width == 1);
  assert_int_equal(sl_tile_nth(&tile, 256, 2), SL_ERR_END);
  assert_int_equal(sl_tile_nth(&tile, 0, 0), SL_ERR_END);
}

static void holds_the_hashes_of_the_tree(void **state) {
  (void)state;
  sl_tree *tree = NULL;
  static sl_hash leaf[700];
  assert_int_equal(sl_tree_new(&tree, sl_sha256, 700), SL_OK);
  for (unsigned i = 0; i < 700; i++) {
    leaf[i] = reference_leaf(i);
    assert_int_equal(sl_tree_append(tree, &leaf[i]), SL_OK);
  }
  sl_tile tile;
  for (uint64_t n = 0; sl_tile_nth(&tile, 700, n) == SL_OK; n++) {
    sl_buf out;
    sl_buf_init(&out, 8192);
    assert_int_equal(sl_tile_add(&out, tree, &tile, 700), SL_OK);
    assert_int_equal(out.size, 32 * tile.width);
    for (unsigned i = 0; i < tile.width; i++) {
      const unsigned level = 8 * tile.level;
      const uint64_t at = tile.index * 256 + i;
      const sl_hash expected = reference_root(leaf + (at << level), UINT64_C(1) << level);
      assert_memory_equal(out.data + 32 * i, expected.bytes, 32);
    }
    sl_buf_fini(&out);
  }
  sl_tree_free(tree);
}

static void refuses_tiles_that_are_not_complete(void **state) {
  (void)state;
  sl_tree *tree = NULL;
  assert_int_equal(sl_tree_new(&tree, sl_sha256, 700), SL_OK);
  for (unsigned i = 0; i < 600; i++) {
    const sl_hash leaf = reference_leaf(i);
    assert_int_equal(sl_tree_append(tree, &leaf), SL_OK);
  }
  static const struct {
    sl_tile tile;
    uint64_t size;
    sl_err expected;
  } cases[] = {
      {{0, 2, 88}, 600, SL_OK},          {{0, 2, 89}, 600, SL_ERR_RANGE}, {{0, 2, 88}, 599, SL_ERR_RANGE},
      {{0, 2, 88}, 601, SL_ERR_RANGE},   {{0, 3, 1}, 600, SL_ERR_RANGE},  {{1, 0, 2}, 600, SL_OK},
      {{1, 0, 3}, 600, SL_ERR_RANGE},    {{2, 0, 1}, 600, SL_ERR_RANGE},  {{7, 0, 1}, 600, SL_ERR_RANGE},
      {{0, UINT64_MAX, 1}, 600, SL_ERR_RANGE}, {{0, 0, 1}, 0, SL_ERR_RANGE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_buf out;
    sl_buf_init(&out, 8192);
    assert_int_equal(sl_tile_add(&out, tree, &cases[i].tile, cases[i].size), cases[i].expected);
    sl_buf_fini(&out);
  }
  sl_buf tight;
  sl_buf_init(&tight, 8191);
  assert_int_equal(sl_tile_add(&tight, tree, &(sl_tile){0, 0, 256}, 600), SL_ERR_CAP);
  sl_buf_fini(&tight);
  sl_tree_free(tree);
}

int main(void) {
  if (sl_seal_init() != SL_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_and_reads_the_examples),    cmocka_unit_test(refuses_every_other_path),
      cmocka_unit_test(counts_the_tiles_of_the_text),     cmocka_unit_test(holds_the_hashes_of_the_tree),
      cmocka_unit_test(refuses_tiles_that_are_not_complete),
  };
  return cmocka_run_group_tests_name("ledger/tile", tests, NULL, NULL);
}
