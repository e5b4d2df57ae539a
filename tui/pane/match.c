#include "config.h"
#include "tui/pane/match.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/markdown.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { POPUP_MOST = 100, SPANS_MOST = 64, PAR_TEXT = 1000, PAR_HOW = 10, MUCH_W = 6 };

struct match *match_new(void)
{
	struct match *x = sd_calloc(1, sizeof *x);

	x->a = sd_arena_new();
	return x;
}

void match_free(struct match *x)
{
	if (!x)
		return;
	sd_arena_free(x->a);
	free(x);
}

void match_clear(struct match *x)
{
	sd_arena_free(x->a);
	x->a = sd_arena_new();
	x->n = 0;
	x->asking = false;
}

void match_take(struct match *x, const struct table *t)
{
	match_clear(x);
	for (int i = 0; i < t->rows && x->n < MATCH_ROWS; i++) {
		struct match_row *r = &x->row[x->n];
		const char *type = table_get(t, i, 0), *id = table_get(t, i, 1), *score = table_get(t, i, 3);

		if (!type || !id)
			continue;
		*r = (struct match_row){.article = strcmp(type, "article") == 0,
			.id = clean_copy(x->a, id),
			.title = clean_copy(x->a, table_get(t, i, 2)),
			.excerpt = clean_copy(x->a, table_get(t, i, 4)),
			.score = score ? strtod(score, NULL) : 0};
		x->n++;
	}
}

int match_good(const struct match *x)
{
	int n = 0;

	while (n < x->n && x->row[n].score >= MATCH_LEAST)
		n++;
	return n;
}

const char *match_strength(double score, struct sd_arena *a)
{
	const char *word = score >= MATCH_STRONG   ? _("strong")
					   : score >= MATCH_LIKELY ? _("likely")
					   : score >= MATCH_LEAST  ? _("weak")
											   : _("hardly");

	return sd_arena_printf(a, "%s %2.0f %%", word, score * 100);
}

const char *match_words(const struct match_row *r, struct sd_arena *a)
{
	return sd_arena_printf(a, "%s  %s", r->id, r->title);
}

void match_draw(const struct match *x, struct region r, int rows, const char *key)
{
	for (int i = 0; i < rows && i < x->n; i++) {
		const struct match_row *m = &x->row[i];
		int y = r.h - rows + i, at = 1;

		at += i ? (int)sd_text_width(key) : draw_text(r, at, y, EL_KEY, key);
		at += 1 + draw_text(r, at + 1, y, EL_LINK, m->id);
		if (at + 1 + MUCH_W < r.w) {
			draw_fit(r, at + 1, y, r.w - at - 1 - MUCH_W, m->article ? EL_NORMAL : EL_DIM, m->title, false);
			draw_textf(r, r.w - MUCH_W + 1, y,
				m->score >= MATCH_STRONG   ? EL_OK
				: m->score >= MATCH_LIKELY ? EL_NORMAL
										   : EL_DIM,
				"%3.0f %%", m->score * 100);
		}
	}
}

/* ---- one of them ---- */
struct match_page *match_page_new(int64_t ticket, const struct match_row *r)
{
	struct match_page *p = sd_calloc(1, sizeof *p);

	p->ticket = ticket;
	p->article = r->article;
	p->id = sd_strdup(r->id);
	p->title = sd_strdup(r->title);
	textview_init(&p->view);
	return p;
}

void match_page_free(struct match_page *p)
{
	if (!p)
		return;
	free(p->id);
	free(p->title);
	free(p->text);
	free(p->remedy);
	free(p->error);
	textview_free(&p->view);
	free(p);
}

static char *block(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	struct sd_str out = {0};

	if (s)
		sd_text_clean(&out, s, strlen(s), SD_CLEAN_BLOCK);
	return out.data ? out.data : sd_strdup("");
}

void match_page_take(struct match_page *p, const struct table *t, const struct sd_err *err)
{
	const char *json = t ? table_get(t, 0, 0) : NULL;
	json_t *j = json ? json_loads(json, 0, NULL) : NULL;

	p->built = 0;
	free(p->error);
	p->error = NULL;
	if (json_is_object(j)) {
		free(p->text);
		free(p->remedy);
		p->text = block(j, "text");
		p->remedy = block(j, "remedy");
	} else {
		p->error = sd_strdup(t ? _("This is not there any more, or not for you to see") : err->text);
	}
	json_decref(j);
}

static enum element look(int style)
{
	if (style & SD_MD_HEADING)
		return EL_HEADER;
	if (style & SD_MD_LINK)
		return EL_LINK;
	if (style & (SD_MD_MARK | SD_MD_RAW))
		return EL_DIM;
	return style & (SD_MD_STRONG | SD_MD_CODE) ? EL_STRONG : EL_NORMAL;
}

/* An article is Markdown, laid out for the width it is read at. */
static void lay_article(struct match_page *p, int width)
{
	struct sd_md *md = sd_md_parse(p->text, strlen(p->text));
	struct sd_md_page *page = sd_md_layout(md, width, glyph(GL_ELLIPSIS)[0] == '.' ? SD_MD_ASCII : 0);

	for (size_t i = 0; i < page->n; i++) {
		struct tv_span span[SPANS_MOST];
		int n = 0;

		for (int k = 0; k < page->line[i].n && n < SPANS_MOST; k++)
			span[n++] = (struct tv_span){look(page->line[i].span[k].style), page->line[i].span[k].text};
		if (n)
			textview_spans(&p->view, PAR_TEXT + i, 0, span, n);
		else
			textview_blank(&p->view);
	}
	sd_md_page_free(page);
	sd_md_free(md);
}

static void lay(struct match_page *p, int width)
{
	textview_begin(&p->view);
	if (p->error)
		textview_add(&p->view, 1, 0, EL_WARN, p->error);
	else if (!p->text)
		textview_add(&p->view, 1, 0, EL_DIM, _("Reading ..."));
	else if (p->article)
		lay_article(p, width - 1);
	else {
		if (*p->remedy) {
			textview_rule(&p->view, PAR_HOW, _("How it was solved"));
			textview_add(&p->view, PAR_HOW + 1, 0, EL_NORMAL, p->remedy);
			textview_blank(&p->view);
		}
		textview_rule(&p->view, PAR_HOW + 2, _("Description"));
		textview_add(&p->view, PAR_TEXT, 0, EL_NORMAL, p->text);
	}
	textview_end(&p->view);
	p->built = width;
}

void match_page_draw(struct match_page *p, struct region r)
{
	struct sd_arena *a = sd_arena_new();
	struct region in = popup_draw(r, POPUP_MOST, r.h, sd_arena_printf(a, "%s  %s", p->id, p->title));

	if (p->built != in.w)
		lay(p, in.w);
	textview_draw(&p->view, in, true);
	sd_arena_free(a);
}
