# tests/db: pgTAP files run by one runner; C programs with two clients
dist_check_SCRIPTS += tests/db/run
TESTS += tests/db/run
EXTRA_DIST += $(wildcard $(top_srcdir)/tests/db/*.sql)
