/* The head of a request. The library gives the first of two equal fields and accepts
 * two lengths: every field is enumerated here, and what two readers could read in two
 * ways is refused before anything is believed. */
#include "base/assert.h"
#include "daemon/http.h"

/* Fields that may stand once (RFC 9112 section 6.3, RFC 9421, RFC 9530). */
static const char *const single[] = {"host",           "content-length", "transfer-encoding", "content-type",
                                     "content-digest", "signature",      "signature-input",   "authorization"};
enum { FIELD_HOST = 0, FIELD_LENGTH = 1, FIELD_ENCODING = 2, FIELD_COUNT = sizeof single / sizeof *single };

typedef struct collecting {
  sl_header *out;
  size_t count, room;
  uint32_t seen;
  const char *wrong;
  sl_err err;
  sl_str host;
} collecting;

static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                               const char *value, size_t value_size) {
  (void)kind;
  collecting *c = context;
  sl_str key = {name, name_size}, text = {value ? value : "", value ? value_size : 0};
  if (c->count == c->room) {
    c->err = SL_ERR_CAP;
    c->wrong = "there are more header fields than are accepted";
    return MHD_NO;
  }
  if (memchr(key.data, '\0', key.size) || (text.size > 0 && memchr(text.data, '\0', text.size))) {
    c->err = SL_ERR_SYNTAX;
    c->wrong = "a header field has a zero byte";
    return MHD_NO;
  }
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    if (!sl_field_name_is(key, single[i])) continue;
    if (c->seen >> i & 1) {
      c->err = SL_ERR_DUPLICATE;
      c->wrong = "a header field that may stand once stands twice";
      return MHD_NO;
    }
    c->seen |= 1u << i;
    if (i == FIELD_HOST) c->host = sl_field_trim(text);
  }
  c->out[c->count++] = (sl_header){key, text};
  return MHD_YES;
}

int sl_head_read(sl_exchange *exchange, sl_header *out, size_t room, sl_str *authority) {
  collecting c = {.out = out, .room = room};
  MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, collect, &c);
  if (!c.err && (c.seen >> FIELD_LENGTH & 1) && (c.seen >> FIELD_ENCODING & 1)) {
    c.err = SL_ERR_DUPLICATE;
    c.wrong = "content-length and transfer-encoding exclude each other";
  }
  if (!c.err && !exchange->anyone && !sl_head_ours(exchange->http->config, c.host)) {
    c.err = SL_ERR_SYNTAX;
    c.wrong = "the host field names another server than this one";
  }
  if (c.err) {
    exchange->close = true;   /* where the body ends may not be what we think */
    __atomic_fetch_add(&exchange->http->counts.refused_heads, 1, __ATOMIC_RELAXED);
    sl_exchange_refuse(exchange, SL_STAGE_HEAD, c.err, c.wrong);
    return -1;
  }
  SL_ASSERT(c.count <= room);
  *authority = c.host;
  return (int)c.count;
}

static bool same_name(sl_str a, sl_str b) {
  if (a.size != b.size || a.size == 0) return false;
  for (size_t i = 0; i < a.size; i++) {
    char x = a.data[i], y = b.data[i];
    if (x >= 'A' && x <= 'Z') x = (char)(x + 32);
    if (y >= 'A' && y <= 'Z') y = (char)(y + 32);
    if (x != y) return false;
  }
  return true;
}

/* Without the port; brackets of IPv6 stay. */
static sl_str host_of(sl_str authority) {
  size_t end = authority.size;
  while (end > 0 && authority.data[end - 1] >= '0' && authority.data[end - 1] <= '9') end--;
  if (end > 0 && authority.data[end - 1] == ':') return (sl_str){authority.data, end - 1};
  return authority;
}

static bool listed(const char *names, sl_str host) {
  sl_str rest = sl_str_from(names);
  while (rest.size > 0) {
    const char *space = memchr(rest.data, ' ', rest.size);
    size_t size = space ? (size_t)(space - rest.data) : rest.size;
    if (same_name((sl_str){rest.data, size}, host)) return true;
    rest = space ? (sl_str){space + 1, rest.size - size - 1} : (sl_str){NULL, 0};
  }
  return false;
}

/* The authority of the address that clients of the F3548 face were given. */
static sl_str base_authority(const char *url) {
  const char *slashes = strstr(url, "://");
  if (!slashes) return (sl_str){NULL, 0};
  return (sl_str){slashes + 3, strcspn(slashes + 3, "/")};
}

bool sl_head_ours(const sl_config *config, sl_str authority) {
  sl_str host = host_of(authority);
  if (same_name(sl_str_from(config->origin), host) || listed(config->authority, host)) return true;
  if (same_name(host_of(base_authority(config->utm_base_url)), host)) return true;
  if (config->listen.loopback) return listed("localhost 127.0.0.1 [::1]", host);
  sl_str address = sl_str_from(config->listen.host);
  if (!config->listen.six) return same_name(address, host);
  return host.size == address.size + 2 && host.data[0] == '[' &&
         same_name(address, (sl_str){host.data + 1, address.size});
}
