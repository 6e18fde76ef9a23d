/* Prints "METHOD PATH WHAT BODY" for every answer and body that the wire writes:
 * openapi_test.py holds them against the API's description. */
#include <stdio.h>

#include "samples.h"
#include "wire/problem.h"
#include "wire/record.h"

static sl_buf buf;

/* Print what was written since the last call. */
static void line(const char *where) {
  printf("%s %.*s\n", where, (int)buf.size, (const char *)buf.data);
  sl_buf_clear(&buf);
}

#define ID "00000000-0000-4000-8000-000000000001"

static void intents_and_cases(void) {
  sl_answer_intent(&buf, &sample_intent);
  line("PUT /v1/intents/" ID " 201");
  sl_answer_intent(&buf, &sample_intent);
  line("PUT /v1/intents/" ID " 200");
  sl_answer_intent(&buf, &sample_poll);
  line("GET /v1/intents/" ID " 200");
  const sl_view_intent undecided = {.id = SAMPLE_UUID(1), .version = 1, .state = SL_INTENT_CONTINGENT,
                                    .verdict = &sample_undecided};
  sl_answer_intent(&buf, &undecided);
  line("GET /v1/intents/" ID " 200");
  sl_answer_intent(&buf, &sample_ended);
  line("POST /v1/intents/" ID "/end 200");
  sl_answer_intent(&buf, &sample_poll);
  line("POST /v1/intents/" ID "/affirm 200");
  const sl_view_case cases[2] = {sample_case, sample_answered};
  sl_answer_cases(&buf, cases, 2, 0);
  line("GET /v1/cases 200");
  sl_answer_cases(&buf, cases, 2, 41);
  line("GET /v1/cases?after=12 200");
  sl_answer_cases(&buf, NULL, 0, 0);
  line("GET /v1/cases 200");
  sl_answer_case(&buf, &sample_case);
  line("GET /v1/cases/" ID " 200");
  sl_answer_case(&buf, &sample_answered);
  line("POST /v1/cases/" ID "/answer 200");
  sl_answer_case(&buf, &sample_case);
  line("POST /v1/cases/" ID "/acknowledge 200");
}

static void events_and_lines(void) {
  sl_answer_events(&buf, sample_event, SAMPLE_EVENTS, 7);
  line("GET /v1/events?after=0&wait=10 200");
  sl_answer_heartbeat(&buf, &sample_heartbeat);
  line("POST /v1/heartbeat 200");
  static const char *const verbs[] = {"POST /v1/line/blue-red/suspend 200", "POST /v1/line/blue-red/resume 200",
                                      "POST /v1/line/blue-red/answer 200"};
  for (int i = 0; i < 3; i++) {
    sl_answer_line(&buf, &sample_line);
    line(verbs[i]);
  }
  const sl_view_watch watch = {.line = SL_STR("blue-red"), .state = SL_LINE_DEGRADED, .unacknowledged = 3};
  sl_answer_watch(&buf, &watch);
  line("POST /v1/line/blue-red/handover 200");
}

static void evidence(void) {
  sl_answer_entries(&buf, &sample_entry, 1, 42);
  line("GET /v1/log/entries?from=41 200");
  sl_answer_entries(&buf, &sample_entry, 1, 42);
  line("GET /rollup/entries?from=41 200");
  sl_answer_receipt(&buf, &sample_receipt);
  line("GET /v1/receipts/41 200");
  sl_answer_slot(&buf, &sample_slot);
  line("GET /v1/rollup/slot 200");
  sl_answer_record(&buf, &sample_record);
  line("POST /v1/records 201");
  sl_answer_record(&buf, &sample_record);
  line("POST /v1/records 200");
  sl_answer_agreements(&buf, &sample_agreement, 1);
  line("GET /v1/agreements 200");
  sl_answer_ready(&buf, true);
  line("GET /readyz 200");
  sl_answer_ready(&buf, false);
  line("GET /readyz 503");
}

/* Bodies that a client writes. */
static void requests(void) {
  const sl_end_body end = {.version = 2, .has_out_at = true, .out_at = SAMPLE_TIME(0)};
  sl_end_body_add(&buf, &end);
  line("POST /v1/intents/" ID "/end request");
  const sl_end_body affirmed = {.version = 2};
  sl_end_body_add(&buf, &affirmed);
  line("POST /v1/intents/" ID "/affirm request");
  const sl_answer_body answer = {.answer = SL_ANSWER_ACCEPT, .version = 2, .expires = SAMPLE_TIME(300)};
  sl_answer_body_add(&buf, &answer);
  line("POST /v1/cases/" ID "/answer request");
  const sl_heartbeat_body heartbeat = {.time = SAMPLE_TIME(0), .checkpoint = {"note\n", 5}};
  sl_heartbeat_body_add(&buf, &heartbeat);
  line("POST /v1/heartbeat request");
  sl_envelope_add(&buf, &sample_envelope);
  line("POST /v1/records request");
  const sl_membership enrol = {.change = SL_CHANGE_ENROL, .side = "blue", .party = "ops", .class_of = SL_CLASS_DRONE,
                               .roles = SL_ROLES_ALL, .number = 1, .effective = SAMPLE_TIME(0)};
  sl_membership_add(&buf, &enrol);
  line("schema Membership -");
  const sl_membership merge = {.change = SL_CHANGE_MERGE, .side = "blue", .other = "green", .effective = SAMPLE_TIME(0)};
  sl_membership_add(&buf, &merge);
  line("schema Membership -");
  sl_agreement agreement;
  sl_agreement_defaults(&agreement);
  memcpy(agreement.line, "blue-red", 9);
  memcpy(agreement.side[0], "blue", 5);
  memcpy(agreement.side[1], "red", 4);
  sl_agreement_add(&buf, &agreement);
  line("schema LineAgreement -");
}

static void problems(void) {
  for (int stage = SL_STAGE_HEAD; stage <= SL_STAGE_ACT; stage++) {
    for (int err = SL_ERR_NOMEM; err <= SL_ERR_END; err++) {
      sl_fault fault = sl_fault_none();
      sl_fault_set(&fault, (sl_err)err, "a reason");
      snprintf(fault.pointer, sizeof fault.pointer, "/plan/volumes/0/?");
      sl_problem_add(&buf, (sl_stage)stage, (sl_err)err, &fault);
      char where[64];
      snprintf(where, sizeof where, "PUT /v1/intents/" ID " %u", sl_problem_status((sl_stage)stage, (sl_err)err));
      line(where);
    }
  }
}

int main(void) {
  sl_buf_init(&buf, 1u << 20);
  intents_and_cases();
  events_and_lines();
  evidence();
  requests();
  problems();
  sl_err error = buf.error;
  sl_buf_fini(&buf);
  return error == SL_OK ? 0 : 1;
}
