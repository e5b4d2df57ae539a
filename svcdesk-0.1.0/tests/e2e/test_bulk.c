/* ticket act --query, --dry-run, undo and ticket undo from outside: outcomes per ticket, exit statuses, one operation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/e2e/desk.h"

enum { MANY = 260 }; /* more than a part */

static const char *me(void)
{
	static char login[64];
	snprintf(login, sizeof login, "%s", text(desk_ok(NULL, "whoami"), "login"));
	return login;
}

static const char *ticket(const char *more)
{
	static char numbers[8][40];
	static int i;
	i = (i + 1) % 8;
	snprintf(numbers[i], sizeof numbers[i], "%s",
		text(desk_ok(NULL, "ticket new kind=incident subject='One of few' %s", more), "number"));
	return numbers[i];
}

static void fill(void)
{
	char sql[512];
	snprintf(sql, sizeof sql,
		"set session authorization '%s'; do $$ begin for i in 1..%d loop perform desk.create('incident', "
		"jsonb_build_object('subject', 'Storm ' || i), gen_random_uuid()); end loop; end $$",
		me(), MANY);
	desk_sql(sql);
}

static long count(const char *query)
{
	long n = -1;
	sscanf(desk_run(NULL, NULL, "ticket list %s --count", query)->out, "%ld", &n);
	return n;
}

static int failed(const json_t *list)
{
	size_t i;
	json_t *v;
	int n = 0;
	json_array_foreach((json_t *)(uintptr_t)list, i, v) n += json_is_false(json_object_get(v, "ok"));
	return n;
}

static void of_a_query(void **state)
{
	(void)state;
	fill();
	json_t *list = desk_ok(NULL, "ticket act --query 'storm state:new' tag add=weather --dry-run");
	assert_int_equal(json_array_size(list), MANY);
	assert_string_equal(text(list, "0.changes.tags.1.0"), "weather");
	assert_int_equal(count("tag:weather"), 0); /* nothing was done */
	list = desk_ok(NULL, "ticket act --query 'storm state:new' tag add=weather --op 10000000-0000-4000-8000-000000000001");
	assert_int_equal(json_array_size(list), MANY);
	assert_int_equal(failed(list), 0);
	assert_string_equal(text(list, "0.ticket.op"), "10000000-0000-4000-8000-000000000001");
	assert_string_equal(text(list, "259.ticket.op"), "10000000-0000-4000-8000-000000000001");
	assert_int_equal(count("tag:weather"), MANY);
	assert_string_equal(desk_ask("select count(*) from desk.op where op_id = '10000000-0000-4000-8000-000000000001'"), "2");
	/* one operation, one undo, one redo */
	list = desk_ok(NULL, "ticket undo 10000000-0000-4000-8000-000000000001 --op 10000000-0000-4000-8000-000000000002");
	assert_int_equal(json_array_size(list), MANY);
	assert_int_equal(count("tag:weather"), 0);
	list = desk_ok(NULL, "ticket undo 10000000-0000-4000-8000-000000000002 --op 10000000-0000-4000-8000-000000000003");
	assert_int_equal(json_array_size(list), MANY);
	assert_int_equal(count("tag:weather"), MANY);
	list = desk_ok(NULL, "ticket undo");
	assert_string_equal(text(list, "0.op"), "10000000-0000-4000-8000-000000000003");
	assert_true(json_is_true(at(list, "0.is_undo")) && json_is_true(at(list, "0.ok")) && json_is_false(at(list, "0.undone")));
	assert_int_equal(number(list, "0.tickets"), MANY);
	assert_true(json_is_true(at(list, "1.undone")));
	assert_string_equal(text(list, "1.why.id"), "undo_done");
}

static void each_on_its_own(void **state)
{
	(void)state;
	const char *a = ticket("urgency=1"), *b = ticket("urgency=1");
	desk_ok(NULL, "ticket act %s cancel reason=test", b);
	const struct run *r = desk_run(NULL, NULL, "ticket act --query 'few urgency:1' take --json");
	assert_int_equal(r->status, 1);
	json_t *list = desk_json(r);
	assert_int_equal(json_array_size(list), 2);
	assert_int_equal(failed(list), 1);
	assert_string_equal(text(list, "0.ticket.number"), a);
	assert_string_equal(text(list, "1.number"), b);
	assert_string_equal(text(list, "1.error.class"), "state");
	/* for people: the refused on stderr, the operation and its undo in the last line */
	r = desk_run(NULL, NULL, "ticket act --query 'few urgency:1' note --body 'seen'");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "2 of 2 done, 0 refused; take it back with: svcdesk ticket undo "));
	r = desk_run(NULL, NULL, "ticket act %s %s take --dry-run", a, b);
	assert_int_equal(r->status, 1);
	assert_non_null(strstr(r->err, b));
	assert_non_null(strstr(r->out, "1 of 2 would change, 1 refused"));
	/* nothing found is nothing to do */
	r = desk_run(NULL, NULL, "ticket act --query 'nosuchword' take --json");
	assert_int_equal(r->status, 0);
	assert_string_equal(r->out, "[]\n");
}

static void mistakes(void **state)
{
	(void)state;
	desk_refused(NULL, 2, "usage", "ticket act --query 'state:new'");
	desk_refused(NULL, 2, "unknown_verb", "ticket act --query 'state:new' dance");
	desk_refused(NULL, 2, "unknown_field", "ticket act --query 'state:new' edit colour=red");
	desk_refused(NULL, 2, "usage", "ticket act --query 'state:new' INC100001 take");
	desk_refused(NULL, 2, "usage", "ticket act --query 'state:new' take --version 1");
	assert_int_equal(desk_run(NULL, NULL, "ticket act --query 'state:nowhere' take")->status, 2);
	desk_refused(NULL, 2, "usage", "ticket undo yesterday");
	desk_refused(NULL, 2, "option_value", "ticket undo 10000000-0000-4000-8000-000000000001 --op 7");
	desk_refused(NULL, 3, "undo_no_op", "ticket undo 20000000-0000-4000-8000-000000000001");
}

static void one_ticket(void **state)
{
	(void)state;
	const char *nr = ticket("");
	desk_ok(NULL, "ticket act %s take --op 30000000-0000-4000-8000-000000000001", nr);
	json_t *t =
		desk_ok(NULL, "ticket act %s undo op=30000000-0000-4000-8000-000000000001 --op 30000000-0000-4000-8000-000000000002", nr);
	assert_string_equal(text(t, "state"), "new");
	assert_string_equal(text(t, "op"), "30000000-0000-4000-8000-000000000002");
	desk_refused(NULL, 5, "undo_done", "ticket act %s undo op=30000000-0000-4000-8000-000000000001", nr);
	desk_refused(NULL, 5, "undo_none", "ticket act %s undo", nr);
	t = desk_ok(NULL, "ticket act %s undo op=30000000-0000-4000-8000-000000000002", nr);
	assert_string_equal(text(t, "state"), "in_progress");
	assert_string_equal(text(t, "events.2.verb"), "undo");
	assert_int_equal(number(t, "events.2.voids"), 2);
	assert_true(json_is_true(at(t, "events.2.undone")));
	desk_refused(NULL, 3, "undo_no_op", "ticket act %s undo op=20000000-0000-4000-8000-000000000001", nr);
	desk_refused(NULL, 2, "bad_value", "ticket act %s undo op=x", nr);
	desk_ok(NULL, "ticket act %s edit impact=1 --op 30000000-0000-4000-8000-000000000003", nr);
	desk_refused("t_two", 4, "undo_not_yours", "ticket act %s undo op=30000000-0000-4000-8000-000000000003", nr);
	desk_ok("t_two", "ticket act %s edit impact=2", nr);
	json_t *error = desk_refused(NULL, 5, "undo_moved", "ticket act %s undo op=30000000-0000-4000-8000-000000000003", nr);
	assert_non_null(strstr(text(error, "text"), "t_two"));
	desk_refused(NULL, 5, "undo_moved", "ticket undo 30000000-0000-4000-8000-000000000003");
	desk_refused(NULL, 5, "undo_said", "ticket act %s undo op=%s", nr,
		text(desk_ok(NULL, "ticket act %s reply --body 'hello'", nr), "op"));
	json_t *proof = desk_ok("t_audit", "audit verify");
	assert_true(json_is_true(at(proof, "ok")));
}

static int start(void **state)
{
	if (desk_start(state))
		return 1;
	desk_ok(NULL, "user add t_two --role agent");
	desk_ok(NULL, "user add t_audit --role auditor");
	return 0;
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {cmocka_unit_test(of_a_query), cmocka_unit_test(each_on_its_own),
		cmocka_unit_test(mistakes), cmocka_unit_test(one_ticket)};
	return cmocka_run_group_tests(tests, start, desk_stop);
}
