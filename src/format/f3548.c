/* Purpose: ASTM F3548-21 JSON as its clients write and answer it:
 *   {"operational_intent": {"reference", "details"}}, {"constraint": {...}}
 *   {"reference": {...}, "details": {"volumes": [...], "off_nominal_volumes": [...]}}
 *   {"operational_intents": [...]}, {"constraints": [...]}, or an array of any of them
 *   details alone: {"volumes": [...]}; and the native plan: {"plan": {"volumes", "trajectories"}}
 * A reference without details names a window and no place: refused, saying so.
 * Work expected: lists of any length, one intent at a time. Representation: each
 * element goes through src/json, whose reader of volumes is the one of the wire. */
#include <stdio.h>

#include "base/assert.h"
#include "format/reading.h"
#include "format/zones.h"
#include "json/plan.h"

static const sl_json_caps caps = {.size = SL_RECORD_BYTES_MAX, .depth = 32, .digits = 64, .string = 16384, .values = 1000000};

/* An intent in hand. */
typedef struct intent {
  sl_reading *reading;
  const sl_json_reader *json;
  sl_str name, kind;
  uint32_t line;
} intent;

static sl_height height_of(const sl_band *band, bool upper) {
  switch (band->ref) {
    case SL_ALT_W84:
      return (sl_height){SL_DATUM_ELLIPSOID, (upper ? band->as.w84.upper.mm : band->as.w84.lower.mm) * 10};
    case SL_ALT_BARO:
      return (sl_height){SL_DATUM_PRESSURE, (upper ? band->as.baro.upper.ft : band->as.baro.lower.ft) * SL_TENTHS_PER_FT};
    default:
      return (sl_height){SL_DATUM_UNLIMITED, 0};
  }
}

static sl_err volume_record(const intent *in, const sl_volume *volume) {
  sl_record record = {.format = SL_FORMAT_F3548, .line = in->line, .name = in->name, .kind = in->kind, .form = SL_RECORD_AREA};
  record.shape = volume->shape;
  record.lower = height_of(&volume->band, false);
  record.upper = height_of(&volume->band, true);
  record.window = &volume->window;
  record.window_count = 1;
  return sl_reading_hand_over_part(in->reading, &record);
}

static sl_err track_record(const intent *in, const sl_trajectory *track) {
  sl_track_fix *fix = SL_ARENA_TAKE(&in->reading->arena, track->count, sl_track_fix);
  if (!fix) return sl_fault_set(in->reading->fault, SL_ERR_NOMEM, "out of memory for one record");
  bool baro = track->ref == SL_ALT_BARO;
  for (uint32_t i = 0; i < track->count; i++) {
    int64_t tenths = baro ? track->fix[i].alt.baro.ft * SL_TENTHS_PER_FT : track->fix[i].alt.w84.mm * 10;
    fix[i] = (sl_track_fix){track->fix[i].pos, tenths, track->fix[i].time};
  }
  sl_record record = {.format = SL_FORMAT_F3548, .line = in->line, .name = in->name, .kind = in->kind, .form = SL_RECORD_TRACK};
  record.fix = fix;
  record.fix_count = track->count;
  record.fix_datum = baro ? SL_DATUM_PRESSURE : SL_DATUM_ELLIPSOID;
  record.lateral = track->lateral;
  record.vertical_tenths = baro ? track->vertical.baro_ft * SL_TENTHS_PER_FT : track->vertical.w84.mm * 10;
  record.along = track->along;
  return sl_reading_hand_over_part(in->reading, &record);
}

/* The volumes of one intent are one thing also where it has no id. */
static sl_err name_by_place(intent *in) {
  char text[48];
  const sl_summary *summary = in->reading->summary;
  if (in->name.size) return SL_OK;
  (void)snprintf(text, sizeof text, "record %u, line %u", summary->records + summary->refused + 1, in->line);
  in->name = sl_reading_copy(in->reading, sl_str_from(text));
  if (!in->name.data) return sl_fault_set(in->reading->fault, SL_ERR_NOMEM, "out of memory for one record");
  sl_reading_note(in->reading, SL_NOTE_ASSUMED, "has no name: named after its place in the file");
  return SL_OK;
}

static sl_err plan_records(const intent *in, const sl_plan *plan) {
  uint32_t refused = in->reading->summary->refused;
  for (uint32_t i = 0; i < plan->count; i++) {
    const sl_object *object = &plan->object[i];
    sl_err error = object->kind == SL_OBJECT_VOLUME ? volume_record(in, &object->as.volume) : track_record(in, &object->as.trajectory);
    if (error) return error;
    if (in->reading->summary->refused != refused) return SL_OK;  /* the arena is empty now */
  }
  return SL_OK;
}

/* The text of a member, copied into the arena; empty when it is not there. */
static sl_str member_text(const intent *in, const sl_json_at *object, const char *key) {
  sl_json_at at = sl_json_find(object, key);
  sl_str text = {NULL, 0};
  static const sl_json_member rule = {.kind = SL_JSON_TEXT, .min = 0, .max = 256};
  sl_fault unused = sl_fault_none();
  sl_json_reader reader = {.arena = in->json->arena, .fault = &unused};
  if (!at.value || sl_json_value(&reader, &text, &at, &rule)) return (sl_str){NULL, 0};
  return text;
}

/* The volumes of one member, when it is there and not empty. */
static sl_err read_volumes(sl_plan *out, bool *any, const intent *in, const sl_json_at *details, const char *key, unsigned flags) {
  sl_json_at at = sl_json_find(details, key);
  if (!at.value || (sl_json_is_array(&at) && sl_json_size(&at) == 0)) return SL_OK;
  *any = true;
  return sl_volumes_read(in->json, out, &at, flags);
}

static sl_err read_details(const intent *in, const sl_json_at *details) {
  sl_plan nominal = {NULL, 0}, off_nominal = {NULL, 0};
  bool any = false;
  unsigned flags = SL_PLAN_STRICT_F3548 | SL_PLAN_OPEN_ALTITUDE;
  sl_err error = read_volumes(&nominal, &any, in, details, "volumes", flags);
  if (!error) error = read_volumes(&off_nominal, &any, in, details, "off_nominal_volumes", flags);
  if (error) return error;
  if (!any) return sl_fault_set(in->json->fault, SL_ERR_MISSING, "an intent or constraint without volumes");
  error = plan_records(in, &nominal);
  return error ? error : plan_records(in, &off_nominal);
}

static sl_err read_extents(const intent *in, const sl_json_at *request) {
  sl_plan plan = {NULL, 0};
  bool any = false;
  sl_err error = read_volumes(&plan, &any, in, request, "extents", SL_PLAN_STRICT_F3548 | SL_PLAN_OPEN_ALTITUDE);
  if (!error && !any) error = sl_fault_set(in->json->fault, SL_ERR_MISSING, "a request without extents");
  return error ? error : plan_records(in, &plan);
}

static sl_err read_native(const intent *in, const sl_json_at *plan_at) {
  sl_plan plan;
  sl_err error = sl_plan_read(in->json, &plan, plan_at, SL_PLAN_NATIVE);
  return error ? error : plan_records(in, &plan);
}

/* Find what the element is, from the outside in. */
static sl_err read_element(intent *in, const sl_json_at *at) {
  static const char *const wrappers[] = {"operational_intent", "constraint"};
  sl_json_at self = *at, inner;
  for (size_t i = 0; i < 2; i++) {
    inner = sl_json_find(at, wrappers[i]);
    if (inner.value) {
      self = inner;
      in->kind = sl_str_from(wrappers[i]);
    }
  }
  sl_json_at reference = sl_json_find(&self, "reference"), details = sl_json_find(&self, "details");
  sl_json_at plan = sl_json_find(&self, "plan"), volumes = sl_json_find(&self, "volumes");
  sl_json_at trajectories = sl_json_find(&self, "trajectories");
  in->name = member_text(in, reference.value ? &reference : &self, "id");
  if (!in->name.size) in->name = member_text(in, &self, "name");
  if (!in->name.size) in->name = member_text(in, &self, "operational_intent_id");
  if (name_by_place(in)) return SL_ERR_NOMEM;
  if (details.value) return read_details(in, &details);
  if (plan.value) return read_native(in, &plan);
  if (trajectories.value) return read_native(in, &self);
  if (volumes.value) return read_details(in, &self);
  if (sl_json_find(&self, "extents").value) return read_extents(in, &self);   /* what a client puts */
  if (reference.value || sl_json_find(&self, "uss_base_url").value)
    return sl_fault_set(in->json->fault, SL_ERR_MISSING, "a reference alone says nothing of the place: its details are needed");
  return sl_fault_set(in->json->fault, SL_ERR_UNKNOWN, "neither an operational intent, nor a constraint, nor a plan");
}

static sl_err read_one(sl_reading *reading, sl_ahead text, uint32_t line) {
  sl_fault fault = sl_fault_none();
  sl_json_reader json = {.arena = &reading->arena, .fault = &fault};
  intent in = {.reading = reading, .json = &json, .line = line};
  sl_json *parsed = NULL;
  sl_err error = sl_json_parse(&parsed, (sl_span){text.data, text.size}, &caps, &fault);
  if (!error) {
    sl_json_at root = sl_json_root(parsed);
    error = read_element(&in, &root);
    sl_json_free(parsed);
  }
  if (error && fault.code == SL_OK) return error;
  if (!error) sl_reading_clear(reading);
  /* The decoder counts lines from the start of the element. */
  if (fault.line) fault.line += line - 1;
  return error ? sl_reading_refuse(reading, &fault, line) : SL_OK;
}

static sl_err read_list(sl_reading *reading) {
  sl_err error = sl_jwalk_enter(reading->source, '[', reading->fault);
  for (bool first = true; !error; first = false) {
    sl_ahead text;
    uint32_t line;
    bool end;
    if ((error = sl_jwalk_element(&end, first, reading->source, reading->fault)) || end) break;
    if (!(error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault))) error = read_one(reading, text, line);
  }
  return error;
}

/* The list member that the document's first bytes announce; NULL: it is one element. */
static const char *list_member(sl_ahead ahead) {
  static const char *const lists[] = {"operational_intents", "constraints", "operational_intent_references", "constraint_references"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    char quoted[40];
    int size = snprintf(quoted, sizeof quoted, "\"%s\"", lists[i]);
    SL_ASSERT(size > 0 && (size_t)size < sizeof quoted);
    for (size_t at = 0; at + (size_t)size <= ahead.size && at < 4096; at++)
      if (memcmp(ahead.data + at, quoted, (size_t)size) == 0) return lists[i];
  }
  return NULL;
}

static sl_err read_member_list(sl_reading *reading, const char *key) {
  sl_err error = sl_jwalk_enter(reading->source, '{', reading->fault);
  for (bool first = true; !error; first = false) {
    char name[64];
    bool end;
    sl_ahead text;
    uint32_t line;
    if ((error = sl_jwalk_member(name, sizeof name, &end, first, reading->source, reading->fault)) || end) break;
    if (strcmp(name, key) == 0) error = read_list(reading);
    else error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault);
  }
  return error;
}

sl_err sl_read_f3548(sl_reading *reading) {
  sl_ahead ahead;
  uint8_t next;
  sl_err error = sl_source_ahead(&ahead, reading->source, 3, reading->fault);
  if (!error && ahead.size >= 3 && memcmp(ahead.data, "\xef\xbb\xbf", 3) == 0) sl_source_skip(reading->source, 3);
  if (!error) error = sl_jwalk_space(reading->source, &next, reading->fault);
  if (!error) error = sl_source_ahead(&ahead, reading->source, 1u << 16, reading->fault);
  if (error) return error;
  const char *key = next == '{' ? list_member(ahead) : NULL;
  if (next == '[') {
    error = read_list(reading);
  } else if (key) {
    error = read_member_list(reading, key);
  } else {
    sl_ahead text;
    uint32_t line;
    if (!(error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault))) error = read_one(reading, text, line);
  }
  return error ? error : sl_jwalk_done(reading->source, reading->fault);
}
