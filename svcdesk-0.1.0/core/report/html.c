/* A report as one HTML file: no script, nothing from elsewhere. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/svg.h"

static void element(struct sd_str *out, const char *open, const char *text, const char *close)
{
	sd_str_add(out, open);
	report_escape(out, text);
	sd_str_add(out, close);
}

static void fact(struct sd_str *out, const char *name, const char *value)
{
	element(out, "<div><dt>", name, "</dt>");
	element(out, "<dd>", value, "</dd></div>");
}

static void head(struct sd_str *out, const struct report_doc *d)
{
	sd_str_add(out, "<!DOCTYPE html>\n<html lang=\"");
	report_escape(out, strcmp(d->lang, "zh_CN") == 0 ? "zh-CN" : d->lang);
	sd_str_add(out,
		"\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		"<meta name=\"generator\" content=\"svcdesk\">\n<title>");
	report_escape(
		out, sd_arena_printf(d->a, "%s %s%s%s", d->title, d->period, d->customer ? " - " : "", d->customer ? d->customer : ""));
	sd_str_add(out, "</title>\n<style>");
	sd_str_add(out, report_style);
	sd_str_add(out, "</style>\n</head>\n<body>\n<div class=\"page\">\n<header>\n");
	element(out, "<p class=\"desk\">", d->desk, "</p>\n");
	element(out, "<h1>", d->title, "</h1>\n<dl class=\"facts\">");
	if (d->customer)
		fact(out, _("Customer"), d->customer);
	fact(out, _("Period"),
		sd_arena_printf(d->a, "%s  (%s - %s)", d->period, report_time(d, d->from, "%Y-%m-%d"), report_last_day(d)));
	fact(out, _("Compared with"), d->before);
	sd_str_add(out, "</dl>\n");
	if (d->goes_on)
		element(out, "<p class=\"warn\">", _("The period is not over: the figures are those up to now."), "</p>\n");
	if (d->sample)
		element(
			out, "<p class=\"warn\">", _("This desk holds a sample: people, customers and agreements are made up."), "</p>\n");
	sd_str_add(out, "</header>\n");
}

/* ---- key figures ---- */

static const json_t *named(const struct report_table *t, const json_t *row, const char *key)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].key, key) == 0)
			return json_array_get(row, i);
	return NULL;
}

static const char *word(const json_t *j)
{
	return json_string_value(j) ? json_string_value(j) : "";
}

/* How much comes and goes is neither good nor bad by itself. */
static bool flow(const char *metric)
{
	return strcmp(metric, "opened") == 0 || strcmp(metric, "resolved") == 0;
}

static void change(struct sd_str *out, const struct report_doc *d, const struct report_table *t, const json_t *row)
{
	const json_t *before = named(t, row, "previous"), *percent = named(t, row, "change");
	const char *unit = word(named(t, row, "unit"));
	int better;
	if (!json_is_number(before))
		return;
	double diff = json_number_value(named(t, row, "value")) - json_number_value(before);
	better = report_better(word(named(t, row, "direction")), diff);
	if (flow(word(json_array_get(row, 0))))
		better = 0;
	sd_str_addf(out, "<p class=\"x\"><span class=\"%s\">%s ",
		better > 0   ? "good-t"
		: better < 0 ? "bad-t"
					 : "",
		diff > 0   ? "▲"
		: diff < 0 ? "▼"
				   : "=");
	if (strcmp(unit, "percent") == 0)
		report_escape(out, sd_arena_printf(d->a, _("%s points"), report_number(d, diff < 0 ? -diff : diff, 2)));
	else if (json_is_number(percent))
		report_escape(out,
			sd_arena_printf(d->a, "%s %%",
				report_number(d, json_number_value(percent) < 0 ? -json_number_value(percent) : json_number_value(percent), 1)));
	sd_str_addf(out, "%s%s", better ? " " : "", better > 0 ? _("better") : better < 0 ? _("worse") : "");
	element(out, "</span> ", sd_arena_printf(d->a, _("(before: %s)"), report_figure(d, unit, json_number_value(before))), "</p>");
}

static void tile(struct sd_str *out, const struct report_doc *d, const struct report_table *t, const json_t *row)
{
	const json_t *held = named(t, row, "held"), *value = named(t, row, "value"), *target = named(t, row, "target");
	const char *unit = word(named(t, row, "unit"));
	sd_str_addf(out, "<div class=\"tile%s\">",
		!json_is_number(value) ? ""
		: json_is_true(held)   ? " good"
		: json_is_false(held)  ? " bad"
							   : "");
	element(out, "<p class=\"k\">", report_cell(d, t, row, 0), "</p>");
	element(out, "<p class=\"v\">", json_is_number(value) ? report_figure(d, unit, json_number_value(value)) : "-", "</p>");
	if (json_is_number(target)) {
		const char *aim = report_figure(d, unit, json_number_value(target));
		element(out, "<p class=\"x\">",
			sd_arena_printf(d->a,
				!json_is_boolean(held) ? _("target %s")
				: json_is_true(held)   ? _("target %s: held")
									   : _("target %s: missed"),
				aim),
			"</p>");
	}
	if (json_is_number(value))
		change(out, d, t, row);
	sd_str_add(out, "</div>\n");
}

static void tiles(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t i;
	json_t *row;
	sd_str_add(out, "<div class=\"tiles\">\n");
	json_array_foreach(t->rows, i, row) tile(out, d, t, row);
	sd_str_add(out, "</div>\n");
}

/* ---- tables ---- */

static const char *cell_class(const struct report_column *c)
{
	return report_is_number(c->type)        ? " class=\"n\""
		   : c->type == REPORT_TIME         ? " class=\"w\""
		   : strcmp(c->key, "subject") == 0 ? " class=\"s\""
											: "";
}

/* Many columns are set closer; many rows of few columns stand side by side. */
static const char *shape(const struct report_table *t)
{
	size_t n = 0;
	for (size_t k = 0; k < t->ncolumns; k++)
		n += t->columns[k].title != NULL;
	return n > 8 ? " wide" : n <= 4 && strcmp(t->columns[0].key, "time") == 0 && json_array_size(t->rows) > 16 ? " tall" : "";
}

static void rows(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t i;
	json_t *row;
	sd_str_addf(out, "<div class=\"scroll%s\">", shape(t));
	element(out, "<table aria-label=\"", t->title, "\">\n<thead><tr>");
	for (size_t k = 0; k < t->ncolumns; k++)
		if (t->columns[k].title) {
			sd_str_addf(out, "<th scope=\"col\"%s>", report_is_number(t->columns[k].type) ? " class=\"n\"" : "");
			element(out, "", t->columns[k].title, "</th>");
		}
	sd_str_add(out, "</tr></thead>\n<tbody>\n");
	json_array_foreach(t->rows, i, row)
	{
		sd_str_add(out, "<tr>");
		for (size_t k = 0; k < t->ncolumns; k++)
			if (t->columns[k].title) {
				sd_str_addf(out, "<td%s>", cell_class(&t->columns[k]));
				element(out, "", report_cell(d, t, row, k), "</td>");
			}
		sd_str_add(out, "</tr>\n");
	}
	sd_str_add(out, "</tbody></table></div>\n");
}

static void table(struct sd_str *out, const struct report_doc *d, const struct report_table *t, bool headed)
{
	bool any = json_array_size(t->rows) > 0;
	sd_str_addf(out, "<section id=\"%s\">\n", t->id);
	if (headed)
		element(out, "<h3>", t->title, "</h3>\n");
	if (!any)
		element(out, "<p class=\"none\">", _("Nothing in this period."), "</p>\n");
	if (any && t->chart == REPORT_TILES)
		tiles(out, d, t);
	if (any && t->chart != REPORT_TILES && t->chart != REPORT_NO_CHART) {
		sd_str_add(out, "<div class=\"fig\">");
		report_svg(out, d, t);
		sd_str_add(out, "</div>\n");
	}
	if (any)
		rows(out, d, t);
	if (t->note)
		element(out, "<p class=\"note\">", t->note, "</p>\n");
	element(out, "<p class=\"src\"><code>", t->query, "</code>");
	sd_str_addf(out, "<br>sha256 <code>%s</code></p>\n</section>\n", t->hash);
}

static bool begins_section(const struct report_doc *d, size_t i)
{
	return i == 0 || strcmp(d->tables[i].section, d->tables[i - 1].section) != 0;
}

static void contents(struct sd_str *out, const struct report_doc *d)
{
	element(out, "<nav aria-label=\"", _("Contents"), "\"><ol>");
	for (size_t i = 0; i < d->ntables; i++)
		if (begins_section(d, i)) {
			sd_str_addf(out, "<li><a href=\"#%s\">", d->tables[i].id);
			element(out, "", d->tables[i].section, "</a></li>");
		}
	sd_str_add(out, "</ol></nav>\n");
}

void report_html(struct sd_str *out, const struct report_doc *d)
{
	head(out, d);
	contents(out, d);
	sd_str_add(out, "<main>\n");
	for (size_t i = 0; i < d->ntables; i++) {
		const struct report_table *t = &d->tables[i];
		bool first = begins_section(d, i);
		if (first)
			element(out, "<h2>", t->section, "</h2>\n");
		table(out, d, t, !first || strcmp(t->section, t->title) != 0);
	}
	sd_str_add(out, "</main>\n<footer>\n");
	element(out, "<p>",
		sd_arena_printf(d->a,
			_("Figures as %s may see them, in the time of zone %s. The same period and data give the same hashes:"), d->by,
			d->zone),
		" ");
	element(out, "<code>", d->again, "</code></p>\n");
	element(out, "<p>", sd_arena_printf(d->a, _("Made %s"), report_time(d, d->generated, "%Y-%m-%d %H:%M")),
		"</p>\n</footer>\n</div>\n</body>\n</html>\n");
}
