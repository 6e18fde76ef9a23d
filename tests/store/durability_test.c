/* Power cuts, a thousand: what a commit said is on disk is there, whole, and nothing is
 * there by halves; a commit on a full disk leaves nothing. The same harness must lose
 * something when the disk lies about syncs (as with synchronous=OFF) and when the answer
 * leaves before the commit, or it would prove nothing.
 *
 * A store in memory holds what must be there. Each transaction is drawn from a generator
 * state, so that it can be applied to both, and names its number, so that no two leave
 * the same rows. */
#include "test.h"

#include <sqlite3.h>

#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/store.h"

#define VFS "faulty"
#define CUTS 1000u
#define VALUE_MAX 5000u

typedef struct world {
  sl_scratch scratch;
  sl_faulty_vfs *vfs;
  sl_store *store;
  sl_store *model;
  sl_rng rng;
  bool told_early;        /* the answer leaves before the commit */
  bool relayed;           /* what is written goes on beside the caller */
  uint64_t told;          /* transactions that were answered as done */
  uint64_t full;          /* commits that a full disk refused */
  uint64_t in_doubt;      /* commits that the cut left open, */
  uint64_t kept_in_doubt; /* and that were there afterwards */
} world;

static sl_err open_store(world *w, sl_fault *fault) {
  sl_err error = sl_store_open_sqlite(&w->store, w->scratch.path, VFS, fault);
  return error || !w->relayed ? error : sl_store_relay(w->store);
}

static void world_init(world *w, uint64_t seed) {
  *w = (world){.rng = {seed}};
  sl_scratch_init(&w->scratch, "store.db");
  w->vfs = sl_faulty_new(VFS, seed);
  sl_fault fault = sl_fault_none();
  assert_int_equal(open_store(w, &fault), SL_OK);
  assert_int_equal(sl_store_open_memory(&w->model, NULL), SL_OK);
}

static void world_fini(world *w) {
  sl_store_close(w->store);
  sl_store_close(w->model);
  sl_faulty_free(w->vfs);
  sl_scratch_fini(&w->scratch);
}

/* The puts and deletions of a transaction; rng is taken by value on purpose. */
static sl_err write_rows(sl_store *store, sl_rng rng, uint64_t number) {
  static const sl_table tables[] = {SL_TABLE_INTENT, SL_TABLE_EVENT, SL_TABLE_LEAF};
  uint8_t value[VALUE_MAX];
  memcpy(value, &number, sizeof number);
  sl_err error = sl_store_put(store, SL_TABLE_META, (sl_span){(const uint8_t *)"last", 4}, (sl_span){value, 8});
  for (int64_t n = sl_rng_between(&rng, 1, 6); n > 0 && !error; n--) {
    sl_table table = tables[sl_rng_next(&rng) % 3];
    uint8_t key = (uint8_t)(sl_rng_next(&rng) % 40);
    if (sl_rng_next(&rng) % 4 == 0) {
      error = sl_store_del(store, table, (sl_span){&key, 1});
      continue;
    }
    size_t size = (size_t)sl_rng_between(&rng, 8, sl_rng_next(&rng) % 3 ? 200 : VALUE_MAX);
    memset(value + 8, (int)(number % 251), size - 8);
    error = sl_store_put(store, table, (sl_span){&key, 1}, (sl_span){value, size});
  }
  return error;
}

/* One transaction from begin to commit. *committing: it came as far as the commit. */
static sl_err transact(sl_store *store, sl_rng rng, uint64_t number, bool *committing) {
  *committing = false;
  sl_err error = sl_store_begin(store);
  if (error) return error;
  error = write_rows(store, rng, number);
  if (error) {
    sl_store_rollback(store);
    return error;
  }
  *committing = true;
  if (number % 2) sl_store_commit_ahead(store);
  return sl_store_commit(store);
}

static bool dump_row(void *context, sl_span key, sl_span value) {
  sl_buf_add_block(context, key);
  sl_buf_add_block(context, value);
  return true;
}

static sl_err dump(sl_store *store, sl_buf *out) {
  sl_err error = SL_OK;
  sl_span all = {NULL, 0};
  for (unsigned t = 0; t < SL_TABLE_COUNT && !error; t++) {
    sl_buf_add_u32(out, t);
    error = sl_store_scan(store, (sl_table)t, all, all, dump_row, out);
  }
  assert_int_equal(out->error, SL_OK);
  return error;
}

/* The store holds what the model holds, row by row. */
static bool same(world *w) {
  sl_buf a, b;
  sl_buf_init(&a, 1u << 24);
  sl_buf_init(&b, 1u << 24);
  bool equal = dump(w->store, &a) == SL_OK && dump(w->model, &b) == SL_OK && a.size == b.size &&
               memcmp(a.data, b.data, a.size) == 0;
  sl_buf_fini(&a);
  sl_buf_fini(&b);
  return equal;
}

static void apply_to_model(world *w, sl_rng rng, uint64_t number) {
  bool committing;
  assert_int_equal(transact(w->model, rng, number, &committing), SL_OK);
}

/* Open again after the cut and compare. doubt: the transaction that the cut met in its
 * commit, or NULL. False when something that was told is gone, or half of something is there. */
static bool survived(world *w, const sl_rng *doubt, uint64_t number) {
  sl_store_close(w->store);
  w->store = NULL;
  sl_faulty_power_on(w->vfs);
  sl_fault fault = sl_fault_none();
  if (open_store(w, &fault)) return false;
  if (sl_store_check(w->store, &fault)) return false;
  if (same(w)) return true;
  if (!doubt || w->told_early) return false;
  apply_to_model(w, *doubt, number);
  w->kept_in_doubt++;
  return same(w);
}

/* Now and then, what happens beside transactions: upkeep, a clean restart, a full disk. */
static void beside(world *w) {
  uint64_t lot = sl_rng_next(&w->rng) % 16;
  if (lot < 3) {
    sl_err error = sl_store_upkeep(w->store);
    assert_true(error == SL_OK || error == SL_ERR_FULL || sl_store_fatal(w->store));
  } else if (lot == 3) {
    sl_faulty_fail(w->vfs, SL_FAULTY_WRITE, 1 + sl_rng_next(&w->rng) % 12, SQLITE_FULL, false);
  } else if (lot == 4 && sl_rng_next(&w->rng) % 4 == 0) {
    sl_fault fault = sl_fault_none();
    sl_store_close(w->store);
    w->store = NULL;
    if (sl_faulty_is_off(w->vfs)) sl_faulty_power_on(w->vfs);
    sl_err error = open_store(w, &fault);
    if (error == SL_ERR_FULL || error == SL_ERR_IO) {   /* the planned failure, or the cut, met the opening */
      sl_faulty_power_off_after(w->vfs, 0);
      sl_faulty_power_on(w->vfs);
      error = open_store(w, &fault);
    }
    assert_int_equal(error, SL_OK);
    sl_faulty_power_off_after(w->vfs, 1 + sl_rng_next(&w->rng) % 150);
  }
}

/* Work until the power goes, then look. */
static bool one_cut(world *w) {
  uint64_t number = w->told + w->in_doubt + w->full;
  sl_faulty_power_off_after(w->vfs, 1 + sl_rng_next(&w->rng) % 150);
  for (;;) {
    beside(w);
    if (sl_store_fatal(w->store)) return survived(w, NULL, 0);
    sl_rng draw = w->rng;
    (void)sl_rng_next(&w->rng);
    number++;
    if (w->told_early) apply_to_model(w, draw, number);
    bool committing = false;
    sl_err error = transact(w->store, draw, number, &committing);
    if (!error) {
      w->told++;
      if (!w->told_early) apply_to_model(w, draw, number);
    } else if (!sl_store_fatal(w->store)) {
      assert_int_equal(error, SL_ERR_FULL);
      w->full++;
      if (w->told_early) return false;
    } else {
      assert_true(sl_faulty_is_off(w->vfs));
      w->in_doubt += committing;
      return survived(w, committing ? &draw : NULL, number);
    }
  }
}

static void cut_many(bool relayed) {
  world w;
  world_init(&w, sl_rng_start("store/durability", 4).state);
  if (relayed) assert_int_equal(sl_store_relay(w.store), SL_OK);
  w.relayed = relayed;
  for (unsigned cut = 0; cut < CUTS; cut++) {
    if (!one_cut(&w)) fail_msg("cut %u lost something that was told, or kept half of something", cut);
  }
  printf("%u cuts, %llu transactions told, %llu on a full disk, %llu in doubt of which %llu were kept\n", CUTS,
         (unsigned long long)w.told, (unsigned long long)w.full, (unsigned long long)w.in_doubt,
         (unsigned long long)w.kept_in_doubt);
  /* The campaign met what it is for: every kind of end, often. */
  assert_true(w.told > CUTS && w.full > CUTS / 20 && w.in_doubt > CUTS / 4);
  assert_in_range(w.kept_in_doubt, 10, w.in_doubt - 10);
  world_fini(&w);
}

static void nothing_told_is_lost(void **state) {
  (void)state;
  cut_many(false);
}

static void nothing_told_is_lost_beside_the_caller(void **state) {
  (void)state;
  cut_many(true);
}

/* The number of cuts until something is lost, or limit when nothing is. */
static unsigned cuts_until_loss(uint64_t seed, bool ignore_syncs, bool told_early, unsigned limit) {
  world w;
  world_init(&w, seed);
  sl_faulty_ignore_syncs(w.vfs, ignore_syncs);
  w.told_early = told_early;
  unsigned cut = 0;
  while (cut < limit && one_cut(&w)) cut++;
  world_fini(&w);
  return cut;
}

static void disk_without_syncs_loses_something(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 5; seed++) assert_in_range(cuts_until_loss(seed, true, false, 100), 0, 99);
}

static void answer_before_commit_loses_something(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 5; seed++) assert_in_range(cuts_until_loss(seed, false, true, 100), 0, 99);
}

static void same_harness_loses_nothing_otherwise(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 5; seed++) assert_int_equal(cuts_until_loss(seed, false, false, 20), 20);
}

/* One failing call at each place in turn, then a cut: what was told is there. */
static void every_single_failure(void **state) {
  (void)state;
  static const struct { sl_faulty_call call; int code; } kinds[] = {
      {SL_FAULTY_WRITE, SQLITE_IOERR_WRITE}, {SL_FAULTY_WRITE, SQLITE_FULL},      {SL_FAULTY_READ, SQLITE_IOERR_READ},
      {SL_FAULTY_SYNC, SQLITE_IOERR_FSYNC},  {SL_FAULTY_OPEN, SQLITE_CANTOPEN},
  };
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    for (uint64_t nth = 1; nth <= 60; nth++) {
      world w;
      world_init(&w, nth);
      sl_faulty_fail(w.vfs, kinds[k].call, nth, kinds[k].code, false);
      sl_rng doubt = {0};
      uint64_t in_doubt = 0;
      for (uint64_t number = 1; number <= 6 && !sl_store_fatal(w.store); number++) {
        sl_rng draw = {nth * 100 + number};
        bool committing = false;
        sl_err error = transact(w.store, draw, number, &committing);
        if (!error) apply_to_model(&w, draw, number);
        if (error && committing && sl_store_fatal(w.store)) {
          doubt = draw;
          in_doubt = number;
        }
        assert_true(!error || error == SL_ERR_FULL || sl_store_fatal(w.store));
        error = number == 3 ? sl_store_upkeep(w.store) : SL_OK;
        assert_true(!error || error == SL_ERR_FULL || sl_store_fatal(w.store));
      }
      if (!survived(&w, in_doubt ? &doubt : NULL, in_doubt)) {
        fail_msg("code %d at call %llu lost something", kinds[k].code, (unsigned long long)nth);
      }
      world_fini(&w);
    }
  }
}

/* A cut while the file is made: the next start makes it, finds it, or says what to remove. */
static void cut_while_creating(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("store/durability creating", 9);
  sl_scratch scratch;
  sl_scratch_init(&scratch, "store.db");
  sl_faulty_vfs *vfs = sl_faulty_new(VFS, rng.state);
  unsigned whole = 0;
  for (unsigned cut = 0; cut < 200; cut++) {
    sl_scratch_empty(&scratch);
    sl_fault fault = sl_fault_none();
    sl_store *store = NULL;
    sl_faulty_power_off_after(vfs, 1 + sl_rng_next(&rng) % 60);
    if (!sl_store_open_sqlite(&store, scratch.path, VFS, &fault)) sl_faulty_power_off_after(vfs, 0);
    sl_store_close(store);
    store = NULL;
    sl_faulty_power_on(vfs);
    fault = sl_fault_none();
    sl_err error = sl_store_open_sqlite(&store, scratch.path, VFS, &fault);
    if (error) {
      assert_int_equal(error, SL_ERR_CORRUPT);
      assert_non_null(strstr(fault.reason, "empty or cut short"));
      continue;
    }
    whole++;
    bool committing;
    assert_int_equal(transact(store, rng, cut, &committing), SL_OK);
    assert_int_equal(sl_store_check(store, &fault), SL_OK);
    sl_store_close(store);
  }
  assert_in_range(whole, 50, 200);
  sl_faulty_free(vfs);
  sl_scratch_fini(&scratch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_told_is_lost),
      cmocka_unit_test(nothing_told_is_lost_beside_the_caller),
      cmocka_unit_test(disk_without_syncs_loses_something),
      cmocka_unit_test(answer_before_commit_loses_something),
      cmocka_unit_test(same_harness_loses_nothing_otherwise),
      cmocka_unit_test(every_single_failure),
      cmocka_unit_test(cut_while_creating),
  };
  return cmocka_run_group_tests_name("store/durability", tests, NULL, NULL);
}
