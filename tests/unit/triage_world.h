/* The triage mode for tests: a console in it, pages as desk.triage_page answers them, keys. */
#ifndef TESTS_UNIT_TRIAGE_WORLD_H
#define TESTS_UNIT_TRIAGE_WORLD_H

#include "tests/unit/console_world.h"
#include "tui/pane/triage.h"

/* Connected, T was pressed: a page is asked for. */
struct world *triage_world(int width, int height);
struct triage *triage_of(struct world *w);
/* Answers the page that was asked for last with these documents (JSON, separated by commas) and what else belongs to it ("":
 * nothing). */
void triage_given(struct world *w, int left, const char *tickets, const char *more);
/* A ticket as desk.triage_ticket gives it, with proposals: Network / Wifi 90 %, Network / VPN 6 %, Mail 3 %; impact 2, urgency 2;
 * Radio 80 %, Service desk 15 %; ann 70 %. more: further members, or "". In the arena of the world's effects: for one step. */
const char *triage_doc(struct world *w, int id, const char *subject, const char *more);
/* Answers the act that was sent last: it was done, and leads to a state; or it was refused with this error object. */
struct req triage_act_req(struct world *w, const char **verb, const char **fields);
void triage_done_as(struct world *w, struct req req, int id, const char *state);
void triage_refused_as(struct world *w, struct req req, const char *error);

#endif
