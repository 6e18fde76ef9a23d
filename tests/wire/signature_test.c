/* Signatures: the RFC's own example for the primitive, golden bytes of ours (made with
 * another Ed25519), and every deviation refused by name. */
#include "test.h"

#include "base/text.h"
#include "seal/seal.h"
#include "wire/signature.h"

#define CREATED 1767323045
#define NOW ((sl_time){(CREATED + 10) * SL_NS_PER_S})
#define COMPONENTS "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")"
#define PARAMS \
  ";created=1767323045;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\""
#define DIGEST "sha-256=:JDDxoq0pgtAGeIVIikyJ4hrR18g7EVuo8bIKzIjfrqg=:"
#define SIGNATURE "ejT4c/v6kS4mXRkBWannZByKFfWYVDLNyr/jhlpyiphqzLcRRdYN2VyebvDkWxNLDO71EWlIOUQLs9w8OCM3Ag=="
#define TARGET "/v1/intents/00000000-0000-4000-8000-000000000001?a=1"

static sl_key key;

/* A request whose header fields can be exchanged one by one. */
typedef struct sample {
  sl_header header[SL_HEADERS_MAX + 1];
  sl_request request;
} sample;

enum { HOST, INPUT, SIG, CONTENT, FIELDS };

static void good_sample(sample *out) {
  memset(out, 0, sizeof *out);
  out->header[HOST] = (sl_header){SL_STR("Host"), SL_STR("Sideline.Example:443")};
  out->header[INPUT] = (sl_header){SL_STR("Signature-Input"), SL_STR("sig1=" COMPONENTS PARAMS)};
  out->header[SIG] = (sl_header){SL_STR("signature"), SL_STR("sig1=:" SIGNATURE ":")};
  out->header[CONTENT] = (sl_header){SL_STR("CONTENT-DIGEST"), SL_STR(" " DIGEST "\t")};
  out->request = (sl_request){.method = SL_STR("PUT"), .target = SL_STR(TARGET),
                              .authority = SL_STR("Sideline.Example:443"), .header_count = FIELDS,
                              .body = {(const uint8_t *)"{\"version\":1}", 13}};
}

/* Read, and verify when it reads. */
static sl_err read_at(sample *in, sl_time now, sl_fault *fault) {
  in->request.header = in->header;
  sl_buf base;
  sl_buf_init(&base, SL_SIGNATURE_BASE_MAX);
  sl_signed_head head = {.created = -1};
  sl_err err = sl_signature_read(&head, &base, &in->request, sl_sha256, now, fault);
  if (err != SL_OK) {
    assert_int_equal(base.size, 0);
    assert_int_equal(head.created, -1);
  } else if (!sl_ed25519_verify(key.public_key, head.signature, sl_buf_span(&base))) {
    err = SL_ERR_SIGNATURE;
  }
  sl_buf_fini(&base);
  return err;
}

static void the_rfc_example(void **state) {
  (void)state;
  /* RFC 9421 appendix B.2.6, key B.1.4. */
  static const char base[] =
      "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n"
      "\"content-type\": application/json\n\"content-length\": 18\n"
      "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")"
      ";created=1618884473;keyid=\"test-key-ed25519\"";
  uint8_t public_key[32], signature[66];
  size_t size = sizeof signature;
  assert_int_equal(sl_unhex(public_key, 32, SL_STR("26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb")), SL_OK);
  assert_int_equal(sl_base64_read(signature, &size,
      SL_STR("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==")), SL_OK);
  assert_int_equal(size, 64);
  assert_true(sl_ed25519_verify(public_key, signature, (sl_span){(const uint8_t *)base, sizeof base - 1}));
}

static void golden_bytes_verify(void **state) {
  (void)state;
  sample in;
  good_sample(&in);
  in.request.header = in.header;
  sl_buf base;
  sl_buf_init(&base, SL_SIGNATURE_BASE_MAX);
  sl_signed_head head;
  assert_int_equal(sl_signature_read(&head, &base, &in.request, sl_sha256, NOW, NULL), SL_OK);
  sl_buf_add_u8(&base, 0);
  assert_string_equal((const char *)base.data,
                      "\"@method\": PUT\n\"@authority\": sideline.example\n"
                      "\"@path\": /v1/intents/00000000-0000-4000-8000-000000000001\n\"@query\": ?a=1\n"
                      "\"content-digest\": " DIGEST "\n\"@signature-params\": " COMPONENTS PARAMS);
  assert_string_equal(head.keyid, "blue/ops/1");
  assert_string_equal(head.nonce, "0123456789abcdef");
  assert_int_equal(head.created, CREATED);
  assert_int_equal(head.expires, CREATED + 60);
  sl_buf_fini(&base);
  assert_int_equal(read_at(&in, NOW, NULL), SL_OK);
}

static void golden_bytes_are_made(void **state) {
  (void)state;
  sample in;
  good_sample(&in);
  sl_signer signer = sl_key_signer(&key);
  sl_buf digest, input, signature;
  sl_buf_init(&digest, 1024);
  sl_buf_init(&input, 1024);
  sl_buf_init(&signature, 1024);
  assert_int_equal(sl_signature_make(&digest, &input, &signature, &in.request, "blue/ops/1", "0123456789abcdef",
                                     CREATED, CREATED + 60, sl_sha256, &signer), SL_OK);
  assert_true(sl_str_is(sl_buf_str(&digest), DIGEST));
  assert_true(sl_str_is(sl_buf_str(&input), "sig1=" COMPONENTS PARAMS));
  assert_true(sl_str_is(sl_buf_str(&signature), "sig1=:" SIGNATURE ":"));
  sl_buf_clear(&digest);
  static const struct { const char *keyid, *nonce; int64_t created, expires; } bad[] = {
      {"", "0123456789abcdef", 1, 2},           {"blue ops", "0123456789abcdef", 1, 2},
      {"a\"b", "0123456789abcdef", 1, 2},       {"blue/ops/1", "0123456789abcde", 1, 2},
      {"blue/ops/1", "0123456789abcde\"", 1, 2}, {"blue/ops/1", "0123456789abcdef", -1, 2},
      {"blue/ops/1", "0123456789abcdef", 2, 2}, {"blue/ops/1", "0123456789abcdef", 1, 302}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(sl_signature_make(&digest, &input, &signature, &in.request, bad[i].keyid, bad[i].nonce,
                                       bad[i].created, bad[i].expires, sl_sha256, &signer), SL_ERR_RANGE);
  }
  in.request.target = SL_STR("/a b");
  assert_int_equal(sl_signature_make(&digest, &input, &signature, &in.request, "blue/ops/1", "0123456789abcdef", 1, 2,
                                     sl_sha256, &signer), SL_ERR_SYNTAX);
  assert_int_equal(digest.size, 0);
  sl_buf_fini(&digest);
  sl_buf_fini(&input);
  sl_buf_fini(&signature);
}

/* One exchanged field each. */
static void deviations_are_refused(void **state) {
  (void)state;
  static const struct { int field; const char *value; sl_err expected; } cases[] = {
      {INPUT, "", SL_ERR_MISSING},
      {INPUT, "sig1=(\"@method\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=(\"@authority\" \"@method\" \"@path\" \"@query\" \"content-digest\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"date\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=(\"@method\"  \"@authority\" \"@path\" \"@query\" \"content-digest\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=( \"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=(\"@method\";req \"@authority\" \"@path\" \"@query\" \"content-digest\")" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=()" PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS, SL_ERR_MISSING},
      {INPUT, "sig1=" COMPONENTS PARAMS ", sig2=" COMPONENTS PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS PARAMS ";created=1767323045", SL_ERR_DUPLICATE},
      {INPUT, "sig1=" COMPONENTS PARAMS ";alg=\"ed25519\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS " " PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1 =" COMPONENTS PARAMS, SL_ERR_SYNTAX},
      {INPUT, "Sig1=" COMPONENTS PARAMS, SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\"", SL_ERR_MISSING},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"other\"", SL_ERR_UNSUPPORTED},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"short\";tag=\"sideline-v1\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323105;keyid=\"blue ops\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045.0;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=01767323045;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=-1;expires=1767323105;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323046000000000000;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_SYNTAX},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323346;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_EXPIRED},
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323045;keyid=\"blue/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_EXPIRED},
      /* Well-formed and another party's: fails in the verification. */
      {INPUT, "sig1=" COMPONENTS ";created=1767323045;expires=1767323105;keyid=\"red/ops/1\";nonce=\"0123456789abcdef\";tag=\"sideline-v1\"", SL_ERR_SIGNATURE},
      {SIG, "", SL_ERR_MISSING},
      {SIG, "sig2=:" SIGNATURE ":", SL_ERR_SYNTAX},
      {SIG, "sig1=:" SIGNATURE ":, sig2=:" SIGNATURE ":", SL_ERR_SYNTAX},
      {SIG, "sig1=: " SIGNATURE ":", SL_ERR_SYNTAX},
      {SIG, "sig1=\"" SIGNATURE "\"", SL_ERR_SYNTAX},
      {SIG, "sig1=:AAAA:", SL_ERR_SYNTAX},
      {SIG, "sig1=:ejT4c/v6kS4mXRkBWannZByKFfWYVDLNyr/jhlpyiphqzLcRRdYN2VyebvDkWxNLDO71EWlIOUQLs9w8OCM3Ah==:", SL_ERR_SYNTAX},
      {SIG, "sig1=:FjT4c/v6kS4mXRkBWannZByKFfWYVDLNyr/jhlpyiphqzLcRRdYN2VyebvDkWxNLDO71EWlIOUQLs9w8OCM3Ag==:", SL_ERR_SIGNATURE},
      {CONTENT, "", SL_ERR_MISSING},
      {CONTENT, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", SL_ERR_SIGNATURE},
      {CONTENT, "sha-512=:JDDxoq0pgtAGeIVIikyJ4hrR18g7EVuo8bIKzIjfrqg=:", SL_ERR_SYNTAX},
      {CONTENT, DIGEST ", sha-512=:AAAA:", SL_ERR_SYNTAX},
      {CONTENT, "sha-256=JDDxoq0pgtAGeIVIikyJ4hrR18g7EVuo8bIKzIjfrqg=", SL_ERR_SYNTAX},
      {HOST, "other.example", SL_ERR_SYNTAX},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sample in;
    good_sample(&in);
    in.header[cases[i].field].value = sl_str_from(cases[i].value);
    sl_fault fault = sl_fault_none();
    sl_err err = read_at(&in, NOW, &fault);
    if (err != cases[i].expected) fail_msg("case %zu (%s): %s", i, cases[i].value, sl_err_name(err));
    if (err != SL_ERR_SIGNATURE) assert_int_equal(fault.code, err);
    assert_null(strstr(fault.reason, "other"));
  }
}

static void duplicates_are_refused(void **state) {
  (void)state;
  static const char *const names[] = {"Host",           "Content-Length", "Transfer-Encoding", "Content-Type",
                                      "Content-Digest", "Signature",      "Signature-Input",   "Authorization"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    sample in;
    good_sample(&in);
    in.header[FIELDS] = in.header[FIELDS + 1] = (sl_header){sl_str_from(names[i]), SL_STR("1")};
    in.request.header_count = FIELDS + 2;
    assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_DUPLICATE);
  }
  sample in;
  good_sample(&in);
  in.header[FIELDS] = (sl_header){SL_STR("content-length"), SL_STR("13")};
  in.request.header_count = FIELDS + 1;
  assert_int_equal(read_at(&in, NOW, NULL), SL_OK);
  in.header[FIELDS + 1] = (sl_header){SL_STR("transfer-encoding"), SL_STR("chunked")};
  in.request.header_count = FIELDS + 2;
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_DUPLICATE);
  in.header[FIELDS + 1] = in.header[FIELDS] = (sl_header){SL_STR("accept"), SL_STR("a")};
  assert_int_equal(read_at(&in, NOW, NULL), SL_OK);
  for (size_t i = FIELDS; i <= SL_HEADERS_MAX; i++) in.header[i] = (sl_header){SL_STR("x"), SL_STR("y")};
  in.request.header_count = SL_HEADERS_MAX + 1;
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_CAP);
}

static void clocks_have_bounds(void **state) {
  (void)state;
  static const struct { int64_t seconds; sl_err expected; } cases[] = {
      {-61, SL_ERR_EXPIRED}, {-60, SL_OK}, {0, SL_OK}, {59, SL_OK}, {60, SL_ERR_EXPIRED}, {600, SL_ERR_EXPIRED},
      {-600, SL_ERR_EXPIRED}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sample in;
    good_sample(&in);
    sl_time now = {(CREATED + cases[i].seconds) * SL_NS_PER_S};
    assert_int_equal(read_at(&in, now, NULL), cases[i].expected);
  }
}

/* Whatever of the request is changed after signing, it no longer passes. */
static void what_is_covered_cannot_change(void **state) {
  (void)state;
  sample in;
  good_sample(&in);
  in.request.method = SL_STR("POST");
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SIGNATURE);
  good_sample(&in);
  in.request.target = SL_STR("/v1/intents/00000000-0000-4000-8000-000000000002?a=1");
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SIGNATURE);
  good_sample(&in);
  in.request.target = SL_STR("/v1/intents/00000000-0000-4000-8000-000000000001?a=2");
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SIGNATURE);
  good_sample(&in);
  in.request.body = (sl_span){(const uint8_t *)"{\"version\":2}", 13};
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SIGNATURE);
  good_sample(&in);
  in.request.authority = SL_STR("other.example");
  in.header[HOST].value = SL_STR("other.example");
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SIGNATURE);
  good_sample(&in);
  in.request.method = (sl_str){"PU\0", 3};
  assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SYNTAX);
}

static void long_fields_are_refused(void **state) {
  (void)state;
  char text[2000];
  memset(text, 'a', sizeof text);
  for (int field = INPUT; field <= CONTENT; field++) {
    sample in;
    good_sample(&in);
    in.header[field].value = (sl_str){text, 1025};
    assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_CAP);
    in.header[field].value = (sl_str){text, 1024};
    assert_int_equal(read_at(&in, NOW, NULL), SL_ERR_SYNTAX);
  }
}

int main(void) {
  uint8_t seed[32];
  for (int i = 0; i < 32; i++) seed[i] = (uint8_t)i;
  if (sl_seal_init() != SL_OK) return 1;
  sl_key_from_seed(&key, seed);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_rfc_example),          cmocka_unit_test(golden_bytes_verify),
      cmocka_unit_test(golden_bytes_are_made),    cmocka_unit_test(deviations_are_refused),
      cmocka_unit_test(duplicates_are_refused),   cmocka_unit_test(clocks_have_bounds),
      cmocka_unit_test(what_is_covered_cannot_change), cmocka_unit_test(long_fields_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
