#include "config.h"
#include "tui/pane/present.h"

#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

enum { NAME_CELLS = 8, WORD_CELLS = 24, WORDS_MOST = 3 };

int present_since(const struct present_mark *p)
{
	return p->seconds < 60 ? p->seconds / 10 * 10 : p->seconds / 60 * 60;
}

static const char *since(const struct present_mark *p, struct sd_arena *a)
{
	int s = present_since(p);

	return s == 0 ? "" : s < 60 ? sd_arena_printf(a, _(" (%d s)"), s) : sd_arena_printf(a, _(" (%d min)"), s / 60);
}

/* The label of a verb, whichever kind has it. */
static const char *verb_label(const struct session *s, const char *verb)
{
	for (int k = 0; s->meta && k < s->meta->nkinds; k++) {
		const struct sd_verb *v = sd_kind_verb(&s->meta->kinds[k], verb);

		if (v)
			return v->label;
	}
	return verb;
}

/* What somebody does; too: so does the reader. */
static const char *doing(const struct session *s, struct sd_arena *a, const struct present_mark *p, bool too)
{
	const char *what, *who = sd_text_fit(a, p->who, WORD_CELLS, glyph(GL_ELLIPSIS), false);

	if (p->own)
		return p->writing ? _("you are writing elsewhere") : _("you have it open elsewhere");
	if (!p->writing)
		return sd_arena_printf(a, _("%s looks at it"), who);
	if (!strcmp(p->verb, "reply"))
		what = sd_arena_printf(a, too ? _("%s is writing a reply too") : _("%s is writing a reply"), who);
	else if (!strcmp(p->verb, "note"))
		what = sd_arena_printf(a, too ? _("%s is writing a note too") : _("%s is writing a note"), who);
	else if (*p->verb)
		what = sd_arena_printf(a, too ? _("%s is writing too: %s") : _("%s is writing: %s"), who, verb_label(s, p->verb));
	else
		what = sd_arena_printf(a, too ? _("%s is writing too") : _("%s is writing"), who);
	return sd_arena_printf(a, "%s%s", what, since(p, a));
}

static const char *words(const struct session *s, struct sd_arena *a, int64_t id, bool writers)
{
	struct sd_str text = {0};
	const char *out;
	int n = 0, more = 0;

	for (int i = 0; i < s->npresent; i++) {
		const struct present_mark *p = &s->present[i];

		if (p->id != id || (writers && !p->writing))
			continue;
		if (n == WORDS_MOST)
			more++;
		else
			sd_str_addf(&text, "%s%s", n++ ? _(", ") : "", doing(s, a, p, writers));
	}
	if (more)
		sd_str_addf(&text, _(", %d more"), more);
	out = sd_arena_strdup(a, text.len ? text.data : "");
	sd_str_free(&text);
	return out;
}

const char *present_words(const struct session *s, struct sd_arena *a, int64_t id)
{
	return words(s, a, id, false);
}

const char *present_writers(const struct session *s, struct sd_arena *a, int64_t id)
{
	return words(s, a, id, true);
}

const char *present_cell(const struct session *s, struct sd_arena *a, int64_t id, enum element *el)
{
	const struct present_mark *first = NULL;
	int others = 0;

	for (int i = 0; i < s->npresent; i++) {
		if (s->present[i].id != id || s->present[i].own)
			continue;
		if (first)
			others++;
		else
			first = &s->present[i];
	}
	if (!first)
		return NULL;
	*el = first->writing ? EL_WARN : EL_DIM;
	return sd_arena_printf(a, others ? "%s%s+%d" : "%s%s", first->writing ? glyph(GL_DRAFT) : "@",
		sd_text_fit(a, first->who, NAME_CELLS, glyph(GL_ELLIPSIS), false), others);
}
