/* Copies of what the database tells: rows, tickets, answers, drafts; everything clean. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/meta.h"
#include "svcdesk/text.h"
#include "svcdesk/ticket.h"

static struct sd_meta *load_meta(void)
{
	struct sd_err err = {0};
	FILE *f = fopen(SRCDIR "/tests/unit/data/meta.json", "r");
	struct sd_str s = {0};
	struct sd_meta *m;
	char buf[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	fclose(f);
	m = sd_meta_parse(s.data, &err);
	sd_str_free(&s);
	assert_non_null(m);
	return m;
}

static void test_meta(void **state)
{
	struct sd_meta *m = load_meta();
	struct sd_arena *a = sd_arena_new();
	const struct sd_kind *k = sd_meta_kind(m, "incident");

	(void)state;
	assert_int_equal(m->nkinds, 2);
	assert_non_null(k);
	assert_true(sd_kind_allows(k, "new", "take"));
	assert_false(sd_kind_allows(k, "closed", "take"));
	assert_string_equal(sd_meta_state(m, "incident", "on_hold"), "On hold");
	assert_string_equal(sd_meta_state(m, "incident", "unheard_of"), "unheard_of");
	assert_string_equal(sd_meta_choice(m, "incident", "size", "big"), "very big");
	assert_string_equal(sd_meta_choice(m, "incident", "size", "small"), "small");
	assert_string_equal(sd_meta_choice(m, "move", "size", "big"), "whole house"); /* a kind may have words of its own */
	assert_true(sd_meta_has_role(m, "agent"));
	assert_false(sd_meta_has_role(m, "admin"));
	assert_string_equal(sd_kind_field(sd_meta_kind(m, "move"), "room")->table, "desk.move");
	/* translated by id; lists and roles as people read them; unknown ids keep the text of the desk */
	assert_string_equal(
		sd_meta_refusal(m, a, "incident", "role_denied", "{\"verb\":\"redact\",\"roles\":[\"lead\",\"agent\"]}", "x"),
		"redact needs one of these roles: team lead, agent");
	assert_string_equal(sd_meta_refusal(m, a, "incident", "not_in_state", "{\"verb\":\"hold\",\"state\":\"on_hold\"}", "x"),
		"put on hold is not possible in state On hold");
	assert_string_equal(
		sd_meta_refusal(m, a, "incident", "?", "{\"value\":\"x\",\"near\":\"\"}", "no group {value}; near it: {near}"),
		"no group x");
	assert_string_equal(
		sd_meta_refusal(m, a, "incident", "?", "{\"value\":\"x\",\"near\":[]}", "没有组 {value}；相近的有：{near}"), "没有组 x");
	assert_string_equal(sd_meta_refusal(m, a, "incident", "field_required", "{\"verb\":\"resolve\",\"field\":\"code\"}", "x"),
		"resolve needs Resolution");
	assert_string_equal(sd_meta_refusal(m, a, "incident", "unheard_of", NULL, "as the desk says"), "as the desk says");
	assert_string_equal(sd_meta_refusal(m, a, "incident", "unheard_of", NULL, ""), "unheard_of");
	sd_arena_free(a);
	sd_meta_free(m);
}

static void test_meta_rejects_nonsense(void **state)
{
	static const char *const bad[] = {"", "null", "[]", "{", "\"text\"", NULL};
	struct sd_err err;

	(void)state;
	for (int i = 0; bad[i]; i++) {
		err = (struct sd_err){0};
		assert_null(sd_meta_parse(bad[i], &err));
		assert_true(err.text[0]);
	}
	err = (struct sd_err){0};
	assert_null(sd_meta_parse(NULL, &err));
}

static void test_row(void **state)
{
	static const char *const names[] = {"id", "number", "priority", "opened_at", "due_at", "unread", "subject", "room", "k"};
	const char *values[] = {
		"7", "INC100007", "2", "2026-03-02 10:00:00.5+00", NULL, "t", "bad \x1b[31mred\x07 \xff text", "B12", "2"};
	struct sd_arena *a = sd_arena_new();
	struct sd_row *r = sd_row_make(9, names, values);

	(void)state;
	assert_int_equal(r->id, 7);
	assert_int_equal(r->priority, 2);
	assert_true(r->unread);
	assert_true(r->due == SD_TIME_NONE);
	assert_true(sd_text_is_clean(r->text[SD_COL_SUBJECT], strlen(r->text[SD_COL_SUBJECT]), SD_CLEAN_LINE));
	assert_null(strchr(r->text[SD_COL_SUBJECT], '\x1b'));
	assert_string_equal(r->text[SD_COL_ASSIGNEE], "");
	assert_string_equal(sd_row_get(r, a, "room"), "B12"); /* a column of one kind */
	assert_string_equal(sd_row_get(r, a, "priority"), "2");
	assert_string_equal(sd_row_get(r, a, "opened_at"), "2026-03-02T10:00:00.5Z");
	assert_string_equal(sd_row_get(r, a, "due_at"), "");
	assert_string_equal(sd_row_get(r, a, "unheard_of"), "");
	assert_string_equal(r->text[SD_COL_KEY], "2");
	sd_row_free(r);
	values[0] = NULL;
	assert_null(sd_row_make(9, names, values));
	sd_arena_free(a);
}

static void test_ticket(void **state)
{
	struct sd_err err = {0};
	struct sd_ticket *t = sd_ticket_parse(
		"{\"id\":7,\"number\":\"INC7\",\"kind\":\"incident\",\"state\":\"new\",\"phase\":1,\"version\":3,\"last_seq\":2,"
		"\"subject\":\"a\\u001b]0;x\\u0007b\",\"body\":\"one\\ntwo\",\"priority\":2,\"due_at\":null,\"tags\":[\"vip\"],\"links\":"
		"[],"
		"\"verbs\":[{\"verb\":\"take\",\"ok\":true,\"why\":null},{\"verb\":\"hold\",\"ok\":false,\"why\":{\"id\":\"not_in_"
		"state\","
		"\"args\":{\"state\":\"new\"},\"text\":\"no\"}}],\"events\":[{\"seq\":1,\"at\":\"2026-03-02T10:00:00Z\",\"actor\":"
		"\"bob\","
		"\"verb\":\"create\",\"visibility\":\"public\",\"text\":\"x\",\"changes\":{\"state\":[null,\"new\"]}}]}",
		&err);

	(void)state;
	assert_non_null(t);
	assert_null(strchr(t->subject, '\x1b'));
	assert_string_equal(t->body, "one\ntwo");
	assert_string_equal(sd_ticket_get(t, "priority"), "2");
	assert_string_equal(sd_ticket_get(t, "due_at"), "");
	assert_true(sd_ticket_verb(t, "take")->ok);
	assert_false(sd_ticket_verb(t, "hold")->ok);
	assert_string_equal(sd_ticket_verb(t, "hold")->why, "not_in_state");
	assert_int_equal(t->nevents, 1);
	assert_true(t->events[0].is_public);
	assert_string_equal(t->events[0].changes[0].is, "new");
	assert_string_equal(t->events[0].changes[0].was, "");
	sd_ticket_free(t);
	assert_null(sd_ticket_parse("null", &err));
}

static void count_draft(void *arg, const struct sd_draft *d)
{
	assert_string_equal(d->label, "INC7 Reply");
	assert_int_equal(d->at, 1000);
	++*(int *)arg;
}

static void test_draft(void **state)
{
	int count = 0;
	char dir[] = "/tmp/svcdesk-draft-XXXXXX", sub[64];
	struct sd_err err = {0};
	struct sd_draft *d;
	struct stat st;
	char *path;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof sub, "%s/drafts", dir);
	d = sd_draft_new("desk|incident|7|reply", "INC7 Reply", 1000, "line one\nline \"two\" \xe4\xbd\xa0");
	sd_draft_add(d, "reason", "requester", NULL);
	assert_false(sd_draft_empty(d));
	assert_true(sd_draft_save(sub, d, &err));
	sd_draft_free(d);
	path = sd_draft_path(sub, "desk|incident|7|reply");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(sub, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	sd_draft_each(sub, "desk|", count_draft, &count);
	assert_int_equal(count, 1);
	sd_draft_each(sub, "other|", count_draft, &count);
	assert_int_equal(count, 1);
	d = sd_draft_load(sub, "desk|incident|7|reply", &err);
	assert_non_null(d);
	assert_string_equal(d->body, "line one\nline \"two\" \xe4\xbd\xa0");
	assert_string_equal(d->fields[0].value, "requester");
	assert_int_equal(d->at, 1000);
	sd_draft_free(d);
	assert_null(sd_draft_load(sub, "another key", &err));
	assert_string_equal(err.text, "");
	/* a file that was cut off is an error, not an empty draft */
	assert_int_equal(truncate(path, 10), 0);
	assert_null(sd_draft_load(sub, "desk|incident|7|reply", &err));
	assert_true(err.text[0]);
	sd_draft_drop(sub, "desk|incident|7|reply");
	sd_draft_each(sub, "desk|", count_draft, &count);
	assert_int_equal(count, 1);
	free(path);
	rmdir(sub);
	rmdir(dir);
}

static void test_outcome(void **state)
{
	struct sd_err err = {0};
	struct sd_outcome *o =
		sd_outcome_parse("{\"ok\":false,\"error\":{\"id\":\"field_conflict\",\"class\":\"conflict\",\"field\":\"priority\","
						 "\"args\":{\"mine\":1,\"theirs\":2,\"by\":\"bob\",\"at\":\"2026-03-02T10:00:00Z\"},\"text\":\"t\"}}",
			&err);

	(void)state;
	assert_false(o->ok);
	assert_string_equal(o->error_field, "priority");
	assert_string_equal(o->mine, "1");
	assert_string_equal(o->theirs, "2");
	assert_string_equal(o->by, "bob");
	sd_outcome_free(o);
	o = sd_outcome_parse("{\"ok\":true,\"id\":5,\"number\":\"INC5\",\"version\":4,\"state\":\"new\"}", &err);
	assert_true(o->ok);
	assert_int_equal(o->version, 4);
	sd_outcome_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_meta), cmocka_unit_test(test_meta_rejects_nonsense),
		cmocka_unit_test(test_row), cmocka_unit_test(test_ticket), cmocka_unit_test(test_draft), cmocka_unit_test(test_outcome)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
