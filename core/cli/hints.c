/* hints, hints dismiss, hints reopen: similar incidents that may have one cause. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"

/* What happened since the last batch beside the tick counts too: batch by batch up to this moment. Another one who does it just
 * now makes the step say that there is nothing to do. */
static bool up_to_now(struct cli *c, struct sd_err *err)
{
	const char *more = "t";

	while (more && !strcmp(more, "t"))
		more = cli_value(c, err, "select desk.hint_step()", 0, NULL);
	return more != NULL;
}

static void print_hint(struct cli *c, const json_t *h)
{
	const char *ci = cli_word(h, "ci");
	struct sd_str s = {0};
	size_t i;
	json_t *m;

	sd_str_addf(&s, _("hint %lld: %lld tickets, %lld open; %s %s; the last one %s"),
		(long long)json_integer_value(json_object_get(h, "id")), (long long)json_integer_value(json_object_get(h, "tickets")),
		(long long)json_integer_value(json_object_get(h, "open")), *ci ? _("device") : _("category"),
		*ci ? ci : cli_word(h, "category"), cli_local(c, cli_word(h, "last_at")));
	if (!strcmp(cli_word(h, "state"), "dismissed"))
		sd_str_addf(&s, _("; dismissed: %s"), cli_word(h, "reason"));
	sd_str_addc(&s, '\n');
	json_array_foreach(json_object_get(h, "members"), i, m)
	{
		sd_str_addf(&s, "  %s  %s  %s  %s\n", cli_word(m, "number"), cli_local(c, cli_word(m, "opened_at")), cli_word(m, "state"),
			cli_word(m, "subject"));
	}
	cli_print_clean(c, s.data);
	sd_str_free(&s);
}

static void not_told(struct sd_err *err)
{
	sd_err_set(err, SD_ERR_DENIED, "denied", "%s", _("only people who work at the desk are told of hints"));
}

static bool is_id(struct cli *c, struct sd_err *err)
{
	const char *s = c->narg ? c->arg[0] : "1";

	if (*s && strlen(s) <= 9 && strspn(s, "0123456789") == strlen(s))
		return true;
	sd_err_set(err, SD_ERR_INPUT, "usage", _("\"%s\" is not the number of a hint: svcdesk hints lists them"), s);
	return false;
}

int cli_hints(struct cli *c)
{
	const char *params[] = {c->narg ? c->arg[0] : NULL, cli_has(c, "all") ? "t" : "f"};
	struct sd_err err = {0};
	json_t *list = NULL, *h;
	size_t i;

	if (is_id(c, &err) && cli_connect(c, &err) && up_to_now(c, &err))
		list = cli_json(c, &err, "select coalesce(desk.hints($1::int, $2::boolean), 'null')", 2, params);
	if (json_is_null(list))
		not_told(&err);
	else if (list && c->narg && !json_array_size(list))
		sd_err_set(&err, SD_ERR_NOT_FOUND, "hint_unknown", _("there is no hint %s of tickets that you may see"), c->arg[0]);
	if (*err.text) {
		json_decref(list);
		return cli_fail(c, &err);
	}
	if (c->json)
		cli_print_json(c, list);
	else if (!json_array_size(list))
		cli_print_clean(c, _("No three incidents of the last days are alike on one device or in one category.\n"));
	else
		json_array_foreach(list, i, h) print_hint(c, h);
	json_decref(list);
	return cli_done(c, 0);
}

static int set(struct cli *c, const char *state)
{
	const char *reason = NULL, *params[] = {c->arg[0], state, NULL};
	struct sd_err err = {0};
	json_t *h = NULL;

	if (is_id(c, &err) && cli_text_opt(c, "body", &reason, &err) && cli_connect(c, &err)) {
		params[2] = reason;
		h = cli_json(c, &err, "select coalesce(desk.hint_set($1::int, $2, $3), 'null')", 3, params);
	}
	if (json_is_null(h))
		not_told(&err);
	if (*err.text)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, h);
	else
		print_hint(c, h);
	json_decref(h);
	return cli_done(c, 0);
}

int cli_hint_dismiss(struct cli *c)
{
	return set(c, "dismissed");
}

int cli_hint_reopen(struct cli *c)
{
	return set(c, "open");
}
