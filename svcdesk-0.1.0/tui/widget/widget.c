/* Drawing helpers shared by the widgets. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/widget.h"

struct region popup_draw(struct region r, int w, int h, const char *title)
{
	struct region box, in;

	if (w > r.w)
		w = r.w;
	if (h > r.h)
		h = r.h;
	box = region_sub(r, (r.w - w) / 2, (r.h - h) / 2, w, h);
	draw_fill(box, 0, 0, box.w, box.h, EL_DIALOG, " ");
	/* A frame needs room; in a window of a few cells the content is worth more. */
	if (box.w < 8 || box.h < 3)
		return box;
	draw_box(box, EL_BORDER_FOCUS, title);
	in = region_sub(box, 1, 1, box.w - 2, box.h - 2);
	return in.w > 10 ? region_sub(in, 1, 0, in.w - 2, in.h) : in;
}

static bool has_upper(const char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			return true;
	return false;
}

static int lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Does needle stand at p? ASCII letters by the case rule. */
static bool stands_at(const char *p, const char *needle, size_t n, bool exact)
{
	for (size_t i = 0; i < n; i++) {
		if (!p[i])
			return false;
		if (exact ? p[i] != needle[i] : lower((unsigned char)p[i]) != lower((unsigned char)needle[i]))
			return false;
	}
	return true;
}

static bool ascii_only(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

/* Beyond ASCII the length may change by folding, so whole graphemes are folded and compared one start at a time. */
static bool matches_folded(const char *text, const char *needle, size_t *at, size_t *len)
{
	struct sd_arena *a = sd_arena_new();
	const char *want = sd_text_fold(a, needle), *p = text;
	size_t n = strlen(want);
	struct sd_grapheme g;
	bool found = false;

	while (!found && n > 0) {
		const char *start = p, *q = p;
		struct sd_str have = {0};

		while (have.len < n && sd_text_next(&q, &g)) {
			char *piece = sd_arena_strndup(a, g.s, g.len);

			sd_str_add(&have, sd_text_fold(a, piece));
		}
		if (have.len >= n && strncmp(have.data, want, n) == 0) {
			*at = (size_t)(start - text);
			*len = (size_t)(q - start);
			found = true;
		}
		sd_str_free(&have);
		if (!sd_text_next(&p, &g))
			break;
	}
	sd_arena_free(a);
	return found;
}

bool text_matches(const char *text, const char *needle, size_t *at, size_t *len)
{
	size_t n, dummy_at, dummy_len;
	bool exact;

	if (!needle || !*needle || !text)
		return false;
	if (!at)
		at = &dummy_at;
	if (!len)
		len = &dummy_len;
	exact = has_upper(needle);
	if (!exact && !ascii_only(needle))
		return matches_folded(text, needle, at, len);
	n = strlen(needle);
	for (const char *p = text; *p; p++)
		if (((unsigned char)*p & 0xC0) != 0x80 && stands_at(p, needle, n, exact)) {
			*at = (size_t)(p - text);
			*len = n;
			return true;
		}
	return false;
}

static int width_of(const char *s, size_t n)
{
	char *copy = sd_malloc(n + 1);
	int w;

	memcpy(copy, s, n);
	copy[n] = '\0';
	w = sd_text_width(copy);
	free(copy);
	return w;
}

void draw_match(struct region r, int x, int y, int w, enum element e, const char *text, bool right_align, const char *needle)
{
	struct region f = region_sub(r, x, y, w, 1);
	size_t at, len, done = 0;
	int start, all;

	draw_fit(r, x, y, w, e, text, right_align);
	if (!needle || !*needle || x < 0 || !text)
		return;
	all = sd_text_width(text);
	start = right_align && all < w ? w - all : 0;
	while (text_matches(text + done, needle, &at, &len) && len > 0) {
		int from = start + width_of(text, done + at), n = width_of(text + done + at, len);

		/* The last cell of a cut text is the ellipsis. */
		if (all > w && from + n > w - 1)
			n = w - 1 - from;
		if (from >= w)
			break;
		if (n > 0)
			draw_element(f, from, 0, n, 1, EL_MATCH);
		done += at + len;
	}
}

void draw_scrollbar(struct region r, const struct scroll *s)
{
	int len, pos, room;

	if (r.h < 3 || r.w < 1 || s->count <= r.h)
		return;
	len = (int)((long)r.h * r.h / s->count);
	if (len < 1)
		len = 1;
	room = r.h - len;
	pos = s->count > r.h ? (int)((long)s->top * room / (s->count - r.h)) : 0;
	if (pos > room)
		pos = room;
	draw_vline(r, r.w - 1, 0, r.h, EL_BORDER);
	draw_fill(r, r.w - 1, pos, 1, len, EL_BORDER, glyph(GL_SCROLL));
}
