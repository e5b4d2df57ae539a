/* Fills a new desk with the sample: things and people by the superuser, histories through the door for imports, and a few acts of
 * today by the people themselves (sample_acts.c). */
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/embed/embed.h"
#include "core/embed/sample_acts.h"
#include "core/embed/sample_articles.h"
#include "core/embed/sample_data.h"
#include "core/embed/sample_estate.h"
#include "core/embed/sample_macros.h"
#include "core/embed/sample_past.h"
#include "core/embed/sample_rota.h"
#include "core/embed/sample_terms.h"
#include "core/intake/json.h"
#include "core/intake/sha256.h"
#include "svcdesk/db.h"
#include "svcdesk/mem.h"

enum { BATCH_ROWS = 1500, WEEK_MIN = 7 * 24 * 60, EARLIER_MIN = 9 * WEEK_MIN };

/* Monday 2016-05-02 00:00 UTC: minute 0 of the sample. */
#define WEEK_START (INT64_C(1462147200) * 1000000)
#define MINUTE INT64_C(60000000)

struct load {
	struct sd_conn *dba, *admin;
	sd_time now;
	long now_min; /* the minute of the sample that is now */
	void (*progress)(void *arg, const char *what, long done, long total);
	void *progress_arg;
	struct sd_err *err;
	char file_id[16];
	struct sd_str json; /* the batch being made */
	long in_batch, line;
	char **ticket; /* lines of the ticket being made, borrowed from the unpacked text */
	size_t n_ticket;
	long earlier; /* minutes by which it lies earlier than in the text */
};

/* ---- unpacking ---- */

static char *unpack(struct sd_err *err)
{
	size_t packed_len, in_pos = 0, out_pos = 0, cap = 16 << 20;
	const unsigned char *packed = embed_sample_packed(&packed_len);
	uint64_t limit = UINT64_MAX;
	char *text = sd_malloc(cap + 1);

	if (lzma_stream_buffer_decode(&limit, 0, NULL, packed, &in_pos, packed_len, (uint8_t *)text, &out_pos, cap) != LZMA_OK) {
		sd_err_set(err, SD_ERR_INTERNAL, "sample", _("The sample inside the program cannot be unpacked"));
		free(text);
		return NULL;
	}
	text[out_pos] = 0;
	return text;
}

/* Cuts a line into max fields in place; the last one takes the rest, those that are not there are empty. */
static int split(char *line, char **field, int max)
{
	int n = 0;

	while (n < max) {
		field[n++] = line;
		char *tab = n < max ? strchr(line, '\t') : NULL;
		if (!tab)
			break;
		*tab = 0;
		line = tab + 1;
	}
	for (int i = n; i < max; i++)
		field[i] = line + strlen(line);
	return n;
}

/* ---- things and people ---- */

/* How each table of the sample comes into the desk; $1 is its JSON array. The order is that of the file. */
static const struct {
	const char *table, *sql;
} loader[] = {
	{"orgs", "insert into desk.org(name) select * from jsonb_array_elements_text($1::jsonb)"},
	{"groups", "insert into desk.support_group(name) select * from jsonb_array_elements_text($1::jsonb)"},
	{"services", "insert into desk.service(name) select * from jsonb_array_elements_text($1::jsonb)"},
	{"categories",
		"with c as (select x->>0 as parent, x->>1 as child from jsonb_array_elements($1::jsonb) x),"
		" p as (insert into desk.category(name) select distinct parent from c order by 1 returning id, name)"
		" insert into desk.category(parent_id, name) select p.id, c.child from c join p on p.name = c.parent order by 1, 2"},
	{"people", "insert into desk.person(name, org_id, email, phone, place, vip, language) select x.name, o.id, x.email, x.phone, "
			   "x.place, x.vip,"
			   " case when o.id = (select max(id) from desk.org) then 'zh' else 'en' end"
			   " from jsonb_to_recordset($1::jsonb) as x(login text, name text, org text, email text, phone text, place text, "
			   "vip boolean)"
			   " join desk.org o on o.name = x.org where x.login is null"},
	{"members", "with m as (insert into desk.group_member(group_id, person_id, lead) select g.id, p.id, x.lead"
				" from jsonb_to_recordset($1::jsonb) as x(\"group\" text, person text, lead boolean)"
				" join desk.support_group g on g.name = x.\"group\" join desk.person p on p.name = x.person and p.login is null"
				" returning person_id)"
				" insert into desk.person_role(person_id, role) select distinct person_id, 'agent' from m"},
	{"devices", "insert into desk.ci(name, class, org_id, service_id, owner_id, place)"
				" select x.name, x.class, o.id, s.id, p.id, x.place"
				" from jsonb_to_recordset($1::jsonb) as x(name text, class text, owner text, org text, place text, service text)"
				" join desk.org o on o.name = x.org left join desk.service s on s.name = x.service left join desk.person p on "
				"p.name = x.owner"},
};

/* Roles and groups of those who sign in; their names, places and numbers stand in the sample. */
static const struct {
	const char *login, *roles, *groups;
} account[] = {
	{"admin", "{admin,agent}", "{Service desk}"},
	{"agent", "{agent}", "{Service desk,Desktop support,Mail and calendar}"},
	{"lead", "{lead,agent}", "{Service desk,Desktop support,Mail and calendar}"},
	{"owner", "{process_owner}", "{}"},
	{"auditor", "{auditor}", "{}"},
	{"requester", "{requester}", "{}"},
};

static bool run(struct load *l, struct sd_conn *c, const char *sql, int n, const char *const *params, char *out, size_t size)
{
	struct sd_result *r = sd_conn_query(c, sql, n, params, l->err);

	if (r && out)
		snprintf(out, size, "%s", sd_result_rows(r) && sd_result_get(r, 0, 0) ? sd_result_get(r, 0, 0) : "");
	sd_result_free(r);
	return r != NULL;
}

static bool add_accounts(struct load *l, const char *people)
{
	for (size_t i = 0; i < sizeof account / sizeof *account; i++) {
		const char *params[] = {people, account[i].login, account[i].roles, account[i].groups};
		char refused[512];
		if (!run(l, l->dba,
				"select desk.user_add(x.login, x.name, $3::text[], $4::text[])->'error'->>'text'"
				" from jsonb_to_recordset($1::jsonb) as x(login text, name text) where x.login = $2",
				4, params, refused, sizeof refused))
			return false;
		if (*refused) {
			sd_err_set(l->err, SD_ERR_INTERNAL, "sample", _("The person %s of the sample could not be made: %s"),
				account[i].login, refused);
			return false;
		}
	}
	if (!run(l, l->dba,
			"update desk.group_member m set lead = true from desk.person p where p.id = m.person_id and p.login = 'lead'", 0,
			NULL, NULL, 0))
		return false;
	const char *params[] = {people};
	return run(l, l->dba,
		"update desk.person p set email = x.email, phone = x.phone, place = x.place, vip = x.vip, language = 'en', org_id = o.id"
		" from jsonb_to_recordset($1::jsonb) as x(login text, email text, phone text, place text, vip boolean, org text)"
		" join desk.org o on o.name = x.org where p.login = x.login",
		1, params, NULL, 0);
}

static bool load_table(struct load *l, const char *name, const char *json)
{
	const char *params[] = {json};

	for (size_t i = 0; i < sizeof loader / sizeof *loader; i++) {
		if (strcmp(loader[i].table, name) != 0)
			continue;
		if (!run(l, l->dba, loader[i].sql, 1, params, NULL, 0))
			return false;
		if (strcmp(name, "people") == 0)
			return add_accounts(l, json);
		return true;
	}
	sd_err_set(l->err, SD_ERR_INTERNAL, "sample", _("The sample inside the program has an unknown table %s"), name);
	return false;
}

/* ---- histories ---- */

static bool flush(struct load *l)
{
	char events[64];
	bool ok;

	if (!l->in_batch)
		return true;
	sd_str_addc(&l->json, ']');
	const char *params[] = {l->file_id, l->json.data};
	ok = run(l, l->admin, "select a->>'events_created' from desk.import_history('sample', $1::int, $2::jsonb) a", 2, params,
		events, sizeof events);
	if (ok && strtol(events, NULL, 10) != l->in_batch) {
		sd_err_set(
			l->err, SD_ERR_INTERNAL, "sample", _("%ld rows of the sample were sent, the desk took %s"), l->in_batch, events);
		ok = false;
	}
	sd_str_reset(&l->json);
	l->in_batch = 0;
	return ok;
}

enum { F_TAG, F_MINUTE, F_VERSION, F_VERB, F_VISIBILITY, F_ACTOR, F_TEXT, F_FLAG, F_FIELDS, F_COUNT };

static uint32_t spread(const char *s, long salt)
{
	uint32_t h = 2166136261u ^ (uint32_t)salt;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ (h >> 15);
}

static void add_hash(struct load *l, const char *number, const char *version)
{
	struct sha256 s;
	unsigned char digest[32];
	char hex[65];

	sha256_init(&s);
	sha256_add(&s, number, strlen(number) + 1);
	sha256_add(&s, version, strlen(version) + 1);
	sha256_end(&s, digest);
	sha256_hex(digest, hex);
	sd_str_addf(&l->json, ",\"hash\":\"%s\"", hex);
}

/* A hold that lasts is followed up in the coming days, at nine; one that is over was planned for three days. */
static sd_time follow_up(const struct load *l, const char *number, sd_time at, bool last)
{
	const int64_t day = 1440 * MINUTE;

	if (!last)
		return at + 3 * day;
	return (l->now / day + 1 + (sd_time)(spread(number, 3) % 6)) * day + 9 * 60 * MINUTE;
}

/* accepts: somebody takes it on for the first time. */
static void add_row(struct load *l, const char *number, char **f, bool last, bool accepts)
{
	long minute = strtol(f[F_MINUTE], NULL, 10);
	sd_time at = l->now + (minute - l->earlier - l->now_min) * MINUTE - (sd_time)(1 + spread(number, 0) % 58) * 1000000;
	struct sd_str *j = &l->json;

	sd_str_addf(j, "%s{\"line\":%ld,\"ext_version\":\"%s\",\"ext_id\":\"%s\",\"verb\":\"%s\",\"visibility\":%s,\"actor\":%s",
		l->in_batch ? "," : "[", ++l->line, f[F_VERSION], number, f[F_VERB], f[F_VISIBILITY], f[F_ACTOR]);
	add_hash(l, number, f[F_VERSION]);
	intake_json_key(j, "at");
	intake_json_time(j, at);
	if (*f[F_TEXT])
		sd_str_addf(j, ",\"body\":%s", f[F_TEXT]);
	sd_str_add(j, ",\"fields\":{");
	size_t from = j->len;
	if (*f[F_FIELDS])
		sd_str_addf(j, ",%s", f[F_FIELDS]);
	if (strcmp(f[F_VERB], "create") == 0 && *f[F_TEXT])
		sd_str_addf(j, ",\"body\":%s", f[F_TEXT]);
	const char *ci = strcmp(f[F_VERB], "create") == 0 ? sample_estate_ci(f[F_FIELDS], spread(number, 5)) : NULL;
	if (ci)
		sd_str_addf(j, ",\"ci\":\"%s\"", ci);
	if (strchr(f[F_FLAG], 'h')) {
		intake_json_key(j, "hold_until");
		intake_json_time(j, follow_up(l, number, at, last));
	}
	if (accepts) {
		intake_json_key(j, "acknowledged_at");
		intake_json_time(j, at);
	}
	if (strcmp(f[F_FLAG], "rc") == 0) {
		intake_json_key(j, "resolved_at");
		intake_json_time(j, at);
	}
	intake_json_close(j, from);
	sd_str_addc(j, '}');
	l->in_batch++;
}

/* The ticket whose lines were gathered, up to now. */
static bool end_ticket(struct load *l)
{
	char *head[2], *row[64][F_COUNT];
	size_t n = 0, held = 0, accepted = SIZE_MAX;

	split(l->ticket[0], head, 2);
	for (size_t i = 1; i < l->n_ticket && n < 64; i++) {
		if (split(l->ticket[i], row[n], F_COUNT) < F_COUNT || strtol(row[n][F_MINUTE], NULL, 10) > l->now_min)
			break;
		if (strstr(row[n][F_FIELDS], "\"state\":"))
			held = n;
		if (accepted == SIZE_MAX && strcmp(row[n][F_VERB], "take") == 0)
			accepted = n;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		add_row(l, head[1], row[i], i >= held, i == accepted);
	return l->in_batch < BATCH_ROWS || flush(l);
}

/* Things and people: one line a table. */
static bool load_tables(struct load *l, char *text)
{
	char *next, *f[3];

	for (char *line = text; *line; line = next) {
		next = strchr(line, '\n');
		*next++ = 0;
		split(line, f, 3);
		if (!load_table(l, f[1], f[2]))
			return false;
	}
	return true;
}

/* How much earlier than the source has it a ticket lies: every other one of those that were closed more than a week ago, so that
 * there are months to look back on. Whole weeks: weekdays and hours stay. */
static long earlier(const struct load *l, char *const *line, size_t n)
{
	const char *minute = strchr(line[n - 1], '\t');
	char *head = strchr(line[0], '\t');

	if (!minute || !head || strtol(minute, NULL, 10) > l->now_min - WEEK_MIN || !strstr(line[n - 1], "\"closed\""))
		return 0;
	return spread(head, 7) % 2 ? EARLIER_MIN : 0;
}

/* The histories, the earlier ones first, so that numbers go with time. */
static bool load_tickets(struct load *l, char *text, size_t len)
{
	size_t n = 0, cap = 0, from = 0;
	char **line = NULL, *next;
	bool ok = true;

	for (char *p = text; *p; p = next) {
		next = strchr(p, '\n');
		*next++ = 0;
		*SD_PUSH(line, n, cap) = p;
	}
	for (int pass = 0; ok && pass < 2; pass++) {
		for (size_t i = 0; ok && i < n; i = from) {
			for (from = i + 1; from < n && *line[from] == 'R'; from++)
				;
			if (*line[i] != 'T') /* loaded already: its lines have lost their tabs */
				continue;
			l->earlier = earlier(l, line + i, from - i);
			if ((l->earlier > 0) != (pass == 0))
				continue;
			l->ticket = line + i;
			l->n_ticket = from - i;
			ok = end_ticket(l);
			*line[i] = '-';
			if (l->progress)
				l->progress(
					l->progress_arg, _("Filling the sample desk"), ((long)pass * (long)len + (line[i] - text)) / 2, (long)len);
		}
	}
	free(line);
	return ok && flush(l);
}

/* ---- the whole ---- */

/* The minute of the sample's week with the weekday and hour that it is here now. A desk whose clock stands has no "here": UTC. */
static bool find_now(struct load *l)
{
	char frozen[8];

	if (!run(l, l->dba, "select frozen_at is not null from desk.clock", 0, NULL, frozen, sizeof frozen))
		return false;
	sd_time local = l->now;
	if (*frozen != 't') {
		struct sd_arena *a = sd_arena_new();
		const char *z = sd_time_local(a, l->now, NULL, "%z"); /* +0130 */
		long off = strtol(z, NULL, 10);
		local += (off / 100 * 60 + off % 100) * MINUTE;
		sd_arena_free(a);
	}
	int64_t min = (local - WEEK_START) / MINUTE % WEEK_MIN;
	l->now_min = (long)(min < 0 ? min + WEEK_MIN : min);
	return true;
}

static bool open_file(struct load *l)
{
	struct sha256 s;
	unsigned char digest[32];
	char hex[65];
	size_t n;
	const unsigned char *packed = embed_sample_packed(&n);

	sha256_init(&s);
	sha256_add(&s, packed, n);
	sha256_end(&s, digest);
	sha256_hex(digest, hex);
	const char *params[] = {hex};
	return run(l, l->admin, "select desk.import_begin('sample', 'sample.txt.xz', decode($1, 'hex'))", 1, params, l->file_id,
		sizeof l->file_id);
}

/* What was agreed is there before the first ticket. */
static bool agree(struct load *l, char *(*uri_of)(void *arg, const char *login), void *arg)
{
	char *uri = uri_of(arg, "owner");
	struct sd_conn *owner = sd_conn_open(uri, l->err);
	bool ok = owner && sample_terms(owner, l->err);

	sd_conn_close(owner);
	free(uri);
	return ok;
}

bool embed_sample_load(struct sd_conn *dba, char *(*uri_of)(void *arg, const char *login), void *arg, sd_time now,
	void (*progress)(void *arg, const char *what, long done, long total), void *progress_arg, struct sd_err *err)
{
	struct load *l = sd_calloc(1, sizeof *l);
	char *text = unpack(err), *tables_end = NULL;
	bool ok = text != NULL;

	*l = (struct load){.dba = dba, .now = now, .progress = progress, .progress_arg = progress_arg, .err = err};
	if (ok) {
		size_t len = strlen(text);
		tables_end = strstr(text, "\nT\t");
		ok = tables_end && find_now(l);
		if (ok) { /* things and people first: the admin who imports is one of them */
			*tables_end = '\n';
			char keep = tables_end[1];
			tables_end[1] = 0;
			ok = load_tables(l, text);
			tables_end[1] = keep;
		}
		ok = ok && sample_estate(dba, err) && agree(l, uri_of, arg);
		char *uri = ok ? uri_of(arg, "admin") : NULL;
		l->admin = uri ? sd_conn_open(uri, err) : NULL;
		free(uri);
		ok = ok && l->admin && open_file(l) && load_tickets(l, tables_end + 1, len);
	}
	const char *done[] = {l->file_id};
	ok = ok && run(l, l->admin, "select desk.import_end($1::int, '{}')", 1, done, NULL, 0);
	sd_conn_close(l->admin);
	ok = ok && sample_past(dba, err) && sample_acts(uri_of, arg, err) && sample_macros(dba, err) &&
		 sample_rota(uri_of, arg, err) && sample_articles(dba, uri_of, arg, err);
	/* nobody who opens the desk did these acts: the first "undo" is not to take one of them back */
	ok = ok && run(l, dba, "update desk.op set result = null", 0, NULL, NULL, 0);
	/* what fell due in the history is done before anybody looks, not under their eyes */
	ok = ok && run(l, dba, "select desk.tick()", 0, NULL, NULL, 0);
	ok = ok && run(l, dba, "update desk.setting set value = 'true' where key = 'desk.sample'", 0, NULL, NULL, 0);
	if (ok && progress)
		progress(progress_arg, _("Filling the sample desk"), 1, 1);
	sd_str_free(&l->json);
	free(text);
	free(l);
	return ok;
}
