/* Purpose: see the header. Work expected: some thousand records, or a hundred thousand
 * fixes. Representation: resolved objects in one arena, names interned by a hash table,
 * notes counted per file. */
#include "cli/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "format/clock.h"
#include "format/height.h"
#include "format/measure.h"

#define ARENA_MAX ((size_t)8 << 30)
#define REFUSED_SHOWN 20u
#define POINTS_BYTES_MAX (4u << 20)
#define COLUMNS_BYTES_MAX (64u << 10)

static sl_err read_input(void *context, uint8_t *data, size_t size, size_t *got) {
  sl_input *input = context;
  ssize_t done;
  do done = read(input->fd, data, size);
  while (done < 0 && errno == EINTR);
  if (done < 0) return SL_ERR_IO;
  *got = (size_t)done;
  input->done += (uint64_t)done;
  sl_cli_progress(input->cli, "reading", input->size ? input->done : input->done >> 20, input->size);
  return SL_OK;
}

sl_exit sl_input_open(sl_input *input, sl_cli *cli, const char *path) {
  SL_ASSERT(input && cli && path);
  *input = (sl_input){.fd = -1, .cli = cli};
  bool standard = strcmp(path, "-") == 0;
  int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return sl_cli_fail(cli, SL_EXIT_NOINPUT, "%s: %s", path, strerror(errno));
  struct stat info;
  if (fstat(fd, &info) || S_ISDIR(info.st_mode)) {
    (void)close(fd);
    return sl_cli_fail(cli, SL_EXIT_NOINPUT, "%s: not a file", path);
  }
  input->fd = fd;
  input->size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
  if (sl_source_open(&input->source, read_input, input)) {
    sl_input_close(input);
    return sl_cli_fail(cli, SL_EXIT_OSERR, "out of memory");
  }
  return SL_EXIT_DONE;
}

void sl_input_close(sl_input *input) {
  if (!input) return;
  sl_source_close(input->source);
  if (input->fd >= 0) (void)close(input->fd);
  input->fd = -1;
  input->source = NULL;
}

/* "LOW,HIGH" with units. */
static sl_exit take_range(bool *given, sl_len *low, sl_len *high, sl_cli *cli, const sl_args *args, const char *option) {
  const char *text = sl_args_get(args, option);
  if (!text) return SL_EXIT_DONE;
  const char *comma = strchr(text, ',');
  char first[64];
  sl_fault fault = sl_fault_none();
  size_t size = comma ? (size_t)(comma - text) : 0;
  if (!comma || size >= sizeof first) return sl_cli_fail(cli, SL_EXIT_USAGE, "--%s is LOW,HIGH", option);
  memcpy(first, text, size);
  first[size] = 0;
  if (sl_length_read(low, NULL, first, &fault) || sl_length_read(high, NULL, comma + 1, &fault))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--%s: %s", option, fault.reason);
  if (low->mm > high->mm) return sl_cli_fail(cli, SL_EXIT_USAGE, "--%s: LOW is above HIGH", option);
  *given = true;
  return SL_EXIT_DONE;
}

/* A range of lengths, or else a path. */
static sl_exit take_terrain(sl_load *load, const sl_args *args) {
  const char *text = sl_args_get(args, "terrain"), *comma = text ? strchr(text, ',') : NULL;
  sl_fault unused = sl_fault_none();
  sl_len high;
  if (!text) return SL_EXIT_DONE;
  if (!comma || sl_length_read(&high, NULL, comma + 1, &unused)) return sl_load_terrain(load, text);
  return take_range(&load->policy.terrain_given, &load->policy.terrain_low, &load->policy.terrain_high, load->cli, args, "terrain");
}

static sl_exit take_air(sl_load *load, const sl_args *args) {
  const char *qnh = sl_args_get(args, "qnh"), *warmth = sl_args_get(args, "warmth");
  sl_air *air = &load->policy.air;
  *air = (sl_air){.cold = -SL_WARMTH_MK, .warm = SL_WARMTH_MK};
  if (warmth && !qnh) return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--warmth says nothing without --qnh");
  if (!qnh) return SL_EXIT_DONE;
  if (sl_args_has(args, "pressure")) return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--qnh and --pressure exclude each other");
  if (!sl_span_read(&air->qnh_low, &air->qnh_high, qnh, 2, SL_QNH_MIN_PA, SL_QNH_MAX_PA))
    return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--qnh is LOW..HIGH in hPa, 850 to 1090");
  if (warmth && !sl_span_read(&air->cold, &air->warm, warmth, 3, -SL_WARMTH_MAX_MK, SL_WARMTH_MAX_MK))
    return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--warmth is LOW..HIGH in degrees, -60 to 60");
  air->given = true;
  return SL_EXIT_DONE;
}

static sl_exit take_policy(sl_load *load, const sl_args *args) {
  sl_datum_policy *policy = &load->policy;
  const char *unstated = sl_args_get(args, "unstated");
  if (unstated && (!sl_datum_by_word(&policy->unstated, sl_str_from(unstated)) || policy->unstated == SL_DATUM_UNLIMITED))
    return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--unstated is msl, ellipsoid, ground or pressure");
  sl_exit exit = take_terrain(load, args);
  if (!exit) exit = take_air(load, args);
  if (!exit) exit = take_range(&policy->pressure_given, &policy->pressure_low, &policy->pressure_high, load->cli, args, "pressure");
  return exit;
}

static sl_exit take_points(sl_load *load, const sl_args *args) {
  const char *path = sl_args_get(args, "points");
  if (!path) return SL_EXIT_DONE;
  sl_fault fault = sl_fault_none();
  if (sl_file_read(&load->points, path, POINTS_BYTES_MAX, &fault)) return sl_cli_fault(load->cli, path, &fault);
  sl_buf_add_u8(&load->points, 0);
  if (load->points.error) return sl_cli_fail(load->cli, SL_EXIT_DATA, "%s: too large", path);
  load->options.points = (const char *)load->points.data;
  return SL_EXIT_DONE;
}

/* The mapping of --columns, by lines, and the zone of --zone. */
static sl_exit take_columns(sl_load *load, const sl_args *args) {
  const char *path = sl_args_get(args, "columns"), *zone = sl_args_get(args, "zone");
  sl_fault fault = sl_fault_none();
  if (zone && sl_zone_read(&load->options.zone, sl_str_from(zone), &fault)) return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--zone: %s", fault.reason);
  load->options.zone_given = zone != NULL;
  if (!path) return SL_EXIT_DONE;
  if (load->options.mapping) return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--map and --columns say the same thing: give one");
  if (sl_file_read(&load->columns, path, COLUMNS_BYTES_MAX, &fault)) return sl_cli_fault(load->cli, path, &fault);
  sl_buf_add(&load->columns, "\n", 2);
  if (load->columns.error || memchr(load->columns.data, 0, load->columns.size - 1)) return sl_cli_fail(load->cli, SL_EXIT_DATA, "%s: not a text of lines FIELD=COLUMN", path);
  load->options.mapping = (const char *)load->columns.data;
  return SL_EXIT_DONE;
}

sl_exit sl_load_open(sl_load *load, sl_cli *cli, const sl_args *args) {
  SL_ASSERT(load && cli && args);
  *load = (sl_load){.cli = cli, .options = sl_read_options_default(), .policy = sl_datum_policy_default()};
  sl_arena_init(&load->arena, ARENA_MAX);
  sl_buf_init(&load->points, POINTS_BYTES_MAX);
  sl_buf_init(&load->columns, COLUMNS_BYTES_MAX);
  load->keep_going = sl_args_has(args, "keep-going");
  const char *format = sl_args_get(args, "format"), *day = sl_args_get(args, "day"), *width = sl_args_get(args, "half-width");
  sl_fault fault = sl_fault_none();
  bool assumed;
  if (format && !(load->options.format = sl_format_by_name(format)))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--format: there is no format of this name");
  if (day && (strlen(day) != 10 || sl_moment_read(&load->options.day, &assumed, sl_str_from(day), false, &fault)))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--day is a date, YYYY-MM-DD");
  if (width && sl_length_read(&load->options.half_width, NULL, width, &fault))
    return sl_cli_fail(cli, SL_EXIT_USAGE, "--half-width: %s", fault.reason);
  load->options.mapping = sl_args_get(args, "map");
  load->options.sheet = sl_args_get(args, "sheet");
  load->file = calloc(SL_LOAD_FILES_MAX, sizeof *load->file);
  if (!load->file) return sl_cli_fail(cli, SL_EXIT_OSERR, "out of memory");
  sl_exit exit = take_columns(load, args);
  if (!exit) exit = take_policy(load, args);
  return exit ? exit : take_points(load, args);
}

void sl_load_close(sl_load *load) {
  if (!load) return;
  sl_geoid_close(load->policy.geoid);
  sl_arena_fini(&load->arena);
  sl_buf_fini(&load->points);
  sl_terrain_free(load->terrain);
  sl_buf_fini(&load->columns);
  free(load->file);
  free(load->record);
  free(load->name);
  free(load->name_file);
  free(load->slot);
  *load = (sl_load){0};
}

static uint32_t probe(const sl_load *load, sl_str name) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.data[i]) * UINT64_C(0x100000001b3);
  uint32_t at = (uint32_t)((hash * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (load->slots - 1);
  while (load->slot[at] && !sl_str_equal(load->name[load->slot[at] - 1], name)) at = (at + 1) & (load->slots - 1);
  return at;
}

static sl_err grow_names(sl_load *load) {
  uint32_t room = load->name_room ? load->name_room * 2 : 1024;
  sl_str *name = realloc(load->name, room * sizeof *name);
  if (!name) return SL_ERR_NOMEM;
  load->name = name;
  uint32_t *file = realloc(load->name_file, room * sizeof *file);
  if (!file) return SL_ERR_NOMEM;
  load->name_file = file;
  uint32_t *slot = calloc((size_t)room * 2, sizeof *slot);
  if (!slot) return SL_ERR_NOMEM;
  free(load->slot);
  load->slot = slot;
  load->slots = room * 2;
  load->name_room = room;
  for (uint32_t i = 0; i < load->name_count; i++) load->slot[probe(load, name[i])] = i + 1;
  return SL_OK;
}

/* "NAME [PATH]": the name as another identity than the one of an earlier file. */
static sl_str with_path(sl_load *load, sl_str name) {
  const char *path = load->file[load->file_count - 1].path;
  size_t size = name.size + strlen(path) + sizeof " []";
  char *text = sl_arena_take(&load->arena, size, 1);
  if (!text) return (sl_str){NULL, 0};
  int written = snprintf(text, size, "%.*s [%s]", (int)name.size, name.data, path);
  return (sl_str){text, written > 0 ? (size_t)written : 0};
}

/* A name is one identity within its file. The same name in two files is two: whether
 * they are one flight nobody said, and taking them for one would leave them unjudged. */
static sl_err intern(uint32_t *out, sl_load *load, sl_str name) {
  if (load->name_count == load->name_room) {
    sl_err error = grow_names(load);
    if (error) return error;
  }
  uint32_t file = load->file_count - 1;
  uint32_t at = probe(load, name);
  if (load->slot[at] && load->name_file[load->slot[at] - 1] != file) {
    name = with_path(load, name);
    if (!name.data) return SL_ERR_NOMEM;
    at = probe(load, name);
  }
  if (!load->slot[at]) {
    char *copy = sl_arena_text(&load->arena, name);
    if (!copy) return SL_ERR_NOMEM;
    load->name_file[load->name_count] = file;
    load->name[load->name_count++] = (sl_str){copy, name.size};
    load->slot[at] = load->name_count;
  }
  *out = load->slot[at] - 1;
  return SL_OK;
}

static void tally(sl_loaded_file *file, const sl_note *note) {
  for (uint32_t i = 0; i < file->tally_count; i++) {
    if (file->tally[i].kind == note->kind && strcmp(file->tally[i].text, note->text) == 0) {
      file->tally[i].count++;
      return;
    }
  }
  if (file->tally_count < SL_LOAD_TALLIES_MAX) file->tally[file->tally_count++] = (sl_tally){note->kind, note->text, 1};
  else file->tally_more++;
}

static sl_loaded_file *current(sl_load *load) {
  SL_ASSERT(load->file_count > 0);
  return &load->file[load->file_count - 1];
}

static bool on_refused(void *context, const sl_fault *fault) {
  sl_load *load = context;
  if (!load->keep_going) return false;
  if (load->problem) {
    load->problem(load->want_context, fault);
    return true;
  }
  sl_cli_progress_end(load->cli);
  if (current(load)->summary.refused <= REFUSED_SHOWN)
    sl_cli_skipped(load->cli, current(load)->path, fault);
  else if (current(load)->summary.refused == REFUSED_SHOWN + 1)
    fprintf(load->cli->err, "%s: more records are skipped; the count is in the summary\n", current(load)->path);
  return true;
}

static bool over_sea_or_ground(const sl_load *load, sl_datum datum) {
  return datum == SL_DATUM_MSL || datum == SL_DATUM_GROUND || (datum == SL_DATUM_PRESSURE && load->policy.air.given);
}

/* The grid is opened when the first altitude needs it. */
void sl_load_need_geoid(sl_load *load, const sl_record *record) {
  bool unstated = load->policy.unstated != SL_DATUM_UNSTATED;
  bool needed = unstated || over_sea_or_ground(load, record->form == SL_RECORD_TRACK ? record->fix_datum : record->lower.datum) ||
                (record->form == SL_RECORD_AREA && over_sea_or_ground(load, record->upper.datum));
  if (!needed || load->geoid_tried) return;
  load->geoid_tried = true;
  sl_fault fault = sl_fault_none();
  if (sl_geoid_open(&load->policy.geoid, NULL, &fault)) fprintf(load->cli->err, "%s: %s\n", load->cli->program, fault.reason);
}

static sl_err keep(sl_load *load, const sl_record *record, sl_resolved resolved) {
  if (load->record_count == load->record_room) {
    uint32_t room = load->record_room ? load->record_room * 2 : 1024;
    sl_loaded_record *grown = realloc(load->record, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    load->record = grown;
    load->record_room = room;
  }
  sl_loaded_record *kept = &load->record[load->record_count];
  *kept = (sl_loaded_record){.file = load->file_count - 1, .line = record->line, .form = record->form, .resolved = resolved};
  sl_err error = intern(&kept->name, load, record->name);
  if (error) return error;
  for (uint32_t i = 0; i < resolved.note_count; i++) tally(current(load), &resolved.note[i]);
  load->record_count++;
  return SL_OK;
}

static sl_err on_record(void *context, const sl_record *record) {
  sl_load *load = context;
  if (load->want && !load->want(load->want_context, record->name)) return SL_OK;
  if (load->see) load->see(load->want_context, record);
  sl_load_need_geoid(load, record);
  sl_fault fault = sl_fault_none();
  sl_resolved resolved;
  sl_err error = sl_resolve(&resolved, &load->arena, record, &load->policy, &fault);
  if (error && error != SL_ERR_NOMEM) {
    current(load)->summary.refused++;
    current(load)->summary.records--;
    fault.line = record->line;
    if (on_refused(load, &fault)) return SL_OK;
    sl_cli_fault(load->cli, current(load)->path, &fault);
    return SL_ERR_STATE;  /* it has been said why */
  }
  return error ? error : keep(load, record, resolved);
}

sl_exit sl_load_file(sl_load *load, const char *path) {
  SL_ASSERT(load && path);
  if (load->file_count == SL_LOAD_FILES_MAX) return sl_cli_fail(load->cli, SL_EXIT_USAGE, "more than %u files", SL_LOAD_FILES_MAX);
  sl_input input;
  sl_exit exit = sl_input_open(&input, load->cli, path);
  if (exit) return exit;
  sl_loaded_file *file = &load->file[load->file_count++];
  file->path = path;
  sl_fault fault = sl_fault_none();
  sl_sink sink = {load, on_record, on_refused};
  sl_err error = sl_format_read(&file->summary, input.source, &load->options, &sink, &fault);
  sl_input_close(&input);
  sl_cli_progress_end(load->cli);
  if (error == SL_ERR_STATE && fault.code == SL_OK) return SL_EXIT_DATA;
  if (error && fault.code == SL_OK) sl_fault_set(&fault, error, "out of memory");
  return error ? sl_cli_fault(load->cli, path, &fault) : SL_EXIT_DONE;
}
