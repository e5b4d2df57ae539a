/* What hangs on an article: files saved and removed, its checklist, what readers said answered. */
#include "config.h"
#include "tui/app/kb.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/pane/kb.h"

const char *kb_files_off(const struct model *m)
{
	const char *why = kb_reads_off(m);

	return why ? why : kb_article(kb_pane(m))->nfiles ? NULL : _("this article has no attachments");
}

const char *kb_answer_off(const struct model *m)
{
	const char *why = kb_edit_off(m);
	const struct sd_kb *a = why ? NULL : kb_article(kb_pane(m));

	for (int i = 0; a && i < a->nsaid; i++)
		if (a->said[i].open)
			return NULL;
	return why ? why : _("nothing of what readers said waits for an answer");
}

/* ---- lists ---- */
void kb_files(struct model *m, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct overlay *o = kb_menu(m, KB_MENU_FILES, _("Attachments: Enter saves one, x removes it"));

	for (int i = 0; i < a->nfiles; i++)
		menu_add(&o->menu, &(struct menu_entry){.id = i,
							   .label = a->files[i].name,
							   .hint = sd_arena_printf(fx->arena, _("%lld bytes"), (long long)a->files[i].size)});
}

void kb_answers(struct model *m, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct overlay *o = kb_menu(m, KB_MENU_ANSWERS, _("What readers said: Enter answers it"));

	for (int i = 0; i < a->nsaid; i++)
		if (a->said[i].open)
			menu_add(
				&o->menu, &(struct menu_entry){.id = i,
							  .label = sd_arena_printf(fx->arena, "%s %s", a->said[i].helpful ? "+" : "-", a->said[i].comment),
							  .hint = a->said[i].person});
}

/* ---- forms ---- */
static struct kb_form *with_id(struct model *m, enum kb_what what, int64_t id, const char *title)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f = kb_form_begin(m, what, a->number, a->version, title);
	char word[24];

	snprintf(word, sizeof word, "%" PRId64, id);
	f->verb = sd_strdup(word);
	return f;
}

void kb_file_form(struct model *m, int i, bool gone, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	const struct sd_kb_file *file = a && i >= 0 && i < a->nfiles ? &a->files[i] : NULL;
	struct form_choice name[1];
	struct kb_form *f;

	if (!file)
		return;
	if (!gone && m->env.restricted) {
		fx_toast(fx, EL_WARN, "%s", _("this console has the desk alone: no files and no shell of its host"));
		return;
	}
	f = with_id(m, gone ? KB_DO_DETACH : KB_DO_SAVE, file->id, gone ? _("Remove a file") : _("Save a file"));
	name[0] = (struct form_choice){file->name, file->name};
	form_add(&f->form,
		&(struct form_field_def){
			.name = "file", .label = _("File"), .type = FORM_CHOICE, .initial = file->name, .choices = name, .nchoices = 1});
	if (!gone)
		form_add(&f->form, &(struct form_field_def){.name = "path",
							   .label = _("To"),
							   .type = FORM_TEXT,
							   .initial = "",
							   .hint = _("a file or folder; empty: here, under its own name")});
	form_note(&f->form, gone ? _("Its content is gone with it; Esc keeps it") : NULL);
	kb_form_show(m, f);
	if (!gone)
		form_focus(&f->form, "path");
}

void kb_answer_form(struct model *m, int i, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	const struct sd_kb_said *said = a && i >= 0 && i < a->nsaid ? &a->said[i] : NULL;
	struct kb_form *f;

	if (!said)
		return;
	f = with_id(m, KB_DO_ANSWER, said->id, _("Answer"));
	form_add(
		&f->form, &(struct form_field_def){.name = "answer", .label = _("Answer"), .type = FORM_MULTILINE, .required = true});
	form_note(&f->form, sd_arena_printf(fx->arena, "%s: %s", said->person, said->comment));
	kb_form_show(m, f);
}

static const char *question(const char *word)
{
	static const struct {
		const char *word, *text;
	} all[] = {{"findable", N_("Is found by the words of those who need it")}, {"complete", N_("Says all that is needed")},
		{"tried", N_("Was tried by somebody else")}, {"clear", N_("Is clear to its readers")}, {"current", N_("Is up to date")}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i].word, word))
			return _(all[i].text);
	return word;
}

void kb_check_form(struct model *m)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	struct kb_form *f = kb_form_begin(m, KB_DO_CHECK, a->number, a->version, _("Checklist"));
	const struct form_choice c[] = {{"", _("not looked at")}, {"true", _("yes")}, {"false", _("no")}};

	for (int i = 0; i < a->nchecks; i++)
		form_add(&f->form, &(struct form_field_def){.name = a->checks[i].question,
							   .label = question(a->checks[i].question),
							   .type = FORM_CHOICE,
							   .initial = a->checks[i].yes < 0 ? ""
										  : a->checks[i].yes   ? "true"
															   : "false",
							   .choices = c,
							   .nchoices = 3});
	kb_form_show(m, f);
}

/* ---- sending ---- */
static void save(struct model *m, struct kb_form *f, struct effects *fx)
{
	const struct sd_kb *a = kb_article(kb_pane(m));
	int64_t id = strtoll(f->verb, NULL, 10);
	const char **name;
	struct fx *to;

	for (int i = 0; a && i < a->nfiles; i++) {
		if (a->files[i].id != id)
			continue;
		name = sd_arena_alloc(fx->arena, sizeof *name);
		*name = sd_arena_strdup(fx->arena, a->files[i].name);
		to = fx_add(fx, FX_SAVE);
		to->id = id;
		to->size = a->files[i].size;
		to->params = name;
		to->text = sd_arena_strdup(fx->arena, form_value(&f->form, "path"));
		to->sql = "select encode(desk.kb_file_get($1::bigint, $2::int), 'hex')";
	}
}

static void check(struct kb_form *f, struct effects *fx)
{
	json_t *j = json_object();
	char *dump;

	for (size_t i = 0; i < f->form.nfields; i++) {
		const char *name = f->form.field[i].name, *v = form_value(&f->form, name);

		if (strcmp(v, f->was[i]) != 0)
			json_object_set_new(j, name, *v ? json_boolean(*v == 't') : json_null());
	}
	dump = json_dumps(j, JSON_COMPACT);
	kb_form_send(
		KB_DO_CHECK, KB_ANSWER "desk.kb_check($1, $2::jsonb, $3) r", 3, (const char *const[]){f->number, dump, f->base}, fx);
	free(dump);
	json_decref(j);
}

bool kb_tool_submit(struct model *m, struct kb_form *f, struct effects *fx)
{
	switch (f->what) {
	case KB_DO_SAVE: /* goes on beside everything else */
		save(m, f, fx);
		return false;
	case KB_DO_DETACH:
		kb_form_send(KB_DO_DETACH, KB_ANSWER "desk.kb_detach($1::bigint) r", 1, (const char *const[]){f->verb}, fx);
		return true;
	case KB_DO_ANSWER:
		kb_form_send(KB_DO_ANSWER, KB_ANSWER "desk.kb_feedback_answer($1::bigint, $2) r", 2,
			(const char *const[]){f->verb, form_value(&f->form, "answer")}, fx);
		return true;
	default:
		check(f, fx);
		return true;
	}
}
