/* The parts of an Excel workbook (ECMA-376, transitional and strict). */
#ifndef SL_FORMAT_XLSX_H
#define SL_FORMAT_XLSX_H

#include "format/package.h"

#define SL_XLSX_PATH_MAX 256u
#define SL_XLSX_STRINGS_MAX 4000000u
#define SL_XLSX_STRING_BYTES_MAX ((size_t)512 << 20)
#define SL_XLSX_STYLES_MAX 65536u

typedef struct sl_book {
  sl_reading *reading;
  sl_archive *archive;
  sl_arena arena;            /* of the strings and styles */
  char workbook[SL_XLSX_PATH_MAX], sheet[SL_XLSX_PATH_MAX], strings[SL_XLSX_PATH_MAX], styles[SL_XLSX_PATH_MAX];
  char sheet_id[64];         /* relationship of the sheet that is read */
  bool from_1904, sheet_found;
  uint32_t sheets;           /* in the workbook */
  sl_str *string;            /* shared strings */
  uint32_t string_count, string_room;
  bool *dated;               /* by style: whether numbers are shown as dates */
  uint32_t style_count, style_room;
  char left_out[64];
} sl_book;

/* Rows of the sheet that the book names, through the table. Errors: as sl_format_read(). */
SL_MUST_USE sl_err sl_xlsx_rows(sl_book *book);

#endif
