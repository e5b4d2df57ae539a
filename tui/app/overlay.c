/* What stands over the panes: forms, the menu of acts, questions, help. Keys go to the topmost. */
#include "config.h"
#include "tui/app/duty.h"
#include "tui/app/kb.h"
#include "tui/app/find.h"
#include "tui/app/hints.h"
#include "tui/app/match.h"
#include "tui/pane/match.h"
#include "tui/app/outage.h"
#include "tui/app/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"
#include "tui/app/bulk.h"
#include "tui/app/ci.h"
#include "tui/app/drafts.h"
#include "tui/app/explain.h"
#include "tui/app/macros.h"
#include "tui/app/merge.h"
#include "tui/app/copy.h"
#include "tui/app/options.h"
#include "tui/app/outbox.h"
#include "tui/app/triage.h"
#include "tui/app/undo.h"
#include "tui/pane/explain.h"

struct overlay *overlay_top(struct model *m)
{
	return m->noverlays ? m->overlay[m->noverlays - 1] : NULL;
}

struct overlay *overlay_push(struct model *m, enum overlay_kind kind)
{
	struct overlay *o = sd_calloc(1, sizeof *o);

	if (m->noverlays == OVERLAYS)
		overlay_pop(m);
	o->kind = kind;
	m->overlay[m->noverlays++] = o;
	m->keys = (struct keystate){0};
	return o;
}

struct overlay *overlay_come(struct model *m, enum overlay_kind kind)
{
	struct overlay *top = overlay_top(m), *o;

	if (m->noverlays == OVERLAYS)
		return NULL;
	o = overlay_push(m, kind);
	if (top) {
		m->overlay[m->noverlays - 2] = o;
		m->overlay[m->noverlays - 1] = top;
	}
	return o;
}

void overlay_pop(struct model *m)
{
	struct overlay *o = overlay_top(m);

	if (!o)
		return;
	m->noverlays--;
	if (o->kind == OV_FORM)
		act_form_free(o->form);
	else if (o->kind == OV_MENU)
		menu_free(&o->menu);
	else if (o->kind == OV_HELP)
		helpview_free(&o->help);
	else if (o->kind == OV_MACROS || o->kind == OV_TRIAGE || o->kind == OV_CI_PICK)
		picker_free(o->picker);
	else if (o->kind == OV_FIND)
		find_closed(m);
	else if (o->kind == OV_DUTY)
		duty_form_free(o->duty);
	else if (o->kind == OV_CI)
		ci_form_free(o->ci);
	else if (o->kind == OV_KB)
		kb_form_free(o->kb);
	else if (o->kind == OV_OUTAGE)
		outage_form_free(o->outage);
	else if (o->kind == OV_EXPLAIN)
		explain_free(o->explain);
	else if (o->kind == OV_MATCH)
		match_page_free(o->match);
	else if (o->kind == OV_DIALOG)
		dialog_free(&o->dialog);
	merge_free(o->merge);
	act_free(o->act);
	drafts_menu_free(o);
	free(o->picker);
	free(o);
}

/* ---- help ---- */
static void help_actions(struct model *m, struct helpview *h, unsigned contexts, enum section sec)
{
	struct sd_arena *names = sd_arena_new();
	bool head = false;

	for (size_t i = 0; i < actions_n; i++) {
		const struct action_def *a = &actions[i];
		char keys[128];
		struct help_entry e;

		if (a->section != sec || !(a->contexts & contexts))
			continue;
		if (!head)
			helpview_section(h, section_label(sec));
		head = true;
		e = (struct help_entry){(int)a->id, keymap_keys(&m->keymap, (int)a->id, false, keys, sizeof keys), _(a->help),
			a->off ? a->off(m) : NULL, sd_arena_printf(names, "%s %s", a->name, _(a->label))};
		helpview_add(h, &e);
	}
	sd_arena_free(names);
}

static void help_verbs(struct model *m, struct helpview *h)
{
	struct sd_arena *a = sd_arena_new();
	struct target t = model_target(m);
	const struct sd_kind *k = t.id ? sd_meta_kind(m->meta, t.kind) : NULL;

	if (m->nverbs)
		helpview_section(h, _("Acts on a ticket"));
	for (size_t i = 0; i < m->nverbs; i++) {
		struct help_entry e = {ACT_VERB + (int)i, m->verbs[i].key, m->verbs[i].label, NULL, NULL};
		struct sd_str keys = {0};

		if (k && !bulk_wanted(m) && !sd_kind_verb(k, m->verbs[i].verb))
			continue; /* of another kind */
		e.off = bulk_wanted(m) ? bulk_off(m, m->verbs[i].verb, a) : act_off(m, &t, m->verbs[i].verb, a);
		sd_str_addf(&keys, "%s%s:%s", m->verbs[i].key, *m->verbs[i].key ? ", " : "", m->verbs[i].verb);
		e.keys = keys.data;
		helpview_add(h, &e);
		sd_str_free(&keys);
	}
	sd_arena_free(a);
}

static void help_commands(struct model *m, struct helpview *h)
{
	if (m->user.ncommands)
		helpview_section(h, _("Your commands"));
	for (size_t i = 0; i < m->user.ncommands; i++) {
		struct sd_str text = {0};
		char keys[128];
		struct help_entry e = {
			ACT_USER + (int)i, keymap_keys(&m->keymap, ACT_USER + (int)i, false, keys, sizeof keys), "", NULL, NULL};

		sd_str_addf(&text, "%s  :%s", m->user.command[i].name, m->user.command[i].line);
		e.label = text.data;
		helpview_add(h, &e);
		sd_str_free(&text);
	}
}

static void help_problems(const struct model *m, struct helpview *h)
{
	if (m->user.nproblems)
		helpview_section(h, _("Wrong in your configuration"));
	for (size_t i = 0; i < m->user.nproblems; i++) {
		struct sd_arena *a = sd_arena_new();
		struct sd_lines lines = sd_text_wrap(a, m->user.problem[i], m->width < 90 ? m->width / 2 + 10 : 55);

		for (size_t k = 0; k < lines.n; k++)
			helpview_add(h, &(struct help_entry){-1, k ? "" : "!", lines.line[k], NULL, NULL});
		sd_arena_free(a);
	}
}

void help_open(struct model *m, bool all)
{
	const struct pane_ops *ops = m->pane[m->focus]->ops;
	unsigned contexts = (all ? CTX_ALL : (unsigned)ops->context) | CTX_SEARCH;
	struct overlay *o = overlay_push(m, OV_HELP);
	char title[96];

	snprintf(title, sizeof title, _("Keys: %s"), all ? _("all panes") : _(ops->title));
	helpview_init(&o->help, title);
	if (all)
		help_problems(m, &o->help);
	if (contexts & CTX_TICKET)
		help_verbs(m, &o->help);
	if (!all && ops->context == CTX_TRIAGE) /* what is done here comes first */
		help_actions(m, &o->help, contexts, SEC_TRIAGE);
	for (int s = 0; s < SECTIONS; s++)
		if (all || ops->context != CTX_TRIAGE || s != SEC_TRIAGE)
			help_actions(m, &o->help, contexts, (enum section)s);
	help_commands(m, &o->help);
	helpview_section(&o->help, _("Where you write"));
	helpview_add(&o->help, &(struct help_entry){-1, "Ctrl-s, Alt-Enter", _("Send; Tab goes to the next field"), NULL, NULL});
	helpview_add(&o->help, &(struct help_entry){-1, "Esc", _("Close; what you typed is kept and offered again"), NULL, NULL});
	helpview_add(
		&o->help, &(struct help_entry){-1, "Ctrl-x m, :word Tab", _("Insert a text you or your groups keep"), NULL, NULL});
	helpview_add(&o->help, &(struct help_entry){-1, "Ctrl-x e", _("Write in your own editor"), NULL, NULL});
	helpview_add(&o->help, &(struct help_entry){-1, "Ctrl-x d", _("Throw the draft away"), NULL, NULL});
	helpview_add(&o->help,
		&(struct help_entry){-1, "m t e b", _("Others changed the same: mine, theirs, another value, both"), NULL, NULL});
	o->help.scroll.cur = o->help.nshown > 1; /* behind the first headline */
}

/* ---- the menu of acts ---- */
void menu_open(struct model *m)
{
	bool many = bulk_wanted(m);
	struct target t = many ? bulk_sample(m) : model_target(m);
	const struct sd_kind *k = many && !t.id ? &m->meta->kinds[0] : sd_meta_kind(m->meta, t.id ? t.kind : "");
	struct sd_arena *a = sd_arena_new();
	struct overlay *o;
	char title[96];

	if (!k) {
		sd_arena_free(a);
		return;
	}
	o = overlay_push(m, OV_MENU);
	menu_init(&o->menu, many ? bulk_title(m, title, sizeof title) : t.number);
	for (size_t i = 0; i < m->nverbs; i++) {
		const struct sd_verb *v = sd_kind_verb(k, m->verbs[i].verb);
		struct menu_entry e;

		if (!v || !v->menu)
			continue;
		e = (struct menu_entry){ACT_VERB + (int)i, *m->verbs[i].key ? m->verbs[i].key : NULL, v->label, v->verb,
			many ? bulk_off(m, v->verb, a) : act_off(m, &t, v->verb, a)};
		menu_add(&o->menu, &e);
	}
	sd_arena_free(a);
}

/* ---- keys ---- */
static void dialog_done(struct model *m, struct overlay *o, bool submitted, struct effects *fx)
{
	enum dialog_use use = o->use;
	int choice = o->dialog.current;
	bool yes = submitted && use != DLG_CROSSED && dialog_yes(&o->dialog);
	int command = o->command;
	struct act *act = o->act;
	struct merge *merge = o->merge;

	o->act = NULL;
	o->merge = NULL;
	overlay_pop(m);
	if (use == DLG_QUIT && yes)
		model_quit(m, fx);
	else if (use == DLG_TAKE_BACK)
		outbox_answered(m, command, yes, fx);
	else if (use == DLG_HOSTS)
		draft_hosts_choice(m, submitted ? choice : 0, fx);
	else if (use == DLG_COMMAND) {
		if (yes)
			model_command(m, command, true, fx);
	} else if (use == DLG_BULK)
		bulk_answered(m, yes, fx);
	else if (use == DLG_CROSSED)
		crossed_done(m, act, merge, submitted ? choice : CROSSED_BACK, fx);
	else
		act_free(act);
}

/* Lists that have keys of their own; of the others a choice is an action. */
static const struct {
	enum dialog_use use;
	void (*key)(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
} lists[] = {{DLG_DRAFTS, drafts_key}, {DLG_OUTBOX, outbox_key}, {DLG_COPY, copy_key}, {DLG_KB, kb_menu_key},
	{DLG_OPTIONS, options_key}, {DLG_THEME, themes_key}, {DLG_RESULTS, bulk_results_key}, {DLG_MATCH, match_key},
	{DLG_HINTS, hints_key}, {DLG_CI_TYPES, ci_types_key}, {DLG_UNDO, undo_list_key}};

static void menu_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	enum widget_result r;
	int id;

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (lists[i].use == o->use) {
			lists[i].key(m, o, k, fx);
			return;
		}
	r = menu_update(&o->menu, k);
	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	id = r == W_SUBMIT ? menu_selected(&o->menu)->id : ACT_NONE;
	overlay_pop(m);
	if (id != ACT_NONE)
		model_action(m, id, 0, fx);
}

void overlay_key(struct model *m, const struct key *k, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	enum widget_result r;
	int id;

	switch (o->kind) {
	case OV_FORM:
		act_form_key(m, o->form, k, fx);
		break;
	case OV_MENU:
		menu_key(m, o, k, fx);
		break;
	case OV_HELP:
		r = helpview_update(&o->help, k);
		if (r != W_SUBMIT && r != W_CANCEL)
			break;
		id = r == W_SUBMIT ? helpview_selected(&o->help) : -1;
		overlay_pop(m);
		if (id > ACT_NONE)
			model_action(m, id, 0, fx);
		break;
	case OV_KB:
		kb_form_key(m, o->kb, k, fx);
		break;
	case OV_DUTY:
		duty_form_key(m, o->duty, k, fx);
		break;
	case OV_CI:
		ci_form_key(m, o->ci, k, fx);
		break;
	case OV_CI_PICK:
		ci_pick_key(m, o, k, fx);
		break;
	case OV_OUTAGE:
		outage_key(m, o->outage, k, fx);
		break;
	case OV_MACROS:
		macros_key(m, o, k, fx);
		break;
	case OV_TRIAGE:
		triage_pick_key(m, o, k, fx);
		break;
	case OV_FIND:
		find_key(m, k, fx);
		break;
	case OV_MATCH:
		match_page_key(m, o, k, fx);
		break;
	case OV_EXPLAIN:
		explain_key(m, o, k, fx);
		break;
	case OV_MERGE:
		merge_key(m, o, k, fx);
		break;
	case OV_DIALOG:
		if (o->use == DLG_QUIT && key_is(k, 'q', 0)) { /* q q leaves */
			overlay_pop(m);
			model_quit(m, fx);
			break;
		}
		r = dialog_update(&o->dialog, k);
		if (r == W_SUBMIT || r == W_CANCEL)
			dialog_done(m, o, r == W_SUBMIT, fx);
		break;
	}
}
