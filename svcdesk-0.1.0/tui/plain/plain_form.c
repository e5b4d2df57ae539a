/* A form as questions, one field after another; then all of it once more, and whether to send it. Every answer is in the draft
 * before the next question. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/when.h"

enum { TEXT_INDENT = 4, ROWS_MOST = 20 };

static struct form_field *here(struct plain *p)
{
	return &p->form->form.field[p->field];
}

static const char *value_here(struct plain *p)
{
	return form_value(&p->form->form, here(p)->name);
}

/* A value as a person reads it. */
static const char *shown(struct plain *p, const struct form_field *f)
{
	const char *value = form_value(&p->form->form, f->name);

	if (f->type == FORM_BOOL)
		return !strcmp(value, "true") ? _("yes") : _("no");
	if (f->type == FORM_CHOICE)
		return f->choice >= 0 ? f->text[f->choice] : "";
	return f->picked_label && f->picked && !strcmp(f->picked, value) ? f->picked_label : value;
}

/* ---- the questions ---- */
static void ask_text(struct plain *p)
{
	const char *value = value_here(p);

	plain_say(p, _("%s: as many lines as you like; a line with a single dot ends it, !e opens your editor."), here(p)->label);
	p->begun = false;
	if (*value) {
		plain_at(p, TEXT_INDENT, value);
		plain_say(p, "%s", _("What you write comes behind that; a first line with a single - begins anew."));
	}
}

/* Says the question (again). */
static void plain_form_ask(struct plain *p)
{
	struct form_field *f = here(p);

	p->mode = f->type == FORM_MULTILINE ? AT_TEXT : AT_FIELD;
	if (f->error)
		plain_say(p, _("%s: %s"), f->label, f->error);
	if (f->type == FORM_MULTILINE)
		ask_text(p);
	for (size_t i = 0; f->type == FORM_CHOICE && i < f->nchoices; i++)
		plain_say(p, "%zu. %s", i + 1, f->text[i]);
}

/* "Assignee (name, login or phone; ? lists) [anna]: " */
const char *plain_form_prompt(struct plain *p)
{
	const char *value, *hint;

	if (p->mode == AT_TEXT)
		return "";
	if (p->mode == AT_PREVIEW)
		return _("Send it? yes, no, drop, or the number of a field: ");
	if (p->mode == AT_ROWS)
		return _("Which one? A number, or another text: ");
	value = shown(p, here(p));
	hint = here(p)->picker ? _("part of a name; ? lists") : *value || !here(p)->hint ? "" : here(p)->hint;
	return sd_arena_printf(p->a, _("%s%s%s%s%s%s%s%s: "), here(p)->label, here(p)->required ? _(" (needed)") : "",
		*hint ? " (" : "", hint, *hint ? ")" : "", *value ? " [" : "", value, *value ? "]" : "");
}

static void preview(struct plain *p)
{
	struct form *f = &p->form->form;

	p->mode = AT_PREVIEW;
	p->single = false;
	if (f->title)
		plain_say(p, "%s", f->title);
	if (f->error)
		plain_say(p, "%s", f->error);
	for (size_t i = 0; i < f->nfields; i++) {
		const char *value = shown(p, &f->field[i]);

		plain_say(p, _("%zu. %s: %s"), i + 1, f->field[i].label, f->field[i].type == FORM_MULTILINE ? "" : value);
		if (f->field[i].type == FORM_MULTILINE && *value)
			plain_at(p, TEXT_INDENT, value);
		if (f->field[i].error)
			plain_say(p, _("%s: %s"), f->field[i].label, f->field[i].error);
	}
}

static void go_to(struct plain *p, size_t i)
{
	p->field = i;
	form_focus(&p->form->form, here(p)->name);
	plain_form_ask(p);
}

static void next(struct plain *p)
{
	if (p->single || p->field + 1 >= p->form->form.nfields)
		preview(p);
	else
		go_to(p, p->field + 1);
}

void plain_form_begin(struct plain *p, struct act_form *f, struct effects *fx)
{
	bool wrong = f->form.error != NULL;

	(void)fx;
	p->form = f;
	p->card = 0;
	p->finding = p->single = false;
	for (size_t i = 0; i < f->form.nfields; i++)
		wrong = wrong || f->form.field[i].error;
	if (!f->form.nfields || (wrong && f->form.error)) {
		preview(p);
		return;
	}
	if (wrong) { /* it came back: only what is wrong is asked again */
		p->single = true;
		go_to(p, f->form.current < f->form.nfields ? f->form.current : 0);
		return;
	}
	if (f->form.title)
		plain_say(p, "%s", f->form.title);
	if (f->form.note)
		plain_say(p, "%s", _("A draft is filled in; drop, when it is asked whether to send it, throws it away."));
	plain_say(p, "%s", _("Enter keeps what is in brackets, - empties it, . goes to the end."));
	go_to(p, 0);
}

/* ---- the answers ---- */
static void took(struct plain *p, struct effects *fx)
{
	p->form->form.dirty = true;
	p->form->saved = false;
	form_error(&p->form->form, NULL, NULL);
	act_form_draft(p->m, p->form, fx);
	if (p->form->is_new)
		new_card(p->m, p->form, fx);
}

static void find(struct plain *p, const char *text, struct effects *fx)
{
	struct form_field *f = here(p);

	form_focus(&p->form->form, f->name);
	editor_set(&f->picker->edit, text);
	f->picker->generation++;
	f->open = true;
	p->finding = true;
	act_form_find(p->m, p->form, fx);
}

static void pick(struct plain *p, size_t row, struct effects *fx)
{
	struct form_field *f = here(p);
	struct picker_item *it = &f->picker->item[f->picker->shown[row]];
	char *name = sd_arena_strdup(p->a, f->name), *value = sd_arena_strdup(p->a, it->value),
		 *text = sd_arena_strdup(p->a, it->text);

	f->open = false;
	form_set(&p->form->form, name, value, text);
	took(p, fx);
	plain_say(p, _("%s: %s"), here(p)->label, text);
	next(p);
}

static void card(struct plain *p)
{
	const struct sd_card *c = p->form->is_new ? p->form->card : NULL;

	if (!c || c->id == p->card)
		return;
	p->card = c->id;
	plain_card(p, c);
}

static void found(struct plain *p, struct effects *fx)
{
	struct form_field *f = here(p);
	size_t n = f->picker->fed == f->picker->generation ? f->picker->nshown : 0;

	if (n == 1) {
		pick(p, 0, fx);
	} else if (!n) {
		plain_say(p, _("Nothing is called %s"), picker_text(f->picker));
		form_set(&p->form->form, f->name, "", NULL);
		f->open = false;
		p->mode = AT_FIELD;
	} else {
		p->mode = AT_ROWS;
		for (size_t i = 0; i < n && i < ROWS_MOST; i++) {
			const struct picker_item *it = &f->picker->item[f->picker->shown[i]];

			plain_say(p, "%zu. %s%s%s", i + 1, it->text, it->hint && *it->hint ? ", " : "", it->hint ? it->hint : "");
		}
	}
}

void plain_form_settled(struct plain *p, struct effects *fx)
{
	if (p->finding) {
		p->finding = false;
		found(p, fx);
	}
	card(p);
}

static void answer_rows(struct plain *p, const char *line, struct effects *fx)
{
	size_t n = here(p)->picker->nshown, digits = strspn(line, "0123456789");
	long at = digits && !line[digits] && digits < 6 ? strtol(line, NULL, 10) : 0;

	if (at >= 1 && at <= (long)n)
		pick(p, (size_t)at - 1, fx);
	else if (*line)
		find(p, line, fx);
	else
		plain_say(p, _("Answer with a number from 1 to %zu"), n);
}

static bool take_choice(struct plain *p, struct form_field *f, const char *line)
{
	int at = plain_pick(p, line, (const char *const *)f->text, f->nchoices);

	if (at < 0)
		at = plain_pick(p, line, (const char *const *)f->value, f->nchoices);
	if (at >= 0)
		f->choice = at;
	else
		plain_say(p, _("Answer with a number from 1 to %zu"), f->nchoices);
	return at >= 0;
}

/* False: asked again. */
static bool take_value(struct plain *p, struct form_field *f, const char *line)
{
	sd_time at;

	if (f->type == FORM_CHOICE)
		return take_choice(p, f, line);
	if (f->type == FORM_BOOL) {
		if (plain_yes(line) || plain_no(line))
			f->choice = plain_yes(line);
		else
			plain_say(p, "%s", _("Answer yes or no"));
		return plain_yes(line) || plain_no(line);
	}
	if (f->type == FORM_TIME && !sd_when_parse(p->a, line, p->m->session.now, p->m->session.zone, &at)) {
		plain_say(p, "%s", _("not a time: write \"tomorrow 09:00\", \"+4h\", \"fri 14:30\" or \"2026-12-01 10:00\""));
		return false;
	}
	form_set(&p->form->form, f->name, line, NULL);
	return true;
}

static void answer_field(struct plain *p, const char *line, struct effects *fx)
{
	struct form_field *f = here(p);
	bool keep = !*line || !strcmp(line, "."), empty = !strcmp(line, "-");

	if (f->required && (empty || (keep && !*value_here(p)))) {
		plain_say(p, "%s", _("this is needed"));
	} else if (!strcmp(line, ".")) {
		preview(p);
	} else if (keep) {
		next(p);
	} else if (empty) {
		form_set(&p->form->form, f->name, "", NULL);
		took(p, fx);
		next(p);
	} else if (f->type == FORM_PICKER || f->type == FORM_PERSON) {
		find(p, strcmp(line, "?") ? line : "", fx);
	} else if (take_value(p, f, line)) {
		took(p, fx);
		next(p);
	}
}

static void answer_text(struct plain *p, const char *line, struct effects *fx)
{
	struct form_field *f = here(p);
	const char *value = value_here(p);

	if (!strcmp(line, ".")) {
		if (f->required && !*value)
			plain_say(p, "%s", _("this is needed"));
		else
			next(p);
		return;
	}
	if (!strcmp(line, "!e")) {
		fx_add(fx, FX_EDITOR)->text = sd_arena_strdup(fx->arena, value);
		return;
	}
	if (!strcmp(line, "-") && !p->begun) {
		form_set(&p->form->form, f->name, "", NULL);
	} else {
		line += line[0] == '.' && line[1] == '.'; /* a dot that is meant */
		form_set(&p->form->form, f->name, sd_arena_printf(p->a, "%s%s%s", value, *value ? "\n" : "", line), NULL);
	}
	p->begun = true;
	took(p, fx);
}

/* ---- the end ---- */
static void press(struct plain *p, uint32_t code, int mods, struct effects *fx)
{
	struct key k = {.code = code, .mods = mods};
	struct overlay *o = overlay_top(p->m);

	if (o && o->kind == OV_FORM)
		overlay_key(p->m, &k, fx);
}

static void submit(struct plain *p, struct effects *fx)
{
	struct act_form *f = p->form;

	press(p, 's', KEY_CTRL, fx);
	p->form = NULL; /* what is refused comes back and begins again where it is wrong */
	if (overlay_top(p->m) && overlay_top(p->m)->form == f)
		return;
	p->mode = AT_COMMAND;
}

static void leave(struct plain *p, bool drop, struct effects *fx)
{
	if (drop) {
		press(p, 'x', KEY_CTRL, fx);
		press(p, 'd', 0, fx);
	} else {
		press(p, KEY_CODE_ESC, 0, fx);
	}
	p->form = NULL;
	p->mode = AT_COMMAND;
}

static void answer_preview(struct plain *p, const char *line, struct effects *fx)
{
	size_t n = p->form->form.nfields, digits = strspn(line, "0123456789");
	long at = digits && !line[digits] && digits < 4 ? strtol(line, NULL, 10) : 0;

	if (plain_yes(line)) {
		submit(p, fx);
	} else if (plain_no(line)) {
		leave(p, false, fx);
	} else if (!strcmp(line, "drop")) {
		leave(p, true, fx);
	} else if (!strncmp(line, "add ", 4) && p->form->is_new && line[4] >= '1' && line[4] <= '9') {
		press(p, (uint32_t)line[4], KEY_ALT, fx);
	} else if (at >= 1 && at <= (long)n) {
		p->single = true;
		go_to(p, (size_t)at - 1);
	} else {
		plain_say(p, _("Answer yes, no, drop, or a number from 1 to %zu"), n);
	}
}

void plain_form_line(struct plain *p, const char *line, struct effects *fx)
{
	if (p->form->is_new && !strncmp(line, "add ", 4) && p->form->card && p->mode != AT_TEXT) {
		press(p, (uint32_t)line[4], KEY_ALT, fx);
		return;
	}
	switch (p->mode) {
	case AT_FIELD:
		answer_field(p, line, fx);
		break;
	case AT_ROWS:
		answer_rows(p, line, fx);
		break;
	case AT_TEXT:
		answer_text(p, line, fx);
		break;
	default:
		answer_preview(p, line, fx);
		break;
	}
}
