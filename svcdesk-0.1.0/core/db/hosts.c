#include "core/db/pg.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/env.h"
#include "svcdesk/mem.h"

/* Time limits an operator may change through options=... of the connection string come before his words; what the
 * client's reading of values depends on comes after them. */
#define LIMITS                                                                                                                   \
	"-c statement_timeout=%s -c lock_timeout=2s -c idle_in_transaction_session_timeout=5s "                                      \
	"-c client_connection_check_interval=5s -c idle_session_timeout=0 -c jit=off"
#define FORMATS                                                                                                                  \
	"-c search_path=pg_catalog,pg_temp -c TimeZone=UTC -c DateStyle=ISO,YMD -c IntervalStyle=postgres "                          \
	"-c bytea_output=hex -c standard_conforming_strings=on"

const char pg_settings_sql[] =
	"select set_config('statement_timeout',$1,false), set_config('lock_timeout','2s',false),"
	" set_config('idle_in_transaction_session_timeout','5s',false), set_config('client_connection_check_interval','5s',false),"
	" set_config('idle_session_timeout','0',false), set_config('jit','off',false),"
	" set_config('search_path','pg_catalog,pg_temp',false), set_config('TimeZone','UTC',false),"
	" set_config('DateStyle','ISO,YMD',false), set_config('IntervalStyle','postgres',false),"
	" set_config('bytea_output','hex',false), set_config('standard_conforming_strings','on',false)";

static const char *option_of(const PQconninfoOption *o, const char *key)
{
	for (; o && o->keyword; o++)
		if (strcmp(o->keyword, key) == 0)
			return o->val && *o->val ? o->val : NULL;
	return NULL;
}

static void put(struct pg_host *h, const char *key, const char *value)
{
	*SD_PUSH(h->key, h->n, h->cap) = sd_strdup(key);
	size_t n = h->n - 1;
	*SD_PUSH(h->value, n, h->vcap) = sd_strdup(value);
}

/* The i-th part of a comma-separated list; a list of one counts for every i. NULL when it is absent or empty. */
static char *part(const char *list, size_t i)
{
	if (!list)
		return NULL;
	if (!strchr(list, ','))
		i = 0;
	while (i > 0) {
		list = strchr(list, ',');
		if (!list)
			return NULL;
		list++;
		i--;
	}
	size_t n = strcspn(list, ",");
	if (n == 0)
		return NULL;
	char *s = sd_malloc(n + 1);
	memcpy(s, list, n);
	s[n] = '\0';
	return s;
}

static size_t parts(const char *list)
{
	size_t n = list ? 1 : 0;
	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

static void put_part(struct pg_host *h, const char *key, const char *list, size_t i)
{
	char *s = part(list, i);
	if (s)
		put(h, key, s);
	free(s);
}

static void name_host(struct pg_host *h, const char *host, const char *hostaddr, const char *port, size_t i)
{
	struct sd_str s = {0};
	char *a = part(host, i), *p = part(port, i);
	if (!a)
		a = part(hostaddr, i);
	if (a && *a != '/')
		sd_str_addf(&s, p ? "%s port %s" : "%s", a, p);
	else
		sd_str_addf(&s, "socket %s", a ? a : "");
	h->name = sd_str_take(&s);
	free(a);
	free(p);
}

static bool is_list_key(const char *key)
{
	static const char *const keys[] = {"host", "hostaddr", "port", "options", "service", "connect_timeout", "client_encoding"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static void add_host(
	struct pg_hosts *h, const PQconninfoOption *given, const PQconninfoOption *defaults, const char *limit, size_t i, size_t n)
{
	static const char *const extra[][2] = {{"client_encoding", "UTF8"}, {"keepalives_idle", "10"}, {"keepalives_interval", "3"},
		{"keepalives_count", "3"}, {"tcp_user_timeout", "8000"}, {"fallback_application_name", "svcdesk"}};
	const char *host = option_of(given, "host"), *hostaddr = option_of(given, "hostaddr"), *port = option_of(given, "port");
	if (!host && !hostaddr) {
		host = option_of(defaults, "host");
		hostaddr = option_of(defaults, "hostaddr");
	}
	if (!port)
		port = option_of(defaults, "port");
	struct pg_host *x = SD_PUSH(h->host, h->n, h->cap);
	*x = (struct pg_host){0};
	for (const PQconninfoOption *o = given; o->keyword; o++)
		if (o->val && *o->val && !is_list_key(o->keyword))
			put(x, o->keyword, o->val);
	for (size_t k = 0; k < sizeof extra / sizeof *extra; k++)
		if (!option_of(given, extra[k][0]) || strcmp(extra[k][0], "client_encoding") == 0)
			put(x, extra[k][0], extra[k][1]);
	if (n > 1 && !option_of(given, "target_session_attrs") && !sd_env_get("PGTARGETSESSIONATTRS"))
		put(x, "target_session_attrs", "read-write");
	put_part(x, "host", host, i);
	put_part(x, "hostaddr", hostaddr, i);
	put_part(x, "port", port, i);
	const char *user_options = option_of(given, "options");
	if (!user_options)
		user_options = option_of(defaults, "options");
	struct sd_str s = {0};
	sd_str_addf(&s, LIMITS " %s " FORMATS, limit, user_options ? user_options : "");
	put(x, "options", s.data);
	sd_str_free(&s);
	name_host(x, host, hostaddr, port, i);
	size_t end = x->n;
	*SD_PUSH(x->key, end, x->cap) = NULL;
	end = x->n;
	*SD_PUSH(x->value, end, x->vcap) = NULL;
}

/* A service named inside the string is looked up only by a connection that starts. */
static PQconninfoOption *with_service(PQconninfoOption *given, const char *conninfo)
{
	if (!option_of(given, "service"))
		return given;
	const char *const keys[] = {"dbname", NULL}, *const values[] = {conninfo, NULL};
	PGconn *c = PQconnectStartParams(keys, values, 1);
	PQconninfoOption *all = c ? PQconninfo(c) : NULL;
	PQfinish(c);
	if (!all)
		return given;
	PQconninfoFree(given);
	return all;
}

/* What conninfo itself says, with a service it names. */
static PQconninfoOption *parse(const char *conninfo, struct sd_err *err)
{
	char *why = NULL;
	/* a bare word is the name of a database, as psql takes it */
	struct sd_str s = {0};
	bool bare = *conninfo && !strchr(conninfo, '=') && !strstr(conninfo, "://");
	sd_str_addf(&s, bare ? "dbname='%s'" : "%s", conninfo);
	PQconninfoOption *given = PQconninfoParse(s.data, &why);
	if (!given) {
		sd_err_set(err, SD_ERR_INPUT, "bad_database", _("The name of the database is malformed: %s"), why ? why : "");
		size_t n = strlen(err->text);
		if (n > 0 && err->text[n - 1] == '\n')
			err->text[n - 1] = '\0';
		PQfreemem(why);
		sd_str_free(&s);
		return NULL;
	}
	given = with_service(given, s.data);
	sd_str_free(&s);
	return given;
}

bool pg_hosts_parse(struct pg_hosts *h, const char *conninfo, const char *limit, struct sd_err *err)
{
	*h = (struct pg_hosts){0};
	PQconninfoOption *given = parse(conninfo, err);
	if (!given)
		return false;
	PQconninfoOption *defaults = PQconndefaults();
	const char *host = option_of(given, "host"), *addr = option_of(given, "hostaddr");
	if (!host && !addr) {
		host = option_of(defaults, "host");
		addr = option_of(defaults, "hostaddr");
	}
	size_t n = parts(host) > parts(addr) ? parts(host) : parts(addr);
	for (size_t i = 0; i < (n ? n : 1); i++)
		add_host(h, given, defaults, limit, i, n);
	PQconninfoFree(defaults);
	PQconninfoFree(given);
	return true;
}

char *pg_with_user(const char *conninfo, const char *user, struct sd_err *err)
{
	PQconninfoOption *given = parse(conninfo, err);
	if (!given)
		return NULL;
	const char *host = option_of(given, "host") ? option_of(given, "host") : sd_env_get("PGHOST");
	if (!host || *host != '/') {
		sd_err_set(err, SD_ERR_INPUT, "as_private_only", "%s",
			_("--as works with a private desk only: elsewhere, sign in as that person."));
		PQconninfoFree(given);
		return NULL;
	}
	struct sd_str s = {0};
	for (const PQconninfoOption *o = given; o->keyword; o++) {
		const char *v = strcmp(o->keyword, "user") == 0 ? user : o->val;
		if (!v || !*v)
			continue;
		sd_str_addf(&s, "%s%s='", s.len ? " " : "", o->keyword);
		for (; *v; v++) {
			if (*v == '\'' || *v == '\\')
				sd_str_addc(&s, '\\');
			sd_str_addc(&s, *v);
		}
		sd_str_addc(&s, '\'');
	}
	PQconninfoFree(given);
	return sd_str_take(&s);
}

void pg_hosts_free(struct pg_hosts *h)
{
	for (size_t i = 0; i < h->n; i++) {
		for (size_t k = 0; k < h->host[i].n; k++) {
			free(h->host[i].key[k]);
			free(h->host[i].value[k]);
		}
		free(h->host[i].key);
		free(h->host[i].value);
		free(h->host[i].name);
	}
	free(h->host);
	*h = (struct pg_hosts){0};
}

PGconn *pg_start(const struct pg_hosts *h, size_t i)
{
	const struct pg_host *x = &h->host[i];
	const char **keys = sd_calloc(x->n + 1, sizeof *keys), **values = sd_calloc(x->n + 1, sizeof *values);
	size_t n = 0;
	for (size_t k = 0; k < x->n; k++)
		if (!h->no_options || strcmp(x->key[k], "options") != 0) {
			keys[n] = x->key[k];
			values[n++] = x->value[k];
		}
	PGconn *c = PQconnectStartParams(keys, values, 0);
	free(keys);
	free(values);
	return c;
}

bool pg_refused_options(const PGconn *c)
{
	return strstr(PQerrorMessage(c), "startup parameter") && strstr(PQerrorMessage(c), "options");
}
