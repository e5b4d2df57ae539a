/* Widgets that list things: tickets, groups, agents, services, goals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/text.h"
#include "tui/wall/look.h"

enum { SECOND = 1000000, AGENT_W = 34, SERVICE_W = 36, GROUP_W = 30 };

const char *look_countdown(struct sd_arena *a, sd_time due, sd_time now)
{
	int64_t s = (due - now) / SECOND;
	const char *sign = s < 0 ? "-" : "";

	if (s < 0)
		s = -s;
	if (s < 3600)
		return sd_arena_printf(a, "%s%lld:%02lld", sign, (long long)s / 60, (long long)s % 60);
	if (s < 86400)
		return sd_arena_printf(a, "%s%lldh %02lldm", sign, (long long)s / 3600, (long long)s % 3600 / 60);
	return sd_arena_printf(a, "%s%lldd %lldh", sign, (long long)s / 86400, (long long)s % 86400 / 3600);
}

enum element look_countdown_element(sd_time due, sd_time now)
{
	int64_t s = (due - now) / SECOND;

	return s < 15 * 60 ? EL_FIGURE_BAD : s < 3600 ? EL_FIGURE_WARN : EL_FIGURE;
}

const char *look_age(struct sd_arena *a, sd_time from, sd_time now)
{
	return from == SD_TIME_NONE || now == SD_TIME_NONE ? "" : sd_time_age(a, from, now);
}

enum element look_priority(int priority)
{
	return priority < 1 || priority > 5 ? EL_NORMAL : (enum element)(EL_P1 + priority - 1);
}

void look_empty(struct region r, enum element e, const char *text)
{
	int w = sd_text_width(text) < r.w ? sd_text_width(text) : r.w;

	draw_fit(r, (r.w - w) / 2, r.h > 2 ? (r.h - 1) / 2 : 0, w, e, text, false);
}

int look_columns(struct region r, size_t n, int least, int *width)
{
	int most = r.w / least > 1 ? r.w / least : 1, need = r.h > 0 ? (int)((n + (size_t)r.h - 1) / (size_t)r.h) : 1;
	int cols = need < 1 ? 1 : need < most ? need : most;

	*width = r.w / cols;
	return cols;
}

int look_step(struct region r, size_t n)
{
	int step = n > 0 && (int)n * 2 <= r.h ? r.h / (int)n : 1;

	return step > 4 ? 4 : step;
}

/* How many of n are shown where there is room for so many: the last place is for saying that there are more. */
static size_t shown_of(size_t n, size_t room)
{
	return n <= room ? n : room ? room - 1 : 0;
}

/* The line that says how many there is no room for. */
static void more(struct look *k, struct region r, size_t shown, size_t n)
{
	if (shown < n && r.h > 0) {
		const char *text = sd_arena_printf(k->a, _("+%zu more"), n - shown);
		int w = sd_text_width(text);

		draw_fit(r, r.w > w ? r.w - w : 0, r.h - 1, w, EL_DIM, text, true);
	}
}

/* P1 INC100001  12:31  subject ... group */
static void ticket_line(struct look *k, struct region r, int y, const struct sd_wall_ticket *t, const char *time, enum element e)
{
	int x = 0, group = r.w >= 70 ? r.w / 5 : 0;

	if (group > 24)
		group = 24;
	x += draw_text(r, x, y, look_priority(t->priority), sd_arena_printf(k->a, "P%d", t->priority)) + 1;
	draw_fit(r, x, y, 8, e, time, true);
	x += 9;
	x += draw_text(r, x, y, EL_STRONG, t->number) + 1;
	if (r.w - x - (group ? group + 1 : 0) > 4)
		draw_fit(r, x, y, r.w - x - (group ? group + 1 : 0), EL_NORMAL, t->subject, false);
	if (group)
		draw_fit(r, r.w - group, y, group, EL_DIM, *t->assignee ? t->assignee : t->group, true);
}

void breaching_draw(struct look *k, struct region r)
{
	size_t n = k->d->live.nbreaching, rows = n <= (size_t)r.h ? n : (size_t)r.h;

	if (!n)
		look_empty(r, EL_OK, _("nothing is due"));
	for (size_t i = 0; i < rows; i++) {
		const struct sd_wall_ticket *t = &k->d->live.breaching[i];

		ticket_line(k, r, (int)i, t, look_countdown(k->a, t->due, k->now), look_countdown_element(t->due, k->now));
	}
}

void oldest_draw(struct look *k, struct region r)
{
	size_t n = k->d->live.noldest, rows = n <= (size_t)r.h ? n : (size_t)r.h;

	if (!n)
		look_empty(r, EL_OK, _("everything has somebody"));
	for (size_t i = 0; i < rows; i++) {
		const struct sd_wall_ticket *t = &k->d->live.oldest[i];

		ticket_line(k, r, (int)i, t, look_age(k->a, t->opened, k->now), EL_FIGURE);
	}
}

/* Breached, at risk and the others as one bar, so that one sees load and trouble at once. */
void groups_draw(struct look *k, struct region r)
{
	int width, cols = look_columns(r, k->d->live.ngroups, GROUP_W, &width), most = 1;
	size_t room = (size_t)cols * (size_t)(r.h > 0 ? r.h : 0), n = k->d->live.ngroups;
	int step = look_step(r, n);

	if (!n)
		look_empty(r, EL_DIM, _("no group has anything"));
	for (size_t i = 0; i < n; i++)
		if (k->d->live.groups[i].open > most)
			most = k->d->live.groups[i].open;
	for (size_t i = 0; i < shown_of(n, room); i++) {
		const struct sd_wall_group *g = &k->d->live.groups[i];
		struct region c = region_sub(r, (int)(i / (size_t)r.h) * width, (int)(i % (size_t)r.h) * step, width - (cols > 1 ? 2 : 0),
			step > 1 ? step - 1 : 1);
		int label = c.w * 2 / 5 < 20 ? c.w * 2 / 5 : 20, value = 5, bar = c.w - label - value - 2;
		double m = most;
		struct graph_part p[] = {{g->breached / m, EL_FIGURE_BAD}, {g->at_risk / m, EL_FIGURE_WARN},
			{(g->open - g->breached - g->at_risk) / m, EL_GRAPH}};

		draw_fit(c, 0, 0, label, EL_NORMAL, g->name, false);
		for (int y = 0; bar > 2 && y < c.h; y++)
			graph_stack(c, label + 1, y, bar, p, 3);
		draw_fit(c, c.w - value, 0, value, EL_STRONG, sd_arena_printf(k->a, "%d", g->open), true);
	}
	more(k, r, shown_of(n, room), n);
}

void agents_draw(struct look *k, struct region r)
{
	int width, cols = look_columns(r, k->d->live.nagents, AGENT_W, &width);
	size_t room = (size_t)cols * (size_t)(r.h > 0 ? r.h : 0), n = k->d->live.nagents;

	if (!n)
		look_empty(r, EL_DIM, _("nobody holds anything"));
	for (size_t i = 0; i < shown_of(n, room); i++) {
		const struct sd_wall_agent *g = &k->d->live.agents[i];
		struct region c = region_sub(r, (int)(i / (size_t)r.h) * width, (int)(i % (size_t)r.h), width - (cols > 1 ? 2 : 0), 1);
		const char *on = !*g->on ? "" : sd_arena_printf(k->a, "%s%s", g->writing ? glyph(GL_DRAFT) : "", g->on);
		int held = 10, right = c.w >= 44 ? 14 : 0, name = c.w - 2 - held - right;

		draw_text(c, 0, 0, g->online ? EL_OK : EL_DIM, g->online ? glyph(GL_UNREAD) : glyph(GL_H));
		draw_fit(c, 2, 0, name, g->online ? EL_NORMAL : EL_DIM, g->name, false);
		draw_fit(c, 2 + name, 0, 4, EL_STRONG, sd_arena_printf(k->a, "%d", g->open), true);
		if (g->urgent)
			draw_fit(c, 2 + name + 5, 0, held - 5, EL_FIGURE_WARN, sd_arena_printf(k->a, "(%d)", g->urgent), false);
		if (right)
			draw_fit(c, c.w - right + 1, 0, right - 1, g->writing ? EL_STRONG : EL_DIM, on, false);
	}
	more(k, r, shown_of(n, room), n);
}

/* ---- services ---- */
static const char *state_word(const char *state)
{
	static const struct {
		const char *state, *word;
	} words[] = {{"ok", N_("ok")}, {"degraded", N_("degraded")}, {"down", N_("not working")}, {"planned", N_("planned outage")},
		{"unknown", N_("not in use")}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i].state, state))
			return _(words[i].word);
	return state;
}

static enum element state_element(const char *state)
{
	return !strcmp(state, "down")       ? EL_ERROR
		   : !strcmp(state, "degraded") ? EL_WARN
		   : !strcmp(state, "planned")  ? EL_STATE_WAITING
		   : !strcmp(state, "ok")       ? EL_OK
										: EL_DIM;
}

void services_draw(struct look *k, struct region r)
{
	int width, cols = look_columns(r, k->d->live.nservices, SERVICE_W, &width);
	size_t room = (size_t)cols * (size_t)(r.h > 0 ? r.h : 0), n = k->d->live.nservices;

	if (!n)
		look_empty(r, EL_DIM, _("no services"));
	for (size_t i = 0; i < shown_of(n, room); i++) {
		const struct sd_wall_service *s = &k->d->live.services[i];
		struct region c = region_sub(r, (int)(i / (size_t)r.h) * width, (int)(i % (size_t)r.h), width - (cols > 1 ? 2 : 0), 1);
		int in = s->depth < 6 ? s->depth * 2 : 12, word = 14, count = 5, name = c.w - 2 - in - word - count - 1;
		enum element e = state_element(s->state);

		if (name < 4) {
			name = c.w - 2 - in;
			word = count = 0;
		}
		draw_text(c, in, 0, e, glyph(GL_UNREAD));
		draw_fit(c, in + 2, 0, name, !strcmp(s->state, "ok") ? EL_NORMAL : e, s->name, false);
		if (word)
			draw_fit(c, in + 2 + name + 1, 0, word, e, state_word(s->state), false);
		if (count && s->open)
			draw_fit(c, c.w - count, 0, count, s->urgent ? EL_FIGURE_WARN : EL_DIM, sd_arena_printf(k->a, "%d", s->open), true);
	}
	more(k, r, shown_of(n, room), n);
}

void budget_draw(struct look *k, struct region r)
{
	size_t n = k->d->slow.nbudgets;
	int step = look_step(r, n);

	if (!n)
		look_empty(r, EL_DIM, _("no service is measured"));
	for (size_t i = 0; i < n && (int)i < r.h; i++) {
		int y = (int)i * step;
		const struct sd_wall_budget *b = &k->d->slow.budgets[i];
		double part = b->budget > 0 ? b->left / b->budget : (double)NAN;
		enum element e = isnan(part) ? EL_FIGURE : part <= 0 ? EL_FIGURE_BAD : part < 0.25 ? EL_FIGURE_WARN : EL_FIGURE_OK;
		int label = r.w / 3 < 24 ? r.w / 3 : 24, right = r.w >= 40 ? 12 : 0, bar;
		const char *left = isnan(b->left) ? "" : sd_arena_printf(k->a, _("%.0f min"), b->left);

		draw_fit(r, 0, y, label, EL_NORMAL, b->service, false);
		draw_fit(r, label + 1, y, 8,
			isnan(b->target) || isnan(b->availability) || b->availability >= b->target ? EL_OK : EL_ERROR,
			isnan(b->availability) ? "-" : sd_arena_printf(k->a, "%.3f%%", b->availability), true);
		bar = r.w - label - 10 - right;
		for (int line = 0; bar > 3 && line < (step > 1 ? step - 1 : 1); line++)
			graph_bar(r, label + 10, y + line, bar, part, e);
		if (right)
			draw_fit(r, r.w - right + 1, y, right - 1, e, left, true);
	}
	more(k, r, n <= (size_t)(r.h > 0 ? r.h : 0) ? n : (size_t)r.h, n);
}

void goals_draw(struct look *k, struct region r)
{
	int y = 0, width, cols;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < k->d->slow.nmetrics; i++)
		n += sd_wall_goal(&k->d->slow.metrics[i]) >= 0;
	if (!n)
		look_empty(r, EL_DIM, _("no goal can be judged yet"));
	cols = look_columns(r, n, 38, &width);
	for (size_t i = 0; i < k->d->slow.nmetrics; i++) {
		const struct sd_wall_metric *m = &k->d->slow.metrics[i];
		struct sd_wall_metric target = *m;
		int goal = sd_wall_goal(m);
		struct region c;

		if (goal < 0 || at >= (size_t)cols * (size_t)(r.h > 0 ? r.h : 0))
			continue;
		c = region_sub(r, (int)(at / (size_t)r.h) * width, (int)(at % (size_t)r.h), width - (cols > 1 ? 2 : 0), 1);
		at++;
		target.value = m->target;
		draw_text(c, 0, y, goal ? EL_OK : EL_ERROR, goal ? glyph(GL_MARK) : "!");
		draw_fit(c, 2, y, c.w - 21, EL_NORMAL, m->name, false);
		draw_fit(c, c.w - 18, y, 8, goal ? EL_FIGURE_OK : EL_FIGURE_BAD, sd_wall_value(k->a, m), true);
		draw_fit(
			c, c.w - 9, y, 9, EL_DIM, sd_arena_printf(k->a, "%s%s", m->up ? ">=" : "<=", sd_wall_value(k->a, &target)), true);
	}
	more(k, r, at, n);
}

/* ---- major incidents ---- */
static void major_facts(struct look *k, struct region r, const struct sd_wall_major *m)
{
	int y = 0;

	draw_fill(r, 0, y, r.w, 1, EL_BANNER, " ");
	draw_fit(r, 1, y++, r.w - 2, EL_BANNER, sd_arena_printf(k->a, "P%d  %s  %s", m->priority, m->number, m->subject), false);
	if (y < r.h)
		draw_fit(r, 1, y++, r.w - 2, EL_STRONG,
			sd_arena_printf(
				k->a, _("since %s, %s ago"), sd_time_local(k->a, m->opened, k->zone, "%H:%M"), look_age(k->a, m->opened, k->now)),
			false);
	if (*m->service && y < r.h)
		draw_fit(r, 1, y++, r.w - 2, EL_NORMAL, sd_arena_printf(k->a, _("service: %s"), m->service), false);
	if (*m->manager && y < r.h)
		draw_fit(r, 1, y++, r.w - 2, EL_NORMAL, sd_arena_printf(k->a, _("led by %s"), m->manager), false);
	if (y < r.h)
		draw_fit(r, 1, y, r.w - 2, EL_NORMAL,
			sd_arena_printf(k->a, _("tickets in it: %d, updates sent: %d"), m->children, m->updates), false);
}

/* The words on the left, the time to the next update on the right or below. */
static void major_one(struct look *k, struct region r, const struct sd_wall_major *m)
{
	bool side = r.w >= 100;
	struct region left = region_sub(r, 0, 0, side ? r.w / 2 : r.w, side ? r.h : 5 < r.h ? 5 : r.h);
	struct region clock =
		side ? region_sub(r, r.w / 2 + 1, 0, r.w - r.w / 2 - 1, r.h) : region_sub(r, 0, left.h, r.w, r.h - left.h);
	bool late = m->next_update != SD_TIME_NONE && m->next_update < k->now;
	const char *title = m->next_update == SD_TIME_NONE ? _("no next update is promised")
						: late                         ? _("the update is overdue by")
													   : _("next update in");
	int w = sd_text_width(title);

	major_facts(k, left, m);
	if (clock.h < 1)
		return;
	draw_fit(clock, w < clock.w ? (clock.w - w) / 2 : 0, 0, w < clock.w ? w : clock.w, late ? EL_ERROR : EL_LABEL, title, false);
	if (m->next_update != SD_TIME_NONE)
		graph_digits(region_sub(clock, 0, 1, clock.w, clock.h - 1), look_countdown_element(m->next_update, k->now),
			look_countdown(k->a, m->next_update, k->now) + (late ? 1 : 0), GRAPH_CENTRE);
}

void major_draw(struct look *k, struct region r)
{
	size_t n = k->d->live.nmajors, shown;
	int each;

	if (!n) {
		look_empty(r, EL_OK, _("no major incident"));
		return;
	}
	shown = n;
	while (shown > 1 && r.h / (int)shown < 6)
		shown--;
	each = r.h / (int)shown;
	for (size_t i = 0; i < shown; i++)
		major_one(k, region_sub(r, 0, (int)i * each, r.w, each), &k->d->live.majors[i]);
	more(k, r, shown, n);
}
