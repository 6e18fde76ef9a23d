#include "format/format.h"

#include "reader.h"

static void content_says_what_it_is(void **state) {
  (void)state;
  static const struct { const char *text; sl_format format; } rows[] = {
      {"", SL_FORMAT_UNKNOWN}, {"hello", SL_FORMAT_UNKNOWN}, {"{}", SL_FORMAT_UNKNOWN}, {"[1,2]", SL_FORMAT_UNKNOWN},
      {"\xef\xbb\xbf \n{\"features\":[{\"identifier\":\"A\",\"applicability\":[]}]}", SL_FORMAT_ED269},
      {"{\"UASZoneList\":[]}", SL_FORMAT_ED269},
      {"{\"type\":\"FeatureCollection\",\"features\":[]}", SL_FORMAT_GEOJSON},
      {"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"zoneAuthority\":[]}}]}", SL_FORMAT_ED318},
      {"{\"type\":\"Polygon\",\"coordinates\":[]}", SL_FORMAT_GEOJSON},
      {"{\"operational_intents\":[]}", SL_FORMAT_F3548}, {"{\"volumes\":[]}", SL_FORMAT_F3548},
      {"[{\"timestamp\":1,\"latitude\":2}]", SL_FORMAT_TRACKS},
      {"<?xml version=\"1.0\"?><kml>", SL_FORMAT_KML}, {"<gpx>", SL_FORMAT_GPX}, {"<html>", SL_FORMAT_UNKNOWN},
      {"ZCZC\n(FPL-X-IS\n", SL_FORMAT_FIELD15}, {"(DLA-X-", SL_FORMAT_FIELD15}, {"see (FPL-X", SL_FORMAT_UNKNOWN},
      {"* x\nAC D\nAN Y\n", SL_FORMAT_OPENAIR}, {"AC D only\n", SL_FORMAT_UNKNOWN},
      {"PK\3\4.............................doc.kml", SL_FORMAT_KMZ}, {"PK\3\4............[Content_Types].xml", SL_FORMAT_XLSX}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SL_FORMAT_XLSX},
      {"name,lat,lon\nA,1,2\n", SL_FORMAT_CSV}, {"banner\n\nnom;latitude;longitude\n", SL_FORMAT_CSV}, {"a;b;c\n1;2;3\n", SL_FORMAT_CSV}, {"sep=;\nx\n", SL_FORMAT_CSV},
      {"Dear all,\nthis, I hope, is a letter.\nYours, me\n", SL_FORMAT_UNKNOWN}, {"one,two\nthree,four\n", SL_FORMAT_UNKNOWN},
      {"MSGID/ACO/X//\n", SL_FORMAT_USMTF_ACO}, {"MSGID/ATO/X//\n", SL_FORMAT_TASKING}, {"X/Y//\nTGTLOC/1//\n", SL_FORMAT_TASKING}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sl_format found = sl_format_detect(sl_str_bytes(sl_str_from(rows[i].text)));
    if (found != rows[i].format) printf("%s: %s\n", rows[i].text, sl_format_name(found));
    assert_int_equal(found, rows[i].format);
  }
}

static void names_there_and_back(void **state) {
  (void)state;
  for (unsigned i = 1; i < SL_FORMAT_COUNT; i++) {
    assert_int_equal(sl_format_by_name(sl_format_name((sl_format)i)), i);
    assert_true(strlen(sl_format_title((sl_format)i)) > 2);
  }
  assert_int_equal(sl_format_by_name("word"), SL_FORMAT_UNKNOWN);
}

static void what_is_not_read_is_refused_by_name(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_text(&k, "hello", true), SL_ERR_UNSUPPORTED);
  assert_non_null(strstr(k.fault.reason, "no format that is known"));
  kept_free(&k);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(content_says_what_it_is), cmocka_unit_test(names_there_and_back),
                                     cmocka_unit_test(what_is_not_read_is_refused_by_name)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
