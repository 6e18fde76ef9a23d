/* Values of the configuration that have a grammar of their own: public keys, which
 * people have in three notations, and numeric addresses. Names are not resolved: a
 * service that listens on what a resolver said would listen elsewhere tomorrow. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/text.h"
#include "daemon/config.h"
#include "ledger/note.h"
#include "seal/seal.h"

sl_err sl_config_public_key(uint8_t out[static 32], sl_str text) {
  uint8_t key[33];
  if (text.size == 64) return sl_unhex(out, 32, text);
  size_t size = sizeof key;
  if (text.size == 44 && sl_base64_read(key, &size, text) == SL_OK && size == 32) {
    memcpy(out, key, 32);
    return SL_OK;
  }
  char name[SL_ORIGIN_MAX + 1];
  return sl_note_vkey_read(name, out, text, sl_sha256) == SL_OK ? SL_OK : SL_ERR_SYNTAX;
}

static bool split(sl_str *host, sl_str *port, sl_str text) {
  size_t colon = text.size;
  while (colon > 0 && text.data[colon - 1] != ':') colon--;
  if (colon < 2) return false;
  *host = (sl_str){text.data, colon - 1};
  *port = (sl_str){text.data + colon, text.size - colon};
  return true;
}

sl_err sl_config_endpoint(sl_endpoint *out, sl_str text) {
  sl_endpoint at = {.host = ""};
  if (sl_str_is(text, "off")) {
    *out = at;
    return SL_OK;
  }
  sl_str host, port;
  int64_t number = 0;
  if (!split(&host, &port, text) || sl_int_read(&number, port) || number < 0 || number > 65535) return SL_ERR_SYNTAX;
  at.port = (uint16_t)number;
  if (host.data[0] == '[') {
    if (host.size < 3 || host.data[host.size - 1] != ']') return SL_ERR_SYNTAX;
    host = (sl_str){host.data + 1, host.size - 2};
    at.six = true;
  }
  if (host.size == 0 || host.size >= sizeof at.host || memchr(host.data, '\0', host.size)) return SL_ERR_SYNTAX;
  memcpy(at.host, host.data, host.size);
  at.host[host.size] = '\0';
  struct in_addr four;
  struct in6_addr six;
  if (inet_pton(at.six ? AF_INET6 : AF_INET, at.host, at.six ? (void *)&six : (void *)&four) != 1) return SL_ERR_SYNTAX;
  at.loopback = at.six ? IN6_IS_ADDR_LOOPBACK(&six) : ntohl(four.s_addr) >> 24 == 127;
  *out = at;
  return SL_OK;
}
