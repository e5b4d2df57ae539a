/* The options of the commands about configuration items. */
#include "core/cli/ci_opts.h"

#include "core/base/i18n.h"

const struct cli_opt ci_list_opts[] = {{"limit", "N", N_("at most N items")}, {"count", NULL, N_("only how many: a bare number")},
	{"all", NULL, N_("retired and disposed ones, too")},
	{"json", NULL, N_("one JSON array; missing values are null, times are UTC")}, {NULL, NULL, NULL}};
const struct cli_opt ci_pages_opts[] = {{"limit", "N", N_("at most N items")},
	{"count", NULL, N_("only how many: a bare number")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_sets_opts[] = {{"limit", "N", N_("at most N sets")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_show_opts[] = {{"at", "TIME", N_("as it was then: 2d (ago), yesterday 14:00, 2026-01-31 ...")},
	{"links", "N", N_("at most N links each way (default 200)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_set_opts[] = {
	{"needs", "TYPE=K",
		N_("works while K of those it has links of this TYPE with work; 0 takes that away; may stand several times")},
	{"source", "NAME", N_("who says so (default: manual)")}, {"version", "V", N_("only if it is still at version V")},
	{"json", NULL, N_("what became of it as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_retire_opts[] = {
	{"disposed", NULL, N_("it is gone for good")}, {"json", NULL, N_("what became of it as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_source_opts[] = {
	{"source", "NAME", N_("who says so (default: manual)")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_diff_opts[] = {{"from", "TIME", N_("what it was then")},
	{"to", "TIME", N_("what it was then (default: now)")}, {"baseline", "NAME", N_("all items, since this baseline was taken")},
	{"with", "NAME", N_("not with now but with this baseline, or with a time")},
	{"limit", "N", N_("at most N items and N links are listed; all are counted (default 1000)")}, {"json", NULL, N_("as JSON")},
	{NULL, NULL, NULL}};
const struct cli_opt ci_rule_opts[] = {{"description", "TEXT", N_("what is wrong with the items it finds")},
	{"drop", NULL, N_("drop it")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_baseline_opts[] = {
	{"note", "TEXT", N_("why: kept with it")}, {"drop", NULL, N_("drop it")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_unplanned_opts[] = {{"accept", NULL, N_("it stands as it is")},
	{"reverted", NULL, N_("it was taken back")}, {"reason", "TEXT", N_("why: kept with it")},
	{"ticket", "NUMBER", N_("the ticket it belongs to")}, {"all", NULL, N_("those that are settled or were planned, too")},
	{"limit", "N", N_("at most N changes")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_class_opts[] = {{"parent", "CLASS", N_("what it inherits from (default: ci)")},
	{"description", "TEXT", N_("what it is for")},
	{"stale-days", "N", N_("without a report for N days an item is stale (empty: as its parent)")},
	{"parent-link", "TYPE", N_("its items hang on another one by this link")},
	{"key", "A+B", N_("how an item is known again: name, place, attributes, @TYPE; several in their order")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_attr_opts[] = {{"type", "TYPE", N_("text, int, number, bool, date, choice, ip or ref")},
	{"choices", "A,B", N_("one of these")}, {"ref", "CLASS", N_("type ref: an item of this class")},
	{"description", "TEXT", N_("what it says")}, {"required", NULL, N_("no item without it")},
	{"not-required", NULL, N_("it may be missing")}, {"recommended", NULL, N_("the audit counts where it is missing")},
	{"not-recommended", NULL, N_("it does not")}, {"noise", NULL, N_("a change of it alone is never unplanned")},
	{"not-noise", NULL, N_("it is")}, {"drop", NULL, N_("take it away")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_type_opts[] = {
	{"impact", "N", N_("1: the source suffers when the target fails, -1: the other way round, 0: neither")},
	{"pair", "CLASS>CLASS", N_("it leads from this class to that one; may stand several times, empty: anywhere")},
	{"description", "TEXT", N_("what it says")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_import_opts[] = {{"relations", "FILE", N_("the links: columns source, type, target")},
	{"source", "NAME", N_("who says so (default: the source that most of these items came from)")},
	{"dry-run", NULL, N_("only say what would change")}, {"json", NULL, N_("the report as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_reach_opts[] = {{"direction", "WAY", N_("down: what suffers when it fails (default); up: what it needs")},
	{"types", "A,B", N_("only by links of these types")}, {"depth", "N", N_("no further than N links away")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt ci_impact_opts[] = {
	{"direction", "WAY", N_("down: what suffers when it fails (default); up: what it needs")},
	{"types", "A,B", N_("only by links of these types")}, {"depth", "N", N_("no further than N links away")},
	{"limit", "N", N_("only the nearest N")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
