/* The search over everything in a terminal: Chinese, from a single character up, in tickets and articles, opened with Enter; a
 * misspelt word; wide cells stand where they should. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char ticket[64];

/* The article is of tldr-pages, https://github.com/tldr-pages/tldr, CC BY 4.0. */
static const char article[] =
	"insert into desk.article(number, audience, made_at, changed_at) values ('KB0000901', 'internal', desk.now(), desk.now());"
	"insert into desk.article_version(article_id, major, minor, state, title, body, author_id, at, tsv) select a.id, 1, 0, "
	"'published', t, b, 1, desk.now(), desk.tsv(t, b) from desk.article a, (values ('git commit', '将文件提交到仓库。')) x(t, b);"
	"update desk.article a set published_id = v.id, latest_id = v.id from desk.article_version v where v.article_id = a.id";

static int start(void **state)
{
	if (desk_start(state) != 0)
		return -1;
	desk_sql(article);
	snprintf(ticket, sizeof ticket, "%s",
		text(desk_ok(NULL, "ticket new kind=incident 'subject=打印机无法连接网络' 'body=三楼的打印机从早上开始就连不上了'"),
			"number"));
	desk_ok(NULL, "ticket new kind=incident 'subject=Printer on the third floor'");
	return 0;
}

/* The line that holds text. */
static bool line_has(struct pty *p, const char *text, const char *other)
{
	const char *at = strstr(pty_screen(p), text), *end = at ? strchr(at, '\n') : NULL, *found = at ? strstr(at, other) : NULL;

	return found && (!end || found < end);
}

static void test_chinese(void **state)
{
	struct pty *p = console_start((struct pty_opts){.cols = 80, .rows = 24}, NULL);

	(void)state;
	type(p, "g/");
	pty_until(p, "Search everything");
	type(p, "络"); /* one character, the last of a title */
	pty_until(p, ticket);
	assert_true(line_has(p, ticket, "打印机无法连接网络"));
	press(p, "Ctrl-u");
	type(p, "仓"); /* one in the middle of an article */
	pty_until(p, "KB0000901");
	assert_true(pty_has(p, "将文件提交到仓库"));
	press(p, "Ctrl-u");
	type(p, "三楼的打印机");
	pty_until(p, "从早上开始");
	press(p, "Enter");
	pty_gone(p, "Search everything");
	pty_until(p, "三楼的打印机从早上开始就连不上了");
	quit(p);
}

static void test_misspelt(void **state)
{
	struct pty *p = console_start((struct pty_opts){.cols = 40, .rows = 10}, NULL);

	(void)state;
	type(p, ":search pritner\r");
	pty_until(p, "Printer on the third");
	press(p, "Esc");
	quit(p);
}

/* The same on the command line, for people and for programs. */
static void test_command(void **state)
{
	const struct run *r;
	json_t *hits = desk_ok(NULL, "search 仓库 --in articles");

	(void)state;
	assert_string_equal(text(hits, "0.type"), "article");
	assert_string_equal(text(hits, "0.id"), "KB0000901");
	assert_string_equal(text(hits, "0.title"), "git commit");
	assert_string_equal(text(hits, "0.excerpt"), "将文件提交到仓库。");
	assert_true(json_is_number(at(hits, "0.score")));
	assert_int_equal(json_array_size(desk_ok(NULL, "search %s", ticket)), 1);
	assert_int_equal(json_array_size(desk_ok(NULL, "search printer --limit 1")), 1);
	assert_int_equal(json_array_size(desk_ok(NULL, "search zzzzz")), 0);
	desk_refused(NULL, 2, "usage", "search printer --in people");
	r = desk_run(NULL, NULL, "search pritner");
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->out, "Printer on the third floor"));
	assert_non_null(strstr(r->err, "searched for printer instead"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chinese), cmocka_unit_test(test_misspelt), cmocka_unit_test(test_command)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, desk_stop);
}
