/* Problem details and statuses: one row per error and stage.
 *
 * Work: once a refused request. Representation: a table of status, title and fixed
 * detail by error; a detail of NULL means that the fault's own reason may be told. */
#include "wire/problem.h"

#include "base/assert.h"
#include "json/encode.h"

typedef struct row {
  uint16_t status;
  const char *title;
  const char *detail;   /* NULL: the reason of the fault, which is about the caller's bytes */
} row;

#define NOT_YOURS "nothing of yours has this name"
#define NOT_NOW "the service cannot answer now; what was not answered was not taken: try again with the same id"
#define NOT_WRITTEN "this has to be written, and nothing can be at present; it was not taken: try again with the same id; cases, events, logs and receipts are answered"

static const row rows[] = {
    [SL_ERR_NOMEM] = {503, "Not available", NOT_NOW},
    [SL_ERR_CAP] = {413, "Too large", NULL},
    [SL_ERR_RANGE] = {400, "Out of range", NULL},
    [SL_ERR_SYNTAX] = {400, "Malformed", NULL},
    [SL_ERR_TYPE] = {400, "Wrong type", NULL},
    [SL_ERR_UNKNOWN] = {400, "Not known here", NULL},
    [SL_ERR_DUPLICATE] = {400, "Given twice", NULL},
    [SL_ERR_MISSING] = {400, "Missing", NULL},
    [SL_ERR_UNIT] = {400, "Unit or reference not accepted", NULL},
    [SL_ERR_GEOMETRY] = {400, "No meaning as a shape", NULL},
    [SL_ERR_ORDER] = {400, "Wrong order", NULL},
    [SL_ERR_UNSUPPORTED] = {422, "Known and refused", NULL},
    [SL_ERR_SIGNATURE] = {401, "Not authenticated",
                          "the signature does not verify under a key that is in force for this keyid"},
    [SL_ERR_EXPIRED] = {409, "Too late", "this is past its time: read the present state and decide again"},
    [SL_ERR_REPLAY] = {401, "Seen before", "this nonce was used before: sign again with a fresh one"},
    [SL_ERR_DENIED] = {403, "Not allowed", "your role does not allow this"},
    [SL_ERR_NOT_FOUND] = {404, "Not found", NOT_YOURS},
    [SL_ERR_EXISTS] = {409, "Exists already", "you gave this name to something else before"},
    [SL_ERR_STATE] = {409, "Not in this state", "this cannot follow the present state: read it and decide again"},
    [SL_ERR_STALE] = {409, "Not the current version", "read the current version and decide again"},
    [SL_ERR_BUSY] = {503, "Not available", NOT_NOW},
    [SL_ERR_IO] = {503, "Not available", NOT_NOW},
    [SL_ERR_FULL] = {503, "Not available", NOT_WRITTEN},
    [SL_ERR_CORRUPT] = {503, "Not available", NOT_NOW},
    [SL_ERR_SCHEMA] = {503, "Not available", NOT_NOW},
    [SL_ERR_CRYPTO] = {500, "Failed", "the service failed: tell the liaison"},
    [SL_ERR_DATUM] = {400, "References that cannot be compared", NULL},
    [SL_ERR_END] = {500, "Failed", "the service failed: tell the liaison"},
    [SL_ERR_METHOD] = {405, "Not this method", "this path does not take that method: Allow lists those that it takes"},
    [SL_ERR_GONE] = {410, "Erased since",
                     "what came after this was erased when its retention was over: read your cases and intents for what "
                     "stands now, then ask from the first that is kept, which is after=0"},
};

static const row failed = {500, "Failed", "the service failed: tell the liaison"};
static const row too_many = {429, "Too many", "your own share is used up for now: try again later"};

/* The error that is told: in the head an unknown or barred signer reads as a signature
 * that does not verify. */
static sl_err told(sl_stage stage, sl_err err) {
  SL_ASSERT(stage >= SL_STAGE_HEAD && stage <= SL_STAGE_ACT);
  bool signer = err == SL_ERR_NOT_FOUND || err == SL_ERR_DENIED;
  return stage == SL_STAGE_HEAD && signer ? SL_ERR_SIGNATURE : err;
}

static row row_of(sl_stage stage, sl_err err) {
  bool listed = (size_t)err < sizeof rows / sizeof rows[0] && rows[err].status != 0;
  if (!listed) return failed;
  row found = rows[err];
  if (stage == SL_STAGE_ACT && err == SL_ERR_CAP) return too_many;
  if (stage == SL_STAGE_HEAD && err == SL_ERR_MISSING) found.status = 401;
  if (stage != SL_STAGE_ACT && err == SL_ERR_EXPIRED) {
    found = (row){stage == SL_STAGE_HEAD ? 401 : 400, "Past its time", NULL};
  }
  return found;
}

unsigned sl_problem_status(sl_stage stage, sl_err err) {
  SL_ASSERT(err != SL_OK);
  return row_of(stage, told(stage, err)).status;
}

bool sl_problem_retry(unsigned status) { return status == 429 || status == 503; }

void sl_problem_add(sl_buf *out, sl_stage stage, sl_err err, const sl_fault *fault) {
  SL_ASSERT(err != SL_OK);
  err = told(stage, err);
  row found = row_of(stage, err);
  bool own = found.detail == NULL && fault != NULL && fault->code != SL_OK && fault->reason[0] != '\0';
  char type[64] = "urn:sideline:problem:";
  size_t used = strlen(type);
  const char *name = sl_err_name(err);
  SL_ASSERT(strlen(name) < sizeof type - used);
  memcpy(type + used, name, strlen(name) + 1);
  sl_json_out json = sl_json_out_of(out);
  sl_json_open(&json, NULL, '{');
  sl_json_add_text(&json, "type", type);
  sl_json_add_text(&json, "title", found.title);
  sl_json_add_int(&json, "status", found.status);
  sl_json_add_text(&json, "detail", own ? fault->reason : found.detail != NULL ? found.detail : found.title);
  if (own && stage == SL_STAGE_BODY) sl_json_add_text(&json, "pointer", fault->pointer);
  sl_json_close(&json, '}');
}
