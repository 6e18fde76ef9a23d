/* The self-signed certificate: PEM that OpenSSL's own tool accepts for loopback, a key
 * that fits, a fresh one each time. */
#include "seal/certificate.h"

#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static void make(sl_buf *certificate, sl_buf *key) {
  sl_buf_init(certificate, 16384);
  sl_buf_init(key, 16384);
  assert_int_equal(sl_certificate_loopback(certificate, key, 30), SL_OK);
}

static void both_are_pem_and_fresh(void **state) {
  (void)state;
  sl_buf a, b, a_key, b_key;
  make(&a, &a_key);
  make(&b, &b_key);
  assert_memory_equal(a.data, "-----BEGIN CERTIFICATE-----\n", 28);
  assert_memory_equal(a_key.data, "-----BEGIN PRIVATE KEY-----\n", 28);
  assert_true(a_key.size != b_key.size || memcmp(a_key.data, b_key.data, a_key.size) != 0);
  assert_true(a.size != b.size || memcmp(a.data, b.data, a.size) != 0);
  sl_buf_fini(&a);
  sl_buf_fini(&b);
  sl_buf_fini(&a_key);
  sl_buf_fini(&b_key);
}

static void a_full_buffer_is_an_error(void **state) {
  (void)state;
  sl_buf certificate, key;
  sl_buf_init(&certificate, 16);
  sl_buf_init(&key, 16384);
  assert_int_equal(sl_certificate_loopback(&certificate, &key, 30), SL_ERR_CAP);
  sl_buf_fini(&certificate);
  sl_buf_fini(&key);
}

/* openssl verify -x509_strict with the certificate as its own root, for the address. */
static void the_tool_accepts_it_for_loopback(void **state) {
  (void)state;
  sl_buf certificate, key;
  make(&certificate, &key);
  char path[] = "certificate-test-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, certificate.data, certificate.size), (ssize_t)certificate.size);
  close(fd);
  static const char *const what[][2] = {{"-verify_ip", "127.0.0.1"}, {"-verify_ip", "::1"}, {"-verify_hostname", "localhost"},
                                        {"-verify_ip", "192.0.2.1"}};
  for (int i = 0; i < 4; i++) {
    pid_t child = fork();
    if (child == 0) {
      execlp("openssl", "openssl", "verify", "-purpose", "sslserver", "-CAfile", path, what[i][0], what[i][1], path, (char *)NULL);
      _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (i < 3) assert_int_equal(WEXITSTATUS(status), 0);
    else assert_int_not_equal(WEXITSTATUS(status), 0);
  }
  unlink(path);
  sl_buf_fini(&certificate);
  sl_buf_fini(&key);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_are_pem_and_fresh),
      cmocka_unit_test(a_full_buffer_is_an_error),
      cmocka_unit_test(the_tool_accepts_it_for_loopback),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
