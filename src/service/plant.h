/* Planted faults: leaks and false verdicts that a test build can switch on one at a
 * time, to show that the simulator and its neighbours turn red. In every other build
 * SL_PLANTED() is the constant 0 and the code behind it is gone. */
#ifndef SL_SERVICE_PLANT_H
#define SL_SERVICE_PLANT_H

typedef enum sl_plant {
  SL_PLANT_NONE = 0,
  SL_PLANT_ID_COUNTER,       /* a case id from a counter that all parties share */
  SL_PLANT_EVENT_CURSOR,     /* event sequences from a cursor that all parties share */
  SL_PLANT_TREE_SIZE,        /* receipts against a size that others move */
  SL_PLANT_RECEIPT_LENGTH,   /* a receipt padded by the number of links */
  SL_PLANT_ERROR_TEXT,       /* an error that tells of an id on another side */
  SL_PLANT_SALT_SHARED,      /* salts from a count of all operations */
  SL_PLANT_GRANULE_EXACT,    /* the exact window in place of the granule's */
  SL_PLANT_EARLY_EVENT,      /* a planned conflict announced before the round ends */
  SL_PLANT_CLEAR_ON_POLL,    /* an improvement shown before the round ends */
  SL_PLANT_LATE_REPLY,       /* a reply one quantum later when there is a conflict */
  SL_PLANT_QUEUE_SHARED,     /* 429 by the load of all sides */
  SL_PLANT_ONE_SIDED,        /* presence told to one side only */
  SL_PLANT_CASE_PER_PAIR,    /* a case event per internal pair */
  SL_PLANT_ORDER,            /* cases listed in the order of all sides' submissions */
  SL_PLANT_LEASE_LEAK,       /* a lease that ends with the other's window */
  SL_PLANT_CHARGE_LEAK,      /* a charge that counts the other's volumes */
  SL_PLANT_ID_COLLISION,     /* an id of another side refused */
  SL_PLANT_UNDECIDED_CLEAR,  /* a doubtful pair dropped: reads CLEAR */
  SL_PLANT_COUNT
} sl_plant;

#ifdef SL_PLANTS
extern sl_plant sl_planted;
#define SL_PLANTED(which) (sl_planted == (which))
#else
#define SL_PLANTED(which) 0
#endif

#endif
