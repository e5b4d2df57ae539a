/* One article as it is read: its head, its text with links that can be chosen, what hangs on it. */
#include "config.h"
#include "tui/pane/kb.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/conflict.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { TEXT_MOST = 100, SIDE_FROM = 132, SIDE = 40, HEAD = 3, CONTEXT = 3, KEY_REST = 1 << 8, KEY_LINE = 1 << 12 };

/* ---- words ---- */
const char *kb_word(const char *word)
{
	static const struct {
		const char *word, *text;
	} words[] = {{"howto", N_("how-to")}, {"known_error", N_("known error")}, {"runbook", N_("runbook")},
		{"policy", N_("policy")}, {"public", N_("public")}, {"internal", N_("internal")}, {"in_work", N_("in work")},
		{"unchecked", N_("not validated")}, {"validated", N_("validated")}, {"archived", N_("archived")}, {"draft", N_("draft")},
		{"review", N_("in review")}, {"scheduled", N_("scheduled")}, {"published", N_("published")},
		{"pending_retirement", N_("to be retired")}, {"retired", N_("retired")}, {"outdated", N_("outdated")},
		{"applied", N_("applied")}, {"linked", N_("linked")}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i].word, word))
			return _(words[i].text);
	return !strcmp(word, "group") ? _("groups") : word;
}

const char *kb_state_word(const char *state)
{
	return kb_word(state);
}

const char *kb_verb_label(const char *verb)
{
	static const struct {
		const char *verb, *label;
	} verbs[] = {{"submit", N_("Submit for review")}, {"approve", N_("Approve")}, {"reject", N_("Reject")},
		{"withdraw", N_("Take back to draft")}, {"publish", N_("Publish")}, {"retire", N_("Retire")}, {"restore", N_("Restore")}};

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(verbs[i].verb, verb))
			return _(verbs[i].label);
	return verb;
}

const char *kb_field_label(enum sd_kb_field f)
{
	static const char *const labels[SD_KB_FIELDS] = {N_("Type"), N_("Readers"), N_("For groups"), N_("For customer"), N_("Owner"),
		N_("Owning group"), N_("CI class"), N_("Product"), N_("Category"), N_("Tags"), N_("Valid to"), N_("Confidence"),
		N_("Language"), N_("Source"), N_("Licence")};

	return _(labels[f]);
}

const char *kb_text_label(enum sd_kb_text t)
{
	static const char *const labels[SD_KB_TEXTS] = {N_("Title"), N_("Symptom"), N_("Cause"), N_("Resolution"), N_("Text")};

	return _(labels[t]);
}

/* ---- links ---- */
const struct sd_md_link *kb_link(const struct kb *k, int n)
{
	size_t links;
	const struct sd_md_link *l = k->md ? sd_md_links(k->md, &links) : NULL;

	return l && n > 0 && (size_t)n <= links ? &l[n - 1] : NULL;
}

int kb_links(const struct kb *k)
{
	size_t links = 0;

	if (k->md && kb_article(k))
		sd_md_links(k->md, &links);
	return (int)links;
}

static uint64_t line_key(const struct sd_md_page *p, size_t i)
{
	size_t first = i;

	while (first > 0 && p->line[first - 1].block == p->line[i].block)
		first--;
	return ((uint64_t)p->line[i].block + 1) * KEY_LINE * KEY_LINE + KEY_LINE + (i - first);
}

/* The line of the page at the cursor; n: it is on none. */
static size_t line_here(const struct kb *k)
{
	uint64_t key = textview_key(&k->text);

	for (size_t i = 0; k->page && i < k->page->n; i++)
		if (line_key(k->page, i) == key)
			return i;
	return k->page ? k->page->n : 0;
}

static void go_to_line(struct kb *k, size_t line)
{
	if (k->page && line < k->page->n)
		textview_goto(&k->text, line_key(k->page, line));
}

void kb_link_step(struct kb *k, int dir)
{
	int n = kb_links(k);

	if (!n || !k->page)
		return;
	if (!k->link) { /* the first one from the cursor on, or the last before it */
		size_t here = line_here(k);

		here = here >= k->page->n ? 0 : here;
		k->link = dir > 0 ? 1 : n;
		for (int i = 1; i <= n; i++)
			if (dir > 0 ? k->page->link_line[i - 1] >= here && k->page->link_line[i - 1] < k->page->n
						: k->page->link_line[i - 1] <= here) {
				k->link = i;
				if (dir > 0)
					break;
			}
	} else {
		k->link = (k->link - 1 + dir + n) % n + 1;
	}
	go_to_line(k, k->page->link_line[k->link - 1]);
	k->to = textview_key(&k->text);
	k->built = 0;
}

void kb_heading_to(struct kb *k, int n)
{
	size_t headings;

	sd_md_headings(k->md, &headings);
	if (k->page && n >= 0 && (size_t)n < headings && k->page->heading_line[n] < k->page->n)
		textview_top(&k->text, line_key(k->page, k->page->heading_line[n]));
}

/* As web sites make them: lower case, blanks as hyphens, without marks. */
static bool is_slug(const char *heading, const char *slug)
{
	for (; *heading; heading++) {
		unsigned char c = (unsigned char)*heading;
		char want = c == ' ' ? '-' : (char)tolower(c);

		if (c < 0x80 && !isalnum(c) && c != ' ' && c != '-' && c != '_')
			continue;
		if (*slug++ != want)
			return false;
	}
	return !*slug;
}

bool kb_anchor(struct kb *k, const char *slug)
{
	size_t n;
	const struct sd_md_heading *h = sd_md_headings(k->md, &n);

	for (size_t i = 0; i < n; i++)
		if (is_slug(h[i].text, slug)) {
			kb_heading_to(k, (int)i);
			return true;
		}
	return false;
}

const char *kb_code(const struct kb *k)
{
	size_t line = line_here(k), n;
	const struct sd_md_code *c = k->md ? sd_md_codes(k->md, &n) : NULL;

	if (!c || k->mode != KB_READ || !k->page || line >= k->page->n || !k->page->line[line].code)
		return NULL;
	return c[k->page->line[line].code - 1].text;
}

/* ---- the text ---- */
enum element kb_element(const struct sd_md_span *s)
{
	if (s->style & SD_MD_LINK)
		return EL_LINK;
	if (s->style & SD_MD_MARK)
		return s->style & SD_MD_HEADING ? EL_HEADING : EL_DIM;
	if (s->style & SD_MD_HEADING)
		return EL_HEADING;
	if (s->style & SD_MD_CODE)
		return EL_CODE;
	if (s->style & SD_MD_STRONG)
		return EL_STRONG;
	if (s->style & SD_MD_EM)
		return EL_EMPHASIS;
	return s->style & (SD_MD_RAW | SD_MD_STRIKE) ? EL_DIM : EL_NORMAL;
}

static void add_page(struct kb *k)
{
	struct tv_span *spans = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < k->page->n; i++) {
		const struct sd_md_line *line = &k->page->line[i];

		n = 0;
		for (int s = 0; s < line->n; s++)
			*SD_PUSH(spans, n, cap) = (struct tv_span){
				k->link && line->span[s].link == k->link ? EL_SELECTED : kb_element(&line->span[s]), line->span[s].text};
		if (n)
			textview_spans(&k->text, line_key(k->page, i), 0, spans, (int)n);
		else
			textview_add(&k->text, line_key(k->page, i), 0, EL_NORMAL, "");
	}
	free(spans);
}

static void section(struct kb *k, int nth, const char *title)
{
	textview_blank(&k->text);
	textview_rule(&k->text, KEY_REST + (uint64_t)nth, title);
}

static void add_links(struct kb *k, struct sd_arena *a)
{
	int n = kb_links(k);

	if (n)
		section(k, 1, _("Links"));
	for (int i = 1; i <= n; i++)
		textview_spans(&k->text, KEY_REST + 16 + (uint64_t)i, 5,
			(const struct tv_span[]){
				{EL_KEY, sd_arena_printf(a, "[%d] ", i)}, {i == k->link ? EL_SELECTED : EL_LINK, kb_link(k, i)->target}},
			2);
}

static void add_rest(struct kb *k, const struct session *s, struct sd_arena *a)
{
	const struct sd_kb *x = k->a;

	if (x->nfiles)
		section(k, 2, _("Attachments"));
	for (int i = 0; i < x->nfiles; i++)
		textview_add(
			&k->text, 0, 0, EL_NORMAL, sd_arena_printf(a, _("%s  %lld bytes"), x->files[i].name, (long long)x->files[i].size));
	if (x->nuses)
		section(k, 3, _("Tickets"));
	for (int i = 0; i < x->nuses; i++)
		textview_add(&k->text, 0, 0, EL_NORMAL,
			sd_arena_printf(a, "%s  %s  %s", x->uses[i].number, kb_word(x->uses[i].how), x->uses[i].subject));
	if (x->nsaid)
		section(k, 4, _("What readers said"));
	for (int i = 0; i < x->nsaid; i++) {
		const struct sd_kb_said *f = &x->said[i];

		textview_spans(&k->text, 0, 2,
			(const struct tv_span[]){{f->helpful ? EL_OK : EL_WARN, f->helpful ? "+ " : "- "},
				{f->open ? EL_STRONG : EL_NORMAL,
					sd_arena_printf(a, "%s  %s  %s%s%s%s", sd_time_local(a, f->at, s->zone, "%Y-%m-%d"), f->person, f->comment,
						f->open ? _("  (to be answered)") : "", *f->answer ? _("  answer: ") : "", f->answer)}},
			2);
	}
}

void kb_build(struct kb *k, const struct session *s, int width)
{
	struct sd_arena *a = sd_arena_new();
	int w = width > TEXT_MOST ? TEXT_MOST : width;

	sd_md_page_free(k->page);
	k->page = sd_md_layout(k->md, w - 3, glyphs_are_ascii() ? SD_MD_ASCII : 0);
	textview_begin(&k->text);
	add_page(k);
	add_links(k, a);
	add_rest(k, s, a);
	textview_end(&k->text);
	sd_arena_free(a);
	k->built = width;
}

/* ---- two versions ---- */
static void as_lines(const struct sd_kb *a, struct sd_str *out)
{
	for (int i = 0; i < SD_KB_TEXTS; i++)
		if (*a->text[i])
			sd_str_addf(out, "%s: %s%s\n\n", kb_text_label((enum sd_kb_text)i), i == SD_KB_TITLE ? "" : "\n", a->text[i]);
}

/* Lines that are the same are left out but for a few before and after a change. */
static bool near_change(char *const *line, size_t n, size_t i)
{
	size_t from = i > CONTEXT ? i - CONTEXT : 0;

	for (size_t k = from; k < n && k <= i + CONTEXT; k++)
		if (*line[k] == '+' || *line[k] == '-')
			return true;
	return false;
}

void kb_build_diff(struct kb *k)
{
	struct sd_str older = {0}, newer = {0};
	char *diff, **line = NULL, *p, *eol;
	size_t n = 0, cap = 0;
	bool changed = false, left_out = false;

	as_lines(k->older, &older);
	as_lines(k->a, &newer);
	diff = sd_text_diff(older.data ? older.data : "", newer.data ? newer.data : "");
	for (p = diff; *p; p = eol + 1) {
		eol = strchr(p, '\n');
		*SD_PUSH(line, n, cap) = p;
		if (!eol)
			break;
		*eol = '\0';
	}
	textview_begin(&k->text);
	for (size_t i = 0; i < n; i++) {
		bool shown = near_change(line, n, i);

		if (!shown && !left_out)
			textview_add(&k->text, 0, 0, EL_DIM, glyph(GL_ELLIPSIS));
		left_out = !shown;
		if (!shown)
			continue;
		changed = changed || *line[i] == '+' || *line[i] == '-';
		textview_add(&k->text, i + 1, 0, *line[i] == '+' ? EL_OK : *line[i] == '-' ? EL_ERROR : EL_NORMAL, line[i]);
	}
	if (!changed)
		textview_add(&k->text, 0, 0, EL_DIM, _("The two versions say the same."));
	textview_end(&k->text);
	free(line);
	free(diff);
	sd_str_free(&older);
	sd_str_free(&newer);
}

/* ---- the screen ---- */
static void add_fact(struct sd_str *s, const char *text)
{
	if (*text)
		sd_str_addf(s, "%s%s", s->len ? "  " : "", text);
}

static void facts(const struct kb *k, struct sd_arena *a, struct sd_str *s)
{
	const struct sd_kb *x = k->a;

	add_fact(s, kb_word(x->field[SD_KB_TYPE]));
	add_fact(s, kb_word(x->field[SD_KB_AUDIENCE]));
	if (*x->field[SD_KB_OWNER])
		add_fact(s, sd_arena_printf(a, _("owner %s"), x->field[SD_KB_OWNER]));
	if (*x->field[SD_KB_VALID_TO])
		add_fact(s, sd_arena_printf(a, _("valid to %s"), x->field[SD_KB_VALID_TO]));
	if (x->used)
		add_fact(s, sd_arena_printf(a, _("used %d"), x->used));
	if (x->helpful || x->unhelpful)
		add_fact(s, sd_arena_printf(a, _("helped +%d -%d"), x->helpful, x->unhelpful));
	if (*x->reason && !strcmp(x->state, "draft"))
		add_fact(s, sd_arena_printf(a, _("rejected: %s"), x->reason));
}

static void head(struct kb *k, struct region r)
{
	const struct sd_kb *x = k->a;
	struct sd_str s = {0};
	int at;

	at = draw_textf(r, 0, 0, EL_KEY, "%s ", x->number);
	draw_fit(r, at, 0, r.w - at, EL_STRONG, x->text[SD_KB_TITLE], false);
	at = draw_textf(r, 0, 1, !strcmp(x->state, "published") ? EL_OK : EL_WARN, "%s %s", kb_state_word(x->state), x->version);
	if (strcmp(x->latest, x->version) != 0 && *x->latest)
		at += draw_textf(r, at, 1, EL_WARN, _(" (latest %s)"), x->latest);
	facts(k, k->scratch, &s);
	draw_fit(r, at + 2, 1, r.w - at - 2, EL_DIM, s.data ? s.data : "", false);
	draw_hline(r, 0, 2, r.w, EL_BORDER);
	sd_str_free(&s);
}

/* At the right, where there is room: everything about the article, and its headings. */
static void side(const struct kb *k, struct region r)
{
	const struct sd_kb *x = k->a;
	size_t n;
	const struct sd_md_heading *h = sd_md_headings(k->md, &n);
	int y = 0, label = 14;

	for (int i = 0; i < SD_KB_FIELDS && y < r.h; i++) {
		const char *v = x->field[i];

		if (!*v)
			continue;
		draw_fit(r, 0, y, label - 1, EL_LABEL, kb_field_label((enum sd_kb_field)i), false);
		draw_fit(r, label, y++, r.w - label, EL_NORMAL,
			i == SD_KB_TYPE || i == SD_KB_AUDIENCE || i == SD_KB_CONFIDENCE ? kb_word(v) : v, false);
	}
	if (x->quality >= 0) {
		draw_fit(r, 0, y, label - 1, EL_LABEL, _("Checklist"), false);
		draw_textf(r, label, y++, EL_NORMAL, "%d %%", x->quality);
	}
	if (x->opened + x->dismissed && y < r.h) {
		draw_fit(r, 0, y, label - 1, EL_LABEL, _("Proposed"), false);
		draw_fit(r, label, y++, r.w - label, EL_NORMAL,
			sd_arena_printf(k->scratch, _("opened %d, dismissed %d"), x->opened, x->dismissed), false);
	}
	if (n && ++y < r.h)
		draw_fit(r, 0, y++, r.w, EL_HEADER, _("Outline"), false);
	for (size_t i = 0; i < n && y < r.h; i++)
		draw_fit(r, h[i].level > 1 ? 2 * (h[i].level > 4 ? 3 : h[i].level - 1) : 0, y++, r.w, EL_NORMAL, h[i].text, false);
}

void kb_draw_article(struct kb *k, const struct session *s, struct region r, bool focus)
{
	int w = r.w >= SIDE_FROM ? r.w - SIDE - 2 : r.w, top = r.h > HEAD + 2 ? HEAD : 0;

	if (top)
		head(k, region_sub(r, 0, 0, r.w, HEAD));
	if (k->built != w) {
		if (k->mode == KB_DIFF) {
			kb_build_diff(k);
			k->built = w;
		} else {
			kb_build(k, s, w);
		}
	}
	if (k->to && textview_goto(&k->text, k->to))
		k->to = 0;
	textview_draw(&k->text, region_sub(r, 0, top, k->mode == KB_READ && w > TEXT_MOST ? TEXT_MOST : w, r.h - top), focus);
	if (w == r.w)
		return;
	draw_vline(r, w, top, r.h - top, EL_BORDER);
	side(k, region_sub(r, w + 2, top, SIDE, r.h - top));
}
