/* Purpose: the elevation data of --terrain, and spans of numbers. Work expected: some dozen
 * files of 3 to 26 MB. Representation: one file in memory at a time. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/load.h"
#include "format/measure.h"

bool sl_span_read(int64_t *low, int64_t *high, const char *text, int scale, int64_t least, int64_t most) {
  SL_ASSERT(low && high && text && least <= most);
  const char *dots = strstr(text, "..");
  sl_str first = {text, dots ? (size_t)(dots - text) : strlen(text)}, second = dots ? sl_str_from(dots + 2) : first;
  int64_t from, to;
  if (sl_decimal_read(&from, first, scale) || sl_decimal_read(&to, second, scale) || from > to || from < least || to > most) return false;
  *low = from;
  *high = to;
  return true;
}

static sl_str last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return sl_str_from(slash ? slash + 1 : path);
}

static sl_exit add_file(sl_load *load, const char *path) {
  sl_input input;
  sl_exit exit = sl_input_open(&input, load->cli, path);
  if (exit) return exit;
  sl_fault fault = sl_fault_none();
  sl_ahead all;
  sl_err error = sl_source_rest(&all, input.source, SL_TERRAIN_FILE_MAX, &fault);
  if (!error) error = sl_terrain_add(load->terrain, last_part(path), (sl_span){all.data, all.size}, &fault);
  sl_input_close(&input);
  sl_cli_progress_end(load->cli);
  return error ? sl_cli_fault(load->cli, path, &fault) : SL_EXIT_DONE;
}

/* "N47E008.hgt", "N47E008.hgt.gz", "dem.tif" */
static bool is_elevation(sl_str name) {
  static const char *const ends[] = {".hgt", ".hgt.gz", ".tif", ".tiff"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t size = strlen(ends[i]);
    if (name.size > size && sl_str_is_nocase((sl_str){name.data + name.size - size, size}, ends[i])) return true;
  }
  return false;
}

static sl_exit add_folder(sl_load *load, const char *path) {
  struct dirent **entry = NULL;
  int count = scandir(path, &entry, NULL, alphasort);
  if (count < 0) return sl_cli_fail(load->cli, SL_EXIT_NOINPUT, "%s: cannot be read", path);
  sl_exit exit = SL_EXIT_DONE;
  unsigned read = 0;
  for (int i = 0; i < count; i++) {
    char full[4096];
    int size = snprintf(full, sizeof full, "%s/%s", path, entry[i]->d_name);
    if (!exit && is_elevation(sl_str_from(entry[i]->d_name)) && size > 0 && (size_t)size < sizeof full) {
      exit = add_file(load, full);
      read++;
    }
    free(entry[i]);
  }
  free(entry);
  if (!exit && read == 0) return sl_cli_fail(load->cli, SL_EXIT_DATA, "%s: holds no .hgt, .tif or .tiff file", path);
  return exit;
}

sl_exit sl_load_terrain(sl_load *load, const char *path) {
  SL_ASSERT(load && path && !load->terrain);
  struct stat info;
  if (stat(path, &info)) return sl_cli_fail(load->cli, SL_EXIT_USAGE, "--terrain is LOW,HIGH, or a file or folder of elevation data: %s is neither", path);
  if (sl_terrain_new(&load->terrain)) return sl_cli_fail(load->cli, SL_EXIT_OSERR, "out of memory");
  sl_exit exit = S_ISDIR(info.st_mode) ? add_folder(load, path) : add_file(load, path);
  load->policy.terrain = load->terrain;
  return exit;
}
