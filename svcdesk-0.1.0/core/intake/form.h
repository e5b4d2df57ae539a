/* One form of source file, as the run of an import sees it: rows in, entries of a batch for desk.import_history out (its shape
 * stands in servicenow.h). A form knows nothing of the database. */
#ifndef CORE_INTAKE_FORM_H
#define CORE_INTAKE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "svcdesk/clock.h"

struct sd_err;
struct sd_str;

/* What orders the entries of a record: time, version, line. */
struct intake_key {
	const char *number; /* borrowed from the row or the form, until the next call */
	int64_t version;
	sd_time at;
};

enum intake_has {
	INTAKE_ENTRY, /* the row has this entry: key is filled */
	INTAKE_NONE,  /* it has not, which is fine unless it has no other */
	INTAKE_BAD    /* the row cannot be taken in at all: why says it, for people */
};

struct intake_form {
	const char *source; /* under which name the desk remembers what it took in */
	int parts;          /* entries that one row can give, 1 to 16 */
	bool headless;      /* the first record is a row already: header() is told it all the same, for its fields */
	void *self;
	/* Reads the header; unknown gets the names of columns that are left out, comma separated. */
	bool (*header)(void *self, int n, char *const *names, struct sd_str *unknown, struct sd_err *err);
	int (*count)(const void *self); /* fields a row must have */
	enum intake_has (*key)(void *self, int part, char *const *field, struct intake_key *key, struct sd_str *why);
	/* Appends the entry of a part that key() found. notes gets a sentence for each thing that was not understood. */
	void (*entry)(void *self, int part, char *const *field, long line, const struct intake_key *key, struct sd_str *json,
		struct sd_str *notes);
};

#endif
