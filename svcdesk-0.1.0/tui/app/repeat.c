/* The last act once more, on the ticket under the cursor or on the marked ones: the same verb and fields, never the same words.
 */
#include "config.h"
#include "tui/app/undo.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"

struct shown {
	char *name, *value, *label; /* label: of a picker; NULL */
};
struct repeat {
	char *verb, *fields, *words;
	struct shown *v;
	size_t n, cap;
};

static void shown_drop(struct repeat *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].name);
		free(r->v[i].value);
		free(r->v[i].label);
	}
	free(r->v);
}

void repeat_free(struct model *m)
{
	struct repeat *r = m->last;

	if (!r)
		return;
	shown_drop(r);
	free(r->verb);
	free(r->fields);
	free(r->words);
	free(r);
	m->last = NULL;
}

static const char *shown_text(const struct form_field *f, const char *value)
{
	if (f->type == FORM_CHOICE && f->choice >= 0)
		return f->text[f->choice];
	return f->picked_label ? f->picked_label : value;
}

void repeat_keep(struct model *m, const char *verb, const char *fields, const struct form *form)
{
	struct repeat *r;
	struct sd_str words = {0};

	repeat_free(m);
	r = m->last = sd_calloc(1, sizeof *r);
	r->verb = sd_strdup(verb);
	r->fields = act_json_wordless(fields);
	for (size_t i = 0; form && i < form->nfields; i++) {
		const struct form_field *f = &form->field[i];
		const char *value = form_value(form, f->name);

		if (f->type == FORM_MULTILINE || !*value)
			continue;
		*SD_PUSH(r->v, r->n, r->cap) =
			(struct shown){sd_strdup(f->name), sd_strdup(value), f->picked_label ? sd_strdup(f->picked_label) : NULL};
		sd_str_addf(&words, "%s%s: %s", words.len ? _(", ") : "", f->label, shown_text(f, value));
	}
	if (!words.len && strcmp(r->fields, "{}") != 0)
		sd_str_add(&words, r->fields);
	r->words = sd_str_take(&words);
}

const char *repeat_off(const struct model *m)
{
	return m->last ? NULL : _("nothing was done in this session yet");
}

/* The form asks for the words anew; the rest stands in it. */
static void fill_in(struct model *m, const struct repeat *r)
{
	struct overlay *o = overlay_top(m);

	if (!o || o->kind != OV_FORM)
		return;
	for (size_t i = 0; i < r->n; i++)
		form_set(&o->form->form, r->v[i].name, r->v[i].value, r->v[i].label);
	form_focus(&o->form->form, "body");
}

static bool words_needed(const struct model *m, const char *kind, const struct repeat *r)
{
	const struct sd_verb *v = sd_kind_verb(sd_meta_kind(m->meta, kind), r->verb);

	return v && v->body == 2;
}

static void on_marked(struct model *m, const struct repeat *r, struct effects *fx)
{
	const char *why = bulk_off(m, r->verb, fx->arena);
	struct target t = bulk_sample(m);

	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
	} else if (words_needed(m, t.id ? t.kind : m->meta->kinds[0].kind, r)) {
		bulk_start(m, r->verb, NULL, 0, fx);
		fill_in(m, r);
	} else {
		bulk_start_fields(m, r->verb, r->fields, r->words, fx);
	}
}

void repeat_act(struct model *m, struct effects *fx)
{
	const struct repeat *r = m->last;
	struct target t = model_target(m);
	const char *why;

	if (bulk_wanted(m)) {
		on_marked(m, r, fx);
		return;
	}
	why = act_off(m, &t, r->verb, fx->arena);
	if (why) {
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
		return;
	}
	if (act_lost(m, &t, fx))
		return;
	if (words_needed(m, t.kind, r)) {
		act_form_open(m, act_form_new(m, &t, sd_kind_verb(sd_meta_kind(m->meta, t.kind), r->verb), NULL, 0));
		fill_in(m, r);
	} else {
		act_send_fields(m, &t, r->verb, r->fields, fx);
	}
}
