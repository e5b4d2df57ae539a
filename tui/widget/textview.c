/* The text view: content, folds, motions, search. Wrapping and drawing are in textview_draw.c. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/textview_int.h"

void textview_init(struct textview *v)
{
	memset(v, 0, sizeof *v);
	v->mem = sd_arena_new();
	v->wrap_mem = sd_arena_new();
	v->scroll.height = 1;
	v->scroll.margin = 2;
}

void textview_free(struct textview *v)
{
	sd_arena_free(v->mem);
	sd_arena_free(v->wrap_mem);
	free(v->par);
	free(v->line);
	free(v->vis);
	free(v->fold);
	memset(v, 0, sizeof *v);
}

struct tv_line *textview_line(const struct textview *v, int row)
{
	return row >= 0 && (size_t)row < v->nvis ? &v->line[v->vis[row]] : NULL;
}

static void textview_anchor(struct textview *v)
{
	const struct tv_line *at = textview_line(v, v->scroll.cur);

	if (!at)
		return;
	v->anchor_key = v->par[at->par].key;
	v->anchor_line = at->nth;
	v->anchor_par = at->par;
}

void textview_begin(struct textview *v)
{
	textview_anchor(v);
	v->npars = 0;
	v->group = 0;
	v->nlines = v->nvis = v->laid = 0;
	v->more = NULL;
	v->made = v->rest = 0;
	v->group_fold = -1;
	v->fold_hint = 0;
	sd_arena_reset(v->mem);
	sd_arena_reset(v->wrap_mem);
}

/* Tabs become blanks here, before wrapping, so that a wrapped line can be told apart byte by byte. */
static const char *expand_tabs(struct sd_arena *a, const char *text)
{
	struct sd_str s = {0};
	struct sd_grapheme g;
	const char *out;
	int x = 0;

	if (!strchr(text, '\t'))
		return sd_arena_strdup(a, text);
	while (sd_text_next(&text, &g)) {
		if (g.s[0] == '\t') {
			do
				sd_str_addc(&s, ' ');
			while (++x % 8);
			continue;
		}
		x = g.s[0] == '\n' ? 0 : x + g.width;
		sd_str_addn(&s, g.s, g.len);
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static struct tv_par *add_par(struct textview *v, enum tv_kind kind, uint64_t key, int indent, const struct tv_span *spans, int n)
{
	struct tv_par *p = SD_PUSH(v->par, v->npars, v->cappars);

	*p = (struct tv_par){.kind = kind,
		.key = key,
		.group = v->group,
		.indent = indent < 0 ? 0 : indent,
		.nspans = n,
		.fold = v->group ? v->group_fold : -1};
	p->span = sd_arena_alloc(v->mem, (size_t)(n > 0 ? n : 1) * sizeof *p->span);
	for (int i = 0; i < n; i++) {
		p->span[i] = (struct tv_span){spans[i].element, expand_tabs(v->mem, spans[i].text ? spans[i].text : "")};
	}
	return p;
}

void textview_spans(struct textview *v, uint64_t key, int indent, const struct tv_span *spans, int n)
{
	add_par(v, TV_TEXT, key, indent, spans, n);
}

void textview_add(struct textview *v, uint64_t key, int indent, enum element e, const char *text)
{
	textview_spans(v, key, indent, &(struct tv_span){e, text}, 1);
}

void textview_rule(struct textview *v, uint64_t key, const char *title)
{
	add_par(v, TV_RULE, key, 0, &(struct tv_span){EL_TITLE, title}, 1);
}

void textview_blank(struct textview *v)
{
	textview_add(v, 0, 0, EL_NORMAL, "");
}

/* ---- folds ---- */

static struct tv_fold *fold_find(const struct textview *v, uint64_t key)
{
	for (size_t i = 0; i < v->nfolds; i++)
		if (v->fold[i].key == key)
			return &v->fold[i];
	return NULL;
}

bool textview_folded(const struct textview *v, uint64_t key)
{
	const struct tv_fold *f = key ? fold_find(v, key) : NULL;

	return f && f->folded;
}

/* Groups come in the same order again and again: the next one is mostly behind the last. */
static int fold_of(struct textview *v, uint64_t key, bool folded)
{
	size_t i = v->fold_hint;

	if (i >= v->nfolds || v->fold[i].key != key)
		for (i = 0; i < v->nfolds && v->fold[i].key != key;)
			i++;
	if (i == v->nfolds)
		*SD_PUSH(v->fold, v->nfolds, v->capfolds) = (struct tv_fold){key, folded};
	v->fold_hint = i + 1;
	return (int)i;
}

void textview_group(struct textview *v, uint64_t key, int indent, enum element e, const char *head, bool folded)
{
	v->group_fold = fold_of(v, key, folded);
	v->group = key;
	add_par(v, TV_HEAD, key, indent, &(struct tv_span){e, head}, 1);
}

void textview_group_end(struct textview *v)
{
	v->group = 0;
}

void textview_source(struct textview *v, bool (*more)(void *arg), void *arg)
{
	v->more = more;
	v->more_arg = arg;
}

void textview_end(struct textview *v)
{
	v->group = 0;
	if (v->wrapped > 0)
		textview_wrap(v, v->wrapped);
}

bool textview_idle(struct textview *v)
{
	enum { LINES = 48 };
	size_t until = v->nlines + LINES;

	if (!v->wrapped)
		return false;
	while (v->nlines < until)
		if (!textview_step(v))
			return false;
	return true;
}

/* Which lines are not folded away. */
static void textview_visible(struct textview *v)
{
	v->nvis = 0;
	for (size_t i = 0; i < v->nlines; i++) {
		const struct tv_par *p = &v->par[v->line[i].par];

		if (p->kind == TV_HEAD || p->fold < 0 || !v->fold[p->fold].folded)
			*SD_PUSH(v->vis, v->nvis, v->capvis) = (int)i;
	}
	v->scroll.count = (int)v->nvis;
}

static bool group_exists(const struct textview *v, uint64_t key)
{
	for (size_t i = 0; i < v->npars; i++)
		if (v->par[i].kind == TV_HEAD && v->par[i].key == key)
			return true;
	return false;
}

/* Puts the current line on line index i, or if that is folded away on the head above it. */
static void go_to_line(struct textview *v, size_t i)
{
	size_t row = 0;

	while (row + 1 < v->nvis && (size_t)v->vis[row + 1] <= i)
		row++;
	v->scroll.cur = (int)row;
	scroll_fix(&v->scroll);
	textview_anchor(v);
}

bool textview_fold(struct textview *v, uint64_t key, int how)
{
	struct tv_fold *f = fold_find(v, key);
	const struct tv_line *at = textview_line(v, v->scroll.cur);
	size_t i = at ? (size_t)(at - v->line) : 0;

	if (!f || !group_exists(v, key))
		return false;
	f->folded = how < 0 ? !f->folded : how > 0;
	textview_visible(v);
	if (at)
		go_to_line(v, i);
	return true;
}

uint64_t textview_group_key(const struct textview *v)
{
	const struct tv_line *at = textview_line(v, v->scroll.cur);

	return at ? v->par[at->par].group : 0;
}

void textview_fold_some(struct textview *v, bool (*is)(uint64_t key), bool folded)
{
	const struct tv_line *at = textview_line(v, v->scroll.cur);
	size_t i = at ? (size_t)(at - v->line) : 0;

	for (size_t f = 0; f < v->nfolds; f++)
		if (is(v->fold[f].key))
			v->fold[f].folded = folded;
	textview_visible(v);
	if (at)
		go_to_line(v, i);
}

void textview_fold_all(struct textview *v, bool folded)
{
	const struct tv_line *at = textview_line(v, v->scroll.cur);
	size_t i = at ? (size_t)(at - v->line) : 0;

	for (size_t f = 0; f < v->nfolds; f++)
		v->fold[f].folded = folded;
	textview_visible(v);
	if (at)
		go_to_line(v, i);
}

/* ---- moving about ---- */

const char *textview_text(const struct textview *v)
{
	const struct tv_line *at = textview_line(v, v->scroll.cur);

	return at ? at->text : "";
}

uint64_t textview_key(const struct textview *v)
{
	const struct tv_line *at = textview_line(v, v->scroll.cur);

	return at ? v->par[at->par].key : 0;
}

bool textview_sees(const struct textview *v, uint64_t key)
{
	for (int y = 0; y < v->scroll.height; y++) {
		const struct tv_line *at = textview_line(v, v->scroll.top + y);

		if (at && v->par[at->par].key == key)
			return true;
	}
	return false;
}

bool textview_goto(struct textview *v, uint64_t key)
{
	for (size_t i = 0; i < v->nlines || (v->wrapped && textview_step(v)); i++)
		if (i < v->nlines && v->par[v->line[i].par].key == key) {
			textview_lay(v, (long)v->nvis + v->scroll.height);
			go_to_line(v, i);
			return true;
		}
	/* Not drawn yet: the place is taken when it is. */
	for (size_t i = 0; v->nlines == 0 && i < v->npars; i++)
		if (v->par[i].key == key) {
			v->anchor_key = key;
			v->anchor_line = 0;
			return true;
		}
	return false;
}

void textview_top(struct textview *v, uint64_t key)
{
	if (textview_goto(v, key) && v->nvis)
		textview_move(v, MOTION_SCROLL_TOP, 0);
}

/* How far down a motion may look. */
static long reach(const struct textview *v, enum motion m, int count)
{
	long times = count > 0 ? count : 1, window = v->scroll.height, at = v->scroll.cur + 2 * window;

	switch (m) {
	case MOTION_BOTTOM:
		return count > 0 ? count + 2 * window : LONG_MAX;
	case MOTION_TOP:
		return count > 0 ? count + 2 * window : 0;
	case MOTION_HALF_DOWN:
	case MOTION_PAGE_DOWN:
		return at + times * window;
	default:
		return at + times;
	}
}

enum widget_result textview_move(struct textview *v, enum motion m, int count)
{
	bool moved;

	textview_lay(v, reach(v, m, count));
	moved = scroll_move(&v->scroll, m, count);

	textview_anchor(v);
	return moved ? W_HANDLED : W_IGNORED;
}

enum widget_result textview_update(struct textview *v, const struct key *k)
{
	enum motion m;
	int count;

	if (k->code == KEY_CODE_MOUSE && (k->button == 4 || k->button == 5)) {
		textview_move(v, k->button == 4 ? MOTION_LINE_UP : MOTION_LINE_DOWN, 3);
		return W_HANDLED;
	}
	if (key_is(k, KEY_CODE_ENTER, 0) || key_is(k, ' ', 0)) {
		const struct tv_line *at = textview_line(v, v->scroll.cur);

		if (!at || !v->par[at->par].group)
			return W_IGNORED;
		textview_fold(v, v->par[at->par].group, -1);
		return W_HANDLED;
	}
	if (motion_key(&v->keys, k, &m, &count)) {
		if (m != MOTION_NONE)
			textview_move(v, m, count);
		return W_HANDLED;
	}
	return W_IGNORED;
}

/* ---- search ---- */

void textview_search_set(struct textview *v, const char *needle)
{
	snprintf(v->search, sizeof v->search, "%s", needle ? needle : "");
}

static bool line_matches(const struct textview *v, size_t i)
{
	const struct tv_line *l = &v->line[i];

	return text_matches(l->text, v->search, NULL, NULL) || (l->label && text_matches(l->label, v->search, NULL, NULL));
}

/* The lines that match, in order; to be freed. */
static size_t *matching_lines(struct textview *v, int *n)
{
	size_t *lines;

	textview_lay(v, LONG_MAX);
	lines = sd_calloc(v->nlines + 1, sizeof *lines);

	*n = 0;
	for (size_t i = 0; i < v->nlines; i++)
		if (line_matches(v, i))
			lines[(*n)++] = i;
	return lines;
}

static size_t current_line(const struct textview *v)
{
	const struct tv_line *cur = textview_line(v, v->scroll.cur);

	return cur ? (size_t)(cur - v->line) : 0;
}

void textview_search_begin(struct textview *v)
{
	v->origin = current_line(v);
	textview_search_set(v, "");
}

void textview_search_cancel(struct textview *v)
{
	textview_search_set(v, "");
	if (v->origin < v->nlines)
		go_to_line(v, v->origin);
}

bool textview_search(struct textview *v, int dir, bool typing, bool *wrapped)
{
	size_t here = typing && v->origin < v->nlines ? v->origin : current_line(v), *lines;
	const struct tv_par *p;
	int n, at = 0, steps = (dir < 0 ? -dir : dir) - 1;

	*wrapped = false;
	v->found = v->found_nth = 0;
	if (!v->search[0] || v->nlines == 0)
		return false;
	lines = matching_lines(v, &n);
	if (n == 0) {
		free(lines);
		if (typing)
			go_to_line(v, here);
		return false;
	}
	if (dir > 0) {
		while (at < n && (typing ? lines[at] < here : lines[at] <= here))
			at++;
		at += steps;
	} else {
		at = n - 1;
		while (at >= 0 && (typing ? lines[at] > here : lines[at] >= here))
			at--;
		at -= steps;
	}
	*wrapped = at < 0 || at >= n;
	at = (at % n + n) % n;
	v->found = n;
	v->found_nth = at + 1;
	v->found_line = lines[at];
	free(lines);
	p = &v->par[v->line[v->found_line].par];
	if (p->kind != TV_HEAD && textview_folded(v, p->group))
		textview_fold(v, p->group, 0);
	go_to_line(v, v->found_line);
	return true;
}

int textview_matches(const struct textview *v, int *nth)
{
	*nth = v->found_nth && current_line(v) == v->found_line ? v->found_nth : 0;
	return v->search[0] ? v->found : 0;
}

const char *textview_position(const struct textview *v, char *buf, size_t size)
{
	int end = textview_rows(v) - v->scroll.height;

	if (end <= 0)
		snprintf(buf, size, "%s", _("all"));
	else if (v->scroll.top == 0)
		snprintf(buf, size, "%s", _("top"));
	else if (v->scroll.top >= end)
		snprintf(buf, size, "%s", _("end"));
	else
		snprintf(buf, size, "%d%%", (int)((long)v->scroll.top * 100 / end));
	return buf;
}
