/* Memory that runs out while requests are read and answers made: each allocation of ours
 * fails once. What was asked for is then either whole, as without a failure, or refused as
 * SL_ERR_NOMEM and nothing else: "come again", never "your bytes are wrong". Outputs are
 * untouched then. */
#include "test.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "geo/canon.h"
#include "json/decode.h"
#include "samples.h"
#include "seal/seal.h"
#include "wire/answer.h"
#include "wire/body.h"
#include "wire/intent.h"
#include "wire/record.h"
#include "wire/signature.h"

static bool armed;
static long left = -1;   /* allocations until one fails; below 0: none does */

static bool fails(void) { return armed && left >= 0 && left-- == 0; }

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t items, size_t size) { return fails() ? NULL : __real_calloc(items, size); }
void *__wrap_realloc(void *block, size_t size) { return fails() ? NULL : __real_realloc(block, size); }

/* What is done with failing memory; appends what came of it to *out only when it is SL_OK. */
typedef sl_err work_fn(const void *input, sl_arena *arena, sl_buf *out);

/* Fail the first allocation, then the second, until none is left to fail. */
static unsigned exhaust(work_fn *work, const void *input) {
  sl_buf want, have;
  sl_buf_init(&want, 4u << 20);
  sl_arena arena;
  sl_arena_init(&arena, 16u << 20);
  left = -1;
  assert_int_equal(work(input, &arena, &want), SL_OK);
  sl_arena_fini(&arena);
  unsigned refused = 0;
  for (long nth = 0;; nth++) {
    sl_buf_init(&have, 4u << 20);
    left = nth;
    sl_err err = work(input, &arena, &have);
    bool reached = left < 0;
    left = -1;
    sl_arena_fini(&arena);
    if (err) assert_int_equal(err, SL_ERR_NOMEM);
    refused += err != SL_OK;
    if (!err) {
      assert_int_equal(have.size, want.size);
      assert_memory_equal(have.data, want.data, want.size);
    }
    sl_buf_fini(&have);
    if (!reached) break;
  }
  sl_buf_fini(&want);
  return refused;
}

static sl_err draft(const void *input, sl_arena *arena, sl_buf *out) {
  sl_draft read, before;
  memset(&before, 0x5a, sizeof before);
  read = before;
  armed = true;
  sl_err err = sl_draft_read(&read, arena, *(const sl_span *)input, (sl_time){0}, NULL);
  armed = false;
  if (err) assert_memory_equal(&read, &before, sizeof read);
  else sl_draft_add(out, &read);
  return err;
}

static void intents_are_whole_or_come_again(void **state) {
  (void)state;
  DIR *directory = opendir(SL_VECTORS "/valid/intent");
  assert_non_null(directory);
  unsigned files = 0, refused = 0;
  static uint8_t bytes[1u << 18];
  for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
    size_t size = strlen(entry->d_name);
    if (size < 6 || strcmp(entry->d_name + size - 5, ".json") != 0) continue;
    char path[512];
    snprintf(path, sizeof path, SL_VECTORS "/valid/intent/%s", entry->d_name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    sl_span body = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    refused += exhaust(draft, &body);
    files++;
  }
  closedir(directory);
  printf("%u intents, %u failures\n", files, refused);
  assert_true(files >= 10 && refused >= 2 * files);
}

static sl_err answer_body(const void *input, sl_arena *arena, sl_buf *out) {
  sl_answer_body read;
  armed = true;
  sl_err err = sl_answer_body_read(&read, arena, *(const sl_span *)input, NULL);
  armed = false;
  if (!err) sl_buf_add(out, read.plan_digest, 32);
  return err;
}

static sl_err heartbeat(const void *input, sl_arena *arena, sl_buf *out) {
  sl_heartbeat_body read;
  armed = true;
  sl_err err = sl_heartbeat_body_read(&read, arena, *(const sl_span *)input, NULL);
  armed = false;
  if (!err) sl_buf_add_str(out, read.checkpoint);
  return err;
}

static sl_err envelope(const void *input, sl_arena *arena, sl_buf *out) {
  sl_envelope read;
  armed = true;
  sl_err err = sl_envelope_read(&read, arena, *(const sl_span *)input, NULL);
  armed = false;
  if (!err) sl_buf_add(out, read.payload.data, read.payload.size);
  return err;
}

static sl_err agreement(const void *input, sl_arena *arena, sl_buf *out) {
  sl_agreement read;
  armed = true;
  sl_err err = sl_agreement_read(&read, arena, *(const sl_span *)input, NULL);
  armed = false;
  if (!err) sl_agreement_add(out, &read);
  return err;
}

static sl_span bytes_of(const char *text) { return sl_str_bytes(sl_str_from(text)); }

static void other_bodies_too(void **state) {
  (void)state;
  sl_span body = bytes_of("{\"answer\":\"accept\",\"version\":1,\"plan_digest\":\""
                          "00000000000000000000000000000000000000000000000000000000000000aa\",\"proposal_digest\":\""
                          "00000000000000000000000000000000000000000000000000000000000000bb\",\"expires\":"
                          "\"2027-01-15T08:05:00Z\"}");
  assert_true(exhaust(answer_body, &body) > 0);
  body = bytes_of("{\"time\":\"2027-01-15T08:05:00Z\",\"checkpoint\":\"line.example/rollup\\n1\\nAAAA\\n\"}");
  assert_true(exhaust(heartbeat, &body) > 0);
  body = bytes_of("{\"payloadType\":\"application/x\",\"payload\":\"aGVsbG8=\",\"signatures\":[{\"keyid\":\"blue/ops/1\",\"sig\":"
                  "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\"}]}");
  assert_true(exhaust(envelope, &body) > 0);
  sl_agreement agreed;
  sl_agreement_defaults(&agreed);
  snprintf(agreed.line, sizeof agreed.line, "north");
  snprintf(agreed.side[0], sizeof agreed.side[0], "blue");
  snprintf(agreed.side[1], sizeof agreed.side[1], "red");
  agreed.valid_from = (sl_time){1800000000 * SL_NS_PER_S};
  sl_buf text;
  sl_buf_init(&text, 65536);
  sl_agreement_add(&text, &agreed);
  assert_int_equal(text.error, SL_OK);
  body = sl_buf_span(&text);
  assert_true(exhaust(agreement, &body) > 0);
  sl_buf_fini(&text);
}

/* Signing and reading: the head as it was, or no head. */
static sl_err signature(const void *input, sl_arena *arena, sl_buf *out) {
  (void)arena;
  const sl_key *key = input;
  sl_signer signer = sl_key_signer(key);
  sl_buf field[3], base;
  for (int i = 0; i < 3; i++) sl_buf_init(&field[i], 4096);
  sl_buf_init(&base, SL_SIGNATURE_BASE_MAX);
  sl_header header[4] = {{SL_STR("Host"), SL_STR("line.example")}};
  sl_request request = {.method = SL_STR("PUT"), .target = SL_STR("/v1/x"), .authority = SL_STR("line.example"),
                        .header = header, .header_count = 1, .body = bytes_of("{}")};
  sl_signed_head head = {.created = 0};
  armed = true;
  sl_err err = sl_signature_make(&field[0], &field[1], &field[2], &request, "blue/ops/1", "0123456789abcdef", 1000, 1060,
                                 sl_sha256, &signer);
  header[1] = (sl_header){SL_STR("Content-Digest"), sl_buf_str(&field[0])};
  header[2] = (sl_header){SL_STR("Signature-Input"), sl_buf_str(&field[1])};
  header[3] = (sl_header){SL_STR("Signature"), sl_buf_str(&field[2])};
  request.header_count = 4;
  if (!err) err = sl_signature_read(&head, &base, &request, sl_sha256, (sl_time){1010 * SL_NS_PER_S}, NULL);
  armed = false;
  if (err) assert_int_equal(head.created, 0);
  else sl_buf_add(out, base.data, base.size);
  for (int i = 0; i < 3; i++) sl_buf_fini(&field[i]);
  sl_buf_fini(&base);
  return err;
}

static void heads_too(void **state) {
  (void)state;
  sl_key key;
  uint8_t seed[32] = {7};
  assert_int_equal(sl_seal_init(), SL_OK);
  sl_key_from_seed(&key, seed);
  assert_true(exhaust(signature, &key) > 0);
}

/* An answer is whole, or its buffer says that it is not. */
static sl_err intent_answer(const void *input, sl_arena *arena, sl_buf *out) {
  (void)arena;
  sl_buf text;
  sl_buf_init(&text, 1u << 20);
  armed = true;
  sl_answer_intent(&text, input);
  armed = false;
  sl_err err = text.error;
  if (!err) sl_buf_add(out, text.data, text.size);
  sl_buf_fini(&text);
  return err;
}

static sl_err event_answer(const void *input, sl_arena *arena, sl_buf *out) {
  (void)arena;
  sl_buf text;
  sl_buf_init(&text, 1u << 20);
  armed = true;
  sl_answer_event(&text, input);
  armed = false;
  sl_err err = text.error;
  if (!err) sl_buf_add(out, text.data, text.size);
  sl_buf_fini(&text);
  return err;
}

static void answers_are_whole_or_say_so(void **state) {
  (void)state;
  const sl_view_intent *views[] = {&sample_intent, &sample_poll, &sample_ended};
  for (int i = 0; i < 3; i++) assert_true(exhaust(intent_answer, views[i]) > 0);
  for (int i = 0; i < SAMPLE_EVENTS; i++) assert_true(exhaust(event_answer, &sample_event[i]) > 0);
}

/* The JSON library does not go on with what is left of a text: the process stops. */
static void without_memory_the_library_stops(void **state) {
  (void)state;
  sl_span body = bytes_of("{\"version\":1,\"state\":\"Accepted\",\"exercise\":false}");
  for (long nth = 1; nth < 30; nth += 4) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
      sl_arena arena;
      sl_arena_init(&arena, 1u << 20);
      sl_draft read;
      close(STDERR_FILENO);   /* what the assertion says is expected */
      sl_json_start();
      armed = true;
      left = nth;
      _exit(sl_draft_read(&read, &arena, body, (sl_time){0}, NULL) == SL_OK ? 0 : left >= 0 ? 1 : 2);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    bool stopped = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    assert_true(stopped || (WIFEXITED(status) && WEXITSTATUS(status) == 1));   /* 1: so many were not needed */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(intents_are_whole_or_come_again),
      cmocka_unit_test(other_bodies_too),
      cmocka_unit_test(heads_too),
      cmocka_unit_test(answers_are_whole_or_say_so),
      cmocka_unit_test(without_memory_the_library_stops),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
