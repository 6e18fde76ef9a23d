/* Purpose: see the header. Work expected: some pages. Representation: the answers as they
 * came; cases are read where they stand. */
#include "cli/case_pages.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/text.h"

#define PAGES_MAX 16384u   /* of 256 cases */

void sl_case_pages_drop(sl_case_pages *p) {
  SL_ASSERT(p && p->count <= p->room);
  for (size_t i = 0; i < p->count; i++) sl_net_drop(&p->page[i]);
  free(p->page);
  *p = (sl_case_pages){0};
}

static sl_exit page_add(sl_case_pages *p, sl_net *net, const char *target, uint64_t *next) {
  if (p->count == p->room) {
    size_t room = p->room ? 2 * p->room : 4;
    sl_net_answer *grown = room <= 2 * PAGES_MAX ? realloc(p->page, room * sizeof *grown) : NULL;
    if (!grown) return sl_cli_fail(net->cli, SL_EXIT_OSERR, "more cases than this program takes, or out of memory");
    p->page = grown;
    p->room = room;
  }
  sl_net_answer *page = &p->page[p->count++];
  sl_exit exit = sl_net_call(net, page, "GET", target, (sl_span){0}, (sl_dur){0});
  if (!exit && !page->json) exit = sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the answer is not JSON");
  if (exit) return exit;
  sl_json_at root = sl_json_root(page->json);
  uint64_t after = (uint64_t)sl_pick_int(net, &root, "next");
  if (after && after <= *next) return sl_cli_fail(net->cli, SL_EXIT_PROTOCOL, "the server's pages of cases go round in a circle");
  *next = after;
  return SL_EXIT_DONE;
}

sl_exit sl_case_pages_get(sl_case_pages *out, sl_net *net) {
  SL_ASSERT(out && !out->page && net);
  uint64_t next = 0;
  char target[64] = "/v1/cases";
  do {
    sl_exit exit = page_add(out, net, target, &next);
    if (exit) return exit;
    (void)snprintf(target, sizeof target, "/v1/cases?after=%llu", (unsigned long long)next);
  } while (next > 0);
  return SL_EXIT_DONE;
}

sl_json_at sl_case_page_list(const sl_net_answer *page) {
  SL_ASSERT(page && page->json);
  sl_json_at root = sl_json_root(page->json);
  return sl_json_find(&root, "cases");
}

static bool means(sl_net *net, const char *operand, const sl_json_at *incident) {
  const char *intent = sl_pick_text(net, incident, "intent");
  return strcmp(operand, sl_pick_text(net, incident, "id")) == 0 || strcmp(operand, intent) == 0 || strcmp(operand, sl_names_of(net, intent)) == 0;
}

sl_exit sl_case_pages_find(sl_json_at *out, sl_net *net, const sl_case_pages *pages, const char *operand) {
  SL_ASSERT(out && pages && operand);
  for (size_t p = 0; p < pages->count; p++) {
    sl_json_at list = sl_case_page_list(&pages->page[p]);
    for (size_t i = 0; i < sl_json_size(&list); i++) {
      sl_json_at incident = sl_json_element(&list, i);
      if (!means(net, operand, &incident)) continue;
      *out = incident;
      return SL_EXIT_DONE;
    }
  }
  return sl_cli_fail(net->cli, SL_EXIT_NOINPUT, "%s: there is no case of this id, intent or name; %s cases lists them", operand, net->cli->program);
}
