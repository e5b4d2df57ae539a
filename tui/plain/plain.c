#include "config.h"
#include "tui/plain/plain_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/bulk.h"
#include "tui/pane/explain.h"

enum { SCREEN_W = 60, SCREEN_H = 24, WIDTH_LEAST = 20 };

struct plain *plain_new(struct model *m, int width, int page)
{
	struct plain *p = sd_calloc(1, sizeof *p);

	p->m = m;
	p->a = sd_arena_new();
	p->width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
	p->page = page < 1 ? 1 : page;
	p->show = SHOW_VIEWS;
	return p;
}

void plain_free(struct plain *p)
{
	if (!p)
		return;
	sd_arena_free(p->a);
	sd_str_free(&p->out);
	sd_str_free(&p->given);
	free(p->said);
	free(p->row);
	free(p);
}

/* ---- saying ---- */
void plain_at(struct plain *p, int indent, const char *text)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_lines lines = sd_text_wrap(a, text, p->width - indent);

	for (size_t i = 0; i < lines.n; i++)
		sd_str_addf(&p->out, "%*s%s\n", *lines.line[i] ? indent : 0, "", lines.line[i]);
	sd_arena_free(a);
}

void plain_say(struct plain *p, const char *fmt, ...)
{
	char fixed[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(fixed, sizeof fixed, fmt, ap);
	va_end(ap);
	if (n < (int)sizeof fixed) {
		plain_at(p, 0, fixed);
		return;
	}
	char *all = sd_arena_alloc(p->a, (size_t)n + 1);

	va_start(ap, fmt);
	vsnprintf(all, (size_t)n + 1, fmt, ap);
	va_end(ap);
	plain_at(p, 0, all);
}

const char *plain_take(struct plain *p)
{
	sd_str_reset(&p->given);
	sd_str_add(&p->given, p->out.data ? p->out.data : "");
	sd_str_reset(&p->out);
	return p->given.data;
}

void plain_told(struct plain *p, const char *text)
{
	p->told++;
	if (plain_said(p, text))
		return;
	plain_at(p, 0, text);
	p->prompted = false;
}

bool plain_said(struct plain *p, const char *text)
{
	bool again = p->said && !strcmp(p->said, text);

	free(p->said);
	p->said = sd_strdup(text);
	return again;
}

void plain_conn(struct plain *p)
{
	if (p->m->conn == CONN_LOST)
		plain_told(p,
			sd_arena_printf(p->a, _("No connection: %s. What you write is kept; what you send goes out later."), p->m->conn_why));
}

/* ---- understanding ---- */
static bool begins(struct sd_arena *a, const char *text, const char *typed)
{
	const char *want = sd_text_fold(a, typed);

	return !strncmp(sd_text_fold(a, text), want, strlen(want));
}

int plain_pick(struct plain *p, const char *typed, const char *const *texts, size_t n)
{
	size_t digits = strspn(typed, "0123456789");
	int found = -1;

	if (digits && !typed[digits]) {
		long at = digits < 6 ? strtol(typed, NULL, 10) : 0;

		return at >= 1 && at <= (long)n ? (int)at - 1 : -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (!texts[i] || !begins(p->a, texts[i], typed))
			continue;
		if (strlen(texts[i]) == strlen(typed))
			return (int)i;
		found = found == -1 ? (int)i : -2;
	}
	return found;
}

static bool word_of(const char *typed, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(*words, typed))
			return true;
	return false;
}

bool plain_yes(const char *typed)
{
	static const char *const words[] = {"y", "Y", "yes", "Yes", "是", NULL};

	return word_of(typed, words);
}

bool plain_no(const char *typed)
{
	static const char *const words[] = {"n", "N", "no", "No", "否", NULL};

	return word_of(typed, words);
}

/* ---- what comes in ---- */
static void clean_line(struct plain *p, const char *line, struct sd_str *out)
{
	(void)p;
	sd_text_clean(out, line, strlen(line), SD_CLEAN_LINE);
}

void plain_line(struct plain *p, const char *line, struct effects *fx)
{
	struct overlay *o = overlay_top(p->m);
	struct sd_str clean = {0};

	p->prompted = false;
	sd_arena_reset(p->a);
	clean_line(p, line, &clean);
	char *text = sd_arena_strdup(p->a, clean.data ? clean.data : "");

	sd_str_free(&clean);
	if (p->mode == AT_CHOICE && o && o->kind == OV_MERGE)
		plain_merge_line(p, o, text, fx);
	else if (p->mode == AT_CHOICE && o)
		plain_choice_line(p, o, text, fx);
	else if (p->mode != AT_COMMAND && o && o->form && o->form == p->form)
		plain_form_line(p, text, fx);
	else
		plain_command(p, text, fx);
	model_events(p->m, fx);
}

void plain_cancel(struct plain *p, struct effects *fx)
{
	struct overlay *o = overlay_top(p->m);
	struct key esc = {.code = KEY_CODE_ESC};

	sd_str_addc(&p->out, '\n');
	p->prompted = false;
	if (!o && bulk_stop(p->m, fx))
		return;
	p->finding = false;
	if (o && o->form) {
		for (size_t i = 0; i < o->form->form.nfields; i++)
			o->form->form.field[i].open = false;
	}
	if (o)
		overlay_key(p->m, &esc, fx);
	p->form = NULL;
	p->mode = AT_COMMAND;
	model_events(p->m, fx);
}

void plain_answer(struct plain *p, const struct answer *a, struct effects *fx)
{
	(void)fx;
	if (a->req.kind == REQ_FEED && table_get(a->table, 0, 1))
		p->news = true;
	else if (a->req.kind == REQ_NEWS)
		plain_news_tell(p, a);
}

/* ---- when nothing is under way ---- */
static const char *place(const struct plain *p)
{
	const struct sd_ticket *t = p->m->detail->ticket;

	if (p->m->focus == PANE_DETAIL && t)
		return t->number;
	return p->m->queue->title ? p->m->queue->title : "svcdesk";
}

static void ask_next(struct plain *p)
{
	if (p->prompted)
		return;
	p->prompted = true;
	if (p->mode == AT_COMMAND)
		sd_str_addf(&p->out, "%s> ", place(p));
	else if (p->mode == AT_CHOICE)
		sd_str_add(&p->out, _("Your choice: "));
	else
		sd_str_add(&p->out, plain_form_prompt(p));
}

static void hello(struct plain *p)
{
	const struct sd_meta *meta = p->m->meta;

	p->started = true;
	if (meta)
		plain_say(p, _("svcdesk, in lines. %s, %s. ? lists the commands, q leaves."), meta->desk_name,
			*meta->me.name ? meta->me.name : meta->me.login);
	else
		plain_say(p, "%s", p->m->conn_why);
}

static void show(struct plain *p, struct effects *fx)
{
	enum plain_show what = p->show;

	p->show = SHOW_NOTHING;
	p->views_told = p->views_told && what == SHOW_NOTHING;
	if (what == SHOW_VIEWS)
		plain_views(p);
	else if (what == SHOW_INBOX)
		plain_inbox(p);
	else if (what == SHOW_MAJOR)
		plain_major(p, fx);
	else if (what == SHOW_SERVICES)
		plain_services(p, fx);
	else if (what == SHOW_BOARD)
		plain_board(p, fx);
	else if (what == SHOW_FIRST || what == SHOW_MORE)
		plain_rows(p, what);
	else if (what == SHOW_TICKET || (what == SHOW_FOUND && p->told == p->told_before))
		plain_ticket(p, false, fx);
}

/* The palette or the filter line came back with something: a kind to choose, a query that is none. */
static void line_came_back(struct plain *p)
{
	struct lineedit *l = &p->m->lines[p->m->prompt];

	p->m->prompt = PROMPT_NONE;
	p->show = SHOW_NOTHING;
	if (l->error)
		plain_say(p, "%s", l->error);
	for (size_t i = 0; i < l->ncand; i++)
		plain_say(p, "%s%s  %s", lineedit_text(l), l->cand[i].text, l->cand[i].hint ? l->cand[i].hint : "");
}

static void look_at_overlay(struct plain *p, struct overlay *o, struct effects *fx)
{
	if (o->kind == OV_HELP) {
		overlay_pop(p->m);
	} else if (o->kind == OV_OUTAGE) {
		overlay_pop(p->m);
		plain_say(p, "%s", _("Outages are recorded with svcdesk outage add; services lists them"));
	} else if (o->kind == OV_EXPLAIN) {
		struct sd_str s = {0};

		o->explain->spoken = true;
		explain_lay(o->explain, &p->m->session, p->width);
		textview_fold_all(&o->explain->text, false);
		textview_plain(&o->explain->text, p->width, &s);
		if (s.len)
			sd_str_add(&p->out, s.data);
		sd_str_free(&s);
		overlay_pop(p->m);
	} else if (o->kind != OV_FORM) {
		if (p->mode != AT_CHOICE && o->kind == OV_MERGE)
			plain_merge_ask(p, o);
		else if (p->mode != AT_CHOICE || !p->prompted)
			plain_choice_ask(p, o);
		p->mode = AT_CHOICE;
	} else if (o->form != p->form) {
		plain_form_begin(p, o->form, fx);
	} else {
		plain_form_settled(p, fx);
	}
}

bool plain_settled(struct plain *p, struct effects *fx)
{
	struct overlay *o;

	if (p->prompted)
		return true;
	if (!p->started)
		hello(p);
	if (p->m->prompt != PROMPT_NONE)
		line_came_back(p);
	o = overlay_top(p->m);
	if (o) {
		look_at_overlay(p, o, fx);
	} else {
		p->form = NULL;
		p->mode = AT_COMMAND;
		if (p->news) {
			plain_news_ask(p, fx);
			if (p->asking)
				return false;
		}
		show(p, fx);
	}
	model_events(p->m, fx);
	ask_next(p);
	return true;
}
