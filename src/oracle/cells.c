/* Hash tables of cells over one pool of runs. A cell's slots lie in one run of a
 * power of two, which doubles when full and is given back when empty; vacant runs
 * wait by size. A group leaves its table when its last cell is empty, by shifting
 * back what follows, so that there are no tombstones to search through.
 *
 * Work expected: an insertion touches one group and one run, a removal likewise. */
#include "oracle/cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "oracle/memory.h"

#define TABLE_ROOM_FIRST 64u
#define POOL_ROOM_FIRST 64u

SL_STATIC_ASSERT(sizeof(sl_slot) == 32, "two slots to a cache line");
SL_STATIC_ASSERT(sizeof(sl_group) == 64, "a key and seven cells: one cache line");

void sl_pool_fini(sl_pool *pool) {
  free(pool->slot);
  memset(pool, 0, sizeof *pool);
}

void sl_table_fini(sl_table *table) {
  free(table->group);
  memset(table, 0, sizeof *table);
}

/* Make room for `more` slots at the end. */
static sl_err pool_reserve(sl_pool *pool, uint32_t more) {
  uint64_t need = (uint64_t)pool->used + more;
  if (need <= pool->room) {
    return SL_OK;
  }
  uint64_t room = pool->room ? pool->room + pool->room / 2u : POOL_ROOM_FIRST;
  room = room < need ? need : room;
  if (room > UINT32_MAX - 1) {
    return SL_ERR_CAP;
  }
  sl_slot *slot = sl_memory_take((size_t)room, sizeof *slot);
  if (!slot) {
    return SL_ERR_NOMEM;
  }
  if (pool->used) {
    memcpy(slot, pool->slot, pool->used * sizeof *slot);
  }
  free(pool->slot);
  pool->slot = slot;
  pool->room = (uint32_t)room;
  return SL_OK;
}

static void pool_give(sl_pool *pool, uint32_t run, unsigned class) {
  SL_ASSERT(class < SL_POOL_CLASSES && run < pool->used);
  pool->slot[run].id = pool->vacant[class];
  pool->vacant[class] = run + 1;
}

static sl_err pool_take(uint32_t *run, sl_pool *pool, unsigned class) {
  SL_ASSERT(class < SL_POOL_CLASSES);
  if (pool->vacant[class]) {
    *run = pool->vacant[class] - 1;
    pool->vacant[class] = (uint32_t)pool->slot[*run].id;
    return SL_OK;
  }
  sl_err err = pool_reserve(pool, (UINT32_C(1) << class) + 1);
  if (err != SL_OK) {
    return err;
  }
  if (class > 0 && pool->used % 2) { /* two slots are a cache line: no run begins within one */
    pool_give(pool, pool->used++, 0);
  }
  *run = pool->used;
  pool->used += UINT32_C(1) << class;
  return SL_OK;
}

sl_group *sl_table_find(const sl_table *table, uint64_t key) {
  if (table->room == 0) {
    return NULL;
  }
  for (uint32_t at = sl_table_home(table, key);; at = (at + 1) & (table->room - 1)) {
    if (table->group[at].key == key) {
      return &table->group[at];
    }
    if (table->group[at].key == 0) {
      return NULL;
    }
  }
}

/* The vacant place that a new key belongs in. */
static sl_group *vacant_for(const sl_table *table, uint64_t key) {
  uint32_t at = sl_table_home(table, key);
  while (table->group[at].key != 0) {
    at = (at + 1) & (table->room - 1);
  }
  return &table->group[at];
}

static sl_err table_grow(sl_table *table) {
  sl_table wide = *table;
  wide.room = table->room ? table->room * 2 : TABLE_ROOM_FIRST;
  if (wide.room == 0) {
    return SL_ERR_CAP;
  }
  wide.group = sl_memory_take(wide.room, sizeof *wide.group);
  if (!wide.group) {
    return SL_ERR_NOMEM;
  }
  memset(wide.group, 0, wide.room * sizeof *wide.group);
  for (uint32_t i = 0; i < table->room; i++) {
    if (table->group[i].key) {
      *vacant_for(&wide, table->group[i].key) = table->group[i];
    }
  }
  free(table->group);
  *table = wide;
  return SL_OK;
}

/* The group of the key, made when it is missing. */
static sl_err table_have(sl_group **out, sl_table *table, uint64_t key) {
  sl_group *group = sl_table_find(table, key);
  if (!group) {
    if ((uint64_t)table->used * 3 >= (uint64_t)table->room * 2) {
      sl_err err = table_grow(table);
      if (err != SL_OK) {
        return err;
      }
    }
    group = vacant_for(table, key);
    *group = (sl_group){.key = key};
    table->used++;
  }
  *out = group;
  return SL_OK;
}

/* Whether no cell of the group holds anything. */
static bool group_empty(const sl_group *group) {
  uint32_t any = 0;
  for (unsigned i = 0; i < SL_GRID_GROUP; i++) {
    any |= group->cell[i].room;
  }
  return any == 0;
}

/* Take the group out and shift back what its absence would hide. */
static void table_forget(sl_table *table, sl_group *group) {
  uint32_t hole = (uint32_t)(group - table->group);
  uint32_t mask = table->room - 1;
  for (uint32_t at = (hole + 1) & mask; table->group[at].key != 0; at = (at + 1) & mask) {
    uint32_t home = sl_table_home(table, table->group[at].key);
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      table->group[hole] = table->group[at];
      hole = at;
    }
  }
  table->group[hole] = (sl_group){0};
  table->used--;
}

/* Twice the room for a cell that is full. */
static sl_err cell_grow(sl_cell *cell, sl_pool *pool) {
  unsigned class = cell->room;
  if (class >= SL_POOL_CLASSES) {
    return SL_ERR_CAP;
  }
  uint32_t run;
  sl_err err = pool_take(&run, pool, class);
  if (err != SL_OK) {
    return err;
  }
  if (cell->room) {
    memcpy(&pool->slot[run], &pool->slot[cell->run], cell->count * sizeof(sl_slot));
    pool_give(pool, cell->run, class - 1);
  }
  cell->run = run;
  cell->room = (class + 1) & 63u;
  return SL_OK;
}

static void reach_widen(sl_grid_reach *reach, const sl_grid_reach *by) {
  reach->lat = reach->lat > by->lat ? reach->lat : by->lat;
  reach->lon = reach->lon > by->lon ? reach->lon : by->lon;
  reach->time = reach->time > by->time ? reach->time : by->time;
}

static uint64_t key_of(const sl_grid_cell *cell) {
  return sl_grid_key(cell->row, cell->column, sl_grid_group(cell->time));
}

sl_err sl_table_add(sl_table *table, sl_pool *pool, const sl_filing *filing, sl_slot slot) {
  sl_group *group;
  sl_err err = table_have(&group, table, key_of(&filing->cell));
  if (err != SL_OK) {
    return err;
  }
  sl_cell *cell = &group->cell[sl_grid_member(filing->cell.time)];
  if (cell->room == 0 || cell->count == UINT32_C(1) << (cell->room - 1)) {
    err = cell_grow(cell, pool);
    if (err != SL_OK) {
      if (group_empty(group)) {
        table_forget(table, group);
      }
      return err;
    }
  }
  pool->slot[cell->run + cell->count] = slot;
  cell->count++;
  table->slots++;
  reach_widen(&table->reach, &filing->reach);
  return SL_OK;
}

sl_group *sl_table_locate(uint32_t *position, const sl_table *table, const sl_pool *pool, const sl_filing *filing,
                          uint64_t id, const sl_prepared *prepared) {
  sl_group *group = sl_table_find(table, key_of(&filing->cell));
  if (!group) {
    return NULL;
  }
  const sl_cell *cell = &group->cell[sl_grid_member(filing->cell.time)];
  for (uint32_t i = 0; i < cell->count; i++) {
    const sl_slot *slot = &pool->slot[cell->run + i];
    if (slot->id == id && slot->prepared == prepared) {
      *position = i;
      return group;
    }
  }
  return NULL;
}

void sl_table_drop(sl_table *table, sl_pool *pool, sl_group *group, const sl_filing *filing, uint32_t position) {
  sl_cell *cell = &group->cell[sl_grid_member(filing->cell.time)];
  SL_ASSERT(position < cell->count && table->slots > 0);
  cell->count--;
  table->slots--;
  pool->slot[cell->run + position] = pool->slot[cell->run + cell->count];
  if (cell->count == 0) {
    pool_give(pool, cell->run, cell->room - 1u);
    *cell = (sl_cell){0};
    if (group_empty(group)) {
      table_forget(table, group);
    }
  }
  if (table->slots == 0) {
    table->reach = (sl_grid_reach){0};
  }
}
