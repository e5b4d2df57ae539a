/* The list of the CMDB: a window of rows round the cursor. The server searches, filters and orders; what is held here is replaced
 * by another window when the cursor nears its edge, and the cursor stays on its item. */
#include "config.h"
#include "tui/pane/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"

enum { TYPING_REST_MS = 120 };

static int rows_count(void *arg)
{
	const struct cmdb *c = arg;

	return c->rows ? c->rows->n : 0;
}

static uint64_t rows_key(void *arg, int row)
{
	return (uint64_t)((struct cmdb *)arg)->rows->v[row].id;
}

const char *ci_crit(int crit)
{
	static const char *const words[] = {"", N_("vital"), N_("high"), N_("medium"), N_("minor")};

	return crit >= 1 && crit <= 4 ? _(words[crit]) : "";
}

static const char *word_of(const char *const (*words)[2], size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(words[i][0], word))
			return _(words[i][1]);
	return word;
}

const char *ci_lifecycle(const char *word)
{
	static const char *const words[][2] = {{"planned", N_("planned")}, {"build", N_("being built")}, {"stock", N_("in stock")},
		{"production", N_("in use")}, {"maintenance", N_("maintenance")}, {"retired", N_("retired")},
		{"disposed", N_("disposed of")}};

	return word_of(words, sizeof words / sizeof *words, word);
}

const char *ci_op(const char *word)
{
	static const char *const words[][2] = {
		{"operational", N_("operational")}, {"warning", N_("warning")}, {"incident", N_("incident")}};

	return word_of(words, sizeof words / sizeof *words, word);
}

/* What one looks at first: trouble where there is some, else where it is in its life. */
static const char *state_of(const struct ci_node *n, enum element *el)
{
	if (!strcmp(n->op, "incident") || !strcmp(n->op, "warning")) {
		*el = *n->op == 'i' ? EL_ERROR : EL_WARN;
		return ci_op(n->op);
	}
	if (n->stale) {
		*el = EL_WARN;
		return _("stale");
	}
	*el = !strcmp(n->lifecycle, "production") ? EL_NORMAL : EL_DIM;
	return ci_lifecycle(n->lifecycle);
}

/* Of two that are called alike the ident is shown. */
static const char *name_of(const struct ci_rows *r, int row)
{
	const struct ci_node *n = &r->v[row];
	bool alike = *n->key && ((row > 0 && !strcmp(n[-1].key, n->key)) || (row + 1 < r->n && !strcmp(n[1].key, n->key)));

	return alike ? n->ident : n->name;
}

static void rows_cell(void *arg, int row, int col, struct list_cell *out)
{
	const struct ci_node *n = &((struct cmdb *)arg)->rows->v[row];

	switch (col) {
	case 0:
		out->text = n->cls;
		out->element = EL_DIM;
		break;
	case 1:
		out->text = name_of(((struct cmdb *)arg)->rows, row);
		break;
	case 2:
		out->text = state_of(n, &out->element);
		break;
	case 3:
		out->text = ci_crit(n->crit);
		out->element = n->crit == 1 ? EL_P1 : EL_NORMAL;
		break;
	case 4:
		out->text = n->group;
		break;
	default:
		snprintf(out->buf, sizeof out->buf, "%d", n->open);
		out->text = n->open ? out->buf : "";
		out->element = EL_WARN;
	}
}

void ci_list_init(struct cmdb *c)
{
	const struct list_column cols[] = {{.title = _("Class"), .width = 14, .min = 8, .grow = 1, .priority = 2},
		{.title = _("Name"), .width = 28, .min = 24, .grow = 3}, {.title = _("State"), .width = 12, .min = 9, .priority = 3},
		{.title = _("Criticality"), .width = 11, .priority = 4},
		{.title = _("Owner group"), .width = 16, .min = 14, .grow = 1, .priority = 5},
		{.title = _("Open"), .width = 5, .priority = 1, .right = true}};
	const struct list_source src = {c, rows_count, rows_key, rows_cell, NULL};

	list_init(&c->list, &src);
	list_columns(&c->list, cols, sizeof cols / sizeof *cols);
	c->list.header = true;
	c->want_key = sd_strdup("");
}

/* ---- asking ---- */
void ci_list_ask(struct cmdb *c, struct effects *fx)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:I, s:b, s:i, s:i}", "q", c->needle, "class", c->cls, "key", c->want_key, "id",
		(json_int_t)c->want_id, "last", c->want_last, "pos", c->want_pos, "limit", CI_WINDOW);
	char *dump = json_dumps(j, JSON_COMPACT);
	const char *params[] = {dump ? dump : "{}"};

	fx_query(fx, board_req(&c->board), FX_ASIDE, "select desk.ci_pane_list($1::jsonb)", 1, params);
	free(dump);
	json_decref(j);
}

static void want(struct cmdb *c, const char *key, int64_t id, bool last, int pos)
{
	char *copy = sd_strdup(key);

	free(c->want_key);
	c->want_key = copy;
	c->want_id = id;
	c->want_last = last;
	c->want_pos = pos;
}

bool ci_list_take(struct cmdb *c, const char *json)
{
	struct ci_rows *r = ci_rows_parse(json);
	int row;

	if (!r)
		return false;
	ci_rows_free(c->rows);
	c->rows = r;
	c->list.above = r->before;
	c->list.below = r->total - r->before - r->n > 0 ? r->total - r->before - r->n : 0;
	list_sync(&c->list);
	if (c->want_pos) {
		row = c->want_pos - 1 - r->before;
		list_select_row(&c->list, row < 0 ? 0 : row);
	} else if (c->to_begin || c->to_end) {
		list_select_row(&c->list, c->to_end ? r->n - 1 : 0);
	}
	c->to_begin = c->to_end = c->moved = c->list.lost = false;
	want(c, c->want_key, c->want_id, c->want_last, 0);
	return true;
}

/* ---- moving ---- */
static void ask_around(struct cmdb *c, const struct session *s, struct effects *fx)
{
	const struct ci_node *n = ci_row_here(c);

	want(c, n ? n->key : "", n ? n->id : 0, false, 0);
	board_read(&c->board, s, fx);
}

static bool near_edge(const struct cmdb *c)
{
	int row = list_row(&c->list);

	return (row < CI_MARGIN && c->rows->before) || (row >= c->rows->n - CI_MARGIN && c->list.below);
}

void ci_list_move(struct cmdb *c, const struct session *s, enum motion m, int count, struct effects *fx)
{
	bool to = m == MOTION_TOP || m == MOTION_BOTTOM;
	int pos = to && count ? count : 0, have;

	if (!c->rows || !c->rows->n)
		return;
	have = pos - 1 - c->rows->before;
	if (pos && have >= 0 && have < c->rows->n) {
		list_select_row(&c->list, have);
	} else if (to && (pos || (m == MOTION_TOP ? c->rows->before : c->list.below))) { /* it is not here: to the server */
		c->to_begin = !pos && m == MOTION_TOP;
		c->to_end = !pos && m == MOTION_BOTTOM;
		want(c, "", 0, c->to_end, pos);
		board_read(&c->board, s, fx);
		c->moved = true;
		return;
	} else {
		list_move(&c->list, m, count);
	}
	if (near_edge(c) && !c->moved) {
		c->moved = true;
		ask_around(c, s, fx);
	}
}

/* ---- searching and filtering: the list begins anew ---- */
static void anew(struct cmdb *c, const struct session *s, struct effects *fx)
{
	c->to_begin = true;
	c->to_end = false;
	want(c, "", 0, false, 0);
	board_read(&c->board, s, fx);
}

void ci_needle(struct cmdb *c, const struct session *s, const char *text, struct effects *fx)
{
	bool same = !strcmp(c->needle, text);

	snprintf(c->needle, sizeof c->needle, "%s", text);
	if (!same || c->typed)
		anew(c, s, fx);
	c->typed = false;
}

void ci_type(struct cmdb *c, const char *text, struct effects *fx)
{
	if (!strcmp(c->needle, text))
		return;
	snprintf(c->needle, sizeof c->needle, "%s", text);
	c->typed = true;
	fx_timer(fx, TIMER_FIND, TYPING_REST_MS);
}

void ci_rested(struct cmdb *c, const struct session *s, struct effects *fx)
{
	if (c->typed && c->here.level == CI_LIST)
		anew(c, s, fx);
	c->typed = false;
}

void ci_class(struct cmdb *c, const struct session *s, const char *cls, struct effects *fx)
{
	snprintf(c->cls, sizeof c->cls, "%s", cls);
	anew(c, s, fx);
}

const struct ci_node *ci_row_here(const struct cmdb *c)
{
	int row = c->rows ? list_row(&c->list) : -1;

	return row >= 0 && row < c->rows->n ? &c->rows->v[row] : NULL;
}
