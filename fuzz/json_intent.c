/* Bodies of intents: whatever is taken is written and taken again as the same bytes. */
#include <stdlib.h>

#include "wire/intent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_arena arena;
  sl_arena_init(&arena, 8u << 20);
  sl_buf first, second;
  sl_buf_init(&first, 16u << 20);
  sl_buf_init(&second, 16u << 20);
  sl_draft draft, back;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_draft_read(&draft, &arena, (sl_span){data, size}, (sl_time){0}, &fault);
  if (fault.code != err || fault.offset > size) abort();
  if (err == SL_OK) {
    sl_draft_add(&first, &draft);
    if (first.error != SL_OK) abort();
    if (sl_draft_read(&back, &arena, sl_buf_span(&first), (sl_time){0}, &fault) != SL_OK) abort();
    sl_draft_add(&second, &back);
    if (!sl_str_equal(sl_buf_str(&first), sl_buf_str(&second))) abort();
  }
  sl_buf_fini(&first);
  sl_buf_fini(&second);
  sl_arena_fini(&arena);
  return 0;
}
