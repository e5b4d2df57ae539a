/* SQL under construction: text and parameters. */
#ifndef CORE_QUERY_BUILD_H
#define CORE_QUERY_BUILD_H

#include "core/query/tree.h"
#include "svcdesk/mem.h"

struct build {
	struct sd_arena *a;
	struct sd_str sql;
	const char **param;
	int nparam, cap;
	const char *zone;
	/* A page of words alone in the order of numbers: the search may stop at the page's end. 0: it may not. */
	int text_limit;
	const char *text_after;
};

#define SQL(b, ...) sd_str_addf(&(b)->sql, __VA_ARGS__)

/* The number of the parameter with this text; the same text is sent once. */
int build_param(struct build *b, const char *text);
void build_finish(struct build *b, struct sd_query_sql *out);

/* Nothing but words is asked for, all of which must stand in one text. */
bool build_only_words(const struct query_node *n);
/* What must hold says whether a ticket is open or done. */
bool build_phase_known(const struct query_node *n);
/* Appends what must hold, as one Boolean expression over desk.ticket t. */
void build_where(struct build *b, const struct query_node *n);
/* The fields about clocks, and their order. */
void build_clock(struct build *b, const struct query_node *n);
void build_clock_key(struct build *b, const struct query_field *f);
/* What a list is ordered by where a field says so. */
void build_order_key(struct build *b, const struct query_field *f);
/* " where ..." with all that must hold, the place of the page not counted; nothing for every ticket. */
void build_conditions(struct build *b, const struct sd_query *q);
/* The comparison of a time column: "t.due_at < ..." */
void build_time(struct build *b, const struct query_node *n, const char *col);

#endif
