/* Addresses that are public, by exclusion: two short tables of prefixes. */
#include "daemon/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

typedef struct range4 { uint32_t prefix; unsigned bits; } range4;

/* This network, private, shared, loopback, link-local, protocol assignments, three for
 * documentation, 6to4 relay, benchmarking, multicast, reserved and broadcast. */
static const range4 special4[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
    {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
    {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4},
};

typedef struct range6 { uint8_t prefix[6]; unsigned bits; } range6;

/* Within 2000::/3: protocol assignments with Teredo (2001::/23), documentation (2001:db8::/32,
 * 3fff::/20), 6to4 (2002::/16, which carries an IPv4 address). */
static const range6 special6[] = {
    {{0x20, 0x01, 0x00}, 23}, {{0x20, 0x01, 0x0d, 0xb8}, 32}, {{0x3f, 0xff, 0x00}, 20}, {{0x20, 0x02}, 16}};

static bool public4(uint32_t address) {
  for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++) {
    if ((address ^ special4[i].prefix) >> (32 - special4[i].bits) == 0) return false;
  }
  return true;
}

static bool begins(const uint8_t *address, const uint8_t *prefix, unsigned bits) {
  unsigned whole = bits / 8, rest = bits % 8;
  if (memcmp(address, prefix, whole) != 0) return false;
  return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static bool public6(const uint8_t address[static 16]) {
  if (address[0] >> 5 != 1) return false;
  for (size_t i = 0; i < sizeof special6 / sizeof *special6; i++) {
    if (begins(address, special6[i].prefix, special6[i].bits)) return false;
  }
  return true;
}

bool sl_target_public(const struct sockaddr *address, socklen_t size) {
  if (address->sa_family == AF_INET && size >= sizeof(struct sockaddr_in)) {
    struct sockaddr_in four;
    memcpy(&four, address, sizeof four);
    return public4(ntohl(four.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(struct sockaddr_in6)) {
    struct sockaddr_in6 six;
    memcpy(&six, address, sizeof six);
    return public6(six.sin6_addr.s6_addr);
  }
  return false;
}
