/* Is it still the person who signed in? Only where the server asks for a password can it tell. */
#include "core/db/async.h"

#include <stddef.h>

bool sd_db_used_password(const struct sd_db *db)
{
	return db->used_password;
}

/* The last of two values counts in libpq: whatever conninfo or its files hold, it is this password that is tried. */
bool sd_db_password_right(const char *conninfo, const char *password)
{
	const char *keys[] = {"dbname", "password", "connect_timeout", "passfile", NULL};
	const char *values[] = {conninfo, password, "10", "/dev/null", NULL};

	if (!*password)
		return false;
	PGconn *c = PQconnectdbParams(keys, values, 1);
	bool right = PQstatus(c) == CONNECTION_OK && PQconnectionUsedPassword(c);

	PQfinish(c);
	return right;
}
