/* The certificate of a first start, over OpenSSL: made once, so nothing is kept. It
 * names loopback and nothing else, and is no authority for other certificates. */
#include "seal/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/assert.h"

static const struct { int kind; const char *value; } extensions[] = {
    {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_ext_key_usage, "serverAuth"}};

static bool extend(X509 *certificate) {
  for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, extensions[i].kind, extensions[i].value);
    bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    if (!added) return false;
  }
  return true;
}

/* A serial number of 63 random bits, positive. */
static bool number(X509 *certificate) {
  uint64_t serial = 0;
  if (RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), (serial >> 1) | 1) == 1;
}

static bool fill(X509 *certificate, EVP_PKEY *key, unsigned days) {
  X509_NAME *name = X509_get_subject_name(certificate);
  return X509_set_version(certificate, X509_VERSION_3) == 1 && number(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -300) != NULL &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), (long)days * 86400) != NULL &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         extend(certificate) && X509_sign(certificate, key, EVP_sha256()) > 0;
}

static bool append(sl_buf *out, BIO *bio) {
  char *text = NULL;
  long size = BIO_get_mem_data(bio, &text);
  if (size <= 0) return false;
  sl_buf_add(out, text, (size_t)size);
  return true;
}

sl_err sl_certificate_loopback(sl_buf *certificate, sl_buf *key, unsigned days) {
  SL_ASSERT(certificate != NULL && key != NULL && days >= 1 && days <= 3650);
  EVP_PKEY *pair = EVP_EC_gen("P-256");
  X509 *made = X509_new();
  BIO *public_text = BIO_new(BIO_s_mem()), *secret_text = BIO_new(BIO_s_secmem());
  bool good = pair && made && public_text && secret_text && fill(made, pair, days) &&
              PEM_write_bio_X509(public_text, made) == 1 &&
              PEM_write_bio_PKCS8PrivateKey(secret_text, pair, NULL, NULL, 0, NULL, NULL) == 1 &&
              append(certificate, public_text) && append(key, secret_text);
  BIO_free(public_text);
  BIO_free(secret_text);
  X509_free(made);
  EVP_PKEY_free(pair);
  if (!good) return SL_ERR_CRYPTO;
  return certificate->error ? certificate->error : key->error;
}
