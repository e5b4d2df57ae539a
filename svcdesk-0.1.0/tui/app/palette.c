#include "config.h"
#include "tui/app/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/query/nearest.h"
#include "svcdesk/mem.h"
#include "tui/app/actions.h"

/* What people type who come from elsewhere. */
static const struct {
	const char *alias, *word;
} aliases[] = {{"exit", "q"}, {"q!", "q"}, {"qa", "q"}, {"wq", "q"}, {"h", "help"}, {"man", "help"}, {"map", "keys"},
	{"yank", "copy"}, {"log", "messages"}, {"ls", "views"}, {"colorscheme", "theme"}, {"skin", "theme"}, {"reload", "refresh"},
	{"e", "refresh"}, {"bp", "previous-view"}, {"bn", "next-view"}, {"b", "view"}, {"search-query", "filter"}, {"create", "new"}};
enum { NALIASES = sizeof aliases / sizeof *aliases };

struct words palette_split(struct sd_arena *a, const char *line)
{
	struct words out = {.n = 0};
	char *to = sd_arena_alloc(a, strlen(line) + 1);

	while (*line && out.n < WORDS_MAX) {
		char quote = 0;

		while (*line == ' ')
			line++;
		if (!*line)
			break;
		out.w[out.n++] = to;
		for (; *line && (quote || *line != ' '); line++) {
			if (quote ? *line == quote : *line == '"')
				quote = quote ? 0 : *line;
			else
				*to++ = *line;
		}
		*to++ = '\0';
	}
	return out;
}

void palette_each(const struct model *m, void (*each)(void *to, const char *name, const char *help), void *to)
{
	const char *name, *help;

	for (size_t i = 0; i < m->nverbs; i++)
		each(to, m->verbs[i].verb, m->verbs[i].label);
	for (size_t i = 0; (name = command_word(i, &help)) != NULL; i++)
		each(to, name, _(help));
	for (size_t i = 0; i < m->user.ncommands; i++)
		each(to, m->user.command[i].name, m->user.command[i].line);
	for (int i = 0; i < m->views->nviews; i++)
		each(to, m->views->view[i].id, _(m->views->view[i].label));
	for (size_t i = 0; i < actions_n; i++)
		each(to, actions[i].name, _(actions[i].help));
}

struct looking {
	const char *word;
	const char **found; /* in the arena of the model */
	size_t n, cap;
	bool all; /* every name, not only those that begin so */
};

static void look(void *to, const char *name, const char *help)
{
	struct looking *l = to;

	(void)help;
	if (!l->all && strncmp(name, l->word, strlen(l->word)) != 0)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->found[i], name))
			return;
	*SD_PUSH(l->found, l->n, l->cap) = name;
}

/* Nobody moves the cursor by name: such words do not stand in the way of others. */
static void drop_motions(struct looking *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct action_def *a = action_find(l->found[i]);

		if (!a || a->section != SEC_MOVE)
			l->found[kept++] = l->found[i];
	}
	if (kept)
		l->n = kept;
}

static void several(const struct looking *l, struct effects *fx)
{
	struct sd_str s = {0};

	for (size_t i = 0; i < l->n && s.len < 200; i++)
		sd_str_addf(&s, "%s%s", i ? ", " : "", l->found[i]);
	fx_toast(fx, EL_WARN, _("%s may be: %s"), l->word, s.data);
	sd_str_free(&s);
}

static void none(struct model *m, struct looking *l, struct effects *fx)
{
	const char *near;

	l->all = true;
	palette_each(m, look, l);
	*SD_PUSH(l->found, l->n, l->cap) = NULL;
	near = nearest_word(l->word, l->found);
	if (near)
		fx_toast(fx, EL_WARN, _("There is no command %s; did you mean %s?"), l->word, near);
	else
		fx_toast(fx, EL_WARN, _("There is no command %s; Tab completes, ? shows the keys"), l->word);
}

const char *palette_word(struct model *m, const char *word, struct effects *fx)
{
	struct looking l = {.word = word};
	const char *found = NULL;

	palette_each(m, look, &l);
	for (size_t i = 0; i < l.n && !found; i++)
		found = !strcmp(l.found[i], word) ? l.found[i] : NULL;
	for (int i = 0; i < NALIASES && !found; i++)
		found = !strcmp(aliases[i].alias, word) ? aliases[i].word : NULL;
	if (!found) {
		drop_motions(&l);
		if (l.n == 1)
			found = l.found[0];
		else if (l.n && fx)
			several(&l, fx);
		else if (fx)
			none(m, &l, fx);
	}
	free(l.found);
	return found;
}

bool palette_waits(const struct model *m, const char *word)
{
	static const char *const here[] = {"q", "theme", "set", "keys", "copy"};
	const struct action_def *a = action_find(word);

	for (size_t i = 0; i < sizeof here / sizeof *here; i++)
		if (!strcmp(here[i], word))
			return false;
	return !m->meta && !(a && !a->off);
}

/* Arguments that are words of the desk: their types are known. A line with any other holds what somebody wrote. */
bool palette_keeps(const struct model *m, const char *line, struct sd_arena *a)
{
	struct words w = palette_split(a, line);
	const struct sd_verb *v = NULL;
	const char *name, *help;

	if (!w.n || strstr(line, "body="))
		return false;
	for (int k = 0; m->meta && k < m->meta->nkinds && !v; k++)
		v = sd_kind_verb(&m->meta->kinds[k], w.w[0]);
	for (int i = 1; v && i < w.n; i++) {
		const struct sd_param *p = NULL;
		char *eq = strchr(w.w[i], '=');

		if (eq) {
			*eq = '\0';
			p = sd_verb_param(v, w.w[i]);
		}
		if (!p || !strcmp(p->type, "text") || !strcmp(p->type, "multiline"))
			return false;
	}
	if (v || action_find(w.w[0]) || views_find(m->views, line) >= 0 || model_command_find(m, w.w[0]) >= 0)
		return true;
	for (size_t i = 0; (name = command_word(i, &help)) != NULL; i++)
		if (!strcmp(name, w.w[0]))
			return true;
	return w.n == 1; /* a number; of anything else nobody knows what it holds */
}
