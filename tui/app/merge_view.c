/* How the merge looks: each field with what it was, what they made of it, what is mine, and what was decided. */
#include "config.h"
#include "tui/app/merge.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { WIDTH_MOST = 100, LABEL = 11 };

const char *merge_ago(struct sd_arena *a, sd_time at, sd_time now)
{
	int64_t s = at == SD_TIME_NONE || now < at ? 0 : (now - at) / 1000000;

	if (s < 60)
		return sd_arena_printf(a, _("%d s ago"), (int)s);
	if (s < 3600)
		return sd_arena_printf(a, _("%d min ago"), (int)(s / 60));
	if (s < 48 * 3600)
		return sd_arena_printf(a, _("%d h ago"), (int)(s / 3600));
	return sd_arena_printf(a, _("%d days ago"), (int)(s / 86400));
}

char *merge_said(const struct model *m, struct sd_arena *a, const struct sd_conflict *c)
{
	struct sd_str s = {0};
	char *out;

	for (int i = 0; i < c->nsaid; i++) {
		const struct sd_said *w = &c->said[i];

		sd_str_addf(&s, _("%s%s wrote to the requester %s:"), i ? "\n\n" : "", w->by, merge_ago(a, w->at, m->session.now));
		if (w->undone)
			sd_str_addf(&s, " %s", _("(taken back since; it could be read)"));
		if (*w->text)
			sd_str_addf(&s, "\n%s", w->text);
		if (*w->files)
			sd_str_addf(&s, _("\nFiles: %s"), w->files);
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

const char *merge_value(const struct model *m, struct sd_arena *a, const char *kind, const struct sd_clash *c, const char *value)
{
	struct sd_err err = {0};
	sd_time at;

	if (!*value)
		return _("(empty)");
	if (!strcmp(c->field, "state"))
		return sd_meta_state(m->meta, kind, value);
	if (!strcmp(c->type, "time") && sd_time_parse(value, "UTC", &at, &err))
		return sd_time_local(a, at, m->session.zone, "%Y-%m-%d %H:%M");
	return sd_meta_choice(m->meta, kind, c->field, value);
}

/* A line of a field: what may be pressed, what it is, the value. */
static void line(struct textview *v, uint64_t key, bool chosen, const char *label, enum element e, const char *value)
{
	struct tv_span spans[] = {{EL_KEY, chosen ? "> " : "  "}, {EL_LABEL, label}, {e, value}};
	struct sd_str s = {0};

	sd_str_addf(&s, "%s%s", chosen ? "> " : "  ", label);
	spans[0].text = s.data;
	spans[0].element = chosen ? EL_STRONG : EL_LABEL;
	spans[1] = spans[2];
	textview_spans(v, key, LABEL, spans, 2);
	sd_str_free(&s);
}

static const char *decided_word(const struct merge_field *f)
{
	switch (f->choice) {
	case MERGE_MINE:
		return _("mine");
	case MERGE_THEIRS:
		return _("theirs");
	case MERGE_OTHER:
		return f->joined && !strcmp(f->other, f->joined) ? _("both") : _("edited");
	default:
		return _("not decided");
	}
}

/* A long text is told by what each did to it, not by two whole texts. */
static void long_lines(struct textview *v, uint64_t key, const struct merge_field *f)
{
	char *theirs = sd_text_diff(f->clash->base, f->clash->theirs), *mine = sd_text_diff(f->clash->base, f->clash->mine);
	struct sd_arena *a = sd_arena_new();

	line(v, key + 2, f->choice == MERGE_THEIRS, _("t theirs"), EL_NORMAL, theirs);
	line(v, key + 3, f->choice == MERGE_MINE, _("m mine"), EL_NORMAL, mine);
	if (f->joined)
		line(v, key + 4, f->choice == MERGE_OTHER,
			f->choice == MERGE_OTHER && strcmp(f->other, f->joined) != 0 ? _("e edited") : _("b both"),
			f->choice == MERGE_OTHER ? EL_NORMAL : EL_DIM,
			f->choice == MERGE_OTHER ? f->other
			: f->places ? sd_arena_printf(a, _("both changed the same lines (%d): theirs first, then mine"), f->places)
						: _("both changes fit together"));
	sd_arena_free(a);
	free(theirs);
	free(mine);
}

static void field_lines(struct model *m, const struct overlay *o, int i)
{
	struct merge *g = o->merge;
	struct merge_field *f = &g->f[i];
	const struct sd_clash *c = f->clash;
	const char *kind = o->act->kind;
	uint64_t key = (uint64_t)(i + 1) * 16;
	struct sd_arena *a = sd_arena_new();
	const char *number = g->spoken ? sd_arena_printf(a, "%d. ", i + 1) : "";
	const char *head = sd_arena_printf(a, _("%s%s: %s, %s"), number, sd_meta_field(m->meta, kind, c->field), *c->by ? c->by : "?",
		merge_ago(a, c->at, m->session.now));
	const struct tv_span spans[] = {{EL_HEADER, head},
		{f->choice == MERGE_OPEN ? EL_WARN : EL_OK, g->c->off ? "" : sd_arena_printf(a, "  [%s]", decided_word(f))},
		{EL_WARN, f->again ? _("  changed again") : ""}};

	if (i)
		textview_blank(&g->text);
	textview_spans(&g->text, key, 0, spans, 3);
	if (merge_long(c)) {
		long_lines(&g->text, key, f);
	} else {
		line(&g->text, key + 1, false, _("was"), EL_DIM, merge_value(m, a, kind, c, c->base));
		line(&g->text, key + 2, f->choice == MERGE_THEIRS, g->c->off ? _("is now") : _("t theirs"), EL_NORMAL,
			merge_value(m, a, kind, c, c->theirs));
		if (!g->c->off)
			line(&g->text, key + 3, f->choice == MERGE_MINE, _("m mine"), EL_NORMAL, merge_value(m, a, kind, c, c->mine));
		if (f->choice == MERGE_OTHER)
			line(&g->text, key + 4, true, _("e edited"), EL_NORMAL, merge_value(m, a, kind, c, f->other));
	}
	sd_arena_free(a);
}

/* What is said above the fields. */
static void head_lines(struct model *m, const struct overlay *o)
{
	struct merge *g = o->merge;
	struct sd_arena *a = sd_arena_new();

	if (g->again)
		textview_add(&g->text, 1, 0, EL_WARN,
			g->n ? _("The ticket changed again while you decided.")
				 : _("The ticket changed again: nothing is in the way any more."));
	if (g->missing)
		textview_add(&g->text, 2, 0, EL_ERROR, _("Decide each field first: m mine, t theirs, e another value."));
	if (g->c->off)
		textview_add(&g->text, 3, 0, EL_WARN,
			sd_arena_printf(a, _("%s is not possible any more: the ticket is %s."),
				sd_meta_verb(m->meta, o->act->kind, o->act->verb), sd_meta_state(m->meta, o->act->kind, g->c->state)));
	if (g->c->nsaid)
		textview_add(&g->text, 4, 0, EL_PUBLIC, merge_said(m, a, g->c));
	if (g->again || g->missing || g->c->off || g->c->nsaid)
		textview_blank(&g->text);
	sd_arena_free(a);
}

/* As many lines as there are, once wrapped. */
static int lines_of(struct textview *v, int width)
{
	struct sd_str s = {0};
	int n = 0;

	textview_plain(v, width, &s);
	for (size_t i = 0; i < s.len; i++)
		n += s.data[i] == '\n';
	sd_str_free(&s);
	return n;
}

void merge_lay(struct model *m, struct overlay *o, int width)
{
	struct merge *g = o->merge;

	textview_begin(&g->text);
	head_lines(m, o);
	for (int i = 0; i < g->n; i++)
		field_lines(m, o, i);
	textview_end(&g->text);
	if (!g->built && g->cur)
		textview_goto(&g->text, (uint64_t)(g->cur + 1) * 16);
	g->cur = 0;
	g->lines = lines_of(&g->text, width > 4 ? width - 4 : width);
	g->built = width;
}

static void draw_edit(struct merge *g, struct region in)
{
	struct region r = g->edit.single ? region_sub(in, 0, in.h - 1, in.w, 1)
									 : region_sub(in, 0, in.h > 3 ? in.h / 3 : 0, in.w, in.h - (in.h > 3 ? in.h / 3 : 0));

	draw_fill(r, 0, 0, r.w, r.h, EL_INPUT_FOCUS, " ");
	editor_draw(&g->edit, r, EL_INPUT_FOCUS, true);
}

void merge_draw(struct model *m, struct overlay *o, struct region r)
{
	struct merge *g = o->merge;
	struct sd_arena *a = sd_arena_new();
	int w = r.w < WIDTH_MOST ? r.w : WIDTH_MOST, h;
	struct region in;

	if (g->built != w)
		merge_lay(m, o, w);
	h = (g->lines > 8 || g->editing < 0 ? g->lines : 8) + 2 + (g->editing >= 0 && g->edit.single);
	in = popup_draw(r, w, h < r.h ? h : r.h, sd_arena_printf(a, _("%s: changed while you worked"), o->act->label));
	textview_draw(
		&g->text, g->editing >= 0 && g->edit.single && in.h > 1 ? region_sub(in, 0, 0, in.w, in.h - 1) : in, g->editing < 0);
	if (g->editing >= 0)
		draw_edit(g, in);
	sd_arena_free(a);
}
