/* Pages of the wall compared with tests/golden/wall, and what the wall does when: pages turn, a major incident takes over and
 * gives back, figures grow old, keys. */
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/err.h"
#include "svcdesk/locale.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "svcdesk/wall.h"
#include "tui/term/term.h"
#include "tui/wall/wall.h"

static char *fixture(const char *name)
{
	char path[400];
	snprintf(path, sizeof path, "%s/tests/unit/data/%s.json", SRCDIR, name);
	return test_read_file(path, NULL);
}

static void give(struct wall *w, const char *name)
{
	char *json = fixture(name);
	wall_answer(w, json, NULL);
	free(json);
}

static struct wall *make(const char *layout, int width, int height)
{
	struct sd_err err = {0};
	struct wall_layout *l = wall_layout_parse("test.wall", layout ? layout : wall_layout_default, &err);
	if (!l)
		fail_msg("%s", err.text);
	struct wall *w = wall_new(l, false, WALL_LIGHT_AUTO);
	wall_clock(w, 1000);
	wall_resize(w, width, height);
	wall_online(w, true, NULL);
	return w;
}

static void key(struct wall *w, const char *name, enum wall_does does)
{
	struct key k;
	const char *query = NULL;
	assert_true(key_parse(name, &k));
	assert_int_equal(wall_key(w, &k, &query), does);
}

static const char *page(const struct wall *w)
{
	return w->layout->page[w->page].name;
}

static void shot(struct wall *w, const char *name, bool elements)
{
	char file[120];
	struct surface *s = surface_new(w->w, w->h);
	wall_draw(w, s);
	char *text = golden_surface(s, elements);
	snprintf(file, sizeof file, "wall/%s", name);
	golden_check(file, text);
	free(text);
	surface_free(s);
}

/* ---- how it looks ---- */
static void every_page(int width, int height, const char *look)
{
	struct wall *w = make(NULL, width, height);
	char name[100];
	int first;
	give(w, "wall");
	wall_clock(w, 30000);
	w->read_ms = 30000; /* read now; the keys are told no more */
	first = w->page;
	do {
		snprintf(name, sizeof name, "%dx%d-%s%s", width, height, page(w), look);
		shot(w, name, width == 80 && !*look);
		key(w, "n", WALL_AGAIN);
		w->hint_ms = 0;
	} while (w->page != first);
	w->hand_ms = 0;
	give(w, "wall-major");
	assert_true(w->layout->page[w->page].major);
	snprintf(name, sizeof name, "%dx%d-%s%s", width, height, page(w), look);
	shot(w, name, width == 80 && !*look);
	wall_free(w);
}

static void pages_of_each_size(void **state)
{
	(void)state;
	every_page(80, 24, "");
	every_page(160, 50, "");
	every_page(300, 80, "");
}

static void pages_in_ascii(void **state)
{
	(void)state;
	glyphs_ascii(true);
	every_page(80, 24, "-ascii");
	every_page(160, 50, "-ascii");
	glyphs_ascii(false);
}

static void pages_in_chinese(void **state)
{
	(void)state;
	assert_true(sd_locale_start("zh_CN"));
	every_page(80, 24, "-zh");
	every_page(160, 50, "-zh");
	every_page(300, 80, "-zh");
	assert_true(sd_locale_start("en"));
}

static void an_empty_desk_on_a_standby(void **state)
{
	(void)state;
	struct wall *w = make(NULL, 80, 24);
	wall_clock(w, 30000);
	shot(w, "80x24-waiting", false);
	give(w, "wall-empty");
	shot(w, "80x24-empty", false);
	wall_free(w);
}

/* The figures one looks for are five rows high, and every row and column of a large screen is used. */
static void the_key_figures_are_high_and_the_screen_is_full(void **state)
{
	(void)state;
	struct wall *w = make(NULL, 80, 24);
	struct surface *s = surface_new(80, 24);
	int rows = 0, last = 0, right = 0;
	give(w, "wall");
	wall_draw(w, s);
	for (int y = 0; y < 24; y++) {
		bool figure = false;
		for (int x = 0; x < 80; x++)
			figure = figure || (surface_cell(s, x, y)->element >= EL_FIGURE && surface_cell(s, x, y)->element <= EL_FIGURE_BAD &&
								   !strcmp(surface_cell(s, x, y)->text, "█"));
		rows = figure ? rows + 1 : 0;
		last = rows > last ? rows : last;
	}
	assert_true(last >= 5);
	surface_resize(s, 300, 80);
	wall_resize(w, 300, 80);
	wall_draw(w, s);
	for (int y = 0; y < 80; y++)
		for (int x = 0; x < 300; x++)
			if (strcmp(surface_cell(s, x, y)->text, " ") != 0) {
				right = x > right ? x : right;
				last = y;
			}
	assert_true(right >= 297 && last >= 78);
	surface_free(s);
	wall_free(w);
}

/* ---- what it does when ---- */
static void pages_turn_by_themselves(void **state)
{
	(void)state;
	struct wall *w = make("[wall]\nrotate = 10\n[page a]\nrow = * open\n[page b]\nseconds = 3\nrow = * age\n", 80, 24);
	give(w, "wall");
	assert_string_equal(page(w), "a");
	assert_true(wall_next(w) <= 10000);
	wall_clock(w, 10999);
	assert_string_equal(page(w), "a");
	wall_clock(w, 11000);
	assert_string_equal(page(w), "b");
	wall_clock(w, 14000);
	assert_string_equal(page(w), "a");
	key(w, " ", WALL_AGAIN); /* held */
	wall_clock(w, 99000);
	assert_string_equal(page(w), "a");
	key(w, " ", WALL_AGAIN);
	wall_clock(w, 109000);
	assert_string_equal(page(w), "b");
	key(w, "n", WALL_AGAIN); /* by hand it stays for a minute */
	assert_string_equal(page(w), "a");
	wall_clock(w, 168000);
	assert_string_equal(page(w), "a");
	wall_clock(w, 169000);
	assert_string_equal(page(w), "b");
	key(w, "Left", WALL_AGAIN);
	assert_string_equal(page(w), "a");
	key(w, "q", WALL_LEAVE);
	key(w, "Esc", WALL_LEAVE);
	wall_free(w);
}

static void a_major_incident_takes_over_and_gives_back(void **state)
{
	(void)state;
	struct wall *w = make(NULL, 80, 24);
	give(w, "wall");
	key(w, "n", WALL_AGAIN);
	assert_string_equal(page(w), "flow");
	give(w, "wall-major");
	assert_string_equal(page(w), "flow"); /* somebody is at the keys */
	wall_clock(w, 62000);
	assert_string_equal(page(w), "major");
	assert_true(wall_next(w) <= 1000); /* it counts down */
	key(w, "n", WALL_AGAIN);
	assert_string_not_equal(page(w), "major");
	wall_clock(w, 130000);
	assert_string_equal(page(w), "major");
	give(w, "wall");
	assert_string_equal(page(w), "now");
	wall_free(w);
}

/* Without a page for it the banner says it over each page. */
static void a_layout_without_a_page_for_it_has_the_banner(void **state)
{
	(void)state;
	struct wall *w = make("[page a]\nrow = * open\n", 80, 24);
	struct surface *s = surface_new(80, 24);
	give(w, "wall-major");
	wall_draw(w, s);
	assert_int_equal(surface_cell(s, 2, 1)->element, EL_BANNER);
	surface_free(s);
	wall_free(w);
}

static void a_lost_line_keeps_the_figures_and_says_how_old_they_are(void **state)
{
	(void)state;
	bool force, slow;
	struct wall *w = make(NULL, 80, 24);
	assert_true(wall_wants(w, &force, &slow));
	assert_true(force && slow);
	wall_asked(w);
	assert_false(wall_wants(w, &force, &slow));
	give(w, "wall");
	wall_clock(w, 2500);
	assert_false(wall_wants(w, &force, &slow));
	wall_clock(w, 3000);
	assert_true(wall_wants(w, &force, &slow));
	assert_false(force || slow);
	wall_asked(w);
	wall_online(w, false, "the server has gone");
	wall_clock(w, 45000);
	assert_false(wall_wants(w, &force, &slow));
	shot(w, "80x24-lost", false);
	wall_clock(w, 200000);
	assert_true(wall_next(w) <= 1000);
	wall_online(w, true, NULL);
	assert_true(wall_wants(w, &force, &slow)); /* at once */
	assert_true(force && slow);
	for (int i = 0; i < 9; i++) { /* refused again and again: asked more and more rarely */
		wall_asked(w);
		wall_answer(w, NULL, "too slow");
	}
	wall_clock(w, 200000 + 31000);
	assert_false(wall_wants(w, &force, &slow));
	wall_clock(w, 200000 + 32000);
	assert_true(wall_wants(w, &force, &slow));
	wall_answer(w, "{\"live\": 1}", NULL); /* an answer of another program */
	assert_true(*w->trouble);
	assert_int_equal(w->data->live.total.n, 214);
	wall_free(w);
}

static void day_and_night(void **state)
{
	(void)state;
	struct wall *w = make("[wall]\nzone = Asia/Shanghai\nday = 08:00-17:30\nday-theme = light\n[page a]\nrow = * open\n", 80, 24);
	assert_null(wall_theme(w)); /* nobody knows the time yet */
	give(w, "wall");            /* 09:41 UTC */
	assert_string_equal(wall_theme(w), "night");
	key(w, "t", WALL_THEME);
	assert_string_equal(wall_theme(w), "light");
	key(w, "t", WALL_THEME);
	assert_string_equal(wall_theme(w), "night");
	wall_free(w);
	w = make("[wall]\nday = 22:00-06:00\n[page a]\nrow = * open\n", 80, 24);
	give(w, "wall");
	assert_string_equal(wall_theme(w), "night");
	wall_free(w);
	w = make("[wall]\nday = none\n[page a]\nrow = * open\n", 80, 24);
	give(w, "wall");
	assert_null(wall_theme(w));
	wall_free(w);
}

static void digits_lead_to_tickets_from_the_console(void **state)
{
	(void)state;
	struct wall *w = make(NULL, 80, 24);
	struct key k;
	const char *query = NULL;
	give(w, "wall");
	assert_true(key_parse("2", &k));
	assert_int_equal(wall_key(w, &k, &query), WALL_AGAIN);
	w->inside = true;
	assert_int_equal(wall_key(w, &k, &query), WALL_DRILL);
	assert_string_equal(query, "state:open assignee:none sort:opened");
	assert_true(key_parse("9", &k));
	assert_int_equal(wall_key(w, &k, &query), WALL_AGAIN); /* the page has no ninth */
	wall_free(w);
}

/* What a digit leads to is a query. */
static void the_queries_of_widgets_are_understood(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	for (int i = 0; i < WALL_KINDS; i++) {
		struct sd_err err = {0};
		if (wall_kinds[i].query && !sd_query_parse(a, wall_kinds[i].query, NULL, 0, &err))
			fail_msg("%s: %s", wall_kinds[i].name, err.text);
	}
	sd_arena_free(a);
}

static void what_is_asked(void **state)
{
	(void)state;
	struct wall *w = make(
		"[wall]\ngroup = Network, Service desk\n[page a]\nrow = * open first\n[widget first]\nkind = metric\nmetric = mtta\n", 80,
		24);
	char *text = wall_request(w, "zh_CN", true);
	assert_string_equal(text,
		"{\"lang\":\"zh_CN\",\"parts\":[\"live\",\"slow\"],\"groups\":[\"Network\",\"Service desk\"],\"metrics\":[\"mtta\"]}");
	free(text);
	wall_free(w);
}

/* ---- layouts ---- */
static void refused(const char *text, const char *why)
{
	struct sd_err err = {0};
	struct wall_layout *l = wall_layout_parse("my.wall", text, &err);
	if (l)
		fail_msg("taken: %s", text);
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void errors_say_where_and_how_to_mend(void **state)
{
	(void)state;
	refused("", "there is no page");
	refused("row = * open\n", "my.wall:1: before the first line");
	refused("[wall]\n\n[pages]\n", "my.wall:3: there is no section [pages]; there are [wall], [page NAME] and [widget NAME]");
	refused("[wall]\nrotat = 2\n", "my.wall:2: [wall] knows no \"rotat\"; it knows title, rotate, refresh");
	refused("[wall]\nrotate = fast\n", "my.wall:2: \"fast\" is no number from 0 to 86400");
	refused("[wall]\nrefresh = 0\n", "no number from 1 to 60");
	refused("[wall]\nzone = Mars/Olympus\n", "there is no time zone \"Mars/Olympus\"");
	refused("[wall]\nday = 7-19\n", "is no part of a day; one is 07:00-19:00");
	refused("[wall]\nday = 07:00-25:00\n", "is no part of a day");
	refused("[wall]\nstyle = dots\n", "none of blocks, braille");
	refused("[page a]\nrow = 5 opne\n", "my.wall:2: there is no widget \"opne\"; there are open, unassigned");
	refused("[page a]\nrow = open\n", "my.wall:2: \"open\" is no number");
	refused("[page a]\nrow = 5\n", "a row is its height and widgets");
	refused("[page a]\nrow = 5 open:0\n", "\"0\" is no number from 1 to 99");
	refused("[page a]\nfrom = large\nrow = * open\n", "is no size of a screen; one is 120x40");
	refused("[page a]\ntitle = x\n", "page a has no rows");
	refused("[page a]\nrow = * open\n[page a]\n", "there is a page \"a\" already");
	refused("[page a]\nrow = * mine\n[widget mine]\ntitle = x\n", "widget mine: say which kind it is");
	refused("[page a]\nrow = * mine\n[widget mine]\nkind = query\n", "say which tickets: query =");
	refused("[page a]\nrow = * mine\n[widget mine]\nkind = query\nquery = stat:open\n", "my.wall:5: ");
	refused("[page a]\nrow = * metric\n", "say which metric: metric = fcr");
	refused("[page a]\nrow = * age\n[widget age]\nwarn = 5\n", "has no such option");
	refused("[page a]\nmajor = perhaps\n", "none of no, yes");
	refused("[page a\n", "a section ends with ]");
	refused("[page a]\nrow\n", "neither a [section] nor word = value");
}

static void a_layout_of_ones_own(void **state)
{
	(void)state;
	struct wall *w = make(
		"# ours\n[wall]\ntitle = 网络组\nstyle = braille\n[page a]\ntitle = One\nrow = 9 vip open:2\n"
		"row = *3 flow forecast\nrow = *1 note clock\n[widget vip]\nkind = query\nquery = tag:vip state:open\nwarn = 3\nbad = "
		"6\n[widget open]\nbad = 100\n[widget note]\nkind = text\ntitle =\ntext = Call 555 first.\\n先打 555。\n",
		100, 40);
	give(w, "wall");
	w->hint_ms = 0;
	for (size_t i = 0; i < w->layout->nspecs; i++)
		if (!strcmp(w->layout->spec[i].name, "vip"))
			w->count[i].n = 4;
	shot(w, "100x40-own", true);
	wall_free(w);
}

/* Any layout that is taken can be drawn on any screen. */
static void any_size(void **state)
{
	(void)state;
	struct rng g = rng_new(5);
	struct wall *w = make(NULL, 80, 24);
	struct surface *s = surface_new(80, 24);
	w->inside = true;
	for (unsigned i = test_rounds(150); i > 0; i--) {
		int width = 1 + (int)rng_below(&g, 320), height = 1 + (int)rng_below(&g, 90);
		give(w, i % 3 == 0 ? "wall-major" : i % 3 == 1 ? "wall" : "wall-empty");
		wall_resize(w, width, height);
		surface_resize(s, width, height);
		for (unsigned n = rng_below(&g, 6); n > 0; n--)
			key(w, "n", WALL_AGAIN);
		wall_clock(w, w->ms + rng_below(&g, 90000));
		wall_draw(w, s);
	}
	surface_free(s);
	wall_free(w);
}

int main(void)
{
	sd_locale_start("en");
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_of_each_size),
		cmocka_unit_test(pages_in_ascii),
		cmocka_unit_test(pages_in_chinese),
		cmocka_unit_test(an_empty_desk_on_a_standby),
		cmocka_unit_test(the_key_figures_are_high_and_the_screen_is_full),
		cmocka_unit_test(pages_turn_by_themselves),
		cmocka_unit_test(a_major_incident_takes_over_and_gives_back),
		cmocka_unit_test(a_layout_without_a_page_for_it_has_the_banner),
		cmocka_unit_test(a_lost_line_keeps_the_figures_and_says_how_old_they_are),
		cmocka_unit_test(day_and_night),
		cmocka_unit_test(digits_lead_to_tickets_from_the_console),
		cmocka_unit_test(the_queries_of_widgets_are_understood),
		cmocka_unit_test(what_is_asked),
		cmocka_unit_test(errors_say_where_and_how_to_mend),
		cmocka_unit_test(a_layout_of_ones_own),
		cmocka_unit_test(any_size),
	};
	return TEST_MAIN(tests);
}
