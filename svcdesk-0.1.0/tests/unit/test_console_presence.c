/* What a console says of itself: one small request every ten seconds, with the ticket one reads or writes on. */
#include "tests/lib/testlib.h"

#include <stdio.h>

#include "svcdesk/err.h"
#include "tests/unit/console_world.h"

static struct fx *timer_set(struct world *w)
{
	struct fx *last = NULL;
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_TIMER && w->fx->v[i].timer == TIMER_PRESENCE)
			last = &w->fx->v[i];
	return last;
}

static struct fx *said(struct world *w)
{
	begin(w);
	w->m->dirty = false;
	model_timer(w->m, TIMER_PRESENCE, w->fx);
	assert_false(w->m->dirty); /* nothing to paint: an idle screen sends no byte */
	return find(w, REQ_PRESENCE);
}

static void every_ten_seconds(void **state)
{
	struct world *w = *state;
	char console[64];
	struct fx *f = said(w);
	assert_non_null(f);
	assert_int_equal(f->flags, FX_FAST);
	assert_string_equal(f->params[2], "viewing");
	assert_int_equal(timer_set(w)->ms, 10000);
	snprintf(console, sizeof console, "%s", f->params[0]);
	answer(w, f->req, 0, 0, NULL, NULL);
	f = said(w);
	assert_string_equal(f->params[0], console); /* one console keeps one name */
}

static void the_ticket_that_is_written_on(void **state)
{
	struct world *w = *state;
	keys(w, "R");
	struct fx *f = said(w);
	assert_string_equal(f->params[1], "1");
	assert_string_equal(f->params[2], "writing");
	keys(w, "Esc");
	assert_string_equal(said(w)->params[2], "viewing");
}

static void a_server_that_takes_no_writes_is_not_asked_again(void **state)
{
	struct world *w = *state;
	struct fx *f = said(w);
	answer_error(w, f->req, SD_ERR_CONNECTION, "gone"); /* that passes */
	f = said(w);
	assert_non_null(f);
	answer_error(w, f->req, SD_ERR_INTERNAL, "cannot execute UPDATE in a read-only transaction");
	assert_true(timer_set(w)->ms < 0);
	assert_null(said(w));
	assert_false(on_screen(w, "read-only"));
}

static void nobody_is_there_while_it_is_locked_or_cut_off(void **state)
{
	struct world *w = *state;
	w->m->session.online = false;
	assert_null(said(w));
	assert_non_null(timer_set(w)); /* but it goes on after */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_ten_seconds, setup, teardown),
		cmocka_unit_test_setup_teardown(the_ticket_that_is_written_on, setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_takes_no_writes_is_not_asked_again, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_is_there_while_it_is_locked_or_cut_off, setup, teardown),
	};
	return TEST_MAIN(tests);
}
