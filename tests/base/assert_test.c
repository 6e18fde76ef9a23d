#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.h"

/* Run in a child: a failed assertion ends the process with SIGABRT and says where. */
static void a_failed_assertion_aborts_and_says_where(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    SL_ASSERT(ends[0] == -1);
    _exit(0);
  }
  close(ends[1]);
  char text[512] = {0};
  size_t size = 0;
  ssize_t got;
  while (size < sizeof text - 1 && (got = read(ends[0], text + size, sizeof text - 1 - size)) > 0)
    size += (size_t)got;
  close(ends[0]);
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  assert_non_null(strstr(text, "assert_test.c:"));
  assert_non_null(strstr(text, "ends[0] == -1"));
}

static void a_true_assertion_does_nothing(void **state) {
  (void)state;
  int evaluated = 0;
  SL_ASSERT(++evaluated == 1);
  assert_int_equal(evaluated, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_failed_assertion_aborts_and_says_where),
    cmocka_unit_test(a_true_assertion_does_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
