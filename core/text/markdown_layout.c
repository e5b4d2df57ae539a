/* Blocks -> lines of spans at a width. */
#include "core/text/markdown_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/text.h"

enum { TEXT_LEAST = 12 /* cells that nesting leaves for the text */ };

/* ---- one line ---- */
int md_avail(const struct md_out *o)
{
	int left = o->width - o->indent;

	return left < 1 ? 1 : left;
}

void md_put(struct md_out *o, const char *text, int cells, int style, int link)
{
	if (!*text)
		return;
	if (o->nspans == o->span_cap) {
		o->span_cap = o->span_cap ? o->span_cap * 2 : 16;
		o->span = sd_realloc(o->span, (size_t)o->span_cap * sizeof *o->span);
	}
	o->span[o->nspans++] = (struct sd_md_span){.text = text, .cells = cells, .style = style, .link = link};
	if (link && o->link_line[link - 1] == (size_t)-1)
		o->link_line[link - 1] = o->nlines;
}

void md_begin(struct md_out *o)
{
	o->nspans = 0;
	for (int i = 0; i < o->nprefix; i++) {
		struct md_prefix *p = &o->prefix[i];

		md_put(o, p->used ? p->rest : p->first, p->cells, p->style, 0);
		p->used = true;
	}
}

/* Blanks at the end of a line are nothing. */
static void trim(struct md_out *o)
{
	while (o->nspans) {
		struct sd_md_span *last = &o->span[o->nspans - 1];
		size_t n = strlen(last->text), to = n;

		while (to && last->text[to - 1] == ' ')
			to--;
		if (to == n)
			return;
		if (to) {
			last->text = sd_arena_strndup(o->a, last->text, to);
			last->cells -= (int)(n - to);
			return;
		}
		o->nspans--;
	}
}

void md_end(struct md_out *o)
{
	struct sd_md_line *line = SD_PUSH(o->line, o->nlines, o->line_cap);
	struct sd_md_span *span;

	trim(o);
	span = sd_arena_alloc(o->a, ((size_t)o->nspans + 1) * sizeof *span);
	if (o->nspans)
		memcpy(span, o->span, (size_t)o->nspans * sizeof *span);
	*line = (struct sd_md_line){.span = span, .n = o->nspans, .code = o->code, .heading = o->heading, .block = o->block};
	if (o->heading)
		o->heading_line[o->heading - 1] = o->nlines - 1;
	if (o->code && o->code_line[o->code - 1] == (size_t)-1)
		o->code_line[o->code - 1] = o->nlines - 1;
	o->heading = 0;
}

void md_put_glyphs(struct md_out *o, const struct md_glyphs *g, size_t from, size_t to)
{
	while (to > from && g->v[to - 1].kind == MD_BLANK)
		to--;
	for (size_t i = from, end; i < to; i = end) {
		size_t bytes = 0;
		int cells = 0;
		char *text, *p;

		for (end = i; end < to && g->v[end].style == g->v[i].style && g->v[end].link == g->v[i].link; end++) {
			bytes += g->v[end].len;
			cells += g->v[end].width;
		}
		p = text = sd_arena_alloc(o->a, bytes + 1);
		for (size_t k = i; k < end; k++) {
			memcpy(p, g->v[k].s, g->v[k].len);
			p += g->v[k].len;
		}
		*p = '\0';
		md_put(o, text, cells, g->v[i].style, g->v[i].link);
	}
}

void md_fill(struct md_out *o, const char *glyph, int cells, int style)
{
	struct sd_str s = {0};
	int w = sd_text_width(glyph), used = 0;

	for (w = w < 1 ? 1 : w; used + w <= cells; used += w)
		sd_str_add(&s, glyph);
	md_put(o, sd_arena_strdup(o->a, s.data ? s.data : ""), used, style, 0);
	sd_str_free(&s);
}

void md_pad(struct md_out *o, int cells)
{
	md_fill(o, " ", cells, 0);
}

/* ---- what stands before lines ---- */
static void push_prefix(struct md_out *o, const char *first, const char *rest, int style)
{
	int cells = sd_text_width(rest);

	if (o->width - o->indent - cells < TEXT_LEAST || o->nprefix > MD_DEPTH)
		cells = 0, first = rest = ""; /* so deep that no room is left: it stands where its parent stands */
	o->prefix[o->nprefix++] = (struct md_prefix){.first = first, .rest = rest, .cells = cells, .style = style};
	o->indent += cells;
}

static void pop_prefix(struct md_out *o)
{
	struct md_prefix *p = &o->prefix[o->nprefix - 1];

	if (!p->used && *p->first) { /* an empty item has a line too */
		md_begin(o);
		md_end(o);
	}
	o->indent -= p->cells;
	o->nprefix--;
}

static void blank_line(struct md_out *o)
{
	int code = o->code;

	o->code = 0;
	md_begin(o);
	md_end(o);
	o->code = code;
}

/* ---- blocks ---- */
struct wrapped {
	struct md_out *o;
	const struct md_glyphs *g;
};

static void put_line(void *arg, size_t from, size_t to)
{
	struct wrapped *w = arg;

	md_begin(w->o);
	md_put_glyphs(w->o, w->g, from, to);
	md_end(w->o);
}

static void put_wrapped(struct md_out *o, bool hard)
{
	struct wrapped w = {o, &o->glyphs};

	md_wrap(&o->glyphs, md_avail(o), hard, put_line, &w);
}

static void paragraph(struct md_out *o, const struct md_block *b)
{
	o->glyphs.n = 0;
	md_glyphs_add(&o->glyphs, b->run, b->nruns, 0);
	put_wrapped(o, false);
}

static void title(struct md_out *o, const struct md_block *b)
{
	int cells;
	char mark[8];

	o->glyphs.n = 0;
	if (b->level > 2) {
		snprintf(mark, sizeof mark, "%.*s ", b->level, "######");
		md_glyphs_text(&o->glyphs, sd_arena_strdup(o->a, mark), SD_MD_HEADING | SD_MD_MARK, 0);
	}
	md_glyphs_add(&o->glyphs, b->run, b->nruns, SD_MD_HEADING);
	o->heading = b->which;
	if (!o->glyphs.n) {
		md_begin(o);
		md_end(o);
	}
	put_wrapped(o, false);
	if (b->level > 2)
		return;
	cells = md_glyphs_width(&o->glyphs);
	md_begin(o);
	md_fill(o,
		o->ascii        ? b->level == 1 ? "=" : "-"
		: b->level == 1 ? "═"
						: "─",
		cells < md_avail(o) ? cells : md_avail(o), SD_MD_MARK);
	md_end(o);
}

static void code(struct md_out *o, const struct md_block *b)
{
	push_prefix(o, o->ascii ? ": " : "┊ ", o->ascii ? ": " : "┊ ", SD_MD_MARK);
	o->glyphs.n = 0;
	o->code = b->which;
	md_glyphs_lines(&o->glyphs, b->run, b->nruns, SD_MD_CODE);
	put_wrapped(o, true);
	o->prefix[o->nprefix - 1].used = true;
	pop_prefix(o);
	o->code = 0;
}

static void html(struct md_out *o, const struct md_block *b)
{
	o->glyphs.n = 0;
	md_glyphs_lines(&o->glyphs, b->run, b->nruns, 0);
	put_wrapped(o, true);
}

static void rule(struct md_out *o)
{
	md_begin(o);
	md_fill(o, o->ascii ? "-" : "─", md_avail(o), SD_MD_MARK);
	md_end(o);
}

static void children(struct md_out *o, const struct md_block *b, bool loose);

static void list(struct md_out *o, const struct md_block *b)
{
	char number[24];
	unsigned last = b->start + (unsigned)b->nchildren - 1, n = b->start;
	int digits = snprintf(number, sizeof number, "%u", last), kind = 0;

	for (const struct md_block *up = b->parent; up; up = up->parent)
		kind += up->type == MD_LIST && !up->ordered;
	for (const struct md_block *item = b->first; item; item = item->next, n++) {
		const char *first, *rest;

		if (item != b->first && b->loose)
			blank_line(o);
		if (b->ordered) {
			snprintf(number, sizeof number, "%*u. ", digits, n);
			first = sd_arena_strdup(o->a, number);
			rest = sd_arena_printf(o->a, "%*s", digits + 2, "");
		} else if (item->task) {
			first = item->task == 2 ? "[x] " : "[ ] ";
			rest = "    ";
		} else {
			first = o->ascii ? (kind % 2 ? "* " : "- ") : kind % 2 ? "◦ " : "• ";
			rest = sd_text_width(first) == 3 ? "   " : "  ";
		}
		push_prefix(o, first, rest, SD_MD_MARK);
		children(o, item, b->loose);
		pop_prefix(o);
	}
}

static void block(struct md_out *o, const struct md_block *b)
{
	o->block = b->number;
	switch (b->type) {
	case MD_QUOTE:
		push_prefix(o, o->ascii ? "> " : "│ ", o->ascii ? "> " : "│ ", SD_MD_MARK);
		children(o, b, true);
		pop_prefix(o);
		break;
	case MD_LIST:
		list(o, b);
		break;
	case MD_TITLE:
		title(o, b);
		break;
	case MD_CODE:
		code(o, b);
		break;
	case MD_HTML:
		html(o, b);
		break;
	case MD_RULE:
		rule(o);
		break;
	case MD_TABLE:
		md_table(o, b);
		break;
	case MD_PARA:
		paragraph(o, b);
		break;
	default:
		children(o, b, true);
	}
}

static void children(struct md_out *o, const struct md_block *b, bool loose)
{
	for (const struct md_block *c = b->first; c; c = c->next) {
		if (c != b->first && (loose || c->type == MD_CODE || c->type == MD_TABLE))
			blank_line(o);
		block(o, c);
	}
}

static size_t *nowhere(struct sd_arena *a, size_t n)
{
	size_t *v = sd_arena_alloc(a, (n + 1) * sizeof *v);

	memset(v, 0xff, (n + 1) * sizeof *v);
	return v;
}

static const size_t *settled(size_t *v, size_t n, size_t lines)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == (size_t)-1)
			v[i] = lines;
	return v;
}

struct sd_md_page *sd_md_layout(const struct sd_md *md, int width, int flags)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_md_page *page = sd_calloc(1, sizeof *page);
	struct md_out o = {.md = md, .page = page, .a = a, .width = width < 1 ? 1 : width, .ascii = flags & SD_MD_ASCII};

	o.link_line = nowhere(a, md->nlinks);
	o.heading_line = nowhere(a, md->nheadings);
	o.code_line = nowhere(a, md->ncodes);
	children(&o, md->doc, true);
	page->line = o.line;
	page->n = o.nlines;
	page->width = o.width;
	page->link_line = settled(o.link_line, md->nlinks, o.nlines);
	page->heading_line = settled(o.heading_line, md->nheadings, o.nlines);
	page->code_line = settled(o.code_line, md->ncodes, o.nlines);
	page->memory = a;
	free(o.span);
	free(o.glyphs.v);
	return page;
}

void sd_md_page_free(struct sd_md_page *page)
{
	if (!page)
		return;
	sd_arena_free(page->memory);
	free((void *)page->line);
	free(page);
}
