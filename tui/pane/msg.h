/* What comes in (answers) and what goes out (effects) of the update functions. They do no I/O: the app carries the effects
 * out and brings the answers back, so a test can play both sides. */
#ifndef TUI_PANE_MSG_H
#define TUI_PANE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "svcdesk/clock.h"
#include "tui/surface/surface.h"

struct present_mark;
struct sd_arena;
struct sd_draft;
struct sd_err;
struct sd_hours;
struct sd_meta;
struct sd_unsent;

/* ---- requests and their answers ---- */
enum req_kind {
	REQ_NONE,
	REQ_META,        /* desk.meta */
	REQ_VIEWS,       /* saved views of this person */
	REQ_PAGE,        /* a page of the queue; arg: enum page_where */
	REQ_IDS,         /* the tickets of the whole view, to be marked */
	REQ_CHECK,       /* names in the query the desk does not know */
	REQ_PLAN,        /* how the database answers the query */
	REQ_COUNT,       /* count of view id */
	REQ_FEED,        /* what changed since the cursor */
	REQ_CHANGED,     /* the changed tickets, as far as they belong to the queue */
	REQ_SHOW,        /* one ticket; id */
	REQ_READ_MARK,   /* what was read of a ticket before; id */
	REQ_READ,        /* read mark set; nothing comes back */
	REQ_TICK,        /* the desk does what is due */
	REQ_PRESENCE,    /* somebody is at this console */
	REQ_PRESENT,     /* who else has the tickets of the screen before him */
	REQ_ACT,         /* answer of desk.act or desk.create; id: number of the pending act */
	REQ_BULK,        /* what the marked tickets are; id: number of the bulk act */
	REQ_PREVIEW,     /* what the rulebook would say to bulk act id */
	REQ_PART,        /* answer of desk.act_many or desk.undo for part arg of bulk act id */
	REQ_UNDO,        /* answer of desk.undo for one act */
	REQ_UNDO_LIST,   /* what could be undone; arg: enum undo_use */
	REQ_HINTS,       /* problem hints */
	REQ_HINT_SET,    /* one was dismissed */
	REQ_MATCH,       /* what helps with ticket id, or (0) with what is typed */
	REQ_MATCH_OPEN,  /* one of that, to read */
	REQ_MATCH_USE,   /* it was applied, dismissed, or that was taken back; arg: which */
	REQ_FIND,        /* picker rows */
	REQ_SEARCH,      /* what the search over everything found */
	REQ_COMPLETE,    /* the same for an argument in the palette */
	REQ_CARD,        /* caller card; id: person */
	REQ_JUMP,        /* id of a ticket number */
	REQ_CI,          /* arg 0: how many an impact reaches; 1: the neighbours of item id */
	REQ_CI_PICK,     /* items to choose from */
	REQ_CI_SAVE,     /* fields or links of an item were changed; id: what */
	REQ_KB,          /* something was done with an article; id: what */
	REQ_DUTY,        /* something was done on the page of rota and rules; id: what */
	REQ_OUTAGE,      /* an outage was recorded, or changed; id: of the one */
	REQ_BOARD,       /* the figures of a page; id: its context */
	REQ_INBOX,       /* its items */
	REQ_INBOX_COUNT, /* how many are unread, when a follow-up is due */
	REQ_INBOX_MARK,  /* items were marked */
	REQ_FOLLOW_UP,   /* a reminder was set; id: its time */
	REQ_HANDOVER,    /* what a handover would say now */
	REQ_UPLOAD,      /* a piece of a file is there */
	REQ_DRAFTS,      /* drafts of this person in the database */
	REQ_DRAFT,       /* one was written or removed there; nothing comes back */
	REQ_OPS,         /* which operations the desk has done */
	REQ_NEWS,        /* what others did to the tickets the plain console has shown */
	REQ_MACROS,      /* texts to insert */
	REQ_MACRO,       /* one was saved or removed */
	REQ_EXPLAIN,     /* why the clocks of ticket id stand where they stand */
	REQ_LOOK,        /* what others did to ticket id since a version; arg: for a form or a merge */
	REQ_HOURS,       /* open hours of calendars, to count down by */
	REQ_WALL,        /* figures of the wallboard, if something has changed */
	REQ_WALL_COUNT,  /* of a query on it; id: which widget */
	REQ_UNSENT,      /* what an earlier console has left, but for an act on one ticket */
	REQ_SAVED        /* a personal thing was written */
};

struct req {
	enum req_kind kind;
	unsigned gen; /* of who asked: late answers carry an old one */
	int64_t id;
	int arg;
};

struct table {
	int rows, cols;
	const char *const *names;
	const char *const *values; /* row by row; NULL is SQL null */
};
const char *table_get(const struct table *t, int row, int col); /* NULL outside too */

struct answer {
	struct req req;
	const struct table *table; /* NULL when it failed */
	const struct sd_err *err;
};

/* ---- effects ---- */
enum fx_kind {
	FX_QUERY,
	FX_CANCEL, /* nobody waits any more for the answers to this kind of request, which went aside */
	FX_TIMER,
	FX_EVENT,
	FX_TOAST,
	FX_EDITOR,      /* text into $EDITOR; comes back through update_edited */
	FX_BROWSE,      /* text: a web link, for the program of the option browser */
	FX_UPLOAD,      /* text: path of a file whose content goes to the desk before the act that names it */
	FX_SAVE,        /* id, size: of the attachment; params: its name; text: file or folder to save to, "" = its own name, here;
					   sql: see app_save */
	FX_DRAFT_SAVE,  /* draft (taken) */
	FX_DRAFT_DROP,  /* text: key */
	FX_UNSENT_SAVE, /* unsent (taken) */
	FX_UNSENT_DROP, /* text: operation; id: part */
	FX_COPY,        /* text: for the clipboard, or for the file params[1]; params[0]: what it is, for the toast */
	FX_HISTORY,     /* text: mark of the prompt and a line of it that the next session may know */
	FX_MOUSE,       /* id: 1 ours, 0 the terminal's */
	FX_THEME,       /* text: name */
	FX_LOCK,        /* the screen is to be locked: the app says how */
	FX_UNLOCK,      /* text: what was typed */
	FX_SET,         /* an option for this session; params: its name; text: a value that fits */
	FX_BELL,
	FX_REDRAW,
	FX_SUSPEND,
	FX_QUIT
};

/* One timer each; setting it again replaces it. The first group is short: the program is not idle while one is set. */
enum timer_id {
	TIMER_PREVIEW,
	TIMER_FIND,
	TIMER_SEARCH,
	TIMER_MATCH,
	TIMER_SHORT_END,
	TIMER_FEED = TIMER_SHORT_END,
	TIMER_COUNTS,
	TIMER_INBOX,
	TIMER_READ,
	TIMER_DRAFT,
	TIMER_DRAFT_DB,
	TIMER_OUTBOX,
	TIMER_SILENCE,
	TIMER_TOAST,
	TIMER_CLOCK,
	TIMER_TICK,
	TIMER_PRESENCE,
	TIMER_GLOW, /* marks of what others have changed are over */
	TIMER_WALL,
	TIMER_COUNTDOWN,
	TIMER_LOCK,
	TIMER_BOARD,
	TIMER_BOARD_TICK,
	TIMER_IDS
};

/* What a pane tells the others. */
enum event_kind {
	EV_SELECTED,  /* the cursor of the queue stands on ticket id (0: on none) */
	EV_OPEN_AT,   /* the same at the event with the number in size; < 0: none */
	EV_OPEN,      /* show ticket id in the detail pane and go there */
	EV_VIEW,      /* show view number id in the queue, and go there */
	EV_VIEW_STAY, /* the same without going there: it came by itself */
	EV_LOADED,    /* the detail pane holds ticket id now */
	EV_NEIGHBOUR, /* id: +1 or -1, the ticket after or before in the queue */
	EV_NUMBER,    /* go to the ticket with the number in text */
	EV_ARTICLE,   /* open the article with the number in text */
	EV_DRILL,     /* show the tickets of the query in text, with the cursor on ticket id */
	EV_FILE       /* attachment id of the detail pane is to be saved */
};

/* Flags of a query: those of sd_db_send (panes do not know the database). */
enum { FX_FAST = 2, FX_BRIEF = 8, FX_ASIDE = 16, FX_ACT = 32, FX_SAME_PLAN = 64 };

struct fx {
	enum fx_kind kind;
	struct req req;
	int flags;
	const char *sql;
	int nparams;
	const char *const *params;
	enum timer_id timer;
	int64_t ms; /* timer: after so many; < 0 cancels */
	enum event_kind event;
	int64_t id, size;
	enum element element;
	const char *text;
	struct sd_draft *draft;
	struct sd_unsent *unsent;
};

struct effects {
	struct sd_arena *arena; /* everything in them lives here, for one turn */
	struct fx *v;
	size_t n, cap, done; /* done: events and toasts before this one have been handled */
};

struct effects *effects_new(void);
void effects_free(struct effects *fx);
void effects_reset(struct effects *fx);

struct fx *fx_add(struct effects *fx, enum fx_kind kind);
/* Parameters are copied; flags as sd_db_send has them. */
void fx_query(struct effects *fx, struct req req, int flags, const char *sql, int nparams, const char *const *params);
void fx_timer(struct effects *fx, enum timer_id timer, int64_t ms);
void fx_event(struct effects *fx, enum event_kind event, int64_t id);
void fx_toast(struct effects *fx, enum element element, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* One clean line of text that came from the database, in the arena; NULL is "". */
char *clean_copy(struct sd_arena *a, const char *text);

/* ---- what every pane may look at ---- */
struct pending_mark {
	int64_t id;     /* ticket */
	const char *to; /* state it is on its way to; "" when it stays */
	bool waits;     /* for the line, or for the person */
};

/* A draft that waits on a ticket, in words. */
struct draft_mark {
	int64_t id;
	char *text;
};

struct session {
	const struct sd_meta *meta; /* NULL until the desk has answered once */
	sd_time now;                /* of the desk */
	int64_t ms;                 /* monotonic */
	const char *zone;           /* to paint times in; NULL: of the process */
	bool online;
	const struct sd_hours *hours; /* open hours, to count clocks down by */
	const struct pending_mark *pending;
	int npending;
	unsigned pending_gen; /* counts their changes */
	const struct draft_mark *drafts;
	int ndrafts;
	unsigned draft_gen;                 /* counts their changes */
	const struct present_mark *present; /* who else has tickets of the screen before him */
	int npresent;
};
const struct pending_mark *session_pending(const struct session *s, int64_t id);
const struct draft_mark *session_draft(const struct session *s, int64_t id); /* the first of a ticket; NULL: none */

#endif
