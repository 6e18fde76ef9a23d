/* Outward to single precision about the middle of the area of flights.h, in units of
 * about a volume's size: the R-tree packs by the longest side. */
#include <math.h>

#include "oracle/bounds.h"
#include "peer_boost.h"

void peer_boxes(peer_box *out, const sl_prepared *const *object, size_t count) {
  const int64_t epoch = INT64_C(1767225600000000000);
  const double east = 76.0, north = 111.0, up = 0.02, later = 1.0 / 240;
  for (size_t i = 0; i < count; i++) {
    sl_bounds b = sl_bounds_of(object[i]);
    double low[4] = {((double)b.west * 1e-9 - 8) * east, ((double)b.south * 1e-9 - 47) * north, (double)b.lower * 1e-3 * up,
                     (double)(b.window.start.ns - epoch) * 1e-9 * later};
    double high[4] = {((double)(b.west + b.width) * 1e-9 - 8) * east, ((double)b.north * 1e-9 - 47) * north,
                      (double)b.upper * 1e-3 * up, (double)(b.window.end.ns - epoch) * 1e-9 * later};
    for (int d = 0; d < 4; d++) {
      out[i].low[d] = nextafterf((float)low[d], -INFINITY);
      out[i].high[d] = nextafterf((float)high[d], INFINITY);
    }
    out[i].high[3] = (float)(high[3] - 0.001); /* half-open, in the peer's favour */
  }
}
