/* The weekly band of L14: absence cannot be symmetric, so each side is shown how much
 * the other asked, in four words, once a week at a clocked moment. */
#ifndef SL_SERVICE_BAND_H
#define SL_SERVICE_BAND_H

#include "service/state.h"

/* The word of a band by its number, 0 to 3; what is none reads as the last. Static. */
const char *sl_band_name(uint8_t band);
/* Put the next telling after what was carried out up to `done`, before a stop or a
 * failed group: one that fell into a stop is told after it. 0: nothing was yet. */
void sl_band_align(sl_service *service, sl_time done);
/* The week has turned, at service->now: every party in force hears of the other side. */
void sl_band_tell(sl_service *service);

#endif
