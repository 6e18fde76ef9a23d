/* Weeks are multiples of seven days of the clock, for everybody alike. The band is of
 * a side as a whole: how many parties it has does not show. Work: once a week. */
#include "service/band.h"

#include <string.h>

#include "base/assert.h"
#include "service/across.h"

static const char *const names[] = {"low", "normal", "high", "exhausted"};

const char *sl_band_name(uint8_t band) {
  return names[band < 4 ? band : 3];
}

void sl_band_align(sl_service *service, sl_time done) {
  int64_t from = done.ns > 0 ? done.ns : service->now.ns;
  service->band_next.ns = (from / SL_BUDGET_PERIOD_NS + 1) * SL_BUDGET_PERIOD_NS;
}

static uint8_t band_of(const sl_service *service, unsigned side) {
  sl_budget whole = {0};
  for (size_t i = 0; i < service->member_count; i++) {
    if (service->member[i]->side != side) continue;
    /* As it stands now: a party's own week turns with its own requests. */
    sl_budget budget = service->member[i]->budget;
    sl_budget_turn(&budget, service->now);
    whole.room += budget.room > 0 ? budget.room : 0;
    whole.share += budget.share;
    whole.reserved += budget.reserved;
  }
  const char *word = sl_budget_band(&whole);
  uint8_t band = 0;
  while (band < 3 && strcmp(names[band], word) != 0) band++;
  return band;
}

void sl_band_tell(sl_service *service) {
  sl_band_align(service, service->now);
  if (service->options.script) return;
  for (size_t i = 0; i < service->line_count; i++) {
    const sl_line_record *line = &service->line[i];
    if (!line->in_force) continue;
    for (int k = 0; k < 2; k++) {
      sl_outcome outcome = {.kind = SL_OUTCOME_BUDGET, .line = (uint8_t)i, .band = band_of(service, line->side[1 - k])};
      for (size_t m = 0; m < service->member_count; m++) {
        if (service->member[m]->side == line->side[k]) sl_wall_pass(service, service->member[m], NULL, &outcome);
      }
    }
  }
}
