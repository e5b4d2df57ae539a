/* A console counts down by a copy of the open hours: it says what the database says, in every zone and over every change of
 * clocks. */
#include "tests/lib/testlib.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/err.h"
#include "svcdesk/hours.h"
#include "svcdesk/mem.h"
#include "tests/db/fixture.h"

#define DAY ((int64_t)86400 * 1000000)

static struct sd_conn *dba, *agent;
static struct sd_hours *hours;
static int version[16];
static int nversions;

static const char people[] =
	"create role h_agent login in role desk_agent; insert into desk.org(name) values ('Acme');"
	"insert into desk.person(login, name, org_id) values ('h_agent', 'Ann Agent', 1);"
	"insert into desk.person_role(person_id, role) select id, 'agent' from desk.person where login = 'h_agent';";

/* Lunch, nights over midnight and over changes of clocks, half-hour changes, no closing at all, holidays, single spans. */
static const char *const specs[] = {
	"{\"zone\":\"Europe/Berlin\",\"week\":{\"mon\":[[\"09:00\",\"12:00\"],[\"13:00\",\"17:00\"]],\"tue\":[[\"09:00\",\"17:00\"]],"
	"\"thu\":[[\"00:00\",\"24:00\"]],\"sun\":[[\"01:00\",\"04:00\"]]},\"exceptions\":[{\"date\":\"2026-03-30\",\"spans\":[]}]}",
	"{\"zone\":\"America/"
	"New_York\",\"week\":{\"mon\":[[\"22:00\",\"06:00\"]],\"sat\":[[\"18:30\",\"09:15\"]],\"sun\":[[\"00:30\","
	"\"02:30\"]]}}",
	"{\"zone\":\"Australia/Lord_Howe\",\"week\":{\"wed\":[[\"08:00\",\"18:00\"]],\"sun\":[[\"01:45\",\"02:15\"]]}}",
	"{\"zone\":\"America/"
	"Santiago\",\"week\":{\"sat\":[[\"20:00\",\"04:00\"]],\"sun\":[[\"23:00\",\"01:00\"]],\"fri\":[[\"10:00\","
	"\"11:00\"]]}}",
	"{\"zone\":\"Asia/Kathmandu\",\"week\":{\"mon\":[[\"00:00\",\"24:00\"]],\"tue\":[[\"00:00\",\"24:00\"]]},"
	"\"exceptions\":[{\"yearly\":\"01-01\",\"spans\":[[\"10:00\",\"10:01\"]]}]}"};

static int start(void **state)
{
	struct sd_err err = {0};
	struct sd_str uri = {0};

	if (fixture_start(state) != 0)
		return -1;
	dba = fixture_open("h");
	if (!sd_schema_init(dba, &err) || !sd_schema_migrate(dba, NULL, NULL, &err)) {
		printf("Bail out! %s\n", err.text);
		return -1;
	}
	fixture_do(dba, people);
	version[nversions++] = 1;
	for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
		struct sd_str sql = {0};
		char *id;

		sd_str_addf(&sql, "select desk.calendar_put(1, 'C%zu', '%s', null, null)->>'id'", i, specs[i]);
		id = fixture_ask(dba, sql.data);
		version[nversions++] = atoi(id);
		free(id);
		sd_str_free(&sql);
	}
	sd_str_addf(&uri, "%s%suser=h_agent", fixture_uri("h"), strchr(fixture_uri("h"), '?') ? "&" : "?");
	agent = sd_conn_open(uri.data, &err);
	sd_str_free(&uri);
	hours = sd_hours_new();
	return agent ? 0 : -1;
}

static int stop(void **state)
{
	sd_hours_free(hours);
	sd_conn_close(agent);
	sd_conn_close(dba);
	return fixture_stop(state);
}

static struct sd_result *asked(const char *sql, int n, const char *const *params)
{
	struct sd_err err = {0};
	struct sd_result *r = sd_conn_query(agent, sql, n, params, &err);

	if (!r)
		fail_msg("%s: %s", sql, err.text);
	return r;
}

static void fetch(const char *from, const char *until)
{
	struct sd_str list = {0};
	struct sd_result *r;

	sd_str_addc(&list, '{');
	for (int i = 0; i < nversions; i++)
		sd_str_addf(&list, "%s%d", i ? "," : "", version[i]);
	sd_str_addc(&list, '}');
	r = asked("select * from desk.open_spans($1::int[], $2::timestamptz, $3::timestamptz)", 3,
		(const char *const[]){list.data, from, until});
	assert_int_equal(sd_result_rows(r), nversions);
	for (int i = 0; i < sd_result_rows(r); i++)
		assert_true(sd_hours_put(hours, atoi(sd_result_get(r, i, 0)), strtoll(sd_result_get(r, i, 1), NULL, 10),
			strtoll(sd_result_get(r, i, 2), NULL, 10), sd_result_get(r, i, 3)));
	sd_result_free(r);
	sd_str_free(&list);
}

/* Pairs of instants, half of them near a change of clocks, one query for many. */
static void compare(struct rng *rng, sd_time from, sd_time until, unsigned pairs)
{
	static const sd_time changes[] = {1774746000000000, 1792976400000000, 1773039600000000, 1775311200000000, 1791043200000000};
	struct sd_str sql = {0};
	struct sd_result *r;
	sd_time *at = sd_calloc((size_t)pairs * 2, sizeof *at);
	int *v = sd_calloc(pairs, sizeof *v);

	for (unsigned i = 0; i < pairs; i++) {
		v[i] = version[rng_below(rng, (unsigned)nversions)];
		for (int k = 0; k < 2; k++) {
			at[i * 2 + (unsigned)k] = from + (sd_time)(rng_next(rng) % (uint64_t)(until - from));
			if (rng_below(rng, 2))
				at[i * 2 + (unsigned)k] = changes[rng_below(rng, 5)] - 2 * DAY + (sd_time)(rng_next(rng) % (uint64_t)(4 * DAY));
		}
		sd_str_addf(&sql, "%s(%u, %d, %" PRId64 ", %" PRId64 ")", i ? "," : "", i, v[i], at[i * 2], at[i * 2 + 1]);
	}
	struct sd_str all = {0};
	sd_str_addf(&all,
		"select desk.bt_between(v, timestamptz 'epoch' + a * interval '1 microsecond', timestamptz 'epoch' + b * interval '1 "
		"microsecond') from (values %s) x(i, v, a, b) order by i",
		sql.data);
	r = asked(all.data, 0, NULL);
	for (unsigned i = 0; i < pairs; i++) {
		int64_t us, want = strtoll(sd_result_get(r, (int)i, 0), NULL, 10);

		assert_true(sd_hours_between(hours, v[i], at[i * 2], at[i * 2 + 1], &us));
		if (us / 1000000 != want)
			fail_msg("version %d, %" PRId64 " to %" PRId64 ": %" PRId64 " against %" PRId64, v[i], at[i * 2], at[i * 2 + 1],
				us / 1000000, want);
	}
	sd_result_free(r);
	sd_str_free(&sql);
	sd_str_free(&all);
	free(at);
	free(v);
}

static void test_like_the_database(void **state)
{
	struct rng rng = rng_new(28);

	(void)state;
	fetch("2025-11-01 00:00+00", "2027-02-01 12:34:56.789+00");
	for (unsigned i = 0; i < test_rounds(5); i++)
		compare(&rng, 1761955200000000, 1801485296789000, 1000);
}

static void test_always(void **state)
{
	(void)state;
	fetch("2026-01-01 00:00+00", "2026-02-01 00:00+00");
	for (int i = 0; i < nversions; i++)
		assert_int_equal(sd_hours_always(hours, version[i]), version[i] == 1);
}

/* Times to reach, too: what is due lies where the database puts it. */
static void test_after(void **state)
{
	(void)state;
	fetch("2026-01-01 00:00+00", "2027-06-01 00:00+00");
	for (int i = 0; i < nversions; i++)
		for (int minutes = 1; minutes < 20000; minutes += 997) {
			char id[16], s[24];
			struct sd_result *r;
			sd_time from = 1774700000123456 + (sd_time)minutes * 3600123457;
			char at[24];

			snprintf(id, sizeof id, "%d", version[i]);
			snprintf(s, sizeof s, "%d", minutes * 60);
			snprintf(at, sizeof at, "%" PRId64, from);
			r = asked(
				"select (extract(epoch from desk.bt_add($1::int, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', "
				"$3::bigint)) * 1000000)::bigint",
				3, (const char *const[]){id, at, s});
			if (from < 1801000000000000 && strtoll(sd_result_get(r, 0, 0), NULL, 10) < 1811000000000000)
				assert_true(sd_hours_after(hours, version[i], from, (int64_t)minutes * 60 * 1000000) ==
							strtoll(sd_result_get(r, 0, 0), NULL, 10));
			sd_result_free(r);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_the_database),
		cmocka_unit_test(test_always),
		cmocka_unit_test(test_after),
	};
	return TEST_MAIN_WITH(tests, start, stop);
}
