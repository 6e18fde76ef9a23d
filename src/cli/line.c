/* Purpose: `sideline line suspend|resume|answer` and `sideline heartbeat`: the duty
 * officer's words on a line (L28), and that this side is there (L6, L8). Work expected:
 * one a minute. Representation: the newest checkpoint of the roll-up that verified is
 * kept in the state folder and sent along. */
#include <time.h>

#include "base/assert.h"
#include "base/text.h"
#include "case/agreement.h"
#include "cli/log.h"
#include "cli/receipt.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "wire/body.h"

static sl_exit run_line(sl_cli *cli, const sl_args *args, const char *word) {
  sl_net net;
  sl_net_answer answer = {0};
  char target[64];
  const char *line = args->operand[0];
  if (!sl_name_good(sl_str_from(line))) return sl_cli_fail(cli, SL_EXIT_USAGE, "a line's name is 1 to 24 of a-z, 0-9 and -, a letter first");
  (void)snprintf(target, sizeof target, "/v1/line/%s/%s", line, word);
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit) exit = sl_net_call(&net, &answer, "POST", target, (sl_span){(const uint8_t *)"{}", 2}, (sl_dur){0});
  if (!exit) exit = sl_receipt_keep(&net, &answer);
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    if (cli->json) sl_net_print(&net, &answer);
    else fprintf(cli->out, "%s %s\n", sl_pick_text(&net, &root, "line"), sl_pick_text(&net, &root, "state"));
  }
  sl_net_drop(&answer);
  sl_net_close(&net);
  return exit;
}

static sl_exit run_suspend(sl_cli *cli, const sl_args *args) { return run_line(cli, args, "suspend"); }
static sl_exit run_resume(sl_cli *cli, const sl_args *args) { return run_line(cli, args, "resume"); }
static sl_exit run_answer(sl_cli *cli, const sl_args *args) { return run_line(cli, args, "answer"); }

/* The newest roll-up that this side holds, as text; empty: none yet. */
static void held_note(sl_net *net, sl_buf *note, sl_checkpoint *held) {
  *held = (sl_checkpoint){0};
  if (!sl_state_read(net, note, "rollup.checkpoint", SL_CHECKPOINT_MAX)) return;
  if (!net->profile.has_vkey) return;
  sl_str text = sl_buf_str(note);
  if (sl_checkpoint_open(held, text, sl_sha256, sl_ed25519_verify, net->profile.public_key, NULL)) *held = (sl_checkpoint){0};
}

/* Keep the newer checkpoint; one that is older, or does not continue the one held, is told and not kept. */
static sl_exit take_note(sl_net *net, const sl_checkpoint *held, const char *note) {
  sl_checkpoint now;
  sl_fault fault = sl_fault_none();
  if (!net->profile.has_vkey) return SL_EXIT_DONE;
  if (sl_checkpoint_open(&now, sl_str_from(note), sl_sha256, sl_ed25519_verify, net->profile.public_key, &fault))
    return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the roll-up's checkpoint does not verify: %s", fault.reason);
  if (held->size > now.size) return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the roll-up went back from %llu to %llu ticks: the store was restored or replaced; the one held is kept and was told (--restored, once both sides know)", (unsigned long long)held->size, (unsigned long long)now.size);
  if (now.size > SL_TREE_CAP_MAX) return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the roll-up's checkpoint names an impossible size");
  sl_exit exit = sl_log_follows(net, held, &now);
  if (exit) return exit;
  return sl_state_write(net, "rollup.checkpoint", sl_str_bytes(sl_str_from(note)));
}

static void print_beat(sl_net *net, const sl_json_at *root) {
  sl_json_at lines = sl_json_find(root, "lines");
  fprintf(net->cli->out, "%s  clock %s, %lld ms off", sl_pick_text(net, root, "received"), sl_pick_text(net, root, "clock"), (long long)sl_pick_int(net, root, "offset_ms"));
  for (size_t i = 0; i < sl_json_size(&lines); i++) {
    sl_json_at line = sl_json_element(&lines, i);
    fprintf(net->cli->out, "; %s %s", sl_pick_text(net, &line, "line"), sl_pick_text(net, &line, "state"));
  }
  int64_t unseen = sl_pick_int(net, root, "unacknowledged");
  if (unseen > 0) fprintf(net->cli->out, "; %lld to acknowledge", (long long)unseen);
  fprintf(net->cli->out, "\n");
}

/* L8: both sides know of a restore. What was held is evidence and stays, beside what begins anew. */
static sl_exit begin_anew(sl_net *net) {
  sl_buf note;
  sl_checkpoint held;
  char name[64];
  held_note(net, &note, &held);
  (void)snprintf(name, sizeof name, "rollup.before-%llu", (unsigned long long)held.size);
  sl_exit exit = held.size ? sl_state_write(net, name, sl_buf_span(&note)) : SL_EXIT_DONE;
  if (!exit && held.size) exit = sl_state_write(net, "rollup.checkpoint", (sl_span){0});
  sl_buf_fini(&note);
  return exit;
}

static sl_exit beat(sl_net *net) {
  sl_buf note, body;
  sl_checkpoint held;
  sl_net_answer answer = {0};
  held_note(net, &note, &held);
  sl_buf_init(&body, SL_SMALL_BODY_MAX);
  sl_heartbeat_body heartbeat = {.time = sl_wall_now(), .checkpoint = held.size ? sl_buf_str(&note) : (sl_str){0}};
  sl_heartbeat_body_add(&body, &heartbeat);
  sl_exit exit = sl_net_call(net, &answer, "POST", "/v1/heartbeat", sl_buf_span(&body), (sl_dur){0});
  if (!exit && answer.json) {
    sl_json_at root = sl_json_root(answer.json);
    if (net->cli->json) sl_net_print(net, &answer);
    else print_beat(net, &root);
    (void)fflush(net->cli->out);
    exit = take_note(net, &held, sl_pick_text(net, &root, "checkpoint"));
  }
  sl_net_drop(&answer);
  sl_buf_fini(&body);
  sl_buf_fini(&note);
  return exit;
}

static sl_exit run_heartbeat(sl_cli *cli, const sl_args *args) {
  sl_net net;
  sl_dur every = {0};
  sl_fault fault = sl_fault_none();
  const char *text = sl_args_get(args, "every");
  if (text && (sl_duration_read(&every, text, &fault) || every.ns < SL_NS_PER_S)) return sl_cli_fail(cli, SL_EXIT_USAGE, "--every: %s", fault.code ? fault.reason : "at least 1s");
  sl_exit exit = sl_net_open(&net, cli, args, true);
  if (!exit && sl_args_has(args, "restored")) exit = begin_anew(&net);
  if (!exit) exit = beat(&net);
  while (every.ns && exit != SL_EXIT_CONFIG && exit != SL_EXIT_NOPERM && exit != SL_EXIT_PROTOCOL) {
    struct timespec rest = {.tv_sec = (time_t)(every.ns / SL_NS_PER_S), .tv_nsec = (long)(every.ns % SL_NS_PER_S)};
    (void)nanosleep(&rest, NULL);
    sl_arena_fini(&net.arena);
    exit = beat(&net);
  }
  sl_net_close(&net);
  return exit;
}

static const sl_option line_options[] = {SL_NET_OPTIONS, {NULL, 0, NULL, NULL, false}};
static const sl_option heartbeat_options[] = {
    {"every", 'e', "DURATION", "go on, one in each; stops when refused", false},
    {"restored", 0, NULL, "after a restore that both sides know of: begin anew with the roll-up that is there", false},
    SL_NET_OPTIONS,
    {NULL, 0, NULL, NULL, false},
};

#define LINE_VERB(word_, summary_) \
  {.name = "line " #word_, .summary = summary_, .operands = "LINE", .example = "sideline line " #word_ " --profile blue-duty.profile north", \
   .option = line_options, .operands_min = 1, .operands_max = 1, .run = run_##word_}

const sl_verb sl_verb_line_suspend = LINE_VERB(suspend, "suspend a line by one's own side's word: nothing on it reads CLEAR");
const sl_verb sl_verb_line_resume = LINE_VERB(resume, "take a suspension back");
const sl_verb sl_verb_line_answer = LINE_VERB(answer, "answer as duty officer after a line went DEGRADED");
const sl_verb sl_verb_heartbeat = {
    .name = "heartbeat",
    .summary = "say that this side is there, and which roll-up it holds",
    .operands = "",
    .example = "sideline heartbeat --profile blue-ops.profile --every 30s",
    .details = "The newest checkpoint that verified is kept and sent along: an intermediary that was\n"
               "restored from an older copy finds out from it. --restored keeps what was held as\n"
               "rollup.before-SIZE: it is evidence.\n",
    .option = heartbeat_options,
    .run = run_heartbeat,
};
