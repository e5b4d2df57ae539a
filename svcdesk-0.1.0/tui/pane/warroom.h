/* The war room: one major incident over the whole screen - who leads it, when the next update is due, what it touches, what
 * happened - or, before one is chosen, the list of those there are. */
#ifndef TUI_PANE_WARROOM_H
#define TUI_PANE_WARROOM_H

#include "svcdesk/room.h"
#include "tui/pane/board.h"
#include "tui/widget/list.h"
#include "tui/widget/textview.h"

enum room_part { ROOM_CHILDREN, ROOM_TIMELINE };

struct warroom {
	struct board board;       /* first; its page is not used */
	int64_t id;               /* the one that is shown; 0: the list, or */
	char number[32];          /* the one with this number, which is asked for */
	bool chosen;              /* by somebody: else the only one that goes on opens by itself */
	bool asked_room;          /* what is on its way is a room */
	bool follow;              /* the list came with only one that goes on: it is asked for next */
	struct sd_majors *majors; /* NULL: not there yet */
	struct sd_room *room;     /* of id, or NULL */
	enum room_part part;
	struct list list, children;
	struct textview text;
	int built;   /* width the timeline was made for; 0: anew */
	bool to_end; /* the newest event is looked at */
	const struct session *s;
	struct sd_arena *scratch;
};

struct board *warroom_new(void);
/* Shows this one next time it is opened or read; 0: the list. */
void warroom_choose(struct warroom *w, int64_t id);
void warroom_choose_number(struct warroom *w, const char *number);
bool warroom_up(
	struct warroom *w, const struct session *s, struct effects *fx); /* from a room back to the list; false: it is there */
const struct sd_ticket *warroom_ticket(const struct warroom *w);     /* NULL: no room is shown */
int64_t warroom_child(const struct warroom *w);                      /* under the cursor; 0: none */

void warroom_mouse(struct warroom *w, const struct session *s, const struct key *k, struct effects *fx);

/* -- parts of the module -- */
void warroom_build(struct warroom *w, const struct session *s, int width); /* the timeline */
void warroom_draw_room(struct warroom *w, const struct session *s, struct region r, bool focus);
/* "12:05", "1:02:05"; late: with a minus. In buf. */
const char *warroom_countdown(sd_time due, sd_time now, char *buf, size_t size);

#endif
