/* The table of commands: configuration items, their classes and links. */
#include "core/base/i18n.h"
#include "core/cli/commands.h"

static const struct cli_opt ci_list_opts[] = {{"limit", "N", N_("at most N items")},
	{"count", NULL, N_("only how many: a bare number")}, {"all", NULL, N_("retired and disposed ones, too")},
	{"json", NULL, N_("one JSON array; missing values are null, times are UTC")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_pages_opts[] = {{"limit", "N", N_("at most N items")},
	{"count", NULL, N_("only how many: a bare number")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_sets_opts[] = {
	{"limit", "N", N_("at most N sets")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_show_opts[] = {{"at", "TIME", N_("as it was then: 2d (ago), yesterday 14:00, 2026-01-31 ...")},
	{"links", "N", N_("at most N links each way (default 200)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_set_opts[] = {
	{"needs", "TYPE=K",
		N_("works while K of those it has links of this TYPE with work; 0 takes that away; may stand several times")},
	{"source", "NAME", N_("who says so (default: manual)")}, {"version", "V", N_("only if it is still at version V")},
	{"json", NULL, N_("what became of it as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_retire_opts[] = {
	{"disposed", NULL, N_("it is gone for good")}, {"json", NULL, N_("what became of it as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_source_opts[] = {
	{"source", "NAME", N_("who says so (default: manual)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_diff_opts[] = {{"from", "TIME", N_("what it was then")},
	{"to", "TIME", N_("what it was then (default: now)")}, {"baseline", "NAME", N_("all items, since this baseline was taken")},
	{"with", "NAME", N_("not with now but with this baseline, or with a time")},
	{"limit", "N", N_("at most N items and N links are listed; all are counted (default 1000)")}, {"json", NULL, N_("as JSON")},
	{NULL, NULL, NULL}};
static const struct cli_opt ci_rule_opts[] = {{"description", "TEXT", N_("what is wrong with the items it finds")},
	{"drop", NULL, N_("drop it")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_baseline_opts[] = {
	{"note", "TEXT", N_("why: kept with it")}, {"drop", NULL, N_("drop it")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_unplanned_opts[] = {{"accept", NULL, N_("it stands as it is")},
	{"reverted", NULL, N_("it was taken back")}, {"reason", "TEXT", N_("why: kept with it")},
	{"ticket", "NUMBER", N_("the ticket it belongs to")}, {"all", NULL, N_("those that are settled or were planned, too")},
	{"limit", "N", N_("at most N changes")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_class_opts[] = {{"parent", "CLASS", N_("what it inherits from (default: ci)")},
	{"description", "TEXT", N_("what it is for")},
	{"stale-days", "N", N_("without a report for N days an item is stale (empty: as its parent)")},
	{"parent-link", "TYPE", N_("its items hang on another one by this link")},
	{"key", "A+B", N_("how an item is known again: name, place, attributes, @TYPE; several in their order")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_attr_opts[] = {{"type", "TYPE", N_("text, int, number, bool, date, choice, ip or ref")},
	{"choices", "A,B", N_("one of these")}, {"ref", "CLASS", N_("type ref: an item of this class")},
	{"description", "TEXT", N_("what it says")}, {"required", NULL, N_("no item without it")},
	{"not-required", NULL, N_("it may be missing")}, {"recommended", NULL, N_("the audit counts where it is missing")},
	{"not-recommended", NULL, N_("it does not")}, {"noise", NULL, N_("a change of it alone is never unplanned")},
	{"not-noise", NULL, N_("it is")}, {"drop", NULL, N_("take it away")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_type_opts[] = {
	{"impact", "N", N_("1: the source suffers when the target fails, -1: the other way round, 0: neither")},
	{"pair", "CLASS>CLASS", N_("it leads from this class to that one; may stand several times, empty: anywhere")},
	{"description", "TEXT", N_("what it says")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_import_opts[] = {{"relations", "FILE", N_("the links: columns source, type, target")},
	{"source", "NAME", N_("who says so (default: the source that most of these items came from)")},
	{"dry-run", NULL, N_("only say what would change")}, {"json", NULL, N_("the report as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_reach_opts[] = {
	{"direction", "WAY", N_("down: what suffers when it fails (default); up: what it needs")},
	{"types", "A,B", N_("only by links of these types")}, {"depth", "N", N_("no further than N links away")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt ci_impact_opts[] = {
	{"direction", "WAY", N_("down: what suffers when it fails (default); up: what it needs")},
	{"types", "A,B", N_("only by links of these types")}, {"depth", "N", N_("no further than N links away")},
	{"limit", "N", N_("only the nearest N")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};

const struct cli_command cli_commands_ci[] = {
	{"ci import", "FILE",
		N_("Import configuration items and the links between them\n"
		   "FILE is CSV, or CSV packed with xz, whole: what its source named before and names no more is marked as vanished and "
		   "stays.\n"
		   "Doing it again changes nothing. For example:\n"
		   "  svcdesk ci import cis.csv --relations relations.csv --dry-run\n"
		   "svcdesk-cmdb(7) describes the columns."),
		ci_import_opts, "process_owner, admin", 1, 1, cli_ci_import},
	{"ci impact", "CI",
		N_("Show what suffers when a configuration item fails, or what it needs\n"
		   "CI is its id, or its name where only one has it. For example:\n"
		   "  svcdesk ci impact site:eqiad --depth 2\n"
		   "  svcdesk ci impact server:mw1001 --direction up --types depends_on,located_in"),
		ci_impact_opts, NULL, 1, -1, cli_ci_impact},
	{"ci reach", "CI",
		N_("Show whom the failure of a configuration item reaches\n"
		   "Services, customers, open tickets and changes within 7 days on the way of its impact. For example:\n"
		   "  svcdesk ci reach host:db1157.eqiad.wmnet"),
		ci_reach_opts, NULL, 1, -1, cli_ci_reach},
	{"ci list", "[QUERY]",
		N_("List configuration items\n"
		   "QUERY is the language of tickets over the fields, attributes and links of items; svcdesk-cmdb(7). For example:\n"
		   "  svcdesk ci list class:server lifecycle:production owner:none\n"
		   "  svcdesk ci list 'cpus>=8 located_in:datacentre:eqiad -os:debian*'\n"
		   "  svcdesk ci list 'stale or duplicate' --count"),
		ci_list_opts, NULL, 0, -1, cli_ci_list},
	{"ci show", "CI",
		N_("Show an item: fields, links both ways, health, what its sources report, history\n"
		   "CI is its id, or its name where only one has it."),
		ci_show_opts, NULL, 1, 1, cli_ci_show},
	{"ci diff", "[CI] --from TIME [--to TIME]",
		N_("Show what is different between two times or baselines\n"
		   "Of one item, or without CI of all. For example:\n"
		   "  svcdesk ci diff server:mw1001 --from 7d\n"
		   "  svcdesk ci diff --baseline release-12 --with release-13"),
		ci_diff_opts, NULL, 0, 1, cli_ci_diff},
	{"ci new", "[ID] class=CLASS name=NAME [FIELD=VALUE ...]",
		N_("Record an item\n"
		   "Without ID it is called CLASS:NAME. FIELD is one of name, class, description, org, service, owner, group, place,\n"
		   "environment, lifecycle, op_state, criticality, or an attribute of the class: svcdesk ci class show CLASS."),
		ci_set_opts, "agent, lead, process_owner, admin", 1, -1, cli_ci_new},
	{"ci set", "CI FIELD=VALUE ...", N_("Change an item; FIELD= takes a value away"), ci_set_opts,
		"agent, lead, process_owner, admin", 1, -1, cli_ci_set},
	{"ci retire", "CI", N_("Retire an item: it is no longer offered and suffers from nothing"), ci_retire_opts,
		"agent, lead, process_owner, admin", 1, 1, cli_ci_retire},
	{"ci confirm", "CI", N_("Say that an item is still as it is recorded: it is not stale"), ci_source_opts,
		"agent, lead, process_owner, admin", 1, 1, cli_ci_confirm},
	{"ci release", "CI FIELD",
		N_("Let the sources say again what a field is\n"
		   "What was set by hand stands above what is imported; released, the best report takes its place."),
		ci_source_opts, "agent, lead, process_owner, admin", 2, 2, cli_ci_release},
	{"ci link", "CI TYPE CI", N_("Link two items: the first one depends_on, is located_in ... the second"), ci_source_opts,
		"agent, lead, process_owner, admin", 3, 3, cli_ci_link},
	{"ci unlink", "CI TYPE CI", N_("Take a link away; it stays on record for the time it held"), ci_source_opts,
		"agent, lead, process_owner, admin", 3, 3, cli_ci_unlink},
	{"ci stale", "[QUERY]", N_("List items of which nothing was reported for longer than their class allows"), ci_pages_opts,
		NULL, 0, -1, cli_ci_stale},
	{"ci duplicates", "", N_("List sets of items that are the same by a key of their class"), ci_sets_opts, NULL, 0, 0,
		cli_ci_duplicates},
	{"ci audit", "[RULE]",
		N_("Show how good the records are: every rule and how many items break it, or the items that break one"), ci_pages_opts,
		NULL, 0, 1, cli_ci_audit},
	{"ci rule", "NAME [QUERY]",
		N_("Keep a rule of the audit: the items that QUERY finds break it\n"
		   "For example:\n"
		   "  svcdesk ci rule no-serial 'class:server serial:none' --description 'a server without a serial number'"),
		ci_rule_opts, "process_owner, admin", 1, -1, cli_ci_rule},
	{"ci baseline", "[NAME]", N_("Take a baseline: all items and links as they are now; without NAME list them"),
		ci_baseline_opts, "agent, lead, process_owner, admin", 0, -1, cli_ci_baseline},
	{"ci unplanned", "[CI|CHANGE]",
		N_("List changes of items in use that no change ticket covers, or settle one\n"
		   "For example:\n"
		   "  svcdesk ci unplanned\n"
		   "  svcdesk ci unplanned 12 --accept --reason 'repaired at night'"),
		ci_unplanned_opts, NULL, 0, 1, cli_ci_unplanned},
	{"ci class list", "", N_("List the classes of items"), cli_json_opts, NULL, 0, 0, cli_ci_class_list},
	{"ci class show", "CLASS", N_("Show a class: its attributes, keys, whom it believes"), cli_json_opts, NULL, 1, 1,
		cli_ci_class_show},
	{"ci class set", "CLASS",
		N_("Declare or change a class\n"
		   "For example:\n"
		   "  svcdesk ci class set pump --parent hardware --stale-days 30 --key serial --key @located_in+name"),
		ci_class_opts, "process_owner, admin", 1, 1, cli_ci_class_set},
	{"ci class attr", "CLASS ATTRIBUTE",
		N_("Declare or change an attribute of a class and all below it\n"
		   "For example:\n"
		   "  svcdesk ci class attr pump pressure --type number --recommended\n"
		   "  svcdesk ci class attr server tier --choices gold,silver,bronze"),
		ci_attr_opts, "process_owner, admin", 2, 2, cli_ci_class_attr},
	{"ci class rank", "CLASS ATTRIBUTE|'*' SOURCE [RANK]",
		N_("Say whom to believe: the source of the lowest rank; without RANK a source has none (100)\n"
		   "What is set by hand has rank 10. For example:\n"
		   "  svcdesk ci class rank server '*' discovery 20\n"
		   "  svcdesk ci class rank server owner hr 5"),
		cli_json_opts, "process_owner, admin", 3, 4, cli_ci_class_rank},
	{"ci type list", "", N_("List the types of links and which end suffers"), cli_json_opts, NULL, 0, 0, cli_ci_type_list},
	{"ci type set", "TYPE",
		N_("Declare or change a type of link\n"
		   "For example:\n"
		   "  svcdesk ci type set feeds --impact -1 --pair 'rack>server'"),
		ci_type_opts, "process_owner, admin", 1, 1, cli_ci_type_set},
	{NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};
