/* Key sets: the documents they are made from, which key is used, and until when. */
#include "test.h"

#include "issuer.h"
#include "wire/token_keys.h"

static const sl_time soon = {1000}, later = {2000};
static issuer *first, *second, *weak, *curve;

static sl_err add_jwks(sl_token_keys *keys, const char *text, sl_fault *fault) {
  return sl_token_keys_add_jwks(keys, sl_str_bytes(sl_str_from(text)), later, fault);
}

/* Whether the set verifies what `from` signed, under kid. */
static bool signs(bool *known, const sl_token_keys *keys, const issuer *from, const char *kid, sl_time now) {
  sl_buf signature;
  sl_buf_init(&signature, 4096);
  issuer_sign(&signature, from, SL_STR("message"), "SHA256");
  bool good = sl_token_keys_verify(known, keys, sl_str_from(kid), sl_buf_span(&signature),
                                   sl_str_bytes(SL_STR("message")), now);
  sl_buf_fini(&signature);
  return good;
}

static void kids(void **state) {
  (void)state;
  sl_token_keys *keys = NULL;
  sl_buf text;
  sl_buf_init(&text, 64u << 10);
  sl_buf_add_text(&text, "{\"keys\":[");
  issuer_add_jwk(&text, first, "a", ",\"x5t\":\"?\"");
  sl_buf_add_text(&text, ",{\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-256\"},{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"a\"},");
  sl_buf_add_text(&text, "{\"kty\":\"RSA\",\"alg\":\"RS512\",\"kid\":\"a\"},");
  issuer_add_jwk(&text, second, "b", ",\"use\":\"sig\"");
  sl_buf_add_text(&text, "],\"extra\":1}");
  assert_int_equal(sl_token_keys_new(&keys), SL_OK);
  assert_int_equal(sl_token_keys_add_jwks(keys, sl_buf_span(&text), later, NULL), SL_OK);
  assert_int_equal(sl_token_keys_count(keys), 2);
  bool known = false;
  assert_true(signs(&known, keys, first, "a", soon) && known);
  assert_true(signs(&known, keys, second, "b", soon) && known);
  assert_false(signs(&known, keys, first, "b", soon));
  assert_true(known);
  assert_false(signs(&known, keys, first, "c", soon));
  assert_false(known);
  assert_true(signs(&known, keys, second, "", soon) && known);   /* no kid: all are tried */
  sl_token_keys_free(keys);
  sl_buf_fini(&text);
}

static void age(void **state) {
  (void)state;
  sl_token_keys *keys = NULL;
  sl_buf text, pem;
  sl_buf_init(&text, 64u << 10);
  sl_buf_init(&pem, 64u << 10);
  sl_buf_add_text(&text, "{\"keys\":[");
  issuer_add_jwk(&text, first, NULL, "");
  sl_buf_add_text(&text, "]}");
  issuer_add_public_pem(&pem, second);
  assert_int_equal(sl_token_keys_new(&keys), SL_OK);
  assert_int_equal(sl_token_keys_add_jwks(keys, sl_buf_span(&text), later, NULL), SL_OK);
  assert_int_equal(sl_token_keys_add_pem(keys, sl_buf_str(&pem), NULL), SL_OK);
  bool known = false;
  assert_true(signs(&known, keys, first, "", later));
  assert_int_equal(sl_token_keys_live(keys, later), 2);
  const sl_time after = {later.ns + 1};
  assert_false(signs(&known, keys, first, "", after));
  assert_true(signs(&known, keys, second, "", after));
  assert_true(signs(&known, keys, second, "any", after));   /* a file's keys have no kid */
  assert_int_equal(sl_token_keys_live(keys, after), 1);
  sl_token_keys_free(keys);
  sl_buf_fini(&text);
  sl_buf_fini(&pem);
}

static void pem_files(void **state) {
  (void)state;
  sl_token_keys *keys = NULL;
  sl_buf pem;
  sl_buf_init(&pem, 64u << 10);
  sl_buf_add_text(&pem, "a comment\n");
  issuer_add_public_pem(&pem, first);
  issuer_add_certificate_pem(&pem, second);
  sl_buf_add_text(&pem, "\n\n");
  assert_int_equal(sl_token_keys_new(&keys), SL_OK);
  assert_int_equal(sl_token_keys_add_pem(keys, sl_buf_str(&pem), NULL), SL_OK);
  assert_int_equal(sl_token_keys_count(keys), 2);
  bool known = false;
  assert_true(signs(&known, keys, first, "", soon));
  assert_true(signs(&known, keys, second, "whatever", soon));

  /* One bad block refuses the file, and the set stays as it was. */
  sl_fault fault = sl_fault_none();
  issuer_add_public_pem(&pem, weak);
  assert_int_equal(sl_token_keys_add_pem(keys, sl_buf_str(&pem), &fault), SL_ERR_RANGE);
  assert_int_equal(fault.code, SL_ERR_RANGE);
  assert_int_equal(sl_token_keys_count(keys), 2);
  assert_int_equal(sl_token_keys_add_pem(keys, SL_STR("no key"), NULL), SL_ERR_MISSING);
  assert_int_equal(sl_token_keys_add_pem(keys, SL_STR(""), NULL), SL_ERR_MISSING);

  sl_buf_clear(&pem);
  issuer_add_public_pem(&pem, first);
  size_t room = SL_TOKEN_KEYS_MAX - sl_token_keys_count(keys);
  for (size_t i = 0; i < room; i++) assert_int_equal(sl_token_keys_add_pem(keys, sl_buf_str(&pem), NULL), SL_OK);
  assert_int_equal(sl_token_keys_add_pem(keys, sl_buf_str(&pem), NULL), SL_ERR_CAP);
  assert_int_equal(sl_token_keys_count(keys), SL_TOKEN_KEYS_MAX);
  /* At most SL_TOKEN_TRIES_MAX are tried: the second key is among the first. */
  assert_true(signs(&known, keys, second, "", soon));
  assert_false(signs(&known, keys, curve, "", soon));
  sl_token_keys_free(keys);

  static char large[SL_TOKEN_KEYFILE_MAX + 1];
  memset(large, ' ', sizeof large);
  assert_int_equal(sl_token_keys_new(&keys), SL_OK);
  assert_int_equal(sl_token_keys_add_pem(keys, (sl_str){large, sizeof large}, NULL), SL_ERR_CAP);
  sl_token_keys_free(keys);
  sl_buf_fini(&pem);
}

static void refused_documents(void **state) {
  (void)state;
  static const struct { const char *text; sl_err expected; } cases[] = {
      {"", SL_ERR_SYNTAX},
      {"[]", SL_ERR_TYPE},
      {"{}", SL_ERR_MISSING},
      {"{\"keys\":{}}", SL_ERR_TYPE},
      {"{\"keys\":[]}", SL_ERR_RANGE},
      {"{\"keys\":[],\"keys\":[]}", SL_ERR_DUPLICATE},
      {"{\"keys\":[7]}", SL_ERR_MISSING},
      {"{\"keys\":[{\"kid\":\"a\"}]}", SL_ERR_MISSING},
      {"{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\"}]}", SL_ERR_MISSING},
      {"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\"}]}", SL_ERR_MISSING},
      {"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", SL_ERR_MISSING},
      {"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB=\",\"e\":\"AQAB\"}]}", SL_ERR_MISSING},
      {"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB\",\"e\":\"AQABAQABAQAB\"}]}", SL_ERR_MISSING}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_token_keys *keys = NULL;
    sl_fault fault = sl_fault_none();
    assert_int_equal(sl_token_keys_new(&keys), SL_OK);
    sl_err err = add_jwks(keys, cases[i].text, &fault);
    if (err != cases[i].expected) fail_msg("%s: %s", cases[i].text, sl_err_name(err));
    assert_int_equal(fault.code, err);
    assert_int_equal(sl_token_keys_count(keys), 0);
    sl_token_keys_free(keys);
  }
}

/* What others need stands beside what is needed here: it is passed over, and counted. */
static void what_is_of_no_use_is_passed_over(void **state) {
  (void)state;
  static const char *const beside[] = {
      "7", "{}", "{\"kid\":\"a\"}", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":\"AQAB\"}",
      "{\"kty\":\"oct\",\"k\":\"AQAB\"}", "{\"kty\":\"RSA\"}", "{\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"}",
      "{\"kty\":\"RSA\",\"kid\":\"z\",\"n\":\"AQAB=\",\"e\":\"AQAB\"}", "[]", "null",
      NULL, NULL, NULL};
  enum { BESIDE = sizeof beside / sizeof beside[0] };
  static const char *const more[3] = {"", ",\"use\":\"enc\"", ",\"alg\":\"PS256\""};
  sl_buf text;
  sl_buf_init(&text, SL_JWKS_MAX);
  for (size_t at = 0; at <= BESIDE; at++) {   /* one of them before the good ones, or all around */
    sl_buf_clear(&text);
    sl_buf_add_text(&text, "{\"keys\":[");
    for (size_t i = 0; i < BESIDE; i++) {
      if (at < BESIDE && i != at) continue;
      if (beside[i]) sl_buf_add_text(&text, beside[i]);
      else issuer_add_jwk(&text, i == BESIDE - 1 ? weak : first, "w", more[BESIDE - 1 - i]);
      sl_buf_add_text(&text, ",");
    }
    issuer_add_jwk(&text, first, "a", "");
    sl_buf_add_text(&text, ",");
    issuer_add_jwk(&text, second, "b", "");
    sl_buf_add_text(&text, "]}");
    sl_token_keys *keys = NULL;
    bool known = false;
    assert_int_equal(sl_token_keys_new(&keys), SL_OK);
    sl_err err = sl_token_keys_add_jwks(keys, sl_buf_span(&text), later, NULL);
    assert_int_equal(err, SL_OK);
    assert_int_equal(sl_token_keys_count(keys), 2);
    assert_int_equal(sl_token_keys_passed(keys), at < BESIDE ? 1 : BESIDE);
    assert_true(signs(&known, keys, first, "a", soon));
    assert_true(signs(&known, keys, second, "b", soon));
    assert_false(signs(&known, keys, weak, "w", soon));
    sl_token_keys_free(keys);
  }
  sl_buf_fini(&text);
}

/* A kid twice, or several keys without one: each is tried. */
static void kids_that_name_several(void **state) {
  (void)state;
  static const char *const kid[][2] = {{"a", "a"}, {NULL, NULL}, {"a", NULL}};
  sl_buf text;
  sl_buf_init(&text, SL_JWKS_MAX);
  for (size_t i = 0; i < 3; i++) {
    sl_buf_clear(&text);
    sl_buf_add_text(&text, "{\"keys\":[");
    issuer_add_jwk(&text, first, kid[i][0], "");
    sl_buf_add_text(&text, ",");
    issuer_add_jwk(&text, second, kid[i][1], "");
    sl_buf_add_text(&text, "]}");
    sl_token_keys *keys = NULL;
    bool known = false;
    assert_int_equal(sl_token_keys_new(&keys), SL_OK);
    assert_int_equal(sl_token_keys_add_jwks(keys, sl_buf_span(&text), later, NULL), SL_OK);
    assert_true(signs(&known, keys, first, kid[i][0] ? kid[i][0] : "", soon));
    assert_true(signs(&known, keys, second, kid[i][1] ? kid[i][1] : "", soon));
    sl_token_keys_free(keys);
  }
  static uint8_t large[SL_JWKS_MAX + 1];
  memset(large, ' ', sizeof large);
  sl_token_keys *keys = NULL;
  assert_int_equal(sl_token_keys_new(&keys), SL_OK);
  assert_int_equal(sl_token_keys_add_jwks(keys, (sl_span){large, sizeof large}, later, NULL), SL_ERR_CAP);
  sl_token_keys_free(keys);
  sl_token_keys_free(NULL);
  sl_buf_fini(&text);
}

static int setup(void **state) {
  (void)state;
  first = issuer_new(2048);
  second = issuer_new(3072);
  weak = issuer_new(1024);
  curve = issuer_new_ec();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  issuer_free(first);
  issuer_free(second);
  issuer_free(weak);
  issuer_free(curve);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kids), cmocka_unit_test(age), cmocka_unit_test(pem_files),
      cmocka_unit_test(refused_documents), cmocka_unit_test(what_is_of_no_use_is_passed_over), cmocka_unit_test(kids_that_name_several)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
