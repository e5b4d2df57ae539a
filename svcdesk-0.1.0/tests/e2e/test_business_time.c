/* Property: what `sla calc` answers, by the functions of the clocks, is what a walk minute by minute finds, over random
 * calendars, zones and changes of clocks; in both ways the desk has of calculating (laid out, computed). */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/zone.h"
#include "svcdesk/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/oracle.h"

#define MINUTE INT64_C(60000000)
enum { CASES = 10000 };

static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai",
	"Asia/Kathmandu", "America/Santiago", "Africa/Casablanca", "Pacific/Apia", "America/St_Johns", "Asia/Tehran", "Asia/Gaza",
	"Atlantic/Azores", "America/Havana", "Asia/Beirut", "America/Sao_Paulo", "Pacific/Chatham", "Antarctica/Troll",
	"Europe/Dublin", "America/Caracas", "Asia/Pyongyang", "Europe/Moscow", "Africa/Cairo", "America/Asuncion",
	"Pacific/Kiritimati", "Asia/Kolkata", "Europe/Lisbon", "Asia/Amman"};

/* ---- making calendars and cases ---- */

static int random_minute(struct rng *r)
{
	static const int often[] = {0, 30, 60, 90, 120, 150, 180, 1380, 1410, 1439};
	unsigned k = rng_below(r, 4);

	return k == 0 ? often[rng_below(r, 10)] : k == 1 ? (int)rng_below(r, 1440) : (int)rng_below(r, 96) * 15;
}

static int random_spans(struct rng *r, struct oracle_span *span, int most)
{
	int n = (int)rng_below(r, (unsigned)most + 1);

	for (int i = 0; i < n; i++)
		span[i] = (struct oracle_span){random_minute(r), rng_below(r, 8) == 0 ? 1440 : random_minute(r)};
	return n;
}

static void random_exception(struct rng *r, struct oracle_exception *x, int year)
{
	static const int yearly[] = {101, 229, 329, 1025, 1225, 501};

	*x = (struct oracle_exception){.when = rng_below(r, 3), .what = rng_below(r, 3)};
	x->first = x->when == YEARLY ? yearly[rng_below(r, 6)] : civil_days(year, 1, 1) + (int)rng_below(r, 800);
	x->last = x->first + (x->when == IN_RANGE ? (int)rng_below(r, 40) : 0);
	x->n = random_spans(r, x->span, ORACLE_SPANS);
	if (x->what != SPANS && x->n == 0)
		x->n = 1, x->span[0] = (struct oracle_span){600, 720};
}

static void random_calendar(struct rng *r, struct oracle *o, const char **zone, int year)
{
	bool daily = rng_below(r, 4) == 0;

	memset(o, 0, sizeof *o);
	*zone = zones[rng_below(r, sizeof zones / sizeof *zones)];
	o->zone = zone_get(*zone);
	assert_non_null(o->zone);
	for (int d = 0; d < 7; d++) {
		if (daily)
			o->n[d] = 1, o->week[d][0] = (struct oracle_span){0, 1440};
		else if (rng_below(r, 7) < 5)
			o->n[d] = random_spans(r, o->week[d], 3);
	}
	o->exceptions = (int)rng_below(r, ORACLE_EXCEPTIONS + 1);
	for (int i = 0; i < o->exceptions; i++)
		random_exception(r, &o->exception[i], year);
}

static void spans_json(struct sd_str *s, const struct oracle_span *span, int n)
{
	sd_str_add(s, "[");
	for (int i = 0; i < n; i++)
		sd_str_addf(s, "%s[\"%02d:%02d\",\"%02d:%02d\"]", i ? "," : "", span[i].from / 60, span[i].from % 60, span[i].to / 60,
			span[i].to % 60);
	sd_str_add(s, "]");
}

static void day_json(struct sd_str *s, int64_t day)
{
	int64_t y;
	int m, d;

	civil_date(day, &y, &m, &d);
	sd_str_addf(s, "\"%04d-%02d-%02d\"", (int)y, m, d);
}

static void calendar_json(struct sd_str *s, const struct oracle *o, const char *zone)
{
	static const char *const day[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, *const what[] = {
																							"spans", "open", "closed"};

	sd_str_addf(s, "{\"zone\":\"%s\",\"week\":{", zone);
	for (int d = 0; d < 7; d++) {
		sd_str_addf(s, "%s\"%s\":", d ? "," : "", day[d]);
		spans_json(s, o->week[d], o->n[d]);
	}
	sd_str_add(s, "},\"exceptions\":[");
	for (int i = 0; i < o->exceptions; i++) {
		const struct oracle_exception *x = &o->exception[i];
		sd_str_add(s, i ? ",{" : "{");
		if (x->when == YEARLY) {
			sd_str_addf(s, "\"yearly\":\"%02d-%02d\"", (int)x->first / 100, (int)x->first % 100);
		} else {
			sd_str_add(s, x->when == ON_DAY ? "\"date\":" : "\"from\":");
			day_json(s, x->first);
			if (x->when == IN_RANGE) {
				sd_str_add(s, ",\"to\":");
				day_json(s, x->last);
			}
		}
		sd_str_addf(s, ",\"%s\":", what[x->what]);
		spans_json(s, x->span, x->n);
		sd_str_add(s, "}");
	}
	sd_str_add(s, "]}");
}

/* A time as it is written, sometimes on the wall; *us becomes the instant. */
static void time_json(struct sd_str *s, struct rng *r, const struct oracle *o, int64_t *us)
{
	bool wall = rng_below(r, 3) == 0;
	int64_t second = *us / 1000000, day = second / 86400, y, rest = second % 86400;
	int m, d, fraction = (int)(*us % 1000000);

	civil_date(day, &y, &m, &d);
	sd_str_addf(s, "\"%04d-%02d-%02dT%02d:%02d:%02d", (int)y, m, d, (int)rest / 3600, (int)rest / 60 % 60, (int)rest % 60);
	if (fraction)
		sd_str_addf(s, ".%06d", fraction);
	sd_str_add(s, wall ? "\"" : "Z\"");
	if (wall)
		*us = oracle_wall(o, *us);
}

/* Days near changes of clocks come more often than others. */
static int64_t random_time(struct rng *r, const struct oracle *o, int year)
{
	int64_t t = (civil_days(year, 1, 1) * 86400 + (int64_t)rng_below(r, 700 * 1440) * 60), change;

	if (rng_below(r, 3) == 0) {
		change = zone_next_change(o->zone, t);
		if (change < t + 400 * INT64_C(86400))
			t = change / 60 * 60 + ((int64_t)rng_below(r, 4000) - 2000) * 60;
	}
	if (rng_below(r, 5) == 0)
		t += rng_below(r, 60);
	return t * 1000000 + (rng_below(r, 10) == 0 ? rng_below(r, 1000000) : 0);
}

/* ---- what is expected ---- */

static void due_text(struct sd_str *s, const struct oracle *o, int64_t us)
{
	int64_t second = us >= 0 ? us / 1000000 : (us - 999999) / 1000000, y;
	int32_t off = zone_at(o->zone, second).offset, a = off < 0 ? -off : off;
	int64_t local = second + off, day = local / 86400, rest = local % 86400;
	int m, d;

	civil_date(day, &y, &m, &d);
	sd_str_addf(
		s, "{\"due\": \"%04d-%02d-%02dT%02d:%02d:%02d", (int)y, m, d, (int)rest / 3600, (int)rest / 60 % 60, (int)rest % 60);
	if (us % 1000000) {
		sd_str_addf(s, ".%06d", (int)(us % 1000000));
		while (s->data[s->len - 1] == '0')
			s->data[--s->len] = '\0';
	}
	sd_str_addf(s, "%c%02d:%02d\"}", off < 0 ? '-' : '+', a / 3600, a / 60 % 60);
}

static void minutes_text(struct sd_str *s, int64_t us)
{
	char buf[64];
	int64_t millionths = us / 60 + (us % 60 >= 30);

	snprintf(buf, sizeof buf, "%lld.%06d", (long long)(millionths / 1000000), (int)(millionths % 1000000));
	size_t n = strlen(buf);
	while (buf[n - 1] == '0')
		n--;
	n -= buf[n - 1] == '.';
	sd_str_addf(s, "{\"minutes\": %.*s}", (int)n, buf);
}

struct made {
	char *line, *want; /* want "": an error */
};

static void make_case(struct rng *r, struct oracle *o, const char *calendar, int year, struct made *m)
{
	struct sd_str line = {0}, want = {0};
	int64_t at = random_time(r, o, year), end, us, due;

	sd_str_addf(&line, "{\"calendar\":%s,", calendar);
	if (rng_below(r, 2)) {
		end = at + (int64_t)rng_below(r, rng_below(r, 2) ? 3000 : 90000) * MINUTE + (rng_below(r, 8) ? 0 : 1234567);
		sd_str_add(&line, "\"op\":\"between\",\"start\":");
		time_json(&line, r, o, &at);
		sd_str_add(&line, ",\"end\":");
		time_json(&line, r, o, &end);
		minutes_text(&want, oracle_between(o, at, end));
	} else {
		us = (int64_t)rng_below(r, rng_below(r, 2) ? 600 : 12000) * MINUTE + (rng_below(r, 8) ? 0 : 15000000);
		sd_str_add(&line, "\"op\":\"add\",\"start\":");
		time_json(&line, r, o, &at);
		sd_str_addf(&line, ",\"minutes\":%lld%s", (long long)(us / MINUTE), us % MINUTE ? ".25" : "");
		/* until 2200, as far as calendars go */
		if (oracle_add(o, at, us, (int)(civil_days(2200, 1, 1) - at / 86400000000), &due))
			due_text(&want, o, due);
	}
	sd_str_add(&line, "}\n");
	*m = (struct made){sd_str_take(&line), sd_str_take(&want)};
}

/* Whether a calendar is open now and then for good: a calendar that is not may be open again after the oracle has given up. */
static bool weekly(const struct oracle *o)
{
	int n = 0;

	for (int d = 0; d < 7; d++)
		n += o->n[d];
	return n > 0;
}

static void compare(const struct made *m, const char *got)
{
	if (*m->want ? strcmp(got, m->want) == 0 : strncmp(got, "{\"error\": ", 10) == 0)
		return;
	fail_msg("%s  got      %s\n  expected %s", m->line, got, *m->want ? m->want : "an error");
}

static void batch(struct rng *r, int n)
{
	struct made *m = sd_calloc((size_t)n, sizeof *m);
	struct sd_str in = {0};
	int at = 0;

	while (at < n) {
		struct oracle *o = sd_calloc(1, sizeof *o);
		struct sd_str calendar = {0};
		const char *zone;
		int year = 1995 + (int)rng_below(r, 42), uses = rng_below(r, 3) ? 5 + (int)rng_below(r, 20) : 80;
		do
			random_calendar(r, o, &zone, year);
		while (!weekly(o));
		calendar_json(&calendar, o, zone);
		for (; uses > 0 && at < n; uses--, at++) {
			make_case(r, o, calendar.data, year, &m[at]);
			sd_str_add(&in, m[at].line);
		}
		sd_str_free(&calendar);
		free(o);
	}
	const struct run *a = desk_run(NULL, in.data, "sla calc");
	assert_string_equal(a->err, "");
	assert_int_equal(a->status, 0);
	char *p = a->out;
	for (int i = 0; i < n; i++) {
		char *nl = strchr(p, '\n');
		assert_non_null(nl);
		*nl = '\0';
		compare(&m[i], p);
		p = nl + 1;
	}
	assert_string_equal(p, "");
	for (int i = 0; i < n; i++) {
		free(m[i].line);
		free(m[i].want);
	}
	free(m);
	sd_str_free(&in);
}

static void test_oracle(void **state)
{
	struct rng r = rng_new(20260105);
	unsigned n = test_rounds(CASES);

	(void)state;
	print_message("# %u cases, seed %llu\n", n, (unsigned long long)r.state);
	for (unsigned done = 0; done < n; done += 5000)
		batch(&r, n - done < 5000 ? (int)(n - done) : 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_oracle)};
	return TEST_MAIN_WITH(tests, desk_start, desk_stop);
}
