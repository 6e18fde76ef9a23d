/* One view of each kind with all its members, for the tests of the encoders and for
 * the check against the API's description. */
#ifndef SL_TESTS_WIRE_SAMPLES_H
#define SL_TESTS_WIRE_SAMPLES_H

#include "wire/answer.h"

#define SAMPLE_TIME(seconds) ((sl_time){(INT64_C(1767323045) + (seconds)) * SL_NS_PER_S})
#define SAMPLE_UUID(last) ((sl_uuid){.bytes = {[6] = 0x40, [8] = 0x80, [15] = (last)}})

static const sl_granule_set sample_granules = {
    .count = 2,
    .granule = {{.south_west = {47430866000, 9383099000},
                 .north_east = {47440866000, 9393099000},
                 .band = {.ref = SL_ALT_W84, .as.w84 = {{500000}, {620500}}},
                 .window = {{1767348000000000000}, {1767348300000000000}}},
                {.south_west = {-90000000000, 179500000000},
                 .north_east = {0, -179500000000},
                 .band = {.ref = SL_ALT_BARO, .as.baro = {{-200}, {35000}}},
                 .window = {{1767348000000000000}, {1767348300500000000}}}}};
static const sl_granule_set sample_column = {
    .all = true, .count = 1, .granule = {{.band = {.ref = SL_ALT_COLUMN}, .window = {{0}, {1}}}}};

static const sl_view_verdict sample_conflict = {
    .shown = {SL_CONFLICT, SL_REASON_NONE, {1767323045000000000}, {1767323045000000000}},
    .agreement = 3, .granules = &sample_granules};
static const sl_view_verdict sample_clear = {
    .shown = {SL_CLEAR, SL_REASON_NONE, {1767323045000000000}, {1767323945000000000}}, .agreement = 3};
static const sl_view_verdict sample_undecided = {
    .shown = {SL_UNDECIDED, SL_REASON_BUDGET, {1767323045000000000}, {1767323045000000000}},
    .agreement = 3, .granules = &sample_column};

static const sl_object sample_object = {
    .kind = SL_OBJECT_VOLUME,
    .as.volume = {.shape = {.kind = SL_SHAPE_CIRCLE, .as.circle = {{47000000000, 9000000000}, {50000}}},
                  .band = {.ref = SL_ALT_W84, .as.w84 = {{0}, {100000}}},
                  .window = {{1767348000000000000}, {1767348300000000000}}}};
static const sl_plan sample_plan = {&sample_object, 1};
static const sl_view_proposal sample_proposal = {
    .alternative = 2, .proposal_digest = {0xAB}, .plan_digest = {0xCD}, .expires = {1767323345000000000},
    .plan = &sample_plan};
static const sl_view_case sample_case = {.id = SAMPLE_UUID(9), .intent = SAMPLE_UUID(1), .version = 2,
                                         .state = SL_CASE_PROPOSED, .proposal = &sample_proposal};
static const sl_view_case sample_answered = {.id = SAMPLE_UUID(9), .intent = SAMPLE_UUID(1), .version = 2,
                                             .state = SL_CASE_ANSWERED, .answer = SL_ANSWER_ACCEPT};
static const sl_view_receipt sample_receipt = {
    .index = 41, .entry = {(const uint8_t *)"entry", 5}, .salt = {1, 2}, .proof = {"c2sp.org/tlog-proof@v1\nindex 41\n", 32}};
static const sl_view_intent sample_intent = {.id = SAMPLE_UUID(1), .version = 2, .state = SL_INTENT_ACCEPTED,
                                             .verdict = &sample_conflict, .incident = &sample_case, .charged = 12,
                                             .receipt = &sample_receipt};
static const sl_view_intent sample_poll = {.id = SAMPLE_UUID(1), .version = 2, .state = SL_INTENT_ACTIVATED,
                                           .verdict = &sample_clear, .charged = 12};
static const sl_view_intent sample_ended = {.id = SAMPLE_UUID(1), .version = 2, .state = SL_INTENT_ENDED};

#define SAMPLE_EVENTS 7
static const sl_view_event sample_event[SAMPLE_EVENTS] = {
    {.seq = 1, .kind = SL_EVENT_VERDICT, .at = {1767323045000000000},
     .as.verdict = {SAMPLE_UUID(1), 2, SL_INTENT_ACCEPTED,
                    {.shown = {SL_UNDECIDED, SL_REASON_LINE, {1767323045000000000}, {1767323045000000000}},
                     .agreement = 3}}},
    {.seq = 2, .kind = SL_EVENT_CASE, .at = {1767323046000000000},
     .as.incident = {.id = SAMPLE_UUID(9), .intent = SAMPLE_UUID(1), .version = 2, .state = SL_CASE_OPEN}},
    {.seq = 3, .kind = SL_EVENT_PROPOSAL, .at = {1767323047000000000},
     .as.incident = {.id = SAMPLE_UUID(9), .intent = SAMPLE_UUID(1), .version = 2, .state = SL_CASE_PROPOSED,
                     .proposal = &sample_proposal}},
    {.seq = 4, .kind = SL_EVENT_LINE, .at = {1767323048000000000}, .as.line = {{"blue-red", 8}, SL_LINE_DEGRADED}},
    {.seq = 5, .kind = SL_EVENT_MEMBERSHIP, .at = {1767323049000000000}, .as.membership = {{7}, SL_RECORD_TAKEN}},
    {.seq = 6, .kind = SL_EVENT_AGREEMENT, .at = {1767323050000000000},
     .as.agreement = {{"blue-red", 8}, 3, {8}, SL_RECORD_EFFECTIVE}},
    {.seq = 7, .kind = SL_EVENT_BUDGET, .at = {1767323051000000000}, .as.budget = {{"high", 4}}}};

static const sl_view_line sample_line = {{"blue-red", 8}, SL_LINE_OPEN};
static const sl_view_heartbeat sample_heartbeat = {.received = {1767323045000000000}, .offset_ms = -1200,
                                                   .clock = SL_CLOCK_WARN, .line = &sample_line, .line_count = 1,
                                                   .checkpoint = {"rollup\n5\nAAAA\n", 14}, .unacknowledged = 2};
static const sl_envelope sample_envelope = {.payload_type = {"application/vnd.sideline.agreement+json", 39},
                                            .payload = {(const uint8_t *)"{}", 2}, .count = 1,
                                            .signature = {{{"blue/focal/1", 12}, {1}}}};
static const sl_view_agreement sample_agreement = {.line = {"blue-red", 8}, .number = 3, .status = SL_RECORD_AWAITING,
                                                   .valid_from = {1767323045000000000}, .digest = {9},
                                                   .envelope = &sample_envelope};
static const sl_view_record sample_record = {.digest = {9}, .status = SL_RECORD_TAKEN, .receipt = &sample_receipt};
static const sl_view_entry sample_entry = {.index = 41, .entry = {(const uint8_t *)"entry", 5}, .salt = {1, 2}};
static const uint8_t sample_path[2][32] = {{1}, {2}};
static const sl_view_slot sample_slot = {.tick = 29455384, .slot = 5, .salt = {3}, .head = {4}, .size = 42,
                                         .path = sample_path, .path_count = 2};

#endif
