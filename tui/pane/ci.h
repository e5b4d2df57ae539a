/* The CMDB over the whole screen, in three levels: the list of configuration items, the page of one, and what one touches or is
 * touched by. One goes from item to item and back the same way; the server pages, searches and computes. */
#ifndef TUI_PANE_CI_H
#define TUI_PANE_CI_H

#include <jansson.h>
#include "tui/pane/board.h"
#include "tui/widget/list.h"

enum ci_level { CI_LIST, CI_PAGE, CI_IMPACT };

enum {
	CI_WINDOW = 400,   /* rows of the list that are held */
	CI_MARGIN = 100,   /* so near its edge more are asked for */
	CI_FIRST = 1000,   /* items of an impact that come at once */
	CI_CHILDREN = 20,  /* of one item that are shown before "... more" */
	CI_DEPTH_MOST = 99 /* which means all the way */
};

/* A configuration item as a row, at the end of a link, or reached by an impact. */
struct ci_node {
	int64_t id, via; /* via: reached through that one */
	int depth, crit; /* crit: 1 vital to 4 minor, 0 unknown */
	int open, changes;
	bool stale, in;                                                 /* in: the link points to the item whose page it is */
	char *ident, *name, *cls, *lifecycle, *op, *group, *type, *key; /* key: what the list is in order of */
};

struct ci_ticket {
	int64_t id, ci;
	char *number, *kind, *state, *subject, *risk; /* kind record: id is an item; outage: number is a service */
	int priority;
	sd_time at;
};

struct ci_word {
	char *id, *label;
	int n;
};

struct ci_rows {
	struct sd_arena *arena;
	struct ci_node *v;
	int n, before, total;
	bool any;                                       /* there are items at all */
	char *error_id, *error_args, *error_text, *bad; /* of the query; bad: in words, NULL: not yet */
	struct ci_word *cls;
	int ncls;
};

struct ci_field {
	char *name, *label, *value, *type;
	char **choice;
	int nchoices;
	bool edit, required;
	bool declared, missing; /* declared: an attribute of its class; missing: it should have a value */
};

struct ci_version {
	int version;
	sd_time at;
	char *by, *source, *op, *row, *changed; /* row: JSON; changed: names of fields */
};

struct ci_about {
	struct sd_arena *arena;
	struct ci_node ci;
	bool may; /* one may change it */
	int at_version;
	struct ci_field *field;
	struct ci_node *link;  /* in the order type, direction, name */
	struct ci_word *group; /* type and direction, with how many there are */
	struct ci_version *version;
	struct ci_ticket *open, *change, *other;
	char **link_type;
	int nfields, nlinks, ngroups, nversions, nopen, nchanges, nother, nlink_types, versions_all;
};

struct ci_reached {
	struct sd_arena *arena;
	struct ci_node ci;
	char *number; /* of the ticket it was asked for; "" */
	int64_t ticket;
	struct ci_word *cis; /* of the ticket */
	int ncis, nth;
	struct ci_node *v; /* nearest first */
	int n, count;      /* count: of all; -1: more than n, not counted yet */
	struct ci_word *service, *customer;
	struct ci_word *type; /* of links that carry an impact */
	struct ci_ticket *open, *change;
	int nservices, ncustomers, ntypes, nopen, nchanges;
};

/* The neighbours of one, unfolded in the tree of a page. */
struct ci_near {
	int64_t id;
	struct sd_arena *arena;
	struct ci_node *v; /* NULL while they are asked for */
	int n, count;
};

enum ci_line_kind { CL_HEAD, CL_FIELD, CL_GROUP, CL_CI, CL_TICKET, CL_VERSION, CL_DIFF, CL_MORE, CL_WORD };

struct ci_line {
	enum ci_line_kind kind;
	uint64_t key;
	int64_t id; /* of the item or ticket; number of the version or field */
	bool folds, open;
	enum element el, mark_el;
	const char *text, *cls, *state, *mark, *copy;
	const char *type; /* of the link it is the end of; NULL: none */
	bool in, linked;  /* linked: to the item whose page it is */
	int more;         /* CL_MORE: so many; < 0: on the server */
};

/* Where one is, for going back and forth. */
struct ci_place {
	enum ci_level level;
	int64_t id, ticket;
	bool up;
	int depth;
	uint64_t key;
	sd_time changed; /* of a page: what changed then is compared as it comes; 0: nothing */
};
struct ci_trail {
	struct ci_place *v;
	size_t n, cap;
};

struct cmdb {
	struct board board; /* first; its page is not used */
	struct ci_place here;
	struct ci_trail back, forth;
	int nth, limit;   /* of an impact: which item of the ticket, and how many are asked for */
	char types[1024]; /* of an impact: only over these types of links, with a blank behind each; "": over all */
	/* the list */
	struct ci_rows *rows;
	char needle[256], cls[128], before_search[256];
	char *want_key; /* the row the window is to be around; "" the first ones */
	int64_t want_id;
	bool want_last, to_end, to_begin, moved, typed;
	int want_pos; /* > 0: the row with that number */
	struct list list;
	/* lines of the page and of the impact */
	struct ci_about *about;
	struct ci_reached *reached;
	struct ci_near *near;
	size_t nnear, capnear;
	struct list_keys folded; /* lines that are not as they begin: folded, or unfolded */
	int mark[2];             /* versions to be compared; 0: none */
	char *relink;            /* JSON: the link made or ended last, the other way round; NULL: none */
	int64_t relink_ci;       /* on whose page; 0: something else was changed since */
	char *diff;              /* JSON: between two times; NULL: not asked for */
	struct sd_arena *arena;  /* of the lines */
	struct ci_line *line;
	size_t nlines, caplines;
	struct list lines;
	unsigned more_gen;
	bool counting;
	int64_t count_ms;
	bool fresh;   /* nothing of it was shown yet */
	bool arrived; /* somewhere else: the search of before is over */
	bool pick;    /* a ticket without an item was asked for: one is to be chosen */
	const struct session *s;
};

struct board *ci_new(void);
enum ci_level ci_level(const struct cmdb *c);
/* What the cursor is on; NULL: none. */
const struct ci_node *ci_row_here(const struct cmdb *c);
const struct ci_line *ci_line_here(const struct cmdb *c);
/* The item meant: under the cursor, or the one whose page it is. id 0: none. */
struct ci_node ci_here(const struct cmdb *c);
/* Goes there, and remembers where one was; keep: in the trail that [ goes back. */
void ci_go(struct cmdb *c, const struct session *s, struct ci_place to, bool keep, struct effects *fx);
/* Begins anew there: nothing to go back to. */
void ci_begin(struct cmdb *c, struct ci_place to);
bool ci_step(struct cmdb *c, const struct session *s, int steps, struct effects *fx); /* < 0: back; false: there is none */
bool ci_stop(struct cmdb *c, struct effects *fx); /* gives up what is being read; false: nothing is */
/* Letters typed into the search: asked for when the hand rests (ci_rested), or at once by ci_needle. */
void ci_type(struct cmdb *c, const char *text, struct effects *fx);
void ci_rested(struct cmdb *c, const struct session *s, struct effects *fx);
void ci_needle(struct cmdb *c, const struct session *s, const char *text, struct effects *fx);
bool ci_shows(const struct cmdb *c); /* something, however old */
void ci_class(struct cmdb *c, const struct session *s, const char *cls, struct effects *fx);
void ci_differs(struct cmdb *c, const struct session *s, const char *json); /* shows what desk.ci_diff said of the page's item */
bool ci_over(const struct cmdb *c, const char *type);                       /* does the impact go over links of this type? */
void ci_only(struct cmdb *c, const struct session *s, const char *type, struct effects *fx);    /* NULL: over all of them */
void ci_without(struct cmdb *c, const struct session *s, const char *type, struct effects *fx); /* without, or with it again */
void ci_mouse(struct cmdb *c, const struct session *s, const struct key *k, struct effects *fx);
void ci_more(struct cmdb *c, const struct session *s, const struct answer *a, struct effects *fx); /* of REQ_CI_MORE */

/* -- parts of the module -- */
struct ci_rows *ci_rows_parse(const char *json); /* NULL: it is none */
struct ci_about *ci_about_parse(const char *json);
struct ci_reached *ci_reached_parse(const char *json);
bool ci_reached_count(struct ci_reached *r, const char *json); /* what came later: how many, services, customers, tickets */
bool ci_near_parse(struct ci_near *n, const char *json);
void ci_rows_free(struct ci_rows *r);
void ci_about_free(struct ci_about *a);
void ci_reached_free(struct ci_reached *r);

/* the list */
void ci_list_init(struct cmdb *c);
void ci_list_ask(struct cmdb *c, struct effects *fx);
bool ci_list_take(struct cmdb *c, const char *json);
void ci_list_move(struct cmdb *c, const struct session *s, enum motion m, int count, struct effects *fx);
/* lines */
void ci_lines_init(struct cmdb *c);
void ci_lines_draw(struct cmdb *c, struct region r, bool focus);
void ci_lines_make(struct cmdb *c); /* anew, of what is known */
struct ci_line *ci_line_add(struct cmdb *c, enum ci_line_kind kind, const char *word, uint64_t above);
bool ci_is_open(const struct cmdb *c, uint64_t key, bool first);
void ci_fold(struct cmdb *c, uint64_t key);
uint64_t ci_hash(uint64_t above, const char *word);
const char *ci_branch(struct sd_arena *a, const char *stem, bool last, bool below);
void ci_page_lines(struct cmdb *c);
void ci_times_lines(struct cmdb *c);
void ci_impact_lines(struct cmdb *c);
void ci_types_text(const struct cmdb *c, char *buf, size_t size); /* for the headline; "": over all of them */
json_t *ci_types_json(const struct cmdb *c);                      /* null: all of them */
void ci_ticket_lines(struct cmdb *c, const char *what, const struct ci_ticket *v, int n, bool open);
void ci_node_line(struct cmdb *c, struct ci_line *l, const struct ci_node *n);
const char *ci_arrow(bool in); /* from the other item to this one, or from this to the other */
const char *ci_field_label(const struct ci_field *f);
const char *ci_crit(int crit); /* "vital", ... ; "" unknown */
const char *ci_lifecycle(const char *word);
const char *ci_op(const char *word);
struct ci_near *ci_near_of(struct cmdb *c, int64_t id);

#endif
