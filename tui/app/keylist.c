/* svcdesk keys: every action with the keys it has with the person's file, and what is wrong in there. Needs no desk. */
#include "config.h"
#include "tui/app/app.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/actions.h"
#include "tui/app/userkeys.h"

enum { KEYS_WIDTH = 16, NAME_WIDTH = 18 };

/* ---- for people ---- */
static void line(struct sd_arena *a, const char *keys, const char *name, const char *help)
{
	printf("  %s %s %s\n", sd_text_fit(a, keys, sd_text_width(keys) > KEYS_WIDTH ? sd_text_width(keys) : KEYS_WIDTH, "", true),
		sd_text_fit(a, name, sd_text_width(name) > NAME_WIDTH ? sd_text_width(name) : NAME_WIDTH, "", true), help);
}

/* As the file has it: "g,x". */
static const char *as_written(const struct binding *b, char *buf, size_t size)
{
	size_t len = 0;
	char name[32];

	*buf = '\0';
	for (int i = 0; i < b->n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? "," : "", key_name(&b->stroke[i], name, sizeof name));
	return buf;
}

/* The bindings of an action by the contexts they have: "x (queue)". */
static const char *keys_text(const struct keymap *km, struct sd_arena *a, int action, unsigned all)
{
	struct sd_str s = {0};
	const char *out;

	for (size_t i = 0; i < km->n; i++) {
		const struct binding *b = &km->v[i];
		char where[64];
		char keys[128];

		if (b->action != action)
			continue;
		sd_str_addf(&s, "%s%s", s.len ? " " : "", as_written(b, keys, sizeof keys));
		if (b->contexts != all)
			sd_str_addf(&s, " (%s)", contexts_name(b->contexts, where, sizeof where));
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static void print_all(const struct keymap *km, const struct userkeys *u)
{
	struct sd_arena *a = sd_arena_new();

	for (int sec = 0; sec < SECTIONS; sec++) {
		printf("%s%s\n", sec ? "\n" : "", section_label((enum section)sec));
		for (size_t i = 0; i < actions_n; i++)
			if (actions[i].section == (enum section)sec)
				line(a, keys_text(km, a, (int)actions[i].id, actions[i].contexts), actions[i].name, _(actions[i].help));
	}
	if (u->nverbs)
		printf("\n%s\n", _("Acts on a ticket"));
	for (size_t i = 0; i < u->nverbs; i++)
		line(a, u->verb[i].keys, sd_arena_printf(a, "verb.%s", u->verb[i].name), "");
	if (u->ncommands)
		printf("\n%s\n", _("Your commands"));
	for (size_t i = 0; i < u->ncommands; i++)
		line(a, keys_text(km, a, ACT_USER + (int)i, CTX_ALL), u->command[i].name,
			sd_arena_printf(a, "%s:%s", u->command[i].confirm ? "? " : "", u->command[i].line));
	sd_arena_free(a);
}

/* ---- for programs ---- */
static json_t *contexts_json(unsigned contexts)
{
	static const unsigned bits[] = {CTX_VIEWS, CTX_QUEUE, CTX_DETAIL, CTX_LOG, CTX_INBOX, CTX_DASHBOARD, CTX_ANALYSIS,
		CTX_SERVICES, CTX_WARROOM, CTX_TRIAGE, CTX_ROTA};
	json_t *out = json_array();
	char name[64];

	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		if ((contexts & bits[i]) || contexts == CTX_SEARCH)
			json_array_append_new(out, json_string(contexts_name(bits[i], name, sizeof name)));
	return out;
}

static json_t *bindings_json(const struct keymap *km, int action)
{
	json_t *out = json_array();
	char keys[128];

	for (size_t i = 0; i < km->n; i++)
		if (km->v[i].action == action)
			json_array_append_new(out, json_pack("{s:s, s:o, s:b}", "keys", as_written(&km->v[i], keys, sizeof keys), "panes",
										   contexts_json(km->v[i].contexts), "yours", km->v[i].user));
	return out;
}

static void print_json(const struct keymap *km, const struct userkeys *u)
{
	json_t *acts = json_array(), *commands = json_array(), *verbs = json_array(), *problems = json_array(), *all;

	for (size_t i = 0; i < actions_n; i++)
		json_array_append_new(
			acts, json_pack("{s:s, s:o, s:o, s:s}", "action", actions[i].name, "bindings", bindings_json(km, (int)actions[i].id),
					  "panes", contexts_json(actions[i].contexts), "help", actions[i].help));
	for (size_t i = 0; i < u->ncommands; i++)
		json_array_append_new(
			commands, json_pack("{s:s, s:s, s:b, s:o}", "command", u->command[i].name, "line", u->command[i].line, "confirm",
						  u->command[i].confirm, "bindings", bindings_json(km, ACT_USER + (int)i)));
	for (size_t i = 0; i < u->nverbs; i++)
		json_array_append_new(verbs, json_pack("{s:s, s:s, s:o}", "verb", u->verb[i].name, "keys", u->verb[i].keys, "panes",
										 contexts_json(u->verb[i].contexts)));
	for (size_t i = 0; i < u->nproblems; i++)
		json_array_append_new(problems, json_string(u->problem[i]));
	all = json_pack("{s:o, s:o, s:o, s:o}", "actions", acts, "commands", commands, "verbs", verbs, "problems", problems);
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

int app_keys(const struct sd_cfg *cfg, bool json)
{
	struct keymap km;
	struct userkeys u;
	int status;

	keymap_init(&km);
	userkeys_load(&u, cfg, &km);
	if (json)
		print_json(&km, &u);
	else
		print_all(&km, &u);
	for (size_t i = 0; i < u.nproblems; i++)
		fprintf(stderr, "svcdesk: %s\n", u.problem[i]);
	status = u.nproblems ? 2 : 0;
	userkeys_free(&u);
	keymap_free(&km);
	return status;
}
