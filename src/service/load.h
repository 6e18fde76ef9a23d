/* State from the store, at a start and after a group that failed. */
#ifndef SL_SERVICE_LOAD_H
#define SL_SERVICE_LOAD_H

#include "service/state.h"

/* Make every in-memory structure, empty. Errors: SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_load_begin(sl_service *service);
/* Fill it from the store. `starting`: lines become RECOVERING (L8). Errors: those of the
 * store, SL_ERR_STATE (it was begun with another seed, key or origin: which, is in the fault),
 * SL_ERR_CORRUPT with the table in the fault, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_load_all(sl_service *service, bool starting, sl_fault *fault);
/* The part of it that is intents and plans (load_intents.c), after parties and lines; makes
 * geometry on a thread of its own meanwhile. Errors: those of the store, SL_ERR_CORRUPT,
 * SL_ERR_CAP, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_load_intents(sl_service *service);
/* Write what the store is of with this group, where it has no row of it yet. */
void sl_load_identity_owed(sl_service *service);
/* Release everything that sl_load_begin() and operation made. */
void sl_load_end(sl_service *service);

#endif
