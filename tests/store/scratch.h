/* A directory of one test's own, empty at the start and gone at the end. */
#ifndef SL_TEST_STORE_SCRATCH_H
#define SL_TEST_STORE_SCRATCH_H

typedef struct sl_scratch {
  char directory[256];
  char path[512];   /* a file name in it, not made yet */
} sl_scratch;

/* Make a directory (0700, under TMPDIR or /tmp) and put directory/name into path. */
void sl_scratch_init(sl_scratch *scratch, const char *name);
/* Remove the files in it (it holds no directories), keep the directory. */
void sl_scratch_empty(sl_scratch *scratch);
/* Remove it. */
void sl_scratch_fini(sl_scratch *scratch);

#endif
