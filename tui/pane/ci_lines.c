/* Lines of the page of an item and of an impact: a tree in text. A line has a key made of the way to it, so what is unfolded and
 * what the cursor is on stays so when everything is read anew. */
#include "config.h"
#include "tui/pane/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"

enum { TEXT_X = 2 }; /* behind the pointer of the list */

uint64_t ci_hash(uint64_t above, const char *word)
{
	uint64_t h = (above ^ 0xcbf29ce484222325u) * 0x100000001b3u;

	for (; *word; word++)
		h = (h ^ (unsigned char)*word) * 0x100000001b3u;
	return h ? h : 1;
}

/* ---- what is folded ---- */
static size_t place_of(const struct list_keys *k, uint64_t key)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (k->key[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool ci_is_open(const struct cmdb *c, uint64_t key, bool first)
{
	size_t at = place_of(&c->folded, key);

	return (at < c->folded.n && c->folded.key[at] == key) ? !first : first;
}

void ci_fold(struct cmdb *c, uint64_t key)
{
	struct list_keys *k = &c->folded;
	size_t at = place_of(k, key);

	if (at < k->n && k->key[at] == key) {
		memmove(k->key + at, k->key + at + 1, (--k->n - at) * sizeof *k->key);
		return;
	}
	*SD_PUSH(k->key, k->n, k->cap) = 0;
	memmove(k->key + at + 1, k->key + at, (k->n - 1 - at) * sizeof *k->key);
	k->key[at] = key;
}

struct ci_near *ci_near_of(struct cmdb *c, int64_t id)
{
	for (size_t i = 0; i < c->nnear; i++)
		if (c->near[i].id == id)
			return &c->near[i];
	return NULL;
}

/* ---- making them ---- */
/* "|  |- ": what stands before a line of the tree; below: for the lines under it. */
const char *ci_branch(struct sd_arena *a, const char *stem, bool last, bool below)
{
	static const char *const line[2][2][2] = {{{"├─", "│ "}, {"└─", "  "}}, {{"|-", "| "}, {"`-", "  "}}};

	return sd_arena_printf(a, "%s%s", stem, line[glyphs_are_ascii()][last][below]);
}

struct ci_line *ci_line_add(struct cmdb *c, enum ci_line_kind kind, const char *word, uint64_t above)
{
	struct ci_line *l = SD_PUSH(c->line, c->nlines, c->caplines);

	*l = (struct ci_line){.kind = kind, .key = ci_hash(above, word), .el = EL_NORMAL, .mark_el = EL_WARN};
	l->text = l->cls = l->state = l->mark = l->copy = "";
	return l;
}

static const char *marks_of(struct sd_arena *a, const struct ci_node *n)
{
	const char *crit = n->crit == 1 ? ci_crit(1) : "";
	const char *open = n->open ? sd_arena_printf(a, _("%d open"), n->open) : "";
	const char *changes =
		n->changes ? sd_arena_printf(a, ngettext("%d change", "%d changes", (unsigned long)n->changes), n->changes) : "";

	return sd_arena_printf(
		a, "%s%s%s%s%s", crit, *crit && *open ? ", " : "", open, (*crit || *open) && *changes ? ", " : "", changes);
}

/* What a line says of an item; its text is set already. */
void ci_node_line(struct cmdb *c, struct ci_line *l, const struct ci_node *n)
{
	l->id = n->id;
	l->cls = n->cls;
	l->copy = n->ident;
	l->state = !strcmp(n->op, "incident") || !strcmp(n->op, "warning") ? ci_op(n->op)
			   : n->stale                                              ? _("stale")
																	   : ci_lifecycle(n->lifecycle);
	l->mark = marks_of(c->arena, n);
	l->mark_el = n->crit == 1 ? EL_P1 : EL_WARN;
}

static const char *state_label(const struct cmdb *c, const struct ci_ticket *t)
{
	return c->s && c->s->meta ? sd_meta_state(c->s->meta, t->kind, t->state) : t->state;
}

static const char *at_text(const struct cmdb *c, sd_time at)
{
	return at == SD_TIME_NONE ? "" : sd_time_local(c->arena, at, c->s ? c->s->zone : NULL, "%Y-%m-%d %H:%M");
}

static void ticket_line(struct cmdb *c, const struct ci_ticket *t, uint64_t above)
{
	bool record = !strcmp(t->kind, "record"), outage = !strcmp(t->kind, "outage");
	const char *word = sd_arena_printf(c->arena, "%s %" PRId64, t->kind, t->id);
	struct ci_line *l = ci_line_add(c, record ? CL_CI : outage ? CL_WORD : CL_TICKET, word, above);

	l->id = t->id;
	l->copy = t->number;
	l->text = sd_arena_printf(c->arena, "  %s  %s%s%s", t->number,
		record   ? _("its record")
		: outage ? _("planned outage")
				 : "",
		outage && *t->subject ? ": " : "", t->subject);
	l->cls = t->priority ? sd_arena_printf(c->arena, "P%d", t->priority) : "";
	l->state = *t->state ? state_label(c, t) : "";
	l->mark = !strcmp(t->risk, "breached") ? _("breached") : *t->risk ? _("at risk") : at_text(c, t->at);
	l->mark_el = !strcmp(t->risk, "breached") ? EL_SLA_BREACHED : *t->risk ? EL_SLA_LATE : EL_DIM;
}

void ci_ticket_lines(struct cmdb *c, const char *what, const struct ci_ticket *v, int n, bool open)
{
	uint64_t above = ci_hash(0, what);
	struct ci_line *l;
	bool shown;

	if (!n)
		return;
	l = ci_line_add(c, CL_HEAD, what, 0);
	l->folds = true;
	l->el = EL_HEADER;
	l->open = shown = ci_is_open(c, l->key, open);
	l->text = sd_arena_printf(c->arena, "%s %s (%d)", glyph(shown ? GL_DOWN : GL_RIGHT), what, n);
	for (int i = 0; shown && i < n; i++) {
		ticket_line(c, &v[i], above);
	}
}

void ci_lines_make(struct cmdb *c)
{
	sd_arena_reset(c->arena);
	c->nlines = 0;
	if (c->here.level == CI_PAGE && c->about && c->about->ci.id == c->here.id)
		ci_page_lines(c);
	else if (c->here.level == CI_IMPACT && c->reached)
		ci_impact_lines(c);
	list_sync(&c->lines);
	c->lines.lost = false;
}

/* ---- the list they stand in ---- */
static int lines_count(void *arg)
{
	return (int)((struct cmdb *)arg)->nlines;
}

static uint64_t lines_key(void *arg, int row)
{
	return ((struct cmdb *)arg)->line[row].key;
}

static void lines_cell(void *arg, int row, int col, struct list_cell *out)
{
	const struct ci_line *l = &((struct cmdb *)arg)->line[row];

	switch (col) {
	case 0:
		out->text = l->text;
		break;
	case 1:
		out->text = l->cls;
		out->element = EL_DIM;
		break;
	case 2:
		out->text = l->state;
		break;
	default:
		out->text = l->mark;
		out->element = l->mark_el;
	}
}

static enum element lines_element(void *arg, int row)
{
	return ((struct cmdb *)arg)->line[row].el;
}

void ci_lines_init(struct cmdb *c)
{
	const struct list_column cols[] = {{.title = "", .width = 30, .min = 16, .grow = 3},
		{.title = "", .width = 14, .min = 6, .grow = 1, .priority = 3}, {.title = "", .width = 12, .min = 8, .priority = 2},
		{.title = "", .width = 16, .min = 12, .grow = 2, .priority = 1}};
	const struct list_source src = {c, lines_count, lines_key, lines_cell, lines_element};

	c->arena = sd_arena_new();
	list_init(&c->lines, &src);
	list_columns(&c->lines, cols, sizeof cols / sizeof *cols);
	c->lines.header = false;
}

/* Lines that are nothing but text have the whole width. */
void ci_lines_draw(struct cmdb *c, struct region r, bool focus)
{
	const struct list *l = &c->lines;
	int y;

	list_draw(&c->lines, r, focus);
	y = l->drawn_y - r.y;
	for (int row = l->scroll.top; row < (int)c->nlines && y < r.h; row++, y++) {
		const struct ci_line *line = &c->line[row];
		enum element e = row != l->scroll.cur ? line->el : focus ? EL_SELECTED : EL_SELECTED_BLUR;

		if (!*line->cls && !*line->state && !*line->mark)
			draw_match(r, l->drawn_x - r.x + TEXT_X, y, r.w - TEXT_X - 1, e, line->text, false, l->search);
	}
}

const struct ci_line *ci_line_here(const struct cmdb *c)
{
	int row = list_row(&c->lines);

	return row >= 0 && row < (int)c->nlines ? &c->line[row] : NULL;
}
