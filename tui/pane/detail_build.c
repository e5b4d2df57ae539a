/* A ticket as text: fields in columns, description, what hangs on it, the timeline with the newest on top. */
#include "config.h"
#include "tui/pane/detail.h"
#include "tui/pane/kb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

enum { LABEL_MIN = 12, LABEL_WIDTH = 16, COLUMN_MIN = 37, COLUMNS_MOST = 4 }; /* a column holds a label and a time */

const char *timeline_label(enum timeline t)
{
	switch (t) {
	case TIMELINE_PEOPLE:
		return _("what people wrote");
	case TIMELINE_PUBLIC:
		return _("what the requester sees");
	case TIMELINE_SYSTEM:
		return _("changes only");
	case TIMELINE_ALL:
		return _("everything unfolded");
	default:
		return _("changes folded");
	}
}

static const char *when(struct sd_arena *a, const struct session *s, sd_time t)
{
	if (t == SD_TIME_NONE)
		return "";
	return sd_arena_printf(a, "%s (%s)", sd_time_local(a, t, s->zone, "%Y-%m-%d %H:%M"),
		t > s->now ? sd_time_age(a, s->now, t) : sd_time_age(a, t, s->now));
}

/* A value as people read it: choices and states by label, times in the viewer's zone. */
static const char *shown(
	const struct detail *d, const struct session *s, struct sd_arena *a, const char *field, const char *value)
{
	const struct sd_kind *k = sd_meta_kind(s->meta, d->ticket->kind);
	const struct sd_field *f = sd_kind_field(k, field);
	size_t n = strlen(field);
	struct sd_err err;
	sd_time t;

	if (!*value)
		return "";
	if (!strcmp(field, "state"))
		return sd_meta_state(s->meta, d->ticket->kind, value);
	if (!strcmp(field, "channel"))
		return sd_meta_channel(s->meta, value);
	if (((f && !strcmp(f->type, "time")) || (n > 3 && !strcmp(field + n - 3, "_at")) || !strcmp(field, "hold_until")) &&
		sd_time_parse(value, "UTC", &t, &err))
		return when(a, s, t);
	if (f && !strcmp(f->type, "bool"))
		return !strcmp(value, "true") ? _("yes") : _("no");
	return sd_meta_choice(s->meta, d->ticket->kind, field, value);
}

static enum element value_element(const struct detail *d, const char *field, const char *value)
{
	if (!strcmp(field, "priority") && *value >= '1' && *value <= '5')
		return (enum element)(EL_P1 + *value - '1');
	if (!strcmp(field, "state"))
		return d->ticket->phase == 2 ? EL_STATE_WAITING : d->ticket->phase == 3 ? EL_STATE_DONE : EL_STATE_OPEN;
	return EL_NORMAL;
}

static void put_pair(
	struct detail_pair *out, size_t *n, size_t max, const char *field, const char *label, const char *value, enum element el)
{
	if (*value && *n < max)
		out[(*n)++] = (struct detail_pair){label, value, el, field};
}

static const char *label_of(const struct session *s, const char *kind, const char *field, const char *fallback)
{
	const char *label = sd_meta_field(s->meta, kind, field);

	return label == field ? fallback : label;
}

size_t detail_fields(const struct detail *d, const struct session *s, struct sd_arena *a, struct detail_pair *out, size_t max)
{
	static const struct {
		const char *field, *label;
	} common[] = {{"state", N_("State")}, {"priority", N_("Priority")}, {"requester", N_("Requester")}, {"group", N_("Group")},
		{"assignee", N_("Assignee")}, {"org", N_("Organisation")}, {"hold_reason", N_("Waits for")}, {"hold_until", N_("Until")},
		{"hold_ref", N_("Reference")}, {"resolution_code", N_("Resolution")}, {"opened_at", N_("Opened")},
		{"updated_at", N_("Updated")}, {"due_at", N_("Due")}, {"resolved_at", N_("Resolved")}, {"closed_at", N_("Closed")},
		{"channel", N_("Channel")}, {"external", N_("External")}, {"reassignments", N_("Reassigned")},
		{"reopens", N_("Reopened")}, {"rating", N_("Rating")}};
	const struct sd_ticket *t = d->ticket;
	const struct sd_kind *k = sd_meta_kind(s->meta, t->kind);
	const struct pending_mark *pending = session_pending(s, t->id);
	size_t n = 0;

	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		const char *field = common[i].field, *value = sd_ticket_get(t, field);

		if ((!strncmp(field, "re", 2) && !strcmp(value, "0")) || !strcmp(value, "infinity"))
			continue;
		if (i == 0 && pending)
			put_pair(out, &n, max, field, label_of(s, t->kind, field, _(common[i].label)),
				sd_arena_printf(a, pending->waits ? _("%s (waits to be sent)") : _("%s (sending ...)"),
					sd_meta_state(s->meta, t->kind, *pending->to ? pending->to : value)),
				EL_WARN);
		else
			put_pair(out, &n, max, field, label_of(s, t->kind, field, _(common[i].label)), shown(d, s, a, field, value),
				value_element(d, field, value));
	}
	for (int i = 0; k && i < k->nfields; i++) {
		const struct sd_field *f = &k->fields[i];
		bool known = !f->sort || !strcmp(f->field, "subject") || !strcmp(f->field, "body") || !strcmp(f->store, "text");

		for (size_t c = 0; c < sizeof common / sizeof *common && !known; c++)
			known = !strcmp(common[c].field, f->field);
		if (!known)
			put_pair(out, &n, max, f->field, f->label, shown(d, s, a, f->field, sd_ticket_get(t, f->field)), EL_NORMAL);
	}
	return n;
}

/* One column of fields: cells for labels and values, a gap behind each. */
struct column {
	int label, width;
};

static struct column natural(const struct detail_pair *p, size_t n, size_t from, size_t rows)
{
	int label = LABEL_MIN, value = 0;

	for (size_t i = from; i < n && i < from + rows; i++) {
		int l = sd_text_width(p[i].label) + 2, v = sd_text_width(p[i].value) + 1;

		label = l > label ? l : label;
		value = v > value ? v : value;
	}
	return (struct column){label, label + value};
}

/* Of equal width, so that they stand still from ticket to ticket; as the content asks for where that cuts something and this does
 * not. */
static int plan_columns(const struct detail_pair *p, size_t n, int width, struct column *out)
{
	int cols = width / COLUMN_MIN < 1 ? 1 : width / COLUMN_MIN > COLUMNS_MOST ? COLUMNS_MOST : width / COLUMN_MIN;
	size_t rows = (n + (size_t)cols - 1) / (size_t)cols;
	int sum = 0, most = 0;
	bool bend;

	for (int c = 0; c < cols; c++) {
		out[c] = natural(p, n, (size_t)c * rows, rows);
		sum += out[c].width;
		most = out[c].width > most ? out[c].width : most;
	}
	bend = most > width / cols && sum <= width;
	for (int c = 0; c < cols; c++) {
		out[c].width = bend ? out[c].width + (width - sum) / cols : width / cols;
		if (!bend && most > width / cols && out[c].label > LABEL_WIDTH)
			out[c].label = LABEL_WIDTH;
		if (out[c].label > out[c].width / 2)
			out[c].label = out[c].width / 2;
	}
	return cols;
}

/* What others have changed is marked for a moment. */
static enum element looks(const struct detail *d, const struct session *s, const struct detail_pair *p)
{
	return glow_on(&d->glow, (uint64_t)d->ticket->id, glow_part(p->field), s->ms) ? EL_CHANGED : p->el;
}

static void add_fields(struct detail *d, const struct session *s, struct sd_arena *a, int width)
{
	struct detail_pair pairs[64];
	size_t n = detail_fields(d, s, a, pairs, 64);
	struct column col[COLUMNS_MOST];
	int cols = plan_columns(pairs, n, width, col);
	size_t rows = (n + (size_t)cols - 1) / (size_t)cols;

	d->label = col[0].label;
	for (size_t row = 0; row < rows; row++) {
		struct tv_span spans[16];
		int at = 0;

		for (int c = 0; c < cols; c++) {
			size_t i = (size_t)c * rows + row;
			int label = col[c].label, value = col[c].width - label - 1;

			if (i >= n)
				break;
			spans[at++] = (struct tv_span){EL_LABEL, sd_text_fit(a, pairs[i].label, label - 1, glyph(GL_ELLIPSIS), true)};
			spans[at++] = (struct tv_span){EL_NORMAL, " "};
			spans[at++] =
				(struct tv_span){looks(d, s, &pairs[i]), sd_text_fit(a, pairs[i].value, value, glyph(GL_ELLIPSIS), c + 1 < cols)};
			spans[at++] = (struct tv_span){EL_NORMAL, c + 1 < cols ? " " : ""};
		}
		textview_spans(&d->text, KEY_FIELDS + 1 + row, 0, spans, at);
	}
}

static void add_list(struct detail *d, struct sd_arena *a, const char *label, char **words, int n, uint64_t key)
{
	struct tv_span spans[2];
	struct sd_str text = {0};

	if (!n)
		return;
	for (int i = 0; i < n; i++)
		sd_str_addf(&text, "%s%s", i ? _(", ") : "", words[i]);
	spans[0] = (struct tv_span){EL_LABEL, sd_text_fit(a, label, d->label - 1, glyph(GL_ELLIPSIS), true)};
	spans[1] = (struct tv_span){EL_NORMAL, sd_arena_strdup(a, text.data)};
	textview_spans(&d->text, key, d->label, spans, 2);
	sd_str_free(&text);
}

const char *detail_size_text(struct sd_arena *a, int64_t size)
{
	if (size < 10 * 1024)
		return sd_arena_printf(a, "%lld B", (long long)size);
	if (size < 10 * 1024 * 1024)
		return sd_arena_printf(a, "%lld KiB", (long long)(size / 1024));
	return sd_arena_printf(a, "%lld MiB", (long long)(size / 1024 / 1024));
}

const char *detail_link_label(const struct session *s, struct sd_arena *a, const struct sd_link *l)
{
	const char *exact =
		sd_meta_label(s->meta, sd_arena_printf(a, "link.%s%s", l->type, strcmp(l->direction, "from") ? "" : ".back"));

	return exact ? exact : sd_meta_choice(s->meta, "", "type", l->type);
}

static void add_attached(struct detail *d, const struct session *s, struct sd_arena *a)
{
	const struct sd_ticket *t = d->ticket;
	uint64_t key = KEY_ATTACHED;

	add_list(d, a, _("Tags"), t->tags, t->ntags, key++);
	add_list(d, a, _("Watchers"), t->watchers, t->nwatchers, key++);
	for (int i = 0; i < t->nlinks; i++)
		textview_spans(&d->text, KEY_LINK + (uint64_t)i, d->label,
			(struct tv_span[]){
				{EL_LABEL, sd_text_fit(a, detail_link_label(s, a, &t->links[i]), d->label - 1, glyph(GL_ELLIPSIS), true)},
				{EL_LINK, sd_arena_printf(a, "%s ", t->links[i].number)},
				{EL_NORMAL, sd_arena_printf(a, "%s  ", t->links[i].subject)},
				{EL_DIM, sd_meta_state(s->meta, t->kind, t->links[i].state)}},
			4);
	for (int i = 0; i < t->narticles; i++)
		textview_spans(&d->text, KEY_ARTICLE + (uint64_t)i, d->label,
			(struct tv_span[]){{EL_LABEL, sd_text_fit(a, _("Article"), d->label - 1, glyph(GL_ELLIPSIS), true)},
				{EL_LINK, sd_arena_printf(a, "%s ", t->articles[i].number)},
				{EL_NORMAL, sd_arena_printf(a, "%s  ", t->articles[i].title)}, {EL_DIM, kb_word(t->articles[i].how)}},
			4);
	for (int i = 0; i < t->ncis; i++, key++)
		textview_spans(&d->text, key, d->label,
			(struct tv_span[]){{EL_LABEL, sd_text_fit(a, _("Item"), d->label - 1, glyph(GL_ELLIPSIS), true)},
				{EL_NORMAL, sd_arena_printf(a, "%s ", t->cis[i].name)},
				{EL_DIM, sd_arena_printf(a, " %s %s", sd_meta_choice(s->meta, "", "class", t->cis[i].cls),
							 sd_meta_choice(s->meta, "", "role", t->cis[i].role))}},
			3);
	for (int i = 0; i < t->nattachments; i++)
		textview_spans(&d->text, KEY_FILE + (uint64_t)i, d->label,
			(struct tv_span[]){{EL_LABEL, sd_text_fit(a, _("File"), d->label - 1, glyph(GL_ELLIPSIS), true)},
				{EL_NORMAL, sd_arena_printf(a, "%s ", t->attachments[i].name)},
				{EL_DIM,
					sd_arena_printf(a, " %s  %s", t->attachments[i].media_type, detail_size_text(a, t->attachments[i].size))}},
			3);
}

static bool is_human(const struct sd_event *e)
{
	return *e->text || e->redacted;
}

static bool wanted(const struct detail *d, const struct sd_event *e)
{
	switch (d->timeline) {
	case TIMELINE_PEOPLE:
		return is_human(e);
	case TIMELINE_PUBLIC:
		return e->is_public && is_human(e);
	case TIMELINE_SYSTEM:
		return !is_human(e) || e->nchanges;
	default:
		return true;
	}
}

const char *detail_event_head(const struct detail *d, const struct session *s, struct sd_arena *a, const struct sd_event *e)
{
	/* numbers are what redact takes: they are in the way elsewhere */
	const char *seq = d->timeline == TIMELINE_ALL ? sd_arena_printf(a, "#%d  ", e->seq) : "";

	return sd_arena_printf(a, "%s%s  %s%s%s  %s%s%s", seq, when(a, s, e->at), *e->actor ? e->actor : _("the desk"),
		*e->on_behalf ? _(" for ") : "", e->on_behalf, sd_meta_verb(s->meta, d->ticket->kind, e->verb),
		e->is_public && is_human(e) ? _("  public") : "", e->late ? _("  (came late)") : "");
}

/* Times the desk sets by itself beside a state say nothing new. */
static bool worth_showing(const struct sd_change *c)
{
	static const char *const noise[] = {"acknowledged_at", "resolved_at", "closed_at", "org_id", "reassignments", "reopens"};

	for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
		if (!strcmp(noise[i], c->field))
			return false;
	return *c->was || *c->is;
}

const char *detail_event_changes(const struct detail *d, const struct session *s, struct sd_arena *a, const struct sd_event *e)
{
	struct sd_str line = {0};
	const char *text;

	for (int i = 0; i < e->nchanges; i++) {
		const struct sd_change *c = &e->changes[i];
		const char *was = shown(d, s, a, c->field, c->was), *is = shown(d, s, a, c->field, c->is);

		if (worth_showing(c))
			sd_str_addf(&line, _("%s%s: %s%s%s"), line.len ? _("; ") : "", sd_meta_field(s->meta, d->ticket->kind, c->field), was,
				*was ? " -> " : "", *is ? is : _("(empty)"));
	}
	text = sd_arena_strdup(a, line.len ? line.data : "");
	sd_str_free(&line);
	return text;
}

static void add_event(struct detail *d, const struct session *s, struct sd_arena *a, const struct sd_event *e)
{
	uint64_t key = KEY_EVENT + (uint64_t)e->seq * KEY_PER_EVENT;
	enum element head = !is_human(e) ? EL_SYSTEM : e->is_public ? EL_PUBLIC : EL_INTERNAL;
	const char *changes = "";

	textview_add(&d->text, key, 0, head, detail_event_head(d, s, a, e));
	if (e->redacted)
		textview_add(&d->text, key + 1, 4, EL_DIM, _("(redacted)"));
	else if (*e->text && strcmp(e->text, d->ticket->body) != 0) /* the first text stands above */
		detail_text(d, a, key + 1, key + KEY_QUOTE, QUOTE_PARTS, 4, e->text);
	if (strcmp(e->verb, "create") != 0) /* what it began with stands above, or in the changes since */
		changes = detail_event_changes(d, s, a, e);
	if (*changes)
		textview_add(&d->text, key + 2, 4, EL_DIM, changes);
}

static bool is_new(const struct detail *d, const struct sd_event *e)
{
	return d->marked && d->mark && e->seq > d->mark;
}

/* Between what came since the ticket was read last and what was there then. */
static void add_line(struct detail *d, struct sd_arena *a, const struct sd_event *e)
{
	int64_t day = INT64_C(86400) * 1000000;
	const char *format = d->s->now - d->mark_at < day ? "%H:%M" : "%Y-%m-%d %H:%M";

	if (d->line || is_new(d, e) || d->next == d->first || !is_new(d, &d->ticket->events[d->next + 1]))
		return;
	d->line = true;
	textview_rule(&d->text, KEY_NEW, sd_arena_printf(a, _("new since %s"), sd_time_local(a, d->mark_at, d->s->zone, format)));
}

/* A run of events that only changed fields is one foldable line. */
static int add_run(struct detail *d, const struct session *s, struct sd_arena *a, int from)
{
	const struct sd_ticket *t = d->ticket;
	int to = from;

	while (to >= 0 && !is_human(&t->events[to]) && is_new(d, &t->events[to]) == is_new(d, &t->events[from]))
		to--;
	if (from - to == 1) {
		add_event(d, s, a, &t->events[from]);
		return to;
	}
	/* the key is the oldest of the run: newer ones join it without unfolding it */
	textview_group(&d->text, KEY_EVENT + (uint64_t)t->events[to + 1].seq * KEY_PER_EVENT + KEY_GROUP, 2, EL_SYSTEM,
		sd_arena_printf(a, ngettext("%s  %d change", "%s  %d changes", (unsigned long)(from - to)),
			when(a, s, t->events[from].at), from - to),
		true);
	for (int i = from; i > to; i--)
		add_event(d, s, a, &t->events[i]);
	textview_group_end(&d->text);
	return to;
}

/* A few events more. */
static bool more_events(void *arg)
{
	enum { FEW = 8 };
	struct detail *d = arg;
	struct sd_arena *a = sd_arena_new();

	for (int n = 0; n < FEW && d->next >= 0; n++) {
		const struct sd_event *e = &d->ticket->events[d->next];

		add_line(d, a, e);
		if (d->timeline == TIMELINE_FOLDED && !is_human(e)) {
			d->next = add_run(d, d->s, a, d->next);
			continue;
		}
		if (wanted(d, e))
			add_event(d, d->s, a, e);
		d->next--;
	}
	sd_arena_free(a);
	d->text.rest = (size_t)d->next + 1;
	d->text.made = (size_t)(d->first - d->next);
	return d->next >= 0;
}

/* The newest on top; the others are made when somebody looks. */
static void add_timeline(struct detail *d, struct sd_arena *a)
{
	textview_blank(&d->text);
	textview_rule(&d->text, KEY_TIMELINE, sd_arena_printf(a, _("Timeline: %s"), timeline_label(d->timeline)));
	d->first = d->ticket->nevents - 1;
	while (d->shown && d->first > 0 && d->ticket->events[d->first].seq > d->shown)
		d->first--;
	d->next = d->first;
	textview_source(&d->text, more_events, d);
}

void detail_build(struct detail *d, const struct session *s, int width)
{
	struct sd_arena *a = sd_arena_new();
	const struct sd_ticket *t = d->ticket;

	d->s = s;
	d->line = false;
	textview_begin(&d->text);
	textview_add(&d->text, KEY_FIELDS, 0, EL_STRONG, *t->subject ? t->subject : _("(no subject)"));
	if (t->restricted)
		textview_add(&d->text, 0, 0, EL_WARN, _("Restricted: that you opened it is on record"));
	for (int i = 0; i < s->ndrafts; i++)
		if (s->drafts[i].id == t->id)
			textview_spans(&d->text, KEY_DRAFT, 2,
				(struct tv_span[]){{EL_WARN, sd_arena_printf(a, "%s ", glyph(GL_DRAFT))}, {EL_WARN, s->drafts[i].text}}, 2);
	detail_add_clocks(d, s, a);
	detail_add_risk(d, a);
	add_fields(d, s, a, width > 2 ? width - 1 : 1);
	add_attached(d, s, a);
	if (*t->body) {
		textview_blank(&d->text);
		detail_text(d, a, KEY_BODY, KEY_BODY + 1, KEY_ATTACHED - KEY_BODY - 2, 0, t->body);
	}
	add_timeline(d, a);
	textview_end(&d->text);
	sd_arena_free(a);
	d->built = width;
	d->built_at = s->now;
	d->pending_gen = s->pending_gen;
	d->draft_gen = s->draft_gen;
}
