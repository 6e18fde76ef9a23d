/* The shared walk of JSON files whose records are an array of features. */
#ifndef SL_FORMAT_ZONES_H
#define SL_FORMAT_ZONES_H

#include "format/jtext.h"
#include "format/reading.h"

/* What a part-wise reader returns when all parts were handed over already. */
#define SL_END_OF_PARTS SL_ERR_END

/* Read one feature of a tree and hand it over or refuse it. */
typedef sl_err sl_feature_fn(sl_reading *reading, const sl_jtree *tree, const sl_jnode *self);

/* Stream the elements of the top-level member `key`, in any letter case; every other
 * member is stepped over. A document without that member among its first 64 KiB is one
 * feature itself, or several, one behind the other. An array at the top is the list itself.
 * A "crs" that is not longitude and latitude on WGS84 refuses the file, or the feature it
 * stands in (SL_ERR_DATUM). Errors: as sl_format_read(). */
SL_MUST_USE sl_err sl_read_features(sl_reading *reading, const char *key, sl_feature_fn *read);

/* Whether a member of that name, in any letter case, stands among the bytes. */
bool sl_json_announced(sl_str text, const char *key);

/* One GeoJSON feature or geometry. */
SL_MUST_USE sl_err sl_geojson_feature(sl_reading *reading, const sl_jtree *tree, const sl_jnode *self);

#endif
