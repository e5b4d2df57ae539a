/* What helps with a ticket: the matches the desk proposed, and one of them to read. */
#ifndef TUI_PANE_MATCH_H
#define TUI_PANE_MATCH_H

#include "tui/pane/msg.h"
#include "tui/widget/textview.h"

enum { MATCH_ROWS = 10, MATCH_STRIP = 5 };
/* What is less likely than MATCH_LEAST is told only to who asks. */
#define MATCH_LEAST 0.15
#define MATCH_LIKELY 0.3
#define MATCH_STRONG 0.6

struct match_row {
	bool article;
	const char *id, *title, *excerpt;
	double score;
};

struct match {
	int64_t ticket; /* it is for; 0: for none, or for what is typed in the form of a new one */
	bool typed;     /* the latter */
	unsigned gen;   /* of the last question: late answers carry an old one */
	bool asking;
	struct sd_arena *a; /* of the rows */
	struct match_row row[MATCH_ROWS];
	int n;
	char back[2][40]; /* type and id of what was dismissed last; "": nothing */
	int64_t back_ticket;
};

struct match *match_new(void);
void match_free(struct match *x);
void match_clear(struct match *x);
/* Takes rows of type, id, title, score, excerpt; text of people is cleaned. */
void match_take(struct match *x, const struct table *t);
/* How many of them are good enough to be told without being asked. */
int match_good(const struct match *x);
/* "likely 43 %": how often a first proposal of this score is the right one (svcdesk-match(7)). */
const char *match_strength(double score, struct sd_arena *a);
/* "KB0000012  Toner is empty" */
const char *match_words(const struct match_row *r, struct sd_arena *a);
/* So many rows from the bottom of a region upwards, best on top, behind the key that opens them; they are drawn over nothing: the
 * caller knows that the lines are free. */
void match_draw(const struct match *x, struct region r, int rows, const char *key);

/* ---- one of them ---- */
struct match_page {
	int64_t ticket; /* it helps with; 0: a new one */
	bool article;
	char *id, *title, *text, *remedy; /* text and remedy NULL: not there yet */
	char *error;
	struct textview view;
	int built; /* width it was built for */
};
struct match_page *match_page_new(int64_t ticket, const struct match_row *r);
void match_page_free(struct match_page *p);
/* Takes what desk.match_open told. */
void match_page_take(struct match_page *p, const struct table *t, const struct sd_err *err);
void match_page_draw(struct match_page *p, struct region r);

#endif
