/* What those who arbitrate say of a USS, by side; and reports of errors, which are kept
 * as evidence in the log of whoever sent them. */
#include <stdlib.h>

#include "base/assert.h"
#include "service/persist.h"
#include "service/utm_rows.h"

sl_err sl_utm_uss_keep(sl_service *service, unsigned side, sl_str name, sl_utm_availability availability,
                       const char *version, sl_utm_uss **out) {
  SL_ASSERT(strlen(version) <= SL_UTM_VERSION_SIZE);
  sl_utm_uss *uss = sl_utm_uss_find(service, side, name);
  if (!uss) {
    uss = calloc(1, sizeof *uss + name.size);
    if (!uss) return SL_ERR_NOMEM;
    uss->size = (uint16_t)name.size;
    if (name.size > 0) memcpy(uss->name, name.data, name.size);
    uint64_t hash = sl_utm_hash(service, "utm-uss-map", sl_str_bytes(name));
    sl_err err = sl_hashmap_add(&service->utm->side[side].uss, hash, uss);
    if (err) {
      free(uss);
      return err;
    }
  }
  uss->availability = availability;
  memcpy(uss->version, version, strlen(version) + 1);
  *out = uss;
  return SL_OK;
}

static int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The name in the path, its escapes undone. Empty: it is none. */
static sl_str name_of(sl_op *op) {
  sl_str hole = op->utm->hole;
  char *text = SL_ARENA_TAKE(&op->arena, hole.size + 1, char);
  size_t size = 0;
  for (size_t i = 0; text && i < hole.size; i++) {
    char c = hole.data[i];
    if (c == '%') {
      int high = i + 2 < hole.size ? hex_of(hole.data[i + 1]) : -1;
      int low = i + 2 < hole.size ? hex_of(hole.data[i + 2]) : -1;
      if (high < 0 || low < 0 || high * 16 + low < 0x20) return (sl_str){NULL, 0};
      c = (char)(high * 16 + low);
      i += 2;
    }
    text[size++] = c;
  }
  return (sl_str){text, size <= SL_UTM_NAME_MAX ? size : 0};
}

static void answer(sl_op *op, sl_str name, const sl_utm_uss *uss) {
  bool server = sl_str_is(name, SL_UTM_SERVER);
  sl_utm_availability availability = server ? SL_UTM_NORMAL : uss ? uss->availability : SL_UTM_UNKNOWN;
  sl_utm_availability_add(&op->out, name, availability, sl_str_from(uss && !server ? uss->version : ""));
  op->status = 200;
  op->content_type = "application/json";
}

static void set(sl_service *service, sl_op *op, sl_str name) {
  const sl_utm_set_availability *body = &op->utm->body.uss;
  sl_utm_uss *uss = sl_utm_uss_find(service, op->side, name);
  if (sl_str_is(name, SL_UTM_SERVER)) {
    sl_utm_refuse(op, 409, "the availability of this server is always Normal");
    return;
  }
  if (!sl_str_is(body->old_version, uss ? uss->version : "")) {
    sl_utm_refuse(op, 409, "old_version is not the current version: read it and decide again");
    return;
  }
  char version[SL_UTM_VERSION_SIZE + 1];
  uint8_t digest[32];
  sl_span bytes = sl_str_bytes(name);
  sl_sha256(digest, &bytes, 1);
  sl_uuid id = sl_utm_uuid(digest);
  sl_utm_version(service, op->member, &id, version);
  sl_err err = sl_utm_uss_keep(service, op->side, name, body->availability, version, &uss);
  if (err) {
    sl_utm_fail(op, SL_STAGE_ACT, err, NULL);
    return;
  }
  answer(op, name, uss);
  sl_utm_seal(service, op, 200);
  sl_utm_persist_uss(service, op->side, uss);
}

static void report(sl_service *service, sl_op *op) {
  sl_utm_report report = op->utm->body.report;
  uint8_t bytes[16];
  uint8_t number[8];
  uint64_t next = sl_tree_size(op->member->log);
  for (int i = 0; i < 8; i++) number[i] = (uint8_t)(next >> (56 - 8 * i));
  sl_span parts[] = {sl_str_bytes(sl_str_from(service->side[op->side].name)),
                     sl_str_bytes(sl_str_from(op->member->name)), {number, 8}};
  sl_prf(bytes, sizeof bytes, service->options.seed, "utm-report", parts, 3);
  sl_uuid id = sl_utm_uuid(bytes);
  char text[37];
  sl_uuid_text(text, &id);
  report.report_id = sl_str_from(text);
  sl_utm_report_add(&op->out, &report);
  sl_utm_seal(service, op, 201);
}

void sl_utm_uss_act(sl_service *service, sl_op *op) {
  if (op->utm->kind == SL_UTM_REPORT) {
    report(service, op);
    return;
  }
  sl_str name = name_of(op);
  if (name.size == 0) sl_utm_refuse(op, 400, "the path does not name a USS");
  else if (op->utm->kind == SL_UTM_USS_PUT) set(service, op, name);
  else answer(op, name, sl_utm_uss_find(service, op->side, name));
}
