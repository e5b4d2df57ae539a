#include "core/embed/sample_acts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"

/* Each statement gives one row an act: {"ok": true} or a refusal. Which tickets: by id, so that the same hour gives the same
 * desk. */
#define ACT(tickets, verb, fields)                                                                                               \
	"select desk.act(t.id, '" verb "', " fields ", null, gen_random_uuid(), 'console')"                                          \
	" from (select r.id, row_number() over (order by r.id) as n from desk.ticket_row r where r.phase < 3 and not r.restricted "  \
	"and " tickets ") t"
/* What the desk writes of a shift, with a word behind it. */
#define HANDOVER(from, until, notes)                                                                                             \
	"select desk.create('handover', jsonb_build_object('group', b->>'group', 'from', desk.iso(desk.now() - interval '" from      \
	"'), 'until', desk.iso(desk.now() - interval '" until "'), 'subject', (b->>'group') || to_char(desk.now() - interval '" from \
	"', ': MM-DD HH24:MI') || to_char(desk.now() - interval '" until                                                             \
	"', ' - MM-DD HH24:MI'), 'body', (b->>'body') || E'\\n" notes                                                                \
	"', 'facts', (b->'facts')::text), gen_random_uuid(), 'console') from desk.handover_begin('Service desk', desk.now() - "      \
	"interval '" from "') b"
#define MINE "r.assignee_id = (select (desk.whoami()->>'id')::int)"

static const struct {
	const char *login, *sql;
} act[] = {
	{"agent", ACT("r.requester_id in (select p.id from desk.person p where p.vip) order by r.id limit 6", "tag",
				  "'{\"add\": \"vip\"}'")},
	{"agent", ACT("r.service = 'ERP' order by r.id desc limit 5", "tag", "'{\"add\": \"month-end\"}'")},
	{"agent", ACT("r.hold_reason = 'supplier' order by r.id limit 4", "tag", "'{\"add\": \"supplier\"}'")},
	{"agent", ACT("r.org = '华东精密制造' order by r.id desc limit 4", "tag", "'{\"add\": \"华东\"}'")},
	{"agent", ACT("r.priority <= 2 and not (" MINE ") order by r.id desc limit 4", "watch", "'{}'")},
	{"lead", ACT("r.priority = 1 order by r.id desc limit 3", "watch", "'{}'")},
	{"agent",
		"with w as (select r.id, r.number, row_number() over (order by r.id) as n from desk.ticket_row r"
		" where r.phase < 3 and r.category like '%Wi-Fi%' order by r.id limit 4)"
		" select desk.act(w.id, 'link', jsonb_build_object('type', 'parent', 'to', p.number), null, gen_random_uuid(), 'console')"
		" from w join w p on p.n = 1 where w.n > 1"},
	{"agent", "with w as (select r.id, r.number, row_number() over (order by r.id) as n from desk.ticket_row r"
			  " where r.phase < 3 and " MINE " order by r.id limit 4)"
			  " select desk.act(w.id, 'link', jsonb_build_object('type', 'related', 'to', p.number), null, gen_random_uuid(), "
			  "'console')"
			  " from w join w p on p.n = w.n + 1 where w.n in (1, 3)"},
	{"agent", ACT(MINE " and r.state = 'in_progress' order by r.id limit 2", "reply",
				  "jsonb_build_object('body', 'Thank you for waiting. We have found the cause and test the correction this "
				  "afternoon; you will hear from us today.')")},
	{"agent", ACT(MINE " order by r.id desc limit 3", "note",
				  "jsonb_build_object('body', case t.n when 1 then 'Asked the morning shift: same picture on two other desks of "
				  "that floor.'"
				  " when 2 then 'Spare part is in the store room, shelf C. Fits without a new image.'"
				  " else 'Call back after three, the user is in a meeting until then.' end)")},
	{"lead", ACT("r.state = 'new' and r.priority <= 2 and r.assignee_id is null order by r.id limit 2", "note",
				 "jsonb_build_object('body', 'Please take this one before the others.')")},
	{"lead", ACT("r.assignee = 'agent' order by r.id desc limit 2", "note",
				 "jsonb_build_object('body', case t.n when 1 then '@agent the store room has two of these since Monday.'"
				 " else '@agent please ask the vendor once more before you close it.' end)")},
	{"agent", "select desk.follow_up(t.id, desk.now() + interval '3 hours', 'Ring the user back') from (select r.id from "
			  "desk.ticket_row r"
			  " where r.phase < 3 and not r.restricted and " MINE " order by r.id limit 1) t"},
	/* the night was handed over and signed for; what the morning leaves waits for its signature */
	{"agent", HANDOVER("16 hours", "8 hours", "Quiet night. The supplier promised an answer on the printers before noon.")},
	{"lead", "select desk.act(t.id, 'sign', '{}', null, gen_random_uuid(), 'console') from desk.ticket_row t where t.kind = "
			 "'handover' and t.state = 'written'"},
	{"lead", HANDOVER("8 hours", "0 hours", "Month-end in the ERP begins today: those tickets first.")},
	{"agent",
		"with f as (select convert_to(E'09:12:04 WARN  directory: no answer within 5000 ms, trying the second host\\n"
		"09:12:09 ERROR sign-in refused: no directory host answers\\n09:12:09 INFO  shown to the user: code 0x80070035\\n', "
		"'UTF8') as data),"
		" put as materialized (select sha256(f.data) as sha, desk.blob_put(sha256(f.data), 0, f.data, true) as answer from f)"
		" select desk.act(r.id, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'sign-in.log',"
		" 'media_type', 'text/plain', 'sha256', encode(put.sha, 'hex')))), null, gen_random_uuid(), 'console')"
		" from put, lateral (select r.id from desk.ticket_row r where r.phase < 3 and " MINE
		" and put.answer is not null order by r.id limit 2) r"},
	{"lead",
		"select desk.act((c->>'id')::bigint, 'restrict', '{\"people\": \"lead, agent\"}', null, gen_random_uuid(), 'console') "
		"from desk.create('incident',"
		" '{\"subject\": \"Salary list sent to the wrong distribution list\", \"category\": \"E-mail and calendar / Distribution "
		"list\","
		" \"service\": \"E-mail and calendar\", \"group\": \"Information security\", \"impact\": \"2\", \"urgency\": \"1\","
		" \"body\": \"The list of this month went to all staff of the bakery at 08:55 instead of the three people in payroll."
		" Please recall what can be recalled and tell us who has opened it.\"}', gen_random_uuid(), 'console') c"},
};

static bool answered(struct sd_result *r, const char *login, struct sd_err *err)
{
	for (int i = 0; r && i < sd_result_rows(r); i++) {
		const char *v = sd_result_get(r, i, 0);
		if (v && strstr(v, "\"ok\": true"))
			continue;
		sd_err_set(err, SD_ERR_INTERNAL, "sample", _("What %s does in the sample was refused: %s"), login, v ? v : "null");
		sd_result_free(r);
		return false;
	}
	sd_result_free(r);
	return r != NULL;
}

bool sample_acts(char *(*uri_of)(void *arg, const char *login), void *arg, struct sd_err *err)
{
	static const char *const who[] = {"agent", "lead"};
	bool ok = true;

	for (size_t w = 0; ok && w < 2; w++) {
		char *uri = uri_of(arg, who[w]);
		struct sd_conn *c = sd_conn_open(uri, err);
		free(uri);
		ok = c != NULL;
		for (size_t i = 0; ok && i < sizeof act / sizeof *act; i++)
			if (strcmp(act[i].login, who[w]) == 0)
				ok = answered(sd_conn_query(c, act[i].sql, 0, NULL, err), who[w], err);
		sd_conn_close(c);
	}
	return ok;
}
