/* Layout files: parsing, and which pages fit a screen. */
#include "tui/wall/layout.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"

enum {
	MOST_SECONDS = 86400,
	MOST_LINES = 500,
	MOST_WEIGHT = 99,
	MOST_ROWS = 60,
	MOST_PLACES = 40,
	MOST_PAGES = 60,
	MOST_SPECS = 200
};

enum part { PART_NONE, PART_WALL, PART_PAGE, PART_WIDGET };

/* A widget named in a row before its section, if it has one, has been read. */
struct named {
	char *name;
	int line;
	size_t page, row, place;
};

struct parse {
	struct wall_layout *l;
	struct sd_err *err;
	const char *file;
	int line;
	enum part part;
	size_t at; /* page or widget */
	struct named *named;
	size_t nnamed, capnamed;
};

/* Says what is wrong in this line; always false. */
static bool wrong(struct parse *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool wrong(struct parse *p, const char *fmt, ...)
{
	char what[700];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	sd_err_set(p->err, SD_ERR_INPUT, "layout_bad", "%.200s:%d: %s", p->file, p->line, what);
	return false;
}

/* The names of a table, for an error. */
static char *words(struct parse *p, const struct wall_word *w)
{
	struct sd_str s = {0};
	char *text;

	for (; w->name; w++)
		sd_str_addf(&s, "%s%s", s.len ? ", " : "", w->name);
	text = sd_arena_strdup(p->l->arena, s.data);
	sd_str_free(&s);
	return text;
}

static char *kind_names(struct parse *p)
{
	struct sd_str s = {0};
	char *text;

	for (int i = 0; i < WALL_KINDS; i++)
		sd_str_addf(&s, "%s%s", s.len ? ", " : "", wall_kinds[i].name);
	text = sd_arena_strdup(p->l->arena, s.data);
	sd_str_free(&s);
	return text;
}

static const char *text_of(struct parse *p, const char *value)
{
	return sd_arena_strdup(p->l->arena, value);
}

static bool number(struct parse *p, const char *value, long least, long most, int *out)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (end == value || *end || n < least || n > most)
		return wrong(p, _("\"%.60s\" is no number from %ld to %ld"), value, least, most);
	*out = (int)n;
	return true;
}

static bool real(struct parse *p, const char *value, double *out)
{
	char *end;

	*out = strtod(value, &end);
	if (end == value || *end || isnan(*out))
		return wrong(p, _("\"%.60s\" is no number"), value);
	return true;
}

static bool one_of(struct parse *p, const char *value, const char *const *list, int *out)
{
	struct sd_str s = {0};

	for (int i = 0; list[i]; i++) {
		if (!strcmp(value, list[i])) {
			*out = i;
			sd_str_free(&s);
			return true;
		}
		sd_str_addf(&s, "%s%s", i ? ", " : "", list[i]);
	}
	wrong(p, _("\"%.60s\" is none of %s"), value, s.data);
	sd_str_free(&s);
	return false;
}

static bool size(struct parse *p, const char *value, int *w, int *h)
{
	int used = 0;

	if (sscanf(value, "%4dx%4d%n", w, h, &used) != 2 || value[used] || *w < 1 || *h < 1)
		return wrong(p, _("\"%.60s\" is no size of a screen; one is 120x40"), value);
	return true;
}

static bool zone(struct parse *p, const char *value, const char **out)
{
	sd_time t;

	if (!sd_time_from_local(2026, 1, 5, 9, 0, 0, value, &t))
		return wrong(p, _("there is no time zone \"%.60s\"; one is Europe/Berlin"), value);
	*out = text_of(p, value);
	return true;
}

static bool day(struct parse *p, const char *value)
{
	int h[2], m[2], used = 0;
	struct wall_layout *l = p->l;

	if (!strcmp(value, "none")) {
		l->day_from = l->day_to = 0;
		return true;
	}
	if (sscanf(value, "%2d:%2d-%2d:%2d%n", &h[0], &m[0], &h[1], &m[1], &used) != 4 || value[used])
		return wrong(p, _("\"%.60s\" is no part of a day; one is 07:00-19:00"), value);
	for (int i = 0; i < 2; i++)
		if (h[i] < 0 || h[i] > 24 || m[i] < 0 || m[i] > 59 || (h[i] == 24 && m[i]))
			return wrong(p, _("\"%.60s\" is no part of a day; one is 07:00-19:00"), value);
	l->day_from = h[0] * 60 + m[0];
	l->day_to = h[1] * 60 + m[1];
	return true;
}

/* Names with commas between. */
static bool groups(struct parse *p, const char *value)
{
	char *copy = sd_arena_strdup(p->l->arena, value), *save = NULL;

	for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		while (*w == ' ' || *w == '\t')
			w++;
		for (size_t n = strlen(w); n && (w[n - 1] == ' ' || w[n - 1] == '\t'); n--)
			w[n - 1] = '\0';
		if (*w)
			*SD_PUSH(p->l->group, p->l->ngroups, p->l->capgroups) = w;
	}
	return p->l->ngroups > 0 || wrong(p, _("the name of a group is missing"));
}

static bool wall_word(struct parse *p, const char *key, const char *value)
{
	static const char *const styles[] = {"blocks", "braille", NULL};
	struct wall_layout *l = p->l;
	int style;

	if (!strcmp(key, "title"))
		return (l->title = text_of(p, value)) != NULL;
	if (!strcmp(key, "rotate"))
		return number(p, value, 0, MOST_SECONDS, &l->rotate);
	if (!strcmp(key, "refresh"))
		return number(p, value, 1, 60, &l->refresh);
	if (!strcmp(key, "group"))
		return groups(p, value);
	if (!strcmp(key, "zone"))
		return zone(p, value, &l->zone);
	if (!strcmp(key, "day"))
		return day(p, value);
	if (!strcmp(key, "day-theme"))
		return (l->day_theme = text_of(p, value)) != NULL;
	if (!strcmp(key, "night-theme"))
		return (l->night_theme = text_of(p, value)) != NULL;
	if (!strcmp(key, "style")) {
		if (!one_of(p, value, styles, &style))
			return false;
		l->style = (enum graph_style)style;
		return true;
	}
	return wrong(p, _("[wall] knows no \"%.60s\"; it knows %s"), key, words(p, wall_settings));
}

static bool height(struct parse *p, const char *word, struct wall_row *r)
{
	if (*word != '*')
		return number(p, word, 1, MOST_LINES, &r->lines);
	r->share = 1;
	return !word[1] || number(p, word + 1, 1, MOST_WEIGHT, &r->share);
}

/* "8 open unassigned:2". */
static bool row(struct parse *p, const char *value)
{
	struct wall_page *page = &p->l->page[p->at];
	char *copy = sd_arena_strdup(p->l->arena, value), *save = NULL, *word = strtok_r(copy, " \t", &save);
	struct wall_row *r;

	if (page->n >= MOST_ROWS)
		return wrong(p, _("more than %d rows"), MOST_ROWS);
	r = SD_PUSH(page->row, page->n, page->cap);
	memset(r, 0, sizeof *r);
	if (!word || !height(p, word, r))
		return word ? false : wrong(p, _("a row is its height and widgets: 8 open unassigned"));
	while ((word = strtok_r(NULL, " \t", &save))) {
		char *colon = strchr(word, ':');
		struct wall_place place = {0, 1};

		if (colon && !number(p, colon + 1, 1, MOST_WEIGHT, &place.weight))
			return false;
		if (colon)
			*colon = '\0';
		if (r->n >= MOST_PLACES)
			return wrong(p, _("more than %d widgets in a row"), MOST_PLACES);
		*SD_PUSH(p->named, p->nnamed, p->capnamed) = (struct named){word, p->line, p->at, page->n - 1, r->n};
		*SD_PUSH(r->place, r->n, r->cap) = place;
	}
	return r->n > 0 || wrong(p, _("a row is its height and widgets: 8 open unassigned"));
}

static bool page_word(struct parse *p, const char *key, const char *value)
{
	static const char *const yes_no[] = {"no", "yes", NULL};
	struct wall_page *g = &p->l->page[p->at];
	int yes;

	if (!strcmp(key, "title"))
		return (g->title = text_of(p, value)) != NULL;
	if (!strcmp(key, "row"))
		return row(p, value);
	if (!strcmp(key, "from"))
		return size(p, value, &g->from_w, &g->from_h);
	if (!strcmp(key, "below"))
		return size(p, value, &g->below_w, &g->below_h);
	if (!strcmp(key, "seconds"))
		return number(p, value, 0, MOST_SECONDS, &g->seconds);
	if (!strcmp(key, "major")) {
		if (!one_of(p, value, yes_no, &yes))
			return false;
		g->major = yes != 0;
		return true;
	}
	return wrong(p, _("a page knows no \"%.60s\"; it knows %s"), key, words(p, wall_page_settings));
}

static int kind_of(const char *name)
{
	for (int i = 0; i < WALL_KINDS; i++)
		if (!strcmp(wall_kinds[i].name, name))
			return i;
	return -1;
}

/* A query must be one, so that the wall does not find out at the desk. */
static bool query(struct parse *p, const char *value, const char **out)
{
	struct sd_err err = {0};

	if (!sd_query_parse(p->l->arena, value, NULL, 0, &err))
		return wrong(p, "%.500s", err.text);
	*out = text_of(p, value);
	return true;
}

static bool widget_word(struct parse *p, const char *key, const char *value)
{
	struct wall_spec *s = &p->l->spec[p->at];
	int kind;

	if (!strcmp(key, "kind")) {
		kind = kind_of(value);
		if (kind < 0)
			return wrong(p, _("there is no widget \"%.60s\"; there are %s"), value, kind_names(p));
		s->kind = (enum wall_kind)kind;
		return true;
	}
	if (!strcmp(key, "title"))
		return (s->title = text_of(p, value)) != NULL;
	if (!strcmp(key, "warn"))
		return real(p, value, &s->warn);
	if (!strcmp(key, "bad"))
		return real(p, value, &s->bad);
	if (!strcmp(key, "metric"))
		return (s->metric = text_of(p, value)) != NULL;
	if (!strcmp(key, "query"))
		return query(p, value, &s->query);
	if (!strcmp(key, "text"))
		return (s->text = text_of(p, value)) != NULL;
	if (!strcmp(key, "zone"))
		return zone(p, value, &s->zone);
	return wrong(p, _("a widget knows no \"%.60s\"; it knows %s"), key, words(p, wall_options));
}

static struct wall_spec *spec_add(struct wall_layout *l, const char *name, int kind)
{
	struct wall_spec *s = SD_PUSH(l->spec, l->nspecs, l->capspecs);

	*s = (struct wall_spec){.name = sd_arena_strdup(l->arena, name),
		.kind = kind < 0 ? WALL_KINDS : (enum wall_kind)kind,
		.warn = (double)NAN,
		.bad = (double)NAN};
	return s;
}

static int spec_find(const struct wall_layout *l, const char *name)
{
	for (size_t i = 0; i < l->nspecs; i++)
		if (!strcmp(l->spec[i].name, name))
			return (int)i;
	return -1;
}

static bool page_begin(struct parse *p, const char *name)
{
	for (size_t i = 0; i < p->l->npages; i++)
		if (!strcmp(p->l->page[i].name, name))
			return wrong(p, _("there is a page \"%.60s\" already"), name);
	if (p->l->npages >= MOST_PAGES)
		return wrong(p, _("more than %d pages"), MOST_PAGES);
	p->at = p->l->npages;
	*SD_PUSH(p->l->page, p->l->npages, p->l->cappages) = (struct wall_page){.name = text_of(p, name), .title = "", .seconds = -1};
	return true;
}

static bool widget_begin(struct parse *p, const char *name)
{
	if (strpbrk(name, " \t:"))
		return wrong(p, _("the name of a widget is one word without a colon"));
	if (spec_find(p->l, name) >= 0)
		return wrong(p, _("there is a widget \"%.60s\" already"), name);
	if (p->l->nspecs >= MOST_SPECS)
		return wrong(p, _("more than %d widgets"), MOST_SPECS);
	p->at = p->l->nspecs;
	spec_add(p->l, name, kind_of(name));
	return true;
}

static bool section(struct parse *p, char *text)
{
	size_t n = strlen(text);
	char *name;

	if (text[n - 1] != ']')
		return wrong(p, _("a section ends with ]"));
	text[n - 1] = '\0';
	name = text + 1;
	while (*name == ' ')
		name++;
	if (!strcmp(name, "wall")) {
		p->part = PART_WALL;
		return true;
	}
	if (!strncmp(name, "page ", 5) && name[5]) {
		p->part = PART_PAGE;
		return page_begin(p, name + 5);
	}
	if (!strncmp(name, "widget ", 7) && name[7]) {
		p->part = PART_WIDGET;
		return widget_begin(p, name + 7);
	}
	return wrong(p, _("there is no section [%.60s]; there are [wall], [page NAME] and [widget NAME]"), name);
}

static char *trimmed(char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	n = strlen(s);
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
		s[--n] = '\0';
	return s;
}

static bool line(struct parse *p, char *text)
{
	char *equal, *key, *value;

	text = trimmed(text);
	if (!*text || *text == '#' || *text == ';')
		return true;
	if (*text == '[')
		return section(p, text);
	equal = strchr(text, '=');
	if (!equal)
		return wrong(p, _("neither a [section] nor word = value"));
	*equal = '\0';
	key = trimmed(text);
	value = trimmed(equal + 1);
	if (!*value && strcmp(key, "title") != 0 && strcmp(key, "text") != 0)
		return wrong(p, _("\"%.60s\" has no value"), key);
	switch (p->part) {
	case PART_WALL:
		return wall_word(p, key, value);
	case PART_PAGE:
		return page_word(p, key, value);
	case PART_WIDGET:
		return widget_word(p, key, value);
	default:
		return wrong(p, _("before the first line with a value there must be a section: [wall], [page NAME] or [widget NAME]"));
	}
}

static bool lines(struct parse *p, const char *text)
{
	bool ok = true;

	for (p->line = 1; ok && *text; p->line++) {
		size_t n = strcspn(text, "\n");
		struct sd_str clean = {0};

		sd_text_clean(&clean, text, n, SD_CLEAN_LINE);
		ok = !clean.data || line(p, clean.data);
		sd_str_free(&clean);
		if (!ok)
			break;
		text += n + (text[n] == '\n');
	}
	return ok;
}

/* What each widget needs; said at the end, because a section may say it in any order. */
static bool check_spec(struct parse *p, const struct wall_spec *s)
{
	unsigned opts;

	if (s->kind == WALL_KINDS)
		return wrong(p, _("widget %.60s: say which kind it is: kind = open"), s->name);
	opts = wall_kinds[s->kind].options;
	if ((opts & WALL_OPT_METRIC) && !s->metric)
		return wrong(p, _("widget %.60s: say which metric: metric = fcr"), s->name);
	if ((opts & WALL_OPT_QUERY) && !s->query)
		return wrong(p, _("widget %.60s: say which tickets: query = tag:vip state:open"), s->name);
	if ((s->metric && !(opts & WALL_OPT_METRIC)) || (s->query && !(opts & WALL_OPT_QUERY)) ||
		(s->text && !(opts & WALL_OPT_TEXT)) || (s->zone && !(opts & WALL_OPT_ZONE)) ||
		((!isnan(s->warn) || !isnan(s->bad)) && !(opts & WALL_OPT_LEVELS)))
		return wrong(
			p, _("widget %.60s: its kind, %s, has no such option; see svcdesk-wall(5)"), s->name, wall_kinds[s->kind].name);
	return true;
}

static bool resolve(struct parse *p)
{
	struct wall_layout *l = p->l;

	for (size_t i = 0; i < l->nspecs; i++)
		if (!check_spec(p, &l->spec[i]))
			return false;
	for (size_t i = 0; i < p->nnamed; i++) {
		const struct named *n = &p->named[i];
		int at = spec_find(l, n->name), kind = kind_of(n->name);

		p->line = n->line;
		if (at < 0 && kind < 0)
			return wrong(p, _("there is no widget \"%.60s\"; there are %s"), n->name, kind_names(p));
		if (at < 0) {
			at = (int)l->nspecs;
			if (!check_spec(p, spec_add(l, n->name, kind)))
				return false;
		}
		l->page[n->page].row[n->row].place[n->place].spec = at;
	}
	for (size_t i = 0; i < l->nspecs; i++) /* the tickets behind a metric */
		if (l->spec[i].kind == WALL_METRIC)
			l->spec[i].query =
				sd_arena_printf(l->arena, "metric:%s@%s", l->spec[i].metric, strstr(l->spec[i].metric, "sat") ? "7d" : "today");
	for (size_t i = 0; i < l->npages; i++)
		if (!l->page[i].n)
			return wrong(p, _("page %.60s has no rows: row = * open"), l->page[i].name);
	return l->npages > 0 || wrong(p, _("there is no page: [page now] and below it row = * open"));
}

struct wall_layout *wall_layout_parse(const char *file, const char *text, struct sd_err *err)
{
	struct wall_layout *l = sd_calloc(1, sizeof *l);
	struct parse p = {.l = l, .err = err, .file = file};
	bool ok;

	l->arena = sd_arena_new();
	l->file = sd_arena_strdup(l->arena, file);
	l->title = "";
	l->rotate = 20;
	l->refresh = 2;
	l->day_from = 7 * 60;
	l->day_to = 19 * 60;
	l->day_theme = "day";
	l->night_theme = "night";
	ok = lines(&p, text) && resolve(&p);
	free(p.named);
	if (ok)
		return l;
	wall_layout_free(l);
	return NULL;
}

void wall_layout_free(struct wall_layout *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->npages; i++) {
		for (size_t r = 0; r < l->page[i].n; r++)
			free(l->page[i].row[r].place);
		free(l->page[i].row);
	}
	free(l->page);
	free(l->spec);
	free(l->group);
	sd_arena_free(l->arena);
	free(l);
}

static bool fits(const struct wall_page *g, int w, int h)
{
	if (g->from_w && (w < g->from_w || h < g->from_h))
		return false;
	return !g->below_w || w < g->below_w || h < g->below_h;
}

size_t wall_layout_pages(const struct wall_layout *l, int w, int h, bool major, int *pages, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < l->npages && n < room; i++)
		if (l->page[i].major == major && fits(&l->page[i], w, h))
			pages[n++] = (int)i;
	/* A layout made for other screens shows what it has rather than nothing. */
	if (n || major)
		return n;
	for (size_t i = 0; i < l->npages && n < room; i++)
		if (!l->page[i].major)
			pages[n++] = (int)i;
	if (!n && room)
		pages[n++] = 0;
	return n;
}
