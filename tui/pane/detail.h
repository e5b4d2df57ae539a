/* One ticket: fields, text, what hangs on it, its timeline. */
#ifndef TUI_PANE_DETAIL_H
#define TUI_PANE_DETAIL_H

#include "svcdesk/ticket.h"
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
	int npending;
	unsigned draft_gen;
	int label;               /* cells of the labels at the left */
	int next;                /* event to be added to the text next; -1: all are there */
	const struct session *s; /* of the model, for those */
	bool to_timeline;        /* when it is built anew, show the timeline */
};

struct detail *detail_new(void);
/* Shows ticket id; what was shown stays until the answer is there. 0 empties the pane. */
void detail_show(struct detail *d, int64_t id, struct effects *fx);
/* The ticket changed: reads it again. */
void detail_changed(struct detail *d, struct effects *fx);
/* Shows no ticket but why. */
void detail_closed(struct detail *d, const char *why, struct effects *fx);
void detail_relabel(struct detail *d);    /* labels or zone changed */
int detail_event(const struct detail *d); /* number of the event the cursor is on, 0 = none */
const char *timeline_label(enum timeline t);

/* -- parts of the module -- */
/* Keys of paragraphs: folds and place survive a rebuild by them. */
enum {
	KEY_FIELDS = 1,
	KEY_DRAFT = 90,
	KEY_BODY = 100,
	KEY_ATTACHED = 200,
	KEY_TIMELINE = 300,
	KEY_EVENT = 1000,
	KEY_PER_EVENT = 256
};
#define KEY_LINK ((uint64_t)1 << 60)
#define KEY_FILE ((uint64_t)1 << 61)
#define KEY_GROUP 200 /* behind the key of an event: the run that begins with it */
void detail_build(struct detail *d, const struct session *s, int width);

/* What is told of a ticket, as words; all of it in the arena. */
struct detail_pair {
	const char *label, *value;
	enum element el;
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
