/* y: what can be copied from here, as a menu; :copy the same by name, to the clipboard or into a file. */
#include "config.h"
#include "tui/app/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/palette.h"
#include "tui/pane/copy.h"
#include "tui/pane/log.h"

enum { FIELDS_ID = 1000, TEXT_WIDTH = 100 };

static const struct {
	const char *word, *key, *label;
} whats[COPY_WHATS] = {
	[COPY_NUMBER] = {"number", "n", N_("Number")},
	[COPY_LINK] = {"link", "l", N_("Link")},
	[COPY_FIELD] = {"field", "f", N_("A field ...")},
	[COPY_EVENT] = {"event", "e", N_("What is written at the cursor")},
	[COPY_ROW] = {"row", "r", N_("Row")},
	[COPY_TABLE] = {"table", "t", N_("Table, CSV")},
	[COPY_TSV] = {"tsv", "T", N_("Table, tabs")},
	[COPY_TEXT] = {"text", "a", N_("The whole ticket")},
};

void copy_complete(struct model *m, const char *line, void (*offer)(void *to, const char *text, const char *hint), void *to)
{
	struct sd_arena *a = m->cand_arena;
	struct words w = palette_split(a, line);
	struct target t = model_target(m);
	const char *label, *text;
	bool field = w.n > 1 && !strcmp(w.w[1], whats[COPY_FIELD].word) && (w.n > 2 || line[strlen(line) - 1] == ' ');

	for (int i = 0; i < COPY_WHATS && !field; i++)
		offer(to, whats[i].word, _(whats[i].label));
	for (int i = 0; field && copy_field(&m->session, a, t.ticket, t.row, i, &label, &text); i++)
		offer(to, strchr(label, ' ') ? sd_arena_printf(a, "\"%s\"", label) : label, NULL);
}

static const char *option(const struct model *m, const char *name, const char *otherwise)
{
	return m->env.cfg ? sd_cfg_text(m->env.cfg, name) : otherwise;
}

static char *taken(struct sd_arena *a, struct sd_str *s)
{
	char *out = sd_arena_strdup(a, s->data ? s->data : "");

	sd_str_free(s);
	return out;
}

static const char *link_of(const struct model *m, const struct target *t, struct sd_arena *a)
{
	const char *subject = t->ticket ? t->ticket->subject : t->row ? t->row->text[SD_COL_SUBJECT] : "";

	return copy_link(
		a, option(m, "link-format", "svcdesk:{desk}/{number}"), m->meta ? m->meta->desk_name : "svcdesk", t->number, subject);
}

static const char *field_of(struct model *m, const struct target *t, struct sd_arena *a, const char *name)
{
	const char *label, *text;

	for (int i = 0; copy_field(&m->session, a, t->ticket, t->row, i, &label, &text); i++)
		if (!strcmp(label, name))
			return text;
	if (t->ticket && *sd_ticket_get(t->ticket, name))
		return sd_ticket_get(t->ticket, name);
	return t->row ? sd_row_get(t->row, a, name) : "";
}

/* The text of one thing, in the arena; NULL or "": there is none here. */
static const char *text_of(struct model *m, enum copy_what what, const char *field, struct sd_arena *a)
{
	struct target t = model_target(m);
	struct sd_str s = {0};

	if (m->focus == PANE_LOG) {
		if (what == COPY_ROW || what == COPY_TEXT)
			log_text(m->pane[PANE_LOG], &m->session, what == COPY_TEXT, &s);
		return taken(a, &s);
	}
	switch (what) {
	case COPY_NUMBER:
		return t.id ? t.number : NULL;
	case COPY_LINK:
		return t.id ? link_of(m, &t, a) : NULL;
	case COPY_FIELD:
		return t.id ? field_of(m, &t, a, field) : NULL;
	case COPY_EVENT:
		return m->focus == PANE_DETAIL ? copy_at_cursor(m->detail, &m->session, a) : NULL;
	case COPY_ROW:
		if (t.row)
			copy_row(m->queue, &m->session, t.row, '\t', &s);
		return taken(a, &s);
	case COPY_TABLE:
	case COPY_TSV:
		if (m->queue->nrows)
			copy_table(m->queue, &m->session, what == COPY_TABLE ? ',' : '\t', &s);
		return taken(a, &s);
	case COPY_TEXT:
		if (t.ticket)
			copy_ticket(m->detail, &m->session, TEXT_WIDTH, &s);
		return taken(a, &s);
	default:
		return NULL;
	}
}

void copy_send(struct model *m, const char *label, const char *text, const char *path, struct effects *fx)
{
	struct fx *f;
	const char **params = sd_arena_alloc(fx->arena, 2 * sizeof *params);

	if (!path && !strcmp(option(m, "clipboard", "osc52"), "none")) {
		fx_toast(fx, EL_WARN, "%s", _("The clipboard is off (option clipboard): :copy WHAT FILE writes a file"));
		return;
	}
	params[0] = sd_arena_strdup(fx->arena, label);
	params[1] = path ? sd_arena_strdup(fx->arena, path) : NULL;
	f = fx_add(fx, FX_COPY);
	f->params = params;
	f->nparams = 2;
	f->text = sd_arena_strdup(fx->arena, text);
}

/* What the toast calls it; of a table also how much of it there was. */
static const char *name_of(const struct model *m, int what)
{
	if (m->focus == PANE_LOG)
		return what == COPY_TEXT ? _("All messages") : _("Message");
	return _(whats[what].label);
}

static const char *label_of(struct model *m, int what, struct sd_arena *a)
{
	struct sd_str s = {0};
	const struct list *l = &m->queue->list;
	int n;

	if (what != COPY_TABLE && what != COPY_TSV)
		return name_of(m, what);
	n = copy_table(m->queue, &m->session, ',', &s);
	sd_str_free(&s);
	if (list_marks_count(l) > (size_t)n)
		return sd_arena_printf(
			a, _("%s, %d of %zu marked rows, the others are not loaded"), _(whats[what].label), n, list_marks_count(l));
	return sd_arena_printf(a, _("%s, rows: %d"), _(whats[what].label), n);
}

/* ---- the menu ---- */
static void add(struct overlay *o, int id, const char *key, const char *label, const char *text)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_str line = {0};
	char head[128];

	snprintf(head, sizeof head, "%.100s", text ? text : "");
	sd_text_clean(&line, head, strlen(head), SD_CLEAN_LINE);
	menu_add(&o->menu,
		&(struct menu_entry){id, key, label,
			line.data && id != COPY_TABLE && id != COPY_TSV ? sd_text_fit(a, line.data, 40, glyph(GL_ELLIPSIS), false) : NULL,
			text && *text     ? NULL
			: id == COPY_TEXT ? _("open it first")
							  : _("nothing here")});
	sd_str_free(&line);
	sd_arena_free(a);
}

/* Is there such a thing here? What takes long to make is made only when it is chosen. */
static const char *preview(struct model *m, int what, struct sd_arena *a)
{
	struct target t = model_target(m);

	if (m->focus == PANE_LOG)
		return text_of(m, (enum copy_what)what, "", a);
	if (what == COPY_FIELD || what == COPY_ROW)
		return (what == COPY_ROW ? t.row != NULL : t.id != 0) ? "..." : "";
	if (what == COPY_TABLE || what == COPY_TSV)
		return m->queue->nrows ? "..." : "";
	if (what == COPY_TEXT)
		return t.ticket ? (*t.ticket->subject ? t.ticket->subject : "...") : "";
	return text_of(m, (enum copy_what)what, "", a);
}

void copy_open(struct model *m)
{
	struct overlay *o = overlay_push(m, OV_MENU);
	struct sd_arena *a = sd_arena_new();

	o->use = DLG_COPY;
	menu_init(&o->menu, _("Copy"));
	for (int i = 0; i < COPY_WHATS; i++) {
		if ((i == COPY_EVENT && m->focus != PANE_DETAIL) || (m->focus == PANE_LOG && i != COPY_ROW && i != COPY_TEXT))
			continue;
		add(o, i, whats[i].key, name_of(m, i), preview(m, i, a));
	}
	sd_arena_free(a);
}

/* Keys 1 to 9, then letters, for as many fields as there are. */
static void open_fields(struct model *m)
{
	static const char keys[] = "123456789abcdefhilmnoprstuvwxyz";
	struct target t = model_target(m);
	struct overlay *o = overlay_push(m, OV_MENU);
	struct sd_arena *a = sd_arena_new();
	const char *label, *text;

	o->use = DLG_COPY;
	menu_init(&o->menu, _("Copy a field"));
	for (int i = 0; copy_field(&m->session, a, t.ticket, t.row, i, &label, &text); i++) {
		char key[2] = {i < (int)sizeof keys - 1 ? keys[i] : '\0', '\0'};

		add(o, FIELDS_ID + i, *key ? key : NULL, label, text);
	}
	sd_arena_free(a);
}

void copy_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	enum widget_result r = menu_update(&o->menu, k);
	struct target t;
	const char *label = "", *text = NULL;
	int id;

	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	id = r == W_SUBMIT ? menu_selected(&o->menu)->id : -1;
	overlay_pop(m);
	if (id < 0)
		return;
	if (id == COPY_FIELD) {
		open_fields(m);
		return;
	}
	t = model_target(m);
	if (id >= FIELDS_ID) {
		copy_field(&m->session, fx->arena, t.ticket, t.row, id - FIELDS_ID, &label, &text);
	} else {
		label = label_of(m, id, fx->arena);
		text = text_of(m, (enum copy_what)id, "", fx->arena);
	}
	if (text && *text) /* the ticket may have gone meanwhile */
		copy_send(m, label, text, NULL, fx);
}

/* ---- :copy [WHAT [FIELD]] [FILE] ---- */
void copy_command(struct model *m, int n, char *const *word, struct effects *fx)
{
	int what = 0, at = 1;
	const char *field = "", *text;

	while (what < COPY_WHATS && (n < 1 || strcmp(whats[what].word, word[0]) != 0))
		what++;
	if (!n) {
		copy_open(m);
		return;
	}
	if (what == COPY_WHATS) { /* a file alone */
		what = m->focus == PANE_DETAIL || m->focus == PANE_LOG ? COPY_TEXT : COPY_TABLE;
		at = 0;
	}
	if (what == COPY_FIELD && n > 1) {
		field = word[1];
		at = 2;
	}
	text = text_of(m, (enum copy_what)what, field, fx->arena);
	if (!text || !*text)
		fx_toast(fx, EL_WARN, _("There is nothing to copy: %s"), what == COPY_FIELD ? field : _(whats[what].label));
	else
		copy_send(m, what == COPY_FIELD ? field : label_of(m, what, fx->arena), text, n > at ? word[at] : NULL, fx);
}
