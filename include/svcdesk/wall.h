/* The figures of the wallboard, as desk.wall() gives them: what is open now ("live", follows the open records), and what is
 * reckoned from the past and asked more rarely ("slow"). Texts are clean. */
#ifndef SVCDESK_WALL_H
#define SVCDESK_WALL_H

#include <stdbool.h>
#include <stddef.h>
#include "svcdesk/clock.h"

struct sd_err;
struct sd_arena;

enum { SD_WALL_PRIORITIES = 5, SD_WALL_HOURS = 24, SD_WALL_AGES = 6 };
extern const char *const sd_wall_ages[SD_WALL_AGES]; /* "0-1" ... ">30", in days */

struct sd_wall_open {
	int n, unassigned, breached, at_risk;
};
struct sd_wall_ticket {
	const char *number, *subject, *group, *assignee, *metric; /* metric: of its clock; "" */
	int priority;
	sd_time opened, due; /* due: SD_TIME_NONE where there is none */
};
struct sd_wall_group {
	const char *name;
	int open, unassigned, breached, at_risk;
	int age[SD_WALL_AGES];
};
struct sd_wall_agent {
	const char *name, *on; /* the ticket looked at or written on; "" */
	int open, urgent;      /* held, and of these of priority 1 and 2 */
	bool online, writing;
};
struct sd_wall_major {
	const char *number, *subject, *state, *service, *manager;
	int priority, children, updates;
	sd_time opened, declared, next_update; /* NONE: none is promised */
};
struct sd_wall_service {
	int id, parent, depth;    /* parent 0: none; rows come in the order of the tree */
	const char *name, *state; /* ok, degraded, down, planned, unknown */
	int open, urgent;
};
struct sd_wall_metric {
	const char *id, *name, *unit; /* unit: minutes, percent, count, days, score */
	bool up;                      /* more is better */
	double value, target;         /* NaN: none */
	long n;
	const char *period;
};
struct sd_wall_cause {
	const char *label;
	int n;
};
struct sd_wall_budget {
	const char *service;
	double availability, target; /* percent; NaN */
	double budget, left;         /* minutes */
};

struct sd_wall {
	sd_time now;  /* of the desk, when the live part was read */
	bool frozen;  /* its clock stands */
	bool standby; /* read from a server that only follows */
	bool has_live, has_slow;
	const char *desk, *zone;
	const char *unknown; /* a group that was asked for and is not there; "" */

	struct {
		struct sd_wall_open total, priority[SD_WALL_PRIORITIES];
		int on_hold, restricted, in15, in60, candidates, online; /* online < 0: not known there */
		double in[SD_WALL_HOURS], out[SD_WALL_HOURS];            /* the hour that runs is the last */
		int predicted, predicted_came; /* likely to be missed; of a hundred such warnings so many came true; < 0: not known */
		int in_today, out_today;
		int age[SD_WALL_AGES];
		double forecast[SD_WALL_HOURS]; /* clocks that run out in each of the next hours if nobody does anything */
		struct sd_wall_ticket *breaching, *oldest;
		struct sd_wall_group *groups;
		struct sd_wall_agent *agents;
		struct sd_wall_major *majors;
		struct sd_wall_service *services;
		size_t nbreaching, noldest, ngroups, nagents, nmajors, nservices;
	} live;
	struct {
		struct sd_wall_metric *metrics;
		struct sd_wall_cause *causes;
		struct sd_wall_budget *budgets;
		size_t nmetrics, ncauses, nbudgets;
	} slow;

	struct sd_arena *arena[2]; /* of the live part, of the slow one */
};

struct sd_wall *sd_wall_new(void);
void sd_wall_free(struct sd_wall *w);
/* Takes what the answer holds: a part that is not in it stays as it was. False and err: it was no such answer, and nothing has
 * changed. */
bool sd_wall_take(struct sd_wall *w, const char *json, struct sd_err *err);
const struct sd_wall_metric *sd_wall_metric(const struct sd_wall *w, const char *id); /* NULL: not there */
/* "94.2%", "35 min", "2h 5m", "4.6", "-" for none; in the arena. */
char *sd_wall_value(struct sd_arena *a, const struct sd_wall_metric *m);
/* Whether the target is held: 1 yes, 0 no, -1 nobody can tell. */
int sd_wall_goal(const struct sd_wall_metric *m);

/* The statement: $1 what is wanted as JSON {"lang", "parts": ["live","slow"], "groups": [names]}. One row, one column. */
extern const char sd_wall_sql[];

#endif
