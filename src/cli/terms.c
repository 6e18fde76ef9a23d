/* Purpose: see the header. Work expected: one agreement. Representation: durations are
 * a table of options and members. */
#include "cli/terms.h"

#include "base/assert.h"
#include "base/text.h"
#include "cli/record.h"
#include "format/format.h"

static const struct { const char *option; size_t offset; } durations[] = {
    {"round", offsetof(sl_agreement, round)}, {"tick", offsetof(sl_agreement, tick)},           {"answer", offsetof(sl_agreement, answer)},
    {"quantum", offsetof(sl_agreement, quantum)}, {"heartbeat", offsetof(sl_agreement, heartbeat)}, {"pace", offsetof(sl_agreement, pace)},
    {"pending", offsetof(sl_agreement, pending)}, {"urgent-lead", offsetof(sl_agreement, urgent_lead)},
};

static bool copy_name(char out[static SL_NAME_MAX + 1], sl_str name) {
  if (!sl_name_good(name)) return false;
  memcpy(out, name.data, name.size);
  out[name.size] = '\0';
  return true;
}

static sl_exit take_names(sl_agreement *out, sl_cli *cli, const sl_args *args) {
  const char *line = sl_args_get(args, "line"), *sides = sl_args_get(args, "sides");
  if (!line || !sides) return sl_cli_fail(cli, SL_EXIT_USAGE, "--line NAME and --sides SIDE,SIDE are needed");
  if (!copy_name(out->line, sl_str_from(line))) return sl_cli_fail(cli, SL_EXIT_USAGE, "--line: a name is 1 to 24 of a-z, 0-9 and -, a letter first");
  const char *comma = strchr(sides, ',');
  bool good = comma && copy_name(out->side[0], (sl_str){sides, (size_t)(comma - sides)}) && copy_name(out->side[1], sl_str_from(comma + 1));
  if (!good) return sl_cli_fail(cli, SL_EXIT_USAGE, "--sides is SIDE,SIDE, each 1 to 24 of a-z, 0-9 and -, a letter first");
  if (strcmp(out->side[0], out->side[1]) > 0) {
    char first[SL_NAME_MAX + 1];
    memcpy(first, out->side[0], sizeof first);
    memcpy(out->side[0], out->side[1], sizeof first);
    memcpy(out->side[1], first, sizeof first);
  }
  return SL_EXIT_DONE;
}

/* "5NM,1000ft"; feet stay feet where pressure altitudes are compared. */
static sl_err take_minima(sl_minima *out, const char *text, sl_fault *fault) {
  char lateral[48];
  const char *comma = strchr(text, ',');
  size_t size = comma ? (size_t)(comma - text) : 0;
  if (!comma || size >= sizeof lateral) return sl_fault_set(fault, SL_ERR_SYNTAX, "minima are LATERAL,VERTICAL, as 5NM,1000ft");
  memcpy(lateral, text, size);
  lateral[size] = '\0';
  sl_minima minima = {0};
  int32_t feet = -1;
  sl_err err = sl_length_read(&minima.lateral, NULL, lateral, fault);
  if (!err) err = sl_length_read(&minima.vertical_w84, &feet, comma + 1, fault);
  if (err) return err;
  if (minima.lateral.mm < 0 || minima.vertical_w84.mm < 0) return sl_fault_set(fault, SL_ERR_RANGE, "minima are not below 0");
  int64_t up = (minima.vertical_w84.mm * 10 + SL_TENTHS_PER_FT - 1) / SL_TENTHS_PER_FT;
  if (up > SL_ALT_BARO_MAX_FT) return sl_fault_set(fault, SL_ERR_RANGE, "a vertical minimum of more than 328,000 ft");
  minima.vertical_ft = feet >= 0 ? feet : (int32_t)up;
  *out = minima;
  return SL_OK;
}

static sl_err take_pair(sl_agreement *out, const char *text, sl_fault *fault) {
  const char *equals = strchr(text, '=');
  if (!equals) return sl_fault_set(fault, SL_ERR_SYNTAX, "write CLASS,CLASS=LATERAL,VERTICAL or all=LATERAL,VERTICAL");
  sl_minima minima;
  sl_err err = take_minima(&minima, equals + 1, fault);
  if (err) return err;
  sl_str classes = {text, (size_t)(equals - text)};
  bool all = sl_str_is(classes, "all");
  const char *comma = memchr(classes.data, ',', classes.size);
  sl_class a = SL_CLASS_UNDECLARED, b = SL_CLASS_UNDECLARED;
  if (!all) {
    bool good = comma && sl_class_read(&a, (sl_str){text, (size_t)(comma - text)}) == SL_OK &&
                sl_class_read(&b, (sl_str){comma + 1, (size_t)(equals - comma - 1)}) == SL_OK && a && b;
    if (!good) return sl_fault_set(fault, SL_ERR_UNKNOWN, "a pair is two of crewed, drone, reservation and hazard");
  }
  for (uint32_t i = 0; i < out->pair_count; i++) {
    sl_pair_minima *pair = &out->pair[i];
    if (all || (pair->a == a && pair->b == b) || (pair->a == b && pair->b == a)) pair->minima = minima;
  }
  return SL_OK;
}

static sl_exit take_numbers(sl_agreement *out, sl_cli *cli, const sl_args *args) {
  const char *number = sl_args_get(args, "number"), *budget = sl_args_get(args, "budget");
  int64_t value = 1;
  if (number && (sl_int_read(&value, sl_str_from(number)) || value < 1 || value > UINT32_MAX)) return sl_cli_fail(cli, SL_EXIT_USAGE, "--number is a whole number from 1");
  out->number = (uint32_t)value;
  if (budget && (sl_int_read(&out->budget_declared, sl_str_from(budget)) || out->budget_declared < 0 || out->budget_declared > SL_BUDGET_DECLARED_MAX))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--budget is a whole number up to 1,000,000,000");
  return SL_EXIT_DONE;
}

sl_exit sl_terms_take(sl_agreement *out, sl_cli *cli, const sl_args *args) {
  SL_ASSERT(out && cli && args);
  sl_agreement_defaults(out);
  sl_fault fault = sl_fault_none();
  out->valid_from = sl_wall_now();
  const char *text = sl_args_get(args, "valid-from");
  if (text && sl_instant_take(&out->valid_from, text, &fault)) return sl_cli_fail(cli, SL_EXIT_USAGE, "--valid-from: %s", fault.reason);
  sl_exit exit = take_names(out, cli, args);
  if (!exit) exit = take_numbers(out, cli, args);
  for (uint32_t i = 0; !exit && (text = sl_args_nth(args, "minima", i)); i++)
    if (take_pair(out, text, &fault)) exit = sl_cli_fail(cli, SL_EXIT_USAGE, "--minima: %s", fault.reason);
  for (size_t i = 0; !exit && i < sizeof durations / sizeof *durations; i++) {
    sl_dur value;
    if (!(text = sl_args_get(args, durations[i].option))) continue;
    if (sl_duration_read(&value, text, &fault)) exit = sl_cli_fail(cli, SL_EXIT_USAGE, "--%s: %s", durations[i].option, fault.reason);
    else memcpy((char *)out + durations[i].offset, &value, sizeof value);
  }
  if (!exit && sl_agreement_check(out, &fault)) exit = sl_cli_fail(cli, SL_EXIT_USAGE, "the terms make no agreement: %s at %s", fault.reason, fault.pointer);
  return exit;
}

static void print_decimal(FILE *out, int64_t value, int scale, const char *unit) {
  sl_buf text;
  sl_buf_init(&text, 64);
  sl_decimal_add(&text, value, scale);
  fprintf(out, "%.*s %s", (int)text.size, text.size ? (const char *)text.data : "", unit);
  sl_buf_fini(&text);
}

void sl_terms_print(FILE *out, const sl_agreement *a) {
  SL_ASSERT(out && a);
  sl_buf time;
  sl_buf_init(&time, 64);
  sl_time_add(&time, a->valid_from);
  fprintf(out, "line        %s, agreement %u, between %s and %s\nvalid from  %.*s\nlevel       %s\n", a->line, a->number, a->side[0], a->side[1], (int)time.size,
          time.size ? (const char *)time.data : "", sl_level_name(a->level));
  sl_buf_fini(&time);
  for (uint32_t i = 0; i < a->pair_count; i++) {
    const sl_pair_minima *pair = &a->pair[i];
    fprintf(out, "minima      %s and %s: ", sl_class_name(pair->a), sl_class_name(pair->b));
    print_decimal(out, pair->minima.lateral.mm, 3, "m laterally, ");
    print_decimal(out, pair->minima.vertical_w84.mm, 3, "m or ");
    fprintf(out, "%d ft vertically\n", pair->minima.vertical_ft);
  }
  for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
    sl_dur value;
    memcpy(&value, (const char *)a + durations[i].offset, sizeof value);
    fprintf(out, "%-12s", durations[i].option);
    print_decimal(out, value.ns, 9, "s\n");
  }
  fprintf(out, "budget      %lld units a week\n", (long long)a->budget_declared);
}
