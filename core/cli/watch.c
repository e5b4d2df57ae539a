/* ticket watch: a line of JSON for each event of the tickets a query describes, as they happen. The cursor of the feed gives
 * every committed change exactly once, whenever and however often one connects. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/query.h"
#include "svcdesk/when.h"

enum { POLL_MS = 500, BACK_OFF_MS = 500, BACK_OFF_MOST_MS = 30000, FEED_BATCH = 500 };

/* A ticket that matched, and the event up to which its story is told. */
struct seen {
	int64_t id; /* 0: a free place */
	long seq;
	bool matches;
};

struct watch {
	struct cli *c;
	struct sd_query *q;
	struct seen *seen; /* open addressing; the size is a power of two */
	size_t nseen, size;
	int epoch;
	char x[32];
	int64_t seq;
	long left;        /* lines still wanted; < 0: any number */
	int64_t deadline; /* monotonic; < 0: none */
	bool over;
};

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

static bool ended(const struct watch *w)
{
	return stopped || w->over || w->c->pipe_closed || (w->deadline >= 0 && sd_clock_mono_ms() >= w->deadline);
}

/* ---- tickets that matched ---- */
static struct seen *place(struct seen *v, size_t size, int64_t id)
{
	size_t i = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 20) & (size - 1);
	while (v[i].id && v[i].id != id)
		i = (i + 1) & (size - 1);
	return &v[i];
}

/* Those that matched once keep their place: a ticket may come back. */
static struct seen *remember(struct watch *w, int64_t id)
{
	if (2 * (w->nseen + 1) > w->size) {
		size_t size = w->size ? 2 * w->size : 1024;
		struct seen *v = sd_calloc(size, sizeof *v);
		for (size_t i = 0; i < w->size; i++)
			if (w->seen[i].id)
				*place(v, size, w->seen[i].id) = w->seen[i];
		free(w->seen);
		w->seen = v;
		w->size = size;
	}
	struct seen *s = place(w->seen, w->size, id);
	w->nseen += !s->id;
	s->id = id;
	return s;
}

static int64_t number_at(const struct sd_result *r, int row, int col)
{
	const char *v = sd_result_get(r, row, col);
	return v ? strtoll(v, NULL, 10) : 0;
}

/* ---- lines ---- */
static void line(struct watch *w, const json_t *event, bool left)
{
	static const char *const keys[] = {"at", "number", "id", "seq", "verb", "actor", "changes", "state"};
	struct sd_str s = {0};
	if (ended(w))
		return;
	json_t *o = json_object();
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		json_t *v = json_object_get(event, keys[i]);
		json_object_set_new(o, keys[i], v ? json_incref(v) : json_null());
	}
	json_object_set_new(o, "left", json_boolean(left));
	cli_json_write(&s, o, -1);
	sd_str_addc(&s, '\n');
	cli_print(w->c, s.data, s.len);
	if (fflush(stdout) != 0) { /* nobody reads; else cli_done says what is wrong */
		w->c->pipe_closed = errno == EPIPE;
		w->over = true;
	}
	sd_str_free(&s);
	json_decref(o);
	if (w->left > 0 && --w->left == 0)
		w->over = true;
}

/* What is told about a ticket besides its events. */
static void say(struct watch *w, const char *verb, int64_t id, bool left)
{
	json_t *o = json_pack("{s:s?,s:{}}", "verb", verb, "changes");
	if (id)
		json_object_set_new(o, "id", json_integer((json_int_t)id));
	line(w, o, left);
	json_decref(o);
}

/* ---- the beginning ---- */
static bool cursor_now(struct watch *w, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(w->c->conn, "select epoch, x, seq from desk.feed_cursor()", 0, NULL, err);
	bool ok = r && sd_result_rows(r) == 1 && cli_is_person(w->c, err);
	if (ok) {
		w->epoch = (int)number_at(r, 0, 0);
		snprintf(w->x, sizeof w->x, "%s", sd_result_get(r, 0, 1));
		w->seq = number_at(r, 0, 2);
	}
	sd_result_free(r);
	return ok;
}

static bool match_row(void *arg, int cols, const char *const *names, const char *const *values)
{
	struct watch *w = arg;
	struct seen *s = remember(w, strtoll(values[cols - 1], NULL, 10));
	(void)names;
	s->matches = true;
	if (cols > 1) { /* with --snapshot: number, state, updated_at, last_seq, k, id */
		s->seq = strtol(values[3], NULL, 10);
		sd_time at;
		struct sd_err ignored;
		json_t *o = json_pack("{s:s,s:I,s:i,s:s,s:{},s:s}", "number", values[0], "id", (json_int_t)s->id, "seq", (int)s->seq,
			"verb", "snapshot", "changes", "state", values[1]);
		if (sd_time_parse(values[2], "UTC", &at, &ignored))
			json_object_set_new(o, "at", json_string(sd_time_iso(w->c->a, at)));
		line(w, o, false);
		json_decref(o);
	}
	return !ended(w);
}

static bool query_sql(struct watch *w, bool rows, struct sd_query_sql *s, struct sd_err *err)
{
	static const char *const columns[] = {"number", "state", "updated_at", "last_seq", NULL};
	const char *zone = sd_cfg_text(w->c->cfg, "zone");
	struct sd_query_opts o = {
		.mode = rows ? SD_QUERY_PAGE : SD_QUERY_IDS, .columns = columns, .sort_given = true, .zone = *zone ? zone : NULL};
	return sd_query_sql(w->q, w->c->a, &o, s, err);
}

/* Which tickets match now; after the cursor was taken, so that nothing falls between. */
static bool match_all(struct watch *w, bool snapshot, struct sd_err *err)
{
	struct sd_query_sql s;
	for (size_t i = 0; i < w->size; i++)
		w->seen[i].matches = false;
	return query_sql(w, snapshot, &s, err) &&
		   (sd_conn_each(w->c->conn, s.sql, s.nparams, s.params, match_row, w, err) || ended(w));
}

static void ids_text(struct sd_str *out, const int64_t *ids, size_t n)
{
	sd_str_addc(out, '{');
	for (size_t i = 0; i < n; i++)
		sd_str_addf(out, "%s%" PRId64, i ? "," : "", ids[i]);
	sd_str_addc(out, '}');
}

static bool past_row(void *arg, int cols, const char *const *names, const char *const *values)
{
	struct watch *w = arg;
	struct sd_err ignored;
	json_t *o = cli_parse(values[1], &ignored);
	(void)cols;
	(void)names;
	if (o)
		line(w, o, false);
	json_decref(o);
	return !ended(w);
}

/* --since: the events of before the cursor, of the tickets that match now. */
static bool tell_past(struct watch *w, const char *since, struct sd_err *err)
{
	struct sd_str ids = {0};
	int64_t *list = sd_calloc(w->nseen + 1, sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < w->size; i++)
		if (w->seen[i].id && w->seen[i].matches)
			list[n++] = w->seen[i].id;
	ids_text(&ids, list, n);
	free(list);
	const char *params[] = {ids.data, since, sd_arena_printf(w->c->a, "%d", w->epoch), w->x};
	bool ok =
		sd_conn_each(w->c->conn, "select ticket_id, event from desk.events_since($1::bigint[], $2::timestamptz, $3::int, $4)", 4,
			params, past_row, w, err) ||
		ended(w);
	sd_str_free(&ids);
	return ok;
}

/* ---- what changes ---- */
struct batch {
	struct sd_arena *a;
	int64_t ids[FEED_BATCH];
	const char *xs[FEED_BATCH];
	size_t n;
	bool lost;
};

/* The rows of the feed as tickets and transactions; two rows of one transaction on one ticket are one. */
static void collect(struct batch *b, const struct sd_result *r)
{
	for (int i = 0; i < sd_result_rows(r); i++) {
		int64_t id = number_at(r, i, 3);
		const char *x = sd_result_get(r, i, 1);
		bool known = id == 0;
		b->lost = b->lost || !sd_result_get(r, i, 3);
		for (size_t k = 0; k < b->n && !known; k++)
			known = b->ids[k] == id && strcmp(b->xs[k], x) == 0;
		if (!known && b->n < FEED_BATCH) {
			b->ids[b->n] = id;
			b->xs[b->n++] = sd_arena_strdup(b->a, x);
		}
	}
}

static bool in_ids(const struct sd_result *r, int64_t id)
{
	for (int i = 0; i < sd_result_rows(r); i++)
		if (number_at(r, i, 0) == id)
			return true;
	return false;
}

/* The lines of one change. A ticket that matched and does not any more is told once more, as left: with the last that happened
 * to it, so what is known of it now (matches) says nothing of a change that others have followed. */
static void tell(struct watch *w, int64_t id, bool matches, bool last, const char *events)
{
	struct sd_err ignored;
	struct seen *s = remember(w, id);
	matches = matches || (!last && s->matches);
	bool left = s->matches && !matches, told = false;
	size_t i;
	json_t *e, *list = matches || left ? cli_parse(events, &ignored) : NULL;
	json_array_foreach(list, i, e)
	{
		long seq = (long)json_integer_value(json_object_get(e, "seq"));
		if (seq <= s->seq)
			continue; /* in the snapshot already */
		s->seq = seq;
		line(w, e, left && i + 1 == json_array_size(list));
		told = true;
	}
	json_decref(list);
	if (left && !told)
		say(w, NULL, id, true);
	s->matches = matches;
}

static bool tell_batch(struct watch *w, struct batch *b, struct sd_err *err)
{
	struct sd_query_sql s;
	struct sd_str ids = {0}, xs = {0};
	if (!query_sql(w, false, &s, err))
		return false;
	ids_text(&ids, b->ids, b->n);
	sd_str_addc(&xs, '{');
	for (size_t i = 0; i < b->n; i++)
		sd_str_addf(&xs, "%s%s", i ? "," : "", b->xs[i]);
	sd_str_addc(&xs, '}');
	const char **params = sd_arena_alloc(b->a, ((size_t)s.nparams + 1) * sizeof *params);
	for (int i = 0; i < s.nparams; i++)
		params[i] = s.params[i];
	params[s.nparams] = ids.data;
	const char *which[] = {sd_arena_printf(b->a, "%d", w->epoch), ids.data, xs.data};
	struct sd_stmt stmts[] = {
		{sd_arena_printf(b->a, "select q.id from (%s) q where q.id = any($%d::bigint[])", s.sql, s.nparams + 1), s.nparams + 1,
			params},
		{"select n, visible, last, events from desk.events_at($1::int, $2::bigint[], $3::text[]) order by n", 3, which}};
	struct sd_result *r[2] = {NULL, NULL};
	bool ok = sd_conn_pipeline(w->c->conn, 2, stmts, r, err);
	for (size_t i = 0; ok && i < b->n && !ended(w); i++) {
		const char *visible = sd_result_get(r[1], (int)i, 1), *last = sd_result_get(r[1], (int)i, 2);
		const char *events = sd_result_get(r[1], (int)i, 3);
		bool matches = visible && *visible == 't' && in_ids(r[0], b->ids[i]);
		tell(w, b->ids[i], matches, !last || *last == 't', events ? events : "[]");
	}
	sd_result_free(r[0]);
	sd_result_free(r[1]);
	sd_str_free(&ids);
	sd_str_free(&xs);
	return ok;
}

/* One look at the feed. The cursor moves only behind what was told. more: ask again at once. */
static bool look(struct watch *w, bool *more, struct sd_err *err)
{
	struct batch b = {.a = sd_arena_new()};
	const char *params[] = {sd_arena_printf(b.a, "%d", w->epoch), w->x, sd_arena_printf(b.a, "%" PRId64, w->seq)};
	struct sd_result *r =
		sd_conn_query(w->c->conn, "select epoch, x, seq, ticket_id from desk.feed($1::int, $2, $3::bigint)", 3, params, err);
	int rows = r ? sd_result_rows(r) : 0;
	bool ok = r != NULL;
	*more = rows == FEED_BATCH;
	if (rows)
		collect(&b, r);
	if (b.lost) { /* away for longer than the feed is kept: what happened meanwhile can only be read from the tickets */
		say(w, "gap", 0, false);
		ok = match_all(w, false, err);
	} else if (b.n) {
		ok = tell_batch(w, &b, err);
	}
	if (ok && rows) {
		w->epoch = (int)number_at(r, rows - 1, 0);
		snprintf(w->x, sizeof w->x, "%s", sd_result_get(r, rows - 1, 1));
		w->seq = number_at(r, rows - 1, 2);
	}
	sd_result_free(r);
	sd_arena_free(b.a);
	return ok;
}

/* Sleeps, but not past the end: a signal, the deadline, a reader that has gone. */
static void rest(struct watch *w, int ms)
{
	struct pollfd out = {STDOUT_FILENO, 0, 0};
	if (w->deadline >= 0 && w->deadline - sd_clock_mono_ms() < ms)
		ms = (int)(w->deadline - sd_clock_mono_ms());
	if (ms > 0 && poll(&out, 1, ms) > 0 && out.revents & (POLLERR | POLLNVAL))
		w->over = true;
}

static bool passes(const struct sd_err *err)
{
	return err->cls == SD_ERR_CONNECTION || err->cls == SD_ERR_TIMEOUT;
}

/* Again and again, ever more slowly, until the desk answers or it is over. */
static void connect_again(struct watch *w, const struct sd_err *why)
{
	struct sd_err err;
	fprintf(stderr, _("svcdesk: %s; trying again\n"), why->text);
	for (int ms = BACK_OFF_MS; !ended(w); ms = 2 * ms < BACK_OFF_MOST_MS ? 2 * ms : BACK_OFF_MOST_MS) {
		sd_conn_close(w->c->conn);
		w->c->conn = sd_conn_open(w->c->target.conninfo, &err);
		if (w->c->conn)
			return;
		rest(w, ms);
	}
}

static int run(struct watch *w, struct sd_err *err)
{
	while (!ended(w)) {
		bool more = false;
		if (!look(w, &more, err)) {
			if (!passes(err))
				return cli_fail(w->c, err);
			connect_again(w, err);
		} else if (!more) {
			rest(w, POLL_MS);
		}
	}
	return 0;
}

static bool options(struct watch *w, struct sd_err *err)
{
	const char *timeout = cli_get(w->c, "timeout");
	int64_t us;
	w->left = -1;
	w->deadline = -1;
	if (!cli_number(w->c, "count", 1, 1000000000, &w->left, err))
		return false;
	if (!timeout)
		return true;
	if (!sd_duration_parse(timeout, &us) || us < 0) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("\"%s\" is not a duration: 4h, 1d12h, 90s"), timeout);
		return false;
	}
	w->deadline = sd_clock_mono_ms() + us / 1000;
	return true;
}

/* The time of --since, by the clock of the desk; NULL: none. */
static bool since(struct watch *w, const char **iso, struct sd_err *err)
{
	const char *text = cli_get(w->c, "since"), *zone = sd_cfg_text(w->c->cfg, "zone");
	sd_time t, now;
	*iso = NULL;
	if (!text)
		return true;
	if (!cli_now(w->c, &now, err))
		return false;
	if (!sd_when_past(w->c->a, text, now, *zone ? zone : NULL, &t)) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("--since wants a time (08:00, 8h, 2026-12-01 22:00), not \"%s\""), text);
		return false;
	}
	*iso = sd_time_iso(w->c->a, t);
	return true;
}

int cli_ticket_watch(struct cli *c)
{
	struct sd_err err;
	struct watch w = {.c = c};
	struct sigaction stop = {.sa_handler = on_signal};
	const char *from;
	if (!options(&w, &err) || !(w.q = cli_query(c, cli_rest(c, 0), NULL, &err)) || !since(&w, &from, &err))
		return cli_fail(c, &err);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	bool ok = cursor_now(&w, &err) && match_all(&w, cli_has(c, "snapshot"), &err) && (!from || tell_past(&w, from, &err));
	int status = ok ? run(&w, &err) : cli_fail(c, &err);
	free(w.seen);
	return status;
}
