#include "config.h"
#include "tui/app/macros.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/palette.h"

enum { POPUP_W = 100, POPUP_H = 22, LIST_H = 8 };

struct macros *macros_new(void)
{
	return sd_calloc(1, sizeof(struct macros));
}

static void clear(struct macros *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->v[i].group);
		free(b->v[i].name);
		free(b->v[i].body);
	}
	free(b->v);
	b->v = NULL;
	b->n = 0;
}

void macros_free(struct macros *b)
{
	clear(b);
	free(b);
}

void macros_ask(struct model *m, struct effects *fx)
{
	if (m->session.online)
		fx_query(fx, (struct req){REQ_MACROS, ++m->macros->gen, 0, 0}, 0,
			"select \"group\", name, body, writable from desk.macros()", 0, NULL);
}

static char *clean(const char *text, enum sd_clean mode)
{
	struct sd_str s = {0};

	sd_text_clean(&s, text ? text : "", text ? strlen(text) : 0, mode);
	return sd_str_take(&s);
}

static struct overlay *picker_on_top(struct model *m)
{
	struct overlay *o = overlay_top(m);

	return o && o->kind == OV_MACROS ? o : NULL;
}

/* The rows by their place in the list: a person's and a group's may have one name. */
static void feed(struct model *m, struct overlay *o)
{
	struct sd_arena *a = sd_arena_new();
	struct picker_row *rows = sd_arena_alloc(a, (m->macros->n + 1) * sizeof *rows);

	for (size_t i = 0; i < m->macros->n; i++) {
		const struct macro *x = &m->macros->v[i];

		rows[i] = (struct picker_row){sd_arena_printf(a, "%zu", i), x->name,
			sd_arena_printf(a, "%s  %.*s", x->group ? x->group : _("yours"), (int)strcspn(x->body, "\n"), x->body), NULL};
	}
	picker_feed(o->picker, o->picker->generation, rows, m->macros->n);
	sd_arena_free(a);
}

static void refused(struct model *m, const char *json, struct effects *fx)
{
	struct sd_err err = {0};
	struct sd_outcome *o = sd_outcome_parse(json, &err);

	if (!o)
		fx_toast(fx, EL_ERROR, "%s", err.text);
	else if (!o->ok)
		fx_toast(fx, EL_ERROR, "%s", sd_meta_refusal(m->meta, fx->arena, "", o->error_id, o->error_args, o->error_text));
	else
		fx_toast(fx, EL_OK, "%s", _("The texts are kept"));
	sd_outcome_free(o);
}

void macros_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	struct macros *b = m->macros;

	if (a->err) {
		if (a->err->cls != SD_ERR_CONNECTION)
			fx_toast(fx, EL_ERROR, "%s", a->err->text);
		return;
	}
	if (a->req.kind == REQ_MACRO) { /* one was saved or removed */
		refused(m, table_get(a->table, 0, 0), fx);
		macros_ask(m, fx);
		return;
	}
	if (a->req.gen != b->gen)
		return;
	clear(b);
	b->v = sd_calloc((size_t)a->table->rows + 1, sizeof *b->v);
	for (int i = 0; i < a->table->rows; i++) {
		const char *group = table_get(a->table, i, 0), *writable = table_get(a->table, i, 3);

		b->v[b->n++] = (struct macro){group ? clean(group, SD_CLEAN_LINE) : NULL, clean(table_get(a->table, i, 1), SD_CLEAN_LINE),
			clean(table_get(a->table, i, 2), SD_CLEAN_BLOCK), writable && *writable == 't'};
	}
	if (picker_on_top(m))
		feed(m, picker_on_top(m));
}

/* ---- filling in ---- */
static const char *field_of(const struct model *m, const struct act_form *f, const char *name, struct sd_arena *a)
{
	const struct sd_ticket *t = m->detail->ticket && m->detail->ticket->id == f->ticket ? m->detail->ticket : NULL;
	const struct sd_row *row = queue_row(m->queue, f->ticket);
	const char *value;

	if (!strcmp(name, "agent"))
		return *m->meta->me.name ? m->meta->me.name : m->meta->me.login;
	if (!strcmp(name, "date") || !strcmp(name, "time"))
		return sd_time_local(a, m->session.now, m->session.zone, *name == 'd' ? "%Y-%m-%d" : "%H:%M");
	if (!strcmp(name, "number"))
		return f->number;
	for (size_t i = 0; !f->ticket && i < f->form.nfields; i++) /* a new one: what stands in the form */
		if (!strncmp(f->form.field[i].name, name, strcspn(name, "_")) && f->form.field[i].picked_label)
			return f->form.field[i].picked_label;
	value = t ? sd_ticket_get(t, name) : row ? sd_row_get(row, a, name) : "";
	if (!*value && !strcmp(name, "requester_name"))
		value = t ? sd_ticket_get(t, "requester") : row ? sd_row_get(row, a, "requester") : "";
	if (!strcmp(name, "state"))
		return sd_meta_state(m->meta, f->kind, value);
	return *value ? sd_meta_choice(m->meta, f->kind, name, value) : NULL;
}

static bool is_name(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i] < 'a' || p[i] > 'z') && p[i] != '_')
			return false;
	return n > 0 && n < 40;
}

/* Text with its places filled in, in the arena; *cursor: where {|} stood, else the end. What is not known stays as it is. */
static char *macro_fill(const struct model *m, const struct act_form *f, const char *text, struct sd_arena *a, size_t *cursor)
{
	struct sd_str out = {0};
	size_t at = SIZE_MAX;
	char *filled;

	for (const char *p = text; *p;) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;
		size_t n = end ? (size_t)(end - p - 1) : 0;
		const char *value = NULL;

		if (end && n == 1 && p[1] == '|') {
			at = at == SIZE_MAX ? out.len : at;
			p = end + 1;
			continue;
		}
		if (end && is_name(p + 1, n))
			value = field_of(m, f, sd_arena_strndup(a, p + 1, n), a);
		if (value) {
			sd_str_add(&out, value);
			p = end + 1;
		} else {
			sd_str_addc(&out, *p++);
		}
	}
	*cursor = at == SIZE_MAX ? out.len : at;
	filled = sd_arena_strdup(a, out.data ? out.data : "");
	sd_str_free(&out);
	return filled;
}

/* The text being written: the multi-line field the cursor is in. */
static struct editor *writing(struct act_form *f)
{
	struct form_field *field = f->form.current < f->form.nfields ? &f->form.field[f->form.current] : NULL;

	return field && field->type == FORM_MULTILINE ? &field->edit : NULL;
}

static void insert(struct model *m, struct act_form *f, const struct macro *x, struct effects *fx)
{
	struct editor *e = writing(f);
	size_t cursor, from;
	char *text;

	if (!e)
		return;
	text = macro_fill(m, f, x->body, fx->arena, &cursor);
	from = e->cursor;
	editor_insert(e, text);
	if (!strncmp(editor_text(e) + from, text, strlen(text))) /* cleaning may have changed it */
		e->cursor = from + cursor;
	act_form_edited(m, f, fx);
}

/* ---- the picker ---- */
static struct act_form *form_below(struct model *m)
{
	struct overlay *o = m->noverlays > 1 ? m->overlay[m->noverlays - 2] : NULL;

	return o && o->kind == OV_FORM ? o->form : NULL;
}

void macros_open(struct model *m, const char *begun, struct effects *fx)
{
	struct overlay *top = overlay_top(m), *o;

	if (top && top->kind == OV_FORM && !writing(top->form)) /* into the text, wherever the cursor was */
		for (size_t i = top->form->form.nfields; i-- > 0;)
			if (top->form->form.field[i].type == FORM_MULTILINE) {
				form_focus(&top->form->form, top->form->form.field[i].name);
				break;
			}
	o = overlay_push(m, OV_MACROS);
	o->picker = sd_calloc(1, sizeof *o->picker);
	picker_init(o->picker, false);
	feed(m, o);
	if (*begun)
		editor_set(&o->picker->edit, begun);
	picker_feed(o->picker, o->picker->generation, NULL, 0);
	feed(m, o);
	macros_ask(m, fx); /* a colleague may have written one */
}

bool form_under_macros(struct model *m)
{
	return form_below(m) != NULL;
}

static const struct macro *selected(struct model *m, const struct overlay *o)
{
	const struct picker_item *it = picker_selected(o->picker);
	size_t i = it ? strtoul(it->value, NULL, 10) : SIZE_MAX;

	return i < m->macros->n ? &m->macros->v[i] : NULL;
}

static void save(struct model *m, const char *name, const char *body, const char *group, struct effects *fx)
{
	const char *params[] = {name, body, group};

	if (!m->session.online)
		fx_toast(fx, EL_WARN, "%s", _("there is no connection"));
	else
		fx_query(fx, (struct req){REQ_MACRO, 0, 0, 0}, 0, "select desk.macro_save($1, $2, $3)", 3, params);
}

static void remove_one(struct model *m, const char *name, const char *group, struct effects *fx)
{
	const char *params[] = {name, group};

	if (!m->session.online)
		fx_toast(fx, EL_WARN, "%s", _("there is no connection"));
	else
		fx_query(fx, (struct req){REQ_MACRO, 0, 0, 0}, 0, "select desk.macro_delete($1, $2)", 2, params);
}

void macros_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct act_form *f = form_below(m);
	const struct macro *x = selected(m, o);
	const char *name = picker_text(o->picker);

	if (key_is(k, 's', KEY_CTRL)) { /* what is being written becomes one, under the name typed here */
		if (!f || !writing(f) || editor_empty(writing(f)) || !*name)
			fx_toast(fx, EL_WARN, "%s", _("Write the text in a form and type its name here, then Ctrl-s keeps it"));
		else
			save(m, name, editor_text(writing(f)), NULL, fx);
		return;
	}
	if (key_is(k, KEY_CODE_DELETE, 0) && x) {
		if (x->writable)
			remove_one(m, x->name, x->group, fx);
		else
			fx_toast(fx, EL_WARN, _("Texts of %s are written by its team leads"), x->group);
		return;
	}
	switch (picker_update(o->picker, k)) {
	case W_SUBMIT:
		overlay_pop(m);
		if (f && x)
			insert(m, f, x, fx);
		break;
	case W_CANCEL:
		overlay_pop(m);
		break;
	default:
		break;
	}
}

void macros_draw(struct model *m, struct overlay *o, struct region r)
{
	struct region in = popup_draw(r, r.w - 2 < POPUP_W ? r.w - 2 : POPUP_W, r.h - 1 < POPUP_H ? r.h - 1 : POPUP_H, _("Texts"));
	int rows = in.h > LIST_H + 4 ? LIST_H : in.h / 2;
	const struct macro *x = selected(m, o);
	struct act_form *f = form_below(m);
	struct sd_arena *a = sd_arena_new();
	struct sd_lines lines;
	size_t cursor;

	editor_draw(&o->picker->edit, region_sub(in, 0, 0, in.w, 1), EL_INPUT_FOCUS, true);
	picker_draw_rows(o->picker, region_sub(in, 0, 1, in.w, rows));
	draw_hline(in, 0, rows + 1, in.w, EL_BORDER);
	if (!m->macros->n)
		draw_fit(in, 0, 1, in.w, EL_DIM, _("None yet: :macro-save NAME TEXT keeps one"), false);
	if (x) {
		lines = sd_text_wrap(a, f ? macro_fill(m, f, x->body, a, &cursor) : x->body, in.w);
		for (size_t i = 0; i < lines.n && (int)i + rows + 2 < in.h; i++)
			draw_fit(in, 0, rows + 2 + (int)i, in.w, EL_DIM, lines.line[i], false);
	}
	sd_arena_free(a);
}

/* ---- :word Tab ---- */
static bool is_word(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr(" \t\n:{}|", p[i]))
			return false;
	return true;
}

/* The word from the last colon to the cursor; NULL: there is none, or the colon ends a word. */
static const char *word_before(const struct editor *e, size_t *n)
{
	const char *text = editor_text(e);

	for (size_t at = e->cursor; at-- > 0 && e->cursor - at < 42;) {
		if (text[at] != ':')
			continue;
		*n = e->cursor - at - 1;
		if ((at > 0 && !strchr(" \t\n", text[at - 1])) || !is_word(text + at + 1, *n))
			return NULL;
		return text + at + 1;
	}
	return NULL;
}

bool macros_complete(struct model *m, struct act_form *f, struct effects *fx)
{
	struct editor *e = writing(f);
	size_t n = 0, matches = 0;
	const char *word = e ? word_before(e, &n) : NULL, *begun;
	const struct macro *hit = NULL;
	bool exact = false;

	for (size_t i = 0; word && i < m->macros->n && !exact; i++) {
		const struct macro *x = &m->macros->v[i];

		if (strncmp(x->name, word, n) != 0)
			continue;
		hit = x; /* the person's stands first where two have one name */
		exact = n && strlen(x->name) == n;
		matches++;
	}
	if (!hit)
		return false;
	begun = sd_arena_strndup(fx->arena, word, n);
	editor_erase_back(e, n + 1);
	if (exact || matches == 1)
		insert(m, f, hit, fx);
	else
		macros_open(m, begun, fx);
	act_form_edited(m, f, fx);
	return true;
}

/* ---- palette ---- */
static char *with_breaks(struct sd_arena *a, const char *text)
{
	char *out = sd_arena_strdup(a, text), *to = out;

	for (const char *p = text; *p; p++) {
		if (p[0] == '\\' && p[1] == 'n') {
			*to++ = '\n';
			p++;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return out;
}

void macros_save_line(struct model *m, const char *rest, struct effects *fx)
{
	struct words w = palette_split(fx->arena, rest);
	int first = w.n && !strncmp(w.w[0], "group=", 6) ? 1 : 0;
	struct sd_str body = {0};

	if (w.n < first + 2) {
		fx_toast(fx, EL_WARN, "%s", _("macro-save [group=GROUP] NAME TEXT"));
		return;
	}
	for (int i = first + 1; i < w.n; i++)
		sd_str_addf(&body, "%s%s", body.len ? " " : "", w.w[i]);
	save(m, w.w[first], with_breaks(fx->arena, body.data), first ? w.w[0] + 6 : NULL, fx);
	sd_str_free(&body);
}

void macros_delete_line(struct model *m, const char *rest, struct effects *fx)
{
	struct words w = palette_split(fx->arena, rest);
	int first = w.n && !strncmp(w.w[0], "group=", 6) ? 1 : 0;

	if (w.n != first + 1)
		fx_toast(fx, EL_WARN, "%s", _("macro-delete [group=GROUP] NAME"));
	else
		remove_one(m, w.w[first], first ? w.w[0] + 6 : NULL, fx);
}
