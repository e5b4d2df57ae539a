/* Between the files of the text view only. */
#ifndef TUI_WIDGET_TEXTVIEW_INT_H
#define TUI_WIDGET_TEXTVIEW_INT_H

#include "tui/widget/textview.h"

enum tv_kind { TV_TEXT, TV_RULE, TV_HEAD };

struct tv_par {
	enum tv_kind kind;
	uint64_t key, group; /* a head has key == group */
	int indent;
	struct tv_span *span; /* in mem */
	int nspans;
	int fold; /* of its group; -1: in none */
};

/* A piece of a line in one element. */
struct tv_piece {
	size_t len; /* bytes */
	const char *text;
	enum element element;
};

struct tv_line {
	size_t par;
	int nth;          /* line of the paragraph */
	int x;            /* first cell */
	const char *text; /* in wrap_mem */
	struct tv_piece *piece;
	int npieces;
	const char *label; /* first line: what stands left of x, or NULL */
	enum element label_element;
};

void textview_wrap(struct textview *v, int width);                /* makes the lines, then finds the anchor again */
bool textview_step(struct textview *v);                           /* makes one more paragraph; false: all are made */
void textview_lay(struct textview *v, long rows);                 /* as many visible rows, if there are */
int textview_rows(const struct textview *v);                      /* visible ones, with a guess at those that are not made yet */
struct tv_line *textview_line(const struct textview *v, int row); /* of a visible row; NULL outside */

#endif
