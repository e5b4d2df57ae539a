#include "config.h"
#include "tui/pane/copy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

/* ---- the link ---- */
static void put_part(struct sd_str *out, const char *text, bool uri)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (uri && !(c < 0x80 && (isalnum(c) || strchr("-._~", c))))
			sd_str_addf(out, "%%%02X", c);
		else
			sd_str_addc(out, *text);
	}
}

static bool is_uri(const char *format)
{
	const char *p = format;

	while (isalnum((unsigned char)*p) || *p == '+' || *p == '-' || *p == '.')
		p++;
	return p > format && *p == ':' && isalpha((unsigned char)*format) && !strchr(format, ' ');
}

char *copy_link(struct sd_arena *a, const char *format, const char *desk, const char *number, const char *subject)
{
	const struct {
		const char *word, *text;
	} parts[] = {{"{number}", number}, {"{desk}", desk}, {"{subject}", subject}};
	struct sd_str s = {0};
	bool uri = is_uri(format);
	char *out;

	while (*format) {
		size_t i = 0;

		while (i < 3 && strncmp(format, parts[i].word, strlen(parts[i].word)) != 0)
			i++;
		if (i < 3) {
			put_part(&s, parts[i].text, uri);
			format += strlen(parts[i].word);
		} else {
			sd_str_addc(&s, *format++);
		}
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

/* ---- rows ---- */
/* "2h" is no use in another program: there times stand in full. */
static const char *cell(struct queue *q, const struct session *s, struct sd_arena *a, const struct sd_row *r, const char *field)
{
	bool age = !strcmp(field, "age");
	sd_time t = age || !strcmp(field, "opened_at") ? r->opened
				: !strcmp(field, "updated_at")     ? r->updated
				: !strcmp(field, "due_at")         ? r->due
												   : SD_TIME_NONE;
	enum element el = EL_NORMAL;

	if (t != SD_TIME_NONE && t != SD_TIME_INFINITY)
		return sd_time_local(a, t, s->zone, "%Y-%m-%d %H:%M");
	return age || !strcmp(field, "due_at") ? "" : queue_cell_text(q, s, a, r, field, &el);
}

static const char *title(const struct queue *q, int col)
{
	return !strcmp(q->column[col].field, "age") ? _("Opened") : q->column[col].title;
}

/* RFC 4180, or without what would part cells. */
static void put_cell(struct sd_str *out, const char *text, char between)
{
	bool quote = between == ',' && strpbrk(text, "\",\r\n");

	if (quote)
		sd_str_addc(out, '"');
	for (; *text; text++) {
		if (quote && *text == '"')
			sd_str_addc(out, '"');
		sd_str_addc(out, between == '\t' && (*text == '\t' || *text == '\n') ? ' ' : *text);
	}
	if (quote)
		sd_str_addc(out, '"');
}

void copy_row(struct queue *q, const struct session *s, const struct sd_row *r, char between, struct sd_str *out)
{
	struct sd_arena *a = sd_arena_new();

	for (int c = 0; c < q->ncolumns; c++) {
		if (c)
			sd_str_addc(out, between);
		put_cell(out, cell(q, s, a, r, q->column[c].field), between);
	}
	sd_arena_free(a);
}

static bool wanted(const struct queue *q, const struct sd_row *r)
{
	return !list_marks_count(&q->list) || list_is_marked(&q->list, (uint64_t)r->id);
}

int copy_table(struct queue *q, const struct session *s, char between, struct sd_str *out)
{
	const char *end = between == ',' ? "\r\n" : "\n";
	int n = 0;

	for (int c = 0; c < q->ncolumns; c++) {
		if (c)
			sd_str_addc(out, between);
		put_cell(out, title(q, c), between);
	}
	sd_str_add(out, end);
	for (size_t i = 0; i < q->nrows; i++) {
		if (!wanted(q, q->rows[i]))
			continue;
		copy_row(q, s, q->rows[i], between, out);
		sd_str_add(out, end);
		n++;
	}
	return n;
}

void copy_list(struct queue *q, const struct session *s, int room, struct sd_str *out)
{
	struct sd_arena *a = sd_arena_new();
	int width[LIST_COLUMNS] = {0}, cols = 0, used = 0;

	for (int c = 0; c < q->ncolumns; c++)
		width[c] = sd_text_width(title(q, c));
	for (size_t i = 0; i < q->nrows; i++) {
		for (int c = 0; c < q->ncolumns; c++) {
			int w = sd_text_width(cell(q, s, a, q->rows[i], q->column[c].field));

			width[c] = w > width[c] ? w : width[c];
		}
	}
	while (cols < q->ncolumns && (cols < 3 || used + width[cols] + 2 * (cols > 0) <= room)) { /* the subject always */
		used += width[cols] + 2 * (cols > 0);
		cols++;
	}
	for (size_t i = 0; i <= q->nrows; i++) {
		size_t n;

		for (int c = 0; c < cols; c++)
			sd_str_addf(out, "%s%s", c ? "  " : "",
				sd_text_fit(a, i ? cell(q, s, a, q->rows[i - 1], q->column[c].field) : title(q, c), width[c], "", true));
		for (n = out->len; n && out->data[n - 1] == ' '; n--)
			;
		out->len = n;
		sd_str_addc(out, '\n');
	}
	sd_arena_free(a);
}

/* ---- a ticket ---- */
void copy_ticket(const struct detail *d, const struct session *s, int width, struct sd_str *out)
{
	struct detail all = *d; /* built anew, unfolded, without touching what is shown */
	struct session told = *s;

	told.ndrafts = 0; /* what was not sent is no part of the ticket */
	textview_init(&all.text);
	all.timeline = TIMELINE_ALL;
	detail_build(&all, &told, width);
	textview_plain(&all.text, width, out);
	textview_free(&all.text);
}

static char *event_text(const struct detail *d, const struct session *s, struct sd_arena *a, int seq)
{
	const struct sd_ticket *t = d->ticket;
	struct sd_str out = {0};
	char *text;

	for (int i = 0; t && i < t->nevents; i++) {
		const struct sd_event *e = &t->events[i];

		if (e->seq != seq)
			continue;
		sd_str_add(&out, e->text);
		for (int c = 0; !out.len && c < e->nchanges; c++)
			sd_str_addf(&out, "%s%s: %s -> %s", c ? "; " : "", sd_meta_field(s->meta, t->kind, e->changes[c].field),
				e->changes[c].was, e->changes[c].is);
	}
	text = sd_arena_strdup(a, out.data ? out.data : "");
	sd_str_free(&out);
	return text;
}

const char *copy_at_cursor(const struct detail *d, const struct session *s, struct sd_arena *a)
{
	const struct sd_ticket *t = d->ticket;
	uint64_t key = textview_key(&d->text);

	if (!t)
		return "";
	if (key == KEY_BODY)
		return t->body;
	if (key == KEY_FIELDS)
		return t->subject;
	if (key >= KEY_FILE && key - KEY_FILE < (uint64_t)t->nattachments)
		return t->attachments[key - KEY_FILE].name;
	if (key >= KEY_LINK && key - KEY_LINK < (uint64_t)t->nlinks)
		return t->links[key - KEY_LINK].number;
	return event_text(d, s, a, detail_event(d));
}

static bool is_time(const struct session *s, const char *kind, const char *field)
{
	const struct sd_field *f = sd_kind_field(sd_meta_kind(s->meta, kind), field);
	size_t n = strlen(field);

	return (f && !strcmp(f->type, "time")) || (n > 3 && !strcmp(field + n - 3, "_at"));
}

static const char *value_of(const struct session *s, struct sd_arena *a, const struct sd_ticket *t, const struct sd_row *r,
	const char *kind, const char *field)
{
	const char *text = t ? sd_ticket_get(t, field) : sd_row_get(r, a, field);
	struct sd_err err;
	sd_time at;

	if (t && (!strcmp(field, "body") || !strcmp(field, "description")))
		return t->body;
	if (t && !strcmp(field, "subject"))
		return t->subject;
	if (!*text || !strcmp(text, "infinity"))
		return "";
	if (!t && !strcmp(text, "0")) /* a list does not read everything */
		return "";
	if (is_time(s, kind, field) && sd_time_parse(text, "UTC", &at, &err))
		return sd_time_local(a, at, s->zone, "%Y-%m-%d %H:%M");
	return !strcmp(field, "state") ? sd_meta_state(s->meta, kind, text) : sd_meta_choice(s->meta, kind, field, text);
}

bool copy_field(const struct session *s, struct sd_arena *a, const struct sd_ticket *t, const struct sd_row *r, int i,
	const char **label, const char **text)
{
	static const char *const common[] = {"number", "state", "opened_at", "updated_at", "due_at", "resolved_at", "external"};
	enum { COMMON = sizeof common / sizeof *common };
	const char *kind = t ? t->kind : r ? r->text[SD_COL_KIND] : "";
	const struct sd_kind *k = sd_meta_kind(s->meta, kind);
	int nfields = k ? k->nfields : 0;

	if (!t && !r)
		return false;
	for (int n = 0; n < COMMON + nfields; n++) {
		const char *field = n < 2 ? common[n] : n - 2 < nfields ? k->fields[n - 2].field : common[n - nfields];
		bool again = false;

		for (int c = 0; c < COMMON && n >= 2 && n - 2 < nfields; c++)
			again = again || !strcmp(common[c], field);
		*text = !strcmp(field, "number") ? (t ? t->number : r->text[SD_COL_NUMBER]) : value_of(s, a, t, r, kind, field);
		if (again || !**text || i--)
			continue;
		*label = !strcmp(field, "number") ? _("Number") : sd_meta_field(s->meta, kind, field);
		return true;
	}
	return false;
}
