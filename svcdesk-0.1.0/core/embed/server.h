/* The PostgreSQL server of a private desk. */
#ifndef CORE_EMBED_SERVER_H
#define CORE_EMBED_SERVER_H

#include "core/embed/place.h"

#define SERVER_SUPERUSER "postgres"
#define SERVER_DATABASE "desk"

bool server_make(const struct place *p, struct sd_err *err); /* initdb */
bool server_sync(const struct place *p, struct sd_err *err); /* makes durable what initdb wrote without waiting for the disk */
bool server_running(const struct place *p);
bool server_start(const struct place *p, struct sd_err *err); /* returns when it answers; harmless when it runs */
bool server_stop(const struct place *p, struct sd_err *err);  /* harmless when it does not run */
char *server_uri(const struct place *p, const char *login, const char *database); /* malloc'ed */

/* Sees to it that a small process of the account watches the desk: it calls desk.tick() and stops the server after half an
 * hour without anybody. One per desk. */
void server_watch(const struct place *p);

#endif
