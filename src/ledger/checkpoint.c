/* Checkpoints as signed notes. A note is text, an empty line and signature lines;
 * the last empty line divides them. A few hundred bytes, one signature each way;
 * no copy is made on reading, and nothing is believed before the signature. */
#include "base/assert.h"
#include "base/text.h"
#include "ledger/lines.h"
#include "ledger/note.h"

#define DASH "\xE2\x80\x94 "   /* U+2014, space */
#define ID_SIZE 4u
#define SIGNATURE_SIZE 64u

void sl_checkpoint_text_add(sl_buf *out, const sl_checkpoint *checkpoint) {
  SL_ASSERT(out != NULL && checkpoint != NULL);
  SL_ASSERT(sl_origin_valid(sl_str_from(checkpoint->origin)));
  sl_buf_add_format(out, "%s\n%llu\n", checkpoint->origin, (unsigned long long)checkpoint->size);
  sl_base64_add(out, (sl_span){checkpoint->root.bytes, 32});
  sl_buf_add_text(out, "\n");
}

/* Append the signature line over text. */
static sl_err add_signature(sl_buf *note, sl_str origin, sl_sha256_fn *sha256, const sl_signer *signer) {
  uint8_t line[ID_SIZE + SIGNATURE_SIZE];
  sl_note_key_id(line, origin, sha256, signer->public_key);
  const sl_err err = signer->sign(signer->context, line + ID_SIZE, sl_buf_span(note));
  if (err != SL_OK) {
    return err;
  }
  sl_buf_add_text(note, "\n" DASH);
  sl_buf_add_str(note, origin);
  sl_buf_add_text(note, " ");
  sl_base64_add(note, (sl_span){line, sizeof line});
  sl_buf_add_text(note, "\n");
  return note->error;
}

sl_err sl_checkpoint_sign(sl_buf *out, const sl_checkpoint *checkpoint, sl_sha256_fn *sha256,
                          const sl_signer *signer) {
  SL_ASSERT(out != NULL && checkpoint != NULL && signer != NULL && signer->sign != NULL);
  const sl_str origin = {checkpoint->origin, strnlen(checkpoint->origin, sizeof checkpoint->origin)};
  if (!sl_origin_valid(origin)) {
    return SL_ERR_RANGE;
  }
  sl_buf note;
  sl_buf_init(&note, SL_NOTE_MAX);
  sl_checkpoint_text_add(&note, checkpoint);
  sl_err err = note.error;
  if (err == SL_OK) {
    err = add_signature(&note, origin, sha256, signer);
  }
  if (err == SL_OK) {
    sl_buf_add_str(out, sl_buf_str(&note));
    err = out->error;
  }
  sl_buf_fini(&note);
  return err;
}

/* Divide a note at its last empty line: *text keeps its final newline. */
static bool divide(sl_str *text, sl_lines *signatures, sl_str note) {
  for (size_t i = note.size; i >= 2; i--) {
    if (note.data[i - 1] == '\n' && note.data[i - 2] == '\n') {
      *text = (sl_str){note.data, i - 1};
      *signatures = sl_lines_of((sl_str){note.data + i, note.size - i});
      for (size_t k = 0; k < i; k++) {
        signatures->line += note.data[k] == '\n';
      }
      return true;
    }
  }
  return false;
}

static sl_err read_text(sl_checkpoint *out, sl_str text, sl_fault *fault) {
  sl_lines lines = sl_lines_of(text);
  sl_str line;
  if (sl_lines_next(&lines, &line) != SL_OK || !sl_origin_valid(line)) {
    return sl_lines_fault(&lines, fault, SL_ERR_SYNTAX, "the first line of a checkpoint must be an origin");
  }
  memcpy(out->origin, line.data, line.size);
  out->origin[line.size] = '\0';
  if (sl_lines_next(&lines, &line) != SL_OK || sl_lines_number(&out->size, line) != SL_OK) {
    return sl_lines_fault(&lines, fault, SL_ERR_SYNTAX, "the second line of a checkpoint must be the tree size");
  }
  if (sl_lines_next(&lines, &line) != SL_OK || sl_lines_hash(&out->root, line) != SL_OK) {
    return sl_lines_fault(&lines, fault, SL_ERR_SYNTAX, "the third line of a checkpoint must be the root hash in base64");
  }
  while (sl_lines_next(&lines, &line) == SL_OK) {
    if (line.size == 0) {
      return sl_lines_fault(&lines, fault, SL_ERR_SYNTAX, "an extension line of a checkpoint must not be empty");
    }
  }
  return SL_OK;
}

/* One signature line to name and bytes: size in, room; out, what there was. */
static bool read_signature(sl_str *name, uint8_t *bytes, size_t *size, sl_str line) {
  sl_str rest;
  if (!sl_lines_after(&rest, line, DASH)) {
    return false;
  }
  const char *space = rest.size == 0 ? NULL : memchr(rest.data, ' ', rest.size);
  if (space == NULL || space == rest.data) {
    return false;
  }
  *name = (sl_str){rest.data, (size_t)(space - rest.data)};
  const sl_str base64 = {space + 1, rest.size - name->size - 1};
  return memchr(name->data, '+', name->size) == NULL && sl_base64_read(bytes, size, base64) == SL_OK &&
         *size > ID_SIZE;
}

/* What the key is, and what it is asked about. */
typedef struct question {
  sl_verify_fn *verify;
  const uint8_t *public_key;
  uint8_t id[ID_SIZE];
  sl_str origin;
  sl_str text;
} question;

static sl_err check_signatures(sl_lines *lines, const question *asked, sl_fault *fault) {
  bool proven = false;
  unsigned count = 0;
  sl_str line;
  sl_err err;
  while ((err = sl_lines_next(lines, &line)) == SL_OK) {
    uint8_t bytes[SL_NOTE_MAX / 4 * 3];
    size_t size = sizeof bytes;
    sl_str name;
    if (++count > SL_NOTE_SIGNATURES_MAX) {
      return sl_lines_fault(lines, fault, SL_ERR_CAP, "a note may have at most 64 signatures");
    }
    if (!read_signature(&name, bytes, &size, line)) {
      return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "a signature line must be: dash, key name, base64");
    }
    if (!sl_str_equal(name, asked->origin) || memcmp(bytes, asked->id, ID_SIZE) != 0) {
      continue;
    }
    if (size != ID_SIZE + SIGNATURE_SIZE ||
        !asked->verify(asked->public_key, bytes + ID_SIZE, sl_str_bytes(asked->text))) {
      return sl_lines_fault(lines, fault, SL_ERR_SIGNATURE, "the key's signature does not verify");
    }
    proven = true;
  }
  if (err != SL_ERR_END) {
    return sl_lines_fault(lines, fault, SL_ERR_SYNTAX, "the last line of a note must end in a newline");
  }
  return proven ? SL_OK : sl_lines_fault(lines, fault, SL_ERR_SIGNATURE, "no signature is by the expected key");
}

sl_err sl_checkpoint_open(sl_checkpoint *out, sl_str note, sl_sha256_fn *sha256, sl_verify_fn *verify,
                          const uint8_t public_key[static 32], sl_fault *fault) {
  SL_ASSERT(out != NULL && sha256 != NULL && verify != NULL);
  if (note.size > SL_NOTE_MAX) {
    return sl_fault_set(fault, SL_ERR_CAP, "a note may have at most %u bytes", SL_NOTE_MAX);
  }
  if (!sl_lines_clean(note)) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a note must be UTF-8 without control characters");
  }
  sl_str text;
  sl_lines signatures;
  if (!divide(&text, &signatures, note)) {
    return sl_fault_set(fault, SL_ERR_SYNTAX, "a note must have an empty line before its signatures");
  }
  sl_checkpoint read = {{0}, 0, {{0}}};
  sl_err err = read_text(&read, text, fault);
  if (err != SL_OK) {
    return err;
  }
  question asked = {verify, public_key, {0}, sl_str_from(read.origin), text};
  sl_note_key_id(asked.id, asked.origin, sha256, public_key);
  err = check_signatures(&signatures, &asked, fault);
  if (err == SL_OK) {
    *out = read;
  }
  return err;
}
