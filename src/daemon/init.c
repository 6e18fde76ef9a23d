/* --init: seed, server key, certificate, configuration; each created once and durable. */
#include "daemon/init.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "base/text.h"
#include "daemon/file.h"
#include "ledger/note.h"
#include "seal/certificate.h"
#include "seal/seal.h"

#define CERTIFICATE_DAYS 397
#define SL_INIT_ORIGIN_MAX 64u

static sl_err make_folder(const char *path, sl_fault *fault) {
  if (mkdir(path, 0700) == 0 || errno == EEXIST) return SL_OK;   /* an old file inside is refused by itself */
  return sl_fault_set(fault, SL_ERR_IO, "cannot make the folder %.120s", path);
}

static bool join(char out[static SL_CONFIG_TEXT_MAX + 1], const char *folder, const char *name) {
  size_t a = strlen(folder), b = strlen(name);
  if (a + 1 + b > SL_CONFIG_TEXT_MAX) return false;
  memcpy(out, folder, a);
  out[a] = '/';
  memcpy(out + a + 1, name, b + 1);
  return true;
}

static sl_err make_seed(const char *path, sl_fault *fault) {
  uint8_t seed[32];
  char text[66];
  sl_random random = sl_random_system();
  random.fill(random.context, seed, sizeof seed);
  sl_hex(text, (sl_span){seed, sizeof seed});
  text[64] = '\n';
  sl_err err = sl_file_create(path, (sl_span){(const uint8_t *)text, 65}, true, fault);
  sl_wipe(seed, sizeof seed);
  sl_wipe(text, sizeof text);
  return err;
}

static sl_err make_key(const char *path, const char *origin, sl_buf *vkey, sl_fault *fault) {
  uint8_t seed[32];
  sl_key key;
  sl_random random = sl_random_system();
  random.fill(random.context, seed, sizeof seed);
  sl_key_from_seed(&key, seed);
  sl_err err = sl_key_save(path, &key, fault);
  char name[SL_ORIGIN_MAX + 1];
  int size = snprintf(name, sizeof name, "%s/rollup", origin);
  SL_ASSERT(size > 0 && (size_t)size < sizeof name);
  if (!err) sl_note_vkey_add(vkey, name, sl_sha256, key.public_key);
  sl_wipe(seed, sizeof seed);
  sl_key_wipe(&key);
  return err;
}

static sl_err make_certificate(const char *certificate_path, const char *key_path, sl_fault *fault) {
  sl_buf certificate, key;
  sl_buf_init(&certificate, 16384);
  sl_buf_init(&key, 16384);
  sl_err err = sl_certificate_loopback(&certificate, &key, CERTIFICATE_DAYS);
  if (err) sl_fault_set(fault, err, "the certificate cannot be made");
  if (!err) err = sl_file_create(certificate_path, sl_buf_span(&certificate), false, fault);
  if (!err) err = sl_file_create(key_path, sl_buf_span(&key), true, fault);
  if (key.data) sl_wipe(key.data, key.size);
  sl_buf_fini(&key);
  sl_buf_fini(&certificate);
  return err;
}

static void endpoint_add(sl_buf *out, const char *key, const sl_endpoint *at, const char *fallback) {
  if (at->host[0] == '\0') sl_buf_add_format(out, "%s = %s\n", key, fallback);
  else sl_buf_add_format(out, at->six ? "%s = [%s]:%u\n" : "%s = %s:%u\n", key, at->host, at->port);
}

static sl_err make_config(const sl_init_options *options, const char *origin, const char *path, sl_fault *fault) {
  sl_buf text;
  sl_buf_init(&text, SL_CONFIG_FILE_MAX);
  sl_buf_add_text(&text, "# Every key is documented in sidelined(8) and docs/sidelined.conf.example.\n");
  endpoint_add(&text, "listen", &options->listen, "127.0.0.1:8443");
  endpoint_add(&text, "liaison_listen", &options->liaison, options->liaison_off ? "off" : "127.0.0.1:9443");
  sl_buf_add_format(&text, "origin = %s\n", origin);
  if (options->self_signed) sl_buf_add_text(&text, "certificate = tls.crt\ncertificate_key = tls.key\n");
  sl_buf_add_text(&text, "store = sideline.db\nbackups = backups\nserver_key = server.key\nseed = seed\n");
  for (size_t i = 0; i < options->side_count; i++) {
    sl_buf_add_format(&text, "\n[side %s]\nfocal_key = ", options->side[i].name);
    sl_base64_add(&text, (sl_span){options->side[i].focal_key, 32});
    sl_buf_add_text(&text, "\n");
  }
  if (options->side_count == 0) {
    sl_buf_add_text(&text, "\n# Name the sides, at least two, each with its focal point's public key:\n"
                           "# [side blue]\n# focal_key = ...\n# [side red]\n# focal_key = ...\n");
  }
  sl_err err = text.error ? text.error : sl_file_create(path, sl_buf_span(&text), true, fault);
  sl_buf_fini(&text);
  return err;
}

sl_err sl_init(const sl_init_options *options, sl_buf *vkey, sl_fault *fault) {
  SL_ASSERT(options != NULL && options->folder != NULL);
  static const char *const names[] = {"seed", "server.key", "backups", "tls.crt", "tls.key", "sidelined.conf"};
  char path[6][SL_CONFIG_TEXT_MAX + 1];
  for (size_t i = 0; i < 6; i++) {
    if (!join(path[i], options->folder, names[i])) return sl_fault_set(fault, SL_ERR_CAP, "the folder's path is too long");
  }
  const char *origin = options->origin ? options->origin : "line.example";
  if (strlen(origin) > SL_INIT_ORIGIN_MAX || !sl_origin_valid(sl_str_from(origin))) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "the origin must be 1 to %u printable characters without space and plus sign", SL_INIT_ORIGIN_MAX);
  }
  struct stat there;
  if (lstat(path[5], &there) == 0) return sl_fault_set(fault, SL_ERR_EXISTS, "an intermediary's configuration is there already, and is never overwritten: name another folder");
  sl_err err = make_folder(options->folder, fault);
  if (!err) err = make_seed(path[0], fault);
  if (!err) err = make_key(path[1], origin, vkey, fault);
  if (!err) err = make_folder(path[2], fault);
  if (!err && options->self_signed) err = make_certificate(path[3], path[4], fault);
  if (!err) err = make_config(options, origin, path[5], fault);   /* last: a folder with it is complete */
  return err;
}
