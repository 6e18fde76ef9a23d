/* Purpose: see xlsx.h: the rows of a sheet. Work expected: forms of some thousand rows, a
 * million at most. Representation: the sheet is read twice, for its merged cells stand
 * behind its rows; a cell merged over rows counts in each of them. One row at a time. */
#include <stdlib.h>

#include "base/assert.h"
#include "base/buf.h"
#include "format/table.h"
#include "format/xlsx.h"
#include "format/xml.h"

#define ROWS_MAX 1048576u
#define MERGES_MAX 65536u
#define ROW_TEXT_MAX (16u << 20)

typedef struct merge { uint32_t first, last, column; } merge;
typedef struct fill { uint32_t last; sl_str text; sl_cell_kind kind; } fill;
typedef struct place { size_t at, size; sl_cell_kind kind; } place;

typedef struct sheet {
  sl_book *book;
  sl_table *table;
  merge *merges;
  uint32_t merge_count, merge_room, merge_next;
  fill fill[SL_COLUMNS_MAX];
  uint32_t filled;           /* columns that ever were */
  uint32_t row;              /* number of the row in hand */
  uint32_t count;            /* cells of it */
  bool too_wide;
  uint32_t column;           /* of the cell in hand, from 0 */
  sl_str type;
  char type_text[16];
  uint32_t style;
  bool has_value, has_formula;
  sl_buf value, text;        /* of the cell in hand; of the row */
  place place[SL_COLUMNS_MAX];
  sl_str cell[SL_COLUMNS_MAX];
  sl_cell_kind kind[SL_COLUMNS_MAX];
} sheet;

static sl_err broken(sheet *s) { return sl_fault_set(s->book->reading->fault, SL_ERR_SYNTAX, "a cell of the sheet is numbered wrongly"); }

/* "C5": column and row, from 1; either may be asked for alone with NULL. */
static bool take_reference(uint32_t *column, uint32_t *row, sl_str *rest) {
  uint32_t c = 0, r = 0;
  size_t at = 0;
  while (at < rest->size && rest->data[at] >= 'A' && rest->data[at] <= 'Z' && c < 20000) c = c * 26 + (uint32_t)(rest->data[at++] - 'A') + 1;
  size_t letters = at;
  while (at < rest->size && rest->data[at] >= '0' && rest->data[at] <= '9' && r <= ROWS_MAX) r = r * 10 + (uint32_t)(rest->data[at++] - '0');
  if (letters == 0 || at == letters || c > 16384 || r < 1 || r > ROWS_MAX) return false;
  rest->data += at, rest->size -= at;
  *column = c;
  *row = r;
  return true;
}

static sl_err add_merge(sheet *s, sl_str reference) {
  uint32_t first_column, first, last_column, last;
  if (!take_reference(&first_column, &first, &reference) || reference.size == 0 || *reference.data != ':') return broken(s);
  reference.data++, reference.size--;
  if (!take_reference(&last_column, &last, &reference) || reference.size || last < first || last_column < first_column) return broken(s);
  if (last == first || first_column > SL_COLUMNS_MAX) return SL_OK;   /* within a row nothing is inherited */
  if (s->merge_count == s->merge_room) {
    if (s->merge_count >= MERGES_MAX) return sl_fault_set(s->book->reading->fault, SL_ERR_CAP, "more than %u merged cells", MERGES_MAX);
    uint32_t room = s->merge_room ? s->merge_room * 2 : 64;
    merge *grown = realloc(s->merges, room * sizeof *grown);
    if (!grown) return sl_fault_set(s->book->reading->fault, SL_ERR_NOMEM, "out of memory");
    s->merges = grown;
    s->merge_room = room;
  }
  s->merges[s->merge_count++] = (merge){first, last, first_column - 1};
  return SL_OK;
}

static sl_err merge_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  sl_str reference = sl_xml_attribute(attributes, "ref");
  (void)xml;
  return sl_str_is(name, "mergeCell") && reference.data ? add_merge(context, reference) : SL_OK;
}

static sl_err merge_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  (void)context, (void)xml, (void)name, (void)text;
  return SL_OK;
}

static int by_first(const void *a, const void *b) {
  const merge *x = a, *y = b;
  return x->first < y->first ? -1 : x->first > y->first;
}

static uint32_t number_of(sl_str text) {
  uint32_t value = 0;
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9' || value > ROWS_MAX) return 0;
    value = value * 10 + (uint32_t)(text.data[i] - '0');
  }
  return value;
}

static sl_err start_row(sheet *s, const char **attributes) {
  sl_str number = sl_xml_attribute(attributes, "r");
  uint32_t row = number.data ? number_of(number) : s->row + 1;
  if (row <= s->row || row > ROWS_MAX) return sl_fault_set(s->book->reading->fault, SL_ERR_SYNTAX, "the rows of the sheet are not in their order");
  s->row = row;
  s->count = 0;
  s->too_wide = false;
  sl_buf_clear(&s->text);
  return SL_OK;
}

static sl_err start_cell(sheet *s, const char **attributes) {
  sl_str reference = sl_xml_attribute(attributes, "r"), type = sl_xml_attribute(attributes, "t"), style = sl_xml_attribute(attributes, "s");
  uint32_t column = s->column + 1, row;
  if (reference.data && (!take_reference(&column, &row, &reference) || reference.size || column <= s->column || row != s->row)) return broken(s);
  s->column = column;
  s->type.data = s->type_text;
  s->type.size = type.data && type.size < sizeof s->type_text ? type.size : 0;
  if (s->type.size) memcpy(s->type_text, type.data, s->type.size);
  s->style = style.data ? number_of(style) : 0;
  s->has_value = s->has_formula = false;
  sl_buf_clear(&s->value);
  return SL_OK;
}

/* What the cell shows, and of which kind it is. */
static sl_cell_kind shown(sl_str *text, const sheet *s) {
  const sl_book *book = s->book;
  *text = s->value.size ? sl_buf_str(&s->value) : SL_STR("");
  if (sl_str_is(s->type, "e") || (s->has_formula && !s->has_value)) return SL_CELL_ERROR;
  if (sl_str_is(s->type, "s")) {
    uint32_t index = number_of(*text);
    if (text->size == 0 || index >= book->string_count || text->data[0] < '0' || text->data[0] > '9') return SL_CELL_ERROR;
    *text = book->string[index];
    return SL_CELL_TEXT;
  }
  if (sl_str_is(s->type, "b")) *text = sl_str_is(*text, "1") ? SL_STR("true") : SL_STR("false");
  if (s->type.size && !sl_str_is(s->type, "n")) return SL_CELL_TEXT;
  return s->style < book->style_count && book->dated[s->style] ? SL_CELL_DATE : SL_CELL_NUMBER;
}

static sl_err end_cell(sheet *s) {
  sl_str text;
  sl_cell_kind kind = shown(&text, s);
  if (kind != SL_CELL_ERROR && text.size == 0) return SL_OK;
  if (s->column > SL_COLUMNS_MAX) {
    s->too_wide = true;
    return SL_OK;
  }
  while (s->count < s->column) s->place[s->count++] = (place){0, 0, SL_CELL_TEXT};
  s->place[s->column - 1] = (place){s->text.size, text.size, kind};
  sl_buf_add_str(&s->text, text);
  return s->text.error ? sl_fault_set(s->book->reading->fault, SL_ERR_CAP, "a row of more than 16 MiB") : SL_OK;
}

/* Merges that begin in this row keep its cell for the rows below. */
static sl_err begin_merges(sheet *s) {
  for (; s->merge_next < s->merge_count && s->merges[s->merge_next].first <= s->row; s->merge_next++) {
    const merge *m = &s->merges[s->merge_next];
    bool here = m->first == s->row && m->column < s->count && s->cell[m->column].size > 0;
    sl_str copy = here ? sl_span_text(sl_arena_copy(&s->book->arena, sl_str_bytes(s->cell[m->column]))) : SL_STR("");
    if (!copy.data) return sl_fault_set(s->book->reading->fault, SL_ERR_CAP, "merged cells of more than 512 MiB");
    s->fill[m->column] = (fill){m->last, copy, here ? s->kind[m->column] : SL_CELL_TEXT};
    if (m->column >= s->filled) s->filled = m->column + 1;
  }
  return SL_OK;
}

static sl_err end_row(sheet *s) {
  for (uint32_t i = 0; i < s->count; i++) {
    s->cell[i] = s->place[i].size ? (sl_str){(const char *)s->text.data + s->place[i].at, s->place[i].size} : SL_STR("");
    s->kind[i] = s->place[i].kind;
  }
  bool any = s->count > 0;
  for (uint32_t i = 0; i < s->filled && any; i++) {
    if (s->fill[i].last < s->row || s->fill[i].text.size == 0) continue;
    while (s->count <= i) {
      s->cell[s->count] = SL_STR("");
      s->kind[s->count++] = SL_CELL_TEXT;
    }
    if (s->cell[i].size || s->kind[i] == SL_CELL_ERROR) continue;
    s->cell[i] = s->fill[i].text;
    s->kind[i] = s->fill[i].kind;
  }
  sl_err error = begin_merges(s);
  if (error || !any) return error;
  if (s->too_wide) return sl_reading_refuse_for(s->book->reading, s->row, SL_ERR_CAP, "more than %u columns", SL_COLUMNS_MAX);
  const sl_row row = {.line = s->row, .cell = s->cell, .kind = s->kind, .count = s->count};
  return sl_table_row(s->table, &row);
}

static sl_err row_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  sheet *s = context;
  (void)xml;
  if (sl_str_is(name, "row")) {
    s->column = 0;
    return start_row(s, attributes);
  }
  if (sl_str_is(name, "c")) return s->row ? start_cell(s, attributes) : broken(s);
  if (sl_str_is(name, "f")) s->has_formula = true;
  return SL_OK;
}

static sl_err row_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  sheet *s = context;
  (void)text;
  sl_str about = sl_xml_parent(xml, 0);
  if (sl_str_is(name, "v") && sl_str_is(about, "c")) {
    s->has_value = sl_xml_whole(xml).size > 0;   /* libraries that do not compute leave it empty */
    sl_buf_add_str(&s->value, sl_xml_whole(xml));
  }
  if (sl_str_is(name, "t") && (sl_str_is(about, "is") || sl_str_is(about, "r"))) sl_buf_add_str(&s->value, sl_xml_whole(xml));
  if (s->value.error) return sl_fault_set(s->book->reading->fault, SL_ERR_CAP, "a cell of more than 4 MiB");
  if (sl_str_is(name, "c")) return end_cell(s);
  return sl_str_is(name, "row") ? end_row(s) : SL_OK;
}

static sl_err pass(sheet *s, const sl_xml_handler *handler) {
  sl_book *book = s->book;
  sl_reading *reading = book->reading;
  uint32_t index;
  if (!book->sheet[0] || !sl_archive_find(&index, book->archive, sl_str_from(book->sheet)))
    return sl_fault_set(reading->fault, SL_ERR_MISSING, "the workbook is incomplete: a part that it names is not in it");
  sl_source *whole = reading->source, *source;
  sl_err error = sl_archive_enter(&source, book->archive, index, reading->fault);
  if (error) return error;
  reading->source = source;
  error = sl_xml_read(reading, handler, s);
  reading->source = whole;
  return sl_archive_leave(book->archive, error, reading->fault);
}

sl_err sl_xlsx_rows(sl_book *book) {
  static const sl_xml_handler merges = {merge_start, merge_end}, rows = {row_start, row_end};
  SL_ASSERT(book && book->archive);
  sheet *s = calloc(1, sizeof *s);
  if (!s) return sl_fault_set(book->reading->fault, SL_ERR_NOMEM, "out of memory");
  s->book = book;
  sl_buf_init(&s->value, SL_CELL_BYTES_MAX);
  sl_buf_init(&s->text, ROW_TEXT_MAX);
  sl_err error = sl_table_open(&s->table, book->reading, book->from_1904, book->left_out[0] ? book->left_out : NULL);
  if (!error) error = pass(s, &merges);
  if (!error && s->merge_count) qsort(s->merges, s->merge_count, sizeof *s->merges, by_first);
  if (!error) error = pass(s, &rows);
  if (!error) error = sl_table_end(s->table);
  sl_table_close(s->table);
  sl_buf_fini(&s->value);
  sl_buf_fini(&s->text);
  free(s->merges);
  free(s);
  return error;
}
