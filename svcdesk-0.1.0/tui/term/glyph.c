/* From a cell of ours to characters that ncurses measures the same way. */
#include <string.h>
#include <wchar.h>

#include "svcdesk/text.h"
#include "tui/surface/surface.h"
#include "tui/term/term_int.h"

enum { MAX_CHARS = 32, REPLACEMENT = 0xFFFD, GETA = 0x3013, RI_A = 0x1F1E6, RI_Z = 0x1F1FF };

static int decode(const char *s, wchar_t *out)
{
	const unsigned char *p = (const unsigned char *)s;
	int n = 0;

	while (*p && n < MAX_CHARS) {
		int more = *p < 0x80 ? 0 : *p < 0xE0 ? 1 : *p < 0xF0 ? 2 : 3;
		unsigned long c = more == 0 ? *p : more == 1 ? *p & 0x1Fu : more == 2 ? *p & 0x0Fu : *p & 0x07u;

		p++;
		while (more > 0 && (*p & 0xC0) == 0x80) {
			c = c << 6 | (*p++ & 0x3Fu);
			more--;
		}
		out[n++] = more ? REPLACEMENT : (wchar_t)c;
	}
	return n;
}

static void one(struct glyph_out *out, int cell, wchar_t c)
{
	out->ch[cell][0] = c;
	out->ch[cell][1] = L'\0';
}

static bool is_ri(wchar_t c)
{
	return c >= RI_A && c <= RI_Z;
}

/* A wide glyph the C library counts otherwise: its first character if that is wide, letters of a flag, else that character and a
 * blank, else the sign printers put for a missing one. */
static void stand_in(int width, const wchar_t *c, int n, struct glyph_out *out)
{
	int first = n > 0 ? wcwidth(c[0]) : -1;

	out->cells = width == 2 && first != 2 ? 2 : 1;
	if (width == 1) {
		one(out, 0, first == 1 ? c[0] : REPLACEMENT);
	} else if (n == 2 && is_ri(c[0]) && is_ri(c[1])) {
		out->cells = 2;
		one(out, 0, (wchar_t)(L'A' + (c[0] - RI_A)));
		one(out, 1, (wchar_t)(L'A' + (c[1] - RI_A)));
	} else if (first == 2) {
		one(out, 0, c[0]);
	} else if (first == 1 && !is_ri(c[0])) {
		one(out, 0, c[0]);
		one(out, 1, n == 2 && wcwidth(c[1]) == 1 && c[1] != 0xFE0F ? c[1] : L' ');
	} else {
		out->cells = 1;
		one(out, 0, GETA);
	}
}

static void ascii_of(const struct cell *c, struct glyph_out *out)
{
	struct sd_arena *a;
	const char *t;

	out->cells = c->width == 2 ? 2 : 1;
	one(out, 0, (wchar_t)(unsigned char)c->text[0]);
	one(out, 1, L' ');
	if ((unsigned char)c->text[0] < 0x80 && c->text[1] == '\0')
		return;
	a = sd_arena_new();
	t = sd_text_ascii(a, c->text);
	for (int i = 0; i < out->cells; i++)
		one(out, i, t && *t >= 0x20 && *t < 0x7F ? (wchar_t)*t++ : i == 0 ? L'?' : L' ');
	sd_arena_free(a);
}

void glyph_of(const struct cell *c, bool ascii, struct glyph_out *out)
{
	wchar_t ch[MAX_CHARS];
	int n;
	bool same;

	if (ascii) {
		ascii_of(c, out);
		return;
	}
	/* Nearly every cell. */
	if (c->text[0] >= 0x20 && c->text[0] < 0x7F && c->text[1] == '\0') {
		out->cells = 1;
		one(out, 0, (wchar_t)c->text[0]);
		return;
	}
	n = decode(c->text, ch);
	same = n > 0 && n < GLYPH_CHARS && wcwidth(ch[0]) == c->width;
	for (int i = 1; i < n && same; i++)
		same = wcwidth(ch[i]) == 0 && ch[i] != 0x200D && ch[i] != 0xFE0F;
	if (!same) {
		stand_in(c->width, ch, n, out);
		return;
	}
	out->cells = 1;
	memcpy(out->ch[0], ch, (size_t)n * sizeof *ch);
	out->ch[0][n] = L'\0';
}
