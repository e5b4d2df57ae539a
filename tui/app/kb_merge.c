/* Two people wrote at one article, in the same place: the merge of tickets, for its texts. */
#include "config.h"
#include "tui/app/kb.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/merge.h"
#include "tui/pane/kb.h"

static struct sd_clash *clashes(struct sd_arena *a, const struct kb_form *f, const json_t *args, int *n)
{
	const json_t *all = json_object_get(args, "conflicts");
	struct sd_clash *v;

	*n = (int)json_array_size(all);
	v = sd_arena_alloc(a, ((size_t)*n + 1) * sizeof *v);
	for (int i = 0; i < *n; i++) {
		const json_t *e = json_array_get(all, (size_t)i);
		char *field = store_text(a, e, "field");
		bool line = !strcmp(field, "title") || f->what == KB_DO_FIELDS;

		v[i] = (struct sd_clash){.field = field,
			.type = sd_arena_strdup(a, line ? "text" : "multiline"),
			.base = store_text_block(a, e, "base"),
			.theirs = store_text_block(a, e, "theirs"),
			.mine = store_text_block(a, e, "mine"),
			.by = store_text(a, args, "by"),
			.at = store_time(args, "at"),
			.mine_set = true};
	}
	return v;
}

bool kb_conflict(struct model *m, struct kb_form *f, const char *text, struct effects *fx)
{
	struct sd_err err = {0};
	json_t *args = store_object(text, "kb_conflict", &err);
	struct sd_arena *a;
	struct sd_conflict *c;
	struct act *act;
	struct overlay *top = overlay_top(m);
	char *fields;

	if (!args || !top || top->kind != OV_KB || top->kb != f) {
		json_decref(args);
		return false;
	}
	a = sd_arena_new();
	c = sd_arena_alloc(a, sizeof *c);
	*c = (struct sd_conflict){.arena = a, .state = sd_arena_strdup(a, ""), .id = sd_arena_strdup(a, "kb_conflict"), .version = 1};
	c->clashes = clashes(a, f, args, &c->nclashes);
	fields = kb_form_json(f);
	act = sd_calloc(1, sizeof *act);
	act->label = sd_strdup(f->number);
	act->kind = sd_strdup("article");
	act->verb = sd_strdup("edit");
	act->fields = fields;
	act->to = sd_strdup("");
	act->article = f;
	free(f->theirs);
	f->theirs = sd_strdup(store_text(fx->arena, args, "version"));
	json_decref(args);
	top->kb = NULL; /* the form waits in the merge */
	overlay_pop(m);
	return merge_open(m, act, c, fx);
}

/* What was decided, into the form and out of all; JSON of it, malloc'ed. */
static char *settle(struct kb_form *f, json_t *all, const struct merge *g)
{
	json_t *j = json_object();
	char *out;

	for (int i = 0; i < g->n; i++) {
		const struct merge_field *x = &g->f[i];
		const char *value = x->choice == MERGE_THEIRS ? x->clash->theirs : x->choice == MERGE_OTHER ? x->other : x->clash->mine;

		json_object_set_new(j, x->clash->field, json_string(value));
		json_object_del(all, x->clash->field);
		if (form_value(&f->form, x->clash->field))
			form_set(&f->form, x->clash->field, value, NULL);
	}
	out = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	return out;
}

/* Takes the form out of the act, which ends here. */
static struct kb_form *form_back(struct model *m, struct act *act)
{
	struct kb_form *f = act->article;

	act->article = NULL;
	act_free(act);
	overlay_push(m, OV_KB)->kb = f;
	f->form.busy = false;
	form_error(&f->form, NULL, NULL);
	return f;
}

/* What nobody else touched is joined by the desk with what they saved; what was decided is meant for what they saved. */
void kb_merged(struct model *m, struct act *act, struct merge *g, struct effects *fx)
{
	json_t *all = json_loads(act->fields, 0, NULL);
	char *decided = settle(act->article, all, g), *rest;
	struct kb_form *f = form_back(m, act);

	if (json_object_size(all) == 1) /* only what was seen of the decided ones */
		json_object_del(all, "was");
	rest = json_dumps(all, JSON_COMPACT);
	f->saved = false;
	kb_form_keep(m, f, fx);
	f->form.busy = true;
	if (json_object_size(all))
		kb_save(m, f->number, rest, f->base, KB_DO_FIELDS, fx);
	kb_save(m, f->number, decided, f->theirs, KB_DO_EDIT, fx);
	json_decref(all);
	free(decided);
	free(rest);
}

void kb_merge_left(struct model *m, struct act *act, struct merge *g, struct effects *fx)
{
	(void)g;
	(void)fx;
	form_note(&form_back(m, act)->form, _("Others changed it meanwhile: you will be asked again when you send"));
}
