/* C2SP signed notes, tlog checkpoints, tlog proofs (receipts) and tile paths, as
 * text. Sources: c2sp.org/signed-note, /tlog-checkpoint, /tlog-tiles, /tlog-proof. */
#ifndef SL_LEDGER_NOTE_H
#define SL_LEDGER_NOTE_H

#include "base/buf.h"
#include "ledger/tree.h"

#define SL_NOTE_MAX 16384u
#define SL_NOTE_SIGNATURES_MAX 64u
#define SL_TLOG_PROOF_MAX 32768u
#define SL_ORIGIN_MAX 128u

/* A checkpoint: what a log says its head is. origin is terminated, of printable
 * ASCII without spaces and plus signs; it is also the name of the signing key. */
typedef struct sl_checkpoint {
  char origin[SL_ORIGIN_MAX + 1];
  uint64_t size;
  sl_hash root;
} sl_checkpoint;

/* Whether text can be the origin of a checkpoint: 1 to SL_ORIGIN_MAX characters,
 * 0x21 to 0x7e, no plus sign. Threads: any. */
bool sl_origin_valid(sl_str text);

/* Append the text of a checkpoint, three lines: what is signed. The origin must be
 * valid. Errors: in out. Threads: any. */
void sl_checkpoint_text_add(sl_buf *out, const sl_checkpoint *checkpoint);

/* Append the signed note of a checkpoint: text, empty line, one signature line
 * under key name = origin, Ed25519 (key type 0x01). Errors: SL_ERR_RANGE (origin),
 * SL_ERR_CRYPTO, SL_ERR_CAP, SL_ERR_NOMEM; then nothing is appended. Threads: as
 * the signer. Cost: one signature. */
SL_MUST_USE sl_err sl_checkpoint_sign(sl_buf *out, const sl_checkpoint *checkpoint, sl_sha256_fn *sha256,
                                      const sl_signer *signer);

/* Parse a signed note and check that the key signed it under the note's own origin;
 * signatures by other keys are ignored, a wrong one under this key refuses the
 * note. Extension lines are accepted and not returned. WHOSE log it is, is the
 * caller's question: compare out->origin. Errors: SL_ERR_SYNTAX, SL_ERR_CAP,
 * SL_ERR_SIGNATURE. Threads: any. Cost: linear, one verification a matching line. */
SL_MUST_USE sl_err sl_checkpoint_open(sl_checkpoint *out, sl_str note, sl_sha256_fn *sha256,
                                      sl_verify_fn *verify, const uint8_t public_key[static 32], sl_fault *fault);

/* The key id of signed-note: SHA-256(name || 0x0A || 0x01 || key)[:4]. */
void sl_note_key_id(uint8_t out[static 4], sl_str name, sl_sha256_fn *sha256, const uint8_t public_key[static 32]);

/* The verifier key text of signed-note: name+hexid+base64(0x01 || key). name must
 * be a valid origin. Errors: in out. Reading gives SL_ERR_SYNTAX for everything
 * that writing would not have written. Threads: any. */
void sl_note_vkey_add(sl_buf *out, const char *name, sl_sha256_fn *sha256, const uint8_t public_key[static 32]);
SL_MUST_USE sl_err sl_note_vkey_read(char name[static SL_ORIGIN_MAX + 1], uint8_t public_key[static 32],
                                     sl_str text, sl_sha256_fn *sha256);

/* Append a tlog-proof: index, inclusion proof, then the signed checkpoint verbatim.
 * Errors: SL_ERR_RANGE (proof->count), SL_ERR_CAP (checkpoint over SL_NOTE_MAX, or
 * out is full), SL_ERR_NOMEM. Threads: any. */
SL_MUST_USE sl_err sl_tlog_proof_add(sl_buf *out, uint64_t index, const sl_proof *proof, sl_str checkpoint);

/* Parse and verify a tlog-proof for a leaf: signature, then inclusion. An "extra"
 * line is accepted, is not authenticated and is not returned. Errors: as
 * sl_checkpoint_open() and sl_inclusion_check(). Threads: any. */
SL_MUST_USE sl_err sl_tlog_proof_open(uint64_t *ret_index, sl_checkpoint *ret_checkpoint, sl_str text,
                                      const sl_hash *leaf, sl_sha256_fn *sha256, sl_verify_fn *verify,
                                      const uint8_t public_key[static 32], sl_fault *fault);

/* tlog-tiles: a tile is up to 256 hashes of one level. Path without leading slash:
 * tile/L/NNN[.p/W] with NNN in x001/x234/067 groups. */
#define SL_TILE_WIDTH 256u
#define SL_TILE_LEVEL_MAX 7u   /* 2^(8 * 8) leaves and no more */
typedef struct sl_tile { unsigned level; uint64_t index; unsigned width; } sl_tile;

/* Append the path; level 0 to SL_TILE_LEVEL_MAX, width 1 to SL_TILE_WIDTH, which is
 * the full tile and has no suffix. Errors: in out. */
void sl_tile_path_add(sl_buf *out, const sl_tile *tile);
/* The one path of a tile back to the tile. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_tile_path_read(sl_tile *out, sl_str path);
/* Append the tile's hashes as the tree has them. Errors: SL_ERR_RANGE (not complete
 * in a tree of `size`), SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_tile_add(sl_buf *out, const sl_tree *tree, const sl_tile *tile, uint64_t size);
/* The n-th tile that a checkpoint of `size` needs, level by level, partial ones
 * included. Errors: SL_ERR_END (there are n tiles or fewer). Cost: O(levels). */
SL_MUST_USE sl_err sl_tile_nth(sl_tile *out, uint64_t size, uint64_t n);

#endif
