/* The inbox: what concerns this person, newest first. It stands in the place of the queue while it is open. */
#ifndef TUI_PANE_INBOX_H
#define TUI_PANE_INBOX_H

#include "tui/pane/pane.h"
#include "tui/widget/list.h"

struct inbox_item {
	int64_t ticket; /* < 0: no ticket; kind says what it is of */
	int seq;        /* of the event; < 0: a follow-up */
	uint64_t key;   /* of its row */
	char *item;     /* its word: INC100042.7 */
	char *number, *reason, *actor, *subject, *excerpt;
	char *kind, *state; /* kind of what is no ticket: article, ci, rule (state: its query) or hint */
	sd_time at;
	bool unread;
};

#define INBOX_CI (-1000000000000) /* the ticket of a change of an item: that less its id */

enum { INBOX_EVERY_MS = 5000, INBOX_FULL_MS = 60000, INBOX_MOST = 500 };

struct inbox {
	struct pane pane;
	struct inbox_item *items;
	int nitems;
	bool loaded, unread_only;
	unsigned gen;
	int unread;                  /* how many; -1: not known yet */
	int64_t counted_ms;          /* when that was asked last */
	bool stale;                  /* something changed since */
	bool due;                    /* to be counted once what one looks at has come */
	int64_t changed[INBOX_MOST]; /* tickets that changed since: does one of them concern the person? */
	int nchanged;
	bool all;        /* what the person did: counted whatever it is */
	sd_time next;    /* when a follow-up comes due; 0: none */
	int64_t full_ms; /* when all was counted last */
	struct list list;
	const struct session *s; /* of the model, from the first drawing on: searching needs the words too */
	struct sd_arena *scratch;
};

struct inbox *inbox_new(void);
void inbox_ask(struct inbox *b, struct effects *fx); /* reads the list */
void inbox_count(struct inbox *b, const struct session *s, struct effects *fx);
/* Something changed: counts at once, or when the last count is old enough. */
void inbox_news(struct inbox *b, const struct session *s, struct effects *fx);
/* The same for tickets others changed: counted if one of them concerns the person. */
void inbox_changed(struct inbox *b, const struct session *s, const int64_t *ids, int n, struct effects *fx);
const struct inbox_item *inbox_selected(const struct inbox *b); /* NULL: the list is empty */
/* It was opened: read, if it is no ticket (of which the detail says so). */
void inbox_opened(struct inbox *b, struct effects *fx);
/* The item after (dir > 0) or before the selected one that is of another ticket, selected; NULL: there is none. */
const struct inbox_item *inbox_neighbour(struct inbox *b, int dir);

#endif
