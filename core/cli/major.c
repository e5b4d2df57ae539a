/* major list, show, report, rule: major incidents, their war room and report in lines. What is done to them goes by ticket act.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

static long long whole(const json_t *j, const char *key)
{
	return (long long)json_integer_value(json_object_get(j, key));
}

static const char *when(struct cli *c, const char *iso)
{
	struct sd_err ignored;
	sd_time t;
	const char *zone = sd_cfg_text(c->cfg, "zone");
	if (!*iso || !sd_time_parse(iso, "UTC", &t, &ignored))
		return iso;
	return sd_time_local(c->a, t, *zone ? zone : NULL, "%Y-%m-%d %H:%M");
}

/* "2026-03-02 08:30", with "late" where it was missed; "-" without a clock. */
static const char *next_update(struct cli *c, const json_t *update)
{
	const char *at = when(c, cli_word(update, "due_at"));
	if (!json_is_object(update) || !json_is_true(json_object_get(update, "open")) || !*at)
		return "-";
	return strcmp(cli_word(update, "state"), "breached") == 0 ? sd_arena_printf(c->a, _("%s late"), at) : at;
}

static void print_list(struct cli *c, const json_t *list)
{
	static const char *const titles[] = {
		N_("number"), N_("major"), N_("state"), "P", N_("commander"), N_("next update"), N_("children"), N_("subject")};
	const char *words[sizeof titles / sizeof *titles];
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		words[i] = _(titles[i]);
	struct cli_table *t = cli_table_new(c, words, sizeof titles / sizeof *titles);
	size_t i;
	json_t *m;
	json_array_foreach((json_t *)(uintptr_t)list, i, m)
	{
		const char *cells[] = {cli_word(m, "number"), cli_label(c, "incident", "major", cli_word(m, "major")),
			cli_label(c, "incident", "state", cli_word(m, "state")), sd_arena_printf(c->a, "%lld", whole(m, "priority")),
			cli_word(m, "commander"), next_update(c, json_object_get(m, "update")),
			sd_arena_printf(c->a, "%lld", whole(m, "children")), cli_word(m, "subject")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_major_list(struct cli *c)
{
	struct sd_err err;
	const char *all[] = {cli_has(c, "all") ? "true" : "false"};
	json_t *list = cli_connect(c, &err) ? cli_json(c, &err, "select desk.major_list($1::boolean)", 1, all) : NULL;
	if (!list)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, list);
	else
		print_list(c, list);
	json_decref(list);
	return 0;
}

/* ---- one of them ---- */
static json_t *room(struct cli *c, struct sd_err *err)
{
	const char *number[] = {c->arg[0]};
	json_t *t =
		cli_connect(c, err) ? cli_json(c, err, "select coalesce(desk.war_room(desk.ticket_id($1)), 'null')", 1, number) : NULL;
	if (t && !json_is_null(t) && *cli_word(t, "major"))
		return t;
	if (t && cli_is_person(c, err))
		sd_err_set(err, SD_ERR_NOT_FOUND, json_is_null(t) ? "not_found" : "not_major",
			json_is_null(t) ? _("there is no ticket %s that you may see")
							: _("%s is no major incident; propose it: svcdesk ticket act %s propose_major"),
			c->arg[0], c->arg[0]);
	json_decref(t);
	return NULL;
}

static void line(struct sd_str *s, const char *label, const char *text)
{
	if (!*text)
		return;
	sd_str_add(s, label);
	for (int pad = sd_text_width(label); pad < 16; pad++)
		sd_str_addc(s, ' ');
	sd_str_addf(s, "%s\n", text);
}

static const char *joined(struct cli *c, const json_t *list)
{
	struct sd_str s = {0};
	size_t i;
	json_t *v;
	json_array_foreach((json_t *)(uintptr_t)list, i, v)
		sd_str_addf(&s, "%s%s", s.len ? _(", ") : "", json_is_object(v) ? cli_word(v, "name") : json_string_value(v));
	const char *out = sd_arena_strdup(c->a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

/* "3 New, 2 Resolved" */
static const char *states(struct cli *c, const json_t *list)
{
	struct sd_str s = {0};
	size_t i;
	json_t *v;
	json_array_foreach((json_t *)(uintptr_t)list, i, v) sd_str_addf(
		&s, "%s%lld %s", s.len ? _(", ") : "", whole(v, "n"), cli_label(c, "incident", "state", cli_word(v, "state")));
	const char *out = sd_arena_strdup(c->a, s.data ? s.data : "-");
	sd_str_free(&s);
	return out;
}

static void block(struct sd_str *s, const char *title, const char *text)
{
	if (!*text)
		return;
	sd_str_addf(s, "\n%s\n", title);
	while (*text) {
		size_t n = strcspn(text, "\n");
		sd_str_addf(s, "    %.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void header(struct cli *c, struct sd_str *s, const json_t *t)
{
	const json_t *r = json_object_get(t, "room"), *u = json_object_get(r, "update");
	sd_str_addf(s, "%s  P%lld  %s\n\n", cli_word(t, "number"), whole(t, "priority"), cli_word(t, "subject"));
	line(s, _("major"), cli_label(c, "incident", "major", cli_word(t, "major")));
	line(s, _("state"), cli_label(c, "incident", "state", cli_word(t, "state")));
	line(s, _("opened"), when(c, cli_word(t, "opened_at")));
	line(s, _("accepted"), when(c, cli_word(r, "accepted_at")));
	line(s, _("commander"), cli_word(t, "commander"));
	line(s, _("communications"), cli_word(t, "communications"));
	line(s, _("scribe"), cli_word(t, "scribe"));
	line(s, _("next update"), next_update(c, u));
	if (whole(u, "breaches") > 0)
		line(s, _("updates missed"), sd_arena_printf(c->a, "%lld", whole(u, "breaches")));
	line(s, _("services"), joined(c, json_object_get(r, "services")));
	line(s, _("items"), joined(c, json_object_get(r, "items")));
	line(s, _("customers"), joined(c, json_object_get(r, "customers")));
	line(s, _("present"), joined(c, json_object_get(r, "present")));
	line(s, _("children"), states(c, json_object_get(r, "states")));
	line(s, _("report"), when(c, cli_word(t, "reported_at")));
}

int cli_major_show(struct cli *c)
{
	struct sd_err err;
	struct sd_str s = {0};
	size_t i;
	json_t *e, *t = room(c, &err);
	if (!t)
		return cli_fail(c, &err);
	cli_verbs_now(t);
	if (c->json) {
		cli_print_json(c, t);
		json_decref(t);
		return 0;
	}
	header(c, &s, t);
	json_array_foreach(json_object_get(json_object_get(t, "room"), "children"), i, e)
		sd_str_addf(&s, "%s%s  %s  P%lld  %s\n", i ? "" : "\n", cli_word(e, "number"),
			cli_label(c, "incident", "state", cli_word(e, "state")), whole(e, "priority"), cli_word(e, "subject"));
	sd_str_addc(&s, '\n');
	json_array_foreach(json_object_get(t, "events"), i, e)
	{
		const char *text = cli_word(e, "text");
		sd_str_addf(&s, "%s  %s  %s%s%.*s\n", when(c, cli_word(e, "at")), cli_word(e, "actor"),
			sd_meta_verb(cli_meta(c), "incident", cli_word(e, "verb")), *text ? ": " : "", (int)strcspn(text, "\n"), text);
	}
	cli_print_clean(c, s.data);
	sd_str_free(&s);
	json_decref(t);
	return 0;
}

/* ---- the report ---- */
static const struct {
	const char *field, *name, *label;
} parts[] = {{"report_summary", "summary", N_("Summary")}, {"report_timeline", "timeline", N_("Timeline")},
	{"report_cause", "cause", N_("Cause")}, {"report_well", "went_well", N_("What went well")},
	{"report_badly", "went_badly", N_("What went badly")}, {"report_actions", "actions", N_("Actions")}};
enum { PARTS = sizeof parts / sizeof *parts };

/* As it was written; a part nobody has written yet is what the journal says. */
static json_t *report_of(const json_t *t)
{
	const json_t *draft = json_object_get(json_object_get(t, "room"), "draft");
	json_t *out = json_pack("{s:s,s:s,s:O,s:O,s:O,s:b}", "number", cli_word(t, "number"), "subject", cli_word(t, "subject"),
		"major", json_object_get(t, "major"), "reported_at", json_object_get(t, "reported_at"), "reported_by",
		json_object_get(t, "reported_by"), "draft", !*cli_word(t, "reported_at"));
	for (int i = 0; i < PARTS; i++) {
		json_t *v = json_object_get(t, parts[i].field);
		json_t *from = json_is_string(v) ? v : json_object_get(draft, parts[i].name);
		json_object_set_new(out, parts[i].name, from ? json_incref(from) : json_null());
	}
	return out;
}

int cli_major_report(struct cli *c)
{
	struct sd_err err;
	struct sd_str s = {0};
	json_t *t = room(c, &err), *r;
	if (!t)
		return cli_fail(c, &err);
	r = report_of(t);
	json_decref(t);
	if (c->json) {
		cli_print_json(c, r);
		json_decref(r);
		return 0;
	}
	sd_str_addf(&s, "%s  %s\n", cli_word(r, "number"), cli_word(r, "subject"));
	if (json_is_true(json_object_get(r, "draft")))
		sd_str_addf(&s,
			_("(a draft out of the journal: svcdesk ticket act %s report cause=... actions=... makes it the report)\n"),
			cli_word(r, "number"));
	else
		sd_str_addf(&s, "%s  %s\n", when(c, cli_word(r, "reported_at")), cli_word(r, "reported_by"));
	for (int i = 0; i < PARTS; i++)
		block(&s, _(parts[i].label), cli_word(r, parts[i].name));
	cli_print_clean(c, s.data);
	sd_str_free(&s);
	json_decref(r);
	return 0;
}

/* ---- rules ---- */
static void print_rules(struct cli *c, const json_t *list)
{
	static const char *const titles[] = {N_("rule"), N_("active"), N_("priority"), "n", N_("minutes"), N_("when")};
	const char *words[sizeof titles / sizeof *titles];
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		words[i] = _(titles[i]);
	struct cli_table *t = cli_table_new(c, words, sizeof titles / sizeof *titles);
	size_t i;
	json_t *r;
	json_array_foreach((json_t *)(uintptr_t)list, i, r)
	{
		const char *cells[] = {cli_word(r, "rule"), json_is_true(json_object_get(r, "active")) ? _("yes") : _("no"),
			json_is_null(json_object_get(r, "priority")) ? "" : sd_arena_printf(c->a, "<=%lld", whole(r, "priority")),
			json_is_null(json_object_get(r, "n")) ? "" : sd_arena_printf(c->a, "%lld", whole(r, "n")),
			json_is_null(json_object_get(r, "minutes")) ? "" : sd_arena_printf(c->a, "%lld", whole(r, "minutes")),
			cli_label(c, "incident", "major_rule", cli_word(r, "rule"))};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_major_rule(struct cli *c)
{
	struct sd_err err;
	json_t *fields = json_object(), *list = NULL;
	bool ok = true;
	for (size_t i = 1; i < c->narg && ok; i++)
		ok = cli_field(c, fields, c->arg[i], &err);
	if (ok && cli_connect(c, &err)) {
		char *text = json_dumps(fields, JSON_COMPACT);
		const char *params[] = {c->narg ? c->arg[0] : NULL, text};
		list = cli_json(c, &err, "select desk.major_rule_set($1, $2::jsonb)", 2, params);
		free(text);
	}
	json_decref(fields);
	if (!list)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, json_object_get(list, "rules"));
	else
		print_rules(c, json_object_get(list, "rules"));
	json_decref(list);
	return 0;
}
