/* A report as Markdown: tables as GitHub and others read them. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/doc.h"

/* Text that stays text: what Markdown or HTML would take as a sign is escaped. */
static void text(struct sd_str *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("\\`*_{}[]<>#|!~&$", *s))
			sd_str_addc(out, '\\');
		sd_str_addc(out, *s == '\n' ? ' ' : *s);
	}
}

static void heading(struct sd_str *out, const char *marks, const char *s)
{
	sd_str_add(out, marks);
	text(out, s);
	sd_str_add(out, "\n\n");
}

/* Code in a line: between more marks than stand in it. */
static void code(struct sd_str *out, const char *s)
{
	const char *marks = strstr(s, "``") ? "```" : strchr(s, '`') ? "``" : "`";
	sd_str_addf(out, "%s%s%s%s%s", marks, marks[1] ? " " : "", s, marks[1] ? " " : "", marks);
}

static void rows(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	size_t i;
	json_t *row;
	for (size_t k = 0; k < t->ncolumns; k++)
		if (t->columns[k].title) {
			sd_str_add(out, "| ");
			text(out, t->columns[k].title);
			sd_str_addc(out, ' ');
		}
	sd_str_add(out, "|\n");
	for (size_t k = 0; k < t->ncolumns; k++)
		if (t->columns[k].title)
			sd_str_add(out, report_is_number(t->columns[k].type) ? "|---:" : "|---");
	sd_str_add(out, "|\n");
	json_array_foreach(t->rows, i, row)
	{
		for (size_t k = 0; k < t->ncolumns; k++)
			if (t->columns[k].title) {
				sd_str_add(out, "| ");
				text(out, report_cell(d, t, row, k));
				sd_str_addc(out, ' ');
			}
		sd_str_add(out, "|\n");
	}
}

static void table(struct sd_str *out, const struct report_doc *d, const struct report_table *t)
{
	if (strcmp(t->section, t->title) != 0)
		heading(out, "### ", t->title);
	if (json_array_size(t->rows))
		rows(out, d, t);
	else
		sd_str_addf(out, "%s\n", _("Nothing in this period."));
	sd_str_addc(out, '\n');
	if (t->note) {
		text(out, t->note);
		sd_str_add(out, "\n\n");
	}
	code(out, t->query);
	sd_str_addf(out, "  \nsha256 `%s`\n\n", t->hash);
}

void report_markdown(struct sd_str *out, const struct report_doc *d)
{
	heading(out, "# ", sd_arena_printf(d->a, "%s: %s", d->desk, d->title));
	if (d->customer) {
		sd_str_addf(out, "- %s: ", _("Customer"));
		text(out, d->customer);
		sd_str_addc(out, '\n');
	}
	sd_str_addf(out, "- %s: %s (%s - %s)\n- %s: %s\n\n", _("Period"), d->period, report_time(d, d->from, "%Y-%m-%d"),
		report_last_day(d), _("Compared with"), d->before);
	if (d->goes_on)
		sd_str_addf(out, "%s\n\n", _("The period is not over: the figures are those up to now."));
	if (d->sample)
		sd_str_addf(out, "%s\n\n", _("This desk holds a sample: people, customers and agreements are made up."));
	for (size_t i = 0; i < d->ntables; i++) {
		if (i == 0 || strcmp(d->tables[i].section, d->tables[i - 1].section) != 0)
			heading(out, "## ", d->tables[i].section);
		table(out, d, &d->tables[i]);
	}
	sd_str_add(out, "---\n\n");
	text(out, sd_arena_printf(d->a,
				  _("Figures as %s may see them, in the time of zone %s. The same period and data give the same hashes:"), d->by,
				  d->zone));
	sd_str_addc(out, ' ');
	code(out, d->again);
	sd_str_addf(out, "\n\n%s\n", sd_arena_printf(d->a, _("Made %s"), report_time(d, d->generated, "%Y-%m-%d %H:%M")));
}
