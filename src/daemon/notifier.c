/* The notifier. Expected: a few notifications a second, some of them to servers that are
 * slow or gone. One libcurl multi handle; a transfer's own state hangs on its easy
 * handle. The thread sleeps in curl_multi_poll() until a socket moves, something new was
 * committed (a wake), or the next retry is due. */
#include "daemon/notifier.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/assert.h"
#include "daemon/file.h"
#include "daemon/target.h"
#include "seal/seal.h"

#define CONNECT_MS 5000L
#define TRANSFER_MS 15000L
#define ANSWER_MAX (64u << 10)
#define LOOK_MS 1000            /* the longest sleep */
#define TOKEN_MAX 8192u

typedef struct sl_transfer {
  struct sl_transfer *next, *previous;
  sl_push push;
  CURL *easy;
  struct curl_slist *head;
  bool private_too, barred;     /* barred: an address was not public */
  size_t answered;              /* bytes of the answer so far */
} sl_transfer;

sl_err sl_notifier_init(sl_notifier *notifier, const sl_config *config) {
  *notifier = (sl_notifier){.config = config};
  if (curl_global_init(CURL_GLOBAL_DEFAULT)) return SL_ERR_NOMEM;
  notifier->multi = curl_multi_init();
  return notifier->multi ? SL_OK : SL_ERR_NOMEM;
}

void sl_notifier_fini(sl_notifier *notifier) {
  if (!notifier->config) return;
  SL_ASSERT(!notifier->runs && !notifier->out);
  if (notifier->multi) curl_multi_cleanup(notifier->multi);
  curl_global_cleanup();
  notifier->config = NULL;
}

void sl_notifier_wake(void *notifier) {
  const sl_notifier *self = notifier;
  (void)curl_multi_wakeup(self->multi);   /* failing, the next look comes within a second */
}

/* Called by libcurl with each address that the name resolved to, before it connects. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to) {
  sl_transfer *t = context;
  if (purpose != CURLSOCKTYPE_IPCXN || (!t->private_too && !sl_target_public(&to->addr, to->addrlen))) {
    t->barred = true;
    return CURL_SOCKET_BAD;
  }
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* The answer's words mean nothing to us; too many of them end the transfer. */
static size_t throw_away(char *data, size_t one, size_t size, void *context) {
  (void)data;
  sl_transfer *t = context;
  t->answered += one * size;
  return t->answered > ANSWER_MAX ? 0 : one * size;
}

static void transfer_free(sl_transfer *t) {
  if (t->easy) curl_easy_cleanup(t->easy);
  curl_slist_free_all(t->head);
  sl_push_drop(&t->push);
  free(t);
}

/* host[:port] of the url, for the name of its token's file; false when it has an odd one. */
static bool host_of(char *out, size_t room, const char *url) {
  CURLU *parts = curl_url();
  char *host = NULL;
  bool good = parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK;
  good = good && host[0] != '.' && !strchr(host, '/') && strlen(host) < room;
  if (good) memcpy(out, host, strlen(host) + 1);
  curl_free(host);
  curl_url_cleanup(parts);
  return good;
}

static bool token_good(sl_str token) {
  for (size_t i = 0; i < token.size; i++) {
    if (token.data[i] <= ' ' || token.data[i] > '~') return false;
  }
  return token.size > 0;
}

/* The bearer token for a host, as a head line: the file of the host's name in the folder
 * of tokens and no other, since a party names its own host and whoever holds a token can
 * speak with it elsewhere. Read each time: whoever keeps it fresh replaces it. */
static bool add_token(const sl_notifier *notifier, sl_transfer *t) {
  if (notifier->config->push_tokens[0] == '\0') return true;
  char host[256], path[SL_CONFIG_TEXT_MAX + 272];
  if (!host_of(host, sizeof host, t->push.url)) return false;
  int size = snprintf(path, sizeof path, "%s/%s", notifier->config->push_tokens, host);
  if (size < 0 || (size_t)size >= sizeof path) return false;
  sl_buf text;
  sl_buf_init(&text, TOKEN_MAX + 32);
  sl_buf_add_text(&text, "Authorization: Bearer ");
  size_t before = text.size;
  sl_err err = sl_file_read(&text, path, true, NULL);
  while (!err && text.size > before && text.data[text.size - 1] <= ' ') text.size--;
  bool good = !err && token_good((sl_str){(const char *)text.data + before, text.size - before});
  if (good) sl_buf_add_u8(&text, 0);
  struct curl_slist *longer = good && !text.error ? curl_slist_append(t->head, (const char *)text.data) : NULL;
  if (longer) t->head = longer;
  if (text.data) sl_wipe(text.data, text.size);
  sl_buf_fini(&text);
  return longer != NULL;
}

static void set_options(const sl_notifier *notifier, sl_transfer *t) {
  CURL *easy = t->easy;
  const sl_config *config = notifier->config;
  struct curl_slist *longer = curl_slist_append(t->head, "Content-Type: application/json");
  if (longer) t->head = longer;
  longer = curl_slist_append(t->head, "Expect:");
  if (longer) t->head = longer;
  curl_easy_setopt(easy, CURLOPT_URL, t->push.url);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, config->utm_http ? "https,http" : "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TRANSFER_MS);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t->push.body);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->head);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
  /* A kept connection was looked at for another transfer; a new name may be elsewhere. */
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  if (config->push_ca[0] != '\0') curl_easy_setopt(easy, CURLOPT_CAINFO, config->push_ca);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
}

/* Take what is due and begin it. When to look again. */
static int64_t begin_due(sl_notifier *notifier) {
  for (;;) {
    sl_transfer *t = calloc(1, sizeof *t);
    sl_time next = {0};
    if (!t || !sl_service_push_take(notifier->service, &t->push, &next)) {
      free(t);
      return t ? next.ns : 0;
    }
    t->private_too = notifier->config->push_private;
    t->easy = curl_easy_init();
    bool good = t->easy && add_token(notifier, t);
    if (good) {
      set_options(notifier, t);
      good = curl_multi_add_handle(notifier->multi, t->easy) == CURLM_OK;
    }
    if (good) {
      t->next = notifier->out;
      if (t->next) t->next->previous = t;
      notifier->out = t;
      continue;
    }
    sl_service_push_done(notifier->service, t->push.number, SL_PUSH_AGAIN);
    transfer_free(t);
  }
}

/* 2xx: taken. What may change by waiting (no answer, no token yet, too busy): again. Any
 * other answer, a redirect among them, stays what it is. */
static sl_push_end end_of(const sl_transfer *t, CURLcode code) {
  long status = 0;
  if (t->barred) return SL_PUSH_REFUSED;
  if (code == CURLE_URL_MALFORMAT) return SL_PUSH_REFUSED;
  curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK && code != CURLE_WRITE_ERROR) return SL_PUSH_AGAIN;
  if (status >= 200 && status < 300) return SL_PUSH_DELIVERED;
  bool later = status >= 500 || status == 401 || status == 403 || status == 408 || status == 425 || status == 429;
  return later || status < 200 ? SL_PUSH_AGAIN : SL_PUSH_REFUSED;
}

/* Out of libcurl's hands and off the list. */
static void leave(sl_notifier *notifier, sl_transfer *t) {
  curl_multi_remove_handle(notifier->multi, t->easy);
  if (t->next) t->next->previous = t->previous;
  if (t->previous) t->previous->next = t->next;
  else notifier->out = t->next;
}

static void collect(sl_notifier *notifier) {
  int left = 0;
  for (CURLMsg *said; (said = curl_multi_info_read(notifier->multi, &left)) != NULL;) {
    if (said->msg != CURLMSG_DONE) continue;
    CURL *easy = said->easy_handle;
    CURLcode code = said->data.result;
    sl_transfer *t = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
    sl_push_end end = end_of(t, code);
    leave(notifier, t);
    sl_service_push_done(notifier->service, t->push.number, end);
    transfer_free(t);
  }
}

static void *send_all(void *context) {
  sl_notifier *notifier = context;
  while (!__atomic_load_n(&notifier->stop, __ATOMIC_ACQUIRE)) {
    int64_t next = begin_due(notifier), left = (next - sl_service_now(notifier->service).ns) / SL_NS_PER_MS;
    int running = 0;
    (void)curl_multi_perform(notifier->multi, &running);
    collect(notifier);
    int wait = left < 0 ? 0 : left > LOOK_MS ? LOOK_MS : (int)left;
    (void)curl_multi_poll(notifier->multi, NULL, 0, next == 0 ? LOOK_MS : wait + 1, NULL);
  }
  return NULL;
}

sl_err sl_notifier_start(sl_notifier *notifier, sl_service *service) {
  notifier->service = service;
  notifier->runs = pthread_create(&notifier->thread, NULL, send_all, notifier) == 0;
  return notifier->runs ? SL_OK : SL_ERR_NOMEM;
}

void sl_notifier_stop(sl_notifier *notifier) {
  if (!notifier->runs) return;
  __atomic_store_n(&notifier->stop, true, __ATOMIC_RELEASE);
  sl_notifier_wake(notifier);
  pthread_join(notifier->thread, NULL);
  while (notifier->out) {
    sl_transfer *t = notifier->out;
    leave(notifier, t);
    transfer_free(t);
  }
  notifier->runs = false;
}
