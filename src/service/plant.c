/* The fault that is switched on. In the test's build of the service only. */
#include "service/plant.h"

sl_plant sl_planted = SL_PLANT_NONE;
