/* Records: the objects of a joint judgement as bounds of 32 bytes, filed by level
 * and cell, in the order in which cells are joined.
 *
 * A record's bounds are grown by half the minima, so that two objects that are not
 * CLEAR have records that meet. Its cell, at a level no finer than its own, is that
 * of its south-west corner (grid.h); cells are kept in a torus of buckets, which
 * holds any part of the Earth in neighbouring memory. Cells that share a bucket are
 * far apart, and records carry their bounds whole, so sharing costs time at most. */
#ifndef SL_ORACLE_RECORDS_H
#define SL_ORACLE_RECORDS_H

#include "oracle/grid.h"

/* Lanes: south, west, complement of north, complement of east, in 2^8 nanodegrees;
 * east counts on beyond 180 degrees. What is wider than 45 degrees is unbounded. */
typedef int32_t sl_lanes __attribute__((vector_size(16)));

#define SL_LANE_TURN INT32_C(1406250000)    /* 360 degrees */
#define SL_LANE_WEST INT32_C(-740000000)    /* unbounded: below any west, above any east */
#define SL_LANE_EAST INT32_MAX
#define SL_LANE_SHIFT 8u
#define SL_TICK_SHIFT 31u                   /* start and end in 2.1 s, both closed */

#define SL_REC_PIECE UINT32_C(0x80000000)   /* one of several pieces of its object */

typedef struct sl_rec {
  sl_lanes lanes;
  uint32_t start, end;
  int16_t lower, upper;   /* W84 from 0 up, pressure below 0, a column both */
  uint32_t tag;           /* position in the entries (filed: its own), and SL_REC_PIECE */
} sl_rec;

#define SL_RECORDS_ROOM ((size_t)64)   /* bytes a record in the block of records: twice what it takes */

/* All records and the level of each, in order of the entries; further pieces of
 * trajectories follow. The block of records has SL_RECORDS_ROOM bytes for each, so that
 * it can be used again for something else when all are filed (sl_records_give). */
typedef struct sl_records {
  sl_rec *rec;
  uint8_t *level;
  size_t count, entries;
  size_t per_level[SL_GRID_LATERALS];
} sl_records;

/* Make the records of entries under minima. Errors: SL_ERR_NOMEM, SL_ERR_CAP.
 * Cost: one pass over the entries. */
SL_MUST_USE sl_err sl_records_make(sl_records *out, const sl_prepared *const *entries, size_t count,
                                   const sl_minima *minima, unsigned threads);
/* Release; again does nothing. Errors: none. */
void sl_records_fini(sl_records *records);
/* Release all but the block of records, which is the caller's from now on. Errors: none. */
void *sl_records_give(sl_records *records);

/* Row and column of a record at a level not finer than its own. */
static inline int64_t sl_rec_row(const sl_rec *rec, unsigned level) {
  return rec->lanes[0] >> (sl_grid_lat_shift(level) - SL_LANE_SHIFT);
}
static inline int64_t sl_rec_column(const sl_rec *rec, unsigned level, unsigned widening) {
  return widening == SL_GRID_WHOLE_ROW
             ? 0
             : (rec->lanes[1] + SL_LANE_TURN / 2) >> (sl_grid_lat_shift(level) + widening - SL_LANE_SHIFT);
}

/* The records of one level and of finer ones near them, by bucket: of bucket b those
 * of the level itself in [first[2b], first[2b + 1]), finer ones up to first[2b + 2],
 * each part sorted by row, column, start, tag. Filed, the tag of a record is its own
 * position among them, `entry` has that of its object, and `position` that of the record
 * of an object of one piece, UINT32_MAX where it is not filed. */
typedef struct sl_filed {
  sl_rec *rec;
  uint32_t *entry, *position;
  uint32_t *first;
  unsigned level;
  uint32_t row_mask, column_mask;   /* of the torus: powers of two less 1 */
  unsigned column_bits;
} sl_filed;

static inline uint32_t sl_filed_buckets(const sl_filed *filed) { return (filed->row_mask + 1) << filed->column_bits; }
static inline uint32_t sl_filed_count(const sl_filed *filed) { return filed->first[2 * (size_t)sl_filed_buckets(filed)]; }
static inline uint32_t sl_filed_bucket(const sl_filed *filed, int64_t row, int64_t column) {
  return (((uint32_t)row & filed->row_mask) << filed->column_bits) | ((uint32_t)column & filed->column_mask);
}

/* File what is to be joined at a level. `spare`, when it is not NULL, is a block of
 * records->count records to use again, else one is taken. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_filed_make(sl_filed *out, const sl_records *records, unsigned level, sl_rec *spare,
                                 unsigned threads);
/* Release all but the records, which are returned for use again. */
sl_rec *sl_filed_fini(sl_filed *filed);

#endif
