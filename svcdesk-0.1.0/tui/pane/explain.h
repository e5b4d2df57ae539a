/* Why the clocks of a ticket stand where they stand, as text: the rule, the calendar, each stretch of time, where now is. */
#ifndef TUI_PANE_EXPLAIN_H
#define TUI_PANE_EXPLAIN_H

#include "svcdesk/explain.h"
#include "tui/pane/msg.h"
#include "tui/widget/textview.h"

struct explain {
	int64_t id; /* of the ticket; 0: only its number is known */
	char number[32];
	struct sd_explain *e; /* NULL: not there yet */
	char *error;          /* why it cannot be shown */
	struct textview text;
	bool spoken; /* in lines that are read out: no pictures */
	int built;   /* width it was built for; 0 = build again */
};

struct explain *explain_new(int64_t id, const char *number);
void explain_free(struct explain *x);
/* Takes what desk.sla_explain told, or err. */
void explain_take(struct explain *x, const struct table *t, const struct sd_err *err);
void explain_lay(struct explain *x, const struct session *s, int width);
void explain_draw(struct explain *x, const struct session *s, struct region r);

#endif
