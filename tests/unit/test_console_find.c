/* The search over everything in the console: asked when the typing rests, late answers dropped, narrowed, moved in, opened; its
 * screens in three sizes, with Chinese. GENERATE=1 makes the goldens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lib/golden.h"
#include "tests/unit/console_world.h"
#include "tui/app/find.h"
#include "tui/pane/find.h"

/* The second is of tldr-pages, https://github.com/tldr-pages/tldr, CC BY 4.0. */
static const char page[] =
	"{\"capped\":false,\"relaxed\":false,\"instead\":null,\"hits\":["
	"{\"type\":\"ticket\",\"id\":\"INC100101\",\"key\":101,\"seq\":7,\"title\":\"无法提交文件到仓库\",\"state\":\"new\",\"live\":"
	"true,\"score\":9.5,\"excerpt\":\"…早上起来就不行了，一直提示没有权限，今天必须把这些修改提交上去，请尽快帮忙看看\","
	"\"marks\":[[28,2]]},"
	"{\"type\":\"article\",\"id\":\"KB0000003\",\"key\":3,\"seq\":0,\"title\":\"git "
	"commit\",\"state\":\"published\",\"live\":true,"
	"\"score\":8.1,\"excerpt\":\"将文件提交到仓库。 将暂存的文件提交到仓库，附带提交说明信息\",\"marks\":[[3,2],[14,2],[23,2]]},"
	"{\"type\":\"ci\",\"id\":\"server:git1\",\"key\":5,\"seq\":0,\"title\":\"git1\\u001b[2J\",\"state\":\"production\",\"live\":"
	"true,"
	"\"score\":2.0,\"excerpt\":\"server; 代码提交 \\u202edaolp\",\"marks\":[[10,2]]}]}";

static void told(struct world *w, const char *json)
{
	struct fx *f = find(w, REQ_SEARCH);

	assert_non_null(f);
	answer_json(w, f->req, json);
}

static void open_with(struct world *w, const char *text)
{
	begin(w);
	find_open(w->m, text, w->fx);
	told(w, page);
}

static void screen(struct world *w, const char *name)
{
	char file[64], *text;

	check_cursor(w);
	model_draw(w->m, w->s);
	text = golden_surface(w->s, true);
	snprintf(file, sizeof file, "find/%s", name);
	golden_check(file, text);
	free(text);
}

static void test_screens(void **state)
{
	static const struct {
		const char *name;
		int width, height;
	} size[] = {{"80x24", 80, 24}, {"40x10", 40, 10}, {"200x60", 200, 60}};

	(void)state;
	for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
		struct world *w = world_config(size[i].width, size[i].height, NULL);

		open_with(w, "提交");
		screen(w, size[i].name);
		world_end(w);
	}
}

static void test_asks(void **state)
{
	struct world *w = *state;
	struct req first;

	keys(w, "g /");
	check_screen(w, "Search everything");
	assert_null(find(w, REQ_SEARCH));
	type(w, "d");
	assert_null(find(w, REQ_SEARCH)); /* not before the typing rests */
	begin(w);
	model_timer(w->m, TIMER_SEARCH, w->fx);
	assert_string_equal(find(w, REQ_SEARCH)->params[0], "d");
	assert_null(find(w, REQ_SEARCH)->params[1]);
	assert_true(find(w, REQ_SEARCH)->flags & FX_ASIDE); /* nobody waits behind it */
	first = find(w, REQ_SEARCH)->req;
	type(w, "isk");
	begin(w);
	model_timer(w->m, TIMER_SEARCH, w->fx);
	assert_non_null(effect(w, FX_CANCEL));
	answer_json(w, first, page); /* too late: dropped */
	assert_false(on_screen(w, "INC100101"));
	check_screen(w, "searching ...");
}

static void test_narrows(void **state)
{
	struct world *w = *state;

	open_with(w, "提交");
	check_screen(w, "found: 3");
	keys(w, "Tab");
	assert_string_equal(find(w, REQ_SEARCH)->params[1], "{tickets}");
	keys(w, "Tab");
	assert_string_equal(find(w, REQ_SEARCH)->params[1], "{articles}");
	told(w, "{\"hits\":[],\"instead\":\"printer\",\"relaxed\":false,\"capped\":false}");
	check_screen(w, "searched for printer instead");
	keys(w, "Tab");
	told(w, "{\"hits\":[],\"instead\":null,\"relaxed\":false,\"capped\":false}");
	check_screen(w, "nothing found");
	keys(w, "Tab");
	answer_error(w, find(w, REQ_SEARCH)->req, SD_ERR_TIMEOUT, "the desk took too long");
	check_screen(w, "the desk took too long");
}

static void test_opens(void **state)
{
	struct world *w = *state;

	open_with(w, "提交");
	keys(w, "Enter");
	assert_int_equal(w->m->detail->id, 101);
	assert_int_equal(w->m->noverlays, 0);
	/* what was searched for last stands there again, and the one before by Up */
	keys(w, "g /");
	assert_string_equal(find(w, REQ_SEARCH)->params[0], "提交");
	told(w, page);
	keys(w, "Down Down");
	assert_string_equal(find_selected(w->m->find)->id, "server:git1");
	keys(w, "Up");
	assert_string_equal(find_selected(w->m->find)->id, "KB0000003");
	keys(w, "Esc");
	assert_int_equal(w->m->noverlays, 0);
	type(w, ":search paper jam");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_SEARCH)->params[0], "paper jam");
	keys(w, "Ctrl-u Up");
	check_screen(w, "提交");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_screens),
		cmocka_unit_test_setup_teardown(test_asks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_narrows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opens, setup, teardown)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
