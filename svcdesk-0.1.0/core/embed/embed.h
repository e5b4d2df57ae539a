/* Inside of the embedded desk: what fills it. The cluster itself is behind sd_cluster_* in svcdesk/db.h. */
#ifndef CORE_EMBED_EMBED_H
#define CORE_EMBED_EMBED_H

#include <stdbool.h>
#include "svcdesk/clock.h"
#include "svcdesk/err.h"

struct sd_conn;

/* Fills a freshly migrated, empty desk with the sample: organisation, groups, people with login (agent, lead, owner, auditor,
 * requester, admin) through desk.user_add, and thousands of incidents spread up to now (the desk's clock when it stands).
 * dba is a superuser connection (session_user is no person); what needs a person is done through a second connection the
 * loader opens itself with uri_of(arg, login), a malloc'ed URI. progress may be NULL: done of total, for a percentage.
 * Sets the setting desk.sample. On failure nothing needs to be cleaned up: the whole desk is thrown away. */
bool embed_sample_load(struct sd_conn *dba, char *(*uri_of)(void *arg, const char *login), void *arg, sd_time now,
	void (*progress)(void *arg, const char *what, long done, long total), void *progress_arg, struct sd_err *err);

#endif
