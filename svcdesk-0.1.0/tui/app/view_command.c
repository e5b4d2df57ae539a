/* Views by command: the keys of the views pane put the command with the name into the palette, so that one sees what is changed.
 */
#include "config.h"
#include "tui/app/model.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"

/* A word, or what stands between quotation marks; *rest goes behind it. */
static char *word(struct sd_arena *a, const char **rest)
{
	const char *p = *rest + strspn(*rest, " ");
	bool quotes = *p == '"';
	size_t n = quotes ? strcspn(p + 1, "\"") : strcspn(p, " ");
	char *out = sd_arena_strndup(a, p + quotes, n);

	p += quotes + n;
	p += quotes && *p == '"';
	*rest = p + strspn(p, " ");
	return out;
}

/* The view of that name, told when there is none. */
static int view_named(struct model *m, const char *name, struct effects *fx)
{
	int n = views_find(m->views, name);

	if (n < 0)
		fx_toast(fx, EL_WARN, _("There is no view %s"), name);
	return n;
}

static const char *quoted(struct sd_arena *a, const char *name)
{
	return strchr(name, ' ') ? sd_arena_printf(a, "\"%s\"", name) : name;
}

void view_prompt(struct model *m, int action, struct effects *fx)
{
	int n = views_here(m->views);
	const struct view *v = n < 0 ? NULL : &m->views->view[n];
	const char *name = v ? quoted(fx->arena, v->saved ? v->label : v->id) : "";

	if (action == ACT_VIEW_NEW)
		prompt_open(m, PROMPT_PALETTE, "save-view ");
	else if (v && !v->saved)
		fx_toast(fx, EL_WARN, _("%s is a view every console has: save it under a name of yours"), view_label(v));
	else if (v && action == ACT_VIEW_EDIT)
		prompt_open(m, PROMPT_PALETTE, sd_arena_printf(fx->arena, "edit-view %s %s", name, v->query));
	else if (v)
		prompt_open(m, PROMPT_PALETTE, sd_arena_printf(fx->arena, "rename-view %s %s", name, quoted(fx->arena, v->name)));
}

/* The columns as they are chosen for the list on the screen. */
static const char *chosen(const struct model *m, struct sd_arena *a)
{
	const struct view *v = &m->views->view[m->views->current];

	return sd_arena_strdup(a, v->columns);
}

/* A new line is typed again, with what is wrong above it. */
static void back_to(struct model *m, const char *line, const struct sd_err *err, int at)
{
	prompt_open(m, PROMPT_PALETTE, line);
	lineedit_error(&m->lines[PROMPT_PALETTE], err->text, err->place ? err->place + at : 0);
}

void view_save(struct model *m, const char *rest, struct effects *fx)
{
	const char *group = strstr(rest, " group=");
	size_t n = group ? (size_t)(group - rest) : strlen(rest);
	char *name, *to = "";

	while (n && rest[n - 1] == ' ')
		n--;
	name = sd_arena_strndup(fx->arena, rest, n);
	if (*name == '"') {
		const char *p = name;

		name = word(fx->arena, &p);
	}
	if (group) {
		group += strlen(" group=");
		to = word(fx->arena, &group);
	}
	if (!*name || !strncmp(name, "group=", 6))
		fx_toast(fx, EL_WARN, "%s", _("A view needs a name: save-view NAME"));
	else {
		views_save(m->views, name, to, queue_text(m->queue, fx->arena), chosen(m, fx->arena), fx);
		if (m->focus == PANE_VIEWS)
			views_want(m->views, name, to);
	}
}

void view_edit(struct model *m, const char *rest, struct effects *fx)
{
	const char *query = rest;
	char *name = word(fx->arena, &query);
	struct sd_err err = {0};
	int n = view_named(m, name, fx);

	if (n < 0)
		return;
	if (!queue_filter_check(&m->session, query, fx->arena, &err)) {
		int at = (int)strlen("edit-view ") + (int)(query - rest);

		back_to(m, sd_arena_printf(fx->arena, "edit-view %s", rest), &err, at);
		return;
	}
	views_edit(m->views, n, query, m->views->view[n].columns, fx);
}

void view_rename(struct model *m, const char *rest, struct effects *fx)
{
	char *name = word(fx->arena, &rest), *to = word(fx->arena, &rest);
	int n = view_named(m, name, fx);

	if (n >= 0 && !*to)
		fx_toast(fx, EL_WARN, "%s", _("A view needs a name: rename-view NAME NAME"));
	else if (n >= 0)
		views_rename(m->views, n, to, fx);
}

void view_delete(struct model *m, const char *rest, struct effects *fx)
{
	const char *p = rest;
	int n = view_named(m, *rest == '"' ? word(fx->arena, &p) : rest, fx);

	if (n >= 0)
		views_delete(m->views, n, fx);
}

void view_reset(struct model *m, const char *rest, struct effects *fx)
{
	(void)rest;
	views_reset(m->views, fx);
}

/* For this session; of a view that is the person's to change, for good. */
void view_columns(struct model *m, const char *rest, struct effects *fx)
{
	struct view *v = &m->views->view[m->views->current];
	struct sd_err err = {0};

	if (!queue_choose(m->queue, &m->session, rest, &err)) {
		fx_toast(fx, EL_WARN, "%s", err.text);
		return;
	}
	if (v->saved && v->may)
		views_edit(m->views, m->views->current, v->query, rest, fx);
	free(v->columns);
	v->columns = sd_strdup(rest);
	queue_columns(m->queue, &m->session);
	queue_reload(m->queue, &m->session, fx);
}
