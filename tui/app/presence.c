/* Presence: every ten seconds one small write that nobody waits for, in a table that is not logged. A server that takes no writes
 * is not asked again. */
#include "tui/app/presence.h"

#include <inttypes.h>
#include <stdio.h>
#include "svcdesk/log.h"
#include "tui/app/act.h"
#include "tui/app/triage.h"
#include "tui/app/warroom.h"

enum { FIRST_MS = 2000, AGAIN_MS = 10000 };

void presence_start(struct model *m, struct effects *fx)
{
	m->presence_off = false;
	fx_timer(fx, TIMER_PRESENCE, FIRST_MS);
}

/* The ticket that is read, or written on in the form on top; 0: none. */
static int64_t ticket_of(const struct model *m, bool *writing)
{
	const struct overlay *o = m->noverlays ? m->overlay[m->noverlays - 1] : NULL;

	*writing = o && o->kind == OV_FORM && !o->form->many;
	if (*writing)
		return o->form->is_new ? 0 : o->form->ticket;
	if (warroom_at(m))
		return warroom_at(m);
	if (triage_at(m))
		return triage_at(m);
	return m->detail->ticket && (m->detail_open || model_previews(m)) ? m->detail->id : 0;
}

void presence_timer(struct model *m, struct effects *fx)
{
	char ticket[24];
	bool writing;
	int64_t id = ticket_of(m, &writing);
	const char *params[] = {m->console_id, ticket, writing ? "writing" : "viewing"};

	if (m->presence_off)
		return;
	fx_timer(fx, TIMER_PRESENCE, AGAIN_MS);
	if (!m->session.online || m->lock)
		return; /* nobody is there */
	if (!*m->console_id)
		m->env.uuid(m->env.arg, m->console_id);
	snprintf(ticket, sizeof ticket, "%" PRId64, id);
	fx_query(fx, (struct req){REQ_PRESENCE, 0, 0, 0}, FX_FAST, "select desk.presence($1::uuid, $2::bigint, $3)", 3, params);
}

void presence_answer(struct model *m, const struct answer *a, struct effects *fx)
{
	if (!a->err || a->err->cls == SD_ERR_CONNECTION || a->err->cls == SD_ERR_TIMEOUT)
		return;
	sd_log(SD_LOG_INFO, "%s", a->err->text); /* a standby, for one */
	m->presence_off = true;
	fx_timer(fx, TIMER_PRESENCE, -1);
}
