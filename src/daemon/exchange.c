/* One request on its way in: target, head, body under its cap, then to the service.
 *
 * The library calls a step with the head, with each piece of the body, with its end, and
 * again when a suspended connection was resumed. An answer that is ready before the
 * body's end is given after it where that is short, because a client that is still
 * sending would lose it. */
#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "daemon/http.h"
#include "wire/answer.h"
#include "wire/utm.h"

#define DISCARD_FACTOR 4   /* times the cap is read and thrown away before hanging up */

/* Whether the target is of the F3548 face, and there is one. */
static bool is_utm(const sl_config *config, const char *target) {
  static const char *const roots[] = {"/dss/", "/uss/", "/aux/"};
  for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
    if (config->utm_audience[0] != '\0' && strncmp(target, roots[i], 5) == 0) return true;
  }
  return false;
}

/* What says nothing of any party: a prober names the host as it likes, or not at all. */
static bool is_health(const char *target) {
  return strcmp(target, "/healthz") == 0 || strcmp(target, "/readyz") == 0 || strcmp(target, "/healthy") == 0;
}

static uint64_t body_cap(const sl_exchange *x) {
  return x->utm ? SL_UTM_BODY_MAX : x->http->config->body_bytes;
}

void *sl_exchange_begin(void *context, const char *target, struct MHD_Connection *connection) {
  sl_http *http = context;
  sl_exchange *x = calloc(1, sizeof *x);
  if (!x) return NULL;
  if (pthread_mutex_init(&x->lock, NULL)) {
    free(x);
    return NULL;
  }
  x->http = http;
  x->connection = connection;
  x->holders = 1;
  x->utm = is_utm(http->config, target);
  x->anyone = is_health(target);
  sl_buf_init(&x->body, body_cap(x));
  /* One byte over the limit is kept, for the service to refuse. */
  x->target_size = strnlen(target, SL_TARGET_MAX + 1);
  memcpy(x->target, target, x->target_size);
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  x->line = info ? info->socket_context : NULL;
  sl_connection_deadline(http, x->line, http->config->request_s);
  __atomic_fetch_add(&http->exchanges, 1, __ATOMIC_RELAXED);
  return x;
}

void sl_exchange_drop(sl_exchange *x) {
  uint32_t left = __atomic_sub_fetch(&x->holders, 1, __ATOMIC_ACQ_REL);
  if (left > 0) return;
  sl_http *http = x->http;
  sl_buf_fini(&x->body);
  sl_stream_drop(x);
  free(x->text);
  pthread_mutex_destroy(&x->lock);
  free(x);
  __atomic_fetch_sub(&http->exchanges, 1, __ATOMIC_RELEASE);
}

void sl_exchange_resume(sl_exchange *x) {
  if (x->stream) sl_stream_free(x);
  else MHD_resume_connection(x->connection);
  sl_exchange_drop(x);
}

void sl_exchange_refuse(sl_exchange *x, int stage, sl_err err, const char *reason) {
  if (x->answered) return;
  sl_buf text;
  sl_buf_init(&text, 4096);
  sl_fault fault = sl_fault_none();
  if (reason) sl_fault_set(&fault, err, "%s", reason);
  x->status = (int)sl_problem_status((sl_stage)stage, err);
  x->content_type = x->utm ? "application/json" : SL_PROBLEM_TYPE;
  if (x->utm) sl_utm_message_add(&text, reason ? reason : "The server takes no requests now; try again");
  else sl_problem_add(&text, (sl_stage)stage, err, &fault);
  x->retry_after_s = sl_problem_retry((unsigned)x->status) ? 1 : 0;
  x->text = text.error ? NULL : (char *)text.data;   /* taken over */
  x->text_size = x->text ? text.size : 0;
  x->answered = true;
}

/* The moment is of the service's time, which the wall clock may be behind: held against that,
 * answers would leave late, and not at the tick (L15). */
sl_dur sl_exchange_wait(const sl_exchange *x, sl_time release) {
  return (sl_dur){release.ns - sl_service_now(x->http->service).ns};
}

/* The service's answer; on its threads. */
static void on_reply(void *context, const sl_reply *reply) {
  sl_exchange *x = context;
  if (reply->stream) {
    sl_stream_chunk(x, reply);
    return;
  }
  x->status = reply->status;
  x->content_type = reply->content_type;
  x->retry_after_s = reply->retry_after_s;
  x->allow = reply->allow;
  if (reply->status == 0) {   /* a poll whose client is gone */
    x->status = 503;
    x->content_type = SL_PROBLEM_TYPE;
  }
  if (reply->body.size > 0) {
    x->text = malloc(reply->body.size);
    if (x->text) {
      memcpy(x->text, reply->body.data, reply->body.size);
      x->text_size = reply->body.size;
    } else {
      x->status = 500;   /* it was done, and cannot be told: the client's retry will be */
    }
  }
  x->answered = true;
  sl_release_in(&x->http->release, x, sl_exchange_wait(x, reply->release));
}

static void answer_health(sl_exchange *x, bool ready_asked) {
  sl_buf text;
  sl_buf_init(&text, 256);
  bool good = true;
  if (ready_asked) {
    good = sl_http_enter(x->http);
    if (good) {
      good = sl_service_ready(x->http->service);
      sl_http_leave(x->http);
    }
    sl_answer_ready(&text, good);
  } else {
    sl_buf_add_text(&text, "{\"alive\":true}");
  }
  x->status = good ? 200 : 503;
  x->content_type = "application/json";
  x->text = text.error ? NULL : (char *)text.data;
  x->text_size = x->text ? text.size : 0;
  x->answered = true;
}

/* The whole request is there. Suspend first: the reply may come before receive returns. */
static enum MHD_Result hand_over(sl_exchange *x, const char *method) {
  sl_http *http = x->http;
  sl_header header[SL_HEADERS_MAX];
  sl_request request = {.method = sl_str_from(method), .target = {x->target, x->target_size}, .header = header};
  int count = sl_head_read(x, header, SL_HEADERS_MAX, &request.authority);
  if (count < 0) return sl_respond(x);
  if (!sl_http_enter(http)) {
    sl_exchange_refuse(x, SL_STAGE_ACT, SL_ERR_BUSY, NULL);
    x->close = true;
    return sl_respond(x);
  }
  request.header_count = (size_t)count;
  request.body = sl_buf_span(&x->body);
  request.received = sl_clock_wall(&http->clock);
  sl_connection_deadline(http, x->line, 0);
  __atomic_fetch_add(&x->holders, 1, __ATOMIC_RELAXED);
  x->suspended = true;
  MHD_suspend_connection(x->connection);
  sl_service_receive(http->service, &request, on_reply, x, &x->number);
  sl_http_leave(http);
  return MHD_YES;
}

static bool is_get(const char *method) { return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0; }

/* The head is there, the body is not. An early answer is queued at once only where the
 * client waits for a word, or where reading on has no end. */
static enum MHD_Result look_at_head(sl_exchange *x) {
  sl_header header[SL_HEADERS_MAX];
  sl_str authority;
  x->begun = true;
  uint64_t cap = body_cap(x);
  bool wait = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Expect") != NULL;
  const char *length = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Length");
  int64_t size = 0;
  if (sl_head_read(x, header, SL_HEADERS_MAX, &authority) < 0) return sl_respond(x);
  if (length && (sl_int_read(&size, sl_field_trim(sl_str_from(length))) || size < 0)) size = INT64_MAX;
  if ((uint64_t)size > cap) {
    __atomic_fetch_add(&x->http->counts.too_large, 1, __ATOMIC_RELAXED);
    sl_exchange_refuse(x, SL_STAGE_BODY, SL_ERR_CAP, "the body is longer than this server takes");
    x->keep_out = true;
    x->close = true;
    if (wait || (uint64_t)size > DISCARD_FACTOR * cap) return sl_respond(x);
  }
  return MHD_YES;
}

static enum MHD_Result take_piece(sl_exchange *x, const char *data, size_t *size) {
  uint64_t cap = body_cap(x);
  if (!x->keep_out && *size <= cap - x->body.size) {
    sl_buf_add(&x->body, data, *size);
    if (x->body.error) return MHD_NO;   /* no memory: hang up */
  } else {
    if (!x->keep_out) {
      __atomic_fetch_add(&x->http->counts.too_large, 1, __ATOMIC_RELAXED);
      sl_exchange_refuse(x, SL_STAGE_BODY, SL_ERR_CAP, "the body is longer than this server takes");
      x->keep_out = true;
      x->close = true;
    }
    x->discarded += *size;
    if (x->discarded > DISCARD_FACTOR * cap) return MHD_NO;
  }
  *size = 0;
  return MHD_YES;
}

enum MHD_Result sl_exchange_step(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data, size_t *size,
                                 void **state) {
  (void)context;
  (void)url;   /* decoded, and cut at a zero: never looked at */
  (void)version;
  sl_exchange *x = *state;
  if (!x) return MHD_NO;
  SL_ASSERT(x->connection == connection);
  x->bodiless = strcmp(method, "HEAD") == 0;
  if (!x->begun) return look_at_head(x);
  if (*size > 0) return take_piece(x, data, size);
  if (x->answered) return sl_respond(x);
  sl_str target = {x->target, x->target_size};
  bool ready = sl_str_is(target, "/readyz");
  if (ready || sl_str_is(target, "/healthz")) {
    if (is_get(method)) {
      answer_health(x, ready);
    } else {
      x->allow = "GET, HEAD";
      sl_exchange_refuse(x, SL_STAGE_ACT, SL_ERR_METHOD, NULL);
    }
    return sl_respond(x);
  }
  return hand_over(x, method);
}

void sl_exchange_end(void *context, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode code) {
  (void)connection;
  (void)code;
  sl_http *http = context;
  sl_exchange *x = *state;
  *state = NULL;
  if (!x) return;
  if (x->line) {
    __atomic_store_n(&x->line->streaming, false, __ATOMIC_RELEASE);
    sl_connection_deadline(http, x->line, http->config->idle_s + http->config->request_s);
  }
  pthread_mutex_lock(&x->lock);
  x->gone = true;
  bool cancel = x->stream && !x->ended;
  pthread_mutex_unlock(&x->lock);
  if (cancel && sl_http_enter(http)) {
    sl_service_cancel(http->service, x->number);
    sl_http_leave(http);
  }
  sl_exchange_drop(x);
}
