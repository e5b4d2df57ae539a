/* A pane: a part of the screen with a state of its own. The app talks to it through this table and knows no more of it. */
#ifndef TUI_PANE_PANE_H
#define TUI_PANE_PANE_H

#include "tui/pane/action.h"
#include "tui/pane/msg.h"
#include "tui/surface/surface.h"

/* Where a key is looked up; the bits of the contexts an action belongs to. */
enum context {
	CTX_VIEWS = 1,
	CTX_QUEUE = 2,
	CTX_DETAIL = 4,
	CTX_LOG = 8,
	CTX_SEARCH = 16, /* over the others while a search is on */
	CTX_INBOX = 32,  /* in the place of the queue */
	CTX_LIST = CTX_VIEWS | CTX_QUEUE | CTX_LOG | CTX_INBOX,
	CTX_TICKET = CTX_QUEUE | CTX_DETAIL,
	CTX_DASHBOARD = 64, /* pages of figures, in the place of the queue too */
	CTX_ANALYSIS = 128,
	CTX_SERVICES = 256,
	CTX_ROTA = 2048,
	CTX_FIGURES = CTX_DASHBOARD | CTX_ANALYSIS | CTX_SERVICES | CTX_ROTA,
	CTX_WARROOM = 512,
	CTX_TRIAGE = 1024,
	CTX_CMDB = 4096, /* the list of items, the page of one, what it touches */
	CTX_CI = 8192,
	CTX_IMPACT = 16384,
	CTX_ITEMS = CTX_CMDB | CTX_CI | CTX_IMPACT,
	CTX_KB = 65536,
	CTX_PANES = CTX_LIST | CTX_DETAIL,
	CTX_ALL = CTX_PANES | CTX_FIGURES | CTX_WARROOM | CTX_TRIAGE | CTX_ITEMS | CTX_KB
};

struct pane;
struct pane_ops {
	const char *title; /* msgid */
	enum context context;
	void (*close)(struct pane *p);
	/* Does what an action asks; false: not this pane's business. count 0 = none given. */
	bool (*action)(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx);
	void (*answer)(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx);
	void (*timer)(struct pane *p, const struct session *s, enum timer_id t, struct effects *fx); /* NULL: none */
	/* text: typed so far, from where it began; NULL: again, dir matches on (negative: back); "" ends it. dir 0: a search begins
	 * (text NULL), or was given up and the cursor goes back (text ""). */
	void (*search)(struct pane *p, const char *text, int dir, struct effects *fx);
	int (*matches)(const struct pane *p, int *nth); /* of the search that is on; *nth: which one the cursor is on, 0 = none */
	void (*draw)(struct pane *p, const struct session *s, struct region r, bool focus); /* places the cursor when focus */
	/* One line for the frame: what is shown and where one is. In buf. */
	const char *(*headline)(const struct pane *p, const struct session *s, char *buf, size_t size);
};

/* Every pane begins with this. */
struct pane {
	const struct pane_ops *ops;
};

#endif
