/* Views of memory that somebody else owns. */
#ifndef SL_BASE_SPAN_H
#define SL_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes. An empty span may have a NULL pointer. */
typedef struct sl_span {
  const uint8_t *data;
  size_t size;
} sl_span;

/* Text, not terminated, UTF-8 unless its holder says otherwise. */
typedef struct sl_str {
  const char *data;
  size_t size;
} sl_str;

#define SL_STR(literal) ((sl_str){(literal), sizeof(literal) - 1})

/* A view of a terminated string. */
static inline sl_str sl_str_from(const char *text) { return (sl_str){text, strlen(text)}; }

static inline bool sl_str_equal(sl_str a, sl_str b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool sl_str_is(sl_str a, const char *text) { return sl_str_equal(a, sl_str_from(text)); }

static inline sl_span sl_str_bytes(sl_str text) { return (sl_span){(const uint8_t *)text.data, text.size}; }

static inline sl_str sl_span_text(sl_span bytes) { return (sl_str){(const char *)bytes.data, bytes.size}; }

#endif
