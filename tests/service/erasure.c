/* L23: when the retention of a week is over, its openings cannot be made again from
 * anything that is left: not from any bytes of the store, not from the seed, not from
 * what the random port gave (which is part of no key that is kept). */
#include "erasure.h"

#include "check_world.h"
#include "base/text.h"
#include "ledger/entry.h"

enum { DAY = 24 * 3600 };

typedef struct hunt {
  const uint8_t *salt, *entry;
  size_t entry_size;
  uint64_t index;
  bool found;
} hunt;

/* Whether 32 bytes anywhere are the salt, or a key that it is made from. */
static bool makes(const hunt *h, const uint8_t key[static 32]) {
  uint8_t number[8], salt[32];
  for (int i = 0; i < 8; i++) number[i] = (uint8_t)(h->index >> (56 - 8 * i));
  sl_span parts[] = {{number, sizeof number}};
  sl_prf(salt, 32, key, "log-salt", parts, 1);
  return memcmp(salt, h->salt, 32) == 0 || memcmp(key, h->salt, 32) == 0;
}

static bool row(void *context, sl_span key, sl_span value) {
  hunt *h = context;
  (void)key;
  for (size_t i = 0; i + 32 <= value.size && !h->found; i++) h->found = makes(h, value.data + i);
  for (size_t i = 0; i + h->entry_size <= value.size && !h->found; i++) {
    h->found = memcmp(value.data + i, h->entry, h->entry_size) == 0;
  }
  return !h->found;
}

bool sl_erasure_found(sl_world *world, uint64_t index, const uint8_t salt[static 32], sl_span entry) {
  hunt h = {.salt = salt, .entry = entry.data, .entry_size = entry.size, .index = index};
  for (int table = 0; table < SL_TABLE_COUNT && !h.found; table++) {
    sl_err err = sl_store_scan(world->store, (sl_table)table, (sl_span){0}, (sl_span){0}, row, &h);
    if (err) return true;
  }
  /* Who holds the seed, and all that was ever public of the log. */
  static const char *const names[] = {"blue", "ops"};
  int64_t week = SL_WORLD_START / (7 * DAY);
  uint8_t number[4] = {(uint8_t)(week >> 24), (uint8_t)(week >> 16), (uint8_t)(week >> 8), (uint8_t)week}, key[32];
  sl_span parts[] = {sl_str_bytes(sl_str_from(names[0])), sl_str_bytes(sl_str_from(names[1])), {number, 4}};
  sl_prf(key, 32, world->options.seed, "salt-key", parts, 3);
  return h.found || makes(&h, key);
}

bool sl_erasure_receipt(const char *body, uint64_t *index, uint8_t salt[static 32], uint8_t *entry, size_t *size) {
  const char *at = strstr(body, "\"receipt\":{");
  char text[128];
  if (!at) return false;
  *index = strtoull(sl_world_member(at, "index", text), NULL, 10);
  const char *coded = strstr(at, "\"entry\":\"");
  const char *hex = strstr(at, "\"salt\":\"");
  if (!coded || !hex) return false;
  coded += strlen("\"entry\":\"");
  hex += strlen("\"salt\":\"");
  sl_err err = sl_base64_read(entry, size, (sl_str){coded, strcspn(coded, "\"")});
  if (!err) err = sl_unhex(salt, 32, (sl_str){hex, strcspn(hex, "\"")});
  return !err;
}

const char *sl_check_erased(void) {
  static uint8_t entry[1u << 16];
  sl_check_world w;
  sl_world_init(&w.world);
  w.world.options.retention.ns = 7 * (int64_t)DAY * SL_NS_PER_S;
  w.world.agreement.tick.ns = w.world.agreement.round.ns = SL_NS_PER_H;
  sl_world_open(&w.world, NULL);
  sl_world_found(&w.world);
  sl_world_enrol(&w.world, 0, "ops", SL_CLASS_DRONE, 0, &w.blue);
  sl_draft draft = sl_check_box(&w, 7200, 7500);
  sl_answered answer = sl_world_put(&w.world, &w.blue, SL_CHECK_A, &draft);
  uint64_t index = 0;
  uint8_t salt[32];
  size_t size = sizeof entry;
  bool given = sl_erasure_receipt(answer.body, &index, salt, entry, &size);
  sl_world_drop(&answer);
  sl_world_move(&w.world, 15 * (int64_t)DAY * SL_NS_PER_S);
  bool found = sl_erasure_found(&w.world, index, salt, (sl_span){entry, size});
  sl_world_fini(&w.world);
  if (!given) return "no receipt";
  return found ? "an erased entry can be opened again" : NULL;
}
