/* The merge in lines: the fields with numbers, and an answer a line. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "tui/app/merge.h"

void plain_merge_ask(struct plain *p, struct overlay *o)
{
	struct sd_str s = {0};

	o->merge->spoken = true;
	plain_say(p, _("%s: changed while you worked"), o->act->label);
	merge_lay(p->m, o, p->width);
	textview_plain(&o->merge->text, p->width, &s);
	if (s.len)
		sd_str_add(&p->out, s.data);
	sd_str_free(&s);
	if (o->merge->c->off)
		plain_say(p, "%s", _("n sends the text as a note; Enter alone goes back to it"));
	else
		plain_say(p, "%s",
			_("1 m: mine, 1 t: theirs, 1 b: both, 1 e TEXT: another value; M or T: all of them; send; Enter alone goes back"));
}

static void press(struct plain *p, uint32_t code, int mods, struct effects *fx)
{
	struct key k = {.code = code, .mods = mods};

	p->mode = AT_COMMAND; /* asked anew when it is still there */
	overlay_key(p->m, &k, fx);
}

static enum merge_choice choice_of(char c)
{
	return c == 'm' ? MERGE_MINE : c == 't' ? MERGE_THEIRS : c == 'b' || c == 'e' ? MERGE_OTHER : MERGE_OPEN;
}

/* "2 t", "t" where there is one field, "1 e other words". */
static bool decided(struct plain *p, struct overlay *o, const char *line)
{
	char *end;
	long n = strtol(line, &end, 10);
	const char *what = end + strspn(end, " "), *text;

	if (end == line)
		n = o->merge->n == 1 ? 1 : 0;
	text = *what ? what + 1 + strspn(what + 1, " ") : "";
	if (n < 1 || choice_of(*what) == MERGE_OPEN || (what[1] && what[1] != ' ') || (*what != 'e' && *text) ||
		(*what == 'e' && !*text))
		return false;
	p->mode = AT_COMMAND;
	return merge_decide(p->m, o, (int)n - 1, choice_of(*what), *what == 'e' ? text : NULL);
}

void plain_merge_line(struct plain *p, struct overlay *o, const char *line, struct effects *fx)
{
	bool off = o->merge->c->off;

	if (!*line)
		press(p, KEY_CODE_ESC, 0, fx);
	else if (off && !strcmp(line, "n"))
		press(p, 'n', 0, fx);
	else if (!off && (!strcmp(line, "M") || !strcmp(line, "T")))
		press(p, (uint32_t)*line, 0, fx);
	else if (!off && !strcmp(line, "send"))
		press(p, 's', KEY_CTRL, fx);
	else if (off || !decided(p, o, line))
		plain_say(p, off ? _("Answer with n, or Enter alone") : _("Answer like 1 m, 1 t, 1 e TEXT, M, T, send, or Enter alone"));
}
