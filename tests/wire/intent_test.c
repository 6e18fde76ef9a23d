/* Submitted intents: the folders of valid and invalid bodies, the way out and back in,
 * and what needs a clock or a large body. An invalid body NAME.json has NAME.expect
 * beside it: the name of the error, a space, and the pointer. */
#include "test.h"

#include <dirent.h>

#include "geo/canon.h"
#include "wire/intent.h"

static sl_arena arena;

/* The whole file, terminated; the caller frees it. */
static char *load(const char *folder, const char *name, size_t *size) {
  char path[512];
  assert_true(snprintf(path, sizeof path, "%s/%s/%s", SL_VECTORS, folder, name) < (int)sizeof path);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  const size_t room = 1u << 20;
  char *data = malloc(room);
  assert_non_null(data);
  *size = fread(data, 1, room - 1, file);
  data[*size] = '\0';
  fclose(file);
  return data;
}

typedef void case_fn(const char *folder, const char *name);

static unsigned each_json(const char *folder, case_fn *run) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", SL_VECTORS, folder);
  DIR *directory = opendir(path);
  assert_non_null(directory);
  unsigned count = 0;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    size_t size = strlen(entry->d_name);
    if (size < 6 || strcmp(entry->d_name + size - 5, ".json") != 0) continue;
    sl_arena_fini(&arena);
    run(folder, entry->d_name);
    count++;
  }
  closedir(directory);
  return count;
}

static void plans_equal(const sl_plan *a, const sl_plan *b) {
  sl_buf first, second;
  sl_buf_init(&first, 1u << 20);
  sl_buf_init(&second, 1u << 20);
  sl_canon_add(&first, a);
  sl_canon_add(&second, b);
  assert_int_equal(first.error, SL_OK);
  assert_true(sl_str_equal(sl_buf_str(&first), sl_buf_str(&second)));
  sl_buf_fini(&first);
  sl_buf_fini(&second);
}

static void valid_case(const char *folder, const char *name) {
  size_t size = 0;
  char *text = load(folder, name, &size);
  sl_draft draft, back;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_draft_read(&draft, &arena, (sl_span){(const uint8_t *)text, size}, (sl_time){0}, &fault);
  if (err != SL_OK) fail_msg("%s: %s at \"%s\": %s", name, sl_err_name(err), fault.pointer, fault.reason);
  sl_buf out, again;
  sl_buf_init(&out, 1u << 20);
  sl_buf_init(&again, 1u << 20);
  sl_draft_add(&out, &draft);
  assert_int_equal(out.error, SL_OK);
  assert_int_equal(sl_draft_read(&back, &arena, sl_buf_span(&out), (sl_time){0}, NULL), SL_OK);
  assert_int_equal(back.version, draft.version);
  assert_int_equal(back.state, draft.state);
  assert_int_equal(back.declared, draft.declared);
  assert_int_equal(back.exercise, draft.exercise);
  assert_int_equal(back.pending_if_refused, draft.pending_if_refused);
  assert_int_equal(back.priority, draft.priority);
  assert_int_equal(back.free, draft.free);
  assert_memory_equal(&back.freedom, &draft.freedom, sizeof back.freedom);
  assert_int_equal(back.start_tolerance.ns, draft.start_tolerance.ns);
  assert_int_equal(back.time_tolerance.ns, draft.time_tolerance.ns);
  plans_equal(&back.plan, &draft.plan);
  assert_int_equal(back.alternative_count, draft.alternative_count);
  for (uint32_t i = 0; i < back.alternative_count; i++) plans_equal(&back.alternative[i], &draft.alternative[i]);
  sl_draft_add(&again, &back);
  assert_true(sl_str_equal(sl_buf_str(&out), sl_buf_str(&again)));
  sl_buf_fini(&out);
  sl_buf_fini(&again);
  free(text);
}

static void invalid_case(const char *folder, const char *name) {
  char sidecar[300];
  snprintf(sidecar, sizeof sidecar, "%.*s.expect", (int)strlen(name) - 5, name);
  size_t size = 0, expect_size = 0;
  char *text = load(folder, name, &size), *expect = load(folder, sidecar, &expect_size);
  sl_draft draft;
  memset(&draft, 0x5A, sizeof draft);
  sl_fault fault = sl_fault_none();
  sl_err err = sl_draft_read(&draft, &arena, (sl_span){(const uint8_t *)text, size}, (sl_time){0}, &fault);
  char found[256];
  snprintf(found, sizeof found, "%s %s\n", sl_err_name(err), fault.pointer);
  if (strcmp(found, expect) != 0) fail_msg("%s: expected %s found %s (%s)", name, expect, found, fault.reason);
  assert_int_equal(fault.code, err);
  for (size_t i = 0; i < sizeof draft; i++) assert_int_equal(((const uint8_t *)&draft)[i], 0x5A);
  free(text);
  free(expect);
}

static void valid_vectors(void **state) {
  (void)state;
  assert_true(each_json("valid/intent", valid_case) >= 10);
}

static void invalid_vectors(void **state) {
  (void)state;
  assert_true(each_json("invalid/intent", invalid_case) >= 50);
}

static void defaults_and_exact_values(void **state) {
  (void)state;
  size_t size = 0;
  char *text = load("valid/intent", "minimal.json", &size);
  sl_draft draft;
  assert_int_equal(sl_draft_read(&draft, &arena, (sl_span){(const uint8_t *)text, size}, (sl_time){0}, NULL), SL_OK);
  free(text);
  assert_int_equal(draft.declared, SL_CLASS_UNDECLARED);
  assert_int_equal(draft.start_tolerance.ns, 300 * SL_NS_PER_S);
  assert_int_equal(draft.time_tolerance.ns, 0);
  assert_false(draft.exercise || draft.pending_if_refused || draft.free);
  assert_int_equal(draft.priority, 0);
  assert_int_equal(draft.plan.count, 1);
  const sl_volume *volume = &draft.plan.object[0].as.volume;
  assert_true(volume->shape.as.polygon.ring[0].vertex[0].lat_nd == INT64_C(47430866000));
  assert_true(volume->shape.as.polygon.ring[0].vertex[0].lon_nd == INT64_C(9383099000));
  assert_int_equal(volume->band.as.w84.lower.mm, 500000);
  assert_int_equal(volume->band.as.w84.upper.mm, 620500);
  assert_true(volume->window.start.ns == INT64_C(1767348000000000000));
  sl_window window = sl_plan_window(&draft.plan);
  assert_true(window.start.ns == volume->window.start.ns && window.end.ns == volume->window.end.ns);
}

static void plans_end_in_the_future(void **state) {
  (void)state;
  size_t size = 0;
  char *text = load("valid/intent", "alternatives.json", &size);
  sl_span body = {(const uint8_t *)text, size};
  sl_draft draft;
  sl_time end = {INT64_C(1767348000000000000) + 20 * SL_NS_PER_MIN};
  sl_fault fault = sl_fault_none();
  assert_int_equal(sl_draft_read(&draft, &arena, body, (sl_time){end.ns - 1}, NULL), SL_OK);
  assert_int_equal(sl_draft_read(&draft, &arena, body, end, &fault), SL_ERR_EXPIRED);
  assert_string_equal(fault.pointer, "/plan");
  free(text);
}

static void caps(void **state) {
  (void)state;
  size_t size = SL_DRAFT_BODY_MAX + 1;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, ' ', size);
  sl_draft draft;
  sl_span over = {(const uint8_t *)text, size}, full = {(const uint8_t *)text, size - 1};
  assert_int_equal(sl_draft_read(&draft, &arena, over, (sl_time){0}, NULL), SL_ERR_CAP);
  assert_int_equal(sl_draft_read(&draft, &arena, full, (sl_time){0}, NULL), SL_ERR_SYNTAX);
  free(text);
  char *minimal = load("valid/intent", "minimal.json", &size);
  sl_arena none;
  sl_arena_init(&none, 16);
  sl_span body = {(const uint8_t *)minimal, size};
  assert_int_equal(sl_draft_read(&draft, &none, body, (sl_time){0}, NULL), SL_ERR_NOMEM);
  sl_arena_fini(&none);
  free(minimal);
}

int main(void) {
  sl_arena_init(&arena, 4u << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(valid_vectors), cmocka_unit_test(invalid_vectors),
      cmocka_unit_test(defaults_and_exact_values), cmocka_unit_test(plans_end_in_the_future), cmocka_unit_test(caps)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
