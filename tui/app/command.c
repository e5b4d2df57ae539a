/* The palette: one line, one static function a command. What is no command is an action, a verb, a view or a ticket number. */
#include "config.h"
#include "tui/app/find.h"
#include "tui/app/model.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/when.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/app/ci.h"
#include "tui/app/triage.h"
#include "tui/app/kb.h"
#include "tui/app/warroom.h"
#include "tui/app/inbox.h"
#include "tui/app/actions.h"
#include "tui/app/bulk.h"
#include "tui/app/options.h"
#include "tui/app/copy.h"
#include "tui/app/macros.h"
#include "tui/app/palette.h"
#include "tui/app/explain.h"
#include "tui/surface/theme.h"

enum { CANDIDATES_MAX = 200, COUNT_MOST = 999999 };

static const char *rest_of(const char *line)
{
	line += strspn(line, " ");
	line += strcspn(line, " ");
	return line + strspn(line, " ");
}

/* ---- commands ---- */
static void do_quit(struct model *m, const char *rest, struct effects *fx)
{
	(void)rest;
	model_quit(m, fx);
}

static void do_theme(struct model *m, const char *rest, struct effects *fx)
{
	if (*rest)
		options_set(m, sd_arena_printf(fx->arena, "theme=%s", rest), fx);
	else
		themes_open(m);
}

/* As many times as can be typed before a motion. */
static int count_of(const char *word)
{
	long n = strtol(word, NULL, 10);

	return n < 0 ? 0 : n > COUNT_MOST ? COUNT_MOST : (int)n;
}

static void do_view(struct model *m, const char *rest, struct effects *fx)
{
	char *name = sd_arena_strdup(fx->arena, rest + (*rest == '"'));
	int n;

	if (*rest == '"' && *name && name[strlen(name) - 1] == '"')
		name[strlen(name) - 1] = '\0';
	n = views_find(m->views, name);
	if (n < 0 && isdigit((unsigned char)*rest))
		n = count_of(rest) - 1;
	if (n < 0 || n >= m->views->nviews)
		fx_toast(fx, EL_WARN, _("There is no view %s"), rest);
	else
		model_view(m, n, fx);
}

static void do_filter(struct model *m, const char *rest, struct effects *fx)
{
	filter_to(m, rest, fx);
}

static void do_sort(struct model *m, const char *rest, struct effects *fx)
{
	bool reverse = *rest == '-';
	const char *field;

	for (int s = 0; s < SD_SORTS; s++) {
		if (strcmp(sd_query_sort_word((enum sd_query_sort)s), rest + reverse) != 0)
			continue;
		queue_sort(m->queue, &m->session, (enum sd_query_sort)s, reverse, fx);
		return;
	}
	field = sd_query_orderable(NULL, rest + reverse);
	if (field)
		queue_sort_by(m->queue, &m->session, field, reverse, fx);
	else
		fx_toast(fx, EL_WARN, "%s",
			_("Orders are number, opened, updated, due, priority, or a field such as assignee; -priority turns one round"));
}

static void do_new(struct model *m, const char *rest, struct effects *fx)
{
	const char *why = model_off(m, ACT_NEW);

	if (why)
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
	else
		new_open(m, *rest ? rest : NULL, 0, fx);
}

static void do_set(struct model *m, const char *rest, struct effects *fx)
{
	options_set(m, rest, fx);
}

/* The attachments of the ticket acts are meant for; NULL while it is not read. */
static const struct sd_ticket *ticket_here(const struct model *m)
{
	const struct sd_ticket *t = m->detail->ticket;

	return t && t->id == model_target(m).id ? t : NULL;
}

/* save [NAME [PATH]]: the name may be left out where there is only one. */
static void do_save(struct model *m, const char *rest, struct effects *fx)
{
	struct words w = palette_split(fx->arena, rest);
	const struct sd_ticket *t = ticket_here(m);
	const struct sd_attachment *found = NULL;
	const char **name = sd_arena_alloc(fx->arena, sizeof *name);
	struct fx *f;

	for (int i = 0; t && i < t->nattachments; i++)
		if (w.n ? !strcmp(t->attachments[i].name, w.w[0]) : t->nattachments == 1)
			found = &t->attachments[i]; /* of two with one name the later */
	if (!found) {
		fx_toast(fx, EL_WARN, "%s",
			t && t->nattachments ? _("Which attachment? Tab lists them: save NAME [PATH]") : _("This ticket has no attachment"));
		return;
	}
	*name = sd_arena_strdup(fx->arena, found->name);
	f = fx_add(fx, FX_SAVE);
	f->id = found->id;
	f->size = found->size;
	f->params = name;
	f->text = w.n > 1 ? w.w[1] : "";
}

static void do_keys(struct model *m, const char *rest, struct effects *fx)
{
	(void)rest;
	(void)fx;
	help_open(m, true);
}

static void do_copy(struct model *m, const char *rest, struct effects *fx)
{
	struct words w = palette_split(fx->arena, rest);

	copy_command(m, w.n, w.w, fx);
}

static void do_macros(struct model *m, const char *rest, struct effects *fx)
{
	macros_open(m, rest, fx);
}

static void do_dashboard(struct model *m, const char *rest, struct effects *fx)
{
	board_command(m, BOARD_DASHBOARD, rest, fx);
}

static void do_analysis(struct model *m, const char *rest, struct effects *fx)
{
	board_command(m, BOARD_ANALYSIS, rest, fx);
}

static void do_rota(struct model *m, const char *rest, struct effects *fx)
{
	board_command(m, BOARD_ROTA, rest, fx);
}

static void do_services(struct model *m, const char *rest, struct effects *fx)
{
	board_command(m, BOARD_SERVICES, rest, fx);
}

static void do_period(struct model *m, const char *rest, struct effects *fx)
{
	board_period(m, rest, false, fx);
}

static void do_compare(struct model *m, const char *rest, struct effects *fx)
{
	board_period(m, rest, true, fx);
}

static bool run_verb(struct model *m, const struct words *w, struct effects *fx);

/* Alone the mode; with fields, or in it, the act on the ticket. */
static void do_triage(struct model *m, const char *rest, struct effects *fx)
{
	struct words w = palette_split(fx->arena, sd_arena_printf(fx->arena, "triage %s", rest));

	if ((!*rest && !triage_shown(m)) || !run_verb(m, &w, fx))
		triage_command(m, fx);
}

struct command {
	const char *name;
	void (*run)(struct model *m, const char *rest, struct effects *fx);
	const char *help;
};
static const struct command commands[] = {
	{"q", do_quit, N_("leave svcdesk")},
	{"theme", do_theme, N_("other colours; without a name they are shown as the cursor moves")},
	{"view", do_view, N_("show a view")},
	{"filter", do_filter, N_("show only what a query matches")},
	{"sort", do_sort, N_("order of the queue")},
	{"new", do_new, N_("a new ticket")},
	{"save", do_save, N_("save an attachment to a file: save NAME [PATH]")},
	{"search", find_command, N_("search tickets, articles and configuration items: search [WORDS]")},
	{"follow-up", follow_up_command, N_("remind yourself of this ticket: follow-up WHEN [TEXT]")},
	{"macros", do_macros, N_("texts to insert where you write: look at them, Delete removes one")},
	{"macro-save", macros_save_line, N_("keep a text: macro-save [group=GROUP] NAME TEXT, \\n begins a line")},
	{"macro-delete", macros_delete_line, N_("remove a text: macro-delete [group=GROUP] NAME")},
	{"save-view", view_save, N_("keep query and columns as a view: save-view NAME [group=GROUP]")},
	{"edit-view", view_edit, N_("give a view another query: edit-view NAME QUERY")},
	{"rename-view", view_rename, N_("give a view another name: rename-view NAME NAME")},
	{"delete-view", view_delete, N_("delete a view, or hide one every console has")},
	{"reset-views", view_reset, N_("show the views every console has as at first")},
	{"columns", view_columns, N_("columns of this list: columns number,subject:60,assignee; alone: as at first")},
	{"copy", do_copy, N_("to the clipboard or a file: copy [number|link|field NAME|event|row|table|tsv|text] [FILE]")},
	{"explain", explain_number, N_("why its clocks stand where they stand: explain [NUMBER]")},
	{"dashboard", do_dashboard, N_("the figures of the desk: dashboard [PERIOD]")},
	{"analysis", do_analysis, N_("what causes the most tickets: analysis [PERIOD [PERIOD BEFORE]]")},
	{"rota", do_rota, N_("rota, absences and assignment rules: rota [DATE]")},
	{"cmdb", ci_command, N_("the configuration items: cmdb [TEXT]")},
	{"impact", ci_impact_command, N_("what suffers if an item fails: impact [NAME OR IDENT]; alone: the one here")},
	{"services", do_services, N_("services and their outages: services [PERIOD]")},
	{"period", do_period, N_("figures of another period: 2026-10, 2026-W41, 2026-10-01..2026-10-15, last-month, 7d")},
	{"compare", do_compare, N_("the period the analysis compares with; alone: the one before")},
	{"kb", kb_command, N_("the knowledge base, or an article of it: kb [NUMBER [VERSION]]")},
	{"link", kb_link_command, N_("follow a link of the article: link NUMBER")},
	{"war-room", warroom_command, N_("major incidents, or the room of one: war-room [NUMBER]")},
	{"adopt", adopt_command, N_("the marked tickets become children of a major incident: adopt [NUMBER]")},
	{"triage", do_triage,
		N_("what came in, one ticket after the other; with fields it triages this one: triage category=... group=...")},
	{"keys", do_keys, N_("all keys, and what is wrong in those of your file")},
	{"set", do_set, N_("look at the options, or change one for this session: set NAME=VALUE")},
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

const char *command_word(size_t i, const char **help)
{
	*help = i < NCOMMANDS ? commands[i].help : NULL;
	return i < NCOMMANDS ? commands[i].name : NULL;
}

/* Times are typed as in the form. */
static const char *time_value(struct model *m, const struct sd_param *p, const char *value, struct effects *fx)
{
	sd_time at;

	if (p && !strcmp(p->type, "time") && *value && sd_when_parse(fx->arena, value, m->session.now, m->session.zone, &at))
		return sd_time_iso(fx->arena, at);
	return value;
}

static bool run_verb(struct model *m, const struct words *w, struct effects *fx)
{
	struct preset presets[WORDS_MAX];
	struct target t = bulk_wanted(m) ? bulk_sample(m) : model_target(m);
	const struct sd_verb *v = NULL;
	bool known = false;
	int n = 0;

	for (size_t i = 0; i < m->nverbs; i++)
		known = known || !strcmp(m->verbs[i].verb, w->w[0]);
	if (!known)
		return false;
	if (t.id)
		v = sd_kind_verb(sd_meta_kind(m->meta, t.kind), w->w[0]);
	for (int i = 1; i < w->n; i++) {
		char *eq = strchr(w->w[i], '=');

		if (!eq || (v && strncmp(w->w[i], "body=", 5) != 0 && (*eq = '\0', !sd_verb_param(v, w->w[i])))) {
			fx_toast(fx, EL_WARN, _("%s does not know %s; arguments are name=value"), w->w[0], w->w[i]);
			return true;
		}
		*eq = '\0';
		presets[n].name = w->w[i];
		presets[n++].value = time_value(m, sd_verb_param(v, w->w[i]), eq + 1, fx);
	}
	act_start(m, w->w[0], presets, n, fx);
	return true;
}

static bool is_number(const struct model *m, const char *word)
{
	if (isdigit((unsigned char)*word))
		return strspn(word, "0123456789") == strlen(word);
	for (int i = 0; m->meta && i < m->meta->nkinds; i++) {
		size_t n = strlen(m->meta->kinds[i].prefix);

		if (!strncasecmp(m->meta->kinds[i].prefix, word, n) && isdigit((unsigned char)word[n]))
			return true;
	}
	return false;
}

static bool run_command(struct model *m, const char *name, const char *rest, struct effects *fx)
{
	for (int i = 0; i < NCOMMANDS; i++) {
		if (!strcmp(commands[i].name, name)) {
			commands[i].run(m, rest, fx);
			return true;
		}
	}
	return false;
}

/* A view may be called like an act or a command: those come first, and :view has the view. */
static bool names_more(const struct model *m, const char *word)
{
	for (int i = 0; i < NCOMMANDS; i++)
		if (!strcmp(commands[i].name, word))
			return true;
	for (size_t i = 0; i < m->nverbs; i++)
		if (!strcmp(m->verbs[i].verb, word))
			return true;
	return action_find(word) || model_command_find(m, word) >= 0;
}

/* What needs the desk waits until it has told what it knows; of several lines the last one counts. */
static void wait_for_desk(struct model *m, const char *line, struct effects *fx)
{
	free(m->wait_line);
	m->wait_line = sd_strdup(line);
	fx_toast(fx, EL_DIM, _("Waiting for the desk: %s"), line);
}

void command_run(struct model *m, const char *line, struct effects *fx)
{
	struct words w = palette_split(fx->arena, line);
	const char *word;
	int n;

	if (!w.n)
		return;
	if (palette_waits(m, w.w[0])) {
		wait_for_desk(m, line, fx);
		return;
	}
	if (is_number(m, w.w[0])) {
		jump_to(m, w.w[0], fx);
		return;
	}
	if ((n = views_find(m->views, line)) >= 0 && !names_more(m, line)) {
		model_view(m, n, fx);
		return;
	}
	word = palette_word(m, w.w[0], fx);
	if (!word)
		return;
	w.w[0] = sd_arena_strdup(fx->arena, word);
	if (run_command(m, word, rest_of(line), fx))
		return;
	if ((n = model_command_find(m, word)) >= 0)
		model_command(m, n, false, fx);
	else if (run_verb(m, &w, fx))
		return;
	else if (action_find(word))
		model_action(m, (int)action_find(word)->id, w.n > 1 ? count_of(w.w[1]) : 0, fx);
	else if ((n = views_find(m->views, word)) >= 0)
		model_view(m, n, fx);
	else
		fx_toast(fx, EL_WARN, _("There is no command %s; Tab completes, ? shows the keys"), word);
}

/* ---- completion ---- */
struct candidates {
	struct model *m;
	const char *word;
	struct lineedit_candidate v[CANDIDATES_MAX];
	int score[CANDIDATES_MAX]; /* of those that hold the letters only somewhere; such stand behind the others, the best first */
	size_t n;
};

static void insert(struct candidates *c, size_t at, const char *text, const char *hint, int score)
{
	memmove(&c->v[at + 1], &c->v[at], (c->n - at) * sizeof *c->v);
	memmove(&c->score[at + 1], &c->score[at], (c->n - at) * sizeof *c->score);
	c->v[at] = (struct lineedit_candidate){sd_arena_strdup(c->m->cand_arena, text), hint};
	c->score[at] = score;
	c->n++;
}

static void offer(struct candidates *c, const char *text, const char *hint)
{
	bool begins = !strncmp(text, c->word, strlen(c->word));
	int score = begins ? INT_MAX : strlen(c->word) > 1 ? sd_text_fuzzy(text, c->word) : 0;
	size_t at = 0;

	if (c->n == CANDIDATES_MAX || !score)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].text, text))
			return;
	while (at < c->n && c->score[at] >= score)
		at++;
	insert(c, at, text, hint, score);
}

static void offer_option(void *arg, const char *text, const char *hint)
{
	offer(arg, text, hint);
}

static void offer_theme(void *arg, const char *name)
{
	offer(arg, name, NULL);
}

static void offer_name(void *arg, const char *name, const char *help)
{
	offer(arg, name, help);
}

/* Names of people, groups and the like are asked for; command_found takes them. */
static void ask_names(struct candidates *c, const char *type, const char *typed, struct effects *fx)
{
	const char *params[] = {typed + (*typed == '"')};

	if (act_finder(type) && c->m->session.online)
		fx_query(fx, (struct req){REQ_COMPLETE, c->m->lines[PROMPT_PALETTE].generation, 0, 0}, 0, act_finder(type), 1, params);
}

static void offer_values(struct candidates *c, const char *kind, const struct sd_verb *v, struct effects *fx)
{
	char *eq = strchr(c->word, '=');
	struct sd_arena *a = c->m->cand_arena;

	for (int i = 0; i < v->nparams; i++) {
		const struct sd_param *p = &v->params[i];
		size_t n = strlen(p->param);

		if (!eq)
			offer(c, sd_arena_printf(a, "%s=", p->param), p->label);
		for (int k = 0; eq && k < p->choices.n; k++)
			offer(c, sd_arena_printf(a, "%s=%s", p->param, p->choices.w[k]),
				sd_meta_choice(c->m->meta, kind, *p->field ? p->field : p->param, p->choices.w[k]));
		if (eq && (size_t)(eq - c->word) == n && !strncmp(c->word, p->param, n))
			ask_names(c, p->type, eq + 1, fx);
	}
	if (!eq && v->body)
		offer(c, "body=", _("Text"));
}

/* Views by name; a name with blanks in quotation marks. */
static void offer_views(struct candidates *c, bool builtin)
{
	for (int i = 0; i < c->m->views->nviews; i++) {
		const struct view *v = &c->m->views->view[i];
		const char *name = v->saved ? v->label : v->id;

		if (builtin || v->saved)
			offer(c, strchr(name, ' ') ? sd_arena_printf(c->m->cand_arena, "\"%s\"", name) : name, view_label(v));
	}
}

/* For whom something is kept: one's groups. */
static void offer_groups(struct candidates *c)
{
	for (int i = 0; c->m->meta && i < c->m->meta->me.ngroups; i++) {
		const char *name = c->m->meta->me.groups[i].name;

		offer(c, sd_arena_printf(c->m->cand_arena, strchr(name, ' ') ? "group=\"%s\"" : "group=%s", name), NULL);
	}
}

/* The last of the columns being typed. */
static void offer_columns(struct candidates *c)
{
	const char *last = strrchr(c->word, ',');
	int head = last ? (int)(last + 1 - c->word) : 0;
	const char *const *names = sd_query_columns();

	offer(c, sd_arena_printf(c->m->cand_arena, "%.*sage", head, c->word), NULL);
	offer(c, sd_arena_printf(c->m->cand_arena, "%.*sleft", head, c->word), NULL);
	for (; *names; names++)
		offer(c, sd_arena_printf(c->m->cand_arena, "%.*s%s", head, c->word, *names), NULL);
	for (names = sd_query_columns_asked(); *names; names++)
		offer(c, sd_arena_printf(c->m->cand_arena, "%.*s%s", head, c->word, *names), NULL);
}

static void offer_rest(struct candidates *c, const char *first, struct effects *fx)
{
	struct target t = bulk_wanted(c->m) ? bulk_sample(c->m) : model_target(c->m);
	const struct sd_verb *v = t.id ? sd_kind_verb(sd_meta_kind(c->m->meta, t.kind), first) : NULL;

	if (!strcmp(first, "theme")) {
		theme_list(offer_theme, c);
	} else if (!strcmp(first, "view") || (strlen(first) > 5 && !strcmp(first + strlen(first) - 5, "-view"))) {
		offer_views(c, *first == 'v');
		if (!strcmp(first, "save-view"))
			offer_groups(c);
	} else if (!strcmp(first, "columns")) {
		offer_columns(c);
	} else if (!strcmp(first, "sort")) {
		for (int i = 0; i < SD_SORTS; i++)
			offer(c, sd_query_sort_word((enum sd_query_sort)i), NULL);
	} else if (!strcmp(first, "new")) {
		for (int i = 0; c->m->meta && i < c->m->meta->nkinds; i++)
			offer(c, c->m->meta->kinds[i].kind, c->m->meta->kinds[i].label);
	} else if (!strcmp(first, "save")) {
		const struct sd_ticket *k = ticket_here(c->m);

		for (int i = 0; k && i < k->nattachments; i++)
			offer(c,
				strchr(k->attachments[i].name, ' ') ? sd_arena_printf(c->m->cand_arena, "\"%s\"", k->attachments[i].name)
													: k->attachments[i].name,
				k->attachments[i].media_type);
	} else if (!strcmp(first, "macro-save")) {
		offer_groups(c);
	} else if (!strcmp(first, "macro-delete") || !strcmp(first, "macros")) {
		for (size_t i = 0; i < c->m->macros->n; i++)
			offer(c, c->m->macros->v[i].name, c->m->macros->v[i].group);
	} else if (!strcmp(first, "copy")) {
		copy_complete(c->m, lineedit_text(&c->m->lines[PROMPT_PALETTE]), offer_name, c);
	} else if (!strcmp(first, "set")) {
		options_offer(c->word, offer_option, c);
	} else if (v) {
		offer_values(c, t.kind, v, fx);
	}
}

/* Where the word being typed begins: quotes hold blanks in it. */
static const char *last_word(const char *text)
{
	const char *word = text;
	bool quoted = false;

	for (; *text; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (*text == ' ' && !quoted)
			word = text + 1;
	}
	return word;
}

/* Where the argument of a command is a query: the byte it begins at; 0: it is none. */
static size_t query_at(const char *command, const char *text)
{
	const char *rest = rest_of(text);

	if (!strcmp(command, "filter"))
		return rest > text + strlen(command) ? (size_t)(rest - text) : 0;
	if (strcmp(command, "edit-view") != 0)
		return 0;
	rest += *rest == '"' ? 1 + strcspn(rest + 1, "\"") + 1 : strcspn(rest, " ");
	return *rest == ' ' ? (size_t)(rest - text) + strspn(rest, " ") : 0;
}

void command_complete(struct model *m, struct effects *fx)
{
	struct lineedit *l = &m->lines[PROMPT_PALETTE];
	const char *text = lineedit_text(l);
	struct candidates c = {.m = m, .word = last_word(text)};
	const char *first;
	struct words w;

	sd_arena_reset(m->cand_arena);
	w = palette_split(m->cand_arena, text);
	first = w.n && c.word > text ? palette_word(m, w.w[0], NULL) : NULL; /* the beginning of a word is enough here, too */
	if (!first && w.n)
		first = w.w[0];
	if (w.n && query_at(first, text)) {
		query_complete(m, PROMPT_PALETTE, query_at(first, text), true, fx);
		return;
	}
	if (c.word > text && w.n)
		offer_rest(&c, first, fx);
	else
		palette_each(m, offer_name, &c);
	lineedit_candidates(l, l->generation, (size_t)(c.word - text), c.v, c.n);
}

void command_found(struct model *m, const struct answer *a)
{
	struct lineedit *l = &m->lines[PROMPT_PALETTE];
	const char *text = lineedit_text(l), *word = last_word(text), *eq = strchr(word, '=');
	struct lineedit_candidate v[CANDIDATES_MAX];
	size_t n = 0;

	if (!a->table || !eq || m->prompt != PROMPT_PALETTE || a->req.gen != l->generation || l->ncand)
		return;
	sd_arena_reset(m->cand_arena);
	for (int i = 0; i < a->table->rows && n < CANDIDATES_MAX; i++) {
		const char *name = clean_copy(m->cand_arena, table_get(a->table, i, 1));
		const char *quote = strchr(name, ' ') ? "\"" : "";

		v[n++] = (struct lineedit_candidate){
			sd_arena_printf(m->cand_arena, "%.*s%s%s%s", (int)(eq + 1 - word), word, quote, name, quote),
			clean_copy(m->cand_arena, table_get(a->table, i, 2))};
	}
	lineedit_candidates(l, l->generation, (size_t)(word - text), v, n);
}
