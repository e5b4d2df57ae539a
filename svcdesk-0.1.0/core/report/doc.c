/* How values are painted, in every form the same. */
#include "core/report/doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"

bool report_is_number(enum report_type type)
{
	return type == REPORT_COUNT || type == REPORT_MINUTES || type == REPORT_PERCENT || type == REPORT_FINE ||
		   type == REPORT_NUMBER || type == REPORT_UNIT;
}

const char *report_number(const struct report_doc *d, double value, int places)
{
	char text[64], out[96];
	size_t n = 0;
	snprintf(text, sizeof text, "%.*f", places, value);
	if (strchr(text, '.')) {
		size_t len = strlen(text);
		while (text[len - 1] == '0')
			text[--len] = '\0';
		if (text[len - 1] == '.')
			text[--len] = '\0';
	}
	if (strcmp(text, "-0") == 0)
		strcpy(text, "0");
	size_t sign = text[0] == '-', digits = strcspn(text + sign, ".");
	for (size_t i = 0; text[i] && n + 2 < sizeof out; i++) {
		out[n++] = text[i];
		if (i >= sign && i + 1 < sign + digits && (sign + digits - i - 1) % 3 == 0)
			out[n++] = ',';
	}
	out[n] = '\0';
	return sd_arena_strdup(d->a, out);
}

/* Minutes: below two hours as they are, below three days as hours, else as days. */
static const char *duration(const struct report_doc *d, double minutes)
{
	double m = minutes < 0 ? -minutes : minutes;
	const char *sign = minutes < 0 ? "-" : "";
	long whole = (long)(m + 0.5);
	if (m < 120)
		return sd_arena_printf(d->a, _("%s min"), report_number(d, minutes, 1));
	if (m < 4320)
		return sd_arena_printf(d->a, _("%s%ld h %02ld min"), sign, whole / 60, whole % 60);
	return sd_arena_printf(d->a, _("%s%ld d %ld h"), sign, whole / 1440, whole % 1440 / 60);
}

const char *report_figure(const struct report_doc *d, const char *unit, double value)
{
	if (strcmp(unit, "minutes") == 0)
		return duration(d, value);
	if (strcmp(unit, "percent") == 0)
		return sd_arena_printf(d->a, "%s %%", report_number(d, value, value > 99 && value < 100 ? 3 : 1));
	if (strcmp(unit, "days") == 0)
		return sd_arena_printf(d->a, _("%s d"), report_number(d, value, 1));
	return report_number(d, value, 2);
}

const char *report_time(const struct report_doc *d, const char *iso, const char *format)
{
	struct sd_err ignored;
	sd_time t;
	return sd_time_parse(iso, "UTC", &t, &ignored) ? sd_time_local(d->a, t, d->zone, format) : iso;
}

const char *report_last_day(const struct report_doc *d)
{
	struct sd_err ignored;
	sd_time t;
	return sd_time_parse(d->to, "UTC", &t, &ignored) ? sd_time_local(d->a, t - 1, d->zone, "%Y-%m-%d") : d->to;
}

static const char *labelled(const struct report_doc *d, const char *key, const char *word)
{
	const char *text = d->label ? d->label(d->label_arg, key) : NULL;
	return text && *text ? text : word;
}

static const char *unit_of(const struct report_table *t, const json_t *row)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].key, "unit") == 0) {
			const char *unit = json_string_value(json_array_get(row, i));
			return unit ? unit : "";
		}
	return "";
}

static const char *painted_number(
	const struct report_doc *d, const struct report_table *t, const json_t *row, enum report_type type, double v)
{
	static const int places[] = {
		[REPORT_COUNT] = 0, [REPORT_MINUTES] = 1, [REPORT_PERCENT] = 2, [REPORT_FINE] = 3, [REPORT_NUMBER] = 2};
	return type == REPORT_UNIT ? report_figure(d, unit_of(t, row), v) : report_number(d, v, places[type]);
}

const char *report_cell(const struct report_doc *d, const struct report_table *t, const json_t *row, size_t column)
{
	const struct report_column *c = &t->columns[column];
	const json_t *v = json_array_get(row, column);
	const char *s = json_string_value(v);
	if (c->type == REPORT_HELD)
		return json_is_true(v) ? _("held") : json_is_false(v) ? _("missed") : "";
	if (json_is_number(v) && report_is_number(c->type))
		return painted_number(d, t, row, c->type, json_number_value(v));
	if (!s)
		return json_is_number(v) ? report_number(d, json_number_value(v), 3) : column == 0 && json_is_null(v) ? _("(none)") : "";
	if (c->type == REPORT_TIME)
		return report_time(d, s, "%Y-%m-%d %H:%M");
	if (c->type == REPORT_METRIC)
		return labelled(d, sd_arena_printf(d->a, "metric.%s.name", s), s);
	if (c->type == REPORT_WORD)
		return labelled(d, sd_arena_printf(d->a, "%s.%s", c->words, s), s);
	return s;
}

void report_escape(struct sd_str *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			sd_str_add(out, "&amp;");
			break;
		case '<':
			sd_str_add(out, "&lt;");
			break;
		case '>':
			sd_str_add(out, "&gt;");
			break;
		case '"':
			sd_str_add(out, "&quot;");
			break;
		case '\'':
			sd_str_add(out, "&#39;");
			break;
		default:
			sd_str_addc(out, *text);
		}
}

int report_better(const char *direction, double change)
{
	if (change > -0.005 && change < 0.005)
		return 0;
	return (change > 0) == (strcmp(direction, "up") == 0) ? 1 : -1;
}
