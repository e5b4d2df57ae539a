/* Who else has a ticket before him, in words and in a few cells. */
#ifndef TUI_PANE_PRESENT_H
#define TUI_PANE_PRESENT_H

#include "tui/pane/msg.h"

/* One person at one ticket; several in a row for each, who writes first. */
struct present_mark {
	int64_t id;
	char *who, *verb;  /* clean */
	bool writing, own; /* own: another console of this person */
	int seconds;       /* since when it is so */
};

/* Seconds as they are told: by tens, then whole minutes, so that no second costs a byte. */
int present_since(const struct present_mark *p);
/* "ann is writing a reply (20 s), bob looks at it"; "" when nobody is there. */
const char *present_words(const struct session *s, struct sd_arena *a, int64_t id);
/* Only those who write, too. */
const char *present_writers(const struct session *s, struct sd_arena *a, int64_t id);
/* For a list: a pencil before who writes, @ before who looks at it; "+1" for one more. NULL: nobody is there. */
const char *present_cell(const struct session *s, struct sd_arena *a, int64_t id, enum element *el);

#endif
