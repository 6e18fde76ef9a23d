/* RSA public keys over OpenSSL's EVP. Every way in ends at the same numbers: whatever
 * stood in a file, modulus and exponent are taken out of it, checked, and made into a key
 * again, so that no other property of a file has a say. Work: a handful of keys at start
 * and at a refresh, one verification for each token not seen before. */
#include "seal/rsa.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/assert.h"
#include "seal/seal.h"

#define EXPONENT_BYTES_MAX 8u

struct sl_rsa_key {
  EVP_PKEY *pkey;
  unsigned bits;
};

static sl_err check_numbers(sl_span modulus, sl_span exponent, unsigned *bits) {
  if (modulus.size == 0 || exponent.size == 0) return SL_ERR_RANGE;
  if (modulus.data[0] == 0 || exponent.data[0] == 0) return SL_ERR_SYNTAX;
  if (modulus.size > SL_RSA_BITS_MAX / 8 || exponent.size > EXPONENT_BYTES_MAX) return SL_ERR_RANGE;
  unsigned top = 8;
  while ((modulus.data[0] >> (top - 1)) == 0) top--;
  *bits = (unsigned)(modulus.size - 1) * 8 + top;
  if (*bits < SL_RSA_BITS_MIN || (modulus.data[modulus.size - 1] & 1) == 0) return SL_ERR_RANGE;
  bool one = exponent.size == 1 && exponent.data[0] == 1;
  return one || (exponent.data[exponent.size - 1] & 1) == 0 ? SL_ERR_RANGE : SL_OK;
}

static EVP_PKEY *make(OSSL_PARAM *params) {
  EVP_PKEY *pkey = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
  if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    pkey = NULL;
  }
  EVP_PKEY_CTX_free(context);
  return pkey;
}

static EVP_PKEY *from_numbers(sl_span modulus, sl_span exponent) {
  EVP_PKEY *pkey = NULL;
  BIGNUM *n = BN_bin2bn(modulus.data, (int)modulus.size, NULL);
  BIGNUM *e = BN_bin2bn(exponent.data, (int)exponent.size, NULL);
  OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
  if (n && e && build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
      OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    if (params) pkey = make(params);
    OSSL_PARAM_free(params);
  }
  OSSL_PARAM_BLD_free(build);
  BN_free(e);
  BN_free(n);
  ERR_clear_error();
  return pkey;
}

sl_err sl_rsa_key_new(sl_rsa_key **out, sl_span modulus, sl_span exponent) {
  SL_ASSERT(out != NULL);
  unsigned bits = 0;
  sl_err err = check_numbers(modulus, exponent, &bits);
  if (err) return err;
  sl_rsa_key *key = malloc(sizeof *key);
  if (key == NULL) return SL_ERR_NOMEM;
  key->bits = bits;
  key->pkey = from_numbers(modulus, exponent);
  if (key->pkey == NULL) {
    free(key);
    return SL_ERR_CRYPTO;
  }
  *out = key;
  return SL_OK;
}

void sl_rsa_key_free(sl_rsa_key *key) {
  if (key == NULL) return;
  EVP_PKEY_free(key->pkey);
  free(key);
}

unsigned sl_rsa_key_bits(const sl_rsa_key *key) { return key->bits; }

/* The numbers of a key that OpenSSL read, as a key of ours. */
static sl_err rebuild(sl_rsa_key **out, EVP_PKEY *pkey) {
  uint8_t modulus[SL_RSA_BITS_MAX / 8], exponent[EXPONENT_BYTES_MAX];
  BIGNUM *n = NULL, *e = NULL;
  sl_err err = SL_ERR_RANGE;
  if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
      EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_num_bytes(n) <= (int)sizeof modulus &&
      BN_num_bytes(e) <= (int)sizeof exponent) {
    size_t n_size = (size_t)BN_bn2bin(n, modulus), e_size = (size_t)BN_bn2bin(e, exponent);
    err = sl_rsa_key_new(out, (sl_span){modulus, n_size}, (sl_span){exponent, e_size});
  }
  BN_free(e);
  BN_free(n);
  return err;
}

/* The public key of one block's DER, which must be all of it; NULL: it is not one. */
static EVP_PKEY *parse(const char *label, const unsigned char *der, long size) {
  const unsigned char *at = der;
  EVP_PKEY *pkey = NULL;
  if (strcmp(label, PEM_STRING_PUBLIC) == 0) {
    pkey = d2i_PUBKEY(NULL, &at, size);
  } else if (strcmp(label, PEM_STRING_RSA_PUBLIC) == 0) {
    pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, size);
  } else {
    X509 *certificate = d2i_X509(NULL, &at, size);
    if (certificate) pkey = X509_get_pubkey(certificate);
    X509_free(certificate);
  }
  if (pkey != NULL && at != der + size) {
    EVP_PKEY_free(pkey);
    pkey = NULL;
  }
  return pkey;
}

static bool known_label(const char *label) {
  return strcmp(label, PEM_STRING_PUBLIC) == 0 || strcmp(label, PEM_STRING_RSA_PUBLIC) == 0 ||
         strcmp(label, PEM_STRING_X509) == 0;
}

static sl_err from_block(sl_rsa_key **out, const char *label, const unsigned char *der, long size, sl_fault *fault) {
  if (!known_label(label)) {
    return sl_fault_set(fault, SL_ERR_UNSUPPORTED, "only PUBLIC KEY, RSA PUBLIC KEY and CERTIFICATE blocks are taken");
  }
  EVP_PKEY *pkey = parse(label, der, size);
  if (pkey == NULL) return sl_fault_set(fault, SL_ERR_SYNTAX, "the PEM block does not hold what its label says");
  sl_err err = SL_ERR_UNSUPPORTED;
  if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA) {
    sl_fault_set(fault, err, "the key is not an RSA key");
  } else {
    err = rebuild(out, pkey);
    if (err) sl_fault_set(fault, err, "the RSA key needs a modulus of %u to %u bits", SL_RSA_BITS_MIN, SL_RSA_BITS_MAX);
  }
  EVP_PKEY_free(pkey);
  return err;
}

static sl_err take(sl_rsa_key **out, BIO *bio, sl_fault *fault) {
  char *label = NULL, *header = NULL;
  unsigned char *der = NULL;
  long size = 0;
  if (PEM_read_bio(bio, &label, &header, &der, &size) != 1) {
    bool none = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    return none ? SL_ERR_END : sl_fault_set(fault, SL_ERR_SYNTAX, "a PEM block is damaged or cut off");
  }
  sl_err err = SL_OK;
  if (size > (long)SL_RSA_PEM_MAX) {
    err = sl_fault_set(fault, SL_ERR_CAP, "a PEM block may have at most %u bytes", SL_RSA_PEM_MAX);
  } else if (header[0] != '\0') {
    err = sl_fault_set(fault, SL_ERR_UNSUPPORTED, "a PEM block with headers is not taken");
  } else {
    err = from_block(out, label, der, size, fault);
  }
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_clear_free(der, (size_t)size);
  return err;
}

sl_err sl_rsa_key_take_pem(sl_rsa_key **out, sl_str *rest, sl_fault *fault) {
  SL_ASSERT(out != NULL && rest != NULL);
  if (rest->size == 0) return SL_ERR_END;
  if (rest->size > INT_MAX / 2) return sl_fault_set(fault, SL_ERR_CAP, "the file is too large");
  BIO *bio = BIO_new_mem_buf(rest->data, (int)rest->size);
  if (bio == NULL) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  sl_rsa_key *key = NULL;
  sl_err err = take(&key, bio, fault);
  size_t left = BIO_ctrl_pending(bio);
  BIO_free(bio);
  ERR_clear_error();
  SL_ASSERT(left <= rest->size);
  if (err == SL_OK) {
    *rest = (sl_str){rest->data + (rest->size - left), left};
    *out = key;
  } else if (err == SL_ERR_END) {
    *rest = (sl_str){rest->data + rest->size, 0};
  }
  return err;
}

bool sl_rsa_verify(const sl_rsa_key *key, sl_span signature, sl_span message) {
  SL_ASSERT(key != NULL);
  if (signature.size != (key->bits + 7) / 8) return false;
  uint8_t digest[32];
  sl_sha256(digest, &message, 1);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
  bool good = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
              EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
              EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
              EVP_PKEY_verify(context, signature.data, signature.size, digest, sizeof digest) == 1;
  EVP_PKEY_CTX_free(context);
  ERR_clear_error();
  return good;
}
