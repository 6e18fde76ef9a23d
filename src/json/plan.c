/* Reading plans: their volumes (volume.c), then their trajectories.
 *
 * Work: one to a few hundred volumes, or one trajectory of thousands of fixes. Each
 * object is checked as soon as it is read, so that a fault names it. */
#include "json/plan.h"

#include "base/assert.h"

/* Beside the flags of plan.h: the points of this trajectory are in feet. */
#define FLAG_FEET 0x100u

#define ALONG_MAX_NS (24 * SL_NS_PER_H)

static sl_err out_of_memory(const sl_json_reader *reader, const sl_json_at *at) {
  return sl_json_fail(reader, at, SL_ERR_NOMEM, "the memory of this request is used up");
}

static sl_err read_fix_altitude(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member feet = {.kind = SL_JSON_I32, .min = SL_ALT_BARO_MIN_FT, .max = SL_ALT_BARO_MAX_FT};
  static const sl_json_member metres = {.kind = SL_JSON_DECIMAL, .min = SL_ALT_W84_MIN_MM, .max = SL_ALT_W84_MAX_MM,
                                        .scale = 3};
  sl_fix *fix = target;
  return (reader->flags & FLAG_FEET) != 0 ? sl_json_value(reader, &fix->alt.baro.ft, at, &feet)
                                          : sl_json_value(reader, &fix->alt.w84.mm, at, &metres);
}

static sl_err read_fix(const sl_json_reader *reader, void *target, const sl_json_at *at) {
  static const sl_json_member table[] = {
      {.name = "lat", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(sl_fix, pos.lat_nd),
       .min = -90 * SL_ND_PER_DEG, .max = 90 * SL_ND_PER_DEG, .scale = 9},
      {.name = "lng", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(sl_fix, pos.lon_nd),
       .min = -180 * SL_ND_PER_DEG, .max = 180 * SL_ND_PER_DEG, .scale = 9},
      {.name = "alt", .kind = SL_JSON_CALL, .required = true, .offset = 0, .read = read_fix_altitude},
      {.name = "time", .kind = SL_JSON_TIME, .required = true, .offset = offsetof(sl_fix, time)}};
  return sl_json_object(reader, target, at, table, SL_JSON_COUNT(table), NULL);
}

/* A trajectory's members but for its points, which need the reference first. */
typedef struct course {
  int reference;
  sl_len lateral, vertical;
  int32_t vertical_ft;
  sl_dur along;
} course;

enum { BIT_METRES = 1u << 0, BIT_FEET = 1u << 1 };

static sl_err read_course(const sl_json_reader *reader, course *out, const sl_json_at *at) {
  static const sl_json_word reference_words[] = {{"W84", SL_ALT_W84}, {"STD", SL_ALT_BARO}, {NULL, 0}};
  static const sl_json_member table[] = {
      {.name = "vertical_m", .kind = SL_JSON_DECIMAL, .offset = offsetof(course, vertical.mm),
       .max = SL_ALT_W84_MAX_MM, .scale = 3, .round = SL_ROUND_UP},
      {.name = "vertical_ft", .kind = SL_JSON_I32, .offset = offsetof(course, vertical_ft),
       .max = SL_ALT_BARO_MAX_FT},
      {.name = "reference", .kind = SL_JSON_UNIT, .required = true, .offset = offsetof(course, reference),
       .words = reference_words},
      {.name = "lateral_m", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(course, lateral.mm),
       .max = SL_EXTENT_MAX_MM, .scale = 3, .round = SL_ROUND_UP},
      {.name = "along_s", .kind = SL_JSON_DECIMAL, .required = true, .offset = offsetof(course, along.ns),
       .max = ALONG_MAX_NS, .scale = 9, .round = SL_ROUND_UP},
      {.name = "points", .kind = SL_JSON_ANY, .required = true}};
  uint64_t present = 0;
  sl_err err = sl_json_object(reader, out, at, table, SL_JSON_COUNT(table), &present);
  if (err != SL_OK) return err;
  bool feet = out->reference == SL_ALT_BARO;
  const char *needed = feet ? "vertical_ft" : "vertical_m";
  sl_json_at wrong = sl_json_find(at, feet ? "vertical_m" : "vertical_ft");
  if ((present & (feet ? BIT_METRES : BIT_FEET)) != 0) {
    return sl_json_fail(reader, &wrong, SL_ERR_UNIT, "this reference needs \"%s\"", needed);
  }
  if ((present & (feet ? BIT_FEET : BIT_METRES)) == 0) {
    sl_json_at missing = sl_json_find(at, needed);
    return sl_json_fail(reader, &missing, SL_ERR_MISSING, "the member \"%s\" is missing", needed);
  }
  return SL_OK;
}

static sl_err read_trajectory(const sl_json_reader *reader, sl_object *out, const sl_json_at *at) {
  course in;
  memset(&in, 0, sizeof in);
  sl_err err = read_course(reader, &in, at);
  if (err != SL_OK) return err;
  bool feet = in.reference == SL_ALT_BARO;
  sl_json_reader inner = *reader;
  inner.flags = feet ? FLAG_FEET : 0;
  sl_json_at points = sl_json_find(at, "points");
  void *fixes = NULL;
  uint32_t count = 0;
  err = sl_json_list(&inner, &fixes, &count, &points, 1, SL_FIXES_MAX, sizeof(sl_fix), read_fix);
  if (err != SL_OK) return err;
  sl_object object = {.kind = SL_OBJECT_TRAJECTORY,
                      .as.trajectory = {.fix = fixes, .count = count, .ref = (sl_alt_ref)in.reference,
                                        .lateral = in.lateral, .along = in.along}};
  if (feet) {
    object.as.trajectory.vertical.baro_ft = in.vertical_ft;
  } else {
    object.as.trajectory.vertical.w84 = in.vertical;
  }
  sl_fault fault = sl_fault_none();
  err = sl_object_check(&object, &fault);
  if (err != SL_OK) {
    sl_fault_set(&fault, err, "this trajectory has no meaning");
    return sl_json_fail_with(reader, at, &fault);
  }
  *out = object;
  return SL_OK;
}

/* How many elements the array at `at` adds to a plan that has `before` already. */
static sl_err count_objects(const sl_json_reader *reader, size_t *count, const sl_json_at *at, size_t before) {
  *count = 0;
  if (at->value == NULL) return SL_OK;
  if (!sl_json_is_array(at)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be an array");
  size_t size = sl_json_size(at);
  if (size > SL_OBJECTS_MAX || size + before > SL_OBJECTS_MAX) {
    return sl_json_fail(reader, at, SL_ERR_CAP, "a plan may have at most %u objects", SL_OBJECTS_MAX);
  }
  *count = size;
  return SL_OK;
}

/* Both arrays into one plan; a place without a value is an empty array. */
static sl_err read_objects(const sl_json_reader *reader, sl_plan *out, const sl_json_at *at, const sl_json_at *volumes,
                           const sl_json_at *trajectories, unsigned flags) {
  size_t volume_count = 0, trajectory_count = 0;
  sl_err err = count_objects(reader, &volume_count, volumes, 0);
  if (err == SL_OK) err = count_objects(reader, &trajectory_count, trajectories, volume_count);
  if (err != SL_OK) return err;
  size_t count = volume_count + trajectory_count;
  if (count == 0) return sl_json_fail(reader, at, SL_ERR_RANGE, "a plan needs a volume or a trajectory");
  sl_object *object = SL_ARENA_TAKE(reader->arena, count, sl_object);
  if (object == NULL) return out_of_memory(reader, at);
  for (size_t i = 0; i < volume_count; i++) {
    sl_json_at element = sl_json_element(volumes, i);
    object[i].kind = SL_OBJECT_VOLUME;
    err = sl_volume_read(reader, &object[i].as.volume, &element, flags);
    if (err != SL_OK) return err;
  }
  for (size_t i = 0; i < trajectory_count; i++) {
    sl_json_at element = sl_json_element(trajectories, i);
    err = read_trajectory(reader, &object[volume_count + i], &element);
    if (err != SL_OK) return err;
  }
  SL_ASSERT(count <= SL_OBJECTS_MAX);
  *out = (sl_plan){object, (uint32_t)count};
  return SL_OK;
}

sl_err sl_volumes_read(const sl_json_reader *reader, sl_plan *out, const sl_json_at *at, unsigned flags) {
  const sl_json_at nothing = {.value = NULL};
  if (!sl_json_is_array(at)) return sl_json_fail(reader, at, SL_ERR_TYPE, "this must be an array");
  return read_objects(reader, out, at, at, &nothing, flags);
}

sl_err sl_plan_read(const sl_json_reader *reader, sl_plan *out, const sl_json_at *at, unsigned flags) {
  static const sl_json_member table[] = {{.name = "volumes", .kind = SL_JSON_ANY},
                                         {.name = "trajectories", .kind = SL_JSON_ANY}};
  bool strict = (flags & SL_PLAN_STRICT_F3548) != 0;
  char unused = 0;
  sl_err err = sl_json_object(reader, &unused, at, table, strict ? 1 : 2, NULL);
  if (err != SL_OK) return err;
  sl_json_at volumes = sl_json_find(at, "volumes");
  sl_json_at trajectories = sl_json_find(at, "trajectories");
  return read_objects(reader, out, at, &volumes, &trajectories, flags);
}
