#include "config.h"
#include "svcdesk/ticket.h"

#include <stdlib.h>
#include <string.h>
#include "svcdesk/err.h"
#include "svcdesk/hours.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

const char *const sd_row_columns[] = {"number", "kind", "state", "phase", "priority", "subject", "group", "assignee", "opened_at",
	"updated_at", "due_at", "version", "last_seq", "restricted", "unread", "clock", NULL};

static const char *const text_names[SD_COL_TEXTS] = {"number", "kind", "state", "subject", "requester", "group", "assignee",
	"category", "service", "ci", "org", "channel", "external", "hold_reason", "resolution_code", "k"};

/* Where a named column goes. */
enum shape { SHAPE_TEXT, SHAPE_INT, SHAPE_TIME, SHAPE_FLAG, SHAPE_ID, SHAPE_CLOCK, SHAPE_EXTRA };

static int *int_of(struct sd_row *r, const char *name)
{
	const struct {
		const char *name;
		int *at;
	} ints[] = {{"phase", &r->phase}, {"priority", &r->priority}, {"impact", &r->impact}, {"urgency", &r->urgency},
		{"version", &r->version}, {"last_seq", &r->last_seq}, {"reassignments", &r->reassignments}, {"reopens", &r->reopens}};

	for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
		if (!strcmp(ints[i].name, name))
			return ints[i].at;
	return NULL;
}

static sd_time *time_of(struct sd_row *r, const char *name)
{
	const struct {
		const char *name;
		sd_time *at;
	} times[] = {{"opened_at", &r->opened}, {"updated_at", &r->updated}, {"due_at", &r->due}, {"hold_until", &r->hold_until},
		{"resolved_at", &r->resolved}, {"closed_at", &r->closed}};

	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (!strcmp(times[i].name, name))
			return times[i].at;
	return NULL;
}

static int text_of(const char *name)
{
	for (int i = 0; i < SD_COL_TEXTS; i++)
		if (!strcmp(text_names[i], name))
			return i;
	return -1;
}

static enum shape shape_of(const char *name)
{
	struct sd_row probe;

	if (!strcmp(name, "id"))
		return SHAPE_ID;
	if (!strcmp(name, "clock"))
		return SHAPE_CLOCK;
	if (text_of(name) >= 0)
		return SHAPE_TEXT;
	if (int_of(&probe, name))
		return SHAPE_INT;
	if (time_of(&probe, name))
		return SHAPE_TIME;
	return !strcmp(name, "restricted") || !strcmp(name, "unread") ? SHAPE_FLAG : SHAPE_EXTRA;
}

static sd_time time_value(const char *text)
{
	struct sd_err err = {0};
	sd_time t;

	return text && strcmp(text, "infinity") != 0 && sd_time_parse(text, "UTC", &t, &err) ? t : SD_TIME_NONE;
}

static void set_plain(struct sd_row *r, const char *name, const char *value, enum shape shape)
{
	if (shape == SHAPE_ID)
		r->id = value ? strtoll(value, NULL, 10) : 0;
	else if (shape == SHAPE_INT)
		*int_of(r, name) = value ? (int)strtol(value, NULL, 10) : 0;
	else if (shape == SHAPE_TIME)
		*time_of(r, name) = time_value(value);
	else if (!strcmp(name, "restricted"))
		r->restricted = value && *value == 't';
	else
		r->unread = value && *value == 't';
}

static size_t pool_add(struct sd_str *pool, const char *s)
{
	size_t at = pool->len;

	if (s && *s)
		sd_text_clean(pool, s, strlen(s), SD_CLEAN_LINE);
	sd_str_addc(pool, '\0');
	return at;
}

struct sd_row *sd_row_make(int n, const char *const *names, const char *const *values)
{
	struct sd_row head = {.opened = SD_TIME_NONE,
		.updated = SD_TIME_NONE,
		.due = SD_TIME_NONE,
		.hold_until = SD_TIME_NONE,
		.resolved = SD_TIME_NONE,
		.closed = SD_TIME_NONE};
	size_t text_at[SD_COL_TEXTS] = {0};
	size_t *extra_at = sd_calloc((size_t)n * 2 + 1, sizeof *extra_at);
	struct sd_str pool = {0};
	struct sd_row *r;
	char *base;

	sd_str_addc(&pool, '\0'); /* offset 0 is "" */
	for (int i = 0; i < n; i++) {
		enum shape shape = shape_of(names[i]);

		if (shape == SHAPE_TEXT) {
			text_at[text_of(names[i])] = pool_add(&pool, values[i]);
		} else if (shape == SHAPE_EXTRA) {
			extra_at[head.nextra * 2] = pool_add(&pool, names[i]);
			extra_at[head.nextra++ * 2 + 1] = pool_add(&pool, values[i]);
		} else if (shape != SHAPE_CLOCK) {
			set_plain(&head, names[i], values[i], shape);
		}
	}
	r = sd_malloc(sizeof *r + (size_t)head.nextra * 2 * sizeof *r->extra + pool.len);
	*r = head;
	for (int i = 0; i < n && !r->clock; i++)
		if (shape_of(names[i]) == SHAPE_CLOCK)
			r->clock = sd_clock_mark_parse(values[i]);
	r->extra = (const char **)(r + 1);
	base = (char *)(r->extra + (size_t)head.nextra * 2);
	memcpy(base, pool.data, pool.len);
	for (int i = 0; i < SD_COL_TEXTS; i++)
		r->text[i] = base + text_at[i];
	for (int i = 0; i < head.nextra * 2; i++)
		r->extra[i] = base + extra_at[i];
	sd_str_free(&pool);
	free(extra_at);
	if (r->id)
		return r;
	sd_row_free(r);
	return NULL;
}

void sd_row_free(struct sd_row *r)
{
	if (r)
		free(r->clock);
	free(r);
}

const char *sd_row_get(const struct sd_row *r, struct sd_arena *a, const char *field)
{
	struct sd_row copy = *r; /* the finders want somewhere to point to */
	const sd_time *t;
	const int *i;
	int at = text_of(field);

	if (at >= 0)
		return r->text[at];
	if ((i = int_of(&copy, field)))
		return sd_arena_printf(a, "%d", *i);
	if ((t = time_of(&copy, field)))
		return *t == SD_TIME_NONE ? "" : sd_time_iso(a, *t);
	for (int e = 0; e < r->nextra; e++)
		if (!strcmp(r->extra[e * 2], field))
			return r->extra[e * 2 + 1];
	return "";
}

bool sd_row_has(const struct sd_row *r, const char *field)
{
	for (int e = 0; e < r->nextra; e++)
		if (!strcmp(r->extra[e * 2], field))
			return true;
	for (int i = 0; sd_row_columns[i]; i++)
		if (!strcmp(sd_row_columns[i], field))
			return true;
	return false;
}
