/* Calendars and bulk arithmetic from the command line: known cases of ours and of others, wrong cases, holidays, rights,
 * versions. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"
#include "tests/e2e/desk.h"

/* Answers of `sla calc` to lines, one by one; NULL when there are no more. */
static char *rest;

static void calc(const char *as, const char *lines)
{
	const struct run *r = desk_run(as, lines, "sla calc");
	assert_string_equal(r->err, "");
	assert_int_equal(r->status, 0);
	rest = r->out;
}

static const char *next(void)
{
	char *line = rest, *nl = strchr(rest, '\n');
	if (!nl)
		return NULL;
	*nl = '\0';
	rest = nl + 1;
	return line;
}

/* ---- vectors ---- */

#define MON_FRI(spans) "\"week\":{\"mon\":" spans ",\"tue\":" spans ",\"wed\":" spans ",\"thu\":" spans ",\"fri\":" spans "}"

/* The design's acceptance vectors; 2026-01-05 is a Monday. */
static const struct {
	const char *calendar, *rest, *want;
} vectors[] = {
	{"\"zone\":\"UTC\"," MON_FRI("[[\"08:00\",\"18:00\"]]"), "\"op\":\"add\",\"start\":\"2026-01-05T17:00\",\"minutes\":240",
		"{\"due\": \"2026-01-06T11:00:00+00:00\"}"},
	/* one hour before that is 10:00, in business time */
	{"\"zone\":\"UTC\"," MON_FRI("[[\"08:00\",\"18:00\"]]"), "\"op\":\"add\",\"start\":\"2026-01-05T17:00\",\"minutes\":180",
		"{\"due\": \"2026-01-06T10:00:00+00:00\"}"},
	{"\"zone\":\"UTC\"," MON_FRI("[[\"08:00\",\"18:00\"]]"), "\"op\":\"add\",\"start\":\"2026-01-05T16:00\",\"minutes\":240",
		"{\"due\": \"2026-01-06T10:00:00+00:00\"}"},
	{"\"zone\":\"UTC\"," MON_FRI("[[\"08:00\",\"17:00\"]]"),
		"\"op\":\"between\",\"start\":\"2026-01-02T21:00\",\"end\":\"2026-01-05T09:30\"", "{\"minutes\": 90}"},
	{"\"zone\":\"UTC\",\"week\":{\"mon\":[[\"00:00\",\"24:00\"]],\"tue\":[[\"00:00\",\"24:00\"]],\"wed\":[[\"00:00\",\"24:00\"]],"
	 "\"thu\":[[\"00:00\",\"24:00\"]],\"fri\":[[\"00:00\",\"24:00\"]],\"sat\":[[\"00:00\",\"24:00\"]],\"sun\":[[\"00:00\",\"24:"
	 "00\"]]}",
		"\"op\":\"between\",\"start\":\"2026-01-02T21:00\",\"end\":\"2026-01-05T09:30\"", "{\"minutes\": 3630}"},
	{"\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]],\"tue\":[[\"09:00\",\"16:00\"]],\"thu\":[[\"08:00\",\"17:00\"]]"
	 "}",
		"\"op\":\"add\",\"start\":\"2026-01-05T11:00\",\"minutes\":960", "{\"due\": \"2026-01-08T11:00:00+00:00\"}"},
	{"\"zone\":\"UTC\"," MON_FRI(
		 "[[\"09:00\",\"18:00\"]]") ",\"exceptions\":[{\"date\":\"2026-01-05\",\"closed\":[[\"13:00\",\"14:00\"]]}]",
		"\"op\":\"add\",\"start\":\"2026-01-05T09:00\",\"minutes\":300", "{\"due\": \"2026-01-05T15:00:00+00:00\"}"},
	/* on hold from Friday 16:00 to Monday 10:00: 7 h were used, 1 h is left */
	{"\"zone\":\"UTC\"," MON_FRI("[[\"09:00\",\"17:00\"]]"),
		"\"op\":\"between\",\"start\":\"2026-01-02T09:00\",\"end\":\"2026-01-02T16:00\"", "{\"minutes\": 420}"},
	{"\"zone\":\"UTC\"," MON_FRI("[[\"09:00\",\"17:00\"]]"), "\"op\":\"add\",\"start\":\"2026-01-05T10:00\",\"minutes\":60",
		"{\"due\": \"2026-01-05T11:00:00+00:00\"}"},
	{"\"zone\":\"Europe/"
	 "Berlin\",\"week\":{\"mon\":[[\"00:00\",\"24:00\"]],\"tue\":[[\"00:00\",\"24:00\"]],\"wed\":[[\"00:00\",\"24:00\"]],"
	 "\"thu\":[[\"00:00\",\"24:00\"]],\"fri\":[[\"00:00\",\"24:00\"]],\"sat\":[[\"00:00\",\"24:00\"]],\"sun\":[[\"00:00\",\"24:"
	 "00\"]]}",
		"\"op\":\"add\",\"start\":\"2026-03-28T12:00\",\"minutes\":1440", "{\"due\": \"2026-03-29T13:00:00+02:00\"}"},
	/* the issue's own example, and what it does at closing time */
	{"\"zone\":\"Europe/"
	 "Berlin\",\"week\":{\"mon\":[[\"09:00\",\"12:00\"],[\"13:00\",\"17:00\"]]},\"exceptions\":[{\"date\":\"2026-12-25\","
	 "\"spans\":[]}]",
		"\"op\":\"add\",\"start\":\"2026-01-05T08:00:00Z\",\"minutes\":420", "{\"due\": \"2026-01-05T17:00:00+01:00\"}"},
	{"\"zone\":\"Europe/Berlin\",\"week\":{\"mon\":[[\"09:00\",\"12:00\"],[\"13:00\",\"17:00\"]]}",
		"\"op\":\"between\",\"start\":\"2026-01-05T08:00:00Z\",\"end\":\"2026-01-05T17:00:00+01:00\"", "{\"minutes\": 420}"},
	{"\"zone\":\"Europe/Berlin\",\"week\":{\"mon\":[[\"09:00\",\"12:00\"],[\"13:00\",\"17:00\"]]}",
		"\"op\":\"add\",\"start\":\"2026-01-05T08:00:00Z\",\"minutes\":420.5", "{\"due\": \"2026-01-12T09:00:30+01:00\"}"},
	/* a night shift over the changes of the clock, an exception past midnight, overlapping spans */
	{"\"zone\":\"Europe/Berlin\",\"week\":{\"sat\":[[\"22:00\",\"06:00\"]]}",
		"\"op\":\"between\",\"start\":\"2026-03-28T12:00\",\"end\":\"2026-03-29T12:00\"", "{\"minutes\": 420}"},
	{"\"zone\":\"Europe/Berlin\",\"week\":{\"sat\":[[\"22:00\",\"06:00\"]]}",
		"\"op\":\"between\",\"start\":\"2026-10-24T12:00\",\"end\":\"2026-10-25T12:00\"", "{\"minutes\": 540}"},
	{"\"zone\":\"Europe/Berlin\",\"week\":{\"sat\":[[\"22:00\",\"02:30\"]]}",
		"\"op\":\"between\",\"start\":\"2026-10-24T12:00\",\"end\":\"2026-10-25T12:00\"", "{\"minutes\": 300}"},
	{"\"zone\":\"Europe/Berlin\",\"week\":{\"sun\":[[\"02:15\",\"02:45\"],[\"04:00\",\"05:00\"]]}",
		"\"op\":\"add\",\"start\":\"2026-03-29T00:00\",\"minutes\":60", "{\"due\": \"2026-03-29T05:00:00+02:00\"}"},
	{"\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]},\"exceptions\":[{\"date\":\"2026-01-06\",\"spans\":[[\"22:00\","
	 "\"03:00\"]]}]",
		"\"op\":\"add\",\"start\":\"2026-01-06T00:00\",\"minutes\":240", "{\"due\": \"2026-01-07T02:00:00+00:00\"}"},
	{"\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:00\",\"13:00\"],[\"12:00\",\"17:00\"],[\"10:00\",\"11:00\"]]}",
		"\"op\":\"between\",\"start\":\"2026-01-05T00:00\",\"end\":\"2026-01-06T00:00\"", "{\"minutes\": 480}"},
	{"\"zone\":\"UTC\",\"week\":{}", "\"op\":\"between\",\"start\":\"2026-01-05\",\"end\":\"2026-02-05\"", "{\"minutes\": 0}"},
	{"\"zone\":\"UTC\"," MON_FRI("[[\"09:00\",\"17:00\"]]"),
		"\"op\":\"between\",\"start\":\"2026-01-06T12:00\",\"end\":\"2026-01-05T12:00\"", "{\"minutes\": 0}"},
};

static void test_vectors(void **state)
{
	struct sd_str in = {0};
	size_t n = sizeof vectors / sizeof *vectors;

	(void)state;
	for (size_t i = 0; i < n; i++)
		sd_str_addf(&in, "{\"calendar\":{%s},%s}\n", vectors[i].calendar, vectors[i].rest);
	calc(NULL, in.data);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(next(), vectors[i].want);
	assert_null(next());
	sd_str_free(&in);
}

/* ---- vectors of others: tests/data/calendar/NOTICE ---- */

static const char *word(const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));
	return s ? s : "";
}

/* A case of theirs as one of ours; their nanoseconds are cut to microseconds. */
static void one_case(struct sd_str *in, const json_t *v, const char *op, const char *start, const char *end, double minutes)
{
	char *spans = json_dumps(json_object_get(v, "intervals"), JSON_COMPACT);
	json_t *holidays = json_object_get(v, "holidays"), *day;
	size_t i;

	assert_string_equal(word(v, "weekmask"), "Mon Tue Wed Thu Fri");
	sd_str_addf(in,
		"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":%s,\"tue\":%s,\"wed\":%s,\"thu\":%s,\"fri\":%s},\"exceptions\":[",
		spans, spans, spans, spans, spans);
	json_array_foreach(holidays, i, day)
		sd_str_addf(in, "%s{\"date\":\"%.10s\",\"spans\":[]}", i ? "," : "", json_string_value(day));
	sd_str_addf(in, "]},\"op\":\"%s\",\"start\":\"%.26s\",", op, start);
	if (end)
		sd_str_addf(in, "\"end\":\"%.26s\"}\n", end);
	else
		sd_str_addf(in, "\"minutes\":%.10f}\n", minutes);
	free(spans);
}

/* "2026-01-05T17:00:00.5" without the answer around it and the offset; NULL: an error. */
static const char *due_of(const char *answer, char out[40])
{
	if (strncmp(answer, "{\"due\": \"", 9) != 0)
		return NULL;
	snprintf(out, 40, "%.*s", (int)strcspn(answer + 9, "+"), answer + 9);
	return out;
}

static bool same_time(const char *ours, const char *theirs)
{
	char cut[40];

	snprintf(cut, sizeof cut, "%.26s", theirs);
	if (strchr(cut, '.'))
		while (cut[strlen(cut) - 1] == '0' || cut[strlen(cut) - 1] == '.') {
			bool dot = cut[strlen(cut) - 1] == '.';
			cut[strlen(cut) - 1] = '\0';
			if (dot)
				break;
		}
	return strcmp(ours, cut) == 0;
}

/* The answer one second later, less that second: where time goes on after a closing time. */
static bool opens_there(const char *later, const char *theirs)
{
	char a[40];
	int h, m, s;

	return due_of(later, a) && strlen(theirs) >= 19 && strncmp(a, theirs, 11) == 0 &&
		   sscanf(a + 11, "%d:%d:%d", &h, &m, &s) == 3 &&
		   h * 3600 + m * 60 + s - 1 == ((theirs[11] - '0') * 10 + theirs[12] - '0') * 3600 +
											((theirs[14] - '0') * 10 + theirs[15] - '0') * 60 + (theirs[17] - '0') * 10 +
											theirs[18] - '0';
}

struct tally {
	int exact, moved, elapsed, negative, opening, closing, open;
};

/* What a vector expects of our answers (a: the case, b: one second more). */
static void judge(const json_t *v, struct tally *t, double minutes, const char *a, const char *b)
{
	const char *op = word(v, "operation"), *expected = word(v, "expected"), *boundary = word(v, "boundary");
	char due[40], want[40];

	if (minutes < 0) {
		assert_int_equal(strncmp(a, "{\"error\": ", 10), 0);
		t->negative++;
	} else if (strcmp(op, "add") == 0) {
		assert_non_null(due_of(a, due));
		if (same_time(due, expected)) {
			t->exact++;
		} else if (strstr(boundary, "moves to the next opening time") && opens_there(b, expected)) {
			t->moved++;
		} else {
			fail_msg("%s %s: ours %s, theirs %s", word(v, "source"), word(v, "start"), due, expected);
		}
	} else if (strcmp(op, "elapsed") == 0) {
		snprintf(want, sizeof want, "{\"minutes\": %d}", (int)json_integer_value(json_object_get(v, "expected_minutes")));
		assert_string_equal(a, want);
		t->elapsed++;
	} else if (strcmp(op, "next_opening") == 0) {
		assert_true(opens_there(b, expected));
		t->opening++;
	} else if (strcmp(op, "is_open") == 0) {
		assert_int_equal(strcmp(a, "{\"minutes\": 0.016667}") == 0, json_is_true(json_object_get(v, "expected")));
		t->open++;
	} else {
		assert_string_equal(op, "next_closing");
		assert_non_null(due_of(a, due));
		assert_true(same_time(due, expected));
		t->closing++;
	}
}

static double minutes_of(const json_t *v)
{
	const json_t *hours = json_object_get(v, "hours");
	return hours ? json_number_value(hours) * 60 : json_number_value(json_object_get(v, "minutes"));
}

/* Each vector is two lines. */
static void ask(struct sd_str *in, const json_t *v)
{
	const char *op = word(v, "operation"), *start = word(v, "start");
	char until[40];

	if (strcmp(op, "elapsed") == 0) {
		one_case(in, v, "between", start, word(v, "end"), 0);
		one_case(in, v, "between", start, word(v, "end"), 0);
	} else if (strcmp(op, "is_open") == 0) {
		snprintf(until, sizeof until, "%.18s1", start);
		one_case(in, v, "between", start, until, 0);
		one_case(in, v, "between", start, until, 0);
	} else if (strcmp(op, "next_closing") == 0) {
		/* all of these lie outside of a span, which is eight hours long */
		one_case(in, v, "add", start, NULL, 480);
		one_case(in, v, "add", start, NULL, 480);
	} else {
		one_case(in, v, "add", start, NULL, minutes_of(v));
		one_case(in, v, "add", start, NULL, minutes_of(v) + 1.0 / 60);
	}
}

static void test_other_vectors(void **state)
{
	char *file = test_read_data("calendar/business-hours-vectors.json", NULL);
	json_t *list = json_loads(file, 0, NULL), *v;
	struct sd_str in = {0};
	struct tally t = {0};
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(list), 244);
	json_array_foreach(list, i, v) ask(&in, v);
	calc(NULL, in.data);
	json_array_foreach(list, i, v)
	{
		const char *a = next(), *b = next();
		judge(v, &t, minutes_of(v), a, b);
	}
	assert_null(next());
	print_message("# add: %d equal, %d at the next opening instead of closing time; elapsed %d; negative hours %d (refused); "
				  "next_opening %d, "
				  "next_closing %d, is_open %d\n",
		t.exact, t.moved, t.elapsed, t.negative, t.opening, t.closing, t.open);
	assert_int_equal(t.exact + t.moved, 124);
	assert_int_equal(t.elapsed, 3);
	assert_int_equal(t.negative, 107);
	assert_int_equal(t.opening + t.closing + t.open, 10);
	sd_str_free(&in);
	json_decref(list);
	free(file);
}

/* ---- wrong cases ---- */

#define CAL "\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]}}"

static const char *const wrong[] = {"", "   ", "{", "[]", "null", "7", "\"x\"", "{}", "\x01\x02",
	"{\"calendar\":1,\"op\":\"add\"}", "{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":-1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":\"5\"}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":null}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1e300}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1e999}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":99999999999999999999}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":157788000}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\"}", "{" CAL ",\"op\":\"add\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-02-30\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05T24:00\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05T10:00+99:00\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"1066-10-14\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"yesterday\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05T10:00:00 \",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":5,\"minutes\":1}", "{" CAL ",\"op\":\"subtract\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{" CAL ",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1,\"minute\":2}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1,\"end\":\"2026-01-06\"}",
	"{" CAL ",\"op\":\"between\",\"start\":\"2026-01-05\"}",
	"{" CAL "," CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1,\"minutes\":1}",
	"{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1} x",
	"{\"calendar\":{\"zone\":\"Mars/"
	"Olympus\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"FOO5\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\","
	"\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"europe/"
	"berlin\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"../../etc/"
	"passwd\",\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"week\":{\"mon\":[[\"09:00\",\"17:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\"},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{},\"exceptions\":[{\"date\":\"2026-01-06\",\"spans\":[[\"09:00\",\"10:00\"]]}]},"
	"\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":61}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:00\",\"24:01\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\","
	"\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":[[\"24:00\",\"01:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\","
	"\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":[[\"9\",\"10\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":\"09:00-17:00\"}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"monday\":[[\"09:00\",\"17:00\"]]}},\"op\":\"add\",\"start\":\"2026-01-05\","
	"\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"weak\":{}},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{},\"exceptions\":[{\"date\":\"2026-13-01\",\"spans\":[]}]},\"op\":\"add\","
	"\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{},\"exceptions\":[{\"spans\":[]}]},\"op\":\"add\",\"start\":\"2026-01-05\","
	"\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{},\"exceptions\":[{\"from\":\"2026-02-01\",\"to\":\"2026-01-01\",\"spans\":[]}]},"
	"\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}",
	"{\"calendar\":{\"zone\":\"UTC\",\"week\":{},\"exceptions\":7},\"op\":\"add\",\"start\":\"2026-01-05\",\"minutes\":1}"};

/* A wrong case answers an error, and the right ones around it are answered as ever, also by somebody who only asks. */
static void test_wrong(void **state)
{
	struct sd_str in = {0};
	size_t n = sizeof wrong / sizeof *wrong;

	(void)state;
	desk_ok(NULL, "user add walter --role requester");
	for (size_t i = 0; i < n; i++)
		sd_str_addf(&in, "%s\n{" CAL ",\"op\":\"add\",\"start\":\"2026-01-05T09:00\",\"minutes\":%zu}\n", wrong[i], i);
	sd_str_add(&in, "{" CAL ",\"op\":\"between\",\"start\":\"2026-01-05\",\"end\":\"2026-01-06\"}"); /* without a line end */
	calc("walter", in.data);
	for (size_t i = 0; i < n; i++) {
		const char *a = next();
		char want[60];
		json_t *j = json_loads(a, JSON_REJECT_DUPLICATES, NULL);
		if (!j || json_object_size(j) != 1 || !json_is_string(json_object_get(j, "error")))
			fail_msg("%s answers %s", wrong[i], a);
		json_decref(j);
		snprintf(want, sizeof want, "{\"due\": \"2026-01-05T09:%02zu:00+00:00\"}", i);
		assert_string_equal(next(), want);
	}
	assert_string_equal(next(), "{\"minutes\": 480}");
	assert_null(next());
	sd_str_free(&in);
}

/* Nothing is left that anybody would see, and runs at the same time do not disturb each other. */
static void test_nothing_left(void **state)
{
	struct sd_str in = {0};

	(void)state;
	for (int i = 0; i < 3000; i++)
		sd_str_addf(&in,
			"{\"calendar\":{\"zone\":\"UTC\",\"week\":{\"mon\":[[\"09:%02d\",\"17:%02d\"]]}},\"op\":\"add\",\"start\":\"2026-01-"
			"05T00:00Z\",\"minutes\":1}\n",
			i / 60 % 60, i % 60);
	char *path = desk_file("cases.jsonl", in.data, in.len);
	desk_shell("for i in 1 2 3; do %s --dir %s sla calc <%s >%s.$i & done; wait; cmp %s.1 %s.2 && cmp %s.1 %s.3 && test \"$(wc "
			   "-l <%s.1)\" = 3000 && "
			   "! grep error %s.1",
		desk_program(), desk_dir(), path, path, path, path, path, path, path, path);
	assert_int_equal(json_array_size(desk_ok(NULL, "calendar list")), 1);
	assert_string_equal(desk_ask("select count(*) from desk.calendar_version where calendar_id is null and version > 1"), "0");
	desk_sql("update desk.calendar_version set created_at = created_at - interval '2 days' where calendar_id is null");
	desk_ok(NULL, "tick");
	assert_string_equal(desk_ask("select count(*) from desk.calendar_version where calendar_id is null"), "0");
	assert_string_equal(desk_ask("select count(distinct version_id) from desk.calendar_span"), "1");
	free(path);
	sd_str_free(&in);
}

/* ---- calendars of the desk ---- */

static const char berlin[] =
	"# ours\n[calendar]\nname = Berlin\nzone = Europe/Berlin\n[week]\nmon-thu = 08:00-12:00 13:00-17:00\nfri = "
	"8-14\n[exceptions]\n"
	"12-24 = 08:00-12:00, Christmas Eve\n2026-01-06..2026-01-07 = closed\n2026-01-08 = closed 09:00-10:00, drill\n"
	"2026-01-10 = open 10:00-14:00\n";

static void test_calendar(void **state)
{
	char *path = desk_file("berlin.calendar", berlin, strlen(berlin));
	json_t *j;

	(void)state;
	j = desk_ok(NULL, "calendar add %s --note 'the first'", path);
	assert_int_equal(number(j, "version"), 1);
	assert_true(json_is_true(at(desk_ok(NULL, "calendar add %s", path), "unchanged")));
	j = desk_ok(NULL, "calendar show berlin --days 7");
	assert_string_equal(text(j, "zone"), "Europe/Berlin");
	assert_string_equal(text(j, "days.0.date"), "2026-01-05");
	assert_int_equal(number(j, "days.0.minutes"), 480);
	assert_int_equal(number(j, "days.1.minutes"), 0);
	assert_int_equal(number(j, "days.2.minutes"), 0);
	assert_int_equal(number(j, "days.3.minutes"), 420);
	assert_string_equal(text(j, "days.3.spans.1.0"), "10:00");
	assert_int_equal(number(j, "days.4.minutes"), 360);
	assert_int_equal(number(j, "days.5.minutes"), 240);
	assert_int_equal(number(j, "days.6.minutes"), 0);
	assert_string_equal(text(j, "versions.0.note"), "the first");
	j = desk_ok(NULL,
		"calendar add Berlin --zone Europe/Berlin --week 'mon-sun 00:00-24:00' --exception '2026-03-29 closed 12:00-13:00'");
	assert_int_equal(number(j, "version"), 2);
	j = desk_ok(NULL, "calendar show Berlin --from 2026-03-29 --days 1");
	assert_int_equal(number(j, "days.0.minutes"), 22 * 60);
	j = desk_ok(NULL, "calendar show Berlin --version 1");
	assert_int_equal(number(j, "version"), 1);
	assert_int_equal(json_array_size(at(j, "versions")), 2);
	const struct run *r = desk_run(NULL, NULL, "calendar show Berlin --version 1 --days 3");
	assert_non_null(strstr(r->out, "Mon-Thu 08:00-12:00 13:00-17:00\n  Fri 08:00-14:00\n"));
	assert_non_null(strstr(r->out, "12-24  08:00-12:00  Christmas Eve"));
	assert_non_null(strstr(r->out, "Tue 2026-01-06  closed"));
	assert_string_equal(desk_ask("select count(*) from desk.calendar_version where version = 1 and zone = 'Europe/Berlin' and "
								 "calendar_id is not null"),
		"1");
	free(path);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *file, *says;
	} bad[] = {{"[calendar]\nname = x\nzone = UTC\n[week]\nmon = 25-26\n", ":5: 25-26"},
		{"[calendar]\nname = x\n[week]\nmoon = 9-10\n", ":4: moon"},
		{"[calendar]\nname = x\n[exceptions]\n2026-1-1 = closed\n", ":4: 2026-1-1"},
		{"[calendar]\nname = x\n[exceptions]\n2026-01-01 =\n", ":4:"}, {"[calendar]\ncolour = x\n", ":2: [calendar] colour"},
		{"mon = 9-10\n", ":1:"}, {"[calendar]\nzone = UTC\n[week]\nmon = 9-10\n", "no name"}};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *path = desk_file("bad.calendar", bad[i].file, strlen(bad[i].file));
		json_t *e = desk_refused(NULL, 2, "calendar_file", "calendar add %s", path);
		if (!strstr(text(e, "text"), bad[i].says))
			fail_msg("%s says %s", bad[i].file, text(e, "text"));
		free(path);
	}
	desk_refused(NULL, 2, "calendar_zone", "calendar add x --zone Nowhere/Else --week 'mon 9-10'");
	desk_refused(NULL, 2, "calendar_never", "calendar add x --zone UTC --week 'mon closed'");
	desk_refused(NULL, 2, "calendar_fixed", "calendar add 24x7 --zone UTC --week 'mon 9-10'");
	desk_refused(NULL, 2, "calendar_option", "calendar add x --zone UTC --week mon");
	desk_refused(NULL, 3, "calendar_file", "calendar add ./nowhere");
	desk_refused(NULL, 3, "no_calendar", "calendar show nobody");
	desk_ok(NULL, "user add aaron --role agent");
	desk_refused("aaron", 4, "calendar_role", "calendar add x --zone UTC --week 'mon 9-10'");
	assert_true(json_array_size(desk_ok("aaron", "calendar list")) >= 2);
	assert_int_equal(json_array_size(desk_ok("walter", "calendar list")), 0);
	desk_refused("walter", 3, "no_calendar", "calendar show Berlin");
	desk_ok(NULL, "user add paula --role process_owner");
	desk_ok("paula", "calendar add Paula --zone Asia/Shanghai --week 'mon-fri 09:00-18:00'");
	assert_string_equal(desk_ask("select count(*) from desk.calendar where name = 'x'"), "0");
}

/* Half days, several days, days of 23 and 25 hours, substitutes, repeats, several names, rows that cannot be read. */
static const char table[] = "country,state,date,start_time,hours,type,substitute,name_en,name_local\n"
							"DE,,2026-01-01,00:00,24,public,,New Year's Day,Neujahr\n"
							"DE,,2026-12-24,14:00,10,bank,,Christmas Eve,Heiliger Abend\n"
							"DE,,2026-03-29,00:00,23,public,,Short day,Kurzer Tag\n"
							"DE,,2026-10-25,00:00,25,public,,Long day,Langer Tag\n"
							"DE,,2026-05-04,00:00,72,public,,Festival,Fest\n"
							"DE,,2026-06-01,12:00,36,public,,Day and a half,Anderthalb\n"
							"DE,,2026-07-01,00:00,24,public,yes,Substitute,Ersatz\n"
							"DE,,2026-07-01,00:00,24,public,yes,Substitute,Ersatz\n"
							"DE,,2026-01-01,00:00,24,public,,Another,Noch einer\n"
							"DE,,2026-02-10,00:00,24,observance,,Nothing,Nichts\n"
							"DE,,2027-01-01,00:00,24,public,,New Year's Day,Neujahr\n"
							"DE,,2026-02-30,00:00,24,public,,No day,Keiner\n"
							"DE,BE,2026-03-08,00:00,24,public,,Women's Day,Frauentag\n"
							"FR,,2026-07-14,00:00,24,public,,Bastille Day,Fete nationale\n";

static void test_holidays(void **state)
{
	char *path = desk_file("holidays.csv", table, strlen(table));
	json_t *j;

	(void)state;
	desk_ok(
		NULL, "calendar add H --zone Europe/Berlin --week 'mon-sun 00:00-24:00' --exception '2026-07-01 08:00-10:00, we work'");
	j = desk_ok(NULL, "calendar import-holidays %s H --country de --type public,bank --to 2026", path);
	assert_int_equal(number(j, "version"), 2);
	assert_int_equal(number(j, "rows"), 12);
	assert_int_equal(number(j, "taken"), 9);
	assert_int_equal(number(j, "other_type"), 1);
	assert_int_equal(number(j, "other_year"), 1);
	assert_int_equal(number(j, "bad"), 1);
	assert_int_equal(number(j, "repeated"), 2);
	assert_int_equal(number(j, "added"), 8); /* the day and a half is two */
	j = desk_ok(NULL, "calendar import-holidays %s H --country de --type public,bank --to 2026", path);
	assert_true(json_is_true(at(j, "unchanged")));
	assert_int_equal(number(j, "added") + number(j, "removed"), 0);
	static const struct {
		const char *day;
		int minutes;
	} days[] = {{"2026-01-01", 0}, {"2026-01-02", 1440}, {"2026-12-24", 840}, {"2026-03-29", 0}, {"2026-03-30", 1440},
		{"2026-10-25", 0}, {"2026-10-26", 1440}, {"2026-05-03", 1440}, {"2026-05-04", 0}, {"2026-05-06", 0}, {"2026-05-07", 1440},
		{"2026-06-01", 720}, {"2026-06-02", 0}, {"2026-06-03", 1440}, {"2026-07-01", 120}, {"2026-02-10", 1440},
		{"2026-03-08", 1440}, {"2027-01-01", 1440}};
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		j = desk_ok(NULL, "calendar show H --from %s --days 1", days[i].day);
		if (number(j, "days.0.minutes") != days[i].minutes)
			fail_msg("%s has %ld minutes", days[i].day, number(j, "days.0.minutes"));
	}
	j = desk_ok(NULL, "calendar show H");
	assert_string_equal(text(j, "exceptions.0.name"), "Neujahr (New Year's Day) / Noch einer (Another)");
	/* another type of the same region and years: what is not among them any more goes, what was written by hand stays */
	j = desk_ok(NULL, "calendar import-holidays %s H --country de --from 2026", path);
	assert_int_equal(number(j, "removed"), 1);
	assert_int_equal(number(j, "added"), 1);
	assert_int_equal(number(j, "kept"), 7);
	j = desk_ok(NULL, "calendar import-holidays %s H --country DE --state BE", path);
	assert_int_equal(number(j, "added"), 1);
	assert_int_equal(number(desk_ok(NULL, "calendar show H --from 2026-07-01 --days 1"), "days.0.minutes"), 120);
	assert_int_equal(number(desk_ok(NULL, "calendar show H --from 2026-03-08 --days 1"), "days.0.minutes"), 0);
	desk_refused(NULL, 3, "no_holidays", "calendar import-holidays %s H --country XX", path);
	desk_refused(NULL, 3, "no_holidays", "calendar import-holidays %s H --country DE --state XX", path);
	desk_refused(NULL, 3, "no_calendar", "calendar import-holidays %s Nobody --country DE", path);
	desk_refused(NULL, 2, "usage", "calendar import-holidays %s H", path);
	desk_refused("aaron", 4, "calendar_role", "calendar import-holidays %s H --country FR", path);
	free(path);
	path = desk_file("other.csv", "a,b\n1,2\n", 8);
	desk_refused(NULL, 2, "holiday_file", "calendar import-holidays %s H --country DE", path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors), cmocka_unit_test(test_other_vectors),
		cmocka_unit_test(test_wrong), cmocka_unit_test(test_nothing_left), cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_holidays)};
	return TEST_MAIN_WITH(tests, desk_start, desk_stop);
}
