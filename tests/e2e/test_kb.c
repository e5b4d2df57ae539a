/* svcdesk kb: an article from draft to retired, two who edit it at once, folders imported twice, what is wrong with a file, who
 * is told. */
#include "tests/e2e/desk.h"
#include "tests/e2e/schema.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int start(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add bob --role agent --group 'Service desk'");
	desk_ok(NULL, "user add paula --role process_owner");
	desk_ok(NULL, "user add rosa");
	return 0;
}

static const char *body(const char *as, const char *article)
{
	return text(desk_ok(as, "kb show %s --version latest", article), "body");
}

/* A script as an editor: its only argument is the file. */
static void editor(const char *script)
{
	char *path = desk_file("editor.sh", script, strlen(script)), *value = malloc(strlen(path) + 4);
	assert_non_null(value);
	sprintf(value, "sh %s", path);
	setenv("VISUAL", value, 1);
	free(value);
	free(path);
}

static void test_life(void **state)
{
	(void)state;
	assert_string_equal(text(desk_ok(NULL, "kb approval"), "approval"), "none");
	desk_refused("anna", 4, "role_denied", "kb approval other");
	desk_ok("paula", "kb approval other");
	assert_string_equal(
		text(desk_ok("anna", "kb new 'title=Dock does not charge' audience=public tags=dock,power --body 'Press the button.'"),
			"version"),
		"1.0");
	desk_refused("anna", 5, "kb_review", "kb publish KB1");
	assert_string_equal(text(desk_ok("anna", "kb submit KB1"), "state"), "review");
	desk_refused("anna", 4, "kb_own", "kb approve KB1");
	assert_string_equal(text(desk_ok("paula", "kb reject KB1 --reason 'which one?'"), "state"), "draft");
	assert_string_equal(text(desk_ok("anna", "kb edit KB1 --body 'Press the round button.'"), "version"), "1.1");
	desk_ok("anna", "kb submit KB1");
	desk_refused("rosa", 3, "no_article", "kb show KB1");
	assert_string_equal(text(desk_ok("paula", "kb approve KB1"), "state"), "published");
	assert_string_equal(text(desk_ok("rosa", "kb show KB1"), "body"), "Press the round button.");
	assert_string_equal(text(desk_ok("bob", "kb edit KB1 --body 'Press the square button.'"), "version"), "2.0");
	assert_non_null(strstr(text(desk_ok("bob", "kb diff KB1"), "diff"), "+ Press the square button."));
	desk_ok("bob", "kb submit KB1");
	assert_string_equal(text(desk_ok("paula", "kb approve KB1 --at +2d"), "state"), "scheduled");
	desk_ok(NULL, "clock advance 3d");
	desk_ok(NULL, "tick");
	assert_string_equal(text(desk_ok("rosa", "kb show KB1"), "version"), "2.0");
	desk_ok("rosa", "kb feedback KB1 no 'there are two'");
	assert_string_equal(text(desk_ok("anna", "inbox"), "0.reason"), "feedback");
	desk_ok("anna", "kb feedback 1 --answer 'the left one'");
	desk_ok("bob", "kb retire KB1 --reason old");
	desk_refused("bob", 4, "role_denied", "kb approve KB1");
	assert_string_equal(text(desk_ok("paula", "kb approve KB1"), "state"), "retired");
	desk_refused("rosa", 3, "no_article", "kb show KB1");
	assert_int_equal(json_array_size(desk_ok("rosa", "kb list")), 0);
	assert_true(json_array_size(desk_ok("anna", "kb history KB1")) > 10);
	desk_ok("paula", "kb approval none");
}

static void test_edit(void **state)
{
	(void)state;
	const char *n = text(desk_ok("anna", "kb new title=Scanner --body 'one\n\ntwo\n\nthree'"), "number");
	/* bob saves while anna has the editor open */
	editor("sed -i 's/three/THREE/; s/^tags:.*/tags: [zebra]/' \"$1\"\n");
	assert_string_equal(text(desk_ok("bob", "kb edit %s --body 'ONE\n\ntwo\n\nthree' --base 1.0", n), "version"), "1.1");
	assert_string_equal(text(desk_ok("anna", "kb edit %s --base 1.0", n), "version"), "1.2");
	assert_string_equal(body("anna", n), "ONE\n\ntwo\n\nTHREE\n");
	assert_string_equal(text(desk_ok("anna", "kb show %s --version latest", n), "tags.0"), "zebra");
	/* the same paragraph: nothing is saved, both texts are in a file that makes the next version */
	desk_ok("bob", "kb edit %s --body 'ONE\n\nzwei\n\nTHREE\n'", n);
	editor("sed -i 's/^two/deux/' \"$1\"\n");
	const char *why = text(desk_refused("anna", 5, "kb_conflict", "kb edit %s --base 1.2", n), "text");
	char path[512] = "";
	assert_int_equal(sscanf(strstr(why, "texts are in ") + 13, "%511[^,]", path), 1);
	char *merge = test_read_file(path, NULL);
	assert_non_null(strstr(merge, "<<<<<<< 1.3 bob\nzwei\n=======\ndeux\n>>>>>>> "));
	free(merge);
	desk_refused("anna", 2, "kb_marks", "kb edit %s --file %s --base 1.3", n, path);
	desk_shell("sed -i '/^<<<<<<</d; /^=======/d; /^>>>>>>>/d; /^zwei/d' %s", path);
	assert_string_equal(text(desk_ok("anna", "kb edit %s --file %s --base 1.3", n, path), "version"), "1.4");
	assert_string_equal(body("bob", n), "ONE\n\ndeux\n\nTHREE\n");
	remove(path);
	editor("exit 1\n");
	desk_refused("anna", 1, "editor", "kb edit %s", n);
	editor("true\n");
	desk_refused("anna", 2, "kb_empty", "kb new");
	assert_string_equal(text(desk_ok("anna", "kb edit %s", n), "version"), "1.4");
	unsetenv("VISUAL");
}

static void write_to(const char *dir, const char *name, const char *bytes)
{
	char *path = desk_file(name, bytes, strlen(bytes));
	desk_shell("mv '%s' '%s/'", path, dir);
	free(path);
}

/* A folder taken in with everything published: what its dry run says is what happens. */
static json_t *taken_in(const char *dir)
{
	json_t *dry = json_deep_copy(desk_ok("paula", "kb import %s --publish --audience public --dry-run", dir));
	json_t *r = desk_ok("paula", "kb import %s --publish --audience public", dir);
	static const char *const counts[] = {
		"files", "added", "changed", "unchanged", "vanished", "conflict", "refused", "published"};
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		assert_int_equal(number(dry, counts[i]), number(r, counts[i]));
	assert_int_equal(json_array_size(at(dry, "problems")), json_array_size(at(r, "problems")));
	json_decref(dry);
	return r;
}

static void test_import(void **state)
{
	(void)state;
	char dir[512];
	snprintf(dir, sizeof dir, "%s-pages", desk_dir());
	desk_shell("rm -rf '%s'; mkdir -p '%s/pages.zh'; ln -s / '%s/link'", dir, dir, dir);
	write_to(dir, "front.md",
		"---\r\ntitle: \"Disk: full\"\r\nowner: anna\r\ntags: [Disk, node]\r\nlast_reviewed_on: 2026-01-31\r\nreview_in: 1 "
		"month\r\ntype: learn\r\n---\r\n\r\n# Other\r\n\r\ndf -h\r\n");
	write_to(dir, "heading.md", "\xef\xbb\xbfText {{< hugo >}} <%= erb %>\n\n## First heading ##\n");
	write_to(dir, "KubePodCrashLooping.md", "no heading \x1b[2J here\n");
	write_to(dir, "broken.md", "---\ntitle: \"no end\nowner: nobody-here\n???\n---\nbody\n");
	write_to(dir, "open.md", "---\ntitle: never closed\n\nbody\n");
	write_to(dir, "notes.txt", "no Markdown");
	write_to(dir, "empty.md", "---\ntitle: Nothing yet\n---\n");
	write_to(dir, "later.md", "---\ntitle: Not yet\ndraft: true\n---\nsoon\n");
	char zh[600];
	snprintf(zh, sizeof zh, "%s/pages.zh", dir);
	write_to(zh, "tar.md", "# tar\n\n> 归档实用程序。\n");
	json_t *r = desk_ok("paula", "kb import %s --dry-run", dir);
	assert_int_equal(number(r, "added"), 8);
	assert_int_equal(json_array_size(desk_ok("paula", "kb list 'disk: full'")), 0);
	r = taken_in(dir);
	assert_int_equal(number(r, "added"), 8);
	assert_int_equal(number(r, "published"), 6);
	assert_int_equal(json_array_size(at(r, "problems")), 5);
	assert_string_equal(text(r, "problems.0.file"), "broken.md");
	assert_int_equal(number(r, "problems.0.line"), 2);
	r = desk_ok("anna", "kb show %s", text(desk_ok("rosa", "kb list 'disk: full'"), "0.number"));
	assert_string_equal(text(r, "title"), "Disk: full");
	assert_string_equal(text(r, "body"), "# Other\n\ndf -h\n");
	assert_string_equal(text(r, "owner"), "anna");
	assert_string_equal(text(r, "valid_to"), "2026-02-28");
	assert_string_equal(text(r, "tags.2"), "node");
	assert_string_equal(text(desk_ok("rosa", "kb list language=zh"), "0.title"), "tar");
	assert_string_equal(text(desk_ok("rosa", "kb list language:zh"), "0.title"), "tar");
	assert_int_equal(json_array_size(desk_ok("rosa", "kb list 'First heading'")), 1);
	assert_int_equal(json_array_size(desk_ok("rosa", "kb list KubePodCrashLooping")), 1);
	/* again: nothing; then one changed there and here, one gone */
	r = taken_in(dir);
	assert_int_equal(number(r, "unchanged"), 8);
	const char *n = text(desk_ok("anna", "kb list 'First heading'"), "0.number");
	desk_ok("anna", "kb edit %s --body 'Text {{< hugo >}} <%%= erb %%>\n\n## First heading ##\n\nadded here\n'", n);
	desk_shell("sed -i '1s/Text/Texts/' '%s/heading.md'; rm '%s/open.md'", dir, dir);
	r = taken_in(dir);
	assert_int_equal(number(r, "changed"), 1);
	assert_int_equal(number(r, "unchanged"), 6);
	assert_int_equal(number(r, "vanished"), 1);
	assert_string_equal(text(r, "gone.0.path"), "open.md");
	/* what was written here waits, with what came in it, for somebody who publishes it */
	assert_string_equal(body("anna", n), "Texts {{< hugo >}} <%= erb %>\n\n## First heading ##\n\nadded here\n");
	assert_string_equal(body("rosa", n), "Text {{< hugo >}} <%= erb %>\n\n## First heading ##\n");
	desk_shell("echo more >> '%s/front.md'; echo words >> '%s/empty.md'", dir, dir);
	r = taken_in(dir);
	assert_int_equal(number(r, "changed"), 2);
	assert_int_equal(number(r, "published"), 2);
	/* it goes on waiting, and what was written here stays whatever else comes */
	assert_string_equal(body("rosa", n), "Text {{< hugo >}} <%= erb %>\n\n## First heading ##\n");
	desk_shell("sed -i '1s/Texts/Words/' '%s/heading.md'", dir);
	r = taken_in(dir);
	assert_string_equal(body("anna", n), "Words {{< hugo >}} <%= erb %>\n\n## First heading ##\n\nadded here\n");
	desk_ok("paula", "kb publish %s", n);
	desk_shell("sed -i '1s/Words/Lines/' '%s/heading.md'", dir);
	r = taken_in(dir);
	assert_int_equal(number(r, "published"), 1);
	assert_string_equal(body("rosa", n), "Lines {{< hugo >}} <%= erb %>\n\n## First heading ##\n\nadded here\n");
	desk_refused("rosa", 4, "role_denied", "kb import %s", dir);
	desk_refused("paula", 3, "folder", "kb import %s/none", dir);
	desk_shell("rm -r '%s'", dir);
}

/* A folder of somebody who means harm: what is read is what stands in it. */
static void test_hostile_folder(void **state)
{
	(void)state;
	char dir[512];
	snprintf(dir, sizeof dir, "%s-hostile", desk_dir());
	desk_shell(
		"rm -rf '%s'; mkdir -p '%s/sub/deep'; ln -s /etc/passwd '%s/passwd.md'; ln -s /etc '%s/sub/etc'; mkfifo '%s/pipe.md'",
		dir, dir, dir, dir, dir);
	desk_shell(
		"printf 'x' > '%s/'\"$(printf 'l\\351.md')\"; head -c 1100000 /dev/zero | tr '\\0' a > '%s/big.md'; : > '%s/empty.md'",
		dir, dir, dir);
	desk_shell("printf 'a\\0b' > '%s/nul.md'; printf 'caf\\351' > '%s/latin.md'; printf '# \\342\\200\\256evil\\n\\nbody' > "
			   "'%s/sub/deep/bidi.md'",
		dir, dir, dir);
	desk_shell("yes -- '- - - - - - - - - - - - - - - - - - - - - - - - - -' | head -c 900000 > '%s/lists.md'", dir);
	desk_shell("awk 'BEGIN { for (i = 0; i < 120000; i++) printf \"w%%x \", i * 7 }' > '%s/words.md'", dir);
	const struct run *first = desk_run("paula", NULL, "kb import %s --publish --json", dir);
	assert_int_equal(first->status, 1);
	json_t *r = desk_json(first);
	assert_int_equal(number(r, "files"), 7);
	assert_int_equal(number(r, "refused"), 3); /* big, nul and the name in Latin-1 */
	assert_int_equal(number(r, "added"), 5);
	assert_int_equal(json_array_size(desk_ok("paula", "kb list passwd")), 0);
	assert_int_equal(number(desk_json(desk_run("paula", NULL, "kb import %s --publish --json", dir)), "unchanged"), 5);
	desk_shell("rm -r '%s'", dir);
}

static void test_ticket(void **state)
{
	(void)state;
	const char *t = text(desk_ok("anna", "ticket new kind=incident subject='no charge' requester=rosa"), "number");
	const char *n = text(desk_ok("anna", "kb new title=Charge --body x"), "number");
	const char *op = text(desk_ok("anna", "kb link %s %s --applied", n, t), "op");
	json_t *r = desk_ok("bob", "ticket show %s", t);
	assert_schema("ticket-show", r);
	assert_string_equal(text(r, "articles.0.number"), n);
	assert_string_equal(text(r, "articles.0.how"), "applied");
	assert_int_equal(json_array_size(at(desk_ok("rosa", "ticket show %s", t), "articles")), 0);
	desk_ok("anna", "ticket undo %s", op);
	assert_int_equal(json_array_size(at(desk_ok("bob", "ticket show %s", t), "articles")), 0);
	desk_refused("anna", 3, "no_article", "kb link KB999 %s", t);
	char *path = desk_file("plan.txt", "secret", 6);
	desk_ok("anna", "kb attach %s %s", n, path);
	desk_refused("rosa", 3, "no_article", "kb save %s plan.txt", n);
	const char *saved = text(desk_ok("bob", "kb save %s plan.txt --to %s-copy", n, path), "path");
	char *bytes = test_read_file(saved, NULL);
	assert_string_equal(bytes, "secret");
	free(bytes);
	remove(saved);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_life), cmocka_unit_test(test_edit), cmocka_unit_test(test_import),
		cmocka_unit_test(test_hostile_folder), cmocka_unit_test(test_ticket)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
