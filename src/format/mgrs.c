/* Purpose: see the header. Work expected: one reference a row. Representation: the letters
 * as tables. A reference of a zone leaves its northing open by multiples of 2,000 km: the
 * one nearest to the middle of the band is meant, and the square must touch the band. */
#include "format/mgrs.h"

#include <math.h>
#include <stdio.h>

#include "base/assert.h"

#define SQUARE_M 100000.0
#define ROWS 20
#define DIGITS_MAX 5u
#define TEXT_MAX 64u

static const char bands[] = "CDEFGHJKLMNPQRSTUVWX";              /* 8 degrees each from -80; X has 12 */
static const char row_letters[] = "ABCDEFGHJKLMNPQRSTUV";
static const char *const column_letters[3] = {"ABCDEFGH", "JKLMNPQR", "STUVWXYZ"};

/* The squares of UPS: two letters for the halves of each cap, from the west. */
typedef struct cap { char letter; bool north; const char *columns, *rows; int first_column, first_row; } cap;
static const cap caps[] = {{'A', false, "JKLPQRSTUXYZ", "ABCDEFGHJKLMNPQRSTUVWXYZ", 8, 8},
                           {'B', false, "ABCFGHJKLPQR", "ABCDEFGHJKLMNPQRSTUVWXYZ", 20, 8},
                           {'Y', true, "RSTUXYZ", "ABCDEFGHJKLMNP", 13, 13},
                           {'Z', true, "ABCFGHJ", "ABCDEFGHJKLMNP", 20, 13}};

/* A reference taken apart. */
typedef struct parts {
  uint32_t zone;             /* 0: a cap */
  char band, column, row;
  uint32_t digits;           /* of each axis */
  int64_t east, north;
} parts;

static int place_of(const char *letters, char letter) {
  const char *at = letter ? strchr(letters, letter) : NULL;
  return at ? (int)(at - letters) : -1;
}

/* Without what people put between the parts, in capitals; 0 when too long. */
static size_t squeeze(char out[static TEXT_MAX], sl_str text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c == ' ' || c == '\t' || c == ',' || c == '-') continue;
    if (size + 1 == TEXT_MAX) return 0;
    out[size++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
  }
  out[size] = 0;
  return size;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

static bool take_apart(parts *out, sl_str text) {
  char squeezed[TEXT_MAX];
  size_t size = squeeze(squeezed, text), at = 0;
  parts p = {0};
  while (at < size && at < 2 && is_digit(squeezed[at])) p.zone = p.zone * 10 + (uint32_t)(squeezed[at++] - '0');
  bool zoned = at > 0;
  if (size < at + 3 || !is_letter(squeezed[at]) || !is_letter(squeezed[at + 1]) || !is_letter(squeezed[at + 2])) return false;
  if (zoned ? p.zone < 1 || p.zone > 60 : !strchr("ABYZ", squeezed[at])) return false;
  p.band = squeezed[at];
  p.column = squeezed[at + 1];
  p.row = squeezed[at + 2];
  at += 3;
  size_t rest = size - at;
  if (rest % 2 || rest > 2 * DIGITS_MAX) return false;
  p.digits = (uint32_t)(rest / 2);
  for (size_t i = 0; i < rest; i++) {
    if (!is_digit(squeezed[at + i])) return false;
    int64_t *axis = i < p.digits ? &p.east : &p.north;
    *axis = *axis * 10 + (squeezed[at + i] - '0');
  }
  *out = p;
  return true;
}

bool sl_mgrs_is(sl_str text) {
  parts p;
  return take_apart(&p, text);
}

static double side_of(uint32_t digits) {
  static const double sides[DIGITS_MAX + 1] = {100000, 10000, 1000, 100, 10, 1};
  SL_ASSERT(digits <= DIGITS_MAX);
  return sides[digits];
}

static double band_south(int band) { return -80 + 8 * band; }
static double band_north(int band) { return band == 19 ? 84 : -72 + 8 * band; }

/* Whether the square at a corner has a point in the band: the parallels bend, so that the
 * extreme latitudes of a square are at its corners. */
static bool touches(sl_grid *grid, sl_grid_place corner, int band) {
  double low = 90, high = -90;
  for (int i = 0; i < 4; i++) {
    sl_grid_place at = corner;
    at.easting += i % 2 ? SQUARE_M : 0;
    at.northing += i / 2 ? SQUARE_M : 0;
    sl_pos pos;
    if (sl_grid_inverse(&pos, grid, &at)) continue;
    low = fmin(low, (double)pos.lat_nd * 1e-9);
    high = fmax(high, (double)pos.lat_nd * 1e-9);
  }
  return low < band_north(band) && high > band_south(band);
}

static sl_err no_square(sl_fault *fault) { return sl_fault_set(fault, SL_ERR_RANGE, "a grid reference whose letters name no square there"); }

/* The south-west corner of the square of 100 km in a zone. */
static sl_err zone_corner(sl_grid_place *out, sl_grid *grid, const parts *p, sl_fault *fault) {
  int band = place_of(bands, p->band), row = place_of(row_letters, p->row);
  int column = place_of(column_letters[(p->zone - 1) % 3], p->column);
  if (band < 0 || column < 0 || row < 0) return no_square(fault);
  row = (row - (p->zone % 2 ? 0 : 5) + ROWS) % ROWS;
  /* 10,000 km lie between the equator and a pole, as near as rows need it. */
  double middle = (band_south(band) + band_north(band)) / 2 * (100 / 90.0);
  int nearest = row + ROWS * (int)lround((middle - 0.5 - row) / ROWS);
  sl_grid_place corner = {.zone = p->zone, .north = band >= 10};
  corner.easting = (column + 1) * SQUARE_M;
  corner.northing = (corner.north ? nearest : nearest + 100) * SQUARE_M;
  if (!touches(grid, corner, band)) return no_square(fault);
  *out = corner;
  return SL_OK;
}

static sl_err cap_corner(sl_grid_place *out, const parts *p, sl_fault *fault) {
  for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
    if (caps[i].letter != p->band) continue;
    int column = place_of(caps[i].columns, p->column), row = place_of(caps[i].rows, p->row);
    if (column < 0 || row < 0) return no_square(fault);
    *out = (sl_grid_place){.north = caps[i].north, .easting = (caps[i].first_column + column) * SQUARE_M, .northing = (caps[i].first_row + row) * SQUARE_M};
    return SL_OK;
  }
  return no_square(fault);
}

sl_err sl_mgrs_read(sl_pos *out, sl_len *side, sl_grid *grid, sl_str text, sl_fault *fault) {
  SL_ASSERT(out && side && grid);
  parts p;
  if (!take_apart(&p, text)) return sl_fault_set(fault, SL_ERR_SYNTAX, "not a grid reference: zone, band, two letters, an even number of digits up to ten");
  sl_grid_place at;
  sl_err error = p.zone ? zone_corner(&at, grid, &p, fault) : cap_corner(&at, &p, fault);
  if (error) return error;
  double step = side_of(p.digits);
  at.easting += ((double)p.east + 0.5) * step;
  at.northing += ((double)p.north + 0.5) * step;
  sl_pos pos;
  error = sl_grid_inverse(&pos, grid, &at);
  if (error) return error == SL_ERR_NOMEM ? sl_fault_set(fault, error, "out of memory") : no_square(fault);
  *out = pos;
  side->mm = (int64_t)step * 1000;
  return SL_OK;
}

/* Zone and letters of a place; what is left of it within its square goes to *at. */
static bool letters_of(char out[static 4], sl_grid_place *at, sl_pos pos) {
  int column = (int)floor(at->easting / SQUARE_M), row = (int)floor(at->northing / SQUARE_M);
  at->easting -= column * SQUARE_M;
  at->northing -= row * SQUARE_M;
  if (at->zone) {
    int band = (int)((pos.lat_nd + 80 * SL_ND_PER_DEG) / (8 * SL_ND_PER_DEG));
    if (column < 1 || column > 8 || row < 0) return false;
    out[0] = bands[band > 19 ? 19 : band];
    out[1] = column_letters[(at->zone - 1) % 3][column - 1];
    out[2] = row_letters[(row + (at->zone % 2 ? 0 : 5)) % ROWS];
    return true;
  }
  const cap *half = &caps[(at->north ? 2 : 0) + (column >= 20)];
  column -= half->first_column;
  row -= half->first_row;
  if (column < 0 || column >= (int)strlen(half->columns) || row < 0 || row >= (int)strlen(half->rows)) return false;
  out[0] = half->letter;
  out[1] = half->columns[column];
  out[2] = half->rows[row];
  return true;
}

sl_err sl_mgrs_text(char out[static SL_MGRS_TEXT_MAX], sl_grid *grid, sl_pos pos, uint32_t digits) {
  SL_ASSERT(out && grid && digits <= DIGITS_MAX);
  sl_grid_place at;
  sl_err error = sl_grid_forward(&at, grid, pos);
  if (error) return error;
  char letters[4] = "", text[2 * SL_MGRS_TEXT_MAX], zone[4] = "";
  if (!letters_of(letters, &at, pos)) return SL_ERR_RANGE;
  if (at.zone) (void)snprintf(zone, sizeof zone, "%02u", at.zone % 100u);
  int64_t step = (int64_t)side_of(digits);
  int width = (int)digits, size;
  if (digits == 0) size = snprintf(text, sizeof text, "%s%s", zone, letters);
  else size = snprintf(text, sizeof text, "%s%s%0*lld%0*lld", zone, letters, width, (long long)at.easting / step, width, (long long)at.northing / step);
  if (size <= 0 || size >= SL_MGRS_TEXT_MAX) return SL_ERR_RANGE;
  memcpy(out, text, (size_t)size + 1);
  return SL_OK;
}
