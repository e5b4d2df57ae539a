/* The state of the console and what changes it. No I/O here: keys, answers and timers come in, effects go out. */
#ifndef TUI_APP_MODEL_H
#define TUI_APP_MODEL_H

#include "svcdesk/cfg.h"
#include "svcdesk/db.h"
#include "svcdesk/file.h"
#include "svcdesk/meta.h"
#include "svcdesk/ticket.h"
#include "svcdesk/uuid.h"
#include "tui/app/keymap.h"
#include "tui/app/layout.h"
#include "tui/app/userkeys.h"
#include "tui/pane/detail.h"
#include "tui/pane/inbox.h"
#include "tui/pane/msg.h"
#include "tui/pane/pane.h"
#include "tui/pane/queue.h"
#include "tui/pane/views.h"
#include "tui/widget/bar.h"
#include "tui/widget/dialog.h"
#include "tui/widget/form.h"
#include "tui/widget/helpview.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/menu.h"

struct act;
struct explain;
struct sd_hours;
struct drafts;
struct macros;
struct act_form;
struct lock;
struct restore;
struct bare;
struct visited;
struct boards;
struct duty_form;
struct find;
struct ci_form;
struct kb_form;
struct outage_form;
struct merge;
struct wallscreen;
struct wall_layout;
struct bulk;
struct repeat;
struct undo_log;
struct outbox;
struct sd_draft;
struct sd_str;
struct sd_unsent;

enum conn { CONN_CONNECTING, CONN_READY, CONN_LOST };

/* What the model needs from outside without waiting for it; a test gives its own. */
struct model_env {
	void *arg;
	void (*uuid)(void *arg, char out[SD_UUID_TEXT]);
	struct sd_draft *(*draft)(void *arg, const char *key); /* NULL: there is none */
	/* Every draft whose key begins with start; NULL: none are kept. */
	void (*drafts)(void *arg, const char *start, void (*each)(void *to, const struct sd_draft *d), void *to);
	/* What is to be attached, read for its hash; NULL: nothing can be. */
	bool (*file)(void *arg, const char *path, struct sd_file *out, struct sd_arena *a, struct sd_err *err);
	const char *where;         /* names the database in the keys of drafts, where the desk itself has no name yet */
	const char *note;          /* for the status line, or "" */
	const char *language;      /* of labels */
	const char *view;          /* id of the first view; NULL: mine */
	const char *zone;          /* of times; NULL: of the person */
	const struct sd_cfg *cfg;  /* options, keys; may be NULL */
	const char *host;          /* names this console's drafts in the database */
	const char *draft_trouble; /* why none can be kept on the disk; NULL: they can */
	/* The layout of the wallboard; NULL: the one in the program. */
	struct wall_layout *(*layout)(void *arg, struct sd_err *err);
	bool restricted; /* no files of this host, no other programs, no shell to go back to (svcdesk/restrict.h) */
	/* What consoles that ended have left unsent for place is ours now. bad: with a text about a file that is none. */
	void (*unsent)(void *arg, const char *place, void (*each)(void *to, const struct sd_unsent *u),
		void (*bad)(void *to, const char *text), void *to);
};

/* What unlocks: a program, the password of the database, or nothing: then it is only hidden. */
enum lock_how { LOCK_HIDE, LOCK_COMMAND, LOCK_PASSWORD };

enum prompt { PROMPT_NONE, PROMPT_PALETTE, PROMPT_SEARCH, PROMPT_FILTER, PROMPT_JUMP, PROMPT_KB, PROMPTS };

enum overlay_kind {
	OV_FORM,
	OV_MENU,
	OV_DIALOG,
	OV_HELP,
	OV_MACROS,
	OV_OUTAGE,
	OV_DUTY,
	OV_EXPLAIN,
	OV_MERGE,
	OV_FIND,
	OV_TRIAGE,
	OV_CI,
	OV_CI_PICK,
	OV_KB,
	OV_MATCH
};
enum dialog_use {
	DLG_ACTS,
	DLG_DRAFTS,
	DLG_OUTBOX,
	DLG_TAKE_BACK,
	DLG_QUIT,
	DLG_CROSSED,
	DLG_COMMAND,
	DLG_COPY,
	DLG_HOSTS,
	DLG_BULK,
	DLG_RESULTS,
	DLG_UNDO,
	DLG_HINTS,
	DLG_MATCH,
	DLG_OPTIONS,
	DLG_KB,
	DLG_THEME,
	DLG_CI_TYPES
};
enum { OVERLAYS = 4 };
struct overlay {
	enum overlay_kind kind;
	struct act_form *form; /* OV_FORM; owned */
	struct menu menu;
	struct helpview help;
	struct dialog dialog;
	enum dialog_use use;
	struct act *act;     /* of OV_MERGE and DLG_CROSSED; owned */
	struct merge *merge; /* the same */
	int command; /* DLG_COMMAND: which of the file's commands; DLG_RESULTS: number of the act on many; DLG_TAKE_BACK: id in the
					outbox; OV_TRIAGE: the field; OV_CI_PICK: what for; DLG_MATCH: of the new ticket; DLG_HINTS: dismissed last */
	struct picker *picker;      /* OV_MACROS, OV_TRIAGE, OV_CI_PICK; owned */
	struct explain *explain;    /* OV_EXPLAIN; owned */
	struct match_page *match;   /* OV_MATCH; owned */
	struct outage_form *outage; /* OV_OUTAGE; owned */
	struct duty_form *duty;     /* OV_DUTY; owned */
	struct ci_form *ci;         /* OV_CI; owned */
	struct kb_form *kb;         /* OV_KB; owned */
	struct kept *draft;         /* of the menu of drafts; owned */
	size_t ndrafts;
};

/* A verb with a key of its own, whatever kinds have it. */
struct verb_action {
	char *verb, *label, key[32];
};

/* What an act is about to happen to. */
struct target {
	int64_t id;
	const char *number, *kind, *state;
	int version;
	bool many;                      /* the marked tickets: id is 0 */
	int64_t draft;                  /* id 0: 0, or the negative number its draft stands under */
	const struct sd_row *row;       /* may be NULL */
	const struct sd_ticket *ticket; /* loaded one; may be NULL */
};

/* What this console says of itself, and what it knows of others. */
struct presence_said {
	int64_t ticket;
	bool writing;
	char verb[48];
};
struct presence {
	bool off; /* the server takes no such word */
	struct presence_said said, now;
	int64_t said_ms, changed_ms; /* when it was said, and since when it is so; said_ms 0: not yet */
	int64_t next, due;           /* a write is free then; the timer is set for */
	struct present_mark *mark;   /* of the session; owned */
	bool asking;
	uint64_t asked; /* for which tickets */
	int64_t asked_ms;
};

/* Where one was when the CMDB was opened: the ticket an item may be put on, and the place Esc goes back to. */
struct ci_from {
	int64_t ticket;
	char *number, *kind, *state; /* owned */
	int version;
	bool bare; /* it has no item */
	enum pane_id focus;
	int board; /* enum board_id */
};

struct model {
	struct model_env env;
	struct sd_meta *meta;
	sd_time base_now; /* desk time at base_ms */
	int64_t base_ms;
	bool frozen;
	struct session session;
	enum conn conn;
	char conn_why[1024];
	sd_time conn_lost; /* when */
	struct {
		bool asked, on; /* an answer is waited for; so long that it is said */
		sd_time since;
		int64_t ms;
	} silence;
	bool terminal_focus; /* the terminal has it, or cannot tell */

	struct views *views;
	struct queue *queue;
	struct detail *detail; /* the one keys go to */
	struct detail *other;  /* a second ticket; NULL: none (see beside.c) */
	bool swapped;          /* the second one is detail */
	struct inbox *inbox;   /* in the place of the queue while it is open */
	struct boards *boards; /* pages of figures, in the same place */
	struct ci_from ci_from;
	int to_event; /* of the ticket that was opened from it; 0: none */
	int64_t rung_ms;
	struct pane *pane[PANES];
	enum pane_id focus;
	bool zoom, detail_open, log_open;
	struct layout layout;
	int width, height;
	int last_view;  /* shown before this one; -1 */
	int64_t rested; /* ticket the cursor of the queue rests on: the footer speaks of it, or every line down would paint it anew */
	int64_t last_ticket; /* a link led away from it; 0 = none */

	struct keymap keymap;
	struct keystate keys;
	struct userkeys user; /* commands and what was wrong in the file */
	bool in_command;      /* one of them is running */
	struct verb_action *verbs;
	size_t nverbs;

	char search[256]; /* "" = no search on */
	enum prompt prompt;
	struct lineedit lines[PROMPTS];
	struct sd_arena *cand_arena;

	struct overlay *overlay[OVERLAYS];
	int noverlays;
	struct toast toast;
	struct visited *visited;
	struct bare *bare;             /* NULL: not on */
	struct wallscreen *wallscreen; /* NULL: not on */
	unsigned wall_gen;             /* how many there were */
	bool mouse;                    /* ours; else the terminal's */

	struct drafts *drafts;
	struct macros *macros;
	struct act **acts; /* pressed, not answered */
	size_t nacts;
	unsigned next_act;
	struct pending_mark *marks;
	struct outbox *outbox;
	struct bulk *bulk;                 /* the act on many tickets that is asked for, runs, or ran last; NULL */
	int hint_at;                       /* the hint to be selected as they come; 0: the first */
	char *hints;                       /* JSON: the tickets of each problem hint of the list on screen, by its id */
	struct undo_log *undo;             /* what was done in this session; NULL: nothing yet */
	struct repeat *last;               /* what . does again; NULL */
	struct find *find;                 /* the search over everything; NULL: not yet used */
	struct match *match, *match_typed; /* what helps with the ticket that is read; with what is typed */
	unsigned find_gen;
	char *wait_line; /* of the palette, typed before the desk had told what it knows; NULL */
	char *wait_verb; /* act that waits for ticket wait_id to be read; NULL */
	int64_t wait_id;

	struct sd_hours *hours;
	struct {
		bool asked; /* for hours: nobody asks for more meanwhile */
		int version[32], nversions;
		int *refused; /* versions whose hours are not for this person */
		size_t nrefused, caprefused;
		sd_time next; /* the timer is set for */
	} countdown;
	int feed_epoch;
	char feed_x[32];
	int64_t feed_seq;
	bool feed_waiting;
	int64_t own[256]; /* tickets one has changed oneself: the feed is still to tell of them */
	int nown;
	char console_id[SD_UUID_TEXT]; /* of this console among those that are there; "": not yet said */
	struct presence presence;
	struct lock *lock;       /* NULL: not locked */
	struct restore *restore; /* what the last session left, until it is gone to; NULL */
	char *first_view;        /* of it; NULL */
	bool quitting;           /* leaves when the last act is confirmed */
	bool laying;             /* a long ticket is not laid out to its end */
	bool dirty;
};

struct model *model_new(const struct model_env *env);
void model_free(struct model *m);

/* ---- what happens ---- */
void model_resize(struct model *m, int w, int h, struct effects *fx);
void model_key(struct model *m, const struct key *k, struct effects *fx);
void model_answer(struct model *m, const struct answer *a, struct effects *fx);
void model_timer(struct model *m, enum timer_id t, struct effects *fx);
void model_conn(struct model *m, enum conn c, const char *why, struct effects *fx);
void model_edited(struct model *m, const char *text, struct effects *fx); /* $EDITOR has ended; NULL: nothing changed */
void model_save(struct model *m, struct effects *fx);                     /* every draft, before the program ends */
/* A draft went to the disk; trouble: or why not. */
void model_draft_saved(struct model *m, const char *trouble, struct effects *fx);
void model_zone(struct model *m, const char *zone); /* of times; NULL: the person's; borrowed */
void model_clock(struct model *m, int64_t mono_ms); /* before each of the others */

/* Lays out a little of what nobody has looked at yet; true: there is more of it. */
bool model_lay(struct model *m);
void model_draw(struct model *m, struct surface *s);
const char *model_pending(const struct model *m, char *buf, size_t size); /* count and keys of half a sequence */
void whichkey_draw(struct model *m, struct region body);                  /* what may follow them; nothing without any */

/* ---- parts of the module ---- */
void model_events(struct model *m, struct effects *fx); /* handles what panes told; last step of everything above */
void model_relayout(struct model *m);
void model_focus(struct model *m, enum pane_id id, struct effects *fx);
struct target model_target(const struct model *m);
struct target model_rested(const struct model *m); /* the same, but where the cursor came to rest */
bool model_previews(const struct model *m);        /* the ticket pane follows the queue */
void model_action(struct model *m, int action, int count, struct effects *fx);
const char *model_off(const struct model *m, int action); /* why not, or NULL; borrowed until the next call */
void model_back(struct model *m, bool ask, struct effects *fx);
void model_view(struct model *m, int n, struct effects *fx);
void model_view_filtered(struct model *m, int n, const char *filter, struct effects *fx); /* in one request */
void model_open(struct model *m, int64_t id, struct effects *fx);
void model_quit(struct model *m, struct effects *fx);
bool model_may_quit(const struct model *m); /* one wants to leave, and all that was sent is confirmed */
void model_user_keys(struct model *m);      /* those of the person's file; what is wrong there goes to the log */
void model_bind_verbs(struct model *m);     /* the desk's keys, unless the file has others */
struct key model_key_above(const struct model *m, const struct key *k); /* what k means to menus, help and questions */
void model_key_aliases(struct model *m, const char *words);             /* the option was changed */
void model_keys_tell(struct model *m, struct effects *fx);              /* how many lines are wrong */
void model_free_verbs(struct model *m);
const char *model_label(const struct model *m, int action);      /* short, of an action, an act or a command of the file */
int model_command_find(const struct model *m, const char *name); /* its number; -1: none */
void model_command(struct model *m, int n, bool asked, struct effects *fx); /* command n of the file */
/* An action ACT_VERB + n by a key that several verbs share: the one that the target's kind has. */
int model_verb_meant(const struct model *m, int action);
const char *model_verb_label(const struct model *m, const char *verb);
void model_read(struct model *m, int64_t ticket, int upto, struct effects *fx); /* the person has read it up to that event */

struct overlay *overlay_push(struct model *m, enum overlay_kind kind);
/* For what an answer brings: beneath what one is at, so that no key meant for that goes to it. NULL: too many wait already. */
struct overlay *overlay_come(struct model *m, enum overlay_kind kind);
struct overlay *overlay_top(struct model *m);
void overlay_pop(struct model *m);
void overlay_key(struct model *m, const struct key *k, struct effects *fx);
void help_open(struct model *m, bool all); /* of this pane, or of all */
void menu_open(struct model *m);

/* Whose drafts on which desk: a desk made anew has other tickets behind the same ids. */
void draft_place(const struct model *m, struct sd_str *out);
/* Drafts that wait: told at the start, opened from a menu. */
void drafts_tell(struct model *m, struct effects *fx);
void drafts_open(struct model *m, struct effects *fx);
void drafts_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
void drafts_menu_free(struct overlay *o);

/* Views: what their keys put into the palette, and the commands of that. */
void view_prompt(struct model *m, int action, struct effects *fx);
void view_save(struct model *m, const char *rest, struct effects *fx);
void view_edit(struct model *m, const char *rest, struct effects *fx);
void view_rename(struct model *m, const char *rest, struct effects *fx);
void view_delete(struct model *m, const char *rest, struct effects *fx);
void view_columns(struct model *m, const char *rest, struct effects *fx);
void view_reset(struct model *m, const char *rest, struct effects *fx);

void prompt_open(struct model *m, enum prompt p, const char *text);
void filter_to(struct model *m, const char *text, struct effects *fx); /* or back to the line, with what is wrong in it */
void prompt_key(struct model *m, const struct key *k, struct effects *fx);
void command_run(struct model *m, const char *line, struct effects *fx);
void command_complete(struct model *m, struct effects *fx);
void command_found(struct model *m, const struct answer *a); /* names for the argument being typed */
/* A query in the line of prompt p from byte start on; asked: also where nothing is typed yet. */
void query_complete(struct model *m, enum prompt p, size_t start, bool asked, struct effects *fx);
void query_found(struct model *m, const struct answer *a);
void jump_to(struct model *m, const char *number, struct effects *fx);

#endif
