/* A server that does not answer: it is said, with the time since when. The keys work on; after a while the connection is given
 * up. */
#include "config.h"
#include "tui/app/silence.h"

#include <stdio.h>
#include "core/base/i18n.h"

enum { SILENT_MS = 2500, AGAIN_MS = 1000 };

void silence_asked(struct model *m, struct effects *fx)
{
	if (m->silence.asked)
		return;
	m->silence.asked = true;
	m->silence.since = m->session.now;
	m->silence.ms = m->session.ms;
	fx_timer(fx, TIMER_SILENCE, SILENT_MS);
}

void silence_heard(struct model *m, struct effects *fx)
{
	if (!m->silence.asked)
		return;
	fx_timer(fx, TIMER_SILENCE, -1);
	m->silence.asked = false;
	if (m->silence.on) {
		m->silence.on = false;
		model_relayout(m);
		m->dirty = true;
	}
}

void silence_timer(struct model *m, struct effects *fx)
{
	if (!m->silence.asked || !m->session.online)
		return;
	m->silence.on = true;
	model_relayout(m);
	m->dirty = true;
	fx_timer(fx, TIMER_SILENCE, AGAIN_MS);
}

const char *silence_text(const struct model *m, char *buf, size_t size)
{
	char at[16];
	struct sd_arena *a = m->cand_arena;

	*buf = '\0';
	if (m->silence.on) {
		snprintf(at, sizeof at, "%s", sd_time_local(a, m->silence.since, m->session.zone, "%H:%M:%S"));
		snprintf(buf, size, _(" No answer from the database since %s (%d s): what you see may be old; what you do is kept"), at,
			(int)((m->session.ms - m->silence.ms) / 1000));
	}
	return buf;
}
