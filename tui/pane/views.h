/* The views, in sections: those every console has, the saved queries of this person, those of groups. */
#ifndef TUI_PANE_VIEWS_H
#define TUI_PANE_VIEWS_H

#include "tui/pane/glow.h"
#include "tui/pane/pane.h"
#include "tui/widget/list.h"

enum view_section { VIEW_BUILTIN, VIEW_MINE, VIEW_GROUP };

struct view {
	char *id; /* stable word; "my:NAME" or "group:ID:NAME" for a saved one */
	char *label, *query;
	bool counted, saved;
	int count;     /* -1: not known */
	int64_t asked; /* monotonic ms of the last request */
	enum view_section section;
	char *name;    /* without what the label says of the group */
	char *columns; /* "number,subject:60"; "" = what the kinds say */
	int group_id;
	bool may; /* it is for this person to change */
};

struct views_row {
	int view; /* -1: a title */
	const char *title;
};

struct views {
	struct pane pane;
	struct view *view; /* as they are shown: g1 is the first */
	int nviews;
	int current; /* shown in the queue */
	struct views_row *row;
	int nrows;
	unsigned gen;
	bool stale;         /* something changed since the counts were asked */
	bool others, marks; /* others changed something since then; and before they were asked: what has changed is marked */
	struct glow glow;
	const struct session *s; /* only while drawing */
	int64_t counted_ms;
	/* what takes the last change back; NULL: nothing */
	char *undo_sql, *undo_what, **undo_param;
	int undo_n;
	char *wanted; /* label of a view just saved: the cursor goes there when it comes; NULL: none */
	char *said;   /* shown when the desk has confirmed what was written */
	struct list list;
};

enum { COUNT_LIMIT = 1000, COUNT_EVERY_MS = 5000, COUNT_SAVED_MS = 30000 };

struct views *views_new(void);                                                            /* with the built-in views */
void views_ask(struct views *v, struct effects *fx);                                      /* saved views, in the first pipeline */
void views_count(struct views *v, const struct session *s, bool all, struct effects *fx); /* counts that are due */
/* The feed brought something; others: not only what one has done oneself. */
void views_changed(struct views *v, const struct session *s, bool others, struct effects *fx);
int views_find(const struct views *v, const char *id_or_label); /* -1: no such view */
void views_current(struct views *v, int n);
int views_here(const struct views *v); /* the view under the cursor, -1 = none */
/* "12", "999+" or "". */
const char *view_count_text(const struct view *v, char *buf, size_t size);
/* The label in the person's language. */
const char *view_label(const struct view *v);

void views_forget(struct views *v); /* what would be taken back */

/* ---- changes: written at once, taken back by views_undo; REQ_SAVED answers ---- */
/* group: the name of a group, or "" for one's own. */
void views_save(struct views *v, const char *name, const char *group, const char *query, const char *columns, struct effects *fx);
void views_edit(struct views *v, int n, const char *query, const char *columns, struct effects *fx);
void views_rename(struct views *v, int n, const char *name, struct effects *fx);
void views_delete(struct views *v, int n, struct effects *fx); /* a built-in one is hidden */
void views_move(struct views *v, int n, int dir, struct effects *fx);
void views_reset(struct views *v, struct effects *fx); /* the built-in ones as at first */
void views_undo(struct views *v, struct effects *fx);
void views_want(struct views *v, const char *name, const char *group); /* the cursor goes to it once it is saved */
void views_saved(struct views *v, const struct answer *a, struct effects *fx);

#endif
