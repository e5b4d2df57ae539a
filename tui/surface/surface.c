/* The grid itself: cells, the cursor, clipping regions. Drawing is in draw.c. */
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "tui/surface/surface.h"
#include "tui/surface/surface_int.h"

struct surface {
	int w, h;
	int cx, cy;
	bool cursor;
	struct cell *cell;
};

static const char *const names[EL_COUNT] = {"normal", "dim", "strong", "title", "border", "border-focus", "selected",
	"selected-blur", "unread", "header", "status", "footer", "key", "error", "warn", "ok", "link", "input", "input-focus",
	"label", "disabled", "match", "p1", "p2", "p3", "p4", "p5", "state-open", "state-waiting", "state-done", "public", "internal",
	"system", "dialog", "banner", "figure", "figure-ok", "figure-warn", "figure-bad", "graph", "graph-2", "track", "heat-1",
	"heat-2", "heat-3", "heat-4", "sla-ok", "sla-half", "sla-late", "sla-breached", "sla-paused", "changed", "heading", "code",
	"emphasis"};

const char *element_name(enum element e)
{
	return (unsigned)e < EL_COUNT ? names[e] : "normal";
}

static const struct cell blank = {.text = " ", .width = 1, .element = EL_NORMAL};

struct surface *surface_new(int width, int height)
{
	struct surface *s = sd_calloc(1, sizeof *s);

	surface_resize(s, width, height);
	return s;
}

void surface_free(struct surface *s)
{
	if (!s)
		return;
	free(s->cell);
	free(s);
}

void surface_resize(struct surface *s, int width, int height)
{
	s->w = width < 1 ? 1 : width;
	s->h = height < 1 ? 1 : height;
	s->cell = sd_realloc(s->cell, (size_t)s->w * (size_t)s->h * sizeof *s->cell);
	surface_clear(s);
}

int surface_width(const struct surface *s)
{
	return s->w;
}

int surface_height(const struct surface *s)
{
	return s->h;
}

const struct cell *surface_cell(const struct surface *s, int x, int y)
{
	if (x < 0 || y < 0 || x >= s->w || y >= s->h)
		return NULL;
	return &s->cell[(size_t)y * (size_t)s->w + (size_t)x];
}

struct cell *surface_at(struct surface *s, int x, int y)
{
	return &s->cell[(size_t)y * (size_t)s->w + (size_t)x];
}

void surface_clear(struct surface *s)
{
	size_t n = (size_t)s->w * (size_t)s->h;

	for (size_t i = 0; i < n; i++)
		s->cell[i] = blank;
	s->cursor = false;
	s->cx = s->cy = 0;
}

void surface_cursor(struct surface *s, int x, int y, bool visible)
{
	s->cx = x < 0 ? 0 : x >= s->w ? s->w - 1 : x;
	s->cy = y < 0 ? 0 : y >= s->h ? s->h - 1 : y;
	s->cursor = visible;
}

bool surface_cursor_get(const struct surface *s, int *x, int *y)
{
	*x = s->cx;
	*y = s->cy;
	return s->cursor;
}

void surface_copy(struct surface *to, const struct surface *from)
{
	if (to->w != from->w || to->h != from->h)
		surface_resize(to, from->w, from->h);
	memcpy(to->cell, from->cell, (size_t)from->w * (size_t)from->h * sizeof *from->cell);
	to->cx = from->cx;
	to->cy = from->cy;
	to->cursor = from->cursor;
}

/* Writes one cell. A wide glyph cut by it loses its other half to a blank: half a glyph never stays. */
void surface_put(struct surface *s, int x, int y, const struct cell *c)
{
	struct cell *at = surface_at(s, x, y);

	if (at->width == 0 && x > 0) {
		uint8_t el = at[-1].element;

		at[-1] = blank;
		at[-1].element = el;
	}
	if (x + 1 < s->w && at->width == 2 && c->width != 2) {
		uint8_t el = at[1].element;

		at[1] = blank;
		at[1].element = el;
	}
	if (c->width == 2) {
		if (x + 2 < s->w && at[1].width == 2) {
			uint8_t el = at[2].element;

			at[2] = blank;
			at[2].element = el;
		}
		at[1] = (struct cell){.element = c->element};
	}
	*at = *c;
}

void surface_window(struct region r, const struct surface *from, int top)
{
	for (int y = 0; y < r.h; y++)
		for (int x = 0; x < r.w; x++) {
			const struct cell *c = surface_cell(from, x, top + y);

			if (c && c->width && x + c->width <= r.w)
				surface_put(r.s, r.x + x, r.y + y, c);
		}
}

struct region surface_region(struct surface *s)
{
	return (struct region){s, 0, 0, s->w, s->h};
}

struct region region_sub(struct region r, int x, int y, int w, int h)
{
	if (x < 0) {
		w = w > 0 && x < -w ? 0 : w + x;
		x = 0;
	}
	if (y < 0) {
		h = h > 0 && y < -h ? 0 : h + y;
		y = 0;
	}
	if (x > r.w)
		x = r.w;
	if (y > r.h)
		y = r.h;
	w = w < 0 ? 0 : w > r.w - x ? r.w - x : w;
	h = h < 0 ? 0 : h > r.h - y ? r.h - y : h;
	return (struct region){r.s, r.x + x, r.y + y, w, h};
}

static char letter_of(unsigned e)
{
	static const char letters[] = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	return e < sizeof letters - 1 ? letters[e] : '?';
}

static void dump_line(struct sd_str *text, const struct cell *c, int w)
{
	size_t end = text->len;

	for (int x = 0; x < w; x++) {
		sd_str_add(text, c[x].text);
		if (c[x].width && strcmp(c[x].text, " ") != 0)
			end = text->len;
	}
	if (text->data) {
		text->len = end;
		text->data[end] = '\0';
	}
	sd_str_addc(text, '\n');
}

static void dump_elements(const struct surface *s, struct sd_str *map)
{
	bool used[EL_COUNT] = {false};

	for (int y = 0; y < s->h; y++) {
		const struct cell *c = surface_cell(s, 0, y);

		for (int x = 0; x < s->w; x++) {
			sd_str_addc(map, letter_of(c[x].element));
			used[c[x].element] = true;
		}
		sd_str_addc(map, '\n');
	}
	for (unsigned e = 0; e < EL_COUNT; e++)
		if (used[e])
			sd_str_addf(map, "%c %s\n", letter_of(e), element_name((enum element)e));
}

char *surface_dump(const struct surface *s, char **map)
{
	struct sd_str text = {0}, els = {0};

	for (int y = 0; y < s->h; y++)
		dump_line(&text, surface_cell(s, 0, y), s->w);
	if (map) {
		dump_elements(s, &els);
		*map = sd_str_take(&els);
	}
	return sd_str_take(&text);
}
