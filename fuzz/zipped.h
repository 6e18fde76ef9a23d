/* A sound archive about the bytes of a fuzzer, which never hits a checksum by itself. */
#ifndef SL_FUZZ_ZIPPED_H
#define SL_FUZZ_ZIPPED_H

#include <zlib.h>

#include "base/buf.h"
#include "format.h"

typedef struct zipped { const char *name; sl_span bytes; } zipped;

static inline void zip_number(sl_buf *out, size_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++) sl_buf_add_u8(out, (uint8_t)(i < sizeof value ? value >> (8 * i) : 0));
}

/* What the local and the central header share, from the version needed on. */
static inline void zip_common(sl_buf *out, const zipped *entry) {
  zip_number(out, 20, 2);
  zip_number(out, 0, 8);   /* flags, stored, time, date */
  zip_number(out, crc32(0, entry->bytes.data, (uInt)entry->bytes.size), 4);
  zip_number(out, entry->bytes.size, 4);
  zip_number(out, entry->bytes.size, 4);
  zip_number(out, strlen(entry->name), 2);
  zip_number(out, 0, 2);
}

static inline int fuzz_zipped(const zipped *entry, size_t count, sl_format format) {
  sl_buf out, centre;
  sl_buf_init(&out, (size_t)64 << 20);
  sl_buf_init(&centre, 1 << 16);
  for (size_t i = 0; i < count; i++) {
    size_t at = out.size;
    zip_number(&out, 0x04034b50, 4);
    zip_common(&out, &entry[i]);
    sl_buf_add_text(&out, entry[i].name);
    sl_buf_add(&out, entry[i].bytes.data, entry[i].bytes.size);
    zip_number(&centre, 0x02014b50, 4);
    zip_number(&centre, 20, 2);
    zip_common(&centre, &entry[i]);
    zip_number(&centre, 0, 10);   /* comment, disk, attributes */
    zip_number(&centre, at, 4);
    sl_buf_add_text(&centre, entry[i].name);
  }
  size_t at = out.size;
  sl_buf_add(&out, centre.data, centre.size);
  zip_number(&out, 0x06054b50, 4);
  zip_number(&out, 0, 4);
  zip_number(&out, count, 2);
  zip_number(&out, count, 2);
  zip_number(&out, centre.size, 4);
  zip_number(&out, at, 4);
  zip_number(&out, 0, 2);
  fuzz_must(!out.error && !centre.error);
  fuzz_read(out.data, out.size, format);
  sl_buf_fini(&out);
  sl_buf_fini(&centre);
  return 0;
}

#endif
