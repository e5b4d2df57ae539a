/* One ticket: fields, text, what hangs on it, its timeline. */
#ifndef TUI_PANE_DETAIL_H
#define TUI_PANE_DETAIL_H

#include "svcdesk/ticket.h"
#include "tui/pane/glow.h"
#include "tui/pane/pane.h"
#include "tui/widget/textview.h"

enum timeline { TIMELINE_FOLDED, TIMELINE_PEOPLE, TIMELINE_PUBLIC, TIMELINE_SYSTEM, TIMELINE_ALL, TIMELINES };

struct detail {
	struct pane pane;
	int64_t id; /* wanted or shown; 0 = none */
	unsigned gen;
	struct sd_ticket *ticket; /* NULL: not there yet */
	bool missed;              /* the connection went with the ticket that was asked for */
	bool loading;
	char *error; /* why it cannot be shown */
	enum timeline timeline;
	struct textview text;
	int built;        /* width the text was built for; 0 = build again */
	sd_time built_at; /* ages are painted by the minute */
	unsigned pending_gen;
	unsigned draft_gen;
	int label;               /* cells of the labels at the left */
	int next;                /* event to be added to the text next; -1: all are there */
	const struct session *s; /* of the model, for those */
	bool quotes_open;        /* quoted lines are shown */
	bool marked;             /* what was read when the ticket was opened: */
	int mark;                /* the last event, 0 = none */
	sd_time mark_at;
	bool line;        /* that line stands in the text */
	bool to_timeline; /* when it is built anew, show the timeline */
	int to_event;     /* or this event; 0: none */
	int own;          /* the last event of one's own */
	int shown;        /* later events wait until they are asked for: no line is shifted; 0: none waits */
	int seen_version; /* of the ticket when the first of them came, if somebody wrote to the requester since; 0: none did */
	int first;        /* event on top of the timeline */
	struct glow glow; /* fields that others have changed */
};

struct detail *detail_new(void);
/* Shows ticket id; what was shown stays until the answer is there. 0 empties the pane. */
void detail_show(struct detail *d, int64_t id, struct effects *fx);
/* The ticket changed: reads it again. */
void detail_changed(struct detail *d, struct effects *fx);
/* Shows no ticket but why. */
void detail_closed(struct detail *d, const char *why, struct effects *fx);
/* Events that wait come in. */
void detail_let_in(struct detail *d);
int detail_waiting(const struct detail *d); /* how many there are */
int detail_read(const struct detail *d);    /* the last event that is shown */
/* What was read is one more now: it was one's own. */
void detail_own(struct detail *d, int64_t id, int seq);
/* What was written at the cursor: an event (0: the description) with who and when; NULL: nothing was. */
const char *detail_words(const struct detail *d, const struct sd_event **e);
/* Goes to an event of the ticket that is shown, unfolded. */
void detail_to_event(struct detail *d, int seq);
void detail_relabel(struct detail *d);    /* labels or zone changed */
int detail_event(const struct detail *d); /* number of the event the cursor is on, 0 = none */
/* Its clocks in words: what, how it stands, what is left, when it is due; "" without any. */
const char *detail_clocks(const struct detail *d, const struct session *s, struct sd_arena *a);
const char *timeline_label(enum timeline t);

/* -- parts of the module -- */
/* Keys of paragraphs: folds and place survive a rebuild by them. */
enum {
	KEY_FIELDS = 1,
	KEY_CLOCKS = 80,
	KEY_RISK = 85,
	KEY_DRAFT = 90,
	KEY_BODY = 100,
	KEY_ATTACHED = 200,
	KEY_TIMELINE = 300,
	KEY_EVENT = 1000,
	KEY_PER_EVENT = 256
};
#define KEY_LINK ((uint64_t)1 << 60)
#define KEY_ARTICLE ((uint64_t)3 << 60)
#define KEY_FILE ((uint64_t)1 << 61)
#define KEY_NEW ((uint64_t)1 << 59)         /* the line between what was read and what is new */
enum { KEY_QUOTE = 10, QUOTE_PARTS = 180 }; /* behind the key of an event: parts of its text */
#define KEY_GROUP 200                       /* behind the key of an event: the run that begins with it */
/* One clock, and how it looks. */
const char *detail_clock(const struct sd_ticket_clock *c, const struct session *s, struct sd_arena *a, enum element *el);
void detail_add_risk(struct detail *d, struct sd_arena *a);
void detail_add_clocks(struct detail *d, const struct session *s, struct sd_arena *a);
void detail_build(struct detail *d, const struct session *s, int width);
/* A text with its quoted lines and signatures folded: key of the first part; folds: of those that follow, at most so many. */
void detail_text(struct detail *d, struct sd_arena *a, uint64_t key, uint64_t folds, int most, int indent, const char *text);
bool detail_quote_key(uint64_t key); /* whether a fold is one of those */

enum { QUOTE_LINES = 2 }; /* from so many on they are folded */
struct quote_part {
	enum { QUOTE_PLAIN, QUOTE_QUOTED, QUOTE_SIGNATURE } kind;
	const char *text;
	size_t len;
	int lines; /* of what is not plain */
};
/* The next part of a text; text goes behind it. */
struct quote_part quote_next(const char **text);
/* Bytes before the first number of a ticket or address in a text, and its length; 0: there is none. */
size_t detail_link(const struct sd_meta *meta, const char *text, size_t *len, bool *address);

/* What is told of a ticket, as words; all of it in the arena. */
struct detail_pair {
	const char *label, *value;
	enum element el;
	const char *field;
};
/* The fields worth a line: what every ticket has, then those of the kind in their order. */
size_t detail_fields(const struct detail *d, const struct session *s, struct sd_arena *a, struct detail_pair *out, size_t max);
/* "2026-01-05 09:00 (2h)  anna  Resolve  public" */
const char *detail_event_head(const struct detail *d, const struct session *s, struct sd_arena *a, const struct sd_event *e);
/* "State: New -> In progress; Assignee: agent"; "" when nothing is worth telling. */
const char *detail_event_changes(const struct detail *d, const struct session *s, struct sd_arena *a, const struct sd_event *e);
const char *detail_size_text(struct sd_arena *a, int64_t size);
const char *detail_link_label(const struct session *s, struct sd_arena *a, const struct sd_link *l);

#endif
