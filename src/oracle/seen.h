/* Which entries one query has reported already. */
#ifndef SL_ORACLE_SEEN_H
#define SL_ORACLE_SEEN_H

#include "sideline/judge.h"

#define SL_SEEN_INLINE 64u

/* A set of entries: a few in place, more in memory of its own. */
typedef struct sl_seen {
  bool every;          /* entries of a single piece are to be remembered too */
  uint32_t count, room;
  sl_entry *entry;     /* NULL while the entries are in `first` */
  sl_entry first[SL_SEEN_INLINE];
} sl_seen;

/* Start empty. `first` is left as it is: only `count` of it count. */
void sl_seen_init(sl_seen *seen, bool every);
void sl_seen_fini(sl_seen *seen);

/* Add; *fresh is whether it was not there. Errors: SL_ERR_NOMEM. Cost: constant. */
SL_MUST_USE sl_err sl_seen_add(bool *fresh, sl_seen *seen, sl_entry entry);

#endif
