/* What readers of archives share: a part of the archive read as if it were the file. */
#ifndef SL_FORMAT_PACKAGE_H
#define SL_FORMAT_PACKAGE_H

#include "format/archive.h"
#include "format/reading.h"

/* Read one entry with a reader. Errors: the reader's and the archive's. */
SL_MUST_USE sl_err sl_package_part(sl_reading *reading, sl_archive *archive, uint32_t index, sl_format_reader *read);

/* The rows of an Excel workbook that is opened already. Errors: as sl_format_read(). */
SL_MUST_USE sl_err sl_read_workbook(sl_reading *reading, sl_archive *archive);

#endif
