# make bench: a desk of BENCH_TICKETS tickets, measured; prints tables, decides nothing
EXTRA_PROGRAMS += tests/bench/bench_db
tests_bench_bench_db_SOURCES = tests/bench/bench_db.c tests/bench/bench.c tests/bench/bench.h
tests_bench_bench_db_LDADD = libsvcdesk.a $(PQ_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) -lm
EXTRA_DIST += tests/bench/run
bench: all tests/bench/bench_db
	sh $(top_srcdir)/tests/bench/run
.PHONY: bench
