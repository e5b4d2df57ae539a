/* Between the files of tui/plain only. */
#ifndef TUI_PLAIN_INT_H
#define TUI_PLAIN_INT_H

#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/plain/plain.h"

enum plain_mode {
	AT_COMMAND,
	AT_FIELD,   /* one value */
	AT_ROWS,    /* which of the rows found */
	AT_TEXT,    /* many lines, a dot ends them */
	AT_PREVIEW, /* send it? */
	AT_CHOICE   /* a dialog or a menu */
};
enum plain_show {
	SHOW_NOTHING,
	SHOW_VIEWS,
	SHOW_FIRST,
	SHOW_MORE,
	SHOW_TICKET,
	SHOW_FOUND,
	SHOW_INBOX,
	SHOW_MAJOR,
	SHOW_BOARD,
	SHOW_SERVICES
};

struct plain_row {
	int64_t id;
	int seq; /* last event that was told of */
};

struct plain {
	struct model *m;
	struct sd_arena *a; /* for one line or answer */
	struct sd_str out, given;
	int width, page;
	enum plain_mode mode;
	enum plain_show show; /* what was asked for and is said when it is there */
	bool started, prompted;
	unsigned told, told_before; /* messages, and how many when a ticket was asked for by its number */
	bool news;                  /* the feed told of something: asked for before the next question */
	bool asking;                /* news are on their way */
	int64_t open;               /* the ticket that was shown last */
	int open_seq;

	/* rows by the number they were shown with, 1 for the first */
	struct plain_row *row;
	size_t nrows, caprows, first;
	struct board *board; /* whose figures were shown last; NULL: none */
	char *said;          /* the last message since the last line: what comes back as the answer, too, is not said again */
	bool views_told;     /* the list of views was told last: a number alone means one of them */

	/* the form that is asked for */
	struct act_form *form;
	size_t field;
	bool single; /* one field again, then back to the preview */
	bool finding;
	bool begun; /* the text asked for has a line already */
	int64_t card;
};

/* Says a paragraph, wrapped; the plain_at one indents it. */
void plain_say(struct plain *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void plain_at(struct plain *p, int indent, const char *text);
/* "3" or the beginning of a word: the index among n texts, -1 none, -2 several. */
int plain_pick(struct plain *p, const char *typed, const char *const *texts, size_t n);
bool plain_yes(const char *typed);
bool plain_no(const char *typed);

bool plain_said(struct plain *p, const char *text); /* it was the last message: once is enough */

/* plain_show.c */
void plain_views(struct plain *p);
void plain_rows(struct plain *p, enum plain_show how); /* the page from p->first, or the one behind what was shown */
void plain_ticket(struct plain *p, bool all, struct effects *fx);
void plain_find(struct plain *p, const char *text);
void plain_acts(struct plain *p);
void plain_card(struct plain *p, const struct sd_card *c);

/* plain_command.c */
void plain_command(struct plain *p, char *line, struct effects *fx);

/* plain_merge.c */
void plain_merge_ask(struct plain *p, struct overlay *o);
void plain_merge_line(struct plain *p, struct overlay *o, const char *line, struct effects *fx);

/* plain_inbox.c */
void plain_inbox(struct plain *p);
/* inbox: lists; inbox read [N]: item N, or all, is read. */
void plain_inbox_command(struct plain *p, char *rest, struct effects *fx);

/* plain_services.c */
void plain_services(struct plain *p, struct effects *fx);
/* services [PERIOD]: how they stand, and their outages. */
void plain_services_command(struct plain *p, char *rest, struct effects *fx);

/* plain_major.c */
void plain_major(struct plain *p, struct effects *fx);
/* major: the list; major NUMBER: the war room. */
void plain_major_command(struct plain *p, char *rest, struct effects *fx);
/* plain_board.c */
void plain_board(struct plain *p, struct effects *fx);
void plain_dashboard_command(struct plain *p, char *rest, struct effects *fx);
void plain_analysis_command(struct plain *p, char *rest, struct effects *fx);
bool plain_figure_command(struct plain *p, char *rest, struct effects *fx); /* false: said why not */

/* plain_form.c */
void plain_form_begin(struct plain *p, struct act_form *f, struct effects *fx);
void plain_form_settled(struct plain *p, struct effects *fx); /* what was looked up for it is there */
void plain_form_line(struct plain *p, const char *line, struct effects *fx);
const char *plain_form_prompt(struct plain *p);

/* plain_choice.c */
void plain_choice_ask(struct plain *p, struct overlay *o);
void plain_choice_line(struct plain *p, struct overlay *o, const char *line, struct effects *fx);

/* plain_news.c */
void plain_news_ask(struct plain *p, struct effects *fx);
void plain_news_tell(struct plain *p, const struct answer *a);
void plain_seen(struct plain *p, int64_t id, int seq);

#endif
