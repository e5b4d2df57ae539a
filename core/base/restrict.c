#include "svcdesk/restrict.h"

#include "core/base/i18n.h"
#include "svcdesk/err.h"

static bool restricted;

void sd_restrict(void)
{
	restricted = true;
}

bool sd_restricted(void)
{
	return restricted;
}

bool sd_restrict_path(const char *path, struct sd_err *err)
{
	if (!restricted)
		return true;
	sd_err_set(err, SD_ERR_DENIED, "restricted",
		_("%s: files of this host are out of reach here; send and fetch text through "
		  "standard input and output (-)"),
		path);
	return false;
}
