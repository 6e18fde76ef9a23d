/* The keeper of token keys. Work: a stat every second, a fetch every few minutes.
 * The set is always built anew from the last good texts, because a set in use does not
 * change. */
#include "daemon/keys.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <time.h>

#include "base/assert.h"
#include "daemon/file.h"
#include "daemon/say.h"

#define LOOK_S 1
#define FETCH_MS 10000L
#define RETRY_S 30

static bool is_json(sl_str text) {
  size_t at = 0;
  while (at < text.size && strchr(" \t\r\n", text.data[at])) at++;
  return at < text.size && text.data[at] == '{';
}

static sl_err add_file(sl_token_keys *keys, const sl_buf *text, sl_fault *fault) {
  if (!is_json(sl_buf_str(text))) return sl_token_keys_add_pem(keys, sl_buf_str(text), fault);
  /* The liaison's own file has no age: it holds until it is replaced. */
  return sl_token_keys_add_jwks(keys, sl_buf_span(text), (sl_time){SL_TIME_MAX_NS}, fault);
}

/* A set of both texts; NULL when one is not good. */
static sl_err build(sl_token_keys **out, const sl_buf *file, const sl_buf *fetched, sl_time until, sl_fault *fault) {
  sl_token_keys *keys = NULL;
  sl_err err = sl_token_keys_new(&keys);
  if (!err && file->size > 0) err = add_file(keys, file, fault);
  if (!err && fetched->size > 0) err = sl_token_keys_add_jwks(keys, sl_buf_span(fetched), until, fault);
  if (err) sl_token_keys_free(keys);
  else *out = keys;
  return err;
}

static sl_err read_file(sl_buf *out, const char *path, sl_fault *fault) {
  sl_err err = sl_file_read(out, path, false, fault);
  return !err && out->size == 0 ? sl_fault_set(fault, SL_ERR_MISSING, "%.200s is empty", path) : err;
}

sl_err sl_keys_check(const sl_config *config, sl_fault *fault) {
  if (config->utm_keys[0] == '\0') return SL_OK;
  sl_buf text, none;
  sl_buf_init(&text, SL_TOKEN_KEYFILE_MAX);
  sl_buf_init(&none, 0);
  sl_token_keys *keys = NULL;
  sl_err err = read_file(&text, config->utm_keys, fault);
  if (!err) err = build(&keys, &text, &none, (sl_time){0}, fault);
  sl_token_keys_free(keys);
  sl_buf_fini(&text);
  return err;
}

/* Take a new text for one of the two, when a set can be built with it. */
static bool adopt(sl_keys *keys, sl_buf *which, sl_buf *text, sl_time until, const char *what) {
  sl_fault fault = sl_fault_none();
  sl_token_keys *set = NULL;
  const sl_buf *file = which == &keys->file ? text : &keys->file;
  const sl_buf *fetched = which == &keys->fetched ? text : &keys->fetched;
  sl_err err = build(&set, file, fetched, until, &fault);
  if (err) {
    sl_say_error("event=token-keys-refused of=%s error=%s reason=\"%s\"", what, sl_err_name(err), fault.reason);
    return false;
  }
  sl_buf_fini(which);
  *which = *text;
  *text = (sl_buf){0};
  keys->until = until;
  size_t count = sl_token_keys_count(set), passed = sl_token_keys_passed(set);
  keys->take(keys->context, set);
  sl_say("event=token-keys of=%s count=%zu passed_over=%zu", what, count, passed);
  return true;
}

static bool same_file(const struct stat *a, const struct stat *b) {
  return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void look_at_file(sl_keys *keys) {
  struct stat now;
  const char *path = keys->config->utm_keys;
  if (path[0] == '\0' || stat(path, &now) || same_file(&now, &keys->seen)) return;
  keys->seen = now;   /* a bad one is said once, not every second */
  sl_buf text;
  sl_buf_init(&text, SL_TOKEN_KEYFILE_MAX);
  sl_fault fault = sl_fault_none();
  sl_err err = read_file(&text, path, &fault);
  if (err) sl_say_error("event=token-keys-refused of=file error=%s reason=\"%s\"", sl_err_name(err), fault.reason);
  else (void)adopt(keys, &keys->file, &text, keys->until, "file");
  sl_buf_fini(&text);
}

static size_t take_piece(char *data, size_t one, size_t size, void *context) {
  sl_buf *out = context;
  sl_buf_add(out, data, one * size);
  return out->error ? 0 : one * size;
}

static int go_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  (void)a;
  (void)b;
  (void)c;
  (void)d;
  return __atomic_load_n((bool *)context, __ATOMIC_ACQUIRE) ? 1 : 0;
}

static bool fetch(sl_keys *keys, sl_buf *out) {
  CURL *easy = curl_easy_init();
  if (!easy) return false;
  const sl_config *config = keys->config;
  curl_easy_setopt(easy, CURLOPT_URL, config->utm_jwks_url);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, config->utm_http ? "https,http" : "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, FETCH_MS);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_piece);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, out);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, go_on);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &keys->stop);
  if (config->push_ca[0] != '\0') curl_easy_setopt(easy, CURLOPT_CAINFO, config->push_ca);
  CURLcode code = curl_easy_perform(easy);
  curl_easy_cleanup(easy);
  bool stopped = __atomic_load_n(&keys->stop, __ATOMIC_ACQUIRE);
  if (code != CURLE_OK && !stopped) sl_say_error("event=token-keys-not-fetched reason=\"%s\"", curl_easy_strerror(code));
  return code == CURLE_OK;
}

static void look_at_address(sl_keys *keys) {
  int64_t now = sl_clock_monotonic(&keys->clock);
  if (keys->config->utm_jwks_url[0] == '\0' || now < keys->next_fetch) return;
  sl_buf text;
  sl_buf_init(&text, SL_JWKS_MAX);
  sl_time until = {sl_clock_wall(&keys->clock).ns + (int64_t)keys->config->utm_jwks_age_s * SL_NS_PER_S};
  bool good = fetch(keys, &text) && adopt(keys, &keys->fetched, &text, until, "address");
  sl_buf_fini(&text);
  int64_t wait = good ? (int64_t)keys->config->utm_jwks_refresh_s : RETRY_S;
  keys->next_fetch = sl_clock_monotonic(&keys->clock) + wait * SL_NS_PER_S;
}

static void *keep(void *context) {
  sl_keys *keys = context;
  pthread_mutex_lock(&keys->lock);
  while (!keys->stop) {
    pthread_mutex_unlock(&keys->lock);
    look_at_file(keys);
    look_at_address(keys);
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += LOOK_S;
    pthread_mutex_lock(&keys->lock);
    if (!keys->stop) (void)pthread_cond_timedwait(&keys->wake, &keys->lock, &at);
  }
  pthread_mutex_unlock(&keys->lock);
  return NULL;
}

static bool make_locks(sl_keys *keys) {
  pthread_condattr_t monotonic;
  if (pthread_mutex_init(&keys->lock, NULL) || pthread_condattr_init(&monotonic)) return false;
  bool good = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&keys->wake, &monotonic) == 0;
  pthread_condattr_destroy(&monotonic);
  return good;
}

sl_err sl_keys_start(sl_keys *keys, const sl_config *config, sl_clock clock, sl_keys_take_fn *take, void *context,
                     sl_fault *fault) {
  *keys = (sl_keys){.config = config, .clock = clock, .take = take, .context = context};
  sl_buf_init(&keys->file, SL_TOKEN_KEYFILE_MAX);
  sl_buf_init(&keys->fetched, SL_JWKS_MAX);
  sl_err err = sl_keys_check(config, fault);
  if (err) return err;
  look_at_file(keys);
  if (!make_locks(keys)) return SL_ERR_NOMEM;
  keys->runs = pthread_create(&keys->thread, NULL, keep, keys) == 0;
  return keys->runs ? SL_OK : SL_ERR_NOMEM;
}

void sl_keys_stop(sl_keys *keys) {
  if (keys->runs) {
    pthread_mutex_lock(&keys->lock);
    __atomic_store_n(&keys->stop, true, __ATOMIC_RELEASE);
    pthread_cond_signal(&keys->wake);
    pthread_mutex_unlock(&keys->lock);
    pthread_join(keys->thread, NULL);
    pthread_cond_destroy(&keys->wake);
    pthread_mutex_destroy(&keys->lock);
    keys->runs = false;
  }
  sl_buf_fini(&keys->file);
  sl_buf_fini(&keys->fetched);
}
