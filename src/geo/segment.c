/* The time at which both are aloft and the altitudes meet is one interval (two
 * divisions' worth, by one reciprocal); the nearest instant on the plane is the foot
 * of the relative motion, moved into that interval; the distance is taken there, so
 * that nothing large cancels. Written without branches for the compiler to put side
 * by side: this file is built with -O3. Answers are gathered as wide as what they are
 * computed from and narrowed afterwards, block by block: narrowing at once makes the
 * compiler hold four times as much as there are registers for. Expects some hundred
 * to some thousand segments against one. Rejected: solving the quadratic for entry
 * and exit as detectors do; its root is needed only when the times are asked for. */
#include "geo/segment.h"

#include "base/assert.h"

/* The widest registers of the machine at hand, chosen once by the loader. The answer
 * is the same: no operation is contracted or reordered. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDEST
#endif

static inline float least(float a, float b) { return a < b ? a : b; }
static inline float most(float a, float b) { return a > b ? a : b; }

#define BLOCK ((size_t)128)

WIDEST void sl_segments_near(uint8_t *restrict near, const sl_segments *others, const sl_segment *own, float lateral,
                      float vertical) {
  SL_ASSERT(lateral >= 0.0f && vertical >= 0.0f);
  const float d = lateral + SL_SEGMENT_LATERAL_MARGIN_M, d2 = d * d, h = vertical + SL_SEGMENT_VERTICAL_MARGIN_M;
  const sl_segment o = *own;
  for (size_t done = 0; done < others->count; done += BLOCK) {
    const size_t block = others->count - done < BLOCK ? others->count - done : BLOCK;
    const float *restrict x = others->x + done, *restrict y = others->y + done, *restrict z = others->z + done;
    const float *restrict vx = others->vx + done, *restrict vy = others->vy + done, *restrict vz = others->vz + done;
    const float *restrict start = others->start + done, *restrict end = others->end + done;
    int32_t hit[BLOCK];
    for (size_t k = 0; k < block; k++) {
      float ux = vx[k] - o.vx, uy = vy[k] - o.vy, uz = vz[k] - o.vz;
      float from = most(start[k], o.start), to = least(end[k], o.end);
      /* Relative position at `from`, where both begin to count. */
      float late = from - start[k], own_late = from - o.start;
      float rx = x[k] - o.x + vx[k] * late - o.vx * own_late;
      float ry = y[k] - o.y + vy[k] * late - o.vy * own_late;
      float rz = z[k] - o.z + vz[k] * late - o.vz * own_late;
      /* |rz + uz t| <= h for t in [low, high]; a level pair has a slope that is as
       * good as none. One division serves the slope and the plane. */
      float slope = (uz < 0.0f ? -uz : uz) + 1e-6f, rise = uz < 0.0f ? -rz : rz, speed2 = ux * ux + uy * uy + 1e-12f;
      float both = 1.0f / (slope * speed2), each = both * speed2;
      float low = most((-h - rise) * each, 0.0f), high = least((h - rise) * each, to - from);
      float t = -(rx * ux + ry * uy) * (both * slope);
      t = least(most(t, low), high);
      float px = rx + ux * t, py = ry + uy * t;
      hit[k] = (low <= high) & (px * px + py * py <= d2);
    }
    for (size_t k = 0; k < block; k++) near[done + k] = (uint8_t)hit[k];
  }
}
