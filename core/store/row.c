#include "config.h"
#include "svcdesk/ticket.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/store/json.h"
#include "svcdesk/db.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

#define US(column) "(extract(epoch from r." column ") * 1000000)::bigint"
const char sd_row_columns[] =
	"r.id, r.phase, r.priority, r.impact, r.urgency, r.version, r.last_seq, r.reassignments, r.reopens, " US("opened_at") ", " US(
		"updated_at") ", " US("due_at") ", " US("hold_until") ", " US("resolved_at") ", " US("closed_at") ", r.restricted, r.unread, "
	"r.number, r.kind, r.state, r.subject, r.requester, r.\"group\", r.assignee, r.category, r.service, r.ci, r.org, r.channel, "
	"r.external, r.hold_reason, r.resolution_code, null::text";

enum { TIMES_AT = 9, FLAGS_AT = 15, TEXTS_AT = 17 };

static sd_time time_of(const char *s)
{
	return s ? strtoll(s, NULL, 10) : SD_TIME_NONE;
}

static int int_of(const char *s)
{
	return s ? (int)strtol(s, NULL, 10) : 0;
}

struct sd_row *sd_row_make(int n, const char *const *v)
{
	struct sd_str pool = {0};
	size_t at[SD_COL_TEXTS];
	struct sd_row *r;
	char *base;

	if (n < SD_ROW_NCOLS || !v[0])
		return NULL;
	for (int i = 0; i < SD_COL_TEXTS; i++) { /* one block for all texts of the row */
		const char *s = v[TEXTS_AT + i] ? v[TEXTS_AT + i] : "";

		at[i] = pool.len;
		sd_text_clean(&pool, s, strlen(s), SD_CLEAN_LINE);
		sd_str_addc(&pool, '\0');
	}
	r = sd_malloc(sizeof *r + pool.len);
	memset(r, 0, sizeof *r);
	base = (char *)(r + 1);
	memcpy(base, pool.data, pool.len);
	for (int i = 0; i < SD_COL_TEXTS; i++)
		r->text[i] = base + at[i];
	sd_str_free(&pool);
	r->id = strtoll(v[0], NULL, 10);
	r->phase = int_of(v[1]);
	r->priority = int_of(v[2]);
	r->impact = int_of(v[3]);
	r->urgency = int_of(v[4]);
	r->version = int_of(v[5]);
	r->last_seq = int_of(v[6]);
	r->reassignments = int_of(v[7]);
	r->reopens = int_of(v[8]);
	r->opened = time_of(v[TIMES_AT]);
	r->updated = time_of(v[TIMES_AT + 1]);
	r->due = time_of(v[TIMES_AT + 2]);
	r->hold_until = time_of(v[TIMES_AT + 3]);
	r->resolved = time_of(v[TIMES_AT + 4]);
	r->closed = time_of(v[TIMES_AT + 5]);
	r->restricted = v[FLAGS_AT] && *v[FLAGS_AT] == 't';
	r->unread = v[FLAGS_AT + 1] && *v[FLAGS_AT + 1] == 't';
	r->in_view = n <= SD_ROW_NCOLS || (v[SD_ROW_NCOLS] && *v[SD_ROW_NCOLS] == 't');
	return r;
}

struct sd_row *sd_row_read(const struct sd_result *res, int row)
{
	const char *values[SD_ROW_NCOLS + 1];
	int n = sd_result_cols(res);

	if (n > SD_ROW_NCOLS + 1)
		n = SD_ROW_NCOLS + 1;
	for (int i = 0; i < n; i++)
		values[i] = sd_result_get(res, row, i);
	return sd_row_make(n, values);
}

void sd_row_free(struct sd_row *r)
{
	free(r);
}

static const char *row_time(const struct sd_row *r, struct sd_arena *a, const char *field)
{
	const struct {
		const char *name;
		sd_time at;
	} times[] = {{"opened_at", r->opened}, {"updated_at", r->updated}, {"due_at", r->due}, {"hold_until", r->hold_until},
		{"resolved_at", r->resolved}, {"closed_at", r->closed}};

	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (!strcmp(times[i].name, field))
			return times[i].at == SD_TIME_NONE ? "" : sd_time_iso(a, times[i].at);
	return NULL;
}

const char *sd_row_get(const struct sd_row *r, struct sd_arena *a, const char *field)
{
	static const char *const names[SD_COL_TEXTS] = {"number", "kind", "state", "subject", "requester", "group", "assignee",
		"category", "service", "ci", "org", "channel", "external", "hold_reason", "resolution_code", NULL};
	const struct {
		const char *name;
		int value;
	} numbers[] = {{"priority", r->priority}, {"impact", r->impact}, {"urgency", r->urgency}, {"version", r->version},
		{"reassignments", r->reassignments}, {"reopens", r->reopens}};
	const char *text = row_time(r, a, field);
	json_t *typed;

	if (text)
		return text;
	for (int i = 0; i < SD_COL_TYPED; i++)
		if (!strcmp(names[i], field))
			return r->text[i];
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (!strcmp(numbers[i].name, field))
			return sd_arena_printf(a, "%d", numbers[i].value);
	typed = *r->text[SD_COL_TYPED] ? json_loads(r->text[SD_COL_TYPED], 0, NULL) : NULL;
	text = store_text(a, typed, field);
	json_decref(typed);
	return text;
}
