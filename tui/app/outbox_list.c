/* The list of what was not sent yet: open its ticket, take it back, send it again; and what came of what earlier consoles left.
 */
#include "config.h"
#include "tui/app/outbox.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/bulk.h"
#include "tui/app/drafts.h"

enum { LABEL_LEAST = 30, FRAME = 14 };

const char *outbox_why(const struct model *m, const struct out_item *it)
{
	if (it->state == OUT_HELD)
		return _("waits for you");
	if (!m->session.online)
		return it->unsure ? _("perhaps sent: waits for the line") : _("waits for the line");
	return it->state == OUT_SENT ? _("sent, no answer yet") : _("waits for the act before it");
}

/* "INC100001 Note: first words", and of what waits for the person why. */
static char *label_of(const struct out_item *it)
{
	json_t *j = json_loads(it->u->fields, 0, NULL);
	const char *body = json_string_value(json_object_get(j, "body")), *subject = json_string_value(json_object_get(j, "subject")),
			   *words = body      ? body
						: subject ? subject
								  : "";
	struct sd_str s = {0}, line = {0};

	sd_str_addf(&line, "%.*s", (int)strcspn(words, "\n"), words);
	sd_str_add(&s, it->u->label);
	if (*it->u->why)
		sd_str_addf(&s, ": %s", it->u->why);
	if (line.len) {
		sd_str_add(&s, ": ");
		sd_text_clean(&s, line.data, line.len, SD_CLEAN_LINE);
	}
	sd_str_free(&line);
	json_decref(j);
	return sd_str_take(&s);
}

static void fill(struct model *m, struct overlay *o)
{
	struct sd_arena *a = sd_arena_new();

	menu_init(&o->menu, _("Acts that are not confirmed"));
	for (size_t i = 0; i < m->outbox->n; i++) {
		const struct out_item *it = &m->outbox->v[i];
		char *label = label_of(it),
			 *hint = sd_arena_printf(a, "%s  %s", sd_time_local(a, it->u->at, m->session.zone, "%m-%d %H:%M"), outbox_why(m, it));
		int width = m->width - sd_text_width(hint) - FRAME;

		menu_add(
			&o->menu, &(struct menu_entry){.id = it->id,
						  .label = sd_text_fit(a, label, width > LABEL_LEAST ? width : LABEL_LEAST, glyph(GL_ELLIPSIS), false),
						  .hint = hint});
		free(label);
	}
	sd_arena_free(a);
}

void outbox_open(struct model *m, struct effects *fx)
{
	struct overlay *o;

	if (!m->outbox->n) {
		fx_toast(fx, EL_OK, "%s", _("Nothing waits: everything you did is confirmed"));
		return;
	}
	o = overlay_push(m, OV_MENU);
	o->use = DLG_OUTBOX;
	fill(m, o);
}

void outbox_list_refresh(struct model *m)
{
	for (int i = 0; i < m->noverlays; i++) {
		struct overlay *o = m->overlay[i];
		const struct menu_item *was = o->kind == OV_MENU && o->use == DLG_OUTBOX ? menu_selected(&o->menu) : NULL;
		int id = was ? was->id : 0, at = o->menu.scroll.cur;

		if (o->kind != OV_MENU || o->use != DLG_OUTBOX)
			continue;
		menu_free(&o->menu);
		fill(m, o);
		for (size_t k = 0; k < o->menu.nitems; k++)
			if (o->menu.item[k].id == id)
				at = (int)k;
		o->menu.scroll.cur = at < (int)o->menu.nitems ? at : (int)o->menu.nitems - (o->menu.nitems > 0);
	}
}

static void ask(struct model *m, const struct out_item *it, struct effects *fx)
{
	struct overlay *o = overlay_push(m, OV_DIALOG);

	o->use = DLG_TAKE_BACK;
	o->command = it->id;
	dialog_confirm(&o->dialog, sd_arena_printf(fx->arena, _("Take it back: %s?"), it->u->label),
		it->unsure || it->state == OUT_SENT
			? _("It was sent before the line broke and may have arrived: then it stands, and can be undone.")
			: _("It was not sent."));
}

void outbox_answered(struct model *m, int id, bool yes, struct effects *fx)
{
	struct out_item *it = yes ? outbox_item(m, id) : NULL;

	if (yes && !it)
		fx_toast(fx, EL_WARN, "%s", _("Too late: it is confirmed"));
	if (it)
		outbox_take_back(m, it, fx);
}

/* Its ticket, or the form it was made from with what was typed. */
static void go_to(struct model *m, const struct out_item *it, struct effects *fx)
{
	const struct sd_unsent *u = it->u;
	int64_t ticket = u->call == SD_UNSENT_ACT ? u->ticket : u->nids ? u->ids[0] : 0;

	if (!ticket) {
		fx_toast(fx, EL_WARN, "%s", _("There is no ticket yet: it is opened when this is sent"));
		return;
	}
	queue_select(m->queue, ticket);
	model_open(m, ticket, fx);
}

void outbox_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	const struct menu_item *sel = menu_selected(&o->menu);
	struct out_item *it = sel ? outbox_item(m, sel->id) : NULL;
	enum widget_result r;

	if (it && key_is(k, 'r', 0)) {
		if (it->state == OUT_HELD)
			outbox_retry(m, it, fx);
		else
			fx_toast(fx, EL_OK, "%s: %s", it->u->label, outbox_why(m, it));
		return;
	}
	if (it && (key_is(k, 'x', 0) || key_is(k, 'D', 0) || key_is(k, KEY_CODE_DELETE, 0))) {
		ask(m, it, fx);
		return;
	}
	r = menu_update(&o->menu, k);
	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	overlay_pop(m);
	if (r == W_SUBMIT && it)
		go_to(m, it, fx);
}

/* ---- what earlier consoles have left: nobody else hears how it ended ---- */
void outbox_orphan(struct model *m, const struct out_item *it, const struct answer *a, struct effects *fx)
{
	const char *json = table_get(a->table, 0, 0);
	struct sd_err err = {0};
	struct sd_outcomes *o = json ? sd_outcomes_parse(json, &err) : NULL;
	const struct sd_outcome *bad = o && !o->all.ok ? &o->all : NULL;
	size_t done = 0;

	for (int i = 0; o && i < o->n; i++) {
		done += o->v[i].ok;
		bad = bad || o->v[i].ok ? bad : &o->v[i];
	}
	if (o && it->u->call == SD_UNSENT_UNDO && o->all.ok && it->u->part + 1 < o->parts) { /* the rest of it */
		struct sd_unsent *next = sd_unsent_copy(it->u);

		next->part++;
		outbox_send(m, next, (struct req){REQ_UNSENT, 0, (int64_t)++m->next_act, 0}, fx);
	}
	if (!o)
		fx_toast(fx, EL_ERROR, "%s: %s", it->u->label, a->err ? a->err->text : err.text);
	else if (bad)
		fx_toast(fx, EL_ERROR, _("%s: %zu done; %s: %s"), it->u->label, done, bad->number ? bad->number : "",
			act_refusal(m, fx->arena, it->u->kind, bad->error_id, bad->error_args, bad->error_text));
	else
		fx_toast(fx, EL_OK, _("%s: %zu done"), it->u->label, done);
	sd_outcomes_free(o);
}
