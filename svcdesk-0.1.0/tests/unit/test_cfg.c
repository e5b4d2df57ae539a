/* Options: types, bounds, files, sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"

static void write_file(char *path, const char *text)
{
	strcpy(path, "/tmp/svcdesk-cfg-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void test_defaults(void **state)
{
	(void)state;
	struct sd_err err = {0};
	struct sd_cfg *c = sd_cfg_new();
	assert_int_equal(sd_cfg_int(c, "escape-delay"), 25);
	assert_string_equal(sd_cfg_text(c, "theme"), "auto");
	assert_string_equal(sd_cfg_text(c, "db"), "");
	assert_true(sd_cfg_bool(c, "mouse"));
	/* every default must pass its own check */
	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		assert_true(sd_cfg_set(c, sd_cfg_options[i].name, sd_cfg_options[i].initial, "test", &err));
		assert_string_equal(sd_cfg_source(c, sd_cfg_options[i].name), "test");
	}
	sd_cfg_free(c);
}

static void test_values(void **state)
{
	(void)state;
	static const struct {
		const char *name, *value, *part; /* part NULL: accepted */
	} tries[] = {{"escape-delay", "50", NULL}, {"escape-delay", "0", "1 to 1000"}, {"escape-delay", "5x", "1 to 1000"},
		{"escape-delay", "99999999999999999999", "1 to 1000"}, {"mouse", "OFF", NULL}, {"mouse", "perhaps", "yes or no"},
		{"color", "never", NULL}, {"color", "sometimes", "auto, always, never"}, {"them", "light", "did you mean theme?"},
		{"qqqqqq", "1", "svcdesk config"}};
	struct sd_cfg *c = sd_cfg_new();
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct sd_err err = {0};
		bool ok = sd_cfg_set(c, tries[i].name, tries[i].value, "test", &err);
		assert_int_equal(ok, tries[i].part == NULL);
		if (!ok)
			assert_non_null(strstr(err.text, tries[i].part));
	}
	assert_false(sd_cfg_bool(c, "mouse"));
	assert_int_equal(sd_cfg_int(c, "escape-delay"), 50);
	sd_cfg_free(c);
}

static void test_files(void **state)
{
	(void)state;
	char path[64];
	struct sd_err err = {0};
	const char *section, *name, *value;
	struct sd_cfg *c = sd_cfg_new();
	write_file(path, "# mine\ntheme = light\nescape-delay=40 ; ms\n[keys]\nqueue.take = t\nx = y\n");
	assert_true(sd_cfg_load_file(c, path, &err));
	assert_string_equal(sd_cfg_text(c, "theme"), "light");
	assert_string_equal(sd_cfg_source(c, "theme"), path);
	assert_int_equal(sd_cfg_int(c, "escape-delay"), 40);
	assert_true(sd_cfg_entry(c, 0, &section, &name, &value));
	assert_string_equal(section, "keys");
	assert_string_equal(name, "queue.take");
	assert_string_equal(value, "t");
	assert_true(sd_cfg_entry(c, 1, &section, &name, &value));
	assert_false(sd_cfg_entry(c, 2, &section, &name, &value));
	unlink(path);
	write_file(path, "theme = light\nmouse = perhaps\n");
	assert_false(sd_cfg_load_file(c, path, &err));
	assert_non_null(strstr(err.text, ":2: "));
	assert_non_null(strstr(err.text, "yes or no"));
	unlink(path);
	/* in a section such a line is handed on with its place: who the section is for says that it is wrong */
	write_file(path, "theme = light\n[keys]\nnonsense here\nx = y\n  z\n");
	sd_cfg_free(c);
	c = sd_cfg_new();
	assert_true(sd_cfg_load_file(c, path, &err));
	assert_true(sd_cfg_entry(c, 0, &section, &name, &value));
	assert_string_equal(name, "nonsense here");
	assert_null(value);
	assert_non_null(strstr(sd_cfg_entry_place(c, 0), ":3"));
	assert_true(sd_cfg_entry(c, 1, &section, &name, &value));
	assert_string_equal(value, "y");
	assert_non_null(strstr(sd_cfg_entry_place(c, 1), ":4"));
	unlink(path);
	write_file(path, "theme = light\nnonsense\n");
	assert_false(sd_cfg_load_file(c, path, &err));
	assert_non_null(strstr(err.text, ":2: "));
	unlink(path);
	assert_false(sd_cfg_load_file(c, path, &err));
	assert_non_null(strstr(err.text, path));
	/* named by the environment it must be there; not named it need not */
	sd_env_put("SVCDESK_CONFIG", path);
	assert_false(sd_cfg_load(c, &err));
	sd_env_put("SVCDESK_CONFIG", NULL);
	sd_env_put("XDG_CONFIG_HOME", "/nonexistent");
	assert_true(sd_cfg_load(c, &err));
	sd_cfg_free(c);
}

static void test_environment(void **state)
{
	(void)state;
	char buf[64];
	struct sd_err err = {0};
	struct sd_cfg *c = sd_cfg_new();
	assert_string_equal(sd_cfg_variable("escape-delay", buf, sizeof buf), "SVCDESK_ESCAPE_DELAY");
	assert_string_equal(sd_cfg_variable("db", buf, sizeof buf), "");
	sd_env_put("XDG_CONFIG_HOME", "/nonexistent");
	sd_env_put("SVCDESK_ESCAPE_DELAY", "77");
	assert_true(sd_cfg_load(c, &err));
	assert_int_equal(sd_cfg_int(c, "escape-delay"), 77);
	assert_string_equal(sd_cfg_source(c, "escape-delay"), "environment: SVCDESK_ESCAPE_DELAY");
	sd_env_put("SVCDESK_ESCAPE_DELAY", "never");
	assert_false(sd_cfg_load(c, &err));
	assert_non_null(strstr(err.text, "SVCDESK_ESCAPE_DELAY: option escape-delay is a number"));
	sd_env_put("SVCDESK_ESCAPE_DELAY", NULL);
	assert_true(sd_cfg_check("mouse", "off", &err));
	assert_false(sd_cfg_check("mouse", "maybe", &err));
	assert_true(sd_cfg_live("theme"));
	assert_false(sd_cfg_live("db"));
	sd_cfg_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_environment),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
