/* Quantities whose unit and reference are their type. Integers at every
 * boundary; mixing two of them does not compile.
 *
 *   sl_time      nanoseconds of UTC since 1970-01-01T00:00:00Z, without leap seconds
 *   sl_dur       nanoseconds
 *   sl_len       millimetres
 *   sl_pos       nanodegrees on WGS84, latitude and longitude
 *   sl_alt_w84   millimetres above the WGS84 ellipsoid
 *   sl_alt_baro  feet of pressure altitude (1,013.25 hPa)
 */
#ifndef SIDELINE_QUANTITY_H
#define SIDELINE_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "sideline/err.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sl_time { int64_t ns; } sl_time;
typedef struct sl_dur { int64_t ns; } sl_dur;
typedef struct sl_len { int64_t mm; } sl_len;
typedef struct sl_pos { int64_t lat_nd; int64_t lon_nd; } sl_pos;
typedef struct sl_alt_w84 { int64_t mm; } sl_alt_w84;
typedef struct sl_alt_baro { int32_t ft; } sl_alt_baro;

/* Half-open: start belongs to it, end does not. Valid iff start < end. */
typedef struct sl_window { sl_time start; sl_time end; } sl_window;

#define SL_NS_PER_MS INT64_C(1000000)
#define SL_NS_PER_S INT64_C(1000000000)
#define SL_NS_PER_MIN (60 * SL_NS_PER_S)
#define SL_NS_PER_H (3600 * SL_NS_PER_S)
#define SL_ND_PER_DEG INT64_C(1000000000)
#define SL_MM_PER_NM INT64_C(1852000)
/* 1 ft = 304.8 mm exactly: multiply by 3048, divide by 10. */
#define SL_FT_TO_MM_NUM INT64_C(3048)
#define SL_FT_TO_MM_DEN INT64_C(10)

/* Accepted times: 1970-01-01 up to, not including, 2200-01-01. Accepted lengths,
 * altitudes and positions: below. A value outside is SL_ERR_RANGE at the edge
 * that reads it, so that no sum of two accepted values can overflow. */
#define SL_TIME_MAX_NS INT64_C(7258118400000000000)
#define SL_LEN_MAX_MM INT64_C(20100000000)        /* half the way round the Earth */
#define SL_ALT_W84_MIN_MM INT64_C(-2000000)       /* 2 km below the ellipsoid */
#define SL_ALT_W84_MAX_MM INT64_C(1000000000)     /* 1,000 km above */
#define SL_ALT_BARO_MIN_FT (-2000)
#define SL_ALT_BARO_MAX_FT 328000

#ifdef __cplusplus
}
#endif
#endif
