/* Fuzzy choice from a list that is fed: text -> the owner asks the server for a prefix -> rows. Rows of an older text are dropped
 * by generation; what is there is matched and ranked here at once, so that typing never waits. */
#ifndef TUI_WIDGET_PICKER_H
#define TUI_WIDGET_PICKER_H

#include "tui/widget/editor.h"

struct picker_row {
	const char *value; /* what the form sends: id, login, name */
	const char *text;  /* what is shown and matched */
	const char *hint;  /* dim at the right, also matched; NULL = none */
	const char *off;   /* why it may not be chosen; NULL = it may */
};

struct picker_item {
	char *value, *text, *hint, *off, *folded;
	int score;
};

struct picker {
	struct editor edit;
	struct picker_item *item; /* own copies of the rows */
	size_t nitems;
	int *shown; /* indexes of items that match, best first */
	size_t nshown;
	struct scroll scroll;
	unsigned generation; /* of the text */
	unsigned fed;        /* generation of the rows */
	bool remote;         /* rows come by request: "searching" is shown while fed != generation */
	bool keep_order;     /* do not rank */
	bool likely;    /* rows come with the likeliest first, and of those the text fits alike it stays so; hints do not match */
	int x, y, w, h; /* of the rows at the last draw: for the mouse */
};

void picker_init(struct picker *p, bool remote);
void picker_free(struct picker *p);
const char *picker_text(const struct picker *p);
/* Rows for the text of that generation (p->generation when it was asked). Late ones are dropped: false. */
bool picker_feed(struct picker *p, unsigned generation, const struct picker_row *rows, size_t n);
const struct picker_item *picker_selected(const struct picker *p); /* NULL: nothing matches */
/* REQUEST when remote and the text changed (ask for picker_text with p->generation); CHANGED when not; SUBMIT; CANCEL. */
enum widget_result picker_update(struct picker *p, const struct key *k);
void picker_draw_rows(struct picker *p, struct region r); /* only the rows */

#endif
