/* Purpose: see the header. Work expected: any number of features, one in memory at a
 * time. Representation: one tree, reused. */
#include "format/zones.h"

#include <stdio.h>

#include "base/assert.h"

#define LOOK_AHEAD (1u << 16)

static sl_err whole_fault(sl_reading *reading, const sl_fault *fault) {
  if (reading->fault && reading->fault->code == SL_OK) *reading->fault = *fault;
  return fault->code;
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
  return read(reading, tree, tree->node);
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
    if (strcmp(name, key) == 0) {
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

/* Whether "key" stands in the first bytes. */
static bool announced(sl_ahead ahead, const char *key) {
  char quoted[64];
  int size = snprintf(quoted, sizeof quoted, "\"%s\"", key);
  SL_ASSERT(size > 2 && (size_t)size < sizeof quoted);
  for (size_t at = 0; at + (size_t)size <= ahead.size; at++)
    if (ahead.data[at] == '"' && memcmp(ahead.data + at, quoted, (size_t)size) == 0) return true;
  return false;
}

sl_err sl_read_features(sl_reading *reading, const char *key, sl_feature_fn *read) {
  sl_ahead ahead;
  uint8_t next;
  sl_err error = sl_source_ahead(&ahead, reading->source, 3, reading->fault);
  if (!error && ahead.size >= 3 && memcmp(ahead.data, "\xef\xbb\xbf", 3) == 0) sl_source_skip(reading->source, 3);
  if (!error) error = sl_jwalk_space(reading->source, &next, reading->fault);
  if (!error) error = sl_source_ahead(&ahead, reading->source, LOOK_AHEAD, reading->fault);
  if (error) return error;
  sl_jtree tree = {0};
  if (next == '[') error = read_elements(reading, &tree, read);
  else if (announced(ahead, key)) error = read_collection(reading, &tree, key, read);
  else error = read_one(reading, &tree, read);
  sl_jtree_fini(&tree);
  return error ? error : sl_jwalk_done(reading->source, reading->fault);
}
