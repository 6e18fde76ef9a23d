/* An engine in front of another one: what a transaction writes is carried out on a
 * thread of its own, while the writer goes on to the next operation, and its commit while
 * the writer makes the answers.
 *
 * Work: groups of some hundred rows of a kilobyte. Representation: two buffers of rows,
 * one being filled by the writer, one being carried out; they change places when the
 * thread has nothing to do and enough is there. Whoever reads waits first until
 * everything is carried out, and then uses the engine itself: it is never in two hands. */
#include <pthread.h>
#include <stdlib.h>

#include "base/assert.h"
#include "store/engine.h"

#define PIECE 65536u               /* bytes worth waking the thread for, which takes the writer's processor */
#define FILLED_MAX (8u << 20)      /* above it the writer waits */
#define BUFFER_MAX (FILLED_MAX + SL_STORE_VALUE_MAX + 4096)

typedef struct relay {
  const sl_store_engine *engine;
  void *self;
  pthread_t thread;
  pthread_mutex_t lock;            /* of what follows, but `filling` */
  pthread_cond_t work, idle;
  sl_buf running;
  bool busy, commit, stop;         /* the thread has `running`; and commits after it */
  bool begun;                      /* the transaction's commit was handed over */
  sl_err error;                    /* the first of the transaction, or of its commit */
  sl_buf filling;                  /* the writer's */
} relay;

/* Rows are: a byte (0: delete), the table, the key, the value. */
static sl_err carry_out(relay *r) {
  sl_reader in = sl_reader_of(sl_buf_span(&r->running));
  sl_err err = SL_OK;
  while (in.rest.size > 0 && !err) {
    bool put = sl_read_u8(&in) != 0;
    sl_table table = (sl_table)sl_read_u8(&in);
    sl_span key = sl_read_block(&in);
    sl_span value = put ? sl_read_block(&in) : (sl_span){NULL, 0};
    SL_ASSERT(!in.error);
    err = put ? r->engine->put(r->self, table, key, value) : r->engine->del(r->self, table, key);
  }
  return err;
}

static sl_err finish(relay *r) {
  if (!r->error) return r->engine->commit(r->self);
  r->engine->rollback(r->self);
  return r->error;
}

static void *run(void *context) {
  relay *r = context;
  pthread_mutex_lock(&r->lock);
  for (;;) {
    while (!r->busy && !r->stop) pthread_cond_wait(&r->work, &r->lock);
    if (!r->busy) break;
    bool commit = r->commit;
    pthread_mutex_unlock(&r->lock);
    if (!r->error) r->error = carry_out(r);   /* busy: nobody else looks at it */
    if (commit) r->error = finish(r);
    sl_buf_clear(&r->running);
    pthread_mutex_lock(&r->lock);
    r->busy = r->commit = false;
    pthread_cond_signal(&r->idle);
  }
  pthread_mutex_unlock(&r->lock);
  return NULL;
}

/* Under the lock. */
static void wait_idle(relay *r) {
  while (r->busy) pthread_cond_wait(&r->idle, &r->lock);
}

/* Under the lock, the thread idle: it gets what is filled. */
static void hand_over(relay *r, bool commit) {
  SL_ASSERT(!r->busy && r->running.size == 0);
  sl_buf empty = r->running;
  r->running = r->filling;
  r->filling = empty;
  r->busy = true;
  r->commit = commit;
  pthread_cond_signal(&r->work);
}

/* Everything is carried out; the error of the transaction so far. */
static sl_err drain(relay *r) {
  pthread_mutex_lock(&r->lock);
  wait_idle(r);
  if (r->filling.size > 0) {
    hand_over(r, false);
    wait_idle(r);
  }
  sl_err err = r->error;
  pthread_mutex_unlock(&r->lock);
  return err;
}

static sl_err write_row(relay *r, bool put, sl_table table, sl_span key, sl_span value) {
  SL_ASSERT(!r->begun);
  sl_buf_add_u8(&r->filling, put);
  sl_buf_add_u8(&r->filling, (uint8_t)table);
  sl_buf_add_block(&r->filling, key);
  if (put) sl_buf_add_block(&r->filling, value);
  if (r->filling.error) return r->filling.error;
  if (r->filling.size < PIECE) return SL_OK;
  pthread_mutex_lock(&r->lock);
  if (r->filling.size > FILLED_MAX) wait_idle(r);
  if (!r->busy) hand_over(r, false);
  pthread_mutex_unlock(&r->lock);
  return SL_OK;
}

static sl_err relay_put(void *context, sl_table table, sl_span key, sl_span value) {
  return write_row(context, true, table, key, value);
}

static sl_err relay_del(void *context, sl_table table, sl_span key) {
  return write_row(context, false, table, key, (sl_span){NULL, 0});
}

static sl_err relay_begin(void *context) {
  relay *r = context;
  SL_ASSERT(r->filling.size == 0 && !r->begun);
  sl_err err = drain(r);
  SL_ASSERT(err == SL_OK);
  return r->engine->begin(r->self);
}

static void relay_commit_ahead(void *context) {
  relay *r = context;
  pthread_mutex_lock(&r->lock);
  wait_idle(r);
  hand_over(r, true);
  r->begun = true;
  pthread_mutex_unlock(&r->lock);
}

static sl_err relay_commit(void *context) {
  relay *r = context;
  if (!r->begun) relay_commit_ahead(r);
  pthread_mutex_lock(&r->lock);
  wait_idle(r);
  sl_err err = r->error;
  r->error = SL_OK;
  r->begun = false;
  pthread_mutex_unlock(&r->lock);
  return err;
}

/* What is not carried out yet never will be. */
static void relay_rollback(void *context) {
  relay *r = context;
  pthread_mutex_lock(&r->lock);
  wait_idle(r);
  SL_ASSERT(!r->begun);
  sl_buf_clear(&r->filling);
  r->error = SL_OK;
  pthread_mutex_unlock(&r->lock);
  r->engine->rollback(r->self);
}

static sl_err relay_get(void *context, sl_table table, sl_span key, sl_buf *value) {
  relay *r = context;
  sl_err err = drain(r);
  return err ? err : r->engine->get(r->self, table, key, value);
}

static sl_err relay_scan(void *context, sl_table table, sl_span first, sl_span end, sl_store_row_fn *row,
                         void *row_context) {
  relay *r = context;
  sl_err err = drain(r);
  return err ? err : r->engine->scan(r->self, table, first, end, row, row_context);
}

static sl_err relay_backup(void *context, const char *path) {
  relay *r = context;
  return r->engine->backup(r->self, path);
}

static sl_err relay_check(void *context, sl_fault *fault) {
  relay *r = context;
  return r->engine->check(r->self, fault);
}

static sl_err relay_upkeep(void *context) {
  relay *r = context;
  return r->engine->upkeep(r->self);
}

static bool relay_upkeep_due(const void *context) {
  const relay *r = context;
  return r->engine->upkeep_due && r->engine->upkeep_due(r->self);
}

static void relay_free(relay *r) {
  sl_buf_fini(&r->running);
  sl_buf_fini(&r->filling);
  pthread_cond_destroy(&r->work);
  pthread_cond_destroy(&r->idle);
  pthread_mutex_destroy(&r->lock);
  free(r);
}

static void relay_close(void *context) {
  relay *r = context;
  pthread_mutex_lock(&r->lock);
  wait_idle(r);
  r->stop = true;
  pthread_cond_signal(&r->work);
  pthread_mutex_unlock(&r->lock);
  pthread_join(r->thread, NULL);
  r->engine->close(r->self);
  relay_free(r);
}

static const sl_store_engine relay_engine = {
    .name = "relay",
    .begin = relay_begin,
    .put = relay_put,
    .del = relay_del,
    .commit_ahead = relay_commit_ahead,
    .commit = relay_commit,
    .rollback = relay_rollback,
    .get = relay_get,
    .scan = relay_scan,
    .backup = relay_backup,
    .check = relay_check,
    .upkeep = relay_upkeep,
    .upkeep_due = relay_upkeep_due,
    .close = relay_close,
};

sl_err sl_relay_new(const sl_store_engine **engine, void **self) {
  relay *r = calloc(1, sizeof *r);
  if (!r) return SL_ERR_NOMEM;
  r->engine = *engine;
  r->self = *self;
  sl_buf_init(&r->running, BUFFER_MAX);
  sl_buf_init(&r->filling, BUFFER_MAX);
  int failed = pthread_mutex_init(&r->lock, NULL);
  if (!failed) failed = pthread_cond_init(&r->work, NULL);
  if (!failed) failed = pthread_cond_init(&r->idle, NULL);
  SL_ASSERT(!failed);   /* on Linux they take no memory */
  if (pthread_create(&r->thread, NULL, run, r)) {
    relay_free(r);
    return SL_ERR_NOMEM;
  }
  *engine = &relay_engine;
  *self = r;
  return SL_OK;
}
