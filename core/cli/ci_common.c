/* Words, times and fields that the commands about configuration items share. */
#include "core/cli/ci.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/when.h"

const char *ci_text(struct cli *c, const json_t *v)
{
	struct sd_str s = {0};
	const char *key, *out;
	json_t *m;
	size_t i;

	if (json_is_string(v))
		return json_string_value(v);
	if (!v || json_is_null(v))
		return "";
	if (json_is_boolean(v))
		return json_is_true(v) ? _("yes") : _("no");
	if (json_is_array(v)) {
		json_array_foreach((json_t *)(uintptr_t)v, i, m) sd_str_addf(&s, "%s%s", i ? ", " : "", ci_text(c, m));
	} else if (json_is_object(v)) {
		json_object_foreach((json_t *)(uintptr_t)v, key, m) sd_str_addf(&s, "%s%s=%s", s.len ? ", " : "", key, ci_text(c, m));
	} else if (json_is_integer(v)) {
		sd_str_addf(&s, "%lld", (long long)json_integer_value(v));
	} else {
		sd_str_addf(&s, "%.10g", json_real_value(v));
	}
	out = sd_arena_strdup(c->a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

const char *ci_member(struct cli *c, const json_t *o, const char *key)
{
	return ci_text(c, json_object_get(o, key));
}

void ci_changes_out(struct cli *c, struct sd_str *out, const json_t *changes, int indent)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)changes, key, v)
	{
		const char *from = ci_text(c, json_array_get(v, 0)), *to = ci_text(c, json_array_get(v, 1));
		sd_str_addf(out, "%*s%s: %s -> %s\n", indent, "", key, *from ? from : "-", *to ? to : "-");
	}
}

const char *ci_time(struct cli *c, const char *text, struct sd_err *err)
{
	const char *zone = sd_cfg_text(c->cfg, "zone");
	sd_time now, t;

	if (!text || !strcmp(text, "now"))
		return text;
	if (!cli_connect(c, err) || !cli_now(c, &now, err))
		return NULL;
	if (sd_when_past(c->a, text, now, *zone ? zone : NULL, &t))
		return sd_time_iso(c->a, t);
	return text;
}

/* --needs TYPE=K, one or several: of how many items a link of this type needs. */
static bool needs(struct cli *c, json_t *fields, struct sd_err *err)
{
	json_t *set = NULL;

	for (size_t i = 0; i < c->nopt; i++) {
		const char *v = c->opt[i].value, *eq = v ? strchr(v, '=') : NULL;
		if (strcmp(c->opt[i].name, "needs") != 0)
			continue;
		if (!eq || eq == v) {
			sd_err_set(
				err, SD_ERR_INPUT, "option_value", _("--needs wants TYPE=K, such as depends_on=2, not \"%s\""), v ? v : "");
			json_decref(set);
			return false;
		}
		if (!set)
			set = json_object();
		json_object_set_new(set, sd_arena_strndup(c->a, v, (size_t)(eq - v)), json_string(eq + 1));
	}
	if (set)
		json_object_set_new(fields, "redundancy", set);
	return true;
}

json_t *ci_fields_of(struct cli *c, size_t i, struct sd_err *err)
{
	json_t *fields = json_object();
	bool ok = true;

	for (; ok && i < c->narg; i++)
		ok = cli_field(c, fields, c->arg[i], err);
	if (ok && needs(c, fields, err))
		return fields;
	json_decref(fields);
	return NULL;
}

const char *ci_label(struct cli *c, const char *what, const char *word)
{
	struct sd_err ignored = {0};
	const char *language = sd_cfg_text(c->cfg, "language");
	const char *key = sd_arena_printf(c->a, "%s.%s", what, word);
	const char *params[] = {key, strncmp(language, "zh", 2) ? "en" : "zh_CN"};
	const char *text;

	if (!*word || !cli_connect(c, &ignored))
		return word;
	text = cli_value(
		c, &ignored, "select coalesce((select l.text from desk.label l where l.key = $1 and l.lang = $2), '')", 2, params);
	return text && *text ? text : word;
}
