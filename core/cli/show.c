/* ticket show: the whole ticket, for programs as it comes, for people folded to the terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/sla.h"
#include "svcdesk/assign.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"

static const char *str(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
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

/* A value in a line: states and choices by their labels, times in the zone, other texts as they are, the rest as JSON. */
static void value(struct cli *c, struct sd_str *s, const char *kind, const char *key, const json_t *v)
{
	const struct sd_field *f = sd_kind_field(sd_meta_kind(cli_meta(c), kind), key);
	size_t n = strlen(key);
	if (!v || json_is_null(v))
		sd_str_add(s, "-");
	else if (json_is_boolean(v))
		sd_str_add(s, json_is_true(v) ? _("yes") : _("no"));
	else if (json_is_string(v) && ((n > 3 && strcmp(key + n - 3, "_at") == 0) || (f && strcmp(f->type, "time") == 0)))
		sd_str_add(s, when(c, json_string_value(v)));
	else if (json_is_string(v))
		sd_str_add(s, cli_label(c, kind, key, json_string_value(v)));
	else
		cli_json_write(s, v, -1);
}

static void field(struct sd_str *s, const char *label, const char *text)
{
	if (!*text)
		return;
	sd_str_add(s, label);
	for (int pad = sd_text_width(label); pad < 14; pad++)
		sd_str_addc(s, ' ');
	sd_str_addf(s, "%s\n", text);
}

static const char *number(struct cli *c, const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);
	return json_is_integer(v) ? sd_arena_printf(c->a, "%lld", (long long)json_integer_value(v)) : "";
}

/* What only this kind has. */
static void typed(struct cli *c, struct sd_str *s, const json_t *t)
{
	const struct sd_kind *k = sd_meta_kind(cli_meta(c), str(t, "kind"));
	for (int i = 0; k && i < k->nfields; i++) {
		const struct sd_field *f = &k->fields[i];
		const json_t *v = json_object_get(t, f->field);
		struct sd_str text = {0};
		if (strcmp(f->store, "typed") != 0 || !f->sort || !v || json_is_null(v))
			continue;
		value(c, &text, k->kind, f->field, v);
		field(s, f->label, text.data ? text.data : "");
		sd_str_free(&text);
	}
}

static void rating(struct cli *c, struct sd_str *s, const json_t *t)
{
	const json_t *r = json_object_get(t, "rating");
	if (!json_is_object(r))
		return;
	const char *comment = str(r, "comment");
	field(s, _("rating"),
		sd_arena_printf(c->a, "%s/5  %s%s%s", number(c, r, "score"), when(c, str(r, "at")), *comment ? "  " : "", comment));
}

/* "resolution  running  81.2 %  due 2026-11-26 17:00": one clock a line, those that have not stopped first. */
static void clocks(struct cli *c, struct sd_str *s, const json_t *t)
{
	size_t i;
	json_t *e;
	json_array_foreach(json_object_get(t, "clocks"), i, e)
	{
		const char *group = str(e, "group"), *due = when(c, str(e, "due_at"));
		field(s, _("clock"),
			sd_arena_printf(c->a, *due ? _("%s%s%s  %s  %s %%  due %s") : "%s%s%s  %s  %s %%", sla_word(str(e, "metric")),
				*group ? " " : "", group, sla_word(str(e, "state")),
				sd_arena_printf(c->a, "%.1f", json_number_value(json_object_get(e, "percent"))), due));
	}
}

static void header(struct cli *c, struct sd_str *s, const json_t *t)
{
	const char *level = sd_arena_printf(
		c->a, _("P%s (impact %s, urgency %s)"), number(c, t, "priority"), number(c, t, "impact"), number(c, t, "urgency"));
	sd_str_addf(s, "%s  %s\n\n", str(t, "number"), str(t, "subject"));
	const char *kind = str(t, "kind");
	field(s, _("state"), cli_label(c, kind, "state", str(t, "state")));
	field(s, _("priority"), level);
	field(s, _("requester"), str(t, "requester"));
	field(s, _("group"), str(t, "group"));
	field(s, _("assignee"), str(t, "assignee"));
	field(s, _("category"), str(t, "category"));
	field(s, _("service"), str(t, "service"));
	field(s, _("CI"), str(t, "ci"));
	field(s, _("opened"), when(c, str(t, "opened_at")));
	field(s, _("updated"), when(c, str(t, "updated_at")));
	field(s, _("due"), when(c, str(t, "due_at")));
	clocks(c, s, t);
	field(s, _("resolved"), when(c, str(t, "resolved_at")));
	field(s, _("closed"), when(c, str(t, "closed_at")));
	field(s, _("on hold for"), cli_label(c, kind, "hold_reason", str(t, "hold_reason")));
	field(s, _("until"), when(c, str(t, "hold_until")));
	field(s, _("reference"), str(t, "hold_ref"));
	field(s, _("resolution"), cli_label(c, kind, "resolution_code", str(t, "resolution_code")));
	field(s, _("external"), str(t, "external"));
	typed(c, s, t);
	rating(c, s, t);
}

/* Every member of a list in one line: "sign-in.log  text/plain". */
static void list(struct cli *c, struct sd_str *s, const char *label, const json_t *items, const char *const *keys)
{
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)(uintptr_t)items, i, item)
	{
		struct sd_str line = {0};
		if (json_is_string(item))
			sd_str_add(&line, json_string_value(item));
		for (const char *const *k = keys; *k && json_is_object(item); k++) {
			const json_t *v = json_object_get(item, *k);
			if (!v || json_is_null(v))
				continue;
			sd_str_add(&line, line.len ? "  " : "");
			value(c, &line, "", *k, v);
		}
		field(s, label, line.data ? line.data : "");
		sd_str_free(&line);
	}
}

/* "related to INC100001  Mail down  On hold" */
static void links(struct cli *c, struct sd_str *s, const json_t *t)
{
	size_t i;
	json_t *l;
	json_array_foreach(json_object_get(t, "links"), i, l)
	{
		const char *back = strcmp(str(l, "direction"), "from") == 0 ? ".back" : "", *type = str(l, "type");
		const char *label = sd_meta_label(cli_meta(c), sd_arena_printf(c->a, "link.%s%s", type, back));
		field(s, _("link"),
			sd_arena_printf(c->a, "%s %s  %s  %s", label ? label : type, str(l, "number"), str(l, "subject"),
				cli_label(c, str(t, "kind"), "state", str(l, "state"))));
	}
}

static void indented(struct sd_str *s, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		sd_str_addf(s, "    %.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void event(struct cli *c, struct sd_str *s, const char *kind, const json_t *e)
{
	const char *key;
	json_t *change;
	const char *behalf = str(e, "on_behalf");
	sd_str_addf(s, "\n#%s  %s  %s%s%s  %s%s\n", number(c, e, "seq"), when(c, str(e, "at")), str(e, "actor"), *behalf ? " / " : "",
		behalf, sd_meta_verb(cli_meta(c), kind, str(e, "verb")),
		strcmp(str(e, "visibility"), "public") == 0 ? _("  (public)") : "");
	json_object_foreach(json_object_get(e, "changes"), key, change)
	{
		sd_str_addf(s, _("    %s: "), sd_meta_field(cli_meta(c), kind, key));
		if (strcmp(key, "rule") == 0) {
			char *why = json_dumps(json_array_get(change, 1), JSON_COMPACT);
			sd_str_addf(s, "%s\n", sd_assign_why(c->a, why));
			free(why);
			continue;
		}
		value(c, s, kind, key, json_array_get(change, 0));
		sd_str_add(s, " -> ");
		value(c, s, kind, key, json_array_get(change, 1));
		sd_str_addc(s, '\n');
	}
	if (json_is_true(json_object_get(e, "redacted")))
		sd_str_addf(s, "    %s\n", _("[redacted]"));
	indented(s, str(e, "text"));
}

static void print_people(struct cli *c, const json_t *t)
{
	static const char *const ci[] = {"name", "class", "role", NULL};
	static const char *const article[] = {"number", "version", "title", NULL};
	static const char *const file[] = {"id", "name", "media_type", NULL}, *const none[] = {NULL};
	struct sd_str s = {0};
	size_t i;
	json_t *e;
	header(c, &s, t);
	list(c, &s, _("tag"), json_object_get(t, "tags"), none);
	links(c, &s, t);
	list(c, &s, _("article"), json_object_get(t, "articles"), article);
	list(c, &s, _("CI"), json_object_get(t, "cis"), ci);
	list(c, &s, _("watcher"), json_object_get(t, "watchers"), none);
	list(c, &s, _("attachment"), json_object_get(t, "attachments"), file);
	if (*str(t, "body"))
		sd_str_addc(&s, '\n');
	indented(&s, str(t, "body"));
	json_array_foreach(json_object_get(t, "events"), i, e) event(c, &s, str(t, "kind"), e);
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

/* The desk says of every verb whether it is possible and why not; the contract of --json is the words that are possible now. */
void cli_verbs_now(json_t *t)
{
	size_t i;
	json_t *v, *words = json_array();
	json_array_foreach(json_object_get(t, "verbs"), i, v)
	{
		if (json_is_true(json_object_get(v, "ok")))
			json_array_append(words, json_object_get(v, "verb"));
	}
	json_object_set_new(t, "verbs", words);
}

int cli_ticket_show(struct cli *c)
{
	struct sd_err err;
	const char *params[] = {c->arg[0]};
	struct sd_result *r = NULL;
	if (!cli_connect(c, &err) || !(r = sd_conn_query(c->conn, "select desk.show(desk.ticket_id($1))", 1, params, &err)))
		return cli_fail(c, &err);
	const char *text = sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;
	json_t *t = cli_parse(text ? text : "null", &err);
	sd_result_free(r);
	if (!t || json_is_null(t)) {
		if (t && cli_is_person(c, &err))
			sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no ticket %s that you may see"), c->arg[0]);
		json_decref(t);
		return cli_fail(c, &err);
	}
	cli_verbs_now(t);
	if (c->json)
		cli_print_json(c, t);
	else
		print_people(c, t);
	json_decref(t);
	return 0;
}
