/* Purpose: `sideline check`: local files judged against each other, without a server.
 * The one place where exact windows and closest approaches are shown: everything in it
 * belongs to whoever runs it (L10). Work expected: a day's tracks or a country's
 * airspace. Representation: load.h's records, judged.h's hits. */
#include <stdlib.h>

#include "base/assert.h"
#include "cli/check.h"
#include "cli/verbs.h"

static const sl_option options[] = {
    {"minima", 'm', "LATERAL,VERTICAL[,TIME]", "separation: 5NM,1000ft or 30m,15m,5s; default 0m,0m", false},
    {"across", 'a', "PREFIX,PREFIX", "names that begin with one against the other", false},
    {"files", 'f', NULL, "records of different files only against each other", false},
    {"all", 0, NULL, "every name against every other (the default)", false},
    {"geojson", 0, "OUT", "write what conflicts as GeoJSON", false},
    {"svg", 0, "OUT", "write a picture: a map, and each conflict in plan and altitude", false},
    SL_LOAD_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

/* The vertical minimum in both references. Feet stay feet: against pressure altitudes
 * they compare exactly (L6). */
static sl_exit take_minima(sl_minima *out, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "minima");
  *out = (sl_minima){0};
  if (!text) return SL_EXIT_DONE;
  char part[3][48] = {"", "", ""};
  size_t count = 0;
  for (const char *at = text;; count++) {
    size_t size = strcspn(at, ",");
    if (count == 3 || size >= sizeof part[0]) return sl_cli_fail(cli, SL_EXIT_USAGE, "--minima is LATERAL,VERTICAL or LATERAL,VERTICAL,TIME");
    memcpy(part[count], at, size);
    if (!at[size]) break;
    at += size + 1;
  }
  sl_fault fault = sl_fault_none();
  int32_t feet = -1;
  if (count < 1) return sl_cli_fail(cli, SL_EXIT_USAGE, "--minima is LATERAL,VERTICAL or LATERAL,VERTICAL,TIME");
  if (sl_length_read(&out->lateral, NULL, part[0], &fault) || sl_length_read(&out->vertical_w84, &feet, part[1], &fault) ||
      (count == 2 && sl_duration_read(&out->grow, part[2], &fault)))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--minima: %s", fault.reason);
  if (out->lateral.mm < 0 || out->vertical_w84.mm < 0) return sl_cli_fail(cli, SL_EXIT_USAGE, "--minima: below 0");
  int64_t up = (out->vertical_w84.mm * 10 + SL_TENTHS_PER_FT - 1) / SL_TENTHS_PER_FT;
  if (up > SL_ALT_BARO_MAX_FT) return sl_cli_fail(cli, SL_EXIT_USAGE, "--minima: a vertical minimum of more than 328,000 ft");
  out->vertical_ft = feet >= 0 ? feet : (int32_t)up;
  return SL_EXIT_DONE;
}

/* PREFIX,PREFIX: neither may begin with the other, or a name would be on both sides. */
static sl_exit take_across(sl_across *out, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "across");
  *out = (sl_across){0};
  out->files = sl_args_has(args, "files");
  if (out->files && sl_args_has(args, "all")) return sl_cli_fail(cli, SL_EXIT_USAGE, "--files and --all exclude each other");
  if (!text) return SL_EXIT_DONE;
  if (out->files) return sl_cli_fail(cli, SL_EXIT_USAGE, "--across and --files exclude each other");
  if (sl_args_has(args, "all")) return sl_cli_fail(cli, SL_EXIT_USAGE, "--across and --all exclude each other");
  const char *comma = strchr(text, ',');
  if (!comma || comma == text || !comma[1] || strchr(comma + 1, ','))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--across is PREFIX,PREFIX");
  out->prefix[0] = (sl_str){text, (size_t)(comma - text)};
  out->prefix[1] = sl_str_from(comma + 1);
  size_t common = out->prefix[0].size < out->prefix[1].size ? out->prefix[0].size : out->prefix[1].size;
  if (memcmp(out->prefix[0].data, out->prefix[1].data, common) == 0)
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--across: one prefix begins with the other");
  out->given = true;
  return SL_EXIT_DONE;
}

static int side_of(const sl_across *across, sl_str name) {
  for (int i = 0; i < 2; i++)
    if (name.size >= across->prefix[i].size && memcmp(name.data, across->prefix[i].data, across->prefix[i].size) == 0) return i;
  return -1;
}

static bool wanted(void *context, sl_str name) { return side_of(context, name) >= 0; }

static sl_exit write_outputs(const sl_check *check, sl_cli *cli, const sl_args *args) {
  static const struct { const char *option; void (*add)(sl_buf *out, const sl_check *check); } outputs[] = {
      {"geojson", sl_check_add_geojson}, {"svg", sl_check_add_svg}};
  for (size_t i = 0; i < 2; i++) {
    const char *path = sl_args_get(args, outputs[i].option);
    if (!path) continue;
    sl_buf text;
    sl_fault fault = sl_fault_none();
    sl_buf_init(&text, (size_t)1 << 30);
    outputs[i].add(&text, check);
    sl_err error = text.error ? sl_fault_set(&fault, text.error, "too large to write") : sl_file_write(cli, path, sl_buf_span(&text), &fault);
    sl_buf_fini(&text);
    if (error) return sl_cli_fault(cli, path, &fault);
  }
  return SL_EXIT_DONE;
}

static sl_exit judge(sl_check *check, sl_load *load, sl_cli *cli, const sl_args *args) {
  uint32_t *side = NULL;
  if (check->across.given || check->across.files) {
    side = calloc(load->record_count + 1u, sizeof *side);
    if (!side) return sl_cli_fail(cli, SL_EXIT_OSERR, "out of memory");
    for (uint32_t i = 0; i < load->record_count; i++) {
      const sl_loaded_record *record = &load->record[i];
      side[i] = check->across.files ? record->file : (uint32_t)side_of(&check->across, load->name[record->name]);
    }
  }
  sl_exit exit = sl_judged_make(&check->judged, load, side, &check->minima);
  free(side);
  if (exit) return exit;
  check->load = load;
  if ((exit = write_outputs(check, cli, args))) return exit;
  if (cli->json) sl_check_print_json(cli->out, check);
  else sl_check_print(cli->out, check);
  if (check->judged.conflicts) return SL_EXIT_CONFLICT;
  return check->judged.hit_count ? SL_EXIT_UNDECIDED : SL_EXIT_DONE;
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_check check = {0};
  sl_load load;
  sl_exit exit = take_minima(&check.minima, cli, args);
  if (!exit) exit = take_across(&check.across, cli, args);
  if (exit) return exit;
  exit = sl_load_open(&load, cli, args);
  if (check.across.given) {
    load.want = wanted;
    load.want_context = &check.across;
  }
  if (load.policy.pressure_given) {
    check.minima.baro_bounded = true;
    check.minima.baro_low = load.policy.pressure_low;
    check.minima.baro_high = load.policy.pressure_high;
  }
  for (size_t i = 0; !exit && i < args->operand_count; i++) exit = sl_load_file(&load, args->operand[i]);
  if (!exit && load.record_count == 0) exit = sl_cli_fail(cli, SL_EXIT_DATA, check.across.given ? "no record has a name with one of the prefixes" : "there is nothing to judge");
  if (!exit) exit = judge(&check, &load, cli, args);
  sl_judged_free(&check.judged);
  sl_load_close(&load);
  return exit;
}

const sl_verb sl_verb_check = {
    .name = "check",
    .summary = "judge files against each other, without a server",
    .operands = "FILE...",
    .example = "sideline check --minima 5NM,1000ft --across RYR,EZY --svg conflicts.svg tracks.json.gz",
    .details =
        "A record is known by its name (call sign, designator, id) in its file: it never\n"
        "conflicts with its own name there; one name in two files is two records. Files may be of any format that `sideline inspect` knows.\n"
        "A conflict infringes the lateral and the vertical minimum at one time; minima of\n"
        "0 mean that the volumes meet. TIME grows every window by that much. Pressure\n"
        "altitudes and altitudes above the ellipsoid are compared only under --pressure;\n"
        "otherwise such a pair is UNDECIDED, never clear.\n",
    .option = options,
    .operands_min = 1,
    .operands_max = SL_LOAD_FILES_MAX,
    .run = run,
};
