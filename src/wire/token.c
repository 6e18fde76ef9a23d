/* Verifying bearer tokens.
 *
 * Work: tokens of about 700 bytes, most of them answered by the cache before they come
 * here. The signature is checked before a byte of the claims is parsed; of the header only
 * alg, crit and kid are looked at. JSON goes through the bounded decoder (json/decode.h),
 * which refuses a member twice, and base64url has one spelling only, so a signed token has
 * one meaning. Nothing of a refused token is kept or told. */
#include "wire/token.h"

#include "base/assert.h"
#include "json/decode.h"
#include "seal/seal.h"

#define MEMORY (64u << 10)
#define SIGNATURE_MAX (SL_RSA_BITS_MAX / 8)
#define SCOPE_TEXT_MAX SL_TOKEN_MAX

static const struct { sl_scope bit; const char *name; } scopes[] = {
    {SL_SCOPE_STRATEGIC, "utm.strategic_coordination"},   {SL_SCOPE_CONSTRAINTS, "utm.constraint_management"},
    {SL_SCOPE_PROCESSING, "utm.constraint_processing"},   {SL_SCOPE_MONITORING, "utm.conformance_monitoring_sa"},
    {SL_SCOPE_ARBITRATION, "utm.availability_arbitration"}};

static const char *const refusal_names[] = {
    "good",           "token-absent", "token-size",    "token-form",  "token-algorithm", "token-critical", "token-key",
    "token-signature", "token-claims", "token-expired", "token-far",   "token-early",     "token-audience", "token-memory"};

const char *sl_token_refusal_name(sl_token_refusal refusal) {
  return (size_t)refusal < sizeof refusal_names / sizeof *refusal_names ? refusal_names[refusal] : "unlisted";
}

const char *sl_scope_name(sl_scope scope) {
  for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
    if (scopes[i].bit == scope) return scopes[i].name;
  }
  return "unlisted";
}

bool sl_token_bearer(sl_str *compact, sl_str authorization) {
  static const char scheme[] = "bearer";
  SL_ASSERT(compact != NULL);
  const char *from = authorization.data, *end = from + authorization.size;
  while (from < end && (*from == ' ' || *from == '\t')) from++;
  while (end > from && (end[-1] == ' ' || end[-1] == '\t')) end--;
  for (size_t i = 0; i < sizeof scheme - 1; i++, from++) {
    if (from == end || (*from | 0x20) != scheme[i]) return false;
  }
  if (from == end || *from != ' ') return false;
  while (from < end && *from == ' ') from++;
  if (from == end) return false;
  *compact = (sl_str){from, (size_t)(end - from)};
  return true;
}

void sl_token_digest(uint8_t out[static 32], sl_str compact) {
  const sl_span part = sl_str_bytes(compact);
  sl_sha256(out, &part, 1);
}

/* The three parts of a compact form, as views. */
typedef struct parts {
  sl_str header, claims, signature;
  sl_span message;      /* what was signed */
} parts;

static bool split(parts *out, sl_str compact) {
  const char *first = memchr(compact.data, '.', compact.size);
  if (first == NULL) return false;
  size_t header = (size_t)(first - compact.data);
  const char *second = memchr(first + 1, '.', compact.size - header - 1);
  if (second == NULL) return false;
  size_t message = (size_t)(second - compact.data);
  *out = (parts){.header = {compact.data, header},
                 .claims = {first + 1, message - header - 1},
                 .signature = {second + 1, compact.size - message - 1},
                 .message = {(const uint8_t *)compact.data, message}};
  return out->header.size > 0 && out->claims.size > 0 && out->signature.size > 0;
}

/* A part as a JSON document; release with sl_json_free(). */
static sl_err parse(sl_json **out, sl_arena *arena, sl_str part) {
  const sl_json_caps caps = {.size = SL_TOKEN_MAX, .depth = 8, .digits = 40, .string = SL_TOKEN_MAX, .values = 1024};
  size_t size = part.size;
  uint8_t *text = sl_arena_take(arena, size, 1);
  if (text == NULL) return SL_ERR_NOMEM;
  sl_err err = sl_base64url_read(text, &size, part);
  return err ? err : sl_json_parse(out, (sl_span){text, size}, &caps, NULL);
}

/* What a decoder's error means for a token. */
static sl_token_refusal refusal_of(sl_err err, sl_token_refusal otherwise) {
  return err == SL_ERR_NOMEM ? SL_TOKEN_MEMORY : otherwise;
}

typedef struct header {
  sl_str alg, kid;
  char ignored;
} header;

static sl_token_refusal read_header(header *out, sl_arena *arena, sl_str part) {
  static const sl_json_member table[] = {
      {.name = "crit", .kind = SL_JSON_ANY, .offset = offsetof(header, ignored)},
      {.name = "alg", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(header, alg), .max = SL_TOKEN_MAX},
      {.name = "kid", .kind = SL_JSON_TEXT, .offset = offsetof(header, kid), .max = SL_TOKEN_MAX}};
  sl_json *json = NULL;
  sl_err err = parse(&json, arena, part);
  if (err) return refusal_of(err, SL_TOKEN_FORM);
  sl_json_reader reader = {.arena = arena, .open = true};
  sl_json_at root = sl_json_root(json), critical = sl_json_find(&root, "crit");
  header in = {.ignored = 0};
  err = sl_json_object(&reader, &in, &root, table, SL_JSON_COUNT(table), NULL);
  sl_token_refusal refusal = SL_TOKEN_GOOD;
  if (critical.value != NULL) refusal = SL_TOKEN_CRITICAL;
  else if (err) refusal = refusal_of(err, err == SL_ERR_MISSING ? SL_TOKEN_ALGORITHM : SL_TOKEN_FORM);
  else if (!sl_str_is(in.alg, "RS256")) refusal = SL_TOKEN_ALGORITHM;
  sl_json_free(json);
  if (refusal == SL_TOKEN_GOOD) *out = in;
  return refusal;
}

/* The claims that are looked at. Times in milliseconds of UTC. */
typedef struct claims {
  sl_str issuer, subject, scope;
  int64_t expires, not_before, issued;
  sl_str *audience;
  uint32_t audiences;
} claims;

static sl_err read_audience(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member text = {.kind = SL_JSON_TEXT, .max = SL_TOKEN_MAX};
  return sl_json_value(reader, target, at, &text);
}

/* A string, or an array of strings. */
static sl_err read_audiences(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  claims *out = target;
  if (sl_json_is_array(at)) {
    void *items = NULL;
    sl_err err = sl_json_list(reader, &items, &out->audiences, at, 0, SL_TOKEN_AUDIENCES_MAX, sizeof(sl_str),
                              read_audience);
    if (err == SL_OK) out->audience = items;
    return err;
  }
  out->audience = SL_ARENA_TAKE(reader->arena, 1, sl_str);
  out->audiences = 1;
  return out->audience ? read_audience(reader, out->audience, at) : SL_ERR_NOMEM;
}

static sl_err read_claims(claims *out, sl_arena *arena, const sl_json *json) {
  static const int64_t last = SL_TIME_MAX_NS / SL_NS_PER_MS;
  const sl_json_member table[] = {
      {.name = "iss", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(claims, issuer), .min = 1,
       .max = SL_TOKEN_NAME_MAX},
      {.name = "sub", .kind = SL_JSON_TEXT, .required = true, .offset = offsetof(claims, subject), .min = 1,
       .max = SL_TOKEN_NAME_MAX},
      {.name = "exp", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(claims, expires), .max = last,
       .scale = 3, .round = SL_ROUND_DOWN},
      {.name = "nbf", .kind = SL_JSON_DECIMAL, .offset = offsetof(claims, not_before), .max = last, .scale = 3,
       .round = SL_ROUND_UP},
      {.name = "iat", .kind = SL_JSON_DECIMAL, .offset = offsetof(claims, issued), .max = last, .scale = 3,
       .round = SL_ROUND_UP},
      {.name = "aud", .kind = SL_JSON_CALL, .offset = 0, .read = read_audiences},
      {.name = "scope", .kind = SL_JSON_TEXT, .offset = offsetof(claims, scope), .max = SCOPE_TEXT_MAX}};
  sl_json_reader reader = {.arena = arena, .open = true};
  sl_json_at root = sl_json_root(json);
  return sl_json_object(&reader, out, &root, table, SL_JSON_COUNT(table), NULL);
}

static bool addressed(const claims *in, const sl_token_rules *rules) {
  for (uint32_t i = 0; i < in->audiences; i++) {
    for (size_t j = 0; j < rules->audiences; j++) {
      if (sl_str_equal(in->audience[i], rules->audience[j])) return true;
    }
  }
  return false;
}

static unsigned scopes_of(sl_str text) {
  unsigned bits = 0;
  while (text.size > 0) {
    const char *space = memchr(text.data, ' ', text.size);
    size_t size = space != NULL ? (size_t)(space - text.data) : text.size;
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
      if (sl_str_is((sl_str){text.data, size}, scopes[i].name)) bits |= scopes[i].bit;
    }
    size_t step = size + (space != NULL);
    text = (sl_str){text.data + step, text.size - step};
  }
  return bits;
}

/* A name is told to others and stands in logs: no control characters. */
static bool plain(sl_str name) {
  for (size_t i = 0; i < name.size; i++) {
    unsigned char c = (unsigned char)name.data[i];
    if (c < 0x20 || c == 0x7f) return false;
  }
  return true;
}

static sl_token_refusal judge(const claims *in, const sl_token_rules *rules, sl_time now) {
  const int64_t expires = in->expires * SL_NS_PER_MS;
  const int64_t from = in->not_before > in->issued ? in->not_before : in->issued;
  if (!plain(in->issuer) || !plain(in->subject)) return SL_TOKEN_CLAIMS;
  if (expires <= now.ns) return SL_TOKEN_EXPIRED;
  if (expires - now.ns > SL_TOKEN_AHEAD_NS) return SL_TOKEN_FAR;
  if (from * SL_NS_PER_MS > now.ns + SL_TOKEN_SKEW_NS || from >= in->expires) return SL_TOKEN_EARLY;
  return addressed(in, rules) ? SL_TOKEN_GOOD : SL_TOKEN_AUDIENCE;
}

static sl_token_refusal read_payload(sl_token *out, sl_arena *arena, sl_str part, const sl_token_rules *rules,
                                     sl_time now) {
  sl_json *json = NULL;
  sl_err err = parse(&json, arena, part);
  if (err) return refusal_of(err, SL_TOKEN_FORM);
  claims in = {.audiences = 0};
  err = read_claims(&in, arena, json);
  sl_json_free(json);
  if (err) return refusal_of(err, SL_TOKEN_CLAIMS);
  sl_token_refusal refusal = judge(&in, rules, now);
  if (refusal != SL_TOKEN_GOOD) return refusal;
  SL_ASSERT(in.issuer.size <= SL_TOKEN_NAME_MAX && in.subject.size <= SL_TOKEN_NAME_MAX);
  sl_token token;
  memset(&token, 0, sizeof token);
  memcpy(token.issuer, in.issuer.data, in.issuer.size);
  memcpy(token.subject, in.subject.data, in.subject.size);
  token.expires.ns = in.expires * SL_NS_PER_MS;
  token.scopes = scopes_of(in.scope);
  *out = token;
  return SL_TOKEN_GOOD;
}

static sl_token_refusal check_signature(const sl_token_keys *keys, const header *head, const parts *in, sl_time now) {
  uint8_t signature[SIGNATURE_MAX];
  size_t size = sizeof signature;
  sl_err err = sl_base64url_read(signature, &size, in->signature);
  if (err) return err == SL_ERR_CAP ? SL_TOKEN_SIGNATURE : SL_TOKEN_FORM;
  bool known = false;
  if (sl_token_keys_verify(&known, keys, head->kid, (sl_span){signature, size}, in->message, now)) return SL_TOKEN_GOOD;
  return known ? SL_TOKEN_SIGNATURE : SL_TOKEN_KEY;
}

sl_token_refusal sl_token_verify(sl_token *out, const sl_token_keys *keys, const sl_token_rules *rules,
                                 sl_str compact, sl_time now) {
  SL_ASSERT(out != NULL && keys != NULL);
  SL_ASSERT(rules != NULL && rules->audiences > 0);
  if (compact.size == 0) return SL_TOKEN_ABSENT;
  if (compact.size > SL_TOKEN_MAX) return SL_TOKEN_SIZE;
  parts in;
  if (!split(&in, compact)) return SL_TOKEN_FORM;
  sl_arena arena;
  sl_arena_init(&arena, MEMORY);
  header head;
  sl_token_refusal refusal = read_header(&head, &arena, in.header);
  if (refusal == SL_TOKEN_GOOD) refusal = check_signature(keys, &head, &in, now);
  if (refusal == SL_TOKEN_GOOD) refusal = read_payload(out, &arena, in.claims, rules, now);
  sl_arena_fini(&arena);
  return refusal;
}
