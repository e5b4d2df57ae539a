/* What a person typed and the database has not confirmed yet: one 0600 file a draft, in the state folder. */
#ifndef SVCDESK_DRAFT_H
#define SVCDESK_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include "svcdesk/clock.h"

struct sd_err;

struct sd_draft_field {
	char *name, *value, *shown; /* value: what is sent; shown: what the form shows */
};
struct sd_draft {
	char *key;   /* who and where: desk, ticket, verb; any text */
	char *label; /* for people: "INC100001 Note"; may be empty */
	sd_time at;
	struct sd_draft_field *fields;
	int nfields;
	char *body;
};

/* Fills a draft piece by piece; strings are copied. */
struct sd_draft *sd_draft_new(const char *key, const char *label, sd_time at, const char *body);
void sd_draft_add(struct sd_draft *d, const char *name, const char *value, const char *shown);
void sd_draft_free(struct sd_draft *d);
/* Nothing worth keeping in it. */
bool sd_draft_empty(const struct sd_draft *d);

/* The file of a draft in folder dir (malloc'ed), and its bytes (malloc'ed): for the crash path, which may only write. */
char *sd_draft_path(const char *dir, const char *key);
char *sd_draft_bytes(const struct sd_draft *d, size_t *n);

/* Writes beside and renames, mode 0600; makes dir (0700). */
bool sd_draft_save(const char *dir, const struct sd_draft *d, struct sd_err *err);
/* NULL without an error: there is none. */
struct sd_draft *sd_draft_load(const char *dir, const char *key, struct sd_err *err);
void sd_draft_drop(const char *dir, const char *key);
/* Calls each with every draft in dir whose key begins with start; unreadable ones are left out. */
void sd_draft_each(const char *dir, const char *start, void (*each)(void *arg, const struct sd_draft *d), void *arg);

#endif
