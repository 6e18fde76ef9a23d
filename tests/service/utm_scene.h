/* What most tests of the F3548 face begin with: one world to a program, with the line
 * OPEN and nothing filed, and the few steps that they all take in it. */
#ifndef SL_TEST_UTM_SCENE_H
#define SL_TEST_UTM_SCENE_H

#include "test.h"
#include "utm_world.h"

#define ID1 "00000000-0000-4000-8000-000000000001"
#define ID2 "00000000-0000-4000-8000-000000000002"
#define RED "00000000-0000-4000-8000-00000000000f"
#define NEW_SUB ",\"new_subscription\":{\"uss_base_url\":\"https://uss.example/utm\"}"

extern sl_utm_world world;

/* Fixtures: a new world; it is over. */
int scene_setup(void **state);
int scene_teardown(void **state);
#define SCENE(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)

/* The status, or what was answered instead; a refusal is {"message"}. */
void expect(const sl_answered *answer, int status);
/* PUT of uss1's ID1 that is answered so; the OVN, where there is one, into ovn (NULL: nowhere). */
void put_one(const char *ovn_before, const sl_utm_box *box, const char *state, const char *key, int status,
             char ovn[128]);
/* romeo, of the other side, files natively where `box` is, `lat` apart. */
void red_files(const char *id, const sl_utm_box *box);
/* The line reference in an answer: its id, and its OVN by its details. */
void line_learn(const char *subject, const char *answer, char id[static 128], char ovn[static 128]);
/* The next push that waits: what it says, into a buffer; false when none does. */
bool next_push(char *body, size_t room);

#endif
