/* The life of an article in the console, by keys alone: written, edited in the person's own editor, submitted, given back,
 * approved by somebody else, linked with a ticket, found there again, quoted only where its requester may read it, retired. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>

static char nr[40];

static struct pty *console(const char *as, const char *editor)
{
	char env_editor[600];
	snprintf(env_editor, sizeof env_editor, "EDITOR=%s", editor ? editor : "false");
	const char *words[] = {"--as", as, NULL};
	const char *env[] = {"LANGUAGE=en", "NO_COLOR=1", "TZ=UTC", env_editor, "VISUAL", NULL};
	struct pty *p = console_run((struct pty_opts){.env = env, .cols = 100, .rows = 30}, words);
	pty_until(p, "2026-01-05");
	pty_settle(p);
	return p;
}

static void written(struct pty *p)
{
	press(p, "g k");
	pty_until(p, "There are no articles yet");
	press(p, "a");
	pty_until(p, "A new article");
	pty_type(p, "VPN certificate");
	press(p, "Tab Tab Tab");
	pty_type(p, "vpn");
	press(p, "Tab");
	pty_type(p, "# Renew it");
	press(p, "Ctrl-s");
	pty_until(p, "KB0000001: version 1.0 is saved");
	pty_until(p, "Renew it");
	assert_string_equal(desk_ask("select string_agg(tag, ' ') from desk.article_tag"), "vpn");
}

static void edited(struct pty *p)
{
	press(p, "e"); /* the editor adds its line */
	pty_until(p, "Edit KB0000001 1.0");
	pty_until(p, "certtool --renew");
	press(p, "Tab");
	pty_type(p, "how");
	press(p, "Ctrl-s");
	pty_until(p, "KB0000001: version 1.1 is saved");
	press(p, "d"); /* what differs */
	pty_until(p, "Compare with");
	press(p, "j Enter");
	pty_until(p, "1.1 against 1.0");
	pty_until(p, "+ Run `certtool --renew`");
	press(p, "Esc");
	pty_until(p, "Article  KB0000001");
}

/* Somebody else reviews: gives it back with a reason, then approves. */
static void reviewed(struct pty *anna, struct pty *lena)
{
	press(anna, "A"); /* one does not approve one's own: the desk says why */
	pty_until(anna, "possible");
	press(anna, "S");
	pty_until(anna, "KB0000001 1.1 is now: in review");
	pty_type(lena, ":kb 1\r");
	pty_until(lena, "in review 1.1");
	press(lena, "R");
	pty_until(lena, "Why*");
	pty_type(lena, "which host?");
	press(lena, "Ctrl-s");
	pty_until(lena, "is now: draft");
	press(anna, "F5");
	pty_until(anna, "rejected: which host?");
	press(anna, "S");
	pty_until(anna, "is now: in review");
	press(lena, "F5");
	pty_until(lena, "in review 1.1");
	press(lena, "A");
	pty_until(lena, "When");
	press(lena, "Ctrl-s");
	pty_until(lena, "KB0000001 1.1 is now: published");
	assert_string_equal(desk_ask("select state from desk.article_version where minor = 1"), "published");
}

/* From the ticket and back: linked by one key, found on the ticket, quoted only where the requester may read it. */
static void used(struct pty *p)
{
	press(p, "Esc Esc");
	pty_until(p, "Mail is down");
	press(p, "g k");
	pty_until(p, "for INC1");
	press(p, "Enter");
	pty_until(p, "Renew it");
	press(p, "t");
	pty_until(p, "Link articles");
	press(p, ">"); /* it is internal: not for her */
	pty_until(p, "the requester may not read KB0000001");
	press(p, "E");
	pty_until(p, "Readers");
	press(p, "Tab Left Ctrl-s"); /* internal -> public */
	pty_until(p, "KB0000001 is changed");
	press(p, ">");
	pty_until(p, "Reply  INC1");
	pty_until(p, "certtool --renew");
	press(p, "Ctrl-x d");
	pty_gone(p, "Reply  INC1");
	press(p, "Esc Esc");
	pty_until(p, "by priority");
	press(p, "Enter");
	pty_until(p, "KB0000001 VPN certificate");
	pty_type(p, "/VPN certificate\r");
	press(p, "Enter");
	pty_until(p, "Article  KB0000001  for INC1");
}

static void retired(struct pty *anna, struct pty *lena)
{
	press(anna, "+");
	pty_until(anna, "Did it help?");
	press(anna, "Ctrl-s");
	pty_until(anna, "Thank you");
	press(anna, "X");
	pty_until(anna, "Why*");
	pty_type(anna, "no VPN any more");
	press(anna, "Ctrl-s");
	pty_until(anna, "is now: to be retired");
	press(lena, "F5");
	pty_until(lena, "to be retired 1.1");
	press(lena, "A");
	pty_until(lena, "Note");
	press(lena, "Ctrl-s");
	pty_until(lena, "is now: retired");
	assert_string_equal(desk_ask("select state from desk.article_version where minor = 1"), "retired");
	press(lena, "s s s s");
	pty_until(lena, "retired");
	pty_until(lena, "KB0000001");
}

static void test_life(void **state)
{
	static const char script[] = "#!/bin/sh\nprintf '\\n\\nRun `certtool --renew`.\\n' >>\"$1\"\n";
	char *editor = desk_file("editor", script, sizeof script - 1);
	(void)state;
	desk_shell("chmod 755 %s", editor);
	snprintf(nr, sizeof nr, "%s",
		text(desk_ok("anna", "ticket new kind=incident subject='Mail is down' requester=rosa assignee=anna"), "number"));
	struct pty *anna = console("anna", editor), *lena = console("lena", NULL);
	written(anna);
	edited(anna);
	reviewed(anna, lena);
	used(anna);
	retired(anna, lena);
	quit(anna);
	quit(lena);
	free(editor);
}

/* Two who write at one place: the second is shown both, joins them, and nothing is lost. */
static void test_meeting(void **state)
{
	(void)state;
	struct pty *p = console("anna", NULL);
	press(p, "g k");
	pty_until(p, "Articles");
	press(p, "a");
	pty_until(p, "A new article");
	pty_type(p, "Meeting");
	press(p, "Tab Tab Tab Tab");
	pty_type(p, "one");
	press(p, "Ctrl-s");
	pty_until(p, "version 1.0 is saved");
	press(p, "e");
	pty_until(p, "Edit KB");
	pty_type(p, " of mine");
	desk_shell(
		"psql -qAt '%s' -c \"select desk.kb_save('2', '{\\\"body\\\": \\\"one of theirs\\\"}', '1.0')\" >/dev/null", desk_uri());
	press(p, "Ctrl-s");
	pty_until(p, "changed while you worked");
	press(p, "b Ctrl-s");
	pty_until(p, "is saved");
	assert_string_equal(desk_ask("select replace(body, E'\\n', '|') from desk.article_version order by id desc limit 1"),
		"one of theirs|one of mine");
	quit(p);
}

/* What hangs on an article: a link to an item, files, the checklist, what readers said; and a draft that was left. */
static void test_tools(void **state)
{
	(void)state;
	char *file = desk_file("note.txt", "twelve bytes", 12);
	struct pty *p;
	desk_sql("insert into desk.ci(ident, name, class) values ('server:cups1', 'cups1', 'server'), ('server:cups11', 'cups11', "
			 "'server')");
	desk_sql(
		"insert into desk.article(id, number, audience, owner_id, made_at, changed_at) select 77, 'KB0000077', 'public', id, "
		"desk.now(), "
		"desk.now() + interval '1 hour' from desk.person where login = 'anna';"
		"insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at) select 77, 77, 1, 0, "
		"'published', 'Tools', 'See [it](ci:cups1).', owner_id, desk.now() from desk.article where id = 77;"
		"update desk.article set published_id = 77, latest_id = 77 where id = 77");
	desk_ok("anna", "kb attach KB77 %s", file);
	desk_ok("rosa", "kb feedback KB77 no 'which tools?'");
	p = console("anna", NULL);
	press(p, "g k");
	pty_until(p, "Tools");
	press(p, "Enter");
	pty_until(p, "which tools?");
	press(p, "1"); /* the one that is named, not one that begins like it */
	pty_until(p, "server:cups1");
	press(p, "Esc");
	pty_until(p, "which tools?");
	press(p, "r");
	pty_until(p, "Enter answers it");
	press(p, "Enter");
	pty_until(p, "rosa: which tools?");
	pty_type(p, "These.");
	press(p, "Ctrl-s");
	pty_until(p, "answer: These.");
	press(p, "c");
	pty_until(p, "Is up to date");
	press(p, "Right Ctrl-s");
	pty_until(p, "of the checklist");
	assert_string_equal(desk_ask("select question || ' ' || yes from desk.article_check"), "findable true");
	press(p, "U");
	pty_until(p, "12 bytes");
	press(p, "Enter");
	pty_until(p, "Save a file");
	pty_type(p, file);
	pty_type(p, ".2");
	press(p, "Ctrl-s");
	pty_until(p, "Saved to");
	desk_shell("cmp %s %s.2", file, file);
	press(p, "U x");
	pty_until(p, "Remove a file");
	press(p, "Ctrl-s");
	pty_until(p, "is removed from KB0000077");
	press(p, "e"); /* a draft that was left comes back in its form */
	pty_until(p, "Edit KB0000077");
	pty_type(p, " And more.");
	press(p, "Esc");
	pty_until(p, "Kept as a draft");
	press(p, "g d");
	pty_until(p, "Drafts");
	press(p, "Enter");
	pty_until(p, "Edit KB0000077");
	pty_until(p, "And more.");
	press(p, "Ctrl-x d");
	pty_until(p, "Draft thrown away");
	quit(p);
	free(file);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	desk_ok(NULL, "user add anna --name 'Anna Agent' --role agent --group 'Service desk'");
	desk_ok(NULL, "user add lena --name 'Lena Lead' --role lead --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa --name 'Rosa Caller'");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_life), cmocka_unit_test(test_meeting), cmocka_unit_test(test_tools)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
