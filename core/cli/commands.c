/* The table of commands: names, options, help. Man page and completion repeat it; a test compares them.
 * A topic with many commands has a file of its own, commands_*.c. */
#include "core/cli/commands.h"

#include "core/base/i18n.h"

static const struct cli_opt list_opts[] = {{"json", NULL, N_("one JSON array; missing values are null, times are UTC")},
	{"csv", NULL, N_("comma separated, RFC 4180, with a header")},
	{"csv-safe", NULL, N_("the same for spreadsheets: what begins like a formula gets a quotation mark before it")},
	{"plain", NULL, N_("tab separated, with a header; the default when the output is not a terminal")},
	{"columns", "A,B", N_("these columns, in this order")}, {"view", "NAME", N_("what a view shows; QUERY narrows it")},
	{"limit", "N", N_("at most N tickets")}, {"count", NULL, N_("only how many: a bare number")}, {NULL, NULL, NULL}};
static const struct cli_opt export_opts[] = {{"json", NULL, N_("one JSON array")}, {"jsonl", NULL, N_("one JSON object a line")},
	{"csv", NULL, N_("comma separated, RFC 4180, with a header")},
	{"csv-safe", NULL, N_("the same for spreadsheets: what begins like a formula gets a quotation mark before it")},
	{"columns", "A,B", N_("these columns, in this order")}, {NULL, NULL, NULL}};
static const struct cli_opt view_save_opts[] = {{"group", "GROUP", N_("a view of this group, for its leads to write")},
	{"columns", "A,B", N_("its columns; subject:60 with a width")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt view_delete_opts[] = {
	{"group", "GROUP", N_("a view of this group, for its leads to write")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt cli_json_opts[] = {{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt new_opts[] = {{"body", "TEXT", N_("what happened; - reads standard input")},
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("the new ticket as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt act_opts[] = {
	{"body", "TEXT", N_("the text of a reply, note, resolution ...; - reads standard input")},
	{"version", "V", N_("the version you saw: what clashes with others' changes since, or crosses their words, is refused")},
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"query", "QUERY", N_("every ticket that QUERY describes, instead of numbers; in parts, under one operation")},
	{"dry-run", NULL, N_("only say what would change and what would be refused")},
	{"json", NULL, N_("the ticket afterwards as JSON; of several an array with what became of each")}, {NULL, NULL, NULL}};
static const struct cli_opt undo_opts[] = {
	{"op", "UUID", N_("operation id of the undo: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("what became of each ticket, or the list, as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt macro_save_opts[] = {{"body", "TEXT", N_("its text; - reads standard input")},
	{"group", "NAME", N_("of a group you lead, instead of your own")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt macro_opts[] = {
	{"group", "NAME", N_("of a group you lead, instead of your own")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt save_opts[] = {
	{"to", "PATH", N_("file or folder to save to; - writes to standard output (default: its own name, here)")},
	{"json", NULL, N_("path and size as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt hints_opts[] = {
	{"all", NULL, N_("with those that were dismissed")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt hint_set_opts[] = {
	{"body", "TEXT", N_("the reason; - reads standard input")}, {"json", NULL, N_("the hint as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt inbox_opts[] = {{"unread", NULL, N_("only what is unread")},
	{"read", "ITEM", N_("mark this item read; may stand several times")}, {"read-all", NULL, N_("mark everything read")},
	{"pending", NULL, N_("instead: your follow-ups that are not due yet")}, {"limit", "N", N_("at most N items")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt search_opts[] = {{"in", "A,B", N_("only these: tickets, articles, cis")},
	{"limit", "N", N_("at most N hits (default 20, at most 200)")},
	{"json", NULL, N_("as JSON: type, id, title, score, excerpt, and marks, where in the excerpt it is")}, {NULL, NULL, NULL}};
static const struct cli_opt watch_opts[] = {
	{"since", "TIME", N_("begin with what happened since TIME (08:00, 8h, 2026-12-01) to the tickets that match now")},
	{"snapshot", NULL, N_("begin with a line for each ticket that matches now")}, {"count", "N", N_("end after N lines")},
	{"timeout", "DURATION", N_("end after this time: 90s, 4h")}, {"json", NULL, N_("JSON, a line each: it has no other form")},
	{NULL, NULL, NULL}};
static const struct cli_opt handover_write_opts[] = {{"group", "GROUP", N_("of this group (default: the first of yours)")},
	{"since", "TIME", N_("when the shift began: 08:00, 8h (default: where the last signed handover ended)")},
	{"notes", "TEXT", N_("what you want to say besides, put behind what the desk wrote; - reads standard input")},
	{"body", "TEXT", N_("the whole text instead of what the desk wrote; - reads standard input")},
	{"print", NULL, N_("only print what it would say")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt handover_sign_opts[] = {{"group", "GROUP", N_("the last one of this group")},
	{"body", "TEXT", N_("a remark; - reads standard input")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt handover_show_opts[] = {
	{"group", "GROUP", N_("the last one of this group")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt major_list_opts[] = {
	{"all", NULL, N_("those that are over, rejected or demoted, too")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt triage_apply_opts[] = {
	{"accept", NULL, N_("take what is proposed first for every field that is not named")},
	{"json", NULL, N_("the ticket afterwards as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt triage_evaluate_opts[] = {{"last", "N", N_("the last N tickets that are done (default: 200)")},
	{"from", "TIME", N_("instead: tickets opened from TIME on")}, {"until", "TIME", N_("tickets opened before TIME")},
	{"model", "NAME", N_("another way to rank than the one in use: pool, frequent, requester")},
	{"kind", "KIND", N_("tickets of this kind (default: incident)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt match_opts[] = {{"ticket", "NUMBER", N_("what helps with this ticket; standard input is not read")},
	{"field", "NAME=VALUE",
		N_("known of the fault: ci, ci_class, service, category, impact, urgency, alert, error_code (may be repeated)")},
	{"limit", "N", N_("at most N (default: 10)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt outage_opts[] = {
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("the outage as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt outage_list_opts[] = {
	{"period", "P", N_("those that touch this period: 2026-10, last-month, 7d ...")},
	{"all", NULL, N_("with those that were cancelled")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt availability_opts[] = {
	{"period", "P", N_("2026-10, 2026-W41, 2026-10-05, 2026-10-01..2026-10-15, last-month ... (default: this month)")},
	{"json", NULL, N_("as JSON; of all services an array")}, {NULL, NULL, NULL}};
static const struct cli_opt report_opts[] = {
	{"period", "P", N_("2026-10, 2026-W41, 2026-10-05, 2026-10-01..2026-10-15, last-month ... (default: the last one)")},
	{"customer", "ORG", N_("only the figures of this customer")},
	{"format", "FORM", N_("md (default), html, csv, csv-safe or json")},
	{"output", "FILE", N_("write to this file, whole or not at all; its ending says the form if --format does not")},
	{"table", "ID", N_("only this table; as CSV with a column for each of its own")},
	{"json", NULL, N_("the same as --format json")}, {NULL, NULL, NULL}};
static const struct cli_opt depend_opts[] = {
	{"remove", NULL, N_("it does not depend on it any more")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt import_opts[] = {{"dry-run", NULL, N_("read and count everything, write nothing")},
	{"tz", "ZONE", N_("time zone of the file's times (default UTC)")}, {"limit", "N", N_("only the first N rows")},
	{"json", NULL, N_("the report as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt import_csv_opts[] = {
	{"map", "MAP", N_("which column is what: the name of a map, or a file; svcdesk-import(5)")},
	{"dry-run", NULL, N_("read and count everything, write nothing")},
	{"tz", "ZONE", N_("time zone of the file's times (default: the map's, else UTC)")},
	{"limit", "N", N_("only the first N rows")}, {"json", NULL, N_("the report as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt metric_opts[] = {
	{"period", "PERIOD",
		N_("2026-10, 2026-W41, 2026-10-05, 2026-10-01..2026-10-15, last-month, 7d, now ... (default this-month)")},
	{"compare", "PERIOD", N_("with another period: the difference, and whether it is better")},
	{"by", "FIELD",
		N_("a row for each priority, group, service, customer, category, ci, kind, assignee, hour, day, week or month")},
	{"query", "QUERY", N_("only the tickets that QUERY describes")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt verify_opts[] = {
	{"roots", "FILE", N_("compare with roots kept elsewhere: only so a complete rewriting is found")},
	{"json", NULL, N_("the result as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt wall_opts[] = {
	{"layout", "FILE", N_("what it shows: the name of a layout, or a file; svcdesk-wall(5)")},
	{"once", NULL, N_("read the figures once, print them and end")}, {"plain", NULL, N_("print them as lines of text, once")},
	{"json", NULL, N_("print them as JSON, once")}, {NULL, NULL, NULL}};
static const struct cli_opt demo_opts[] = {{"plain", NULL, N_("open the console in lines and questions, without a screen")},
	{"empty", NULL, N_("only the schema and one person who may do everything")},
	{"fresh", NULL, N_("throw away what is there and begin anew")},
	{"clock", "TIME", N_("a desk whose clock stands at TIME and moves only by clock advance")},
	{"no-console", NULL, N_("print db=URI and end; the desk stays up")},
	{"dba", NULL, N_("print the URI of the superuser instead (for repairs and tests)")}, {NULL, NULL, NULL}};
static const struct cli_opt user_add_opts[] = {{"name", "NAME", N_("full name (default: the login)")},
	{"role", "ROLE", N_("requester, agent, lead, process_owner, auditor, worker or admin; may stand several times")},
	{"group", "GROUP", N_("member of this group; may stand several times")},
	{"org", "ORG", N_("organisation the person belongs to")}, {"new-org", NULL, N_("make the organisation if it is not there")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt group_add_opts[] = {
	{"org", "ORG", N_("serves this organisation only")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt group_member_opts[] = {{"lead", NULL, N_("leads it")}, {"remove", NULL, N_("no longer a member")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt retire_opts[] = {
	{"back", NULL, N_("offer it again")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt user_role_opts[] = {{"revoke", NULL, N_("take the role away")},
	{"org", "ORG", N_("only for this organisation")}, {"group", "GROUP", N_("only for this group")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt calendar_add_opts[] = {
	{"zone", "ZONE", N_("instead of a file: its time zone, such as Europe/Berlin")},
	{"week", "DAYS TIMES", N_("instead of a file: 'mon-fri 09:00-12:00 13:00-17:00'; may stand several times")},
	{"exception", "DAY WHAT",
		N_("'2026-12-25 closed', '12-24 09:00-12:00', '2026-08-03..2026-08-14 closed'; may stand several times")},
	{"note", "TEXT", N_("why: kept with the version")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt calendar_show_opts[] = {{"version", "N", N_("an earlier version (default: the last one)")},
	{"from", "DATE", N_("the days from DATE on (default: today)")}, {"days", "N", N_("so many days (default 14)")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt calendar_import_opts[] = {{"country", "CC", N_("holidays of this country: DE, US, CN")},
	{"state", "ST", N_("of a part of it, as the table writes it: BE, NY")},
	{"type", "A,B", N_("of these types: public, bank, school, optional, observance (default public)")},
	{"from", "YEAR", N_("from this year on")}, {"to", "YEAR", N_("until this year")}, {"json", NULL, N_("the report as JSON")},
	{NULL, NULL, NULL}};
static const struct cli_opt sla_list_opts[] = {{"open", NULL, N_("only those that nothing has ended")},
	{"json", NULL, N_("one JSON array; missing values are null, times are UTC")},
	{"csv", NULL, N_("comma separated, RFC 4180, with a header")},
	{"plain", NULL, N_("tab separated, with a header; the default when the output is not a terminal")}, {NULL, NULL, NULL}};
static const struct cli_opt sla_policy_add_opts[] = {
	{"dry-run", NULL, N_("only say what would change")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt sla_reclock_opts[] = {{"reason", "TEXT", N_("why: kept with the run")},
	{"dry-run", NULL, N_("only count what would change")}, {"fresh", NULL, N_("begin anew, even if a run was interrupted")},
	{"lanes", "N", N_("over so many connections at once (default 2)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt rota_import_opts[] = {
	{"dry-run", NULL, N_("only say what would change")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt rota_week_opts[] = {{"from", "DATE", N_("the days from DATE on (default: Monday)")},
	{"days", "N", N_("so many days (default 7)")}, {"all", NULL, N_("every group that has a rota")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt absence_list_opts[] = {
	{"all", NULL, N_("those that are over, too")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt assign_save_opts[] = {
	{"file", "FILE", N_("rules as lines key = value; - is standard input")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt assign_enable_opts[] = {
	{"yes", NULL, N_("even if it was never tried as it is now")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt assign_simulate_opts[] = {{"file", "FILE", N_("instead of NAME: a rule that is not there yet")},
	{"last", "N", N_("on the last N tickets you see (default 200)")},
	{"query", "QUERY", N_("on the tickets that QUERY describes, at most 2000")}, {"json", NULL, N_("as JSON")},
	{NULL, NULL, NULL}};

static const struct cli_command tickets[] = {
	{"ticket list", "[QUERY]",
		N_("List tickets\n"
		   "Every ticket you may see that QUERY describes, by number. For example:\n"
		   "  svcdesk ticket list state:open 'prio<=2' group:network\n"
		   "  svcdesk ticket list assignee:@me -tag:vip '\"disk full\"' sort:due\n"
		   "svcdesk-query(7) describes the language."),
		list_opts, NULL, 0, -1, cli_ticket_list},
	{"ticket show", "NUMBER",
		N_("Show a ticket with its history\n"
		   "NUMBER is the ticket's own number, or the one it had in the system it came from."),
		cli_json_opts, NULL, 1, 1, cli_ticket_show},
	{"ticket new", "kind=KIND subject=TEXT [FIELD=VALUE ...]",
		N_("Open a ticket\n"
		   "Only the subject is needed: kind is incident, requester is you, impact and urgency are 3 unless given. For example:\n"
		   "  svcdesk ticket new kind=incident subject='Printer offline' group='Service desk' --body -\n"
		   "`svcdesk kind show KIND` lists the fields."),
		new_opts, NULL, 0, -1, cli_ticket_new},
	{"ticket act", "NUMBER...|--query QUERY VERB [FIELD=VALUE ...]",
		N_("Do something with one or more tickets\n"
		   "For example:\n"
		   "  svcdesk ticket act INC100001 take\n"
		   "  svcdesk ticket act INC100001 INC100002 assign group='Network' reason='their switch'\n"
		   "  svcdesk ticket act INC100001 resolve code=fixed --body 'Replaced the cable'\n"
		   "  svcdesk ticket act --query 'state:open group:network tag:storm' tag add=outage --dry-run\n"
		   "  svcdesk ticket act INC100001 undo\n"
		   "`svcdesk kind show KIND` lists verbs and what they ask for; FIELD= clears a field."),
		act_opts, NULL, 1, -1, cli_ticket_act},
	{"ticket undo", "[OP]",
		N_("Take back a whole operation, or list what can be taken back\n"
		   "OP is the operation of an act of the last 15 minutes, yours or of a ticket you lead; an undo undone is a redo.\n"
		   "An act on many tickets is taken back on each of them. What cannot be undone: words the requester can read,\n"
		   "files, redactions, the opening of a ticket. Without OP: your acts, the newest first, and why one cannot be."),
		undo_opts, NULL, 0, 1, cli_ticket_undo},
	{"ticket save", "NUMBER ATTACHMENT",
		N_("Save an attachment to a file\n"
		   "ATTACHMENT is its name, or its id in `ticket show --json`. A file that exists is never written over."),
		save_opts, NULL, 2, 2, cli_ticket_save},
	{"ticket watch", "[QUERY]",
		N_("Print what happens to tickets, as it happens\n"
		   "A line of JSON for each event of the tickets that QUERY describes: at, number, id, seq, verb, actor, changes, state, "
		   "and\n"
		   "left (true when the ticket does not match any more). It goes on until it is interrupted, through lost connections "
		   "too:\n"
		   "nothing is left out or told twice. For example:\n"
		   "  svcdesk ticket watch 'prio<=2' group:network --since 8h"),
		watch_opts, NULL, 0, -1, cli_ticket_watch},
	{"ticket follow-up", "NUMBER WHEN [TEXT]",
		N_("Remind yourself of a ticket\n"
		   "It comes into your inbox then, and nobody else sees it. WHEN is 2h, 'tomorrow 09:00', 'fri 14:30', 2026-12-01 ..."),
		cli_json_opts, NULL, 2, -1, cli_follow_up},
	{"inbox", "",
		N_("Show what concerns you, newest first\n"
		   "Assigned to you, named with @, answered, reopened, done, more urgent, reminders that are due, handovers to be "
		   "signed."),
		inbox_opts, NULL, 0, 0, cli_inbox},
	{"handover write", "",
		N_("Write the handover of your shift\n"
		   "The desk writes what changed, what is hot and what wakes next; you add to it. Another member of the group signs it."),
		handover_write_opts, NULL, 0, 0, cli_handover_write},
	{"handover sign", "[NUMBER]", N_("Sign a handover: you take over\nWithout NUMBER the last one of your group."),
		handover_sign_opts, NULL, 0, 1, cli_handover_sign},
	{"handover show", "[NUMBER]", N_("Show a handover\nWithout NUMBER the last one of your group, unsigned ones first."),
		handover_show_opts, NULL, 0, 1, cli_handover_show},
	{"major list", "",
		N_("List major incidents: what goes on, what is to be decided\n"
		   "With commander, children and when the next status update is due. They are proposed, accepted and led by acts:\n"
		   "  svcdesk ticket act INC100001 propose_major reason='the whole house'\n"
		   "  svcdesk ticket act INC100001 accept_major commander=anna communications=bob\n"
		   "  svcdesk ticket act INC100001 update --body 'The provider looks at it; next update at 10:30.'\n"
		   "  svcdesk ticket act --query 'state:open service:mail' link type=parent to=INC100001"),
		major_list_opts, NULL, 0, 0, cli_major_list},
	{"major show", "NUMBER", N_("Show a major incident: its people, next update, what is affected, children, timeline"),
		cli_json_opts, NULL, 1, 1, cli_major_show},
	{"major report", "NUMBER",
		N_("Show the post-incident report\n"
		   "As long as nobody has written it, a draft out of the journal. Without a report no major incident is closed."),
		cli_json_opts, NULL, 1, 1, cli_major_report},
	{"major rule", "[RULE FIELD=VALUE ...]",
		N_("Show or change the rules by which the desk proposes major incidents\n"
		   "active=yes or no, priority= (this one or a higher one), n= and minutes= (so many children within so many\n"
		   "minutes). Process owners and administrators change them. For example:\n"
		   "  svcdesk major rule children n=10 minutes=15"),
		cli_json_opts, NULL, 0, -1, cli_major_rule},
	{"triage list", "[QUERY]", N_("List what came in and has no group or no category yet"), list_opts, NULL, 0, -1,
		cli_triage_list},
	{"triage propose", "NUMBER",
		N_("Show what a ticket is likely to be, from tickets of the past that are like it\n"
		   "Category, impact, urgency, group and, where it is clear, assignee, each with how sure that is and why; tickets that "
		   "may be the same and those it may belong to."),
		cli_json_opts, "agent, lead, process_owner, auditor", 1, 1, cli_triage_propose},
	{"triage apply", "NUMBER [--accept] [FIELD=VALUE ...]",
		N_("Triage a ticket: with what is proposed, with your own values, or both\n"
		   "One act with one undo. For example:\n"
		   "  svcdesk triage apply INC100042 --accept\n"
		   "  svcdesk triage apply INC100042 --accept category=Mail"),
		triage_apply_opts, "agent, lead, process_owner", 1, -1, cli_triage_apply},
	{"triage evaluate", "",
		N_("Try proposals on tickets of the past and say how good they were\n"
		   "Each is proposed by what was known before it was opened, its own values hidden; right is what it says in the end. It "
		   "takes a while and changes nothing. For example:\n"
		   "  svcdesk triage evaluate --last 500\n"
		   "  svcdesk triage evaluate --from 2026-09-01 --until 2026-10-01 --json"),
		triage_evaluate_opts, "agent, lead, process_owner, auditor", 0, 0, cli_triage_evaluate},
	{"match", "< TEXT",
		N_("Find the articles and solved tickets that help with a fault\n"
		   "Its text comes from standard input: an alert, a mail, what somebody says. Best first, of what you may see; who only "
		   "asks gets public articles. For example:\n"
		   "  svcdesk match --limit 3 < alert.txt\n"
		   "  svcdesk match --field ci=web1 --field alert=NodeDown < /dev/null\n"
		   "  svcdesk match --ticket INC100042 --json"),
		match_opts, NULL, 0, 0, cli_match},
	{"predict eval", "",
		N_("Learn from one table and say how good that is on another\n"
		   "Both are CSV, or CSV packed with xz, rows in the order of time. Name only what is known at that moment "
		   "(svcdesk-predict(7)):\n"
		   "  svcdesk predict eval --train old.csv --test new.csv --text subject --fields category,location --label group "
		   "--json"),
		predict_eval_opts, NULL, 0, 0, cli_predict_eval},
	{"predict train", "[MODEL]",
		N_("Learn on with the tickets of the desk that have ended since the last time; from nothing when it must be"),
		predict_train_opts, "lead, process_owner", 0, 1, cli_predict_train},
	{"predict list", "[MODEL]", N_("List the models of the desk, how good each was on later tickets, and whether it is used"),
		predict_list_opts, NULL, 0, 1, cli_predict_list},
	{"predict backtest", "[MODEL]", N_("Say how good models were on tickets that they were asked about before they learnt them"),
		cli_json_opts, NULL, 0, 1, cli_predict_backtest},
	{"predict explain", "NUMBER", N_("Say what the models expect of a ticket, by what was known when it was opened"),
		cli_json_opts, NULL, 1, 1, cli_predict_explain},
	{"outage add", "[SERVICE] [FIELD=VALUE ...]",
		N_("Record that a service was not there, or not whole\n"
		   "from= (default: now), until= (none: it goes on), kind=unplanned, planned or degraded, ticket=NUMBER (its service\n"
		   "need not be named), note=TEXT, weight= (of degraded: which part of the service is lost, 0.5). For example:\n"
		   "  svcdesk outage add Mail from=2026-10-05T08:00Z until=2026-10-05T09:30Z ticket=INC100042\n"
		   "  svcdesk outage add Mail kind=planned from='sat 02:00' until='sat 04:00' note='New version'\n"
		   "Agents of the groups of the service record it, and team leads."),
		outage_opts, NULL, 0, -1, cli_outage_add},
	{"outage end", "ID [until=TIME]", N_("End an outage that goes on: now, or when it was over"), outage_opts, NULL, 1, -1,
		cli_outage_act},
	{"outage change", "ID FIELD=VALUE ... [reason=TEXT]",
		N_("Correct an outage\nThe fields of outage add. What stood there before is kept in its journal."), outage_opts, NULL, 2,
		-1, cli_outage_act},
	{"outage cancel", "ID reason=TEXT", N_("Say that an outage never was; it stays on record and counts nowhere"), outage_opts,
		NULL, 1, -1, cli_outage_act},
	{"outage list", "[SERVICE]", N_("List outages, the newest first; of a service with those of what it depends on"),
		outage_list_opts, NULL, 0, -1, cli_outage_list},
	{"outage show", "ID", N_("Show an outage with its journal"), cli_json_opts, NULL, 1, 1, cli_outage_show},
	{NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static const struct cli_command desk[] = {
	{"rota import", "FILE",
		N_("Write rotas: who is on duty when\n"
		   "FILE (- is standard input) has lines key = value, or is JSON (.json) or a table (.csv); svcdesk-assign(7). The same\n"
		   "again changes nothing. Leads write the rotas of their groups, administrators all. For example:\n"
		   "  svcdesk rota import ./network.rota --dry-run"),
		rota_import_opts, "lead, admin", 1, 1, cli_rota_import},
	{"rota list", "[GROUP]", N_("List the rotas"), cli_json_opts, NULL, 0, -1, cli_rota_list},
	{"rota show", "NAME", N_("Show a rota as the file that makes it"), cli_json_opts, NULL, 1, -1, cli_rota_show},
	{"rota week", "[GROUP]",
		N_("Show who is on duty: now, and in the week\n"
		   "Of your groups, unless one is named. With swaps and absences."),
		rota_week_opts, NULL, 0, -1, cli_rota_week},
	{"rota swap", "group=GROUP from=TIME until=TIME [off=LOGIN] [on=LOGIN] [note=TEXT]",
		N_("Take somebody off duty for a time, put somebody on, or both\n"
		   "With both, the second has the shifts of the first. For example:\n"
		   "  svcdesk rota swap group=Network from='fri 12:00' until='fri 18:00' off=anna on=bob"),
		cli_json_opts, "lead, admin", 3, -1, cli_rota_swap},
	{"rota unswap", "ID", N_("Take a swap back"), cli_json_opts, "lead, admin", 1, 1, cli_rota_unswap},
	{"rota delete", "NAME", N_("Follow a rota no longer; it stays on record"), cli_json_opts, "lead, admin", 1, -1,
		cli_rota_delete},
	{"rota log", "[NAME]", N_("Show who changed rotas, swaps, skills, rules and absences, the newest first"), cli_json_opts, NULL,
		0, -1, cli_rota_log},
	{"absence add", "from=TIME until=TIME [person=LOGIN] [reason=TEXT] [private=no]",
		N_("Say that you are away, or one of your people\n"
		   "The reason is for the person and the leads alone, unless private=no. A day alone as until= is meant with that day.\n"
		   "For example:\n"
		   "  svcdesk absence add from=2026-12-24 until=2026-12-31 reason='at the sea'"),
		cli_json_opts, NULL, 2, -1, cli_absence_add},
	{"absence list", "[PERSON]", N_("List absences: who is away now and later"), absence_list_opts, NULL, 0, 1, cli_absence_list},
	{"absence end", "ID", N_("Take an absence back"), cli_json_opts, NULL, 1, 1, cli_absence_end},
	{"skill list", "[PERSON]", N_("List skills and who has them"), cli_json_opts, NULL, 0, 1, cli_skill_list},
	{"skill give", "PERSON SKILL [LEVEL]", N_("Say that somebody has a skill, and how well: 1 to 5"), cli_json_opts,
		"lead, admin", 2, 3, cli_skill_set},
	{"skill take", "PERSON SKILL", N_("Say that somebody has a skill no longer"), cli_json_opts, "lead, admin", 2, 2,
		cli_skill_set},
	{"assign list", "", N_("List the assignment rules in their order, and how many tickets each gave out in 7 days"),
		cli_json_opts, NULL, 0, 0, cli_assign_list},
	{"assign show", "NAME", N_("Show a rule as the file that makes it"), cli_json_opts, NULL, 1, -1, cli_assign_show},
	{"assign add", "NAME [KEY=VALUE ...]",
		N_("Write a rule by which new tickets are given out\n"
		   "query= (which tickets), group= (into which group), method= round_robin, least_loaded, fixed or group_only, skill=\n"
		   "'wifi >= 2', person= (of fixed), weights= 8,4,2,1,1 (what a ticket of P1 to P5 weighs), capacity= (at most so\n"
		   "much a person), kinds=, wait=yes (until somebody is on duty). It is off, and the last one. For example:\n"
		   "  svcdesk assign add Network query='category:network' group=Network method=least_loaded skill=wifi"),
		assign_save_opts, "lead, admin", 0, -1, cli_assign_save},
	{"assign edit", "NAME [KEY=VALUE ...]",
		N_("Change a rule\nWhat is not named stays; name= gives it another name. Its journal keeps what it was."),
		assign_save_opts, "lead, admin", 0, -1, cli_assign_save},
	{"assign enable", "NAME",
		N_("Turn a rule on\nOne that was never tried as it is now (assign simulate) needs --yes, or an answer."),
		assign_enable_opts, "lead, admin", 1, -1, cli_assign_enable},
	{"assign disable", "NAME", N_("Turn a rule off"), cli_json_opts, "lead, admin", 1, -1, cli_assign_enable},
	{"assign order", "NAME PLACE", N_("Put a rule at a place; the first that fits decides"), cli_json_opts, "lead, admin", 2, 2,
		cli_assign_order},
	{"assign delete", "NAME", N_("Delete a rule; its journal stays"), cli_json_opts, "lead, admin", 1, -1, cli_assign_delete},
	{"assign simulate", "NAME|--file FILE",
		N_("Say what a rule would have done with tickets of the past\n"
		   "How many it decides on, whom it gives how many, how often that is where they really ended. Nothing is changed.\n"
		   "For example:\n"
		   "  svcdesk assign simulate Network --query 'opened>=2026-10-01 kind:incident'"),
		assign_simulate_opts, NULL, 0, -1, cli_assign_simulate},
	{"assign explain", "NUMBER",
		N_("Say why a ticket went to whom, and to whom it would go now\nWhat rules did to it, and every rule with its verdict."),
		cli_json_opts, NULL, 1, 1, cli_assign_explain},
	{"assign log", "[NAME]", N_("Show who changed rules, the newest first"), cli_json_opts, NULL, 0, -1, cli_assign_log},
	{"availability", "[SERVICE]",
		N_("Work out the availability of a service, or of all\n"
		   "(agreed time - unplanned outages within it) / agreed time: overlaps count once, planned outages are taken out, "
		   "and\n"
		   "a service suffers the outages of what it depends on. Periods are those of the zone of its calendar. For example:\n"
		   "  svcdesk availability Mail --period 2026-10 --json"),
		availability_opts, NULL, 0, -1, cli_availability},
	{"report list", "", N_("List the reports"), cli_json_opts, NULL, 0, 0, cli_report_list},
	{"report", "NAME",
		N_("Write a report of a period\n"
		   "Every table names the command that gives the same figures, and the hash of its data: the same period and data give\n"
		   "the same report. HTML is one file to be sent or printed. For example:\n"
		   "  svcdesk report monthly --period 2026-10 --customer Acme --output acme-2026-10.html\n"
		   "  svcdesk report sla --period last-month --format csv --table resolution-group"),
		report_opts, NULL, 1, 1, cli_report},
	{"service list", "", N_("List services: how they stand, their availability this month, what is left of the error budget"),
		cli_json_opts, NULL, 0, 0, cli_service_list},
	{"service add", "NAME [FIELD=VALUE ...]",
		N_("Add a service\ncalendar=NAME, target=99.98, groups='A,B' (who runs it), org=NAME (only of this customer)"),
		cli_json_opts, "admin, process_owner", 1, -1, cli_service_set},
	{"service set", "NAME FIELD=VALUE ...",
		N_("Change what is agreed for a service\ncalendar= (when it is to be there), target= (per cent), groups= (who runs it)"),
		cli_json_opts, "admin, process_owner", 2, -1, cli_service_set},
	{"service depend", "SERVICE CHILD", N_("Say that a service depends on another one: it is down when that is"), depend_opts,
		"admin, process_owner", 2, 2, cli_service_depend},
	{"export", "[QUERY]",
		N_("Export tickets\n"
		   "The objects of `ticket list --json`, row by row, however many there are."),
		export_opts, NULL, 0, -1, cli_export},
	{"view list", "", N_("List the views: those of every console, yours, those of your groups"), cli_json_opts, NULL, 0, 0,
		cli_view_list},
	{"view save", "NAME [QUERY]",
		N_("Save a query as a view\n"
		   "A view of that name gets another query. For example:\n"
		   "  svcdesk view save urgent state:open 'prio<=2' sort:due\n"
		   "  svcdesk view save calls --group 'Service desk' channel:phone state:open"),
		view_save_opts, NULL, 1, -1, cli_view_save},
	{"view delete", "NAME", N_("Delete a saved view"), view_delete_opts, NULL, 1, 1, cli_view_delete},
	{"query explain", "[QUERY]",
		N_("Show how a query is understood and answered\n"
		   "Its tree, the SQL with its parameters, the order, and whether an index serves it."),
		cli_json_opts, NULL, 0, -1, cli_query_explain},
	{"import csv", "FILE --map MAP",
		N_("Import any table by a map\n"
		   "FILE is CSV, or CSV packed with xz, in any order: rows of the same record become one ticket with its history. MAP "
		   "says\n"
		   "which column is what. For example:\n"
		   "  svcdesk import csv incidents.csv --map ./ours.map --dry-run\n"
		   "Doing it again adds nothing twice; the report accounts for every row."),
		import_csv_opts, "admin", 1, 1, cli_import_csv},
	{"import servicenow", "FILE",
		N_("Import the audit log of an incident table\n"
		   "FILE is CSV, or CSV packed with xz: one row for each version of a record. Doing it again adds nothing twice."),
		import_opts, "admin", 1, 1, cli_import_servicenow},
	{"metric list", "", N_("List the metrics, what each means, its unit and target"), cli_json_opts, NULL, 0, 0, cli_metric_list},
	{"metric get", "ID",
		N_("Work out a metric over a period\n"
		   "Of the tickets you may see, without cancelled and restricted ones and without what was undone. For example:\n"
		   "  svcdesk metric get mttr --period 2026-10 --compare 2026-09 --by priority\n"
		   "  svcdesk metric get backlog --period 2026-10 --by day\n"
		   "  svcdesk metric get reopen_rate --period last-month --query 'group:network prio<=2'"),
		metric_opts, NULL, 1, 1, cli_metric_get},
	{"audit roots", "",
		N_("Print the sealed roots of the journal\n"
		   "Keep them where the owner of the database cannot reach them: svcdesk audit roots > FILE"),
		cli_json_opts, "auditor, admin", 0, 0, cli_audit_roots},
	{"audit verify", "", N_("Prove that nobody has changed the journal or the records"), verify_opts, "auditor, admin", 0, 0,
		cli_audit_verify},
	{"config", "",
		N_("Show every option, where its value comes from, and the paths in use\n"
		   "No database is asked. svcdesk-config(5) describes the options and the files."),
		cli_json_opts, NULL, 0, 0, cli_config},
	{"whoami", "", N_("Show who you are to this desk: name, roles, groups"), cli_json_opts, NULL, 0, 0, cli_whoami},
	{"keys", "",
		N_("List the keys of the console as your configuration has them\n"
		   "Lines about keys that are wrong stand on standard error with their place; the exit status is 2 then."),
		cli_json_opts, NULL, 0, 0, cli_keys},
	{"kind list", "", N_("List the kinds of records this desk knows"), cli_json_opts, NULL, 0, 0, cli_kind_list},
	{"kind show", "KIND", N_("Show the states, fields, verbs and transitions of a kind"), cli_json_opts, NULL, 1, 1,
		cli_kind_show},
	{"tick", "", N_("Do what is due now: close, wake, seal; any number may run at once"), cli_json_opts, NULL, 0, 0, cli_tick},
	{"clock advance", "DURATION",
		N_("Move the clock of a desk made with --clock\n"
		   "DURATION is 4h, 1d12h, 90s ... Other desks refuse it."),
		cli_json_opts, NULL, 1, 1, cli_clock},
	{"search", "QUERY",
		N_("Search tickets and their timeline, articles and configuration items: the best first\n"
		   "All words, \"a phrase\", forms of English words, the beginning of the last word, names and numbers; Chinese, "
		   "Japanese and Korean from one character up. A misspelt word is looked for as it should be, and that is said."),
		search_opts, NULL, 1, -1, cli_search},
	{"who", "[NUMBER]",
		N_("List who is at a console now, and which ticket they look at or write on\n"
		   "Of one ticket, or of all you may see. Who has left is gone at once, who lost the line within 30 seconds."),
		cli_json_opts, NULL, 0, 1, cli_who},
	{"hints", "[ID]",
		N_("List similar incidents that may have one cause\n"
		   "Three or more of the last 30 days that are alike and hang on the same device or lie in the same category, with the\n"
		   "tickets. Of those you may see. For example:\n"
		   "  svcdesk hints\n"
		   "  svcdesk hints dismiss 12 --body 'known, mended on Tuesday'"),
		hints_opts, "agent, lead, process_owner", 0, 1, cli_hints},
	{"hints dismiss", "ID", N_("Say that a hint is none: it is listed with --all only"), hint_set_opts,
		"agent, lead, process_owner", 1, 1, cli_hint_dismiss},
	{"hints reopen", "ID", N_("Take that back"), hint_set_opts, "agent, lead, process_owner", 1, 1, cli_hint_reopen},
	{"macro list", "", N_("List the texts you can insert, of your own and of your groups"), cli_json_opts, NULL, 0, 0,
		cli_macro_list},
	{"macro save", "NAME --body TEXT",
		N_("Keep a text to insert with Ctrl-x m or :NAME and Tab\n"
		   "{requester_name}, {number}, {agent}, {date} and the fields of the ticket are filled in; {|} is where the cursor "
		   "goes."),
		macro_save_opts, NULL, 1, 1, cli_macro_save},
	{"macro delete", "NAME", N_("Remove such a text"), macro_opts, NULL, 1, 1, cli_macro_delete},
	{"calendar add", "FILE|NAME",
		N_("Make a calendar, or a new version of one\n"
		   "FILE (- is standard input) is described in svcdesk-calendar(5). Clocks that run stay on their version. For example:\n"
		   "  svcdesk calendar add ./berlin.calendar\n"
		   "  svcdesk calendar add Berlin --zone Europe/Berlin --week 'mon-fri 09:00-17:00' --exception '12-25 closed'"),
		calendar_add_opts, "process_owner, admin", 1, 1, cli_calendar_add},
	{"calendar list", "", N_("List the calendars"), cli_json_opts, NULL, 0, 0, cli_calendar_list},
	{"calendar show", "NAME", N_("Show a calendar: its week, exceptions, next days and versions"), calendar_show_opts, NULL, 1, 1,
		cli_calendar_show},
	{"calendar import-holidays", "FILE NAME --country CC",
		N_("Put the holidays of a country into a calendar\n"
		   "FILE is CSV, or CSV packed with xz: country, state, date, start_time, hours, type, name_en, name_local. What an "
		   "earlier\n"
		   "import of the same region brought for these years is replaced; doing it again changes nothing. For example:\n"
		   "  svcdesk calendar import-holidays holidays.csv.xz Berlin --country DE --state BE --type public,bank --from 2026"),
		calendar_import_opts, "process_owner, admin", 2, 2, cli_calendar_import},
	{"sla list", "[QUERY]",
		N_("List the clocks of tickets\n"
		   "Of every ticket that QUERY describes: what was promised, by when, and how it stands. For example:\n"
		   "  svcdesk sla list state:open 'prio<=2' --open\n"
		   "  svcdesk sla list 'resolved>=2026-10-01' --json"),
		sla_list_opts, NULL, 0, -1, cli_sla_list},
	{"sla explain", "NUMBER",
		N_("Say why the clocks of a ticket stand where they stand\n"
		   "Which agreement and target hold and why, each stretch of time, who paused it, what the calendar cuts out."),
		cli_json_opts, NULL, 1, 1, cli_sla_explain},
	{"sla policy add", "FILE",
		N_("Write agreements: what is promised to whom, by which calendar\n"
		   "FILE (- is standard input) is described in svcdesk-policy(5). The same again changes nothing; anything else makes a "
		   "new\n"
		   "version, by which clocks begin from then on. For example:\n"
		   "  svcdesk sla policy add ./standard.policy --dry-run"),
		sla_policy_add_opts, "process_owner, admin", 1, 1, cli_sla_policy_add},
	{"sla policy list", "", N_("List the agreements and for whom they hold"), cli_json_opts, NULL, 0, 0, cli_sla_policy_list},
	{"sla policy show", "NAME", N_("Show an agreement: its targets, for whom it holds, its changes"), cli_json_opts, NULL, 1, -1,
		cli_sla_policy_show},
	{"sla reclock", "[QUERY]",
		N_("Make clocks anew by the agreements and calendars of now\n"
		   "Nothing does this by itself: a change of a definition leaves running clocks as they are. Tickets that came before\n"
		   "the agreement get theirs too. The run is recorded with its reason; one that was interrupted goes on by the same "
		   "command.\n"
		   "For example:\n"
		   "  svcdesk sla reclock state:open --reason 'new opening hours'"),
		sla_reclock_opts, "process_owner, admin", 0, -1, cli_sla_reclock},
	{"sla calc", "< CASES.jsonl",
		N_("Calculate business time: a case a line, an answer a line\n"
		   "By the functions of the desk's own clocks, with a calendar that stands in the case. For example:\n"
		   "  echo '{\"calendar\": {\"zone\": \"Europe/Berlin\", \"week\": {\"mon\": [[\"09:00\", \"17:00\"]]}}, \"op\": "
		   "\"add\",\n"
		   "    \"start\": \"2026-01-05T08:00:00Z\", \"minutes\": 420}' | tr -d '\\n' | svcdesk sla calc\n"
		   "Op between counts the open minutes from start to end. A wrong case answers {\"error\": ...} and the rest goes on."),
		cli_json_opts, NULL, 0, 0, cli_sla_calc},
	{"org list", "", N_("List the organisations"), cli_json_opts, NULL, 0, 0, cli_record_list},
	{"org add", "NAME", N_("Add an organisation"), cli_json_opts, "admin", 1, -1, cli_org_add},
	{"org retire", "NAME", N_("Offer an organisation no longer; what it has stays"), retire_opts, "admin", 1, -1,
		cli_record_retire},
	{"group list", "", N_("List the groups, who leads them and who belongs to them"), cli_json_opts, NULL, 0, 0, cli_record_list},
	{"group add", "NAME", N_("Add a group"), group_add_opts, "admin", 1, -1, cli_group_add},
	{"group member", "GROUP LOGIN", N_("Make a person a member of a group, or no longer"), group_member_opts, "admin", 2, 2,
		cli_group_member},
	{"group retire", "NAME", N_("Offer a group no longer; what it has done stays"), retire_opts, "admin", 1, -1,
		cli_record_retire},
	{"category list", "", N_("List the categories"), cli_json_opts, NULL, 0, 0, cli_record_list},
	{"category add", "PATH", N_("Add a category, or one below another: 'Network / VPN'"), cli_json_opts, "admin", 1, -1,
		cli_category_add},
	{"category retire", "PATH", N_("Offer a category no longer; what has it stays"), retire_opts, "admin", 1, -1,
		cli_record_retire},
	{"user add", "LOGIN", N_("Let a person sign in"), user_add_opts, "admin", 1, 1, cli_user_add},
	{"user disable", "LOGIN", N_("Keep a person from signing in; what they did stays"), cli_json_opts, "admin", 1, 1,
		cli_user_disable},
	{"user enable", "LOGIN", N_("Let a disabled person sign in again"), cli_json_opts, "admin", 1, 1, cli_user_enable},
	{"user list", "", N_("List the people who sign in"), cli_json_opts, "admin", 0, 0, cli_user_list},
	{"user role", "LOGIN ROLE", N_("Give a role to a person, or take it away"), user_role_opts, "admin", 2, 2, cli_user_role},
	{"user report", "LOGIN", N_("Show what a person may do and see, and why"), cli_json_opts, "admin, auditor", 1, 1,
		cli_user_report},
	{"doctor", "",
		N_("Look for what is wrong between this machine and the desk\n"
		   "Connection, schema, person, clocks, terminal, language, configuration, folders: what is wrong and how to mend it.\n"
		   "Works without a desk too. Exit status 1 if something failed."),
		cli_json_opts, NULL, 0, 0, cli_doctor},
	{"completion", "SHELL",
		N_("Print the completion of a shell: bash, zsh or fish\n"
		   "Installed programs have it already; for one that is not:\n"
		   "  eval \"$(svcdesk completion bash)\"      or zsh, in ~/.bashrc or ~/.zshrc\n"
		   "  svcdesk completion fish | source         in config.fish"),
		NULL, NULL, 1, 1, cli_completion},
	{"db init", "",
		N_("Prepare a database for the desk\n"
		   "Makes the roles and the schema and brings it up to date. Needs a superuser, once."),
		cli_json_opts, NULL, 0, 0, cli_db_init},
	{"db migrate", "", N_("Bring the schema up to date with this program"), cli_json_opts, NULL, 0, 0, cli_db_migrate},
	{"db status", "", N_("Show how the schema stands against this program"), cli_json_opts, NULL, 0, 0, cli_db_status},
	{"wall", "",
		N_("Show the wallboard on the whole screen\n"
		   "It only reads: a standby server and an account that may read will do. Pages turn by themselves, a major incident "
		   "takes\n"
		   "over, and the last figures stay with their age while the line is down. Keys: n and p turn pages, Space holds one,\n"
		   "t is day or night, q leaves. For example:\n"
		   "  svcdesk wall --layout ./network.wall --theme night\n"
		   "  svcdesk wall --once --json"),
		wall_opts, NULL, 0, 0, cli_wall},
	{"demo", "",
		N_("Open a private desk of this account\n"
		   "A PostgreSQL of its own, reached through a socket only. It is made when it is not there, with a sample of real\n"
		   "incidents, and stays up until `svcdesk demo stop` or 30 idle minutes. Without a terminal prints one line: db=URI."),
		demo_opts, NULL, 0, 0, cli_demo},
	{"demo stop", "", N_("Stop the private desk of this account"), cli_json_opts, NULL, 0, 0, cli_demo_stop},
	{NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};

/* In the order in which the help lists them. */
static const struct cli_command *const tables[] = {tickets, cli_commands_ci, cli_commands_kb, desk};

const struct cli_command *cli_command_at(size_t i)
{
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (const struct cli_command *k = tables[t]; k->words; k++)
			if (!i--)
				return k;
	return NULL;
}
