/* For an sshd that runs as an ordinary person: it gives each terminal to the group "tty", and ends the session where it may not,
 * as on machines that mount /dev/pts without that group. The terminal is the person's already, so nothing is lost. Preloaded by
 * sshd.c. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

int chown(const char *path, uid_t owner, gid_t group)
{
	int (*real)(const char *, uid_t, gid_t) = (int (*)(const char *, uid_t, gid_t))dlsym(RTLD_NEXT, "chown");
	int r = real(path, owner, group);

	return r != 0 && owner == getuid() && strncmp(path, "/dev/pts/", 9) == 0 ? 0 : r;
}
