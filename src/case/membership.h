/* Who is on which side, with which keys, since when (L2): the roster, what may
 * change it, and which key verified what at which time. Pure: signatures were
 * verified by the caller, time is an argument. */
#ifndef SL_CASE_MEMBERSHIP_H
#define SL_CASE_MEMBERSHIP_H

#include "base/arena.h"
#include "case/agreement.h"

#define SL_PARTIES_MAX 4096u
#define SL_KEYS_MAX 16384u
#define SL_MERGES_MAX 64u
#define SL_MEMBERSHIP_AHEAD_NS (366 * 24 * SL_NS_PER_H)  /* effective at most so far ahead */
#define SL_TIME_NEVER_NS INT64_MAX                       /* `until` of what has no end yet */

/* Roles of a party, a mask. A party without any files plans. */
#define SL_ROLE_FOCAL 1u
#define SL_ROLE_DUTY 2u
#define SL_ROLE_AUDITOR 4u
#define SL_ROLES_ALL 7u

typedef struct sl_party {
  char side[SL_NAME_MAX + 1];
  char name[SL_NAME_MAX + 1];        /* unique on its side for ever: a name is not given twice */
  sl_class class_of;
  uint8_t roles;
  sl_time from, until;               /* member in [from, until) */
} sl_party;

/* "<side>/<party>/<number>". Valid in [from, until). A key that was rotated out or
 * revoked stays in the roster, so that what it signed while valid still verifies. */
typedef struct sl_member_key {
  char side[SL_NAME_MAX + 1];
  char party[SL_NAME_MAX + 1];
  uint32_t number;                   /* from 1, without gaps */
  uint8_t public_key[32];
  sl_time from, until;
} sl_member_key;

/* From `at` on, `absorbed` is part of `side`. */
typedef struct sl_merge {
  char side[SL_NAME_MAX + 1];
  char absorbed[SL_NAME_MAX + 1];
  sl_time at;
} sl_merge;

/* The arrays are the roster's own, from the arena given to sl_roster_init(). */
typedef struct sl_roster {
  sl_party *party;
  uint32_t party_count;
  sl_member_key *key;
  uint32_t key_count;
  sl_merge merge[SL_MERGES_MAX];
  uint32_t merge_count;
  uint32_t party_room, key_room;
  uint16_t *slot;                    /* of both arrays by their names, number + 1; NULL: they are walked */
  uint32_t party_slots, key_slots;   /* powers of two; parties' come first */
} sl_roster;

typedef enum sl_change {
  SL_CHANGE_ENROL = 1,   /* a party joins `side` with its class, roles and key number 1 */
  SL_CHANGE_ROTATE,      /* a further key of a party; the ones before it end then */
  SL_CHANGE_REVOKE,      /* key `number` ends at `effective`, or now if that is past */
  SL_CHANGE_LEAVE,       /* the party and all its keys end */
  SL_CHANGE_MERGE        /* `other` becomes part of `side`; signed by both focal points */
} sl_change;

/* One membership record. Members that its kind does not use are zero. */
typedef struct sl_membership {
  sl_change change;
  char side[SL_NAME_MAX + 1];
  char other[SL_NAME_MAX + 1];       /* MERGE */
  char party[SL_NAME_MAX + 1];       /* all but MERGE */
  sl_class class_of;                 /* ENROL */
  uint8_t roles;                     /* ENROL */
  uint32_t number;                   /* ENROL: 1; ROTATE: the next; REVOKE: which */
  uint8_t public_key[32];            /* ENROL, ROTATE */
  sl_time effective;
} sl_membership;

/* A signer whose signature over the record verified under that key of the roster
 * (or, for the founding record of a side, under the key that it enrols). */
typedef struct sl_record_signer {
  char side[SL_NAME_MAX + 1];
  char party[SL_NAME_MAX + 1];
  uint32_t number;
} sl_record_signer;

/* An empty roster with room for the counts given (at most the caps above). Errors:
 * SL_ERR_RANGE, SL_ERR_NOMEM. */
SL_MUST_USE sl_err sl_roster_init(sl_roster *out, sl_arena *arena, uint32_t parties, uint32_t keys);

/* Whether a record may be taken at `now`, given who signed it. Rules:
 *   effective later than now and at most SL_MEMBERSHIP_AHEAD_NS ahead (REVOKE: any
 *   time not before the key's start);
 *   signed by a focal point of `side`, member and key valid at now (MERGE: one of
 *   each side); nobody else's signature counts, the liaison's least of all;
 *   the first record of a side enrols a focal point and is signed by that key;
 *   a side keeps a focal point with a key that has no end: the last does not leave.
 * Errors: SL_ERR_DENIED (signers), SL_ERR_EXPIRED (effective), SL_ERR_EXISTS,
 * SL_ERR_NOT_FOUND, SL_ERR_STATE (already ended, last focal point, merged),
 * SL_ERR_RANGE, SL_ERR_CAP, SL_ERR_DUPLICATE (a key that stands on the side).
 * Threads: any number of readers. Cost: O(roster). */
SL_MUST_USE sl_err sl_membership_check(const sl_roster *roster, const sl_membership *record, sl_time now,
                                       const sl_record_signer *signer, size_t signer_count, sl_fault *fault);

/* Take a record that was checked at this `now`: the roster after it. */
SL_MUST_USE sl_err sl_membership_apply(sl_roster *roster, const sl_membership *record, sl_time now,
                                       const sl_record_signer *signer, size_t signer_count, sl_fault *fault);

/* For sl_membership_apply(): the newest party, the newest key, can be found from now on. */
void sl_roster_note_party(sl_roster *roster);
void sl_roster_note_key(sl_roster *roster);

/* The party, whether or not it is a member at some time; NULL when never enrolled. Cost: constant. */
const sl_party *sl_roster_party(const sl_roster *roster, sl_str side, sl_str party);
/* Whether it is a member at `at`. */
bool sl_party_member(const sl_party *party, sl_time at);

/* The key by number, whether or not it is valid; NULL when unknown. To verify an
 * old receipt or submission, ask sl_member_key_valid() for the time it was recorded. */
const sl_member_key *sl_roster_key(const sl_roster *roster, sl_str side, sl_str party, uint32_t number);
bool sl_member_key_valid(const sl_member_key *key, sl_time at);
/* For a request at `now`: the key, iff it and its party are valid then. */
const sl_member_key *sl_roster_key_at(const sl_roster *roster, sl_str keyid, sl_time now);

/* "<side>/<party>/<number>" in parts. Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_keyid_read(sl_record_signer *out, sl_str keyid);

/* The side that `side` is part of at `at`, merges followed. A plan belongs to the
 * side that its party was on when it was filed: a merge makes no earlier intent
 * visible, so ask with the time of filing. The result points into the roster or is
 * `side` itself. */
sl_str sl_roster_side(const sl_roster *roster, sl_str side, sl_time at);

#endif
