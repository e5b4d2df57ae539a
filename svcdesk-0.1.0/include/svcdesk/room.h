/* Major incidents as the desk tells them: the list, and the war room of one. */
#ifndef SVCDESK_ROOM_H
#define SVCDESK_ROOM_H

#include "svcdesk/meta.h"
#include "svcdesk/ticket.h"

struct sd_err;

/* The update clock. due: SD_TIME_NONE when none runs. */
struct sd_room_update {
	char *state; /* running, breached, met ...; "": there is none */
	sd_time due;
	int64_t minutes; /* an update every so many */
	int breaches;
	bool open;
};

struct sd_major {
	int64_t id;
	char *number, *major, *state, *subject, *commander, *rule;
	int priority, children;
	sd_time opened, reported;
	struct sd_room_update update;
};
struct sd_majors {
	struct sd_arena *arena;
	struct sd_major *v;
	int n;
};
/* Parses the text of desk.major_list(). NULL and err when it is not what was expected. */
struct sd_majors *sd_majors_parse(const char *json, struct sd_err *err);
void sd_majors_free(struct sd_majors *m);

struct sd_room_child {
	int64_t id;
	char *number, *state, *subject, *assignee, *org;
	int phase, priority;
};
struct sd_room_state {
	char *state;
	int n;
};
struct sd_room_person {
	char *name;
	bool writing;
};
struct sd_room {
	struct sd_arena *arena;
	struct sd_ticket *ticket;
	struct sd_room_update update;
	sd_time accepted;
	struct sd_room_child *children;
	struct sd_room_state *states;
	struct sd_room_person *present;
	int nchildren, nstates, npresent;
	struct sd_words services, customers, items;
	char *draft_summary, *draft_timeline; /* of the report, out of the journal */
};
/* Parses the text of desk.war_room(). NULL and err when it is not what was expected. */
struct sd_room *sd_room_parse(const char *json, struct sd_err *err);
void sd_room_free(struct sd_room *r);

#endif
