/* What others did to a ticket since the version somebody began with: copies of what desk.act refuses with, and of desk.look.
 * Texts are cleaned when they are copied in. */
#ifndef SVCDESK_CONFLICT_H
#define SVCDESK_CONFLICT_H

#include <stdbool.h>
#include "svcdesk/clock.h"

struct sd_arena;

/* A field two people changed: as it was seen, as it is now, as it was to be; "" where empty. Texts of several lines keep them. */
struct sd_clash {
	char *field, *type, *base, *theirs, *mine, *by;
	sd_time at;    /* SD_TIME_NONE: not known */
	bool mine_set; /* false: one wanted it empty, or only that it stays as it was */
};
/* Words the requester can read, written meanwhile. */
struct sd_said {
	char *by, *verb, *text, *files; /* files: names, separated by commas */
	sd_time at;
	int seq;
	bool undone;
};
struct sd_conflict {
	struct sd_arena *arena;
	struct sd_clash *clashes;
	struct sd_said *said;
	int nclashes, nsaid;
	int version; /* of the ticket as it is now: sent with that it is done; 0: not told */
	bool off;    /* the act is not possible any more */
	char *state; /* then: where the ticket is now */
	char *id;    /* of the refusal: "field_conflict", "reply_crossed"; "": none */
};
/* Of the arguments of a refusal (sd_outcome.error_args); id: which one. NULL only if text is no JSON object. */
struct sd_conflict *sd_conflict_parse(const char *id, const char *args);
void sd_conflict_free(struct sd_conflict *c);

/* The answer of desk.look: what happened (fields that changed, words), and what the act would be refused with now. */
struct sd_look {
	struct sd_conflict *news;    /* version, changed fields, words; nothing of one's own */
	struct sd_conflict *refusal; /* NULL: it would be done */
};
/* False: there is no answer of that kind in the text (the ticket is not to be seen any more, or the text is none). */
bool sd_look_parse(const char *json, struct sd_look *out);
void sd_look_free(struct sd_look *l);

/* ---- texts of several lines ---- */
/* Both changes of a text in one: lines that only one of them touched are as he left them; where both did, theirs stand first,
 * then mine. *clashes: how many such places. malloc'ed. */
char *sd_text_join(const char *base, const char *theirs, const char *mine, int *clashes);
/* The same with such places between lines <<<<<<< THEIRS, ======= and >>>>>>> MINE. malloc'ed. */
char *sd_text_join_marked(
	const char *base, const char *theirs, const char *mine, const char *theirs_is, const char *mine_is, int *clashes);
/* The lines of b against those of a, each with "  ", "- " or "+ " before it. malloc'ed. */
char *sd_text_diff(const char *a, const char *b);

#endif
