/* Purpose: see the header. Work expected: some hundred plans a call. Representation:
 * drafts that point into the loads' arenas and into one of their own. */
#include "cli/filing.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"
#include "json/decode.h"
#include "seal/seal.h"

#define ARENA_MAX ((size_t)4 << 30)

/* What the options say; the same for every filing of a call. */
typedef struct choices {
  sl_draft draft;            /* without plan */
  bool given_state, given_class, given_priority, given_start, given_time;
  int64_t shift_ns;
  const char *only, *name_space;
} choices;

static sl_exit bad(sl_cli *cli, const char *option, const char *what) { return sl_cli_fail(cli, SL_EXIT_USAGE, "--%s: %s", option, what); }

/* One part of a freedom: "10min", "+2000ft", "-5min"; which is told by unit and place. */
static sl_err take_part(sl_freedom *out, const char *part, unsigned place, sl_fault *fault) {
  bool up = part[0] != '-', down = part[0] != '+';
  const char *text = part + (up != down);
  sl_dur time;
  sl_len length;
  int32_t feet = -1;
  if (place == 0) {
    sl_err err = sl_duration_read(&time, text, fault);
    if (err) return err;
    if (up) out->later = time;
    if (down) out->earlier = time;
    return SL_OK;
  }
  sl_err err = sl_length_read(&length, &feet, text, fault);
  if (err) return err;
  if (length.mm < 0) return sl_fault_set(fault, SL_ERR_RANGE, "a length below 0");
  if (place == 2) {
    out->aside = length;
    return SL_OK;
  }
  int64_t whole = length.mm * 10 / SL_TENTHS_PER_FT;
  if (feet < 0) feet = whole > SL_ALT_BARO_MAX_FT ? SL_ALT_BARO_MAX_FT : (int32_t)whole;
  if (up) out->up_w84 = length, out->up_ft = feet;
  if (down) out->down_w84 = length, out->down_ft = feet;
  return SL_OK;
}

static sl_exit take_freedom(choices *c, sl_cli *cli, const sl_args *args) {
  const char *text = sl_args_get(args, "freedom");
  if (!text) return SL_EXIT_DONE;
  sl_fault fault = sl_fault_none();
  for (unsigned place = 0;; place++) {
    char part[48];
    size_t size = strcspn(text, ",");
    if (place == 3 || size >= sizeof part) return bad(cli, "freedom", "write TIME,HEIGHT,ASIDE, as 10min,2000ft,5NM; parts from the end may be left out");
    memcpy(part, text, size);
    part[size] = '\0';
    if (part[0] && take_part(&c->draft.freedom, part, place, &fault)) return bad(cli, "freedom", fault.reason);
    if (!text[size]) break;
    text += size + 1;
  }
  c->draft.free = true;
  if (sl_args_has(args, "alternative")) return bad(cli, "freedom", "a plan has freedom or alternatives, not both");
  return SL_EXIT_DONE;
}

static sl_exit take_words(choices *c, sl_cli *cli, const sl_args *args) {
  const char *text;
  if ((text = sl_args_get(args, "state"))) {
    if (sl_intent_state_read(&c->draft.state, text) || c->draft.state == SL_INTENT_ENDED)
      return bad(cli, "state", "Accepted, Activated, Nonconforming or Contingent (an intent ends with sideline end)");
    c->given_state = true;
  }
  if ((text = sl_args_get(args, "class"))) {
    if (sl_class_read(&c->draft.declared, sl_str_from(text)) || !c->draft.declared) return bad(cli, "class", "crewed, drone, reservation or hazard");
    c->given_class = true;
  }
  if ((text = sl_args_get(args, "if-conflict"))) {
    if (strcmp(text, "stand") != 0 && strcmp(text, "pending") != 0) return bad(cli, "if-conflict", "stand or pending");
    c->draft.pending_if_refused = text[0] == 'p';
  }
  if ((text = sl_args_get(args, "priority"))) {
    static const char *const words[] = {"others", "site", "medical", "contingency"};
    uint8_t at = 0;
    while (at < 4 && strcmp(words[at], text) != 0) at++;
    if (at == 4) return bad(cli, "priority", "others, site, medical or contingency");
    c->draft.priority = at;
    c->given_priority = true;
  }
  c->draft.exercise = sl_args_has(args, "exercise");
  return SL_EXIT_DONE;
}

static sl_exit take_times(choices *c, sl_cli *cli, const sl_args *args) {
  sl_fault fault = sl_fault_none();
  const char *text;
  if ((text = sl_args_get(args, "start-tolerance"))) {
    if (sl_duration_read(&c->draft.start_tolerance, text, &fault)) return bad(cli, "start-tolerance", fault.reason);
    c->given_start = true;
  }
  if ((text = sl_args_get(args, "time-tolerance"))) {
    if (sl_duration_read(&c->draft.time_tolerance, text, &fault)) return bad(cli, "time-tolerance", fault.reason);
    c->given_time = true;
  }
  int64_t days = 0;
  if ((text = sl_args_get(args, "shift-days")) && (sl_int_read(&days, sl_str_from(text)) || days < -100000 || days > 100000))
    return bad(cli, "shift-days", "a whole number of days, as 1 or -3");
  c->shift_ns = days * 24 * SL_NS_PER_H;
  return SL_EXIT_DONE;
}

/* "sideline-id-v1", the namespace and the name, each ended by a zero byte. */
static void draw_id(char out[static 37], const char *name_space, const char *name) {
  uint8_t digest[32];
  sl_uuid id;
  sl_span parts[] = {{(const uint8_t *)"sideline-id-v1", sizeof "sideline-id-v1"}, {(const uint8_t *)name_space, strlen(name_space) + 1},
                     {(const uint8_t *)name, strlen(name) + 1}};
  sl_sha256(digest, parts, 3);
  memcpy(id.bytes, digest, 16);
  id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
  sl_uuid_text(out, &id);
}

static sl_filing *add(sl_filings *filings, const choices *c, const char *name) {
  if (filings->count == filings->room) {
    uint32_t room = filings->room ? filings->room * 2 : 64;
    sl_filing *grown = room <= 2 * SL_FILINGS_MAX ? realloc(filings->item, room * sizeof *grown) : NULL;
    if (!grown) return NULL;
    filings->item = grown;
    filings->room = room;
  }
  sl_filing *item = &filings->item[filings->count++];
  *item = (sl_filing){.name = name, .draft = c->draft};
  draw_id(item->id, c->name_space, name);
  return item;
}

static void shift_time(sl_time *time, int64_t ns) { time->ns += ns; }

/* The plan with its times moved; what does not change is shared. False: no memory. */
static bool shift_plan(sl_plan *plan, sl_arena *arena, int64_t ns) {
  if (ns == 0) return true;
  sl_object *object = SL_ARENA_TAKE(arena, plan->count, sl_object);
  if (!object) return false;
  for (uint32_t i = 0; i < plan->count; i++) {
    object[i] = plan->object[i];
    if (object[i].kind == SL_OBJECT_VOLUME) {
      shift_time(&object[i].as.volume.window.start, ns);
      shift_time(&object[i].as.volume.window.end, ns);
      continue;
    }
    sl_trajectory *track = &object[i].as.trajectory;
    sl_fix *fix = SL_ARENA_TAKE(arena, track->count, sl_fix);
    if (!fix) return false;
    memcpy(fix, track->fix, track->count * sizeof *fix);
    for (uint32_t k = 0; k < track->count; k++) shift_time(&fix[k].time, ns);
    track->fix = fix;
  }
  plan->object = object;
  return true;
}

/* The plan of all records of a name; NULL object: there is none. */
static sl_exit plan_of(sl_plan *out, sl_filings *filings, const sl_load *load, uint32_t name, int64_t shift_ns) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < load->record_count; i++)
    if (load->record[i].name == name) count += load->record[i].resolved.count;
  *out = (sl_plan){0};
  if (count == 0) return SL_EXIT_DONE;
  const char *text = load->name[name].data;
  if (count > SL_OBJECTS_MAX) return sl_cli_fail(load->cli, SL_EXIT_DATA, "%s: more than %u volumes in one plan", text, SL_OBJECTS_MAX);
  sl_object *object = SL_ARENA_TAKE(&filings->arena, (size_t)count, sl_object);
  if (!object) return sl_cli_fail(load->cli, SL_EXIT_OSERR, "out of memory");
  for (uint32_t i = 0; i < load->record_count; i++) {
    const sl_resolved *from = &load->record[i].resolved;
    if (load->record[i].name != name) continue;
    if (!from->whole) return sl_cli_fail(load->cli, SL_EXIT_DATA, "%s: one limit in pressure altitude and one not cannot be filed; give --pressure LOW,HIGH", text);
    for (uint32_t w = 0; w < from->count; w++) object[out->count++] = from->object[w * from->views];
  }
  for (uint32_t i = 0; i < out->count; i++)
    if (object[i].kind == SL_OBJECT_VOLUME && object[i].as.volume.band.ref == SL_ALT_COLUMN)
      return sl_cli_fail(load->cli, SL_EXIT_DATA, "%s: a plan needs altitudes; say what unstated ones mean with --unstated", text);
  out->object = object;
  return shift_plan(out, &filings->arena, shift_ns) ? SL_EXIT_DONE : sl_cli_fail(load->cli, SL_EXIT_OSERR, "out of memory");
}

/* What stands under the same name in the files of alternatives. */
static sl_exit alternatives_of(sl_filing *item, sl_filings *filings, sl_str name, int64_t shift_ns) {
  for (uint32_t k = 1; k < filings->loads; k++) {
    const sl_load *load = &filings->load[k];
    for (uint32_t n = 0; n < load->name_count; n++) {
      if (!sl_str_equal(load->name[n], name)) continue;
      sl_plan plan;
      sl_exit exit = plan_of(&plan, filings, load, n, shift_ns);
      if (exit) return exit;
      if (plan.count) item->draft.alternative[item->draft.alternative_count++] = plan;
    }
  }
  return SL_EXIT_DONE;
}

static sl_exit add_records(sl_filings *filings, sl_cli *cli, const choices *c) {
  const sl_load *load = &filings->load[0];
  for (uint32_t n = 0; n < load->name_count; n++) {
    sl_plan plan;
    sl_exit exit = plan_of(&plan, filings, load, n, c->shift_ns);
    if (exit) return exit;
    if (plan.count == 0) continue;
    sl_filing *item = add(filings, c, load->name[n].data);
    if (!item) return sl_cli_fail(cli, SL_EXIT_OSERR, "more than %u plans, or out of memory", SL_FILINGS_MAX);
    item->draft.plan = plan;
    exit = alternatives_of(item, filings, load->name[n], c->shift_ns);
    if (exit) return exit;
  }
  return SL_EXIT_DONE;
}

/* Native intents get theirs once the files of alternatives are read. */
static sl_exit alternatives_of_natives(sl_filings *filings, sl_cli *cli, const choices *c) {
  for (uint32_t i = 0; i < filings->count; i++) {
    sl_filing *item = &filings->item[i];
    if (!item->native) continue;
    bool own = item->draft.free || item->draft.alternative_count > 0;
    if (own && filings->loads > 1) return sl_cli_fail(cli, SL_EXIT_DATA, "%s: the plan states freedom or alternatives of its own: leave --alternative out", item->name);
    sl_exit exit = alternatives_of(item, filings, sl_str_from(item->name), c->shift_ns);
    if (exit) return exit;
  }
  return SL_EXIT_DONE;
}

/* An alternative for a plan that is not there is a mistake in a name. */
static sl_exit alternatives_used(const sl_filings *filings, sl_cli *cli) {
  for (uint32_t k = 1; k < filings->loads; k++) {
    const sl_load *load = &filings->load[k];
    for (uint32_t n = 0; n < load->name_count; n++) {
      uint32_t i = 0;
      while (i < filings->count && !sl_str_is(load->name[n], filings->item[i].name)) i++;
      if (i == filings->count)
        return sl_cli_fail(cli, SL_EXIT_DATA, "%s: %s is an alternative of no plan submitted here: names must be the same", load->file[load->name_file[n]].path, load->name[n].data);
    }
  }
  return SL_EXIT_DONE;
}

/* Options that were given go over what the file says. */
static void override(sl_draft *draft, const choices *c) {
  if (c->given_state) draft->state = c->draft.state;
  if (c->given_class) draft->declared = c->draft.declared;
  if (c->given_priority) draft->priority = c->draft.priority;
  if (c->given_start) draft->start_tolerance = c->draft.start_tolerance;
  if (c->given_time) draft->time_tolerance = c->draft.time_tolerance;
  if (c->draft.exercise) draft->exercise = true;
  if (c->draft.pending_if_refused) draft->pending_if_refused = true;
  if (c->draft.free) {
    draft->free = true;
    draft->freedom = c->draft.freedom;
  }
}

/* relief/north-1.json is named north-1. */
static const char *name_of_path(sl_arena *arena, const char *path) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  const char *dot = strrchr(base, '.');
  return sl_arena_text(arena, (sl_str){base, dot && dot != base ? (size_t)(dot - base) : strlen(base)});
}

static bool looks_native(sl_span text) {
  size_t at = 0;
  while (at < text.size && (text.data[at] <= ' ')) at++;
  if (at == text.size || text.data[at] != '{') return false;
  sl_json *json = NULL;
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  if (sl_json_parse(&json, text, &caps, NULL)) return false;
  sl_json_at root = sl_json_root(json);
  bool native = sl_json_find(&root, "state").value && sl_json_find(&root, "plan").value;
  sl_json_free(json);
  return native;
}

/* *taken: it was a native intent. */
static sl_exit try_native(bool *taken, sl_filings *filings, sl_cli *cli, const choices *c, const char *path) {
  sl_buf text;
  sl_fault fault = sl_fault_none();
  *taken = false;
  if (strcmp(path, "-") == 0 || sl_file_read(&text, path, SL_DRAFT_BODY_MAX, NULL)) return SL_EXIT_DONE;
  sl_exit exit = SL_EXIT_DONE;
  if (looks_native(sl_buf_span(&text))) {
    *taken = true;
    sl_draft draft;
    const char *name = name_of_path(&filings->arena, path);
    if (sl_draft_read(&draft, &filings->arena, sl_buf_span(&text), (sl_time){0}, &fault)) exit = sl_cli_fault(cli, path, &fault);
    if (!exit && c->draft.free && draft.alternative_count > 0)
      exit = sl_cli_fail(cli, SL_EXIT_DATA, "%s: the plan states alternatives of its own: leave --freedom out", path);
    bool good = !exit && name && shift_plan(&draft.plan, &filings->arena, c->shift_ns);
    for (uint32_t i = 0; good && i < draft.alternative_count; i++) good = shift_plan(&draft.alternative[i], &filings->arena, c->shift_ns);
    sl_filing *item = good ? add(filings, c, name) : NULL;
    if (item) {
      item->native = true;
      item->draft = draft;
      override(&item->draft, c);
    } else if (!exit) {
      exit = sl_cli_fail(cli, SL_EXIT_OSERR, "out of memory");
    }
  }
  sl_buf_fini(&text);
  return exit;
}

static bool wanted(void *context, sl_str name) {
  const char *prefix = context;
  size_t size = strlen(prefix);
  return name.size >= size && memcmp(name.data, prefix, size) == 0;
}

static sl_exit open_load(sl_filings *filings, sl_cli *cli, const sl_args *args, const char *only, sl_load **out) {
  sl_load *load = &filings->load[filings->loads++];
  sl_exit exit = sl_load_open(load, cli, args);
  if (only) {
    load->want = wanted;
    load->want_context = (void *)(uintptr_t)only;
  }
  *out = load;
  return exit;
}

sl_exit sl_filings_make(sl_filings *out, sl_cli *cli, const sl_args *args, const char *name_space) {
  SL_ASSERT(out && cli && args && name_space);
  *out = (sl_filings){0};
  sl_arena_init(&out->arena, ARENA_MAX);
  const char *given = sl_args_get(args, "namespace"), *path;
  choices c = {.only = sl_args_get(args, "only"), .name_space = given ? given : name_space};
  c.draft.version = 1;
  c.draft.state = SL_INTENT_ACCEPTED;
  c.draft.start_tolerance.ns = 5 * SL_NS_PER_MIN;
  sl_exit exit = take_words(&c, cli, args);
  if (!exit) exit = take_times(&c, cli, args);
  if (!exit) exit = take_freedom(&c, cli, args);
  sl_load *load = NULL;
  if (!exit) exit = open_load(out, cli, args, c.only, &load);
  for (size_t i = 0; !exit && i < args->operand_count; i++) {
    bool taken;
    exit = try_native(&taken, out, cli, &c, args->operand[i]);
    if (!exit && !taken) exit = sl_load_file(load, args->operand[i]);
  }
  for (uint32_t i = 0; !exit && (path = sl_args_nth(args, "alternative", i)); i++) {
    if (out->loads > SL_ALTERNATIVES_MAX) return bad(cli, "alternative", "at most 7 beside the plan itself");
    exit = open_load(out, cli, args, c.only, &load);
    if (!exit) exit = sl_load_file(load, path);
  }
  if (!exit) exit = alternatives_of_natives(out, cli, &c);
  if (!exit) exit = add_records(out, cli, &c);
  if (!exit) exit = alternatives_used(out, cli);
  if (!exit && out->count == 0) exit = sl_cli_fail(cli, SL_EXIT_DATA, c.only ? "no record has a name that begins with %s" : "there is nothing to submit", c.only);
  return exit;
}

void sl_filings_close(sl_filings *filings) {
  if (!filings) return;
  for (uint32_t i = 0; i < filings->loads; i++) sl_load_close(&filings->load[i]);
  sl_arena_fini(&filings->arena);
  free(filings->item);
  *filings = (sl_filings){0};
}
