/* A choice list with keys, as a popup: verbs of a ticket, copy menu, which-key. A disabled entry stays visible and says why. */
#ifndef TUI_WIDGET_MENU_H
#define TUI_WIDGET_MENU_H

#include "tui/widget/widget.h"

struct menu_entry {
	int id;          /* the owner's */
	const char *key; /* one key name ("r", "Ctrl-x") that picks it at once; NULL = none */
	const char *label;
	const char *hint; /* dim at the right; NULL = none */
	const char *off;  /* why it is disabled; NULL = it is not */
};

struct menu_item {
	int id;
	char *key, *label, *hint, *off;
};

struct menu {
	char *title;
	struct menu_item *item; /* own copies */
	size_t nitems, capitems;
	struct scroll scroll;
	struct motion_keys keys;
	int x, y, w, h; /* of the items at the last draw: for the mouse */
	char *why;      /* reason of the disabled entry that was tried */
};

void menu_init(struct menu *m, const char *title);
void menu_free(struct menu *m);
void menu_add(struct menu *m, const struct menu_entry *e);
const struct menu_item *menu_selected(const struct menu *m); /* NULL when empty */
bool menu_takes(const struct menu *m, const struct key *k);  /* is it the key of an item? */
/* SUBMIT: menu_selected() was chosen and is enabled; CANCEL: Esc or q. A disabled one shows its reason: HANDLED. */
enum widget_result menu_update(struct menu *m, const struct key *k);
void menu_draw(struct menu *m, struct region r);

#endif
