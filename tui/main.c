#include "config.h"

#include <stdio.h>

#include "core/base/i18n.h"
#include "svcdesk/cli.h"

static int console(const struct sd_cli_start *start)
{
	(void)start;
	fprintf(stderr, "svcdesk: %s\n", _("the console needs a terminal; svcdesk --help lists the commands for scripts"));
	return 2;
}

int main(int argc, char **argv)
{
	return sd_cli_main(argc, argv, console);
}
