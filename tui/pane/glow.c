#include "config.h"
#include "tui/pane/glow.h"

uint64_t glow_part(const char *name)
{
	uint64_t h = *name ? 14695981039346656037u : 0;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211u;
	return h;
}

void glow_add(struct glow *g, uint64_t key, uint64_t part, int64_t now_ms, struct effects *fx)
{
	int at = 0;

	glow_tick(g, now_ms);
	while (at < g->n && (g->mark[at].key != key || g->mark[at].part != part))
		at++;
	if (at == GLOW_MOST)
		return;
	if (at == g->n)
		g->n++;
	g->mark[at] = (struct glow_mark){key, part, now_ms + GLOW_MS};
	fx_timer(fx, TIMER_GLOW, GLOW_MS); /* what is over sooner goes with whatever is painted next, at the latest then */
}

bool glow_on(const struct glow *g, uint64_t key, uint64_t part, int64_t now_ms)
{
	for (int i = 0; i < g->n; i++)
		if (g->mark[i].key == key && g->mark[i].until > now_ms && (g->mark[i].part == part || !g->mark[i].part))
			return true;
	return false;
}

int64_t glow_tick(struct glow *g, int64_t now_ms)
{
	int64_t next = -1;
	int n = 0;

	for (int i = 0; i < g->n; i++) {
		if (g->mark[i].until <= now_ms)
			continue;
		g->mark[n++] = g->mark[i];
		if (next < 0 || g->mark[n - 1].until - now_ms < next)
			next = g->mark[n - 1].until - now_ms;
	}
	g->n = n;
	return next;
}
