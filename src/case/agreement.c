/* The line agreement (L1) as a document: its defaults, its names, and whether it has
 * a meaning. Ranges are data. The minima that follow from it are in minima.c. */
#include "case/agreement.h"

#include <stddef.h>
#include <stdio.h>

#include "base/assert.h"
#include "case/budget.h"
#include "case/verdict.h"

#define NM(tenths) ((tenths) * SL_MM_PER_NM / 10)
#define FT(feet) ((feet) * SL_FT_TO_MM_NUM / SL_FT_TO_MM_DEN)
#define MINUTES(n) ((n) * SL_NS_PER_MIN)
#define SECONDS(n) ((n) * SL_NS_PER_S)
#define HOURS(n) ((n) * SL_NS_PER_H)

SL_STATIC_ASSERT(SL_CLASS_COUNT == 5 && SL_PAIR_MINIMA_COUNT == 4 * 5 / 2, "every unordered pair of declared classes");

/* FIELD.md's table. One vertical minimum holds at every level here, so where the
 * table has two by level the defaults take: 1,000 ft between crewed plans (traffic
 * above FL410 needs an agreement that says 2,000), the larger against reservations.
 * A drone keeps from a reservation what it keeps from the crewed aircraft inside. */
static const struct { sl_class a, b; int64_t lateral_mm; int32_t vertical_ft; } DEFAULT_PAIR[SL_PAIR_MINIMA_COUNT] = {
  {SL_CLASS_CREWED, SL_CLASS_CREWED, NM(50), 1000},
  {SL_CLASS_CREWED, SL_CLASS_DRONE, FT(2000), 250},
  {SL_CLASS_CREWED, SL_CLASS_RESERVATION, NM(30), 1000},
  {SL_CLASS_CREWED, SL_CLASS_HAZARD, 0, 0},
  {SL_CLASS_DRONE, SL_CLASS_DRONE, 0, 0},
  {SL_CLASS_DRONE, SL_CLASS_RESERVATION, FT(2000), 250},
  {SL_CLASS_DRONE, SL_CLASS_HAZARD, 0, 0},
  {SL_CLASS_RESERVATION, SL_CLASS_RESERVATION, NM(51), 0},
  {SL_CLASS_RESERVATION, SL_CLASS_HAZARD, 0, 0},
  {SL_CLASS_HAZARD, SL_CLASS_HAZARD, 0, 0},
};

static void default_classes(sl_agreement *out) {
  const sl_granule_size crewed = {{NM(100)}, {FT(2000)}, 2000, {MINUTES(10)}};
  const sl_granule_size drone = {{1000000}, {60000}, 200, {MINUTES(5)}};
  for (unsigned i = 0; i < SL_CLASS_COUNT; i++) {
    out->granule[i] = i == SL_CLASS_DRONE ? drone : crewed;
    out->lattice[i] = i == SL_CLASS_DRONE ? SL_LATTICE_DRONE : SL_LATTICE_CREWED;
  }
}

void sl_agreement_defaults(sl_agreement *out) {
  SL_ASSERT(out != NULL);
  *out = (sl_agreement){
    .number = 1,
    .level = SL_LEVEL_PLAIN,
    .pair_count = SL_PAIR_MINIMA_COUNT,
    .grow = {SECONDS(5)},
    .clock_warn = {SECONDS(1)},
    .clock_limit = {SECONDS(5)},
    .quantum = {20 * SL_NS_PER_MS},
    .round = {MINUTES(5)},
    .tick = {SECONDS(60)},
    .heartbeat = {SECONDS(60)},
    .lease_activated = {SL_LEASE_ACTIVATED_NS},
    .lease_planned = {SL_LEASE_PLANNED_NS},
    .after_end = {SL_AFTER_END_NS},
    .pending = {MINUTES(10)},
    .pace = {MINUTES(5)},
    .urgent_lead = {MINUTES(15)},
    .answer = {MINUTES(10)},
    .acknowledge = {MINUTES(5)},
    .budget_declared = 10000,
    .budget_differs = SL_BUDGET_DIFFERS,
  };
  for (unsigned i = 0; i < SL_PAIR_MINIMA_COUNT; i++) {
    out->pair[i].a = DEFAULT_PAIR[i].a;
    out->pair[i].b = DEFAULT_PAIR[i].b;
    out->pair[i].minima.lateral.mm = DEFAULT_PAIR[i].lateral_mm;
    out->pair[i].minima.vertical_ft = DEFAULT_PAIR[i].vertical_ft;
    out->pair[i].minima.vertical_w84.mm = FT((int64_t)DEFAULT_PAIR[i].vertical_ft);
  }
  for (unsigned i = 0; i < 2; i++) {
    out->coverage[i].count = 1;
    out->coverage[i].box[0] = sl_cover_everything();
  }
  default_classes(out);
}

bool sl_name_good(sl_str name) {
  if (name.size < 1 || name.size > SL_NAME_MAX) return false;
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];
    bool letter = c >= 'a' && c <= 'z';
    bool inner = (c >= '0' && c <= '9') || (c == '-' && i + 1 < name.size);
    if (!letter && (i == 0 || !inner)) return false;
  }
  return true;
}

/* The first fault, with its pointer. */
static sl_err refuse(sl_fault *fault, sl_err code, const char *pointer, int index, const char *reason) {
  if (fault && fault->code == SL_OK) {
    sl_fault_set(fault, code, "%s", reason);
    if (index < 0) snprintf(fault->pointer, sizeof fault->pointer, "%s", pointer);
    if (index >= 0) snprintf(fault->pointer, sizeof fault->pointer, "%s/%d", pointer, index);
  }
  return code;
}

/* A terminated name in its array. */
static bool name_in(const char name[static SL_NAME_MAX + 1]) {
  size_t size = 0;
  while (size <= SL_NAME_MAX && name[size]) size++;
  return sl_name_good((sl_str){name, size});
}

static sl_err check_names(const sl_agreement *agreement, sl_fault *fault) {
  const char *reason = "a name is 1 to 24 of a-z, 0-9 and -, a letter first";
  if (!name_in(agreement->line)) return refuse(fault, SL_ERR_RANGE, "/line", -1, reason);
  for (int i = 0; i < 2; i++) {
    if (!name_in(agreement->side[i])) return refuse(fault, SL_ERR_RANGE, "/sides", i, reason);
  }
  int order = strcmp(agreement->side[0], agreement->side[1]);
  if (order == 0) return refuse(fault, SL_ERR_DUPLICATE, "/sides", 1, "the two sides have one name");
  if (order > 0) return refuse(fault, SL_ERR_ORDER, "/sides", -1, "name the sides in alphabetical order");
  if (agreement->number < 1) return refuse(fault, SL_ERR_RANGE, "/number", -1, "agreements are numbered from 1");
  if (agreement->valid_from.ns < 0 || agreement->valid_from.ns >= SL_TIME_MAX_NS) {
    return refuse(fault, SL_ERR_RANGE, "/valid_from", -1, "a time from 1970 to 2199");
  }
  if (agreement->level < SL_LEVEL_PLAIN || agreement->level > SL_LEVEL_RELAY) {
    return refuse(fault, SL_ERR_RANGE, "/level", -1, "plain, blind or relay");
  }
  return SL_OK;
}

static bool within(int64_t value, int64_t low, int64_t high) { return low <= value && value <= high; }

static bool minima_good(const sl_minima *minima) {
  const int64_t setting = 5000000;
  if (!within(minima->lateral.mm, 0, 200000000) || !within(minima->vertical_w84.mm, 0, 100000000)) return false;
  if (!within(minima->vertical_ft, 0, SL_ALT_BARO_MAX_FT) || minima->grow.ns != 0) return false;
  if (!minima->baro_bounded) return true;
  return within(minima->baro_low.mm, -setting, minima->baro_high.mm) && minima->baro_high.mm <= setting;
}

static sl_err check_pairs(const sl_agreement *agreement, sl_fault *fault) {
  if (agreement->pair_count > SL_PAIR_MINIMA_COUNT) return refuse(fault, SL_ERR_DUPLICATE, "/minima", -1, "too many pairs");
  bool seen[SL_CLASS_COUNT][SL_CLASS_COUNT] = {{false}};
  for (uint32_t i = 0; i < agreement->pair_count; i++) {
    const sl_pair_minima *pair = &agreement->pair[i];
    if (!within(pair->a, SL_CLASS_CREWED, SL_CLASS_HAZARD) || !within(pair->b, SL_CLASS_CREWED, SL_CLASS_HAZARD)) {
      return refuse(fault, SL_ERR_RANGE, "/minima", (int)i, "a pair is of two declared classes; undeclared takes the largest");
    }
    if (seen[pair->a][pair->b]) return refuse(fault, SL_ERR_DUPLICATE, "/minima", (int)i, "this pair of classes is given twice");
    seen[pair->a][pair->b] = seen[pair->b][pair->a] = true;
    if (!minima_good(&pair->minima)) {
      return refuse(fault, SL_ERR_RANGE, "/minima", (int)i,
                    "minima are 0 to 200 km, 100 km and 328,000 ft, a pressure setting within 5 km, lower bound first");
    }
  }
  if (agreement->pair_count < SL_PAIR_MINIMA_COUNT) {
    return refuse(fault, SL_ERR_MISSING, "/minima", -1, "every pair of crewed, drone, reservation and hazard must be there");
  }
  return SL_OK;
}

static sl_err check_classes(const sl_agreement *agreement, sl_fault *fault) {
  for (int i = 0; i < 2; i++) {
    uint32_t box = 0;
    const char *pointer = i ? "/coverage/1" : "/coverage/0";
    sl_err err = sl_coverage_check(&agreement->coverage[i], &box);
    if (err != SL_OK) return refuse(fault, err, pointer, (int)box, "a box out of range, upside down or without classes");
  }
  for (int i = 0; i < SL_CLASS_COUNT; i++) {
    const sl_granule_size *size = &agreement->granule[i];
    bool good = within(size->lateral.mm, SL_GRANULE_LATERAL_MIN_MM, SL_GRANULE_LATERAL_MAX_MM) &&
                within(size->vertical_w84.mm, 1000, 100000000) &&
                within(size->vertical_ft, 1, SL_ALT_BARO_MAX_FT) && within(size->time.ns, SECONDS(1), HOURS(24));
    if (!good) return refuse(fault, SL_ERR_RANGE, "/granules", i, "a granule is 100 m to 200 km, 1 m to 100 km, 1 s to 24 h");
    if (!within(agreement->lattice[i], SL_LATTICE_CREWED, SL_LATTICE_DRONE)) {
      return refuse(fault, SL_ERR_RANGE, "/lattices", i, "a lattice is crewed or drone");
    }
  }
  return SL_OK;
}

/* A constant of the agreement, what it may be, and its JSON member. */
typedef struct bound {
  size_t offset;
  const char *pointer;
  int64_t low, high;
} bound;

#define DURATION(member, pointer, low, high) {offsetof(sl_agreement, member.ns), pointer, low, high}
#define COUNT(member, pointer, low, high) {offsetof(sl_agreement, member), pointer, low, high}

static const bound BOUNDS[] = {
  DURATION(grow, "/grow_s", 0, HOURS(1)),
  DURATION(clock_warn, "/clock_warn_s", 0, HOURS(1)),
  DURATION(clock_limit, "/clock_limit_s", 0, HOURS(1)),
  DURATION(quantum, "/quantum_ms", 0, SECONDS(1)),
  DURATION(round, "/round_s", 10 * SL_NS_PER_MS, HOURS(1)),
  DURATION(tick, "/tick_s", 10 * SL_NS_PER_MS, HOURS(1)),
  DURATION(heartbeat, "/heartbeat_s", 10 * SL_NS_PER_MS, HOURS(1)),
  DURATION(lease_activated, "/lease_activated_s", SECONDS(1), HOURS(1)),
  DURATION(lease_planned, "/lease_planned_s", SECONDS(1), HOURS(24)),
  DURATION(after_end, "/after_end_s", 0, HOURS(1)),
  DURATION(pending, "/pending_s", SECONDS(1), HOURS(24)),
  DURATION(pace, "/pace_s", 0, HOURS(1)),
  DURATION(urgent_lead, "/urgent_lead_s", 0, HOURS(24)),
  DURATION(answer, "/answer_s", 10 * SL_NS_PER_MS, HOURS(24)),
  DURATION(acknowledge, "/acknowledge_s", SECONDS(1), HOURS(24)),
  COUNT(budget_declared, "/budget_declared", 0, SL_BUDGET_DECLARED_MAX),
  COUNT(budget_differs, "/budget_differs", 0, 1000),
};

static sl_err check_constants(const sl_agreement *agreement, sl_fault *fault) {
  for (size_t i = 0; i < sizeof BOUNDS / sizeof BOUNDS[0]; i++) {
    int64_t value;
    memcpy(&value, (const char *)agreement + BOUNDS[i].offset, sizeof value);
    if (!within(value, BOUNDS[i].low, BOUNDS[i].high)) {
      bool count = strncmp(BOUNDS[i].pointer, "/budget", 7) == 0;
      int64_t unit = count ? 1 : SL_NS_PER_MS;
      char reason[96];
      (void)snprintf(reason, sizeof reason, "an agreement may say %lld to %lld%s here", (long long)(BOUNDS[i].low / unit),
                     (long long)(BOUNDS[i].high / unit), count ? "" : " ms");
      return refuse(fault, SL_ERR_RANGE, BOUNDS[i].pointer, -1, reason);
    }
  }
  if (agreement->clock_warn.ns > agreement->clock_limit.ns) {
    return refuse(fault, SL_ERR_ORDER, "/clock_warn_s", -1, "the clock's warning comes before its limit");
  }
  /* A party whose clock is off by less than the limit still reads CLEAR: windows must
   * have grown by as much. */
  if (agreement->grow.ns < agreement->clock_limit.ns) {
    return refuse(fault, SL_ERR_ORDER, "/grow_s", -1, "windows must grow by at least the clock limit");
  }
  if (agreement->lease_activated.ns > agreement->lease_planned.ns) {
    return refuse(fault, SL_ERR_ORDER, "/lease_activated_s", -1, "a lease in the air is not longer than a planned one");
  }
  return SL_OK;
}

sl_err sl_agreement_check(const sl_agreement *agreement, sl_fault *fault) {
  SL_ASSERT(agreement != NULL);
  sl_err err = check_names(agreement, fault);
  if (err == SL_OK) err = check_pairs(agreement, fault);
  if (err == SL_OK) err = check_classes(agreement, fault);
  if (err == SL_OK) err = check_constants(agreement, fault);
  return err;
}

static const char *const CLASS_NAME[SL_CLASS_COUNT] = {"undeclared", "crewed", "drone", "reservation", "hazard"};
static const char *const LEVEL_NAME[] = {NULL, "plain", "blind", "relay"};

const char *sl_class_name(sl_class class_of) {
  unsigned index = (unsigned)class_of;
  return CLASS_NAME[index < SL_CLASS_COUNT ? index : 0];
}

sl_err sl_class_read(sl_class *out, sl_str name) {
  SL_ASSERT(out != NULL);
  for (unsigned i = 0; i < SL_CLASS_COUNT; i++) {
    if (!sl_str_is(name, CLASS_NAME[i])) continue;
    *out = (sl_class)i;
    return SL_OK;
  }
  return SL_ERR_UNKNOWN;
}

const char *sl_level_name(sl_level level) {
  unsigned index = (unsigned)level;
  return LEVEL_NAME[index >= SL_LEVEL_PLAIN && index <= SL_LEVEL_RELAY ? index : SL_LEVEL_PLAIN];
}

sl_err sl_level_read(sl_level *out, sl_str name) {
  SL_ASSERT(out != NULL);
  for (unsigned i = SL_LEVEL_PLAIN; i <= SL_LEVEL_RELAY; i++) {
    if (!sl_str_is(name, LEVEL_NAME[i])) continue;
    *out = (sl_level)i;
    return SL_OK;
  }
  return SL_ERR_UNKNOWN;
}

const char *sl_lattice_kind_name(sl_lattice_kind kind) { return kind == SL_LATTICE_DRONE ? "drone" : "crewed"; }

sl_err sl_lattice_kind_read(sl_lattice_kind *out, sl_str name) {
  SL_ASSERT(out != NULL);
  if (sl_str_is(name, "crewed")) *out = SL_LATTICE_CREWED;
  else if (sl_str_is(name, "drone")) *out = SL_LATTICE_DRONE;
  else return SL_ERR_UNKNOWN;
  return SL_OK;
}
