/* Certificates in the form of the TLS library under libmicrohttpd, which asks for one at each
 * handshake.
 *
 * Work: once a start and once a renewal. Representation: a pair of chain and key, never
 * changed once it is published; a newer one points to the older, and all go at the end,
 * because a handshake that took one may still be using it. */
#include "daemon/tls.h"

#include <microhttpd.h>
#include <stdlib.h>

#include "base/assert.h"
#include "daemon/file.h"
#include "seal/seal.h"

#define CHAIN_MAX 16u

typedef struct sl_tls_pair {
  struct sl_tls_pair *older;
  unsigned number;           /* from 1 */
  gnutls_pcert_st chain[CHAIN_MAX];
  unsigned length;
  gnutls_privkey_t key;
  int64_t expires_s;
} pair;

static pair *now_of(const sl_tls *tls) { return __atomic_load_n(&tls->now, __ATOMIC_ACQUIRE); }

bool sl_tls_on(const sl_tls *tls) { return tls && now_of(tls) != NULL; }

int64_t sl_tls_expires_s(const sl_tls *tls) { return sl_tls_on(tls) ? now_of(tls)->expires_s : 0; }

static void pair_free(pair *p) {
  for (unsigned i = 0; i < p->length; i++) gnutls_pcert_deinit(&p->chain[i]);
  if (p->key) gnutls_privkey_deinit(p->key);
  free(p);
}

void sl_tls_fini(sl_tls *tls) {
  if (!tls) return;
  for (pair *p = tls->now, *older; p; p = older) {
    older = p->older;
    pair_free(p);
  }
  tls->now = NULL;
}

/* The library compares the public key of the first certificate with that of the key. */
static bool fit(const gnutls_datum_t *chain, const gnutls_datum_t *key) {
  gnutls_certificate_credentials_t scratch;
  if (gnutls_certificate_allocate_credentials(&scratch) < 0) return false;
  bool good = gnutls_certificate_set_x509_key_mem(scratch, chain, key, GNUTLS_X509_FMT_PEM) >= 0;
  gnutls_certificate_free_credentials(scratch);
  return good;
}

/* What is wrong, or NULL. */
static const char *import(pair *out, const gnutls_datum_t *chain, const gnutls_datum_t *key) {
  unsigned length = CHAIN_MAX;
  static const char no_chain[] = "certificate holds no chain of 1 to 16 PEM certificates that can be read";
  if (gnutls_pcert_list_import_x509_raw(out->chain, &length, chain, GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED) < 0) return no_chain;
  out->length = length;
  if (length == 0) return no_chain;
  if (gnutls_privkey_init(&out->key) < 0) return "out of memory";
  if (gnutls_privkey_import_x509_raw(out->key, key, GNUTLS_X509_FMT_PEM, NULL, 0) < 0) return "certificate_key holds no private key in PEM that can be read without a password";
  gnutls_x509_crt_t first;
  if (gnutls_pcert_export_x509(&out->chain[0], &first) < 0) return no_chain;
  out->expires_s = (int64_t)gnutls_x509_crt_get_expiration_time(first);
  gnutls_x509_crt_deinit(first);
  return NULL;
}

sl_err sl_tls_take(sl_tls *tls, sl_span chain, sl_span key, sl_fault *fault) {
  SL_ASSERT(tls != NULL);
  if (chain.size > SL_TLS_FILE_MAX || key.size > SL_TLS_FILE_MAX) return sl_fault_set(fault, SL_ERR_CAP, "certificate or key is too long");
  pair *before = now_of(tls);
  if (before && before->number >= SL_TLS_KEPT_MAX) return sl_fault_set(fault, SL_ERR_CAP, "exchanged too often in one run: restart");
  pair *fresh = calloc(1, sizeof *fresh);
  if (!fresh) return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  gnutls_datum_t chain_text = {(unsigned char *)(uintptr_t)chain.data, (unsigned)chain.size};
  gnutls_datum_t key_text = {(unsigned char *)(uintptr_t)key.data, (unsigned)key.size};
  const char *wrong = import(fresh, &chain_text, &key_text);
  if (!wrong && !fit(&chain_text, &key_text)) wrong = "certificate_key is not the key of the first certificate in certificate";
  if (wrong) {
    pair_free(fresh);
    return sl_fault_set(fault, SL_ERR_SYNTAX, "%s", wrong);
  }
  fresh->older = before;
  fresh->number = before ? before->number + 1 : 1;
  __atomic_store_n(&tls->now, fresh, __ATOMIC_RELEASE);
  return SL_OK;
}

sl_err sl_tls_load(sl_tls *tls, const char *chain_path, const char *key_path, sl_fault *fault) {
  sl_buf chain, key;
  sl_buf_init(&chain, SL_TLS_FILE_MAX);
  sl_buf_init(&key, SL_TLS_FILE_MAX);
  sl_err err = sl_file_read(&chain, chain_path, false, fault);
  if (!err) err = sl_file_read(&key, key_path, true, fault);
  if (!err) err = sl_tls_take(tls, sl_buf_span(&chain), sl_buf_span(&key), fault);
  if (key.data) sl_wipe(key.data, key.size);
  sl_buf_fini(&key);
  sl_buf_fini(&chain);
  return err;
}

int sl_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
                    unsigned int *length, gnutls_privkey_t *key) {
  (void)authorities;
  (void)authority_count;
  (void)algorithms;
  (void)algorithm_count;
  /* libmicrohttpd keeps the connection with the session, and our context with the connection. */
  struct MHD_Connection *connection = gnutls_session_get_ptr(session);
  const union MHD_ConnectionInfo *info =
      connection ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT) : NULL;
  const sl_tls_user *user = info ? info->socket_context : NULL;
  pair *p = user ? now_of(user->tls) : NULL;
  if (!p) return -1;
  *chain = p->chain;
  *length = p->length;
  *key = p->key;
  return 0;
}
