/* Which column of a table is what: named by the user's mapping, else guessed from the
 * header row, which may stand below banner rows. */
#ifndef SL_FORMAT_COLUMNS_H
#define SL_FORMAT_COLUMNS_H

#include "base/buf.h"
#include "format/height.h"
#include "format/measure.h"

#define SL_COLUMNS_MAX 1024u         /* of a row */
#define SL_CELL_BYTES_MAX (4u << 20) /* of a cell */

typedef enum sl_field {
  SL_FIELD_NAME = 0, SL_FIELD_ID, SL_FIELD_KIND, SL_FIELD_POSITION, SL_FIELD_LAT, SL_FIELD_LON, SL_FIELD_ZONE, SL_FIELD_EASTING,
  SL_FIELD_NORTHING, SL_FIELD_GEOMETRY, SL_FIELD_RADIUS, SL_FIELD_ACCURACY, SL_FIELD_HALF_WIDTH, SL_FIELD_LOWER, SL_FIELD_UPPER,
  SL_FIELD_UNIT, SL_FIELD_DATUM, SL_FIELD_START, SL_FIELD_END, SL_FIELD_TIMES, SL_FIELD_DATES, SL_FIELD_LAT_SIDE,
  SL_FIELD_LON_SIDE, SL_FIELD_COUNT
} sl_field;

/* A column and what its header says of its cells. */
typedef struct sl_column {
  int32_t at;                /* from 0; -1: there is none */
  sl_distance_unit distance; /* "radius (km)" */
  bool has_height, has_datum, utc;
  bool south, west;          /* "lon (W)": what has neither sign nor letter lies there */
  sl_height_unit height;
  sl_datum datum;
} sl_column;

typedef struct sl_columns {
  sl_column of[SL_FIELD_COUNT];
  bool guessed;              /* at least one was not mapped */
  bool survey;               /* an export of a survey tool: its start and end are the interview's */
  bool headless;             /* mapped by number alone: every row is data */
  bool month_first, day_first;   /* the mapping says dates=mdy or dates=dmy */
  sl_err doubt_code;         /* the guess would lose something: not to be used */
  const char *doubt;         /* static text; NULL: none */
} sl_columns;

/* Whether the row says where things are, and then which column is what. above: cells of the
 * row before it, taken where this one's are empty (merged cells); may be shorter.
 * mapping as in sl_read_options. Errors: none. Cost: O(bytes). */
bool sl_columns_find(sl_columns *out, const char *mapping, const sl_str *cell, uint32_t count, const sl_str *above, uint32_t above_count);
/* Add what is still missing from a row of HXL tags ("#geo+lat"). False: it is no such row. */
bool sl_columns_tags(sl_columns *columns, const sl_str *cell, uint32_t count);
/* Errors: SL_ERR_UNKNOWN, SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_columns_check(const char *mapping, sl_fault *fault);
/* The field's name in mappings: "lat". Static text. */
const char *sl_field_name(sl_field field);

/* Lower case, accents folded, words apart by one blank: "Latitude_(DD)" is "latitude dd".
 * Cut at `room`. */
void sl_header_fold(char *out, size_t room, sl_str text);

#endif
