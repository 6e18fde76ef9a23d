/* The routes of the F3548 face as a table: a method, a path with at most two holes, and
 * the scopes of which a token must have one. What a hole holds is looked at after the
 * token, so that nobody without one learns what an id must look like. */
#include "service/utm.h"

#include "base/assert.h"

#define SC SL_SCOPE_STRATEGIC
#define CM SL_SCOPE_CONSTRAINTS
#define CP SL_SCOPE_PROCESSING
#define CMSA SL_SCOPE_MONITORING
#define AA SL_SCOPE_ARBITRATION
#define ANY (SC | CM | CP | CMSA | AA)

typedef struct route {
  const char *method, *before, *after;   /* path = before [hole [/tail]] after */
  uint8_t holes;
  uint8_t kind;
  unsigned scopes;
} route;

#define INTENTS "/dss/v1/operational_intent_references/"
#define ZONES "/dss/v1/constraint_references/"
#define SUBS "/dss/v1/subscriptions/"
#define USS "/dss/v1/uss_availability/"

/* The fixed paths stand before those with a hole that would match them. */
static const route routes[] = {
    {"GET", "/healthy", "", 0, SL_UTM_HEALTHY, 0},
    {"GET", "/aux/v1/version", "", 0, SL_UTM_VERSION, 0},
    {"GET", "/aux/v1/validate_oauth", "", 0, SL_UTM_OAUTH, ANY},
    {"POST", INTENTS "query", "", 0, SL_UTM_INTENT_QUERY, SC | CMSA},
    {"GET", INTENTS, "", 1, SL_UTM_INTENT_GET, SC | CMSA},
    {"PUT", INTENTS, "", 1, SL_UTM_INTENT_PUT, SC | CMSA},
    {"PUT", INTENTS, "", 2, SL_UTM_INTENT_PUT, SC | CMSA},
    {"DELETE", INTENTS, "", 2, SL_UTM_INTENT_DELETE, SC | CMSA},
    {"POST", ZONES "query", "", 0, SL_UTM_ZONE_QUERY, CM | CP},
    {"GET", ZONES, "", 1, SL_UTM_ZONE_GET, CM | CP},
    {"PUT", ZONES, "", 1, SL_UTM_ZONE_PUT, CM},
    {"PUT", ZONES, "", 2, SL_UTM_ZONE_PUT, CM},
    {"DELETE", ZONES, "", 2, SL_UTM_ZONE_DELETE, CM},
    {"POST", SUBS "query", "", 0, SL_UTM_SUB_QUERY, CP | SC},
    {"GET", SUBS, "", 1, SL_UTM_SUB_GET, CP | SC},
    {"PUT", SUBS, "", 1, SL_UTM_SUB_PUT, CP | SC},
    {"PUT", SUBS, "", 2, SL_UTM_SUB_PUT, CP | SC},
    {"DELETE", SUBS, "", 2, SL_UTM_SUB_DELETE, CP | SC},
    {"POST", "/dss/v1/reports", "", 0, SL_UTM_REPORT, ANY},
    {"GET", USS, "", 1, SL_UTM_USS_GET, AA | SC | CMSA},
    {"PUT", USS, "", 1, SL_UTM_USS_PUT, AA},
    {"GET", "/uss/v1/operational_intents/", "/telemetry", 1, SL_UTM_TELEMETRY, CMSA},
    {"GET", "/uss/v1/operational_intents/", "", 1, SL_UTM_DETAILS_GET, SC},
    {"POST", "/uss/v1/operational_intents", "", 0, SL_UTM_DETAILS_POST, SC},
    {"GET", "/uss/v1/constraints/", "", 1, SL_UTM_ZONE_DETAILS_GET, CP},
    {"POST", "/uss/v1/constraints", "", 0, SL_UTM_ZONE_DETAILS_POST, CM},
    {"POST", "/uss/v1/reports", "", 0, SL_UTM_REPORT, ANY},
};

static bool starts(sl_str text, const char *with) {
  size_t size = strlen(with);
  return text.size >= size && memcmp(text.data, with, size) == 0;
}

bool sl_utm_has(const sl_service *service, sl_str target) {
  if (!service->utm) return false;
  return starts(target, "/dss/v1/") || starts(target, "/uss/v1/") || starts(target, "/aux/v1/") ||
         sl_str_is(target, "/healthy") || starts(target, "/healthy?");
}

static bool matches(sl_utm_op *utm, const route *r, sl_str path) {
  if (!starts(path, r->before)) return false;
  sl_str rest = {path.data + strlen(r->before), path.size - strlen(r->before)};
  size_t after = strlen(r->after);
  if (rest.size < after || memcmp(rest.data + rest.size - after, r->after, after) != 0) return false;
  rest.size -= after;
  if (r->holes == 0) return rest.size == 0;
  const char *slash = memchr(rest.data, '/', rest.size);
  if ((slash != NULL) != (r->holes == 2) || rest.size == 0) return false;
  utm->hole = (sl_str){rest.data, slash ? (size_t)(slash - rest.data) : rest.size};
  utm->tail = slash ? (sl_str){slash + 1, rest.size - utm->hole.size - 1} : (sl_str){NULL, 0};
  if (utm->hole.size == 0) return false;
  return !slash || (utm->tail.size > 0 && !memchr(utm->tail.data, '/', utm->tail.size));
}

int sl_utm_route(sl_utm_op *utm, sl_str method, sl_str target, unsigned *any) {
  SL_ASSERT(target.data != NULL);
  const char *mark = memchr(target.data, '?', target.size);
  sl_str path = {target.data, mark ? (size_t)(mark - target.data) : target.size};
  utm->query = mark ? (sl_str){mark + 1, target.size - path.size - 1} : (sl_str){NULL, 0};
  const char *allow = NULL;
  for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
    const route *r = &routes[i];
    sl_utm_op found = *utm;
    if (!matches(&found, r, path)) continue;
    bool get = strcmp(r->method, "GET") == 0;
    if (!sl_str_is(method, r->method) && !(get && sl_str_is(method, "HEAD"))) {
      const char *alone = get ? "GET, HEAD" : r->method;
      allow = !allow ? alone : r->holes == 2 ? "PUT, DELETE" : "GET, HEAD, PUT";   /* those that share a path */
      continue;
    }
    *utm = found;
    utm->kind = (sl_utm_kind)r->kind;
    utm->update = r->holes == 2;
    *any = r->scopes;
    return 200;
  }
  if (allow) utm->method = sl_str_from(allow);
  return allow ? 405 : 404;
}
