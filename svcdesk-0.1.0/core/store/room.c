#include "config.h"
#include "svcdesk/room.h"

#include <string.h>
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

static struct sd_room_update read_update(struct sd_arena *a, const json_t *j)
{
	return (struct sd_room_update){.state = store_text(a, j, "state"),
		.due = store_bool(j, "open") ? store_time(j, "due_at") : SD_TIME_NONE,
		.minutes = store_int(j, "minutes"),
		.breaches = (int)store_int(j, "breaches"),
		.open = store_bool(j, "open")};
}

struct sd_majors *sd_majors_parse(const char *json, struct sd_err *err)
{
	json_t *j = json_loads(json ? json : "", 0, NULL);
	struct sd_arena *a;
	struct sd_majors *m;

	if (!json_is_array(j)) {
		json_decref(j);
		sd_err_set(err, SD_ERR_INTERNAL, "bad_answer", "desk.major_list: not an array");
		return NULL;
	}
	a = sd_arena_new();
	m = sd_arena_alloc(a, sizeof *m);
	m->arena = a;
	ELEMENTS(a, j, m->n, m->v);
	for (int i = 0; i < m->n; i++) {
		const json_t *e = json_array_get(j, (size_t)i);

		m->v[i] = (struct sd_major){.id = store_int(e, "id"),
			.number = store_text(a, e, "number"),
			.major = store_text(a, e, "major"),
			.state = store_text(a, e, "state"),
			.subject = store_text(a, e, "subject"),
			.commander = store_text(a, e, "commander"),
			.rule = store_text(a, e, "rule"),
			.priority = (int)store_int(e, "priority"),
			.children = (int)store_int(e, "children"),
			.opened = store_time(e, "opened_at"),
			.reported = store_time(e, "reported_at"),
			.update = read_update(a, json_object_get(e, "update"))};
	}
	json_decref(j);
	return m;
}

void sd_majors_free(struct sd_majors *m)
{
	if (m)
		sd_arena_free(m->arena);
}

static void read_room(struct sd_arena *a, struct sd_room *r, const json_t *j)
{
	const json_t *children = json_object_get(j, "children"), *states = json_object_get(j, "states"), *e;
	const json_t *present = json_object_get(j, "present"), *draft = json_object_get(j, "draft");

	r->update = read_update(a, json_object_get(j, "update"));
	r->accepted = store_time(j, "accepted_at");
	r->services = store_words(a, json_object_get(j, "services"));
	r->customers = store_words(a, json_object_get(j, "customers"));
	r->items = store_words(a, json_object_get(j, "items"));
	r->draft_summary = store_text_block(a, draft, "summary");
	r->draft_timeline = store_text_block(a, draft, "timeline");
	ELEMENTS(a, children, r->nchildren, r->children);
	for (int i = 0; i < r->nchildren; i++) {
		e = json_array_get(children, (size_t)i);
		r->children[i] = (struct sd_room_child){store_int(e, "id"), store_text(a, e, "number"), store_text(a, e, "state"),
			store_text(a, e, "subject"), store_text(a, e, "assignee"), store_text(a, e, "org"), (int)store_int(e, "phase"),
			(int)store_int(e, "priority")};
	}
	ELEMENTS(a, states, r->nstates, r->states);
	for (int i = 0; i < r->nstates; i++) {
		e = json_array_get(states, (size_t)i);
		r->states[i] = (struct sd_room_state){store_text(a, e, "state"), (int)store_int(e, "n")};
	}
	ELEMENTS(a, present, r->npresent, r->present);
	for (int i = 0; i < r->npresent; i++) {
		e = json_array_get(present, (size_t)i);
		r->present[i] = (struct sd_room_person){store_text(a, e, "name"), !strcmp(store_text(a, e, "mode"), "writing")};
	}
}

struct sd_room *sd_room_parse(const char *json, struct sd_err *err)
{
	struct sd_ticket *t = sd_ticket_parse(json, err);
	json_t *j = t ? store_object(json, "desk.war_room", err) : NULL;
	struct sd_arena *a;
	struct sd_room *r;

	if (!j) {
		sd_ticket_free(t);
		return NULL;
	}
	a = sd_arena_new();
	r = sd_arena_alloc(a, sizeof *r);
	r->arena = a;
	r->ticket = t;
	read_room(a, r, json_object_get(j, "room"));
	json_decref(j);
	return r;
}

void sd_room_free(struct sd_room *r)
{
	if (!r)
		return;
	sd_ticket_free(r->ticket);
	sd_arena_free(r->arena);
}
