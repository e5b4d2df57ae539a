/* What one search over everything found, beneath the line it is typed in: tickets, articles and configuration items, the best
 * first, each with the words around what matched. */
#ifndef TUI_PANE_FIND_H
#define TUI_PANE_FIND_H

#include "tui/pane/msg.h"
#include "tui/widget/lineedit.h"

enum find_in { FIND_ALL, FIND_TICKETS, FIND_ARTICLES, FIND_CIS, FIND_INS };

/* A piece of an excerpt: what matched, or what stands between. */
struct find_part {
	char *text;
	bool match;
};

struct find_hit {
	enum find_in type;
	char *id, *title, *state; /* clean */
	int64_t key;              /* of a ticket */
	int seq;                  /* the event that matched; 0: its own text */
	struct find_part *part;
	size_t nparts;
};

struct find {
	struct lineedit line;
	enum find_in in;
	struct find_hit *hits;
	int nhits, at, top;
	bool open, asking, capped, relaxed;
	char *instead; /* what was looked for, where a word was misspelt; NULL */
	char *asked;   /* what the hits are of; NULL: nothing yet */
	char *error;   /* why there are none; NULL */
	unsigned gen;  /* of the question: late answers carry an old one */
};

struct find *find_new(void);
void find_free(struct find *f);
/* Takes what desk.find_page told of the text asked for, or why it did not. */
void find_take(struct find *f, const struct table *t, const struct sd_err *err);
const struct find_hit *find_selected(const struct find *f); /* NULL: there is none */
void find_move(struct find *f, int lines);
void find_draw(struct find *f, struct region r);
/* The name of what is searched in, as desk.find_page takes it; NULL: everything. */
const char *find_types(const struct find *f);

#endif
