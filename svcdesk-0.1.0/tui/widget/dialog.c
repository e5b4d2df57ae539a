/* Questions and messages. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/dialog.h"

void dialog_init(struct dialog *d, const char *title, const char *text)
{
	memset(d, 0, sizeof *d);
	d->title = sd_strdup(title ? title : "");
	d->text = sd_strdup(text ? text : "");
	d->cancel = d->buttons_y = -1;
	d->height = 1;
}

void dialog_free(struct dialog *d)
{
	for (int i = 0; i < d->nbuttons; i++)
		free(d->button[i].label);
	free(d->title);
	free(d->text);
	memset(d, 0, sizeof *d);
}

int dialog_button(struct dialog *d, const char *label, uint32_t key)
{
	if (d->nbuttons == DIALOG_BUTTONS)
		return -1;
	d->button[d->nbuttons] = (struct dialog_button){.label = sd_strdup(label), .key = key};
	return d->nbuttons++;
}

void dialog_default(struct dialog *d, int current, int cancel)
{
	if (current >= 0 && current < d->nbuttons)
		d->current = current;
	d->cancel = cancel < d->nbuttons ? cancel : -1;
}

void dialog_confirm(struct dialog *d, const char *title, const char *text)
{
	dialog_init(d, title, text);
	dialog_button(d, _("Yes"), 'y');
	dialog_button(d, _("No"), 'n');
	dialog_default(d, 1, 1);
}

bool dialog_yes(const struct dialog *d)
{
	return d->current >= 0 && d->current < d->nbuttons && d->button[d->current].key == 'y';
}

static enum widget_result scroll_text(struct dialog *d, int by)
{
	int most = d->lines > d->height ? d->lines - d->height : 0;

	d->top += by;
	d->top = d->top > most ? most : d->top;
	d->top = d->top < 0 ? 0 : d->top;
	return W_HANDLED;
}

static enum widget_result mouse(struct dialog *d, const struct key *k)
{
	if (k->button == 4 || k->button == 5)
		return scroll_text(d, k->button == 4 ? -1 : 1);
	for (int i = 0; k->button == 1 && k->y == d->buttons_y && i < d->nbuttons; i++) {
		if (k->x >= d->button[i].x && k->x < d->button[i].x + d->button[i].w) {
			d->current = i;
			return i == d->cancel ? W_CANCEL : W_SUBMIT;
		}
	}
	return W_IGNORED;
}

enum widget_result dialog_update(struct dialog *d, const struct key *k)
{
	if (k->code == KEY_CODE_MOUSE)
		return mouse(d, k);
	if (key_is(k, KEY_CODE_ENTER, 0))
		return d->nbuttons ? W_SUBMIT : W_CANCEL;
	if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'q', 0) || key_is(k, 'c', KEY_CTRL)) {
		if (d->cancel >= 0)
			d->current = d->cancel;
		return W_CANCEL;
	}
	for (int i = 0; i < d->nbuttons; i++)
		if (d->button[i].key && k->mods == 0 && (k->code == d->button[i].key || k->code + ('a' - 'A') == d->button[i].key)) {
			d->current = i;
			return W_SUBMIT;
		}
	if (d->nbuttons && (key_is(k, KEY_CODE_TAB, 0) || key_is(k, KEY_CODE_RIGHT, 0) || key_is(k, 'l', 0))) {
		d->current = (d->current + 1) % d->nbuttons;
		return W_HANDLED;
	}
	if (d->nbuttons && (key_is(k, KEY_CODE_BACKTAB, 0) || key_is(k, KEY_CODE_LEFT, 0) || key_is(k, 'h', 0))) {
		d->current = (d->current + d->nbuttons - 1) % d->nbuttons;
		return W_HANDLED;
	}
	if (key_is(k, 'j', 0) || key_is(k, KEY_CODE_DOWN, 0))
		return scroll_text(d, 1);
	if (key_is(k, 'k', 0) || key_is(k, KEY_CODE_UP, 0))
		return scroll_text(d, -1);
	if (key_is(k, KEY_CODE_PGDN, 0))
		return scroll_text(d, d->height);
	if (key_is(k, KEY_CODE_PGUP, 0))
		return scroll_text(d, -d->height);
	return W_IGNORED;
}

static int button_width(const struct dialog_button *b)
{
	return sd_text_width(b->label) + (b->key ? 6 : 4); /* "[y] Yes" between two signs */
}

static void draw_buttons(struct dialog *d, struct region r)
{
	int all = 0, x;

	for (int i = 0; i < d->nbuttons; i++)
		all += button_width(&d->button[i]) + 1;
	x = all < r.w ? (r.w - all) / 2 : 0;
	for (int i = 0; i < d->nbuttons; i++) {
		struct dialog_button *b = &d->button[i];
		bool here = i == d->current;
		enum element el = here ? EL_SELECTED : EL_DIALOG;
		char key[2] = {(char)b->key, '\0'};
		int start = x;

		b->x = r.x + x;
		b->w = button_width(b);
		if (here && x < r.w && r.h > 0)
			surface_cursor(r.s, r.x + x, r.y, true);
		x += draw_text(r, x, 0, el, here ? ">" : " ");
		if (b->key) {
			x += draw_text(r, x, 0, el, "[");
			x += draw_text(r, x, 0, here ? el : EL_KEY, key);
			x += draw_text(r, x, 0, el, "] ");
		}
		x += draw_text(r, x, 0, el, b->label);
		draw_text(r, x, 0, el, here ? "<" : " ");
		x = start + button_width(b) + 1;
	}
}

void dialog_draw(struct dialog *d, struct region r)
{
	struct sd_arena *a = sd_arena_new();
	int w = sd_text_width(d->title) + 8, buttons = 0;
	struct sd_lines lines;
	struct region in;

	for (int i = 0; i < d->nbuttons; i++)
		buttons += button_width(&d->button[i]) + 1;
	lines = sd_text_wrap(a, d->text, 66);
	for (size_t i = 0; i < lines.n; i++)
		if (sd_text_width(lines.line[i]) + 4 > w)
			w = sd_text_width(lines.line[i]) + 4;
	if (buttons + 4 > w)
		w = buttons + 4;
	if (w > r.w)
		w = r.w;
	lines = sd_text_wrap(a, d->text, w > 12 ? w - 4 : w > 2 ? w - 2 : 1);
	in = popup_draw(r, w, (int)lines.n + (d->nbuttons ? 4 : 2), d->title);
	d->lines = (int)lines.n;
	d->height = in.h - (d->nbuttons ? (in.h > 2 ? 2 : 1) : 0);
	if (d->height < 0)
		d->height = 0;
	scroll_text(d, 0);
	for (int y = 0; y < d->height && d->top + y < d->lines; y++)
		draw_text(in, 0, y, EL_DIALOG, lines.line[d->top + y]);
	if (d->lines > d->height && d->height > 0 && in.w > 1)
		draw_text(in, in.w - 1, d->height - 1, EL_DIM, glyph(d->top + d->height < d->lines ? GL_DOWN : GL_BULLET));
	d->buttons_y = d->nbuttons && in.h > 0 ? in.y + in.h - 1 : -1;
	if (d->nbuttons)
		draw_buttons(d, region_sub(in, 0, in.h - 1, in.w, 1));
	sd_arena_free(a);
}
