/* What is told: views, rows, a ticket. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/text.h"

enum { EVENTS_SHOWN = 10, TEXT_INDENT = 4, FOUND_MOST = 50 };

void plain_views(struct plain *p)
{
	const struct views *v = p->m->views;
	char count[16];

	p->views_told = true;
	for (int i = 0; i < v->nviews; i++) {
		const char *n = view_count_text(&v->view[i], count, sizeof count);

		plain_say(p, "%d. %s%s%s%s", i + 1, v->view[i].saved ? v->view[i].label : _(v->view[i].label), *n ? ": " : "", n,
			i == v->current ? _(" (open)") : "");
	}
}

/* ---- rows ---- */
static size_t plain_number(struct plain *p, const struct sd_row *r)
{
	for (size_t i = 0; i < p->nrows; i++)
		if (p->row[i].id == r->id)
			return i + 1;
	*SD_PUSH(p->row, p->nrows, p->caprows) = (struct plain_row){r->id, r->last_seq};
	return p->nrows;
}

/* "3. P2, INC100001, VPN drops, In progress, agent, 3h" */
static void plain_one_row(struct plain *p, const struct sd_row *r)
{
	struct sd_arena *a = sd_arena_new();
	const struct queue *q = p->m->queue;
	struct sd_str s = {0};
	bool any = false;

	p->views_told = false;
	sd_str_addf(&s, "%zu. ", plain_number(p, r));
	if (r->unread)
		sd_str_addf(&s, "%s%s", _("unread"), _(", "));
	for (int i = 0; i < q->ncolumns; i++) {
		enum element el = EL_NORMAL;
		const char *field = q->column[i].field, *text = queue_cell_text(q, &p->m->session, a, r, field, &el);

		if (!text || !*text)
			continue;
		sd_str_addf(&s, "%s%s%s%s", any ? _(", ") : "", !strcmp(field, "priority") ? "P" : "", text,
			el == EL_ERROR ? _(" (too late)") : "");
		any = true;
	}
	plain_at(p, 0, s.data);
	sd_str_free(&s);
	sd_arena_free(a);
}

static void row_again(struct plain *p, size_t n)
{
	const struct sd_row *r = queue_row(p->m->queue, p->row[n].id);

	if (r)
		plain_one_row(p, r);
	else
		plain_say(p, _("%zu. (no longer in this list)"), n + 1);
}

static void headline(struct plain *p, size_t from, size_t to)
{
	const struct queue *q = p->m->queue;
	const struct view *v = &p->m->views->view[p->m->views->current];
	char of[48] = "", count[16];

	if (!*q->filter && v->count >= (int)to && *view_count_text(v, count, sizeof count)) /* else it lags behind */
		snprintf(of, sizeof of, _(" of %s"), count);
	plain_say(p, _("%s%s%s, %zu to %zu%s"), q->title, *q->filter ? " & " : "", q->filter, from, to, of);
}

void plain_rows(struct plain *p, enum plain_show how)
{
	struct queue *q = p->m->queue;
	int at = how == SHOW_MORE && p->nrows ? queue_rows_find(q, p->row[p->nrows - 1].id) + 1 : 0;
	size_t n = 0;

	if (q->error) {
		if (!plain_said(p, q->error))
			plain_say(p, "%s", q->error);
		return;
	}
	if (how == SHOW_FIRST && p->first < p->nrows) { /* a page that was shown before */
		n = p->nrows - p->first < (size_t)p->page ? p->nrows - p->first : (size_t)p->page;
		headline(p, p->first + 1, p->first + n);
		for (size_t i = 0; i < n; i++)
			row_again(p, p->first + i);
		return;
	}
	n = q->nrows - (size_t)at < (size_t)p->page ? q->nrows - (size_t)at : (size_t)p->page;
	if (!n) {
		plain_say(p, "%s", at ? _("No more rows.") : *q->hint ? q->hint : _("Nothing here"));
		return;
	}
	p->first = p->nrows;
	headline(p, p->nrows + 1, p->nrows + n);
	for (size_t i = 0; i < n; i++)
		plain_one_row(p, q->rows[(size_t)at + i]);
	if ((size_t)at + n < q->nrows || q->more_after)
		plain_say(p, "%s", _("n: more"));
}

/* ---- one ticket ---- */
static void field(struct plain *p, const char *label, const char *value)
{
	plain_say(p, _("%s: %s"), label, value);
}

static void words(struct plain *p, const char *label, char **w, int n)
{
	struct sd_str s = {0};

	for (int i = 0; i < n; i++)
		sd_str_addf(&s, "%s%s", i ? _(", ") : "", w[i]);
	if (n)
		field(p, label, s.data);
	sd_str_free(&s);
}

static void hangs_on(struct plain *p, const struct sd_ticket *t)
{
	const struct sd_meta *meta = p->m->meta;

	words(p, _("Tags"), t->tags, t->ntags);
	words(p, _("Watchers"), t->watchers, t->nwatchers);
	for (int i = 0; i < t->nlinks; i++)
		plain_say(p, "%s: %s %s, %s", detail_link_label(&p->m->session, p->a, &t->links[i]), t->links[i].number,
			t->links[i].subject, sd_meta_state(meta, t->kind, t->links[i].state));
	for (int i = 0; i < t->ncis; i++)
		plain_say(p, "%s: %s, %s %s", _("Item"), t->cis[i].name, sd_meta_choice(meta, "", "class", t->cis[i].cls),
			sd_meta_choice(meta, "", "role", t->cis[i].role));
	for (int i = 0; i < t->nattachments; i++)
		plain_say(p, "%s: %s, %s, %s", _("File"), t->attachments[i].name, t->attachments[i].media_type,
			detail_size_text(p->a, t->attachments[i].size));
}

static void event(struct plain *p, const struct sd_event *e)
{
	const struct detail *d = p->m->detail;
	const char *changes;

	plain_say(p, "#%d  %s", e->seq, detail_event_head(d, &p->m->session, p->a, e));
	if (e->redacted)
		plain_at(p, TEXT_INDENT, _("(redacted)"));
	else if (*e->text && strcmp(e->text, d->ticket->body) != 0)
		plain_at(p, TEXT_INDENT, e->text);
	changes = strcmp(e->verb, "create") ? detail_event_changes(d, &p->m->session, p->a, e) : "";
	if (*changes)
		plain_at(p, TEXT_INDENT, changes);
}

static void timeline(struct plain *p, const struct sd_ticket *t, bool all)
{
	int from = all || t->nevents <= EVENTS_SHOWN ? 0 : t->nevents - EVENTS_SHOWN;

	plain_say(p, "\n%s", _("Timeline"));
	if (from)
		plain_say(p, _("(events before these: %d; all shows them)"), from);
	for (int i = from; i < t->nevents; i++)
		event(p, &t->events[i]);
}

void plain_ticket(struct plain *p, bool all, struct effects *fx)
{
	const struct detail *d = p->m->detail;
	const struct sd_ticket *t = d->ticket;
	struct detail_pair pair[64];
	size_t n;

	if (!t || t->id != d->id) {
		plain_say(p, "%s", d->error ? d->error : _("No ticket"));
		return;
	}
	n = detail_fields(d, &p->m->session, p->a, pair, 64);
	plain_say(p, "%s  %s", t->number, *t->subject ? t->subject : _("(no subject)"));
	if (t->restricted)
		plain_say(p, "%s", _("Restricted: that you opened it is on record"));
	if (t->nclocks)
		field(p, _("Clocks"), detail_clocks(d, &p->m->session, p->a));
	for (size_t i = 0; i < n; i++)
		field(p, pair[i].label, pair[i].value);
	hangs_on(p, t);
	if (*t->body)
		plain_say(p, "\n%s", t->body);
	timeline(p, t, all);
	p->open = t->id;
	p->open_seq = t->last_seq;
	plain_seen(p, t->id, t->last_seq);
	if (t->last_seq)
		model_read(p->m, t->id, t->last_seq, fx);
}

/* ---- what matches ---- */
static void find_in_ticket(struct plain *p, const char *text)
{
	struct sd_str before = p->out;
	struct effects *none = effects_new();
	int n = 0;

	p->out = (struct sd_str){0};
	plain_ticket(p, true, none);
	struct sd_str all = p->out;

	p->out = before;
	for (char *line = all.data, *end; line && *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (!text_matches(line, text, NULL, NULL) || n++ >= FOUND_MOST)
			continue;
		plain_at(p, 0, line);
	}
	if (!n)
		plain_say(p, _("Not found: %s"), text);
	sd_str_free(&all);
	effects_free(none);
}

void plain_find(struct plain *p, const char *text)
{
	const struct queue *q = p->m->queue;
	int n = 0;

	if (p->m->focus == PANE_DETAIL) {
		find_in_ticket(p, text);
		return;
	}
	for (size_t i = 0; i < q->nrows; i++) {
		bool hit = false;

		for (int c = 0; c < q->ncolumns && !hit; c++) {
			enum element el;
			const char *cell = queue_cell_text(q, &p->m->session, p->a, q->rows[i], q->column[c].field, &el);

			hit = cell && text_matches(cell, text, NULL, NULL);
		}
		if (hit && n++ < FOUND_MOST)
			plain_one_row(p, q->rows[i]);
	}
	if (!n)
		plain_say(p, q->more_after ? _("Not in the rows loaded: %s (use & to filter the whole view)") : _("Not found: %s"), text);
}

/* ---- acts and callers ---- */
void plain_acts(struct plain *p)
{
	struct target t = model_target(p->m);
	const struct sd_kind *k = sd_meta_kind(p->m->meta, t.id ? t.kind : "");
	int n = 0;

	if (!k) {
		plain_say(p, "%s", _("Open a ticket first, or name its row: 3 take"));
		return;
	}
	for (int i = 0; i < k->nverbs; i++) {
		const struct sd_verb *v = &k->verbs[i];
		const char *off = v->menu ? act_off(p->m, &t, v->verb, p->a) : NULL;

		if (v->menu)
			plain_say(p, "%d. %s (%s)%s%s", ++n, v->label, v->verb, off ? _(": not possible: ") : "", off ? off : "");
	}
}

static bool is_open(const struct sd_card *c, int64_t id)
{
	for (int i = 0; i < c->nopen; i++)
		if (c->open[i].id == id)
			return true;
	return false;
}

static void briefs(struct plain *p, const struct sd_card *c)
{
	for (int i = 0; i < c->nopen; i++)
		plain_say(p, _("Open: add %d: %s %s, %s"), i + 1, c->open[i].number, c->open[i].subject,
			sd_meta_state(p->m->meta, p->form->kind, c->open[i].state));
	for (int i = 0; i < c->nrecent; i++)
		if (!is_open(c, c->recent[i].id))
			plain_say(p, _("Before: %s %s, %s"), c->recent[i].number, c->recent[i].subject,
				sd_meta_state(p->m->meta, p->form->kind, c->recent[i].state));
}

void plain_card(struct plain *p, const struct sd_card *c)
{
	const char *const part[] = {c->login, c->org, c->place, c->phone, c->email};
	struct sd_str s = {0};

	sd_str_addf(&s, "%s%s", c->vip ? "VIP " : "", c->name);
	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		if (*part[i])
			sd_str_addf(&s, ", %s", part[i]);
	plain_at(p, 0, s.data);
	sd_str_free(&s);
	for (int i = 0; i < c->ndevices; i++)
		plain_say(p, "%s, %s", c->devices[i].name, sd_meta_choice(p->m->meta, "", "class", c->devices[i].cls));
	briefs(p, c);
}
