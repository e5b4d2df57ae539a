/* Who is there and to whom new work goes: the assignment rules in their order, the rota of a week, absences. A page like those of
 * figures; a rule leads to the tickets its query describes. */
#ifndef TUI_PANE_DUTY_H
#define TUI_PANE_DUTY_H

#include "tui/pane/board.h"

struct rule_row {
	char *name, *query, *group, *method, *skill;
	char *json; /* whole, as the desk gave it */
	int place, week, waiting;
	bool on, tried, mine; /* mine: one may change it */
};
struct absence_row {
	int id;
	char *person, *reason;
	sd_time from, until;
};
struct duty_data {
	struct sd_arena *arena;
	sd_time now, from;
	char *week; /* JSON, for sd_rota_text() */
	struct rule_row *rule;
	struct absence_row *absence;
	int nrules, nabsences;
};

struct duty {
	struct board board; /* first */
	struct duty_data *data;
	char *tried; /* what the last simulation said; NULL: none */
	bool trying;
};

struct board *duty_new(void);
/* What the cursor is on; NULL: no such thing. */
const struct rule_row *duty_rule(const struct duty *d);
const struct absence_row *duty_absence(const struct duty *d);

#endif
