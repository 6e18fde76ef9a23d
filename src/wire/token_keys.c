/* Keys for tokens, and the documents they come in.
 *
 * Work: one to a few keys a set; sets are made at start and at a refresh. Representation:
 * an array that is searched from its start. A PEM file, which is the liaison's own, is taken in
 * full or not at all: new keys lie behind the counted ones until all of it was good. A JWKS is
 * another's and has what others need too: what is of no use here is passed over (RFC 7517,
 * section 5), or one new key of a kind unknown here would take all the others away. */
#include "wire/token_keys.h"

#include <stdlib.h>

#include "base/assert.h"
#include "json/decode.h"

#define MODULUS_BYTES_MAX (SL_RSA_BITS_MAX / 8)
#define JWK_MEMORY (512u << 10)

typedef struct held {
  sl_rsa_key *key;
  sl_time until;                      /* INT64_MAX: for good */
  uint32_t kid_size;                  /* 0: none */
  char kid[SL_TOKEN_KID_MAX];
} held;

struct sl_token_keys {
  size_t count;
  size_t passed;                      /* of documents: of no use here */
  held key[SL_TOKEN_KEYS_MAX];
};

sl_err sl_token_keys_new(sl_token_keys **out) {
  sl_token_keys *keys = calloc(1, sizeof *keys);
  if (keys == NULL) return SL_ERR_NOMEM;
  *out = keys;
  return SL_OK;
}

/* Release what lies at `from` and behind, up to `to`. */
static void drop(sl_token_keys *keys, size_t from, size_t to) {
  SL_ASSERT(to <= SL_TOKEN_KEYS_MAX);
  for (size_t i = from; i < to; i++) {
    sl_rsa_key_free(keys->key[i].key);
    keys->key[i].key = NULL;
  }
}

void sl_token_keys_free(sl_token_keys *keys) {
  if (keys == NULL) return;
  drop(keys, 0, keys->count);
  free(keys);
}

size_t sl_token_keys_count(const sl_token_keys *keys) { return keys->count; }

size_t sl_token_keys_passed(const sl_token_keys *keys) { return keys->passed; }

size_t sl_token_keys_live(const sl_token_keys *keys, sl_time now) {
  size_t live = 0;
  for (size_t i = 0; i < keys->count; i++) live += keys->key[i].until.ns >= now.ns;
  return live;
}

sl_err sl_token_keys_add_pem(sl_token_keys *keys, sl_str text, sl_fault *fault) {
  SL_ASSERT(keys != NULL);
  if (text.size > SL_TOKEN_KEYFILE_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "a key file may have at most %u bytes", SL_TOKEN_KEYFILE_MAX);
  }
  size_t next = keys->count;
  sl_err err = SL_OK;
  while (err == SL_OK) {
    sl_rsa_key *key = NULL;
    err = sl_rsa_key_take_pem(&key, &text, fault);
    if (err == SL_OK && next == SL_TOKEN_KEYS_MAX) {
      sl_rsa_key_free(key);
      err = sl_fault_set(fault, SL_ERR_CAP, "at most %u keys are taken", SL_TOKEN_KEYS_MAX);
    } else if (err == SL_OK) {
      keys->key[next++] = (held){.key = key, .until = {INT64_MAX}};
    }
  }
  if (err == SL_ERR_END) {
    err = next > keys->count ? SL_OK : sl_fault_set(fault, SL_ERR_MISSING, "there is no PEM block in the file");
  }
  if (err) {
    drop(keys, keys->count, next);
    return err;
  }
  keys->count = next;
  return SL_OK;
}

/* One member of "keys". */
typedef struct jwk {
  sl_str kty, use, alg, kid, n, e;
} jwk;

/* What cannot be read reads as a key of no kind. */
static sl_err read_jwk(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "kty", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(jwk, kty), .max = 64},
      {.name = "use", .kind = SL_JSON_TEXT, .offset = offsetof(jwk, use), .max = 64},
      {.name = "alg", .kind = SL_JSON_TEXT, .offset = offsetof(jwk, alg), .max = 64},
      {.name = "kid", .kind = SL_JSON_TEXT, .offset = offsetof(jwk, kid), .max = SL_TOKEN_KID_MAX},
      {.name = "n", .kind = SL_JSON_TEXT, .offset = offsetof(jwk, n), .max = 4096},
      {.name = "e", .kind = SL_JSON_TEXT, .offset = offsetof(jwk, e), .max = 4096}};
  sl_json_reader quiet = *reader;
  quiet.fault = NULL;
  sl_err err = sl_json_object(&quiet, target, at, table, SL_JSON_COUNT(table), NULL);
  if (err && err != SL_ERR_NOMEM) *(jwk *)target = (jwk){.n = {NULL, 0}};
  return err == SL_ERR_NOMEM ? err : SL_OK;
}

typedef struct jwks {
  jwk *key;
  uint32_t count;
} jwks;

static sl_err read_keys(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  jwks *set = target;
  void *items = NULL;
  sl_err err = sl_json_list(reader, &items, &set->count, at, 1, SL_JWKS_KEYS_MAX, sizeof(jwk), read_jwk);
  if (err == SL_OK) set->key = items;
  return err;
}

static bool usable(const jwk *key) {
  return sl_str_is(key->kty, "RSA") && (key->use.size == 0 || sl_str_is(key->use, "sig")) &&
         (key->alg.size == 0 || sl_str_is(key->alg, "RS256"));
}

static sl_err key_of(sl_rsa_key **out, const jwk *from) {
  uint8_t modulus[MODULUS_BYTES_MAX], exponent[8];
  size_t n_size = sizeof modulus, e_size = sizeof exponent;
  sl_err err = sl_base64url_read(modulus, &n_size, from->n);
  if (err == SL_OK) err = sl_base64url_read(exponent, &e_size, from->e);
  if (err == SL_ERR_CAP) err = SL_ERR_RANGE;
  return err ? err : sl_rsa_key_new(out, (sl_span){modulus, n_size}, (sl_span){exponent, e_size});
}

static bool kid_is(const held *entry, sl_str kid) {
  return entry->kid_size == kid.size && memcmp(entry->kid, kid.data, kid.size) == 0;
}

/* One more of the set. Errors: those that say that it is of no use, SL_ERR_NOMEM. */
static sl_err place(sl_token_keys *keys, const jwk *from, sl_time until) {
  if (!usable(from) || keys->count == SL_TOKEN_KEYS_MAX) return SL_ERR_RANGE;
  held entry = {.until = until, .kid_size = (uint32_t)from->kid.size};
  sl_err err = key_of(&entry.key, from);
  if (err) return err;
  if (from->kid.size > 0) memcpy(entry.kid, from->kid.data, from->kid.size);
  keys->key[keys->count++] = entry;
  return SL_OK;
}

static sl_err place_all(sl_token_keys *keys, const jwks *set, sl_time until, sl_fault *fault) {
  size_t before = keys->count, passed = 0;
  for (uint32_t i = 0; i < set->count; i++) {
    sl_err err = place(keys, set->key + i, until);
    passed += err != SL_OK;
    if (err != SL_ERR_NOMEM) continue;
    drop(keys, before, keys->count);
    keys->count = before;
    return sl_fault_set(fault, err, "memory is short");
  }
  keys->passed += passed;
  if (keys->count > before) return SL_OK;
  return sl_fault_set(fault, SL_ERR_MISSING, "there is no RSA signing key of %u to %u bits for RS256 in the document",
                      SL_RSA_BITS_MIN, SL_RSA_BITS_MAX);
}

sl_err sl_token_keys_add_jwks(sl_token_keys *keys, sl_span text, sl_time until, sl_fault *fault) {
  SL_ASSERT(keys != NULL);
  static const sl_json_member table[] = {
      {.name = "keys", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_keys}};
  const sl_json_caps caps = {.size = SL_JWKS_MAX, .depth = 8, .digits = 40, .string = 16384, .values = 4096};
  sl_json *json = NULL;
  sl_err err = sl_json_parse(&json, text, &caps, fault);
  if (err) return err;
  sl_arena arena;
  sl_arena_init(&arena, JWK_MEMORY);
  sl_json_reader reader = {.arena = &arena, .fault = fault, .open = true};
  sl_json_at root = sl_json_root(json);
  jwks set = {.count = 0};
  err = sl_json_object(&reader, &set, &root, table, SL_JSON_COUNT(table), NULL);
  if (err == SL_OK) err = place_all(keys, &set, until, fault);
  sl_arena_fini(&arena);
  sl_json_free(json);
  return err;
}

/* Whether some key has this kid and still holds. */
static bool known_kid(const sl_token_keys *keys, sl_str kid, sl_time now) {
  for (size_t i = 0; kid.size > 0 && i < keys->count; i++) {
    if (keys->key[i].until.ns >= now.ns && kid_is(keys->key + i, kid)) return true;
  }
  return false;
}

bool sl_token_keys_verify(bool *known, const sl_token_keys *keys, sl_str kid, sl_span signature, sl_span message,
                          sl_time now) {
  SL_ASSERT(known != NULL && keys != NULL);
  bool named = known_kid(keys, kid, now);
  unsigned tries = 0;
  bool good = false;
  for (size_t i = 0; i < keys->count && tries < SL_TOKEN_TRIES_MAX && !good; i++) {
    const held *entry = keys->key + i;
    if (entry->until.ns < now.ns) continue;
    if (named ? !kid_is(entry, kid) : kid.size > 0 && entry->kid_size > 0) continue;
    tries++;
    good = sl_rsa_verify(entry->key, signature, message);
  }
  *known = tries > 0;
  return good;
}
