/* Every screen at every size: nothing breaks, rows are exactly as wide as the screen, the cursor is seen. */
#include "tests/lib/testlib.h"

#include <stdlib.h>

#include "tests/unit/console_world.h"
#include "tui/app/lock.h"

static void whole(struct world *w, int cols, int rows, const char *what)
{
	int x, y;
	begin(w);
	model_resize(w->m, cols, rows, w->fx);
	surface_resize(w->s, cols, rows);
	model_draw(w->m, w->s);
	if (!surface_cursor_get(w->s, &x, &y) || x < 0 || y < 0 || x >= cols || y >= rows)
		fail_msg("%s at %dx%d: the cursor is not seen", what, cols, rows);
	for (int r = 0; r < rows; r++)
		for (int c = 0, width; c < cols; c += width) {
			const struct cell *cell = surface_cell(w->s, c, r);
			width = cell->width;
			if (width < 1 || width > 2 || c + width > cols || (width == 2 && surface_cell(w->s, c + 1, r)->width != 0))
				fail_msg("%s at %dx%d: row %d is broken at %d", what, cols, rows, r, c);
		}
}

static void sizes(struct world *w, struct rng *r, const char *what)
{
	static const int usual[][2] = {
		{40, 10}, {80, 24}, {160, 50}, {250, 70}, {1, 1}, {200, 1}, {1, 200}, {2, 2}, {39, 9}, {41, 11}, {20, 60}, {250, 4}};
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		whole(w, usual[i][0], usual[i][1], what);
	for (unsigned i = 0; i < test_rounds(40); i++)
		whole(w, 1 + (int)rng_below(r, 200), 1 + (int)rng_below(r, i % 2 ? 200 : 30), what);
	begin(w);
	model_resize(w->m, 80, 24, w->fx);
	surface_resize(w->s, 80, 24);
}

static void every_screen_at_every_size(void **state)
{
	struct world *w = *state;
	struct rng r = rng_new(20260105);
	static const struct {
		const char *what, *keys, *text, *end;
	} screens[] = {{"queue", "j", "", ""}, {"views", "Alt-1", "", "Alt-2"}, {"ticket", "Enter", "", "Esc"},
		{"messages", "Alt-4", "", "Esc"}, {"acts", "m", "", "Esc"}, {"help", "?", "", "Esc"}, {"palette", ":", "s", "Esc"},
		{"options", ":", "set", "Esc Esc"}, {"search", "/", "fi", "Esc"}, {"filter", "&", "state:open x:", "Esc"},
		{"note", "N", "half a thought, 半个想法", "Esc"}, {"bare", "B", "", "B"}, {"marks", "Space v j", "", "Esc Esc"}};
	for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
		keys(w, screens[i].keys);
		for (const char *p = screens[i].text; *p; p++) {
			struct key k = {.code = (unsigned char)*p < 0x80 ? (uint32_t)*p : 0x534A};
			begin(w);
			model_key(w->m, &k, w->fx);
		}
		if (!strcmp(screens[i].what, "options"))
			keys(w, "Enter");
		sizes(w, &r, screens[i].what);
		if (*screens[i].end)
			keys(w, screens[i].end);
	}
	begin(w);
	lock_on(w->m, LOCK_PASSWORD, w->fx);
	sizes(w, &r, "lock");
}

/* The text of row y without any attribute; malloc'ed. */
static char *row_text(struct world *w, int y)
{
	model_draw(w->m, w->s);
	char *all = surface_dump(w->s, NULL), *at = all;
	for (int i = 0; i < y && at; i++)
		at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
	assert_non_null(at);
	char *row = strndup(at, strcspn(at, "\n"));
	free(all);
	return row;
}

/* Priority, state, mark, selection and what is on its way are in the text of a row, not in its colours alone. */
static void nothing_is_told_by_colour_alone(void **state)
{
	struct world *w = *state;
	char *row[4], *marked, *other;
	for (int i = 0; i < 4; i++)
		row[i] = row_text(w, 3 + i);
	for (int i = 0; i < 4; i++) {
		char priority[8] = {' ', (char)('1' + i), ' ', '\0'};
		assert_non_null(strstr(row[i], priority));
	}
	assert_non_null(strstr(row[0], "New"));
	assert_non_null(strstr(row[1], "In progress"));
	keys(w, "Space j"); /* marks the first and goes on to the third */
	marked = row_text(w, 3);
	assert_string_not_equal(marked, row[0]);
	other = row_text(w, 5);
	assert_string_not_equal(other, row[2]); /* the cursor has a sign of its own */
	for (int i = 0; i < 4; i++)
		free(row[i]);
	free(marked);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_screen_at_every_size, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_told_by_colour_alone, setup, teardown),
	};
	return TEST_MAIN(tests);
}
