/* The memory of the index: hash tables from groups of cells to runs of slots, and
 * the pool that the runs come from. */
#ifndef SL_ORACLE_CELLS_H
#define SL_ORACLE_CELLS_H

#include "oracle/grid.h"

/* One filed piece. */
typedef struct sl_slot {
  sl_box box;
  uint64_t id;
  const sl_prepared *prepared;
} sl_slot;

#define SL_POOL_CLASSES 27u   /* runs of 1, 2, 4 ... 2^26 slots */

/* Runs of slots, by index so that the pool can move when it grows. */
typedef struct sl_pool {
  sl_slot *slot;
  uint32_t used, room;
  uint32_t vacant[SL_POOL_CLASSES];   /* first vacant run of the class + 1, chained by id */
} sl_pool;

/* The slots of one cell: `room` is log2 + 1, 0 without a run. */
typedef struct sl_cell {
  uint32_t run;
  uint32_t count : 26;
  uint32_t room : 6;
} sl_cell;

/* Consecutive time cells under one key: one cache line. */
typedef struct sl_group {
  uint64_t key;   /* 0: vacant */
  sl_cell cell[SL_GRID_GROUP];
} sl_group;

/* Open addressing, linear probing, a power of two of groups. Zeroed is empty. */
typedef struct sl_table {
  sl_group *group;
  uint32_t room, used;
  uint32_t slots;        /* pieces filed in it */
  sl_grid_reach reach;   /* of all filed since it was last empty */
} sl_table;

/* Release; zeroed afterwards. Errors: none. */
void sl_pool_fini(sl_pool *pool);
/* Release; zeroed afterwards. Errors: none. */
void sl_table_fini(sl_table *table);

/* The first place where a key can be: to be fetched ahead. room is not 0. */
static inline uint32_t sl_table_home(const sl_table *table, uint64_t key) {
  return (uint32_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 33) & (table->room - 1);
}

/* The group of a key; NULL when there is none. Errors: none. Cost: one probe. */
sl_group *sl_table_find(const sl_table *table, uint64_t key);

/* Append a slot to the cell. Errors: SL_ERR_NOMEM, SL_ERR_CAP (2^26 in one cell).
 * On failure nothing has changed but spare room. Threads: one writer. */
SL_MUST_USE sl_err sl_table_add(sl_table *table, sl_pool *pool, const sl_filing *filing, sl_slot slot);

/* Where (id, prepared) is in the filing's cell: the group and the position in its
 * run. NULL when it is not there. Cost: the slots of the cell. */
sl_group *sl_table_locate(uint32_t *position, const sl_table *table, const sl_pool *pool, const sl_filing *filing,
                          uint64_t id, const sl_prepared *prepared);

/* Remove the slot that sl_table_locate() found. */
void sl_table_drop(sl_table *table, sl_pool *pool, sl_group *group, const sl_filing *filing, uint32_t position);

#endif
