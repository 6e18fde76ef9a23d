/* Files of any known format, read, resolved and kept, for the verbs that take FILE. */
#ifndef SL_CLI_LOAD_H
#define SL_CLI_LOAD_H

#include "base/arena.h"
#include "cli/cli.h"
#include "format/datum.h"

/* The options that every verb with a FILE has: rows for its table. */
#define SL_LOAD_OPTIONS \
  {"keep-going", 'k', NULL, "skip records that are wrong, and say which", false}, \
  {"format", 0, "NAME", "do not look: the files are of this format", false}, \
  {"map", 0, "FIELD=COLUMN;...", "which property or column is what (GeoJSON, CSV, XLSX)", false}, \
  {"columns", 0, "FILE", "lines of FIELD=COLUMN: which column is what (CSV, XLSX)", false}, \
  {"zone", 0, "OFFSET", "zone of times that state none in tables: UTC, +03:00", false}, \
  {"day", 0, "YYYY-MM-DD", "the day that weekly schedules and bare times belong to", false}, \
  {"half-width", 0, "LENGTH", "of lines that state none", false}, \
  {"sheet", 0, "NAME", "the sheet of an XLSX file", false}, \
  {"points", 0, "FILE", "known points, lines of NAME LAT LON [VARIATION] (flight plans)", false}, \
  {"unstated", 0, "msl|ellipsoid|ground|pressure", "what altitudes without a reference mean", false}, \
  {"terrain", 0, "LOW,HIGH|PATH", "the ground above sea level: 0m,4810m, an HGT or GeoTIFF file, or a folder of them", false}, \
  {"pressure", 0, "LOW,HIGH", "ellipsoid height minus pressure altitude: 75ft,825ft", false}, \
  {"qnh", 0, "LOW..HIGH", "sea-level pressure, hPa: flight levels become heights", false}, \
  {"warmth", 0, "LOW..HIGH", "degrees off the standard atmosphere, for --qnh; default -30..30", false}

#define SL_LOAD_FILES_MAX 256u
#define SL_LOAD_TALLIES_MAX 256u

/* A note and how many records of the file have it. */
typedef struct sl_tally { sl_note_kind kind; const char *text; uint32_t count; } sl_tally;

typedef struct sl_loaded_file {
  const char *path;
  sl_summary summary;
  sl_tally tally[SL_LOAD_TALLIES_MAX];
  uint32_t tally_count;
  uint32_t tally_more;       /* notes beyond the table */
} sl_loaded_file;

typedef struct sl_loaded_record {
  uint32_t name;             /* into `name` of the load */
  uint32_t file;
  uint32_t line;
  sl_record_form form;
  sl_resolved resolved;
} sl_loaded_record;

typedef struct sl_load sl_load;
/* False: the record is of no interest and not kept. */
typedef bool sl_load_want_fn(void *context, sl_str name);
/* What a verb may look at besides: each record as it was read, and each that was refused. */
typedef void sl_load_see_fn(void *context, const sl_record *record);
typedef void sl_load_problem_fn(void *context, const sl_fault *fault);

struct sl_load {
  sl_cli *cli;
  sl_read_options options;
  sl_datum_policy policy;
  bool keep_going, geoid_tried;
  sl_load_want_fn *want;
  sl_load_see_fn *see;
  sl_load_problem_fn *problem; /* instead of a line on standard error */
  void *want_context;        /* of all three */
  sl_arena arena;            /* of everything kept */
  sl_buf points;             /* the file of --points */
  sl_terrain *terrain;       /* the files of --terrain */
  sl_buf columns;            /* the file of --columns */
  sl_loaded_file *file;
  uint32_t file_count;
  sl_loaded_record *record;
  uint32_t record_count, record_room;
  sl_str *name;              /* identities, distinct, in order of appearance; terminated */
  uint32_t *name_file;       /* the file that each came from: a name is one identity in one file */
  uint32_t name_count, name_room;
  uint32_t *slot;            /* 1 + name, 0: empty */
  uint32_t slots;
};

/* Take the options of SL_LOAD_OPTIONS. On failure it has been said why; *load can be
 * closed in any case. */
SL_MUST_USE sl_exit sl_load_open(sl_load *load, sl_cli *cli, const sl_args *args);
/* Read one more file ("-": standard input). What is wrong has been said. */
SL_MUST_USE sl_exit sl_load_file(sl_load *load, const char *path);
void sl_load_close(sl_load *load);
/* Open the geoid grid when this record is the first whose altitudes need it. */
void sl_load_need_geoid(sl_load *load, const sl_record *record);

/* Read the elevation data of --terrain: a file or a folder of .hgt, .tif and .tiff files.
 * What is wrong has been said. */
SL_MUST_USE sl_exit sl_load_terrain(sl_load *load, const char *path);
/* "LOW..HIGH", or one number for both, times 10^scale. False where it is none, out of
 * [least, most] or the wrong way round. */
bool sl_span_read(int64_t *low, int64_t *high, const char *text, int scale, int64_t least, int64_t most);

/* The reading options alone, and a source over a file, for verbs that stream. The file
 * stays open until sl_input_close(). */
typedef struct sl_input { int fd; uint64_t size, done; sl_cli *cli; sl_source *source; } sl_input;
SL_MUST_USE sl_exit sl_input_open(sl_input *input, sl_cli *cli, const char *path);
void sl_input_close(sl_input *input);

#endif
