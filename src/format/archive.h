/* Archives (zip) that hold a document: KMZ, XLSX. Everything about one is checked before a
 * byte of it is inflated: entries, names, encryption, methods. What inflates is counted. */
#ifndef SL_FORMAT_ARCHIVE_H
#define SL_FORMAT_ARCHIVE_H

#include "format/source.h"

#define SL_ARCHIVE_BYTES_MAX (256u << 20)           /* packed */
#define SL_ARCHIVE_ENTRIES_MAX 10000u
#define SL_ARCHIVE_INFLATED_MAX (UINT64_C(2) << 30) /* of all entries read, together */
#define SL_ARCHIVE_RATIO_MAX 200u                   /* inflated to packed, beyond the first MiB */

typedef struct sl_archive sl_archive;

/* Open the archive that the rest of the source is. Errors: SL_ERR_SYNTAX (cut off or
 * broken), SL_ERR_UNSUPPORTED (an encrypted entry, a method other than deflate), SL_ERR_CAP,
 * SL_ERR_DUPLICATE (a name twice), SL_ERR_RANGE (a name that leads outside: absolute, with
 * .., a backslash or a drive), SL_ERR_NOMEM, and those of the source, which must outlive
 * the archive. */
SL_MUST_USE sl_err sl_archive_open(sl_archive **out, sl_source *source, sl_fault *fault);
void sl_archive_close(sl_archive *archive);

/* How many entries there are. */
uint32_t sl_archive_count(const sl_archive *archive);
/* The path of an entry, as it stands in the archive. */
sl_str sl_archive_name(const sl_archive *archive, uint32_t index);
/* The entry of a path, ASCII letters without case; false when there is none. */
bool sl_archive_find(uint32_t *out, const sl_archive *archive, sl_str name);

/* Read an entry: one at a time, until sl_archive_leave(). An archive or gzip inside is
 * SL_ERR_UNSUPPORTED. What reading it fails with is SL_ERR_IO; sl_archive_leave() says the
 * true reason. */
SL_MUST_USE sl_err sl_archive_enter(sl_source **out, sl_archive *archive, uint32_t index, sl_fault *fault);
/* Close the entry. error: how reading it ended; where the archive was the cause, *fault is
 * replaced and its code returned: SL_ERR_CAP (expansion) or SL_ERR_SYNTAX (broken data). */
SL_MUST_USE sl_err sl_archive_leave(sl_archive *archive, sl_err error, sl_fault *fault);

#endif
