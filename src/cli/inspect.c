/* Purpose: `sideline inspect`: what files are, what is in them, what had to be assumed
 * or widened, and what is wrong with them, by line. Work expected: one file of any size
 * read once. Representation: counts, and the first problems. */
#include <math.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/coast.h"
#include "cli/load.h"
#include "cli/svg.h"
#include "cli/verbs.h"
#include "format/height.h"
#include "json/encode.h"

#define PROBLEMS_MAX 200u

static const sl_option options[] = {
    {"svg", 0, "OUT", "write a map of every record", false},
    SL_LOAD_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

/* What is gathered of one file. */
typedef struct view {
  uint32_t polygons, circles, corridors, tracks;
  uint64_t vertices, fixes;
  uint32_t datum[SL_DATUM_UNLIMITED + 1];   /* limits and tracks by datum */
  bool any_time, any_place;
  sl_time first, last;
  uint32_t endless;          /* windows without an end */
  double south, north, west, east;
  sl_fault problem[PROBLEMS_MAX];
  uint32_t problems;
} view;

static void see_place(view *v, double lat, double lon) {
  if (!v->any_place) {
    v->south = v->north = lat;
    v->west = v->east = lon;
    v->any_place = true;
  }
  while (lon < (v->west + v->east) / 2 - 180) lon += 360;
  while (lon > (v->west + v->east) / 2 + 180) lon -= 360;
  v->south = fmin(v->south, lat);
  v->north = fmax(v->north, lat);
  v->west = fmin(v->west, lon);
  v->east = fmax(v->east, lon);
}

static void see_time(view *v, sl_time time) {
  if (time.ns <= 0 || time.ns >= SL_TIME_OPEN_NS) return;
  if (!v->any_time || time.ns < v->first.ns) v->first = time;
  if (!v->any_time || time.ns > v->last.ns) v->last = time;
  v->any_time = true;
}

static void see_positions(view *v, const sl_pos *pos, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) see_place(v, (double)pos[i].lat_nd * 1e-9, (double)pos[i].lon_nd * 1e-9);
  v->vertices += count;
}

static void see_area(view *v, const sl_record *record) {
  v->datum[record->lower.datum]++;
  v->datum[record->upper.datum]++;
  for (uint32_t i = 0; i < record->window_count; i++) {
    see_time(v, record->window[i].start);
    see_time(v, record->window[i].end);
    v->endless += record->window[i].end.ns >= SL_TIME_OPEN_NS;
  }
  if (record->shape.kind == SL_SHAPE_POLYGON) {
    v->polygons++;
    for (uint32_t i = 0; i < record->shape.as.polygon.count; i++)
      see_positions(v, record->shape.as.polygon.ring[i].vertex, record->shape.as.polygon.ring[i].count);
    return;
  }
  if (record->shape.kind == SL_SHAPE_CORRIDOR) v->corridors++;
  else v->circles++;
  sl_box box = sl_extent_of_shape(&record->shape);
  see_place(v, (double)box.south_west.lat_nd * 1e-9, (double)box.south_west.lon_nd * 1e-9);
  see_place(v, (double)box.north_east.lat_nd * 1e-9, (double)box.north_east.lon_nd * 1e-9);
}

static void see(void *context, const sl_record *record) {
  view *v = context;
  if (record->form == SL_RECORD_AREA) {
    see_area(v, record);
    return;
  }
  v->tracks++;
  v->datum[record->fix_datum]++;
  v->fixes += record->fix_count;
  for (uint32_t i = 0; i < record->fix_count; i++) see_place(v, (double)record->fix[i].pos.lat_nd * 1e-9, (double)record->fix[i].pos.lon_nd * 1e-9);
  see_time(v, record->fix[0].time);
  see_time(v, record->fix[record->fix_count - 1].time);
}

static void problem(void *context, const sl_fault *fault) {
  view *v = context;
  if (v->problems < PROBLEMS_MAX) v->problem[v->problems] = *fault;
  v->problems++;
}

static void print_time(FILE *out, sl_time time) {
  sl_buf text;
  sl_buf_init(&text, 64);
  sl_time_add(&text, time);
  fprintf(out, "%.*s", (int)text.size, (const char *)text.data);
  sl_buf_fini(&text);
}

static void print_view(FILE *out, const sl_loaded_file *file, const view *v) {
  fprintf(out, "%s\n  format      %s\n  records     %u read, %u refused", file->path, sl_format_title(file->summary.format), file->summary.records, file->summary.refused);
  if (file->summary.skipped) fprintf(out, ", %u without a shape or not active", file->summary.skipped);
  if (file->summary.columns[0]) fprintf(out, "\n  columns     %s", file->summary.columns);
  fprintf(out, "\n  shapes      %u polygons, %u circles, %u corridors, %u tracks (%llu vertices, %llu fixes)\n", v->polygons, v->circles, v->corridors, v->tracks,
          (unsigned long long)v->vertices, (unsigned long long)v->fixes);
  if (v->any_place) {
    double west = v->west < -180 ? v->west + 360 : v->west, east = v->east > 180 ? v->east - 360 : v->east;
    fprintf(out, "  extent      %.4f to %.4f latitude, %.4f to %.4f longitude\n", v->south, v->north, west, east);
  }
  fprintf(out, "  times       ");
  if (v->any_time) {
    print_time(out, v->first);
    fprintf(out, " to ");
    print_time(out, v->last);
    if (v->endless) fprintf(out, ", %u without an end", v->endless);
    fprintf(out, "\n");
  } else {
    fprintf(out, "none given\n");
  }
  fprintf(out, "  altitudes  ");
  for (int i = 0; i <= SL_DATUM_UNLIMITED; i++)
    if (v->datum[i]) fprintf(out, " %s %u", sl_datum_name((sl_datum)i), v->datum[i]);
  fprintf(out, "\n");
  for (uint32_t i = 0; i < file->tally_count; i++)
    fprintf(out, "  %-11s %s (%u records)\n", sl_note_name(file->tally[i].kind), file->tally[i].text, file->tally[i].count);
  if (file->tally_more) fprintf(out, "  and         %u further notes\n", file->tally_more);
  for (uint32_t i = 0; i < v->problems && i < PROBLEMS_MAX; i++) {
    const sl_fault *fault = &v->problem[i];
    const char *pointer = sl_cli_pointer(fault);
    fprintf(out, "  refused     line %u: %s%s%s (%s)\n", fault->line, fault->reason, *pointer ? " at " : "", pointer, sl_err_name(fault->code));
  }
  if (v->problems > PROBLEMS_MAX) fprintf(out, "  and         %u more\n", v->problems - PROBLEMS_MAX);
}

static void json_extent(sl_json_out *json, const view *v) {
  const double value[4] = {v->south, v->west < -180 ? v->west + 360 : v->west, v->north, v->east > 180 ? v->east - 360 : v->east};
  static const char *const names[4] = {"south", "west", "north", "east"};
  sl_json_open(json, "extent", '{');
  for (int i = 0; i < 4; i++) sl_json_add_decimal(json, names[i], (int64_t)llround(value[i] * 1e9), 9);
  sl_json_close(json, '}');
}

static void json_view(sl_json_out *json, const sl_loaded_file *file, const view *v) {
  sl_json_open(json, NULL, '{');
  sl_json_add_text(json, "file", file->path);
  sl_json_add_text(json, "format", sl_format_name(file->summary.format));
  sl_json_add_int(json, "bytes", (int64_t)file->summary.bytes);
  sl_json_add_int(json, "records", file->summary.records);
  sl_json_add_int(json, "refused", file->summary.refused);
  sl_json_add_int(json, "skipped", file->summary.skipped);
  if (file->summary.columns[0]) sl_json_add_text(json, "columns", file->summary.columns);
  sl_json_add_int(json, "polygons", v->polygons);
  sl_json_add_int(json, "circles", v->circles);
  sl_json_add_int(json, "corridors", v->corridors);
  sl_json_add_int(json, "tracks", v->tracks);
  sl_json_add_int(json, "vertices", (int64_t)v->vertices);
  sl_json_add_int(json, "fixes", (int64_t)v->fixes);
  if (v->any_place) json_extent(json, v);
  if (v->any_time) sl_json_add_time(json, "first", v->first);
  if (v->any_time) sl_json_add_time(json, "last", v->last);
  sl_json_open(json, "datums", '{');
  for (int i = 0; i <= SL_DATUM_UNLIMITED; i++)
    if (v->datum[i]) sl_json_add_int(json, sl_datum_name((sl_datum)i), v->datum[i]);
  sl_json_close(json, '}');
  sl_json_open(json, "notes", '[');
  for (uint32_t i = 0; i < file->tally_count; i++) {
    sl_json_open(json, NULL, '{');
    sl_json_add_text(json, "kind", sl_note_name(file->tally[i].kind));
    sl_json_add_text(json, "text", file->tally[i].text);
    sl_json_add_int(json, "records", file->tally[i].count);
    sl_json_close(json, '}');
  }
  sl_json_close(json, ']');
  sl_json_open(json, "problems", '[');
  for (uint32_t i = 0; i < v->problems && i < PROBLEMS_MAX; i++) {
    sl_json_open(json, NULL, '{');
    sl_json_add_int(json, "line", v->problem[i].line);
    sl_json_add_text(json, "code", sl_err_name(v->problem[i].code));
    sl_json_add_text(json, "reason", v->problem[i].reason);
    if (v->problem[i].pointer[0]) sl_json_add_text(json, "pointer", v->problem[i].pointer);
    sl_json_close(json, '}');
  }
  sl_json_close(json, ']');
  sl_json_close(json, '}');
}

/* A map of everything loaded. */
static sl_exit draw(sl_cli *cli, const sl_load *load, const view *all, const char *path) {
  sl_buf out;
  sl_buf_init(&out, (size_t)1 << 30);
  sl_svg_open(&out, 1200, 860);
  sl_box box = {{(int64_t)(all->south * 1e9), (int64_t)(all->west * 1e9)}, {(int64_t)(all->north * 1e9), (int64_t)(all->east * 1e9)}};
  sl_panel map = sl_map_panel(20, 60, 1160, 780, box, 0.04);
  sl_svg_text_format(&out, 20, 38, 18, 700, "#1f2933", "start", "%u records of %u files", load->record_count, load->file_count);
  sl_svg_panel_open(&out, &map, "#f4f7f9");
  sl_coast_draw_built(&out, &map, "fill=\"none\" stroke=\"#8fa3b0\" stroke-width=\"0.8\"");
  sl_map_grid(&out, &map, "#dde4ea");
  static const sl_time always[2] = {{0}, {SL_TIME_OPEN_NS}};
  for (uint32_t i = 0; i < load->record_count; i++) {
    const sl_object *object = load->record[i].resolved.object;
    if (object->kind == SL_OBJECT_TRAJECTORY)
      sl_map_track(&out, &map, &object->as.trajectory, always[0], always[1], "fill=\"none\" stroke=\"#d9730d\" stroke-width=\"0.7\" stroke-opacity=\"0.6\"");
    else
      sl_map_shape(&out, &map, &object->as.volume.shape, "fill=\"#1565a8\" fill-opacity=\"0.08\" stroke=\"#1565a8\" stroke-width=\"0.8\"");
  }
  sl_svg_panel_close(&out, &map);
  sl_svg_close(&out);
  sl_fault fault = sl_fault_none();
  sl_err error = out.error ? sl_fault_set(&fault, out.error, "too large to write") : sl_file_write(cli, path, sl_buf_span(&out), &fault);
  sl_buf_fini(&out);
  return error ? sl_cli_fault(cli, path, &fault) : SL_EXIT_DONE;
}

static void join(view *all, const view *one) {
  if (!one->any_place) return;
  see_place(all, one->south, one->west);
  see_place(all, one->north, one->east);
}

static void print_json(sl_cli *cli, const sl_load *load, const view *views) {
  sl_buf text;
  sl_buf_init(&text, (size_t)1 << 28);
  sl_json_out json = sl_json_out_of(&text);
  sl_json_open(&json, NULL, '[');
  for (uint32_t i = 0; i < load->file_count; i++) json_view(&json, &load->file[i], &views[i]);
  sl_json_close(&json, ']');
  sl_buf_add_u8(&text, '\n');
  if (!text.error) fwrite(text.data, 1, text.size, cli->out);
  sl_buf_fini(&text);
}

static sl_exit inspect(sl_cli *cli, sl_load *load, view *views, const sl_args *args) {
  view all = {0};
  bool refused = false;
  load->keep_going = true;
  load->see = see;
  load->problem = problem;
  for (size_t i = 0; i < args->operand_count; i++) {
    load->want_context = &views[i];
    sl_exit exit = sl_load_file(load, args->operand[i]);
    if (exit) return exit;
    refused = refused || views[i].problems > 0;
    join(&all, &views[i]);
  }
  if (cli->json) print_json(cli, load, views);
  for (uint32_t i = 0; !cli->json && i < load->file_count; i++) print_view(cli->out, &load->file[i], &views[i]);
  const char *svg = sl_args_get(args, "svg");
  sl_exit exit = svg ? draw(cli, load, &all, svg) : SL_EXIT_DONE;
  return exit ? exit : refused ? SL_EXIT_DATA : SL_EXIT_DONE;
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_load load;
  sl_exit exit = sl_load_open(&load, cli, args);
  view *views = calloc(args->operand_count, sizeof *views);
  if (!exit) exit = views ? inspect(cli, &load, views, args) : sl_cli_fail(cli, SL_EXIT_OSERR, "out of memory");
  free(views);
  sl_load_close(&load);
  return exit;
}

const sl_verb sl_verb_inspect = {
    .name = "inspect",
    .summary = "say what files are, what is in them and what is wrong with them",
    .operands = "FILE...",
    .example = "sideline inspect --svg map.svg airspace.txt",
    .details = "What a file is, is found from its content. Every assumption and every widening is\n"
               "listed, and every record that is refused, with its line. The exit status is 65\n"
               "when there was one.\n",
    .option = options,
    .operands_min = 1,
    .operands_max = SL_LOAD_FILES_MAX,
    .run = run,
};
