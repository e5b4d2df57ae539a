/* The dashboard and the analysis as they are drawn, from answers that stand in files: at every named size, in both languages,
 * with the map of what each cell means (themes give that its colours, or none). GENERATE=1 makes the goldens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/locale.h"
#include "svcdesk/mem.h"
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"
#include "tests/unit/console_world.h"
#include "tui/app/board.h"

static void given(struct world *w, const char *name)
{
	struct fx *f = find(w, REQ_BOARD);
	char path[256], *json;

	snprintf(path, sizeof path, SRCDIR "/tests/unit/data/%s", name);
	json = test_read_file(path, NULL);
	assert_non_null(f);
	answer_json(w, f->req, json);
	free(json);
}

static void shot(struct world *w, const char *what, const char *word)
{
	char file[128], *text;

	model_draw(w->m, w->s);
	text = golden_surface(w->s, true);
	snprintf(file, sizeof file, "screen/%s-%dx%d-%s", what, w->m->width, w->m->height, word);
	golden_check(file, text);
	free(text);
}

static void all_sizes(const char *word)
{
	static const int sizes[][2] = {{40, 10}, {80, 24}, {160, 50}, {300, 80}};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct world *w = world_config(sizes[i][0], sizes[i][1], NULL);

		keys(w, "g b");
		given(w, "dashboard.json");
		shot(w, "dashboard", word);
		keys(w, "g a");
		given(w, "pareto.json");
		shot(w, "analysis", word);
		keys(w, "g r");
		given(w, "rota.json");
		shot(w, "rota", word);
		world_end(w);
	}
}

static void test_english(void **state)
{
	(void)state;
	all_sizes("en");
}

static void test_chinese(void **state)
{
	(void)state;
	sd_locale_start("zh_CN");
	all_sizes("zh");
	sd_locale_start("en");
}

static void test_ascii(void **state)
{
	struct world *w = world_config(80, 24, NULL);

	(void)state;
	glyphs_ascii(true);
	keys(w, "g b");
	given(w, "dashboard.json");
	shot(w, "dashboard", "ascii");
	keys(w, "G");
	shot(w, "dashboard-end", "ascii");
	keys(w, "g a");
	given(w, "pareto.json");
	shot(w, "analysis", "ascii");
	glyphs_ascii(false);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_english), cmocka_unit_test(test_chinese), cmocka_unit_test(test_ascii)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
