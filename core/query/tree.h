/* The tree of a query, between parser, canonical form and SQL. */
#ifndef CORE_QUERY_TREE_H
#define CORE_QUERY_TREE_H

#include "svcdesk/query.h"

enum query_type {
	QUERY_NUMBER,   /* number of a ticket */
	QUERY_TICKET,   /* another ticket, by its number */
	QUERY_KIND,     /* word of a kind */
	QUERY_STATE,    /* state, or phase: open active waiting done */
	QUERY_LEVEL,    /* priority, impact, urgency: a small number, P2 */
	QUERY_INT,      /* counters */
	QUERY_PERSON,   /* login, name, @me */
	QUERY_GROUP,    /* name, @mygroups */
	QUERY_CATEGORY, /* name or "Parent / Child"; what lies below belongs to it */
	QUERY_SERVICE,
	QUERY_CI,
	QUERY_ORG,
	QUERY_TIME,
	QUERY_TAG,
	QUERY_WORD, /* exact text in a column */
	QUERY_BOOL,
	QUERY_BREACHED, /* yes, no, or a metric */
	QUERY_SLA,      /* percent used of the clock that is due first */
	QUERY_LEFT,     /* what is left of it, in seconds of open time */
	QUERY_CLOCK,    /* the metric of an open clock */
	QUERY_RISK,     /* how likely a breach is, in percent, as it is predicted */
	QUERY_METRIC,   /* what a figure counts: mttr@2026-10 */
	QUERY_SUBJECT,  /* words that stand in the subject */
	QUERY_TEXT      /* free text */
};

enum {
	QUERY_NULLABLE = 1, /* `none` means: no value */
	QUERY_ZERO = 2,     /* no value is 0 */
	QUERY_FUTURE = 4,   /* an unsigned duration counts from now on, not back */
	QUERY_INFINITY = 8  /* no value is 'infinity' */
};

struct query_field {
	const char *name;
	enum query_type type;
	int flags;
	const char *col;                    /* SQL over alias t; extra: over alias x */
	int min, max;                       /* QUERY_LEVEL */
	const struct sd_query_extra *extra; /* NULL: a column of desk.ticket */
	const struct query_field *also;     /* the same field in the table of another kind */
};

enum query_op { QUERY_EQ, QUERY_LT, QUERY_LE, QUERY_GT, QUERY_GE };

enum query_when_type {
	QUERY_WHEN_OPEN,   /* no bound on this side of a range */
	QUERY_WHEN_DAY,    /* text = first day, unit = day, month or year */
	QUERY_WHEN_TODAY,  /* n days from today */
	QUERY_WHEN_NOW,    /* n microseconds from now */
	QUERY_WHEN_AGO,    /* unsigned duration: n microseconds, direction by field */
	QUERY_WHEN_INSTANT /* text; zoned says whether it carries an offset */
};

struct query_when {
	enum query_when_type type;
	const char *text; /* as it stands in the canonical form */
	const char *date; /* QUERY_WHEN_DAY: full date of its first day; QUERY_WHEN_INSTANT: what PostgreSQL reads */
	const char *unit;
	int64_t n;
	bool zoned;
};

struct query_value {
	bool none;        /* the bare word none */
	bool any;         /* the bare word any: has a value */
	bool phrase;      /* QUERY_TEXT: the words stand together in this order */
	const char *text; /* what was written, normalised */
	bool is_int;
	int64_t lo, hi; /* is_int: lo = hi unless a range */
	bool range;
	struct query_when from, to; /* QUERY_TIME: to only for a range */
	int place, column;          /* where it stands in the text, from 1: in bytes and in characters */
};

enum query_node_type { QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_LEAF };

struct query_node {
	enum query_node_type type;
	struct query_node **kid;
	size_t nkid;
	const struct query_field *field;
	enum query_op op;
	struct query_value *value;
	size_t nvalue;
	char *json; /* canonical form, once built */
};

struct sd_query {
	struct sd_arena *arena;
	struct query_node *root; /* NULL: every ticket */
	bool sorted;
	enum sd_query_sort sort;
	const struct query_field *sort_field; /* SD_SORT_COLUMN */
	int sort_place, sort_column;
	bool reverse;
	struct query_field *extra;
	size_t nextra;
	bool typed; /* whoever parses knows the fields of kinds: extra is all there is */
};

const struct query_field *query_field_find(const struct sd_query *q, const char *name, size_t len);
/* Names a suggestion may come from, extra ones too; in the query's arena. */
const char *const *query_field_names(const struct sd_query *q);
/* A field of a kind that takes one of a few words. */
bool query_is_choice(const struct query_field *f);
bool query_is_untriaged(const struct query_field *f);
/* A word that stands for FIELD:yes where it stands alone: breached, untriaged. len: of the word. */
bool query_is_flag(const char *word, size_t len);
extern const char *const query_flags[];      /* NULL-terminated */
extern const char *const query_sort_words[]; /* by enum sd_query_sort, NULL-terminated */
bool query_sort_find(const char *word, enum sd_query_sort *sort);
/* The field of that name if a list can be put into its order; NULL: it cannot, or there is none. */
const struct query_field *query_order_find(const struct sd_query *q, const char *name);
/* Words behind sort: that a suggestion may come from; in the query's arena. */
const char *const *query_order_words(const struct sd_query *q);
/* Fills *w from text; false when it is not a time. */
bool query_when_parse(struct sd_arena *a, const char *text, struct query_when *w);
/* Puts a tree into canonical order. */
struct query_node *query_canonical(struct sd_arena *a, struct query_node *n);
struct query_node *query_node_new(struct sd_arena *a, enum query_node_type type);
void query_node_add(struct sd_arena *a, struct query_node *n, struct query_node *kid);
const char *query_op_word(enum query_op op);
extern const char *const query_metrics[]; /* of clocks, NULL-terminated */
bool query_is_metric(const char *word);
/* A value of QUERY_SLA, QUERY_LEFT, QUERY_CLOCK or QUERY_RISK; false when s is none. */
bool query_clock_value(struct sd_arena *a, const struct query_field *f, char *s, struct query_value *v);
/* A field that can be compared with < and >. */
bool query_comparable(const struct query_field *f);

#endif
