#include "config.h"
#include "tui/app/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "tui/app/inbox.h"
#include "tui/pane/explain.h"

/* What the cursor is on, also in the inbox, where nothing more may be known of it. */
static int64_t here(const struct model *m)
{
	return m->focus == PANE_DETAIL ? m->detail->id : model_here(m);
}

const char *explain_off(const struct model *m)
{
	return here(m) ? NULL : _("no ticket is selected");
}

static void ask(struct explain *x, struct effects *fx)
{
	char id[24];

	snprintf(id, sizeof id, "%" PRId64, x->id);
	fx_query(fx, (struct req){REQ_EXPLAIN, 0, x->id, 0}, 0,
		x->id ? "select desk.sla_explain($1::bigint)" : "select desk.sla_explain(desk.ticket_id($1))", 1,
		(const char *const[]){x->id ? id : x->number});
}

static void open_it(struct model *m, int64_t id, const char *number, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_EXPLAIN);

	o->explain = explain_new(id, number);
	ask(o->explain, fx);
}

void explain_here(struct model *m, struct effects *fx)
{
	struct target t = model_target(m);

	open_it(m, here(m), t.id == here(m) ? t.number : "", fx);
}

void explain_number(struct model *m, const char *number, struct effects *fx)
{
	if (*number)
		open_it(m, 0, number, fx);
	else if (explain_off(m))
		fx_toast(fx, EL_WARN, _("Not possible: %s"), explain_off(m));
	else
		explain_here(m, fx);
}

/* The one that asked: it may lie beneath something by now. */
static struct explain *find(const struct model *m, int64_t id)
{
	for (int i = m->noverlays - 1; i >= 0; i--)
		if (m->overlay[i]->kind == OV_EXPLAIN && m->overlay[i]->explain->id == id)
			return m->overlay[i]->explain;
	return NULL;
}

void explain_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct explain *x = find(m, a->req.id);

	(void)fx;
	if (x)
		explain_take(x, a->table, a->err);
}

void explain_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	(void)fx;
	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'q', 0) || key_is(k, 'e', 0) || key_is(k, 'c', KEY_CTRL))
		overlay_pop(m);
	else
		textview_update(&o->explain->text, k);
}

void explain_changed(struct model *m, const int64_t *ids, int n, struct effects *fx)
{
	for (int i = 0; i < n; i++) {
		struct explain *x = ids[i] ? find(m, ids[i]) : NULL;

		if (x)
			ask(x, fx);
	}
}
