/* Tokens for tests, over OpenSSL, which is also the verifier's library: the vectors of
 * RFC 7515 in token_test.c were made by others. */
#include "issuer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/assert.h"

struct issuer {
  EVP_PKEY *pkey;
};

static issuer *hold(EVP_PKEY *pkey) {
  issuer *out = calloc(1, sizeof *out);
  SL_ASSERT(out != NULL && pkey != NULL);
  out->pkey = pkey;
  return out;
}

issuer *issuer_new(unsigned bits) { return hold(EVP_RSA_gen(bits)); }
issuer *issuer_new_ec(void) { return hold(EVP_EC_gen("P-256")); }

void issuer_free(issuer *from) {
  if (from == NULL) return;
  EVP_PKEY_free(from->pkey);
  free(from);
}

static void add_bio(sl_buf *out, BIO *bio, int written) {
  char *text = NULL;
  long size = BIO_get_mem_data(bio, &text);
  SL_ASSERT(written == 1 && size > 0);
  sl_buf_add(out, text, (size_t)size);
  BIO_free(bio);
}

void issuer_add_public_pem(sl_buf *out, const issuer *from) {
  BIO *bio = BIO_new(BIO_s_mem());
  add_bio(out, bio, PEM_write_bio_PUBKEY(bio, from->pkey));
}

void issuer_add_private_pem(sl_buf *out, const issuer *from) {
  BIO *bio = BIO_new(BIO_s_mem());
  add_bio(out, bio, PEM_write_bio_PrivateKey(bio, from->pkey, NULL, NULL, 0, NULL, NULL));
}

void issuer_add_pkcs1_pem(sl_buf *out, const issuer *from) {
  unsigned char *der = NULL;
  int size = i2d_PublicKey(from->pkey, &der);
  BIO *bio = BIO_new(BIO_s_mem());
  add_bio(out, bio, size > 0 && PEM_write_bio(bio, PEM_STRING_RSA_PUBLIC, "", der, size) > 0);
  OPENSSL_free(der);
}

void issuer_add_certificate_pem(sl_buf *out, const issuer *from) {
  X509 *made = X509_new();
  X509_NAME *name = X509_get_subject_name(made);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -300);
  X509_gmtime_adj(X509_getm_notAfter(made), 86400);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"issuer", -1, -1, 0);
  X509_set_issuer_name(made, name);
  X509_set_pubkey(made, from->pkey);
  SL_ASSERT(X509_sign(made, from->pkey, EVP_sha256()) > 0);
  BIO *bio = BIO_new(BIO_s_mem());
  add_bio(out, bio, PEM_write_bio_X509(bio, made));
  X509_free(made);
}

static void add_number(sl_buf *out, const issuer *from, const char *name) {
  BIGNUM *number = NULL;
  uint8_t bytes[2048];
  SL_ASSERT(EVP_PKEY_get_bn_param(from->pkey, name, &number) == 1);
  sl_buf_add(out, bytes, (size_t)BN_bn2bin(number, bytes));
  BN_free(number);
}

void issuer_modulus(sl_buf *out, const issuer *from) { add_number(out, from, OSSL_PKEY_PARAM_RSA_N); }

void issuer_add_jwk(sl_buf *out, const issuer *from, const char *kid, const char *extra) {
  sl_buf number;
  sl_buf_init(&number, 4096);
  sl_buf_add_text(out, "{\"kty\":\"RSA\"");
  if (kid != NULL) sl_buf_add_format(out, ",\"kid\":\"%s\"", kid);
  sl_buf_add_text(out, ",\"n\":\"");
  issuer_modulus(&number, from);
  sl_base64url_add(out, sl_buf_span(&number));
  sl_buf_add_text(out, "\",\"e\":\"");
  sl_buf_clear(&number);
  add_number(&number, from, OSSL_PKEY_PARAM_RSA_E);
  sl_base64url_add(out, sl_buf_span(&number));
  sl_buf_add_format(out, "\"%s}", extra);
  sl_buf_fini(&number);
}

void issuer_sign(sl_buf *out, const issuer *from, sl_str message, const char *digest) {
  uint8_t signature[2048];
  size_t size = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  SL_ASSERT(EVP_DigestSignInit_ex(context, NULL, digest, NULL, NULL, from->pkey, NULL) == 1);
  SL_ASSERT(EVP_DigestSign(context, signature, &size, (const uint8_t *)message.data, message.size) == 1);
  EVP_MD_CTX_free(context);
  sl_buf_add(out, signature, size);
}

void issuer_add_token(sl_buf *out, const issuer *from, const char *header, const char *claims) {
  sl_buf signature;
  sl_buf_init(&signature, 4096);
  size_t start = out->size;
  sl_base64url_add(out, sl_str_bytes(sl_str_from(header)));
  sl_buf_add_u8(out, '.');
  sl_base64url_add(out, sl_str_bytes(sl_str_from(claims)));
  issuer_sign(&signature, from, (sl_str){(const char *)out->data + start, out->size - start}, "SHA256");
  sl_buf_add_u8(out, '.');
  sl_base64url_add(out, sl_buf_span(&signature));
  sl_buf_fini(&signature);
}
