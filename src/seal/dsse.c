/* Signed records: the bytes that are signed say what they are, so that a record of
 * one kind is never taken for another. Payloads are a few KiB; one copy each. */
#include "seal/dsse.h"

#include "base/assert.h"

void sl_dsse_pae_add(sl_buf *out, sl_str payload_type, sl_span payload) {
  SL_ASSERT(out != NULL);
  sl_buf_add_format(out, "DSSEv1 %zu ", payload_type.size);
  sl_buf_add_str(out, payload_type);
  sl_buf_add_format(out, " %zu ", payload.size);
  sl_buf_add(out, payload.data, payload.size);
}

/* The encoding in a buffer of its own, which the caller releases. */
static sl_err encode(sl_buf *pae, sl_str payload_type, sl_span payload) {
  sl_buf_init(pae, SL_DSSE_PAYLOAD_MAX + SL_DSSE_TYPE_MAX + 64);
  if (payload_type.size > SL_DSSE_TYPE_MAX || payload.size > SL_DSSE_PAYLOAD_MAX) {
    return SL_ERR_CAP;
  }
  sl_dsse_pae_add(pae, payload_type, payload);
  return pae->error;
}

sl_err sl_dsse_sign(uint8_t out[static 64], const sl_signer *signer, sl_str payload_type, sl_span payload) {
  SL_ASSERT(signer != NULL && signer->sign != NULL);
  sl_buf pae;
  sl_err err = encode(&pae, payload_type, payload);
  if (err == SL_OK) {
    err = signer->sign(signer->context, out, sl_buf_span(&pae));
  }
  sl_buf_fini(&pae);
  return err;
}

sl_err sl_dsse_check(const uint8_t public_key[static 32], const uint8_t signature[static 64], sl_str payload_type,
                     sl_span payload) {
  sl_buf pae;
  sl_err err = encode(&pae, payload_type, payload);
  if (err == SL_OK && !sl_ed25519_verify(public_key, signature, sl_buf_span(&pae))) {
    err = SL_ERR_SIGNATURE;
  }
  sl_buf_fini(&pae);
  return err;
}
