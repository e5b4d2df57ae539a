/* The form: fields, values, keys. Drawing is in form_draw.c. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/form.h"

static char *dup_or_null(const char *s)
{
	return s && *s ? sd_strdup(s) : NULL;
}

static void set_text(char **to, const char *text)
{
	char *old = *to;

	*to = dup_or_null(text);
	free(old);
}

static bool is_picker(const struct form_field *fl)
{
	return fl->type == FORM_PICKER || fl->type == FORM_PERSON;
}

void form_init(struct form *f, const char *title)
{
	memset(f, 0, sizeof *f);
	f->title = dup_or_null(title);
}

void form_free(struct form *f)
{
	for (size_t i = 0; i < f->nfields; i++) {
		struct form_field *fl = &f->field[i];

		editor_free(&fl->edit);
		if (fl->picker)
			picker_free(fl->picker);
		free(fl->picker);
		for (size_t c = 0; c < fl->nchoices; c++) {
			free(fl->value[c]);
			free(fl->text[c]);
		}
		free(fl->value);
		free(fl->text);
		free(fl->name);
		free(fl->label);
		free(fl->hint);
		free(fl->error);
		free(fl->picked);
		free(fl->picked_label);
	}
	free(f->field);
	free(f->title);
	free(f->error);
	free(f->note);
	memset(f, 0, sizeof *f);
}

void form_note(struct form *f, const char *text)
{
	set_text(&f->note, text);
}

static struct form_field *find(const struct form *f, const char *name)
{
	for (size_t i = 0; name && i < f->nfields; i++)
		if (strcmp(f->field[i].name, name) == 0)
			return &f->field[i];
	return NULL;
}

/* What stands in a field that names something is replaced by what is typed, not added to. */
static void offer(struct form_field *fl)
{
	struct editor *e = is_picker(fl) ? &fl->picker->edit : &fl->edit;

	if (is_picker(fl) || fl->type == FORM_TIME)
		e->offered = !editor_empty(e);
}

static void set_value(struct form_field *fl, const char *value, const char *label)
{
	if (!value)
		value = "";
	if (fl->type == FORM_CHOICE) {
		fl->choice = -1;
		for (size_t i = 0; i < fl->nchoices; i++)
			if (strcmp(fl->value[i], value) == 0)
				fl->choice = (int)i;
	} else if (fl->type == FORM_BOOL) {
		fl->choice = *value && strchr("tTyY1", *value) ? 1 : strcasecmp(value, "on") == 0; /* as the desk reads it */
	} else if (is_picker(fl)) {
		set_text(&fl->picked, value);
		set_text(&fl->picked_label, label && *label ? label : value);
		editor_set(&fl->picker->edit, fl->picked_label ? fl->picked_label : "");
		/* What was cleaned is what will be compared. */
		set_text(&fl->picked_label, picker_text(fl->picker));
		fl->open = false;
	} else {
		editor_set(&fl->edit, value);
	}
	offer(fl);
}

void form_add(struct form *f, const struct form_field_def *def)
{
	struct form_field *fl = SD_PUSH(f->field, f->nfields, f->capfields);

	memset(fl, 0, sizeof *fl);
	fl->name = sd_strdup(def->name);
	fl->label = sd_strdup(def->label ? def->label : def->name);
	fl->hint = dup_or_null(def->hint);
	fl->type = def->type;
	fl->required = def->required;
	fl->choice = -1;
	editor_init(&fl->edit, def->type != FORM_MULTILINE);
	if (is_picker(fl)) {
		fl->picker = sd_calloc(1, sizeof *fl->picker);
		picker_init(fl->picker, true);
	}
	fl->nchoices = def->nchoices;
	if (def->nchoices) {
		fl->value = sd_calloc(def->nchoices, sizeof *fl->value);
		fl->text = sd_calloc(def->nchoices, sizeof *fl->text);
	}
	for (size_t i = 0; i < def->nchoices; i++) {
		fl->value[i] = sd_strdup(def->choices[i].value);
		fl->text[i] = sd_strdup(def->choices[i].label ? def->choices[i].label : def->choices[i].value);
	}
	set_value(fl, def->initial, def->initial_label);
}

static const char *value_of(const struct form_field *fl)
{
	if (fl->type == FORM_CHOICE)
		return fl->choice >= 0 ? fl->value[fl->choice] : "";
	if (fl->type == FORM_BOOL)
		return fl->choice > 0 ? "true" : "false";
	if (is_picker(fl)) {
		if (fl->picked && fl->picked_label && strcmp(fl->picked_label, picker_text(fl->picker)) == 0)
			return fl->picked;
		return editor_empty(&fl->picker->edit) ? "" : picker_text(fl->picker);
	}
	return editor_empty(&fl->edit) ? "" : editor_text(&fl->edit);
}

const char *form_value(const struct form *f, const char *name)
{
	const struct form_field *fl = find(f, name);

	return fl ? value_of(fl) : NULL;
}

void form_set(struct form *f, const char *name, const char *value, const char *label)
{
	struct form_field *fl = find(f, name);

	if (fl)
		set_value(fl, value, label);
}

static void go_to(struct form *f, size_t i)
{
	if (f->current < f->nfields)
		f->field[f->current].open = false;
	f->current = i;
	if (i < f->nfields)
		offer(&f->field[i]);
}

void form_focus(struct form *f, const char *name)
{
	const struct form_field *fl = find(f, name);

	if (fl)
		go_to(f, (size_t)(fl - f->field));
}

const struct form_field *form_current(const struct form *f)
{
	return f->current < f->nfields ? &f->field[f->current] : NULL;
}

void form_error(struct form *f, const char *name, const char *text)
{
	struct form_field *fl = find(f, name);

	if (!text) {
		set_text(&f->error, NULL);
		for (size_t i = 0; i < f->nfields; i++)
			set_text(&f->field[i].error, NULL);
		return;
	}
	if (!fl) {
		set_text(&f->error, text);
		return;
	}
	set_text(&fl->error, text);
	go_to(f, (size_t)(fl - f->field));
}

bool form_request_get(const struct form *f, struct form_request *out)
{
	const struct form_field *fl = form_current(f);

	if (!fl || !is_picker(fl))
		return false;
	*out = (struct form_request){fl->name, picker_text(fl->picker), fl->picker->generation, fl->type};
	return true;
}

void form_feed(struct form *f, const char *field, unsigned generation, const struct picker_row *rows, size_t n)
{
	struct form_field *fl = find(f, field);

	if (fl && is_picker(fl))
		picker_feed(fl->picker, generation, rows, n);
}

/* ---- keys ---- */

static enum widget_result submit(struct form *f)
{
	form_error(f, NULL, NULL);
	for (size_t i = 0; i < f->nfields; i++) {
		struct form_field *fl = &f->field[i];

		if (fl->required && value_of(fl)[0] == '\0') {
			form_error(f, fl->name, _("this is needed"));
			return W_HANDLED;
		}
	}
	return W_SUBMIT;
}

static enum widget_result next(struct form *f, int by)
{
	size_t n = f->nfields;

	if (n)
		go_to(f, (f->current + (by < 0 ? n - 1 : 1)) % n);
	return W_HANDLED;
}

static enum widget_result changed(struct form *f, struct form_field *fl)
{
	f->dirty = true;
	set_text(&fl->error, NULL);
	set_text(&f->error, NULL);
	return W_CHANGED;
}

/* A typed letter or digit goes to the next choice that begins with it. */
static bool choose_by_letter(struct form_field *fl, const char *text)
{
	int n = (int)fl->nchoices;
	struct sd_arena *a = sd_arena_new();
	const char *want = sd_text_fold(a, text);
	bool found = false;

	for (int i = 1; i <= n && !found; i++) {
		int at = (fl->choice + i + (fl->choice < 0 ? n : 0)) % n;

		if (strncmp(sd_text_fold(a, fl->text[at]), want, strlen(want)) == 0 ||
			strncmp(sd_text_fold(a, fl->value[at]), want, strlen(want)) == 0) {
			fl->choice = at;
			found = true;
		}
	}
	sd_arena_free(a);
	return found;
}

static enum widget_result choice_key(struct form *f, struct form_field *fl, const struct key *k)
{
	int n = (int)fl->nchoices;
	char text[5];

	if (n == 0)
		return W_IGNORED;
	if (key_is(k, KEY_CODE_RIGHT, 0) || key_is(k, ' ', 0)) {
		fl->choice = fl->choice + 1 < n ? fl->choice + 1 : 0;
		return changed(f, fl);
	}
	if (key_is(k, KEY_CODE_LEFT, 0)) {
		fl->choice = fl->choice > 0 ? fl->choice - 1 : n - 1;
		return changed(f, fl);
	}
	if ((k->code == KEY_CODE_BACKSPACE || k->code == KEY_CODE_DELETE) && !fl->required) {
		fl->choice = -1;
		return changed(f, fl);
	}
	if (key_utf8(k, text) && choose_by_letter(fl, text))
		return changed(f, fl);
	return key_utf8(k, text) ? W_HANDLED : W_IGNORED;
}

static enum widget_result bool_key(struct form *f, struct form_field *fl, const struct key *k)
{
	if (key_is(k, ' ', 0) || key_is(k, KEY_CODE_LEFT, 0) || key_is(k, KEY_CODE_RIGHT, 0))
		fl->choice = fl->choice <= 0;
	else if (key_is(k, 'y', 0))
		fl->choice = 1;
	else if (key_is(k, 'n', 0))
		fl->choice = 0;
	else
		return W_IGNORED;
	return changed(f, fl);
}

/* Takes the highlighted row; false when there is none that belongs to the text as it stands. */
static bool take_row(struct form *f, struct form_field *fl)
{
	const struct picker_item *it = picker_selected(fl->picker);

	if (!fl->open || !it || it->off || fl->picker->fed != fl->picker->generation)
		return false;
	set_text(&fl->picked, it->value);
	set_text(&fl->picked_label, it->text);
	editor_set(&fl->picker->edit, it->text);
	set_text(&fl->picked_label, picker_text(fl->picker));
	fl->open = false;
	changed(f, fl);
	return true;
}

static enum widget_result picker_key(struct form *f, struct form_field *fl, const struct key *k)
{
	enum widget_result r;

	if (fl->open && key_is(k, KEY_CODE_ESC, 0)) {
		fl->open = false;
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ENTER, 0)) {
		if (!take_row(f, fl))
			return W_IGNORED;
		/* On the last field the next Enter sends: what was taken is seen first. */
		if (f->current + 1 < f->nfields)
			next(f, 1);
		return W_CHANGED;
	}
	if (!fl->open && (key_is(k, KEY_CODE_UP, 0) || key_is(k, KEY_CODE_DOWN, 0)))
		return W_IGNORED;
	if (key_is(k, ' ', 0) &&
		(editor_empty(&fl->picker->edit) || fl->picker->edit.offered)) { /* no name begins so: what is there? */
		editor_set(&fl->picker->edit, "");
		fl->picker->generation++;
		fl->open = true;
		changed(f, fl);
		return W_REQUEST;
	}
	r = picker_update(fl->picker, k);
	if (r == W_REQUEST) {
		fl->open = !editor_empty(&fl->picker->edit);
		changed(f, fl);
	}
	return r;
}

static enum widget_result field_key(struct form *f, struct form_field *fl, const struct key *k)
{
	enum widget_result r;

	switch (fl->type) {
	case FORM_CHOICE:
		return choice_key(f, fl, k);
	case FORM_BOOL:
		return bool_key(f, fl, k);
	case FORM_PICKER:
	case FORM_PERSON:
		return picker_key(f, fl, k);
	default:
		r = editor_update(&fl->edit, k);
		if (r == W_CHANGED)
			changed(f, fl);
		if (r == W_EXTERNAL && fl->type != FORM_MULTILINE)
			return W_HANDLED;
		return r;
	}
}

static enum widget_result mouse(struct form *f, const struct key *k)
{
	if (f->current < f->nfields && is_picker(&f->field[f->current]) && f->field[f->current].open) { /* its rows lie over others */
		struct form_field *now = &f->field[f->current];
		enum widget_result r = picker_update(now->picker, k);

		if (r == W_SUBMIT)
			return picker_key(f, now, &(struct key){.code = KEY_CODE_ENTER});
		if (r != W_IGNORED)
			return r;
	}
	for (size_t i = 0; k->button == 1 && i < f->nfields; i++)
		if (k->y >= f->field[i].y && k->y < f->field[i].y + f->field[i].h) {
			if (i != f->current)
				go_to(f, i);
			return W_HANDLED;
		}
	return W_IGNORED;
}

/* Keys the field had no use for. */
static enum widget_result outer_key(struct form *f, const struct key *k)
{
	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'c', KEY_CTRL))
		return W_CANCEL;
	if (key_is(k, KEY_CODE_ENTER, 0))
		return f->current + 1 >= f->nfields ? submit(f) : next(f, 1);
	if (key_is(k, KEY_CODE_DOWN, 0) || key_is(k, 'n', KEY_CTRL))
		return next(f, 1);
	if (key_is(k, KEY_CODE_UP, 0) || key_is(k, 'p', KEY_CTRL))
		return next(f, -1);
	return W_IGNORED;
}

enum widget_result form_update(struct form *f, const struct key *k)
{
	enum widget_result r;
	bool on_field = f->current < f->nfields;
	struct form_field *fl = on_field ? &f->field[f->current] : NULL;

	if (f->busy)
		return key_is(k, KEY_CODE_ESC, 0) ? W_CANCEL : W_HANDLED;
	if (k->code == KEY_CODE_MOUSE)
		return mouse(f, k);
	if (key_is(k, 's', KEY_CTRL) || key_is(k, KEY_CODE_ENTER, KEY_ALT)) {
		if (on_field && is_picker(fl))
			take_row(f, fl);
		return submit(f);
	}
	if (key_is(k, KEY_CODE_TAB, 0) || key_is(k, KEY_CODE_BACKTAB, 0)) {
		bool took = on_field && is_picker(fl) && take_row(f, fl);

		next(f, k->code == KEY_CODE_TAB ? 1 : -1);
		return took ? W_CHANGED : W_HANDLED;
	}
	r = on_field ? field_key(f, fl, k) : W_IGNORED;
	if (r == W_IGNORED)
		return outer_key(f, k);
	return r == W_SUBMIT ? submit(f) : r;
}
