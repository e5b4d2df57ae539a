/* The statements of the views pane and of completion against a real desk: what they write is what the pane reads again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "tests/db/fixture.h"
#include "tui/pane/views.h"

static struct sd_conn *dba, *lead, *member;
static struct effects *fx;
static struct views *v;
static struct session session;

static const char fill[] =
	"create role v_lead login in role desk_agent; create role v_member login in role desk_agent; insert into desk.org(name) "
	"values "
	"('Acme');"
	"insert into desk.person(login, name, org_id) values ('v_lead', 'Lena Lead', 1), ('v_member', 'Max Member', 1);"
	"insert into desk.person_role(person_id, role) select id, 'agent' from desk.person where login ~ '^v_';"
	"insert into desk.support_group(name) values ('Network'), ('Field services');"
	"insert into desk.group_member(group_id, person_id, lead) select g.id, p.id, p.login = 'v_lead' from desk.support_group g, "
	"desk.person p "
	"where g.name = 'Network' and p.login ~ '^v_';"
	"insert into desk.category(name) values ('Hardware'); insert into desk.service(name) values ('Mail'); insert into "
	"desk.ci(name) values "
	"('pc-1');";

static struct sd_conn *as(const char *login)
{
	struct sd_err err = {0};
	struct sd_str uri = {0};
	sd_str_addf(&uri, "%s%suser=%s", fixture_uri("v"), strchr(fixture_uri("v"), '?') ? "&" : "?", login);
	struct sd_conn *c = sd_conn_open(uri.data, &err);
	if (!c)
		printf("Bail out! %s\n", err.text);
	sd_str_free(&uri);
	return c;
}

static int start(void **state)
{
	struct sd_err err = {0};
	if (fixture_start(state) != 0)
		return -1;
	dba = fixture_open("v");
	if (!sd_schema_init(dba, &err) || !sd_schema_migrate(dba, NULL, NULL, &err)) {
		printf("Bail out! %s\n", err.text);
		return -1;
	}
	fixture_do(dba, fill);
	lead = as("v_lead");
	member = as("v_member");
	fx = effects_new();
	v = views_new();
	return lead && member ? 0 : -1;
}

static int stop(void **state)
{
	v->pane.ops->close(&v->pane);
	effects_free(fx);
	sd_conn_close(lead);
	sd_conn_close(member);
	sd_conn_close(dba);
	return fixture_stop(state);
}

/* Carries the requests of the last step out as the app does, until no more come. Counts are not asked: false in the error. */
static bool carry_out(struct sd_conn *c, struct sd_err *err)
{
	for (int round = 0; round < 4 && fx->n; round++) {
		struct effects *now = fx;
		bool ok = true;
		fx = effects_new();
		for (size_t i = 0; i < now->n; i++) {
			struct fx *f = &now->v[i];
			if (f->kind != FX_QUERY || f->req.kind == REQ_COUNT)
				continue;
			struct sd_result *r = sd_conn_query(c, f->sql, f->nparams, f->params, err);
			struct sd_arena *a = sd_arena_new();
			struct table t = {0};
			struct answer answer = {.req = f->req, .err = r ? NULL : err};
			if (r) {
				t.rows = sd_result_rows(r);
				t.cols = sd_result_cols(r);
				const char **values = sd_arena_alloc(a, ((size_t)t.rows * (size_t)t.cols + 1) * sizeof *values);
				for (int k = 0; k < t.rows * t.cols; k++)
					values[k] = sd_result_get(r, k / t.cols, k % t.cols);
				t.values = values;
				answer.table = &t;
			}
			ok = ok && r;
			if (f->req.kind == REQ_SAVED)
				views_saved(v, &answer, fx);
			else
				v->pane.ops->answer(&v->pane, &session, &answer, fx);
			sd_result_free(r);
			sd_arena_free(a);
		}
		effects_free(now);
		if (!ok)
			return false;
	}
	effects_reset(fx);
	return true;
}

static void done(struct sd_conn *c)
{
	struct sd_err err = {0};
	if (!carry_out(c, &err))
		fail_msg("%s", err.text);
}

static const struct view *named(const char *name)
{
	int n = views_find(v, name);
	return n < 0 ? NULL : &v->view[n];
}

static void test_mine(void **state)
{
	(void)state;
	views_save(v, "Urgent \"now\"", "", "prio<=2 sort:due", "number,subject:60", fx);
	done(lead);
	views_save(v, "b", "", "state:open", "", fx);
	done(lead);
	assert_string_equal(named("Urgent \"now\"")->query, "prio<=2 sort:due");
	assert_string_equal(named("Urgent \"now\"")->columns, "number,subject:60");
	assert_string_equal(named("b")->columns, "");
	views_move(v, views_find(v, "b"), -1, fx);
	done(lead);
	views_move(v, views_find(v, "b"), 1, fx);
	done(lead);
	assert_int_equal(views_find(v, "b"), (int)sd_views_n + 1);
	views_move(v, views_find(v, "b"), -1, fx);
	done(lead);
	assert_int_equal(views_find(v, "b"), (int)sd_views_n);
	views_undo(v, fx);
	done(lead);
	assert_int_equal(views_find(v, "b"), (int)sd_views_n + 1);
	views_edit(v, views_find(v, "b"), "state:done", "age", fx);
	done(lead);
	assert_string_equal(named("b")->query, "state:done");
	views_undo(v, fx);
	done(lead);
	assert_string_equal(named("b")->query, "state:open");
	assert_string_equal(named("b")->columns, "");
	views_rename(v, views_find(v, "b"), "c d", fx);
	done(lead);
	assert_null(named("b"));
	assert_non_null(named("c d"));
	views_undo(v, fx);
	done(lead);
	assert_non_null(named("b"));
	views_delete(v, views_find(v, "Urgent \"now\""), fx);
	done(lead);
	assert_null(named("Urgent \"now\""));
	views_undo(v, fx);
	done(lead);
	assert_string_equal(named("Urgent \"now\"")->columns, "number,subject:60");
}

static void test_groups(void **state)
{
	(void)state;
	struct sd_err err = {0};
	views_save(v, "hot", "Network", "prio:1", "number", fx);
	done(lead);
	assert_true(named("Network: hot")->may);
	views_save(v, "cold", "network", "prio:5", "", fx);
	done(lead);
	views_move(v, views_find(v, "Network: hot"), -1, fx);
	done(lead);
	assert_true(views_find(v, "Network: hot") < views_find(v, "Network: cold"));
	views_rename(v, views_find(v, "Network: cold"), "cool", fx);
	done(lead);
	assert_non_null(named("Network: cool"));
	views_delete(v, views_find(v, "Network: cool"), fx);
	done(lead);
	assert_null(named("Network: cool"));
	views_undo(v, fx);
	done(lead);
	assert_string_equal(named("Network: cool")->query, "prio:5");
	views_save(v, "hot", "Field services", "prio:1", "", fx);
	assert_false(carry_out(lead, &err)); /* a group she does not lead */
	assert_int_equal(err.cls, SD_ERR_DENIED);
	/* a member sees them, and may not change them */
	views_ask(v, fx);
	done(member);
	assert_false(named("Network: hot")->may);
	assert_null(named("b"));
	views_delete(v, views_find(v, "Network: hot"), fx);
	assert_int_equal(fx->n, 1); /* only told */
	effects_reset(fx);
}

static void test_builtin(void **state)
{
	(void)state;
	views_ask(v, fx);
	done(lead);
	views_move(v, views_find(v, "open"), -9, fx);
	done(lead);
	assert_int_equal(views_find(v, "open"), 0);
	views_delete(v, views_find(v, "hold"), fx);
	done(lead);
	assert_null(named("hold"));
	assert_int_equal(views_find(v, "open"), 0);
	views_undo(v, fx);
	done(lead);
	assert_non_null(named("hold"));
	views_delete(v, views_find(v, "hold"), fx);
	done(lead);
	views_reset(v, fx);
	done(lead);
	assert_int_equal(views_find(v, "mine"), 0);
	assert_non_null(named("hold"));
	views_ask(v, fx);
	done(member);
	assert_int_equal(views_find(v, "mine"), 0); /* the order of another is no order of his */
}

/* Names for completion, each kind of them. */
static void test_names(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name;
	} tries[] = {{"assignee:v_l", "v_lead"}, {"assignee:Len", "v_lead"}, {"group:Net", "Network"},
		{"group:\"Field", "Field services"}, {"category:Har", "Hardware"}, {"service:ma", "Mail"}, {"ci:pc", "pc-1"},
		{"org:ac", "Acme"}, {"tag:st", "storm"}};
	struct sd_arena *a = sd_arena_new();
	struct sd_err err = {0};
	struct sd_result *r = sd_conn_query(lead, "select desk.create('incident', '{\"subject\": \"x\"}', null)", 0, NULL, &err);
	assert_non_null(r);
	sd_result_free(r);
	fixture_do(
		dba, "insert into desk.ticket_tag select id, t from desk.ticket, unnest(array['storm', 'star', 'vip', 'stone']) t");
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct sd_query_completion c;
		bool found = false;
		sd_query_complete(a, tries[i].text, strlen(tries[i].text), NULL, NULL, 0, &c);
		r = sd_conn_query(lead, c.names, 1, &c.typed, &err);
		if (!r)
			fail_msg("%s: %s", tries[i].text, err.text);
		for (int k = 0; k < sd_result_rows(r); k++)
			found = found || strcmp(sd_result_get(r, k, 0), tries[i].name) == 0;
		if (!found)
			fail_msg("%s does not find %s among %d", tries[i].text, tries[i].name, sd_result_rows(r));
		if (strncmp(tries[i].text, "tag:", 4) == 0)
			assert_int_equal(sd_result_rows(r), 3);
		sd_result_free(r);
	}
	sd_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mine),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_builtin),
		cmocka_unit_test(test_names),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
