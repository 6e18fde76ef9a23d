#include "format/package.h"
sl_err sl_read_workbook(sl_reading *reading, sl_archive *archive) {
  (void)archive;
  return sl_fault_set(reading->fault, SL_ERR_UNSUPPORTED, "no");
}
sl_err sl_read_xlsx(sl_reading *reading) {
  return sl_fault_set(reading->fault, SL_ERR_UNSUPPORTED, "no");
}
