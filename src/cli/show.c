/* Purpose: see the header. Work expected: some hundred rows. Representation: none;
 * positions are rounded outward to 4 decimals, altitudes to whole metres or feet. */
#include "cli/show.h"

#include "base/assert.h"
#include "base/text.h"

sl_exit sl_exit_of_verdict(const char *verdict) {
  if (strcmp(verdict, "CLEAR") == 0) return SL_EXIT_DONE;
  return strcmp(verdict, "CONFLICT") == 0 ? SL_EXIT_CONFLICT : SL_EXIT_UNDECIDED;
}

sl_exit sl_exit_worse(sl_exit a, sl_exit b) {
  if (a >= SL_EXIT_USAGE || b >= SL_EXIT_USAGE) return a >= SL_EXIT_USAGE ? a : b;
  if (a == SL_EXIT_CONFLICT || b == SL_EXIT_CONFLICT) return SL_EXIT_CONFLICT;
  return a > b ? a : b;
}

static int64_t divide_down(int64_t value, int64_t by) { return value / by - (value % by < 0); }
static int64_t divide_up(int64_t value, int64_t by) { return value / by + (value % by > 0); }

/* Nanodegrees, as degrees with four decimals. */
static void print_degrees(FILE *out, int64_t nd, bool up) {
  int64_t tenth_milli = up ? divide_up(nd, 100000) : divide_down(nd, 100000);
  int64_t size = tenth_milli < 0 ? -tenth_milli : tenth_milli;
  fprintf(out, "%s%lld.%04lld", tenth_milli < 0 ? "-" : "", (long long)(size / 10000), (long long)(size % 10000));
}

static void print_span(sl_net *net, const sl_json_at *granule, const char *low, const char *high) {
  print_degrees(net->cli->out, sl_pick_decimal(net, granule, low, 9), false);
  fprintf(net->cli->out, "..");
  print_degrees(net->cli->out, sl_pick_decimal(net, granule, high, 9), true);
  fprintf(net->cli->out, " ");
}

static void print_granule(sl_net *net, const sl_json_at *granule) {
  FILE *out = net->cli->out;
  fprintf(out, "    in ");
  print_span(net, granule, "south", "north");
  print_span(net, granule, "west", "east");
  sl_json_at lower = sl_json_find(granule, "altitude_lower"), upper = sl_json_find(granule, "altitude_upper");
  if (lower.value && upper.value) {
    bool feet = strcmp(sl_pick_text(net, &lower, "units"), "FT") == 0;
    int64_t bottom = divide_down(sl_pick_decimal(net, &lower, "value", 3), 1000), top = divide_up(sl_pick_decimal(net, &upper, "value", 3), 1000);
    fprintf(out, "%lld..%lld%s ", (long long)bottom, (long long)top, feet ? "ft" : "m");
  } else {
    fprintf(out, "every-altitude ");
  }
  fprintf(out, "%s..%s\n", sl_pick_text(net, granule, "time_start"), sl_pick_text(net, granule, "time_end"));
}

static void print_granules(sl_net *net, const sl_json_at *verdict) {
  sl_json_at list = sl_json_find(verdict, "granules");
  if (sl_pick_bool(net, verdict, "all_granules")) fprintf(net->cli->out, "    everywhere in the plan:\n");
  for (size_t i = 0; i < sl_json_size(&list); i++) {
    sl_json_at granule = sl_json_element(&list, i);
    print_granule(net, &granule);
  }
}

void sl_show_intent_heading(sl_cli *cli) {
  fprintf(cli->out, "%-24s %3s  %-13s %-9s  %-26s %s\n", "INTENT", "VER", "STATE", "VERDICT", "LEASE OR REASON", "CASE");
}

/* What stands behind the verdict: how long a CLEAR holds, or why it is undecided. */
static const char *lease_or_reason(sl_net *net, const sl_json_at *verdict, const char *word) {
  if (strcmp(word, "CLEAR") == 0) return sl_net_format(net, "until %.19sZ", sl_pick_text(net, verdict, "valid_until"));
  const char *reason = sl_pick_text(net, verdict, "reason");
  return reason[0] ? reason : "-";
}

sl_exit sl_show_intent(sl_net *net, const char *name, const sl_json_at *intent, bool granules) {
  SL_ASSERT(net && name && intent);
  sl_json_at verdict = sl_json_find(intent, "verdict"), incident = sl_json_find(intent, "case");
  bool judged = sl_json_is_object(&verdict);
  const char *word = judged ? sl_pick_text(net, &verdict, "verdict") : "-";
  const char *behind = judged ? lease_or_reason(net, &verdict, word) : "-";
  const char *state = sl_json_is_object(&incident) ? sl_pick_text(net, &incident, "state") : "-";
  fprintf(net->cli->out, "%-24s %3lld  %-13s %-9s  %-26s %s\n", name, (long long)sl_pick_int(net, intent, "version"),
          sl_pick_text(net, intent, "state"), word, behind ? behind : "-", state);
  if (granules && judged && strcmp(word, "CLEAR") != 0) print_granules(net, &verdict);
  return judged ? sl_exit_of_verdict(word) : SL_EXIT_DONE;
}

void sl_show_case_heading(sl_cli *cli) {
  fprintf(cli->out, "%-24s %-36s  %-10s  %s\n", "INTENT", "CASE", "STATE", "PROPOSAL");
}

void sl_show_case(sl_net *net, const char *name, const sl_json_at *incident, const char *what) {
  sl_json_at proposal = sl_json_find(incident, "proposal");
  fprintf(net->cli->out, "%-24s %-36s  %-10s", name, sl_pick_text(net, incident, "id"), sl_pick_text(net, incident, "state"));
  if (sl_json_is_object(&proposal)) {
    const char *answer = sl_pick_text(net, incident, "answer");
    fprintf(net->cli->out, "  alternative %lld%s%s, answer by %s%s%s", (long long)sl_pick_int(net, &proposal, "alternative"), what[0] ? ": " : "", what,
            sl_pick_text(net, &proposal, "expires"), answer[0] ? "; answered: " : "", answer);
  }
  const char *by = sl_pick_text(net, incident, "acknowledge_by");
  if (by[0]) fprintf(net->cli->out, "  acknowledge by %s", by);
  fprintf(net->cli->out, "\n");
}

void sl_show_event(sl_net *net, const sl_json_at *event) {
  FILE *out = net->cli->out;
  const char *type = sl_pick_text(net, event, "type");
  fprintf(out, "%6lld  %.19sZ  %-10s ", (long long)sl_pick_int(net, event, "seq"), sl_pick_text(net, event, "at"), type);
  sl_json_at verdict = sl_json_find(event, "verdict"), incident = sl_json_find(event, "case");
  if (sl_json_is_object(&verdict)) {
    const char *word = sl_pick_text(net, &verdict, "verdict"), *behind = lease_or_reason(net, &verdict, word);
    fprintf(out, "%s version %lld: %s, %s\n", sl_names_of(net, sl_pick_text(net, event, "intent")),
            (long long)sl_pick_int(net, event, "version"), word, behind && strcmp(behind, "-") != 0 ? behind : sl_pick_text(net, &verdict, "text"));
    if (strcmp(word, "CLEAR") != 0) print_granules(net, &verdict);
    return;
  }
  if (sl_json_is_object(&incident)) {
    sl_json_at proposal = sl_json_find(&incident, "proposal");
    fprintf(out, "%s: case %s", sl_names_of(net, sl_pick_text(net, &incident, "intent")), sl_pick_text(net, &incident, "state"));
    if (sl_json_is_object(&proposal))
      fprintf(out, ", alternative %lld until %s", (long long)sl_pick_int(net, &proposal, "alternative"), sl_pick_text(net, &proposal, "expires"));
    const char *by = sl_pick_text(net, &incident, "acknowledge_by");
    fprintf(out, "%s%s\n", by[0] ? ", acknowledge by " : "", by);
    return;
  }
  const char *line = sl_pick_text(net, event, "line"), *state = sl_pick_text(net, event, "state"), *status = sl_pick_text(net, event, "status");
  const char *band = sl_pick_text(net, event, "band");
  fprintf(out, "%s%s%s%s%s%s\n", line, line[0] && (state[0] || status[0]) ? " " : "", state, status, band[0] ? "asked by the other side: " : "", band);
}
