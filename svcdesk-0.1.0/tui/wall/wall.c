/* What the wall shows when: pages that turn, the major incident that takes over and gives back, when to ask, and what a key
 * means. */
#include "tui/wall/wall.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/term/term.h"

enum { HAND_MS = 60000, HINT_MS = 15000, MINUTE_MS = 60000, SECOND_MS = 1000, PAGES = 60, BACK_OFF_MOST = 16 };

struct wall *wall_new(struct wall_layout *layout, bool inside, enum wall_light light)
{
	struct wall *w = sd_calloc(1, sizeof *w);

	w->layout = layout;
	w->data = sd_wall_new();
	w->count = sd_calloc(layout->nspecs + 1, sizeof *w->count);
	for (size_t i = 0; i < layout->nspecs; i++)
		w->count[i].n = -1;
	w->read_ms = w->slow_ms = w->asked_ms = w->turn_ms = -1;
	w->inside = inside;
	w->light = light;
	w->page = -1;
	w->w = 80;
	w->h = 24;
	w->hint_ms = HINT_MS;
	w->dirty = true;
	return w;
}

void wall_free(struct wall *w)
{
	if (!w)
		return;
	wall_layout_free(w->layout);
	sd_wall_free(w->data);
	free(w->count);
	free(w);
}

/* ---- pages ---- */
static size_t pages_now(const struct wall *w, int *pages)
{
	size_t n = w->major ? wall_layout_pages(w->layout, w->w, w->h, true, pages, PAGES) : 0;

	return n ? n : wall_layout_pages(w->layout, w->w, w->h, false, pages, PAGES);
}

static void set_turn(struct wall *w)
{
	const struct wall_page *g = &w->layout->page[w->page];
	int seconds = g->seconds >= 0 ? g->seconds : w->layout->rotate, pages[PAGES];

	w->turn_ms = seconds > 0 && pages_now(w, pages) > 1 ? w->ms + (int64_t)seconds * SECOND_MS : -1;
}

/* By so many pages on; 0: stays on the page if it is still one of those shown, else begins anew. */
static void turn(struct wall *w, int by)
{
	int pages[PAGES], at = -1, n = (int)pages_now(w, pages);

	for (int i = 0; i < n; i++)
		if (pages[i] == w->page)
			at = i;
	if (at >= 0 && by == 0)
		return;
	w->page = pages[at < 0 ? 0 : ((at + by) % n + n) % n];
	w->dirty = true;
	set_turn(w);
}

void wall_resize(struct wall *w, int width, int height)
{
	w->w = width;
	w->h = height;
	w->dirty = true;
	turn(w, 0);
}

/* A major incident takes the wall unless somebody is at the keys; when there is none any more the other pages are back. */
static void judge_major(struct wall *w)
{
	bool major = w->data->live.nmajors > 0 && w->ms >= w->hand_ms;

	if (major == w->major && w->page >= 0)
		return;
	w->major = major;
	turn(w, 0);
}

void wall_clock(struct wall *w, int64_t mono_ms)
{
	w->ms = mono_ms;
	if (w->hint_ms == HINT_MS) /* told from the first moment on */
		w->hint_ms = mono_ms + HINT_MS;
	judge_major(w);
	if (w->turn_ms >= 0 && w->ms >= w->turn_ms && !w->paused && w->ms >= w->hand_ms)
		turn(w, 1);
}

/* ---- keys ---- */
/* The widget with that digit on the page, counted from the top left; those without tickets have none. */
static const char *drill(const struct wall *w, int digit)
{
	const struct wall_page *g = &w->layout->page[w->page];
	int n = 0;

	for (size_t r = 0; r < g->n; r++)
		for (size_t p = 0; p < g->row[r].n; p++) {
			const struct wall_spec *s = &w->layout->spec[g->row[r].place[p].spec];
			const char *query = s->query ? s->query : wall_kinds[s->kind].query;

			if (query && ++n == digit)
				return query;
		}
	return NULL;
}

static enum wall_does by_hand(struct wall *w, int by)
{
	w->hand_ms = w->ms + HAND_MS;
	judge_major(w);
	turn(w, by);
	return WALL_AGAIN;
}

static enum wall_does by_character(struct wall *w, const struct key *k, const char **query)
{
	switch (k->code) {
	case 'q':
		return WALL_LEAVE;
	case 'n':
	case 'l':
	case 'j':
		return by_hand(w, 1);
	case 'p':
	case 'h':
	case 'k':
		return by_hand(w, -1);
	case ' ':
		w->paused = !w->paused;
		set_turn(w);
		return WALL_AGAIN;
	case 't':
		w->light = w->light == WALL_LIGHT_DAY     ? WALL_LIGHT_NIGHT
				   : w->light == WALL_LIGHT_NIGHT ? WALL_LIGHT_AUTO
												  : WALL_LIGHT_DAY;
		return WALL_THEME;
	default:
		break;
	}
	if (w->inside && k->code >= '1' && k->code <= '9' && (*query = drill(w, (int)(k->code - '0'))) != NULL)
		return WALL_DRILL;
	return WALL_AGAIN;
}

enum wall_does wall_key(struct wall *w, const struct key *k, const char **query)
{
	if (k->code == KEY_CODE_FOCUS_IN || k->code == KEY_CODE_FOCUS_OUT || k->code == KEY_CODE_MOUSE || k->code == KEY_CODE_PASTE)
		return WALL_NOTHING;
	w->hint_ms = w->ms + HINT_MS;
	w->dirty = true;
	if (k->mods & KEY_CTRL)
		return k->code == 'c' ? WALL_LEAVE : WALL_AGAIN;
	switch (k->code) {
	case KEY_CODE_ESC:
		return WALL_LEAVE;
	case KEY_CODE_RIGHT:
	case KEY_CODE_DOWN:
	case KEY_CODE_PGDN:
	case KEY_CODE_TAB:
	case KEY_CODE_ENTER:
		return by_hand(w, 1);
	case KEY_CODE_LEFT:
	case KEY_CODE_UP:
	case KEY_CODE_PGUP:
	case KEY_CODE_BACKTAB:
		return by_hand(w, -1);
	default:
		return by_character(w, k, query);
	}
}

/* ---- figures ---- */
/* When it is time to ask: after a failure more and more rarely, so that a desk that comes back is not overrun. */
static int64_t ask_at(const struct wall *w)
{
	return w->asked_ms < 0 ? w->ms
						   : w->asked_ms + (int64_t)w->layout->refresh * SECOND_MS * (1 << (w->failures < 4 ? w->failures : 4));
}

bool wall_wants(struct wall *w, bool *force, bool *slow)
{
	if (w->waiting || !w->online || w->ms < ask_at(w))
		return false;
	*force = w->read_ms < 0 || w->failures || w->ms - w->read_ms >= WALL_FORCE_MS;
	*slow = w->slow_ms < 0 || w->ms - w->slow_ms >= WALL_SLOW_MS;
	return true;
}

void wall_asked(struct wall *w)
{
	w->waiting = true;
	w->asked_ms = w->ms;
}

void wall_answer(struct wall *w, const char *json, const char *trouble)
{
	struct sd_err err = {0};

	w->waiting = false;
	if (json && sd_wall_take(w->data, json, &err)) {
		bool slow = strstr(json, "\"slow\"") != NULL;

		w->read_ms = w->ms;
		if (slow)
			w->slow_ms = w->ms;
		w->dirty = true;
	} else if (json) {
		trouble = err.text;
	}
	w->failures = trouble ? w->failures + 1 : 0;
	if (trouble && strcmp(w->trouble, trouble) != 0)
		w->dirty = true;
	snprintf(w->trouble, sizeof w->trouble, "%.299s", trouble ? trouble : "");
	judge_major(w);
}

void wall_counted(struct wall *w, size_t spec, long n)
{
	w->dirty = w->dirty || w->count[spec].n != n;
	w->count[spec].n = n;
}

void wall_online(struct wall *w, bool online, const char *why)
{
	if (online && !w->online)
		w->asked_ms = -1; /* at once */
	w->online = online;
	w->waiting = false;
	w->failures = 0;
	snprintf(w->trouble, sizeof w->trouble, "%.299s", why ? why : "");
	w->dirty = true;
}

char *wall_request(const struct wall *w, const char *language, bool slow)
{
	json_t *parts = json_pack("[s]", "live"), *groups = json_array(), *metrics = json_array(), *j;
	char *text;

	if (slow)
		json_array_append_new(parts, json_string("slow"));
	for (size_t i = 0; i < w->layout->ngroups; i++)
		json_array_append_new(groups, json_string(w->layout->group[i]));
	for (size_t i = 0; i < w->layout->nspecs; i++)
		if (w->layout->spec[i].metric)
			json_array_append_new(metrics, json_string(w->layout->spec[i].metric));
	j = json_pack("{s:s,s:o,s:o,s:o}", "lang", language ? language : "en", "parts", parts, "groups", groups, "metrics", metrics);
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	return text;
}

sd_time wall_now(const struct wall *w)
{
	if (w->data->now == SD_TIME_NONE)
		return SD_TIME_NONE;
	return w->data->frozen ? w->data->now : w->data->now + (w->ms - w->read_ms) * 1000;
}

/* Does the page show seconds? */
static bool ticks(const struct wall *w)
{
	const struct wall_page *g = &w->layout->page[w->page];

	if (w->data->live.nmajors)
		return true; /* the banner counts down */
	for (size_t r = 0; r < g->n; r++)
		for (size_t p = 0; p < g->row[r].n; p++) {
			enum wall_kind kind = w->layout->spec[g->row[r].place[p].spec].kind;

			if (kind == WALL_BREACHING || kind == WALL_BREACHING_15 || kind == WALL_BREACHING_60 || kind == WALL_MAJOR)
				return w->data->live.nbreaching > 0;
		}
	return false;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t wall_next(const struct wall *w)
{
	sd_time now = wall_now(w);
	int64_t wait = MINUTE_MS;

	if (now != SD_TIME_NONE && !w->data->frozen)
		wait = sooner(wait, ticks(w) ? SECOND_MS - now / 1000 % SECOND_MS : MINUTE_MS - now / 1000 % MINUTE_MS);
	if (!w->online || *w->trouble) /* the age of the data */
		wait = sooner(wait, SECOND_MS);
	if (w->online && !w->waiting)
		wait = sooner(wait, ask_at(w) - w->ms);
	if (w->turn_ms >= 0 && !w->paused)
		wait = sooner(wait, (w->turn_ms > w->hand_ms ? w->turn_ms : w->hand_ms) - w->ms);
	if (w->hand_ms > w->ms)
		wait = sooner(wait, w->hand_ms - w->ms);
	if (w->hint_ms > w->ms)
		wait = sooner(wait, w->hint_ms - w->ms);
	return wait > 0 ? wait : 1;
}

const char *wall_theme(const struct wall *w)
{
	const struct wall_layout *l = w->layout;
	sd_time now = wall_now(w);
	const char *zone = l->zone ? l->zone : *w->data->zone ? w->data->zone : NULL;
	struct sd_arena *a;
	int minute, h, m;
	bool day;

	if (w->light == WALL_LIGHT_KEEP)
		return NULL;
	if (w->light == WALL_LIGHT_DAY || w->light == WALL_LIGHT_NIGHT)
		return w->light == WALL_LIGHT_DAY ? l->day_theme : l->night_theme;
	if (l->day_from == l->day_to || now == SD_TIME_NONE)
		return NULL;
	a = sd_arena_new();
	day = sscanf(sd_time_local(a, now, zone, "%H:%M"), "%d:%d", &h, &m) == 2;
	sd_arena_free(a);
	if (!day)
		return NULL;
	minute = h * 60 + m;
	day = l->day_from < l->day_to ? minute >= l->day_from && minute < l->day_to : minute >= l->day_from || minute < l->day_to;
	return day ? l->day_theme : l->night_theme;
}
