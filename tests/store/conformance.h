/* One suite for every engine behind store.h: what the header says, tested with the
 * same functions whatever holds the rows. */
#ifndef SL_TEST_STORE_CONFORMANCE_H
#define SL_TEST_STORE_CONFORMANCE_H

#include "store/store.h"

/* An engine as the suite sees it. */
typedef struct sl_subject {
  const char *name;
  void *context;
  /* Forget everything stored; called before each test. May be NULL. */
  void (*fresh)(void *context);
  /* Open what is there, or an empty store. */
  sl_err (*open)(void *context, sl_store **out);
  /* What was committed is there after close and open. */
  bool lasting;
} sl_subject;

/* Run the suite on subject; the number of failures, for main() to return. */
int sl_conformance_run(const sl_subject *subject);

#endif
