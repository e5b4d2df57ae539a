#include "core/cli/calendar_text.h"

#include <ctype.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static const char *const day_key[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const day_name[] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};

json_t *calendar_new(void)
{
	return json_pack("{s:s, s:{}, s:[]}", "zone", "UTC", "week", "exceptions");
}

/* ---- spans ---- */

/* "9", "09:00", "24:00" -> "09:00"; NULL: none. */
static const char *take_time(const char *p, char out[9])
{
	char *end;
	unsigned long h, m = 0, s = 0;
	bool seconds = false;

	if (!isdigit((unsigned char)*p))
		return NULL;
	h = strtoul(p, &end, 10);
	if (end - p > 2 || h > 24)
		return NULL;
	if (*end == ':') {
		p = end + 1;
		if (!isdigit((unsigned char)p[0]) || !isdigit((unsigned char)p[1]))
			return NULL;
		m = strtoul(p, &end, 10);
		if (end - p != 2)
			return NULL;
		if (*end == ':' && isdigit((unsigned char)end[1]) && isdigit((unsigned char)end[2])) {
			s = strtoul(end + 1, &end, 10);
			seconds = s != 0;
		}
	}
	if (m > 59 || s > 59 || (h == 24 && (m || s)))
		return NULL;
	if (seconds)
		snprintf(out, 9, "%02u:%02u:%02u", (unsigned)h % 100, (unsigned)m % 100, (unsigned)s % 100);
	else
		snprintf(out, 9, "%02u:%02u", (unsigned)h % 100, (unsigned)m % 100);
	return end;
}

static json_t *take_spans(const char *text, struct sd_str *why)
{
	json_t *list = json_array();
	const char *p = text + strspn(text, " \t");

	while (*p) {
		char a[9], b[9];
		const char *q = take_time(p, a);
		q = q ? q + strspn(q, " \t") : NULL;
		q = q && *q == '-' ? take_time(q + 1 + strspn(q + 1, " \t"), b) : NULL;
		if (!q || (*q && !isspace((unsigned char)*q)) || json_array_size(list) >= 100) {
			sd_str_addf(why, _("%s: spans are written 09:00-12:00 13:00-17:00, or closed"), text);
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, json_pack("[s, s]", a, b));
		p = q + strspn(q, " \t");
	}
	return list;
}

/* ---- the week ---- */

/* A day by the beginning of its name ("mon", "Monday"); -1: none. n: bytes of it. */
static int day_of(const char *text, size_t n)
{
	static const char *const full[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

	for (int i = 0; i < 7; i++)
		if (n >= 3 && n <= strlen(full[i]) && strncasecmp(text, full[i], n) == 0)
			return i;
	return -1;
}

static bool one_range(const char *text, size_t n, bool set[7])
{
	const char *dash = memchr(text, '-', n);
	size_t left = dash ? (size_t)(dash - text) : n;
	int a = day_of(text, left), b = dash ? day_of(dash + 1, n - left - 1) : a;

	if (a < 0 || b < 0)
		return false;
	for (int d = a;; d = (d + 1) % 7) {
		set[d] = true;
		if (d == b)
			return true;
	}
}

bool calendar_add_week(json_t *spec, const char *days, const char *spans, struct sd_str *why)
{
	json_t *week = json_object_get(spec, "week"), *list = take_spans(strcasecmp(spans, "closed") == 0 ? "" : spans, why);
	bool set[7] = {false}, ok = list != NULL;

	for (const char *p = days + strspn(days, " ,"); ok && *p;) {
		size_t n = strcspn(p, " ,");
		ok = one_range(p, n, set);
		p += n + strspn(p + n, " ,");
		if (!ok)
			sd_str_addf(why, _("%s: days are written mon, mon-fri or sat,sun"), days);
	}
	for (int d = 0; ok && d < 7; d++)
		if (set[d])
			json_object_set(week, day_key[d], list);
	json_decref(list);
	return ok;
}

/* ---- exceptions ---- */

static bool like(const char *text, size_t n, const char *form)
{
	if (strlen(form) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
			return false;
	return true;
}

static json_t *take_when(const char *when)
{
	const char *dots = strstr(when, "..");
	size_t n = strlen(when), left = dots ? (size_t)(dots - when) : n;

	if (dots && like(when, left, "0000-00-00") && like(dots + 2, n - left - 2, "0000-00-00"))
		return json_pack("{s:s%, s:s}", "from", when, left, "to", dots + 2);
	if (like(when, n, "0000-00-00"))
		return json_pack("{s:s}", "date", when);
	if (like(when, n, "00-00"))
		return json_pack("{s:s}", "yearly", when);
	return NULL;
}

static void trim(char *s)
{
	size_t n = strlen(s), lead = strspn(s, " \t");

	while (n > lead && isspace((unsigned char)s[n - 1]))
		n--;
	memmove(s, s + lead, n - lead);
	s[n - lead] = '\0';
}

bool calendar_add_exception(json_t *spec, const char *when, const char *what, struct sd_str *why)
{
	json_t *x = take_when(when), *list = NULL;
	char *text = sd_strdup(what), *name = strchr(text, ','), *spans = text;
	const char *key = "spans";

	if (name)
		*name++ = '\0';
	trim(text);
	size_t n = strcspn(text, " \t");
	if (!x) {
		sd_str_addf(why, _("%s: a day is written 2026-12-24, several 2026-08-03..2026-08-14, every year 12-24"), when);
	} else if ((n == 6 && strncasecmp(text, "closed", n) == 0) || (n == 4 && strncasecmp(text, "open", n) == 0)) {
		spans = text + n + strspn(text + n, " \t");
		key = n == 4 ? "open" : *spans ? "closed" : "spans";
		if (n == 4 && !*spans)
			sd_str_addf(why, _("%s: open wants times: open 18:00-20:00"), what);
	} else if (!*text) {
		sd_str_addf(why, _("%s: what holds on that day? closed, or times"), when);
	}
	if (!why->len)
		list = take_spans(spans, why);
	if (list)
		json_object_set(x, key, list);
	if (list && name) {
		trim(name);
		if (*name && json_object_set_new(x, "name", json_string(name)) != 0)
			sd_str_addf(why, _("%s: the name is not UTF-8"), when);
	}
	if (!why->len)
		json_array_append(json_object_get(spec, "exceptions"), x);
	json_decref(list);
	json_decref(x);
	free(text);
	return !why->len;
}

/* ---- the file ---- */

struct file {
	json_t *spec;
	char **name;
	struct sd_str why;
};

static int entry(void *arg, const char *section, const char *key, const char *value)
{
	struct file *f = arg;

	if (strcmp(section, "calendar") == 0 && strcmp(key, "name") == 0) {
		free(*f->name);
		*f->name = sd_strdup(value);
		return 1;
	}
	if (strcmp(section, "calendar") == 0 && strcmp(key, "zone") == 0) {
		if (json_object_set_new(f->spec, "zone", json_string(value)) == 0)
			return 1;
		sd_str_addf(&f->why, _("zone is an IANA name such as Europe/Berlin"));
		return 0;
	}
	if (strcmp(section, "week") == 0)
		return calendar_add_week(f->spec, key, value, &f->why);
	if (strcmp(section, "exceptions") == 0)
		return calendar_add_exception(f->spec, key, value, &f->why);
	sd_str_addf(&f->why, _("[%s] %s means nothing; there are [calendar] name and zone, [week] and [exceptions]"), section, key);
	return 0;
}

json_t *calendar_parse(const char *path, const char *text, char **name, struct sd_err *err)
{
	struct file f = {.spec = calendar_new(), .name = name};
	int line;

	*name = NULL;
	line = ini_parse_string(text, entry, &f);
	if (line == 0)
		return f.spec;
	sd_err_set(err, SD_ERR_INPUT, "calendar_file", "%s:%d: %s", path, line,
		f.why.len ? f.why.data : _("this is no line of a calendar: name = value, or [section]"));
	sd_str_free(&f.why);
	json_decref(f.spec);
	free(*name);
	*name = NULL;
	return NULL;
}

/* ---- writing ---- */

void calendar_spans_write(struct sd_str *out, const json_t *spans)
{
	for (size_t i = 0; i < json_array_size(spans); i++) {
		const json_t *s = json_array_get(spans, i);
		sd_str_addf(
			out, "%s%s-%s", i ? " " : "", json_string_value(json_array_get(s, 0)), json_string_value(json_array_get(s, 1)));
	}
}

void calendar_week_write(struct sd_str *out, const json_t *week, const char *separator)
{
	size_t start = out->len;

	for (int d = 0, e; d < 7; d = e) {
		const json_t *spans = json_object_get(week, day_key[d]);
		for (e = d + 1; e < 7 && spans && json_equal(spans, json_object_get(week, day_key[e])); e++)
			;
		if (!json_array_size(spans))
			continue;
		sd_str_add(out, out->len > start ? separator : "");
		sd_str_add(out, _(day_name[d]));
		if (e > d + 1)
			sd_str_addf(out, "-%s", _(day_name[e - 1]));
		sd_str_addc(out, ' ');
		calendar_spans_write(out, spans);
	}
}

void calendar_exception_write(struct sd_str *when, struct sd_str *what, const json_t *x)
{
	const char *date = json_string_value(json_object_get(x, "date")), *from = json_string_value(json_object_get(x, "from")),
			   *yearly = json_string_value(json_object_get(x, "yearly"));
	const json_t *spans = json_object_get(x, "spans"), *closed = json_object_get(x, "closed"), *open = json_object_get(x, "open");
	size_t start = what->len;

	if (from)
		sd_str_addf(when, "%s..%s", from, json_string_value(json_object_get(x, "to")));
	else
		sd_str_add(when, date ? date : yearly ? yearly : "");
	if (spans && !json_array_size(spans))
		sd_str_add(what, _("closed"));
	calendar_spans_write(what, spans);
	if (json_array_size(closed)) {
		sd_str_addf(what, "%s%s ", what->len > start ? ", " : "", _("closed"));
		calendar_spans_write(what, closed);
	}
	if (json_array_size(open)) {
		sd_str_addf(what, "%s%s ", what->len > start ? ", " : "", _("open"));
		calendar_spans_write(what, open);
	}
}
