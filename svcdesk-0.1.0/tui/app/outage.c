#include "config.h"
#include "tui/app/outage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/when.h"
#include "tui/app/act.h"
#include "tui/app/board.h"
#include "tui/pane/services.h"

struct outage_form {
	struct form form;
	const char *what; /* add, change, end, cancel */
	int64_t id;       /* of the outage; 0: a new one */
	int version;
	char op[SD_UUID_TEXT];
};

void outage_form_free(struct outage_form *f)
{
	form_free(&f->form);
	free(f);
}

void outage_draw(struct outage_form *f, struct region r)
{
	form_draw(&f->form, r);
}

static void text(struct outage_form *f, const char *name, const char *label, const char *initial, bool required, const char *hint)
{
	form_add(
		&f->form, &(struct form_field_def){
					  .name = name, .label = label, .type = FORM_TEXT, .initial = initial, .required = required, .hint = hint});
}

static void at(struct outage_form *f, const char *name, const char *label, const char *initial, const char *hint)
{
	form_add(
		&f->form, &(struct form_field_def){.name = name, .label = label, .type = FORM_TIME, .initial = initial, .hint = hint});
}

static const char *local(struct model *m, struct effects *fx, sd_time t)
{
	return t == SD_TIME_NONE ? "" : sd_time_local(fx->arena, t, m->session.zone, "%Y-%m-%d %H:%M");
}

static void kinds(struct model *m, struct effects *fx, struct outage_form *f, const char *initial)
{
	static const char *const words[] = {"unplanned", "planned", "degraded"};
	struct form_choice c[3];

	for (size_t i = 0; i < 3; i++) {
		const char *label = sd_meta_label(m->meta, sd_arena_printf(fx->arena, "outage.kind.%s", words[i]));

		c[i] = (struct form_choice){words[i], label && *label ? label : words[i]};
	}
	form_add(
		&f->form, &(struct form_field_def){
					  .name = "kind", .label = _("Kind"), .type = FORM_CHOICE, .initial = initial, .choices = c, .nchoices = 3});
}

static struct outage_form *begin(struct model *m, const char *what, int64_t id, int version, const char *title)
{
	struct outage_form *f = sd_calloc(1, sizeof *f);

	f->what = what;
	f->id = id;
	f->version = version;
	m->env.uuid(m->env.arg, f->op);
	form_init(&f->form, title);
	return f;
}

static void open_new(struct model *m, const char *service, const char *ticket, struct effects *fx)
{
	struct outage_form *f = begin(m, "add", 0, 0, _("Record an outage"));

	text(f, "service", _("Service"), service, !*ticket, *ticket ? _("that of the ticket") : NULL);
	kinds(m, fx, f, "unplanned");
	at(f, "from", _("From"), "", _("now; 08:00, 2h (ago), 2026-12-01 22:00"));
	at(f, "until", _("Until"), "", _("it goes on"));
	text(f, "ticket", _("Ticket"), ticket, false, _("number of a ticket"));
	text(f, "note", _("Note"), "", false, NULL);
	overlay_push(m, OV_OUTAGE)->outage = f;
	form_focus(&f->form, *service || *ticket ? "from" : "service");
}

static void open_change(struct model *m, const struct outage_row *o, struct effects *fx)
{
	struct outage_form *f =
		begin(m, "change", o->id, o->version, sd_arena_printf(fx->arena, _("Correct the outage of %s"), o->service));

	kinds(m, fx, f, o->kind);
	at(f, "from", _("From"), local(m, fx, o->from), NULL);
	at(f, "until", _("Until"), local(m, fx, o->until), _("it goes on"));
	if (!strcmp(o->kind, "degraded"))
		text(f, "weight", _("Part lost"), sd_arena_printf(fx->arena, "%g", o->weight), false, _("0 to 1"));
	text(f, "ticket", _("Ticket"), o->ticket, false, _("number of a ticket"));
	text(f, "note", _("Note"), o->note, false, NULL);
	text(f, "reason", _("Why"), "", false, _("kept in the journal of the outage"));
	overlay_push(m, OV_OUTAGE)->outage = f;
}

static void open_end(struct model *m, const struct outage_row *o, struct effects *fx)
{
	struct outage_form *f = begin(m, "end", o->id, o->version, sd_arena_printf(fx->arena, _("End the outage of %s"), o->service));

	at(f, "until", _("Until"), "", _("now; 08:00, 2h (ago), 2026-12-01 22:00"));
	text(f, "note", _("Note"), o->note, false, NULL);
	overlay_push(m, OV_OUTAGE)->outage = f;
}

static void open_cancel(struct model *m, const struct outage_row *o, struct effects *fx)
{
	struct outage_form *f =
		begin(m, "cancel", o->id, o->version, sd_arena_printf(fx->arena, _("The outage of %s never was"), o->service));

	form_note(&f->form, _("It stays on record and counts nowhere."));
	text(f, "reason", _("Why"), "", true, NULL);
	overlay_push(m, OV_OUTAGE)->outage = f;
}

void outage_action(struct model *m, enum action a, struct effects *fx)
{
	struct services *sv = board_shown(m) == BOARD_SERVICES ? (struct services *)board_get(m, BOARD_SERVICES) : NULL;
	const struct service_row *row = sv ? services_row(sv) : NULL;
	const struct outage_row *o = sv ? services_outage(sv) : NULL;
	struct target t = model_target(m);

	if (!o && a == ACT_OUTAGE_END && row)
		o = services_outage_of(sv, row->on);
	if (a == ACT_OUTAGE_END || a == ACT_OUTAGE_CANCEL) {
		if (!o)
			fx_toast(fx, EL_WARN, "%s", a == ACT_OUTAGE_END ? _("No outage goes on here") : _("The cursor is on no outage"));
		else if (a == ACT_OUTAGE_END && strcmp(o->state, "on") != 0)
			fx_toast(fx, EL_WARN, "%s", _("This outage is over; o corrects it"));
		else if (a == ACT_OUTAGE_END)
			open_end(m, o, fx);
		else
			open_cancel(m, o, fx);
	} else if (o) {
		open_change(m, o, fx);
	} else {
		const char *service = row ? row->name : t.ticket ? sd_ticket_get(t.ticket, "service") : "";

		open_new(m, service, !sv && t.id ? t.number : "", fx);
	}
}

/* ---- sending ---- */

/* A time of the form as ISO; "" stays. NULL: it is none, and the form says so. */
static const char *time_iso(struct model *m, struct outage_form *f, const char *name, bool planned, struct effects *fx)
{
	const char *typed = form_value(&f->form, name);
	sd_time t;

	if (!typed || !*typed)
		return "";
	if (planned ? sd_when_parse(fx->arena, typed, m->session.now, m->session.zone, &t)
				: sd_when_past(fx->arena, typed, m->session.now, m->session.zone, &t))
		return sd_time_iso(fx->arena, t);
	form_error(&f->form, name, _("this is no time: 08:00, 2h, 2026-12-01 22:00"));
	return NULL;
}

/* What is to be sent; NULL: something is no time. An end that was left empty is now, other empty fields of a new outage are left
 * out. */
static json_t *fields(struct model *m, struct outage_form *f, struct effects *fx)
{
	const char *kind = form_value(&f->form, "kind");
	bool planned = kind && !strcmp(kind, "planned");
	json_t *j = json_object();

	for (size_t i = 0; i < f->form.nfields; i++) {
		const struct form_field *field = &f->form.field[i];
		const char *v = field->type == FORM_TIME ? time_iso(m, f, field->name, planned, fx) : form_value(&f->form, field->name);

		if (!v) {
			json_decref(j);
			return NULL;
		}
		if (*v || (!strcmp(f->what, "change") && strcmp(field->name, "from") != 0 && strcmp(field->name, "reason") != 0))
			json_object_set_new(j, field->name, json_string(v));
	}
	if (f->id)
		json_object_set_new(j, "version", json_integer(f->version));
	return j;
}

static void send(struct model *m, struct outage_form *f, struct effects *fx)
{
	json_t *j = fields(m, f, fx);
	char *dumped = j ? json_dumps(j, JSON_COMPACT) : NULL;
	char id[24];

	json_decref(j);
	if (!dumped)
		return;
	snprintf(id, sizeof id, "%" PRId64, f->id);
	f->form.busy = true;
	form_error(&f->form, NULL, NULL);
#define OUTAGE_ANSWER                                                                                                            \
	"select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->'error'->>'field', r->'outage'->>'service' from "
	if (f->id)
		fx_query(fx, (struct req){REQ_OUTAGE, 0, f->id, 0}, SD_DB_KEEP,
			OUTAGE_ANSWER "desk.outage_act($1::bigint, $2, $3::jsonb, $4::uuid, 'console') r", 4,
			(const char *const[]){id, f->what, dumped, f->op});
	else
		fx_query(fx, (struct req){REQ_OUTAGE, 0, 0, 0}, SD_DB_KEEP,
			OUTAGE_ANSWER "desk.outage_add($1::jsonb, $2::uuid, 'console') r", 2, (const char *const[]){dumped, f->op});
	free(dumped);
}

void outage_key(struct model *m, struct outage_form *f, const struct key *k, struct effects *fx)
{
	switch (form_update(&f->form, k)) {
	case W_SUBMIT:
		send(m, f, fx);
		break;
	case W_CANCEL:
		overlay_pop(m);
		break;
	default:
		break;
	}
}

/* The form that waits for an answer, wherever it lies; NULL: it was closed. */
static struct outage_form *waiting(const struct model *m)
{
	for (int i = 0; i < m->noverlays; i++)
		if (m->overlay[i]->kind == OV_OUTAGE && m->overlay[i]->outage->form.busy)
			return m->overlay[i]->outage;
	return NULL;
}

void outage_taken(struct model *m, const struct answer *a, struct effects *fx)
{
	struct outage_form *f = waiting(m);
	const char *id = table_get(a->table, 0, 0);
	const char *why = a->err ? a->err->text
					  : id   ? act_refusal(m, fx->arena, "outage", id, table_get(a->table, 0, 1), table_get(a->table, 0, 2))
							 : NULL;

	if (f)
		f->form.busy = false;
	if (why && f) {
		form_error(&f->form, table_get(a->table, 0, 3), why);
		m->env.uuid(m->env.arg, f->op); /* sent again it is another one */
		return;
	}
	if (why) {
		fx_toast(fx, EL_ERROR, "%s", why);
		return;
	}
	if (f && overlay_top(m)->kind == OV_OUTAGE && overlay_top(m)->outage == f)
		overlay_pop(m);
	fx_toast(fx, EL_OK, _("Outage of %s: on record"), clean_copy(fx->arena, table_get(a->table, 0, 4)));
	if (board_shown(m) == BOARD_SERVICES)
		board_read(board_get(m, BOARD_SERVICES), &m->session, fx);
}
