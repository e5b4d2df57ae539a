/* Texts of the sample's groups, in both languages, to insert with Ctrl-x m: as a team would have them. */
#include "core/embed/sample_macros.h"

#include <stddef.h>
#include "svcdesk/db.h"

static const struct {
	const char *group, *name, *body;
} macro[] = {
	{"Service desk", "hello", "Dear {requester_name},\n\n{|}\n\nKind regards\n{agent}, {group}"},
	{"Service desk", "ask",
		"Dear {requester_name},\n\nthank you for {number}. To find the cause we need to know:\n- since when, and does it happen "
		"each "
		"time?\n- the exact words of the message\n{|}\n\nKind regards\n{agent}"},
	{"Service desk", "solved",
		"Dear {requester_name},\n\n{number} is solved: {|}\nShould it come back, answer this message and we go on.\n\nKind "
		"regards\n{agent}"},
	{"Service desk", "call", "Called {requester_name} on {date} at {time}: {|}"},
	{"Service desk", "您好", "{requester_name}，您好：\n\n{|}\n\n此致\n{agent}"},
	{"Service desk", "询问",
		"{requester_name}，您好：\n\n关于 {number}，为查明原因请告知：\n- 从何时开始，是否每次都出现？\n- "
		"提示信息的原文\n{|}\n\n此致\n{agent}"},
	{"Service desk", "已解决",
		"{requester_name}，您好：\n\n{number} 已解决：{|}\n若再次出现，请直接回复本消息。\n\n此致\n{agent}"},
	{"Mail and calendar", "mailbox",
		"Mailbox of {requester_name}\n- size and quota:\n- client and version:\n- last message received:\n{|}"},
};

bool sample_macros(struct sd_conn *dba, struct sd_err *err)
{
	for (size_t i = 0; i < sizeof macro / sizeof *macro; i++) {
		const char *params[] = {macro[i].group, macro[i].name, macro[i].body};
		struct sd_result *r = sd_conn_query(dba,
			"insert into desk.group_macro(group_id, name, body, by_id) select g.id, $2, $3, p.id from desk.support_group g,"
			" desk.person p where g.name = $1 and p.login = 'lead'",
			3, params, err);

		if (!r)
			return false;
		sd_result_free(r);
	}
	return true;
}
