/* Filing records: one counting sort into buckets, shared among threads by ranges of
 * the records so that equal ones keep their order, then a radix sort within each
 * bucket, which fits the cache.
 *
 * Work expected: a million records of one level in some ten thousand buckets. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "oracle/memory.h"
#include "oracle/records.h"
#include "oracle/team.h"

#define RECORDS_PER_BUCKET 64u   /* fewer than a cell has where it matters */
#define TORUS_BITS_MIN 6u        /* 8 rows of 8: neighbours are different buckets */
#define TORUS_BITS_MAX 22u
#define SKIP UINT32_MAX

typedef struct filing {
  const sl_records *records;
  sl_filed *filed;
  const uint8_t *near;     /* by bucket: a record of the level is near; NULL: all */
  uint32_t *place;         /* by record: 2 * bucket + part, or SKIP */
  uint32_t *at;            /* by range and place: counts, then positions */
  unsigned ranges;
  sl_err *err;             /* by range */
} filing;

static void range_of(const filing *f, size_t range, size_t *from, size_t *to) {
  *from = f->records->count * range / f->ranges;
  *to = f->records->count * (range + 1) / f->ranges;
}

static uint32_t places(const filing *f) { return 2 * sl_filed_buckets(f->filed); }

static uint32_t bucket_of(const sl_filed *filed, const sl_rec *rec, sl_grid_widened *last) {
  int64_t row = sl_rec_row(rec, filed->level);
  unsigned widening = sl_grid_widening_kept(last, filed->level, row);
  return sl_filed_bucket(filed, row, sl_rec_column(rec, filed->level, widening));
}

static void count_range(void *context, size_t range) {
  filing *f = context;
  uint32_t *count = f->at + range * places(f);
  size_t from, to;
  range_of(f, range, &from, &to);
  sl_grid_widened last = {.known = false};
  for (size_t i = from; i < to; i++) {
    unsigned level = f->records->level[i];
    f->place[i] = SKIP;
    if (level <= f->filed->level) {
      uint32_t bucket = bucket_of(f->filed, &f->records->rec[i], &last);
      bool finer = level < f->filed->level;
      if (!finer || !f->near || f->near[bucket]) {
        f->place[i] = 2 * bucket + finer;
        count[2 * bucket + finer]++;
      }
    }
  }
}

static void scatter_range(void *context, size_t range) {
  filing *f = context;
  uint32_t *at = f->at + range * places(f);
  size_t from, to;
  range_of(f, range, &from, &to);
  for (size_t i = from; i < to; i++) {
    if (f->place[i] != SKIP) {
      f->filed->rec[at[f->place[i]]++] = f->records->rec[i];
    }
  }
}

/* Counts into positions: place by place, in each range by range. */
static void sum(filing *f) {
  uint32_t total = 0, count = places(f);
  for (uint32_t place = 0; place < count; place++) {
    f->filed->first[place] = total;
    for (unsigned range = 0; range < f->ranges; range++) {
      uint32_t *at = &f->at[(size_t)range * count + place];
      uint32_t here = *at;
      *at = total;
      total += here;
    }
  }
  f->filed->first[count] = total;
}

/* A key in the order wanted, and where the record is. */
typedef struct item {
  uint64_t key;
  uint32_t index;
} item;

static uint64_t key_of(const sl_rec *rec, unsigned level, sl_grid_widened *last) {
  int64_t row = sl_rec_row(rec, level);
  int64_t column = sl_rec_column(rec, level, sl_grid_widening_kept(last, level, row));
  return (uint64_t)(row + 32768) << 48 | (uint64_t)column << 32 | rec->start;
}

static void insertion_sort(item *items, size_t count) {
  for (size_t i = 1; i < count; i++) {
    item moved = items[i];
    size_t k = i;
    for (; k > 0 && items[k - 1].key > moved.key; k--) {
      items[k] = items[k - 1];
    }
    items[k] = moved;
  }
}

/* By bytes from the least, leaving out those in which no two keys differ. Returns
 * where the sorted items are: `items` or `other`. */
static item *radix_sort(item *items, item *other, size_t count) {
  uint64_t any = 0;
  for (size_t i = 1; i < count; i++) {
    any |= items[i].key ^ items[0].key;
  }
  for (unsigned shift = 0; shift < 64; shift += 8) {
    if ((any >> shift & 0xFF) == 0) {
      continue;
    }
    uint32_t at[256] = {0};
    for (size_t i = 0; i < count; i++) {
      at[items[i].key >> shift & 0xFF]++;
    }
    uint32_t total = 0;
    for (unsigned b = 0; b < 256; b++) {
      uint32_t here = at[b];
      at[b] = total;
      total += here;
    }
    for (size_t i = 0; i < count; i++) {
      other[at[items[i].key >> shift & 0xFF]++] = items[i];
    }
    item *swap = items;
    items = other;
    other = swap;
  }
  return items;
}

/* Room to sort one part of a bucket in. */
typedef struct bench {
  item *items, *other;
  sl_rec *rec;
  size_t room;
} bench;

static void bench_fini(bench *b) {
  free(b->items);
  free(b->other);
  free(b->rec);
}

static sl_err bench_reserve(bench *b, size_t count) {
  if (count <= b->room) {
    return SL_OK;
  }
  bench_fini(b);
  b->room = count * 2;
  b->items = malloc(b->room * sizeof *b->items);
  b->other = malloc(b->room * sizeof *b->other);
  b->rec = sl_memory_take(b->room, sizeof *b->rec);
  if (b->items && b->other && b->rec) {
    return SL_OK;
  }
  bench_fini(b);
  memset(b, 0, sizeof *b);
  return SL_ERR_NOMEM;
}

static sl_err sort_part(bench *b, sl_rec *rec, size_t count, unsigned level) {
  if (count < 2) {
    return SL_OK;
  }
  sl_err err = bench_reserve(b, count);
  if (err != SL_OK) {
    return err;
  }
  sl_grid_widened last = {.known = false};
  for (size_t i = 0; i < count; i++) {
    b->items[i] = (item){key_of(&rec[i], level, &last), (uint32_t)i};
  }
  item *sorted = b->items;
  if (count <= 24) {
    insertion_sort(sorted, count);
  } else {
    sorted = radix_sort(b->items, b->other, count);
  }
  memcpy(b->rec, rec, count * sizeof *rec);
  for (size_t i = 0; i < count; i++) {
    rec[i] = b->rec[sorted[i].index];
  }
  return SL_OK;
}

/* Positions for tags; whose they are stands beside. */
static void number_part(sl_filed *filed, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    sl_rec *rec = &filed->rec[i];
    filed->entry[i] = rec->tag & ~SL_REC_PIECE;
    if (rec->tag & SL_REC_PIECE) {
      rec->tag = i | SL_REC_PIECE;
    } else {
      filed->position[rec->tag] = i;
      rec->tag = i;
    }
  }
}

/* Every part of the buckets of one of 64 ranges. */
#define SORT_TASKS ((size_t)64)
static void sort_range(void *context, size_t task) {
  filing *f = context;
  bench b = {.room = 0};
  size_t count = places(f), from = count * task / SORT_TASKS, to = count * (task + 1) / SORT_TASKS;
  const uint32_t *first = f->filed->first;
  f->err[task] = SL_OK;
  for (size_t place = from; place < to && f->err[task] == SL_OK; place++) {
    f->err[task] = sort_part(&b, f->filed->rec + first[place], first[place + 1] - first[place], f->filed->level);
    number_part(f->filed, first[place], first[place + 1]);
  }
  bench_fini(&b);
}

/* Mark the buckets that a record of the level can meet finer ones in. */
static void mark_near(uint8_t *near, const sl_filed *filed, const sl_rec *rec) {
  unsigned shift = sl_grid_lat_shift(filed->level) - SL_LANE_SHIFT;
  int64_t row = sl_rec_row(rec, filed->level);
  unsigned widening = sl_grid_widening(filed->level, row);
  int64_t wide = INT64_C(1) << (widening == SL_GRID_WHOLE_ROW ? 40 : shift + widening);
  for (int64_t r = row - 1; r <= row + 1; r++) {
    unsigned w = sl_grid_widening(filed->level, r);
    int64_t columns = sl_grid_columns(filed->level, r);
    int64_t first = 0, last = columns - 1;
    if (w != SL_GRID_WHOLE_ROW && widening != SL_GRID_WHOLE_ROW) {
      int64_t west = rec->lanes[1] + SL_LANE_TURN / 2;
      first = (west >> (shift + w)) - 2;   /* one for its reach, one for a narrow last column */
      last = ((west + 2 * wide) >> (shift + w)) + 1;
    }
    if (last - first >= columns) {
      first = 0;
      last = columns - 1;
    }
    for (int64_t c = first; c <= last; c++) {
      near[sl_filed_bucket(filed, r, (c + columns) % columns)] = 1;
    }
  }
}

/* Which buckets finer records matter in; NULL with SL_OK when all are to be taken. */
static sl_err make_near(uint8_t **out, const sl_records *records, const sl_filed *filed, size_t finer) {
  *out = NULL;
  if (records->per_level[filed->level] >= finer) {
    return SL_OK;
  }
  uint8_t *near = calloc(sl_filed_buckets(filed), 1);
  if (!near) {
    return SL_ERR_NOMEM;
  }
  for (size_t i = 0; i < records->count; i++) {
    if (records->level[i] == filed->level) {
      mark_near(near, filed, &records->rec[i]);
    }
  }
  *out = near;
  return SL_OK;
}

static void torus_size(sl_filed *filed, size_t count) {
  unsigned bits = TORUS_BITS_MIN;
  while (bits < TORUS_BITS_MAX && count >> bits > RECORDS_PER_BUCKET) {
    bits++;
  }
  filed->column_bits = bits / 2;
  filed->column_mask = (UINT32_C(1) << filed->column_bits) - 1;
  filed->row_mask = (UINT32_C(1) << (bits - filed->column_bits)) - 1;
}

static sl_err file_all(filing *f, unsigned threads) {
  sl_team_run(threads, f->ranges, count_range, f);
  sum(f);
  sl_team_run(threads, f->ranges, scatter_range, f);
  sl_err err[SORT_TASKS];
  f->err = err;
  sl_team_run(threads, SORT_TASKS, sort_range, f);
  for (size_t i = 0; i < SORT_TASKS; i++) {
    if (err[i] != SL_OK) {
      return err[i];
    }
  }
  return SL_OK;
}

sl_err sl_filed_make(sl_filed *out, const sl_records *records, unsigned level, sl_rec *spare, unsigned threads) {
  SL_ASSERT(level < SL_GRID_LATERALS && threads >= 1);
  sl_filed filed = {.level = level};
  size_t finer = 0;
  for (unsigned i = 0; i < level; i++) {
    finer += records->per_level[i];
  }
  torus_size(&filed, records->per_level[level] + finer);
  filing f = {.records = records, .filed = &filed, .ranges = threads};
  uint8_t *near = NULL;
  filed.rec = spare ? spare : sl_memory_take(records->count, sizeof(sl_rec));
  filed.first = sl_memory_take((size_t)places(&f) + 1, sizeof *filed.first);
  f.place = sl_memory_take(records->count, sizeof *f.place);
  f.at = calloc((size_t)places(&f) * threads, sizeof *f.at);
  filed.position = sl_memory_take(records->entries, sizeof *filed.position);
  sl_err err = filed.rec && filed.first && f.place && f.at && filed.position ? make_near(&near, records, &filed, finer) : SL_ERR_NOMEM;
  if (err == SL_OK) {
    f.near = near;
    memset(filed.position, 0xFF, records->entries * sizeof *filed.position);
    filed.entry = f.place;   /* which is read before it is written over: records are scattered by then */
    err = file_all(&f, threads);
  }
  free(near);
  free(f.at);
  if (err != SL_OK) {
    free(f.place);
    free(filed.position);
    free(filed.first);
    if (filed.rec != spare) {
      free(filed.rec);
    }
    return err;
  }
  *out = filed;
  return SL_OK;
}

sl_rec *sl_filed_fini(sl_filed *filed) {
  free(filed->entry);
  free(filed->position);
  free(filed->first);
  return filed->rec;
}
