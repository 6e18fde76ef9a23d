/* Addresses that notifications may go to: the edges of each special range, from the
 * registries of special-purpose addresses. */
#include "daemon/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "test.h"

static bool public_address(const char *text) {
  struct sockaddr_in four = {.sin_family = AF_INET};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6};
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) return sl_target_public((const struct sockaddr *)&four, sizeof four);
  assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
  return sl_target_public((const struct sockaddr *)&six, sizeof six);
}

static void special_ranges_are_refused_to_their_edges(void **state) {
  (void)state;
  static const char *const inside[] = {
      "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
      "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1",
      "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1",
      "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1",
      "64:ff9b::808:808", "64:ff9b::a00:1", "100::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:a00:1::1",
      "3fff::1", "3fff:fff::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "4000::1"};
  for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
    if (public_address(inside[i])) fail_msg("taken: %s", inside[i]);
  }
  static const char *const outside[] = {
      "1.0.0.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
      "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.0.3.1", "192.167.255.255",
      "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:db7::1", "2001:db9::1",
      "2003::1", "2606:4700::1111", "3ffe::1", "3fff:1000::1", "2a00::1"};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    if (!public_address(outside[i])) fail_msg("refused: %s", outside[i]);
  }
}

static void other_families_and_short_addresses_are_refused(void **state) {
  (void)state;
  struct sockaddr_in four = {.sin_family = AF_INET};
  four.sin_addr.s_addr = htonl(0x08080808);
  assert_true(sl_target_public((const struct sockaddr *)&four, sizeof four));
  assert_false(sl_target_public((const struct sockaddr *)&four, sizeof four - 1));
  four.sin_family = AF_UNIX;
  assert_false(sl_target_public((const struct sockaddr *)&four, sizeof four));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(special_ranges_are_refused_to_their_edges),
      cmocka_unit_test(other_families_and_short_addresses_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
