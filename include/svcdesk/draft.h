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
	int saves; /* how often it was saved: of two states of one draft the higher is the newer */
	/* taken over from another host, in the state it had there; NULL: written here */
	char *from_host;
	int from_saves;
	/* being sent: the operation, its fields as JSON and the version of the ticket. Sent again as they are, they are the same
	 * operation, which the desk does once. op NULL: not sent. */
	char *op, *sent;
	int version;
	int seen; /* version of the ticket it was begun on; 0: not known */
};

/* Fills a draft piece by piece; strings are copied. */
struct sd_draft *sd_draft_new(const char *key, const char *label, sd_time at, const char *body);
void sd_draft_add(struct sd_draft *d, const char *name, const char *value, const char *shown);
void sd_draft_free(struct sd_draft *d);
/* Both NULL: no longer being sent. */
void sd_draft_sent(struct sd_draft *d, const char *op, const char *fields, int version);
void sd_draft_from(struct sd_draft *d, const char *host, int saves);
struct sd_draft *sd_draft_copy(const struct sd_draft *d);
/* The same words in the same fields, whenever and wherever they were written. */
bool sd_draft_same(const struct sd_draft *a, const struct sd_draft *b);
/* Nothing worth keeping in it. */
bool sd_draft_empty(const struct sd_draft *d);

/* The file of a draft in folder dir (malloc'ed), and its bytes (malloc'ed): for the crash path, which may only write. */
char *sd_draft_path(const char *dir, const char *key);
char *sd_draft_bytes(const struct sd_draft *d, size_t *n);

/* A draft from such bytes, cleaned: whoever wrote them. key: the one it must be of, NULL: any. NULL: it is none, why says why. */
enum { SD_DRAFT_WHY = 200 };
struct sd_draft *sd_draft_read(const char *bytes, size_t n, const char *key, char why[SD_DRAFT_WHY]);

/* Whether drafts could be kept in dir, which is made (0700). */
bool sd_draft_possible(const char *dir, struct sd_err *err);
/* Writes beside and renames, mode 0600, and does not come back before it is on the disk: there is always a whole draft. */
bool sd_draft_save(const char *dir, const struct sd_draft *d, struct sd_err *err);
/* NULL without an error: there is none. */
struct sd_draft *sd_draft_load(const char *dir, const char *key, struct sd_err *err);
void sd_draft_drop(const char *dir, const char *key);
/* Calls each with every draft in dir whose key begins with start; unreadable ones are left out. */
void sd_draft_each(const char *dir, const char *start, void (*each)(void *arg, const struct sd_draft *d), void *arg);

#endif
