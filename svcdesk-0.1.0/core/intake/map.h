/* A map says how the columns of a table become tickets: svcdesk-import(5) describes the file. Reading it and using it know
 * nothing of the database; what the desk has (fields, states, verbs) is handed in as JSON. */
#ifndef CORE_INTAKE_MAP_H
#define CORE_INTAKE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/intake/csv.h"

struct sd_arena;
struct sd_err;
struct sd_str;

enum { MAP_PARTS_MAX = 15, MAP_FILE_MAX = 256 << 10 };

/* A value made of columns and text: "{a|b:80} - {c}". */
struct map_piece {
	const char *text;        /* NULL: columns */
	const char *const *name; /* the first of these that says something; NULL-terminated */
	int *column;             /* where each stands in the file, in the order of name */
	int cells;               /* cut to that many, at a word; 0 = whole */
};
struct map_value {
	struct map_piece *piece;
	size_t n;
	bool constant; /* no columns at all */
	int line;      /* of the map */
};

enum map_type { MAP_TEXT, MAP_BLOCK, MAP_STATE, MAP_LEVEL, MAP_WHOLE, MAP_BOOL, MAP_TIME, MAP_CHOICE, MAP_CATEGORY, MAP_VERB };

struct map_words; /* a [values FIELD] section */

struct map_rule {
	const char *name; /* "subject", "custom.location", "at" */
	struct map_value value;
	struct map_words *words; /* NULL: values are taken as they are */
	enum map_type type;
	int max;                   /* MAP_LEVEL */
	const char *const *choice; /* MAP_STATE, MAP_VERB, MAP_CHOICE: what the desk knows; NULL-terminated */
	bool must;                 /* no ticket without it: nothing in the column keeps what there was */
};

struct map_part {
	const char *name;             /* of the [event]; "" of the one that a map without them has */
	const struct map_rule **rule; /* of [row], but where the event has its own */
	size_t n;
	const struct map_rule *id, *at, *version;
};

struct map {
	struct sd_arena *a;
	const char *path; /* for complaints */
	const char *source, *kind, *zone;
	struct csv_form csv;
	bool header;
	const char **time;    /* formats, tried in order */
	const char **missing; /* words that mean nothing */
	size_t n_time, n_missing;
	struct map_part part[MAP_PARTS_MAX];
	int parts;
	struct map_rule **rule; /* all of them */
	size_t n_rules;
	struct map_words *words; /* all of them, a list */
	bool custom;             /* the map fills custom fields */
};

/* Reads a map. NULL and err, which names path and line. */
struct map *map_parse(const char *path, const char *text, struct sd_err *err);
void map_free(struct map *m);

/* Compares with what the desk has: {"fields": {NAME: {"type", "choices", "must"}}, "states": [], "verbs": []}. */
bool map_check(struct map *m, const char *desk, struct sd_err *err);

/* Finds the columns of a file; unknown gets the names of those the map does not use. */
bool map_header(struct map *m, int n, char *const *names, struct sd_str *unknown, struct sd_err *err);

/* The value of a rule in a row, cleaned, in out (reset first). False when it says nothing. */
bool map_fill(const struct map *m, const struct map_rule *r, char *const *field, struct sd_str *out);

/* The desk's word for a value: itself when the map has no words for the rule; "" when the map says that it means nothing; NULL
 * when nobody knows it. */
const char *map_word(const struct map_rule *r, const char *value);

/* The names of the columns of a rule, comma separated. */
void map_columns(const struct map_rule *r, struct sd_str *out);

/* ---- files ---- */
/* The map of that name: a path when it has a slash or is a file here, else NAME.map of the person, beside the program, or
 * installed with it. */
struct map *map_load(const char *name, struct sd_err *err);
/* Every map that can be named, sorted, each once. */
void map_list(void (*fn)(void *arg, const char *name), void *arg);

#endif
