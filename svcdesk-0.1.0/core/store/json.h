/* Reading JSON that came from the database: text is cleaned on the way in, what is missing is empty. */
#ifndef CORE_STORE_JSON_H
#define CORE_STORE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include "svcdesk/clock.h"
#include "svcdesk/meta.h"

struct sd_arena;
struct sd_err;

/* Cleaned copies in the arena; never NULL. BLOCK keeps line breaks. */
char *store_line(struct sd_arena *a, const char *s);

/* A member as text: strings as they are, numbers and booleans written out, objects and arrays as JSON, null and missing "". */
char *store_text(struct sd_arena *a, const json_t *object, const char *key);
char *store_text_block(struct sd_arena *a, const json_t *object, const char *key);
char *store_value(struct sd_arena *a, const json_t *value);
int64_t store_int(const json_t *object, const char *key);
bool store_bool(const json_t *object, const char *key);
sd_time store_time(const json_t *object, const char *key);
struct sd_words store_words(struct sd_arena *a, const json_t *array);

/* The object in a text; NULL and err if it is not one. The caller releases it. */
json_t *store_object(const char *text, const char *what, struct sd_err *err);

#endif
