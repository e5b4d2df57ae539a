/* The query language: what is understood, what is refused and how, the canonical form, the shape of the SQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"

static struct sd_arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = sd_arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	sd_arena_free(arena);
	return 0;
}

static struct sd_query *parsed(const char *text)
{
	struct sd_err err = {0};
	struct sd_query *q = sd_query_parse(arena, text, NULL, 0, &err);
	if (!q)
		fail_msg("\"%s\": %s", text, err.text);
	return q;
}

static const char *json(const char *text)
{
	return sd_query_json(parsed(text), arena);
}

static const char *sql_of(const char *text, const struct sd_query_opts *o, struct sd_query_sql *s)
{
	struct sd_err err = {0};
	if (!sd_query_sql(parsed(text), arena, o, s, &err))
		fail_msg("\"%s\": %s", text, err.text);
	return s->sql;
}

/* The condition alone: what stands between where and the end of a count. */
static const char *where(const char *text)
{
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT};
	struct sd_query_sql s;
	const char *w = strstr(sql_of(text, &o, &s), " where ");
	return w ? w + 7 : "";
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static void test_canonical(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
	} same[] = {
		{"state:open prio<=2", "prio<=2   state:open"},
		{"priority:2,1", "prio=1,2"},
		{"priority:<=2 updated:>2026-01-01", "priority<=2 updated>2026-01-01"},
		{"prio:P1", "priority:1"},
		{"a or b or c", "c OR (b or a)"},
		{"(state:open)", "state:open"},
		{"--state:open", "state:open"},
		{"-(-(a))", "a"},
		{"state:open and prio:1", "state:open prio:1"},
		{"group:x group:x", "group:x"},
		{"state!=open", "-state:open"},
		{"number:inc100001", "number:INC100001"},
		{"restricted:true", "restricted:yes"},
		{"caller:bob", "requester:bob"},
		{"created>=2024-01-01", "opened>=2024-01-01"},
		{"opened>=2024-01-01T10:00+02:00", "opened>=2024-01-01T08:00:00Z"},
		{"text:disk", "disk"},
		{"opened_at>=2024-01-01", "opened>=2024-01-01"},
		{"updated_at<2d due_at:none sort:opened_at", "updated<2d due:none sort:opened"},
		{"resolution_code:fixed hold_reason:none", "code:fixed hold:none"},
		{"STATE:Closed Kind:Incident", "state:closed kind:incident"},
		{"not state:closed", "-state:closed"},
		{"NOT (a or b)", "-(a or b)"},
		{"@me", "assignee:@me"},
		{"-@mygroups", "-group:@mygroups"},
		{"!state:open", "-state:open"},
		{"!(a or b) !printer", "-printer -(a or b)"},
		{"sort:created state:open", "state:open sort:opened"},
		{"sort:-opened_by", "sort:-opener"},
		{"breached", "breached:yes"},
		{"not breached", "-breached"},
		{"untriaged", "untriaged:yes"},
		{"not untriaged sort:opened", "-untriaged sort:opened"},
		{"breached not breached:no", "breached:yes -breached:no"},
		{"sla:>75%", "sla>75"},
		{"left<120m", "left<2h"},
		{"left>-1h30m", "left>-90m"},
		{"sla:50%..75%", "SLA:50..75"},
		{"clock:response,ola", "clock:ola,response"},
	};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_string_equal(json(same[i].a), json(same[i].b));
	static const struct {
		const char *a, *b;
	} other[] = {{"a b", "a or b"}, {"\"a b\"", "a b"}, {"-a", "a"}, {"group:none", "group:\"none\""}, {"due<4h", "due<=4h"},
		{"-(a b)", "-a -b"}, {"!", "-"}, {"a! b", "a !b"}, {"sort:subject", "sort:-subject"}, {"not working", "-working"},
		{"\"@me\"", "@me"}, {"subject:disk", "disk"}, {"Error:x", "error"}, {"opened<2d", "opened<-2d"},
		{"\"breached\"", "breached"}, {"Breached", "breached"}, {"left<2h", "due<2h"}, {"sla:none", "sla:paused"},
		{"not working", "not breached"}, {"breached:response", "breached"}, {"\"untriaged\"", "untriaged"},
		{"untriaged:no", "untriaged"}};
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		assert_string_not_equal(json(other[i].a), json(other[i].b));
	assert_string_equal(json(""), "{\"match\":null,\"sort\":null}");
	assert_string_equal(json("state:open -tag:vip sort:-due"),
		"{\"match\":{\"and\":[{\"field\":\"state\",\"op\":\"=\",\"value\":[\"open\"]},"
		"{\"not\":{\"field\":\"tag\",\"op\":\"=\",\"value\":[\"vip\"]}}]},\"sort\":\"-due\"}");
	assert_string_equal(json("breached:yes,ola sla>75% left<2h"),
		"{\"match\":{\"and\":[{\"field\":\"breached\",\"op\":\"=\",\"value\":[\"ola\",true]},"
		"{\"field\":\"left\",\"op\":\"<\",\"value\":[7200]},{\"field\":\"sla\",\"op\":\">\",\"value\":[75]}]},\"sort\":null}");
	assert_string_equal(json("prio:1..2,4 group:none"),
		"{\"match\":{\"and\":[{\"field\":\"group\",\"op\":\"=\",\"value\":[null]},"
		"{\"field\":\"priority\",\"op\":\"=\",\"value\":[[1,2],4]}]},\"sort\":null}");
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *id, *part;
	} bad[] = {
		{"stat:open", "unknown_field", "did you mean state?"},
		{"gruop:x", "unknown_field", "did you mean group?"},
		{"zzzzzz:1", "unknown_field", "column 1"},
		{"state:open priorty<2", "unknown_field", "column 12"},
		{"http://x", "unknown_field", "quotation marks"},
		{"prio<9", "unknown_value", "from 1 to 5"},
		{"impact:4", "unknown_value", "from 1 to 3"},
		{"prio:3..2", "unknown_value", "priority"},
		{"prio:high", "unknown_value", "high"},
		{"reopens>many", "unknown_value", "number"},
		{"state:Open'", "unknown_value", "small letters"},
		{"state:x';drop", "unknown_value", "small letters"},
		{"kind:\"a b\"", "unknown_value", "small letters"},
		{"opened>2024-13-01", "unknown_value", "opened"},
		{"opened>2023-02-29", "unknown_value", "2023-02-29"},
		{"due<soon", "unknown_value", "soon"},
		{"restricted:maybe", "unknown_value", "yes or no"},
		{"updated:2d", "query_syntax", "updated<2d"},
		{"group<x", "query_syntax", "no order"},
		{"prio<1,2", "query_syntax", "one value"},
		{"due<none", "query_syntax", "due:none"},
		{"due>1d..2d", "query_syntax", "due:"},
		{"group:", "query_syntax", "wants a value"},
		{"group:a,", "query_syntax", "value"},
		{"tag:\"\"", "query_syntax", "value"},
		{"(a", "query_syntax", "never closed"},
		{"a)", "query_syntax", "never opened"},
		{"()", "query_syntax", "between the parentheses"},
		{"a or", "query_syntax", "beside"},
		{"or a", "query_syntax", "beside"},
		{"\"a", "query_syntax", "never closed"},
		{"\"\"", "query_syntax", "quotation"},
		{"sort:duee", "unknown_value", "did you mean due?"},
		{"sort:asignee", "unknown_value", "did you mean assignee?"},
		{"sort:tag", "unknown_value", "one of number"},
		{"sla:75%", "query_syntax", "sla<75%"},
		{"left:2h", "query_syntax", "left<2h"},
		{"sla<paused", "query_syntax", "sla:paused"},
		{"sla>high", "unknown_value", "75%"},
		{"sla>-5%", "unknown_value", "75%"},
		{"sla:80%..50%", "unknown_value", "75%"},
		{"left<2", "unknown_value", "30m"},
		{"left<tomorrow", "unknown_value", "30m"},
		{"breached:maybe", "unknown_value", "yes, no"},
		{"breached>yes", "query_syntax", "no order"},
		{"clock:respones", "unknown_value", "did you mean response?"},
		{"clock:xyz", "unknown_value", "resolution"},
		{"sort:breached", "unknown_value", "breached"},
		{"sort:untriaged", "unknown_value", "untriaged"},
		{"untriaged:maybe", "unknown_value", "yes or no"},
		{"sort:due sort:number", "query_syntax", "twice"},
		{"-sort:due", "query_syntax", "outside"},
		{"(sort:due)", "query_syntax", "outside"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sd_err err = {0};
		struct sd_query *q = sd_query_parse(arena, bad[i].text, NULL, 0, &err);
		if (q)
			fail_msg("\"%s\" was understood", bad[i].text);
		assert_int_equal(err.cls, SD_ERR_INPUT);
		assert_string_equal(err.id, bad[i].id);
		assert_has(err.text, bad[i].part);
		assert_has(err.text, "column ");
	}
}

static void test_limits(void **state)
{
	(void)state;
	struct sd_err err = {0};
	char deep[300];
	memset(deep, '(', 200);
	strcpy(deep + 200, "a");
	assert_null(sd_query_parse(arena, deep, NULL, 0, &err));
	assert_string_equal(err.id, "query_too_long");
	memset(deep, '-', 200);
	assert_null(sd_query_parse(arena, deep, NULL, 0, &err));
	assert_string_equal(err.id, "query_too_long");
	struct sd_str s = {0};
	for (int i = 0; i < 600; i++)
		sd_str_add(&s, "a ");
	assert_null(sd_query_parse(arena, s.data, NULL, 0, &err));
	assert_string_equal(err.id, "query_too_long");
	for (int i = 0; i < 6000; i++)
		sd_str_add(&s, "aa");
	assert_null(sd_query_parse(arena, s.data, NULL, 0, &err));
	assert_string_equal(err.id, "query_too_long");
	sd_str_free(&s);
	assert_non_null(sd_query_parse(arena, "\x1b[31mred\xff\xfe \xe2\x80\xae x", NULL, 0, &err));
}

/* Phases, states and levels stand as literals: only then the partial indexes serve them. */
static void test_literals(void **state)
{
	(void)state;
	assert_string_equal(where("state:open"), "(t.phase < 3)");
	assert_string_equal(where("state:waiting"), "(t.phase = 2)");
	assert_string_equal(where("state:active"), "(t.phase = 1)");
	assert_string_equal(where("-state:done"), "(t.phase < 3)");
	assert_string_equal(where("-state:open"), "(t.phase = 3)");
	assert_string_equal(where("state:open,done"), "(true)");
	assert_string_equal(where("state:resolved"), "(t.state in ('resolved'))");
	assert_string_equal(where("state:waiting,new"), "(t.phase = 2 or t.state in ('new'))");
	assert_string_equal(where("prio<=2"), "(t.priority <= 2)");
	assert_string_equal(where("prio:1,2"), "(t.priority in (1, 2))");
	assert_string_equal(where("assignee:none"), "(t.assignee_id = 0)");
	assert_string_equal(where("assignee:@me"), "(t.assignee_id = ((select desk.me())))");
	assert_string_equal(where("due:none"), "((t.due_at = 'infinity'))");
	assert_has(where("due<4h"), "desk.now() + interval '14400000000 microseconds'");
	assert_has(where("due<4h"), "t.due_at < 'infinity'");
	assert_has(where("updated<2d"), "t.updated_at > (select desk.now() - ");
	assert_has(where("updated>2d"), "t.updated_at < (select desk.now() - ");
	assert_has(where("opened>-2d"), "t.opened_at > (select desk.now() - ");
}

/* What a person types never becomes SQL: it goes as a parameter, or it is a word of fixed shape. */
static void test_parameters(void **state)
{
	(void)state;
	static const char *const texts[] = {"group:\"a'; drop table x\"", "requester:\"o'neil\"", "tag:\"x')--\"", "\"it's\"",
		"external:\"a'b\"", "category:\"a' / b'\"", "ci:\"c'i\"", "channel:\"m'x\"", "number:\"n'1\"", "hold:\"h'\""};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sd_query_opts o = {.mode = SD_QUERY_PAGE};
		struct sd_query_sql s;
		const char *sql = sql_of(texts[i], &o, &s);
		for (const char *word = "drop\0o'neil\0')--\0it's\0a'b\0c'i\0m'x\0N'1\0h'\0"; *word; word += strlen(word) + 1)
			assert_null(strstr(sql, word));
		assert_true(s.nparams > 0);
		int quotes = 0;
		for (int p = 0; p < s.nparams; p++)
			quotes += strchr(s.params[p], '\'') != NULL;
		assert_true(quotes > 0);
	}
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT};
	struct sd_query_sql s;
	sql_of("disk full \"blue screen\" -printer", &o, &s);
	assert_int_equal(s.nparams, 2); /* words side by side are one search */
	assert_string_equal(s.params[0], "printer");
	assert_has(s.params[1], "\"blue screen\"");
}

static void test_page(void **state)
{
	(void)state;
	static const char *const columns[] = {"number", "opened_at", NULL};
	struct sd_query_opts o = {.mode = SD_QUERY_PAGE, .columns = columns, .limit = 50};
	struct sd_query_sql s;
	assert_has(sql_of("state:open sort:due", &o, &s), "order by t.due_at, t.id limit 50");
	assert_has(sql_of("state:open sort:opened", &o, &s), "order by t.opened_at desc, t.id desc limit 50");
	assert_has(sql_of("state:open sort:-opened", &o, &s), "order by t.opened_at, t.id limit 50");
	assert_has(sql_of("state:open", &o, &s), "order by t.id limit 50");
	o.after_key = "3";
	o.after_id = 77;
	assert_has(sql_of("state:open sort:priority", &o, &s), "(t.priority, t.id) > ($2::smallint, $1::bigint)");
	assert_string_equal(s.params[0], "77");
	assert_string_equal(s.params[1], "3");
	o.before = true;
	const char *sql = sql_of("state:open sort:priority", &o, &s);
	assert_has(sql, "(t.priority, t.id) < ");
	assert_has(sql, "order by t.priority desc, t.id desc limit 50");
	assert_has(sql, "row_number() over () desc");
	o.sort_given = true;
	o.sort = SD_SORT_NUMBER;
	assert_has(sql_of("state:open sort:priority", &o, &s), "t.id < $1::bigint");
	static const char *const wrong[] = {"numbr", NULL};
	struct sd_err err = {0};
	o.columns = wrong;
	assert_false(sd_query_sql(parsed(""), arena, &o, &s, &err));
	assert_int_equal(err.cls, SD_ERR_INPUT);
	assert_has(err.text, "number");
	o = (struct sd_query_opts){.mode = SD_QUERY_COUNT, .limit = 1000};
	assert_has(sql_of("", &o, &s), "limit 1000) c");
}

static void test_extra(void **state)
{
	(void)state;
	static const struct sd_query_extra extra[] = {{"planned_start", "desk.change", "planned_start", "time"},
		{"hazard", "desk.change", "hazard", "int"}, {"hazard", "desk.release", "hazard", "int"}};
	struct sd_err err = {0};
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT};
	struct sd_query_sql s;
	assert_null(sd_query_parse(arena, "hazard>3", NULL, 0, &err));
	struct sd_query *q = sd_query_parse(arena, "hazard>3 planned_start<4h", extra, 3, &err);
	assert_non_null(q);
	assert_true(sd_query_sql(q, arena, &o, &s, &err));
	assert_has(s.sql, "select x.id from desk.change x where x.\"hazard\" > 3) or t.id in (select x.id from desk.release x");
	/* what percentages are of a ticket, words are of the kind that has a field of that name */
	static const struct sd_query_extra own[] = {{"risk", "desk.change", "risk", "choice"}};
	assert_null(sd_query_parse(arena, "risk:high", NULL, 0, &err));
	assert_string_equal(err.id, "unknown_field");
	assert_non_null(sd_query_parse(arena, "risk>70%", NULL, 0, &err));
	assert_true(sd_query_sql(sd_query_parse(arena, "risk:high", own, 1, &err), arena, &o, &s, &err));
	assert_has(s.sql, "desk.change");
	assert_true(sd_query_sql(sd_query_parse(arena, "risk>70%", own, 1, &err), arena, &o, &s, &err));
	assert_has(s.sql, "desk.ticket_risk");
	assert_true(sd_query_column_known(q, "hazard"));
	assert_false(sd_query_column_known(NULL, "hazard"));
	assert_string_equal(sd_query_column_type(q, "hazard"), "int");
}

/* A view and a filter as one query: an "or" stays where it stands, the order of the filter wins. */
static void test_join(void **state)
{
	(void)state;
	static const struct {
		const char *query, *filter, *want;
	} tries[] = {
		{"state:open sort:due", "", "state:open sort:due"},
		{"", "a", "a"},
		{"state:open sort:priority", "a or b", "state:open (a or b) sort:priority"},
		{"a or b", "c", "(a or b) c"},
		{"state:open sort:priority", "sort:-due", "state:open sort:-due"},
		{"sort:opened", "a", "a sort:opened"},
		{"sort:opened", "sort:due", "sort:due"},
		{"\"sort:due x\" sort:opened", "a SORT:number", "\"sort:due x\" a sort:number"},
		{"tag:\"a\\\" sort:due\"", "b", "tag:\"a\\\" sort:due\" b"},
	};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		assert_string_equal(json(sd_query_join(arena, tries[i].query, tries[i].filter)), json(tries[i].want));
}

static void test_views(void **state)
{
	(void)state;
	for (size_t i = 0; i < sd_views_n; i++) {
		enum sd_query_sort sort;
		bool reverse;
		assert_true(sd_query_order(parsed(sd_views[i].query), &sort, &reverse));
	}
}

/* Every field and column in the lists is understood, so that a completion never offers what is refused. */
static void test_lists(void **state)
{
	(void)state;
	struct sd_err err = {0};
	const struct sd_query_extra none = {0};
	for (const char *const *f = sd_query_fields(); *f; f++) {
		char text[80];
		snprintf(text, sizeof text, "%s:zz", *f);
		if (!sd_query_parse(arena, text, &none, 0, &err)) /* of a desk whose kinds have no fields of their own */
			assert_string_not_equal(err.id, "unknown_field");
	}
	for (const char *const *c = sd_query_columns(); *c; c++)
		assert_true(sd_query_column_known(NULL, *c));
	for (int i = 0; i < SD_SORTS; i++) {
		char text[80];
		snprintf(text, sizeof text, "sort:%s", sd_query_sort_word((enum sd_query_sort)i));
		assert_non_null(sd_query_parse(arena, text, NULL, 0, &err));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_canonical, begin, end),
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_limits, begin, end),
		cmocka_unit_test_setup_teardown(test_literals, begin, end),
		cmocka_unit_test_setup_teardown(test_parameters, begin, end),
		cmocka_unit_test_setup_teardown(test_page, begin, end),
		cmocka_unit_test_setup_teardown(test_extra, begin, end),
		cmocka_unit_test_setup_teardown(test_join, begin, end),
		cmocka_unit_test_setup_teardown(test_views, begin, end),
		cmocka_unit_test_setup_teardown(test_lists, begin, end),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
