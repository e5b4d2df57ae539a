/* Policy files: sections [calendar NAME], [sla NAME], [ola NAME], [uc NAME], and below an agreement its targets ([resolution]
 * ...) and for whom it holds ([contract]). svcdesk-policy(5) describes them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/cli/calendar_text.h"
#include "core/cli/sla.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum section { NONE, CALENDAR, AGREEMENT, TARGET, CONTRACT };

struct parse {
	const char *path;
	int line;
	enum section section;
	json_t *calendars, *agreements;
	json_t *calendar, *agreement, *contract; /* borrowed: the ones being written */
	json_t *target;                          /* keys of the target section; one row for each priority comes of it */
	json_t *minutes;                         /* priority ("any" too) -> minutes, as they stand */
	struct sd_err *err;
	bool failed;
};

static bool wrong(struct parse *p, const char *fmt, const char *a, const char *b)
{
	struct sd_str s = {0};

	/* the formats are ours and take two texts at most */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	sd_str_addf(&s, fmt, a, b);
#pragma GCC diagnostic pop
	sd_err_set(p->err, SD_ERR_INPUT, "policy_file", "%s:%d: %s", p->path, p->line, s.data);
	sd_str_free(&s);
	p->failed = true;
	return false;
}

/* ---- values ---- */

/* "240" or "4:00" -> minutes; 0: neither. */
static long minutes_of(const char *v)
{
	char *end;
	long h = strtol(v, &end, 10), m;

	if (!isdigit((unsigned char)*v) || h > 10000000)
		return 0;
	if (!*end)
		return h;
	if (*end != ':' || !isdigit((unsigned char)end[1]) || !isdigit((unsigned char)end[2]) || end[3])
		return 0;
	m = strtol(end + 1, NULL, 10);
	return m < 60 ? h * 60 + m : 0;
}

static bool yes_no(const char *v, bool *out)
{
	*out = strcasecmp(v, "yes") == 0 || strcasecmp(v, "true") == 0;
	return *out || strcasecmp(v, "no") == 0 || strcasecmp(v, "false") == 0;
}

/* "requester, scheduled" -> a list; numbers: as numbers. "never" and "" are an empty one. */
static json_t *list_of(const char *v, bool numbers)
{
	json_t *list = json_array();

	while (*v) {
		size_t n = strcspn(v, ", \t%");
		char *item = sd_strdup(v), *end;
		item[n] = 0;
		if (numbers && n) {
			long k = strtol(item, &end, 10);
			json_array_append_new(list, *end ? json_string(item) : json_integer(k));
		} else if (n && strcasecmp(item, "never") != 0) {
			json_array_append_new(list, json_string(item));
		}
		free(item);
		v += n;
		v += strspn(v, ", \t%");
	}
	return list;
}

/* ---- sections ---- */

/* The rows of the target section that ends here. */
static bool target_end(struct parse *p)
{
	const char *key;
	json_t *v;

	if (!p->target)
		return true;
	if (!json_object_size(p->minutes)) {
		p->line = (int)json_integer_value(json_object_get(p->target, "line"));
		return wrong(p, _("[%s] promises no time; write P1 = 4:00, or any = 8:00"),
			json_string_value(json_object_get(p->target, "metric")), "");
	}
	json_object_foreach(p->minutes, key, v)
	{
		json_t *t = json_deep_copy(p->target);
		json_object_update(t, v);
		if (strcmp(key, "any") != 0)
			json_object_set_new(t, "priority", json_integer(key[1] - '0'));
		json_object_set_new(t, "key", json_string(key));
		json_array_append_new(json_object_get(p->agreement, "targets"), t);
	}
	json_decref(p->target);
	json_decref(p->minutes);
	p->target = p->minutes = NULL;
	return true;
}

static bool named(struct parse *p, const char *what, const char *name)
{
	return *name ? true : wrong(p, _("[%s] needs a name: [%s NAME]"), what, what);
}

static bool section_begin(struct parse *p, const char *word, const char *name)
{
	if (!target_end(p))
		return false;
	if (strcasecmp(word, "calendar") == 0) {
		p->section = CALENDAR;
		p->calendar = json_pack("{s:s, s:o, s:i}", "name", name, "spec", calendar_new(), "line", p->line);
		json_array_append_new(p->calendars, p->calendar);
		return named(p, "calendar", name);
	}
	if (strcasecmp(word, "sla") == 0 || strcasecmp(word, "ola") == 0 || strcasecmp(word, "uc") == 0) {
		if (*name || strcasecmp(word, "sla") == 0 || !p->agreement) {
			char type[4] = {(char)tolower(word[0]), (char)tolower(word[1]), (char)(word[2] ? tolower(word[2]) : 0), 0};
			p->section = AGREEMENT;
			p->agreement =
				json_pack("{s:s, s:s, s:i, s:[], s:{}}", "name", name, "type", type, "line", p->line, "targets", "usual");
			json_array_append_new(p->agreements, p->agreement);
			return named(p, type, name);
		}
	}
	if (strcasecmp(word, "contract") == 0) {
		if (!p->agreement)
			return wrong(p, _("[%s] stands below an agreement; write [sla NAME] before it"), word, "");
		p->section = CONTRACT;
		p->contract = json_pack("{s:i}", "line", p->line);
		if (!json_object_get(p->agreement, "contracts"))
			json_object_set_new(p->agreement, "contracts", json_array());
		return json_array_append_new(json_object_get(p->agreement, "contracts"), p->contract) == 0;
	}
	if (strcasecmp(word, "response") == 0 || strcasecmp(word, "update") == 0 || strcasecmp(word, "resolution") == 0 ||
		strcasecmp(word, "ola") == 0 || strcasecmp(word, "uc") == 0 || strcasecmp(word, "target") == 0) {
		if (!p->agreement)
			return wrong(p, _("[%s] stands below an agreement; write [sla NAME] before it"), word, "");
		p->section = TARGET;
		p->target = json_deep_copy(json_object_get(p->agreement, "usual"));
		json_object_set_new(p->target, "metric",
			json_string(strcasecmp(word, "target") == 0 ? json_string_value(json_object_get(p->agreement, "type")) : word));
		json_object_set_new(p->target, "line", json_integer(p->line));
		p->minutes = json_object();
		return true;
	}
	return wrong(p, _("[%s] is no section; there are calendar, sla, ola, uc, response, update, resolution, target and contract"),
		word, "");
}

/* ---- keys ---- */

static bool calendar_key(struct parse *p, const char *k, const char *v)
{
	json_t *spec = json_object_get(p->calendar, "spec");
	struct sd_str why = {0};
	bool ok = true;

	if (strcasecmp(k, "zone") == 0)
		json_object_set_new(spec, "zone", json_string(v));
	else if (strcasecmp(k, "holidays") == 0 && (strcasecmp(v, "none") == 0 || strcasecmp(v, "no") == 0))
		ok = true; /* said aloud: there are none unless they stand here */
	else if (isdigit((unsigned char)*k))
		ok = calendar_add_exception(spec, k, v, &why);
	else
		ok = calendar_add_week(spec, k, v, &why);
	if (!ok)
		wrong(p, "%s: %s", k, why.data);
	sd_str_free(&why);
	return ok;
}

/* What a target section and, for all of its targets, an agreement may say. */
static bool target_word(struct parse *p, json_t *t, const char *k, const char *v)
{
	bool b;

	if (strcasecmp(k, "calendar") == 0 || strcasecmp(k, "kind") == 0 || strcasecmp(k, "group") == 0 ||
		strcasecmp(k, "mode") == 0 || strcasecmp(k, "reopen") == 0) {
		char *key = sd_strdup(k);
		for (char *s = key; *s; s++)
			*s = (char)tolower((unsigned char)*s);
		json_object_set_new(t, key, json_string(v));
		free(key);
		return true;
	}
	if (strcasecmp(k, "warn") == 0)
		return json_object_set_new(t, "warn", list_of(v, true)) == 0;
	if (strcasecmp(k, "pause") == 0)
		return json_object_set_new(t, "pauses", list_of(v, false)) == 0;
	if (strcasecmp(k, "major") == 0 || strcasecmp(k, "pause_major") == 0) {
		if (!yes_no(v, &b))
			return wrong(p, _("%s is yes or no, not %s"), k, v);
		return json_object_set_new(t, strcasecmp(k, "major") == 0 ? "major" : "pauses_major", json_boolean(b)) == 0;
	}
	if (strcasecmp(k, "start") == 0)
		return strcasecmp(v, "opened_at") == 0
				   ? true
				   : wrong(p, _("%s is opened_at, not %s: other starts follow from the metric"), k, v);
	if (strcasecmp(k, "stop") == 0) {
		const char *metric = json_string_value(json_object_get(t, "metric"));
		if (metric && strcmp(metric, "response") == 0)
			return json_object_set_new(t, "stop_on", json_string(v)) == 0;
		return strcasecmp(v, "resolved_at") == 0
				   ? true
				   : wrong(p, _("%s is resolved_at, not %s; of a response it is reply, accept or assign"), k, v);
	}
	return wrong(p,
		_("%s is no key here; there are P1 .. P5, any, calendar, pause, reopen, warn, kind, group, major, pause_major, mode, "
		  "start and "
		  "stop%s"),
		k, "");
}

static bool target_key(struct parse *p, const char *k, const char *v)
{
	bool any = strcasecmp(k, "any") == 0;

	if (any || ((*k == 'P' || *k == 'p') && k[1] >= '1' && k[1] <= '5' && !k[2])) {
		char key[4] = {'P', k[1], 0, 0};
		long m = minutes_of(v);
		if (!m)
			return wrong(p, _("%s: %s is no time; write minutes (240) or hours and minutes (4:00) of open time"), k, v);
		json_object_set_new(p->minutes, any ? "any" : key, json_pack("{s:I, s:i}", "minutes", (json_int_t)m, "line", p->line));
		return true;
	}
	return target_word(p, p->target, k, v);
}

static bool contract_key(struct parse *p, const char *k, const char *v)
{
	static const char *const keys[] = {"customer", "service", "from", "to"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcasecmp(k, keys[i]) == 0)
			return json_object_set_new(p->contract, keys[i], json_string(v)) == 0;
	return wrong(p, _("%s is no key of a contract; there are customer, service, from and to%s"), k, "");
}

static bool key(struct parse *p, const char *k, const char *v)
{
	switch (p->section) {
	case CALENDAR:
		return calendar_key(p, k, v);
	case TARGET:
		return target_key(p, k, v);
	case CONTRACT:
		return contract_key(p, k, v);
	case AGREEMENT:
		if (strcasecmp(k, "note") == 0)
			return json_object_set_new(p->agreement, "note", json_string(v)) == 0;
		return target_word(p, json_object_get(p->agreement, "usual"), k, v);
	case NONE:
		break;
	}
	return wrong(p, _("%s stands below no section; begin with [sla NAME]%s"), k, "");
}

/* ---- lines ---- */

static char *trimmed(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	for (size_t n = strlen(s); n && isspace((unsigned char)s[n - 1]); n--)
		s[n - 1] = 0;
	return s;
}

static bool line(struct parse *p, char *text)
{
	char *s = trimmed(text), *eq;

	if (!*s || *s == ';' || *s == '#')
		return true;
	if (*s == '[') {
		char *end = strchr(s, ']'), *name;
		if (!end || *trimmed(end + 1))
			return wrong(p, _("%s: a section stands alone in its line: [sla NAME]%s"), s, "");
		*end = 0;
		s = trimmed(s + 1);
		name = s + strcspn(s, " \t");
		if (*name)
			*name++ = 0;
		return section_begin(p, s, trimmed(name));
	}
	eq = strchr(s, '=');
	if (!eq)
		return wrong(p, _("%s: neither a section nor KEY = VALUE%s"), s, "");
	*eq = 0;
	eq = trimmed(eq + 1);
	char *comment = strstr(eq, " ;");
	if (comment) {
		*comment = 0;
		eq = trimmed(eq);
	}
	return key(p, trimmed(s), eq);
}

json_t *sla_policy_parse(const char *path, const char *text, struct sd_err *err)
{
	struct parse p = {.path = path, .calendars = json_array(), .agreements = json_array(), .err = err};
	char *copy = sd_strdup(text), *at = copy;
	json_t *policy = NULL, *a;
	size_t i;

	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at && !p.failed) {
		char *next = strchr(at, '\n');
		if (next)
			*next++ = 0;
		p.line++;
		line(&p, at);
		at = next;
	}
	if (!p.failed)
		target_end(&p);
	json_array_foreach(p.agreements, i, a) json_object_del(a, "usual");
	if (!p.failed)
		policy = json_pack("{s:O, s:O}", "calendars", p.calendars, "agreements", p.agreements);
	json_decref(p.calendars);
	json_decref(p.agreements);
	json_decref(p.target);
	json_decref(p.minutes);
	free(copy);
	return policy;
}
