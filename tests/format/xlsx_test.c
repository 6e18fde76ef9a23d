/* Workbooks written by hand: what spreadsheets, survey tools and libraries make of them. */
#include "format/xlsx.h"

#include "format/measure.h"
#include "zipper.h"

#define TYPES {"[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>", 0}
#define RELS {"_rels/.rels", "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>", 0}
#define SHEET(inside) "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"A1\"/><sheetData>" inside
#define END_SHEET "</sheetData></worksheet>"
#define REL(id, kind, target) "<Relationship Id=\"" id "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" kind "\" Target=\"" target "\"/>"
#define BOOK_RELS {"xl/_rels/workbook.xml.rels", "<Relationships>" REL("rId1", "worksheet", "worksheets/sheet1.xml") REL("rId2", "worksheet", "/xl/worksheets/sheet2.xml") REL("rId3", "sharedStrings", "sharedStrings.xml") REL("rId4", "styles", "styles.xml") "</Relationships>", 0}
#define BOOK(pr, sheets) {"xl/workbook.xml", "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">" pr "<sheets>" sheets "</sheets></workbook>", 0}
#define ONE_SHEET "<sheet name=\"Sites\" sheetId=\"1\" r:id=\"rId1\"/>"
#define TEXT(ref, text) "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define HEAD "<row r=\"1\">" TEXT("A1", "Name") TEXT("B1", "Latitude") TEXT("C1", "Longitude") TEXT("D1", "Radius (m)") TEXT("E1", "Start date (UTC)") "</row>"

static sl_err keep_rows(kept *k, const char *pr, const char *sheet, const sl_read_options *options, bool keep_going) {
  char book[512];
  (void)snprintf(book, sizeof book, "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">%s<sheets>" ONE_SHEET "</sheets></workbook>", pr);
  const packed entries[] = {TYPES, RELS, BOOK_RELS, {"xl/workbook.xml", book, 0}, {"xl/worksheets/sheet1.xml", sheet, 0},
                            {"xl/sharedStrings.xml", "<sst><si><t>Name</t></si><si><t xml:space=\"preserve\">Al </t></si><si><r><t xml:space=\"preserve\">Al </t></r><r><rPr><b/></rPr><t>Shifa</t></r><rPh><t>phon</t></rPh></si></sst>", 0},
                            {"xl/styles.xml", "<styleSheet><numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd;@\"/><numFmt numFmtId=\"165\" formatCode=\"0.00000&quot; deg&quot;[Red]\"/><numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/></numFmts>"
                             "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>", 0}};
  return keep_zip(k, entries, sizeof entries / sizeof *entries, options, keep_going);
}

static int64_t moment(const char *text) {
  sl_time time = {-1};
  bool assumed;
  assert_int_equal(sl_moment_read(&time, &assumed, sl_str_from(text), false, NULL), SL_OK);
  return time.ns;
}

static void cells_of_every_kind(void **state) {
  (void)state;
  kept k;
  static const char sheet[] = SHEET(
      "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>A list of sites</v></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c>" TEXT("B3", "Latitude") TEXT("C3", "Longitude") TEXT("D3", "Radius (km)") TEXT("F3", "Start date (UTC)") TEXT("G3", "End date (UTC)") "</row>"
      "<row r=\"4\"><c r=\"A4\" t=\"s\"><v>2</v></c><c r=\"B4\" s=\"3\"><v>36.335000000000001</v></c><c r=\"C4\"><v>43.119</v></c><c r=\"D4\"><f>1+0.5</f><v>1.5</v></c><c r=\"F4\" s=\"1\"><v>46115.604166666664</v></c><c r=\"G4\" s=\"2\"><v>46120</v></c></row>"
      "<row r=\"7\">" TEXT("A7", "B") "<c r=\"B7\" t=\"str\"><v>36\xc2\xb0" "20'06\"N</v></c>" TEXT("C7", "43,119") "<c r=\"F7\" t=\"d\"><v>2026-04-03T14:30:00</v></c></row>"
      "<row><c t=\"inlineStr\"><is><r><t xml:space=\"preserve\">C </t></r><r><t>D</t></r></is></c><c><v>1.0000000000000001E-5</v></c><c><v>43.2</v></c></row>") END_SHEET;
  sl_err error = keep_rows(&k, "", sheet, NULL, false);
  if (error) printf("%u: %s\n", k.fault.line, k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.summary.format, SL_FORMAT_XLSX);
  assert_string_equal(k.summary.columns, "name=Name; lat=Latitude; lon=Longitude; radius=Radius (km); start=Start date (UTC); end=End date (UTC)");
  assert_int_equal(k.summary.skipped, 1);
  assert_int_equal(k.count, 3);
  assert_true(sl_str_is(k.record[0].name, "Al Shifa"));
  assert_int_equal(k.record[0].line, 4);
  assert_int_equal(k.record[0].shape.as.circle.centre.lat_nd, 36335000000);
  assert_int_equal(k.record[0].shape.as.circle.radius.mm, 1500000);
  assert_int_equal(k.record[0].window[0].start.ns, moment("2026-04-03T14:30:00Z"));
  assert_int_equal(k.record[0].window[0].end.ns, moment("2026-04-09"));
  assert_int_equal(k.record[1].line, 7);
  assert_int_equal(k.record[1].shape.as.circle.centre.lon_nd, 43119000000);
  assert_int_equal(k.record[1].window[0].start.ns, moment("2026-04-03T14:30:00Z"));
  assert_true(sl_str_is(k.record[2].name, "C D"));
  assert_int_equal(k.record[2].line, 8);
  assert_int_equal(k.record[2].shape.as.circle.centre.lat_nd, 10000);
  kept_free(&k);
}

static void dates_count_from_1900_or_1904(void **state) {
  (void)state;
  static const char sheet[] = SHEET(HEAD "<row r=\"2\">" TEXT("A2", "A") "<c r=\"B2\"><v>36.335</v></c><c r=\"C2\"><v>43.119</v></c><c r=\"E2\" s=\"1\"><v>44653</v></c></row>") END_SHEET;
  kept k;
  assert_int_equal(keep_rows(&k, "<workbookPr date1904=\"1\"/>", sheet, NULL, false), SL_OK);
  assert_int_equal(k.record[0].window[0].start.ns, moment("2026-04-03"));
  kept_free(&k);
  assert_int_equal(keep_rows(&k, "<workbookPr/>", sheet, NULL, false), SL_OK);
  assert_int_equal(k.record[0].window[0].start.ns, moment("2022-04-02"));
  kept_free(&k);
}

static void merged_cells_count_in_each_row(void **state) {
  (void)state;
  static const char sheet[] = SHEET(
      "<row r=\"1\">" TEXT("A1", "Sites") "</row><row r=\"2\">" TEXT("A2", "Name") TEXT("B2", "Coordinates") TEXT("D2", "Radius (m)") "</row><row r=\"3\">" TEXT("B3", "Latitude") TEXT("C3", "Longitude") "</row>"
      "<row r=\"4\">" TEXT("A4", "Camp") "<c r=\"B4\"><v>36.335</v></c><c r=\"C4\"><v>43.119</v></c><c r=\"D4\"><v>700</v></c></row><row r=\"5\"><c r=\"B5\"><v>36.435</v></c><c r=\"C5\"><v>43.119</v></c></row>"
      "<row r=\"6\">" TEXT("A6", "Other") "<c r=\"B6\"><v>36.535</v></c><c r=\"C6\"><v>43.119</v></c></row>")
      "</sheetData><mergeCells count=\"5\"><mergeCell ref=\"A1:D1\"/><mergeCell ref=\"D4:D5\"/><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B2:C2\"/><mergeCell ref=\"A4:A5\"/></mergeCells></worksheet>";
  kept k;
  sl_err error = keep_rows(&k, "", sheet, NULL, false);
  if (error) printf("%s\n", k.fault.reason);
  assert_int_equal(error, SL_OK);
  assert_int_equal(k.count, 3);
  assert_true(sl_str_is(k.record[1].name, "Camp (line 5)"));
  assert_int_equal(k.record[1].shape.as.circle.radius.mm, 700000);
  assert_int_equal(k.record[2].shape.as.circle.radius.mm, 500000);
  kept_free(&k);
}

static void bad_rows_are_refused_alone(void **state) {
  (void)state;
  static const struct { const char *row; sl_err error; const char *says; } rows[] = {
      {"<c r=\"B2\" t=\"e\"><v>#N/A</v></c><c r=\"C2\"><v>43</v></c>", SL_ERR_TYPE, "lat: an error value"}, {"<c r=\"B2\"><f>A1</f></c><c r=\"C2\"><v>43</v></c>", SL_ERR_TYPE, "lat: an error value"}, {"<c r=\"B2\"><f>A1</f><v></v></c><c r=\"C2\"><v>43</v></c>", SL_ERR_TYPE, "lat: an error value"},
      {"<c r=\"B2\" s=\"2\"><v>36.335</v></c><c r=\"C2\"><v>43</v></c>", SL_ERR_TYPE, "date"}, {"<c r=\"B2\"><v>36335</v></c><c r=\"C2\"><v>43119</v></c>", SL_ERR_RANGE, "swapped"}, {"<c r=\"B2\" t=\"s\"><v>99</v></c><c r=\"C2\"><v>43</v></c>", SL_ERR_TYPE, "lat"},
      {"<c r=\"B2\"><v>36.3</v></c>", SL_ERR_MISSING, "one of"}, {"<c r=\"B2\"><v>36.335</v></c><c r=\"C2\"><v>43.119</v></c><c r=\"E2\"><v>-4</v></c>", SL_ERR_RANGE, "start"},
      {"<c r=\"B2\" t=\"b\"><v>1</v></c><c r=\"C2\"><v>43</v></c>", SL_ERR_SYNTAX, "lat"}, {"<c r=\"B2\"><v>36.335</v></c><c r=\"C2\"><v>43.119</v></c><c r=\"AMK2\"><v>1</v></c>", SL_ERR_CAP, "columns"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char sheet[4096];
    kept k;
    (void)snprintf(sheet, sizeof sheet, SHEET(HEAD "<row r=\"2\">" TEXT("A2", "X") "%s</row><row r=\"3\">" TEXT("A3", "G") "<c r=\"B3\"><v>36.335</v></c><c r=\"C3\"><v>43.119</v></c></row>") END_SHEET, rows[i].row);
    sl_err error = keep_rows(&k, "", sheet, NULL, false);
    if (error != rows[i].error || !strstr(k.fault.reason, rows[i].says)) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    assert_non_null(strstr(k.fault.reason, rows[i].says));
    assert_int_equal(k.fault.line, 2);
    kept_free(&k);
    assert_int_equal(keep_rows(&k, "", sheet, NULL, true), SL_OK);
    assert_int_equal(k.count, 1);
    kept_free(&k);
  }
}

static void broken_sheets_end_the_reading(void **state) {
  (void)state;
  static const struct { const char *sheet; sl_err error; } rows[] = {
      {SHEET(HEAD "<row r=\"2\">"), SL_ERR_SYNTAX}, {SHEET(HEAD "<row r=\"1\"></row>") END_SHEET, SL_ERR_SYNTAX}, {SHEET("<row r=\"0\"></row>") END_SHEET, SL_ERR_SYNTAX}, {SHEET("<row r=\"2000000\"></row>") END_SHEET, SL_ERR_SYNTAX},
      {SHEET("<row r=\"1\"><c r=\"B2\"/></row>") END_SHEET, SL_ERR_SYNTAX}, {SHEET("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>") END_SHEET, SL_ERR_SYNTAX}, {SHEET("<row r=\"1\"><c r=\"1\"/></row>") END_SHEET, SL_ERR_SYNTAX},
      {SHEET("") "</sheetData><mergeCells><mergeCell ref=\"A1\"/></mergeCells></worksheet>", SL_ERR_SYNTAX}, {SHEET("<c/>") END_SHEET, SL_ERR_SYNTAX}, {SHEET("") END_SHEET, SL_ERR_MISSING},
      {"<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>", SL_ERR_UNSUPPORTED}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kept k;
    sl_err error = keep_rows(&k, "", rows[i].sheet, NULL, true);
    if (error != rows[i].error) printf("%zu: %d %s\n", i, error, k.fault.reason);
    assert_int_equal(error, rows[i].error);
    kept_free(&k);
  }
}

static void sheets_are_chosen_by_name(void **state) {
  (void)state;
#define ROWS(name) SHEET(HEAD "<row r=\"2\">" TEXT("A2", name) "<c r=\"B2\"><v>36.335</v></c><c r=\"C2\"><v>43.119</v></c></row>") END_SHEET
#define PARTS BOOK_RELS, {"xl/worksheets/sheet1.xml", ROWS("one"), 0}, {"xl/worksheets/sheet2.xml", ROWS("two"), 0}
  const packed shown[] = {TYPES, RELS, PARTS, BOOK("", "<sheet name=\"Lists\" r:id=\"rId1\" state=\"veryHidden\"/><sheet name=\"Sites &amp; more\" r:id=\"rId2\"/>")};
  kept k;
  assert_int_equal(keep_zip(&k, shown, 6, NULL, false), SL_OK);
  assert_true(sl_str_is(k.record[0].name, "two"));
  assert_true(has_note(&k.record[0], SL_NOTE_LEFT_OUT, "1 further sheets"));
  kept_free(&k);
  sl_read_options options = sl_read_options_default();
  static const struct { const char *sheet, *name; sl_err error; } rows[] = {{"Lists", "one", SL_OK}, {"Sites & more", "two", SL_OK}, {"None", "", SL_ERR_MISSING}};
  for (size_t i = 0; i < 3; i++) {
    options.sheet = rows[i].sheet;
    assert_int_equal(keep_zip(&k, shown, 6, &options, false), rows[i].error);
    if (!rows[i].error) assert_true(sl_str_is(k.record[0].name, rows[i].name));
    kept_free(&k);
  }
  const packed hidden[] = {TYPES, RELS, PARTS, BOOK("", "<sheet name=\"Lists\" r:id=\"rId1\" state=\"hidden\"/>")};
  assert_int_equal(keep_zip(&k, hidden, 6, NULL, false), SL_ERR_MISSING);
  kept_free(&k);
  const packed none[] = {TYPES, RELS, {"xl/other.xml", "<x/>", 0}};
  assert_int_equal(keep_zip(&k, none, 3, NULL, false), SL_ERR_MISSING);
  kept_free(&k);
  const packed lost[] = {TYPES, RELS, BOOK_RELS, BOOK("", ONE_SHEET)};
  assert_int_equal(keep_zip(&k, lost, 4, NULL, false), SL_ERR_MISSING);
  kept_free(&k);
}

static void containers_of_passwords_are_refused(void **state) {
  (void)state;
  kept k;
  assert_int_equal(keep_bytes(&k, sl_str_bytes(SL_STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more")), NULL, true), SL_ERR_UNSUPPORTED);
  assert_non_null(strstr(k.fault.reason, "password"));
  kept_free(&k);
  /* A part that is another way round the rels, named absolutely, and an archive cut off. */
  const packed whole[] = {TYPES, RELS, BOOK_RELS, BOOK("", ONE_SHEET), {"xl/worksheets/sheet1.xml", ROWS("one"), 0}};
  size_t size;
  uint8_t *bytes = zip_of(&size, whole, 5, false);
  assert_int_equal(keep_bytes(&k, (sl_span){bytes, size}, NULL, false), SL_OK);
  kept_free(&k);
  assert_int_equal(keep_bytes(&k, (sl_span){bytes, size - 30}, NULL, true), SL_ERR_SYNTAX);
  kept_free(&k);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(cells_of_every_kind), cmocka_unit_test(dates_count_from_1900_or_1904), cmocka_unit_test(merged_cells_count_in_each_row), cmocka_unit_test(bad_rows_are_refused_alone),
                                     cmocka_unit_test(broken_sheets_end_the_reading), cmocka_unit_test(sheets_are_chosen_by_name), cmocka_unit_test(containers_of_passwords_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
