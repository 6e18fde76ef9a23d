/* Small files of the daemon: read whole, or created once, durably. */
#ifndef SL_DAEMON_FILE_H
#define SL_DAEMON_FILE_H

#include "base/buf.h"

/* Append the file to *out, up to its maximum. A secret one must be a regular file of
 * this user or root that others cannot reach, and no symbolic link. Errors: SL_ERR_IO,
 * SL_ERR_CAP, SL_ERR_DENIED, SL_ERR_NOMEM; the fault says which and what to do.
 * Threads: any. */
SL_MUST_USE sl_err sl_file_read(sl_buf *out, const char *path, bool secret, sl_fault *fault);

/* Create path with these bytes, 0600 when secret, else 0644 as the umask has it; synced.
 * Errors: SL_ERR_EXISTS (never overwritten), SL_ERR_IO. Threads: any. */
SL_MUST_USE sl_err sl_file_create(const char *path, sl_span bytes, bool secret, sl_fault *fault);

/* 32 secret bytes from 64 hexadecimal digits. Errors: as sl_file_read(), SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_file_seed(uint8_t out[static 32], const char *path, sl_fault *fault);

#endif
