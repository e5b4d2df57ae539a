# tests/db: pgTAP files run by one runner; C programs with two clients
TESTS += tests/db/run
EXTRA_DIST += tests/db/run $(wildcard $(top_srcdir)/tests/db/*.sql)
