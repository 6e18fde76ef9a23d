/* The frame of the command line: a table of verbs, one option parser for all of
 * them, one way to fail, one way to show progress.
 *
 * A verb is one file with one sl_verb; verbs.h lists them. Tables for people go to
 * standard output, --json turns them into JSON; faults and progress go to standard
 * error. A private key never appears in an argument: options name files. */
#ifndef SL_CLI_CLI_H
#define SL_CLI_CLI_H

#include <stdio.h>

#include "base/buf.h"
#include "sideline/err.h"
#include "sideline/quantity.h"

/* What every verb returns. 1 wins over 2; from 64 on they are those of sysexits(3). */
typedef enum sl_exit {
  SL_EXIT_DONE = 0,          /* clear, or done */
  SL_EXIT_CONFLICT = 1,
  SL_EXIT_UNDECIDED = 2,
  SL_EXIT_USAGE = 64,        /* the command line is wrong */
  SL_EXIT_DATA = 65,         /* the input is wrong */
  SL_EXIT_NOINPUT = 66,      /* an input is not there or cannot be read */
  SL_EXIT_UNAVAILABLE = 69,  /* the intermediary cannot be reached */
  SL_EXIT_SOFTWARE = 70,
  SL_EXIT_OSERR = 71,
  SL_EXIT_CANTCREAT = 73,    /* an output cannot be written */
  SL_EXIT_IOERR = 74,
  SL_EXIT_TEMPFAIL = 75,     /* try again later */
  SL_EXIT_PROTOCOL = 76,     /* the intermediary's answer makes no sense or does not verify */
  SL_EXIT_NOPERM = 77,       /* refused by the intermediary */
  SL_EXIT_CONFIG = 78
} sl_exit;

/* One option of a verb. A list of options ends with one whose name is NULL. Every
 * verb also has --help, --json and --quiet. */
typedef struct sl_option {
  const char *name;          /* "minima": --minima VALUE or --minima=VALUE */
  char letter;               /* 'm': -m VALUE; 0: none */
  const char *metavar;       /* "LATERAL,VERTICAL"; NULL: a flag */
  const char *help;          /* one line */
  bool repeats;              /* may be given more than once; otherwise twice is an error */
} sl_option;

#define SL_OPTIONS_MAX 48u   /* of one verb, the shared ones included */
#define SL_REPEATS_MAX 64u   /* values of all repeating options together */

typedef struct sl_cli sl_cli;
typedef struct sl_verb sl_verb;

/* What the options of a call are. Text points into argv. */
typedef struct sl_args {
  const sl_verb *verb;
  const char *value[SL_OPTIONS_MAX];     /* parallel to the options; "" for a flag that is given */
  struct { uint32_t option; const char *value; } repeat[SL_REPEATS_MAX];
  uint32_t repeat_count;
  char **operand;                        /* what is not an option, in order */
  size_t operand_count;
} sl_args;

struct sl_verb {
  const char *name;          /* "check" */
  const char *summary;       /* one line, lower case, without a full stop */
  const char *operands;      /* "FILE..." or "" */
  const char *example;       /* a whole command line, then what it does */
  const char *details;       /* further lines for --help; may be NULL */
  const sl_option *option;
  size_t operands_min, operands_max;
  sl_exit (*run)(sl_cli *cli, const sl_args *args);
};

struct sl_cli {
  FILE *out, *err;
  const char *program;       /* "sideline" */
  const sl_verb *verb;       /* the one that runs */
  bool json, quiet;
  bool progress;             /* standard error is a terminal, and not --quiet */
  int64_t drawn;             /* when progress was drawn last; 0: nothing stands there */
};

/* Find the verb, parse, run. The whole of main() but for the streams. Threads: one. */
sl_exit sl_cli_main(sl_cli *cli, const sl_verb *const *verbs, int argc, char **argv);

/* Parse the options of one verb; --help prints and sets *helped. On a mistake prints
 * one line and the usage, and returns SL_EXIT_USAGE. argv is permuted: operands are
 * gathered at its start. */
SL_MUST_USE sl_exit sl_args_parse(sl_args *out, bool *helped, sl_cli *cli, const sl_verb *verb, int argc, char **argv);
/* The value of an option, NULL when it is absent. Asking for one the verb does not
 * declare is a programmer error. For a repeating one: the last value. */
const char *sl_args_get(const sl_args *args, const char *name);
bool sl_args_has(const sl_args *args, const char *name);
/* Value number `index` of a repeating option; NULL behind the last. */
const char *sl_args_nth(const sl_args *args, const char *name, uint32_t index);

/* Print "sideline VERB: message" to standard error (JSON {"error":...} to standard
 * output as well under --json) and return exit. */
sl_exit sl_cli_fail(sl_cli *cli, sl_exit exit, const char *format, ...) SL_PRINTF(3, 4);
/* A fault's JSON pointer, or nothing where it has what a terminal could take for a command
 * (member names are foreign). */
const char *sl_cli_pointer(const sl_fault *fault);
/* Say on standard error that a record of a file is skipped, and why. */
void sl_cli_skipped(sl_cli *cli, const char *file, const sl_fault *fault);
/* The same for a fault in `file` (NULL: none): "file:line: reason (code)". The exit
 * code follows from the fault's code. */
sl_exit sl_cli_fault(sl_cli *cli, const char *file, const sl_fault *fault);
/* The exit code that fits an error. */
sl_exit sl_exit_of(sl_err code);

/* Progress on one line of a terminal, rewritten in place at most ten times a second;
 * nothing in a pipe. total 0: unknown. */
void sl_cli_progress(sl_cli *cli, const char *what, uint64_t done, uint64_t total);
/* Wipe the line again. */
void sl_cli_progress_end(sl_cli *cli);

/* Quantities as people write them, exactly. Errors: SL_ERR_SYNTAX, SL_ERR_UNIT,
 * SL_ERR_RANGE; the fault says what is expected.
 * Lengths: 5NM 9.3km 500m 30cm 1000ft (a unit is required); rounded up to 1 mm.
 * Feet: 1000ft only when `exact_ft` is not NULL: then *exact_ft gets whole feet, or
 * -1 where the length is not a whole number of feet.
 * Durations: 90s 10min 1h (a unit is required). */
SL_MUST_USE sl_err sl_length_read(sl_len *out, int32_t *exact_ft, const char *text, sl_fault *fault);
SL_MUST_USE sl_err sl_duration_read(sl_dur *out, const char *text, sl_fault *fault);

/* Write the whole buffer to a file, by way of a temporary one beside it, so that it
 * is there whole or not at all; "-" is standard output; a device, a pipe or a link is
 * written into. Errors: SL_ERR_IO, SL_ERR_FULL (no room, or it cannot be made there), SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_file_write(sl_cli *cli, const char *path, sl_span bytes, sl_fault *fault);
/* Read a whole file of at most max bytes ("-": standard input) into a buffer that
 * is initialised here. Errors: SL_ERR_NOT_FOUND, SL_ERR_IO, SL_ERR_CAP. */
SL_MUST_USE sl_err sl_file_read(sl_buf *out, const char *path, size_t max, sl_fault *fault);

#endif
