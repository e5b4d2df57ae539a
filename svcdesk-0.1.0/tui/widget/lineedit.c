/* The prompt line: history, completion. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/lineedit.h"

enum { MAX_HISTORY = 200, SHOWN = 8 };

void lineedit_init(struct lineedit *l, const char *prompt)
{
	memset(l, 0, sizeof *l);
	editor_init(&l->edit, true);
	snprintf(l->prompt, sizeof l->prompt, "%s", prompt);
	l->picked = -1;
}

static void drop_candidates(struct lineedit *l)
{
	for (size_t i = 0; i < l->ncand; i++) {
		free((char *)l->cand[i].text);
		free((char *)l->cand[i].hint);
	}
	free(l->cand);
	free(l->stem);
	l->cand = NULL;
	l->stem = NULL;
	l->ncand = 0;
	l->picked = -1;
}

static void drop_error(struct lineedit *l)
{
	free(l->error);
	l->error = NULL;
}

void lineedit_error(struct lineedit *l, const char *text, int place)
{
	drop_error(l);
	drop_candidates(l);
	l->error = sd_strdup(text);
	if (place > 0)
		l->edit.cursor = (size_t)place - 1 < l->edit.text.len ? (size_t)place - 1 : l->edit.text.len;
}

void lineedit_free(struct lineedit *l)
{
	drop_candidates(l);
	drop_error(l);
	for (size_t i = 0; i < l->nhistory; i++)
		free(l->history[i]);
	free(l->history);
	free(l->typed);
	editor_free(&l->edit);
	memset(l, 0, sizeof *l);
}

void lineedit_open(struct lineedit *l, const char *prompt, const char *text)
{
	snprintf(l->prompt, sizeof l->prompt, "%s", prompt);
	editor_set(&l->edit, text ? text : "");
	drop_candidates(l);
	drop_error(l);
	free(l->typed);
	l->typed = NULL;
	l->at = l->nhistory;
	l->generation++;
}

const char *lineedit_text(const struct lineedit *l)
{
	return editor_text(&l->edit);
}

void lineedit_history_add(struct lineedit *l, const char *line)
{
	if (!*line)
		return;
	for (size_t i = 0; i < l->nhistory; i++)
		if (strcmp(l->history[i], line) == 0) {
			free(l->history[i]);
			memmove(l->history + i, l->history + i + 1, (l->nhistory - i - 1) * sizeof *l->history);
			l->nhistory--;
			break;
		}
	if (l->nhistory == MAX_HISTORY) {
		free(l->history[0]);
		memmove(l->history, l->history + 1, (MAX_HISTORY - 1) * sizeof *l->history);
		l->nhistory--;
	}
	*SD_PUSH(l->history, l->nhistory, l->caphistory) = sd_strdup(line);
	l->at = l->nhistory;
}

void lineedit_candidates(struct lineedit *l, unsigned generation, size_t from, const struct lineedit_candidate *c, size_t n)
{
	if (generation != l->generation)
		return;
	drop_candidates(l);
	l->from = from < l->edit.cursor ? from : l->edit.cursor;
	if (n == 0)
		return;
	l->cand = sd_calloc(n, sizeof *l->cand);
	for (size_t i = 0; i < n; i++)
		l->cand[i] = (struct lineedit_candidate){sd_strdup(c[i].text), c[i].hint ? sd_strdup(c[i].hint) : NULL};
	l->ncand = n;
}

/* Puts candidate i (or with -1 what was typed) into the line. */
static void pick(struct lineedit *l, int i)
{
	struct sd_str s = {0};
	size_t cursor;

	if (!l->stem) {
		l->stem = sd_strdup(lineedit_text(l));
		l->stem_cursor = l->edit.cursor;
	}
	l->picked = i;
	sd_str_addn(&s, l->stem, i < 0 ? l->stem_cursor : l->from);
	if (i >= 0)
		sd_str_add(&s, l->cand[i].text);
	cursor = s.len;
	sd_str_add(&s, l->stem + l->stem_cursor);
	editor_set(&l->edit, s.data ? s.data : "");
	l->edit.cursor = cursor <= l->edit.text.len ? cursor : l->edit.text.len;
	sd_str_free(&s);
}

static enum widget_result step_candidates(struct lineedit *l, int by)
{
	int n = (int)l->ncand, to = l->picked + by;

	if (n == 0)
		return W_REQUEST;
	if (to < -1)
		to = n - 1;
	if (to >= n)
		to = -1;
	pick(l, to);
	return W_HANDLED;
}

static bool fits_typed(const struct lineedit *l, const char *line)
{
	return l->history_exact || !l->typed || strncmp(line, l->typed, strlen(l->typed)) == 0;
}

static enum widget_result step_history(struct lineedit *l, int by)
{
	size_t at = l->at;

	if (at > l->nhistory)
		at = l->nhistory;
	if (at == l->nhistory) {
		free(l->typed);
		l->typed = sd_strdup(lineedit_text(l));
	}
	while (by < 0 ? at > 0 : at < l->nhistory) {
		at = by < 0 ? at - 1 : at + 1;
		if (at == l->nhistory || fits_typed(l, l->history[at])) {
			l->at = at;
			editor_set(&l->edit, at == l->nhistory ? (l->typed ? l->typed : "") : l->history[at]);
			drop_candidates(l);
			drop_error(l);
			l->generation++;
			return W_CHANGED;
		}
	}
	return W_HANDLED;
}

enum widget_result lineedit_update(struct lineedit *l, const struct key *k)
{
	enum widget_result r;

	if (key_is(k, KEY_CODE_ENTER, 0) || key_is(k, 'j', KEY_CTRL))
		return W_SUBMIT;
	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'c', KEY_CTRL) || key_is(k, 'g', KEY_CTRL))
		return W_CANCEL;
	if (key_is(k, KEY_CODE_BACKSPACE, 0) && l->edit.text.len == 0)
		return W_CANCEL;
	/* who has begun to go through the history goes on there */
	if (key_is(k, KEY_CODE_TAB, 0) || (key_is(k, 'n', KEY_CTRL) && l->ncand && l->at == l->nhistory))
		return step_candidates(l, 1);
	if (key_is(k, KEY_CODE_BACKTAB, 0) || (key_is(k, 'p', KEY_CTRL) && l->ncand && l->at == l->nhistory))
		return step_candidates(l, -1);
	if (key_is(k, KEY_CODE_UP, 0) || key_is(k, 'p', KEY_CTRL))
		return step_history(l, -1);
	if (key_is(k, KEY_CODE_DOWN, 0) || key_is(k, 'n', KEY_CTRL))
		return step_history(l, 1);
	r = editor_update(&l->edit, k);
	if (r == W_CHANGED) {
		l->generation++;
		l->at = l->nhistory;
		drop_candidates(l);
		drop_error(l);
	}
	return r == W_EXTERNAL ? W_HANDLED : r;
}

static void draw_candidates(const struct lineedit *l, struct region r)
{
	int n = (int)l->ncand < SHOWN ? (int)l->ncand : SHOWN, first = 0, w = 0;

	if (n > r.h)
		n = r.h;
	if (n < 1)
		return;
	if (l->picked >= n)
		first = l->picked - n + 1;
	for (size_t i = 0; i < l->ncand; i++) {
		int cw = sd_text_width(l->cand[i].text) + (l->cand[i].hint ? sd_text_width(l->cand[i].hint) + 2 : 0);

		if (cw > w)
			w = cw;
	}
	w += 2;
	if (w < r.w)
		draw_vline(r, w, r.h - n, n, EL_BORDER); /* what is behind is not part of it, also without colours */
	w = w < r.w ? w : r.w;
	for (int y = 0; y < n; y++) {
		const struct lineedit_candidate *c = &l->cand[first + y];
		struct region line = region_sub(r, 0, r.h - n + y, w, 1);
		bool here = first + y == l->picked;
		enum element el = here ? EL_SELECTED : EL_DIALOG;
		int used;

		draw_fill(line, 0, 0, line.w, 1, el, " ");
		draw_text(line, 0, 0, el, here ? glyph(GL_SELECT) : " ");
		used = 1 + draw_text(line, 1, 0, el, c->text);
		if (c->hint && line.w > used + 3)
			draw_fit(line, used + 1, 0, line.w - used - 2, here ? el : EL_DIM, c->hint, true);
	}
}

static void draw_error(const struct lineedit *l, struct region r)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_lines lines = sd_text_wrap(a, l->error, r.w > 4 ? r.w - 3 : 1);

	for (size_t i = 0; i < lines.n && (int)(lines.n - i) <= r.h; i++) {
		struct region row = region_sub(r, 0, r.h - (int)(lines.n - i), r.w, 1);

		draw_fill(row, 0, 0, row.w, 1, EL_ERROR, " ");
		draw_text(row, 0, 0, EL_ERROR, i == 0 ? "!! " : "   ");
		draw_fit(row, 3, 0, row.w - 3, EL_ERROR, lines.line[i], false);
	}
	sd_arena_free(a);
}

void lineedit_draw(struct lineedit *l, struct region line, struct region above)
{
	int used;

	draw_candidates(l, above);
	if (l->error)
		draw_error(l, above);
	draw_fill(line, 0, 0, line.w, line.h, EL_NORMAL, " ");
	used = draw_text(line, 0, 0, EL_KEY, l->prompt);
	/* In a window of a few cells what is typed is worth more than the prompt. */
	if (used > line.w / 2)
		used = 0;
	editor_draw(&l->edit, region_sub(line, used, 0, line.w - used, 1), EL_NORMAL, true);
}
