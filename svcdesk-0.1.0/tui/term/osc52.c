#include "tui/term/osc52.h"

#include "svcdesk/mem.h"

enum { SCREEN_SHORT = 700, SCREEN_PIECE = 240 }; /* screen takes control strings of 256 bytes at least */

static void base64(struct sd_str *out, const char *text, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		unsigned v = (unsigned)(unsigned char)text[i] << 16 | (left > 1 ? (unsigned)(unsigned char)text[i + 1] << 8 : 0) |
					 (left > 2 ? (unsigned)(unsigned char)text[i + 2] : 0);

		sd_str_addc(out, digits[v >> 18]);
		sd_str_addc(out, digits[v >> 12 & 63]);
		sd_str_addc(out, left > 1 ? digits[v >> 6 & 63] : '=');
		sd_str_addc(out, left > 2 ? digits[v & 63] : '=');
	}
}

/* Every Esc inside is doubled. */
static void for_tmux(struct sd_str *out, const struct sd_str *plain)
{
	sd_str_add(out, "\033Ptmux;");
	for (size_t i = 0; i < plain->len; i++) {
		if (plain->data[i] == '\033')
			sd_str_addc(out, '\033');
		sd_str_addc(out, plain->data[i]);
	}
	sd_str_add(out, "\033\\");
}

static void for_screen(struct sd_str *out, const struct sd_str *plain)
{
	for (size_t i = 0; i < plain->len; i += SCREEN_PIECE) {
		size_t n = plain->len - i < SCREEN_PIECE ? plain->len - i : SCREEN_PIECE;

		sd_str_add(out, "\033P");
		sd_str_addn(out, plain->data + i, n);
		sd_str_add(out, "\033\\");
	}
}

bool osc52(struct sd_str *out, const char *text, size_t n, enum osc52_way way)
{
	struct sd_str plain = {0};

	if (n > OSC52_MOST)
		return false;
	sd_str_add(&plain, "\033]52;c;");
	base64(&plain, text, n);
	sd_str_addc(&plain, '\a');
	if (way == OSC52_PLAIN || way == OSC52_TMUX || (way == OSC52_EITHER && plain.len <= SCREEN_SHORT))
		sd_str_addn(out, plain.data, plain.len);
	if (way == OSC52_TMUX)
		for_tmux(out, &plain);
	else if (way != OSC52_PLAIN)
		for_screen(out, &plain);
	sd_str_free(&plain);
	return true;
}
