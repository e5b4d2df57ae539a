/* When the console locks, and what stays as it was behind the lock. */
#include "tests/lib/testlib.h"

#include <stdlib.h>

#include "svcdesk/cfg.h"
#include "svcdesk/draft.h"
#include "tests/unit/console_world.h"
#include "tui/app/lock.h"

static struct fx *lock_timer_set(struct world *w)
{
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_TIMER && w->fx->v[i].timer == TIMER_LOCK)
			return &w->fx->v[i];
	return NULL;
}

static void the_idle_time_begins_with_each_key(void **state)
{
	struct world *w = *state;
	struct sd_cfg *cfg = sd_cfg_new();
	struct sd_err err = {0};
	w->m->env.cfg = cfg;
	keys(w, "j");
	assert_null(lock_timer_set(w)); /* 0: never */
	assert_true(sd_cfg_set(cfg, "lock-after", "7", "test", &err));
	keys(w, "j");
	assert_non_null(lock_timer_set(w));
	assert_int_equal(lock_timer_set(w)->ms, 7 * 60000);
	begin(w);
	model_timer(w->m, TIMER_LOCK, w->fx);
	assert_non_null(effect(w, FX_LOCK));
	w->m->env.cfg = NULL;
	sd_cfg_free(cfg);
}

static void what_was_typed_is_kept_and_comes_back(void **state)
{
	struct world *w = *state;
	keys(w, "R");
	type(w, "half a thought");
	begin(w);
	lock_on(w->m, LOCK_PASSWORD, w->fx);
	struct fx *f = effect(w, FX_DRAFT_SAVE);
	assert_non_null(f);
	assert_string_equal(f->draft->body, "half a thought");
	assert_false(on_screen(w, "half a thought"));
	assert_false(on_screen(w, "INC1"));
	type(w, "secret");
	keys(w, "Ctrl-z");
	assert_null(effect(w, FX_SUSPEND));
	assert_false(on_screen(w, "secret"));
	keys(w, "Enter");
	f = effect(w, FX_UNLOCK);
	assert_non_null(f);
	assert_string_equal(f->text, "secret");
	check_screen(w, "svcdesk is locked");
	begin(w);
	lock_answer(w->m, true, w->fx);
	check_screen(w, "half a thought");
	lock_on(w->m, LOCK_HIDE, w->fx); /* what any key opens is not called locked */
	check_screen(w, "svcdesk is hidden");
	assert_false(on_screen(w, "svcdesk is locked"));
}

static void each_wrong_try_costs_more(void **state)
{
	struct world *w = *state;
	static const int seconds[] = {1, 2, 4, 8, 16, 30, 30};
	begin(w);
	lock_on(w->m, LOCK_PASSWORD, w->fx);
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		type(w, "x");
		keys(w, "Enter");
		assert_non_null(effect(w, FX_UNLOCK));
		keys(w, "Enter"); /* while that is looked at */
		assert_null(effect(w, FX_UNLOCK));
		begin(w);
		lock_answer(w->m, false, w->fx);
		assert_int_equal(lock_timer_set(w)->ms, seconds[i] * 1000);
		keys(w, "Enter"); /* too early */
		assert_null(effect(w, FX_UNLOCK));
		w->ms += seconds[i] * 1000 + 1;
		begin(w);
		model_clock(w->m, w->ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_idle_time_begins_with_each_key, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_typed_is_kept_and_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(each_wrong_try_costs_more, setup, teardown),
	};
	return TEST_MAIN(tests);
}
