/* Settlements through a round: clusters are listed some time before its end, solved
 * one after the other, proposed at its end, and at a later end committed or given up.
 * A cluster is what links join on one line; it is small, and most intents have none. */
#include "service/deal.h"

#include <stdlib.h>

#include "base/assert.h"
#include "service/across.h"
#include "service/deal_part.h"
#include "service/persist.h"

static bool of_line(const sl_intent *intent, unsigned line) {
  uint32_t i = 0;
  while (i < intent->inner.link_count && intent->inner.link[i].line != line) i++;
  return i < intent->inner.link_count;
}

/* May take part in a settlement that is made now. */
static bool may_settle(const sl_intent *intent) {
  if (!intent->live || intent->inner.deal != 0 || intent->inner.link_count == 0) return false;
  return !intent->own.has_case || intent->own.casework.state == SL_CASE_OPEN ||
         intent->own.casework.state == SL_CASE_RESOLVED;
}

void sl_deal_prepare(sl_service *service, unsigned line) {
  if (service->options.script) return;
  /* What other lines listed at the same moment stays; of this one it is listed anew. */
  for (size_t i = service->listed_count; i-- > 0;) {
    if (service->listed[i].line == line) service->listed[i] = service->listed[--service->listed_count];
  }
  for (size_t i = 0; i < service->slot_count; i++) {
    sl_intent *intent = service->slot[i];
    if (!intent || !may_settle(intent) || !of_line(intent, line)) continue;
    if (service->listed_count == service->listed_room) {
      size_t room = service->listed_room ? service->listed_room * 2 : 64;
      sl_listed *grown = realloc(service->listed, room * sizeof *grown);
      if (!grown) {
        sl_group_fail(service, SL_ERR_NOMEM);
        return;
      }
      service->listed = grown;
      service->listed_room = room;
    }
    service->listed[service->listed_count++] = (sl_listed){intent, (uint8_t)line};
  }
}

static bool in_deal(const sl_deal *deal, const sl_intent *intent) {
  for (uint32_t i = 0; i < deal->count; i++) {
    if (deal->member[i].intent == intent) return true;
  }
  return false;
}

/* Breadth first over the links of the line. False when it grows past the cap. *busy: one
 * of it is in another settlement still: this one waits for a later round, or an intent
 * would be in two and be let go by one of them only. */
static bool gather(sl_deal *deal, sl_intent *seed, bool *busy) {
  deal->member[deal->count++] = (sl_deal_member){.intent = seed, .version = seed->own.version};
  for (uint32_t at = 0; at < deal->count; at++) {
    sl_inner_part *inner = &deal->member[at].intent->inner;
    for (uint32_t i = 0; i < inner->link_count; i++) {
      sl_intent *other = inner->link[i].other;
      if (inner->link[i].line != deal->line || in_deal(deal, other)) continue;
      if (other->inner.deal != 0) *busy = true;
      if (deal->count == SL_DEAL_MEMBERS_MAX) return false;
      deal->member[deal->count++] = (sl_deal_member){.intent = other, .version = other->own.version};
    }
  }
  return true;
}

/* The same cluster in the same order, whichever intent led to it. */
static int by_member(const void *a, const void *b) {
  const sl_intent *x = ((const sl_deal_member *)a)->intent, *y = ((const sl_deal_member *)b)->intent;
  if (x->owner->side != y->owner->side) return x->owner->side < y->owner->side ? -1 : 1;
  return memcmp(x->id.bytes, y->id.bytes, 16);
}

static void case_outcome(sl_service *service, sl_intent *intent, sl_case_event step, uint8_t alternative,
                         sl_time expires) {
  sl_outcome outcome = {.kind = SL_OUTCOME_CASE, .intent = intent->id, .step = step, .alternative = alternative,
                        .expires = expires};
  sl_wall_pass(service, intent->owner, intent, &outcome);
}

bool sl_deal_start(sl_service *service) {
  while (service->listed_count > 0) {
    sl_listed listed = service->listed[--service->listed_count];
    if (!may_settle(listed.intent)) continue;
    sl_deal *deal = calloc(1, sizeof *deal);
    if (!deal) {
      sl_group_fail(service, SL_ERR_NOMEM);
      return false;
    }
    deal->line = listed.line;
    deal->id = ++service->next_deal;
    const sl_line_record *line = &service->line[deal->line];
    deal->agreement = line->effective;
    memcpy(deal->burden, line->burden, sizeof deal->burden);
    bool busy = false;
    bool fits = gather(deal, listed.intent, &busy);
    if (busy) {
      service->next_deal--;
      sl_deal_free(deal);
      continue;
    }
    qsort(deal->member, deal->count, sizeof deal->member[0], by_member);
    for (uint32_t i = 0; i < deal->count; i++) {
      deal->member[i].intent->inner.deal = deal->id;
      if (fits) sl_group_fail(service, sl_deal_fill(service, deal, &deal->member[i]));
    }
    bool solve = fits && !service->group_error;
    deal->stage = solve ? SL_DEAL_SOLVING : SL_DEAL_SOLVED;
    sl_deal_hand(service, deal);
    return service->listed_count > 0;
  }
  return false;
}

static sl_deal *deal_of(const sl_service *service, const sl_intent *intent) {
  sl_deal *deal = service->deals;
  while (deal && deal->id != intent->inner.deal) deal = deal->next;
  return intent->inner.deal ? deal : NULL;
}

static sl_deal_member *member_of(sl_deal *deal, const sl_intent *intent) {
  for (uint32_t i = 0; i < deal->count; i++) {
    if (deal->member[i].intent == intent) return &deal->member[i];
  }
  return NULL;
}

void sl_deal_break(sl_service *service, sl_intent *intent) {
  intent->inner.declined = 0;
  sl_deal *deal = deal_of(service, intent);
  if (!deal) return;
  deal->broken = true;
  member_of(deal, intent)->intent = NULL;
  intent->inner.deal = 0;
}

void sl_deal_void(sl_service *service, unsigned line) {
  pthread_mutex_lock(&service->deal_lock);
  for (sl_deal *deal = service->deals; deal; deal = deal->next) {
    const sl_line_record *of = &service->line[deal->line], *began = &service->line[line];
    bool shares = of->side[0] == began->side[0] || of->side[0] == began->side[1] || of->side[1] == began->side[0] ||
                  of->side[1] == began->side[1];
    if (!shares || deal->voided) continue;
    deal->broken = deal->voided = true;
    if (deal->stage == SL_DEAL_PROPOSED) sl_deal_persist(service, deal);
  }
  pthread_mutex_unlock(&service->deal_lock);
}

void sl_deal_answered(sl_service *service, sl_intent *intent, bool accept) {
  sl_deal *deal = deal_of(service, intent);
  if (!deal) return;
  sl_deal_member *member = member_of(deal, intent);
  member->accepted = accept;
  member->declined = !accept;
  if (!accept) intent->inner.declined |= (uint8_t)(1u << member->choice);
  sl_deal_persist(service, deal);
}

/* What is over: members are free again, and cases step as given (0: no step). */
static void release(sl_service *service, sl_deal *deal, sl_case_event asked, sl_case_event others) {
  bool over = false;
  for (uint32_t i = 0; i < deal->count; i++) {
    sl_intent *intent = deal->member[i].intent;
    if (!intent) continue;
    intent->inner.deal = 0;
    if (deal->member[i].asked && asked) case_outcome(service, intent, asked, 0, (sl_time){0});
    over |= intent->own.has_case && intent->own.casework.state == SL_CASE_UNRESOLVED;
  }
  for (uint32_t i = 0; i < deal->count; i++) {
    sl_intent *intent = deal->member[i].intent;
    if (!intent || !intent->own.has_case || intent->own.casework.state != SL_CASE_OPEN) continue;
    if (others && (over || others == SL_CASE_EV_NOTHING)) {
      case_outcome(service, intent, SL_CASE_EV_NOTHING, 0, (sl_time){0});
    }
  }
}

static void propose(sl_service *service, sl_deal *deal, sl_time at) {
  deal->stage = SL_DEAL_PROPOSED;
  deal->expires.ns = at.ns + deal->agreement.answer.ns;
  for (uint32_t i = 0; i < deal->count; i++) {
    sl_deal_member *member = &deal->member[i];
    member->asked = member->choice != 0;
    if (member->asked) case_outcome(service, member->intent, SL_CASE_EV_PROPOSE, member->choice, deal->expires);
  }
  sl_deal_persist(service, deal);
}

/* One deal at its line's round end: what stands proposed is concluded first, what was
 * solved is proposed after the round's announcements. Returns true when it is over. */
static bool round_of(sl_service *service, sl_deal *deal, bool proposing) {
  if (deal->stage == SL_DEAL_SOLVING || proposing != (deal->stage == SL_DEAL_SOLVED)) return false;
  if (deal->stage == SL_DEAL_SOLVED) {
    if (deal->broken) {
      release(service, deal, 0, 0);
      return true;
    }
    if (!deal->found) {
      release(service, deal, 0, SL_CASE_EV_NOTHING);
      return true;
    }
    propose(service, deal, service->now);
    return false;
  }
  bool all = true, none_declined = true;
  for (uint32_t i = 0; i < deal->count; i++) {
    const sl_deal_member *member = &deal->member[i];
    if (member->asked && !member->accepted) all = false;
    if (member->declined) none_declined = false;
  }
  if (!deal->broken && all && sl_deal_commit(service, deal)) {
    release(service, deal, 0, 0);
    return true;
  }
  bool expired = service->now.ns >= deal->expires.ns;
  if (!deal->broken && none_declined && !all && !expired) return false;
  release(service, deal, SL_CASE_EV_FAILED, SL_CASE_EV_FAILED);
  return true;
}

static void each_of(sl_service *service, unsigned line, bool proposing) {
  pthread_mutex_lock(&service->deal_lock);
  for (sl_deal **at = &service->deals; *at;) {
    sl_deal *deal = *at;
    bool over = deal->line == line && round_of(service, deal, proposing);
    if (!over) {
      at = &deal->next;
      continue;
    }
    *at = deal->next;
    sl_deal_persist_gone(service, deal);
    sl_deal_free(deal);
  }
  pthread_mutex_unlock(&service->deal_lock);
}

void sl_deal_conclude(sl_service *service, unsigned line) {
  each_of(service, line, false);
}

void sl_deal_propose(sl_service *service, unsigned line) {
  each_of(service, line, true);
}
