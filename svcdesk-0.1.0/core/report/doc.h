/* A report as a document: tables of plain values with what they mean, to be written in one form or another. Where the figures
 * come from is not its business; the forms know nothing of the desk. */
#ifndef CORE_REPORT_DOC_H
#define CORE_REPORT_DOC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include "svcdesk/mem.h"

enum report_type {
	REPORT_TEXT,
	REPORT_COUNT,
	REPORT_MINUTES, /* one place; in tiles as hours and days */
	REPORT_PERCENT, /* two places */
	REPORT_FINE,    /* per cent with three places: availability */
	REPORT_NUMBER,  /* as it is, at most two places */
	REPORT_TIME,    /* ISO, painted in the zone of the report */
	REPORT_METRIC,  /* id of a metric: painted as its name */
	REPORT_UNIT,    /* a figure in the unit that the row names in its column "unit" */
	REPORT_HELD,    /* true, false, null */
	REPORT_WORD     /* a word of the desk: painted by its label (words + the word) */
};

struct report_column {
	const char *key;   /* in JSON and CSV */
	const char *title; /* for people; NULL: shown in no form but these two */
	enum report_type type;
	const char *words; /* REPORT_WORD: what stands before the word in the key of its label */
};

enum report_chart {
	REPORT_NO_CHART,
	REPORT_TILES,  /* key figures: the whole table */
	REPORT_BARS,   /* label, value; line: a column with the target, or -1 */
	REPORT_LINES,  /* label along the time, the columns of series */
	REPORT_PARETO, /* label, value, share upto that row in column line */
	REPORT_BUDGET  /* label, value: what is left; line: of how much */
};

enum { REPORT_SERIES = 4 };

struct report_table {
	const char *id, *section, *title;
	const char *note;  /* under it; NULL */
	const char *query; /* the command that gives the same figures */
	const struct report_column *columns;
	size_t ncolumns;
	json_t *rows; /* arrays; owned by who made the document */
	char hash[65];
	enum report_chart chart;
	int label, value, line;
	int series[REPORT_SERIES + 1]; /* columns, ends with -1 */
};

struct report_doc {
	struct sd_arena *a;
	const char *name, *title;
	const char *period, *from, *to, *zone; /* to: not included */
	const char *before;                    /* the period compared with */
	const char *customer;                  /* NULL: all */
	const char *desk, *by, *generated;
	const char *again; /* the command that makes this report again */
	bool goes_on;      /* the period is not over */
	bool sample;       /* figures of a sample */
	const char *lang;
	/* Text for a key of the desk (metric.mttr.name); NULL or "": it has none. */
	const char *(*label)(void *arg, const char *key);
	void *label_arg;
	struct report_table *tables;
	size_t ntables;
};

/* A cell as people read it; "" for nothing. Not escaped. In the arena of the document. */
const char *report_cell(const struct report_doc *d, const struct report_table *t, const json_t *row, size_t column);
/* The same where there is room: minutes as hours and days. */
const char *report_figure(const struct report_doc *d, const char *unit, double value);
/* A number with so many places at most, thousands parted. */
const char *report_number(const struct report_doc *d, double value, int places);
bool report_is_number(enum report_type type);
/* An instant of the document in its zone. */
const char *report_time(const struct report_doc *d, const char *iso, const char *format);
/* The last day of the period. */
const char *report_last_day(const struct report_doc *d);
/* Text for an element or an attribute in quotation marks of HTML and SVG. */
void report_escape(struct sd_str *out, const char *text);
/* What change means for a metric: 1 better, -1 worse, 0 neither. */
int report_better(const char *direction, double change);

void report_html(struct sd_str *out, const struct report_doc *d);
void report_markdown(struct sd_str *out, const struct report_doc *d);
extern const char report_style[];

#endif
