/* Records out, in the formats other people's tools read: F3548 JSON, GeoJSON, KML,
 * OpenAir and CSV. What was written and is read again has the same shape to 1 cm and the
 * same times. What a format cannot say is counted by name, never dropped in silence. */
#ifndef SL_FORMAT_WRITE_H
#define SL_FORMAT_WRITE_H

#include "base/buf.h"
#include "format/format.h"

/* What a format cannot say of some records. */
typedef enum sl_loss {
  SL_LOSS_TRACK = 0,       /* tracks: the record is not written */
  SL_LOSS_ALTITUDE = 1,    /* the datum of its altitudes: the record is not written */
  SL_LOSS_CORRIDOR = 2,    /* corridors: the record is not written */
  SL_LOSS_HOLES = 3,       /* holes, filled: the area grows */
  SL_LOSS_TOLERANCE = 4,   /* tolerances of tracks */
  SL_LOSS_KIND = 5,        /* the class or type */
  SL_LOSS_BAND = 6,        /* limits that cannot be drawn: beside the shape, as data */
  SL_LOSS_WIDTH = 7,       /* circles and corridors: a drawing of them, the true one as data */
  SL_LOSS_COUNT = 8
} sl_loss;

/* One text in the making. The buffer may be emptied between records (sl_buf_clear()),
 * so that a file of any length streams. */
typedef struct sl_writer {
  sl_format format;
  sl_buf *out;
  uint32_t records;        /* written */
  bool any;                /* a separator is due */
  uint32_t lost[SL_LOSS_COUNT];
} sl_writer;

/* Whether a format can be written. F3548 takes records whose altitudes are above the
 * ellipsoid or unlimited; whoever has others resolves them first (datum.h). */
bool sl_writer_knows(sl_format format);
/* Begin, add records, end. The writer's format is one that is known. Errors in
 * out->error. Threads: any. Cost: O(what is written). */
void sl_writer_begin(sl_writer *writer, sl_buf *out, sl_format format);
void sl_writer_add(sl_writer *writer, const sl_record *record);
void sl_writer_end(sl_writer *writer);
/* One record in OpenAir, KML and CSV, which write.c leaves to write_*.c; window NULL: always. */
void sl_write_openair(sl_writer *writer, const sl_record *record);
void sl_write_kml(sl_writer *writer, const sl_record *record, const sl_window *window);
void sl_write_csv(sl_writer *writer, const sl_record *record, const sl_window *window);
/* The head of a CSV. */
void sl_write_csv_head(sl_writer *writer);
/* An altitude as sl_height_read() takes it ("1500ft MSL", "UNL"), and a length ("12.500 m"). */
void sl_height_add(sl_buf *out, const sl_height *height);
void sl_length_add(sl_buf *out, sl_len length);
/* What was lost, for people. Static text. */
const char *sl_loss_text(sl_loss loss);

#endif
