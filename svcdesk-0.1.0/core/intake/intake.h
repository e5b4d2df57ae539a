/* Taking in histories from other systems. The reader and the mapping know nothing of the database; the run sends mapped
 * rows in batches to desk.import_history and adds up what it answers. */
#ifndef CORE_INTAKE_INTAKE_H
#define CORE_INTAKE_INTAKE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct sd_conn;
struct sd_err;

struct intake_opts {
	const char *path;                  /* CSV, or CSV packed with xz (told by its first bytes, not by its name) */
	const char *zone;                  /* IANA zone of the file's local times; NULL = UTC */
	long limit;                        /* read no more rows than these; 0 = all */
	bool dry_run;                      /* the same numbers, nothing written */
	const volatile sig_atomic_t *stop; /* not 0: end after the current batch (set by a SIGINT handler); NULL = never */
	/* Called about twice a second and once at the end, also that of an import that was stopped; rate in rows a second, left in
	 * seconds (< 0: not known yet). NULL = none.
	 */
	void (*progress)(void *arg, long done, long total, double rate, double left, bool end);
	void *progress_arg;
};

struct intake_problem {
	long line; /* of the file, 1 = header; 0 = the file as a whole */
	char *reason;
};

/* A value that the desk does not know; it is kept with the ticket. */
struct intake_unknown {
	char *column, *field, *value;
	long rows, line, last_line; /* line: the first of them */
};

/* rows_read = rows with events of their own (one, or by a map several) + rows_skipped; a skipped row is a repetition of what the
 * desk already holds or has a problem row of its own. Rows that are kept although something in them was not understood have one
 * too. */
struct intake_report {
	long rows_read, rows_skipped, tickets_created, tickets_updated, events_created, transitions_unusual;
	struct intake_problem *problems; /* by line */
	size_t n_problems, cap_problems;
	bool mapped; /* by a map: the report has unknown values too */
	struct intake_unknown *unknown;
	size_t n_unknown;
	long problems_more; /* that were not kept: there were too many */
	bool dry_run, interrupted;
};

/* Imports the audit-log form of a ServiceNow incident export. True when the whole file was read, also when there are problem
 * rows (exit 0); false with err for a file that cannot be read at all, a header that does not fit, a lost connection, or (err->id
 * "interrupted") a stop. rep is filled as far as it came in every case; free it with intake_report_free. Doing it again is
 * harmless and goes on where it stopped. */
bool intake_servicenow_run(struct sd_conn *c, const struct intake_opts *o, struct intake_report *rep, struct sd_err *err);

/* Imports any table by a map: a name, or a path (core/intake/map.h). The same in all else; a map that does not fit the file or
 * the desk is an error that names its line. */
bool intake_csv_run(
	struct sd_conn *c, const struct intake_opts *o, const char *map, struct intake_report *rep, struct sd_err *err);

/* One JSON object, the stable contract of `import --json`; malloc'ed, ends with a newline. */
char *intake_report_json(const struct intake_report *rep);
/* The same for people, some lines; malloc'ed. At most 20 problems are named. */
char *intake_report_text(const struct intake_report *rep);
void intake_report_free(struct intake_report *rep);

/* A progress callback: one line on stderr, rewritten in place; does nothing unless stderr is a terminal. */
void intake_progress_stderr(void *arg, long done, long total, double rate, double left, bool end);

#endif
