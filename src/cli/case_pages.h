/* Own cases as the intermediary serves them, page by page, for the verbs that list, answer
 * and acknowledge them. */
#ifndef SL_CLI_CASE_PAGES_H
#define SL_CLI_CASE_PAGES_H

#include "cli/net.h"

typedef struct sl_case_pages {
  sl_net_answer *page;
  size_t count, room;
} sl_case_pages;

/* Fetch all own cases. *out is zeroed before and for sl_case_pages_drop() in any case; what
 * is wrong has been said. Cost: one request for 256 cases. */
SL_MUST_USE sl_exit sl_case_pages_get(sl_case_pages *out, sl_net *net);
/* Release every page. */
void sl_case_pages_drop(sl_case_pages *pages);
/* The list of cases of one page. */
sl_json_at sl_case_page_list(const sl_net_answer *page);
/* The case that an operand means: its id, its intent's id or name. None: SL_EXIT_NOINPUT, said. */
SL_MUST_USE sl_exit sl_case_pages_find(sl_json_at *out, sl_net *net, const sl_case_pages *pages, const char *operand);

#endif
