/* Where the panes stand. Pure: size and wishes in, rectangles out. */
#ifndef TUI_APP_LAYOUT_H
#define TUI_APP_LAYOUT_H

#include <stdbool.h>

enum pane_id { PANE_VIEWS, PANE_QUEUE, PANE_DETAIL, PANE_LOG, PANES };

struct rect {
	int x, y, w, h; /* w or h 0: not shown */
};

struct layout_wish {
	enum pane_id focus;
	bool zoom;    /* the focused pane alone */
	bool figures; /* a page of figures stands in the place of the queue: alone while it has the focus */
	bool detail;  /* a ticket was opened */
	bool log;     /* the messages were opened */
	bool banner;  /* a line about the connection */
	bool second;  /* a second ticket is open */
	bool swapped; /* the focus of the tickets is on it */
};

struct layout {
	bool too_small;
	struct rect status, banner, footer;
	struct rect pane[PANES]; /* with their title line */
	struct rect other;       /* the ticket that does not have the focus */
	int vline[2];            /* columns of the lines between panes; -1 none */
	int vline_h;             /* their length; 0: to the bottom */
	struct rect split;       /* the line between two tickets */
	bool preview;            /* the ticket pane follows the cursor of the queue */
};

enum { LAYOUT_MIN_W = 40, LAYOUT_MIN_H = 10 };

struct layout layout_make(int w, int h, const struct layout_wish *wish);

#endif
