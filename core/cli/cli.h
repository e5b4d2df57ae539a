/* Inside of the command line: one table of commands, one file a group of them. */
#ifndef CORE_CLI_CLI_H
#define CORE_CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include "svcdesk/cli.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

struct sd_meta;
struct sd_query;
struct sd_query_opts;

struct cli_opt {
	const char *name; /* without the dashes */
	const char *arg;  /* what stands after it: "N"; NULL: a flag */
	const char *help; /* msgid */
};

struct cli;
struct cli_command {
	const char *words;          /* "ticket list" */
	const char *synopsis;       /* what follows the words */
	const char *help;           /* msgid: one line, then details */
	const struct cli_opt *opts; /* ends with name NULL; NULL: none but the common ones */
	const char *roles;          /* which roles the desk lets do it; NULL: any. For the text of its refusal only */
	int min, max;               /* operands; max < 0: any number */
	int (*run)(struct cli *c);
};

enum { CLI_MAX_OPTS = 64 };

struct cli {
	struct sd_arena *a;
	struct sd_cfg *cfg;
	const struct cli_command *cmd;
	struct {
		const char *name, *value;
	} opt[CLI_MAX_OPTS]; /* as given, in order */
	size_t nopt;
	const char **arg; /* operands */
	size_t narg;
	int foreign; /* words from this one on came over the network (--restricted); 0: none */
	bool json;
	struct sd_db_target target;
	struct sd_conn *conn;
	struct sd_meta *meta; /* of cli_meta */
	bool meta_asked;
	int (*console)(const struct sd_cli_start *start);
	const char *query;     /* as it was read, once there is one: errors point into it */
	struct sd_err cfg_err; /* of a configuration that does not fit; only doctor goes on with one */
	bool pipe_closed;      /* nobody reads our output any more */
	json_t *conflict;      /* of the last refusal, if others had changed the ticket: see conflict.c */
};

extern const struct cli_opt cli_common_opts[]; /* of every command; ends with name NULL */

/* The i-th command in the order of the help; NULL: there are not so many. */
const struct cli_command *cli_command_at(size_t i);

/* The longest row of the table whose words begin the operands, and how many words it has; NULL. */
const struct cli_command *cli_command_of(const char *const *arg, size_t n, size_t *used);

/* ---- what was said ---- */
bool cli_has(const struct cli *c, const char *opt);
const char *cli_get(const struct cli *c, const char *opt); /* the last one given; NULL: none */
/* Reads one option as a number within bounds; value is left alone when the option is not there. */
bool cli_number(const struct cli *c, const char *opt, long min, long max, long *value, struct sd_err *err);
/* FIELD=VALUE into an object; FIELD= clears. */
bool cli_field(struct cli *c, json_t *fields, const char *arg, struct sd_err *err);
/* The operands from the i-th on, joined by blanks. */
char *cli_rest(const struct cli *c, size_t i);
/* Text of an option whose value "-" means standard input: cleaned UTF-8, without the last line break. */
bool cli_text_opt(const struct cli *c, const char *opt, const char **text, struct sd_err *err);

/* ---- the database ---- */
struct sd_db_want cli_want(const struct cli *c);     /* what the options say; makes no desk */
bool cli_connect(struct cli *c, struct sd_err *err); /* c->conn, once */
void cli_progress(void *arg, const char *what);      /* a line on stderr: what the making of a desk is at */
/* One value of one row; NULL and err if there is none. In the arena. */
char *cli_value(struct cli *c, struct sd_err *err, const char *sql, int n, const char *const *params);
/* The same, parsed. A refusal {"ok":false,"error":{}} becomes err. The caller releases it. */
json_t *cli_json(struct cli *c, struct sd_err *err, const char *sql, int n, const char *const *params);
/* Runs sql, which answers one JSON value, and prints it: keys are the columns of a list, NULL: an object. The exit status. */
int cli_ask(struct cli *c, const char *sql, int n, const char *const *params, const char *const *keys);
json_t *cli_parse(const char *text, struct sd_err *err);
/* A member of an answer as text, "" where there is none. */
const char *cli_word(const json_t *j, const char *key);
/* JSON in one line, in the arena. */
const char *cli_dumped(struct cli *c, const json_t *j);
/* A time of the desk, to the minute, in the zone of the messages; "" stays. */
const char *cli_local(struct cli *c, const char *iso);
/* The desk's own time, which what people type ("2h", "tomorrow") is meant from. */
bool cli_now(struct cli *c, sd_time *now, struct sd_err *err);
/* Whether the one who signed in is an active person here. Nothing was found: is there nothing, or may he see nothing? */
bool cli_is_person(struct cli *c, struct sd_err *err);
/* err from the error object of a refusal. */
void cli_refusal(struct cli *c, const json_t *error, struct sd_err *err);
/* conflict.c: keeps what a refusal says of others' changes, for the answer; tells it to people, beneath the line of the error. */
void cli_conflict_keep(struct cli *c, const json_t *error);
void cli_conflict_tell(struct cli *c);

/* ---- output ---- */
/* Says what went wrong on stderr, in one line, with --json also as an object on stdout. Returns the exit status. */
int cli_fail(struct cli *c, const struct sd_err *err);
json_t *cli_error_json(const struct sd_err *err);
/* Adds text as a JSON string. Control and direction characters are escaped, so that a terminal may show it. */
void cli_json_string(struct sd_str *out, const char *text);

/* Adds a text file of at most 1 MB ("-": standard input). False when it cannot be read, is larger or holds a NUL; missing says
 * whether there is none of that name. */
bool cli_read_text(const char *path, struct sd_str *out, bool *missing);
void cli_json_write(struct sd_str *out, const json_t *j, int indent); /* indent < 0: in one line */
/* Prints a JSON value and a line break: indented on a terminal, else in one line. */
void cli_print_json(struct cli *c, const json_t *j);
void cli_print(struct cli *c, const char *text, size_t n); /* notes a closed pipe */
/* Text of the desk for people: safe on a terminal. */
void cli_print_clean(struct cli *c, const char *text);
void cli_csv_field(struct sd_str *out, const char *text); /* RFC 4180 */
/* Ends the output: flushed, and 1 if it could not be written (0 when the reader went away). */
int cli_done(struct cli *c, int status);

/* ---- words for people ---- */
/* Labels in the language of the messages, asked for once; NULL (words stay) when the desk does not give them. */
const struct sd_meta *cli_meta(struct cli *c);
/* A state, a kind, a choice ... by its label; other values as they are. */
const char *cli_label(struct cli *c, const char *kind, const char *field, const char *word);
/* The name of a member of an answer. */
const char *cli_name(const char *key);

/* A table for people: rows are kept until the widths are known. */
struct cli_table;
struct cli_table *cli_table_new(struct cli *c, const char *const *titles, size_t n);
void cli_table_row(struct cli_table *t, const char *const *cells); /* NULL cells are empty */
void cli_table_end(struct cli_table *t);

/* ---- queries ---- */
/* Parses a query and connects; fields that only some kinds have are fetched when the text names one. */
struct sd_query *cli_query(struct cli *c, const char *text, const char *const *columns, struct sd_err *err);

/* What a saved or built-in view says; columns: NULL, it leaves them to the list. False and err: there is no such view. */
bool cli_view_find(struct cli *c, const char *name, const char **query, const char **columns, struct sd_err *err);
/* How long q may take, in seconds: 0 = as long as it takes, because an index serves it; else that is said on stderr. */
int cli_query_bound(struct cli *c, const struct sd_query *q, const struct sd_query_opts *list);
enum { CLI_QUERY_SECONDS = 60 };
/* The query and a mark under the place of an error (a byte, from 1), in lines of so many cells. */
void cli_caret(struct sd_str *out, const char *text, int place, int width);

/* The object of desk.show() as --json has it: verbs are the words possible now. */
void cli_verbs_now(json_t *ticket);

/* ---- acts ---- */
/* The operation id: that of --op, else a new one. NULL and err when --op is none. */
const char *cli_op(struct cli *c, struct sd_err *err);
/* The verb on what --query finds, or on the first operands; with --dry-run only what would change. The exit status. */
int cli_bulk_act(struct cli *c, size_t numbers, const char *verb, const char *fields, const char *op);

/* ---- commands ---- */
int cli_ticket_list(struct cli *c);
int cli_export(struct cli *c);
int cli_query_explain(struct cli *c);
int cli_view_list(struct cli *c);
int cli_view_save(struct cli *c);
int cli_view_delete(struct cli *c);
int cli_ticket_show(struct cli *c);
int cli_ticket_new(struct cli *c);
int cli_ticket_act(struct cli *c);
int cli_ticket_undo(struct cli *c);
int cli_ticket_save(struct cli *c);
int cli_import_csv(struct cli *c);
int cli_import_servicenow(struct cli *c);
int cli_ticket_watch(struct cli *c);
int cli_inbox(struct cli *c);
int cli_follow_up(struct cli *c);
int cli_handover_write(struct cli *c);
int cli_handover_sign(struct cli *c);
int cli_handover_show(struct cli *c);
int cli_major_list(struct cli *c);
int cli_major_show(struct cli *c);
int cli_major_report(struct cli *c);
int cli_major_rule(struct cli *c);
int cli_metric_list(struct cli *c);
int cli_metric_get(struct cli *c);
int cli_triage_list(struct cli *c);
int cli_triage_propose(struct cli *c);
int cli_triage_apply(struct cli *c);
int cli_triage_evaluate(struct cli *c);
extern const struct cli_opt predict_train_opts[], predict_list_opts[], predict_eval_opts[];
int cli_predict_eval(struct cli *c);
int cli_predict_train(struct cli *c);
int cli_predict_list(struct cli *c);
int cli_predict_backtest(struct cli *c);
int cli_predict_explain(struct cli *c);
int cli_match(struct cli *c);
int cli_outage_add(struct cli *c);
int cli_outage_act(struct cli *c);
int cli_outage_list(struct cli *c);
int cli_outage_show(struct cli *c);
int cli_availability(struct cli *c);
int cli_report(struct cli *c);
int cli_report_list(struct cli *c);
int cli_ci_import(struct cli *c);
int cli_ci_impact(struct cli *c);
int cli_ci_reach(struct cli *c);
int cli_ci_list(struct cli *c);
int cli_ci_show(struct cli *c);
int cli_ci_new(struct cli *c);
int cli_ci_set(struct cli *c);
int cli_ci_retire(struct cli *c);
int cli_ci_confirm(struct cli *c);
int cli_ci_release(struct cli *c);
int cli_ci_link(struct cli *c);
int cli_ci_unlink(struct cli *c);
int cli_ci_diff(struct cli *c);
int cli_ci_stale(struct cli *c);
int cli_ci_duplicates(struct cli *c);
int cli_ci_audit(struct cli *c);
int cli_ci_rule(struct cli *c);
int cli_ci_baseline(struct cli *c);
int cli_ci_unplanned(struct cli *c);
int cli_ci_class_list(struct cli *c);
int cli_ci_class_show(struct cli *c);
int cli_ci_class_set(struct cli *c);
int cli_ci_class_attr(struct cli *c);
int cli_ci_class_rank(struct cli *c);
int cli_ci_type_list(struct cli *c);
int cli_ci_type_set(struct cli *c);
int cli_rota_import(struct cli *c);
int cli_rota_list(struct cli *c);
int cli_rota_show(struct cli *c);
int cli_rota_week(struct cli *c);
int cli_rota_swap(struct cli *c);
int cli_rota_unswap(struct cli *c);
int cli_rota_delete(struct cli *c);
int cli_rota_log(struct cli *c);
int cli_absence_add(struct cli *c);
int cli_absence_end(struct cli *c);
int cli_absence_list(struct cli *c);
int cli_skill_list(struct cli *c);
int cli_skill_set(struct cli *c);
int cli_assign_list(struct cli *c);
int cli_assign_show(struct cli *c);
int cli_assign_save(struct cli *c);
int cli_assign_enable(struct cli *c);
int cli_assign_order(struct cli *c);
int cli_assign_delete(struct cli *c);
int cli_assign_log(struct cli *c);
int cli_assign_simulate(struct cli *c);
int cli_assign_explain(struct cli *c);
int cli_kb_import(struct cli *c);
int cli_kb_list(struct cli *c);
int cli_kb_show(struct cli *c);
int cli_kb_new(struct cli *c);
int cli_kb_edit(struct cli *c);
int cli_kb_step(struct cli *c); /* kb submit, approve, reject, withdraw, publish, retire, restore */
int cli_kb_approval(struct cli *c);
int cli_kb_check(struct cli *c);
int cli_kb_diff(struct cli *c);
int cli_kb_history(struct cli *c);
int cli_kb_feedback(struct cli *c);
int cli_kb_attach(struct cli *c);
int cli_kb_save(struct cli *c);
int cli_kb_link(struct cli *c); /* kb link, unlink */
int cli_service_list(struct cli *c);
int cli_service_set(struct cli *c);
int cli_service_depend(struct cli *c);
int cli_audit_roots(struct cli *c);
int cli_audit_verify(struct cli *c);
int cli_tick(struct cli *c);
int cli_clock(struct cli *c);
int cli_demo(struct cli *c);
int cli_demo_stop(struct cli *c);
int cli_db_init(struct cli *c);
int cli_db_migrate(struct cli *c);
int cli_db_status(struct cli *c);
int cli_hints(struct cli *c);
int cli_hint_dismiss(struct cli *c);
int cli_hint_reopen(struct cli *c);
int cli_search(struct cli *c);
int cli_who(struct cli *c);
int cli_macro_list(struct cli *c);
int cli_macro_save(struct cli *c);
int cli_macro_delete(struct cli *c);
int cli_calendar_add(struct cli *c);
int cli_calendar_list(struct cli *c);
int cli_calendar_show(struct cli *c);
int cli_calendar_import(struct cli *c);
int cli_sla_calc(struct cli *c);
int cli_sla_list(struct cli *c);
int cli_sla_explain(struct cli *c);
int cli_sla_policy_add(struct cli *c);
int cli_sla_policy_list(struct cli *c);
int cli_sla_policy_show(struct cli *c);
int cli_sla_reclock(struct cli *c);
int cli_record_list(struct cli *c); /* org, group, category list */
int cli_org_add(struct cli *c);
int cli_group_add(struct cli *c);
int cli_group_member(struct cli *c);
int cli_category_add(struct cli *c);
int cli_record_retire(struct cli *c); /* org, group, category retire */
int cli_user_add(struct cli *c);
int cli_user_disable(struct cli *c);
int cli_user_enable(struct cli *c);
int cli_user_list(struct cli *c);
int cli_user_role(struct cli *c);
int cli_user_report(struct cli *c);
int cli_config(struct cli *c);
int cli_whoami(struct cli *c);
int cli_keys(struct cli *c);
int cli_wall(struct cli *c);
int cli_kind_list(struct cli *c);
int cli_kind_show(struct cli *c);
int cli_completion(struct cli *c);
int cli_doctor(struct cli *c);

#endif
