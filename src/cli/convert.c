/* Purpose: `sideline convert`: any format that is read into any that is written, record by
 * record. Work expected: files of any length. Representation: the writer's text, emptied
 * into the output as it grows. Altitudes keep the datum of their source; F3548, which
 * knows the ellipsoid only, is given what datum.h makes of them. */
#include <errno.h>
#include <string.h>

#include "base/assert.h"
#include "cli/load.h"
#include "cli/verbs.h"
#include "format/write.h"

#define CHUNK (1u << 16)

static const sl_option options[] = {
    {"to", 't', "FORMAT", "geojson, kml, openair, f3548 or csv", false},
    {"output", 'o', "OUT", "where to write; default standard output", false},
    SL_LOAD_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

typedef struct converting {
  sl_cli *cli;
  sl_load *load;             /* for the policy and --keep-going; it keeps nothing */
  sl_writer writer;
  sl_buf text, whole;        /* whole: what goes to a file, which appears only when complete */
  bool to_file;
  const char *path;
  uint32_t refused;
} converting;

static sl_err flush(converting *c) {
  if (c->text.error) return c->text.error;
  if (c->to_file) sl_buf_add(&c->whole, c->text.data, c->text.size);
  else if (c->text.size && fwrite(c->text.data, 1, c->text.size, c->cli->out) != c->text.size) return SL_ERR_IO;
  sl_buf_clear(&c->text);
  return c->whole.error;
}

/* The record with its band above the ellipsoid, as it is judged. */
static bool resolve(sl_record *record, sl_arena *arena, converting *c, sl_fault *fault) {
  sl_resolved resolved;
  if (record->form == SL_RECORD_TRACK) return true;
  sl_load_need_geoid(c->load, record);
  if (sl_resolve(&resolved, arena, record, &c->load->policy, fault)) return false;
  const sl_band *band = &resolved.object[resolved.views - 1].as.volume.band;   /* the one above the ellipsoid */
  if (!resolved.whole || resolved.outer || band->ref != SL_ALT_W84) return true;  /* the writer says that it cannot */
  if (band->as.w84.lower.mm > SL_ALT_W84_MIN_MM) record->lower = (sl_height){SL_DATUM_ELLIPSOID, band->as.w84.lower.mm * 10};
  else record->lower.datum = SL_DATUM_UNLIMITED;
  if (band->as.w84.upper.mm < SL_ALT_W84_MAX_MM) record->upper = (sl_height){SL_DATUM_ELLIPSOID, band->as.w84.upper.mm * 10};
  else record->upper.datum = SL_DATUM_UNLIMITED;
  return true;
}

static bool on_refused(void *context, const sl_fault *fault) {
  converting *c = context;
  if (!c->load->keep_going) return false;
  c->refused++;
  sl_cli_progress_end(c->cli);
  sl_cli_skipped(c->cli, c->path, fault);
  return true;
}

static sl_err on_record(void *context, const sl_record *record) {
  converting *c = context;
  sl_record copy = *record;
  sl_arena arena;
  sl_fault fault = sl_fault_none();
  sl_arena_init(&arena, (size_t)256 << 20);
  bool good = c->writer.format != SL_FORMAT_F3548 || resolve(&copy, &arena, c, &fault);
  sl_arena_fini(&arena);
  if (!good) {
    fault.line = record->line;
    if (on_refused(c, &fault)) return SL_OK;
    sl_cli_fault(c->cli, c->path, &fault);
    return SL_ERR_STATE;
  }
  sl_writer_add(&c->writer, &copy);
  return c->text.size > CHUNK ? flush(c) : c->text.error;
}

static sl_exit convert_file(converting *c, const char *path) {
  sl_input input;
  sl_exit exit = sl_input_open(&input, c->cli, path);
  if (exit) return exit;
  sl_fault fault = sl_fault_none();
  sl_summary summary;
  sl_sink sink = {c, on_record, on_refused};
  c->path = path;
  sl_err error = sl_format_read(&summary, input.source, &c->load->options, &sink, &fault);
  sl_input_close(&input);
  sl_cli_progress_end(c->cli);
  if (!error) return SL_EXIT_DONE;
  if (error == SL_ERR_STATE && fault.code == SL_OK) return SL_EXIT_DATA;
  if (fault.code == SL_OK) sl_fault_set(&fault, error, error == SL_ERR_IO ? "the output cannot be written" : "too large to write");
  return sl_cli_fault(c->cli, path, &fault);
}

static sl_exit finish(converting *c, const char *output) {
  sl_fault fault = sl_fault_none();
  sl_writer_end(&c->writer);
  sl_err error = flush(c);
  if (error) return sl_cli_fail(c->cli, sl_exit_of(error), "the output cannot be written (%s)", sl_err_name(error));
  if (c->to_file && sl_file_write(c->cli, output, sl_buf_span(&c->whole), &fault)) return sl_cli_fault(c->cli, output, &fault);
  fprintf(c->cli->err, "%u records written", c->writer.records);
  if (c->refused) fprintf(c->cli->err, ", %u refused", c->refused);
  fprintf(c->cli->err, "\n");
  for (int i = 0; i < SL_LOSS_COUNT; i++)
    if (c->writer.lost[i]) fprintf(c->cli->err, "  %u records: %s\n", c->writer.lost[i], sl_loss_text((sl_loss)i));
  return SL_EXIT_DONE;
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  const char *to = sl_args_get(args, "to"), *output = sl_args_get(args, "output");
  sl_format format = to ? sl_format_by_name(to) : SL_FORMAT_UNKNOWN;
  if (!sl_writer_knows(format)) return sl_cli_fail(cli, SL_EXIT_USAGE, "--to is geojson, kml, openair, f3548 or csv");
  sl_load load;
  converting c = {.cli = cli, .load = &load, .to_file = output && strcmp(output, "-") != 0};
  sl_exit exit = sl_load_open(&load, cli, args);
  sl_buf_init(&c.text, (size_t)64 << 20);
  sl_buf_init(&c.whole, (size_t)4 << 30);
  sl_writer_begin(&c.writer, &c.text, format);
  for (size_t i = 0; !exit && i < args->operand_count; i++) exit = convert_file(&c, args->operand[i]);
  if (!exit) exit = finish(&c, output);
  sl_buf_fini(&c.text);
  sl_buf_fini(&c.whole);
  sl_load_close(&load);
  return exit;
}

const sl_verb sl_verb_convert = {
    .name = "convert",
    .summary = "write files in another format",
    .operands = "FILE...",
    .example = "sideline convert --to geojson -o airspace.json airspace.txt",
    .details = "Altitudes keep the reference of their source. What the other format cannot say is\n"
               "listed on standard error.\n",
    .option = options,
    .operands_min = 1,
    .operands_max = SL_LOAD_FILES_MAX,
    .run = run,
};
