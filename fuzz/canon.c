/* The canonical form from bytes: whatever is accepted is written back as the same
 * bytes, and every object that passes its check can be prepared. */
#include <stdlib.h>

#include "geo/canon.h"
#include "sideline/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held) {
  if (!held) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_arena arena;
  sl_arena_init(&arena, 1 << 22);
  sl_plan plan;
  const sl_err err = sl_canon_read(&plan, &arena, (sl_span){data, size});
  must(err == SL_OK || err == SL_ERR_CORRUPT || err == SL_ERR_CAP || err == SL_ERR_NOMEM);
  if (err == SL_OK) {
    sl_buf again;
    sl_buf_init(&again, 1 << 22);
    sl_canon_add(&again, &plan);
    must(again.error == SL_OK && again.size == size && memcmp(again.data, data, size) == 0);
    sl_buf_fini(&again);
    for (uint32_t i = 0; i < plan.count && i < 8; i++) {
      const sl_object *object = plan.object + i;
      /* What has no ring 0 has no hole 0: the caller's arrays are as long as it says. */
      sl_fault fault = sl_fault_none();
      const sl_err bad = sl_object_check(object, &fault);
      must(bad == fault.code || bad == SL_ERR_NOMEM);
      sl_prepared *prepared = NULL;
      must(sl_prepare(&prepared, object, NULL) == bad);
      sl_prepared_free(prepared);
    }
  }
  sl_arena_fini(&arena);
  return 0;
}
