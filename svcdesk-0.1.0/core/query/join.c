/* Two texts as one query. */
#include <string.h>
#include <strings.h>

#include "svcdesk/mem.h"
#include "svcdesk/query.h"

/* What a text says without its order, and the order. */
static void split(const char *text, struct sd_str *rest, struct sd_str *sort)
{
	int depth = 0;
	bool start = true, quotes = false;
	for (const char *p = text; *p; p++) {
		if (!quotes && !depth && start && strncasecmp(p, "sort", 4) == 0 && (p[4] == ':' || p[4] == '=')) {
			size_t n = strcspn(p, " \t\n()");
			sd_str_reset(sort);
			sd_str_addn(sort, p, n);
			p += n - 1;
			start = false;
			continue;
		}
		if (quotes && *p == '\\' && p[1])
			sd_str_addc(rest, *p++);
		else if (*p == '"')
			quotes = !quotes;
		depth += !quotes && *p == '(';
		depth -= !quotes && *p == ')';
		start = !quotes && strchr(" \t\n()", *p) != NULL;
		sd_str_addc(rest, *p);
	}
	while (rest->len && strchr(" \t\n", rest->data[rest->len - 1]))
		rest->data[--rest->len] = '\0';
}

static bool blank(const struct sd_str *s)
{
	return !s->len || strspn(s->data, " \t\n") == s->len;
}

char *sd_query_join(struct sd_arena *a, const char *query, const char *filter)
{
	struct sd_str q = {0}, f = {0}, sort = {0};
	char *out;
	if (!*filter || !*query)
		return sd_arena_strdup(a, *filter ? filter : query);
	split(query, &q, &sort);
	split(filter, &f, &sort);
	const char *order = sort.len ? sort.data : "", *gap = sort.len ? " " : "";
	if (blank(&q) || blank(&f))
		out = sd_arena_printf(a, "%s%s%s", blank(&q) ? (f.len ? f.data : "") : q.data, gap, order);
	else
		out = sd_arena_printf(a, "(%s) (%s)%s%s", q.data, f.data, gap, order);
	sd_str_free(&q);
	sd_str_free(&f);
	sd_str_free(&sort);
	return out;
}
