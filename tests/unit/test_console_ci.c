/* The CMDB in the console: the list and its window, the page of an item, what an item touches, the way there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/unit/console_world.h"
#include "tui/app/board.h"
#include "tui/app/ci.h"
#include "tui/pane/ci.h"

#define NODE(id, name, more)                                                                                                     \
	"{\"id\":" id ",\"name\":\"" name "\",\"ident\":\"server:" name "\",\"class\":\"server\",\"lifecycle\":\"production\","      \
	"\"op\":\"operational\"" more "}"
#define LIST                                                                                                                     \
	"{\"any\":true,\"before\":0,\"total\":3,\"classes\":[{\"id\":\"hardware\",\"label\":\"hardware\",\"n\":3}],\"rows\":[" NODE( \
		"11", "mw1001", ",\"key\":\"mw1001\",\"crit\":1,\"open\":2,\"group\":\"Network\"") "," NODE("12", "服务器二",            \
		",\"key\":\"服务器二\",\"stale\":true") "," NODE("13", "\\u001b[31mred\\u202e", ",\"key\":\"x\"") "]}"
#define TICKET(id, number, kind)                                                                                                 \
	"{\"id\":" id ",\"ci\":12,\"number\":\"" number "\",\"kind\":\"" kind "\",\"state\":\"new\",\"subject\":\"disk full\","      \
	"\"priority\":2,\"at\":\"2026-03-02T08:00:00Z\"}"
#define PAGE                                                                                                                     \
	"{\"ci\":" NODE("11", "mw1001",                                                                                              \
		",\"crit\":1") ",\"may\":true,\"fields\":["                                                                              \
					   "{\"name\":\"ident\",\"value\":\"server:mw1001\"},{\"name\":\"name\",\"value\":\"mw1001\",\"edit\":true," \
					   "\"required\":true},"                                                                                     \
					   "{\"name\":\"lifecycle\",\"value\":\"production\",\"edit\":true,\"required\":true,\"choices\":["          \
					   "\"production\",\"stock\"]},"                                                                             \
					   "{\"name\":\"os\",\"label\":\"os\",\"value\":\"Debian "                                                   \
					   "12\",\"declared\":true,\"edit\":true,\"type\":\"text\"},"                                                \
					   "{\"name\":\"serial\",\"label\":\"serial\",\"declared\":true,\"missing\":true,\"edit\":true,\"type\":"    \
					   "\"text\"}],"                                                                                             \
					   "\"links\":[" NODE("12", "db1", ",\"type\":\"depends_on\",\"in\":false") "," NODE("14", "web1",           \
						   ",\"type\":\"depends_on\",\"in\":true") "],"                                                          \
																   "\"groups\":[{\"id\":\"depends_on>\",\"label\":\"depends_"    \
																   "on\",\"n\":1},"                                              \
																   "{\"id\":\"depends_on<\",\"label\":\"depends_on\",\"n\":413}" \
																   "],"                                                          \
																   "\"open\":[" TICKET("1", "INC1",                              \
																	   "incident") "],\"changes\":[],\"other\":[],\"link_"       \
																				   "types\":[\"depends_on\"],"                   \
																				   "\"versions\":[{\"version\":2,\"at\":\"2026-" \
																				   "03-02T08:00:00Z\",\"by\":\"ann\","           \
																				   "\"source\":\"manual\",\"op\":\"set\","       \
																				   "\"changed\":\"os\",\"row\":{\"name\":"       \
																				   "\"mw1001\",\"os\":\"Debian "                 \
																				   "12\"}},{\"version\":1,\"at\":\"2026-03-"     \
																				   "01T08:00:00Z\","                             \
																				   "\"by\":\"ann\",\"source\":\"estate\","       \
																				   "\"op\":\"create\",\"row\":{\"name\":"        \
																				   "\"mw1001\",\"os\":\"Debian 11\"}}],"         \
																				   "\"versions_all\":2}"
#define NEAR                                                                                                                     \
	"{\"count\":2,\"links\":[" NODE("11", "mw1001", ",\"type\":\"depends_on\",\"in\":true") "," NODE(                            \
		"15", "rack7", ",\"type\":\"located_in\",\"in\":false") "]}"
#define IMPACT(count)                                                                                                            \
	"{\"ticket\":1,\"number\":\"INC1\",\"nth\":0,\"cis\":[{\"id\":11,\"label\":\"mw1001\"},{\"id\":12,\"label\":\"db1\"}],"      \
	"\"ci\":" NODE("11", "mw1001", "") ",\"count\":" count ",\"nodes\":[" NODE("21", "app", ",\"depth\":1,\"via\":11") "," NODE( \
		"22", "shop", ",\"depth\":2,\"via\":21,\"crit\":1,\"open\":3") "," NODE("23", "lost",                                    \
		",\"depth\":2,\"via\":99") "],"                                                                                          \
								   "\"services\":[{\"id\":\"Mail\",\"label\":\"Mail\"}],\"customers\":[{\"id\":\"Acme\","        \
								   "\"label\":\"Acme\"}],"                                                                       \
								   "\"open\":[" TICKET("2", "INC2", "incident") "],\"changes\":[]}"

static struct cmdb *cmdb(struct world *w)
{
	return (struct cmdb *)board_get(w->m, BOARD_CMDB);
}

static struct fx *asked(struct world *w, const char *function)
{
	struct fx *f = find(w, REQ_BOARD);

	assert_non_null(f);
	if (!strstr(f->sql, function))
		fail_msg("%s is not what was asked: %s", function, f->sql);
	return f;
}

static void given(struct world *w, const char *function, const char *json)
{
	answer_json(w, asked(w, function)->req, json);
	model_draw(w->m, w->s);
}

static void listed(struct world *w)
{
	keys(w, "g c");
	given(w, "ci_pane_list", LIST);
}

static void test_list(void **state)
{
	struct world *w = *state;

	listed(w);
	check_screen(w, "CMDB  1/3");
	check_screen(w, "mw1001");
	check_screen(w, "服务器二");
	check_screen(w, "vital");
	check_screen(w, "stale");
	assert_false(on_screen(w, "[31mred"));
	check_screen(w, "red");
	keys(w, "j");
	check_screen(w, "CMDB  2/3");
}

/* Typed letters are looked for by the server, and what was before comes back with Esc. */
static void test_search(void **state)
{
	struct world *w = *state;

	listed(w);
	keys(w, "/");
	type(w, "mw");
	assert_null(find(w, REQ_BOARD)); /* when the hand rests */
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	assert_non_null(strstr(asked(w, "ci_pane_list")->params[0], "\"q\":\"mw\""));
	given(
		w, "ci_pane_list", "{\"any\":true,\"before\":0,\"total\":1,\"rows\":[" NODE("11", "mw1001", ",\"key\":\"mw1001\"") "]}");
	keys(w, "Enter");
	check_screen(w, "/mw: 1 of 1");
	keys(w, "Esc");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	assert_non_null(strstr(asked(w, "ci_pane_list")->params[0], "\"q\":\"\""));
	given(w, "ci_pane_list", LIST);
	keys(w, "f");
	check_screen(w, "every class");
	keys(w, "Down Enter");
	assert_non_null(strstr(asked(w, "ci_pane_list")->params[0], "\"class\":\"hardware\""));
}

/* A window of a hundred thousand: the end is one key away, and the cursor stays on its item when the window moves. */
static void test_window(void **state)
{
	struct world *w = *state;
	struct sd_str s = {0};

	keys(w, "g c");
	sd_str_addf(&s, "{\"any\":true,\"before\":0,\"total\":100000,\"rows\":[");
	for (int i = 0; i < CI_WINDOW; i++)
		sd_str_addf(&s, "%s{\"id\":%d,\"name\":\"h%d\",\"key\":\"h%d\"}", i ? "," : "", i + 1, i, i);
	sd_str_addf(&s, "]}");
	given(w, "ci_pane_list", s.data);
	check_screen(w, "CMDB  1/100000");
	keys(w, "3 5 0 G");
	check_screen(w, "CMDB  350/100000");
	assert_non_null(strstr(asked(w, "ci_pane_list")->params[0], "\"key\":\"h349\"")); /* more round it */
	keys(w, "G");
	assert_non_null(strstr(asked(w, "ci_pane_list")->params[0], "\"last\":true"));
	given(w, "ci_pane_list",
		"{\"any\":true,\"before\":99998,\"total\":100000,\"rows\":[{\"id\":7,\"name\":\"y\",\"key\":\"y\"},"
		"{\"id\":8,\"name\":\"z\",\"key\":\"z\"}]}");
	check_screen(w, "CMDB  100000/100000");
	keys(w, "5 0 0 0 0 G");
	assert_non_null(strstr(asked(w, "ci_pane_list")->params[0], "\"pos\":50000"));
	sd_str_free(&s);
}

static void test_empty(void **state)
{
	struct world *w = *state;

	keys(w, "g c");
	given(w, "ci_pane_list", "{\"any\":false,\"before\":0,\"total\":0,\"rows\":[]}");
	check_screen(w, "svcdesk ci import");
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
}

static void page_of_first(struct world *w)
{
	listed(w);
	keys(w, "Enter");
	assert_non_null(strstr(asked(w, "ci_pane_page")->params[0], "\"ci\":11"));
	given(w, "ci_pane_page", PAGE);
}

static void test_page(void **state)
{
	struct world *w = *state;
	struct fx *f;

	page_of_first(w);
	check_screen(w, "mw1001  (server)");
	check_screen(w, "Debian 12");
	check_screen(w, "missing");
	check_screen(w, "INC1  disk full");
	check_screen(w, "depends_on (413)");
	keys(w, "/");
	type(w, "db1");
	keys(w, "Enter l"); /* unfolds its neighbours */
	f = find(w, REQ_CI);
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "ci_pane_near"));
	answer_json(w, f->req, NEAR);
	check_screen(w, "(above)"); /* a way back is no endless tree */
	check_screen(w, "rack7");
	keys(w, "Esc G k Space");
	assert_int_equal(cmdb(w)->mark[0], 2);
	keys(w, "j Space");
	keys(w, "k k k");
	check_screen(w, "What changed from version 1 to 2");
	check_screen(w, "Debian 11 → Debian 12");
}

/* Asked for a change, the page comes with what is different since just before it. */
static void test_change(void **state)
{
	struct world *w = *state;

	listed(w);
	ci_show_change(w->m, 11, 1772438400000000, w->fx); /* 2026-03-02 08:00 */
	given(w, "ci_pane_page", PAGE);
	check_screen(w, "What changed from version 1 to 2");
	check_screen(w, "Debian 11 \xe2\x86\x92 Debian 12");
	keys(w, "F5");
	given(w, "ci_pane_page", PAGE);
	assert_int_equal(cmdb(w)->mark[0], 1); /* read again it stays where one is */
}

/* From item to item, back and forth; at last to where one was. */
static void test_trail(void **state)
{
	struct world *w = *state;

	page_of_first(w);
	keys(w, "/");
	type(w, "db1");
	keys(w, "Enter Enter");
	assert_non_null(strstr(asked(w, "ci_pane_page")->params[0], "\"ci\":12"));
	keys(w, "[");
	assert_non_null(strstr(asked(w, "ci_pane_page")->params[0], "\"ci\":11"));
	keys(w, "]");
	assert_non_null(strstr(asked(w, "ci_pane_page")->params[0], "\"ci\":12"));
	given(w, "ci_pane_page", PAGE); /* whatever it is */
	keys(w, "Esc");
	given(w, "ci_pane_page", PAGE);
	keys(w, "Esc");
	check_screen(w, "CMDB  1/3");
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
}

/* ---- impact ---- */
static void impact_of_ticket(struct world *w, const char *json)
{
	keys(w, "D");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"ticket\":1"));
	given(w, "ci_pane_impact", json);
}

static void test_impact(void **state)
{
	struct world *w = *state;

	impact_of_ticket(w, IMPACT("3"));
	check_screen(w, "Impact  INC1  mw1001");
	check_screen(w, "What suffers if it fails: 3 items");
	check_screen(w, "Services (1): Mail");
	check_screen(w, "Customers (1): Acme");
	check_screen(w, "├─- app");
	check_screen(w, "vital, 3 open");
	check_screen(w, "lost"); /* reached through what is not told: never lost */
	check_screen(w, "INC2  disk full");
	keys(w, "Tab");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"up\":true"));
	keys(w, "2");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"depth\":2"));
	keys(w, "+");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"depth\":3"));
	keys(w, "-");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"depth\":2"));
	keys(w, "0");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"depth\":99"));
	keys(w, "J"); /* the other item of the ticket */
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"nth\":1"));
}

/* Over one type of links, without some, over all again; one is one item. */
static void test_impact_types(void **state)
{
	struct world *w = *state;
	char *json = sd_strdup(IMPACT("1"));
	char *with = sd_malloc(strlen(json) + 200);

	sprintf(with, "{\"types\":[{\"id\":\"depends_on\",\"label\":\"depends_on\"},{\"id\":\"provides\",\"label\":\"provides\"}],%s",
		json + 1);
	free(json);
	impact_of_ticket(w, with);
	check_screen(w, "What suffers if it fails: 1 item");
	assert_false(on_screen(w, "1 items"));
	keys(w, "f");
	check_screen(w, "[x] provides");
	check_screen(w, "Space with or without it");
	keys(w, "j Space");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"types\":[\"depends_on\"]"));
	check_screen(w, "[ ] provides");
	given(w, "ci_pane_impact", with);
	check_screen(w, "over depends_on");
	keys(w, "k Space"); /* the last one stays */
	check_screen(w, "One type of links has to stay");
	keys(w, "j Enter");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"types\":[\"provides\"]"));
	assert_int_equal(w->m->noverlays, 0);
	given(w, "ci_pane_impact", with);
	keys(w, "f a");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"types\":null"));
	free(with);
}

/* Reading goes on in the background and can be given up; what is there stays. */
static void test_impact_counts(void **state)
{
	struct world *w = *state;
	struct fx *f;

	impact_of_ticket(w, IMPACT("-1"));
	check_screen(w, "more than 3");
	check_screen(w, "counting ...");
	check_screen(w, "... more, being counted");
	keys(w, "Esc");
	assert_non_null(effect(w, FX_CANCEL));
	assert_int_equal(board_shown(w->m), BOARD_CMDB);
	keys(w, "F5");
	given(w, "ci_pane_impact", IMPACT("-1"));
	keys(w, "G");
	begin(w);
	f = NULL;
	answer_json(w, (struct req){REQ_CI, cmdb(w)->more_gen, 0, 0},
		"{\"count\":415,\"services\":[],\"customers\":[],\"open\":[],\"changes\":[]}");
	check_screen(w, "... 412 more");
	(void)f;
	keys(w, "G Enter");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"limit\":10000"));
}

static void test_no_item(void **state)
{
	struct world *w = *state;
	const char *names[] = {"id", "name", "hint"}, *one[] = {"11", "mw1001", "server"};
	struct fx *f;

	impact_of_ticket(w, "{\"ticket\":1,\"number\":\"INC1\",\"nth\":0,\"cis\":[],\"nodes\":[],\"count\":0}");
	check_screen(w, "INC1 has no item");
	f = find(w, REQ_CI_PICK);
	assert_non_null(f);
	answer(w, f->req, 1, 3, names, one);
	check_screen(w, "mw1001");
	keys(w, "Enter");
	assert_non_null(strstr(asked(w, "ci_pane_impact")->params[0], "\"ci\":11"));
}

/* A ticket from an item, an item onto the ticket one came from. */
static void test_tickets(void **state)
{
	struct world *w = *state;
	struct fx *f;

	impact_of_ticket(w, IMPACT("3"));
	keys(w, "i");
	f = find(w, REQ_ACT);
	assert_non_null(f);
	assert_string_equal(f->params[1], "ci");
	keys(w, "y");
	assert_non_null(effect(w, FX_COPY));
	keys(w, "C");
	check_screen(w, "New: ");
	check_screen(w, "mw1001");
	keys(w, "Esc");
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	keys(w, "g c");
	given(w, "ci_pane_list", LIST);
	keys(w, "Esc g b g c"); /* from a page of figures one comes back to it */
	given(w, "ci_pane_list", LIST);
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_DASHBOARD);
}

/* Fields and links are changed through forms; the desk's refusals stand in them. */
static void test_edit(void **state)
{
	struct world *w = *state;
	static const char *const cols[] = {"id", "args", "text", "field", "r"};
	const char *const refused[] = {"ci_value_line", "{}", "that is no name", "name", NULL}, *const done[] = {
																								NULL, NULL, NULL, NULL, "{}"};
	const char *names[] = {"id", "name", "hint"}, *one[] = {"15", "rack7", "rack"};
	struct fx *f;

	page_of_first(w);
	keys(w, "E");
	check_screen(w, "Item mw1001");
	type(w, "x");
	keys(w, "Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(f);
	assert_non_null(strstr(f->params[0], "\"fields\":{\"name\":\"mw1001x\"}"));
	answer(w, f->req, 1, 5, cols, refused);
	check_screen(w, "that is no name");
	keys(w, "Ctrl-s");
	answer(w, find(w, REQ_CI_SAVE)->req, 1, 5, cols, done);
	assert_int_equal(w->m->noverlays, 0);
	given(w, "ci_pane_page", PAGE);
	keys(w, "a");
	type(w, "rk7");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	f = find(w, REQ_CI_PICK);
	assert_non_null(f);
	assert_string_equal(f->params[0], "rk7");
	answer(w, f->req, 1, 3, names, one);
	keys(w, "Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(f);
	assert_non_null(strstr(f->params[0], "\"other\":15"));
	answer(w, f->req, 1, 5, cols, done);
	given(w, "ci_pane_page", PAGE);
	keys(w, "/");
	type(w, "db1");
	keys(w, "Enter x"); /* asks first */
	assert_null(find(w, REQ_CI_SAVE));
	check_screen(w, "End this link");
	check_screen(w, "It stays on record");
	keys(w, "Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(f);
	assert_non_null(strstr(f->params[0], "\"end\":true"));
	assert_non_null(strstr(f->params[0], "\"other\":12"));
}

/* What the desk says against a query stands where the items would. */
static void test_query(void **state)
{
	struct world *w = *state;

	listed(w);
	keys(w, "/");
	type(w, "colour:red");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	given(w, "ci_pane_list",
		"{\"any\":true,\"before\":0,\"total\":0,\"rows\":[],\"error\":{\"id\":\"ci_query_field\",\"args\":{},\"text\":\"there is "
		"no field colour\"}}");
	check_screen(w, "there is no field colour");
	assert_false(on_screen(w, "No item fits"));
}

/* Two that are called alike are told apart by their idents. */
static void test_alike(void **state)
{
	struct world *w = *state;

	keys(w, "g c");
	given(w, "ci_pane_list",
		"{\"any\":true,\"before\":0,\"total\":3,\"rows\":[{\"id\":1,\"name\":\"mail\",\"ident\":\"server:mail\",\"key\":\"mail\"}"
		","
		"{\"id\":2,\"name\":\"Mail\",\"ident\":\"role:Mail\",\"key\":\"mail\"},{\"id\":3,\"name\":\"other\",\"ident\":\"x:"
		"other\","
		"\"key\":\"other\"}]}");
	check_screen(w, "server:mail");
	check_screen(w, "role:Mail");
	assert_false(on_screen(w, "x:other"));
}

/* The newest version is taken back; a link made last is ended, and made again. It asks each time. */
static void test_undo(void **state)
{
	struct world *w = *state;
	static const char *const cols[] = {"id", "args", "text", "field", "r"};
	const char *const done[] = {NULL, NULL, NULL, NULL, "{\"ok\":true,\"did\":\"changed\"}"},
					  *const same[] = {NULL, NULL, NULL, NULL, "{\"ok\":true,\"did\":\"same\"}"};
	struct fx *f;

	page_of_first(w);
	keys(w, "U");
	assert_null(find(w, REQ_CI_SAVE));
	check_screen(w, "2  ann  os");
	check_screen(w, "as in version 1");
	keys(w, "Esc");
	assert_int_equal(w->m->noverlays, 0);
	keys(w, "U Ctrl-s");
	assert_string_equal(find(w, REQ_CI_SAVE)->params[0], "{\"ci\":11,\"undo\":2}");
	answer(w, find(w, REQ_CI_SAVE)->req, 1, 5, cols, done);
	given(w, "ci_pane_page", PAGE);
	keys(w, "/");
	type(w, "db1");
	keys(w, "Enter x Ctrl-s");
	answer(w, find(w, REQ_CI_SAVE)->req, 1, 5, cols, done);
	given(w, "ci_pane_page", PAGE);
	keys(w, "U");
	check_screen(w, "made again");
	check_screen(w, "db1");
	keys(w, "Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(strstr(f->params[0], "\"end\":false"));
	assert_non_null(strstr(f->params[0], "\"other\":12"));
	answer(w, f->req, 1, 5, cols, done);
	given(w, "ci_pane_page", PAGE);
	keys(w, "U Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(strstr(f->params[0], "\"end\":true"));
	answer(w, f->req, 1, 5, cols, same); /* it was gone: there is nothing to bring back */
	given(w, "ci_pane_page", PAGE);
	keys(w, "U");
	check_screen(w, "as in version 1");
}

/* A new item needs a class and a name; its page is where the rest is written. */
static void test_new_item(void **state)
{
	struct world *w = *state;
	static const char *const cols[] = {"id", "args", "text", "field", "r"};
	const char *const done[] = {NULL, NULL, NULL, NULL, "{\"ok\":true,\"id\":77}"}, *names[] = {"id", "name", "hint"},
					  *one[] = {"network", "network", "switches"};
	struct fx *f;

	listed(w);
	keys(w, "a Ctrl-s");
	check_screen(w, "this is needed");
	type(w, "net");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	f = find(w, REQ_CI_PICK);
	check_screen(w, "net");
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "ci_class_list"));
	answer(w, f->req, 1, 3, names, one);
	keys(w, "Enter");
	type(w, "sw-9");
	keys(w, "Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(f);
	assert_string_equal(f->params[0], "{\"new\":\"\",\"fields\":{\"class\":\"network\",\"name\":\"sw-9\"}}");
	answer(w, f->req, 1, 5, cols, done);
	assert_int_equal(w->m->noverlays, 0);
	assert_non_null(strstr(asked(w, "ci_pane_page")->params[0], "\"ci\":77"));
}

/* What is different between two times stands on the page: fields, and links that came or ended. */
static void test_two_times(void **state)
{
	struct world *w = *state;
	static const char *const cols[] = {"id", "args", "text", "field", "r"};
	const char *const
		refused[] = {"bad_time", "{}", "there was nothing yet", "from", NULL},
		*const done[] = {NULL, NULL, NULL, NULL,
			"{\"ok\":true,\"from\":\"2026-03-01T08:00:00Z\",\"to\":null,\"changes\":[{\"field\":\"os\",\"from\":\"Debian 11\","
			"\"to\":null}],\"links\":[{\"type\":\"located_in\",\"direction\":\"out\",\"ci\":\"rack:r7\",\"did\":\"ended\"}]}"};
	struct fx *f;

	page_of_first(w);
	keys(w, "d");
	type(w, "7x");
	keys(w, "Ctrl-s");
	check_screen(w, "This is no time");
	assert_null(find(w, REQ_CI_SAVE));
	keys(w, "Ctrl-u");
	type(w, "7d");
	keys(w, "Ctrl-s");
	f = find(w, REQ_CI_SAVE);
	assert_non_null(strstr(f->sql, "desk.ci_diff"));
	assert_string_equal(f->params[0], "server:mw1001");
	assert_non_null(strstr(f->params[1], "2026-02-23T")); /* a week before the clock of this world */
	assert_null(f->params[2]);
	answer(w, f->req, 1, 5, cols, refused);
	check_screen(w, "there was nothing yet");
	keys(w, "Ctrl-s");
	answer(w, find(w, REQ_CI_SAVE)->req, 1, 5, cols, done);
	assert_int_equal(w->m->noverlays, 0);
	model_draw(w->m, w->s);
	check_screen(w, "to now");
	check_screen(w, "os: Debian 11");
	check_screen(w, "- located_in");
	check_screen(w, "rack:r7");
	keys(w, "Esc j Enter"); /* another item: not of it */
	given(w, "ci_pane_page", "{\"ci\":" NODE("12", "db1", "") ",\"fields\":[],\"links\":[],\"groups\":[]}");
	keys(w, "Esc");
	keys(w, "k Enter");
	given(w, "ci_pane_page", PAGE);
	assert_false(on_screen(w, "rack:r7"));
}

/* The act that names items offers them by some letters. */
static void test_the_verb_has_a_picker(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "i");
	assert_int_equal(w->m->noverlays, 1);
	type(w, "mw");
	begin(w);
	model_timer(w->m, TIMER_FIND, w->fx);
	f = find(w, REQ_FIND);
	assert_non_null(f);
	assert_non_null(strstr(f->sql, "ci_pick"));
}

/* Keys in no order at all, at sizes down to the smallest: nothing is lost, nothing breaks. */
static void test_any_keys(void **state)
{
	static const char *const some[] = {"j", "k", "G", "g g", "Enter", "l", "h", "Space", "D", "Tab", "[", "]", "+", "-", "3", "0",
		"J", "K", "n", "F5", "Esc", "g c", "Ctrl-d", "H", "L"};
	static const int sizes[][2] = {{40, 10}, {80, 24}, {200, 60}};
	unsigned seed = 7;

	(void)state;
	for (int s = 0; s < 3; s++) {
		struct world *w = world_config(sizes[s][0], sizes[s][1], NULL);

		for (int i = 0; i < 300; i++) {
			struct fx *f;

			seed = seed * 1103515245u + 12345u;
			keys(w, some[seed / 65536 % (sizeof some / sizeof *some)]);
			f = find(w, REQ_BOARD);
			if (f && strstr(f->sql, "ci_pane_list"))
				answer_json(w, f->req, LIST);
			else if (f && strstr(f->sql, "ci_pane_page"))
				answer_json(w, f->req, PAGE);
			else if (f && strstr(f->sql, "ci_pane_impact"))
				answer_json(w, f->req, i % 2 ? IMPACT("-1") : IMPACT("3"));
			else if ((f = find(w, REQ_CI)))
				answer_json(w, f->req, f->req.arg ? NEAR : "{\"count\":9}");
			model_draw(w->m, w->s);
		}
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search, setup, teardown),
		cmocka_unit_test_setup_teardown(test_window, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_change, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_trail, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_impact, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_impact_types, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new_item, setup, teardown),
		cmocka_unit_test_setup_teardown(test_impact_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_item, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tickets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edit, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_query, setup, teardown),
		cmocka_unit_test_setup_teardown(test_alike, setup, teardown),
		cmocka_unit_test_setup_teardown(test_undo, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(test_the_verb_has_a_picker, setup, teardown),
		cmocka_unit_test(test_any_keys),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
