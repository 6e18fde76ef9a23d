/* Bearer tokens: what is taken, and one refusal for each rule. */
#include "test.h"

#include "issuer.h"
#include "wire/token.h"

#define NOW_S 1800000000
#define HEADER "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"one\"}"

static const sl_time now = {NOW_S * SL_NS_PER_S};
static const sl_str audiences[] = {{"sideline.example", 16}, {"other.example", 13}};
static const sl_token_rules rules = {audiences, 2};
static issuer *good, *stranger;
static sl_token_keys *keys;

static sl_token_refusal verify(sl_token *out, const issuer *from, const char *header, const char *claims) {
  sl_buf compact;
  sl_buf_init(&compact, 64u << 10);
  issuer_add_token(&compact, from, header, claims);
  assert_int_equal(compact.error, SL_OK);
  memset(out, 0xA5, sizeof *out);
  sl_token before = *out;
  sl_token_refusal refusal = sl_token_verify(out, keys, &rules, sl_buf_str(&compact), now);
  if (refusal != SL_TOKEN_GOOD) assert_memory_equal(out, &before, sizeof before);
  sl_buf_fini(&compact);
  return refusal;
}

#define CLAIMS(more) "{\"iss\":\"issuer\",\"sub\":\"uss1\",\"aud\":\"sideline.example\",\"exp\":1800003600" more "}"

static void a_good_token(void **state) {
  (void)state;
  sl_token token;
  assert_int_equal(verify(&token, good, HEADER,
                          CLAIMS(",\"nbf\":1799999999.5,\"iat\":1800000004,\"jti\":\"x\",\"scope\":\"utm.strategic_coordination "
                                 "something.else utm.availability_arbitration\"")), SL_TOKEN_GOOD);
  assert_string_equal(token.issuer, "issuer");
  assert_string_equal(token.subject, "uss1");
  assert_int_equal(token.expires.ns, 1800003600 * SL_NS_PER_S);
  assert_int_equal(token.scopes, SL_SCOPE_STRATEGIC | SL_SCOPE_ARBITRATION);
  assert_true(sl_token_has(&token, SL_SCOPE_STRATEGIC | SL_SCOPE_MONITORING));
  assert_false(sl_token_has_all(&token, SL_SCOPE_STRATEGIC | SL_SCOPE_MONITORING));
  assert_false(sl_token_has(&token, SL_SCOPE_PROCESSING));
}

static void each_scope(void **state) {
  (void)state;
  for (unsigned bit = 1; bit <= SL_SCOPE_ARBITRATION; bit <<= 1) {
    char claims[512];
    (void)snprintf(claims, sizeof claims, CLAIMS(",\"scope\":\"  x %s \""), sl_scope_name((sl_scope)bit));
    sl_token token;
    assert_int_equal(verify(&token, good, HEADER, claims), SL_TOKEN_GOOD);
    assert_int_equal(token.scopes, bit);
  }
  assert_string_equal(sl_scope_name((sl_scope)64), "unlisted");
}

/* Claims under the good key and header. */
static void claims_by_rule(void **state) {
  (void)state;
  static const struct { const char *claims; sl_token_refusal expected; } cases[] = {
      {CLAIMS(""), SL_TOKEN_GOOD},
      {CLAIMS(",\"scope\":\"\""), SL_TOKEN_GOOD},
      {CLAIMS(",\"scope\":\"UTM.strategic_coordination\""), SL_TOKEN_GOOD},
      {CLAIMS(",\"scope\":[\"utm.strategic_coordination\"]"), SL_TOKEN_CLAIMS},
      {CLAIMS(",\"nbf\":null,\"iat\":null"), SL_TOKEN_GOOD},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":[\"x\",\"other.example\"],\"exp\":1800000001}", SL_TOKEN_GOOD},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":[],\"exp\":1800000001}", SL_TOKEN_AUDIENCE},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":[\"x\"],\"exp\":1800000001}", SL_TOKEN_AUDIENCE},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example.evil\",\"exp\":1800000001}", SL_TOKEN_AUDIENCE},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"\",\"exp\":1800000001}", SL_TOKEN_AUDIENCE},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"exp\":1800000001}", SL_TOKEN_AUDIENCE},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":7,\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":[7],\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"\",\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":null,\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":5,\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"a\\nb\",\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\"}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":\"1800000001\"}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1e300}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":-1}", SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1800000000}", SL_TOKEN_EXPIRED},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1800000000.0009}", SL_TOKEN_EXPIRED},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":0}", SL_TOKEN_EXPIRED},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1800003600.001}", SL_TOKEN_FAR},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1900000000}", SL_TOKEN_FAR},
      {CLAIMS(",\"nbf\":1800000005"), SL_TOKEN_GOOD},
      {CLAIMS(",\"nbf\":1800000005.001"), SL_TOKEN_EARLY},
      {CLAIMS(",\"iat\":1800000006"), SL_TOKEN_EARLY},
      {CLAIMS(",\"iat\":\"x\""), SL_TOKEN_CLAIMS},
      {"{\"iss\":\"i\",\"sub\":\"u\",\"aud\":\"sideline.example\",\"exp\":1800000002,\"nbf\":1800000002}", SL_TOKEN_EARLY},
      {CLAIMS(",\"sub\":\"uss2\""), SL_TOKEN_FORM},
      {CLAIMS(",\"aud\":\"x\""), SL_TOKEN_FORM},
      {"[]", SL_TOKEN_CLAIMS},
      {"{}{}", SL_TOKEN_FORM},
      {"{\"iss\":\"i\",\"sub\":\"a\\u0000b\",\"aud\":\"sideline.example\",\"exp\":1800000001}", SL_TOKEN_FORM}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_token token;
    sl_token_refusal refusal = verify(&token, good, HEADER, cases[i].claims);
    if (refusal != cases[i].expected) fail_msg("%s: %s", cases[i].claims, sl_token_refusal_name(refusal));
  }
}

/* Headers over good claims, all of them signed. */
static void headers_by_rule(void **state) {
  (void)state;
  static const struct { const char *header; sl_token_refusal expected; } cases[] = {
      {"{\"alg\":\"RS256\"}", SL_TOKEN_GOOD},
      {"{\"alg\":\"RS256\",\"kid\":\"\"}", SL_TOKEN_GOOD},
      {"{\"alg\":\"RS256\",\"kid\":null}", SL_TOKEN_GOOD},
      {"{\"alg\":\"RS256\",\"kid\":\"unknown\"}", SL_TOKEN_KEY},
      {"{\"alg\":\"RS256\",\"kid\":7}", SL_TOKEN_FORM},
      {"{\"alg\":\"RS256\",\"kid\":\"one\",\"jku\":\"https://evil.example\"}", SL_TOKEN_GOOD},
      {"{\"alg\":\"none\",\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"alg\":\"HS256\",\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"alg\":\"RS384\",\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"alg\":\"PS256\",\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"alg\":\"rs256\",\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"alg\":\"\",\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"kid\":\"one\"}", SL_TOKEN_ALGORITHM},
      {"{\"alg\":5}", SL_TOKEN_FORM},
      {"{\"alg\":\"none\",\"alg\":\"RS256\"}", SL_TOKEN_FORM},
      {"{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}", SL_TOKEN_CRITICAL},
      {"{\"alg\":\"RS256\",\"crit\":null}", SL_TOKEN_CRITICAL},
      {"\"RS256\"", SL_TOKEN_FORM},
      {"{", SL_TOKEN_FORM},
      {"", SL_TOKEN_FORM}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_token token;
    sl_token_refusal refusal = verify(&token, good, cases[i].header, CLAIMS(""));
    if (refusal != cases[i].expected) fail_msg("%s: %s", cases[i].header, sl_token_refusal_name(refusal));
  }
}

static sl_token_refusal verify_text(sl_str compact) {
  sl_token token;
  return sl_token_verify(&token, keys, &rules, compact, now);
}

/* The compact form as bytes: every bit of it counts. */
static void every_bit(void **state) {
  (void)state;
  sl_buf compact;
  sl_buf_init(&compact, 64u << 10);
  issuer_add_token(&compact, good, HEADER, CLAIMS(""));
  assert_int_equal(verify_text(sl_buf_str(&compact)), SL_TOKEN_GOOD);
  for (size_t i = 0; i < compact.size; i++) {
    for (unsigned bit = 0; bit < 8; bit++) {
      compact.data[i] ^= (uint8_t)(1u << bit);
      assert_int_not_equal(verify_text(sl_buf_str(&compact)), SL_TOKEN_GOOD);
      compact.data[i] ^= (uint8_t)(1u << bit);
    }
  }
  for (size_t size = 0; size < compact.size; size++) {
    assert_int_not_equal(verify_text((sl_str){(const char *)compact.data, size}), SL_TOKEN_GOOD);
  }
  sl_buf_fini(&compact);
}

static void shapes_that_are_not_tokens(void **state) {
  (void)state;
  static const char *const texts[] = {".", "..", "...", "a", "a.b", "a.b.c", "e30.e30.", ".e30.e30", "e30..e30",
                                      "eyJhbGciOiJSUzI1NiJ9.e30.AA.AA", "eyJhbGciOiJub25lIn0.e30."};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    assert_int_not_equal(verify_text(sl_str_from(texts[i])), SL_TOKEN_GOOD);
  }
  assert_int_equal(verify_text((sl_str){"", 0}), SL_TOKEN_ABSENT);
  assert_int_equal(verify_text(SL_STR("e30.e30.e30")), SL_TOKEN_ALGORITHM);
  char large[SL_TOKEN_MAX + 1];
  memset(large, 'A', sizeof large);
  assert_int_equal(verify_text((sl_str){large, sizeof large}), SL_TOKEN_SIZE);
  assert_int_equal(verify_text((sl_str){large, sizeof large - 1}), SL_TOKEN_FORM);
}

/* A tail of base64url with bits that decode to nothing, and padding, are refused. */
static void one_spelling(void **state) {
  (void)state;
  sl_buf compact;
  sl_buf_init(&compact, 64u << 10);
  issuer_add_token(&compact, good, HEADER, CLAIMS(""));
  sl_str text = sl_buf_str(&compact);
  const char last = text.data[text.size - 1];   /* 256 bytes: the last digit holds 2 bits of 6 */
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (size_t i = 0; i < 64; i++) {
    compact.data[text.size - 1] = (uint8_t)digits[i];
    sl_token_refusal refusal = verify_text(text);
    if (digits[i] == last) assert_int_equal(refusal, SL_TOKEN_GOOD);
    else assert_int_equal(refusal, i % 16 == 0 ? SL_TOKEN_SIGNATURE : SL_TOKEN_FORM);
  }
  compact.data[text.size - 1] = (uint8_t)last;
  sl_buf_add_text(&compact, "=");
  assert_int_equal(verify_text(sl_buf_str(&compact)), SL_TOKEN_FORM);
  sl_buf_fini(&compact);
}

static void another_signer(void **state) {
  (void)state;
  sl_token token;
  assert_int_equal(verify(&token, stranger, HEADER, CLAIMS("")), SL_TOKEN_SIGNATURE);
  assert_int_equal(verify(&token, stranger, "{\"alg\":\"RS256\"}", CLAIMS("")), SL_TOKEN_SIGNATURE);
}

/* The same claims signed over SHA-512 under the name RS256. */
static void another_digest(void **state) {
  (void)state;
  sl_buf compact, signature;
  sl_buf_init(&compact, 64u << 10);
  sl_buf_init(&signature, 4096);
  sl_base64url_add(&compact, sl_str_bytes(SL_STR(HEADER)));
  sl_buf_add_u8(&compact, '.');
  sl_base64url_add(&compact, sl_str_bytes(sl_str_from(CLAIMS(""))));
  issuer_sign(&signature, good, sl_buf_str(&compact), "SHA512");
  sl_buf_add_u8(&compact, '.');
  sl_base64url_add(&compact, sl_buf_span(&signature));
  assert_int_equal(verify_text(sl_buf_str(&compact)), SL_TOKEN_SIGNATURE);
  sl_buf_fini(&compact);
  sl_buf_fini(&signature);
}

static void long_names(void **state) {
  (void)state;
  char name[SL_TOKEN_NAME_MAX + 2], claims[1024];
  for (size_t size = SL_TOKEN_NAME_MAX; size <= SL_TOKEN_NAME_MAX + 1; size++) {
    memset(name, 'n', size);
    name[size] = '\0';
    (void)snprintf(claims, sizeof claims, "{\"iss\":\"i\",\"sub\":\"%s\",\"aud\":\"other.example\",\"exp\":1800000001}", name);
    sl_token token;
    sl_token_refusal expected = size > SL_TOKEN_NAME_MAX ? SL_TOKEN_CLAIMS : SL_TOKEN_GOOD;
    assert_int_equal(verify(&token, good, HEADER, claims), expected);
    if (expected == SL_TOKEN_GOOD) assert_string_equal(token.subject, name);
  }
}

static void the_field(void **state) {
  (void)state;
  static const struct { const char *field, *compact; } cases[] = {
      {"Bearer abc", "abc"}, {"bearer abc", "abc"}, {"BEARER abc", "abc"}, {"bEaReR   a.b.c", "a.b.c"},
      {"  Bearer abc \t", "abc"}, {"Bearer", NULL}, {"Bearer ", NULL}, {"Bearerabc", NULL}, {"Bearer\tabc", NULL},
      {"Basic abc", NULL}, {"", NULL}, {"abc", NULL}, {"Beare abc", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_str compact = {NULL, 0};
    bool found = sl_token_bearer(&compact, sl_str_from(cases[i].field));
    assert_int_equal(found, cases[i].compact != NULL);
    if (found) assert_true(sl_str_is(compact, cases[i].compact));
  }
}

/* RFC 7515 appendix A.2: a key and a signature that others made. Its claims are of 2011. */
static void vector_of_the_rfc(void **state) {
  (void)state;
  static const char jwks[] =
      "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJr"
      "cS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMd"
      "bBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9i"
      "aGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}]}";
  static const char compact[] =
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
      "VlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9C"
      "UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
      "xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioyp"
      "GlUPQGe77Rw";
  sl_token_keys *set = NULL;
  assert_int_equal(sl_token_keys_new(&set), SL_OK);
  assert_int_equal(sl_token_keys_add_jwks(set, sl_str_bytes(SL_STR(jwks)), now, NULL), SL_OK);
  sl_token token;
  assert_int_equal(sl_token_verify(&token, set, &rules, SL_STR(compact), now), SL_TOKEN_CLAIMS);   /* no sub */
  char other[sizeof compact];
  memcpy(other, compact, sizeof compact);
  other[100] ^= 1;
  assert_int_equal(sl_token_verify(&token, set, &rules, SL_STR(other), now), SL_TOKEN_SIGNATURE);
  sl_token_keys_free(set);
}

static void digests(void **state) {
  (void)state;
  static const uint8_t expected[4] = {0xba, 0x78, 0x16, 0xbf};   /* FIPS 180, "abc" */
  uint8_t digest[32];
  sl_token_digest(digest, SL_STR("abc"));
  assert_memory_equal(digest, expected, sizeof expected);
  assert_string_equal(sl_token_refusal_name(SL_TOKEN_MEMORY), "token-memory");
  assert_string_equal(sl_token_refusal_name((sl_token_refusal)99), "unlisted");
}

static int setup(void **state) {
  (void)state;
  good = issuer_new(2048);
  stranger = issuer_new(2048);
  sl_buf text;
  sl_buf_init(&text, 64u << 10);
  sl_buf_add_text(&text, "{\"keys\":[");
  issuer_add_jwk(&text, good, "one", ",\"use\":\"sig\",\"alg\":\"RS256\"");
  sl_buf_add_text(&text, "]}");
  int bad = sl_token_keys_new(&keys) || sl_token_keys_add_jwks(keys, sl_buf_span(&text), now, NULL);
  sl_buf_fini(&text);
  return bad;
}

static int teardown(void **state) {
  (void)state;
  sl_token_keys_free(keys);
  issuer_free(good);
  issuer_free(stranger);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_good_token),    cmocka_unit_test(each_scope),        cmocka_unit_test(claims_by_rule),
      cmocka_unit_test(headers_by_rule), cmocka_unit_test(every_bit),         cmocka_unit_test(shapes_that_are_not_tokens),
      cmocka_unit_test(one_spelling),    cmocka_unit_test(another_signer),    cmocka_unit_test(another_digest),
      cmocka_unit_test(long_names),      cmocka_unit_test(the_field),         cmocka_unit_test(vector_of_the_rfc),
      cmocka_unit_test(digests)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
