/* :set and :theme in the console. */
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/cfg.h"
#include "tests/unit/console_world.h"

static void begin_with(struct world *w, struct sd_cfg *cfg)
{
	w->m->env.cfg = cfg;
}

static void run(struct world *w, const char *line)
{
	keys(w, ":");
	type(w, line);
	keys(w, "Enter");
}

static void an_option_is_changed_for_the_session(void **state)
{
	struct world *w = *state;
	struct sd_cfg *cfg = sd_cfg_new();
	begin_with(w, cfg);
	run(w, "set mouse=off");
	struct fx *f = effect(w, FX_SET);
	assert_non_null(f);
	assert_string_equal(f->params[0], "mouse");
	assert_string_equal(f->text, "off");
	check_screen(w, "for this session; to keep it write that into");
	w->m->env.cfg = NULL;
	sd_cfg_free(cfg);
}

static void what_cannot_be_is_said(void **state)
{
	struct world *w = *state;
	struct sd_cfg *cfg = sd_cfg_new();
	begin_with(w, cfg);
	run(w, "set mouse=perhaps");
	assert_null(effect(w, FX_SET));
	check_screen(w, "yes or no");
	run(w, "set moose=yes");
	check_screen(w, "did you mean mouse?");
	run(w, "set restore=no");
	assert_null(effect(w, FX_SET));
	check_screen(w, "read at the start");
	w->m->env.cfg = NULL;
	sd_cfg_free(cfg);
}

static void all_options_with_their_sources(void **state)
{
	struct world *w = *state;
	struct sd_cfg *cfg = sd_cfg_new();
	struct sd_err err = {0};
	assert_true(sd_cfg_set(cfg, "theme", "light", "/etc/svcdesk/config", &err));
	begin_with(w, cfg);
	run(w, "set");
	check_screen(w, "theme = light");
	check_screen(w, "/etc/svcdesk/config");
	check_screen(w, "mouse = yes");
	check_screen(w, "built in");
	keys(w, "Esc");
	run(w, "set theme?");
	check_screen(w, "theme = light  (from: /etc/svcdesk/config)");
	w->m->env.cfg = NULL;
	sd_cfg_free(cfg);
}

static void themes_are_seen_as_the_cursor_moves(void **state)
{
	struct world *w = *state;
	struct sd_cfg *cfg = sd_cfg_new();
	char *dir = test_make_dir(), path[600];
	snprintf(path, sizeof path, "%s/svcdesk", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/svcdesk/themes", dir);
	assert_int_equal(symlink(SRCDIR "/themes", path), 0);
	setenv("XDG_CONFIG_HOME", dir, 1);
	begin_with(w, cfg);
	run(w, "theme");
	check_screen(w, "high-contrast");
	keys(w, "j"); /* from auto to the first */
	assert_non_null(effect(w, FX_THEME));
	assert_string_equal(effect(w, FX_THEME)->text, "16-colour");
	keys(w, "Esc");
	assert_string_equal(effect(w, FX_THEME)->text, "auto"); /* taken back */
	run(w, "theme");
	keys(w, "j");
	keys(w, "Enter");
	assert_string_equal(effect(w, FX_SET)->text, "16-colour");
	check_screen(w, "to keep it write that into");
	unlink(path);
	unsetenv("XDG_CONFIG_HOME");
	test_remove_dir(dir);
	w->m->env.cfg = NULL;
	sd_cfg_free(cfg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_option_is_changed_for_the_session, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_is_said, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(all_options_with_their_sources, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(themes_are_seen_as_the_cursor_moves, setup_wide, teardown),
	};
	return TEST_MAIN(tests);
}
