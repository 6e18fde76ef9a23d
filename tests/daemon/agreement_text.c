/* Prints the line agreement "north" between blue and red with its defaults, as JSON, for
 * the black-box tests to change and sign. */
#include <stdio.h>

#include "case/agreement.h"
#include "wire/record.h"

int main(void) {
  sl_agreement agreement;
  sl_agreement_defaults(&agreement);
  snprintf(agreement.line, sizeof agreement.line, "north");
  snprintf(agreement.side[0], sizeof agreement.side[0], "blue");
  snprintf(agreement.side[1], sizeof agreement.side[1], "red");
  agreement.valid_from.ns = SL_NS_PER_S;
  sl_buf text;
  sl_buf_init(&text, 65536);
  sl_agreement_add(&text, &agreement);
  bool written = !text.error && fwrite(text.data, 1, text.size, stdout) == text.size;
  sl_buf_fini(&text);
  return written ? 0 : 1;
}
