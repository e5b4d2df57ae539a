#include "config.h"
#include "tui/app/hints.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"

enum { LABEL_LEAST = 30, FRAME = 14 };

static const char sql[] =
	"select h->>'id', h->>'tickets', h->>'open', coalesce(h->>'ci', h->>'category'), "
	"(extract(epoch from (h->>'last_at')::timestamptz) * 1000000)::bigint, h->>'subject', "
	"(select string_agg(x->>'number', ',') from jsonb_array_elements(h->'members') x) from jsonb_array_elements(desk.hints()) h";

static void ask(struct effects *fx)
{
	fx_query(fx, (struct req){REQ_HINTS, 0, 0, 0}, 0, sql, 0, NULL);
}

void hints_open(struct model *m, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_MENU);

	o->use = DLG_HINTS;
	menu_init(&o->menu, _("Similar incidents that may have one cause"));
	menu_add(&o->menu, &(struct menu_entry){.id = -1, .label = _("reading ..."), .off = ""});
	ask(fx);
}

void hints_open_at(struct model *m, int id, struct effects *fx)
{
	hints_open(m, fx);
	m->hint_at = id;
}

static const char *text(const struct table *t, int row, int col)
{
	const char *s = table_get(t, row, col);

	return s ? s : "";
}

/* "  5  Mail: Outlook hangs ..." and "2 open  3h" at the right. The numbers of its tickets are the key of the entry's row. */
static void add(struct model *m, struct overlay *o, const struct table *t, int row, struct sd_arena *a)
{
	char *hint =
		sd_arena_printf(a, _("%s open  %s"), text(t, row, 2), sd_time_age(a, strtoll(text(t, row, 4), NULL, 10), m->session.now));
	int width = m->width - sd_text_width(hint) - FRAME;
	struct sd_str line = {0};
	char *subject = sd_arena_printf(a, "%3s  %s: %s", text(t, row, 1), text(t, row, 3), text(t, row, 5));

	sd_text_clean(&line, subject, strlen(subject), SD_CLEAN_LINE);
	menu_add(
		&o->menu, &(struct menu_entry){.id = atoi(text(t, row, 0)),
					  .label = sd_text_fit(a, line.data, width > LABEL_LEAST ? width : LABEL_LEAST, glyph(GL_ELLIPSIS), false),
					  .hint = hint});
	sd_str_free(&line);
}

/* The numbers of the tickets of each line, behind each other, as a query takes them. */
static void keep(struct model *m, const struct table *t)
{
	json_t *all = json_object();

	for (int i = 0; i < t->rows; i++)
		json_object_set_new(all, text(t, i, 0), json_string(text(t, i, 6)));
	free(m->hints);
	m->hints = json_dumps(all, JSON_COMPACT);
	json_decref(all);
}

void hints_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct overlay *o = overlay_top(m);

	if (!o || o->kind != OV_MENU || o->use != DLG_HINTS)
		return;
	if (!a->table) {
		fx_toast(fx, EL_ERROR, "%s", a->err->text);
		overlay_pop(m);
		return;
	}
	keep(m, a->table);
	menu_free(&o->menu);
	menu_init(&o->menu, _("Similar incidents that may have one cause"));
	for (int i = 0; i < a->table->rows; i++)
		add(m, o, a->table, i, fx->arena);
	for (size_t i = 0; m->hint_at && i < o->menu.nitems; i++)
		if (o->menu.item[i].id == m->hint_at)
			o->menu.scroll.cur = (int)i;
	m->hint_at = 0;
	if (!a->table->rows)
		menu_add(
			&o->menu, &(struct menu_entry){
						  .id = -1, .label = _("none so far; the desk looks through the last days beside its work"), .off = ""});
}

void hints_set_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	const char *id = a->table ? table_get(a->table, 0, 0) : NULL, *why = a->table ? table_get(a->table, 0, 1) : NULL;

	if (!a->table)
		fx_toast(fx, EL_ERROR, "%s", a->err->text);
	else if (!id)
		fx_toast(fx, EL_ERROR, "%s", why ? why : _("not any more"));
	else
		fx_toast(fx, EL_OK, a->req.arg ? _("Hint %s is shown again") : _("Hint %s is dismissed; u takes that back"), id);
	if (overlay_top(m) && overlay_top(m)->use == DLG_HINTS)
		ask(fx);
}

static void set(int id, bool again, struct effects *fx)
{
	char n[16];
	const char *params[] = {n, again ? "open" : "dismissed"};

	snprintf(n, sizeof n, "%d", id);
	fx_query(fx, (struct req){REQ_HINT_SET, 0, id, again}, 0,
		"select r->>'id', r->'error'->>'text' from desk.hint_set($1::int, $2) r", 2, params);
}

static void go_to(struct model *m, int id, struct effects *fx)
{
	json_t *all = m->hints ? json_loads(m->hints, 0, NULL) : NULL;
	const char *numbers = json_string_value(json_object_get(all, sd_arena_printf(fx->arena, "%d", id)));

	if (numbers)
		model_view_filtered(m, views_find(m->views, "all"), sd_arena_printf(fx->arena, "number:%s", numbers), fx);
	json_decref(all);
}

void hints_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	const struct menu_item *it = menu_selected(&o->menu);
	int id = it ? it->id : -1;
	enum widget_result r;

	if (id > 0 && (key_is(k, 'x', 0) || key_is(k, 'D', 0) || key_is(k, KEY_CODE_DELETE, 0))) {
		o->command = id;
		set(id, false, fx);
		return;
	}
	if (key_is(k, 'u', 0)) {
		if (o->command)
			set(o->command, true, fx);
		else
			fx_toast(fx, EL_DIM, "%s", _("Nothing was dismissed here; svcdesk hints reopen ID takes back what was before"));
		o->command = 0;
		return;
	}
	r = menu_update(&o->menu, k);
	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	overlay_pop(m);
	if (r == W_SUBMIT && id > 0)
		go_to(m, id, fx);
}
