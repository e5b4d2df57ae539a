/* Completion of a query: which part the cursor stands in, and what may stand there. The same grammar as parse.c, read only as far
 * as the cursor and forgiving everything before it. */
#include <ctype.h>
#include <string.h>

#include "core/query/tree.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

enum { OFFERS_MAX = 200 };

struct completer {
	struct sd_arena *a;
	const struct sd_query *q;
	const struct sd_meta *meta;
	struct sd_query_completion *out;
	struct sd_query_offer *offer;
	const char *text;
	char *word; /* what is typed of it */
};

/* How the names of a type begin with $1: name and hint. */
static const struct {
	enum query_type type;
	const char *sql;
} finders[] = {
	{QUERY_PERSON, "select * from (select p.login as name, p.name as hint from desk.person p where p.login >= lower($1) and "
				   "p.login < lower($1) "
				   "|| U&'\\FFFF' and p.active order by p.login limit 20) l union select coalesce(p.login, p.name), f.name from "
				   "desk.find_person($1, 20) f join desk.person p on p.id = f.id order by 1 limit 30"},
	{QUERY_GROUP, "select name, hint from desk.find_group($1, 20)"},
	{QUERY_CATEGORY, "select name, hint from desk.find_category($1, 20)"},
	{QUERY_SERVICE, "select name, hint from desk.find_service($1, 20)"},
	{QUERY_CI, "select name, hint from desk.find_ci($1, 20)"},
	{QUERY_ORG, "select o.name, null::text as hint from desk.org o where o.id <> 0 and starts_with(lower(o.name), lower($1)) "
				"order by 1 limit 20"},
	{QUERY_METRIC, "select m.id as name, l.text as hint from desk.metric m left join desk.label l on l.key = 'metric.' || m.id "
				   "|| '.name' and l.lang = "
				   "'en' where starts_with(m.id, lower($1)) and m.agg <> 'share' order by m.sort"},
	/* each tag once, without reading all the tickets that have it */
	{QUERY_TAG, "with recursive t(tag) as ((select e.tag from desk.ticket_tag e where e.tag >= $1 order by e.tag limit 1) union "
				"all select "
				"(select e.tag from desk.ticket_tag e where e.tag > t.tag order by e.tag limit 1) from t where "
				"starts_with(t.tag, $1)) select "
				"t.tag as name, null::text as hint from t where starts_with(t.tag, $1) limit 20"},
};

const char *sd_query_quote(struct sd_arena *a, const char *name)
{
	static const char *const words[] = {"none", "any", "or", "and", NULL};
	bool plain = *name && !strpbrk(name, " \t\n(),\"\\") && *name != '@';
	for (size_t i = 0; words[i]; i++)
		plain = plain && strcmp(name, words[i]) != 0;
	if (plain)
		return name;
	struct sd_str s = {0};
	sd_str_addc(&s, '"');
	for (const char *c = name; *c; c++) {
		if (*c == '"' || *c == '\\')
			sd_str_addc(&s, '\\');
		sd_str_addc(&s, *c);
	}
	sd_str_addc(&s, '"');
	const char *out = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	return out;
}

static bool begins(const char *text, const char *word)
{
	for (; *word; word++, text++)
		if (tolower((unsigned char)*text) != tolower((unsigned char)*word))
			return false;
	return true;
}

static void offer(struct completer *c, const char *text, const char *hint)
{
	if (!begins(text, c->word) || c->out->n == OFFERS_MAX)
		return;
	for (size_t i = 0; i < c->out->n; i++)
		if (strcmp(c->offer[i].text, text) == 0)
			return;
	c->offer[c->out->n++] = (struct sd_query_offer){text, hint};
}

/* A word of the desk, with quotation marks where it needs them or where they are typed. */
static void offer_word(struct completer *c, const char *word, const char *hint)
{
	bool quotes = *c->word == '"';
	const char *text = sd_query_quote(c->a, word);
	if (quotes && *text != '"')
		text = sd_arena_printf(c->a, "\"%s\"", text);
	if (quotes == (*text == '"') || !*c->word) {
		offer(c, text, hint);
	} else if (begins(word, c->word)) { /* marks are needed and not typed */
		char *typed = c->word;
		c->word = "";
		offer(c, text, hint);
		c->word = typed;
	}
}

/* ---- values ---- */

static void offer_states(struct completer *c)
{
	static const char *const phases[] = {"open", "active", "waiting", "done", NULL};
	for (size_t i = 0; phases[i]; i++)
		offer(c, phases[i], NULL);
	for (int k = 0; c->meta && k < c->meta->nkinds; k++)
		for (int i = 0; i < c->meta->kinds[k].nstates; i++)
			offer(c, c->meta->kinds[k].states[i].state, c->meta->kinds[k].states[i].label);
}

/* Choices stand under the name of the field of a kind, which may be the alias of ours. */
static void offer_choices(struct completer *c, const char *name)
{
	for (int k = 0; c->meta && k < c->meta->nkinds; k++) {
		const struct sd_kind *kind = &c->meta->kinds[k];
		for (int i = 0; i < kind->nfields; i++) {
			const struct query_field *f = query_field_find(c->q, kind->fields[i].field, strlen(kind->fields[i].field));
			if (!f || strcmp(f->name, name) != 0)
				continue;
			for (int w = 0; w < kind->fields[i].choices.n; w++)
				offer_word(c, kind->fields[i].choices.w[w],
					sd_meta_choice(c->meta, kind->kind, kind->fields[i].field, kind->fields[i].choices.w[w]));
		}
	}
}

static void offer_times(struct completer *c, bool equal)
{
	static const char *const days[] = {"today", "yesterday", "tomorrow", NULL},
							 *const spans[] = {"now", "4h", "1d", "7d", "30d", NULL},
							 *const ranges[] = {"1d..7d", "today..", NULL};
	for (size_t i = 0; days[i]; i++)
		offer(c, days[i], NULL);
	for (size_t i = 0; !equal && spans[i]; i++)
		offer(c, spans[i], NULL);
	for (size_t i = 0; equal && ranges[i]; i++)
		offer(c, ranges[i], NULL);
}

static void offer_clocks(struct completer *c, const struct query_field *f, bool equal)
{
	static const char *const percents[] = {"50%", "75%", "90%", "100%", NULL}, *const times[] = {
																				   "0", "30m", "1h", "2h", "4h", "1d", NULL};
	if (f->type == QUERY_BREACHED) {
		offer(c, "yes", NULL);
		offer(c, "no", NULL);
	}
	for (size_t i = 0; (f->type == QUERY_BREACHED || f->type == QUERY_CLOCK) && query_metrics[i]; i++)
		offer(c, query_metrics[i], NULL);
	if (f->type == QUERY_BREACHED || f->type == QUERY_CLOCK)
		return;
	bool percent = f->type == QUERY_SLA || f->type == QUERY_RISK;
	for (const char *const *w = percent ? percents : times; !equal && *w; w++)
		offer(c, *w, NULL);
	if (equal) {
		offer(c, percent ? "75%..100%" : "0..2h", NULL);
		if (f->type != QUERY_RISK)
			offer(c, "paused", NULL);
	}
}

static void offer_names(struct completer *c, enum query_type type)
{
	for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
		if (finders[i].type == type) {
			c->out->names = finders[i].sql;
			c->out->typed = sd_arena_strdup(c->a, c->word + (*c->word == '"'));
		}
}

static void offer_values(struct completer *c, const struct query_field *f, bool equal)
{
	bool quotes = *c->word == '"';
	switch (f->type) {
	case QUERY_STATE:
		offer_states(c);
		break;
	case QUERY_KIND:
		for (int k = 0; c->meta && k < c->meta->nkinds; k++)
			offer(c, c->meta->kinds[k].kind, c->meta->kinds[k].label);
		break;
	case QUERY_LEVEL:
		for (int n = f->min; n <= f->max; n++)
			offer(c, sd_arena_printf(c->a, "%d", n), NULL);
		break;
	case QUERY_BOOL:
		offer(c, "yes", NULL);
		offer(c, "no", NULL);
		break;
	case QUERY_TIME:
		offer_times(c, equal);
		break;
	case QUERY_BREACHED:
	case QUERY_SLA:
	case QUERY_LEFT:
	case QUERY_CLOCK:
	case QUERY_RISK:
		offer_clocks(c, f, equal);
		break;
	case QUERY_PERSON:
		offer(c, "@me", NULL);
		break;
	case QUERY_GROUP:
		offer(c, "@mygroups", NULL);
		break;
	case QUERY_WORD:
		offer_choices(c, f->name);
		for (size_t i = 0; c->meta && strcmp(f->name, "channel") == 0 && i < c->meta->nlabels; i++)
			if (strncmp(c->meta->labels[i].key, "channel.", 8) == 0)
				offer_word(c, sd_arena_strdup(c->a, c->meta->labels[i].key + 8), c->meta->labels[i].text);
		break;
	default:
		break;
	}
	if (equal && !quotes && f->flags & QUERY_NULLABLE) {
		offer(c, "none", NULL);
		offer(c, "any", NULL);
	}
	offer_names(c, f->type);
}

static void offer_orders(struct completer *c)
{
	const char *minus = *c->word == '-' ? "-" : "";
	const char *const *words = query_order_words(c->q);
	for (int i = 0; i < SD_SORTS; i++)
		offer(c, sd_arena_printf(c->a, "%s%s", minus, query_sort_words[i]), NULL);
	for (size_t i = 0; *c->word && words[i]; i++)
		offer(c, sd_arena_printf(c->a, "%s%s", minus, words[i]), NULL);
}

/* ---- terms ---- */

static void offer_fields(struct completer *c)
{
	static const char *const ops[] = {"<", "<=", ">", ">=", NULL};
	const char *const *names = query_field_names(c->q);
	size_t len = strlen(c->word);
	if (*c->word == '@') {
		offer(c, "@me", NULL);
		offer(c, "@mygroups", NULL);
		return;
	}
	const struct query_field *whole = len ? query_field_find(c->q, c->word, len) : NULL;
	for (const char *const *f = sd_query_fields(); *f; f++)
		offer(c, sd_arena_printf(c->a, "%s:", *f), NULL);
	for (size_t i = 0; len && query_flags[i]; i++)
		offer(c, query_flags[i], NULL);
	for (size_t i = 0; len && names[i]; i++) /* other names of them only when they are being typed */
		offer(c, sd_arena_printf(c->a, "%s:", names[i]), NULL);
	for (size_t i = 0; whole && query_comparable(whole) && ops[i]; i++)
		offer(c, sd_arena_printf(c->a, "%s%s", c->word, ops[i]), NULL);
}

/* Behind the operator: a list of values up to the cursor. Returns where the term ends; end when the cursor is in it. */
static const char *values(struct completer *c, const struct query_field *f, const char *p, const char *end, bool equal, bool sort)
{
	for (;;) {
		const char *start = p;
		bool closed = true;
		if (p < end && *p == '"') {
			closed = false;
			for (p++; p < end && !closed; p++) {
				if (*p == '\\' && p + 1 < end)
					p++;
				else
					closed = *p == '"';
			}
		} else {
			while (p < end && !strchr(" \t\n(),\"", *p))
				p++;
		}
		if (p == end && (!closed || *start != '"' || start == end)) {
			c->word = sd_arena_strndup(c->a, start, (size_t)(end - start));
			c->out->from = (size_t)(start - c->text);
			if (sort)
				offer_orders(c);
			else if (f)
				offer_values(c, f, equal);
			return end;
		}
		if (p >= end || *p != ',')
			return p;
		p++;
	}
}

static const char *operators(const char *p, const char *end, bool *equal)
{
	const char *start = p;
	while (p < end && p - start < 2 && strchr(":=<>!", *p))
		p++;
	*equal = p > start && (*start == ':' || *start == '=' || *start == '!');
	if (p - start == 2 && p[-1] != '=') /* of one character */
		p--;
	return p;
}

void sd_query_complete(struct sd_arena *a, const char *text, size_t cursor, const struct sd_meta *meta,
	const struct sd_query_extra *extra, size_t nextra, struct sd_query_completion *out)
{
	struct sd_err ignored;
	struct completer c = {.a = a, .meta = meta, .out = out, .text = text, .word = ""};
	size_t len = strlen(text);
	const char *end = text + (cursor < len ? cursor : len), *p = text;
	memset(out, 0, sizeof *out);
	c.q = sd_query_parse(a, "", extra, nextra, &ignored); /* for the fields it knows */
	out->offer = c.offer = sd_arena_alloc(a, OFFERS_MAX * sizeof *c.offer);
	out->typed = "";
	for (;;) {
		while (p < end && strchr(" \t\n()", *p))
			p++;
		while (p < end && (*p == '-' || *p == '!'))
			p++;
		const char *start = p;
		if (p < end && *p == '"') { /* free text: nobody knows what */
			for (p++; p < end && *p != '"'; p++)
				p += *p == '\\' && p + 1 < end;
			if (p >= end)
				return;
			p++;
			continue;
		}
		while (p < end && !strchr(" \t\n()\":=<>!,", *p))
			p++;
		out->from = (size_t)(start - text);
		if (p == end) {
			c.word = sd_arena_strndup(a, start, (size_t)(end - start));
			out->empty = !*c.word;
			offer_fields(&c);
			return;
		}
		char *name = sd_arena_strndup(a, start, (size_t)(p - start));
		for (char *l = name; *l; l++)
			*l = (char)tolower((unsigned char)*l);
		if (strchr(":=<>!", *p)) {
			bool equal, sort = strcmp(name, "sort") == 0;
			const struct query_field *f = query_field_find(c.q, name, strlen(name));
			p = operators(p, end, &equal);
			out->from = (size_t)(end - text);
			p = values(&c, f && f->type != QUERY_TEXT ? f : NULL, p, end, equal, sort);
			if (p == end) {
				out->empty = !*c.word;
				return;
			}
		} else if (*p == ',') {
			p++;
		}
	}
}
