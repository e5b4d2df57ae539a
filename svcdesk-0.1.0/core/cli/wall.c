/* svcdesk wall: the wallboard on the whole screen, or one reading of its figures for scripts and for those who listen. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/locale.h"
#include "svcdesk/wall.h"

static void row(struct sd_str *s, const char *label, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void row(struct sd_str *s, const char *label, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	sd_str_addf(s, "%s: %s\n", label, text);
}

static void tickets(
	struct sd_str *s, struct cli *c, const struct sd_wall *w, const char *title, const struct sd_wall_ticket *t, size_t n)
{
	if (n)
		sd_str_addf(s, "%s:\n", title);
	for (size_t i = 0; i < n && i < 10; i++)
		sd_str_addf(s, "  P%d  %s  %s  %s\n", t[i].priority, t[i].number,
			sd_time_local(c->a, t[i].due != SD_TIME_NONE ? t[i].due : t[i].opened, *w->zone ? w->zone : NULL, "%Y-%m-%d %H:%M"),
			t[i].subject);
}

static void open_now(struct sd_str *s, const struct sd_wall *w)
{
	row(s, _("Open"), "%d", w->live.total.n);
	for (int i = 0; i < SD_WALL_PRIORITIES; i++) {
		const struct sd_wall_open *o = &w->live.priority[i];
		sd_str_addf(s, _("  P%d: %d open, %d unassigned, %d breached, %d at risk\n"), i + 1, o->n, o->unassigned, o->breached,
			o->at_risk);
	}
	row(s, _("Unassigned"), "%d", w->live.total.unassigned);
	row(s, _("Waiting"), "%d", w->live.on_hold);
	if (w->live.restricted)
		row(s, _("Restricted"), "%d", w->live.restricted);
	row(s, _("Breached"), "%d", w->live.total.breached);
	row(s, _("At risk"), "%d", w->live.total.at_risk);
	row(s, _("Due in 15 min"), "%d", w->live.in15);
	row(s, _("Due in 60 min"), "%d", w->live.in60);
	row(s, _("Opened today"), "%d", w->live.in_today);
	row(s, _("Resolved today"), "%d", w->live.out_today);
	if (w->live.online >= 0)
		row(s, _("Agents on line"), "%d", w->live.online);
}

static void people(struct sd_str *s, struct cli *c, const struct sd_wall *w)
{
	for (size_t i = 0; i < w->live.nmajors; i++) {
		const struct sd_wall_major *m = &w->live.majors[i];
		row(s, _("Major incident"), "P%d  %s  %s  %s %s", m->priority, m->number, m->subject, _("next update"),
			m->next_update == SD_TIME_NONE ? "-" : sd_time_local(c->a, m->next_update, *w->zone ? w->zone : NULL, "%H:%M"));
	}
	sd_str_addf(s, "%s:\n", _("Age of the backlog"));
	for (int i = 0; i < SD_WALL_AGES; i++) {
		sd_str_add(s, "  ");
		sd_str_addf(s, _("%s d"), sd_wall_ages[i]);
		sd_str_addf(s, ": %d\n", w->live.age[i]);
	}
	if (w->live.ngroups)
		sd_str_addf(s, "%s:\n", _("Load of groups"));
	for (size_t i = 0; i < w->live.ngroups; i++)
		sd_str_addf(s, _("  %s: %d open, %d unassigned, %d breached\n"),
			strcmp(w->live.groups[i].name, "-") != 0 ? w->live.groups[i].name : _("no group"), w->live.groups[i].open,
			w->live.groups[i].unassigned, w->live.groups[i].breached);
}

static void the_past(struct sd_str *s, struct cli *c, const struct sd_wall *w)
{
	for (size_t i = 0; i < w->live.nservices; i++)
		if (strcmp(w->live.services[i].state, "ok") != 0)
			row(s, w->live.services[i].name, "%s", w->live.services[i].state);
	for (size_t i = 0; i < w->slow.nmetrics; i++) {
		const struct sd_wall_metric *m = &w->slow.metrics[i];
		int goal = sd_wall_goal(m);
		const char *name = sd_arena_printf(c->a,
			strcmp(m->period, "today") == 0 ? _("%s, today")
			: strcmp(m->period, "7d") == 0  ? _("%s, 7 days")
											: "%s",
			m->name);
		row(s, name, "%s%s%s", sd_wall_value(c->a, m), goal < 0 ? "" : "  ", goal < 0 ? "" : goal ? _("met") : _("missed"));
	}
	for (size_t i = 0; i < w->slow.nbudgets; i++) {
		const struct sd_wall_budget *b = &w->slow.budgets[i];
		if (!isnan(b->availability) && !isnan(b->left))
			row(s, b->service, _("%.3f%%, %.0f min of the error budget left"), b->availability, b->left);
	}
	if (w->slow.ncauses)
		sd_str_addf(s, "%s:\n", _("Top causes, 7 days"));
	for (size_t i = 0; i < w->slow.ncauses && i < 5; i++)
		sd_str_addf(s, "  %s: %d\n", w->slow.causes[i].label, w->slow.causes[i].n);
}

static bool print_plain(struct cli *c, const char *json, struct sd_err *err)
{
	struct sd_wall *w = sd_wall_new();
	struct sd_str s = {0};
	bool ok = sd_wall_take(w, json, err);
	if (ok) {
		sd_str_addf(&s, "%s  %s\n", w->desk, sd_time_local(c->a, w->now, *w->zone ? w->zone : NULL, "%Y-%m-%d %H:%M"));
		open_now(&s, w);
		tickets(&s, c, w, _("Breaching next"), w->live.breaching, w->live.nbreaching);
		tickets(&s, c, w, _("Unassigned, oldest first"), w->live.oldest, w->live.noldest);
		people(&s, c, w);
		the_past(&s, c, w);
		cli_print(c, s.data, s.len);
	}
	sd_str_free(&s);
	sd_wall_free(w);
	return ok;
}

static int once(struct cli *c)
{
	struct sd_err err;
	json_t *ask = json_pack("{s:s,s:[s,s]}", "lang", c->json ? "en" : sd_locale_language(), "parts", "live", "slow");
	char *text = json_dumps(ask, JSON_COMPACT);
	const char *params[] = {text};
	char *answer = cli_connect(c, &err) ? cli_value(c, &err, sd_wall_sql, 1, params) : NULL;
	bool ok = answer != NULL;
	json_decref(ask);
	free(text);
	if (ok && c->json) {
		json_t *j = cli_parse(answer, &err);
		ok = j != NULL;
		if (ok)
			cli_print_json(c, j);
		json_decref(j);
	} else if (ok) {
		ok = print_plain(c, answer, &err);
	}
	return ok ? 0 : cli_fail(c, &err);
}

int cli_wall(struct cli *c)
{
	struct sd_err err;
	const char *term = sd_env_get("TERM");
	if (c->json || cli_has(c, "once") || cli_has(c, "plain"))
		return once(c);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !strcmp(term, "dumb")) {
		sd_err_set(&err, SD_ERR_INPUT, "no_terminal", "%s",
			_("the wall needs a terminal that can place its cursor; svcdesk wall --once --plain prints its figures once"));
		return cli_fail(c, &err);
	}
	struct sd_db_want want = cli_want(c);
	if (!sd_db_target_find(&c->target, &want, &err))
		return cli_fail(c, &err);
	struct sd_cli_start start = {
		.what = SD_CLI_WALL, .cfg = c->cfg, .target = &c->target, .layout = cli_get(c, "layout"), .theme = cli_get(c, "theme")};
	return c->console(&start);
}
