/* The pane: what it asks for, what its cursor is on, what it looks like. */
#include "config.h"
#include "tui/pane/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/assign.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { ON_W = 5, NAME_W = 18, METHOD_W = 16, COUNT_W = 9, GROUP_W = 20, DAYS = 7 };

static char *dumped(struct sd_arena *a, const json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT), *out = sd_arena_strdup(a, text ? text : "{}");

	free(text);
	return out;
}

static void parse_rule(struct sd_arena *a, const json_t *r, struct rule_row *out)
{
	*out = (struct rule_row){.name = store_text(a, r, "rule"),
		.query = store_text(a, r, "query"),
		.group = store_text(a, r, "group"),
		.method = store_text(a, r, "method"),
		.skill = store_text(a, r, "skill"),
		.json = dumped(a, r),
		.place = (int)store_int(r, "place"),
		.week = (int)store_int(r, "week"),
		.waiting = (int)store_int(r, "waiting"),
		.on = store_bool(r, "enabled"),
		.tried = store_bool(r, "simulated"),
		.mine = store_bool(r, "mine")};
}

/* NULL: it is none. */
static struct duty_data *parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.rota_page", &err);
	const json_t *rules = json_object_get(j, "rules"), *away = json_object_get(j, "absences"), *o;
	struct sd_arena *a;
	struct duty_data *d;

	if (!json_is_array(rules)) {
		json_decref(j);
		return NULL;
	}
	a = sd_arena_new();
	d = sd_arena_alloc(a, sizeof *d);
	*d = (struct duty_data){.arena = a,
		.now = store_time(j, "now"),
		.from = store_time(j, "from"),
		.week = dumped(a, json_object_get(j, "week")),
		.nrules = (int)json_array_size(rules),
		.nabsences = (int)json_array_size(away)};
	d->rule = sd_arena_alloc(a, ((size_t)d->nrules + 1) * sizeof *d->rule);
	d->absence = sd_arena_alloc(a, ((size_t)d->nabsences + 1) * sizeof *d->absence);
	for (int i = 0; i < d->nrules; i++)
		parse_rule(a, json_array_get(rules, (size_t)i), &d->rule[i]);
	for (int i = 0; i < d->nabsences; i++) {
		o = json_array_get(away, (size_t)i);
		d->absence[i] = (struct absence_row){(int)store_int(o, "absence"), store_text(a, o, "person"), store_text(a, o, "reason"),
			store_time(o, "from"), store_time(o, "until")};
	}
	json_decref(j);
	return d;
}

/* ---- what the cursor is on: ids of figures are rule.NAME and absence.ID ---- */
const struct rule_row *duty_rule(const struct duty *d)
{
	const struct figure *f = page_here(&d->board.page);

	for (int i = 0; f && d->data && !strncmp(f->id, "rule.", 5) && i < d->data->nrules; i++)
		if (!strcmp(f->id + 5, d->data->rule[i].name))
			return &d->data->rule[i];
	return NULL;
}

const struct absence_row *duty_absence(const struct duty *d)
{
	const struct figure *f = page_here(&d->board.page);

	for (int i = 0; f && d->data && !strncmp(f->id, "absence.", 8) && i < d->data->nabsences; i++)
		if (atoi(f->id + 8) == d->data->absence[i].id)
			return &d->data->absence[i];
	return NULL;
}

/* ---- drawing ---- */
struct columns {
	int query, method, skill, week, waiting, end; /* end: not there */
};

static struct columns columns(int w)
{
	struct columns c = {.query = ON_W + NAME_W, .end = w};
	int at = w;

	c.waiting = w >= 90 ? (at -= COUNT_W) : w;
	c.week = w >= 50 ? (at -= COUNT_W) : w;
	c.skill = w >= 120 ? (at -= COUNT_W + 3) : w;
	c.method = w >= 64 ? at - METHOD_W : w;
	return c;
}

static int first_of(const struct columns *c)
{
	return c->method < c->end ? c->method : c->week < c->end ? c->week : c->end;
}

static void cell(struct region r, const struct columns *c, int x, int y, int w, enum element e, const char *text, bool right)
{
	if (x < c->end)
		draw_fit(r, x, y, w, e, text, right);
}

static void rule(struct duty *d, struct region r, int y, const struct columns *c, const struct rule_row *rule)
{
	struct sd_arena *a = page_arena(&d->board.page);
	int w = first_of(c) - c->query - 1;
	enum element e = rule->on ? EL_NORMAL : EL_DIM;
	const char *what = *rule->query ? rule->query : _("every ticket");

	if (*rule->group)
		what = sd_arena_printf(a, "%s -> %s", what, rule->group);
	draw_fit(r, 1, y, ON_W - 2, rule->on ? EL_OK : EL_DIM, rule->on ? _("on") : _("off"), false);
	page_figure(&d->board.page, r, ON_W, y, NAME_W - 1, rule->on ? EL_STRONG : EL_DIM, false,
		&(struct figure){.id = sd_arena_printf(a, "rule.%s", rule->name),
			.what = sd_arena_printf(a, _("Rule %s"), rule->name),
			.text = sd_text_fit(a, rule->name, NAME_W - 1, glyph(GL_ELLIPSIS), false),
			.query = *rule->query ? rule->query : NULL});
	draw_fit(r, c->query, y, w, e, what, false);
	cell(r, c, c->method, y, METHOD_W - 1, e, sd_assign_method(rule->method), false);
	cell(r, c, c->skill, y, COUNT_W + 2, e, rule->skill, false);
	cell(r, c, c->week, y, COUNT_W - 1, e, sd_arena_printf(a, "%d", rule->week), true);
	cell(r, c, c->waiting, y, COUNT_W - 1, rule->waiting ? EL_WARN : e, sd_arena_printf(a, "%d", rule->waiting), true);
}

static int rules(struct duty *d, struct region r, int y)
{
	struct columns c = columns(r.w);

	draw_fit(r, 1, y, first_of(&c) - 2, EL_HEADER, _("Rules, the first that fits decides"), false);
	cell(r, &c, c.method, y, METHOD_W - 1, EL_LABEL, _("method"), false);
	cell(r, &c, c.skill, y, COUNT_W + 2, EL_LABEL, _("skill"), false);
	cell(r, &c, c.week, y, COUNT_W - 1, EL_LABEL, _("7 days"), true);
	cell(r, &c, c.waiting, y, COUNT_W - 1, EL_LABEL, _("waiting"), true);
	y++;
	for (int i = 0; i < d->data->nrules; i++)
		rule(d, r, y++, &c, &d->data->rule[i]);
	if (!d->data->nrules)
		draw_fit(r, 1, y++, r.w - 1, EL_DIM, _("There is no rule: a writes one"), false);
	return y;
}

/* Lines of a text; those that begin without a blank are headings, those with a star are today. */
static int lines(struct region r, int y, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char line[1024];
		size_t len = n < sizeof line - 1 ? n : sizeof line - 1;

		memcpy(line, text, len);
		line[len] = 0;
		draw_fit(r, 1, y++, r.w - 1, *line == '*' ? EL_STRONG : *line && *line != ' ' ? EL_HEADER : EL_NORMAL, line, false);
		text += n + (text[n] == '\n');
	}
	return y;
}

static int count_lines(const char *text)
{
	int n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static int absences(struct duty *d, const struct session *s, struct region r, int y)
{
	struct sd_arena *a = page_arena(&d->board.page);

	draw_fit(r, 1, y++, r.w - 1, EL_HEADER, _("Absences from now on"), false);
	for (int i = 0; i < d->data->nabsences; i++) {
		const struct absence_row *o = &d->data->absence[i];
		const char *when = sd_arena_printf(
			a, "%s - %s", sd_time_local(a, o->from, s->zone, "%m-%d %H:%M"), sd_time_local(a, o->until, s->zone, "%m-%d %H:%M"));
		bool now = o->from <= d->data->now && d->data->now < o->until;

		page_figure(&d->board.page, r, ON_W, y, NAME_W - 1, now ? EL_WARN : EL_NORMAL, false,
			&(struct figure){.id = sd_arena_printf(a, "absence.%d", o->id),
				.what = sd_arena_printf(a, _("Absence of %s"), o->person),
				.text = sd_text_fit(a, o->person, NAME_W - 1, glyph(GL_ELLIPSIS), false),
				.query = sd_arena_printf(a, "state:open assignee:%s", o->person)});
		draw_fit(r, ON_W + NAME_W, y, 28, now ? EL_WARN : EL_NORMAL, when, false);
		draw_fit(r, ON_W + NAME_W + 29, y, r.w - ON_W - NAME_W - 29, EL_NORMAL, o->reason, false);
		y++;
	}
	if (!d->data->nabsences)
		draw_fit(r, ON_W, y++, r.w - ON_W, EL_DIM, _("Nobody is away: A says that you will be"), false);
	return y;
}

static void page(struct duty *d, const struct session *s, struct region r, bool focus)
{
	struct sd_arena *a;
	const char *week, *tried = d->trying ? _("looking at tickets of the past ...") : d->tried ? d->tried : "";
	struct sd_arena *own = sd_arena_new();
	int need, y;
	struct region page;

	week = sd_rota_text(own, d->data->week, s->zone, DAYS, r.w > 8 ? r.w - 3 : 5);
	need = d->data->nrules + d->data->nabsences + count_lines(week) + count_lines(tried) + 8;
	page = page_begin(&d->board.page, r.w - 1, need > r.h ? need : r.h);
	a = page_arena(&d->board.page);
	y = rules(d, page, 0) + 1;
	if (*tried)
		y = lines(page, y, sd_arena_strdup(a, tried)) + 1;
	y = absences(d, s, page, y) + 1;
	lines(page, y, week);
	page_end(&d->board.page, r, focus);
	sd_arena_free(own);
}

/* ---- the board ---- */
static void ask(struct board *b, struct effects *fx)
{
	const char *params[] = {b->period};

	fx_query(fx, board_req(b), FX_ASIDE, "select desk.rota_page($1)", 1, params);
}

static void free_data(struct duty_data *d)
{
	if (d)
		sd_arena_free(d->arena);
}

static bool take(struct board *b, const char *json)
{
	struct duty *d = (struct duty *)b;
	struct duty_data *data = parse(json);

	if (!data)
		return false;
	free_data(d->data);
	d->data = data;
	b->as_of = data->now;
	snprintf(b->shown_period, sizeof b->shown_period, "%s", sd_time_local(data->arena, data->from, NULL, "%Y-%m-%d"));
	snprintf(b->earlier, sizeof b->earlier, "%s",
		sd_time_local(data->arena, data->from - (sd_time)6 * 86400 * 1000000, NULL, "%Y-%m-%d"));
	snprintf(
		b->later, sizeof b->later, "%s", sd_time_local(data->arena, data->from + (sd_time)8 * 86400 * 1000000, NULL, "%Y-%m-%d"));
	return true;
}

static void duty_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	board_answer((struct board *)p, s, a, fx);
}

static bool duty_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	return board_action((struct board *)p, s, a, count, fx);
}

static void duty_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct duty *d = (struct duty *)p;

	if (d->data)
		page(d, s, r, focus);
	else
		board_nothing(&d->board, s, r);
}

static const char *duty_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct duty *d = (const struct duty *)p;
	char state[160];

	if (!d->data)
		snprintf(buf, size, "%s", _("Rota and rules"));
	else
		snprintf(
			buf, size, _("Rota and rules  week of %s%s"), d->board.shown_period, board_state(&d->board, s, state, sizeof state));
	return buf;
}

static void duty_close(struct pane *p)
{
	struct duty *d = (struct duty *)p;

	free_data(d->data);
	free(d->tried);
	board_free(&d->board);
	free(d);
}

static const struct pane_ops ops = {
	.title = N_("Rota and rules"),
	.context = CTX_ROTA,
	.close = duty_close,
	.action = duty_action,
	.answer = duty_answer,
	.search = board_search,
	.matches = board_matches,
	.draw = duty_draw,
	.headline = duty_headline,
};

struct board *duty_new(void)
{
	struct duty *d = sd_calloc(1, sizeof *d);

	board_init(&d->board, &ops);
	d->board.ask = ask;
	d->board.take = take;
	return &d->board;
}
