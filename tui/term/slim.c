#include "tui/term/slim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

enum { PARAMS = 16, BOLD = 1, DIM = 2, LAST_ATTR = 9 };

void slim_forget(struct slim *s)
{
	*s = (struct slim){0};
}

/* Colours: 3n, 9n, 38;5;n, 38;2;r;g;b and the same for the ground. The number of parameters taken, 0: that is none. */
static int take_color(struct slim_look *k, const int *p, int n)
{
	int code = p[0], base = code % 10;
	bool bright = code >= 90, back = bright ? code >= 100 : code >= 40;
	char *to = back ? k->back : k->fore;

	if ((code < 30 || code > 49) && (code < 90 || code > 107))
		return 0;
	if (bright && base > 7)
		return 0;
	if (!bright && base == 8 && n >= 3 && p[1] == 5) {
		snprintf(to, sizeof k->fore, "%d;5;%d", code, p[2]);
		return 3;
	}
	if (!bright && base == 8 && n >= 5 && p[1] == 2) {
		snprintf(to, sizeof k->fore, "%d;2;%d;%d;%d", code, p[2], p[3], p[4]);
		return 5;
	}
	if (!bright && base == 8)
		return 0;
	if (base == 9)
		*to = '\0';
	else
		snprintf(to, sizeof k->fore, "%d", code);
	return 1;
}

/* What an SGR makes of a look. False: it says something that is not known here. */
static bool take(struct slim_look *k, bool *known, const int *p, int n)
{
	for (int i = 0; i < n;) {
		int code = p[i], used = 1;

		if (code == 0) {
			*k = (struct slim_look){0};
			*known = true;
		} else if (code <= LAST_ATTR && code != 6)
			k->attr |= 1u << code;
		else if (code == 22)
			k->attr &= ~(1u << BOLD | 1u << DIM);
		else if (code > 22 && code < 30 && code != 26)
			k->attr &= ~(1u << (code - 20));
		else
			used = take_color(k, p + i, n - i);
		if (!used)
			return false;
		i += used;
	}
	return true;
}

static void say(struct sd_str *out, const char *code)
{
	if (out->len > 0)
		sd_str_addc(out, ';');
	sd_str_add(out, code);
}

static void say_attrs(struct sd_str *out, unsigned attr)
{
	for (int i = 1; i <= LAST_ATTR; i++)
		if (attr & 1u << i)
			say(out, (char[]){(char)('0' + i), '\0'});
}

/* From one look to another without a reset. */
static void change(struct sd_str *out, const struct slim_look *has, const struct slim_look *want)
{
	unsigned gone = has->attr & ~want->attr, have = has->attr;
	const unsigned weight = 1u << BOLD | 1u << DIM;

	if (gone & weight) {
		say(out, "22");
		have &= ~weight;
	}
	for (int i = DIM + 1; i <= LAST_ATTR; i++)
		if (gone & 1u << i)
			say(out, (char[]){'2', (char)('0' + i), '\0'});
	say_attrs(out, want->attr & ~have);
	if (strcmp(has->fore, want->fore) != 0)
		say(out, *want->fore ? want->fore : "39");
	if (strcmp(has->back, want->back) != 0)
		say(out, *want->back ? want->back : "49");
}

/* Writes the look that waits, in the shorter of the two ways. */
static void settle(struct slim *s, struct sd_str *out)
{
	struct sd_str by_change = {0}, by_reset = {0}, *better;

	if (!s->waits)
		return;
	s->waits = false;
	change(&by_change, &s->has, &s->want);
	if (by_change.len > 0) {
		say_attrs(&by_reset, s->want.attr);
		if (*s->want.fore)
			say(&by_reset, s->want.fore);
		if (*s->want.back)
			say(&by_reset, s->want.back);
		/* "\e[m" resets; "\e[0;1m" does and sets */
		better = by_reset.len + (by_reset.len > 0 ? 2 : 0) < by_change.len ? &by_reset : &by_change;
		sd_str_addf(out, "\033[%s%sm", better == &by_reset && by_reset.len > 0 ? "0;" : "", better->len > 0 ? better->data : "");
	}
	s->has = s->want;
	sd_str_free(&by_change);
	sd_str_free(&by_reset);
}

/* One SGR, from behind its bracket to its m. */
static void look(struct slim *s, const char *at, size_t n, struct sd_str *out)
{
	int p[PARAMS] = {0}, count = 1;
	struct slim_look want = s->waits ? s->want : s->has;
	bool known = s->known, plain = true;

	for (size_t i = 0; i < n && plain; i++) {
		if (at[i] == ';')
			plain = ++count <= PARAMS;
		else if (at[i] >= '0' && at[i] <= '9' && p[count - 1] < 1000)
			p[count - 1] = p[count - 1] * 10 + at[i] - '0';
		else
			plain = false;
	}
	plain = plain && take(&want, &known, p, count);
	if (plain && s->known) {
		s->want = want;
		s->waits = true;
		return;
	}
	settle(s, out);
	sd_str_addf(out, "\033[%.*sm", (int)n, at);
	s->known = plain && known;
	s->has = want;
}

void slim(struct slim *s, const char *in, size_t n, struct sd_str *out)
{
	for (size_t i = 0; i < n;) {
		size_t end = i + 1;

		if (in[i] == '\033' && end < n && in[end] == '[') {
			do
				end++;
			while (end < n && (in[end] < '@' || in[end] > '~'));
			end += end < n;
			if (in[end - 1] == 'm') {
				look(s, in + i + 2, end - i - 3, out);
				i = end;
				continue;
			}
			/* where the cursor goes, it goes in any look */
			if (!strchr("ABCDGHd", in[end - 1]))
				settle(s, out);
		} else if (in[i] == '\033' && i + 2 < n && in[end] == '(') {
			end = i + 3;
			if (in[i + 2] == 'B' && s->ascii) {
				i = end;
				continue;
			}
			s->ascii = in[i + 2] == 'B';
		} else {
			settle(s, out);
			while (end < n && in[end] != '\033')
				end++;
		}
		sd_str_addn(out, in + i, end - i);
		i = end;
	}
	settle(s, out);
}
