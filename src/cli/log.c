/* Purpose: `sideline log verify`: the own log and the roll-up, whole, and that the one
 * stands under the other. Work expected: a day's log. Representation: log.h. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/log.h"
#include "cli/verbs.h"

sl_exit sl_slot_fetch(sl_slot *slot, bool *found, sl_net *net) {
  sl_net_answer answer;
  *slot = (sl_slot){0};
  sl_buf_init(&slot->text, 65536);
  sl_exit exit = sl_net_find(net, &answer, found, "/v1/rollup/slot");
  if (!exit && *found && answer.json) {
    sl_json_at root = sl_json_root(answer.json), path = sl_json_find(&root, "path");
    slot->tick = (uint64_t)sl_pick_int(net, &root, "tick");
    slot->slot = (uint64_t)sl_pick_int(net, &root, "slot");
    slot->size = (uint64_t)sl_pick_int(net, &root, "size");
    slot->path.count = (uint32_t)sl_json_size(&path);
    bool good = sl_pick_hex32(net, slot->salt, &root, "salt") && sl_pick_hex32(net, slot->head.bytes, &root, "head") && slot->path.count <= SL_ROLLUP_K_MAX;
    for (uint32_t i = 0; good && i < slot->path.count; i++) {
      static const sl_json_member rule = {.kind = SL_JSON_HEX, .max = 32};
      sl_json_at element = sl_json_element(&path, i);
      sl_json_reader reader = {.arena = &net->arena};
      good = sl_json_value(&reader, slot->path.hash[i].bytes, &element, &rule) == SL_OK;
    }
    sl_buf_add_str(&slot->text, sl_net_text(&answer));
    if (!good || slot->text.error) exit = sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "NOT verified: the opening of the slot is malformed");
  }
  sl_net_drop(&answer);
  return exit;
}

sl_exit sl_slot_check(sl_net *net, const sl_slot *slot, const sl_log *own, const sl_log *rollup) {
  const char *why = NULL;
  sl_checkpoint then = own->checkpoint;
  sl_hash head;
  then.size = slot->size;
  if (slot->tick >= rollup->checkpoint.size) why = "the slot's tick is not in the roll-up";
  else if (slot->size > own->checkpoint.size || sl_tree_root(own->tree, &then.root, slot->size)) why = "the slot names a size that the log does not have";
  else if (sl_rollup_head(sl_sha256, &head, &then) || !sl_hash_equal(&head, &slot->head)) why = "the head in the slot is not the own log's";
  else if (slot->slot > UINT32_MAX || sl_rollup_check(sl_sha256, slot->salt, &slot->head, (uint32_t)slot->slot, rollup->tick[slot->tick].k, &slot->path, &rollup->tick[slot->tick].root))
    why = "the slot is not under its tick's root";
  return why ? sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "NOT verified: %s", why) : SL_EXIT_DONE;
}

/* Make every folder on the way to the file. */
static bool make_way(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    bool made = mkdir(path, 0755) == 0 || errno == EEXIST;
    *slash = '/';
    if (!made) return false;
  }
  return true;
}

static sl_exit write_part(sl_net *net, const char *folder, const char *name, sl_span bytes) {
  char path[SL_PATH_MAX];
  sl_fault fault = sl_fault_none();
  int size = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (size < 0 || (size_t)size >= sizeof path || !make_way(path)) return sl_cli_fail(net->cli, SL_EXIT_CANTCREAT, "%s: the folder cannot be made: %s", folder, strerror(errno));
  return sl_file_write(net->cli, path, bytes, &fault) ? sl_cli_fault(net->cli, path, &fault) : SL_EXIT_DONE;
}

static sl_exit export_tiles(sl_net *net, const sl_log *log, const char *folder) {
  sl_tile tile;
  sl_exit exit = SL_EXIT_DONE;
  for (uint64_t n = 0; !exit && sl_tile_nth(&tile, log->checkpoint.size, n) == SL_OK; n++) {
    sl_buf name, bytes;
    sl_buf_init(&name, 256);
    sl_buf_init(&bytes, 32 * SL_TILE_WIDTH);
    sl_tile_path_add(&name, &tile);
    sl_buf_add_u8(&name, 0);
    if (name.error || sl_tile_add(&bytes, log->tree, &tile, log->checkpoint.size)) exit = sl_cli_fail(net->cli, SL_EXIT_SOFTWARE, "a tile cannot be made");
    if (!exit) exit = write_part(net, folder, (const char *)name.data, sl_buf_span(&bytes));
    sl_buf_fini(&bytes);
    sl_buf_fini(&name);
  }
  return exit;
}

sl_exit sl_log_export(sl_net *net, const sl_log *log, const char *folder) {
  sl_buf vkey;
  sl_buf_init(&vkey, 512);
  sl_note_vkey_add(&vkey, log->checkpoint.origin, sl_sha256, net->profile.public_key);
  sl_buf_add_text(&vkey, "\n");
  sl_exit exit = vkey.error ? SL_EXIT_SOFTWARE : write_part(net, folder, "vkey", sl_buf_span(&vkey));
  sl_buf_fini(&vkey);
  if (!exit) exit = write_part(net, folder, "checkpoint", sl_buf_span(&log->note));
  if (!exit) exit = write_part(net, folder, "entries", sl_buf_span(&log->lines));
  return exit ? exit : export_tiles(net, log, folder);
}

static sl_exit export_all(sl_net *net, const char *folder, const sl_log *own, const sl_log *rollup, const sl_slot *slot, bool found) {
  char *party = sl_net_format(net, "%s/party", folder), *public = sl_net_format(net, "%s/rollup", folder);
  if (!party || !public) return sl_cli_fail(net->cli, SL_EXIT_CANTCREAT, "the folder's path is too long");
  sl_exit exit = sl_log_export(net, own, party);
  if (!exit) exit = sl_log_export(net, rollup, public);
  if (!exit && found) exit = write_part(net, folder, "slot.json", sl_buf_span(&slot->text));
  return exit;
}

static void print(sl_cli *cli, const sl_log *own, const sl_log *rollup, const sl_slot *slot, bool found, const uint64_t before[2]) {
  if (cli->json) {
    fprintf(cli->out, "{\"verified\":true,\"log\":{\"origin\":\"%s\",\"size\":%llu,\"held\":%llu},\"rollup\":{\"origin\":\"%s\",\"size\":%llu,\"held\":%llu},\"slot\":%s}\n",
            own->checkpoint.origin, (unsigned long long)own->checkpoint.size, (unsigned long long)before[0], rollup->checkpoint.origin,
            (unsigned long long)rollup->checkpoint.size, (unsigned long long)before[1], found ? "true" : "false");
    return;
  }
  const sl_log *log[2] = {own, rollup};
  for (int i = 0; i < 2; i++)
    fprintf(cli->out, "verified: %s: %llu entries, %llu tiles; grown from the %llu held before\n", log[i]->checkpoint.origin,
            (unsigned long long)log[i]->checkpoint.size, (unsigned long long)log[i]->tiles, (unsigned long long)before[i]);
  if (found) fprintf(cli->out, "verified: the own log of %llu entries stands under tick %llu of the roll-up\n", (unsigned long long)slot->size, (unsigned long long)slot->tick);
  else fprintf(cli->out, "no tick has passed since this party was enrolled: its slot is checked next time\n");
}

static sl_exit run(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_log own = {0}, rollup = {0};
  sl_slot slot = {0};
  bool found = false;
  uint64_t before[2];
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_slot_fetch(&slot, &found, &net);   /* first: both logs then reach at least to it */
  if (!exit) exit = sl_log_fetch(&own, &net, SL_LOG_OWN);
  if (!exit) exit = sl_log_fetch(&rollup, &net, SL_LOG_PUBLIC);
  if (!exit && found) exit = sl_slot_check(&net, &slot, &own, &rollup);
  if (!exit) exit = sl_log_grown(&before[0], &net, &own, "log.checkpoint");
  if (!exit) exit = sl_log_grown(&before[1], &net, &rollup, "rollup.checkpoint");
  const char *folder = sl_args_get(args, "against");
  if (!exit && folder) exit = export_all(&net, folder, &own, &rollup, &slot, found);
  if (!exit) print(cli, &own, &rollup, &slot, found, before);
  sl_log_close(&own);
  sl_log_close(&rollup);
  sl_buf_fini(&slot.text);
  sl_net_close(&net);
  return exit;
}

static const sl_option options[] = {
    {"against", 'a', "DIR", "write both logs there too, for tools/verify.py", false},
    SL_NET_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

const sl_verb sl_verb_log_verify = {
    .name = "log verify",
    .summary = "verify the own log and the roll-up, entry by entry",
    .operands = "",
    .example = "sideline log verify --profile blue-ops.profile --against logs",
    .details = "Checks the signatures of both checkpoints, every entry and tile, that nothing was\n"
               "rewritten since the last time, and that the own log stands in its slot of the newest\n"
               "tick. --against writes DIR/party, DIR/rollup and DIR/slot.json, which tools/verify.py\n"
               "checks independently.\n",
    .option = options,
    .run = run,
};
