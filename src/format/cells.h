/* Cells of one row as quantities, with what their header says of them. */
#ifndef SL_FORMAT_CELLS_H
#define SL_FORMAT_CELLS_H

#include "format/clock.h"
#include "format/table.h"

/* What a comma between digits is in this table, as its coordinates show. */
typedef enum sl_comma { SL_COMMA_UNKNOWN = 0, SL_COMMA_DECIMAL = 1, SL_COMMA_GROUPS = 2 } sl_comma;

/* The table's ways, and the row in hand. */
typedef struct sl_cells {
  sl_reading *reading;
  const sl_columns *columns;
  sl_comma comma;
  bool from_1904;
  const sl_row *row;
} sl_cells;

/* What kind of cell a field has in this row; text when it has none. */
sl_cell_kind sl_cell_kind_of(const sl_cells *cells, sl_field field);
/* The cell of a field as UTF-8 in the record's arena, blanks cut; empty when there is none.
 * An error value of a spreadsheet is SL_ERR_TYPE. */
SL_MUST_USE sl_err sl_cell_text(sl_str *out, const sl_cells *cells, sl_field field, sl_fault *fault);
/* The same text with its first number in plain form ("1 500,5 m" is "1500.5 m"). Errors:
 * SL_ERR_SYNTAX (a comma or point that can be either), SL_ERR_CAP. */
SL_MUST_USE sl_err sl_cell_number(sl_str *out, const sl_cells *cells, sl_field field, sl_fault *fault);
/* A length; mm is -1 when the cell is empty. A bare number is in the header's unit, else
 * metres, with a note. Errors: those above, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_cell_length(sl_len *out, const sl_cells *cells, sl_field field, sl_fault *fault);
/* An altitude limit; an empty cell is no limit, with a note. Errors: those above, SL_ERR_DATUM. */
SL_MUST_USE sl_err sl_cell_height(sl_height *out, const sl_cells *cells, sl_field field, sl_fault *fault);
/* A moment; *given is false when the cell is empty. A time without a zone is local: by
 * --zone, else widened to every zone there is, with a note. Errors: those above, SL_ERR_RANGE. */
SL_MUST_USE sl_err sl_cell_time(sl_time *out, bool *given, const sl_cells *cells, sl_field field, sl_fault *fault);
/* Put the field's name before the fault's reason, and its column into it. Returns its code. */
sl_err sl_cell_fault(const sl_cells *cells, sl_field field, sl_fault *fault);

#endif
