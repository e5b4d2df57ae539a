/* Lines at the edges of the screen. */
#include <stdio.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/bar.h"

enum { TOAST_LINES = 3, TOAST_BASE_MS = 2500, TOAST_CELL_MS = 60, TOAST_MOST_MS = 12000 };

void toast_show(struct toast *t, enum element e, const char *text, int64_t now_ms, int64_t for_ms)
{
	size_t n = sd_text_prefix(text, (int)sizeof t->text, NULL);

	/* Cut between graphemes: half a character must never reach the screen. */
	while (n >= sizeof t->text)
		n = (size_t)(sd_text_prev(text, text + n) - text);
	memcpy(t->text, text, n);
	t->text[n] = '\0';
	t->element = e;
	if (for_ms <= 0) {
		for_ms = TOAST_BASE_MS + (int64_t)sd_text_width(t->text) * TOAST_CELL_MS;
		if (e == EL_ERROR || e == EL_WARN)
			for_ms *= 2;
		if (for_ms > TOAST_MOST_MS)
			for_ms = TOAST_MOST_MS;
	}
	t->until = for_ms == INT64_MAX ? INT64_MAX : now_ms + for_ms;
}

void toast_clear(struct toast *t)
{
	t->text[0] = '\0';
	t->until = 0;
}

bool toast_tick(struct toast *t, int64_t now_ms)
{
	if (t->until == 0 || now_ms < t->until)
		return false;
	toast_clear(t);
	return true;
}

int64_t toast_wait(const struct toast *t, int64_t now_ms)
{
	if (t->until == 0 || t->until == INT64_MAX)
		return -1;
	return t->until > now_ms ? t->until - now_ms : 0;
}

bool toast_draw(const struct toast *t, struct region line, struct region above)
{
	const char *mark = t->element == EL_ERROR ? "!! " : t->element == EL_WARN ? "! " : "";
	int used = (int)strlen(mark), room = line.w > used + 1 ? line.w - used : 1;
	struct sd_arena *a;
	struct sd_lines text;

	if (t->until == 0)
		return false;
	a = sd_arena_new();
	text = sd_text_wrap(a, t->text, room);
	for (int i = 0, n = (int)text.n < TOAST_LINES ? (int)text.n : TOAST_LINES; i < n; i++) {
		bool last = i + 1 == n;
		struct region r = last ? line : region_sub(above, 0, above.h - n + 1 + i, above.w, 1);

		draw_fill(r, 0, 0, r.w, 1, t->element, " ");
		draw_text(r, 0, 0, t->element, i ? "" : mark);
		draw_fit(r, used, 0, r.w - used, t->element, text.line[i], false);
		if (last && text.n > (size_t)n)
			draw_text(r, r.w - 1, 0, t->element, glyph(GL_ELLIPSIS));
	}
	sd_arena_free(a);
	return true;
}

static int hint_width(const struct hint *h)
{
	return sd_text_width(h->key) + 1 + sd_text_width(h->label);
}

static int draw_hint(struct region line, int x, const struct hint *h)
{
	x += draw_text(line, x, 0, h->off ? EL_DISABLED : EL_KEY, h->key);
	x += draw_text(line, x, 0, EL_FOOTER, " ");
	x += draw_text(line, x, 0, h->off ? EL_DISABLED : EL_FOOTER, h->label);
	return x;
}

void footer_draw(struct region line, const struct hint *h, size_t n, bool keep_last)
{
	int last = keep_last && n > 0 ? hint_width(&h[n - 1]) : 0, x = 0;

	draw_fill(line, 0, 0, line.w, 1, EL_FOOTER, " ");
	if (last > line.w)
		last = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_last = keep_last && i + 1 == n;
		int w = hint_width(&h[i]), room = line.w - (is_last || last == 0 ? 0 : last + 2);

		if (x + w > room)
			continue;
		x = draw_hint(line, x, &h[i]) + 2;
	}
}

void status_draw(struct region line, enum element e, const char *left, const char *right)
{
	int rw = right ? sd_text_width(right) : 0;

	draw_fill(line, 0, 0, line.w, 1, e, " ");
	if (rw > line.w)
		rw = line.w;
	if (line.w - rw > 1)
		draw_fit(line, 0, 0, line.w - rw - (rw > 0 ? 1 : 0), e, left, false);
	if (rw > 0)
		draw_fit(line, line.w - rw, 0, rw, e, right, true);
}
