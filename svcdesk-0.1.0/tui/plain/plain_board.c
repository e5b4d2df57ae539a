/* The dashboard and the analysis in lines: every figure has a number, and that number leads to its tickets. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <stdlib.h>
#include "core/base/i18n.h"
#include "tui/app/board.h"
#include "tui/app/palette.h"
#include "tui/pane/board.h"

enum { PAGE_W = 100, PAGE_H = 30 }; /* of the page that is never seen: all its figures stand in one column */

static void begin(struct plain *p, enum board_id id, char *rest, struct effects *fx)
{
	struct board *b = board_get(p->m, id);
	struct words w = palette_split(p->a, rest);

	for (int i = 0; i < w.n && i < 2; i++) {
		if (board_set_period(b, w.w[i], i == 1))
			continue;
		plain_say(p, _("This is no period: %s"), w.w[i]);
		return;
	}
	p->board = b;
	board_begin(p->m, id, fx);
	p->show = SHOW_BOARD;
}

void plain_dashboard_command(struct plain *p, char *rest, struct effects *fx)
{
	begin(p, BOARD_DASHBOARD, rest, fx);
}

void plain_analysis_command(struct plain *p, char *rest, struct effects *fx)
{
	begin(p, BOARD_ANALYSIS, rest, fx);
}

/* "12. Resolving, P1: 94.4 %, 36 tickets" */
static void one(struct plain *p, size_t n, const struct figure *f)
{
	char *end;
	bool is_count = strtol(f->text, &end, 10) == f->count && !*end;

	if (f->count < 0 || is_count)
		plain_say(p, "%zu. %s: %s", n, f->what, f->text);
	else
		plain_say(p, ngettext("%zu. %s: %s, %ld ticket", "%zu. %s: %s, %ld tickets", (unsigned long)f->count), n, f->what,
			f->text, f->count);
}

void plain_board(struct plain *p, struct effects *fx)
{
	struct board *b = p->board;
	struct surface *s = surface_new(PAGE_W, PAGE_H);
	char head[256];

	plain_say(p, "%s", b->pane.ops->headline(&b->pane, &p->m->session, head, sizeof head));
	if (b->error) {
		if (!plain_said(p, b->error))
			plain_say(p, "%s", b->error);
	} else if (b->as_of != SD_TIME_NONE)
		b->pane.ops->draw(&b->pane, &p->m->session, surface_region(s), false);
	for (size_t i = 0; !b->error && i < b->page.n; i++)
		one(p, i + 1, &b->page.v[i]);
	if (b->page.n && !b->error)
		plain_say(p, "%s", _("figure 3 lists the tickets of figure 3"));
	surface_free(s);
	board_leave(p->m, fx); /* nothing is read again by itself in lines */
}

bool plain_figure_command(struct plain *p, char *rest, struct effects *fx)
{
	long n = strtol(rest, NULL, 10);
	const struct board *b = p->board;
	const struct figure *f = b && n >= 1 && n <= (long)b->page.n ? &b->page.v[n - 1] : NULL;

	if (!f || !f->query) {
		plain_say(p, "%s",
			f ? _("There are no tickets behind this figure") : _("Which figure? dashboard or analysis numbers them: figure 3"));
		return false;
	}
	board_drill(p->m, f->query, 0, fx);
	return true;
}
