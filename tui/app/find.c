#include "config.h"
#include "tui/app/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/app/ci_int.h"
#include "tui/app/inbox.h"
#include "tui/app/kb.h"
#include "tui/pane/find.h"

enum { REST_MS = 120, MOST = 50, PAGE = 5 };

static struct find *get(struct model *m)
{
	if (!m->find)
		m->find = find_new();
	return m->find;
}

/* Asks for what stands in the line now; what was asked for before is wanted no more. */
static void ask(struct find *f, struct effects *fx)
{
	char most[16];
	const char *text = lineedit_text(&f->line), *params[] = {text, find_types(f), most};

	f->gen++;
	fx_add(fx, FX_CANCEL)->req = (struct req){REQ_SEARCH, 0, 0, 0};
	if (!*text || strspn(text, " \t") == strlen(text)) {
		free(f->asked);
		f->asked = NULL;
		find_take(f, &(struct table){1, 1, NULL, (const char *const[]){"{\"hits\": []}"}}, NULL);
		return;
	}
	free(f->asked);
	f->asked = sd_strdup(text);
	f->asking = true;
	snprintf(most, sizeof most, "%d", MOST);
	fx_query(fx, (struct req){REQ_SEARCH, f->gen, 0, 0}, FX_ASIDE, "select desk.find_page($1, $2::text[], $3::int)", 3, params);
}

void find_open(struct model *m, const char *text, struct effects *fx)
{
	struct find *f = get(m);
	char *now = sd_strdup(text ? text : f->asked ? f->asked : "");

	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_FIND) {
			free(now);
			return;
		}
	overlay_push(m, OV_FIND);
	f->open = true;
	lineedit_open(&f->line, "/ ", now);
	f->line.history_exact = true;
	free(now);
	ask(f, fx);
}

void find_command(struct model *m, const char *rest, struct effects *fx)
{
	find_open(m, rest, fx);
}

void find_closed(struct model *m)
{
	if (m->find)
		m->find->open = false;
}

void find_timer(struct model *m, struct effects *fx)
{
	if (m->find && m->find->open)
		ask(m->find, fx);
}

void find_answer(struct model *m, const struct answer *a)
{
	if (m->find && a->req.gen == m->find->gen)
		find_take(m->find, a->table, a->err);
}

static void leave(struct model *m, struct effects *fx)
{
	struct find *f = m->find;
	const char *text = lineedit_text(&f->line);

	if (*text)
		lineedit_history_add(&f->line, text); /* of this session: what was searched for is nobody's business later */
	fx_add(fx, FX_CANCEL)->req = (struct req){REQ_SEARCH, 0, 0, 0};
	fx_timer(fx, TIMER_SEARCH, -1);
	overlay_pop(m);
}

/* Each kind of thing is shown by what shows it everywhere. */
static void go(struct model *m, struct effects *fx)
{
	const struct find_hit *h = find_selected(m->find);
	enum find_in type = h->type;
	const char *number = sd_arena_strdup(fx->arena, h->id);
	int64_t key = h->key;
	int seq = h->seq;

	leave(m, fx);
	if (type == FIND_TICKETS)
		inbox_to(m, key, seq, fx);
	else if (type == FIND_ARTICLES)
		kb_open_article(m, number, NULL, fx);
	else
		ci_show_page(m, key, fx);
}

/* Keys that move in the list, whatever stands in the line. */
static bool moves(struct find *f, const struct key *k)
{
	bool in_history = f->line.at < f->line.nhistory;

	if ((key_is(k, KEY_CODE_UP, 0) && (!*lineedit_text(&f->line) || in_history || f->at == 0)) ||
		(key_is(k, KEY_CODE_DOWN, 0) && in_history))
		return false; /* through what was searched for before */
	if (key_is(k, KEY_CODE_DOWN, 0) || key_is(k, 'n', KEY_CTRL))
		find_move(f, 1);
	else if (key_is(k, KEY_CODE_UP, 0) || key_is(k, 'p', KEY_CTRL))
		find_move(f, -1);
	else if (key_is(k, KEY_CODE_PGDN, 0))
		find_move(f, PAGE);
	else if (key_is(k, KEY_CODE_PGUP, 0))
		find_move(f, -PAGE);
	else
		return false;
	return true;
}

void find_key(struct model *m, const struct key *k, struct effects *fx)
{
	struct find *f = m->find;
	char *was;

	if (key_is(k, KEY_CODE_TAB, 0) || key_is(k, KEY_CODE_BACKTAB, 0)) {
		f->in = (enum find_in)((f->in + (key_is(k, KEY_CODE_TAB, 0) ? 1 : FIND_INS - 1)) % FIND_INS);
		ask(f, fx);
		return;
	}
	if (moves(f, k))
		return;
	was = sd_strdup(lineedit_text(&f->line));
	switch (lineedit_update(&f->line, k)) {
	case W_SUBMIT:
		if (f->asked && !strcmp(f->asked, lineedit_text(&f->line)) && !f->asking && f->nhits)
			go(m, fx);
		else
			ask(f, fx);
		break;
	case W_CANCEL:
		leave(m, fx);
		break;
	default:
		if (strcmp(was, lineedit_text(&f->line)) != 0)
			fx_timer(fx, TIMER_SEARCH, REST_MS);
		break;
	}
	free(was);
}
