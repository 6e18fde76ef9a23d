/* One seed, one history: a world lived twice gives the same bytes, in answers, in what
 * passes the wall and in the store; also under a wall clock that steps back every now
 * and then, and then time never runs back in what a party is told. */
#include "sim.h"

#include "store/store.h"

enum { WORLDS = 60 };

static bool row(void *context, sl_span key, sl_span value) {
  sl_buf *out = context;
  sl_buf_add_block(out, key);
  sl_buf_add_block(out, value);
  return true;
}

/* Everything that came of a world. */
static void live(sl_sim *sim, unsigned number, bool setbacks, sl_buf *out) {
  sl_sim_open(sim, number, false, NULL);
  sim->setbacks = setbacks;
  sl_sim_live(sim);
  sl_buf_init(out, 256u << 20);
  sl_buf_add(out, sim->view.data, sim->view.size);
  for (size_t i = 0; i < sim->passes; i++) sl_buf_add_i64(out, sim->tape[i].at.ns);
  for (int table = 0; table < SL_TABLE_COUNT; table++) {
    sl_err err = sl_store_scan(sim->world.store, (sl_table)table, (sl_span){0}, (sl_span){0}, row, out);
    assert_int_equal(err, SL_OK);
  }
  assert_int_equal(out->error, SL_OK);
}

static void twice(bool setbacks) {
  static sl_sim sim;
  for (unsigned i = 0; i < WORLDS; i++) {
    sl_buf one, two;
    live(&sim, i, setbacks, &one);
    sl_sim_close(&sim);
    live(&sim, i, setbacks, &two);
    sl_sim_close(&sim);
    assert_int_equal(one.size, two.size);
    assert_memory_equal(one.data, two.data, one.size);
    sl_buf_fini(&one);
    sl_buf_fini(&two);
  }
}

static void a_world_lived_twice_is_the_same(void **state) {
  (void)state;
  twice(false);
}

static void also_when_the_clock_steps_back(void **state) {
  (void)state;
  twice(true);
}

/* The times after each mark never run back in a text. */
static unsigned forward(const char *text, const char *mark) {
  unsigned count = 0;
  int64_t last = 0;
  for (const char *at = text; (at = strstr(at, mark)); count++) {
    at += strlen(mark);
    sl_time time;
    assert_int_equal(sl_time_read(&time, (sl_str){at, strcspn(at, "\"")}, false), SL_OK);
    assert_true(time.ns >= last);
    last = time.ns;
  }
  return count;
}

static void time_never_runs_back_for_a_party(void **state) {
  (void)state;
  static sl_sim sim;
  unsigned events = 0, stepped = 0;
  for (unsigned i = 0; i < WORLDS; i++) {
    sl_sim_open(&sim, i, false, NULL);
    sim.setbacks = true;
    sl_sim_live(&sim);
    stepped += sl_service_now(sim.world.service).ns > sim.world.wall;
    sl_sim_send(&sim, "GET", "/v1/events?after=0&wait=0", NULL);
    assert_int_equal(sim.status, 200);
    events += forward(sim.answer, "\"at\":\"");
    sl_sim_close(&sim);
  }
  printf("%u events, %u worlds whose wall clock stepped back\n", events, stepped);
  assert_true(events > WORLDS && stepped > WORLDS / 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_world_lived_twice_is_the_same),
                                     cmocka_unit_test(also_when_the_clock_steps_back),
                                     cmocka_unit_test(time_never_runs_back_for_a_party)};
  return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
