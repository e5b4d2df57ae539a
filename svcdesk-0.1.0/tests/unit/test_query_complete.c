/* Completion of queries: what is offered where, and that everything offered is understood; the plan of a query, the mark under an
 * error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/cli/cli.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/query.h"

static struct sd_arena *arena;
static struct sd_meta *meta;
static const struct sd_query_extra extra[] = {
	{"severity", "desk.incident", "severity", "choice"}, {"planned", "desk.x", "planned", "time"}};

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

static int read_meta(void **state)
{
	struct sd_err err = {0};
	struct sd_str s = {0};
	char buf[4096];
	size_t n;
	FILE *f = fopen(SRCDIR "/tests/unit/data/meta.json", "r");
	(void)state;
	while (f && (n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	if (f)
		fclose(f);
	meta = sd_meta_parse(s.data, &err);
	sd_str_free(&s);
	return meta ? 0 : -1;
}

static int free_meta(void **state)
{
	(void)state;
	sd_meta_free(meta);
	return 0;
}

static struct sd_query_completion complete(const char *text)
{
	struct sd_query_completion c;
	sd_query_complete(arena, text, strlen(text), meta, extra, 2, &c);
	return c;
}

static bool offers(const struct sd_query_completion *c, const char *text)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->offer[i].text, text) == 0)
			return true;
	return false;
}

static void test_places(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t from;
		const char *offer; /* NULL: nothing is offered */
	} tries[] = {
		{"", 0, "state:"},
		{"sta", 0, "state:"},
		{"STA", 0, "state:"},
		{"prio", 0, "priority:"},
		{"priority", 0, "priority<="},
		{"prio", 0, "prio<="},
		{"state:o", 6, "open"},
		{"state:", 6, "new"},
		{"state=re", 6, "resolved"},
		{"state!=c", 7, "closed"},
		{"state:new,as", 10, "assigned"},
		{"-state:o", 7, "open"},
		{"!state:o", 7, "open"},
		{"(state:o", 7, "open"},
		{"(-(state:o", 9, "open"},
		{"x or sta", 5, "state:"},
		{"\"disk full\" gro", 12, "group:"},
		{"group:@", 6, "@mygroups"},
		{"group:n", 6, "none"},
		{"group:\"Net work\",", 17, "@mygroups"},
		{"assignee:", 9, "@me"},
		{"@m", 0, "@mygroups"},
		{"priority<", 9, "3"},
		{"priority<=", 10, "5"},
		{"impact:", 7, "3"},
		{"restricted:", 11, "yes"},
		{"due<", 4, "4h"},
		{"opened:", 7, "today"},
		{"opened>=", 8, "yesterday"},
		{"sort:", 5, "due"},
		{"sort:-d", 5, "-due"},
		{"sort:ass", 5, "assignee"},
		{"sort:-ass", 5, "-assignee"},
		{"code:", 5, "fixed"},
		{"code:fi", 5, "fixed"},
		{"kind:", 5, "incident"},
		{"state:open sort:", 16, "priority"},
		{"plan", 0, "planned:"},
		{"planned<", 8, "7d"},
		{"\"disk fu", 0, NULL},
		{"printer", 0, NULL},
		{"text:dis", 0, NULL},
		{"nosuch:x", 0, NULL},
		{"group:\"a\"", 0, NULL},
	};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct sd_query_completion c = complete(tries[i].text);
		if (!tries[i].offer && c.n)
			fail_msg("\"%s\" offers %s", tries[i].text, c.offer[0].text);
		if (tries[i].offer && (!offers(&c, tries[i].offer) || c.from != tries[i].from))
			fail_msg("\"%s\" does not offer %s (%zu, from %zu)", tries[i].text, tries[i].offer, c.n, c.from);
	}
	struct sd_query_completion c = complete("updated:"); /* a moment nothing falls on */
	assert_false(offers(&c, "4h"));
	c = complete("priority<");
	assert_false(offers(&c, "none"));
	assert_true(complete("").empty);
	assert_true(complete("state:open ").empty);
	assert_false(complete("s").empty);
}

/* Names only the desk knows: what is asked for, and how they stand in the query. */
static void test_names(void **state)
{
	(void)state;
	static const struct {
		const char *text, *typed;
	} tries[] = {{"group:Net", "Net"}, {"group:\"Field ser", "Field ser"}, {"requester:ann,b", "b"}, {"tag:", ""},
		{"-(ci:pc", "pc"}, {"category:\"Har", "Har"}, {"org:A", "A"}, {"service:m", "m"}};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct sd_query_completion c = complete(tries[i].text);
		assert_non_null(c.names);
		assert_string_equal(c.typed, tries[i].typed);
	}
	assert_null(complete("state:x").names);
	assert_null(complete("gro").names);
	static const char *const names[] = {
		"network", "Field services", "a,b", "none", "@me", "say \"hi\"", "back\\slash", "(x)", ""};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sd_err err = {0};
		const char *text = sd_arena_printf(arena, "tag:%s", sd_query_quote(arena, names[i]));
		struct sd_query *q = sd_query_parse(arena, text, NULL, 0, &err);
		if (!*names[i])
			continue; /* nothing has no name */
		if (!q)
			fail_msg("%s: %s", text, err.text);
		struct sd_query_sql s;
		struct sd_query_opts o = {.mode = SD_QUERY_COUNT};
		assert_true(sd_query_sql(q, arena, &o, &s, &err));
		assert_string_equal(s.params[0], names[i]);
	}
}

/* From many beginnings: whatever is offered makes a query that is understood; what ends with an operator leads to such a value.
 */
static void offered_parses(const char *text, int depth)
{
	struct sd_err err = {0};
	struct sd_query_completion c = complete(text);
	for (size_t i = 0; i < c.n; i++) {
		char *line = sd_arena_printf(arena, "%.*s%s", (int)c.from, text, c.offer[i].text);
		size_t len = strlen(line);
		if (strchr(":<>=", line[len - 1])) {
			if (depth > 0)
				offered_parses(line, depth - 1);
			continue;
		}
		int open = 0;
		struct sd_str s = {0};
		for (const char *p = line; *p; p++)
			open += (*p == '(') - (*p == ')');
		sd_str_add(&s, line);
		while (open-- > 0)
			sd_str_addc(&s, ')');
		if (!sd_query_parse(arena, s.data, extra, 2, &err))
			fail_msg("\"%s\" offers %s: %s", text, s.data, err.text);
		sd_str_free(&s);
	}
}

static void test_offers_parse(void **state)
{
	(void)state;
	static const char *const heads[] = {
		"", "-", "!", "(", "state:open ", "(a or -(", "\"x y\" ", "not (", "state:open sort:due "};
	static const char *const tails[] = {"", "s", "p", "d", "@", "group:", "state:new,", "prio<", "due:", "due>=", "sort:-",
		"code:", "restricted:", "severity:", "planned:", "group!=", "assignee:@me,"};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
			bool sorted = strstr(heads[i], "sort:") || strpbrk(heads[i], "-!(") || strncmp(heads[i], "not", 3) == 0;
			if (sorted && (strncmp(tails[k], "sort", 4) == 0 || *tails[k] == 's' || !*tails[k]))
				continue; /* an order stands once, outside of groups: completing does not read ahead */
			offered_parses(sd_arena_printf(arena, "%s%s", heads[i], tails[k]), 1);
		}
}

static void test_hints(void **state)
{
	(void)state;
	struct sd_query_completion c = complete("state:in_p");
	assert_int_equal(c.n, 1);
	assert_non_null(c.offer[0].hint);
}

static void test_caret(void **state)
{
	(void)state;
	struct sd_str s = {0};
	cli_caret(&s, "state:open gruop:x", 12, 80);
	assert_string_equal(s.data, "    state:open gruop:x\n               ^\n");
	sd_str_reset(&s);
	cli_caret(&s, "\xe6\x89\x93\xe5\x8d\xb0 gruop:x", 8, 80); /* cells, not bytes */
	assert_string_equal(s.data, "    \xe6\x89\x93\xe5\x8d\xb0 gruop:x\n         ^\n");
	sd_str_reset(&s);
	cli_caret(&s, "one two three four five six seven gruop:x", 35, 30);
	assert_string_equal(s.data, "    five six seven gruop:x\n                   ^\n");
	sd_str_free(&s);
}

static void plan(const char *query, const char *explained, const char *word, const char *sentence)
{
	struct sd_err err = {0};
	struct sd_query_plan p;
	char buf[200];
	struct sd_query *q = sd_query_parse(arena, query, NULL, 0, &err);
	assert_true(sd_query_plan_read(q, explained, &p, &err));
	sd_query_plan_text(&p, 10, buf, sizeof buf);
	assert_string_equal(sd_query_plan_word(p.serve), word);
	assert_string_equal(buf, sentence);
}

static void test_plan(void **state)
{
	(void)state;
	struct sd_err err = {0};
	struct sd_query_plan p;
	plan("state:open sort:due",
		"[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":120.5,\"Plan Rows\":50,\"Plans\":[{\"Node Type\":\"Index "
		"Scan\",\"Relation "
		"Name\":\"ticket_p0\",\"Index Name\":\"ticket_p0_due_at_id_idx\",\"Filter\":\"x\"}]}}]",
		"keyset", "keyset index scan on ticket_p0_due_at_id_idx");
	plan("channel:phone sort:opened",
		"[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":90000,\"Plan Rows\":50,\"Plans\":[{\"Node Type\":\"Index "
		"Scan\",\"Relation "
		"Name\":\"ticket_p0\",\"Index Name\":\"ticket_p0_opened_at_id_idx\",\"Filter\":\"x\"}]}}]",
		"scan", "not served by an index: bounded by 10 s");
	plan("channel:phone",
		"[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":90,\"Plan Rows\":50,\"Plans\":[{\"Node Type\":\"Seq "
		"Scan\",\"Relation "
		"Name\":\"ticket_p0\"}]}}]",
		"small", "the whole table, which is small");
	plan("disk",
		"[{\"Plan\":{\"Node Type\":\"Nested Loop\",\"Total Cost\":900,\"Plan Rows\":50,\"Plans\":[{\"Node Type\":\"Function "
		"Scan\",\"Function Name\":\"search_page\"},{\"Node Type\":\"Index Scan\",\"Relation Name\":\"ticket_p0\",\"Index "
		"Name\":\"ticket_p0_pkey\",\"Index Cond\":\"(id = s.id)\"}]}}]",
		"text", "text index");
	/* words under an "or": the planner takes half of all tickets to pass */
	plan("disk or reopens>3",
		"[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":49,\"Plan Rows\":50,\"Plans\":[{\"Node Type\":\"Index "
		"Scan\",\"Relation Name\":\"ticket_p0\",\"Index Name\":\"ticket_p0_opened_at_id_idx\",\"Filter\":\"x\",\"Total "
		"Cost\":145000,\"Plans\":[{\"Node Type\":\"Function Scan\",\"Parent Relationship\":\"SubPlan\",\"Function "
		"Name\":\"search\"}]}]}}]",
		"scan", "not served by an index: bounded by 10 s");
	assert_false(sd_query_plan_read(sd_query_parse(arena, "", NULL, 0, &err), "{}", &p, &err));
	assert_int_equal(err.cls, SD_ERR_INTERNAL);
}

static void test_slow(void **state)
{
	(void)state;
	struct sd_err err = {0};
	sd_query_slow(&err, sd_query_parse(arena, "channel:phone -state:open", NULL, 0, &err), 10);
	assert_int_equal(err.cls, SD_ERR_TIMEOUT);
	assert_non_null(strstr(err.text, "10 s"));
	assert_non_null(strstr(err.text, "group:@mygroups"));
	assert_null(strstr(err.text, "state:open")); /* it says something of the state already */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places, begin, end),
		cmocka_unit_test_setup_teardown(test_names, begin, end),
		cmocka_unit_test_setup_teardown(test_offers_parse, begin, end),
		cmocka_unit_test_setup_teardown(test_hints, begin, end),
		cmocka_unit_test_setup_teardown(test_caret, begin, end),
		cmocka_unit_test_setup_teardown(test_plan, begin, end),
		cmocka_unit_test_setup_teardown(test_slow, begin, end),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, read_meta, free_meta);
}
