/* Purpose: one parser of options for all verbs, and the help that follows from their
 * tables. Work expected: once. Representation: values beside the table of options;
 * the shared options stand behind the verb's own. */
#include "base/assert.h"
#include "cli/cli.h"

static const sl_option shared[] = {
    {"json", 0, NULL, "print JSON for programs instead of a table", false},
    {"quiet", 'q', NULL, "no progress", false},
    {"help", 'h', NULL, "print this help", false},
};
#define SHARED (sizeof shared / sizeof *shared)

static uint32_t own_count(const sl_verb *verb) {
  uint32_t count = 0;
  while (verb->option && verb->option[count].name) count++;
  SL_ASSERT(count + SHARED <= SL_OPTIONS_MAX);
  return count;
}

static const sl_option *option_at(const sl_verb *verb, uint32_t index) {
  uint32_t own = own_count(verb);
  return index < own ? &verb->option[index] : &shared[index - own];
}

static uint32_t index_of(const sl_verb *verb, const char *name) {
  uint32_t count = own_count(verb) + (uint32_t)SHARED;
  for (uint32_t i = 0; i < count; i++)
    if (strcmp(option_at(verb, i)->name, name) == 0) return i;
  return SL_OPTIONS_MAX;
}

const char *sl_args_get(const sl_args *args, const char *name) {
  uint32_t index = index_of(args->verb, name);
  SL_ASSERT(index < SL_OPTIONS_MAX);
  return args->value[index];
}

bool sl_args_has(const sl_args *args, const char *name) { return sl_args_get(args, name) != NULL; }

const char *sl_args_nth(const sl_args *args, const char *name, uint32_t index) {
  uint32_t option = index_of(args->verb, name);
  SL_ASSERT(option < SL_OPTIONS_MAX && option_at(args->verb, option)->repeats);
  for (uint32_t i = 0; i < args->repeat_count; i++)
    if (args->repeat[i].option == option && index-- == 0) return args->repeat[i].value;
  return NULL;
}

static void print_option(FILE *to, const sl_option *option) {
  char left[64];
  int size = snprintf(left, sizeof left, "--%s%s%s", option->name, option->metavar ? " " : "", option->metavar ? option->metavar : "");
  SL_ASSERT(size > 0);
  fprintf(to, "  ");
  if (option->letter) fprintf(to, "-%c, ", option->letter);
  else fprintf(to, "    ");
  if (size > 30) fprintf(to, "%s\n%38s%s\n", left, "", option->help);
  else fprintf(to, "%-32s%s%s\n", left, option->help, option->repeats ? " (repeats)" : "");
}

static void print_help(FILE *to, const sl_cli *cli, const sl_verb *verb) {
  fprintf(to, "usage: %s %s [OPTION...]%s%s\n\n%s\n\noptions:\n", cli->program, verb->name, verb->operands[0] ? " " : "", verb->operands, verb->summary);
  uint32_t count = own_count(verb) + (uint32_t)SHARED;
  for (uint32_t i = 0; i < count; i++) print_option(to, option_at(verb, i));
  if (verb->details) fprintf(to, "\n%s", verb->details);
  fprintf(to, "\nexample:\n  %s\n\nexit status: 0 clear or done, 1 conflict, 2 undecided, 64 and above as in sysexits(3)\n", verb->example);
}

static sl_exit wrong(sl_cli *cli, const sl_verb *verb, const char *what, const char *which, size_t size) {
  return sl_cli_fail(cli, SL_EXIT_USAGE, "%s%.*s; see %s %s --help", what, (int)size, which, cli->program, verb->name);
}

static sl_exit set(sl_args *args, sl_cli *cli, uint32_t index, const char *value) {
  const sl_option *option = option_at(args->verb, index);
  if (args->value[index] && !option->repeats) return wrong(cli, args->verb, "given twice: --", option->name, strlen(option->name));
  if (option->repeats) {
    if (args->repeat_count == SL_REPEATS_MAX) return wrong(cli, args->verb, "given too often: --", option->name, strlen(option->name));
    args->repeat[args->repeat_count].option = index;
    args->repeat[args->repeat_count++].value = value;
  }
  args->value[index] = value;
  return SL_EXIT_DONE;
}

/* --name, --name=value or --name value; *at stands on it and is moved to what it took. */
static sl_exit take_long(sl_args *args, sl_cli *cli, int *at, int argc, char **argv) {
  const char *name = argv[*at] + 2;
  size_t size = strcspn(name, "=");
  uint32_t count = own_count(args->verb) + (uint32_t)SHARED, index = count;
  for (uint32_t i = 0; i < count; i++) {
    const char *known = option_at(args->verb, i)->name;
    if (strlen(known) == size && memcmp(known, name, size) == 0) index = i;
  }
  if (index == count) return wrong(cli, args->verb, "there is no option --", name, size);
  bool flag = option_at(args->verb, index)->metavar == NULL;
  if (flag && name[size]) return wrong(cli, args->verb, "takes no value: --", name, size);
  if (flag) return set(args, cli, index, "");
  if (name[size]) return set(args, cli, index, name + size + 1);
  if (*at + 1 >= argc) return wrong(cli, args->verb, "needs a value: --", name, size);
  return set(args, cli, index, argv[++*at]);
}

static sl_exit take_letter(sl_args *args, sl_cli *cli, int *at, int argc, char **argv) {
  const char *text = argv[*at] + 1;
  uint32_t count = own_count(args->verb) + (uint32_t)SHARED;
  for (uint32_t i = 0; i < count; i++) {
    const sl_option *option = option_at(args->verb, i);
    if (!option->letter || option->letter != text[0]) continue;
    if (!option->metavar && text[1]) return wrong(cli, args->verb, "one letter at a time: -", text, strlen(text));
    if (!option->metavar) return set(args, cli, i, "");
    if (text[1]) return set(args, cli, i, text + 1);
    if (*at + 1 >= argc) return wrong(cli, args->verb, "needs a value: -", text, 1);
    return set(args, cli, i, argv[++*at]);
  }
  return wrong(cli, args->verb, "there is no option -", text, 1);
}

sl_exit sl_args_parse(sl_args *out, bool *helped, sl_cli *cli, const sl_verb *verb, int argc, char **argv) {
  SL_ASSERT(out && helped && verb && argc >= 0);
  *out = (sl_args){.verb = verb, .operand = argv};
  *helped = false;
  bool only_operands = false;
  for (int at = 0; at < argc; at++) {
    sl_exit exit = SL_EXIT_DONE;
    char *word = argv[at];
    if (only_operands || word[0] != '-' || word[1] == 0) out->operand[out->operand_count++] = word;
    else if (strcmp(word, "--") == 0) only_operands = true;
    else if (word[1] == '-') exit = take_long(out, cli, &at, argc, argv);
    else exit = take_letter(out, cli, &at, argc, argv);
    if (exit) return exit;
  }
  if (sl_args_has(out, "help")) {
    print_help(cli->out, cli, verb);
    *helped = true;
    return SL_EXIT_DONE;
  }
  if (out->operand_count < verb->operands_min) return wrong(cli, verb, "something is missing: ", verb->operands, strlen(verb->operands));
  if (out->operand_count > verb->operands_max) {
    const char *first = out->operand[verb->operands_max];
    return wrong(cli, verb, verb->operands_max ? "one operand too many: " : "it takes no operands: ", first, strlen(first));
  }
  return SL_EXIT_DONE;
}
