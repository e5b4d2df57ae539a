/* Questions with a few answers: dialogs and menus of the model, as numbered lines. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"

enum { ITEMS_MOST = 200 };

static size_t texts_of(const struct overlay *o, const char **out)
{
	size_t n = o->kind == OV_MENU ? o->menu.nitems : (size_t)o->dialog.nbuttons;

	n = n > ITEMS_MOST ? ITEMS_MOST : n;
	for (size_t i = 0; i < n; i++)
		out[i] = o->kind == OV_MENU ? o->menu.item[i].label : o->dialog.button[i].label;
	return n;
}

void plain_choice_ask(struct plain *p, struct overlay *o)
{
	const char *text[ITEMS_MOST];
	size_t n = texts_of(o, text);
	const char *title = o->kind == OV_MENU ? o->menu.title : o->dialog.title;

	if (title)
		plain_say(p, "%s", title);
	if (o->kind == OV_DIALOG && o->dialog.text)
		plain_say(p, "%s", o->dialog.text);
	for (size_t i = 0; i < n; i++) {
		const struct menu_item *it = o->kind == OV_MENU ? &o->menu.item[i] : NULL;
		const char *off = it && it->off ? it->off : "", *hint = it && it->hint && !*off ? it->hint : "";

		plain_say(p, "%zu. %s%s%s%s%s%s", i + 1, text[i] + strspn(text[i], " "), *hint ? "  " : "", hint,
			*off ? _(": not possible: ") : "", off, o->kind == OV_DIALOG && (int)i == o->dialog.current ? _(" (Enter)") : "");
	}
	if (o->kind == OV_MENU)
		plain_say(p, "%s",
			o->use == DLG_DRAFTS ? _("Enter alone: none of them; drop 1 throws one away")
			: o->use == DLG_OUTBOX
				? _("A number opens its ticket; again 1 sends one again, drop 1 takes one back; Enter alone: none of them")
			: o->use == DLG_RESULTS ? _("Enter alone: none of them; r does it again where it failed")
									: _("Enter alone: none of them"));
}

static void press(struct plain *p, uint32_t code, struct effects *fx)
{
	struct key k = {.code = code};

	p->mode = AT_COMMAND;
	overlay_key(p->m, &k, fx);
}

void plain_choice_line(struct plain *p, struct overlay *o, const char *line, struct effects *fx)
{
	const char *text[ITEMS_MOST];
	size_t n = texts_of(o, text);
	int at = *line ? plain_pick(p, line, text, n) : -1;

	if (o->kind == OV_MENU && (o->use == DLG_DRAFTS || o->use == DLG_OUTBOX) && !strncmp(line, "drop ", 5)) {
		at = plain_pick(p, line + 5, text, n);
		o->menu.scroll.cur = at;
		press(p, at < 0 ? KEY_CODE_ESC : 'D', fx);
		return;
	}
	if (o->kind == OV_MENU && o->use == DLG_OUTBOX && !strncmp(line, "again ", 6)) {
		at = plain_pick(p, line + 6, text, n);
		o->menu.scroll.cur = at;
		press(p, at < 0 ? KEY_CODE_ESC : 'r', fx);
		return;
	}
	if (o->kind == OV_MENU && o->use == DLG_RESULTS && !strcmp(line, "r")) { /* again what failed */
		press(p, 'r', fx);
		return;
	}
	if (o->kind == OV_DIALOG && *line && !line[1])
		for (int i = 0; i < o->dialog.nbuttons; i++)
			if (o->dialog.button[i].key == (uint32_t)*line)
				at = i;
	if (!*line) {
		press(p, o->kind == OV_MENU ? KEY_CODE_ESC : KEY_CODE_ENTER, fx);
	} else if (at < 0) {
		plain_say(p, _("Answer with a number from 1 to %zu"), n);
	} else if (o->kind == OV_DIALOG) {
		o->dialog.current = at;
		press(p, KEY_CODE_ENTER, fx);
	} else if (o->menu.item[at].off) {
		plain_say(p, _("Not possible: %s"), o->menu.item[at].off);
	} else {
		o->menu.scroll.cur = at;
		press(p, KEY_CODE_ENTER, fx);
	}
}
