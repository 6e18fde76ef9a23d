/* The parts of judging one pair: lateral gap of two cores, vertical separation,
 * moving points. Inside oracle/ only. Distances in metres, between cores: radii and
 * minima are the caller's. */
#ifndef SL_ORACLE_PAIR_H
#define SL_ORACLE_PAIR_H

#include "geo/frame.h"
#include "oracle/prepared.h"
#include "oracle/ramp.h"

#define SL_RUN_EDGES 32u
#define SL_PAIR_WORK_MAX UINT64_C(300000000) /* pairs of pieces; beyond it is doubt */

/* Up to SL_RUN_EDGES pieces of a core, as places. A lone point is one piece from
 * itself to itself. */
typedef struct sl_run {
  sl_vec place[2 * SL_RUN_EDGES];
  uint8_t from[SL_RUN_EDGES], to[SL_RUN_EDGES];
  uint32_t points, edges;
  sl_vec middle;
  double reach;      /* the ball around middle holds the pieces */
  double piece, slack;
} sl_run;

/* What is known of the lateral gap. */
typedef struct sl_gap {
  double distance;   /* the least found, INFINITY when none is within the limit */
  double error;      /* of it */
  bool exhausted;    /* SL_PAIR_WORK_MAX was reached: nothing is sure */
} sl_gap;

/* How far to look, and the work done so far. */
typedef struct sl_search {
  double limit;      /* gaps whose distance - error is over this are of no interest */
  bool first;        /* stop at the first gap within the limit */
  uint64_t work;
  sl_gap gap;
} sl_search;

static inline sl_search sl_search_start(double limit, bool first) {
  return (sl_search){limit, first, 0, {INFINITY, 0.0, false}};
}
/* Nothing that could be found would change what is known. */
static inline bool sl_search_over(const sl_search *search) {
  const sl_gap *gap = &search->gap;
  return gap->exhausted || gap->distance == 0.0 || (search->first && gap->distance - gap->error <= search->limit);
}

/* Least distance between the boundaries of two cores. Cost: n + m and the pairs of
 * runs within the limit. */
void sl_gap_boundaries(sl_search *search, const sl_prepared *a, const sl_prepared *b);
/* The same for one straight run of a (a part of a trajectory) and a core. */
void sl_gap_run(sl_search *search, const sl_run *run, const sl_prepared *b);

/* Least distance between two filled cores: the boundaries, or 0 when one lies
 * inside the other. */
void sl_gap_cores(sl_search *search, const sl_prepared *a, const sl_prepared *b);

/* Whether a place on the ellipsoid lies in the area, by winding number. Sure when
 * the boundary is farther away than the piece errors. */
bool sl_core_contains(const sl_prepared *area, sl_vec place);

/* Load piece i of a core. */
void sl_run_piece(sl_run *out, const sl_prepared *p, uint32_t i);
/* A run of one piece from a to b. */
void sl_run_between(sl_run *out, sl_vec a, sl_vec b, double slack);
/* The place at share t of the piece from a to b, as one flies it uniformly; aside by
 * nothing that counts, along by sl_piece_place_error() of the piece's length. */
sl_vec sl_piece_place(sl_vec a, sl_vec b, double t);
/* By the tangent instead of the arc: at most 0.128 R (l / 2R)^3. */
static inline double sl_piece_place_error(double length) { return 0.02 * length * length * length / (6.3e6 * 6.3e6); }

/* One side of a pair, as the pair compares it: altitudes in units (feet between two
 * pressure altitudes, tenths of a millimetre otherwise). At altitude z the object
 * occupies z + low to z + high. */
typedef struct sl_side {
  const sl_prepared *object;
  int64_t unit;        /* units in one unit of the object's own altitudes */
  int64_t low, high;
} sl_side;

/* What the pair may not fall under. */
typedef struct sl_limits {
  double lateral;      /* m: the minimum plus the radii of both */
  double slack;        /* added to every error */
  int64_t vertical;    /* units */
  bool any_altitude;   /* a column, or references that cannot be compared */
  int64_t grow_ns;     /* how far the two windows grow towards each other: twice the minima's */
} sl_limits;

/* A height between two bands, in units, is under the minimum (L6). */
static inline bool sl_vertical_under(int64_t height, int64_t minimum) {
  return minimum > 0 ? height < minimum : height <= 0;
}

/* What a pair with a trajectory in it was found to be. */
typedef struct sl_moving {
  bool conflict;
  bool exhausted;
  double distance, error;   /* of the cores, at the closest; m */
  double closest_ns;        /* when, from base_ns */
  double first_ns, last_ns; /* of the conflict, from base_ns */
  double height;            /* vertical separation at the closest, units, >= 0 */
  int64_t base_ns;
  bool detail;              /* fill more than conflict and exhausted */
} sl_moving;

/* A trajectory (a) against a volume (b), and against another trajectory. */
void sl_judge_track_volume(sl_moving *out, const sl_side *a, const sl_side *b, const sl_limits *limits);
void sl_judge_tracks(sl_moving *out, const sl_side *a, const sl_side *b, const sl_limits *limits);

/* Leg i of a trajectory: from knot i to i + 1, altitudes in the pair's units. The
 * leg of a lone knot, or of a trajectory that lasts no time, is leg 0 and lasts no
 * time. Returns false for a leg that lasts no time in a trajectory that does. */
bool sl_leg_ramp(sl_ramp *out, const sl_side *side, uint32_t i);
static inline uint32_t sl_legs(const sl_prepared *p) { return p->knots > 1 ? p->knots - 1 : 1; }

#endif
