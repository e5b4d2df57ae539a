#include "tests/db/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/embed/server.h"
#include "svcdesk/mem.h"

static struct place place;
static char top[256];
static char *uris[64];
static size_t n_uris;

static void must(bool ok, const struct sd_err *err)
{
	if (!ok)
		fail_msg("%s: %s | %s", err->id, err->text, err->log);
}

int fixture_start(void **state)
{
	struct sd_err err = {0};
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(top, sizeof top, "%s/svcdesk-test.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(top) || chmod(top, 0755) != 0)
		return -1;
	char *dir = place_path("%s/server", top);
	bool ok = place_find(&place, dir, true, &err) && server_make(&place, &err) && server_start(&place, &err);
	free(dir);
	if (!ok)
		printf("Bail out! no test server: %s\n", err.text);
	return ok ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int fixture_stop(void **state)
{
	struct sd_err err;
	(void)state;
	/* the server, and every desk a test made beside it, also when that test failed */
	glob_t g = {0};
	char *all = place_path("%s/*/data", top);
	glob(all, 0, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		g.gl_pathv[i][strlen(g.gl_pathv[i]) - strlen("/data")] = '\0';
		sd_cluster_stop(g.gl_pathv[i], &err);
	}
	globfree(&g);
	free(all);
	for (size_t i = 0; i < n_uris; i++)
		free(uris[i]);
	n_uris = 0;
	place_free(&place);
	return nftw(top, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

const char *fixture_dir(void)
{
	return top;
}

void fixture_down(void)
{
	struct sd_err err;
	must(server_stop(&place, &err), &err);
}

void fixture_up(void)
{
	struct sd_err err;
	must(server_start(&place, &err), &err);
}

void fixture_restart(void)
{
	fixture_down();
	fixture_up();
}

const char *fixture_uri(const char *database)
{
	struct sd_err err;
	char *uri = server_uri(&place, SERVER_SUPERUSER, database), sql[256];
	for (size_t i = 0; i < n_uris; i++)
		if (strcmp(uris[i], uri) == 0) {
			free(uri);
			return uris[i];
		}
	if (strcmp(database, "postgres") != 0) {
		struct sd_conn *c = sd_conn_open(fixture_uri("postgres"), &err);
		must(c != NULL, &err);
		snprintf(sql, sizeof sql, "create database %s", database);
		must(sd_conn_script(c, sql, &err), &err);
		sd_conn_close(c);
	}
	return uris[n_uris++] = uri;
}

struct sd_conn *fixture_open(const char *database)
{
	struct sd_err err;
	struct sd_conn *c = sd_conn_open(fixture_uri(database), &err);
	must(c != NULL, &err);
	return c;
}

char *fixture_ask(struct sd_conn *c, const char *sql)
{
	struct sd_err err;
	struct sd_result *r = sd_conn_query(c, sql, 0, NULL, &err);
	must(r != NULL, &err);
	const char *v = sd_result_rows(r) > 0 ? sd_result_get(r, 0, 0) : NULL;
	char *copy = sd_strdup(v ? v : "");
	sd_result_free(r);
	return copy;
}

void fixture_do(struct sd_conn *c, const char *sql)
{
	struct sd_err err;
	must(sd_conn_script(c, sql, &err), &err);
}
