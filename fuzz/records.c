/* Envelopes and their payloads: the bytes are tried as an envelope, and as each of the
 * payloads; what an envelope carries is tried too. Whatever is taken is written and
 * taken again as the same bytes. */
#include <stdlib.h>

#include "wire/body.h"
#include "wire/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(sl_buf *first, sl_buf *second) {
  if (first->error != SL_OK || !sl_str_equal(sl_buf_str(first), sl_buf_str(second))) abort();
}

static void try_payload(sl_arena *arena, sl_span payload) {
  sl_buf first, second;
  sl_buf_init(&first, 1u << 20);
  sl_buf_init(&second, 1u << 20);
  sl_membership record;
  if (sl_membership_read(&record, arena, payload, NULL) == SL_OK) {
    sl_membership_add(&first, &record);
    if (sl_membership_read(&record, arena, sl_buf_span(&first), NULL) != SL_OK) abort();
    sl_membership_add(&second, &record);
    same(&first, &second);
  }
  sl_agreement agreement;
  if (sl_agreement_read(&agreement, arena, payload, NULL) == SL_OK) {
    sl_agreement_add(&first, &agreement);
    if (sl_agreement_read(&agreement, arena, sl_buf_span(&first), NULL) != SL_OK) abort();
    sl_agreement_add(&second, &agreement);
    same(&first, &second);
  }
  sl_buf_fini(&first);
  sl_buf_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_arena arena;
  sl_arena_init(&arena, 4u << 20);
  sl_span bytes = {data, size};
  sl_envelope envelope;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_envelope_read(&envelope, &arena, bytes, &fault);
  if (fault.code != err) abort();
  if (err == SL_OK) try_payload(&arena, envelope.payload);
  try_payload(&arena, bytes);
  sl_end_body end;
  sl_answer_body answer;
  sl_heartbeat_body heartbeat;
  (void)!sl_end_body_read(&end, &arena, bytes, NULL);
  (void)!sl_answer_body_read(&answer, &arena, bytes, NULL);
  (void)!sl_heartbeat_body_read(&heartbeat, &arena, bytes, NULL);
  sl_arena_fini(&arena);
  return 0;
}
