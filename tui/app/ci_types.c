/* Over which types of links an impact goes: a list in which one type is taken alone, or some are left out. */
#include "config.h"
#include "tui/app/ci.h"

#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/app/ci_int.h"
#include "tui/pane/ci.h"

static void fill(struct model *m, struct overlay *o)
{
	const struct cmdb *c = ci_pane(m);
	int at = o->menu.scroll.cur;
	struct sd_arena *a = sd_arena_new();

	menu_free(&o->menu);
	menu_init(&o->menu, _("Over which types of links"));
	for (int i = 0; c->reached && i < c->reached->ntypes; i++)
		menu_add(&o->menu, &(struct menu_entry){.id = i,
							   .label = sd_arena_printf(
								   a, "[%c] %s", ci_over(c, c->reached->type[i].id) ? 'x' : ' ', c->reached->type[i].label)});
	o->menu.scroll.cur = (size_t)at < o->menu.nitems ? at : 0;
	sd_arena_free(a);
}

void ci_types_open(struct model *m, struct effects *fx)
{
	struct overlay *o;

	if (!ci_pane(m)->reached || !ci_pane(m)->reached->ntypes) {
		fx_toast(fx, EL_WARN, "%s", _("The desk has no type of links that carries an impact; svcdesk ci type set declares one"));
		return;
	}
	o = overlay_push(m, OV_MENU);
	o->use = DLG_CI_TYPES;
	menu_init(&o->menu, "");
	fill(m, o);
}

/* It stays open while types are tried; what they give is read behind it. */
void ci_types_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	struct cmdb *c = ci_pane(m);
	const struct menu_item *it = menu_selected(&o->menu);
	const struct ci_reached *r = c->reached;
	const char *type = it && r && it->id < r->ntypes ? r->type[it->id].id : NULL;
	enum widget_result res = W_HANDLED;

	if (type && key_is(k, ' ', 0))
		ci_without(c, &m->session, type, fx);
	else if (key_is(k, 'a', 0))
		ci_only(c, &m->session, NULL, fx);
	else
		res = menu_update(&o->menu, k);
	if (res == W_SUBMIT && type)
		ci_only(c, &m->session, type, fx);
	if (res == W_SUBMIT || res == W_CANCEL)
		overlay_pop(m);
	else
		fill(m, o);
}
