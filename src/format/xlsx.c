/* Purpose: Excel workbooks: which sheet is read, the shared strings, which styles show
 * dates; xlsx_sheet.c reads the rows. Work expected: forms of some thousand rows.
 * Representation: parts found by their relationships, read one after the other. */
#include "format/xlsx.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/buf.h"
#include "base/text.h"
#include "format/measure.h"
#include "format/xml.h"

#define FORMATS_MAX 4096u
#define STRING_MAX (1u << 20)

/* What one part's handlers have in hand. */
typedef struct part {
  sl_book *book;
  sl_buf text;               /* of the shared string */
  uint32_t format[FORMATS_MAX];   /* numbers of formats that are dates */
  uint32_t formats;
  bool in_cell_styles;
} part;

static bool ends(sl_str text, const char *tail) {
  size_t size = strlen(tail);
  return text.size >= size && memcmp(text.data + text.size - size, tail, size) == 0;
}

/* A path in the archive from the target of a relationship; empty when it leads nowhere. */
static void resolve(char out[static SL_XLSX_PATH_MAX], const char *base, sl_str target) {
  const char *slash = strrchr(base, '/');
  int folder = slash ? (int)(slash - base) + 1 : 0;
  bool root = target.size && target.data[0] == '/';
  int size = snprintf(out, SL_XLSX_PATH_MAX, "%.*s%.*s", root ? 0 : folder, base, (int)(target.size < 200 ? target.size : 0) - root, target.data + root);
  if (target.size == 0 || target.size >= 200 || size < 0 || (size_t)size >= SL_XLSX_PATH_MAX) out[0] = 0;
}

/* The part of relationships that belongs to a part: "xl/workbook.xml" has
 * "xl/_rels/workbook.xml.rels". */
static void rels_of(char out[static SL_XLSX_PATH_MAX], const char *of) {
  const char *slash = strrchr(of, '/');
  int folder = slash ? (int)(slash - of) + 1 : 0;
  int size = snprintf(out, SL_XLSX_PATH_MAX, "%.*s_rels/%s.rels", folder, of, of + folder);
  if (size < 0 || (size_t)size >= SL_XLSX_PATH_MAX) out[0] = 0;
}

static sl_err no_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  (void)context, (void)xml, (void)name, (void)text;
  return SL_OK;
}

static sl_err root_rel(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  part *p = context;
  (void)xml;
  sl_str type = sl_xml_attribute(attributes, "Type"), target = sl_xml_attribute(attributes, "Target");
  if (sl_str_is(name, "Relationship") && type.data && target.data && ends(type, "/officeDocument")) resolve(p->book->workbook, "", target);
  return SL_OK;
}

static sl_err book_rel(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  part *p = context;
  sl_book *book = p->book;
  (void)xml;
  sl_str id = sl_xml_attribute(attributes, "Id"), type = sl_xml_attribute(attributes, "Type"), target = sl_xml_attribute(attributes, "Target");
  if (!sl_str_is(name, "Relationship") || !id.data || !type.data || !target.data) return SL_OK;
  if (ends(type, "/sharedStrings")) resolve(book->strings, book->workbook, target);
  if (ends(type, "/styles")) resolve(book->styles, book->workbook, target);
  if (sl_str_is(id, book->sheet_id)) {
    if (!ends(type, "/worksheet")) return sl_fault_set(book->reading->fault, SL_ERR_UNSUPPORTED, "the sheet is a chart or a macro, not a table");
    resolve(book->sheet, book->workbook, target);
  }
  return SL_OK;
}

static bool is_true(sl_str text) { return text.data && (sl_str_is(text, "1") || sl_str_is(text, "true") || sl_str_is(text, "on")); }

/* <workbookPr date1904="1"/>, <sheet name="" r:id="" state="hidden"/>: the named sheet, else the
 * first that is shown. */
static sl_err workbook_part(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  part *p = context;
  sl_book *book = p->book;
  (void)xml;
  if (sl_str_is(name, "workbookPr")) book->from_1904 = is_true(sl_xml_attribute(attributes, "date1904"));
  if (!sl_str_is(name, "sheet")) return SL_OK;
  sl_str title = sl_xml_attribute(attributes, "name"), id = sl_xml_attribute(attributes, "id"), state = sl_xml_attribute(attributes, "state");
  const char *want = book->reading->options->sheet;
  bool hidden = state.data && !sl_str_is(state, "visible");
  book->sheets++;
  if (book->sheet_found || !title.data || !id.data || id.size >= sizeof book->sheet_id) return SL_OK;
  if (want ? !sl_str_is(title, want) : hidden) return SL_OK;
  book->sheet_found = true;
  memcpy(book->sheet_id, id.data, id.size);
  book->sheet_id[id.size] = 0;
  return SL_OK;
}

static sl_err add_string(sl_book *book, sl_str text) {
  if (book->string_count == book->string_room) {
    if (book->string_count >= SL_XLSX_STRINGS_MAX) return sl_fault_set(book->reading->fault, SL_ERR_CAP, "more than %u shared strings", SL_XLSX_STRINGS_MAX);
    uint32_t room = book->string_room ? book->string_room * 2 : 1024;
    sl_str *grown = realloc(book->string, room * sizeof *grown);
    if (!grown) return sl_fault_set(book->reading->fault, SL_ERR_NOMEM, "out of memory");
    book->string = grown;
    book->string_room = room;
  }
  sl_str copy = text.size ? sl_span_text(sl_arena_copy(&book->arena, sl_str_bytes(text))) : SL_STR("");
  if (!copy.data) return sl_fault_set(book->reading->fault, SL_ERR_CAP, "shared strings of more than 512 MiB");
  book->string[book->string_count++] = copy;
  return SL_OK;
}

static sl_err string_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  part *p = context;
  (void)xml, (void)attributes;
  if (sl_str_is(name, "si")) sl_buf_clear(&p->text);
  return SL_OK;
}

/* A string is its <t>, or those of its runs; phonetic runs (rPh) are not of it. */
static sl_err string_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  part *p = context;
  (void)text;
  if (sl_str_is(name, "t") && !sl_str_is(sl_xml_parent(xml, 0), "rPh")) sl_buf_add_str(&p->text, sl_xml_whole(xml));
  if (p->text.error) return sl_fault_set(p->book->reading->fault, SL_ERR_CAP, "a cell of more than 1 MiB");
  return sl_str_is(name, "si") ? add_string(p->book, p->text.size ? sl_buf_str(&p->text) : SL_STR("")) : SL_OK;
}

/* Whether a format's code shows dates: a letter of one outside quotes, brackets and escapes. */
static bool shows_dates(sl_str code) {
  for (size_t i = 0; i < code.size; i++) {
    char c = code.data[i];
    if (c == '\\' || c == '_' || c == '*') i++;
    else if (c == '"' || c == '[') {
      const char *end = memchr(code.data + i + 1, c == '"' ? '"' : ']', code.size - i - 1);
      if (!end) return false;
      i = (size_t)(end - code.data);
    } else if (c && strchr("dmyhsDMYHS", c)) return true;
  }
  return false;
}

static bool built_in_date(int64_t id) { return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58); }

static sl_err add_style(part *p, int64_t id) {
  sl_book *book = p->book;
  if (book->style_count == book->style_room) {
    if (book->style_count >= SL_XLSX_STYLES_MAX) return sl_fault_set(book->reading->fault, SL_ERR_CAP, "more than %u styles", SL_XLSX_STYLES_MAX);
    uint32_t room = book->style_room ? book->style_room * 2 : 256;
    bool *grown = realloc(book->dated, room * sizeof *grown);
    if (!grown) return sl_fault_set(book->reading->fault, SL_ERR_NOMEM, "out of memory");
    book->dated = grown;
    book->style_room = room;
  }
  bool dated = built_in_date(id);
  for (uint32_t i = 0; i < p->formats && !dated; i++) dated = p->format[i] == id;
  book->dated[book->style_count++] = dated;
  return SL_OK;
}

static sl_err style_start(void *context, sl_xml *xml, sl_str name, const char **attributes) {
  part *p = context;
  (void)xml;
  int64_t id = 0;
  sl_str number = sl_xml_attribute(attributes, "numFmtId");
  bool has_id = number.data && sl_int_read(&id, number) == SL_OK && id >= 0 && id < UINT32_MAX;
  if (sl_str_is(name, "cellXfs")) p->in_cell_styles = true;
  if (sl_str_is(name, "numFmt") && has_id) {
    sl_str code = sl_xml_attribute(attributes, "formatCode");
    if (code.data && shows_dates(code) && p->formats < FORMATS_MAX) p->format[p->formats++] = (uint32_t)id;
  }
  return sl_str_is(name, "xf") && p->in_cell_styles ? add_style(p, has_id ? id : 0) : SL_OK;
}

static sl_err style_end(void *context, sl_xml *xml, sl_str name, sl_str text) {
  part *p = context;
  (void)xml, (void)text;
  if (sl_str_is(name, "cellXfs")) p->in_cell_styles = false;
  return SL_OK;
}

/* Read one part with its handlers; a part that is not there is skipped unless it is needed. */
static sl_err read_part(part *p, const char *path, const sl_xml_handler *handler, bool needed) {
  sl_book *book = p->book;
  sl_reading *reading = book->reading;
  uint32_t index;
  if (!path[0] || !sl_archive_find(&index, book->archive, sl_str_from(path)))
    return needed ? sl_fault_set(reading->fault, SL_ERR_MISSING, "the workbook is incomplete: a part that it names is not in it") : SL_OK;
  sl_source *whole = reading->source, *source;
  sl_err error = sl_archive_enter(&source, book->archive, index, reading->fault);
  if (error) return error;
  reading->source = source;
  error = sl_xml_read(reading, handler, p);
  reading->source = whole;
  return sl_archive_leave(book->archive, error, reading->fault);
}

static sl_err read_parts(sl_book *book, part *p) {
  static const sl_xml_handler root = {root_rel, no_end}, rels = {book_rel, no_end}, workbook = {workbook_part, no_end}, strings = {string_start, string_end}, styles = {style_start, style_end};
  char path[SL_XLSX_PATH_MAX];
  (void)snprintf(book->workbook, sizeof book->workbook, "xl/workbook.xml");
  sl_err error = read_part(p, "_rels/.rels", &root, false);
  if (!error) error = read_part(p, book->workbook, &workbook, true);
  if (error) return error;
  if (!book->sheet_found)
    return sl_fault_set(book->reading->fault, SL_ERR_MISSING, book->reading->options->sheet ? "the workbook has no sheet of this name" : "the workbook has no sheet that is shown: --sheet names one");
  rels_of(path, book->workbook);
  error = read_part(p, path, &rels, true);
  if (!error) error = read_part(p, book->strings, &strings, false);
  if (!error) error = read_part(p, book->styles, &styles, false);
  if (book->sheets > 1) (void)snprintf(book->left_out, sizeof book->left_out, "%u further sheets are not read: --sheet names one", book->sheets - 1);
  return error ? error : sl_xlsx_rows(book);
}

sl_err sl_read_workbook(sl_reading *reading, sl_archive *archive) {
  SL_ASSERT(reading && archive);
  sl_book *book = calloc(1, sizeof *book);
  part *p = calloc(1, sizeof *p);
  sl_err error = SL_OK;
  if (!book || !p) {
    error = sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory");
  } else {
    *book = (sl_book){.reading = reading, .archive = archive};
    p->book = book;
    sl_arena_init(&book->arena, SL_XLSX_STRING_BYTES_MAX);
    sl_buf_init(&p->text, STRING_MAX);
    error = read_parts(book, p);
    sl_buf_fini(&p->text);
    sl_arena_fini(&book->arena);
    free(book->string);
    free(book->dated);
  }
  free(p);
  free(book);
  return error;
}

sl_err sl_read_xlsx(sl_reading *reading) {
  sl_ahead ahead;
  sl_archive *archive;
  SL_ASSERT(reading->source);
  sl_err error = sl_source_ahead(&ahead, reading->source, 8, reading->fault);
  if (error) return error;
  if (ahead.size >= 8 && memcmp(ahead.data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
    return sl_fault_set(reading->fault, SL_ERR_UNSUPPORTED, "an Office file with a password, or of before 2007: save it as .xlsx without one");
  if ((error = sl_archive_open(&archive, reading->source, reading->fault))) return error;
  error = sl_read_workbook(reading, archive);
  sl_archive_close(archive);
  return error;
}
