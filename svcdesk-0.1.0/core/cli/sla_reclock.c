/* svcdesk sla reclock: clocks anew by the definitions of now, in parts, over as many connections as there are lanes. What was
 * done stays done: the same command goes on where one was killed. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/query.h"

enum { PART = 500, LANES_MAX = 16, STRIPE_BITS = 12 };

struct lane {
	struct sd_conn *conn;
	int64_t *id; /* ascending */
	size_t n, size, at;
	bool busy;
};

struct reclock {
	struct cli *c;
	long run;
	bool dry;
	int lanes;
	struct lane lane[LANES_MAX];
	int64_t upto[LANES_MAX];
	long tickets, made, moved, gone, total, shown;
};

static const char part_sql[] = "select desk.sla_reclock_part($1, $2, $3::bigint[], $4)";

/* A ticket always belongs to the same lane: whole stripes of numbers, so that a lane reads what lies together. */
static bool take_id(void *arg, int cols, const char *const *names, const char *const *values)
{
	struct reclock *x = arg;
	int64_t id = strtoll(values[0], NULL, 10);
	int k = (int)((id >> STRIPE_BITS) % x->lanes);
	struct lane *l = &x->lane[k];

	(void)cols;
	(void)names;
	if (id <= x->upto[k])
		return true;
	if (l->n == l->size) {
		l->size = l->size ? l->size * 2 : 1024;
		l->id = sd_realloc(l->id, l->size * sizeof *l->id);
	}
	l->id[l->n++] = id;
	x->total++;
	return true;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static long member(const json_t *j, const char *key)
{
	return (long)json_integer_value(json_object_get(j, key));
}

/* Begins a run, or learns how far an unfinished one is. */
static bool begin(struct reclock *x, const char *query, struct sd_err *err)
{
	struct cli *c = x->c;
	const char *params[] = {
		query, cli_get(c, "reason"), sd_arena_printf(c->a, "%d", x->lanes), cli_has(c, "fresh") ? "true" : "false"};
	json_t *j = cli_json(c, err, "select desk.sla_reclock_begin($1, $2, $3, $4)", 4, params);
	const json_t *v;
	size_t i;

	if (!j)
		return false;
	x->run = member(j, "reclock");
	x->lanes = (int)member(j, "lanes");
	json_array_foreach(json_object_get(j, "upto"), i, v) if (i < LANES_MAX) x->upto[i] = json_integer_value(v);
	if (json_is_true(json_object_get(j, "resumed")))
		fprintf(stderr, _("svcdesk: going on with reclock %ld, of which %ld tickets are done; --fresh begins anew\n"), x->run,
			member(j, "tickets"));
	json_decref(j);
	return true;
}

static bool find_tickets(struct reclock *x, const struct sd_query *q, struct sd_err *err)
{
	struct sd_query_sql ids;
	struct sd_query_opts o = {.mode = SD_QUERY_IDS, .zone = sd_cfg_text(x->c->cfg, "zone")};

	if (!*o.zone)
		o.zone = NULL;
	sd_conn_timeout(x->c->conn, 0);
	if (!sd_query_sql(q, x->c->a, &o, &ids, err) || !sd_conn_each(x->c->conn, ids.sql, ids.nparams, ids.params, take_id, x, err))
		return false;
	for (int i = 0; i < x->lanes; i++)
		if (x->lane[i].n)
			qsort(x->lane[i].id, x->lane[i].n, sizeof *x->lane[i].id, by_id);
	return true;
}

static bool send_part(struct reclock *x, int k, struct sd_err *err)
{
	struct lane *l = &x->lane[k];
	size_t n = l->n - l->at < PART ? l->n - l->at : PART;
	struct sd_str ids = {0};
	char run[24], lane[12];

	snprintf(run, sizeof run, "%ld", x->run);
	snprintf(lane, sizeof lane, "%d", k + 1);
	sd_str_addc(&ids, '{');
	for (size_t i = 0; i < n; i++)
		sd_str_addf(&ids, "%s%" PRId64, i ? "," : "", l->id[l->at + i]);
	sd_str_addc(&ids, '}');
	const char *params[] = {run, lane, ids.data, x->dry ? "true" : "false"};
	l->busy = sd_conn_start(l->conn, part_sql, 4, params, err);
	l->at += n;
	sd_str_free(&ids);
	return l->busy;
}

static bool take_answer(struct reclock *x, struct lane *l, struct sd_err *err)
{
	struct sd_result *r = sd_conn_finish(l->conn, err);
	json_t *j = r && sd_result_rows(r) ? cli_parse(sd_result_get(r, 0, 0), err) : NULL;
	bool ok = j && json_is_true(json_object_get(j, "ok"));

	l->busy = false;
	if (j && !ok)
		cli_refusal(x->c, json_object_get(j, "error"), err);
	if (ok) {
		x->tickets += member(j, "tickets");
		x->made += member(j, "made");
		x->moved += member(j, "moved");
		x->gone += member(j, "gone");
	}
	json_decref(j);
	sd_result_free(r);
	if (ok && isatty(STDERR_FILENO) && (x->tickets - x->shown >= 10000 || x->tickets == x->total)) {
		x->shown = x->tickets;
		fputc('\r', stderr);
		fprintf(stderr, _("svcdesk: %ld of %ld tickets"), x->tickets, x->total);
		if (x->tickets == x->total)
			fputc('\n', stderr);
	}
	return ok;
}

/* While one lane is waited for the others are at work. */
static bool work(struct reclock *x, struct sd_err *err)
{
	bool more = true, ok = true;

	for (int k = 0; ok && k < x->lanes; k++) {
		x->lane[k].conn = x->lane[k].n ? sd_conn_open(x->c->target.conninfo, err) : NULL;
		ok = !x->lane[k].n || x->lane[k].conn;
		if (x->lane[k].conn)
			sd_conn_timeout(x->lane[k].conn, 0);
	}
	while (ok && more) {
		more = false;
		for (int k = 0; ok && k < x->lanes; k++) {
			struct lane *l = &x->lane[k];
			if (l->busy)
				ok = take_answer(x, l, err);
			if (ok && l->at < l->n)
				ok = send_part(x, k, err);
			more |= l->busy;
		}
	}
	for (int k = 0; k < x->lanes; k++)
		sd_conn_close(x->lane[k].conn);
	return ok;
}

static bool finish(struct reclock *x, struct sd_err *err)
{
	const char *params[] = {sd_arena_printf(x->c->a, "%ld", x->run)};
	json_t *j = x->dry ? NULL : cli_json(x->c, err, "select desk.sla_reclock_end($1)", 1, params);

	if (x->dry)
		return true;
	if (!j)
		return false;
	x->tickets = member(j, "tickets"); /* with those of the parts before a restart */
	x->made = member(j, "made");
	x->moved = member(j, "moved");
	x->gone = member(j, "gone");
	json_decref(j);
	return true;
}

int cli_sla_reclock(struct cli *c)
{
	struct sd_err err = {0};
	struct reclock x = {.c = c, .dry = cli_has(c, "dry-run"), .lanes = 2};
	const char *text = cli_rest(c, 0);
	long lanes = 2;
	const struct sd_query *q = cli_number(c, "lanes", 1, LANES_MAX, &lanes, &err) ? cli_query(c, text, NULL, &err) : NULL;

	x.lanes = (int)lanes;
	bool ok = q && (x.dry || begin(&x, text, &err)) && find_tickets(&x, q, &err) && work(&x, &err) && finish(&x, &err);
	for (int k = 0; k < LANES_MAX; k++)
		free(x.lane[k].id);
	if (!ok)
		return cli_fail(c, &err);
	if (c->json) {
		json_t *j = json_pack("{s:b, s:I, s:I, s:I, s:I}", "dry_run", x.dry, "tickets", (json_int_t)x.tickets, "made",
			(json_int_t)x.made, "changed", (json_int_t)x.moved, "removed", (json_int_t)x.gone);
		if (!x.dry)
			json_object_set_new(j, "reclock", json_integer(x.run));
		cli_print_json(c, j);
		json_decref(j);
	} else {
		cli_print_clean(c, sd_arena_printf(c->a,
							   x.dry ? _("%ld tickets: %ld clocks would be made, %ld changed, %ld removed; nothing was written\n")
									 : _("%ld tickets: %ld clocks made, %ld changed, %ld removed\n"),
							   x.tickets, x.made, x.moved, x.gone));
	}
	return cli_done(c, 0);
}
