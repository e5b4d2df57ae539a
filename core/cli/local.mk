# sources of core/cli: append with +=, one file a line
libsvcdesk_a_SOURCES += include/svcdesk/cli.h
libsvcdesk_a_SOURCES += core/cli/attach.h core/cli/cli.h
libsvcdesk_a_SOURCES += core/cli/act.c core/cli/conflict.c
libsvcdesk_a_SOURCES += core/cli/attach.c
libsvcdesk_a_SOURCES += core/cli/bulk.c
libsvcdesk_a_SOURCES += core/cli/ci_impact.c core/cli/ci_options.h core/cli/ci_reach.c core/cli/ci_import.c core/cli/ci_report.c core/cli/ci_report.h
libsvcdesk_a_SOURCES += core/cli/commands.c core/cli/commands.h core/cli/commands_ci.c core/cli/commands_kb.c
libsvcdesk_a_SOURCES += core/cli/common.c
libsvcdesk_a_SOURCES += core/cli/complete.c core/cli/complete.h
libsvcdesk_a_SOURCES += core/cli/completion.c
libsvcdesk_a_SOURCES += core/cli/config.c
libsvcdesk_a_SOURCES += core/cli/db.c
libsvcdesk_a_SOURCES += core/cli/desk.c
libsvcdesk_a_SOURCES += core/cli/handover.c core/cli/hints.c core/cli/major.c
libsvcdesk_a_SOURCES += core/cli/outage.c
libsvcdesk_a_SOURCES += core/cli/triage.c core/cli/triage.h core/cli/triage_evaluate.c
libsvcdesk_a_SOURCES += core/cli/kb.c core/cli/kb.h core/cli/kb_edit.c core/cli/kb_import.c
libsvcdesk_a_SOURCES += core/cli/match.c
libsvcdesk_a_SOURCES += core/cli/predict.c core/cli/predict_eval.c
libsvcdesk_a_SOURCES += core/cli/report.c core/cli/report.h
libsvcdesk_a_SOURCES += core/cli/report_build.c
libsvcdesk_a_SOURCES += core/cli/report_parts.c
libsvcdesk_a_SOURCES += core/cli/restricted.c core/cli/restricted.h
libsvcdesk_a_SOURCES += core/cli/service.c
libsvcdesk_a_SOURCES += core/cli/doctor.c core/cli/doctor.h
libsvcdesk_a_SOURCES += core/cli/doctor_desk.c
libsvcdesk_a_SOURCES += core/cli/doctor_machine.c
libsvcdesk_a_SOURCES += core/cli/import.c
libsvcdesk_a_SOURCES += core/cli/inbox.c
libsvcdesk_a_SOURCES += core/cli/list.c
libsvcdesk_a_SOURCES += core/cli/macro.c
libsvcdesk_a_SOURCES += core/cli/main.c
libsvcdesk_a_SOURCES += core/cli/metric.c
libsvcdesk_a_SOURCES += core/cli/org.c
libsvcdesk_a_SOURCES += core/cli/out.c
libsvcdesk_a_SOURCES += core/cli/query.c
libsvcdesk_a_SOURCES += core/cli/show.c
libsvcdesk_a_SOURCES += core/cli/calc_case.c core/cli/calc_case.h
libsvcdesk_a_SOURCES += core/cli/calendar.c core/cli/calendar_text.c core/cli/calendar_text.h core/cli/holidays.c
libsvcdesk_a_SOURCES += core/cli/sla_calc.c core/cli/sla.h core/cli/sla_words.c core/cli/sla_list.c core/cli/sla_explain.c core/cli/sla_policy.c
libsvcdesk_a_SOURCES += core/cli/sla_policy_text.c core/cli/sla_reclock.c
libsvcdesk_a_SOURCES += core/cli/watch.c
libsvcdesk_a_SOURCES += core/cli/search.c
libsvcdesk_a_SOURCES += core/cli/who.c
libsvcdesk_a_SOURCES += core/cli/view.c core/cli/wall.c
libsvcdesk_a_SOURCES += core/cli/words.c
libsvcdesk_a_SOURCES += core/cli/ci.h core/cli/ci_audit.c core/cli/ci_class.c core/cli/ci_common.c core/cli/ci_list.c core/cli/ci_show.c core/cli/ci_write.c
libsvcdesk_a_SOURCES += core/cli/assign.c core/cli/rota.c core/cli/rota.h core/cli/rota_common.c core/cli/rota_csv.c
schemadir = $(pkgdatadir)/schema
dist_schema_DATA = core/cli/schema/doctor.schema.json core/cli/schema/error.schema.json core/cli/schema/import.schema.json core/cli/schema/inbox.schema.json core/cli/schema/ticket-list.schema.json core/cli/schema/ticket-show.schema.json core/cli/schema/ticket-watch.schema.json core/cli/schema/wall.schema.json

# completions, in the folders where the shells look
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir = $(datadir)/zsh/site-functions
fishcompdir = $(datadir)/fish/vendor_completions.d
bashcomp_DATA = completion/svcdesk
zshcomp_DATA = completion/_svcdesk
fishcomp_DATA = completion/svcdesk.fish
CLEANFILES += $(bashcomp_DATA) $(zshcomp_DATA) $(fishcomp_DATA)
completion/svcdesk: svcdesk$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) completion && ./svcdesk$(EXEEXT) completion bash >$@.tmp && mv $@.tmp $@
completion/_svcdesk: svcdesk$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) completion && ./svcdesk$(EXEEXT) completion zsh >$@.tmp && mv $@.tmp $@
completion/svcdesk.fish: svcdesk$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) completion && ./svcdesk$(EXEEXT) completion fish >$@.tmp && mv $@.tmp $@
