/* The names and identities of note keys: which origins are accepted, the four-byte
 * key id, and the verifier key text that people hand each other. */
#include "base/assert.h"
#include "base/text.h"
#include "ledger/lines.h"
#include "ledger/note.h"

#define KEY_TYPE_ED25519 0x01u
#define HEX_ID 8u
#define BASE64_KEY 44u   /* of 33 bytes */

bool sl_origin_valid(sl_str text) {
  if (text.size == 0 || text.size > SL_ORIGIN_MAX) {
    return false;
  }
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] < 0x21 || text.data[i] > 0x7e || text.data[i] == '+') {
      return false;
    }
  }
  return true;
}

void sl_note_key_id(uint8_t out[static 4], sl_str name, sl_sha256_fn *sha256, const uint8_t public_key[static 32]) {
  SL_ASSERT(sha256 != NULL);
  const uint8_t middle[2] = {'\n', KEY_TYPE_ED25519};
  const sl_span parts[3] = {sl_str_bytes(name), {middle, sizeof middle}, {public_key, 32}};
  uint8_t hash[32];
  sha256(hash, parts, 3);
  memcpy(out, hash, 4);
}

void sl_note_vkey_add(sl_buf *out, const char *name, sl_sha256_fn *sha256, const uint8_t public_key[static 32]) {
  SL_ASSERT(out != NULL && name != NULL);
  SL_ASSERT(sl_origin_valid(sl_str_from(name)));
  uint8_t id[4];
  char hex[HEX_ID + 1];
  uint8_t typed[33] = {KEY_TYPE_ED25519};
  sl_note_key_id(id, sl_str_from(name), sha256, public_key);
  sl_hex(hex, (sl_span){id, sizeof id});
  memcpy(typed + 1, public_key, 32);
  sl_buf_add_text(out, name);
  sl_buf_add_text(out, "+");
  sl_buf_add_text(out, hex);
  sl_buf_add_text(out, "+");
  sl_base64_add(out, (sl_span){typed, sizeof typed});
}

sl_err sl_note_vkey_read(char name[static SL_ORIGIN_MAX + 1], uint8_t public_key[static 32], sl_str text,
                         sl_sha256_fn *sha256) {
  SL_ASSERT(sha256 != NULL);
  /* Everything after the name has a fixed length, so the name is what is left. */
  const size_t tail = 1 + HEX_ID + 1 + BASE64_KEY;
  if (text.size <= tail) {
    return SL_ERR_SYNTAX;
  }
  const sl_str origin = {text.data, text.size - tail};
  const sl_str hex = {text.data + origin.size + 1, HEX_ID};
  const sl_str key = {hex.data + HEX_ID + 1, BASE64_KEY};
  if (!sl_origin_valid(origin) || hex.data[-1] != '+' || key.data[-1] != '+') {
    return SL_ERR_SYNTAX;
  }
  uint8_t typed[33];
  size_t size = sizeof typed;
  if (sl_base64_read(typed, &size, key) != SL_OK || size != sizeof typed || typed[0] != KEY_TYPE_ED25519) {
    return SL_ERR_SYNTAX;
  }
  uint8_t id[4];
  char expected[HEX_ID + 1];
  sl_note_key_id(id, origin, sha256, typed + 1);
  sl_hex(expected, (sl_span){id, sizeof id});
  if (!sl_str_is(hex, expected)) {
    return SL_ERR_SYNTAX;
  }
  memcpy(name, origin.data, origin.size);
  name[origin.size] = '\0';
  memcpy(public_key, typed + 1, 32);
  return SL_OK;
}
