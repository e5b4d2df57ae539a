/* Rows of the ServiceNow log to entries of an import batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/intake/intake.h"
#include "core/intake/servicenow.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static char *header[] = {"number", "incident_state", "active", "reassignment_count", "reopen_count", "sys_mod_count", "made_sla",
	"caller_id", "opened_by", "opened_at", "sys_created_by", "sys_created_at", "sys_updated_by", "sys_updated_at", "contact_type",
	"location", "category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency", "priority", "assignment_group",
	"assigned_to", "knowledge", "u_priority_confirmation", "notify", "problem_id", "rfc", "vendor", "caused_by", "closed_code",
	"resolved_by", "resolved_at", "closed_at"};
enum { N = sizeof header / sizeof *header };

static char *row_of(int state_row, char **row)
{
	static char *base[] = {"INC0000045", "Closed", "false", "2", "1", "4", "true", "Caller 2403", "Opened by  8",
		"29/2/2016 01:16", "Created by 6", "29/2/2016 01:23", "Updated by 908", "5/3/2016 12:00", "Phone", "Location 143",
		"Category 55", "Subcategory 170", "Symptom 72", "?", "2 - Medium", "1 - High", "3 - Moderate", "Group 56", "?", "true",
		"false", "Do Not Notify", "Problem ID  2", "?", "?", "?", "code 5", "Resolved by 149", "29/2/2016 11:29",
		"5/3/2016 12:00"};

	memcpy(row, base, sizeof base);
	return base[state_row];
}

static int col(const char *name)
{
	for (int i = 0; i < N; i++)
		if (strcmp(header[i], name) == 0)
			return i;
	fail_msg("no column %s", name);
	return 0;
}

static json_t *entry_of(char **row, const char *zone, char **notes)
{
	struct sd_err err;
	struct intake_key key;
	struct sd_str json = {0}, why = {0}, note = {0};
	struct sn_columns *c = sn_columns_new(N, header, NULL, &err);

	assert_non_null(c);
	assert_true(sn_row_key(c, row, zone, &key, &why));
	sn_row_entry(c, row, zone, 17, &key, &json, &note);
	json_t *j = json_loads(json.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(j);
	if (notes)
		*notes = sd_str_take(&note);
	sn_columns_free(c);
	sd_str_free(&json);
	sd_str_free(&note);
	sd_str_free(&why);
	return j;
}

static const char *text(json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "(null)";
}

static void test_entry(void **state)
{
	(void)state;
	char *row[N], *notes;
	row_of(0, row);
	json_t *j = entry_of(row, NULL, &notes), *f = json_object_get(j, "fields"), *k = json_object_get(j, "custom");

	assert_string_equal(notes, "");
	assert_int_equal(json_integer_value(json_object_get(j, "line")), 17);
	assert_string_equal(text(j, "ext_id"), "INC0000045");
	assert_string_equal(text(j, "ext_version"), "4");
	assert_int_equal(strlen(text(j, "hash")), 64);
	assert_string_equal(text(j, "at"), "2016-03-05T12:00:00Z");
	assert_string_equal(text(j, "actor"), "Updated by 908");
	assert_string_equal(text(f, "state"), "closed");
	assert_true(json_is_null(json_object_get(f, "hold_reason")));
	assert_string_equal(text(f, "group"), "Group 56");
	assert_true(json_is_null(json_object_get(f, "assignee")));
	assert_int_equal(json_integer_value(json_object_get(f, "priority")), 3);
	assert_int_equal(json_integer_value(json_object_get(f, "impact")), 2);
	assert_int_equal(json_integer_value(json_object_get(f, "urgency")), 1);
	assert_string_equal(text(f, "requester"), "Caller 2403");
	assert_string_equal(text(f, "opened_by"), "Opened by 8");
	assert_string_equal(text(f, "opened_at"), "2016-02-29T01:16:00Z");
	assert_string_equal(text(f, "channel"), "phone");
	assert_string_equal(json_string_value(json_array_get(json_object_get(f, "category"), 0)), "Category 55");
	assert_string_equal(json_string_value(json_array_get(json_object_get(f, "category"), 1)), "Subcategory 170");
	assert_string_equal(text(f, "resolution_code"), "code 5");
	assert_string_equal(text(f, "resolved_at"), "2016-02-29T11:29:00Z");
	assert_string_equal(text(f, "closed_at"), "2016-03-05T12:00:00Z");
	assert_int_equal(json_integer_value(json_object_get(f, "reassignments")), 2);
	assert_int_equal(json_integer_value(json_object_get(f, "reopens")), 1);
	assert_true(json_is_true(json_object_get(f, "made_sla")));
	assert_string_equal(text(k, "location"), "Location 143");
	assert_string_equal(text(f, "symptom"), "Symptom 72");
	assert_string_equal(text(f, "problem_ref"), "Problem ID 2");
	assert_true(json_is_null(json_object_get(f, "change_ref")));
	assert_true(json_is_true(json_object_get(k, "knowledge")));
	assert_true(json_is_null(json_object_get(f, "vendor_ref")));
	json_decref(j);
	free(notes);
}

/* What is not said: no ticket is without a time of opening, a category may be known by its lower half only. */
static void test_missing(void **state)
{
	(void)state;
	char *row[N], *notes;
	row_of(0, row);
	row[col("opened_at")] = "?";
	row[col("category")] = "?";
	row[col("made_sla")] = "TRUE ";
	row[col("incident_state")] = " resolved ";
	json_t *j = entry_of(row, NULL, &notes), *f = json_object_get(j, "fields");
	assert_string_equal(notes, "");
	assert_null(json_object_get(f, "opened_at"));
	assert_string_equal(json_string_value(json_array_get(json_object_get(f, "category"), 0)), "Subcategory 170");
	assert_int_equal(json_array_size(json_object_get(f, "category")), 1);
	assert_true(json_is_true(json_object_get(f, "made_sla")));
	assert_string_equal(text(f, "state"), "resolved");
	json_decref(j);
	free(notes);
	row[col("subcategory")] = "";
	j = entry_of(row, NULL, &notes);
	assert_true(json_is_null(json_object_get(json_object_get(j, "fields"), "category")));
	json_decref(j);
	free(notes);
}

/* The log carries the last resolution in every row; only rows that are resolved say it. */
static void test_states(void **state)
{
	(void)state;
	static const struct {
		const char *word, *state, *reason;
		bool resolved, closed;
	} t[] = {
		{"New", "new", "(null)", false, false},
		{"Active", "in_progress", "(null)", false, false},
		{"Awaiting User Info", "on_hold", "requester", false, false},
		{"Awaiting Evidence", "on_hold", "problem", false, false},
		{"Awaiting Vendor", "on_hold", "supplier", false, false},
		{"Awaiting Problem", "on_hold", "problem", false, false},
		{"Resolved", "resolved", "(null)", true, false},
		{"Closed", "closed", "(null)", true, true},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *row[N], word[40];
		row_of(0, row);
		strcpy(word, t[i].word);
		row[col("incident_state")] = word;
		json_t *j = entry_of(row, NULL, NULL), *f = json_object_get(j, "fields");
		assert_string_equal(text(f, "state"), t[i].state);
		assert_string_equal(text(f, "hold_reason"), t[i].reason);
		assert_int_equal(json_is_string(json_object_get(f, "resolved_at")), t[i].resolved);
		assert_int_equal(json_is_string(json_object_get(f, "resolution_code")), t[i].resolved);
		assert_int_equal(json_is_string(json_object_get(f, "closed_at")), t[i].closed);
		json_decref(j);
	}
}

static void test_not_understood(void **state)
{
	(void)state;
	static const struct {
		const char *column, *value, *field;
	} t[] = {{"incident_state", "-100", "state"}, {"incident_state", "?", "state"}, {"priority", "urgent", "priority"},
		{"impact", "4 - None", "impact"}, {"reopen_count", "many", "reopens"}, {"made_sla", "perhaps", "made_sla"},
		{"closed_at", "31/2/2016 10:00", "closed_at"}};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *row[N], *notes, value[40];
		row_of(0, row);
		strcpy(value, t[i].value);
		row[col(t[i].column)] = value;
		json_t *j = entry_of(row, NULL, &notes), *f = json_object_get(j, "fields");
		assert_null(json_object_get(f, t[i].field));
		assert_non_null(strstr(notes, t[i].column));
		assert_non_null(strstr(notes, t[i].value));
		assert_string_equal(text(f, "group"), "Group 56");
		json_decref(j);
		free(notes);
	}
}

static void test_bad_rows(void **state)
{
	(void)state;
	static char longer[1200];
	static const struct {
		const char *column, *value, *why;
	} t[] = {{"number", "?", "no number"}, {"number", "  ", "no number"}, {"sys_mod_count", "x", "sys_mod_count"},
		{"sys_mod_count", "-1", "sys_mod_count"}, {"sys_mod_count", "99999999999", "sys_mod_count"},
		{"sys_updated_at", "?", "sys_updated_at"}, {"sys_updated_at", "2/29/2016 10:00", "sys_updated_at"},
		{"assignment_group", longer, "assignment_group"}};

	memset(longer, 'x', sizeof longer - 1);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *row[N], *value = sd_strdup(t[i].value);
		struct sd_err err;
		struct intake_key key;
		struct sd_str why = {0};
		struct sn_columns *c = sn_columns_new(N, header, NULL, &err);
		row_of(0, row);
		row[col(t[i].column)] = value;
		assert_false(sn_row_key(c, row, NULL, &key, &why));
		assert_non_null(strstr(why.data, t[i].why));
		sd_str_free(&why);
		sn_columns_free(c);
		free(value);
	}
}

static void expect_time(const char *text_, const char *zone, long want)
{
	sd_time t = 0;

	assert_true(sn_time(text_, zone, &t));
	assert_int_equal(t / 1000000, want);
}

static void test_times(void **state)
{
	(void)state;
	sd_time t;

	expect_time("29/2/2016 01:16", NULL, 1456708560);
	expect_time("29/2/2016 01:16", "UTC", 1456708560);
	expect_time("29/02/2016 01:16:05", NULL, 1456708565);
	expect_time(" 2016-02-29 01:16:05 ", NULL, 1456708565);
	expect_time("1/1/1970 00:00", NULL, 0);
	expect_time("31/12/2199 23:59", NULL, 7258118340);
	expect_time("1/3/2000 00:00", NULL, 951868800);
	expect_time("15/7/2016 12:00", "Europe/Berlin", 1468576800);
	expect_time("15/1/2016 12:00", "Asia/Shanghai", 1452830400);
	static const char *const bad[] = {"", "?", "29/2/2015 10:00", "31/4/2016 10:00", "1/13/2016 10:00", "0/1/2016 10:00",
		"1/1/2016", "1/1/2016 24:00", "1/1/2016 10:60", "1/1/2016 10:00x", "1/1/16 10:00", "1/1/20160 10:00", "1-1-2016 10:00",
		"2016-1-1T10:00", "1/1/2016 10:00:61", "1/1/9999 10:00", "-1/1/2016 10:00", "1//2016 10:00"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(sn_time(bad[i], NULL, &t));
}

static void test_header(void **state)
{
	(void)state;
	struct sd_err err;
	struct sd_str unknown = {0};
	char *some[] = {
		"Number", " incident_state", "sys_mod_count", "sys_updated_at", "assignment_group", "assigned_to", "priority", "colour"};
	struct sn_columns *c = sn_columns_new(8, some, &unknown, &err);

	assert_non_null(c);
	assert_int_equal(sn_columns_count(c), 8);
	assert_string_equal(unknown.data, "colour");
	sn_columns_free(c);
	sd_str_free(&unknown);
	some[7] = "number";
	assert_null(sn_columns_new(8, some, NULL, &err));
	assert_string_equal(err.id, "header_twice");
	assert_null(sn_columns_new(5, some, NULL, &err));
	assert_string_equal(err.id, "header_missing");
	assert_non_null(strstr(err.text, "assigned_to, priority"));
}

/* A row is the same row whatever the order of the columns; another value is another row. */
static void test_hash(void **state)
{
	(void)state;
	char *row[N], other[] = "Group 57";
	row_of(0, row);
	json_t *a = entry_of(row, NULL, NULL), *b = entry_of(row, NULL, NULL);
	row[col("assignment_group")] = other;
	json_t *c = entry_of(row, NULL, NULL);

	assert_string_equal(text(a, "hash"), text(b, "hash"));
	assert_string_not_equal(text(a, "hash"), text(c, "hash"));
	json_decref(a);
	json_decref(b);
	json_decref(c);
}

/* A later export of the same log has the last resolution in the rows before it too: they are the same rows for all that, and an
 * absent value is one whatever it is written like. */
static void test_hash_of_later_export(void **state)
{
	(void)state;
	static const char *const columns[] = {"closed_code", "resolved_by", "resolved_at", "closed_at"};
	static const struct {
		const char *word;
		bool differs[4];
	} t[] = {{"New", {false, false, false, false}}, {"-100", {false, false, false, false}},
		{"Resolved", {true, true, true, false}}, {"Closed", {true, true, true, true}}};
	char *row[N], none[] = "?", empty[] = "", word[20];

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		for (size_t k = 0; k < 4; k++) {
			row_of(0, row);
			row[col("incident_state")] = strcpy(word, t[i].word);
			json_t *a = entry_of(row, NULL, NULL);
			row[col(columns[k])] = none;
			json_t *b = entry_of(row, NULL, NULL);
			assert_int_equal(strcmp(text(a, "hash"), text(b, "hash")) != 0, t[i].differs[k]);
			assert_int_equal(json_object_get(json_object_get(a, "custom"), "resolved_by") != NULL, t[i].differs[1]);
			row[col(columns[k])] = empty;
			json_t *c = entry_of(row, NULL, NULL);
			assert_string_equal(text(b, "hash"), text(c, "hash"));
			json_decref(a);
			json_decref(b);
			json_decref(c);
		}
}

static void test_hostile_text(void **state)
{
	(void)state;
	char *row[N], group[] = " a\x1b[31m\"b\\  \n c\xff ";
	row_of(0, row);
	row[col("assignment_group")] = group;
	json_t *j = entry_of(row, NULL, NULL);
	const char *g = text(json_object_get(j, "fields"), "group");

	assert_null(strchr(g, 0x1b));
	assert_null(strchr(g, '\n'));
	assert_null(strstr(g, "  "));
	assert_non_null(strstr(g, "\"b\\ c"));
	assert_int_equal(g[0], 'a');
	json_decref(j);
}

static void test_report(void **state)
{
	(void)state;
	struct intake_problem p[2] = {{3, (char[]){"say \"no\""}}, {9, (char[]){"x"}}};
	struct intake_report rep = {
		.rows_read = 10, .rows_skipped = 2, .events_created = 8, .tickets_created = 3, .problems = p, .n_problems = 2};
	char *json = intake_report_json(&rep), *plain = intake_report_text(&rep);
	json_t *j = json_loads(json, 0, NULL);

	assert_int_equal(json_integer_value(json_object_get(j, "rows_read")), 10);
	assert_int_equal(json_integer_value(json_object_get(j, "rows_skipped")), 2);
	assert_int_equal(json_array_size(json_object_get(j, "problems")), 2);
	assert_string_equal(text(json_array_get(json_object_get(j, "problems"), 0), "reason"), "say \"no\"");
	assert_non_null(strstr(plain, "line 9: x"));
	json_decref(j);
	free(json);
	free(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_not_understood),
		cmocka_unit_test(test_bad_rows),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_hash_of_later_export),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_report),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
