#include "config.h"
#include "core/store/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "svcdesk/err.h"
#include "svcdesk/file.h"
#include "svcdesk/mem.h"

enum { FILE_MOST = 16 * 1024 * 1024 }; /* what is longer was not written by us */

static int open_beside(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* The name of a file is on the disk only when its folder is. */
bool keep_sync(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL); /* some file systems have nothing to do there */

	if (fd >= 0)
		close(fd);
	return ok;
}

bool keep_possible(const char *dir)
{
	struct sd_str path = {0};
	int fd = -1, why;

	sd_str_addf(&path, "%s/.try.%ld", dir, (long)getpid());
	if (!mkdir(dir, 0700) || errno == EEXIST)
		fd = open_beside(path.data);
	why = errno;
	if (fd >= 0) {
		close(fd);
		unlink(path.data);
	}
	sd_str_free(&path);
	errno = why;
	return fd >= 0;
}

bool keep_write(const char *dir, const char *path, const char *bytes, size_t n)
{
	struct sd_str beside = {0};
	bool ok;
	int fd, why;

	sd_str_addf(&beside, "%s.%ld", path, (long)getpid());
	if (mkdir(dir, 0700) && errno != EEXIST)
		fd = -1;
	else
		fd = open_beside(beside.data);
	ok = fd >= 0 && sd_write_all(fd, bytes, n) && fsync(fd) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	ok = ok && rename(beside.data, path) == 0 && keep_sync(dir);
	why = errno;
	if (!ok)
		unlink(beside.data);
	sd_str_free(&beside);
	errno = why;
	return ok;
}

char *keep_read(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	char *bytes = NULL;
	struct stat st;
	ssize_t got = 0;

	*n = 0;
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MOST) {
		bytes = sd_malloc((size_t)st.st_size + 1);
		while (*n < (size_t)st.st_size && (got = read(fd, bytes + *n, (size_t)st.st_size - *n)) > 0)
			*n += (size_t)got;
	} else {
		errno = EINVAL;
	}
	if (bytes && got < 0) {
		free(bytes);
		bytes = NULL;
	}
	close(fd);
	return bytes;
}
