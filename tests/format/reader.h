/* Reads a text through sl_format_read() and keeps what tests look at. */
#ifndef SL_TESTS_FORMAT_READER_H
#define SL_TESTS_FORMAT_READER_H

#include "base/arena.h"
#include "format/format.h"
#include "test.h"

#define KEPT_MAX 64

/* A record with everything copied, and the refusals. */
typedef struct kept {
  sl_arena arena;
  sl_record record[KEPT_MAX];
  uint32_t count;               /* also beyond KEPT_MAX */
  sl_fault refused[KEPT_MAX];
  uint32_t refused_count;
  bool keep_going;
  sl_summary summary;
  sl_fault fault;
} kept;

static inline void *kept_copy(kept *k, const void *from, size_t size) {
  void *copy = sl_arena_take(&k->arena, 1, size ? size : 1);
  assert_non_null(copy);
  if (size) memcpy(copy, from, size);
  return copy;
}

static inline sl_err keep_record(void *context, const sl_record *record) {
  kept *k = context;
  if (k->count++ >= KEPT_MAX) return SL_OK;
  sl_record *copy = &k->record[k->count - 1];
  *copy = *record;
  copy->name.data = kept_copy(k, record->name.data, record->name.size);
  copy->kind.data = kept_copy(k, record->kind.data, record->kind.size);
  copy->window = kept_copy(k, record->window, record->window_count * sizeof(sl_window));
  copy->fix = kept_copy(k, record->fix, record->fix_count * sizeof(sl_track_fix));
  sl_note *notes = kept_copy(k, record->note, record->note_count * sizeof(sl_note));
  for (uint32_t i = 0; i < record->note_count; i++) notes[i].text = kept_copy(k, notes[i].text, strlen(notes[i].text) + 1);
  copy->note = notes;
  if (record->form == SL_RECORD_AREA && record->shape.kind == SL_SHAPE_POLYGON) {
    const sl_polygon *polygon = &record->shape.as.polygon;
    sl_ring *rings = kept_copy(k, polygon->ring, polygon->count * sizeof(sl_ring));
    for (uint32_t i = 0; i < polygon->count; i++) rings[i].vertex = kept_copy(k, rings[i].vertex, rings[i].count * sizeof(sl_pos));
    copy->shape.as.polygon.ring = rings;
    copy->shape.as.polygon.hole = kept_copy(k, polygon->hole, polygon->count * sizeof(bool));
  }
  if (record->form == SL_RECORD_AREA && record->shape.kind == SL_SHAPE_CORRIDOR)
    copy->shape.as.corridor.point = kept_copy(k, record->shape.as.corridor.point, record->shape.as.corridor.count * sizeof(sl_pos));
  return SL_OK;
}

static inline bool keep_refused(void *context, const sl_fault *fault) {
  kept *k = context;
  if (k->refused_count < KEPT_MAX) k->refused[k->refused_count] = *fault;
  k->refused_count++;
  return k->keep_going;
}

/* Read bytes; the caller ends with kept_free(). */
static inline sl_err keep_bytes(kept *k, sl_span bytes, const sl_read_options *options, bool keep_going) {
  *k = (kept){.keep_going = keep_going, .fault = sl_fault_none()};
  sl_arena_init(&k->arena, (size_t)1 << 28);
  sl_source *source;
  assert_int_equal(sl_source_open_span(&source, bytes), SL_OK);
  sl_read_options standard = sl_read_options_default();
  sl_sink sink = {k, keep_record, keep_refused};
  sl_err error = sl_format_read(&k->summary, source, options ? options : &standard, &sink, &k->fault);
  sl_source_close(source);
  return error;
}

static inline sl_err keep_text(kept *k, const char *text, bool keep_going) {
  return keep_bytes(k, sl_str_bytes(sl_str_from(text)), NULL, keep_going);
}

static inline void kept_free(kept *k) { sl_arena_fini(&k->arena); }

static inline bool has_note(const sl_record *record, sl_note_kind kind, const char *part) {
  for (uint32_t i = 0; i < record->note_count; i++)
    if (record->note[i].kind == kind && strstr(record->note[i].text, part)) return true;
  return false;
}

/* A whole file of ../shared, or NULL. */
static inline uint8_t *shared_file(const char *path, size_t *size) {
  char full[1024];
  (void)snprintf(full, sizeof full, "%s/%s", SL_SHARED, path);
  FILE *file = fopen(full, "rb");
  if (!file) return NULL;
  uint8_t *data = malloc((size_t)64 << 20);
  assert_non_null(data);
  *size = fread(data, 1, (size_t)64 << 20, file);
  (void)fclose(file);
  return data;
}

#endif
