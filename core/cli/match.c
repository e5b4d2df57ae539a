/* match: what helps with a fault, by its text on standard input, by what is known of it, or as a ticket has it. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

static const char *const known[] = {"ci", "ci_class", "service", "category", "impact", "urgency", "alert", "error_code", NULL};

/* What --field gives, as a JSON object in the arena; NULL and err. */
static const char *fields_of(struct cli *c, struct sd_err *err)
{
	json_t *fields = json_object();
	for (size_t i = 0; i < c->nopt; i++) {
		if (strcmp(c->opt[i].name, "field") != 0)
			continue;
		const char *said = c->opt[i].value, *is = strchr(said, '=');
		const char *const *k = known;
		while (*k && !(is && strlen(*k) == (size_t)(is - said) && strncmp(*k, said, strlen(*k)) == 0))
			k++;
		if (!*k) {
			sd_err_set(err, SD_ERR_INPUT, "option_value", _("--field wants NAME=VALUE with a name of %s, not \"%s\""),
				"ci, ci_class, service, category, impact, urgency, alert, error_code", said);
			json_decref(fields);
			return NULL;
		}
		json_object_set_new(fields, *k, json_string(is + 1));
	}
	const char *dumped = cli_dumped(c, fields);
	json_decref(fields);
	return dumped;
}

static json_t *of_ticket(struct cli *c, const char *number, const char *limit, struct sd_err *err)
{
	const char *params[] = {number, limit};
	const char *id = cli_value(c, err, "select coalesce(desk.ticket_id($1), 0)", 1, params);
	if (!id)
		return NULL;
	if (strcmp(id, "0") == 0) {
		sd_err_set(err, SD_ERR_NOT_FOUND, "not_found", _("no ticket %s, or not for you to see"), number);
		return NULL;
	}
	params[0] = id;
	return cli_json(c, err,
		"select coalesce(jsonb_agg(to_jsonb(m) order by m.score desc, m.type, m.id), '[]') from desk.match_ticket($1::bigint, "
		"$2::int) m",
		2, params);
}

static json_t *of_text(struct cli *c, const char *limit, struct sd_err *err)
{
	struct sd_str raw = {0}, clean = {0};
	bool missing;
	json_t *list = NULL;
	const char *params[] = {NULL, fields_of(c, err), limit};
	if (!params[1])
		return NULL;
	if (!cli_read_text("-", &raw, &missing))
		sd_err_set(err, SD_ERR_INPUT, "stdin", "%s", _("standard input wants to be text of at most 1 MB"));
	else {
		sd_text_clean(&clean, raw.len ? raw.data : "", raw.len, SD_CLEAN_BLOCK);
		params[0] = clean.len ? clean.data : "";
		list = cli_json(c, err,
			"select coalesce(jsonb_agg(to_jsonb(m) order by m.score desc, m.type, m.id), '[]') from desk.match($1, $2::jsonb, "
			"$3::int) m",
			3, params);
	}
	sd_str_free(&raw);
	sd_str_free(&clean);
	return list;
}

static void print_list(struct cli *c, const json_t *list)
{
	const char *titles[] = {_("match"), _("score"), _("title")};
	struct cli_table *t = cli_table_new(c, titles, 3);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *m = json_array_get(list, i);
		const char *cells[] = {cli_word(m, "id"), sd_arena_printf(c->a, "%.2f", json_number_value(json_object_get(m, "score"))),
			cli_word(m, "title")};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

int cli_match(struct cli *c)
{
	struct sd_err err;
	long limit = 10;
	json_t *list = NULL;
	if (cli_number(c, "limit", 1, 100, &limit, &err) && cli_connect(c, &err)) {
		const char *n = sd_arena_printf(c->a, "%ld", limit);
		list = cli_has(c, "ticket") ? of_ticket(c, cli_get(c, "ticket"), n, &err) : of_text(c, n, &err);
	}
	if (!list)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, list);
	else
		print_list(c, list);
	json_decref(list);
	return 0;
}
