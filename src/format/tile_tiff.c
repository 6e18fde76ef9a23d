/* Purpose: elevations in GeoTIFF, through libtiff. Work expected: tiles of a degree, in
 * strips or tiles of any compression libtiff knows. Representation: one strip or tile in
 * memory at a time; its tags of place (GeoTIFF 1.1, OGC 19-008) are read as plain arrays.
 * libtiff's own messages go nowhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "base/assert.h"
#include "base/text.h"
#include "format/terrain.h"
#include "format/tile.h"

#define CHUNK_BYTES_MAX ((tmsize_t)64 << 20)
#define TAG_SCALE 33550u
#define TAG_TIEPOINT 33922u
#define TAG_TRANSFORMATION 34264u
#define TAG_KEYS 34735u
#define TAG_NODATA 42113u
#define KEY_MODEL 1024
#define KEY_RASTER 1025
#define KEY_GEOGRAPHIC 2048
#define KEY_VERTICAL 4096

/* The bytes as libtiff wants them. */
typedef struct memory { sl_span bytes; size_t at; } memory;

static tmsize_t read_memory(thandle_t handle, void *data, tmsize_t size) {
  memory *m = handle;
  if (size < 0 || m->at > m->bytes.size) return 0;
  size_t left = m->bytes.size - m->at, take = (size_t)size < left ? (size_t)size : left;
  if (take) memcpy(data, m->bytes.data + m->at, take);
  m->at += take;
  return (tmsize_t)take;
}

static tmsize_t write_memory(thandle_t handle, void *data, tmsize_t size) {
  (void)handle, (void)data, (void)size;
  return -1;
}

static toff_t seek_memory(thandle_t handle, toff_t offset, int whence) {
  memory *m = handle;
  toff_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (toff_t)m->at : (toff_t)m->bytes.size;
  m->at = (size_t)(base + offset);
  return m->at;
}

static int close_memory(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size_memory(thandle_t handle) { return ((memory *)handle)->bytes.size; }

static int silent(TIFF *tiff, void *context, const char *module, const char *format, va_list args) {
  (void)tiff, (void)context, (void)module, (void)format, (void)args;
  return 1;
}

/* How samples are stored. */
typedef struct layout {
  uint32_t width, height;
  uint16_t bits, kind;       /* SAMPLEFORMAT_ */
  bool has_nodata;
  double nodata;
} layout;

static sl_err wrong(sl_fault *fault, const char *why) { return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "GeoTIFF: %s", why); }

/* A tag that libtiff does not know itself: its type is whatever the file says, so that it is
 * asked for first. NULL where it is absent or of another type, or too short. */
static const void *array_of(uint32_t *count, TIFF *tiff, uint32_t tag, TIFFDataType type, uint32_t least) {
  const TIFFField *field = TIFFFindField(tiff, tag, TIFF_ANY);
  const void *data = NULL;
  *count = 0;
  if (!field || TIFFFieldDataType(field) != type || !TIFFFieldPassCount(field) || TIFFFieldReadCount(field) != TIFF_VARIABLE2) return NULL;
  if (!TIFFGetField(tiff, tag, count, &data) || *count < least) return NULL;
  return data;
}

static bool keys_of(int32_t *model, int32_t *raster, int32_t *geographic, int32_t *vertical, TIFF *tiff) {
  uint32_t count;
  const uint16_t *key = array_of(&count, tiff, TAG_KEYS, TIFF_SHORT, 4);
  if (!key) return false;
  for (uint32_t i = 4; i + 3 < count; i += 4) {
    int32_t value = key[i + 1] == 0 ? key[i + 3] : -1;   /* in place, not in another tag */
    if (key[i] == KEY_MODEL) *model = value;
    if (key[i] == KEY_RASTER) *raster = value;
    if (key[i] == KEY_GEOGRAPHIC) *geographic = value;
    if (key[i] == KEY_VERTICAL) *vertical = value;
  }
  return true;
}

/* Where the posts are. */
static sl_err take_place(sl_tile *tile, TIFF *tiff, sl_fault *fault) {
  int32_t model = 0, raster = 1, geographic = 0, vertical = 0;
  uint32_t unused;
  if (!keys_of(&model, &raster, &geographic, &vertical, tiff)) return wrong(fault, "no keys that say where it lies");
  if (model != 2) return wrong(fault, "a projection other than latitude and longitude");
  if (geographic != 4326 && geographic != 4269 && geographic != 4258) return wrong(fault, "a geodetic datum other than WGS84, NAD83 or ETRS89");
  /* The ellipsoid (4979 and its kin, 5030) is no sea level; other bodies are within the margin. */
  if (vertical == 4979 || vertical == 5030 || vertical == 4937 || vertical == 5019) return wrong(fault, "heights above the ellipsoid");
  if (TIFFFindField(tiff, TAG_TRANSFORMATION, TIFF_ANY)) return wrong(fault, "a grid that is turned");
  const double *scale = array_of(&unused, tiff, TAG_SCALE, TIFF_DOUBLE, 2), *tie = array_of(&unused, tiff, TAG_TIEPOINT, TIFF_DOUBLE, 6);
  if (!scale || !tie) return wrong(fault, "no scale and place");
  const double half = raster == 2 ? 0 : 0.5;   /* of an area: the post is its middle */
  tile->step_lon = scale[0];
  tile->step_lat = scale[1];
  tile->west = tie[3] + (half - tie[0]) * scale[0];
  tile->north = tie[4] - (half - tie[1]) * scale[1];
  bool good = isfinite(tile->west) && isfinite(tile->north) && tile->step_lon > 1e-6 && tile->step_lat > 1e-6 && tile->step_lon < 10 && tile->step_lat < 10 &&
              tile->north <= 90.1 && tile->west >= -180.1 && tile->west + tile->step_lon * tile->columns <= 180.2 && tile->north - tile->step_lat * tile->rows >= -90.2;
  return good ? SL_OK : sl_fault_set(fault, SL_ERR_RANGE, "GeoTIFF: a grid that leaves the Earth");
}

static sl_err take_layout(layout *out, TIFF *tiff, sl_fault *fault) {
  uint16_t samples = 1;
  uint32_t count;
  layout l = {.bits = 1, .kind = SAMPLEFORMAT_UINT};
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &l.width) || !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &l.height) || l.width < 2 || l.height < 2)
    return wrong(fault, "no image");
  if (l.width > SL_TERRAIN_SIDE_MAX || l.height > SL_TERRAIN_SIDE_MAX) return sl_fault_set(fault, SL_ERR_CAP, "GeoTIFF: more than %u posts a side", SL_TERRAIN_SIDE_MAX);
  (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &l.bits);
  (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &l.kind);
  bool good = (l.kind == SAMPLEFORMAT_IEEEFP && (l.bits == 32 || l.bits == 64)) || ((l.kind == SAMPLEFORMAT_INT || l.kind == SAMPLEFORMAT_UINT) && (l.bits == 16 || l.bits == 32));
  if (samples != 1 || !good) return wrong(fault, "elevations are one band of 16 or 32 bit numbers");
  const char *text = array_of(&count, tiff, TAG_NODATA, TIFF_ASCII, 1);
  if (text && count < 64) {
    int64_t thousandths;
    size_t size = strnlen(text, count);
    while (size && text[size - 1] == ' ') size--;
    l.has_nodata = sl_decimal_read(&thousandths, (sl_str){text, size}, 3) == SL_OK;
    l.nodata = (double)thousandths * 1e-3;
  }
  *out = l;
  return SL_OK;
}

static double sample(const uint8_t *data, size_t index, const layout *l) {
  if (l->kind == SAMPLEFORMAT_IEEEFP && l->bits == 32) { float v; memcpy(&v, data + index * 4, 4); return (double)v; }
  if (l->kind == SAMPLEFORMAT_IEEEFP) { double v; memcpy(&v, data + index * 8, 8); return v; }
  if (l->bits == 16) { uint16_t v; memcpy(&v, data + index * 2, 2); return l->kind == SAMPLEFORMAT_INT ? (int16_t)v : v; }
  uint32_t v;
  memcpy(&v, data + index * 4, 4);
  return l->kind == SAMPLEFORMAT_INT ? (int32_t)v : (double)v;
}

/* Elevations that no ground has are voids: their marks differ from maker to maker. */
static void put(sl_tile *tile, uint32_t row, uint32_t column, double metres, const layout *l) {
  bool missing = !(metres >= -500 && metres <= 9000) || (l->has_nodata && metres == l->nodata);
  sl_tile_put(tile, row, column, missing ? SL_TILE_VOID : (int32_t)floor(metres), missing ? SL_TILE_VOID : (int32_t)ceil(metres));
}

/* One strip (of all columns) or tile, from its first row and column on. */
static void put_chunk(sl_tile *tile, const uint8_t *data, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns, const layout *l) {
  for (uint32_t r = 0; r < rows && row + r < l->height; r++)
    for (uint32_t c = 0; c < columns && column + c < l->width; c++)
      put(tile, row + r, column + c, sample(data, (size_t)r * columns + c, l), l);
}

static sl_err read_samples(sl_tile *tile, TIFF *tiff, const layout *l, sl_fault *fault) {
  bool tiled = TIFFIsTiled(tiff);
  uint32_t rows = l->height, columns = l->width;
  if (tiled) {
    if (!TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &columns) || !TIFFGetField(tiff, TIFFTAG_TILELENGTH, &rows)) return wrong(fault, "tiles without a size");
  } else {
    (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    if (rows > l->height) rows = l->height;
  }
  tmsize_t size = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  if (rows == 0 || columns == 0 || size <= 0 || size > CHUNK_BYTES_MAX || (uint64_t)size < (uint64_t)rows * columns * (l->bits / 8u))
    return sl_fault_set(fault, SL_ERR_CAP, "GeoTIFF: a strip or tile that is too large");
  uint8_t *data = malloc((size_t)size);
  if (!data) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  sl_err error = SL_OK;
  for (uint32_t row = 0; !error && row < l->height; row += rows) {
    for (uint32_t column = 0; !error && column < l->width; column += columns) {
      uint32_t lines = l->height - row < rows ? l->height - row : rows;
      tmsize_t want = tiled ? size : (tmsize_t)((uint64_t)lines * columns * (l->bits / 8u));
      tmsize_t got = tiled ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, column, row, 0, 0), data, size) : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, row, 0), data, want);
      if (got != want) error = sl_fault_set(fault, SL_ERR_SYNTAX, "GeoTIFF: broken image data");
      else put_chunk(tile, data, row, column, rows, columns, l);
    }
  }
  free(data);
  return error;
}

static sl_err read_open(sl_tile *out, TIFF *tiff, sl_fault *fault) {
  layout l = {0};
  sl_err error = take_layout(&l, tiff, fault);
  if (error) return error;
  sl_tile tile = {.rows = l.height, .columns = l.width};
  error = take_place(&tile, tiff, fault);
  if (error) return error;
  if ((error = sl_tile_init(&tile))) return sl_fault_set(fault, error, "out of memory");
  if ((error = read_samples(&tile, tiff, &l, fault))) sl_tile_fini(&tile);
  else *out = tile;
  return error;
}

sl_err sl_tile_read_tiff(sl_tile *out, bool *is, sl_span bytes, sl_fault *fault) {
  SL_ASSERT(out && is);
  *is = bytes.size > 8 && (memcmp(bytes.data, "II*\0", 4) == 0 || memcmp(bytes.data, "MM\0*", 4) == 0 || memcmp(bytes.data, "II+\0", 4) == 0 || memcmp(bytes.data, "MM\0+", 4) == 0);
  if (!*is) return SL_OK;
  memory m = {bytes, 0};
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, CHUNK_BYTES_MAX);
  TIFFOpenOptionsSetErrorHandlerExtR(options, silent, NULL);
  TIFFOpenOptionsSetWarningHandlerExtR(options, silent, NULL);
  TIFF *tiff = TIFFClientOpenExt("terrain", "rm", &m, read_memory, write_memory, seek_memory, close_memory, size_memory, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (!tiff) return sl_fault_set(fault, SL_ERR_SYNTAX, "GeoTIFF: broken");
  sl_err error = read_open(out, tiff, fault);
  TIFFClose(tiff);
  return error;
}
