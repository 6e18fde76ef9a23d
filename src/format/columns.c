/* Purpose: see the header. Work expected: a hundred rows of a hundred cells. Representation:
 * headers folded to plain words, a table of the words that forms use. A word that is a
 * field's only when it stands alone is marked; the longest match wins, then the first
 * column. Times are guessed from words that say validity alone: a guess that is wrong
 * there would leave a site unprotected. */
#include "format/columns.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/text.h"

#define FOLD_MAX 160u

static const char *const names[SL_FIELD_COUNT + 1] = {
    "name", "id", "kind", "position", "lat", "lon", "zone", "easting", "northing", "geometry", "radius",
    "accuracy", "half_width", "lower", "upper", "unit", "datum", "start", "end", "times", "dates", "lat_side", "lon_side", NULL};

const char *sl_field_name(sl_field field) {
  SL_ASSERT((unsigned)field < SL_FIELD_COUNT);
  return names[field];
}

sl_err sl_columns_check(const char *mapping, sl_fault *fault) { return sl_mapping_check(mapping, names, fault); }

typedef struct phrase { sl_field field; bool alone; const char *text; } phrase;
#define W(field, text) {SL_FIELD_##field, false, text}   /* also among other words */
#define A(field, text) {SL_FIELD_##field, true, text}    /* alone */
static const phrase phrases[] = {
    A(NAME, "name"), A(NAME, "site"), W(NAME, "site name"), A(NAME, "facility"), W(NAME, "facility name"), W(NAME, "location name"), A(NAME, "place"), W(NAME, "place name"),
    A(NAME, "title"), A(NAME, "label"), A(NAME, "callsign"), A(NAME, "call sign"), W(NAME, "name of site"), W(NAME, "name of facility"), W(NAME, "name of the site"),
    W(NAME, "name of the facility"), A(NAME, "name en"), A(NAME, "name english"), A(NAME, "name latin"), A(NAME, "loc name"), A(NAME, "nom"), W(NAME, "nom du site"), W(NAME, "nom de la structure"),
    A(NAME, "nombre"), W(NAME, "nombre del sitio"), A(NAME, "bezeichnung"), A(NAME, "\xd0\xbd\xd0\xb0\xd0\xb7\xd0\xb2\xd0\xb0\xd0\xbd\xd0\xb8\xd0\xb5"), A(NAME, "\xd0\xbd\xd0\xb0\xd0\xb7\xd0\xb2\xd0\xb0"),
    A(NAME, "\xd8\xa7\xd9\x84\xd8\xa7\xd8\xb3\xd9\x85"), W(NAME, "\xd8\xa7\xd8\xb3\xd9\x85 \xd8\xa7\xd9\x84\xd9\x85\xd9\x88\xd9\x82\xd8\xb9"),
    A(ID, "id"), A(ID, "ref"), A(ID, "reference"), A(ID, "reference number"), A(ID, "ref no"), A(ID, "code"), A(ID, "site id"), A(ID, "site code"), A(ID, "facility id"), A(ID, "facility code"), A(ID, "pcode"),
    A(ID, "p code"), A(ID, "uuid"), A(ID, "no"), A(ID, "number"), A(ID, "index"),
    A(KIND, "type"), A(KIND, "kind"), A(KIND, "category"), A(KIND, "class"), A(KIND, "function"), W(KIND, "site type"), W(KIND, "facility type"), W(KIND, "type of site"), W(KIND, "type of facility"),
    A(KIND, "categorie"), A(KIND, "tipo"), A(KIND, "typ"), A(KIND, "\xd1\x82\xd0\xb8\xd0\xbf"), A(KIND, "\xd8\xa7\xd9\x84\xd9\x86\xd9\x88\xd8\xb9"),
    A(POSITION, "position"), W(POSITION, "coordinates"), A(POSITION, "coordinate"), A(POSITION, "coords"), A(POSITION, "location"), A(POSITION, "gps"), A(POSITION, "gps location"), W(POSITION, "geopoint"),
    A(POSITION, "geolocation"), A(POSITION, "latlon"), A(POSITION, "latlong"), A(POSITION, "latlng"), W(POSITION, "lat lon"), W(POSITION, "lat long"), W(POSITION, "lat lng"), W(POSITION, "latitude longitude"),
    W(POSITION, "latitude and longitude"), W(POSITION, "mgrs"), A(POSITION, "grid"), W(POSITION, "grid reference"), W(POSITION, "grid ref"), A(POSITION, "usng"), A(POSITION, "utm"), W(POSITION, "coordonnees"),
    W(POSITION, "coordenadas"), W(POSITION, "koordinaten"), W(POSITION, "\xd0\xba\xd0\xbe\xd0\xbe\xd1\x80\xd0\xb4\xd0\xb8\xd0\xbd\xd0\xb0\xd1\x82\xd1\x8b"), W(POSITION, "\xd0\xba\xd0\xbe\xd0\xbe\xd1\x80\xd0\xb4\xd0\xb8\xd0\xbd\xd0\xb0\xd1\x82\xd0\xb8"),
    W(POSITION, "\xd8\xa7\xd9\x84\xd8\xa5\xd8\xad\xd8\xaf\xd8\xa7\xd8\xab\xd9\x8a\xd8\xa7\xd8\xaa"), W(POSITION, "\xd8\xa7\xd9\x84\xd8\xa7\xd8\xad\xd8\xaf\xd8\xa7\xd8\xab\xd9\x8a\xd8\xa7\xd8\xaa"),
    W(LAT, "latitude"), W(LAT, "lat"), A(LAT, "y"), A(LAT, "y coord"), A(LAT, "y coordinate"), A(LAT, "coord y"), A(LAT, "point y"), W(LAT, "latitud"), W(LAT, "breitengrad"), A(LAT, "breite"),
    W(LAT, "\xd1\x88\xd0\xb8\xd1\x80\xd0\xbe\xd1\x82\xd0\xb0"), W(LAT, "\xd8\xae\xd8\xb7 \xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xb6"), W(LAT, "\xd8\xaf\xd8\xa7\xd8\xa6\xd8\xb1\xd8\xa9 \xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xb6"),
    W(LON, "longitude"), W(LON, "lon"), A(LON, "long"), W(LON, "lng"), W(LON, "long dd"), W(LON, "long dms"), W(LON, "gps long"), W(LON, "long gps"), W(LON, "long wgs84"), W(LON, "long decimal"), A(LON, "x"), A(LON, "x coord"), A(LON, "x coordinate"),
    A(LON, "coord x"), A(LON, "point x"), W(LON, "longitud"), W(LON, "laengengrad"), W(LON, "langengrad"), A(LON, "lange"), W(LON, "\xd0\xb4\xd0\xbe\xd0\xbb\xd0\xb3\xd0\xbe\xd1\x82\xd0\xb0"),
    W(LON, "\xd0\xb4\xd0\xbe\xd0\xb2\xd0\xb3\xd0\xbe\xd1\x82\xd0\xb0"), W(LON, "\xd8\xae\xd8\xb7 \xd8\xa7\xd9\x84\xd8\xb7\xd9\x88\xd9\x84"),
    A(ZONE, "zone"), W(ZONE, "utm zone"), A(ZONE, "grid zone"), A(ZONE, "fuseau"), A(ZONE, "huso"),
    W(EASTING, "easting"), A(EASTING, "east"), A(EASTING, "utm e"), A(EASTING, "utm east"), A(EASTING, "utm x"), A(EASTING, "x utm"),
    W(NORTHING, "northing"), A(NORTHING, "north"), A(NORTHING, "utm n"), A(NORTHING, "utm north"), A(NORTHING, "utm y"), A(NORTHING, "y utm"),
    A(GEOMETRY, "geometry"), A(GEOMETRY, "wkt"), A(GEOMETRY, "wkt geom"), A(GEOMETRY, "the geom"), A(GEOMETRY, "geom"), W(GEOMETRY, "geoshape"), W(GEOMETRY, "geotrace"), A(GEOMETRY, "footprint"), A(GEOMETRY, "polygon"),
    W(RADIUS, "radius"), W(RADIUS, "rayon"), A(RADIUS, "buffer"), W(RADIUS, "buffer distance"), A(RADIUS, "umkreis"), W(RADIUS, "\xd1\x80\xd0\xb0\xd0\xb4\xd0\xb8\xd1\x83\xd1\x81"), W(RADIUS, "\xd9\x86\xd8\xb5\xd9\x81 \xd8\xa7\xd9\x84\xd9\x82\xd8\xb7\xd8\xb1"),
    W(ACCURACY, "accuracy"), W(ACCURACY, "precision"), A(HALF_WIDTH, "half width"),
    A(LOWER, "lower"), W(LOWER, "lower limit"), A(LOWER, "floor"), W(LOWER, "min altitude"), W(LOWER, "minimum altitude"), W(LOWER, "altitude lower"), W(LOWER, "lower altitude"), W(LOWER, "alt min"),
    A(UPPER, "upper"), W(UPPER, "upper limit"), A(UPPER, "ceiling"), W(UPPER, "max altitude"), W(UPPER, "maximum altitude"), W(UPPER, "altitude upper"), W(UPPER, "upper altitude"), W(UPPER, "alt max"),
    A(UNIT, "altitude unit"), A(UNIT, "altitude units"), A(DATUM, "altitude datum"), A(DATUM, "altitude reference"), A(DATUM, "vertical datum"),
    A(START, "start"), W(START, "start time"), W(START, "start date"), A(START, "start datetime"), W(START, "valid from"), W(START, "time start"), A(START, "begin"), W(START, "departure time"), W(START, "date de debut"), W(START, "fecha inicio"),
    A(END, "end"), W(END, "end time"), W(END, "end date"), A(END, "end datetime"), W(END, "valid until"), W(END, "valid to"), W(END, "time end"), W(END, "date de fin"), W(END, "fecha fin"),
    A(LAT_SIDE, "n s"), A(LAT_SIDE, "ns"), A(LAT_SIDE, "n or s"), W(LAT_SIDE, "lat hemisphere"), W(LAT_SIDE, "latitude hemisphere"), A(LAT_SIDE, "lat dir"), W(LAT_SIDE, "lat direction"), W(LAT_SIDE, "latitude direction"),
    A(LAT_SIDE, "hemisphere n s"), A(LON_SIDE, "e w"), A(LON_SIDE, "ew"), A(LON_SIDE, "w e"), A(LON_SIDE, "e or w"), W(LON_SIDE, "lon hemisphere"), W(LON_SIDE, "long hemisphere"), W(LON_SIDE, "longitude hemisphere"),
    A(LON_SIDE, "lon dir"), A(LON_SIDE, "long dir"), W(LON_SIDE, "lon direction"), W(LON_SIDE, "longitude direction"), A(LON_SIDE, "hemisphere e w"),
    A(TIMES, "times")};
#undef W
#undef A

/* Latin-1's letters from U+00C0 without their accents; Cyrillic capitals in lower case. */
static const char *fold_code(uint32_t code, char own[static 4]) {
  static const char latin[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
  if (code >= 0xc0 && code < 0x100) {
    own[0] = latin[code - 0xc0];
    own[1] = 0;
    return own;
  }
  if (code >= 0x410 && code <= 0x42f) code += 0x20;
  if (code == 0x401) code = 0x451;
  if (code == 0x406) code = 0x456;
  if (code < 0xc0 || (code >= 0x2000 && code < 0x2070)) return " ";   /* signs and blanks of all widths */
  own[0] = (char)(0xc0 | (code >> 6));
  own[1] = (char)(0x80 | (code & 0x3f));
  own[2] = 0;
  return code < 0x800 ? own : NULL;
}

/* One character; moved behind. The code of what is not UTF-8 is Latin-1's. */
static uint32_t take_code(sl_str *rest) {
  uint8_t c = (uint8_t)rest->data[0], next = rest->size > 1 ? (uint8_t)rest->data[1] : 0, third = rest->size > 2 ? (uint8_t)rest->data[2] : 0;
  size_t size = c >= 0xc2 && c < 0xe0 && (next & 0xc0) == 0x80 ? 2 : c >= 0xe0 && c < 0xf0 && (next & 0xc0) == 0x80 && (third & 0xc0) == 0x80 ? 3 : 1;
  rest->data += size, rest->size -= size;
  if (size == 2) return (uint32_t)(c & 0x1f) << 6 | (next & 0x3f);
  return size == 3 ? (uint32_t)(c & 0x0f) << 12 | (uint32_t)(next & 0x3f) << 6 | (third & 0x3f) : c;
}

void sl_header_fold(char *out, size_t room, sl_str text) {
  SL_ASSERT(out && room > 8 && (text.data || text.size == 0));
  size_t size = 0;
  bool small = false;
  while (text.size && size + 6 < room) {
    uint32_t code = take_code(&text);
    bool capital = code >= 'A' && code <= 'Z', letter = capital || (code >= 'a' && code <= 'z'), digit = code >= '0' && code <= '9';
    char own[4];
    const char *add = NULL;
    if (letter || digit) {
      own[0] = (char)(capital ? code + 32 : code);
      own[1] = 0;
      add = own;
    } else {
      add = code >= 0x80 ? fold_code(code, own) : " ";
    }
    if (!add) add = " ";
    /* "siteName" is two words; "GPS" is one. */
    if (capital && small && size && out[size - 1] != ' ') out[size++] = ' ';
    small = letter && !capital;
    if (*add == ' ' && (size == 0 || out[size - 1] == ' ')) continue;
    for (; *add; add++) out[size++] = *add;
  }
  while (size && out[size - 1] == ' ') size--;
  out[size] = 0;
}

/* Where a phrase stands among words, as whole words; NULL: it does not. */
static const char *among(const char *words, const char *text) {
  size_t size = strlen(text);
  for (const char *at = strstr(words, text); at; at = strstr(at + 1, text))
    if ((at == words || at[-1] == ' ') && (at[size] == 0 || at[size] == ' ')) return at;
  return NULL;
}

/* What the other words of a header say: units, a reference, UTC. */
static void take_hints(sl_column *column, const char *words) {
  for (const char *at = words; *at;) {
    sl_str word = {at, strcspn(at, " ")};
    sl_datum datum;
    sl_height_unit height;
    sl_distance_unit distance = sl_distance_unit_by_word(word);
    if (distance) column->distance = distance;
    if (sl_height_unit_by_word(&height, word)) column->height = height, column->has_height = true;
    if (sl_datum_by_word(&datum, word)) column->datum = datum, column->has_datum = true;
    if (sl_str_is(word, "utc") || sl_str_is(word, "gmt") || sl_str_is(word, "zulu") || sl_str_is(word, "z")) column->utc = true;
    at += word.size + (at[word.size] == ' ');
  }
}

static bool any_among(const char *words, const char *const *list) {
  for (; *list; list++)
    if (among(words, *list)) return true;
  return false;
}

static sl_column column_at(uint32_t at, const char *words) {
  /* "s" beside degrees and minutes are seconds. */
  static const char *const west[] = {"w", "west", NULL}, *const east[] = {"e", "east", NULL}, *const south[] = {"s", "south", NULL}, *const north[] = {"n", "north", "d", "m", NULL};
  sl_column column = {.at = (int32_t)at};
  take_hints(&column, words);
  column.west = any_among(words, west) && !any_among(words, east);
  column.south = any_among(words, south) && !any_among(words, north);
  return column;
}

/* A header without the words that say units and references: "lower ft msl" is "lower". */
static void bare_words(char out[static FOLD_MAX], const char *words) {
  size_t size = 0;
  for (const char *at = words; *at;) {
    sl_str word = {at, strcspn(at, " ")};
    sl_datum datum;
    sl_height_unit height;
    const bool hint = sl_height_unit_by_word(&height, word) || sl_datum_by_word(&datum, word);
    if (!hint && size + word.size + 2 < FOLD_MAX) {
      if (size) out[size++] = ' ';
      memcpy(out + size, word.data, word.size);
      size += word.size;
    }
    at += word.size + (at[word.size] == ' ');
  }
  out[size] = 0;
}

/* How well words name a field, and which; 0: none. */
static size_t match(sl_field *out, const char *words, bool survey) {
  size_t best = 0;
  char bare[FOLD_MAX];
  bare_words(bare, words);
  for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
    const phrase *p = &phrases[i];
    const bool limit = p->field == SL_FIELD_LOWER || p->field == SL_FIELD_UPPER;
    bool whole = strcmp(limit ? bare : words, p->text) == 0;
    if (survey && p->alone && (p->field == SL_FIELD_START || p->field == SL_FIELD_END)) continue;
    if (!whole && (p->alone || !among(words, p->text))) continue;
    size_t score = strlen(p->text) + (whole ? 1000 : 0);
    if (score > best) best = score, *out = p->field;
  }
  return best;
}

/* Marks of what survey tools add to their exports. */
static bool is_survey(const char *words) {
  static const char *const marks[] = {"submission time", "submission date", "instance id", "meta instance id", "instance name", "submitted by", "validation status", "xform id string"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (strcmp(words, marks[i]) == 0) return true;
  return false;
}

static bool has_place(const sl_columns *c) {
  const sl_column *of = c->of;
  return of[SL_FIELD_POSITION].at >= 0 || of[SL_FIELD_GEOMETRY].at >= 0 || (of[SL_FIELD_LAT].at >= 0 && of[SL_FIELD_LON].at >= 0) ||
         (of[SL_FIELD_EASTING].at >= 0 && of[SL_FIELD_NORTHING].at >= 0);
}

/* Words of every column, folded, `step` bytes each; from above where a cell is empty. */
static void words_of(char *out, const sl_str *cell, uint32_t count, const sl_str *above, uint32_t above_count, uint32_t at) {
  sl_header_fold(out, FOLD_MAX, at < count ? cell[at] : (sl_str){NULL, 0});
  if (!*out && at < above_count) sl_header_fold(out, FOLD_MAX, above[at]);
}

static bool taken(const sl_columns *c, uint32_t at) {
  for (int i = 0; i < SL_FIELD_COUNT; i++)
    if (c->of[i].at == (int32_t)at) return true;
  return false;
}

static void guess(sl_columns *c, const bool *fixed, const sl_str *cell, uint32_t count, const sl_str *above, uint32_t above_count) {
  size_t score[SL_FIELD_COUNT] = {0};
  sl_columns mapped = *c;
  char words[FOLD_MAX];
  uint32_t width = count > above_count ? count : above_count;
  for (uint32_t at = 0; at < count && !c->survey; at++) {
    words_of(words, cell, count, above, above_count, at);
    c->survey = is_survey(words);
  }
  for (uint32_t at = 0; at < width; at++) {
    words_of(words, cell, count, above, above_count, at);
    sl_field field = SL_FIELD_COUNT;
    size_t fits = *words && !taken(&mapped, at) ? match(&field, words, c->survey) : 0;
    if (!fits || fixed[field] || fits <= score[field]) continue;
    score[field] = fits;
    c->of[field] = column_at(at, words);
    c->guessed = true;
  }
}

/* The mapping's columns, by header or "@number"; a field mapped to "-" has none. False when
 * one that is named is not in this row. */
static bool take_mapping(sl_columns *c, bool *fixed, const char *mapping, const sl_str *cell, uint32_t count) {
  bool any = false, named = false;
  for (int i = 0; i < SL_FIELD_COUNT; i++) {
    sl_str column;
    if (!sl_mapping_get(&column, mapping, names[i])) continue;
    if (i == SL_FIELD_DATES) {
      c->day_first = sl_str_is_nocase(column, "dmy");
      c->month_first = sl_str_is_nocase(column, "mdy");
      continue;
    }
    fixed[i] = any = true;
    if (sl_str_is(column, "-")) continue;
    int64_t number;
    if (column.size > 1 && column.data[0] == '@' && sl_int_read(&number, (sl_str){column.data + 1, column.size - 1}) == SL_OK && number >= 1 && number <= (int64_t)SL_COLUMNS_MAX) {
      c->of[i] = column_at((uint32_t)number - 1, "");
      continue;
    }
    named = true;
    char want[FOLD_MAX], words[FOLD_MAX];
    sl_header_fold(want, sizeof want, column);
    for (uint32_t at = 0; at < count && c->of[i].at < 0; at++) {
      sl_header_fold(words, sizeof words, cell[at]);
      if (sl_str_equal(sl_str_trim(cell[at]), column) || (*want && strcmp(words, want) == 0)) c->of[i] = column_at(at, words);
    }
    if (c->of[i].at < 0) return false;
  }
  c->headless = any && !named;
  return true;
}

/* A floor without a ceiling is one of a building. */
static bool is_storey(const sl_columns *c, const sl_str *cell, uint32_t count) {
  char words[FOLD_MAX];
  int32_t at = c->of[SL_FIELD_LOWER].at;
  if (at < 0 || (uint32_t)at >= count || c->of[SL_FIELD_UPPER].at >= 0) return false;
  sl_header_fold(words, sizeof words, cell[at]);
  return strcmp(words, "floor") == 0;
}

/* Columns of a position that were guessed and would say something else than it looks: in
 * another reference system, one of two places, degrees without their minutes. */
static void doubt_guess(sl_columns *c, const bool *fixed, const sl_str *cell, uint32_t count, const sl_str *above, uint32_t above_count) {
  static const char *const systems[] = {"ed50", "nad27", "pulkovo", "sk42", "sk 42", "tokyo", "osgb", "osgb36", "krassovsky", "krasovsky", "clarke", "arc1950", "lambert", "mercator", "ch1903", "lv95", "lv03", "gauss", "epsg 3857", NULL};
  static const char *const minutes[] = {"min", "mins", "minute", "minutes", "sec", "secs", "second", "seconds", NULL}, *const degrees[] = {"deg", "degree", "degrees", "dms", NULL};
  static const char *const ends[] = {"end", "to", "dest", "destination", "arrival", "final", "2", NULL}, *const second[] = {"lat2", "lon2", "long2", "lng2", "latitude2", "longitude2", NULL};
  char words[FOLD_MAX];
  for (uint32_t at = 0; at < (count > above_count ? count : above_count); at++) {
    sl_field field = SL_FIELD_COUNT;
    words_of(words, cell, count, above, above_count, at);
    const bool another = any_among(words, second) && c->of[SL_FIELD_LAT].at >= 0 && !fixed[SL_FIELD_LAT];
    if (another) field = SL_FIELD_LAT;
    else if (!*words || !match(&field, words, c->survey)) continue;
    const bool angle = field == SL_FIELD_LAT || field == SL_FIELD_LON, place = angle || field == SL_FIELD_POSITION || field == SL_FIELD_EASTING || field == SL_FIELD_NORTHING || field == SL_FIELD_GEOMETRY;
    if (!place || fixed[field]) continue;
    const bool used = taken(c, at);
    if (used && any_among(words, systems)) {
      c->doubt_code = SL_ERR_DATUM;
      c->doubt = "a column of positions in a reference system other than WGS84";
    } else if (!used && angle && c->of[field].at >= 0 && (another || any_among(words, ends))) {
      c->doubt_code = SL_ERR_UNSUPPORTED;
      c->doubt = "columns of two positions: a row is one site; --columns or --map says which";
    } else if (!used && angle && any_among(words, minutes) && !any_among(words, degrees)) {
      c->doubt_code = SL_ERR_UNSUPPORTED;
      c->doubt = "degrees, minutes and seconds in columns of their own: one column for each angle is read";
    }
  }
}

bool sl_columns_find(sl_columns *out, const char *mapping, const sl_str *cell, uint32_t count, const sl_str *above, uint32_t above_count) {
  SL_ASSERT(out && (cell || count == 0));
  sl_columns c = {.guessed = false};
  bool fixed[SL_FIELD_COUNT] = {false};
  for (int i = 0; i < SL_FIELD_COUNT; i++) c.of[i].at = -1;
  if (!take_mapping(&c, fixed, mapping, cell, count)) return false;
  if (c.headless && !has_place(&c)) c.headless = false;
  if (!c.headless) guess(&c, fixed, cell, count, above, above_count);
  if (!has_place(&c)) return false;
  if (!fixed[SL_FIELD_LOWER] && is_storey(&c, cell, count)) c.of[SL_FIELD_LOWER].at = -1;
  /* With latitude and longitude of their own, "location" is a name or an address. */
  bool both = c.of[SL_FIELD_LAT].at >= 0 && c.of[SL_FIELD_LON].at >= 0;
  if (both && !fixed[SL_FIELD_POSITION]) {
    if (c.of[SL_FIELD_NAME].at < 0 && !fixed[SL_FIELD_NAME]) c.of[SL_FIELD_NAME] = c.of[SL_FIELD_POSITION];
    c.of[SL_FIELD_POSITION].at = -1;
  }
  if (!c.headless) doubt_guess(&c, fixed, cell, count, above, above_count);
  *out = c;
  return true;
}

bool sl_columns_tags(sl_columns *columns, const sl_str *cell, uint32_t count) {
  uint32_t tags = 0, others = 0;
  for (uint32_t i = 0; i < count; i++) {
    sl_str text = sl_str_trim(cell[i]);
    if (text.size > 1 && text.data[0] == '#') tags++;
    else others += text.size > 0;
  }
  if (tags == 0 || others > 0) return false;
  bool fixed[SL_FIELD_COUNT];
  for (int i = 0; i < SL_FIELD_COUNT; i++) fixed[i] = columns->of[i].at >= 0;
  if (columns->of[SL_FIELD_LAT].at >= 0 && columns->of[SL_FIELD_LON].at >= 0) fixed[SL_FIELD_POSITION] = true;
  guess(columns, fixed, cell, count, NULL, 0);
  return true;
}
