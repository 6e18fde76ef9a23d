/* Views as members of something larger: what replies and events share. */
#ifndef SL_WIRE_VIEW_H
#define SL_WIRE_VIEW_H

#include "json/encode.h"
#include "wire/answer.h"

/* Each appends one object under `name` (NULL in an array or at the root). Errors in
 * the buffer. Threads: any. Cost: O(size). */
void sl_view_verdict_add(sl_json_out *json, const char *name, const sl_view_verdict *view);
void sl_view_case_add(sl_json_out *json, const char *name, const sl_view_case *view);
/* {"line","state"}, in an array or at the root. */
void sl_view_line_add(sl_json_out *json, const sl_view_line *view);

#endif
