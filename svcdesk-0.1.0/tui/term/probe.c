/* What the terminal's description says, for svcdesk doctor; the screen is left alone. */
#include "tui/term/probe.h"

#include <curses.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "svcdesk/cli.h"
#include "svcdesk/env.h"

static bool has(const char *name)
{
	const char *s = tigetstr(name);

	return s && s != (char *)-1;
}

void term_probe(struct sd_cli_terminal *out)
{
	int status = 0;

	memset(out, 0, sizeof *out);
	use_extended_names(TRUE);
	if (!sd_env_get("TERM") || setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return;
	out->known = true;
	out->moves = has("cup");
	out->colors = tigetnum("colors");
	out->mouse = has("kmous") || has("XM");
	out->paste = has("BE") || has("PS");
	del_curterm(cur_term);
}
