/* Key files to keys and back, through OpenSSL's PEM and PKCS#8. OpenSSL would take
 * much more than we mean (other block types, text around the block, an encrypted
 * key for which it asks the terminal), so what it may see is checked first.
 * Everything that held the secret is wiped on every path. */
#include "seal/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/assert.h"

#define BEGIN "-----BEGIN PRIVATE KEY-----\n"
#define END "-----END PRIVATE KEY-----\n"
#define SEED_SIZE 32u

sl_err sl_pem_write(char out[static SL_PEM_MAX], size_t *size, const sl_key *key) {
  SL_ASSERT(size != NULL && key != NULL);
  sl_err err = SL_ERR_CRYPTO;
  /* libsodium's secret key is the seed, then the public key. */
  EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->secret, SEED_SIZE);
  BIO *bio = BIO_new(BIO_s_secmem());
  if (pkey != NULL && bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) == 1) {
    char *text = NULL;
    const long length = BIO_get_mem_data(bio, &text);
    if (length > 0 && length <= (long)SL_PEM_MAX) {
      memcpy(out, text, (size_t)length);
      *size = (size_t)length;
      err = SL_OK;
    }
  }
  /* A memory BIO clears what it frees. */
  BIO_free(bio);
  EVP_PKEY_free(pkey);
  ERR_clear_error();
  return err;
}

/* No password, and never a question to the terminal. */
static int no_password(char *buffer, int size, int writing, void *context) {
  (void)writing;
  (void)context;
  SL_ASSERT(buffer != NULL && size > 0);
  return -1;
}

/* Between the two boundary lines only base64 and newlines. */
static bool framed(sl_str text) {
  const size_t begin = sizeof BEGIN - 1;
  const size_t end = sizeof END - 1;
  if (text.size < begin + end || memcmp(text.data, BEGIN, begin) != 0 ||
      memcmp(text.data + text.size - end, END, end) != 0) {
    return false;
  }
  for (size_t i = begin; i < text.size - end; i++) {
    const char c = text.data[i];
    const bool base64 = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                        c == '/' || c == '=' || c == '\n';
    if (!base64) {
      return false;
    }
  }
  return text.data[text.size - end - 1] == '\n';
}

/* Whether the text is what we would write: the decoder skips what it does not need,
 * and what it skipped would otherwise be anybody's to change. */
static bool canonical(const sl_key *key, sl_str text) {
  char written[SL_PEM_MAX];
  size_t size = 0;
  const bool same = sl_pem_write(written, &size, key) == SL_OK && size == text.size &&
                    sl_equal_secret(written, text.data, size);
  sl_wipe(written, sizeof written);
  return same;
}

static sl_err decode(sl_key *out, sl_str text, sl_fault *fault) {
  uint8_t seed[SEED_SIZE];
  size_t size = sizeof seed;
  sl_err err = SL_OK;
  BIO *bio = BIO_new_mem_buf(text.data, (int)text.size);
  EVP_PKEY *pkey = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
  if (pkey == NULL) {
    err = sl_fault_set(fault, SL_ERR_SYNTAX, "the PEM block is not a PKCS#8 private key");
  } else if (EVP_PKEY_id(pkey) != EVP_PKEY_ED25519) {
    err = sl_fault_set(fault, SL_ERR_UNSUPPORTED, "the key is not an Ed25519 key");
  } else if (EVP_PKEY_get_raw_private_key(pkey, seed, &size) != 1 || size != SEED_SIZE) {
    err = sl_fault_set(fault, SL_ERR_SYNTAX, "the Ed25519 key has no 32-byte seed");
  } else {
    sl_key_from_seed(out, seed);
  }
  sl_wipe(seed, sizeof seed);
  EVP_PKEY_free(pkey);
  BIO_free(bio);
  ERR_clear_error();
  return err;
}

sl_err sl_pem_read(sl_key *out, sl_str text, sl_fault *fault) {
  SL_ASSERT(out != NULL);
  if (text.size > SL_PEM_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "a key file may have at most %u bytes", SL_PEM_MAX);
  }
  if (!framed(text)) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a key file must be one PEM block, PRIVATE KEY, and nothing else");
  }
  sl_key key;
  sl_err err = decode(&key, text, fault);
  if (err == SL_OK && !canonical(&key, text)) {
    err = sl_fault_set(fault, SL_ERR_SYNTAX, "the key is not written as openssl pkey writes it");
  }
  if (err == SL_OK) {
    *out = key;
  }
  sl_key_wipe(&key);
  return err;
}
