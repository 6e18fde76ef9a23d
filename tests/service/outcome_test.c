/* How much an outcome can say (L12): upper bounds in bits, from the closed type and
 * nothing else. SECURITY.md has the same figures; this test holds it to them. */
#include "service/outcome.h"

#include <math.h>

#include "case/agreement.h"
#include "settle/settle.h"
#include "test.h"

/* Sets that can be told of an own plan of n granules: 1 to 16 of them, or all. */
static double sets_of(unsigned n) {
  double sets = 1.0, choose = 1.0;
  for (unsigned k = 1; k <= n && k <= SL_GRANULES_TOLD_MAX; k++) {
    choose = choose * (n - k + 1) / k;
    sets += choose;
  }
  return sets;
}

/* CLEAR, or one of two other verdicts with a set. */
static double verdict_bits(unsigned n) { return log2(1.0 + 2.0 * sets_of(n)); }

/* A step of the case that others or the round took: none, a proposal by its number in
 * the own list, a commit, failed, nothing left. */
static double case_bits(void) { return log2(1.0 + (SL_SETTLE_ALTERNATIVES - 1) + 3.0); }

/* Of the other side's week: low, normal, high, exhausted. */
static double band_bits(void) { return log2(4.0); }

static double line_bits(void) { return log2(4.0); }

/* Which tick of a round an urgent outcome is released at. */
static double release_bits(void) {
  sl_agreement agreement;
  sl_agreement_defaults(&agreement);
  return log2((double)(agreement.round.ns / agreement.quantum.ns));
}

/* The row of the document that starts with the text has this figure. */
static void stands(const char *document, const char *starts, double bits) {
  char row[200];
  snprintf(row, sizeof row, "| %s | %.1f |", starts, bits);
  printf("%s\n", row);
  if (!strstr(document, row)) fail_msg("SECURITY.md has no row: %s", row);
}

static void the_document_has_the_bits_of_the_type(void **state) {
  (void)state;
  static char document[1 << 16];
  FILE *file = fopen(SL_VECTORS "/../../SECURITY.md", "rb");
  assert_non_null(file);
  size_t size = fread(document, 1, sizeof document - 1, file);
  fclose(file);
  document[size] = '\0';
  stands(document, "verdict and granules, plan of 1 granule", verdict_bits(1));
  stands(document, "verdict and granules, plan of 4 granules", verdict_bits(4));
  stands(document, "verdict and granules, plan of 12 granules", verdict_bits(12));
  stands(document, "verdict and granules, plan of 100 granules", verdict_bits(100));
  stands(document, "verdict and granules, plan of 65,536 granules", verdict_bits(SL_GRANULES_WALK_MAX));
  stands(document, "a step of the case, at a round's end", case_bits());
  stands(document, "the state of a line", line_bits());
  stands(document, "the band of the other side's week", band_bits());
  stands(document, "which tick an urgent one is released at, in a round", release_bits());
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_document_has_the_bits_of_the_type)};
  return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
