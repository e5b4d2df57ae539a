#include "config.h"
#include "tui/pane/board.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/hours.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"

void board_init(struct board *b, const struct pane_ops *ops)
{
	b->pane.ops = ops;
	b->as_of = SD_TIME_NONE;
	page_init(&b->page);
}

void board_free(struct board *b)
{
	page_free(&b->page);
	free(b->error);
}

struct req board_req(const struct board *b)
{
	return (struct req){REQ_BOARD, b->gen, (int64_t)b->pane.ops->context, 0};
}

/* ---- reading ---- */
void board_read(struct board *b, const struct session *s, struct effects *fx)
{
	if (!s->online || !b->shown)
		return;
	if (b->loading)
		fx_add(fx, FX_CANCEL)->req = board_req(b);
	b->gen++;
	b->loading = true;
	b->late = false;
	b->asked_ms = s->ms;
	b->ask(b, fx);
	fx_timer(fx, TIMER_BOARD, BOARD_SLOW_MS);
}

void board_open(struct board *b, const struct session *s, struct effects *fx)
{
	b->shown = true;
	board_read(b, s, fx);
	fx_timer(fx, TIMER_BOARD_TICK, BOARD_TICK_MS);
}

void board_close(struct board *b, struct effects *fx)
{
	if (!b->shown)
		return;
	b->shown = false;
	if (b->loading)
		fx_add(fx, FX_CANCEL)->req = board_req(b);
	b->loading = false;
	b->gen++;
	fx_timer(fx, TIMER_BOARD, -1);
	fx_timer(fx, TIMER_BOARD_TICK, -1);
}

void board_news(struct board *b, const struct session *s, struct effects *fx)
{
	int64_t wait = b->asked_ms + BOARD_EVERY_MS - s->ms;

	if (!b->shown || b->late)
		return;
	if (!b->loading && wait <= 0) {
		board_read(b, s, fx);
		return;
	}
	b->late = true;
	fx_timer(fx, TIMER_BOARD, wait > 0 ? wait : BOARD_EVERY_MS);
}

void board_timer(struct board *b, const struct session *s, struct effects *fx)
{
	if (b->shown && b->loading) /* it takes its time: the next one can wait */
		fx_timer(fx, TIMER_BOARD, BOARD_EVERY_MS);
	else
		board_read(b, s, fx);
}

void board_answer(struct board *b, const struct session *s, const struct answer *a, struct effects *fx)
{
	const char *json = table_get(a->table, 0, 0);

	if (a->req.gen != b->gen)
		return;
	b->loading = false;
	free(b->error);
	b->error = NULL;
	if (a->err)
		b->error = sd_strdup(a->err->text);
	else if (!json || !b->take(b, json))
		b->error = sd_strdup(_("The desk gave an answer that is not understood; svcdesk doctor looks at both"));
	if (a->err && a->err->cls == SD_ERR_INPUT) { /* what was typed is no period */
		fx_toast(fx, EL_ERROR, "%s", b->error);
		snprintf(b->period, BOARD_PERIOD, "%s", b->as_of == SD_TIME_NONE ? "" : b->shown_period);
		snprintf(b->compare, BOARD_PERIOD, "%s", "");
	}
	(void)s;
}

bool board_set_period(struct board *b, const char *word, bool compare)
{
	if (strlen(word) >= BOARD_PERIOD)
		return false;
	snprintf(compare ? b->compare : b->period, BOARD_PERIOD, "%s", word);
	return true;
}

/* ---- keys ---- */
static void drill(const struct board *b, struct effects *fx)
{
	const struct figure *f = page_here(&b->page);
	struct fx *e;

	if (!f)
		return;
	if (!f->query) {
		fx_toast(fx, EL_DIM, "%s", _("There are no tickets behind this figure"));
		return;
	}
	e = fx_add(fx, FX_EVENT);
	e->event = EV_DRILL;
	e->text = sd_arena_strdup(fx->arena, f->query);
	e->id = f->ticket;
}

static void numbered(struct board *b, int digit, struct effects *fx)
{
	for (size_t i = 0; i < b->page.n; i++) {
		if (b->page.v[i].digit != digit)
			continue;
		page_select(&b->page, b->page.v[i].id);
		drill(b, fx);
		return;
	}
	fx_toast(fx, EL_DIM, _("No figure here has the number %d"), digit);
}

static void neighbour(struct board *b, const struct session *s, const char *word, struct effects *fx)
{
	if (!*word) {
		fx_toast(fx, EL_DIM, "%s", b->loading ? _("Reading ...") : _("There is no period beyond this one"));
		return;
	}
	board_set_period(b, word, false);
	board_read(b, s, fx);
}

bool board_action(struct board *b, const struct session *s, enum action a, int count, struct effects *fx)
{
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		page_move(&b->page, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
		return true;
	}
	switch (a) {
	case ACT_FIGURE_LEFT:
	case ACT_FIGURE_RIGHT:
		page_side(&b->page, a == ACT_FIGURE_LEFT ? -1 : 1, count);
		return true;
	case ACT_FIGURE_NEXT:
	case ACT_FIGURE_PREV:
		page_step(&b->page, a == ACT_FIGURE_NEXT ? 1 : -1, count);
		return true;
	case ACT_OPEN:
		drill(b, fx);
		return true;
	case ACT_FIGURE_1:
	case ACT_FIGURE_2:
	case ACT_FIGURE_3:
	case ACT_FIGURE_4:
	case ACT_FIGURE_5:
	case ACT_FIGURE_6:
	case ACT_FIGURE_7:
	case ACT_FIGURE_8:
	case ACT_FIGURE_9:
		numbered(b, 1 + (int)(a - ACT_FIGURE_1), fx);
		return true;
	case ACT_PERIOD_EARLIER:
		neighbour(b, s, b->earlier, fx);
		return true;
	case ACT_PERIOD_LATER:
		neighbour(b, s, b->later, fx);
		return true;
	case ACT_REFRESH:
		board_read(b, s, fx);
		return true;
	default:
		return false;
	}
}

void board_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct board *b = (struct board *)p;

	if (!page_search(&b->page, text, dir) && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), b->page.search);
}

int board_matches(const struct pane *p, int *nth)
{
	return page_matches(&((const struct board *)p)->page, nth);
}

/* ---- words ---- */
const char *board_state(const struct board *b, const struct session *s, char *buf, size_t size)
{
	struct sd_arena *a = sd_arena_new();
	int64_t old = b->as_of == SD_TIME_NONE ? 0 : (s->now - b->as_of) / 60000000;
	char age[64] = "";

	if (b->as_of == SD_TIME_NONE)
		buf[0] = '\0';
	else {
		if (old >= 2)
			snprintf(age, sizeof age, ngettext(", %d minute old", ", %d minutes old", (unsigned long)old), (int)old);
		snprintf(buf, size, _("  as of %s%s"), sd_time_local(a, b->as_of, s->zone, "%H:%M:%S"), age);
	}
	if (b->loading || b->error)
		snprintf(buf + strlen(buf), size - strlen(buf), "  %s", b->loading ? _("reading ...") : _("not read again"));
	sd_arena_free(a);
	return buf;
}

void board_nothing(const struct board *b, const struct session *s, struct region r)
{
	const char *text = b->error     ? b->error
					   : !s->online ? _("There is no connection: what was read before is gone")
									: _("Reading ...");

	draw_fit(r, 1, 0, r.w - 1, b->error ? EL_ERROR : EL_DIM, text, false);
	surface_cursor(r.s, r.x, r.y, true);
}

enum board_unit board_unit(const char *word)
{
	if (!strcmp(word, "%") || !strcmp(word, "percent"))
		return UNIT_PERCENT;
	if (!strncmp(word, "min", 3))
		return UNIT_MINUTES;
	if (!strcmp(word, "days"))
		return UNIT_DAYS;
	return !strcmp(word, "score") ? UNIT_SCORE : UNIT_COUNT;
}

static const char *minutes(double v, char *buf, size_t size)
{
	double m = fabs(v);
	const char *sign = v < 0 ? "-" : "";
	long whole = (long)(m + 0.5);

	if (m < 59.5)
		snprintf(buf, size, m < 9.95 ? _("%s%.1f min") : _("%s%.0f min"), sign, m);
	else if (m < 48 * 60)
		snprintf(buf, size, _("%s%ld:%02ld h"), sign, whole / 60, whole % 60);
	else
		snprintf(buf, size, _("%s%.1f d"), sign, m / 1440);
	return buf;
}

const char *board_number(double v, enum board_unit unit, char *buf, size_t size)
{
	if (isnan(v))
		snprintf(buf, size, "-");
	else if (unit == UNIT_PERCENT)
		snprintf(buf, size, "%.1f %%", v);
	else if (unit == UNIT_MINUTES)
		minutes(v, buf, size);
	else if (unit == UNIT_DAYS)
		snprintf(buf, size, _("%s%.1f d"), "", v);
	else if (unit == UNIT_SCORE)
		snprintf(buf, size, "%.2f", v);
	else
		snprintf(buf, size, v == (double)(long)v ? "%.0f" : "%.2f", v);
	return buf;
}

const char *board_left(int64_t seconds, bool days, char *buf, size_t size)
{
	struct sd_countdown c = {.level = SD_SLA_OK, .known = true, .days = days, .left_us = seconds * 1000000};
	char text[SD_COUNTDOWN_TEXT];
	int64_t s = seconds < 0 ? -seconds : seconds;

	if (s < 3600)
		snprintf(buf, size, "%s%dm%02d", seconds < 0 ? "-" : "", (int)(s / 60), (int)(s % 60));
	else
		snprintf(buf, size, "%s", sd_countdown_text(&c, text));
	return buf;
}

const char *board_at_least(bool up)
{
	if (glyphs_are_ascii())
		return up ? ">=" : "<=";
	return up ? "\u2265" : "\u2264";
}

char *board_query(struct sd_arena *a, const char *metric, const char *period, const char *part, const char *by, const char *key)
{
	const char *word = sd_arena_printf(a, "%s@%s%s%s%s%s%s%s", metric, period, part ? "@" : "", part ? part : "", by ? "@" : "",
		by ? by : "", by ? "=" : "", by ? key : "");

	return sd_arena_printf(a, "metric:%s", sd_query_quote(a, word));
}
