/* Services in lines: how each stands, its availability and what is left of its budget, and the outages of the period. Acts on
 * them are lines of the palette: :outage opens the questions. */
#include <math.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/meta.h"
#include "tui/app/board.h"
#include "tui/pane/services.h"
#include "tui/plain/plain_int.h"

static struct services *services_of(struct plain *p)
{
	return (struct services *)board_get(p->m, BOARD_SERVICES);
}

void plain_services_command(struct plain *p, char *rest, struct effects *fx)
{
	struct services *sv = services_of(p);

	board_close(&sv->board, fx);
	if (!board_set_period(&sv->board, rest, false)) {
		plain_say(p, _("This is no period: %s"), rest);
		return;
	}
	board_open(&sv->board, &p->m->session, fx);
	p->show = SHOW_SERVICES;
}

static const char *word(struct plain *p, const char *group, const char *said)
{
	const char *text = sd_meta_label(p->m->meta, sd_arena_printf(p->a, "%s.%s", group, said));

	return text && *text ? text : said;
}

static void service(struct plain *p, const struct service_row *r)
{
	char left[32], of[32];

	plain_at(p, r->depth * 2,
		sd_arena_printf(p->a, _("%s: %s, available %s %%, budget left %s of %s, open tickets %d, outages %d"), r->name,
			word(p, "service.state", r->state), isnan(r->availability) ? "-" : sd_arena_printf(p->a, "%.3f", r->availability),
			board_number(r->left, UNIT_MINUTES, left, sizeof left), board_number(r->budget, UNIT_MINUTES, of, sizeof of), r->open,
			r->outages));
}

static void outage(struct plain *p, const struct outage_row *o)
{
	const char *zone = p->m->session.zone;

	plain_at(p, 2,
		sd_arena_printf(p->a, "%s, %s, %s - %s%s%s%s%s", o->service, word(p, "outage.kind", o->kind),
			sd_time_local(p->a, o->from, zone, "%Y-%m-%d %H:%M"),
			o->until == SD_TIME_NONE ? _("goes on") : sd_time_local(p->a, o->until, zone, "%Y-%m-%d %H:%M"),
			*o->ticket ? ", " : "", o->ticket, *o->note ? ": " : "", o->note));
}

void plain_services(struct plain *p, struct effects *fx)
{
	struct services *sv = services_of(p);
	const struct services_data *d = sv->data;

	if (sv->board.error) {
		plain_say(p, "%s", sv->board.error);
	} else if (d) {
		plain_say(p, _("Services, %s"), d->period);
		for (int i = 0; i < d->nrows; i++)
			service(p, &d->row[i]);
		plain_say(p, d->noutages ? _("Outages, %s") : _("Outages, %s: none"), d->period);
		for (int i = 0; i < d->noutages; i++)
			outage(p, &d->outage[i]);
	}
	board_close(&sv->board, fx);
}
