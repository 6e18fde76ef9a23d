/* Receipts: the text of an inclusion proof with the checkpoint it leads to. About
 * a kilobyte; the proof is on the stack, the checkpoint a view of the input. */
#include "base/assert.h"
#include "base/text.h"
#include "ledger/lines.h"
#include "ledger/note.h"

#define HEADER "c2sp.org/tlog-proof@v1"

sl_err sl_tlog_proof_add(sl_buf *out, uint64_t index, const sl_proof *proof, sl_str checkpoint) {
  SL_ASSERT(out != NULL && proof != NULL);
  if (proof->count > SL_PROOF_HASHES_MAX) {
    return SL_ERR_RANGE;
  }
  if (checkpoint.size > SL_NOTE_MAX) {
    return SL_ERR_CAP;
  }
  sl_buf text;
  sl_buf_init(&text, SL_TLOG_PROOF_MAX);
  sl_buf_add_format(&text, HEADER "\nindex %llu\n", (unsigned long long)index);
  for (uint32_t i = 0; i < proof->count; i++) {
    sl_base64_add(&text, (sl_span){proof->hash[i].bytes, 32});
    sl_buf_add_text(&text, "\n");
  }
  sl_buf_add_text(&text, "\n");
  sl_buf_add_str(&text, checkpoint);
  sl_err err = text.error;
  if (err == SL_OK) {
    sl_buf_add_str(out, sl_buf_str(&text));
    err = out->error;
  }
  sl_buf_fini(&text);
  return err;
}

/* The extra data is anybody's: only its form is looked at. */
static bool extra_valid(sl_str base64) {
  uint8_t bytes[SL_TLOG_PROOF_MAX / 4 * 3];
  size_t size = sizeof bytes;
  return sl_base64_read(bytes, &size, base64) == SL_OK;
}

static sl_err read_hashes(sl_proof *out, sl_lines *lines, sl_fault *fault) {
  sl_str line;
  out->count = 0;
  while (sl_lines_next(lines, &line) == SL_OK) {
    if (line.size == 0) {
      return SL_OK;
    }
    if (out->count == SL_PROOF_HASHES_MAX) {
      return sl_lines_fault(lines, fault, SL_ERR_CAP, "a proof has at most 64 hashes");
    }
    if (sl_lines_hash(&out->hash[out->count], line) != SL_OK) {
      return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "a proof line must be a hash in base64");
    }
    out->count++;
  }
  return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "an empty line must stand between proof and checkpoint");
}

static sl_err read_head(uint64_t *index, sl_proof *proof, sl_lines *lines, sl_fault *fault) {
  sl_str line;
  sl_str rest;
  if (sl_lines_next(lines, &line) != SL_OK || !sl_str_is(line, HEADER)) {
    return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "a receipt must begin with " HEADER);
  }
  if (sl_lines_next(lines, &line) != SL_OK) {
    return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "a receipt must have an index line");
  }
  if (sl_lines_after(&rest, line, "extra ")) {
    if (!extra_valid(rest) || sl_lines_next(lines, &line) != SL_OK) {
      return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "an extra line must be base64, an index line follows");
    }
  }
  if (!sl_lines_after(&rest, line, "index ") || sl_lines_number(index, rest) != SL_OK) {
    return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "the index line must be: index, space, number");
  }
  return read_hashes(proof, lines, fault);
}

sl_err sl_tlog_proof_open(uint64_t *ret_index, sl_checkpoint *ret_checkpoint, sl_str text, const sl_hash *leaf,
                          sl_sha256_fn *sha256, sl_verify_fn *verify, const uint8_t public_key[static 32],
                          sl_fault *fault) {
  SL_ASSERT(ret_index != NULL && ret_checkpoint != NULL);
  SL_ASSERT(leaf != NULL && sha256 != NULL && verify != NULL);
  if (text.size > SL_TLOG_PROOF_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "a receipt may have at most %u bytes", SL_TLOG_PROOF_MAX);
  }
  uint64_t index = 0;
  sl_proof proof;
  sl_lines lines = sl_lines_of(text);
  sl_err err = read_head(&index, &proof, &lines, fault);
  if (err != SL_OK) {
    return err;
  }
  sl_checkpoint checkpoint;
  const sl_str note = {text.data + lines.at, text.size - lines.at};
  err = sl_checkpoint_open(&checkpoint, note, sha256, verify, public_key, fault);
  if (err != SL_OK) {
    return err;
  }
  err = sl_inclusion_check(sha256, leaf, index, checkpoint.size, &proof, &checkpoint.root);
  if (err != SL_OK) {
    return sl_fault_set(fault, err, "the proof does not lead from the entry to the checkpoint's root");
  }
  *ret_index = index;
  *ret_checkpoint = checkpoint;
  return SL_OK;
}
