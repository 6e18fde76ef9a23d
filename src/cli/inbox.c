/* Purpose: `sideline inbox`: the party's events, in order, resumable: the number of the
 * last one shown is kept. Work expected: a few events a round. Representation: pages; to
 * follow, an event stream that is taken up again after the last event shown, or long polls
 * where the server has none; an interrupt loses nothing. */
#include <time.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/show.h"
#include "cli/verbs.h"

#define WAIT_S 30

static sl_exit cursor_of(uint64_t *out, sl_net *net, const sl_args *args) {
  const char *after = sl_args_get(args, "after");
  int64_t number = 0;
  *out = 0;
  if (after) {
    if (sl_int_read(&number, sl_str_from(after)) || number < 0) return sl_cli_fail(net->cli, SL_EXIT_USAGE, "--after is the number of an event, or 0 for all");
    *out = (uint64_t)number;
    return SL_EXIT_DONE;
  }
  sl_buf text;
  bool kept = sl_state_read(net, &text, "cursor", 64);
  sl_str line = sl_buf_str(&text);
  if (kept && line.size && line.data[line.size - 1] == '\n') line.size--;
  bool good = !kept || (sl_int_read(&number, line) == SL_OK && number >= 0);
  sl_buf_fini(&text);
  if (!good) return sl_cli_fail(net->cli, SL_EXIT_DATA, "%s/cursor holds no number: delete it, or say --after N", net->profile.state);
  *out = (uint64_t)number;
  return SL_EXIT_DONE;
}

static sl_exit keep_cursor(sl_net *net, uint64_t next) {
  char text[32];
  int size = snprintf(text, sizeof text, "%llu\n", (unsigned long long)next);
  SL_ASSERT(size > 0);
  return sl_state_write(net, "cursor", (sl_span){(const uint8_t *)text, (size_t)size});
}

/* One page; *more: there may be another at once. */
static sl_exit page(sl_net *net, uint64_t *cursor, bool *more, unsigned wait_s) {
  sl_net_answer answer;
  char target[96];
  (void)snprintf(target, sizeof target, "/v1/events?after=%llu&wait=%u", (unsigned long long)*cursor, wait_s);
  sl_exit exit = sl_net_call(net, &answer, "GET", target, (sl_span){0}, (sl_dur){wait_s * SL_NS_PER_S});
  *more = false;
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json), list = sl_json_find(&root, "events");
    size_t count = sl_json_size(&list);
    for (size_t i = 0; i < count && !net->cli->json; i++) {
      sl_json_at event = sl_json_element(&list, i);
      sl_show_event(net, &event);
    }
    if (net->cli->json && count) sl_net_print(net, &answer);
    uint64_t next = (uint64_t)sl_pick_int(net, &root, "next");
    *more = count > 0 && next > *cursor;
    if (fflush(net->cli->out)) exit = sl_cli_fail(net->cli, SL_EXIT_IOERR, "standard output cannot be written");
    if (!exit && next > *cursor) {
      *cursor = next;
      exit = keep_cursor(net, next);
    }
  }
  sl_net_drop(&answer);
  return exit;
}

typedef struct following {
  sl_net *net;
  uint64_t *cursor;
  sl_exit exit;
} following;

/* An event of the stream, as a page of one. */
static bool show(void *context, uint64_t id, sl_str data) {
  following *f = context;
  sl_net *net = f->net;
  sl_json *json = NULL;
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = caps.string = SL_SSE_LINE_MAX;
  if (sl_json_parse(&json, sl_str_bytes(data), &caps, NULL)) {
    f->exit = sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "an event is not JSON");
    return false;
  }
  sl_json_at event = sl_json_root(json);
  if (net->cli->json) fprintf(net->cli->out, "{\"events\":[%.*s],\"next\":%llu}\n", (int)data.size, data.data, (unsigned long long)id);
  else sl_show_event(net, &event);
  sl_json_free(json);
  sl_arena_fini(&net->arena);
  if (fflush(net->cli->out)) f->exit = sl_cli_fail(net->cli, SL_EXIT_IOERR, "standard output cannot be written");
  if (!f->exit && id > *f->cursor) {
    *f->cursor = id;
    f->exit = keep_cursor(net, id);
  }
  return !f->exit;
}

static void rest(void) { (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL); }

/* What passes by itself: said once, until something is heard again. */
static bool passes(sl_net *net, sl_exit exit, bool *said) {
  if (exit != SL_EXIT_UNAVAILABLE && exit != SL_EXIT_TEMPFAIL) return false;
  if (!*said) fprintf(net->cli->err, "%s inbox: %s: not to be had at present; trying again\n", net->cli->program, net->profile.server);
  *said = true;
  rest();
  return true;
}

/* Until interrupted, or refused for good. */
static sl_exit follow(sl_net *net, uint64_t *cursor) {
  bool streams = true, said = false, more;
  for (;;) {
    following f = {net, cursor, SL_EXIT_DONE};
    uint64_t before = *cursor;
    sl_exit exit = streams ? sl_net_follow(net, &streams, "/v1/events", *cursor, show, &f)
                           : page(net, cursor, &more, WAIT_S);   /* says why, when there is a reason for no stream */
    sl_arena_fini(&net->arena);
    if (*cursor > before) said = false;
    if (f.exit) return f.exit;
    if (exit && !passes(net, exit, &said)) return exit;
  }
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_net net;
  uint64_t cursor;
  bool more = true;
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = cursor_of(&cursor, &net, args);
  if (!exit && sl_args_has(args, "follow")) exit = follow(&net, &cursor);
  else while (!exit && more) {
    exit = page(&net, &cursor, &more, 0);
    sl_arena_fini(&net.arena);
  }
  sl_net_close(&net);
  return exit;
}

static const sl_option options[] = {
    {"follow", 'f', NULL, "go on until interrupted, by an event stream or long polls", false},
    {"after", 0, "N", "events after number N; default: after the last one shown", false},
    SL_NET_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

const sl_verb sl_verb_inbox = {
    .name = "inbox",
    .summary = "what the intermediary told this party since the last look",
    .operands = "",
    .example = "sideline inbox --profile blue-ops.profile --follow",
    .option = options,
    .run = run,
};
