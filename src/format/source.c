/* Purpose: one buffered stream for every parser. Work expected: tens of megabytes,
 * read once from front to back, in lines or in JSON values of unknown length.
 * Representation: one buffer of 64 KiB or more; [at, end) is unread. Looking ahead
 * moves the unread part to the front, doubles the buffer when it must, and refills
 * it from the callback or from zlib. Lines are counted when bytes are stepped over. */
#include "format/source.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/assert.h"

enum { CHUNK = 1 << 16, PACKED = 1 << 14 };
#define RATIO_FREE (UINT64_C(1) << 20)

struct sl_source {
  sl_source_read_fn *read;
  void *context;
  sl_span span;              /* of sl_source_open_span() */
  uint8_t *buffer;
  size_t at, end, room;
  uint64_t offset;           /* of `at` in the inflated stream */
  uint64_t filled;           /* inflated bytes so far */
  uint32_t line;
  bool started, ended, inflating;
  z_stream zip;
  uint8_t *packed;
  uint64_t packed_total;
};

static sl_err read_span(void *context, uint8_t *data, size_t size, size_t *got) {
  sl_source *source = context;
  *got = size < source->span.size ? size : source->span.size;
  if (*got) memcpy(data, source->span.data, *got);
  source->span.data += *got;
  source->span.size -= *got;
  return SL_OK;
}

sl_err sl_source_open(sl_source **out, sl_source_read_fn *read, void *context) {
  SL_ASSERT(out && read);
  sl_source *source = calloc(1, sizeof *source);
  if (!source) return SL_ERR_NOMEM;
  source->buffer = malloc(CHUNK);
  if (!source->buffer) {
    free(source);
    return SL_ERR_NOMEM;
  }
  source->room = CHUNK;
  source->read = read;
  source->context = context;
  source->line = 1;
  *out = source;
  return SL_OK;
}

sl_err sl_source_open_span(sl_source **out, sl_span bytes) {
  SL_ASSERT(bytes.data || bytes.size == 0);
  sl_err error = sl_source_open(out, read_span, NULL);
  if (error) return error;
  (*out)->context = *out;
  (*out)->span = bytes;
  return SL_OK;
}

void sl_source_close(sl_source *source) {
  if (!source) return;
  if (source->inflating) inflateEnd(&source->zip);
  free(source->packed);
  free(source->buffer);
  free(source);
}

/* The first bytes say whether the stream is gzip (RFC 1952: 1f 8b 08). */
static sl_err start(sl_source *source, sl_fault *fault) {
  uint8_t first[3];
  size_t have = 0, got = 1;
  while (have < sizeof first && got) {
    if (source->read(source->context, first + have, sizeof first - have, &got))
      return sl_fault_set(fault, SL_ERR_IO, "the input cannot be read");
    have += got;
  }
  source->started = true;
  if (have < 3 || first[0] != 0x1f || first[1] != 0x8b || first[2] != 8) {
    memcpy(source->buffer, first, have);
    source->end = have;
    source->filled = have;
    source->ended = got == 0;
    return SL_OK;
  }
  source->packed = malloc(PACKED);
  if (!source->packed) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  memcpy(source->packed, first, have);
  source->zip.next_in = source->packed;
  source->zip.avail_in = (uInt)have;
  source->packed_total = have;
  if (inflateInit2(&source->zip, 15 + 16) != Z_OK) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  source->inflating = true;
  return SL_OK;
}

static sl_err pull_packed(sl_source *source, sl_fault *fault) {
  size_t got = 0;
  if (source->read(source->context, source->packed, PACKED, &got))
    return sl_fault_set(fault, SL_ERR_IO, "the input cannot be read");
  source->zip.next_in = source->packed;
  source->zip.avail_in = (uInt)got;
  source->packed_total += got;
  return SL_OK;
}

/* Inflate into the free part of the buffer; several gzip members may follow each other. */
static sl_err inflate_more(sl_source *source, size_t *got, sl_fault *fault) {
  *got = 0;
  size_t want = source->room - source->end;
  source->zip.next_out = source->buffer + source->end;
  source->zip.avail_out = (uInt)want;
  while (source->zip.avail_out == want) {
    if (source->zip.avail_in == 0) {
      sl_err error = pull_packed(source, fault);
      if (error) return error;
      if (source->zip.avail_in == 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "the gzip data is cut off");
    }
    int result = inflate(&source->zip, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      if (source->zip.avail_in == 0) {
        sl_err error = pull_packed(source, fault);
        if (error) return error;
      }
      if (source->zip.avail_in == 0) {
        source->ended = true;
        break;
      }
      if (inflateReset(&source->zip) != Z_OK) return sl_fault_set(fault, SL_ERR_SYNTAX, "the gzip data is broken");
    } else if (result != Z_OK) {
      return sl_fault_set(fault, SL_ERR_SYNTAX, "the gzip data is broken");
    }
  }
  *got = want - source->zip.avail_out;
  uint64_t total = source->filled + *got;
  if (total > RATIO_FREE && total / SL_SOURCE_RATIO_MAX > source->packed_total)
    return sl_fault_set(fault, SL_ERR_CAP, "the gzip data expands more than %u times", SL_SOURCE_RATIO_MAX);
  return SL_OK;
}

static sl_err fill(sl_source *source, sl_fault *fault) {
  SL_ASSERT(source->end < source->room);
  size_t got = 0;
  if (source->inflating) {
    sl_err error = inflate_more(source, &got, fault);
    if (error) return error;
  } else {
    if (source->read(source->context, source->buffer + source->end, source->room - source->end, &got))
      return sl_fault_set(fault, SL_ERR_IO, "the input cannot be read");
    SL_ASSERT(got <= source->room - source->end);
    if (got == 0) source->ended = true;
  }
  source->end += got;
  source->filled += got;
  if (source->filled > SL_SOURCE_BYTES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "the input is larger than 4 GiB");
  return SL_OK;
}

/* Make room for `want` unread bytes and at least one more to fill. */
static sl_err make_room(sl_source *source, size_t want, sl_fault *fault) {
  if (source->at > 0) {
    memmove(source->buffer, source->buffer + source->at, source->end - source->at);
    source->end -= source->at;
    source->at = 0;
  }
  if (want < source->room) return SL_OK;
  size_t room = source->room;
  while (room <= want) {
    if (room > SIZE_MAX / 2) return sl_fault_set(fault, SL_ERR_CAP, "the input is too large");
    room *= 2;
  }
  uint8_t *grown = realloc(source->buffer, room);
  if (!grown) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  source->buffer = grown;
  source->room = room;
  return SL_OK;
}

sl_err sl_source_ahead(sl_ahead *out, sl_source *source, size_t want, sl_fault *fault) {
  SL_ASSERT(out && source);
  if (!source->started) {
    sl_err error = start(source, fault);
    if (error) return error;
  }
  if (source->end - source->at < want && !source->ended) {
    sl_err error = make_room(source, want, fault);
    while (!error && source->end < want && !source->ended) error = fill(source, fault);
    if (error) return error;
  }
  *out = (sl_ahead){source->buffer + source->at, source->end - source->at};
  return SL_OK;
}

void sl_source_skip(sl_source *source, size_t size) {
  SL_ASSERT(size <= source->end - source->at);
  const uint8_t *at = source->buffer + source->at;
  const uint8_t *end = at + size;
  while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
    if (source->line < UINT32_MAX) source->line++;
    at++;
  }
  source->at += size;
  source->offset += size;
}

sl_err sl_source_line(sl_str *out, sl_source *source, size_t max, sl_fault *fault) {
  SL_ASSERT(out && max > 0);
  sl_ahead ahead;
  size_t seen = 0;
  for (;;) {
    sl_err error = sl_source_ahead(&ahead, source, seen + 1, fault);
    if (error) return error;
    if (ahead.size == 0) return SL_ERR_END;
    const uint8_t *newline = ahead.size > seen ? memchr(ahead.data + seen, '\n', ahead.size - seen) : NULL;
    bool last = !newline && ahead.size == seen;
    if (newline || last) {
      size_t size = newline ? (size_t)(newline - ahead.data) : ahead.size;
      if (size > max) break;
      source->at += size + (newline != NULL);
      source->offset += size + (newline != NULL);
      if (newline && source->line < UINT32_MAX) source->line++;
      if (size > 0 && ahead.data[size - 1] == '\r') size--;
      *out = (sl_str){(const char *)ahead.data, size};
      return SL_OK;
    }
    seen = ahead.size;
    if (seen > max) break;
  }
  return sl_fault_set(fault, SL_ERR_CAP, "the line is longer than %zu bytes", max);
}

sl_err sl_source_rest(sl_ahead *out, sl_source *source, size_t max, sl_fault *fault) {
  SL_ASSERT(out && max < SIZE_MAX / 4);
  sl_ahead ahead = {NULL, 0};
  size_t want = CHUNK;
  do {
    sl_err error = sl_source_ahead(&ahead, source, want, fault);
    if (error) return error;
    if (ahead.size > max) return sl_fault_set(fault, SL_ERR_CAP, "the input is larger than %zu bytes", max);
    if (ahead.size < want) break;
    want = want > max ? max + 1 : want * 2;
  } while (true);
  *out = ahead;
  return SL_OK;
}

uint64_t sl_source_offset(const sl_source *source) { return source->offset; }
uint32_t sl_source_line_number(const sl_source *source) { return source->line; }
