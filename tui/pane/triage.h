/* Triage: what came in, one ticket after the other over the whole screen. What the desk proposes for its fields stands beside it;
 * one key accepts it, a digit takes another proposal. The next ones are read ahead, so that the next is there before one has
 * looked up. Everything here is pure: requests go out as effects, and what is done to a ticket is told to the app
 * (tui/app/triage.c). */
#ifndef TUI_PANE_TRIAGE_H
#define TUI_PANE_TRIAGE_H

#include <jansson.h>

#include "tui/pane/board.h"

struct sd_arena;
struct picker_row;
struct sd_str;

enum triage_field_id { TRIAGE_CATEGORY, TRIAGE_IMPACT, TRIAGE_URGENCY, TRIAGE_GROUP, TRIAGE_ASSIGNEE, TRIAGE_FIELDS };
enum triage_state { TRIAGE_TODO, TRIAGE_SENT, TRIAGE_DONE, TRIAGE_GONE };
enum { TRIAGE_AHEAD = 3, TRIAGE_DIGITS = 9, TRIAGE_KEPT = 30, TRIAGE_NONE = -1, TRIAGE_OWN = -2 };
#define TRIAGE_SURE 0.5 /* a proposal that is less likely than that is marked: please look */

struct triage_choice {
	int64_t id;        /* as desk.act takes it: of the category, group, person; the level itself */
	const char *value; /* in words */
	const char *label, *basis;
	double confidence; /* 0 to 1 */
	int digit;         /* that takes it; 0: none */
};

struct triage_field {
	const char *name;
	const char *current; /* what the ticket holds; "": nothing */
	int64_t current_id;
	struct triage_choice *choice;
	int n;
	const int64_t *more; /* ids of what is likely after the choices, best first */
	int nmore;
	int taken, first; /* which choice; TRIAGE_NONE: what it holds; TRIAGE_OWN: own. first: as it came */
	const char *own;  /* picked by hand */
	int64_t own_id;
	const char *model, *better; /* learnt model that ranks it; "": the counts. better: it is not used, that is better */
	int version, hit;           /* hit: per cent of later tickets whose first proposal was right; -1: not known */
};

/* Another ticket: the same perhaps, one it may belong to, or one more of the same requester. */
struct triage_near {
	int64_t id;
	const char *number, *subject, *state, *why;
	double score;
	bool parent;
};

struct triage_item {
	struct sd_arena *arena; /* everything below */
	int64_t id;
	int version;
	bool untriaged, restricted, vip;
	const char *number, *kind, *state, *subject, *body, *channel, *org, *service, *ci, *parent;
	const char *name, *login, *place, *phone; /* of the requester */
	const char *ask, *not_ours;               /* texts to him */
	const char *last_by;
	sd_time opened;
	const char *const *attachment;
	int nattachments;
	struct triage_near *near; /* duplicates, then parents */
	int nnear, at;            /* at: the one that is highlighted */
	struct triage_near *open; /* of the same requester */
	int nopen;
	int child; /* it becomes a child of near[child]; TRIAGE_NONE */
	struct triage_field field[TRIAGE_FIELDS];
	/* what happened to it here */
	enum triage_state st;
	const char *why;      /* it was refused; or who was faster */
	unsigned skipped;     /* the later the higher; 0: not */
	bool stale;           /* to be read anew */
	int keys;             /* pressed while it stood there */
	int64_t since, spent; /* ms */
	bool counted;         /* among those that are done */
	int keys_done;        /* what was counted then */
	int64_t spent_done;
};

/* What can be picked by hand. */
struct triage_pick {
	int64_t id;
	const char *value, *label;
};
struct triage_group {
	struct triage_pick group;
	struct triage_pick *member;
	int n;
};

/* What was done in this session. */
struct triage_stats {
	int tickets, keys;
	int64_t ms;
	int64_t *spent; /* of each */
	size_t n, cap;
};

struct triage {
	struct board board; /* first; its page is not used */
	struct triage_item **v;
	size_t n, cap;
	int at;     /* the one that is shown; -1: none */
	int left;   /* untriaged ones on the desk */
	bool asked; /* the desk has answered once */
	unsigned skips;
	int turn_n, turn_i;
	int64_t want;           /* is shown as soon as it comes back: it was undone; 0 */
	struct sd_arena *lists; /* categories, groups; NULL: not there yet */
	struct triage_pick *category;
	int ncategories;
	struct triage_group *group;
	int ngroups;
	struct sd_arena *presence;
	struct triage_near *present; /* id: ticket; subject: who; parent: he writes */
	int npresent;
	struct triage_stats stats;
	int scroll, scroll_most; /* of the text */
	const struct session *s;
	struct sd_arena *scratch;
};

struct board *triage_new(void);

/* ---- the model, for whoever drives it: keys of the console, or a program that counts them ---- */
/* One document as desk.triage_ticket gives it; NULL: it is none. */
struct triage_item *triage_item_parse(const char *json);
void triage_item_keep(struct triage_item *it, const struct triage_item *old); /* read anew: what was chosen by hand stays */
void triage_item_free(struct triage_item *it);
int64_t triage_id(const struct triage_item *it, enum triage_field_id f);        /* 0: nothing */
const char *triage_value(const struct triage_item *it, enum triage_field_id f); /* as it would be sent; "": nothing */
const char *triage_label(const struct triage_item *it, enum triage_field_id f);
double triage_confidence(const struct triage_item *it, enum triage_field_id f); /* of a proposal that is taken; < 0: it is none */
bool triage_doubt(const struct triage_item *it, enum triage_field_id f);        /* a guess */
bool triage_digit(struct triage_item *it, int digit);                           /* takes, or gives back; false: no such one */
void triage_set(struct triage_item *it, enum triage_field_id f, int64_t id, const char *value); /* id 0: nothing */
/* The first field that must have a value and has none; TRIAGE_FIELDS: nothing is missing. */
enum triage_field_id triage_missing(const struct triage_item *it);
/* The fields of the act as JSON: what differs from what the ticket holds. */
void triage_fields(const struct triage_item *it, struct sd_str *out);

/* ---- the line ---- */
struct triage_item *triage_here(const struct triage *t); /* NULL: none */
struct triage_item *triage_find(const struct triage *t, int64_t id);
void triage_next(struct triage *t, const struct session *s); /* to the next that is to be done */
void triage_to(struct triage *t, const struct triage_item *it, const struct session *s);
void triage_fill(struct triage *t, const struct session *s, struct effects *fx); /* reads what is wanted, if anything is */
void triage_sent(struct triage *t, struct triage_item *it, const struct session *s);
void triage_done(struct triage *t, struct triage_item *it);
void triage_refused(struct triage *t, struct triage_item *it, const char *why);
bool triage_busy(const struct triage *t, int64_t id, const char **who, bool *writing);
int triage_waiting(const struct triage *t); /* how many are left, those on their way not counted */
int64_t triage_median(const struct triage_stats *s);
bool triage_member(const struct triage *t, const char *group, const char *login);
/* The document of desk.triage_page with what can be picked; without it everything stays. */
void triage_lists(struct triage *t, const json_t *page);
/* What a picker of category or group shows: the likeliest first, what stands there already last. Rows in the arena. */
size_t triage_picks(
	const struct triage *t, const struct triage_item *it, enum triage_field_id f, struct sd_arena *a, struct picker_row **out);
/* An assignee who was proposed and is in another group than the one that is chosen now: nobody. */
void triage_fit(const struct triage *t, struct triage_item *it);

/* -- parts of the module -- */
void triage_draw(struct triage *t, const struct session *s, struct region r, bool focus);
const char *triage_field_label(const struct session *s, const struct triage_item *it, enum triage_field_id f);

#endif
