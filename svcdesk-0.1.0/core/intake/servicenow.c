#include "core/intake/servicenow.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/zone.h"
#include "core/intake/json.h"
#include "core/intake/sha256.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { NUMBER_MAX = 64, VALUE_MAX = 1000 };

enum column {
	C_NUMBER,
	C_STATE,
	C_VERSION,
	C_UPDATED_AT,
	C_GROUP,
	C_ASSIGNEE,
	C_PRIORITY,
	C_REQUIRED, /* the columns above must be there; the others may */
	C_IMPACT = C_REQUIRED,
	C_URGENCY,
	C_ACTIVE,
	C_REASSIGNMENTS,
	C_REOPENS,
	C_MADE_SLA,
	C_CALLER,
	C_OPENED_BY,
	C_OPENED_AT,
	C_CREATED_BY,
	C_CREATED_AT,
	C_UPDATED_BY,
	C_CONTACT,
	C_LOCATION,
	C_CATEGORY,
	C_SUBCATEGORY,
	C_SYMPTOM,
	C_CI,
	C_KNOWLEDGE,
	C_CONFIRMED,
	C_NOTIFY,
	C_PROBLEM,
	C_RFC,
	C_VENDOR,
	C_CAUSED_BY,
	C_CLOSED_CODE,
	C_RESOLVED_BY,
	C_RESOLVED_AT,
	C_CLOSED_AT,
	C_COUNT
};

static const char *const column_name[C_COUNT] = {
	[C_NUMBER] = "number",
	[C_STATE] = "incident_state",
	[C_VERSION] = "sys_mod_count",
	[C_UPDATED_AT] = "sys_updated_at",
	[C_GROUP] = "assignment_group",
	[C_ASSIGNEE] = "assigned_to",
	[C_PRIORITY] = "priority",
	[C_IMPACT] = "impact",
	[C_URGENCY] = "urgency",
	[C_ACTIVE] = "active",
	[C_REASSIGNMENTS] = "reassignment_count",
	[C_REOPENS] = "reopen_count",
	[C_MADE_SLA] = "made_sla",
	[C_CALLER] = "caller_id",
	[C_OPENED_BY] = "opened_by",
	[C_OPENED_AT] = "opened_at",
	[C_CREATED_BY] = "sys_created_by",
	[C_CREATED_AT] = "sys_created_at",
	[C_UPDATED_BY] = "sys_updated_by",
	[C_CONTACT] = "contact_type",
	[C_LOCATION] = "location",
	[C_CATEGORY] = "category",
	[C_SUBCATEGORY] = "subcategory",
	[C_SYMPTOM] = "u_symptom",
	[C_CI] = "cmdb_ci",
	[C_KNOWLEDGE] = "knowledge",
	[C_CONFIRMED] = "u_priority_confirmation",
	[C_NOTIFY] = "notify",
	[C_PROBLEM] = "problem_id",
	[C_RFC] = "rfc",
	[C_VENDOR] = "vendor",
	[C_CAUSED_BY] = "caused_by",
	[C_CLOSED_CODE] = "closed_code",
	[C_RESOLVED_BY] = "resolved_by",
	[C_RESOLVED_AT] = "resolved_at",
	[C_CLOSED_AT] = "closed_at",
};

struct sn_columns {
	int at[C_COUNT];
	int count;
};

/* Kept with the ticket under these names; the desk gives them no meaning. */
static const struct {
	enum column c;
	const char *key;
	char type; /* t text, b true or false, d time */
} custom[] = {
	{C_CONTACT, "contact_type", 't'},
	{C_LOCATION, "location", 't'},
	{C_KNOWLEDGE, "knowledge", 'b'},
	{C_CONFIRMED, "priority_confirmed", 'b'},
	{C_NOTIFY, "notify", 't'},
	{C_RESOLVED_BY, "resolved_by", 't'},
	{C_CREATED_BY, "created_by", 't'},
	{C_CREATED_AT, "created_at", 'd'},
};

/* ---- header ---- */

static enum column column_of(const char *name)
{
	while (*name == ' ')
		name++;
	size_t n = strlen(name);
	while (n && name[n - 1] == ' ')
		n--;
	for (int c = 0; c < C_COUNT; c++)
		if (strlen(column_name[c]) == n && strncasecmp(column_name[c], name, n) == 0)
			return (enum column)c;
	return C_COUNT;
}

static void list_add(struct sd_str *s, const char *word)
{
	if (s->len)
		sd_str_add(s, ", ");
	sd_text_clean(s, word, strnlen(word, 60), SD_CLEAN_LINE);
}

struct sn_columns *sn_columns_new(int n, char *const *names, struct sd_str *unknown, struct sd_err *err)
{
	struct sn_columns *c = sd_malloc(sizeof *c);
	struct sd_str missing = {0};

	for (int i = 0; i < C_COUNT; i++)
		c->at[i] = -1;
	c->count = n;
	for (int i = 0; i < n; i++) {
		enum column k = column_of(names[i]);
		if (k == C_COUNT) {
			if (unknown)
				list_add(unknown, names[i]);
			continue;
		}
		if (c->at[k] >= 0) {
			sd_err_set(err, SD_ERR_INPUT, "header_twice", _("the header has column %s twice"), column_name[k]);
			free(c);
			return NULL;
		}
		c->at[k] = i;
	}
	for (int i = 0; i < C_REQUIRED; i++)
		if (c->at[i] < 0)
			list_add(&missing, column_name[i]);
	if (missing.len) {
		sd_err_set(err, SD_ERR_INPUT, "header_missing",
			_("line 1 is not the header of a ServiceNow incident log: missing %s (a row per version of an incident, comma "
			  "separated)"),
			missing.data);
		sd_str_free(&missing);
		free(c);
		return NULL;
	}
	return c;
}

void sn_columns_free(struct sn_columns *c)
{
	free(c);
}

int sn_columns_count(const struct sn_columns *c)
{
	return c->count;
}

/* ---- values ---- */

/* NULL where the source says nothing. */
static const char *value(const struct sn_columns *c, char *const *field, enum column k)
{
	const char *v = c->at[k] < 0 ? NULL : field[c->at[k]];

	if (!v)
		return NULL;
	while (*v == ' ')
		v++;
	return *v == 0 || (v[0] == '?' && v[strspn(v + 1, " ") + 1] == 0) ? NULL : v;
}

/* v is this word in upper or lower case, blanks behind it not counted. */
static bool says(const char *v, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(v, word, n) == 0 && v[n + strspn(v + n, " ")] == 0;
}

static bool number_in(const char **p, int digits, int *out)
{
	int n = 0, v = 0;

	while (n < digits && isdigit((unsigned char)**p)) {
		v = v * 10 + (*(*p)++ - '0');
		n++;
	}
	*out = v;
	return n > 0;
}

static bool skip_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool is_day(int y, int mo, int d)
{
	int64_t year;
	int month, day;
	civil_date(civil_days(y, mo, d), &year, &month, &day);
	return month == mo && day == d;
}

bool sn_time(const char *text, const char *zone, sd_time *out)
{
	const char *p = text;
	int a, y, mo, d, h, mi, s = 0;

	while (*p == ' ')
		p++;
	if (!number_in(&p, 4, &a))
		return false;
	if (skip_char(&p, '/')) {
		d = a;
		if (!number_in(&p, 2, &mo) || !skip_char(&p, '/') || !number_in(&p, 4, &y))
			return false;
	} else {
		y = a;
		if (!skip_char(&p, '-') || !number_in(&p, 2, &mo) || !skip_char(&p, '-') || !number_in(&p, 2, &d))
			return false;
	}
	if (!skip_char(&p, ' ') || !number_in(&p, 2, &h) || !skip_char(&p, ':') || !number_in(&p, 2, &mi))
		return false;
	if (skip_char(&p, ':') && !number_in(&p, 2, &s))
		return false;
	while (*p == ' ')
		p++;
	if (*p || y < 1970 || y > 2200 || mo < 1 || mo > 12 || !is_day(y, mo, d) || h > 23 || mi > 59 || s > 59)
		return false;
	if (!zone || strcmp(zone, "UTC") == 0) {
		*out = ((civil_days(y, mo, d) * 24 + h) * 3600 + mi * 60 + s) * INT64_C(1000000);
		return true;
	}
	return sd_time_from_local(y, mo, d, h, mi, s, zone, out);
}

/* State word of the source to state and hold reason (NULL = none); false when nobody knows the word. */
static bool sn_state(const char *word, const char **state, const char **hold_reason)
{
	static const struct {
		const char *word, *state, *reason;
	} map[] = {
		{"New", "new", NULL},
		{"Assigned", "assigned", NULL},
		{"Active", "in_progress", NULL},
		{"In Progress", "in_progress", NULL},
		{"Work in Progress", "in_progress", NULL},
		{"Awaiting User Info", "on_hold", "requester"},
		{"Awaiting Evidence", "on_hold", "problem"}, /* of the cause; only User Info waits for the requester */
		{"Awaiting Vendor", "on_hold", "supplier"},
		{"Awaiting Problem", "on_hold", "problem"},
		{"Awaiting Change", "on_hold", "change"},
		{"On Hold", "on_hold", "scheduled"},
		{"Resolved", "resolved", NULL},
		{"Closed", "closed", NULL},
		{"Canceled", "cancelled", NULL},
		{"Cancelled", "cancelled", NULL},
	};

	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (says(word, map[i].word)) {
			*state = map[i].state;
			*hold_reason = map[i].reason;
			return true;
		}
	return false;
}

/* "3 - Moderate" or "3" to its digit, 0 for anything else. */
static int level(const char *v, int max)
{
	int n = v[0] - '0';

	return n >= 1 && n <= max && (v[1] == 0 || v[1] == ' ') ? n : 0;
}

static bool whole(const char *v, int64_t max, int64_t *out)
{
	int64_t n = 0;

	if (!isdigit((unsigned char)*v))
		return false;
	for (; isdigit((unsigned char)*v); v++)
		if ((n = n * 10 + (*v - '0')) > max)
			return false;
	*out = n;
	return v[strspn(v, " ")] == 0;
}

/* ---- row to entry ---- */

bool sn_row_key(const struct sn_columns *c, char *const *field, const char *zone, struct intake_key *key, struct sd_str *why)
{
	const char *number = value(c, field, C_NUMBER), *version = value(c, field, C_VERSION), *at = value(c, field, C_UPDATED_AT);

	for (int k = 0; k < C_COUNT; k++)
		if (c->at[k] >= 0 && strlen(field[c->at[k]]) > (k == C_NUMBER ? (size_t)NUMBER_MAX : (size_t)VALUE_MAX)) {
			sd_str_addf(why, _("%s is longer than %d bytes"), column_name[k], k == C_NUMBER ? NUMBER_MAX : VALUE_MAX);
			return false;
		}
	if (!number) {
		sd_str_add(why, _("no number"));
		return false;
	}
	if (!version || !whole(version, INT32_MAX, &key->version)) {
		sd_str_add(why, _("sys_mod_count is not a whole number"));
		return false;
	}
	if (!at || !sn_time(at, zone, &key->at)) {
		sd_str_add(why, _("sys_updated_at is not a time like 29/2/2016 01:23"));
		return false;
	}
	key->number = number;
	return true;
}

struct entry {
	const struct sn_columns *c;
	char *const *field;
	const char *zone;
	struct sd_str *json, *notes, tmp;
	bool resolved, closed; /* the state this row tells */
};

/* The source writes the last resolution into every row of a record, also the first; it is true from the resolved state on. */
static const char *true_value(const struct entry *e, enum column k)
{
	bool ends = k == C_CLOSED_CODE || k == C_RESOLVED_BY || k == C_RESOLVED_AT;

	return (ends && !e->resolved) || (k == C_CLOSED_AT && !e->closed) ? NULL : value(e->c, e->field, k);
}

static void note(struct entry *e, enum column k, const char *v)
{
	struct sd_str clean = {0};
	sd_text_clean(&clean, v, strnlen(v, 60), SD_CLEAN_LINE);
	if (e->notes->len)
		sd_str_add(e->notes, "; ");
	sd_str_addf(
		e->notes, _("%s: \"%s\" is not understood, the former value stays"), column_name[k], clean.data ? clean.data : "");
	sd_str_free(&clean);
}

static void put_text(struct entry *e, const char *key, const char *v)
{
	intake_json_key(e->json, key);
	if (!v) {
		sd_str_add(e->json, "null");
		return;
	}
	sd_str_reset(&e->tmp);
	intake_squeeze(&e->tmp, v, strlen(v));
	intake_json_text(e->json, e->tmp.data ? e->tmp.data : "", e->tmp.len);
}

static void put_column(struct entry *e, const char *key, enum column k)
{
	if (e->c->at[k] >= 0)
		put_text(e, key, value(e->c, e->field, k));
}

static void put_level(struct entry *e, const char *key, enum column k, int max)
{
	const char *v = value(e->c, e->field, k);

	if (v && level(v, max))
		sd_str_addf(e->json, ",\"%s\":%d", key, level(v, max));
	else if (v)
		note(e, k, v);
}

static void put_count(struct entry *e, const char *key, enum column k)
{
	const char *v = value(e->c, e->field, k);
	int64_t n;

	if (v && whole(v, INT32_MAX, &n))
		sd_str_addf(e->json, ",\"%s\":%ld", key, (long)n);
	else if (v)
		note(e, k, v);
}

static void put_bool(struct entry *e, const char *key, enum column k)
{
	const char *v = value(e->c, e->field, k);

	if (v && !says(v, "true") && !says(v, "false"))
		note(e, k, v);
	else if (v)
		sd_str_addf(e->json, ",\"%s\":%s", key, tolower((unsigned char)*v) == 't' ? "true" : "false");
}

static void put_time(struct entry *e, const char *key, enum column k)
{
	const char *v = value(e->c, e->field, k);
	sd_time t;

	if (e->c->at[k] < 0)
		return;
	if (v && !sn_time(v, e->zone, &t)) {
		note(e, k, v);
		return;
	}
	intake_json_key(e->json, key);
	if (v)
		intake_json_time(e->json, t);
	else
		sd_str_add(e->json, "null");
}

static void put_category(struct entry *e)
{
	const char *parent = value(e->c, e->field, C_CATEGORY), *child = value(e->c, e->field, C_SUBCATEGORY);

	if (e->c->at[C_CATEGORY] < 0)
		return;
	intake_json_key(e->json, "category");
	if (!parent) {
		parent = child; /* better a category than a lost one */
		child = NULL;
	}
	if (!parent) {
		sd_str_add(e->json, "null");
		return;
	}
	sd_str_reset(&e->tmp);
	intake_squeeze(&e->tmp, parent, strlen(parent));
	sd_str_addc(e->json, '[');
	intake_json_text(e->json, e->tmp.data, e->tmp.len);
	if (child) {
		sd_str_reset(&e->tmp);
		intake_squeeze(&e->tmp, child, strlen(child));
		sd_str_addc(e->json, ',');
		intake_json_text(e->json, e->tmp.data, e->tmp.len);
	}
	sd_str_addc(e->json, ']');
}

static void put_state(struct entry *e)
{
	const char *v = value(e->c, e->field, C_STATE), *state, *reason;

	if (!v || !sn_state(v, &state, &reason)) {
		note(e, C_STATE, v ? v : "?");
		return;
	}
	put_text(e, "state", state);
	put_text(e, "hold_reason", reason);
	if (e->resolved)
		put_column(e, "resolution_code", C_CLOSED_CODE);
	else
		put_text(e, "resolution_code", NULL);
	if (e->resolved)
		put_time(e, "resolved_at", C_RESOLVED_AT);
	else
		put_text(e, "resolved_at", NULL);
	if (e->closed)
		put_time(e, "closed_at", C_CLOSED_AT);
	else
		put_text(e, "closed_at", NULL);
}

static void put_channel(struct entry *e)
{
	const char *v = value(e->c, e->field, C_CONTACT);

	if (!v)
		return;
	sd_str_reset(&e->tmp);
	intake_squeeze(&e->tmp, v, strlen(v));
	for (size_t i = 0; i < e->tmp.len; i++)
		e->tmp.data[i] = (char)tolower((unsigned char)e->tmp.data[i]);
	intake_json_key(e->json, "channel");
	intake_json_text(e->json, e->tmp.data, e->tmp.len);
}

static void put_custom(struct entry *e)
{
	sd_str_add(e->json, "\"custom\":{");
	size_t from = e->json->len;
	for (size_t i = 0; i < sizeof custom / sizeof *custom; i++) {
		if (!true_value(e, custom[i].c))
			continue;
		if (custom[i].type == 'b')
			put_bool(e, custom[i].key, custom[i].c);
		else if (custom[i].type == 'd')
			put_time(e, custom[i].key, custom[i].c);
		else
			put_column(e, custom[i].key, custom[i].c);
	}
	intake_json_close(e->json, from);
}

/* One hash for one source row, whatever the order of the columns in the file, and whether it was written before or after the
 * resolution. */
static void put_hash(struct entry *e)
{
	struct sha256 s;
	unsigned char digest[32];
	char hex[65];

	sha256_init(&s);
	for (int k = 0; k < C_COUNT; k++) {
		const char *v = true_value(e, (enum column)k);
		sha256_add(&s, v ? v : "", v ? strlen(v) + 1 : 1);
	}
	sha256_end(&s, digest);
	sha256_hex(digest, hex);
	sd_str_addf(e->json, ",\"hash\":\"%s\"", hex);
}

void sn_row_entry(const struct sn_columns *c, char *const *field, const char *zone, long line, const struct intake_key *key,
	struct sd_str *json, struct sd_str *notes)
{
	struct entry e = {.c = c, .field = field, .zone = zone, .json = json, .notes = notes};
	const char *word = value(c, field, C_STATE), *state = "", *reason;

	if (word && sn_state(word, &state, &reason)) {
		e.closed = strcmp(state, "closed") == 0;
		e.resolved = e.closed || strcmp(state, "resolved") == 0;
	}

	sd_str_addf(json, "{\"line\":%ld,\"ext_version\":\"%ld\"", line, (long)key->version);
	put_text(&e, "ext_id", key->number);
	put_hash(&e);
	intake_json_key(json, "at");
	intake_json_time(json, key->at);
	put_column(&e, "actor", C_UPDATED_BY);
	sd_str_add(json, ",\"fields\":{");
	size_t from = json->len;
	put_state(&e);
	put_column(&e, "group", C_GROUP);
	put_column(&e, "assignee", C_ASSIGNEE);
	put_level(&e, "priority", C_PRIORITY, 5);
	put_level(&e, "impact", C_IMPACT, 3);
	put_level(&e, "urgency", C_URGENCY, 3);
	put_column(&e, "requester", C_CALLER);
	put_column(&e, "opened_by", C_OPENED_BY);
	if (value(c, field, C_OPENED_AT)) /* no ticket without it */
		put_time(&e, "opened_at", C_OPENED_AT);
	put_channel(&e);
	put_category(&e);
	put_column(&e, "ci", C_CI);
	put_count(&e, "reassignments", C_REASSIGNMENTS);
	put_count(&e, "reopens", C_REOPENS);
	put_bool(&e, "made_sla", C_MADE_SLA);
	put_column(&e, "symptom", C_SYMPTOM);
	put_column(&e, "problem_ref", C_PROBLEM);
	put_column(&e, "change_ref", C_RFC);
	put_column(&e, "vendor_ref", C_VENDOR);
	put_column(&e, "caused_by_ref", C_CAUSED_BY);
	intake_json_close(json, from);
	sd_str_addc(json, ',');
	put_custom(&e);
	sd_str_addc(json, '}');
	sd_str_free(&e.tmp);
}
