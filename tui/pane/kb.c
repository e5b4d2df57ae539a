#include "config.h"
#include "tui/pane/kb.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

/* ---- reading ---- */
static const char *me(const struct kb *k)
{
	return k->s && k->s->meta ? k->s->meta->me.login : "";
}

static void ask_list(struct kb *k, struct effects *fx)
{
	char limit[16];
	const char *params[] = {sd_kb_filter(fx->arena, k->filter, me(k)), limit};

	snprintf(limit, sizeof limit, "%d", k->limit);
	fx_query(fx, board_req(&k->board), FX_ASIDE,
		"select coalesce(json_agg(x), '[]')::text from desk.kb_list($1::jsonb, $2::int) x", 2, params);
}

static void ask(struct board *b, struct effects *fx)
{
	struct kb *k = (struct kb *)b;
	const char *params[] = {k->number, *k->version ? k->version : NULL, k->against};

	k->asked = k->mode;
	if (k->mode == KB_LIST)
		ask_list(k, fx);
	else if (k->mode == KB_READ)
		fx_query(fx, board_req(b), FX_ASIDE, "select desk.kb_show($1, $2)::text", 2, params);
	else
		fx_query(
			fx, board_req(b), FX_ASIDE, "select json_build_array(desk.kb_show($1, $2), desk.kb_show($1, $3))::text", 3, params);
}

static void take_article(struct kb *k, struct sd_kb *a)
{
	struct sd_str text = {0};

	sd_kb_free(k->a);
	sd_md_free(k->md);
	k->a = a;
	sd_kb_markdown(a, &text);
	k->md = sd_md_parse(text.data ? text.data : "", text.len);
	sd_str_free(&text);
	if (k->link > kb_links(k))
		k->link = 0;
	k->built = 0;
}

static bool take_two(struct kb *k, const char *json)
{
	json_t *j = json_loads(json, 0, NULL);
	struct sd_kb *a[2] = {NULL, NULL};
	struct sd_err err = {0};

	for (size_t i = 0; i < 2; i++) {
		char *one = json_dumps(json_array_get(j, i), JSON_COMPACT);

		a[i] = one ? sd_kb_parse(one, &err) : NULL;
		free(one);
	}
	json_decref(j);
	if (!a[0] || !a[1]) {
		sd_kb_free(a[0]);
		sd_kb_free(a[1]);
		return false;
	}
	sd_kb_free(k->older);
	k->older = a[1];
	take_article(k, a[0]);
	return true;
}

static bool take(struct board *b, const char *json)
{
	struct kb *k = (struct kb *)b;
	struct sd_err err = {0};
	struct sd_kb *a;
	struct sd_kb_list *l;

	if (k->asked == KB_DIFF)
		return take_two(k, json);
	if (k->asked == KB_READ) {
		a = sd_kb_parse(json, &err);
		if (a)
			take_article(k, a);
		return a != NULL;
	}
	l = sd_kb_list_parse(json, &err);
	if (!l)
		return false;
	sd_kb_list_free(k->rows);
	k->rows = l;
	k->list.more = l->n >= k->limit;
	list_sync(&k->list);
	return true;
}

static bool nothing_there(const struct kb *k, const struct answer *a)
{
	const char *json = a->table ? table_get(a->table, 0, 0) : "";

	return a->table && k->asked != KB_LIST && (!json || (k->asked == KB_DIFF && strstr(json, "null") && strlen(json) < 16));
}

static void kb_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	struct kb *k = (struct kb *)p;

	if (a->req.gen == k->board.gen && nothing_there(k, a)) { /* it is not for one to see */
		k->board.loading = false;
		k->resume = false;
		fx_toast(fx, EL_WARN, _("There is no article %s, or none for you to see"), k->number);
		if (k->at > 0 && k->mode == KB_READ) {
			k->ntrail = k->at; /* nobody comes here again */
			kb_trail(k, -1);
		} else {
			kb_list_mode(k);
		}
		board_read(&k->board, s, fx);
		return;
	}
	board_answer(&k->board, s, a, fx);
	if (!a->err && a->req.gen == k->board.gen)
		k->board.as_of = s->now;
}

/* ---- what is shown ---- */
void kb_choose(struct kb *k, const char *number, const char *version)
{
	bool same = !strcmp(k->number, number);
	char n[sizeof k->number], v[sizeof k->version]; /* they may be the pane's own */

	snprintf(n, sizeof n, "%s", number);
	snprintf(v, sizeof v, "%s", version ? version : "");
	memcpy(k->number, n, sizeof n);
	memcpy(k->version, v, sizeof v);
	k->mode = KB_READ;
	k->link = 0;
	k->built = 0;
	if (same && k->a)
		return;
	sd_kb_free(k->a);
	k->a = NULL;
	textview_begin(&k->text);
	textview_end(&k->text);
	k->text.anchor_key = 0;
	k->text.scroll.cur = k->text.scroll.top = 0;
}

static void keep_place(struct kb *k)
{
	struct kb_place *p = &k->trail[k->at];

	if (k->mode != KB_READ || k->at >= k->ntrail)
		return;
	snprintf(p->number, sizeof p->number, "%s", k->number);
	snprintf(p->version, sizeof p->version, "%s", k->version);
	p->key = textview_key(&k->text);
}

void kb_go(struct kb *k, const char *number, const char *version)
{
	keep_place(k);
	if (k->ntrail && k->mode == KB_READ)
		k->at++;
	else
		k->at = 0;
	if (k->at == KB_TRAIL) {
		memmove(k->trail, k->trail + 1, (KB_TRAIL - 1) * sizeof *k->trail);
		k->at--;
	}
	k->ntrail = k->at + 1;
	kb_choose(k, number, version);
	keep_place(k);
	k->trail[k->at].key = 0;
}

bool kb_trail(struct kb *k, int by)
{
	if (k->at + by < 0 || k->at + by >= k->ntrail)
		return false;
	keep_place(k);
	k->at += by;
	kb_choose(k, k->trail[k->at].number, k->trail[k->at].version);
	k->to = k->trail[k->at].key;
	return true;
}

void kb_list_mode(struct kb *k)
{
	keep_place(k);
	k->mode = KB_LIST;
	k->direct = false;
	k->ntrail = k->at = 0;
}

void kb_compare(struct kb *k, const char *older, const char *newer)
{
	char n[sizeof k->version], o[sizeof k->against]; /* they may be of the article that is shown */

	keep_place(k);
	k->mode = KB_DIFF;
	snprintf(n, sizeof n, "%s", newer);
	snprintf(o, sizeof o, "%s", older);
	memcpy(k->version, n, sizeof n);
	memcpy(k->against, o, sizeof o);
	sd_kb_free(k->older);
	k->older = NULL;
	k->built = 0;
	k->text.scroll.cur = k->text.scroll.top = 0;
	k->text.anchor_key = 0;
}

void kb_filter(struct kb *k, const char *typed)
{
	snprintf(k->filter, sizeof k->filter, "%s", typed);
	k->limit = KB_LIMIT;
}

const struct sd_kb *kb_article(const struct kb *k)
{
	return k->mode == KB_LIST || !k->a || strcmp(k->a->number, k->number) != 0 ? NULL : k->a;
}

const struct sd_kb_row *kb_row(const struct kb *k)
{
	int row = list_row(&k->list);

	return k->mode == KB_LIST && k->rows && row >= 0 && row < k->rows->n ? &k->rows->v[row] : NULL;
}

const char *kb_here(const struct kb *k)
{
	const struct sd_kb_row *r = kb_row(k);

	return r ? r->number : kb_article(k) ? k->number : "";
}

/* ---- keys ---- */
static bool read_action(struct kb *k, const struct session *s, enum action a, int count, struct effects *fx)
{
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		textview_move(&k->text, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
		return true;
	}
	switch (a) {
	case ACT_KB_LINK_NEXT:
	case ACT_KB_LINK_PREV:
		kb_link_step(k, a == ACT_KB_LINK_NEXT ? 1 : -1);
		if (!kb_links(k))
			fx_toast(fx, EL_DIM, "%s", _("There are no links in this article"));
		return true;
	case ACT_KB_BACK:
	case ACT_KB_FORTH:
		if (kb_trail(k, a == ACT_KB_BACK ? -1 : 1))
			board_read(&k->board, s, fx);
		else
			fx_toast(fx, EL_DIM, "%s",
				a == ACT_KB_BACK ? _("This is the article you began with") : _("There is no article after this one"));
		return true;
	default:
		return false;
	}
}

static bool kb_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	struct kb *k = (struct kb *)p;
	const struct sd_kb_row *r = kb_row(k);

	k->s = s;
	if (a == ACT_REFRESH) {
		board_read(&k->board, s, fx);
		return true;
	}
	if (k->mode != KB_LIST)
		return read_action(k, s, a, count, fx);
	if (a >= ACT_DOWN && a < ACT_MOTION_END) {
		list_move(&k->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
		if (k->list.more && list_row(&k->list) == k->rows->n - 1 && k->limit == k->rows->n) {
			k->limit *= KB_MORE;
			board_read(&k->board, s, fx);
		}
		return true;
	}
	if (a != ACT_OPEN || !r)
		return a == ACT_KB_LINK_NEXT || a == ACT_KB_LINK_PREV || a == ACT_KB_BACK || a == ACT_KB_FORTH;
	kb_go(k, r->number, strcmp(r->state, "published") ? r->version : "");
	board_read(&k->board, s, fx);
	return true;
}

static void search_text(struct kb *k, const char *text, int dir, struct effects *fx)
{
	bool wrapped;

	if (dir == 0) {
		text ? textview_search_cancel(&k->text) : textview_search_begin(&k->text);
		return;
	}
	if (text)
		textview_search_set(&k->text, text);
	if ((!text || *text) && !textview_search(&k->text, dir, text != NULL, &wrapped) && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), k->text.search);
}

static void kb_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	struct kb *k = (struct kb *)p;

	if (k->mode != KB_LIST) {
		search_text(k, text, dir, fx);
		return;
	}
	if (dir == 0) {
		text ? list_search_cancel(&k->list) : list_search_begin(&k->list);
		return;
	}
	if (text)
		list_search_set(&k->list, text);
	if ((!text || *text) && list_search(&k->list, dir, text != NULL) == LIST_NOT_FOUND && !text)
		fx_toast(fx, EL_WARN, _("Not found: %s"), k->list.search);
}

static int kb_matches(const struct pane *p, int *nth)
{
	const struct kb *k = (const struct kb *)p;

	return k->mode == KB_LIST ? list_matches(&k->list, nth) : textview_matches(&k->text, nth);
}

void kb_mouse(struct kb *k, const struct session *s, const struct key *key, struct effects *fx)
{
	int before = list_row(&k->list);

	if (k->mode != KB_LIST)
		textview_update(&k->text, key);
	else if (list_update(&k->list, key) == W_HANDLED && key->button == 1 && before == list_row(&k->list))
		kb_action(&k->board.pane, s, ACT_OPEN, 0, fx); /* a second click */
}

/* ---- the list ---- */
static int rows_count(void *arg)
{
	const struct kb *k = arg;

	return k->rows ? k->rows->n : 0;
}

static uint64_t rows_key(void *arg, int row)
{
	return strtoull(((struct kb *)arg)->rows->v[row].number + 2, NULL, 10);
}

static enum element state_element(const char *state)
{
	return !strcmp(state, "published")                                        ? EL_STATE_OPEN
		   : !strcmp(state, "review") || !strcmp(state, "pending_retirement") ? EL_WARN
		   : !strcmp(state, "retired") || !strcmp(state, "outdated")          ? EL_STATE_DONE
																			  : EL_STATE_WAITING;
}

static void rows_cell(void *arg, int row, int col, struct list_cell *out)
{
	const struct sd_kb_row *r = &((struct kb *)arg)->rows->v[row];

	switch (col) {
	case 0:
		out->text = r->number;
		break;
	case 1:
		out->text = kb_state_word(r->state);
		out->element = state_element(r->state);
		break;
	case 2:
		out->text = r->title;
		break;
	case 3:
		out->text = kb_word(r->audience);
		out->element = !strcmp(r->audience, "public") ? EL_PUBLIC : EL_INTERNAL;
		break;
	case 4:
		out->text = r->owner;
		break;
	case 5:
		out->text = r->valid_to;
		break;
	case 6:
		snprintf(out->buf, sizeof out->buf, "%d", r->used);
		out->text = r->used ? out->buf : "";
		break;
	case 7:
		snprintf(out->buf, sizeof out->buf, "+%d -%d", r->helpful, r->unhelpful);
		out->text = r->helpful || r->unhelpful ? out->buf : "";
		break;
	default:
		snprintf(out->buf, sizeof out->buf, "%d", r->feedback);
		out->text = r->feedback ? out->buf : "";
		out->element = EL_WARN;
	}
}

static void make_list(struct kb *k)
{
	const struct list_column columns[] = {{.title = _("Number"), .width = 9},
		{.title = _("State"), .width = 14, .min = 9, .priority = 1}, {.title = _("Title"), .width = 30, .min = 20, .grow = 1},
		{.title = _("Readers"), .width = 9, .min = 8, .priority = 3}, {.title = _("Owner"), .width = 14, .min = 8, .priority = 5},
		{.title = _("Valid to"), .width = 10, .priority = 4}, {.title = _("Used"), .width = 5, .priority = 2, .right = true},
		{.title = _("Helped"), .width = 8, .priority = 6, .right = true},
		{.title = _("Open"), .width = 5, .priority = 7, .right = true}};
	struct list_source src = {k, rows_count, rows_key, rows_cell, NULL};

	list_init(&k->list, &src);
	list_columns(&k->list, columns, sizeof columns / sizeof *columns);
	k->list.header = true;
}

/* ---- drawing ---- */
static void kb_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct kb *k = (struct kb *)p;

	k->s = s;
	if (k->mode != KB_LIST && kb_article(k) && (k->mode == KB_READ || k->older)) {
		kb_draw_article(k, s, r, focus);
	} else if (k->mode != KB_LIST || !k->rows) {
		board_nothing(&k->board, s, r);
	} else {
		k->list.empty = *k->filter ? _("No article is like that. Esc shows all of them again.")
								   : _("There are no articles yet: a writes one, svcdesk kb import takes a folder of Markdown.");
		list_draw(&k->list, r, focus);
	}
	sd_arena_reset(k->scratch);
}

static const char *kb_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	const struct kb *k = (const struct kb *)p;
	char state[160], from[64] = "";

	board_state(&k->board, s, state, sizeof state);
	if (k->ticket)
		snprintf(from, sizeof from, _("  for %s"), k->ticket_number);
	if (k->mode == KB_DIFF)
		snprintf(buf, size, _("%s  %s against %s%s"), k->number, k->version, k->against, state);
	else if (k->mode == KB_READ)
		snprintf(buf, size, _("Article  %s%s%s"), k->number, from, state);
	else
		snprintf(buf, size, _("Articles  %d%s%s%s%s%s"), k->rows ? k->rows->n : 0, k->list.more ? "+" : "",
			*k->filter ? "  & " : "", k->filter, from, state);
	return buf;
}

static void kb_close(struct pane *p)
{
	struct kb *k = (struct kb *)p;

	sd_kb_list_free(k->rows);
	sd_kb_free(k->a);
	sd_kb_free(k->older);
	sd_md_free(k->md);
	sd_md_page_free(k->page);
	list_free(&k->list);
	textview_free(&k->text);
	sd_arena_free(k->scratch);
	board_free(&k->board);
	free(k);
}

static const struct pane_ops ops = {
	.title = N_("Knowledge base"),
	.context = CTX_KB,
	.close = kb_close,
	.action = kb_action,
	.answer = kb_answer,
	.search = kb_search,
	.matches = kb_matches,
	.draw = kb_draw,
	.headline = kb_headline,
};

struct board *kb_new(void)
{
	struct kb *k = sd_calloc(1, sizeof *k);

	board_init(&k->board, &ops);
	k->board.ask = ask;
	k->board.take = take;
	k->scratch = sd_arena_new();
	k->limit = KB_LIMIT;
	textview_init(&k->text);
	make_list(k);
	return &k->board;
}
