#include "format/archive.h"

#include "zipper.h"

/* Open bytes; on success the archive and its source stay open. */
static sl_err open_bytes(sl_archive **archive, sl_source **source, sl_span bytes, sl_fault *fault) {
  assert_int_equal(sl_source_open_span(source, bytes), SL_OK);
  *fault = sl_fault_none();
  sl_err error = sl_archive_open(archive, *source, fault);
  assert_int_equal(error, fault->code);
  if (error) sl_source_close(*source);
  return error;
}

static sl_err open_entries(const packed *entry, size_t count, bool encrypted) {
  size_t size;
  uint8_t *bytes = zip_of(&size, entry, count, encrypted);
  sl_archive *archive;
  sl_source *source;
  sl_fault fault;
  sl_err error = open_bytes(&archive, &source, (sl_span){bytes, size}, &fault);
  if (!error) {
    sl_archive_close(archive);
    sl_source_close(source);
  }
  free(bytes);
  return error;
}

static void entries_are_found_and_read(void **state) {
  (void)state;
  const packed entries[] = {{"doc.kml", "<kml/>", 0}, {"files/a.png", "\1\2\3", 0}, {"empty", "", 0}};
  size_t size;
  uint8_t *bytes = zip_of(&size, entries, 3, false);
  sl_archive *archive;
  sl_source *source, *part;
  sl_fault fault;
  assert_int_equal(open_bytes(&archive, &source, (sl_span){bytes, size}, &fault), SL_OK);
  assert_int_equal(sl_archive_count(archive), 3);
  uint32_t index;
  assert_true(sl_archive_find(&index, archive, SL_STR("DOC.KML")));
  assert_false(sl_archive_find(&index, archive, SL_STR("doc.km")));
  for (int twice = 0; twice < 2; twice++) {
    sl_ahead ahead;
    assert_true(sl_archive_find(&index, archive, SL_STR("doc.kml")));
    assert_int_equal(sl_archive_enter(&part, archive, index, &fault), SL_OK);
    assert_int_equal(sl_source_rest(&ahead, part, 100, &fault), SL_OK);
    assert_memory_equal(ahead.data, "<kml/>", 6);
    assert_int_equal(ahead.size, 6);
    assert_int_equal(sl_archive_leave(archive, SL_OK, &fault), SL_OK);
  }
  assert_true(sl_archive_find(&index, archive, SL_STR("empty")));
  assert_int_equal(sl_archive_enter(&part, archive, index, &fault), SL_OK);
  assert_int_equal(sl_archive_leave(archive, SL_ERR_SYNTAX, &fault), SL_ERR_SYNTAX);
  sl_archive_close(archive);
  sl_source_close(source);
  free(bytes);
  sl_archive_close(NULL);
}

static void names_that_lead_outside_are_refused(void **state) {
  (void)state;
  static const struct { const char *name; sl_err error; } rows[] = {
      {"/etc/passwd", SL_ERR_RANGE}, {"../doc.kml", SL_ERR_RANGE}, {"a/../../doc.kml", SL_ERR_RANGE}, {"a/..", SL_ERR_RANGE}, {"..\\doc.kml", SL_ERR_RANGE}, {"C:doc.kml", SL_ERR_RANGE},
      {"a\\b", SL_ERR_RANGE}, {"a..b/c...d", SL_OK}, {"a/./b", SL_OK}, {"...", SL_OK}, {"folder/", SL_OK}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const packed entries[] = {{"doc.kml", "<kml/>", 0}, {rows[i].name, "x", 0}};
    sl_err error = open_entries(entries, 2, false);
    if (error != rows[i].error) printf("%s: %d\n", rows[i].name, error);
    assert_int_equal(error, rows[i].error);
  }
}

static void broken_archives_are_refused(void **state) {
  (void)state;
  const packed entries[] = {{"one.kml", "<kml>one</kml> and so on, and so on, and so on", 0}, {"two.kml", "<kml>two</kml>", 0}};
  assert_int_equal(open_entries(entries, 2, true), SL_ERR_UNSUPPORTED);
  size_t size;
  uint8_t *bytes = zip_of(&size, entries, 2, false), *copy = malloc(size);
  assert_non_null(copy);
  sl_archive *archive;
  sl_source *source;
  sl_fault fault;
  for (size_t cut = 4; cut < size; cut++) {
    sl_err error = open_bytes(&archive, &source, (sl_span){bytes, cut}, &fault);
    if (error != SL_ERR_SYNTAX) printf("cut at %zu: %d\n", cut, error);
    assert_int_equal(error, SL_ERR_SYNTAX);
  }
  /* Two entries of one name. */
  memcpy(copy, bytes, size);
  for (size_t i = 0; i + 7 < size; i++)
    if (memcmp(copy + i, "two.kml", 7) == 0) memcpy(copy + i, "one.kml", 7);
  assert_int_equal(open_bytes(&archive, &source, (sl_span){copy, size}, &fault), SL_ERR_DUPLICATE);
  /* Data that does not have its checksum. */
  memcpy(copy, bytes, size);
  copy[40] ^= 0xff;
  assert_int_equal(open_bytes(&archive, &source, (sl_span){copy, size}, &fault), SL_OK);
  sl_source *part;
  sl_ahead ahead;
  sl_err error = sl_archive_enter(&part, archive, 0, &fault);
  if (!error) error = sl_archive_leave(archive, sl_source_rest(&ahead, part, 1000, &fault), &fault);
  assert_int_equal(error, SL_ERR_SYNTAX);
  assert_int_equal(fault.code, SL_ERR_SYNTAX);
  sl_archive_close(archive);
  sl_source_close(source);
  free(copy);
  free(bytes);
}

static void what_expands_too_far_is_refused(void **state) {
  (void)state;
  size_t plain = (size_t)8 << 20, size;
  char *zeros = calloc(plain, 1);
  assert_non_null(zeros);
  const packed entries[] = {{"doc.kml", zeros, plain}};
  uint8_t *bytes = zip_of(&size, entries, 1, false);
  assert_true(size < plain / SL_ARCHIVE_RATIO_MAX);
  sl_archive *archive;
  sl_source *source, *part;
  sl_fault fault;
  sl_ahead ahead;
  assert_int_equal(open_bytes(&archive, &source, (sl_span){bytes, size}, &fault), SL_OK);
  assert_int_equal(sl_archive_enter(&part, archive, 0, &fault), SL_OK);
  sl_err error = sl_source_rest(&ahead, part, plain * 2, &fault);
  assert_int_equal(error, SL_ERR_IO);
  assert_int_equal(sl_archive_leave(archive, error, &fault), SL_ERR_CAP);
  assert_int_equal(fault.code, SL_ERR_CAP);
  sl_archive_close(archive);
  sl_source_close(source);
  free(bytes);
  free(zeros);
}

static void archives_inside_archives_are_refused(void **state) {
  (void)state;
  static const packed inside[] = {{"a", "PK\3\4rest", 8}, {"b", "\x1f\x8b\x08rest", 7}, {"c", "PK", 2}};
  size_t size;
  uint8_t *bytes = zip_of(&size, inside, 3, false);
  sl_archive *archive;
  sl_source *source, *part;
  sl_fault fault;
  assert_int_equal(open_bytes(&archive, &source, (sl_span){bytes, size}, &fault), SL_OK);
  assert_int_equal(sl_archive_enter(&part, archive, 0, &fault), SL_ERR_UNSUPPORTED);
  fault = sl_fault_none();
  assert_int_equal(sl_archive_enter(&part, archive, 1, &fault), SL_ERR_UNSUPPORTED);
  fault = sl_fault_none();
  assert_int_equal(sl_archive_enter(&part, archive, 2, &fault), SL_OK);
  assert_int_equal(sl_archive_leave(archive, SL_OK, &fault), SL_OK);
  sl_archive_close(archive);
  sl_source_close(source);
  free(bytes);
}

static void more_entries_than_allowed_are_refused(void **state) {
  (void)state;
  uint32_t count = SL_ARCHIVE_ENTRIES_MAX + 1;
  packed *entries = calloc(count, sizeof *entries);
  char(*names)[8] = calloc(count, sizeof *names);
  assert_true(entries && names);
  for (uint32_t i = 0; i < count; i++) {
    (void)snprintf(names[i], sizeof names[i], "%x", i % 0x10000000u);
    entries[i] = (packed){names[i], "", 0};
  }
  assert_int_equal(open_entries(entries, count, false), SL_ERR_CAP);
  assert_int_equal(open_entries(entries, count - 1, false), SL_OK);
  free(names);
  free(entries);
  sl_archive *archive;
  sl_source *source;
  sl_fault fault;
  static const uint8_t none[22] = {'P', 'K', 5, 6};
  assert_int_equal(open_bytes(&archive, &source, (sl_span){none, sizeof none}, &fault), SL_ERR_MISSING);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(entries_are_found_and_read), cmocka_unit_test(names_that_lead_outside_are_refused), cmocka_unit_test(broken_archives_are_refused),
                                     cmocka_unit_test(what_expands_too_far_is_refused), cmocka_unit_test(archives_inside_archives_are_refused), cmocka_unit_test(more_entries_than_allowed_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
