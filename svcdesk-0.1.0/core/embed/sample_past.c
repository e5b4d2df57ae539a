#include "core/embed/sample_past.h"

#include <stdlib.h>

#include "core/embed/sample_data.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"

bool sample_past(struct sd_conn *dba, struct sd_err *err)
{
	char *sql = embed_sample_text(EMBED_PAST);
	bool ok = sd_conn_script(dba, sql, err);

	free(sql);
	return ok;
}
