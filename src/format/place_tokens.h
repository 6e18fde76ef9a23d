/* The parts of a position's text: numbers, hemispheres, signs, words. */
#ifndef SL_FORMAT_PLACE_TOKENS_H
#define SL_FORMAT_PLACE_TOKENS_H

#include "format/place.h"

#define SL_TOKENS_MAX 24u

typedef enum sl_token_kind {
  SL_TOKEN_NUMBER, SL_TOKEN_HEMISPHERE, SL_TOKEN_DEGREE, SL_TOKEN_MINUTE, SL_TOKEN_SECOND, SL_TOKEN_COLON, SL_TOKEN_MINUS, SL_TOKEN_PLUS,
  SL_TOKEN_SEPARATOR, SL_TOKEN_LATITUDE, SL_TOKEN_LONGITUDE, SL_TOKEN_WORD
} sl_token_kind;

typedef struct sl_token {
  sl_token_kind kind;
  char side;                 /* of a hemisphere; of a word its letter, U for UTM and ZONE */
  bool fraction, blank_before;
  uint32_t whole, places;    /* digits before and behind the point; of a word its length */
  char text[24];             /* of a number, its comma a point */
} sl_token;

typedef struct sl_tokens {
  sl_token at[SL_TOKENS_MAX];
  uint32_t count;
  bool decimal_comma;
} sl_tokens;

/* The text in capital ASCII: signs of degrees ('*'), minutes and seconds of any keyboard,
 * dashes, blanks, Arabic-Indic digits. Errors: SL_ERR_CAP, SL_ERR_SYNTAX (a character that
 * has no place in a position). Cost: O(size). */
SL_MUST_USE sl_err sl_place_flatten(char out[static SL_PLACE_TEXT_MAX], sl_str text, sl_fault *fault);
/* Flat text in parts. alone: one angle, in which any comma between digits is a decimal one.
 * Errors: SL_ERR_SYNTAX. */
SL_MUST_USE sl_err sl_tokens_of(sl_tokens *out, const char *text, bool alone, sl_fault *fault);

#endif
