/* The wallboard: what it shows when, as a pure object. Who owns it brings keys, data and time, asks what it wants next, and draws
 * it; the program `svcdesk wall` and the console are such owners. No I/O, no clock. */
#ifndef TUI_WALL_WALL_H
#define TUI_WALL_WALL_H

#include <stdbool.h>
#include <stdint.h>
#include "svcdesk/wall.h"
#include "tui/surface/surface.h"
#include "tui/wall/layout.h"

struct key;

/* A count of a [widget] of kind query. */
struct wall_count {
	long n; /* < 0: not known */
};

enum wall_light { WALL_LIGHT_AUTO, WALL_LIGHT_DAY, WALL_LIGHT_NIGHT, WALL_LIGHT_KEEP };

struct wall {
	struct wall_layout *layout; /* owned */
	struct sd_wall *data;       /* owned */
	struct wall_count *count;   /* of each spec */
	char trouble[300];          /* why there are no newer figures; "" */
	int w, h;
	int64_t ms;      /* monotonic, of the last wall_clock */
	int64_t read_ms; /* when the figures were read; < 0: never */
	int64_t slow_ms, asked_ms;
	int failures;         /* questions without an answer, in a row */
	bool online, waiting; /* a question is on its way */
	bool inside;          /* of the console: digits lead to tickets */
	/* pages */
	int page;        /* number in the layout */
	int64_t turn_ms; /* when the next one comes; < 0: never */
	bool paused, major;
	int64_t hand_ms; /* until then keys have the say, also over a major incident */
	int64_t hint_ms; /* until then the keys are told */
	enum wall_light light;
	bool dirty;
};

/* The layout is taken. light: which themes the wall itself chooses; KEEP: none. */
struct wall *wall_new(struct wall_layout *layout, bool inside, enum wall_light light);
void wall_free(struct wall *w);
void wall_resize(struct wall *w, int width, int height);
void wall_clock(struct wall *w, int64_t mono_ms); /* before each of the others */

/* What a key means. WALL_DRILL: *query holds the tickets of the widget with that digit, borrowed. */
enum wall_does { WALL_NOTHING, WALL_AGAIN, WALL_LEAVE, WALL_DRILL, WALL_THEME };
enum wall_does wall_key(struct wall *w, const struct key *k, const char **query);

/* ---- figures ---- */
/* It is time to ask: changed or not, force says that figures are to come in any case, slow that those of the past are. */
bool wall_wants(struct wall *w, bool *force, bool *slow);
void wall_asked(struct wall *w);
void wall_answer(struct wall *w, const char *json, const char *trouble); /* json NULL: nothing new, or trouble says why not */
void wall_counted(struct wall *w, size_t spec, long n);                  /* of a widget of kind query; < 0: nobody knows */
void wall_online(struct wall *w, bool online, const char *why);
/* What desk.wall is given, malloc'ed. */
char *wall_request(const struct wall *w, const char *language, bool slow);

/* ms until wall_wants, a page, or a countdown has something new; at least 1. */
int64_t wall_next(const struct wall *w);
void wall_draw(struct wall *w, struct surface *s);
/* Theme by the time of day; NULL: the one that is on stays. */
const char *wall_theme(const struct wall *w);

sd_time wall_now(const struct wall *w); /* of the desk; NONE before the first figures */
enum { WALL_SLOW_MS = 60000, WALL_FORCE_MS = 15000 };

#endif
