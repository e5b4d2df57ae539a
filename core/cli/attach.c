#include "core/cli/attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/intake/sha256.h"
#include "svcdesk/text.h"

enum { CHUNK = 262144, DIGEST = 32 };

static void hex(char *out, const unsigned char *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		*out++ = digits[data[i] >> 4];
		*out++ = digits[data[i] & 15];
	}
	*out = '\0';
}

static const char *media_type(const char *name)
{
	static const char *const types[][2] = {{".txt", "text/plain"}, {".log", "text/plain"}, {".csv", "text/csv"},
		{".html", "text/html"}, {".json", "application/json"}, {".xml", "application/xml"}, {".pdf", "application/pdf"},
		{".png", "image/png"}, {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".gif", "image/gif"}, {".svg", "image/svg+xml"},
		{".zip", "application/zip"}, {".gz", "application/gzip"}, {".xz", "application/x-xz"}, {".eml", "message/rfc822"}};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcasecmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static bool no_file(struct sd_err *err, const char *path)
{
	sd_err_set(err, SD_ERR_INPUT, "file_unreadable", _("cannot read %s: %s"), path, strerror(errno));
	snprintf(err->field, sizeof err->field, "file");
	return false;
}

static bool digest_of(FILE *f, const char *path, char digest[2 * DIGEST + 1], long long *size, struct sd_err *err)
{
	struct sha256 h;
	unsigned char buf[16384], sum[DIGEST];
	size_t n;
	*size = 0;
	sha256_init(&h);
	while ((n = fread(buf, 1, sizeof buf, f)) > 0) {
		sha256_add(&h, buf, n);
		*size += (long long)n;
	}
	if (ferror(f))
		return no_file(err, path);
	sha256_end(&h, sum);
	hex(digest, sum, DIGEST);
	rewind(f);
	return true;
}

static bool send_chunks(struct cli *c, FILE *f, const char *path, const char *digest, long long size, struct sd_err *err)
{
	unsigned char *data = sd_malloc(CHUNK);
	char *text = sd_malloc(2 * CHUNK + 1);
	char n_text[32];
	bool ok = true;
	long long sent = 0;
	for (int n = 0; ok && (n == 0 || sent < size); n++) {
		size_t got = fread(data, 1, CHUNK, f);
		hex(text, data, got);
		snprintf(n_text, sizeof n_text, "%d", n);
		const char *params[] = {digest, n_text, text, sent + (long long)got >= size ? "true" : "false"};
		json_t *answer =
			cli_json(c, err, "select desk.blob_put(decode($1, 'hex'), $2::int, decode($3, 'hex'), $4::bool)", 4, params);
		ok = answer != NULL;
		json_decref(answer);
		sent += (long long)got;
		if (ok && got == 0 && size > 0) {
			sd_err_set(err, SD_ERR_INPUT, "file_unreadable", _("%s became shorter while it was read"), path);
			ok = false;
		}
	}
	free(data);
	free(text);
	return ok;
}

static json_t *send_file(struct cli *c, const char *path, struct sd_err *err)
{
	char digest[2 * DIGEST + 1];
	long long size;
	FILE *f = fopen(path, "rbe");
	if (!f) {
		no_file(err, path);
		return NULL;
	}
	bool ok = digest_of(f, path, digest, &size, err) && send_chunks(c, f, path, digest, size, err);
	fclose(f);
	if (!ok)
		return NULL;
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	struct sd_str name = {0};
	sd_text_clean(&name, base, strlen(base), SD_CLEAN_LINE);
	json_t *j = json_pack("{s:s,s:s,s:s}", "name", name.data, "media_type", media_type(name.data), "sha256", digest);
	sd_str_free(&name);
	return j;
}

bool cli_attach(struct cli *c, json_t *fields, struct sd_err *err)
{
	json_t *files = json_array();
	for (size_t i = 1; i < c->narg; i++) {
		if (strncmp(c->arg[i], "file=", 5) != 0 || !c->arg[i][5])
			continue;
		json_t *f = send_file(c, c->arg[i] + 5, err);
		if (!f) {
			json_decref(files);
			return false;
		}
		json_array_append_new(files, f);
	}
	if (json_array_size(files))
		json_object_set(fields, "file", files);
	json_decref(files);
	return true;
}
