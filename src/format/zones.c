/* Purpose: see the header. Work expected: any number of features, one in memory at a
 * time. Representation: one tree, reused. */
#include "format/zones.h"

#include <stdio.h>

#include "base/assert.h"
#include "format/measure.h"

#define LOOK_AHEAD (1u << 16)

static sl_err whole_fault(sl_reading *reading, const sl_fault *fault) {
  if (reading->fault && reading->fault->code == SL_OK) *reading->fault = *fault;
  return fault->code;
}

/* Whether a "crs" member of GeoJSON before RFC 7946 names longitude and latitude on WGS84. */
static bool crs_is_wgs84(const sl_jtree *tree, const sl_jnode *crs) {
  static const char *const names[] = {"CRS84", "CRS84h", "4326", "4979", "WGS84", "WGS 84"};
  const sl_jnode *properties = sl_jtree_some(tree, crs, "properties"), *name = sl_jtree_some(tree, properties, "name");
  if (!name) name = sl_jtree_some(tree, properties, "code");
  if (!name || (name->kind != SL_JSTRING && name->kind != SL_JNUMBER)) return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t size = strlen(names[i]);
    if (name->text.size < size || !sl_str_is_nocase((sl_str){name->text.data + name->text.size - size, size}, names[i])) continue;
    if (name->text.size == size || strchr(":/# ", name->text.data[name->text.size - size - 1])) return true;
  }
  return false;
}

static sl_err check_crs(const sl_jtree *tree, const sl_jnode *object, sl_fault *fault) {
  const sl_jnode *crs = sl_jtree_some(tree, object, "crs");
  if (!crs || crs_is_wgs84(tree, crs)) return SL_OK;
  sl_err error = sl_fault_set(fault, SL_ERR_DATUM, "a coordinate reference system (crs) other than longitude and latitude on WGS84");
  if (fault && fault->line == 0) fault->line = crs->line;
  return error;
}

/* Take one value and hand its tree to the reader. A value that is not JSON ends the
 * reading: where the next one begins is not known. */
static sl_err read_one(sl_reading *reading, sl_jtree *tree, sl_feature_fn *read) {
  sl_ahead text;
  uint32_t line;
  sl_err error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault);
  if (error) return error;
  sl_fault fault = sl_fault_none();
  error = sl_jtree_parse(tree, text, line, &fault);
  if (error == SL_ERR_DUPLICATE) return sl_reading_refuse(reading, &fault, line);
  if (error) return whole_fault(reading, &fault);
  if (check_crs(tree, tree->node, &fault) || check_crs(tree, sl_jtree_some(tree, tree->node, "geometry"), &fault)) return sl_reading_refuse(reading, &fault, line);
  return read(reading, tree, tree->node);
}

/* The collection's own: it holds for all features, also those before it. */
static sl_err read_crs(sl_reading *reading, sl_jtree *tree) {
  sl_ahead text;
  uint32_t line;
  sl_fault fault = sl_fault_none();
  sl_err error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault);
  if (error) return error;
  if (!(error = sl_jtree_parse(tree, text, line, &fault)) && tree->node->kind != SL_JNULL && !crs_is_wgs84(tree, tree->node))
    error = sl_fault_set(&fault, SL_ERR_DATUM, "a coordinate reference system (crs) other than longitude and latitude on WGS84");
  if (error && fault.line == 0) fault.line = line;
  return error ? whole_fault(reading, &fault) : SL_OK;
}

static sl_err read_elements(sl_reading *reading, sl_jtree *tree, sl_feature_fn *read) {
  sl_err error = sl_jwalk_enter(reading->source, '[', reading->fault);
  for (bool first = true; !error; first = false) {
    bool end;
    if ((error = sl_jwalk_element(&end, first, reading->source, reading->fault)) || end) break;
    error = read_one(reading, tree, read);
  }
  return error;
}

static sl_err read_collection(sl_reading *reading, sl_jtree *tree, const char *key, sl_feature_fn *read) {
  sl_err error = sl_jwalk_enter(reading->source, '{', reading->fault);
  bool found = false;
  for (bool first = true; !error; first = false) {
    char name[64];
    bool end;
    if ((error = sl_jwalk_member(name, sizeof name, &end, first, reading->source, reading->fault)) || end) break;
    if (strcmp(name, "crs") == 0) {
      error = read_crs(reading, tree);
    } else if (sl_str_is_nocase(sl_str_from(name), key)) {
      if (found) return sl_fault_set(reading->fault, SL_ERR_DUPLICATE, "the list of features is there twice");
      found = true;
      error = read_elements(reading, tree, read);
    } else {
      sl_ahead text;
      uint32_t line;
      error = sl_jwalk_value(&text, &line, reading->source, SL_RECORD_BYTES_MAX, reading->fault);
    }
  }
  if (!error && !found) error = sl_fault_set(reading->fault, SL_ERR_MISSING, "there is no list of features");
  return error;
}

bool sl_json_announced(sl_str text, const char *key) {
  const size_t size = strlen(key);
  SL_ASSERT(size > 0 && size < 64);
  for (size_t at = 0; at + size + 2 <= text.size; at++)
    if (text.data[at] == '"' && text.data[at + size + 1] == '"' && sl_str_is_nocase((sl_str){text.data + at + 1, size}, key)) return true;
  return false;
}

/* One value behind the other: lines, or a text sequence (RFC 8142), whose records begin
 * with a mark. */
static sl_err read_sequence(sl_reading *reading, sl_jtree *tree, sl_feature_fn *read) {
  uint8_t next;
  for (;;) {
    sl_err error = sl_jwalk_space(reading->source, &next, reading->fault);
    if (error) return error;
    if (next == 0x1e) {
      sl_source_skip(reading->source, 1);
      continue;
    }
    if (next != '{') return SL_OK;
    if ((error = read_one(reading, tree, read))) return error;
  }
}

sl_err sl_read_features(sl_reading *reading, const char *key, sl_feature_fn *read) {
  sl_ahead ahead;
  uint8_t next;
  sl_err error = sl_source_ahead(&ahead, reading->source, 3, reading->fault);
  if (!error && ahead.size >= 3 && memcmp(ahead.data, "\xef\xbb\xbf", 3) == 0) sl_source_skip(reading->source, 3);
  if (!error) error = sl_jwalk_space(reading->source, &next, reading->fault);
  if (!error && next == 0) error = sl_fault_set(reading->fault, SL_ERR_SYNTAX, "a value is missing");
  if (!error) error = sl_source_ahead(&ahead, reading->source, LOOK_AHEAD, reading->fault);
  if (error) return error;
  sl_jtree tree = {0};
  if (next == '[') error = read_elements(reading, &tree, read);
  else if (next == '{' && sl_json_announced((sl_str){(const char *)ahead.data, ahead.size}, key)) error = read_collection(reading, &tree, key, read);
  else if (next == '{' || next == 0x1e) error = read_sequence(reading, &tree, read);
  else error = read_one(reading, &tree, read);
  sl_jtree_fini(&tree);
  return error ? error : sl_jwalk_done(reading->source, reading->fault);
}
