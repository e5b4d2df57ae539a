# tests/db: pgTAP files run by one runner; C programs with a server of their own
TESTS += tests/db/run tests/db/feed_writers tests/db/undo_writers tests/db/merge_writers tests/db/assign_writers tests/db/dump_restore tests/db/upgrade tests/db/base_backup tests/db/standby
EXTRA_DIST += tests/db/run tests/db/feed_writers tests/db/undo_writers tests/db/merge_writers tests/db/assign_writers tests/db/dump_restore tests/db/upgrade tests/db/base_backup tests/db/standby tests/db/people.inc $(wildcard $(top_srcdir)/tests/db/*.sql)
EXTRA_DIST += tests/data/schema/make tests/data/schema/fill.sql $(wildcard $(top_srcdir)/tests/data/schema/*.xz $(top_srcdir)/tests/data/schema/*.roots)
EXTRA_DIST += tests/db/rulebook.inc tests/db/undo.inc tests/db/clock.inc $(wildcard $(top_srcdir)/tests/db/kinds/*.sql)
if HAVE_TESTLIBS
check_PROGRAMS += tests/db/test_client tests/db/test_migrate tests/db/test_desk
TESTS += tests/db/test_client tests/db/test_migrate tests/db/test_desk
db_test_libs = libsvcdesk.a $(PQ_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS) $(LZMA_LIBS) $(CMOCKA_LIBS) $(LTLIBINTL)
tests_db_test_client_SOURCES = tests/db/test_client.c tests/db/fixture.c tests/db/fixture.h
tests_db_test_client_LDADD = $(db_test_libs)
tests_db_test_migrate_SOURCES = tests/db/test_migrate.c tests/db/fixture.c tests/db/fixture.h
tests_db_test_migrate_LDADD = $(db_test_libs)
check_PROGRAMS += tests/db/test_views
TESTS += tests/db/test_views
tests_db_test_views_SOURCES = tests/db/test_views.c tests/db/fixture.c tests/db/fixture.h
tests_db_test_views_LDADD = libtui.a $(db_test_libs)
check_PROGRAMS += tests/db/test_query
TESTS += tests/db/test_query
tests_db_test_query_SOURCES = tests/db/test_query.c tests/db/fixture.c tests/db/fixture.h
tests_db_test_query_LDADD = tests/lib/libtest.a $(db_test_libs)
check_PROGRAMS += tests/db/test_hours
TESTS += tests/db/test_hours
tests_db_test_hours_SOURCES = tests/db/test_hours.c tests/db/fixture.c tests/db/fixture.h
tests_db_test_hours_LDADD = tests/lib/libtest.a $(db_test_libs)
tests_db_test_desk_SOURCES = tests/db/test_desk.c tests/db/fixture.c tests/db/fixture.h
tests_db_test_desk_LDADD = $(db_test_libs)
endif
