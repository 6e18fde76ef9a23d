/* The files people already have, read through one interface: what a file is, is
 * found from its content and never from its name; records stream out one by one,
 * and nothing holds a whole document.
 *
 * A record keeps what its source said: altitudes with the datum they were given
 * in, times as the windows that were listed, and beside them every assumption the
 * reader had to make. format/datum.h turns a record into objects that can be
 * judged, and only there are altitudes converted. */
#ifndef SL_FORMAT_FORMAT_H
#define SL_FORMAT_FORMAT_H

#include "base/span.h"
#include "format/source.h"
#include "sideline/shape.h"

#define SL_RECORDS_MAX 1000000u              /* records of one file */
#define SL_RECORD_BYTES_MAX (16u << 20)      /* text of one record */
#define SL_RECORD_WINDOWS_MAX 4096u          /* windows of one record */
#define SL_RECORD_NOTES_MAX 32u
#define SL_COLUMNS_TEXT_MAX 1024u
#define SL_TRACK_POINTS_MAX 4000000u         /* points of all tracks of one file */
#define SL_TIME_OPEN_NS (SL_TIME_MAX_NS - 1)     /* the end of windows that have none */
#define SL_TRACK_GAP_NS (120 * SL_NS_PER_S)  /* a longer gap splits a track */

typedef enum sl_format {
  SL_FORMAT_UNKNOWN = 0,
  SL_FORMAT_F3548 = 1,
  SL_FORMAT_GEOJSON = 2,
  SL_FORMAT_TRACKS = 3,    /* JSON array of fixes, barometric feet */
  SL_FORMAT_OPENAIR = 4,
  SL_FORMAT_USMTF_ACO = 5,
  SL_FORMAT_ED269 = 6,
  SL_FORMAT_ED318 = 7,
  SL_FORMAT_KML = 8,
  SL_FORMAT_KMZ = 9,
  SL_FORMAT_CSV = 10,
  SL_FORMAT_XLSX = 11,
  SL_FORMAT_GPX = 12,
  SL_FORMAT_FIELD15 = 13,
  SL_FORMAT_TASKING = 14,  /* air tasking order or target set: always refused */
  SL_FORMAT_COUNT = 15
} sl_format;

/* What an altitude in a file is measured against. */
typedef enum sl_datum {
  SL_DATUM_UNSTATED = 0,   /* the file does not say */
  SL_DATUM_ELLIPSOID = 1,  /* WGS84 ellipsoid */
  SL_DATUM_MSL = 2,        /* mean sea level, taken as EGM96 */
  SL_DATUM_GROUND = 3,     /* above the ground or water */
  SL_DATUM_PRESSURE = 4,   /* flight level, pressure altitude on 1,013.25 hPa */
  SL_DATUM_UNLIMITED = 5   /* no limit: as upper, everything above; as lower, everything below */
} sl_datum;

/* An altitude as its source gave it. The unit is the tenth of a millimetre, in
 * which both a millimetre (10) and a foot (3,048) are whole. */
#define SL_TENTHS_PER_FT INT64_C(3048)
#define SL_TENTHS_PER_M INT64_C(10000)
typedef struct sl_height {
  sl_datum datum;
  int64_t tenths;          /* 0.1 mm; within +-10^11; 0 when unlimited */
} sl_height;

/* A fix of a track; its datum is the record's. */
typedef struct sl_track_fix {
  sl_pos pos;
  int64_t tenths;
  sl_time time;
} sl_track_fix;

typedef enum sl_note_kind {
  SL_NOTE_ASSUMED = 1,     /* the source did not say; this was taken */
  SL_NOTE_WIDENED = 2,     /* the record covers more than the source says */
  SL_NOTE_LEFT_OUT = 3,    /* part of the source's record is not used */
  SL_NOTE_SPLIT = 4,       /* one track of the source became several records */
  SL_NOTE_DUPLICATE = 5    /* another record lies where this one does */
} sl_note_kind;

/* The word for a kind of note: "assumed". Static text. */
const char *sl_note_name(sl_note_kind kind);

/* Text is one sentence part for a person; it never copies foreign input. */
typedef struct sl_note {
  sl_note_kind kind;
  const char *text;
} sl_note;

typedef enum sl_record_form { SL_RECORD_AREA = 1, SL_RECORD_TRACK = 2 } sl_record_form;

/* One record. Everything points into memory of the reader and is valid during the
 * call that hands it over. */
typedef struct sl_record {
  sl_format format;
  uint32_t line;           /* where it starts, from 1 */
  sl_str name;             /* UTF-8; its identity: a name never conflicts with itself */
  sl_str kind;             /* UTF-8; class or type in the source's words; may be empty */
  sl_record_form form;
  /* An area: */
  sl_shape shape;
  sl_height lower, upper;
  const sl_window *window; /* ascending by start */
  uint32_t window_count;   /* 0: the source gives no times */
  /* A track: */
  const sl_track_fix *fix; /* ascending in time */
  uint32_t fix_count;
  sl_datum fix_datum;
  sl_len lateral;          /* tolerances, as sl_trajectory has them */
  int64_t vertical_tenths;
  sl_dur along;
  /* Both: */
  const sl_note *note;
  uint32_t note_count;
} sl_record;

/* Where the records go. */
typedef struct sl_sink {
  void *context;
  /* Called for each record in the file's order (tracks: by name, then time).
   * Returns SL_OK to go on; anything else stops and is returned by the reader. */
  sl_err (*record)(void *context, const sl_record *record);
  /* Called for each record that is refused. Returns true to go on without it,
   * false to stop: the reader then returns the fault's code. */
  bool (*refused)(void *context, const sl_fault *fault);
} sl_sink;

/* How to read; start from sl_read_options_default(). */
typedef struct sl_read_options {
  sl_format format;         /* SL_FORMAT_UNKNOWN: found from the content */
  sl_time day;              /* midnight UTC of the day that weekly schedules and times without
                               a date belong to; 0: none given */
  const char *mapping;      /* "field=Column;..." (or by lines) for GeoJSON, CSV and XLSX; NULL: guessed */
  bool zone_given;          /* tables: times without a zone are in `zone`, else widened */
  sl_dur zone;
  sl_len half_width;        /* of lines that state none; 0: such lines are refused */
  const char *sheet;        /* XLSX: name of the sheet; NULL: the first */
  const char *points;       /* flight plans: the text of points.h; NULL: none */
} sl_read_options;

/* What was read. */
typedef struct sl_summary {
  sl_format format;
  uint64_t bytes;           /* after decompression */
  uint32_t records;         /* handed over */
  uint32_t refused;
  uint32_t skipped;         /* lines or members known to carry no airspace (comments, colours) */
  char columns[SL_COLUMNS_TEXT_MAX];   /* tables: which column is what, as a mapping; else empty */
} sl_summary;

/* No day, no mapping, no half width, format from the content. */
sl_read_options sl_read_options_default(void);

/* What the file is, from its first bytes (4 KiB are enough, fewer are allowed;
 * decompressed). Errors: SL_FORMAT_UNKNOWN. Threads: any. Cost: O(size). */
sl_format sl_format_detect(sl_span first);

/* The short name ("openair") and the name for people ("OpenAir"). Static text. */
const char *sl_format_name(sl_format format);
const char *sl_format_title(sl_format format);
/* By short name; SL_FORMAT_UNKNOWN when there is none. */
sl_format sl_format_by_name(const char *name);

/* Read every record of the source. *out is written also on failure (what was read
 * until then); *fault says where and why. A record is handed over only when it
 * has a meaning on its own (sl_object_check() holds for its shape).
 * Errors: SL_ERR_UNSUPPORTED (unknown content, or a format refused by name: target
 * data), SL_ERR_CAP, SL_ERR_NOMEM, SL_ERR_IO, what sink->record returned, the
 * code of the first refused record unless sink->refused went on, and whole-file
 * errors (SL_ERR_SYNTAX, SL_ERR_MISSING). Threads: any, one source each.
 * Cost: O(bytes); memory: one record, for tracks all fixes at 40 bytes each. */
SL_MUST_USE sl_err sl_format_read(sl_summary *out, sl_source *source, const sl_read_options *options,
                                  const sl_sink *sink, sl_fault *fault);

#endif
