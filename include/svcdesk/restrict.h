/* A program for people who have the desk on this host and nothing else: behind ForceCommand of sshd. It opens no file that a
 * person names, runs no other program and does not stop. Said once at the start (--restricted), never taken back. */
#ifndef SVCDESK_RESTRICT_H
#define SVCDESK_RESTRICT_H

#include <stdbool.h>

struct sd_err;

void sd_restrict(void);
bool sd_restricted(void);

/* Whether a file that a person named may be opened: else false and err, which says why. */
bool sd_restrict_path(const char *path, struct sd_err *err);

#endif
