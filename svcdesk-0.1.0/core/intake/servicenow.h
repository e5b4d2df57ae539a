/* Mapping of one row of the ServiceNow audit-log form to one entry of a batch for desk.import_history. No database here.
 *
 * A batch is a JSON array of entries; the entries of one record stand together and in order (source time, version, line):
 *   {"line": 2,                          line of the file, for problems
 *    "ext_id": "INC0000045",             number in the source
 *    "ext_version": "0",                 version in the source
 *    "hash": "<64 hex digits>",          SHA-256 of the row: the same row is taken in once
 *    "at": "2016-02-29T01:23:00Z",       when it happened, by the source
 *    "actor": "Updated by 21",           who did it: a person's name, made if unknown; null = nobody
 *    "verb": "resolve", "body": "...", "visibility": 2,   only in histories that have texts
 *    "fields": {...},                    the record after this version; a field that is absent keeps its value, null clears it:
 *        state, hold_reason, requester, opened_by, group, assignee (names, made if unknown), priority, impact, urgency (digits),
 *        category (["Parent", "Child"] or ["Parent"]), ci, service, channel, opened_at, resolved_at, closed_at, hold_until,
 *        resolution_code, reassignments, reopens, made_sla, subject, body
 *    "custom": {...}}                    what the source has besides: kept as it is with the ticket
 * desk.import_history(source, file, batch) with file null is the dry run: the same answer, nothing written (no number used up).
 * The answer: {"tickets_created", "tickets_updated", "events_created", "rows_skipped", "transitions_unusual",
 *    "problems": [{"line", "reason"}]}; rows_skipped counts repetitions, and rows with a problem that were not taken in. */
#ifndef CORE_INTAKE_SERVICENOW_H
#define CORE_INTAKE_SERVICENOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/intake/form.h"
#include "svcdesk/clock.h"

struct sd_err;
struct sd_str;

/* Where each known column of a file stands; -1 where it is missing. */
struct sn_columns;

/* Reads the header. NULL and err (what is missing, what stands twice) when rows cannot be understood by it. unknown, if not NULL,
 * gets the names of columns nobody knows, comma separated. */
struct sn_columns *sn_columns_new(int n, char *const *names, struct sd_str *unknown, struct sd_err *err);
void sn_columns_free(struct sn_columns *c);
int sn_columns_count(const struct sn_columns *c); /* fields a row must have */

/* False with why (for people) when the row cannot be taken in at all: no number, no version, no readable time of update, or a
 * value longer than a value may be. */
bool sn_row_key(const struct sn_columns *c, char *const *field, const char *zone, struct intake_key *key, struct sd_str *why);

/* Appends the entry. notes gets one sentence a thing that was not understood (unknown state word ...), "" = none: the row is
 * taken in without it. Fields must have passed sn_row_key. */
void sn_row_entry(const struct sn_columns *c, char *const *field, const char *zone, long line, const struct intake_key *key,
	struct sd_str *json, struct sd_str *notes);

/* "D/M/YYYY HH:MM[:SS]" or "YYYY-MM-DD HH:MM[:SS]" in zone (NULL = UTC). */
bool sn_time(const char *text, const char *zone, sd_time *out);

#endif
