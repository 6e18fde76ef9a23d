/* Purpose: CSV (RFC 4180) and its relatives: separators of comma, semicolon, tab and bar,
 * quotes, UTF-8 with or without byte-order mark, Latin-1 and Windows-1252. Work expected:
 * tables of forms, to a million rows. Representation: a row at a time, unquoted in place
 * in the source's buffer. */
#include "format/csv.h"

#include "base/assert.h"
#include "format/table.h"

#define LOOK_ROWS_MAX 100u
#define LOOK_CELLS_MAX 256u
#define ROW_BYTES_MAX (8u << 20)

static const char separators[] = ",;\t|";

/* Where a row ends: behind quotes that are open newlines do not count. */
typedef struct scan {
  size_t at;
  bool quoted, begin;        /* inside quotes; at the start of a cell */
} scan;

/* Go on to the end of the row; true when it is there, with its size in *size and what is
 * stepped over in *step. */
static bool row_end(scan *s, size_t *size, size_t *step, const char *text, size_t have, const sl_csv_dialect *dialect, bool last) {
  for (; s->at < have; s->at++) {
    char c = text[s->at];
    if (s->quoted) {
      if (c != '"') continue;
      if (s->at + 1 == have && !last) return false;
      if (s->at + 1 < have && text[s->at + 1] == '"') s->at++;
      else s->quoted = false;
    } else if (c == '"' && s->begin) {
      s->quoted = true;
      s->begin = false;
    } else if (c == '\n' || (c == '\r' && dialect->cr_only)) {
      *size = s->at > 0 && c == '\n' && text[s->at - 1] == '\r' ? s->at - 1 : s->at;
      *step = s->at + 1;
      return true;
    } else {
      s->begin = c == dialect->separator || (s->begin && c == ' ');
    }
  }
  *size = *step = have;
  return last;
}

/* The next cell of a row, unquoted in place; *at moves behind its separator. */
static sl_str take_cell(char *row, size_t size, size_t *at, char separator, bool *more) {
  size_t from = *at, to;
  while (from < size && row[from] == ' ') from++;
  if (from == size || row[from] != '"') {
    from = *at;
    const char *end = memchr(row + from, separator, size - from);
    to = end ? (size_t)(end - row) : size;
    *more = end != NULL;
    *at = to + 1;
    return (sl_str){row + from, to - from};
  }
  size_t kept = ++from;
  bool quoted = true;
  for (to = from; to < size && (quoted || row[to] != separator); to++) {
    if (row[to] != '"' || !quoted) row[kept++] = row[to];
    else if (to + 1 < size && row[to + 1] == '"') row[kept++] = row[to++];
    else quoted = false;
  }
  *more = to < size;
  *at = to + 1;
  return (sl_str){row + from, kept - from};
}

/* Rows of the first bytes, copied because cells are cut in place. */
typedef struct look { sl_csv_dialect dialect; uint32_t most, alike; bool header; } look;

static void look_at_row(look *l, char *row, size_t size, const char *mapping, uint32_t *before) {
  sl_str cell[LOOK_CELLS_MAX];
  uint32_t count = 0;
  size_t at = 0;
  for (bool more = true; more && count < LOOK_CELLS_MAX;) cell[count++] = take_cell(row, size, &at, l->dialect.separator, &more);
  if (count > 1 && *before == count && ++l->alike && count > l->most) l->most = count;
  *before = count;
  sl_columns columns;
  if (count > 1 && !l->header && sl_columns_find(&columns, mapping, cell, count, NULL, 0)) {
    l->header = true;
    l->most = 1000 + count;
  }
}

/* A file of one column with positions in it: no separator at all. */
static look look_with(sl_str first, char separator, bool cr_only, const char *mapping) {
  look l = {.dialect = {separator, cr_only, false}};
  uint32_t before = 0, rows = 0;
  static const size_t room = 8192;
  char row[8192];
  for (size_t at = 0; at < first.size && rows < LOOK_ROWS_MAX && !l.header; rows++) {
    scan s = {.begin = true};
    size_t size, step;
    bool whole = row_end(&s, &size, &step, first.data + at, first.size - at, &l.dialect, true);
    if (!whole || size >= room) break;
    if (size) memcpy(row, first.data + at, size);
    if (size) look_at_row(&l, row, size, mapping, &before);
    at += step;
  }
  return l;
}

bool sl_csv_look(sl_csv_dialect *out, sl_str first, const char *mapping) {
  SL_ASSERT(out && (first.data || first.size == 0));
  if (first.size >= 3 && memcmp(first.data, "\xef\xbb\xbf", 3) == 0) first.data += 3, first.size -= 3;
  if (first.size == 0 || memchr(first.data, 0, first.size)) return false;
  bool cr_only = !memchr(first.data, '\n', first.size) && memchr(first.data, '\r', first.size);
  if (first.size > 5 && memcmp(first.data, "sep=", 4) == 0 && strchr(separators, first.data[4])) {
    *out = (sl_csv_dialect){first.data[4], cr_only, true};
    return true;
  }
  look best = {.most = 0};
  for (const char *separator = separators; *separator; separator++) {
    look l = look_with(first, *separator, cr_only, mapping);
    if (l.most > best.most) best = l;
  }
  /* Two commas in each of two lines: prose has them seldom. */
  if (!best.header && (best.alike < 1 || best.most < 3)) return false;
  *out = best.dialect;
  return true;
}

typedef struct csv {
  sl_reading *reading;
  sl_csv_dialect dialect;
  sl_table *table;
  uint32_t line;             /* of the row in hand */
  sl_str cell[SL_COLUMNS_MAX];
} csv;

static sl_err cut_row(csv *c, char *row, size_t size) {
  uint32_t count = 0;
  size_t at = 0;
  for (bool more = true; more;) {
    if (count == SL_COLUMNS_MAX) return sl_reading_refuse_for(c->reading, c->line, SL_ERR_CAP, "more than %u columns", SL_COLUMNS_MAX);
    c->cell[count++] = take_cell(row, size, &at, c->dialect.separator, &more);
  }
  const sl_row cut = {.line = c->line, .cell = c->cell, .count = count};
  return sl_table_row(c->table, &cut);
}

/* One row from the source; SL_ERR_END behind the last. */
static sl_err next_row(csv *c) {
  sl_source *source = c->reading->source;
  scan s = {.begin = true};
  sl_ahead ahead;
  size_t size = 0, step = 0, want = 1;
  for (bool last = false;;) {
    sl_err error = sl_source_ahead(&ahead, source, want, c->reading->fault);
    if (error) return error;
    if (ahead.size == 0) return SL_ERR_END;
    last = ahead.size < want;
    if (row_end(&s, &size, &step, (char *)ahead.data, ahead.size, &c->dialect, last)) break;
    if (ahead.size > ROW_BYTES_MAX) break;
    want = ahead.size + 1;
  }
  c->line = c->dialect.cr_only ? c->line + 1 : sl_source_line_number(source);
  if (s.quoted || size > ROW_BYTES_MAX || step == 0) {
    if (c->reading->fault && c->reading->fault->code == SL_OK) c->reading->fault->line = c->line;
    return s.quoted ? sl_fault_set(c->reading->fault, SL_ERR_SYNTAX, "a quote that is opened here is not closed: what follows cannot be told apart")
                    : sl_fault_set(c->reading->fault, SL_ERR_CAP, "a row of more than %u MiB", ROW_BYTES_MAX >> 20);
  }
  sl_err error = cut_row(c, (char *)ahead.data, size);
  sl_source_skip(source, step);
  return error;
}

static sl_err read_rows(csv *c) {
  sl_err error;
  do error = next_row(c);
  while (!error);
  return error == SL_ERR_END ? sl_table_end(c->table) : error;
}

static sl_err start(csv *c) {
  sl_reading *reading = c->reading;
  sl_ahead ahead;
  sl_err error = sl_source_ahead(&ahead, reading->source, 1u << 16, reading->fault);
  if (error) return error;
  if (ahead.size >= 3 && memcmp(ahead.data, "\xef\xbb\xbf", 3) == 0) {
    sl_source_skip(reading->source, 3);
    ahead.data += 3, ahead.size -= 3;
  }
  if (!sl_csv_look(&c->dialect, (sl_str){(const char *)ahead.data, ahead.size}, reading->options->mapping)) {
    c->dialect = (sl_csv_dialect){.separator = ','};
    c->dialect.cr_only = !memchr(ahead.data, '\n', ahead.size) && ahead.size && memchr(ahead.data, '\r', ahead.size);
  }
  sl_str ignored;
  if (c->dialect.said && !c->dialect.cr_only) error = sl_source_line(&ignored, reading->source, 64, reading->fault);
  return error == SL_ERR_END ? SL_OK : error;
}

sl_err sl_read_csv(sl_reading *reading) {
  csv c = {.reading = reading};
  SL_ASSERT(reading->source && reading->options);
  sl_err error = start(&c);
  if (!error) error = sl_table_open(&c.table, reading, false, NULL);
  if (!error) error = read_rows(&c);
  sl_table_close(c.table);
  return error;
}
