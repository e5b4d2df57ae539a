#include "config.h"
#include "tui/widget/page.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/mem.h"

void page_init(struct page *p)
{
	*p = (struct page){.arena = sd_arena_new()};
	p->scroll.height = 1;
}

void page_free(struct page *p)
{
	surface_free(p->canvas);
	sd_arena_free(p->arena);
	free(p->v);
	free(p->at);
	free(p->before);
}

/* ---- drawing ---- */
struct region page_begin(struct page *p, int w, int h)
{
	sd_arena_reset(p->arena);
	p->n = 0;
	surface_free(p->canvas);
	p->canvas = surface_new(w, h);
	surface_clear(p->canvas);
	p->scroll.count = h;
	return surface_region(p->canvas);
}

struct sd_arena *page_arena(struct page *p)
{
	return p->arena;
}

void page_figure(struct page *p, struct region r, int x, int y, int w, enum element e, bool right, const struct figure *f)
{
	struct sd_arena *a = p->arena;

	if (!f->h)
		draw_fit(r, x, y, w, e, f->text, right);
	if (x >= r.w || y >= r.h)
		return;
	*SD_PUSH(p->v, p->n, p->cap) = (struct figure){.x = r.x + x,
		.y = r.y + y,
		.w = x + w > r.w ? r.w - x : w,
		.h = f->h ? f->h : 1,
		.digit = f->digit,
		.id = sd_arena_strdup(a, f->id),
		.what = sd_arena_strdup(a, f->what),
		.text = sd_arena_strdup(a, f->text),
		.query = f->query ? sd_arena_strdup(a, f->query) : NULL,
		.count = f->count,
		.ticket = f->ticket};
}

static int index_of(const struct page *p, const char *id)
{
	for (size_t i = 0; id && i < p->n; i++)
		if (!strcmp(p->v[i].id, id))
			return (int)i;
	return -1;
}

static void go(struct page *p, int i)
{
	char *id = sd_strdup(p->v[i].id);

	free(p->at);
	p->at = id;
	p->was_x = p->v[i].x;
	p->was_y = p->v[i].y;
}

/* The one nearest to a place. */
static int nearest(const struct page *p, int x, int y)
{
	int best = -1, least = INT_MAX;

	for (size_t i = 0; i < p->n; i++) {
		int score = abs(p->v[i].y - y) * 4 + abs(p->v[i].x - x);

		if (score < least) {
			least = score;
			best = (int)i;
		}
	}
	return best;
}

/* Where the cursor is: on the figure it was on, or near its place, or on the first. */
static int here(const struct page *p)
{
	int i = index_of(p, p->at);

	if (i >= 0 || !p->n)
		return i;
	return p->at ? nearest(p, p->was_x, p->was_y) : 0;
}

void page_end(struct page *p, struct region r, bool focus)
{
	int at = here(p), bottom;

	p->scroll.height = r.h < 1 ? 1 : r.h;
	p->scroll.cur = at >= 0 ? p->v[at].y : p->scroll.top;
	p->scroll.margin = 1;
	if (at == 0 && !p->held)
		p->scroll.top = 0; /* what stands above the first figure is seen again */
	if (at == (int)p->n - 1 && !p->held && p->scroll.count - p->scroll.cur <= r.h)
		p->scroll.top = p->scroll.count; /* and what stands below the last */
	scroll_fix(&p->scroll);
	bottom = p->scroll.top + p->scroll.height;
	if (at >= 0 && focus && p->v[at].y < bottom)
		draw_element(surface_region(p->canvas), p->v[at].x, p->v[at].y, p->v[at].w, p->v[at].h, EL_SELECTED);
	surface_window(r, p->canvas, p->scroll.top);
	draw_scrollbar(r, &p->scroll);
	p->drawn_x = r.x;
	p->drawn_y = r.y;
	if (at >= 0 && focus)
		surface_cursor(r.s, r.x + p->v[at].x, r.y + p->v[at].y - p->scroll.top, true);
	else if (focus)
		surface_cursor(r.s, r.x, r.y, true);
	surface_free(p->canvas);
	p->canvas = NULL;
}

/* ---- moving ---- */
const struct figure *page_here(const struct page *p)
{
	int i = here(p);

	return i < 0 ? NULL : &p->v[i];
}

void page_select(struct page *p, const char *id)
{
	int i = index_of(p, id);

	p->held = false;
	if (i >= 0) {
		go(p, i);
		return;
	}
	free(p->at);
	p->at = id ? sd_strdup(id) : NULL;
}

static int gap(const struct figure *a, const struct figure *b)
{
	if (b->x >= a->x + a->w)
		return b->x - a->x - a->w + 1;
	return a->x >= b->x + b->w ? a->x - b->x - b->w + 1 : 0;
}

/* The next one above or below; those right above or below come before nearer ones at the side. */
static int vertical(const struct page *p, int from, int dir)
{
	int best = -1, least = INT_MAX;

	for (size_t i = 0; i < p->n; i++) {
		int dy = (p->v[i].y - p->v[from].y) * dir, score = dy + gap(&p->v[from], &p->v[i]) * 2;

		if (dy > 0 && (score < least)) {
			least = score;
			best = (int)i;
		}
	}
	return best;
}

static int sideways(const struct page *p, int from, int dir)
{
	int best = -1, least = INT_MAX;

	for (size_t i = 0; i < p->n; i++) {
		int dx = (p->v[i].x - p->v[from].x) * dir, score = dx + abs(p->v[i].y - p->v[from].y) * 6;

		if (dx > 0 && gap(&p->v[from], &p->v[i]) && score < least) {
			least = score;
			best = (int)i;
		}
	}
	return best;
}

/* By lines: the figure nearest to a line so far away, but always another one where there is one. */
static int by_lines(const struct page *p, int from, int lines)
{
	int to = nearest(p, p->v[from].x, p->v[from].y + lines), other = vertical(p, from, lines < 0 ? -1 : 1);

	return to == from && other >= 0 ? other : to;
}

static int window_line(const struct page *p, enum motion m)
{
	const struct scroll *s = &p->scroll;
	int last = (s->top + s->height < s->count ? s->top + s->height : s->count) - 1;

	return m == MOTION_HIGH ? s->top : m == MOTION_LOW ? last : (s->top + last) / 2;
}

/* The window moves, and the cursor stays in it. */
static void move_window(struct page *p, enum motion m, int count)
{
	int i;

	p->held = true;
	scroll_move(&p->scroll, m, count);
	i = nearest(p, p->was_x, p->scroll.cur);
	if (i >= 0 && (p->v[here(p)].y < p->scroll.top || p->v[here(p)].y >= p->scroll.top + p->scroll.height))
		go(p, i);
}

bool page_move(struct page *p, enum motion m, int count)
{
	int from = here(p), to = from, times = count > 0 ? count : 1, half = p->scroll.height > 1 ? p->scroll.height / 2 : 1;

	if (from < 0)
		return false;
	p->held = false;
	switch (m) {
	case MOTION_DOWN:
	case MOTION_UP:
		for (int next = from; times-- > 0 && next >= 0; to = next >= 0 ? next : to)
			next = vertical(p, to, m == MOTION_DOWN ? 1 : -1);
		break;
	case MOTION_TOP:
	case MOTION_BOTTOM:
		to = m == MOTION_TOP ? 0 : (int)p->n - 1;
		break;
	case MOTION_HALF_DOWN:
	case MOTION_HALF_UP:
	case MOTION_PAGE_DOWN:
	case MOTION_PAGE_UP:
		half *= m == MOTION_PAGE_DOWN || m == MOTION_PAGE_UP ? 2 : 1;
		to = by_lines(p, from, m == MOTION_HALF_DOWN || m == MOTION_PAGE_DOWN ? half : -half);
		break;
	case MOTION_HIGH:
	case MOTION_MIDDLE:
	case MOTION_LOW:
		to = nearest(p, p->v[from].x, window_line(p, m));
		break;
	default:
		move_window(p, m, count);
		return true;
	}
	go(p, to);
	return to != from;
}

bool page_side(struct page *p, int dir, int count)
{
	int from = here(p), to = from;

	if (from < 0)
		return false;
	p->held = false;
	for (int next = from, times = count > 0 ? count : 1; times-- > 0 && next >= 0; to = next >= 0 ? next : to)
		next = sideways(p, to, dir);
	go(p, to);
	return to != from;
}

bool page_step(struct page *p, int dir, int count)
{
	int from = here(p), n = (int)p->n;

	if (from < 0 || n < 1)
		return false;
	int by = count > 0 ? count % n : 1;
	p->held = false;
	go(p, (from + n + by * dir) % n);
	return true;
}

int page_click(struct page *p, int x, int y)
{
	int before = here(p);

	x -= p->drawn_x;
	y += p->scroll.top - p->drawn_y;
	for (size_t i = 0; i < p->n; i++) {
		if (y < p->v[i].y || y >= p->v[i].y + p->v[i].h || x < p->v[i].x || x >= p->v[i].x + p->v[i].w)
			continue;
		go(p, (int)i);
		return before == (int)i ? 2 : 1;
	}
	return 0;
}

/* ---- searching ---- */
static bool fits(const struct page *p, size_t i)
{
	return text_matches(p->v[i].what, p->search, NULL, NULL) || text_matches(p->v[i].text, p->search, NULL, NULL);
}

bool page_search(struct page *p, const char *text, int dir)
{
	int from = here(p), n = (int)p->n, by = dir < 0 ? -1 : 1;

	if (dir == 0) { /* it begins, or was given up */
		char *id = from >= 0 ? sd_strdup(p->v[from].id) : NULL;

		if (text && p->before)
			page_select(p, p->before);
		free(p->before);
		p->before = text ? NULL : id;
		if (text)
			free(id);
		return true;
	}
	if (text) {
		snprintf(p->search, sizeof p->search, "%s", text);
		if (p->before)
			page_select(p, p->before);
		from = here(p);
	}
	if (!*p->search || from < 0)
		return true;
	p->held = false;
	for (int left = abs(dir), k = text ? 0 : 1; left > 0; k = 1) {
		int i = (from + k * by + n) % n, seen = 0;

		for (; seen < n && !fits(p, (size_t)i); seen++)
			i = (i + by + n) % n;
		if (seen == n)
			return false;
		from = i;
		left--;
	}
	go(p, from);
	return true;
}

int page_matches(const struct page *p, int *nth)
{
	int all = 0;

	*nth = 0;
	for (size_t i = 0; *p->search && i < p->n; i++)
		if (fits(p, i)) {
			all++;
			if ((int)i == here(p))
				*nth = all;
		}
	return all;
}
