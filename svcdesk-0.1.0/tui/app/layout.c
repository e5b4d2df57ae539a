#include "config.h"
#include "tui/app/layout.h"

enum {
	WIDE = 150,       /* views, queue and ticket side by side */
	MEDIUM = 100,     /* views beside the rest */
	SIDE_WIDE = 120,  /* the longest of our views is not cut */
	STACK_MIN_H = 18, /* rows of body from which queue and ticket fit above each other */
	LOG_H = 8,
	TWO_WIDE = 160 /* two tickets side by side */
};

static void alone(struct layout *l, enum pane_id id, struct rect body)
{
	l->pane[id] = body;
}

/* Queue and ticket in what is left for them. */
static void work_area(struct layout *l, const struct layout_wish *wish, struct rect r, bool wide)
{
	int part;

	if (wide) {
		part = r.w * 53 / 100;
		l->pane[PANE_QUEUE] = (struct rect){r.x, r.y, part, r.h};
		l->vline[1] = r.x + part;
		l->pane[PANE_DETAIL] = (struct rect){r.x + part + 1, r.y, r.w - part - 1, r.h};
		l->preview = true;
	} else if (!wish->detail && wish->focus != PANE_DETAIL) {
		l->pane[PANE_QUEUE] = r;
	} else if (r.h >= STACK_MIN_H) {
		part = r.h * 40 / 100;
		l->pane[PANE_QUEUE] = (struct rect){r.x, r.y, r.w, part};
		l->pane[PANE_DETAIL] = (struct rect){r.x, r.y + part, r.w, r.h - part};
		l->preview = true;
	} else {
		l->pane[wish->focus == PANE_DETAIL ? PANE_DETAIL : PANE_QUEUE] = r;
	}
}

/* Two tickets, the first at the left; what is left above them is for views and queue. */
static void two_tickets(struct layout *l, const struct layout_wish *wish, struct rect *body)
{
	int top = body->h >= STACK_MIN_H ? body->h * 35 / 100 : 0, half = body->w / 2;
	struct rect left = {body->x, body->y + top, half, body->h - top};
	struct rect right = {body->x + half + 1, body->y + top, body->w - half - 1, body->h - top};

	l->split = (struct rect){body->x + half, body->y + top, 1, body->h - top};
	l->pane[PANE_DETAIL] = wish->swapped ? right : left;
	l->other = wish->swapped ? left : right;
	l->vline_h = top;
	body->h = top;
}

struct layout layout_make(int w, int h, const struct layout_wish *wish)
{
	struct layout l = {.vline = {-1, -1}};
	struct rect body = {0, 1, w, h - 2};
	int side = w >= SIDE_WIDE ? 27 : 22;

	if (w < LAYOUT_MIN_W || h < LAYOUT_MIN_H) {
		l.too_small = true;
		return l;
	}
	l.status = (struct rect){0, 0, w, 1};
	l.footer = (struct rect){0, h - 1, w, 1};
	if (wish->banner) {
		l.banner = (struct rect){0, 1, w, 1};
		body.y++;
		body.h--;
	}
	if (wish->zoom || (wish->figures && wish->focus == PANE_QUEUE)) {
		alone(&l, wish->focus, body);
		return l;
	}
	if (wish->log || wish->focus == PANE_LOG) {
		if (body.h < STACK_MIN_H + LOG_H && wish->focus == PANE_LOG) {
			alone(&l, PANE_LOG, body);
			return l;
		}
		if (body.h >= STACK_MIN_H + LOG_H) {
			l.pane[PANE_LOG] = (struct rect){0, body.y + body.h - LOG_H, w, LOG_H};
			body.h -= LOG_H;
		}
	}
	if (wish->second && w >= TWO_WIDE && (body.h >= STACK_MIN_H || wish->focus == PANE_DETAIL)) {
		two_tickets(&l, wish, &body);
		if (!body.h)
			return l;
		l.preview = true;
		l.pane[PANE_VIEWS] = (struct rect){0, body.y, side, body.h};
		l.vline[0] = side;
		l.pane[PANE_QUEUE] = (struct rect){side + 1, body.y, body.w - side - 1, body.h};
		return l;
	}
	if (w >= MEDIUM || wish->focus == PANE_VIEWS) {
		if (w < 60) {
			alone(&l, PANE_VIEWS, body);
			return l;
		}
		l.pane[PANE_VIEWS] = (struct rect){0, body.y, side, body.h};
		l.vline[0] = side;
		body.x += side + 1;
		body.w -= side + 1;
	}
	work_area(&l, wish, body, w >= WIDE);
	return l;
}
