/* Signed heads: lines of method, target, host, signature-input, signature and
 * content-digest, then the body. What is taken has a base of six lines for exactly
 * this request, and its key and nonce are within their lengths. */
#include <stdlib.h>

#include "wire/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A digest that depends on every byte; the seal's own is not what is tested here. */
static void digest(uint8_t out[static 32], const sl_span *parts, size_t count) {
  memset(out, 0, 32);
  for (size_t p = 0; p < count; p++) {
    for (size_t i = 0; i < parts[p].size; i++) out[i % 32] = (uint8_t)(out[i % 32] * 31 + parts[p].data[i]);
  }
}

static sl_str take_line(sl_span *rest) {
  size_t size = 0;
  while (size < rest->size && rest->data[size] != '\n') size++;
  sl_str line = {(const char *)rest->data, size};
  size_t used = size < rest->size ? size + 1 : size;
  *rest = (sl_span){rest->data + used, rest->size - used};
  return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sl_span rest = {data, size};
  sl_request request = {.method = take_line(&rest), .target = take_line(&rest), .authority = take_line(&rest)};
  sl_header header[5] = {{SL_STR("host"), request.authority},
                         {SL_STR("Signature-Input"), take_line(&rest)},
                         {SL_STR("signature"), take_line(&rest)},
                         {SL_STR("content-digest"), take_line(&rest)},
                         {SL_STR("accept"), SL_STR("x")}};
  request.header = header;
  request.header_count = 5;
  request.body = rest;
  sl_buf base;
  sl_buf_init(&base, SL_SIGNATURE_BASE_MAX);
  sl_signed_head head;
  sl_fault fault = sl_fault_none();
  sl_err err = sl_signature_read(&head, &base, &request, digest, (sl_time){1767323050 * SL_NS_PER_S}, &fault);
  if (fault.code != err) abort();
  if (err == SL_OK) {
    size_t lines = 1;
    for (size_t i = 0; i < base.size; i++) lines += base.data[i] == '\n';
    if (lines != 6 || strlen(head.keyid) == 0 || strlen(head.nonce) < SL_NONCE_MIN) abort();
    if (head.expires <= head.created || head.expires > 1767323050 + SL_SIGNATURE_LIFE_MAX_S + SL_SIGNATURE_SKEW_S) abort();
  } else if (base.size != 0) {
    abort();
  }
  sl_buf_fini(&base);
  return 0;
}
