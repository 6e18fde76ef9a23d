/* Rows of cells to records: the half that CSV and XLSX share. The header row is found below
 * banner rows; a row is a site (a position with a radius), or a geometry with its limits. */
#ifndef SL_FORMAT_TABLE_H
#define SL_FORMAT_TABLE_H

#include "format/columns.h"
#include "format/reading.h"

#define SL_TABLE_BANNER_ROWS_MAX 100u
#define SL_TABLE_RADIUS_MM INT64_C(500000)   /* of a site that states none: FIELD.md, minima */

typedef enum sl_cell_kind { SL_CELL_TEXT = 0, SL_CELL_NUMBER = 1, SL_CELL_DATE = 2, SL_CELL_ERROR = 3 } sl_cell_kind;

/* A row. Cells are valid during the call. */
typedef struct sl_row {
  uint32_t line;             /* of the file, or number of the row; from 1 */
  const sl_str *cell;
  const sl_cell_kind *kind;  /* NULL: text, all of them. Numbers have a point, whatever the locale */
  uint32_t count;
} sl_row;

typedef struct sl_table sl_table;

/* from_1904: how dates are counted (XLSX). left_out: what of the file is not read, a note of
 * every record; NULL: nothing; it outlives the table. Errors: SL_ERR_NOMEM, those of the
 * mapping. */
SL_MUST_USE sl_err sl_table_open(sl_table **out, sl_reading *reading, bool from_1904, const char *left_out);
void sl_table_close(sl_table *table);

/* One more row: a banner, the header, tags, or a record handed over or refused. Errors: what
 * ends the reading; SL_ERR_MISSING when no header comes, SL_ERR_SYNTAX when numbers stand
 * above it. */
SL_MUST_USE sl_err sl_table_row(sl_table *table, const sl_row *row);
/* Behind the last row. Errors: SL_ERR_MISSING (there was no header, or nothing below it). */
SL_MUST_USE sl_err sl_table_end(sl_table *table);

#endif
