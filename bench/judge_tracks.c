/* A day's tracks all against all: reading them, preparing them, judging every pair at
 * 5 NM and 1,000 ft, and the same pairs by brute force, which must be the same.
 *
 *   judge_tracks FILE [RUNS]     ../shared/data/tracks/switzerland.json.gz, 7 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/datum.h"
#include "format/format.h"
#include "measure.h"

#define TRACKS_MAX 8192u
#define FILE_MAX ((size_t)64 << 20)

typedef struct day {
  sl_prepared *object[TRACKS_MAX];
  uint32_t group[TRACKS_MAX];    /* equal names do not conflict */
  char name[TRACKS_MAX][64];
  size_t count, fixes;
  double preparing;
} day;

static sl_err take(void *context, const sl_record *record) {
  day *d = context;
  sl_arena arena;
  sl_arena_init(&arena, (size_t)256 << 20);
  sl_datum_policy policy = sl_datum_policy_default();
  sl_resolved resolved;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_resolve(&resolved, &arena, record, &policy, &fault);
  measure_must(d->count < TRACKS_MAX && err == SL_OK && resolved.count == 1, "resolving");
  double start = measure_now();
  measure_must(sl_prepare(&d->object[d->count], &resolved.object[0], NULL) == SL_OK, "preparing");
  d->preparing += measure_now() - start;
  snprintf(d->name[d->count], sizeof d->name[0], "%.*s", (int)record->name.size, record->name.data);
  uint32_t same = 0;
  while (same < d->count && strcmp(d->name[same], d->name[d->count]) != 0) {
    same++;
  }
  d->group[d->count] = same;
  d->count++;
  d->fixes += record->fix_count;
  sl_arena_fini(&arena);
  return SL_OK;
}

static void let_go(day *d) {
  for (size_t i = 0; i < d->count; i++) {
    sl_prepared_free(d->object[i]);
  }
  d->count = d->fixes = 0;
  d->preparing = 0;
}

/* Seconds that reading takes, without preparing. */
static double read_day(day *d, sl_span bytes) {
  let_go(d);
  double start = measure_now();
  sl_source *source;
  measure_must(sl_source_open_span(&source, bytes) == SL_OK, "opening");
  sl_read_options options = sl_read_options_default();
  sl_sink sink = {.context = d, .record = take};
  sl_summary summary;
  measure_must(sl_format_read(&summary, source, &options, &sink, NULL) == SL_OK, "reading");
  sl_source_close(source);
  return measure_now() - start - d->preparing;
}

typedef struct pairs {
  size_t count;
  uint64_t digest;   /* of the pairs, in any order */
} pairs;

static bool note(void *context, size_t a, size_t b, const sl_finding *finding) {
  pairs *p = context;
  uint64_t pair = (uint64_t)a << 40 | (uint64_t)b << 8 | (uint64_t)finding->verdict;
  p->count++;
  p->digest += (pair ^ pair >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
  return true;
}

static pairs brute_force(const day *d, const sl_minima *minima) {
  pairs out = {0, 0};
  for (size_t a = 0; a < d->count; a++) {
    for (size_t b = a + 1; b < d->count; b++) {
      sl_finding finding;
      measure_must(d->group[a] == d->group[b] || sl_judge(&finding, d->object[a], d->object[b], minima, false) == SL_OK, "judging");
      if (d->group[a] != d->group[b] && finding.verdict != SL_CLEAR) {
        note(&out, a, b, &finding);
      }
    }
  }
  return out;
}

static sl_span file_of(const char *path) {
  uint8_t *data = malloc(FILE_MAX);
  FILE *file = fopen(path, "rb");
  measure_must(data && file, "opening the file");
  size_t size = fread(data, 1, FILE_MAX, file);
  fclose(file);
  return (sl_span){data, size};
}

int main(int argc, char **argv) {
  static day d;
  const char *path = argc > 1 ? argv[1] : "../shared/data/tracks/switzerland.json.gz";
  size_t runs = argc > 2 ? (size_t)strtoull(argv[2], NULL, 10) : 7;
  measure_must(runs >= 1 && runs <= MEASURE_RUNS_MAX, "the command line");
  if (access(path, R_OK) != 0) {
    printf("{\n  \"bench\": \"judge_tracks\",\n  \"skipped\": \"no file\"\n}\n");
    return 0;
  }
  sl_span bytes = file_of(path);
  const sl_minima minima = {.lateral = {9260000}, .vertical_w84 = {304800}, .vertical_ft = 1000};
  double reading[MEASURE_RUNS_MAX], preparing[MEASURE_RUNS_MAX], judging[MEASURE_RUNS_MAX], forcing = 0;
  pairs found = {0, 0};
  for (size_t run = 0; run < runs; run++) {
    reading[run] = read_day(&d, bytes);
    preparing[run] = d.preparing;
    double start = measure_now();
    found = (pairs){0, 0};
    measure_must(sl_judge_all((const sl_prepared *const *)d.object, d.group, d.count, &minima, false, 2, note, &found) == SL_OK, "judging");
    judging[run] = measure_now() - start;
  }
  double start = measure_now();
  pairs forced = brute_force(&d, &minima);
  forcing = measure_now() - start;
  measure_must(forced.count == found.count && forced.digest == found.digest, "finding what brute force finds");
  printf("{\n  \"bench\": \"judge_tracks\",\n  \"tracks\": %zu,\n  \"fixes\": %zu,\n  \"pairs\": %zu,\n", d.count, d.fixes, found.count);
  printf("  \"read_s\": %.4f,\n  \"prepare_s\": %.4f,\n  \"judge_all_s\": %.4f,\n  \"brute_force_s\": %.4f\n}\n",
         measure_median(reading, runs), measure_median(preparing, runs), measure_median(judging, runs), forcing);
  let_go(&d);
  free((void *)(uintptr_t)bytes.data);
  return 0;
}
