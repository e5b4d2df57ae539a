#include "config.h"
#include "svcdesk/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "core/intake/sha256.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

bool sd_write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t w = write(fd, bytes, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		bytes += w;
		n -= (size_t)w;
	}
	return true;
}

static const char *media_type(const char *name)
{
	static const char *const types[][2] = {{".txt", "text/plain"}, {".log", "text/plain"}, {".csv", "text/csv"},
		{".html", "text/html"}, {".json", "application/json"}, {".xml", "application/xml"}, {".pdf", "application/pdf"},
		{".png", "image/png"}, {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".gif", "image/gif"}, {".svg", "image/svg+xml"},
		{".zip", "application/zip"}, {".gz", "application/gzip"}, {".xz", "application/x-xz"}, {".eml", "message/rfc822"}};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (!strcasecmp(dot, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}

static bool no_file(struct sd_err *err, const char *path)
{
	sd_err_set(err, SD_ERR_INPUT, "file_unreadable", _("cannot read %s: %s"), path, strerror(errno));
	snprintf(err->field, sizeof err->field, "file");
	return false;
}

static char *expanded(struct sd_arena *a, const char *path)
{
	char *home = strncmp(path, "~/", 2) ? NULL : sd_env_home();
	char *out = home ? sd_arena_printf(a, "%s/%s", home, path + 2) : sd_arena_strdup(a, path);

	free(home);
	return out;
}

static bool digest(struct sd_file *f, FILE *in)
{
	unsigned char buf[16384], sum[32];
	struct sha256 h;
	size_t n;

	sha256_init(&h);
	while ((n = fread(buf, 1, sizeof buf, in)) > 0) {
		sha256_add(&h, buf, n);
		f->size += (int64_t)n;
	}
	sha256_end(&h, sum);
	sha256_hex(sum, f->sha256);
	return !ferror(in);
}

bool sd_file_describe(struct sd_file *f, struct sd_arena *a, const char *path, struct sd_err *err)
{
	struct sd_str name = {0};
	const char *base;
	struct stat st;
	FILE *in;
	bool ok;

	*f = (struct sd_file){.path = expanded(a, path)};
	if (!sd_restrict_path(path, err))
		return false;
	if (stat(f->path, &st))
		return no_file(err, f->path);
	if (!S_ISREG(st.st_mode)) { /* a pipe or device might never end */
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return no_file(err, f->path);
	}
	in = fopen(f->path, "rbe");
	if (!in)
		return no_file(err, f->path);
	ok = digest(f, in);
	if (!ok)
		no_file(err, f->path);
	fclose(in);
	base = strrchr(f->path, '/') ? strrchr(f->path, '/') + 1 : f->path;
	sd_text_clean(&name, base, strlen(base), SD_CLEAN_LINE);
	f->name = sd_arena_strdup(a, name.data ? name.data : "");
	sd_str_free(&name);
	f->media_type = media_type(f->name);
	f->chunks = f->size ? (int)((f->size + SD_FILE_CHUNK - 1) / SD_FILE_CHUNK) : 1;
	return ok;
}

char *sd_file_chunk(const struct sd_file *f, struct sd_arena *a, int n, struct sd_err *err)
{
	static const char digits[] = "0123456789abcdef";
	int64_t at = (int64_t)n * SD_FILE_CHUNK, left = f->size - at;
	size_t want = (size_t)(left > SD_FILE_CHUNK ? SD_FILE_CHUNK : left), got;
	unsigned char *data;
	char *hex = NULL;
	FILE *in = fopen(f->path, "rbe");

	if (!in) {
		no_file(err, f->path);
		return NULL;
	}
	data = sd_malloc(want + 1);
	got = fseeko(in, at, SEEK_SET) ? 0 : fread(data, 1, want, in);
	if (got == want) {
		hex = sd_arena_alloc(a, 2 * want + 1);
		for (size_t i = 0; i < want; i++) {
			hex[2 * i] = digits[data[i] >> 4];
			hex[2 * i + 1] = digits[data[i] & 15];
		}
	} else {
		sd_err_set(err, SD_ERR_INPUT, "file_unreadable", _("%s became shorter while it was read"), f->path);
	}
	free(data);
	fclose(in);
	return hex;
}

static bool not_saved(struct sd_err *err, const char *path)
{
	sd_err_set(err, SD_ERR_INPUT, "file_unwritable", _("cannot save to %s: %s"), path, strerror(errno));
	return false;
}

/* The name of an attachment as the name of a file: one part of a path, not hidden, no option. */
static char *plain_name(struct sd_arena *a, const char *name)
{
	struct sd_str s = {0};
	char *out;

	sd_text_clean(&s, name, strlen(name), SD_CLEAN_LINE);
	out = sd_arena_strdup(a, s.len ? s.data : "attachment");
	sd_str_free(&s);
	for (char *p = out; *p; p++)
		if (*p == '/' || (p == out && (*p == '.' || *p == '-' || *p == '~')))
			*p = '_';
	return out;
}

FILE *sd_file_create(const char *to, const char *name, struct sd_arena *a, char **path, struct sd_err *err)
{
	struct stat st;
	FILE *out = NULL;
	int fd;

	if (!sd_restrict_path(to ? to : name, err))
		return NULL;
	*path = to ? expanded(a, to) : plain_name(a, name);
	if (to && stat(*path, &st) == 0 && S_ISDIR(st.st_mode))
		*path = sd_arena_printf(a, "%s/%s", *path, plain_name(a, name));
	fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0 && !(out = fdopen(fd, "wb")))
		close(fd);
	if (!out)
		not_saved(err, *path);
	return out;
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sd_file_add(FILE *out, const char *hex, const char *path, struct sd_err *err)
{
	for (; *hex; hex += 2) {
		int high = nibble(hex[0]), low = nibble(hex[1]);

		if (high < 0 || low < 0) { /* half a byte, or no hex: what arrived is not the file */
			errno = EILSEQ;
			return not_saved(err, path);
		}
		putc(high * 16 + low, out);
	}
	return !ferror(out) || not_saved(err, path);
}
