/* The keys of the editor: those of readline. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/editor_int.h"

static size_t after(const struct editor *e, size_t at)
{
	const char *text = editor_text(e), *p = text + at;
	struct sd_grapheme g;

	return sd_text_next(&p, &g) ? (size_t)(p - text) : at;
}

static size_t before(const struct editor *e, size_t at)
{
	const char *text = editor_text(e);

	return at > 0 ? (size_t)(sd_text_prev(text, text + at) - text) : 0;
}

static size_t line_start(const struct editor *e)
{
	size_t at = e->cursor;

	while (at > 0 && e->text.data[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct editor *e)
{
	const char *text = editor_text(e);

	return e->cursor + strcspn(text + e->cursor, "\n");
}

/* Letters, digits and everything beyond ASCII make words; by = true: only blanks part them (Ctrl-w). */
static bool in_word(unsigned char c, bool by_blank)
{
	if (by_blank)
		return c != ' ' && c != '\t' && c != '\n';
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static size_t word_left(const struct editor *e, bool by_blank)
{
	const char *text = editor_text(e);
	size_t at = e->cursor;

	while (at > 0 && !in_word((unsigned char)text[before(e, at)], by_blank))
		at = before(e, at);
	while (at > 0 && in_word((unsigned char)text[before(e, at)], by_blank))
		at = before(e, at);
	return at;
}

static size_t word_right(const struct editor *e)
{
	const char *text = editor_text(e);
	size_t at = e->cursor;

	while (text[at] && !in_word((unsigned char)text[at], false))
		at = after(e, at);
	while (text[at] && in_word((unsigned char)text[at], false))
		at = after(e, at);
	return at;
}

static enum widget_result go(struct editor *e, size_t at)
{
	e->cursor = at;
	e->goal = -1;
	return W_HANDLED;
}

/* Up or down by rows of the screen. IGNORED at the edge of a one-line field, so that its owner may use the key. */
static enum widget_result go_rows(struct editor *e, int by)
{
	struct editor_rows rows;
	size_t row, to;

	if (e->single)
		return W_IGNORED;
	editor_wrap(e, e->width - 1, &rows);
	row = editor_row_of(&rows, e->cursor);
	if (e->goal < 0)
		e->goal = editor_column(e, rows.row[row].start, e->cursor);
	if (by < 0)
		to = row > (size_t)-by ? row - (size_t)-by : 0;
	else
		to = row + (size_t)by < rows.n ? row + (size_t)by : rows.n - 1;
	if (to == row) {
		free(rows.row);
		/* At the very edge the key is the owner's: the next field of a form. */
		return e->cursor == (by < 0 ? 0 : e->text.len) ? W_IGNORED : go(e, by < 0 ? 0 : e->text.len);
	}
	e->cursor = editor_at_column(e, &rows.row[to], e->goal);
	free(rows.row);
	return W_HANDLED;
}

/* Cuts from..to into the kill buffer; cuts in a row add up, in the order they stood in. */
static enum widget_result kill_range(struct editor *e, size_t from, size_t to)
{
	struct sd_str all = {0};
	bool backwards = to == e->cursor;

	e->killed = true;
	if (from == to)
		return W_HANDLED;
	if (e->killing && !backwards && e->kill.data)
		sd_str_addn(&all, e->kill.data, e->kill.len);
	sd_str_addn(&all, editor_text(e) + from, to - from);
	if (e->killing && backwards && e->kill.data)
		sd_str_addn(&all, e->kill.data, e->kill.len);
	sd_str_free(&e->kill);
	e->kill = all;
	editor_replace(e, from, to, "", 0);
	return W_CHANGED;
}

static enum widget_result erase(struct editor *e, size_t from, size_t to)
{
	if (from == to)
		return W_HANDLED;
	editor_replace(e, from, to, "", 0);
	return W_CHANGED;
}

static enum widget_result insert(struct editor *e, const char *text, size_t n, bool typed)
{
	e->typing = typed && e->typing;
	editor_replace(e, e->cursor, e->cursor, text, n);
	e->typing = typed;
	return W_CHANGED;
}

static enum widget_result ctrl_key(struct editor *e, uint32_t c)
{
	size_t end;

	switch (c) {
	case 'a':
		return go(e, line_start(e));
	case 'e':
		return go(e, line_end(e));
	case 'b':
		return go(e, before(e, e->cursor));
	case 'f':
		return go(e, after(e, e->cursor));
	case 'n':
		return go_rows(e, 1);
	case 'p':
		return go_rows(e, -1);
	case 'd':
		return erase(e, e->cursor, after(e, e->cursor));
	case 'h':
		return erase(e, before(e, e->cursor), e->cursor);
	case 'k':
		end = line_end(e);
		return kill_range(e, e->cursor, end > e->cursor ? end : after(e, end));
	case 'u':
		return kill_range(e, line_start(e), e->cursor);
	case 'w':
		return kill_range(e, word_left(e, true), e->cursor);
	case 'y':
		return e->kill.len ? insert(e, e->kill.data, e->kill.len, false) : W_HANDLED;
	case 'j':
		return e->single ? W_IGNORED : insert(e, "\n", 1, false);
	case 's':
		return W_SUBMIT;
	case '_':
		return editor_undo_step(e) ? W_CHANGED : W_HANDLED;
	case 'x':
		e->prefix = 'x';
		return W_HANDLED;
	default:
		return W_IGNORED;
	}
}

static enum widget_result alt_key(struct editor *e, uint32_t c)
{
	switch (c) {
	case 'b':
	case KEY_CODE_LEFT:
		return go(e, word_left(e, false));
	case 'f':
	case KEY_CODE_RIGHT:
		return go(e, word_right(e));
	case 'd':
		return kill_range(e, e->cursor, word_right(e));
	case KEY_CODE_BACKSPACE:
		return kill_range(e, word_left(e, false), e->cursor);
	case '<':
		return go(e, 0);
	case '>':
		return go(e, e->text.len);
	case 'u':
		return editor_undo_step(e) ? W_CHANGED : W_HANDLED;
	case 'r':
		return editor_redo_step(e) ? W_CHANGED : W_HANDLED;
	case KEY_CODE_ENTER:
		return W_SUBMIT;
	default:
		return W_IGNORED;
	}
}

static enum widget_result plain_key(struct editor *e, const struct key *k)
{
	char text[5];
	size_t n;

	switch (k->code) {
	case KEY_CODE_LEFT:
		return e->cursor == 0 && e->single ? W_IGNORED : go(e, before(e, e->cursor));
	case KEY_CODE_RIGHT:
		return e->cursor == e->text.len && e->single ? W_IGNORED : go(e, after(e, e->cursor));
	case KEY_CODE_UP:
		return go_rows(e, -1);
	case KEY_CODE_DOWN:
		return go_rows(e, 1);
	case KEY_CODE_PGUP:
		return go_rows(e, e->height > 1 ? 1 - e->height : -1);
	case KEY_CODE_PGDN:
		return go_rows(e, e->height > 1 ? e->height - 1 : 1);
	case KEY_CODE_HOME:
		return go(e, line_start(e));
	case KEY_CODE_END:
		return go(e, line_end(e));
	case KEY_CODE_BACKSPACE:
		return erase(e, before(e, e->cursor), e->cursor);
	case KEY_CODE_DELETE:
		return erase(e, e->cursor, after(e, e->cursor));
	case KEY_CODE_ENTER:
		return e->single ? W_IGNORED : insert(e, "\n", 1, false);
	case KEY_CODE_ESC:
		return W_CANCEL;
	case KEY_CODE_PASTE:
		editor_insert(e, k->paste ? k->paste : "");
		return W_CHANGED;
	default:
		n = key_utf8(k, text);
		/* What is typed passes the same cleaning as everything from outside, so that bidi signs and the like stay out. */
		if (n == 0 || !sd_text_is_clean(text, n, SD_CLEAN_BLOCK))
			return W_IGNORED;
		return insert(e, text, n, true);
	}
}

/* The first key decides about a text that was put there: typing is instead of it, moving about means to keep it. */
static bool replaces_offer(struct editor *e, const struct key *k)
{
	bool erase = k->mods == 0 && (k->code == KEY_CODE_BACKSPACE || k->code == KEY_CODE_DELETE);
	char text[5];

	e->offered = false;
	if (erase || k->code == KEY_CODE_PASTE || key_utf8(k, text))
		editor_replace(e, 0, e->text.len, "", 0);
	return erase;
}

enum widget_result editor_update(struct editor *e, const struct key *k)
{
	enum widget_result r;

	if (e->offered && replaces_offer(e, k))
		return W_CHANGED;
	if (e->prefix) {
		e->prefix = 0;
		if (k->code == 'e' && (k->mods == 0 || k->mods == KEY_CTRL))
			return W_EXTERNAL;
		if (k->code == 'u' && (k->mods == 0 || k->mods == KEY_CTRL))
			return editor_undo_step(e) ? W_CHANGED : W_HANDLED;
		return W_HANDLED;
	}
	if (k->mods == KEY_CTRL && k->code < 0x110000)
		r = ctrl_key(e, k->code);
	else if (k->mods == KEY_ALT)
		r = alt_key(e, k->code);
	else if (k->mods == KEY_CTRL && (k->code == KEY_CODE_LEFT || k->code == KEY_CODE_RIGHT))
		r = alt_key(e, k->code);
	else if (k->mods == KEY_CTRL && (k->code == KEY_CODE_DELETE || k->code == KEY_CODE_BACKSPACE))
		r = alt_key(e, k->code == KEY_CODE_DELETE ? 'd' : KEY_CODE_BACKSPACE);
	else if (k->mods == KEY_CTRL && (k->code == KEY_CODE_HOME || k->code == KEY_CODE_END))
		r = go(e, k->code == KEY_CODE_HOME ? 0 : e->text.len);
	else if ((k->mods & ~KEY_SHIFT) == 0)
		r = plain_key(e, k);
	else
		r = W_IGNORED;
	e->killing = e->killed;
	e->killed = false;
	if (r == W_HANDLED)
		e->typing = false;
	return r;
}
