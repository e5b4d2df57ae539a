/* The query language: text -> tree -> SQL over desk.ticket. One grammar for console, command line and stored rules.
 *
 *   state:open prio<=2 group:network due<4h -tag:vip ("disk full" or subject) sort:due
 *
 * Terms side by side must all hold; `or` (lower or upper case) joins alternatives and binds weaker; `-`, `!` and `not` negate a
 * term or a group; parentheses group; commas list alternatives of one field; a word or a quoted text alone is free text. */
#ifndef SVCDESK_QUERY_H
#define SVCDESK_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sd_arena;
struct sd_err;
struct sd_query; /* lives in the arena it was parsed into */

enum sd_query_sort {
	SD_SORT_NUMBER,   /* ascending */
	SD_SORT_OPENED,   /* newest first */
	SD_SORT_UPDATED,  /* newest first */
	SD_SORT_DUE,      /* soonest first, tickets without a due time last */
	SD_SORT_PRIORITY, /* 1 first */
	SD_SORTS,
	SD_SORT_COLUMN = SD_SORTS /* by another field; no index serves it, so only up to SD_SORT_MOST tickets */
};
enum { SD_SORT_MOST = 5000 };

/* A field that only one kind has: a column of its typed table, whose key is id. Rows of desk.field where store = 'typed'. */
struct sd_query_extra {
	const char *field;
	const char *table; /* schema-qualified and quoted, as regclass prints it */
	const char *col;
	const char *type; /* as in desk.field.type */
};

/* Parses text ("" or NULL: every ticket). Extra fields are copied. NULL and err (class input; position and nearest word in the
 * text) when it cannot be understood. */
struct sd_query *sd_query_parse(
	struct sd_arena *a, const char *text, const struct sd_query_extra *extra, size_t nextra, struct sd_err *err);

/* Text of a query for what both say; the order is that of filter, or else that of query. "" asks for nothing. In the arena. */
char *sd_query_join(struct sd_arena *a, const char *query, const char *filter);

/* The tree as canonical JSON: {"and":[...]}, {"or":[...]}, {"not":X}, {"field":F,"op":O,"value":[...]}; the same query in other
 * words gives the same bytes. "sort" stands beside the tree: {"match":TREE|null,"sort":"-due"}. In the arena. */
char *sd_query_json(const struct sd_query *q, struct sd_arena *a);

/* What `sort:` said; false when the query names no order. */
bool sd_query_order(const struct sd_query *q, enum sd_query_sort *sort, bool *reverse);
/* The field of an order that is SD_SORT_COLUMN; NULL for the others. */
const char *sd_query_order_field(const struct sd_query *q);
/* Whether a list can be ordered by the field of that name (or alias), the five sorts not counted. The name itself, or NULL. */
const char *sd_query_orderable(const struct sd_query *q, const char *name);

enum sd_query_mode {
	SD_QUERY_PAGE,  /* rows in order after (or before) the cursor, at most limit (0: all) */
	SD_QUERY_COUNT, /* one row, one column: how many; counting stops at limit (0: exact) */
	SD_QUERY_IDS    /* the ids alone, in order, at most limit (0: all) */
};

struct sd_query_opts {
	enum sd_query_mode mode;
	bool server_times; /* PAGE: times as the server writes them (the session is in UTC), which is less work than ISO 8601 */
	const char *const *columns; /* PAGE: names of sd_query_column_known, NULL-terminated; NULL: all of desk.ticket_row */
	bool sort_given;            /* sort and reverse below instead of what the query says; else the query, else number */
	enum sd_query_sort sort;
	const char *sort_field; /* where sort is SD_SORT_COLUMN */
	bool reverse;
	const char *zone; /* IANA zone in which days of the query begin; NULL: UTC */
	/* PAGE, cursor: columns k and id of the row the page starts after; NULL: from the start. */
	const char *after_key;
	int64_t after_id;
	bool before; /* the page that ends just before that row instead (still in reading order) */
	bool around; /* limit rows up to that place (with it) and limit rows behind it, in no order */
	int limit;
	int offset; /* PAGE with a limit and no cursor: so many rows are passed over first */
};

struct sd_query_sql {
	char *sql;
	int nparams;
	const char *const *params; /* text */
};

/* The SQL of q. PAGE rows have the asked columns, then `k` (sort key as text for the cursor) and `id` as the last two.
 * Unnamed statements with plan_cache_mode=force_custom_plan. NULL-safe: false and err for an unknown column. */
bool sd_query_sql(
	const struct sd_query *q, struct sd_arena *a, const struct sd_query_opts *o, struct sd_query_sql *out, struct sd_err *err);

/* SQL that lists what is wrong with the words of a query, as far as only the desk can tell, so that a mistyped group is an error
 * and not an empty list: names and words it does not know, and an order by a field where too many tickets match. Zone and order
 * come from o. False when there is nothing to ask. Can go in the same pipeline as the query. */
bool sd_query_check(const struct sd_query *q, struct sd_arena *a, const struct sd_query_opts *o, struct sd_query_sql *out);
/* Turns one such row into err (class input, place): its columns in their order. */
enum { SD_QUERY_CHECK_COLUMNS = 5 };
void sd_query_unknown(struct sd_err *err, const char *const row[SD_QUERY_CHECK_COLUMNS]);

/* ---- how the database will answer ---- */
enum sd_query_serve {
	SD_SERVE_KEYSET, /* along an index, in its order */
	SD_SERVE_INDEX,  /* an index finds them, then they are sorted */
	SD_SERVE_TEXT,   /* the index of words */
	SD_SERVE_SMALL,  /* the whole table, which is small */
	SD_SERVE_SCAN    /* no index: bounded by the time it may take, and said */
};
enum { SD_QUERY_PAGE_SECONDS = 10 }; /* what a page of the console may take */
struct sd_query_plan {
	enum sd_query_serve serve;
	char index[64]; /* of a partition, or "" */
	double cost, rows;
};
/* Reads what EXPLAIN (FORMAT JSON) said of a page of q. False and err when that cannot be read. */
bool sd_query_plan_read(const struct sd_query *q, const char *explained, struct sd_query_plan *out, struct sd_err *err);
const char *sd_query_plan_word(enum sd_query_serve serve); /* for programs: keyset index text small scan */
/* One sentence for people; seconds: what such a query may take. */
void sd_query_plan_text(const struct sd_query_plan *p, int seconds, char *buf, size_t size);
/* err of a query that took longer than it may (class timeout): says what to add to it. */
void sd_query_slow(struct sd_err *err, const struct sd_query *q, int seconds);

/* ---- completion ---- */
struct sd_meta;
struct sd_query_offer {
	const char *text; /* stands in place of from..cursor */
	const char *hint; /* what it means, or NULL */
};
struct sd_query_completion {
	size_t from; /* byte of the text where what is being typed begins */
	bool empty;  /* nothing is typed yet: offer when asked, not by oneself */
	const struct sd_query_offer *offer;
	size_t n;
	const char *names; /* statement that gives names from the desk (columns name, hint); $1 is typed. NULL: none are needed */
	const char *typed; /* the beginning of the name */
};
/* What can stand at the cursor (a byte of text): fields, operators, values, sorts. Every offer makes a query that is understood
 * (one that ends with an operator does with a value behind it). meta may be NULL: then words only the desk knows are missing. All
 * in the arena. */
void sd_query_complete(struct sd_arena *a, const char *text, size_t cursor, const struct sd_meta *meta,
	const struct sd_query_extra *extra, size_t nextra, struct sd_query_completion *out);
/* A name of the desk as it stands in a query: in quotation marks where it must. */
const char *sd_query_quote(struct sd_arena *a, const char *name);

/* Columns a list can have: those of desk.ticket_row, in their order, NULL-terminated; and extra fields given to the parser. */
const char *const *sd_query_columns(void);
/* Others that a list has only when they are asked for: they cost more. NULL-terminated. */
const char *const *sd_query_columns_asked(void);
bool sd_query_column_known(const struct sd_query *q, const char *name);
/* The type of an extra field as the parser was told it; NULL for the columns of desk.ticket_row. */
const char *sd_query_column_type(const struct sd_query *q, const char *name);

/* Words a completion may offer: fields, then sorts; NULL-terminated. */
const char *const *sd_query_fields(void);
const char *sd_query_sort_word(enum sd_query_sort s);

/* The views every console has. */
struct sd_view {
	const char *id;    /* stable word: "mine" */
	const char *label; /* msgid: pass through gettext */
	const char *query; /* with its sort: */
	bool count;        /* its number is shown beside it */
};
extern const struct sd_view sd_views[];
extern const size_t sd_views_n;

#endif
