#include "config.h"
#include "tui/app/kb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/drafts.h"
#include "tui/app/palette.h"
#include "tui/pane/kb.h"

struct kb *kb_pane(const struct model *m)
{
	return (struct kb *)board_get(m, BOARD_KB);
}

bool kb_shown(const struct model *m)
{
	return board_shown(m) == BOARD_KB;
}

/* ---- why not ---- */
static const char *line_off(const struct model *m)
{
	return m->conn == CONN_READY && m->meta ? NULL : _("there is no connection");
}

const char *kb_reads_off(const struct model *m)
{
	return kb_shown(m) && kb_article(kb_pane(m)) ? NULL : _("open an article first");
}

const char *kb_writes_off(const struct model *m)
{
	const char *why = line_off(m);

	return why ? why : sd_meta_is_staff(m->meta) ? NULL : _("articles are written by those who work at the desk");
}

const char *kb_edit_off(const struct model *m)
{
	const char *why = kb_writes_off(m);

	return why ? why : kb_reads_off(m);
}

const char *kb_attach_off(const struct model *m)
{
	return m->env.restricted ? _("this console has the desk alone: no files and no shell of its host") : kb_edit_off(m);
}

const char *kb_ticket_off(const struct model *m)
{
	const char *why = kb_writes_off(m);

	if (why)
		return why;
	if (!kb_shown(m) || !*kb_here(kb_pane(m)))
		return _("no article is chosen");
	return kb_pane(m)->ticket ? NULL : _("you came from no ticket: go to one, then g k");
}

/* ---- opening ---- */
/* The ticket the cursor is on, when one comes from the queue or from a ticket. */
static void remember_ticket(struct model *m, struct kb *k)
{
	struct target t = model_target(m);

	if (kb_shown(m))
		return;
	k->ticket = t.id;
	k->ticket_version = t.version;
	snprintf(k->ticket_kind, sizeof k->ticket_kind, "%s", t.id && t.kind ? t.kind : "");
	snprintf(k->ticket_state, sizeof k->ticket_state, "%s", t.id && t.state ? t.state : "");
	snprintf(k->ticket_number, sizeof k->ticket_number, "%s", t.id ? t.number : "");
}

void kb_open(struct model *m, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	remember_ticket(m, k);
	kb_list_mode(k);
	board_begin(m, BOARD_KB, fx);
}

void kb_open_article(struct model *m, const char *number, const char *version, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	bool here = kb_shown(m);

	remember_ticket(m, k);
	if (!here) {
		kb_list_mode(k);
		k->direct = true;
	}
	kb_go(k, number, version);
	if (here)
		board_read(&k->board, &m->session, fx);
	else
		board_begin(m, BOARD_KB, fx);
}

void kb_command(struct model *m, const char *rest, struct effects *fx)
{
	struct words w = palette_split(fx->arena, rest);
	const char *number = w.n ? sd_kb_number(fx->arena, w.w[0]) : NULL;

	if (w.n && !number && strspn(w.w[0], "0123456789") == strlen(w.w[0]))
		number = sd_kb_number(fx->arena, sd_arena_printf(fx->arena, "KB%s", w.w[0]));
	if (number) {
		kb_open_article(m, number, w.n > 1 ? w.w[1] : NULL, fx);
		return;
	}
	kb_open(m, fx);
	if (w.n) {
		kb_filter(kb_pane(m), rest);
		board_read(&kb_pane(m)->board, &m->session, fx);
	}
}

bool kb_back(struct model *m, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	if (!kb_shown(m))
		return false;
	if (k->mode == KB_DIFF) {
		kb_choose(k, k->number, k->version);
		board_read(&k->board, &m->session, fx);
		return true;
	}
	if (k->mode == KB_LIST && *k->filter) {
		kb_filter(k, "");
		board_read(&k->board, &m->session, fx);
		return true;
	}
	if (k->mode == KB_LIST || k->direct)
		return false;
	kb_list_mode(k);
	board_read(&k->board, &m->session, fx);
	return true;
}

void kb_filter_typed(struct model *m, const char *text, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	kb_filter(k, text ? text : "");
	if (kb_shown(m))
		board_read(&k->board, &m->session, fx);
}

/* Only drafts, then what is in review ...: the word for the state goes before what was typed. */
static void next_states(struct model *m, struct effects *fx)
{
	static const char *const states[] = {"", "state:draft ", "state:review ", "state:published ", "state:retired "};
	enum { N = sizeof states / sizeof *states };
	struct kb *k = kb_pane(m);
	char filter[sizeof k->filter];
	size_t at = 0;

	for (size_t i = 1; i < N; i++)
		if (!strncmp(k->filter, states[i], strlen(states[i]) - 1))
			at = i;
	snprintf(filter, sizeof filter, "%s%s", states[(at + 1) % N],
		k->filter + strlen(states[at]) - (at && strlen(k->filter) < strlen(states[at]) ? 1 : 0));
	if (k->mode != KB_LIST)
		kb_list_mode(k);
	kb_filter_typed(m, filter, fx);
}

/* ---- menus ---- */
struct overlay *kb_menu(struct model *m, enum kb_menu what, const char *title)
{
	struct overlay *o = overlay_push(m, OV_MENU);

	o->use = DLG_KB;
	o->command = (int)what;
	menu_init(&o->menu, title);
	return o;
}

static void outline(struct model *m, struct effects *fx)
{
	size_t n;
	const struct sd_md_heading *h = sd_md_headings(kb_pane(m)->md, &n);
	struct overlay *o;

	if (!n) {
		fx_toast(fx, EL_DIM, "%s", _("This article has no headings"));
		return;
	}
	o = kb_menu(m, KB_MENU_OUTLINE, _("Outline"));
	for (size_t i = 0; i < n; i++)
		menu_add(&o->menu, &(struct menu_entry){
							   .id = (int)i, .label = sd_arena_printf(fx->arena, "%*s%s", 2 * (h[i].level - 1), "", h[i].text)});
}

static void versions(struct model *m, enum kb_menu what, const char *title, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct overlay *o;

	if (a->nversions < (what == KB_MENU_COMPARE ? 2 : 1)) {
		fx_toast(fx, EL_DIM, "%s", _("There is no other version you may see"));
		return;
	}
	o = kb_menu(m, what, title);
	for (int i = 0; i < a->nversions; i++) {
		const struct sd_kb_version *v = &a->versions[i];

		menu_add(
			&o->menu, &(struct menu_entry){.id = i,
						  .label = sd_arena_printf(fx->arena, "%-5s %s  %s", v->version, kb_state_word(v->state), v->note),
						  .hint = sd_arena_printf(
							  fx->arena, "%s  %s", v->author, sd_time_local(fx->arena, v->at, m->session.zone, "%Y-%m-%d %H:%M")),
						  .off = what == KB_MENU_COMPARE && !strcmp(v->version, a->version) ? _("it is the one shown") : NULL});
	}
}

static const struct {
	const char *verb, *key;
} step_keys[] = {
	{"submit", "S"}, {"approve", "A"}, {"reject", "R"}, {"publish", "P"}, {"retire", "X"}, {"withdraw", "w"}, {"restore", "r"}};

static void steps(struct model *m, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct overlay *o;

	if (!a->nsteps) {
		fx_toast(fx, EL_DIM, _("Nothing can be done by you with version %s, which is: %s"), a->version, kb_state_word(a->state));
		return;
	}
	o = kb_menu(m, KB_MENU_STEPS, sd_arena_printf(fx->arena, "%s %s", a->number, a->version));
	for (int i = 0; i < a->nsteps; i++) {
		const char *key = NULL;

		for (size_t s = 0; s < sizeof step_keys / sizeof *step_keys; s++)
			if (!strcmp(step_keys[s].verb, a->steps[i].verb))
				key = step_keys[s].key;
		menu_add(&o->menu, &(struct menu_entry){i, key, kb_verb_label(a->steps[i].verb), kb_state_word(a->steps[i].to), NULL});
	}
}

static void compare(struct model *m, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	if (k->mode == KB_DIFF)
		kb_back(m, fx);
	else
		versions(m, KB_MENU_COMPARE, _("Compare with"), fx);
}

/* ---- steps ---- */
static bool asks(const struct sd_kb_step *s)
{
	return s->reason || !strcmp(s->verb, "publish") || !strcmp(s->verb, "approve");
}

/* What the desk has not offered is sent all the same: it says why not, in words. */
static void step(struct model *m, const char *verb, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	const struct sd_kb_step *found = NULL;
	char *args;

	for (int i = 0; i < a->nsteps; i++)
		if (!strcmp(a->steps[i].verb, verb))
			found = &a->steps[i];
	if (found && asks(found)) {
		kb_form_step(m, verb, found->reason);
		return;
	}
	args = sd_arena_printf(fx->arena, "{\"version\":\"%s\"}", a->version);
	kb_step(m, a->number, verb, args, fx);
}

void kb_menu_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	enum kb_menu what = (enum kb_menu)o->command;
	bool gone = what == KB_MENU_FILES && key_is(k, 'x', 0) && menu_selected(&o->menu);
	enum widget_result r = gone ? W_SUBMIT : menu_update(&o->menu, k);
	struct kb *p = kb_pane(m);
	const struct sd_kb *a = kb_article(p);
	int id;

	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	id = r == W_SUBMIT ? menu_selected(&o->menu)->id : -1;
	overlay_pop(m);
	if (id < 0 || !a)
		return;
	if (what == KB_MENU_OUTLINE) {
		kb_heading_to(p, id);
	} else if (what == KB_MENU_VERSIONS && id < a->nversions) {
		kb_go(p, a->number, a->versions[id].version);
		board_read(&p->board, &m->session, fx);
	} else if (what == KB_MENU_COMPARE && id < a->nversions) { /* the list has the newest first */
		const char *other = a->versions[id].version;
		bool newer = false;

		for (int i = 0; i < id; i++)
			newer = newer || !strcmp(a->versions[i].version, a->version);
		kb_compare(p, newer ? other : a->version, newer ? a->version : other);
		board_read(&p->board, &m->session, fx);
	} else if (what == KB_MENU_STEPS && id < a->nsteps) {
		step(m, sd_arena_strdup(fx->arena, a->steps[id].verb), fx);
	} else if (what == KB_MENU_FILES) {
		kb_file_form(m, id, gone, fx);
	} else if (what == KB_MENU_ANSWERS) {
		kb_answer_form(m, id, fx);
	} else if (what == KB_MENU_COPY) {
		kb_copy_what(m, id, fx);
	}
}

/* ---- keys ---- */
static bool act_of_step(struct model *m, enum action a, struct effects *fx)
{
	static const char *const verbs[] = {"submit", "approve", "reject", "publish", "retire"};

	if (a < ACT_KB_SUBMIT || a > ACT_KB_RETIRE)
		return false;
	step(m, verbs[a - ACT_KB_SUBMIT], fx);
	return true;
}

bool kb_act(struct model *m, enum action a, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	if (act_of_step(m, a, fx))
		return true;
	if (a >= ACT_KB_LINK_1 && a <= ACT_KB_LINK_9) {
		kb_follow(m, 1 + (int)(a - ACT_KB_LINK_1), fx);
		return true;
	}
	switch (a) {
	case ACT_OPEN:
		if (k->mode == KB_READ)
			kb_follow(m, 0, fx);
		break;
	case ACT_KB_OUTLINE:
		outline(m, fx);
		break;
	case ACT_KB_FILTER:
		if (k->mode != KB_LIST)
			kb_list_mode(k);
		prompt_open(m, PROMPT_KB, k->filter);
		break;
	case ACT_KB_STATES:
		next_states(m, fx);
		break;
	case ACT_KB_VERSIONS:
		versions(m, KB_MENU_VERSIONS, _("Versions"), fx);
		break;
	case ACT_KB_DIFF:
		compare(m, fx);
		break;
	case ACT_KB_NEW:
		kb_form_new(m, fx);
		break;
	case ACT_KB_EDIT:
		kb_form_edit(m, fx);
		break;
	case ACT_KB_FIELDS:
		kb_form_fields(m);
		break;
	case ACT_KB_STEPS:
		steps(m, fx);
		break;
	case ACT_KB_FEEDBACK:
		kb_form_feedback(m);
		break;
	case ACT_KB_ATTACH:
		kb_form_attach(m);
		break;
	case ACT_KB_FILES:
		kb_files(m, fx);
		break;
	case ACT_KB_CHECK:
		kb_check_form(m);
		break;
	case ACT_KB_ANSWER:
		kb_answers(m, fx);
		break;
	case ACT_KB_TICKET:
		kb_to_ticket(m, fx);
		break;
	case ACT_KB_QUOTE:
		kb_quote(m, fx);
		break;
	case ACT_KB_COPY:
		kb_copy(m, fx);
		break;
	default:
		return false;
	}
	return true;
}

void kb_copy(struct model *m, struct effects *fx)
{
	struct overlay *o;

	if (kb_code(kb_pane(m))) {
		kb_copy_what(m, -1, fx);
		return;
	}
	o = kb_menu(m, KB_MENU_COPY, _("Copy"));
	menu_add(&o->menu, &(struct menu_entry){0, "n", _("Number"), NULL, NULL});
	menu_add(&o->menu, &(struct menu_entry){1, "l", _("The link chosen"), NULL,
						   kb_pane(m)->link ? NULL : _("no link is chosen: Tab chooses one")});
	menu_add(&o->menu, &(struct menu_entry){2, "a", _("The whole article, as Markdown"), NULL, NULL});
}

/* ---- answers ---- */
static void told(struct effects *fx, enum kb_what what, const json_t *j, const char *state)
{
	const char *number = store_text(fx->arena, j, "number"), *version = store_text(fx->arena, j, "version");

	if (what == KB_DO_NEW || what == KB_DO_EDIT)
		fx_toast(fx, EL_OK,
			store_bool(j, "merged")                          ? _("%s: version %s is saved, joined with what others wrote")
			: json_array_size(json_object_get(j, "changed")) ? _("%s: version %s is saved")
															 : _("%s: nothing was changed; version %s stays"),
			number, version);
	else if (what == KB_DO_FIELDS)
		fx_toast(fx, EL_OK, _("%s is changed"), number);
	else if (what == KB_DO_STEP && !strcmp(state, "scheduled"))
		fx_toast(fx, EL_OK, _("%s %s will be published: %s"), number, version, store_text(fx->arena, j, "publish_at"));
	else if (what == KB_DO_STEP)
		fx_toast(fx, EL_OK, _("%s %s is now: %s"), number, version, kb_state_word(state));
	else if (what == KB_DO_FEEDBACK)
		fx_toast(fx, EL_OK, "%s", store_bool(j, "task") ? _("Thank you: its owner was told") : _("Thank you: it is counted"));
	else if (what == KB_DO_ATTACH)
		fx_toast(fx, EL_OK, _("Attached to %s"), number);
	else if (what == KB_DO_DETACH)
		fx_toast(fx, EL_OK, _("%s is removed from %s"), store_text(fx->arena, j, "name"), number);
	else if (what == KB_DO_ANSWER)
		fx_toast(fx, EL_OK, _("%s: answered"), number);
	else if (what == KB_DO_CHECK)
		fx_toast(fx, EL_OK, _("%s %s: %d %% of the checklist"), number, version, (int)store_int(j, "quality"));
}

/* The pane shows what there is now: after a save the version that was written. */
static void done(struct model *m, enum kb_what what, const char *json, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	struct sd_err ignored;
	json_t *j = store_object(json, "kb", &ignored);
	const char *state = store_text(fx->arena, j, "state"), *version = store_text(fx->arena, j, "version"),
			   *number = store_text(fx->arena, j, "number");

	told(fx, what, j, state);
	if (kb_shown(m) && (what == KB_DO_NEW || what == KB_DO_EDIT)) {
		if (what == KB_DO_NEW)
			kb_go(k, number, version);
		else
			kb_choose(k, number, version);
	}
	if (kb_shown(m) && what == KB_DO_STEP && k->mode != KB_LIST && !strcmp(k->number, number))
		kb_choose(k, number, version);
	json_decref(j);
	if (kb_shown(m))
		board_read(&k->board, &m->session, fx);
}

static void refused(struct model *m, struct kb_form *f, const struct answer *a, const char *why, struct effects *fx)
{
	const char *id = table_get(a->table, 0, 0);

	if (f && id && !strcmp(id, "kb_conflict") && kb_conflict(m, f, table_get(a->table, 0, 1), fx))
		return;
	if (f)
		form_error(&f->form, table_get(a->table, 0, 3), why);
	else
		fx_toast(fx, EL_ERROR, "%s", why);
}

void kb_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	enum kb_what what = (enum kb_what)a->req.id;
	struct kb_form *f = kb_form_waiting(m, what);
	const char *id = table_get(a->table, 0, 0), *json = table_get(a->table, 0, 4);
	const char *why = a->err ? a->err->text
					  : id   ? act_refusal(m, fx->arena, "article", id, table_get(a->table, 0, 1), table_get(a->table, 0, 2))
							 : NULL;

	if (what == KB_DO_PICK) {
		kb_pick_rows(m, a, fx);
		return;
	}
	if (what == KB_DO_FIND) {
		kb_found(m, json, fx);
		return;
	}
	if (f)
		f->form.busy = false;
	if (why) {
		refused(m, f, a, why, fx);
		return;
	}
	if (!json)
		return;
	if (what == KB_DO_QUOTE) {
		kb_quoted(m, json, fx);
		return;
	}
	if (f && (what == KB_DO_NEW || what == KB_DO_EDIT))
		drafts_drop(m, kb_draft_key(m, fx->arena, f->number ? f->number : ""), fx);
	if (f && overlay_top(m)->kind == OV_KB && overlay_top(m)->kb == f)
		overlay_pop(m);
	done(m, what, json, fx);
}
