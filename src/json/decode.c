/* Reading a document with jansson, walking it, and filling structs by table.
 *
 * Work: bodies of 1 to 100 KiB; tables have 2 to 30 rows, so a member is looked up by
 * comparing names in order. A place is a chain of stack frames; the pointer text is
 * only made when something is refused. value.c reads single values.
 *
 * jansson's own error text repeats its input and is never passed on: only its code and
 * its offset are used. */
#include "json/decode.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/assert.h"
#include "json/scan.h"

struct sl_json {
  json_t *root;
};

/* Where the library (2.14) has no memory for the next byte of a text it drops the byte and
 * goes on: a digit of a number is lost and the document taken, and behind a string's end it
 * reads and writes. It must not go on. Nothing that was answered is lost by a stop. */
static void *malloc_or_stop(size_t size) {
  void *block = malloc(size);
  SL_ASSERT(block != NULL);
  return block;
}

void sl_json_start(void) {
  json_set_alloc_funcs(malloc_or_stop, free);
  json_object_seed(0);
}

/* What jansson's codes mean here. */
static sl_err parse_failed(sl_fault *fault, sl_span text, const json_error_t *error) {
  sl_err code = SL_ERR_SYNTAX;
  const char *reason = "this is not JSON";
  switch (json_error_code(error)) {
    case json_error_out_of_memory: code = SL_ERR_NOMEM; reason = "out of memory"; break;
    case json_error_stack_overflow: code = SL_ERR_CAP; reason = "nested deeper than is accepted"; break;
    case json_error_duplicate_key: code = SL_ERR_DUPLICATE; reason = "the same member stands twice in an object"; break;
    case json_error_numeric_overflow: code = SL_ERR_RANGE; reason = "a number is too large"; break;
    case json_error_premature_end_of_input: reason = "the document ends too early"; break;
    case json_error_end_of_input_expected: reason = "something follows the end of the document"; break;
    case json_error_null_character:
    case json_error_null_byte_in_key: reason = "a string holds a NUL character"; break;
    default: break;
  }
  if (fault != NULL && fault->code == SL_OK) {
    sl_fault_set(fault, code, "%s", reason);
    sl_json_place(fault, text, error->position > 0 ? (size_t)error->position : 0);
  }
  return code;
}

sl_err sl_json_parse(sl_json **out, sl_span text, const sl_json_caps *caps, sl_fault *fault) {
  sl_err err = sl_json_scan(text, caps, fault);
  if (err != SL_OK) return err;
  json_error_t error;
  memset(&error, 0, sizeof error);
  const char *data = text.size > 0 ? (const char *)text.data : "";
  json_t *root = json_loadb(data, text.size, JSON_REJECT_DUPLICATES, &error);
  if (root == NULL) return parse_failed(fault, text, &error);
  sl_json *json = malloc(sizeof *json);
  if (json == NULL) {
    json_decref(root);
    return sl_fault_set(fault, SL_ERR_NOMEM, "out of memory");
  }
  json->root = root;
  *out = json;
  return SL_OK;
}

void sl_json_free(sl_json *json) {
  if (json == NULL) return;
  json_decref(json->root);
  free(json);
}

static const json_t *value_of(const sl_json_at *at) { return at->value; }

sl_json_at sl_json_root(const sl_json *json) { return (sl_json_at){.value = json->root}; }

sl_json_at sl_json_element(const sl_json_at *array, size_t index) {
  const json_t *value = value_of(array);
  return (sl_json_at){.value = value != NULL ? json_array_get(value, index) : NULL, .parent = array, .index = index};
}

sl_json_at sl_json_find(const sl_json_at *object, const char *name) {
  const json_t *value = value_of(object);
  return (sl_json_at){.value = value != NULL ? json_object_get(value, name) : NULL, .parent = object, .name = name};
}

bool sl_json_is_object(const sl_json_at *at) { return value_of(at) != NULL && json_is_object(value_of(at)); }

bool sl_json_is_given(const sl_json_at *at) { return value_of(at) != NULL && !json_is_null(value_of(at)); }

bool sl_json_is_array(const sl_json_at *at) { return value_of(at) != NULL && json_is_array(value_of(at)); }

size_t sl_json_size(const sl_json_at *at) {
  if (sl_json_is_array(at)) return json_array_size(value_of(at));
  return sl_json_is_object(at) ? json_object_size(value_of(at)) : 0;
}

/* The pointer of a place, from the root down. */
static void pointer_of(char pointer[static 128], const sl_json_at *at) {
  const sl_json_at *chain[SL_JSON_DEPTH_MAX + 1];
  size_t depth = 0;
  for (; at->parent != NULL && depth <= SL_JSON_DEPTH_MAX; at = at->parent) chain[depth++] = at;
  size_t used = 0;
  pointer[0] = '\0';
  while (depth > 0) {
    const sl_json_at *step = chain[--depth];
    used = step->name != NULL ? sl_json_pointer_name(pointer, used, sl_str_from(step->name))
                              : sl_json_pointer_index(pointer, used, step->index);
  }
}

sl_err sl_json_fail(const sl_json_reader *reader, const sl_json_at *at, sl_err code, const char *format, ...) {
  SL_ASSERT(code != SL_OK);
  sl_fault *fault = reader->fault;
  if (fault == NULL || fault->code != SL_OK) return code;
  char reason[sizeof fault->reason];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  sl_fault_set(fault, code, "%s", reason);
  pointer_of(fault->pointer, at);
  return code;
}

sl_err sl_json_fail_with(const sl_json_reader *reader, const sl_json_at *at, const sl_fault *fault) {
  SL_ASSERT(fault->code != SL_OK);
  return sl_json_fail(reader, at, fault->code, "%s", fault->reason);
}

static sl_err check_required(const sl_json_reader *reader, const sl_json_at *at, const sl_json_member *table,
                             size_t count, uint64_t present) {
  for (size_t i = 0; i < count; i++) {
    if (!table[i].required || (present >> i & 1) != 0) continue;
    sl_json_at missing = {.parent = at, .name = table[i].name};
    return sl_json_fail(reader, &missing, SL_ERR_MISSING, "the member \"%s\" is missing", table[i].name);
  }
  return SL_OK;
}

static size_t row_of(const sl_json_member *table, size_t count, const char *name) {
  size_t i = 0;
  while (i < count && strcmp(table[i].name, name) != 0) i++;
  return i;
}

sl_err sl_json_object(const sl_json_reader *reader, void *target, const sl_json_at *at,
                      const sl_json_member *table, size_t count, uint64_t *present) {
  SL_ASSERT(count <= SL_JSON_MEMBERS_MAX);
  SL_ASSERT(reader->arena != NULL);
  if (!sl_json_is_object(at)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be an object");
  json_t *object = (json_t *)(uintptr_t)at->value;
  uint64_t seen = 0;
  for (void *it = json_object_iter(object); it != NULL; it = json_object_iter_next(object, it)) {
    sl_json_at member = {.value = json_object_iter_value(it), .parent = at, .name = json_object_iter_key(it)};
    size_t row = row_of(table, count, member.name);
    if (reader->open && (row == count || (!table[row].required && json_is_null(value_of(&member))))) continue;
    if (row == count) return sl_json_fail(reader, &member, SL_ERR_UNKNOWN, "this member is not known here");
    SL_ASSERT((seen >> row & 1) == 0);
    sl_err err = sl_json_value(reader, (char *)target + table[row].offset, &member, &table[row]);
    if (err != SL_OK) return err;
    seen |= UINT64_C(1) << row;
  }
  sl_err err = check_required(reader, at, table, count, seen);
  if (err != SL_OK) return err;
  if (present != NULL) *present = seen;
  return SL_OK;
}

sl_err sl_json_list(const sl_json_reader *reader, void **ret_items, uint32_t *ret_count, const sl_json_at *at,
                    size_t min, size_t max, size_t size, sl_json_read_fn *read) {
  SL_ASSERT(max <= UINT32_MAX && min <= max && size > 0);
  if (!sl_json_is_array(at)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be an array");
  size_t count = json_array_size(value_of(at));
  if (count < min) return sl_json_fail(reader, at, SL_ERR_RANGE, "this array needs %zu or more elements", min);
  if (count > max) return sl_json_fail(reader, at, SL_ERR_CAP, "this array may have at most %zu elements", max);
  char *items = sl_arena_take(reader->arena, count, size);
  if (items == NULL) return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
  for (size_t i = 0; i < count; i++) {
    sl_json_at element = sl_json_element(at, i);
    sl_err err = read(reader, items + i * size, &element);
    if (err != SL_OK) return err;
  }
  *ret_items = items;
  *ret_count = (uint32_t)count;
  return SL_OK;
}

/* What json_dump_callback() fills. */
typedef struct copy {
  char *data;
  size_t size, room;
} copy;

static int copy_more(const char *text, size_t size, void *context) {
  copy *into = context;
  SL_ASSERT(into->size <= into->room);
  if (size > into->room - into->size) return -1;
  memcpy(into->data + into->size, text, size);
  into->size += size;
  return 0;
}

sl_err sl_json_copy(const sl_json_reader *reader, sl_str *out, const sl_json_at *at, size_t max) {
  SL_ASSERT(value_of(at) != NULL);
  const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
  size_t size = json_dumpb(value_of(at), NULL, 0, flags);
  if (size == 0) return sl_json_fail(reader, at, SL_ERR_NOMEM, "out of memory");
  if (size > max) return sl_json_fail(reader, at, SL_ERR_CAP, "this may have at most %zu bytes", max);
  copy into = {.data = sl_arena_take(reader->arena, size, 1), .room = size};
  if (into.data == NULL || json_dump_callback(value_of(at), copy_more, &into, flags) != 0) {
    return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
  }
  *out = (sl_str){into.data, into.size};
  return SL_OK;
}
