/* Who is there when, who can do what, and to whom new work goes: what an administrator would have written on the sample desk. The
 * rules give a person to tickets that have come to a group; what comes in without one is left to triage. */
#include "core/embed/sample_rota.h"

#include <stdlib.h>
#include "svcdesk/db.h"
#include "svcdesk/err.h"

static const char rotas[] =
	"{\"rotas\": ["
	"{\"rota\": \"Service desk\", \"group\": \"Service desk\", \"zone\": \"Europe/Berlin\", \"shifts\": ["
	" \"mon-fri 07:00-15:30 Eva Murray, Mateo Delgado, agent, admin\", \"mon-fri 10:30-19:00 Stefan Soto, Alice Kovac, lead\","
	" \"daily 19:00-07:00 turns Astrid Nash, Dario Eklund, Andrew Berger every 1w from 2024-01-01 07:00\","
	" \"sat,sun 07:00-19:00 turns Andrew Berger, Astrid Nash, Dario Eklund every 1w from 2024-01-01 07:00\"]},"
	"{\"rota\": \"Mail and calendar\", \"group\": \"Mail and calendar\", \"zone\": \"Europe/Berlin\", \"shifts\": ["
	" \"mon-fri 08:00-18:00 Alice Rossi, Jussi Grant, Karl Schmidt\","
	" \"daily 00:00-24:00 turns Milena Fleming, Sanna Munteanu every 1w from 2024-01-01 09:00\"]},"
	"{\"rota\": \"Network\", \"group\": \"Network\", \"zone\": \"Europe/Berlin\", \"shifts\": ["
	" \"mon-fri 07:00-17:00 Ethan Haas, Lena Pavlov, Olivia Meyer, Alice Markov\","
	" \"daily 17:00-07:00 turns Ethan Haas, Lena Pavlov, Olivia Meyer, Alice Markov every 1w from 2024-01-01 08:00\"]},"
	"{\"rota\": \"上海服务台\", \"group\": \"上海服务台\", \"zone\": \"Asia/Shanghai\", \"shifts\": ["
	" \"mon-fri 08:30-18:00 邓艳, 邓强, 陈桂英, 宋静\"]}]}";

/* person, skill, level */
static const char *const skills[][3] = {{"Ethan Haas", "wifi", "3"}, {"Lena Pavlov", "wifi", "2"},
	{"Olivia Meyer", "firewall", "4"}, {"Alice Markov", "firewall", "2"}, {"Alice Markov", "wifi", NULL},
	{"Alice Rossi", "Exchange", "4"}, {"Jussi Grant", "Exchange", "3"}, {"Milena Fleming", "Exchange", "2"},
	{"agent", "Exchange", "2"}, {"agent", "VPN", "3"}, {"Stefan Soto", "VPN", NULL}};

#define OF_GROUP(g) "\"tree\": {\"field\": \"group\", \"op\": \"=\", \"value\": [\"" g "\"]}"
static const struct {
	const char *rule;
	bool on;
} rules[] = {
	{"{\"rule\": \"Mail\", \"query\": \"group:\\\"Mail and calendar\\\"\", " OF_GROUP(
		 "Mail and calendar") ", \"group\": \"Mail and calendar\", \"method\": \"least_loaded\", \"weights\": \"8,4,2,1,1\"}",
		true},
	{"{\"rule\": \"Network\", \"query\": \"group:Network\", " OF_GROUP(
		 "Network") ", \"group\": \"Network\", \"method\": \"round_robin\", \"wait\": \"yes\"}",
		true},
	{"{\"rule\": \"上海\", \"query\": \"group:上海服务台\", " OF_GROUP(
		 "上海服务台") ", \"group\": \"上海服务台\", \"method\": \"least_loaded\", \"wait\": \"yes\"}",
		true},
	{"{\"rule\": \"Printing\", \"query\": \"group:Printing\", " OF_GROUP(
		 "Printing") ", \"group\": \"Printing\", \"method\": \"round_robin\", \"capacity\": \"8\"}",
		false}};

/* Runs a statement whose answer is {"ok": ...}. */
static bool said(struct sd_conn *db, const char *sql, int n, const char *const *params, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(db, sql, n, params, err);
	const char *wrong = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;

	if (wrong)
		sd_err_set(err, SD_ERR_INTERNAL, "sample", "%s", wrong);
	sd_result_free(r);
	return r && !wrong;
}

static bool write_rules(struct sd_conn *db, struct sd_err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof rules / sizeof *rules; i++) {
		const char *params[] = {rules[i].rule, rules[i].on ? "true" : "false"};

		/* tried first, as anybody would */
		ok = said(db, "select desk.assign_rule_save($1::jsonb)->'error'->>'text'", 1, params, err) &&
			 said(db, "select desk.assign_simulate(jsonb_build_object('rule', $1::jsonb->>'rule'), null, 20)->'error'->>'text'",
				 1, params, err) &&
			 (!rules[i].on ||
				 said(db, "select desk.assign_rule_enable($1::jsonb->>'rule', $2::boolean)->'error'->>'text'", 2, params, err));
	}
	return ok;
}

bool sample_rota(char *(*uri_of)(void *arg, const char *login), void *arg, struct sd_err *err)
{
	char *uri = uri_of(arg, "admin");
	struct sd_conn *db = sd_conn_open(uri, err);
	const char *rota[] = {rotas};
	bool ok = db && said(db, "select desk.rota_save($1::jsonb)->'error'->>'text'", 1, rota, err);

	for (size_t i = 0; ok && i < sizeof skills / sizeof *skills; i++)
		ok = said(db, "select desk.skill_set($1, $2, $3::int)->'error'->>'text'", 3, skills[i], err);
	ok = ok &&
		 said(db,
			 "select desk.absence_add(jsonb_build_object('person', 'Karl Schmidt', 'from', 'now', 'until', '+4d', 'reason', "
			 "'parental "
			 "leave'))->'error'->>'text'",
			 0, NULL, err) &&
		 said(db,
			 "select desk.absence_add(jsonb_build_object('person', 'lead', 'from', '+6d', 'until', '+8d', 'reason', 'training', "
			 "'private', false))->'error'->>'text'",
			 0, NULL, err) &&
		 said(db,
			 "select desk.rota_swap_add(jsonb_build_object('group', 'Network', 'from', '+1d', 'until', '+2d', 'off', 'Ethan "
			 "Haas', 'on', "
			 "'Lena Pavlov', 'note', 'swapped among them'))->'error'->>'text'",
			 0, NULL, err) &&
		 write_rules(db, err);
	sd_conn_close(db);
	free(uri);
	return ok;
}
