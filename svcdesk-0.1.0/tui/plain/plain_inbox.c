/* The inbox in lines. Its rows have numbers like those of a view: a number opens the ticket. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/meta.h"

/* "2. unread, mentions you, INC100001, ben, @anna see the log, Mail is slow, 01-05 09:05" */
static void one(struct plain *p, size_t n, const struct inbox_item *i)
{
	const char *label = sd_meta_label(p->m->meta, sd_arena_printf(p->a, "inbox.%s", i->reason));
	const char *const parts[] = {i->unread ? _("unread") : "", label ? label : i->reason, i->number, i->actor,
		strcmp(i->reason, "handover") ? i->excerpt : "", i->subject,
		sd_time_local(p->a, i->at, p->m->session.zone, "%m-%d %H:%M")};
	struct sd_str s = {0};
	bool any = false;

	sd_str_addf(&s, "%zu. ", n);
	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
		if (*parts[k])
			sd_str_addf(&s, "%s%s", any ? _(", ") : "", parts[k]);
		any = any || *parts[k];
	}
	plain_at(p, 0, s.data);
	sd_str_free(&s);
}

void plain_inbox(struct plain *p)
{
	const struct inbox *b = p->m->inbox;

	p->nrows = p->first = 0;
	if (!b->nitems)
		plain_say(p, "%s", _("Nothing concerns you yet"));
	for (int i = 0; i < b->nitems && i < p->page; i++) {
		*SD_PUSH(p->row, p->nrows, p->caprows) =
			(struct plain_row){b->items[i].ticket, INT_MAX}; /* no news of it until it was shown */
		one(p, p->nrows, &b->items[i]);
	}
	if (b->nitems > p->page)
		plain_say(p, _("%d more; inbox read makes room"), b->nitems - p->page);
}

void plain_inbox_command(struct plain *p, char *rest, struct effects *fx)
{
	struct inbox *b = p->m->inbox;
	char *number = rest + strcspn(rest, " ");
	long n;

	number += strspn(number, " ");
	if (!*rest) {
		inbox_ask(b, fx);
		p->show = SHOW_INBOX;
		return;
	}
	n = strtol(number, NULL, 10);
	if (strncmp(rest, "read", strlen("read")) != 0 || (*number && (n < 1 || n > b->nitems))) {
		plain_say(p, "%s", _("inbox, inbox read or inbox read 3"));
		return;
	}
	if (!*number) {
		b->pane.ops->action(&b->pane, &p->m->session, ACT_INBOX_ALL, 0, fx);
		return;
	}
	list_select_row(&b->list, (int)n - 1);
	if (b->items[n - 1].unread)
		b->pane.ops->action(&b->pane, &p->m->session, ACT_INBOX_READ, 0, fx);
}
