/* How much of a file is looked at to find what it is. */
#ifndef SL_FORMAT_DETECT_H
#define SL_FORMAT_DETECT_H

#include "format/format.h"

#define SL_DETECT_BYTES 65536u       /* of JSON, whose first record may be a long outline */
#define SL_DETECT_TEXT_BYTES 16384u  /* of everything else */

#endif
