/* Membership records: each change has its members and no other. */
#include "test.h"

#include "wire/record.h"

static sl_arena arena;

#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define REST "\"effective\":\"2026-01-02T03:04:05Z\"}"
#define START "{\"version\":1,\"side\":\"blue\","

static void refusals(void **state) {
  (void)state;
  static const struct { const char *text; sl_err expected; const char *pointer; } cases[] = {
      {START "\"change\":\"leave\",\"party\":\"ops\"," REST, SL_OK, ""},
      {START "\"change\":\"leave\"," REST, SL_ERR_MISSING, "/party"},
      {START "\"change\":\"leave\",\"party\":\"ops\",\"number\":1," REST, SL_ERR_UNKNOWN, "/number"},
      {START "\"change\":\"merge\",\"other\":\"green\"," REST, SL_OK, ""},
      {START "\"change\":\"merge\",\"other\":\"green\",\"party\":\"ops\"," REST, SL_ERR_UNKNOWN, "/party"},
      {START "\"change\":\"rotate\",\"party\":\"ops\",\"number\":2,\"public_key\":\"" KEY "\"," REST, SL_OK, ""},
      {START "\"change\":\"rotate\",\"party\":\"ops\",\"number\":2," REST, SL_ERR_MISSING, "/public_key"},
      {START "\"change\":\"rotate\",\"party\":\"ops\",\"number\":2,\"public_key\":\"AAAA\"," REST, SL_ERR_RANGE,
       "/public_key"},
      {START "\"change\":\"revoke\",\"party\":\"ops\",\"number\":0," REST, SL_ERR_RANGE, "/number"},
      {START "\"change\":\"promote\",\"party\":\"ops\"," REST, SL_ERR_UNKNOWN, "/change"},
      {START "\"change\":\"leave\",\"party\":\"Ops\"," REST, SL_ERR_SYNTAX, "/party"},
      {START "\"change\":\"leave\",\"party\":\"a-name-that-is-far-too-long-for-one\"," REST, SL_ERR_SYNTAX, "/party"},
      {START "\"change\":\"enrol\",\"party\":\"ops\",\"class\":\"drone\",\"roles\":[\"focal\",\"focal\"],\"number\":1,"
             "\"public_key\":\"" KEY "\"," REST, SL_ERR_DUPLICATE, "/roles/1"},
      {START "\"change\":\"enrol\",\"party\":\"ops\",\"class\":\"kite\",\"roles\":[],\"number\":1,"
             "\"public_key\":\"" KEY "\"," REST, SL_ERR_UNKNOWN, "/class"},
      {"{\"version\":2,\"side\":\"blue\",\"change\":\"leave\",\"party\":\"ops\"," REST, SL_ERR_UNSUPPORTED, "/version"},
      {"{\"version\":1,\"side\":\"blue\",\"change\":\"leave\",\"party\":\"ops\"}", SL_ERR_MISSING, "/effective"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sl_membership record;
    sl_fault fault = sl_fault_none();
    sl_err err = sl_membership_read(&record, &arena, sl_str_bytes(sl_str_from(cases[i].text)), &fault);
    if (err != cases[i].expected || strcmp(fault.pointer, cases[i].pointer) != 0) {
      fail_msg("%s: %s at \"%s\"", cases[i].text, sl_err_name(err), fault.pointer);
    }
  }
}

static void round_trips(void **state) {
  (void)state;
  for (int change = SL_CHANGE_ENROL; change <= SL_CHANGE_MERGE; change++) {
    sl_membership record, back;
    memset(&record, 0, sizeof record);
    record.change = (sl_change)change;
    memcpy(record.side, "blue", 5);
    record.effective.ns = 1767323045000000000;
    if (change == SL_CHANGE_MERGE) {
      memcpy(record.other, "green", 6);
    } else {
      memcpy(record.party, "air-1", 6);
    }
    if (change == SL_CHANGE_ENROL) {
      record.class_of = SL_CLASS_CREWED;
      record.roles = SL_ROLE_FOCAL | SL_ROLE_AUDITOR;
    }
    if (change <= SL_CHANGE_REVOKE) record.number = change == SL_CHANGE_ENROL ? 1 : 4;
    if (change <= SL_CHANGE_ROTATE) memset(record.public_key, 0x5A, 32);
    sl_buf buf;
    sl_buf_init(&buf, 4096);
    sl_membership_add(&buf, &record);
    assert_int_equal(buf.error, SL_OK);
    assert_int_equal(sl_membership_read(&back, &arena, sl_buf_span(&buf), NULL), SL_OK);
    assert_memory_equal(&back, &record, sizeof record);
    sl_buf_fini(&buf);
  }
}

static void golden(void **state) {
  (void)state;
  sl_membership record = {.change = SL_CHANGE_ENROL, .side = "blue", .party = "ops", .class_of = SL_CLASS_DRONE,
                          .roles = SL_ROLE_DUTY | SL_ROLE_FOCAL, .number = 1, .effective = {1767323045000000000}};
  for (int i = 0; i < 32; i++) record.public_key[i] = (uint8_t)i;
  sl_buf buf;
  sl_buf_init(&buf, 4096);
  sl_membership_add(&buf, &record);
  assert_true(sl_str_is(sl_buf_str(&buf),
                        "{\"version\":1,\"change\":\"enrol\",\"side\":\"blue\",\"party\":\"ops\",\"class\":\"drone\","
                        "\"roles\":[\"focal\",\"duty\"],\"number\":1,\"public_key\":\"" KEY "\"," REST));
  sl_buf_fini(&buf);
}

int main(void) {
  sl_arena_init(&arena, 1u << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(refusals), cmocka_unit_test(round_trips),
                                     cmocka_unit_test(golden)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sl_arena_fini(&arena);
  return failed;
}
