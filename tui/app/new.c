/* A new ticket begins with who calls: the card of the caller stands beside the form while one types. */
#include "config.h"
#include "tui/app/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/drafts.h"
#include "tui/app/match.h"

enum { CARD_SIDE_MIN = 90, CARD_LOW = 12, CHOICES_MAX = 32, KEYS_MOST = 9, POPUP_W = 160, POPUP_H = 34 };

static void add_solved(struct model *m, struct act_form *f)
{
	const struct sd_verb *v = sd_kind_verb(sd_meta_kind(m->meta, f->kind), "resolve");
	const struct sd_param *code = sd_verb_param(v, "code");
	struct form_choice choices[CHOICES_MAX];
	struct form_field_def def = {.name = "solved_code", .type = FORM_CHOICE, .choices = choices};

	if (form_value(&f->form, "solved_body"))
		return;
	for (int i = 0; code && i < code->choices.n && i < CHOICES_MAX; i++)
		choices[def.nchoices++] = (struct form_choice){
			code->choices.w[i], sd_meta_choice(m->meta, f->kind, *code->field ? code->field : "code", code->choices.w[i])};
	if (def.nchoices) {
		def.label = code->label;
		def.initial = *code->initial ? code->initial : choices[0].value;
		form_add(&f->form, &def);
	}
	def = (struct form_field_def){.name = "solved_body", .label = _("Solution"), .type = FORM_MULTILINE};
	form_add(&f->form, &def);
}

/* Somebody calls for it: opening one asks for a person. Others (a shift handover) are opened by their name or an action. */
static bool has_caller(const struct sd_kind *k)
{
	const struct sd_verb *v = sd_kind_verb(k, "create");

	for (int i = 0; v && i < v->nparams; i++)
		if (!strcmp(v->params[i].type, "person"))
			return true;
	return false;
}

void new_open(struct model *m, const char *kind, int64_t draft, struct effects *fx)
{
	const struct sd_kind *k = NULL;
	struct act_form *f;
	bool callers = false;

	for (int i = 0; !kind && m->meta && i < m->meta->nkinds; i++)
		callers = callers || has_caller(&m->meta->kinds[i]);

	for (int i = 0; m->meta && i < m->meta->nkinds; i++) {
		const struct sd_kind *have = &m->meta->kinds[i];

		if (!sd_kind_verb(have, "create") || (kind && strcmp(kind, have->kind) != 0) || (callers && !has_caller(have)))
			continue;
		k = have; /* the kind that comes first is what most calls are; the others are opened by name */
		break;
	}
	if (!k) {
		fx_toast(fx, EL_WARN, "%s", kind ? _("There is no such kind of ticket") : _("No kind of ticket can be opened here"));
		return;
	}
	f = act_form_new(m, &(struct target){.kind = k->kind, .draft = draft}, sd_kind_verb(k, "create"), NULL, 0);
	free(f->form.title);
	f->form.title = sd_strdup(sd_arena_printf(fx->arena, _("New: %s"), k->label));
	if (sd_kind_verb(k, "resolve"))
		form_add(&f->form, &(struct form_field_def){.name = "solved", .label = _("Solved now"), .type = FORM_BOOL});
	act_form_open(m, f);
	if (f->form.nfields)
		form_focus(&f->form, f->form.field[0].name);
	new_card(m, f, fx);
}

/* The field that names the caller: the first of persons. */
static const struct form_field *caller(const struct act_form *f)
{
	for (size_t i = 0; i < f->form.nfields; i++)
		if (f->form.field[i].type == FORM_PERSON)
			return &f->form.field[i];
	return NULL;
}

void new_card(struct model *m, struct act_form *f, struct effects *fx)
{
	const struct form_field *field = caller(f);
	const struct picker_item *under = field && field->picker ? picker_selected(field->picker) : NULL;
	const char *value = !field ? NULL : field->picked && *field->picked ? field->picked : under ? under->value : NULL;
	const char *params[] = {value};
	const char *solved = form_value(&f->form, "solved");
	int person = value ? atoi(value) : 0;

	if (solved && !strcmp(solved, "true") && !f->solved)
		add_solved(m, f);
	f->solved = solved && !strcmp(solved, "true");
	if (person == f->person)
		return;
	f->person = person;
	sd_card_free(f->card);
	f->card = NULL;
	if (person)
		fx_query(fx, (struct req){REQ_CARD, 0, person, 0}, 0, "select desk.caller_card($1::int)", 1, params);
}

static const struct sd_kind *kind_of_number(const struct sd_meta *meta, const char *number)
{
	for (int i = 0; i < meta->nkinds; i++)
		if (!strncmp(meta->kinds[i].prefix, number, strlen(meta->kinds[i].prefix)))
			return &meta->kinds[i];
	return NULL;
}

/* What was typed so far goes into a note to an open ticket of the caller, behind what is there already as a draft. */
static void add_to(struct model *m, struct act_form *f, const struct sd_brief *b, struct effects *fx)
{
	const struct sd_kind *k = kind_of_number(m->meta, b->number);
	const char *typed[] = {form_value(&f->form, "subject"), form_value(&f->form, "body")};
	struct sd_str text = {0};
	struct target t = {.id = b->id, .number = b->number, .kind = k ? k->kind : "", .state = b->state};
	const char *why = act_off(m, &t, "note", fx->arena);
	char *key = sd_arena_strdup(fx->arena, f->draft_key);
	struct act_form *note;

	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
		return;
	}
	note = act_form_new(m, &t, sd_kind_verb(k, "note"), NULL, 0);
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		if (typed[i] && *typed[i])
			sd_str_addf(&text, "%s%s", text.len ? "\n" : "", typed[i]);
	overlay_pop(m);
	act_form_open(m, note);
	if (text.len) {
		const char *before = form_value(&note->form, "body");
		char *all = sd_arena_printf(fx->arena, "%s%s%s", before, *before ? "\n" : "", text.data);

		form_set(&note->form, "body", all, NULL);
		act_form_edited(m, note, fx);
		act_form_draft(m, note, fx);
	}
	drafts_drop(m, key, fx);
	sd_str_free(&text);
	form_focus(&note->form, "body");
}

bool new_key(struct model *m, struct act_form *f, const struct key *k, struct effects *fx)
{
	int n = k->mods == KEY_ALT && k->code >= '1' && k->code <= '9' ? (int)(k->code - '1') : -1;

	if (k->mods == KEY_ALT && k->code == 'f')
		return match_open_typed(m);
	if (n < 0 || !f->card || n >= f->card->nopen)
		return false;
	add_to(m, f, &f->card->open[n], fx);
	return true;
}

/* ---- drawing ---- */
static int line(struct region r, int y, enum element e, const char *text)
{
	if (y < r.h)
		draw_fit(r, 0, y, r.w, e, text, false);
	return y + 1;
}

/* key: Alt- what adds to this ticket; 0 = none. */
static void brief_line(struct model *m, struct region r, int y, const struct sd_brief *b, int key)
{
	const struct sd_kind *k = kind_of_number(m->meta, b->number);
	int x = 0;

	if (key)
		x = draw_textf(r, 0, y, EL_KEY, "Alt-%d", key) + 1;
	x += draw_text(r, x, y, EL_LINK, b->number) + 1;
	x += draw_text(r, x, y, EL_DIM, sd_meta_state(m->meta, k ? k->kind : "", b->state)) + 1;
	if (x < r.w)
		draw_fit(r, x, y, r.w - x, EL_NORMAL, b->subject, false);
}

static int brief_lines(struct model *m, struct region r, int y, const struct sd_brief *b, int n, bool keys)
{
	for (int i = 0; i < n && y < r.h; i++, y++)
		brief_line(m, r, y, &b[i], keys && i < KEYS_MOST ? i + 1 : 0);
	return y;
}

static bool is_open(const struct sd_card *c, int64_t id)
{
	for (int i = 0; i < c->nopen; i++)
		if (c->open[i].id == id)
			return true;
	return false;
}

/* Little height: the open tickets, then the others, in two columns. */
static void brief_grid(struct model *m, struct region r, const struct sd_card *c)
{
	struct region half[2] = {region_sub(r, 0, 0, r.w / 2 - 1, r.h), region_sub(r, r.w / 2, 0, r.w - r.w / 2, r.h)};
	int at = 0;

	for (int i = 0; i < c->nopen && at < 2 * r.h; i++, at++)
		brief_line(m, half[at / r.h], at % r.h, &c->open[i], i < KEYS_MOST ? i + 1 : 0);
	for (int i = 0; i < c->nrecent && at < 2 * r.h; i++)
		if (!is_open(c, c->recent[i].id)) {
			brief_line(m, half[at / r.h], at % r.h, &c->recent[i], 0);
			at++;
		}
}

static void draw_low_card(struct model *m, const struct sd_card *c, struct region r)
{
	char text[256];
	size_t n = 0;
	int y = 0;

	snprintf(text, sizeof text, "%s%s%s  %s  %s  %s", c->vip ? glyph(GL_VIP) : "", c->vip ? _(" VIP  ") : "", c->name, c->org,
		c->place, c->phone);
	y = line(r, y, c->vip ? EL_WARN : EL_STRONG, text);
	for (int i = 0; i < c->ndevices && n < sizeof text; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %s", i ? ", " : "", c->devices[i].name,
			sd_meta_choice(m->meta, "", "class", c->devices[i].cls));
	if (c->ndevices)
		y = line(r, y, EL_DIM, text);
	snprintf(text, sizeof text, _("Open: %d  Last tickets"), c->nopen);
	y = line(r, y, EL_HEADER, text);
	if (r.h > y)
		brief_grid(m, region_sub(r, 0, y, r.w, r.h - y), c);
}

static void draw_card(struct model *m, const struct act_form *f, struct region r)
{
	const struct sd_card *c = f->card;
	char text[256];
	int y = 0;

	r.h -= match_low(m, f, r);

	if (!c) {
		line(r, 0, EL_DIM, f->person ? _("Reading ...") : _("Who calls? Name, login, phone or device."));
		return;
	}
	if (r.h < CARD_LOW) {
		draw_low_card(m, c, r);
		return;
	}
	snprintf(text, sizeof text, "%s%s%s  %s", c->vip ? glyph(GL_VIP) : "", c->vip ? _(" VIP  ") : "", c->name, c->login);
	y = line(r, y, c->vip ? EL_WARN : EL_STRONG, text);
	snprintf(text, sizeof text, "%s  %s  %s  %s", c->org, c->place, c->phone, c->email);
	y = line(r, y, EL_NORMAL, text);
	for (int i = 0; i < c->ndevices && i < 3; i++) {
		snprintf(text, sizeof text, "%s %s  %s", glyph(GL_BULLET), c->devices[i].name,
			sd_meta_choice(m->meta, "", "class", c->devices[i].cls));
		y = line(r, y, EL_DIM, text);
	}
	snprintf(text, sizeof text, _("Open: %d"), c->nopen);
	y = line(r, y + 1, EL_HEADER, text);
	y = brief_lines(m, r, y, c->open, c->nopen < KEYS_MOST ? c->nopen : KEYS_MOST, true);
	y = line(r, y + 1, EL_HEADER, _("Last tickets"));
	brief_lines(m, r, y, c->recent, c->nrecent, false);
}

void new_draw(struct model *m, struct act_form *f, struct region r)
{
	struct region in = popup_draw(r, r.w - 2 < POPUP_W ? r.w - 2 : POPUP_W, r.h - 1 < POPUP_H ? r.h - 1 : POPUP_H, f->form.title);
	bool card = caller(f) != NULL; /* a kind without a person has nobody to show */
	int side = card && in.w >= CARD_SIDE_MIN ? in.w * 45 / 100 : 0;
	int below = !card || side || in.h < 14 ? 0 : in.h * 2 / 5;

	if (side) {
		draw_vline(in, in.w - side, 0, in.h, EL_BORDER);
		draw_card(m, f, region_sub(in, in.w - side + 2, 0, side - 2, in.h));
		form_draw_plain(&f->form, region_sub(in, 0, 0, in.w - side - 1, in.h), true);
	} else if (below) {
		draw_hline(in, 0, in.h - below - 1, in.w, EL_BORDER);
		draw_card(m, f, region_sub(in, 0, in.h - below, in.w, below));
		form_draw_plain(&f->form, region_sub(in, 0, 0, in.w, in.h - below - 1), true);
	} else {
		form_draw_plain(&f->form, in, true);
	}
}
