/* Questions and messages in a box. The default answer of a confirmation is No. */
#ifndef TUI_WIDGET_DIALOG_H
#define TUI_WIDGET_DIALOG_H

#include "tui/widget/widget.h"

#define DIALOG_BUTTONS 5
struct dialog_button {
	char *label;
	uint32_t key; /* letter that picks it; 0 = none */
	int x, w;     /* at the last draw: for the mouse */
};

struct dialog {
	char *title, *text;
	struct dialog_button button[DIALOG_BUTTONS];
	int nbuttons;
	int current;    /* button Enter would press */
	int cancel;     /* button that Esc means; -1 none */
	int top, lines; /* scrolled text */
	int height;
	int buttons_y; /* surface row of the buttons at the last draw; -1 = not seen */
};

void dialog_init(struct dialog *d, const char *title, const char *text);    /* no buttons yet */
void dialog_confirm(struct dialog *d, const char *title, const char *text); /* [y] Yes [n] No, No is the default */
int dialog_button(
	struct dialog *d, const char *label, uint32_t key); /* returns its number; the first one is current until dialog_default */
void dialog_default(struct dialog *d, int current, int cancel);
void dialog_free(struct dialog *d);
enum widget_result dialog_update(struct dialog *d,
	const struct key *k); /* SUBMIT: d->current was chosen (Esc too when cancel >= 0, then current = cancel and CANCEL) */
bool dialog_yes(const struct dialog *d); /* after SUBMIT of a confirmation */
void dialog_draw(struct dialog *d, struct region r);

#endif
