/* Writing JSON piece by piece into a string: batches are large and have no tree in memory. */
#ifndef CORE_INTAKE_JSON_H
#define CORE_INTAKE_JSON_H

#include <stddef.h>

#include "svcdesk/clock.h"

struct sd_str;

void intake_json_text(struct sd_str *s, const char *text, size_t n); /* quoted; text is valid UTF-8 */
void intake_json_key(struct sd_str *s, const char *key);             /* ,"key": - the comma also before the first */
void intake_json_time(struct sd_str *s, sd_time t);                  /* "2016-02-29T01:23:00Z", whole seconds */
/* Ends an object whose members began at from (all written with a comma in front): drops the first comma, adds the brace. */
void intake_json_close(struct sd_str *s, size_t from);

/* Adds a value clean, on one line, without blanks at its ends and with single ones inside. Nearly every value is so already. */
void intake_squeeze(struct sd_str *out, const char *v, size_t n);

#endif
