/* The views: those every console has, and the saved queries of this person. */
#ifndef TUI_PANE_VIEWS_H
#define TUI_PANE_VIEWS_H

#include "tui/pane/pane.h"
#include "tui/widget/list.h"

struct view {
	char *id; /* stable word; "my:NAME" for a saved one */
	char *label, *query;
	bool counted, saved;
	int count;     /* -1: not known */
	int64_t asked; /* monotonic ms of the last request */
};

struct views {
	struct pane pane;
	struct view *view;
	int nviews;
	int current; /* shown in the queue */
	unsigned gen;
	bool stale; /* something changed since the counts were asked */
	int64_t counted_ms;
	struct list list;
};

enum { COUNT_LIMIT = 1000, COUNT_EVERY_MS = 5000, COUNT_SAVED_MS = 30000 };

struct views *views_new(void);                                                            /* with the built-in views */
void views_ask(struct views *v, struct effects *fx);                                      /* saved views, in the first pipeline */
void views_count(struct views *v, const struct session *s, bool all, struct effects *fx); /* counts that are due */
void views_changed(struct views *v, const struct session *s, struct effects *fx);         /* the feed brought something */
int views_find(const struct views *v, const char *id_or_label);                           /* -1: no such view */
void views_current(struct views *v, int n);
/* "12", "999+" or "". */
const char *view_count_text(const struct view *v, char *buf, size_t size);

#endif
