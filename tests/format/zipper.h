/* Archives for tests, made by libzip in memory. */
#ifndef SL_TESTS_FORMAT_ZIPPER_H
#define SL_TESTS_FORMAT_ZIPPER_H

#include <zip.h>

#include "reader.h"

typedef struct packed { const char *name; const char *text; size_t size; } packed;   /* size 0: of the text */

/* The bytes, to be freed. encrypted: with a password. */
static inline uint8_t *zip_of(size_t *size, const packed *entry, size_t count, bool encrypted) {
  zip_error_t trouble;
  zip_error_init(&trouble);
  zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &trouble);
  assert_non_null(memory);
  zip_source_keep(memory);
  zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, &trouble);
  assert_non_null(zip);
  for (size_t i = 0; i < count; i++) {
    zip_source_t *data = zip_source_buffer(zip, entry[i].text, entry[i].size ? entry[i].size : strlen(entry[i].text), 0);
    assert_non_null(data);
    zip_int64_t index = zip_file_add(zip, entry[i].name, data, ZIP_FL_ENC_UTF_8);
    assert_true(index >= 0);
    if (encrypted) assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)index, ZIP_EM_TRAD_PKWARE, "secret"), 0);
  }
  assert_int_equal(zip_close(zip), 0);
  assert_int_equal(zip_source_open(memory), 0);
  assert_int_equal(zip_source_seek(memory, 0, SEEK_END), 0);
  *size = (size_t)zip_source_tell(memory);
  uint8_t *bytes = malloc(*size ? *size : 1);
  assert_non_null(bytes);
  assert_int_equal(zip_source_seek(memory, 0, SEEK_SET), 0);
  assert_int_equal(zip_source_read(memory, bytes, *size), *size);
  (void)zip_source_close(memory);
  zip_source_free(memory);
  return bytes;
}

/* Read an archive of these entries; the caller ends with kept_free(). */
static inline sl_err keep_zip(kept *k, const packed *entry, size_t count, const sl_read_options *options, bool keep_going) {
  size_t size;
  uint8_t *bytes = zip_of(&size, entry, count, false);
  sl_err error = keep_bytes(k, (sl_span){bytes, size}, options, keep_going);
  free(bytes);
  return error;
}

#endif
