/* What one can say at the prompt. Words of the palette work too: what stands in no row here is given to it. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "tui/app/actions.h"
#include "tui/app/explain.h"
#include "tui/app/outbox.h"

static void plain_list(struct plain *p, struct effects *fx)
{
	(void)fx;
	p->nrows = p->first = 0;
	p->show = SHOW_FIRST;
}

static void plain_open(struct plain *p, int64_t id, struct effects *fx)
{
	queue_select(p->m->queue, id);
	model_open(p->m, id, fx);
	p->show = SHOW_TICKET;
}

/* ---- commands ---- */
static void do_views(struct plain *p, char *rest, struct effects *fx)
{
	const char *label[64];
	const struct views *v = p->m->views;
	size_t n = 0;
	int at;

	if (!*rest) {
		plain_views(p);
		return;
	}
	for (; n < (size_t)v->nviews && n < 64; n++)
		label[n] = v->view[n].saved ? v->view[n].label : _(v->view[n].label);
	at = plain_pick(p, rest, label, n);
	if (at < 0)
		at = views_find(v, rest);
	if (at < 0) {
		plain_say(p, _("There is no view %s"), rest);
		return;
	}
	model_view(p->m, at, fx);
	plain_list(p, fx);
}

static void do_list(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	model_focus(p->m, PANE_QUEUE, fx);
	queue_reload(p->m->queue, &p->m->session, fx);
	plain_list(p, fx);
}

/* The next page may have to be read first: the cursor goes to the last row, and the queue reads ahead of it. */
static void do_more(struct plain *p, char *rest, struct effects *fx)
{
	struct queue *q = p->m->queue;

	(void)rest;
	model_focus(p->m, PANE_QUEUE, fx);
	if (p->first + (size_t)p->page < p->nrows) {
		p->first += (size_t)p->page;
		p->show = SHOW_FIRST;
		return;
	}
	if (q->nrows && p->nrows && queue_rows_find(q, p->row[p->nrows - 1].id) + 1 + p->page > (int)q->nrows && q->more_after) {
		queue_select(q, q->rows[q->nrows - 1]->id);
		q->pane.ops->action(&q->pane, &p->m->session, ACT_DOWN, 1, fx);
	}
	p->show = p->nrows ? SHOW_MORE : SHOW_FIRST;
}

static void do_before(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	model_focus(p->m, PANE_QUEUE, fx);
	p->first = p->first > (size_t)p->page ? p->first - (size_t)p->page : 0;
	p->show = SHOW_FIRST;
}

static void do_open(struct plain *p, char *rest, struct effects *fx)
{
	long n = *rest && strspn(rest, "0123456789") == strlen(rest) && strlen(rest) < 7 ? strtol(rest, NULL, 10) : 0;

	if (n >= 1 && n <= (long)p->nrows)
		plain_open(p, p->row[n - 1].id, fx);
	else if (n)
		plain_say(p, _("There is no row %ld here: l lists them"), n);
	else
		plain_say(p, "%s", _("Which row? open 3"));
}

static void do_show(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	if (p->m->focus != PANE_DETAIL && p->open)
		plain_open(p, p->open, fx);
	else if (p->m->focus == PANE_DETAIL)
		p->show = SHOW_TICKET;
	else
		plain_say(p, "%s", _("Which row? open 3"));
}

static void do_all(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	plain_ticket(p, true, fx);
}

static void do_acts(struct plain *p, char *rest, struct effects *fx)
{
	struct target t = model_target(p->m);
	const struct sd_kind *k = sd_meta_kind(p->m->meta, t.id ? t.kind : "");
	const char *verb[64];
	size_t n = 0;
	int at;

	if (!*rest || !k) {
		plain_acts(p);
		return;
	}
	for (int i = 0; i < k->nverbs && n < 64; i++)
		if (k->verbs[i].menu)
			verb[n++] = k->verbs[i].verb;
	at = plain_pick(p, rest, verb, n);
	if (at < 0)
		plain_say(p, _("Answer with a number from 1 to %zu"), n);
	else
		act_start(p->m, verb[at], NULL, 0, fx);
}

static void do_new(struct plain *p, char *rest, struct effects *fx)
{
	command_run(p->m, *rest ? sd_arena_printf(p->a, "new %s", rest) : "new", fx);
}

static void do_filter(struct plain *p, char *rest, struct effects *fx)
{
	model_focus(p->m, PANE_QUEUE, fx);
	filter_to(p->m, rest, fx);
	plain_list(p, fx);
}

static void do_figure(struct plain *p, char *rest, struct effects *fx)
{
	if (plain_figure_command(p, rest, fx))
		plain_list(p, fx);
}

static void do_find(struct plain *p, char *rest, struct effects *fx)
{
	(void)fx;
	if (*rest)
		plain_find(p, rest);
	else
		plain_say(p, "%s", _("What? / TEXT"));
}

static void do_palette(struct plain *p, char *rest, struct effects *fx)
{
	command_run(p->m, rest, fx);
}

static void do_drafts(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	drafts_open(p->m, fx);
}

static void do_unsent(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	outbox_open(p->m, fx);
}

/* Of the ticket, of row N, or of a number. */
static void do_explain(struct plain *p, char *rest, struct effects *fx)
{
	long n = *rest && strspn(rest, "0123456789") == strlen(rest) && strlen(rest) < 7 ? strtol(rest, NULL, 10) : 0;

	if (n > (long)p->nrows)
		plain_say(p, _("There is no row %ld here: l lists them"), n);
	else if (n >= 1 && queue_row(p->m->queue, p->row[n - 1].id))
		explain_number(p->m, queue_row(p->m->queue, p->row[n - 1].id)->text[SD_COL_NUMBER], fx);
	else
		explain_number(p->m, rest, fx);
}

static void do_undo(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	model_action(p->m, ACT_UNDO, 0, fx);
}

static void do_redo(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	model_action(p->m, ACT_REDO, 0, fx);
}

static void do_quit(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	model_quit(p->m, fx);
}

static void do_help(struct plain *p, char *rest, struct effects *fx);

struct plain_word {
	const char *word, *letter, *argument, *help;
	void (*run)(struct plain *p, char *rest, struct effects *fx);
};
static const struct plain_word table[] = {
	{"views", "v", "[N]", N_("the views with their counts; opens view N, as the number alone does after them"), do_views},
	{"list", "l", "", N_("the rows of the view from the first"), do_list},
	{"more", "n", "", N_("the next rows"), do_more},
	{"before", "p", "", N_("the rows before"), do_before},
	{"open", "o", "N", N_("the ticket in row N; the number alone does the same"), do_open},
	{"show", "t", "", N_("the ticket again"), do_show},
	{"all", NULL, "", N_("the ticket with its whole timeline"), do_all},
	{"explain", "e", "[N]", N_("why the clocks of the ticket, of row N or of a number stand where they stand"), do_explain},
	{"acts", "a", "[N]", N_("what can be done to the ticket; does number N"), do_acts},
	{"new", "c", "[KIND]", N_("a new ticket, beginning with who calls"), do_new},
	{"filter", "&", "[QUERY]", N_("only what matches; without a query everything again"), do_filter},
	{"find", "/", "TEXT", N_("the rows shown, or the lines of the ticket, that hold a text"), do_find},
	{"undo", "u", "", N_("take back what you did last"), do_undo},
	{"redo", NULL, "", N_("do again what you took back last"), do_redo},
	{"inbox", "i", "[read [N]]", N_("what concerns you; read marks an item, or everything, as read"), plain_inbox_command},
	{"major", "w", "[NUMBER]", N_("major incidents, or the war room of one"), plain_major_command},
	{"services", NULL, "[PERIOD]", N_("services: how they stand, availability, error budgets, outages"), plain_services_command},
	{"dashboard", NULL, "[PERIOD]", N_("the figures of the desk, each with a number"), plain_dashboard_command},
	{"analysis", NULL, "[PERIOD [PERIOD]]", N_("what causes the most tickets, against another period"), plain_analysis_command},
	{"figure", NULL, "N", N_("the tickets behind figure N"), do_figure},
	{"drafts", NULL, "", N_("what was written and never sent"), do_drafts},
	{"unsent", NULL, "", N_("acts that wait for the line or for you"), do_unsent},
	{"command", ":", "LINE", N_("a line of the palette: sort due, save NAME PATH, undo-list, set OPTION"), do_palette},
	{"help", "?", "", N_("this"), do_help},
	{"quit", "q", "", N_("leave; drafts are kept"), do_quit},
};
enum { WORDS = sizeof table / sizeof *table };

static void do_help(struct plain *p, char *rest, struct effects *fx)
{
	(void)rest;
	(void)fx;
	for (size_t i = 0; i < WORDS; i++)
		plain_say(p, "%s%s%s%s%s: %s", table[i].word, table[i].letter ? _(", ") : "", table[i].letter ? table[i].letter : "",
			*table[i].argument ? " " : "", table[i].argument, _(table[i].help));
	plain_say(p, "%s",
		_("A verb acts on the ticket, or on the rows before it: reply, 3 take, 1-3,7 assign. "
		  "A number such as INC100001 opens that ticket. "
		  "An empty line tells what others did meanwhile. Ctrl-c leaves a question."));
}

/* ---- rows before a verb: "3 take", "1-3,7 assign" ---- */
static bool is_rows(const char *word)
{
	return isdigit((unsigned char)*word) && strspn(word, "0123456789-,") == strlen(word);
}

/* Marks rows from..to. False: they are not there. */
static bool mark(struct plain *p, long from, long to)
{
	for (long n = from; n <= to; n++) {
		if (n < 1 || n > (long)p->nrows) {
			plain_say(p, _("There is no row %ld here: l lists them"), n);
			return false;
		}
		list_mark(&p->m->queue->list, (uint64_t)p->row[n - 1].id, true);
	}
	return true;
}

static bool mark_all(struct plain *p, const char *rows)
{
	for (const char *at = rows; *at; at += *at == ',') {
		char *end;
		long from = strtol(at, &end, 10), to = *end == '-' ? strtol(end + 1, &end, 10) : from;

		if (end == at || (*end && *end != ',')) {
			plain_say(p, _("%s is no list of rows: write 1-3,7"), rows);
			return false;
		}
		if (!mark(p, from, to))
			return false;
		at = end;
	}
	return true;
}

/* One row is selected, several are marked: then the act asks as it does on the screen. */
static void on_rows(struct plain *p, const char *rows, char *rest, struct effects *fx)
{
	struct list *l = &p->m->queue->list;
	size_t n;

	model_focus(p->m, PANE_QUEUE, fx);
	if (!mark_all(p, rows)) {
		list_unmark_all(l);
		return;
	}
	n = list_marks_count(l);
	if (n == 1) {
		uint64_t *key = list_marks_get(l, &n);
		bool there = queue_select(p->m->queue, (int64_t)*key);

		list_unmark_all(l);
		l->lost = false;
		free(key);
		if (!there) {
			plain_say(p, _("%s. (no longer in this list)"), rows);
			return;
		}
	}
	command_run(p->m, rest, fx);
}

/* ---- the line ---- */
static const struct plain_word *word_of(const char *word)
{
	for (size_t i = 0; i < WORDS; i++)
		if (!strcmp(table[i].word, word) || (table[i].letter && !strcmp(table[i].letter, word)))
			return &table[i];
	return NULL;
}

/* Runs it in the palette; says what that leads to: another ticket, other rows. */
static void palette(struct plain *p, const char *line, struct effects *fx)
{
	int64_t ticket = p->m->detail->id;
	unsigned rows = p->m->queue->gen;
	bool number = false;

	for (int i = 0; p->m->meta && i < p->m->meta->nkinds; i++) {
		size_t n = strlen(p->m->meta->kinds[i].prefix);

		number = number || (!strncasecmp(p->m->meta->kinds[i].prefix, line, n) && isdigit((unsigned char)line[n]));
	}
	p->told_before = p->told;
	command_run(p->m, line, fx);
	model_events(p->m, fx);
	if (number)
		p->show = SHOW_FOUND; /* a message instead: it is not there */
	else if (p->m->focus == PANE_DETAIL && p->m->detail->id != ticket)
		p->show = SHOW_TICKET;
	else if (p->m->queue->gen != rows) {
		model_focus(p->m, PANE_QUEUE, fx);
		plain_list(p, fx);
	}
}

void plain_command(struct plain *p, char *line, struct effects *fx)
{
	size_t n;
	const struct plain_word *w;
	char *rest;

	free(p->said);
	p->said = NULL;
	line += strspn(line, " ");
	if (!*line) {
		p->news = true; /* asked for before the next question */
		return;
	}
	n = strchr("/&:?", *line) ? 1 : strcspn(line, " ");
	rest = line + n + strspn(line + n, " ");
	for (size_t end = strlen(rest); end && rest[end - 1] == ' ';)
		rest[--end] = '\0';
	char *word = sd_arena_strndup(p->a, line, n);

	w = word_of(word);
	list_unmark_all(&p->m->queue->list); /* marks are of one line */
	if (w)
		w->run(p, rest, fx);
	else if (is_rows(word) && !*rest)
		(p->views_told ? do_views : do_open)(p, word, fx);
	else if (is_rows(word))
		on_rows(p, word, rest, fx);
	else
		palette(p, line, fx);
}
