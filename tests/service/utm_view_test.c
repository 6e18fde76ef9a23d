/* Whom a change is to be told: grouped by base URL, each with its index after counting;
 * and what it costs that two hundred subscriptions hear of it. */
#include <time.h>

#include "test.h"

#include "utm_world.h"

enum { LIVE = 50, SUBSCRIPTIONS = 200, ROUNDS = 10 };

static sl_utm_world world;
static char ovn[LIVE][128];

static const sl_utm_box here = {46.5, 7.5, 200, 500, 560, 3600, 7200};

static double processor_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void put(unsigned n, bool create, unsigned live, sl_answered *out) {
  char id[40], key[LIVE * 50 + 1];
  size_t used = 0;
  snprintf(id, sizeof id, "%08x-0000-4000-8000-000000000001", n);
  key[0] = '\0';
  for (unsigned i = 0; i < live; i++) used += (size_t)snprintf(key + used, sizeof key - used, "%s\"%s\"", used ? "," : "", ovn[i]);
  *out = sl_utm_put(&world, "uss1", id, create ? NULL : ovn[n], &here, "Accepted", key, "");
  assert_int_equal(out->status, create ? 201 : 200);
  const char *reference = strstr(out->body, "\"operational_intent_reference\"");
  sl_utm_ovn_of(reference, ovn[n]);
}

/* Processor time of one update with a full key, in the cell where fifty are live. */
static double cost(void) {
  double best = 1e9;
  for (unsigned round = 0; round < ROUNDS; round++) {
    double began = processor_seconds();
    for (unsigned n = 0; n < LIVE; n++) {
      sl_answered answer;
      put(n, false, LIVE, &answer);
      sl_world_drop(&answer);
    }
    double each = (processor_seconds() - began) / LIVE;
    if (each < best) best = each;
  }
  return best;
}

static void subscribe(unsigned n) {
  char target[120];
  snprintf(target, sizeof target, SUBS "%08x-0000-4000-8000-000000000002", n);
  sl_utm_box around = {46.5, 7.5, 1000, 0, 1000, 60, 36000};
  char *body = sl_utm_sub_body(&world, &around, true, false);
  char *at = strstr(body, "subs.example");
  if (n % 2) memcpy(at, "subz", 4);
  assert_int_equal(sl_utm_status_of(&world, "uss2", SC, "PUT", target, body), 200);
  free(body);
}

static void two_hundred_cost_about_as_much_again(void **state) {
  (void)state;
  sl_utm_world_open(&world, NULL);
  sl_answered answer;
  for (unsigned n = 0; n < LIVE; n++) {
    put(n, true, n, &answer);
    sl_world_drop(&answer);
  }
  double none = cost();
  for (unsigned n = 0; n < SUBSCRIPTIONS; n++) subscribe(n);
  put(0, false, LIVE, &answer);
  assert_int_equal(sl_utm_times(answer.body, "\"uss_base_url\":\"https://sub"), 2);   /* one group for each URL */
  assert_int_equal(sl_utm_times(answer.body, "\"notification_index\":1}"), SUBSCRIPTIONS);
  sl_world_drop(&answer);
  double all = cost();
  printf("an update: %.0f us; with %d subscriptions: %.0f us, %.2f times\n", none * 1e6, SUBSCRIPTIONS, all * 1e6, all / none);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  printf("not held to the bar: a sanitizer is at work\n");
#else
  /* The bar is 2 (bench/f3548); processor time on a busy machine is held more loosely. */
  assert_true(all <= 2.5 * none);
#endif
  sl_utm_world_fini(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(two_hundred_cost_about_as_much_again)};
  return cmocka_run_group_tests_name("service/utm_view", tests, NULL, NULL);
}
