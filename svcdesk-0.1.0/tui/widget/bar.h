/* Lines at the edges: toast, footer hints, status. */
#ifndef TUI_WIDGET_BAR_H
#define TUI_WIDGET_BAR_H

#include "tui/widget/widget.h"

/* The message line: the newest message until its time is over. Monotonic milliseconds come from the owner. */
struct toast {
	char text[512];
	enum element element;
	int64_t until; /* 0 = nothing; INT64_MAX = until replaced */
};
void toast_show(
	struct toast *t, enum element e, const char *text, int64_t now_ms, int64_t for_ms); /* for_ms 0: by length and weight */
void toast_clear(struct toast *t);
bool toast_tick(struct toast *t, int64_t now_ms);          /* true: it just went, draw again */
int64_t toast_wait(const struct toast *t, int64_t now_ms); /* ms until the next tick is due; -1 none */
/* In line; what does not fit goes on above it, three lines at most. False: there is none. */
bool toast_draw(const struct toast *t, struct region line, struct region above);

struct hint {
	const char *key, *label;
	bool off;
};
/* "j/k move  Enter open  ? help": hints that do not fit are left out from the end; the last one (help) stays if keep_last. */
void footer_draw(struct region line, const struct hint *h, size_t n, bool keep_last);

/* left text, right text; the right one wins when narrow. */
void status_draw(struct region line, enum element e, const char *left, const char *right);

#endif
