/* The text view as text: for the clipboard, a file, the bare view. */
#include <limits.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/widget/textview_int.h"

static void blanks(struct sd_str *out, int n)
{
	while (n-- > 0)
		sd_str_addc(out, ' ');
}

void textview_plain(struct textview *v, int width, struct sd_str *out)
{
	textview_wrap(v, width);
	textview_lay(v, LONG_MAX);
	for (int row = 0; row < (int)v->nvis; row++) {
		const struct tv_line *l = textview_line(v, row);
		size_t n;

		if (v->par[l->par].kind == TV_RULE) {
			sd_str_addf(out, "-- %s --\n", l->text);
			continue;
		}
		if (l->label)
			sd_str_add(out, l->label);
		blanks(out, l->x - (l->label ? sd_text_width(l->label) : 0));
		sd_str_add(out, l->text);
		for (n = out->len; n && out->data[n - 1] == ' '; n--)
			;
		out->len = n;
		sd_str_addc(out, '\n');
	}
}
