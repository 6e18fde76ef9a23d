/* Purpose: see the header. Work expected: packages of a few megabytes and tens of entries.
 * Representation: the packed bytes stay in the source's buffer; libzip reads them there. */
#include "format/archive.h"

#include <stdlib.h>
#include <zip.h>

#include "base/assert.h"
#include "format/measure.h"

#define RATIO_FREE (UINT64_C(1) << 20)

struct sl_archive {
  zip_t *zip;
  uint32_t count;
  zip_file_t *file;          /* of the entry in hand */
  sl_source *source;
  uint64_t packed;           /* of the entry in hand */
  uint64_t inflated;         /* of the entry in hand */
  uint64_t total;            /* of all */
  uint8_t head[4];           /* first bytes of the entry, read before it is handed out */
  uint32_t head_size, head_at;
  sl_fault failure;
};

/* A path that stays inside: no root, drive, backslash, or way up. */
static bool stays_inside(sl_str name) {
  if (name.size == 0 || name.data[0] == '/' || memchr(name.data, '\\', name.size) || memchr(name.data, ':', name.size)) return false;
  for (size_t at = 0; at < name.size;) {
    const char *slash = memchr(name.data + at, '/', name.size - at);
    size_t end = slash ? (size_t)(slash - name.data) : name.size;
    if (end - at == 2 && memcmp(name.data + at, "..", 2) == 0) return false;
    at = end + 1;
  }
  return true;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Which of two entries of one name is read is the trick of many an attack. */
static sl_err check_names(sl_archive *archive, sl_fault *fault) {
  const char **names = calloc(archive->count, sizeof *names);
  if (!names) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  sl_err error = SL_OK;
  for (uint32_t i = 0; i < archive->count && !error; i++) {
    names[i] = zip_get_name(archive->zip, i, ZIP_FL_ENC_RAW);
    if (!names[i]) error = sl_fault_set(fault, SL_ERR_SYNTAX, "the archive is broken: an entry without a name");
    else if (!stays_inside(sl_str_from(names[i]))) error = sl_fault_set(fault, SL_ERR_RANGE, "an entry of the archive has a path that leads outside it");
  }
  if (!error) qsort(names, archive->count, sizeof *names, by_name);
  for (uint32_t i = 1; i < archive->count && !error; i++)
    if (strcmp(names[i - 1], names[i]) == 0) error = sl_fault_set(fault, SL_ERR_DUPLICATE, "the archive has two entries of one name");
  free(names);
  return error;
}

static sl_err check_entries(sl_archive *archive, sl_fault *fault) {
  const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  for (uint32_t i = 0; i < archive->count; i++) {
    zip_stat_t info;
    if (zip_stat_index(archive->zip, i, ZIP_FL_ENC_RAW, &info) || (info.valid & needed) != needed) return sl_fault_set(fault, SL_ERR_SYNTAX, "the archive is broken: an entry without its sizes");
    if (info.encryption_method != ZIP_EM_NONE) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "the archive is encrypted: save it without a password");
    if (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE)
      return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "the archive is packed by a method other than deflate");
  }
  return check_names(archive, fault);
}

static sl_err open_bytes(sl_archive *archive, sl_ahead bytes, sl_fault *fault) {
  zip_error_t trouble;
  zip_error_init(&trouble);
  zip_source_t *data = zip_source_buffer_create(bytes.data, bytes.size, 0, &trouble);
  archive->zip = data ? zip_open_from_source(data, ZIP_RDONLY, &trouble) : NULL;
  bool memory = zip_error_code_zip(&trouble) == ZIP_ER_MEMORY;
  if (!archive->zip) zip_source_free(data);
  zip_error_fini(&trouble);
  if (!archive->zip) return memory ? sl_fault_set(fault, SL_ERR_NOMEM, "out of memory") : sl_fault_set(fault, SL_ERR_SYNTAX, "the archive is cut off or broken");
  zip_int64_t count = zip_get_num_entries(archive->zip, 0);
  if (count <= 0) return sl_fault_set(fault, SL_ERR_MISSING, "the archive is empty");
  if (count > (zip_int64_t)SL_ARCHIVE_ENTRIES_MAX) return sl_fault_set(fault, SL_ERR_CAP, "the archive has more than %u entries", SL_ARCHIVE_ENTRIES_MAX);
  archive->count = (uint32_t)count;
  return check_entries(archive, fault);
}

sl_err sl_archive_open(sl_archive **out, sl_source *source, sl_fault *fault) {
  SL_ASSERT(out && source);
  sl_ahead bytes;
  sl_err error = sl_source_rest(&bytes, source, SL_ARCHIVE_BYTES_MAX, fault);
  if (error) return error;
  sl_archive *archive = calloc(1, sizeof *archive);
  if (!archive) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  error = open_bytes(archive, bytes, fault);
  if (error) sl_archive_close(archive);
  else *out = archive;
  return error;
}

void sl_archive_close(sl_archive *archive) {
  if (!archive) return;
  sl_source_close(archive->source);
  if (archive->file) (void)zip_fclose(archive->file);
  if (archive->zip) zip_discard(archive->zip);
  free(archive);
}

uint32_t sl_archive_count(const sl_archive *archive) { return archive->count; }

sl_str sl_archive_name(const sl_archive *archive, uint32_t index) {
  SL_ASSERT(index < archive->count);
  return sl_str_from(zip_get_name(archive->zip, index, ZIP_FL_ENC_RAW));
}

bool sl_archive_find(uint32_t *out, const sl_archive *archive, sl_str name) {
  char text[256];
  if (name.size >= sizeof text || memchr(name.data, 0, name.size)) return false;
  memcpy(text, name.data, name.size);
  text[name.size] = 0;
  for (uint32_t i = 0; i < archive->count; i++) {
    if (!sl_str_is_nocase(sl_archive_name(archive, i), text)) continue;
    *out = i;
    return true;
  }
  return false;
}

static sl_err inflate_some(sl_archive *archive, uint8_t *data, size_t size, size_t *got) {
  zip_int64_t read = zip_fread(archive->file, data, size);
  if (read < 0) {
    (void)sl_fault_set(&archive->failure, SL_ERR_SYNTAX, "an entry of the archive is cut off or broken");
    return SL_ERR_IO;
  }
  *got = (size_t)read;
  archive->inflated += *got;
  archive->total += *got;
  if (archive->inflated > RATIO_FREE && archive->inflated / SL_ARCHIVE_RATIO_MAX > archive->packed)
    (void)sl_fault_set(&archive->failure, SL_ERR_CAP, "an entry of the archive expands more than %u times", SL_ARCHIVE_RATIO_MAX);
  if (archive->total > SL_ARCHIVE_INFLATED_MAX) (void)sl_fault_set(&archive->failure, SL_ERR_CAP, "the archive holds more than 2 GiB");
  return archive->failure.code ? SL_ERR_IO : SL_OK;
}

static sl_err read_entry(void *context, uint8_t *data, size_t size, size_t *got) {
  sl_archive *archive = context;
  SL_ASSERT(size > 0);
  uint32_t left = archive->head_size - archive->head_at;
  if (left == 0) return inflate_some(archive, data, size, got);
  *got = left < size ? left : size;
  memcpy(data, archive->head + archive->head_at, *got);
  archive->head_at += (uint32_t)*got;
  return SL_OK;
}

/* The first four bytes say whether it is an archive again. */
static sl_err look_at_head(sl_archive *archive, sl_fault *fault) {
  archive->head_at = archive->head_size = 0;
  for (size_t got = 1; got && archive->head_size < sizeof archive->head; archive->head_size += (uint32_t)got)
    if (inflate_some(archive, archive->head + archive->head_size, sizeof archive->head - archive->head_size, &got)) return SL_ERR_IO;
  bool zip = archive->head_size == 4 && memcmp(archive->head, "PK\3\4", 4) == 0, gzip = archive->head_size > 2 && memcmp(archive->head, "\x1f\x8b", 2) == 0;
  return zip || gzip ? sl_fault_set(fault, SL_ERR_UNSUPPORTED, "an archive inside an archive is not accepted") : SL_OK;
}

sl_err sl_archive_enter(sl_source **out, sl_archive *archive, uint32_t index, sl_fault *fault) {
  SL_ASSERT(out && archive && index < archive->count && !archive->file);
  zip_stat_t info;
  if (zip_stat_index(archive->zip, index, ZIP_FL_ENC_RAW, &info)) return sl_fault_set(fault, SL_ERR_SYNTAX, "an entry of the archive is cut off or broken");
  archive->failure = sl_fault_none();
  archive->packed = info.comp_size;
  archive->inflated = 0;
  archive->file = zip_fopen_index(archive->zip, index, 0);
  if (!archive->file) return sl_fault_set(fault, SL_ERR_SYNTAX, "an entry of the archive is cut off or broken");
  sl_err error = look_at_head(archive, fault);
  if (!error && sl_source_open(&archive->source, read_entry, archive)) error = sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  if (error) return sl_archive_leave(archive, error, fault);
  *out = archive->source;
  return SL_OK;
}

sl_err sl_archive_leave(sl_archive *archive, sl_err error, sl_fault *fault) {
  SL_ASSERT(archive);
  sl_source_close(archive->source);
  if (archive->file) (void)zip_fclose(archive->file);
  archive->source = NULL;
  archive->file = NULL;
  if (!error || !archive->failure.code) return error;
  if (fault) *fault = archive->failure;
  return archive->failure.code;
}
