/* The line at the bottom: palette, search, filter, jump. */
#include "config.h"
#include "tui/app/model.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "tui/app/kb.h"
#include "tui/app/palette.h"

void prompt_open(struct model *m, enum prompt p, const char *text)
{
	static const char *const marks[PROMPTS] = {"", ":", "/", "& ", "# ", "& "};

	m->prompt = p;
	lineedit_open(&m->lines[p], marks[p], text);
}

void jump_to(struct model *m, const char *number, struct effects *fx)
{
	const char *params[1];
	const char *prefix = m->meta && m->meta->nkinds ? m->meta->kinds[0].prefix : "";

	while (*number == ' ' || *number == '#')
		number++;
	if (!*number)
		return;
	/* digits alone are a number of the first kind */
	params[0] = isdigit((unsigned char)*number) ? sd_arena_printf(fx->arena, "%s%s", prefix, number) : number;
	if (m->session.online)
		fx_query(fx, (struct req){REQ_JUMP, 0, 0, 0}, 0, "select desk.ticket_id($1)", 1, params);
	else
		fx_toast(fx, EL_WARN, "%s", _("There is no connection"));
}

void filter_to(struct model *m, const char *text, struct effects *fx)
{
	struct sd_err err = {0};
	const char *what = err.text;

	if (queue_filter_check(&m->session, text, fx->arena, &err)) {
		queue_filter(m->queue, &m->session, text, fx);
		return;
	}
	prompt_open(m, PROMPT_FILTER, text);
	lineedit_error(&m->lines[PROMPT_FILTER], what, err.place);
}

/* For the next session; what was searched for is nobody's business then. */
static void keep(struct model *m, enum prompt p, const char *text, struct effects *fx)
{
	if (*text && (p == PROMPT_FILTER || (p == PROMPT_PALETTE && palette_keeps(m, text, fx->arena))))
		fx_add(fx, FX_HISTORY)->text = sd_arena_printf(fx->arena, "%c%s", p == PROMPT_FILTER ? '&' : ':', text);
}

static void done(struct model *m, const char *text, struct effects *fx)
{
	enum prompt p = m->prompt;
	struct pane *pane = m->pane[m->focus];
	int nth;

	m->prompt = PROMPT_NONE;
	if (*text)
		lineedit_history_add(&m->lines[p], text);
	keep(m, p, text, fx);
	switch (p) {
	case PROMPT_PALETTE:
		command_run(m, text, fx);
		break;
	case PROMPT_SEARCH:
		snprintf(m->search, sizeof m->search, "%.200s", text);
		pane->ops->search(pane, text, 1, fx);
		if (*text && !pane->ops->matches(pane, &nth))
			fx_toast(fx, EL_WARN,
				pane == &m->queue->pane && m->queue->more_after ? _("Not in the rows loaded: %s (use & to filter the whole view)")
																: _("Not found: %s"),
				text);
		break;
	case PROMPT_FILTER:
		filter_to(m, text, fx);
		break;
	case PROMPT_KB:
		kb_filter_typed(m, text, fx);
		break;
	case PROMPT_JUMP:
		jump_to(m, text, fx);
		break;
	default:
		break;
	}
}

void prompt_key(struct model *m, const struct key *k, struct effects *fx)
{
	struct lineedit *l = &m->lines[m->prompt];
	enum widget_result r = lineedit_update(l, k);
	struct pane *pane = m->pane[m->focus];

	if (r == W_SUBMIT) {
		done(m, sd_arena_strdup(fx->arena, lineedit_text(l)), fx);
	} else if (r == W_CANCEL) {
		if (m->prompt == PROMPT_SEARCH)
			pane->ops->search(pane, "", 0, fx);
		if (m->prompt == PROMPT_KB)
			kb_filter_typed(m, NULL, fx);
		m->prompt = PROMPT_NONE;
	} else if (r == W_CHANGED || r == W_REQUEST) {
		bool older = r == W_CHANGED && l->at < l->nhistory; /* a line of before is looked at, not typed */

		if (m->prompt == PROMPT_PALETTE && !older)
			command_complete(m, fx);
		else if (m->prompt == PROMPT_FILTER && !older)
			query_complete(m, PROMPT_FILTER, 0, r == W_REQUEST, fx);
		else if (m->prompt == PROMPT_SEARCH)
			pane->ops->search(pane, lineedit_text(l), 1, fx);
		else if (m->prompt == PROMPT_KB)
			kb_filter_typed(m, lineedit_text(l), fx);
	}
}
