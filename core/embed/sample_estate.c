#include "core/embed/sample_estate.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/embed/sample_data.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

enum { LINES = 3, CLASSES = 0, ITEMS, LINKS };

/* The three lines of estate.txt: what has to be declared, the items, the links. */
static char *unpack(char *line[LINES], struct sd_err *err)
{
	size_t packed_len, in_pos = 0, out_pos = 0, cap = 4 << 20;
	const unsigned char *packed = embed_estate_packed(&packed_len);
	uint64_t limit = UINT64_MAX;
	char *text = sd_malloc(cap + 1), *rest = text;

	if (lzma_stream_buffer_decode(&limit, 0, NULL, packed, &in_pos, packed_len, (uint8_t *)text, &out_pos, cap) != LZMA_OK) {
		sd_err_set(err, SD_ERR_INTERNAL, "sample", _("The sample inside the program cannot be unpacked"));
		free(text);
		return NULL;
	}
	text[out_pos] = 0;
	for (int i = 0; i < LINES; i++)
		line[i] = strsep(&rest, "\n");
	return text;
}

/* One step of the import: an answer with something left out is an error, too: the sample has nothing wrong in it. */
static bool step(
	struct sd_conn *dba, const char *sql, int n, const char *const *params, char *out, size_t size, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(dba, sql, n, params, err);
	const char *answer = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL, *value = answer ? sd_result_get(r, 0, 1) : NULL;
	bool ok = answer && !*answer;

	if (r && !ok)
		sd_err_set(err, SD_ERR_INTERNAL, "sample", _("The items of the sample were refused: %s"), answer ? answer : "null");
	if (ok && out)
		snprintf(out, size, "%s", value ? value : "");
	sd_result_free(r);
	return ok;
}

#define WRONG                                                                                                                    \
	"case when a->>'ok' = 'true' and coalesce(a->'refused', '[]') = '[]' then '' else left(coalesce(a->'refused'->>0, "          \
	"a::text), 400) end"

static bool import(struct sd_conn *dba, char *line[LINES], struct sd_err *err)
{
	char id[16];
	const char *items[] = {id, line[ITEMS]}, *classes[] = {id, line[CLASSES]}, *links[] = {id, line[LINKS]}, *end[] = {id};

	return step(dba,
			   "select " WRONG ", a->>'import' from desk.ci_import_begin('sample', null, null, '{\"cis\": \"estate.txt.xz\"}') a",
			   0, NULL, id, sizeof id, err) &&
		   step(dba, "select " WRONG " from desk.ci_import_declare($1::int, $2::jsonb, '{}') a", 2, classes, NULL, 0, err) &&
		   step(dba, "select " WRONG " from desk.ci_import_items($1::int, $2::jsonb) a", 2, items, NULL, 0, err) &&
		   step(dba,
			   "select " WRONG " from desk.ci_import_links($1::int,"
			   " (select array_agg(n) from generate_series(1, jsonb_array_length($2::jsonb->'from')) n),"
			   " array(select jsonb_array_elements_text($2::jsonb->'from')), array(select "
			   "jsonb_array_elements_text($2::jsonb->'type')),"
			   " array(select jsonb_array_elements_text($2::jsonb->'to'))) a",
			   2, links, NULL, 0, err) &&
		   step(dba, "select " WRONG " from desk.ci_import_end($1::int, true, false, true, true, 0) a", 1, end, NULL, 0, err);
}

bool sample_estate(struct sd_conn *dba, struct sd_err *err)
{
	char *line[LINES], *text = unpack(line, err);
	bool ok = text && sd_conn_script(dba, "begin", err);
	struct sd_err other;

	ok = ok && import(dba, line, err) && sd_conn_script(dba, "commit", err);
	if (!ok)
		sd_conn_script(dba, "rollback", &other);
	free(text);
	return ok;
}

/* What incidents of the sample are about. */
static const struct {
	const char *fields; /* part of the members of the incident */
	const char *ident[8];
} about[] = {
	{"\"category\":[\"Hardware\",\"Server\"]",
		{"host:db1157.eqiad.wmnet", "host:ganeti1009.eqiad.wmnet", "host:ms-be1051.eqiad.wmnet", "host:lvs1019.eqiad.wmnet",
			"host:cp1100.eqiad.wmnet", "host:kubernetes1005.eqiad.wmnet", "host:dns1004.wikimedia.org"}},
	{"\"category\":[\"Storage\",\"Database\"]", {"dbsection:m1", "dbsection:m2", "dbsection:es1", "dbsection:m5"}},
	{"\"category\":[\"Storage\",\"File share\"]", {"service:swift", "host:ms-be1052.eqiad.wmnet", "host:ms-be2051.codfw.wmnet"}},
	{"\"category\":[\"Storage\",\"Restore\"]", {"host:backup1001.eqiad.wmnet"}},
	{"\"category\":[\"Network\",\"Firewall rule\"]", {"subnet:private1-a-eqiad", "subnet:analytics1-a-eqiad"}},
	{"\"category\":[\"Network\",\"Wired port\"]", {"subnet:private1-a-codfw"}},
	{"\"category\":[\"Network\",\"VPN\"]", {"host:bast1003.wikimedia.org", "host:bast2003.wikimedia.org"}},
	{"\"service\":\"Build and test\"", {"service:docker-registry", "service:apt", "host:gitlab1003.wikimedia.org"}},
	{"\"service\":\"Intranet and wiki\"", {"service:mw-web", "service:mw-api-ext"}},
};

const char *sample_estate_ci(const char *fields, uint32_t which)
{
	if (strstr(fields, "\"ci\":"))
		return NULL;
	for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
		uint32_t n = 0;
		while (n < 8 && about[i].ident[n])
			n++;
		if (n && strstr(fields, about[i].fields))
			return about[i].ident[which % n];
	}
	return NULL;
}
