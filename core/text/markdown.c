/* Markdown -> blocks with runs of styled text, by md4c. */
#include "core/text/markdown_int.h"

#include <md4c.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/text.h"

enum { SPANS = 32, TARGET_MOST = 2000, INFO_MOST = 60, FLAGS = MD_DIALECT_GITHUB };

struct parser {
	struct sd_md *md;
	struct md_block *at; /* the innermost block that is open */
	int depth, over;     /* over: blocks deeper than is shown */
	int number;
	int style, link;
	struct {
		int style, link;
	} span[SPANS];
	int nspans, deep;   /* deep: spans deeper than are told apart */
	struct sd_str text; /* of the run under way */
	size_t run_cap;     /* of the runs of at */
	size_t *slot;       /* numbers of links by the hash of their target */
	size_t nslots;
	size_t spent, budget; /* bytes the parser has given back, and may */
};

/* ---- blocks ---- */
static struct md_block *add_block(struct parser *p, enum md_type type)
{
	struct md_block *b = sd_arena_alloc(p->md->a, sizeof *b), *up = p->at;

	*b = (struct md_block){.type = type, .parent = up, .number = ++p->number};
	if (up) {
		if (up->last)
			up->last->next = b;
		else
			up->first = b;
		up->last = b;
		up->nchildren++;
	}
	p->at = b;
	p->run_cap = 0;
	return b;
}

static void push_run(struct parser *p, struct md_run run)
{
	struct md_block *b = p->at;

	if (b->nruns == p->run_cap) {
		size_t cap = p->run_cap ? p->run_cap * 2 : 4;
		struct md_run *grown = sd_arena_alloc(p->md->a, cap * sizeof *grown);

		if (b->nruns)
			memcpy(grown, b->run, b->nruns * sizeof *grown);
		b->run = grown;
		p->run_cap = cap;
	}
	b->run[b->nruns++] = run;
}

/* The text so far, cleaned: an entity may have brought what the source had not. */
static void flush(struct parser *p)
{
	struct sd_str clean = {0};
	const char *text = p->text.data;

	if (!p->text.len)
		return;
	if (!sd_text_is_clean(text, p->text.len, SD_CLEAN_BLOCK)) {
		sd_text_clean(&clean, text, p->text.len, SD_CLEAN_BLOCK);
		text = clean.data;
	}
	if (*text)
		push_run(p, (struct md_run){.text = sd_arena_strdup(p->md->a, text), .style = p->style, .link = p->link});
	sd_str_free(&clean);
	sd_str_reset(&p->text);
}

static bool holds_text(const struct md_block *b)
{
	return b->type == MD_PARA || b->type == MD_TITLE || b->type == MD_CELL || b->type == MD_HTML || b->type == MD_CODE;
}

/* Items of a tight list have text without a paragraph. */
static void want_text(struct parser *p)
{
	if (!holds_text(p->at))
		add_block(p, MD_PARA)->open = true;
}

/* The end of a paragraph that was begun by want_text. */
static void end_open(struct parser *p)
{
	flush(p);
	if (p->at->open)
		p->at = p->at->parent;
	p->run_cap = 0;
}

/* ---- links ---- */
static uint64_t hash_of(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

static size_t *slot_of(struct parser *p, const char *target)
{
	size_t i = (size_t)(hash_of(target) & (p->nslots - 1));

	while (p->slot[i] && strcmp(p->md->link[p->slot[i] - 1].target, target) != 0)
		i = (i + 1) & (p->nslots - 1);
	return &p->slot[i];
}

static void grow_slots(struct parser *p)
{
	p->nslots = p->nslots ? p->nslots * 2 : 64;
	p->slot = sd_realloc(p->slot, p->nslots * sizeof *p->slot);
	memset(p->slot, 0, p->nslots * sizeof *p->slot);
	for (size_t i = 0; i < p->md->nlinks; i++)
		*slot_of(p, p->md->link[i].target) = i + 1;
}

/* Text of an attribute, clean, one line; in the arena. */
static const char *attribute(struct parser *p, const MD_ATTRIBUTE *m)
{
	struct sd_str raw = {0}, clean = {0};
	const char *out;

	p->spent += m->size;
	for (int i = 0; m->size && m->substr_offsets[i] < m->size; i++) {
		const char *s = m->text + m->substr_offsets[i];
		size_t n = m->substr_offsets[i + 1] - m->substr_offsets[i];

		if (m->substr_types[i] == MD_TEXT_ENTITY)
			md_entity(&raw, s, n);
		else if (m->substr_types[i] != MD_TEXT_NULLCHAR)
			sd_str_addn(&raw, s, n);
	}
	if (raw.len > TARGET_MOST)
		raw.len = 0; /* nobody could follow it */
	sd_text_clean(&clean, raw.data ? raw.data : "", raw.len, SD_CLEAN_LINE);
	out = sd_arena_strdup(p->md->a, clean.data);
	sd_str_free(&raw);
	sd_str_free(&clean);
	return out;
}

/* Number of the link to target; 0: there is nothing to follow. */
static int link_number(struct parser *p, const char *target, bool image)
{
	struct sd_md *md = p->md;
	size_t *slot;

	if (!*target)
		return 0;
	if ((md->nlinks + 1) * 2 > p->nslots)
		grow_slots(p);
	slot = slot_of(p, target);
	if (!*slot) {
		*SD_PUSH(md->link, md->nlinks, md->link_cap) = (struct sd_md_link){.target = target, .text = "", .image = image};
		*slot = md->nlinks;
	}
	return (int)*slot;
}

/* ---- what the parser calls ---- */
static enum md_type type_of(MD_BLOCKTYPE t)
{
	switch (t) {
	case MD_BLOCK_QUOTE:
		return MD_QUOTE;
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		return MD_LIST;
	case MD_BLOCK_LI:
		return MD_ITEM;
	case MD_BLOCK_HR:
		return MD_RULE;
	case MD_BLOCK_H:
		return MD_TITLE;
	case MD_BLOCK_CODE:
		return MD_CODE;
	case MD_BLOCK_HTML:
		return MD_HTML;
	case MD_BLOCK_TABLE:
		return MD_TABLE;
	case MD_BLOCK_TR:
		return MD_ROW;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		return MD_CELL;
	default:
		return MD_PARA;
	}
}

/* Blocks that hold others and are nothing themselves. */
static bool passes(MD_BLOCKTYPE t)
{
	return t == MD_BLOCK_DOC || t == MD_BLOCK_THEAD || t == MD_BLOCK_TBODY;
}

static void code_begins(struct parser *p, struct md_block *b, const MD_BLOCK_CODE_DETAIL *d)
{
	const char *lang = attribute(p, &d->lang);

	*SD_PUSH(p->md->code, p->md->ncodes, p->md->code_cap) =
		(struct sd_md_code){.text = "", .lang = strlen(lang) > INFO_MOST ? "" : lang};
	b->which = (int)p->md->ncodes;
}

static void describe(struct parser *p, struct md_block *b, MD_BLOCKTYPE type, void *detail)
{
	if (type == MD_BLOCK_UL) {
		b->loose = !((MD_BLOCK_UL_DETAIL *)detail)->is_tight;
	} else if (type == MD_BLOCK_OL) {
		b->loose = !((MD_BLOCK_OL_DETAIL *)detail)->is_tight;
		b->ordered = true;
		b->start = ((MD_BLOCK_OL_DETAIL *)detail)->start;
	} else if (type == MD_BLOCK_LI) {
		const MD_BLOCK_LI_DETAIL *d = detail;

		b->task = !d->is_task ? 0 : d->task_mark == ' ' ? 1 : 2;
	} else if (type == MD_BLOCK_H) {
		b->level = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
	} else if (type == MD_BLOCK_CODE) {
		code_begins(p, b, detail);
	} else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
		MD_ALIGN align = ((MD_BLOCK_TD_DETAIL *)detail)->align;

		b->side = align == MD_ALIGN_RIGHT ? MD_RIGHT : align == MD_ALIGN_CENTER ? MD_CENTER : MD_LEFT;
		if (type == MD_BLOCK_TH && b->parent)
			b->parent->head = true;
	}
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct parser *p = arg;

	if (passes(type))
		return 0;
	end_open(p);
	p->spent += 8;
	if (p->over || p->depth >= MD_DEPTH) {
		p->over++;
		return p->spent > p->budget;
	}
	p->depth++;
	describe(p, add_block(p, type_of(type)), type, detail);
	return p->spent > p->budget;
}

static char *plain_of(struct sd_arena *a, const struct md_run *run, size_t from, size_t n)
{
	struct sd_str s = {0};
	char *out;

	for (size_t i = from; i < n && s.len < 400; i++)
		if (!run[i].brk && !(run[i].style & SD_MD_MARK))
			sd_str_add(&s, run[i].text);
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] == '\n' || s.data[i] == '\t')
			s.data[i] = ' ';
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static void heading_ends(struct parser *p, struct md_block *b)
{
	*SD_PUSH(p->md->heading, p->md->nheadings, p->md->heading_cap) =
		(struct sd_md_heading){.text = plain_of(p->md->a, b->run, 0, b->nruns), .level = b->level};
	b->which = (int)p->md->nheadings;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct parser *p = arg;

	(void)detail;
	if (passes(type))
		return 0;
	end_open(p);
	if (p->over) {
		p->over--;
		return 0;
	}
	if (p->at->type == MD_TITLE)
		heading_ends(p, p->at);
	if (p->at->type == MD_CODE && p->at->nruns)
		p->md->code[p->at->which - 1].text = p->at->run[0].text;
	p->depth--;
	p->at = p->at->parent;
	p->run_cap = 0;
	return 0;
}

static void mark_text(struct parser *p, const char *text)
{
	int style = p->style;

	flush(p);
	p->style |= SD_MD_MARK;
	sd_str_add(&p->text, text);
	flush(p);
	p->style = style;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct parser *p = arg;

	want_text(p);
	flush(p);
	if (p->nspans == SPANS) {
		p->deep++;
		return 0;
	}
	p->span[p->nspans].style = p->style;
	p->span[p->nspans++].link = p->link;
	switch (type) {
	case MD_SPAN_EM:
		p->style |= SD_MD_EM;
		break;
	case MD_SPAN_STRONG:
		p->style |= SD_MD_STRONG;
		break;
	case MD_SPAN_CODE:
		p->style |= SD_MD_CODE;
		break;
	case MD_SPAN_DEL:
		p->style |= SD_MD_STRIKE;
		mark_text(p, "~~");
		break;
	case MD_SPAN_A:
		p->link = link_number(p, attribute(p, &((MD_SPAN_A_DETAIL *)detail)->href), false);
		p->style |= SD_MD_LINK;
		break;
	case MD_SPAN_IMG:
		p->link = link_number(p, attribute(p, &((MD_SPAN_IMG_DETAIL *)detail)->src), true);
		p->style |= SD_MD_LINK;
		mark_text(p, _("[image: "));
		break;
	default:
		break;
	}
	return p->spent > p->budget;
}

/* What the link is called, and its number behind it. */
static void link_ends(struct parser *p, bool image)
{
	struct md_block *b = p->at;
	size_t from = b->nruns;
	char number[16];

	if (image)
		mark_text(p, "]");
	if (!p->link)
		return;
	while (from > 0 && b->run[from - 1].link == p->link)
		from--;
	if (!*p->md->link[p->link - 1].text)
		p->md->link[p->link - 1].text = plain_of(p->md->a, b->run, from, b->nruns);
	snprintf(number, sizeof number, "[%d]", p->link);
	mark_text(p, number);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct parser *p = arg;

	(void)detail;
	want_text(p);
	flush(p);
	if (p->deep) {
		p->deep--;
		return 0;
	}
	if (type == MD_SPAN_A || type == MD_SPAN_IMG)
		link_ends(p, type == MD_SPAN_IMG);
	if (type == MD_SPAN_DEL)
		mark_text(p, "~~");
	if (!p->nspans) /* md4c ends a "~~" that begins within an address though it never began it */
		return 0;
	p->nspans--;
	p->style = p->span[p->nspans].style;
	p->link = p->span[p->nspans].link;
	return 0;
}

/* The parser leaves entities in HTML as they are. */
static void between_tags(struct parser *p, const char *s, size_t n)
{
	for (size_t i = 0, to; i < n; i = to) {
		const char *end = s[i] == '&' ? memchr(s + i, ';', n - i < 40 ? n - i : 40) : NULL, *next;

		if (end) {
			to = (size_t)(end + 1 - s);
			md_entity(&p->text, s + i, to - i);
			continue;
		}
		next = memchr(s + i + 1, '&', n - i - 1);
		to = next ? (size_t)(next - s) : n;
		sd_str_addn(&p->text, s + i, to - i);
	}
}

/* Tags are seen apart from what stands between them; a <br> ends the line. */
static void html(struct parser *p, const char *s, size_t n)
{
	size_t to;
	int style = p->style;

	for (size_t i = 0; i < n; i = to) {
		const char *end = s[i] == '<' ? memchr(s + i, '>', n - i) : memchr(s + i, '<', n - i);

		to = !end ? n : (size_t)(end - s) + (s[i] == '<' ? 1 : 0);
		flush(p);
		if (s[i] == '<' && to - i > 3 && to - i <= 6 && !memcmp(s + i, "<br", 3)) {
			push_run(p, (struct md_run){.text = "", .brk = true});
			continue;
		}
		p->style = style | (s[i] == '<' ? SD_MD_RAW : 0);
		if (s[i] == '<')
			sd_str_addn(&p->text, s + i, to - i);
		else
			between_tags(p, s + i, to - i);
		flush(p);
		p->style = style;
	}
}

static int text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *arg)
{
	struct parser *p = arg;

	want_text(p);
	p->spent += n + 1;
	switch (type) {
	case MD_TEXT_BR:
		flush(p);
		push_run(p, (struct md_run){.text = "", .brk = true});
		break;
	case MD_TEXT_SOFTBR:
		sd_str_addc(&p->text, '\n');
		break;
	case MD_TEXT_NULLCHAR:
		sd_str_add(&p->text, "\ufffd");
		break;
	case MD_TEXT_ENTITY:
		md_entity(&p->text, s, n);
		break;
	case MD_TEXT_HTML:
		html(p, s, n);
		break;
	default:
		sd_str_addn(&p->text, s, n);
	}
	return p->spent > p->budget;
}

/* ---- what is no Markdown ---- */
static void add_verbatim(struct parser *p, const char *s, size_t n)
{
	struct md_block *up = p->at;

	if (!n)
		return;
	add_block(p, MD_HTML);
	p->style = SD_MD_RAW;
	sd_str_addn(&p->text, s, n);
	flush(p);
	p->style = 0;
	p->at = up;
}

static void forget(struct sd_md *md)
{
	md->doc->first = md->doc->last = NULL;
	md->nlinks = md->nheadings = md->ncodes = 0;
}

/* The text as blocks; false: it grew too much, and is not Markdown that anybody wrote. */
static bool parse(struct parser *p, const char *s, size_t n)
{
	static const MD_PARSER calls = {0, FLAGS, enter_block, leave_block, enter_span, leave_span, text, NULL, NULL};

	return md_parse(s, (MD_SIZE)n, &calls, p) == 0;
}

struct sd_md *sd_md_parse(const char *text_in, size_t n)
{
	struct sd_md *md = sd_calloc(1, sizeof *md);
	struct parser p = {.md = md};
	struct sd_str source = {0};
	size_t front, taken = n > SD_MD_MOST ? SD_MD_MOST : n;

	md->a = sd_arena_new();
	md->doc = add_block(&p, MD_DOC);
	md_source(&source, text_in, taken, &front);
	p.budget = 16 * source.len + (1 << 16);
	add_verbatim(&p, source.data, front);
	if (!parse(&p, source.data + front, source.len - front)) {
		forget(md);
		p.at = md->doc;
		p.nspans = p.style = p.link = 0;
		sd_str_reset(&p.text);
		add_verbatim(&p, source.data, source.len);
	}
	if (taken < n) {
		sd_str_reset(&source);
		sd_text_clean(&source, text_in + taken, n - taken, SD_CLEAN_BLOCK);
		p.at = md->doc;
		add_verbatim(&p, source.data, source.len);
	}
	sd_str_free(&source);
	sd_str_free(&p.text);
	free(p.slot);
	return md;
}

void sd_md_free(struct sd_md *md)
{
	if (!md)
		return;
	sd_arena_free(md->a);
	free(md->link);
	free(md->heading);
	free(md->code);
	free(md);
}

const struct sd_md_link *sd_md_links(const struct sd_md *md, size_t *n)
{
	*n = md->nlinks;
	return md->link;
}

const struct sd_md_heading *sd_md_headings(const struct sd_md *md, size_t *n)
{
	*n = md->nheadings;
	return md->heading;
}

const struct sd_md_code *sd_md_codes(const struct sd_md *md, size_t *n)
{
	*n = md->ncodes;
	return md->code;
}
