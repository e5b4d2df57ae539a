/* Which name of the terminal to open: some say less than it can. */
#define NCURSES_NOMACROS
#define term ti_term /* names of ours, too */
#define key_name curses_key_name
#include <curses.h>
#include <term.h>
#undef term
#undef key_name

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "svcdesk/env.h"
#include "tui/term/term.h"
#include "tui/term/term_int.h"

bool term_looks_like_xterm(const char *name)
{
	static const char *const words[] = {"256color", "xterm", "kitty", "alacritty", "ghostty", "foot", "wezterm", "tmux", "screen",
		"rxvt", "konsole", "vte", "gnome", "putty", "contour", "iterm", "mintty", "st-", "truecolor", "direct", "rio", "warp"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

/* Some names say less than the terminal can: "xterm" with 256 colours. Inside of screen COLORTERM speaks of the terminal
 * outside, so it is not believed there. */
static bool wants_256(const char *name, enum term_colors want)
{
	const char *colorterm = sd_env_get("COLORTERM");

	if (want == TERM_COLORS_256)
		return true;
	return want == TERM_COLORS_AUTO && colorterm && (!strcmp(colorterm, "truecolor") || !strcmp(colorterm, "24bit")) &&
		   term_looks_like_xterm(name) && strncmp(name, "screen", 6) != 0;
}

static int colours_of(const char *name)
{
	int rc, n = -1;

	if (setupterm(name, STDOUT_FILENO, &rc) != OK)
		return n;
	n = tigetnum("colors");
	del_curterm(cur_term);
	return n;
}

const char *term_name_of_256(const char *name, enum term_colors want, char *buf, size_t size)
{
	if (!wants_256(name, want) || colours_of(name) < 0 || colours_of(name) >= 256)
		return name;
	snprintf(buf, size, "%.64s-256color", name);
	if (colours_of(buf) >= 256)
		return buf;
	return term_looks_like_xterm(name) && colours_of("xterm-256color") >= 256 ? "xterm-256color" : name;
}
