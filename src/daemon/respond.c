/* Answers on their way out: header fields, the date of our own clock, digests, and
 * streams in chunks.
 *
 * What a stream says waits for its moment among the clocked replies (L15). The reader takes
 * what may leave; when nothing may, it suspends the connection under the exchange's lock, and
 * the next moment resumes it under the same lock, so that no wake-up is lost. A reader that
 * does not keep up is cut off at a cap and resumes by Last-Event-ID. */
#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "daemon/http.h"
#include "seal/seal.h"

static bool add(struct MHD_Response *response, const char *name, const char *value) {
  return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_buf(struct MHD_Response *response, const char *name, sl_buf *text) {
  sl_buf_add_u8(text, 0);
  bool done = !text->error && add(response, name, (const char *)text->data);
  sl_buf_fini(text);
  return done;
}

static bool add_fields(struct MHD_Response *response, const sl_exchange *x) {
  sl_buf text;
  sl_buf_init(&text, 64);
  sl_time_add_http(&text, sl_clock_wall(&x->http->clock));
  bool good = add_buf(response, "Date", &text);
  good = good && add(response, "Cache-Control", "no-store") && add(response, "X-Content-Type-Options", "nosniff");
  if (x->content_type) good = good && add(response, "Content-Type", x->content_type);
  if (x->allow) good = good && add(response, "Allow", x->allow);
  /* RFC 9110 section 11.6.1, RFC 6750 section 3: a 401 says how to come back. */
  if (x->utm && x->status == 401) good = good && add(response, "WWW-Authenticate", "Bearer");
  if (x->close) good = good && add(response, "Connection", "close");
  if (x->retry_after_s > 0) {
    sl_buf_add_format(&text, "%u", x->retry_after_s);
    good = good && add_buf(response, "Retry-After", &text);
  }
  if (!x->stream) {
    uint8_t digest[32];
    sl_span part = {(const uint8_t *)x->text, x->text_size};
    sl_sha256(digest, &part, 1);
    sl_content_digest_add(&text, digest);
    good = good && add_buf(response, "Content-Digest", &text);
  }
  sl_buf_fini(&text);
  return good;
}

/* Under the lock. */
static void take_first(sl_exchange *x) {
  sl_piece *piece = x->first;
  x->first = piece->next;
  if (!x->first) x->last = NULL;
  x->held -= piece->size;
  free(piece);
}

/* What may leave, of one moment at a time: which pieces share a record then follows from
 * their moments, and not from when this thread runs. Under the lock. */
static size_t give(sl_exchange *x, char *out, size_t room) {
  size_t given = 0;
  int64_t at = x->first->at;
  while (x->first && x->first->free && x->first->at == at && given < room) {
    sl_piece *piece = x->first;
    size_t left = piece->size - piece->sent, take = left < room - given ? left : room - given;
    memcpy(out + given, piece->text + piece->sent, take);
    piece->sent += take;
    given += take;
    if (piece->sent == piece->size) take_first(x);
  }
  return given;
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t room) {
  (void)position;
  sl_exchange *x = context;
  pthread_mutex_lock(&x->lock);
  ssize_t given = 0;
  if (x->first && x->first->free) {
    given = (ssize_t)give(x, out, room);
  } else if (!x->first && x->ended) {
    given = MHD_CONTENT_READER_END_OF_STREAM;
  } else {
    x->suspended = true;
    MHD_suspend_connection(x->connection);
  }
  pthread_mutex_unlock(&x->lock);
  return given;
}

/* Under the lock: resume when there is something to read. */
static void wake(sl_exchange *x) {
  bool any = x->first ? x->first->free : x->ended;
  if (!any || !x->suspended || x->gone) return;
  x->suspended = false;
  MHD_resume_connection(x->connection);
}

/* Under the lock: keep the chunk, or end a reader that is too slow. Whether it is kept. */
static bool keep(sl_exchange *x, sl_str chunk, sl_time at) {
  bool room = x->held + chunk.size <= SL_STREAM_PENDING_MAX;
  sl_piece *piece = room ? malloc(sizeof *piece + chunk.size) : NULL;
  if (!piece) {
    x->ended = true;
    __atomic_fetch_add(&x->http->counts.streams_cut, 1, __ATOMIC_RELAXED);
    return false;
  }
  *piece = (sl_piece){.at = at.ns, .size = chunk.size};
  memcpy(piece->text, chunk.data, chunk.size);
  if (x->last) x->last->next = piece;
  else x->first = piece;
  x->last = piece;
  x->held += chunk.size;
  return true;
}

void sl_stream_free(sl_exchange *x) {
  pthread_mutex_lock(&x->lock);
  sl_piece *piece = x->first;
  while (piece && piece->free) piece = piece->next;
  for (int64_t at = piece ? piece->at : 0; piece && piece->at <= at; piece = piece->next) piece->free = true;
  wake(x);
  pthread_mutex_unlock(&x->lock);
}

void sl_stream_drop(sl_exchange *x) {
  while (x->first) take_first(x);
}

void sl_stream_chunk(sl_exchange *x, const sl_reply *reply) {
  bool last = reply->status == 0;
  pthread_mutex_lock(&x->lock);
  if (!x->answered) {   /* the first: it decides how the answer begins */
    x->stream = true;
    x->status = last ? 503 : reply->status;
    x->content_type = reply->content_type;
    x->answered = true;
    if (x->line && !last) {
      x->line->stream_number = x->number;
      sl_connection_deadline(x->http, x->line, x->http->config->stream_s);
      __atomic_store_n(&x->line->streaming, true, __ATOMIC_RELEASE);
    }
  }
  bool kept = !last && !x->gone && !x->ended && reply->body.size > 0 && keep(x, reply->body, reply->release);
  if (kept) __atomic_fetch_add(&x->holders, 1, __ATOMIC_RELAXED);   /* until its moment */
  bool cancel = !last && (x->gone || x->ended);
  if (last) x->ended = true;
  wake(x);
  pthread_mutex_unlock(&x->lock);
  /* A cancellation can be lost among very many: every chunk asks again. */
  if (cancel) sl_service_cancel(x->http->service, x->number);
  if (kept) sl_release_in(&x->http->release, x, sl_exchange_wait(x, reply->release));
  if (last) sl_exchange_drop(x);
}

static void drop(void *context) { sl_exchange_drop(context); }

/* The text stays the exchange's, which outlives its connection's use of it. */
static struct MHD_Response *make(sl_exchange *x) {
  if (x->stream) {
    __atomic_fetch_add(&x->holders, 1, __ATOMIC_RELAXED);
    struct MHD_Response *stream = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, read_stream, x, drop);
    if (!stream) sl_exchange_drop(x);
    return stream;
  }
  static char nothing[1];
  if (!x->text) return MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
  return MHD_create_response_from_buffer(x->text_size, x->text, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result sl_respond(sl_exchange *x) {
  SL_ASSERT(x->answered);
  if (!x->stream) sl_connection_deadline(x->http, x->line, x->http->config->idle_s);
  struct MHD_Response *response = make(x);
  if (!response) return MHD_NO;
  enum MHD_Result done = MHD_NO;
  /* A head waits for its body; of these two statuses the library sends none. */
  bool body = !x->stream && !x->bodiless && x->text_size > 0 && x->status != 204 && x->status != 304;
  if (x->line) x->line->more = body;
  if (add_fields(response, x)) done = MHD_queue_response(x->connection, (unsigned)x->status, response);
  MHD_destroy_response(response);
  return done;
}
