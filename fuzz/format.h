/* What the targets of the file readers share: any bytes are read as one format, every
 * record that comes out is resolved, and what a reader promises is asked of it. */
#ifndef SL_FUZZ_FORMAT_H
#define SL_FUZZ_FORMAT_H

#include <stdlib.h>

#include "base/arena.h"
#include "format/datum.h"
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct fuzz_seen { uint32_t records, refused; } fuzz_seen;

static inline void fuzz_must(bool held) {
  if (!held) {
    abort();
  }
}

static inline sl_err fuzz_record(void *context, const sl_record *record) {
  fuzz_seen *seen = context;
  sl_arena arena;
  sl_resolved resolved;
  sl_fault fault = sl_fault_none();
  sl_datum_policy policy = sl_datum_policy_default();
  policy.unstated = seen->records % 2 ? SL_DATUM_ELLIPSOID : SL_DATUM_UNSTATED;
  policy.pressure_given = seen->records % 3 == 0;
  seen->records++;
  fuzz_must(record->name.size > 0 && record->line > 0);
  for (uint32_t i = 1; i < record->window_count; i++) {
    fuzz_must(record->window[i - 1].start.ns <= record->window[i].start.ns);
  }
  sl_arena_init(&arena, (size_t)64 << 20);
  const sl_err error = sl_resolve(&resolved, &arena, record, &policy, &fault);
  fuzz_must(error == fault.code);
  if (!error) {
    for (uint32_t i = 0; i < resolved.count * resolved.views; i++) {
      fuzz_must(sl_object_check(&resolved.object[i], NULL) == SL_OK);
    }
  }
  sl_arena_fini(&arena);
  return SL_OK;
}

static inline bool fuzz_refused(void *context, const sl_fault *fault) {
  fuzz_seen *seen = context;
  fuzz_must(fault->code != SL_OK && fault->reason[0]);
  seen->refused++;
  return true;
}

static inline int fuzz_read_with(const uint8_t *data, size_t size, sl_format format, const char *points) {
  sl_source *source;
  sl_summary summary;
  sl_fault fault = sl_fault_none();
  fuzz_seen seen = {0, 0};
  sl_read_options options = sl_read_options_default();
  options.format = format;
  options.half_width.mm = 1000;
  options.points = points;
  options.day.ns = INT64_C(20000) * 24 * SL_NS_PER_H;
  const sl_sink sink = {&seen, fuzz_record, fuzz_refused};
  fuzz_must(sl_source_open_span(&source, (sl_span){data, size}) == SL_OK);
  const sl_err error = sl_format_read(&summary, source, &options, &sink, &fault);
  sl_source_close(source);
  fuzz_must(error == fault.code);
  fuzz_must(summary.records == seen.records && summary.refused == seen.refused);
  return 0;
}

static inline int fuzz_read(const uint8_t *data, size_t size, sl_format format) { return fuzz_read_with(data, size, format, NULL); }

#endif
