/* Purpose: the command line of Sideline: a table of verbs. Work expected: one verb a
 * call. Representation: the table below; each verb is one file. */
#include <signal.h>
#include <unistd.h>

#include "cli/verbs.h"

static const sl_verb *const verbs[] = {
    &sl_verb_check,
    NULL,
};

int main(int argc, char **argv) {
  sl_cli cli = {.out = stdout, .err = stderr, .program = "sideline"};
  cli.progress = isatty(STDERR_FILENO) == 1;
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  (void)sigaction(SIGPIPE, &ignore, NULL);
  sl_exit exit = sl_cli_main(&cli, verbs, argc, argv);
  if (fflush(stdout) || ferror(stdout)) {
    if (exit < SL_EXIT_USAGE) exit = SL_EXIT_IOERR;
  }
  return (int)exit;
}
