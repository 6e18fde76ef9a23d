/* The verbs of the command line, one file each; main.c has the table. */
#ifndef SL_CLI_VERBS_H
#define SL_CLI_VERBS_H

#include "cli/cli.h"

extern const sl_verb sl_verb_check;
extern const sl_verb sl_verb_convert;
extern const sl_verb sl_verb_inspect;

/* With a connection. */
extern const sl_verb sl_verb_keygen;
extern const sl_verb sl_verb_admin_init;
extern const sl_verb sl_verb_admin_enrol;
extern const sl_verb sl_verb_admin_rotate;
extern const sl_verb sl_verb_admin_revoke;
extern const sl_verb sl_verb_admin_status;
extern const sl_verb sl_verb_admin_fingerprint;
extern const sl_verb sl_verb_agree_make;
extern const sl_verb sl_verb_agree_show;
extern const sl_verb sl_verb_agree_sign;
extern const sl_verb sl_verb_agree_post;
extern const sl_verb sl_verb_submit;
extern const sl_verb sl_verb_intents;
extern const sl_verb sl_verb_end;
extern const sl_verb sl_verb_affirm;
extern const sl_verb sl_verb_inbox;
extern const sl_verb sl_verb_cases;
extern const sl_verb sl_verb_answer;
extern const sl_verb sl_verb_acknowledge;
extern const sl_verb sl_verb_line_suspend;
extern const sl_verb sl_verb_line_resume;
extern const sl_verb sl_verb_line_answer;
extern const sl_verb sl_verb_line_handover;
extern const sl_verb sl_verb_heartbeat;
extern const sl_verb sl_verb_receipt_verify;
extern const sl_verb sl_verb_log_verify;

#endif
