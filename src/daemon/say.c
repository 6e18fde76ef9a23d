/* The daemon's log: few lines, at start, stop and failure, each written whole. */
#include "daemon/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static void say(const char *level, const char *format, va_list arguments) SL_PRINTF(2, 0);

static void say(const char *level, const char *format, va_list arguments) {
  char line[1024];
  int used = snprintf(line, sizeof line, "level=%s ", level);
  int more = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
  size_t size = more < 0 ? (size_t)used : (size_t)(used + more);
  if (size > sizeof line - 2) size = sizeof line - 2;
  line[size++] = '\n';
  /* Nobody to tell when even this fails. */
  if (write(STDERR_FILENO, line, size) < 0) return;
}

void sl_say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("info", format, arguments);
  va_end(arguments);
}

void sl_say_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error", format, arguments);
  va_end(arguments);
}

void sl_say_fault(const char *file, sl_err err, const sl_fault *fault) {
  const char *reason = fault->reason[0] ? fault->reason : "no more is known";
  if (fault->line > 0) {
    fprintf(stderr, "%s:%u:%u: %s (%s)\n", file, fault->line, fault->column, reason, sl_err_name(err));
  } else {
    fprintf(stderr, "%s: %s (%s)\n", file, reason, sl_err_name(err));
  }
}
