/* Help made from the action table: sections of keys and what they do, searchable, runs on Enter. */
#ifndef TUI_WIDGET_HELPVIEW_H
#define TUI_WIDGET_HELPVIEW_H

#include "tui/widget/editor.h"

struct help_entry {
	int id;           /* action; returned on SUBMIT. -1: text only */
	const char *keys; /* "j, Down" */
	const char *label;
	const char *off;  /* why it is not possible now; NULL = it is */
	const char *also; /* other words that find it: the name in the palette; NULL = none */
};

struct help_line {
	int id;
	char *keys, *label, *off, *also;
	bool head;
};

struct helpview {
	char *title;
	struct help_line *line;
	size_t nlines, caplines;
	int *shown;
	size_t nshown;
	struct scroll scroll;
	struct motion_keys keys;
	int x, y, w, h; /* of the lines at the last draw: for the mouse */
	struct editor filter;
	bool why;       /* Enter was pressed on a line that is not possible: the reason stands below */
	bool filtering; /* "/" was pressed: keys go to the filter */
};

void helpview_init(struct helpview *h, const char *title);
void helpview_free(struct helpview *h);
void helpview_section(struct helpview *h, const char *title);
void helpview_add(struct helpview *h, const struct help_entry *e);
int helpview_selected(const struct helpview *h);                             /* action id or -1 */
enum widget_result helpview_update(struct helpview *h, const struct key *k); /* SUBMIT, CANCEL (Esc, q, ?), HANDLED */
void helpview_draw(struct helpview *h, struct region r);

#endif
