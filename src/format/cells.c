/* Purpose: see the header. Work expected: ten cells a row. Representation: text in the
 * record's arena. */
#include "format/cells.h"

#include <stdio.h>

#include "base/assert.h"
#include "format/charset.h"

sl_err sl_cell_fault(const sl_cells *cells, sl_field field, sl_fault *fault) {
  SL_ASSERT(cells && fault && fault->code);
  char reason[sizeof fault->reason];
  (void)snprintf(reason, sizeof reason, "%s: %.150s", sl_field_name(field), fault->reason);
  memcpy(fault->reason, reason, sizeof reason);
  if (fault->column == 0 && cells->columns->of[field].at >= 0) fault->column = (uint32_t)cells->columns->of[field].at + 1;
  return fault->code;
}

sl_cell_kind sl_cell_kind_of(const sl_cells *cells, sl_field field) {
  int32_t at = cells->columns->of[field].at;
  return at >= 0 && (uint32_t)at < cells->row->count && cells->row->kind ? cells->row->kind[at] : SL_CELL_TEXT;
}

sl_err sl_cell_text(sl_str *out, const sl_cells *cells, sl_field field, sl_fault *fault) {
  SL_ASSERT(out && cells && cells->row);
  int32_t at = cells->columns->of[field].at;
  *out = SL_STR("");
  if (at < 0 || (uint32_t)at >= cells->row->count) return SL_OK;
  if (sl_cell_kind_of(cells, field) == SL_CELL_ERROR) {
    sl_fault_set(fault, SL_ERR_TYPE, "an error value of the spreadsheet");
    return sl_cell_fault(cells, field, fault);
  }
  sl_str text = sl_str_trim(cells->row->cell[at]);
  if (text.size == 0) return SL_OK;
  *out = sl_utf8_copy(cells->reading, text);
  return out->data ? SL_OK : sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* What groups thousands besides comma and point: blanks of any width, apostrophes. */
static size_t group_sign(const char *at, size_t left) {
  static const char *const signs[] = {" ", "'", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x99"};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    size_t size = strlen(signs[i]);
    if (left > size + 2 && memcmp(at, signs[i], size) == 0 && is_digit(at[size]) && is_digit(at[size + 1]) && is_digit(at[size + 2]) && (left == size + 3 || !is_digit(at[size + 3]))) return size;
  }
  return 0;
}

/* Which of comma and point is the decimal sign of a number; 0: neither is. */
static sl_err decimal_of(char *out, const char *number, size_t size, sl_comma comma, sl_fault *fault) {
  size_t commas = 0, points = 0, last = 0;
  for (size_t i = 0; i < size; i++) {
    commas += number[i] == ',';
    points += number[i] == '.';
    if (!is_digit(number[i])) last = i;
  }
  *out = 0;
  if (commas + points == 0) return SL_OK;
  if (commas && points) {
    *out = number[last];
    return (number[last] == ',' ? commas : points) == 1 ? SL_OK : sl_fault_set(fault, SL_ERR_SYNTAX, "a number with several decimal signs");
  }
  if (commas + points > 1) return SL_OK;   /* groups of thousands */
  bool three = size - last - 1 == 3 && last <= 3 && number[0] != '0';
  if (three && number[last] == ',' && comma == SL_COMMA_UNKNOWN) return sl_fault_set(fault, SL_ERR_SYNTAX, "a comma before three digits can be a decimal sign or group thousands");
  if (three && number[last] == '.' && comma == SL_COMMA_DECIMAL) return SL_OK;
  if (three && number[last] == ',' && comma == SL_COMMA_GROUPS) return SL_OK;
  *out = number[last];
  return SL_OK;
}

sl_err sl_cell_number(sl_str *out, const sl_cells *cells, sl_field field, sl_fault *fault) {
  sl_str text;
  sl_err error = sl_cell_text(&text, cells, field, fault);
  if (error) return error;
  size_t begin = 0, end;
  while (begin < text.size && !is_digit(text.data[begin])) begin++;
  char *plain = sl_arena_take(&cells->reading->arena, text.size + 1, 1);
  if (!plain) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory for one record");
  if (begin) memcpy(plain, text.data, begin);
  size_t size = begin, number = begin;
  for (end = begin; end < text.size;) {
    char c = text.data[end];
    size_t sign = end > begin ? group_sign(text.data + end, text.size - end) : 0;
    bool inside = (c == ',' || c == '.') && end > begin && end + 1 < text.size && is_digit(text.data[end + 1]);
    if (sign) {
      end += sign;
    } else if (is_digit(c) || inside) {
      plain[size++] = c;
      end++;
    } else {
      break;
    }
  }
  char decimal;
  if (text.size && sl_cell_kind_of(cells, field) == SL_CELL_NUMBER) decimal = '.';
  else if (decimal_of(&decimal, plain + number, size - number, cells->comma, fault)) return sl_cell_fault(cells, field, fault);
  size_t kept = number;
  for (size_t i = number; i < size; i++)
    if (is_digit(plain[i]) || plain[i] == decimal) plain[kept++] = plain[i] == decimal && !is_digit(plain[i]) ? '.' : plain[i];
  if (text.size > end) memcpy(plain + kept, text.data + end, text.size - end);
  *out = (sl_str){plain, kept + text.size - end};
  return SL_OK;
}

sl_err sl_cell_length(sl_len *out, const sl_cells *cells, sl_field field, sl_fault *fault) {
  sl_str text;
  sl_err error = sl_cell_number(&text, cells, field, fault);
  if (error) return error;
  if (text.size == 0) {
    *out = (sl_len){-1};
    return SL_OK;
  }
  const sl_column *column = &cells->columns->of[field];
  bool bare = text.size && is_digit(text.data[text.size - 1]);
  if (sl_distance_read(out, text, column->distance ? column->distance : SL_DISTANCE_M, fault)) return sl_cell_fault(cells, field, fault);
  if (bare && !column->distance) sl_reading_note(cells->reading, SL_NOTE_ASSUMED, "a distance without a unit: taken as metres");
  return SL_OK;
}

/* The unit and reference of limits that do not say theirs: of a cell of the row, else of the header. */
static sl_err frame_of(sl_height_unit *unit, bool *has_unit, sl_datum *datum, bool *has_datum, const sl_cells *cells, sl_field field, sl_fault *fault) {
  const sl_column *column = &cells->columns->of[field];
  sl_str unit_word, datum_word;
  sl_err error = sl_cell_text(&unit_word, cells, SL_FIELD_UNIT, fault);
  if (!error) error = sl_cell_text(&datum_word, cells, SL_FIELD_DATUM, fault);
  if (error) return error;
  *unit = column->has_height ? column->height : SL_HEIGHT_M;
  *has_unit = column->has_height || unit_word.size > 0;
  *datum = column->has_datum ? column->datum : SL_DATUM_UNSTATED;
  *has_datum = column->has_datum;
  if (unit_word.size && !sl_height_unit_by_word(unit, unit_word)) {
    sl_fault_set(fault, SL_ERR_UNIT, "a unit of altitude that is not known");
    return sl_cell_fault(cells, SL_FIELD_UNIT, fault);
  }
  if (datum_word.size && !sl_datum_by_word(datum, datum_word)) {
    sl_fault_set(fault, SL_ERR_DATUM, "an altitude reference that is not known");
    return sl_cell_fault(cells, SL_FIELD_DATUM, fault);
  }
  *has_datum = *has_datum || datum_word.size > 0;
  return SL_OK;
}

sl_err sl_cell_height(sl_height *out, const sl_cells *cells, sl_field field, sl_fault *fault) {
  sl_str text;
  sl_height_unit unit;
  sl_datum datum;
  bool has_unit, has_datum;
  sl_err error = sl_cell_number(&text, cells, field, fault);
  if (error) return error;
  if (text.size == 0) {
    *out = (sl_height){SL_DATUM_UNLIMITED, 0};
    sl_reading_note(cells->reading, SL_NOTE_ASSUMED, field == SL_FIELD_LOWER ? "no lower limit given: taken as none" : "no upper limit given: taken as none");
    return SL_OK;
  }
  if ((error = frame_of(&unit, &has_unit, &datum, &has_datum, cells, field, fault))) return error;
  sl_height height;
  if (sl_height_read(&height, text, unit, fault)) return sl_cell_fault(cells, field, fault);
  if (!has_unit && is_digit(text.data[text.size - 1])) sl_reading_note(cells->reading, SL_NOTE_ASSUMED, "altitudes without a unit: taken as metres");
  if (height.datum == SL_DATUM_UNSTATED && has_datum) height.datum = datum;
  if (height.datum == SL_DATUM_UNLIMITED) height.tenths = 0;
  *out = height;
  return SL_OK;
}

static bool is_number(sl_str text) {
  size_t points = 0;
  for (size_t i = 0; i < text.size; i++) {
    points += text.data[i] == '.';
    if (!is_digit(text.data[i]) && text.data[i] != '.' && text.data[i] != 'E' && text.data[i] != '-' && text.data[i] != '+') return false;
  }
  return text.size > 0 && points < 2;
}

sl_err sl_cell_time(sl_time *out, bool *given, const sl_cells *cells, sl_field field, sl_fault *fault) {
  sl_str text;
  const sl_column *column = &cells->columns->of[field];
  sl_err error = sl_cell_text(&text, cells, field, fault);
  if (error) return error;
  *given = text.size > 0;
  if (!*given) return SL_OK;
  bool end = field == SL_FIELD_END;
  sl_cell_kind kind = sl_cell_kind_of(cells, field);
  sl_day_order order = cells->columns->day_first ? SL_DAY_FIRST : cells->columns->month_first ? SL_MONTH_FIRST : SL_DAY_ORDER_UNKNOWN;
  sl_clock_time time;
  if (kind != SL_CELL_TEXT && is_number(text)) error = sl_clock_serial(&time, text, cells->from_1904, end, fault);
  else error = sl_clock_read(&time, text, order, end, fault);
  if (error) return sl_cell_fault(cells, field, fault);
  const sl_read_options *options = cells->reading->options;
  int64_t ns = time.time.ns;
  if (!time.zoned && !column->utc && options->zone_given) {
    ns -= options->zone.ns;
  } else if (!time.zoned && !column->utc) {
    ns -= end ? SL_ZONE_WEST_NS : SL_ZONE_EAST_NS;
    sl_reading_note(cells->reading, SL_NOTE_WIDENED, "times without a zone: widened to every zone there is; --zone names it");
  }
  out->ns = ns < 0 ? 0 : ns > SL_TIME_OPEN_NS ? SL_TIME_OPEN_NS : ns;
  return SL_OK;
}
