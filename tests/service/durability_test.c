/* Principle 8 for the whole service: a thousand power cuts under load; every answer
 * that left is true afterwards: the intent is there at its version or a later one, the
 * log has the entry that the receipt proves, store and logs agree (or the service would
 * not open). The same harness must lose something when the disk lies about syncs (as
 * with synchronous=OFF) and when replies leave before their commit. */
#include "store/engine.h"
#include "store/faulty_vfs.h"
#include "store/scratch.h"

#include <sys/types.h>

#include "test.h"
#include "world.h"

#define VFS "faulty-service"
enum { IDS = 24, TOLD = 64 };

typedef struct told {
  unsigned client, id, version;
  uint64_t index;      /* of the receipt */
  uint64_t entry;      /* a hash of the entry as it was told */
} told;

typedef struct rig {
  sl_world world;
  sl_scratch scratch;
  sl_faulty_vfs *vfs;
  sl_store *inner;     /* behind the early replies, or the world's own store */
  sl_client client[2];
  unsigned version[2][IDS];   /* newest that was sent */
  bool doubt[2][IDS];         /* sent, and not answered with 200 */
  told told[TOLD];
  size_t told_count;
  uint64_t answers, all_answers;
  bool early;
  bool owes_commit;
  sl_rng rng;
} rig;

/* An engine whose commit says yes at once and happens with the next transaction. */
static sl_err early_begin(void *self) {
  rig *r = self;
  if (r->owes_commit) {
    r->owes_commit = false;
    sl_err err = sl_store_commit(r->inner);
    if (err) return err;
  }
  return sl_store_begin(r->inner);
}
static sl_err early_put(void *self, sl_table table, sl_span key, sl_span value) {
  return sl_store_put(((rig *)self)->inner, table, key, value);
}
static sl_err early_del(void *self, sl_table table, sl_span key) {
  return sl_store_del(((rig *)self)->inner, table, key);
}
static sl_err early_commit(void *self) {
  ((rig *)self)->owes_commit = true;
  return SL_OK;
}
static void early_rollback(void *self) { sl_store_rollback(((rig *)self)->inner); }
static sl_err early_get(void *self, sl_table table, sl_span key, sl_buf *value) {
  return sl_store_get(((rig *)self)->inner, table, key, value);
}
static sl_err early_scan(void *self, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row, void *context) {
  return sl_store_scan(((rig *)self)->inner, table, first, end, row, context);
}
static sl_err early_upkeep(void *self) { (void)self; return SL_OK; }
static void early_close(void *self) { sl_store_close(((rig *)self)->inner); }

static const sl_store_engine early_engine = {.name = "early", .begin = early_begin, .put = early_put,
                                             .del = early_del, .commit = early_commit, .rollback = early_rollback,
                                             .get = early_get, .scan = early_scan, .upkeep = early_upkeep,
                                             .close = early_close};

static sl_err open_store(rig *r, sl_store **out) {
  sl_fault fault = sl_fault_none();
  sl_err err = sl_store_open_sqlite(&r->inner, r->scratch.path, VFS, &fault);
  if (err) return err;
  r->owes_commit = false;
  if (!r->early) {
    *out = r->inner;
    return SL_OK;
  }
  return sl_store_wrap(out, &early_engine, r);
}

static void rig_init(rig *r, uint64_t seed, bool early) {
  *r = (rig){.early = early, .rng = {seed}};
  sl_scratch_init(&r->scratch, "line.db");
  r->vfs = sl_faulty_new(VFS, seed);
  sl_world_init(&r->world);
  r->world.agreement.budget_declared = SL_BUDGET_DECLARED_MAX;
  r->world.agreement.pace.ns = 0;
  sl_store *store = NULL;
  assert_int_equal(open_store(r, &store), SL_OK);
  sl_world_open(&r->world, store);
  sl_world_found(&r->world);
  for (unsigned k = 0; k < 2; k++) sl_world_enrol(&r->world, k, "ops", SL_CLASS_DRONE, 0, &r->client[k]);
  r->world.beating = false;
}

static void rig_fini(rig *r) {
  sl_service_close(r->world.service);
  sl_store_close(r->world.store);
  sl_faulty_free(r->vfs);
  sl_scratch_fini(&r->scratch);
}

static void id_text(char out[static 40], unsigned client, unsigned id) {
  snprintf(out, 40, "%08x-0000-4000-8000-00000000000%u", id, client);
}

static uint64_t hash_of(const char *text) {
  uint64_t hash = UINT64_C(1469598103934665603);
  for (; *text; text++) hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
  return hash;
}

/* The entry of the receipt in a body, hashed; 0 when there is none. */
static uint64_t entry_hash(const char *body) {
  const char *at = body ? strstr(body, "\"entry\":\"") : NULL;
  if (!at) return 0;
  char *copy = strdup(at + 9);
  char *end = copy ? strchr(copy, '"') : NULL;
  if (end) *end = '\0';
  uint64_t hash = copy ? hash_of(copy) : 0;
  free(copy);
  return hash;
}

static void note(rig *r, unsigned client, unsigned id, unsigned version, const sl_answered *answer) {
  char text[128];
  const char *receipt = strstr(answer->body, "\"receipt\":{");
  assert_non_null(receipt);
  r->all_answers++;
  r->told[r->answers++ % TOLD] = (told){client, id, version, strtoull(sl_world_member(receipt, "index", text), NULL, 10),
                                        entry_hash(receipt)};
  if (r->told_count < TOLD) r->told_count++;
}

/* A group of submissions at once; what is answered 200 is noted. False: the power is gone. */
static bool work(rig *r) {
  enum { GROUP = 6 };
  sl_answered answer[GROUP];
  unsigned client[GROUP], id[GROUP], version[GROUP];
  size_t count = (size_t)sl_rng_between(&r->rng, 1, GROUP);
  for (size_t i = 0; i < count; i++) {
    client[i] = (unsigned)(sl_rng_next(&r->rng) & 1);
    id[i] = (unsigned)sl_rng_between(&r->rng, 0, IDS - 1);
    version[i] = r->version[client[i]][id[i]] + 1;
    double lat = 40 + (double)(id[i] / 2);
    sl_draft draft = sl_world_box(&r->world, lat, 10.0, (double)sl_rng_between(&r->rng, 100, 400), 500, 560, 7200, 7500);
    draft.version = version[i];
    char target[80], text[40];
    id_text(text, client[i], id[i]);
    snprintf(target, sizeof target, "/v1/intents/%s", text);
    sl_buf body;
    sl_buf_init(&body, 1u << 20);
    sl_draft_add(&body, &draft);
    sl_buf_add_u8(&body, 0);
    sl_world_send(&r->world, &r->client[client[i]], "PUT", target, (const char *)body.data, &answer[i]);
    sl_buf_fini(&body);
    r->version[client[i]][id[i]]++;
  }
  sl_service_turn(r->world.service);
  for (size_t i = 0; i < count; i++) {
    assert_true(answer[i].done);
    if (answer[i].status == 200) note(r, client[i], id[i], version[i], &answer[i]);
    else r->version[client[i]][id[i]]--, r->doubt[client[i]][id[i]] = true;
    sl_world_drop(&answer[i]);
  }
  r->world.wall += SL_NS_PER_S;
  r->world.monotonic += SL_NS_PER_S;
  return !sl_faulty_is_off(r->vfs);
}

/* What was told is so. */
static bool holds(rig *r, const told *t) {
  char id[40], target[80], text[128];
  id_text(id, t->client, t->id);
  snprintf(target, sizeof target, "/v1/intents/%s", id);
  sl_answered answer = sl_world_ask(&r->world, &r->client[t->client], "GET", target, NULL);
  bool good = answer.status == 200 && strtoul(sl_world_member(answer.body, "version", text), NULL, 10) >= t->version;
  sl_world_drop(&answer);
  snprintf(target, sizeof target, "/v1/receipts/%llu", (unsigned long long)t->index);
  answer = sl_world_ask(&r->world, &r->client[t->client], "GET", target, NULL);
  good = good && answer.status == 200 && entry_hash(answer.body) == t->entry;
  sl_world_drop(&answer);
  return good;
}

/* The versions that stand of what was sent to the end, asked anew: a group that the cut
 * met may or may not be there. */
static void learn(rig *r) {
  for (unsigned k = 0; k < 2; k++) {
    for (unsigned i = 0; i < IDS; i++) {
      if (!r->doubt[k][i]) continue;
      r->doubt[k][i] = false;
      char id[40], target[80], text[128];
      id_text(id, k, i);
      snprintf(target, sizeof target, "/v1/intents/%s", id);
      sl_answered answer = sl_world_ask(&r->world, &r->client[k], "GET", target, NULL);
      r->version[k][i] = answer.status == 200 ? (unsigned)strtoul(sl_world_member(answer.body, "version", text), NULL, 10) : 0;
      sl_world_drop(&answer);
    }
  }
}

/* One cut: returns whether everything told survived. */
static bool cut(rig *r) {
  sl_faulty_power_off_after(r->vfs, (uint64_t)sl_rng_between(&r->rng, 1, 600));
  for (int i = 0; i < 200 && work(r); i++) continue;
  if (!sl_faulty_is_off(r->vfs)) sl_faulty_power_off_after(r->vfs, 0);
  sl_service_close(r->world.service);
  r->world.service = NULL;
  sl_store_close(r->world.store);
  r->world.store = NULL;
  sl_faulty_power_on(r->vfs);
  if (open_store(r, &r->world.store)) return false;
  sl_fault fault = sl_fault_none();
  if (sl_service_open(&r->world.service, &r->world.options, r->world.store, &fault)) {
    printf("not opened: %s\n", fault.reason);
    return false;
  }
  for (size_t i = 0; i < r->told_count; i++) {
    if (!holds(r, &r->told[i])) return false;
  }
  r->told_count = 0;
  r->answers = 0;
  learn(r);
  return true;
}

static unsigned lost_after(uint64_t seed, unsigned cuts, bool early, bool lying) {
  static rig r;
  rig_init(&r, seed, early);
  if (lying) sl_faulty_ignore_syncs(r.vfs, true);
  unsigned survived = 0;
  while (survived < cuts && cut(&r)) survived++;
  printf("cuts survived %u of %u, answers %llu\n", survived, cuts, (unsigned long long)r.all_answers);
  bool lost = survived < cuts;
  rig_fini(&r);
  return lost ? survived + 1 : 0;
}

static void nothing_told_is_lost(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("service/durability", 5);
  /* A log grows with every cut, and is read whole at every start: ten lives of a hundred. */
  for (int life = 0; life < 10; life++) assert_int_equal(lost_after(sl_rng_next(&rng), 100, false, false), 0);
}

static void a_disk_that_lies_is_seen(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) assert_int_not_equal(lost_after(seed, 100, false, true), 0);
}

static void replies_before_their_commit_are_seen(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) assert_int_not_equal(lost_after(seed, 100, true, false), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_told_is_lost),
      cmocka_unit_test(a_disk_that_lies_is_seen),
      cmocka_unit_test(replies_before_their_commit_are_seen),
  };
  return cmocka_run_group_tests_name("durability", tests, NULL, NULL);
}
