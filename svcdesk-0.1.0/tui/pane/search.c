/* Searching in the lists: the same everywhere, and told in the same words. */
#include "config.h"
#include "tui/pane/search.h"

#include "core/base/i18n.h"

void search_list(struct list *l, const char *text, int dir, struct effects *fx)
{
	enum list_found found;

	if (dir == 0) {
		text ? list_search_cancel(l) : list_search_begin(l);
		return;
	}
	if (text)
		list_search_set(l, text);
	if (text && !*text)
		return;
	found = list_search(l, dir, text != NULL);
	if (!text && found == LIST_NOT_FOUND)
		fx_toast(fx, EL_WARN, _("Not found: %s"), l->search);
	else if (!text && found == LIST_WRAPPED)
		fx_toast(fx, EL_DIM, "%s", dir > 0 ? _("Search went on at the top") : _("Search went on at the bottom"));
}
