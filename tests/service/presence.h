/* A store that looks at every commit for L14: presence is told to both sides or to
 * none. It stands between the service and an inner store and looks at the rows. */
#ifndef SL_TEST_PRESENCE_H
#define SL_TEST_PRESENCE_H

#include "store/store.h"

typedef struct sl_presence sl_presence;

/* *out is what the service gets, *watch what the test asks; closing the store releases
 * both and the inner one, which is in memory. */
void sl_presence_open(sl_store **out, sl_presence **watch);

/* The first commit that showed presence to one side alone, as static text; NULL when
 * none did. And how many pairs and how many tellings were looked at. */
const char *sl_presence_fault(const sl_presence *watch);
void sl_presence_count(const sl_presence *watch, unsigned *pairs, unsigned *told);

#endif
