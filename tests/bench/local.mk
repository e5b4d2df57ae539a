# make bench: a desk of BENCH_TICKETS tickets, measured; prints tables, decides nothing
bench_programs = tests/bench/bench_db tests/bench/bench_console tests/bench/bench_many tests/bench/bench_presence tests/bench/bare
EXTRA_PROGRAMS += $(bench_programs)
tests_bench_bench_db_SOURCES = tests/bench/bench_db.c tests/bench/bench.c tests/bench/bench.h
tests_bench_bench_db_LDADD = libsvcdesk.a $(PQ_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) -lm
tests_bench_bench_console_SOURCES = tests/bench/bench_console.c tests/bench/bench.c tests/bench/bench.h tests/lib/wire.c tests/lib/wire.h
tests_bench_bench_console_LDADD = -lutil
tests_bench_bench_many_SOURCES = tests/bench/bench_many.c tests/bench/bench.c tests/bench/bench.h
tests_bench_bench_many_LDADD = libsvcdesk.a $(PQ_LIBS) -lutil
tests_bench_bench_presence_SOURCES = tests/bench/bench_presence.c tests/bench/bench.c tests/bench/bench.h
tests_bench_bench_presence_LDADD = $(PQ_LIBS)
tests_bench_bare_LDADD = $(PQ_LIBS) $(NCURSES_LIBS)
EXTRA_DIST += tests/bench/run tests/bench/search tests/bench/impact tests/bench/predict tests/bench/wall tests/bench/fill.sql tests/bench/match tests/bench/match.sql
bench: all $(bench_programs)
	sh $(top_srcdir)/tests/bench/run
.PHONY: bench
# Fault matching on two truths of the shared data: make bench-match DATA=FOLDER
bench-match: all
	sh $(top_srcdir)/tests/bench/match "$${DATA:-$(top_srcdir)/../shared/data}"
.PHONY: bench-match
