/* Purpose: the command line of Sideline: a table of verbs. Work expected: one verb a
 * call. Representation: the table below; each verb is one file. */
#include <signal.h>
#include <unistd.h>

#include "cli/verbs.h"

static const sl_verb *const verbs[] = {
    &sl_verb_check,
    &sl_verb_inspect,
    &sl_verb_convert,
    &sl_verb_keygen, &sl_verb_admin_init, &sl_verb_admin_enrol, &sl_verb_admin_rotate,
    &sl_verb_admin_revoke, &sl_verb_admin_status, &sl_verb_admin_fingerprint, &sl_verb_agree_make,
    &sl_verb_agree_show, &sl_verb_agree_sign, &sl_verb_agree_post, &sl_verb_submit,
    &sl_verb_intents, &sl_verb_end, &sl_verb_affirm, &sl_verb_inbox,
    &sl_verb_cases, &sl_verb_answer, &sl_verb_acknowledge, &sl_verb_line_suspend,
    &sl_verb_line_resume, &sl_verb_line_answer, &sl_verb_line_handover, &sl_verb_heartbeat,
    &sl_verb_receipt_verify, &sl_verb_log_verify,
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
