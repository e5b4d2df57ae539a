/* The editor: its text, changes and undo, and how lines are folded. Keys are in editor_keys.c. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/editor_int.h"

enum { DEFAULT_LIMIT = 1024 * 1024, MAX_UNDO = 1000, TAB_CELLS = 8 };

void editor_init(struct editor *e, bool single)
{
	memset(e, 0, sizeof *e);
	e->single = single;
	e->goal = -1;
	e->width = 80;
	e->height = 1;
	sd_str_add(&e->text, "");
}

static void drop_undo(struct editor *e, size_t from)
{
	for (size_t i = from; i < e->nundo; i++) {
		free(e->undo[i].gone);
		free(e->undo[i].come);
	}
	e->nundo = from;
	e->undone = 0;
}

void editor_free(struct editor *e)
{
	drop_undo(e, 0);
	free(e->undo);
	sd_str_free(&e->text);
	sd_str_free(&e->kill);
	memset(e, 0, sizeof *e);
}

const char *editor_text(const struct editor *e)
{
	return e->text.data ? e->text.data : "";
}

bool editor_empty(const struct editor *e)
{
	return editor_text(e)[strspn(editor_text(e), " \t\n")] == '\0';
}

static size_t limit_of(const struct editor *e)
{
	return e->limit ? e->limit : DEFAULT_LIMIT;
}

/* Longest part of text that ends between graphemes and is no longer than n. */
static size_t fitting(const char *text, size_t n)
{
	const char *p = text;
	struct sd_grapheme g;
	size_t ok = 0;

	while (sd_text_next(&p, &g) && (size_t)(p - text) <= n)
		ok = (size_t)(p - text);
	return ok;
}

void editor_set(struct editor *e, const char *text)
{
	drop_undo(e, 0);
	sd_str_reset(&e->text);
	sd_str_add(&e->text, "");
	sd_text_clean(&e->text, text, strlen(text), e->single ? SD_CLEAN_LINE : SD_CLEAN_BLOCK);
	if (e->text.len > limit_of(e)) {
		e->text.len = fitting(e->text.data, limit_of(e));
		e->text.data[e->text.len] = '\0';
	}
	e->cursor = e->text.len;
	e->goal = -1;
	e->top = e->left = 0;
	e->typing = e->killing = e->offered = false;
	e->prefix = 0;
}

/* The bare exchange of bytes. */
static void splice(struct editor *e, size_t from, size_t to, const char *text, size_t n)
{
	struct sd_str out = {0};

	sd_str_addn(&out, editor_text(e), from);
	sd_str_addn(&out, text, n);
	sd_str_add(&out, editor_text(e) + to);
	sd_str_add(&out, "");
	sd_str_free(&e->text);
	e->text = out;
}

static char *copy_of(const char *s, size_t n)
{
	char *c = sd_malloc(n + 1);

	if (n)
		memcpy(c, s, n);
	c[n] = '\0';
	return c;
}

/* Typing letter by letter is one step until a blank begins the next word. */
static bool joins_typing(const struct editor *e, size_t from, size_t to, const char *text, size_t n)
{
	const struct editor_undo *u;
	size_t len;

	if (!e->typing || e->undone || e->nundo == 0 || from != to || n == 0)
		return false;
	u = &e->undo[e->nundo - 1];
	len = strlen(u->come);
	if (u->gone[0] || u->at + len != from || len == 0)
		return false;
	return !((text[0] == ' ' || text[0] == '\n') && u->come[len - 1] != ' ');
}

/* A change may join what stands on both sides of it into one grapheme; the cursor never stands inside one. */
static void snap(struct editor *e)
{
	const char *text = editor_text(e), *p = text + e->cursor;
	struct sd_grapheme g;

	while (p > text && p[-1] != '\n')
		p--;
	while ((size_t)(p - text) < e->cursor && sd_text_next(&p, &g))
		;
	e->cursor = (size_t)(p - text);
}

void editor_replace(struct editor *e, size_t from, size_t to, const char *text, size_t n)
{
	size_t room = limit_of(e) - (e->text.len - (to - from));

	if (e->text.len - (to - from) > limit_of(e))
		room = 0;
	if (n > room)
		n = fitting(text, room);
	if (from == to && n == 0)
		return;
	if (joins_typing(e, from, to, text, n)) {
		struct editor_undo *u = &e->undo[e->nundo - 1];
		size_t len = strlen(u->come);

		u->come = sd_realloc(u->come, len + n + 1);
		memcpy(u->come + len, text, n);
		u->come[len + n] = '\0';
	} else {
		drop_undo(e, e->nundo - e->undone);
		if (e->nundo == MAX_UNDO) {
			free(e->undo[0].gone);
			free(e->undo[0].come);
			memmove(e->undo, e->undo + 1, (MAX_UNDO - 1) * sizeof *e->undo);
			e->nundo--;
		}
		*SD_PUSH(e->undo, e->nundo, e->capundo) =
			(struct editor_undo){from, copy_of(editor_text(e) + from, to - from), copy_of(text, n), e->cursor};
	}
	splice(e, from, to, text, n);
	e->cursor = from + n;
	snap(e);
	e->goal = -1;
}

bool editor_undo_step(struct editor *e)
{
	const struct editor_undo *u;

	if (e->undone >= e->nundo)
		return false;
	u = &e->undo[e->nundo - 1 - e->undone++];
	splice(e, u->at, u->at + strlen(u->come), u->gone, strlen(u->gone));
	e->cursor = u->cursor;
	e->goal = -1;
	return true;
}

bool editor_redo_step(struct editor *e)
{
	const struct editor_undo *u;

	if (e->undone == 0)
		return false;
	u = &e->undo[e->nundo - e->undone--];
	splice(e, u->at, u->at + strlen(u->gone), u->come, strlen(u->come));
	e->cursor = u->at + strlen(u->come);
	snap(e);
	e->goal = -1;
	return true;
}

void editor_insert(struct editor *e, const char *text)
{
	struct sd_str clean = {0};

	sd_text_clean(&clean, text, strlen(text), e->single ? SD_CLEAN_LINE : SD_CLEAN_BLOCK);
	e->typing = false;
	if (clean.len)
		editor_replace(e, e->cursor, e->cursor, clean.data, clean.len);
	sd_str_free(&clean);
}

/* ---- lines as they stand on the screen ---- */

static int cells_of(const struct sd_grapheme *g, int x)
{
	return g->s[0] == '\t' ? TAB_CELLS - x % TAB_CELLS : g->width;
}

static void add_row(struct editor_rows *out, size_t start, size_t end)
{
	*SD_PUSH(out->row, out->n, out->cap) = (struct editor_row){start, end};
}

/* Blanks at the end of a row hang over: they never begin the next one. */
void editor_wrap(const struct editor *e, int width, struct editor_rows *out)
{
	const char *text = editor_text(e), *p = text;
	size_t start = 0, brk = 0; /* brk: a row may end here; 0 = nowhere yet */
	struct sd_grapheme g;
	int x = 0;

	*out = (struct editor_rows){0};
	if (width < 2)
		width = 2;
	while (sd_text_next(&p, &g)) {
		size_t at = (size_t)(g.s - text);
		int w = cells_of(&g, x);
		bool blank = g.s[0] == ' ' || g.s[0] == '\t';

		if (g.s[0] == '\n') {
			add_row(out, start, at);
			start = at + g.len;
			brk = 0;
			x = 0;
			continue;
		}
		if (x + w > width && !blank && at > start) {
			size_t cut = brk > start ? brk : at;

			add_row(out, start, cut);
			start = cut;
			x = editor_column(e, start, at);
			brk = 0;
			w = cells_of(&g, x);
		}
		x += w;
		/* After blanks, and on both sides of wide characters, which stand for words. */
		if (blank || g.width == 2)
			brk = at + g.len;
		else if (p[0] && (unsigned char)p[0] >= 0xE0) {
			const char *q = p;
			struct sd_grapheme next;

			if (sd_text_next(&q, &next) && next.width == 2)
				brk = at + g.len;
		}
	}
	add_row(out, start, e->text.len);
}

size_t editor_row_of(const struct editor_rows *rows, size_t cursor)
{
	size_t i = rows->n - 1;

	while (i > 0 && rows->row[i].start > cursor)
		i--;
	return i;
}

int editor_column(const struct editor *e, size_t start, size_t at)
{
	const char *text = editor_text(e), *p = text + start;
	struct sd_grapheme g;
	int x = 0;

	while ((size_t)(p - text) < at && sd_text_next(&p, &g))
		x += cells_of(&g, x);
	return x;
}

size_t editor_at_column(const struct editor *e, const struct editor_row *row, int column)
{
	const char *text = editor_text(e), *p = text + row->start;
	struct sd_grapheme g;
	size_t at = row->start;
	int x = 0;

	while (at < row->end && sd_text_next(&p, &g)) {
		x += cells_of(&g, x);
		if (x > column)
			break;
		at = (size_t)(p - text);
	}
	/* The end of a row that is folded is the start of the next one: stay before it. */
	if (at == row->end && at > row->start && text[at] && text[at] != '\n')
		at = (size_t)(sd_text_prev(text, text + at) - text);
	return at;
}

void editor_erase_back(struct editor *e, size_t n)
{
	editor_replace(e, e->cursor - n, e->cursor, "", 0);
}
