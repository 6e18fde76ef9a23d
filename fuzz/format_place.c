/* Positions, dates and zones of forms: any text is read or refused with a reason, what is
 * read is in range, and a grid reference leads back to its square. */
#include "format.h"
#include "format/clock.h"
#include "format/mgrs.h"
#include "format/place.h"

static void position(sl_grid *grid, sl_str text) {
  sl_place place;
  sl_angle angle;
  sl_fault fault = sl_fault_none();
  sl_err error = sl_place_read(&place, grid, text, &fault);
  fuzz_must(error == fault.code);
  if (!error) {
    fuzz_must(place.pos.lat_nd >= -90 * SL_ND_PER_DEG && place.pos.lat_nd <= 90 * SL_ND_PER_DEG);
    fuzz_must(place.pos.lon_nd >= -180 * SL_ND_PER_DEG && place.pos.lon_nd <= 180 * SL_ND_PER_DEG);
    fuzz_must(place.within.mm >= 0 && place.coarse.mm >= 0);
    char square[SL_MGRS_TEXT_MAX];
    sl_pos middle;
    sl_len side;
    error = sl_mgrs_text(square, grid, place.pos, 5);
    fuzz_must(!error && sl_mgrs_is(sl_str_from(square)) && !sl_mgrs_read(&middle, &side, grid, sl_str_from(square), NULL));
    fuzz_must(llabs(middle.lat_nd - place.pos.lat_nd) < 20000);
  }
  for (int latitude = 0; latitude < 2; latitude++) {
    fault = sl_fault_none();
    error = sl_angle_read(&angle, text, latitude, &fault);
    fuzz_must(error == fault.code);
    if (!error) fuzz_must(llabs(angle.nd) <= (latitude ? 90 : 180) * SL_ND_PER_DEG);
  }
}

static void moment(sl_str text) {
  sl_clock_time time;
  sl_dur zone;
  for (int i = 0; i < 6; i++) {
    sl_fault fault = sl_fault_none();
    sl_err error = sl_clock_read(&time, text, (sl_day_order)(i % 3), i > 2, &fault);
    fuzz_must(error == fault.code);
    if (!error) fuzz_must(time.time.ns >= 0 && time.time.ns <= SL_TIME_MAX_NS);
    fault = sl_fault_none();
    error = sl_clock_serial(&time, text, i % 2, i > 2, &fault);
    fuzz_must(error == fault.code);
    if (!error) fuzz_must(time.time.ns >= 0 && time.time.ns <= SL_TIME_MAX_NS);
  }
  sl_fault fault = sl_fault_none();
  sl_err error = sl_zone_read(&zone, text, &fault);
  fuzz_must(error == fault.code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static sl_grid *grid;
  if (!grid) fuzz_must(sl_grid_open(&grid) == SL_OK);
  sl_str text = {(const char *)data, size}, zone = text;
  position(grid, text);
  moment(text);
  const char *line = size ? memchr(text.data, '\n', size) : NULL;
  if (!line) return 0;
  zone.size = (size_t)(line - text.data);
  text.data = line + 1, text.size -= zone.size + 1;
  line = text.size ? memchr(text.data, '\n', text.size) : NULL;
  if (!line) return 0;
  sl_place place;
  sl_fault fault = sl_fault_none();
  sl_str east = {text.data, (size_t)(line - text.data)}, north = {line + 1, text.size - (size_t)(line + 1 - text.data)};
  sl_err error = sl_place_utm(&place, grid, zone, east, north, &fault);
  fuzz_must(error == fault.code);
  return 0;
}
