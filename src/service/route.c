/* The routes as a table: a method, a path whose segments may be a hole, and what
 * fills the hole. Paths are compared raw: nothing of ours needs an escape, so an
 * escaped path is an unknown one. */
#include "service/route.h"

#include "base/assert.h"
#include "ledger/note.h"

typedef enum hole { HOLE_NONE, HOLE_UUID, HOLE_NAME, HOLE_NUMBER, HOLE_TILE } hole;

typedef struct route {
  const char *method, *before, *after;   /* path = before [hole] after */
  hole kind_of_hole;
  sl_op_kind kind;
  bool open;                             /* no signature */
} route;

static const route routes[] = {
    {"PUT", "/v1/intents/", "", HOLE_UUID, SL_OP_PUT_INTENT, false},
    {"GET", "/v1/intents/", "", HOLE_UUID, SL_OP_GET_INTENT, false},
    {"POST", "/v1/intents/", "/end", HOLE_UUID, SL_OP_END_INTENT, false},
    {"POST", "/v1/intents/", "/affirm", HOLE_UUID, SL_OP_AFFIRM_INTENT, false},
    {"GET", "/v1/cases", "", HOLE_NONE, SL_OP_CASES, false},
    {"GET", "/v1/cases/", "", HOLE_UUID, SL_OP_CASE, false},
    {"POST", "/v1/cases/", "/answer", HOLE_UUID, SL_OP_ANSWER, false},
    {"POST", "/v1/cases/", "/acknowledge", HOLE_UUID, SL_OP_ACKNOWLEDGE, false},
    {"GET", "/v1/events", "", HOLE_NONE, SL_OP_EVENTS, false},
    {"POST", "/v1/heartbeat", "", HOLE_NONE, SL_OP_HEARTBEAT, false},
    {"POST", "/v1/line/", "/suspend", HOLE_NAME, SL_OP_LINE_SUSPEND, false},
    {"POST", "/v1/line/", "/resume", HOLE_NAME, SL_OP_LINE_RESUME, false},
    {"POST", "/v1/line/", "/handover", HOLE_NAME, SL_OP_LINE_HANDOVER, false},
    {"POST", "/v1/line/", "/answer", HOLE_NAME, SL_OP_LINE_ANSWER, false},
    {"GET", "/v1/log/checkpoint", "", HOLE_NONE, SL_OP_LOG_CHECKPOINT, false},
    {"GET", "/v1/log/", "", HOLE_TILE, SL_OP_LOG_TILE, false},
    {"GET", "/v1/log/entries", "", HOLE_NONE, SL_OP_LOG_ENTRIES, false},
    {"GET", "/v1/receipts/", "", HOLE_NUMBER, SL_OP_RECEIPT, false},
    {"GET", "/rollup/checkpoint", "", HOLE_NONE, SL_OP_ROLLUP_CHECKPOINT, true},
    {"GET", "/rollup/entries", "", HOLE_NONE, SL_OP_ROLLUP_ENTRIES, true},
    {"GET", "/rollup/", "", HOLE_TILE, SL_OP_ROLLUP_TILE, true},
    {"GET", "/v1/rollup/slot", "", HOLE_NONE, SL_OP_ROLLUP_SLOT, false},
    {"POST", "/v1/records", "", HOLE_NONE, SL_OP_RECORD, true},
    {"GET", "/v1/agreements", "", HOLE_NONE, SL_OP_AGREEMENTS, false},
};

static bool starts(sl_str text, const char *with) {
  size_t size = strlen(with);
  return text.size >= size && memcmp(text.data, with, size) == 0;
}

static bool ends(sl_str text, const char *with) {
  size_t size = strlen(with);
  return text.size >= size && memcmp(text.data + text.size - size, with, size) == 0;
}

/* Whether the hole's text is of its form; fills the operation. */
static bool fill(sl_op *op, hole kind, sl_str text) {
  int64_t number = 0;
  switch (kind) {
    case HOLE_NONE:
      return text.size == 0;
    case HOLE_UUID:
      return sl_uuid_read(&op->id, text, 4) == SL_OK;
    case HOLE_NAME:
      op->name = text;
      return sl_name_good(text);
    case HOLE_NUMBER:
      if (sl_int_read(&number, text) || number < 0) return false;
      op->from = (uint64_t)number;
      return true;
    case HOLE_TILE:
      return starts(text, "tile/") && sl_tile_path_read(&op->tile, text) == SL_OK;
  }
  return false;
}

static bool matches(sl_op *op, const route *r, sl_str path, bool *malformed) {
  if (!starts(path, r->before)) return false;
  sl_str rest = {path.data + strlen(r->before), path.size - strlen(r->before)};
  if (!ends(rest, r->after)) return false;
  rest.size -= strlen(r->after);
  if (r->kind_of_hole != HOLE_NONE && r->kind_of_hole != HOLE_TILE && memchr(rest.data, '/', rest.size)) return false;
  if (r->kind_of_hole == HOLE_UUID && rest.size == 0) return false;
  if (fill(op, r->kind_of_hole, rest)) return true;
  if (r->kind_of_hole == HOLE_UUID) *malformed = true;
  return false;
}

/* after=N, from=N, wait=S: each at most once, on the routes that have them. */
static sl_err query(sl_op *op, sl_str text, sl_fault *fault) {
  bool seen_from = false, seen_wait = false;
  while (text.size > 0) {
    const char *amp = memchr(text.data, '&', text.size);
    sl_str item = {text.data, amp ? (size_t)(amp - text.data) : text.size};
    text = amp ? (sl_str){amp + 1, text.size - item.size - 1} : (sl_str){NULL, 0};
    const char *equals = memchr(item.data, '=', item.size);
    if (!equals) return sl_fault_set(fault, SL_ERR_SYNTAX, "a query member has no value; write name=number");
    sl_str name = {item.data, (size_t)(equals - item.data)};
    sl_str value = {equals + 1, item.size - name.size - 1};
    int64_t number = 0;
    bool from = ((op->kind == SL_OP_EVENTS || op->kind == SL_OP_CASES) && sl_str_is(name, "after")) ||
                ((op->kind == SL_OP_LOG_ENTRIES || op->kind == SL_OP_ROLLUP_ENTRIES) && sl_str_is(name, "from"));
    bool wait = op->kind == SL_OP_EVENTS && sl_str_is(name, "wait");
    if (!from && !wait) return sl_fault_set(fault, SL_ERR_UNKNOWN, "this path has no such query member");
    if ((from && seen_from) || (wait && seen_wait)) {
      return sl_fault_set(fault, SL_ERR_DUPLICATE, "a query member stands twice");
    }
    if (sl_int_read(&number, value) || number < 0) {
      return sl_fault_set(fault, SL_ERR_SYNTAX, "a query value is not a whole number from 0");
    }
    if (from) op->from = (uint64_t)number;
    if (wait && number > 60) return sl_fault_set(fault, SL_ERR_RANGE, "wait is at most 60 seconds");
    if (wait) op->wait_s = (unsigned)number;
    seen_from |= from;
    seen_wait |= wait;
  }
  return SL_OK;
}

sl_err sl_route(sl_op *op, const sl_request *request, bool *public_route, sl_fault *fault) {
  if (request->target.size == 0 || request->target.size > SL_TARGET_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "the target is longer than %u bytes", SL_TARGET_MAX);
  }
  const char *mark = memchr(request->target.data, '?', request->target.size);
  sl_str path = {request->target.data, mark ? (size_t)(mark - request->target.data) : request->target.size};
  sl_str rest = mark ? (sl_str){mark + 1, request->target.size - path.size - 1} : (sl_str){NULL, 0};
  bool malformed = false;
  for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
    const route *r = &routes[i];
    if (!matches(op, r, path, &malformed)) continue;
    if (!sl_str_is(request->method, r->method)) {
      op->allow = op->allow ? "GET, PUT" : r->method;   /* the one pair that shares a path */
      continue;
    }
    op->kind = r->kind;
    *public_route = r->open;
    return query(op, rest, fault);
  }
  if (op->allow) return sl_fault_set(fault, SL_ERR_METHOD, "this path does not take that method");
  if (malformed) return sl_fault_set(fault, SL_ERR_SYNTAX, "the id in the path is not a UUID of version 4");
  return sl_fault_set(fault, SL_ERR_NOT_FOUND, "there is no such path; the OpenAPI file lists them all");
}
