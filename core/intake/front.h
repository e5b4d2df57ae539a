/* Front matter: the lines between two rows of dashes at the head of a Markdown file, "key: value" as YAML has it, or between two
 * rows of plus signs "key = value" as TOML has it. Values are words, quoted words, lists (in brackets, or a line each behind a
 * dash) and texts of several lines behind | or >. Maps within maps are passed over. */
#ifndef CORE_INTAKE_FRONT_H
#define CORE_INTAKE_FRONT_H

#include <jansson.h>
#include <stddef.h>

struct sd_arena;

/* A line that is none of these. */
struct front_fault {
	int line; /* from 1 */
	const char *text;
};

struct front {
	json_t *values;   /* object: key in lower case with '_' for '-' -> string or array of strings; the caller releases it */
	const char *body; /* what follows, in the text given */
	int body_line;    /* its first line, from 1 */
	struct front_fault *faults;
	size_t nfaults;
};

/* text is clean UTF-8 with LF. A file without front matter has no values and is all body; so is one whose front matter has no
 * end, which is a fault. Lines that are broken are faults, the others count. Strings live in the arena. */
void front_read(struct sd_arena *a, const char *text, struct front *out);

#endif
