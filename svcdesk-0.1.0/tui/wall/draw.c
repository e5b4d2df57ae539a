/* A page of the wall: its head, the rows of widgets each with a title, its foot. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/text.h"
#include "tui/wall/look.h"
#include "tui/widget/bar.h"

enum { MOST_SHOWN = 60, GAP = 2 };

static void (*const drawers[WALL_KINDS])(struct look *k, struct region r) = {
	[WALL_PRIORITY] = priority_draw,
	[WALL_BREACHING] = breaching_draw,
	[WALL_OLDEST] = oldest_draw,
	[WALL_FLOW] = flow_draw,
	[WALL_AGE] = age_draw,
	[WALL_GROUPS] = groups_draw,
	[WALL_HEAT] = heat_draw,
	[WALL_AGENTS] = agents_draw,
	[WALL_MAJOR] = major_draw,
	[WALL_SERVICES] = services_draw,
	[WALL_BUDGET] = budget_draw,
	[WALL_CAUSES] = causes_draw,
	[WALL_FORECAST] = forecast_draw,
	[WALL_GOALS] = goals_draw,
	[WALL_TEXT] = text_draw,
};

/* Titles of the layout that comes with the program are translated; those of other people's are theirs. */
static const char *translated(const char *title)
{
	static const char *const known[] = {N_("Now"), N_("Flow"), N_("People"), N_("Service"), N_("Service desk"),
		N_("Major incident"), N_("Solved at once today"), N_("Came back today"), N_("Satisfaction, 7 days")};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i], title))
			return _(known[i]);
	return title;
}

static const char *title_of(const struct look *k)
{
	const struct sd_wall_metric *m;

	if (k->spec->title)
		return translated(k->spec->title);
	m = k->spec->kind == WALL_METRIC ? sd_wall_metric(k->d, k->spec->metric) : NULL;
	if (m)
		return m->name;
	return *wall_kinds[k->spec->kind].title ? _(wall_kinds[k->spec->kind].title) : "";
}

/* Title and a thin line; the mark says without colours that this is a figure to look at. */
static void draw_title(struct look *k, struct region r)
{
	int x = 0;

	draw_hline(r, 0, 0, r.w, EL_BORDER);
	if (k->level == EL_FIGURE_BAD || k->level == EL_FIGURE_WARN)
		x += draw_text(r, x, 0, k->level, k->level == EL_FIGURE_BAD ? "!! " : "! ");
	if (k->digit)
		x += draw_text(r, x, 0, EL_KEY, sd_arena_printf(k->a, "%d ", k->digit));
	const char *title = title_of(k);
	int w = sd_text_width(title) < r.w - x ? sd_text_width(title) : r.w - x;

	draw_fit(r, x, 0, w, EL_TITLE, title, false);
	if (x + w < r.w && w)
		draw_text(r, x + w, 0, EL_NORMAL, " ");
}

static void draw_widget(struct look *k, struct region r)
{
	struct region inner;
	bool titled = r.h > 1 && *title_of(k);

	k->level = EL_NORMAL;
	inner = region_sub(r, 0, titled ? 1 : 0, r.w, r.h - (titled ? 1 : 0));
	if (k->spec->kind < WALL_FIGURES_END)
		figure_draw(k, inner);
	else
		drawers[k->spec->kind](k, inner);
	if (titled)
		draw_title(k, r);
}

static void draw_row(struct look *k, struct region r, const struct wall_row *row, int *digit)
{
	int sum = 0, done = 0, room = r.w - GAP * ((int)row->n - 1), x = 0;

	for (size_t i = 0; i < row->n; i++)
		sum += row->place[i].weight;
	for (size_t i = 0; i < row->n; i++) {
		int w = room * (done + row->place[i].weight) / sum - room * done / sum;

		k->spec = &k->w->layout->spec[row->place[i].spec];
		k->digit = 0;
		if (k->w->inside && (k->spec->query || wall_kinds[k->spec->kind].query) && ++*digit <= 9)
			k->digit = *digit;
		if (w > 0)
			draw_widget(k, region_sub(r, x, 0, w, r.h));
		done += row->place[i].weight;
		x += w + GAP;
	}
}

/* Fixed heights first, shares of what is left after them; what does not fit any more is left out from the bottom. */
static void heights(const struct wall_page *g, int h, int *out)
{
	int fixed = 0, shares = 0, done = 0, left;

	for (size_t i = 0; i < g->n; i++) {
		fixed += g->row[i].lines;
		shares += g->row[i].share;
	}
	left = h > fixed ? h - fixed : 0;
	for (size_t i = 0; i < g->n; i++) {
		int share = g->row[i].share;

		out[i] = share ? left * (done + share) / shares - left * done / shares : g->row[i].lines;
		done += share;
	}
	/* without a share the last row takes the rest: nothing stays empty */
	if (!shares && left && g->n)
		out[g->n - 1] += left;
}

static void draw_rows(struct look *k, struct region r)
{
	const struct wall_page *g = &k->w->layout->page[k->w->page];
	int h[MOST_SHOWN], y = 0, digit = 0;

	heights(g, r.h, h);
	for (size_t i = 0; i < g->n && y < r.h; i++) {
		draw_row(k, region_sub(r, 0, y, r.w, h[i] < r.h - y ? h[i] : r.h - y), &g->row[i], &digit);
		y += h[i];
	}
}

/* ---- head and foot ---- */
static const char *age_text(struct look *k, bool *old)
{
	int64_t s = (k->w->ms - k->w->read_ms) / 1000;

	*old = k->w->read_ms >= 0 &&
		   (!k->w->online || *k->w->trouble || k->w->ms - k->w->read_ms > 2 * WALL_FORCE_MS + 1000 * k->w->layout->refresh);
	if (!*old)
		return "";
	return sd_arena_printf(k->a, s < 60 ? _("figures of %s, %lld s old") : _("figures of %s, %lld min old"),
		k->d->now == SD_TIME_NONE ? "-" : sd_time_local(k->a, k->d->now, k->zone, "%H:%M:%S"), (long long)(s < 60 ? s : s / 60));
}

static void draw_head(struct look *k, struct region line)
{
	const struct wall_page *g = &k->w->layout->page[k->w->page];
	const char *desk = *k->w->layout->title ? k->w->layout->title : *k->d->desk ? k->d->desk : "svcdesk";
	const char *title = *g->title ? sd_arena_printf(k->a, " %s  %s %s", desk, glyph(GL_BULLET), translated(g->title))
								  : sd_arena_printf(k->a, " %s", desk);
	const char *time = k->now == SD_TIME_NONE ? "" : sd_time_local(k->a, k->now, k->zone, "%Y-%m-%d  %H:%M ");
	bool old;
	const char *age = age_text(k, &old);

	status_draw(line, EL_STATUS, title, time);
	if (old) {
		int w = sd_text_width(age) + 2, x = line.w - sd_text_width(time) - w - 1;

		if (x < 0)
			x = 0;
		draw_fit(line, x, 0, w < line.w ? w : line.w, EL_ERROR, sd_arena_printf(k->a, " %s ", age), false);
	}
}

static void draw_banner(struct look *k, struct region line)
{
	const struct sd_wall_major *m = k->d->live.majors;
	const char *next = "";

	if (m->next_update != SD_TIME_NONE)
		next = m->next_update < k->now
				   ? sd_arena_printf(k->a, _("update overdue by %s "), look_countdown(k->a, m->next_update, k->now) + 1)
				   : sd_arena_printf(k->a, _("next update in %s "), look_countdown(k->a, m->next_update, k->now));
	status_draw(line, EL_BANNER,
		k->d->live.nmajors > 1
			? sd_arena_printf(k->a, _(" MAJOR INCIDENT %s  %s  (+%zu)"), m->number, m->subject, k->d->live.nmajors - 1)
			: sd_arena_printf(k->a, _(" MAJOR INCIDENT %s  %s"), m->number, m->subject),
		next);
}

static int draw_dots(struct look *k, struct region line)
{
	int pages[MOST_SHOWN], x = 1;
	bool taken = k->w->major;
	size_t n = taken ? wall_layout_pages(k->w->layout, k->w->w, k->w->h, true, pages, MOST_SHOWN) : 0;

	if (!n)
		n = wall_layout_pages(k->w->layout, k->w->w, k->w->h, false, pages, MOST_SHOWN);
	for (size_t i = 0; n > 1 && i < n; i++) {
		bool here = pages[i] == k->w->page;

		x += draw_text(line, x, 0, here ? EL_STRONG : EL_DIM, here ? glyph(GL_UNREAD) : glyph(GL_BULLET)) + 1;
	}
	if (k->w->paused)
		x += draw_text(line, x + 1, 0, EL_WARN, _("paused")) + 2;
	return x;
}

static void draw_foot(struct look *k, struct region line)
{
	static const struct hint hints[] = {{"n", N_("next"), false}, {"p", N_("previous"), false}, {"Space", N_("pause"), false},
		{"t", N_("day or night"), false}, {"1-9", N_("tickets"), false}, {"q", N_("leave"), false}};
	struct hint told[sizeof hints / sizeof *hints];
	size_t n = 0;
	int x = draw_dots(k, line) + 2;
	bool wrong = *k->w->trouble || *k->d->unknown;
	const char *right = *k->w->trouble   ? k->w->trouble
						: *k->d->unknown ? sd_arena_printf(k->a, _("there is no group %s"), k->d->unknown)
						: k->d->standby  ? _("read from a standby")
										 : "";

	if (k->w->hint_ms > k->w->ms) {
		for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
			if (i != 4 || k->w->inside)
				told[n++] = (struct hint){hints[i].key, _(hints[i].label), false};
		footer_draw(region_sub(line, x, 0, line.w - x, 1), told, n, true);
	} else if (*right && line.w - x > 4) {
		draw_fit(line, x, 0, line.w - x - 1, wrong ? EL_WARN : EL_DIM, right, true);
	}
}

/* Before the first figures. */
static void draw_waiting(struct look *k, struct region r)
{
	look_empty(r, EL_DIM, *k->w->trouble ? k->w->trouble : _("waiting for the desk"));
}

void wall_draw(struct wall *w, struct surface *s)
{
	struct region r = surface_region(s);
	struct look k = {.w = w, .d = w->data, .now = wall_now(w), .a = sd_arena_new()};
	int top = 1, left = r.w >= 60 ? 1 : 0;
	bool banner;

	k.zone = w->layout->zone ? w->layout->zone : *w->data->zone ? w->data->zone : NULL;
	surface_clear(s);
	surface_cursor(s, 0, 0, false);
	draw_head(&k, region_sub(r, 0, 0, r.w, 1));
	banner = w->data->live.nmajors > 0 && !w->layout->page[w->page].major;
	if (banner)
		draw_banner(&k, region_sub(r, 0, top++, r.w, 1));
	struct region body = region_sub(r, left, top, r.w - 2 * left, r.h - top - 1);

	if (w->data->has_live)
		draw_rows(&k, body);
	else
		draw_waiting(&k, body);
	draw_foot(&k, region_sub(r, 0, r.h - 1, r.w, 1));
	sd_arena_free(k.a);
	w->dirty = false;
}
