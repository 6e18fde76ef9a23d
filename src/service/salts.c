/* Keys of salts. A key is drawn from the random port, mixed with the log and the week,
 * and kept in one row: once that row is gone, no salt of the week can be made again,
 * not by who holds the seed either. Rows are erased before the key, a few a turn, and
 * keep the commitment, so that the tree can still be checked leaf by leaf. Work: one
 * PRF an entry; a look at the store for entries of earlier weeks only. */
#include "service/salts.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/instant.h"
#include "service/persist.h"
#include "service/plant.h"
#include "service/retention.h"

#define FORM 1u
#define KEY_ROW (1 + 32 + 8)

typedef struct key_name { uint8_t bytes[10]; } key_name;

static key_name name_of(uint16_t log, uint32_t period) {
  key_name name = {{'s', 'a', 'l', 't'}};
  name.bytes[4] = (uint8_t)(log >> 8);
  name.bytes[5] = (uint8_t)log;
  for (int i = 0; i < 4; i++) name.bytes[6 + i] = (uint8_t)(period >> (24 - 8 * i));
  return name;
}

static void salt_from(const sl_service *service, const uint8_t key[static 32], uint64_t index, uint8_t out[static 32]) {
  uint8_t number[8];
  for (int i = 0; i < 8; i++) number[i] = (uint8_t)(index >> (56 - 8 * i));
  if (SL_PLANTED(SL_PLANT_SALT_SHARED)) number[0] = (uint8_t)service->slot_count;
  sl_span parts[] = {{number, sizeof number}};
  sl_prf(out, 32, key, "log-salt", parts, 1);
}

static sl_err remember(sl_member *member, uint32_t period, uint64_t first) {
  if (member->salt_count == member->salt_room) {
    uint32_t room = member->salt_room ? member->salt_room * 2 : 4;
    sl_salt_week *grown = realloc(member->salt, room * sizeof *grown);
    if (!grown) return SL_ERR_NOMEM;
    member->salt = grown;
    member->salt_room = room;
  }
  SL_ASSERT(member->salt_count == 0 || member->salt[member->salt_count - 1].period < period);
  member->salt[member->salt_count++] = (sl_salt_week){period, first};
  return SL_OK;
}

static void write_key(sl_service *service, const sl_member *member, const sl_salt_week *week,
                      const uint8_t key[static 32]) {
  key_name name = name_of(member->number, week->period);
  uint8_t value[KEY_ROW] = {FORM};
  memcpy(value + 1, key, 32);
  for (int i = 0; i < 8; i++) value[33 + i] = (uint8_t)(week->first >> (56 - 8 * i));
  if (!service->group_error) {
    sl_span bytes = {name.bytes, sizeof name.bytes};
    sl_group_fail(service, sl_store_put(service->store, SL_TABLE_META, bytes, (sl_span){value, sizeof value}));
  }
  sl_wipe(value, sizeof value);
}

/* The random part is the key; log and week keep two logs apart even if it repeats. */
static void draw(const sl_service *service, const sl_member *member, uint32_t period, uint8_t out[static 32]) {
  uint8_t fresh[32], week[4];
  service->options.random.fill(service->options.random.context, fresh, sizeof fresh);
  if (SL_PLANTED(SL_PLANT_SALT_SEEDED)) memcpy(fresh, service->options.seed, sizeof fresh);
  for (int i = 0; i < 4; i++) week[i] = (uint8_t)(period >> (24 - 8 * i));
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[member->side].name)),
                     sl_str_bytes(sl_str_from(member->name)), {week, sizeof week}};
  sl_prf(out, 32, fresh, "salt-key", parts, 3);
  sl_wipe(fresh, sizeof fresh);
}

static void note_due(sl_service *service, const sl_member *member) {
  if (member->salt_count == 0) return;
  int64_t over = sl_retention_over(service, member->salt[0].period);
  if (over < service->erase_next.ns) service->erase_next.ns = over;
}

uint32_t sl_salts_next(sl_service *service, sl_member *member, uint64_t index, uint8_t out[static 32]) {
  int64_t week = service->now.ns / SL_RETENTION_WEEK_NS;
  SL_ASSERT(week >= 0 && week < UINT32_MAX);
  uint32_t period = (uint32_t)week;
  bool has = member->salt_count > 0 && member->salt[member->salt_count - 1].period >= period;
  if (!has) {
    sl_err err = remember(member, period, index);
    sl_group_fail(service, err);
    if (err) {
      memset(out, 0, 32);
      return period;
    }
    draw(service, member, period, member->salt_key);
    write_key(service, member, &member->salt[member->salt_count - 1], member->salt_key);
    note_due(service, member);
  }
  salt_from(service, member->salt_key, index, out);
  return member->salt[member->salt_count - 1].period;
}

static sl_err key_of(sl_service *service, uint16_t log, uint32_t period, uint8_t out[static 32]) {
  sl_member *member = log < service->member_count ? service->member[log] : NULL;
  if (member && member->salt_count > 0 && member->salt[member->salt_count - 1].period == period) {
    memcpy(out, member->salt_key, 32);
    return SL_OK;
  }
  key_name name = name_of(log, period);
  sl_buf value;
  sl_buf_init(&value, 64);
  sl_err err = sl_store_get(service->store, SL_TABLE_META, (sl_span){name.bytes, sizeof name.bytes}, &value);
  if (!err && (value.size != KEY_ROW || value.data[0] != FORM)) err = SL_ERR_CORRUPT;
  if (!err) memcpy(out, value.data + 1, 32);
  if (value.data) sl_wipe(value.data, value.size);
  sl_buf_fini(&value);
  return err;
}

sl_err sl_salts_of(sl_service *service, uint16_t log, uint32_t period, uint64_t index, uint8_t out[static 32]) {
  uint8_t key[32];
  sl_err err = key_of(service, log, period, key);
  if (!err) salt_from(service, key, index, out);
  sl_wipe(key, sizeof key);
  return err;
}

bool sl_salts_over(const sl_service *service, uint32_t period) {
  return sl_retention_over(service, period) <= sl_instant_past(service).ns;
}

/* One row: only the commitment stays. */
static sl_err erase(sl_service *service, const sl_member *member, uint64_t index) {
  sl_hash commitment;
  sl_err err = sl_persist_leaf_erased(service, member->number, index, &commitment);
  if (!err) sl_persist_leaf_erase(service, member->number, index, &commitment);
  return err == SL_ERR_NOT_FOUND ? SL_OK : err;
}

/* The oldest week's key: overwritten, then gone. */
static void destroy(sl_service *service, sl_member *member) {
  static const uint8_t nothing[32];
  if (!SL_PLANTED(SL_PLANT_SALT_KEPT)) {
    write_key(service, member, &member->salt[0], nothing);
    key_name name = name_of(member->number, member->salt[0].period);
    sl_span bytes = {name.bytes, sizeof name.bytes};
    if (!service->group_error) sl_group_fail(service, sl_store_del(service->store, SL_TABLE_META, bytes));
  }
  if (member->salt_count == 1) sl_wipe(member->salt_key, sizeof member->salt_key);
  memmove(member->salt, member->salt + 1, --member->salt_count * sizeof *member->salt);
}

/* Some entries of the oldest week, if its time is over. Returns how many are left of the step. */
static unsigned erase_some(sl_service *service, sl_member *member, unsigned left) {
  while (member->salt_count > 0 && left > 0 && !service->group_error) {
    if (!sl_salts_over(service, member->salt[0].period)) break;
    uint64_t end = member->salt_count > 1 ? member->salt[1].first : sl_tree_size(member->log);
    if (member->erased < member->salt[0].first) member->erased = member->salt[0].first;
    for (; member->erased < end && left > 0 && !service->group_error; left--) {
      sl_group_fail(service, erase(service, member, member->erased++));
    }
    if (member->erased < end) break;
    destroy(service, member);
    if (left > 0) left--;
  }
  return left;
}

bool sl_salts_step(sl_service *service) {
  if (service->erase_next.ns > sl_instant_past(service).ns) return false;
  unsigned left = SL_SALT_STEP;
  for (size_t i = 0; i < service->member_count && left > 0; i++) left = erase_some(service, service->member[i], left);
  if (left == 0) return true;   /* and goes on with the next turn */
  service->erase_next.ns = INT64_MAX;
  for (size_t i = 0; i < service->member_count; i++) note_due(service, service->member[i]);
  return true;
}

sl_time sl_salts_due(const sl_service *service) {
  return sl_instant_when(service, service->erase_next);
}

typedef struct loading {
  sl_service *service;
  sl_err err;
} loading;

static bool key_row(void *context, sl_span name, sl_span value) {
  loading *l = context;
  sl_service *service = l->service;
  if (name.size != sizeof(key_name) || value.size != KEY_ROW || value.data[0] != FORM) l->err = SL_ERR_CORRUPT;
  uint16_t log = 0;
  if (!l->err) log = (uint16_t)(name.data[4] << 8 | name.data[5]);
  if (!l->err && log >= service->member_count) l->err = SL_ERR_CORRUPT;
  if (l->err) return false;
  uint32_t period = 0;
  uint64_t first = 0;
  for (int i = 6; i < 10; i++) period = period << 8 | name.data[i];
  for (int i = 33; i < 41; i++) first = first << 8 | value.data[i];
  sl_member *member = service->member[log];
  l->err = remember(member, period, first);
  memcpy(member->salt_key, value.data + 1, 32);   /* the last one read is the newest */
  if (!l->err) note_due(service, member);
  return !l->err;
}

sl_err sl_salts_load(sl_service *service) {
  loading l = {.service = service};
  service->erase_next.ns = INT64_MAX;
  sl_err err = sl_store_scan(service->store, SL_TABLE_META, sl_str_bytes(SL_STR("salt")), sl_str_bytes(SL_STR("salu")),
                             key_row, &l);
  return err ? err : l.err;
}

void sl_salts_free(sl_member *member) {
  sl_wipe(member->salt_key, sizeof member->salt_key);
  free(member->salt);
  member->salt = NULL;
  member->salt_count = member->salt_room = 0;
}
