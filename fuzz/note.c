/* Everything of the ledger that comes as text: checkpoints, receipts, verifier keys
 * and tile paths. The first byte chooses. Signatures are not asked of the fuzzer:
 * the verifier here takes those that begin with 'S', so that what stands behind the
 * signature is reached too. */
#include <stdlib.h>

#include "ledger/note.h"
#include "ledger/rollup.h"
#include "seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t public_key[32] = {0x1a, 0x5c, 0xd9};

static void must(bool held) {
  if (!held) {
    abort();
  }
}

static bool verify(const uint8_t key[static 32], const uint8_t signature[static 64], sl_span message) {
  must(key[0] == public_key[0] && message.size > 0);
  return signature[0] == 'S';
}

/* What was opened can be written again, and opens to the same. */
static void open_checkpoint(sl_str text) {
  sl_checkpoint checkpoint;
  sl_fault fault = sl_fault_none();
  const sl_err err = sl_checkpoint_open(&checkpoint, text, sl_sha256, verify, public_key, &fault);
  must(err == fault.code);
  if (err != SL_OK) {
    return;
  }
  sl_hash head;
  must(sl_origin_valid(sl_str_from(checkpoint.origin)));
  must(sl_rollup_head(sl_sha256, &head, &checkpoint) == SL_OK);
  sl_buf again;
  sl_buf_init(&again, SL_NOTE_MAX);
  sl_checkpoint_text_add(&again, &checkpoint);
  must(again.error == SL_OK && again.size <= text.size && memcmp(again.data, text.data, again.size) == 0);
  sl_buf_fini(&again);
}

static void open_receipt(sl_str text) {
  sl_checkpoint checkpoint;
  sl_hash leaf = {{0}};
  uint64_t index = 0;
  sl_fault fault = sl_fault_none();
  const sl_err err =
      sl_tlog_proof_open(&index, &checkpoint, text, &leaf, sl_sha256, verify, public_key, &fault);
  must(err == fault.code);
  must(err != SL_OK || index < checkpoint.size);
}

static void read_vkey(sl_str text) {
  char name[SL_ORIGIN_MAX + 1];
  uint8_t key[32];
  if (sl_note_vkey_read(name, key, text, sl_sha256) == SL_OK) {
    sl_buf again;
    sl_buf_init(&again, 1024);
    sl_note_vkey_add(&again, name, sl_sha256, key);
    must(sl_str_equal(sl_buf_str(&again), text));
    sl_buf_fini(&again);
  }
}

static void read_path(sl_str text) {
  sl_tile tile;
  if (sl_tile_path_read(&tile, text) == SL_OK) {
    sl_buf again;
    sl_buf_init(&again, 256);
    sl_tile_path_add(&again, &tile);
    must(sl_str_equal(sl_buf_str(&again), text));
    sl_buf_fini(&again);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  must(sl_seal_init() == SL_OK);
  if (size == 0) {
    return 0;
  }
  const sl_str text = {(const char *)data + 1, size - 1};
  switch (data[0]) {
    case 'c': open_checkpoint(text); break;
    case 'r': open_receipt(text); break;
    case 'v': read_vkey(text); break;
    case 't': read_path(text); break;
    default: {
      sl_rollup_entry entry;
      const sl_err err = sl_rollup_entry_read(&entry, (sl_span){data + 1, size - 1});
      must(err != SL_OK || entry.k <= SL_ROLLUP_K_MAX);
    }
  }
  return 0;
}
