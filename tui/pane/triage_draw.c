/* The triage mode on the screen: the ticket, what it may be, what is like it, how it goes. Side by side where there is room. */
#include "config.h"
#include "tui/pane/triage.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

enum { SIDE_BY_SIDE = 160, WIDE = 100, NARROW = 60, NEAR_MOST = 4, TALL = 16 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

const char *triage_field_label(const struct session *s, const struct triage_item *it, enum triage_field_id f)
{
	return s->meta ? sd_meta_field(s->meta, it->kind, it->field[f].name) : it->field[f].name;
}

static const char *level(const struct session *s, const struct triage_item *it, enum triage_field_id f, const char *value)
{
	return s->meta && *value ? sd_meta_choice(s->meta, it->kind, it->field[f].name, value) : value;
}

/* ---- the ticket ---- */
static void add(struct sd_str *to, const char *what)
{
	if (what && *what)
		sd_str_addf(to, "%s%s", to->len ? "  " : "", what);
}

static const char *taken(struct triage *t, struct sd_str *s)
{
	const char *out = sd_arena_strdup(t->scratch, s->data ? s->data : "");

	sd_str_free(s);
	return out;
}

static const char *who(struct triage *t, const struct session *s, const struct triage_item *it)
{
	struct sd_str out = {0};
	int64_t minutes = it->opened == SD_TIME_NONE ? 0 : (s->now - it->opened) / 60000000;

	if (it->vip)
		add(&out, glyph(GL_VIP));
	add(&out, it->name);
	add(&out, it->place);
	add(&out, it->phone);
	add(&out, it->org);
	if (s->meta && *it->channel)
		add(&out, sd_meta_channel(s->meta, it->channel));
	if (it->opened != SD_TIME_NONE && minutes < 48 * 60)
		add(&out, sd_arena_printf(
					  t->scratch, minutes < 60 ? _("%d min ago") : _("%d h ago"), (int)(minutes < 60 ? minutes : minutes / 60)));
	else if (it->opened != SD_TIME_NONE)
		add(&out, sd_time_local(t->scratch, it->opened, s->zone, "%Y-%m-%d %H:%M"));
	return taken(t, &out);
}

static const char *about(struct triage *t, const struct triage_item *it)
{
	struct sd_str out = {0};

	add(&out, it->service);
	add(&out, it->ci);
	if (*it->parent)
		add(&out, sd_arena_printf(t->scratch, _("child of %s"), it->parent));
	for (int i = 0; i < it->nattachments; i++)
		add(&out, sd_arena_printf(t->scratch, i ? "%s" : _("attached: %s"), it->attachment[i]));
	return taken(t, &out);
}

static const char *others(struct triage *t, const struct triage_item *it)
{
	struct sd_str out = {0};

	if (!it->nopen)
		return "";
	add(&out, sd_arena_printf(t->scratch, ngettext("%d more open:", "%d more open:", (unsigned long)it->nopen), it->nopen));
	for (int i = 0; i < it->nopen && i < 5; i++)
		add(&out, sd_arena_printf(t->scratch, "%s %s", it->open[i].number, it->open[i].subject));
	return taken(t, &out);
}

/* Somebody else is at it, was faster, or it was refused: said above everything. */
static const char *notice(struct triage *t, const struct triage_item *it, enum element *el)
{
	const char *name;
	bool writing;

	*el = EL_WARN;
	if (it->st == TRIAGE_GONE)
		return *it->why ? sd_arena_printf(t->scratch, _("It is triaged already, by %s: Enter goes on"), it->why)
						: _("It is there no more: Enter goes on");
	if (it->st == TRIAGE_SENT)
		return _("It was sent; u takes it back once it is confirmed");
	if (it->st == TRIAGE_DONE) {
		*el = EL_OK;
		return _("It is done; u takes it back if it was the last, Enter goes on");
	}
	if (*it->why) {
		*el = EL_ERROR;
		return it->why;
	}
	if (!triage_busy(t, it->id, &name, &writing))
		return NULL;
	return sd_arena_printf(t->scratch, writing ? _("%s is writing on it") : _("%s is looking at it, too"), name);
}

static int head_line(struct region r, int y, enum element e, const char *text)
{
	if (!text || !*text || y >= r.h)
		return y;
	draw_fit(r, 0, y, r.w, e, text, false);
	return y + 1;
}

static void draw_body(struct triage *t, struct region r, const struct triage_item *it)
{
	const char *body = it->restricted ? _("Restricted: o opens it, and that goes on record")
					   : *it->body    ? it->body
									  : _("(no description)");
	struct sd_lines lines = sd_text_wrap(t->scratch, body, r.w > 1 ? r.w : 1);
	int top;

	t->scroll_most = (int)lines.n > r.h ? (int)lines.n - r.h : 0;
	top = min(t->scroll, t->scroll_most);
	for (int y = 0; y < r.h && top + y < (int)lines.n; y++)
		draw_fit(r, 0, y, r.w, it->restricted || !*it->body ? EL_DIM : EL_NORMAL, lines.line[top + y], false);
	if (top + r.h < (int)lines.n && r.h > 1)
		draw_fit(r, 0, r.h - 1, r.w, EL_DIM, sd_arena_printf(t->scratch, _("%d more lines: Space"), (int)lines.n - top - r.h + 1),
			false);
}

static void draw_ticket(struct triage *t, const struct session *s, struct region r, const struct triage_item *it)
{
	enum element el;
	const char *told = notice(t, it, &el);
	int y = head_line(r, 0, el, told);

	y = head_line(r, y, EL_STRONG,
		sd_arena_printf(t->scratch, "%s  %s", it->number,
			*it->subject     ? it->subject
			: it->restricted ? _("(restricted)")
							 : ""));
	if (r.h > 3)
		y = head_line(r, y, EL_LABEL, who(t, s, it));
	if (r.h > 6) {
		y = head_line(r, y, EL_DIM, about(t, it));
		y = head_line(r, y, EL_DIM, others(t, it));
	}
	if (r.h - y > 4)
		y++;
	if (y < r.h)
		draw_body(t, region_sub(r, 0, y, r.w, r.h - y), it);
}

/* ---- the fields ---- */
static const char *mark(struct triage *t, const struct triage_item *it, enum triage_field_id f, enum element *el)
{
	double c = triage_confidence(it, f);
	bool chosen = it->field[f].taken != it->field[f].first;

	*el = chosen ? EL_STRONG : c < 0 ? EL_NORMAL : triage_doubt(it, f) ? EL_WARN : EL_OK;
	if (chosen)
		return _("yours");
	if (c < 0)
		return "";
	return sd_arena_printf(t->scratch, triage_doubt(it, f) ? "%d%% ?" : "%d%%", (int)(c * 100 + 0.5));
}

static const char *bar(struct triage *t, double c)
{
	char full[] = "#####", none[] = ".....";
	int n = (int)(c * 5 + 0.5);

	return sd_arena_printf(t->scratch, "%.*s%.*s", n, full, 5 - n, none);
}

/* Of "Parent / Child" the child, where both do not fit. */
static const char *fitted(const char *label, int w)
{
	const char *leaf = strrchr(label, '/');

	return leaf && leaf[1] == ' ' && leaf[2] && sd_text_width(label) > w ? leaf + 2 : label;
}

/* The other proposals behind it, as many rows as they take; dry: only counted. */
static int draw_choices(struct triage *t, const struct session *s, const struct triage_item *it, enum triage_field_id f,
	struct region r, int x0, int y, bool dry)
{
	int x = x0, first = y, room = r.w - x0;

	for (int i = 0; i < it->field[f].n; i++) {
		const struct triage_choice *c = &it->field[f].choice[i];
		const char *text;
		int w;

		if (!c->digit)
			continue;
		text =
			sd_arena_printf(t->scratch, "%s %d%%", fitted(level(s, it, f, c->label), room - 8), (int)(c->confidence * 100 + 0.5));
		w = min(2 + sd_text_width(text), room);
		if (x > x0 && x + w > r.w) {
			x = x0;
			y++;
		}
		if (!dry && w > 2) {
			draw_textf(r, x, y, EL_KEY, "%d", c->digit);
			draw_fit(r, x + 2, y, w - 2, it->field[f].taken == i ? EL_STRONG : EL_NORMAL, text, false);
		}
		x += w + 2;
	}
	return y - first + 1;
}

static const char *shown(struct triage *t, const struct session *s, const struct triage_item *it, enum triage_field_id f)
{
	const char *v = level(s, it, f, triage_label(it, f));

	if (*v)
		return v;
	return f == TRIAGE_ASSIGNEE ? "-" : sd_arena_printf(t->scratch, "%s", _("nobody knows: press the key of the field"));
}

static const char *field_key(enum triage_field_id f)
{
	static const char *const keys[] = {"c", "i", "y", "t", "a"};

	return keys[f];
}

/* One field: its key and name, what it will be, how sure that is, the others with their digits. Rows used. */
static int draw_field(struct triage *t, const struct session *s, const struct triage_item *it, enum triage_field_id f,
	struct region r, int y, bool choices, bool dry)
{
	bool narrow = r.w < NARROW;
	int label = narrow ? 9 : 11, value = narrow ? r.w - label - 8 : r.w < WIDE ? 26 : 32, x = label + value + 1, rows = 1;
	enum element el;
	const char *m = mark(t, it, f, &el);
	double c = triage_confidence(it, f);

	if (!dry) {
		draw_text(r, 0, y, EL_KEY, field_key(f));
		draw_fit(r, 2, y, label - 3, EL_LABEL, triage_field_label(s, it, f), false);
		draw_fit(r, label, y, value, el, fitted(shown(t, s, it, f), value), false);
		draw_fit(r, x, y, 6, el, m, false);
		if (r.w >= WIDE && c >= 0)
			draw_fit(r, x + 7, y, 5, el, bar(t, c), false);
	}
	if (!choices)
		return 1;
	if (narrow)
		rows += draw_choices(t, s, it, f, r, 4, y + 1, true) > 0 && it->field[f].n > 1
					? draw_choices(t, s, it, f, r, 4, y + 1, dry)
					: 0;
	else
		rows = draw_choices(t, s, it, f, r, x + (r.w < WIDE ? 7 : 13), y, dry);
	return rows;
}

static int draw_fields(
	struct triage *t, const struct session *s, const struct triage_item *it, struct region r, bool choices, bool dry)
{
	int y = 0;

	for (int f = 0; f < TRIAGE_FIELDS; f++)
		y += draw_field(t, s, it, (enum triage_field_id)f, r, y, choices, dry);
	return y;
}

/* ---- what is like it ---- */
static void draw_near(struct triage *t, const struct session *s, const struct triage_item *it, struct region r)
{
	int from = it->at >= r.h ? it->at - r.h + 1 : 0;

	for (int i = from; i < it->nnear && i - from < r.h; i++) {
		const struct triage_near *n = &it->near[i];
		bool here = i == it->at;
		const char *what = it->child == i ? _("child of it") : n->parent ? _("parent?") : _("the same?");

		draw_fit(r, 0, i - from, r.w, here ? EL_STRONG : EL_NORMAL,
			sd_arena_printf(t->scratch, "%s %s %s %s  %s%s%s", here ? glyph(GL_SELECT) : " ", n->parent ? "p" : "d", n->number,
				what, n->subject, *n->why ? "  " : "", n->why),
			false);
	}
	(void)s;
}

/* ---- how it goes ---- */
static const char *stats(struct triage *t)
{
	const struct triage_stats *st = &t->stats;
	struct sd_str out = {0};

	sd_str_addf(&out, _("%d left"), triage_waiting(t));
	if (st->tickets)
		sd_str_addf(&out, _("  %d done  %d keys, %.1f a ticket  %.1f s a ticket, median %.1f s"), st->tickets, st->keys,
			(double)st->keys / st->tickets, (double)st->ms / st->tickets / 1000.0, (double)triage_median(st) / 1000.0);
	return taken(t, &out);
}

/* What proposes, and how often it was right on tickets it had not seen: "Category: learnt 3, right 86%  Group: pool, right 62%
 * (learnt 2 is worse)". Fields without a learnt model are ranked by the counts. */
static const char *models(struct triage *t, const struct session *s, const struct triage_item *it)
{
	struct sd_str out = {0};

	for (int i = 0; i < TRIAGE_FIELDS; i++) {
		const struct triage_field *f = &it->field[i];
		const char *by, *right;

		if (!*f->model)
			continue;
		by = *f->better ? f->better : sd_arena_printf(t->scratch, "%s %d", f->model, f->version);
		right = f->hit >= 0 ? sd_arena_printf(t->scratch, _(", right %d%%"), f->hit) : "";
		add(&out, sd_arena_printf(t->scratch, "%s: %s%s%s", triage_field_label(s, it, (enum triage_field_id)i), by, right,
					  *f->better ? sd_arena_printf(t->scratch, _(" (%s %d is worse, not used)"), f->model, f->version) : ""));
	}
	return taken(t, &out);
}

static void draw_nothing(struct triage *t, const struct session *s, struct region r)
{
	const char *text;
	struct sd_lines lines;

	if (!t->asked || t->board.error) {
		board_nothing(&t->board, s, r);
		return;
	}
	text = triage_waiting(t)
			   ? _("Reading the next one ...")
			   : _("Nothing to triage: every ticket has its category and its group. What comes in, by telephone, mail or from "
				   "monitoring, without one of them stands here; C opens a ticket, Esc goes back to the queue.");
	lines = sd_text_wrap(t->scratch, text, r.w > 2 ? r.w - 2 : 1);
	for (int y = 0; y < r.h - 1 && y < (int)lines.n; y++)
		draw_fit(r, 1, y, r.w - 1, EL_DIM, lines.line[y], false);
	surface_cursor(r.s, r.x, r.y, true);
}

/* ---- the whole ---- */
static void side_by_side(struct triage *t, const struct session *s, const struct triage_item *it, struct region r)
{
	int left = r.w * 45 / 100, rows;
	struct region right = region_sub(r, left + 3, 0, r.w - left - 3, r.h);

	draw_vline(r, left + 1, 0, r.h, EL_BORDER);
	draw_ticket(t, s, region_sub(r, 0, 0, left, r.h), it);
	rows = draw_fields(t, s, it, right, true, false);
	if (rows + 1 < right.h)
		draw_near(t, s, it, region_sub(right, 0, rows + 1, right.w, right.h - rows - 1));
}

static void stacked(struct triage *t, const struct session *s, const struct triage_item *it, struct region r)
{
	bool choices = r.h >= TALL;
	int fields = draw_fields(t, s, it, r, choices, true), near = min(it->nnear, r.h >= TALL ? NEAR_MOST : 0), head;

	if (choices && r.h - fields - near - 1 < 4) { /* the ticket itself first */
		near = min(near, 1);
		if (r.h - fields - near - 1 < 4) {
			choices = false;
			fields = TRIAGE_FIELDS;
		}
	}
	head = r.h - fields - near - 1;
	if (head < 1) {
		head = min(r.h, 1);
		fields = r.h - head;
	}
	draw_ticket(t, s, region_sub(r, 0, 0, r.w, head), it);
	if (r.h > head + fields + near)
		draw_hline(r, 0, head, r.w, EL_BORDER);
	else
		head--;
	draw_fields(t, s, it, region_sub(r, 0, head + 1, r.w, fields), choices, false);
	if (near)
		draw_near(t, s, it, region_sub(r, 0, head + 1 + fields, r.w, near));
}

void triage_draw(struct triage *t, const struct session *s, struct region r, bool focus)
{
	const struct triage_item *it = triage_here(t);
	struct region body = region_sub(r, 0, 0, r.w, r.h > 2 ? r.h - 1 : r.h);
	const char *by = it && body.h >= TALL ? models(t, s, it) : "";

	if (*by) {
		body.h--;
		draw_fit(r, 0, body.h, r.w, EL_DIM, by, false);
	}
	if (r.h > 2)
		draw_fit(r, 0, r.h - 1, r.w, EL_DIM, stats(t), false);
	if (!it) {
		draw_nothing(t, s, body);
		return;
	}
	if (body.w >= SIDE_BY_SIDE)
		side_by_side(t, s, it, body);
	else
		stacked(t, s, it, body);
	if (focus)
		surface_cursor(r.s, r.x, r.y, true);
}
