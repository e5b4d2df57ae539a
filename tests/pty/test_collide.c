/* Two consoles and a command line at one ticket, in every way they can collide. In the end the journal is compared with what was
 * typed: each word that was sent stands in it once, by who sent it, what was not sent is a draft, and nothing else happened. */
#include "tests/lib/testlib.h"
#include "tests/lib/wire.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	for (size_t i = 0; i < 2; i++) {
		static const char *const who[] = {"anna", "ben"};

		desk_ok(NULL, "user add %s --role agent --group 'Service desk'", who[i]);
	}
	return 0;
}

/* A console of somebody, through a line of its own if there is one, with the ticket open. */
static struct pty *console_of(const char *login, struct wire *line, const char *nr)
{
	struct pty_opts o = {.cols = 100, .rows = 30};
	struct pty *p;

	if (line) {
		const char *argv[] = {desk_program(), "--db", wire_uri(line), NULL};

		o.argv = argv;
		p = pty_start(&o);
		pty_until(p, "by priority");
	} else {
		p = console_start(o, (const char *const[]){"--as", login, NULL});
	}
	press(p, "#");
	pty_type(p, nr);
	pty_press(p, "Enter");
	pty_until(p, "Requester");
	return p;
}

/* The journal of a ticket without its opening: "login verb field=value|text" a line, oldest first. */
static char *journal(const char *nr)
{
	json_t *t = desk_ok(NULL, "ticket show %s", nr), *events = at(t, "events"), *e;
	struct sd_str s = {0};
	size_t i;

	json_array_foreach(events, i, e)
	{
		static const char *const told[] = {"subject", "impact", "urgency", "symptom", "state", "assignee", "tags"};
		const json_t *changes = json_object_get(e, "changes");
		const char *words = json_string_value(json_object_get(e, "text"));

		if (!i)
			continue;
		sd_str_addf(&s, "%s %s", text(e, "actor"), text(e, "verb"));
		for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
			const json_t *now = json_array_get(json_object_get(changes, told[k]), 1);
			char *dump = now ? json_dumps(now, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

			if (dump)
				sd_str_addf(&s, " %s=%s", told[k], dump);
			free(dump);
		}
		if (words)
			sd_str_addf(&s, " '%s'", words);
		sd_str_addc(&s, '\n');
	}
	return s.data ? sd_str_take(&s) : sd_strdup("");
}

static void journal_is(const char *nr, const char *want)
{
	char *have = journal(nr);

	assert_string_equal(have, want);
	assert_true(json_is_true(at(desk_ok(NULL, "audit verify"), "ok")));
	free(have);
}

static char *ticket(const char *subject)
{
	return sd_strdup(desk_ticket(subject));
}

/* The subject in the form of an edit, written anew. */
static void write_subject(struct pty *p, const char *subject)
{
	press(p, "E");
	pty_until(p, "Subject");
	press(p, "Ctrl-u");
	type(p, subject);
}

static void other_fields_merge_silently(void **state)
{
	char *nr = ticket("Printer");
	struct pty *a = console_of("anna", NULL, nr), *b = console_of("ben", NULL, nr);

	(void)state;
	write_subject(a, "Printer on floor 3");
	press(b, "E Tab Tab Left"); /* impact */
	desk_ok(NULL, "ticket act %s edit symptom=smoke --version 1", nr);
	pty_until(a, "admin changed it");
	press(b, "Ctrl-s");
	pty_until(b, "Edit: New");
	pty_until(a, "ben changed it");
	press(a, "Ctrl-s");
	pty_until(a, "Edit: New");
	assert_false(pty_has(a, "changed while you worked"));
	quit(a);
	quit(b);
	journal_is(nr, "admin edit symptom=\"smoke\"\nben edit impact=2\nanna edit subject=\"Printer on floor 3\"\n");
	free(nr);
}

static void the_same_field_is_decided(void **state)
{
	char *nr = ticket("Scanner");
	struct pty *a = console_of("anna", NULL, nr), *b = console_of("ben", NULL, nr);

	(void)state;
	write_subject(a, "Scanner of anna");
	write_subject(b, "Scanner of ben");
	press(a, "Ctrl-s");
	pty_until(a, "Edit: New");
	pty_until(b, "anna changed it");
	press(b, "Ctrl-s");
	pty_until(b, "changed while you worked");
	assert_true(pty_has(b, "Scanner of anna") && pty_has(b, "Scanner of ben") && pty_has(b, "[not decided]"));
	desk_ok(NULL, "ticket act %s edit 'subject=Scanner of admin'", nr); /* once more, under his hands */
	pty_until(b, "The ticket changed again");
	assert_true(pty_has(b, "Scanner of admin"));
	press(b, "Esc"); /* back, and again */
	pty_until(b, "you will be asked again");
	assert_true(pty_has(b, "Scanner of ben"));
	press(b, "Ctrl-s");
	pty_until(b, "[not decided]");
	press(b, "e Ctrl-u");
	type(b, "Scanner of all");
	press(b, "Enter");
	pty_until(b, "[edited]");
	press(b, "Ctrl-s");
	pty_until(b, "Edit: New");
	quit(a);
	quit(b);
	journal_is(nr,
		"anna edit subject=\"Scanner of anna\"\nadmin edit subject=\"Scanner of admin\"\nben edit subject=\"Scanner of all\"\n");
	free(nr);
}

static void replies_that_cross_are_shown(void **state)
{
	char *nr = ticket("Replies");
	struct pty *a = console_of("anna", NULL, nr), *b = console_of("ben", NULL, nr);
	json_t *e;

	(void)state;
	press(a, "R");
	type(a, "Words of anna.");
	press(b, "R");
	type(b, "Words of ben.");
	press(a, "Ctrl-s");
	pty_until(a, "Reply: New");
	pty_until(b, "anna wrote to the requester");
	press(b, "Ctrl-s");
	pty_until(b, "Send yours anyway?");
	pty_until(b, "Words of anna.");
	press(b, "Enter"); /* look again is the default */
	pty_until(b, "you will be asked");
	assert_true(pty_has(b, "Words of ben."));
	e = desk_refused(NULL, 5, "reply_crossed", "ticket act %s reply 'body=Words of admin.' --version 1", nr);
	assert_string_equal(text(e, "conflict.crossed.0.text"), "Words of anna.");
	assert_string_equal(text(e, "conflict.crossed.0.by"), "anna");
	desk_ok(NULL, "ticket act %s reply 'body=Words of admin.' --version %ld", nr, number(e, "conflict.version"));
	pty_until(b, "admin wrote to the requester");
	press(b, "Ctrl-s");
	pty_until(b, "Send yours anyway?");
	pty_until(b, "Words of admin.");
	press(b, "y");
	pty_until(b, "Reply: New");
	quit(a);
	quit(b);
	journal_is(nr, "anna reply 'Words of anna.'\nadmin reply 'Words of admin.'\nben reply 'Words of ben.'\n");
	free(nr);
}

static void a_draft_outlives_a_new_owner(void **state)
{
	char *nr = ticket("Owner");
	struct pty *a = console_of("anna", NULL, nr);

	(void)state;
	press(a, "t");
	pty_until(a, "Take: In progress");
	press(a, "R");
	type(a, "Half a sen");
	desk_ok("ben", "ticket act %s take", nr);
	pty_until(a, "ben changed it");
	assert_true(pty_has(a, "Half a sen"));
	press(a, "Esc");
	pty_until(a, "Kept as a draft");
	desk_ok("ben", "ticket act %s tag add=owner", nr);
	press(a, "R"); /* offered again, whoever owns it */
	pty_until(a, "Half a sen");
	type(a, "tence.");
	press(a, "Ctrl-s");
	pty_until(a, "Reply: In progress");
	quit(a);
	journal_is(nr, "anna take state=\"in_progress\" assignee=\"anna\"\nben take assignee=\"ben\"\nben tag tags=[\"owner\"]\nanna "
				   "reply 'Half a sentence.'\n");
	free(nr);
}

/* Both press t before either can know: the second learns who has it. */
static void both_take_it(void **state)
{
	char *nr = ticket("Both take it");
	struct wire *line = wire_start(desk_uri(), 1);
	struct pty *p;

	(void)state;
	assert_non_null(line);
	p = console_of(NULL, line, nr);
	wire_block(line, WIRE_NO_ANSWERS); /* what happens now this console does not hear of */
	desk_ok("anna", "ticket act %s take --version 1", nr);
	pty_type(p, "t");
	pty_taken(p);
	desk_refused("ben", 5, "field_conflict", "ticket act %s take --version 1", nr);
	wire_block(line, WIRE_OPEN);
	pty_until(p, "changed while you worked");
	pty_until(p, "Assignee: anna");
	press(p, "Esc");
	pty_until(p, "not done");
	quit(p);
	wire_free(line);
	journal_is(nr, "anna take state=\"in_progress\" assignee=\"anna\"\n");
	free(nr);
}

/* A resolution against a reply of the requester's side, then against another resolution: its words become a note. */
static void a_resolution_collides(void **state)
{
	char *nr = ticket("Resolve");
	struct pty *a;

	(void)state;
	desk_ok("anna", "ticket act %s take", nr);
	desk_ok("anna", "ticket act %s edit category=General", nr);
	a = console_of("anna", NULL, nr);
	type(a, ":resolve code=fixed category=General\r");
	pty_until(a, "Text (public)");
	type(a, "Solved by anna.");
	desk_ok(NULL, "ticket act %s reply 'body=It works again.'", nr);
	pty_until(a, "admin wrote to the requester");
	press(a, "Ctrl-s");
	pty_until(a, "Send yours anyway?");
	pty_until(a, "It works again.");
	press(a, "b");
	desk_ok("ben", "ticket act %s resolve code=fixed category=General 'body=Solved by ben.'", nr);
	pty_until(a, "ben wrote to the requester");
	press(a, "Ctrl-s");
	pty_until(a, "is not possible any more");
	pty_until(a, "Solved by ben.");
	press(a, "n");
	pty_until(a, "Solved by anna.");
	press(a, "Ctrl-s");
	pty_until(a, "Note: Resolved");
	quit(a);
	journal_is(nr, "anna take state=\"in_progress\" assignee=\"anna\"\nanna edit\nadmin reply 'It works again.'\n"
				   "ben resolve state=\"resolved\" 'Solved by ben.'\nanna note 'Solved by anna.'\n");
	free(nr);
}

/* The console is killed with an open question: the words are a draft, and are asked about again. */
static void killed_while_one_decides(void **state)
{
	char *nr = ticket("Killed");
	struct pty *a = console_of("anna", NULL, nr);

	(void)state;
	write_subject(a, "Killed by anna");
	desk_ok(NULL, "ticket act %s edit 'subject=Killed by admin'", nr);
	pty_until(a, "admin changed it");
	press(a, "Ctrl-s");
	pty_until(a, "[not decided]");
	pty_signal(a, 9);
	pty_wait(a);
	pty_free(a);
	a = console_of("anna", NULL, nr);
	press(a, "E");
	pty_until(a, "Killed by anna");
	press(a, "Ctrl-s");
	pty_until(a, "Subject: admin"); /* the draft knows what it was begun on */
	press(a, "m Ctrl-s");
	pty_until(a, "Edit: New");
	quit(a);
	journal_is(nr, "admin edit subject=\"Killed by admin\"\nanna edit subject=\"Killed by anna\"\n");
	free(nr);
}

/* A low and narrow window, in Chinese, without colours. */
static void small_and_chinese(void **state)
{
	char *nr = ticket("打印机");
	struct pty *p = console_run((struct pty_opts){.cols = 40, .rows = 10, .env = (const char *const[]){"NO_COLOR=1", NULL}},
		(const char *const[]){"--as", "anna", "--language", "zh_CN", NULL});

	(void)state;
	pty_until(p, "排序：优先级");
	press(p, "#");
	pty_type(p, nr);
	pty_press(p, "Enter");
	pty_until(p, "打印机");
	press(p, "E Ctrl-u");
	type(p, "三楼打印机");
	desk_ok("ben", "ticket act %s edit 'subject=打印机坏了'", nr);
	pty_until(p, "ben 于");
	press(p, "Ctrl-s");
	pty_until(p, "未选择");
	press(p, "m");
	pty_until(p, "[我的]");
	press(p, "Ctrl-s");
	pty_gone(p, "[我的]");
	pty_until(p, "三楼打印机");
	quit(p);
	journal_is(nr, "ben edit subject=\"打印机坏了\"\nanna edit subject=\"三楼打印机\"\n");
	free(nr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_fields_merge_silently),
		cmocka_unit_test(the_same_field_is_decided),
		cmocka_unit_test(replies_that_cross_are_shown),
		cmocka_unit_test(a_draft_outlives_a_new_owner),
		cmocka_unit_test(both_take_it),
		cmocka_unit_test(a_resolution_collides),
		cmocka_unit_test(killed_while_one_decides),
		cmocka_unit_test(small_and_chinese),
	};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
