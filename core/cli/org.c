/* org, group, category: what tickets are sorted into, and who belongs to a group. */
#include <string.h>

#include "core/cli/cli.h"

/* The first word of the command: org, group or category. */
static const char *what(struct cli *c)
{
	const char *words = c->cmd->words;
	return sd_arena_strndup(c->a, words, strcspn(words, " "));
}

int cli_record_list(struct cli *c)
{
	static const char *const orgs[] = {"org", "people", "active", NULL}, *const categories[] = {"category", "active", NULL},
							 *const groups[] = {"group", "org", "leads", "members", "active", NULL};
	const char *params[] = {what(c)};
	return cli_ask(c, "select desk.record_list($1)", 1, params,
		*params[0] == 'o'   ? orgs
		: *params[0] == 'g' ? groups
							: categories);
}

int cli_org_add(struct cli *c)
{
	const char *params[] = {cli_rest(c, 0)};
	return cli_ask(c, "select desk.org_add($1)", 1, params, NULL);
}

int cli_group_add(struct cli *c)
{
	const char *params[] = {cli_rest(c, 0), cli_get(c, "org")};
	return cli_ask(c, "select desk.group_add($1, $2)", 2, params, NULL);
}

int cli_group_member(struct cli *c)
{
	const char *params[] = {c->arg[0], c->arg[1], cli_has(c, "remove") ? "false" : "true", cli_has(c, "lead") ? "true" : "false"};
	return cli_ask(c, "select desk.group_member_set($1, $2, $3::boolean, $4::boolean)", 4, params, NULL);
}

int cli_category_add(struct cli *c)
{
	const char *params[] = {cli_rest(c, 0)};
	return cli_ask(c, "select desk.category_add($1)", 1, params, NULL);
}

int cli_record_retire(struct cli *c)
{
	const char *params[] = {what(c), cli_rest(c, 0), cli_has(c, "back") ? "true" : "false"};
	return cli_ask(c, "select desk.record_retire($1, $2, $3::boolean)", 3, params, NULL);
}
