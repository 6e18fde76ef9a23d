/* How much of a file is looked at to find what it is. */
#ifndef SL_FORMAT_DETECT_H
#define SL_FORMAT_DETECT_H

#include "format/format.h"

#define SL_DETECT_BYTES 16384u

#endif
