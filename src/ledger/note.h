/* C2SP signed notes, tlog checkpoints, tlog proofs (receipts) and tile paths, as
 * text. Sources: c2sp.org/signed-note, /tlog-checkpoint, /tlog-tiles, /tlog-proof. */
#ifndef SL_LEDGER_NOTE_H
#define SL_LEDGER_NOTE_H

#include "ledger/tree.h"

#define SL_NOTE_MAX 16384u
#define SL_ORIGIN_MAX 128u

/* A checkpoint: what a log says its head is. origin is terminated, without
 * spaces, plus signs or line breaks; it is also the name of the signing key. */
typedef struct sl_checkpoint {
  char origin[SL_ORIGIN_MAX + 1];
  uint64_t size;
  sl_hash root;
} sl_checkpoint;

/* Append the signed note of a checkpoint: text, empty line, one signature line
 * under key name = origin, Ed25519 (key type 0x01). Errors: SL_ERR_RANGE (origin),
 * SL_ERR_CRYPTO, SL_ERR_CAP. */
SL_MUST_USE sl_err sl_checkpoint_sign(sl_buf *out, const sl_checkpoint *checkpoint, sl_sha256_fn *sha256,
                                      const sl_signer *signer);

/* Parse a signed note and check that the key signed it; signatures by other keys
 * are ignored. Errors: SL_ERR_SYNTAX, SL_ERR_CAP, SL_ERR_SIGNATURE. */
SL_MUST_USE sl_err sl_checkpoint_open(sl_checkpoint *out, sl_str note, sl_sha256_fn *sha256,
                                      sl_verify_fn *verify, const uint8_t public_key[static 32], sl_fault *fault);

/* The verifier key text of signed-note: name+hexid+base64(0x01 || key). */
void sl_note_vkey_add(sl_buf *out, const char *name, sl_sha256_fn *sha256, const uint8_t public_key[static 32]);
SL_MUST_USE sl_err sl_note_vkey_read(char name[static SL_ORIGIN_MAX + 1], uint8_t public_key[static 32],
                                     sl_str text, sl_sha256_fn *sha256);

/* Append a tlog-proof: index, inclusion proof, then the signed checkpoint. */
SL_MUST_USE sl_err sl_tlog_proof_add(sl_buf *out, uint64_t index, const sl_proof *proof, sl_str checkpoint);

/* Parse and verify a tlog-proof for a leaf: signature, then inclusion.
 * Errors: as sl_checkpoint_open() and sl_inclusion_check(). */
SL_MUST_USE sl_err sl_tlog_proof_open(uint64_t *ret_index, sl_checkpoint *ret_checkpoint, sl_str text,
                                      const sl_hash *leaf, sl_sha256_fn *sha256, sl_verify_fn *verify,
                                      const uint8_t public_key[static 32], sl_fault *fault);

/* tlog-tiles: a tile is up to 256 hashes of one level. Path without leading slash:
 * tile/L/NNN[.p/W] with NNN in x001/x234/067 groups. */
typedef struct sl_tile { unsigned level; uint64_t index; unsigned width; } sl_tile;
void sl_tile_path_add(sl_buf *out, const sl_tile *tile);
SL_MUST_USE sl_err sl_tile_path_read(sl_tile *out, sl_str path);
/* Append the tile's hashes as the tree has them. Errors: SL_ERR_RANGE (not complete
 * in a tree of `size`), SL_ERR_CAP. */
SL_MUST_USE sl_err sl_tile_add(sl_buf *out, const sl_tree *tree, const sl_tile *tile, uint64_t size);

#endif
