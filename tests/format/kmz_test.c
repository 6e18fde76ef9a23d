#include "zipper.h"

#define DOC "<kml><Placemark><name>A</name><Polygon><outerBoundaryIs><LinearRing><coordinates>8,47 8.1,47 8.1,47.1 8,47</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
#define OTHER "<kml><Placemark><name>B</name><Polygon><outerBoundaryIs><LinearRing><coordinates>9,47 9.1,47 9.1,47.1 9,47</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"

#define LINKS(href) "<kml><Document><NetworkLink><Link><href>" href "</href></Link></NetworkLink></Document></kml>"

/* The main document first, then the others. */
static void every_document_is_read(void **state) {
  (void)state;
  static const struct { packed entry[3]; size_t count; const char *name; uint32_t further; } rows[] = {
      {{{"doc.kml", DOC, 0}}, 1, "A", 0},
      {{{"files/icon.png", "\x89PNG", 0}, {"doc.kml", DOC, 0}}, 2, "A", 0},
      {{{"other.kml", OTHER, 0}, {"Doc.KML", DOC, 0}}, 2, "A", 1},
      {{{"files/a.kml", OTHER, 0}, {"top.kml", DOC, 0}}, 2, "A", 1},
      {{{"layers/a.kml", DOC, 0}}, 1, "A", 0},
      {{{"__MACOSX/._doc.kml", "\1\2", 0}, {"doc.kml", DOC, 0}}, 2, "A", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_zip(&k, rows[i].entry, rows[i].count, NULL, true);
    if (error) printf("%zu: %s\n", i, k.fault.reason);
    assert_int_equal(error, SL_OK);
    assert_int_equal(k.summary.format, SL_FORMAT_KMZ);
    assert_int_equal(k.count, 1 + rows[i].further);
    assert_true(sl_str_is(k.record[0].name, rows[i].name));
    assert_int_equal(k.record[0].format, SL_FORMAT_KMZ);
    assert_int_equal(k.refused_count, 0);
    kept_free(&k);
  }
}

/* A link to a part of the archive says nothing more; one that leads out is refused. What is
 * wrong says in which part. */
static void parts_of_an_archive(void **state) {
  (void)state;
  kept k;
  const packed linked[] = {{"doc.kml", LINKS("./layers/b.kml"), 0}, {"layers/b.kml", OTHER, 0}};
  assert_int_equal(keep_zip(&k, linked, 2, NULL, false), SL_OK);
  assert_int_equal(k.count, 1);
  assert_int_equal(k.summary.skipped, 1);
  kept_free(&k);
  const packed out[] = {{"doc.kml", DOC, 0}, {"layers/b.kml", LINKS("http://example.org/c.kml"), 0}};
  assert_int_equal(keep_zip(&k, out, 2, NULL, false), SL_ERR_UNSUPPORTED);
  assert_string_equal(k.fault.reason, "entry 2 of the archive: a NetworkLink leads to another file: give that file itself");
  kept_free(&k);
  const packed broken[] = {{"doc.kml", DOC, 0}, {"layers/b.kml", "<kml><Placemark>", 0}};
  assert_int_equal(keep_zip(&k, broken, 2, NULL, false), SL_ERR_SYNTAX);
  assert_non_null(strstr(k.fault.reason, "entry 2 of the archive: not well-formed"));
  kept_free(&k);
}

static void other_archives_are_refused_by_name(void **state) {
  (void)state;
  static const struct { packed entry[2]; size_t count; sl_err error; const char *says; } rows[] = {
      {{{"readme.txt", "hello", 0}}, 1, SL_ERR_UNSUPPORTED, "neither"},
      {{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet", 0}, {"content.xml", "<a/>", 0}}, 2, SL_ERR_UNSUPPORTED, "OpenDocument"},
      {{{"doc.kml", "PK\3\4", 4}}, 1, SL_ERR_UNSUPPORTED, "inside an archive"},
      {{{"doc.kml", "<kml><Placemark>", 0}}, 1, SL_ERR_SYNTAX, "XML"},
      {{{"doc.kml", DOC, 0}, {"../x", "x", 0}}, 2, SL_ERR_RANGE, "outside"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_zip(&k, rows[i].entry, rows[i].count, NULL, true);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_non_null(strstr(k.fault.reason, rows[i].says));
    kept_free(&k);
  }
  const packed entries[] = {{"doc.kml", DOC, 0}};
  size_t size;
  uint8_t *bytes = zip_of(&size, entries, 1, true);
  kept k;
  assert_int_equal(keep_bytes(&k, (sl_span){bytes, size}, NULL, true), SL_ERR_UNSUPPORTED);
  assert_non_null(strstr(k.fault.reason, "encrypted"));
  kept_free(&k);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_document_is_read), cmocka_unit_test(parts_of_an_archive), cmocka_unit_test(other_archives_are_refused_by_name)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
