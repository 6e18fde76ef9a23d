/* sidelined: the intermediary. Reads the command line and hands over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/ask.h"
#include "daemon/config.h"
#include "daemon/daemon.h"
#include "daemon/init.h"
#include "daemon/sandbox.h"
#include "daemon/say.h"
#include "json/decode.h"
#include "seal/seal.h"

#define FILES_SPARE 256u

static const char usage[] =
    "sidelined: the intermediary between two sides\n"
    "\n"
    "  sidelined [--no-sandbox] FILE        serve, as the configuration file says\n"
    "  sidelined --check-config FILE        see whether it would start; no socket, no store\n"
    "  sidelined --init DIR [--tls-self-signed] [--side NAME=KEY]... [--origin NAME]\n"
    "            [--listen ADDRESS:PORT] [--liaison ADDRESS:PORT|off]\n"
    "                                       make a folder with seed, key and configuration\n"
    "  sidelined backup FILE NAME           copy the store of the running daemon\n"
    "  sidelined --help | --version\n"
    "\n"
    "A first start in two commands, the keys being those of both sides' focal points:\n"
    "  sidelined --init line --tls-self-signed --side blue=KEY --side red=KEY\n"
    "  sidelined line/sidelined.conf\n"
    "\n"
    "The keys of the configuration file are in sidelined(8).\n";

static int misused(const char *why) {
  fprintf(stderr, "sidelined: %s; see sidelined --help\n", why);
  return EX_USAGE;
}

static int config_status(sl_err err) { return err == SL_ERR_IO ? EX_NOINPUT : EX_CONFIG; }

static int check_config(const char *path) {
  sl_config config;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_config_load(&config, path, &fault);
  if (!err) err = sl_daemon_check(&config, &fault);
  if (err) {
    sl_say_fault(path, err, &fault);
    return config_status(err);
  }
  printf("%s: good\n", path);
  return EX_OK;
}

/* NAME=KEY */
static bool take_side(sl_init_options *options, const char *text) {
  const char *equals = strchr(text, '=');
  if (!equals || options->side_count == SL_SIDES_MAX) return false;
  sl_str name = {text, (size_t)(equals - text)};
  sl_side_anchor *side = &options->side[options->side_count];
  if (!sl_name_good(name) || sl_config_public_key(side->focal_key, sl_str_from(equals + 1))) return false;
  memcpy(side->name, name.data, name.size);
  side->name[name.size] = '\0';
  options->side_count++;
  return true;
}

static int init(int count, char **word) {
  sl_init_options options = {.folder = word[0]};
  for (int i = 1; i < count; i++) {
    const char *value = i + 1 < count ? word[i + 1] : NULL;
    if (strcmp(word[i], "--tls-self-signed") == 0) {
      options.self_signed = true;
      continue;
    }
    if (!value) return misused("an option of --init has no value");
    i++;
    if (strcmp(word[i - 1], "--side") == 0) {
      if (!take_side(&options, value)) return misused("--side takes NAME=KEY, with a public Ed25519 key");
    } else if (strcmp(word[i - 1], "--origin") == 0) {
      options.origin = value;
    } else if (strcmp(word[i - 1], "--listen") == 0) {
      if (sl_config_endpoint(&options.listen, sl_str_from(value)) || !options.listen.host[0]) return misused("--listen takes ADDRESS:PORT");
    } else if (strcmp(word[i - 1], "--liaison") == 0) {
      if (sl_config_endpoint(&options.liaison, sl_str_from(value))) return misused("--liaison takes ADDRESS:PORT, or off");
      options.liaison_off = options.liaison.host[0] == '\0';
    } else {
      return misused("--init has no such option");
    }
  }
  if (options.side_count == 1) return misused("--side is given twice or more, or not at all");
  for (size_t i = 1; i < options.side_count; i++) {
    for (size_t k = 0; k < i; k++) {
      if (strcmp(options.side[i].name, options.side[k].name) == 0) return misused("two sides cannot have one name");
      if (memcmp(options.side[i].focal_key, options.side[k].focal_key, 32) == 0) return misused("two sides cannot have one focal point's key");
    }
  }
  sl_fault fault = sl_fault_none();
  sl_buf vkey;
  sl_buf_init(&vkey, 512);
  sl_err err = sl_init(&options, &vkey, &fault);
  if (!err) {
    printf("%s/sidelined.conf: made\n"
           "Every party verifies by this key; its profile has the line\n"
           "vkey = %.*s\n", options.folder, (int)vkey.size, (const char *)vkey.data);
    if (options.side_count == 0) printf("It serves once the sides are in it: [side NAME] and focal_key, two or more\n");
  } else {
    sl_say_fault(options.folder, err, &fault);
  }
  sl_buf_fini(&vkey);
  return err ? err == SL_ERR_SYNTAX ? EX_USAGE : EX_CANTCREAT : EX_OK;
}

static int backup(const char *path, const char *name) {
  sl_config config;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_config_load(&config, path, &fault);
  if (!err) err = sl_ask_backup(&config, name, &fault);
  if (!err) {
    printf("%s/%s: made\n", config.backups, name);
    return EX_OK;
  }
  sl_say_fault(path, err, &fault);
  return err == SL_ERR_BUSY ? EX_TEMPFAIL : err == SL_ERR_IO ? EX_UNAVAILABLE : EX_CONFIG;
}

static int serve(const char *path, bool sandbox) {
  sl_config config;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_config_load(&config, path, &fault);
  if (!err) err = sl_sandbox_begin(config.connections + FILES_SPARE, &fault);
  if (err) {
    sl_say_fault(path, err, &fault);
    return config_status(err);
  }
  return sl_daemon_run(&config, sandbox);
}

int main(int count, char **word) {
  const char *first = count > 1 ? word[1] : "";
  if (sl_seal_init()) return EX_SOFTWARE;
  sl_json_start();
  if (count == 2 && strcmp(first, "--help") == 0) return fputs(usage, stdout) < 0 ? EX_IOERR : EX_OK;
  if (count == 2 && strcmp(first, "--version") == 0) return puts("sidelined " SL_VERSION) < 0 ? EX_IOERR : EX_OK;
  if (count == 3 && strcmp(first, "--check-config") == 0) return check_config(word[2]);
  if (count >= 3 && strcmp(first, "--init") == 0) return init(count - 2, word + 2);
  if (count == 4 && strcmp(first, "backup") == 0) return backup(word[2], word[3]);
  if (count == 3 && strcmp(first, "--no-sandbox") == 0) return serve(word[2], false);
  if (count == 2 && first[0] != '-') return serve(first, true);
  if (count == 1) return misused("no configuration file is named");
  return misused(first[0] == '-' ? "there is no such option, or it has too few or too many words" : "one configuration file is to be named, and nothing else");
}
