/* A tree of services, a line each, and under it the outages of the period. What has no room goes from the right. */
#include "config.h"
#include "tui/pane/services.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"
#include "tui/widget/graph.h"

enum {
	STATE_W = 15,
	AVAIL_W = 9,
	LEFT_W = 17,
	LEFT_SHORT = 9,
	WIDE = 100,
	COUNT_W = 9,
	GAUGE_MIN = 8,
	GAUGE_MOST = 40,
	NAME_MIN = 18,
	NAME_LEAST = 12,
	NAME_MOST = 44,
	INDENT_MOST = 8
};

struct paint {
	struct services *sv;
	const struct session *s;
	struct page *page;
	struct sd_arena *a;
	int name, name_w, state, avail, gauge, gauge_w, left, left_w, down, outages, open, end; /* columns; end: not there */
};

static const char *label(const struct paint *p, const char *group, const char *word)
{
	const char *text = p->s->meta ? sd_meta_label(p->s->meta, sd_arena_printf(p->a, "%s.%s", group, word)) : "";

	return text && *text ? text : word;
}

/* What a state looks like without colour too. */
static void state_of(const char *state, const char **mark, enum element *e)
{
	static const struct {
		const char *state, *mark;
		enum element e;
	} states[] = {{"ok", " ", EL_OK}, {"degraded", "~", EL_WARN}, {"down", "!", EL_ERROR}, {"planned", "-", EL_LINK}};

	*mark = "?";
	*e = EL_DIM;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (!strcmp(states[i].state, state)) {
			*mark = states[i].mark;
			*e = states[i].e;
		}
}

/* Every column has its place from the left; what has none lies at the end and is not drawn. */
static void columns(struct paint *p, int w)
{
	int left_w = w < WIDE ? LEFT_SHORT : LEFT_W, at;
	bool state = w >= 4 + NAME_LEAST + STATE_W, open = w >= 4 + NAME_LEAST + STATE_W + COUNT_W;
	bool avail = w >= 4 + NAME_MIN + STATE_W + COUNT_W + AVAIL_W;
	int rest = w - 4 - (state ? STATE_W : 0) - (open ? COUNT_W : 0) - (avail ? AVAIL_W : 0);
	bool gauge = avail && rest >= NAME_MIN + left_w + GAUGE_MIN,
		 more = gauge && rest >= NAME_MIN + left_w + GAUGE_MIN + 2 * COUNT_W + 12;
	int name = rest - (gauge ? left_w + GAUGE_MIN : 0) - (more ? 2 * COUNT_W : 0);

	p->end = w;
	p->name = 4;
	p->name_w = name > NAME_MOST ? NAME_MOST : name;
	at = p->name + p->name_w;
	p->state = p->avail = p->open = p->gauge = p->left = p->down = p->outages = w;
	if (state)
		p->state = at, at += STATE_W;
	if (avail)
		p->avail = at, at += AVAIL_W;
	if (open)
		p->open = at, at += COUNT_W;
	if (more) {
		p->down = at;
		p->outages = at + COUNT_W;
		at += 2 * COUNT_W;
	}
	if (!gauge)
		return;
	p->left = at;
	p->left_w = left_w;
	p->gauge = at + left_w;
	p->gauge_w = w - p->gauge - 1 > GAUGE_MOST ? GAUGE_MOST : w - p->gauge - 1;
}

/* Text of a column that may have no place. */
static void cell(const struct paint *p, struct region r, int x, int y, int w, enum element e, const char *text, bool right)
{
	if (x < p->end)
		draw_fit(r, x, y, w, e, text, right);
}

static void header(const struct paint *p, struct region r, int y)
{
	draw_fit(r, p->name, y, p->name_w - 1, EL_LABEL, _("Service"), false);
	cell(p, r, p->state, y, STATE_W - 1, EL_LABEL, _("Now"), false);
	cell(p, r, p->avail, y, AVAIL_W - 1, EL_LABEL, _("there %"), true);
	cell(p, r, p->open, y, COUNT_W - 1, EL_LABEL, _("tickets"), true);
	cell(p, r, p->down, y, COUNT_W - 1, EL_LABEL, _("downtime"), true);
	cell(p, r, p->outages, y, COUNT_W - 1, EL_LABEL, _("outages"), true);
	cell(p, r, p->left, y, p->left_w - 1, EL_LABEL, p->left_w == LEFT_W ? _("budget left") : _("left"), true);
}

static const char *decimals(const struct paint *p, double v, int places)
{
	return isnan(v) ? "-" : sd_arena_printf(p->a, "%.*f", places, v);
}

static void figure(
	const struct paint *p, struct region r, int x, int y, int w, enum element e, bool right, const struct figure *f)
{
	page_figure(p->page, r, x, y, w, e, right, f);
}

/* How much of its error budget a service has left: minutes, and a gauge that empties. */
static void budget(const struct paint *p, struct region r, int y, const struct service_row *row)
{
	double part = row->budget > 0 ? row->left / row->budget : NAN;
	enum element e = isnan(part) ? EL_DIM : part <= 0 ? EL_FIGURE_BAD : part < 0.25 ? EL_FIGURE_WARN : EL_FIGURE_OK;
	char left[24], of[24];

	if (p->left >= p->end || isnan(row->left))
		return;
	board_number(row->left, UNIT_MINUTES, left, sizeof left);
	draw_fit(r, p->left, y, p->left_w - 1, row->left < 0 ? EL_ERROR : EL_NORMAL,
		p->left_w == LEFT_W ? sd_arena_printf(p->a, "%s/%s", left, board_number(row->budget, UNIT_MINUTES, of, sizeof of)) : left,
		true);
	graph_bar(r, p->gauge, y, p->gauge_w, part, e);
}

static void service(const struct paint *p, struct region r, int y, const struct service_row *row, int digit)
{
	int indent = row->depth * 2 > INDENT_MOST ? INDENT_MOST : row->depth * 2, w = p->name_w - indent - 1;
	bool missed = !isnan(row->availability) && row->availability < row->target;
	char down[24];
	const char *mark, *id = sd_arena_printf(p->a, "service.%s", row->key), *many = sd_arena_printf(p->a, "%d", row->open);
	enum element e;

	state_of(row->state, &mark, &e);
	if (digit)
		draw_textf(r, 0, y, EL_KEY, "%d", digit);
	draw_fit(r, 2, y, 1, e, mark, false);
	figure(p, r, p->name + indent, y, w, row->depth ? EL_NORMAL : EL_STRONG, false,
		&(struct figure){.id = id,
			.what = row->name,
			.text = sd_text_fit(p->a, row->name, w, glyph(GL_ELLIPSIS), false),
			.query = row->query,
			.digit = digit});
	cell(p, r, p->state, y, STATE_W - 1, e, label(p, "service.state", row->state), false);
	cell(p, r, p->avail, y, AVAIL_W - 1, missed ? EL_ERROR : EL_NORMAL, decimals(p, row->availability, 3), true);
	if (p->open < p->end)
		figure(p, r, p->open, y, COUNT_W - 1, row->worst == 1 ? EL_P1 : EL_NORMAL, true,
			&(struct figure){.id = sd_arena_printf(p->a, "%s.open", id),
				.what = sd_arena_printf(p->a, _("%s: open tickets"), row->name),
				.text = many,
				.query = row->open ? row->query : NULL});
	if (p->down < p->end) {
		draw_fit(r, p->down, y, COUNT_W - 1, EL_NORMAL, board_number(row->down, UNIT_MINUTES, down, sizeof down), true);
		draw_fit(r, p->outages, y, COUNT_W - 1, EL_NORMAL, sd_arena_printf(p->a, "%d", row->outages), true);
	}
	budget(p, r, y, row);
}

static void outage(const struct paint *p, struct region r, int y, const struct outage_row *o)
{
	char minutes[24];
	bool on = !strcmp(o->state, "on");
	const char *from = sd_time_local(p->a, o->from, p->s->zone, "%m-%d %H:%M");
	const char *until = o->until == SD_TIME_NONE ? _("goes on") : sd_time_local(p->a, o->until, p->s->zone, "%m-%d %H:%M");
	const char *when = sd_arena_printf(p->a, "%s - %s", from, until);
	enum element e = on ? !strcmp(o->kind, "unplanned") ? EL_ERROR : EL_WARN : EL_NORMAL;
	int x = p->name + 26, w = r.w - p->name > 25 ? 25 : r.w - p->name;

	figure(p, r, p->name, y, w, e, false,
		&(struct figure){.id = sd_arena_printf(p->a, "outage.%" PRId64, o->id),
			.what = sd_arena_printf(p->a, _("Outage of %s"), o->service),
			.text = sd_text_fit(p->a, when, w, glyph(GL_ELLIPSIS), false),
			.query = *o->ticket ? sd_arena_printf(p->a, "number:%s", o->ticket) : NULL});
	draw_fit(r, x, y, 12, e, label(p, "outage.kind", o->kind), false);
	draw_fit(r, x + 12, y, 8, EL_NORMAL, board_number(o->minutes, UNIT_MINUTES, minutes, sizeof minutes), true);
	draw_fit(r, x + 22, y, r.w - x - 22, EL_NORMAL,
		sd_arena_printf(p->a, "%s%s%s%s%s", o->service, *o->ticket ? "  " : "", o->ticket, *o->note ? "  " : "", o->note), false);
}

static int outages(const struct paint *p, struct region r, int y)
{
	const struct services_data *d = p->sv->data;

	draw_textf(r, 1, y++, EL_HEADER, " %s ", sd_arena_printf(p->a, _("Outages, %s"), d->period));
	if (!d->noutages)
		draw_fit(r, p->name, y++, r.w - p->name, EL_DIM, _("None in this period: o records one for the service under the cursor"),
			false);
	for (int i = 0; i < d->noutages; i++)
		outage(p, r, y++, &d->outage[i]);
	if (d->more)
		draw_fit(r, p->name, y++, r.w - p->name, EL_DIM, _("There are more: choose a shorter period"), false);
	return y;
}

void services_page(struct services *sv, const struct session *s, struct region r, bool focus)
{
	const struct services_data *d = sv->data;
	struct paint p = {.sv = sv, .s = s, .page = &sv->board.page, .a = page_arena(&sv->board.page)};
	int lines = d->nrows + (d->noutages ? d->noutages : 1) + 5, y = 0;
	struct region page = page_begin(&sv->board.page, r.w - 1, lines > r.h ? lines : r.h);

	columns(&p, page.w);
	header(&p, page, y++);
	for (int i = 0; i < d->nrows; i++)
		service(&p, page, y++, &d->row[i], i < 9 ? i + 1 : 0);
	if (!d->nrows)
		draw_fit(page, p.name, y++, page.w - p.name, EL_DIM, _("There are no services: svcdesk service add makes one"), false);
	outages(&p, page, y + 1);
	page_end(&sv->board.page, r, focus);
}
