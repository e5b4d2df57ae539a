/* What may stand next on a command line, for the shells: one candidate a line, a tab, what it is. The scripts of `svcdesk
 * completion` call it and are thin, so that what they offer is what the tables say. Lines that begin with a colon tell the shell
 * what to do: ":files" and ":dirs" offer those. Names of the desk are offered when one is reached at once. */
#include "core/cli/complete.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/intake/map.h"
#include "svcdesk/cfg.h"
#include "svcdesk/data.h"
#include "svcdesk/query.h"
#include "svcdesk/meta.h"

enum { WAIT_S = 2, STATEMENT_MS = 400, TICKETS = 50 };

struct complete {
	struct cli *c;
	const char **word; /* all but the one being typed */
	size_t n;
	const char *typed;  /* what there is of that one */
	const char *before; /* stands before every offer: --option= */
};

/* ---- offering ---- */

/* Quotation marks apart: group:Se is the beginning of group:"Service desk". */
static bool unquoted_begins(const char *text, const char *typed)
{
	for (;; text++, typed++) {
		text += *text == '"';
		typed += *typed == '"';
		if (!*typed || *text != *typed)
			return !*typed;
	}
}

static bool begins(const char *text, const char *typed)
{
	return strncmp(text, typed, strlen(typed)) == 0;
}

/* One candidate, if what is typed begins it; the description is the first line of it. */
static void offer(struct complete *x, const char *text, const char *hint)
{
	struct sd_str s = {0};
	if (!unquoted_begins(text, x->typed))
		return;
	sd_str_addf(&s, "%s%s", x->before, text);
	if (hint && *hint) {
		sd_str_addc(&s, '\t');
		sd_str_addn(&s, hint, strcspn(hint, "\n\t"));
	}
	sd_str_addc(&s, '\n');
	cli_print_clean(x->c, s.data);
	sd_str_free(&s);
}

static void directive(struct complete *x, const char *what)
{
	cli_print(x->c, what, strlen(what));
}

/* prefix stands before each offer: NAME= */
static void offer_with(struct complete *x, const char *prefix, const char *text, const char *hint)
{
	offer(x, sd_arena_printf(x->c->a, "%s%s", prefix, text), hint);
}

static void offer_name(void *arg, const char *name)
{
	offer(arg, name, NULL);
}

/* ---- the desk ---- */

static void too_long(int signo)
{
	(void)signo;
	_exit(0);
}

/* Connected, at once or not at all: a private desk that sleeps is not woken for a key. */
static bool reached(struct complete *x)
{
	struct sd_err ignored;
	struct sd_db_want want = cli_want(x->c);
	if (x->c->conn)
		return true;
	fflush(stdout);
	signal(SIGALRM, too_long);
	alarm(WAIT_S);
	if (!sd_db_target_awake(&want) || !cli_connect(x->c, &ignored))
		return false;
	sd_conn_timeout(x->c->conn, STATEMENT_MS);
	return true;
}

/* Rows of name and hint; prefix stands before each. */
static void offer_rows(struct complete *x, const char *prefix, const char *sql, int n, const char *const *params)
{
	struct sd_err ignored;
	struct sd_result *r = reached(x) ? sd_conn_query(x->c->conn, sql, n, params, &ignored) : NULL;
	for (int i = 0; r && i < sd_result_rows(r); i++)
		offer_with(x, prefix, sd_result_get(r, i, 0), sd_result_cols(r) > 1 ? sd_result_get(r, i, 1) : NULL);
	sd_result_free(r);
}

/* Tickets one has in hand. */
static void offer_tickets(struct complete *x)
{
	static const char *const columns[] = {"number", "subject", NULL};
	struct sd_err ignored;
	struct sd_query_sql sql;
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = TICKETS, .zone = "UTC"};
	struct sd_query *q = reached(x) ? cli_query(x->c, "assignee:@me state:open sort:updated", columns, &ignored) : NULL;
	if (!q || !sd_query_sql(q, x->c->a, &o, &sql, &ignored))
		return;
	struct sd_result *r = sd_conn_query(x->c->conn, sql.sql, sql.nparams, sql.params, &ignored);
	int number = -1, subject = -1;
	for (int i = 0; r && i < sd_result_cols(r); i++) {
		number = strcmp(sd_result_name(r, i), "number") == 0 ? i : number;
		subject = strcmp(sd_result_name(r, i), "subject") == 0 ? i : subject;
	}
	for (int i = 0; r && number >= 0 && subject >= 0 && i < sd_result_rows(r); i++)
		offer(x, sd_result_get(r, i, number), sd_result_get(r, i, subject));
	sd_result_free(r);
}

/* Names of the type of a field; false when nothing is known of it. */
static bool offer_type(struct complete *x, const char *prefix, const char *type)
{
	static const char *const types[] = {"person", "group", "category", "service", "ci", NULL};
	const char *typed = begins(x->typed, prefix) ? x->typed + strlen(prefix) : "";
	for (size_t i = 0; types[i]; i++)
		if (strcmp(types[i], type) == 0) {
			const char *params[] = {typed};
			offer_rows(x, prefix, sd_arena_printf(x->c->a, "select name, hint from desk.find_%s($1)", type), 1, params);
			return true;
		}
	if (strcmp(type, "bool") != 0)
		return false;
	offer_with(x, prefix, "yes", NULL);
	offer_with(x, prefix, "no", NULL);
	return true;
}

/* ---- values of options ---- */

static void offer_options_of_config(struct complete *x)
{
	const char *eq = strchr(x->typed, '=');
	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		const struct sd_cfg_option *o = &sd_cfg_options[i];
		const char *prefix = sd_arena_printf(x->c->a, "%s=", o->name);
		if (!eq) {
			offer(x, prefix, _(o->help));
			continue;
		}
		if (!begins(x->typed, prefix))
			continue;
		for (const char *const *w = o->choice; w && *w; w++)
			offer_with(x, prefix, *w, NULL);
		if (o->type == SD_CFG_BOOL)
			offer_type(x, prefix, "bool");
	}
}

/* The last of a list with commas. */
static void offer_columns(struct complete *x)
{
	const char *comma = strrchr(x->typed, ',');
	const char *before = comma ? sd_arena_strndup(x->c->a, x->typed, (size_t)(comma - x->typed) + 1) : "";
	for (const char *const *f = sd_query_columns(); *f; f++)
		offer_with(x, before, *f, NULL);
	for (const char *const *f = sd_query_columns_asked(); *f; f++)
		offer_with(x, before, *f, NULL);
}

static void offer_words(struct complete *x, const char *const *words)
{
	for (; *words; words++)
		offer(x, *words, NULL);
}

/* The last of a list with commas, of these words. */
static void offer_listed(struct complete *x, const char *const *words)
{
	const char *comma = strrchr(x->typed, ',');
	const char *before = comma ? sd_arena_strndup(x->c->a, x->typed, (size_t)(comma - x->typed) + 1) : "";
	for (; *words; words++)
		offer_with(x, before, *words, NULL);
}

static void offer_value(struct complete *x, const char *option)
{
	static const char *const colors[] = {"auto", "always", "never", NULL}, *const languages[] = {"en", "zh_CN", NULL};
	static const char *const roles[] = {"requester", "agent", "lead", "process_owner", "auditor", "worker", "admin", NULL};
	static const struct {
		const char *option, *sql;
	} names[] = {{"group", "select name from desk.support_group where id > 0 and active order by 1 limit 200"},
		{"org", "select name from desk.org where id > 0 and active order by 1 limit 200"},
		{"by", "select unnest(desk.metric_bys())"},
		{"baseline", "select b->>'baseline', b->>'note' from jsonb_array_elements(desk.ci_baseline_list()) b"},
		{"with", "select b->>'baseline', b->>'note' from jsonb_array_elements(desk.ci_baseline_list()) b"},
		{"as", "select login, name from desk.person where login is not null and active order by 1 limit 200"}};
	static const char *const periods[] = {"today", "yesterday", "this-week", "last-week", "this-month", "last-month",
		"this-quarter", "7d", "30d", "12w", "now", NULL};
	static const char *const ways[] = {"down", "up", NULL}, *const finds[] = {"tickets", "articles", "cis", NULL};
	if (strcmp(option, "period") == 0 || strcmp(option, "compare") == 0) {
		offer_words(x, periods);
	} else if (strcmp(option, "map") == 0) {
		map_list(offer_name, x);
		directive(x, ":files\n");
	} else if (strcmp(option, "layout") == 0) {
		sd_data_names("walls", ".wall", offer_name, x);
		directive(x, ":files\n");
	} else if (strcmp(option, "theme") == 0) {
		sd_data_names("themes", ".theme", offer_name, x);
	} else if (strcmp(option, "color") == 0) {
		offer_words(x, colors);
	} else if (strcmp(option, "language") == 0) {
		offer_words(x, languages);
	} else if (strcmp(option, "role") == 0) {
		offer_words(x, roles);
	} else if (strcmp(option, "set") == 0) {
		offer_options_of_config(x);
	} else if (strcmp(option, "direction") == 0) {
		offer_words(x, ways);
	} else if (strcmp(option, "in") == 0) {
		offer_listed(x, finds);
	} else if (strcmp(option, "columns") == 0) {
		offer_columns(x);
	} else if (strcmp(option, "dir") == 0) {
		directive(x, ":dirs\n");
	} else if (strcmp(option, "to") == 0 || strcmp(option, "roots") == 0 || strcmp(option, "file") == 0 ||
			   strcmp(option, "relations") == 0 || strcmp(option, "train") == 0 || strcmp(option, "test") == 0) {
		directive(x, ":files\n");
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(option, names[i].option) == 0)
			offer_rows(x, "", names[i].sql, 0, NULL);
}

/* ---- operands ---- */

/* A query is one text, however many words it has in the shell. */
static void offer_query(struct complete *x)
{
	struct sd_query_completion out;
	struct sd_str text = {0};
	for (size_t i = 0; i < x->c->narg; i++)
		sd_str_addf(&text, "%s ", x->c->arg[i]);
	size_t before = text.len;
	sd_str_add(&text, x->typed);
	const char *whole = text.data ? text.data : "";
	const struct sd_meta *meta = reached(x) ? cli_meta(x->c) : NULL;
	sd_query_complete(x->c->a, whole, text.len, meta, NULL, 0, &out);
	if (out.from >= before) {
		const char *prefix = sd_arena_strndup(x->c->a, whole + before, out.from - before);
		for (size_t i = 0; i < out.n; i++)
			offer_with(x, prefix, out.offer[i].text, out.offer[i].hint);
		struct sd_err ignored;
		struct sd_result *r = out.names && reached(x) ? sd_conn_query(x->c->conn, out.names, 1, &out.typed, &ignored) : NULL;
		for (int i = 0; r && i < sd_result_rows(r); i++)
			offer_with(x, prefix, sd_query_quote(x->c->a, sd_result_get(r, i, 0)),
				sd_result_cols(r) > 1 ? sd_result_get(r, i, 1) : NULL);
		sd_result_free(r);
	}
	sd_str_free(&text);
}

/* FIELD=VALUE of an act or a new ticket. */
static void offer_params(struct complete *x, const struct sd_verb *v)
{
	const char *eq = strchr(x->typed, '=');
	for (int i = 0; v && i < v->nparams; i++) {
		const struct sd_param *p = &v->params[i];
		const char *prefix = sd_arena_printf(x->c->a, "%s=", p->param);
		bool given = false;
		for (size_t k = 0; k < x->c->narg; k++)
			given = given || begins(x->c->arg[k], prefix);
		if (!eq && !given)
			offer(x, prefix, p->label);
		if (!eq || !begins(x->typed, prefix))
			continue;
		for (int k = 0; k < p->choices.n; k++)
			offer_with(x, prefix, p->choices.w[k], NULL);
		offer_type(x, prefix, p->type);
	}
}

static void offer_new(struct complete *x)
{
	const struct sd_meta *m = reached(x) ? cli_meta(x->c) : NULL;
	const char *kind = "incident";
	bool given = false;
	for (size_t i = 0; i < x->c->narg; i++)
		if (begins(x->c->arg[i], "kind=")) {
			kind = x->c->arg[i] + 5;
			given = true;
		}
	if (!given && begins("kind=", x->typed))
		offer(x, "kind=", NULL);
	for (int i = 0; m && !given && begins(x->typed, "kind=") && i < m->nkinds; i++)
		offer_with(x, "kind=", m->kinds[i].kind, m->kinds[i].label);
	offer_params(x, sd_kind_verb(sd_meta_kind(m, kind), "create"));
}

/* NUMBER... VERB FIELD=VALUE...: a word that is the number of a ticket one sees is one, the next is the verb. */
static void offer_act(struct complete *x)
{
	const struct sd_meta *m = x->c->narg && reached(x) ? cli_meta(x->c) : NULL;
	struct sd_err ignored;
	const struct sd_kind *k = NULL;
	const char *state = NULL;
	for (size_t i = 0; m && i < x->c->narg; i++) {
		const struct sd_verb *v = sd_kind_verb(k, x->c->arg[i]);
		if (v) {
			offer_params(x, v);
			return;
		}
		struct sd_result *r = sd_conn_query(
			x->c->conn, "select kind, state from desk.ticket_row where number = upper($1)", 1, &x->c->arg[i], &ignored);
		if (r && sd_result_rows(r)) {
			k = sd_meta_kind(m, sd_result_get(r, 0, 0));
			state = sd_arena_strdup(x->c->a, sd_result_get(r, 0, 1));
		}
		sd_result_free(r);
	}
	for (int i = 0; k && i < k->nverbs; i++)
		if (sd_kind_allows(k, state, k->verbs[i].verb) && !sd_meta_role_refusal(m, x->c->a, k, state, k->verbs[i].verb))
			offer(x, k->verbs[i].verb, k->verbs[i].label);
	offer_tickets(x);
}

/* NUMBER FIELD=VALUE...: the fields of triage. */
static void offer_triage(struct complete *x)
{
	const struct sd_meta *m = x->c->narg && reached(x) ? cli_meta(x->c) : NULL;
	struct sd_err ignored;
	if (!x->c->narg) {
		offer_rows(x, "",
			"select number, subject from desk.ticket_row where state = 'new' and (\"group\" is null or category is null) order "
			"by "
			"opened_at limit 50",
			0, NULL);
		return;
	}
	struct sd_result *r =
		m ? sd_conn_query(x->c->conn, "select kind from desk.ticket_row where number = upper($1)", 1, x->c->arg, &ignored) : NULL;
	if (r && sd_result_rows(r))
		offer_params(x, sd_kind_verb(sd_meta_kind(m, sd_result_get(r, 0, 0)), "triage"));
	sd_result_free(r);
}

/* What commands that do one thing to a record want first: a name out of a list. Files: NULL. */
static bool offer_record(struct complete *x)
{
	static const char rules[] = "select r->>'rule', r->>'query' from desk.assign_rule_list() r",
					  rotas[] = "select r->>'rota', r->>'group' from desk.rota_list() r",
					  people[] = "select login, name from desk.person where login is not null and active order by 1 limit 200",
					  groups[] = "select name from desk.support_group where id > 0 and active order by 1 limit 200",
					  orgs[] = "select name from desk.org where id > 0 and active order by 1 limit 200",
					  skills[] = "select s->>'skill' from desk.skill_list() s",
					  categories[] = "select r->>'category' from jsonb_array_elements(desk.record_list('category')) r";
	static const struct {
		const char *words, *sql;
		size_t at;
	} records[] = {{"assign show", rules, 0}, {"assign edit", rules, 0}, {"assign enable", rules, 0},
		{"assign disable", rules, 0}, {"assign order", rules, 0}, {"assign delete", rules, 0}, {"assign simulate", rules, 0},
		{"assign log", rules, 0}, {"rota show", rotas, 0}, {"rota delete", rotas, 0}, {"rota log", rotas, 0},
		{"rota list", groups, 0}, {"rota week", groups, 0}, {"absence list", people, 0}, {"skill list", people, 0},
		{"skill give", people, 0}, {"skill take", people, 0}, {"skill give", skills, 1}, {"skill take", skills, 1},
		{"group member", groups, 0}, {"group member", people, 1}, {"group retire", groups, 0}, {"org retire", orgs, 0},
		{"category retire", categories, 0}, {"rota import", NULL, 0}};
	bool known = false;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		if (strcmp(records[i].words, x->c->cmd->words) != 0)
			continue;
		known = true;
		if (records[i].at == x->c->narg && records[i].sql)
			offer_rows(x, "", records[i].sql, 0, NULL);
		else if (records[i].at == x->c->narg)
			directive(x, ":files\n");
	}
	return known;
}

/* Items by the beginning of id or name: what is offered names one. */
static void offer_items(struct complete *x)
{
	offer_rows(x, "",
		"select w.word, f.hint from desk.find_ci($1) f join desk.ci c on c.id = f.id, lateral (select c.ident union select "
		"f.name) "
		"w(word) order by f.name, w.word",
		1, &x->typed);
}

static void offer_articles(struct complete *x)
{
	offer_rows(x, "", "select number, title from desk.kb_list('{}', 100)", 0, NULL);
}

/* Commands about items and articles, by the place of the operand: i an item, a an article, t a ticket, l a type of links, c a
 * class, r a rule of the audit, b a baseline, m a model, f a file, d a folder. */
static bool offer_estate(struct complete *x)
{
	static const struct {
		const char *words, *wants;
	} commands[] = {{"ci impact", "i"}, {"ci reach", "i"}, {"ci show", "i"}, {"ci diff", "i"}, {"ci set", "i"},
		{"ci retire", "i"}, {"ci confirm", "i"}, {"ci release", "i"}, {"ci link", "ili"}, {"ci unlink", "ili"},
		{"ci unplanned", "i"}, {"ci audit", "r"}, {"ci rule", "r"}, {"ci baseline", "b"}, {"ci class show", "c"},
		{"ci class set", "c"}, {"ci class attr", "c"}, {"ci class rank", "c"}, {"ci type set", "l"}, {"ci import", "f"},
		{"kb import", "d"}, {"kb show", "a"}, {"kb edit", "a"}, {"kb submit", "a"}, {"kb approve", "a"}, {"kb reject", "a"},
		{"kb withdraw", "a"}, {"kb publish", "a"}, {"kb retire", "a"}, {"kb restore", "a"}, {"kb check", "a"}, {"kb diff", "a"},
		{"kb history", "a"}, {"kb feedback", "a"}, {"kb attach", "af"}, {"kb save", "a"}, {"kb link", "at"}, {"kb unlink", "at"},
		{"predict backtest", "m"}, {"predict explain", "t"}};
	static const struct {
		char what;
		const char *sql;
	} lists[] = {{'l', "select e->>'type' from jsonb_array_elements(desk.ci_type_list()) e"},
		{'c', "select e->>'class', e->>'description' from jsonb_array_elements(desk.ci_class_list()) e"},
		{'r', "select name, description from desk.ci_rule order by 1"},
		{'b', "select e->>'baseline', e->>'note' from jsonb_array_elements(desk.ci_baseline_list()) e"},
		{'m', "select unnest('{category,group,impact,urgency,breach}'::text[])"}};
	size_t k = 0;
	while (k < sizeof commands / sizeof *commands && strcmp(commands[k].words, x->c->cmd->words) != 0)
		k++;
	if (k == sizeof commands / sizeof *commands)
		return false;
	char what = x->c->narg < strlen(commands[k].wants) ? commands[k].wants[x->c->narg] : '\0';
	if (what == 'i')
		offer_items(x);
	else if (what == 'a')
		offer_articles(x);
	else if (what == 't')
		offer_tickets(x);
	else if (what == 'f' || what == 'd')
		directive(x, what == 'f' ? ":files\n" : ":dirs\n");
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (lists[i].what == what)
			offer_rows(x, "", lists[i].sql, 0, NULL);
	return true;
}

/* class:NAME in queries of items, class=NAME of a new one. */
static void offer_class(struct complete *x, const char *prefix)
{
	offer(x, prefix, NULL);
	if (begins(x->typed, prefix))
		offer_rows(x, prefix, "select e->>'class', e->>'description' from jsonb_array_elements(desk.ci_class_list()) e", 0, NULL);
}

static void offer_operand(struct complete *x)
{
	static const char *const shells[] = {"bash", "zsh", "fish", NULL};
	const char *w = x->c->cmd->words;
	if (offer_record(x) || offer_estate(x))
		return;
	if (strcmp(w, "ci list") == 0 || strcmp(w, "ci new") == 0)
		offer_class(x, strcmp(w, "ci new") == 0 ? "class=" : "class:");
	if (strcmp(w, "ticket list") == 0 || strcmp(w, "triage list") == 0 || strcmp(w, "export") == 0 ||
		strcmp(w, "query explain") == 0 || strcmp(w, "ticket watch") == 0)
		offer_query(x);
	else if (strcmp(w, "ticket act") == 0)
		offer_act(x);
	else if (strcmp(w, "ticket new") == 0)
		offer_new(x);
	else if (strcmp(w, "triage apply") == 0 || (strcmp(w, "triage propose") == 0 && !x->c->narg))
		offer_triage(x);
	else if (strcmp(w, "ticket show") == 0 || ((strcmp(w, "assign explain") == 0 || strcmp(w, "who") == 0) && !x->c->narg) ||
			 (strcmp(w, "ticket save") == 0 && !x->c->narg))
		offer_tickets(x);
	else if (strcmp(w, "metric get") == 0 && !x->c->narg)
		offer_rows(x, "",
			"select m.id, l.text from desk.metric m join desk.label l on l.key = 'metric.' || m.id || '.name' and l.lang = 'en' "
			"order by m.sort",
			0, NULL);
	else if (strcmp(w, "kind show") == 0 && !x->c->narg)
		offer_rows(x, "", "select k->>'kind', k->>'label' from jsonb_array_elements(desk.kind_list()) k", 0, NULL);
	else if (begins(w, "user ") && strcmp(w, "user add") != 0 && strcmp(w, "user list") != 0 && !x->c->narg)
		offer_value(x, "as");
	else if (strcmp(w, "user role") == 0 && x->c->narg == 1)
		offer_value(x, "role");
	else if (begins(w, "import "))
		directive(x, ":files\n");
	else if (strcmp(w, "completion") == 0 && !x->c->narg)
		offer_words(x, shells);
}

/* ---- commands and options ---- */

/* The next word of every command that begins with what stands there. */
static void offer_commands(struct complete *x)
{
	struct sd_str before = {0};
	const char *last = "";
	for (size_t i = 0; i < x->c->narg; i++)
		sd_str_addf(&before, "%s ", x->c->arg[i]);
	const struct cli_command *k;
	for (size_t i = 0; (k = cli_command_at(i)); i++) {
		if (!begins(k->words, before.data ? before.data : ""))
			continue;
		const char *rest = k->words + before.len;
		const char *word = sd_arena_strndup(x->c->a, rest, strcspn(rest, " "));
		if (strcmp(word, last) != 0)
			offer(x, word, strchr(rest, ' ') ? NULL : _(k->help));
		last = word;
	}
	sd_str_free(&before);
	if (!x->c->narg)
		offer(x, "help", _("what a command does"));
}

static void offer_options(struct complete *x)
{
	for (int i = 0; i < 2; i++)
		for (const struct cli_opt *o = i ? cli_common_opts : x->c->cmd ? x->c->cmd->opts : NULL; o && o->name; o++)
			offer(x, sd_arena_printf(x->c->a, o->arg ? "--%s=" : "--%s", o->name), _(o->help));
}

static const struct cli_opt *option_of(const struct complete *x, const char *word)
{
	size_t len = strcspn(word, "=");
	for (const struct cli_opt *o = cli_common_opts; o->name; o++)
		if (strlen(o->name) == len && strncmp(o->name, word, len) == 0)
			return o;
	const struct cli_command *k;
	for (size_t i = 0; (k = cli_command_at(i)); i++)
		for (const struct cli_opt *o = x->c->cmd && x->c->cmd != k ? NULL : k->opts; o && o->name; o++)
			if (strlen(o->name) == len && strncmp(o->name, word, len) == 0)
				return o;
	return NULL;
}

static void take_option(struct complete *x, const char *name, const char *value)
{
	if (x->c->nopt < CLI_MAX_OPTS) {
		x->c->opt[x->c->nopt].name = name;
		x->c->opt[x->c->nopt++].value = value;
	}
}

/* Sorts the words before the cursor; the option whose value is being typed, or NULL. */
static const struct cli_opt *sort_words(struct complete *x)
{
	const struct cli_opt *wants = NULL;
	x->c->narg = x->c->nopt = 0;
	for (size_t i = 0; i < x->n; i++) {
		const char *w = x->word[i];
		if (wants) {
			take_option(x, wants->name, w);
			wants = NULL;
		} else if (begins(w, "--") && w[2]) {
			const struct cli_opt *o = option_of(x, w + 2);
			const char *eq = strchr(w, '=');
			if (o && o->arg && !eq)
				wants = o;
			else if (o)
				take_option(x, o->name, eq ? eq + 1 : "");
		} else {
			x->c->arg[x->c->narg++] = w;
		}
	}
	return wants;
}

static void complete(struct complete *x)
{
	size_t used = 0;
	const struct cli_opt *wants = sort_words(x);
	x->c->cmd = cli_command_of(x->c->arg, x->c->narg, &used);
	if (x->c->cmd)
		wants = sort_words(x); /* again: now it is known whose options they are */
	if (wants) {
		offer_value(x, wants->name);
		return;
	}
	const char *eq = begins(x->typed, "--") ? strchr(x->typed, '=') : NULL;
	const struct cli_opt *o = eq ? option_of(x, x->typed + 2) : NULL;
	if (o) {
		x->before = sd_arena_strndup(x->c->a, x->typed, (size_t)(eq - x->typed) + 1);
		x->typed = eq + 1;
		offer_value(x, o->name);
		return;
	}
	if (begins(x->typed, "-")) {
		offer_options(x);
		return;
	}
	if (x->c->narg && strcmp(x->c->arg[0], "help") == 0) {
		x->c->arg++;
		x->c->narg--;
		offer_commands(x);
		return;
	}
	/* `demo` is a command, and the first word of `demo stop` */
	if (!x->c->cmd || used == x->c->narg)
		offer_commands(x);
	if (x->c->cmd) {
		x->c->arg += used;
		x->c->narg -= used;
		offer_operand(x);
	}
}

/* ---- from the shell ---- */

/* Splits a line as a shell does, up to its end; the last word is the one being typed, with a quote that is still open. */
static size_t split_line(struct cli *c, const char *line, const char ***out)
{
	struct sd_str s = {0};
	const char **word = sd_arena_alloc(c->a, (strlen(line) / 2 + 2) * sizeof *word);
	size_t n = 0;
	for (;;) {
		while (*line == ' ' || *line == '\t' || *line == '\n')
			line++;
		char quote = '\0';
		for (; *line && (quote || !strchr(" \t\n", *line)); line++) {
			if (*line == quote)
				quote = '\0';
			else if (!quote && (*line == '"' || *line == '\''))
				quote = *line;
			else if (*line == '\\' && quote != '\'' && line[1])
				sd_str_addc(&s, *++line);
			else
				sd_str_addc(&s, *line);
		}
		word[n++] = sd_arena_strndup(c->a, s.data ? s.data : "", s.len);
		sd_str_reset(&s);
		if (!*line)
			break;
	}
	sd_str_free(&s);
	*out = word;
	return n;
}

int cli_complete(struct cli *c, int argc, char **argv)
{
	struct sd_err ignored;
	struct complete x = {.c = c, .typed = "", .before = ""};
	const char **word = sd_arena_alloc(c->a, ((size_t)argc + 1) * sizeof *word);
	size_t n = 0;
	sd_cfg_load(c->cfg, &ignored);
	if (argc == 4 && strcmp(argv[2], "--line") == 0)
		n = split_line(c, argv[3], &word);
	else
		for (int i = 3; i < argc; i++)
			word[n++] = argv[i];
	if (n < 2) /* the name of the program is the first */
		return 0;
	x.word = word + 1;
	x.n = n - 2;
	x.typed = word[n - 1];
	c->arg = sd_arena_alloc(c->a, (n + 1) * sizeof *c->arg);
	complete(&x);
	return 0;
}
