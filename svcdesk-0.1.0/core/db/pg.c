#include "core/db/pg.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

/* ---- errors ---- */

static const struct {
	const char *prefix; /* of the SQLSTATE; the first that fits counts */
	enum sd_err_class cls;
	const char *id;
} states[] = {
	{"57014", SD_ERR_TIMEOUT, "timeout"},
	{"55P03", SD_ERR_TIMEOUT, "lock_timeout"},
	{"25P03", SD_ERR_CONNECTION, "connection_lost"},
	{"57P", SD_ERR_CONNECTION, "connection_lost"},
	{"08", SD_ERR_CONNECTION, "connection_lost"},
	{"53300", SD_ERR_CONNECTION, "too_many_connections"},
	{"28", SD_ERR_CONNECTION, "sign_in_refused"},
	{"3D000", SD_ERR_CONNECTION, "no_database"},
	{"42501", SD_ERR_DENIED, "denied"},
	{"25006", SD_ERR_DENIED, "read_only"},
	{"40", SD_ERR_CONFLICT, "serialization"},
	{"55000", SD_ERR_STATE, "not_possible"},
	{"22", SD_ERR_INPUT, "bad_value"},
};

static size_t state_of(const char *sqlstate)
{
	size_t i = 0;
	while (i < sizeof states / sizeof *states && strncmp(sqlstate, states[i].prefix, strlen(states[i].prefix)) != 0)
		i++;
	return i;
}

enum sd_err_class pg_class_of(const char *sqlstate)
{
	size_t i = state_of(sqlstate);
	return i < sizeof states / sizeof *states ? states[i].cls : SD_ERR_INTERNAL;
}

/* The server's words are text from outside: they reach people cleaned and on one line. */
static char *clean(const char *text)
{
	struct sd_str s = {0};
	size_t n = strlen(text);
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	sd_text_clean(&s, text, n, SD_CLEAN_LINE);
	return sd_str_take(&s);
}

static void copy(char *out, size_t size, const char *text)
{
	size_t n = strlen(text);
	if (n >= size)
		n = size - 1;
	while (n > 0 && text[n] && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--; /* never half a character */
	memcpy(out, text, n);
	out[n] = '\0';
}

void pg_err_lost(struct sd_err *err)
{
	sd_err_set(err, SD_ERR_CONNECTION, "connection_lost", "%s", _("The connection to the database is lost."));
}

/* What functions of the desk raise, as opposed to what they answer: said in English, translated here. */
static const char *const raised[] = {N_("only an auditor or an admin may do this"), N_("only an admin may do this"),
	N_("not a person of this desk"), N_("the clock goes only forwards"),
	N_("the clock of this desk is the real one; only one made with svcdesk demo --clock can be advanced"),
	N_("roots must be an array of what audit roots gave")};

static const char *translated(const char *text)
{
	for (size_t i = 0; i < sizeof raised / sizeof *raised; i++)
		if (strcmp(text, raised[i]) == 0)
			return _(raised[i]);
	return text;
}

void pg_err(struct sd_err *err, const PGresult *r, const PGconn *c)
{
	const char *sqlstate = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	if (!sqlstate) {
		char *raw = clean(c ? PQerrorMessage(c) : "");
		pg_err_lost(err);
		copy(err->log, sizeof err->log, raw);
		free(raw);
		return;
	}
	const char *primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	char *text = clean(primary ? primary : "");
	char *log = clean(PQresultErrorMessage(r));
	size_t i = state_of(sqlstate);
	const char *id = i < sizeof states / sizeof *states ? states[i].id : "database_error";
	enum sd_err_class cls = pg_class_of(sqlstate);
	if (strcmp(id, "timeout") == 0)
		sd_err_set(err, cls, id, "%s", _("The database took longer than this request may. Narrow it down or try again."));
	else if (strcmp(id, "lock_timeout") == 0)
		sd_err_set(err, cls, id, "%s", _("Another change holds this record. Try again."));
	else if (strcmp(id, "denied") == 0)
		sd_err_set(err, cls, id, _("Your role may not do this (%s)."), translated(text));
	else if (strcmp(id, "read_only") == 0)
		sd_err_set(err, cls, id, "%s", _("This database only answers reads: it is a standby or is being moved."));
	else if (cls == SD_ERR_STATE) /* said by our own functions */
		sd_err_set(err, cls, id, "%s", translated(text));
	else if (cls == SD_ERR_CONNECTION)
		sd_err_set(err, cls, id, _("The connection to the database is lost: %s"), text);
	else
		sd_err_set(err, cls, id, _("The database says: %s"), translated(text));
	copy(err->sqlstate, sizeof err->sqlstate, sqlstate);
	copy(err->log, sizeof err->log, log);
	free(text);
	free(log);
}

void pg_err_connect(struct sd_err *err, const PGconn *c, const char *host, const char *why)
{
	char *log = clean(why ? why : PQerrorMessage(c));
	char *first = strndup(why ? why : PQerrorMessage(c), strcspn(why ? why : PQerrorMessage(c), "\n"));
	char *text = clean(first ? first : ""); /* the lines behind it only guess */
	for (size_t n = strlen(text); n && (text[n - 1] == '.' || text[n - 1] == '?'); n--)
		text[n - 1] = '\0';
	free(first);
	if (c && strstr(text, "FATAL") && strstr(text, "role \"") && strstr(text, "does not exist"))
		sd_err_set(err, SD_ERR_CONNECTION, "sign_in_refused",
			_("Nobody signs in to this database as %s (%s). An administrator of the desk adds people: svcdesk user add LOGIN"),
			PQuser(c), host);
	else
		sd_err_set(err, SD_ERR_CONNECTION, "no_connection",
			_("No connection to the database (%s): %s. Check that it runs, and what --db, SVCDESK_DB or the configuration name."),
			host, text);
	copy(err->log, sizeof err->log, log);
	free(text);
	free(log);
}

/* ---- results ---- */

struct sd_result *pg_result(PGresult *r)
{
	return (struct sd_result *)r;
}

static const PGresult *pg(const struct sd_result *r)
{
	return (const PGresult *)r;
}

bool pg_result_ok(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK || s == PGRES_EMPTY_QUERY || s == PGRES_SINGLE_TUPLE;
}

int sd_result_rows(const struct sd_result *r)
{
	return PQntuples(pg(r));
}

int sd_result_cols(const struct sd_result *r)
{
	return PQnfields(pg(r));
}

const char *sd_result_name(const struct sd_result *r, int col)
{
	return PQfname(pg(r), col);
}

const char *sd_result_get(const struct sd_result *r, int row, int col)
{
	if (row < 0 || col < 0 || row >= PQntuples(pg(r)) || col >= PQnfields(pg(r)) || PQgetisnull(pg(r), row, col))
		return NULL;
	return PQgetvalue(pg(r), row, col);
}

void sd_result_free(struct sd_result *r)
{
	PQclear((PGresult *)r);
}
