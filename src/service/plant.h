/* Planted faults: leaks and false verdicts that a test build can switch on one at a
 * time, to show that the simulator and its neighbours turn red. In every other build
 * SL_PLANTED() is the constant 0 and the code behind it is gone. */
#ifndef SL_SERVICE_PLANT_H
#define SL_SERVICE_PLANT_H

typedef enum sl_plant {
  SL_PLANT_NONE = 0,
  /* 1: never a false CLEAR */
  SL_PLANT_UNDECIDED_CLEAR,  /* a doubtful pair dropped: reads CLEAR */
  SL_PLANT_LONG_LEASE,       /* a CLEAR that outlives its lease */
  SL_PLANT_CASE_CLEARS,      /* an unresolved case reads CLEAR (L9) */
  SL_PLANT_RESTART_CLEAR,    /* CLEAR right after a start, nobody having reported (L8) */
  SL_PLANT_VOID_SILENT,      /* a voided agreement leaves the others' cases resolved (L21) */
  SL_PLANT_CLOCK_TRUSTED,    /* CLEAR against what a party with a bad clock filed (L6) */
  /* 2: a view is a function of own inputs and the closed outcome */
  SL_PLANT_ID_COUNTER,       /* a case id from a counter that all parties share */
  SL_PLANT_EVENT_CURSOR,     /* event sequences from a cursor that all parties share */
  SL_PLANT_TREE_SIZE,        /* receipts against a size that others move */
  SL_PLANT_RECEIPT_LENGTH,   /* an answer padded by the number of pairs */
  SL_PLANT_ERROR_TEXT,       /* an error that tells of an id on another side */
  SL_PLANT_SALT_SHARED,      /* salts from a count of all intents */
  SL_PLANT_QUEUE_SHARED,     /* 429 by the load of all sides */
  SL_PLANT_CASE_PER_PAIR,    /* an event for each internal pair */
  SL_PLANT_ORDER,            /* cases listed in the order of all sides' submissions */
  SL_PLANT_LEASE_LEAK,       /* a lease that ends when another's plan starts */
  SL_PLANT_CHARGE_LEAK,      /* a charge that counts pairs */
  SL_PLANT_ID_COLLISION,     /* an id of another side refused */
  SL_PLANT_READ_ACROSS,      /* another side's intent reads as forbidden, not as none */
  SL_PLANT_GRANULE_EXACT,    /* the exact window in place of the granule's (L10) */
  SL_PLANT_EARLY_EVENT,      /* a planned conflict announced before the round ends */
  SL_PLANT_CLEAR_ON_POLL,    /* an improvement shown before the round ends */
  SL_PLANT_EXACT_TIME,       /* an event with the instant of another's operation */
  SL_PLANT_LATE_REPLY,       /* a reply one quantum later when there is a conflict */
  SL_PLANT_KEYID_TOLD,       /* an answer under another side's keyid that is clocked only where it is enrolled */
  /* 3: presence is symmetric */
  SL_PLANT_ONE_SIDED,        /* presence told to one side only */
  SL_PLANT_OWED_FORGOTTEN,   /* what is owed is forgotten when the party amends or ends */
  /* 4: commit before answer */
  SL_PLANT_WHAT_IF,          /* a refused submission that was to pend does not protect (L18) */
  SL_PLANT_FREE_QUESTION,    /* an empty budget still reads CLEAR (L17) */
  /* 5, 6: words and closed schemas */
  SL_PLANT_APPROVED,         /* an answer that speaks of approval */
  SL_PLANT_NO_POINTER,       /* an unknown member refused without saying where */
  /* 7: evidence */
  SL_PLANT_NO_ENTRY,         /* an event without its entry in the log */
  SL_PLANT_SALT_SEEDED,      /* salts that who holds the seed can make again (L23) */
  SL_PLANT_SALT_KEPT,        /* the key of a week that was erased is kept (L23) */
  SL_PLANT_NONCE_FORGOTTEN,  /* a request that can be sent again after a restart */
  /* 8: durable before told */
  SL_PLANT_REPLY_EARLY,      /* the reply leaves before its commit */
  SL_PLANT_LOG_APART,        /* an entry of the log that is not in its operation's commit */
  /* 9, 10: no race; silence is a state */
  SL_PLANT_RACE,             /* what was filed at the same instant is not seen */
  SL_PLANT_ANY_HEARTBEAT,    /* a side that is heard through any party of it (L28) */
  SL_PLANT_SILENT_CLEAR,     /* CLEAR on a line that is not OPEN */
  SL_PLANT_URGENT_WAITS,     /* a contingency waits for the round (L7) */
  /* the F3548 face */
  SL_PLANT_UTM_ID_FOREIGN,   /* an id of another side reads as forbidden, not as none */
  SL_PLANT_UTM_LINE_COUNTER, /* a line reference's id from a counter that all parties share */
  SL_PLANT_UTM_OVN_AMENDED,  /* its OVN changes when the other side's plans do */
  SL_PLANT_UTM_ZONE_CROSSES, /* a constraint of another side is asked for in the key */
  SL_PLANT_UTM_INDEX_ALL,    /* a subscription's index counts changes of all sides */
  SL_PLANT_UTM_POLL_ACROSS,  /* a query answers what lies across the line as a reference of its own */
  SL_PLANT_UTM_TURNED_ACROSS,/* a line's state is told only while the other side has something live */
  SL_PLANT_UTM_GONE_TWICE,   /* what is taken back after an amendment is so once more for links that stand */
  SL_PLANT_COUNT
} sl_plant;

#ifdef SL_PLANTS
extern sl_plant sl_planted;
#define SL_PLANTED(which) (sl_planted == (which))
#else
#define SL_PLANTED(which) 0
#endif

#endif
