/* What others have changed is marked for a moment: which parts of which rows, and until when. */
#ifndef TUI_PANE_GLOW_H
#define TUI_PANE_GLOW_H

#include <stdbool.h>
#include <stdint.h>
#include "tui/pane/msg.h"

enum { GLOW_MS = 2500, GLOW_MOST = 256 };

struct glow_mark {
	uint64_t key, part;
	int64_t until; /* monotonic ms */
};

struct glow {
	struct glow_mark mark[GLOW_MOST];
	int n;
};

/* A part by its name; "" stands for all of the row. */
uint64_t glow_part(const char *name);
/* Marks it from now on, and wakes the console when it is over. More than there is room for are not marked: then everything has
 * changed. */
void glow_add(struct glow *g, uint64_t key, uint64_t part, int64_t now_ms, struct effects *fx);
bool glow_on(const struct glow *g, uint64_t key, uint64_t part, int64_t now_ms);
/* Forgets what is over; ms until the next one is, -1: there is none. */
int64_t glow_tick(struct glow *g, int64_t now_ms);

#endif
