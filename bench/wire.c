/* What the wire costs per request on one core: scan and decode of a body, the signed
 * head with its digest, the Ed25519 verification, encoding of an answer; beside jansson
 * alone on the same body, and libsodium alone on the same base. One JSON object. */
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "seal/seal.h"
#include "wire/answer.h"
#include "wire/intent.h"
#include "wire/signature.h"

#define ROUNDS_NS (700 * SL_NS_PER_MS)
#define VOLUMES 10
#define CREATED INT64_C(1767323045)

typedef struct bench {
  sl_buf body, base, digest, input, signature, answer;
  sl_key key;
  sl_header header[3];
  sl_request request;
  sl_arena arena;
  sl_view_intent view;
  sl_draft draft;
} bench;

typedef bool step_fn(bench *b);

static int64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * SL_NS_PER_S + now.tv_nsec;
}

/* Calls per second of a step, or 0 when it failed. */
static double rate(bench *b, step_fn *step) {
  int64_t start = clock_ns(), now = start;
  uint64_t count = 0;
  while (now - start < ROUNDS_NS) {
    for (int i = 0; i < 64; i++) {
      if (!step(b)) return 0;
    }
    count += 64;
    now = clock_ns();
  }
  return (double)count * 1e9 / (double)(now - start);
}

static bool decode(bench *b) {
  sl_arena_fini(&b->arena);
  return sl_draft_read(&b->draft, &b->arena, sl_buf_span(&b->body), (sl_time){0}, NULL) == SL_OK;
}

static bool jansson_alone(bench *b) {
  json_t *root = json_loadb((const char *)b->body.data, b->body.size, JSON_REJECT_DUPLICATES, NULL);
  json_decref(root);
  return root != NULL;
}

static bool head(bench *b) {
  sl_signed_head read;
  sl_buf_clear(&b->base);
  return sl_signature_read(&read, &b->base, &b->request, sl_sha256, (sl_time){CREATED * SL_NS_PER_S}, NULL) == SL_OK;
}

static bool verify(bench *b) {
  sl_signed_head read;
  sl_buf_clear(&b->base);
  if (sl_signature_read(&read, &b->base, &b->request, sl_sha256, (sl_time){CREATED * SL_NS_PER_S}, NULL) != SL_OK) return false;
  return sl_ed25519_verify(b->key.public_key, read.signature, sl_buf_span(&b->base));
}

static bool all(bench *b) { return verify(b) && decode(b); }

static bool encode(bench *b) {
  sl_buf_clear(&b->answer);
  sl_answer_intent(&b->answer, &b->view);
  return b->answer.error == SL_OK;
}

/* A plan of ten squares, one after the other. */
static void make_body(bench *b) {
  static sl_pos vertex[VOLUMES][4];
  static sl_ring ring[VOLUMES];
  static sl_object object[VOLUMES];
  static const bool hole[1] = {false};
  for (int i = 0; i < VOLUMES; i++) {
    int64_t lat = 47430866123 + i * INT64_C(10000000), lon = 9383099456, side = 9000000;
    const sl_pos corner[4] = {{lat, lon}, {lat, lon + side}, {lat + side, lon + side}, {lat + side, lon}};
    memcpy(vertex[i], corner, sizeof corner);
    ring[i] = (sl_ring){vertex[i], 4};
    object[i] = (sl_object){.kind = SL_OBJECT_VOLUME,
                            .as.volume = {.shape = {.kind = SL_SHAPE_POLYGON, .as.polygon = {&ring[i], hole, 1, SL_EDGE_GEODESIC}},
                                          .band = {.ref = SL_ALT_W84, .as.w84 = {{500000}, {620000}}},
                                          .window = {{(CREATED + 3600 + i * 60) * SL_NS_PER_S},
                                                     {(CREATED + 3690 + i * 60) * SL_NS_PER_S}}}};
  }
  const sl_draft draft = {.version = 1, .state = SL_INTENT_ACCEPTED, .declared = SL_CLASS_DRONE,
                          .start_tolerance = {300 * SL_NS_PER_S}, .plan = {object, VOLUMES}};
  sl_draft_add(&b->body, &draft);
}

static bool make(bench *b) {
  uint8_t seed[32] = {1};
  sl_key_from_seed(&b->key, seed);
  sl_signer signer = sl_key_signer(&b->key);
  b->request = (sl_request){.method = SL_STR("PUT"), .target = SL_STR("/v1/intents/00000000-0000-4000-8000-000000000001"),
                            .authority = SL_STR("localhost:8443"), .header = b->header, .header_count = 3,
                            .body = sl_buf_span(&b->body)};
  if (sl_signature_make(&b->digest, &b->input, &b->signature, &b->request, "blue/ops/1", "0123456789abcdef", CREATED,
                        CREATED + 60, sl_sha256, &signer) != SL_OK) return false;
  b->header[0] = (sl_header){SL_STR("content-digest"), sl_buf_str(&b->digest)};
  b->header[1] = (sl_header){SL_STR("signature-input"), sl_buf_str(&b->input)};
  b->header[2] = (sl_header){SL_STR("signature"), sl_buf_str(&b->signature)};
  return true;
}

int main(void) {
  static bench b;
  static sl_view_verdict verdict = {.shown = {SL_CLEAR, SL_REASON_NONE, {0}, {1}}, .agreement = 1};
  static char proof[1500];
  static const uint8_t entry[300];
  memset(proof, 'x', sizeof proof);
  const sl_view_receipt receipt = {.index = 7, .entry = {entry, sizeof entry}, .proof = {proof, sizeof proof}};
  if (sl_seal_init() != SL_OK) return 1;
  sl_buf *const bufs[] = {&b.body, &b.base, &b.digest, &b.input, &b.signature, &b.answer};
  for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++) sl_buf_init(bufs[i], 1u << 20);
  sl_arena_init(&b.arena, 4u << 20);
  b.view = (sl_view_intent){.version = 1, .state = SL_INTENT_ACCEPTED, .verdict = &verdict, .charged = 3, .receipt = &receipt};
  make_body(&b);
  if (!make(&b) || !all(&b)) return 1;
  printf("{\"bench\":\"wire\",\"cores\":1,\"body_bytes\":%zu,\"volumes\":%d,\"decode_per_s\":%.0f,"
         "\"jansson_alone_per_s\":%.0f,\"head_and_digest_per_s\":%.0f,\"head_digest_verify_per_s\":%.0f,"
         "\"verify_and_decode_per_s\":%.0f,\"encode_answer_per_s\":%.0f",
         b.body.size, VOLUMES, rate(&b, decode), rate(&b, jansson_alone), rate(&b, head), rate(&b, verify), rate(&b, all),
         rate(&b, encode));
  printf(",\"answer_bytes\":%zu}\n", b.answer.size);
  for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++) sl_buf_fini(bufs[i]);
  sl_arena_fini(&b.arena);
  return 0;
}
