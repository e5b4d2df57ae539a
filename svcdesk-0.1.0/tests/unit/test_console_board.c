/* Pages of figures in the console: the dashboard and the analysis. How they are asked for, how one moves in them, where a figure
 * leads and how one comes back. */
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
#include "tui/pane/analysis.h"
#include "tui/pane/dashboard.h"

static char *file(const char *name)
{
	char path[256];
	struct sd_str s = {0};
	char buf[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, SRCDIR "/tests/unit/data/%s", name);
	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	fclose(f);
	return sd_str_take(&s);
}

static void feed(struct world *w)
{
	static const char *const cols[] = {"now", "epoch", "x", "seq", "ticket_id"};
	const char *const row[] = {"1772445610000000", "1", "900", "7", "3"};

	answer(w, (struct req){REQ_FEED, 0, 0, 0}, 1, 5, cols, row);
}

static void given(struct world *w, const char *name)
{
	struct fx *f = find(w, REQ_BOARD);
	char *json = file(name);

	assert_non_null(f);
	answer_json(w, f->req, json);
	free(json);
	model_draw(w->m, w->s);
}

static void open_dashboard(struct world *w)
{
	keys(w, "g b");
	assert_int_equal(board_shown(w->m), BOARD_DASHBOARD);
	given(w, "dashboard.json");
}

static const struct figure *at(struct world *w)
{
	return page_here(&board_get(w->m, board_shown(w->m))->page);
}

static void test_asked(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "g b");
	f = find(w, REQ_BOARD);
	assert_non_null(f);
	assert_true(f->flags & FX_ASIDE); /* nobody waits behind it */
	assert_string_equal(f->params[0], "");
	assert_string_equal(f->params[1], "day");
	check_screen(w, "Reading ...");
	given(w, "dashboard.json");
	check_screen(w, "Dashboard  2026-03");
	check_screen(w, "as of 10:00:00");
	/* another period: the neighbours are those the desk names */
	keys(w, "p");
	f = find(w, REQ_BOARD);
	assert_string_equal(f->params[0], "2026-02");
	check_screen(w, "reading ...");
	check_screen(w, "57"); /* what was read before stays */
	keys(w, "P");          /* two at once: nobody waits for the first any more */
	assert_non_null(effect(w, FX_CANCEL));
	assert_string_equal(find(w, REQ_BOARD)->params[0], "2026-04");
	keys(w, "t");
	assert_string_equal(find(w, REQ_BOARD)->params[1], "week");
	given(w, "dashboard.json");
	type(w, ":period last-week");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "last-week");
	type(w, ":dashboard 2026-01");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_BOARD)->params[0], "2026-01");
	keys(w, "e"); /* what is shown stands in the line */
	check_screen(w, ":period 2026-03");
	keys(w, "Esc");
	/* left: what is on its way is given up */
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	assert_non_null(effect(w, FX_CANCEL));
}

/* What is shown is read again when the desk changes, but not more often than every few seconds; while nobody looks, not at all.
 */
static void test_refresh(void **state)
{
	struct world *w = *state;
	struct req late;

	open_dashboard(w);
	feed(w);
	assert_null(find(w, REQ_BOARD));
	assert_non_null(effect(w, FX_TIMER));
	w->ms += BOARD_EVERY_MS;
	begin(w);
	model_timer(w->m, TIMER_BOARD, w->fx);
	assert_non_null(find(w, REQ_BOARD));
	late = find(w, REQ_BOARD)->req;
	w->ms += BOARD_EVERY_MS;
	feed(w); /* one is on its way: it is not asked for twice */
	assert_null(find(w, REQ_BOARD));
	answer_error(w, late, SD_ERR_TIMEOUT, "took too long");
	check_screen(w, "not read again");
	check_screen(w, "57");
	w->ms += BOARD_EVERY_MS;
	begin(w);
	model_timer(w->m, TIMER_BOARD, w->fx);
	given(w, "dashboard.json");
	assert_false(on_screen(w, "not read again"));
	keys(w, "Esc");
	w->ms += BOARD_EVERY_MS;
	feed(w);
	assert_null(find(w, REQ_BOARD));
	answer_error(w, late, SD_ERR_TIMEOUT, "took too long"); /* too late to matter */
}

static void test_broken(void **state)
{
	struct world *w = *state;

	keys(w, "g b");
	answer_json(w, find(w, REQ_BOARD)->req, "[1]");
	check_screen(w, "not understood");
	keys(w, "j l Enter Tab");
	answer_json(w, board_req(board_get(w->m, BOARD_DASHBOARD)), "{}");
	check_screen(w, "Dashboard");
	keys(w, "j l G g g Tab H M L Ctrl-d Ctrl-e z z");
	keys(w, "g a");
	answer_json(w, find(w, REQ_BOARD)->req, "{}");
	check_screen(w, "Nothing was opened");
	keys(w, "j l G g g Tab H M L Ctrl-d Ctrl-e z z");
}

/* Every figure is reached by j k h l and by Tab; the cursor is on it. */
static void test_reached(void **state)
{
	struct world *w = *state;
	struct board *b;
	size_t n, seen = 0;
	char *was;

	open_dashboard(w);
	b = board_get(w->m, BOARD_DASHBOARD);
	n = b->page.n;
	assert_true(n > 60);
	assert_string_equal(at(w)->id, "tile.open");
	was = sd_strdup(at(w)->id);
	do {
		keys(w, "Tab");
		seen++;
	} while (strcmp(at(w)->id, was) != 0);
	free(was);
	assert_int_equal(seen, n); /* each once, round the end */
	keys(w, "Shift-Tab");
	assert_string_equal(at(w)->id, b->page.v[b->page.n - 1].id);
	keys(w, "g g l l");
	assert_string_equal(at(w)->id, "tile.at_risk");
	keys(w, "h h h");
	assert_string_equal(at(w)->id, "tile.open");
	for (size_t i = 0; i < 60; i++)
		keys(w, "j");
	assert_int_equal(at(w)->y, b->page.v[b->page.n - 1].y); /* downwards one comes to the end */
	for (size_t i = 0; i < 60; i++)
		keys(w, "k");
	assert_int_equal(at(w)->y, b->page.v[0].y);
	keys(w, "G");
	assert_string_equal(at(w)->id, b->page.v[b->page.n - 1].id);
	type(w, "/MTTR");
	keys(w, "Enter");
	assert_string_equal(at(w)->id, "metric.mttr");
	keys(w, "n");
	assert_string_equal(at(w)->id, "metric.mttr.p50");
	keys(w, "Esc");
}

/* A refresh puts no other figure under the cursor; one that is gone leaves it near. */
static void test_stays(void **state)
{
	struct world *w = *state;
	char *json = file("dashboard.json"), *gone;

	open_dashboard(w);
	page_select(&board_get(w->m, BOARD_DASHBOARD)->page, "risk.INC100007.response");
	keys(w, "F5");
	gone = strstr(json, "INC100007");
	assert_non_null(gone);
	memcpy(gone, "INC100009", 9);
	answer_json(w, find(w, REQ_BOARD)->req, json);
	free(json);
	model_draw(w->m, w->s);
	assert_string_equal(at(w)->id, "risk.INC100009.response");
	page_select(&board_get(w->m, BOARD_DASHBOARD)->page, "metric.fcr");
	keys(w, "F5");
	given(w, "dashboard.json");
	assert_string_equal(at(w)->id, "metric.fcr");
}

static void rows_of_drill(struct world *w)
{
	struct fx *f = find(w, REQ_PAGE);

	assert_non_null(f);
	rows(w, f->req, four, 2);
	model_draw(w->m, w->s);
}

/* One key leads to the tickets, with the query in sight; Esc and [ come back to the same figure. */
static void test_drill(void **state)
{
	struct world *w = *state;

	open_dashboard(w);
	page_select(&board_get(w->m, BOARD_DASHBOARD)->page, "share.priority.2.resolution.missed");
	keys(w, "Enter");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	assert_string_equal(w->m->queue->filter, "metric:resolution_attainment@2026-03@missed@priority=2");
	check_screen(w, "resolution_attainment@2026-03@missed");
	rows_of_drill(w);
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_DASHBOARD);
	assert_string_equal(at(w)->id, "share.priority.2.resolution.missed");
	given(w, "dashboard.json");
	assert_string_equal(at(w)->id, "share.priority.2.resolution.missed");
	/* by its number, from everywhere on the page */
	keys(w, "2");
	assert_string_equal(w->m->queue->filter, "state:open assignee:none");
	rows_of_drill(w);
	keys(w, "[");
	assert_int_equal(board_shown(w->m), BOARD_DASHBOARD);
	assert_string_equal(at(w)->id, "tile.unassigned");
	given(w, "dashboard.json");
	keys(w, "]");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	assert_string_equal(w->m->queue->filter, "state:open assignee:none");
	keys(w, "[");
	given(w, "dashboard.json");
	keys(w, "9");
	check_screen(w, "No figure here has the number 9");
	/* a row of a list: the cursor goes to its ticket */
	page_select(&board_get(w->m, BOARD_DASHBOARD)->page, "risk.INC100002.resolution");
	keys(w, "Enter");
	assert_string_equal(w->m->queue->filter, "metric:at_risk sort:due");
	rows_of_drill(w);
	assert_int_equal(queue_selected(w->m->queue), 2);
	/* from the ticket two steps back */
	keys(w, "Enter Esc Esc");
	assert_int_equal(board_shown(w->m), BOARD_DASHBOARD);
	given(w, "dashboard.json");
	/* and from there to what the queue showed at first */
	keys(w, "Esc");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
	assert_string_equal(w->m->queue->filter, "");
	assert_string_equal(w->m->queue->view_id, "mine");
	/* a filter of one's own is no figure's: Esc takes it away as ever */
	type(w, ":filter priority:1");
	keys(w, "Enter Esc");
	assert_string_equal(w->m->queue->filter, "");
	assert_int_equal(board_shown(w->m), BOARD_NONE);
}

static void test_breakdown(void **state)
{
	struct world *w = *state;

	open_dashboard(w);
	page_select(&board_get(w->m, BOARD_DASHBOARD)->page, "share.priority.1.response");
	model_draw(w->m, w->s);
	check_screen(w, "Attainment by priority");
	keys(w, "b");
	assert_null(find(w, REQ_BOARD)); /* it is all there */
	check_screen(w, "Attainment by group");
	keys(w, "b b");
	check_screen(w, "Attainment by customer");
	keys(w, "b");
	check_screen(w, "Attainment by priority");
}

/* Countdowns go on without a question to the desk; one whose calendar is closed stands still. */
static void test_countdown(void **state)
{
	struct world *w = *state;

	open_dashboard(w);
	w->m->base_now = w->m->boards ? ((struct dashboard *)board_get(w->m, BOARD_DASHBOARD))->data->now : 0;
	w->m->base_ms = w->ms;
	begin(w);
	model_draw(w->m, w->s);
	check_screen(w, "10m12");
	check_screen(w, "2h00");
	check_screen(w, "!-12m34");
	w->ms += 12000 - 10;
	begin(w);
	model_timer(w->m, TIMER_BOARD_TICK, w->fx);
	assert_null(find(w, REQ_BOARD));
	assert_true(w->m->dirty);
	model_draw(w->m, w->s);
	check_screen(w, "10m00");
	check_screen(w, "2h00");
	check_screen(w, "!-12m46");
}

static void test_empty(void **state)
{
	struct world *w = *state;

	keys(w, "g b");
	answer_json(w, find(w, REQ_BOARD)->req, "{\"now\":\"2026-03-02T10:00:00Z\",\"period\":{\"text\":\"2026-03\"}}");
	check_screen(w, "svcdesk sla policy add");
}

static void test_analysis(void **state)
{
	struct world *w = *state;
	struct fx *f;

	keys(w, "g a");
	f = find(w, REQ_BOARD);
	assert_non_null(f);
	assert_string_equal(f->params[2], "service");
	assert_string_equal(f->params[3], "both");
	given(w, "pareto.json");
	check_screen(w, "3 of 6 make 80 %; Mail alone 40.0 %");
	check_screen(w, "+33 %");
	check_screen(w, "80 %: what stands above makes it");
	keys(w, "1");
	assert_string_equal(w->m->queue->filter, "metric:opened@2026-03 service:Mail kind:incident,complaint");
	rows_of_drill(w);
	keys(w, "Esc");
	given(w, "pareto.json");
	assert_string_equal(at(w)->id, "row.1");
	keys(w, "j l l Enter"); /* what the first two make together */
	assert_string_equal(w->m->queue->filter,
		"metric:opened@2026-03 (( service:Mail kind:incident,complaint) or ( service:VPN kind:incident,complaint))");
	rows_of_drill(w);
	keys(w, "Esc");
	given(w, "pareto.json");
	keys(w, "l Enter");
	assert_string_equal(w->m->queue->filter, "metric:opened@2026-02 service:VPN kind:incident,complaint");
	rows_of_drill(w);
	keys(w, "[");
	given(w, "pareto.json");
	keys(w, "b");
	assert_string_equal(find(w, REQ_BOARD)->params[2], "ci");
	check_screen(w, "by service"); /* until the other has come */
	given(w, "pareto.json");
	keys(w, "i");
	assert_string_equal(find(w, REQ_BOARD)->params[3], "incident");
	given(w, "pareto.json");
	keys(w, "c");
	check_screen(w, ":compare 2026-02");
	keys(w, "Ctrl-u");
	type(w, "compare 2025-03");
	keys(w, "Enter");
	assert_string_equal(find(w, REQ_BOARD)->params[1], "2025-03");
	given(w, "pareto.json");
	type(w, ":analysis 2026-W10 2026-W09");
	keys(w, "Enter");
	f = find(w, REQ_BOARD);
	assert_string_equal(f->params[0], "2026-W10");
	assert_string_equal(f->params[1], "2026-W09");
}

/* Nothing is cut at any size that the console has, and nothing falls over below it. */
static void test_sizes(void **state)
{
	(void)state;
	for (int width = 20; width <= 320; width += 20) {
		for (int height = 6; height <= 84; height += 6) {
			struct world *w = world_config(width, height, NULL);

			keys(w, "g b");
			given(w, "dashboard.json");
			keys(w, "Tab j l G k h g g b b");
			if (width >= 40 && height >= 12)
				check_screen(w, "57");
			keys(w, "g a");
			given(w, "pareto.json");
			keys(w, "Tab j l G k h g g");
			if (width >= 40 && height >= 12)
				check_screen(w, "40.0 %");
			world_end(w);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refresh, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reached, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_drill, setup, teardown),
		cmocka_unit_test_setup_teardown(test_breakdown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_countdown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_analysis, setup, teardown), cmocka_unit_test(test_sizes)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
