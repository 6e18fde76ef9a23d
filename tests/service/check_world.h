/* A small world for a check: a drone operator on each side. */
#ifndef SL_TEST_CHECK_WORLD_H
#define SL_TEST_CHECK_WORLD_H

#include <string.h>

#include "checks.h"
#include "test.h"
#include "world.h"

typedef struct sl_check_world {
  sl_world world;
  sl_client blue, red;
} sl_check_world;

static inline void sl_check_open(sl_check_world *w, int64_t budget, sl_store *store) {
  sl_world_init(&w->world);
  if (budget) w->world.agreement.budget_declared = budget;
  w->world.agreement.pace.ns = 0;
  sl_world_open(&w->world, store);
  sl_world_found(&w->world);
  sl_world_enrol(&w->world, 0, "ops", SL_CLASS_DRONE, 0, &w->blue);
  sl_world_enrol(&w->world, 1, "ops", SL_CLASS_DRONE, 0, &w->red);
}

/* The verdict's word in an answer about an intent: 'C' CONFLICT, 'U' UNDECIDED, 'c'
 * CLEAR, '-' none. Drops the answer. */
static inline char sl_check_word(sl_answered answer) {
  const char *inner = answer.body ? strstr(answer.body, "\"verdict\":{") : NULL;
  char text[128];
  sl_world_member(inner ? inner + 10 : "", "verdict", text);
  sl_world_drop(&answer);
  if (strcmp(text, "CLEAR") == 0) return 'c';
  return text[0] ? text[0] : '-';
}

/* A box at one place, 100 m around; W84 500 to 560 m. */
static inline sl_draft sl_check_box(sl_check_world *w, int64_t from_s, int64_t to_s) {
  return sl_world_box(&w->world, 47.0, 8.0, 100, 500, 560, from_s, to_s);
}

static inline char sl_check_file(sl_check_world *w, sl_client *client, const char *id, const sl_draft *draft) {
  return sl_check_word(sl_world_put(&w->world, client, id, draft));
}

static inline sl_answered sl_check_get(sl_check_world *w, sl_client *client, const char *target) {
  return sl_world_ask(&w->world, client, "GET", target, NULL);
}

#define SL_CHECK_A "aaaaaaaa-0000-4000-8000-000000000000"
#define SL_CHECK_B "bbbbbbbb-0000-4000-8000-000000000000"

#endif
