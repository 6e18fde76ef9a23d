/* Purpose: finding the verb, failing and showing progress in one way. Work expected:
 * once per call. Representation: none but sl_cli. */
#include <stdarg.h>
#include <time.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/cli.h"

#define MESSAGE_MAX 512

static void print_verbs(FILE *to, const sl_cli *cli, const sl_verb *const *verbs) {
  fprintf(to, "usage: %s VERB [OPTION...] [OPERAND...]\n\n", cli->program);
  for (; *verbs; verbs++) fprintf(to, "  %-18s %s\n", (*verbs)->name, (*verbs)->summary);
  fprintf(to, "\n%s VERB --help tells more, with an example\n", cli->program);
}

/* The first word of a verb of two. */
static bool begins_with(const sl_verb *verb, const char *word) {
  size_t size = strlen(word);
  return strncmp(verb->name, word, size) == 0 && verb->name[size] == ' ';
}

/* "agree --help": the verbs that begin so. Without another word that is a mistake. */
static sl_exit group(sl_cli *cli, const sl_verb *const *verbs, int argc, char **argv) {
  const char *word = argv[1];
  bool any = false;
  for (const sl_verb *const *at = verbs; *at; at++) any = any || begins_with(*at, word);
  if (!any) return sl_cli_fail(cli, SL_EXIT_USAGE, "there is no verb like this: %.40s; %s --help lists them", word, cli->program);
  bool asked = argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0);
  if (argc > 2 && !asked) {
    return sl_cli_fail(cli, SL_EXIT_USAGE, "there is no verb like this; %s %s --help lists those that begin so", cli->program, word);
  }
  FILE *to = asked ? cli->out : cli->err;
  fprintf(to, "usage: %s %s VERB [OPTION...] [OPERAND...]\n\n", cli->program, word);
  for (; *verbs; verbs++) {
    if (begins_with(*verbs, word)) fprintf(to, "  %-18s %s\n", (*verbs)->name, (*verbs)->summary);
  }
  fprintf(to, "\n%s %s VERB --help tells more, with an example\n", cli->program, word);
  return asked ? SL_EXIT_DONE : SL_EXIT_USAGE;
}

sl_exit sl_cli_main(sl_cli *cli, const sl_verb *const *verbs, int argc, char **argv) {
  SL_ASSERT(cli && cli->out && cli->err && verbs && verbs[0]);
  if (argc < 2) {
    print_verbs(cli->err, cli, verbs);
    return SL_EXIT_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
    print_verbs(cli->out, cli, verbs);
    return SL_EXIT_DONE;
  }
  /* "receipt verify" and its like are verbs of two words. */
  const sl_verb *const *all = verbs;
  for (; *verbs; verbs++) {
    const char *space = strchr((*verbs)->name, ' ');
    size_t first = space ? (size_t)(space - (*verbs)->name) : strlen((*verbs)->name);
    if (strlen(name) != first || memcmp(name, (*verbs)->name, first) != 0) continue;
    int words = space ? 2 : 1;
    if (space && (argc < 3 || strcmp(argv[2], space + 1) != 0)) continue;
    cli->verb = *verbs;
    sl_args args;
    bool helped;
    sl_exit exit = sl_args_parse(&args, &helped, cli, *verbs, argc - 1 - words, argv + 1 + words);
    if (exit || helped) return exit;
    cli->json = sl_args_has(&args, "json");
    cli->quiet = sl_args_has(&args, "quiet");
    if (cli->quiet) cli->progress = false;
    return (*verbs)->run(cli, &args);
  }
  return group(cli, all, argc, argv);
}

static void print_json_error(sl_cli *cli, sl_exit exit, const char *message) {
  sl_buf text;
  sl_buf_init(&text, 8 * MESSAGE_MAX);
  sl_json_escape_add(&text, sl_str_from(message));
  fprintf(cli->out, "{\"error\":\"%.*s\",\"exit\":%d}\n", (int)text.size, text.data ? (const char *)text.data : "", (int)exit);
  sl_buf_fini(&text);
}

sl_exit sl_cli_fail(sl_cli *cli, sl_exit exit, const char *format, ...) {
  SL_ASSERT(exit != SL_EXIT_DONE);
  char message[MESSAGE_MAX];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(message, sizeof message, format, args);
  va_end(args);
  SL_ASSERT(size >= 0);
  sl_cli_progress_end(cli);
  /* What a terminal would obey has no place in a message. */
  for (char *at = message; *at; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7f) *at = '?';
  fprintf(cli->err, "%s%s%s: %s\n", cli->program, cli->verb ? " " : "", cli->verb ? cli->verb->name : "", message);
  if (cli->json) print_json_error(cli, exit, message);
  return exit;
}

sl_exit sl_exit_of(sl_err code) {
  switch (code) {
    case SL_OK: return SL_EXIT_DONE;
    case SL_ERR_NOMEM: return SL_EXIT_OSERR;
    case SL_ERR_IO: return SL_EXIT_IOERR;
    case SL_ERR_FULL: return SL_EXIT_CANTCREAT;
    case SL_ERR_NOT_FOUND: return SL_EXIT_NOINPUT;
    case SL_ERR_DENIED: return SL_EXIT_NOPERM;
    case SL_ERR_BUSY: return SL_EXIT_TEMPFAIL;
    case SL_ERR_SIGNATURE: case SL_ERR_CRYPTO: return SL_EXIT_PROTOCOL;
    default: return SL_EXIT_DATA;
  }
}

const char *sl_cli_pointer(const sl_fault *fault) {
  SL_ASSERT(fault);
  for (const char *at = fault->pointer; *at; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7f) return "";
  return fault->pointer;
}

void sl_cli_skipped(sl_cli *cli, const char *file, const sl_fault *fault) {
  const char *pointer = sl_cli_pointer(fault);
  fprintf(cli->err, "%s:%u: skipped: %s%s%s (%s)\n", file, fault->line, fault->reason, *pointer ? " at " : "", pointer, sl_err_name(fault->code));
}

sl_exit sl_cli_fault(sl_cli *cli, const char *file, const sl_fault *fault) {
  SL_ASSERT(fault && fault->code != SL_OK);
  char place[64] = "";
  if (fault->line && fault->column) (void)snprintf(place, sizeof place, "%u:%u: ", fault->line, fault->column);
  else if (fault->line) (void)snprintf(place, sizeof place, "%u: ", fault->line);
  const char *pointer = sl_cli_pointer(fault), *at = *pointer ? " at " : "";
  bool says_all = fault->code == SL_ERR_FULL;   /* in the system's words */
  return sl_cli_fail(cli, sl_exit_of(fault->code), "%s%s%s%s%s%s%s%s%s", file ? file : "", file ? ":" : "", file && !place[0] ? " " : place,
                     fault->reason, at, pointer, says_all ? "" : " (", says_all ? "" : sl_err_name(fault->code), says_all ? "" : ")");
}

/* The monotonic clock, in tenths of a second: the terminal is not redrawn more often. */
static int64_t tenths_now(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now)) return 0;
  return (int64_t)now.tv_sec * 10 + now.tv_nsec / 100000000;
}

void sl_cli_progress(sl_cli *cli, const char *what, uint64_t done, uint64_t total) {
  if (!cli->progress) return;
  int64_t now = tenths_now();
  if (now == cli->drawn) return;
  cli->drawn = now;
  if (total) fprintf(cli->err, "\r%s %3u%%\x1b[K", what, (unsigned)(done >= total ? 100 : done * 100 / total));
  else fprintf(cli->err, "\r%s %llu\x1b[K", what, (unsigned long long)done);
  fflush(cli->err);
}

void sl_cli_progress_end(sl_cli *cli) {
  if (!cli->progress || !cli->drawn) return;
  fprintf(cli->err, "\r\x1b[K");
  fflush(cli->err);
  cli->drawn = 0;
}
