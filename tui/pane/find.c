#include "config.h"
#include "tui/pane/find.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/dialog.h"

enum { LOW = 12, TYPE_WIDTH = 9, NARROW = 60 };

struct find *find_new(void)
{
	struct find *f = sd_calloc(1, sizeof *f);

	lineedit_init(&f->line, "");
	f->line.history_exact = true;
	return f;
}

static void drop(struct find *f)
{
	for (int i = 0; i < f->nhits; i++) {
		struct find_hit *h = &f->hits[i];

		for (size_t k = 0; k < h->nparts; k++)
			free(h->part[k].text);
		free(h->part);
		free(h->id);
		free(h->title);
		free(h->state);
	}
	free(f->hits);
	free(f->instead);
	free(f->error);
	f->hits = NULL;
	f->instead = f->error = NULL;
	f->nhits = f->at = f->top = 0;
	f->capped = f->relaxed = false;
}

void find_free(struct find *f)
{
	if (!f)
		return;
	drop(f);
	lineedit_free(&f->line);
	free(f->asked);
	free(f);
}

const char *find_types(const struct find *f)
{
	static const char *const names[FIND_INS] = {NULL, "{tickets}", "{articles}", "{cis}"};

	return names[f->in];
}

/* ---- the answer ---- */
static char *clean(const char *s, size_t n)
{
	struct sd_str out = {0};

	sd_str_addn(&out, "", 0);
	sd_text_clean(&out, s, n, SD_CLEAN_LINE);
	return sd_str_take(&out);
}

static char *clean_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return clean(s ? s : "", s ? strlen(s) : 0);
}

static void add_part(struct find_hit *h, const char *s, size_t n, bool match)
{
	if (n)
		h->part[h->nparts++] = (struct find_part){clean(s, n), match};
}

/* Bytes of so many characters. */
static size_t bytes_of(const char *s, json_int_t chars)
{
	size_t n = 0;

	for (; chars > 0 && s[n]; chars--)
		for (n++; ((unsigned char)s[n] & 0xC0) == 0x80;)
			n++;
	return n;
}

/* The marks count characters of the excerpt as it came: it is cut first and cleaned then. */
static void cut_excerpt(struct find_hit *h, const json_t *j)
{
	const char *s = json_string_value(json_object_get(j, "excerpt"));
	json_t *m, *marks = json_object_get(j, "marks");
	json_int_t at = 0;
	size_t i;

	h->part = sd_calloc(2 * json_array_size(marks) + 1, sizeof *h->part);
	if (!s)
		return;
	json_array_foreach(marks, i, m)
	{
		json_int_t from = json_integer_value(json_array_get(m, 0)), n = json_integer_value(json_array_get(m, 1));
		size_t before = bytes_of(s, from - at), len;

		if (from < at)
			continue;
		add_part(h, s, before, false);
		s += before;
		len = bytes_of(s, n);
		add_part(h, s, len, true);
		s += len;
		at = from + n;
	}
	add_part(h, s, strlen(s), false);
}

static void take_hit(struct find_hit *h, const json_t *j)
{
	const char *type = json_string_value(json_object_get(j, "type"));

	h->type = !type ? FIND_ALL : !strcmp(type, "ticket") ? FIND_TICKETS : !strcmp(type, "article") ? FIND_ARTICLES : FIND_CIS;
	h->id = clean_of(j, "id");
	h->title = clean_of(j, "title");
	h->state = clean_of(j, "state");
	h->key = json_integer_value(json_object_get(j, "key"));
	h->seq = (int)json_integer_value(json_object_get(j, "seq"));
	cut_excerpt(h, j);
}

void find_take(struct find *f, const struct table *t, const struct sd_err *err)
{
	struct sd_err bad = {0};
	const char *text = t ? table_get(t, 0, 0) : NULL;
	json_t *page = text ? store_object(text, "page", &bad) : NULL, *hits = json_object_get(page, "hits"), *h;
	size_t i;

	drop(f);
	f->asking = false;
	if (!page) {
		f->error = sd_strdup(err ? err->text : *bad.text ? bad.text : _("the desk gave no answer"));
		return;
	}
	f->hits = sd_calloc(json_array_size(hits) + 1, sizeof *f->hits);
	json_array_foreach(hits, i, h) take_hit(&f->hits[f->nhits++], h);
	f->capped = json_is_true(json_object_get(page, "capped"));
	f->relaxed = json_is_true(json_object_get(page, "relaxed"));
	if (json_is_string(json_object_get(page, "instead")))
		f->instead = clean_of(page, "instead");
	json_decref(page);
}

const struct find_hit *find_selected(const struct find *f)
{
	return f->at < f->nhits ? &f->hits[f->at] : NULL;
}

void find_move(struct find *f, int lines)
{
	f->at += lines;
	if (f->at >= f->nhits)
		f->at = f->nhits - 1;
	if (f->at < 0)
		f->at = 0;
}

/* ---- drawing ---- */
static const char *type_word(enum find_in in)
{
	static const char *const words[FIND_INS] = {N_("all"), N_("tickets"), N_("articles"), N_("items")};

	return _(words[in]);
}

static const char *hit_word(const struct find_hit *h)
{
	return h->type == FIND_TICKETS ? _("ticket") : h->type == FIND_ARTICLES ? _("article") : _("item");
}

/* "all  tickets  articles  items", the one that is on standing out. */
static void draw_types(const struct find *f, struct region r)
{
	int x = 0;

	for (int i = 0; i < FIND_INS; i++) {
		enum element e = (enum find_in)i == f->in ? EL_SELECTED : EL_DIM;

		x += draw_textf(r, x, 0, e, " %s ", type_word((enum find_in)i));
	}
	if (r.w - x > 20)
		draw_fit(r, x, 0, r.w - x, EL_DIM, _("  Tab: narrow"), false);
}

/* What is to be known of the list: it is read out before it. */
static void say(struct find *f, struct region r)
{
	struct sd_arena *a = sd_arena_new();
	const char *text = "";
	enum element e = EL_DIM;

	if (f->error) {
		text = f->error;
		e = EL_ERROR;
	} else if (f->asking) {
		text = _("searching ...");
	} else if (f->instead) {
		text = sd_arena_printf(a, _("nothing is written like this; searched for %s instead"), f->instead);
		e = EL_WARN;
	} else if (f->asked && !f->nhits) {
		text = _("nothing found");
	} else if (f->relaxed) {
		text = _("nothing holds all of it; these hold some of it");
		e = EL_WARN;
	} else if (f->capped) {
		text = _("many match: the best of the newest; another word narrows it");
	} else if (f->nhits) {
		text = sd_arena_printf(a, _("found: %d"), f->nhits);
	} else {
		text = _("words, \"a phrase\", numbers, names");
	}
	draw_fit(r, 0, 0, r.w, e, text, false);
	sd_arena_free(a);
}

/* Cells before the first part that matched; 0 when nothing did. */
static int before_match(const struct find_hit *h)
{
	int cells = 0;

	for (size_t i = 0; i < h->nparts; i++) {
		if (h->part[i].match)
			return cells;
		cells += sd_text_width(h->part[i].text);
	}
	return 0;
}

/* The excerpt in one line: what matched is seen even where the line is shorter than what stands before it. */
static void draw_excerpt(const struct find_hit *h, struct region r, bool selected)
{
	int skip = before_match(h), x = 0;

	skip = skip > r.w * 2 / 3 ? skip - r.w / 4 : 0;
	if (skip)
		x += draw_text(r, 0, 0, selected ? EL_SELECTED : EL_DIM, glyph(GL_ELLIPSIS));
	for (size_t i = 0; i < h->nparts && x < r.w; i++) {
		const char *p = h->part[i].text;
		enum element e = h->part[i].match ? EL_MATCH : selected ? EL_SELECTED : EL_DIM;
		struct sd_grapheme g;

		while (skip > 0 && *p) {
			const char *was = p;

			if (!sd_text_next(&p, &g))
				break;
			skip -= g.width;
			if (p == was)
				break;
		}
		if (*p)
			x += draw_text(region_sub(r, x, 0, r.w - x, 1), 0, 0, e, p);
	}
}

static void draw_hit(const struct find_hit *h, struct region r, bool selected)
{
	enum element e = selected ? EL_SELECTED : EL_NORMAL;
	int x = 0;

	if (selected)
		draw_fill(r, 0, 0, r.w, r.h, EL_SELECTED, " ");
	x += draw_text(r, x, 0, e, selected ? glyph(GL_SELECT) : " ");
	x += draw_text(r, x, 0, e, " ");
	if (r.w >= NARROW) {
		draw_fit(r, x, 0, TYPE_WIDTH, selected ? EL_SELECTED : EL_LABEL, hit_word(h), false);
		x += TYPE_WIDTH + 1;
	}
	x += draw_text(r, x, 0, selected ? EL_SELECTED : EL_STRONG, h->id);
	x += 2;
	if (x < r.w)
		draw_fit(r, x, 0, r.w - x, e, h->title, false);
	if (r.h > 1)
		draw_excerpt(h, region_sub(r, 4, 1, r.w - 4, 1), selected);
}

static void draw_hits(struct find *f, struct region r)
{
	int lines = r.h < 4 ? 1 : 2, shown = r.h / lines;

	if (shown < 1)
		return;
	if (f->at < f->top)
		f->top = f->at;
	if (f->at >= f->top + shown)
		f->top = f->at - shown + 1;
	for (int i = 0; i < shown && f->top + i < f->nhits; i++)
		draw_hit(&f->hits[f->top + i], region_sub(r, 0, i * lines, r.w, lines), f->top + i == f->at);
}

void find_draw(struct find *f, struct region r)
{
	int y = 0;
	struct region none = {r.s, r.x, r.y, r.w, 0};

	draw_fill(r, 0, 0, r.w, r.h, EL_NORMAL, " ");
	if (r.h > LOW) {
		draw_box(r, EL_BORDER_FOCUS, _("Search everything"));
		r = region_sub(r, 2, 1, r.w - 4, r.h - 2);
	}
	lineedit_draw(&f->line, region_sub(r, 0, y++, r.w, 1), none);
	draw_types(f, region_sub(r, 0, y++, r.w, 1));
	say(f, region_sub(r, 0, y++, r.w, 1));
	draw_hits(f, region_sub(r, 0, y, r.w, r.h - y));
}
