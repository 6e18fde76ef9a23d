/* HTTP message signatures with one fixed list of covered components, both ends.
 *
 * Work: once a request, over a few hundred bytes and the body's digest. Representation:
 * the signature base is built from the request, never from what the signature says
 * it covers: the text of Signature-Input is compared with the only list there is, and
 * its parameters are repeated in the base byte for byte, in the order they came.
 *
 * A deviation is refused by name. The alternative, to accept what RFC 9421 allows and
 * check that it covers enough, has many more ways to be wrong. */
#include "wire/signature.h"

#include "base/assert.h"
#include "base/text.h"
#include "wire/field.h"

#define COMPONENTS "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")"
#define TAG "sideline-v1"
#define METHOD_MAX 16u
#define FIELD_MAX 1024u
#define LABEL "sig1"

/* Fields of which a second one is refused: two readers could take different ones. */
static const char *const single_fields[] = {"host",         "content-length", "transfer-encoding", "content-type",
                                            "content-digest", "signature",    "signature-input",   "authorization"};

static sl_err check_fields(const sl_request *request, sl_fault *fault) {
  if (request->header_count > SL_HEADERS_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "there are more header fields than are accepted");
  }
  uint32_t seen = 0;
  for (size_t h = 0; h < request->header_count; h++) {
    for (size_t i = 0; i < sizeof single_fields / sizeof single_fields[0]; i++) {
      if (!sl_field_name_is(request->header[h].name, single_fields[i])) continue;
      if ((seen >> i & 1) != 0) {
        return sl_fault_set(fault, SL_ERR_DUPLICATE, "the header field %s stands twice", single_fields[i]);
      }
      seen |= 1u << i;
    }
  }
  /* Content-Length beside Transfer-Encoding: where the body ends has two answers. */
  if ((seen & 6u) == 6u) {
    return sl_fault_set(fault, SL_ERR_DUPLICATE, "content-length and transfer-encoding exclude each other");
  }
  return SL_OK;
}

/* The value of a single field, trimmed; data is NULL when it is absent. */
static sl_str field_of(const sl_request *request, const char *name) {
  for (size_t h = 0; h < request->header_count; h++) {
    if (sl_field_name_is(request->header[h].name, name)) return sl_field_trim(request->header[h].value);
  }
  return (sl_str){NULL, 0};
}

static sl_err need_field(sl_str *out, const sl_request *request, const char *name, sl_fault *fault) {
  sl_str value = field_of(request, name);
  if (value.data == NULL || value.size == 0) {
    return sl_fault_set(fault, SL_ERR_MISSING, "the header field %s is missing", name);
  }
  if (value.size > FIELD_MAX) return sl_fault_set(fault, SL_ERR_CAP, "the header field %s is too long", name);
  *out = value;
  return SL_OK;
}

/* What Signature-Input says, as views. */
typedef struct input {
  sl_str label;
  sl_str params;      /* from the opening parenthesis to the end */
  int64_t created, expires;
  sl_str keyid, nonce, tag;
} input;

static bool plain(sl_str text, const char *extra) {
  for (size_t i = 0; i < text.size; i++) {
    char c = text.data[i];
    bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && (c == '\0' || strchr(extra, c) == NULL)) return false;
  }
  return true;
}

/* One parameter: its bit, or 0 when it is malformed or not one of the five. */
static unsigned take_parameter(input *in, sl_str *rest) {
  sl_str key = {NULL, 0};
  if (!sl_field_take(rest, ";") || !sl_field_take_key(rest, &key) || !sl_field_take(rest, "=")) return 0;
  if (sl_str_is(key, "created")) return sl_field_take_int(rest, &in->created) ? 1u : 0;
  if (sl_str_is(key, "expires")) return sl_field_take_int(rest, &in->expires) ? 2u : 0;
  if (sl_str_is(key, "keyid")) return sl_field_take_string(rest, &in->keyid) ? 4u : 0;
  if (sl_str_is(key, "nonce")) return sl_field_take_string(rest, &in->nonce) ? 8u : 0;
  if (sl_str_is(key, "tag")) return sl_field_take_string(rest, &in->tag) ? 16u : 0;
  return 0;
}

static sl_err check_parameters(const input *in, sl_fault *fault) {
  if (!sl_str_is(in->tag, TAG)) return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "the tag must be \"" TAG "\"");
  if (in->keyid.size == 0 || in->keyid.size > SL_KEYID_MAX || !plain(in->keyid, "-._/")) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the keyid must be side/party/number");
  }
  if (in->nonce.size < SL_NONCE_MIN || in->nonce.size > SL_NONCE_MAX || !plain(in->nonce, "-._~")) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the nonce must be %u to %u unreserved characters", SL_NONCE_MIN,
                        SL_NONCE_MAX);
  }
  return SL_OK;
}

static sl_err parse_input(input *out, sl_str value, sl_fault *fault) {
  input in = {.created = 0};
  sl_str rest = value;
  if (!sl_field_take_key(&rest, &in.label) || !sl_field_take(&rest, "=")) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "signature-input is not a label, \"=\" and a list");
  }
  in.params = rest;
  if (!sl_field_take(&rest, COMPONENTS)) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the covered components must be exactly " COMPONENTS);
  }
  unsigned seen = 0;
  while (rest.size > 0) {
    unsigned bit = take_parameter(&in, &rest);
    if (bit == 0) {
      return sl_fault_set(fault, SL_ERR_SYNTAX, "a signature parameter is malformed, or is not one of the five");
    }
    if ((seen & bit) != 0) return sl_fault_set(fault, SL_ERR_DUPLICATE, "a signature parameter stands twice");
    seen |= bit;
  }
  if (seen != 31u) {
    return sl_fault_set(fault, SL_ERR_MISSING, "created, expires, keyid, nonce and tag are all needed");
  }
  sl_err err = check_parameters(&in, fault);
  if (err == SL_OK) *out = in;
  return err;
}

/* The 64 bytes under the label of the input. */
static sl_err parse_signature(uint8_t out[static 64], sl_str value, sl_str label, sl_fault *fault) {
  sl_str rest = value, key = {NULL, 0}, base64 = {NULL, 0};
  bool good = sl_field_take_key(&rest, &key) && sl_field_take(&rest, "=") && sl_field_take_bytes(&rest, &base64);
  if (!good || rest.size != 0) return sl_fault_set(fault, SL_ERR_SYNTAX, "signature is not one label and its bytes");
  if (!sl_str_equal(key, label)) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "signature and signature-input have different labels");
  }
  uint8_t bytes[66];
  size_t size = sizeof bytes;
  if (base64.size != 88 || sl_base64_read(bytes, &size, base64) != SL_OK || size != 64) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "an Ed25519 signature has 64 bytes in padded base64");
  }
  memcpy(out, bytes, 64);
  return SL_OK;
}

static sl_err check_digest(const sl_request *request, sl_str value, sl_sha256_fn *sha256, sl_fault *fault) {
  sl_str rest = value, base64 = {NULL, 0};
  bool good = sl_field_take(&rest, "sha-256=") && sl_field_take_bytes(&rest, &base64) && rest.size == 0;
  uint8_t claimed[33], actual[32];
  size_t size = sizeof claimed;
  if (!good || base64.size != 44 || sl_base64_read(claimed, &size, base64) != SL_OK || size != 32) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "content-digest must be one sha-256 digest");
  }
  sha256(actual, &request->body, 1);
  if (memcmp(claimed, actual, sizeof actual) != 0) {
    return sl_fault_set(fault, SL_ERR_SIGNATURE, "content-digest is not the digest of this body");
  }
  return SL_OK;
}

/* Unix seconds of the clock, rounded down. */
static sl_err check_life(int64_t created, int64_t expires, sl_time now, sl_fault *fault) {
  int64_t seconds = now.ns / SL_NS_PER_S;
  if (expires <= created || expires - created > SL_SIGNATURE_LIFE_MAX_S) {
    return sl_fault_set(fault, SL_ERR_EXPIRED, "a signature lives from 1 to %d seconds", SL_SIGNATURE_LIFE_MAX_S);
  }
  if (created > seconds + SL_SIGNATURE_SKEW_S) {
    return sl_fault_set(fault, SL_ERR_EXPIRED, "the signature is from the future: compare your clock with UTC");
  }
  if (expires <= seconds) {
    return sl_fault_set(fault, SL_ERR_EXPIRED, "the signature has expired: sign again, or compare your clock with UTC");
  }
  return SL_OK;
}

/* Write the signature base. Errors: SL_ERR_SYNTAX, SL_ERR_CAP, SL_ERR_NOMEM. */
static sl_err base_add(sl_buf *out, const sl_request *request, sl_str digest, sl_str params, sl_fault *fault) {
  sl_str path = {NULL, 0}, query = {NULL, 0};
  sl_err err = sl_target_split(&path, &query, request->target);
  if (err != SL_OK) return sl_fault_set(fault, err, "the request target is not in the plain form that is accepted");
  if (request->method.size == 0 || request->method.size > METHOD_MAX || !plain(request->method, "")) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the method is malformed");
  }
  sl_buf_add_text(out, "\"@method\": ");
  sl_buf_add_str(out, request->method);
  sl_buf_add_text(out, "\n\"@authority\": ");
  err = sl_authority_add(out, request->authority);
  if (err != SL_OK) return sl_fault_set(fault, err, "the host field is malformed");
  sl_buf_add_text(out, "\n\"@path\": ");
  sl_buf_add_str(out, path);
  sl_buf_add_text(out, "\n\"@query\": ?");
  sl_buf_add_str(out, query);
  sl_buf_add_text(out, "\n\"content-digest\": ");
  sl_buf_add_str(out, digest);
  sl_buf_add_text(out, "\n\"@signature-params\": ");
  sl_buf_add_str(out, params);
  return out->error == SL_OK ? SL_OK : sl_fault_set(fault, out->error, "the signature base is too large");
}

sl_err sl_signature_read(sl_signed_head *out, sl_buf *base, const sl_request *request, sl_sha256_fn *sha256,
                         sl_time now, sl_fault *fault) {
  SL_ASSERT(base->size == 0);
  sl_str digest = {NULL, 0}, input_field = {NULL, 0}, signature_field = {NULL, 0};
  input in = {.created = 0};
  sl_signed_head head = {.created = 0};
  sl_err err = check_fields(request, fault);
  if (err == SL_OK) err = need_field(&input_field, request, "signature-input", fault);
  if (err == SL_OK) err = need_field(&signature_field, request, "signature", fault);
  if (err == SL_OK) err = need_field(&digest, request, "content-digest", fault);
  if (err == SL_OK) err = parse_input(&in, input_field, fault);
  if (err == SL_OK) err = parse_signature(head.signature, signature_field, in.label, fault);
  if (err == SL_OK) err = check_life(in.created, in.expires, now, fault);
  if (err == SL_OK) err = check_digest(request, digest, sha256, fault);
  if (err != SL_OK) return err;
  sl_str host = field_of(request, "host");
  if (host.data != NULL && !sl_str_equal(host, sl_field_trim(request->authority))) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the host field is not the authority of the request");
  }
  err = base_add(base, request, digest, in.params, fault);
  if (err != SL_OK) {
    sl_buf_clear(base);
    return err;
  }
  memcpy(head.keyid, in.keyid.data, in.keyid.size);
  memcpy(head.nonce, in.nonce.data, in.nonce.size);
  head.created = in.created;
  head.expires = in.expires;
  *out = head;
  return SL_OK;
}

static void params_add(sl_buf *out, const char *keyid, const char *nonce, int64_t created, int64_t expires) {
  sl_buf_add_format(out, COMPONENTS ";created=%lld;expires=%lld;keyid=\"%s\";nonce=\"%s\";tag=\"" TAG "\"",
                    (long long)created, (long long)expires, keyid, nonce);
}

sl_err sl_signature_make(sl_buf *content_digest, sl_buf *signature_input, sl_buf *signature,
                         const sl_request *request, const char *keyid, const char *nonce, int64_t created,
                         int64_t expires, sl_sha256_fn *sha256, const sl_signer *signer) {
  input in = {.keyid = sl_str_from(keyid), .nonce = sl_str_from(nonce), .tag = SL_STR(TAG)};
  sl_err err = check_parameters(&in, NULL);
  if (err != SL_OK) return SL_ERR_RANGE;
  if (created < 0 || expires <= created || expires - created > SL_SIGNATURE_LIFE_MAX_S) return SL_ERR_RANGE;
  uint8_t digest[32], bytes[64];
  sha256(digest, &request->body, 1);
  sl_buf digest_text, params, base;
  sl_buf_init(&digest_text, FIELD_MAX);
  sl_buf_init(&params, FIELD_MAX);
  sl_buf_init(&base, SL_SIGNATURE_BASE_MAX);
  sl_content_digest_add(&digest_text, digest);
  params_add(&params, keyid, nonce, created, expires);
  err = digest_text.error != SL_OK ? digest_text.error : params.error;
  if (err == SL_OK) err = base_add(&base, request, sl_buf_str(&digest_text), sl_buf_str(&params), NULL);
  if (err == SL_OK) err = signer->sign(signer->context, bytes, sl_buf_span(&base));
  if (err == SL_OK) {
    sl_buf_add_str(content_digest, sl_buf_str(&digest_text));
    sl_buf_add_text(signature_input, LABEL "=");
    sl_buf_add_str(signature_input, sl_buf_str(&params));
    sl_buf_add_text(signature, LABEL "=:");
    sl_base64_add(signature, (sl_span){bytes, sizeof bytes});
    sl_buf_add_u8(signature, ':');
    err = content_digest->error != SL_OK ? content_digest->error : signature_input->error;
    if (err == SL_OK) err = signature->error;
  }
  sl_buf_fini(&digest_text);
  sl_buf_fini(&params);
  sl_buf_fini(&base);
  return err;
}
