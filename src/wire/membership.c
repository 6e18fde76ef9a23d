/* Membership records as JSON.
 *
 *   {"version":1,"change":"enrol"|"rotate"|"revoke"|"leave"|"merge","side":name,
 *    "other":name,"party":name,"class":word,"roles":[word...],"number":n,
 *    "public_key":base64,"effective":time}
 *
 * Work: a few records a year and side. Representation: one table; which members a
 * change needs, and has no use for, is a second table of bits. */
#include "wire/record.h"

#include "base/assert.h"
#include "json/decode.h"
#include "json/encode.h"
#include "wire/word.h"

SL_STATIC_ASSERT(sizeof(sl_change) == sizeof(int), "WORD writes an int");

static const sl_json_word change_words[] = {{"enrol", SL_CHANGE_ENROL},   {"rotate", SL_CHANGE_ROTATE},
                                            {"revoke", SL_CHANGE_REVOKE}, {"leave", SL_CHANGE_LEAVE},
                                            {"merge", SL_CHANGE_MERGE},   {NULL, 0}};
static const sl_json_word role_words[] = {
    {"focal", SL_ROLE_FOCAL}, {"duty", SL_ROLE_DUTY}, {"auditor", SL_ROLE_AUDITOR}, {NULL, 0}};

typedef struct body {
  int form;
  sl_span public_key;
  sl_membership record;
} body;

static sl_err read_role(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member rule = {.kind = SL_JSON_WORD, .words = role_words};
  return sl_json_value(reader, target, at, &rule);
}

static sl_err read_roles(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  void *items = NULL;
  uint32_t count = 0;
  sl_err err = sl_json_list(reader, &items, &count, at, 0, 3, sizeof(int), read_role);
  if (err != SL_OK) return err;
  uint8_t roles = 0;
  for (uint32_t i = 0; i < count; i++) {
    int role = ((const int *)items)[i];
    sl_json_at place = sl_json_element(at, i);
    if ((roles & role) != 0) return sl_json_fail(reader, &place, SL_ERR_DUPLICATE, "this role stands twice");
    roles = (uint8_t)(roles | role);
  }
  *(uint8_t *)target = roles;
  return SL_OK;
}

/* Bits of the rows of the table below. */
enum { BIT_OTHER = 1u << 0, BIT_PARTY = 1u << 1, BIT_CLASS = 1u << 2, BIT_ROLES = 1u << 3, BIT_NUMBER = 1u << 4,
       BIT_KEY = 1u << 5, BIT_OPTIONAL = 63u };

static const sl_json_member table[] = {
    {.name = "other", .kind = SL_JSON_CALL, .offset = offsetof(body, record.other), .read = sl_word_read_name},
    {.name = "party", .kind = SL_JSON_CALL, .offset = offsetof(body, record.party), .read = sl_word_read_name},
    {.name = "class", .kind = SL_JSON_CALL, .offset = offsetof(body, record.class_of), .read = sl_word_read_class},
    {.name = "roles", .kind = SL_JSON_CALL, .offset = offsetof(body, record.roles), .read = read_roles},
    {.name = "number", .kind = SL_JSON_U32, .offset = offsetof(body, record.number), .min = 1, .max = UINT32_MAX},
    {.name = "public_key", .kind = SL_JSON_BASE64, .offset = offsetof(body, public_key), .min = 32, .max = 32},
    {.name = "version", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(body, form),
     .read = sl_word_read_form},
    {.name = "change", .kind = SL_JSON_WORD, .required = true, .offset = offsetof(body, record.change),
     .words = change_words},
    {.name = "side", .kind = SL_JSON_CALL, .required = true, .offset = offsetof(body, record.side),
     .read = sl_word_read_name},
    {.name = "effective", .kind = SL_JSON_TIME, .required = true, .offset = offsetof(body, record.effective)}};

/* The members that each change has, beside those that all have. */
static const unsigned needed[] = {
    [SL_CHANGE_ENROL] = BIT_PARTY | BIT_CLASS | BIT_ROLES | BIT_NUMBER | BIT_KEY,
    [SL_CHANGE_ROTATE] = BIT_PARTY | BIT_NUMBER | BIT_KEY,
    [SL_CHANGE_REVOKE] = BIT_PARTY | BIT_NUMBER,
    [SL_CHANGE_LEAVE] = BIT_PARTY,
    [SL_CHANGE_MERGE] = BIT_OTHER};

static sl_err check_members(const sl_json_reader *reader, sl_change change, unsigned present, const sl_json_at *root) {
  SL_ASSERT(change >= SL_CHANGE_ENROL && change <= SL_CHANGE_MERGE);
  for (size_t i = 0; 1u << i <= BIT_KEY; i++) {
    unsigned bit = 1u << i;
    sl_json_at place = sl_json_find(root, table[i].name);
    if ((needed[change] & bit) != 0 && (present & bit) == 0) {
      return sl_json_fail(reader, &place, SL_ERR_MISSING, "this change needs the member \"%s\"", table[i].name);
    }
    if ((needed[change] & bit) == 0 && (present & bit) != 0) {
      return sl_json_fail(reader, &place, SL_ERR_UNKNOWN, "this change has no use for the member \"%s\"", table[i].name);
    }
  }
  return SL_OK;
}

sl_err sl_membership_read(sl_membership *out, sl_arena *arena, sl_span payload, sl_fault *fault) {
  sl_json_caps caps = SL_JSON_CAPS_DEFAULT;
  caps.size = SL_PAYLOAD_MAX;
  sl_json *json = NULL;
  sl_err err = sl_json_parse(&json, payload, &caps, fault);
  if (err != SL_OK) return err;
  body in;
  memset(&in, 0, sizeof in);
  sl_json_reader reader = {.arena = arena, .fault = fault};
  sl_json_at root = sl_json_root(json);
  uint64_t present = 0;
  err = sl_json_object(&reader, &in, &root, table, SL_JSON_COUNT(table), &present);
  if (err == SL_OK) err = check_members(&reader, in.record.change, (unsigned)present & BIT_OPTIONAL, &root);
  sl_json_free(json);
  if (err != SL_OK) return err;
  if (in.public_key.size == 32) memcpy(in.record.public_key, in.public_key.data, 32);
  *out = in.record;
  return SL_OK;
}

static void roles_add(sl_json_out *json, uint8_t roles) {
  sl_json_open(json, "roles", '[');
  for (const sl_json_word *word = role_words; word->name != NULL; word++) {
    if ((roles & word->value) != 0) sl_json_add_text(json, NULL, word->name);
  }
  sl_json_close(json, ']');
}

void sl_membership_add(sl_buf *out, const sl_membership *record) {
  SL_ASSERT(record->change >= SL_CHANGE_ENROL && record->change <= SL_CHANGE_MERGE);
  unsigned members = needed[record->change];
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_int(&json, "version", 1);
  sl_json_add_text(&json, "change", change_words[record->change - SL_CHANGE_ENROL].name);
  sl_json_add_text(&json, "side", record->side);
  if ((members & BIT_OTHER) != 0) sl_json_add_text(&json, "other", record->other);
  if ((members & BIT_PARTY) != 0) sl_json_add_text(&json, "party", record->party);
  if ((members & BIT_CLASS) != 0) sl_json_add_text(&json, "class", sl_class_name(record->class_of));
  if ((members & BIT_ROLES) != 0) roles_add(&json, record->roles);
  if ((members & BIT_NUMBER) != 0) sl_json_add_int(&json, "number", record->number);
  if ((members & BIT_KEY) != 0) sl_json_add_base64(&json, "public_key", (sl_span){record->public_key, 32});
  sl_json_add_time(&json, "effective", record->effective);
  sl_json_close(&json, '}');
}
