/* What every reader of a format has in its hand: the source, the options, an arena
 * for the record it is at, and the way to hand a record over or refuse it. */
#ifndef SL_FORMAT_READING_H
#define SL_FORMAT_READING_H

#include "base/arena.h"
#include "format/format.h"

typedef struct sl_reading {
  sl_source *source;
  const sl_read_options *options;
  const sl_sink *sink;
  sl_summary *summary;
  sl_fault *fault;              /* of the whole file */
  sl_arena arena;               /* of the record in hand: emptied by hand-over and refusal */
  sl_note note[SL_RECORD_NOTES_MAX];
  uint32_t note_count;
  bool recoded;                 /* the text was made UTF-8: what it says of its encoding is past */
  const struct sl_archive *archive;   /* of a KMZ; else NULL */
  uint32_t part;                /* of several documents of an archive, from 1; else 0 */
} sl_reading;

/* One reader per format; registered in read.c. */
typedef sl_err sl_format_reader(sl_reading *reading);

/* Add a note to the record in hand; beyond SL_RECORD_NOTES_MAX, or out of memory, the
 * last note says that there were more. format is a literal. */
void sl_reading_note(sl_reading *reading, sl_note_kind kind, const char *format, ...) SL_PRINTF(3, 4);
/* Notes that stand already, to take back later ones. */
static inline uint32_t sl_reading_mark(const sl_reading *reading) { return reading->note_count; }

/* Check the record's shape or track and hand it over with the notes; a record that
 * fails the check is refused at its line. A record without a name is named after
 * its place, differently from every other, with a note. Errors: what ends the reading. */
SL_MUST_USE sl_err sl_reading_hand_over(sl_reading *reading, sl_record *record);
/* The same, keeping the arena and the notes for further records of the same entry. */
SL_MUST_USE sl_err sl_reading_hand_over_part(sl_reading *reading, sl_record *record);
/* Empty the arena and forget the notes. */
void sl_reading_clear(sl_reading *reading);

/* Refuse the record in hand. fault->line 0 becomes `line`. Errors: SL_OK to go on,
 * the fault's code to stop. */
SL_MUST_USE sl_err sl_reading_refuse(sl_reading *reading, const sl_fault *fault, uint32_t line);
/* The same with a reason made here. */
SL_MUST_USE sl_err sl_reading_refuse_for(sl_reading *reading, uint32_t line, sl_err code, const char *format, ...)
    SL_PRINTF(4, 5);
/* Put "entry N of the archive: " before a fault's reason, unless it is there. */
void sl_reading_place(sl_fault *fault, uint32_t part);
/* Whether an error is one record's (syntax, range, geometry...) and not the whole
 * reading's (memory, input, caps). */
bool sl_reading_is_record_error(sl_err error);

/* A copy in the record's arena. Errors: data NULL when the arena is full. */
sl_str sl_reading_copy(sl_reading *reading, sl_str text);

/* The readers. */
sl_err sl_read_ed269(sl_reading *reading);
sl_err sl_read_ed318(sl_reading *reading);
sl_err sl_read_usmtf(sl_reading *reading);
sl_err sl_read_tracks(sl_reading *reading);
sl_err sl_read_geojson(sl_reading *reading);
sl_err sl_read_f3548(sl_reading *reading);
sl_err sl_read_gpx(sl_reading *reading);
sl_err sl_read_kml(sl_reading *reading);
sl_err sl_read_kmz(sl_reading *reading);
sl_err sl_read_csv(sl_reading *reading);
sl_err sl_read_xlsx(sl_reading *reading);
sl_err sl_read_openair(sl_reading *reading);
sl_err sl_read_field15(sl_reading *reading);

#endif
