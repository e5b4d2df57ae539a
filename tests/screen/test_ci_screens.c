/* The CMDB as it is drawn, from answers that stand in files: list, page and impact at several sizes, in both languages and in
 * ASCII. GENERATE=1 makes the goldens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/locale.h"
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"
#include "tests/unit/console_world.h"

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

/* The list, the page of its first item with a diff of two versions, and what the ticket under the cursor touches. */
static void screens(int width, int height, const char *word)
{
	struct world *w = world_config(width, height, NULL);

	keys(w, "g c");
	given(w, "ci_list.json");
	shot(w, "cmdb", word);
	keys(w, "Enter");
	given(w, "ci_page.json");
	shot(w, "item", word);
	keys(w, "G k Space k k Space");
	shot(w, "item-end", word);
	keys(w, "Esc Esc Esc D");
	given(w, "ci_impact.json");
	shot(w, "impact", word);
	world_end(w);
}

static void test_english(void **state)
{
	(void)state;
	screens(40, 10, "en");
	screens(80, 24, "en");
	screens(200, 60, "en");
}

static void test_chinese(void **state)
{
	(void)state;
	sd_locale_start("zh_CN");
	screens(80, 24, "zh");
	sd_locale_start("en");
}

static void test_ascii(void **state)
{
	(void)state;
	glyphs_ascii(true);
	screens(80, 24, "ascii");
	glyphs_ascii(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_english), cmocka_unit_test(test_chinese), cmocka_unit_test(test_ascii)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
