/* Names of keys, as keymaps, help and footer write them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tui/term/term.h"

static const struct {
	const char *name;
	uint32_t code;
} names[] = {{"Esc", KEY_CODE_ESC}, {"Enter", KEY_CODE_ENTER}, {"Tab", KEY_CODE_TAB}, {"Shift-Tab", KEY_CODE_BACKTAB},
	{"Backspace", KEY_CODE_BACKSPACE}, {"Delete", KEY_CODE_DELETE}, {"Insert", KEY_CODE_INSERT}, {"Up", KEY_CODE_UP},
	{"Down", KEY_CODE_DOWN}, {"Left", KEY_CODE_LEFT}, {"Right", KEY_CODE_RIGHT}, {"Home", KEY_CODE_HOME}, {"End", KEY_CODE_END},
	{"PgUp", KEY_CODE_PGUP}, {"PgDn", KEY_CODE_PGDN}, {"Paste", KEY_CODE_PASTE}, {"Mouse", KEY_CODE_MOUSE},
	{"FocusIn", KEY_CODE_FOCUS_IN}, {"FocusOut", KEY_CODE_FOCUS_OUT}, {"Background", KEY_CODE_BACKGROUND}, {"EOF", KEY_CODE_EOF},
	{"Space", ' '}};

static size_t utf8_put(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

size_t key_utf8(const struct key *k, char out[5])
{
	size_t n = 0;

	if (k->code < 0x110000 && k->code >= 0x20 && !(k->mods & (KEY_CTRL | KEY_ALT)))
		n = utf8_put(k->code, out);
	out[n] = '\0';
	return n;
}

const char *key_name(const struct key *k, char *buf, size_t size)
{
	char base[16] = "?";

	if (k->code >= KEY_CODE_F1 && k->code <= KEY_CODE_F12) {
		snprintf(base, sizeof base, "F%d", (int)(k->code - KEY_CODE_F1) + 1);
	} else {
		size_t i = 0;

		while (i < sizeof names / sizeof *names && names[i].code != k->code)
			i++;
		if (i < sizeof names / sizeof *names)
			snprintf(base, sizeof base, "%s", names[i].name);
		else if (k->code < 0x110000)
			base[utf8_put(k->code, base)] = '\0';
	}
	snprintf(buf, size, "%s%s%s%s", k->mods & KEY_CTRL ? "Ctrl-" : "", k->mods & KEY_ALT ? "Alt-" : "",
		k->mods & KEY_SHIFT ? "Shift-" : "", base);
	return buf;
}

/* One UTF-8 character that is the whole of s; 0 if it is not. */
static uint32_t one_char(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t need = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
	uint32_t c = need == 1 ? p[0] : need == 2 ? p[0] & 0x1Fu : need == 3 ? p[0] & 0x0Fu : p[0] & 0x07u;

	if (need == 0 || strlen(s) != need || p[0] < 0x20 || p[0] == 0x7F)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	return c < 0x110000 ? c : 0;
}

static bool parse_base(const char *s, struct key *k)
{
	char *end;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(s, names[i].name) == 0) {
			k->code = names[i].code;
			return true;
		}
	if ((s[0] == 'F' || s[0] == 'f') && isdigit((unsigned char)s[1])) {
		long n = strtol(s + 1, &end, 10);

		if (*end || n < 1 || n > 12)
			return false;
		k->code = KEY_CODE_F1 + (uint32_t)n - 1;
		return true;
	}
	k->code = one_char(s);
	return k->code != 0;
}

bool key_parse(const char *name, struct key *k)
{
	static const struct {
		const char *word;
		int mod;
	} mods[] = {
		{"Ctrl-", KEY_CTRL}, {"C-", KEY_CTRL}, {"Alt-", KEY_ALT}, {"M-", KEY_ALT}, {"Shift-", KEY_SHIFT}, {"S-", KEY_SHIFT}};
	bool again = true;

	*k = (struct key){0};
	while (again) {
		again = false;
		for (size_t i = 0; i < sizeof mods / sizeof *mods; i++) {
			size_t n = strlen(mods[i].word);

			if (strncasecmp(name, mods[i].word, n) == 0 && name[n] && !(k->mods & mods[i].mod)) {
				k->mods |= mods[i].mod;
				name += n;
				again = true;
			}
		}
	}
	if (!parse_base(name, k))
		return false;
	/* One way to write each: Shift-Tab is a key of its own, Ctrl takes small letters, Shift of a character is the character. */
	if (k->code == KEY_CODE_TAB && k->mods & KEY_SHIFT) {
		k->code = KEY_CODE_BACKTAB;
		k->mods &= ~KEY_SHIFT;
	}
	if (k->code < 0x110000 && k->mods & KEY_CTRL && k->code >= 'A' && k->code <= 'Z')
		k->code += 'a' - 'A';
	if (k->code < 0x110000 && k->mods & KEY_SHIFT) {
		if (k->code >= 'a' && k->code <= 'z')
			k->code -= 'a' - 'A';
		k->mods &= ~KEY_SHIFT;
	}
	return true;
}
