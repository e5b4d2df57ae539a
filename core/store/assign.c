/* The reason of an assignment rule in words. What the desk keeps of it stands above 0038_assign.sql. */
#include "config.h"
#include "svcdesk/assign.h"

#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

struct words {
	const char *key, *text;
};

static const char *said(const struct words *w, const char *key)
{
	for (; w->key; w++)
		if (!strcmp(w->key, key))
			return _(w->text);
	return key;
}

const char *sd_assign_verdict(const char *verdict)
{
	static const struct words words[] = {{"fits", N_("decides")}, {"off", N_("would fit, but is turned off")},
		{"later", N_("fits, but an earlier one decides")}, {"kind", N_("is for other kinds")},
		{"group", N_("is for another group than the ticket has")}, {"no_group", N_("needs a ticket with a group")},
		{"serves", N_("its group is retired or serves another organisation")}, {"query", N_("its query does not hold")},
		{"error", N_("its query names something that is gone")}, {NULL, NULL}};

	return said(words, verdict);
}

/* Why nobody was chosen, for people. */
static const char *nobody(const char *why)
{
	static const struct words words[] = {{"nobody_there", N_("nobody is in the group")},
		{"nobody_on_duty", N_("nobody is on duty")}, {"all_away", N_("everybody on duty is away")},
		{"nobody_skilled", N_("nobody on duty has the skill")}, {"all_full", N_("everybody on duty has as much as fits")},
		{"nobody_may", N_("nobody on duty may open it")}, {"group_only", N_("the group takes care")}, {NULL, NULL}};

	return said(words, why);
}

const char *sd_assign_method(const char *method)
{
	static const struct words words[] = {{"round_robin", N_("round robin")}, {"least_loaded", N_("least loaded")},
		{"fixed", N_("fixed person")}, {"group_only", N_("group only")}, {NULL, NULL}};

	return said(words, method);
}

/* "ann 2, bob 4, eva away" */
static int people(struct sd_arena *a, struct sd_str *s, const json_t *list)
{
	static const struct words states[] = {{"away", N_("away")}, {"unskilled", N_("without the skill")}, {"full", N_("full")},
		{"may_not", N_("may not open it")}, {NULL, NULL}};
	const json_t *p;
	size_t i;
	int there = 0;

	json_array_foreach((json_t *)(uintptr_t)list, i, p)
	{
		const char *state = store_text(a, p, "state"), *load = store_text(a, p, "load");

		there += strcmp(state, "away") != 0;
		sd_str_addf(s, "%s%s", i ? ", " : "", store_text(a, p, "person"));
		if (*load)
			sd_str_addf(s, " %s", load);
		if (strcmp(state, "ok") != 0)
			sd_str_addf(s, " %s", said(states, state));
	}
	return there;
}

static void chosen(struct sd_str *s, const char *why, const char *person, int there)
{
	if (!strcmp(why, "turn"))
		sd_str_addf(s, _("the turn of %s, of %d on duty"), person, there);
	else if (!strcmp(why, "least"))
		sd_str_addf(s, _("%s has least to do, of %d on duty"), person, there);
	else
		sd_str_addf(s, _("always %s"), person);
}

char *sd_assign_why(struct sd_arena *a, const char *json)
{
	struct sd_err ignored;
	json_t *j = json && *json == '{' ? store_object(json, "rule", &ignored) : NULL;
	struct sd_str s = {0}, list = {0};
	char *out;

	if (!j || !json_object_get(j, "rule")) {
		json_decref(j);
		return sd_arena_strdup(a, json ? json : "");
	}
	const char *why = store_text(a, j, "why"), *person = store_text(a, j, "person"), *skill = store_text(a, j, "skill");
	int there = people(a, &list, json_object_get(j, "people"));
	sd_str_addf(&s, _("rule %s: "), store_text(a, j, "rule"));
	if (*skill) {
		int level = (int)store_int(j, "level");
		sd_str_addf(&s, level ? _("skill %s from %d; ") : _("skill %s; "), skill, level);
	}
	if (*person)
		chosen(&s, why, person, there);
	else
		sd_str_add(&s, nobody(why));
	if (list.len)
		sd_str_addf(&s, ": %s", list.data);
	out = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	sd_str_free(&list);
	json_decref(j);
	return out;
}

/* ---- what a rule would have done ---- */

static int percent(int64_t part, int64_t whole)
{
	return whole ? (int)((part * 100 + whole / 2) / whole) : 0;
}

static void shares(struct sd_arena *a, struct sd_str *s, const json_t *j, int64_t given)
{
	const json_t *p, *v;
	const char *why;
	size_t i;

	json_array_foreach(json_object_get(j, "people"), i, p)
	{
		int64_t n = store_int(p, "n");
		sd_str_addf(s, _("  %s %5d  %3d %%  really theirs: %d\n"), sd_text_fit(a, store_text(a, p, "person"), 16, "", true),
			(int)n, percent(n, given), (int)store_int(p, "same"));
	}
	json_object_foreach(json_object_get(j, "nobody"), why, v)
		sd_str_addf(s, "  %s %5d  %s\n", sd_text_fit(a, "-", 16, "", true), (int)json_integer_value(v), nobody(why));
}

char *sd_assign_tried(struct sd_arena *a, const char *json)
{
	struct sd_err ignored;
	struct sd_str s = {0};
	json_t *j = store_object(json, "rule", &ignored);
	int64_t matched = store_int(j, "matched"), given = store_int(j, "given");
	const json_t *e;
	size_t i;
	char *out;

	sd_str_addf(&s, _("rule %s on %d tickets: it would have decided on %d (%d %%)\n"), store_text(a, j, "rule"),
		(int)store_int(j, "looked"), (int)matched, percent(matched, store_int(j, "looked")));
	if (store_bool(j, "partial"))
		sd_str_add(&s, _("that took too long: the rest was not looked at; try fewer tickets\n"));
	if (store_int(j, "earlier"))
		sd_str_addf(&s, _("%d more fit, but an earlier rule has them\n"), (int)store_int(j, "earlier"));
	if (matched)
		sd_str_addf(&s, _("group as it really ended: %d (%d %%); person as it really ended: %d of %d\n"),
			(int)store_int(j, "group_same"), percent(store_int(j, "group_same"), matched), (int)store_int(j, "person_same"),
			(int)given);
	shares(a, &s, j, given);
	json_array_foreach(json_object_get(j, "examples"), i, e)
	{
		const char *who = store_text(a, e, "person"), *real = store_text(a, e, "real_person");
		sd_str_addf(&s, _("  %s: %s, %s; really %s, %s\n"), store_text(a, e, "number"), store_text(a, e, "group"),
			*who ? who : nobody(store_text(a, e, "why")), store_text(a, e, "real_group"), *real ? real : _("nobody"));
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	json_decref(j);
	return out;
}
