/* Principle 8 for the F3548 face: power cuts under load; every 201 that left is there
 * afterwards, with its OVN, version and subscription, and no index ran back. The same
 * harness must lose something when the disk lies about syncs. */
#include "store/faulty_vfs.h"
#include "store/scratch.h"

#include "test.h"

#include "utm_world.h"

#define VFS "faulty-utm"
#define SUB1 "00000000-0000-4000-8000-000000000011"
#define FRESH ",\"new_subscription\":{\"uss_base_url\":\"https://uss.example/utm\"}"

enum { TOLD = 256 };

typedef struct told {
  char id[40], ovn[128], sub[128];
  long index;
} told;

typedef struct rig {
  sl_utm_world world;
  sl_scratch scratch;
  sl_faulty_vfs *vfs;
  sl_rng rng;
  told told[TOLD];
  size_t count;
  unsigned next;
  uint64_t answers;
} rig;

static sl_err open_store(rig *r, sl_store **out) { return sl_store_open_sqlite(out, r->scratch.path, VFS, NULL); }

static void beat(rig *r) {
  char body[8192];
  snprintf(body, sizeof body, "%s", sl_world_beat_body(&r->world.base));
  for (unsigned k = 0; k < 2; k++) {
    sl_answered answer = sl_world_ask(&r->world.base, &r->world.base.focal_client[k], "POST", "/v1/heartbeat", body);
    sl_world_drop(&answer);
  }
}

static long index_of(const char *body) {
  char text[128];
  const char *at = body ? strstr(body, SUB1) : NULL;
  return at ? strtol(sl_world_member(at, "notification_index", text), NULL, 10) : -1;
}

static void rig_init(rig *r, uint64_t seed) {
  *r = (rig){.rng = {seed}};
  sl_scratch_init(&r->scratch, "line.db");
  r->vfs = sl_faulty_new(VFS, seed);
  sl_utm_world_init(&r->world);
  sl_store *store = NULL;
  assert_int_equal(open_store(r, &store), SL_OK);
  sl_utm_world_start(&r->world, store);
  sl_utm_box around = {40, 10, 20000, 0, 1000, 10, 80000};
  char *body = sl_utm_sub_body(&r->world, &around, true, false);
  assert_int_equal(sl_utm_status_of(&r->world, "uss2", SC, "PUT", SUBS SUB1, body), 200);
  free(body);
}

/* Some creates at once, each at a place of its own. False: the power is gone. */
static bool work(rig *r) {
  enum { GROUP = 4 };
  sl_answered answer[GROUP];
  char id[GROUP][40], text[128];
  for (unsigned i = 0; i < GROUP; i++) {
    unsigned n = r->next++;
    snprintf(id[i], sizeof id[i], "%08x-0000-4000-8000-000000000001", n);
    sl_utm_box box = {39.9 + 0.01 * (n % 20), 9.9 + 0.01 * (double)(n / 20 % 20), 100, 500, 560,
                      600 + 700 * (int64_t)(n / 400), 1000 + 700 * (int64_t)(n / 400)};
    char target[300];
    snprintf(target, sizeof target, INTENTS "%s", id[i]);
    char *body = sl_utm_intent_body(&r->world, &box, "Accepted", "", FRESH);
    sl_utm_send(&r->world, "uss1", SC, "PUT", target, body, &answer[i]);
    free(body);
  }
  sl_service_turn(r->world.base.service);
  for (unsigned i = 0; i < GROUP; i++) {
    assert_true(answer[i].done);
    if (answer[i].status == 201) {
      told *t = &r->told[r->count++ % TOLD];
      memcpy(t->id, id[i], sizeof t->id);
      sl_utm_ovn_of(answer[i].body, t->ovn);
      const char *reference = strstr(answer[i].body, "\"operational_intent_reference\"");
      snprintf(t->sub, sizeof t->sub, "%s", sl_world_member(reference, "subscription_id", text));
      t->index = index_of(answer[i].body);
      r->answers++;
    }
    sl_world_drop(&answer[i]);
  }
  r->world.base.wall += SL_NS_PER_S / 10;
  r->world.base.monotonic += SL_NS_PER_S / 10;
  return !sl_faulty_is_off(r->vfs);
}

static bool holds(rig *r, const told *t) {
  char target[300], text[128];
  snprintf(target, sizeof target, INTENTS "%s", t->id);
  sl_answered answer = sl_utm_ask(&r->world, "uss1", SC, "GET", target, NULL);
  bool good = answer.status == 200 && strcmp(sl_utm_ovn_of(answer.body, text), t->ovn) == 0 &&
              strcmp(sl_world_member(answer.body, "version", text), "1") == 0 &&
              strcmp(sl_world_member(answer.body, "subscription_id", text), t->sub) == 0;
  if (!good) printf("%s: %d %s\n", t->id, answer.status, answer.body);
  sl_world_drop(&answer);
  snprintf(target, sizeof target, SUBS "%s", t->sub);
  answer = sl_utm_ask(&r->world, "uss1", SC, "GET", target, NULL);
  good = good && answer.status == 200 && sl_utm_times(answer.body, t->id) == 1;
  sl_world_drop(&answer);
  answer = sl_utm_ask(&r->world, "uss2", SC, "GET", SUBS SUB1, NULL);
  good = good && answer.status == 200 && index_of(answer.body) >= t->index;
  if (!good) printf("%s: %ld, %d %s\n", t->id, t->index, answer.status, answer.body);
  sl_world_drop(&answer);
  return good;
}

static bool cut(rig *r) {
  beat(r);
  sl_faulty_power_off_after(r->vfs, (uint64_t)sl_rng_between(&r->rng, 1, 300));
  for (int i = 0; i < 40 && work(r); i++) continue;
  if (!sl_faulty_is_off(r->vfs)) sl_faulty_power_off_after(r->vfs, 0);
  sl_service_close(r->world.base.service);
  r->world.base.service = NULL;
  sl_store_close(r->world.base.store);
  r->world.base.store = NULL;
  sl_faulty_power_on(r->vfs);
  if (open_store(r, &r->world.base.store)) return false;
  sl_fault fault = sl_fault_none();
  if (sl_service_open(&r->world.base.service, &r->world.base.options, r->world.base.store, &fault)) {
    printf("not opened: %s\n", fault.reason);
    return false;
  }
  sl_utm_world_keys(&r->world);
  for (size_t i = 0; i < r->count && i < TOLD; i++) {
    if (!holds(r, &r->told[i])) return false;
  }
  r->count = 0;
  return true;
}

static unsigned lost_after(uint64_t seed, unsigned cuts, bool lying) {
  static rig r;
  rig_init(&r, seed);
  if (lying) sl_faulty_ignore_syncs(r.vfs, true);
  unsigned survived = 0;
  while (survived < cuts && cut(&r)) survived++;
  printf("cuts survived %u of %u, answers %llu\n", survived, cuts, (unsigned long long)r.answers);
  bool lost = survived < cuts;
  if (!lost) assert_true(r.answers > cuts);
  sl_service_close(r.world.base.service);
  sl_store_close(r.world.base.store);
  sl_faulty_free(r.vfs);
  sl_scratch_fini(&r.scratch);
  return lost ? survived + 1 : 0;
}

static void nothing_told_is_lost(void **state) {
  (void)state;
  sl_rng rng = sl_rng_start("service/utm_durability", 5);
  for (int life = 0; life < 3; life++) assert_int_equal(lost_after(sl_rng_next(&rng), 40, false), 0);
}

static void a_disk_that_lies_is_seen(void **state) {
  (void)state;
  assert_int_not_equal(lost_after(1, 60, true), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_told_is_lost), cmocka_unit_test(a_disk_that_lies_is_seen)};
  return cmocka_run_group_tests_name("service/utm_durability", tests, NULL, NULL);
}
