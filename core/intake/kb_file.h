/* A Markdown file as an article: what its front matter says, as fields of desk.kb_save. */
#ifndef CORE_INTAKE_KB_FILE_H
#define CORE_INTAKE_KB_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct sd_arena;

struct kb_file {
	json_t *fields; /* title, body and what else is known; the caller releases it */
	bool draft;     /* it says of itself that it is one */
	json_t *faults; /* [{file, line, text}]; the caller releases it */
};

/* bytes: the whole file; path: as it is named in faults and, without a title or heading, in the title. whole: every key is one of
 * the article's fields and an empty one clears it (what an editor gives back); else keys of other programs are read too and
 * unknown ones passed over. */
void kb_file_read(struct sd_arena *a, const char *path, const char *bytes, size_t n, bool whole, struct kb_file *out);
/* The same the other way round: an article as desk.kb_show gives it, as a text to edit. In the arena. */
char *kb_file_text(struct sd_arena *a, const json_t *article);

#endif
