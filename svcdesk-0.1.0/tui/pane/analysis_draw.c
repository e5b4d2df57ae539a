/* A table of bars with the cumulative line beside it, and where there is room the whole as a picture. */
#include "config.h"
#include "tui/pane/analysis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/graph.h"

enum {
	NARROW = 60,     /* below that: label, number and share */
	PICTURE_W = 140, /* from there on the picture stands beside the table */
	TABLE_W = 100,
	PICTURE_MOST = 24, /* columns of it */
	COLUMN_W = 6,
	QUERY_MOST = 1800 /* bytes */
};

struct paint {
	struct analysis *an;
	struct page *page;
	struct sd_arena *a;
};

static void figure(const struct paint *p, struct region r, int x, int y, int w, enum element e, const char *id, const char *what,
	const char *text, const char *query, long count, int digit)
{
	struct figure f = {.id = id, .what = what, .text = text, .query = query, .count = count, .digit = digit};

	page_figure(p->page, r, x, y, w, e, true, &f);
}

static const char *change_text(struct sd_arena *a, double change, int n, int before)
{
	if (isnan(change))
		return n && !before ? _("from 0") : "=";
	return change > -0.5 && change < 0.5 ? "=" : sd_arena_printf(a, "%+.0f %%", change);
}

/* Lines above the header of the table. */
static int head_lines(int w)
{
	return w < NARROW ? 4 : 3;
}

static void head(const struct paint *p, struct region r)
{
	const struct pareto *d = p->an->data;
	const char *n = sd_arena_printf(p->a, "%d", d->total), *before = sd_arena_printf(p->a, "%d", d->before);
	int x = draw_textf(r, 0, 0, EL_LABEL, "%s ", d->period), y = 0;

	figure(p, r, x, y, (int)strlen(n), EL_STRONG, "total", _("All of the period"), n, d->query, d->total, 0);
	x += (int)strlen(n) + 3;
	if (*d->compare) {
		if (r.w < NARROW) {
			x = 0;
			y++;
		}
		x += draw_textf(r, x, y, EL_LABEL, _("before, %s "), d->compare);
		figure(p, r, x, y, (int)strlen(before), EL_STRONG, "before", _("All of the period before"), before, d->before_query,
			d->before, 0);
		x += (int)strlen(before) + 3;
		x += draw_textf(r, x, y, EL_NORMAL, _("%s by the day"), change_text(p->a, d->change, d->total, d->before)) + 3;
	}
	if (d->without && r.w >= NARROW)
		draw_textf(r, x, y, EL_DIM, _("%d without %s"), d->without, pareto_by_label(p->an->data_by));
	if (!d->nrows)
		draw_fit(
			r, 0, y + 1, r.w, EL_DIM, _("Nothing was opened in this period: p goes to the one before, e takes another"), false);
	else
		draw_fit(r, 0, y + 1, r.w, EL_DIM,
			sd_arena_printf(
				p->a, _("%d of %d make 80 %%; %s alone %.1f %%"), d->vital, d->nrows, d->row[0].label, d->row[0].share),
			false);
}

/* Where the columns of the table begin. */
struct columns {
	int label, n, share, cum, before, change, bar, end;
};

static struct columns columns_of(int w, bool compare)
{
	struct columns c = {.label = 3, .end = w};

	if (w < NARROW) {
		c.n = w - 15;
		c.share = w - 8;
		c.cum = c.before = c.change = c.bar = w;
		return c;
	}
	c.n = 3 + (w < 90 ? 22 : 32);
	c.share = c.n + 7;
	c.cum = c.share + 9;
	c.before = c.cum + 9;
	c.change = c.before + (compare ? 7 : 0);
	c.bar = c.change + (compare ? 8 : 0) + 1;
	return c;
}

static void header(struct region r, int y, const struct columns *c, bool compare)
{
	draw_fit(r, c->n - 2, y, 8, EL_LABEL, _("tickets"), true);
	draw_fit(r, c->share, y, 8, EL_LABEL, _("share"), true);
	if (c->cum >= c->end)
		return;
	draw_fit(r, c->cum, y, 8, EL_LABEL, _("together"), true);
	if (compare) {
		draw_fit(r, c->before, y, 6, EL_LABEL, _("before"), true);
		draw_fit(r, c->change, y, 7, EL_LABEL, _("change"), true);
	}
	draw_textf(r, c->bar, y, EL_STRONG, "%s ", glyph(GL_BULLET));
	draw_fit(r, c->bar + 2, y, c->end - c->bar - 2, EL_LABEL, _("together"), false);
}

/* The bar of the tickets, and the place of the cumulative line on the same line. */
static void bar(const struct paint *p, struct region r, int y, const struct columns *c, const struct pareto_row *row)
{
	int w = c->end - c->bar, at;

	if (w < 4)
		return;
	graph_bar(r, c->bar, y, w, (double)row->n / (p->an->data->row[0].n > 0 ? p->an->data->row[0].n : 1),
		row->vital ? EL_WARN : EL_LINK);
	at = (int)(row->cumulative / 100 * (w - 1) + 0.5);
	draw_fit(r, c->bar + (at < 0 ? 0 : at >= w ? w - 1 : at), y, 1, EL_STRONG, glyph(GL_BULLET), false);
}

/* The tickets of this row and those above it. A query can only be so long. */
static const char *together(const struct paint *p, const struct sd_str *words)
{
	return words->len > QUERY_MOST ? NULL : sd_arena_printf(p->a, "metric:opened@%s (%s)", p->an->data->period, words->data);
}

static void row(const struct paint *p, struct region r, int y, const struct columns *c, int i, struct sd_str *words)
{
	const struct pareto *d = p->an->data;
	const struct pareto_row *row = &d->row[i];
	const char *id = sd_arena_printf(p->a, "row.%s", row->key);
	enum element e = row->vital ? EL_STRONG : EL_NORMAL;

	sd_str_addf(words, "%s(%s)", words->len ? " or " : "", row->word);
	if (i < 9)
		draw_textf(r, 0, y, EL_KEY, "%d", i + 1);
	draw_fit(r, 1, y, 1, e, row->vital ? "*" : " ", false);
	draw_fit(r, c->label, y, c->n - c->label - 1, e, row->label, false);
	figure(p, r, c->n, y, 6, e, id, row->label, sd_arena_printf(p->a, "%d", row->n), row->query, row->n, i < 9 ? i + 1 : 0);
	figure(p, r, c->share, y, 8, e, sd_arena_printf(p->a, "%s.share", id), sd_arena_printf(p->a, _("%s: share"), row->label),
		sd_arena_printf(p->a, "%.1f %%", row->share), row->query, row->n, 0);
	if (c->cum >= c->end)
		return;
	figure(p, r, c->cum, y, 8, e, sd_arena_printf(p->a, "%s.together", id), sd_arena_printf(p->a, _("%s: together"), row->label),
		sd_arena_printf(p->a, "%.1f %%", row->cumulative), together(p, words), -1, 0);
	if (*d->compare) {
		figure(p, r, c->before, y, 6, EL_NORMAL, sd_arena_printf(p->a, "%s.before", id),
			sd_arena_printf(p->a, _("%s: before"), row->label), sd_arena_printf(p->a, "%d", row->before), row->before_query,
			row->before, 0);
		draw_fit(r, c->change, y, 7,
			row->n > row->before   ? EL_WARN
			: row->n < row->before ? EL_OK
								   : EL_DIM,
			change_text(p->a, row->change, row->n, row->before), true);
	}
	bar(p, r, y, c, row);
}

/* Columns with the tickets, and above them how they add up. */
static void picture(const struct paint *p, struct region r)
{
	const struct pareto *d = p->an->data;
	int n = r.w / COLUMN_W, h = r.h / 3;
	struct graph_column col[PICTURE_MOST];
	double sum[PICTURE_MOST];

	n = n > PICTURE_MOST ? PICTURE_MOST : n;
	n = n > d->nrows ? d->nrows : n;
	if (n < 2 || r.h < 12)
		return;
	for (int i = 0; i < n; i++) {
		col[i] = (struct graph_column){d->row[i].label, d->row[i].n, d->row[i].vital ? EL_WARN : EL_LINK};
		sum[i] = d->row[i].cumulative;
	}
	draw_fit(r, 0, 0, r.w, EL_LABEL, _("together, 0 to 100 %"), false);
	graph_line(region_sub(r, 0, 1, r.w, h - 1), sum, (size_t)n, 0, 100, GRAPH_BRAILLE, EL_STRONG);
	graph_histogram(region_sub(r, 0, h + 1, r.w, r.h - h - 1), col, (size_t)n);
}

void analysis_page(struct analysis *an, const struct session *s, struct region r, bool focus)
{
	struct paint p = {an, &an->board.page, page_arena(&an->board.page)};
	const struct pareto *d = an->data;
	bool beside = r.w >= PICTURE_W && d->nrows > 1;
	int w = beside ? TABLE_W : r.w - 1, top = head_lines(r.w),
		lines = top + 1 + d->nrows + (d->vital && d->vital < d->nrows ? 1 : 0), y = top + 1;
	struct columns c = columns_of(w, *d->compare != '\0');
	struct region page = page_begin(&an->board.page, r.w - 1, lines > r.h ? lines : r.h);
	struct sd_str words = {0};

	(void)s;
	head(&p, page);
	if (d->nrows)
		header(page, top, &c, *d->compare != '\0');
	for (int i = 0; i < d->nrows; i++, y++) {
		row(&p, region_sub(page, 0, 0, w, page.h), y, &c, i, &words);
		if (i + 1 != d->vital || d->vital == d->nrows)
			continue;
		draw_hline(page, 0, ++y, w, EL_BORDER);
		draw_textf(page, 1, y, EL_HEADER, " %s ", _("80 %: what stands above makes it"));
	}
	if (beside)
		picture(&p, region_sub(page, w + 2, an->board.page.scroll.top > 0 ? 0 : top, page.w - w - 2, r.h - top));
	sd_str_free(&words);
	page_end(&an->board.page, r, focus);
}
