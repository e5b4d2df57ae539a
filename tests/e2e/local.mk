# tests/e2e: the command line from outside
if HAVE_TESTLIBS
check_PROGRAMS += tests/e2e/test_contract
TESTS += tests/e2e/test_contract
tests_e2e_test_contract_SOURCES = tests/e2e/test_contract.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_contract_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_restricted
TESTS += tests/e2e/test_restricted
tests_e2e_test_restricted_SOURCES = tests/e2e/test_restricted.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_restricted_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_wall
TESTS += tests/e2e/test_wall
tests_e2e_test_wall_SOURCES = tests/e2e/test_wall.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_wall_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_major
TESTS += tests/e2e/test_major
tests_e2e_test_major_SOURCES = tests/e2e/test_major.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_major_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_board
TESTS += tests/e2e/test_board
tests_e2e_test_board_SOURCES = tests/e2e/test_board.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_board_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_bulk
TESTS += tests/e2e/test_bulk
tests_e2e_test_bulk_SOURCES = tests/e2e/test_bulk.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_bulk_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_desk
TESTS += tests/e2e/test_desk
tests_e2e_test_desk_SOURCES = tests/e2e/test_desk.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_desk_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_query
TESTS += tests/e2e/test_query
tests_e2e_test_query_SOURCES = tests/e2e/test_query.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_query_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_import
TESTS += tests/e2e/test_import
tests_e2e_test_import_SOURCES = tests/e2e/test_import.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_import_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_import_csv
TESTS += tests/e2e/test_import_csv
tests_e2e_test_import_csv_SOURCES = tests/e2e/test_import_csv.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_import_csv_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_plain
TESTS += tests/e2e/test_plain
tests_e2e_test_plain_SOURCES = tests/e2e/test_plain.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_plain_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_doctor
TESTS += tests/e2e/test_doctor
tests_e2e_test_doctor_SOURCES = tests/e2e/test_doctor.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_doctor_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_sample
TESTS += tests/e2e/test_sample
tests_e2e_test_sample_SOURCES = tests/e2e/test_sample.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_sample_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_inbox
TESTS += tests/e2e/test_inbox
tests_e2e_test_inbox_SOURCES = tests/e2e/test_inbox.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_inbox_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_metric_log
TESTS += tests/e2e/test_metric_log
tests_e2e_test_metric_log_SOURCES = tests/e2e/test_metric_log.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_metric_log_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_metric
TESTS += tests/e2e/test_metric
tests_e2e_test_metric_SOURCES = tests/e2e/test_metric.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_metric_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_match
TESTS += tests/e2e/test_match
tests_e2e_test_match_SOURCES = tests/e2e/test_match.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_match_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_triage_cli
TESTS += tests/e2e/test_triage_cli
tests_e2e_test_triage_cli_SOURCES = tests/e2e/test_triage_cli.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_triage_cli_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_assign
TESTS += tests/e2e/test_assign
tests_e2e_test_assign_SOURCES = tests/e2e/test_assign.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_assign_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_rota
TESTS += tests/e2e/test_rota
tests_e2e_test_rota_SOURCES = tests/e2e/test_rota.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_rota_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_outage
TESTS += tests/e2e/test_outage
tests_e2e_test_outage_SOURCES = tests/e2e/test_outage.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_outage_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_report
TESTS += tests/e2e/test_report
tests_e2e_test_report_SOURCES = tests/e2e/test_report.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_report_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_watch
TESTS += tests/e2e/test_watch
tests_e2e_test_watch_SOURCES = tests/e2e/test_watch.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_watch_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_sla tests/e2e/test_sla_log
TESTS += tests/e2e/test_sla tests/e2e/test_sla_log
tests_e2e_test_sla_SOURCES = tests/e2e/test_sla.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_sla_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
tests_e2e_test_sla_log_SOURCES = tests/e2e/test_sla_log.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_sla_log_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_ci_import
TESTS += tests/e2e/test_ci_import
tests_e2e_test_ci_import_SOURCES = tests/e2e/test_ci_import.c tests/e2e/graph.c tests/e2e/graph.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_ci_import_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)

# The whole shared log, row by row: make check-data DATA=FOLDER
check-data: check-data-import
check-data-import: tests/e2e/test_predict tests/e2e/test_ci_import tests/e2e/test_triage_cli tests/e2e/test_sla_log tests/e2e/test_metric_log tests/e2e/test_import tests/e2e/test_import_csv svcdesk
	tests/e2e/test_predict --data "$${DATA:-$(top_srcdir)/../shared/data}"
	tests/e2e/test_ci_import --data "$${DATA:-$(top_srcdir)/../shared/data}"
	tests/e2e/test_import_csv --data "$${DATA:-$(top_srcdir)/../shared/data}"
	tests/e2e/test_triage_cli --data "$${DATA:-$(top_srcdir)/../shared/data}"
	tests/e2e/test_metric_log --data "$${DATA:-$(top_srcdir)/../shared/data}"
	tests/e2e/test_sla_log --data "$${DATA:-$(top_srcdir)/../shared/data}"
	tests/e2e/test_import --data "$${DATA:-$(top_srcdir)/../shared/data}"
endif
EXTRA_DIST += tests/e2e/import-compare.sql tests/e2e/metric-compare.sql tests/e2e/sla-compare.sql tests/e2e/data
TESTS += tests/e2e/pages tests/e2e/completion tests/e2e/team
EXTRA_DIST += tests/e2e/pages tests/e2e/completion tests/e2e/team
EXTRA_DIST += tests/data/calendar
if HAVE_TESTLIBS
check_PROGRAMS += tests/e2e/test_business_time
TESTS += tests/e2e/test_business_time
tests_e2e_test_business_time_SOURCES = tests/e2e/test_business_time.c tests/e2e/oracle.c tests/e2e/oracle.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_business_time_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_calendar
TESTS += tests/e2e/test_calendar
tests_e2e_test_calendar_SOURCES = tests/e2e/test_calendar.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_calendar_LDADD = $(TEST_LIBS)
endif
check_PROGRAMS += tests/e2e/test_ci_records
TESTS += tests/e2e/test_ci_records
tests_e2e_test_ci_records_SOURCES = tests/e2e/test_ci_records.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_ci_records_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_predict
TESTS += tests/e2e/test_predict
tests_e2e_test_predict_SOURCES = tests/e2e/test_predict.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_predict_LDADD = libsvcdesk.a $(LZMA_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/e2e/test_predict_train
TESTS += tests/e2e/test_predict_train
tests_e2e_test_predict_train_SOURCES = tests/e2e/test_predict_train.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_predict_train_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_predict_live
TESTS += tests/e2e/test_predict_live
tests_e2e_test_predict_live_SOURCES = tests/e2e/test_predict_live.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_predict_live_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/e2e/test_hints
TESTS += tests/e2e/test_hints
tests_e2e_test_hints_SOURCES = tests/e2e/test_hints.c tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_hints_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
if HAVE_TESTLIBS
check_PROGRAMS += tests/e2e/test_kb
TESTS += tests/e2e/test_kb
tests_e2e_test_kb_SOURCES = tests/e2e/test_kb.c tests/e2e/schema.c tests/e2e/schema.h tests/e2e/desk.c tests/e2e/desk.h
tests_e2e_test_kb_LDADD = $(TEST_LIBS)
endif
