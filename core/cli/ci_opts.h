/* The options of the commands about configuration items, for the table of commands. */
#ifndef CORE_CLI_CI_OPTS_H
#define CORE_CLI_CI_OPTS_H

#include "core/cli/cli.h"

extern const struct cli_opt ci_import_opts[], ci_reach_opts[], ci_impact_opts[], ci_list_opts[], ci_pages_opts[], ci_sets_opts[],
	ci_show_opts[], ci_set_opts[], ci_retire_opts[], ci_source_opts[], ci_diff_opts[], ci_rule_opts[], ci_baseline_opts[],
	ci_unplanned_opts[], ci_class_opts[], ci_attr_opts[], ci_type_opts[];

#endif
