/* Streaming JSON: the outer structure is walked, one value at a time is taken
 * whole and read into a flat tree. Strict RFC 8259 in UTF-8; members of one
 * object are unique; numbers stay text, so that no digit is lost.
 *
 * jansson reads whole documents only; the files read here do not fit in memory. */
#ifndef SL_FORMAT_JTEXT_H
#define SL_FORMAT_JTEXT_H

#include "base/span.h"
#include "format/source.h"

#define SL_JTEXT_DEPTH_MAX 32u
#define SL_JTEXT_NODES_MAX 1000000u       /* of one value taken */

typedef enum sl_jkind {
  SL_JNULL = 0, SL_JFALSE = 1, SL_JTRUE = 2, SL_JNUMBER = 3, SL_JSTRING = 4, SL_JARRAY = 5, SL_JOBJECT = 6
} sl_jkind;

/* A value. Its children follow it; `next` is the node behind its last descendant. */
typedef struct sl_jnode {
  sl_jkind kind;
  uint32_t line;
  uint32_t next;           /* position in the tree */
  uint32_t count;          /* children */
  sl_str key;              /* of the member it is; decoded; empty in arrays */
  sl_str text;             /* string: decoded; number: its digits */
} sl_jnode;

/* A tree; zero it first, reuse it for any number of values, then release. */
typedef struct sl_jtree {
  sl_jnode *node;
  uint32_t count, room;
} sl_jtree;

/* Parse one value that fills `text` (white space around it allowed); strings are
 * decoded in place, so the text is overwritten and must outlive the tree's use.
 * line: of its first byte. Errors: SL_ERR_SYNTAX, SL_ERR_CAP, SL_ERR_DUPLICATE,
 * SL_ERR_NOMEM; the fault has line and offset in `text`. Cost: O(size). */
SL_MUST_USE sl_err sl_jtree_parse(sl_jtree *tree, sl_ahead text, uint32_t line, sl_fault *fault);
void sl_jtree_fini(sl_jtree *tree);

/* Walking: the first child (NULL: none), the next sibling within `parent`. */
const sl_jnode *sl_jtree_first(const sl_jtree *tree, const sl_jnode *parent);
const sl_jnode *sl_jtree_next(const sl_jtree *tree, const sl_jnode *parent, const sl_jnode *child);
/* The member of an object; NULL when absent or `object` is NULL or no object. */
const sl_jnode *sl_jtree_get(const sl_jtree *tree, const sl_jnode *object, const char *key);
/* The same, but null counts as absent. */
const sl_jnode *sl_jtree_some(const sl_jtree *tree, const sl_jnode *object, const char *key);
/* The same, and where no member has the key one that has it in other letter case. */
const sl_jnode *sl_jtree_loose(const sl_jtree *tree, const sl_jnode *object, const char *key);

/* Stepping over white space. */
SL_MUST_USE sl_err sl_jwalk_space(sl_source *source, uint8_t *next, sl_fault *fault);
/* The value at the source's position, whole, at most max bytes, stepped over. The
 * view is valid until the source is used again. *line: of its first byte. */
SL_MUST_USE sl_err sl_jwalk_value(sl_ahead *out, uint32_t *line, sl_source *source, size_t max, sl_fault *fault);
/* Enter an array or object ('[' or '{'); a byte-order mark before it is skipped. */
SL_MUST_USE sl_err sl_jwalk_enter(sl_source *source, char bracket, sl_fault *fault);
/* In an object: step to the next member and past its colon. The key is copied,
 * undecoded, cut at `room`. *end when the object ended instead. first: no comma yet. */
SL_MUST_USE sl_err sl_jwalk_member(char *key, size_t room, bool *end, bool first, sl_source *source, sl_fault *fault);
/* In an array: step to the next element; *end when it ended instead. */
SL_MUST_USE sl_err sl_jwalk_element(bool *end, bool first, sl_source *source, sl_fault *fault);
/* Nothing but white space is left. */
SL_MUST_USE sl_err sl_jwalk_done(sl_source *source, sl_fault *fault);

#endif
