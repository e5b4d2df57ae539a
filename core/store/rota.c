/* The rota of some days as text: a line a day and group, who is there now, swaps, absences. */
#include "config.h"
#include "svcdesk/assign.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

struct week {
	struct sd_arena *a;
	struct sd_str *s;
	const char *zone; /* in which days begin here; NULL: that of the machine */
	int width;
	sd_time from;
	int days;
};

static const char *local(const struct week *w, sd_time t, const char *format)
{
	return sd_time_local(w->a, t, w->zone, format);
}

static const char *weekday(const struct week *w, sd_time t)
{
	static const char *const names[] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};

	return _(names[(atoi(local(w, t, "%u")) + 6) % 7]);
}

/* "17:00", and with the day where that is another one than the day of `near`. */
static const char *clock_of(const struct week *w, sd_time t, sd_time near)
{
	bool same = !strcmp(local(w, t, "%Y-%m-%d"), local(w, near, "%Y-%m-%d"));

	return same ? local(w, t, "%H:%M") : sd_arena_printf(w->a, "%s %s", weekday(w, t), local(w, t, "%H:%M"));
}

/* Adds words to a line that is broken at the width; the next lines are indented. */
static void add(struct week *w, int *column, int indent, const char *text)
{
	int n = sd_text_width(text);

	if (*column + n > w->width && *column > indent) {
		sd_str_addf(w->s, "\n%*s", indent, "");
		*column = indent;
		text += strspn(text, " ");
	}
	sd_str_add(w->s, text);
	*column += n;
}

static void team(struct week *w, const json_t *g)
{
	const json_t *p;
	size_t i;
	int column = sd_text_width(_("  now: ")), indent = column;
	bool any = false;

	sd_str_add(w->s, _("  now: "));
	json_array_foreach(json_object_get(g, "team"), i, p)
	{
		bool duty = store_bool(p, "on_duty"), away = store_bool(p, "away");
		sd_time until = store_time(p, "until");
		const char *who = store_text(w->a, p, "person"), *end = "", *state = "";

		if (!duty && !away)
			continue;
		if (away)
			state = _(" (away)");
		else if (until != SD_TIME_NONE)
			end = sd_arena_printf(w->a, _(" until %s"), clock_of(w, until, store_time(g, "_now")));
		add(w, &column, indent,
			sd_arena_printf(w->a, _("%s%s%s%s, %d open"), any ? "  " : "", who, state, end, (int)store_int(p, "open")));
		any = true;
	}
	sd_str_addf(w->s, "%s\n", any ? "" : _("nobody is on duty"));
}

struct piece {
	const char *person, *via;
	sd_time from, until;
};

static bool same_time(const struct piece *x, const struct piece *y)
{
	return x->from == y->from && x->until == y->until;
}

/* The shifts that begin on the day from a to b (on the first day also those that go on), people of the same time together. */
static void day(struct week *w, const struct piece *p, size_t n, sd_time a, sd_time b, bool first, sd_time now)
{
	const char *head = sd_arena_printf(w->a, "%s %s %s  ", now >= a && now < b ? "*" : " ", weekday(w, a), local(w, a, "%m-%d"));
	int indent = sd_text_width(head), column = indent;
	bool any = false;

	sd_str_add(w->s, head);
	for (size_t i = 0; i < n; i++) {
		struct sd_str one = {0};
		bool here = (p[i].from >= a || (first && p[i].until > a)) && p[i].from < b;

		for (size_t k = 0; here && k < i; k++)
			here = !same_time(&p[k], &p[i]);
		if (!here)
			continue;
		sd_str_addf(&one, "%s%s-%s", any ? "   " : "", p[i].from < a ? "..." : local(w, p[i].from, "%H:%M"),
			clock_of(w, p[i].until, p[i].until == b ? p[i].until : a));
		for (size_t k = i; k < n; k++)
			if (same_time(&p[k], &p[i]))
				sd_str_addf(&one, "%s %s%s", k > i ? "," : "", p[k].person,
					!strcmp(p[k].via, "swap")    ? _(" (swap)")
					: !strcmp(p[k].via, "extra") ? _(" (extra)")
												 : "");
		add(w, &column, indent, one.data);
		sd_str_free(&one);
		any = true;
	}
	sd_str_addf(w->s, "%s\n", any ? "" : "-");
}

static void duty(struct week *w, const json_t *g, sd_time now)
{
	const json_t *list = json_object_get(g, "duty"), *d;
	size_t n = json_array_size(list), i;
	struct piece *p = sd_arena_alloc(w->a, (n + 1) * sizeof *p);
	sd_time a = w->from;

	json_array_foreach((json_t *)(uintptr_t)list, i, d) p[i] =
		(struct piece){store_text(w->a, d, "person"), store_text(w->a, d, "via"), store_time(d, "from"), store_time(d, "until")};
	for (int k = 0; k < w->days; k++) {
		/* the next midnight: a day has 23, 24 or 25 hours */
		sd_time b = a + 26 * (sd_time)3600 * 1000000, midnight;
		struct sd_err ignored;
		if (sd_time_parse(local(w, b, "%Y-%m-%d 00:00"), w->zone, &midnight, &ignored))
			b = midnight;
		day(w, p, n, a, b, k == 0, now);
		a = b;
	}
}

static void others(struct week *w, const json_t *g)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(g, "swaps"), i, o)
	{
		const char *off = store_text(w->a, o, "off"), *on = store_text(w->a, o, "on"), *note = store_text(w->a, o, "note");
		sd_str_addf(w->s, _("  swap %d: %s - %s  %s -> %s  %s\n"), (int)store_int(o, "swap"),
			local(w, store_time(o, "from"), "%m-%d %H:%M"), local(w, store_time(o, "until"), "%m-%d %H:%M"), *off ? off : "-",
			*on ? on : "-", note);
	}
	json_array_foreach(json_object_get(g, "absences"), i, o) sd_str_addf(w->s, _("  away: %s  %s - %s  %s\n"),
		store_text(w->a, o, "person"), local(w, store_time(o, "from"), "%m-%d %H:%M"),
		local(w, store_time(o, "until"), "%m-%d %H:%M"), store_text(w->a, o, "reason"));
}

char *sd_rota_text(struct sd_arena *a, const char *json, const char *zone, int days, int width)
{
	struct sd_err ignored;
	struct sd_str s = {0};
	json_t *j = store_object(json, "rota", &ignored);
	struct week w = {a, &s, zone && *zone ? zone : NULL, width, store_time(j, "from"), days};
	const json_t *list = json_object_get(j, "groups");
	json_t *g;
	size_t i;

	if (!json_array_size(list))
		sd_str_add(&s, _("no group of yours has a rota; svcdesk rota import FILE writes one\n"));
	json_array_foreach((json_t *)(uintptr_t)list, i, g)
	{
		const char *of = store_text(a, g, "zone");
		sd_str_addf(&s, "%s%s%s%s%s\n", i ? "\n" : "", store_text(a, g, "group"), *of ? "  (" : "", of, *of ? ")" : "");
		json_object_set(g, "_now", json_object_get(j, "now"));
		team(&w, g);
		if (*of)
			duty(&w, g, store_time(j, "now"));
		else
			sd_str_add(&s, _("  no rota: everybody in it is always on duty\n"));
		others(&w, g);
	}
	char *out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	json_decref(j);
	return out;
}
