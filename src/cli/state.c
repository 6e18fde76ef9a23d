/* Purpose: what a party keeps between calls: cursor, newest checkpoints, receipts, and
 * the names of its intents. Work expected: a few small files a call, a receipt for
 * each submission. Representation: files in the folder that the profile names. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/text.h"
#include "cli/net.h"

#define NAMES_MAX ((size_t)64 << 20)

static bool path_of(sl_net *net, char out[static SL_PATH_MAX], const char *name) {
  int size = snprintf(out, SL_PATH_MAX, "%s/%s", net->profile.state, name);
  return size > 0 && (size_t)size < SL_PATH_MAX - 16;
}

/* Make the folders on the way to the file. */
static bool make_folders(sl_net *net, char path[static SL_PATH_MAX]) {
  size_t start = strlen(net->profile.state);
  if (mkdir(net->profile.state, 0700) && errno != EEXIST) return false;
  for (char *slash = strchr(path + start + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
    *slash = '/';
    if (!made) return false;
  }
  return true;
}

sl_exit sl_state_write(sl_net *net, const char *name, sl_span bytes) {
  char path[SL_PATH_MAX];
  sl_fault fault = sl_fault_none();
  if (!path_of(net, path, name) || !make_folders(net, path))
    return sl_cli_fail(net->cli, SL_EXIT_CANTCREAT, "%s: the state folder cannot be made: %s", net->profile.state, strerror(errno));
  if (sl_file_write(net->cli, path, bytes, &fault)) return sl_cli_fault(net->cli, path, &fault);
  return SL_EXIT_DONE;
}

sl_exit sl_state_append(sl_net *net, const char *name, sl_str line) {
  char path[SL_PATH_MAX];
  bool good = path_of(net, path, name) && make_folders(net, path);
  int fd = good ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  char *whole = malloc(line.size + 1);
  if (whole && line.size) memcpy(whole, line.data, line.size);
  if (whole) whole[line.size] = '\n';
  good = fd >= 0 && whole && write(fd, whole, line.size + 1) == (ssize_t)(line.size + 1);
  if (fd >= 0 && close(fd)) good = false;
  free(whole);
  if (good) return SL_EXIT_DONE;
  return sl_cli_fail(net->cli, SL_EXIT_CANTCREAT, "%s/%s cannot be written: %s", net->profile.state, name, strerror(errno));
}

bool sl_state_read(sl_net *net, sl_buf *out, const char *name, size_t max) {
  char path[SL_PATH_MAX];
  sl_buf_init(out, 1);
  if (!path_of(net, path, name) || access(path, F_OK)) return false;
  sl_fault fault = sl_fault_none();
  if (sl_file_read(out, path, max, &fault)) {
    sl_buf_init(out, 1);
    (void)sl_cli_fault(net->cli, path, &fault);
    return false;
  }
  out->max = max + 1;
  sl_buf_add_u8(out, 0);
  if (out->error) return false;
  out->size--;
  return true;
}

sl_exit sl_names_note(sl_net *net, const char *id, const char *name) {
  char *line = sl_net_format(net, "%s %s", id, name);
  if (!line) return sl_cli_fail(net->cli, SL_EXIT_DATA, "a name is longer than 2,000 bytes");
  return sl_state_append(net, "names", sl_str_from(line));
}

/* Call `each` with every pair noted until it returns true. */
static bool each_name(sl_net *net, bool (*each)(void *context, sl_str id, sl_str name), void *context) {
  sl_buf text;
  bool stopped = false;
  if (sl_state_read(net, &text, "names", NAMES_MAX)) {
    sl_str rest = sl_buf_str(&text);
    while (rest.size > 0 && !stopped) {
      const char *end = memchr(rest.data, '\n', rest.size);
      size_t size = end ? (size_t)(end - rest.data) : rest.size;
      if (size > 37 && rest.data[36] == ' ') stopped = each(context, (sl_str){rest.data, 36}, (sl_str){rest.data + 37, size - 37});
      rest = end ? (sl_str){end + 1, rest.size - size - 1} : (sl_str){NULL, 0};
    }
  }
  sl_buf_fini(&text);
  return stopped;
}

typedef struct search { sl_net *net; sl_str wanted; bool by_name; const char *found; } search;

static bool match(void *context, sl_str id, sl_str name) {
  search *s = context;
  if (!sl_str_equal(s->by_name ? name : id, s->wanted)) return false;
  s->found = sl_arena_text(&s->net->arena, s->by_name ? id : name);
  return s->found != NULL;
}

const char *sl_names_of(sl_net *net, const char *id) {
  search s = {net, sl_str_from(id), false, NULL};
  return each_name(net, match, &s) ? s.found : id;
}

const char *sl_names_find(sl_net *net, const char *operand) {
  sl_uuid id;
  if (sl_uuid_read(&id, sl_str_from(operand), 4) == SL_OK) return operand;
  search s = {net, sl_str_from(operand), true, NULL};
  return each_name(net, match, &s) ? s.found : NULL;
}

typedef struct listing { sl_net *net; const char **id; size_t count, room; } listing;

static bool collect(void *context, sl_str id, sl_str name) {
  listing *l = context;
  (void)name;
  for (size_t i = l->count; i-- > 0;)
    if (sl_str_is(id, l->id[i])) return false;
  if (l->count == l->room) {
    size_t room = l->room ? l->room * 2 : 64;
    const char **grown = SL_ARENA_TAKE(&l->net->arena, room, const char *);
    if (!grown) return true;
    if (l->count) memcpy(grown, l->id, l->count * sizeof *grown);
    l->id = grown;
    l->room = room;
  }
  const char *copy = sl_arena_text(&l->net->arena, id);
  if (copy) l->id[l->count++] = copy;
  return copy == NULL;
}

const char **sl_names_all(sl_net *net, size_t *count) {
  SL_ASSERT(net && count);
  listing l = {.net = net};
  each_name(net, collect, &l);
  *count = l.count;
  return l.id;
}

sl_exit sl_names_operands(sl_net *net, const sl_args *args, const char ***out, size_t *count) {
  if (args->operand_count == 0) {
    *out = sl_names_all(net, count);
    return SL_EXIT_DONE;
  }
  const char **id = SL_ARENA_TAKE(&net->arena, args->operand_count, const char *);
  if (!id) return sl_cli_fail(net->cli, SL_EXIT_OSERR, "out of memory");
  for (size_t i = 0; i < args->operand_count; i++) {
    id[i] = sl_names_find(net, args->operand[i]);
    if (!id[i]) return sl_cli_fail(net->cli, SL_EXIT_NOINPUT, "%s: neither an id nor the name of an intent submitted with this profile", args->operand[i]);
  }
  *out = id;
  *count = args->operand_count;
  return SL_EXIT_DONE;
}
