/* The pane: what it asks for, its keys. What it looks like is in analysis_draw.c. */
#include "config.h"
#include "tui/pane/analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

const char *const pareto_bys[PARETO_BYS] = {"service", "ci", "category", "cause", "org"};
const char *const pareto_kinds[PARETO_KINDS] = {"both", "incident", "complaint"};

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

struct pareto *pareto_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.analysis", &err);
	const json_t *period, *rows, *compare;
	struct sd_arena *a;
	struct pareto *p;

	if (!j)
		return NULL;
	a = sd_arena_new();
	p = sd_arena_alloc(a, sizeof *p);
	p->arena = a;
	period = json_object_get(j, "period");
	rows = json_object_get(j, "rows");
	compare = json_object_get(j, "compare");
	p->now = store_time(j, "now");
	p->period = store_text(a, period, "text");
	p->earlier = store_text(a, period, "before");
	p->later = store_text(a, period, "after");
	p->compare = store_text(a, json_object_get(compare, "period"), "text");
	p->change = number(compare, "percent");
	p->total = (int)store_int(j, "total");
	p->before = (int)store_int(j, "before");
	p->without = (int)store_int(j, "without");
	p->query = store_text(a, j, "total_query");
	p->before_query = store_text(a, j, "before_query");
	p->nrows = (int)json_array_size(rows);
	p->row = sd_arena_alloc(a, ((size_t)p->nrows + 1) * sizeof *p->row);
	for (int i = 0; i < p->nrows; i++) {
		const json_t *r = json_array_get(rows, (size_t)i);

		p->row[i] = (struct pareto_row){.key = store_text(a, r, "key"),
			.label = store_text(a, r, "label"),
			.query = store_text(a, r, "query"),
			.before_query = store_text(a, r, "before_query"),
			.word = store_text(a, r, "word"),
			.n = (int)store_int(r, "n"),
			.before = (int)store_int(r, "before_n"),
			.share = number(r, "share"),
			.cumulative = number(r, "cumulative"),
			.change = number(r, "percent"),
			.vital = store_bool(r, "in_set")};
		p->vital += p->row[i].vital;
	}
	json_decref(j);
	return p;
}

void pareto_free(struct pareto *p)
{
	if (p)
		sd_arena_free(p->arena);
}

static void ask(struct board *b, struct effects *fx)
{
	struct analysis *an = (struct analysis *)b;
	const char *params[] = {b->period, b->compare, pareto_bys[an->by], pareto_kinds[an->kinds], b->language};

	an->asked_by = an->by;
	an->asked_kinds = an->kinds;
	fx_query(fx, board_req(b), FX_ASIDE, "select desk.analysis($1, $2, $3, $4, $5)", 5, params);
}

static bool take(struct board *b, const char *json)
{
	struct analysis *an = (struct analysis *)b;
	struct pareto *p = pareto_parse(json);

	if (!p)
		return false;
	pareto_free(an->data);
	an->data = p;
	an->data_by = an->asked_by;
	an->data_kinds = an->asked_kinds;
	b->as_of = p->now;
	snprintf(b->shown_period, sizeof b->shown_period, "%s", p->period);
	snprintf(b->shown_before, sizeof b->shown_before, "%s", p->compare);
	snprintf(b->earlier, sizeof b->earlier, "%s", p->earlier);
	snprintf(b->later, sizeof b->later, "%s", p->later);
	return true;
}

static void analysis_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	board_answer((struct board *)p, s, a, fx);
}

static bool analysis_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct analysis *an = (struct analysis *)p;

	switch (a) {
	case ACT_BREAKDOWN:
		an->by = (an->by + (count ? count : 1)) % PARETO_BYS;
		board_read(&an->board, s, fx);
		return true;
	case ACT_KINDS:
		an->kinds = (an->kinds + 1) % PARETO_KINDS;
		board_read(&an->board, s, fx);
		return true;
	default:
		return board_action(&an->board, s, a, count, fx);
	}
}

static void analysis_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct analysis *an = (struct analysis *)p;

	if (an->data)
		analysis_page(an, s, r, focus);
	else
		board_nothing(&an->board, s, r);
}

static const char *analysis_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct analysis *an = (const struct analysis *)p;
	char state[160];

	if (!an->data)
		snprintf(buf, size, "%s", _("Analysis"));
	else
		snprintf(buf, size, _("Analysis  %s  by %s, %s%s"), an->data->period, pareto_by_label(an->data_by),
			pareto_kinds_label(an->data_kinds), board_state(&an->board, s, state, sizeof state));
	return buf;
}

static void analysis_close(struct pane *p)
{
	struct analysis *an = (struct analysis *)p;

	pareto_free(an->data);
	board_free(&an->board);
	free(an);
}

static const struct pane_ops ops = {
	.title = N_("Analysis"),
	.context = CTX_ANALYSIS,
	.close = analysis_close,
	.action = analysis_action,
	.answer = analysis_answer,
	.search = board_search,
	.matches = board_matches,
	.draw = analysis_draw,
	.headline = analysis_headline,
};

struct board *analysis_new(void)
{
	struct analysis *an = sd_calloc(1, sizeof *an);

	board_init(&an->board, &ops);
	an->board.ask = ask;
	an->board.take = take;
	return &an->board;
}

/* ---- words ---- */
const char *pareto_by_label(int by)
{
	static const char *const labels[PARETO_BYS] = {
		N_("service"), N_("configuration item"), N_("category"), N_("cause"), N_("customer")};

	return _(labels[by]);
}

const char *pareto_kinds_label(int kinds)
{
	static const char *const labels[PARETO_KINDS] = {N_("incidents and complaints"), N_("incidents"), N_("complaints")};

	return _(labels[kinds]);
}
