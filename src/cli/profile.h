/* Who speaks to which intermediary: a small file of "key = value" lines.
 *
 *   server = https://line.example:8443
 *   ca     = line.pem               certificates to trust; the system's when absent
 *   keyid  = blue/ops/1             side, party, key number
 *   key    = ops.key                file with the private key, 0600
 *   vkey   = line.example/rollup+..  verifier key of the intermediary's roll-up
 *   state  = ops.state              folder for cursors, checkpoints, receipts
 *
 * Paths are taken from the profile's folder. A private key is never in an argument
 * or the environment: only the name of its file is here. */
#ifndef SL_CLI_PROFILE_H
#define SL_CLI_PROFILE_H

#include "cli/cli.h"
#include "ledger/note.h"
#include "wire/signature.h"

#define SL_PROFILE_MAX 16384u
#define SL_PATH_MAX 1024u

typedef struct sl_profile {
  char path[SL_PATH_MAX];
  char server[512];
  char ca[SL_PATH_MAX], key[SL_PATH_MAX], state[SL_PATH_MAX];   /* empty: not given; state has a default */
  char keyid[SL_KEYID_MAX + 1];
  bool has_vkey;
  char origin[SL_ORIGIN_MAX + 1];   /* of the intermediary: the vkey's name without "/rollup" */
  uint8_t public_key[32];           /* of the intermediary */
} sl_profile;

/* Read the text of a profile that stands at `path`. Errors: SL_ERR_SYNTAX,
 * SL_ERR_UNKNOWN, SL_ERR_DUPLICATE, SL_ERR_CAP, SL_ERR_MISSING (no server); the fault
 * has the line. Threads: any. */
SL_MUST_USE sl_err sl_profile_read(sl_profile *out, const char *path, sl_str text, sl_fault *fault);

/* The profile of --profile FILE, else SIDELINE_PROFILE, else
 * ~/.config/sideline/profile. What is wrong has been said. */
SL_MUST_USE sl_exit sl_profile_open(sl_profile *out, sl_cli *cli, const char *path);

/* A verifier key, or a file that holds one in its first line: the origin it names,
 * without "/rollup", and the key. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_vkey_take(char origin[static SL_ORIGIN_MAX + 1], uint8_t key[static 32], const char *text);

#endif
