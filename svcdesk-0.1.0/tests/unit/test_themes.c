/* The shipped themes as people see them: enough contrast, nothing by colour alone, told apart by eyes that do not see red and
 * green, and each tier as it is written down in tests/golden/theme. */
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/mem.h"
#include "tui/surface/theme.h"

static const char *const shipped[] = {"dark", "light", "high-contrast", "colour-blind", "16-colour", "mono", "day", "night"};
enum { SHIPPED = sizeof shipped / sizeof *shipped };

static struct theme *load(const char *name)
{
	struct sd_err err = {0};
	char path[400];
	snprintf(path, sizeof path, "%s/themes/%s.theme", SRCDIR, name);
	struct theme *t = theme_load(path, &err);
	if (!t)
		fail_msg("%s", err.text);
	return t;
}

static struct theme *parse(const char *text)
{
	struct sd_err err = {0};
	struct theme *t = theme_parse("test.theme", text, &err);
	if (!t)
		fail_msg("%s", err.text);
	return t;
}

static void refused(const char *text, const char *why)
{
	struct sd_err err = {0};
	assert_null(theme_parse("test.theme", text, &err));
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

/* ---- colours as light ---- */
struct light {
	double r, g, b; /* linear */
};

static double linear(int c)
{
	double v = c / 255.0;
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static struct light light_of(int color, int otherwise)
{
	int rgb[3];
	theme_rgb(color < 0 ? otherwise : color, rgb);
	return (struct light){linear(rgb[0]), linear(rgb[1]), linear(rgb[2])};
}

static double luminance(struct light c)
{
	return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

/* WCAG 2: 1 to 21. Default colours are those of a black or white terminal. */
static double contrast(const struct theme *t, struct theme_style s)
{
	int paper = theme_is_light(t) ? 231 : 16, ink = theme_is_light(t) ? 16 : 252;
	double a = luminance(light_of(s.fg, ink)), b = luminance(light_of(s.bg, paper));
	if (s.attr & THEME_REVERSE) {
		double c = a;
		a = b;
		b = c;
	}
	return ((a > b ? a : b) + 0.05) / ((a > b ? b : a) + 0.05);
}

/* Viénot, Brettel and Mollon 1999: what a dichromat sees, as linear light. */
static struct light seen_by(struct light c, bool protan)
{
	double l = 17.8824 * c.r + 43.5161 * c.g + 4.11935 * c.b, m = 3.45565 * c.r + 27.1554 * c.g + 3.86714 * c.b,
		   s = 0.0299566 * c.r + 0.184309 * c.g + 1.46709 * c.b;
	if (protan)
		l = 2.02344 * m - 2.52581 * s;
	else
		m = 0.494207 * l + 1.24827 * s;
	return (struct light){0.0809444479 * l - 0.130504409 * m + 0.116721066 * s,
		-0.0102485335 * l + 0.0540193266 * m - 0.113614708 * s, -0.000365296938 * l - 0.00412161469 * m + 0.693511405 * s};
}

static double lab_part(double v)
{
	return v > 216.0 / 24389 ? cbrt(v) : (24389.0 / 27 * v + 16) / 116;
}

/* CIE 1976: 2.3 is just seen, above 15 nobody takes one for the other. */
static double difference(struct light a, struct light b)
{
	struct light c[2] = {a, b};
	double lab[2][3];
	for (int i = 0; i < 2; i++) {
		double r = c[i].r < 0 ? 0 : c[i].r, g = c[i].g < 0 ? 0 : c[i].g, v = c[i].b < 0 ? 0 : c[i].b;
		double x = lab_part((0.4124 * r + 0.3576 * g + 0.1805 * v) / 0.9505), y = lab_part(0.2126 * r + 0.7152 * g + 0.0722 * v),
			   z = lab_part((0.0193 * r + 0.1192 * g + 0.9505 * v) / 1.089);
		lab[i][0] = 116 * y - 16;
		lab[i][1] = 500 * (x - y);
		lab[i][2] = 200 * (y - z);
	}
	return sqrt(pow(lab[0][0] - lab[1][0], 2) + pow(lab[0][1] - lab[1][1], 2) + pow(lab[0][2] - lab[1][2], 2));
}

/* ---- tests ---- */
static void contrast_is_enough(void **state)
{
	(void)state;
	for (int i = 0; i < SHIPPED; i++) {
		struct theme *t = load(shipped[i]);
		bool high = !strcmp(shipped[i], "high-contrast");
		for (int e = 0; e < EL_COUNT; e++) {
			double c = contrast(t, theme_get(t, (enum element)e, THEME_256));
			if (e != EL_DISABLED && c < (high ? 7 : 4.5)) /* what is out of use is exempt there */
				fail_msg("%s: [%s] has a contrast of %.1f only", shipped[i], element_name((enum element)e), c);
		}
		for (int e = 0; high && e < EL_COUNT; e++)
			if (contrast(t, theme_get(t, (enum element)e, THEME_16)) < 7)
				fail_msg("%s: [%s] in 16 colours", shipped[i], element_name((enum element)e));
		theme_free(t);
	}
}

static double apart(const struct theme *t, enum element a, enum element b, int eyes)
{
	struct theme_style s[2] = {theme_get(t, a, THEME_256), theme_get(t, b, THEME_256)};
	struct light fg[2], bg[2];
	for (int i = 0; i < 2; i++) {
		fg[i] = light_of(s[i].fg, 252);
		bg[i] = light_of(s[i].bg, 16);
		if (eyes) {
			fg[i] = seen_by(fg[i], eyes == 1);
			bg[i] = seen_by(bg[i], eyes == 1);
		}
	}
	double f = difference(fg[0], fg[1]), g = difference(bg[0], bg[1]);
	return f > g ? f : g;
}

static void the_colour_blind_see_what_differs(void **state)
{
	(void)state;
	static const enum element set[][5] = {{EL_P1, EL_P2, EL_P3, EL_P4, EL_P5}, {EL_OK, EL_WARN, EL_ERROR, EL_DIM, EL_STRONG},
		{EL_STATE_OPEN, EL_STATE_WAITING, EL_STATE_DONE, EL_PUBLIC, EL_MATCH},
		{EL_SLA_OK, EL_SLA_HALF, EL_SLA_LATE, EL_SLA_BREACHED, EL_SLA_PAUSED}};
	struct theme *t = load("colour-blind");
	for (int eyes = 0; eyes < 3; eyes++)
		for (size_t i = 0; i < sizeof set / sizeof *set; i++)
			for (int a = 0; a < 5; a++)
				for (int b = a + 1; b < 5; b++)
					if (apart(t, set[i][a], set[i][b], eyes) < 15)
						fail_msg("eyes %d: [%s] and [%s] are %.1f apart", eyes, element_name(set[i][a]), element_name(set[i][b]),
							apart(t, set[i][a], set[i][b], eyes));
	theme_free(t);
}

/* In every theme and tier what the cursor is on, an error, a match and the most urgent are no plain text. What is unread has its
 * dot. */
static void what_matters_never_looks_plain(void **state)
{
	(void)state;
	static const enum element loud[] = {
		EL_SELECTED, EL_SELECTED_BLUR, EL_ERROR, EL_MATCH, EL_P1, EL_BANNER, EL_INPUT_FOCUS, EL_SLA_BREACHED};
	for (int i = 0; i < SHIPPED; i++) {
		struct theme *t = load(shipped[i]);
		for (int tier = 0; tier < THEME_TIERS; tier++) {
			struct theme_style plain = theme_get(t, EL_NORMAL, (enum theme_tier)tier);
			for (size_t k = 0; k < sizeof loud / sizeof *loud; k++) {
				struct theme_style s = theme_get(t, loud[k], (enum theme_tier)tier);
				if (s.fg == plain.fg && s.bg == plain.bg && s.attr == plain.attr)
					fail_msg("%s, tier %d: [%s] looks plain", shipped[i], tier, element_name(loud[k]));
			}
			struct theme_style a = theme_get(t, EL_SELECTED, (enum theme_tier)tier),
							   b = theme_get(t, EL_SELECTED_BLUR, (enum theme_tier)tier);
			assert_true(a.fg != b.fg || a.bg != b.bg || a.attr != b.attr);
		}
		theme_free(t);
	}
}

static void each_tier_as_it_is_written(void **state)
{
	(void)state;
	static const char *const tier[THEME_TIERS] = {"256", "16", "8", "mono"};
	for (int i = 0; i < SHIPPED; i++) {
		struct theme *t = load(shipped[i]);
		struct sd_str s = {0};
		char name[80];
		for (int e = 0; e < EL_COUNT; e++) {
			sd_str_addf(&s, "%-14s", element_name((enum element)e));
			for (int k = 0; k < THEME_TIERS; k++) {
				struct theme_style y = theme_get(t, (enum element)e, (enum theme_tier)k);
				sd_str_addf(&s, "  %s %3d %3d %s%s%s%s%s", tier[k], y.fg, y.bg, y.attr & THEME_BOLD ? "b" : "-",
					y.attr & THEME_DIM ? "d" : "-", y.attr & THEME_ITALIC ? "i" : "-", y.attr & THEME_UNDERLINE ? "u" : "-",
					y.attr & THEME_REVERSE ? "r" : "-");
				if (k < 3)
					assert_true(y.fg < (k == 0 ? 256 : k == 1 ? 16 : 8) && y.bg < (k == 0 ? 256 : k == 1 ? 16 : 8));
				else
					assert_true(y.fg == -1 && y.bg == -1);
			}
			sd_str_addc(&s, '\n');
		}
		snprintf(name, sizeof name, "theme/%s", shipped[i]);
		golden_check(name, s.data);
		sd_str_free(&s);
		theme_free(t);
	}
}

static void wildcards(void **state)
{
	(void)state;
	struct theme *t = parse("[p*]\nfg = 1\nattr = bold\n[p1]\nfg = 2\n[state-*]\nfg = 3\n[p?]\nbg = 4\n");
	assert_int_equal(theme_get(t, EL_P1, THEME_256).fg, 2); /* its own section, wherever it stands */
	assert_int_equal(theme_get(t, EL_P1, THEME_256).attr, THEME_BOLD);
	assert_int_equal(theme_get(t, EL_P5, THEME_256).fg, 1);
	assert_int_equal(theme_get(t, EL_P5, THEME_256).bg, 4);
	assert_int_equal(theme_get(t, EL_PUBLIC, THEME_256).bg, -1); /* p? is one letter */
	assert_int_equal(theme_get(t, EL_STATE_DONE, THEME_256).fg, 3);
	theme_free(t);
	t = parse("[p1]\nfg = 2\n[*]\nfg = 5\nbg = 6\n");
	assert_int_equal(theme_get(t, EL_P1, THEME_256).fg, 2);
	assert_int_equal(theme_get(t, EL_P1, THEME_256).bg, 6);
	assert_int_equal(theme_get(t, EL_LINK, THEME_256).fg, 5);
	theme_free(t);
}

static void errors_name_the_line_and_the_nearest_word(void **state)
{
	(void)state;
	refused("[normal]\nfg = 1\n\n[selektd]\nfg = 1\n", "test.theme:5: no element is called [selektd]; did you mean [selected]?");
	refused("[warn]\ninherit = eror\n", "test.theme:2: no element is called [eror]; did you mean [error]?");
	refused("[zz*]\nfg = 1\n", "test.theme:2: no element is called [zz*]");
	refused("[warn]\natr = bold\n", "attr");
	refused("[theme]\nbackground = grey\n", "test.theme:2: background is dark or light");
	refused("[theme]\nnaem = x\n", "test.theme:2: unknown word \"naem\" in [theme]");
}

static void count_name(void *arg, const char *name)
{
	unsigned *seen = arg;
	for (int i = 0; i < SHIPPED; i++)
		if (!strcmp(shipped[i], name))
			*seen += 1u << (4 * i);
	if (!strcmp(name, "mine"))
		*seen += 1u << 28;
}

static void a_theme_of_ones_own_goes_first(void **state)
{
	(void)state;
	struct sd_err err = {0};
	char *dir = test_make_dir(), path[600];
	unsigned seen = 0;
	assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
	snprintf(path, sizeof path,
		"mkdir -p '%s/svcdesk/themes' && cd '%s/svcdesk/themes' && printf '[normal]\\nfg = 42\\n' >dark.theme "
		"&& printf '[normal]\\nfg = 43\\n' >mine.theme",
		dir, dir);
	assert_int_equal(system(path), 0);
	struct theme *t = theme_load("dark", &err);
	assert_non_null(t);
	assert_int_equal(theme_get(t, EL_NORMAL, THEME_256).fg, 42);
	theme_free(t);
	theme_list(count_name, &seen);
	assert_int_equal(seen >> 28, 1);
	assert_int_equal(seen & 0xF, 1); /* dark once, although it is there twice */
	unsetenv("XDG_CONFIG_HOME");
	test_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contrast_is_enough),
		cmocka_unit_test(the_colour_blind_see_what_differs),
		cmocka_unit_test(what_matters_never_looks_plain),
		cmocka_unit_test(each_tier_as_it_is_written),
		cmocka_unit_test(wildcards),
		cmocka_unit_test(errors_name_the_line_and_the_nearest_word),
		cmocka_unit_test(a_theme_of_ones_own_goes_first),
	};
	return TEST_MAIN(tests);
}
