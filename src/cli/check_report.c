/* Purpose: what `check` found, as a table, JSON and GeoJSON. Work expected: some hundred
 * hits; the table shows the first of many and says so. Representation: none. */
#include <math.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/check.h"
#include "json/encode.h"

#define SHOWN_MAX 200u
#define NAME_WIDTH 24

sl_spot sl_track_at(const sl_trajectory *track, sl_time time) {
  SL_ASSERT(track->count > 0);
  uint32_t low = 0, high = track->count - 1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (track->fix[middle].time.ns < time.ns) low = middle + 1;
    else high = middle;
  }
  const sl_fix *to = &track->fix[low], *from = low > 0 && to->time.ns > time.ns ? to - 1 : to;
  double share = to->time.ns > from->time.ns ? (double)(time.ns - from->time.ns) / (double)(to->time.ns - from->time.ns) : 0;
  bool baro = track->ref == SL_ALT_BARO;
  double a = baro ? (double)from->alt.baro.ft : (double)from->alt.w84.mm, b = baro ? (double)to->alt.baro.ft : (double)to->alt.w84.mm;
  double turn = (double)(to->pos.lon_nd - from->pos.lon_nd);
  if (turn > 180e9) turn -= 360e9;
  if (turn < -180e9) turn += 360e9;
  return (sl_spot){((double)from->pos.lat_nd + share * (double)(to->pos.lat_nd - from->pos.lat_nd)) * 1e-9,
                   ((double)from->pos.lon_nd + share * turn) * 1e-9, a + share * (b - a)};
}

static const sl_loaded_record *record_of(const sl_check *check, uint32_t index) { return &check->load->record[index]; }
static sl_str name_of(const sl_check *check, uint32_t index) { return check->load->name[record_of(check, index)->name]; }
static const char *path_of(const sl_check *check, uint32_t index) { return check->load->file[record_of(check, index)->file].path; }

static bool in_feet(const sl_check *check, const sl_hit *hit) {
  const sl_object *a = record_of(check, hit->a)->resolved.object, *b = record_of(check, hit->b)->resolved.object;
  bool first = a->kind == SL_OBJECT_TRAJECTORY ? a->as.trajectory.ref == SL_ALT_BARO : a->as.volume.band.ref == SL_ALT_BARO;
  bool second = b->kind == SL_OBJECT_TRAJECTORY ? b->as.trajectory.ref == SL_ALT_BARO : b->as.volume.band.ref == SL_ALT_BARO;
  return first && second;
}

static const char *doubt_text(sl_doubt doubt) {
  switch (doubt) {
    case SL_DOUBT_DATUM: return "altitude references that cannot be compared";
    case SL_DOUBT_EXTENT: return "larger than what the error bound covers";
    default: return "not decided";
  }
}

/* A time to the second, outward; for ever is said in words. */
static void print_time(FILE *out, sl_time time, bool up) {
  if (time.ns <= 0 || time.ns >= SL_TIME_OPEN_NS) {
    fprintf(out, "%-20s", "always");
    return;
  }
  int64_t seconds = time.ns / SL_NS_PER_S + (up && time.ns % SL_NS_PER_S != 0);
  sl_buf text;
  sl_buf_init(&text, 64);
  sl_time_add(&text, (sl_time){seconds * SL_NS_PER_S});
  fprintf(out, "%-20.*s", (int)text.size, (const char *)text.data);
  sl_buf_fini(&text);
}

/* A name on a terminal: cut, and nothing that the terminal would obey. */
static void print_name(FILE *out, sl_str name) {
  int shown = 0;
  for (size_t i = 0; i < name.size && shown < NAME_WIDTH; i++) {
    fputc(name.data[i], out);
    if (((uint8_t)name.data[i] & 0xc0) != 0x80) shown++;
    if (shown == NAME_WIDTH && i + 1 < name.size) {
      while (i + 1 < name.size && ((uint8_t)name.data[i + 1] & 0xc0) == 0x80) fputc(name.data[++i], out);
      break;
    }
  }
  fprintf(out, "%*s", NAME_WIDTH - shown + 1, "");
}

static void print_conflict(FILE *out, const sl_check *check, const sl_hit *hit) {
  print_name(out, name_of(check, hit->a));
  print_name(out, name_of(check, hit->b));
  print_time(out, hit->finding.window.start, false);
  fprintf(out, "  ");
  print_time(out, hit->finding.window.end, true);
  fprintf(out, "  %8.2f NM", floor((double)hit->finding.lateral.mm / 18520.0) / 100);
  if (in_feet(check, hit)) fprintf(out, "  %7.0f ft", floor((double)hit->finding.vertical.mm / 304.8 + 0.01));
  else fprintf(out, "  %7.1f m", (double)hit->finding.vertical.mm / 1000);
  fprintf(out, "  ");
  print_time(out, hit->finding.closest_at, false);
  fprintf(out, "\n");
}

static void print_files(FILE *out, const sl_check *check) {
  for (uint32_t i = 0; i < check->load->file_count; i++) {
    const sl_loaded_file *file = &check->load->file[i];
    fprintf(out, "%s: %s, %u records", file->path, sl_format_title(file->summary.format), file->summary.records);
    if (file->summary.refused) fprintf(out, ", %u refused", file->summary.refused);
    fprintf(out, "\n");
    for (uint32_t t = 0; t < file->tally_count; t++)
      fprintf(out, "  %6u x %s: %s\n", file->tally[t].count, sl_note_name(file->tally[t].kind), file->tally[t].text);
    if (file->tally_more) fprintf(out, "  %6u x further notes\n", file->tally_more);
  }
}

void sl_check_print(FILE *out, const sl_check *check) {
  const sl_judged *judged = &check->judged;
  print_files(out, check);
  fprintf(out, "\n");
  if (judged->conflicts) {
    fprintf(out, "%-*s%-*s%-20s  %-20s  %11s  %10s  %s\n", NAME_WIDTH + 1, "CONFLICT", NAME_WIDTH + 1, "with", "from", "until", "closest", "vertical", "at");
    for (uint32_t i = 0; i < judged->conflicts && i < SHOWN_MAX; i++) print_conflict(out, check, &judged->hit[i]);
    if (judged->conflicts > SHOWN_MAX) fprintf(out, "and %u more; --json has all\n", judged->conflicts - SHOWN_MAX);
    fprintf(out, "\n");
  }
  uint32_t reasons[3] = {0};
  for (uint32_t i = judged->conflicts; i < judged->hit_count; i++) {
    if (i == judged->conflicts) fprintf(out, "%-*s%-*sbecause of\n", NAME_WIDTH + 1, "UNDECIDED", NAME_WIDTH + 1, "with");
    const sl_hit *hit = &judged->hit[i];
    reasons[hit->doubt <= SL_DOUBT_EXTENT ? hit->doubt : 0]++;
    if (i - judged->conflicts >= SHOWN_MAX) continue;
    print_name(out, name_of(check, hit->a));
    print_name(out, name_of(check, hit->b));
    fprintf(out, "%s\n", doubt_text(hit->doubt));
  }
  if (judged->hit_count - judged->conflicts > SHOWN_MAX) fprintf(out, "and %u more; --json has all\n", judged->hit_count - judged->conflicts - SHOWN_MAX);
  if (judged->hit_count > judged->conflicts) fprintf(out, "\n");
  fprintf(out, "%llu objects, %llu pairs judged: %u pairs of names in conflict (%u times), %u undecided\n", (unsigned long long)judged->objects,
          (unsigned long long)judged->pairs, judged->conflict_pairs, judged->conflicts, judged->undecided_pairs);
  for (int i = 0; i < 3; i++)
    if (reasons[i]) fprintf(out, "undecided %u times: %s\n", reasons[i], doubt_text((sl_doubt)i));
  if (!judged->hit_count) fprintf(out, "no conflict among what was read\n");
}

static void json_hit(sl_json_out *json, const sl_check *check, const sl_hit *hit) {
  sl_json_open(json, NULL, '{');
  sl_json_add_str(json, "a", name_of(check, hit->a));
  sl_json_add_str(json, "b", name_of(check, hit->b));
  sl_json_add_text(json, "file_a", path_of(check, hit->a));
  sl_json_add_text(json, "file_b", path_of(check, hit->b));
  sl_json_add_int(json, "line_a", record_of(check, hit->a)->line);
  sl_json_add_int(json, "line_b", record_of(check, hit->b)->line);
  if (hit->verdict == SL_CONFLICT) {
    sl_json_add_time(json, "start", hit->finding.window.start);
    sl_json_add_time(json, "end", hit->finding.window.end);
    sl_json_open(json, "closest", '{');
    sl_json_add_time(json, "time", hit->finding.closest_at);
    sl_json_add_decimal(json, "lateral_m", hit->finding.lateral.mm, 3);
    sl_json_add_decimal(json, "vertical_m", hit->finding.vertical.mm, 3);
    sl_json_add_decimal(json, "error_m", hit->finding.error.mm, 3);
    sl_json_close(json, '}');
  } else {
    sl_json_add_text(json, "reason", doubt_text(hit->doubt));
  }
  sl_json_close(json, '}');
}

static void json_file(sl_json_out *json, const sl_loaded_file *file) {
  sl_json_open(json, NULL, '{');
  sl_json_add_text(json, "file", file->path);
  sl_json_add_text(json, "format", sl_format_name(file->summary.format));
  sl_json_add_int(json, "records", file->summary.records);
  sl_json_add_int(json, "refused", file->summary.refused);
  sl_json_open(json, "notes", '[');
  for (uint32_t i = 0; i < file->tally_count; i++) {
    sl_json_open(json, NULL, '{');
    sl_json_add_text(json, "kind", sl_note_name(file->tally[i].kind));
    sl_json_add_text(json, "text", file->tally[i].text);
    sl_json_add_int(json, "records", file->tally[i].count);
    sl_json_close(json, '}');
  }
  sl_json_close(json, ']');
  sl_json_close(json, '}');
}

void sl_check_print_json(FILE *out, const sl_check *check) {
  const sl_judged *judged = &check->judged;
  sl_buf text;
  sl_buf_init(&text, (size_t)1 << 31);
  sl_json_out json = sl_json_out_of(&text);
  sl_json_open(&json, NULL, '{');
  sl_json_add_text(&json, "verdict", judged->conflicts ? "CONFLICT" : judged->hit_count ? "UNDECIDED" : "CLEAR");
  sl_json_open(&json, "minima", '{');
  sl_json_add_decimal(&json, "lateral_m", check->minima.lateral.mm, 3);
  sl_json_add_decimal(&json, "vertical_m", check->minima.vertical_w84.mm, 3);
  sl_json_add_int(&json, "vertical_ft", check->minima.vertical_ft);
  sl_json_add_decimal(&json, "grow_s", check->minima.grow.ns, 9);
  sl_json_close(&json, '}');
  sl_json_open(&json, "files", '[');
  for (uint32_t i = 0; i < check->load->file_count; i++) json_file(&json, &check->load->file[i]);
  sl_json_close(&json, ']');
  sl_json_add_int(&json, "objects", (int64_t)judged->objects);
  sl_json_add_int(&json, "pairs", (int64_t)judged->pairs);
  sl_json_add_int(&json, "conflict_pairs", judged->conflict_pairs);
  sl_json_add_int(&json, "undecided_pairs", judged->undecided_pairs);
  sl_json_open(&json, "conflicts", '[');
  for (uint32_t i = 0; i < judged->conflicts; i++) json_hit(&json, check, &judged->hit[i]);
  sl_json_close(&json, ']');
  sl_json_open(&json, "undecided", '[');
  for (uint32_t i = judged->conflicts; i < judged->hit_count; i++) json_hit(&json, check, &judged->hit[i]);
  sl_json_close(&json, ']');
  sl_json_close(&json, '}');
  sl_buf_add_u8(&text, '\n');
  if (!text.error) fwrite(text.data, 1, text.size, out);
  sl_buf_fini(&text);
}
