/* DSSE envelopes (Dead Simple Signing Envelope, version 1): signed records with
 * their type inside the signature. Their JSON is the wire's. */
#ifndef SL_SEAL_DSSE_H
#define SL_SEAL_DSSE_H

#include "base/buf.h"
#include "seal/seal.h"

#define SL_DSSE_PAYLOAD_MAX (1u << 20)
#define SL_DSSE_TYPE_MAX 128u

/* Append the pre-authentication encoding: "DSSEv1", the type and the payload, each
 * with its length in bytes as decimal digits before it, single spaces between.
 * Errors: in out. Threads: any. Source: secure-systems-lab/dsse, protocol.md. */
void sl_dsse_pae_add(sl_buf *out, sl_str payload_type, sl_span payload);

/* Sign, and check, a payload of that type. Errors: SL_ERR_CAP (type or payload too
 * long), SL_ERR_NOMEM; SL_ERR_CRYPTO from the signer, SL_ERR_SIGNATURE when it does
 * not verify. Threads: as the signer; any. Cost: a copy of the payload. */
SL_MUST_USE sl_err sl_dsse_sign(uint8_t out[static 64], const sl_signer *signer, sl_str payload_type,
                                sl_span payload);
SL_MUST_USE sl_err sl_dsse_check(const uint8_t public_key[static 32], const uint8_t signature[static 64],
                                 sl_str payload_type, sl_span payload);

#endif
