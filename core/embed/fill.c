#include "core/embed/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/embed/embed.h"
#include "core/embed/server.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/mem.h"

bool fill_clock_valid(const char *text, struct sd_err *err)
{
	sd_time t;
	return sd_time_parse(text, NULL, &t, err);
}

bool fill_clock(struct sd_conn *c, const char *text, struct sd_err *err)
{
	sd_time t;
	if (!sd_time_parse(text, NULL, &t, err))
		return false;
	struct sd_arena *a = sd_arena_new();
	const char *const params[] = {sd_time_iso(a, t)};
	struct sd_result *r = sd_conn_query(c, "update desk.clock set frozen_at = $1::timestamptz", 1, params, err);
	sd_result_free(r);
	sd_arena_free(a);
	return r != NULL;
}

bool fill_is_frozen(struct sd_conn *c, bool *frozen, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(c, "select frozen_at is not null from desk.clock", 0, NULL, err);
	if (!r)
		return false;
	const char *v = sd_result_rows(r) > 0 ? sd_result_get(r, 0, 0) : NULL;
	*frozen = v && *v == 't';
	sd_result_free(r);
	return true;
}

/* Refusals of the rulebook are values. */
static bool answer_ok(struct sd_result *r, struct sd_err *err)
{
	const char *ok = r && sd_result_rows(r) > 0 ? sd_result_get(r, 0, 0) : NULL, *text = ok ? sd_result_get(r, 0, 1) : NULL;
	bool good = ok && *ok == 't';
	if (r && !good)
		sd_err_set(err, SD_ERR_INTERNAL, "not_filled", _("The new desk could not be filled: %s"), text ? text : "");
	sd_result_free(r);
	return good;
}

/* A desk of one's own has nobody else to approve what one writes. */
static bool alone(struct sd_conn *c, struct sd_err *err)
{
	return sd_conn_script(c, "update desk.setting set value = '\"none\"' where key = 'kb.approval'", err);
}

bool fill_empty(struct sd_conn *c, struct sd_err *err)
{
	return sd_schema_starter(c, err) && alone(c, err) &&
		   answer_ok(sd_conn_query(c,
						 "select a->>'ok', a->'error'->>'text' from (select desk.user_add('admin', 'Administrator',"
						 " array['admin', 'agent'], array['Service desk']) a) x",
						 0, NULL, err),
			   err);
}

struct uri_of {
	const struct place *p;
};

static char *uri_of(void *arg, const char *login)
{
	const struct uri_of *u = arg;
	return server_uri(u->p, login, SERVER_DATABASE);
}

struct percent {
	void (*progress)(void *arg, const char *what);
	void *arg;
	long last;
};

static void percent(void *arg, const char *what, long done, long total)
{
	struct percent *x = arg;
	long now = total > 0 ? done * 100 / total : 0;
	if (!x->progress || now / 10 == x->last / 10)
		return;
	x->last = now;
	char text[256];
	snprintf(text, sizeof text, "%s %ld %%", what, now);
	x->progress(x->arg, text);
}

bool fill_sample(
	struct sd_conn *c, const struct place *p, void (*progress)(void *arg, const char *what), void *arg, struct sd_err *err)
{
	struct uri_of u = {p};
	struct percent x = {progress, arg, -10};
	sd_time now = sd_clock_now();
	struct sd_result *r = sd_conn_query(c, "select (extract(epoch from desk.now()) * 1000000)::bigint", 0, NULL, err);
	if (!r)
		return false;
	if (sd_result_get(r, 0, 0))
		now = strtoll(sd_result_get(r, 0, 0), NULL, 10);
	sd_result_free(r);
	return alone(c, err) && embed_sample_load(c, uri_of, &u, now, percent, &x, err);
}
