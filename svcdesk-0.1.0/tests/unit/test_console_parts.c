/* Layout at every size, keys without conflicts, help without gaps, times as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/actions.h"
#include "tui/app/keymap.h"
#include "tui/app/layout.h"
#include "svcdesk/when.h"

static bool inside(const struct rect *r, int w, int h)
{
	return r->x >= 0 && r->y >= 0 && r->w >= 0 && r->h >= 0 && r->x + r->w <= w && r->y + r->h <= h;
}

static bool overlap(const struct rect *a, const struct rect *b)
{
	return a->w && b->w && a->h && b->h && a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static void check_layout(int w, int h, const struct layout_wish *wish)
{
	struct layout l = layout_make(w, h, wish);
	const struct rect *all[PANES + 4] = {&l.status, &l.banner, &l.footer, &l.other};

	if (w < LAYOUT_MIN_W || h < LAYOUT_MIN_H) {
		assert_true(l.too_small);
		return;
	}
	assert_false(l.too_small);
	for (int i = 0; i < PANES; i++)
		all[4 + i] = &l.pane[i];
	for (int i = 0; i < PANES + 4; i++) {
		assert_true(inside(all[i], w, h));
		for (int j = i + 1; j < PANES + 4; j++)
			assert_false(overlap(all[i], all[j]));
	}
	assert_int_equal(l.banner.h, wish->banner);
	/* the focused pane can always be seen and worked in: a title and at least four lines */
	assert_true(l.pane[wish->focus].w >= 20);
	assert_true(l.pane[wish->focus].h >= 5);
	for (int i = 0; i < PANES; i++)
		assert_true(l.pane[i].w == 0 || (l.pane[i].w >= 20 && l.pane[i].h >= 5));
	for (int i = 0; i < 2; i++)
		assert_true(l.vline[i] < w);
	assert_true(!l.other.w || (l.other.w >= 60 && l.other.h >= 5 && l.pane[PANE_DETAIL].w >= 60));
	if (wish->second && !wish->zoom && w >= 160 && wish->focus == PANE_DETAIL)
		assert_true(l.other.w > 0);
	if (wish->zoom)
		assert_int_equal(l.pane[wish->focus].w, w);
}

static void test_layout_every_size(void **state)
{
	(void)state;
	for (int w = 1; w <= 200; w++)
		for (int h = 1; h <= 200; h++)
			for (int bits = 0; bits < 512; bits++) {
				struct layout_wish wish = {(enum pane_id)(bits & 3), bits & 4, bits & 256, bits & 8, bits & 16, bits & 32,
					bits & 64, (bits & 192) == 192};

				check_layout(w, h, &wish);
			}
}

static void test_layout_named_sizes(void **state)
{
	struct layout_wish wish = {.focus = PANE_QUEUE};
	struct layout l = layout_make(80, 24, &wish);

	(void)state;
	assert_int_equal(l.pane[PANE_QUEUE].w, 80);
	assert_int_equal(l.pane[PANE_VIEWS].w, 0);
	wish.detail = true;
	l = layout_make(80, 24, &wish);
	assert_true(l.pane[PANE_DETAIL].y > l.pane[PANE_QUEUE].y); /* stacked */
	l = layout_make(200, 60, &wish);
	assert_true(l.pane[PANE_DETAIL].x > l.pane[PANE_QUEUE].x); /* split */
	assert_true(l.pane[PANE_VIEWS].w > 0);
	l = layout_make(40, 10, &wish);
	assert_int_equal(l.pane[PANE_DETAIL].w, 0); /* one at a time */
}

static bool same_stroke(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods;
}

/* No sequence is another one or begins another one where both could be meant. */
static void test_keys_do_not_conflict(void **state)
{
	struct keymap km;

	(void)state;
	keymap_init(&km);
	for (size_t i = 0; i < km.n; i++) {
		for (size_t j = i + 1; j < km.n; j++) {
			int n = km.v[i].n < km.v[j].n ? km.v[i].n : km.v[j].n, same = 0;

			while (same < n && same_stroke(&km.v[i].stroke[same], &km.v[j].stroke[same]))
				same++;
			if (same == n && (km.v[i].contexts & km.v[j].contexts))
				fail_msg("%s and %s share a key", action_get((enum action)km.v[i].action)->name,
					action_get((enum action)km.v[j].action)->name);
		}
	}
	keymap_free(&km);
}

static void test_every_action_has_key_or_name_and_help(void **state)
{
	struct keymap km;
	char keys[128];

	(void)state;
	keymap_init(&km);
	for (int id = ACT_NONE + 1; id < ACT_COUNT; id++) {
		const struct action_def *a = action_get((enum action)id);

		if (!a)
			fail_msg("action %d is not in the table", id);
		assert_true(*a->name && *a->label && *a->help && a->contexts);
		assert_ptr_equal(action_find(a->name), a); /* reachable from the palette under a name of its own */
		assert_true(a->section < SECTIONS);
		keymap_keys(&km, id, false, keys, sizeof keys);
		if (!*keys)
			fail_msg("%s has no key", a->name);
	}
	keymap_free(&km);
}

/* Keys of the table must be keys: a misspelled one would silently be missing. */
static void test_every_key_parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < actions_n; i++) {
		struct keymap km = {0};

		if (!keymap_bind(&km, actions[i].keys, (int)actions[i].id, actions[i].contexts))
			fail_msg("%s: %s", actions[i].name, actions[i].keys);
		keymap_free(&km);
	}
}

static int feed(const struct keymap *km, const char *keys, unsigned contexts, int *count)
{
	struct keystate st = {0};
	int action = ACT_NONE;
	enum keymap_found found = KEYMAP_NONE;
	char word[32];

	while (*keys) {
		struct key k;
		size_t n = strcspn(keys, " ");

		snprintf(word, sizeof word, "%.*s", (int)n, keys);
		assert_true(key_parse(word, &k));
		found = keymap_feed(km, &st, &k, contexts, &action, count);
		keys += n;
		keys += *keys == ' ';
	}
	return found == KEYMAP_ACTION ? action : found == KEYMAP_PENDING ? -1 : ACT_NONE;
}

static void test_sequences_and_counts(void **state)
{
	struct keymap km;
	int count = 0;

	(void)state;
	keymap_init(&km);
	assert_int_equal(feed(&km, "g g", CTX_QUEUE, &count), ACT_TOP);
	assert_int_equal(count, 0);
	assert_int_equal(feed(&km, "1 2 j", CTX_QUEUE, &count), ACT_DOWN);
	assert_int_equal(count, 12);
	assert_int_equal(feed(&km, "1 0 G", CTX_QUEUE, &count), ACT_BOTTOM);
	assert_int_equal(count, 10);
	assert_int_equal(feed(&km, "g 3", CTX_QUEUE, &count), ACT_VIEW_3);
	assert_int_equal(feed(&km, "g", CTX_QUEUE, &count), -1);
	assert_int_equal(feed(&km, "g x", CTX_QUEUE, &count), ACT_NONE);
	assert_int_equal(feed(&km, "n", CTX_QUEUE, &count), ACT_NONE); /* only while a search is on */
	assert_int_equal(feed(&km, "n", CTX_QUEUE | CTX_SEARCH, &count), ACT_SEARCH_NEXT);
	keymap_unbind(&km, ACT_TOP);
	assert_int_equal(feed(&km, "g g", CTX_QUEUE, &count), ACT_NONE);
	keymap_free(&km);
}

static void test_when(void **state)
{
	static const struct {
		const char *typed, *meant; /* now: Monday 2026-03-02 10:00 UTC; zone Berlin, UTC+1, from the 29th UTC+2 */
	} cases[] = {{"+4h", "2026-03-02T14:00:00Z"}, {"90m", "2026-03-02T11:30:00Z"}, {"tomorrow 09:00", "2026-03-03T08:00:00Z"},
		{"tomorrow", "2026-03-03T08:00:00Z"}, {"today 15", "2026-03-02T14:00:00Z"}, {"fri 14:30", "2026-03-06T13:30:00Z"},
		{"monday 8", "2026-03-09T07:00:00Z"}, {"15:00", "2026-03-02T14:00:00Z"}, {"08:00", "2026-03-03T07:00:00Z"},
		{"2026-04-01", "2026-04-01T07:00:00Z"}, {"2026-04-01 10:30", "2026-04-01T08:30:00Z"},
		{"2026-04-01T10:30:00Z", "2026-04-01T10:30:00Z"}, {"soon", NULL}, {"", NULL}, {"25:00", NULL},
		{"tomorrow 9 o'clock", NULL}, {"fri 14:70", NULL}};
	struct sd_arena *a = sd_arena_new();
	struct sd_err err = {0};
	sd_time now, t;

	(void)state;
	assert_true(sd_time_parse("2026-03-02T10:00:00Z", "UTC", &now, &err));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool ok = sd_when_parse(a, cases[i].typed, now, "Europe/Berlin", &t);

		if (ok != (cases[i].meant != NULL) || (ok && strcmp(sd_time_iso(a, t), cases[i].meant)))
			fail_msg("\"%s\" gave %s", cases[i].typed, ok ? sd_time_iso(a, t) : "nothing");
	}
	sd_arena_free(a);
}

/* The same looking back; a day of 23 hours is in between. */
static void test_when_past(void **state)
{
	static const struct {
		const char *typed, *meant;
	} cases[] = {{"8h", "2026-03-29T22:00:00Z"}, {"15:00", "2026-03-29T13:00:00Z"}, {"01:30", "2026-03-29T23:30:00Z"},
		{"2026-03-28 22:00", "2026-03-28T21:00:00Z"}, {"2026-03-28", "2026-03-28T08:00:00Z"}, {"soon", NULL}, {"", NULL}};
	struct sd_arena *a = sd_arena_new();
	struct sd_err err = {0};
	sd_time now, t;

	(void)state;
	assert_true(sd_time_parse("2026-03-30T06:00:00Z", "UTC", &now, &err));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool ok = sd_when_past(a, cases[i].typed, now, "Europe/Berlin", &t);

		if (ok != (cases[i].meant != NULL) || (ok && strcmp(sd_time_iso(a, t), cases[i].meant)))
			fail_msg("\"%s\" gave %s", cases[i].typed, ok ? sd_time_iso(a, t) : "nothing");
	}
	sd_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_layout_every_size), cmocka_unit_test(test_layout_named_sizes),
		cmocka_unit_test(test_keys_do_not_conflict), cmocka_unit_test(test_every_action_has_key_or_name_and_help),
		cmocka_unit_test(test_every_key_parses), cmocka_unit_test(test_sequences_and_counts), cmocka_unit_test(test_when),
		cmocka_unit_test(test_when_past)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
